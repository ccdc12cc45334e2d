/*
 * SQLite as we use it: WAL, synchronous=FULL (an acknowledged commit survives
 * a power cut), no checkpoint but the runner's.
 *
 * SQLite before 3.51.3 (but for 3.44.6 and 3.50.7) can lose a commit that
 * races a checkpoint. On such versions every write transaction and every
 * checkpoint holds an exclusive flock on "<store>.lock"; reads hold none.
 * Closing the last connection would checkpoint as well: switched off.
 */
#include "store/db.h"

#include <sys/stat.h>
#include <unistd.h>

#include "store/lock.h"

#define STATEMENTS_MAX 96
#define PATIENCE_MS 5000
#define WAL_LARGE ((int64_t)16 * 1024 * 1024)

struct statement {
	const char *sql; /* the literal itself: its address is the key */
	sqlite3_stmt *st;
};

struct db {
	sqlite3 *sq;
	pid_t pid;
	int lock_fd;
	int races; /* commits and checkpoints must be kept apart */
	int in_write;
	int64_t patience_ms;
	char *path, *wal_path;
	dev_t dev; /* the file that was opened */
	ino_t ino;
	struct timespec wal_seen; /* mtime at the last checkpoint */
	struct statement statements[STATEMENTS_MAX];
	size_t n_statements;
};

int db_version_races(int version)
{
	return version < 3051003 && version != 3044006 && version != 3050007;
}

sqlite3 *db_handle(struct db *db)
{
	return db->sq;
}

/* ---- errors ---- */

static int sqlite_failed(sqlite3 *sq, int code, const char *what, struct err *e)
{
	enum err_reason reason = REASON_STORE;

	if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
		reason = REASON_BUSY;
	else if ((code & 0xff) == SQLITE_CONSTRAINT)
		reason = REASON_INTERNAL; /* the schema caught a mistake */
	return err_set(e, reason, "%s: %s (%d)", what,
		sq ? sqlite3_errmsg(sq) : sqlite3_errstr(code), code);
}

static int is_our_mistake(int code)
{
	code &= 0xff;
	return code == SQLITE_ERROR || code == SQLITE_MISUSE ||
	       code == SQLITE_RANGE || code == SQLITE_AUTH;
}

static void own_process_only(const struct db *db)
{
	if (db->pid != getpid())
		log_bug("a database handle crossed a fork");
}

/* ---- opening ---- */

