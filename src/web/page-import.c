/*
 * /import: a recipe that somebody's own browser hands over, because the site
 * does not let us in: sent by the bookmarklet (html, text, url, title), shared
 * from a telephone (url, text, title; the link is in either) or pasted. What
 * was read is shown, to be looked at and mended; only the form on that page,
 * which is ours, asks for a pairing.
 *
 * A request here may come from any page of the web, so it does nothing at all:
 * it reads no cookie, keeps nothing, and follows no link. Without any field it
 * says how this works.
 */
#include "web/error.h"
#include "web/input.h"
#include "web/view.h"

#define UNKNOWN_SHOWN 30

static const char names_import[] = "problem";
const struct view view_import = { "import",
	{ VIEW_LAYOUT, VIEW_FORM, names_import, NULL } };

static const char names_preview[] =
	"name source source.href source.host count link gaps gaps.items "
	"unknown unknown.items";
const struct view view_preview = { "preview",
	{ VIEW_LAYOUT, VIEW_FORM, VIEW_RECIPE(""), names_preview, NULL } };

/* What was found in what was sent. */
struct found {
	const char *link; /* instead of a recipe */
	struct recipe recipe;
	const char *text; /* the recipe, to be changed and sent again */
};

static const struct http_field *sent(const struct exchange *x, const char *name)
{
	const struct http_field *f = request_field(x->r, name);

	return f && f->len ? f : NULL;
}

/* ---- reading ---- */

/* What is too long for the box is cut. */
static const char *as_text(struct arena *mem, const struct recipe *r)
{
	struct sbuf out = SBUF_INIT(RECIPE_TEXT_MAX);
	const char *text;

	view_recipe_text(r, &out);
	text = arena_strdup(mem, out.buf);
	sbuf_release(&out);
	return text;
}

