/* store/: what models cost: calls, reservations, the month, the report. */
#include "store-fixture.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/wait.h>

#define UNIT 1000 /* millionths of a dollar */

/* 29 November 2026, 12:00 UTC */
#define NOON INT64_C(1795953600000)
#define DAY INT64_C(86400000)

static int64_t wall;

static int64_t fake_wall(void)
{
	return wall;
}

static int open_with_clock(void **state)
{
	struct fixture *f;

	if (fixture_open(state))
		return -1;
	f = *state;
	wall = NOON;
	f->store->wall = fake_wall;
	return 0;
}

/* Queue and claim a job for recipe number n. */
static struct job a_job(struct fixture *f, int n)
{
	struct job_new new = recipe_job(f, n);
	char id[ID_LEN + 1];
	struct job j;

	if (store_job_new(f->store, &new, id, &f->e) ||
		store_job_claim(f->store, "runner.1", &f->mem, &j, &f->e))
		fail_msg("%s", f->e.msg);
	assert_string_equal(j.id, id);
	return j;
}

/* Its runner dies, another takes it up. */
static void next_attempt(struct fixture *f, struct job *j)
{
	char id[ID_LEN + 1];

	memcpy(id, j->id, sizeof(id));
	if (store_job_release(f->store, "runner.1", &f->e) ||
		store_job_claim(f->store, "runner.1", &f->mem, j, &f->e))
		fail_msg("%s", f->e.msg);
	assert_string_equal(j->id, id);
}

static int try_begin_for(struct fixture *f, const struct job *j, int64_t most,
	int64_t limit, int64_t *call)
{
	const struct call_new c = { "anthropic", "claude", most, limit };
	unsigned char question[HASH_LEN];

	hash_sha256(j->hash, HASH_LEN, question);
	return store_call_begin(f->store, j, question, &c, call, &f->e);
}

static int try_begin(
	struct fixture *f, const struct job *j, int64_t limit, int64_t *call)
{
	return try_begin_for(f, j, UNIT, limit, call);
}

static int64_t begin(struct fixture *f, const struct job *j)
{
	int64_t call = -1;

	if (try_begin(f, j, 0, &call))
		fail_msg("%s", f->e.msg);
	return call;
}

static void refused(struct fixture *f, const struct job *j, int64_t limit,
	enum err_reason why)
{
	static const char count_calls[] = "SELECT count(*) FROM model_call";
	static const char count_entries[] = "SELECT count(*) FROM quota_entry";
	int64_t call, n_calls = ask_number(f, count_calls),
		      n_entries = ask_number(f, count_entries);

	assert_int_equal(try_begin(f, j, limit, &call), -1);
	if (f->e.reason != why)
		fail_msg("%s: %s", err_key(f->e.reason), f->e.msg);
	/* nothing is kept of it */
	assert_int_equal(ask_number(f, count_calls), n_calls);
	assert_int_equal(ask_number(f, count_entries), n_entries);
}

static void end(
	struct fixture *f, int64_t call, int64_t cost, enum err_reason outcome)
{
	const struct call_end c = { .input_tokens = 3000,
		.output_tokens = 500,
		.cached_tokens = 100,
		.cost = cost,
		.ms = 2000,
		.outcome = outcome };

	if (store_call_end(f->store, call, &c, &f->e))
		fail_msg("%s", f->e.msg);
}

/* The model's pairing of recipe number n. */
static void deliver(struct fixture *f, const struct job *j, int n)
{
	struct pairing_new p = sample(f, n);

	p.key.engine = "a model";
	p.by_model = 1;
	if (store_job_finish(f->store, j, &p, &f->e))
		fail_msg("%s", f->e.msg);
}

static int64_t spent(struct fixture *f)
{
	int64_t cost = -1, reserved = -1;

	assert_int_equal(ledger_month(f->store, &cost, &reserved, &f->e), 0);
	return cost + reserved;
}

static int64_t entries(struct fixture *f, const char *id, const char *kind)
{
	return ask_number(f, arena_printf(&f->mem,
				     "SELECT count(*) FROM quota_entry"
				     " WHERE job = '%s' AND kind = '%s'",
				     id, kind));
}

#define ASSERT_ENTRIES(f, id, reserved, charged, released)             \
	do {                                                           \
		assert_int_equal(entries(f, id, "reserve"), reserved); \
		assert_int_equal(entries(f, id, "charge"), charged);   \
		assert_int_equal(entries(f, id, "release"), released); \
	} while (0)

