#include "pairing/score.h"

#include <math.h>

#define LEAST 0.5   /* points; less is not worth a word */
#define RECEDES 3   /* how much louder a dish may be than what leads it */
#define FAME_LOVE 8 /* points of a love that tells as much as a known dish */

double wine_axis(const struct wine *w, enum wine_axis axis)
{
	switch (axis) {
	case WINE_BODY:
		return w->body;
	case WINE_ACIDITY:
		return w->acidity;
	case WINE_TANNIN:
		return w->tannin;
	case WINE_SWEETNESS:
		return w->sweetness;
	case WINE_ALCOHOL: /* 5 % by volume is 0, 20 % is 10 */
		return w->abv < 5 ? 0 : w->abv > 20 ? 10 : (w->abv - 5) / 1.5;
	case WINE_BUBBLES:
		return w->bubbles;
	case WINE_OAK:
		return w->oak;
	case WINE_INTENSITY:
		return w->intensity;
	case WINE_PRICE:
		return w->price;
	case WINE_NOTHING:
	case WINE_AXIS_MAX:
		break;
	}
	return 0;
}

static void add(struct candidate *c, const struct rule *r,
	const char *const *text, double points, int cause, int subject)
{
	struct effect *e;

	points = round(points * 10) / 10;
	if (fabs(points) < LEAST || c->n_effects == EFFECTS_MAX)
		return;
	e = &c->effects[c->n_effects++];
	e->rule = r;
	e->text = text;
	e->points = points;
	e->cause = cause;
	e->subject = subject;
	c->total += points;
}

/* ---- rules on the structure of the wine ---- */

/* How far v is above from, as a part of the way to 10. */
static double over(double v, double from)
{
	return v <= from ? 0 : (v - from) / (10 - from);
}

static double loudest(const struct dish *d, const struct index_list *axes)
{
	double most = 0;
	size_t i;

	for (i = 0; i < axes->n; i++)
		if (d->axis[axes->at[i]] > most)
			most = d->axis[axes->at[i]];
	return most;
}

/* How much of a rule holds for this dish at all, 0-1. */
static double gate(const struct rule *r, const struct dish *d)
{
	double g = 1;

	if (r->with.n)
		g *= loudest(d, &r->with) / 10;
	if (r->unless.n)
		g *= 1 - loudest(d, &r->unless) / 10;
	return g;
}

static double at_most(double loss, double penalty)
{
	return loss > penalty ? penalty : loss;
}

static double match(const struct rule *r, double wine, double dish)
{
	double off = fabs(wine - dish) - r->slack;

	if (off <= 0)
		return r->points;
	return -at_most(r->slope * off - r->points, r->penalty);
}

static double reach(const struct rule *r, double wine, double dish)
{
	double lacking = dish - r->slack - wine;

	if (dish <= r->dish_from)
		return 0;
	if (lacking <= 0)
		return r->points * over(dish, r->dish_from);
	return -at_most(r->slope * lacking, r->penalty);
}

static double limit(const struct rule *r, double wine, double dish)
{
	double excess = wine - r->slack - dish;

	if (wine <= r->wine_from || excess <= 0)
		return 0;
	return -at_most(r->slope * excess, r->penalty);
}

static void structural(
	const struct rule *r, const struct dish *d, struct candidate *c)
{
	double wine = wine_axis(c->wine, r->wine), points = 0, g = gate(r, d);
	double dish = r->dish == AXIS_NOTHING ? 0 : d->axis[r->dish];
	const char *const *text = r->good;

	if (r->shape == SHAPE_MATCH)
		points = match(r, wine, dish);
	else if (r->shape == SHAPE_REACH)
		points = reach(r, wine, dish);
	else if (r->shape == SHAPE_LIMIT)
		points = limit(r, wine, dish);
	else
		points = r->points *
			 (r->wine == WINE_NOTHING ? 1
						  : over(wine, r->wine_from)) *
			 (r->dish == AXIS_NOTHING ? 1
						  : over(dish, r->dish_from));
	if (points < 0) {
		text = r->over;
		if (r->shape == SHAPE_REACH ||
			(r->shape == SHAPE_MATCH && wine < dish))
			text = r->under;
	}
	add(c, r, text, points * g,
		r->dish == AXIS_NOTHING ? NOBODY : d->cause[r->dish], -1);
}

