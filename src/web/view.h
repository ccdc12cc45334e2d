/*
 * What the pages are made of: each template with the names its handler may
 * fill, and the pieces several pages share. A view model is a json-c object;
 * view_send() renders and releases it.
 */
#ifndef WEB_VIEW_H
#define WEB_VIEW_H

#include "web/exchange.h"

#define VIEW_NAMES_MAX 12

struct view {
	const char *page;
	const char *names[VIEW_NAMES_MAX]; /* several in a string; NULL ends */
};

/* Names of the layout and of partials, to be put into a view's list. */
#define VIEW_LAYOUT \
	"title description refresh static nav_home nav_recent nav_wines"

/* Names of the cards of wines, "wines …" (beside VIEW_BARS("wines.")). */
extern const char view_names_wines[];

extern const struct view view_home, view_result, view_progress, view_failed,
	view_recent, view_wines, view_wine, view_import, view_preview,
	view_error, view_admin, view_login;

enum nav { NAV_NONE, NAV_HOME, NAV_RECENT, NAV_WINES };

/* The layout's part of a page. */
json_object *view_page(struct exchange *x, const char *title, enum nav nav);
/* Render, put; consumes data. -1: the body is empty again. */
int view_send(struct exchange *x, const struct view *v, json_object *data,
	int status, struct err *e);

/* {"items": list} under key, or false when the list is empty: what a section
 * with a heading of its own needs. Consumes list. */
void view_list(json_object *o, const char *key, json_object *list);
/* A member that may be missing, or o itself: "" then. */
const char *view_text(json_object *o, const char *key);
void view_flag(json_object *o, const char *key, int on);
/* "https://www.example.com/x" → "example.com"; NULL when there is none. */
const char *view_host(struct arena *mem, const char *url);
/* {"href","host"} under key, or false; http and https only. */
json_object *view_source(
	json_object *o, const char *key, struct arena *mem, const char *url);
/* "23 November 2026" */
const char *view_date(struct arena *mem, int64_t wall_ms);
/* The same of a time as JSON has it; "" when it is none. */
const char *view_day(struct arena *mem, const char *rfc3339);
/* "3 minutes ago"; after a day the date. */
const char *view_ago(struct arena *mem, int64_t then, int64_t now);
/* "stir-fried" → "Stir-fried" (ASCII only). */
const char *view_capital(struct arena *mem, const char *s);

/* ---- view-progress.c: before there is a pairing ---- */
/* Behind the address of a pairing: its link was found among words. */
#define LINK_FOUND "?link=found"
/* What was done with what was pasted, when that is not plain to see. */
void view_note(json_object *page, const struct exchange *x);
/* The page of a job under way, and of one that ended without a pairing, with
 * their headers. */
int view_send_progress(
	struct exchange *x, const struct pairing_row *job, struct err *e);
int view_send_failed(
	struct exchange *x, const struct pairing_row *row, struct err *e);

/* ---- view-form.c: the box ---- */
#define VIEW_FORM                                                    \
	"form form.action form.button form.file form.source "        \
	"form.text form.error form.error.title form.error.text "     \
	"form.error.detail form.open form.colors form.colors.color " \
	"form.colors.checked form.colors.label form.prices "         \
	"form.prices.value form.prices.checked form.prices.label "   \
	"form.alcohols form.alcohols.value form.alcohols.checked "   \
	"form.alcohols.label form.sweetness form.sweetness.value "   \
	"form.sweetness.checked form.sweetness.label form.count "    \
	"form.without form.with form.with.id form.with.name"
/* The form as it was sent (or empty), and with what is wrong in it. e may be
 * NULL. with_text 0 leaves the text out: too large to send back. It asks for a
 * pairing; view_form_import() makes it one that is only looked at. */
json_object *view_form(struct exchange *x, const struct err *e, int with_text);
void view_form_import(json_object *form);
/* Keep what the dish in the box is to stand beside. */
void view_form_with(json_object *form, struct exchange *x);
/* The form of something already read: this text, from this address (or NULL);
 * no file. */
void view_form_read(json_object *form, const char *text, const char *source);

/* A field that is not seen, {"name","value"}, added to list. */
void view_field(json_object *list, const char *name, const char *value);
/* A recipe as text for the box, which is read as the same recipe. */
void view_recipe_text(const struct recipe *r, struct sbuf *out);

/* ---- view-wine.c: words and bars ---- */
#define VIEW_BARS(at)                                                  \
	at "bars " at "bars.label " at "bars.max " at "bars.value " at \
	   "bars.word " at "bars.shown"
#define VIEW_ROW(at)                                                      \
	at "id " at "name " at "region " at "color " at "color_label " at \
	   "words " at "price " at "price.signs " at "price.word"

