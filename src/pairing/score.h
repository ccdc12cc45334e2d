/*
 * Every wine against a dish: which rules fire, for how many points, and why.
 * A rule's shape is code; its numbers and words are rows of rules.tsv.
 * Private to this folder.
 */
#ifndef PAIRING_SCORE_H
#define PAIRING_SCORE_H

#include "pairing/dish.h"

#define EFFECTS_MAX 40

/* What one rule did to one wine, before it is put into words. */
struct effect {
	const struct rule *rule;
	const char *const *text; /* variants of the words */
	double points;		 /* to one decimal */
	int cause;		 /* food of the dish, or NOBODY */
	int subject; /* row: aroma of a bridge, classic, cuisine; else -1 */
};

struct candidate {
	const struct wine *wine;
	double total;
	double fame; /* 0-1: how much the tables name it; 1 the most named */
	int allowed; /* by the preferences; set by wishes_apply() */
	struct effect effects[EFFECTS_MAX];
	size_t n_effects;
};

double wine_axis(const struct wine *w, enum wine_axis axis);
/* One candidate for every wine of the table, in its order. Without drinks,
 * those without alcohol are there but not scored. */
struct candidate *score_all(const struct knowledge *k, const struct dish *d,
	int drinks, struct arena *mem);
/* 0-100 for people, from the sum of points. */
int score_shown(double total);

#endif
