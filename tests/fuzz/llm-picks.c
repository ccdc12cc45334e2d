/*
 * A model's answer of any bytes, read as it comes. Words are clean and within
 * their limits; more text adds picks but takes none back or changes one; and
 * what is whole is what came before.
 */
#include "llm/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(const char *s, size_t max)
{
	struct sbuf clean = SBUF_INIT(max + 1);
	size_t len = strlen(s);

	if (len > max || !text_valid(s, len))
		log_bug("%zu bytes of words", len);
	text_clean(s, len, &clean);
	if (strcmp(clean.buf, s) != 0)
		log_bug("words that are not clean");
	sbuf_release(&clean);
}

static void check(const struct llm_picks *p)
{
	size_t i;

	if (p->n > LLM_PICKS_MAX)
		log_bug("%zu picks", p->n);
	if (p->summary)
		check_words(p->summary, 700);
	for (i = 0; i < p->n; i++) {
		check_words(p->at[i].style_id, 80);
		check_words(p->at[i].name, 80);
		check_words(p->at[i].region, 80);
		check_words(p->at[i].color, 80);
		check_words(p->at[i].why, 400);
		if (!*p->at[i].style_id && !*p->at[i].name)
			log_bug("a pick of nothing");
	}
}

static int same(const struct llm_pick *a, const struct llm_pick *b)
{
	return strcmp(a->style_id, b->style_id) == 0 &&
	       strcmp(a->name, b->name) == 0 &&
	       strcmp(a->region, b->region) == 0 &&
	       strcmp(a->color, b->color) == 0 && strcmp(a->why, b->why) == 0;
}

static void check_grown(
	const struct llm_picks *before, const struct llm_picks *after)
{
	size_t i;

	if (after->n < before->n)
		log_bug("%zu picks, then %zu", before->n, after->n);
	for (i = 0; i < before->n; i++)
		if (!same(&before->at[i], &after->at[i]))
			log_bug("pick %zu changed", i);
	if (before->summary &&
		(!after->summary || strcmp(before->summary, after->summary)))
		log_bug("the summary changed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena mem = ARENA_INIT;
	const char *text = (const char *)data;
	size_t at, step = size / 200 + 1;
	struct llm_picks before, now;
	struct err e = ERR_INIT;

	memset(&before, 0, sizeof(before));
	for (at = 0; at <= size; at += step) {
		if (llm_picks_read(text, at, 0, &mem, &now, &e))
			log_bug("a part fails: %s", e.msg);
		check(&now);
		check_grown(&before, &now);
		before = now;
	}
	if (llm_picks_read(text, size, 1, &mem, &now, &e) == 0) {
		check(&now);
		check_grown(&before, &now);
	} else if (e.reason != REASON_MODEL_NOT_JSON &&
		   e.reason != REASON_MODEL_WRONG_SHAPE) {
		log_bug("fails for %s", err_key(e.reason));
	}
	arena_reset(&mem);
	return 0;
}
