/*
 * winepair eval: how an operator picks a model. A set of recipes with the wines
 * that experts accept is put to providers, or to versions of the prompts, and a
 * table tells what each is worth and costs.
 */
#include "cli/cli.h"

#include <unistd.h>

#include "ask/ask.h"
#include "cli/eval.h"

#define JOBS_MAX 64
#define JOBS_USUAL 4
#define MAX_USD 1e6

static const struct cli_usage usage = {
	"eval CASES.jsonl [--provider LIST] … [--prompts DIR] …\n"
	"                     [--repeat N] [--limit N] [--jobs N] "
	"[--max-usd X]\n"
	"                     [--styles STYLES.tsv] [--out FILE.jsonl]\n"
	"                     [--config FILE] [--json]",
	"Puts every recipe of a file to each provider, with each folder of\n"
	"prompts, and prints a table: how often an accepted wine is among the\n"
	"first, rules broken, answers that made sense, consistency, time, "
	"cost.\n"
	"A line of the file is {\"text\": a recipe, \"accept\": [ids of "
	"styles]}.\n"
	"Every result is written down at once; the same command again goes on\n"
	"where it was interrupted (Ctrl-C) or stopped.\n\n"
	"  --provider LIST   built-in, anthropic, bedrock, openai, or a list "
	"as "
	"for\n"
	"                    `pair` (as the settings say); may be repeated\n"
	"  --prompts DIR     a folder like templates/prompts; may be repeated\n"
	"  --repeat N        ask everything so often (1)\n"
	"  --limit N         only the first N recipes\n"
	"  --jobs N          questions at once (4)\n"
	"  --max-usd X       stop before this run costs more than X dollars "
	"(1.00)\n"
	"  --styles FILE     the ids are of this table (id, name, family, "
	"aliases\n"
	"                    between tabs, aliases with | between); wines are\n"
	"                    found by the aliases in \"name, region\"\n"
	"  --out FILE        results (CASES.eval.jsonl in this folder)\n"
	"  --config FILE     instead of " CONFIG_DEFAULT_FILE "\n"
	"  --json            for programs\n"
};

struct wanted {
	const char *config, *cases, *repeat, *limit, *jobs, *max_usd, *styles,
		*out;
	const char *providers[CLI_MANY], *prompts[CLI_MANY];
	int n_providers, n_prompts, json;
};

/* Prompts of one folder, and the models that are asked with them. */
struct panel {
	const char *dir; /* NULL: that of the settings */
	struct llm_prompts *prompts;
	struct llm *llm;
};

/* ---- options ---- */

/* -1 when all is well, like what follows. */
static int read_number(const char *name, const char *text, int64_t max,
	int64_t usual, int64_t *out)
{
	*out = usual;
	if (!text || num_int(text, strlen(text), 1, max, out) == 0)
		return -1;
	return cli_wrong(&usage, "--%s: expected 1 to %lld, not '%.20s'", name,
		(long long)max, text);
}

static int read_numbers(const struct wanted *w, struct eval *ev, int64_t *limit)
{
	int64_t repeat, jobs;
	double usd = 1;
	int rc = read_number("repeat", w->repeat, EVAL_REPEAT_MAX, 1, &repeat);

	if (rc < 0)
		rc = read_number("limit", w->limit, INT32_MAX, 0, limit);
	if (rc < 0)
		rc = read_number("jobs", w->jobs, JOBS_MAX, JOBS_USUAL, &jobs);
	if (rc >= 0)
		return rc;
	if (w->max_usd &&
		num_double(w->max_usd, strlen(w->max_usd), 0, MAX_USD, &usd))
		return cli_wrong(&usage,
			"--max-usd: expected dollars, not '%.20s'", w->max_usd);
	ev->repeat = (int)repeat;
	ev->jobs = (int)jobs;
	ev->most_micro = (int64_t)(usd * 1e6 + 0.5);
	return -1;
}

/* CASES.eval.jsonl, in the folder one stands in. */
static const char *usual_out(const char *cases, struct arena *mem)
{
	const char *slash = strrchr(cases, '/'), *name;
	size_t len;

	name = slash ? slash + 1 : cases;
	len = strlen(name);
	if (len > 6 && strcmp(name + len - 6, ".jsonl") == 0)
		len -= 6;
	return arena_printf(mem, "%.*s.eval.jsonl", (int)len, name);
}

/* ---- who is asked ---- */

