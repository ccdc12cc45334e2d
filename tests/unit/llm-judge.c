/* llm/judge.c and breaker.c: what follows from how a call ended. */
#include "unit.h"

#include "llm/provider.h"

/* One ending; what is not named is as if all had gone well. */
struct ending {
	int status;	     /* 0: 200; -1: nothing came */
	enum err_reason net; /* why no whole answer came */
	enum llm_finish finish;
	const char *error, *message;
	int too_large, broken, tries, mode, retry_ms, not_again, do_again;
	int skew_min; /* minutes that the server is ahead; its key signs */
	/* what is expected */
	enum err_reason reason;
	enum llm_then then;
	int ill;
};

#define NEXT(r) .reason = REASON_##r, .then = LLM_NEXT
#define AGAIN(r) .reason = REASON_##r, .then = LLM_AGAIN
#define DEGRADE .reason = REASON_MODEL_SCHEMA, .then = LLM_DEGRADE
#define USE .reason = REASON_NONE, .then = LLM_USE

static void judge(
	const struct ending *t, uint32_t random, struct llm_judgement *out)
{
	struct net_head head = { t->status ? t->status : 200, "", "", -1, -1,
		0 };
	struct err net = ERR_INIT;
	struct llm_model m;
	struct llm_reply r;

	memset(&m, 0, sizeof(m));
	llm_reply_init(&r, llm_provider("anthropic", 9));
	head.retry_after_ms = t->retry_ms ? t->retry_ms : -1;
	head.should_retry = t->not_again ? 0 : t->do_again ? 1 : -1;
	if (t->skew_min) {
		m.key.id[0] = 'A';
		head.date = clock_wall_ms() + INT64_C(60000) * t->skew_min;
	}
	net.reason = t->net;
	r.finish = t->finish;
	r.too_large = t->too_large;
	r.broken = t->broken;
	(void)snprintf(
		r.error, sizeof(r.error), "%s", t->error ? t->error : "");
	(void)snprintf(r.message, sizeof(r.message), "%s",
		t->message ? t->message : "");
	llm_judge(&m, (enum llm_mode)t->mode, t->status < 0 ? NULL : &head,
		t->net ? &net : NULL, &r, t->tries ? t->tries : 1, random, out);
	llm_reply_release(&r);
}