/* ---- rules on what is known ---- */

/* Later wines of a list get a little less than the first. */
static double fade(size_t rank)
{
	double f = 1 - 0.1 * (double)rank;

	return f < 0.4 ? 0.4 : f;
}

/* What a row says of its first wine holds for that one only. */
static void listed(const struct index_list *wines, double points,
	const struct rule *r, int subject, struct candidate *all)
{
	size_t i;

	for (i = 0; i < wines->n; i++)
		add(&all[wines->at[i]], r, i && *r->under ? r->under : r->good,
			points * fade(i), NOBODY, subject);
}

/* How much of the dish a food is: leading or loud, 0-1. What leads recedes
 * behind a sauce or a spice that is louder. */
static double salience(const struct dish *d, int cause)
{
	const struct dish_food *f;
	double all = d->axis[TASTE_INTENSITY], own, lead, loud;

	if (cause == NOBODY)
		return 1;
	f = &d->foods[cause];
	own = f->food->taste[TASTE_INTENSITY] * f->share;
	lead = f->group->lead * (f->share > 1 ? 1 : f->share) / 9;
	if (own + RECEDES < all)
		lead *= (own + RECEDES) / all;
	loud = own / (all + 1);
	return 0.3 + 0.7 * (lead > loud ? lead : loud > 1 ? 1 : loud);
}

/* A wine's second friend among the foods counts less than its first, and so
 * on: ten small loves are not one great one. */
static void fade_loves(struct candidate *c, size_t from)
{
	size_t i, j;

	for (i = from; i < c->n_effects; i++) {
		struct effect e = c->effects[i];

		for (j = i; j > from && c->effects[j - 1].points < e.points;
			j--)
			c->effects[j] = c->effects[j - 1];
		c->effects[j] = e;
	}
	for (i = from; i < c->n_effects && c->effects[i].points > 0; i++) {
		struct effect *e = &c->effects[i];
		double less = e->points / (1 + 0.8 * (double)(i - from));

		less = round(less * 10) / 10;
		if (less < LEAST)
			less = 0;
		c->total += less - e->points;
		e->points = less;
	}
	for (i = j = from; i < c->n_effects; i++)
		if (c->effects[i].points != 0)
			c->effects[j++] = c->effects[i];
	c->n_effects = j;
}

static void loved(const struct knowledge *k, const struct rule *r,
	const struct dish *d, struct candidate *all, size_t n_wines,
	struct arena *mem)
{
	const struct affinity *rows;
	size_t i, j, n, *from;

	from = arena_calloc(mem, n_wines, sizeof(*from));
	for (i = 0; i < n_wines; i++)
		from[i] = all[i].n_effects;
	rows = knowledge_affinities(k, &n);
	for (i = 0; i < n; i++) {
		const struct affinity *a = &rows[i];
		const char *const *text = *a->text	  ? a->text
					  : a->points < 0 ? r->over
							  : r->good;
		int cause;
		double v = dish_shows(d, &a->when, &cause) / 10;

		if (v <= 0)
			continue;
		v *= salience(d, cause) * a->points * r->points;
		for (j = 0; j < a->wines.n; j++)
			add(&all[a->wines.at[j].wine], r, text,
				a->points < 0 ? v
					      : v * fade(a->wines.at[j].rank),
				cause, -1);
	}
	for (i = 0; i < n_wines; i++)
		fade_loves(&all[i], from[i]);
}

