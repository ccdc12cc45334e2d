/*
 * llm/reply.c with each provider: what is made of an answer. Every case is
 * fed whole, byte by byte, and cut in two at every byte: the result is the
 * same.
 */
#include "unit.h"

#include "llm/provider.h"

#define SSE "text/event-stream; charset=utf-8"
#define JSON "application/json"

struct expected {
	const char *text;
	enum llm_finish finish;
	int64_t input, output, cached;
	const char *error, *message;
	int broken, too_large;
};

struct reply_case {
	const char *name, *provider;
	int status;
	const char *type, *body;
	struct expected is;
};

/* ---- pieces of answers ---- */

#define START                                                              \
	"event: message_start\ndata: {\"type\":\"message_start\","         \
	"\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":10,"        \
	"\"cache_creation_input_tokens\":5,\"cache_read_input_tokens\":7," \
	"\"output_tokens\":1}}}\n\n"                                       \
	"event: content_block_start\ndata: {\"type\":"                     \
	"\"content_block_start\",\"index\":0,\"content_block\":{\"type\":" \
	"\"text\",\"text\":\"\"}}\n\n"                                     \
	"event: ping\ndata: {\"type\": \"ping\"}\n\n"
#define DELTA(kind, key, words)                                           \
	"event: content_block_delta\ndata: {\"type\":"                    \
	"\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"" kind \
	"\",\"" key "\":\"" words "\"}}\n\n"
#define WORDS(words) DELTA("text_delta", "text", words)
#define STOP(why)                                                         \
	"event: message_delta\ndata: {\"type\":\"message_delta\","        \
	"\"delta\":{\"stop_reason\":\"" why "\",\"stop_sequence\":null}," \
	"\"usage\":{\"output_tokens\":42}}\n\n"
#define OVER "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

#define CHUNK(delta, why)                                           \
	"data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\"," \
	"\"choices\":[{\"index\":0,\"delta\":{" delta "},"          \
	"\"finish_reason\":" why "}]}\n\n"
#define SAID(words) CHUNK("\"content\":\"" words "\"", "null")
#define USAGE                                                    \
	"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11," \
	"\"completion_tokens\":22,\"prompt_tokens_details\":"    \
	"{\"cached_tokens\":3}}}\n\n"
#define DONE "data: [DONE]\n\n"