/* The sums the schema keeps are those of the rows. */
static void assert_books(struct fixture *f)
{
	assert_int_equal(
		ask_number(f,
			"SELECT count(*) FROM (SELECT day, provider, model,"
			" outcome, count(*), sum(input_tokens),"
			" sum(output_tokens), sum(cost) FROM model_call"
			" WHERE ended IS NOT NULL GROUP BY 1, 2, 3, 4"
			" EXCEPT SELECT day, provider, model, outcome, calls,"
			" input_tokens, output_tokens, cost FROM model_day)"),
		0);
	assert_int_equal(ask_number(f, "SELECT (SELECT count(*) FROM model_call"
				       " WHERE ended IS NOT NULL) -"
				       " (SELECT coalesce(sum(calls), 0)"
				       " FROM model_day)"),
		0);
	assert_int_equal(
		ask_number(f,
			"SELECT (SELECT count(*) FROM quota_open) -"
			" (SELECT count(*) FROM quota_entry r"
			" WHERE kind = 'reserve' AND NOT EXISTS (SELECT 1 FROM"
			" quota_entry x WHERE x.job = r.job AND x.kind <>"
			" 'reserve'))"),
		0);
	assert_sound(f);
}

/* ---- one job ---- */

static void a_delivered_pairing_is_charged_once(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);
	int64_t call;

	assert_int_equal(spent(f), 0);
	call = begin(f, &j);
	assert_true(call > 0);
	assert_int_equal(spent(f), UNIT);
	ASSERT_ENTRIES(f, j.id, 1, 0, 0);
	end(f, call, 300, REASON_MODEL_NOT_JSON);
	assert_int_equal(spent(f), UNIT + 300);
	call = begin(f, &j); /* the repair: reserved already */
	ASSERT_ENTRIES(f, j.id, 1, 0, 0);
	assert_int_equal(spent(f), UNIT + 300);
	end(f, call, 400, REASON_NONE);
	end(f, call, 999, REASON_NONE); /* told twice */
	deliver(f, &j, 1);
	ASSERT_ENTRIES(f, j.id, 1, 1, 0);
	assert_int_equal(spent(f), 700);
	assert_int_equal(ask_number(f, "SELECT amount FROM quota_entry"
				       " WHERE kind = 'charge'"),
		700);
	assert_int_equal(
		ask_number(f, "SELECT cached_tokens FROM model_call"), 100);
	assert_books(f);
}

static void a_pairing_that_was_there_is_charged_too(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	struct pairing_row row;
	struct job j = a_job(f, 1);

	p.key.engine = "a model";
	end(f, begin(f, &j), 300, REASON_NONE);
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		0);
	deliver(f, &j, 1);
	ASSERT_ENTRIES(f, j.id, 1, 1, 0);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 1);
	assert_int_equal(spent(f), 300);
	assert_books(f);
}

/* However else a job ends, what it reserved is released, and what its calls
 * cost is not forgotten. */
static void every_other_end_releases(void **state)
{
	enum { FALL_BACK, FAIL, CANCEL, REUSE, ENDS };
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 99);
	struct pairing_row row;
	int how;

	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		0);
	for (how = 0; how < ENDS; how++) {
		struct job j = a_job(f, how);
		int rc = -1;

		end(f, begin(f, &j), 10, REASON_MODEL_REFUSED);
		assert_int_equal(spent(f), UNIT + 10 * (how + 1));
		p = sample(f, how);
		if (how == FALL_BACK)
			rc = store_job_finish(f->store, &j, &p, &f->e);
		else if (how == FAIL)
			rc = store_job_fail(
				f->store, &j, REASON_INTERNAL, 0, &f->e);
		else if (how == CANCEL)
			rc = store_job_cancel(f->store, j.id, &f->e);
		else if (how == REUSE)
			rc = store_job_finish_with(
				f->store, &j, NULL, row.id, &f->e);
		assert_int_equal(rc, 0);
		ASSERT_ENTRIES(f, j.id, 1, 0, 1);
		assert_int_equal(spent(f), 10 * (how + 1));
		refused(f, &j, 0, REASON_CONFLICT);
	}
	assert_books(f);
}

static void a_job_that_asked_nobody_owes_nothing(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);

	deliver(f, &j, 1);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM quota_entry"), 0);
	j = a_job(f, 2);
	assert_int_equal(store_job_cancel(f->store, j.id, &f->e), 0);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM quota_entry"), 0);
	assert_int_equal(spent(f), 0);
}

