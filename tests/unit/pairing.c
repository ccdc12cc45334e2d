/* pairing/: from a recipe to wines, on the small tables of the fixtures where
 * every number is known, and on the real ones. */
#include "unit.h"

#include <math.h>

#include "pairing/choose.h"
#include "pairing/explain.h"
#include "pairing-look.h"

static struct knowledge *load(const char *dir)
{
	struct sbuf problems = SBUF_INIT(100000);
	struct knowledge *k = knowledge_load(source_path(dir), &problems);

	if (!k)
		print_error("%s", problems.buf);
	assert_non_null(k);
	sbuf_release(&problems);
	return k;
}

struct kitchen {
	struct knowledge *k;
	struct arena mem;
	struct recipe recipe;
	struct pairing pairing;
};

static void open_kitchen(struct kitchen *x, const char *dir)
{
	memset(x, 0, sizeof(*x));
	x->k = load(dir);
}

static void close_kitchen(struct kitchen *x)
{
	arena_release(&x->mem);
	knowledge_free(x->k);
}

static void cook(struct kitchen *x, const char *text)
{
	struct err e = ERR_INIT;

	arena_reset(&x->mem);
	if (recipe_from_text(x->k, text, strlen(text), &x->mem, &x->recipe, &e))
		fail_msg("%s: %s", text, e.msg);
}

static void pair(struct kitchen *x, const char *text, const char *preferences)
{
	struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	json_object *o = NULL;

	cook(x, text);
	if (preferences) {
		o = json_read(preferences, strlen(preferences), &e);
		assert_non_null(o);
		assert_int_equal(preferences_from_json(o, &p, &e), 0);
		json_object_put(o);
	}
	assert_int_equal(
		pairing_make(x->k, &x->recipe, &p, &x->mem, &x->pairing, &e),
		0);
}

static const struct reason *why(const struct suggestion *s, const char *rule)
{
	size_t i;

	for (i = 0; s && i < s->n_reasons; i++)
		if (strcmp(s->reasons[i].rule, rule) == 0)
			return &s->reasons[i];
	return NULL;
}

/* ---- the dish ---- */

static struct dish *read_dish(struct kitchen *x, const char *text)
{
	struct dish *d = arena_alloc(&x->mem, sizeof(*d));
	struct err e = ERR_INIT;

	cook(x, text);
	d = arena_alloc(&x->mem, sizeof(*d));
	assert_int_equal(dish_read(x->k, &x->recipe, &x->mem,
				 &x->pairing.profile, d, &e),
		0);
	return d;
}

static const struct dish_food *food(const struct dish *d, const char *id)
{
	size_t i;

	for (i = 0; i < d->n_foods; i++)
		if (strcmp(d->foods[i].food->id, id) == 0)
			return &d->foods[i];
	return NULL;
}

static void amounts_become_shares(void **state)
{
	static const struct {
		const char *line, *food;
		double ratio;
	} cases[] = {
		{ "600 g beef", "beef", 1 },	    /* 4 portions of 150 */
		{ "1 lb beef", "beef", 0.756 },	    /* 453.6 g */
		{ "2 onions", "onion", 1.875 },	    /* 300 g of 160 */
		{ "4 cloves garlic", "garlic", 1 }, /* 16 g of 16 */
		{ "beef", "beef", 1 },		    /* says nothing */
		{ "2 tbsp olive oil", "olive-oil", 0.575 },
		{ "5 kg beef", "beef", 4 },	     /* no more than that */
		{ "1 bunch parsley", "parsley", 0 }, /* nobody knows: 0 g */
		{ "100-200 g butter", "butter", 2.5 },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "tests/fixtures/knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		char text[200];
		const struct dish_food *f;
		struct dish *d;

		(void)snprintf(text, sizeof(text),
			"Stew\n\nIngredients\n- %s\n- "
			"salt\n\nMethod\nBraise.\n",
			cases[i].line);
		d = read_dish(&x, text);
		f = food(d, cases[i].food);
		assert_non_null(f);
		if (cases[i].ratio > 0 &&
			fabs(f->ratio - cases[i].ratio) > 0.01)
			fail_msg("%s: %f", cases[i].line, f->ratio);
	}
	close_kitchen(&x);
}

static void less_is_more_than_its_part(void **state)
{
	struct kitchen x;
	struct dish *d;
	double half, whole, twice;

	(void)state;
	open_kitchen(&x, "tests/fixtures/knowledge");
	d = read_dish(&x, "Hot\n\nIngredients\n- 10 g chilli\n- rice\n");
	half = d->axis[TASTE_HEAT];
	d = read_dish(&x, "Hot\n\nIngredients\n- 20 g chilli\n- rice\n");
	whole = d->axis[TASTE_HEAT];
	d = read_dish(&x, "Hot\n\nIngredients\n- 40 g chilli\n- rice\n");
	twice = d->axis[TASTE_HEAT];
	assert_true(fabs(whole - 7) < 0.01);
	assert_true(half > whole * 0.55 && half < whole * 0.8);
	assert_true(twice > whole && twice < whole * 1.3);
	close_kitchen(&x);
}

