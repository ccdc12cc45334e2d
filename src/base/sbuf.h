/*
 * A growing string with a ceiling. The text is never NULL and always ends in
 * a NUL that `len` does not count. Past the ceiling nothing is added any more
 * and `full` stays set: build the whole text, then ask once.
 */
#ifndef BASE_SBUF_H
#define BASE_SBUF_H

#include <stdarg.h>
#include <stddef.h>

struct sbuf {
	char *buf;
	size_t len; /* bytes of text */
	size_t cap; /* bytes allocated, 0 while buf is the shared "" */
	size_t max; /* ceiling for len */
	int full;   /* something did not fit */
};

extern char sbuf_empty[];

#define SBUF_INIT(ceiling)                     \
	{                                      \
		sbuf_empty, 0, 0, (ceiling), 0 \
	}

void sbuf_init(struct sbuf *sb, size_t ceiling);
void sbuf_release(struct sbuf *sb); /* frees; empty and usable again */
void sbuf_reset(struct sbuf *sb);   /* empties, keeps the memory */

void sbuf_add(struct sbuf *sb, const void *data, size_t len);
void sbuf_addstr(struct sbuf *sb, const char *s);
void sbuf_addch(struct sbuf *sb, int ch);
void sbuf_addf(struct sbuf *sb, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void sbuf_vaddf(struct sbuf *sb, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
void sbuf_truncate(struct sbuf *sb, size_t len);
/* For bytes (at least one) that others write: room for as many and a NUL, NULL
 * past the ceiling; then sbuf_added() tells how many there are. */
char *sbuf_room(struct sbuf *sb, size_t more);
void sbuf_added(struct sbuf *sb, size_t len);
/* Drop white space (ASCII) at the end. */
void sbuf_rtrim(struct sbuf *sb);

#endif
