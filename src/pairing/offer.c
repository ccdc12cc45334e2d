/*
 * The engine's side of a choice that somebody else makes, such as a language
 * model: what there is to choose from, what may not be chosen, and a pairing
 * of what was. The one who chooses sets the order and may bring words; points,
 * reasons, roles and the rest stay the engine's.
 *
 * Words about a wine are made once and kept, because the variants of a phrase
 * take turns: who asks twice hears the same. The engine's own pairing is made
 * before anything else, so that it is what pairing_make() makes.
 */
#include "pairing/pairing.h"

#include "pairing/course.h"

#define GRAVE (-10) /* points of one rule against a wine that rule it out */

struct offer {
	const struct knowledge *k;
	const struct preferences *p;
	struct arena *mem;
	struct course course;
	struct pairing own;
	struct suggestion list[OFFER_MAX];
	size_t n;
	/* by row of a wine: its words, and those against it; NULL: not yet */
	const struct suggestion **said;
	const char **against;
};

static size_t row_of(const struct offer *o, const struct wine *w)
{
	size_t n;

	return (size_t)(w - knowledge_wines(o->k, &n));
}

/* What the engine says of a wine. */
static const struct suggestion *say(struct offer *o, const struct candidate *c)
{
	const struct suggestion **said = &o->said[row_of(o, c->wine)];

	if (!*said) {
		struct suggestion *s = arena_alloc(o->mem, sizeof(*s));

		explain_wine(&o->course.x, c, s);
		*said = s;
	}
	return *said;
}

/* ---- judging ---- */

static int is_own(const struct offer *o, const struct wine *w)
{
	size_t i;

	for (i = 0; i < o->own.n_suggestions; i++)
		if (o->own.suggestions[i].wine == w)
			return 1;
	return 0;
}

/* The rule of taste that speaks against it most, if that is grave and custom
 * does not want this very wine all the same. */
static const struct effect *gravest(const struct candidate *c)
{
	const struct effect *worst = NULL;
	size_t i;

	for (i = 0; i < c->n_effects; i++) {
		const struct effect *e = &c->effects[i];

		if (e->rule->shape == SHAPE_CLASSIC && e->points > 0)
			return NULL;
		if (e->points <= GRAVE && effect_of_taste(e) &&
			(!worst || e->points < worst->points))
			worst = e;
	}
	return worst;
}

enum offer_verdict offer_judge(
	struct offer *o, const struct wine *w, const char **why)
{
	size_t row = row_of(o, w);
	const struct candidate *c = &o->course.all[row];
	const struct effect *e;

	*why = NULL;
	if (!c->allowed)
		return OFFER_UNWANTED;
	e = is_own(o, w) ? NULL : gravest(c);
	if (!e)
		return OFFER_FINE;
	if (!o->against[row])
		o->against[row] = *e->text ? explain_effect(&o->course.x, e)
					   : "does not go with this dish";
	*why = o->against[row];
	return OFFER_CLASH;
}

/* ---- the list ---- */

static int has_kin(
	const struct candidate **list, size_t n, const struct wine *w)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i]->wine->kin, w->kin) == 0)
			return 1;
	return 0;
}

/* The engine's own wines, and the best beyond them that go with the dish. */
static void make_list(struct offer *o)
{
	const struct candidate *best[OFFER_MAX], *list[OFFER_MAX];
	struct preferences wide = *o->p;
	size_t i, n_best;

	wide.count = OFFER_MAX;
	n_best = choose(o->k, o->course.all, &wide, best);
	for (i = 0; i < o->own.n_suggestions; i++)
		list[o->n++] =
			&o->course.all[row_of(o, o->own.suggestions[i].wine)];
	for (i = 0; i < n_best && o->n < OFFER_MAX; i++)
		if (!gravest(best[i]) && !has_kin(list, o->n, best[i]->wine))
			list[o->n++] = best[i];
	choose_sort(list, o->n);
	for (i = 0; i < o->n; i++)
		o->list[i] = *say(o, list[i]);
}

int pairing_offer(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct offer **out,
	struct err *e)
{
	struct offer *o = arena_alloc(mem, sizeof(*o));
	size_t i, n;

