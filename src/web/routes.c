/*
 * The whole surface of the program over HTTP, on one screen, and the
 * dispatcher that does what the rows ask for before a handler runs: method,
 * origin, store, size and names of fields. GET answers HEAD as well.
 *
 * Security headers are nginx's (nginx/snippets/headers.conf): they must be
 * the same on static files and on its own error pages.
 */
#include "web/error.h"
#include "web/input.h"

#define PAIRING_BODY HTTP_BODY_MAX
#define ADMIN_BODY ((size_t)8192)

static const char *const no_fields[] = { NULL };
static const char *const admin_fields[] = { "token", NULL };

static const struct route routes[] = {
	{ HTTP_GET, "/", page_home, 0, 0, no_fields },
	{ HTTP_POST, "/pairings", page_pairing_new, NEED_OWN_ORIGIN,
		PAIRING_BODY, input_page_fields },
	/* shows and does nothing, so that any page may send to it */
	{ HTTP_GET, "/import", page_import, 0, 0, no_fields },
	{ HTTP_POST, "/import", page_import, 0, PAIRING_BODY, no_fields },
	{ HTTP_GET, "/pairings/{}", page_pairing, NEED_STORE, 0, no_fields },
	{ HTTP_POST, "/pairings/{}/cancel", page_pairing_cancel,
		NEED_OWN_ORIGIN | NEED_STORE, 0, no_fields },
	{ HTTP_GET, "/recent", page_recent, NEED_STORE, 0, no_fields },
	{ HTTP_GET, "/wines", page_wines, 0, 0, no_fields },
	{ HTTP_GET, "/wines/{}", page_wine, 0, 0, no_fields },
	{ HTTP_GET, "/admin", page_admin, 0, 0, no_fields },
	{ HTTP_POST, "/admin/login", page_admin_login, NEED_OWN_ORIGIN,
		ADMIN_BODY, admin_fields },
	{ HTTP_POST, "/admin/logout", page_admin_logout, NEED_OWN_ORIGIN, 0,
		no_fields },

	{ HTTP_POST, "/api/v1/pairings", api_pairing_new,
		NEED_OWN_ORIGIN | NEED_KNOWN_FIELDS, PAIRING_BODY,
		input_api_fields },
	{ HTTP_GET, "/api/v1/pairings/{}", api_pairing, NEED_STORE, 0,
		no_fields },
	{ HTTP_DELETE, "/api/v1/pairings/{}", api_pairing_cancel,
		NEED_OWN_ORIGIN | NEED_STORE, 0, no_fields },
	{ HTTP_GET, "/api/v1/recent", api_recent, NEED_STORE, 0, no_fields },
	{ HTTP_GET, "/api/v1/wines", api_wines, 0, 0, no_fields },
	{ HTTP_GET, "/api/v1/wines/{}", api_wine, 0, 0, no_fields },
	{ HTTP_GET, "/api/v1/admin", api_admin, 0, 0, no_fields },

	{ HTTP_GET, "/healthz", health, 0, 0, no_fields },
	{ HTTP_GET, "/readyz", ready, 0, 0, no_fields },
};

/* Some text of a path: what {} stands for. */
struct piece {
	const char *at; /* NULL: there is no {} */
	size_t len;
};

/* Does path (len bytes) fit? */
static int fits(
	const char *pattern, const char *path, size_t len, struct piece *param)
{
	size_t fixed = strcspn(pattern, "{"), tail;

	*param = (struct piece){ NULL, 0 };
	if (!pattern[fixed])
		return len == fixed && memcmp(path, pattern, len) == 0;
	tail = strlen(pattern + fixed + 2);
	if (len <= fixed + tail || memcmp(path, pattern, fixed) != 0 ||
		memcmp(path + len - tail, pattern + fixed + 2, tail) != 0)
		return 0;
	*param = (struct piece){ path + fixed, len - fixed - tail };
	return !memchr(param->at, '/', param->len);
}

