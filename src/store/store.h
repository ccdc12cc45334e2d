/*
 * The one place that knows a database: one function per question. SQLite in
 * WAL mode with synchronous=FULL. On SQLite versions with the WAL-reset race
 * (before 3.51.3 but for 3.44.6 and 3.50.7) commits and checkpoints are kept
 * apart by a flock on "<store>.lock".
 *
 * All functions return 0, or -1 with e: reason store when the disk or the file
 * is at fault, busy when others held the lock for too long (both 503; nothing
 * was written, trying again is safe), not-found when there is no such row.
 * Strings come back in the arena. Times are wall-clock milliseconds. Open
 * after the fork; a handle never crosses one.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/base.h"

struct store;

/* Apply the numbered steps of sql_dir that are not applied yet, creating the
 * file (mode 0600) if need be. Refuses (store) another program's file, a
 * damaged one and one made by a newer winepair; config: sql_dir is at fault. */
int store_migrate(const char *path, const char *sql_dir, struct err *e);
/* The file must be migrated. */
struct store *store_open(const char *path, struct err *e);
void store_close(struct store *s);
/* SQLite's version. *races: it is one whose commits and checkpoints have to be
 * kept apart. */
const char *store_library(int *races);
/* Could it read and write just now? Changes nothing in the database. */
int store_ready(struct store *s, struct err *e);
/* -1 when the file is no longer the one that was opened: open it anew. Writing
 * then fails with store. */
int store_stale(const struct store *s, struct err *e);
/* The runner alone calls this, every few seconds: next to free when nothing
 * was written since. */
int store_checkpoint(struct store *s, struct err *e);
/* How long to wait for locks: 5 s unless told. The runner has less patience:
 * it has other jobs to move on, and tries again. */
void store_patience(struct store *s, int64_t ms);
/* Which waiting jobs to claim just now: of those whose URL (NULL for a recipe
 * job) it wants (not 0), the oldest. NULL: any. */
typedef int store_wants(void *arg, const char *url);
void store_claims(struct store *s, store_wants *wants, void *arg);

enum job_status {
	JOB_QUEUED,
	JOB_RUNNING,
	JOB_DONE,
	JOB_FAILED,
	JOB_CANCELLED,
	JOB_STATUS_MAX
};
const char *job_status_name(enum job_status s);
enum job_stage {
	STAGE_QUEUED,
	STAGE_FETCHING,
	STAGE_READING,
	STAGE_PAIRING,
	STAGE_CHOOSING, /* by a language model */
	STAGE_DONE,
	STAGE_MAX
};
const char *job_stage_name(enum job_stage s);

/* What makes a pairing the same one. */
struct pairing_key {
	unsigned char recipe[HASH_LEN];
	const char *preferences; /* canonical JSON */
	const char *engine;	 /* "built-in 1.4f2a9c01", or of a model */
};
/* A page that we fetched. */
struct store_page {
	const char *page;  /* canonical address where the fetch ended */
	const char *alias; /* another it may speak for (net.h); NULL */
	const char *etag, *modified; /* validators of page; "" when none */
	const char *reader;	     /* version that read it */
};
struct pairing_new {
	struct pairing_key key;
	const char *recipe_name;
	const char *recipe_json;
	const char *url;  /* canonical; NULL */
	const char *body; /* the JSON object without id, url, status,
			     stage, created: put in front when it is saved */
	size_t body_len;
	const struct store_page *from; /* NULL: not fetched, or no matter */
	int by_model; /* a model delivered it: its job is charged */
};

/*
 * A pairing, or the state of the job that makes it. id is the pairing's own:
 * when a job ends in a pairing that was there already under another id (the
 * same recipe from another address), the job's id goes on answering, with
 * that pairing, its own id and url.
 */
struct pairing_row {
	char id[ID_LEN + 1];
	const char *body; /* whole JSON document as it is sent; NULL
			     while the job has not finished */
	size_t body_len;
	const char *preferences; /* canonical JSON; NULL without a body */
	enum job_status status;
	enum job_stage stage;
	const char *error; /* reason key of a failed or cancelled job; NULL */
	const char *url;   /* what was asked for; NULL for text */
	int64_t created;
	int64_t retry_at; /* of a job: the site wants to be asked then; 0 */
	const char *providers; /* of a job: asked of the models; NULL: the
				  settings' */
	/* what is known of the answer while the job is under way: a JSON
	 * object of members of the document to be; NULL */
	const char *partial;
};

