/*
 * Jobs, as a small state machine each:
 *
 *	fetching ─► fetched ─► reading ─► saving ─► (gone)
 *	    ├──────────┴──────────┴─► failing ─► (gone)
 *	    └─► resting ─► (back in the queue)
 *
 * A page that has not changed since it was read skips the reading. A site that
 * asks for a short pause gets it: the job rests in the queue, where nothing is
 * lost and no place taken.
 *
 * jobs_step() moves every job on as far as it goes without waiting. net calls
 * back when a page is there; a page goes to the reader, whose answer arrives
 * on a pipe; pairing is a millisecond of arithmetic and done in place.
 *
 * The job row in the store is the truth. What is here can be lost at any
 * moment: then the beat stands still and another runner starts over. So a
 * store that cannot write just now is no reason to give a job up; the result
 * is kept and the write tried again. A write that is refused because the job
 * is no longer ours ends our part of it at once.
 */
#include "config.h"

#include "jobs/jobs.h"

#include <errno.h>
#include <unistd.h>

#define JOBS_MAX 32
#define READS_MAX 4
#define SITE_MAX 4 /* of one site; a slow one must not hold up the others */
#define BEAT_MS 5000
#define FETCH_MS 120000 /* waiting for the site's turn included */
#define READ_MS 5000
#define READ_TRIES 4
#define PAUSE_MIN_MS 500
#define PAUSE_MAX_MS 10000
#define STORE_PATIENCE_MS 500
#define RESTS_MAX 2
#define REST_MAX_S 60 /* a site that wants more is for another time */

enum run_state {
	RUN_FREE,
	RUN_FETCHING,
	RUN_FETCHED,
	RUN_READING,
	RUN_SAVING,
	RUN_RESTING,
	RUN_FAILING
};

/* A job under way here. */
struct run {
	enum run_state state;
	struct jobs *jobs;
	struct arena mem;
	struct job job;
	struct preferences preferences;
	unsigned fetch; /* 0: none */
	struct sbuf page;
	struct reader_input in; /* the page, as the reader will have it */
	int tries;		/* to have it read */
	struct store_page known, from; /* known.page NULL: nothing is known */
	const char *known_json;	       /* the recipe, if it has not changed */
	enum err_reason blame;	       /* what to say if there is no recipe */
	int64_t again_at;	       /* the site says, by the wall clock; 0 */
	int fd;			       /* the reader's answer comes here; -1 */
	struct sbuf answer;
	struct pairing_new made;
	struct err failed; /* why, while failing */
	int64_t next_beat, deadline;
	int64_t retry_at, pause; /* of what did not go through */
};

struct jobs {
	const struct ask_world *world;
	struct net *net;
	char *owner;
	int64_t (*monotonic)(void);
	int draining;
	int64_t claim_at, claim_pause; /* the store would not let us */
	struct run runs[JOBS_MAX];
};

/* ---- the life of a run ---- */

static void run_open(struct jobs *j, struct run *r)
{
	memset(r, 0, sizeof(*r));
	r->jobs = j;
	r->fd = -1;
	sbuf_init(&r->page, NET_PAGE_MAX);
	sbuf_init(&r->answer, RECIPE_JSON_MAX);
}

static void run_close(struct run *r)
{
	if (r->fetch)
		net_cancel(r->jobs->net, r->fetch);
	if (r->fd >= 0)
		(void)close(r->fd);
	sbuf_release(&r->page);
	sbuf_release(&r->answer);
	arena_release(&r->mem);
	r->state = RUN_FREE;
}

static void run_fail(struct run *r, const struct err *why)
{
	if (r->fd >= 0)
		(void)close(r->fd);
	r->fd = -1;
	sbuf_release(&r->page);
	sbuf_release(&r->answer);
	r->failed = *why;
	r->state = RUN_FAILING;
}

static void run_fail_because(
	struct run *r, enum err_reason reason, const char *msg)
{
	struct err e = ERR_INIT;

	(void)err_set(&e, reason, "%s", msg);
	run_fail(r, &e);
}

