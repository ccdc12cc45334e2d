/*
 * What is said of several dishes on one table. Of each dish its own explainer
 * speaks, since only that knows its foods; phrases.tsv has the sentences.
 */
#include "pairing/menu.h"

#include <math.h>

#define REASONS_MAX 12
#define LEAST 0.5     /* points; less is not worth a word */
#define NAME_MAX 60   /* bytes of a dish's name in the middle of a sentence */
#define TITLE_MAX 150 /* and in the name of the menu */
#define WANTS_MAX 2   /* of each dish */
#define EVEN 12	      /* points between dishes that nobody would notice */
#define WORTH 60      /* points of a wine that one would pour */
#define FAILS 35      /* points of a wine that spoils a dish */
#define SHINES 70     /* points of a wine that one would praise */
#define FAR 20	      /* points that are too many to lose for one bottle */
#define AVOID_EACH 2  /* things to avoid that a dish brings; many: one */

/* Titles can be long, and are said several times. */
static const char *shortened(struct table *t, size_t course, size_t max)
{
	const char *name = t->menu->recipes[course].name;
	size_t len = strlen(name), most = text_cut(name, len, max), cut = most;

	if (most == len)
		return name;
	while (cut && name[cut] != ' ')
		cut--;
	return arena_printf(
		t->mem, "%.*s\u2026", (int)(cut ? cut : most), name);
}

static const char *dish_name(struct table *t, size_t course)
{
	return shortened(t, course, NAME_MAX);
}

static const char *say(
	struct table *t, const char *id, const struct blank *blanks, size_t n)
{
	return explain_say(&t->x, id, blanks, n);
}

/* "both dishes" */
static const char *all_dishes(struct table *t)
{
	return say(t, t->n == 2 ? "menu-both" : "menu-every", NULL, 0);
}

/* The score that a wine is shown with beside a course. */
static int shown(const struct table *t, size_t course, const struct wine *w)
{
	return score_shown(menu_beside(t, course, w));
}

const char *menu_name(struct table *t)
{
	const char *name = shortened(t, 0, TITLE_MAX);
	size_t i;

	for (i = 1; i < t->n; i++) {
		struct blank blanks[] = { { "menu", name },
			{ "dish", shortened(t, i, TITLE_MAX) } };

		name = say(t, "menu-name", blanks, ARRAY_LEN(blanks));
	}
	return name;
}

/* Is it no answer for the menu: poor beside a dish that has far better alone?
 * Then the dish is the one that loses most. */
static int is_far(const struct table *t, const struct wine *w, size_t *worst)
{
	int less, loss = 0;
	size_t i;

	*worst = t->order[0];
	for (i = 0; i < t->n; i++) {
		size_t course = t->order[i];

		less = score_shown(t->best[course]->total) -
		       shown(t, course, w);
		if (shown(t, course, w) < WORTH && less > loss) {
			loss = less;
			*worst = course;
		}
	}
	return loss >= FAR;
}

/* ---- a wine ---- */

/* How it does beside one dish, in a sentence. */
static const char *line(struct explainer *x, const struct candidate *c)
{
	struct blank blanks[] = { { "a", NULL }, { "d", NULL } };
	const char *id;

	explain_sides(x, c, &blanks[0].value, &blanks[1].value);
	if (blanks[0].value && blanks[1].value)
		id = "menu-line-but";
	else if (blanks[0].value)
		id = score_shown(c->total) < WORTH ? "menu-line-little"
						   : "menu-line";
	else
		id = blanks[1].value ? "menu-line-con" : "menu-line-none";
	return explain_say(x, id, blanks, ARRAY_LEN(blanks));
}

/* What all of it comes to. */
static const char *note(struct table *t, const struct candidate *c)
{
	size_t i, best = t->order[0], worst = t->order[0];
	const char *names[MENU_MAX], *id;
	int high, low;

	for (i = 0; i < t->n; i++) {
		size_t course = t->order[i];

		if (shown(t, course, c->wine) > shown(t, best, c->wine))
			best = course;
		if (shown(t, course, c->wine) < shown(t, worst, c->wine))
			worst = course;
		names[i] = dish_name(t, i);
	}
	high = shown(t, best, c->wine);
	low = shown(t, worst, c->wine);
	if (low < WORTH && high < SHINES)
		id = "menu-note-poor";
	else if (low < WORTH)
		id = low < FAILS ? "menu-note-fails" : "menu-note-weak";
	else
		id = high - low <= EVEN ? "menu-note-even" : "menu-note-lean";
	{
		struct blank blanks[] = {
			{ "wine", explain_name(&t->x, c->wine) },
			{ "best", names[best] },
			{ "worst", names[worst] },
			{ "all", all_dishes(t) },
			{ "list", explain_list(&t->x, names, t->n) },
		};

		return say(t, id, blanks, ARRAY_LEN(blanks));
	}
}

static void fill_reasons(struct table *t, const struct share *shares, size_t n,
	struct suggestion *s)
{
	struct reason *reasons;
	size_t i;

	reasons = arena_calloc(t->mem, REASONS_MAX, sizeof(*reasons));
	s->reasons = reasons;
	for (i = 0; i < n && s->n_reasons < REASONS_MAX; i++) {
		const struct effect *e = shares[i].effect;
		struct reason *r = &reasons[s->n_reasons];
		struct blank blanks[] = {
			{ "dish", dish_name(t, shares[i].course) },
			{ "reason", "" },
		};

		if (fabs(shares[i].points) < LEAST || !*e->text)
			continue;
		blanks[1].value =
			explain_effect(&t->courses[shares[i].course].x, e);
		r->rule = e->rule->id;
		r->effect = shares[i].points;
		r->text = explain_upper(t->mem,
			say(t, "menu-reason", blanks, ARRAY_LEN(blanks)));
		s->n_reasons++;
	}
}

