/*
 * A menu between its making (menu.c) and its words (menu-words.c). Private to
 * this folder.
 */
#ifndef PAIRING_MENU_H
#define PAIRING_MENU_H

#include "pairing/course.h"

/* What makes a wine's total over the dishes: mostly how it does where it does
 * worst, and for the rest how it does on average. */
#define MENU_WORST 0.7

struct table {
	const struct knowledge *k;
	struct arena *mem;
	struct menu *menu;
	size_t n;
	struct course *courses; /* in the order of the menu */
	/* Rows of courses in an order that is the dishes' own: by content. All
	 * arithmetic goes by it, so that no wine depends on who is first. */
	size_t order[MENU_MAX];
	/* The best wine allowed for each course; NULL: none is. */
	const struct candidate *best[MENU_MAX];
	struct candidate *all; /* every wine against all dishes together */
	struct explainer x;    /* for what is said of the menu as one */
};

/* What a wine scores beside a course. */
static inline double menu_beside(
	const struct table *t, size_t course, const struct wine *w)
{
	size_t n;

	return t->courses[course].all[w - knowledge_wines(t->k, &n)].total;
}

/* What one effect beside one course adds to a wine's total over all. */
struct share {
	const struct effect *effect;
	size_t course;
	double points;
};

/* "Oysters, then coq au vin" */
const char *menu_name(struct table *t);
/* Everything in s but the role, from the shares of c (loudest first), and in
 * parts how it does beside each dish. */
void menu_explain_wine(struct table *t, const struct candidate *c,
	const struct share *shares, size_t n, struct suggestion *s,
	struct menu_part *parts);
/* One paragraph on the dishes, on what they ask for, and on the wine that does
 * best (NULL: there is none), if it does well. */
const char *menu_explain(struct table *t, const struct candidate *best);
/* What fails a dish, out of what each dish avoids; nothing that is among the
 * n chosen. Returns how many. */
size_t menu_explain_avoid(struct table *t, const struct candidate **chosen,
	size_t n, struct avoided *out);
/* That no bottle does for all, when so; and what the wishes cost. */
const char *menu_explain_limits(struct table *t,
	const struct candidate *const *chosen, size_t n, int count);

#endif
