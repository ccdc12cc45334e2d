/*
 * Recipe → dish. Amounts matter less than one would think: half the chilli is
 * more than half as hot. So a food's numbers, which hold for the portion_g of
 * its row, shrink and grow with a power of the amount below one; and tastes
 * add up as the loudest with a little of the others, not as a sum. That is
 * also why sauce and seasoning outvote a mild protein: their rows are louder.
 */
#include "pairing/dish.h"

#include <math.h>

#define MATCHES_MAX 64
#define RATIO_MAX 4.0
#define SHARE_MAX 1.35
#define ODD_RATIO 16 /* so much of a food, and the unit was another's */
#define LEADS 7.5    /* lead of a group that stands in the middle */

/* ---- amounts ---- */

/* Grams that an ingredient line gives of a food; 0 when it does not say. */
static double grams(const struct knowledge *k, const struct ingredient *in,
	const struct food *f)
{
	double amount = (in->lo + in->hi) / 2;
	size_t n;

	if (amount <= 0)
		return 0;
	if (!in->unit)
		return amount * f->piece_g;
	switch (in->unit->kind) {
	case UNIT_MASS:
		return amount * in->unit->amount;
	case UNIT_VOLUME:
		return amount * in->unit->amount *
		       knowledge_groups(k, &n)[f->group_row].density;
	case UNIT_PIECE:
		break;
	}
	/* a stick of cinnamon is not a stick of butter */
	if (in->unit->amount <= 0 ||
		(f->piece_g > 0 && in->unit->amount > ODD_RATIO * f->portion_g))
		return amount * f->piece_g;
	return amount * in->unit->amount;
}

static double share_of(double ratio)
{
	double s = ratio < 1 ? pow(ratio, 0.6) : pow(ratio, 0.25);

	return s > SHARE_MAX ? SHARE_MAX : s;
}

static void add_food(
	const struct knowledge *k, struct dish *d, unsigned row, double ratio)
{
	const struct food *all;
	struct dish_food *f;
	size_t i, n;

	all = knowledge_foods(k, &n);
	if (ratio > RATIO_MAX)
		ratio = RATIO_MAX;
	for (i = 0; i < d->n_foods && d->foods[i].row != row; i++)
		;
	if (i == DISH_FOODS_MAX)
		return;
	f = &d->foods[i];
	if (i == d->n_foods) {
		d->n_foods++;
		f->row = row;
		f->food = &all[row];
		f->ratio = 0;
	}
	f->ratio += ratio;
	if (f->ratio > RATIO_MAX)
		f->ratio = RATIO_MAX;
	f->share = share_of(f->ratio);
}

/* ---- ingredient lines ---- */

/* Do exactly the letters "or" part two names? Then they are alternatives. */
static int is_or(const char *text, const struct match *a, const struct match *b)
{
	const char *s = text + a->start + a->len;
	size_t len = b->start - a->start - a->len;

	return len == 4 && memcmp(s, " or ", 4) == 0;
}

/* A swordfish steak is no beef: a cut names the animal before it. */
static int is_cut(const struct knowledge *k, const char *text,
	const struct match *a, const struct match *b)
{
	const struct food *foods;
	const struct group *groups;
	size_t n;

	foods = knowledge_foods(k, &n);
	groups = knowledge_groups(k, &n);
	return b->start == a->start + a->len + 1 && text[b->start - 1] == ' ' &&
	       groups[foods[a->row].group_row].lead >= LEADS &&
	       groups[foods[b->row].group_row].lead >= LEADS;
}

/* The line may go on after what was taken for the food: cream (of tartar). */
static void longer_name(const struct knowledge *k, const char *line,
	const struct ingredient *in, struct match *last)
{
	const char *at = strstr(line, in->food);
	struct match m;

	if (!at)
		return;
	at += last->start;
	if (knowledge_match(k, MATCH_FOOD, at, strlen(at), &m, 1) &&
		m.start == 0 && m.len > last->len)
		last->row = m.row;
}

static size_t read_line(const struct knowledge *k, const char *line,
	double portions, struct arena *mem, struct dish *d)
{
	const struct food *foods;
	struct match m[8];
	struct ingredient in;
	size_t i, n, rows, taken = 0;

	foods = knowledge_foods(k, &rows);
	ingredient_parse(k, line, mem, &in);
	n = knowledge_match(
		k, MATCH_FOOD, in.food, strlen(in.food), m, ARRAY_LEN(m));
	if (!n && in.note) {
		in.food = in.note;
		n = knowledge_match(k, MATCH_FOOD, in.food, strlen(in.food), m,
			ARRAY_LEN(m));
	}
	if (n && in.note)
		longer_name(k, line, &in, &m[n - 1]);
	for (i = 0; i < n; i++) {
		const struct food *f = &foods[m[i].row];
		double ratio = 1, g;

		/* "chicken or vegetable stock" is stock */
		if (i + 1 < n && is_or(in.food, &m[i], &m[i + 1]))
			continue;
		if (i && is_cut(k, in.food, &m[i - 1], &m[i]))
			continue;
		g = taken ? 0 : grams(k, &in, f);
		if (g > 0)
			ratio = g / portions / f->portion_g;
		add_food(k, d, m[i].row, in.optional ? ratio / 2 : ratio);
		taken++;
	}
	return n;
}

