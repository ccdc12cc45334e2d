/* A pairing while it is made, and what becomes of it: stages, a model's wines
 * as they come, cancelling, who chose, and a fallback. */
#include "web.h"

#define NOWHERE "aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define CHABLIS                                                                \
	"{\"style_id\":\"chablis\",\"style\":\"Chablis\",\"color\":\"white\"," \
	"\"region\":\"Burgundy\",\"score\":88,\"pairing_note\":\"Salt air.\"," \
	"\"structure\":{\"body\":4,\"acidity\":8},\"glass\":\"white wine\"}"
#define OTHER                                                       \
	"{\"style_id\":\"other\",\"style\":\"Wine of the moon\","   \
	"\"color\":\"red\",\"region\":\"Far away\",\"score\":null," \
	"\"structure\":null,\"serve_celsius\":null,\"glass\":null," \
	"\"price\":null,\"reasons\":null,\"alternatives\":[],"      \
	"\"pairing_note\":\"It is far.\"}"
#define DISH "{\"name\":\"Moon stew\",\"language\":\"de\"}"

static struct err e;

/* A new job, claimed. url NULL: of a recipe. Where it is shown goes to page and
 * api. */
static void job_by(const char *providers, const char *url, struct job *j,
	char page[64], char api[64])
{
	static unsigned count;
	unsigned char hash[HASH_LEN] = { 0 };
	struct job_new n = { .url = url,
		.preferences = "{}",
		.engine = "unit",
		.providers = providers,
		.queue_limit = 50 };
	char id[ID_LEN + 1];

	count++;
	memcpy(hash, &count, sizeof(count));
	if (!url) {
		n.recipe = DISH;
		n.hash = hash;
	}
	if (store_job_new(site.store, &n, id, &e) ||
		store_job_claim(site.store, "unit", &site.mem, j, &e))
		fail_msg("%s", e.msg);
	assert_string_equal(j->id, id);
	(void)snprintf(page, 64, "/pairings/%s", id);
	(void)snprintf(api, 64, "/api/v1/pairings/%s", id);
}

static void job_for(const char *url, struct job *j, char page[64], char api[64])
{
	job_by(NULL, url, j, page, api);
}

static void stage(const struct job *j, enum job_stage s)
{
	if (store_job_stage(site.store, j, s, &e))
		fail_msg("%s", e.msg);
}

static void partial(const struct job *j, const char *json)
{
	if (store_job_partial(site.store, j, json, &e))
		fail_msg("%s", e.msg);
}

static void end(const struct job *j)
{
	if (store_job_fail(site.store, j, REASON_GAVE_UP, 0, &e))
		fail_msg("%s", e.msg);
}

static int holds(const struct answer *a, const char *text)
{
	return strstr(a->body, text) != NULL;
}

static struct answer ask_again(const char *where, const char *etag)
{
	char known[200];
	const char *headers[] = { known, NULL };

	(void)snprintf(known, sizeof(known), "HTTP_IF_NONE_MATCH=%s", etag);
	return ask_site("GET", where, NULL, headers, NULL, 0);
}

/* ---- stages ---- */

