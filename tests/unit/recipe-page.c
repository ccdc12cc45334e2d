/* recipe/: pages: JSON-LD whole and broken, microdata, RDFa, h-recipe, pages
 * without markup, and pages that are no recipe. */
#include "recipe-kitchen.h"

#include "recipe/jsonld.h"
#include "recipe/markup.h"
#include "recipe/recipe.h"

static struct arena mem = ARENA_INIT;

static int tear_down(void **state)
{
	arena_release(&mem);
	return kitchen_teardown(state);
}

static const char *joined(const char **at, size_t n)
{
	struct sbuf sb = SBUF_INIT(100000);
	const char *out;
	size_t i;

	for (i = 0; i < n; i++) {
		sbuf_addstr(&sb, i ? "|" : "");
		sbuf_addstr(&sb, at[i]);
	}
	out = arena_strdup(&mem, sb.buf);
	sbuf_release(&sb);
	return out;
}

struct want {
	const char *page, *name, *ingredients, *instructions;
	const char *yield, *author, *image, *language;
	int minutes;
	enum recipe_source source;
};

static const char *or_dash(const char *s)
{
	return s ? s : "-";
}

static void check(const struct want *w)
{
	struct recipe r;
	struct err e = ERR_INIT;
	const char *ing, *steps;

	if (recipe_from_html(kitchen, w->page, strlen(w->page),
		    "https://example.org/a/b", &mem, &r, &e))
		fail_msg("%s\n%s: %s", w->page, err_key(e.reason), e.msg);
	ing = joined(r.ingredients, r.n_ingredients);
	steps = joined(r.instructions, r.n_instructions);
	if (strcmp(r.name, w->name) != 0 || strcmp(ing, w->ingredients) != 0 ||
		strcmp(steps, w->instructions) != 0 ||
		strcmp(or_dash(r.yield), or_dash(w->yield)) != 0 ||
		strcmp(or_dash(r.author), or_dash(w->author)) != 0 ||
		strcmp(or_dash(r.image), or_dash(w->image)) != 0 ||
		strcmp(or_dash(r.language), or_dash(w->language)) != 0 ||
		r.total_minutes != w->minutes || r.source != w->source)
		fail_msg("%s\nname %s\ningredients %s\nsteps %s\nyield %s\n"
			 "author %s\nimage %s\nlanguage %s\nminutes %d\n"
			 "source %d",
			w->page, r.name, ing, steps, or_dash(r.yield),
			or_dash(r.author), or_dash(r.image),
			or_dash(r.language), r.total_minutes, (int)r.source);
}

#define LD "<script type=\"application/ld+json\">"
#define END "</script>"

