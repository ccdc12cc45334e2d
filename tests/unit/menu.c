/* pairing/menu.c: several dishes on one table, on the real tables. */
#include "unit.h"

#include <math.h>

#include "pairing-look.h"
#include "real-tables.h"

static void cook(const char *text, struct recipe *r)
{
	struct err e = ERR_INIT;

	if (recipe_from_text(k, text, strlen(text), &mem, r, &e))
		fail_msg("%s: %s", text, e.msg);
}

/* A menu of these dishes, to the end of the list. */
static struct menu *serve_with(
	const char *preferences, const char *const *dishes)
{
	struct recipe *recipes = arena_calloc(&mem, MENU_MAX, sizeof(*recipes));
	struct menu *m = arena_alloc(&mem, sizeof(*m));
	struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	size_t n, bad;

	if (preferences) {
		json_object *o =
			json_read(preferences, strlen(preferences), &e);

		assert_int_equal(preferences_from_json(o, &p, &e), 0);
		json_object_put(o);
	}
	for (n = 0; dishes[n]; n++)
		cook(dishes[n], &recipes[n]);
	if (menu_make(k, recipes, n, &p, &mem, m, &bad, &e))
		fail_msg("dish %zu: %s", bad, e.msg);
	return m;
}

#define serve(...) serve_with(NULL, (const char *const[]){ __VA_ARGS__, NULL })

static const char *const pairs[][3] = {
	{ "Oysters", "Coq au vin", NULL },
	{ "Oysters", "Stilton", NULL },
	{ "Steak frites", "Sole meuni\u00e8re", NULL },
	{ "Sushi", "Tempura", NULL },
	{ "Pad thai", "Thai green curry", NULL },
	{ "Grilled salmon", "Coq au vin", NULL },
	{ "Steak frites", "Tiramisu", NULL },
	{ "Coq au vin", "Beef stew", NULL },
};

/* ---- one bottle for all ---- */

static int lowest(const struct menu *m, size_t suggestion)
{
	const struct menu_part *parts = &m->parts[suggestion * m->n];
	int low = parts[0].score;
	size_t i;

	for (i = 1; i < m->n; i++)
		if (parts[i].score < low)
			low = parts[i].score;
	return low;
}

/* The best wine of that dish is no bottle for all. */
static void never_for_all(const struct menu *m, size_t dish)
{
	const struct wine *best = m->apart[dish].suggestions[0].wine;

	assert_null(find(&m->together, best->id));
}

/* Each dish's own best fails the other, and is no bottle for both. */
static void a_wine_that_fails_one_dish_is_no_answer(void **state)
{
	static const char *const foes[][3] = {
		{ "Steak frites", "Sole meuni\u00e8re", NULL },
		{ "Oysters", "Stilton", NULL },
		{ "Ribeye steak", "Oysters", NULL },
	};
	size_t i, s;

	(void)state;
	for (i = 0; i < ARRAY_LEN(foes); i++) {
		const struct menu *m = serve_with(NULL, foes[i]);

		for (s = 0; s < m->together.n_suggestions; s++) {
			const struct wine *w = m->together.suggestions[s].wine;

			assert_true(lowest(m, s) > 25);
			assert_true(w->color != COLOR_RED || w->tannin < 6);
		}
	}
	never_for_all(serve("Steak frites", "Sole meuni\u00e8re"), 0);
	never_for_all(serve("Oysters", "Stilton"), 1);
}

static void its_score_is_near_the_worst(void **state)
{
	size_t i, s, d;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct menu *m = serve_with(NULL, pairs[i]);
		int last = 100;

		assert_int_equal(m->together.n_suggestions, 5);
		for (s = 0; s < m->together.n_suggestions; s++) {
			int score = m->together.suggestions[s].score, sum = 0;

			for (d = 0; d < m->n; d++)
				sum += m->parts[s * m->n + d].score;
			assert_true(score <= last);
			last = score;
			/* one point for rounding */
			assert_true(score + 1 >= lowest(m, s));
			assert_true(2 * (score - lowest(m, s)) <=
				    sum / (int)m->n - lowest(m, s) + 3);
		}
	}
}