static void a_dish_is_profiled(void **state)
{
	struct kitchen x;
	const struct dish_profile *p = &x.pairing.profile;

	(void)state;
	open_kitchen(&x, "tests/fixtures/knowledge");
	pair(&x,
		"Grilled steak with tomato\n\nIngredients\n- 4 steaks\n"
		"- 2 tomatoes\n- salt and pepper\n- 1 kryptonite\n\nMethod\n"
		"Fry the tomatoes. Grill the steak.\n",
		NULL);
	assert_string_equal(p->protein, "beef");
	assert_int_equal(p->n_techniques, 1); /* tomatoes do not lead */
	assert_string_equal(p->techniques[0]->id, "grill");
	assert_null(p->cuisine);
	assert_null(p->classic);
	assert_int_equal(p->n_unrecognised, 1);
	assert_string_equal(p->unrecognised[0], "1 kryptonite");
	assert_true(p->taste[TASTE_WEIGHT] >= 7);
	assert_true(p->taste[TASTE_SMOKE] == 3);

	pair(&x, "Thai soup\n\nIngredients\n- chicken\n- rice\n", NULL);
	assert_string_equal(p->cuisine->id, "thai");
	close_kitchen(&x);
}

static void a_name_alone_is_a_dish(void **state)
{
	struct kitchen x;

	(void)state;
	open_kitchen(&x, "tests/fixtures/knowledge");
	pair(&x, "Boeuf Bourguignon", NULL);
	assert_string_equal(x.pairing.profile.classic->id, "boeuf-bourguignon");
	assert_string_equal(x.pairing.profile.protein, "beef");
	assert_string_equal(x.pairing.profile.techniques[0]->id, "braise");
	assert_string_equal(x.pairing.profile.cuisine->id, "french");
	assert_true(why(find(&x.pairing, "gamay"), "classic")->effect >
		    why(find(&x.pairing, "cab"), "classic")->effect);
	close_kitchen(&x);
}

#define LIST                                                          \
	"\n\nIngredients\n- 6 eggs\n- 8 tomatoes\n- 2 bell peppers\n" \
	"- 600 g lamb\n- 300 g chickpeas\n- tahini\n\nMethod\nRoast.\n"

/* What stands behind "with" is beside the dish, if it is one word. */
static void a_side_is_not_the_dish(void **state)
{
	static const struct {
		const char *name, *classic; /* NULL: none */
	} cases[] = {
		{ "Roast lamb with shakshuka" LIST, "roast-lamb" },
		{ "Lentils with shakshuka" LIST, NULL },
		{ "Linsen mit Shakshuka" LIST, NULL },
		{ "Lentils with shakshuka", "shakshuka" },
		{ "Shakshuka with lentils" LIST, "shakshuka" },
		{ "Shakshuka" LIST, "shakshuka" },
		{ "Chops with baba ganoush" LIST, "tabbouleh" },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const struct classic *c;

		pair(&x, cases[i].name, NULL);
		c = x.pairing.profile.classic;
		if (!cases[i].classic) {
			assert_null(c);
			continue;
		}
		assert_non_null(c);
		assert_string_equal(c->id, cases[i].classic);
	}
	close_kitchen(&x);
}

/* Two dishes of lamb, roots and thyme: the nearer relative is from home. */
static void kin_is_nearer_at_home(void **state)
{
	const struct classic *c;
	struct kitchen x;
	struct dish *d;
	double home, abroad;
	size_t i, n;

	(void)state;
	open_kitchen(&x, "knowledge");
	d = read_dish(&x, "Irish casserole\n\nIngredients\n- 600 g lamb\n"
			  "- 4 potatoes\n- 2 carrots\n- 1 onion\n- thyme\n");
	c = knowledge_classics(x.k, &n);
	for (i = 0; i < n && strcmp(c[i].id, "irish-stew") != 0; i++)
		;
	assert_true(i < n);
	assert_int_equal(c[i].cuisine, d->cuisine);
	home = dish_likeness(x.k, d, &c[i]);
	d->cuisine++;
	abroad = dish_likeness(x.k, d, &c[i]);
	assert_true(abroad > 0.5 * home && abroad < 0.7 * home);
	d->cuisine = -1;
	assert_true(dish_likeness(x.k, d, &c[i]) == home);
	close_kitchen(&x);
}

static void what_is_a_dessert(void **state)
{
	static const struct {
		const char *text;
		int dessert;
	} cases[] = {
		{ "Mousse\n\nIngredients\n- 4 eggs\n- 200 g chocolate\n"
		  "- 80 g sugar\n",
			1 },
		{ "Carrot cake\n\nIngredients\n- 300 g carrots\n- 250 g "
		  "sugar\n- 3 eggs\n- 200 g cream cheese\n",
			1 },
		{ "Stuffed vine leaves\n\nIngredients\n- vine leaves\n"
		  "- rice\n- currants\n- onions\n- olive oil\n- dill\n",
			0 },
		{ "Glazed ham\n\nIngredients\n- 1 kg ham\n- 300 g sugar\n"
		  "- pineapple\n",
			0 },
		{ "Chilli jam\n\nIngredients\n- 500 g sugar\n- 8 red "
		  "chillies\n",
			0 },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		double v = read_dish(&x, cases[i].text)->axis[AXIS_DESSERT];

		if (cases[i].dessert ? v < 7 : v > 1)
			fail_msg("%s: %.1f", cases[i].text, v);
	}
	close_kitchen(&x);
}

