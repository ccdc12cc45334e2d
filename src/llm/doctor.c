/*
 * Is every provider well set up? One cheap call to each, in the way a pairing
 * is asked for, and a sentence about what came of it.
 */
#include "llm/internal.h"

#define CLOCK_OFF_MS 300000

struct check {
	struct llm *llm;
	struct llm_attempt attempt;
	struct llm_prompt prompt;
	int tries, plainer; /* plainer: it refused a schema */
	llm_verdict *verdict;
	void *arg;
};

/* {"ok": boolean} */
static json_object *schema(void)
{
	static const char text[] =
		"{\"type\":\"object\",\"properties\":{\"ok\":"
		"{\"type\":\"boolean\"}},\"required\":[\"ok\"],"
		"\"additionalProperties\":false}";
	struct err e = ERR_INIT;

	return json_read(text, sizeof(text) - 1, &e);
}

static void start(struct check *c);

static void say(struct check *c, enum err_reason reason, const char *detail)
{
	llm_attempt_settle(&c->attempt, reason);
	c->verdict(c->arg, c->attempt.line->model.provider->name,
		c->attempt.line->model.name ? c->attempt.line->model.name : "",
		reason, detail, c->attempt.call.ms);
	c->llm->checks--;
	llm_attempt_release(&c->attempt);
	json_object_put(c->prompt.schema);
	free(c);
}

/* What an operator can do about it. */
static const char *advice(enum err_reason reason)
{
	switch (reason) {
	case REASON_MODEL_KEY:
		return "The key is wrong, or may not use this model.";
	case REASON_MODEL_BILLING:
		return "The account has to be paid up.";
	case REASON_MODEL_LIMIT:
		return "The account has reached its spending limit.";
	case REASON_MODEL_UNKNOWN:
		return "There is no model of that id, or no such address.";
	case REASON_MODEL_BAD_REQUEST:
		return "The request was refused; is it the API of this "
		       "provider?";
	case REASON_MODEL_RATE:
		return "Too many requests just now; the key works.";
	case REASON_MODEL_OVERLOADED:
		return "The provider is overloaded just now; try again.";
	case REASON_MODEL_SERVER:
		return "The provider has a problem of its own; try again.";
	case REASON_MODEL_TIMEOUT:
		return "No answer in time; raise model_timeout if the model is "
		       "slow.";
	case REASON_MODEL_CUT:
		return "The answer broke off; is a proxy in the way?";
	case REASON_MODEL_REFUSED:
		return "The model declined a harmless question.";
	case REASON_MODEL_CLOCK:
		return "The clock of this machine is off; requests are signed "
		       "with the time.";
	default:
		return err_title(reason);
	}
}

static int clock_is_off(const struct net_head *head)
{
	int64_t off = head->date ? clock_wall_ms() - head->date : 0;

	return off > CLOCK_OFF_MS || off < -CLOCK_OFF_MS;
}

static void said_well(struct check *c, const struct net_head *head)
{
	const struct sbuf *text = &c->attempt.reply.text;

	if (!memchr(text->buf, '{', text->len))
		say(c, REASON_MODEL_NOT_JSON,
			"It answers, but not with JSON as it was told.");
	else if (c->plainer)
		say(c, REASON_MODEL_SCHEMA,
			"It works, without a schema: answers are read from its "
			"words.");
	else if (clock_is_off(head))
		say(c, REASON_MODEL_CLOCK,
			"It works, but the clock of this machine is off by "
			"more than five minutes.");
	else
		say(c, REASON_NONE, "It works.");
}

static void call_over(
	void *arg, const struct net_head *head, const struct err *net_err)
{
	struct check *c = arg;
	struct llm_judgement j;

	/* one call: as if it were the last try */
	llm_judge(&c->attempt.line->model, c->attempt.mode, head, net_err,
		&c->attempt.reply, 100, 0, &j);
	if (j.then == LLM_USE) {
		said_well(c, head);
	} else if (j.then == LLM_DEGRADE && c->tries < LLM_MODE_MAX) {
		c->plainer = 1;
		llm_attempt_release(&c->attempt);
		start(c);
	} else if (net_err) {
		say(c, net_err->reason, err_text(net_err->reason));
	} else {
		say(c, j.reason, advice(j.reason));
	}
}

static void start(struct check *c)
{
	struct err e = ERR_INIT;

	c->attempt.mode = (enum llm_mode)c->tries++;
	if (llm_attempt_start(&c->attempt, &c->prompt, &e))
		say(c, e.reason, "No request could be made for it.");
}

void llm_doctor(struct llm *l, llm_verdict *verdict, void *arg)
{
	size_t i;

	for (i = 0; i < l->n_lines; i++) {
		struct check *c = xcalloc(1, sizeof(*c));

		c->llm = l;
		c->verdict = verdict;
		c->arg = arg;
		c->prompt = (struct llm_prompt){
			.system = "Answer with one JSON object and nothing "
				  "else.",
			.user = "Answer {\"ok\": true}.",
			.schema = schema(),
			.schema_name = "check",
			.max_tokens = (int)l->config->model_max_tokens
		};
		llm_attempt_price(&c->attempt, &l->lines[i], &c->prompt);
		c->attempt.llm = l;
		c->attempt.over = call_over;
		c->attempt.arg = c;
		c->attempt.began = clock_monotonic_ms();
		l->checks++;
		if (l->lines[i].ready)
			start(c);
		else
			say(c, REASON_CONFIG, "Its settings lack something.");
	}
}

size_t llm_doctor_left(const struct llm *l)
{
	return l->checks;
}
