/* http/: paths, forms, negotiation, origin, headers, ETags. */
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/http.h"

static struct arena mem = ARENA_INIT;
static struct request r;
static struct err e;

static int empty_arena(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

/* A request with these variables ("NAME=value"), besides a good method and
 * path unless they are among them. */
#define REQUEST(...)                                                          \
	request_of((const char *const[]){ __VA_ARGS__, "REQUEST_METHOD=POST", \
			   "REQUEST_URI=/x", NULL },                          \
		NULL, 0)

static int request_of(const char *const *vars, const char *body, size_t len)
{
	e = (struct err)ERR_INIT;
	return request_init(&r, &mem, vars, body, len, &e);
}

static void paths_are_decoded_once(void **state)
{
	static const struct {
		const char *uri, *path, *query; /* path NULL: refused */
	} cases[] = {
		{ "/", "/", "" },
		{ "/wines/", "/wines/", "" },
		{ "/wines/barolo?x=%41", "/wines/barolo", "x=%41" },
		{ "/a?", "/a", "" },
		{ "/a??b", "/a", "?b" },
		{ "/%70airings", "/pairings", "" },
		{ "/%2570", "/%70", "" },
		{ "/a%zz%4", "/a%zz%4", "" },
		{ "/caf%C3%A9", "/café", "" },
		{ "/café", "/café", "" },
		{ "/a+b", "/a+b", "" },
		{ "/...", "/...", "" },
		{ "/.well-known", "/.well-known", "" },
		{ "", NULL, NULL },
		{ "wines", NULL, NULL },
		{ "*", NULL, NULL },
		{ "http://example.org/", NULL, NULL },
		{ "//example.org", NULL, NULL },
		{ "/a//b", NULL, NULL },
		{ "/a/../b", NULL, NULL },
		{ "/..", NULL, NULL },
		{ "/./a", NULL, NULL },
		{ "/a/.", NULL, NULL },
		{ "/%2e%2e/a", NULL, NULL },
		{ "/a%2fb", NULL, NULL },
		{ "/a%2Fb", NULL, NULL },
		{ "/a\\b", NULL, NULL },
		{ "/a%5cb", NULL, NULL },
		{ "/a%00b", NULL, NULL },
		{ "/a%0d%0ab", NULL, NULL },
		{ "/a\x01", NULL, NULL },
		{ "/a%7f", NULL, NULL },
		{ "/%ff", NULL, NULL },
		{ "/%c0%ae", NULL, NULL },
		{ "/%ed%a0%80", NULL, NULL },
		{ "/a#b", NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *uri =
			arena_printf(&mem, "REQUEST_URI=%s", cases[i].uri);
		int rc = REQUEST(uri);

		if (rc != (cases[i].path ? 0 : -1))
			fail_msg("%s: %d", cases[i].uri, rc);
		if (rc) {
			assert_int_equal(e.reason, REASON_BAD_REQUEST);
			assert_string_equal(r.path, "/");
			continue;
		}
		assert_string_equal(r.path, cases[i].path);
		assert_string_equal(r.query, cases[i].query);
	}
}

static void a_very_long_uri_is_refused(void **state)
{
	char uri[9000] = "REQUEST_URI=/";

	(void)state;
	memset(uri + 13, 'a', sizeof(uri) - 14);
	assert_int_equal(REQUEST(uri), -1);
	assert_int_equal(e.reason, REASON_BAD_REQUEST);
}

static void methods_are_known_or_other(void **state)
{
	static const struct {
		const char *name;
		int rc;
		enum http_method method;
	} cases[] = {
		{ "GET", 0, HTTP_GET },
		{ "HEAD", 0, HTTP_HEAD },
		{ "POST", 0, HTTP_POST },
		{ "PATCH", 0, HTTP_PATCH },
		{ "DELETE", 0, HTTP_DELETE },
		{ "OPTIONS", 0, HTTP_OTHER },
		{ "M-SEARCH", 0, HTTP_OTHER },
		{ "", -1, HTTP_OTHER },
		{ "get", -1, HTTP_OTHER },
		{ "GET\n", -1, HTTP_OTHER },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAA", -1, HTTP_OTHER },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *var =
			arena_printf(&mem, "REQUEST_METHOD=%s", cases[i].name);

		assert_int_equal(REQUEST(var), cases[i].rc);
		assert_int_equal(r.method, cases[i].method);
		assert_string_equal(
			r.method_name, cases[i].rc ? "" : cases[i].name);
	}
	assert_int_equal(request_init(&r, &mem, (const char *const[]){ NULL },
				 NULL, 0, &e),
		-1);
	assert_int_equal(request_init(&r, &mem, NULL, NULL, 0, &e), -1);
	assert_true(id_valid(r.id, strlen(r.id)));
}

static void headers_and_variables_are_found(void **state)
{
	(void)state;
	assert_int_equal(REQUEST("HTTP_IF_NONE_MATCH=a", "HTTP_X=",
				 "CONTENT_TYPE=Text/HTML ; charset=utf-8",
				 "REMOTE_ADDR=::1", "HTTP_IF_NONE=b"),
		0);
	assert_string_equal(request_header(&r, "If-None-Match"), "a");
	assert_string_equal(request_header(&r, "if-none-match"), "a");
	assert_string_equal(request_header(&r, "If-None"), "b");
	assert_string_equal(request_header(&r, "X"), "");
	assert_null(request_header(&r, "Y"));
	assert_null(request_header(&r, "Remote-Addr"));
	assert_string_equal(request_var(&r, "REMOTE_ADDR"), "::1");
	assert_null(request_var(&r, "REMOTE"));
	assert_string_equal(r.content_type, "text/html");
}

static void cookies_are_found(void **state)
{
	(void)state;
	assert_int_equal(
		REQUEST("HTTP_COOKIE=a=1; bb=two=2 ;c=\"x\"; a=9; d=;e"), 0);
	assert_string_equal(request_cookie(&r, "a"), "1");
	assert_string_equal(request_cookie(&r, "bb"), "two=2");
	assert_string_equal(request_cookie(&r, "c"), "\"x\"");
	assert_string_equal(request_cookie(&r, "d"), "");
	assert_null(request_cookie(&r, "b"));
	assert_null(request_cookie(&r, "e"));
	assert_null(request_cookie(&r, "A"));
	assert_int_equal(REQUEST("X=1"), 0);
	assert_null(request_cookie(&r, "a"));
}

/* "name=value|name=value|" of all fields; a file as name(filename)=value. */
static const char *fields(void)
{
	static char text[4096];
	size_t i, at = 0;

	text[0] = '\0';
	for (i = 0; i < r.n_fields; i++) {
		const struct http_field *f = &r.fields[i];

		assert_int_equal(strlen(f->value), f->len);
		at += (size_t)snprintf(text + at, sizeof(text) - at,
			"%s%s%s%s=%s|", f->name, f->filename ? "(" : "",
			f->filename ? f->filename : "", f->filename ? ")" : "",
			f->value);
	}
	return text;
}

static int form(const char *type, const char *query, const char *body)
{
	const char *const vars[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/x",
		arena_printf(&mem, "CONTENT_TYPE=%s", type),
		arena_printf(&mem, "QUERY_STRING=%s", query), NULL };

	assert_int_equal(request_of(vars, body, strlen(body)), 0);
	return request_form(&r, &e);
}

static void urlencoded_forms_are_read(void **state)
{
	static const struct {
		const char *query, *body, *fields; /* NULL: refused */
	} cases[] = {
		{ "", "", "" },
		{ "", "a=1&b=2", "a=1|b=2|" },
		{ "q=x", "a=1", "q=x|a=1|" },
		{ "", "a=1&a=2", "a=1|a=2|" },
		{ "", "&&a=1&&", "a=1|" },
		{ "", "a", "a=|" },
		{ "", "=x", "=x|" },
		{ "", "a=b=c", "a=b=c|" },
		{ "", "a+b=c+d%2B%26%3D", "a b=c d+&=|" },
		{ "", "a=%C3%A9", "a=é|" },
		{ "", "a=100%&b=%zz&c=%4", "a=100%|b=%zz|c=%4|" },
		{ "", "a=%0D%0Ab", "a=\r\nb|" },
		{ "", "a=%00", NULL },
		{ "", "a%00b=1", NULL },
		{ "", "a=%ff", NULL },
		{ "", "%ff=a", NULL },
		{ "%ff", "a=1", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		int rc = form("application/x-www-form-urlencoded",
			cases[i].query, cases[i].body);

		if (rc != (cases[i].fields ? 0 : -1))
			fail_msg("%s: %d", cases[i].body, rc);
		if (rc) {
			assert_int_equal(e.reason, REASON_BAD_REQUEST);
			assert_int_equal(r.n_fields, 0);
		} else {
			assert_string_equal(fields(), cases[i].fields);
		}
	}
	assert_int_equal(form("application/json", "a=1", "b=2"), 0);
	assert_string_equal(fields(), "a=1|");
	assert_int_equal(request_form(&r, &e), 0); /* again: no doubles */
	assert_string_equal(fields(), "a=1|");
	assert_string_equal(request_field(&r, "a")->value, "1");
	assert_null(request_field(&r, "b"));
}

#define PART(disposition, content)                            \
	"--B\r\nContent-Disposition: form-data; " disposition \
	"\r\n\r\n" content "\r\n"

static void multipart_forms_are_read(void **state)
{
	static const struct {
		const char *body, *fields;
	} cases[] = {
		{ "--B--\r\n", "" },
		{ "--B--", "" },
		{ PART("name=\"a\"", "1") "--B--\r\n", "a=1|" },
		{ PART("name=a", "1") "--B--", "a=1|" },
		{ PART("NAME=\"a\"", "") "--B--", "a=|" },
		{ PART("name=\"a\"", "1") PART("name=\"b\"", "\r\n2\r\n") "--"
									  "B--",
			"a=1|b=\r\n2\r\n|" },
		{ "preamble\r\n" PART("name=\"a\"", "1") "--B--epilogue",
			"a=1|" },
		{ PART("name=\"a\\\"b\\\\c\"", "1") "--B--", "a\"b\\c=1|" },
		{ PART("name=\"a\"; filename=\"x;y.html\"\r\nContent-Type: "
		       "text/html",
			  "<p>") "--B--",
			"a(x;y.html)=<p>|" },
		{ PART("filename=\"C:\\x.txt\"; name=\"a\"", "1") "--B--",
			"a(C:\\x.txt)=1|" },
		{ PART("filename=\"\"; name=\"a\"", "") "--B--", "a()=|" },
		{ PART("name=\"a\"", "x --B") "--B--", "a=x --B|" },
		{ PART("name=\"a\"", "x--B--") "--B--", "a=x--B--|" },
		{ "--B \t\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n"
		  "--B--",
			"a=1|" },
		{ "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--B--",
			"a=|" },
		/* an upload's bytes are not judged here */
		{ PART("name=\"f\"; filename=\"x\"", "\xff") "--B--",
			"f(x)=\xff|" },
		/* refused */
		{ "", NULL },
		{ "x", NULL },
		{ "--B", NULL },
		{ "--B\r\n", NULL },
		{ PART("name=\"a\"", "1"), NULL },
		{ PART("name=\"a\"", "1") "--C--", NULL },
		{ PART("name=\"a\"", "1") "--Bx", NULL },
		{ PART("nome=\"a\"", "1") "--B--", NULL },
		{ "--B\r\n\r\n1\r\n--B--", NULL },
		{ "--B\r\nX: y\r\n\r\n1\r\n--B--", NULL },
		{ PART("name=\"a\"", "\xff") "--B--", NULL },
		{ PART("name=\"\xff\"", "1") "--B--", NULL },
		{ PART("name=\"a\"; filename=\"\xff\"", "1") "--B--", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		int rc = form(
			"multipart/form-data; boundary=B", "", cases[i].body);

		if (rc != (cases[i].fields ? 0 : -1))
			fail_msg("%s: %d", cases[i].body, rc);
		if (rc)
			assert_int_equal(e.reason, REASON_BAD_REQUEST);
		else
			assert_string_equal(fields(), cases[i].fields);
	}
}

static void a_boundary_is_needed(void **state)
{
	static const char body[] = PART("name=\"a\"", "1") "--B--";
	char b[80];
	int n;

	(void)state;
	assert_int_equal(
		form("multipart/form-data; x=y; BOUNDARY=\"B\"", "", body), 0);
	assert_string_equal(fields(), "a=1|");
	assert_int_equal(form("multipart/form-data", "", body), -1);
	assert_int_equal(form("multipart/form-data; boundary=", "", body), -1);
	assert_int_equal(
		form("multipart/form-data; xboundary=B", "", body), -1);
	memset(b, 'A', 71);
	for (n = 70; n <= 71; n++) {
		b[n] = '\0';
		assert_int_equal(
			form(arena_printf(&mem,
				     "multipart/form-data; boundary=%s", b),
				"", arena_printf(&mem, "--%s--", b)),
			n == 70 ? 0 : -1);
		b[n] = 'A';
	}
}

static void a_nul_in_a_name_is_refused(void **state)
{
	static const char body[] = PART("name=\"a\0b\"", "1") "--B--";
	static const char *const vars[] = { "REQUEST_METHOD=POST",
		"REQUEST_URI=/x",
		"CONTENT_TYPE=multipart/form-data; boundary=B", NULL };

	(void)state;
	assert_int_equal(request_of(vars, body, sizeof(body) - 1), 0);
	assert_int_equal(request_form(&r, &e), -1);
	assert_int_equal(e.reason, REASON_BAD_REQUEST);
}

static void a_form_has_at_most_64_fields(void **state)
{
	struct sbuf body = SBUF_INIT(100000);
	int i;

	(void)state;
	for (i = 0; i < 64; i++)
		sbuf_addf(&body, "a=%d&", i);
	assert_int_equal(
		form("application/x-www-form-urlencoded", "", body.buf), 0);
	assert_int_equal(r.n_fields, 64);
	assert_int_equal(
		form("application/x-www-form-urlencoded", "x=1", body.buf), -1);
	sbuf_reset(&body);
	for (i = 0; i < 65; i++)
		sbuf_addstr(&body, PART("name=\"a\"", "1"));
	sbuf_addstr(&body, "--B--");
	assert_int_equal(
		form("multipart/form-data; boundary=B", "", body.buf), -1);
	sbuf_release(&body);
}

/* 8 MiB of what could make a careless reader quadratic, read in the time of a
 * few copies. */
static void large_forms_take_linear_time(void **state)
{
	static const struct {
		const char *type, *start, *repeat;
	} cases[] = {
		{ "application/x-www-form-urlencoded", "", "&" },
		{ "application/x-www-form-urlencoded", "a=", "%" },
		{ "multipart/form-data; boundary=B",
			"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n",
			"\r\n--A" },
		{ "multipart/form-data; boundary=----------------x",
			"------------------x\r\nContent-Disposition: "
			"form-data; name=a\r\n\r\n",
			"\r\n---" },
		{ "multipart/form-data; boundary=B", "", "--B\r\n" },
	};
	struct sbuf body = SBUF_INIT(HTTP_BODY_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		size_t len = strlen(cases[i].repeat);

		sbuf_reset(&body);
		sbuf_addstr(&body, cases[i].start);
		while (body.len + len < HTTP_BODY_MAX)
			sbuf_add(&body, cases[i].repeat, len);
		unit_deadline(60);
		(void)form(cases[i].type, "", body.buf);
		arena_release(&mem);
	}
	unit_deadline(0);
	sbuf_release(&body);
}

static void accept_is_weighed(void **state)
{
	static const char *const offers[] = { "text/html", "application/json" };
	static const struct {
		const char *accept;
		int best;
	} cases[] = {
		{ "", 0 },
		{ " , ", 0 },
		{ "*/*", 0 },
		{ "text/html", 0 },
		{ "application/json", 1 },
		{ "APPLICATION/JSON", 1 },
		{ "application/*", 1 },
		{ "text/html;q=0.5, application/json", 1 },
		{ "text/html;q=0.5, application/json;q=0.4", 0 },
		{ "application/json, text/html", 0 },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,"
		  "*/*;q=0.8",
			0 },
		{ "application/json, text/plain, */*", 1 },
		{ "text/*;q=0.1, */*;q=0.2", 1 },
		{ "text/html;level=1;q=0.3, application/json;q=0.2", 0 },
		{ "text/html;q=0, */*", 1 },
		{ "text/html;q=0", -1 },
		{ "image/png", -1 },
		{ "text/html;q=x", -1 },
		{ "text/html;q=2", -1 },
		{ "text/html; q=1.0", 0 },
		{ "text", -1 },
		{ "text/", -1 },
		{ ";q=1", -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *var =
			arena_printf(&mem, "HTTP_ACCEPT=%s", cases[i].accept);
		int best;

		assert_int_equal(REQUEST(var), 0);
		best = request_accepts(&r, offers, ARRAY_LEN(offers));
		if (best != cases[i].best)
			fail_msg("%s: %d", cases[i].accept, best);
	}
	assert_int_equal(REQUEST("X=1"), 0);
	assert_int_equal(request_accepts(&r, offers, 2), 0);
	assert_int_equal(request_accepts(&r, offers, 0), -1);
}

static void only_our_own_pages_may_post(void **state)
{
	static const struct {
		const char *site, *origin, *cookie;
		int ok;
	} cases[] = {
		{ "same-origin", NULL, "a=1", 1 },
		{ "none", NULL, "a=1", 1 },
		{ "same-site", "https://wine.example", NULL, 0 },
		{ "cross-site", "https://wine.example", NULL, 0 },
		{ "", NULL, NULL, 0 },
		{ "same-origin, none", NULL, NULL, 0 },
		{ NULL, "https://wine.example", "a=1", 1 },
		{ NULL, "HTTPS://Wine.Example", "a=1", 1 },
		{ NULL, "https://host.example:8443", "a=1", 1 },
		{ NULL, "http://wine.example", NULL, 0 },
		{ NULL, "https://wine.example.evil.example", NULL, 0 },
		{ NULL, "https://wine.exampl", NULL, 0 },
		{ NULL, "https://wine.example:444", NULL, 0 },
		{ NULL, "http://host.example:8443", NULL, 0 },
		{ NULL, "null", NULL, 0 },
		{ NULL, "", NULL, 0 },
		{ NULL, NULL, NULL, 1 },
		{ NULL, NULL, "a=1", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *vars[10];
		size_t n = 0;

		vars[n++] = "REQUEST_METHOD=POST";
		vars[n++] = "REQUEST_URI=/pairings";
		vars[n++] = "REQUEST_SCHEME=https";
		vars[n++] = "HTTP_HOST=host.example:8443";
		if (cases[i].site)
			vars[n++] = arena_printf(
				&mem, "HTTP_SEC_FETCH_SITE=%s", cases[i].site);
		if (cases[i].origin)
			vars[n++] = arena_printf(
				&mem, "HTTP_ORIGIN=%s", cases[i].origin);
		if (cases[i].cookie)
			vars[n++] = arena_printf(
				&mem, "HTTP_COOKIE=%s", cases[i].cookie);
		vars[n] = NULL;
		assert_int_equal(request_of(vars, NULL, 0), 0);
		if (request_same_origin(&r, "https://wine.example/base") !=
			cases[i].ok)
			fail_msg("case %zu", i);
	}
	assert_int_equal(REQUEST("HTTP_ORIGIN=https://wine.example"), 0);
	assert_int_equal(request_same_origin(&r, NULL), 0);
}

static void prefer_wait_is_read(void **state)
{
	static const struct {
		const char *prefer;
		int seconds;
	} cases[] = {
		{ "wait=10", 10 },
		{ "respond-async, wait=5", 5 },
		{ "respond-async; x=y;Wait=7 ", 7 },
		{ "wait=0", 0 },
		{ "wait=-1", 0 },
		{ "wait=abc", 0 },
		{ "wait=999999", 0 },
		{ "await=5", 0 },
		{ "", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *var =
			arena_printf(&mem, "HTTP_PREFER=%s", cases[i].prefer);

		assert_int_equal(REQUEST(var), 0);
		assert_int_equal(request_prefer_wait(&r), cases[i].seconds);
	}
	assert_int_equal(REQUEST("X=1"), 0);
	assert_int_equal(request_prefer_wait(&r), 0);
}

static const char *written(const struct response *w)
{
	static struct sbuf out = SBUF_INIT(65536);
	static char text[65536];

	response_write(w, &r, &out);
	memcpy(text, out.buf, out.len + 1);
	sbuf_release(&out);
	return text;
}

static void responses_are_written(void **state)
{
	struct response w;
	json_object *o = json_object_new_object();

	(void)state;
	json_put_int(o, "a", 1);
	response_init(&w, &mem);
	assert_int_equal(REQUEST("X=1"), 0);
	response_type(&w, "text/plain");
	response_type(&w, "text/html");
	response_headerf(&w, "Retry-After", "%d", 5);
	sbuf_addstr(&w.body, "hello");
	assert_string_equal(written(&w),
		"Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
		"Retry-After: 5\r\nContent-Length: 5\r\n\r\nhello");
	r.method = HTTP_HEAD;
	assert_string_equal(written(&w),
		"Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
		"Retry-After: 5\r\nContent-Length: 5\r\n\r\n");
	r.method = HTTP_POST;
	response_json(&w, 201, o);
	assert_string_equal(written(&w),
		"Status: 201 Created\r\nRetry-After: 5\r\nContent-Type: "
		"application/json\r\nContent-Length: 8\r\n\r\n{\"a\":1}\n");
	response_reset(&w);
	w.status = 204;
	assert_string_equal(written(&w), "Status: 204 No Content\r\n\r\n");
	response_redirect(&w, "/pairings/x");
	assert_string_equal(written(&w),
		"Status: 303 See Other\r\nLocation: /pairings/x\r\n"
		"Content-Length: 0\r\n\r\n");
	json_object_put(o);
	response_release(&w);
}

static void a_response_that_is_too_large_is_a_500(void **state)
{
	struct response w;
	int i;

	(void)state;
	assert_int_equal(REQUEST("X=1"), 0);
	response_init(&w, &mem);
	for (i = 0; i < 1000; i++)
		response_header(&w, "X-Long", "01234567890123456789");
	assert_string_equal(written(&w), "Status: 500 Internal Server Error\r\n"
					 "Content-Length: 0\r\n\r\n");
	response_release(&w);
}

static void problems_are_documents(void **state)
{
	struct response w;
	json_object *o;
	struct err bad = ERR_INIT, ignored = ERR_INIT;

	(void)state;
	assert_int_equal(REQUEST("X=1"), 0);
	response_init(&w, &mem);
	(void)err_set(&bad, REASON_BAD_URL, "secret");
	response_problem(&w, &bad, NULL, "/api/v1/é x?");
	assert_int_equal(w.status, 422);
	assert_non_null(strstr(
		w.headers.buf, "Content-Type: application/problem+json\r\n"));
	o = json_read(w.body.buf, w.body.len, &ignored);
	assert_string_equal(json_str(o, "type"), "/api#bad-url");
	assert_string_equal(json_str(o, "title"), err_title(REASON_BAD_URL));
	assert_int_equal(json_int(o, "status", 0), 422);
	assert_string_equal(json_str(o, "detail"), err_text(REASON_BAD_URL));
	assert_string_equal(json_str(o, "instance"), "/api/v1/%C3%A9%20x%3F");
	assert_string_equal(json_str(o, "code"), "bad-url");
	assert_null(strstr(w.body.buf, "secret"));
	json_object_put(o);
	response_problem(&w, &bad, "told", NULL);
	assert_non_null(strstr(w.body.buf, "\"detail\":\"told\""));
	assert_null(strstr(w.body.buf, "instance"));
	response_release(&w);
}

static void etags_save_the_body(void **state)
{
	static const struct {
		const char *list; /* @ stands for the opaque tag */
		int status;
	} cases[] = {
		{ "W/@", 304 },
		{ "@", 304 },
		{ "*", 304 },
		{ "\"x\", W/@ , \"y\"", 304 },
		{ "\"a,b\",@", 304 },
		{ "junk, @", 304 },
		{ "\"x\"", 200 },
		{ "W/\"\"", 200 },
		{ "\"unclosed", 200 },
		{ "", 200 },
		{ ",,", 200 },
	};
	struct response w;
	char tag[64];
	size_t i;

	(void)state;
	response_init(&w, &mem);
	assert_int_equal(REQUEST("REQUEST_METHOD=GET"), 0);
	sbuf_addstr(&w.body, "hello");
	response_etag(&w, &r);
	assert_int_equal(sscanf(w.headers.buf, "ETag: W/%40[^\r]\r\n", tag), 1);
	assert_int_equal(strlen(tag), 26);
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *at = strchr(cases[i].list, '@'), *var;

		var = at ? arena_printf(&mem, "HTTP_IF_NONE_MATCH=%.*s%s%s",
				   (int)(at - cases[i].list), cases[i].list,
				   tag, at + 1)
			 : arena_printf(&mem, "HTTP_IF_NONE_MATCH=%s",
				   cases[i].list);
		assert_int_equal(REQUEST("REQUEST_METHOD=GET", var), 0);
		response_reset(&w);
		response_type(&w, "text/html");
		sbuf_addstr(&w.body, "hello");
		response_etag(&w, &r);
		if (w.status != cases[i].status)
			fail_msg("%s: %d", var, w.status);
	}
	/* changed, not a GET, not a 200 */
	response_reset(&w);
	assert_int_equal(REQUEST("HTTP_IF_NONE_MATCH=*"), 0);
	response_etag(&w, &r);
	assert_int_equal(w.status, 200);
	assert_int_equal(w.headers.len, 0);
	assert_int_equal(
		REQUEST("REQUEST_METHOD=GET", "HTTP_IF_NONE_MATCH=*"), 0);
	w.status = 404;
	response_etag(&w, &r);
	assert_int_equal(w.status, 404);
	w.status = 200;
	response_etag(&w, &r);
	assert_non_null(
		strstr(written(&w), "Status: 304 Not Modified\r\nETag"));
	assert_null(strstr(written(&w), "Content-Length"));
	response_release(&w);
}

/* The worker must die before such a header is sent: try it in a child. */
static int dies(const char *name, const char *value)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct response w;

		(void)signal(SIGABRT, SIG_DFL);
		(void)!freopen("/dev/null", "w", stderr);
		response_init(&w, &mem);
		response_header(&w, name, value);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void headers_refuse_control_bytes(void **state)
{
	(void)state;
	assert_false(dies("Location", "/a b\xC3\xA9"));
	assert_true(dies("Location", "/a\r\nSet-Cookie: x"));
	assert_true(dies("Location", "/a\nb"));
	assert_true(dies("Location", "/a\rb"));
	assert_true(dies("Location", "\t"));
	assert_true(dies("Location", "\x7f"));
	assert_true(dies("Bad name", "x"));
	assert_true(dies("Bad:", "x"));
	assert_true(dies("", "x"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, NULL, empty_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_are_decoded_once),
		TEST(a_very_long_uri_is_refused),
		TEST(methods_are_known_or_other),
		TEST(headers_and_variables_are_found),
		TEST(cookies_are_found),
		TEST(urlencoded_forms_are_read),
		TEST(multipart_forms_are_read),
		TEST(a_boundary_is_needed),
		TEST(a_nul_in_a_name_is_refused),
		TEST(a_form_has_at_most_64_fields),
		TEST(large_forms_take_linear_time),
		TEST(accept_is_weighed),
		TEST(only_our_own_pages_may_post),
		TEST(prefer_wait_is_read),
		TEST(responses_are_written),
		TEST(a_response_that_is_too_large_is_a_500),
		TEST(problems_are_documents),
		TEST(etags_save_the_body),
		TEST(headers_refuse_control_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