static void a_name_may_change_the_known_dish(void **state)
{
	static const struct {
		const char *name, *yes, *no;
	} cases[] = {
		{ "Thai green curry", "chicken", NULL },
		{ "Thai green curry with prawns", "prawn", "chicken" },
		{ "Thai green curry with tofu", "tofu", "chicken" },
		{ "Paella with rabbit", "rabbit", "prawn" },
		{ "Mushroom risotto", "mushroom", NULL },
		{ "Mushroom risotto with scallops", "scallop", NULL },
		{ "Mushroom risotto with scallops", "mushroom", NULL },
		{ "Mushroom risotto with scallops", "risotto-rice", NULL },
		{ "Beef Wellington with horseradish", "beef", NULL },
		{ "Beef burger with cheddar", "ground-beef", NULL },
		{ "Beef burger with cheddar", "cheddar", NULL },
		/* no known dish: what it names is all there is */
		{ "Couscous with lamb", "lamb", "chicken" },
		{ "Couscous with lamb", "couscous", NULL },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct dish *d = read_dish(&x, cases[i].name);

		if (!food(d, cases[i].yes))
			fail_msg("%s: no %s", cases[i].name, cases[i].yes);
		if (cases[i].no && food(d, cases[i].no))
			fail_msg("%s: %s", cases[i].name, cases[i].no);
	}
	close_kitchen(&x);
}

static void another_dish_of_that_name_is_not_the_known_one(void **state)
{
	static const struct {
		const char *name, *lines;
		int known;
	} cases[] = {
		{ "Lasagne", "- 500 g minced beef\n- 400 g tomato sauce\n", 1 },
		{ "Lasagne", "- 2 courgettes\n- 400 g tomato sauce\n", 0 },
		{ "Chicken biryani", "- 600 g chicken\n- 400 g rice\n", 1 },
		{ "Biryani", "- 600 g cauliflower\n- 400 g rice\n", 0 },
		{ "Mushroom risotto", "- mushrooms\n- risotto rice\n", 1 },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		char text[200];

		(void)snprintf(text, sizeof(text), "%s\n\nIngredients\n%s",
			cases[i].name, cases[i].lines);
		if ((read_dish(&x, text)->classic >= 0) != cases[i].known)
			fail_msg("%s", text);
	}
	close_kitchen(&x);
}

static void avoid_says_only_what_is_so(void **state)
{
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	pair(&x, "Oysters", NULL);
	assert_true(x.pairing.n_avoid > 0);
	for (i = 0; i < x.pairing.n_avoid; i++)
		assert_string_not_equal(
			x.pairing.avoid[i].style, "Fortified wines");
	close_kitchen(&x);
}

static void words_of_a_food_are_no_technique(void **state)
{
	struct kitchen x;
	struct dish *d;

	(void)state;
	open_kitchen(&x, "knowledge");
	d = read_dish(&x, "Soup\n\nIngredients\n- 1 kg potatoes\n- 1 onion\n\n"
			  "Method\nStir in the smoked paprika and the roasted "
			  "red pepper. Simmer.\n");
	assert_int_equal(d->n_techniques, 1);
	assert_string_equal(d->techniques[0].technique->id, "simmer");
	close_kitchen(&x);
}

static void what_is_done_to_a_side_is_not_done_to_the_dish(void **state)
{
	static const struct {
		const char *list, *step, *technique; /* NULL: none */
	} cases[] = {
		{ "600 g chicken", "Fry the chicken.", "pan-fry" },
		{ "600 g chicken", "Fry until golden.", "pan-fry" },
		{ "600 g chicken", "Fry in the butter.", "pan-fry" },
		{ "600 g chicken", "Fry the onions.", NULL },
		{ "600 g chicken", "Serve with grilled peppers.", NULL },
		{ "600 g tofu", "Fry the onions.", "pan-fry" },
		{ "600 g tofu", "Serve with fried onions.", NULL },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		char text[200];
		struct dish *d;

		(void)snprintf(text, sizeof(text),
			"Dish\n\nIngredients\n- %s\n- 2 onions\n- 2 red "
			"peppers\n- butter\n\nMethod\n%s\n",
			cases[i].list, cases[i].step);
		d = read_dish(&x, text);
		if (cases[i].technique
				? !d->n_techniques ||
					  strcmp(d->techniques[0].technique->id,
						  cases[i].technique) != 0
				: d->n_techniques > 0)
			fail_msg("%s: %s", cases[i].list, cases[i].step);
	}
	close_kitchen(&x);
}

