/* Shared by the files of store/, and by its tests. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "store/db.h"
#include "store/store.h"

/* The number of the last step in sql/sqlite (a test compares). */
#define STORE_SCHEMA 4

/* What we last saw of another runner's lease. */
struct lease_seen {
	int64_t job, attempt, beat;
	int64_t since; /* our monotonic clock when it last changed */
};

struct store {
	struct db *db;
	int64_t (*monotonic)(void); /* a test puts its own clocks here */
	int64_t (*wall)(void);	    /* of the ledger's days and months */
	struct lease_seen *seen;
	size_t n_seen;
	store_wants *wants; /* NULL: every job */
	void *wants_arg;
};

/* In a transaction: find or make the row of a pairing, whose id, if it is
 * made, will be `id`. */
int pairing_put(struct store *s, const struct pairing_new *p, const char *id,
	int64_t *rowid, struct err *e);
int pairing_by_rowid(struct store *s, int64_t rowid, struct arena *mem,
	struct pairing_row *row, struct err *e);
/* In a transaction: 1 and id when the key is there already, 0 when not. */
int key_look(struct store *s, const struct store_key *key, char id[ID_LEN + 1],
	struct err *e);
int key_put(struct store *s, const struct store_key *key, const char *id,
	struct err *e);

/* In a transaction: the job is over. Calls whose end nobody told are lost, and
 * a reservation that is open is charged (a model's pairing was delivered) or
 * released. */
int ledger_settle(
	struct store *s, const char *job, int by_model, struct err *e);
/* What this month's calls have cost, and what is reserved beside. */
int ledger_month(
	struct store *s, int64_t *spent, int64_t *reserved, struct err *e);
/* The day of UTC that is `back` days before today. */
#define LEDGER_DAY_SIZE 11 /* "2026-11-29" */
void ledger_day(const struct store *s, int back, char day[LEDGER_DAY_SIZE]);
int64_t ledger_day_begins(const struct store *s, int back);

#endif
