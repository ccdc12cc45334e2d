/*
 * Asking. Questions go round the subjects case by case, so that what is there
 * when somebody interrupts compares them on the same cases. A few are under way
 * at once; each lies in a slot with its own arena. A result is written down the
 * moment it is there.
 *
 * Not every end is a result: a question that was refused for its cost, or met a
 * key that does not work, says nothing of the model. Such a one is dropped, and
 * asked again by the next run.
 */
#include "cli/eval.h"

#include <signal.h>

#include "cli/cli.h"

#define WAIT_MS 200

struct question {
	struct eval *ev;
	size_t subject, one;
	int repeat;
	int busy, done, refused;
	struct arena mem;
	struct recipe recipe;
	struct llm_choice *choice;
	const struct pairing *made;
	struct eval_result result;
	int64_t began_us;
	int64_t reserved; /* what the call under way may cost */
};

struct round {
	struct eval *ev;
	struct question *slots;
	size_t next, all; /* questions, in order */
	struct eval_progress progress;
	struct err *e;
	int failed;
};

static const struct preferences wishes = PREFERENCES_INIT;

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* The first one ends the round, the second the program. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal,
		.sa_flags = (int)SA_RESETHAND };

	interrupted = 0;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
}

static struct eval_subject *subject_of(const struct question *q)
{
	return &q->ev->subjects[q->subject];
}

/* ---- while a model is asked ---- */

/* What the call under way may cost, from now on. */
static void reserve(struct question *q, int64_t micro)
{
	q->ev->reserved_micro += micro - q->reserved;
	q->reserved = micro;
}

static int begin(void *arg, const struct llm_call *call, struct err *e)
{
	struct question *q = arg;
	struct eval *ev = q->ev;
	int64_t most = call->most_micro > 0 ? call->most_micro : 0;

	if (ev->spent_micro + most > ev->most_micro) {
		q->refused = 1;
		ev->stopped = "the next question could cost more than "
			      "--max-usd allows";
		return err_set(e, REASON_SPEND_LIMIT, "--max-usd");
	}
	/* those under way may turn out cheaper: ask again in a moment */
	if (ev->spent_micro + ev->reserved_micro + most > ev->most_micro)
		return err_set(e, REASON_BUSY, "--max-usd is spoken for");
	reserve(q, most);
	if (!q->began_us)
		q->began_us = clock_monotonic_us();
	return 0;
}

static void end(void *arg, const struct llm_call *call)
{
	struct question *q = arg;
	int sense = call->outcome == REASON_NONE ||
		    call->outcome == REASON_MODEL_NO_PICK;

	reserve(q, 0);
	if (call->cost_micro > 0)
		q->ev->spent_micro += call->cost_micro;
	q->result.calls++;
	q->result.readable += sense;
	q->result.answers += sense || call->outcome == REASON_MODEL_NOT_JSON ||
			     call->outcome == REASON_MODEL_WRONG_SHAPE;
	if (!sense)
		subject_of(q)->failed = call->outcome;
}

static void done(void *arg, const struct pairing *made)
{
	struct question *q = arg;

	q->made = made;
	q->done = 1;
	if (q->began_us)
		q->result.us = clock_monotonic_us() - q->began_us;
}

/* ---- what came of it ---- */

/* How many of the wines a rule forbids: of a model's, all it named, since those
 * are dropped before it is done. Those of no table cannot be judged. */
static void count_clashes(struct question *q)
{
	const struct pairing *p = q->made;
	const struct chooser *c = p->chooser;
	struct err e = ERR_INIT;
	struct offer *o;
	const char *why;
	size_t i;

	if (c && c->named) {
		q->result.suggested += c->named;
		q->result.clashes += c->clashes;
		return;
	}
	if (pairing_offer(
		    q->ev->knowledge, &q->recipe, &wishes, &q->mem, &o, &e))
		return;
	for (i = 0; i < p->n_suggestions; i++) {
		const struct wine *w = p->suggestions[i].wine;

		if (wine_is_other(w))
			continue;
		q->result.suggested++;
		q->result.clashes += offer_judge(o, w, &why) == OFFER_CLASH;
	}
}

