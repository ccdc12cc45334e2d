/*
 * Every known dish with every wine, by the rules that pair recipes: what the
 * reverse question is answered from. Private to this folder.
 */
#ifndef PAIRING_BOARD_H
#define PAIRING_BOARD_H

#include "pairing/kinds.h"
#include "pairing/score.h"

#define NO_ROW UINT16_MAX

struct board_dish { /* what makes two dishes alike: rows, or -1 */
	int food, group, cuisine, technique;
	int known; /* 0: its name alone means something else; leave it out */
};

struct board {
	const struct knowledge *k;
	size_t dishes, wines;
	size_t drinks; /* the first wine without alcohol */
	/* dish by dish, for each wine: */
	float *total;	 /* points */
	uint8_t *score;	 /* as shown */
	uint16_t *place; /* among its peers: 1 the best; a kin counts once */
	uint16_t *fault; /* the rule that costs most, or NO_ROW */
	struct board_dish *dish;
	uint16_t *kin; /* of each wine: the first of its peers of that kin */
	struct kinds kinds;
	/* means of the score shown: */
	double *by_kind; /* kind by kind, for each wine */
	double *by_wine;
	double *by_peers[2]; /* of each kind: wines; those without alcohol */
};

void board_fill(struct board *b, const struct knowledge *k, struct arena *mem);
/* The wines that one stands beside: those with alcohol, or those without. */
void board_peers(const struct board *b, size_t wine, size_t *from, size_t *to);
/* The dish that the name of a known one alone stands for. 0, or -1 when that
 * is another dish. */
int board_dish(const struct knowledge *k, size_t row, struct arena *mem,
	struct dish_profile *profile, struct dish *d);

static inline size_t board_at(const struct board *b, size_t dish, size_t wine)
{
	return dish * b->wines + wine;
}

#endif