static void test_only_steps_that_apply(void **state)
{
	static const struct {
		const char *url, *provider;
		int fetches, chooses;
		const char *asked; /* of this job; NULL: as the settings say */
	} rows[] = {
		{ "https://a.example/1", "built-in", 1, 0, NULL },
		{ "https://a.example/2", "anthropic, built-in", 1, 1, NULL },
		{ "https://a.example/3", " openai", 1, 1, NULL },
		{ "https://a.example/4", "bedrock,built-in", 1, 1, NULL },
		{ "https://a.example/5", "built-in, anthropic", 1, 0, NULL },
		{ "https://a.example/6", "anthropic", 1, 0, "built-in" },
		{ "https://a.example/7", "built-in", 1, 1, "openai" },
		{ NULL, "built-in", 0, 1, "openai" },
		{ NULL, "anthropic", 0, 1, NULL },
		/* the settings are others by now: the runner goes by them */
		{ NULL, "built-in", 0, 0, NULL },
	};
	static const char *const fetching[] = {
		"<span>Fetching the page</span>",
		"<span>Reading the recipe</span>"
	};
	char page[64], api[64];
	struct job j;
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a;

		site.config.provider = rows[i].provider;
		job_by(rows[i].asked, rows[i].url, &j, page, api);
		stage(&j, STAGE_PAIRING);
		a = get(page);
		assert_contains(a, "<span>Waiting for its turn</span>");
		assert_contains(a, "<span>Pairing the wines</span>");
		assert_contains(a, "Pairing the wines.</p>");
		for (k = 0; k < ARRAY_LEN(fetching); k++)
			if (holds(&a, fetching[k]) != rows[i].fetches)
				fail_msg("row %zu: %s", i, fetching[k]);
		if (holds(&a, "<span>Choosing the wines</span>") !=
			rows[i].chooses)
			fail_msg("row %zu: choosing", i);
		/* a stage that came all the same is not hidden */
		stage(&j, STAGE_CHOOSING);
		a = get(page);
		assert_contains(a, "<li class=\"now\" aria-current=\"step\">"
				   "<span class=\"dot\" aria-hidden=\"true\">"
				   "</span><span>Choosing the wines</span>");
		a = get(api);
		assert_contains(a, "\"stage\":\"choosing\"");
		end(&j);
	}
	site.config.provider = "built-in";
}

/* ---- as they come ---- */

static void test_wines_as_they_come(void **state)
{
	char page[64], api[64];
	struct answer a;
	struct job j;
	json_object *o;

	(void)state;
	job_for(NULL, &j, page, api);
	stage(&j, STAGE_CHOOSING);
	a = get(page);
	assert_contains(a, "aria-live=\"polite\">The wines are ranked.");
	assert_lacks(a, "<article");
	partial(&j, "{\"recipe\":" DISH "}");
	a = get(page);
	assert_contains(a, "<h2 dir=\"auto\" lang=\"de\">Moon stew</h2>");
	assert_lacks(a, "<article");
	partial(&j, "{\"recipe\":" DISH ",\"summary\":\"Pale.\","
		    "\"suggestions\":[" CHABLIS "," OTHER "]}");
	a = get(page);
	assert_contains(a, "http-equiv=\"refresh\"");
	assert_contains(a, "Pale.</p>");
	/* a screen reader is told in a few words, not with the whole cards */
	assert_contains(a, "aria-live=\"polite\">2 wines so far, the last: "
			   "Wine of the moon.</p>");
	assert_lacks(a, "so-far\" aria-live");
	assert_contains(a, "<a href=\"/wines/chablis\">Chablis</a>");
	assert_contains(a, "<b>88</b>");
	assert_contains(a, "Salt air.");
	assert_contains(a, "id=\"wine-2\">Wine of the moon</h3>");
	a = get(api);
	assert_int_equal(a.status, 200);
	assert_true(*header(&a, "Retry-After"));
	o = body_json(&a);
	assert_string_equal(json_str(o, "status"), "running");
	assert_string_equal(json_str(o, "summary"), "Pale.");
	assert_int_equal(
		json_object_array_length(json_arr(o, "suggestions")), 2);
	assert_null(json_obj(o, "recipe"));
	json_object_put(o);
	end(&j);
	a = get(api);
	assert_lacks(a, "Pale");
	a = get(page);
	assert_lacks(a, "Chablis");
}

