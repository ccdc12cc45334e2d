/*
 * Jobs, as a small state machine each:
 *
 *	fetching ─► fetched ─► reading ─► choosing ─► saving ─► (gone)
 *	    │          │          │   └───────┴─► found ─► (gone)
 *	    ├──────────┴──────────┴─► failing ─► (gone)
 *	    └─► resting ─► (back in the queue)
 *
 * A job that has its recipe begins with the choosing, which is left out where
 * no model is asked. found: the answer was there already.
 *
 * A page that has not changed since it was read skips the reading. A site that
 * asks for a short pause gets it: the job rests in the queue, where nothing is
 * lost and no place taken.
 *
 * jobs_step() moves every job on as far as it goes without waiting; page.c and
 * choose.c do the steps. Pairing is a millisecond of arithmetic and done in
 * place.
 *
 * The job row in the store is the truth. What is here can be lost at any
 * moment: then the beat stands still and another runner starts over. So a
 * store that cannot write just now is no reason to give a job up; the result
 * is kept and the write tried again. A write that is refused because the job
 * is no longer ours ends our part of it at once.
 */
#include "config.h"

#include "jobs/run.h"

#include <unistd.h>

#define SITE_MAX 4    /* of one site; a slow one must not hold up the others */
#define CLAIMS_MAX 16 /* in one step: a commit each */
#define LOOKS_MS 100  /* between two looks that find nothing, unless woken */
#define BEAT_MS 5000
#define BEATS_MS 500 /* between two commits of beats */
#define PAUSE_MIN_MS 500
#define PAUSE_MAX_MS 10000
#define STORE_PATIENCE_MS 500

/* ---- the life of a run ---- */

static void run_open(struct jobs *j, struct run *r)
{
	memset(r, 0, sizeof(*r));
	r->jobs = j;
	r->fd = -1;
	sbuf_init(&r->page, NET_PAGE_MAX);
	sbuf_init(&r->answer, RECIPE_JSON_MAX);
}

void run_close(struct run *r)
{
	choose_stop(r);
	if (r->fetch)
		net_cancel(r->jobs->net, r->fetch);
	if (r->fd >= 0)
		(void)close(r->fd);
	sbuf_release(&r->page);
	sbuf_release(&r->answer);
	arena_release(&r->mem);
	r->state = RUN_FREE;
	r->jobs->look_at = 0; /* there is a place, at a site too */
}

void run_fail(struct run *r, const struct err *why)
{
	if (r->fd >= 0)
		(void)close(r->fd);
	r->fd = -1;
	sbuf_release(&r->page);
	sbuf_release(&r->answer);
	r->failed = *why;
	r->state = RUN_FAILING;
}

void run_fail_because(struct run *r, enum err_reason reason, const char *msg)
{
	struct err e = ERR_INIT;

	(void)err_set(&e, reason, "%s", msg);
	run_fail(r, &e);
}

/* What did not go through waits a little, and longer each time. */
void run_put_off(struct run *r, int64_t now)
{
	r->pause = r->pause ? 2 * r->pause : PAUSE_MIN_MS;
	if (r->pause > PAUSE_MAX_MS)
		r->pause = PAUSE_MAX_MS;
	r->retry_at = now + r->pause;
}

/* A write failed: not ours any more, or later again? */
void run_write_refused(struct run *r, const struct err *e)
{
	if (e->reason == REASON_CONFLICT) {
		log_info("left to others: %s", e->msg);
		run_close(r);
		return;
	}
	run_put_off(r, r->jobs->monotonic());
	log_warnx("cannot save, again in %lld ms: %s", (long long)r->pause,
		e->msg);
}

int run_is_transient(const struct err *e)
{
	return e->reason == REASON_STORE || e->reason == REASON_BUSY;
}

/* Progress is worth a commit, but not a delay. 0 unless the run is over. */
int run_show_stage(struct run *r, enum job_stage stage)
{
	struct err e = ERR_INIT;

	if (store_job_stage(r->jobs->world->store, &r->job, stage, &e) == 0)
		return 0;
	if (run_is_transient(&e)) {
		log_warnx(
			"stage %s not saved: %s", job_stage_name(stage), e.msg);
		return 0;
	}
	run_write_refused(r, &e);
	return r->state == RUN_FREE ? -1 : 0;
}

