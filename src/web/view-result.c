/*
 * The result page's model, out of the pairing as it is stored and sent: what
 * the page says is what the JSON says. The document is our own, but names,
 * lines and addresses in it are a stranger's, and members may be missing in
 * one that an older version made: nothing here relies on any of them.
 */
#include "web/view.h"

/* Not one string: ISO C promises 4,095 bytes of one, no more. */
static const char names_dish[] =
	"note limits name lang source source.href source.host source.author "
	"summary "
	"chips chips.items chips.items.label chips.items.text "
	"unrecognised unrecognised.items avoid avoid.items avoid.items.style "
	"avoid.items.why json_url tastes";
const char view_names_wines[] =
	"wines wines.rank wines.best wines.role wines.score wines.style "
	"wines.style_id wines.other wines.region wines.color wines.color_label "
	"wines.flute wines.note wines.about wines.serve wines.glass "
	"wines.price wines.price.signs wines.price.word wines.alternatives "
	"wines.alternatives.items wines.alternatives.items.id "
	"wines.alternatives.items.name wines.alternatives.items.last "
	"wines.reasons wines.reasons.items wines.reasons.items.sign "
	"wines.reasons.items.points wines.reasons.items.text "
	"wines.dishes wines.dishes.items wines.dishes.items.name "
	"wines.dishes.items.score wines.dishes.items.text";
const struct view view_result = { "result",
	{ VIEW_LAYOUT, names_dish, VIEW_RECIPE(""), view_names_wines,
		VIEW_BARS("wines."), VIEW_BARS("tastes."), VIEW_MENU,
		VIEW_RECIPE("recipes."), VIEW_ALSO, VIEW_CHOOSER, NULL } };

static const struct {
	const char *key, *label, *flavour;
} tastes[] = {
	{ "weight", "Weight", NULL },
	{ "intensity", "Intensity", NULL },
	{ "fat", "Fat", "richness" },
	{ "acid", "Acidity", "acidity" },
	{ "sweet", "Sweetness", "sweetness" },
	{ "salt", "Salt", "salt" },
	{ "bitter", "Bitterness", "bitterness" },
	{ "umami", "Umami", "umami" },
	{ "heat", "Chilli heat", "heat" },
	{ "smoke", "Smoke", "smoke" },
	{ "earth", "Earth", "earthiness" },
	{ "herb", "Herbs", "herbs" },
};

#define FLAVOUR_FROM 4.75 /* medium: what one would name */
#define FLAVOURS_NAMED 4
#define TITLE_MAX 200 /* bytes of a dish's name in the title of the page */

