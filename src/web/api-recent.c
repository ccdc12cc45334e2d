/* What was asked lately, newest first, as JSON. */
#include "web/view.h"

#define PAGE_ROWS 30

int api_recent(struct exchange *x, struct err *e)
{
	struct recent_row *rows = NULL;
	const char *next = NULL;
	json_object *o, *list;
	char created[CLOCK_RFC3339_SIZE];
	size_t n = 0, i;

	if (store_recent(x->web->store, view_recent_cursor(x), PAGE_ROWS,
		    x->r->mem, &rows, &n, &next, e))
		return -1;
	list = json_object_new_array();
	for (i = 0; i < n; i++) {
		o = json_object_new_object();
		clock_rfc3339(rows[i].created, created);
		json_put_str(o, "id", rows[i].id);
		json_put_str(o, "name", rows[i].name);
		json_put_str(o, "url", rows[i].url);
		json_put_str(o, "created", created);
		json_object_array_add(list, o);
	}
	o = json_object_new_object();
	json_object_object_add(o, "items", list);
	json_put_str(o, "next", next);
	response_json(x->w, 200, o);
	json_object_put(o);
	response_header(x->w, "Cache-Control", "public, max-age=5");
	return 0;
}
