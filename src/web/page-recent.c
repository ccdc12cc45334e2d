/* What was asked lately, newest first: a page, and a part of home. */
#include "web/view.h"

#define PAGE_ROWS 30

const struct view view_recent = { "recent",
	{ VIEW_LAYOUT, VIEW_RECENT, NULL } };

int view_recent_fill(json_object *page, struct exchange *x, const char *cursor,
	int limit, struct err *e)
{
	struct recent_row *rows = NULL;
	const char *next = NULL;
	int64_t now = clock_wall_ms();
	json_object *list, *section;
	char created[CLOCK_RFC3339_SIZE];
	size_t n = 0, i;

	view_flag(page, "recent", 0);
	if (!x->web->store)
		return 0;
	if (store_recent(x->web->store, cursor, limit, x->r->mem, &rows, &n,
		    &next, e))
		return -1;
	if (!n)
		return 0;
	list = json_object_new_array();
	for (i = 0; i < n; i++) {
		json_object *o = json_object_new_object();

		clock_rfc3339(rows[i].created, created);
		json_put_str(o, "id", rows[i].id);
		json_put_str(o, "name", rows[i].name);
		json_put_str(o, "host", view_host(x->r->mem, rows[i].url));
		json_put_str(o, "created", created);
		json_put_str(
			o, "when", view_ago(x->r->mem, rows[i].created, now));
		json_object_array_add(list, o);
	}
	section = json_object_new_object();
	json_object_object_add(section, "items", list);
	json_put_str(section, "next", next);
	json_object_object_add(page, "recent", section);
	return 0;
}

const char *view_recent_cursor(const struct exchange *x)
{
	const struct http_field *f = request_field(x->r, "cursor");

	return f && f->len ? f->value : NULL;
}

int page_recent(struct exchange *x, struct err *e)
{
	json_object *page = view_page(x, "Recent pairings", NAV_RECENT);

	if (view_recent_fill(page, x, view_recent_cursor(x), PAGE_ROWS, e)) {
		json_object_put(page);
		return -1;
	}
	if (view_send(x, &view_recent, page, 200, e))
		return -1;
	response_header(x->w, "Cache-Control", "public, max-age=5");
	response_etag(x->w, x->r);
	return 0;
}
