/* store/: migrations, pairings, lists, idempotency keys. */
#include "store-fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>

/* ---- opening and migrating ---- */

static void knows_the_versions_that_race(void **state)
{
	static const struct {
		int version, races;
	} cases[] = {
		{ 3007000, 1 },
		{ 3040001, 1 },
		{ 3044005, 1 },
		{ 3044006, 0 },
		{ 3044007, 1 },
		{ 3050006, 1 },
		{ 3050007, 0 },
		{ 3051002, 1 },
		{ 3051003, 0 },
		{ 3053002, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			db_version_races(cases[i].version), cases[i].races);
}

static void migrates_from_nothing_and_again(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
	struct fixture *f = *state;
	struct stat st;
	mode_t old = umask(0);
	size_t i;

	assert_int_equal(fixture_migrate(f), 0);
	f->store = second_handle(f);
	(void)umask(old);
	for (i = 0; i < ARRAY_LEN(suffixes); i++) {
		assert_int_equal(stat(arena_printf(&f->mem, "%s%s", f->path,
					      suffixes[i]),
					 &st),
			0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM migration"), STORE_SCHEMA);
	assert_int_equal(
		ask_number(f, "PRAGMA application_id"), DB_APPLICATION_ID);
	assert_int_equal(fixture_migrate(f), 0);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM migration"), STORE_SCHEMA);
	/* every table of ours is STRICT */
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM pragma_table_list WHERE"
			      " NOT strict AND name NOT LIKE 'sqlite_%'"),
		0);
	assert_sound(f);
}

static void schema_number_is_that_of_the_last_file(void **state)
{
	DIR *d = opendir(source_path("sql/sqlite"));
	struct dirent *entry;
	int n = 0;

	(void)state;
	assert_non_null(d);
	while ((entry = readdir(d)))
		n += strstr(entry->d_name, ".sql") != NULL;
	(void)closedir(d);
	assert_int_equal(n, STORE_SCHEMA);
}

static void change(struct fixture *f, const char *sql)
{
	sqlite3 *sq;

	assert_int_equal(sqlite3_open(f->path, &sq), SQLITE_OK);
	if (sqlite3_exec(sq, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(sq));
	(void)sqlite3_close(sq);
}

static void refuses_to_open(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "INSERT INTO migration VALUES (99, 'x', zeroblob(32), 0)",
			"newer winepair" },
		{ "DELETE FROM migration WHERE number = 4",
			"winepair migrate" },
		{ "DROP TABLE idempotency_key", "damaged" },
		{ "ALTER TABLE job RENAME COLUMN beat TO pulse", "damaged" },
		{ "PRAGMA application_id = 77", "another program" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		(void)unlink(f->path);
		assert_int_equal(fixture_migrate(f), 0);
		change(f, cases[i].sql);
		assert_null(store_open(f->path, &f->e));
		assert_int_equal(f->e.reason, REASON_STORE);
		if (!strstr(f->e.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].sql, f->e.msg);
	}
}

static void refuses_to_migrate(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "INSERT INTO migration VALUES (99, 'x', zeroblob(32), 0)",
			"newer winepair" },
		{ "UPDATE migration SET hash = zeroblob(32) WHERE number = 1",
			"0001-pairings.sql is not the file" },
		{ "PRAGMA application_id = 77", "another program" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		(void)unlink(f->path);
		assert_int_equal(fixture_migrate(f), 0);
		change(f, cases[i].sql);
		assert_int_equal(fixture_migrate(f), -1);
		assert_int_equal(f->e.reason, REASON_STORE);
		if (!strstr(f->e.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].sql, f->e.msg);
	}
	(void)unlink(f->path);
	change(f, "CREATE TABLE theirs (x)");
	assert_int_equal(fixture_migrate(f), -1);
	assert_non_null(strstr(f->e.msg, "another program"));
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	(void)close(fd);
}

