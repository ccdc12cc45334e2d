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

/* ---- pieces of the above, for whoever explains more than one dish ---- */

struct blank { /* {name} in a phrase stands for value */
	const char *name, *value;
};

/* All of these return words in the arena or of the tables. The next variant of
 * a phrase, filled in: */
const char *explain_say(struct explainer *x, const char *id,
	const struct blank *blanks, size_t n);
/* "a, b and c" */
const char *explain_list(
	struct explainer *x, const char *const *items, size_t n);
const char *explain_upper(struct arena *mem, const char *s);
/* "White Burgundy (Meursault, …)" is too long for a sentence: without that. */
const char *explain_name(struct explainer *x, const struct wine *w);
/* What an effect says, as words that can follow "it". */
const char *explain_effect(struct explainer *x, const struct effect *e);
/* In such words what tells most for a wine, and what gravely against it; NULL:
 * nothing. */
void explain_sides(struct explainer *x, const struct candidate *c,
	const char **pro, const char **con);
/* "a rich", of the dish. */
const char *explain_weight(struct explainer *x);
/* What the rules that move most wines ask for: rows "want-<rule>". Returns how
 * many, at most max. */
size_t explain_wants(struct explainer *x, const struct candidate *all,
	size_t n_all, const char **out, size_t max);

#endif
