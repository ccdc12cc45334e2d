/*
 * An arena holds the memory of one request or one job: many small allocations,
 * one release. Nothing in it is freed alone. Under AddressSanitizer what is
 * not handed out is poisoned, so overruns are still seen.
 *
 * Handles (statements, descriptors, documents) never live only in an arena;
 * whoever opened them closes them.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head; /* the block being filled */
	size_t used;		  /* bytes handed out in all */
};

#define ARENA_INIT      \
	{               \
		NULL, 0 \
	}

/* All memory is zeroed and aligned for any type; size 0 is allowed. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_calloc(struct arena *a, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Grow an array kept in the arena: *cap doubles when n reaches it. */
void *arena_grow(
	struct arena *a, void *array, size_t n, size_t *cap, size_t size);

void arena_reset(struct arena *a);   /* empty, keep the first block */
void arena_release(struct arena *a); /* free everything; usable again */
void arena_wipe(struct arena *a);    /* the same, of what was secret */

#endif
