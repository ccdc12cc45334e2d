/*
 * The wines of the tables: all of them by family, and one with all that is
 * known of it. They change only with the program's data.
 */
#include "web/view.h"

#define CACHE "public, max-age=60"

static const char list_names[] =
	"count families families.id families.name families.wines";
const struct view view_wines = { "wines",
	{ VIEW_LAYOUT, list_names, VIEW_ROW("families.wines."), NULL } };

static const char wine_names[] =
	"family_id family flute name color color_label region about serve "
	"decant glass price price.signs price.word grapes aromas cuisines "
	"aliases "
	"alternatives alternatives.items kinds dishes dishes.items "
	"dishes.items.name dishes.items.cuisine dishes.items.score "
	"dishes.items.reason avoid avoid.items avoid.items.name "
	"avoid.items.why classics classics.items classics.items.name";
const struct view view_wine = { "wine",
	{ VIEW_LAYOUT, wine_names, VIEW_BARS(""),
		VIEW_ROW("alternatives.items."), NULL } };

static int by_body(const void *a, const void *b)
{
	const struct wine *x = *(const struct wine *const *)a;
	const struct wine *y = *(const struct wine *const *)b;

	if (x->body != y->body)
		return x->body < y->body ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* A family's wines, the lightest first. */
static json_object *family_rows(struct exchange *x, size_t family)
{
	size_t n, i, k = 0;
	const struct wine *wines = knowledge_wines(x->web->knowledge, &n);
	const struct wine **list = arena_calloc(x->r->mem, n, sizeof(*list));
	json_object *rows = json_object_new_array();

	for (i = 0; i < n; i++)
		if (wines[i].family_row == family)
			list[k++] = &wines[i];
	qsort(list, k, sizeof(*list), by_body);
	for (i = 0; i < k; i++)
		json_object_array_add(rows, view_wine_row(x->r->mem, list[i]));
	return rows;
}

int page_wines(struct exchange *x, struct err *e)
{
	size_t n_families, n, i;
	const struct family *families =
		knowledge_families(x->web->knowledge, &n_families);
	json_object *page = view_page(x, "Wines", NAV_WINES);
	json_object *list = json_object_new_array();

	for (i = 0; i < n_families; i++) {
		json_object *o = json_object_new_object();

		json_put_str(o, "id", families[i].id);
		json_put_str(
			o, "name", view_capital(x->r->mem, families[i].name));
		json_object_object_add(o, "wines", family_rows(x, i));
		json_object_array_add(list, o);
	}
	(void)knowledge_wines(x->web->knowledge, &n);
	json_put_int(page, "count", (int64_t)n);
	json_object_object_add(page, "families", list);
	if (view_send(x, &view_wines, page, 200, e))
		return -1;
	response_header(x->w, "Cache-Control", CACHE);
	response_etag(x->w, x->r);
	return 0;
}

/* "Nebbiolo · Pinot noir": names stand in lower case in the tables. */
static const char *joined(struct arena *mem, const char *const *list)
{
	struct sbuf s = SBUF_INIT(4096);
	const char *text;

	for (; list && *list; list++)
		sbuf_addf(&s, "%s%s", s.len ? " · " : "",
			view_capital(mem, *list));
	text = arena_strdup(mem, s.buf);
	sbuf_release(&s);
	return text;
}

static int holds(const struct index_list *list, size_t row)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->at[i] == row)
			return 1;
	return 0;
}

static const char *aromas(struct exchange *x, const struct wine *w)
{
	const char *list[65] = { NULL };
	size_t n, i, k = 0;
	const struct aroma *all = knowledge_aromas(x->web->knowledge, &n);

	for (i = 0; i < n && i < 64; i++)
		if (w->aromas & (uint64_t)1 << i)
			list[k++] = all[i].name;
	return joined(x->r->mem, list);
}

static const char *cuisines(struct exchange *x, size_t row)
{
	size_t n, i, k = 0;
	const struct cuisine *all = knowledge_cuisines(x->web->knowledge, &n);
	const char **list = arena_calloc(x->r->mem, n + 1, sizeof(*list));

	for (i = 0; i < n; i++)
		if (holds(&all[i].wines, row) || holds(&all[i].drinks, row))
			list[k++] = all[i].name;
	return joined(x->r->mem, list);
}

/* ---- what goes with it ---- */

static int is_shown(const struct suited *s, const char *dish)
{
	size_t i;

	for (i = 0; i < s->n_dishes; i++)
		if (s->dishes[i].name == dish)
			return 1;
	return 0;
}

/* Known dishes it is named for and that are not among the best. */
static json_object *classics(
	struct exchange *x, size_t row, const struct suited *s)
{
	size_t n, i;
	const struct classic *all = knowledge_classics(x->web->knowledge, &n);
	json_object *list = json_object_new_array();

