/*
 * The queue. A job is claimed by one write that names the attempt it saw, so
 * of two claimers one gets it. From then on every write of the owner names its
 * attempt: an owner that was taken for dead and woke up cannot write any more.
 *
 * Whether an owner is alive is judged by its beat counter and our own
 * monotonic clock: no clock of another process or machine, and no wall clock,
 * has a say. What was seen when is kept in the store handle.
 *
 * Whatever ends a job also settles its books (ledger.c), in one transaction.
 */
#include "store/internal.h"

#define STANDSTILL_MS 30000
#define ROUNDS_MAX 100
#define REST_MAX_MS 3600000 /* longer is a clock that was set back */

/* A row as the claimer saw it. */
struct candidate {
	int64_t id, attempt, beat, waits;
	const char *status;
};

int store_queue_length(struct store *s, int64_t *n, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT count(*) FROM job WHERE status = 'queued'", e))
		return -1;
	rc = db_step(&q, e);
	if (rc == DB_ROW)
		*n = db_int64(&q, 0);
	db_reset(&q);
	return rc == DB_ROW ? 0 : -1;
}

/* ---- new jobs ---- */

/* 1 and id: a job for the same question is under way, 0: none. */
static int under_way(struct store *s, const struct job_new *n,
	char id[ID_LEN + 1], struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (n->url)
		rc = db_prepare(s->db, &q,
			"SELECT public_id FROM job WHERE url = :url"
			" AND preferences = :preferences AND engine = :engine"
			" AND status IN ('queued', 'running')",
			e);
	else
		rc = db_prepare(s->db, &q,
			"SELECT public_id FROM job WHERE hash = :hash"
			" AND preferences = :preferences AND engine = :engine"
			" AND status IN ('queued', 'running')",
			e);
	if (rc)
		return -1;
	if (n->url)
		db_bind_text(&q, ":url", n->url);
	else
		db_bind_blob(&q, ":hash", n->hash, HASH_LEN);
	db_bind_text(&q, ":preferences", n->preferences);
	db_bind_text(&q, ":engine", n->engine);
	rc = db_step(&q, e);
	if (rc == DB_ROW)
		(void)snprintf(id, ID_LEN + 1, "%s", db_text(&q, 0));
	db_reset(&q);
	return rc;
}

static int insert_job(
	struct store *s, const struct job_new *n, const char *id, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t waiting, now = clock_wall_ms();

	if (store_queue_length(s, &waiting, e))
		return -1;
	if (waiting >= n->queue_limit)
		return err_set(e, REASON_BUSY, "%lld jobs are waiting",
			(long long)waiting);
	if (db_prepare(s->db, &q,
		    "INSERT INTO job (public_id, url, recipe, hash,"
		    " preferences, engine, providers, created, updated)"
		    " VALUES (:id, :url, :recipe, :hash, :preferences, :engine,"
		    " :providers, :now, :now)",
		    e))
		return -1;
	db_bind_text(&q, ":id", id);
	db_bind_text(&q, ":url", n->url);
	db_bind_text(&q, ":recipe", n->recipe);
	db_bind_blob(&q, ":hash", n->hash, n->hash ? HASH_LEN : 0);
	db_bind_text(&q, ":preferences", n->preferences);
	db_bind_text(&q, ":engine", n->engine);
	db_bind_text(&q, ":providers", n->providers);
	db_bind_int64(&q, ":now", now);
	return db_run(&q, e);
}

/* The body of store_job_new(), in its transaction. */
static int queue_one(struct store *s, const struct job_new *n,
	char id[ID_LEN + 1], struct err *e)
{
	int rc = n->key ? key_look(s, n->key, id, e) : 0;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = under_way(s, n, id, e);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		id_new(id);
		if (insert_job(s, n, id, e))
			return -1;
	}
	return n->key ? key_put(s, n->key, id, e) : 0;
}

int store_job_new(struct store *s, const struct job_new *n, char id[ID_LEN + 1],
	struct err *e)
{
	int ok;