static void refuses_what_is_no_database(void **state)
{
	struct fixture *f = *state;
	struct sbuf junk = SBUF_INIT(100000);
	int i;

	for (i = 0; i < 10000; i++)
		sbuf_addf(&junk, "line %d\n", i);
	put_file(f->path, junk.buf);
	sbuf_release(&junk);
	assert_null(store_open(f->path, &f->e));
	assert_int_equal(f->e.reason, REASON_STORE);
	assert_non_null(strstr(f->e.msg, "backup"));
	assert_int_equal(fixture_migrate(f), -1);
	assert_int_equal(f->e.reason, REASON_STORE);
	(void)unlink(f->path);
	assert_null(store_open(f->path, &f->e));
	assert_int_equal(f->e.reason, REASON_STORE);
	assert_int_equal(store_migrate("/nonexistent/w.db",
				 source_path("sql/sqlite"), &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_STORE);
}

static void refuses_bad_steps(void **state)
{
	struct fixture *f = *state;
	const char *db = arena_printf(&f->mem, "%s/other.db", f->dir);

	/* none at all */
	assert_int_equal(store_migrate(db, f->dir, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFIG);
	/* a gap */
	put_file(arena_printf(&f->mem, "%s/0002-b.sql", f->dir), "SELECT 1");
	assert_int_equal(store_migrate(db, f->dir, &f->e), -1);
	assert_non_null(strstr(f->e.msg, "0001"));
	/* a mistake in the second: the first stays, the second leaves nothing
	 */
	put_file(arena_printf(&f->mem, "%s/0003-c.sql", f->dir), "SELECT 1");
	put_file(arena_printf(&f->mem, "%s/0004-d.sql", f->dir), "SELECT 1");
	put_file(arena_printf(&f->mem, "%s/0001-a.sql", f->dir),
		"CREATE TABLE a (x INTEGER) STRICT;");
	put_file(arena_printf(&f->mem, "%s/0002-b.sql", f->dir),
		"CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE b (y);");
	assert_int_equal(store_migrate(db, f->dir, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_STORE);
	assert_non_null(strstr(f->e.msg, "0002-b.sql"));
	(void)snprintf(f->path, sizeof(f->path), "%s", db);
	assert_int_equal(ask_number(f, "SELECT max(number) FROM migration"), 1);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM sqlite_schema"
				       " WHERE name IN ('a', 'b')"),
		1);
	/* the folder is not there */
	assert_int_equal(store_migrate(db, "/nonexistent", &f->e), -1);
	assert_int_equal(f->e.reason, REASON_CONFIG);
}

static void sets_what_we_promise(void **state)
{
	struct fixture *f = *state;
	sqlite3 *sq = db_handle(f->store->db);
	static const struct {
		const char *pragma;
		int value;
	} cases[] = {
		{ "PRAGMA synchronous", 2 },
		{ "PRAGMA foreign_keys", 1 },
		{ "PRAGMA trusted_schema", 0 },
		{ "PRAGMA wal_autocheckpoint", 0 },
	};
	size_t i;
	int v = -1;

	(void)sqlite3_set_authorizer(sq, NULL, NULL);
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		sqlite3_stmt *st;

		assert_int_equal(
			sqlite3_prepare_v2(sq, cases[i].pragma, -1, &st, NULL),
			SQLITE_OK);
		assert_int_equal(sqlite3_step(st), SQLITE_ROW);
		assert_int_equal(sqlite3_column_int(st, 0), cases[i].value);
		(void)sqlite3_finalize(st);
	}
	(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_DEFENSIVE, -1, &v);
	assert_int_equal(v, 1);
	(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &v);
	assert_int_equal(v, 1);
}

static void an_open_store_takes_no_foreign_sql(void **state)
{
	static const char *const refused[] = {
		"ATTACH ':memory:' AS other",
		"CREATE TABLE t (x)",
		"CREATE TEMP TABLE t (x)",
		"CREATE VIEW v AS SELECT 1",
		"CREATE TRIGGER t AFTER INSERT ON job BEGIN SELECT 1; END",
		"DROP TABLE pairing",
		"ALTER TABLE pairing ADD COLUMN x",
		"PRAGMA synchronous=OFF",
		"SELECT load_extension('x')",
		"VACUUM INTO '/tmp/winepair-stolen'",
		"UPDATE sqlite_schema SET sql = ''",
		"REINDEX",
	};
	struct fixture *f = *state;
	sqlite3 *sq = db_handle(f->store->db);
	size_t i;

	for (i = 0; i < ARRAY_LEN(refused); i++)
		if (sqlite3_exec(sq, refused[i], NULL, NULL, NULL) == SQLITE_OK)
			fail_msg("taken: %s", refused[i]);
}

/* ---- pairings ---- */

