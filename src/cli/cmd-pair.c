/*
 * winepair pair: which wines go with a recipe, and why. The answer is made by
 * the same road as the server's, ask() without a store; only a link is fetched
 * here, and a model asked, since there is no runner to do it. What a person
 * reads is drawn from the same document as --json (show.c).
 */
#include "cli/cli.h"

#include "ask/ask.h"
#include "cli/input.h"
#include "cli/list.h"
#include "cli/models.h"
#include "cli/show.h"

static const struct cli_usage usage = {
	"pair " CLI_INPUT_SYNOPSIS " …\n"
	"                     [--json] [--count N] [--color red,white,…]\n"
	"                     [--max-price LEVEL] [--alcohol any|low|none]\n"
	"                     [--sweetness dry,off-dry,…] [--without NAME,…]\n"
	"                     [--list FILE|-] [--provider LIST]\n"
	"                     [--config FILE]",
	"Says which wines go with a recipe, and why. Needs no server and no\n"
	"database; only a URL or a language model touches the "
	"network.\n\n" CLI_INPUT_HELP
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
	"  --provider LIST   who chooses, tried in order: built-in, or a "
	"language\n"
	"                    model of the settings: anthropic, bedrock, "
	"openai\n"
	"                    (as `provider` in the settings says; built-in)\n"
	"  --config FILE     instead of " CONFIG_DEFAULT_FILE "\n"
	"  --json            for programs\n"
};

struct wishes {
	const char *count, *color, *max_price, *alcohol, *provider;
	const char *sweetness, *without;
	const char *list, *config; /* files */
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
out:
	json_object_put(o);
	return rc;
}

/* What is asked for. */
struct order {
	const struct cli_input *in;
	size_t n;
	const struct preferences *wishes;
	const char *providers; /* NULL: the settings' */
	const char *list;      /* a file; NULL */
	const char *config;    /* another file of settings; NULL */
	int json;
};

/* A document that will do for printing. */
struct body {
	const char *text;
	size_t len;
};

/* A page we fetched goes the way it goes in a job. */
static int pair_fetched(const struct ask_world *w, const struct cli_source *s,
	const struct preferences *p, struct arena *mem, struct body *body,
	struct err *e)
{
	struct pairing_new made;
	struct recipe r;

	if (cli_source_recipe(s, w->knowledge, mem, &r, e) ||
		ask_make(w, &r, p, mem, &made, e))
		return -1;
	*body = (struct body){ made.body, made.body_len };
	return 0;
}

static int pair_by_engine(const struct ask_world *w, const struct cli_source *s,
	const struct preferences *p, struct arena *mem, struct body *body,
	struct err *e)
{
	struct ask_input in = { .kind = s->kind,
		.data = s->bytes.buf,
		.len = s->bytes.len,
		.url = s->url,
		.preferences = *p };
	struct ask_answer made;

	if (s->fetched)
		return pair_fetched(w, s, p, mem, body, e);
	if (ask(w, &in, mem, &made, e))
		return -1;
	*body = (struct body){ made.body, made.len };
	return 0;
}

static int ask_model(const struct ask_world *w, struct cli_models *m,
	const struct order *o, const struct recipe *r, struct arena *mem,
	struct body *body, struct err *e)
{
	const struct llm_question q = { .recipe = r,
		.preferences = o->wishes,
		.providers = o->providers,
		.mem = mem };
	const struct pairing *chosen;
	struct pairing_key key;
	struct pairing_new made;

	if (cli_models_choose(m, &q, &chosen, e))
		return -1;
	ask_key(w, o->providers, o->wishes, mem, &key);
	recipe_hash(r, key.recipe);
	if (ask_keep(w, &key, r, chosen, mem, &made, e))
		return -1;
	*body = (struct body){ made.body, made.body_len };
	return 0;
}

static int pair_by_model(const struct ask_world *w, const struct order *o,
	const struct cli_source *s, struct arena *mem, struct body *body,
	struct err *e)
{
	struct ask_world asking = *w;
	struct cli_models models;
	struct recipe r;
	int rc = -1;

	if (cli_source_recipe(s, w->knowledge, mem, &r, e))
		return -1;
	if (cli_models_open(
		    &models, w->config, o->providers, w->knowledge, e) == 0) {
		asking.prompts = models.prompts;
		rc = ask_model(&asking, &models, o, &r, mem, body, e);
	}
	cli_models_close(&models);
	return rc;
}