static void fill_result(struct question *q)
{
	const struct pairing *p = q->made;
	const struct chooser *c = p->chooser;
	struct arena *mem = q->ev->mem;
	struct eval_result *r = &q->result;
	size_t i;

	for (i = 0; i < p->n_suggestions && i < EVAL_HITS; i++) {
		const struct wine *w = p->suggestions[i].wine;

		r->wines[i].id = arena_strdup(mem, w->id);
		r->wines[i].name = arena_printf(mem, "%s%s%s", w->name,
			w->region && *w->region ? ", " : "",
			w->region ? w->region : "");
		r->n_wines++;
	}
	count_clashes(q);
	if (!c)
		return;
	r->model = arena_strdup(mem, c->model);
	r->fallback = c->fallback;
	r->input_tokens = c->input_tokens;
	r->output_tokens = c->output_tokens;
	r->cost_micro = c->cost_micro;
}

static enum err_reason fallback_of(const struct question *q)
{
	return q->result.fallback ? err_by_key(q->result.fallback)
				  : REASON_NONE;
}

static void give_up(const struct question *q)
{
	struct eval_subject *s = subject_of(q);

	if (s->given_up)
		return;
	s->given_up = q->result.fallback;
	/* it is paused because of something */
	if (s->failed && err_by_key(s->given_up) == REASON_MODEL_PAUSED)
		s->given_up = err_key(s->failed);
	cli_progress("");
	log_warnx("%s is not asked any more: %s (%s)", s->providers,
		err_title(err_by_key(s->given_up)), s->given_up);
}

static void keep(struct round *r, struct question *q)
{
	*eval_at(r->ev, q->subject, q->one, q->repeat) = q->result;
	r->ev->fresh++;
	if (!r->failed &&
		eval_results_add(r->ev, q->subject, q->one, q->repeat, r->e))
		r->failed = 1;
}

/* The slot is free again. */
static void finish(struct round *r, struct question *q)
{
	if (q->made)
		fill_result(q);
	switch (q->refused ? REASON_SPEND_LIMIT : fallback_of(q)) {
	case REASON_MODEL_KEY: /* the operator has to mend something first */
	case REASON_MODEL_BILLING:
	case REASON_MODEL_LIMIT:
	case REASON_MODEL_UNKNOWN:
	case REASON_MODEL_PAUSED:
		give_up(q);
		break;
	case REASON_SPEND_LIMIT:
	case REASON_MODEL_BUSY: /* of our own making: it was not asked */
		r->ev->dropped++;
		break;
	default:
		keep(r, q);
	}
	arena_release(&q->mem);
	q->busy = 0;
}

/* ---- beginning ---- */

static void by_engine(struct question *q, struct err *e)
{
	struct pairing *made = arena_alloc(&q->mem, sizeof(*made));
	int64_t began = clock_monotonic_us();

	if (pairing_make(
		    q->ev->knowledge, &q->recipe, &wishes, &q->mem, made, e))
		return;
	q->result.us = clock_monotonic_us() - began;
	q->made = made;
}

static void by_model(struct question *q, struct err *e)
{
	const struct llm_question asked = { .recipe = &q->recipe,
		.preferences = &wishes,
		.providers = subject_of(q)->providers,
		.mem = &q->mem };
	const struct llm_asked calls = {
		.arg = q, .begin = begin, .end = end, .done = done
	};

	if (llm_choose(subject_of(q)->llm, &asked, &calls, &q->choice, e) == 0)
		return;
	q->done = 1;
}