static void a_pairing_is_stored_as_it_is_sent(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	struct pairing_row a, b;
	json_object *o;
	const char *front;

	p.url = "https://example.org/\"quoted\"/ü";
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &a, &f->e), 0);
	assert_true(id_valid(a.id, strlen(a.id)));
	assert_int_equal(a.status, JOB_DONE);
	assert_int_equal(a.stage, STAGE_DONE);
	assert_string_equal(a.url, p.url);
	assert_int_equal(a.body_len, strlen(a.body));
	assert_int_equal(
		store_pairing_get(f->store, a.id, &f->mem, &b, &f->e), 0);
	assert_string_equal(b.id, a.id);
	assert_string_equal(b.body, a.body);
	assert_int_equal(b.created, a.created);
	front = arena_printf(&f->mem, "{\"id\":\"%s\",\"url\":", a.id);
	assert_int_equal(strncmp(a.body, front, strlen(front)), 0);
	o = json_read(a.body, a.body_len, &f->e);
	assert_non_null(o);
	assert_string_equal(json_str(o, "url"), p.url);
	assert_string_equal(json_str(o, "status"), "done");
	assert_string_equal(json_str(o, "stage"), "done");
	assert_int_equal(strlen(json_str(o, "created")), 24);
	assert_int_equal(json_int(o, "n", 0), 1);
	json_object_put(o);
}

static void the_same_question_has_one_answer(void **state)
{
	struct fixture *f = *state;
	struct store *other = second_handle(f);
	struct pairing_new p = sample(f, 1), q = sample(f, 1);
	struct pairing_row a, b;

	q.body = "{\"later\":true}";
	q.body_len = strlen(q.body);
	assert_int_equal(
		store_pairing_find(f->store, &p.key, &f->mem, &a, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &a, &f->e), 0);
	assert_int_equal(
		store_pairing_save(other, &q, NULL, &f->mem, &b, &f->e), 0);
	assert_string_equal(a.id, b.id);
	assert_string_equal(a.body, b.body);
	assert_int_equal(
		store_pairing_find(other, &p.key, &f->mem, &b, &f->e), 0);
	assert_string_equal(a.id, b.id);
	/* another preference, engine or recipe is another question */
	q.key.preferences = "{\"count\":6}";
	assert_int_equal(
		store_pairing_save(other, &q, NULL, &f->mem, &b, &f->e), 0);
	assert_string_not_equal(a.id, b.id);
	q = sample(f, 1);
	q.key.engine = "built-in 2.0";
	assert_int_equal(
		store_pairing_save(other, &q, NULL, &f->mem, &b, &f->e), 0);
	assert_string_not_equal(a.id, b.id);
	q = sample(f, 2);
	assert_int_equal(
		store_pairing_save(other, &q, NULL, &f->mem, &b, &f->e), 0);
	assert_string_not_equal(a.id, b.id);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 4);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe"), 2);
	store_close(other);
	assert_sound(f);
}

static void unknown_ids_are_not_found(void **state)
{
	static const char *const ids[] = { "", "x",
		"aaaaaaaaaaaaaaaaaaaaaaaaaa", "AAAAAAAAAAAAAAAAAAAAAAAAAA",
		"' OR 1=1 --" };
	struct fixture *f = *state;
	struct pairing_row row;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ids); i++) {
		assert_int_equal(store_pairing_get(f->store, ids[i], &f->mem,
					 &row, &f->e),
			-1);
		assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	}
}

static void recent_pages_are_stable(void **state)
{
	struct fixture *f = *state;
	struct recent_row *rows;
	struct pairing_row row;
	const char *next = NULL;
	int expect = 25, i, page;
	size_t n, k;

	assert_int_equal(store_recent(f->store, NULL, 10, &f->mem, &rows, &n,
				 &next, &f->e),
		0);
	assert_int_equal(n, 0);
	assert_null(next);
	for (i = 1; i <= 25; i++) {
		struct pairing_new p = sample(f, i);

		assert_int_equal(store_pairing_save(f->store, &p, NULL, &f->mem,
					 &row, &f->e),
			0);
	}
	for (page = 0; page < 3; page++) {
		struct pairing_new p = sample(f, 100 + page);

		assert_int_equal(store_recent(f->store, next, 10, &f->mem,
					 &rows, &n, &next, &f->e),
			0);
		assert_int_equal(n, page < 2 ? 10 : 5);
		for (k = 0; k < n; k++) {
			assert_string_equal(rows[k].name,
				arena_printf(&f->mem, "Dish %d", expect--));
			assert_true(id_valid(rows[k].id, ID_LEN));
		}
		/* what comes in between does not disturb */
		assert_int_equal(store_pairing_save(f->store, &p, NULL, &f->mem,
					 &row, &f->e),
			0);
	}
	assert_int_equal(expect, 0);
	assert_null(next);
	/* a page that ends exactly at the last row says so */
	assert_int_equal(store_recent(f->store, NULL, 28, &f->mem, &rows, &n,
				 &next, &f->e),
		0);
	assert_int_equal(n, 28);
	assert_null(next);
}

