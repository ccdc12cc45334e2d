/* The edge: routes, methods, origins, limits, errors, templates. */
#include "web.h"

#include <sys/stat.h>

static void test_templates_fit(void **state)
{
	struct sbuf problems = SBUF_INIT(65536);

	(void)state;
	assert_int_equal(web_check_templates(site.templates, &problems), 0);
	assert_string_equal(problems.buf, "");
	sbuf_release(&problems);
}

static void test_unknown_name_is_told(void **state)
{
	char dir[128], path[192];
	struct sbuf problems = SBUF_INIT(65536);
	struct templates *ts;
	FILE *f;

	(void)state;
	site_path(dir, sizeof(dir), "templates");
	assert_int_equal(mkdir(dir, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/home.mustache", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("<p>one\n<p>{{titel}}\n", f);
	assert_int_equal(fclose(f), 0);
	ts = templates_load(dir, &problems);
	assert_non_null(ts);
	assert_int_equal(web_check_templates(ts, &problems), -1);
	assert_non_null(strstr(problems.buf, "home.mustache:2"));
	assert_non_null(strstr(problems.buf, "titel"));
	assert_non_null(strstr(problems.buf, "wine.mustache")); /* missing */
	templates_free(ts);
	sbuf_release(&problems);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* Every route with every method: the status, and Allow where it is a 405. */
static void test_every_route_and_method(void **state)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT",
		"PATCH", "DELETE", "OPTIONS", "TRACE" };
	static const struct {
		const char *path;
		int get, post; /* 0: not allowed */
		const char *allow;
	} rows[] = {
		{ "/", 200, 0, "GET, HEAD" },
		{ "/pairings", 0, 422, "POST" },
		{ "/pairings/aaaaaaaaaaaaaaaaaaaaaaaaaa", 404, 0, "GET, HEAD" },
		{ "/pairings/aaaaaaaaaaaaaaaaaaaaaaaaaa/cancel", 0, 404,
			"POST" },
		{ "/recent", 200, 0, "GET, HEAD" },
		{ "/wines", 200, 0, "GET, HEAD" },
		{ "/wines/nothing-like-it", 404, 0, "GET, HEAD" },
		{ "/import", 200, 422, "GET, HEAD, POST" },
		{ "/api/v1/pairings", 0, 422, "POST" },
		{ "/api/v1/pairings/aaaaaaaaaaaaaaaaaaaaaaaaaa", 404, 0,
			"GET, HEAD, DELETE" },
		{ "/admin", 404, 0, "GET, HEAD" },
		{ "/admin/login", 0, 404, "POST" },
		{ "/admin/logout", 0, 404, "POST" },
		{ "/api/v1/admin", 404, 0, "GET, HEAD" },
		{ "/api/v1/recent", 200, 0, "GET, HEAD" },
		{ "/api/v1/wines", 200, 0, "GET, HEAD" },
		{ "/api/v1/wines/nothing-like-it", 404, 0, "GET, HEAD" },
		{ "/healthz", 200, 0, "GET, HEAD" },
		{ "/readyz", 200, 0, "GET, HEAD" },
	};
	size_t i, m;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		for (m = 0; m < ARRAY_LEN(methods); m++) {
			struct answer a = ask_site(
				methods[m], rows[i].path, NULL, NULL, NULL, 0);
			int want = m < 2    ? rows[i].get
				   : m == 2 ? rows[i].post
				   : m == 5 && strstr(rows[i].allow, "DELETE")
					   ? 404
					   : 0;

			if (a.status != (want ? want : 405))
				fail_msg("%s %s: %d", methods[m], rows[i].path,
					a.status);
			assert_string_equal(
				header(&a, "Allow"), want ? "" : rows[i].allow);
			if (m == 1)
				assert_int_equal(a.len, 0);
			else
				assert_true(a.len > 0);
			assert_true(*header(&a, "Content-Type"));
			assert_true(*header(&a, "Cache-Control"));
		}
}

static void test_unknown_paths(void **state)
{
	static const char *const paths[] = { "/nothing", "/pairings/",
		"/pairings/x", "/pairings/x/y", "/pairings/cancel",
		"/pairings//cancel", "/wines/", "/api", "/api/v1",
		"/api/v2/pairings", "/index.html", "/recent/", "/wines/a/b" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(paths); i++) {
		struct answer a = get(paths[i]);

		if (a.status != 404 && a.status != 400)
			fail_msg("%s: %d", paths[i], a.status);
	}
}

static void test_error_speaks_what_was_asked_for(void **state)
{
	static const struct {
		const char *path, *accept, *type;
	} rows[] = {
		{ "/nothing", NULL, "text/html" },
		{ "/nothing", "HTTP_ACCEPT=*/*", "text/html" },
		{ "/nothing", "HTTP_ACCEPT=text/html,*/*;q=0.8", "text/html" },
		{ "/nothing", "HTTP_ACCEPT=image/png", "text/html" },
		{ "/nothing", "HTTP_ACCEPT=application/json",
			"application/problem+json" },
		{ "/nothing", "HTTP_ACCEPT=application/problem+json",
			"application/problem+json" },
		{ "/api/nothing", "HTTP_ACCEPT=text/html",
			"application/problem+json" },
		{ "/api/v1/pairings/a%00b", NULL, "application/problem+json" },
		{ "/a%00b", NULL, "text/html" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		const char *headers[] = { rows[i].accept, NULL };
		struct answer a =
			ask_site("GET", rows[i].path, NULL, headers, NULL, 0);

		if (strncmp(header(&a, "Content-Type"), rows[i].type,
			    strlen(rows[i].type)) != 0)
			fail_msg("%s %s: %s", rows[i].path, rows[i].accept,
				header(&a, "Content-Type"));
		if (rows[i].type[0] == 'a') {
			json_object *o = body_json(&a);

			assert_int_equal(json_int(o, "status", 0), a.status);
			assert_non_null(json_str(o, "code"));
			assert_non_null(json_str(o, "title"));
			assert_non_null(json_str(o, "detail"));
			json_object_put(o);
		} else {
			assert_contains(a, "<h1>");
			assert_contains(a, "</html>");
		}
	}
}

/* Not one form from elsewhere, however it is written. */
static void test_foreign_forms(void **state)
{
	static const char *const from[][2] = {
		{ "HTTP_SEC_FETCH_SITE=cross-site", NULL },
		{ "HTTP_SEC_FETCH_SITE=same-site", NULL },
		{ "HTTP_SEC_FETCH_SITE=cross-site",
			"HTTP_ORIGIN=https://wine.example" },
		{ "HTTP_ORIGIN=https://evil.example", NULL },
		{ "HTTP_ORIGIN=http://wine.example", NULL },
		{ "HTTP_ORIGIN=https://wine.example.evil.example", NULL },
		{ "HTTP_ORIGIN=null", NULL },
	};
	static const char *const own[][2] = {
		{ NULL, NULL },
		{ "HTTP_SEC_FETCH_SITE=same-origin", NULL },
		{ "HTTP_SEC_FETCH_SITE=none", NULL },
		{ "HTTP_ORIGIN=https://wine.example", NULL },
	};
	static const char *const types[] = {
		"application/x-www-form-urlencoded",
		"multipart/form-data; boundary=b", "text/plain",
		"application/json"
	};
	static const char *const paths[] = { "/pairings", "/api/v1/pairings" };
	size_t i, t, p;

	(void)state;
	for (p = 0; p < ARRAY_LEN(paths); p++)
		for (t = 0; t < ARRAY_LEN(types); t++) {
			for (i = 0; i < ARRAY_LEN(from); i++) {
				const char *h[] = { from[i][0], from[i][1],
					NULL };
				struct answer a = ask_site("POST", paths[p],
					types[t], h, "recipe=x", 8);

				if (a.status != 403)
					fail_msg("%s %s %s: %d", paths[p],
						types[t], from[i][0], a.status);
			}
			for (i = 0; i < ARRAY_LEN(own); i++) {
				const char *h[] = { own[i][0], NULL };
				struct answer a = ask_site("POST", paths[p],
					types[t], h, "recipe=x", 8);

				assert_int_not_equal(a.status, 403);
			}
		}
}

static void test_body_limits(void **state)
{
	static const struct {
		const char *method, *path;
		size_t max;
	} rows[] = {
		{ "POST", "/pairings", HTTP_BODY_MAX },
		{ "POST", "/api/v1/pairings", HTTP_BODY_MAX },
		{ "POST", "/api/v1/pairings?x=1", HTTP_BODY_MAX },
		{ "POST", "/import", HTTP_BODY_MAX },
		{ "GET", "/import", 0 },
		{ "GET", "/pairings", 0 },
		{ "POST", "/", 0 },
		{ "POST", "/pairings/x", 0 },
		{ "POST", "/pairings/x/cancel", 0 },
		{ "POST", "/admin/login", 8192 },
		{ "PUT", "/pairings", 0 },
		{ "POST", "/nothing", 0 },
		{ "", "", 0 },
	};
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(web_body_limit(rows[i].method, rows[i].path),
			rows[i].max);
	/* a body where none belongs */
	a = ask_site("GET", "/wines", "text/plain", NULL, "x", 1);
	assert_int_equal(a.status, 413);
}

static void test_media_types(void **state)
{
	struct answer a = ask_site(
		"POST", "/api/v1/pairings", "text/csv", NULL, "a,b", 3);

	(void)state;
	assert_int_equal(a.status, 415);
	a = ask_site("POST", "/api/v1/pairings", NULL, NULL, "a,b", 3);
	assert_int_equal(a.status, 415);
	a = ask_site("POST", "/pairings", "application/json", NULL, "{}", 2);
	assert_int_equal(a.status, 415);
	a = ask_site("POST", "/pairings", "multipart/form-data; boundary=b",
		NULL, "--b\r\ncut short", 14);
	assert_int_equal(a.status, 400);
}

static void test_health(void **state)
{
	struct answer a = get("/healthz");

	(void)state;
	assert_int_equal(a.status, 200);
	a = get("/readyz");
	assert_int_equal(a.status, 200);
	site.config.queue_limit = 0;
	a = get("/readyz");
	site.config.queue_limit = 50;
	assert_int_equal(a.status, 503);
	assert_true(*header(&a, "Retry-After"));
	site.web.store = NULL;
	a = get("/readyz");
	site.web.store = site.store;
	assert_int_equal(a.status, 503);
	site.web.store = NULL;
	a = get("/healthz");
	site.web.store = site.store;
	assert_int_equal(a.status, 200);
}

/* Without a store everything that needs none still works. */
static void test_without_store(void **state)
{
	static const struct {
		const char *path;
		int status;
	} rows[] = {
		{ "/", 200 },
		{ "/wines", 200 },
		{ "/import", 200 },
		{ "/import?text=coq+au+vin", 200 },
		{ "/recent", 503 },
		{ "/api/v1/recent", 503 },
		{ "/pairings/aaaaaaaaaaaaaaaaaaaaaaaaaa", 503 },
	};
	struct answer a;
	size_t i;

	(void)state;
	site.web.store = NULL;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		a = get(rows[i].path);
		assert_int_equal(a.status, rows[i].status);
	}
	a = post_form("/pairings", "recipe=" SITE_RECIPE_FORM);
	assert_int_equal(a.status, 200);
	assert_contains(a, "Lemon roast chicken");
	assert_contains(a, "<meter");
	assert_lacks(a, "/api/v1/pairings/");
	a = post_json("{\"text\":\"" SITE_RECIPE "\"}");
	assert_int_equal(a.status, 201);
	assert_string_equal(header(&a, "Location"), "");
	site.web.store = site.store;
}

/* A page that cannot be rendered still says what happened. */
static void test_error_page_without_templates(void **state)
{
	struct sbuf problems = SBUF_INIT(65536);
	struct templates *none;
	char dir[128];
	struct answer a;

	(void)state;
	site_path(dir, sizeof(dir), "empty");
	assert_int_equal(mkdir(dir, 0700), 0);
	none = templates_load(dir, &problems);
	if (none) {
		site.web.templates = none;
		a = get("/nothing");
		site.web.templates = site.templates;
		assert_int_equal(a.status, 404);
		assert_contains(a, "There is nothing here");
		templates_free(none);
	}
	sbuf_release(&problems);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_templates_fit),
		cmocka_unit_test(test_unknown_name_is_told),
		cmocka_unit_test(test_every_route_and_method),
		cmocka_unit_test(test_unknown_paths),
		cmocka_unit_test(test_error_speaks_what_was_asked_for),
		cmocka_unit_test(test_foreign_forms),
		cmocka_unit_test(test_body_limits),
		cmocka_unit_test(test_media_types),
		cmocka_unit_test(test_health),
		cmocka_unit_test(test_without_store),
		cmocka_unit_test(test_error_page_without_templates),
	};

	return cmocka_run_group_tests(tests, site_setup, site_teardown);
}
