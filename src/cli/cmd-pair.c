/*
 * winepair pair: which wines go with a recipe, and why. The answer is made by
 * the same road as the server's, ask() without a store; only a link is fetched
 * here, since there is no runner to do it. What a person reads is drawn from
 * the same document as --json.
 */
#include "cli/cli.h"

#include "ask/ask.h"
#include "cli/input.h"
#include "cli/list.h"
#include "cli/paper.h"

#define REASONS_SHOWN 5

static const struct cli_usage usage = {
	"pair " CLI_INPUT_SYNOPSIS " …\n"
	"                     [--json] [--count N] [--color red,white,…]\n"
	"                     [--max-price LEVEL] [--alcohol any|low|none]\n"
	"                     [--sweetness dry,off-dry,…] [--without NAME,…]\n"
	"                     [--list FILE|-] [--provider built-in]",
	"Says which wines go with a recipe, and why. Needs no server and no\n"
	"database; only a URL touches the network.\n\n" CLI_INPUT_HELP
	"                    Up to six of these are a menu: one bottle for "
	"all its\n"
	"                    dishes, or one each.\n\n"
	"  --count N         how many wines, 1 to 10 (5)\n"
	"  --color LIST      red white rose sparkling orange sweet fortified "
	"none\n"
	"  --max-price LEVEL 1 everyday, 2 mid, 3 special, 4 luxury (4)\n"
	"  --alcohol WHAT    any, low or none (any)\n"
	"  --sweetness LIST  dry off-dry sweet\n"
	"  --without LIST    wines or grapes to leave out\n" CLI_LIST_HELP
	"  --provider NAME   built-in\n"
	"  --json            for programs\n"
};

struct wishes {
	const char *count, *color, *max_price, *alcohol, *provider;
	const char *sweetness, *without;
	const char *list; /* a file */
};

static json_object *name_list(const char *text)
{
	json_object *list = json_object_new_array();

	while (*text) {
		size_t len = strcspn(text, ",");

		json_object_array_add(
			list, json_object_new_string_len(text, (int)len));
		text += len + (text[len] == ',');
	}
	return list;
}

/* The options as the object that forms and the API send: one set of rules. */
static int read_wishes(const struct wishes *w, struct preferences *p)
{
	json_object *o = json_object_new_object();
	struct err e = ERR_INIT;
	int64_t n;
	int rc = -1;

	if (w->count &&
		num_int(w->count, strlen(w->count), 1, PAIRING_COUNT_MAX, &n)) {
		rc = cli_wrong(&usage, "--count: expected 1 to %d, not '%.20s'",
			PAIRING_COUNT_MAX, w->count);
		goto out;
	}
	if (w->count)
		json_put_int(o, "count", n);
	if (w->max_price &&
		num_int(w->max_price, strlen(w->max_price), 1, 4, &n)) {
		rc = cli_wrong(&usage,
			"--max-price: expected 1 to 4, not '%.20s'",
			w->max_price);
		goto out;
	}
	if (w->max_price)
		json_put_int(o, "max_price", n);
	if (w->color)
		json_object_object_add(o, "colors", name_list(w->color));
	if (w->sweetness)
		json_object_object_add(o, "sweetness", name_list(w->sweetness));
	if (w->without)
		json_object_object_add(o, "without", name_list(w->without));
	if (w->alcohol)
		json_put_str(o, "alcohol", w->alcohol);
	if (preferences_from_json(o, p, &e))
		rc = cli_wrong(&usage, "%s", e.msg);
	else if (w->provider && strcmp(w->provider, "built-in"))
		rc = cli_wrong(&usage, "--provider: only built-in is there");
out:
	json_object_put(o);
	return rc;
}

/* ---- for a person ---- */

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
	sbuf_addf(&sb, "price %d of 4", (int)json_int(s, "price", 0));
	paper_text(p, "    Serve: ", INK_DIM, sb.buf);
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
	char lead[32], score[20];

	paper_gap(p);
	(void)snprintf(lead, sizeof(lead), "%2zu. ", rank);
	(void)snprintf(
		score, sizeof(score), "%3d/100", (int)json_int(s, "score", 0));
	paper_sides(
		p, lead, ink_of(color), json_str(s, "style"), INK_GREEN, score);
	sbuf_addf(&sb, "%s, %s%s%s", region ? region : "",
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

static int show(json_object *doc)
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
	rc = cli_write(&p.out);
	paper_release(&p);
	sbuf_release(&sb);
	return rc;
}

/* A page we fetched goes the way it goes in a job. */
static int pair_fetched(const struct ask_world *w, const struct cli_source *s,
	const struct preferences *p, struct arena *mem, const char **body,
	size_t *len, struct err *e)
{
	struct pairing_new made;
	struct recipe r;

	if (cli_source_recipe(s, w->knowledge, mem, &r, e) ||
		ask_make(w, &r, p, mem, &made, e))
		return -1;
	*body = made.body;
	*len = made.body_len;
	return 0;
}

