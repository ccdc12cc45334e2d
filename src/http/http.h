/*
 * HTTP as a CGI-like environment sees it: a request made from variables and a
 * body, a response built whole and then written. Knows no route and no page.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/base.h"

#define HTTP_BODY_MAX ((size_t)8 * 1024 * 1024)
#define HTTP_RESPONSE_MAX ((size_t)8 * 1024 * 1024)

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OTHER,
	HTTP_METHOD_MAX
};
const char *http_method_name(enum http_method m); /* "" for HTTP_OTHER */

struct http_field { /* decoded: of the query, a form, or a multipart part */
	const char *name, *value;
	size_t len; /* of value; it also ends in a NUL */
	/* An uploaded file has one; its value is then bytes as they were
	 * sent, in any encoding. NULL for all others. */
	const char *filename;
};

struct request {
	struct arena *mem;
	enum http_method method;
	const char *method_name;
	const char *path;	  /* decoded once, no "..", starts with / */
	const char *query;	  /* raw, never NULL */
	const char *content_type; /* lower case, without parameters; "" */
	const char *body;
	size_t body_len;
	const char *const *env;	   /* "NAME=value", NULL at the end */
	struct http_field *fields; /* filled by request_form() */
	size_t n_fields;
	/* The field request_form() refused because it is no text; without a
	 * name when there is none. */
	struct http_field not_text;
	char id[ID_LEN + 1]; /* for the log and the error page */
};

/*
 * Fill r from FastCGI variables and a body that was read whole (body may be
 * NULL when empty); both must outlive r. Fails with bad-request on a bad path
 * or method name; r is then still fit for an error page (path "/"). The path
 * comes from REQUEST_URI.
 */
int request_init(struct request *r, struct arena *mem, const char *const *env,
	const char *body, size_t len, struct err *e);
/* A header by its HTTP name ("If-None-Match"); NULL when absent. */
const char *request_header(const struct request *r, const char *name);
/* A CGI variable by its name ("REMOTE_ADDR"); NULL when absent. */
const char *request_var(const struct request *r, const char *name);
/* A cookie's raw value; NULL when absent. */
const char *request_cookie(const struct request *r, const char *name);
/* Decode the query, and the body if it is a form (urlencoded or multipart):
 * at most 64 fields, all UTF-8 valid and without NUL (but for the content of
 * uploaded files), else bad-request. A name may come more than once. */
int request_form(struct request *r, struct err *e);
const struct http_field *request_field(
	const struct request *r, const char *name);
/* Which of the offered types ("text/html", "application/json") the Accept
 * header likes best; the first when it does not care; -1 when none fits. */
int request_accepts(
	const struct request *r, const char *const *offers, size_t n);
/* Is this POST from our own pages (or from no browser at all)? By
 * Sec-Fetch-Site, else Origin against our own. public_url may be NULL. */
int request_same_origin(const struct request *r, const char *public_url);
/* "wait=N" of the Prefer header, in seconds (at most 3600); 0 when absent. */
int request_prefer_wait(const struct request *r);

struct response {
	struct arena *mem;
	int status;
	struct sbuf headers; /* "Name: value\r\n" … */
	struct sbuf body;
};
void response_init(struct response *w, struct arena *mem);
void response_release(struct response *w);
void response_reset(struct response *w); /* start over (an error page) */
/* Refuses (log_bug) names and values with control bytes. */
void response_header(struct response *w, const char *name, const char *value);
void response_headerf(struct response *w, const char *name, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));
void response_type(struct response *w, const char *type); /* + charset */
/* o stays the caller's. */
void response_json(struct response *w, int status, json_object *o);
/* 303 to a path of ours or a URL, percent-encoded already. */
void response_redirect(struct response *w, const char *location);
/* application/problem+json (RFC 9457) for an error; detail may be NULL (then
 * the text of the reason stands there), instance (a path) too. */
void response_problem(struct response *w, const struct err *e,
	const char *detail, const char *instance);
/* err_ways() as a list; an empty one when there are none. */
json_object *response_ways(enum err_reason reason);
/* Weak ETag of the body; turns a GET that has it already into a 304. Call it
 * last, when status and body are complete. Other statuses than 200 get none. */
void response_etag(struct response *w, const struct request *r);
/* The same, where the answer is the same as long as these bytes are: a page
 * that tells the time. */
void response_etag_of(struct response *w, const struct request *r,
	const void *data, size_t len);
/* "Status: 200 OK\r\n", headers, Content-Length, blank line, body (left out
 * for HEAD, 204, 304), into out. A response that outgrew its ceiling becomes
 * a bare 500. */
void response_write(
	const struct response *w, const struct request *r, struct sbuf *out);

#endif
