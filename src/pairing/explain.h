/*
 * Points into words. All phrases are cells of the tables (rules, affinities,
 * phrases.tsv); {food}, {aroma}, {dish} and the like stand for what caused
 * them. Variants take turns, so that one answer does not repeat itself.
 * Private to this folder.
 */
#ifndef PAIRING_EXPLAIN_H
#define PAIRING_EXPLAIN_H

#include "pairing/score.h"

#define TURNS_MAX 128

struct explainer {
	const struct knowledge *k;
	const struct dish *dish;
	struct arena *mem;
	struct {
		const char *const *text;
		unsigned n;
	} turns[TURNS_MAX];
	size_t n_turns;
	unsigned start; /* where the turns begin, from the dish's name */
};

void explainer_init(struct explainer *x, const struct knowledge *k,
	const struct dish *d, struct arena *mem);
/* The wine's reasons, loudest first, and its note. */
void explain_wine(
	struct explainer *x, const struct candidate *c, struct suggestion *s);
/* The reason for the wine that tells most, and of several the loudest; "" when
 * nothing speaks for it. */
const char *explain_reason(struct explainer *x, const struct candidate *c);
/* How a rule speaks against the wine, as a sentence; NULL when it does not. */
const char *explain_against(struct explainer *x, const struct candidate *c,
	const struct rule *rule);
/* Does it speak of taste? What a bottle costs is a reason, but no caution. */
int effect_of_taste(const struct effect *e);
/* One paragraph on the dish and on what it asks of a wine. */
const char *explain_dish(
	struct explainer *x, const struct candidate *all, size_t n);
/* The families that suit it least. Returns how many, at most max. */
size_t explain_avoid(struct explainer *x, const struct candidate *all, size_t n,
	struct avoided *out, size_t max);
/* What the preferences cost, once choose() has found n_chosen wines where count
 * were wanted; NULL: nothing worth a word. */
const char *explain_limits(struct explainer *x, const struct candidate *all,
	size_t n, int count, size_t n_chosen);

#endif
