/*
 * A thin layer over SQLite, for store/ alone: prepared statements kept by
 * their literal text, values bound by name, write transactions that keep clear
 * of checkpoints. Mistakes of ours (SQL that does not prepare, a parameter
 * that does not exist, a handle used after a fork) are bugs and end the
 * process; what the disk, the file or other processes do is an error:
 * `store`, or `busy` when only the wait was too long.
 *
 *	struct db_query q = DB_QUERY_INIT;
 *
 *	if (db_prepare(db, &q, "SELECT name FROM recipe WHERE id = :id", e))
 *		goto out;
 *	db_bind_int64(&q, ":id", id);
 *	while ((rc = db_step(&q, e)) == DB_ROW)
 *		…
 * out:
 *	db_reset(&q);
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "base/base.h"

/* "WPR1" in the header of the file says that it is ours. */
#define DB_APPLICATION_ID 0x57505231

struct db;

/* Open the file, which must be there, be SQLite's and be in WAL mode or go
 * there. The caller closes. */
struct db *db_open(const char *path, struct err *e);
void db_close(struct db *db);
sqlite3 *db_handle(struct db *db);
/* From here on: no change of the schema, no other file, low limits. */
void db_confine(struct db *db);
/* How long to wait for locks; 5 s at first. */
void db_patience(struct db *db, int64_t ms);

/* Can this version of SQLite lose a commit that races a checkpoint? */
int db_version_races(int version);

#define DB_DONE 0
#define DB_ROW 1

struct db_query {
	sqlite3_stmt *st;
};
#define DB_QUERY_INIT \
	{             \
		NULL  \
	}

/* sql must be a literal: the "" makes the compiler see to it. */
#define db_prepare(db, q, sql, e) db_prepare_literal(db, q, "" sql, e)
int db_prepare_literal(
	struct db *db, struct db_query *q, const char *sql, struct err *e);
/* Bound text and blobs must live until db_reset(). NULL text is NULL. */
void db_bind_int64(struct db_query *q, const char *name, int64_t v);
void db_bind_text(struct db_query *q, const char *name, const char *v);
void db_bind_textn(
	struct db_query *q, const char *name, const char *v, size_t len);
void db_bind_blob(
	struct db_query *q, const char *name, const void *v, size_t len);
/* DB_ROW, DB_DONE or -1. */
int db_step(struct db_query *q, struct err *e);
/* For a statement without rows: step to its end, reset. */
int db_run(struct db_query *q, struct err *e);
/* Every query ends here; empty ones may. */
void db_reset(struct db_query *q);
/* Columns of the present row, valid until the next step. */
int64_t db_int64(struct db_query *q, int column);
const char *db_text(struct db_query *q, int column); /* NULL is NULL */
size_t db_len(struct db_query *q, int column);	     /* of text or blob */
const void *db_blob(struct db_query *q, int column);
/* Copies in the arena; NULL is NULL. */
char *db_copy(struct db_query *q, int column, struct arena *mem);

int64_t db_changes(struct db *db); /* rows the last write touched */
int64_t db_last_id(struct db *db); /* rowid of the last insert */

/* A write: begin takes the lock on "<store>.lock" where it is needed and
 * starts an immediate transaction. Every begin that returned 0 is followed by
 * db_end(): commits when ok, else rolls back; -1 when the commit failed (then
 * nothing of it is there). */
int db_begin(struct db *db, struct err *e);
int db_end(struct db *db, int ok, struct err *e);

/* Move the WAL into the file; empty the WAL when it has grown large. Waits for
 * writers, not for readers. */
int db_checkpoint(struct db *db, struct err *e);
/* -1 when the path no longer names the file that was opened (deleted, or a
 * backup put in its place): a commit would go where nobody finds it. */
int db_stale(const struct db *db, struct err *e);
/* Would the disk take a write? Reserves and frees a little room beside the
 * file; the database itself is not touched. */
int db_room(struct db *db, struct err *e);

#endif
