/* A migrated store in a temporary folder, for the tests of store, ask, jobs. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "tempdir.h"

#include <sys/stat.h>

#include "store/internal.h"

struct fixture {
	char dir[TEMPDIR_SIZE], path[96];
	struct arena mem;
	struct store *store;
	struct err e;
};

static inline int fixture_migrate(struct fixture *f)
{
	return store_migrate(f->path, source_path("sql/sqlite"), &f->e);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	tempdir_make(f->dir);
	log_threshold(LOG_LEVEL_ERROR);
	(void)snprintf(f->path, sizeof(f->path), "%s/w.db", f->dir);
	*state = f;
	return 0;
}

static inline int fixture_open(void **state)
{
	struct fixture *f;

	if (fixture_setup(state))
		return -1;
	f = *state;
	if (fixture_migrate(f))
		fail_msg("%s", f->e.msg);
	f->store = store_open(f->path, &f->e);
	return f->store ? 0 : -1;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	int rc;

	store_close(f->store);
	rc = tempdir_remove(f->dir);
	arena_release(&f->mem);
	free(f);
	return rc;
}

/* Tests with an open store, and with nothing but the folder. */
#define OPEN(f) \
	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_teardown)
#define BARE(f) \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

static inline struct store *second_handle(struct fixture *f)
{
	struct store *s = store_open(f->path, &f->e);

	if (!s)
		fail_msg("%s", f->e.msg);
	return s;
}

/* A pairing of recipe number n. */
static inline struct pairing_new sample(struct fixture *f, int n)
{
	struct pairing_new p = { 0 };
	const char *name = arena_printf(&f->mem, "Dish %d", n);

	hash_sha256(name, strlen(name), p.key.recipe);
	p.key.preferences = "{\"count\":5}";
	p.key.engine = "built-in 1.0";
	p.recipe_name = name;
	p.recipe_json = arena_printf(&f->mem, "{\"name\":\"%s\"}", name);
	p.body = arena_printf(
		&f->mem, "{\"recipe\":{\"name\":\"%s\"},\"n\":%d}", name, n);
	p.body_len = strlen(p.body);
	return p;
}

/* store_job_new() for a URL. */
static inline int queue_url(struct store *s, const char *url,
	const char *preferences, const char *engine, int64_t queue_limit,
	const struct store_key *key, char id[ID_LEN + 1], struct err *e)
{
	const struct job_new n = { .url = url,
		.preferences = preferences,
		.engine = engine,
		.queue_limit = queue_limit,
		.key = key };

	return store_job_new(s, &n, id, e);
}

/* The beat of one job; -1: it is lost. */
static inline int one_beat(struct store *s, struct job *j, struct err *e)
{
	int lost = 0;

	return store_job_beats(s, &j, 1, &lost, e) || lost ? -1 : 0;
}

/* A job for recipe number n, asking a model. */
static inline struct job_new recipe_job(struct fixture *f, int n)
{
	struct pairing_new p = sample(f, n);

	return (struct job_new){ .preferences = p.key.preferences,
		.engine = "a model",
		.recipe = p.recipe_json,
		.hash = memcpy(
			arena_alloc(&f->mem, HASH_LEN), p.key.recipe, HASH_LEN),
		.queue_limit = 1000 };
}

static inline struct store_key a_key(const char *key, const char *request)
{
	struct store_key k = { key, { 0 } };

	hash_sha256(request, strlen(request), k.request);
	return k;
}

/* What a query of the test's own says, on a connection of its own. */
static inline int64_t ask_number(struct fixture *f, const char *sql)
{
	sqlite3 *sq;
	sqlite3_stmt *st;
	int64_t n;

	assert_int_equal(
		sqlite3_open_v2(f->path, &sq, SQLITE_OPEN_READWRITE, NULL),
		SQLITE_OK);
	(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (sqlite3_prepare_v2(sq, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(sq));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(sq);
	return n;
}

static inline void assert_sound(struct fixture *f)
{
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM pragma_integrity_check"
			      " WHERE integrity_check <> 'ok'"),
		0);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM pragma_foreign_key_check"),
		0);
}

#endif
