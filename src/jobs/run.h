/*
 * A job under way in this runner, for the files that move it on: jobs.c (its
 * life and its end), page.c (fetching and reading), choose.c (pairing and
 * choosing). Private to this folder.
 */
#ifndef JOBS_RUN_H
#define JOBS_RUN_H

#include "jobs/jobs.h"

#define JOBS_MAX 512
#define FETCHES_MAX 32 /* of them: pages on their way here */
#define BOOKS_MAX 16

enum run_state {
	RUN_FREE,
	RUN_FETCHING,
	RUN_FETCHED,
	RUN_READING,
	RUN_CHOOSING,
	RUN_SAVING,
	RUN_FOUND,
	RUN_RESTING,
	RUN_FAILING
};

/* The end of a call to a model that is still to be written down. */
struct book {
	int64_t call;
	struct call_end end;
};

struct run {
	enum run_state state;
	struct jobs *jobs;
	struct arena mem;
	struct job job;
	struct preferences preferences;
	unsigned fetch; /* 0: none */
	struct sbuf page;
	struct reader_input in; /* the page, as the reader will have it */
	int tries;		/* to have it read */
	struct store_page known, from; /* known.page NULL: nothing is known */
	const char *known_json;	       /* the recipe, if it has not changed */
	enum err_reason blame;	       /* what to say if there is no recipe */
	int64_t again_at;	       /* the site says, by the wall clock; 0 */
	int fd;			       /* the reader's answer comes here; -1 */
	struct sbuf answer;

	struct recipe recipe;
	struct pairing_key key; /* of the answer that is wanted */
	struct llm_choice *choice;
	int64_t call; /* of the ledger, under way; 0: none */
	struct book books[BOOKS_MAX];
	size_t n_books;
	const char *found; /* id of a pairing that answers it already */

	struct pairing_new made;
	struct err failed; /* why, while failing */
	int64_t next_beat, deadline;
	int64_t retry_at, pause; /* of what did not go through */
};

struct jobs {
	const struct ask_world *world;
	struct net *net;
	struct llm *llm; /* NULL: no model is asked */
	char *owner;
	int64_t (*monotonic)(void);
	int draining;
	int more;		       /* jobs may be waiting */
	int64_t look_at;	       /* not before: there were none */
	int64_t claim_at, claim_pause; /* the store would not let us */
	int64_t beat_at;	       /* not before: one commit for all */
	int64_t partial_at;
	struct run runs[JOBS_MAX];
};

/* ---- jobs.c ---- */
void run_close(struct run *r);
void run_fail(struct run *r, const struct err *why);
void run_fail_because(struct run *r, enum err_reason reason, const char *msg);
/* What did not go through waits a little, and longer each time. */
void run_put_off(struct run *r, int64_t now);
/* A write failed: closes the run when it is not ours any more, else puts it
 * off. */
void run_write_refused(struct run *r, const struct err *e);
int run_is_transient(const struct err *e);
/* Progress is worth a commit, but not a delay. 0 unless the run is over. */
int run_show_stage(struct run *r, enum job_stage stage);

/* ---- page.c ---- */
/* Ask for the page of its URL. */
void page_fetch(struct run *r, int64_t now);
void page_still_fetching(struct run *r, int64_t now);
/* It is here: have it read. */
void page_start_reading(struct run *r, int64_t now);
void page_read_on(struct run *r, int64_t now);

/* ---- choose.c ---- */
/* r->recipe is there: pair it, or let a model choose. */
void choose_wines(struct run *r);
/* The recipe that came with the job. */
void choose_from_row(struct run *r);
/* Write down the calls that are over. -1: not now, and the run is put off. */
int choose_keep_books(struct run *r);
/* End what is being asked for it. */
void choose_stop(struct run *r);

#endif
