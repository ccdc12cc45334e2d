/*
 * The answer to the reverse question as rows of the tables: small, and of a
 * fixed size, so that it can be kept in the image of the tables. Private to
 * this folder.
 */
#ifndef PAIRING_TOLD_H
#define PAIRING_TOLD_H

#include "pairing/board.h"

struct told_kind {
	int16_t what, subjects[KIND_SUBJECTS]; /* as in struct kind */
	uint8_t how, n;			       /* n: subjects */
	uint8_t score, unused;
};

struct told_bad {
	struct told_kind kind;
	uint16_t dish, rule; /* the rule that costs most, and where */
};

struct told { /* of one wine */
	struct told_kind kinds[SUITED_KINDS];
	struct told_bad avoid[SUITED_AVOID];
	uint16_t dishes[SUITED_DISHES];
	uint8_t n_kinds, n_avoid, n_dishes, unused;
};

/* t is zeroed before. */
void told_find(const struct board *b, size_t wine, struct told *t);

#endif
