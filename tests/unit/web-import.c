/* /import: what is read out of what a browser hands over, and that nothing is
 * done with it. */
#include "web.h"

#define PAGE                                                               \
	"<!doctype html><html lang=de><head><meta charset=utf-8>"          \
	"<script type=\"application/ld+json\">{\"@type\":\"Recipe\","      \
	"\"name\":\"Beef <b>stew</b>\",\"recipeYield\":\"4 servings\","    \
	"\"totalTime\":\"PT2H5M\",\"recipeIngredient\":[\"800 g beef\","   \
	"\"2 onions\",\"3 tbsp xyzzy\"],\"recipeInstructions\":["          \
	"{\"@type\":\"HowToStep\",\"text\":\"Braise for two hours.\"},"    \
	"{\"@type\":\"HowToStep\",\"text\":\"Serve & enjoy.\"}]}</script>" \
	"</head><body></body></html>"

struct pair {
	const char *name, *value;
};

static struct answer import_from(
	const char *const *headers, const struct pair *fields, size_t n)
{
	struct sbuf form = SBUF_INIT(HTTP_BODY_MAX);
	struct answer a;
	size_t i;

	for (i = 0; i < n; i++) {
		sbuf_addf(&form, "%s%s=", i ? "&" : "", fields[i].name);
		percent_encode(
			fields[i].value, strlen(fields[i].value), "", &form);
	}
	a = ask_site("POST", "/import", "application/x-www-form-urlencoded",
		headers, form.buf, form.len);
	sbuf_release(&form);
	return a;
}

#define import(...)                                             \
	import_from(NULL, (const struct pair[]){ __VA_ARGS__ }, \
		sizeof((const struct pair[]){ __VA_ARGS__ }) /  \
			sizeof(struct pair))

/* How many pairings and jobs the store holds. */
static int64_t kept(void)
{
	struct answer a = get("/api/v1/recent?limit=50");
	json_object *o = body_json(&a);
	int64_t n = (int64_t)json_object_array_length(json_arr(o, "items"));
	struct err e = ERR_INIT;
	int64_t jobs;

	json_object_put(o);
	if (store_queue_length(site.store, &jobs, &e))
		fail_msg("%s", e.msg);
	return n + jobs;
}

static void test_explains_itself(void **state)
{
	struct answer a = get("/import");

	(void)state;
	assert_int_equal(a.status, 200);
	assert_contains(a, "data-bookmarklet");
	assert_contains(a, "/js/import.js\" defer");
	assert_contains(a, "action=\"/import\"");
	assert_contains(a, "home screen");
	assert_lacks(a, "javascript:");
	assert_lacks(a, "role=\"alert\"");
}

/* What the bookmarklet sends, as a browser marks it: from another site. */
static void test_bookmarklet(void **state)
{
	static const char *const foreign[] = { "HTTP_SEC_FETCH_SITE=cross-site",
		"HTTP_ORIGIN=https://cook.example", "HTTP_COOKIE=session=x",
		NULL };
	static const struct pair fields[] = { { "html", PAGE },
		{ "text", "Cookies? Beef stew" },
		{ "url", "https://www.cook.example/stew?utm_source=x#top" },
		{ "title", "Beef stew - Cook" } };
	int64_t before = kept();
	struct answer a = import_from(foreign, fields, ARRAY_LEN(fields));

	(void)state;
	assert_int_equal(a.status, 200);
	assert_contains(a, "Is this your recipe?");
	assert_contains(a, ">Beef stew</h1>");
	assert_contains(a, ">cook.example</a>");
	assert_contains(a, "Read: 3 ingredients and 2 steps.");
	assert_contains(a, "4 servings · 2 h 5 min");
	assert_contains(a, "<details class=\"recipe\" open>");
	assert_contains(a, "<li dir=\"auto\">800 g beef</li>");
	assert_contains(a, "<li dir=\"auto\">Serve &amp; enjoy.</li>");
	assert_contains(a, "Not known to Winepair");
	assert_contains(a, "<li dir=\"auto\">3 tbsp xyzzy</li>");
	assert_contains(a, "<textarea");
	assert_contains(a,
		"\nBeef stew\n\nYield: 4 servings\nTotal time: 125 min\n\n"
		"Ingredients\n800 g beef\n2 onions\n3 tbsp xyzzy\n\nMethod\n"
		"Braise for two hours.\nServe &amp; enjoy.\n</textarea>");
	assert_contains(a, "action=\"/pairings\"");
	assert_contains(
		a, "name=\"source\" value=\"https://www.cook.example/stew\"");
	assert_lacks(a, "name=\"file\"");
	assert_string_equal(header(&a, "Set-Cookie"), "");
	assert_string_equal(header(&a, "Location"), "");
	assert_non_null(strstr(header(&a, "Cache-Control"), "private"));
	assert_int_equal(kept(), before);
}