static void a_dish_twice_is_that_dish(void **state)
{
	struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	struct pairing one;
	struct recipe r;
	size_t t, i;

	(void)state;
	for (t = 0; t < ARRAY_LEN(pairs); t++) {
		const struct menu *m = serve(pairs[t][1], pairs[t][1]);

		cook(pairs[t][1], &r);
		assert_int_equal(pairing_make(k, &r, &p, &mem, &one, &e), 0);
		assert_int_equal(m->together.n_suggestions, one.n_suggestions);
		for (i = 0; i < one.n_suggestions; i++) {
			const struct suggestion *s =
				&m->together.suggestions[i];

			assert_ptr_equal(s->wine, one.suggestions[i].wine);
			assert_int_equal(s->score, one.suggestions[i].score);
			assert_ptr_equal(s->role, one.suggestions[i].role);
			/* half of it from either, so that all adds up */
			assert_true(
				fabs(2 * s->reasons[0].effect -
					one.suggestions[i].reasons[0].effect) <
				0.11);
		}
		assert_null(m->together.limits);
	}
}

/* ---- the order of the dishes ---- */

static void same_wines(const struct pairing *a, const struct pairing *b)
{
	size_t i;

	assert_int_equal(a->n_suggestions, b->n_suggestions);
	for (i = 0; i < a->n_suggestions; i++) {
		assert_ptr_equal(
			a->suggestions[i].wine, b->suggestions[i].wine);
		assert_int_equal(
			a->suggestions[i].score, b->suggestions[i].score);
		assert_true(a->suggestions[i].role == b->suggestions[i].role);
	}
	assert_int_equal(a->n_avoid, b->n_avoid);
	for (i = 0; i < a->n_avoid; i++)
		assert_string_equal(a->avoid[i].why, b->avoid[i].why);
	assert_int_equal(!a->limits, !b->limits);
}

static void the_order_changes_no_wine(void **state)
{
	static const char *const dishes[] = { "Oysters", "Coq au vin", "Sushi",
		"Beef stew" };
	static const int orders[][4] = { { 0, 1, 2, 3 }, { 3, 2, 1, 0 },
		{ 1, 0, 3, 2 }, { 2, 3, 0, 1 }, { 1, 2, 3, 0 },
		{ 3, 0, 2, 1 } };
	const struct menu *first = NULL, *m;
	size_t i, d;

	(void)state;
	for (i = 0; i < ARRAY_LEN(orders); i++) {
		const int *o = orders[i];

		m = serve(
			dishes[o[0]], dishes[o[1]], dishes[o[2]], dishes[o[3]]);
		if (!first)
			first = m;
		same_wines(&first->together, &m->together);
		for (d = 0; d < 4; d++)
			same_wines(&first->apart[o[d]], &m->apart[d]);
	}
	m = serve(dishes[1], dishes[0]);
	assert_string_equal(m->whole.name, "Coq au vin, then Oysters");
}

/* ---- one each ---- */

static struct pairing alone(const struct recipe *r, int count)
{
	struct preferences p = { .count = count, .max_price = 4 };
	struct err e = ERR_INIT;
	struct pairing made;

	assert_int_equal(pairing_make(k, r, &p, &mem, &made, &e), 0);
	return made;
}

static void each_dish_has_wines_of_its_own(void **state)
{
	size_t i, s, d;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct menu *m = serve_with(NULL, pairs[i]);

		for (d = 0; d < m->n; d++) {
			const struct pairing *own = &m->apart[d];
			struct pairing all = alone(&m->recipes[d], 10);

			assert_int_equal(own->n_suggestions, 3);
			assert_string_equal(own->summary, all.summary);
			for (s = 0; s < 3; s++) {
				const struct suggestion *one =
					&own->suggestions[s];

				assert_non_null(find(&all, one->wine->id));
				if (s)
					assert_true(
						one->score <= one[-1].score);
			}
		}
	}
}

