/*
 * What the words of a label are worth for one wine, in points. A name (an
 * appellation, a style) counts more than a grape with its region, that more
 * than a grape alone, and a grape that a wine is not made of more than any name
 * does. Colour and sweetness are limits: a wine of another colour is out.
 */
#include "pairing/evidence.h"

/* What a word is worth. */
#define NAME_WORTH 10.0
#define NAME_MORE 1.0  /* another name of the same wine */
#define GRAPE_MAIN 5.0 /* the first grape of a wine; then less */
#define GRAPE_LESS 1.0
#define GRAPE_LEAST 3.5
#define GRAPE_CALLED 1.5 /* the wine is called by that grape */
#define GRAPE_STRANGE (-10.0)
#define PLACE_WORTH 4.0
#define COUNTRY_WORTH 2.5
#define COUNTRY_OF 2.0 /* it is in the country that a name tells */
#define COUNTRY_WITHIN 1.5
#define PLACE_STRANGE (-1.0)
#define LIMIT_WORTH 0.5	    /* a colour, a sweetness that fits */
#define COMPOSITE_LIMIT 1.0 /* the same where it is part of a name */
#define COMPOSITE_WORTH 1.0 /* all parts of a name are there */

/* ---- what is out ---- */

const struct wine *evidence_wine(const struct evidence *ev, size_t row)
{
	size_t n;

	return &knowledge_wines(ev->l->k, &n)[row];
}

static int is_kind(const struct wine *w, enum wine_color kind)
{
	return kind == COLOR_SPARKLING ? w->bubbles >= 3 : w->color == kind;
}

static int is_sweet(const struct wine *w, int says)
{
	static const double range[SAYS_MAX][2] = {
		[SAYS_DRY] = { 0, 2.5 },
		[SAYS_OFF_DRY] = { 2, 6 },
		[SAYS_SWEET] = { 4.5, 10 },
	};

	return w->sweetness >= range[says][0] && w->sweetness <= range[says][1];
}

int evidence_excludes(const struct evidence *ev, size_t row)
{
	const struct wine *w = evidence_wine(ev, row);
	int i, fits;

	if (ev->tints && !(ev->l->wines[row].tints & ev->tints))
		return 1;
	if (w->color == COLOR_NONE && ev->vintage > 0)
		return 1; /* no tea has a year */
	fits = !ev->kinds;
	for (i = 0; i < COLOR_MAX; i++)
		fits |= ev->kinds >> i & 1 && is_kind(w, (enum wine_color)i);
	if (!fits)
		return 1;
	fits = !ev->sweet;
	for (i = 0; i < SAYS_MAX; i++)
		fits |= ev->sweet >> i & 1 && is_sweet(w, i);
	return !fits;
}

/* A single sort needs a word for it. */
static int uncalled(
	const struct evidence *ev, size_t row, const struct verdict *v)
{
	const struct label_wine *lw = &ev->l->wines[row];

	if (v->named || v->composite || v->called || v->only)
		return 0;
	if (lw->kind == LABEL_STILL)
		return lw->tints == 1u << COLOR_ROSE &&
		       !(ev->tints & lw->tints);
	if (lw->kind == COLOR_SWEET && ev->sweet >> SAYS_SWEET & 1)
		return 0;
	return !(ev->kinds >> lw->kind & 1);
}

/* ---- what speaks for a wine ---- */

static int is_named(const struct phrase_entry *p, size_t row)
{
	const struct meaning *m;

	for (m = p->means; m; m = m->next)
		if (m->kind == MEANS_NAME && m->value == (int)row)
			return 1;
	return 0;
}

/* Is the wine called by this grape? A word that is some wines' name means only
 * them: who says shiraz does not mean what is called syrah. */
static int is_called(
	const struct evidence *ev, size_t row, const struct atom *a)
{
	const struct label_wine *lw = &ev->l->wines[row];
	size_t i;

	if (label_means(a->phrase, MEANS_NAME))
		return is_named(a->phrase, row);
	for (i = 0; i < lw->n_called; i++)
		if (lw->called[i] == a->value)
			return 1;
	return 0;
}

