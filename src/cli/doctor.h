/* What `winepair doctor` looks at. Private to its command. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "base/base.h"
#include "config/config.h"

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL, VERDICT_MAX };

struct finding {
	enum verdict verdict;
	const char *check;  /* "store", "openai" */
	const char *detail; /* a sentence or two; nothing secret */
	/* of a model that was asked; NULL, "" and 0 of anything else */
	const char *model, *reason;
	int64_t ms;
};

struct findings {
	struct arena *mem;
	struct finding *at;
	size_t n, cap;
};

/* Add one. */
void doctor_say(struct findings *f, enum verdict v, const char *check,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* doctor-checks.c: all that can be told without a call. */
void doctor_check(const struct config *c, struct findings *f);
/* The key of a provider as it stands in its file. */
void doctor_check_key(
	const struct config *c, const char *provider, struct findings *f);

#endif