	if (!n->url == !n->recipe || !n->recipe != !n->hash)
		log_bug("a job has a URL, or a recipe with its hash");
	if (db_begin(s->db, e))
		return -1;
	ok = queue_one(s, n, id, e) == 0;
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

/* ---- claiming ---- */

/* When did this lease last move, as far as we saw? */
static int64_t still_since(
	const struct store *s, const struct candidate *c, int64_t now)
{
	size_t i;

	for (i = 0; i < s->n_seen; i++) {
		const struct lease_seen *l = &s->seen[i];

		if (l->job == c->id && l->attempt == c->attempt &&
			l->beat == c->beat)
			return l->since;
	}
	return now;
}

/* Look at every running job, remember its beat, and return the first whose
 * beat stood still. 1: found, 0: none. */
static int find_still(struct store *s, struct candidate *found, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	struct lease_seen *seen = NULL;
	int64_t now = s->monotonic();
	size_t n = 0, cap = 0;
	int rc, any = 0;

	if (db_prepare(s->db, &q,
		    "SELECT id, attempt, beat, waits FROM job"
		    " WHERE status = 'running' ORDER BY id",
		    e))
		return -1;
	while ((rc = db_step(&q, e)) == DB_ROW) {
		struct candidate c = { db_int64(&q, 0), db_int64(&q, 1),
			db_int64(&q, 2), db_int64(&q, 3), "running" };
		int64_t since = still_since(s, &c, now);

		if (n == cap) {
			cap = cap ? 2 * cap : 16;
			seen = xreallocarray(seen, cap, sizeof(*seen));
		}
		seen[n++] =
			(struct lease_seen){ c.id, c.attempt, c.beat, since };
		if (!any && now - since >= STANDSTILL_MS) {
			*found = c;
			any = 1;
		}
	}
	db_reset(&q);
	free(s->seen);
	s->seen = seen;
	s->n_seen = n;
	return rc < 0 ? -1 : any;
}

void store_claims(struct store *s, store_wants *wants, void *arg)
{
	s->wants = wants;
	s->wants_arg = arg;
}

static int find_waiting(struct store *s, struct candidate *found, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t now = clock_wall_ms();
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT id, attempt, beat, waits, url FROM job"
		    " WHERE status = 'queued' AND (retry_at IS NULL"
		    " OR retry_at <= :now OR retry_at > :never) ORDER BY id",
		    e))
		return -1;
	db_bind_int64(&q, ":now", now);
	db_bind_int64(&q, ":never", now + REST_MAX_MS);
	do {
		rc = db_step(&q, e);
	} while (rc == DB_ROW && s->wants &&
		 !s->wants(s->wants_arg, db_text(&q, 4)));
	if (rc == DB_ROW)
		*found = (struct candidate){ db_int64(&q, 0), db_int64(&q, 1),
			db_int64(&q, 2), db_int64(&q, 3), "queued" };
	db_reset(&q);
	return rc;
}

static void bind_candidate(struct db_query *q, const struct candidate *c)
{
	db_bind_int64(q, ":id", c->id);
	db_bind_int64(q, ":attempt", c->attempt);
	db_bind_int64(q, ":beat", c->beat);
	db_bind_text(q, ":status", c->status);
	db_bind_int64(q, ":now", clock_wall_ms());
}

static int give_up(struct store *s, const struct candidate *c, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char id[ID_LEN + 1] = "";
	int rc;

	if (db_prepare(s->db, &q,
		    "UPDATE job SET status = 'failed', error = :error,"
		    " partial = NULL, owner = NULL, updated = :now"
		    " WHERE id = :id AND attempt = :attempt AND beat = :beat"
		    " AND status = :status RETURNING public_id",
		    e))
		return -1;
	bind_candidate(&q, c);
	db_bind_text(&q, ":error", err_key(REASON_GAVE_UP));
	rc = db_step(&q, e);
	if (rc == DB_ROW)
		(void)snprintf(id, sizeof(id), "%s", db_text(&q, 0));
	db_reset(&q);
	if (rc == DB_ROW)
		return ledger_settle(s, id, 0, e);
	return rc; /* somebody was faster: look again */
}