static void foreign_cursors_are_refused(void **state)
{
	static const char *const cursors[] = { "", "p", "p0", "px", "12", "p-1",
		"p99999999999999999999", "p1 OR 1" };
	struct fixture *f = *state;
	struct recent_row *rows;
	const char *next;
	size_t n, i;

	for (i = 0; i < ARRAY_LEN(cursors); i++) {
		assert_int_equal(store_recent(f->store, cursors[i], 10, &f->mem,
					 &rows, &n, &next, &f->e),
			-1);
		assert_int_equal(f->e.reason, REASON_BAD_REQUEST);
	}
}

/* ---- idempotency keys ---- */

static void a_key_stands_for_one_request(void **state)
{
	struct fixture *f = *state;
	struct store_key key = a_key("k1", "request"),
			 changed = a_key("k1", "other");
	struct pairing_new p = sample(f, 1);
	struct pairing_row row;
	char id[ID_LEN + 1];

	assert_int_equal(store_key_find(f->store, &key, id, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	assert_int_equal(
		store_pairing_save(f->store, &p, &key, &f->mem, &row, &f->e),
		0);
	assert_int_equal(store_key_find(f->store, &key, id, &f->e), 0);
	assert_string_equal(id, row.id);
	/* the same again is fine, and changes nothing */
	assert_int_equal(store_key_put(f->store, &key, "other", &f->e), 0);
	assert_int_equal(store_key_find(f->store, &key, id, &f->e), 0);
	assert_string_equal(id, row.id);
	/* another request under that key is refused whole */
	assert_int_equal(store_key_find(f->store, &changed, id, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_KEY_REUSED);
	p = sample(f, 2);
	assert_int_equal(store_pairing_save(
				 f->store, &p, &changed, &f->mem, &row, &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_KEY_REUSED);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 1);
	assert_int_equal(queue_url(f->store, "https://example.org/", "{}", "e",
				 10, &changed, id, &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_KEY_REUSED);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM job"), 0);
}

static void keys_live_for_two_days(void **state)
{
	struct fixture *f = *state;
	struct store_key key = a_key("k1", "request"), next = a_key("k2", "r");
	char id[ID_LEN + 1];

	assert_int_equal(store_key_put(f->store, &key, "first", &f->e), 0);
	change(f, "UPDATE idempotency_key SET created = created - 86400000");
	assert_int_equal(store_key_find(f->store, &key, id, &f->e), 0);
	change(f, "UPDATE idempotency_key SET created = created - 86400000");
	assert_int_equal(store_key_find(f->store, &key, id, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_NOT_FOUND);
	assert_int_equal(store_key_put(f->store, &key, "second", &f->e), 0);
	assert_int_equal(store_key_find(f->store, &key, id, &f->e), 0);
	assert_string_equal(id, "second");
	change(f, "UPDATE idempotency_key SET created = 1");
	assert_int_equal(store_key_put(f->store, &next, "third", &f->e), 0);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM idempotency_key"), 1);
}

/* ---- locks, readiness, checkpoints ---- */

static void a_held_lock_is_busy_and_reads_go_on(void **state)
{
	struct fixture *f = *state;
	const char *lock = arena_printf(&f->mem, "%s.lock", f->path);
	struct pairing_new p = sample(f, 1), q = sample(f, 2);
	struct pairing_row row, again;
	int fd;

	if (!db_version_races(sqlite3_libversion_number()))
		skip();
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		0);
	fd = open(lock, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	store_patience(f->store, 50);
	assert_int_equal(
		store_pairing_save(f->store, &q, NULL, &f->mem, &again, &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_BUSY);
	assert_int_equal(err_status(f->e.reason), 503);
	assert_int_equal(store_checkpoint(f->store, &f->e), -1);
	assert_int_equal(f->e.reason, REASON_BUSY);
	assert_int_equal(
		store_pairing_get(f->store, row.id, &f->mem, &again, &f->e), 0);
	(void)close(fd);
	assert_int_equal(
		store_pairing_save(f->store, &q, NULL, &f->mem, &again, &f->e),
		0);
}

/* Deleted, or a backup put in its place, under an open connection: what is
 * written now would be lost. */
static void a_replaced_file_takes_no_more(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1), q = sample(f, 2);
	struct pairing_row row;
	char aside[128];

	(void)snprintf(aside, sizeof(aside), "%s.aside", f->path);
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		0);
	assert_int_equal(rename(f->path, aside), 0);
	assert_int_equal(
		store_pairing_save(f->store, &q, NULL, &f->mem, &row, &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_STORE);
	assert_int_equal(store_ready(f->store, &f->e), -1);
	assert_int_equal(store_stale(f->store, &f->e), -1);
	close(open(f->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(store_stale(f->store, &f->e), -1);
	assert_int_equal(rename(aside, f->path), 0);
	assert_int_equal(store_stale(f->store, &f->e), 0);
	assert_int_equal(
		store_pairing_save(f->store, &q, NULL, &f->mem, &row, &f->e),
		0);
}

static void a_foreign_writer_is_busy(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 1);
	struct pairing_row row;
	sqlite3 *sq;

	assert_int_equal(sqlite3_open(f->path, &sq), SQLITE_OK);
	(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	assert_int_equal(
		sqlite3_exec(sq, "BEGIN IMMEDIATE", NULL, NULL, NULL), 0);
	store_patience(f->store, 50);
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		-1);
	assert_int_equal(f->e.reason, REASON_BUSY);
	assert_int_equal(sqlite3_exec(sq, "ROLLBACK", NULL, NULL, NULL), 0);
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		0);
	(void)sqlite3_close(sq);
}

static int64_t wal_size(struct fixture *f)
{
	struct stat st;

	return stat(arena_printf(&f->mem, "%s-wal", f->path), &st) ? -1
								   : st.st_size;
}

static void only_a_checkpoint_empties_the_wal(void **state)
{
	struct fixture *f = *state;
	struct pairing_row row;
	char *big = xmalloc(1024 * 1024);
	int i;

	memset(big, 'x', 1024 * 1024);
	big[0] = '{';
	for (i = 0; i < 18; i++) {
		struct pairing_new p = sample(f, i);

		p.body = big;
		p.body_len = 1024 * 1024;
		assert_int_equal(store_pairing_save(f->store, &p, NULL, &f->mem,
					 &row, &f->e),
			0);
		arena_reset(&f->mem);
	}
	free(big);
	assert_true(wal_size(f) > 16 * 1024 * 1024);
	assert_int_equal(store_ready(f->store, &f->e), 0);
	store_close(f->store); /* the last connection: no checkpoint */
	assert_true(wal_size(f) > 16 * 1024 * 1024);
	f->store = second_handle(f);
	assert_int_equal(store_checkpoint(f->store, &f->e), 0);
	assert_int_equal(wal_size(f), 0);
	assert_int_equal(store_checkpoint(f->store, &f->e), 0);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 18);
	assert_sound(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_versions_that_race),
		cmocka_unit_test(schema_number_is_that_of_the_last_file),
		BARE(migrates_from_nothing_and_again),
		BARE(refuses_to_open),
		BARE(refuses_to_migrate),
		BARE(refuses_what_is_no_database),
		BARE(refuses_bad_steps),
		OPEN(sets_what_we_promise),
		OPEN(an_open_store_takes_no_foreign_sql),
		OPEN(a_pairing_is_stored_as_it_is_sent),
		OPEN(the_same_question_has_one_answer),
		OPEN(unknown_ids_are_not_found),
		OPEN(recent_pages_are_stable),
		OPEN(foreign_cursors_are_refused),
		OPEN(a_key_stands_for_one_request),
		OPEN(keys_live_for_two_days),
		OPEN(a_held_lock_is_busy_and_reads_go_on),
		OPEN(a_replaced_file_takes_no_more),
		OPEN(a_foreign_writer_is_busy),
		OPEN(only_a_checkpoint_empties_the_wal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
