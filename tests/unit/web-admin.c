/* The operator's page: who is let in, and what it shows. */
#include "web.h"

#include "web/view.h"

#include <sodium.h>

#define TOKEN "correct horse battery"
#define NAME "__Host-winepair-admin="

static struct err e;

/* Nothing of the token leaves, in whatever answer. */
static struct answer checked(struct answer a)
{
	static const char *const secret[] = { TOKEN, "horse", "battery" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(secret); i++)
		if (strstr(a.body, secret[i]) || strstr(a.headers, secret[i]))
			fail_msg("'%s' is sent: %s", secret[i], a.headers);
	return a;
}

/* How often a text stands in another. */
static int count_of(const char *in, const char *text)
{
	int n = 0;

	while ((in = strstr(in, text))) {
		in += strlen(text);
		n++;
	}
	return n;
}

static struct answer get_with(const char *where, const char *header)
{
	const char *headers[] = { header, NULL };

	return checked(ask_site("GET", where, NULL, headers, NULL, 0));
}

static struct answer login(const char *token)
{
	struct sbuf form = SBUF_INIT(20000);
	struct answer a;

	sbuf_addstr(&form, "token=");
	percent_encode(token, strlen(token), "", &form);
	a = checked(post_form("/admin/login", form.buf));
	sbuf_release(&form);
	return a;
}

/* "HTTP_COOKIE=…" of one that logged in. */
static const char *cookie(void)
{
	static char kept[300];
	struct answer a = login(TOKEN);
	const char *set = header(&a, "Set-Cookie");

	assert_int_equal(a.status, 303);
	(void)snprintf(kept, sizeof(kept), "HTTP_COOKIE=a=b; %.*s",
		(int)strcspn(set, ";"), set);
	return kept;
}

static struct answer admin(void)
{
	struct answer a = get_with("/admin", cookie());

	assert_int_equal(a.status, 200);
	assert_string_equal(header(&a, "Cache-Control"), "no-store");
	return a;
}

/* ---- who is let in ---- */

static void test_without_a_token_there_is_nothing(void **state)
{
	struct answer a;

	(void)state;
	site.web.admin_token = NULL;
	a = get("/admin");
	assert_int_equal(a.status, 404);
	assert_contains(a, "There is no operator");
	assert_string_equal(header(&a, "Cache-Control"), "no-store");
	a = post_form("/admin/login", "token=");
	assert_int_equal(a.status, 404);
	a = post_form("/admin/logout", "");
	assert_int_equal(a.status, 404);
	a = get("/api/v1/admin");
	assert_int_equal(a.status, 404);
	assert_contains(a, "\"admin-off\"");
	site.web.admin_token = TOKEN;
}

static void test_login(void **state)
{
	struct answer a = checked(get("/admin"));
	const char *set;

	(void)state;
	assert_int_equal(a.status, 401);
	assert_string_equal(header(&a, "Cache-Control"), "no-store");
	assert_string_equal(
		header(&a, "WWW-Authenticate"), "Bearer realm=\"winepair\"");
	assert_contains(a, "type=\"password\"");
	assert_contains(a, "autocomplete=\"current-password\"");
	assert_contains(a, "action=\"/admin/login\"");
	assert_lacks(a, "role=\"alert\"");
	a = login(TOKEN);
	assert_int_equal(a.status, 303);
	assert_string_equal(header(&a, "Location"), "/admin");
	assert_string_equal(header(&a, "Cache-Control"), "no-store");
	set = header(&a, "Set-Cookie");
	assert_int_equal(strncmp(set, NAME, strlen(NAME)), 0);
	assert_non_null(strstr(set, "; Secure"));
	assert_non_null(strstr(set, "; HttpOnly"));
	assert_non_null(strstr(set, "; SameSite=Strict"));
	assert_non_null(strstr(set, "; Path=/"));
	assert_non_null(strstr(set, "; Max-Age=43200"));
	assert_null(strstr(set, "Domain"));
	a = admin();
	assert_contains(a, "What the models cost");
	assert_contains(a, "action=\"/admin/logout\"");
}

