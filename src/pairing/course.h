/*
 * A dish on its way to an answer: read and scored first, explained once its
 * wines are chosen. A pairing is one course, a menu several. Private to this
 * folder.
 */
#ifndef PAIRING_COURSE_H
#define PAIRING_COURSE_H

#include "pairing/choose.h"
#include "pairing/explain.h"

struct course {
	struct dish *dish;
	struct candidate *all; /* every wine against it, wishes applied */
	struct explainer x;
};

/* Fails as pairing_make() does. */
int course_read(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem,
	struct dish_profile *profile, struct course *c, struct err *e);
/* pairing_make(), which leaves the course to whoever asks more of it. */
int course_pair(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct course *c,
	struct pairing *out, struct err *e);
/* Everything in out but the profile, for n chosen wines, of which wanted were
 * asked for. */
void course_answer(struct course *c, const struct candidate **chosen, size_t n,
	int wanted, struct pairing *out);

#endif