/* A shared aroma tells more the fewer wines have it; wines and drinks without
 * alcohol do not count for each other, as they never stand side by side. */
static void bridge(const struct rule *r, const struct dish *d,
	struct candidate *all, size_t n)
{
	double owners[2][64] = { { 0 } }, loud[2][64] = { { 0 } };
	size_t i;
	int a;

	for (i = 0; i < n; i++)
		for (a = 0; a < 64; a++)
			owners[all[i].wine->color == COLOR_NONE][a] +=
				all[i].wine->aromas >> a & 1;
	for (i = 0; i < 2; i++)
		for (a = 0; a < 64; a++)
			loud[i][a] = d->aroma[a] / 10 *
				     sqrt(8.0 / (8.0 + owners[i][a]));
	for (i = 0; i < n; i++) {
		const double *v = loud[all[i].wine->color == COLOR_NONE];
		double sum = 0, best = 0;
		int subject = -1;

		for (a = 0; a < 64; a++) {
			if (!(all[i].wine->aromas >> a & 1))
				continue;
			sum += v[a];
			if (v[a] > best) {
				best = v[a];
				subject = a;
			}
		}
		if (subject >= 0)
			add(&all[i], r, r->good,
				r->points * (sum > 1.5 ? 1.5 : sum),
				d->aroma_cause[subject], subject);
	}
}

/* What dishes much like this one are served with. */
static void kindred(const struct knowledge *k, const struct rule *r,
	const struct dish *d, struct candidate *all, struct arena *mem)
{
	const struct classic *rows;
	double *best;
	int *who;
	size_t i, j, n, wines;

	rows = knowledge_classics(k, &n);
	(void)knowledge_wines(k, &wines);
	best = arena_calloc(mem, wines, sizeof(*best));
	who = arena_calloc(mem, wines, sizeof(*who));
	for (i = 0; i < n; i++) {
		double like = (int)i == d->classic
				      ? 0
				      : over(dish_likeness(k, d, &rows[i]),
						r->dish_from);

		for (j = 0; like > 0 && j < rows[i].wines.n; j++) {
			unsigned w = rows[i].wines.at[j];

			if (like * fade(j) > best[w]) {
				best[w] = like * fade(j);
				who[w] = (int)i;
			}
		}
	}
	for (i = 0; i < wines; i++)
		if (best[i] > 0)
			add(&all[i], r, r->good, r->points * best[i], NOBODY,
				who[i]);
}

/* How often the tables name each wine as a partner, the first of a row more
 * than the later ones, and a famous love more than a nod. */
static void count_fame(
	const struct knowledge *k, struct candidate *all, size_t n_wines)
{
	const struct affinity *loves;
	const struct classic *rows;
	double most = 0;
	size_t i, j, n;

	rows = knowledge_classics(k, &n);
	for (i = 0; i < n; i++)
		for (j = 0; j < rows[i].wines.n; j++)
			all[rows[i].wines.at[j]].fame += fade(j);
	loves = knowledge_affinities(k, &n);
	for (i = 0; i < n; i++)
		for (j = 0; loves[i].points > 0 && j < loves[i].wines.n; j++) {
			const struct pick *w = &loves[i].wines.at[j];

			all[w->wine].fame +=
				fade(w->rank) * loves[i].points / FAME_LOVE;
		}
	for (i = 0; i < n_wines; i++) {
		all[i].fame = log2(1 + all[i].fame);
		if (all[i].fame > most)
			most = all[i].fame;
	}
	for (i = 0; i < n_wines && most > 0; i++)
		all[i].fame /= most;
}

/* What goes with much seldom fails with the rest. */
static void versatile(const struct rule *r, const struct dish *d,
	struct candidate *all, size_t n)
{
	double g = gate(r, d);
	size_t i;

	for (i = 0; i < n; i++)
		add(&all[i], r, r->good,
			r->points * g * over(10 * all[i].fame, r->wine_from),
			NOBODY, -1);
}

