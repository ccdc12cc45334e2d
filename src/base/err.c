#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *key;
	int status;
	const char *title, *text;
	int site; /* somebody else's failure */
} reasons[REASON_MAX] = {
	[REASON_NONE] = { "none", 200, "", "", 0 },
#define REASON(id, key, status, title, text) \
	[REASON_##id] = { key, status, title, text, 0 },
#define SITE(id, key, status, title, text) \
	[REASON_##id] = { key, status, title, text, 1 },
#include "base/reasons.def"
#undef REASON
};

static void __attribute__((format(printf, 3, 0)))
vset(struct err *e, enum err_reason reason, const char *fmt, va_list ap)
{
	e->reason = reason;
	(void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
}

int err_set(struct err *e, enum err_reason reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vset(e, reason, fmt, ap);
	va_end(ap);
	return -1;
}

int err_errno(struct err *e, enum err_reason reason, const char *fmt, ...)
{
	int saved = errno;
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	vset(e, reason, fmt, ap);
	va_end(ap);
	len = strlen(e->msg);
	(void)snprintf(
		e->msg + len, sizeof(e->msg) - len, ": %s", strerror(saved));
	return -1;
}

int err_context(struct err *e, const char *fmt, ...)
{
	char old[sizeof(e->msg)];
	size_t len;
	va_list ap;

	memcpy(old, e->msg, sizeof(old));
	va_start(ap, fmt);
	(void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	len = strlen(e->msg);
	(void)snprintf(e->msg + len, sizeof(e->msg) - len, ": %s", old);
	return -1;
}

const char *err_key(enum err_reason r)
{
	return reasons[r].key;
}

int err_status(enum err_reason r)
{
	return reasons[r].status;
}

const char *err_title(enum err_reason r)
{
	return reasons[r].title;
}

const char *err_text(enum err_reason r)
{
	return reasons[r].text;
}

const char *const *err_ways(enum err_reason r)
{
	static const char *const ways[] = {
		"Open the page in your browser, copy the recipe and paste it "
		"as text.",
		"Or save the page and upload the file, or paste its source.",
		"Or use the bookmarklet: /import shows how it sends the page "
		"you are looking at.",
		NULL,
	};

	return reasons[r].site || r == REASON_PRIVATE_ADDRESS ? ways : NULL;
}

enum err_reason err_by_key(const char *key)
{
	int r;

	for (r = 1; key && r < REASON_MAX; r++)
		if (strcmp(reasons[r].key, key) == 0)
			return (enum err_reason)r;
	return REASON_INTERNAL;
}
