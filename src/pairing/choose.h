/* From scored wines to the few that are offered. Private to this folder. */
#ifndef PAIRING_CHOOSE_H
#define PAIRING_CHOOSE_H

#include "pairing/score.h"

/* May this wine be offered at all? Preferences are hard limits. */
int wine_allowed(const struct wine *w, const struct preferences *p);
/* The best ones, best first: never two of a kin, and only so many of a family
 * as families.tsv allows in five, unless nothing else is left. Returns how
 * many, at most p->count. */
size_t choose(const struct knowledge *k, const struct candidate *all,
	const struct preferences *p, const struct candidate **out);

#endif
