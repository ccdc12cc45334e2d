/*
 * Recipes, pairings and idempotency keys. The queue is in queue.c, what models
 * cost in ledger.c and report.c, opening and migrating in migrate.c.
 *
 * A pairing is stored as the very bytes that are sent: the engine's JSON
 * object with id, url, status, stage and created put in front, which are known
 * only in the transaction that saves it. Reading one is one look-up by index
 * and one copy.
 */
#include "store/internal.h"

#include <unistd.h>

#define KEY_LIFE_MS ((int64_t)48 * 3600 * 1000)
#define RECENT_MAX 100

static const char *const status_names[JOB_STATUS_MAX] = {
	[JOB_QUEUED] = "queued",
	[JOB_RUNNING] = "running",
	[JOB_DONE] = "done",
	[JOB_FAILED] = "failed",
	[JOB_CANCELLED] = "cancelled",
};

static const char *const stage_names[STAGE_MAX] = {
	[STAGE_QUEUED] = "queued",
	[STAGE_FETCHING] = "fetching",
	[STAGE_READING] = "reading",
	[STAGE_PAIRING] = "pairing",
	[STAGE_CHOOSING] = "choosing",
	[STAGE_DONE] = "done",
};

const char *job_status_name(enum job_status s)
{
	return status_names[s];
}

const char *job_stage_name(enum job_stage s)
{
	return stage_names[s];
}

/* Which of the names; the schema allows no other text. */
static int name_index(const char *const *names, size_t n, const char *text)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (text && strcmp(names[i], text) == 0)
			return (int)i;
	log_bug("the database holds an unknown state");
}

/* ---- the handle ---- */

void store_close(struct store *s)
{
	if (!s)
		return;
	db_close(s->db);
	free(s->seen);
	free(s);
}

int store_checkpoint(struct store *s, struct err *e)
{
	return db_checkpoint(s->db, e);
}

int store_stale(const struct store *s, struct err *e)
{
	return db_stale(s->db, e);
}

void store_patience(struct store *s, int64_t ms)
{
	db_patience(s->db, ms);
}

const char *store_library(int *races)
{
	*races = db_version_races(sqlite3_libversion_number());
	return sqlite3_libversion();
}

int store_ready(struct store *s, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc = -1;

	if (db_prepare(s->db, &q, "SELECT max(number) FROM migration", e) ||
		db_step(&q, e) != DB_ROW)
		goto out;
	rc = db_room(s->db, e);
out:
	db_reset(&q);
	return rc;
}

/* ---- pairings: reading ---- */

/* Columns of every query that reads a pairing, in this order. */
#define PAIRING_COLUMNS "p.public_id, p.url, p.created, p.body, p.preferences"

static void read_pairing(
	struct db_query *q, struct arena *mem, struct pairing_row *row)
{
	memset(row, 0, sizeof(*row));
	(void)snprintf(row->id, sizeof(row->id), "%s", db_text(q, 0));
	row->url = db_copy(q, 1, mem);
	row->created = db_int64(q, 2);
	row->body = db_copy(q, 3, mem);
	row->body_len = db_len(q, 3);
	row->preferences = db_copy(q, 4, mem);
	row->status = JOB_DONE;
	row->stage = STAGE_DONE;
}

/* Step a query of PAIRING_COLUMNS that has at most one row, and reset it. */
static int one_pairing(struct db_query *q, struct arena *mem,
	struct pairing_row *row, struct err *e)
{
	int rc = db_step(q, e);

	if (rc == DB_ROW)
		read_pairing(q, mem, row);
	db_reset(q);
	if (rc == DB_DONE)
		return err_set(e, REASON_NOT_FOUND, "no such pairing");
	return rc == DB_ROW ? 0 : -1;
}

int store_pairing_find(struct store *s, const struct pairing_key *key,
	struct arena *mem, struct pairing_row *row, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(s->db, &q,
		    "SELECT " PAIRING_COLUMNS " FROM recipe r"
		    " JOIN pairing p ON p.recipe = r.id"
		    " WHERE r.hash = :hash AND p.preferences = :preferences"
		    " AND p.engine = :engine",
		    e))
		return -1;
	db_bind_blob(&q, ":hash", key->recipe, HASH_LEN);
	db_bind_text(&q, ":preferences", key->preferences);
	db_bind_text(&q, ":engine", key->engine);
	return one_pairing(&q, mem, row, e);
}