static void test_wrong_tokens(void **state)
{
	static const char *const tokens[] = { "", "x", "correct horse batter",
		"correct horse batteryx", "Correct horse battery",
		"correct horse battery\n", " correct horse battery" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(tokens); i++) {
		struct sbuf form = SBUF_INIT(1000);
		struct answer a;

		sbuf_addstr(&form, "token=");
		percent_encode(tokens[i], strlen(tokens[i]), "", &form);
		a = checked(post_form("/admin/login", form.buf));
		sbuf_release(&form);
		assert_int_equal(a.status, 401);
		assert_string_equal(header(&a, "Set-Cookie"), "");
		assert_string_equal(header(&a, "Cache-Control"), "no-store");
		assert_contains(a, "That is not the token.");
	}
	assert_int_equal(post_form("/admin/login", "").status, 401);
	/* one that is too short opens nothing, not even for itself */
	site.web.admin_token = "fifteen letters";
	assert_int_equal(login("fifteen letters").status, 401);
	site.web.admin_token = "sixteen letters.";
	assert_int_equal(login("sixteen letters.").status, 303);
	site.web.admin_token = "";
	assert_int_equal(login("").status, 401);
	site.web.admin_token = TOKEN;
}

/* One line with a beginning to look for, and without what was tried. */
static void test_a_wrong_token_is_logged(void **state)
{
	static const char *const from[] = { "REMOTE_ADDR=192.0.2.7", NULL };
	FILE *log = tmpfile();
	char line[1000] = "";
	int kept = dup(2);
	size_t n;

	(void)state;
	assert_non_null(log);
	assert_true(kept >= 0);
	assert_int_equal(dup2(fileno(log), 2), 2);
	(void)ask_site("POST", "/admin/login",
		"application/x-www-form-urlencoded", from, "token=opensesame",
		16);
	assert_int_equal(dup2(kept, 2), 2);
	(void)close(kept);
	rewind(log);
	n = fread(line, 1, sizeof(line) - 1, log);
	(void)fclose(log);
	assert_true(n > 0);
	assert_non_null(strstr(line, "admin: wrong token from 192.0.2.7\n"));
	assert_null(strstr(line, "opensesame"));
	assert_null(strstr(line, "horse"));
}

static void seal(const char *key, const char *expiry, char out[300])
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state s;
	char hex[sizeof(mac) * 2 + 1];

	crypto_auth_hmacsha256_init(
		&s, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(
		&s, (const unsigned char *)expiry, strlen(expiry));
	crypto_auth_hmacsha256_final(&s, mac);
	(void)sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	(void)snprintf(out, 300, "HTTP_COOKIE=" NAME "%s.%s", expiry, hex);
}

static void test_cookies(void **state)
{
	const struct {
		const char *key;
		int64_t in_s;
		int status;
	} rows[] = {
		{ TOKEN, 60, 200 },
		{ TOKEN, 43000, 200 },
		{ TOKEN, 0, 401 },	/* over */
		{ TOKEN, -1000, 401 },	/* long over */
		{ TOKEN, 44000, 401 },	/* not one of ours: too far ahead */
		{ TOKEN "x", 60, 401 }, /* under another token */
		{ "", 60, 401 },
	};
	char made[300], expiry[40];
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(expiry, sizeof(expiry), "%lld",
			(long long)(clock_wall_ms() / 1000 + rows[i].in_s));
		seal(rows[i].key, expiry, made);
		if (get_with("/admin", made).status != rows[i].status)
			fail_msg("row %zu", i);
	}
	/* every character of a good one counts */
	(void)snprintf(made, sizeof(made), "%s", cookie());
	assert_int_equal(get_with("/admin", made).status, 200);
	len = strlen(made);
	for (i = (size_t)(strstr(made, NAME) - made); i < len; i++) {
		char was = made[i];

		made[i] = was == '1' ? '2' : '1';
		if (get_with("/admin", made).status != 401)
			fail_msg("character %zu: %s", i, made);
		made[i] = was;
	}
	while (len > 20) {
		made[--len] = '\0';
		assert_int_equal(get_with("/admin", made).status, 401);
	}
	/* a token that is too short seals nothing */
	site.web.admin_token = "short";
	(void)snprintf(expiry, sizeof(expiry), "%lld",
		(long long)(clock_wall_ms() / 1000 + 60));
	seal("short", expiry, made);
	assert_int_equal(get_with("/admin", made).status, 401);
	site.web.admin_token = TOKEN;
}

