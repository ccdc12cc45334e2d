/*
 * Laws that hold for any dish. A line is added to every savoury recipe of
 * tests/fixtures, and wines of a kind may only lose by it: by all rules of
 * taste together, so that no rule undoes another. Customs (known dishes,
 * cuisines) are left out, since a line can turn one dish into another. And
 * each rule alone obeys the axis it looks at.
 */
#include "unit.h"

#include "pairing/score.h"

#define SLACK 2	   /* points that an aroma in common may add on the way */
#define OFFERED 20 /* below, nobody will ever be offered the wine */

struct span {
	enum wine_axis axis;
	double least, most;
};

/* clang-format off */
#define AT_LEAST(axis, v) { axis, v, 100 }
#define AT_MOST(axis, v) { axis, -1, v }

static const struct law {
	const char *says, *line;
	struct span kind[2];
	const char *unless; /* trait the dish must not show before */
} laws[] = {
	{ "chilli never helps tannin with alcohol", "- 8 red chillies\n",
		{ AT_LEAST(WINE_TANNIN, 6), AT_LEAST(WINE_ALCOHOL, 6) }, NULL },
	{ "sugar never helps a bone-dry wine", "- 300 g sugar\n",
		{ AT_MOST(WINE_SWEETNESS, 0.5) }, NULL },
	{ "lemon never helps a wine without acidity", "- 150 ml lemon juice\n",
		{ AT_MOST(WINE_ACIDITY, 4.5) }, NULL },
	{ "oily fish never helps a tannic wine", "- 600 g mackerel\n",
		{ AT_LEAST(WINE_TANNIN, 6) }, "seafood" },
	{ "radicchio never helps a tannic wine", "- 300 g radicchio\n",
		{ AT_LEAST(WINE_TANNIN, 7) }, "meat" },
};
/* clang-format on */

static struct knowledge *k;
static struct arena mem;

static int is_kind(const struct wine *w, const struct law *l)
{
	size_t i;

	if (w->color == COLOR_NONE)
		return 0;
	for (i = 0; i < ARRAY_LEN(l->kind); i++) {
		double v = wine_axis(w, l->kind[i].axis);

		if (l->kind[i].axis != WINE_NOTHING &&
			(v < l->kind[i].least || v > l->kind[i].most))
			return 0;
	}
	return 1;
}

static int is_custom(const struct rule *r)
{
	return r->shape == SHAPE_CLASSIC || r->shape == SHAPE_KINDRED ||
	       r->shape == SHAPE_REGION || r->shape == SHAPE_RARE;
}

static double by_taste(const struct candidate *c)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < c->n_effects; i++)
		if (!is_custom(c->effects[i].rule))
			sum += c->effects[i].points;
	return sum;
}

static struct dish *cook(const char *text)
{
	struct dish *d = arena_alloc(&mem, sizeof(*d));
	struct dish_profile *p = arena_alloc(&mem, sizeof(*p));
	struct recipe r;
	struct err e = ERR_INIT;

	if (recipe_from_text(k, text, strlen(text), &mem, &r, &e) ||
		dish_read(k, &r, &mem, p, d, &e))
		return NULL;
	return d;
}

static double trait_of(const struct dish *d, const char *id)
{
	const struct trait *all;
	size_t i, n;

	all = knowledge_traits(k, &n);
	for (i = 0; i < n; i++)
		if (strcmp(all[i].id, id) == 0)
			return d->axis[(size_t)AXIS_TRAIT + i];
	fail_msg("no trait %s", id);
	return 0;
}

struct tasted {
	struct dish *dish;
	struct candidate *all;
};

/* -1: no dish, or a dessert. */
static int taste(const char *name, const char *lines, const char *more,
	const char *method, struct tasted *t)
{
	t->dish =
		cook(arena_printf(&mem, "%s\n\nIngredients\n%s%s\nMethod\n%s\n",
			name, lines, more, method));
	if (!t->dish || t->dish->axis[AXIS_DESSERT] > 0)
		return -1;
	t->all = score_all(k, t->dish, 0, &mem);
	return 0;
}

/* Returns how many wines were looked at. */
static unsigned obey(const struct law *l, const char *name,
	const struct tasted *before, const struct tasted *after)
{
	unsigned tried = 0;
	size_t i, n;

	if (l->unless && trait_of(before->dish, l->unless) > 0)
		return 0;
	(void)knowledge_wines(k, &n);
	for (i = 0; i < n; i++) {
		double a = by_taste(&before->all[i]);
		double b = by_taste(&after->all[i]);

		if (!is_kind(before->all[i].wine, l))
			continue;
		tried++;
		if (b > a + SLACK && after->all[i].total >= OFFERED)
			fail_msg("%s: %s, %s: %.1f, then %.1f", l->says, name,
				before->all[i].wine->id, a, b);
	}
	return tried;
}

