/*
 * The input of a pairing. Three doors, one meaning: our own form has one box
 * ("recipe": what it holds is guessed) and a file; a program's form says which
 * it is (text, url or html), and JSON does the same. Preferences of a form are
 * turned into the JSON shape, so that one function judges them.
 *
 * A menu is the list `menu` of JSON, a repeated `text`, or what is added on
 * the page of a pairing (`with` is its id). Whatever came is gathered as parts
 * first: one part is a recipe, more are a menu.
 */
#include "web/input.h"

#include "net/net.h"
#include "web/admin.h"

const char *const input_page_fields[] = { "recipe", "with", "file", "text",
	"url", "html", "source", "count", "colors", "max_price", "alcohol",
	"sweetness", "without", NULL };
const char *const input_api_fields[] = { "text", "url", "html", "count",
	"colors", "max_price", "alcohol", "sweetness", "without", "provider",
	NULL };

static int bad(struct exchange *x, struct err *e, const char *detail)
{
	x->detail = detail;
	return err_set(e, REASON_BAD_INPUT, "%s", detail);
}

/* ---- parts ---- */

struct parts {
	struct ask_part
		at[MENU_MAX + 1]; /* one too many is ask()'s to refuse */
	size_t n;
};

static int take(struct exchange *x, struct ask_part *part, enum ask_kind kind,
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
		[ASK_STORED] = { ID_LEN, "An id has 26 characters." },
	};

	if (len > limits[kind].max) {
		x->detail = arena_printf(x->r->mem,
			"%s This one has %zu bytes.", limits[kind].said, len);
		return err_set(e,
			kind == ASK_URL	     ? REASON_BAD_URL
			: kind == ASK_STORED ? REASON_NO_PAIRING
					     : REASON_TOO_LARGE,
			"input of %zu bytes", len);
	}
	x->detail = input_format(data, len);
	if (x->detail)
		return err_set(e, REASON_NOT_A_RECIPE, "%s", x->detail);
	part->kind = kind;
	part->data = data;
	part->len = len;
	return 0;
}

/* A text that is nothing but a link is the link; where we guess, so is one
 * that stands among a few words. */
static int take_text(struct exchange *x, struct ask_part *part, int guess,
	const char *text, size_t len, struct err *e)
{
	int alone;
	const char *link =
		ask_link(x->web->knowledge, text, len, x->r->mem, &alone);

	if (!link || (!alone && !guess))
		return take(x, part, ASK_TEXT, text, len, e);
	x->link_found = !alone;
	return take(x, part, ASK_URL, link, strlen(link), e);
}

void input_blame(struct exchange *x, size_t dish, const struct err *e)
{
	if (dish)
		x->detail = arena_printf(x->r->mem, "Dish %zu: %s", dish,
			x->detail ? x->detail : err_text(e->reason));
}

/* A recipe, or a menu. */
static int put_parts(struct exchange *x, const struct parts *parts,
	struct ask_input *in, struct err *e)
{
	struct ask_part *copy;
	size_t i, sum = 0;

	if (parts->n == 1) {
		in->kind = parts->at[0].kind;
		in->data = parts->at[0].data;
		in->len = parts->at[0].len;
		in->url = parts->at[0].url;
		return 0;
	}
	for (i = 0; i < parts->n; i++)
		sum += parts->at[i].len;
	if (sum > ASK_MENU_MAX) {
		x->detail = "All dishes of a menu together may have 3 MiB.";
		return err_set(e, REASON_TOO_LARGE, "a menu of %zu bytes", sum);
	}
	copy = arena_calloc(x->r->mem, parts->n, sizeof(*copy));
	memcpy(copy, parts->at, parts->n * sizeof(*copy));
	in->parts = copy;
	in->n_parts = parts->n;
	return 0;
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

/* Who is to choose: the operator alone may say so, since it may cost him. */
static int provider(struct exchange *x, const char *list, struct ask_input *in,
	struct err *e)
{
	if (admin_by_bearer(x, e)) {
		x->detail = e->reason == REASON_ADMIN_OFF
				    ? "Only the operator may choose the "
				      "provider, with the token that "
				      "admin_token_file names; none is set."
				    : "Only the operator may choose the "
				      "provider: send Authorization: Bearer "
				      "with the operator's token.";
		return -1;
	}
	if (llm_providers_check(x->web->config, list, e)) {
		x->detail = arena_strdup(x->r->mem, e->msg);
		return -1;
	}
	in->providers = arena_strdup(x->r->mem, list);
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
	{ "with", 0, ASK_STORED },
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
	struct parts *parts, struct err *e)
{
	const struct input_row *row = is_input(f->name);
	struct ask_part *part = &parts->at[parts->n];
	enum ask_kind kind;