static void lines_are_read_with_care(void **state)
{
	static const struct {
		const char *line, *yes, *no;
	} cases[] = {
		{ "500 ml chicken or vegetable stock", "chicken-stock",
			"chicken" },
		{ "4 swordfish steaks", "swordfish", "steak" },
		{ "200 g duck foie gras", "foie-gras", "duck" },
		{ "6 turkey sausages", "sausage", "turkey" },
		{ "500 g lamb kidneys", "kidney", "lamb" },
		{ "1 tsp cream of tartar", "cream-of-tartar", "cream" },
		{ "100 g salted butter", "salted-butter", "salt" },
		{ "2 cups coconut milk", "coconut-milk", "milk" },
		{ "1 stick cinnamon", "cinnamon", "butter" },
		{ "30 g peanut butter", "peanut-butter", "butter" },
		{ "8 steaks of cod", "cod", "steak" },
		{ "4 veal escalopes from the topside", "veal-cutlet", "beef" },
		{ "1 kg honeycomb tripe", "tripe", "honeycomb" },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct dish *d;
		char text[200];

		(void)snprintf(text, sizeof(text),
			"Dish\n\nIngredients\n- %s\n- 1 kg rice\n",
			cases[i].line);
		d = read_dish(&x, text);
		if (!food(d, cases[i].yes) || food(d, cases[i].no))
			fail_msg("%s", cases[i].line);
	}
	assert_true(food(read_dish(&x, "Dish\n\nIngredients\n- 1 stick "
				       "cinnamon\n- rice\n"),
			    "cinnamon")
			    ->ratio < 3);
	close_kitchen(&x);
}

static void what_is_no_food_is_no_recipe(void **state)
{
	struct preferences p = PREFERENCES_INIT;
	const char *lines[] = { "1 kryptonite", "2 adamantium" };
	struct recipe r = { .name = "Nonsense",
		.ingredients = lines,
		.n_ingredients = 2,
		.total_minutes = -1 };
	struct err e = ERR_INIT;
	struct kitchen x;

	(void)state;
	open_kitchen(&x, "tests/fixtures/knowledge");
	assert_int_equal(pairing_make(x.k, &r, &p, &x.mem, &x.pairing, &e), -1);
	assert_int_equal(e.reason, REASON_NOT_A_RECIPE);
	close_kitchen(&x);
}

/* ---- rules ---- */

#define BEEF "Beef\n\nIngredients\n- 600 g beef\n- salt\n\nMethod\nGrill.\n"
#define FISH "Cod\n\nIngredients\n- 600 g cod\n- 1 lemon\n\nMethod\nBake.\n"
#define HOT                                                            \
	"Hot chicken\n\nIngredients\n- 600 g chicken\n- 30 g chilli\n" \
	"- 300 g rice\n"
#define CAKE                                                             \
	"Apple tart\n\nIngredients\n- 4 apples\n- 100 g sugar\n- 250 g " \
	"pastry\n\nMethod\nBake.\n"

static void rules_give_and_take(void **state)
{
	static const struct {
		const char *text, *wine, *rule;
		int sign;
	} cases[] = {
		{ BEEF, "cab", "tannin-meat", 1 },
		{ BEEF, "cab", "love", 1 },
		{ BEEF, "cab", "bridge", 1 }, /* char from the grill */
		{ BEEF, "cab", "price", -1 },
		{ BEEF, "brut", "price", -1 },
		{ FISH, "cab", "tannin-seafood", -1 },
		{ FISH, "crisp", "acid", 1 },
		{ FISH, "oaked", "acid", -1 },
		{ FISH, "crisp", "love", 1 },
		{ HOT, "cab", "tannin-heat", -1 },
		{ HOT, "cab", "alcohol-heat", -1 },
		{ HOT, "kabinett", "sweet-heat", 1 },
		{ HOT, "sweet", "sugar", -1 },
		{ CAKE, "sweet", "dessert-sweet", 1 },
		{ CAKE, "crisp", "dessert-sweet", -1 },
		{ CAKE, "sweet", "sugar", 0 },
		{ CAKE, "cab", "tannin-heat", 0 },
		{ "Thai rice\n\nIngredients\n- rice\n- chicken\n", "kabinett",
			"region", 1 },
		{ "Stew\n\nIngredients\n- 600 g beef\n- 300 ml red wine\n"
		  "- 1 onion\n\nMethod\nBraise.\n",
			"gamay", "kindred", 1 },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "tests/fixtures/knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const struct reason *r;
		int sign;

		pair(&x, cases[i].text, "{\"count\":10}");
		r = why(find(&x.pairing, cases[i].wine), cases[i].rule);
		sign = !r ? 0 : r->effect > 0 ? 1 : -1;
		if (sign != cases[i].sign)
			fail_msg("%.12s: %s of %s is %d", cases[i].text,
				cases[i].rule, cases[i].wine, sign);
		if (r)
			assert_true(strlen(r->text) > 10);
	}
	close_kitchen(&x);
}

/* The sum of a wine's points is its score: nothing is hidden. */
static void points_add_up(void **state)
{
	struct kitchen x;
	struct candidate *all;
	size_t i, j, n;

	(void)state;
	open_kitchen(&x, "knowledge");
	all = score_all(x.k, read_dish(&x, HOT), 1, &x.mem);
	(void)knowledge_wines(x.k, &n);
	for (i = 0; i < n; i++) {
		double sum = 30; /* the row "base" */

		for (j = 0; j < all[i].n_effects; j++)
			sum += all[i].effects[j].points;
		if (fabs(sum - all[i].total) > 0.05)
			fail_msg("%s: %f is not %f", all[i].wine->id, sum,
				all[i].total);
	}
	assert_int_equal(score_shown(-20), 0);
	assert_int_equal(score_shown(50.2), 50);
	assert_true(score_shown(500) <= 100);
	assert_true(score_shown(90) > score_shown(85));
	close_kitchen(&x);
}

