/*
 * One call to one model: the request goes out, the answer is read as it comes
 * in, and what it used up is counted. What becomes of it is for others.
 */
#include "llm/internal.h"

#define BEYOND 10 /* times the worst: no bill is like that */

void llm_attempt_price(struct llm_attempt *a, struct llm_line *line,
	const struct llm_prompt *p)
{
	struct llm_call *c = &a->call;
	int64_t input = llm_tokens_most(p->system) + llm_tokens_most(p->user) +
			llm_tokens_most(json_object_to_json_string(p->schema));

	if (p->answer)
		input += llm_tokens_most(p->answer) +
			 llm_tokens_most(p->complaint);
	memset(c, 0, sizeof(*c));
	a->line = line;
	c->provider = line->model.provider->name;
	c->model = line->model.name;
	c->most_micro = llm_cost(&line->model, input, p->max_tokens);
}

static int piece_came(
	void *arg, const struct net_head *head, const char *data, size_t len)
{
	struct llm_attempt *a = arg;
	int rc = llm_reply_feed(&a->reply, head, data, len);

	if (a->piece && !rc)
		a->piece(a->arg);
	return rc;
}

static void answered(
	void *arg, const struct net_head *head, const struct err *e)
{
	struct llm_attempt *a = arg;

	a->handle = 0;
	a->llm->calling--;
	llm_reply_end(&a->reply, head);
	a->over(a->arg, head, e);
}

int llm_attempt_start(
	struct llm_attempt *a, const struct llm_prompt *p, struct err *e)
{
	const struct llm_model *m = &a->line->model;
	const struct config *c = a->llm->config;
	struct arena mem = ARENA_INIT;
	struct llm_request r = { 0 };
	struct net_call call = { 0 };
	int rc = -1;

	llm_reply_init(&a->reply, m->provider);
	a->began = clock_monotonic_ms();
	if (m->provider->request(m, a->mode, p, clock_wall_ms(), &mem, &r, e))
		goto out;
	call.url = r.url;
	call.headers = r.headers;
	call.body = r.body;
	call.len = r.len;
	call.timeout_ms = c->model_timeout_s * 1000;
	call.silence_ms = c->model_silence_s * 1000;
	a->handle = net_call(a->llm->net, &call, piece_came, answered, a);
	a->llm->calling++;
	rc = 0;
out:
	arena_wipe(&mem); /* net has its own copy; ours held the key */
	return rc;
}

void llm_attempt_settle(struct llm_attempt *a, enum err_reason outcome)
{
	struct llm_call *c = &a->call;
	const struct llm_reply *r = &a->reply;

	c->input_tokens = r->input_tokens;
	c->output_tokens = r->output_tokens;
	c->cached_tokens = r->cached_tokens;
	c->cost_micro =
		llm_cost(&a->line->model, r->input_tokens, r->output_tokens);
	/* It spoke, or might have, and did not come to say for how much: the
	 * worst. What a stream says at its beginning is too little; a status
	 * that is an error costs nothing, whatever stands in its body. */
	if ((r->good || outcome == REASON_CANCELLED) && !*r->error &&
		(r->finish == LLM_UNFINISHED ||
			(!r->input_tokens && !r->output_tokens)) &&
		c->cost_micro < c->most_micro)
		c->cost_micro = c->most_micro;
	if (c->cost_micro > BEYOND * c->most_micro && c->most_micro >= 0) {
		log_warnx("%s says it used far more than it can have used",
			c->provider);
		c->cost_micro = BEYOND * c->most_micro;
	}
	c->ms = clock_monotonic_ms() - a->began;
	c->outcome = outcome;
}

void llm_attempt_release(struct llm_attempt *a)
{
	if (a->handle) {
		net_cancel(a->llm->net, a->handle);
		a->llm->calling--;
	}
	a->handle = 0;
	llm_reply_release(&a->reply);
}
