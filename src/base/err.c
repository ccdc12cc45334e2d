#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *key;
	int status;
	const char *title, *text;
} reasons[REASON_MAX] = {
	[REASON_NONE] = { "none", 200, "", "" },
#define REASON(id, key, status, title, text) \
	[REASON_##id] = { key, status, title, text },
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

enum err_reason err_by_key(const char *key)
{
	int r;

	for (r = 1; key && r < REASON_MAX; r++)
		if (strcmp(reasons[r].key, key) == 0)
			return (enum err_reason)r;
	return REASON_INTERNAL;
}
