/* Pairings as JSON: what may be sent, and every answer it can have. */
#include "web.h"

#include <sys/wait.h>

/* What may be wrong with a request, and the words that name it. */
static void test_bad_input(void **state)
{
	static const struct {
		const char *json;
		int status;
		const char *code, *detail;
	} rows[] = {
		{ "{\"text\":", 400, "bad-request", "not JSON" },
		{ "{\"text\":\"\xff\xfe\"}", 400, "bad-request", "not JSON" },
		{ "[]", 400, "bad-request", "object" },
		{ "\"text\"", 400, "bad-request", "object" },
		{ "null", 400, "bad-request", "object" },
		{ " null\n", 400, "bad-request", "object" },
		{ "nul", 400, "bad-request", "not JSON" },
		{ "{\"text\":\"%PDF-1.7 %\"}", 422, "not-a-recipe",
			"PDF file" },
		{ "{\"text\":\"see https://a.example/b there\"}", 422,
			"not-a-recipe", "" },
		{ "{}", 422, "empty", "" },
		{ "{\"text\":null}", 422, "empty", "" },
		{ "{\"text\":\"\"}", 422, "empty", "" },
		{ "{\"text\":\" \\n\\t \"}", 422, "empty", "" },
		{ "{\"text\":\"We went to town and it rained.\"}", 422,
			"not-a-recipe", "" },
		{ "{\"text\":7}", 422, "bad-input", "'text'" },
		{ "{\"text\":\"a\",\"url\":\"https://a.example/\"}", 422,
			"bad-input", "exactly one" },
		{ "{\"text\":\"a\",\"colour\":\"red\"}", 422, "bad-input",
			"colour" },
		{ "{\"text\":\"a\",\"preferences\":{\"sweet\":1}}", 422,
			"bad-input", "sweet" },
		{ "{\"text\":\"a\",\"preferences\":{\"count\":11}}", 422,
			"bad-input", "count" },
		{ "{\"text\":\"a\",\"preferences\":{\"colors\":[\"blue\"]}}",
			422, "bad-input",
			"red, white, rose, sparkling, orange, sweet, "
			"fortified and none" },
		{ "{\"text\":\"a\",\"preferences\":7}", 422, "bad-input", "" },
		{ "{\"url\":\"not a link\"}", 422, "bad-url", "" },
		{ "{\"url\":\"file:///etc/passwd\"}", 422, "bad-url", "" },
		{ "{\"url\":\"http://example.com:22/\"}", 422, "bad-url", "" },
		{ "{\"url\":\"http://192.168.1.1/\"}", 422, "private-address",
			"" },
		{ "{\"url\":\"http://2130706433/\"}", 422, "private-address",
			"" },
		{ "{\"html\":\"<html><p>Trains.</p></html>\"}", 422,
			"not-a-recipe", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a = post_json(rows[i].json);
		json_object *o = body_json(&a);

		if (a.status != rows[i].status ||
			strcmp(json_str(o, "code"), rows[i].code) != 0 ||
			!strstr(json_str(o, "detail"), rows[i].detail))
			fail_msg("%s: %d %s", rows[i].json, a.status, a.body);
		assert_non_null(strstr(header(&a, "Content-Type"),
			"application/problem+json"));
		json_object_put(o);
	}
}

/* Files that are no text, in whatever way they come. */
static void test_no_text(void **state)
{
	static const struct {
		const char *type, *body;
		int status;
		const char *detail;
	} rows[] = {
		{ "application/x-www-form-urlencoded",
			"text=%25PDF-1.4%0A%e2%e3", 400, "PDF file" },
		{ "application/x-www-form-urlencoded", "text=%89PNG%0D%0A", 400,
			"image" },
		{ "application/x-www-form-urlencoded", "text=PK%03%04%14%00",
			400, "zip file" },
		{ "application/x-www-form-urlencoded", "text=%ff%fe", 400,
			"UTF-8" },
		{ "application/pdf", "%PDF-1.4", 415, "PDF file" },
		{ "text/csv", "a,b", 415, "Send JSON" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a = ask_site("POST", "/api/v1/pairings",
			rows[i].type, NULL, rows[i].body, strlen(rows[i].body));

		assert_int_equal(a.status, rows[i].status);
		assert_contains(a, rows[i].detail);
	}
}

/* A text that is nothing but a link is that link. */
static void test_text_is_a_link(void **state)
{
	static const char *const bodies[] = {
		"{\"text\":\" https://alone.example/stew \"}",
		"{\"text\":\"alone.example/stew\"}",
	};
	struct err e = ERR_INIT;
	struct job j;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bodies); i++) {
		struct answer a = post_json(bodies[i]);
		json_object *o = body_json(&a);

		assert_int_equal(a.status, 202);
		assert_string_equal(
			json_str(o, "url"), "https://alone.example/stew");
		json_object_put(o);
	}
	assert_int_equal(
		post_form("/api/v1/pairings", "text=alone.example%2Fstew")
			.status,
		202);
	while (store_job_claim(site.store, "unit", &site.mem, &j, &e) == 0)
		assert_int_equal(store_job_fail(site.store, &j,
					 REASON_UNREACHABLE, 0, &e),
			0); /* other tests want theirs to be first */
}