static double grape_worth(const struct evidence *ev, size_t row,
	const struct atom *a, int *called)
{
	const struct label_wine *lw = &ev->l->wines[row];
	double worth = 0;
	size_t i;

	*called = is_called(ev, row, a);
	if (*called)
		return GRAPE_MAIN + GRAPE_CALLED;
	for (i = 0; i < lw->n_grapes && lw->grapes[i] != a->value; i++)
		;
	if (i < lw->n_grapes)
		worth = GRAPE_MAIN - GRAPE_LESS * (double)i;
	if (worth > 0 && worth < GRAPE_LEAST)
		worth = GRAPE_LEAST;
	return worth;
}

static int is_country_of_regions(
	const struct evidence *ev, const struct label_wine *lw, int country)
{
	size_t i;

	for (i = 0; i < lw->n_places; i++)
		if (lw->places[i] != country &&
			label_within(ev->l, lw->places[i], country))
			return 1;
	return 0;
}

/* How near a place of the label is to where the wine is from. *known: is it
 * the same country at least? */
static double place_worth(
	const struct evidence *ev, size_t row, int place, int *known)
{
	const struct label_wine *lw = &ev->l->wines[row];
	double best = 0, worth;
	size_t i;

	for (i = 0; i < lw->n_places; i++) {
		int other = lw->places[i];
		int country = label_is_country(ev->l, other);

		if (place == other)
			worth = country ? COUNTRY_WORTH : PLACE_WORTH;
		else if (label_within(ev->l, other, place))
			worth = label_is_country(ev->l, place) ? COUNTRY_WORTH
							       : PLACE_WORTH;
		else if (!label_within(ev->l, place, other))
			continue;
		else if (!country)
			worth = PLACE_WITHIN;
		else
			worth = is_country_of_regions(ev, lw, other)
					? 0
					: COUNTRY_WITHIN;
		*known = 1;
		if (worth > best)
			best = worth;
	}
	return best;
}

/* A place that only says where another place of the label lies. */
static int is_outer(const struct evidence *ev, size_t at)
{
	size_t i;

	for (i = 0; i < ev->n; i++)
		if (i != at && ev->atoms[i].kind == MEANS_PLACE &&
			ev->atoms[i].value != ev->atoms[at].value &&
			label_within(
				ev->l, ev->atoms[i].value, ev->atoms[at].value))
			return 1;
	return 0;
}

/* The atom that is this part of a name; -1 when there is none. */
static int find_part(const struct evidence *ev, const struct name_part *part)
{
	size_t i;

	for (i = 0; i < ev->n; i++) {
		const struct atom *a = &ev->atoms[i];

		if (a->kind != part->kind ||
			(a->kind == MEANS_PLACE && is_outer(ev, i)))
			continue;
		if (a->kind == MEANS_NAME ? a->phrase == part->phrase
			: a->kind == MEANS_PLACE
				? label_within(ev->l, a->value, part->value)
				: a->value == part->value)
			return (int)i;
	}
	return -1;
}

/* same: the label says the place itself, not one in it. */
static double part_worth(
	const struct evidence *ev, const struct name_part *part, int same)
{
	switch (part->kind) {
	case MEANS_NAME:
		return NAME_WORTH;
	case MEANS_GRAPE:
		return GRAPE_MAIN;
	case MEANS_PLACE:
		if (label_is_country(ev->l, part->value))
			return same ? COUNTRY_WORTH : COUNTRY_OF;
		return same ? PLACE_WORTH : PLACE_WITHIN;
	default:
		return COMPOSITE_LIMIT;
	}
}

/* Does the label say all parts of this name? Then each counts as much as it
 * would in the name. */
static void weigh_composite(
	const struct evidence *ev, const struct composite *c, struct verdict *v)
{
	int at[LABEL_PARTS_MAX];
	size_t i;

	for (i = 0; i < c->n; i++) {
		at[i] = find_part(ev, &c->parts[i]);
		if (at[i] < 0)
			return;
	}
	v->composite = 1;
	for (i = 0; i < c->n; i++) {
		const struct atom *a = &ev->atoms[at[i]];
		double worth = part_worth(
			ev, &c->parts[i], a->value == c->parts[i].value);

		if (worth > v->worth[at[i]])
			v->worth[at[i]] = worth;
	}
}