static size_t n_shared(
	const struct pairing *a, const struct pairing *b, size_t first)
{
	size_t i, j, n = 0;

	for (i = 0; i < first && i < a->n_suggestions; i++)
		for (j = 0; j < first && j < b->n_suggestions; j++)
			n += a->suggestions[i].wine == b->suggestions[j].wine;
	return n;
}

/* Over many pairs of dishes: fewer styles twice than if each were asked alone,
 * and nobody gives way for much. */
static void neighbours_do_not_share_a_style(void **state)
{
	size_t n, i, j, s, d, before = 0, after = 0;
	const struct classic *rows = knowledge_classics(k, &n);

	(void)state;
	for (i = 0; i < n; i += 40) {
		for (j = i + 20; j < n; j += 40) {
			const struct menu *m =
				serve(rows[i].name, rows[j].name);
			struct pairing one[2] = { alone(&m->recipes[0], 5),
				alone(&m->recipes[1], 5) };

			before += n_shared(&one[0], &one[1], 3);
			after += n_shared(&m->apart[0], &m->apart[1], 3);
			for (d = 0; d < 2; d++)
				for (s = 0; s < m->apart[d].n_suggestions; s++)
					assert_true(
						m->apart[d].suggestions[s]
								.score +
							12 >=
						one[d].suggestions[s].score);
			arena_reset(&mem);
		}
	}
	assert_true(after > 0);
	assert_true(after * 6 < before * 5);
}

/* ---- preferences ---- */