/* A finish that is refused settles nothing. */
static void who_lost_a_job_cannot_settle_it(void **state)
{
	struct fixture *f = *state;
	struct job mine = a_job(f, 1), theirs = mine;
	struct pairing_new p = sample(f, 1);

	end(f, begin(f, &mine), 10, REASON_NONE);
	next_attempt(f, &theirs);
	refused(f, &mine, 0, REASON_CONFLICT);
	p.by_model = 1;
	assert_int_equal(store_job_finish(f->store, &mine, &p, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(
		store_job_fail(f->store, &mine, REASON_INTERNAL, 0, &f->e), -1);
	ASSERT_ENTRIES(f, mine.id, 1, 0, 0);
	deliver(f, &theirs, 1);
	ASSERT_ENTRIES(f, mine.id, 1, 1, 0);
	assert_books(f);
}

static void what_a_server_says_cannot_break_the_sums(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 4; i++) {
		struct job j = a_job(f, i);
		const struct call_end c = { INT64_MAX, INT64_MAX, -5,
			i < 2 ? INT64_MAX : -1, INT64_MAX, REASON_NONE };

		assert_int_equal(
			store_call_end(f->store, begin(f, &j), &c, &f->e), 0);
		deliver(f, &j, i);
	}
	assert_true(spent(f) > 0);
	assert_books(f);
}

/* ---- lost calls ---- */

static void a_lost_call_is_repeated_once(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);
	struct pairing_new p = sample(f, 1);

	(void)begin(f, &j);
	next_attempt(f, &j); /* killed in the middle of it */
	assert_int_equal(spent(f), UNIT);
	(void)begin(f, &j);
	/* the first counts with all it may have cost */
	assert_int_equal(spent(f), 2 * UNIT);
	ASSERT_ENTRIES(f, j.id, 1, 0, 0);
	next_attempt(f, &j); /* and again */
	refused(f, &j, 0, REASON_MODEL_LOST);
	assert_int_equal(
		store_job_finish(f->store, &j, &p, &f->e), 0); /* built in */
	ASSERT_ENTRIES(f, j.id, 1, 0, 1);
	assert_int_equal(spent(f), 2 * UNIT);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM model_call"
				       " WHERE outcome = 'lost'"),
		2);
	assert_books(f);
}

static void a_repeated_call_is_charged_once(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);

	(void)begin(f, &j);
	next_attempt(f, &j);
	end(f, begin(f, &j), 300, REASON_NONE);
	deliver(f, &j, 1);
	ASSERT_ENTRIES(f, j.id, 1, 1, 0);
	assert_int_equal(spent(f), UNIT + 300);
	assert_int_equal(ask_number(f, "SELECT amount FROM quota_entry"
				       " WHERE kind = 'charge'"),
		UNIT + 300);
	assert_books(f);
}

static void a_call_that_ended_was_not_lost(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);
	int i;

	for (i = 1; i <= 3; i++) {
		end(f, begin(f, &j), 10, REASON_MODEL_CUT);
		if (i < 3)
			next_attempt(f, &j);
	}
	assert_int_equal(spent(f), UNIT + 30);
}

static void giving_up_settles(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1), none;
	int i;

	(void)begin(f, &j);
	for (i = 0; i < 2; i++)
		next_attempt(f, &j);
	assert_int_equal(store_job_release(f->store, "runner.1", &f->e), 0);
	ASSERT_ENTRIES(f, j.id, 1, 0, 0);
	assert_int_equal(
		store_job_claim(f->store, "r", &f->mem, &none, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	ASSERT_ENTRIES(f, j.id, 1, 0, 1);
	assert_int_equal(spent(f), UNIT);
	assert_books(f);
}

/* The runner learns of a cancel at its next beat: until it says what the call
 * came to, it counts in full. */
static void a_cancelled_call_counts_until_its_end_is_told(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);
	int64_t call = begin(f, &j);

	assert_int_equal(store_job_cancel(f->store, j.id, &f->e), 0);
	ASSERT_ENTRIES(f, j.id, 1, 0, 1);
	assert_int_equal(spent(f), UNIT);
	end(f, call, 70, REASON_CANCELLED);
	assert_int_equal(spent(f), 70);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM model_call"
				       " WHERE outcome = 'cancelled'"),
		1);
	end(f, call, 80, REASON_NONE);
	assert_int_equal(spent(f), 70);
	assert_books(f);
}

/* ---- the same question ---- */

