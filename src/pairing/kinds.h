/*
 * Kinds of dishes as people speak of them, such as grilled lamb, Thai food or
 * desserts with nuts, and which of the known dishes are of each. Which there
 * are and what they are called comes from the tables: groups of foods,
 * cuisines, and the phrases kind-technique-* and kind-dish-*. Private to this
 * folder.
 */
#ifndef PAIRING_KINDS_H
#define PAIRING_KINDS_H

#include "pairing/dish.h"

#define KIND_SUBJECTS 3 /* in one name: "grilled lamb, beef and pork" */

enum kind_how {
	KIND_GROUP,	/* "oily fish" */
	KIND_TECHNIQUE, /* "grilled lamb" */
	KIND_AXIS,	/* "pasta with tomato" */
	KIND_CUISINE,	/* "Thai food" */
	KIND_DESSERT	/* "desserts with nuts" */
};

struct kind {
	enum kind_how how;
	int what;	  /* row of the technique, or the axis; else -1 */
	int subject;	  /* group or cuisine; -1: any food */
	uint16_t *dishes; /* rows of classics.tsv, ascending */
	size_t n, cap;
};

struct kinds {
	const struct knowledge *k;
	struct arena *mem;
	struct kind *list;
	size_t n, cap;
	const char *const **techniques; /* phrase of each row, or NULL */
	const char *const **axes;	/* of each axis */
	size_t n_axes;
};

/* Is it a dessert, and not only sweet? */
int kinds_dessert(const struct dish *d);
void kinds_init(struct kinds *ks, const struct knowledge *k, struct arena *mem);
/* Note of which kinds a known dish is. Rows must come in their order. */
void kinds_note(struct kinds *ks, const struct dish *d, uint16_t row);
/* What dishes of several kinds that differ in their subject are called. */
const char *kind_name(const struct knowledge *k, enum kind_how how, int what,
	const int16_t *subjects, size_t n, struct arena *mem);

#endif