enum scale {
	SCALE_TASTE,
	SCALE_WEIGHT, /* of a dish */
	SCALE_BODY,
	SCALE_ACIDITY,
	SCALE_TANNIN,
	SCALE_SWEETNESS,
	SCALE_ALCOHOL, /* percent by volume */
	SCALE_MAX
};
/* "Red", "Without alcohol" */
const char *view_color(const char *color);
/* The colour to paint a wine of that colour: of a sparkling red, red. */
const char *view_hue(const char *color, double tannin);
/* "full", "off-dry": a number on its scale, for people. */
const char *view_word(enum scale scale, double value);
/* One bar: label, word, number, maximum. Added to list. */
void view_bar(json_object *list, struct arena *mem, const char *label,
	enum scale scale, double value);
/* {"signs":"€€","word"} or false (0: unknown) under key. */
void view_price(json_object *o, const char *key, int64_t price);
/* "8–10 °C"; NULL when lo and hi are both 0. */
const char *view_celsius(struct arena *mem, int64_t lo, int64_t hi);
/* A line in a list of wines: VIEW_ROW. */
json_object *view_wine_row(struct arena *mem, const struct wine *w);

/* ---- view-result.c ---- */
/* Add what result.mustache needs; doc is the pairing as it is sent, and
 * preferences what it was asked with (JSON; NULL: unknown). */
void view_result_fill(json_object *page, struct exchange *x, json_object *doc,
	const char *preferences);
/* The recipe as it was read, out of its JSON; open: not folded. */
#define VIEW_RECIPE(at)                                       \
	at "recipe " at "recipe.title " at "recipe.facts " at \
	   "recipe.open " at "recipe.ingredients " at         \
	   "recipe.ingredients.items " at "recipe.steps " at  \
	   "recipe.steps.items " at "lang"
void view_recipe_fill(
	json_object *page, struct arena *mem, json_object *recipe, int open);
const char *view_result_title(struct arena *mem, json_object *doc);
/* One proposal, number rank of its list. Of a wine that is in no table (style
 * WINE_OTHER) only the words are known. */
json_object *view_card(struct exchange *x, json_object *s, size_t rank);
/* A language tag, or "": a browser picks fonts and voices by it. */
const char *view_language(const char *tag);

/* ---- view-chooser.c: the engine, or a model ---- */
#define VIEW_CHOOSER                                        \
	"made fallback fallback.detail fallback.again "     \
	"fallback.again.fields fallback.again.fields.name " \
	"fallback.again.fields.value"
/* "made" and "fallback" (or false), of a result page. */
void view_chooser_fill(json_object *page, struct exchange *x, json_object *doc,
	const char *preferences);

/* ---- view-menu.c: several dishes on one table ---- */
#define VIEW_MENU                                                        \
	"recipes menu menu.dishes menu.dishes.n menu.dishes.name "       \
	"menu.dishes.lang menu.dishes.source menu.dishes.source.href "   \
	"menu.dishes.source.host menu.dishes.summary menu.dishes.picks " \
	"menu.dishes.picks.style_id menu.dishes.picks.style "            \
	"menu.dishes.picks.region menu.dishes.picks.color "              \
	"menu.dishes.picks.color_label menu.dishes.picks.score "         \
	"menu.dishes.picks.role menu.dishes.picks.note"
/* The dishes of a menu under "menu", and their "recipes". Returns whether it
 * is one. */
int view_menu_fill(json_object *page, struct exchange *x, json_object *doc);
/* What it was asked with as fields of a form: [{"name","value"}]. */
json_object *view_wishes(struct arena *mem, const char *preferences);
#define VIEW_ALSO \
	"also also.id also.wishes also.wishes.name also.wishes.value also.all"
/* The form that adds a dish, with the same wishes, under "also"; false when the
 * pairing is not kept or the table is full. */
void view_also_fill(json_object *page, struct exchange *x, json_object *doc,
	const char *preferences);

/* ---- page-recent.c ---- */
#define VIEW_RECENT                                                 \
	"recent recent.items recent.items.id recent.items.name "    \
	"recent.items.host recent.items.created recent.items.when " \
	"recent.next"
/* {"items","next"} or false under "recent". */
int view_recent_fill(json_object *page, struct exchange *x, const char *cursor,
	int limit, struct err *e);
/* The cursor of the query, NULL when absent. The store judges it. */
const char *view_recent_cursor(const struct exchange *x);

/* ---- view-admin.c: the operator's page ---- */
/* "12,345" */
const char *view_count(struct arena *mem, int64_t n);
/* Millionths of a dollar, in as many digits as say something: "$12.30",
 * "$0.0123", "under $0.0001", "$0". */
const char *view_money(struct arena *mem, int64_t micro);
void view_admin_fill(json_object *page, struct exchange *x,
	const struct store_report *r, int64_t now);

/* ---- view-chart.c ---- */
#define VIEW_CHART                                                 \
	"chart chart.title chart.text chart.width chart.height "   \
	"chart.top chart.half chart.first chart.last chart.bars "  \
	"chart.bars.n chart.bars.x chart.bars.y chart.bars.width " \
	"chart.bars.height chart.bars.title chart.series "         \
	"chart.series.n chart.series.model chart.series.total"
/* The days of a report as bars, under "chart"; false when there is nothing. */
void view_chart_fill(json_object *page, struct arena *mem,
	const struct store_report *r, int64_t now);

#endif