/* Unchanged: no body. Changed in any way: a new one. */
static void test_unchanged_is_not_sent(void **state)
{
	static const char *const parts[] = {
		"{\"recipe\":" DISH ",\"suggestions\":[" CHABLIS "]}",
		"{\"recipe\":" DISH ",\"suggestions\":[" CHABLIS "," OTHER "]}",
	};
	char where[2][64], etag[2][64];
	struct answer a;
	struct job j;
	size_t i, k;

	(void)state;
	job_for("https://b.example/1", &j, where[0], where[1]);
	for (k = 0; k < 2; k++) {
		a = get(where[k]);
		(void)snprintf(etag[k], 64, "%s", header(&a, "ETag"));
		assert_true(*etag[k]);
	}
	for (i = 0; i < ARRAY_LEN(parts) + 2; i++) {
		for (k = 0; k < 2; k++) {
			a = ask_again(where[k], etag[k]);
			assert_int_equal(a.status, 304);
			assert_int_equal(a.len, 0);
			assert_string_equal(header(&a, "ETag"), etag[k]);
			assert_string_equal(header(&a, "Cache-Control"),
				"private, no-cache");
		}
		if (i < 1)
			stage(&j, STAGE_CHOOSING);
		else if (i <= ARRAY_LEN(parts))
			partial(&j, parts[i - 1]);
		else
			end(&j);
		for (k = 0; k < 2; k++) {
			a = ask_again(where[k], etag[k]);
			assert_int_equal(a.status, 200);
			assert_true(a.len > 0);
			if (i <= ARRAY_LEN(parts) || k == 1)
				assert_true(*header(&a, "ETag"));
			(void)snprintf(etag[k], 64, "%s", header(&a, "ETag"));
		}
	}
}

/* What a model says is a stranger's. */
static void test_partial_is_no_markup(void **state)
{
	static const char *const payloads[] = {
		"<script>alert(1)</script>",
		"\"><img src=x onerror=alert(1)>",
		"</h2><iframe srcdoc=x>",
		"javascript:alert(1)",
	};
	char page[64], api[64];
	struct sbuf json = SBUF_INIT(65536);
	struct job j;
	size_t i;

	(void)state;
	job_for(NULL, &j, page, api);
	for (i = 0; i < ARRAY_LEN(payloads); i++) {
		json_object *o = json_object_new_object(), *s, *list;
		struct answer a;

		s = json_object_new_object();
		json_put_str(s, "name", payloads[i]);
		json_put_str(s, "language", payloads[i]);
		json_object_object_add(o, "recipe", s);
		json_put_str(o, "summary", payloads[i]);
		s = json_object_new_object();
		json_put_str(s, "style_id", payloads[i]);
		json_put_str(s, "style", payloads[i]);
		json_put_str(s, "color", payloads[i]);
		json_put_str(s, "region", payloads[i]);
		json_put_str(s, "pairing_note", payloads[i]);
		list = json_object_new_array();
		json_object_array_add(list, s);
		json_object_object_add(o, "suggestions", list);
		sbuf_reset(&json);
		json_write(o, &json);
		json_object_put(o);
		partial(&j, json.buf);
		a = get(page);
		assert_contains(a, "<article");
		assert_lacks(a, "<script>");
		assert_lacks(a, "<img");
		assert_lacks(a, "<iframe");
		assert_lacks(a, "href=\"javascript:");
	}
	sbuf_release(&json);
	end(&j);
}

/* ---- cancelling ---- */