int store_pairing_find_url(struct store *s, const char *url,
	const char *preferences, const char *engine, int64_t max_age_ms,
	struct arena *mem, struct pairing_row *row, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t now = clock_wall_ms();

	/* A fetch in the future means that the clock was set back since: we
	 * cannot tell how old it is. */
	if (db_prepare(s->db, &q,
		    "SELECT " PAIRING_COLUMNS " FROM recipe_url u"
		    " JOIN pairing p ON p.recipe = u.recipe"
		    " WHERE u.url = :url AND u.fetched BETWEEN :oldest AND"
		    " :now AND p.preferences = :preferences"
		    " AND p.engine = :engine",
		    e))
		return -1;
	db_bind_text(&q, ":url", url);
	db_bind_int64(&q, ":oldest", now - max_age_ms);
	db_bind_int64(&q, ":now", now);
	db_bind_text(&q, ":preferences", preferences);
	db_bind_text(&q, ":engine", engine);
	return one_pairing(&q, mem, row, e);
}

int store_page_find(struct store *s, const char *url, const char *reader,
	struct arena *mem, struct store_page *page, const char **recipe_json,
	struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT u.page, u.etag, u.modified, r.body"
		    " FROM recipe_url u JOIN recipe r ON r.id = u.recipe"
		    " WHERE u.url = :url AND u.reader = :reader"
		    " AND u.page IS NOT NULL",
		    e))
		return -1;
	db_bind_text(&q, ":url", url);
	db_bind_text(&q, ":reader", reader);
	rc = db_step(&q, e);
	if (rc == DB_ROW) {
		memset(page, 0, sizeof(*page));
		page->page = db_copy(&q, 0, mem);
		page->etag = db_copy(&q, 1, mem);
		page->modified = db_copy(&q, 2, mem);
		page->reader = reader;
		*recipe_json = db_copy(&q, 3, mem);
	}
	db_reset(&q);
	if (rc == DB_DONE)
		return err_set(e, REASON_NOT_FOUND, "page not known");
	return rc == DB_ROW ? 0 : -1;
}

int pairing_by_rowid(struct store *s, int64_t rowid, struct arena *mem,
	struct pairing_row *row, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(s->db, &q,
		    "SELECT " PAIRING_COLUMNS
		    " FROM pairing p WHERE p.id = :id",
		    e))
		return -1;
	db_bind_int64(&q, ":id", rowid);
	return one_pairing(&q, mem, row, e);
}

static int get_job(struct store *s, const char *id, struct arena *mem,
	struct pairing_row *row, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t pairing = 0;
	int rc = -1;

	if (db_prepare(s->db, &q,
		    "SELECT url, created, status, stage, error, pairing,"
		    " retry_at, partial, providers FROM job"
		    " WHERE public_id = :id",
		    e))
		return -1;
	db_bind_text(&q, ":id", id);
	rc = db_step(&q, e);
	if (rc == DB_ROW) {
		memset(row, 0, sizeof(*row));
		(void)snprintf(row->id, sizeof(row->id), "%s", id);
		row->url = db_copy(&q, 0, mem);
		row->created = db_int64(&q, 1);
		row->status = (enum job_status)name_index(
			status_names, JOB_STATUS_MAX, db_text(&q, 2));
		row->stage = (enum job_stage)name_index(
			stage_names, STAGE_MAX, db_text(&q, 3));
		row->error = db_copy(&q, 4, mem);
		pairing = db_int64(&q, 5);
		row->retry_at = db_int64(&q, 6);
		row->partial = db_copy(&q, 7, mem);
		row->providers = db_copy(&q, 8, mem);
	}
	db_reset(&q);
	if (rc == DB_DONE)
		return err_set(e, REASON_NOT_FOUND, "no pairing %s", id);
	if (rc == DB_ROW && pairing)
		return pairing_by_rowid(s, pairing, mem, row, e);
	return rc == DB_ROW ? 0 : -1;
}

int store_pairing_get(struct store *s, const char *id, struct arena *mem,
	struct pairing_row *row, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (!id_valid(id, strlen(id)))
		return err_set(e, REASON_NOT_FOUND, "not an id");
	if (db_prepare(s->db, &q,
		    "SELECT " PAIRING_COLUMNS
		    " FROM pairing p WHERE p.public_id = :id",
		    e))
		return -1;
	db_bind_text(&q, ":id", id);
	if (one_pairing(&q, mem, row, e) == 0)
		return 0;
	if (e->reason != REASON_NOT_FOUND)
		return -1;
	return get_job(s, id, mem, row, e);
}

/* ---- pairings: writing ---- */