/* Points of a rule for a wine, of the gravest effect; 0: none. */
static double effect_on(
	struct kitchen *x, const char *text, const char *wine, const char *rule)
{
	struct dish *d = read_dish(x, text);
	const struct candidate *c;
	double most = 0;
	size_t i, n;

	c = &score_all(x->k, d, 0, &x->mem)[knowledge_wine(x->k, wine) -
					    knowledge_wines(x->k, &n)];
	for (i = 0; i < c->n_effects; i++)
		if (strcmp(c->effects[i].rule->id, rule) == 0 &&
			fabs(c->effects[i].points) > fabs(most))
			most = c->effects[i].points;
	return most;
}

static void loud_sauces_and_small_things_are_heard(void **state)
{
	static const char plain[] = "Roast chicken\n\nIngredients\n"
				    "- 600 g chicken\n- 20 g butter\n";
	static const char loud[] = "Chicken\n\nIngredients\n"
				   "- 600 g chicken\n- 80 g doubanjiang\n"
				   "- 10 g Sichuan pepper\n";
	static const char sour[] = "Tofu\n\nIngredients\n- 400 g tofu\n"
				   "- 60 ml vinegar\n";
	static const char herring[] = "Stew\n\nIngredients\n- 600 g beef\n"
				      "- 3 anchovies\n";
	struct kitchen x;

	(void)state;
	open_kitchen(&x, "knowledge");
	/* what chicken loves it loves less beneath a louder sauce */
	assert_true(effect_on(&x, loud, "beaujolais", "love") <
		    0.9 * effect_on(&x, plain, "beaujolais", "love"));
	/* a cup of vinegar is a sour dish; three anchovies are no fish dish */
	assert_true(effect_on(&x, sour, "barolo", "tannin-vinegar") < -5);
	assert_true(effect_on(&x, herring, "barolo", "tannin-seafood") == 0);
	/* the most named wine is the most versatile, an odd one not at all */
	assert_true(effect_on(&x, plain, "riesling-kabinett", "versatile") > 5);
	assert_true(effect_on(&x, plain, "bacchus", "versatile") == 0);
	close_kitchen(&x);
}

static void sense_prevails(void **state)
{
	static const struct {
		const char *text, *first, *never;
	} cases[] = {
		{ "Ribeye\n\nIngredients\n- 4 ribeye steaks\n- salt\n\n"
		  "Method\nGrill over charcoal.\n",
			"red", "sweet" },
		{ "Oysters\n\nIngredients\n- 24 oysters\n- 1 lemon\n", "white",
			"red" },
		{ "Sole\n\nIngredients\n- 4 soles\n- 100 g butter\n- 1 lemon\n",
			"white", "red" },
		{ "Chocolate mousse\n\nIngredients\n- 200 g dark chocolate\n"
		  "- 4 eggs\n- 50 g sugar\n- 200 ml cream\n",
			"fortified", "white" },
		{ "Strawberries\n\nIngredients\n- 500 g strawberries\n"
		  "- 80 g sugar\n- 200 ml cream\n",
			"sweet", "red" },
		{ "Venison\n\nIngredients\n- 800 g venison\n- juniper\n"
		  "- 300 ml red wine\n\nMethod\nBraise.\n",
			"red", "white" },
	};
	struct kitchen x;
	size_t i, j;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		pair(&x, cases[i].text, NULL);
		assert_string_equal(
			color_name(x.pairing.suggestions[0].wine->color),
			cases[i].first);
		for (j = 0; j < 3; j++)
			assert_string_not_equal(
				color_name(
					x.pairing.suggestions[j].wine->color),
				cases[i].never);
	}
	close_kitchen(&x);
}

/* ---- choosing ---- */

static void answers_are_varied(void **state)
{
	static const char *const texts[] = { BEEF, FISH, HOT, CAKE };
	struct kitchen x;
	size_t t, i, j;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (t = 0; t < ARRAY_LEN(texts); t++) {
		const struct pairing *p = &x.pairing;
		size_t families = 0;

		pair(&x, texts[t], NULL);
		assert_int_equal(p->n_suggestions, 5);
		for (i = 0; i < 5; i++) {
			const struct wine *w = p->suggestions[i].wine;

			assert_int_not_equal(w->color, COLOR_NONE);
			for (j = 0; j < i; j++)
				assert_string_not_equal(
					w->kin, p->suggestions[j].wine->kin);
			for (j = 0;
				j < i && p->suggestions[j].wine->family_row !=
						 w->family_row;
				j++)
				;
			families += j == i;
			if (i)
				assert_true(p->suggestions[i].score <=
					    p->suggestions[i - 1].score);
		}
		/* plain beef wants reds, a tart sweet wines: the third family
		 * would cost too much */
		assert_true(families >= (t == 0 || t == 3 ? 2 : 3));
		assert_true(p->n_avoid >= 1 && p->n_avoid <= 3);
		for (i = 0; i < p->n_avoid; i++)
			assert_true(strlen(p->avoid[i].why) > 20);
	}
	close_kitchen(&x);
}