/* A recipe nobody can read has a result, too: an error. */
static void start(struct round *r, struct question *q, size_t place)
{
	struct eval *ev = r->ev;
	struct err e = ERR_INIT;
	const char *text;

	memset(q, 0, sizeof(*q));
	q->ev = ev;
	q->busy = 1;
	q->subject = place % ev->n_subjects;
	q->one = place / ev->n_subjects % ev->cases.n;
	q->repeat = (int)(place / ev->n_subjects / ev->cases.n);
	q->result.there = 1;
	text = ev->cases.at[q->one].text;
	if (recipe_from_text(ev->knowledge, text, strlen(text), &q->mem,
		    &q->recipe, &e) == 0) {
		if (subject_of(q)->llm)
			by_model(q, &e);
		else
			by_engine(q, &e);
	}
	if (e.reason)
		q->result.error = err_key(e.reason);
	if (e.reason || !subject_of(q)->llm)
		q->done = 1;
}

/* The next question there is no result of; all: there is none. */
static size_t next_place(struct round *r)
{
	struct eval *ev = r->ev;

	for (; r->next < r->all; r->next++) {
		size_t s = r->next % ev->n_subjects;
		size_t one = r->next / ev->n_subjects % ev->cases.n;
		size_t repeat = r->next / ev->n_subjects / ev->cases.n;

		if (!eval_at(ev, s, one, (int)repeat)->there &&
			!ev->subjects[s].given_up)
			return r->next++;
	}
	return r->all;
}

static int is_ending(const struct round *r)
{
	return r->ev->stopped || r->failed || interrupted;
}

/* Fill the free slots. How many are busy? */
static int start_some(struct round *r)
{
	int i, busy = 0;

	for (i = 0; i < r->ev->jobs; i++) {
		struct question *q = &r->slots[i];
		size_t place = r->all;

		if (!q->busy && !is_ending(r))
			place = next_place(r);
		if (place < r->all)
			start(r, q, place);
		busy += q->busy;
	}
	return busy;
}

/* ---- the round ---- */

static void move_on(struct round *r, int asking)
{
	struct eval *ev = r->ev;
	int wait = WAIT_MS;
	size_t i;

	if (!ev->net)
		return;
	for (i = 0; i < ev->n_subjects; i++)
		if (ev->subjects[i].llm)
			wait = llm_next_ms(ev->subjects[i].llm, wait);
	net_run(ev->net, asking ? wait : 0, NULL, 0);
	for (i = 0; i < ev->n_subjects; i++)
		if (ev->subjects[i].llm)
			llm_step(ev->subjects[i].llm);
}

/* How many wait for a model? Those that are done are taken away. */
static int collect(struct round *r)
{
	int i, asking = 0;

	for (i = 0; i < r->ev->jobs; i++) {
		struct question *q = &r->slots[i];

		if (q->busy && q->done)
			finish(r, q);
		asking += q->busy;
	}
	return asking;
}

static void drop_all(struct round *r)
{
	struct llm_call so_far;
	int i;

	for (i = 0; i < r->ev->jobs; i++) {
		struct question *q = &r->slots[i];

		if (!q->busy)
			continue;
		if (q->choice && !q->done && llm_cancel(q->choice, &so_far) &&
			so_far.cost_micro > 0)
			r->ev->spent_micro += so_far.cost_micro;
		arena_release(&q->mem);
		q->busy = 0;
	}
}

int eval_run(struct eval *ev, struct err *e)
{
	struct round r = { .ev = ev,
		.e = e,
		.all = ev->n_subjects * ev->cases.n * (size_t)ev->repeat };

	r.slots = xcalloc((size_t)ev->jobs, sizeof(*r.slots));
	eval_progress_begin(&r.progress);
	catch_signals();
	while (start_some(&r) && !interrupted && !r.failed) {
		move_on(&r, collect(&r));
		eval_progress_show(&r.progress, ev);
	}
	if (interrupted && !ev->stopped)
		ev->stopped = "interrupted";
	(void)collect(&r);
	/* a choice is freed by its llm, which has to see that it is over */
	drop_all(&r);
	move_on(&r, 0);
	cli_progress("");
	free(r.slots);
	return r.failed ? -1 : 0;
}
