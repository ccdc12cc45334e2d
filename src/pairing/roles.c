/*
 * What each proposal is good for beyond its score: the one everybody would
 * expect, the one that is kind to the purse, the one few would think of. No
 * wine has two roles, and a role that nobody deserves is not given.
 */
#include "pairing/choose.h"

#define LIKE_THE_CLASSIC 8 /* points of kindred dishes that make a custom */
#define WORTH 45	   /* points a cheap or an odd wine must have */
#define FEW_KNOW 0.6	   /* fame; more is no adventure */

static double points_of(const struct candidate *c, enum rule_shape shape)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < c->n_effects; i++)
		if (c->effects[i].rule->shape == shape)
			sum += c->effects[i].points;
	return sum;
}

static int find_classic(const struct candidate **chosen, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (points_of(chosen[i], SHAPE_CLASSIC) > 0)
			return (int)i;
	for (i = 0; i < n; i++)
		if (points_of(chosen[i], SHAPE_KINDRED) >= LIKE_THE_CLASSIC)
			return (int)i;
	return -1;
}

/* The best of the cheapest, if anything beside it costs more. */
static int find_value(const struct candidate **chosen, size_t n, int classic)
{
	int best = -1, dearest = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		int price = chosen[i]->wine->price;

		if (price > dearest)
			dearest = price;
		if ((int)i == classic || price > 2 || chosen[i]->total < WORTH)
			continue;
		if (best < 0 || price < chosen[best]->wine->price)
			best = (int)i;
	}
	return best >= 0 && chosen[best]->wine->price < dearest ? best : -1;
}

/* The least famous of the good ones, if few would think of it. */
static int find_adventurous(
	const struct candidate **chosen, size_t n, int classic, int value)
{
	int best = -1;
	size_t i;

	for (i = 0; i < n; i++) {
		if ((int)i == classic || (int)i == value ||
			chosen[i]->total < WORTH || chosen[i]->fame > FEW_KNOW)
			continue;
		if (best < 0 || chosen[i]->fame < chosen[best]->fame)
			best = (int)i;
	}
	return best;
}

void choose_roles(const struct candidate **chosen, size_t n, const char **roles)
{
	int classic = find_classic(chosen, n);
	int value = find_value(chosen, n, classic);
	int odd = find_adventurous(chosen, n, classic, value);
	size_t i;

	for (i = 0; i < n; i++)
		roles[i] = (int)i == classic ? "classic"
			   : (int)i == value ? "value"
			   : (int)i == odd   ? "adventurous"
					     : NULL;
}