static int rowid_of(struct db_query *q, int64_t *rowid, struct err *e)
{
	int rc = db_step(q, e);

	*rowid = rc == DB_ROW ? db_int64(q, 0) : 0;
	db_reset(q);
	return rc < 0 ? -1 : 0;
}

static int recipe_put(struct store *s, const struct pairing_new *p, int64_t now,
	int64_t *rowid, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;

	if (db_prepare(
		    s->db, &q, "SELECT id FROM recipe WHERE hash = :hash", e))
		return -1;
	db_bind_blob(&q, ":hash", p->key.recipe, HASH_LEN);
	if (rowid_of(&q, rowid, e))
		return -1;
	if (*rowid)
		return 0;
	if (db_prepare(s->db, &q,
		    "INSERT INTO recipe (hash, name, body, created)"
		    " VALUES (:hash, :name, :body, :created)",
		    e))
		return -1;
	db_bind_blob(&q, ":hash", p->key.recipe, HASH_LEN);
	db_bind_text(&q, ":name", p->recipe_name);
	db_bind_text(&q, ":body", p->recipe_json);
	db_bind_int64(&q, ":created", now);
	if (db_run(&q, e))
		return -1;
	*rowid = db_last_id(s->db);
	return 0;
}

/* The document as it is sent. */
static void put_together(const struct pairing_new *p, const char *id,
	int64_t now, struct sbuf *out)
{
	char created[CLOCK_RFC3339_SIZE];
	json_object *front = json_object_new_object();

	clock_rfc3339(now, created);
	json_put_str(front, "id", id);
	json_put_str(front, "url", p->url);
	json_put_str(front, "status", job_status_name(JOB_DONE));
	json_put_str(front, "stage", job_stage_name(STAGE_DONE));
	json_put_str(front, "created", created);
	json_write(front, out);
	json_object_put(front);
	if (p->body_len < 3 || p->body[0] != '{')
		log_bug("the body of a pairing is no JSON object");
	sbuf_truncate(out, out->len - 1); /* the closing brace */
	sbuf_addch(out, ',');
	sbuf_add(out, p->body + 1, p->body_len - 1);
}

static int pairing_insert(struct store *s, const struct pairing_new *p,
	const char *id, int64_t recipe, int64_t now, int64_t *rowid,
	struct err *e)
{
	struct sbuf body = SBUF_INIT(p->body_len + 16384);
	struct db_query q = DB_QUERY_INIT;
	int rc = -1;

	put_together(p, id, now, &body);
	if (body.full)
		log_bug("the front of a pairing is too long");
	if (db_prepare(s->db, &q,
		    "INSERT INTO pairing (public_id, recipe, preferences,"
		    " engine, url, body, created) VALUES (:id, :recipe,"
		    " :preferences, :engine, :url, :body, :created)",
		    e))
		goto out;
	db_bind_text(&q, ":id", id);
	db_bind_int64(&q, ":recipe", recipe);
	db_bind_text(&q, ":preferences", p->key.preferences);
	db_bind_text(&q, ":engine", p->key.engine);
	db_bind_text(&q, ":url", p->url);
	db_bind_textn(&q, ":body", body.buf, body.len);
	db_bind_int64(&q, ":created", now);
	rc = db_run(&q, e);
	*rowid = db_last_id(s->db);
out:
	db_reset(&q);
	sbuf_release(&body);
	return rc;
}

int pairing_put(struct store *s, const struct pairing_new *p, const char *id,
	int64_t *rowid, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int64_t now = clock_wall_ms(), recipe;

	if (recipe_put(s, p, now, &recipe, e) ||
		db_prepare(s->db, &q,
			"SELECT id FROM pairing WHERE recipe = :recipe"
			" AND preferences = :preferences AND engine = :engine",
			e))
		return -1;
	db_bind_int64(&q, ":recipe", recipe);
	db_bind_text(&q, ":preferences", p->key.preferences);
	db_bind_text(&q, ":engine", p->key.engine);
	if (rowid_of(&q, rowid, e))
		return -1;
	if (*rowid)
		return 0;
	return pairing_insert(s, p, id, recipe, now, rowid, e);
}

int store_pairing_save(struct store *s, const struct pairing_new *p,
	const struct store_key *key, struct arena *mem, struct pairing_row *row,
	struct err *e)
{
	char id[ID_LEN + 1];
	int64_t rowid;
	int ok;

	id_new(id);
	if (db_begin(s->db, e))
		return -1;
	ok = pairing_put(s, p, id, &rowid, e) == 0 &&
	     pairing_by_rowid(s, rowid, mem, row, e) == 0 &&
	     (!key || key_put(s, key, row->id, e) == 0);
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}

