/*
 * From what was sent to recipes. A dish of a menu and a recipe alone are read
 * alike; only a link leads elsewhere, and not in a menu.
 */
#include "ask/dishes.h"

#include "net/net.h"

static int add_dish(struct dishes *d, const struct recipe *r, struct err *e)
{
	if (d->n == MENU_MAX)
		return err_set(
			e, REASON_MENU_SIZE, "more than %d dishes", MENU_MAX);
	d->at[d->n++] = *r;
	return 0;
}

/* Where a recipe says it is from. Kept answers need a proper address; an
 * answer that is only printed takes what it was told. */
static int claimed_url(const struct ask_world *w, const struct ask_part *part,
	struct arena *mem, const char **url, struct err *e)
{
	struct sbuf sb = SBUF_INIT(2 * NET_URL_MAX);
	int rc = 0;

	*url = part->url;
	if (part->url && w->store) {
		rc = url_canonical(
			w->config, part->url, strlen(part->url), &sb, e);
		*url = arena_strndup(mem, sb.buf, sb.len);
	}
	sbuf_release(&sb);
	return rc;
}

static int read_text(const struct ask_world *w, const struct ask_part *part,
	struct arena *mem, struct dishes *d, struct err *e)
{
	struct recipe r;
	const char *url;

	if (claimed_url(w, part, mem, &url, e) ||
		recipe_read_text(w->reader, w->knowledge, part->data, part->len,
			mem, &r, e))
		return -1;
	r.url = url;
	return add_dish(d, &r, e);
}

static int read_html(const struct ask_world *w, const struct ask_part *part,
	struct arena *mem, struct dishes *d, struct err *e)
{
	struct reader_input page = { READER_PAGE, part->data, part->len, NULL,
		NULL };
	struct recipe r;

	if (part->len > ASK_HTML_MAX)
		return err_set(e, REASON_TOO_LARGE,
			"page of %zu bytes; at most %zu", part->len,
			ASK_HTML_MAX);
	if (claimed_url(w, part, mem, &page.url, e) ||
		reader_read(w->reader, w->knowledge, &page, mem, &r, e))
		return -1;
	if (page.url)
		r.url = page.url;
	return add_dish(d, &r, e);
}

static int read_document(
	json_object *doc, struct arena *mem, struct dishes *d, struct err *e)
{
	struct recipe r;

	if (recipe_from_json(json_obj(doc, "recipe"), mem, &r, e))
		return -1;
	return add_dish(d, &r, e);
}

/* What we hold under that id: a dish, or those of a menu. */
static int read_stored(const struct ask_world *w, const struct ask_part *part,
	struct arena *mem, struct dishes *d, struct err *e)
{
	const char *id = arena_strndup(mem, part->data, part->len);
	struct pairing_row row = { .body = NULL };
	json_object *doc, *menu;
	size_t i;
	int rc = 0;

	if (w->store && store_pairing_get(w->store, id, mem, &row, e) &&
		e->reason != REASON_NOT_FOUND)
		return -1;
	if (!row.body)
		return err_set(e, REASON_NO_PAIRING, "no pairing %.40s", id);
	doc = json_read(row.body, row.body_len, e);
	if (!doc)
		return -1;
	menu = json_arr(doc, "menu");
	if (!menu)
		rc = read_document(doc, mem, d, e);
	for (i = 0; menu && !rc && i < json_object_array_length(menu); i++)
		rc = read_document(
			json_object_array_get_idx(menu, i), mem, d, e);
	json_object_put(doc);
	return rc;
}

int dishes_read(const struct ask_world *w, const struct ask_part *part,
	struct arena *mem, struct dishes *d, struct err *e)
{
	switch (part->kind) {
	case ASK_TEXT:
		return read_text(w, part, mem, d, e);
	case ASK_HTML:
		return read_html(w, part, mem, d, e);
	case ASK_STORED:
		return read_stored(w, part, mem, d, e);
	case ASK_URL:
		break;
	}
	return err_set(e, REASON_LINK_IN_MENU, "a link in a menu");
}
