/*
 * What to do about a call that is over: use it, ask again, ask in a simpler
 * way, or go to the next provider. One table holds what each status means; an
 * error inside a stream is read as the status it would have been.
 *
 * At most TRIES calls to a provider for one question. A wait that the API asks
 * for is kept, or, when it is long, the next provider is asked: a cook is
 * waiting. Never repeated is what cannot get better: a spent limit, a wrong
 * key, a call that used up its time already.
 */
#include "llm/provider.h"

#define TRIES 3
#define TRIES_CUT 2
#define WAIT_MIN 500
#define WAIT_MAX 8000
#define WAIT_ASKED_MAX 20000 /* longer is not waited for */
#define JITTER_ASKED 250
#define CLOCK_SKEW_MS (INT64_C(5) * 60 * 1000)

/* ---- what an API may say ---- */

/* Where a word begins: "spend" is not in "suspended", nor "format" in
 * "information". */
static int has_phrase(const char *text, const char *phrase)
{
	const char *at = text;

	for (; (at = strstr(at, phrase)); at++)
		if (at == text || !ascii_is_alpha(at[-1]))
			return 1;
	return 0;
}

/* phrases: in lower case, NULL at the end. */
static int says(const char *message, const char *const *phrases)
{
	char lower[sizeof(((struct llm_reply *)0)->message)];
	size_t i;

	for (i = 0; message[i] && i < sizeof(lower) - 1; i++)
		lower[i] = ascii_lower(message[i]);
	lower[i] = '\0';
	for (; *phrases; phrases++)
		if (has_phrase(lower, *phrases))
			return 1;
	return 0;
}

static const char *const of_limit[] = { "credit", "spend", "usage limit",
	"usage_limit", "billing", NULL };
static const char *const of_shape[] = { "output_config", "response_format",
	"json_schema", "json_object", "schema", "grammar", "structured output",
	NULL };
static const char *const of_format[] = { "format", NULL };
static const char *const of_model[] = { "model identifier", "invalid model",
	"unknown model", "model not found", "no such model",
	"model does not exist", "access to the model", NULL };
static const char *const of_size[] = { "context length", "context_length",
	"context window", "context size", "prompt is too long",
	"too many tokens", NULL };
static const char *const of_time[] = { "signature", "expired", "time", "date",
	NULL };

/* Types and codes of errors, as statuses; what is not here is a 500. */
static const struct {
	const char *name;
	int status;
} codes[] = {
	{ "invalid_request_error", 400 },
	{ "context_length_exceeded", 413 },
	{ "request_too_large", 413 },
	{ "exceed_context_size_error", 413 },
	{ "authentication_error", 401 },
	{ "invalid_api_key", 401 },
	{ "permission_error", 403 },
	{ "billing_error", 402 },
	{ "not_found_error", 404 },
	{ "model_not_found", 404 },
	{ "rate_limit_error", 429 },
	{ "rate_limit_exceeded", 429 },
	{ "insufficient_quota", 429 },
	{ "enforced_spend_limit_reached", 429 },
	{ "timeout_error", 504 },
	{ "overloaded_error", 529 },
	{ "unavailable_error", 503 },
};

static int code_status(const char *code)
{
	int64_t n;
	size_t i;

	if (num_int(code, strlen(code), 400, 599, &n) == 0)
		return (int)n;
	for (i = 0; i < ARRAY_LEN(codes); i++)
		if (strcmp(codes[i].name, code) == 0)
			return codes[i].status;
	return 500;
}

/* ---- verdicts ---- */

struct matter {
	const struct llm_model *model;
	enum llm_mode mode;
	const struct net_head *head; /* NULL: nothing came */
	const struct llm_reply *reply;
	int tries;
	uint32_t random;
};

static void next(struct llm_judgement *out, enum err_reason reason, int ill)
{
	out->reason = reason;
	out->then = LLM_NEXT;
	out->ill = ill;
}

/* Twice as long each time, and not all at the same moment. */
static int64_t backoff(int tries, uint32_t random)
{
	int64_t wait = WAIT_MIN;
	int i;

	for (i = 1; i < tries && wait < WAIT_MAX; i++)
		wait *= 2;
	wait += (int64_t)random % wait;
	return wait < WAIT_MAX ? wait : WAIT_MAX;
}

static void again(const struct matter *m, enum err_reason reason, int most,
	int ill, struct llm_judgement *out)
{
	int64_t asked = m->head ? m->head->retry_after_ms : -1;

	next(out, reason, ill);
	if (m->tries >= most || asked > WAIT_ASKED_MAX ||
		(m->head && m->head->should_retry == 0))
		return;
	out->then = LLM_AGAIN;
	out->wait_ms = asked < 0 ? backoff(m->tries, m->random)
				 : asked + m->random % JITTER_ASKED;
}

/* The question was not liked. */
static void judge_bad(
	const struct matter *m, int status, struct llm_judgement *out)
{
	const char *message = m->reply->message;

	if (says(message, of_limit)) {
		next(out, REASON_MODEL_LIMIT, 0);
	} else if (m->mode < LLM_PLAIN &&
		   (says(message, of_shape) || says(message, of_format))) {
		out->reason = REASON_MODEL_SCHEMA;
		out->then = LLM_DEGRADE;
	} else if (code_status(m->reply->error) == 413 ||
		   says(message, of_size)) {
		next(out, REASON_MODEL_TOO_LARGE, 0);
	} else if (code_status(m->reply->error) == 404 ||
		   says(message, of_model)) {
		next(out, REASON_MODEL_UNKNOWN, 0);
	} else if (status != 400 && m->head && m->head->should_retry == 1) {
		again(m, REASON_MODEL_BAD_REQUEST, TRIES, 0, out);
	} else {
		next(out, REASON_MODEL_BAD_REQUEST, 0);
	}
}