/* The form on that page makes the pairing, but only from that page. */
static void test_confirmation(void **state)
{
	static const char form[] =
		"recipe=" SITE_RECIPE_FORM
		"&source=https%3A%2F%2Fwww.cook.example%2Fchicken%23x";
	static const char *const foreign[] = { "HTTP_SEC_FETCH_SITE=cross-site",
		NULL };
	int64_t before = kept();
	char where[64];
	struct answer a;

	(void)state;
	a = ask_site("POST", "/pairings", "application/x-www-form-urlencoded",
		foreign, form, sizeof(form) - 1);
	assert_int_equal(a.status, 403);
	assert_int_equal(kept(), before);
	a = post_form("/pairings", form);
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	assert_int_equal(kept(), before + 1);
	a = get(where);
	assert_contains(a, "href=\"https://www.cook.example/chicken\"");
	assert_contains(a, "Lemon roast chicken");
	/* a source that is no public address is left out, not an error */
	a = post_form("/pairings", "recipe=" SITE_RECIPE_FORM
				   "&source=http%3A%2F%2F192.168.1.9%2Fx");
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	a = get(where);
	assert_lacks(a, "192.168.1.9");
	a = post_form("/pairings",
		"recipe=" SITE_RECIPE_FORM "&source=javascript%3Aalert%281%29");
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	a = get(where);
	assert_lacks(a, "alert(1)");
}

#define STEW "Beef stew\n800 g beef\n2 onions\n300 ml red wine\n"
#define LINK "https://www.cook.example/stew"

/* Shared from a telephone: the link in any field, words around it or not. */
static void test_shared(void **state)
{
	static const struct {
		struct pair fields[3];
		const char *box, *heading;
	} rows[] = {
		{ { { "url", LINK } }, LINK, ">cook.example</h1>" },
		{ { { "text", LINK } }, LINK, ">cook.example</h1>" },
		{ { { "text", LINK }, { "url", "" }, { "title", "Stew" } },
			LINK, ">cook.example</h1>" },
		{ { { "url", LINK }, { "text", "" }, { "title", "Stew" } },
			LINK, ">cook.example</h1>" },
		{ { { "title", "Beef stew" }, { "text", "Beef stew " LINK } },
			LINK, ">cook.example</h1>" },
		{ { { "text", "Look at this: " LINK " - nice!" } }, LINK,
			">cook.example</h1>" },
		{ { { "title", LINK } }, LINK, ">cook.example</h1>" },
		{ { { "url", LINK }, { "text", "We liked it" } }, LINK,
			">cook.example</h1>" },
		/* a recipe wins over its link */
		{ { { "text", STEW }, { "url", LINK } }, STEW,
			">Beef stew</h1>" },
		{ { { "url", LINK }, { "text", STEW } }, STEW,
			">Beef stew</h1>" },
		{ { { "title", "Shop - Grandma's" }, { "text", STEW } }, STEW,
			">Beef stew</h1>" },
		{ { { "title", "Grandma's stew" },
			  { "text", "800 g beef\n2 onions\n" } },
			"Grandma&#39;s stew\n\n800 g beef\n2 onions\n",
			">Grandma&#39;s stew</h1>" },
		{ { { "title", "Beef stew" }, { "text", STEW } }, STEW,
			">Beef stew</h1>" },
	};
	int64_t before = kept();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = 0;
		char box[300];
		struct answer a;

		while (n < 3 && rows[i].fields[n].name)
			n++;
		a = import_from(NULL, rows[i].fields, n);
		if (a.status != 200)
			fail_msg("row %zu: %d", i, a.status);
		(void)snprintf(
			box, sizeof(box), "\n%s</textarea>", rows[i].box);
		assert_contains(a, box);
		assert_contains(a, rows[i].heading);
		assert_contains(a, "action=\"/pairings\"");
	}
	assert_int_equal(kept(), before);
}

/* The same by GET: what other ways of sharing can do. */
static void test_shared_by_address(void **state)
{
	struct answer a = get("/import?url=https%3A%2F%2Fcook.example%2Fstew");

	(void)state;
	assert_int_equal(a.status, 200);
	assert_contains(a, ">cook.example</h1>");
	assert_non_null(strstr(header(&a, "Cache-Control"), "private"));
}

static void test_pasted(void **state)
{
	struct answer a = import({ "recipe", STEW }, { "colors", "red" });

	(void)state;
	assert_int_equal(a.status, 200);
	assert_contains(a, ">Beef stew</h1>");
	assert_contains(a, "Read: 3 ingredients and no steps.");
	assert_contains(a, "No steps were found.");
	assert_contains(a, "\n" STEW "</textarea>");
	assert_contains(a, "value=\"red\" checked");
	assert_lacks(a, "Where it is from");

	a = import({ "recipe", PAGE });
	assert_int_equal(a.status, 200);
	assert_contains(a, "\n2 onions\n");

	a = import({ "recipe", "coq au vin" });
	assert_int_equal(a.status, 200);
	assert_contains(a, ">coq au vin</h1>");

	a = import({ "recipe", "see cook.example/stew there" });
	assert_int_equal(a.status, 200);
	assert_contains(a, "\nhttps://cook.example/stew</textarea>");
}