static const struct ending endings[] = {
	/* answers */
	{ .finish = LLM_WHOLE, USE },
	{ .finish = LLM_WHOLE, .net = REASON_CALL_CUT, USE },
	{ .finish = LLM_WHOLE, .net = REASON_CALL_SILENT, USE },
	{ .finish = LLM_WHOLE, .error = "overloaded_error", USE },
	{ .finish = LLM_WHOLE, .too_large = 1, NEXT(MODEL_TOO_LONG) },
	{ .finish = LLM_REFUSED, NEXT(MODEL_REFUSED) },
	{ .finish = LLM_TOO_LONG, NEXT(MODEL_TOO_LONG) },
	{ .too_large = 1, NEXT(MODEL_TOO_LONG) },
	{ .tries = 1, AGAIN(MODEL_CUT) },
	{ .tries = 2, NEXT(MODEL_CUT) },
	{ .broken = 1, AGAIN(MODEL_NOT_JSON) },
	{ .broken = 1, .tries = 2, NEXT(MODEL_NOT_JSON) },
	{ .net = REASON_CALL_CUT, AGAIN(MODEL_CUT) },
	{ .net = REASON_CALL_CUT, .tries = 2, NEXT(MODEL_CUT) },
	/* the network */
	{ .status = -1,
		.net = REASON_CALL_DNS,
		AGAIN(MODEL_UNREACHABLE),
		.ill = 1 },
	{ .status = -1,
		.net = REASON_CALL_REFUSED,
		.tries = 2,
		AGAIN(MODEL_UNREACHABLE),
		.ill = 1 },
	{ .status = -1,
		.net = REASON_CALL_RESET,
		.tries = 3,
		NEXT(MODEL_UNREACHABLE),
		.ill = 1 },
	{ .status = -1,
		.net = REASON_CALL_FAILED,
		AGAIN(MODEL_UNREACHABLE),
		.ill = 1 },
	{ .status = -1,
		.net = REASON_CALL_TLS,
		NEXT(MODEL_UNREACHABLE),
		.ill = 1 },
	{ .status = -1,
		.net = REASON_CALL_TIMEOUT,
		NEXT(MODEL_TIMEOUT),
		.ill = 1 },
	{ .net = REASON_CALL_SILENT, NEXT(MODEL_TIMEOUT), .ill = 1 },
	{ .net = REASON_CALL_TOO_LARGE, NEXT(MODEL_TOO_LONG) },
	{ .status = -1, AGAIN(MODEL_UNREACHABLE), .ill = 1 },
	{ .status = 302, NEXT(MODEL_UNREACHABLE) },
	/* a status is worth more than how its body ended */
	{ .status = 401, .net = REASON_CALL_CUT, NEXT(MODEL_KEY) },
	{ .status = 529,
		.net = REASON_CALL_TIMEOUT,
		AGAIN(MODEL_OVERLOADED),
		.ill = 1 },
	/* 400 */
	{ .status = 400, NEXT(MODEL_BAD_REQUEST) },
	{ .status = 400,
		.message = "output_config.format: not supported",
		DEGRADE },
	{ .status = 400,
		.mode = LLM_OBJECT,
		.message = "Invalid parameter: 'response_format'",
		DEGRADE },
	{ .status = 400,
		.mode = LLM_PLAIN,
		.message = "Invalid parameter: 'response_format'",
		NEXT(MODEL_BAD_REQUEST) },
	{ .status = 422, .message = "JSON_SCHEMA is not known here", DEGRADE },
	{ .status = 500, .message = "failed to parse grammar", DEGRADE },
	{ .status = 500,
		.mode = LLM_PLAIN,
		.message = "failed to parse grammar",
		AGAIN(MODEL_SERVER),
		.ill = 1 },
	{ .status = 500,
		.message = "bad format",
		AGAIN(MODEL_SERVER),
		.ill = 1 },
	/* words within words */
	{ .status = 400,
		.message = "See the docs for more information",
		NEXT(MODEL_BAD_REQUEST) },
	{ .status = 403,
		.message = "This account is suspended",
		NEXT(MODEL_KEY) },
	{ .status = 400,
		.message = "Information: 'response.format' is not known",
		DEGRADE },
	{ .status = 400,
		.message = "Your credit balance is too low",
		NEXT(MODEL_LIMIT) },
	{ .status = 400,
		.message = "You have reached your specified API usage limits",
		NEXT(MODEL_LIMIT) },
	{ .status = 400,
		.message = "The workspace's spend limit is reached",
		NEXT(MODEL_LIMIT) },
	{ .status = 400,
		.message = "The provided model identifier is invalid.",
		NEXT(MODEL_UNKNOWN) },
	{ .status = 400,
		.error = "context_length_exceeded",
		NEXT(MODEL_TOO_LARGE) },
	{ .status = 400,
		.message = "prompt is too long: 300000 tokens",
		NEXT(MODEL_TOO_LARGE) },
	/* keys */
	{ .status = 401, .message = "invalid x-api-key", NEXT(MODEL_KEY) },
	{ .status = 403, NEXT(MODEL_KEY) },
	{ .status = 401, .do_again = 1, NEXT(MODEL_KEY) },
	{ .status = 403,
		.skew_min = 6,
		.message = "Signature not yet current: …",
		NEXT(MODEL_CLOCK) },
	{ .status = 403,
		.skew_min = -7,
		.message = "Signature expired: …",
		NEXT(MODEL_CLOCK) },
	{ .status = 403,
		.skew_min = 4,
		.message = "Signature expired: …",
		NEXT(MODEL_KEY) },
	{ .status = 403,
		.skew_min = 60,
		.message = "no such key",
		NEXT(MODEL_KEY) },
	{ .status = 403,
		.message = "You don't have access to the model with the "
			   "specified model ID.",
		NEXT(MODEL_UNKNOWN) },
	{ .status = 403, .error = "model_not_found", NEXT(MODEL_UNKNOWN) },
	/* the rest, each by its status */
	{ .status = 402, NEXT(MODEL_BILLING) },
	{ .status = 404, NEXT(MODEL_UNKNOWN) },
	{ .status = 413, NEXT(MODEL_TOO_LARGE) },
	{ .status = 409, NEXT(MODEL_BAD_REQUEST) },
	{ .status = 409, .do_again = 1, AGAIN(MODEL_BAD_REQUEST) },
	{ .status = 408, AGAIN(MODEL_TIMEOUT), .ill = 1 },
	{ .status = 424, AGAIN(MODEL_SERVER), .ill = 1 },
	{ .status = 429, AGAIN(MODEL_RATE), .ill = 1 },
	{ .status = 429, .tries = 2, AGAIN(MODEL_RATE), .ill = 1 },
	{ .status = 429, .tries = 3, NEXT(MODEL_RATE), .ill = 1 },
	{ .status = 429, .retry_ms = 20000, AGAIN(MODEL_RATE), .ill = 1 },
	{ .status = 429, .retry_ms = 20001, NEXT(MODEL_RATE), .ill = 1 },
	{ .status = 429, .not_again = 1, NEXT(MODEL_RATE), .ill = 1 },
	{ .status = 429,
		.error = "enforced_spend_limit_reached",
		.retry_ms = 1000,
		.do_again = 1,
		NEXT(MODEL_LIMIT) },
	{ .status = 429, .error = "insufficient_quota", NEXT(MODEL_LIMIT) },
	{ .status = 500, AGAIN(MODEL_SERVER), .ill = 1 },
	{ .status = 500, .not_again = 1, NEXT(MODEL_SERVER), .ill = 1 },
	{ .status = 502, AGAIN(MODEL_SERVER), .ill = 1 },
	{ .status = 503, AGAIN(MODEL_OVERLOADED), .ill = 1 },
	{ .status = 504, AGAIN(MODEL_TIMEOUT), .ill = 1 },
	{ .status = 529, AGAIN(MODEL_OVERLOADED), .ill = 1 },
	{ .status = 529, .tries = 3, NEXT(MODEL_OVERLOADED), .ill = 1 },
	/* the same inside a stream */
	{ .error = "overloaded_error", AGAIN(MODEL_OVERLOADED), .ill = 1 },
	{ .error = "overloaded_error",
		.net = REASON_CALL_CUT,
		AGAIN(MODEL_OVERLOADED),
		.ill = 1 },
	{ .error = "api_error", AGAIN(MODEL_SERVER), .ill = 1 },
	{ .error = "timeout_error", AGAIN(MODEL_TIMEOUT), .ill = 1 },
	{ .error = "rate_limit_error", AGAIN(MODEL_RATE), .ill = 1 },
	{ .error = "rate_limit_exceeded", AGAIN(MODEL_RATE), .ill = 1 },
	{ .error = "enforced_spend_limit_reached", NEXT(MODEL_LIMIT) },
	{ .error = "insufficient_quota", NEXT(MODEL_LIMIT) },
	{ .error = "authentication_error", NEXT(MODEL_KEY) },
	{ .error = "billing_error", NEXT(MODEL_BILLING) },
	{ .error = "model_not_found", NEXT(MODEL_UNKNOWN) },
	{ .error = "invalid_request_error", NEXT(MODEL_BAD_REQUEST) },
	{ .error = "503", AGAIN(MODEL_OVERLOADED), .ill = 1 },
	{ .error = "402", NEXT(MODEL_BILLING) },
	{ .error = "999", AGAIN(MODEL_SERVER), .ill = 1 },
	{ .error = "nobody_knows", AGAIN(MODEL_SERVER), .ill = 1 },
};