static void test_other_sites_and_logout(void **state)
{
	static const char *const foreign[] = { "HTTP_SEC_FETCH_SITE=cross-site",
		NULL };
	static const char *const paths[] = { "/admin/login", "/admin/logout" };
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(paths); i++) {
		a = ask_site("POST", paths[i],
			"application/x-www-form-urlencoded", foreign, "", 0);
		assert_int_equal(a.status, 403);
		assert_string_equal(header(&a, "Set-Cookie"), "");
	}
	a = checked(post_form("/admin/logout", ""));
	assert_int_equal(a.status, 303);
	assert_non_null(strstr(header(&a, "Set-Cookie"), NAME "; Max-Age=0;"));
	assert_string_equal(header(&a, "Cache-Control"), "no-store");
}

static void test_bearer(void **state)
{
	static const struct {
		const char *header;
		int status;
	} rows[] = {
		{ NULL, 401 },
		{ "HTTP_AUTHORIZATION=Bearer " TOKEN, 200 },
		{ "HTTP_AUTHORIZATION=bearer  " TOKEN, 200 },
		{ "HTTP_AUTHORIZATION=Bearer " TOKEN "x", 401 },
		{ "HTTP_AUTHORIZATION=Bearer ", 401 },
		{ "HTTP_AUTHORIZATION=Bearer", 401 },
		{ "HTTP_AUTHORIZATION=Basic " TOKEN, 401 },
		{ "HTTP_AUTHORIZATION=" TOKEN, 401 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a = get_with("/api/v1/admin", rows[i].header);

		if (a.status != rows[i].status)
			fail_msg("row %zu: %d", i, a.status);
		assert_string_equal(header(&a, "Cache-Control"), "no-store");
		if (a.status == 401) {
			assert_contains(a, "\"not-admin\"");
			assert_true(*header(&a, "WWW-Authenticate"));
		}
	}
	/* the page's cookie is for the page */
	assert_int_equal(get_with("/api/v1/admin", cookie()).status, 401);
}

/* ---- who may say who chooses ---- */

static struct answer ask_by(const char *token, const char *body)
{
	const char *const headers[] = { token, NULL };

	return ask_site("POST", "/api/v1/pairings", "application/json",
		token ? headers : NULL, body, strlen(body));
}

static void test_provider_of_a_request(void **state)
{
	static const char *const fits = "HTTP_AUTHORIZATION=Bearer " TOKEN;
	struct answer a;

	(void)state;
	a = ask_by(NULL, "{\"text\":\"coq au vin\",\"provider\":\"built-in\"}");
	assert_int_equal(a.status, 401);
	assert_contains(a, "operator");
	a = ask_by("HTTP_AUTHORIZATION=Bearer nonsense nonsense",
		"{\"text\":\"coq au vin\",\"provider\":\"built-in\"}");
	assert_int_equal(a.status, 401);
	a = ask_by(fits, "{\"text\":\"coq au vin\",\"provider\":\"built-in\"}");
	assert_int_equal(a.status, 201);
	assert_int_equal(count_of(a.headers, "Cache-Control"), 1);
	/* null is as if it were not there, for whomever */
	a = ask_by(NULL, "{\"text\":\"coq au vin\",\"provider\":null}");
	assert_int_equal(a.status, 201);
	a = ask_by(fits, "{\"text\":\"coq au vin\",\"provider\":\"oracle\"}");
	assert_int_equal(a.status, 422);
	assert_contains(a, "oracle");
	a = ask_by(fits, "{\"text\":\"coq au vin\",\"provider\":\"openai\"}");
	assert_int_equal(a.status, 422);
	assert_contains(a, "openai_model");
	a = ask_by(fits, "{\"text\":\"coq au vin\",\"provider\":7}");
	assert_int_equal(a.status, 422);
	/* a menu is the engine's own, and who wants another is told */
	site.config.openai.model = "gpt";
	site.config.openai.url = "https://models.example/v1";
	a = ask_by(fits,
		"{\"menu\":[{\"text\":\"coq au vin\"},{\"text\":\"oysters\"}],"
		"\"provider\":\"openai\"}");
	assert_int_equal(a.status, 422);
	assert_contains(a, "Menus are paired by the built-in engine");
	site.config.openai = (struct provider_config){ .url = "", .model = "" };
	a = ask_by(fits,
		"{\"menu\":[{\"text\":\"coq au vin\"},{\"text\":\"oysters\"}],"
		"\"provider\":\"built-in\"}");
	assert_int_equal(a.status, 201);
	/* our own form has no such field, and a program's needs the token */
	a = post_form("/api/v1/pairings", "text=coq+au+vin&provider=built-in");
	assert_int_equal(a.status, 401);
}

/* ---- what it shows ---- */

static void test_nothing_asked_yet(void **state)
{
	struct answer a;

	(void)state;
	site.config.provider = "built-in";
	a = admin();
	assert_contains(a, "No model was asked yet");
	assert_contains(a, "anthropic_key_file");
	assert_contains(a, "<b>$0</b>");
	assert_contains(a, "no limit is set");
	assert_lacks(a, "<rect");
	assert_lacks(a, "<table");
	site.config.provider = "anthropic, built-in";
	site.config.spend_limit_month = 50000000;
	a = admin();
	assert_contains(a, "No model was asked yet");
	assert_contains(a, "One is set up");
	assert_lacks(a, "anthropic_key_file");
	assert_contains(a, "of $50.00");
	assert_contains(a, "Nothing of the limit is used.");
	/* as the settings keep the list */
	site.config.provider = "anthropic,openai,built-in";
	assert_contains(
		admin(), "Asked in this order: anthropic, openai, built-in.");
}

/* A job with one call that ended so. Delivered, if it ended well. */
static void spend(
	const char *model, int64_t cost, int64_t ms, enum err_reason outcome)
{
	static unsigned count;
	unsigned char hash[HASH_LEN] = { 1 };
	struct job_new n = { .preferences = "{}",
		.engine = "unit",
		.recipe = "{}",
		.hash = hash,
		.queue_limit = 50 };
	struct call_new begin = { "anthropic", model, cost, 0 };
	struct call_end end = { 12345, 678, 0, cost, ms, outcome };
	struct pairing_new p = { .recipe_name = "x",
		.recipe_json = "{}",
		.body = "{\"n\":1}",
		.body_len = 7,
		.by_model = 1,
		.key = { .preferences = "{}", .engine = "unit" } };
	char id[ID_LEN + 1];
	int64_t call;
	struct job j;

	count++;
	memcpy(hash + 1, &count, sizeof(count));
	memcpy(p.key.recipe, hash, HASH_LEN);
	if (store_job_new(site.store, &n, id, &e) ||
		store_job_claim(site.store, "unit", &site.mem, &j, &e) ||
		store_call_begin(site.store, &j, hash, &begin, &call, &e) ||
		store_call_end(site.store, call, &end, &e))
		fail_msg("%s", e.msg);
	if (outcome ? store_job_fail(site.store, &j, outcome, 0, &e)
		    : store_job_finish(site.store, &j, &p, &e))
		fail_msg("%s", e.msg);
}

static void test_what_was_spent(void **state)
{
	static const char *const token[] = { "HTTP_AUTHORIZATION=Bearer " TOKEN,
		NULL };
	struct answer a;
	json_object *o, *days, *first;

	(void)state;
	site.config.spend_limit_month = 50000000;
	spend("claude-small", 1230000, 2000, REASON_NONE);
	spend("claude-small", 12300, 900, REASON_NONE);
	spend("claude-small", 0, 10, REASON_MODEL_OVERLOADED);
	spend("<script>alert(1)</script>\"'", 100, 5, REASON_NONE);
	(void)store_hit(site.store, &e);
	a = admin();
	assert_contains(a, "<b>$1.24</b> of $50.00");
	assert_contains(a, "2 % of the limit is used.");
	assert_contains(a, "max=\"50000000\" value=\"1242400\"");
	assert_int_equal(count_of(a.body, "<rect class=\"series-"), 2 + 2);
	assert_contains(a, "<title id=\"chart-title\">");
	assert_contains(a, "<desc id=\"chart-text\">");
	assert_contains(a, "37,035"); /* tokens */
	assert_contains(a, err_title(REASON_MODEL_OVERLOADED));
	assert_contains(a, "model-overloaded");
	assert_contains(a, "900 ms");
	assert_contains(a, "2.0 s");
	assert_contains(a, "<dd>4</dd>");
	assert_contains(a, "<small>25 %</small>");
	assert_lacks(a, "No model was asked yet");
	/* a model's name is no markup, in the chart or elsewhere */
	assert_lacks(a, "<script>");
	assert_contains(a, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;: "
			   "$0.0001</title>");

	a = checked(ask_site("GET", "/api/v1/admin", NULL, token, NULL, 0));
	assert_int_equal(a.status, 200);
	o = body_json(&a);
	assert_contains(a, "\"spent_usd\":1.2424,");
	assert_contains(a, "\"limit_usd\":50}");
	assert_int_equal(json_int(o, "delivered", -1), 3);
	assert_int_equal(json_int(o, "fallbacks", -1), 1);
	assert_int_equal(json_int(o, "hits", -1), 1);
	days = json_arr(o, "days");
	assert_int_equal(json_object_array_length(days), 2);
	first = json_object_array_get_idx(days, 1);
	assert_string_equal(json_str(first, "model"), "claude-small");
	assert_int_equal(json_int(first, "calls", -1), 3);
	assert_int_equal(json_int(first, "failures", -1), 1);
	assert_int_equal(json_object_array_length(json_arr(o, "failures")), 1);
	assert_int_equal(json_object_array_length(json_arr(o, "latency")), 2);
	json_object_put(o);

	site.config.spend_limit_month = 1242401;
	assert_contains(admin(), "over 99 % of the limit is used.");
	site.config.spend_limit_month = 1000000;
	a = admin();
	assert_contains(a, "The limit is reached");
	assert_contains(a, "max=\"1000000\" value=\"1000000\"");
	site.config.spend_limit_month = 0;
	a = admin();
	assert_contains(a, "no limit is set");
	assert_lacks(a, "<meter");
}

static void test_money(void **state)
{
	static const struct {
		int64_t micro;
		const char *said;
	} rows[] = {
		{ -5, "$0" },
		{ 0, "$0" },
		{ 1, "under $0.0001" },
		{ 99, "under $0.0001" },
		{ 100, "$0.0001" },
		{ 12300, "$0.0123" },
		{ 12349, "$0.0123" },
		{ 12350, "$0.0124" },
		{ 120000, "$0.12" },
		{ 999949, "$0.9999" },
		{ 999950, "$1.00" },
		{ 1000000, "$1.00" },
		{ 1234567, "$1.23" },
		{ 1235000, "$1.24" },
		{ 1234567890, "$1,234.57" },
		{ 1234567000000, "$1,234,567.00" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(
			view_money(&site.mem, rows[i].micro), rows[i].said);
	assert_string_equal(view_count(&site.mem, 0), "0");
	assert_string_equal(view_count(&site.mem, 999), "999");
	assert_string_equal(view_count(&site.mem, 1000), "1,000");
	assert_string_equal(view_count(&site.mem, -1234567), "-1,234,567");
}

/* ---- the chart ---- */

#define NOON 1795953600000 /* 2026-11-29T12:00:00Z */

static json_object *chart(const struct store_report *r)
{
	json_object *page = json_object_new_object();

	view_chart_fill(page, &site.mem, r, NOON);
	return page;
}

static json_object *bar(json_object *page, size_t i)
{
	return json_object_array_get_idx(
		json_arr(json_obj(page, "chart"), "bars"), i);
}

static size_t bars(json_object *page)
{
	return json_object_array_length(
		json_arr(json_obj(page, "chart"), "bars"));
}

static void test_chart_stacks(void **state)
{
	struct spend_day days[] = {
		{ "2026-10-30", "p", "old", 9, 0, 0, 0, 900000 }, /* too old */
		{ "2026-10-31", "p", "a", 1, 0, 0, 0, 100000 },
		{ "2026-11-29", "p", "a", 1, 0, 0, 0, 100000 },
		{ "2026-11-29", "p", "b", 1, 0, 0, 0, 300000 },
		{ "2026-11-29", "q", "b", 1, 0, 0, 0, 0 }, /* cost nothing */
	};
	struct store_report r = { .days = days, .n_days = ARRAY_LEN(days) };
	json_object *page = chart(&r), *c = json_obj(page, "chart");

	(void)state;
	assert_string_equal(json_str(c, "title"), "Spend by day and model");
	assert_string_equal(json_str(c, "text"),
		"From 31 October 2026 to 29 November 2026 (UTC): $0.50 in all, "
		"the most on 29 November 2026.");
	assert_string_equal(json_str(c, "top"), "$0.40");
	assert_string_equal(json_str(c, "half"), "$0.20");
	assert_int_equal(json_int(c, "width", 0), 600);
	assert_int_equal(bars(page), 3);
	/* the first day, at the left */
	assert_int_equal(json_int(bar(page, 0), "x", -1), 2);
	assert_string_equal(json_str(bar(page, 0), "y"), "75.000");
	assert_string_equal(json_str(bar(page, 0), "height"), "25.000");
	assert_string_equal(
		json_str(bar(page, 0), "title"), "2026-10-31, a: $0.10");
	/* the last, at the right: the dearest model below, then the other */
	assert_int_equal(json_int(bar(page, 1), "x", -1), 582);
	assert_int_equal(json_int(bar(page, 1), "n", -1), 0);
	assert_string_equal(json_str(bar(page, 1), "y"), "25.000");
	assert_string_equal(json_str(bar(page, 1), "height"), "75.000");
	assert_int_equal(json_int(bar(page, 2), "n", -1), 1);
	assert_string_equal(json_str(bar(page, 2), "y"), "0.000");
	assert_string_equal(json_str(bar(page, 2), "height"), "25.000");
	json_object_put(page);
}

static void test_chart_of_what_costs_nothing(void **state)
{
	struct spend_day days[] = {
		{ "2026-11-28", "p", "a", 1, 0, 0, 0, 0 },
		{ "2026-11-29", "p", "a", 3, 0, 0, 0, 0 },
	};
	struct store_report r = { .days = days, .n_days = ARRAY_LEN(days) };
	json_object *page = chart(&r), *c = json_obj(page, "chart");

	(void)state;
	assert_string_equal(json_str(c, "title"), "Calls by day and model");
	assert_string_equal(json_str(c, "top"), "4 calls");
	assert_string_equal(
		json_str(bar(page, 0), "title"), "2026-11-28, a: 1 call");
	json_object_put(page);
	r.n_days = 0;
	page = chart(&r);
	assert_null(json_obj(page, "chart"));
	json_object_put(page);
}

static void test_chart_of_many_models(void **state)
{
	static const char *const models[] = { "a", "b", "c", "d", "e", "f", "g",
		"h" };
	struct spend_day days[ARRAY_LEN(models)];
	struct store_report r = { .days = days, .n_days = ARRAY_LEN(models) };
	json_object *page, *series, *last;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(models); i++)
		days[i] = (struct spend_day){ .day = "2026-11-29",
			.provider = "p",
			.model = models[i],
			.calls = 1,
			.cost = (int64_t)(8 - i) * 1000000 };
	page = chart(&r);
	series = json_arr(json_obj(page, "chart"), "series");
	assert_int_equal(json_object_array_length(series), 6);
	assert_int_equal(bars(page), 6);
	last = json_object_array_get_idx(series, 5);
	assert_string_equal(json_str(last, "model"), "others");
	assert_string_equal(json_str(last, "total"), "$6.00"); /* 3, 2, 1 */
	json_object_put(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_token_there_is_nothing),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_wrong_tokens),
		cmocka_unit_test(test_a_wrong_token_is_logged),
		cmocka_unit_test(test_cookies),
		cmocka_unit_test(test_other_sites_and_logout),
		cmocka_unit_test(test_bearer),
		cmocka_unit_test(test_provider_of_a_request),
		/* before anything is spent */
		cmocka_unit_test(test_nothing_asked_yet),
		cmocka_unit_test(test_what_was_spent),
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_chart_stacks),
		cmocka_unit_test(test_chart_of_what_costs_nothing),
		cmocka_unit_test(test_chart_of_many_models),
	};

	return cmocka_run_group_tests(tests, site_setup, site_teardown);
}
