/*
 * The page of a job: fetched by net, read by the reader. net calls back when it
 * is there, the reader's answer arrives on a pipe.
 */
#include "config.h"

#include "jobs/run.h"

#include <errno.h>
#include <unistd.h>

#define READS_MAX 4
#define FETCH_MS 120000 /* waiting for the site's turn included */
#define READ_MS 5000
#define READ_TRIES 4
#define RESTS_MAX 2
#define REST_MAX_S 60 /* a site that wants more is for another time */

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

void page_fetch(struct run *r, int64_t now)
{
	struct net_known known;

	r->deadline = now + FETCH_MS;
	r->state = RUN_FETCHING;
	look_up(r, &known);
	r->fetch =
		net_fetch_known(r->jobs->net, r->job.url, &known, page_came, r);
}

void page_still_fetching(struct run *r, int64_t now)
{
	if (now < r->deadline)
		return;
	net_cancel(r->jobs->net, r->fetch);
	r->fetch = 0;
	run_fail_because(r, REASON_FETCH_TIMEOUT, "no page in time");
}

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

/* The recipe of the page is known, whatever the page says of where it is. */
static void have_recipe(struct run *r)
{
	r->recipe.url = r->job.url;
	r->from.alias = alias(r, r->recipe.canonical);
	sbuf_release(&r->page);
	sbuf_release(&r->answer);
	choose_wines(r);
}

/* ---- reading ---- */

static void not_modified(struct run *r)
{
	struct err e = ERR_INIT;
	json_object *o = json_read(r->known_json, strlen(r->known_json), &e);

	if (o && recipe_from_json(o, &r->mem, &r->recipe, &e) == 0)
		have_recipe(r);
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
	run_put_off(r, now);
	r->state = RUN_FETCHED;
}

void page_start_reading(struct run *r, int64_t now)
{
	const struct ask_world *w = r->jobs->world;
	struct err e = ERR_INIT;

	if (r->known_json) {
		not_modified(r);
		return;
	}
	if (now < r->retry_at || reads_under_way(r->jobs) >= READS_MAX)
		return;
	if (run_show_stage(r, STAGE_READING))
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
	struct err e = ERR_INIT;

	(void)close(r->fd);
	r->fd = -1;
	if (r->answer.full)
		run_fail_because(r, REASON_TOO_COMPLEX, "a giant recipe");
	else if (reader_answer(r->jobs->world->reader, r->answer.buf,
			 r->answer.len, &r->mem, &r->recipe, &e) == 0)
		have_recipe(r);
	else if (e.reason == REASON_BUSY)
		read_again(r, now, &e);
	else
		read_failed(r, &e);
}

void page_read_on(struct run *r, int64_t now)
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