	for (i = 0; i < n; i++) {
		json_object *o;

		if (!holds(&all[i].wines, row) || is_shown(s, all[i].name))
			continue;
		o = json_object_new_object();
		json_put_str(o, "name", all[i].name);
		json_object_array_add(list, o);
	}
	return list;
}

static void fill_suited(
	json_object *page, struct exchange *x, const struct wine *w)
{
	const char *kinds[SUITED_KINDS + 1] = { NULL };
	json_object *o = json_object_new_object();
	struct arena *mem = x->r->mem;
	struct suited s;
	size_t i, n;

	reverse_ask(x->web->reverse, w, mem, &s);
	suited_put_json(&s, o);
	for (i = 0; i < s.n_kinds; i++)
		kinds[i] = s.kinds[i].name;
	json_put_str(page, "kinds", joined(mem, kinds));
	view_list(page, "dishes", json_object_get(json_arr(o, "dishes")));
	view_list(page, "avoid", json_object_get(json_arr(o, "avoid")));
	json_object_put(o);
	i = (size_t)(w - knowledge_wines(x->web->knowledge, &n));
	view_list(page, "classics", classics(x, i, &s));
}

static json_object *bars(struct exchange *x, const struct wine *w)
{
	json_object *list = json_object_new_array();
	struct arena *mem = x->r->mem;

	view_bar(list, mem, "Body", SCALE_BODY, w->body);
	view_bar(list, mem, "Acidity", SCALE_ACIDITY, w->acidity);
	view_bar(list, mem, "Tannin", SCALE_TANNIN, w->tannin);
	view_bar(list, mem, "Sweetness", SCALE_SWEETNESS, w->sweetness);
	view_bar(list, mem, "Alcohol", SCALE_ALCOHOL, w->abv);
	view_bar(list, mem, "Bubbles", SCALE_TASTE, w->bubbles);
	view_bar(list, mem, "Oak", SCALE_TASTE, w->oak);
	view_bar(list, mem, "Intensity", SCALE_TASTE, w->intensity);
	return list;
}

static void fill_head(
	json_object *page, struct exchange *x, const struct wine *w)
{
	size_t n;
	const struct family *f =
		&knowledge_families(x->web->knowledge, &n)[w->family_row];

	json_put_str(page, "description", w->description);
	json_put_str(page, "family_id", f->id);
	json_put_str(page, "family", view_capital(x->r->mem, f->name));
	view_flag(page, "flute", w->color == COLOR_SPARKLING);
	json_put_str(page, "name", w->name);
	json_put_str(page, "color", view_hue(color_name(w->color), w->tannin));
	json_put_str(page, "color_label", view_color(color_name(w->color)));
	json_put_str(page, "region", w->region);
	json_put_str(page, "about", w->description);
}

static void fill_facts(
	json_object *page, struct exchange *x, const struct wine *w)
{
	struct arena *mem = x->r->mem;
	size_t n, i;
	const struct wine *wines = knowledge_wines(x->web->knowledge, &n);
	size_t row = (size_t)(w - wines);
	json_object *close = json_object_new_array();

	json_put_str(
		page, "serve", view_celsius(mem, w->serve_lo, w->serve_hi));
	if (w->decant)
		json_put_str(page, "decant",
			arena_printf(mem, "%d minutes before", w->decant));
	else
		view_flag(page, "decant", 0);
	json_put_str(page, "glass", w->glass);
	view_price(page, "price", w->price);
	json_put_str(page, "grapes", joined(mem, w->grapes));
	json_put_str(page, "aromas", aromas(x, w));
	json_put_str(page, "cuisines", cuisines(x, row));
	json_put_str(page, "aliases", joined(mem, w->aliases));
	for (i = 0; i < w->alternatives.n; i++)
		json_object_array_add(close,
			view_wine_row(mem, &wines[w->alternatives.at[i]]));
	view_list(page, "alternatives", close);
}

int page_wine(struct exchange *x, struct err *e)
{
	const struct wine *w = knowledge_wine(x->web->knowledge, x->param);
	json_object *page;

	if (!w)
		return err_set(e, REASON_NOT_FOUND, "no wine %.60s", x->param);
	page = view_page(x, w->name, NAV_WINES);
	fill_head(page, x, w);
	json_object_object_add(page, "bars", bars(x, w));
	fill_facts(page, x, w);
	fill_suited(page, x, w);
	if (view_send(x, &view_wine, page, 200, e))
		return -1;
	response_header(x->w, "Cache-Control", CACHE);
	response_etag(x->w, x->r);
	return 0;
}
