/*
 * What the owner of a job writes: that it is alive, how far it is, and the end.
 * Every write names the attempt it claimed, so an owner that was taken for dead
 * and woke up cannot write any more. The end of a job settles its books in the
 * same transaction (ledger.c).
 */
#include "store/internal.h"

static int lost(const struct job *j, struct err *e)
{
	return err_set(e, REASON_CONFLICT,
		"job %s is over or another runner's (attempt %lld was ours)",
		j->id, (long long)j->attempt);
}

static void bind_lease(struct db_query *q, const struct job *j)
{
	db_bind_text(q, ":id", j->id);
	db_bind_int64(q, ":attempt", j->attempt);
}

/* Run an update that must touch the owner's row. */
static int run_owned(
	struct store *s, struct db_query *q, const struct job *j, struct err *e)
{
	if (db_run(q, e))
		return -1;
	return db_changes(s->db) ? 0 : lost(j, e);
}

/* 1: our attempt was cancelled, 0: not so. */
static int is_cancelled(struct store *s, const struct job *j, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT 1 FROM job WHERE public_id = :id"
		    " AND attempt = :attempt AND status = 'cancelled'",
		    e))
		return -1;
	bind_lease(&q, j);
	rc = db_step(&q, e);
	db_reset(&q);
	return rc;
}

/* In a transaction: raise the beat; 0, also when the job is cancelled. */
static int beat(struct store *s, struct job *j, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_prepare(s->db, &q,
		    "UPDATE job SET beat = beat + 1 WHERE public_id = :id"
		    " AND attempt = :attempt AND status = 'running'",
		    e))
		return -1;
	bind_lease(&q, j);
	if (run_owned(s, &q, j, e) == 0)
		return 0;
	if (e->reason != REASON_CONFLICT)
		return -1;
	rc = is_cancelled(s, j, e);
	if (rc == DB_DONE)
		return lost(j, e);
	if (rc < 0)
		return -1;
	j->cancelled = 1;
	return 0;
}