/* Raise the beats that are due: one commit for all of them. */
static void beats(struct jobs *j, int64_t now)
{
	struct job *due[JOBS_MAX];
	struct run *runs[JOBS_MAX];
	int lost[JOBS_MAX];
	struct err e = ERR_INIT;
	size_t i, n = 0;

	if (now < j->beat_at)
		return;
	for (i = 0; i < JOBS_MAX; i++) {
		struct run *r = &j->runs[i];

		if (r->state == RUN_FREE || now < r->next_beat)
			continue;
		r->next_beat = now + BEAT_MS;
		runs[n] = r;
		due[n++] = &r->job;
	}
	if (!n)
		return;
	j->beat_at = now + BEATS_MS;
	if (store_job_beats(j->world->store, due, n, lost, &e)) {
		log_warnx("beats not saved: %s", e.msg);
		for (i = 0; i < n; i++)
			runs[i]->next_beat = now + 1000;
		return;
	}
	for (i = 0; i < n; i++) {
		log_request(due[i]->id);
		if (lost[i] || due[i]->cancelled) {
			log_info(due[i]->cancelled ? "cancelled"
						   : "left to others");
			run_close(runs[i]);
		}
	}
	log_request(NULL);
}

/* Somebody woke us: perhaps to cancel. */
void jobs_look(struct jobs *j)
{
	size_t i;

	for (i = 0; i < JOBS_MAX; i++)
		j->runs[i].next_beat = 0;
	j->more = 1;
	j->look_at = 0;
}

/* ---- the end ---- */

/* What was made, or the answer that was there already. */
static int finish(struct run *r, struct err *e)
{
	struct store *s = r->jobs->world->store;

	if (r->state == RUN_SAVING)
		return store_job_finish(s, &r->job, &r->made, e);
	return store_job_finish_with(
		s, &r->job, r->job.url ? &r->from : NULL, r->found, e);
}

static void save(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;

	if (now < r->retry_at || choose_keep_books(r))
		return;
	if (finish(r, &e) == 0) {
		log_info("done, attempt %lld%s", (long long)r->job.attempt,
			r->found ? ", by an answer that was there" : "");
		run_close(r);
	} else if (run_is_transient(&e) || e.reason == REASON_CONFLICT) {
		run_write_refused(r, &e);
	} else {
		run_fail(r, &e);
	}
}

static void rest(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;

	if (now < r->retry_at)
		return;
	if (store_job_rest(r->jobs->world->store, &r->job, r->again_at, &e) ==
		0) {
		log_info("the site asks for a pause");
		run_close(r);
	} else {
		run_write_refused(r, &e);
	}
}

static void fail(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;
	int64_t retry_at = r->failed.reason == REASON_FETCH_BUSY ? r->again_at
								 : 0;

	if (now < r->retry_at || choose_keep_books(r))
		return;
	if (store_job_fail(r->jobs->world->store, &r->job, r->failed.reason,
		    retry_at, &e) == 0) {
		log_info("failed: %s: %s", err_key(r->failed.reason),
			r->failed.msg);
		run_close(r);
	} else {
		run_write_refused(r, &e);
	}
}

/* Move a run on until it waits for something, or is gone. */
static void move_on(struct run *r, int64_t now)
{
	enum run_state before;

	do {
		before = r->state;
		switch (r->state) {
		case RUN_FREE:
			break;
		case RUN_FETCHING:
			page_still_fetching(r, now);
			break;
		case RUN_FETCHED:
			page_start_reading(r, now);
			break;
		case RUN_READING:
			page_read_on(r, now);
			break;
		case RUN_CHOOSING:
			break; /* llm calls back */
		case RUN_FOUND:
		case RUN_SAVING:
			save(r, now);
			break;
		case RUN_RESTING:
			rest(r, now);
			break;
		case RUN_FAILING:
			fail(r, now);
			break;
		}
	} while (r->state != before);
}

/* ---- all of them ---- */

/* Do these URLs, both canonical, name the same site? */
static int same_site(const char *a, const char *b)
{
	const char *from = strstr(a, "://"), *from_b = strstr(b, "://");
	size_t len = from ? strcspn(from + 3, "/?") + 3 : 0;

	return from && from_b && strcspn(from_b + 3, "/?") + 3 == len &&
	       strncmp(from, from_b, len) == 0;
}

/* A site answers us one request at a time: more of its jobs than a few would
 * only fill the places that others could use. */
static int has_place(void *jobs, const char *url)
{
	const struct jobs *j = jobs;
	size_t i, same = 0, fetching = 0;

	if (!url)
		return 1;
	for (i = 0; i < JOBS_MAX; i++) {
		const struct run *r = &j->runs[i];

		if (r->state == RUN_FREE || r->state >= RUN_CHOOSING)
			continue;
		fetching++;
		same += r->state == RUN_FETCHING && same_site(r->job.url, url);
	}
	return same < SITE_MAX && fetching < FETCHES_MAX;
}

static struct run *free_run(struct jobs *j)
{
	size_t i;