/* "a|b" as list lines. */
static const char *list_of(char *cell)
{
	struct sbuf out = SBUF_INIT(100000);
	const char *text;

	while (*cell) {
		size_t len = strcspn(cell, "|");

		sbuf_addf(&out, "- %.*s\n", (int)len, cell);
		cell += len + (cell[len] == '|');
	}
	text = arena_strdup(&mem, out.buf);
	sbuf_release(&out);
	return text;
}

static void a_line_never_helps_the_wrong_wine(void **state)
{
	struct sbuf file = SBUF_INIT((size_t)1 << 22);
	struct err e = ERR_INIT;
	unsigned tried[ARRAY_LEN(laws)] = { 0 };
	struct tasted before, after;
	const char *list;
	char *line, *end;
	size_t i;

	(void)state;
	assert_int_equal(
		file_read(source_path("tests/fixtures/dishes.tsv"), &file, &e),
		0);
	for (line = file.buf; *line; line = end + 1) {
		char *lines, *method;

		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		lines = strchr(line, '\t');
		method = lines ? strchr(lines + 1, '\t') : NULL;
		if (*line == '#' || !method)
			continue;
		*lines++ = *method++ = '\0';
		list = list_of(lines);
		if (taste(line, list, "", method, &before) == 0)
			for (i = 0; i < ARRAY_LEN(laws); i++)
				if (taste(line, list, laws[i].line, method,
					    &after) == 0)
					tried[i] += obey(&laws[i], line,
						&before, &after);
		arena_reset(&mem);
	}
	for (i = 0; i < ARRAY_LEN(laws); i++)
		assert_true(tried[i] > 1000);
	sbuf_release(&file);
}

/* ---- each rule by itself ---- */

static double effect_of(const struct dish *d, const struct rule *r, size_t wine)
{
	struct candidate *all = score_all(k, d, 0, &mem);
	double points = 0;
	size_t i;

	for (i = 0; i < all[wine].n_effects; i++)
		if (all[wine].effects[i].rule == r)
			points += all[wine].effects[i].points;
	return points;
}

/* What more of the dish's axis may do to the points: 1 raise, -1 lower. */
static int direction(const struct rule *r, double wine, double dish)
{
	switch (r->shape) {
	case SHAPE_MATCH:
		return wine > dish ? 1 : -1;
	case SHAPE_REACH:
		return wine + r->slack >= dish + 1 ? 1 : -1;
	case SHAPE_LIMIT:
		return 1;
	case SHAPE_BOTH:
		return r->points > 0 ? 1 : -1;
	default:
		return 0;
	}
}

static void each_rule_follows_its_axis(void **state)
{
	const struct wine *wines;
	const struct rule *rules;
	size_t i, n_rules, n_wines, w;
	unsigned tried = 0;

	(void)state;
	wines = knowledge_wines(k, &n_wines);
	rules = knowledge_rules(k, &n_rules);
	for (i = 0; i < n_rules; i++) {
		const struct rule *r = &rules[i];

		if (r->dish == AXIS_NOTHING || r->shape > SHAPE_BOTH)
			continue;
		for (w = 0; w < n_wines; w += 17) {
			struct dish *d = cook("Beef with mushrooms\n\n"
					      "Ingredients\n- 600 g beef\n"
					      "- 300 g mushrooms\n");
			double last = 0, v;

			for (v = 0; v <= 9; v++) {
				double now,
					wine = wine_axis(&wines[w], r->wine);

				d->axis[r->dish] = v;
				now = effect_of(d, r, w);
				if (v > 0 && (now - last) * direction(r, wine,
								    v - 1) <
						     -0.11)
					fail_msg("%s, %s at %g: %.1f, %.1f",
						r->id, wines[w].id, v, last,
						now);
				last = now;
				tried++;
			}
			arena_reset(&mem);
		}
	}
	assert_true(tried > 1000);
}

static int set_up(void **state)
{
	struct sbuf problems = SBUF_INIT(100000);

	(void)state;
	k = knowledge_load(source_path("knowledge"), &problems);
	sbuf_release(&problems);
	return k ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	knowledge_free(k);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_never_helps_the_wrong_wine),
		cmocka_unit_test(each_rule_follows_its_axis),
	};

	return cmocka_run_group_tests_name(
		"pairing-laws", tests, set_up, tear_down);
}
