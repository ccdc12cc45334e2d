/*
 * What a wine goes with: where it stands out on the board. A wine that is
 * good with everything is told by where it is better than the others, one that
 * is seldom good by where it is better than usual.
 */
#include "pairing/told.h"

#include <math.h>

#define PLACE 6	       /* points that each doubling of the place costs */
#define GOOD_SCORE 50  /* a dish worth naming, … */
#define GOOD_PLACE 10  /* … where the wine is among the first, … */
#define STILL_GOOD 20  /* … also after what variety costs */
#define DISHES_LEAST 3 /* even where nothing is good */
#define SAME_FOOD 30   /* what it costs a dish to be like one named before */
#define SAME_GROUP 10
#define SAME_CUISINE 5
#define SAME_TECHNIQUE 3
#define KIND_LEAST 4	/* dishes; fewer make no kind */
#define KIND_BROAD 8	/* dishes of one that is named when few are good */
#define KIND_SCORE 45	/* mean of one that suits */
#define KIND_LIFT 0.4	/* part of what the best one lifts the wine */
#define KIND_PLACES 0.1 /* the part of its peers that may be better at it */
#define CUISINE_LEAST 6 /* dishes of a kitchen the wine does not belong to */
#define CUISINE_PLACES 0.01
#define LOOSE_PLACES 0.25 /* when hardly a kind was found otherwise */
#define KINDS_LEAST 2
#define BAD_SCORE 30
#define BAD_LIFT (-4)

/* ---- dishes: a good score, and a good place among the wines ---- */

/* How much a dish says for a wine: the score and the place it gets there. */
static double merit(const struct board *b, size_t dish, size_t wine)
{
	size_t at = board_at(b, dish, wine);

	return b->score[at] - PLACE * log2((double)b->place[at]);
}

/* What it costs a dish that one like it was named already. */
static double alike(const struct board_dish *a, const struct board_dish *o)
{
	double cost = 0;

	if (a->food == o->food)
		cost += SAME_FOOD;
	else if (a->group == o->group)
		cost += SAME_GROUP;
	if (a->cuisine >= 0 && a->cuisine == o->cuisine)
		cost += SAME_CUISINE;
	if (a->technique >= 0 && a->technique == o->technique)
		cost += SAME_TECHNIQUE;
	return cost;
}

/* The best dish that is left, by left[]; NO_ROW when none will do. least: one
 * that is not good will. */
static uint16_t next_dish(
	const struct board *b, size_t wine, const double *left, int least)
{
	uint16_t best = NO_ROW;
	size_t i;

	for (i = 0; i < b->dishes; i++) {
		size_t at = board_at(b, i, wine);

		if (!b->dish[i].known || isinf(left[i]) ||
			(best != NO_ROW && left[i] <= left[best]))
			continue;
		if (!least && (b->place[at] > GOOD_PLACE ||
				      b->score[at] < GOOD_SCORE ||
				      left[i] < STILL_GOOD))
			continue;
		best = (uint16_t)i;
	}
	return best;
}

static void pick_dishes(const struct board *b, size_t wine, struct told *t)
{
	double *left = xcalloc(b->dishes, sizeof(*left));
	size_t i;

	for (i = 0; i < b->dishes; i++)
		left[i] = merit(b, i, wine);
	while (t->n_dishes < SUITED_DISHES) {
		uint16_t best = next_dish(b, wine, left, 0);

		if (best == NO_ROW && t->n_dishes < DISHES_LEAST)
			best = next_dish(b, wine, left, 1);
		if (best == NO_ROW)
			break;
		t->dishes[t->n_dishes++] = best;
		for (i = 0; i < b->dishes; i++)
			left[i] -= alike(&b->dish[i], &b->dish[best]);
		left[best] = -INFINITY;
	}
	free(left);
}

/* ---- kinds: above what the wine does, and what others do ---- */

/* How much a kind lifts the wine; the more dishes, the surer. */
static double lift(const struct board *b, size_t kind, size_t wine)
{
	double m = b->by_kind[board_at(b, kind, wine)];
	double n = (double)b->kinds.list[kind].n;
	double usual =
		(b->by_wine[wine] + b->by_peers[wine >= b->drinks][kind]) / 2;

	return (m - usual) * n / (n + 2);
}

