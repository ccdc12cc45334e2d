/*
 * The input of a pairing. Three doors, one meaning: our own form has one box
 * ("recipe": what it holds is guessed) and a file; a program's form says which
 * it is (text, url or html), and JSON does the same. Preferences of a form are
 * turned into the JSON shape, so that one function judges them.
 */
#include "web/input.h"

#include "net/net.h"

const char *const input_page_fields[] = { "recipe", "file", "text", "url",
	"html", "source", "count", "colors", "max_price", "alcohol",
	"sweetness", "without", NULL };
const char *const input_api_fields[] = { "text", "url", "html", "count",
	"colors", "max_price", "alcohol", "sweetness", "without", NULL };

static int bad(struct exchange *x, struct err *e, const char *detail)
{
	x->detail = detail;
	return err_set(e, REASON_BAD_INPUT, "%s", detail);
}

/* Take this as the input; a second one is a mistake. */
static int take(struct exchange *x, struct ask_input *in, enum ask_kind kind,
	const char *data, size_t len, struct err *e)
{
	static const struct {
		size_t max;
		const char *said;
	} limits[] = {
		[ASK_URL] = { NET_URL_MAX, "A link may have 2048 bytes." },
		[ASK_TEXT] = { RECIPE_TEXT_MAX,
			"A recipe text may have 256 KiB." },
		[ASK_HTML] = { ASK_HTML_MAX, "A page may have 3 MiB." },
	};

	if (in->data)
		return bad(x, e,
			"Send exactly one of text, url and html (or a file).");
	if (len > limits[kind].max) {
		x->detail = arena_printf(x->r->mem,
			"%s This one has %zu bytes.", limits[kind].said, len);
		return err_set(e,
			kind == ASK_URL ? REASON_BAD_URL : REASON_TOO_LARGE,
			"input of %zu bytes", len);
	}
	x->detail = input_format(data, len);
	if (x->detail)
		return err_set(e, REASON_NOT_A_RECIPE, "%s", x->detail);
	in->kind = kind;
	in->data = data;
	in->len = len;
	return 0;
}

/* A text that is nothing but a link is the link; where we guess, so is one
 * that stands among a few words. */
static int take_text(struct exchange *x, struct ask_input *in, int guess,
	const char *text, size_t len, struct err *e)
{
	int alone;
	const char *link =
		ask_link(x->web->knowledge, text, len, x->r->mem, &alone);

	if (!link || (!alone && !guess))
		return take(x, in, ASK_TEXT, text, len, e);
	x->link_found = !alone;
	return take(x, in, ASK_URL, link, strlen(link), e);
}

static int preferences(
	struct exchange *x, json_object *o, struct ask_input *in, struct err *e)
{
	if (preferences_from_json(o, &in->preferences, e) ||
		preferences_check(x->web->knowledge, &in->preferences, e)) {
		/* about what was sent and nothing else: fit to show */
		x->detail = arena_strdup(x->r->mem, e->msg);
		return -1;
	}
	return 0;
}

static int idempotency_key(
	struct exchange *x, struct ask_input *in, struct err *e)
{
	const char *key = request_header(x->r, "Idempotency-Key");

	if (key && !ask_key_ok(key))
		return bad(x, e,
			"Idempotency-Key: 1 to 255 printable ASCII "
			"characters.");
	in->idempotency_key = key;
	return 0;
}

/* ---- forms ---- */

static const struct input_row {
	const char *name;
	int guess; /* what it is shows only in what it holds */
	enum ask_kind kind;
} input_rows[] = {
	{ "recipe", 1, ASK_TEXT },
	{ "file", 1, ASK_HTML },
	{ "text", 0, ASK_TEXT },
	{ "url", 0, ASK_URL },
	{ "html", 0, ASK_HTML },
};

static const struct input_row *is_input(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(input_rows); i++)
		if (strcmp(name, input_rows[i].name) == 0)
			return &input_rows[i];
	return NULL;
}

/* A number stays one; anything else goes on as text, to be refused by name. */
static json_object *number(const struct http_field *f)
{
	int64_t v;

	if (num_int(f->value, f->len, INT32_MIN, INT32_MAX, &v) == 0)
		return json_object_new_int64(v);
	return json_object_new_string_len(f->value, (int)f->len);
}

static int is_list(const char *name)
{
	return strcmp(name, "colors") == 0 || strcmp(name, "sweetness") == 0 ||
	       strcmp(name, "without") == 0;
}

/* "red", or "red, white"; the field may also be repeated. */
static void add_items(json_object *o, const struct http_field *f)
{
	json_object *list = json_object_object_get(o, f->name);
	const char *s = f->value;

	if (!list) {
		list = json_object_new_array();
		json_object_object_add(o, f->name, list);
	}
	while (*s) {
		size_t len;

		s += strspn(s, ", ");
		len = strcspn(s, ",");
		if (len)
			json_object_array_add(
				list, json_object_new_string_len(s, (int)len));
		s += len;
	}
}

/* A part with a file name may be any bytes; preferences are words. */
static int files_fit(struct exchange *x, struct err *e)
{
	size_t i;

	for (i = 0; i < x->r->n_fields; i++) {
		const struct http_field *f = &x->r->fields[i];

		if (f->filename && f->len && !is_input(f->name))
			return bad(x, e,
				arena_printf(x->r->mem,
					"'%.60s' cannot be a file.", f->name));
	}
	return 0;
}

