/*
 * The wines of the tables as JSON, in the words of a suggestion (docs/api.md).
 */
#include "web/view.h"

static json_object *strings(const char *const *list)
{
	json_object *a = json_object_new_array();

	for (; list && *list; list++)
		json_object_array_add(a, json_object_new_string(*list));
	return a;
}

static json_object *wine_json(const struct knowledge *k, const struct wine *w)
{
	size_t n, i;
	const struct wine *wines = knowledge_wines(k, &n);
	json_object *o = json_object_new_object(), *s, *a;

	json_put_str(o, "style_id", w->id);
	json_put_str(o, "style", w->name);
	json_put_str(o, "region", w->region);
	json_put_str(o, "color", color_name(w->color));
	json_put_str(o, "family", w->family);
	json_put_str(o, "description", w->description);
	s = json_object_new_object();
	json_put_num(s, "body", w->body);
	json_put_num(s, "acidity", w->acidity);
	json_put_num(s, "tannin", w->tannin);
	json_put_num(s, "sweetness", w->sweetness);
	json_put_num(s, "alcohol", w->abv);
	json_object_object_add(o, "structure", s);
	a = json_object_new_array();
	json_object_array_add(a, json_object_new_int(w->serve_lo));
	json_object_array_add(a, json_object_new_int(w->serve_hi));
	json_object_object_add(o, "serve_celsius", a);
	json_put_str(o, "glass", w->glass);
	json_put_int(o, "price", w->price);
	json_object_object_add(o, "grapes", strings(w->grapes));
	json_object_object_add(o, "aliases", strings(w->aliases));
	a = json_object_new_array();
	for (i = 0; i < w->alternatives.n; i++)
		json_object_array_add(
			a, json_object_new_string(
				   wines[w->alternatives.at[i]].name));
	json_object_object_add(o, "alternatives", a);
	return o;
}

static int send_json(struct exchange *x, json_object *o)
{
	response_json(x->w, 200, o);
	json_object_put(o);
	response_header(x->w, "Cache-Control", "public, max-age=60");
	response_etag(x->w, x->r);
	return 0;
}

int api_wines(struct exchange *x, struct err *e)
{
	size_t n, i;
	const struct wine *wines = knowledge_wines(x->web->knowledge, &n);
	json_object *o = json_object_new_object();
	json_object *list = json_object_new_array();

	(void)e;
	for (i = 0; i < n; i++)
		json_object_array_add(
			list, wine_json(x->web->knowledge, &wines[i]));
	json_object_object_add(o, "items", list);
	json_object_object_add(o, "next", NULL);
	return send_json(x, o);
}

int api_wine(struct exchange *x, struct err *e)
{
	const struct wine *w = knowledge_wine(x->web->knowledge, x->param);

	if (!w)
		return err_set(e, REASON_NOT_FOUND, "no wine %.60s", x->param);
	return send_json(x, wine_json(x->web->knowledge, w));
}