/* An Idempotency-Key and the request it came with. */
struct store_key {
	const char *key;
	unsigned char request[HASH_LEN];
};

/* The stored pairing with that key: 0 and row, or not-found. */
int store_pairing_find(struct store *s, const struct pairing_key *key,
	struct arena *mem, struct pairing_row *row, struct err *e);
/* The pairing already made from that URL with these preferences and engine,
 * if a job fetched the page within the last max_age_ms. */
int store_pairing_find_url(struct store *s, const char *url,
	const char *preferences, const char *engine, int64_t max_age_ms,
	struct arena *mem, struct pairing_row *row, struct err *e);
/* Save one made at once (no job), and the key (NULL: none) with it. If another
 * made the same meanwhile, row is that one. */
int store_pairing_save(struct store *s, const struct pairing_new *p,
	const struct store_key *key, struct arena *mem, struct pairing_row *row,
	struct err *e);
/* A pairing, or the state of the job that makes it, by its public id. */
int store_pairing_get(struct store *s, const char *id, struct arena *mem,
	struct pairing_row *row, struct err *e);

struct recent_row {
	char id[ID_LEN + 1];
	const char *name, *url;
	int64_t created;
};
/* Newest first; before_cursor NULL for the first page, else what *next was
 * (bad-request for any other text). *next: the cursor of the following page,
 * NULL at the end. New pairings do not disturb the pages that follow. */
int store_recent(struct store *s, const char *before_cursor, int limit,
	struct arena *mem, struct recent_row **rows, size_t *n,
	const char **next, struct err *e);

/* 0 and the id the key stands for, not-found, or idempotency-key-reused when
 * the request differs. Keys live for two days. */
int store_key_find(struct store *s, const struct store_key *key,
	char id[ID_LEN + 1], struct err *e);
int store_key_put(struct store *s, const struct store_key *key, const char *id,
	struct err *e);

/* ---- the queue ---- */

/* A job that was claimed so often, rests apart, and never ended, fails. */
#define JOB_ATTEMPTS_MAX 3

struct job {
	char id[ID_LEN + 1]; /* the pairing's public id to be */
	int64_t attempt;     /* names the owner in every write */
	const char *url;     /* canonical; NULL: recipe is there */
	const char *preferences, *engine;
	const char *providers; /* asked of the models; NULL: the settings' */
	const char *recipe;    /* JSON; NULL: behind the URL */
	unsigned char
		hash[HASH_LEN]; /* identity of the recipe, if it is there */
	int waits;		/* how often a site made it rest */
	int cancelled;		/* set by store_job_beats() */
};
struct job_new {
	const char *url; /* canonical; NULL when recipe is there */
	const char *preferences, *engine;
	const char *providers;	   /* NULL: the settings' */
	const char *recipe;	   /* JSON; NULL */
	const unsigned char *hash; /* of the recipe, when it is there */
	int64_t queue_limit;
	const struct store_key *key; /* NULL: none */
};
/* Queue one (busy past queue_limit), and the key with it. A job under way for
 * the same url or recipe, preferences and engine is shared: its id comes back;
 * the key's if that is known. */
int store_job_new(struct store *s, const struct job_new *n, char id[ID_LEN + 1],
	struct err *e);
/* Claim the oldest waiting job, or one whose owner is gone: its beat stood
 * still for 30 s of our monotonic clock (the store keeps what it saw), or
 * store_job_release() freed it. A job claimed a fourth time fails (gave-up)
 * instead. 0 and job, or not-found. */
int store_job_claim(struct store *s, const char *owner, struct arena *mem,
	struct job *j, struct err *e);
/* Beats of many jobs in one commit. lost[i]: its attempt is no longer the
 * owner's, or it is over; one that was cancelled is not lost, but says so in
 * itself. */
int store_job_beats(struct store *s, struct job *const *jobs, size_t n,
	int *lost, struct err *e);
/* What an owner writes from here on is refused (conflict) when attempt is no
 * longer his or the job is over. */
/* What is known of the answer so far (pairing_row.partial). It goes with the
 * attempt: a job that ends, rests or changes hands has none. Is a beat too, as
 * a stage is. */
int store_job_partial(
	struct store *s, const struct job *j, const char *json, struct err *e);
int store_job_stage(struct store *s, const struct job *j, enum job_stage stage,
	struct err *e);
