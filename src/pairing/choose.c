#include "pairing/choose.h"

#define LOW_ABV 11 /* percent; what people mean by light in alcohol */

int wine_allowed(const struct wine *w, const struct preferences *p)
{
	if (w->price > p->max_price)
		return 0;
	if (p->colors && !(p->colors >> w->color & 1))
		return 0;
	switch (p->alcohol) {
	case ALCOHOL_NONE:
		return w->color == COLOR_NONE;
	case ALCOHOL_LOW:
		return w->abv <= LOW_ABV;
	case ALCOHOL_ANY:
		break;
	}
	/* a drink without alcohol only where one was asked for */
	return w->color != COLOR_NONE || p->colors >> COLOR_NONE & 1;
}

static int fits(const struct knowledge *k, const struct candidate *c,
	const struct candidate *const *chosen, size_t n,
	const struct preferences *p, int strict)
{
	const struct family *families;
	size_t i, rows;
	int same = 0, limit;

	families = knowledge_families(k, &rows);
	limit = families[c->wine->family_row].limit;
	if (p->count > PAIRING_COUNT_DEFAULT)
		limit = (limit * p->count + PAIRING_COUNT_DEFAULT - 1) /
			PAIRING_COUNT_DEFAULT;
	for (i = 0; i < n; i++) {
		if (strcmp(chosen[i]->wine->kin, c->wine->kin) == 0)
			return 0;
		same += chosen[i]->wine->family_row == c->wine->family_row;
	}
	return !strict || same < limit;
}

static const struct candidate *best_left(const struct knowledge *k,
	const struct candidate *all, const struct preferences *p,
	const struct candidate *const *chosen, size_t n, int strict)
{
	const struct candidate *best = NULL;
	size_t i, rows;

	(void)knowledge_wines(k, &rows);
	for (i = 0; i < rows; i++)
		if ((!best || all[i].total > best->total) &&
			wine_allowed(all[i].wine, p) &&
			fits(k, &all[i], chosen, n, p, strict))
			best = &all[i];
	return best;
}

/* Relaxing may bring a better wine after a worse one. */
static void sort(const struct candidate **list, size_t n)
{
	size_t i, j;

	for (i = 1; i < n; i++) {
		const struct candidate *c = list[i];

		for (j = i; j && list[j - 1]->total < c->total; j--)
			list[j] = list[j - 1];
		list[j] = c;
	}
}

size_t choose(const struct knowledge *k, const struct candidate *all,
	const struct preferences *p, const struct candidate **out)
{
	size_t n = 0;

	while (n < (size_t)p->count) {
		const struct candidate *c = best_left(k, all, p, out, n, 1);

		if (!c)
			c = best_left(k, all, p, out, n, 0);
		if (!c)
			break;
		out[n++] = c;
	}
	sort(out, n);
	return n;
}