	if (parts->n == ARRAY_LEN(parts->at))
		return 0;
	parts->n++;
	kind = row->guess ? ask_kind(f->value, f->len) : row->kind;
	if (kind == ASK_TEXT)
		return take_text(x, part, row->guess, f->value, f->len, e);
	return take(x, part, kind, f->value, f->len, e);
}

static int is_filled(const struct http_field *f)
{
	return f->len && is_input(f->name);
}

/* One recipe; or a menu: `text` repeated, or one of any kind and what it is to
 * stand beside. */
static int inputs_fit(struct exchange *x, struct err *e)
{
	size_t i, recipes = 0, texts = 0;

	for (i = 0; i < x->r->n_fields; i++) {
		const struct http_field *f = &x->r->fields[i];

		if (!is_filled(f))
			continue;
		recipes += is_input(f->name)->kind != ASK_STORED;
		texts += strcmp(f->name, "text") == 0;
	}
	if (recipes > 1 && texts < recipes)
		return bad(x, e,
			"Send exactly one of text, url and html (or a file). "
			"Only text may be repeated, for the dishes of a menu.");
	if (!recipes)
		return err_set(e, REASON_EMPTY, "no input");
	return 0;
}

static int from_form(struct exchange *x, struct ask_input *in, struct err *e)
{
	const struct http_field *source = request_field(x->r, "source");
	const char *url = source ? input_source(x, source) : NULL;
	struct parts parts = { .n = 0 };
	json_object *o;
	size_t i;
	int rc;

	if (files_fit(x, e) || inputs_fit(x, e))
		return -1;
	for (i = 0; i < x->r->n_fields; i++) {
		if (!is_filled(&x->r->fields[i]))
			continue;
		if (take_field(x, &x->r->fields[i], &parts, e)) {
			if (parts.n > 1)
				input_blame(x, parts.n, e);
			return -1;
		}
	}
	for (i = 0; i < parts.n; i++)
		if (parts.at[i].kind == ASK_TEXT ||
			parts.at[i].kind == ASK_HTML)
			parts.at[i].url = url;
	if (put_parts(x, &parts, in, e))
		return -1;
	o = form_preferences(x);
	rc = preferences(x, o, in, e);
	json_object_put(o);
	return rc;
}

/* ---- JSON ---- */

/* What may hold a recipe, alone or in a menu. */
static const struct member {
	const char *key;
	enum ask_kind kind;
	int only_in_menu;
} members[] = {
	{ "text", ASK_TEXT, 0 },
	{ "url", ASK_URL, 0 },
	{ "html", ASK_HTML, 0 },
	{ "id", ASK_STORED, 1 },
};

static const struct member *is_member(const char *key, int in_menu)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(members); i++)
		if (strcmp(key, members[i].key) == 0 &&
			(in_menu || !members[i].only_in_menu))
			return &members[i];
	return NULL;
}

static int take_value(struct exchange *x, const struct member *m,
	json_object *v, struct ask_part *part, struct err *e)
{
	const char *data;
	size_t len;

	if (!json_object_is_type(v, json_type_string))
		return bad(x, e,
			arena_printf(
				x->r->mem, "'%s' must be a string.", m->key));
	len = (size_t)json_object_get_string_len(v);
	data = arena_strndup(x->r->mem, json_object_get_string(v), len);
	if (m->kind == ASK_TEXT)
		return take_text(x, part, 0, data, len, e);
	return take(x, part, m->kind, data, len, e);
}

