/* pairing/offer.c: what a model may choose from, what it may not choose, and
 * what its choice looks like as a pairing and in JSON. */
#include "real-tables.h"

#include "pairing/pairing.h"

#define HOT                                                                   \
	"Thai basil chicken, very hot\n\nIngredients\n- 500 g chicken\n"      \
	"- 10 bird's eye chillies\n- 4 cloves garlic\n- 1 bunch thai basil\n" \
	"- 2 tbsp fish sauce\n- 1 tbsp sugar\n\nMethod\nStir-fry hot.\n"
#define LAMB                                                                 \
	"Roast leg of lamb\n\nIngredients\n- 2 kg leg of lamb\n- rosemary\n" \
	"- 4 cloves garlic\n- olive oil\n\nMethod\nRoast.\n"

struct table {
	struct recipe recipe;
	struct preferences p;
	struct offer *offer;
};

static int clean(void **state)
{
	(void)state;
	arena_reset(&mem);
	return 0;
}

static struct table *lay(const char *text, const char *wishes)
{
	struct table *t = arena_alloc(&mem, sizeof(*t));
	struct err e = ERR_INIT;
	json_object *o = json_read(wishes, strlen(wishes), &e);

	assert_non_null(o);
	if (preferences_from_json(o, &t->p, &e) ||
		recipe_from_text(k, text, strlen(text), &mem, &t->recipe, &e) ||
		pairing_offer(k, &t->recipe, &t->p, &mem, &t->offer, &e))
		fail_msg("%s", e.msg);
	json_object_put(o);
	return t;
}

static const struct wine *wine(const char *id)
{
	const struct wine *w = knowledge_wine(k, id);

	if (!w)
		fail_msg("no wine %s", id);
	return w;
}

static const char *json_of(const struct table *t, const struct pairing *p)
{
	struct sbuf out = SBUF_INIT(PAIRING_JSON_MAX);
	json_object *o = pairing_to_json(k, &t->recipe, p);
	const char *text;

	json_write(o, &out);
	json_object_put(o);
	text = arena_strndup(&mem, out.buf, out.len);
	sbuf_release(&out);
	return text;
}

/* ---- the offer ---- */

static void the_engines_own_pairing_is_the_very_same(void **state)
{
	static const char *const texts[] = { HOT, LAMB,
		"Oysters\n\nIngredients\n- 24 oysters\n- 1 lemon\n" };
	static const char *const wishes[] = { "{}", "{\"count\":10}",
		"{\"colors\":[\"red\"],\"max_price\":2}",
		"{\"alcohol\":\"none\",\"count\":3}" };
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_LEN(texts); i++)
		for (j = 0; j < ARRAY_LEN(wishes); j++) {
			struct table *t = lay(texts[i], wishes[j]);
			struct err e = ERR_INIT;
			struct pairing made;

			assert_int_equal(pairing_make(k, &t->recipe, &t->p,
						 &mem, &made, &e),
				0);
			assert_string_equal(json_of(t, &made),
				json_of(t, offer_pairing(t->offer)));
		}
}

static void check_list(const char *dish)
{
	struct table *t = lay(dish, "{}");
	const struct pairing *own = offer_pairing(t->offer);
	const struct suggestion *list;
	size_t i, j, n, found = 0;
	const char *why;

	list = offer_list(t->offer, &n);
	assert_true(n > own->n_suggestions && n <= OFFER_MAX);
	for (i = 0; i < n; i++) {
		assert_int_equal(
			offer_judge(t->offer, list[i].wine, &why), OFFER_FINE);
		assert_null(list[i].role);
		assert_true(list[i].n_reasons > 0);
		assert_true(*list[i].note != '\0');
		assert_true(!i || list[i].score <= list[i - 1].score);
		for (j = 0; j < i; j++)
			assert_string_not_equal(
				list[i].wine->kin, list[j].wine->kin);
		for (j = 0; j < own->n_suggestions; j++)
			if (own->suggestions[j].wine == list[i].wine) {
				assert_string_equal(
					own->suggestions[j].note, list[i].note);
				found++;
			}
	}
	assert_int_equal(found, own->n_suggestions);
}

