/* store/: the queue, leases by beat and our own clock. */
#include "store-fixture.h"

#define URL "https://example.org/soup"

static int64_t fake_now;

static int64_t fake_clock(void)
{
	return fake_now;
}

static void queue(struct fixture *f, const char *url, char id[ID_LEN + 1])
{
	if (queue_url(f->store, url, "{}", "built-in 1.0", 10, NULL, id, &f->e))
		fail_msg("%s", f->e.msg);
}

static void claim(struct fixture *f, struct store *s, struct job *j)
{
	if (store_job_claim(s, "runner.1", &f->mem, j, &f->e))
		fail_msg("%s", f->e.msg);
}

static void nothing_to_claim(struct fixture *f, struct store *s)
{
	struct job j;

	assert_int_equal(
		store_job_claim(s, "runner.9", &f->mem, &j, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
}

static int no_soup(void *arg, const char *url)
{
	++*(int *)arg;
	return strcmp(url, URL) != 0;
}

static void a_runner_chooses_among_waiting_jobs(void **state)
{
	struct fixture *f = *state;
	char soup[ID_LEN + 1], stew[ID_LEN + 1], pie[ID_LEN + 1];
	int asked = 0;
	struct job j;

	queue(f, URL, soup);
	queue(f, "https://example.org/stew", stew);
	queue(f, "https://example.org/pie", pie);
	store_claims(f->store, no_soup, &asked);
	claim(f, f->store, &j);
	assert_string_equal(j.id, stew);
	assert_int_equal(asked, 2);
	claim(f, f->store, &j);
	assert_string_equal(j.id, pie);
	nothing_to_claim(f, f->store);
	store_claims(f->store, NULL, NULL);
	claim(f, f->store, &j);
	assert_string_equal(j.id, soup);
}

static struct pairing_row get(struct fixture *f, const char *id)
{
	struct pairing_row row;

	if (store_pairing_get(f->store, id, &f->mem, &row, &f->e))
		fail_msg("%s", f->e.msg);
	return row;
}

#define ASSERT_STATE(f, id, st, sg)                 \
	do {                                        \
		struct pairing_row r_ = get(f, id); \
		assert_int_equal(r_.status, st);    \
		assert_int_equal(r_.stage, sg);     \
	} while (0)

static void a_job_goes_through_its_stages(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	struct pairing_row row;
	char id[ID_LEN + 1];
	struct job j;
	int64_t n;

	nothing_to_claim(f, f->store);
	queue(f, URL, id);
	row = get(f, id);
	assert_string_equal(row.id, id);
	assert_string_equal(row.url, URL);
	assert_int_equal(row.status, JOB_QUEUED);
	assert_null(row.body);
	assert_null(row.error);
	assert_int_equal(store_queue_length(f->store, &n, &f->e), 0);
	assert_int_equal(n, 1);
	claim(f, f->store, &j);
	assert_string_equal(j.id, id);
	assert_string_equal(j.url, URL);
	assert_string_equal(j.preferences, "{}");
	assert_int_equal(j.attempt, 1);
	ASSERT_STATE(f, id, JOB_RUNNING, STAGE_FETCHING);
	nothing_to_claim(f, f->store);
	assert_int_equal(one_beat(f->store, &j, &f->e), 0);
	assert_int_equal(
		store_job_stage(f->store, &j, STAGE_READING, &f->e), 0);
	ASSERT_STATE(f, id, JOB_RUNNING, STAGE_READING);
	p.url = URL;
	assert_int_equal(store_job_finish(f->store, &j, &p, &f->e), 0);
	row = get(f, id);
	assert_int_equal(row.status, JOB_DONE);
	assert_string_equal(row.id, id); /* the pairing has the job's id */
	assert_non_null(row.body);
	/* nothing more may be written */
	assert_int_equal(one_beat(f->store, &j, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(store_job_finish(f->store, &j, &p, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(
		store_job_fail(f->store, &j, REASON_UNREACHABLE, 0, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(store_job_cancel(f->store, id, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_sound(f);
}

static void the_address_is_remembered(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	struct pairing_row row;
	char id[ID_LEN + 1];
	struct job j;

	queue(f, URL, id);
	claim(f, f->store, &j);
	assert_int_equal(
		store_pairing_find_url(f->store, URL, p.key.preferences,
			p.key.engine, 60000, &f->mem, &row, &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	assert_int_equal(store_job_finish(f->store, &j, &p, &f->e), 0);
	assert_int_equal(
		store_pairing_find_url(f->store, URL, p.key.preferences,
			p.key.engine, 60000, &f->mem, &row, &f->e),
		0);
	assert_string_equal(row.id, id);
	assert_int_equal(store_pairing_find_url(f->store, URL, "{\"count\":1}",
				 p.key.engine, 60000, &f->mem, &row, &f->e),
		-1);
	assert_int_equal(
		store_pairing_find_url(f->store, URL, p.key.preferences,
			p.key.engine, -1, &f->mem, &row, &f->e),
		-1); /* too old */
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
}

static void the_same_recipe_elsewhere_is_the_same_pairing(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	char first[ID_LEN + 1], second[ID_LEN + 1];
	struct pairing_row a, b;
	struct job j;

	queue(f, URL, first);
	claim(f, f->store, &j);
	p.url = URL;
	assert_int_equal(store_job_finish(f->store, &j, &p, &f->e), 0);
	queue(f, URL "/print", second);
	claim(f, f->store, &j);
	p.url = URL "/print";
	assert_int_equal(store_job_finish(f->store, &j, &p, &f->e), 0);
	a = get(f, first);
	b = get(f, second); /* the second id goes on answering */
	assert_string_equal(b.id, first);
	assert_string_equal(b.body, a.body);
	assert_string_equal(b.url, URL);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 1);
	assert_int_equal(store_pairing_find_url(f->store, URL "/print",
				 p.key.preferences, p.key.engine, 60000,
				 &f->mem, &b, &f->e),
		0);
	assert_string_equal(b.id, first);
}

static void a_question_under_way_is_shared(void **state)
{
	struct fixture *f = *state;
	char a[ID_LEN + 1], b[ID_LEN + 1];
	struct job j;

	queue(f, URL, a);
	queue(f, URL, b);
	assert_string_equal(a, b);
	claim(f, f->store, &j);
	queue(f, URL, b);
	assert_string_equal(a, b);
	assert_int_equal(queue_url(f->store, URL, "{\"count\":1}",
				 "built-in 1.0", 10, NULL, b, &f->e),
		0);
	assert_string_not_equal(a, b);
	assert_int_equal(
		store_job_fail(f->store, &j, REASON_UNREACHABLE, 0, &f->e), 0);
	assert_string_equal(get(f, a).error, "unreachable");
	ASSERT_STATE(f, a, JOB_FAILED, STAGE_FETCHING);
	queue(f, URL, b); /* once failed, it may be asked again */
	assert_string_not_equal(a, b);
}

static void the_queue_has_an_end(void **state)
{
	struct fixture *f = *state;
	struct store_key key = a_key("k", "r");
	char id[ID_LEN + 1], first[ID_LEN + 1];
	int i;

	queue(f, URL, first);
	for (i = 1; i < 10; i++)
		queue(f, arena_printf(&f->mem, URL "/%d", i), id);
	assert_int_equal(queue_url(f->store, URL "/more", "{}", "built-in 1.0",
				 10, &key, id, &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_BUSY);
	/* nothing is left of the refused one, not even its key */
	assert_int_equal(store_key_find(f->store, &key, id, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	/* one that is under way is still shared */
	queue(f, URL, id);
	assert_string_equal(id, first);
}

static void a_key_gives_the_same_job(void **state)
{
	struct fixture *f = *state;
	struct store_key key = a_key("k", "r");
	char a[ID_LEN + 1], b[ID_LEN + 1];
	struct job j;

	assert_int_equal(
		queue_url(f->store, URL, "{}", "e", 10, &key, a, &f->e), 0);
	claim(f, f->store, &j);
	assert_int_equal(
		store_job_fail(f->store, &j, REASON_FETCH_STATUS, 0, &f->e), 0);
	/* the job is over, the key still stands for it */
	assert_int_equal(
		queue_url(f->store, URL, "{}", "e", 10, &key, b, &f->e), 0);
	assert_string_equal(a, b);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM job"), 1);
}

static void oldest_first(void **state)
{
	struct fixture *f = *state;
	char ids[3][ID_LEN + 1];
	struct job j;
	int i;

	for (i = 0; i < 3; i++)
		queue(f, arena_printf(&f->mem, URL "/%d", i), ids[i]);
	for (i = 0; i < 3; i++) {
		claim(f, f->store, &j);
		assert_string_equal(j.id, ids[i]);
	}
}

static void a_beat_that_stands_still_frees_the_job(void **state)
{
	struct fixture *f = *state;
	struct store *other = second_handle(f);
	struct pairing_new p = sample(f, 1);
	char id[ID_LEN + 1];
	struct job mine, theirs;

	other->monotonic = fake_clock;
	fake_now = 1000;
	queue(f, URL, id);
	claim(f, f->store, &mine);
	nothing_to_claim(f, other); /* seen for the first time */
	fake_now += 29999;
	nothing_to_claim(f, other);
	assert_int_equal(one_beat(f->store, &mine, &f->e), 0);
	fake_now += 1;
	nothing_to_claim(f, other); /* it moved */
	fake_now += 29999;
	nothing_to_claim(f, other);
	/* a wall clock that jumps changes nothing: only beats count */
	assert_int_equal(
		store_job_stage(f->store, &mine, STAGE_READING, &f->e), 0);
	fake_now += 1;
	nothing_to_claim(f, other);
	fake_now += 30000;
	claim(f, other, &theirs);
	assert_string_equal(theirs.id, id);
	assert_int_equal(theirs.attempt, 2);
	ASSERT_STATE(f, id, JOB_RUNNING, STAGE_FETCHING);
	/* the old owner wakes up and may not write */
	assert_int_equal(one_beat(f->store, &mine, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(mine.cancelled, 0);
	assert_int_equal(
		store_job_stage(f->store, &mine, STAGE_PAIRING, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(store_job_finish(f->store, &mine, &p, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 0);
	assert_int_equal(store_job_finish(other, &theirs, &p, &f->e), 0);
	assert_int_equal(get(f, id).status, JOB_DONE);
	store_close(other);
}

static void released_jobs_are_free_at_once(void **state)
{
	struct fixture *f = *state;
	char id[ID_LEN + 1];
	struct job j;
	int i;

	queue(f, URL, id);
	for (i = 1; i <= 3; i++) {
		claim(f, f->store, &j);
		assert_int_equal(j.attempt, i);
		nothing_to_claim(f, f->store);
		assert_int_equal(
			store_job_release(f->store, "runner.2", &f->e), 0);
		nothing_to_claim(f, f->store); /* not runner.2's */
		assert_int_equal(
			store_job_release(f->store, "runner.1", &f->e), 0);
		ASSERT_STATE(f, id, JOB_QUEUED, STAGE_QUEUED);
		assert_int_equal(one_beat(f->store, &j, &f->e), -1);
	}
	/* three attempts are enough */
	nothing_to_claim(f, f->store);
	assert_int_equal(get(f, id).status, JOB_FAILED);
	assert_string_equal(get(f, id).error, "gave-up");
}

static void giving_up_does_not_hide_the_next_job(void **state)
{
	struct fixture *f = *state;
	char bad[ID_LEN + 1], good[ID_LEN + 1];
	struct job j;
	int i;

	queue(f, URL "/bad", bad);
	for (i = 0; i < 3; i++) {
		claim(f, f->store, &j);
		assert_int_equal(
			store_job_release(f->store, "runner.1", &f->e), 0);
	}
	queue(f, URL "/good", good);
	claim(f, f->store, &j);
	assert_string_equal(j.id, good);
	assert_int_equal(get(f, bad).status, JOB_FAILED);
}

static void a_cancelled_job_stops(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	char id[ID_LEN + 1];
	struct job j;

	queue(f, URL "/queued", id);
	assert_int_equal(store_job_cancel(f->store, id, &f->e), 0);
	assert_int_equal(get(f, id).status, JOB_CANCELLED);
	nothing_to_claim(f, f->store);
	queue(f, URL, id);
	claim(f, f->store, &j);
	assert_int_equal(store_job_cancel(f->store, id, &f->e), 0);
	assert_int_equal(one_beat(f->store, &j, &f->e), 0);
	assert_int_equal(j.cancelled, 1);
	assert_int_equal(store_job_finish(f->store, &j, &p, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(get(f, id).status, JOB_CANCELLED);
	assert_int_equal(store_job_cancel(f->store, id, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	assert_int_equal(
		store_job_cancel(f->store, "aaaaaaaaaaaaaaaaaaaaaaaaaa", &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
}

/* ---- jobs whose recipe is there ---- */

static void queue_recipe(
	struct fixture *f, const struct job_new *n, char id[ID_LEN + 1])
{
	if (store_job_new(f->store, n, id, &f->e))
		fail_msg("%s", f->e.msg);
}

static int no_url_either(void *arg, const char *url)
{
	++*(int *)arg;
	assert_null(url);
	return 1;
}

static void a_recipe_waits_for_a_model(void **state)
{
	struct fixture *f = *state;
	struct job_new n = recipe_job(f, 1);
	struct pairing_new p = sample(f, 1);
	struct pairing_row row;
	char id[ID_LEN + 1];
	int asked = 0;
	struct job j;

	n.providers = "anthropic,built-in";
	queue_recipe(f, &n, id);
	row = get(f, id);
	assert_null(row.url);
	assert_int_equal(row.status, JOB_QUEUED);
	store_claims(f->store, no_url_either, &asked);
	claim(f, f->store, &j);
	assert_int_equal(asked, 1);
	assert_string_equal(j.id, id);
	assert_null(j.url);
	assert_string_equal(j.recipe, n.recipe);
	assert_memory_equal(j.hash, n.hash, HASH_LEN);
	assert_string_equal(j.providers, "anthropic,built-in");
	assert_string_equal(j.engine, "a model");
	assert_string_equal(j.preferences, n.preferences);
	ASSERT_STATE(f, id, JOB_RUNNING, STAGE_PAIRING);
	assert_int_equal(
		store_job_stage(f->store, &j, STAGE_CHOOSING, &f->e), 0);
	ASSERT_STATE(f, id, JOB_RUNNING, STAGE_CHOOSING);
	assert_int_equal(store_job_finish(f->store, &j, &p, &f->e), 0);
	row = get(f, id);
	assert_int_equal(row.status, JOB_DONE);
	assert_string_equal(row.id, id);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe_url"), 0);
	assert_sound(f);
}

/* Of a URL job a claim says as much. */
static void a_claim_says_what_was_asked(void **state)
{
	struct fixture *f = *state;
	const struct job_new n = { .url = URL,
		.preferences = "{}",
		.engine = "e 1",
		.providers = "openai",
		.queue_limit = 10 };
	char id[ID_LEN + 1];
	struct job j;

	queue_recipe(f, &n, id);
	claim(f, f->store, &j);
	assert_string_equal(j.url, URL);
	assert_string_equal(j.engine, "e 1");
	assert_string_equal(j.providers, "openai");
	assert_null(j.recipe);
	ASSERT_STATE(f, id, JOB_RUNNING, STAGE_FETCHING);
}

static void a_recipe_under_way_is_shared(void **state)
{
	struct fixture *f = *state;
	struct job_new n = recipe_job(f, 1), other = recipe_job(f, 2);
	char a[ID_LEN + 1], b[ID_LEN + 1];
	struct job j;

	queue_recipe(f, &n, a);
	n.recipe = "{\"name\":\"The same, in other words\"}";
	queue_recipe(f, &n, b);
	assert_string_equal(a, b);
	claim(f, f->store, &j);
	queue_recipe(f, &n, b);
	assert_string_equal(a, b);
	/* another recipe, other preferences, another engine are not the same */
	queue_recipe(f, &other, b);
	assert_string_not_equal(a, b);
	other = n;
	other.preferences = "{}";
	queue_recipe(f, &other, b);
	assert_string_not_equal(a, b);
	other = n;
	other.engine = "another model";
	queue_recipe(f, &other, b);
	assert_string_not_equal(a, b);
	assert_int_equal(
		store_job_fail(f->store, &j, REASON_INTERNAL, 0, &f->e), 0);
	queue_recipe(f, &n, b); /* that one is over */
	assert_string_not_equal(a, b);
	n = recipe_job(f, 9);
	n.queue_limit = 4;
	assert_int_equal(store_job_new(f->store, &n, b, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_BUSY);
	assert_sound(f);
}

static void what_is_known_is_shown_while_it_lasts(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	const char *wines = "{\"suggestions\":[]}";
	struct job_new n = recipe_job(f, 1);
	char id[ID_LEN + 1];
	struct job j, old;
	int i;

	for (i = 0; i < 4; i++) {
		queue_recipe(f, &n, id);
		claim(f, f->store, &j);
		assert_null(get(f, id).partial);
		assert_int_equal(
			store_job_partial(f->store, &j, wines, &f->e), 0);
		assert_string_equal(get(f, id).partial, wines);
		assert_int_equal(
			store_job_stage(f->store, &j, STAGE_CHOOSING, &f->e),
			0);
		assert_string_equal(get(f, id).partial, wines);
		assert_int_equal(one_beat(f->store, &j, &f->e), 0);
		assert_string_equal(get(f, id).partial, wines);
		old = j;
		switch (i) {
		case 0:
			assert_int_equal(
				store_job_release(f->store, "runner.1", &f->e),
				0);
			assert_null(get(f, id).partial);
			claim(f, f->store, &j);
			assert_int_equal(
				store_job_partial(f->store, &old, wines, &f->e),
				-1);
			assert_int_equal(f->e.reason, REASON_CONFLICT);
			assert_null(get(f, id).partial);
			assert_int_equal(
				store_job_cancel(f->store, id, &f->e), 0);
			break;
		case 1:
			assert_int_equal(
				store_job_rest(f->store, &j, 0, &f->e), 0);
			assert_null(get(f, id).partial);
			claim(f, f->store, &j);
			assert_int_equal(store_job_fail(f->store, &j,
						 REASON_INTERNAL, 0, &f->e),
				0);
			break;
		case 2:
			assert_int_equal(
				store_job_cancel(f->store, id, &f->e), 0);
			break;
		default:
			assert_int_equal(
				store_job_finish(f->store, &j, &p, &f->e), 0);
		}
		assert_int_equal(ask_number(f, "SELECT count(*) FROM job"
					       " WHERE partial IS NOT NULL"),
			0);
		assert_int_equal(
			store_job_partial(f->store, &j, wines, &f->e), -1);
		assert_int_equal(f->e.reason, REASON_CONFLICT);
	}
}

static void many_beats_are_one_write(void **state)
{
	enum { JOBS = 6 };
	struct fixture *f = *state;
	struct store *other = second_handle(f);
	struct pairing_new p = sample(f, 1);
	struct job jobs[JOBS], *all[JOBS];
	int lost[JOBS], i;
	char id[ID_LEN + 1];

	assert_int_equal(store_job_beats(f->store, NULL, 0, NULL, &f->e), 0);
	for (i = 0; i < JOBS; i++) {
		queue(f, arena_printf(&f->mem, URL "/%d", i), id);
		claim(f, f->store, &jobs[i]);
		all[i] = &jobs[i];
	}
	assert_int_equal(store_job_cancel(f->store, jobs[1].id, &f->e), 0);
	assert_int_equal(store_job_finish(f->store, &jobs[2], &p, &f->e), 0);
	jobs[4].attempt++; /* taken over meanwhile */
	other->monotonic = fake_clock;
	fake_now = 1000;
	nothing_to_claim(f, other);
	fake_now += 29999;
	assert_int_equal(store_job_beats(f->store, all, JOBS, lost, &f->e), 0);
	for (i = 0; i < JOBS; i++) {
		assert_int_equal(lost[i], i == 2 || i == 4);
		assert_int_equal(jobs[i].cancelled, i == 1);
	}
	/* those that beat live on, the one that did not is taken */
	fake_now += 1;
	claim(f, other, &jobs[0]);
	assert_string_equal(jobs[0].id, jobs[4].id);
	nothing_to_claim(f, other);
	store_close(other);
}

static void a_job_may_end_in_a_pairing_that_is_there(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	const struct store_page from = { .page = URL "/page",
		.alias = URL "/amp",
		.etag = "\"1\"",
		.modified = "",
		.reader = "r1" };
	const char *const known[] = { URL, URL "/page", URL "/amp" };
	struct job_new n = recipe_job(f, 1);
	struct pairing_row row;
	char id[ID_LEN + 1];
	struct job j;
	size_t i;

	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		0);
	queue(f, URL, id);
	claim(f, f->store, &j);
	assert_int_equal(store_job_finish_with(f->store, &j, NULL,
				 "aaaaaaaaaaaaaaaaaaaaaaaaaa", &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	assert_int_equal(get(f, id).status, JOB_RUNNING);
	assert_int_equal(
		store_job_finish_with(f->store, &j, &from, row.id, &f->e), 0);
	assert_string_equal(get(f, id).id, row.id);
	assert_int_equal(get(f, id).status, JOB_DONE);
	for (i = 0; i < ARRAY_LEN(known); i++)
		assert_int_equal(store_pairing_find_url(f->store, known[i],
					 p.key.preferences, p.key.engine, 60000,
					 &f->mem, &row, &f->e),
			0);
	assert_int_equal(
		store_job_finish_with(f->store, &j, &from, row.id, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFLICT);
	/* and one without an address */
	queue_recipe(f, &n, id);
	claim(f, f->store, &j);
	assert_int_equal(
		store_job_finish_with(f->store, &j, NULL, row.id, &f->e), 0);
	assert_string_equal(get(f, id).id, row.id);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe_url"), 3);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 1);
	assert_sound(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_job_goes_through_its_stages),
		OPEN(the_address_is_remembered),
		OPEN(the_same_recipe_elsewhere_is_the_same_pairing),
		OPEN(a_question_under_way_is_shared),
		OPEN(the_queue_has_an_end),
		OPEN(a_key_gives_the_same_job),
		OPEN(oldest_first),
		OPEN(a_runner_chooses_among_waiting_jobs),
		OPEN(a_beat_that_stands_still_frees_the_job),
		OPEN(released_jobs_are_free_at_once),
		OPEN(giving_up_does_not_hide_the_next_job),
		OPEN(a_cancelled_job_stops),
		OPEN(a_recipe_waits_for_a_model),
		OPEN(a_claim_says_what_was_asked),
		OPEN(a_recipe_under_way_is_shared),
		OPEN(what_is_known_is_shown_while_it_lasts),
		OPEN(many_beats_are_one_write),
		OPEN(a_job_may_end_in_a_pairing_that_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