static const struct reply_case cases[] = {
	/* ---- the Messages API ---- */
	{ "a whole answer", "anthropic", 200, SSE,
		START WORDS("{\\\"a\\\":") WORDS("1}") STOP("end_turn") OVER
		"junk that is not read",
		{ "{\"a\":1}", LLM_WHOLE, 22, 42, 7, "", "", 0, 0 } },
	{ "of Bedrock", "bedrock", 200, SSE,
		START WORDS("hi") STOP("stop_sequence") OVER,
		{ "hi", LLM_WHOLE, 22, 42, 7, "", "", 0, 0 } },
	{ "thoughts and tools are no words", "anthropic", 200, SSE,
		START DELTA("thinking_delta", "thinking", "hm")
			DELTA("thinking_delta", "text", "hm") DELTA(
				"signature_delta", "signature", "xx")
				DELTA("input_json_delta", "partial_json", "{")
					WORDS("yes") STOP("end_turn") OVER,
		{ "yes", LLM_WHOLE, 22, 42, 7, "", "", 0, 0 } },
	{ "the end is said before the last event", "anthropic", 200, SSE,
		START WORDS("hi") STOP("end_turn"),
		{ "hi", LLM_WHOLE, 22, 42, 7, "", "", 0, 0 } },
	{ "cut", "anthropic", 200, SSE,
		START WORDS("hi") "event: content_block_delta\nda",
		{ "hi", LLM_UNFINISHED, 22, 1, 7, "", "", 0, 0 } },
	{ "cut within JSON", "anthropic", 200, SSE,
		START WORDS("hi") "event: message_delta\ndata: {\"type\":\"mes",
		{ "hi", LLM_UNFINISHED, 22, 1, 7, "", "", 0, 0 } },
	{ "the last event lacks its empty line", "anthropic", 200, SSE,
		"event: message_stop\ndata: {\"type\":\"message_stop\"}",
		{ "", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "too long", "anthropic", 200, SSE,
		START WORDS("hi") STOP("max_tokens") OVER,
		{ "hi", LLM_TOO_LONG, 22, 42, 7, "", "", 0, 0 } },
	{ "no more room", "anthropic", 200, SSE,
		START STOP("model_context_window_exceeded") OVER,
		{ "", LLM_TOO_LONG, 22, 42, 7, "", "", 0, 0 } },
	{ "refused", "anthropic", 200, SSE,
		START WORDS("I") STOP("refusal") OVER,
		{ "I", LLM_REFUSED, 22, 42, 7, "", "", 0, 0 } },
	{ "paused", "anthropic", 200, SSE, START WORDS("I") STOP("pause_turn"),
		{ "I", LLM_UNFINISHED, 22, 42, 7, "", "", 0, 0 } },
	{ "a reason of next year", "anthropic", 200, SSE,
		START WORDS("I") STOP("bored") OVER,
		{ "I", LLM_WHOLE, 22, 42, 7, "", "", 0, 0 } },
	{ "an error within", "anthropic", 200, SSE,
		START WORDS("I") "event: error\ndata: {\"type\":\"error\","
				 "\"error\":{\"type\":\"overloaded_error\","
				 "\"message\":\"Overloaded\"}}\n\n" WORDS("x"),
		{ "I", LLM_UNFINISHED, 22, 1, 7, "overloaded_error",
			"Overloaded", 0, 0 } },
	{ "an event nobody knows holds junk", "anthropic", 200, SSE,
		START "event: novelty\ndata: {{{\n\n" WORDS("I")
			STOP("end_turn") OVER,
		{ "I", LLM_WHOLE, 22, 42, 7, "", "", 0, 0 } },
	{ "a type nobody knows", "anthropic", 200, SSE,
		START "data: {\"type\":\"novelty\"}\n\n" STOP("end_turn") OVER,
		{ "", LLM_WHOLE, 22, 42, 7, "", "", 0, 0 } },
	{ "an event that is read holds junk", "anthropic", 200, SSE,
		START WORDS("I") "event: content_block_delta\ndata: "
				 "{{{\n\n" WORDS("x"),
		{ "I", LLM_UNFINISHED, 22, 1, 7, "", "", 1, 0 } },
	{ "or no object", "anthropic", 200, SSE, "event: error\ndata: 7\n\n",
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 1, 0 } },
	{ "shapes that are wrong", "anthropic", 200, SSE,
		"event: message_start\ndata: {\"type\":7}\n\n"
		"event: message_delta\ndata: {\"delta\":[],\"usage\":\"x\"}\n\n"
		"event: content_block_delta\ndata: {\"delta\":null}\n\n"
		"data: {\"type\":\"content_block_delta\",\"delta\":"
		"{\"type\":\"text_delta\",\"text\":[1]}}\n\n",
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 0, 0 } },
	{ "counts that are wrong", "anthropic", 200, SSE,
		"data: {\"type\":\"message_start\",\"message\":{\"usage\":"
		"{\"input_tokens\":9223372036854775807,"
		"\"cache_read_input_tokens\":9223372036854775807,"
		"\"cache_creation_input_tokens\":-5,"
		"\"output_tokens\":-1}}}\n\n",
		{ "", LLM_UNFINISHED, 2000000000, 0, 1000000000, "", "", 0,
			0 } },
	{ "a document", "anthropic", 200, JSON,
		"{\"type\":\"message\",\"content\":[{\"type\":\"thinking\","
		"\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"a\"},"
		"{\"type\":\"text\",\"text\":\"b\"}],\"stop_reason\":"
		"\"end_turn\",\"usage\":{\"input_tokens\":3,"
		"\"output_tokens\":4}}",
		{ "ab", LLM_WHOLE, 3, 4, 0, "", "", 0, 0 } },
	{ "half a document", "anthropic", 200, JSON,
		"{\"type\":\"message\",\"content\":[{\"type\":\"te",
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 1, 0 } },
	{ "a page", "anthropic", 200, "text/html",
		"<html>Log in, please</html>",
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 1, 0 } },
	{ "nothing", "anthropic", 200, JSON, "",
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 0, 0 } },

	/* ---- the form of a stream ---- */
	{ "CRLF, comments, fields nobody needs", "openai", 200, SSE,
		": hello\r\n\r\nid: 7\r\nretry: 1\r\nnothing\r\n"
		"data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n"
		"\r\n: OPENROUTER PROCESSING\r\n\r\ndata: [DONE]\r\n\r\n",
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "CR", "openai", 200, SSE,
		"data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\r"
		"data: [DONE]\r\r",
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "a mark of the byte order", "openai", 200, SSE,
		"\xEF\xBB\xBF"
		"data:{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n" DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "several lines of data, CRLF", "openai", 200, SSE,
		"data: {\"choices\":[{\"delta\":\r\n"
		"data: {\"content\":\"a\"}}]}\r\n\r\n" DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "a mark of the byte order where none belongs", "openai", 200, SSE,
		"\n\xEF\xBB\xBF" SAID("x") SAID("a") DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "several lines of data", "openai", 200, SSE,
		"data: {\"choices\":[{\"delta\":\ndata: {\"content\":\n"
		"data: \"a\"}}]}\n\ndata:\n\n" DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "no type at all", "openai", 200, "", SAID("a") DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "a name that is too long to be read", "openai", 200, SSE,
		"event: message45678901234567890123456789012345678901234567890"
		"1234567890123456789\ndata: {{\n\n" SAID("a") DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },

	/* ---- the chat API ---- */
	{ "a whole answer", "openai", 200, SSE,
		CHUNK("\"role\":\"assistant\",\"content\":\"\"", "null")
			SAID("{\\\"a\\\":") SAID("1}") CHUNK("", "\"stop\"")
				USAGE DONE SAID("more"),
		{ "{\"a\":1}", LLM_WHOLE, 11, 22, 3, "", "", 0, 0 } },
	{ "usage on every chunk", "openai", 200, SSE,
		"data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],"
		"\"usage\":null}\n\n"
		"data: {\"choices\":[{\"delta\":{},\"finish_reason\":"
		"\"stop\"}],\"usage\":{\"prompt_tokens\":5,"
		"\"completion_tokens\":6,\"prompt_tokens_details\":null}}\n\n",
		{ "a", LLM_WHOLE, 5, 6, 0, "", "", 0, 0 } },
	{ "thoughts are no words", "openai", 200, SSE,
		CHUNK("\"reasoning\":\"hm\",\"content\":\"\"", "null") CHUNK(
			"\"reasoning_content\":\"hm\",\"content\":null", "null")
			CHUNK("\"content\":[{\"type\":\"thinking\","
			      "\"thinking\":[]},{\"type\":\"text\","
			      "\"text\":\"y\"}]",
				"null") SAID("es") DONE,
		{ "yes", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "another choice", "openai", 200, SSE,
		"data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":"
		"\"b\"},\"finish_reason\":\"length\"},{\"index\":0,\"delta\":"
		"{\"content\":\"a\"}}]}\n\n" DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "too long", "openai", 200, SSE,
		SAID("a") CHUNK("", "\"length\"") USAGE DONE,
		{ "a", LLM_TOO_LONG, 11, 22, 3, "", "", 0, 0 } },
	{ "filtered", "openai", 200, SSE,
		SAID("a") CHUNK("", "\"content_filter\"") DONE,
		{ "a", LLM_REFUSED, 0, 0, 0, "", "", 0, 0 } },
	{ "refused", "openai", 200, SSE,
		CHUNK("\"refusal\":\"I can\"", "null")
			CHUNK("\"refusal\":\"not.\"", "null")
				CHUNK("", "\"stop\"") DONE,
		{ "", LLM_REFUSED, 0, 0, 0, "", "", 0, 0 } },
	{ "not refused", "openai", 200, SSE,
		CHUNK("\"content\":\"a\",\"refusal\":null", "null")
			CHUNK("\"refusal\":\"\"", "\"\"") DONE,
		{ "a", LLM_WHOLE, 0, 0, 0, "", "", 0, 0 } },
	{ "cut", "openai", 200, SSE, SAID("a") SAID("b") "data: [DON",
		{ "ab", LLM_UNFINISHED, 0, 0, 0, "", "", 0, 0 } },
	{ "done without a word", "openai", 200, SSE, DONE,
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 0, 0 } },
	{ "an error within", "openai", 200, SSE,
		SAID("a") "data: {\"error\":{\"code\":502,\"message\":"
			  "\"Provider gone\"}}\n\n" SAID("b"),
		{ "a", LLM_UNFINISHED, 0, 0, 0, "502", "Provider gone", 0,
			0 } },
	{ "an error event", "openai", 200, SSE,
		"event: error\ndata: {\"message\":\"no\",\"type\":\"t\"}\n\n",
		{ "", LLM_UNFINISHED, 0, 0, 0, "t", "no", 0, 0 } },
	{ "a document", "openai", 200, "application/json; charset=utf-8",
		"\xEF\xBB\xBF{\"choices\":[{\"index\":0,\"message\":{\"role\":"
		"\"assistant\",\"content\":\"a\\u0000b\",\"refusal\":null},"
		"\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,"
		"\"completion_tokens\":2}}",
		{ "ab", LLM_WHOLE, 1, 2, 0, "", "", 0, 0 } },
	{ "an error with a good status", "openai", 200, JSON,
		"{\"error\":{\"message\":\"x\",\"code\":429}}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "429", "x", 0, 0 } },

	/* ---- errors ---- */
	{ "of Anthropic", "anthropic", 529, JSON,
		"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
		"\"message\":\"Overloaded\"},\"request_id\":\"r\"}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "overloaded_error", "Overloaded",
			0, 0 } },
	{ "a spent limit", "anthropic", 429, JSON,
		"{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
		"\"message\":\"Spent\",\"details\":{\"error_code\":"
		"\"enforced_spend_limit_reached\"}}}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "enforced_spend_limit_reached",
			"Spent", 0, 0 } },
	{ "of OpenAI, with the key in it", "openai", 401, JSON,
		"{\"error\":{\"message\":\"Incorrect API key provided: "
		"sk-proj-A1b2C3d4E5f6G7h8. Find\\nit\\tthere\\u0007.\","
		"\"type\":\"invalid_request_error\",\"param\":null,\"code\":"
		"\"invalid_api_key\"}}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "invalid_api_key",
			"Incorrect API key provided: \xE2\x80\xA6. Find it "
			"there.",
			0, 0 } },
	{ "a key without a digit", "openai", 401, JSON,
		"{\"error\":\"bad: abcdefghijklmnopqrstuvwxyzABCDEFGH\"}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "error", "bad: \xE2\x80\xA6", 0,
			0 } },
	{ "a key as a code", "openai", 401, JSON,
		"{\"error\":{\"code\":\"sk-proj-A1b2C3d4E5f6G7h8\"}}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "\xE2\x80\xA6", "", 0, 0 } },
	{ "of AWS", "bedrock", 403, JSON,
		"{\"Message\":\"Signature expired\","
		"\"__type\":\"AccessDenied\"}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "AccessDenied",
			"Signature expired", 0, 0 } },
	{ "of a small server", "openai", 422, JSON, "{\"detail\":\"no\"}",
		{ "", LLM_UNFINISHED, 0, 0, 0, "error", "no", 0, 0 } },
	{ "of a proxy", "openai", 502, "text/html", "<h1>Bad Gateway</h1>",
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 0, 0 } },
	{ "as a stream", "openai", 500, SSE, SAID("a"),
		{ "", LLM_UNFINISHED, 0, 0, 0, "", "", 0, 0 } },
};

