/*
 * Migrations: the numbered files of sql/sqlite, each applied once, in order,
 * in a transaction of its own, and written down with its number and hash. A
 * file that changed after it was applied, a gap in the numbers, and a database
 * from a newer program are refused.
 *
 * This is the one place where SQL is not a literal: it comes from our own
 * files.
 */
#include "store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define STEP_MAX ((size_t)1024 * 1024)

struct step {
	const char *name; /* "0001-pairings.sql" */
	const char *sql;
	unsigned char hash[HASH_LEN];
};

struct steps {
	struct step *all;
	size_t n, cap;
};

/* "0042-name.sql" */
static int step_number(const char *name, int64_t *number)
{
	size_t len = strlen(name);

	return len > 9 && name[4] == '-' &&
			       strcmp(name + len - 4, ".sql") == 0 &&
			       num_int(name, 4, 1, 9999, number) == 0
		       ? 0
		       : -1;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(
		((const struct step *)a)->name, ((const struct step *)b)->name);
}

static int step_read(
	const char *dir, struct step *step, struct arena *mem, struct err *e)
{
	struct sbuf sql = SBUF_INIT(STEP_MAX);
	int rc =
		file_read(arena_printf(mem, "%s/%s", dir, step->name), &sql, e);

	if (rc == 0) {
		step->sql = arena_strndup(mem, sql.buf, sql.len);
		hash_sha256(sql.buf, sql.len, step->hash);
	}
	sbuf_release(&sql);
	return rc;
}

static int steps_read(
	const char *dir, struct steps *steps, struct arena *mem, struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int64_t number;
	size_t i;

	if (!d)
		return err_errno(e, REASON_CONFIG, "sql_dir: %s", dir);
	while ((entry = readdir(d))) {
		if (step_number(entry->d_name, &number))
			continue;
		steps->all = arena_grow(mem, steps->all, steps->n, &steps->cap,
			sizeof(*steps->all));
		steps->all[steps->n++].name = arena_strdup(mem, entry->d_name);
	}
	(void)closedir(d);
	if (steps->n == 0)
		return err_set(e, REASON_CONFIG,
			"sql_dir: %s holds no NNNN-name.sql", dir);
	qsort(steps->all, steps->n, sizeof(*steps->all), by_name);
	for (i = 0; i < steps->n; i++) {
		(void)step_number(steps->all[i].name, &number);
		if (number != (int64_t)i + 1)
			return err_set(e, REASON_CONFIG,
				"sql_dir: %s/%s should be number %04zu", dir,
				steps->all[i].name, i + 1);
		if (step_read(dir, &steps->all[i], mem, e))
			return -1;
	}
	return 0;
}

static int exec(struct db *db, const char *what, const char *sql, struct err *e)
{
	sqlite3 *sq = db_handle(db);
	int rc = sqlite3_exec(sq, sql, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		return 0;
	return err_set(e,
		(rc & 0xff) == SQLITE_BUSY ? REASON_BUSY : REASON_STORE,
		"%s: %s", what, sqlite3_errmsg(sq));
}

/* The table of the steps themselves; harmless when it is there. */
static int make_record(struct db *db, struct err *e)
{
	static const char sql[] =
		"-- The steps of sql/sqlite that were applied to this file.\n"
		"CREATE TABLE IF NOT EXISTS migration ("
		" number INTEGER PRIMARY KEY,"
		" name TEXT NOT NULL,"
		" hash BLOB NOT NULL CHECK (length(hash) = 32),"
		" applied INTEGER NOT NULL) STRICT";

	return exec(db, "migration", sql, e);
}

/* 1: applied already, 0: not yet, -1: no, and never. */
static int applied(
	struct db *db, const struct step *step, int64_t number, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc = -1;

	if (db_prepare(db, &q,
		    "SELECT hash FROM migration WHERE number = :number", e))
		goto out;
	db_bind_int64(&q, ":number", number);
	rc = db_step(&q, e);
	if (rc != DB_ROW)
		goto out;
	if (db_len(&q, 0) != HASH_LEN ||
		memcmp(db_blob(&q, 0), step->hash, HASH_LEN) != 0)
		rc = err_set(e, REASON_STORE,
			"%s is not the file that made this database",
			step->name);
out:
	db_reset(&q);
	return rc;
}

static int write_down(
	struct db *db, const struct step *step, int64_t number, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(db, &q,
		    "INSERT INTO migration (number, name, hash, applied)"
		    " VALUES (:number, :name, :hash, :applied)",
		    e))
		return -1;
	db_bind_int64(&q, ":number", number);
	db_bind_text(&q, ":name", step->name);
	db_bind_blob(&q, ":hash", step->hash, HASH_LEN);
	db_bind_int64(&q, ":applied", clock_wall_ms());
	return db_run(&q, e);
}

static int apply(
	struct db *db, const struct step *step, int64_t number, struct err *e)
{
	int rc, done = 0;

	if (db_begin(db, e))
		return -1;
	rc = exec(db, "application_id", "PRAGMA application_id=1464881713", e);
	if (rc == 0)
		rc = make_record(db, e);
	if (rc == 0)
		rc = done = applied(db, step, number, e);
	if (rc == 0)
		rc = exec(db, step->name, step->sql, e);
	if (rc == 0 && sqlite3_get_autocommit(db_handle(db)))
		log_bug("%s ends the transaction", step->name);
	if (rc == 0)
		rc = write_down(db, step, number, e);
	if (db_end(db, rc == 0, e) || rc < 0)
		return -1;
	if (!done)
		log_info("database: applied %s", step->name);
	return 0;
}

