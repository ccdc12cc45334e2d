/*
 * What models cost. A call is a row before it is made and once it is over, so
 * that a runner that dies in between leaves a trace: the next attempt finds
 * the open call, counts it as lost with all that it might have cost, and one
 * call may be lost like that, not two.
 *
 * The monthly ceiling holds because looking at what the month has cost and
 * reserving are one immediate transaction, and done before every call. A job
 * has one reservation, which a dearer call raises (the next provider's, or one
 * that mends an answer); however the job ends, it is charged or released in
 * the transaction that ends it (ledger_settle). The schema lets a job have one
 * entry of each kind, and one of charge and release.
 *
 * The sums (model_day, quota_open) are kept by triggers of the schema: no
 * query here goes through the calls of a month. What the operator sees of it
 * all is in report.c.
 */
#include "store/internal.h"

#define LOST_MAX 1
#define DAY_MS ((int64_t)24 * 3600 * 1000)
#define MONTH_SIZE 8 /* "2026-11" */
/* More than any call uses (tokens) or costs (a million dollars): a server
 * that says so cannot make our sums overflow. */
#define COUNT_MAX ((int64_t)1000000000000)

static int64_t bounded(int64_t n)
{
	return n < 0 ? 0 : n > COUNT_MAX ? COUNT_MAX : n;
}

int64_t ledger_day_begins(const struct store *s, int back)
{
	return (s->wall() / DAY_MS - back) * DAY_MS;
}

void ledger_day(const struct store *s, int back, char day[LEDGER_DAY_SIZE])
{
	char at[CLOCK_RFC3339_SIZE];

	clock_rfc3339(ledger_day_begins(s, back), at);
	(void)snprintf(day, LEDGER_DAY_SIZE, "%.10s", at);
}

static void this_month(const struct store *s, char month[MONTH_SIZE])
{
	char day[LEDGER_DAY_SIZE];

	ledger_day(s, 0, day);
	(void)snprintf(month, MONTH_SIZE, "%.7s", day);
}

static int one_number(struct db_query *q, int64_t *n, struct err *e)
{
	int rc = db_step(q, e);

	*n = rc == DB_ROW ? db_int64(q, 0) : 0;
	db_reset(q);
	return rc < 0 ? -1 : 0;
}

/* ---- the month ---- */

/* What jobs hold of this month, but for one of them ("": all). */
static int month_reserved(
	struct store *s, const char *but, int64_t *amount, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char month[MONTH_SIZE];

	if (db_prepare(s->db, &q,
		    "SELECT coalesce(sum(amount), 0) FROM quota_open"
		    " WHERE month = :month AND job <> :but",
		    e))
		return -1;
	this_month(s, month);
	db_bind_text(&q, ":month", month);
	db_bind_text(&q, ":but", but);
	return one_number(&q, amount, e);
}

static int month_spent(struct store *s, int64_t *spent, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char month[MONTH_SIZE];

	if (db_prepare(s->db, &q,
		    "SELECT coalesce(sum(cost), 0) FROM model_day"
		    " WHERE day >= :month AND day < :month || '-99'",
		    e))
		return -1;
	this_month(s, month);
	db_bind_text(&q, ":month", month);
	return one_number(&q, spent, e);
}

int ledger_month(
	struct store *s, int64_t *spent, int64_t *reserved, struct err *e)
{
	return month_spent(s, spent, e) || month_reserved(s, "", reserved, e)
		       ? -1
		       : 0;
}

/* ---- a call begins ---- */

static int still_owned(struct store *s, const struct job *j, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t ours;

	if (db_prepare(s->db, &q,
		    "SELECT 1 FROM job WHERE public_id = :id"
		    " AND attempt = :attempt AND status = 'running'",
		    e))
		return -1;
	db_bind_text(&q, ":id", j->id);
	db_bind_int64(&q, ":attempt", j->attempt);
	if (one_number(&q, &ours, e))
		return -1;
	return ours ? 0
		    : err_set(e, REASON_CONFLICT,
			      "job %s is over or another runner's", j->id);
}

/* Open calls of attempts before this one are lost. */
static int lose_before(
	struct store *s, const char *job, int64_t attempt, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(s->db, &q,
		    "UPDATE model_call SET ended = :now, cost = most,"
		    " outcome = 'lost' WHERE job = :job AND ended IS NULL"
		    " AND attempt < :attempt",
		    e))
		return -1;
	db_bind_text(&q, ":job", job);
	db_bind_int64(&q, ":attempt", attempt);
	db_bind_int64(&q, ":now", s->wall());
	return db_run(&q, e);
}

static int few_lost(struct store *s, const struct job *j, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t n;

	if (lose_before(s, j->id, j->attempt, e) ||
		db_prepare(s->db, &q,
			"SELECT count(*) FROM model_call WHERE job = :job"
			" AND outcome = 'lost'",
			e))
		return -1;
	db_bind_text(&q, ":job", j->id);
	if (one_number(&q, &n, e))
		return -1;
	return n <= LOST_MAX ? 0
			     : err_set(e, REASON_MODEL_LOST,
				       "%lld calls of job %s were lost",
				       (long long)n, j->id);
}

static int nobody_asks(struct store *s, const struct job *j,
	const unsigned char question[HASH_LEN], struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t asked;

	if (db_prepare(s->db, &q,
		    "SELECT 1 FROM model_call c"
		    " JOIN job j ON j.public_id = c.job"
		    " WHERE c.question = :question AND c.ended IS NULL"
		    " AND c.job <> :job AND j.status = 'running'"
		    " AND j.attempt = c.attempt",
		    e))
		return -1;
	db_bind_blob(&q, ":question", question, HASH_LEN);
	db_bind_text(&q, ":job", j->id);
	if (one_number(&q, &asked, e))
		return -1;
	return asked ? err_set(e, REASON_BUSY,
			       "another job is asking what job %s asks", j->id)
		     : 0;
}

