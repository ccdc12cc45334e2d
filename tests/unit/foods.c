/* The foods of knowledge/ingredients.tsv as recipe lines name them. */
#include "unit.h"

#include "pairing/dish.h"

struct pantry {
	struct knowledge *k;
	struct arena mem;
	const struct food *foods;
	size_t n;
};

static void open_pantry(struct pantry *p)
{
	struct sbuf problems = SBUF_INIT(100000);

	memset(p, 0, sizeof(*p));
	p->k = knowledge_load(source_path("knowledge"), &problems);
	if (!p->k)
		print_error("%s", problems.buf);
	assert_non_null(p->k);
	p->foods = knowledge_foods(p->k, &p->n);
	sbuf_release(&problems);
}

static void close_pantry(struct pantry *p)
{
	arena_release(&p->mem);
	knowledge_free(p->k);
}

static struct dish *read_dish(struct pantry *p, const char *text)
{
	struct dish_profile *profile;
	struct err e = ERR_INIT;
	struct recipe r;
	struct dish *d;

	arena_reset(&p->mem);
	d = arena_alloc(&p->mem, sizeof(*d));
	profile = arena_alloc(&p->mem, sizeof(*profile));
	if (recipe_from_text(p->k, text, strlen(text), &p->mem, &r, &e) ||
		dish_read(p->k, &r, &p->mem, profile, d, &e))
		fail_msg("%s: %s", text, e.msg);
	return d;
}

static const struct trait *trait(const struct pantry *p, const char *id)
{
	size_t i, n;
	const struct trait *all = knowledge_traits(p->k, &n);

	for (i = 0; i < n; i++)
		if (strcmp(all[i].id, id) == 0)
			return &all[i];
	fail_msg("no trait %s", id);
	return NULL;
}

static void there_are_many_and_each_is_told_apart(void **state)
{
	struct pantry p;
	size_t i;

	(void)state;
	open_pantry(&p);
	assert_true(p.n >= 1500);
	for (i = 0; i < p.n; i++) {
		int kind = p.foods[i].kind;

		if (kind >= 0 && p.foods[kind].kind >= 0)
			fail_msg("%s is a kind of %s, which is a kind",
				p.foods[i].id, p.foods[kind].id);
	}
	close_pantry(&p);
}

/* What is said of salmon, venison and tomatoes is said of their kinds. */
static void a_kind_does_what_its_food_does(void **state)
{
	static const struct {
		const char *text, *trait;
		int shown;
	} cases[] = {
		{ "Stew\n\nIngredients\n- 800 g moose", "red-meat", 1 },
		{ "Stew\n\nIngredients\n- 800 g venison", "red-meat", 1 },
		{ "Stew\n\nIngredients\n- 800 g rabbit", "red-meat", 0 },
		{ "Pasta\n\nIngredients\n- 400 g passata", "tomato", 1 },
		{ "Fish\n\nIngredients\n- 50 g capers", "vinegar", 1 },
		{ "Fish\n\nIngredients\n- 50 g caper berries", "vinegar", 1 },
	};
	struct pantry p;
	size_t i;

	(void)state;
	open_pantry(&p);
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct dish *d = read_dish(&p, cases[i].text);
		const struct trait *t = trait(&p, cases[i].trait);
		int cause = NOBODY;

		if ((dish_shows(d, &t->when, &cause) > 0) != cases[i].shown)
			fail_msg("%s: %s", cases[i].text, cases[i].trait);
	}
	close_pantry(&p);
}

/* The ids of the foods in one line, parted by spaces. */
static void foods_of(struct pantry *p, const char *line, struct sbuf *found)
{
	struct sbuf text = SBUF_INIT(1000);
	const struct dish *d;
	size_t i;

	sbuf_addf(&text, "Dish\n\nIngredients\n- %s\n", line);
	d = read_dish(p, text.buf);
	for (i = 0; i < d->n_foods; i++)
		sbuf_addf(found, i ? " %s" : "%s", d->foods[i].food->id);
	sbuf_release(&text);
}