/* retry_at: when the site may be asked again, for people; 0: unknown. */
int store_job_fail(struct store *s, const struct job *j, enum err_reason reason,
	int64_t retry_at, struct err *e);
/* Back into the queue; nobody claims it before that time (or one that the
 * clock cannot mean). It is no attempt that failed. */
int store_job_rest(
	struct store *s, const struct job *j, int64_t retry_at, struct err *e);
/* What is known of the page behind a URL, with its recipe's JSON, as that
 * reader read it; else not-found. */
int store_page_find(struct store *s, const char *url, const char *reader,
	struct arena *mem, struct store_page *page, const char **recipe_json,
	struct err *e);
/* Pairing saved, address remembered (and that of p->from, and its alias), job
 * done, and its reservation charged (p->by_model) or released, in one
 * transaction. */
int store_job_finish(struct store *s, const struct job *j,
	const struct pairing_new *p, struct err *e);
/* The job ends in a pairing that is there already (else not-found); nothing is
 * charged. */
int store_job_finish_with(struct store *s, const struct job *j,
	const struct store_page *from, const char *pairing_id, struct err *e);
/* By anybody: a queued or running job stops; its runner learns at a beat.
 * Conflict when it is over. Its reservation is released, as that of a job that
 * fails. */
int store_job_cancel(struct store *s, const char *id, struct err *e);
/* Free what a dead runner held, at once (the master). */
int store_job_release(struct store *s, const char *owner, struct err *e);
int store_queue_length(struct store *s, int64_t *n, struct err *e);

/* ---- the ledger: what models cost (ledger.c) ----
 *
 * Money is in millionths of a dollar. Every call is written down before it is
 * made and once it is over; a job reserves the worst its first call may cost
 * and is charged once, when a model's pairing is delivered (store_job_finish).
 * What a month has cost is the sum of its calls and of the reservations that
 * are still open. A month is one of UTC. */

struct call_new {
	const char *provider, *model;
	int64_t most;  /* what it may cost; 0 when that is not known */
	int64_t limit; /* of the month; 0: none */
};
/*
 * Before a call of a job we own: note it, and reserve if the job has not. 0
 * and its id; else -1 and nothing is kept: spend-limit (the month would cost
 * more than limit), conflict (the job is not ours any more), busy (another job
 * is asking a model the very same question: recipe, preferences, engine), or
 * model-lost: two calls of this job were lost with their runners.
 *
 * A call that was never ended is lost with the attempt it belongs to, or when
 * its job ends; it counts with what it might have cost.
 */
int store_call_begin(struct store *s, const struct job *j,
	const unsigned char question[HASH_LEN], const struct call_new *c,
	int64_t *call, struct err *e);

struct call_end {
	int64_t input_tokens, output_tokens, cached_tokens;
	int64_t cost; /* 0 when the price is not known */
	int64_t ms;
	enum err_reason outcome; /* none: it was used */
};
/* Whoever owns the job by now: it was made, and is paid. That holds for one
 * that counts as lost too (its job was cancelled meanwhile); a second end is
 * ignored. */
int store_call_end(
	struct store *s, int64_t call, const struct call_end *c, struct err *e);
/* A stored answer of a model was given again, for nothing. */
int store_hit(struct store *s, struct err *e);

struct spend_day {	 /* of one model on one day (UTC) */
	const char *day; /* "2026-11-29" */
	const char *provider, *model;
	int64_t calls; /* that are over */
	/* a call that was cancelled is no failure */
	int64_t failures, input_tokens, output_tokens, cost;
};
struct call_failures {
	const char *provider, *model, *reason; /* key of reasons.def; "lost" */
	int64_t n;
};
struct call_speed { /* of answers that were used */
	const char *provider, *model;
	int64_t n, p50_ms, p95_ms, max_ms;
};
struct store_report {
	int64_t spent;	  /* this month, by calls that are over … */
	int64_t reserved; /* … and beside it, for those under way */
	int64_t delivered, fallbacks, hits; /* since the day asked for */
	struct spend_day *days;		    /* oldest first */
	struct call_failures *failures;	    /* most first */
	struct call_speed *speeds;
	size_t n_days, n_failures, n_speeds;
};
/* Of the last `days` days, today included. */
int store_report(struct store *s, int days, struct arena *mem,
	struct store_report *out, struct err *e);

#endif