static void one_question_is_asked_once_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct job a = a_job(f, 1), b = a_job(f, 2);
	int64_t call = begin(f, &a);

	memcpy(b.hash, a.hash, HASH_LEN); /* found behind two URLs */
	refused(f, &b, 0, REASON_BUSY);
	(void)begin(f, &a); /* its own is no obstacle */
	end(f, call, 1, REASON_NONE);
	refused(f, &b, 0, REASON_BUSY);
	end(f, call + 1, 1, REASON_NONE);
	end(f, begin(f, &b), 1, REASON_NONE);
	/* nor is one whose runner is gone: the job waits … */
	(void)begin(f, &a);
	refused(f, &b, 0, REASON_BUSY);
	assert_int_equal(store_job_rest(f->store, &a, 0, &f->e), 0);
	end(f, begin(f, &b), 1, REASON_NONE);
	/* … or another runner has it */
	assert_int_equal(store_job_claim(f->store, "r", &f->mem, &a, &f->e), 0);
	(void)begin(f, &b);
	refused(f, &a, 0, REASON_BUSY);
	/* nor one whose job is over */
	assert_int_equal(store_job_cancel(f->store, b.id, &f->e), 0);
	(void)begin(f, &a);
	assert_books(f);
}

/* ---- the month ---- */

static void the_month_has_a_limit(void **state)
{
	struct fixture *f = *state;
	struct job a = a_job(f, 1), b = a_job(f, 2);
	int64_t call, more;

	refused(f, &a, UNIT - 1, REASON_SPEND_LIMIT);
	assert_int_equal(try_begin(f, &a, UNIT, &call), 0);
	refused(f, &b, 2 * UNIT - 1, REASON_SPEND_LIMIT);
	/* what it has reserved does not stand in its own way, but a second
	 * call that the month cannot bear is not made either */
	end(f, call, 0, REASON_MODEL_SERVER);
	assert_int_equal(try_begin(f, &a, UNIT, &more), 0);
	end(f, more, 2 * UNIT, REASON_MODEL_SERVER);
	refused(f, &a, 3 * UNIT - 1, REASON_SPEND_LIMIT);
	assert_int_equal(try_begin(f, &a, 3 * UNIT, &more), 0);
	end(f, more, 0, REASON_MODEL_SERVER);
	assert_int_equal(
		store_job_fail(f->store, &a, REASON_INTERNAL, 0, &f->e), 0);
	refused(f, &b, 3 * UNIT - 1, REASON_SPEND_LIMIT);
	assert_int_equal(try_begin(f, &b, 3 * UNIT, &call), 0);
	assert_books(f);
}

/* A model of one's own goes on when the month's money is spent, even when the
 * limit is now below what was spent. */
static void a_limit_stops_nothing_that_is_free(void **state)
{
	struct fixture *f = *state;
	struct job a = a_job(f, 1), b = a_job(f, 2);
	int64_t call, before;

	end(f, begin(f, &a), 3 * UNIT, REASON_MODEL_SERVER);
	before = spent(f);
	refused(f, &b, UNIT, REASON_SPEND_LIMIT);
	assert_int_equal(try_begin_for(f, &b, 0, UNIT, &call), 0);
	end(f, call, 0, REASON_MODEL_SERVER);
	assert_int_equal(spent(f), before);
	assert_books(f);
}

/* The next provider may be dearer than the one that was reserved for. */
static void a_dearer_call_reserves_more(void **state)
{
	struct fixture *f = *state;
	struct job a = a_job(f, 1), b = a_job(f, 2);
	int64_t call;

	assert_int_equal(try_begin_for(f, &a, 0, 5 * UNIT, &call), 0);
	end(f, call, 0, REASON_MODEL_SERVER);
	assert_int_equal(spent(f), 0);
	assert_int_equal(try_begin_for(f, &a, 6 * UNIT, 5 * UNIT, &call), -1);
	assert_int_equal(f->e.reason, REASON_SPEND_LIMIT);
	assert_int_equal(try_begin_for(f, &a, 4 * UNIT, 5 * UNIT, &call), 0);
	assert_int_equal(spent(f), 4 * UNIT);
	refused(f, &b, 5 * UNIT - 1, REASON_SPEND_LIMIT);
	end(f, call, UNIT, REASON_MODEL_SERVER);
	/* a cheaper one leaves it as it is */
	assert_int_equal(try_begin_for(f, &a, UNIT, 9 * UNIT, &call), 0);
	assert_int_equal(spent(f), 5 * UNIT);
	end(f, call, UNIT, REASON_NONE);
	deliver(f, &a, 1);
	assert_int_equal(spent(f), 2 * UNIT);
	ASSERT_ENTRIES(f, a.id, 1, 1, 0);
	assert_books(f);
}