static void preferences_are_limits_for_all(void **state)
{
	static const char *const dishes[] = { "Oysters", "Beef stew", NULL };
	const struct menu *m = serve_with(
		"{\"colors\":[\"red\"],\"max_price\":2,\"count\":2}", dishes);
	size_t i, d;

	(void)state;
	assert_int_equal(m->together.n_suggestions, 2);
	for (i = 0; i < 2; i++)
		for (d = 0; d < 3; d++) {
			const struct pairing *p = d < 2 ? &m->apart[d]
							: &m->together;
			const struct wine *w = p->suggestions[i].wine;

			assert_int_equal(p->n_suggestions, 2);
			assert_int_equal(w->color, COLOR_RED);
			assert_true(w->price <= 2);
		}
	assert_non_null(m->together.limits);
	m = serve_with("{\"alcohol\":\"none\"}", dishes);
	assert_int_equal(m->together.n_suggestions, 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(
			m->together.suggestions[i].wine->color, COLOR_NONE);
	m = serve_with("{\"alcohol\":\"none\",\"colors\":[\"red\"]}", dishes);
	assert_int_equal(m->together.n_suggestions, 0);
	assert_int_equal(m->apart[0].n_suggestions, 0);
	assert_non_null(m->together.limits);
}

/* ---- what is said ---- */

static void it_says_when_no_bottle_does_for_all(void **state)
{
	static const struct {
		const char *dishes[4];
		int apart;
	} cases[] = {
		{ { "Steak frites", "Sole meuni\u00e8re" }, 1 },
		{ { "Steak", "Sole" }, 1 },
		{ { "Oysters", "Stilton" }, 1 },
		{ { "Steak frites", "Tiramisu" }, 1 },
		{ { "Oysters", "Steak frites", "Tiramisu" }, 1 },
		{ { "Coq au vin", "Beef stew" }, 0 },
		{ { "Sushi", "Tempura" }, 0 },
		{ { "Grilled salmon", "Coq au vin" }, 0 },
		{ { "Pad thai", "Thai green curry" }, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const struct menu *m = serve_with(NULL, cases[i].dishes);
		const char *limits = m->together.limits;

		if (!limits != !cases[i].apart)
			fail_msg("%s: %s", m->whole.name, limits);
		if (!limits) {
			assert_non_null(strstr(m->together.summary,
				m->together.suggestions[0].wine->name));
			continue;
		}
		assert_non_null(strstr(limits, "No one bottle does for"));
		assert_non_null(strstr(limits, "each dish its own"));
		assert_null(strstr(m->together.summary, " does best by "));
	}
}

static void words_are_whole(void **state)
{
	size_t i, s, j;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct menu *m = serve_with(NULL, pairs[i]);
		const struct pairing *p = &m->together;

		nothing_is_left_blank(p->summary);
		for (s = 0; s < p->n_suggestions; s++) {
			const struct suggestion *one = &p->suggestions[s];

			nothing_is_left_blank(one->note);
			assert_true(one->n_reasons > 0);
			for (j = 0; j < one->n_reasons; j++) {
				nothing_is_left_blank(one->reasons[j].text);
				assert_non_null(
					strstr(one->reasons[j].text, ": "));
			}
			for (j = 0; j < m->n; j++)
				nothing_is_left_blank(
					m->parts[s * m->n + j].text);
			if (s)
				assert_string_not_equal(
					one->note, one[-1].note);
		}
		assert_true(p->n_avoid >= 2);
		for (s = 0; s < p->n_avoid; s++) {
			nothing_is_left_blank(p->avoid[s].why);
			assert_non_null(strstr(p->avoid[s].why, "Beside "));
		}
	}
}

/* A title of half a page is not said over and over. */
static void long_names_are_cut_in_sentences(void **state)
{
	static const char name[] =
		"The very best slow-cooker beef stew with red wine, pearl "
		"onions and a great many carrots of the season";
	const struct menu *m = serve(arena_printf(&mem,
					     "%s\n\nIngredients\n- 800 g beef\n"
					     "- 300 ml red wine\n",
					     name),
		"Oysters");

	(void)state;
	assert_string_equal(m->recipes[0].name, name);
	assert_non_null(strstr(m->whole.name, name));
	assert_null(strstr(m->together.summary, name));
	assert_non_null(
		strstr(m->together.summary, "The very best slow-cooker beef "
					    "stew with red wine, pearl\u2026"));
	assert_true(
		text_valid(m->together.summary, strlen(m->together.summary)));
}

static void the_menu_is_a_recipe_too(void **state)
{
	const struct menu *m = serve("Soup\n\nIngredients\n- 1 kg tomatoes\n"
				     "- 1 kryptonite\n\nMethod\nSimmer.\n",
		"Beef\n\nIngredients\n- 800 g beef\n- 2 adamantium\n\nMethod\n"
		"Grill.\nRest.\n",
		"Tiramisu");
	const struct recipe *r = &m->whole;
	const struct dish_profile *p = &m->together.profile;
	int t;

	(void)state;
	assert_string_equal(r->name, "Soup, then Beef, then Tiramisu");
	assert_int_equal(r->n_ingredients, 4);
	assert_string_equal(r->ingredients[2], "800 g beef");
	assert_int_equal(r->n_instructions, 3);
	assert_string_equal(r->instructions[2], "Rest.");
	assert_int_equal(r->total_minutes, -1);
	assert_int_equal(p->n_unrecognised, 2);
	assert_string_equal(p->unrecognised[1], "2 adamantium");
	assert_string_equal(p->protein, "beef");
	for (t = 0; t < TASTE_MAX; t++) {
		double most = 0;
		size_t d;

		for (d = 0; d < m->n; d++)
			if (m->apart[d].profile.taste[t] > most)
				most = m->apart[d].profile.taste[t];
		assert_true(p->taste[t] == most);
	}
}

static void mistakes_name_the_dish(void **state)
{
	const char *lines[] = { "1 kryptonite" };
	struct preferences p = PREFERENCES_INIT;
	struct recipe r[MENU_MAX + 1];
	struct err e = ERR_INIT;
	struct menu m;
	size_t i, bad;

	(void)state;
	for (i = 0; i < ARRAY_LEN(r); i++)
		cook("Oysters", &r[i]);
	for (i = 0; i <= ARRAY_LEN(r); i++)
		if (i < MENU_MIN || i > MENU_MAX) {
			assert_int_equal(
				menu_make(k, r, i, &p, &mem, &m, &bad, &e), -1);
			assert_int_equal(e.reason, REASON_MENU_SIZE);
			assert_int_equal(bad, 0);
		}
	assert_int_equal(menu_make(k, r, MENU_MAX, &p, &mem, &m, &bad, &e), 0);
	r[1].name = "Nonsense";
	r[1].ingredients = lines;
	r[1].n_ingredients = 1;
	assert_int_equal(menu_make(k, r, 3, &p, &mem, &m, &bad, &e), -1);
	assert_int_equal(e.reason, REASON_NOT_A_RECIPE);
	assert_int_equal(bad, 2);
}

/* ---- JSON ---- */

static void has_keys(json_object *o, const char *const *keys, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!json_object_object_get_ex(o, keys[i], NULL))
			fail_msg("no %s", keys[i]);
	assert_int_equal(json_object_object_length(o), n);
}