/* What did not go through waits a little, and longer each time. */
static void put_off(struct run *r, int64_t now)
{
	r->pause = r->pause ? 2 * r->pause : PAUSE_MIN_MS;
	if (r->pause > PAUSE_MAX_MS)
		r->pause = PAUSE_MAX_MS;
	r->retry_at = now + r->pause;
}

/* A write failed: not ours any more, or later again? */
static void write_refused(struct run *r, const struct err *e)
{
	if (e->reason == REASON_CONFLICT) {
		log_info("left to others: %s", e->msg);
		run_close(r);
		return;
	}
	put_off(r, r->jobs->monotonic());
	log_warnx("cannot save, again in %lld ms: %s", (long long)r->pause,
		e->msg);
}

static int is_transient(const struct err *e)
{
	return e->reason == REASON_STORE || e->reason == REASON_BUSY;
}

/* Progress is worth a commit, but not a delay. 0 unless the run is over. */
static int show_stage(struct run *r, enum job_stage stage)
{
	struct err e = ERR_INIT;

	if (store_job_stage(r->jobs->world->store, &r->job, stage, &e) == 0)
		return 0;
	if (is_transient(&e)) {
		log_warnx(
			"stage %s not saved: %s", job_stage_name(stage), e.msg);
		return 0;
	}
	write_refused(r, &e);
	return r->state == RUN_FREE ? -1 : 0;
}

static void beat(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;

	if (now < r->next_beat)
		return;
	r->next_beat = now + BEAT_MS;
	if (store_job_beat(r->jobs->world->store, &r->job, &e)) {
		if (is_transient(&e)) {
			log_warnx("beat not saved: %s", e.msg);
			r->next_beat = now + 1000;
		} else {
			log_info("left to others: %s", e.msg);
			run_close(r);
		}
	} else if (r->job.cancelled) {
		log_info("cancelled");
		run_close(r);
	}
}

/* ---- fetching ---- */

/* The version that reads pages here: another may read them better. */
static const char *reader_version(struct run *r)
{
	char version[40];

	pairing_version(r->jobs->world->knowledge, version);
	return arena_printf(&r->mem, PACKAGE_VERSION " %s", version);
}

/* Keep what came, for the reader and for the store. */
static void keep_page(struct run *r, const struct net_page *page)
{
	sbuf_add(&r->page, page->body, page->len);
	r->in.data = r->page.buf;
	r->in.len = r->page.len;
	r->in.url = arena_strdup(&r->mem, page->url);
	r->in.charset = arena_strdup(&r->mem, page->charset);
	r->from.page = r->in.url;
	r->from.etag = arena_strdup(&r->mem, page->etag);
	r->from.modified = arena_strdup(&r->mem, page->modified);
	r->from.reader = reader_version(r);
}

/* The site asks us to come back later: soon enough to wait for? */
static int wants_rest(struct run *r, const struct net_page *page)
{
	int64_t s = page->retry_after_s;

	if ((page->status != 429 && page->status != 503) || s < 0 ||
		page->challenge)
		return 0;
	r->again_at = clock_wall_ms() + s * 1000;
	return s <= REST_MAX_S && r->job.waits < RESTS_MAX;
}