/* What was reserved before is raised. Triggers of the schema do the same to
 * quota_open. */
static int put_reservation(
	struct store *s, const char *job, int64_t amount, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char month[MONTH_SIZE];

	if (db_prepare(s->db, &q,
		    "INSERT INTO quota_entry (job, kind, amount, month,"
		    " created) VALUES (:job, 'reserve', :amount, :month, :now)"
		    " ON CONFLICT (job, kind) DO UPDATE SET"
		    " amount = max(amount, excluded.amount),"
		    " month = excluded.month",
		    e))
		return -1;
	this_month(s, month);
	db_bind_text(&q, ":job", job);
	db_bind_int64(&q, ":amount", amount);
	db_bind_text(&q, ":month", month);
	db_bind_int64(&q, ":now", s->wall());
	return db_run(&q, e);
}

/*
 * If the month can bear this call: what it may cost, beside what others have
 * reserved and what the job's earlier calls did cost, which is spent already.
 * The job's reservation is as much as the dearest of its calls.
 */
static int reserve(struct store *s, const struct job *j,
	const struct call_new *c, struct err *e)
{
	int64_t spent, others, most = bounded(c->most);

	if (month_spent(s, &spent, e) || month_reserved(s, j->id, &others, e))
		return -1;
	/* what costs nothing is not in the way of a limit that was lowered */
	if (c->limit && most && spent + others + most > c->limit)
		return err_set(e, REASON_SPEND_LIMIT,
			"%lld spent and %lld reserved of %lld this month",
			(long long)spent, (long long)others,
			(long long)c->limit);
	return put_reservation(s, j->id, most, e);
}

static int insert_call(struct store *s, const struct job *j,
	const unsigned char question[HASH_LEN], const struct call_new *c,
	int64_t *call, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char day[LEDGER_DAY_SIZE];

	if (db_prepare(s->db, &q,
		    "INSERT INTO model_call (job, attempt, provider, model,"
		    " question, day, started, most) VALUES (:job, :attempt,"
		    " :provider, :model, :question, :day, :now, :most)",
		    e))
		return -1;
	ledger_day(s, 0, day);
	db_bind_text(&q, ":job", j->id);
	db_bind_int64(&q, ":attempt", j->attempt);
	db_bind_text(&q, ":provider", c->provider);
	db_bind_text(&q, ":model", c->model);
	db_bind_blob(&q, ":question", question, HASH_LEN);
	db_bind_text(&q, ":day", day);
	db_bind_int64(&q, ":now", s->wall());
	db_bind_int64(&q, ":most", bounded(c->most));
	if (db_run(&q, e))
		return -1;
	*call = db_last_id(s->db);
	return 0;
}

int store_call_begin(struct store *s, const struct job *j,
	const unsigned char question[HASH_LEN], const struct call_new *c,
	int64_t *call, struct err *e)
{
	int ok;

	if (db_begin(s->db, e))
		return -1;
	ok = still_owned(s, j, e) == 0 && few_lost(s, j, e) == 0 &&
	     nobody_asks(s, j, question, e) == 0 && reserve(s, j, c, e) == 0 &&
	     insert_call(s, j, question, c, call, e) == 0;
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

/* ---- a call ends, a job ends ---- */

int store_call_end(
	struct store *s, int64_t call, const struct call_end *c, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int ok = 0;

	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "UPDATE model_call SET ended = :now, cost = :cost,"
		    " input_tokens = :input, output_tokens = :output,"
		    " cached_tokens = :cached, ms = :ms, outcome = :outcome"
		    " WHERE id = :id AND (ended IS NULL OR outcome = 'lost')",
		    e) == 0) {
		db_bind_int64(&q, ":id", call);
		db_bind_int64(&q, ":now", s->wall());
		db_bind_int64(&q, ":cost", bounded(c->cost));
		db_bind_int64(&q, ":input", bounded(c->input_tokens));
		db_bind_int64(&q, ":output", bounded(c->output_tokens));
		db_bind_int64(&q, ":cached", bounded(c->cached_tokens));
		db_bind_int64(&q, ":ms", bounded(c->ms));
		db_bind_text(&q, ":outcome",
			c->outcome == REASON_NONE ? "" : err_key(c->outcome));
		ok = db_run(&q, e) == 0;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

int ledger_settle(struct store *s, const char *job, int by_model, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char month[MONTH_SIZE];

	if (lose_before(s, job, INT64_MAX, e) ||
		db_prepare(s->db, &q,
			"INSERT INTO quota_entry (job, kind, amount, month,"
			" created) SELECT job, :kind, CASE :kind"
			" WHEN 'charge' THEN (SELECT coalesce(sum(cost), 0)"
			" FROM model_call WHERE job = :job) ELSE amount END,"
			" :month, :now FROM quota_open WHERE job = :job",
			e))
		return -1;
	this_month(s, month);
	db_bind_text(&q, ":job", job);
	db_bind_text(&q, ":kind", by_model ? "charge" : "release");
	db_bind_text(&q, ":month", month);
	db_bind_int64(&q, ":now", s->wall());
	return db_run(&q, e);
}

int store_hit(struct store *s, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char day[LEDGER_DAY_SIZE];
	int ok = 0;

	ledger_day(s, 0, day);
	if (db_begin(s->db, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "INSERT INTO model_hit (day, n) VALUES (:day, 1)"
		    " ON CONFLICT (day) DO UPDATE SET n = n + 1",
		    e) == 0) {
		db_bind_text(&q, ":day", day);
		ok = db_run(&q, e) == 0;
	}
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}