/* ---- lists ---- */

static int cursor_read(const char *cursor, int64_t *before, struct err *e)
{
	*before = INT64_MAX;
	if (!cursor)
		return 0;
	if (cursor[0] != 'p' ||
		num_int(cursor + 1, strlen(cursor + 1), 1, INT64_MAX, before))
		return err_set(e, REASON_BAD_REQUEST, "not a cursor of ours");
	return 0;
}

int store_recent(struct store *s, const char *before_cursor, int limit,
	struct arena *mem, struct recent_row **rows, size_t *n,
	const char **next, struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	size_t max = limit < 1 ? 1 : limit > RECENT_MAX ? RECENT_MAX : limit;
	int64_t before, last = 0;
	int rc;

	*n = 0;
	*next = NULL;
	if (cursor_read(before_cursor, &before, e) ||
		db_prepare(s->db, &q,
			"SELECT p.id, p.public_id, r.name, p.url, p.created"
			" FROM pairing p JOIN recipe r ON r.id = p.recipe"
			" WHERE p.id < :before ORDER BY p.id DESC LIMIT :limit",
			e))
		return -1;
	*rows = arena_calloc(mem, max, sizeof(**rows));
	db_bind_int64(&q, ":before", before);
	db_bind_int64(&q, ":limit", (int64_t)max + 1);
	while ((rc = db_step(&q, e)) == DB_ROW) {
		struct recent_row *row = &(*rows)[*n];

		if (*n == max) { /* there is more */
			*next = arena_printf(mem, "p%lld", (long long)last);
			break;
		}
		last = db_int64(&q, 0);
		(void)snprintf(row->id, sizeof(row->id), "%s", db_text(&q, 1));
		row->name = db_copy(&q, 2, mem);
		row->url = db_copy(&q, 3, mem);
		row->created = db_int64(&q, 4);
		++*n;
	}
	db_reset(&q);
	return rc < 0 ? -1 : 0;
}

/* ---- idempotency keys ---- */

int key_look(struct store *s, const struct store_key *key, char id[ID_LEN + 1],
	struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_prepare(s->db, &q,
		    "SELECT public_id, request FROM idempotency_key"
		    " WHERE key = :key AND created > :oldest",
		    e))
		return -1;
	db_bind_text(&q, ":key", key->key);
	db_bind_int64(&q, ":oldest", clock_wall_ms() - KEY_LIFE_MS);
	rc = db_step(&q, e);
	if (rc == DB_ROW) {
		(void)snprintf(id, ID_LEN + 1, "%s", db_text(&q, 0));
		if (memcmp(db_blob(&q, 1), key->request, HASH_LEN) != 0)
			rc = err_set(e, REASON_KEY_REUSED,
				"the key stands for another request");
	}
	db_reset(&q);
	return rc;
}

int key_put(struct store *s, const struct store_key *key, const char *id,
	struct err *e)
{
	struct db_query q = DB_QUERY_INIT;
	char known[ID_LEN + 1];
	int rc = key_look(s, key, known, e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (db_prepare(s->db, &q,
		    "DELETE FROM idempotency_key WHERE key IN (SELECT key FROM"
		    " idempotency_key WHERE created <= :oldest LIMIT 100)"
		    " OR key = :key AND created <= :oldest",
		    e))
		return -1;
	db_bind_text(&q, ":key", key->key);
	db_bind_int64(&q, ":oldest", clock_wall_ms() - KEY_LIFE_MS);
	if (db_run(&q, e))
		return -1;
	if (db_prepare(s->db, &q,
		    "INSERT INTO idempotency_key (key, request, public_id,"
		    " created) VALUES (:key, :request, :id, :created)",
		    e))
		return -1;
	db_bind_text(&q, ":key", key->key);
	db_bind_blob(&q, ":request", key->request, HASH_LEN);
	db_bind_text(&q, ":id", id);
	db_bind_int64(&q, ":created", clock_wall_ms());
	return db_run(&q, e);
}

int store_key_find(struct store *s, const struct store_key *key,
	char id[ID_LEN + 1], struct err *e)
{
	int rc = key_look(s, key, id, e);

	if (rc == DB_DONE)
		return err_set(e, REASON_NOT_FOUND, "no such key");
	return rc == DB_ROW ? 0 : -1;
}

int store_key_put(struct store *s, const struct store_key *key, const char *id,
	struct err *e)
{
	int ok;

	if (db_begin(s->db, e))
		return -1;
	ok = key_put(s, key, id, e) == 0;
	return db_end(s->db, ok, e) || !ok ? -1 : 0;
}