static void preferences_are_limits(void **state)
{
	static const struct {
		const char *preferences;
		int n; /* -1: as it comes */
	} cases[] = {
		{ "{\"count\":1}", 1 },
		{ "{\"count\":10}", 10 },
		{ "{\"colors\":[\"red\"]}", 5 },
		{ "{\"colors\":[\"rose\",\"orange\"]}", -1 },
		{ "{\"colors\":[\"none\"]}", 5 },
		{ "{\"max_price\":1}", 5 },
		{ "{\"alcohol\":\"low\"}", 5 },
		{ "{\"alcohol\":\"none\"}", 5 },
		{ "{\"alcohol\":\"none\",\"colors\":[\"red\"]}", 0 },
		{ "{\"count\":3,\"colors\":[\"white\"],\"max_price\":2}", 3 },
		{ "{\"sweetness\":[\"dry\"]}", 5 },
		{ "{\"sweetness\":[\"sweet\",\"off-dry\"]}", 5 },
		{ "{\"without\":[\"Malbec\",\"Cabernet Sauvignon\"]}", 5 },
	};
	struct kitchen x;
	size_t i, j;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct preferences p;
		struct err e = ERR_INIT;
		json_object *o = json_read(
			cases[i].preferences, strlen(cases[i].preferences), &e);

		assert_int_equal(preferences_from_json(o, &p, &e), 0);
		json_object_put(o);
		pair(&x, BEEF, cases[i].preferences);
		if (cases[i].n >= 0)
			assert_int_equal(x.pairing.n_suggestions, cases[i].n);
		for (j = 0; j < x.pairing.n_suggestions; j++) {
			const struct wine *w = x.pairing.suggestions[j].wine;

			assert_true(w->price <= p.max_price);
			assert_true(!p.colors || p.colors >> w->color & 1);
			if (p.alcohol == ALCOHOL_LOW)
				assert_true(w->abv <= 11);
			if (p.alcohol == ALCOHOL_NONE)
				assert_int_equal(w->color, COLOR_NONE);
			if (p.sweetness == 1u << SWEETNESS_DRY)
				assert_true(w->sweetness <= 2);
			else if (p.sweetness)
				assert_true(w->sweetness > 2);
			if (p.n_without)
				assert_string_not_equal(w->id, "malbec");
		}
		/* beef without red costs much, and the answer says so */
		if (p.sweetness > 1 || p.colors == 1u << COLOR_NONE)
			assert_non_null(x.pairing.limits);
		if (i < 2)
			assert_null(x.pairing.limits);
	}
	close_kitchen(&x);
}

static void names_to_leave_out_are_somebodys(void **state)
{
	static const struct {
		const char *json;
		int rc;
	} cases[] = {
		{ "{\"without\":[]}", 0 },
		{ "{\"without\":[\"MALBEC\",\"malbec\"]}", 0 },
		{ "{\"without\":[\"s\u00e9millon\"]}", 0 },
		{ "{\"without\":[\"chianti-classico\"]}", 0 },
		{ "{\"without\":[\"malbec\",\"plonk\"]}", -1 },
	};
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct preferences p;
		struct err e = ERR_INIT;
		json_object *o =
			json_read(cases[i].json, strlen(cases[i].json), &e);

		assert_int_equal(preferences_from_json(o, &p, &e), 0);
		json_object_put(o);
		if (preferences_check(x.k, &p, &e) != cases[i].rc)
			fail_msg("%s", cases[i].json);
		if (cases[i].rc)
			assert_non_null(strstr(e.msg, "'plonk'"));
		if (i == 1)
			assert_int_equal(p.n_without, 1);
	}
	close_kitchen(&x);
}

static const struct suggestion *with_role(
	const struct pairing *p, const char *role)
{
	const struct suggestion *found = NULL;
	size_t i;

	for (i = 0; i < p->n_suggestions; i++) {
		const struct suggestion *s = &p->suggestions[i];

		if (!s->role || strcmp(s->role, role))
			continue;
		assert_null(found);
		found = s;
	}
	return found;
}

static void roles_are_given_once_and_deserved(void **state)
{
	static const char *const texts[] = { BEEF, FISH, HOT, CAKE, "Oysters",
		"Sushi", "Beef stew" };
	struct kitchen x;
	size_t t, i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (t = 0; t < ARRAY_LEN(texts); t++) {
		const struct suggestion *s;
		int dearest = 0;

		pair(&x, texts[t], NULL);
		for (i = 0; i < x.pairing.n_suggestions; i++) {
			s = &x.pairing.suggestions[i];
			if (s->wine->price > dearest)
				dearest = s->wine->price;
		}
		s = with_role(&x.pairing, "value");
		if (s)
			assert_true(s->wine->price < dearest);
		(void)with_role(&x.pairing, "adventurous");
		s = with_role(&x.pairing, "classic");
		if (t >= 4)
			assert_non_null(s);
	}
	close_kitchen(&x);
}

