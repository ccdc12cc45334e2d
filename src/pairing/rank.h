/*
 * The bottles of a list, ranked for a dish by the very scores of their styles.
 * A part of pairing.h.
 */
#ifndef PAIRING_RANK_H
#define PAIRING_RANK_H

#include "pairing/cellar.h"

struct knowledge;
struct recipe;
struct preferences;
struct suggestion;

enum window { WINDOW_READY, WINDOW_YOUNG, WINDOW_PAST, WINDOW_UNKNOWN };

struct ranked {
	const struct cellar_bottle *bottle;
	const struct suggestion *match; /* its style for this dish */
	enum window window;
};

struct left_out {
	const struct cellar_bottle *bottle;
	const char *why; /* "preferences", or "none-left" */
};

struct ranking {
	struct ranked *bottles; /* best first, at most as many as wanted */
	size_t n, n_more;	/* n_more were not wanted */
	struct left_out *left_out;
	size_t n_left_out;
	const struct cellar *cellar;
};

/* Is today's year within the years in which to drink it (0: not said)? */
enum window window_of(int from, int to, int year);

/*
 * Rank the bottles of a cellar for a recipe. What is ready, or of which nobody
 * said when to drink it, comes first, then the score, then how sure we are of
 * the style. Preferences are hard limits; at most p->count are kept. Fails as
 * pairing_make() does. year: today's.
 */
int ranking_make(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, const struct cellar *c, int year,
	struct arena *mem, struct ranking *out, struct err *e);
/* The member "list" of `pair --list --json`; the caller owns the object. */
json_object *ranking_to_json(const struct ranking *r);

#endif
