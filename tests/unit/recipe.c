/* recipe/: JSON, identity, portions, times, ingredient lines, pasted text. */
#include "recipe-kitchen.h"

#include <math.h>

#include "recipe/quantity.h"
#include "recipe/recipe.h"

static struct arena mem = ARENA_INIT;

static int tear_down(void **state)
{
	arena_release(&mem);
	return kitchen_teardown(state);
}

static int each_test(void **state)
{
	(void)state;
	arena_reset(&mem);
	return 0;
}

static void quantities(void **state)
{
	static const struct {
		const char *text;
		double lo, hi;
		size_t took;
	} cases[] = {
		{ "2 eggs", 2, 2, 1 },
		{ "1 1/2 cups", 1.5, 1.5, 5 },
		{ "1½ cups", 1.5, 1.5, 3 },
		{ "1 ½ cups", 1.5, 1.5, 4 },
		{ "½ cup", .5, .5, 2 },
		{ "1-1/2 cups", 1.5, 1.5, 5 },
		{ "1 and 1/2 cups", 1.5, 1.5, 9 },
		{ "3⁄4 cup", .75, .75, 5 },
		{ "1,5 kg", 1.5, 1.5, 3 },
		{ "0,125 l", .125, .125, 5 },
		{ "1,000 g", 1000, 1000, 5 },
		{ "1.000 g", 1000, 1000, 5 },
		{ "2-3 cloves", 2, 3, 3 },
		{ "2 – 3 cloves", 2, 3, 7 },
		{ "2 to 3 cloves", 2, 3, 6 },
		{ "2 bis 3 Zehen", 2, 3, 7 },
		{ "1/2-3/4 cup", .5, .75, 7 },
		{ "½〜1個", .5, 1, 6 },
		{ "３個", 3, 3, 3 },
		{ "two onions", 2, 2, 3 },
		{ "half a lemon", .5, .5, 6 },
		{ "half an onion", .5, .5, 7 },
		{ "Eine Zwiebel", 1, 1, 4 },
		{ "9/0 x", 9, 9, 1 },
		{ "onions", 0, 0, 0 },
		{ "apple", 0, 0, 0 },
		{ "", 0, 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		double lo = 0, hi = 0;
		size_t n = quantity_read(
			cases[i].text, strlen(cases[i].text), &lo, &hi);

		if (n != cases[i].took || fabs(lo - cases[i].lo) > 1e-9 ||
			fabs(hi - cases[i].hi) > 1e-9)
			fail_msg("%s: took %zu, %g-%g", cases[i].text, n, lo,
				hi);
	}
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		int minutes;
	} cases[] = {
		{ "PT1H30M", 90 },
		{ "PT45M", 45 },
		{ "P0DT1H30M", 90 },
		{ "P0Y0M0DT0H35M0.000S", 35 },
		{ "P1DT2H", 1560 },
		{ "P30M", 30 },
		{ "PT1.5H", 90 },
		{ "PT20-30M", 30 },
		{ "PT1H30", 90 },
		{ "PT90", 90 },
		{ "T30M", 30 },
		{ "PT", -1 },
		{ "PT0M", -1 },
		{ "PTM", -1 },
		{ "30", 30 },
		{ "1:30", 90 },
		{ "00:45:00", 45 },
		{ "1 hour 30 minutes", 90 },
		{ "1 hr, 15 mins", 75 },
		{ "1½ hours", 90 },
		{ "45 Min.", 45 },
		{ "1 Std. 20 Min.", 80 },
		{ "1 h 30", 90 },
		{ "1h30", 90 },
		{ "20-30 min", 30 },
		{ "2 Stunden und 10 Minuten", 130 },
		{ "1時間30分", 90 },
		{ "40 分钟", 40 },
		{ "30 λεπτά", 30 },
		{ "about 25 minutes", 25 },
		{ "soon", -1 },
		{ "", -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		size_t len = strlen(cases[i].text);
		int a = duration_read(cases[i].text, len);

		if (a != cases[i].minutes)
			fail_msg("%s: %d", cases[i].text, a);
	}
	/* only a number with its unit, wherever it stands */
	assert_int_equal(duration_find("Bake 30", 7), -1);
	assert_int_equal(duration_find("Bake for 30 minutes", 19), 30);
}

static void portions(void **state)
{
	static const struct {
		const char *yield;
		double n;
	} cases[] = {
		{ NULL, 4 },
		{ "", 4 },
		{ "some", 4 },
		{ "4", 4 },
		{ "Serves 6", 6 },
		{ "Serves 4-6", 5 },
		{ "6 servings", 6 },
		{ "für 2 Personen", 2 },
		{ "8 porções", 8 },
		{ "2人分", 2 },
		{ "24 cookies", 8 },
		{ "12 muffins", 12 },
		{ "1 loaf", 4 },
		{ "500 ml", 4 },
		{ "3 cups", 4 },
		{ "0 servings", 4 },
		{ "100000 people", 500 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct recipe r = { .name = "x", .yield = cases[i].yield };
		double n = recipe_portions(&r);

		if (fabs(n - cases[i].n) > 1e-9)
			fail_msg("%s: %g", cases[i].yield, n);
	}
}

static void ingredient_lines(void **state)
{
	static const struct {
		const char *line;
		double lo, hi;
		const char *unit, *food, *note;
		int optional;
	} cases[] = {
		{ "2 onions", 2, 2, NULL, "onions", NULL, 0 },
		{ "1 1/2 cups (200 g) flour, sifted", 1.5, 1.5, "cup", "flour",
			"200 g, sifted", 0 },
		{ "500g beef chuck, in cubes", 500, 500, "gram", "beef chuck",
			"in cubes", 0 },
		{ "2 tbsp. of olive oil", 2, 2, "tablespoon", "olive oil", NULL,
			0 },
		{ "2-3 cloves garlic", 2, 3, "clove", "garlic", NULL, 0 },
		{ "• 1 EL Butter", 1, 1, "tablespoon", "Butter", NULL, 0 },
		{ "Salt, to taste", 0, 0, NULL, "Salt", "to taste", 0 },
		{ "salt and pepper", 0, 0, NULL, "salt and pepper", NULL, 0 },
		{ "a pinch of salt", 1, 1, "pinch", "salt", NULL, 0 },
		{ "pinch of salt", 1, 1, "pinch", "salt", NULL, 0 },
		{ "2 x 400 g tomatoes", 800, 800, "gram", "tomatoes", NULL, 0 },
		{ "2 (14 oz) cans coconut milk", 28, 28, "ounce",
			"coconut milk", NULL, 0 },
		{ "Mehl 200 g", 200, 200, "gram", "Mehl", NULL, 0 },
		{ "4 boneless, skinless chicken thighs", 4, 4, NULL,
			"boneless, skinless chicken thighs", NULL, 0 },
		{ "1 bunch parsley (optional)", 1, 1, "bunch", "parsley",
			"optional", 1 },
		{ "2 onions – finely chopped", 2, 2, NULL, "onions",
			"finely chopped", 0 },
		{ "200 g de crème fraîche", 200, 200, "gram", "crème fraîche",
			NULL, 0 },
		{ "about 2 cups milk", 2, 2, "cup", "milk", NULL, 0 },
		{ "鶏肉 200g", 200, 200, "gram", "鶏肉", NULL, 0 },
		{ "(optional)", 0, 0, NULL, "(optional)", "optional", 1 },
		{ "12", 12, 12, NULL, "12", NULL, 0 },
		{ "", 0, 0, NULL, "", NULL, 0 },
		{ "((((((", 0, 0, NULL, "((((((", "(((((", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct ingredient in;

		ingredient_parse(kitchen, cases[i].line, &mem, &in);
		if (fabs(in.lo - cases[i].lo) > 1e-9 ||
			fabs(in.hi - cases[i].hi) > 1e-9 ||
			strcmp(in.unit ? in.unit->name : "-",
				cases[i].unit ? cases[i].unit : "-") != 0 ||
			strcmp(in.food, cases[i].food) != 0 ||
			strcmp(in.note ? in.note : "-",
				cases[i].note ? cases[i].note : "-") != 0 ||
			in.optional != cases[i].optional)
			fail_msg("%s: %g-%g %s '%s' (%s) %d", cases[i].line,
				in.lo, in.hi, in.unit ? in.unit->name : "-",
				in.food, in.note ? in.note : "-", in.optional);
	}
}

static char *joined(const char **at, size_t n)
{
	struct sbuf sb = SBUF_INIT(100000);
	char *out;
	size_t i;

	for (i = 0; i < n; i++) {
		sbuf_addstr(&sb, i ? "|" : "");
		sbuf_addstr(&sb, at[i]);
	}
	out = arena_strdup(&mem, sb.buf);
	sbuf_release(&sb);
	return out;
}

static void texts(void **state)
{
	static const struct {
		const char *text, *name, *ingredients, *instructions, *yield;
		int minutes;
	} cases[] = {
		/* headings */
		{ "Beef stew\n\nIngredients:\n- 500 g beef\n- 2 onions\n- salt"
		  "\n\nMethod\n1. Brown the beef.\n2. Simmer for two hours.\n"
		  "\nNotes\nBetter the next day.\n",
			"Beef stew", "500 g beef|2 onions|salt",
			"Brown the beef.|Simmer for two hours.", NULL, -1 },
		{ "# Rindersuppe\r\n\r\n## Zutaten für 4 Personen\r\n\r\n"
		  "500 g Rindfleisch\r\nFür die Brühe:\r\n2 Zwiebeln\r\n\r\n"
		  "## Zubereitung\r\nAlles kochen.\r\n",
			"Rindersuppe", "500 g Rindfleisch|2 Zwiebeln",
			"Alles kochen.", "für 4 Personen", -1 },
		{ "Curry\nServes: 4\nPrep time: 10 min\nCook time: 25 min\n"
		  "Ingredients: 200 g rice, 1 onion (red, small), salt\n"
		  "Directions: Cook it all.",
			"Curry", "200 g rice|1 onion (red, small)|salt",
			"Cook it all.", "4", 35 },
		{ "Curry\nTotal time\n1 hour\nPrep time\n10 min\nServes\n6\n"
		  "You will need\nrice\n",
			"Curry", "rice", "", "6", 60 },
		{ "Soup\nIngredients\n1 onion\n1 l water\n\n"
		  "Chop the onion and cook it in the water until it is soft."
		  "\nEnjoy it hot with some bread.",
			"Soup", "1 onion|1 l water",
			"Chop the onion and cook it in the water until it is "
			"soft.|Enjoy it hot with some bread.",
			NULL, -1 },
		/* no headings */
		{ "Lemon chicken\n\n4 chicken thighs\n2 lemons\n"
		  "3 cloves garlic\nsalt\n\nHeat the oven to 200 °C.\n"
		  "Roast everything for 40 minutes.",
			"Lemon chicken",
			"4 chicken thighs|2 lemons|3 cloves garlic|salt",
			"Heat the oven to 200 °C.|Roast everything for 40 "
			"minutes.",
			NULL, -1 },
		{ "- chicken\n- rice\n", "Recipe with chicken", "chicken|rice",
			"", NULL, -1 },
		{ "Dinner: 2 lemons, 1 chicken, rosemary", "Dinner",
			"2 lemons|1 chicken|rosemary", "", NULL, -1 },
		{ "2 chicken thighs, 1 lemon, 200 ml cream, tarragon",
			"Recipe with chicken thighs",
			"2 chicken thighs|1 lemon|200 ml cream|tarragon", "",
			NULL, -1 },
		/* a title that looks like an ingredient, kept apart */
		{ "5 Minute Butter Rice\n\n200 g rice\n1 onion\n",
			"5 Minute Butter Rice", "200 g rice|1 onion", "", NULL,
			-1 },
		/* commas in one ingredient, and all of them on one line */
		{ "Soup\nIngredients\n1 onion, peeled, diced\n1 l water\n",
			"Soup", "1 onion, peeled, diced|1 l water", "", NULL,
			-1 },
		{ "Soup\nIngredients\n1 onion, 2 cups rice, salt\n", "Soup",
			"1 onion|2 cups rice|salt", "", NULL, -1 },
		/* things no table knows, among things it does */
		{ "Γεμιστά\n\n2 αβοκάντο ώριμα\n4 αυγά μεγάλα\n200 g "
		  "rice\nsalt\n\nΤα ψήνουμε σε μέτριο φούρνο για μία ώρα.",
			"Γεμιστά",
			"2 αβοκάντο ώριμα|4 αυγά μεγάλα|200 g "
			"rice|salt",
			"Τα ψήνουμε σε μέτριο φούρνο για μία ώρα.", NULL, -1 },
		{ "温泉たまご\n\n卵(60g 程度) 2個\nめんつゆ 3本\n\n"
		  "鍋に水を入れ、沸騰直前で火を止め、火からおろす。",
			"温泉たまご", "卵(60g 程度) 2個|めんつゆ 3本",
			"鍋に水を入れ、沸騰直前で火を止め、火からおろす。",
			NULL, -1 },
		/* a dish everybody knows */
		{ "Boeuf Bourguignon", "Boeuf Bourguignon", "", "", NULL, -1 },
		{ "tonight: green curry!", "tonight: green curry!", "", "",
			NULL, -1 },
		/* nothing but foods and what is done to them */
		{ "chicken", "chicken", "", "", NULL, -1 },
		{ "Fried chicken with lemon and rice",
			"Fried chicken with lemon and rice", "", "", NULL, -1 },
		/* invalid UTF-8 and NULs are mended */
		{ "Stew\xff\nIngredients\n2 onions\xc3\n", "Stew\xEF\xBF\xBD",
			"2 onions\xEF\xBF\xBD", "", NULL, -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct recipe r;
		struct err e = ERR_INIT;
		const char *ing, *steps;

		if (recipe_from_text(kitchen, cases[i].text,
			    strlen(cases[i].text), &mem, &r, &e))
			fail_msg("%s: %s", cases[i].text, e.msg);
		ing = joined(r.ingredients, r.n_ingredients);
		steps = joined(r.instructions, r.n_instructions);
		if (strcmp(r.name, cases[i].name) != 0 ||
			strcmp(ing, cases[i].ingredients) != 0 ||
			strcmp(steps, cases[i].instructions) != 0 ||
			strcmp(r.yield ? r.yield : "-",
				cases[i].yield ? cases[i].yield : "-") != 0 ||
			r.total_minutes != cases[i].minutes)
			fail_msg("%s\nname %s\ningredients %s\nsteps %s\n"
				 "yield %s\nminutes %d",
				cases[i].text, r.name, ing, steps,
				r.yield ? r.yield : "-", r.total_minutes);
		assert_int_equal(r.source, RECIPE_TEXT);
	}
}

static void no_recipes(void **state)
{
	static const struct {
		const char *text;
		enum err_reason reason;
	} cases[] = {
		{ "", REASON_EMPTY },
		{ " \n\t\r\n \xC2\xA0", REASON_EMPTY },
		{ "Hello world", REASON_NOT_A_RECIPE },
		{ "We talked about butter all evening, and then he left.",
			REASON_NOT_A_RECIPE },
		{ "My dear aunt, the chicken crossed the road again today.\n"
		  "Yesterday it rained. I bought milk and went home.\n"
		  "Love, your nephew",
			REASON_NOT_A_RECIPE },
		{ "When we were in Dijon in the spring of 1998 we ate a boeuf "
		  "bourguignon that I will never forget.",
			REASON_NOT_A_RECIPE },
		{ "2 men walked into a bar.\n3 dogs followed.",
			REASON_NOT_A_RECIPE },
		{ "Match report\n3 goals\n2 assists\n5 shots on target",
			REASON_NOT_A_RECIPE },
		{ "TODO:\n- fix the salt in the password hash\n- butter up "
		  "the boss\n- ship the cod tank",
			REASON_NOT_A_RECIPE },
		{ "salt", REASON_NOT_A_RECIPE },
		{ "chicken?", REASON_NOT_A_RECIPE },
		{ "I like beef", REASON_NOT_A_RECIPE },
		{ "Butter prices rise again", REASON_NOT_A_RECIPE },
		{ "lamb chops at 4 dollars", REASON_NOT_A_RECIPE },
		{ "chicken\ncow", REASON_NOT_A_RECIPE },
		{ "Ingredients\n", REASON_NOT_A_RECIPE },
		{ "Ingredients\nMethod\n", REASON_NOT_A_RECIPE },
		{ "\x7f"
		  "ELF\x02\x01\x01\xff\xfe\x80\x81\x82",
			REASON_NOT_A_RECIPE },
	};
	size_t i;
	char *big;
	struct recipe r;
	struct err e = ERR_INIT;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		e.reason = REASON_NONE;
		if (!recipe_from_text(kitchen, cases[i].text,
			    strlen(cases[i].text), &mem, &r, &e))
			fail_msg("a recipe: %s", cases[i].text);
		if (e.reason != cases[i].reason)
			fail_msg("%s: %s", cases[i].text, err_key(e.reason));
	}
	big = xmalloc(3 * 1024 * 1024);
	memset(big, 'a', 3 * 1024 * 1024);
	assert_int_equal(
		recipe_from_text(kitchen, big, 3 * 1024 * 1024, &mem, &r, &e),
		-1);
	assert_int_equal(e.reason, REASON_TOO_LARGE);
	free(big);
}

static void long_texts_are_read_in_time(void **state)
{
	static const char *const bits[] = { "1 ", "(", "a or ", "x, ", "\n",
		"1/", "½", "1 cup butter\n", "ingredients:", "大" };
	char *text = xmalloc(RECIPE_TEXT_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bits); i++) {
		size_t n = strlen(bits[i]), len = 0;
		struct recipe r;
		struct err e = ERR_INIT;

		unit_deadline(60);
		while (len + n <= RECIPE_TEXT_MAX) {
			memcpy(text + len, bits[i], n);
			len += n;
		}
		if (!recipe_from_text(kitchen, text, len, &mem, &r, &e))
			assert_true(r.n_ingredients <= RECIPE_LINES_MAX);
		arena_reset(&mem);
	}
	unit_deadline(0);
	free(text);
}

static void json_there_and_back(void **state)
{
	const char *ing[] = { "2 onions", "salt" }, *steps[] = { "Cook." };
	struct recipe r = { .name = "Soup </script>",
		.url = "https://example.org/soup",
		.yield = "4 servings",
		.author = "A. Cook",
		.image = "https://example.org/soup.jpg",
		.language = "en",
		.ingredients = ing,
		.n_ingredients = 2,
		.instructions = steps,
		.n_instructions = 1,
		.total_minutes = 35,
		.source = RECIPE_MICRODATA };
	struct recipe back;
	struct err e = ERR_INIT;
	json_object *o = recipe_to_json(&r);
	unsigned char one[HASH_LEN], two[HASH_LEN];

	(void)state;
	assert_string_equal(json_object_to_json_string_ext(
				    o, JSON_C_TO_STRING_PLAIN |
					       JSON_C_TO_STRING_NOSLASHESCAPE),
		"{\"name\":\"Soup </script>\","
		"\"url\":\"https://example.org/soup\","
		"\"ingredients\":[\"2 onions\",\"salt\"],"
		"\"instructions\":[\"Cook.\"],\"total_minutes\":35,"
		"\"yield\":\"4 servings\",\"author\":\"A. Cook\","
		"\"image\":\"https://example.org/soup.jpg\","
		"\"language\":\"en\",\"source\":\"microdata\"}");
	assert_int_equal(recipe_from_json(o, &mem, &back, &e), 0);
	json_object_put(o);
	recipe_hash(&r, one);
	recipe_hash(&back, two);
	assert_memory_equal(one, two, HASH_LEN);
	assert_int_equal(back.source, RECIPE_MICRODATA);
	assert_int_equal(back.total_minutes, 35);
	assert_string_equal(back.image, r.image);

	memset(&back, 0, sizeof(back));
	back.name = "x";
	back.total_minutes = -1;
	o = recipe_to_json(&back);
	assert_true(json_object_object_get(o, "total_minutes") == NULL);
	assert_true(json_object_object_get(o, "yield") == NULL);
	assert_int_equal(
		json_object_array_length(json_arr(o, "ingredients")), 0);
	json_object_put(o);
}

static void foreign_json_is_tamed(void **state)
{
	struct sbuf text = SBUF_INIT(10000000);
	struct recipe r;
	struct err e = ERR_INIT;
	json_object *o;
	size_t i;

	(void)state;
	sbuf_addstr(&text, "{\"name\":\"  A\\u0000B\\n\\u200b \",\"source\":"
			   "\"nonsense\",\"total_minutes\":-5,\"yield\":[1],"
			   "\"instructions\":{},\"ingredients\":[1,null,\"\"");
	for (i = 0; i < 2000; i++)
		sbuf_addf(&text, ",\"line %zu\"", i);
	sbuf_addstr(&text, "]}");
	o = json_read(text.buf, text.len, &e);
	assert_non_null(o);
	assert_int_equal(recipe_from_json(o, &mem, &r, &e), 0);
	assert_int_equal(r.n_ingredients, RECIPE_LINES_MAX);
	assert_int_equal(r.n_instructions, 0);
	assert_int_equal(r.total_minutes, -1);
	assert_null(r.yield);
	assert_int_equal(r.source, RECIPE_TEXT);
	json_object_put(o);
	o = json_read("{\"ingredients\":[]}", 18, &e);
	assert_int_equal(recipe_from_json(o, &mem, &r, &e), -1);
	assert_int_equal(e.reason, REASON_NOT_A_RECIPE);
	json_object_put(o);
	o = json_read("[]", 2, &e);
	assert_int_equal(recipe_from_json(o, &mem, &r, &e), -1);
	json_object_put(o);
	sbuf_release(&text);
}

static void hash_is_of_the_content(void **state)
{
	const char *ing[] = { "2 Onions" }, *other[] = { "2 onions" };
	struct recipe r = { .name = "Soup",
		.ingredients = ing,
		.n_ingredients = 1,
		.total_minutes = -1 };
	unsigned char one[HASH_LEN], two[HASH_LEN];

	(void)state;
	recipe_hash(&r, one);
	r.url = "https://example.org/";
	r.image = "https://example.org/i.jpg";
	r.ingredients = other;
	recipe_hash(&r, two);
	assert_memory_equal(one, two, HASH_LEN);
	r.yield = "4";
	recipe_hash(&r, two);
	assert_memory_not_equal(one, two, HASH_LEN);
	r.yield = NULL;
	r.instructions = other; /* the same line as a step */
	r.n_instructions = 1;
	r.n_ingredients = 0;
	recipe_hash(&r, two);
	assert_memory_not_equal(one, two, HASH_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantities),
		cmocka_unit_test(durations),
		cmocka_unit_test_setup(portions, each_test),
		cmocka_unit_test_setup(ingredient_lines, each_test),
		cmocka_unit_test_setup(texts, each_test),
		cmocka_unit_test_setup(no_recipes, each_test),
		cmocka_unit_test_setup(long_texts_are_read_in_time, each_test),
		cmocka_unit_test_setup(json_there_and_back, each_test),
		cmocka_unit_test_setup(foreign_json_is_tamed, each_test),
		cmocka_unit_test_setup(hash_is_of_the_content, each_test),
	};

	return cmocka_run_group_tests(tests, kitchen_setup, tear_down);
}
