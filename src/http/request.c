/*
 * A request from FastCGI variables. The path comes from REQUEST_URI, which
 * nginx hands on as the client sent it, and is decoded here exactly once:
 * what a route sees is what was meant, and nobody decodes again. Anything a
 * second reader could take in another way (an encoded slash, "..", an empty
 * segment, a backslash, control bytes, NUL, bad UTF-8) is refused rather than
 * repaired.
 */
#include "http/http.h"

#define URI_MAX ((size_t)8192)
#define METHOD_MAX 20

static const char *const methods[HTTP_METHOD_MAX] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OTHER] = "",
};

const char *http_method_name(enum http_method m)
{
	return methods[m];
}

static int method_init(struct request *r, struct err *e)
{
	const char *name = request_var(r, "REQUEST_METHOD");
	size_t i, len = name ? strlen(name) : 0;

	for (i = 0; i < len; i++)
		if ((name[i] < 'A' || name[i] > 'Z') && name[i] != '-')
			break;
	if (!len || len > METHOD_MAX || i < len)
		return err_set(e, REASON_BAD_REQUEST, "bad method");
	r->method_name = name;
	for (i = 0; i < HTTP_OTHER; i++)
		if (strcmp(name, methods[i]) == 0)
			break;
	r->method = (enum http_method)i;
	return 0;
}

/* Is the decoded path one that everybody reads alike? */
static int path_ok(const char *path, size_t len)
{
	size_t i, from;

	if (!len || path[0] != '/' || !text_valid(path, len))
		return 0;
	for (i = 0; i < len; i++)
		if (ascii_is_control(path[i]) || path[i] == '\\')
			return 0;
	for (from = 1; from < len; from = i + 1) {
		const char *segment = path + from;

		for (i = from; i < len && path[i] != '/';)
			i++;
		if (i == from || (i - from == 1 && segment[0] == '.') ||
			(i - from == 2 && segment[0] == '.' &&
				segment[1] == '.'))
			return 0;
	}
	return 1;
}

static int uri_init(struct request *r, struct err *e)
{
	const char *uri = request_var(r, "REQUEST_URI");
	const char *query = request_var(r, "QUERY_STRING");
	size_t len = uri ? strcspn(uri, "?") : 0;
	char *path;

	if (!uri || strlen(uri) > URI_MAX || strchr(uri, '#') ||
		(query && strlen(query) > URI_MAX))
		return err_set(e, REASON_BAD_REQUEST, "bad request URI");
	r->query = query ? query : uri[len] == '?' ? uri + len + 1 : "";
	path = arena_strndup(r->mem, uri, len);
	if (strcasestr(path, "%2f"))
		return err_set(e, REASON_BAD_REQUEST, "encoded slash in path");
	len = percent_decode(path, len, 0);
	if (!path_ok(path, len))
		return err_set(e, REASON_BAD_REQUEST, "bad path");
	r->path = path;
	return 0;
}

/* "Text/HTML; charset=x" → "text/html" */
static const char *bare_type(struct arena *mem, const char *value)
{
	char *type = arena_strndup(mem, value, strcspn(value, "; \t,"));
	char *c;

	for (c = type; *c; c++)
		*c = ascii_lower(*c);
	return type;
}

int request_init(struct request *r, struct arena *mem, const char *const *env,
	const char *body, size_t len, struct err *e)
{
	static const char *const nothing[] = { NULL };
	const char *type;

	memset(r, 0, sizeof(*r));
	r->mem = mem;
	r->env = env ? env : nothing;
	r->method = HTTP_OTHER;
	r->method_name = "";
	r->path = "/";
	r->query = "";
	r->content_type = "";
	r->body = body && len ? body : "";
	r->body_len = body ? len : 0;
	id_new(r->id);
	type = request_header(r, "Content-Type");
	if (type)
		r->content_type = bare_type(mem, type);
	if (method_init(r, e) || uri_init(r, e))
		return -1;
	if (r->body_len > HTTP_BODY_MAX)
		return err_set(e, REASON_TOO_LARGE, "body of %zu bytes", len);
	return 0;
}

const char *request_var(const struct request *r, const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; r->env[i]; i++)
		if (strncmp(r->env[i], name, len) == 0 && r->env[i][len] == '=')
			return r->env[i] + len + 1;
	return NULL;
}

const char *request_header(const struct request *r, const char *name)
{
	char var[64] = "HTTP_";
	size_t i, len = 5;

	if (text_ascii_caseeq(name, "Content-Type") ||
		text_ascii_caseeq(name, "Content-Length"))
		len = 0;
	for (i = 0; name[i] && len + 1 < sizeof(var); i++)
		var[len++] = name[i] == '-' ? '_' : ascii_upper(name[i]);
	var[len] = '\0';
	return request_var(r, var);
}

const char *request_cookie(const struct request *r, const char *name)
{
	const char *s = request_header(r, "Cookie");
	size_t want = strlen(name);

	while (s && *s) {
		size_t len;

		s += strspn(s, " \t;");
		len = strcspn(s, ";");
		if (len > want && s[want] == '=' &&
			strncmp(s, name, want) == 0) {
			len -= want + 1;
			s += want + 1;
			while (len && ascii_is_blank(s[len - 1]))
				len--;
			return arena_strndup(r->mem, s, len);
		}
		s += len;
	}
	return NULL;
}