static void test_endings(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(endings); i++) {
		const struct ending *t = &endings[i];
		struct llm_judgement got;

		judge(t, 12345, &got);
		if (got.reason != t->reason || got.then != t->then ||
			got.ill != t->ill)
			fail_msg("row %zu (status %d, %s, '%s'): %s, then %d, "
				 "ill %d",
				i, t->status, err_key(t->net),
				t->message ? t->message : "",
				err_key(got.reason), (int)got.then, got.ill);
		assert_int_equal(got.wait_ms > 0, t->then == LLM_AGAIN);
	}
}

/* Longer each time, never the same for all, as long as it is asked for. */
static void test_waits(void **state)
{
	struct ending t = { .status = 500 };
	struct llm_judgement got;
	int64_t least = 500;
	uint32_t random;

	(void)state;
	for (t.tries = 1; t.tries < 3; t.tries++, least *= 2)
		for (random = 0; random < 4000; random += 7) {
			judge(&t, random, &got);
			assert_true(got.wait_ms >= least);
			assert_true(got.wait_ms < 2 * least);
		}
	t.tries = 1;
	judge(&t, 0, &got);
	assert_int_equal(got.wait_ms, 500);
	judge(&t, 499, &got);
	assert_int_equal(got.wait_ms, 999);
	t.retry_ms = 7000;
	for (random = 0; random < 1000; random++) {
		judge(&t, random, &got);
		assert_true(got.wait_ms >= 7000 && got.wait_ms < 7250);
	}
}