static int unknown_member(struct exchange *x, const char *key, struct err *e)
{
	return bad(
		x, e, arena_printf(x->r->mem, "Unknown member '%.60s'.", key));
}

static int take_dish(struct exchange *x, json_object *o, struct ask_part *part,
	struct err *e)
{
	if (!json_object_is_type(o, json_type_object) ||
		json_object_object_length(o) != 1)
		return bad(x, e,
			"A dish of a menu is an object with one of text, html "
			"and id.");
	json_object_object_foreach(o, key, v)
	{
		const struct member *m = is_member(key, 1);

		return m ? take_value(x, m, v, part, e)
			 : unknown_member(x, key, e);
	}
	return -1; /* never: it has a member */
}

static int take_menu(struct exchange *x, json_object *list, struct parts *parts,
	struct err *e)
{
	size_t i, n;

	if (!json_object_is_type(list, json_type_array))
		return bad(x, e, "'menu' must be a list of dishes.");
	n = json_object_array_length(list);
	if (n < MENU_MIN || n > MENU_MAX)
		return err_set(e, REASON_MENU_SIZE, "a menu of %zu", n);
	for (i = 0; i < n; i++) {
		if (take_dish(x, json_object_array_get_idx(list, i),
			    &parts->at[i], e)) {
			input_blame(x, i + 1, e);
			return -1;
		}
	}
	parts->n = n;
	return 0;
}

static int provider_member(
	struct exchange *x, json_object *v, struct ask_input *in, struct err *e)
{
	if (!json_object_is_type(v, json_type_string))
		return bad(x, e, "'provider' must be a string.");
	return provider(x, json_object_get_string(v), in, e);
}

static int take_member(struct exchange *x, const char *key, json_object *v,
	struct parts *parts, struct ask_input *in, struct err *e)
{
	const struct member *m = is_member(key, 0);

	if (strcmp(key, "preferences") == 0)
		return v ? preferences(x, v, in, e) : 0;
	if (strcmp(key, "provider") == 0)
		return v ? provider_member(x, v, in, e) : 0;
	if (!m && strcmp(key, "menu") != 0)
		return unknown_member(x, key, e);
	if (!v)
		return 0;
	if (parts->n)
		return bad(
			x, e, "Send exactly one of text, url, html and menu.");
	if (!m)
		return take_menu(x, v, parts, e);
	parts->n = 1;
	return take_value(x, m, v, &parts->at[0], e);
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
	struct parts parts = { .n = 0 };
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
		if (take_member(x, key, v, &parts, in, e))
			goto out;
	}
	rc = parts.n ? put_parts(x, &parts, in, e)
		     : err_set(e, REASON_EMPTY, "no input");
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
	memset(in, 0, sizeof(*in));
	in->preferences = (struct preferences)PREFERENCES_INIT;
	if (x->r->body_len && !is_form(x->r))
		return wrong_type(x, e);
	return from_form(x, in, e) ? -1 : idempotency_key(x, in, e);
}

/* Of a program's form; our own has no such field. */
static int provider_field(
	struct exchange *x, struct ask_input *in, struct err *e)
{
	const struct http_field *f = request_field(x->r, "provider");

	return f && f->len ? provider(x, f->value, in, e) : 0;
}

int input_from_api(struct exchange *x, struct ask_input *in, struct err *e)
{
	int rc;

	memset(in, 0, sizeof(*in));
	in->preferences = (struct preferences)PREFERENCES_INIT;
	if (is_form(x->r) || !x->r->body_len)
		rc = from_form(x, in, e) || provider_field(x, in, e);
	else if (strcmp(x->r->content_type, "application/json") == 0)
		rc = from_json(x, in, e);
	else
		rc = wrong_type(x, e);
	if (!rc && in->parts && in->providers &&
		llm_wanted(x->web->config, in->providers))
		rc = bad(x, e,
			"Menus are paired by the built-in engine alone: send "
			"no provider.");
	return rc ? -1 : idempotency_key(x, in, e);
}