static void the_list_is_wider_and_holds_nothing_that_is_wrong(void **state)
{
	(void)state;
	check_list(HOT);
	check_list(LAMB);
}

static void the_list_keeps_to_the_preferences(void **state)
{
	struct table *t = lay(LAMB, "{\"colors\":[\"white\"],\"max_price\":3,"
				    "\"without\":[\"riesling\"]}");
	const struct suggestion *list;
	size_t i, n;

	(void)state;
	list = offer_list(t->offer, &n);
	assert_true(n > 0);
	for (i = 0; i < n; i++) {
		assert_int_equal(list[i].wine->color, COLOR_WHITE);
		assert_true(list[i].wine->price <= 3);
		assert_null(strstr(list[i].wine->id, "riesling"));
	}
}

static void no_dish_no_offer(void **state)
{
	struct recipe r = { .name = "xyzzy", .total_minutes = -1 };
	struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	struct offer *o;

	(void)state;
	assert_int_equal(pairing_offer(k, &r, &p, &mem, &o, &e), -1);
	assert_int_equal(e.reason, REASON_NOT_A_RECIPE);
}

/* ---- judging ---- */

static void wines_are_judged(void **state)
{
	static const struct {
		const char *dish, *wishes, *wine;
		enum offer_verdict verdict;
	} cases[] = {
		{ HOT, "{}", "barolo", OFFER_CLASH },
		{ HOT, "{}", "riesling-kabinett", OFFER_FINE },
		{ LAMB, "{}", "barolo", OFFER_FINE },
		{ LAMB, "{\"colors\":[\"white\"]}", "barolo", OFFER_UNWANTED },
		{ LAMB, "{\"max_price\":1}", "barolo", OFFER_UNWANTED },
		{ LAMB, "{\"without\":[\"barolo\"]}", "barolo",
			OFFER_UNWANTED },
		{ "Grilled mackerel\n\nIngredients\n- 4 mackerels\n- lemon\n",
			"{}", "barolo", OFFER_CLASH },
		{ "Chocolate cake\n\nIngredients\n- 300 g chocolate\n"
		  "- 300 g sugar\n- 200 g butter\n- 4 eggs\n- 100 g flour\n",
			"{}", "sancerre", OFFER_CLASH },
		/* a drink without alcohol: only where one was asked for */
		{ LAMB, "{}", "na-stout", OFFER_UNWANTED },
		{ LAMB, "{\"alcohol\":\"none\"}", "na-stout", OFFER_FINE },
		{ LAMB, "{\"alcohol\":\"none\"}", "barolo", OFFER_UNWANTED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct table *t = lay(cases[i].dish, cases[i].wishes);
		const char *why, *again;
		enum offer_verdict v =
			offer_judge(t->offer, wine(cases[i].wine), &why);

		if (v != cases[i].verdict)
			fail_msg("%.20s, %s: %d", cases[i].dish, cases[i].wine,
				(int)v);
		assert_int_equal(why != NULL, v == OFFER_CLASH);
		if (!why)
			continue;
		assert_true(*why != '\0' && !strchr(why, '{'));
		(void)offer_judge(t->offer, wine(cases[i].wine), &again);
		assert_string_equal(why, again);
	}
}

/* What nobody would pick but custom or the engine itself does, stands. */
static void custom_and_the_engine_are_never_wrong(void **state)
{
	const struct classic *rows;
	size_t i, j, n, grave = 0;

	(void)state;
	rows = knowledge_classics(k, &n);
	for (i = 0; i < n; i += 9) {
		struct recipe r = { .name = rows[i].name, .total_minutes = -1 };
		struct preferences p = PREFERENCES_INIT;
		struct err e = ERR_INIT;
		const struct wine *wines;
		struct offer *o;
		const char *why;
		size_t n_wines;

		wines = knowledge_wines(k, &n_wines);
		if (pairing_offer(k, &r, &p, &mem, &o, &e))
			fail_msg("%s: %s", rows[i].name, e.msg);
		if (offer_pairing(o)->profile.classic != &rows[i])
			continue;
		for (j = 0; j < rows[i].wines.n; j++)
			assert_int_equal(
				offer_judge(
					o, &wines[rows[i].wines.at[j]], &why),
				OFFER_FINE);
		for (j = 0; j < n_wines; j++)
			grave += offer_judge(o, &wines[j], &why) == OFFER_CLASH;
		arena_reset(&mem);
	}
	assert_true(grave > 0);
	/* reds alone with fish: all are wrong, and yet some must be offered */
	{
		struct table *t =
			lay("Grilled mackerel\n\nIngredients\n- 4 mackerels\n",
				"{\"colors\":[\"red\"]}");
		const struct pairing *own = offer_pairing(t->offer);
		const char *why;

		assert_true(own->n_suggestions > 0);
		for (i = 0; i < own->n_suggestions; i++)
			assert_int_equal(
				offer_judge(t->offer, own->suggestions[i].wine,
					&why),
				OFFER_FINE);
	}
}

/* ---- taking ---- */

static void what_was_chosen_comes_first_and_the_engine_fills_up(void **state)
{
	struct table *t = lay(LAMB, "{}");
	const struct pairing *own = offer_pairing(t->offer);
	struct offer_pick picks[] = {
		{ .wine = wine("barolo"), .note = "Tar and roses for lamb." },
		{ .wine = wine("rioja-reserva") },
		{ .name = "Trousseau",
			.region = "Jura, France",
			.color = COLOR_RED,
			.note = "Light and wild." },
	};
	struct pairing out;
	size_t i, j;

	(void)state;
	offer_take(t->offer, picks, ARRAY_LEN(picks), 1, "In short.", &out);
	assert_int_equal(out.n_suggestions, 5);
	assert_ptr_equal(out.suggestions[0].wine, wine("barolo"));
	assert_string_equal(out.suggestions[0].note, "Tar and roses for lamb.");
	assert_true(out.suggestions[0].n_reasons > 0);
	assert_ptr_equal(out.suggestions[1].wine, wine("rioja-reserva"));
	assert_true(*out.suggestions[1].note != '\0');
	assert_true(wine_is_other(out.suggestions[2].wine));
	assert_string_equal(out.suggestions[2].wine->name, "Trousseau");
	assert_int_equal(out.suggestions[2].n_reasons, 0);
	assert_null(out.suggestions[2].role);
	for (i = 3; i < 5; i++) {
		for (j = 0; j < i; j++)
			assert_string_not_equal(out.suggestions[i].wine->kin,
				out.suggestions[j].wine->kin);
		for (j = 0; j < own->n_suggestions; j++)
			if (own->suggestions[j].wine == out.suggestions[i].wine)
				break;
		assert_true(j < own->n_suggestions);
		assert_string_equal(
			own->suggestions[j].note, out.suggestions[i].note);
	}
	assert_string_equal(out.summary, "In short.");
	assert_int_equal(out.n_avoid, own->n_avoid);
	assert_ptr_equal(out.profile.protein, own->profile.protein);
	assert_true(out.limits == own->limits);
	assert_null(out.chooser);
}

/* "Better not: powerful, tannic reds" does not stand beside one of them. */
static void what_was_chosen_is_not_warned_of(void **state)
{
	struct table *t = lay("Coq au vin", "{}");
	const struct offer_pick pick = { .wine = wine("syrah-rhone") };
	const struct pairing *own = offer_pairing(t->offer);
	struct pairing out;
	size_t i, warned = 0;

	(void)state;
	for (i = 0; i < own->n_avoid; i++)
		warned += own->avoid[i].family_row == pick.wine->family_row;
	assert_int_equal(warned, 1);
	offer_take(t->offer, &pick, 1, 1, NULL, &out);
	assert_int_equal(out.n_avoid, own->n_avoid - 1);
	for (i = 0; i < out.n_avoid; i++)
		assert_int_not_equal(
			out.avoid[i].family_row, pick.wine->family_row);
}

static void nothing_chosen_is_the_engines_own(void **state)
{
	struct table *t = lay(LAMB, "{\"count\":7}");
	struct pairing out;

	(void)state;
	offer_take(t->offer, NULL, 0, 1, NULL, &out);
	assert_string_equal(
		json_of(t, &out), json_of(t, offer_pairing(t->offer)));
	offer_take(t->offer, NULL, 0, 0, NULL, &out);
	assert_int_equal(out.n_suggestions, 0);
}

static void the_same_choice_is_told_in_the_same_words(void **state)
{
	struct table *t = lay(LAMB, "{}");
	struct offer_pick one = { .wine = wine("madiran") };
	struct pairing a, b;

	(void)state;
	offer_take(t->offer, &one, 1, 1, NULL, &a);
	offer_take(t->offer, &one, 1, 1, NULL, &b);
	assert_string_equal(json_of(t, &a), json_of(t, &b));
}

static void roles_are_given_anew(void **state)
{
	struct table *t = lay(LAMB, "{}");
	struct pairing out;
	struct offer_pick picks[5];
	const struct suggestion *list;
	size_t i, n, roles = 0;

	(void)state;
	list = offer_list(t->offer, &n);
	assert_true(n > 8);
	memset(picks, 0, sizeof(picks));
	for (i = 0; i < 5; i++)
		picks[i].wine = list[4 - i].wine;
	offer_take(t->offer, picks, 5, 0, NULL, &out);
	for (i = 0; i < 5; i++) {
		assert_ptr_equal(out.suggestions[i].wine, picks[i].wine);
		roles += out.suggestions[i].role != NULL;
	}
	assert_true(roles > 0 && roles <= 3);
}

static void a_wine_is_kin_to_one_of_the_engines_at_most(void **state)
{
	struct table *t = lay(LAMB, "{}");
	const struct pairing *own = offer_pairing(t->offer);
	struct offer_pick pick = { .wine = own->suggestions[2].wine };
	struct pairing out;
	size_t i;

	(void)state;
	offer_take(t->offer, &pick, 1, 1, NULL, &out);
	assert_int_equal(out.n_suggestions, 5);
	assert_ptr_equal(out.suggestions[0].wine, pick.wine);
	for (i = 1; i < 5; i++)
		assert_ptr_not_equal(out.suggestions[i].wine, pick.wine);
}

/* ---- JSON ---- */

static void an_other_wine_has_no_numbers(void **state)
{
	struct table *t = lay(LAMB, "{}");
	struct offer_pick pick = { .name = "Trousseau",
		.region = "Jura, France",
		.color = COLOR_RED,
		.note = "Light and wild." };
	struct pairing out;
	const char *json;

	(void)state;
	assert_null(knowledge_wine(k, WINE_OTHER));
	offer_take(t->offer, &pick, 1, 0, NULL, &out);
	json = json_of(t, &out);
	if (!strstr(json,
		    "\"suggestions\":[{\"style_id\":\"other\","
		    "\"style\":\"Trousseau\",\"region\":\"Jura, France\","
		    "\"color\":\"red\",\"description\":\"\",\"structure\":null,"
		    "\"serve_celsius\":null,\"decant_minutes\":null,"
		    "\"glass\":null,\"price\":null,\"alternatives\":[],"
		    "\"pairing_note\":\"Light and wild.\",\"score\":null,"
		    "\"reasons\":[],\"role\":null}]"))
		fail_msg("%s", json);
}

static void json_says_who_chose(void **state)
{
	static const struct {
		struct chooser by;
		const char *engine, *usage;
	} cases[] = {
		{ { "anthropic", "m-1", "abc", NULL, 1200, 300, 1230, 0, 0 },
			"\"provider\":\"anthropic\",\"model\":\"m-1\","
			"\"version\":\"@\",\"prompts\":\"abc\","
			"\"fallback\":null}",
			"{\"input_tokens\":1200,\"output_tokens\":300,"
			"\"cost_usd\":0.00123}" },
		{ { "openai", "m", "abc", NULL, 1, 2, -1, 0, 0 },
			"\"provider\":\"openai\",\"model\":\"m\","
			"\"version\":\"@\",\"prompts\":\"abc\","
			"\"fallback\":null}",
			"{\"input_tokens\":1,\"output_tokens\":2,"
			"\"cost_usd\":null}" },
		{ { "openai", "m", "abc", NULL, 0, 0, 0, 0, 0 },
			"\"provider\":\"openai\",\"model\":\"m\","
			"\"version\":\"@\",\"prompts\":\"abc\","
			"\"fallback\":null}",
			"{\"input_tokens\":0,\"output_tokens\":0,"
			"\"cost_usd\":0}" },
		{ { "built-in", NULL, "abc", "spend-limit", 0, 0, 0, 0, 0 },
			"\"provider\":\"built-in\",\"model\":null,"
			"\"version\":\"@\",\"prompts\":\"abc\","
			"\"fallback\":{\"code\":\"spend-limit\",\"title\":\"",
			"null" },
		{ { "built-in", NULL, "abc", "model-cut", 9, 0, 12000007, 0,
			  0 },
			"\"provider\":\"built-in\",\"model\":null,"
			"\"version\":\"@\",\"prompts\":\"abc\","
			"\"fallback\":{\"code\":\"model-cut\",\"title\":\"",
			"{\"input_tokens\":9,\"output_tokens\":0,"
			"\"cost_usd\":12.000007}" },
		{ { "openai", "m", "abc", NULL, 5, 5, 2000000, 0, 0 },
			"\"provider\":\"openai\",",
			"\"output_tokens\":5,\"cost_usd\":2}" },
	};
	struct table *t = lay(LAMB, "{}");
	struct pairing p = *offer_pairing(t->offer);
	char version[40];
	size_t i;

	(void)state;
	pairing_version(k, version);
	assert_null(strstr(json_of(t, &p), "\"fallback\""));
	assert_non_null(strstr(json_of(t, &p), "\"usage\":null"));
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *at = strchr(cases[i].engine, '@'), *json, *usage;
		const char *engine = cases[i].engine;

		if (at)
			engine = arena_printf(&mem, "%.*s%s%s",
				(int)(at - engine), engine, version, at + 1);
		p.chooser = &cases[i].by;
		json = json_of(t, &p);
		usage = strstr(json, "\"usage\":");
		assert_non_null(usage);
		if (!strstr(json, engine) || !strstr(usage, cases[i].usage) ||
			strstr(usage, cases[i].usage) > usage + 60)
			fail_msg("%zu: %s", i, json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_engines_own_pairing_is_the_very_same, clean),
		cmocka_unit_test_teardown(
			the_list_is_wider_and_holds_nothing_that_is_wrong,
			clean),
		cmocka_unit_test_teardown(
			the_list_keeps_to_the_preferences, clean),
		cmocka_unit_test_teardown(no_dish_no_offer, clean),
		cmocka_unit_test_teardown(wines_are_judged, clean),
		cmocka_unit_test_teardown(
			custom_and_the_engine_are_never_wrong, clean),
		cmocka_unit_test_teardown(
			what_was_chosen_comes_first_and_the_engine_fills_up,
			clean),
		cmocka_unit_test_teardown(
			what_was_chosen_is_not_warned_of, clean),
		cmocka_unit_test_teardown(
			nothing_chosen_is_the_engines_own, clean),
		cmocka_unit_test_teardown(
			the_same_choice_is_told_in_the_same_words, clean),
		cmocka_unit_test_teardown(roles_are_given_anew, clean),
		cmocka_unit_test_teardown(
			a_wine_is_kin_to_one_of_the_engines_at_most, clean),
		cmocka_unit_test_teardown(an_other_wine_has_no_numbers, clean),
		cmocka_unit_test_teardown(json_says_who_chose, clean),
	};

	return cmocka_run_group_tests(tests, tables_setup, tables_teardown);
}