static void json_gains_fields_and_loses_none(void **state)
{
	static const char *const keys[] = { "recipe", "summary", "profile",
		"suggestions", "avoid", "limits", "engine", "usage",
		"unrecognised", "menu" };
	static const char *const dish_keys[] = { "recipe", "summary", "profile",
		"suggestions", "avoid", "unrecognised" };
	static const char *const part_keys[] = { "name", "score", "text" };
	const struct menu *m = serve("Oysters", "Coq au vin");
	json_object *o = menu_to_json(k, m), *s, *list, *d;
	size_t i;

	(void)state;
	has_keys(o, keys, ARRAY_LEN(keys));
	assert_string_equal(json_str(json_obj(o, "recipe"), "name"),
		"Oysters, then Coq au vin");
	s = json_object_array_get_idx(json_arr(o, "suggestions"), 0);
	assert_non_null(json_str(s, "pairing_note"));
	assert_non_null(json_arr(s, "reasons"));
	list = json_arr(s, "dishes");
	assert_int_equal(json_object_array_length(list), 2);
	for (i = 0; i < 2; i++)
		has_keys(json_object_array_get_idx(list, i), part_keys,
			ARRAY_LEN(part_keys));
	list = json_arr(o, "menu");
	assert_int_equal(json_object_array_length(list), 2);
	for (i = 0; i < 2; i++) {
		d = json_object_array_get_idx(list, i);
		has_keys(d, dish_keys, ARRAY_LEN(dish_keys));
		assert_string_equal(json_str(json_obj(d, "recipe"), "name"),
			m->recipes[i].name);
		s = json_object_array_get_idx(json_arr(d, "suggestions"), 0);
		assert_null(json_arr(s, "dishes"));
	}
	json_object_put(o);
}

static int clear(void **state)
{
	(void)state;
	arena_reset(&mem);
	return 0;
}

#define FRESH(f) cmocka_unit_test_teardown(f, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(a_wine_that_fails_one_dish_is_no_answer),
		FRESH(its_score_is_near_the_worst),
		FRESH(a_dish_twice_is_that_dish),
		FRESH(the_order_changes_no_wine),
		FRESH(each_dish_has_wines_of_its_own),
		FRESH(neighbours_do_not_share_a_style),
		FRESH(preferences_are_limits_for_all),
		FRESH(it_says_when_no_bottle_does_for_all),
		FRESH(words_are_whole),
		FRESH(long_names_are_cut_in_sentences),
		FRESH(the_menu_is_a_recipe_too),
		FRESH(mistakes_name_the_dish),
		FRESH(json_gains_fields_and_loses_none),
	};

	return cmocka_run_group_tests_name(
		"menu", tests, tables_setup, tables_teardown);
}
