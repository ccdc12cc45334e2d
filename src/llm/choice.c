/*
 * One question to the models, from the engine's offer to a pairing:
 *
 *	due ─► calling ─► (good: done)
 *	 ▲        │
 *	 └────────┴─ again after a pause, in a plainer mode, to mend an answer,
 *	             or to the next provider; none left: the engine's own, done
 *
 * A question waits in line while there are as many calls as the settings
 * allow. It waits and asks for as long as two answers may take, then the engine
 * answers: a cook has something on the stove.
 *
 * An answer that breaks a rule of the engine is sent back once, with what is
 * wrong in it. What still stands then is kept, and filled up by the engine.
 */
#include "llm/internal.h"

#include <sodium.h>

#define STORE_PAUSE_MS 500
#define PARTIAL_MS 1000
#define MEND_MOST 16384 /* bytes of an answer that are sent back */
#define PATIENCE 2	/* answers' time */
#define BEGINS_MAX 16	/* in one step: each may be a commit */

enum choice_state { CHOICE_DUE, CHOICE_CALLING, CHOICE_OVER };

struct llm_choice {
	struct llm_choice *next;
	struct llm *llm;
	struct llm_question q;
	struct llm_asked asked;
	struct llm_ground ground;
	struct llm_prompt prompt;
	enum choice_state state;
	const char *name, *left; /* who is asked; the list behind it */
	size_t name_len;	 /* 0: nobody is left */
	int64_t began, due;
	int tries;    /* calls to the provider at hand */
	int repaired; /* it was asked to mend its answer */
	struct llm_attempt attempt;
	struct llm_picks best; /* of all whole answers so far */
	size_t best_kept;
	struct chooser *chooser; /* in the arena of the question */
	enum err_reason why;	 /* no model so far */
	int64_t shown_at;
	size_t shown;
};