static json_object *form_preferences(const struct exchange *x)
{
	json_object *o = json_object_new_object();
	size_t i;

	for (i = 0; i < x->r->n_fields; i++) {
		const struct http_field *f = &x->r->fields[i];

		if (!f->len) /* left open: no preference */
			continue;
		if (strcmp(f->name, "count") == 0 ||
			strcmp(f->name, "max_price") == 0) {
			json_object_object_add(o, f->name, number(f));
		} else if (strcmp(f->name, "alcohol") == 0) {
			json_object_object_add(o, f->name,
				json_object_new_string_len(
					f->value, (int)f->len));
		} else if (is_list(f->name)) {
			add_items(o, f);
		}
	}
	return o;
}

static int take_field(struct exchange *x, const struct http_field *f,
	struct ask_input *in, struct err *e)
{
	const struct input_row *row = is_input(f->name);
	enum ask_kind kind;

	if (!row || !f->len)
		return 0;
	kind = row->guess ? ask_kind(f->value, f->len) : row->kind;
	if (kind == ASK_TEXT)
		return take_text(x, in, row->guess, f->value, f->len, e);
	return take(x, in, kind, f->value, f->len, e);
}

static int from_form(struct exchange *x, struct ask_input *in, struct err *e)
{
	json_object *o;
	size_t i;
	int rc;

	if (files_fit(x, e))
		return -1;
	for (i = 0; i < x->r->n_fields; i++)
		if (take_field(x, &x->r->fields[i], in, e))
			return -1;
	o = form_preferences(x);
	rc = preferences(x, o, in, e);
	json_object_put(o);
	return rc;
}

/* ---- JSON ---- */

static int take_member(struct exchange *x, const char *key, json_object *v,
	struct ask_input *in, struct err *e)
{
	static const struct {
		const char *key;
		enum ask_kind kind;
	} rows[] = {
		{ "text", ASK_TEXT },
		{ "url", ASK_URL },
		{ "html", ASK_HTML },
	};
	const char *data;
	size_t i, len;

	if (strcmp(key, "preferences") == 0)
		return v ? preferences(x, v, in, e) : 0;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(key, rows[i].key) == 0)
			break;
	if (i == ARRAY_LEN(rows))
		return bad(x, e,
			arena_printf(
				x->r->mem, "Unknown member '%.60s'.", key));
	if (!v)
		return 0;
	if (!json_object_is_type(v, json_type_string))
		return bad(x, e,
			arena_printf(x->r->mem, "'%s' must be a string.", key));
	len = (size_t)json_object_get_string_len(v);
	data = arena_strndup(x->r->mem, json_object_get_string(v), len);
	if (rows[i].kind == ASK_TEXT)
		return take_text(x, in, 0, data, len, e);
	return take(x, in, rows[i].kind, data, len, e);
}

/* json-c has no object for it. */
static int is_null(const char *s, size_t len)
{
	while (len && ascii_is_space(*s))
		s++, len--;
	while (len && ascii_is_space(s[len - 1]))
		len--;
	return len == 4 && memcmp(s, "null", 4) == 0;
}

static int from_json(struct exchange *x, struct ask_input *in, struct err *e)
{
	json_object *o = json_read(x->r->body, x->r->body_len, e);
	int rc = -1;

	if (!o && !is_null(x->r->body, x->r->body_len)) {
		x->detail = "The body is not JSON.";
		return -1;
	}
	if (!json_object_is_type(o, json_type_object)) {
		x->detail = "The body must be a JSON object.";
		err_set(e, REASON_BAD_REQUEST, "not an object");
		goto out;
	}
	json_object_object_foreach(o, key, v)
	{
		if (take_member(x, key, v, in, e))
			goto out;
	}
	rc = 0;
out:
	json_object_put(o);
	return rc;
}

/* ---- both ---- */

static int is_form(const struct request *r)
{
	return strcmp(r->content_type, "application/x-www-form-urlencoded") ==
		       0 ||
	       strcmp(r->content_type, "multipart/form-data") == 0;
}

static int wrong_type(struct exchange *x, struct err *e)
{
	x->detail = input_format(x->r->body, x->r->body_len);
	return err_set(
		e, REASON_MEDIA_TYPE, "content type %.60s", x->r->content_type);
}

static int finish(struct exchange *x, struct ask_input *in, struct err *e)
{
	if (!in->data)
		return err_set(e, REASON_EMPTY, "no input");
	return idempotency_key(x, in, e);
}

const char *input_source(struct exchange *x, const struct http_field *f)
{
	struct sbuf sb = SBUF_INIT(2 * NET_URL_MAX);
	const char *url = NULL;
	struct err ignored = ERR_INIT;

	if (f->len && url_canonical(x->web->config, f->value, f->len, &sb,
			      &ignored) == 0)
		url = arena_strndup(x->r->mem, sb.buf, sb.len);
	sbuf_release(&sb);
	return url;
}

int input_from_page(struct exchange *x, struct ask_input *in, struct err *e)
{
	const struct http_field *source;

	memset(in, 0, sizeof(*in));
	in->preferences = (struct preferences)PREFERENCES_INIT;
	if (x->r->body_len && !is_form(x->r))
		return wrong_type(x, e);
	if (from_form(x, in, e))
		return -1;
	source = request_field(x->r, "source");
	if (in->kind != ASK_URL && source)
		in->url = input_source(x, source);
	return finish(x, in, e);
}

int input_from_api(struct exchange *x, struct ask_input *in, struct err *e)
{
	int rc;

	memset(in, 0, sizeof(*in));
	in->preferences = (struct preferences)PREFERENCES_INIT;
	if (is_form(x->r) || !x->r->body_len)
		rc = from_form(x, in, e);
	else if (strcmp(x->r->content_type, "application/json") == 0)
		rc = from_json(x, in, e);
	else
		rc = wrong_type(x, e);
	return rc ? -1 : finish(x, in, e);
}
