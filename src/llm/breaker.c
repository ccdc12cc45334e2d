/*
 * Five failures in a row, and a provider is left alone: half a minute at
 * first, then one call goes out to see; if that fails as well, twice as long.
 * A probe nobody hears of again (its question was cancelled) does not keep the
 * door shut: after a minute another may go.
 */
#include "llm/provider.h"

#define FAILURES 5
#define OPEN_MS INT64_C(30000)
#define OPEN_MOST_MS INT64_C(300000)
#define PROBE_MS INT64_C(60000)

int llm_breaker_ask(struct llm_breaker *b, int64_t now)
{
	if (b->failures < FAILURES)
		return 1;
	if (now < b->open_until)
		return 0;
	b->probing = 1;
	b->open_until = now + PROBE_MS;
	return 1;
}

void llm_breaker_decline(struct llm_breaker *b, int64_t now)
{
	if (b->probing)
		b->open_until = now;
	b->probing = 0;
}

void llm_breaker_tell(struct llm_breaker *b, int ill, int64_t now)
{
	int64_t wait = OPEN_MS;
	int i;

	if (!ill) {
		memset(b, 0, sizeof(*b));
		return;
	}
	/* calls from before it opened say nothing new */
	if (b->failures >= FAILURES && !b->probing)
		return;
	b->probing = 0;
	if (b->failures < 100)
		b->failures++;
	if (b->failures < FAILURES)
		return;
	for (i = FAILURES; i < b->failures && wait < OPEN_MOST_MS; i++)
		wait *= 2;
	b->open_until = now + (wait < OPEN_MOST_MS ? wait : OPEN_MOST_MS);
}