/* ---- breaker ---- */

static void fail_times(struct llm_breaker *b, int n, int64_t now)
{
	while (n--) {
		assert_true(llm_breaker_ask(b, now));
		llm_breaker_tell(b, 1, now);
	}
}

static void test_breaker_opens(void **state)
{
	struct llm_breaker b = { 0, 0, 0 };

	(void)state;
	fail_times(&b, 4, 1000);
	llm_breaker_tell(&b, 0, 1000); /* in a row */
	fail_times(&b, 4, 1000);
	assert_true(llm_breaker_ask(&b, 1000));
	llm_breaker_tell(&b, 1, 1000);
	assert_false(llm_breaker_ask(&b, 1000));
	assert_false(llm_breaker_ask(&b, 30999));
	/* one probe */
	assert_true(llm_breaker_ask(&b, 31000));
	assert_false(llm_breaker_ask(&b, 31000));
	llm_breaker_tell(&b, 0, 32000);
	assert_true(llm_breaker_ask(&b, 32000));
	assert_true(llm_breaker_ask(&b, 32000));
	fail_times(&b, 5, 32000);
	assert_false(llm_breaker_ask(&b, 32000));
}

static void test_breaker_doubles(void **state)
{
	static const int64_t waits[] = { 30000, 60000, 120000, 240000, 300000,
		300000 };
	struct llm_breaker b = { 0, 0, 0 };
	int64_t now = 5000;
	size_t i;

	(void)state;
	fail_times(&b, 5, now);
	for (i = 0; i < ARRAY_LEN(waits); i++) {
		assert_false(llm_breaker_ask(&b, now + waits[i] - 1));
		now += waits[i];
		assert_true(llm_breaker_ask(&b, now));
		llm_breaker_tell(&b, 1, now);
	}
	for (i = 0; i < 1000; i++) {
		now += 300000;
		assert_true(llm_breaker_ask(&b, now));
		llm_breaker_tell(&b, 1, now);
	}
}

/* Calls that were under way when it opened end one by one. */
static void test_breaker_late(void **state)
{
	struct llm_breaker b = { 0, 0, 0 };
	int i;

	(void)state;
	fail_times(&b, 5, 0);
	for (i = 0; i < 50; i++)
		llm_breaker_tell(&b, 1, 29000);
	assert_true(llm_breaker_ask(&b, 30000));
	/* the probe is never heard of again */
	assert_false(llm_breaker_ask(&b, 89999));
	assert_true(llm_breaker_ask(&b, 90000));
	llm_breaker_tell(&b, 0, 90001);
	/* a late success closes it */
	fail_times(&b, 5, 90001);
	llm_breaker_tell(&b, 0, 90002);
	assert_true(llm_breaker_ask(&b, 90002));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endings),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_breaker_opens),
		cmocka_unit_test(test_breaker_doubles),
		cmocka_unit_test(test_breaker_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