static struct answer post_sized(const char *key, size_t len)
{
	struct sbuf json = SBUF_INIT(HTTP_BODY_MAX);
	struct answer a;
	size_t i;

	sbuf_addf(&json, "{\"%s\":\"", key);
	for (i = 0; i < len; i++)
		sbuf_addch(&json, 'x');
	sbuf_addstr(&json, "\"}");
	a = post_json(json.buf);
	sbuf_release(&json);
	return a;
}

static void test_sizes(void **state)
{
	static const struct {
		const char *key;
		size_t len;
		int status;
		const char *detail;
	} rows[] = {
		{ "text", RECIPE_TEXT_MAX, 422, "" },
		{ "text", RECIPE_TEXT_MAX + 1, 413, "256 KiB" },
		{ "html", ASK_HTML_MAX, 422, "" },
		{ "html", ASK_HTML_MAX + 1, 413, "3 MiB" },
		{ "url", 2049, 422, "2048" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a = post_sized(rows[i].key, rows[i].len);

		if (a.status != rows[i].status ||
			!strstr(a.body, rows[i].detail))
			fail_msg("%s of %zu: %d %s", rows[i].key, rows[i].len,
				a.status, a.body);
	}
}

static void test_text_at_once(void **state)
{
	struct answer a = post_json("{\"text\":\"" SITE_RECIPE "\"}");
	json_object *o = body_json(&a);
	char location[128], *first, *etag;

	(void)state;
	assert_int_equal(a.status, 201);
	assert_string_equal(json_str(o, "status"), "done");
	assert_string_equal(
		json_str(json_obj(o, "recipe"), "name"), "Lemon roast chicken");
	assert_int_equal(
		json_object_array_length(json_arr(o, "suggestions")), 5);
	(void)snprintf(location, sizeof(location), "/api/v1/pairings/%s",
		json_str(o, "id"));
	assert_string_equal(header(&a, "Location"), location);
	assert_non_null(strstr(header(&a, "Content-Type"), "application/json"));
	json_object_put(o);
	first = xstrndup(a.body, a.len);

	/* the same again, by JSON and by curl's form: the same answer */
	a = post_json("{\"text\":\"" SITE_RECIPE "\"}");
	assert_string_equal(a.body, first);
	a = post_form("/api/v1/pairings", "text=" SITE_RECIPE_FORM);
	assert_int_equal(a.status, 201);
	assert_string_equal(a.body, first);

	/* and read, byte for byte */
	a = get(location);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, first);
	etag = xstrdup(header(&a, "ETag"));
	assert_true(*etag);
	{
		char match[200];
		const char *headers[] = { match, NULL };

		(void)snprintf(
			match, sizeof(match), "HTTP_IF_NONE_MATCH=%s", etag);
		a = ask_site("GET", location, NULL, headers, NULL, 0);
		assert_int_equal(a.status, 304);
		assert_int_equal(a.len, 0);
	}
	free(etag);
	free(first);
}

static void test_preferences(void **state)
{
	static const char *const bodies[] = {
		"text=" SITE_RECIPE_FORM "&count=3&colors=red&colors=rose"
		"&max_price=2&alcohol=any&sweetness=dry,off-dry",
		"text=" SITE_RECIPE_FORM "&count=3&colors=red,rose"
		"&max_price=2&alcohol=&sweetness=&without=Malbec,+Riesling",
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bodies); i++) {
		struct answer a = post_form("/api/v1/pairings", bodies[i]);
		json_object *o = body_json(&a), *list;

		assert_int_equal(a.status, 201);
		list = json_arr(o, "suggestions");
		assert_int_equal(json_object_array_length(list), 3);
		for (k = 0; k < 3; k++) {
			json_object *s = json_object_array_get_idx(list, k);

			assert_true(json_str(s, "color")[0] == 'r');
			assert_true(json_int(s, "price", 9) <= 2);
		}
		json_object_put(o);
	}
}

