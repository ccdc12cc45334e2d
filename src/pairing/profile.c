/*
 * How a dish tastes. Tastes add up as the loudest with a little of the others,
 * not as a sum; that is also why sauce and seasoning outvote a mild protein:
 * their rows are louder. Traits, cues and likeness to known dishes are read
 * off the same foods.
 */
#include "pairing/dish.h"

#include <math.h>

#define SALTED 2    /* salt that a dessert may have */
#define SEASONS 0.3 /* what is left of a fish that only seasons */
#define MIDDLE 2    /* lead of foods that can be what a dish is about */

/* ---- tastes and aromas ---- */

/* The loudest, and a little of the others: a power mean without the mean.
 * Weight and loudness pile up even less than tastes. */
static double raised(double v, int axis)
{
	double square = v * v, sixth = square * square * square;

	return axis == TASTE_WEIGHT || axis == TASTE_INTENSITY ? sixth * square
							       : sixth;
}

static double rooted(double sum, int axis)
{
	return axis == TASTE_WEIGHT || axis == TASTE_INTENSITY
		       ? sqrt(sqrt(sqrt(sum)))
		       : cbrt(sqrt(sum));
}

static void mix_taste(struct dish *d, int axis)
{
	double sum = 0, most = 0;
	size_t i;

	d->cause[axis] = NOBODY;
	for (i = 0; i < d->n_foods; i++) {
		double v = d->foods[i].food->taste[axis] * d->foods[i].share;

		if (v > most) {
			most = v;
			d->cause[axis] = (int)i;
		}
		sum += raised(v, axis);
	}
	d->axis[axis] = rooted(sum, axis);
}

static double within(double v)
{
	return v < 0 ? 0 : v > 10 ? 10 : v;
}

/* The technique that shapes the dish most counts in full, later ones less. */
static double technique_says(size_t place)
{
	static const double part[] = { 1, 0.6, 0.4, 0.2 };

	return place < ARRAY_LEN(part) ? part[place] : 0;
}

static void mix_tastes(struct dish *d)
{
	size_t i;
	int t;

	for (t = 0; t < TASTE_MAX; t++) {
		mix_taste(d, t);
		for (i = 0; i < d->n_techniques; i++)
			d->axis[t] += technique_says(i) *
				      d->techniques[i].technique->taste[t];
		d->axis[t] = within(d->axis[t]);
		d->profile->taste[t] = round(d->axis[t] * 10) / 10;
	}
}

static void mix_aromas(struct dish *d)
{
	size_t i;
	int a;

	for (a = 0; a < 64; a++) {
		d->aroma_cause[a] = NOBODY;
		for (i = 0; i < d->n_foods; i++) {
			const struct dish_food *f = &d->foods[i];
			double v = f->food->taste[TASTE_INTENSITY] * f->share;

			if (f->food->aromas >> a & 1 && v > d->aroma[a]) {
				d->aroma[a] = within(v);
				d->aroma_cause[a] = (int)i;
			}
		}
		for (i = 0; i < d->n_techniques; i++) {
			const struct technique *t = d->techniques[i].technique;
			double v = t->rank * technique_says(i);

			if (t->aromas >> a & 1 && v > d->aroma[a])
				d->aroma[a] = v;
		}
		if (d->aroma[a] > 0)
			d->profile->aromas |= (uint64_t)1 << a;
	}
}

/* What the dish is about: the food of the leading group there is enough of. */
static void find_main(struct dish *d)
{
	double best = 0;
	size_t i;

	d->main = NOBODY;
	d->profile->protein = "none";
	for (i = 0; i < d->n_foods; i++) {
		const struct dish_food *f = &d->foods[i];
		double lead = f->group->lead * f->share;

		if (f->food->role == ROLE_SEASONING)
			lead *= SEASONS;
		if (lead > best) {
			best = lead;
			d->main = (int)i;
			d->profile->protein = f->group->name;
		}
	}
}

/* Sweet, and nothing in it that no dessert has. */
static void find_dessert(struct dish *d)
{
	double savoury = d->axis[TASTE_HEAT];
	double salt = d->axis[TASTE_SALT] - SALTED;
	size_t i;

	for (i = 0; i < d->n_foods; i++) {
		const struct dish_food *f = &d->foods[i];
		double v = f->group->savoury * (f->share > 1 ? 1 : f->share);

		if (v > savoury)
			savoury = v;
	}
	if (salt > savoury)
		savoury = salt;
	d->axis[AXIS_DESSERT] = within(5 * (d->axis[TASTE_SWEET] - 3.5)) *
				within(12 - 2 * savoury) / 10;
	d->cause[AXIS_DESSERT] = d->cause[TASTE_SWEET];
}

/* ---- cues ---- */

static double shows_food(const struct dish *d, const struct cue *c, int *cause)
{
	double most = 0;
	size_t i;

	for (i = 0; i < d->n_foods; i++) {
		const struct dish_food *f = &d->foods[i];
		double v = within(10 * f->share);
		int is;

		is = c->kind == CUE_FOOD
			     ? dish_food_is(f, (unsigned)c->row)
			     : f->food->group_row == (unsigned)c->row;

		/* three anchovies make no fish dish; vinegar is one anyway */
		if (c->kind == CUE_GROUP && f->food->role == ROLE_SEASONING &&
			f->group->lead >= MIDDLE)
			v *= SEASONS;
		if (is && v > most) {
			most = v;
			*cause = (int)i;
		}
	}
	return most;
}