static void read_claimed(struct db_query *q, struct arena *mem, struct job *j)
{
	memset(j, 0, sizeof(*j));
	(void)snprintf(j->id, sizeof(j->id), "%s", db_text(q, 0));
	j->attempt = db_int64(q, 1);
	j->url = db_copy(q, 2, mem);
	j->preferences = db_copy(q, 3, mem);
	j->waits = (int)db_int64(q, 4);
	j->engine = db_copy(q, 5, mem);
	j->providers = db_copy(q, 6, mem);
	j->recipe = db_copy(q, 7, mem);
	if (db_len(q, 8) == HASH_LEN)
		memcpy(j->hash, db_blob(q, 8), HASH_LEN);
}

/* 1: ours now, 0: somebody was faster. */
static int take(struct store *s, const struct candidate *c, const char *owner,
	struct arena *mem, struct job *j, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_prepare(s->db, &q,
		    "UPDATE job SET status = 'running', stage = CASE"
		    " WHEN url IS NULL THEN 'pairing' ELSE 'fetching' END,"
		    " partial = NULL, owner = :owner, beat = beat + 1,"
		    " attempt = attempt + 1, updated = :now, retry_at = NULL"
		    " WHERE id = :id AND attempt = :attempt AND beat = :beat"
		    " AND status = :status"
		    " RETURNING public_id, attempt, url, preferences, waits,"
		    " engine, providers, recipe, hash",
		    e))
		return -1;
	bind_candidate(&q, c);
	db_bind_text(&q, ":owner", owner);
	rc = db_step(&q, e);
	if (rc == DB_ROW)
		read_claimed(&q, mem, j);
	db_reset(&q);
	return rc;
}

int store_job_claim(struct store *s, const char *owner, struct arena *mem,
	struct job *j, struct err *e)
{
	struct candidate c = { 0 };
	int round, rc, got;

	for (round = 0; round < ROUNDS_MAX; round++) {
		rc = find_still(s, &c, e);
		if (rc == 0)
			rc = find_waiting(s, &c, e);
		if (rc < 0)
			return -1;
		if (rc == 0)
			break;
		if (db_begin(s->db, e))
			return -1;
		if (c.attempt - c.waits >= JOB_ATTEMPTS_MAX)
			got = give_up(s, &c, e);
		else
			got = take(s, &c, owner, mem, j, e);
		if (db_end(s->db, got >= 0, e) || got < 0)
			return -1;
		if (got)
			return 0;
	}
	return err_set(e, REASON_NOT_FOUND, "no job is waiting");
}

/* ---- what others write ---- */

int store_job_cancel(struct store *s, const char *id, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct db_query q = DB_QUERY_INIT;
	struct pairing_row row;
	int64_t changed = 0;
	int ok = 0, rc;

	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "UPDATE job SET status = 'cancelled', error = :error,"
		    " partial = NULL, owner = NULL, updated = :now"
		    " WHERE public_id = :id"
		    " AND status IN ('queued', 'running')",
		    e) == 0) {
		db_bind_text(&q, ":id", id);
		db_bind_text(&q, ":error", err_key(REASON_CANCELLED));
		db_bind_int64(&q, ":now", clock_wall_ms());
		ok = db_run(&q, e) == 0;
		changed = db_changes(s->db);
	}
	if (ok && changed)
		ok = ledger_settle(s, id, 0, e) == 0;
	if (db_end(s->db, ok, e) || !ok)
		return -1;
	if (changed)
		return 0;
	rc = store_pairing_get(s, id, &mem, &row, e); /* or not-found */
	arena_release(&mem);
	return rc ? -1 : err_set(e, REASON_CONFLICT, "job %s is over", id);
}

int store_job_release(struct store *s, const char *owner, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int ok = 0;

	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "UPDATE job SET status = 'queued', stage = 'queued',"
		    " partial = NULL, owner = NULL, updated = :now"
		    " WHERE status = 'running' AND owner = :owner",
		    e) == 0) {
		db_bind_text(&q, ":owner", owner);
		db_bind_int64(&q, ":now", clock_wall_ms());
		ok = db_run(&q, e) == 0;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}