static void a_month_ends_at_midnight_utc(void **state)
{
	struct fixture *f = *state;
	struct job a, b;
	int64_t call;

	wall = NOON + DAY + DAY / 2 - 1; /* 30 November, 23:59:59.999 */
	a = a_job(f, 1);
	b = a_job(f, 2);
	end(f, begin(f, &a), 400, REASON_NONE);
	call = begin(f, &b);
	assert_int_equal(spent(f), 2 * UNIT + 400);
	wall++;
	assert_int_equal(spent(f), 0);
	/* what began in November is November's */
	end(f, call, 500, REASON_NONE);
	assert_int_equal(spent(f), 0);
	deliver(f, &a, 1);
	/* but not what begins later */
	end(f, begin(f, &b), 7, REASON_NONE);
	assert_int_equal(spent(f), UNIT + 7);
	deliver(f, &b, 2);
	assert_int_equal(spent(f), 7);
	wall--;
	assert_int_equal(spent(f), 900);
	wall += 40 * DAY; /* January */
	assert_int_equal(spent(f), 0);
	assert_books(f);
}

#define JOBS 200

static void claim_many(struct fixture *f, struct job jobs[JOBS])
{
	int i;

	for (i = 0; i < JOBS; i++)
		jobs[i] = a_job(f, i);
}

/* The month has room for one: whoever comes first gets it, in every round. */
static void of_200_jobs_one_gets_the_last_unit(void **state)
{
	struct fixture *f = *state;
	struct job jobs[JOBS];
	int round, i, last = JOBS;

	claim_many(f, jobs);
	for (round = 0; round < 50; round++) {
		int winner = -1, first = round * 37 % JOBS;
		int64_t call = 0;

		for (i = 0; i < JOBS; i++) {
			int at = (first + i) % JOBS;
			int64_t c;

			if (try_begin(f, &jobs[at], (round + 1) * UNIT, &c)) {
				assert_int_equal(
					f->e.reason, REASON_SPEND_LIMIT);
				continue;
			}
			assert_int_equal(winner, -1);
			winner = at;
			call = c;
		}
		assert_int_equal(winner, first);
		end(f, call, UNIT, REASON_NONE);
		deliver(f, &jobs[winner], last);
		assert_int_equal(spent(f), (round + 1) * UNIT);
		jobs[winner] = a_job(f, last++);
	}
	assert_int_equal(ask_number(f, "SELECT count(*) FROM quota_entry"
				       " WHERE kind = 'reserve'"),
		50);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM quota_entry"
				       " WHERE kind = 'charge'"),
		50);
	assert_books(f);
}

#define RACERS 8

/* A racer begins with its share of the jobs when the pipe closes, and says by
 * its status how many got through. */
static int race(struct fixture *f, const struct job *jobs, int n, int64_t limit,
	int start)
{
	int i, through = 0;
	int64_t call;
	char c;

	f->store = store_open(f->path, &f->e); /* the parent's is not ours */
	if (!f->store || read(start, &c, 1) != 0)
		return 100;
	f->store->wall = fake_wall;
	store_patience(f->store, 60000);
	for (i = 0; i < n; i++)
		if (try_begin(f, &jobs[i], limit, &call) == 0)
			through++;
		else if (f->e.reason != REASON_SPEND_LIMIT)
			return 101;
	return through;
}

static void of_200_jobs_in_8_processes_too(void **state)
{
	struct fixture *f = *state;
	struct job jobs[JOBS];
	pid_t pids[RACERS];
	int round, i, status, through, start[2];

	claim_many(f, jobs);
	for (round = 1; round <= 3; round++) {
		assert_int_equal(pipe(start), 0);
		store_close(f->store);
		f->store = NULL;
		for (i = 0; i < RACERS; i++) {
			pids[i] = fork();
			assert_true(pids[i] >= 0);
			if (pids[i] == 0) {
				(void)close(start[1]);
				_exit(race(f, jobs + i * (JOBS / RACERS),
					JOBS / RACERS, round * UNIT, start[0]));
			}
		}
		(void)close(start[0]);
		(void)close(start[1]);
		for (i = 0, through = 0; i < RACERS; i++) {
			assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
			assert_true(WIFEXITED(status));
			through += WEXITSTATUS(status);
		}
		/* those that have a reservation, and one more */
		assert_int_equal(through, round);
		f->store = second_handle(f);
		f->store->wall = fake_wall;
		assert_int_equal(spent(f), round * UNIT);
		assert_int_equal(
			ask_number(f, "SELECT count(*) FROM quota_entry"),
			round);
	}
	assert_books(f);
}