static void test_cancel_on_the_page(void **state)
{
	static const char *const foreign[] = { "HTTP_SEC_FETCH_SITE=cross-site",
		NULL };
	char page[64], api[64], cancel[80];
	struct answer a;
	struct job j, *const jobs[] = { &j };
	int lost;

	(void)state;
	job_for("https://c.example/1", &j, page, api);
	(void)snprintf(cancel, sizeof(cancel), "%s/cancel", page);
	a = get(page);
	assert_contains(a, cancel);
	a = ask_site("POST", cancel, NULL, foreign, NULL, 0);
	assert_int_equal(a.status, 403);
	assert_int_equal(store_job_beats(site.store, jobs, 1, &lost, &e), 0);
	assert_int_equal(lost, 0);
	assert_false(j.cancelled);
	a = post_form(cancel, "");
	assert_int_equal(a.status, 303);
	assert_string_equal(header(&a, "Location"), page);
	assert_string_equal(header(&a, "Cache-Control"), "no-store");
	assert_int_equal(store_job_beats(site.store, jobs, 1, &lost, &e), 0);
	assert_int_equal(lost, 0);
	assert_true(j.cancelled);
	a = get(page);
	assert_int_equal(a.status, 200);
	assert_contains(a, err_title(REASON_CANCELLED));
	assert_contains(a, "<textarea");
	assert_contains(a, "value=\"https://c.example/1\"");
	assert_lacks(a, "http-equiv=\"refresh\"");
	assert_lacks(a, "Another way");
	/* once more does no harm, and leads to the same page */
	a = post_form(cancel, "");
	assert_int_equal(a.status, 303);
	a = post_form("/pairings/" NOWHERE "/cancel", "");
	assert_int_equal(a.status, 404);
	a = post_form("/pairings/x/cancel", "");
	assert_int_equal(a.status, 404);
	/* a recipe's: nothing of it is left but the form */
	job_for(NULL, &j, page, api);
	(void)snprintf(cancel, sizeof(cancel), "%s/cancel", page);
	assert_int_equal(post_form(cancel, "").status, 303);
	a = get(page);
	assert_contains(a, err_title(REASON_CANCELLED));
	assert_contains(a, "<textarea");
	assert_lacks(a, "Try the link again");
}

static struct answer delete_at(const char *where, const char *header)
{
	const char *headers[] = { header, NULL };

	return ask_site("DELETE", where, NULL, headers, NULL, 0);
}

static void test_cancel_by_program(void **state)
{
	char page[64], api[64];
	struct answer a;
	struct job j;

	(void)state;
	job_for(NULL, &j, page, api);
	a = delete_at(api, "HTTP_ORIGIN=https://evil.example");
	assert_int_equal(a.status, 403);
	a = get(api);
	assert_contains(a, "\"running\"");
	a = delete_at(api, NULL);
	assert_int_equal(a.status, 204);
	assert_int_equal(a.len, 0);
	assert_string_equal(header(&a, "Cache-Control"), "no-store");
	a = get(api);
	assert_contains(a, "\"status\":\"cancelled\"");
	assert_contains(a, "\"code\":\"cancelled\"");
	a = delete_at(api, NULL);
	assert_int_equal(a.status, 409);
	assert_contains(a, "\"code\":\"conflict\"");
	assert_contains(a, "is over");
	a = delete_at("/api/v1/pairings/" NOWHERE, NULL);
	assert_int_equal(a.status, 404);
	/* one that is there stays there */
	a = post_json("{\"text\":\"" SITE_RECIPE "\"}");
	assert_int_equal(a.status, 201);
	(void)snprintf(api, sizeof(api), "%s", header(&a, "Location"));
	a = delete_at(api, NULL);
	assert_int_equal(a.status, 409);
	assert_int_equal(get(api).status, 200);
}

/* ---- what a model made ---- */

/* Store a document, and get its page. */
static struct answer page_of(const char *preferences, const char *json)
{
	static unsigned count;
	struct pairing_new p = { .recipe_name = "Moon stew",
		.recipe_json = "{}",
		.body = json,
		.body_len = strlen(json),
		.key = { .preferences = preferences, .engine = "unit" } };
	struct pairing_row row;
	char where[64];
	struct answer a;

	count++;
	memcpy(p.key.recipe, &count, sizeof(count));
	if (store_pairing_save(site.store, &p, NULL, &site.mem, &row, &e))
		fail_msg("%s", e.msg);
	(void)snprintf(where, sizeof(where), "/pairings/%s", row.id);
	a = get(where);
	assert_int_equal(a.status, 200);
	return a;
}

