/*
 * The web edge as its tests see it: a world with the real tables and
 * templates and a store in a temporary folder, and a way to ask. Requests are
 * CGI variables, as nginx would send them.
 */
#ifndef TESTS_WEB_H
#define TESTS_WEB_H

#include <unistd.h>

#include "unit.h"
#include "web/web.h"

struct site {
	char dir[64];
	struct config config;
	struct knowledge *knowledge;
	struct reverse *reverse;
	struct templates *templates;
	struct store *store;
	struct web web;
	struct arena mem; /* of the last request */
	int woken;
};

struct answer {
	int status;
	const char *headers, *body; /* until the next request */
	size_t len;
};

static struct site site;

static inline void site_wake(void *arg)
{
	++*(int *)arg;
}

static inline void site_path(char *out, size_t size, const char *name)
{
	(void)snprintf(out, size, "%s/%s", site.dir, name);
}

static inline int site_setup(void **state)
{
	struct sbuf problems = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	char db[128];

	(void)state;
	memset(&site, 0, sizeof(site));
	(void)snprintf(site.dir, sizeof(site.dir), "/tmp/winepair-web-XXXXXX");
	assert_non_null(mkdtemp(site.dir));
	site_path(db, sizeof(db), "db");
	site.knowledge = knowledge_load(source_path("knowledge"), &problems);
	site.templates = templates_load(source_path("templates"), &problems);
	assert_string_equal(problems.buf, "");
	assert_non_null(site.knowledge);
	assert_non_null(site.templates);
	site.reverse = reverse_load(site.knowledge);
	if (store_migrate(db, source_path("sql/sqlite"), &e))
		fail_msg("%s", e.msg);
	site.store = store_open(db, &e);
	assert_non_null(site.store);
	site.config.public_url = "https://wine.example";
	site.config.provider = "built-in";
	site.config.anthropic = site.config.bedrock = site.config.openai =
		(struct provider_config){ .url = "", .model = "" };
	site.config.queue_limit = 50;
	site.config.worker_deadline_s = 30;
	site.web = (struct web){ .config = &site.config,
		.knowledge = site.knowledge,
		.reverse = site.reverse,
		.templates = site.templates,
		.store = site.store,
		.reader = -1,
		.static_base = "/static/0123456789abcdef",
		.wake = site_wake,
		.wake_arg = &site.woken };
	sbuf_release(&problems);
	return 0;
}

static inline int site_teardown(void **state)
{
	static const char *const files[] = { "db", "db-wal", "db-shm",
		"db.lock" };
	char path[128];
	size_t i;

	(void)state;
	store_close(site.store);
	templates_free(site.templates);
	reverse_free(site.reverse);
	knowledge_free(site.knowledge);
	arena_release(&site.mem);
	for (i = 0; i < ARRAY_LEN(files); i++) {
		site_path(path, sizeof(path), files[i]);
		(void)unlink(path);
	}
	return rmdir(site.dir);
}

#define SITE_HEADERS 8

/* headers: CGI variables ("HTTP_ACCEPT=text/html"), NULL at the end; NULL for
 * none. */
static inline struct answer ask_site(const char *method, const char *uri,
	const char *type, const char *const *headers, const char *body,
	size_t len)
{
	const char *env[SITE_HEADERS + 5] = { NULL };
	struct sbuf out = SBUF_INIT(HTTP_BODY_MAX);
	struct answer a = { 0, NULL, NULL, 0 };
	struct err e = ERR_INIT;
	struct response w;
	struct request r;
	char *copy, *split;
	size_t n = 0;

	arena_reset(&site.mem);
	env[n++] = arena_printf(&site.mem, "REQUEST_METHOD=%s", method);
	env[n++] = arena_printf(&site.mem, "REQUEST_URI=%s", uri);
	if (type)
		env[n++] = arena_printf(&site.mem, "CONTENT_TYPE=%s", type);
	while (headers && *headers && n < ARRAY_LEN(env) - 1)
		env[n++] = *headers++;
	response_init(&w, &site.mem);
	if (request_init(&r, &site.mem, env, body, len, &e))
		web_refuse(&site.web, &r, &w, &e);
	else
		web_handle(&site.web, &r, &w);
	a.status = w.status;
	response_write(&w, &r, &out);
	response_release(&w);
	copy = arena_strndup(&site.mem, out.buf, out.len);
	split = strstr(copy, "\r\n\r\n");
	assert_non_null(split);
	split[2] = '\0';
	a.headers = copy;
	a.body = split + 4;
	a.len = out.len - (size_t)(a.body - copy);
	sbuf_release(&out);
	return a;
}

static inline struct answer get(const char *uri)
{
	return ask_site("GET", uri, NULL, NULL, NULL, 0);
}

static inline struct answer post_json(const char *json)
{
	return ask_site("POST", "/api/v1/pairings", "application/json", NULL,
		json, strlen(json));
}

static inline struct answer post_form(const char *uri, const char *form)
{
	return ask_site("POST", uri, "application/x-www-form-urlencoded", NULL,
		form, strlen(form));
}

/* The value of a header, "" when absent. In the arena of the request. */
static inline const char *header(const struct answer *a, const char *name)
{
	const char *s = a->headers;
	size_t len = strlen(name);

	while (*s) {
		size_t line = strcspn(s, "\r");

		if (line > len + 2 && s[len] == ':' &&
			text_ascii_prefix(s, len, name))
			return arena_strndup(
				&site.mem, s + len + 2, line - len - 2);
		s += line + 2;
	}
	return "";
}

/* The body as JSON; the caller puts it. */
static inline json_object *body_json(const struct answer *a)
{
	struct err e = ERR_INIT;
	json_object *o = json_read(a->body, a->len, &e);

	if (!o)
		fail_msg("not JSON: %.300s", a->body);
	return o;
}

#define assert_contains(a, text)                                      \
	do {                                                          \
		if (!strstr((a).body, (text)))                        \
			fail_msg("'%s' is missing in: %.3000s", text, \
				(a).body);                            \
	} while (0)
#define assert_lacks(a, text)                                                \
	do {                                                                 \
		if (strstr((a).body, (text)))                                \
			fail_msg("'%s' stands in: %.3000s", text, (a).body); \
	} while (0)

#define SITE_RECIPE                                                            \
	"Lemon roast chicken\\n\\nIngredients\\n1 whole chicken\\n2 lemons\\n" \
	"4 cloves garlic\\n\\nMethod\\nRoast the chicken for an hour.\\n"
#define SITE_RECIPE_FORM                                                       \
	"Lemon+roast+chicken%0A%0AIngredients%0A1+whole+chicken%0A2+lemons%0A" \
	"4+cloves+garlic%0A%0AMethod%0ARoast+the+chicken+for+an+hour.%0A"

#endif
