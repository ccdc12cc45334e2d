/*
 * A menu on the result page: beside the bottles for all, which are cards like
 * any other's, each dish with its own wines in short, and its recipe; and the
 * form by which a dish comes to stand beside another, on every result page.
 */
#include "web/view.h"

/* ---- the dishes ---- */

static json_object *dish(struct exchange *x, json_object *d, size_t n)
{
	json_object *o = json_object_new_object();
	json_object *picks = json_object_new_array();
	json_object *recipe = json_obj(d, "recipe");
	json_object *list = json_arr(d, "suggestions");
	size_t i;

	json_put_int(o, "n", (int64_t)n);
	json_put_str(o, "name", view_text(recipe, "name"));
	json_put_str(o, "lang", view_language(view_text(recipe, "language")));
	json_put_str(o, "summary", view_text(d, "summary"));
	(void)view_source(o, "source", x->r->mem, view_text(recipe, "url"));
	for (i = 0; list && i < json_object_array_length(list); i++)
		json_object_array_add(
			picks, view_card(x, json_object_array_get_idx(list, i),
				       i + 1));
	json_object_object_add(o, "picks", picks);
	return o;
}

static json_object *recipe(struct arena *mem, json_object *r)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "lang", view_language(view_text(r, "language")));
	view_recipe_fill(o, mem, r, 0);
	json_put_str(json_obj(o, "recipe"), "title",
		arena_printf(mem, "%s, as it was read", view_text(r, "name")));
	return o;
}

int view_menu_fill(json_object *page, struct exchange *x, json_object *doc)
{
	json_object *list = json_arr(doc, "menu");
	json_object *dishes = json_object_new_array();
	json_object *recipes = json_object_new_array();
	json_object *menu;
	size_t i, n = list ? json_object_array_length(list) : 0;

	for (i = 0; i < n; i++) {
		json_object *d = json_object_array_get_idx(list, i);

		json_object_array_add(dishes, dish(x, d, i + 1));
		json_object_array_add(
			recipes, recipe(x->r->mem, json_obj(d, "recipe")));
	}
	menu = json_object_new_object();
	json_object_object_add(menu, "dishes", dishes);
	if (n) {
		json_object_object_add(page, "menu", menu);
	} else {
		json_object_put(menu);
		view_flag(page, "menu", 0);
	}
	json_object_object_add(page, "recipes", recipes);
	return n > 0;
}

/* ---- one more ---- */

/* "malbec, syrah" */
static const char *listed(struct arena *mem, json_object *list)
{
	const char *all = "";
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++)
		all = arena_printf(mem, "%s%s%s", all, i ? ", " : "",
			json_object_get_string(
				json_object_array_get_idx(list, i)));
	return all;
}

/* One preference as fields of a form, unless it is what everybody has. */
static void add_wishes(json_object *list, struct arena *mem, const char *key,
	json_object *value, json_object *usual)
{
	const char *said = json_object_get_string(value);
	size_t i;

	if (usual && strcmp(said, json_object_get_string(usual)) == 0)
		return;
	if (!json_object_is_type(value, json_type_array))
		view_field(list, key, said);
	else if (strcmp(key, "without") == 0)
		view_field(list, key, listed(mem, value));
	else
		for (i = 0; i < json_object_array_length(value); i++)
			view_field(list, key,
				json_object_get_string(
					json_object_array_get_idx(value, i)));
}

json_object *view_wishes(struct arena *mem, const char *preferences)
{
	const struct preferences defaults = PREFERENCES_INIT;
	json_object *list = json_object_new_array();
	json_object *usual = preferences_to_json(&defaults);
	struct err ignored = ERR_INIT;
	json_object *o = json_read(preferences, strlen(preferences), &ignored);

	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value)
		{
			add_wishes(list, mem, key, value,
				json_object_object_get(usual, key));
		}
	}
	json_object_put(usual);
	json_object_put(o);
	return list;
}

void view_also_fill(json_object *page, struct exchange *x, json_object *doc,
	const char *preferences)
{
	json_object *menu = json_arr(doc, "menu"), *o;
	const char *id = view_text(doc, "id");

	if (!*id || !preferences ||
		(menu && json_object_array_length(menu) >= MENU_MAX)) {
		view_flag(page, "also", 0);
		return;
	}
	o = json_object_new_object();
	json_put_str(o, "id", id);
	json_object_object_add(
		o, "wishes", view_wishes(x->r->mem, preferences));
	view_flag(o, "all", menu != NULL);
	json_object_object_add(page, "also", o);
}