/* ---- the report ---- */

static void report(struct fixture *f, int days, struct store_report *r)
{
	if (store_report(f->store, days, &f->mem, r, &f->e))
		fail_msg("%s", f->e.msg);
}

static void an_empty_report(void **state)
{
	struct fixture *f = *state;
	struct store_report r;

	memset(&r, 0xff, sizeof(r));
	report(f, 30, &r);
	assert_int_equal(r.spent, 0);
	assert_int_equal(r.reserved, 0);
	assert_int_equal(r.delivered, 0);
	assert_int_equal(r.fallbacks, 0);
	assert_int_equal(r.hits, 0);
	assert_int_equal(r.n_days, 0);
	assert_int_equal(r.n_failures, 0);
	assert_int_equal(r.n_speeds, 0);
	report(f, 0, &r);
	report(f, INT_MAX, &r);
}

/* The cook did not want it any more: it cost something, and nothing failed. */
static void a_cancelled_call_is_no_failure(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);
	struct store_report r;

	end(f, begin(f, &j), 70, REASON_CANCELLED);
	report(f, 30, &r);
	assert_int_equal(r.n_failures, 0);
	assert_int_equal(r.n_days, 1);
	assert_int_equal(r.days[0].calls, 1);
	assert_int_equal(r.days[0].failures, 0);
	assert_int_equal(r.days[0].cost, 70);
}

/* One call of its own job, delivered when all is well. */
static void one_call(struct fixture *f, int n, const char *model, int64_t ms,
	enum err_reason outcome)
{
	const struct call_new new = { "anthropic", model, UNIT, 0 };
	const struct call_end over = { 100, 10, 0, 5, ms, outcome };
	struct pairing_new p = sample(f, n);
	struct job j = a_job(f, n);
	int64_t call;

	p.by_model = outcome == REASON_NONE;
	p.key.engine = "a model";
	if (store_call_begin(f->store, &j, j.hash, &new, &call, &f->e) ||
		store_call_end(f->store, call, &over, &f->e) ||
		store_job_finish(f->store, &j, &p, &f->e))
		fail_msg("%s", f->e.msg);
}

static void the_report_adds_up(void **state)
{
	/* in no order; of these 20 the 10th is 1000 and the 19th 1900 */
	static const int64_t ms[] = { 900, 2000, 100, 1900, 500, 1000, 1800,
		200, 1700, 300, 1600, 1500, 400, 1400, 600, 1300, 700, 1200,
		800, 1100 };
	struct fixture *f = *state;
	struct store_report r;
	int n = 0;
	size_t i;

	wall = NOON - 2 * DAY;
	one_call(f, n++, "claude", 1, REASON_NONE); /* too old */
	assert_int_equal(store_hit(f->store, &f->e), 0);
	wall = NOON - DAY;
	for (i = 0; i < ARRAY_LEN(ms); i++)
		one_call(f, n++, "claude", ms[i], REASON_NONE);
	one_call(f, n++, "claude", 9999, REASON_MODEL_RATE);
	assert_int_equal(store_hit(f->store, &f->e), 0);
	wall = NOON;
	one_call(f, n++, "claude", 9999, REASON_MODEL_CUT);
	one_call(f, n++, "claude", 9999, REASON_MODEL_CUT);
	one_call(f, n++, "babel", 77, REASON_NONE);
	assert_int_equal(store_hit(f->store, &f->e), 0);
	assert_int_equal(store_hit(f->store, &f->e), 0);
	{
		struct job j = a_job(f, n++);

		(void)begin(f, &j); /* under way */
	}
	report(f, 2, &r);
	assert_int_equal(r.spent, 5 * 25);
	assert_int_equal(r.reserved, UNIT);
	assert_int_equal(spent(f), r.spent + r.reserved);
	assert_int_equal(r.delivered, 21);
	assert_int_equal(r.fallbacks, 3);
	assert_int_equal(r.hits, 3);

	assert_int_equal(r.n_days, 3);
	assert_string_equal(r.days[0].day, "2026-11-28");
	assert_string_equal(r.days[0].provider, "anthropic");
	assert_string_equal(r.days[0].model, "claude");
	assert_int_equal(r.days[0].calls, 21);
	assert_int_equal(r.days[0].failures, 1);
	assert_int_equal(r.days[0].input_tokens, 2100);
	assert_int_equal(r.days[0].output_tokens, 210);
	assert_int_equal(r.days[0].cost, 105);
	assert_string_equal(r.days[1].day, "2026-11-29");
	assert_string_equal(r.days[1].model, "babel");
	assert_int_equal(r.days[1].failures, 0);
	assert_string_equal(r.days[2].model, "claude");
	assert_int_equal(r.days[2].calls, 2);
	assert_int_equal(r.days[2].failures, 2);

	assert_int_equal(r.n_failures, 2);
	assert_string_equal(r.failures[0].reason, "model-cut");
	assert_string_equal(r.failures[0].model, "claude");
	assert_int_equal(r.failures[0].n, 2);
	assert_string_equal(r.failures[1].reason, "model-rate");
	assert_int_equal(r.failures[1].n, 1);

	assert_int_equal(r.n_speeds, 2);
	assert_string_equal(r.speeds[0].model, "babel");
	assert_int_equal(r.speeds[0].n, 1);
	assert_int_equal(r.speeds[0].p50_ms, 77);
	assert_int_equal(r.speeds[0].p95_ms, 77);
	assert_string_equal(r.speeds[1].model, "claude");
	assert_string_equal(r.speeds[1].provider, "anthropic");
	assert_int_equal(r.speeds[1].n, 20);
	assert_int_equal(r.speeds[1].p50_ms, 1000);
	assert_int_equal(r.speeds[1].p95_ms, 1900);
	assert_int_equal(r.speeds[1].max_ms, 2000);

	report(f, 1, &r); /* today alone */
	assert_int_equal(r.delivered, 1);
	assert_int_equal(r.fallbacks, 2);
	assert_int_equal(r.hits, 2);
	assert_int_equal(r.n_days, 2);
	assert_int_equal(r.spent, 5 * 25); /* of the month all the same */
	assert_books(f);
}

