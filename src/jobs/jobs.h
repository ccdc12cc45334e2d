/*
 * The steps of a job, inside the runner's loop: claim, fetch, read, pair,
 * let a model choose, save. Several jobs are under way at once; none blocks the
 * loop for longer than the store needs for a commit (or half a second, when it
 * is locked: the write is then tried again). The store in ask_world is the
 * runner's own.
 */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include <poll.h>

#include "ask/ask.h"
#include "net/net.h"

struct jobs;

/* owner: a name for this runner that no other process has or had; the master
 * frees the jobs of a dead runner by it (store_job_release). All arguments
 * must outlive the jobs; owner is copied. llm NULL: no model is asked. */
struct jobs *jobs_new(const struct ask_world *w, struct net *net,
	struct llm *llm, const char *owner);
/* Claim what there is room for and move every job on. Call at least once a
 * second and after every wake-up. */
void jobs_step(struct jobs *j);
/* Somebody woke the runner: look at once whether jobs were cancelled. */
void jobs_look(struct jobs *j);
/* How long jobs_step() need not be called; at most `most`. */
int jobs_wait_ms(const struct jobs *j, int most);
/* Descriptors to poll besides those of net (pages being read). */
size_t jobs_pollfds(struct jobs *j, struct pollfd *out, size_t max);
/* Take no new ones (drain); how many are under way? */
void jobs_drain(struct jobs *j);
size_t jobs_active(const struct jobs *j);
/* Ends fetches and reads that are under way and frees their jobs in the queue
 * for others. Before net_free(). */
void jobs_free(struct jobs *j);

/* Another clock than clock_monotonic_ms(), for tests. */
void jobs_clock(struct jobs *j, int64_t (*monotonic_ms)(void));

#endif