int store_job_beats(struct store *s, struct job *const *jobs, size_t n,
	int *lost_jobs, struct err *e)
{
	int ok = 1;
	size_t i;

	if (n == 0)
		return 0;
	if (db_begin(s->db, e))
		return -1;
	for (i = 0; i < n && ok; i++) {
		lost_jobs[i] = beat(s, jobs[i], e) != 0;
		ok = !lost_jobs[i] || e->reason == REASON_CONFLICT;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

int store_job_stage(struct store *s, const struct job *j, enum job_stage stage,
	struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int ok = 0;

	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "UPDATE job SET stage = :stage, beat = beat + 1,"
		    " updated = :now WHERE public_id = :id"
		    " AND attempt = :attempt AND status = 'running'",
		    e) == 0) {
		bind_lease(&q, j);
		db_bind_text(&q, ":stage", job_stage_name(stage));
		db_bind_int64(&q, ":now", clock_wall_ms());
		ok = run_owned(s, &q, j, e) == 0;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

int store_job_partial(
	struct store *s, const struct job *j, const char *json, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int ok = 0;

	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "UPDATE job SET partial = :partial, beat = beat + 1,"
		    " updated = :now WHERE public_id = :id"
		    " AND attempt = :attempt AND status = 'running'",
		    e) == 0) {
		bind_lease(&q, j);
		db_bind_text(&q, ":partial", json);
		db_bind_int64(&q, ":now", clock_wall_ms());
		ok = run_owned(s, &q, j, e) == 0;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

int store_job_fail(struct store *s, const struct job *j, enum err_reason reason,
	int64_t retry_at, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int ok = 0;

	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "UPDATE job SET status = 'failed', error = :error,"
		    " retry_at = nullif(:retry, 0), partial = NULL,"
		    " owner = NULL, updated = :now WHERE public_id = :id"
		    " AND attempt = :attempt AND status = 'running'",
		    e) == 0) {
		bind_lease(&q, j);
		db_bind_int64(&q, ":retry", retry_at);
		db_bind_text(&q, ":error", err_key(reason));
		db_bind_int64(&q, ":now", clock_wall_ms());
		ok = run_owned(s, &q, j, e) == 0 &&
		     ledger_settle(s, j->id, 0, e) == 0;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

int store_job_rest(
	struct store *s, const struct job *j, int64_t retry_at, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int ok = 0;

	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "UPDATE job SET status = 'queued', stage = 'queued',"
		    " partial = NULL, owner = NULL, retry_at = :retry,"
		    " waits = waits + 1, updated = :now WHERE public_id = :id"
		    " AND attempt = :attempt AND status = 'running'",
		    e) == 0) {
		bind_lease(&q, j);
		db_bind_int64(&q, ":retry", retry_at);
		db_bind_int64(&q, ":now", clock_wall_ms());
		ok = run_owned(s, &q, j, e) == 0;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

/* That address led to that pairing's recipe just now. */
static int remember_url(struct store *s, const char *url, int64_t pairing,
	const struct store_page *from, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(s->db, &q,
		    "INSERT INTO recipe_url (url, recipe, fetched, page, etag,"
		    " modified, reader)"
		    " SELECT :url, recipe, :now, :page, :etag, :modified,"
		    " :reader FROM pairing WHERE id = :pairing"
		    " ON CONFLICT (url) DO UPDATE SET recipe = excluded.recipe,"
		    " fetched = excluded.fetched, page = excluded.page,"
		    " etag = excluded.etag, modified = excluded.modified,"
		    " reader = excluded.reader",
		    e))
		return -1;
	db_bind_text(&q, ":url", url);
	db_bind_int64(&q, ":pairing", pairing);
	db_bind_int64(&q, ":now", clock_wall_ms());
	db_bind_text(&q, ":page", from ? from->page : NULL);
	db_bind_text(&q, ":etag", from ? from->etag : NULL);
	db_bind_text(&q, ":modified", from ? from->modified : NULL);
	db_bind_text(&q, ":reader", from ? from->reader : NULL);
	return db_run(&q, e);
}

static int remember_urls(struct store *s, const struct job *j,
	const struct store_page *from, int64_t pairing, struct err *e)
{
	if (!j->url)
		return 0;
	if (remember_url(s, j->url, pairing, from, e))
		return -1;
	if (from && strcmp(from->page, j->url) != 0 &&
		remember_url(s, from->page, pairing, from, e))
		return -1;
	if (from && from->alias &&
		remember_url(s, from->alias, pairing, from, e))
		return -1;
	return 0;
}

/* The end of a job that led to that pairing. */
static int end_done(struct store *s, const struct job *j,
	const struct store_page *from, int64_t pairing, int by_model,
	struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (remember_urls(s, j, from, pairing, e) ||
		db_prepare(s->db, &q,
			"UPDATE job SET status = 'done', stage = 'done',"
			" partial = NULL, owner = NULL, pairing = :pairing,"
			" updated = :now WHERE public_id = :id"
			" AND attempt = :attempt AND status = 'running'",
			e))
		return -1;
	bind_lease(&q, j);
	db_bind_int64(&q, ":pairing", pairing);
	db_bind_int64(&q, ":now", clock_wall_ms());
	return run_owned(s, &q, j, e) || ledger_settle(s, j->id, by_model, e)
		       ? -1
		       : 0;
}

int store_job_finish(struct store *s, const struct job *j,
	const struct pairing_new *p, struct err *e)
{
	int64_t pairing;
	int ok;

	if (db_begin(s->db, e))
		return -1;
	ok = pairing_put(s, p, j->id, &pairing, e) == 0 &&
	     end_done(s, j, p->from, pairing, p->by_model, e) == 0;
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

static int pairing_rowid(
	struct store *s, const char *id, int64_t *rowid, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT id FROM pairing WHERE public_id = :id", e))
		return -1;
	db_bind_text(&q, ":id", id);
	rc = db_step(&q, e);
	if (rc == DB_ROW)
		*rowid = db_int64(&q, 0);
	db_reset(&q);
	if (rc == DB_DONE)
		return err_set(e, REASON_NOT_FOUND, "no pairing %s", id);
	return rc == DB_ROW ? 0 : -1;
}

int store_job_finish_with(struct store *s, const struct job *j,
	const struct store_page *from, const char *pairing_id, struct err *e)
{
	int64_t pairing = 0;
	int ok;

	if (db_begin(s->db, e))
		return -1;
	ok = pairing_rowid(s, pairing_id, &pairing, e) == 0 &&
	     end_done(s, j, from, pairing, 0, e) == 0;
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}
