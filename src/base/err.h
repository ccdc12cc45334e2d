/*
 * Errors. What can fail returns 0 or -1 and fills a `struct err`: the reason
 * (a row of reasons.def, which carries the HTTP status and the words a person
 * reads) and a message for the log only. One place (web/ and cli/) turns it
 * into a page, a problem document or an exit status.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

enum err_reason {
	REASON_NONE,
#define REASON(id, key, status, title, text) REASON_##id,
#include "base/reasons.def"
#undef REASON
	REASON_MAX
};

struct err {
	enum err_reason reason;
	char msg[256]; /* for the log: may hold private text, never shown */
};

#define ERR_INIT                \
	{                       \
		REASON_NONE, "" \
	}

/* Fill e; always returns -1, so that `return err_set(…)` reads well. */
int err_set(struct err *e, enum err_reason reason, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with ": " and strerror(errno) at the end. */
int err_errno(struct err *e, enum err_reason reason, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Put "context: " before the message that is there. Returns -1. */
int err_context(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

const char *err_key(enum err_reason r);	  /* "not-a-recipe" */
int err_status(enum err_reason r);	  /* HTTP status */
const char *err_title(enum err_reason r); /* "This is not a recipe" */
const char *err_text(enum err_reason r);  /* what happened, next step */
/* Ways round a link that failed, one sentence each; NULL at the end, NULL when
 * the reason is not a site's. */
const char *const *err_ways(enum err_reason r);
/* The reason with that key; REASON_INTERNAL when there is none, or key is
 * NULL. */
enum err_reason err_by_key(const char *key);

#endif