/* What a country drinks is poured first there, as its wines are. */
static void drinks_have_their_tables(void **state)
{
	struct kitchen x;
	const struct suggestion *s;
	size_t i, found = 0;

	(void)state;
	open_kitchen(&x, "tests/fixtures/knowledge");
	pair(&x,
		"Thai green curry\n\nIngredients\n- 400 g chicken\n"
		"- 400 ml coconut milk\n\nMethod\nSimmer.\n",
		"{\"alcohol\":\"none\"}");
	assert_int_equal(x.pairing.n_suggestions, 1);
	s = &x.pairing.suggestions[0];
	for (i = 0; i < s->n_reasons; i++)
		found += strcmp(s->reasons[i].rule, "region") == 0;
	assert_int_equal(found, 1);
	close_kitchen(&x);
}

static void preferences_are_checked(void **state)
{
	static const struct {
		const char *json, *named; /* NULL: fine */
	} cases[] = {
		{ "{}", NULL },
		{ "{\"count\":10,\"colors\":[],\"max_price\":4,"
		  "\"alcohol\":\"any\"}",
			NULL },
		{ "{\"count\":0}", "'count'" },
		{ "{\"count\":11}", "'count'" },
		{ "{\"count\":\"3\"}", "'count'" },
		{ "{\"count\":2.5}", "'count'" },
		{ "{\"colors\":\"red\"}", "'colors'" },
		{ "{\"colors\":[\"blue\"]}", "'colors'" },
		{ "{\"colors\":[1]}", "'colors'" },
		{ "{\"max_price\":5}", "'max_price'" },
		{ "{\"alcohol\":\"lots\"}", "'alcohol'" },
		{ "{\"alcohol\":null}", "'alcohol'" },
		{ "{\"sweetness\":[\"dry\",\"sweet\"]}", NULL },
		{ "{\"sweetness\":\"dry\"}", "'sweetness'" },
		{ "{\"sweetness\":[\"sour\"]}", "'sweetness'" },
		{ "{\"without\":\"malbec\"}", "'without'" },
		{ "{\"without\":[1]}", "'without'" },
		{ "{\"without\":[\" \"]}", "'without'" },
		{ "{\"vegan\":true}", "'vegan'" },
		{ "[]", "'preferences'" },
	};
	struct preferences p;
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		json_object *o =
			json_read(cases[i].json, strlen(cases[i].json), &e);
		int rc = preferences_from_json(o, &p, &e);

		json_object_put(o);
		assert_int_equal(rc, cases[i].named ? -1 : 0);
		if (!cases[i].named)
			continue;
		assert_int_equal(e.reason, REASON_BAD_INPUT);
		assert_non_null(strstr(e.msg, cases[i].named));
	}
	assert_int_equal(preferences_from_json(NULL, &p, &e), 0);
	assert_int_equal(p.count, 5);
	assert_int_equal(p.max_price, 4);
}

static void preferences_go_round(void **state)
{
	struct preferences p = { .count = 3,
		.colors = 1u << COLOR_RED | 1u << COLOR_NONE,
		.max_price = 2,
		.alcohol = ALCOHOL_LOW,
		.sweetness = 1u << SWEETNESS_DRY,
		.without = { "malbec", "syrah" },
		.n_without = 2 };
	struct preferences q;
	struct sbuf out = SBUF_INIT(1000);
	struct err e = ERR_INIT;
	json_object *o = preferences_to_json(&p);

	(void)state;
	json_write(o, &out);
	assert_string_equal(out.buf,
		"{\"count\":3,\"colors\":[\"red\",\"none\"],\"max_price\":2,"
		"\"alcohol\":\"low\",\"sweetness\":[\"dry\"],"
		"\"without\":[\"malbec\",\"syrah\"]}");
	assert_int_equal(preferences_from_json(o, &q, &e), 0);
	assert_memory_equal(&p, &q, sizeof(p));
	json_object_put(o);
	sbuf_release(&out);
	assert_int_equal(color_by_name("rose", 4), COLOR_ROSE);
	assert_int_equal(color_by_name("ros", 3), -1);
}

/* ---- words and JSON ---- */

static void words_are_whole(void **state)
{
	static const char *const texts[] = { BEEF, FISH, HOT, CAKE, "Beef stew",
		"Tiramisu", "Sushi" };
	struct kitchen x;
	size_t t, i, j;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (t = 0; t < ARRAY_LEN(texts); t++) {
		pair(&x, texts[t], "{\"count\":10}");
		nothing_is_left_blank(x.pairing.summary);
		for (i = 0; i < x.pairing.n_suggestions; i++) {
			const struct suggestion *s = &x.pairing.suggestions[i];

			nothing_is_left_blank(s->note);
			assert_true(s->note[strlen(s->note) - 1] == '.');
			for (j = 0; j < s->n_reasons; j++) {
				nothing_is_left_blank(s->reasons[j].text);
				assert_true(fabs(s->reasons[j].effect) >= 0.5);
			}
			if (i)
				assert_string_not_equal(s->note,
					x.pairing.suggestions[i - 1].note);
		}
		for (i = 0; i < x.pairing.n_avoid; i++) {
			nothing_is_left_blank(x.pairing.avoid[i].style);
			nothing_is_left_blank(x.pairing.avoid[i].why);
		}
	}
	close_kitchen(&x);
}