/* A lost call whose end was told after all is no failure any more. */
static void a_lost_call_that_came_back_is_none(void **state)
{
	struct fixture *f = *state;
	struct job j = a_job(f, 1);
	int64_t first = begin(f, &j);
	struct store_report r;

	next_attempt(f, &j);
	(void)begin(f, &j);
	report(f, 1, &r);
	assert_int_equal(r.n_failures, 1);
	assert_string_equal(r.failures[0].reason, "lost");
	end(f, first, 3, REASON_NONE);
	report(f, 1, &r);
	assert_int_equal(r.n_failures, 0);
	assert_int_equal(r.n_days, 1);
	assert_int_equal(r.days[0].calls, 1);
	assert_int_equal(r.days[0].failures, 0);
	assert_books(f);
}

/* ---- the schema before ---- */

static void put_file(const char *path, const struct sbuf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text->buf, text->len), 0);
	(void)close(fd);
}

static void change(struct fixture *f, const char *sql)
{
	sqlite3 *sq;

	assert_int_equal(sqlite3_open(f->path, &sq), SQLITE_OK);
	if (sqlite3_exec(sq, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(sq));
	(void)sqlite3_close(sq);
}

/* A file as the program before made it: its steps, and a fourth that leaves
 * nothing and is forgotten. */
static void make_schema_3(struct fixture *f)
{
	static const char *const steps[] = { "0001-pairings.sql",
		"0002-queue.sql", "0003-fetching.sql" };
	struct sbuf sql = SBUF_INIT(1024 * 1024);
	size_t i;

	for (i = 0; i < ARRAY_LEN(steps); i++) {
		const char *from = source_path(
			arena_printf(&f->mem, "sql/sqlite/%s", steps[i]));

		sbuf_reset(&sql);
		assert_int_equal(file_read(from, &sql, &f->e), 0);
		put_file(
			arena_printf(&f->mem, "%s/%s", f->dir, steps[i]), &sql);
	}
	sbuf_reset(&sql);
	sbuf_addstr(&sql, "SELECT 1");
	put_file(arena_printf(&f->mem, "%s/0004-none.sql", f->dir), &sql);
	sbuf_release(&sql);
	if (store_migrate(f->path, f->dir, &f->e))
		fail_msg("%s", f->e.msg);
	change(f, "DELETE FROM migration WHERE number = 4");
}

static void jobs_survive_the_new_schema(void **state)
{
	static const char old[] =
		"INSERT INTO recipe VALUES (1, zeroblob(32), 'Stew', '{}', 1);"
		"INSERT INTO pairing VALUES (5, 'aaaaaaaaaaaaaaaaaaaaaaaaaa',"
		" 1, '{}', 'e', NULL, '{\"id\":1}', 1);"
		"INSERT INTO job (id, public_id, url, preferences, engine,"
		" status, stage, error, owner, beat, attempt, waits, retry_at,"
		" pairing, created, updated) VALUES"
		" (3, 'bbbbbbbbbbbbbbbbbbbbbbbbbb', 'http://a/', '{}', 'e',"
		" 'done', 'done', NULL, NULL, 4, 1, 0, NULL, 5, 1, 2),"
		" (4, 'cccccccccccccccccccccccccc', 'http://a/', '{}', 'e',"
		" 'failed', 'fetching', 'fetch-busy', NULL, 4, 2, 1, 99, NULL,"
		" 1, 2),"
		" (7, 'dddddddddddddddddddddddddd', 'http://a/', '{}', 'e',"
		" 'running', 'reading', NULL, 'r', 4, 1, 0, NULL, NULL, 1, 2),"
		" (9, 'eeeeeeeeeeeeeeeeeeeeeeeeee', 'http://b/', '{}', 'e',"
		" 'queued', 'queued', NULL, NULL, 4, 2, 2, NULL, NULL, 1, 2)";
	struct fixture *f = *state;
	struct pairing_row row;
	struct job j;

	make_schema_3(f);
	change(f, old);
	assert_null(store_open(f->path, &f->e));
	assert_non_null(strstr(f->e.msg, "winepair migrate"));
	if (fixture_migrate(f))
		fail_msg("%s", f->e.msg);
	f->store = second_handle(f);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM job"), 4);
	assert_int_equal(
		store_pairing_get(f->store, "bbbbbbbbbbbbbbbbbbbbbbbbbb",
			&f->mem, &row, &f->e),
		0);
	assert_string_equal(row.id, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_int_equal(
		store_pairing_get(f->store, "cccccccccccccccccccccccccc",
			&f->mem, &row, &f->e),
		0);
	assert_string_equal(row.error, "fetch-busy");
	assert_int_equal(row.retry_at, 99);
	assert_string_equal(row.url, "http://a/");
	/* the running one keeps its owner, the waiting one its place */
	memset(&j, 0, sizeof(j));
	(void)snprintf(j.id, sizeof(j.id), "dddddddddddddddddddddddddd");
	j.attempt = 1;
	assert_int_equal(one_beat(f->store, &j, &f->e), 0);
	assert_int_equal(store_job_claim(f->store, "r", &f->mem, &j, &f->e), 0);
	assert_string_equal(j.id, "eeeeeeeeeeeeeeeeeeeeeeeeee");
	assert_int_equal(j.attempt, 3);
	assert_int_equal(j.waits, 2);
	/* and ids go on from where they were */
	j = a_job(f, 1);
	assert_int_equal(ask_number(f, "SELECT max(id) FROM job"), 10);
	assert_sound(f);
}

#define CLOCK(f) \
	cmocka_unit_test_setup_teardown(f, open_with_clock, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLOCK(a_delivered_pairing_is_charged_once),
		CLOCK(a_pairing_that_was_there_is_charged_too),
		CLOCK(every_other_end_releases),
		CLOCK(a_job_that_asked_nobody_owes_nothing),
		CLOCK(who_lost_a_job_cannot_settle_it),
		CLOCK(what_a_server_says_cannot_break_the_sums),
		CLOCK(a_lost_call_is_repeated_once),
		CLOCK(a_repeated_call_is_charged_once),
		CLOCK(a_call_that_ended_was_not_lost),
		CLOCK(giving_up_settles),
		CLOCK(a_cancelled_call_counts_until_its_end_is_told),
		CLOCK(one_question_is_asked_once_at_a_time),
		CLOCK(the_month_has_a_limit),
		CLOCK(a_limit_stops_nothing_that_is_free),
		CLOCK(a_dearer_call_reserves_more),
		CLOCK(a_month_ends_at_midnight_utc),
		CLOCK(of_200_jobs_one_gets_the_last_unit),
		CLOCK(of_200_jobs_in_8_processes_too),
		CLOCK(an_empty_report),
		CLOCK(a_cancelled_call_is_no_failure),
		CLOCK(the_report_adds_up),
		CLOCK(a_lost_call_that_came_back_is_none),
		BARE(jobs_survive_the_new_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
