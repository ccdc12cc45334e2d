/*
 * pair --list: which of the bottles somebody has go best with the recipe. The
 * file is read here; what is in it, and the ranking, are pairing/'s work.
 */
#include "cli/list.h"

#define TEXT_MAX (3 * CELLAR_BYTES_MAX + 16) /* as UTF-8 */
#define QUOTED_MAX 120			     /* bytes of a line of a table */
#define LISTED_MAX 10			     /* lines in a row of them */

int cli_list_read(const char *path, const struct knowledge *k,
	struct arena *mem, struct cellar *out, struct err *e)
{
	struct sbuf bytes = SBUF_INIT(2 * CELLAR_BYTES_MAX + 2);
	struct sbuf text = SBUF_INIT(TEXT_MAX);
	struct labels *labels = labels_new(k);
	int rc = file_read(path, &bytes, e);

	if (rc && e->reason == REASON_TOO_LARGE)
		e->reason = REASON_LIST_TOO_LARGE;
	if (!rc) {
		recipe_decode(bytes.buf, bytes.len, &text);
		rc = cellar_read(labels, text.buf, text.len, cli_this_year(),
			mem, out, e);
	}
	labels_free(labels);
	sbuf_release(&text);
	sbuf_release(&bytes);
	return rc;
}

int cli_list_rank(const struct knowledge *k, const struct cellar *c,
	const struct preferences *p, struct arena *mem, json_object *doc,
	struct err *e)
{
	struct ranking ranking;
	struct recipe r;

	if (recipe_from_json(json_obj(doc, "recipe"), mem, &r, e) ||
		ranking_make(k, &r, p, c, cli_this_year(), mem, &ranking, e))
		return -1;
	json_object_object_add(doc, "list", ranking_to_json(&ranking));
	return 0;
}

/* ---- for a person ---- */

static json_object *at(json_object *list, size_t i)
{
	return json_object_array_get_idx(list, i);
}