static void test_form_refusals(void **state)
{
	static const struct {
		const char *form, *detail;
	} rows[] = {
		{ "text=a&colour=red", "colour" },
		{ "recipe=a", "recipe" },
		{ "text=a&count=many", "count" },
		{ "text=a&count=0", "count" },
		{ "text=a&alcohol=strong", "alcohol" },
		{ "text=a&url=b", "exactly one" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a = post_form("/api/v1/pairings", rows[i].form);

		assert_int_equal(a.status, 422);
		assert_contains(a, "\"bad-input\"");
		assert_contains(a, rows[i].detail);
	}
}

static void test_multipart(void **state)
{
	static const char body[] =
		"--b\r\nContent-Disposition: form-data; name=\"html\"; "
		"filename=\"p.html\"\r\n\r\n<script type=\"application/ld+"
		"json\">{\"@type\":\"Recipe\",\"name\":\"Mushroom risotto\","
		"\"recipeIngredient\":[\"300 g risotto rice\",\"400 g "
		"mushrooms\",\"50 g parmesan\"]}</script>\r\n"
		"--b\r\nContent-Disposition: form-data; name=\"count\"\r\n\r\n"
		"2\r\n--b--\r\n";
	static const char bad[] =
		"--b\r\nContent-Disposition: form-data; name=\"colors\"; "
		"filename=\"x\"\r\n\r\n\xff\xfe\r\n--b--\r\n";
	struct answer a = ask_site("POST", "/api/v1/pairings",
		"multipart/form-data; boundary=b", NULL, body,
		sizeof(body) - 1);
	json_object *o = body_json(&a);

	(void)state;
	assert_int_equal(a.status, 201);
	assert_string_equal(
		json_str(json_obj(o, "recipe"), "name"), "Mushroom risotto");
	assert_int_equal(
		json_object_array_length(json_arr(o, "suggestions")), 2);
	json_object_put(o);
	a = ask_site("POST", "/api/v1/pairings",
		"multipart/form-data; boundary=b", NULL, bad, sizeof(bad) - 1);
	assert_int_equal(a.status, 422);
	assert_contains(a, "cannot be a file");
}

static void id_of(const struct answer *a, char id[ID_LEN + 1])
{
	json_object *o = body_json(a);

	(void)snprintf(id, ID_LEN + 1, "%s", json_str(o, "id"));
	json_object_put(o);
}

static struct answer post_with_key(const char *key, const char *json)
{
	char header[300];
	const char *const headers[] = { header, NULL };

	(void)snprintf(header, sizeof(header), "HTTP_IDEMPOTENCY_KEY=%s", key);
	return ask_site("POST", "/api/v1/pairings", "application/json", headers,
		json, strlen(json));
}

/* The same request twice, then another one under the same key. */
static void key_holds(const char *key, const char *one, const char *two)
{
	struct answer a = post_with_key(key, one);
	char id[ID_LEN + 1];

	assert_int_equal(a.status, 201);
	id_of(&a, id);
	a = post_with_key(key, one);
	assert_int_equal(a.status, 201);
	assert_contains(a, id);
	a = post_with_key(key, two);
	assert_int_equal(a.status, 422);
	assert_contains(a, "idempotency-key-reused");
}

static void test_idempotency_key(void **state)
{
	static const char one[] = "{\"text\":\"" SITE_RECIPE "\"}";
	char longest[257];
	struct answer a;

	(void)state;
	key_holds("k-1", one, "{\"text\":\"" SITE_RECIPE "1 onion\\n\"}");
	memset(longest, 'k', 256);
	longest[256] = '\0';
	a = post_with_key(longest, one);
	assert_int_equal(a.status, 422);
	assert_contains(a, "Idempotency-Key");
}

/* ---- menus ---- */

#define FISH "Cod\\n\\nIngredients\\n600 g cod\\n1 lemon\\n"

static void test_menu(void **state)
{
	char id[ID_LEN + 1], body[300], where[128], *first;
	struct answer a;
	json_object *o, *s;

	(void)state;
	a = post_json("{\"text\":\"" SITE_RECIPE "\"}");
	id_of(&a, id);
	(void)snprintf(body, sizeof(body),
		"{\"menu\":[{\"id\":\"%s\"},{\"text\":\"" FISH "\"}],"
		"\"preferences\":{\"count\":2,\"max_price\":3}}",
		id);
	a = post_json(body);
	assert_int_equal(a.status, 201);
	o = body_json(&a);
	assert_string_equal(json_str(json_obj(o, "recipe"), "name"),
		"Lemon roast chicken, then Cod");
	assert_int_equal(json_object_array_length(json_arr(o, "menu")), 2);
	assert_int_equal(
		json_object_array_length(json_arr(o, "suggestions")), 2);
	s = json_object_array_get_idx(json_arr(o, "suggestions"), 0);
	assert_int_equal(json_object_array_length(json_arr(s, "dishes")), 2);
	assert_true(json_int(s, "price", 9) <= 3);
	(void)snprintf(
		where, sizeof(where), "/api/v1/pairings/%s", json_str(o, "id"));
	assert_string_equal(header(&a, "Location"), where);
	json_object_put(o);
	first = xstrndup(a.body, a.len);
	a = post_json(body);
	assert_string_equal(a.body, first);
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, first);
	assert_true(*header(&a, "ETag"));
	free(first);
	a = get("/api/v1/recent");
	assert_contains(a, "Lemon roast chicken, then Cod");
	/* one dish is no menu, and says so in no member */
	a = post_json("{\"text\":\"" FISH "\"}");
	assert_lacks(a, "\"menu\"");
	/* pages go as well */
	a = post_json("{\"menu\":[{\"text\":\"" FISH "\"},{\"html\":\""
		      "<script type='application/ld+json'>{\\\"@type\\\":"
		      "\\\"Recipe\\\",\\\"name\\\":\\\"Risotto\\\","
		      "\\\"recipeIngredient\\\":[\\\"300 g risotto rice\\\","
		      "\\\"50 g parmesan\\\"]}</script>\"}]}");
	assert_int_equal(a.status, 201);
	assert_contains(a, "Cod, then Risotto");
}