	for (i = 0; i < JOBS_MAX; i++)
		if (j->runs[i].state == RUN_FREE)
			return &j->runs[i];
	return NULL;
}

static int read_preferences(struct run *r, struct err *e)
{
	const char *text = r->job.preferences;
	json_object *o = json_read(text, strlen(text), e);
	int rc;

	if (!o)
		return -1;
	rc = preferences_from_json(o, &r->preferences, e);
	json_object_put(o);
	return rc;
}

static void start(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;

	r->next_beat = now + BEAT_MS;
	if (read_preferences(r, &e)) {
		err_context(&e, "preferences of a job");
		e.reason = REASON_INTERNAL;
		run_fail(r, &e);
	} else if (r->job.url) {
		page_fetch(r, now);
	} else {
		choose_from_row(r);
	}
}

/* Claim one job. 0 when there may be another. */
static int claim(struct jobs *j, struct run *r, int64_t now)
{
	struct err e = ERR_INIT;

	run_open(j, r);
	if (store_job_claim(j->world->store, j->owner, &r->mem, &r->job, &e) ==
		0) {
		j->claim_pause = 0;
		log_request(r->job.id);
		log_info("taken up, attempt %lld", (long long)r->job.attempt);
		start(r, now);
		move_on(r, now);
		log_request(NULL);
		return 0;
	}
	run_close(r);
	if (e.reason == REASON_NOT_FOUND) {
		j->claim_pause = 0;
		j->look_at = now + LOOKS_MS;
		return -1;
	}
	j->claim_pause = j->claim_pause ? 2 * j->claim_pause : PAUSE_MIN_MS;
	if (j->claim_pause > PAUSE_MAX_MS)
		j->claim_pause = PAUSE_MAX_MS;
	j->claim_at = now + j->claim_pause;
	log_warnx("cannot take up jobs: %s", e.msg);
	return -1;
}

struct jobs *jobs_new(const struct ask_world *w, struct net *net,
	struct llm *llm, const char *owner)
{
	struct jobs *j = xcalloc(1, sizeof(*j));

	j->world = w;
	j->net = net;
	j->llm = llm;
	j->owner = xstrdup(owner);
	j->monotonic = clock_monotonic_ms;
	store_patience(w->store, STORE_PATIENCE_MS);
	store_claims(w->store, has_place, j);
	return j;
}

void jobs_clock(struct jobs *j, int64_t (*monotonic_ms)(void))
{
	j->monotonic = monotonic_ms;
}

/* Take up what waits, a few at a time: each is a commit. */
static void claim_some(struct jobs *j, int64_t now)
{
	struct run *r;
	int n;

	j->more = 0;
	for (n = 0; n < CLAIMS_MAX; n++) {
		if (j->draining || now < j->claim_at || now < j->look_at ||
			!(r = free_run(j)) || claim(j, r, now))
			return;
	}
	j->more = 1;
}

void jobs_step(struct jobs *j)
{
	int64_t now = j->monotonic();
	size_t i;

	beats(j, now);
	if (j->llm) /* first: an answer that it gives is saved below */
		llm_step(j->llm);
	for (i = 0; i < JOBS_MAX; i++) {
		struct run *r = &j->runs[i];

		if (r->state == RUN_FREE)
			continue;
		log_request(r->job.id);
		move_on(r, now);
		log_request(NULL);
	}
	claim_some(j, now);
}

int jobs_wait_ms(const struct jobs *j, int most)
{
	if (j->more && !j->draining)
		return 0;
	return j->llm ? llm_next_ms(j->llm, most) : most;
}

size_t jobs_pollfds(struct jobs *j, struct pollfd *out, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < JOBS_MAX && n < max; i++)
		if (j->runs[i].state == RUN_READING)
			out[n++] = (struct pollfd){ j->runs[i].fd, POLLIN, 0 };
	return n;
}

void jobs_drain(struct jobs *j)
{
	j->draining = 1;
}

size_t jobs_active(const struct jobs *j)
{
	size_t i, n = 0;

	for (i = 0; i < JOBS_MAX; i++)
		n += j->runs[i].state != RUN_FREE;
	return n;
}

void jobs_free(struct jobs *j)
{
	struct err e = ERR_INIT;
	size_t i;

	if (!j)
		return;
	if (jobs_active(j) && store_job_release(j->world->store, j->owner, &e))
		log_warnx("jobs stay leased until their beat is missed: %s",
			e.msg);
	store_claims(j->world->store, NULL, NULL);
	for (i = 0; i < JOBS_MAX; i++)
		if (j->runs[i].state != RUN_FREE)
			run_close(&j->runs[i]);
	free(j->owner);
	free(j);
}
