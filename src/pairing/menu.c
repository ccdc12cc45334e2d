/*
 * Several dishes on one table. Each is read and scored alone, as ever; then
 * every wine is judged by its totals over the dishes (one bottle for all), and
 * each dish gets the best few of its own (one each). What is said is
 * menu-words.c.
 *
 * Nothing that is chosen depends on the order of the dishes: sums are taken
 * and turns are given in an order of their own, by the dishes' content.
 */
#include "pairing/menu.h"

#include <math.h>

#define OWN_MAX 3 /* wines of each dish's own */
#define AS_GOOD 5 /* points that another wine than a neighbour's may cost */

/* ---- reading ---- */

static void put_in_order(struct table *t)
{
	unsigned char hashes[MENU_MAX][HASH_LEN];
	size_t i, j;

	for (i = 0; i < t->n; i++) {
		recipe_hash(&t->menu->recipes[i], hashes[i]);
		for (j = i; j && memcmp(hashes[t->order[j - 1]], hashes[i],
					 HASH_LEN) > 0;
			j--)
			t->order[j] = t->order[j - 1];
		t->order[j] = i;
	}
}

static const struct candidate *best_of(const struct candidate *all, size_t n)
{
	const struct candidate *best = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (all[i].allowed && (!best || all[i].total > best->total))
			best = &all[i];
	return best;
}

static int read_courses(struct table *t, const struct preferences *p,
	size_t *bad, struct err *e)
{
	size_t i, n;

	(void)knowledge_wines(t->k, &n);
	t->courses = arena_calloc(t->mem, t->n, sizeof(*t->courses));
	for (i = 0; i < t->n; i++) {
		*bad = i + 1;
		if (course_read(t->k, &t->menu->recipes[i], p, t->mem,
			    &t->menu->apart[i].profile, &t->courses[i], e))
			return -1;
		t->best[i] = best_of(t->courses[i].all, n);
	}
	*bad = 0;
	return 0;
}

/* ---- one bottle for all ---- */

static double rounded(double points)
{
	return round(points * 10) / 10;
}

static double total_over_all(const struct table *t, const struct wine *w)
{
	double sum = 0, worst = 0;
	size_t i;

	for (i = 0; i < t->n; i++) {
		double total = menu_beside(t, t->order[i], w);

		if (!i || total < worst)
			worst = total;
		sum += total;
	}
	return rounded(
		MENU_WORST * worst + (1 - MENU_WORST) * sum / (double)t->n);
}

static void judge(struct table *t)
{
	const struct candidate *first = t->courses[0].all;
	size_t i, n;

	(void)knowledge_wines(t->k, &n);
	t->all = arena_calloc(t->mem, n, sizeof(*t->all));
	for (i = 0; i < n; i++) {
		t->all[i].wine = first[i].wine;
		t->all[i].allowed = first[i].allowed; /* the same for each */
		t->all[i].fame = first[i].fame;
		t->all[i].total = total_over_all(t, first[i].wine);
	}
}

/* How much of a wine's points beside each course is in its total. */
static void weigh(const struct table *t, const struct wine *w, double *weight)
{
	double worst = menu_beside(t, 0, w);
	size_t i, n_worst = 0;

	for (i = 1; i < t->n; i++)
		if (menu_beside(t, i, w) < worst)
			worst = menu_beside(t, i, w);
	for (i = 0; i < t->n; i++)
		n_worst += menu_beside(t, i, w) == worst;
	for (i = 0; i < t->n; i++) {
		weight[i] = (1 - MENU_WORST) / (double)t->n;
		if (menu_beside(t, i, w) == worst)
			weight[i] += MENU_WORST / (double)n_worst;
	}
}

/* The points of a wine beside all courses, loudest first. */
static size_t find_shares(
	const struct table *t, const struct wine *w, struct share *out)
{
	double weight[MENU_MAX];
	size_t i, j, at, n_wines, n = 0;
	size_t row = (size_t)(w - knowledge_wines(t->k, &n_wines));

	weigh(t, w, weight);
	for (i = 0; i < t->n; i++) {
		size_t course = t->order[i];
		const struct candidate *c = &t->courses[course].all[row];

		for (j = 0; j < c->n_effects; j++) {
			struct share s = { &c->effects[j], course,
				rounded(c->effects[j].points *
					weight[course]) };

			for (at = n++;
				at && fabs(out[at - 1].points) < fabs(s.points);
				at--)
				out[at] = out[at - 1];
			out[at] = s;
		}
	}
	return n;
}