/* What each line holds, and nothing else: qualifiers, compounds and names that
 * hold other names, in five languages. */
static void lines_hold_these_foods(void **state)
{
	static const struct {
		const char *line, *foods;
	} cases[] = {
		{ "400 ml coconut milk", "coconut-milk" },
		{ "200 ml light coconut milk", "light-coconut-milk" },
		{ "1 tsp cream of tartar", "cream-of-tartar" },
		{ "2 tbsp peanut butter", "peanut-butter" },
		{ "3 tbsp almond butter", "almond-butter" },
		{ "2 tbsp apple butter", "apple-butter" },
		{ "1 can butter beans, drained", "butter-bean" },
		{ "1 butternut squash, peeled", "butternut-squash" },
		{ "1 head butter lettuce", "butterhead" },
		{ "250 ml buttermilk", "buttermilk" },
		{ "10 g cocoa butter", "cocoa-butter" },
		{ "2 tbsp red wine vinegar", "red-wine-vinegar" },
		{ "1 tbsp rice wine vinegar", "rice-vinegar" },
		{ "1 tbsp rice wine", "rice-wine" },
		{ "500 ml chicken stock", "chicken-stock" },
		{ "2 chicken stock cubes", "chicken-stock" },
		{ "500 ml chicken or vegetable stock", "chicken-stock" },
		{ "1 l beef bone broth", "beef-stock" },
		{ "2 tbsp fish sauce", "fish-sauce" },
		{ "2 tbsp vegan fish sauce", "vegan-fish-sauce" },
		{ "1 tbsp oyster sauce", "oyster-sauce" },
		{ "200 g oyster mushrooms, torn", "oyster-mushroom" },
		{ "200 g king oyster mushrooms", "king-oyster-mushroom" },
		{ "12 oysters", "oyster" },
		{ "100 g oyster crackers", "cracker" },
		{ "200 g sugar snap peas", "sugar-snap" },
		{ "100 g sugar", "sugar" },
		{ "1 eggplant", "aubergine" },
		{ "2 egg plants", "aubergine" },
		{ "200 g egg noodles", "egg-pasta" },
		{ "300 g Chinese egg noodles", "chinese-egg-noodles" },
		{ "2 egg yolks", "egg-yolk" },
		{ "3 large eggs, beaten", "egg" },
		{ "200 ml ginger ale", "ginger-beer" },
		{ "1 thumb of ginger, grated", "ginger" },
		{ "2 tsp ground ginger", "ground-ginger" },
		{ "1 tsp black pepper", "black-pepper" },
		{ "1 red bell pepper, sliced", "bell-pepper" },
		{ "2 green bell peppers", "green-pepper" },
		{ "1/2 tsp red pepper flakes", "chilli-flakes" },
		{ "1 tsp crushed red pepper", "chilli-flakes" },
		{ "1 head of garlic", "garlic" },
		{ "3 cloves garlic", "garlic" },
		{ "4 cloves", "clove" },
		{ "1 tsp garlic powder", "garlic-powder" },
		{ "1 tbsp garlic-chilli sauce", "sambal" },
		{ "2 tsp smoked paprika", "smoked-paprika" },
		{ "1 tsp sweet paprika", "paprika" },
		{ "250 g smoked salmon", "smoked-salmon" },
		{ "250 g hot-smoked salmon, flaked", "hot-smoked-salmon" },
		{ "2 smoked mackerel fillets", "smoked-mackerel" },
		{ "100 g smoked bacon", "smoked-bacon" },
		{ "100 g smoked tofu", "smoked-tofu" },
		{ "50 g sun-dried tomatoes", "sun-dried-tomato" },
		{ "400 g can chopped tomatoes", "canned-tomato" },
		{ "2 tbsp tomato purée", "passata" },
		{ "2 tbsp tomato paste", "tomato-paste" },
		{ "250 g cherry tomatoes, halved", "cherry-tomato" },
		{ "30 g dried porcini mushrooms", "dried-porcini" },
		{ "20 g dried cranberries", "dried-cranberry" },
		{ "1 tsp dried oregano", "dried-oregano" },
		{ "2 dried red chillies", "dried-chilli" },
		{ "100 g dried apricots", "dried-apricot" },
		{ "50 g unsweetened cocoa powder", "cocoa" },
		{ "100 g unsweetened shredded coconut", "coconut" },
		{ "300 ml unsweetened almond milk", "almond-milk" },
		{ "100 g unsalted butter, softened", "unsalted-butter" },
		{ "100 g salted butter", "salted-butter" },
		{ "1 lime", "lime" },
		{ "4 kaffir lime leaves", "kaffir-lime-leaf" },
		{ "3 bay leaves", "bay-leaf" },
		{ "10 curry leaves", "curry-leaf" },
		{ "1 tbsp curry powder", "curry-powder" },
		{ "2 tbsp Thai red curry paste", "red-curry-paste" },
		{ "1 tbsp mustard seeds", "mustard-seed" },
		{ "1 tsp Dijon mustard", "dijon-mustard" },
		{ "200 g mustard greens", "mustard-greens" },
		{ "1 bunch fresh coriander", "coriander" },
		{ "1 tsp ground coriander", "ground-coriander" },
		{ "1 tsp coriander seeds", "coriander-seed" },
		{ "1 fennel bulb", "fennel" },
		{ "1 tsp fennel seeds", "fennel-seed" },
		{ "1 stalk celery", "celery" },
		{ "1 celeriac", "celeriac" },
		{ "1 tsp celery salt", "herb-salt" },
		{ "4 swordfish steaks", "swordfish" },
		{ "2 tuna steaks", "tuna" },
		{ "200 g canned tuna", "canned-tuna" },
		{ "6 turkey sausages", "sausage" },
		{ "200 g duck foie gras", "foie-gras" },
		{ "500 g lamb kidneys", "kidney" },
		{ "4 chicken thighs, bone-in", "chicken-thigh" },
		{ "1 rotisserie chicken, shredded", "chicken" },
		{ "800 g chickpeas, drained", "chickpeas" },
		{ "100 g chicken livers", "chicken-liver" },
		{ "100 g crab sticks", "surimi" },
		{ "100 g white crabmeat", "crab" },
		{ "1 kg clams", "clams" },
		{ "150 g cream cheese", "cream-cheese" },
		{ "100 ml single cream", "light-cream" },
		{ "2 tbsp sour cream", "sour-cream" },
		{ "100 g ice cream", "ice-cream" },
		{ "200 g goat's cheese", "goat-cheese" },
		{ "100 g goat's milk cheese", "goat-cheese" },
		{ "50 g blue cheese", "blue-cheese" },
		{ "100 g cottage cheese", "cottage-cheese" },
		{ "200 g rice noodles", "rice-noodles" },
		{ "100 g rice paper wrappers", "rice-paper" },
		{ "1 tbsp rice flour", "rice-flour" },
		{ "200 g wild rice", "wild-rice" },
		{ "200 g cauliflower rice", "cauliflower-rice" },
		{ "1 tbsp sesame oil", "sesame-oil" },
		{ "2 tbsp sesame seeds", "sesame-seed" },
		{ "1 tbsp orange blossom water", "orange-blossom-water" },
		{ "200 ml sparkling water", "sparkling-water" },
		{ "1 can water chestnuts", "water-chestnut" },
		{ "200 g chestnut mushrooms", "chestnut-mushroom" },
		{ "100 g cooked chestnuts", "chestnut" },
		{ "1 bunch watercress", "watercress" },
		{ "1 slice watermelon", "watermelon" },
		{ "1 sweet potato", "sweet-potato" },
		{ "600 g potatoes", "potato" },
		{ "2 tbsp potato starch", "corn-starch" },
		{ "1 tbsp corn starch", "corn-starch" },
		{ "1 can sweetcorn", "corn" },
		{ "2 corn tortillas", "corn-tortilla" },
		{ "1 tbsp black bean sauce", "black-bean-sauce" },
		{ "1 tin black beans", "black-beans" },
		{ "200 g green beans", "green-beans" },
		{ "1 vanilla bean", "vanilla" },
		{ "1 tbsp coffee liqueur", "coffee-liqueur" },
		{ "50 ml sloe gin", "gin" },
		{ "1 star anise", "star-anise" },
		{ "1 cinnamon stick", "cinnamon" },
		{ "1 lemongrass stalk", "lemongrass" },
		{ "1 preserved lemon", "preserved-lemon" },
		{ "zest of 1 lemon", "lemon-zest" },
		{ "juice of 2 lemons", "lemon-juice" },
		{ "1 tsp lemon pepper", "lemon-pepper" },
		{ "1 tsp lemon thyme leaves", "lemon-thyme" },
		{ "600 g Rinderhackfleisch", "ground-beef" },
		{ "4 Hähnchenbrustfilets", "chicken-breast" },
		{ "2 EL Tomatenmark", "tomato-paste" },
		{ "400 ml Kokosmilch", "coconut-milk" },
		{ "1 Dose gehackte Tomaten", "canned-tomato" },
		{ "200 g Schlagsahne", "cream" },
		{ "1 EL Zitronensaft", "lemon-juice" },
		{ "2 Knoblauchzehen", "garlic" },
		{ "500 g mehligkochende Kartoffeln", "floury-potato" },
		{ "150 g Parmesankäse, gerieben", "parmesan" },
		{ "100 ml trockener Weißwein", "white-wine" },
		{ "2 EL Weißweinessig", "white-wine-vinegar" },
		{ "500 ml Gemüsebrühe", "vegetable-stock" },
		{ "200 g Frischkäse", "cream-cheese" },
		{ "1 Bund Frühlingszwiebeln", "spring-onion" },
		{ "2 rote Paprikaschoten", "bell-pepper" },
		{ "1 TL Paprikapulver", "paprika" },
		{ "3 Möhren", "carrot" },
		{ "500 g Kirschtomaten", "cherry-tomato" },
		{ "4 Scheiben Schwarzwälder Schinken", "black-forest-ham" },
		{ "800 g Schweinenacken", "pork-neck" },
		{ "1 Päckchen Vanillezucker", "vanilla-sugar" },
		{ "4 Schollenfilets", "plaice" },
		{ "150 g Pfifferlinge", "chanterelle" },
		{ "2 gousses d'ail", "garlic" },
		{ "20 cl de crème fraîche", "creme-fraiche" },
		{ "3 pommes de terre", "potato" },
		{ "2 pommes", "apple" },
		{ "30 cl de lait de coco", "coconut-milk" },
		{ "4 blancs de poulet", "chicken-breast" },
		{ "1 cube de bouillon de volaille", "chicken-stock" },
		{ "2 c. à soupe de vinaigre balsamique", "balsamic-vinegar" },
		{ "100 g de lardons fumés", "smoked-bacon" },
		{ "1 citron vert", "lime" },
		{ "200 g de haricots verts", "green-beans" },
		{ "150 g de girolles", "chanterelle" },
		{ "1 botte de persil plat", "flat-parsley" },
		{ "1 spicchio d'aglio", "garlic" },
		{ "400 g di pomodori pelati", "whole-canned-tomato" },
		{ "200 ml di panna da cucina", "cooking-cream" },
		{ "2 cucchiai di aceto balsamico", "balsamic-vinegar" },
		{ "320 g di riso carnaroli", "carnaroli" },
		{ "100 g di guanciale", "guanciale" },
		{ "200 g di mozzarella di bufala", "buffalo-mozzarella" },
		{ "300 g di funghi porcini", "porcini" },
		{ "100 g di burro", "butter" },
		{ "2 dientes de ajo", "garlic" },
		{ "200 ml de leche de coco", "coconut-milk" },
		{ "1 pimiento rojo", "bell-pepper" },
		{ "100 g de jamón serrano", "serrano-ham" },
		{ "400 g de garbanzos cocidos", "canned-chickpeas" },
		{ "2 cucharadas de vinagre de jerez", "sherry-vinegar" },
		{ "1 cucharadita de pimentón de la Vera", "smoked-paprika" },
		{ "500 g de carne picada", "ground-beef" },
		{ "2 tbsp gochujang", "gochujang" },
		{ "1 tbsp white miso paste", "white-miso" },
		{ "200 g paneer, cubed", "paneer" },
		{ "1 tbsp za'atar", "zaatar" },
		{ "2 tbsp berbere", "berbere" },
		{ "1 tsp ras el hanout", "ras-el-hanout" },
		{ "100 g masa harina", "masa-harina" },
		{ "200 g queso fresco", "queso-fresco" },
		{ "1 scotch bonnet chilli", "scotch-bonnet" },
		{ "3 plantains", "plantain" },
		{ "1 rack of lamb", "lamb-chop" },
		{ "2 ears of corn", "corn-on-cob" },
		{ "400 g penne pasta", "penne" },
		{ "150 g Camembert cheese", "camembert" },
		{ "2 cups romaine lettuce", "romaine-lettuce" },
		{ "1 noix de beurre", "butter" },
		{ "olio extravergine d'oliva", "extra-virgin-olive-oil" },
		{ "2 tomates maduros", "tomato" },
		{ "600 g Hähnchengeschnetzeltes", "chicken-breast" },
		{ "500 g Brokkoliröschen", "broccoli" },
		{ "250 g Garnelen", "prawn" },
		{ "400 g Kabeljaufilet", "cod" },
		{ "4 Rinderfiletsteaks", "beef-fillet" },
		{ "150 g Räucherlachsscheiben", "smoked-salmon" },
		{ "4 Forellen", "trout" },
		{ "8 oz whole wheat spaghetti", "wholewheat-pasta" },
		{ "1 cup shredded sharp cheddar cheese", "mature-cheddar" },
		{ "sel et poivre", "salt black-pepper" },
		{ "sal y pimienta", "salt black-pepper" },
		{ "Petersilie, zum Garnieren", "parsley" },
		{ "salt and freshly ground black pepper", "salt black-pepper" },
		{ "optional garnish: chopped chives", "chives" },
	};
	struct pantry p;
	size_t i, wrong = 0;

	(void)state;
	open_pantry(&p);
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct sbuf found = SBUF_INIT(1000);

		foods_of(&p, cases[i].line, &found);
		if (strcmp(found.buf, cases[i].foods) != 0) {
			print_error("%s: %s, not %s\n", cases[i].line,
				cases[i].foods, found.buf);
			wrong++;
		}
		sbuf_release(&found);
	}
	assert_int_equal(wrong, 0);
	close_pantry(&p);
}

/* A teaspoon of chilli in four portions is no chilli dish. */
static void amounts_decide(void **state)
{
	struct pantry p;
	double little, much;

	(void)state;
	open_pantry(&p);
	little = read_dish(&p, "Stew\n\nServes 4\n\nIngredients\n- 800 g beef\n"
			       "- 1 tsp mild chilli powder\n")
			 ->axis[TASTE_HEAT];
	much = read_dish(&p, "Stew\n\nServes 4\n\nIngredients\n- 800 g beef\n"
			     "- 8 habaneros\n")
		       ->axis[TASTE_HEAT];
	assert_true(little > 0 && little < 4);
	assert_true(much > 7);
	close_pantry(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_many_and_each_is_told_apart),
		cmocka_unit_test(a_kind_does_what_its_food_does),
		cmocka_unit_test(lines_hold_these_foods),
		cmocka_unit_test(amounts_decide),
	};

	return cmocka_run_group_tests_name("foods", tests, NULL, NULL);
}