static void read_ingredients(const struct knowledge *k, const struct recipe *r,
	struct arena *mem, struct dish *d)
{
	struct dish_profile *p = d->profile;
	double portions = recipe_portions(r);
	size_t i;

	if (portions < 1)
		portions = 1;
	p->unrecognised =
		arena_calloc(mem, r->n_ingredients, sizeof(*p->unrecognised));
	for (i = 0; i < r->n_ingredients; i++)
		if (!read_line(k, r->ingredients[i], portions, mem, d))
			p->unrecognised[p->n_unrecognised++] =
				r->ingredients[i];
}

/* ---- techniques, known dishes, cuisine ---- */

static void add_technique(
	const struct knowledge *k, struct dish *d, unsigned row, int in_name)
{
	const struct technique *all;
	size_t i, at, n;

	all = knowledge_techniques(k, &n);
	for (i = 0; i < d->n_techniques; i++) {
		if (d->techniques[i].row == row) {
			d->techniques[i].in_name |= in_name;
			return;
		}
	}
	for (at = 0; at < d->n_techniques &&
		     d->techniques[at].technique->rank >= all[row].rank;
		at++)
		;
	if (at == DISH_TECHNIQUES_MAX)
		return;
	n = d->n_techniques < DISH_TECHNIQUES_MAX ? d->n_techniques++
						  : DISH_TECHNIQUES_MAX - 1;
	memmove(&d->techniques[at + 1], &d->techniques[at],
		(n - at) * sizeof(d->techniques[0]));
	d->techniques[at].row = row;
	d->techniques[at].technique = &all[row];
	d->techniques[at].in_name = in_name;
}

/* Is this word part of a food's name? Smoked paprika smokes nothing. */
static int in_food(const struct match *t, const struct match *foods, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (t->start < foods[i].start + foods[i].len &&
			foods[i].start < t->start + t->len &&
			foods[i].len >= t->len)
			return 1;
	return 0;
}

static void read_techniques(const struct knowledge *k, const char *text,
	int in_name, struct dish *d)
{
	struct match m[MATCHES_MAX], foods[MATCHES_MAX];
	size_t i, n, n_foods, len = strlen(text);

	n = knowledge_match(k, MATCH_TECHNIQUE, text, len, m, ARRAY_LEN(m));
	if (!n)
		return;
	n_foods = knowledge_match(
		k, MATCH_FOOD, text, len, foods, ARRAY_LEN(foods));
	for (i = 0; i < n; i++)
		if (!in_food(&m[i], foods, n_foods))
			add_technique(k, d, m[i].row, in_name);
}

/* The longest known dish in the name. */
static void find_classic(
	const struct knowledge *k, const struct recipe *r, struct dish *d)
{
	struct match m[8];
	size_t i, n, best = 0;

	d->classic = -1;
	n = knowledge_match(
		k, MATCH_CLASSIC, r->name, strlen(r->name), m, ARRAY_LEN(m));
	for (i = 0; i < n; i++) {
		if (m[i].len > best) {
			best = m[i].len;
			d->classic = m[i].row;
		}
	}
}

/* A name alone stands for the dish everybody knows. */
static void fill_from_classic(const struct knowledge *k, struct dish *d)
{
	const struct classic *c;
	size_t i, n;

	if (d->classic < 0)
		return;
	c = &knowledge_classics(k, &n)[d->classic];
	for (i = 0; !d->n_foods && i < c->foods.n; i++)
		;
	if (!d->n_foods)
		for (i = 0; i < c->foods.n; i++)
			add_food(k, d, c->foods.at[i], 1);
	if (!d->n_techniques)
		for (i = 0; i < c->techniques.n; i++)
			add_technique(k, d, c->techniques.at[i], 1);
}

/* How many cuisines an ingredient is typical of. */
static size_t claims(const struct cuisine *all, size_t n, unsigned food)
{
	size_t i, j, count = 0;

	for (i = 0; i < n; i++)
		for (j = 0; j < all[i].cues.n; j++)
			count += all[i].cues.at[j] == food;
	return count;
}

/* No word says it, so ask the ingredients: three typical ones at least, and the
 * more cuisines claim one the less it tells. */
static void guess_cuisine(const struct knowledge *k, struct dish *d)
{
	double weight[DISH_FOODS_MAX], best = 0;
	const struct cuisine *all;
	size_t i, j, f, n;

	all = knowledge_cuisines(k, &n);
	for (f = 0; f < d->n_foods; f++) {
		size_t c = claims(all, n, d->foods[f].row);

		weight[f] = c ? 1.0 / (double)c : 0;
	}
	for (i = 0; i < n; i++) {
		double sum = 0;
		int hits = 0;

		for (j = 0; j < all[i].cues.n; j++)
			for (f = 0; f < d->n_foods; f++)
				if (d->foods[f].row == all[i].cues.at[j]) {
					sum += weight[f];
					hits++;
				}
		if (hits >= 3 && sum > best) {
			best = sum;
			d->cuisine = (int)i;
		}
	}
	d->cuisine_sure = best / 3 > 0.8 ? 0.8 : best / 3;
	if (best < 0.9) {
		d->cuisine = -1;
		d->cuisine_sure = 0;
	}
}