static int pair_one(const struct ask_world *w, const struct cli_source *s,
	const struct preferences *p, struct arena *mem, const char **body,
	size_t *len, struct err *e)
{
	struct ask_input in = { .kind = s->kind,
		.data = s->bytes.buf,
		.len = s->bytes.len,
		.url = s->url,
		.preferences = *p };
	struct ask_answer made;

	if (s->fetched)
		return pair_fetched(w, s, p, mem, body, len, e);
	if (ask(w, &in, mem, &made, e))
		return -1;
	*body = made.body;
	*len = made.len;
	return 0;
}

/* Several make a menu; each is read first, whatever it comes from. *bad is the
 * one at fault, from 1, or 0. */
static int pair_menu(const struct ask_world *w, const struct cli_input *in,
	size_t n, const struct preferences *p, struct arena *mem,
	const char **body, size_t *len, size_t *bad, struct err *e)
{
	struct recipe dishes[MENU_MAX];
	struct pairing_new made;
	struct cli_source s;
	size_t i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		*bad = i + 1;
		rc = cli_source_load(&in[i], w->config, mem, &s, e) ||
		     cli_source_recipe(&s, w->knowledge, mem, &dishes[i], e);
		cli_source_release(&s);
	}
	if (rc || ask_make_menu(w, dishes, n, p, mem, &made, bad, e))
		return -1;
	*body = made.body;
	*len = made.body_len;
	return 0;
}

static int pair(const struct ask_world *w, const struct cli_input *in, size_t n,
	const struct preferences *p, struct arena *mem, const char **body,
	size_t *len, size_t *bad, struct err *e)
{
	struct cli_source s;
	int rc;

	if (n > 1)
		return pair_menu(w, in, n, p, mem, body, len, bad, e);
	rc = cli_source_load(in, w->config, mem, &s, e) ||
	     pair_one(w, &s, p, mem, body, len, e);
	cli_source_release(&s);
	return rc ? -1 : 0;
}

/* The pairing as a document, with the bottles of the list if there is one;
 * NULL and e when it fails. */
static json_object *make(const struct ask_world *w, const struct cli_input *in,
	size_t n, const struct preferences *p, const struct cellar *list,
	struct arena *mem, size_t *bad, struct err *e)
{
	json_object *doc;
	const char *body;
	size_t len;

	if (pair(w, in, n, p, mem, &body, &len, bad, e))
		return NULL;
	doc = json_read(body, len, e);
	if (doc && list && cli_list_rank(w->knowledge, list, p, mem, doc, e)) {
		json_object_put(doc);
		return NULL;
	}
	return doc;
}

static int run(const struct cli_input *in, size_t n,
	const struct preferences *p, const char *list, int json)
{
	struct ask_world world = { .reader = -1 };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct knowledge *k = NULL;
	json_object *doc = NULL;
	struct cellar cellar;
	struct config c;
	size_t bad = 0;
	int rc = CLI_FAILED;

	if (cli_config(NULL, &c, &mem) || !(k = cli_knowledge(&c)))
		goto out;
	world.config = &c;
	world.knowledge = k;
	if (preferences_check(k, p, &e)) {
		rc = cli_wrong(&usage, "%s", e.msg);
		goto out;
	}
	if (!(list && cli_list_read(list, k, &mem, &cellar, &e)))
		doc = make(&world, in, n, p, list ? &cellar : NULL, &mem, &bad,
			&e);
	rc = !doc   ? cli_failed_at(&e, bad, json)
	     : json ? cli_write_json(doc)
		    : show(doc);
out:
	json_object_put(doc);
	knowledge_free(k);
	arena_release(&mem);
	return rc;
}

/* Can the list be read beside these recipes? -1 when it can. */
static int check_list(const struct cli_input *in, size_t n, const char *list)
{
	const char *file = in->file ? in->file : in->text_file;

	if (!list)
		return -1;
	if (n > 1)
		return cli_wrong(&usage, "--list takes one recipe, no menu");
	if (file && strcmp(list, "-") == 0 && strcmp(file, "-") == 0)
		return cli_wrong(&usage, "standard input cannot be both the "
					 "recipe and the list");
	return -1;
}

int cmd_pair(int argc, char **argv)
{
	struct cli_inputs given = { .n = 0 };
	struct cli_input in[MENU_MAX];
	struct wishes w = { .count = NULL };
	int json = 0, rc;
	const struct cli_option options[] = { CLI_INPUT_OPTIONS(&given),
		{ "count", &w.count, NULL }, { "color", &w.color, NULL },
		{ "max-price", &w.max_price, NULL },
		{ "sweetness", &w.sweetness, NULL },
		{ "without", &w.without, NULL },
		{ "alcohol", &w.alcohol, NULL }, { "list", &w.list, NULL },
		{ "cellar", &w.list, NULL }, { "provider", &w.provider, NULL },
		{ "json", NULL, &json }, { NULL, NULL, NULL } };
	struct preferences p = PREFERENCES_INIT;
	size_t n;

	rc = cli_options(&usage, options, argc, argv, NULL, 0);
	if (rc < 0)
		rc = cli_input_check(&usage, &given, in, MENU_MAX, &n);
	if (rc < 0)
		rc = read_wishes(&w, &p);
	if (rc < 0)
		rc = check_list(in, n, w.list);
	return rc >= 0 ? rc : run(in, n, &p, w.list, json);
}