/* Is the wine among that part of its peers, for dishes of a kind? */
static int is_among(
	const struct board *b, size_t kind, size_t wine, double part)
{
	const double *row = &b->by_kind[board_at(b, kind, 0)];
	size_t from, to, i, better = 0;

	board_peers(b, wine, &from, &to);
	for (i = from; i < to; i++)
		better += row[i] > row[wine];
	return (double)better < part * (double)(to - from);
}

/* Are half the dishes of one the other's, too? */
static int overlap(const struct kind *a, const struct kind *o)
{
	size_t i = 0, j = 0, both = 0;

	while (i < a->n && j < o->n) {
		both += a->dishes[i] == o->dishes[j];
		if (a->dishes[i] <= o->dishes[j])
			i++;
		else
			j++;
	}
	return 2 * both >= (a->n < o->n ? a->n : o->n);
}

struct picks { /* kinds taken so far */
	const struct board *b;
	size_t wine;
	size_t at[SUITED_KINDS * KIND_SUBJECTS]; /* the best first */
	size_t n;
};

static int is_new(const struct picks *p, size_t kind)
{
	const struct kind *list = p->b->kinds.list;
	size_t i;

	if (list[kind].n < KIND_LEAST)
		return 0;
	for (i = 0; i < p->n; i++)
		if (p->at[i] == kind || overlap(&list[p->at[i]], &list[kind]))
			return 0;
	return 1;
}

/* Is the wine one of those of a kitchen? */
static int at_home(const struct board *b, int cuisine, size_t wine)
{
	const struct cuisine *c;
	size_t i, n;

	c = &knowledge_cuisines(b->k, &n)[cuisine];
	for (i = 0; i < c->wines.n; i++)
		if (c->wines.at[i] == wine)
			return 1;
	for (i = 0; i < c->drinks.n; i++)
		if (c->drinks.at[i] == wine)
			return 1;
	return 0;
}

/* May it be named? loose: since hardly one was. A kitchen is more than four
 * dishes to whoever is not at home there. */
static int suits(const struct picks *p, size_t i, int loose)
{
	const struct board *b = p->b;
	const struct kind *kind = &b->kinds.list[i];
	int cuisine = kind->how == KIND_CUISINE;
	int guest = cuisine && !at_home(b, kind->subject, p->wine);

	if (b->by_kind[board_at(b, i, p->wine)] < KIND_SCORE ||
		(guest && kind->n < CUISINE_LEAST) ||
		(loose && (cuisine || kind->n < KIND_BROAD)) ||
		(p->n && lift(b, i, p->wine) <
				 KIND_LIFT * lift(b, p->at[0], p->wine)))
		return 0;
	return is_among(b, i, p->wine,
		loose	? LOOSE_PLACES
		: guest ? CUISINE_PLACES
			: KIND_PLACES);
}

static size_t next_kind(const struct picks *p, int loose)
{
	size_t i, best = p->b->kinds.n;

	for (i = 0; i < p->b->kinds.n; i++) {
		if (best < p->b->kinds.n &&
			lift(p->b, i, p->wine) <= lift(p->b, best, p->wine))
			continue;
		if (is_new(p, i) && suits(p, i, loose))
			best = i;
	}
	return best;
}

static void tell_kind(
	const struct board *b, size_t kind, size_t wine, struct told_kind *t)
{
	const struct kind *from = &b->kinds.list[kind];

	t->how = (uint8_t)from->how;
	t->what = (int16_t)from->what;
	t->n = from->subject >= 0;
	t->subjects[0] = (int16_t)from->subject;
	t->score = (uint8_t)lround(b->by_kind[board_at(b, kind, wine)]);
}

/* Braised beef and braised game are one line. NULL: there is none to add to;
 * one that is full takes no more. */
static struct told_kind *line_of(
	const struct kind *kind, struct told_kind *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i].how == kind->how && list[i].what == kind->what &&
			list[i].n && kind->subject >= 0)
			return &list[i];
	return NULL;
}

static void add_to_line(struct told_kind *t, int subject, double score)
{
	if (t->n == KIND_SUBJECTS)
		return;
	t->score = (uint8_t)lround((t->score * t->n + score) / (t->n + 1));
	t->subjects[t->n++] = (int16_t)subject;
}

static void sort_kinds(struct told_kind *list, size_t n)
{
	size_t i, j;

	for (i = 1; i < n; i++) {
		struct told_kind t = list[i];

		for (j = i; j && list[j - 1].score < t.score; j--)
			list[j] = list[j - 1];
		list[j] = t;
	}
}

