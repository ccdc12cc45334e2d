/*
 * The box a recipe goes into. It comes back with everything the person typed,
 * whatever was wrong with it: it is filled from the fields as they were sent,
 * not from what we understood of them. A chosen file cannot be sent back (no
 * browser allows it); its owner still has it.
 */
#include "web/view.h"

/* A part with a file name may be any bytes, and is not ours to send back. */
static const char *field(const struct exchange *x, const char *name)
{
	const struct http_field *f = request_field(x->r, name);

	return f && !f->filename ? f->value : "";
}

/* Was this box ticked? Boxes of one group share a name. */
static int is_ticked(
	const struct exchange *x, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < x->r->n_fields; i++)
		if (strcmp(x->r->fields[i].name, name) == 0 &&
			strcmp(x->r->fields[i].value, value) == 0)
			return 1;
	return 0;
}

static json_object *colors(const struct exchange *x, int *any)
{
	json_object *list = json_object_new_array();
	int c;

	for (c = 0; c < COLOR_MAX; c++) {
		const char *name = color_name((enum wine_color)c);
		json_object *o = json_object_new_object();
		int on = is_ticked(x, "colors", name);

		json_put_str(o, "color", name);
		json_put_str(o, "label", view_color(name));
		view_flag(o, "checked", on);
		json_object_array_add(list, o);
		*any |= on;
	}
	return list;
}

struct option {
	const char *value, *label;
};

/* The options of a <select>; the first stands for "no preference". */
static json_object *options(const struct exchange *x, const char *name,
	const struct option *rows, size_t n, int *any)
{
	json_object *list = json_object_new_array();
	const char *sent = field(x, name);
	size_t i;

	for (i = 0; i < n; i++) {
		json_object *o = json_object_new_object();
		int on = strcmp(sent, rows[i].value) == 0;

		json_put_str(o, "value", rows[i].value);
		json_put_str(o, "label", rows[i].label);
		view_flag(o, "checked", on);
		json_object_array_add(list, o);
		*any |= on && i > 0;
	}
	return list;
}

static json_object *error(const struct exchange *x, const struct err *e)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "title", err_title(e->reason));
	json_put_str(o, "text", err_text(e->reason));
	json_put_str(o, "detail", x->detail);
	return o;
}

/* What was pasted, whichever field it came in. */
static const char *pasted(const struct exchange *x)
{
	static const char *const names[] = { "recipe", "text", "html", "url" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (*field(x, names[i]))
			return field(x, names[i]);
	return "";
}

json_object *view_form(struct exchange *x, const struct err *e, int with_text)
{
	static const struct option prices[] = { { "4", "Any price" },
		{ "1", "€ everyday" }, { "2", "€€ a little more" },
		{ "3", "€€€ special" } };
	static const struct option alcohols[] = { { "any", "Any" },
		{ "low", "Low" }, { "none", "None" } };
	static const struct option sweetness[] = { { "", "Any" },
		{ "dry", "Dry" }, { "off-dry", "Off-dry" },
		{ "sweet", "Sweet" } };
	json_object *o = json_object_new_object();
	const char *count = field(x, "count");
	const char *without = field(x, "without");
	int any = *count || *without;

	json_put_str(o, "action", "/pairings");
	json_put_str(o, "button", "Find wines");
	json_put_str(o, "source", field(x, "source"));
	view_flag(o, "file", 1);
	json_put_str(o, "text", with_text ? pasted(x) : "");
	json_object_object_add(o, "error", e ? error(x, e) : NULL);
	json_object_object_add(o, "colors", colors(x, &any));
	json_object_object_add(o, "prices",
		options(x, "max_price", prices, ARRAY_LEN(prices), &any));
	json_object_object_add(o, "alcohols",
		options(x, "alcohol", alcohols, ARRAY_LEN(alcohols), &any));
	json_object_object_add(o, "sweetness",
		options(x, "sweetness", sweetness, ARRAY_LEN(sweetness), &any));
	json_put_str(o, "count", count);
	json_put_str(o, "without", without);
	view_flag(o, "with", 0);
	view_flag(o, "open", any);
	return o;
}

void view_form_import(json_object *form)
{
	json_put_str(form, "action", "/import");
	json_put_str(form, "button", "Show what is read");
}

void view_form_read(json_object *form, const char *text, const char *source)
{
	json_put_str(form, "text", text);
	json_put_str(form, "source", source);
	view_flag(form, "file", 0);
}

void view_form_with(json_object *form, struct exchange *x)
{
	struct err ignored = ERR_INIT;
	struct pairing_row row;
	json_object *doc, *o;

	if (!x->web->store || store_pairing_get(x->web->store, field(x, "with"),
				      x->r->mem, &row, &ignored))
		return;
	doc = row.body ? json_read(row.body, row.body_len, &ignored) : NULL;
	if (!doc)
		return;
	o = json_object_new_object();
	json_put_str(o, "id", row.id);
	json_put_str(o, "name", json_str(json_obj(doc, "recipe"), "name"));
	json_object_object_add(form, "with", o);
	json_object_put(doc);
}

void view_field(json_object *list, const char *name, const char *value)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "name", name);
	json_put_str(o, "value", value);
	json_object_array_add(list, o);
}

/* ---- a recipe as text, such as the reader of texts reads ---- */

static void add_lines(struct sbuf *out, const char *heading,
	const char *const *lines, size_t n)
{
	size_t i;

	if (n)
		sbuf_addf(out, "\n%s\n", heading);
	for (i = 0; i < n; i++)
		sbuf_addf(out, "%s\n", lines[i]);
}

void view_recipe_text(const struct recipe *r, struct sbuf *out)
{
	sbuf_addf(out, "%s\n", r->name);
	if (r->yield || r->total_minutes > 0)
		sbuf_addch(out, '\n');
	if (r->yield)
		sbuf_addf(out, "Yield: %s\n", r->yield);
	if (r->total_minutes > 0)
		sbuf_addf(out, "Total time: %d min\n", r->total_minutes);
	add_lines(out, "Ingredients", r->ingredients, r->n_ingredients);
	add_lines(out, "Method", r->instructions, r->n_instructions);
}
