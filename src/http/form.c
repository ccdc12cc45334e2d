/*
 * Fields of the query and of a form's body, urlencoded or multipart. Each byte
 * is looked at a fixed number of times, whatever is sent: the decoding is done
 * in one copy, and the multipart delimiter is looked for from where the last
 * one ended.
 *
 * Left out of multipart: nested parts and Content-Transfer-Encoding, which no
 * browser sends any more.
 */
#include "http/http.h"

#define FIELDS_MAX 64
#define PART_HEADERS_MAX ((size_t)4096)
#define BOUNDARY_MAX 70

struct bytes {
	const char *s;
	size_t len;
};

static int field_add(
	struct request *r, const struct http_field *f, struct err *e)
{
	if (r->n_fields == FIELDS_MAX)
		return err_set(e, REASON_BAD_REQUEST, "too many fields");
	if (!text_valid(f->name, strlen(f->name)) ||
		(!f->filename && !text_valid(f->value, f->len))) {
		r->not_text = *f;
		return err_set(e, REASON_BAD_REQUEST,
			"a field is not valid UTF-8, or has a NUL");
	}
	r->fields[r->n_fields++] = *f;
	return 0;
}

static int urlencoded(
	struct request *r, const char *data, size_t len, struct err *e)
{
	char *copy = arena_strndup(r->mem, data, len), *end = copy + len;

	while (copy < end) {
		struct http_field f = { "", "", 0, NULL };
		char *amp = memchr(copy, '&', (size_t)(end - copy));
		char *stop = amp ? amp : end;
		char *equals = memchr(copy, '=', (size_t)(stop - copy));
		char *name_end = equals ? equals : stop;
		size_t name_len;

		if (copy == stop) { /* "&&" */
			copy = stop + 1;
			continue;
		}
		name_len = percent_decode(copy, (size_t)(name_end - copy), 1);
		f.name = copy;
		if (strlen(copy) != name_len)
			return err_set(e, REASON_BAD_REQUEST,
				"the name of a field has a NUL");
		if (equals) {
			f.value = equals + 1;
			f.len = percent_decode(
				equals + 1, (size_t)(stop - equals - 1), 1);
		}
		if (field_add(r, &f, e))
			return -1;
		copy = stop + 1;
	}
	return 0;
}

/*
 * A parameter of a header value: `form-data; name="a\"b"; x=y`. NULL when
 * absent. In quotes a backslash escapes only a quote or a backslash.
 */
static const char *parameter(
	struct arena *mem, struct bytes value, const char *name)
{
	const char *s = value.s, *end = s + value.len;
	size_t want = strlen(name);

	while (s < end && *s != ';')
		s++;
	while (s < end) {
		const char *key;
		struct sbuf text;
		char *copy;
		int mine;

		while (s < end && strchr("; \t\r\n", *s))
			s++;
		key = s;
		while (s < end && *s != '=' && *s != ';')
			s++;
		if (s == end || *s == ';')
			continue;
		mine = (size_t)(s - key) == want &&
		       text_ascii_prefix(key, want, name);
		s++;
		sbuf_init(&text, value.len);
		if (s < end && *s == '"') {
			for (s++; s < end && *s != '"'; s++) {
				if (*s == '\\' && s + 1 < end &&
					(s[1] == '"' || s[1] == '\\'))
					s++;
				sbuf_addch(&text, *s);
			}
			while (s < end && *s != ';')
				s++;
		} else {
			for (; s < end && *s != ';'; s++)
				sbuf_addch(&text, *s);
			sbuf_rtrim(&text);
		}
		copy = mine && strlen(text.buf) == text.len
			       ? arena_strndup(mem, text.buf, text.len)
			       : NULL;
		sbuf_release(&text);
		if (mine)
			return copy;
	}
	return NULL;
}

/* The value of header `name` among "Name: value\r\n…". */
static struct bytes part_header(struct bytes headers, const char *name)
{
	const char *s = headers.s, *end = s + headers.len;
	struct bytes value = { "", 0 };
	size_t want = strlen(name);

	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl : end;