/* ---- feeding ---- */

static struct net_head head_of(const struct reply_case *c)
{
	struct net_head h = { c->status, c->type, "", -1, -1, 0 };

	return h;
}

/* A piece, in memory of its own, so that reading past it is seen. */
static int feed(struct llm_reply *r, const struct net_head *h, const char *s,
	size_t len)
{
	char *copy;
	int rc;

	if (!len)
		return 0;
	copy = xmalloc(len);
	memcpy(copy, s, len);
	rc = llm_reply_feed(r, h, copy, len);
	free(copy);
	return rc;
}

static void check(const struct reply_case *c, const char *how, size_t at,
	const struct llm_reply *r)
{
	const struct expected *is = &c->is;

	if (strcmp(r->text.buf, is->text) != 0 || r->finish != is->finish ||
		r->input_tokens != is->input ||
		r->output_tokens != is->output ||
		r->cached_tokens != is->cached ||
		strcmp(r->error, is->error) != 0 ||
		strcmp(r->message, is->message) != 0 ||
		r->broken != is->broken || r->too_large != is->too_large)
		fail_msg("%s, %s, %s %zu: '%s' finish %d tokens %d/%d/%d error "
			 "'%s' '%s' broken %d large %d",
			c->provider, c->name, how, at, r->text.buf,
			(int)r->finish, (int)r->input_tokens,
			(int)r->output_tokens, (int)r->cached_tokens, r->error,
			r->message, r->broken, r->too_large);
}