static size_t length(json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

static double taste(json_object *profile, size_t i)
{
	double v = json_num(profile, tastes[i].key, 0);

	return v < 0 ? 0 : v > 10 ? 10 : v;
}

/* A list of strings, as a list of strings. */
static json_object *lines(json_object *list)
{
	json_object *out = json_object_new_array();
	size_t i;

	for (i = 0; i < length(list); i++) {
		json_object *v = json_object_array_get_idx(list, i);

		if (json_object_is_type(v, json_type_string))
			json_object_array_add(out, json_object_get(v));
	}
	return out;
}

/* ---- the dish ---- */

static void chip(json_object *list, const char *label, const char *said)
{
	json_object *o;

	if (!said || !*said)
		return;
	o = json_object_new_object();
	json_put_str(o, "label", label);
	json_put_str(o, "text", said);
	json_object_array_add(list, o);
}

/* "heat, umami, salt": the loudest first. */
static const char *flavours(struct arena *mem, json_object *profile)
{
	struct sbuf s = SBUF_INIT(200);
	unsigned named = 0;
	const char *said;
	int turn;

	for (turn = 0; turn < FLAVOURS_NAMED; turn++) {
		size_t i, best = 0;

		for (i = 0; i < ARRAY_LEN(tastes); i++)
			if (tastes[i].flavour && !(named & 1u << i) &&
				taste(profile, i) >= FLAVOUR_FROM &&
				(!best || taste(profile, i) >
						  taste(profile, best)))
				best = i;
		if (!best)
			break;
		named |= 1u << best;
		sbuf_addf(&s, "%s%s", s.len ? ", " : "", tastes[best].flavour);
	}
	said = arena_strdup(mem, s.buf);
	sbuf_release(&s);
	return said;
}

static const char *joined(struct arena *mem, json_object *list)
{
	struct sbuf s = SBUF_INIT(400);
	const char *said;
	size_t i;

	for (i = 0; i < length(list); i++)
		sbuf_addf(&s, "%s%s", i ? ", " : "",
			json_object_get_string(
				json_object_array_get_idx(list, i)));
	said = arena_strdup(mem, s.buf);
	sbuf_release(&s);
	return said;
}

static void fill_profile(
	json_object *page, struct arena *mem, json_object *profile)
{
	json_object *chips = json_object_new_array();
	json_object *bars = json_object_new_array();
	json_object *section;
	const char *protein = view_text(profile, "protein");
	size_t i;

	if (!profile) {
		json_object_put(bars);
		view_list(page, "chips", chips);
		view_flag(page, "tastes", 0);
		return;
	}
	chip(chips, "Weight", view_word(SCALE_WEIGHT, taste(profile, 0)));
	chip(chips, "Flavours", flavours(mem, profile));
	chip(chips, "Method", joined(mem, json_arr(profile, "technique")));
	chip(chips, "Cuisine",
		view_capital(mem, view_text(profile, "cuisine")));
	chip(chips, "Main", strcmp(protein, "none") == 0 ? NULL : protein);
	view_list(page, "chips", chips);
	for (i = 0; i < ARRAY_LEN(tastes); i++)
		view_bar(bars, mem, tastes[i].label,
			i == 0 ? SCALE_WEIGHT : SCALE_TASTE, taste(profile, i));
	section = json_object_new_object();
	json_object_object_add(section, "bars", bars);
	json_object_object_add(page, "tastes", section);
}

static const char *minutes(struct arena *mem, int64_t n)
{
	if (n <= 0)
		return NULL;
	if (n < 90)
		return arena_printf(mem, "%lld minutes", (long long)n);
	return n % 60 ? arena_printf(mem, "%lld h %lld min", (long long)n / 60,
				(long long)n % 60)
		      : arena_printf(mem, "%lld hours", (long long)n / 60);
}

void view_recipe_fill(
	json_object *page, struct arena *mem, json_object *recipe, int open)
{
	const char *time = minutes(mem, json_int(recipe, "total_minutes", -1));
	const char *yield = view_text(recipe, "yield");
	int bare = *yield && strspn(yield, "0123456789") == strlen(yield);
	json_object *o = json_object_new_object();

	json_put_str(o, "facts",
		arena_printf(mem, "%s%s%s%s", bare ? "Serves " : "", yield,
			*yield && time ? " · " : "", time ? time : ""));
	json_put_str(o, "title", "The recipe as it was read");
	view_list(o, "ingredients", lines(json_arr(recipe, "ingredients")));
	view_list(o, "steps", lines(json_arr(recipe, "instructions")));
	view_flag(o, "open", open);
	json_object_object_add(page, "recipe", o);
}

/* ---- the wines ---- */

static json_object *reasons(struct arena *mem, json_object *list)
{
	json_object *out = json_object_new_array();
	size_t i;

	for (i = 0; i < length(list); i++) {
		json_object *r = json_object_array_get_idx(list, i);
		json_object *o = json_object_new_object();
		double points = json_num(r, "effect", 0);
		double size = points < 0 ? -points : points;

		json_put_str(o, "sign", points < 0 ? "minus" : "plus");
		json_put_str(o, "points",
			arena_printf(
				mem, "%s%.1f", points < 0 ? "−" : "+", size));
		json_put_str(
			o, "text", view_capital(mem, view_text(r, "text")));
		json_object_array_add(out, o);
	}
	return out;
}

/* Ids of styles, or their names, as links where we know them. */
static json_object *alternatives(struct exchange *x, json_object *list)
{
	json_object *out = json_object_new_array(), *last = NULL;
	size_t n, i, k;
	const struct wine *wines = knowledge_wines(x->web->knowledge, &n);

	for (i = 0; i < length(list); i++) {
		const char *said = json_object_get_string(
			json_object_array_get_idx(list, i));
		json_object *o;

		for (k = 0; said && k < n; k++)
			if (strcmp(wines[k].id, said) == 0 ||
				strcmp(wines[k].name, said) == 0)
				break;
		if (!said || k == n)
			continue;
		o = json_object_new_object();
		json_put_str(o, "id", wines[k].id);
		json_put_str(o, "name", wines[k].name);
		view_flag(o, "last", 0);
		json_object_array_add(out, o);
		last = o;
	}
	if (last)
		view_flag(last, "last", 1);
	return out;
}

/* Alcohol is a degree from 0 to 10 in the document; people know percent, so
 * a wine we have in our tables shows those. */
static json_object *structure(struct exchange *x, json_object *suggestion)
{
	static const struct {
		const char *key, *label;
		enum scale scale;
	} rows[] = {
		{ "body", "Body", SCALE_BODY },
		{ "acidity", "Acidity", SCALE_ACIDITY },
		{ "tannin", "Tannin", SCALE_TANNIN },
		{ "sweetness", "Sweetness", SCALE_SWEETNESS },
		{ "alcohol", "Alcohol", SCALE_TASTE },
	};
	json_object *list = json_object_new_array();
	json_object *s = json_obj(suggestion, "structure");
	const struct wine *w = knowledge_wine(
		x->web->knowledge, view_text(suggestion, "style_id"));
	size_t i;

	for (i = 0; s && i < ARRAY_LEN(rows); i++) {
		int percent = w && strcmp(rows[i].key, "alcohol") == 0;

		view_bar(list, x->r->mem, rows[i].label,
			percent ? SCALE_ALCOHOL : rows[i].scale,
			percent ? w->abv : json_num(s, rows[i].key, 0));
	}
	return list;
}

static const char *celsius(struct arena *mem, json_object *pair)
{
	if (length(pair) != 2)
		return NULL;
	return view_celsius(mem,
		json_object_get_int64(json_object_array_get_idx(pair, 0)),
		json_object_get_int64(json_object_array_get_idx(pair, 1)));
}

json_object *view_card(struct exchange *x, json_object *s, size_t rank)
{
	struct arena *mem = x->r->mem;
	json_object *o = json_object_new_object();
	const char *color = view_text(s, "color");

	json_put_int(o, "rank", (int64_t)rank);
	view_flag(o, "best", rank == 1);
	json_put_str(o, "role", view_text(s, "role"));
	if (json_num(s, "score", -1) >= 0)
		json_put_int(o, "score", json_int(s, "score", 0));
	/* a model's own idea: no page, no figures */
	view_flag(
		o, "other", strcmp(view_text(s, "style_id"), WINE_OTHER) == 0);
	json_put_str(o, "style", view_text(s, "style"));
	json_put_str(o, "style_id", view_text(s, "style_id"));
	json_put_str(o, "region", view_text(s, "region"));
	json_put_str(o, "color",
		view_hue(color,
			json_num(json_obj(s, "structure"), "tannin", 0)));
	json_put_str(o, "color_label", view_color(color));
	view_flag(o, "flute", strcmp(color, "sparkling") == 0);
	json_put_str(o, "note", view_text(s, "pairing_note"));
	json_put_str(o, "about", view_text(s, "description"));
	json_put_str(o, "serve", celsius(mem, json_arr(s, "serve_celsius")));
	json_put_str(o, "glass", view_text(s, "glass"));
	view_price(o, "price", json_int(s, "price", 0));
	view_list(o, "alternatives",
		alternatives(x, json_arr(s, "alternatives")));
	view_list(o, "reasons", reasons(mem, json_arr(s, "reasons")));
	json_object_object_add(o, "bars", structure(x, s));
	/* how a bottle for all does with each */
	view_list(o, "dishes", json_object_get(json_arr(s, "dishes")));
	return o;
}

static json_object *avoid(json_object *list)
{
	json_object *out = json_object_new_array();
	size_t i;

	for (i = 0; i < length(list); i++) {
		json_object *a = json_object_array_get_idx(list, i);
		json_object *o = json_object_new_object();

		json_put_str(o, "style", view_text(a, "style"));
		json_put_str(o, "why", view_text(a, "why"));
		json_object_array_add(out, o);
	}
	return out;
}

/* ---- all of it ---- */

const char *view_language(const char *tag)
{
	size_t i;

	for (i = 0; tag[i]; i++)
		if (!ascii_is_alnum(tag[i]) && tag[i] != '-')
			return "";
	return i >= 2 && i <= 35 ? tag : "";
}

const char *view_result_title(struct arena *mem, json_object *doc)
{
	const char *name = view_text(json_obj(doc, "recipe"), "name");

	return arena_printf(mem, "Wines for %.*s",
		(int)text_cut(name, strlen(name), TITLE_MAX), name);
}

void view_result_fill(json_object *page, struct exchange *x, json_object *doc,
	const char *preferences)
{
	struct arena *mem = x->r->mem;
	json_object *recipe = json_obj(doc, "recipe");
	int is_menu = view_menu_fill(page, x, doc);
	json_object *list = json_arr(doc, "suggestions");
	json_object *cards = json_object_new_array(), *source;
	const char *url = view_text(recipe, "url"), *id = view_text(doc, "id");
	size_t i;

	json_put_str(page, "name", view_text(recipe, "name"));
	json_put_str(
		page, "lang", view_language(view_text(recipe, "language")));
	source = view_source(
		page, "source", mem, *url ? url : view_text(doc, "url"));
	if (source)
		json_put_str(source, "author", view_text(recipe, "author"));
	json_put_str(page, "summary", view_text(doc, "summary"));
	json_put_str(page, "limits", view_text(doc, "limits"));
	/* of several dishes the loudest of each is nobody's taste */
	fill_profile(page, mem, is_menu ? NULL : json_obj(doc, "profile"));
	for (i = 0; i < length(list); i++)
		json_object_array_add(
			cards, view_card(x, json_object_array_get_idx(list, i),
				       i + 1));
	json_object_object_add(page, "wines", cards);
	view_list(page, "avoid", avoid(json_arr(doc, "avoid")));
	view_list(page, "unrecognised", lines(json_arr(doc, "unrecognised")));
	if (is_menu)
		view_flag(page, "recipe", 0);
	else
		view_recipe_fill(page, mem, recipe, 0);
	view_also_fill(page, x, doc, preferences);
	json_put_str(page, "json_url",
		*id ? arena_printf(mem, "/api/v1/pairings/%s", id) : "");
	view_chooser_fill(page, x, doc, preferences);
}
