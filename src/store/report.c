/*
 * What the operator sees of the ledger. Days and failures come from the sums
 * that the schema keeps; only the speeds go through the calls themselves, by
 * an index that holds all they need (a million calls: less than a second).
 * Nothing is locked: a call that ends meanwhile may be in one figure and not
 * yet in another.
 */
#include "store/internal.h"

#define DAYS_MAX 3660

/* How long each answer of one model took. */
struct times {
	const char *provider, *model;
	int64_t *ms;
	size_t n, cap;
};
struct all_times {
	struct times *of;
	size_t n, cap;
};

/* ---- figures ---- */

/* Step a query that has one row of one number, and reset it. */
static int figure(struct db_query *q, int64_t *n, struct err *e)
{
	int rc = db_step(q, e);

	if (rc == DB_ROW)
		*n = db_int64(q, 0);
	db_reset(q);
	return rc < 0 ? -1 : 0;
}

static int count_kind(struct store *s, const char *kind, int64_t since,
	int64_t *n, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(s->db, &q,
		    "SELECT count(*) FROM quota_entry WHERE kind = :kind"
		    " AND created >= :since",
		    e))
		return -1;
	db_bind_text(&q, ":kind", kind);
	db_bind_int64(&q, ":since", since);
	return figure(&q, n, e);
}

static int count_hits(
	struct store *s, const char *from, int64_t *n, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(s->db, &q,
		    "SELECT coalesce(sum(n), 0) FROM model_hit"
		    " WHERE day >= :from",
		    e))
		return -1;
	db_bind_text(&q, ":from", from);
	return figure(&q, n, e);
}

/* ---- tables ---- */

static int list_days(struct store *s, const char *from, struct arena *mem,
	struct store_report *out, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	size_t cap = 0;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT day, provider, model, sum(calls) AS n,"
		    " sum(CASE WHEN outcome IN ('', 'cancelled') THEN 0"
		    " ELSE calls END),"
		    " sum(input_tokens), sum(output_tokens), sum(cost)"
		    " FROM model_day WHERE day >= :from"
		    " GROUP BY day, provider, model HAVING n > 0"
		    " ORDER BY day, provider, model",
		    e))
		return -1;
	db_bind_text(&q, ":from", from);
	while ((rc = db_step(&q, e)) == DB_ROW) {
		out->days = arena_grow(
			mem, out->days, out->n_days, &cap, sizeof(*out->days));
		out->days[out->n_days++] = (struct spend_day){
			.day = db_copy(&q, 0, mem),
			.provider = db_copy(&q, 1, mem),
			.model = db_copy(&q, 2, mem),
			.calls = db_int64(&q, 3),
			.failures = db_int64(&q, 4),
			.input_tokens = db_int64(&q, 5),
			.output_tokens = db_int64(&q, 6),
			.cost = db_int64(&q, 7),
		};
	}
	db_reset(&q);
	return rc < 0 ? -1 : 0;
}

static int list_failures(struct store *s, const char *from, struct arena *mem,
	struct store_report *out, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	size_t cap = 0;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT provider, model, outcome, sum(calls) AS n"
		    " FROM model_day WHERE day >= :from"
		    " AND outcome NOT IN ('', 'cancelled')"
		    " GROUP BY provider, model, outcome HAVING n > 0"
		    " ORDER BY n DESC, provider, model, outcome",
		    e))
		return -1;
	db_bind_text(&q, ":from", from);
	while ((rc = db_step(&q, e)) == DB_ROW) {
		out->failures = arena_grow(mem, out->failures, out->n_failures,
			&cap, sizeof(*out->failures));
		out->failures[out->n_failures++] = (struct call_failures){
			.provider = db_copy(&q, 0, mem),
			.model = db_copy(&q, 1, mem),
			.reason = db_copy(&q, 2, mem),
			.n = db_int64(&q, 3),
		};
	}
	db_reset(&q);
	return rc < 0 ? -1 : 0;
}

/* ---- speeds ---- */

static struct times *times_of(struct all_times *all, const char *provider,
	const char *model, struct arena *mem)
{
	struct times *t;
	size_t i;

	for (i = 0; i < all->n; i++)
		if (strcmp(all->of[i].model, model) == 0 &&
			strcmp(all->of[i].provider, provider) == 0)
			return &all->of[i];
	all->of = arena_grow(mem, all->of, all->n, &all->cap, sizeof(*all->of));
	t = &all->of[all->n++];
	*t = (struct times){ .provider = arena_strdup(mem, provider),
		.model = arena_strdup(mem, model) };
	return t;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int by_name(const void *a, const void *b)
{
	const struct times *x = a, *y = b;
	int order = strcmp(x->provider, y->provider);

	return order ? order : strcmp(x->model, y->model);
}

/* The smallest time that so many of a hundred do not exceed. */
static int64_t nearest_rank(const struct times *t, size_t percent)
{
	return t->ms[(t->n * percent + 99) / 100 - 1];
}

static void sum_up(
	struct all_times *all, struct arena *mem, struct store_report *out)
{
	size_t i;

	if (all->n)
		qsort(all->of, all->n, sizeof(*all->of), by_name);
	out->speeds = arena_calloc(mem, all->n, sizeof(*out->speeds));
	out->n_speeds = all->n;
	for (i = 0; i < all->n; i++) {
		struct times *t = &all->of[i];

		qsort(t->ms, t->n, sizeof(*t->ms), by_size);
		out->speeds[i] = (struct call_speed){ .provider = t->provider,
			.model = t->model,
			.n = (int64_t)t->n,
			.p50_ms = nearest_rank(t, 50),
			.p95_ms = nearest_rank(t, 95),
			.max_ms = t->ms[t->n - 1] };
	}
}

static int list_speeds(struct store *s, const char *from, struct arena *mem,
	struct store_report *out, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	struct all_times all = { NULL, 0, 0 };
	struct times *t;
	size_t i;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT provider, model, ms FROM model_call"
		    " WHERE outcome = '' AND day >= :from",
		    e))
		return -1;
	db_bind_text(&q, ":from", from);
	while ((rc = db_step(&q, e)) == DB_ROW) {
		t = times_of(&all, db_text(&q, 0), db_text(&q, 1), mem);
		if (t->n == t->cap) {
			t->cap = t->cap ? 2 * t->cap : 64;
			t->ms = xreallocarray(t->ms, t->cap, sizeof(*t->ms));
		}
		t->ms[t->n++] = db_int64(&q, 2);
	}
	db_reset(&q);
	sum_up(&all, mem, out);
	for (i = 0; i < all.n; i++)
		free(all.of[i].ms);
	return rc < 0 ? -1 : 0;
}

int store_report(struct store *s, int days, struct arena *mem,
	struct store_report *out, struct err *e)
{
	int back = days < 1 ? 0 : days > DAYS_MAX ? DAYS_MAX - 1 : days - 1;
	int64_t since = ledger_day_begins(s, back);
	char from[LEDGER_DAY_SIZE];

	memset(out, 0, sizeof(*out));
	ledger_day(s, back, from);
	if (ledger_month(s, &out->spent, &out->reserved, e) ||
		count_kind(s, "charge", since, &out->delivered, e) ||
		count_kind(s, "release", since, &out->fallbacks, e) ||
		count_hits(s, from, &out->hits, e) ||
		list_days(s, from, mem, out, e) ||
		list_failures(s, from, mem, out, e) ||
		list_speeds(s, from, mem, out, e))
		return -1;
	return 0;
}
