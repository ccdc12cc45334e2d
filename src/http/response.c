/*
 * A response is built whole, then written: a late mistake still gives a proper
 * error page, and the length is known. Every header passes one function,
 * which a control byte does not: so no text of a visitor can add a header or
 * begin a body. Names of headers are literals; a value with a control byte is
 * our bug, and the worker ends before it is sent.
 */
#include "http/http.h"

#define HEADERS_MAX ((size_t)16 * 1024)
#define ETAG_BYTES 12

static const char *status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} known[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].status == status)
			return known[i].text;
	return "Status";
}

void response_init(struct response *w, struct arena *mem)
{
	w->mem = mem;
	w->status = 200;
	sbuf_init(&w->headers, HEADERS_MAX);
	sbuf_init(&w->body, HTTP_RESPONSE_MAX);
}

void response_release(struct response *w)
{
	sbuf_release(&w->headers);
	sbuf_release(&w->body);
}

void response_reset(struct response *w)
{
	w->status = 200;
	sbuf_reset(&w->headers);
	sbuf_reset(&w->body);
}

static int name_ok(const char *name)
{
	const char *s;

	for (s = name; *s; s++)
		if (!ascii_is_alnum(*s) && *s != '-')
			return 0;
	return s > name;
}

static int value_ok(const char *value)
{
	for (; *value; value++)
		if (ascii_is_control(*value))
			return 0;
	return 1;
}

void response_header(struct response *w, const char *name, const char *value)
{
	if (!name_ok(name))
		log_bug("bad header name");
	if (!value_ok(value))
		log_bug("control byte in header %s", name);
	sbuf_addf(&w->headers, "%s: %s\r\n", name, value);
}

void response_headerf(
	struct response *w, const char *name, const char *fmt, ...)
{
	struct sbuf value = SBUF_INIT(HEADERS_MAX);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&value, fmt, ap);
	va_end(ap);
	response_header(w, name, value.buf);
	sbuf_release(&value);
}

/* Take out the header, so that a later one replaces it. */
static void header_drop(struct response *w, const char *name)
{
	struct sbuf *h = &w->headers;
	size_t want = strlen(name);
	char *line = h->buf;

	while (*line) {
		size_t len = strcspn(line, "\n") + 1;

		if (len > want && line[want] == ':' &&
			text_ascii_prefix(line, want, name)) {
			memmove(line, line + len, strlen(line + len) + 1);
			h->len -= len;
		} else {
			line += len;
		}
	}
}

void response_type(struct response *w, const char *type)
{
	int text = strncmp(type, "text/", 5) == 0;

	header_drop(w, "Content-Type");
	response_headerf(
		w, "Content-Type", "%s%s", type, text ? "; charset=utf-8" : "");
}

void response_json(struct response *w, int status, json_object *o)
{
	w->status = status;
	sbuf_reset(&w->body);
	json_write(o, &w->body);
	sbuf_addch(&w->body, '\n');
	response_type(w, "application/json");
}

void response_redirect(struct response *w, const char *location)
{
	w->status = 303;
	sbuf_reset(&w->body);
	header_drop(w, "Location");
	response_header(w, "Location", location);
}

json_object *response_ways(enum err_reason reason)
{
	const char *const *ways = err_ways(reason);
	json_object *list = json_object_new_array();

	for (; ways && *ways; ways++)
		json_object_array_add(list, json_object_new_string(*ways));
	return list;
}

void response_problem(struct response *w, const struct err *e,
	const char *detail, const char *instance)
{
	json_object *o = json_object_new_object();
	const char *key = err_key(e->reason);
	struct sbuf uri = SBUF_INIT(32768);

	if (!o)
		fatalx("out of memory (JSON)");
	json_put_str(o, "type", arena_printf(w->mem, "/api#%s", key));
	json_put_str(o, "title", err_title(e->reason));
	json_put_int(o, "status", err_status(e->reason));
	json_put_str(o, "detail", detail ? detail : err_text(e->reason));
	if (instance) {
		percent_encode(
			instance, strlen(instance), "/:@!$&'()*+,;=", &uri);
		json_put_str(o, "instance", uri.buf);
	}
	json_put_str(o, "code", key);
	if (err_ways(e->reason))
		json_object_object_add(o, "ways", response_ways(e->reason));
	response_json(w, err_status(e->reason), o);
	response_type(w, "application/problem+json");
	sbuf_release(&uri);
	json_object_put(o);
}

/* Is tag in the list `"a", W/"b"`, or is the list a star? Compared weakly. */
static int tag_listed(const char *list, const char *opaque)
{
	size_t want = strlen(opaque);

	while (*list) {
		size_t len;

		list += strspn(list, " \t,");
		if (*list == '*')
			return 1;
		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		if (*list != '"') { /* not a tag: to the next */
			list += strcspn(list, ",");
			continue;
		}
		len = strcspn(list + 1, "\"") + 1;
		if (!list[len])
			return 0;
		len++;
		if (len == want && memcmp(list, opaque, len) == 0)
			return 1;
		list += len;
	}
	return 0;
}

void response_etag(struct response *w, const struct request *r)
{
	response_etag_of(w, r, w->body.buf, w->body.len);
}

void response_etag_of(struct response *w, const struct request *r,
	const void *data, size_t len)
{
	const char *known = request_header(r, "If-None-Match");
	unsigned char hash[HASH_LEN];
	char tag[ETAG_BYTES * 2 + 3] = "\"";
	size_t i;

	if (w->status != 200 ||
		(r->method != HTTP_GET && r->method != HTTP_HEAD))
		return;
	hash_fast(data, len, hash);
	for (i = 0; i < ETAG_BYTES; i++)
		(void)snprintf(tag + 1 + i * 2, 3, "%02x", hash[i]);
	tag[sizeof(tag) - 2] = '"';
	tag[sizeof(tag) - 1] = '\0';
	response_headerf(w, "ETag", "W/%s", tag);
	if (known && tag_listed(known, tag)) {
		w->status = 304;
		header_drop(w, "Content-Type");
		sbuf_reset(&w->body);
	}
}

void response_write(
	const struct response *w, const struct request *r, struct sbuf *out)
{
	int bare = w->status == 204 || w->status == 304;

	if (w->headers.full || w->body.full) {
		log_warnx("response to %s is too large", r->path);
		sbuf_addstr(out, "Status: 500 Internal Server Error\r\n"
				 "Content-Length: 0\r\n\r\n");
		return;
	}
	sbuf_addf(out, "Status: %d %s\r\n", w->status, status_text(w->status));
	sbuf_add(out, w->headers.buf, w->headers.len);
	if (!bare)
		sbuf_addf(out, "Content-Length: %zu\r\n", w->body.len);
	sbuf_addstr(out, "\r\n");
	if (!bare && r->method != HTTP_HEAD)
		sbuf_add(out, w->body.buf, w->body.len);
}