static void json_ld(void **state)
{
	static const struct want cases[] = {
		/* a graph, types in a list, references, sections, entities */
		{ "<html lang=de-AT>" LD
		  "{\"@context\":\"https://schema.org\",\"@graph\":["
		  "{\"@type\":\"Person\",\"@id\":\"#me\",\"name\":\"A. Cook\"},"
		  "{\"@type\":\"ImageObject\",\"@id\":\"#i\",\"url\":\"/"
		  "i.jpg\"},"
		  "{\"@type\":[\"Thing\",\"Recipe\"],\"name\":\"Fish &amp; "
		  "Chips\",\"author\":{\"@id\":\"#me\"},\"image\":{\"@id\":"
		  "\"#i\"},\"recipeYield\":[\"4\",\"4 servings\"],"
		  "\"prepTime\":\"PT10M\",\"cookTime\":\"PT1H\","
		  "\"recipeIngredient\":[\"1 &lt;b&gt;cod&lt;/b&gt;\",\" 2 "
		  "potatoes \"],\"recipeInstructions\":[{\"@type\":"
		  "\"HowToSection\",\"name\":\"Fish\",\"itemListElement\":["
		  "{\"@type\":\"HowToStep\",\"text\":\"Fry it.\"}]},{\"@type\":"
		  "\"HowToStep\",\"name\":\"Serve\",\"text\":\"Serve it hot.\"}"
		  "]}]}" END,
			"Fish & Chips", "1 cod|2 potatoes",
			"Fish|Fry it.|Serve it hot.", "4 servings", "A. Cook",
			"https://example.org/i.jpg", "de", 70, RECIPE_JSON_LD },
		/* deep inside something else, the fuller of two, one string */
		{ LD "[{\"@type\":\"Recipe\",\"name\":\"Other\"}]" END LD
		     "{\"@type\":\"WebPage\",\"mainEntity\":{\"mainEntity\":"
		     "{\"@type\":\"http://schema.org/"
		     "Recipe\",\"name\":\"Soup\","
		     "\"recipeIngredient\":\"1 onion\\n2 l water\","
		     "\"recipeInstructions\":\"<p>Chop.</p><p>1. Cook.</p>\","
		     "\"recipeYield\":6,\"author\":[\"B\",\"C\"],\"image\":"
		     "[\"https://e.org/1.jpg\"],\"totalTime\":\"PT45M\","
		     "\"inLanguage\":\"en\"}}}" END,
			"Soup", "1 onion|2 l water", "Chop.|Cook.",
			"6 servings", "B", "https://e.org/1.jpg", "en", 45,
			RECIPE_JSON_LD },
		/* what no parser takes: comments, raw line feeds, quotes,
		 * trailing commas, a missing one, a missing end */
		{ LD "\n<!-- //<![CDATA[\n{ \"@type\": \"Recipe\", /* x */\n"
		     "\"name\": \"The \"best\" soup\",\n"
		     "\"recipeIngredient\": [\"1 onion,\n red\", \"salt\",],\n"
		     "\"recipeInstructions\": \"Cook\tit.\nEat it.\"\n"
		     "\"recipeYield\": \"2 bowls\", // two\n"
		     "\"totalTime\": \"PT20M\"\n //]]> -->" END,
			"The \"best\" soup", "1 onion,|red|salt",
			"Cook it.|Eat it.", "2 bowls", NULL, NULL, NULL, 20,
			RECIPE_JSON_LD },
		/* text encoded twice */
		{ LD "{\"@type\":\"Recipe\",\"name\":\"x\",\"recipeIngredient\""
		     ":[\"1 cup\\u00e2\\u0080\\u0089milk\","
		     "\"2 cr\\u00c3\\u00a8mes\"],\"recipeInstructions\":\"Go.\""
		     "}" END,
			"x", "1 cup milk|2 crÃ¨mes", "Go.", NULL, NULL, NULL,
			NULL, -1, RECIPE_JSON_LD },
		/* ingredients as objects */
		{ LD "{\"@type\":\"Recipe\",\"name\":\"x\",\"ingredients\":["
		     "{\"amount\":\"2 cups\",\"name\":\"milk\"},{\"@type\":"
		     "\"PropertyValue\",\"name\":\"salt\",\"value\":1,"
		     "\"unitText\":\"tsp\"}],\"recipeInstructions\":[\"Go.\"],"
		     "\"recipeYield\":{\"value\":3,\"unitText\":\"cakes\"}"
		     "}" END,
			"x", "2 cups milk|1 tsp salt", "Go.", "3 cakes", NULL,
			NULL, NULL, -1, RECIPE_JSON_LD },
		/* an image no browser should follow, a circle of references */
		{ LD "{\"@graph\":[{\"@type\":\"Recipe\",\"@id\":\"#r\","
		     "\"name\":\"x\",\"image\":\"javascript:alert(1)\","
		     "\"recipeIngredient\":[\"1 egg\",{\"@id\":\"#r\"}],"
		     "\"recipeInstructions\":[\"Go.\"],"
		     "\"author\":{\"@id\":\"#r\"}}]}" END,
			"x", "1 egg|x", "Go.", NULL, "x", NULL, NULL, -1,
			RECIPE_JSON_LD },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		check(&cases[i]);
}

static void marked_elements(void **state)
{
	static const struct want cases[] = {
		{ "<html lang=en><div itemscope itemtype='https://schema.org/"
		  "Recipe'><h1 itemprop=name>Stew</h1><div itemprop=author "
		  "itemscope itemtype='http://schema.org/Person'><b "
		  "itemprop=name>Ann</b></div><img itemprop=image "
		  "src='//e.org/s.jpg'><meta itemprop=prepTime content=PT20M>"
		  "<time itemprop=cookTime datetime=PT1H>an hour</time><span "
		  "itemprop=recipeYield>Serves 4</span><ul><li "
		  "itemprop=recipeIngredient>500 <i>g</i> beef<li "
		  "itemprop='recipeIngredient'>2 onions</ul><div "
		  "itemprop=recipeInstructions><p>Brown.<p>Simmer.</div>"
		  "<div itemprop=review itemscope><b itemprop=name>Bad</b>"
		  "</div></div>",
			"Stew", "500 g beef|2 onions", "Brown.|Simmer.",
			"Serves 4", "Ann", "https://e.org/s.jpg", "en", 80,
			RECIPE_MICRODATA },
		{ "<div vocab='http://schema.org/' typeof=Recipe><h1 "
		  "property=name>Stew</h1><p property=recipeIngredient>2 "
		  "onions<p property=recipeIngredient>1 l water<div "
		  "property=recipeInstructions>Cook.</div></div>",
			"Stew", "2 onions|1 l water", "Cook.", NULL, NULL, NULL,
			NULL, -1, RECIPE_RDFA },
		{ "<article class='post h-recipe'><h1 class=p-name>Stew</h1>"
		  "<span class='p-author h-card'>Bob</span><ul><li "
		  "class=p-ingredient>2 onions<li class=p-ingredient>1 l "
		  "water</ul><div class=e-instructions><ol><li>Chop.<li>Cook."
		  "</ol></div><time class=dt-duration datetime=PT1H>1 h</time>"
		  "</article>",
			"Stew", "2 onions|1 l water", "Chop.|Cook.", NULL,
			"Bob", NULL, NULL, 60, RECIPE_H_RECIPE },
		/* one property that holds the whole list */
		{ "<div itemscope itemtype='http://schema.org/Recipe'><h1 "
		  "itemprop=name>Stew</h1><div itemprop=ingredients><p>2 "
		  "onions<p>1 l water<p>salt<p>500 g beef</div><p "
		  "itemprop=recipeInstructions>Cook.</div>",
			"Stew", "2 onions|1 l water|salt|500 g beef", "Cook.",
			NULL, NULL, NULL, NULL, -1, RECIPE_MICRODATA },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		check(&cases[i]);
}

static void plain_pages(void **state)
{
	static const struct want cases[] = {
		{ "<html lang=en><head><title>Beef stew | My site</title><meta "
		  "property='og:image' content='/s.jpg'><meta name=author "
		  "content='Ann'><body><nav><a>Ingredients</a> <a>Beef</a>"
		  "</nav><h1>My site</h1><h1>Beef stew</h1><p>We love it."
		  "<p>Serves 4<p>Prep time: 10 min<p>Cook time: 2 hours"
		  "<h2>Ingredients</h2><h3>For the stew</h3><ul><li>500 g beef"
		  "<li>2 onions<li>salt</ul><button>Print</button>"
		  "<h2>Method</h2><ol><li>Brown the beef on all sides.<li>"
		  "Simmer it for two hours.</ol><h2>Comments</h2><p>I made it "
		  "with 2 cups of water and it was good.",
			"Beef stew", "500 g beef|2 onions|salt",
			"Brown the beef on all sides.|Simmer it for two "
			"hours.",
			"4", "Ann", "https://example.org/s.jpg", "en", 130,
			RECIPE_PAGE },
		/* by class, amounts in an element of their own */
		{ "<h1>Suppe</h1><div class=rezept-zutaten><div class=z><span>"
		  "500 g</span><div>beef</div></div><div class=z><span>2</span>"
		  "<div>Zwiebeln</div></div><div class=z><span>1 EL</span><div>"
		  "Öl</div></div></div><div class=zubereitung><p>Das Fleisch "
		  "anbraten und würzen.<p>Eine Stunde schmoren.</div>",
			"Suppe", "500 g beef|2 Zwiebeln|1 EL Öl",
			"Das Fleisch anbraten und würzen.|Eine Stunde "
			"schmoren.",
			NULL, NULL, NULL, NULL, -1, RECIPE_PAGE },
		/* nothing says what it is; a table */
		{ "<title>Curry</title><table><tr><td>400 ml<td>coconut milk"
		  "<tr><td>2<td>onions<tr><td>1 tbsp<td>butter</table><p>Fry "
		  "the onions in butter until they are soft.<p>Add the milk "
		  "and "
		  "simmer for ten minutes.",
			"Curry", "400 ml coconut milk|2 onions|1 tbsp butter",
			"Fry the onions in butter until they are soft.|Add the "
			"milk and simmer for ten minutes.",
			NULL, NULL, NULL, NULL, -1, RECIPE_PAGE },
		/* lines broken by br; the same list in two measures */
		{ "<h1>Cake</h1><h3>Ingredients</h3><ul><li>100 g butter<li>200"
		  " g sugar<li>2 eggs of butter<li>1 pinch salt</ul><ul><li>4 "
		  "oz"
		  " butter<li>8 oz sugar<li>2 eggs of butter<li>1 pinch salt"
		  "</ul><h3>Directions</h3>Mix it all very well.<br>Bake it "
		  "for "
		  "an hour.",
			"Cake",
			"100 g butter|200 g sugar|2 eggs of butter|1 pinch "
			"salt",
			"Mix it all very well.|Bake it for an hour.", NULL,
			NULL, NULL, NULL, -1, RECIPE_PAGE },
		/* markup without amounts, a page with them */
		{ LD "{\"@type\":\"Recipe\",\"name\":\"Stew\","
		     "\"recipeIngredient\":[\"beef\",\"onions\",\"butter\"],"
		     "\"recipeInstructions\":\"Cook.\"}" END
		     "<h2>Ingredients</h2><ul><li>500 g beef<li>2 onions<li>1 "
		     "tbsp butter</ul>",
			"Stew", "500 g beef|2 onions|1 tbsp butter", "Cook.",
			NULL, NULL, NULL, NULL, -1, RECIPE_JSON_LD },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		check(&cases[i]);
}

static void no_recipes(void **state)
{
	static const char *const pages[] = {
		"",
		"<html>",
		"plain words, no markup at all",
		"<h1>News</h1><p>Butter is dear. People bought 2 cups of it.",
		/* an index of dishes by ingredient */
		"<h1>Recipes</h1><div class=ingredients-menu><ul><li>Beef<li>"
		"Chicken<li>Rice<li>Cod<li>Onion<li>Butter</ul></div>",
		/* a shop */
		"<h1>Shop</h1><ul><li>Beef<li>Red wine<li>Olive oil</ul><p>Add "
		"to basket.",
		LD "{\"@type\":\"Article\",\"name\":\"x\"}" END,
		LD "{\"@type\":\"Recipe\",\"name\":\"x\"}" END,
		LD "{\"@type\":\"Recipe\",\"recipeIngredient\":[]}" END,
		LD "not json at all" END,
		LD "}}}]]]{{{" END,
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pages); i++) {
		struct recipe r;
		struct err e = ERR_INIT;

		if (!recipe_from_html(kitchen, pages[i], strlen(pages[i]), NULL,
			    &mem, &r, &e))
			fail_msg("a recipe: %s\n%s: %s", pages[i], r.name,
				joined(r.ingredients, r.n_ingredients));
		assert_int_equal(e.reason, REASON_NOT_A_RECIPE);
	}
}

static void walls_are_named(void **state)
{
#define WORDS50                                                             \
	"Sea sand sun sea sand sun sea sand sun sea sand sun sea sand sun " \
	"sea sand sun sea sand sun sea sand sun sea sand sun sea sand sun " \
	"sea sand sun sea sand sun sea sand sun sea sand sun sea sand sun "
	static const struct {
		const char *page;
		enum err_reason reason;
	} cases[] = {
		{ "<h2>Ingredients</h2><p>Log in to see this recipe.",
			REASON_FETCH_LOGIN },
		{ "<title>Login</title><form><input name=u><input "
		  "type=password></form>",
			REASON_FETCH_LOGIN },
		{ "<p>Bitte melden Sie sich an.", REASON_FETCH_LOGIN },
		{ "<title>Just a moment...</title><p>example.com",
			REASON_FETCH_CHALLENGE },
		{ "<script src=https://geo.captcha-delivery.com/c.js></script>",
			REASON_FETCH_CHALLENGE },
		{ "<p>V\u00e9rifiez", REASON_NOT_A_RECIPE },
		{ "<p>V\xC3\xA9rifiez que vous \xC3\xAAtes HUMAIN",
			REASON_FETCH_CHALLENGE },
		{ "<title>Before you continue</title><p>" WORDS50 WORDS50,
			REASON_FETCH_CONSENT },
		{ "<p>We value your privacy. Accept.", REASON_FETCH_CONSENT },
		{ "<p>" WORDS50 "Subscribe to continue reading.",
			REASON_FETCH_PAYWALL },
		{ "<div id=\"root\"></div><script src=/a.js></script>",
			REASON_FETCH_SCRIPT },
		{ "<noscript>You need to enable JavaScript to run this app."
		  "</noscript><main></main>",
			REASON_FETCH_SCRIPT },
		/* the same signs beside a page's worth of words */
		{ "<p>" WORDS50 WORDS50 WORDS50 WORDS50 WORDS50 WORDS50 WORDS50
		  "<a href=/login>Log in</a><input type=password><p>We value "
		  "your privacy.<script src=/cdn-cgi/challenge-platform/h/x>"
		  "</script><div id=\"root\"></div>",
			REASON_NOT_A_RECIPE },
		{ "<p>A short notice.", REASON_NOT_A_RECIPE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *page = cases[i].page;
		struct recipe r;
		struct err e = ERR_INIT;

		if (recipe_from_html(kitchen, page, strlen(page), NULL, &mem,
			    &r, &e) == 0 ||
			e.reason != cases[i].reason)
			fail_msg("%.80s: %s", page, err_key(e.reason));
	}
}

/* A wall beside a recipe does not hide it. */
static void a_recipe_wins_over_walls(void **state)
{
	static const char *const pages[] = {
		"<title>Just a moment...</title>" LD
		"{\"@type\":\"Recipe\",\"name\":\"Soup\",\"recipeIngredient\":"
		"[\"2 onions\"]}" END,
		"<title>Soup</title><p>We value your privacy. Please log in."
		"<h1>Soup</h1><h2>Ingredients</h2><ul><li>2 onions<li>1 l water"
		"<li>10 g butter</ul><h2>Method</h2><p>Simmer all of it for an "
		"hour.",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pages); i++) {
		struct recipe r;
		struct err e = ERR_INIT;

		assert_int_equal(recipe_from_html(kitchen, pages[i],
					 strlen(pages[i]), NULL, &mem, &r, &e),
			0);
		assert_string_equal(r.name, "Soup");
	}
}

static void json_is_mended(void **state)
{
	static const struct {
		const char *broken, *mended;
	} cases[] = {
		{ "{\"a\":1}", "{\"a\":1}" },
		{ "  <!-- {\"a\":[1,2,],}; -->", "{\"a\":[1,2]}" },
		{ "{\"a\":\"x\ny\"}", "{\"a\":\"x\\ny\"}" },
		{ "{\"a\":\"say \"hi\" now\"}",
			"{\"a\":\"say \\\"hi\\\" now\"}" },
		{ "{\"a\":\"it\\'s\"}", "{\"a\":\"it's\"}" },
		{ "{\"a\":\"\\u12\"}", "{\"a\":\"u12\"}" },
		{ "{\"a\":1 \"b\":2}", "{\"a\":1,\"b\":2}" },
		{ "[{\"a\":1}{\"b\":2}]", "[{\"a\":1},{\"b\":2}]" },
		{ "{\"a\":undefined}", "{\"a\":null}" },
		{ "{\"a\":}", "{\"a\":null}" },
		{ "{\"a\":[1,{\"b\":\"x", "{\"a\":[1,{\"b\":\"x\"}]}" },
		{ "{\"a\":[1}}", "{\"a\":[1]}" },
		{ "{\"a\":1} {\"b\":2}", "{\"a\":1}" },
		{ "nothing", "" },
		{ "", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct sbuf out = SBUF_INIT(1000);

		json_mend(cases[i].broken, strlen(cases[i].broken), &out);
		if (strcmp(out.buf, cases[i].mended) != 0)
			fail_msg("%s: %s", cases[i].broken, out.buf);
		sbuf_release(&out);
	}
}

/* What libxml2 could not parse in time is refused before it tries. */
static void attributes_are_counted(void **state)
{
	static const struct {
		const char *head, *part;
		int times, bearable;
	} cases[] = {
		{ "<p", " a", 1000, 1 },
		{ "<p", " a", 20000, 0 },
		{ "<p", "\na=\"1 2 3\"", 20000, 0 },
		{ "<p", " a = '1'", 20000, 0 },
		{ "<p", "a='1'", 20000, 0 }, /* no space between them */
		{ "<p ", "a", 20000, 1 },
		{ "<p title='", " a", 20000, 1 },
		{ "", "<p a b c d e f>", 20000, 1 },
		{ "x < y", " a", 20000, 1 },
		{ "<script>for (i = 0; i<n; i++)", " a", 20000, 1 },
		{ "<style>a<b", " a", 20000, 1 },
		{ "<script>x</script><p", " a", 20000, 0 },
	};
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct sbuf page = SBUF_INIT(RECIPE_HTML_MAX);

		sbuf_addstr(&page, cases[i].head);
		for (n = 0; n < cases[i].times; n++)
			sbuf_addstr(&page, cases[i].part);
		if (attributes_bearable(page.buf, page.len) !=
			cases[i].bearable)
			fail_msg("%s%s …", cases[i].head, cases[i].part);
		sbuf_release(&page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_ld),
		cmocka_unit_test(marked_elements),
		cmocka_unit_test(plain_pages),
		cmocka_unit_test(no_recipes),
		cmocka_unit_test(walls_are_named),
		cmocka_unit_test(a_recipe_wins_over_walls),
		cmocka_unit_test(json_is_mended),
		cmocka_unit_test(attributes_are_counted),
	};

	return cmocka_run_group_tests(tests, kitchen_setup, tear_down);
}