/* A line of the log, with the id of whom it is about. */
__attribute__((format(printf, 2, 3))) static void note(
	const struct llm_choice *c, const char *fmt, ...)
{
	char line[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	log_request(c->q.id);
	log_info("%s", line);
	log_request(NULL);
}

/* ---- the end ---- */

static void over(struct llm_choice *c, struct pairing *made)
{
	c->state = CHOICE_OVER;
	c->asked.done(c->asked.arg, made);
}

static void model_answers(struct llm_choice *c)
{
	struct llm_merged m;
	struct pairing *made = arena_alloc(c->q.mem, sizeof(*made));

	llm_merge(&c->ground, &c->best, 1, c->q.mem, &m);
	*made = m.pairing;
	made->chooser = c->chooser;
	over(c, made);
}

/* No call will be made any more. What a model said that stands, counts. */
static void engine_answers(struct llm_choice *c, enum err_reason why)
{
	struct pairing *made;

	if (c->best_kept) {
		model_answers(c);
		return;
	}
	made = arena_alloc(c->q.mem, sizeof(*made));

	*made = *offer_pairing(c->ground.offer);
	c->chooser->provider = "built-in";
	c->chooser->model = NULL;
	c->chooser->fallback = err_key(why);
	made->chooser = c->chooser;
	note(c, "the engine answers: %s", err_key(why));
	over(c, made);
}

/* ---- what an answer is worth ---- */

static void again(struct llm_choice *c, int64_t wait_ms)
{
	c->state = CHOICE_DUE;
	c->due = wait_ms ? clock_monotonic_ms() + wait_ms : 0; /* at once */
}

static void step_on(struct llm_choice *c)
{
	if (!llm_list_next(&c->left, &c->name, &c->name_len))
		c->name_len = 0;
}

static void next_provider(struct llm_choice *c, enum err_reason why)
{
	c->why = why;
	c->tries = 0;
	c->repaired = 0;
	c->prompt.answer = c->prompt.complaint = NULL;
	step_on(c);
	again(c, 0);
}

/* Once, the model is told what was wrong and may mend it. 0: it was before. */
static int mend(struct llm_choice *c, const char *complaint)
{
	struct err e = ERR_INIT;
	const char *words;

	if (c->repaired++)
		return 0;
	/* no API takes a message without words, and endless ones cost: ask
	 * anew */
	if (!c->attempt.reply.text.len ||
		c->attempt.reply.text.len > MEND_MOST) {
		again(c, 0);
		return 1;
	}
	words = llm_prompt_repair(c->llm->prompts, complaint, c->q.mem, &e);
	if (!words) {
		log_warnx("no words to mend an answer: %s", e.msg);
		return 0;
	}
	c->prompt.answer = arena_strndup(
		c->q.mem, c->attempt.reply.text.buf, c->attempt.reply.text.len);
	c->prompt.complaint = words;
	note(c, "the model is asked to mend its answer");
	again(c, 0);
	return 1;
}

/* Read a whole answer. Returns how good the call was. */
static enum err_reason weigh(struct llm_choice *c, const char **complaint)
{
	const struct sbuf *text = &c->attempt.reply.text;
	struct llm_picks picks;
	struct llm_merged m;
	struct err e = ERR_INIT;

	*complaint = NULL;
	if (llm_picks_read(text->buf, text->len, 1, c->q.mem, &picks, &e)) {
		*complaint = arena_strdup(c->q.mem, e.msg);
		return e.reason;
	}
	llm_merge(&c->ground, &picks, 0, c->q.mem, &m);
	c->chooser->named += (int64_t)picks.n;
	c->chooser->clashes += (int64_t)m.clashes;
	if (m.kept > c->best_kept) {
		c->best = picks;
		c->best_kept = m.kept;
		c->chooser->provider = c->attempt.call.provider;
		c->chooser->model = c->attempt.call.model;
	}
	*complaint = m.complaint;
	return m.kept ? REASON_NONE : REASON_MODEL_NO_PICK;
}

/* The books, and the sums that go with the answer. */
static void settle(struct llm_choice *c, enum err_reason outcome)
{
	struct llm_call *call = &c->attempt.call;

	llm_attempt_settle(&c->attempt, outcome);
	c->chooser->input_tokens += call->input_tokens;
	c->chooser->output_tokens += call->output_tokens;
	if (call->cost_micro < 0 || c->chooser->cost_micro < 0)
		c->chooser->cost_micro = -1;
	else
		c->chooser->cost_micro += call->cost_micro;
	note(c, "%s answered after %lld ms: %s", call->provider,
		(long long)call->ms, outcome ? err_key(outcome) : "well");
	if (c->asked.end)
		c->asked.end(c->asked.arg, call);
}

static void call_over(
	void *arg, const struct net_head *head, const struct err *net_err)
{
	struct llm_choice *c = arg;
	struct llm_line *line = c->attempt.line;
	struct llm_judgement j;
	const char *complaint = NULL;

	llm_judge(&line->model, c->attempt.mode, head, net_err,
		&c->attempt.reply, c->tries, randombytes_random(), &j);
	llm_breaker_tell(&line->breaker, j.ill, clock_monotonic_ms());
	if (j.then == LLM_USE)
		j.reason = weigh(c, &complaint);
	else if (net_err)
		note(c, "%s: %s", c->attempt.call.provider, net_err->msg);
	else /* its message is not logged: it may quote the prompt */
		note(c, "%s: status %d %s", c->attempt.call.provider,
			head->status, c->attempt.reply.error);
	settle(c, j.reason);
	if (c->state == CHOICE_OVER)
		return; /* the keeper of the books cancelled it */
	switch (j.then) {
	case LLM_USE:
		if (complaint && mend(c, complaint))
			break;
		if (c->best_kept)
			model_answers(c);
		else
			next_provider(c, j.reason);
		break;
	case LLM_AGAIN:
		again(c, j.wait_ms);
		break;
	case LLM_DEGRADE:
		if (line->model.mode < LLM_MODE_MAX - 1 &&
			line->model.mode == c->attempt.mode)
			line->model.mode++;
		again(c, 0);
		break;
	case LLM_NEXT:
		/* a mended answer that failed leaves the first one */
		if (c->best_kept)
			model_answers(c);
		else
			next_provider(c, j.reason);
		break;
	}
	if (c->state != CHOICE_CALLING)
		llm_attempt_release(&c->attempt);
}

/* ---- while it comes ---- */

static void show_partial(void *arg)
{
	struct llm_choice *c = arg;
	const struct sbuf *text = &c->attempt.reply.text;
	int64_t now = clock_monotonic_ms();
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct llm_picks picks;
	struct llm_merged m;
	size_t before = c->shown;

	if (!c->asked.partial || c->repaired || now - c->shown_at < PARTIAL_MS)
		return;
	c->shown_at = now;
	if (llm_picks_read(text->buf, text->len, 0, &mem, &picks, &e) == 0 &&
		picks.n > c->shown) {
		c->shown = picks.n;
		llm_merge(&c->ground, &picks, 0, &mem, &m);
		if (m.kept && c->asked.partial(c->asked.arg, &m.pairing))
			c->shown = before;
	}
	arena_release(&mem);
}

/* ---- calling ---- */

static void call(struct llm_choice *c, struct llm_line *line)
{
	struct llm *l = c->llm;
	struct err e = ERR_INIT;

	l->begun++;
	llm_attempt_price(&c->attempt, line, &c->prompt);
	if (c->asked.begin &&
		c->asked.begin(c->asked.arg, &c->attempt.call, &e)) {
		llm_breaker_decline(&line->breaker, clock_monotonic_ms());
		if (c->state == CHOICE_OVER)
			return;
		if (e.reason == REASON_STORE || e.reason == REASON_BUSY)
			again(c, STORE_PAUSE_MS);
		else if (e.reason == REASON_SPEND_LIMIT && !c->best_kept)
			next_provider(c, e.reason); /* it may be cheaper */
		else
			engine_answers(c, e.reason);
		return;
	}
	c->tries++;
	c->attempt.llm = l;
	c->attempt.mode = line->model.mode;
	c->attempt.piece = show_partial;
	c->attempt.over = call_over;
	c->attempt.arg = c;
	c->state = CHOICE_CALLING;
	if (llm_attempt_start(&c->attempt, &c->prompt, &e)) {
		log_warnx("no question to %s: %s", c->attempt.call.provider,
			e.msg);
		llm_breaker_decline(&line->breaker, clock_monotonic_ms());
		settle(c, REASON_MODEL_BAD_REQUEST);
		llm_attempt_release(&c->attempt);
		if (c->state != CHOICE_OVER)
			next_provider(c, REASON_MODEL_BAD_REQUEST);
		return;
	}
	if (l->config->model_rate)
		l->allowance -= 1;
}

/* Is there somebody left to ask? */
static int wants_call(const struct llm_choice *c)
{
	return c->name_len && llm_provider(c->name, c->name_len);
}

static int64_t patience_end(const struct llm_choice *c)
{
	return c->began + PATIENCE * c->llm->config->model_timeout_s * 1000;
}

static int has_slot(const struct llm *l)
{
	return l->calling < (size_t)l->config->model_concurrency;
}

static int has_room(const struct llm *l)
{
	return has_slot(l) && (!l->config->model_rate || l->allowance >= 1);
}

/* Ask the provider at the head of the list, if it may be asked now. */
static void proceed(struct llm_choice *c, int64_t now)
{
	struct llm_line *line;
	size_t n;

	(void)offer_list(c->ground.offer, &n);
	if (!n) { /* the preferences leave nothing to choose from */
		struct pairing *own = arena_alloc(c->q.mem, sizeof(*own));

		*own = *offer_pairing(c->ground.offer);
		over(c, own);
		return;
	}
	if (!wants_call(c)) {
		engine_answers(c, c->why ? c->why : REASON_MODEL_UNKNOWN);
		return;
	}
	if (now > patience_end(c)) {
		engine_answers(c, c->why ? c->why : REASON_MODEL_BUSY);
		return;
	}
	if (!has_room(c->llm) || c->llm->begun >= BEGINS_MAX)
		return;
	line = llm_line_of(c->llm, c->name, c->name_len);
	if (!line || !line->ready)
		next_provider(c, REASON_MODEL_KEY);
	else if (!llm_breaker_ask(&line->breaker, now))
		next_provider(c, REASON_MODEL_PAUSED);
	else
		call(c, line);
}

void llm_choices_step(struct llm *l, int64_t now)
{
	struct llm_choice *c;

	l->begun = 0;
	for (c = l->choices; c; c = c->next)
		while (c->state == CHOICE_DUE && c->due <= now) {
			const char *name = c->name;

			proceed(c, now);
			if (c->name == name)
				break; /* it waits for something */
		}
}

void llm_choices_sweep(struct llm *l, int all)
{
	struct llm_choice **at = &l->choices, *c;

	while ((c = *at)) {
		if (!all && c->state != CHOICE_OVER) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		llm_attempt_release(&c->attempt);
		json_object_put(c->prompt.schema);
		free(c);
	}
}

/* When model_rate lets another call through. */
static int64_t rate_allows_at(const struct llm *l)
{
	double rate = (double)l->config->model_rate;

	if (!l->config->model_rate || l->allowance >= 1)
		return 0;
	return l->filled_at + (int64_t)((1 - l->allowance) * MINUTE_MS / rate) +
	       1;
}

/* When it has something to do. One without a slot in the line is called up by
 * the end of a call, which is no matter of time, or loses its patience. */
static int64_t due_at(const struct llm_choice *c)
{
	int64_t at = c->due, end = patience_end(c) + 1, rate;

	if (!wants_call(c))
		return at;
	if (!has_slot(c->llm))
		return end > at ? end : at;
	rate = rate_allows_at(c->llm);
	if (rate > end)
		rate = end;
	return rate > at ? rate : at;
}

int64_t llm_choices_due(const struct llm *l, int64_t now, int64_t most)
{
	const struct llm_choice *c;
	int64_t wait;

	for (c = l->choices; c; c = c->next) {
		if (c->state != CHOICE_DUE)
			continue;
		wait = due_at(c) - now;
		if (wait < most)
			most = wait > 0 ? wait : 0;
	}
	return most;
}

/* ---- from outside ---- */

int llm_choose(struct llm *l, const struct llm_question *q,
	const struct llm_asked *a, struct llm_choice **choice, struct err *e)
{
	struct llm_choice *c = xcalloc(1, sizeof(*c)), **end = &l->choices;

	c->llm = l;
	c->q = *q;
	c->asked = *a;
	c->ground = (struct llm_ground){ l->knowledge, l->labels, q->recipe,
		q->preferences, NULL };
	c->chooser = arena_calloc(q->mem, 1, sizeof(*c->chooser));
	c->chooser->prompts = llm_prompts_version(l->prompts);
	c->left = q->providers ? q->providers : l->config->provider;
	step_on(c);
	c->began = c->due = clock_monotonic_ms();
	if (pairing_offer(l->knowledge, q->recipe, q->preferences, q->mem,
		    &c->ground.offer, e) ||
		llm_prompt_make(l->prompts, l->knowledge, q->recipe,
			q->preferences, c->ground.offer, q->mem, &c->prompt,
			e)) {
		free(c);
		return -1;
	}
	/* a model that thinks first needs room for its thoughts */
	if (c->prompt.max_tokens < l->config->model_max_tokens)
		c->prompt.max_tokens = (int)l->config->model_max_tokens;
	while (*end) /* who came first is asked for first */
		end = &(*end)->next;
	*end = c;
	*choice = c;
	return 0;
}

int llm_cancel(struct llm_choice *c, struct llm_call *call_so_far)
{
	int calling = c->state == CHOICE_CALLING && c->attempt.handle;

	if (calling) {
		llm_attempt_settle(&c->attempt, REASON_CANCELLED);
		*call_so_far = c->attempt.call;
	}
	llm_attempt_release(&c->attempt);
	c->state = CHOICE_OVER;
	return calling;
}