static void test_a_wine_of_no_table(void **state)
{
	struct answer a = page_of(
		"{}", "{\"recipe\":" DISH ",\"suggestions\":[" OTHER "]}");
	static const char *const absent[] = { "/wines/other", "of 100",
		"In the glass", "<meter", "Serve at", "<dt>Glass", "<dt>Price",
		"points</summary>", "<dl class=\"facts\">" };
	size_t i;

	(void)state;
	assert_contains(a, "id=\"wine-1\">Wine of the moon</h3>");
	assert_contains(a, "not in our tables");
	assert_contains(a, "Far away");
	assert_contains(a, "It is far.");
	for (i = 0; i < ARRAY_LEN(absent); i++)
		assert_lacks(a, absent[i]);
	/* beside it, one of ours has all of that */
	a = page_of(
		"{}", "{\"recipe\":" DISH ",\"suggestions\":[" CHABLIS "]}");
	assert_lacks(a, "not in our tables");
	assert_contains(a, "<b>88</b>");
	assert_contains(a, "In the glass");
	assert_contains(a, "<dt>Glass");
}

/* What stands between two texts of the page, percent-encoded into out. */
static void cut_out(const struct answer *a, const char *from, const char *to,
	struct sbuf *out)
{
	const char *s = strstr(a->body, from), *end_at;

	if (!s)
		fail_msg("%s is missing", from);
	s += strlen(from);
	end_at = strstr(s, to);
	assert_non_null(end_at);
	percent_encode(s, (size_t)(end_at - s), "", out);
}

/* A dish that a model chose for, beside another: the engine's own menu, which
 * has nothing of the model's wines and says who made it. */
static void test_a_menu_from_it(void **state)
{
	struct answer a = page_of("{}",
		"{\"recipe\":{\"name\":\"Coq au vin\",\"ingredients\":"
		"[\"1 chicken\",\"1 bottle of red wine\"]},\"suggestions\":"
		"[" OTHER "],\"engine\":{\"provider\":\"openai\","
		"\"model\":\"gpt-x\"}}");
	struct sbuf form = SBUF_INIT(65536);
	char where[100]; /* a header lives until the next request */

	(void)state;
	assert_contains(a, "Wine of the moon");
	assert_contains(a, "Chosen by gpt-x");
	sbuf_addstr(&form, "recipe=" SITE_RECIPE_FORM "&with=");
	cut_out(&a, "name=\"with\" value=\"", "\"", &form);
	a = post_form("/pairings", form.buf);
	sbuf_release(&form);
	assert_int_equal(a.status, 303);
	(void)snprintf(where, sizeof(where), "%s", header(&a, "Location"));
	a = get(where);
	assert_int_equal(a.status, 200);
	assert_contains(a, "One bottle for all");
	assert_contains(a, "Coq au vin");
	assert_contains(a, "Made by the built-in engine");
	assert_lacks(a, "Wine of the moon");
	assert_lacks(a, "gpt-x");
}