/* The number of the last step applied; 0 when there is none. */
static int last_applied(struct db *db, int64_t *number, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc = -1;

	*number = 0;
	if (db_prepare(db, &q,
		    "SELECT 1 FROM sqlite_schema WHERE name = 'migration'", e))
		goto out;
	rc = db_step(&q, e);
	db_reset(&q);
	if (rc != DB_ROW)
		goto out;
	if (db_prepare(db, &q, "SELECT coalesce(max(number), 0) FROM migration",
		    e) ||
		db_step(&q, e) != DB_ROW) {
		rc = -1;
		goto out;
	}
	*number = db_int64(&q, 0);
out:
	db_reset(&q);
	return rc < 0 ? -1 : 0;
}

static int too_new(const char *path, int64_t number, struct err *e)
{
	return err_set(e, REASON_STORE,
		"%s was made by a newer winepair (step %lld, this one knows "
		"%d): install the newer program, or restore a backup",
		path, (long long)number, STORE_SCHEMA);
}

/* The new file's name must survive a power cut too. */
static int sync_folder(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1)
			     : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fsync(fd))
		rc = err_errno(e, REASON_STORE, "%s", folder);
	if (fd >= 0)
		(void)close(fd);
	free(folder);
	return rc;
}

/* Made here, so that the mode is right from the first moment. An existing
 * file is not even opened: closing it would drop SQLite's locks. */
static int create(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ? 0
				       : err_errno(e, REASON_STORE, "%s", path);
	(void)close(fd);
	return sync_folder(path, e);
}

int store_migrate(const char *path, const char *sql_dir, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct steps steps = { NULL, 0, 0 };
	struct db *db = NULL;
	int64_t last;
	size_t i;
	int rc = -1;

	if (steps_read(sql_dir, &steps, &mem, e) || create(path, e))
		goto out;
	db = db_open(path, e);
	if (!db || last_applied(db, &last, e))
		goto out;
	if (last > STORE_SCHEMA) {
		too_new(path, last, e);
		goto out;
	}
	if (steps.n != STORE_SCHEMA) {
		err_set(e, REASON_CONFIG,
			"sql_dir: %s has %zu steps, this program needs %d",
			sql_dir, steps.n, STORE_SCHEMA);
		goto out;
	}
	for (i = 0; i < steps.n; i++)
		if (apply(db, &steps.all[i], (int64_t)i + 1, e))
			goto out;
	rc = 0;
out:
	db_close(db);
	arena_release(&mem);
	return rc;
}

/* Every column we use. A file that lost one is damaged, and we want to know
 * at the start. */
static int check_tables(struct db *db, const char *path, struct err *e)
{
	static const char *const uses[] = {
		"SELECT id, hash, name, body, created FROM recipe",
		"SELECT url, recipe, fetched FROM recipe_url",
		"SELECT id, public_id, recipe, preferences, engine, url, body,"
		" created FROM pairing",
		"SELECT id, public_id, url, recipe, hash, preferences, engine,"
		" providers, status, stage, partial, error, owner, beat,"
		" attempt, waits, retry_at, pairing, created, updated FROM job",
		"SELECT key, request, public_id, created FROM idempotency_key",
		"SELECT id, job, attempt, provider, model, question, day,"
		" started, ended, most, cost, input_tokens, output_tokens,"
		" cached_tokens, ms, outcome FROM model_call",
		"SELECT day, provider, model, outcome, calls, input_tokens,"
		" output_tokens, cost FROM model_day",
		"SELECT id, job, kind, amount, month, account, created"
		" FROM quota_entry",
		"SELECT job, amount, month FROM quota_open",
		"SELECT day, n FROM model_hit",
	};
	sqlite3 *sq = db_handle(db);
	size_t i;

	for (i = 0; i < ARRAY_LEN(uses); i++) {
		sqlite3_stmt *st = NULL;
		int rc = sqlite3_prepare_v2(sq, uses[i], -1, &st, NULL);

		(void)sqlite3_finalize(st);
		if (rc != SQLITE_OK)
			return err_set(e, REASON_STORE,
				"%s is damaged; restore it from a backup (%s)",
				path, sqlite3_errmsg(sq));
	}
	return 0;
}

struct store *store_open(const char *path, struct err *e)
{
	struct db *db = db_open(path, e);
	struct store *s;
	int64_t last;

	if (!db)
		return NULL;
	if (last_applied(db, &last, e))
		goto failed;
	if (last > STORE_SCHEMA) {
		too_new(path, last, e);
		goto failed;
	}
	if (last < STORE_SCHEMA) {
		err_set(e, REASON_STORE,
			"%s is not up to date: run winepair migrate", path);
		goto failed;
	}
	if (check_tables(db, path, e))
		goto failed;
	db_confine(db);
	s = xcalloc(1, sizeof(*s));
	s->db = db;
	s->monotonic = clock_monotonic_ms;
	s->wall = clock_wall_ms;
	return s;
failed:
	db_close(db);
	return NULL;
}