/* So that roles are given as for one dish. */
static void keep_effects(
	struct candidate *c, const struct share *shares, size_t n)
{
	for (c->n_effects = 0; c->n_effects < n && c->n_effects < EFFECTS_MAX;
		c->n_effects++) {
		c->effects[c->n_effects] = *shares[c->n_effects].effect;
		c->effects[c->n_effects].points = shares[c->n_effects].points;
	}
}

static void pair_together(struct table *t, const struct preferences *p)
{
	const struct candidate *chosen[PAIRING_COUNT_MAX];
	const char *roles[PAIRING_COUNT_MAX];
	struct pairing *out = &t->menu->together;
	struct share *shares;
	size_t i, n, n_shares;

	judge(t);
	n = choose(t->k, t->all, p, chosen);
	out->n_suggestions = n;
	out->suggestions = arena_calloc(t->mem, n, sizeof(*out->suggestions));
	t->menu->parts =
		arena_calloc(t->mem, n * t->n, sizeof(*t->menu->parts));
	shares = arena_calloc(t->mem, t->n * EFFECTS_MAX, sizeof(*shares));
	for (i = 0; i < n; i++) {
		n_shares = find_shares(t, chosen[i]->wine, shares);
		keep_effects(&t->all[chosen[i] - t->all], shares, n_shares);
		menu_explain_wine(t, chosen[i], shares, n_shares,
			&out->suggestions[i], &t->menu->parts[i * t->n]);
	}
	choose_roles(chosen, n, roles);
	for (i = 0; i < n; i++)
		out->suggestions[i].role = roles[i];
	out->summary = menu_explain(t, n ? chosen[0] : NULL);
	out->n_avoid = menu_explain_avoid(t, chosen, n, out->avoid);
	out->limits = menu_explain_limits(t, chosen, n, p->count);
}

/* ---- one each ---- */

/* A style that a neighbour has counts a little less, so that the dish gets
 * another one where that is as good; by > 0 takes it back. */
static void shift_taken(struct candidate *all,
	const struct candidate *const *taken, size_t n_taken, double by)
{
	const struct wine *first = all[0].wine;
	size_t i;

	for (i = 0; i < n_taken; i++)
		all[taken[i]->wine - first].total =
			rounded(all[taken[i]->wine - first].total + by);
}

/* The best few of what a dish would be offered alone. Returns how many. */
static size_t choose_own(const struct table *t, struct candidate *all,
	const struct preferences *p, size_t n_taken,
	const struct candidate **taken)
{
	const struct candidate *from[PAIRING_COUNT_MAX];
	struct preferences own = *p;
	size_t n;

	own.count = PAIRING_COUNT_DEFAULT;
	shift_taken(all, taken, n_taken, -AS_GOOD);
	n = choose(t->k, all, &own, from);
	shift_taken(all, taken, n_taken, AS_GOOD);
	if (n > OWN_MAX)
		n = OWN_MAX;
	if (n > (size_t)p->count)
		n = (size_t)p->count;
	memcpy(&taken[n_taken], from, n * sizeof(*from));
	choose_sort(&taken[n_taken], n);
	return n;
}

static void pair_apart(struct table *t, const struct preferences *p)
{
	const struct candidate *taken[MENU_MAX * OWN_MAX];
	size_t i, n, n_taken = 0;

	for (i = 0; i < t->n; i++) {
		struct course *c = &t->courses[t->order[i]];

		n = choose_own(t, c->all, p, n_taken, taken);
		course_answer(c, &taken[n_taken], n,
			p->count < OWN_MAX ? p->count : OWN_MAX,
			&t->menu->apart[t->order[i]]);
		n_taken += n;
	}
}

/* ---- the menu as one ---- */

