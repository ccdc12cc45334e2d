/*
 * Fuzz target: answers of models' APIs. The first three bytes choose the
 * provider, the head of the answer and the size of its pieces. Besides "no
 * crash": the pieces make no difference, everything stays within its ceiling,
 * and what is kept for the log is one line without anything like a key. The
 * judge has a verdict on all of it.
 */
#include "llm/provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KNOBS 3

static const char *const names[] = { "anthropic", "bedrock", "openai" };
static const struct net_head heads[] = {
	{ 200, "text/event-stream", "", -1, -1, 0 },
	{ 200, "application/json", "", -1, -1, 0 },
	{ 429, "application/json", "", 1000, -1, 0 },
	{ 400, "", "", -1, -1, 0 },
};

static void must(int ok, const char *what)
{
	if (!ok)
		log_bug("broken promise: %s", what);
}

static void feed(struct llm_reply *r, const struct net_head *h,
	const uint8_t *data, size_t size, size_t piece)
{
	size_t at, n;

	for (at = 0; at < size; at += n) {
		n = piece < size - at ? piece : size - at;
		if (llm_reply_feed(r, h, (const char *)data + at, n))
			break;
	}
	llm_reply_end(r, h);
}

static void check_line(const char *s)
{
	size_t run = 0, digits = 0;

	must(text_valid(s, strlen(s)), "UTF-8");
	for (; *s; s++) {
		must(!ascii_is_control(*s), "no control bytes");
		run++;
		digits += (size_t)ascii_is_digit(*s);
		if (!ascii_is_alnum(*s) && !strchr("_+/=-", *s))
			run = digits = 0;
		must(run < 16 || !digits, "nothing like a key");
	}
}

static void check(const struct llm_reply *r, const struct net_head *h)
{
	static const struct llm_model model;
	struct err cut = { REASON_CALL_CUT, "" };
	struct llm_judgement j;

	must(r->text.len <= LLM_TEXT_MAX, "the ceiling of words");
	must(text_valid(r->text.buf, r->text.len), "words in UTF-8");
	must(r->input_tokens >= 0 && r->output_tokens >= 0 &&
			r->cached_tokens >= 0,
		"counts");
	check_line(r->error);
	check_line(r->message);
	llm_judge(&model, LLM_SCHEMA, h, NULL, r, 1, 7, &j);
	must((j.reason == REASON_NONE) == (j.then == LLM_USE), "a verdict");
	must(j.then != LLM_USE || r->finish == LLM_WHOLE, "use what is whole");
	llm_judge(&model, LLM_PLAIN, h, &cut, r, 3, 7, &j);
	must(j.then == LLM_NEXT || j.then == LLM_USE, "an end to it");
}

static void compare(const struct llm_reply *a, const struct llm_reply *b)
{
	must(strcmp(a->text.buf, b->text.buf) == 0, "the same words");
	must(a->finish == b->finish && a->broken == b->broken &&
			a->too_large == b->too_large,
		"the same end");
	must(a->input_tokens == b->input_tokens &&
			a->output_tokens == b->output_tokens &&
			a->cached_tokens == b->cached_tokens,
		"the same counts");
	must(strcmp(a->error, b->error) == 0 &&
			strcmp(a->message, b->message) == 0,
		"the same error");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct llm_provider *p;
	const struct net_head *h;
	struct llm_reply whole, pieces;
	size_t piece;

	if (size < KNOBS)
		return 0;
	p = llm_provider(names[data[0] % ARRAY_LEN(names)],
		strlen(names[data[0] % ARRAY_LEN(names)]));
	h = &heads[data[1] % ARRAY_LEN(heads)];
	piece = 1 + data[2] % 64;
	llm_reply_init(&whole, p);
	llm_reply_init(&pieces, p);
	feed(&whole, h, data + KNOBS, size - KNOBS, size);
	feed(&pieces, h, data + KNOBS, size - KNOBS, piece);
	check(&whole, h);
	compare(&whole, &pieces);
	llm_reply_release(&whole);
	llm_reply_release(&pieces);
	return 0;
}
