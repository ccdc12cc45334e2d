/*
 * The wines of the tables as JSON, in the words of a suggestion.
 */
#include "web/view.h"

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
			list, wine_to_json(x->web->knowledge, &wines[i]));
	json_object_object_add(o, "items", list);
	json_object_object_add(o, "next", NULL);
	return send_json(x, o);
}

int api_wine(struct exchange *x, struct err *e)
{
	const struct wine *w = knowledge_wine(x->web->knowledge, x->param);
	struct suited suited;
	json_object *o;

	if (!w)
		return err_set(e, REASON_NOT_FOUND, "no wine %.60s", x->param);
	o = wine_to_json(x->web->knowledge, w);
	reverse_ask(x->web->reverse, w, x->r->mem, &suited);
	suited_put_json(&suited, o);
	return send_json(x, o);
}