void menu_explain_wine(struct table *t, const struct candidate *c,
	const struct share *shares, size_t n, struct suggestion *s,
	struct menu_part *parts)
{
	size_t i, n_wines;
	size_t row = (size_t)(c->wine - knowledge_wines(t->k, &n_wines));

	s->wine = c->wine;
	s->score = score_shown(c->total);
	s->note = note(t, c);
	fill_reasons(t, shares, n, s);
	for (i = 0; i < t->n; i++) {
		const struct candidate *alone = &t->courses[i].all[row];

		parts[i].score = score_shown(alone->total);
		parts[i].text = line(&t->courses[i].x, alone);
	}
}

/* ---- the dishes ---- */

/* "First comes oysters, a light dish; then coq au vin, a rich dish." */
static void say_dishes(struct table *t, struct sbuf *out)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		struct blank blanks[] = {
			{ "dish", dish_name(t, i) },
			{ "weight", explain_weight(&t->courses[i].x) },
		};

		sbuf_addf(out, "%s%s", i ? "; " : "",
			say(t, i ? "menu-next" : "menu-first", blanks,
				ARRAY_LEN(blanks)));
	}
	sbuf_addstr(out, ". ");
}

/* "Beside oysters the wine should have …; beside coq au vin, …." What one dish
 * asks for may be what another cannot bear, so each has its own. */
static void say_wants(struct table *t, struct sbuf *out)
{
	const char *items[WANTS_MAX];
	size_t i, n, n_wines, said = 0;

	(void)knowledge_wines(t->k, &n_wines);
	for (i = 0; i < t->n; i++) {
		struct course *c = &t->courses[i];
		struct blank blanks[] = {
			{ "dish", dish_name(t, i) },
			{ "list", "" },
		};

		n = explain_wants(&c->x, c->all, n_wines, items, WANTS_MAX);
		if (!n)
			continue;
		blanks[1].value = explain_list(&t->x, items, n);
		sbuf_addf(out, "%s%s", said ? "; " : "",
			say(t, said ? "menu-wants-next" : "menu-wants", blanks,
				ARRAY_LEN(blanks)));
		said = 1;
	}
	if (said)
		sbuf_addstr(out, ". ");
}

const char *menu_explain(struct table *t, const struct candidate *best)
{
	struct sbuf out = SBUF_INIT(8192);
	const char *text;
	size_t worst;

	say_dishes(t, &out);
	say_wants(t, &out);
	if (best && !is_far(t, best->wine, &worst)) {
		struct blank blanks[] = {
			{ "all", all_dishes(t) },
			{ "wine", explain_name(&t->x, best->wine) },
		};

		sbuf_addstr(
			&out, say(t, "menu-best", blanks, ARRAY_LEN(blanks)));
	}
	sbuf_rtrim(&out);
	text = arena_strndup(t->mem, out.buf, out.len);
	sbuf_release(&out);
	return text;
}

/* ---- what to leave in the rack ---- */

static int is_spoken_of(unsigned family, const struct avoided *list, size_t n,
	const struct candidate **chosen, size_t n_chosen)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i].family_row == family)
			return 1;
	for (i = 0; i < n_chosen; i++)
		if (chosen[i]->wine->family_row == family)
			return 1;
	return 0;
}

size_t menu_explain_avoid(struct table *t, const struct candidate **chosen,
	size_t n, struct avoided *out)
{
	size_t i, j, found = 0, brought;
	size_t most = t->n * AVOID_EACH <= AVOIDED_MAX ? AVOID_EACH : 1;

	for (i = 0; i < t->n; i++) {
		size_t course = t->order[i];
		const struct pairing *own = &t->menu->apart[course];

		for (j = brought = 0; j < own->n_avoid && brought < most; j++) {
			const struct avoided *a = &own->avoid[j];
			struct blank blanks[] = {
				{ "dish", dish_name(t, course) },
				{ "reason", a->reason },
			};

			if (is_spoken_of(a->family_row, out, found, chosen, n))
				continue;
			out[found] = *a;
			out[found++].why = say(
				t, "menu-avoid-why", blanks, ARRAY_LEN(blanks));
			brought++;
		}
	}
	return found;
}

/* ---- when it cannot be had ---- */

/* That it is too far from what a dish has alone; NULL when it is not. */
static const char *apart(struct table *t, const struct wine *w)
{
	size_t worst;

	if (!is_far(t, w, &worst))
		return NULL;
	{
		struct blank blanks[] = {
			{ "all", all_dishes(t) },
			{ "wine", explain_name(&t->x, w) },
			{ "n", arena_printf(t->mem, "%d", shown(t, worst, w)) },
			{ "dish", dish_name(t, worst) },
			{ "own", explain_name(&t->x, t->best[worst]->wine) },
			{ "most", arena_printf(t->mem, "%d",
					  score_shown(t->best[worst]->total)) },
		};

		return say(t, "menu-apart", blanks, ARRAY_LEN(blanks));
	}
}

const char *menu_explain_limits(struct table *t,
	const struct candidate *const *chosen, size_t n, int count)
{
	const char *wishes, *bottle = NULL;
	size_t n_wines;

	(void)knowledge_wines(t->k, &n_wines);
	wishes = explain_limits(&t->x, t->all, n_wines, count, n);
	if (n)
		bottle = apart(t, chosen[0]->wine);
	if (wishes && bottle)
		return arena_printf(t->mem, "%s %s", bottle, wishes);
	return bottle ? bottle : wishes;
}