static void find_cuisine(
	const struct knowledge *k, const struct recipe *r, struct dish *d)
{
	struct match m[4];
	size_t n;

	d->cuisine = -1;
	d->cuisine_sure = 1;
	if (knowledge_match(k, MATCH_CUISINE, r->name, strlen(r->name), m,
		    ARRAY_LEN(m))) {
		d->cuisine = m[0].row;
		return;
	}
	if (d->classic >= 0)
		d->cuisine = knowledge_classics(k, &n)[d->classic].cuisine;
	if (d->cuisine < 0)
		guess_cuisine(k, d);
}

/* ---- axes ---- */

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
static void find_main(const struct knowledge *k, struct dish *d)
{
	const struct group *groups;
	double best = 0;
	size_t i, n;

	groups = knowledge_groups(k, &n);
	d->main = NOBODY;
	d->profile->protein = "none";
	for (i = 0; i < d->n_foods; i++) {
		const struct group *g = &groups[d->foods[i].food->group_row];
		double lead = g->lead * d->foods[i].share;

		if (lead > best) {
			best = lead;
			d->main = (int)i;
			d->profile->protein = g->name;
		}
	}
}

/* Sweeter than savoury, and not about meat or fish. */
static void find_dessert(const struct knowledge *k, struct dish *d)
{
	const struct group *groups;
	double sweet = d->axis[TASTE_SWEET], savoury = d->axis[TASTE_UMAMI];
	double lead = 0, v;
	size_t i, n;

	groups = knowledge_groups(k, &n);
	for (i = 0; i < d->n_foods; i++) {
		v = groups[d->foods[i].food->group_row].lead *
		    (d->foods[i].share > 1 ? 1 : d->foods[i].share);
		if (v > lead)
			lead = v;
	}
	if (savoury < d->axis[TASTE_HEAT])
		savoury = d->axis[TASTE_HEAT];
	v = within(2.5 * (sweet - savoury - 1));
	if (v > 4 * (sweet - 4))
		v = within(4 * (sweet - 4));
	d->axis[AXIS_DESSERT] = lead >= 6 ? 0 : v;
	d->cause[AXIS_DESSERT] = d->cause[TASTE_SWEET];
}

/* ---- cues ---- */

static double shows_food(const struct dish *d, const struct cue *c, int *cause)
{
	double most = 0;
	size_t i;

	for (i = 0; i < d->n_foods; i++) {
		const struct dish_food *f = &d->foods[i];
		unsigned row = c->kind == CUE_FOOD ? f->row
						   : f->food->group_row;
		double v = within(10 * f->share);

		/* three anchovies make no fish dish */
		if (c->kind == CUE_GROUP && f->food->role == ROLE_SEASONING)
			v *= 0.3;
		if (row == (unsigned)c->row && v > most) {
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

int dish_read(const struct knowledge *k, const struct recipe *r,
	struct arena *mem, struct dish_profile *profile, struct dish *d,
	struct err *e)
{
	size_t i;

	memset(d, 0, sizeof(*d));
	memset(profile, 0, sizeof(*profile));
	d->profile = profile;
	d->name = r->name;
	for (i = 0; i < DISH_AXES_MAX; i++)
		d->cause[i] = NOBODY;
	read_ingredients(k, r, mem, d);
	read_techniques(k, r->name, 1, d);
	for (i = 0; i < r->n_instructions; i++)
		read_techniques(k, r->instructions[i], 0, d);
	find_classic(k, r, d);
	fill_from_classic(k, d);
	if (!d->n_foods)
		return err_set(e, REASON_NOT_A_RECIPE, "no food recognised");
	find_cuisine(k, r, d);
	mix_tastes(d);
	mix_aromas(d);
	find_main(k, d);
	find_dessert(k, d);
	find_traits(k, d);
	fill_profile(k, d);
	return 0;
}

/* ---- dishes like it ---- */

static double has(const struct dish *d, const struct food *all, unsigned row)
{
	double most = 0;
	size_t i;

	for (i = 0; i < d->n_foods; i++) {
		const struct dish_food *f = &d->foods[i];
		double share = f->share > 1 ? 1 : f->share;

		if (f->row == row && share > most)
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
	const struct group *groups;
	double sum = 0, of = 0, lead = 0;
	size_t i, j, n;

	foods = knowledge_foods(k, &n);
	groups = knowledge_groups(k, &n);
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
	if (d->main != NOBODY && !lead &&
		groups[d->foods[d->main].food->group_row].lead >= 5)
		sum *= 0.4;
	return of > 0 ? 10 * sum / of : 0;
}