/* A chosen file in an old encoding comes back as text of today. */
static void test_file_in_an_old_encoding(void **state)
{
	static const char body[] =
		"--b\r\nContent-Disposition: form-data; name=\"file\"; "
		"filename=\"r.txt\"\r\n\r\nCr\xe8me br\xfbl\xe9"
		"e\n\nIngredients\n500 ml cream\n6 egg yolks\n100 g sugar\n"
		"1 gousse de vanille des \xeeles fra\xee"
		"che\n\r\n--b--\r\n";
	struct answer a = ask_site("POST", "/import",
		"multipart/form-data; boundary=b", NULL, body,
		sizeof(body) - 1);

	(void)state;
	assert_int_equal(a.status, 200);
	assert_contains(a, "\nCr\xc3\xa8me br\xc3\xbbl\xc3\xa9"
			   "e\n\nIngredients\n500 ml cream\n6 egg yolks\n");
	assert_true(text_valid(a.body, a.len));
}

/* What is wrong is one sentence, and nothing sent is lost. */
static void test_problems(void **state)
{
	static const struct {
		struct pair fields[3];
		int status;
		const char *said, *left;
	} rows[] = {
		{ { { "recipe", "" } }, 422, "Nothing to read", "" },
		{ { { "recipe", "It rained & rained." } }, 422,
			"No recipe found here",
			"\nIt rained &amp; rained.</textarea>" },
		{ { { "html", "<html><p>Trains.</p></html>" },
			  { "text", "Trains." },
			  { "url", "https://trains.example/" } },
			422, "No recipe found here", "\nTrains.</textarea>" },
		{ { { "html", "<html><p>Trains.</p></html>" } }, 422,
			"No recipe found here",
			"\n&lt;html&gt;&lt;p&gt;Trains." },
		{ { { "title", "Trains" } }, 422, "No recipe found here", "" },
		{ { { "recipe", "%PDF-1.4" } }, 422, "This is a PDF file",
			"\n%PDF-1.4</textarea>" },
		{ { { "text", "%PDF-1.4" } }, 422, "This is a PDF file", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = 0;
		struct answer a;

		while (n < 3 && rows[i].fields[n].name)
			n++;
		a = import_from(NULL, rows[i].fields, n);
		if (a.status != rows[i].status)
			fail_msg("row %zu: %d", i, a.status);
		assert_contains(a, "role=\"alert\"");
		assert_contains(a, rows[i].said);
		assert_contains(a, rows[i].left);
		assert_contains(a, "action=\"/import\"");
		assert_string_equal(header(&a, "Cache-Control"), "no-store");
	}
}

/* A page without a recipe may have come with text that holds one. */
static void test_text_beside_a_page(void **state)
{
	struct answer a = import({ "html", "<html><p>Trains.</p></html>" },
		{ "text", STEW }, { "url", LINK });

	(void)state;
	assert_int_equal(a.status, 200);
	assert_contains(a, ">Beef stew</h1>");
	assert_contains(a, "value=\"" LINK "\"");
}

static void test_limits(void **state)
{
	struct sbuf page = SBUF_INIT(HTTP_BODY_MAX);
	struct answer a;
	size_t i;

	(void)state;
	sbuf_addstr(&page, "<html>");
	for (i = 0; i <= ASK_HTML_MAX; i++)
		sbuf_addch(&page, 'x');
	a = import({ "html", page.buf });
	assert_int_equal(a.status, 413);
	assert_contains(a, "3 MiB");
	a = import({ "text", page.buf });
	assert_int_equal(a.status, 413);
	sbuf_release(&page);
}

/* A recipe comes back out of the text it is shown as. */
static void test_text_is_read_as_it_is_shown(void **state)
{
	struct answer a = import({ "html", PAGE });
	const char *from = strstr(a.body, "<textarea"), *to;
	struct recipe r;
	struct err e = ERR_INIT;
	char *text;

	(void)state;
	from = strchr(from, '\n') + 1;
	to = strstr(from, "</textarea>");
	text = arena_strndup(&site.mem, from, (size_t)(to - from));
	assert_int_equal(recipe_from_text(site.knowledge, text, strlen(text),
				 &site.mem, &r, &e),
		0);
	assert_string_equal(r.name, "Beef stew");
	assert_string_equal(r.yield, "4 servings");
	assert_int_equal(r.total_minutes, 125);
	assert_int_equal(r.n_ingredients, 3);
	assert_string_equal(r.ingredients[2], "3 tbsp xyzzy");
	assert_int_equal(r.n_instructions, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explains_itself),
		cmocka_unit_test(test_bookmarklet),
		cmocka_unit_test(test_confirmation),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_shared_by_address),
		cmocka_unit_test(test_pasted),
		cmocka_unit_test(test_file_in_an_old_encoding),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_text_beside_a_page),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_text_is_read_as_it_is_shown),
	};

	return cmocka_run_group_tests(tests, site_setup, site_teardown);
}