static int method_fits(const struct route *route, enum http_method m)
{
	return route->method == m ||
	       (route->method == HTTP_GET && m == HTTP_HEAD);
}

size_t web_body_limit(const char *method, const char *path)
{
	size_t len = strcspn(path, "?"), i;
	struct piece param;

	for (i = 0; i < ARRAY_LEN(routes); i++)
		if (strcmp(http_method_name(routes[i].method), method) == 0 &&
			fits(routes[i].path, path, len, &param))
			return routes[i].body_max;
	return 0;
}

/* The row for this path and method; NULL with the reason in e. */
static const struct route *find(struct exchange *x, struct err *e)
{
	const char *path = x->r->path;
	struct piece param;
	struct sbuf allow = SBUF_INIT(100);
	const struct route *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(routes) && !found; i++) {
		if (!fits(routes[i].path, path, strlen(path), &param))
			continue;
		x->param =
			param.at ? arena_strndup(x->r->mem, param.at, param.len)
				 : NULL;
		if (method_fits(&routes[i], x->r->method))
			found = &routes[i];
		sbuf_addf(&allow, "%s%s%s", allow.len ? ", " : "",
			http_method_name(routes[i].method),
			routes[i].method == HTTP_GET ? ", HEAD" : "");
	}
	if (!found && allow.len) {
		x->allow = arena_strdup(x->r->mem, allow.buf);
		err_set(e, REASON_METHOD, "%.20s %.200s", x->r->method_name,
			path);
	} else if (!found) {
		err_set(e, REASON_NOT_FOUND, "no route %.200s", path);
	}
	sbuf_release(&allow);
	return found;
}

static void bad_form(struct exchange *x)
{
	const struct http_field *f = &x->r->not_text;

	if (f->name)
		x->detail = input_format(f->value, f->len);
	if (!x->detail)
		x->detail = "A form must be well-formed, valid UTF-8, and "
			    "have at most 64 fields.";
}

static int known_fields(
	struct exchange *x, const struct route *route, struct err *e)
{
	size_t i, k;

	for (i = 0; i < x->r->n_fields; i++) {
		const char *name = x->r->fields[i].name;

		for (k = 0; route->fields[k]; k++)
			if (strcmp(route->fields[k], name) == 0)
				break;
		if (!route->fields[k]) {
			x->detail = arena_printf(
				x->r->mem, "Unknown field '%.60s'.", name);
			return err_set(e, REASON_BAD_INPUT, "unknown field");
		}
	}
	return 0;
}

static int dispatch(struct exchange *x, struct err *e)
{
	const struct route *route = find(x, e);

	if (!route)
		return -1;
	if ((route->needs & NEED_OWN_ORIGIN) &&
		!request_same_origin(x->r, x->web->config->public_url))
		return err_set(e, REASON_FORBIDDEN, "from another site");
	if ((route->needs & NEED_STORE) && !x->web->store)
		return err_set(e, REASON_STORE, "no store");
	if (x->r->body_len > route->body_max) {
		x->detail = arena_printf(x->r->mem,
			"A request here may have %zu bytes.", route->body_max);
		return err_set(e, REASON_TOO_LARGE, "body of %zu bytes",
			x->r->body_len);
	}
	if (request_form(x->r, e)) {
		bad_form(x);
		return -1;
	}
	if ((route->needs & NEED_KNOWN_FIELDS) && known_fields(x, route, e))
		return -1;
	return route->handle(x, e);
}

void web_handle(const struct web *web, struct request *r, struct response *w)
{
	struct exchange x = { .web = web, .r = r, .w = w };
	struct err e = ERR_INIT;

	log_request(r->id);
	if (dispatch(&x, &e))
		error_answer(&x, &e);
	log_request(NULL);
}

void web_refuse(const struct web *web, struct request *r, struct response *w,
	const struct err *e)
{
	struct exchange x = { .web = web, .r = r, .w = w };

	error_answer(&x, e);
}
