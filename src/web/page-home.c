/*
 * The first page: the box, dishes to try it with, and what others asked.
 * The examples are dishes the tables know by name, three a day in turn.
 */
#include "web/view.h"

#define RECENT_SHOWN 6
#define EXAMPLES 3
#define DAY_MS ((int64_t)24 * 3600 * 1000)

static const char names[] = "examples examples.items examples.items.name";
const struct view view_home = { "home",
	{ VIEW_LAYOUT, VIEW_FORM, VIEW_RECENT, names, NULL } };

static json_object *examples(const struct web *web)
{
	json_object *list = json_object_new_array();
	size_t n, i, today = (size_t)(clock_wall_ms() / DAY_MS);
	const struct classic *classics = knowledge_classics(web->knowledge, &n);

	for (i = 0; i < EXAMPLES && n >= EXAMPLES; i++) {
		json_object *o = json_object_new_object();

		json_put_str(o, "name",
			classics[(today + i * (n / EXAMPLES)) % n].name);
		json_object_array_add(list, o);
	}
	return list;
}

int page_home(struct exchange *x, struct err *e)
{
	json_object *page =
		view_page(x, "Which wine goes with your recipe?", NAV_HOME);
	struct err ignored = ERR_INIT;

	json_put_str(page, "description",
		"Paste a recipe and read which wines go with it, and why.");
	json_object_object_add(page, "form", view_form(x, NULL, 0));
	view_list(page, "examples", examples(x->web));
	/* without the list the page still does its work */
	if (view_recent_fill(page, x, NULL, RECENT_SHOWN, &ignored))
		log_warnx("recent: %s", ignored.msg);
	if (view_send(x, &view_home, page, 200, e))
		return -1;
	response_header(x->w, "Cache-Control", "public, max-age=5");
	response_etag(x->w, x->r);
	return 0;
}