/* In pieces of that size, the first of them of another. */
static void run(
	const struct reply_case *c, const char *how, size_t first, size_t size)
{
	size_t len = strlen(c->body), at = 0, n = first < len ? first : len;
	struct net_head h = head_of(c);
	struct llm_reply r;

	llm_reply_init(&r, llm_provider(c->provider, strlen(c->provider)));
	while (at < len) {
		if (feed(&r, &h, c->body + at, n))
			break;
		at += n;
		n = size < len - at ? size : len - at;
	}
	llm_reply_end(&r, &h);
	check(c, how, first, &r);
	/* nothing is taken any more */
	assert_int_equal(llm_reply_feed(&r, &h, "\n\n", 2), -1);
	llm_reply_release(&r);
}

static void test_cases(void **state)
{
	size_t i, at;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		size_t len = strlen(cases[i].body);

		if (!len) {
			struct net_head h = head_of(&cases[i]);
			struct llm_reply r;

			llm_reply_init(&r, llm_provider("openai", 6));
			llm_reply_end(&r, &h);
			check(&cases[i], "empty", 0, &r);
			llm_reply_release(&r);
			continue;
		}
		run(&cases[i], "whole", len, len);
		run(&cases[i], "byte by byte", 1, 1);
		for (at = 1; at < len; at++)
			run(&cases[i], "cut at", at, len);
	}
}