/* A summary asks for one thing of the tannin, not for two. */
static void nothing_is_wanted_twice(void **state)
{
	static const char *const dishes[] = { "Grilled salmon", "Sushi",
		"Sole meuni\u00e8re" };
	struct kitchen x;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	for (i = 0; i < ARRAY_LEN(dishes); i++) {
		const char *first;

		pair(&x, dishes[i], NULL);
		first = strstr(x.pairing.summary, "tannin");
		assert_non_null(first);
		if (strstr(first + 1, "tannin"))
			fail_msg("%s", x.pairing.summary);
	}
	close_kitchen(&x);
}

static void json_is_the_contract(void **state)
{
	static const char *const keys[] = { "recipe", "summary", "profile",
		"suggestions", "avoid", "limits", "engine", "usage",
		"unrecognised" };
	static const char *const suggestion_keys[] = { "style_id", "style",
		"region", "color", "description", "pairing_note", "score",
		"reasons", "structure", "serve_celsius", "decant_minutes",
		"glass", "price", "role", "alternatives" };
	struct kitchen x;
	json_object *o, *s;
	size_t i;

	(void)state;
	open_kitchen(&x, "knowledge");
	pair(&x, BEEF, NULL);
	o = pairing_to_json(x.k, &x.recipe, &x.pairing);
	for (i = 0; i < ARRAY_LEN(keys); i++)
		assert_true(json_object_object_get_ex(o, keys[i], NULL));
	assert_int_equal(json_object_object_length(o), ARRAY_LEN(keys));
	assert_null(json_obj(o, "usage"));
	assert_string_equal(
		json_str(json_obj(o, "engine"), "provider"), "built-in");
	assert_string_equal(
		json_str(json_obj(o, "profile"), "protein"), "beef");
	s = json_object_array_get_idx(json_arr(o, "suggestions"), 0);
	for (i = 0; i < ARRAY_LEN(suggestion_keys); i++)
		assert_true(
			json_object_object_get_ex(s, suggestion_keys[i], NULL));
	assert_int_equal(
		json_object_object_length(s), ARRAY_LEN(suggestion_keys));
	assert_int_equal(
		json_object_object_length(json_obj(s, "structure")), 5);
	assert_int_equal(
		json_object_array_length(json_arr(s, "serve_celsius")), 2);
	assert_true(json_object_is_type(
		json_object_object_get(s, "score"), json_type_int));
	json_object_put(o);
	close_kitchen(&x);
}

static void the_same_again(void **state)
{
	struct sbuf first = SBUF_INIT(PAIRING_JSON_MAX);
	struct sbuf second = SBUF_INIT(PAIRING_JSON_MAX);
	char version[40], other[40];
	struct kitchen x, y;
	json_object *o;

	(void)state;
	open_kitchen(&x, "knowledge");
	open_kitchen(&y, "knowledge");
	pair(&x, CAKE, NULL); /* leaves nothing behind */
	pair(&x, HOT, NULL);
	pair(&y, HOT, NULL);
	o = pairing_to_json(x.k, &x.recipe, &x.pairing);
	json_write(o, &first);
	json_object_put(o);
	o = pairing_to_json(y.k, &y.recipe, &y.pairing);
	json_write(o, &second);
	json_object_put(o);
	assert_string_equal(first.buf, second.buf);
	pairing_version(x.k, version);
	pairing_version(y.k, other);
	assert_string_equal(version, other);
	assert_non_null(strchr(version, '.'));
	close_kitchen(&x);
	close_kitchen(&y);
	sbuf_release(&first);
	sbuf_release(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_become_shares),
		cmocka_unit_test(less_is_more_than_its_part),
		cmocka_unit_test(a_dish_is_profiled),
		cmocka_unit_test(a_name_alone_is_a_dish),
		cmocka_unit_test(a_side_is_not_the_dish),
		cmocka_unit_test(kin_is_nearer_at_home),
		cmocka_unit_test(what_is_a_dessert),
		cmocka_unit_test(a_name_may_change_the_known_dish),
		cmocka_unit_test(
			another_dish_of_that_name_is_not_the_known_one),
		cmocka_unit_test(avoid_says_only_what_is_so),
		cmocka_unit_test(words_of_a_food_are_no_technique),
		cmocka_unit_test(
			what_is_done_to_a_side_is_not_done_to_the_dish),
		cmocka_unit_test(lines_are_read_with_care),
		cmocka_unit_test(what_is_no_food_is_no_recipe),
		cmocka_unit_test(rules_give_and_take),
		cmocka_unit_test(points_add_up),
		cmocka_unit_test(loud_sauces_and_small_things_are_heard),
		cmocka_unit_test(sense_prevails),
		cmocka_unit_test(answers_are_varied),
		cmocka_unit_test(preferences_are_limits),
		cmocka_unit_test(names_to_leave_out_are_somebodys),
		cmocka_unit_test(roles_are_given_once_and_deserved),
		cmocka_unit_test(drinks_have_their_tables),
		cmocka_unit_test(preferences_are_checked),
		cmocka_unit_test(preferences_go_round),
		cmocka_unit_test(words_are_whole),
		cmocka_unit_test(nothing_is_wanted_twice),
		cmocka_unit_test(json_is_the_contract),
		cmocka_unit_test(the_same_again),
	};

	return cmocka_run_group_tests_name("pairing", tests, NULL, NULL);
}