/* One pragma whose answer matters. */
static int pragma_int(sqlite3 *sq, const char *sql, int64_t *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(sq, sql, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(st);
	return rc;
}

/* Ours, or empty? The tables first: another process may be making them, and
 * they come in one transaction with the id. */
static int check_header(sqlite3 *sq, const char *path, struct err *e)
{
	int64_t id = 0, tables = 0;
	int rc = pragma_int(sq, "SELECT count(*) FROM sqlite_schema", &tables);

	if (rc == SQLITE_OK)
		rc = pragma_int(sq, "PRAGMA application_id", &id);
	if (rc == SQLITE_NOTADB || (rc & 0xff) == SQLITE_CORRUPT)
		return err_set(e, REASON_STORE,
			"%s is damaged or no database; restore it from a "
			"backup (%s)",
			path, sqlite3_errmsg(sq));
	if (rc != SQLITE_OK)
		return sqlite_failed(sq, rc, path, e);
	if (id != DB_APPLICATION_ID && (id != 0 || tables != 0))
		return err_set(e, REASON_STORE,
			"%s is a database of another program", path);
	return 0;
}

/* Run a pragma that answers with the journal mode: is it WAL now? */
static int journal_is_wal(sqlite3 *sq, const char *sql, int *wal)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(sq, sql, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*wal = strcmp((const char *)sqlite3_column_text(st, 0),
			       "wal") == 0;
		rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(st);
	return rc;
}

/* A new file goes to WAL mode once; two processes may try that at once, and
 * SQLite does not make the second one wait. */
static int go_wal(struct db *db, const char *path, struct err *e)
{
	int wal = 0;
	int rc = journal_is_wal(db->sq, "PRAGMA journal_mode", &wal);

	if (rc == SQLITE_OK && !wal) {
		if (lock_take(db->lock_fd, db->patience_ms, e))
			return -1;
		rc = journal_is_wal(db->sq, "PRAGMA journal_mode=WAL", &wal);
		lock_give(db->lock_fd);
	}
	if (rc != SQLITE_OK)
		return sqlite_failed(db->sq, rc, path, e);
	if (!wal)
		return err_set(e, REASON_STORE,
			"%s: this file system cannot hold a database in WAL "
			"mode",
			path);
	return 0;
}

static int set_up(struct db *db, const char *path, struct err *e)
{
	static const char *const pragmas[] = {
		"PRAGMA synchronous=FULL",
		"PRAGMA foreign_keys=ON",
		"PRAGMA trusted_schema=OFF",
		"PRAGMA wal_autocheckpoint=0",
		"PRAGMA cell_size_check=ON",
	};
	sqlite3 *sq = db->sq;
	size_t i;
	int rc;

	(void)sqlite3_extended_result_codes(sq, 1);
	(void)sqlite3_busy_timeout(sq, PATIENCE_MS);
	(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (check_header(sq, path, e) || go_wal(db, path, e))
		return -1;
	for (i = 0; i < ARRAY_LEN(pragmas); i++) {
		rc = sqlite3_exec(sq, pragmas[i], NULL, NULL, NULL);
		if (rc != SQLITE_OK)
			return sqlite_failed(sq, rc, path, e);
	}
	return 0;
}

struct db *db_open(const char *path, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct db *db = xcalloc(1, sizeof(*db));
	const char *lock = arena_printf(&mem, "%s.lock", path);
	struct stat st;
	int rc, ok = 0;

	db->pid = getpid();
	db->patience_ms = PATIENCE_MS;
	db->races = db_version_races(sqlite3_libversion_number());
	db->path = xstrdup(path);
	db->wal_path = xstrdup(arena_printf(&mem, "%s-wal", path));
	db->lock_fd = lock_open(lock, e);
	if (db->lock_fd < 0)
		goto out;
	rc = sqlite3_open_v2(path, &db->sq,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK) {
		sqlite_failed(db->sq, rc, path, e);
		goto out;
	}
	if (stat(path, &st)) {
		err_errno(e, REASON_STORE, "%s", path);
		goto out;
	}
	db->dev = st.st_dev;
	db->ino = st.st_ino;
	ok = set_up(db, path, e) == 0;
out:
	if (!ok) {
		db_close(db);
		db = NULL;
	}
	arena_release(&mem);
	return db;
}

void db_close(struct db *db)
{
	size_t i;

	if (!db)
		return;
	for (i = 0; i < db->n_statements; i++)
		(void)sqlite3_finalize(db->statements[i].st);
	if (sqlite3_close(db->sq) != SQLITE_OK)
		log_bug("a statement is still open");
	if (db->lock_fd >= 0)
		(void)close(db->lock_fd);
	free(db->path);
	free(db->wal_path);
	free(db);
}

static int authorise(void *arg, int action, const char *a, const char *b,
	const char *database, const char *trigger)
{
	(void)arg;
	(void)a;
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_TRANSACTION:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return b && sqlite3_stricmp(b, "load_extension") == 0
			       ? SQLITE_DENY
			       : SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

void db_confine(struct db *db)
{
	static const struct {
		int limit, value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024 },
		{ SQLITE_LIMIT_SQL_LENGTH, 8192 },
		{ SQLITE_LIMIT_COLUMN, 64 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 64 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 64 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 8 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(limits); i++)
		(void)sqlite3_limit(db->sq, limits[i].limit, limits[i].value);
	(void)sqlite3_set_authorizer(db->sq, authorise, NULL);
}

void db_patience(struct db *db, int64_t ms)
{
	db->patience_ms = ms;
	(void)sqlite3_busy_timeout(db->sq, (int)ms);
}

/* ---- statements ---- */

static struct statement *statement_of(struct db *db, const char *sql)
{
	size_t i;

	for (i = 0; i < db->n_statements; i++)
		if (db->statements[i].sql == sql)
			return &db->statements[i];
	if (db->n_statements == STATEMENTS_MAX)
		log_bug("more than %d statements", STATEMENTS_MAX);
	db->statements[i].sql = sql;
	db->statements[i].st = NULL;
	db->n_statements++;
	return &db->statements[i];
}

int db_prepare_literal(
	struct db *db, struct db_query *q, const char *sql, struct err *e)
{
	struct statement *s = statement_of(db, sql);
	int rc;

	own_process_only(db);
	if (!s->st) {
		rc = sqlite3_prepare_v3(db->sq, sql, -1,
			SQLITE_PREPARE_PERSISTENT, &s->st, NULL);
		if (is_our_mistake(rc))
			log_bug("%s: %s", sqlite3_errmsg(db->sq), sql);
		if (rc != SQLITE_OK)
			return sqlite_failed(db->sq, rc, sql, e);
	}
	if (sqlite3_stmt_busy(s->st))
		log_bug("statement already in use: %s", sql);
	q->st = s->st;
	return 0;
}

static int parameter(struct db_query *q, const char *name)
{
	int i = sqlite3_bind_parameter_index(q->st, name);

	if (i == 0)
		log_bug("no parameter %s: %s", name, sqlite3_sql(q->st));
	return i;
}

static void bound(struct db_query *q, const char *name, int rc)
{
	if (rc != SQLITE_OK)
		log_bug("binding %s: %s: %s", name, sqlite3_errstr(rc),
			sqlite3_sql(q->st));
}

void db_bind_int64(struct db_query *q, const char *name, int64_t v)
{
	bound(q, name, sqlite3_bind_int64(q->st, parameter(q, name), v));
}

void db_bind_textn(
	struct db_query *q, const char *name, const char *v, size_t len)
{
	bound(q, name,
		sqlite3_bind_text64(q->st, parameter(q, name), v, len,
			SQLITE_STATIC, SQLITE_UTF8));
}

void db_bind_text(struct db_query *q, const char *name, const char *v)
{
	db_bind_textn(q, name, v, v ? strlen(v) : 0);
}

void db_bind_blob(
	struct db_query *q, const char *name, const void *v, size_t len)
{
	bound(q, name,
		sqlite3_bind_blob64(
			q->st, parameter(q, name), v, len, SQLITE_STATIC));
}

int db_step(struct db_query *q, struct err *e)
{
	int rc = sqlite3_step(q->st);

	if (rc == SQLITE_ROW)
		return DB_ROW;
	if (rc == SQLITE_DONE)
		return DB_DONE;
	if (is_our_mistake(rc))
		log_bug("%s: %s", sqlite3_errmsg(sqlite3_db_handle(q->st)),
			sqlite3_sql(q->st));
	return sqlite_failed(
		sqlite3_db_handle(q->st), rc, sqlite3_sql(q->st), e);
}

int db_run(struct db_query *q, struct err *e)
{
	int rc = db_step(q, e);

	if (rc == DB_ROW)
		log_bug("a row nobody reads: %s", sqlite3_sql(q->st));
	db_reset(q);
	return rc;
}

void db_reset(struct db_query *q)
{
	if (!q->st)
		return;
#ifdef WINEPAIR_DEBUG
	if (sqlite3_stmt_status(q->st, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1) >
		1000)
		log_warnx("scans a table: %s", sqlite3_sql(q->st));
#endif
	(void)sqlite3_reset(q->st);
	(void)sqlite3_clear_bindings(q->st);
	q->st = NULL;
}

int64_t db_int64(struct db_query *q, int column)
{
	return sqlite3_column_int64(q->st, column);
}

const char *db_text(struct db_query *q, int column)
{
	return (const char *)sqlite3_column_text(q->st, column);
}

size_t db_len(struct db_query *q, int column)
{
	return (size_t)sqlite3_column_bytes(q->st, column);
}

const void *db_blob(struct db_query *q, int column)
{
	return sqlite3_column_blob(q->st, column);
}

char *db_copy(struct db_query *q, int column, struct arena *mem)
{
	const char *s = db_text(q, column);

	return s ? arena_strndup(mem, s, db_len(q, column)) : NULL;
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes64(db->sq);
}

int64_t db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->sq);
}

/* ---- the lock, transactions, checkpoints ---- */

int db_stale(const struct db *db, struct err *e)
{
	struct stat st;

	if (stat(db->path, &st))
		return err_errno(e, REASON_STORE, "%s", db->path);
	if (st.st_dev != db->dev || st.st_ino != db->ino)
		return err_set(e, REASON_STORE,
			"%s was replaced by another file", db->path);
	return 0;
}

int db_begin(struct db *db, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	own_process_only(db);
	if (db->in_write)
		log_bug("a transaction inside a transaction");
	if (db->races && lock_take(db->lock_fd, db->patience_ms, e))
		return -1;
	if (db_stale(db, e) || db_prepare(db, &q, "BEGIN IMMEDIATE", e) ||
		db_run(&q, e)) {
		lock_give(db->lock_fd);
		return -1;
	}
	db->in_write = 1;
	return 0;
}

int db_end(struct db *db, int ok, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	struct err ignored = ERR_INIT;
	int rc = 0;

	if (!db->in_write)
		log_bug("no transaction to end");
	if (ok)
		rc = db_prepare(db, &q, "COMMIT", e) || db_run(&q, e) ? -1 : 0;
	/* Some errors roll back by themselves; for the rest it is on us. */
	if (!sqlite3_get_autocommit(db->sq) &&
		(db_prepare(db, &q, "ROLLBACK", &ignored) ||
			db_run(&q, &ignored)))
		log_warnx("rollback: %s", ignored.msg);
	if (!sqlite3_get_autocommit(db->sq))
		log_bug("a transaction that cannot be ended");
	db->in_write = 0;
	lock_give(db->lock_fd);
	return rc;
}

int db_checkpoint(struct db *db, struct err *e)
{
	struct stat st;
	int rc, in_wal = 0, moved = 0;

	own_process_only(db);
	if (stat(db->wal_path, &st) || st.st_size == 0)
		return 0;
	if (st.st_mtim.tv_sec == db->wal_seen.tv_sec &&
		st.st_mtim.tv_nsec == db->wal_seen.tv_nsec)
		return 0; /* nothing was written since the last time */
	if (db->races && lock_take(db->lock_fd, db->patience_ms, e))
		return -1;
	/* Readers come first: with no patience a reader in the way only means
	 * that the rest is done next time. */
	(void)sqlite3_busy_timeout(db->sq, 0);
	if (stat(db->wal_path, &st))
		st.st_size = 0;
	rc = sqlite3_wal_checkpoint_v2(
		db->sq, "main", SQLITE_CHECKPOINT_PASSIVE, &in_wal, &moved);
	if (rc == SQLITE_OK && st.st_size > WAL_LARGE)
		rc = sqlite3_wal_checkpoint_v2(
			db->sq, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)sqlite3_busy_timeout(db->sq, (int)db->patience_ms);
	lock_give(db->lock_fd);
	if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
		return 0;
	if (rc != SQLITE_OK)
		return sqlite_failed(db->sq, rc, "checkpoint", e);
	if (moved == in_wal)
		db->wal_seen = st.st_mtim;
	return 0;
}

int db_room(struct db *db, struct err *e)
{
	if (db_stale(db, e))
		return -1;
	return lock_room(db->lock_fd, e);
}