/* Cut short anywhere, an answer is unfinished, or it is the same answer. */
static void test_cut_short(void **state)
{
	static const char body[] = START WORDS("{\\\"a\\\":") WORDS("1}")
		STOP("end_turn") OVER;
	struct net_head h = { 200, SSE, "", -1, -1, 0 };
	size_t at, whole = 0;

	(void)state;
	for (at = 0; at < strlen(body); at++) {
		struct llm_reply r;

		llm_reply_init(&r, llm_provider("anthropic", 9));
		(void)feed(&r, &h, body, at);
		llm_reply_end(&r, &h);
		assert_false(r.broken || r.too_large || *r.error);
		if (r.finish == LLM_WHOLE) {
			assert_string_equal(r.text.buf, "{\"a\":1}");
			assert_int_equal(r.output_tokens, 42);
			whole++;
		}
		llm_reply_release(&r);
	}
	assert_true(whole > 0 && whole < strlen(OVER) + 3);
}

/* The end is told as soon as it is there. */
static void test_enough(void **state)
{
	static const char body[] = SAID("a") CHUNK("", "\"stop\"") USAGE;
	struct net_head h = { 200, SSE, "", -1, -1, 0 };
	struct llm_reply r;

	(void)state;
	llm_reply_init(&r, llm_provider("openai", 6));
	assert_int_equal(feed(&r, &h, body, strlen(body)), 0);
	assert_int_equal(r.finish, LLM_WHOLE);
	assert_int_equal(feed(&r, &h, DONE, strlen(DONE)), -1);
	llm_reply_release(&r);
}