static size_t length(json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

/* "line 3: "…"", the text cut where it is long. */
static void add_quote(struct sbuf *sb, json_object *o)
{
	const char *text = json_str(o, "text");
	size_t len = strlen(text);
	size_t cut = text_cut(text, len, QUOTED_MAX);

	sbuf_addf(sb, "line %d: \"%.*s%s\"", (int)json_int(o, "line", 0),
		(int)cut, text, cut < len ? "\xe2\x80\xa6" : "");
}

/* "ready (2024-2030)" */
static void add_window(struct sbuf *sb, json_object *window)
{
	const char *state = json_str(window, "state");
	int from = (int)json_int(window, "from", 0);
	int to = (int)json_int(window, "to", 0);

	if (strcmp(state, "young") == 0)
		sbuf_addf(sb, ", too young before %d", from);
	else if (strcmp(state, "past") == 0)
		sbuf_addf(sb, ", past since %d", to);
	else if (from && to)
		sbuf_addf(sb, ", ready (%d-%d)", from, to);
	else if (from || to)
		sbuf_addf(sb, ", ready (%s %d)", from ? "since" : "until",
			from ? from : to);
}

/* "lines 3 and 7" when it is in several. */
static void add_lines(struct sbuf *sb, json_object *lines)
{
	size_t i, n = length(lines);

	if (n < 2)
		return;
	sbuf_addstr(sb, ", in lines ");
	for (i = 0; i < n && i < LISTED_MAX; i++)
		sbuf_addf(sb, "%s%d", text_joint(i, n),
			json_object_get_int(at(lines, i)));
	if (n > LISTED_MAX)
		sbuf_addf(sb, " and %zu more", n - LISTED_MAX);
}

/* Was a bottle of this style shown before it? Then its note was, too. */
static int is_told(json_object *bottles, size_t i)
{
	const char *style = json_str(at(bottles, i), "style_id");

	while (i--)
		if (strcmp(json_str(at(bottles, i), "style_id"), style) == 0)
			return 1;
	return 0;
}

static void add_bottle(
	struct paper *p, json_object *bottles, size_t i, int table)
{
	json_object *b = at(bottles, i);
	struct sbuf sb = SBUF_INIT(65536);
	double confidence = json_num(b, "confidence", 0);
	int count = (int)json_int(b, "count", 1);
	int vintage = (int)json_int(b, "vintage", 0);
	char lead[32], score[20], year[16] = "";

	paper_gap(p);
	(void)snprintf(lead, sizeof(lead), "%2zu. ", i + 1);
	(void)snprintf(
		score, sizeof(score), "%3d/100", (int)json_int(b, "score", 0));
	(void)snprintf(year, sizeof(year), "%d", vintage);
	if (table && vintage && !strstr(json_str(b, "name"), year))
		sbuf_addf(&sb, "%s ", year);
	sbuf_addstr(&sb, json_str(b, table ? "name" : "text"));
	paper_sides(p, lead, INK_BOLD, sb.buf, INK_GREEN, score);
	sbuf_reset(&sb);
	if (table) {
		add_quote(&sb, b);
		paper_text(p, "    ", INK_DIM, sb.buf);
		sbuf_reset(&sb);
	} else {
		sbuf_addf(&sb, "line %d: ", (int)json_int(b, "line", 0));
	}
	sbuf_addf(&sb, "%s, %s (%d %%)", json_str(b, "style"),
		bottle_sureness(confidence), (int)(confidence * 100 + 0.5));
	/* a menu that has it twice need not have two */
	if (count > 1 &&
		(table || (size_t)count != length(json_arr(b, "lines"))))
		sbuf_addf(&sb, ", %d bottles", count);
	add_lines(&sb, json_arr(b, "lines"));
	add_window(&sb, json_obj(b, "window"));
	paper_text(p, "    ", INK_PLAIN, sb.buf);
	if (!is_told(bottles, i))
		paper_text(p, "    ", INK_PLAIN, json_str(b, "pairing_note"));
	sbuf_release(&sb);
}

/* Lines in a row, with what they have in common before them. why: only those
 * that have it; NULL: all. */
static void add_others(
	struct paper *p, const char *lead, json_object *list, const char *why)
{
	struct sbuf sb = SBUF_INIT((size_t)1 << 20);
	size_t i, n = 0;

	for (i = 0; i < length(list); i++) {
		json_object *o = at(list, i);

		if (why && strcmp(json_str(o, "why"), why) != 0)
			continue;
		if (++n > LISTED_MAX)
			continue;
		if (sb.len)
			sbuf_addstr(&sb, "; ");
		add_quote(&sb, o);
	}
	if (n > LISTED_MAX)
		sbuf_addf(&sb, "; and %zu more", n - LISTED_MAX);
	if (n) {
		paper_gap(p);
		paper_text(p, lead, INK_DIM, sb.buf);
	}
	sbuf_release(&sb);
}

void cli_list_show(struct paper *p, json_object *list)
{
	json_object *bottles = json_arr(list, "bottles");
	json_object *left_out = json_arr(list, "left_out");
	int table = strcmp(json_str(list, "kind"), "table") == 0;
	int more = (int)json_int(list, "more", 0);
	char text[64];
	size_t i;

	paper_gap(p);
	paper_text(p, "", INK_BOLD, "From your list");
	if (!length(bottles)) {
		paper_gap(p);
		paper_text(p, "", INK_PLAIN,
			"There is no bottle on it to choose from.");
	}
	for (i = 0; i < length(bottles); i++)
		add_bottle(p, bottles, i, table);
	if (more) {
		(void)snprintf(text, sizeof(text),
			"%d more on the list score less or are not ready.",
			more);
		paper_gap(p);
		paper_text(p, "", INK_DIM, text);
	}
	add_others(p, "Left out by your wishes: ", left_out, "preferences");
	add_others(p, "None left: ", left_out, "none-left");
	add_others(p, "Not understood: ", json_arr(list, "unknown"), NULL);
	paper_gap(p);
	paper_text(p, "", INK_BOLD, "What one would buy");
}
