/* From scored wines to the few that are offered. Private to this folder. */
#ifndef PAIRING_CHOOSE_H
#define PAIRING_CHOOSE_H

#include "pairing/score.h"

/* Could a drink without alcohol be offered? */
int wishes_drinks(const struct preferences *p);
/* Mark the wines that may be offered at all: preferences are hard limits. */
void wishes_apply(const struct knowledge *k, const struct preferences *p,
	struct candidate *all);
/* The best allowed ones, best first: never two of a kin, and only so many of a
 * family as families.tsv allows in five, unless nothing else is left. Returns
 * how many, at most p->count. */
size_t choose(const struct knowledge *k, const struct candidate *all,
	const struct preferences *p, const struct candidate **out);
/* Best first. */
void choose_sort(const struct candidate **list, size_t n);
/* roles[i] of the i-th chosen: "classic", "value", "adventurous" or NULL. */
void choose_roles(
	const struct candidate **chosen, size_t n, const char **roles);

#endif
