/*
 * A pairing for a person on a terminal, drawn from the same document as --json.
 * What is null there (of a wine that a model thought of itself, neither points
 * nor temperature are known) is left out here.
 */
#include "cli/show.h"

#include "cli/cli.h"
#include "cli/list.h"
#include "cli/paper.h"

#define REASONS_SHOWN 5

static enum ink ink_of(const char *color)
{
	if (!color || strcmp(color, "none") == 0)
		return INK_BOLD;
	if (strcmp(color, "red") == 0 || strcmp(color, "fortified") == 0)
		return INK_RED;
	if (strcmp(color, "rose") == 0)
		return INK_MAGENTA;
	return INK_YELLOW;
}

/* The weightiest reasons; --json has them all. */
static void add_reasons(struct paper *p, json_object *s)
{
	json_object *list = json_arr(s, "reasons");
	size_t i, n = list ? json_object_array_length(list) : 0;

	for (i = 0; i < n && i < REASONS_SHOWN; i++) {
		json_object *r = json_object_array_get_idx(list, i);
		double effect = json_num(r, "effect", 0);
		char lead[40];

		(void)snprintf(lead, sizeof(lead), "    %+5.1f  ", effect);
		paper_text(p, lead, effect < 0 ? INK_DIM : INK_PLAIN,
			json_str(r, "text"));
	}
}

static void add_service(struct paper *p, json_object *s)
{
	json_object *serve = json_arr(s, "serve_celsius");
	json_object *other = json_arr(s, "alternatives");
	size_t i, n = other ? json_object_array_length(other) : 0;
	struct sbuf sb = SBUF_INIT(8192);

	if (serve && json_object_array_length(serve) == 2)
		sbuf_addf(&sb,
			"%d-%d \xc2\xb0"
			"C, ",
			json_object_get_int(
				json_object_array_get_idx(serve, 0)),
			json_object_get_int(
				json_object_array_get_idx(serve, 1)));
	if (json_str(s, "glass"))
		sbuf_addf(&sb, "%s glass, ", json_str(s, "glass"));
	if (json_int(s, "price", 0))
		sbuf_addf(&sb, "price %d of 4, ", (int)json_int(s, "price", 0));
	if (sb.len) {
		sbuf_truncate(&sb, sb.len - 2);
		paper_text(p, "    Serve: ", INK_DIM, sb.buf);
	}
	sbuf_reset(&sb);
	for (i = 0; i < n; i++)
		sbuf_addf(&sb, "%s%s", i ? ", " : "",
			json_object_get_string(
				json_object_array_get_idx(other, i)));
	if (sb.len)
		paper_text(p, "    Or:    ", INK_DIM, sb.buf);
	sbuf_release(&sb);
}

/* How a bottle for all does with each dish. */
static void add_beside(struct paper *p, json_object *dishes)
{
	struct sbuf sb = SBUF_INIT(8192);
	size_t i;

	for (i = 0; i < json_object_array_length(dishes); i++) {
		json_object *d = json_object_array_get_idx(dishes, i);
		char lead[40];

		sbuf_reset(&sb);
		sbuf_addf(&sb, "%s: %s", json_str(d, "name"),
			json_str(d, "text"));
		(void)snprintf(lead, sizeof(lead), "    %3d  ",
			(int)json_int(d, "score", 0));
		paper_text(p, lead, INK_PLAIN, sb.buf);
	}
	sbuf_release(&sb);
}

/* The name of a wine, what it is, and the note on it. */
static void add_wine(struct paper *p, json_object *s, size_t rank)
{
	const char *color = json_str(s, "color"), *role = json_str(s, "role");
	const char *region = json_str(s, "region"), *note;
	struct sbuf sb = SBUF_INIT(2048);
	char lead[32], score[20] = "";
	int points = (int)json_int(s, "score", -1);

	paper_gap(p);
	(void)snprintf(lead, sizeof(lead), "%2zu. ", rank);
	if (points >= 0)
		(void)snprintf(score, sizeof(score), "%3d/100", points);
	if (*score)
		paper_sides(p, lead, ink_of(color), json_str(s, "style"),
			INK_GREEN, score);
	else
		paper_text(p, lead, ink_of(color), json_str(s, "style"));
	sbuf_addf(&sb, "%s%s%s%s%s", region ? region : "",
		region && *region ? ", " : "",
		color && strcmp(color, "none") ? color : "without alcohol",
		role ? ", " : "", role ? role : "");
	paper_text(p, "    ", INK_DIM, sb.buf);
	note = json_str(s, "pairing_note");
	if (note)
		paper_text(p, "    ", INK_PLAIN, note);
	sbuf_release(&sb);
}