/* A wine for special occasions needs a reason to be here. */
static void rare(
	const struct rule *r, const struct dish *d, struct candidate *all)
{
	size_t i, j;

	for (i = 0; i < r->wines.n; i++) {
		struct candidate *c = &all[r->wines.at[i].wine];
		double points = -r->penalty * gate(r, d);

		for (j = 0; j < c->n_effects; j++)
			if (c->effects[j].points > 0 &&
				c->effects[j].rule->shape >= SHAPE_LOVE &&
				c->effects[j].rule->shape <= SHAPE_KINDRED &&
				c->effects[j].rule->shape != SHAPE_BRIDGE)
				points += c->effects[j].points;
		if (points < 0)
			add(c, r, r->over, points, NOBODY, -1);
	}
}

static void of_region(const struct knowledge *k, const struct rule *r,
	const struct dish *d, struct candidate *all)
{
	double points = r->points * d->cuisine_sure * gate(r, d);
	const struct cuisine *c;
	size_t n;

	c = &knowledge_cuisines(k, &n)[d->cuisine];
	listed(&c->wines, points, r, d->cuisine, all);
	listed(&c->drinks, points, r, d->cuisine, all);
}

static void apply(const struct knowledge *k, const struct rule *r,
	const struct dish *d, struct candidate *all, size_t n,
	struct arena *mem)
{
	size_t i, rows;

	switch (r->shape) {
	case SHAPE_MATCH:
	case SHAPE_REACH:
	case SHAPE_LIMIT:
	case SHAPE_BOTH:
		if (r->wines.n)
			for (i = 0; i < r->wines.n; i++)
				structural(r, d, &all[r->wines.at[i].wine]);
		else
			for (i = 0; i < n; i++)
				structural(r, d, &all[i]);
		break;
	case SHAPE_LOVE:
		loved(k, r, d, all, n, mem);
		break;
	case SHAPE_BRIDGE:
		bridge(r, d, all, n);
		break;
	case SHAPE_REGION:
		if (d->cuisine >= 0)
			of_region(k, r, d, all);
		break;
	case SHAPE_CLASSIC:
		if (d->classic >= 0)
			listed(&knowledge_classics(k, &rows)[d->classic].wines,
				r->points, r, d->classic, all);
		break;
	case SHAPE_KINDRED:
		kindred(k, r, d, all, mem);
		break;
	case SHAPE_VERSATILE:
		versatile(r, d, all, n);
		break;
	case SHAPE_RARE:
		rare(r, d, all);
		break;
	case SHAPE_BASE:
		for (i = 0; i < n; i++)
			all[i].total += r->points;
		break;
	case SHAPE_MAX:
		break;
	}
}

struct candidate *score_all(const struct knowledge *k, const struct dish *d,
	int drinks, struct arena *mem)
{
	const struct wine *wines;
	const struct rule *rules;
	struct candidate *all;
	size_t i, n, n_rules;

	wines = knowledge_wines(k, &n);
	rules = knowledge_rules(k, &n_rules);
	all = arena_calloc(mem, n, sizeof(*all));
	for (i = 0; i < n; i++)
		all[i].wine = &wines[i];
	count_fame(k, all, n);
	while (!drinks && n && wines[n - 1].color == COLOR_NONE)
		n--; /* they stand behind the wines */
	for (i = 0; i < n_rules; i++)
		apply(k, &rules[i], d, all, n, mem);
	for (i = 0; i < n; i++)
		all[i].total = round(all[i].total * 10) / 10;
	return all;
}

/* Sums run from far below 0 to a little over 100; the last stretch bends so
 * that better stays better and nothing is perfect. */
int score_shown(double total)
{
	if (total > 80)
		total = 80 + 20 * (1 - exp((80 - total) / 40));
	return total < 0 ? 0 : (int)(total + 0.5);
}