		if ((size_t)(stop - s) > want && s[want] == ':' &&
			text_ascii_prefix(s, want, name)) {
			value.s = s + want + 1;
			value.len = (size_t)(stop - value.s);
			break;
		}
		s = stop + 1;
	}
	return value;
}

static int part_add(struct request *r, struct bytes headers,
	struct bytes content, struct err *e)
{
	struct bytes what = part_header(headers, "Content-Disposition");
	struct http_field f;

	f.name = parameter(r->mem, what, "name");
	if (!f.name)
		return err_set(e, REASON_BAD_REQUEST, "a part has no name");
	f.filename = parameter(r->mem, what, "filename");
	if (f.filename && !text_valid(f.filename, strlen(f.filename)))
		return err_set(e, REASON_BAD_REQUEST, "bad file name");
	f.value = arena_strndup(r->mem, content.s, content.len);
	f.len = content.len;
	return field_add(r, &f, e);
}

/* What is behind a delimiter: "--" ends the form, a line end begins a part. */
static int multipart_next(const char **s, const char *end, int *last)
{
	*last = end - *s >= 2 && memcmp(*s, "--", 2) == 0;
	if (*last)
		return 0;
	while (*s < end && (**s == ' ' || **s == '\t'))
		(*s)++;
	if (end - *s < 2 || memcmp(*s, "\r\n", 2) != 0)
		return -1;
	*s += 2;
	return 0;
}

static int multipart(struct request *r, struct err *e)
{
	const char *type = request_header(r, "Content-Type");
	const char *boundary, *s = r->body, *end = s + r->body_len;
	struct bytes delimiter, headers, content;
	int last;

	boundary = parameter(
		r->mem, (struct bytes){ type, strlen(type) }, "boundary");
	if (!boundary || !*boundary || strlen(boundary) > BOUNDARY_MAX)
		return err_set(e, REASON_BAD_REQUEST, "no boundary");
	delimiter.s = arena_printf(r->mem, "\r\n--%s", boundary);
	delimiter.len = strlen(delimiter.s);
	/* the first one may have no line end before it */
	if (r->body_len >= delimiter.len - 2 &&
		memcmp(s, delimiter.s + 2, delimiter.len - 2) == 0)
		s += delimiter.len - 2;
	else if ((s = memmem(s, r->body_len, delimiter.s, delimiter.len)))
		s += delimiter.len;
	while (s) {
		const char *blank;
		size_t left;

		if (multipart_next(&s, end, &last))
			break;
		if (last)
			return 0;
		left = (size_t)(end - s);
		blank = memmem(s,
			left < PART_HEADERS_MAX ? left : PART_HEADERS_MAX,
			"\r\n\r\n", 4);
		if (!blank)
			break;
		headers = (struct bytes){ s, (size_t)(blank - s) };
		content.s = blank + 4;
		/* its line end may be that of the blank line */
		s = memmem(blank + 2, (size_t)(end - blank - 2), delimiter.s,
			delimiter.len);
		if (!s)
			break;
		content.len = s < content.s ? 0 : (size_t)(s - content.s);
		if (part_add(r, headers, content, e))
			return -1;
		s += delimiter.len;
	}
	return err_set(e, REASON_BAD_REQUEST, "the form is cut short");
}

static int read_all(struct request *r, struct err *e)
{
	if (urlencoded(r, r->query, strlen(r->query), e))
		return -1;
	if (strcmp(r->content_type, "application/x-www-form-urlencoded") == 0)
		return urlencoded(r, r->body, r->body_len, e);
	if (strcmp(r->content_type, "multipart/form-data") == 0)
		return multipart(r, e);
	return 0;
}

int request_form(struct request *r, struct err *e)
{
	if (r->fields)
		return 0;
	r->fields = arena_calloc(r->mem, FIELDS_MAX, sizeof(*r->fields));
	if (read_all(r, e) == 0)
		return 0;
	r->fields = NULL;
	r->n_fields = 0;
	return -1;
}

const struct http_field *request_field(
	const struct request *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n_fields; i++)
		if (strcmp(r->fields[i].name, name) == 0)
			return &r->fields[i];
	return NULL;
}
