#include "pairing/choose.h"

#define FAMILIES_MIN 3	 /* different ones in an answer, if it can be */
#define VARIETY_WORTH 15 /* points that a third family may cost */

struct choice {
	const struct knowledge *k;
	const struct candidate *all;
	const struct preferences *p;
	const struct candidate **chosen;
	size_t n;
};

static const struct family *family_of(
	const struct choice *ch, const struct candidate *c)
{
	size_t n;

	return &knowledge_families(ch->k, &n)[c->wine->family_row];
}

/* How many of the chosen are of this family. */
static int crowd(const struct choice *ch, const struct candidate *c)
{
	size_t i;
	int same = 0;

	for (i = 0; i < ch->n; i++)
		same += ch->chosen[i]->wine->family_row == c->wine->family_row;
	return same;
}

static size_t families_chosen(const struct choice *ch)
{
	size_t i, j, n = 0;

	for (i = 0; i < ch->n; i++) {
		for (j = 0; j < i && ch->chosen[j]->wine->family_row !=
					     ch->chosen[i]->wine->family_row;
			j++)
			;
		n += j == i;
	}
	return n;
}

static int same_kin(const struct choice *ch, const struct candidate *c)
{
	size_t i;

	for (i = 0; i < ch->n; i++)
		if (strcmp(ch->chosen[i]->wine->kin, c->wine->kin) == 0)
			return 1;
	return 0;
}

static int limit_of(const struct choice *ch, const struct candidate *c)
{
	int limit = family_of(ch, c)->limit;

	if (ch->p->count <= PAIRING_COUNT_DEFAULT)
		return limit;
	return (limit * ch->p->count + PAIRING_COUNT_DEFAULT - 1) /
	       PAIRING_COUNT_DEFAULT;
}

enum how { FREE, LIMITED, NEW_FAMILY };

/* The best wine that is left: of a new family, within the limits of
 * families.tsv, or whatever there is. */
static const struct candidate *best_left(
	const struct choice *ch, enum how how, double *most)
{
	const struct candidate *best = NULL;
	size_t i, rows;

	(void)knowledge_wines(ch->k, &rows);
	for (i = 0; i < rows; i++) {
		const struct candidate *c = &ch->all[i];
		int same = crowd(ch, c);
		double v = c->total - same * family_of(ch, c)->crowd;

		if ((best && v <= *most) || !c->allowed || same_kin(ch, c))
			continue;
		if ((how == LIMITED && same >= limit_of(ch, c)) ||
			(how == NEW_FAMILY && same))
			continue;
		best = c;
		*most = v;
	}
	return best;
}

static const struct candidate *next(const struct choice *ch)
{
	size_t left = (size_t)ch->p->count - ch->n;
	const struct candidate *c, *new;
	double most = 0, most_new = 0;

	c = best_left(ch, LIMITED, &most);
	if (!c)
		return best_left(ch, FREE, &most);
	if (families_chosen(ch) + left > FAMILIES_MIN)
		return c;
	new = best_left(ch, NEW_FAMILY, &most_new);
	return new &&most_new >= most - VARIETY_WORTH ? new : c;
}

/* Crowding and limits may bring a better wine after a worse one. */
void choose_sort(const struct candidate **list, size_t n)
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
	struct choice ch = { k, all, p, out, 0 };

	while (ch.n < (size_t)p->count) {
		const struct candidate *c = next(&ch);

		if (!c)
			break;
		out[ch.n++] = c;
	}
	choose_sort(out, ch.n);
	return ch.n;
}
