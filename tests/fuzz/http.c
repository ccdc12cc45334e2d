/*
 * Fuzz target: FastCGI variables as lines, an empty line, a body. Besides "no
 * crash": what is accepted keeps the promises of http.h, a form written from
 * the fields that came out reads back as the same fields, and nothing of a
 * visitor's adds a header to a problem document.
 */
#include "base/base.h"

#include "http/http.h"

#define VARS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

static void check_path(const struct request *r)
{
	const char *s;

	must(r->path[0] == '/' && text_valid(r->path, strlen(r->path)),
		"a path is UTF-8 and starts with a slash");
	must(!strstr(r->path, "/../") && !strstr(r->path, "//"),
		"no climbing, no empty segments");
	for (s = r->path; *s; s++)
		must((unsigned char)*s >= 0x20 && *s != 0x7f && *s != '\\',
			"no control bytes");
}

/* Write the fields as a form and read that. */
static void check_round_trip(const struct request *r)
{
	static const char *const env[] = { "REQUEST_METHOD=POST",
		"REQUEST_URI=/",
		"CONTENT_TYPE=application/x-www-form-urlencoded", NULL };
	struct sbuf body = SBUF_INIT(HTTP_BODY_MAX);
	struct request again;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < r->n_fields; i++) {
		const struct http_field *f = &r->fields[i];

		if (f->filename && !text_valid(f->value, f->len))
			goto out;
		percent_encode(f->name, strlen(f->name), "", &body);
		sbuf_addch(&body, '=');
		percent_encode(f->value, f->len, "", &body);
		sbuf_addch(&body, '&');
	}
	must(request_init(&again, r->mem, env, body.buf, body.len, &e) == 0 &&
			request_form(&again, &e) == 0 &&
			again.n_fields == r->n_fields,
		"a written form is readable");
	for (i = 0; i < r->n_fields; i++)
		must(strcmp(again.fields[i].name, r->fields[i].name) == 0 &&
				again.fields[i].len == r->fields[i].len &&
				memcmp(again.fields[i].value,
					r->fields[i].value,
					r->fields[i].len) == 0,
			"a field reads back as itself");
out:
	sbuf_release(&body);
}

static void check_fields(struct request *r)
{
	struct err e = ERR_INIT;
	size_t i;

	if (request_form(r, &e)) {
		must(e.reason == REASON_BAD_REQUEST && !r->n_fields,
			"a bad form is bad-request and leaves no fields");
		return;
	}
	must(r->n_fields <= 64, "at most 64 fields");
	for (i = 0; i < r->n_fields; i++) {
		const struct http_field *f = &r->fields[i];

		must(f->value[f->len] == '\0', "values end in a NUL");
		must(text_valid(f->name, strlen(f->name)) &&
				(f->filename || text_valid(f->value, f->len)),
			"fields are UTF-8 without NUL");
		must(request_field(r, f->name) != NULL, "fields are found");
	}
	check_round_trip(r);
}

static void check_answer(const struct request *r)
{
	struct response w;
	struct sbuf out = SBUF_INIT(1000000);
	struct err e = ERR_INIT;
	const char *s;
	int lines = 0;

	response_init(&w, r->mem);
	(void)err_set(&e, REASON_BAD_INPUT, "x");
	response_problem(&w, &e, NULL, r->path);
	w.status = 200;
	response_etag(&w, r);
	response_write(&w, r, &out);
	for (s = out.buf; strncmp(s, "\r\n", 2) != 0; s = strchr(s, '\n') + 1)
		lines++;
	/* the status, a type and a length, or neither; an ETag for a GET */
	must(lines == (w.status == 304 ? 1 : 3) +
				(r->method == HTTP_GET ||
					r->method == HTTP_HEAD),
		"a response has the headers it was given");
	response_release(&w);
	sbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const offers[] = { "text/html", "application/json" };
	struct arena mem = ARENA_INIT;
	const char *env[VARS_MAX + 1];
	const char *s = (const char *)data, *end = s + size;
	struct err e = ERR_INIT;
	struct request r;
	size_t n = 0;
	int best;

	while (s < end && n < VARS_MAX) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl : end;
		const char *from = s;

		s = nl ? nl + 1 : end;
		if (stop == from)
			break;
		env[n++] = arena_strndup(&mem, from, (size_t)(stop - from));
	}
	env[n] = NULL;
	if (request_init(&r, &mem, env, s, (size_t)(end - s), &e))
		must(strcmp(r.path, "/") == 0, "a bad request has a safe path");
	else
		check_path(&r);
	check_fields(&r);
	check_answer(&r);
	best = request_accepts(&r, offers, ARRAY_LEN(offers));
	must(best >= -1 && best < 2, "one of the offers, or none");
	(void)request_cookie(&r, "session");
	(void)request_same_origin(&r, "https://wine.example");
	must(request_prefer_wait(&r) >= 0 && request_prefer_wait(&r) <= 3600,
		"a wait within limits");
	arena_release(&mem);
	return 0;
}