/* Lists of all recipes, one behind the other. */
static const char **joined(const struct table *t, int steps, size_t *n)
{
	const struct recipe *r = t->menu->recipes;
	const char **all;
	size_t i, j;

	*n = 0;
	for (i = 0; i < t->n; i++)
		*n += steps ? r[i].n_instructions : r[i].n_ingredients;
	all = arena_calloc(t->mem, *n, sizeof(*all));
	*n = 0;
	for (i = 0; i < t->n; i++) {
		const char **from = steps ? r[i].instructions
					  : r[i].ingredients;
		size_t more = steps ? r[i].n_instructions : r[i].n_ingredients;

		for (j = 0; j < more; j++)
			all[(*n)++] = from[j];
	}
	return all;
}

static void fill_whole(struct table *t)
{
	struct recipe *r = &t->menu->whole;

	r->name = menu_name(t);
	r->ingredients = joined(t, 0, &r->n_ingredients);
	r->instructions = joined(t, 1, &r->n_instructions);
	r->total_minutes = -1;
	r->source = RECIPE_TEXT;
}

/* The loudest of every axis; the rest is the weightiest dish's. */
static void fill_profile(struct table *t)
{
	struct dish_profile *p = &t->menu->together.profile;
	const struct dish_profile *one = NULL, *next;
	size_t i, j, a;

	for (i = 0; i < t->n; i++) {
		next = &t->menu->apart[t->order[i]].profile;
		if (!one ||
			next->taste[TASTE_WEIGHT] > one->taste[TASTE_WEIGHT])
			one = next;
	}
	*p = *one;
	p->n_unrecognised = 0;
	for (i = 0; i < t->n; i++) {
		next = &t->menu->apart[i].profile;
		for (a = 0; a < TASTE_MAX; a++)
			if (next->taste[a] > p->taste[a])
				p->taste[a] = next->taste[a];
		p->aromas |= next->aromas;
		p->n_unrecognised += next->n_unrecognised;
	}
	p->unrecognised = arena_calloc(
		t->mem, p->n_unrecognised, sizeof(*p->unrecognised));
	p->n_unrecognised = 0;
	for (i = 0; i < t->n; i++) {
		next = &t->menu->apart[i].profile;
		for (j = 0; j < next->n_unrecognised; j++)
			p->unrecognised[p->n_unrecognised++] =
				next->unrecognised[j];
	}
}

int menu_make(const struct knowledge *k, const struct recipe *recipes, size_t n,
	const struct preferences *p, struct arena *mem, struct menu *out,
	size_t *bad, struct err *e)
{
	struct table t = { .k = k, .mem = mem, .menu = out, .n = n };

	memset(out, 0, sizeof(*out));
	*bad = 0;
	if (n < MENU_MIN || n > MENU_MAX)
		return err_set(e, REASON_MENU_SIZE,
			"a menu has %d to %d dishes, not %zu", MENU_MIN,
			MENU_MAX, n);
	out->n = n;
	out->recipes = recipes;
	out->apart = arena_calloc(mem, n, sizeof(*out->apart));
	if (read_courses(&t, p, bad, e))
		return -1;
	put_in_order(&t);
	explainer_init(&t.x, k, t.courses[0].dish, mem);
	pair_apart(&t, p);
	pair_together(&t, p);
	fill_whole(&t);
	fill_profile(&t);
	return 0;
}

/* ---- JSON ---- */

static json_object *parts_to_json(
	const struct menu *m, const struct menu_part *parts)
{
	json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < m->n; i++) {
		json_object *o = json_object_new_object();

		json_put_str(o, "name", m->recipes[i].name);
		json_put_int(o, "score", parts[i].score);
		json_put_str(o, "text", parts[i].text);
		json_object_array_add(list, o);
	}
	return list;
}

json_object *menu_to_json(const struct knowledge *k, const struct menu *m)
{
	json_object *o = pairing_to_json(k, &m->whole, &m->together);
	json_object *dishes = json_object_new_array();
	json_object *list = json_arr(o, "suggestions");
	size_t i;

	for (i = 0; i < m->together.n_suggestions; i++)
		json_object_object_add(json_object_array_get_idx(list, i),
			"dishes", parts_to_json(m, &m->parts[i * m->n]));
	for (i = 0; i < m->n; i++) {
		json_object *d =
			pairing_to_json(k, &m->recipes[i], &m->apart[i]);

		/* said of the menu as one */
		json_object_object_del(d, "limits");
		json_object_object_del(d, "engine");
		json_object_object_del(d, "usage");
		json_object_array_add(dishes, d);
	}
	json_object_object_add(o, "menu", dishes);
	return o;
}
