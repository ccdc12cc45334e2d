/*
 * Amazon Bedrock, by the Messages format that it speaks for Anthropic's
 * models: the id of the model goes in the body and the answer is an ordinary
 * stream of events, unlike those of Converse. A request carries a Bedrock API
 * key, or it is signed (sigv4.c) with the keys of an account.
 */
#include "llm/anthropic.h"

#include "llm/request.h"
#include "llm/sigv4.h"

/* Signed is what the signature must cover: the type of the body, and whatever
 * is meant for AWS itself. What a proxy may change is not. */
static int is_signed(const char *line)
{
	size_t len = strlen(line);

	return text_ascii_prefix(line, len, "content-type:") ||
	       text_ascii_prefix(line, len, "x-amz-");
}

static void sign(const struct llm_model *m, int64_t wall_ms,
	const struct llm_request *r, struct llm_headers *h)
{
	const char **some = arena_calloc(h->mem, h->n + 3, sizeof(*some));
	struct sigv4_who who = { m->key.id, m->key.secret, m->region,
		"bedrock" };
	struct sigv4_request what = { "POST", NULL, NULL, "", some, r->body,
		r->len };
	char stamp[SIGV4_STAMP_SIZE];
	struct llm_target to;
	size_t i, n = 0;

	llm_target_read(r->url, h->mem, &to);
	what.host = to.host;
	what.path = to.path;
	/* the newer address of the service has a name of its own */
	if (text_ascii_prefix(to.host, strlen(to.host), "bedrock-mantle."))
		who.service = "bedrock-mantle";
	sigv4_stamp(wall_ms, stamp);
	llm_headers_add(h, "x-amz-date", stamp);
	if (*m->key.token)
		llm_headers_add(h, "x-amz-security-token", m->key.token);
	for (i = 0; i < h->n; i++)
		if (is_signed(h->at[i]))
			some[n++] = h->at[i];
	llm_headers_add(
		h, "authorization", sigv4_sign(&who, &what, stamp, h->mem));
}

static int request(const struct llm_model *m, enum llm_mode mode,
	const struct llm_prompt *p, int64_t wall_ms, struct arena *mem,
	struct llm_request *out, struct err *e)
{
	struct llm_headers h;

	if (llm_request_body(m, "/v1/messages", llm_messages_body(m, mode, p),
		    mem, out, e))
		return -1;
	llm_headers_init(&h, m, mem);
	if (*m->version)
		llm_headers_add(&h, "anthropic-version", m->version);
	if (*m->key.bearer)
		llm_headers_add(&h, "authorization",
			arena_printf(mem, "Bearer %s", m->key.bearer));
	else
		sign(m, wall_ms, out, &h);
	out->headers = h.at;
	return 0;
}

const struct llm_provider llm_bedrock = {
	.name = "bedrock",
	.needs_key = 1,
	.signs = 1,
	.events = llm_messages_events,
	.request = request,
	.event = llm_messages_event,
	.document = llm_messages_document,
};