static void test_who_chose(void **state)
{
	static const struct {
		const char *engine, *said;
	} rows[] = {
		{ "{\"provider\":\"built-in\",\"version\":\"1.4f\"}",
			"Made by the built-in engine 1.4f on " },
		{ "{\"provider\":\"built-in\",\"model\":null,"
		  "\"version\":\"1.4f\",\"fallback\":null}",
			"Made by the built-in engine 1.4f on " },
		{ "{\"provider\":\"anthropic\",\"model\":\"claude-x\","
		  "\"version\":\"1.4f\",\"fallback\":null}",
			"Chosen by claude-x, checked by Winepair&#39;s tables "
			"on " },
		{ "{\"provider\":\"openai\",\"model\":\"<b>x\"}",
			"Chosen by &lt;b&gt;x, checked" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		char json[400];
		struct answer a;

		(void)snprintf(json, sizeof(json),
			"{\"recipe\":" DISH ",\"suggestions\":[],\"engine\":%s,"
			"\"usage\":{\"input_tokens\":4711,\"output_tokens\":"
			"1147,\"cost_usd\":0.0815}}",
			rows[i].engine);
		a = page_of("{}", json);
		assert_contains(a, rows[i].said);
		assert_lacks(a, "4711");
		assert_lacks(a, "1147");
		assert_lacks(a, "0815");
		assert_lacks(a, "Ask again</button>");
	}
}

/* A fallback says why; the button asks the very same question. */
static void test_fallback(void **state)
{
	static const struct {
		enum err_reason reason;
		int again;
	} rows[] = {
		{ REASON_MODEL_OVERLOADED, 1 },
		{ REASON_MODEL_TIMEOUT, 1 },
		{ REASON_MODEL_LOST, 1 },
		{ REASON_MODEL_KEY, 0 },
		{ REASON_MODEL_REFUSED, 0 },
		{ REASON_SPEND_LIMIT, 0 },
	};
	struct sbuf json = SBUF_INIT(65536), form = SBUF_INIT(65536);
	char first[64];
	struct answer a;
	json_object *o, *recipe;
	size_t i;

	(void)state;
	a = post_json("{\"text\":\"" SITE_RECIPE
		      "\",\"preferences\":{\"colors\":[\"white\"]}}");
	assert_int_equal(a.status, 201);
	o = body_json(&a);
	(void)snprintf(first, sizeof(first), "/pairings/%s", json_str(o, "id"));
	recipe = json_obj(o, "recipe");
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		sbuf_reset(&json);
		sbuf_addstr(&json, "{\"recipe\":");
		json_write(recipe, &json);
		sbuf_addf(&json,
			",\"suggestions\":[],\"engine\":{\"provider\":"
			"\"built-in\",\"model\":null,\"fallback\":{\"code\":"
			"\"%s\",\"title\":\"%s\",\"detail\":\"%s\"}}}",
			err_key(rows[i].reason), err_title(rows[i].reason),
			err_text(rows[i].reason));
		a = page_of("{\"colors\":[\"white\"]}", json.buf);
		assert_contains(a, "<div class=\"notice fallback\">");
		assert_contains(a, "own engine chose");
		if (holds(&a, "Ask again</button>") != rows[i].again)
			fail_msg("%s", err_key(rows[i].reason));
		if (!rows[i].again)
			continue;
		assert_contains(a, "name=\"colors\" value=\"white\"");
		sbuf_reset(&form);
		sbuf_addstr(&form, "colors=white&text=");
		cut_out(&a, "name=\"text\" value=\"", "\"", &form);
		a = post_form("/pairings", form.buf);
		assert_int_equal(a.status, 303);
		assert_string_equal(header(&a, "Location"), first);
	}
	json_object_put(o);
	sbuf_release(&json);
	sbuf_release(&form);
	/* nothing of the recipe is lost on the way */
	a = page_of("{}", "{\"recipe\":{\"name\":\"Moon stew\",\"yield\":\"4\","
			  "\"total_minutes\":40,\"ingredients\":[\"1 moon\"],"
			  "\"instructions\":[\"Stew it.\"]},\"suggestions\":[],"
			  "\"engine\":{\"fallback\":{\"code\":\"model-busy\","
			  "\"detail\":\"Later.\"}}}");
	assert_contains(a, "value=\"Moon stew\n\nYield: 4\nTotal time: 40 min\n"
			   "\nIngredients\n1 moon\n\nMethod\nStew it.\n\"");
	/* of a link, the link */
	a = page_of("{}",
		"{\"url\":\"https://d.example/stew\",\"recipe\":" DISH
		",\"suggestions\":[],\"engine\":{\"fallback\":{\"code\":"
		"\"model-busy\",\"detail\":\"Later.\"}}}");
	assert_contains(a, "name=\"url\" value=\"https://d.example/stew\">");
	assert_lacks(a, "name=\"text\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_steps_that_apply),
		cmocka_unit_test(test_wines_as_they_come),
		cmocka_unit_test(test_unchanged_is_not_sent),
		cmocka_unit_test(test_partial_is_no_markup),
		cmocka_unit_test(test_cancel_on_the_page),
		cmocka_unit_test(test_cancel_by_program),
		cmocka_unit_test(test_a_wine_of_no_table),
		cmocka_unit_test(test_a_menu_from_it),
		cmocka_unit_test(test_who_chose),
		cmocka_unit_test(test_fallback),
	};

	return cmocka_run_group_tests(tests, site_setup, site_teardown);
}
