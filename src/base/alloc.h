/*
 * Allocation that never returns NULL: running out of memory ends the process,
 * and the master starts another. Every input has a ceiling, so it does not
 * happen in ordinary use.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
/* Room for n elements of size bytes each; overflow of n * size is fatal. */
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);

#endif
