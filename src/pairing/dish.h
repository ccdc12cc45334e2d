/*
 * A dish as the rules see it: the foods in it with how much each has to say,
 * its techniques, and every axis a rule may look at. Private to this folder.
 */
#ifndef PAIRING_DISH_H
#define PAIRING_DISH_H

#include "pairing/pairing.h"

#define DISH_FOODS_MAX 96
#define DISH_AXES_MAX (AXIS_TRAIT + 128)
#define DISH_TECHNIQUES_MAX 16
#define DISH_GROUPS_MAX 256
#define NOBODY (-1)

struct dish_food {
	unsigned row;
	const struct food *food;
	double ratio; /* its grams as a multiple of portion_g */
	double share; /* what is left of its numbers at that amount, 0-1.35 */
	const struct group *group;
};

/* Is it that food, or a kind of it? Camembert does what brie does. */
static inline int dish_food_is(const struct dish_food *f, unsigned row)
{
	return f->row == row || f->food->kind == (int)row;
}

struct dish_technique {
	unsigned row;
	const struct technique *technique;
	int in_name;
};

struct dish {
	struct dish_profile *profile;
	struct dish_food foods[DISH_FOODS_MAX];
	size_t n_foods;
	unsigned char groups[DISH_GROUPS_MAX]; /* 1: it has a food of that */
	struct dish_technique techniques[DISH_TECHNIQUES_MAX]; /* by rank */
	size_t n_techniques;
	double axis[DISH_AXES_MAX];
	int cause[DISH_AXES_MAX]; /* index into foods, or NOBODY */
	double aroma[64];	  /* how loud, 0-10 */
	int aroma_cause[64];
	int main;	     /* the food the dish is about, or NOBODY */
	int cuisine;	     /* row or -1 */
	double cuisine_sure; /* 0-1 */
	int classic;	     /* row or -1 */
	const char *name;
};

/* Read a recipe. Fails with not-a-recipe when nothing was recognised. */
int dish_read(const struct knowledge *k, const struct recipe *r,
	struct arena *mem, struct dish_profile *profile, struct dish *d,
	struct err *e);
/* Meat or fish, which a dish is about where there is any? */
int food_leads(const struct knowledge *k, unsigned row);
/* Is a food of that kind one of its own, even behind an animal's name? */
int food_is_own(const struct knowledge *k, unsigned row);
/* The food in one of the words of a text that names none as it stands; -1.
 * Done for lines in which nothing was found (compound.c). */
int compound_food(const struct knowledge *k, const char *text);
/* Fill in axes, aromas, main food and the profile from foods, techniques,
 * cuisine and known dish (a step of dish_read). */
void dish_taste(const struct knowledge *k, struct dish *d);
/* How strongly a dish shows any of the cues, 0-10, and the food that does. */
double dish_shows(
	const struct dish *d, const struct cue_list *cues, int *cause);
/* 0-10: how much a dish with these foods is like a known dish. */
double dish_likeness(const struct knowledge *k, const struct dish *d,
	const struct classic *c);

#endif