	o->k = k;
	o->p = p;
	o->mem = mem;
	if (course_pair(k, r, p, mem, &o->course, &o->own, e))
		return -1;
	(void)knowledge_wines(k, &n);
	o->said = arena_calloc(mem, n, sizeof(*o->said));
	o->against = arena_calloc(mem, n, sizeof(*o->against));
	for (i = 0; i < o->own.n_suggestions; i++) {
		struct suggestion *s = arena_alloc(mem, sizeof(*s));

		*s = o->own.suggestions[i];
		s->role = NULL;
		o->said[row_of(o, s->wine)] = s;
	}
	make_list(o);
	*out = o;
	return 0;
}

const struct pairing *offer_pairing(const struct offer *o)
{
	return &o->own;
}

const struct suggestion *offer_list(const struct offer *o, size_t *n)
{
	*n = o->n;
	return o->list;
}

size_t offer_wanted(const struct offer *o)
{
	size_t wished = (size_t)o->p->count;

	return wished < o->n ? wished : o->n;
}

/* ---- a pairing of what was chosen ---- */

/* A wine of no table: what nobody knows of it is empty. */
static const struct wine *other_wine(
	struct offer *o, const struct offer_pick *pick)
{
	struct wine *w = arena_alloc(o->mem, sizeof(*w));

	w->id = WINE_OTHER;
	w->name = arena_strdup(o->mem, pick->name);
	w->region = arena_strdup(o->mem, pick->region);
	w->color = pick->color;
	w->kin = w->glass = w->description = w->family = "";
	return w;
}

static void take(
	struct offer *o, const struct offer_pick *pick, struct suggestion *s)
{
	if (pick->wine) {
		*s = *say(o, &o->course.all[row_of(o, pick->wine)]);
		if (pick->note)
			s->note = arena_strdup(o->mem, pick->note);
		return;
	}
	s->wine = other_wine(o, pick);
	s->note = pick->note ? arena_strdup(o->mem, pick->note) : "";
}

/* Each wine chosen is kin to one of the engine's own at most, as these are
 * never kin among themselves; so there are always as many left as it takes. */
static void fill_up(struct offer *o, struct pairing *out)
{
	size_t i, j, before = out->n_suggestions;

	for (i = 0; i < o->own.n_suggestions &&
		    out->n_suggestions < (size_t)o->p->count;
		i++) {
		const struct wine *w = o->own.suggestions[i].wine;

		for (j = 0; j < before &&
			    strcmp(out->suggestions[j].wine->kin, w->kin) != 0;
			j++)
			;
		if (j == before)
			out->suggestions[out->n_suggestions++] =
				*o->said[row_of(o, w)];
	}
}

static void give_roles(struct offer *o, struct pairing *out)
{
	const struct candidate *known[PAIRING_COUNT_MAX];
	const char *roles[PAIRING_COUNT_MAX];
	size_t i, n = 0;

	for (i = 0; i < out->n_suggestions; i++)
		if (!wine_is_other(out->suggestions[i].wine))
			known[n++] = &o->course.all[row_of(
				o, out->suggestions[i].wine)];
	choose_roles(known, n, roles);
	for (i = n = 0; i < out->n_suggestions; i++)
		if (!wine_is_other(out->suggestions[i].wine))
			out->suggestions[i].role = roles[n++];
}

/* What the engine says of a family has exceptions that it does not tell: who
 * recommends one of its wines does not warn of the rest in the same breath. */
static void warn_of_no_pick(
	struct pairing *out, const struct offer_pick *picks, size_t n)
{
	size_t i, j, left = 0;

	for (i = 0; i < out->n_avoid; i++) {
		unsigned family = out->avoid[i].family_row;

		for (j = 0; j < n; j++)
			if (picks[j].wine &&
				picks[j].wine->family_row == family)
				break;
		if (j == n)
			out->avoid[left++] = out->avoid[i];
	}
	out->n_avoid = left;
}

void offer_take(struct offer *o, const struct offer_pick *picks, size_t n,
	int fill, const char *summary, struct pairing *out)
{
	size_t i;

	*out = o->own;
	out->n_suggestions = 0;
	out->suggestions = arena_calloc(
		o->mem, PAIRING_COUNT_MAX, sizeof(*out->suggestions));
	for (i = 0; i < n && i < PAIRING_COUNT_MAX; i++)
		take(o, &picks[i], &out->suggestions[out->n_suggestions++]);
	warn_of_no_pick(out, picks, n);
	if (fill)
		fill_up(o, out);
	give_roles(o, out);
	if (summary)
		out->summary = arena_strdup(o->mem, summary);
}