/* Several make a menu; each is read first, whatever it comes from. *bad is the
 * one at fault, from 1, or 0. */
static int pair_menu(const struct ask_world *w, const struct order *o,
	struct arena *mem, struct body *body, size_t *bad, struct err *e)
{
	struct recipe dishes[MENU_MAX];
	struct pairing_new made;
	struct cli_source s;
	size_t i;
	int rc = 0;

	for (i = 0; i < o->n && !rc; i++) {
		*bad = i + 1;
		rc = cli_source_load(&o->in[i], w->config, mem, &s, e) ||
		     cli_source_recipe(&s, w->knowledge, mem, &dishes[i], e);
		cli_source_release(&s);
	}
	if (rc || ask_make_menu(w, dishes, o->n, o->wishes, mem, &made, bad, e))
		return -1;
	*body = (struct body){ made.body, made.body_len };
	return 0;
}

static int pair(const struct ask_world *w, const struct order *o,
	struct arena *mem, struct body *body, size_t *bad, struct err *e)
{
	struct cli_source s;
	int rc;

	if (o->n > 1)
		return pair_menu(w, o, mem, body, bad, e);
	rc = cli_source_load(o->in, w->config, mem, &s, e);
	if (!rc && llm_wanted(w->config, o->providers))
		rc = pair_by_model(w, o, &s, mem, body, e);
	else if (!rc)
		rc = pair_by_engine(w, &s, o->wishes, mem, body, e);
	cli_source_release(&s);
	return rc ? -1 : 0;
}

/* The pairing as a document, with the bottles of the list if there is one;
 * NULL and e when it fails. */
static json_object *make(const struct ask_world *w, const struct order *o,
	struct arena *mem, size_t *bad, struct err *e)
{
	struct cellar list;
	struct body body;
	json_object *doc;

	if (o->list && cli_list_read(o->list, w->knowledge, mem, &list, e))
		return NULL;
	if (pair(w, o, mem, &body, bad, e))
		return NULL;
	doc = json_read(body.text, body.len, e);
	if (doc && o->list &&
		cli_list_rank(w->knowledge, &list, o->wishes, mem, doc, e)) {
		json_object_put(doc);
		return NULL;
	}
	return doc;
}

/* What can only be told with the settings and the tables; -1 when all is
 * well. */
static int check_order(const struct ask_world *w, const struct order *o)
{
	struct err e = ERR_INIT;

	if (preferences_check(w->knowledge, o->wishes, &e) ||
		(o->providers &&
			llm_providers_check(w->config, o->providers, &e)))
		return cli_wrong(&usage, "%s", e.msg);
	if (o->n > 1 && o->providers && llm_wanted(w->config, o->providers))
		return cli_wrong(&usage, "menus are paired by the built-in "
					 "engine alone: no --provider");
	return -1;
}

static int run(const struct order *o)
{
	struct ask_world world = { .reader = -1 };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct knowledge *k = NULL;
	json_object *doc = NULL;
	struct config c;
	size_t bad = 0;
	int rc = CLI_FAILED;

	if (cli_config(o->config, &c, &mem) || !(k = cli_knowledge(&c)))
		goto out;
	world.config = &c;
	world.knowledge = k;
	rc = check_order(&world, o);
	if (rc >= 0)
		goto out;
	doc = make(&world, o, &mem, &bad, &e);
	rc = !doc      ? cli_failed_at(&e, bad, o->json)
	     : o->json ? cli_write_json(doc)
		       : cli_show_pairing(doc);
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
		{ "config", &w.config, NULL }, { "json", NULL, &json },
		{ NULL, NULL, NULL } };
	struct preferences p = PREFERENCES_INIT;
	struct order o = { .in = in, .wishes = &p };
	struct arena mem = ARENA_INIT;

	rc = cli_options(&usage, options, argc, argv, NULL, 0);
	if (rc < 0)
		rc = cli_input_check(&usage, &given, in, MENU_MAX, &o.n);
	if (rc < 0)
		rc = read_wishes(&w, &p);
	if (rc < 0)
		rc = check_list(in, o.n, w.list);
	if (rc < 0) {
		o.providers = cli_providers(w.provider, &mem);
		o.list = w.list;
		o.config = w.config;
		o.json = json;
		rc = run(&o);
	}
	arena_release(&mem);
	return rc;
}