static double shows_technique(const struct dish *d, int row)
{
	size_t i;

	for (i = 0; i < d->n_techniques; i++)
		if (d->techniques[i].row == (unsigned)row)
			return d->techniques[i].in_name || i < 2 ? 10 : 5;
	return 0;
}

static double shows(const struct dish *d, const struct cue *c, int *cause)
{
	switch (c->kind) {
	case CUE_FOOD:
	case CUE_GROUP:
		return shows_food(d, c, cause);
	case CUE_TECHNIQUE:
		return shows_technique(d, c->row);
	case CUE_AROMA:
		*cause = d->aroma_cause[c->row];
		return d->aroma[c->row];
	case CUE_CUISINE:
		return d->cuisine == c->row ? 10 * d->cuisine_sure : 0;
	case CUE_AXIS:
		if (c->row < 0)
			return 0;
		*cause = d->cause[c->row];
		return d->axis[c->row];
	case CUE_ANY:
		break;
	}
	return 0;
}

double dish_shows(const struct dish *d, const struct cue_list *cues, int *cause)
{
	double most = 0, all = 10;
	int who = NOBODY, vague = 1;
	size_t i;

	*cause = NOBODY;
	for (i = 0; i < cues->n; i++) {
		const struct cue *c = &cues->at[i];
		int food = NOBODY;
		double v = shows(d, c, &food);

		if (v < all)
			all = v;
		/* the first cue that names a food says most */
		if (food != NOBODY && vague) {
			if (who == NOBODY || c->kind != CUE_AXIS)
				who = food;
			vague = c->kind == CUE_AXIS;
		}
		if (c->and_next)
			continue;
		if (all > most) {
			most = all;
			*cause = who;
		}
		all = 10;
		who = NOBODY;
		vague = 1;
	}
	return most;
}

static void find_traits(const struct knowledge *k, struct dish *d)
{
	const struct trait *traits;
	size_t i, n;

	traits = knowledge_traits(k, &n);
	for (i = 0; i < n && AXIS_TRAIT + i < DISH_AXES_MAX; i++) {
		double *v = &d->axis[AXIS_TRAIT + i];
		int ignored;

		*v = dish_shows(d, &traits[i].when, &d->cause[AXIS_TRAIT + i]);
		if (*v > 0)
			*v = within(
				*v - dish_shows(d, &traits[i].but, &ignored));
	}
}

static void fill_profile(const struct knowledge *k, struct dish *d)
{
	struct dish_profile *p = d->profile;
	size_t i, n;

	for (i = 0; i < d->n_techniques && i < ARRAY_LEN(p->techniques); i++)
		p->techniques[p->n_techniques++] = d->techniques[i].technique;
	p->cuisine = d->cuisine < 0 ? NULL
				    : &knowledge_cuisines(k, &n)[d->cuisine];
	p->classic = d->classic < 0 ? NULL
				    : &knowledge_classics(k, &n)[d->classic];
}

void dish_taste(const struct knowledge *k, struct dish *d)
{
	size_t i;

	for (i = 0; i < d->n_foods; i++)
		d->groups[d->foods[i].food->group_row % DISH_GROUPS_MAX] = 1;
	mix_tastes(d);
	mix_aromas(d);
	find_main(d);
	find_dessert(d);
	find_traits(k, d);
	fill_profile(k, d);
}

/* ---- dishes like it ---- */

static double has(const struct dish *d, const struct food *all, unsigned row)
{
	double most = 0;
	size_t i;

	if (!d->groups[all[row].group_row % DISH_GROUPS_MAX])
		return 0;
	for (i = 0; i < d->n_foods; i++) {
		const struct dish_food *f = &d->foods[i];
		double share = f->share > 1 ? 1 : f->share;

		if (dish_food_is(f, row) && share > most)
			most = share;
		else if (f->food->group_row == all[row].group_row &&
			 share / 2 > most)
			most = share / 2;
	}
	return most;
}

double dish_likeness(const struct knowledge *k, const struct dish *d,
	const struct classic *c)
{
	const struct food *foods;
	double sum = 0, of = 0, lead = 0;
	size_t i, j, n;

	foods = knowledge_foods(k, &n);
	for (i = 0; i < c->foods.n; i++) {
		double w = 1.0 / (1 + 0.5 * (double)i);

		sum += w * has(d, foods, c->foods.at[i]);
		of += w;
		if (d->main != NOBODY &&
			foods[c->foods.at[i]].group_row ==
				d->foods[d->main].food->group_row)
			lead = 1;
	}
	for (i = 0; i < c->techniques.n; i++) {
		of += 0.5;
		for (j = 0; j < d->n_techniques; j++)
			if (d->techniques[j].row == c->techniques.at[i])
				sum += j < 2 ? 0.5 : 0.25;
	}
	/* about another kind of food: hardly a relative */
	if (d->main != NOBODY && !lead && d->foods[d->main].group->lead >= 5)
		sum *= 0.4;
	/* of another kitchen: other herbs, other habits */
	if (c->cuisine >= 0 && d->cuisine >= 0 && c->cuisine != d->cuisine)
		sum *= 1 - 0.4 * d->cuisine_sure;
	return of > 0 ? 10 * sum / of : 0;
}