static void test_menu_refusals(void **state)
{
	static const struct {
		const char *menu; /* behind {"menu": */
		int status;
		const char *code, *detail;
	} rows[] = {
		{ "7}", 422, "bad-input", "'menu' must be a list" },
		{ "[]}", 422, "menu-size", "2 to 6" },
		{ "[{\"text\":\"" FISH "\"}]}", 422, "menu-size", "2 to 6" },
		{ "[1,2,3,4,5,6,7]}", 422, "menu-size", "2 to 6" },
		{ "[{\"text\":\"" FISH "\"},7]}", 422, "bad-input",
			"Dish 2: A dish of a menu is an object" },
		{ "[{\"text\":\"" FISH "\"},{}]}", 422, "bad-input",
			"Dish 2: A dish of a menu is an object" },
		{ "[{\"text\":\"" FISH "\"},{\"text\":\"a\",\"id\":\"b\"}]}",
			422, "bad-input", "Dish 2: A dish" },
		{ "[{\"txt\":\"a\"},{\"text\":\"" FISH "\"}]}", 422,
			"bad-input", "Dish 1: Unknown member 'txt'" },
		{ "[{\"text\":\"" FISH "\"},{\"text\":7}]}", 422, "bad-input",
			"Dish 2: 'text' must be a string" },
		{ "[{\"text\":\"" FISH "\"},{\"text\":\" \"}]}", 422, "empty",
			"Dish 2: " },
		{ "[{\"text\":\"" FISH "\"},{\"text\":\"%PDF-1.7 %\"}]}", 422,
			"not-a-recipe", "Dish 2: This is a PDF file" },
		{ "[{\"text\":\"We went to town.\"},{\"text\":\"" FISH "\"}]}",
			422, "not-a-recipe", "Dish 1: Nothing in this looks" },
		{ "[{\"text\":\"" FISH "\"},"
		  "{\"url\":\"https://a.example/b\"}]}",
			422, "link-in-menu",
			"Dish 2: Pair the link by itself" },
		{ "[{\"text\":\"https://a.example/b\"},{\"text\":\"" FISH
		  "\"}]}",
			422, "link-in-menu", "Dish 1: Pair the link" },
		{ "[{\"text\":\"" FISH "\"},"
		  "{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}",
			422, "no-such-pairing", "Dish 2: No finished pairing" },
		{ "[{\"text\":\"" FISH "\"},"
		  "{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}",
			422, "no-such-pairing", "Dish 2: An id has 26" },
		{ "[{\"text\":\"" FISH "\"},{\"text\":\"" FISH
		  "\"}],\"text\":\"a\"}",
			422, "bad-input", "exactly one" },
		{ "[{\"text\":\"" FISH "\"},{\"text\":\"" FISH
		  "\"}],\"preferences\":{\"count\":0}}",
			422, "bad-input", "count" },
		{ "null}", 422, "empty", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct sbuf body = SBUF_INIT(4096);
		struct answer a;
		json_object *o;

		sbuf_addf(&body, "{\"menu\":%s", rows[i].menu);
		a = post_json(body.buf);
		sbuf_release(&body);
		o = body_json(&a);
		if (a.status != rows[i].status ||
			strcmp(json_str(o, "code"), rows[i].code) != 0 ||
			!strstr(json_str(o, "detail"), rows[i].detail))
			fail_msg("%s: %d %s", rows[i].menu, a.status, a.body);
		json_object_put(o);
	}
}

/* curl's form: a text for each dish. */
static void test_menu_by_form(void **state)
{
	static const char fish[] = "Cod%0A%0AIngredients%0A600+g+cod%0A"
				   "1+lemon%0A";
	struct sbuf form = SBUF_INIT(8192);
	struct answer a;
	char id[ID_LEN + 1];
	int i;

	(void)state;
	sbuf_addf(&form, "text=%s&text=%s&count=2", fish, SITE_RECIPE_FORM);
	a = post_form("/api/v1/pairings", form.buf);
	assert_int_equal(a.status, 201);
	assert_contains(a, "Cod, then Lemon roast chicken");
	id_of(&a, id);
	a = post_json(
		"{\"menu\":[{\"text\":\"" FISH "\"},{\"text\":\"" SITE_RECIPE
		"\"}],\"preferences\":{\"count\":2}}");
	assert_contains(a, id);
	sbuf_addstr(&form, "&text=We+went+to+town.");
	a = post_form("/api/v1/pairings", form.buf);
	assert_int_equal(a.status, 422);
	assert_contains(a, "Dish 3: ");
	sbuf_reset(&form);
	for (i = 0; i < 9; i++)
		sbuf_addf(&form, "&text=%s", fish);
	a = post_form("/api/v1/pairings", form.buf + 1);
	assert_int_equal(a.status, 422);
	assert_contains(a, "\"menu-size\"");
	sbuf_addstr(&form, "&html=%3Chtml%3E");
	a = post_form("/api/v1/pairings", form.buf + 1);
	assert_int_equal(a.status, 422);
	assert_contains(a, "Only text may be repeated");
	sbuf_release(&form);
}

static void test_menu_has_a_key(void **state)
{
	(void)state;
	key_holds("menu-1",
		"{\"menu\":[{\"text\":\"" FISH "\"},{\"text\":\"" SITE_RECIPE
		"\"}]}",
		"{\"menu\":[{\"text\":\"" SITE_RECIPE "\"},{\"text\":\"" FISH
		"\"}]}");
}

/* All dishes together are as large as a page may be. */
static void test_menu_sizes(void **state)
{
	struct sbuf json = SBUF_INIT(HTTP_BODY_MAX);
	struct answer a;
	size_t i, k;

	(void)state;
	sbuf_addstr(&json, "{\"menu\":[{\"text\":\"" FISH "\"},{\"text\":\"");
	for (i = 0; i <= RECIPE_TEXT_MAX; i++)
		sbuf_addch(&json, 'x');
	sbuf_addstr(&json, "\"}]}");
	a = post_json(json.buf);
	assert_int_equal(a.status, 413);
	assert_contains(a, "Dish 2: A recipe text may have 256 KiB.");
	sbuf_reset(&json);
	sbuf_addstr(&json, "{\"menu\":[");
	for (k = 0; k < 2; k++) {
		sbuf_addf(&json, "%s{\"html\":\"<html>", k ? "," : "");
		for (i = 0; i < ASK_MENU_MAX / 2; i++)
			sbuf_addch(&json, 'x');
		sbuf_addstr(&json, "\"}");
	}
	sbuf_addstr(&json, "]}");
	a = post_json(json.buf);
	assert_int_equal(a.status, 413);
	assert_contains(a, "All dishes of a menu together");
	sbuf_release(&json);
}

/* ---- jobs ---- */

static void claim(struct store *s, struct job *j)
{
	struct err e = ERR_INIT;

	if (store_job_claim(s, "unit", &site.mem, j, &e))
		fail_msg("%s", e.msg);
}

static void ask_url(const char *url, char id[ID_LEN + 1])
{
	char json[200], location[128];
	struct answer a;
	json_object *o;
	int woken = site.woken;

	(void)snprintf(json, sizeof(json), "{\"url\":\"%s\"}", url);
	a = post_json(json);
	assert_int_equal(a.status, 202);
	assert_int_equal(site.woken, woken + 1);
	assert_true(*header(&a, "Retry-After"));
	o = body_json(&a);
	assert_string_equal(json_str(o, "url"), url);
	assert_string_equal(json_str(o, "status"), "queued");
	assert_string_equal(json_str(o, "stage"), "queued");
	(void)snprintf(id, ID_LEN + 1, "%s", json_str(o, "id"));
	json_object_put(o);
	(void)snprintf(location, sizeof(location), "/api/v1/pairings/%s", id);
	assert_string_equal(header(&a, "Location"), location);
}

static void test_job_that_fails(void **state)
{
	char id[ID_LEN + 1], where[128];
	struct err e = ERR_INIT;
	struct job j;
	struct answer a;
	json_object *o;

	(void)state;
	ask_url("https://fails.example/stew", id);
	(void)snprintf(where, sizeof(where), "/api/v1/pairings/%s", id);
	claim(site.store, &j);
	assert_int_equal(
		store_job_stage(site.store, &j, STAGE_FETCHING, &e), 0);
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_contains(a, "\"fetching\"");
	assert_true(*header(&a, "Retry-After"));
	assert_int_equal(
		store_job_fail(site.store, &j, REASON_FETCH_STATUS, 0, &e), 0);
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_string_equal(header(&a, "Retry-After"), "");
	o = body_json(&a);
	assert_string_equal(json_str(o, "status"), "failed");
	assert_string_equal(
		json_str(json_obj(o, "error"), "code"), "fetch-status");
	assert_string_equal(json_str(json_obj(o, "error"), "title"),
		err_title(REASON_FETCH_STATUS));
	assert_string_equal(json_str(json_obj(o, "error"), "detail"),
		err_text(REASON_FETCH_STATUS));
	json_object_put(o);
}

/* A runner of our own: waits for the one job there is and ends it. */
static pid_t runner(int fails)
{
	pid_t pid = fork();
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct pairing_new p = { .recipe_name = "Beef stew",
		.recipe_json = "{}",
		.body = "{\"recipe\":{\"name\":\"Beef stew\"}}" };
	struct store *s;
	struct job j;
	char db[128];

	if (pid)
		return pid;
	site_path(db, sizeof(db), "db");
	s = store_open(db, &e);
	while (s && store_job_claim(s, "unit-child", &mem, &j, &e))
		if (e.reason != REASON_NOT_FOUND && e.reason != REASON_BUSY)
			_exit(2);
	p.key.preferences = j.preferences;
	p.key.engine = "unit";
	p.url = j.url;
	p.body_len = strlen(p.body);
	_exit(fails ? store_job_fail(s, &j, REASON_NOT_A_RECIPE, 0, &e) != 0
		    : store_job_finish(s, &j, &p, &e) != 0);
}

static void ended_well(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_prefer_wait(void **state)
{
	static const char *const wait[] = { "HTTP_PREFER=wait=10", NULL };
	static const char ok[] = "{\"url\":\"https://waits.example/stew\"}";
	static const char no[] = "{\"url\":\"https://waits.example/no\"}";
	pid_t pid = runner(0);
	struct answer a;

	(void)state;
	a = ask_site("POST", "/api/v1/pairings", "application/json", wait, ok,
		sizeof(ok) - 1);
	ended_well(pid);
	assert_int_equal(a.status, 201);
	assert_contains(a, "Beef stew");
	assert_contains(a, "\"done\"");
	assert_string_equal(header(&a, "Preference-Applied"), "wait=10");
	pid = runner(1);
	a = ask_site("POST", "/api/v1/pairings", "application/json", wait, no,
		sizeof(no) - 1);
	ended_well(pid);
	assert_int_equal(a.status, 422);
	assert_contains(a, "\"not-a-recipe\"");
}

static void test_queue_is_full(void **state)
{
	struct answer a;

	(void)state;
	site.config.queue_limit = 0;
	a = post_json("{\"url\":\"https://full.example/stew\"}");
	site.config.queue_limit = 50;
	assert_int_equal(a.status, 503);
	assert_contains(a, "\"busy\"");
	assert_true(*header(&a, "Retry-After"));
}

/* ---- lists ---- */

static void test_recent(void **state)
{
	struct answer a;
	json_object *o;

	(void)state;
	a = post_json("{\"text\":\"" SITE_RECIPE "\"}");
	assert_int_equal(a.status, 201);
	a = get("/api/v1/recent");
	assert_int_equal(a.status, 200);
	assert_contains(a, "Lemon roast chicken");
	o = body_json(&a);
	assert_non_null(json_arr(o, "items"));
	json_object_put(o);
	a = get("/api/v1/recent?cursor=nonsense%21");
	assert_int_equal(a.status, 400);
}

static void test_wines(void **state)
{
	struct answer a = get("/api/v1/wines");
	json_object *o = body_json(&a), *first;
	char where[128];
	size_t n;

	(void)state;
	(void)knowledge_wines(site.knowledge, &n);
	assert_int_equal(a.status, 200);
	assert_true(*header(&a, "ETag"));
	assert_int_equal(json_object_array_length(json_arr(o, "items")), n);
	first = json_object_array_get_idx(json_arr(o, "items"), 0);
	(void)snprintf(where, sizeof(where), "/api/v1/wines/%s",
		json_str(first, "style_id"));
	json_object_put(o);
	a = get(where);
	assert_int_equal(a.status, 200);
	o = body_json(&a);
	assert_non_null(json_str(o, "description"));
	assert_non_null(json_obj(o, "structure"));
	/* a degree like the others; the percentage has a name of its own */
	assert_true(json_num(json_obj(o, "structure"), "alcohol", 99) <= 10);
	assert_true(json_num(o, "abv", -1) >= 0);
	json_object_put(o);
}

static void test_what_a_wine_goes_with(void **state)
{
	struct answer a = get("/api/v1/wines/muscadet");
	json_object *o = body_json(&a), *list, *item;
	size_t i;

	(void)state;
	list = json_arr(o, "dishes");
	assert_in_range(json_object_array_length(list), 3, SUITED_DISHES);
	for (i = 0; i < json_object_array_length(list); i++) {
		item = json_object_array_get_idx(list, i);
		assert_true(*json_str(item, "name"));
		assert_true(json_object_object_get_ex(item, "cuisine", NULL));
		assert_in_range(json_int(item, "score", -1), 1, 100);
		assert_true(*json_str(item, "reason"));
	}
	item = json_object_array_get_idx(list, 0);
	assert_string_equal(json_str(item, "name"), "oysters");
	assert_string_equal(json_str(item, "cuisine"), "french");
	list = json_arr(o, "kinds");
	assert_true(json_object_array_length(list) > 0);
	item = json_object_array_get_idx(list, 0);
	assert_string_equal(json_str(item, "name"), "shellfish");
	assert_in_range(json_int(item, "score", -1), 45, 100);
	list = json_arr(o, "avoid");
	assert_true(json_object_array_length(list) > 0);
	item = json_object_array_get_idx(list, 0);
	assert_true(*json_str(item, "name"));
	assert_true(*json_str(item, "why"));
	json_object_put(o);
	/* the list stays short */
	a = get("/api/v1/wines");
	assert_lacks(a, "\"dishes\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_no_text),
		cmocka_unit_test(test_text_is_a_link),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_text_at_once),
		cmocka_unit_test(test_preferences),
		cmocka_unit_test(test_form_refusals),
		cmocka_unit_test(test_multipart),
		cmocka_unit_test(test_idempotency_key),
		cmocka_unit_test(test_menu),
		cmocka_unit_test(test_menu_refusals),
		cmocka_unit_test(test_menu_by_form),
		cmocka_unit_test(test_menu_has_a_key),
		cmocka_unit_test(test_menu_sizes),
		cmocka_unit_test(test_job_that_fails),
		cmocka_unit_test(test_prefer_wait),
		cmocka_unit_test(test_queue_is_full),
		cmocka_unit_test(test_recent),
		cmocka_unit_test(test_wines),
		cmocka_unit_test(test_what_a_wine_goes_with),
	};

	return cmocka_run_group_tests(tests, site_setup, site_teardown);
}
