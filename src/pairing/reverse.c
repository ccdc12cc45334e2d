/*
 * The reverse question: what to cook for a wine. Every known dish is paired
 * once with every wine; where a wine stands out is what it goes with. That
 * takes too long for a page and changes only with tables and program, so
 * `make` keeps what was found in the image of the tables, a few rows a wine;
 * only the words are made when somebody asks.
 */
#include "pairing/explain.h"
#include "pairing/told.h"

struct reverse {
	const struct knowledge *k;
	const struct told *told; /* one a wine; in the image, or else in mem */
	struct arena mem;
};

/* ---- for all wines ---- */

static const struct told *work_out(const struct knowledge *k, struct arena *mem)
{
	struct arena scratch = ARENA_INIT;
	struct told *told;
	struct board b;
	size_t i;

	board_fill(&b, k, &scratch);
	told = arena_calloc(mem, b.wines, sizeof(*told));
	for (i = 0; i < b.wines; i++)
		told_find(&b, i, &told[i]);
	arena_release(&scratch);
	return told;
}

struct reverse *reverse_load(const struct knowledge *k)
{
	struct reverse *r = xcalloc(1, sizeof(*r));
	const void *kept;
	size_t n, len;

	r->k = k;
	(void)knowledge_wines(k, &n);
	kept = knowledge_annex(k, &len);
	r->told = len && len == n * sizeof(*r->told) ? kept
						     : work_out(k, &r->mem);
	return r;
}

void reverse_free(struct reverse *r)
{
	if (!r)
		return;
	arena_release(&r->mem);
	free(r);
}

void reverse_pack(const struct reverse *r, struct sbuf *out)
{
	size_t n;

	(void)knowledge_wines(r->k, &n);
	sbuf_add(out, r->told, n * sizeof(*r->told));
}

/* ---- for one wine, in words ---- */

struct plate { /* a known dish with one wine, while it is talked about */
	struct dish_profile profile;
	struct dish dish;
	const struct candidate *wine;
	struct explainer words;
};

static struct plate *serve(const struct knowledge *k, size_t row, size_t wine,
	struct arena *scratch, struct arena *mem)
{
	struct plate *p = arena_alloc(scratch, sizeof(*p));

	if (board_dish(k, row, scratch, &p->profile, &p->dish))
		return NULL;
	p->wine = &score_all(k, &p->dish, 1, scratch)[wine];
	explainer_init(&p->words, k, &p->dish, mem);
	return p;
}

static void tell_dishes(const struct reverse *r, const struct told *t,
	size_t wine, struct arena *mem, struct suited *out)
{
	struct arena scratch = ARENA_INIT;
	size_t i, j;

	for (i = 0; i < t->n_dishes; i++) {
		struct plate *p =
			serve(r->k, t->dishes[i], wine, &scratch, mem);
		struct suited_dish dish;

		if (!p)
			continue;
		dish.name = p->dish.name;
		dish.cuisine = p->profile.cuisine ? p->profile.cuisine->name
						  : NULL;
		dish.score = score_shown(p->wine->total);
		dish.reason = explain_reason(&p->words, p->wine);
		for (j = out->n_dishes++;
			j && out->dishes[j - 1].score < dish.score; j--)
			out->dishes[j] = out->dishes[j - 1];
		out->dishes[j] = dish;
		arena_reset(&scratch);
	}
	arena_release(&scratch);
}

static const char *told_name(
	const struct knowledge *k, const struct told_kind *t, struct arena *mem)
{
	return kind_name(
		k, (enum kind_how)t->how, t->what, t->subjects, t->n, mem);
}

static void tell_avoid(const struct reverse *r, const struct told *t,
	size_t wine, struct arena *mem, struct suited *out)
{
	struct arena scratch = ARENA_INIT;
	const struct rule *rules;
	size_t i, n;

	rules = knowledge_rules(r->k, &n);
	for (i = 0; i < t->n_avoid; i++) {
		const struct told_bad *bad = &t->avoid[i];
		struct plate *p = serve(r->k, bad->dish, wine, &scratch, mem);
		struct avoided *a = &out->avoid[out->n_avoid];

		if (!p)
			continue;
		a->style = told_name(r->k, &bad->kind, mem);
		a->why = explain_against(&p->words, p->wine, &rules[bad->rule]);
		out->n_avoid += a->why != NULL;
		arena_reset(&scratch);
	}
	arena_release(&scratch);
}

void reverse_ask(const struct reverse *r, const struct wine *w,
	struct arena *mem, struct suited *out)
{
	const struct told *t;
	size_t i, n, wine;

	wine = (size_t)(w - knowledge_wines(r->k, &n));
	t = &r->told[wine];
	memset(out, 0, sizeof(*out));
	tell_dishes(r, t, wine, mem, out);
	for (i = 0; i < t->n_kinds; i++) {
		out->kinds[i].name = told_name(r->k, &t->kinds[i], mem);
		out->kinds[i].score = t->kinds[i].score;
	}
	out->n_kinds = t->n_kinds;
	tell_avoid(r, t, wine, mem, out);
}

/* ---- JSON ---- */

static void put_list(
	json_object *o, const char *key, json_object **items, size_t n)
{
	json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(list, items[i]);
	json_object_object_add(o, key, list);
}

void suited_put_json(const struct suited *s, json_object *o)
{
	json_object *items[SUITED_DISHES];
	size_t i;

	for (i = 0; i < s->n_dishes; i++) {
		items[i] = json_object_new_object();
		json_put_str(items[i], "name", s->dishes[i].name);
		json_put_str(items[i], "cuisine", s->dishes[i].cuisine);
		json_put_int(items[i], "score", s->dishes[i].score);
		json_put_str(items[i], "reason", s->dishes[i].reason);
	}
	put_list(o, "dishes", items, s->n_dishes);
	for (i = 0; i < s->n_kinds; i++) {
		items[i] = json_object_new_object();
		json_put_str(items[i], "name", s->kinds[i].name);
		json_put_int(items[i], "score", s->kinds[i].score);
	}
	put_list(o, "kinds", items, s->n_kinds);
	for (i = 0; i < s->n_avoid; i++) {
		items[i] = json_object_new_object();
		json_put_str(items[i], "name", s->avoid[i].style);
		json_put_str(items[i], "why", s->avoid[i].why);
	}
	put_list(o, "avoid", items, s->n_avoid);
}