static void pick_kinds(const struct board *b, size_t wine, struct told *t)
{
	struct picks p = { b, wine, { 0 }, 0 };
	int loose = 0;

	while (p.n < ARRAY_LEN(p.at)) {
		size_t best = next_kind(&p, loose);
		const struct kind *kind = &b->kinds.list[best];
		struct told_kind *line;

		if (best == b->kinds.n) {
			if (loose || t->n_kinds >= KINDS_LEAST)
				break;
			loose = 1;
			continue;
		}
		line = kind->how == KIND_GROUP
			       ? NULL
			       : line_of(kind, t->kinds, t->n_kinds);
		if (line)
			add_to_line(line, kind->subject,
				b->by_kind[board_at(b, best, wine)]);
		else if (t->n_kinds < SUITED_KINDS)
			tell_kind(b, best, wine, &t->kinds[t->n_kinds++]);
		else
			break;
		p.at[p.n++] = best;
	}
	sort_kinds(t->kinds, t->n_kinds);
}

/* ---- what it does not go with ---- */

/* How many dishes of a kind have that fault with the wine. */
static size_t have_fault(const struct board *b, const struct kind *kind,
	size_t wine, uint16_t fault)
{
	size_t i, n = 0;

	for (i = 0; i < kind->n; i++)
		n += b->fault[board_at(b, kind->dishes[i], wine)] == fault;
	return n;
}

/* The fault of most dishes of a kind, and which of these suffers most. */
static void find_fault(const struct board *b, const struct kind *kind,
	size_t wine, struct told_bad *t)
{
	size_t i, most = 0;

	t->rule = NO_ROW;
	for (i = 0; i < kind->n; i++) {
		uint16_t dish = kind->dishes[i];
		uint16_t fault = b->fault[board_at(b, dish, wine)];
		size_t have = have_fault(b, kind, wine, fault);

		if (fault == NO_ROW || have < most ||
			(have == most &&
				(fault != t->rule ||
					b->total[board_at(b, dish, wine)] >=
						b->total[board_at(
							b, t->dish, wine)])))
			continue;
		most = have;
		t->rule = fault;
		t->dish = dish;
	}
}

/* The line that already told that fault; NULL: none. */
static struct told_bad *told_of(struct told *t, uint16_t rule)
{
	size_t i;

	for (i = 0; i < t->n_avoid; i++)
		if (t->avoid[i].rule == rule)
			return &t->avoid[i];
	return NULL;
}

/* The next worst kind, and its fault: one not told yet, or the same with
 * other food. */
static size_t next_bad(
	const struct picks *p, struct told *told, struct told_bad *t)
{
	const struct board *b = p->b;
	size_t i, worst = b->kinds.n;

	for (i = 0; i < b->kinds.n; i++) {
		const struct kind *kind = &b->kinds.list[i];
		double low = lift(b, i, p->wine);
		struct told_bad fault, *line;

		if (low > BAD_LIFT || kind->how == KIND_CUISINE ||
			b->by_kind[board_at(b, i, p->wine)] > BAD_SCORE ||
			(worst < b->kinds.n &&
				low >= lift(b, worst, p->wine)) ||
			!is_new(p, i))
			continue;
		memset(&fault, 0, sizeof(fault));
		find_fault(b, kind, p->wine, &fault);
		line = told_of(told, fault.rule);
		if (fault.rule == NO_ROW ||
			(line && !line_of(kind, &line->kind, 1)) ||
			(!line && told->n_avoid == SUITED_AVOID))
			continue;
		worst = i;
		*t = fault;
	}
	return worst;
}

static void pick_avoid(const struct board *b, size_t wine, struct told *t)
{
	struct picks p = { b, wine, { 0 }, 0 };
	struct told_bad bad, *line;

	while (p.n < SUITED_AVOID * KIND_SUBJECTS) {
		size_t worst = next_bad(&p, t, &bad);

		if (worst == b->kinds.n)
			break;
		line = told_of(t, bad.rule);
		tell_kind(b, worst, wine, &bad.kind);
		if (line)
			add_to_line(&line->kind, bad.kind.subjects[0],
				bad.kind.score);
		else
			t->avoid[t->n_avoid++] = bad;
		p.at[p.n++] = worst;
	}
}

void told_find(const struct board *b, size_t wine, struct told *t)
{
	pick_dishes(b, wine, t);
	pick_kinds(b, wine, t);
	pick_avoid(b, wine, t);
}
