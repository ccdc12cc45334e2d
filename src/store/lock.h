/*
 * The lock on "<store>.lock" that keeps commits and checkpoints apart. Freed
 * by the system when its holder dies; never held across a fork, a network call
 * or a wait for input.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "base/base.h"

/* The file's descriptor, to be closed by the caller; -1 and e (store). */
int lock_open(const char *path, struct err *e);
/* Wait at most patience_ms: then busy. */
int lock_take(int fd, int64_t patience_ms, struct err *e);
void lock_give(int fd);
/* Would the disk take a write? Reserves and frees a little room in the lock's
 * file, which is otherwise empty. */
int lock_room(int fd, struct err *e);

#endif
