#include "base/sbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"

char sbuf_empty[1];

void sbuf_init(struct sbuf *sb, size_t ceiling)
{
	*sb = (struct sbuf)SBUF_INIT(ceiling);
}

void sbuf_release(struct sbuf *sb)
{
	if (sb->cap)
		free(sb->buf);
	sbuf_init(sb, sb->max);
}

void sbuf_reset(struct sbuf *sb)
{
	sbuf_truncate(sb, 0);
	sb->full = 0;
}

/* Make room for `more` bytes and the NUL; -1 (and full) past the ceiling. */
static int room(struct sbuf *sb, size_t more)
{
	size_t want, cap;

	if (sb->full || more > sb->max - sb->len) {
		sb->full = 1;
		return -1;
	}
	want = sb->len + more + 1;
	if (want <= sb->cap)
		return 0;
	cap = sb->cap ? sb->cap : 64;
	while (cap < want)
		cap *= 2;
	sb->buf = xrealloc(sb->cap ? sb->buf : NULL, cap);
	sb->cap = cap;
	return 0;
}

char *sbuf_room(struct sbuf *sb, size_t more)
{
	if (room(sb, more))
		return NULL;
	sb->buf[sb->len] = '\0';
	return sb->buf + sb->len;
}

void sbuf_added(struct sbuf *sb, size_t len)
{
	sb->len += len;
	sb->buf[sb->len] = '\0';
}

void sbuf_add(struct sbuf *sb, const void *data, size_t len)
{
	if (!len || room(sb, len))
		return;
	memcpy(sb->buf + sb->len, data, len);
	sb->len += len;
	sb->buf[sb->len] = '\0';
}

void sbuf_addstr(struct sbuf *sb, const char *s)
{
	sbuf_add(sb, s, strlen(s));
}

void sbuf_addch(struct sbuf *sb, int ch)
{
	char c = (char)ch;

	sbuf_add(sb, &c, 1);
}

void sbuf_vaddf(struct sbuf *sb, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	if (len < 0)
		fatalx("sbuf: bad format '%s'", fmt);
	if (room(sb, (size_t)len) == 0) {
		(void)vsnprintf(sb->buf + sb->len, (size_t)len + 1, fmt, again);
		sb->len += (size_t)len;
	}
	va_end(again);
}

void sbuf_addf(struct sbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void sbuf_truncate(struct sbuf *sb, size_t len)
{
	if (len >= sb->len)
		return;
	sb->len = len;
	sb->buf[len] = '\0';
}

void sbuf_rtrim(struct sbuf *sb)
{
	size_t len = sb->len;

	while (len && strchr(" \t\r\n", sb->buf[len - 1]))
		len--;
	sbuf_truncate(sb, len);
}