/* A provider is asked once, whatever list names it. */
static int check_providers(
	struct wanted *w, const struct config *c, struct arena *mem)
{
	struct err e = ERR_INIT;
	int i, k;

	if (!w->n_providers)
		w->providers[w->n_providers++] = c->provider;
	if (!w->n_prompts)
		w->prompts[w->n_prompts++] = NULL;
	for (i = 0; i < w->n_providers; i++) {
		w->providers[i] = cli_providers(w->providers[i], mem);
		if (llm_providers_check(c, w->providers[i], &e))
			return cli_wrong(&usage, "%s", e.msg);
		for (k = 0; k < i; k++)
			if (strcmp(w->providers[i], w->providers[k]) == 0)
				return cli_wrong(&usage,
					"--provider %s is given twice",
					w->providers[i]);
	}
	return -1;
}

/* All models of all lists, as one; NULL when there is none. */
static const char *all_models(
	const struct wanted *w, const struct config *c, struct arena *mem)
{
	const char *all = NULL;
	int i;

	for (i = 0; i < w->n_providers; i++)
		if (llm_wanted(c, w->providers[i]))
			all = arena_printf(mem, "%s%s%s", all ? all : "",
				all ? "," : "", w->providers[i]);
	return all;
}

static void add_subject(struct eval *ev, const char *providers,
	const struct panel *panel, int asks)
{
	struct eval_subject *s = &ev->subjects[ev->n_subjects++];
	struct ask_world world = { .config = ev->config,
		.knowledge = ev->knowledge,
		.reader = -1,
		.prompts = asks ? panel->prompts : NULL };
	const struct preferences usual = PREFERENCES_INIT;
	struct pairing_key key;

	memset(s, 0, sizeof(*s));
	ask_key(&world, providers, &usual, ev->mem, &key);
	s->providers = asks ? providers : "built-in";
	s->identity = key.engine;
	s->at = arena_calloc(
		ev->mem, ev->cases.n * (size_t)ev->repeat, sizeof(*s->at));
	if (!asks)
		return;
	s->prompts = panel->dir;
	s->version = llm_prompts_version(panel->prompts);
	s->llm = panel->llm;
}

/* The engine is one subject; a model is one with each prompts. -1 when they
 * are too many. */
static int add_subjects(
	struct eval *ev, const struct wanted *w, const struct panel *panels)
{
	int i, k, engine = 0;

	for (i = 0; i < w->n_providers; i++) {
		int asks = llm_wanted(ev->config, w->providers[i]);

		for (k = 0; k < (asks ? w->n_prompts : !engine); k++) {
			if (ev->n_subjects == EVAL_SUBJECTS_MAX)
				return -1;
			add_subject(ev, w->providers[i], &panels[k], asks);
		}
		engine |= !asks;
	}
	return 0;
}

static int open_panel(struct eval *ev, const char *providers,
	struct panel *panel, struct err *e)
{
	panel->prompts = cli_prompts(ev->config, panel->dir);
	if (!panel->prompts)
		return err_set(e, REASON_TEMPLATE, "%s",
			panel->dir ? panel->dir : "the prompts");
	panel->llm = llm_new(ev->config, providers, panel->prompts,
		ev->knowledge, ev->net, e);
	return panel->llm ? 0 : -1;
}

/* What is needed to ask models, if any is to be asked. */
static int open_panels(struct eval *ev, const struct wanted *w,
	struct panel *panels, struct err *e)
{
	const char *models = all_models(w, ev->config, ev->mem);
	int i;

	for (i = 0; i < w->n_prompts; i++)
		panels[i].dir = w->prompts[i];
	if (!models)
		return 0;
	log_threshold(LOG_LEVEL_WARN);
	if (net_ready(e))
		return -1;
	ev->net = net_new(ev->config);
	for (i = 0; i < w->n_prompts; i++)
		if (open_panel(ev, models, &panels[i], e))
			return -1;
	return 0;
}

static void close_panels(struct eval *ev, struct panel *panels, int n)
{
	int i;

	for (i = 0; i < n; i++)
		llm_free(panels[i].llm);
	net_free(ev->net);
	for (i = 0; i < n; i++)
		llm_prompts_free(panels[i].prompts);
}

/* ---- warnings ---- */

static void warn_of_prices(const struct eval *ev, const struct wanted *w)
{
	const char *models = all_models(w, ev->config, ev->mem);
	const char *const *name;

	for (name = config_models; models && *name; name++)
		if (strstr(models, *name) &&
			!config_provider(ev->config, *name, strlen(*name))
				 ->price.known)
			log_warnx("nobody knows what %s costs, so --max-usd "
				  "does not hold for it: set %s_price",
				*name, *name);
}