/* The key was not liked, or the time that it was used at. */
static void judge_key(const struct matter *m, struct llm_judgement *out)
{
	const char *message = m->reply->message;
	int64_t off = m->head && m->head->date ? m->head->date - clock_wall_ms()
					       : 0;

	if (*m->model->key.id && (!*message || says(message, of_time)) &&
		(off > CLOCK_SKEW_MS || off < -CLOCK_SKEW_MS))
		next(out, REASON_MODEL_CLOCK, 0);
	else if (strcmp(m->reply->error, "model_not_found") == 0 ||
		 says(message, of_model))
		next(out, REASON_MODEL_UNKNOWN, 0);
	else if (says(message, of_limit))
		next(out, REASON_MODEL_LIMIT, 0);
	else
		next(out, REASON_MODEL_KEY, 0);
}

/* Too many questions; or no more of them this month. */
static void judge_rate(const struct matter *m, struct llm_judgement *out)
{
	const char *error = m->reply->error;

	if (strcmp(error, "enforced_spend_limit_reached") == 0 ||
		strcmp(error, "insufficient_quota") == 0)
		next(out, REASON_MODEL_LIMIT, 0);
	else
		again(m, REASON_MODEL_RATE, TRIES, 1, out);
}

static void judge_status(
	const struct matter *m, int status, struct llm_judgement *out)
{
	switch (status) {
	case 401:
	case 403:
		judge_key(m, out);
		return;
	case 402:
		next(out, REASON_MODEL_BILLING, 0);
		return;
	case 404:
		next(out, REASON_MODEL_UNKNOWN, 0);
		return;
	case 413:
		next(out, REASON_MODEL_TOO_LARGE, 0);
		return;
	case 429:
		judge_rate(m, out);
		return;
	case 408:
	case 504:
		again(m, REASON_MODEL_TIMEOUT, TRIES, 1, out);
		return;
	case 503:
	case 529:
		again(m, REASON_MODEL_OVERLOADED, TRIES, 1, out);
		return;
	case 424: /* AWS: the model failed */
		again(m, REASON_MODEL_SERVER, TRIES, 1, out);
		return;
	default:
		break;
	}
	if (status < 500) {
		judge_bad(m, status, out);
	} else if (m->mode < LLM_PLAIN && says(m->reply->message, of_shape)) {
		/* some servers fail over a schema instead of refusing it */
		out->reason = REASON_MODEL_SCHEMA;
		out->then = LLM_DEGRADE;
	} else {
		again(m, REASON_MODEL_SERVER, TRIES, 1, out);
	}
}

/* No answer, or not all of it, and no status to say why. */
static void judge_net(const struct matter *m, enum err_reason reason,
	struct llm_judgement *out)
{
	switch (reason) {
	case REASON_CALL_TIMEOUT:
	case REASON_CALL_SILENT:
		next(out, REASON_MODEL_TIMEOUT, 1);
		return;
	case REASON_CALL_TLS:
		next(out, REASON_MODEL_UNREACHABLE, 1);
		return;
	case REASON_CALL_TOO_LARGE:
		next(out, REASON_MODEL_TOO_LONG, 0);
		return;
	case REASON_CALL_CUT:
		again(m, REASON_MODEL_CUT, TRIES_CUT, 0, out);
		return;
	default:
		again(m, REASON_MODEL_UNREACHABLE, TRIES, 1, out);
		return;
	}
}

/* An answer that came as it should: what is in it? */
static void judge_reply(const struct matter *m, struct llm_judgement *out)
{
	const struct llm_reply *r = m->reply;

	if (r->finish == LLM_REFUSED)
		next(out, REASON_MODEL_REFUSED, 0);
	else if (r->finish == LLM_TOO_LONG || r->too_large)
		next(out, REASON_MODEL_TOO_LONG, 0);
	else if (r->finish == LLM_WHOLE)
		out->then = LLM_USE;
	else if (*r->error)
		judge_status(m, code_status(r->error), out);
	else if (r->broken)
		again(m, REASON_MODEL_NOT_JSON, TRIES_CUT, 0, out);
	else
		again(m, REASON_MODEL_CUT, TRIES_CUT, 0, out);
}

void llm_judge(const struct llm_model *m, enum llm_mode mode,
	const struct net_head *head, const struct err *net_err,
	const struct llm_reply *r, int tries, uint32_t random,
	struct llm_judgement *out)
{
	struct matter all = { m, mode, head, r, tries, random };
	int status = head ? head->status : 0;
	int good = status >= 200 && status < 300;

	memset(out, 0, sizeof(*out));
	if (status >= 400)
		judge_status(&all, status, out);
	else if (good && (r->finish != LLM_UNFINISHED || r->too_large ||
				 r->broken || *r->error || !net_err))
		/* what the API itself said goes before how the line ended */
		judge_reply(&all, out);
	else if (net_err)
		judge_net(&all, net_err->reason, out);
	else if (status >= 300)
		/* the address in the settings is not the API's */
		next(out, REASON_MODEL_UNREACHABLE, 0);
	else
		again(&all, REASON_MODEL_UNREACHABLE, TRIES, 1, out);
}
