/* A wine as JSON: the same words wherever one is shown. */
#include "pairing/pairing.h"

#include "pairing/score.h"

int wine_is_other(const struct wine *w)
{
	return strcmp(w->id, WINE_OTHER) == 0;
}

static json_object *strings(const char *const *list)
{
	json_object *a = json_object_new_array();

	for (; list && *list; list++)
		json_object_array_add(a, json_object_new_string(*list));
	return a;
}

static json_object *structure(const struct wine *w)
{
	json_object *o = json_object_new_object();

	json_put_num(o, "body", w->body);
	json_put_num(o, "acidity", w->acidity);
	json_put_num(o, "tannin", w->tannin);
	json_put_num(o, "sweetness", w->sweetness);
	json_put_num(o, "alcohol", wine_axis(w, WINE_ALCOHOL));
	return o;
}

static json_object *alternatives(
	const struct knowledge *k, const struct wine *w)
{
	json_object *a = json_object_new_array();
	size_t n, i;
	const struct wine *wines = knowledge_wines(k, &n);

	for (i = 0; i < w->alternatives.n; i++)
		json_object_array_add(
			a, json_object_new_string(
				   wines[w->alternatives.at[i]].name));
	return a;
}

/* What is known of a wine that is in no table. */
static void put_other(const struct wine *w, json_object *o)
{
	static const char *const unknown[] = { "structure", "serve_celsius",
		"decant_minutes", "glass", "price" };
	size_t i;

	json_put_str(o, "style_id", w->id);
	json_put_str(o, "style", w->name);
	json_put_str(o, "region", w->region);
	json_put_str(o, "color", color_name(w->color));
	json_put_str(o, "description", "");
	for (i = 0; i < ARRAY_LEN(unknown); i++)
		json_object_object_add(o, unknown[i], NULL);
	json_object_object_add(o, "alternatives", json_object_new_array());
}

void wine_put_json(
	const struct knowledge *k, const struct wine *w, json_object *o)
{
	json_object *serve;

	if (wine_is_other(w)) {
		put_other(w, o);
		return;
	}
	serve = json_object_new_array();
	json_put_str(o, "style_id", w->id);
	json_put_str(o, "style", w->name);
	json_put_str(o, "region", w->region);
	json_put_str(o, "color", color_name(w->color));
	json_put_str(o, "description", w->description);
	json_object_object_add(o, "structure", structure(w));
	json_object_array_add(serve, json_object_new_int(w->serve_lo));
	json_object_array_add(serve, json_object_new_int(w->serve_hi));
	json_object_object_add(o, "serve_celsius", serve);
	json_put_int(o, "decant_minutes", w->decant);
	json_put_str(o, "glass", w->glass);
	json_put_int(o, "price", w->price);
	json_object_object_add(o, "alternatives", alternatives(k, w));
}

json_object *wine_to_json(const struct knowledge *k, const struct wine *w)
{
	json_object *o = json_object_new_object();

	wine_put_json(k, w, o);
	json_put_str(o, "family", w->family);
	json_put_num(o, "abv", w->abv);
	json_object_object_add(o, "grapes", strings(w->grapes));
	json_object_object_add(o, "aliases", strings(w->aliases));
	return o;
}