/* Called by net_run(): keep the page, the rest is jobs_step()'s. */
static void page_came(
	void *arg, const struct net_page *page, const struct err *e)
{
	struct run *r = arg;
	struct err why = ERR_INIT;
	enum net_kind kind;

	r->fetch = 0;
	if (e) {
		run_fail(r, e);
		return;
	}
	if (page->status == 304 && r->known.page &&
		strcmp(page->url, r->known.page) == 0) {
		r->from = r->known;
		r->state = RUN_FETCHED;
		return;
	}
	r->known_json = NULL;
	if (wants_rest(r, page)) {
		r->state = RUN_RESTING;
		return;
	}
	kind = net_page_kind(page, &why);
	if (kind == NET_NOTHING) {
		run_fail(r, &why);
		return;
	}
	r->blame = why.reason;
	r->in.kind = kind == NET_TEXT ? READER_TEXT : READER_PAGE;
	keep_page(r, page);
	r->state = RUN_FETCHED;
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

/* Was it read before? Then only ask whether it is still the same. */
static void look_up(struct run *r, struct net_known *known)
{
	struct err e = ERR_INIT;

	memset(known, 0, sizeof(*known));
	if (store_page_find(r->jobs->world->store, r->job.url,
		    reader_version(r), &r->mem, &r->known, &r->known_json, &e))
		return;
	known->url = r->known.page;
	known->etag = r->known.etag;
	known->modified = r->known.modified;
}

static void start(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;
	struct net_known known;

	r->next_beat = now + BEAT_MS;
	r->deadline = now + FETCH_MS;
	if (read_preferences(r, &e)) {
		err_context(&e, "preferences of a job");
		e.reason = REASON_INTERNAL;
		run_fail(r, &e);
		return;
	}
	r->state = RUN_FETCHING;
	look_up(r, &known);
	r->fetch =
		net_fetch_known(r->jobs->net, r->job.url, &known, page_came, r);
}

static void still_fetching(struct run *r, int64_t now)
{
	if (now < r->deadline)
		return;
	net_cancel(r->jobs->net, r->fetch);
	r->fetch = 0;
	run_fail_because(r, REASON_FETCH_TIMEOUT, "no page in time");
}

/* ---- pairing ---- */

/* The address the page says is its own, if it may speak for that. */
static const char *alias(struct run *r, const char *canonical)
{
	struct sbuf url = SBUF_INIT(NET_URL_MAX);
	struct err e = ERR_INIT;
	const char *found = NULL;

	if (canonical &&
		url_canonical(r->jobs->world->config, canonical,
			strlen(canonical), &url, &e) == 0 &&
		strcmp(url.buf, r->from.page) != 0 &&
		net_speaks_for(r->from.page, url.buf))
		found = arena_strdup(&r->mem, url.buf);
	sbuf_release(&url);
	return found;
}

static void pair(struct run *r, struct recipe *recipe)
{
	struct err e = ERR_INIT;

	/* Where we fetched it, whatever the page says of itself. */
	recipe->url = r->job.url;
	if (show_stage(r, STAGE_PAIRING))
		return;
	if (ask_make(r->jobs->world, recipe, &r->preferences, &r->mem, &r->made,
		    &e)) {
		run_fail(r, &e);
		return;
	}
	r->from.alias = alias(r, recipe->canonical);
	r->made.from = &r->from;
	sbuf_release(&r->page);
	sbuf_release(&r->answer);
	r->state = RUN_SAVING;
}

/* ---- reading ---- */

static void not_modified(struct run *r)
{
	struct err e = ERR_INIT;
	struct recipe recipe;
	json_object *o = json_read(r->known_json, strlen(r->known_json), &e);

	if (o && recipe_from_json(o, &r->mem, &recipe, &e) == 0)
		pair(r, &recipe);
	else
		run_fail_because(r, REASON_INTERNAL, "a stored recipe is bad");
	json_object_put(o);
}

static size_t reads_under_way(const struct jobs *j)
{
	size_t i, n = 0;

	for (i = 0; i < JOBS_MAX; i++)
		n += j->runs[i].state == RUN_READING;
	return n;
}

/* The reader died, or has no time: that says nothing of the page. */
static void read_again(struct run *r, int64_t now, const struct err *e)
{
	if (r->fd >= 0)
		(void)close(r->fd);
	r->fd = -1;
	sbuf_reset(&r->answer);
	if (++r->tries >= READ_TRIES) {
		run_fail(r, e);
		return;
	}
	log_warnx("to be read again: %s", e->msg);
	put_off(r, now);
	r->state = RUN_FETCHED;
}

static void start_reading(struct run *r, int64_t now)
{
	const struct ask_world *w = r->jobs->world;
	struct err e = ERR_INIT;

	if (r->known_json) {
		not_modified(r);
		return;
	}
	if (now < r->retry_at || reads_under_way(r->jobs) >= READS_MAX)
		return;
	if (show_stage(r, STAGE_READING))
		return;
	r->fd = reader_start(w->reader, w->knowledge, &r->in, &e);
	if (r->fd >= 0 && fd_nonblock(r->fd))
		err_errno(&e, REASON_INTERNAL, "the reader's pipe");
	if (e.reason == REASON_BUSY) {
		read_again(r, now, &e);
		return;
	}
	if (e.reason) {
		run_fail(r, &e);
		return;
	}
	r->deadline = now + READ_MS;
	r->state = RUN_READING;
}

/* No recipe: the page's fault, or the answer's it came with? */
static void read_failed(struct run *r, struct err *e)
{
	e->reason = net_page_blame(r->blame, e->reason);
	run_fail(r, e);
}

static void read_over(struct run *r, int64_t now)
{
	struct recipe recipe;
	struct err e = ERR_INIT;

	(void)close(r->fd);
	r->fd = -1;
	if (r->answer.full)
		run_fail_because(r, REASON_TOO_COMPLEX, "a giant recipe");
	else if (reader_answer(r->jobs->world->reader, r->answer.buf,
			 r->answer.len, &r->mem, &recipe, &e) == 0)
		pair(r, &recipe);
	else if (e.reason == REASON_BUSY)
		read_again(r, now, &e);
	else
		read_failed(r, &e);
}

static void read_on(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;
	char buf[16384];
	ssize_t n = -1;

	while (!r->answer.full && (n = read(r->fd, buf, sizeof(buf))) > 0)
		sbuf_add(&r->answer, buf, (size_t)n);
	if (n == 0 || r->answer.full) {
		read_over(r, now);
	} else if (errno != EAGAIN && errno != EINTR) {
		run_fail_because(r, REASON_INTERNAL, "the reader's pipe broke");
	} else if (now >= r->deadline) {
		(void)err_set(&e, REASON_BUSY, "not read in time");
		read_again(r, now, &e);
	}
}

/* ---- the end ---- */

static void save(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;

	if (now < r->retry_at)
		return;
	if (store_job_finish(r->jobs->world->store, &r->job, &r->made, &e) ==
		0) {
		log_info("done, attempt %lld", (long long)r->job.attempt);
		run_close(r);
	} else if (is_transient(&e) || e.reason == REASON_CONFLICT) {
		write_refused(r, &e);
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
		write_refused(r, &e);
	}
}

static void fail(struct run *r, int64_t now)
{
	struct err e = ERR_INIT;
	int64_t retry_at = r->failed.reason == REASON_FETCH_BUSY ? r->again_at
								 : 0;

	if (now < r->retry_at)
		return;
	if (store_job_fail(r->jobs->world->store, &r->job, r->failed.reason,
		    retry_at, &e) == 0) {
		log_info("failed: %s: %s", err_key(r->failed.reason),
			r->failed.msg);
		run_close(r);
	} else {
		write_refused(r, &e);
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
			still_fetching(r, now);
			break;
		case RUN_FETCHED:
			start_reading(r, now);
			break;
		case RUN_READING:
			read_on(r, now);
			break;
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
	size_t i, n = 0;

	for (i = 0; i < JOBS_MAX; i++)
		n += j->runs[i].state == RUN_FETCHING &&
		     same_site(j->runs[i].job.url, url);
	return n < SITE_MAX;
}

static struct run *free_run(struct jobs *j)
{
	size_t i;

	for (i = 0; i < JOBS_MAX; i++)
		if (j->runs[i].state == RUN_FREE)
			return &j->runs[i];
	return NULL;
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
		return -1;
	}
	j->claim_pause = j->claim_pause ? 2 * j->claim_pause : PAUSE_MIN_MS;
	if (j->claim_pause > PAUSE_MAX_MS)
		j->claim_pause = PAUSE_MAX_MS;
	j->claim_at = now + j->claim_pause;
	log_warnx("cannot take up jobs: %s", e.msg);
	return -1;
}

struct jobs *jobs_new(
	const struct ask_world *w, struct net *net, const char *owner)
{
	struct jobs *j = xcalloc(1, sizeof(*j));

	j->world = w;
	j->net = net;
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

void jobs_step(struct jobs *j)
{
	int64_t now = j->monotonic();
	struct run *r;
	size_t i;

	for (i = 0; i < JOBS_MAX; i++) {
		r = &j->runs[i];
		if (r->state == RUN_FREE)
			continue;
		log_request(r->job.id);
		beat(r, now);
		move_on(r, now);
		log_request(NULL);
	}
	while (!j->draining && now >= j->claim_at && (r = free_run(j)))
		if (claim(j, r, now))
			break;
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
