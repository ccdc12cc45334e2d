/*
 * What stands on a bottle, as evidence for its style: gathered by evidence.c,
 * weighed for each wine by weigh.c, judged by bottle.c. Private to this folder.
 */
#ifndef PAIRING_EVIDENCE_H
#define PAIRING_EVIDENCE_H

#include "pairing/label.h"

#define ATOMS_MAX 96
#define LIST_HEADING LIST_OTHER /* read like a field */
#define PLACE_WITHIN 3.0 /* the label names a part of the wine's region */

/* A word that means something, wherever it stands. */
struct atom {
	enum meaning_kind kind;
	int value;
	const struct phrase_entry *phrase;
	const char *text; /* as it stands */
	size_t len;
	size_t at; /* in all that was read, one field after the other */
	int kept;  /* the region of a name whose wines are all out */
};

/* What all the words together say. */
struct evidence {
	const struct labels *l;
	struct arena *mem;
	int year;
	struct atom atoms[ATOMS_MAX];
	size_t n, n_read; /* bytes of fields that were read */
	unsigned tints;	  /* 0: any */
	unsigned kinds;	  /* bits 1 << COLOR_SPARKLING …; 0: none named */
	unsigned sweet;	  /* bits 1 << SAYS_DRY …; 0: any */
	int told_tints;	  /* a column told the colour, so no name does */
	int vintage;
};

/* What speaks for one wine. */
struct verdict {
	double total;
	double worth[ATOMS_MAX];
	int named, composite, grapes, called;
	int only; /* of a grape that only single sorts are made of */
	int strange_grape, strange_place; /* the wine has no such */
	double place;
};

void evidence_init(struct evidence *ev, const struct labels *l, int year,
	struct arena *mem);
/* Add what a field says. The words of the producer, if there is one, count for
 * nothing in it. */
void evidence_read(struct evidence *ev, enum list_column field,
	const struct bottle_field *in, const struct bottle_field *producer);
/* Add what a heading says, as far as the line below it says nothing of the
 * kind; names and grapes only if whole. Returns 1 if the line is now what the
 * heading names. */
int evidence_add_heading(
	struct evidence *ev, const struct evidence *heading, int whole);
/* The region of a name whose wines are all out. */
void evidence_keep_place(
	struct evidence *ev, int place, const struct atom *name);

/* Is the wine of another colour, kind or sweetness than the label says? */
int evidence_excludes(const struct evidence *ev, size_t row);
/* Names whose wines are all out tell at least where the wine is from. */
void evidence_keep_regions(struct evidence *ev);
/* What speaks for the wine; 0 when it cannot be meant, because a single sort
 * needs a word for it. */
int evidence_weigh(const struct evidence *ev, size_t row, struct verdict *v);
const struct wine *evidence_wine(const struct evidence *ev, size_t row);

#endif