static void add_suggestion(struct paper *p, json_object *s, size_t rank)
{
	json_object *dishes = json_arr(s, "dishes");

	add_wine(p, s, rank);
	if (dishes)
		add_beside(p, dishes);
	else
		add_reasons(p, s);
	add_service(p, s);
}

static void add_heading(struct paper *p, const char *text)
{
	paper_gap(p);
	paper_text(p, "", INK_BOLD, text);
}

/* Each dish of a menu with wines of its own. */
static void add_apart(struct paper *p, json_object *menu)
{
	size_t i, k;

	add_heading(p, "Or one each");
	for (i = 0; i < json_object_array_length(menu); i++) {
		json_object *d = json_object_array_get_idx(menu, i);
		json_object *list = json_arr(d, "suggestions");

		add_heading(p, json_str(json_obj(d, "recipe"), "name"));
		for (k = 0; k < json_object_array_length(list); k++)
			add_wine(p, json_object_array_get_idx(list, k), k + 1);
	}
}

static void add_unrecognised(struct paper *p, json_object *doc)
{
	json_object *list = json_arr(doc, "unrecognised");
	size_t i, n = list ? json_object_array_length(list) : 0;
	struct sbuf sb = SBUF_INIT((size_t)1 << 20);

	for (i = 0; i < n; i++)
		sbuf_addf(&sb, "%s%s", i ? "; " : "",
			json_object_get_string(
				json_object_array_get_idx(list, i)));
	if (n) {
		paper_gap(p);
		paper_text(p, "Not recognised: ", INK_DIM, sb.buf);
	}
	sbuf_release(&sb);
}

/* Some models do not tell what they used; dollars stand as in the document, to
 * the last millionth. */
static void add_usage(struct sbuf *out, json_object *usage)
{
	int64_t in = json_int(usage, "input_tokens", 0);
	int64_t given = json_int(usage, "output_tokens", 0);
	double cost = json_num(usage, "cost_usd", -1);

	if (!in && !given && cost <= 0)
		return;
	sbuf_addf(out, " It took %lld tokens in, %lld out", (long long)in,
		(long long)given);
	if (cost >= 0)
		sbuf_addf(out, ", $%s",
			json_object_get_string(
				json_object_object_get(usage, "cost_usd")));
	sbuf_addch(out, '.');
}

/* Who chose, and what it cost, when a model was to: nothing is said of the
 * engine alone. */
static void add_chooser(struct paper *p, json_object *doc)
{
	json_object *engine = json_obj(doc, "engine");
	json_object *fallback = json_obj(engine, "fallback");
	const char *model = json_str(engine, "model");
	struct sbuf sb = SBUF_INIT(2048);

	if (fallback)
		sbuf_addstr(&sb, json_str(fallback, "detail"));
	else if (model)
		sbuf_addf(&sb, "Chosen by %s (%s).", model,
			json_str(engine, "provider"));
	add_usage(&sb, json_obj(doc, "usage"));
	if (sb.len) {
		paper_gap(p);
		paper_text(p, "", fallback ? INK_YELLOW : INK_DIM, sb.buf);
	}
	sbuf_release(&sb);
}

int cli_show_pairing(json_object *doc)
{
	json_object *recipe = json_obj(doc, "recipe");
	json_object *list = json_arr(doc, "suggestions");
	json_object *avoid = json_arr(doc, "avoid");
	json_object *menu = json_arr(doc, "menu");
	size_t i, n = list ? json_object_array_length(list) : 0;
	struct sbuf sb = SBUF_INIT(8192);
	struct paper p;
	int rc;

	paper_init(&p);
	paper_text(&p, "", INK_BOLD, json_str(recipe, "name"));
	paper_text(&p, "", INK_PLAIN, json_str(doc, "summary"));
	if (json_obj(doc, "list"))
		cli_list_show(&p, json_obj(doc, "list"));
	if (menu)
		add_heading(&p, "One bottle for all");
	for (i = 0; i < n; i++)
		add_suggestion(&p, json_object_array_get_idx(list, i), i + 1);
	if (json_str(doc, "limits")) {
		paper_gap(&p);
		paper_text(&p, "", INK_PLAIN, json_str(doc, "limits"));
	}
	if (menu)
		add_apart(&p, menu);
	n = avoid ? json_object_array_length(avoid) : 0;
	if (n)
		add_heading(&p, "Better not");
	for (i = 0; i < n; i++) {
		json_object *a = json_object_array_get_idx(avoid, i);

		sbuf_reset(&sb);
		sbuf_addf(&sb, "%s: %s", json_str(a, "style"),
			json_str(a, "why"));
		paper_text(&p, "  - ", INK_PLAIN, sb.buf);
	}
	add_unrecognised(&p, doc);
	add_chooser(&p, doc);
	rc = cli_write(&p.out);
	paper_release(&p);
	sbuf_release(&sb);
	return rc;
}