static void weigh_atoms(
	const struct evidence *ev, size_t row, struct verdict *v)
{
	const struct composite *c;
	int known, called;
	size_t i;

	for (i = 0; i < ev->n; i++) {
		const struct atom *a = &ev->atoms[i];

		if (a->kind == MEANS_NAME && is_named(a->phrase, row))
			v->worth[i] = NAME_WORTH;
		else if (a->kind == MEANS_GRAPE) {
			v->worth[i] = grape_worth(ev, row, a, &called);
			v->called |= called;
		} else if (a->kind == MEANS_PLACE)
			v->worth[i] = place_worth(ev, row, a->value, &known);
		else if (a->kind == MEANS_COLOR || a->kind == MEANS_SWEETNESS)
			v->worth[i] = LIMIT_WORTH;
	}
	for (c = ev->l->wines[row].composites; c; c = c->next)
		weigh_composite(ev, c, v);
}

/* What a grape counts: a word that means two grapes, such as shiraz, which is
 * syrah too, counts once. The rarer the grape, the more it tells. */
static double best_of_word(
	const struct evidence *ev, const struct verdict *v, size_t at)
{
	const struct atom *a = &ev->atoms[at];
	int styles = ev->l->grape_styles[a->value];
	size_t i;

	for (i = 0; i < ev->n; i++)
		if (i != at && ev->atoms[i].kind == MEANS_GRAPE &&
			ev->atoms[i].phrase == a->phrase &&
			(v->worth[i] > v->worth[at] ||
				(i < at && v->worth[i] >= v->worth[at])))
			return 0;
	if (v->worth[at] <= 0)
		return 0;
	return v->worth[at] + (styles ? LIMIT_WORTH / styles : 0);
}

int evidence_weigh(const struct evidence *ev, size_t row, struct verdict *v)
{
	int n_grapes = 0, n_places = 0, known = 0;
	double name = 0;
	size_t i;

	memset(v, 0, sizeof(*v));
	weigh_atoms(ev, row, v);
	for (i = 0; i < ev->n; i++) {
		const struct atom *a = &ev->atoms[i];
		double worth = v->worth[i];

		switch (a->kind) {
		case MEANS_NAME:
			if (worth > 0)
				name = name > 0 ? name + NAME_MORE : worth;
			break;
		case MEANS_GRAPE:
			n_grapes++;
			v->grapes += worth > 0;
			v->only |= worth > 0 && !ev->l->grape_styles[a->value];
			v->total += best_of_word(ev, v, i);
			break;
		case MEANS_PLACE:
			if (is_outer(ev, i)) {
				v->worth[i] = 0;
				break;
			}
			n_places += !a->kept;
			(void)place_worth(ev, row, a->value, &known);
			if (worth > v->place)
				v->place = worth;
			break;
		default:
			v->total += worth;
			break;
		}
	}
	v->named = name > 0;
	v->total += name + v->place + (v->composite ? COMPOSITE_WORTH : 0);
	if (n_grapes && !v->grapes) {
		v->strange_grape = 1;
		v->total += GRAPE_STRANGE;
	}
	if (n_places && !known && v->place <= 0) {
		v->strange_place = 1;
		v->total += PLACE_STRANGE;
	}
	return v->total > 0 && !uncalled(ev, row, v);
}

void evidence_keep_regions(struct evidence *ev)
{
	size_t i, j, n = ev->n;
	const struct meaning *m;
	int all_out;

	for (i = 0; i < n; i++) {
		const struct atom *a = &ev->atoms[i];

		if (a->kind != MEANS_NAME)
			continue;
		all_out = 1;
		for (m = a->phrase->means; m; m = m->next)
			if (m->kind == MEANS_NAME &&
				!evidence_excludes(ev, (size_t)m->value))
				all_out = 0;
		for (m = a->phrase->means; all_out && m; m = m->next) {
			const struct label_wine *lw;

			if (m->kind != MEANS_NAME)
				continue;
			lw = &ev->l->wines[m->value];
			for (j = 0; j < lw->n_places; j++)
				if (!label_is_country(ev->l, lw->places[j]))
					evidence_keep_place(
						ev, lw->places[j], a);
		}
	}
}