/* ---- ceilings ---- */

/* The same piece over and over; how often until it was enough. */
static size_t flood(struct llm_reply *r, const struct net_head *h,
	const char *piece, size_t most)
{
	size_t n = 0;

	while (n < most) {
		n++;
		if (feed(r, h, piece, strlen(piece)))
			break;
	}
	return n;
}

static void test_ceilings(void **state)
{
	static const char kilobyte[] =
		"01234567890123456789012345678901234567890123456789012345678901"
		"23";
	static const struct {
		const char *first, *piece;
	} rows[] = {
		{ "data: ", kilobyte },	      /* one line */
		{ "", "data: 0123456789\n" }, /* one event */
		{ "", SAID("0123456789") },   /* one answer */
	};
	struct net_head h = { 200, SSE, "", -1, -1, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct llm_reply r;

		llm_reply_init(&r, llm_provider("openai", 6));
		(void)feed(&r, &h, rows[i].first, strlen(rows[i].first));
		assert_in_range(flood(&r, &h, rows[i].piece, 100000), 1, 30000);
		llm_reply_end(&r, &h);
		assert_true(r.too_large);
		assert_true(r.text.len <= LLM_TEXT_MAX);
		assert_int_equal(r.finish, LLM_UNFINISHED);
		llm_reply_release(&r);
	}
}

static void test_large_document(void **state)
{
	struct net_head h = { 200, JSON, "", -1, -1, 0 };
	struct llm_reply r;

	(void)state;
	llm_reply_init(&r, llm_provider("openai", 6));
	(void)flood(&r, &h, "          ", 100000);
	llm_reply_end(&r, &h);
	assert_true(r.too_large);
	llm_reply_release(&r);
	/* of an error nothing is left but its status */
	h.status = 500;
	llm_reply_init(&r, llm_provider("openai", 6));
	(void)flood(&r, &h, "          ", 100000);
	llm_reply_end(&r, &h);
	assert_string_equal(r.error, "");
	llm_reply_release(&r);
}

/* A long message is cut between characters. */
static void test_long_message(void **state)
{
	struct net_head h = { 400, JSON, "", -1, -1, 0 };
	struct sbuf body = SBUF_INIT(10000);
	struct llm_reply r;
	int i;

	(void)state;
	sbuf_addstr(&body, "{\"error\":{\"message\":\"");
	for (i = 0; i < 300; i++)
		sbuf_addstr(&body, "\xC3\xA9");
	sbuf_addstr(&body, "\"}}");
	llm_reply_init(&r, llm_provider("openai", 6));
	(void)feed(&r, &h, body.buf, body.len);
	llm_reply_end(&r, &h);
	assert_int_equal(strlen(r.message), 198);
	assert_true(text_valid(r.message, 198));
	llm_reply_release(&r);
	sbuf_release(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_enough),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_large_document),
		cmocka_unit_test(test_long_message),
	};

	unit_deadline(120);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