/* Ids of another table would make every answer a miss. */
static void warn_of_ids(const struct eval *ev)
{
	size_t i, k, n = 0, known = 0;

	for (i = 0; i < ev->cases.n; i++)
		for (k = 0; k < ev->cases.at[i].n_accept; k++, n++)
			known += knowledge_wine(ev->knowledge,
					 ev->cases.at[i].accept[k]) != NULL;
	if (!ev->styles && known * 2 < n)
		log_warnx("of %zu accepted ids only %zu are styles that "
			  "`winepair wines` lists: is --styles missing?",
			n, known);
}

/* ---- all of it ---- */

static int evaluate(struct eval *ev, const struct wanted *w, struct err *e)
{
	const char *out = w->out ? w->out : usual_out(w->cases, ev->mem);
	size_t i;
	int rc;

	warn_of_prices(ev, w);
	warn_of_ids(ev);
	if (eval_results_open(ev, out, e) || eval_run(ev, e))
		return cli_failed(e, w->json);
	rc = eval_table_write(ev, w->json);
	if (ev->dropped && !ev->stopped)
		ev->stopped = "some questions were not asked";
	if (ev->stopped) {
		log_warnx("%s; this run has cost $%.4f, the same command goes "
			  "on from here",
			ev->stopped, (double)ev->spent_micro / 1e6);
		rc = CLI_FAILED;
	}
	for (i = 0; i < ev->n_subjects; i++)
		if (ev->subjects[i].given_up)
			rc = CLI_FAILED;
	return rc;
}

static int load(
	struct eval *ev, const struct wanted *w, int64_t limit, struct err *e)
{
	if (eval_cases_read(w->cases, ev->mem, &ev->cases, e))
		return -1;
	if (limit && ev->cases.n > (size_t)limit)
		ev->cases.n = (size_t)limit;
	if (!w->styles)
		return 0;
	ev->styles = eval_styles_read(w->styles, e);
	return ev->styles ? 0 : -1;
}

static int run(struct wanted *w, struct eval *ev, int64_t limit)
{
	struct panel panels[CLI_MANY] = { { .dir = NULL } };
	struct knowledge *k = NULL;
	struct err e = ERR_INIT;
	struct config c;
	int rc = CLI_FAILED;

	if (cli_config(w->config, &c, ev->mem) || !(k = cli_knowledge(&c)))
		goto out;
	ev->config = &c;
	ev->knowledge = k;
	if (ev->jobs > c.model_concurrency)
		ev->jobs = (int)c.model_concurrency;
	rc = check_providers(w, &c, ev->mem);
	if (rc >= 0)
		goto out;
	if (load(ev, w, limit, &e) || open_panels(ev, w, panels, &e))
		rc = cli_failed(&e, w->json);
	else if (add_subjects(ev, w, panels))
		rc = cli_wrong(&usage, "that is too much to compare");
	else
		rc = evaluate(ev, w, &e);
out:
	close_panels(ev, panels, w->n_prompts);
	eval_styles_free(ev->styles);
	if (ev->out >= 0)
		(void)close(ev->out);
	knowledge_free(k);
	return rc;
}

int cmd_eval(int argc, char **argv)
{
	struct wanted w = { .config = NULL };
	const struct cli_option options[] = { { "provider", w.providers,
						      &w.n_providers },
		{ "prompts", w.prompts, &w.n_prompts },
		{ "repeat", &w.repeat, NULL }, { "limit", &w.limit, NULL },
		{ "jobs", &w.jobs, NULL }, { "max-usd", &w.max_usd, NULL },
		{ "styles", &w.styles, NULL }, { "out", &w.out, NULL },
		{ "config", &w.config, NULL }, { "json", NULL, &w.json },
		{ NULL, NULL, NULL } };
	struct arena mem = ARENA_INIT;
	struct eval *ev = xcalloc(1, sizeof(*ev));
	int64_t limit = 0;
	int rc = cli_options(&usage, options, argc, argv, &w.cases, 1);

	ev->mem = &mem;
	ev->out = -1;
	if (rc < 0 && !w.cases)
		rc = cli_wrong(&usage, "a file of cases is needed");
	if (rc < 0)
		rc = read_numbers(&w, ev, &limit);
	if (rc < 0)
		rc = run(&w, ev, limit);
	free(ev);
	arena_release(&mem);
	return rc;
}
