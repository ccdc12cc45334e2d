/*
 * The steps of a job, inside the runner's loop: claim, fetch, read, pair,
 * save. Several jobs are under way at once; none blocks the loop.
 */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include <poll.h>

#include "ask/ask.h"
#include "net/net.h"

struct jobs;

/* owner: a name for this runner that no other process has or had. */
struct jobs *jobs_new(
	const struct ask_world *w, struct net *net, const char *owner);
/* Claim what there is room for and move every job on. Call at least once a
 * second and after every wake-up. */
void jobs_step(struct jobs *j);
/* Descriptors to poll besides those of net (pages being read). */
size_t jobs_pollfds(struct jobs *j, struct pollfd *out, size_t max);
/* Take no new ones (drain); how many are under way? */
void jobs_drain(struct jobs *j);
size_t jobs_active(const struct jobs *j);
void jobs_free(struct jobs *j);

#endif