static const char *claimed(struct exchange *x)
{
	static const char *const names[] = { "source", "url" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (sent(x, names[i]))
			return input_source(x, sent(x, names[i]));
	return NULL;
}

static int not_text(
	struct exchange *x, const struct http_field *f, struct err *e)
{
	x->detail = input_format(f->value, f->len);
	return x->detail ? err_set(e, REASON_NOT_A_RECIPE, "%s", x->detail) : 0;
}

static int read_page(struct exchange *x, const struct http_field *f,
	struct found *out, struct err *e)
{
	struct reader_input page = { READER_PAGE, f->value, f->len, claimed(x),
		NULL };

	if (f->len > ASK_HTML_MAX)
		return err_set(
			e, REASON_TOO_LARGE, "page of %zu bytes", f->len);
	if (reader_read(x->web->reader, x->web->knowledge, &page, x->r->mem,
		    &out->recipe, e))
		return -1;
	if (page.url)
		out->recipe.url = page.url;
	out->text = as_text(x->r->mem, &out->recipe);
	return 0;
}

/* Text stays as it was sent; what of it was read is shown beside it. */
static int read_text(struct exchange *x, const char *text, size_t len,
	struct found *out, struct err *e)
{
	if (recipe_read_text(x->web->reader, x->web->knowledge, text, len,
		    x->r->mem, &out->recipe, e))
		return -1;
	out->recipe.url = claimed(x);
	out->text = text;
	return 0;
}

/* The box, or a file: link, page or text. */
static int read_box(struct exchange *x, const struct http_field *f,
	struct found *out, struct err *e)
{
	enum ask_kind kind = ask_kind(f->value, f->len);
	int alone, valid = text_valid(f->value, f->len);

	if (not_text(x, f, e))
		return -1;
	if (kind == ASK_HTML)
		return read_page(x, f, out, e);
	if (kind == ASK_URL && valid)
		out->link = f->value;
	else if (valid)
		out->link = ask_link(
			x->web->knowledge, f->value, f->len, x->r->mem, &alone);
	if (out->link)
		return 0;
	if (read_text(x, f->value, f->len, out, e))
		return -1;
	if (!valid) /* a file in an old encoding */
		out->text = as_text(x->r->mem, &out->recipe);
	return 0;
}

/* A text without a title of its own gets the one it came with. */
static int read_titled(struct exchange *x, const struct http_field *text,
	const char *with_title, struct found *out, struct err *e)
{
	if (read_text(x, text->value, text->len, out, e) == 0 &&
		strstr(text->value, out->recipe.name))
		return 0;
	return read_text(x, with_title, strlen(with_title), out, e);
}

/*
 * Shared: the link may be in url, in text or (some do) in the title. A text
 * that holds a recipe wins over the link it comes with.
 */
static int read_shared(struct exchange *x, struct found *out, struct err *e)
{
	const struct http_field *text = sent(x, "text"), *url = sent(x, "url");
	const struct http_field *title = sent(x, "title");
	const char *all;
	int alone;

	if (text && not_text(x, text, e))
		return -1;
	all = text ? text->value : "";
	if (title)
		all = arena_printf(x->r->mem, "%s\n\n%s", title->value, all);
	out->link = ask_link(
		x->web->knowledge, all, strlen(all), x->r->mem, &alone);
	if (!out->link && text && read_titled(x, text, all, out, e) == 0)
		return 0;
	if (url)
		out->link = url->value;
	if (!out->link && !text)
		return err_set(e, title ? REASON_NOT_A_RECIPE : REASON_EMPTY,
			"neither text nor link");
	return out->link ? 0 : -1;
}

/* A page that gives nothing may still have come with its text. */
static int read_all(struct exchange *x, struct found *out, struct err *e)
{
	const struct http_field *box = sent(x, "recipe");
	const struct http_field *page = sent(x, "html");
	struct err first = ERR_INIT;

	if (!box)
		box = sent(x, "file");
	if (box)
		return read_box(x, box, out, e);
	if (!page)
		return read_shared(x, out, e);
	if (read_page(x, page, out, &first) == 0)
		return 0;
	if (sent(x, "text") && read_shared(x, out, e) == 0 && !out->link)
		return 0;
	out->link = NULL;
	*e = first;
	return -1;
}

/* ---- showing ---- */

static const char *counted(struct arena *mem, size_t n, const char *what)
{
	if (!n)
		return arena_printf(mem, "no %ss", what);
	return arena_printf(mem, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

/* What a cook may want to add. */
static json_object *gaps(const struct recipe *r)
{
	json_object *list = json_object_new_array();

	if (!r->n_ingredients)
		json_object_array_add(list,
			json_object_new_string(
				"No ingredients were found: the wines will go "
				"by the name of the dish alone."));
	if (!r->n_instructions)
		json_object_array_add(
			list, json_object_new_string(
				      "No steps were found. How it is cooked "
				      "matters: add a line, such as “Grill for "
				      "ten minutes”."));
	return list;
}

static json_object *unknown(const struct pairing *p)
{
	json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < p->profile.n_unrecognised && i < UNKNOWN_SHOWN; i++)
		json_object_array_add(list,
			json_object_new_string(p->profile.unrecognised[i]));
	return list;
}

static void fill_recipe(struct exchange *x, json_object *page,
	const struct found *f, const struct pairing *p)
{
	const struct recipe *r = &f->recipe;
	json_object *o = recipe_to_json(r);
	struct arena *mem = x->r->mem;

	json_put_str(page, "name", r->name);
	json_put_str(page, "lang", "");
	json_put_str(page, "count",
		arena_printf(mem, "%s and %s",
			counted(mem, r->n_ingredients, "ingredient"),
			counted(mem, r->n_instructions, "step")));
	view_source(page, "source", mem, r->url);
	view_recipe_fill(page, mem, o, 1);
	view_list(page, "gaps", gaps(r));
	view_list(page, "unknown", unknown(p));
	json_object_put(o);
}

static int show_recipe(struct exchange *x, const struct found *f, struct err *e)
{
	struct preferences any = PREFERENCES_INIT;
	struct pairing p;
	json_object *page, *form;

	/* only to learn what nobody knows */
	if (pairing_make(x->web->knowledge, &f->recipe, &any, x->r->mem, &p, e))
		return -1;
	page = view_page(x, "Is this your recipe?", NAV_NONE);
	fill_recipe(x, page, f, &p);
	json_put_str(page, "link", "");
	form = view_form(x, NULL, 0);
	view_form_read(form, f->text, f->recipe.url);
	json_object_object_add(page, "form", form);
	return view_send(x, &view_preview, page, 200, e);
}

static int show_link(struct exchange *x, const char *link, struct err *e)
{
	json_object *page = view_page(x, "Read this link?", NAV_NONE);
	const char *host = view_host(x->r->mem, link);
	json_object *form = view_form(x, NULL, 0);

	json_put_str(page, "name", "");
	json_put_str(page, "lang", "");
	json_put_str(page, "count", "");
	json_put_str(page, "link", host ? host : link);
	view_source(page, "source", x->r->mem, NULL);
	view_flag(page, "recipe", 0);
	view_flag(page, "gaps", 0);
	view_flag(page, "unknown", 0);
	view_form_read(form, link, "");
	json_object_object_add(page, "form", form);
	return view_send(x, &view_preview, page, 200, e);
}

/* How it works; or, with was, the form again with what is wrong. */
static int show_how(
	struct exchange *x, const struct err *was, int with_text, struct err *e)
{
	json_object *page = view_page(x,
		was ? err_title(was->reason) : "Bring a recipe along",
		NAV_NONE);
	json_object *form = view_form(x, was, with_text);

	view_flag(page, "problem", was != NULL);
	view_form_import(form);
	if (sent(x, "url") && (sent(x, "html") || sent(x, "text")))
		json_put_str(form, "source", sent(x, "url")->value);
	json_object_object_add(page, "form", form);
	return view_send(
		x, &view_import, page, was ? err_status(was->reason) : 200, e);
}

/* Without the text only if it is too much to send back. */
static int show_problem(struct exchange *x, const struct err *was)
{
	struct err e = ERR_INIT;

	if (show_how(x, was, 1, &e) && show_how(x, was, 0, &e))
		return -1;
	error_log(was);
	error_headers(x, was);
	return 0;
}

static int is_empty(const struct exchange *x)
{
	size_t i;

	for (i = 0; i < x->r->n_fields; i++)
		if (x->r->fields[i].len)
			return 0;
	return x->r->method != HTTP_POST;
}

int page_import(struct exchange *x, struct err *e)
{
	struct found f = { .link = NULL };

	if (is_empty(x)) {
		if (show_how(x, NULL, 0, e))
			return -1;
		response_header(x->w, "Cache-Control", "public, max-age=5");
		response_etag(x->w, x->r);
		return 0;
	}
	if (read_all(x, &f, e) ||
		(f.link ? show_link(x, f.link, e) : show_recipe(x, &f, e)))
		return show_problem(x, e);
	/* kept for the way back, never for anybody else */
	response_header(x->w, "Cache-Control", "private, no-cache");
	return 0;
}
