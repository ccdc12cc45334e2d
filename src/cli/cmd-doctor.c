/*
 * winepair doctor: what is not well set up, in sentences that say what to do.
 * Without --models nobody is asked; with it every model is, once, by the same
 * code as a pairing's call, since only that shows that a key works.
 */
#include "cli/cli.h"

#include "cli/doctor.h"
#include "cli/models.h"

#define STEP_MS 1000

static const struct cli_usage usage = {
	"doctor [--models [--provider LIST]] [--config FILE] [--json]",
	"Looks at the settings, the tables, pages and prompts, the database, "
	"the\n"
	"libraries and the files with keys, and says what is not well. Asks "
	"nobody\n"
	"and changes nothing. Exit status 1 when something has to be "
	"mended.\n\n"
	"  --models          instead, ask every model that is set up one "
	"small\n"
	"                    question (a fraction of a cent each), and say "
	"whether\n"
	"                    it works: key, model, address, schema, clock\n"
	"  --provider LIST   only these\n"
	"  --config FILE     instead of " CONFIG_DEFAULT_FILE "\n"
	"  --json            for programs: [{\"check\",\"verdict\":\"ok|warn|"
	"fail\",\n"
	"                    \"detail\",…}]\n"
};

static const char *const verdict_words[VERDICT_MAX] = { "ok", "warn", "fail" };
static const char *const verdict_marks[VERDICT_MAX] = { "ok  ", "warn",
	"FAIL" };

static struct finding *add(struct findings *f)
{
	f->at = arena_grow(f->mem, f->at, f->n, &f->cap, sizeof(*f->at));
	return memset(&f->at[f->n++], 0, sizeof(*f->at));
}

void doctor_say(struct findings *f, enum verdict v, const char *check,
	const char *fmt, ...)
{
	struct sbuf sb = SBUF_INIT(4096);
	struct finding *one = add(f);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	*one = (struct finding){ v, check,
		arena_strndup(f->mem, sb.buf, sb.len), NULL, "", 0 };
	sbuf_release(&sb);
}

/* ---- the answer ---- */

static int write_json(const struct findings *f)
{
	json_object *list = json_object_new_array();
	size_t i;
	int rc;

	for (i = 0; i < f->n; i++) {
		const struct finding *one = &f->at[i];
		json_object *o = json_object_new_object();

		json_put_str(o, "check", one->check);
		json_put_str(o, "verdict", verdict_words[one->verdict]);
		json_put_str(o, "detail", one->detail);
		if (one->model) {
			json_put_str(o, "model", one->model);
			json_put_str(
				o, "reason", *one->reason ? one->reason : NULL);
			json_put_int(o, "ms", one->ms);
		}
		json_object_array_add(list, o);
	}
	rc = cli_write_json(list);
	json_object_put(list);
	return rc;
}

static int write_lines(const struct findings *f)
{
	struct sbuf out = SBUF_INIT((size_t)1 << 20);
	size_t i;
	int rc;

	for (i = 0; i < f->n; i++) {
		const struct finding *one = &f->at[i];

		sbuf_addf(
			&out, "%s %s", verdict_marks[one->verdict], one->check);
		if (one->model && *one->model)
			sbuf_addf(&out, " (%s)", one->model);
		sbuf_addf(&out, ": %s", one->detail);
		if (one->model)
			sbuf_addf(&out, " [%lld ms]", (long long)one->ms);
		sbuf_addch(&out, '\n');
	}
	rc = cli_write(&out);
	sbuf_release(&out);
	return rc;
}

static int answer(const struct findings *f, int json)
{
	int rc = json ? write_json(f) : write_lines(f);
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->at[i].verdict == VERDICT_FAIL)
			rc = CLI_FAILED;
	return rc;
}

/* ---- the models ---- */

struct asking {
	const struct config *config;
	struct findings *f;
};

static enum verdict verdict_of(enum err_reason reason)
{
	switch (reason) {
	case REASON_NONE:
		return VERDICT_OK;
	case REASON_MODEL_SCHEMA: /* these work, or soon will */
	case REASON_MODEL_CLOCK:
	case REASON_MODEL_RATE:
	case REASON_MODEL_OVERLOADED:
		return VERDICT_WARN;
	default:
		return VERDICT_FAIL;
	}
}

/* The setting to look at; NULL: none in particular. */
static const char *setting_of(
	const struct config *c, const char *provider, enum err_reason reason)
{
	switch (reason) {
	case REASON_MODEL_KEY:
		return "key_file";
	case REASON_MODEL_UNKNOWN:
		return "model";
	case REASON_MODEL_BAD_REQUEST:
	case REASON_CALL_DNS:
	case REASON_CALL_REFUSED:
	case REASON_CALL_TLS:
		return *config_provider(c, provider, strlen(provider))->url
			       ? "url"
			       : "region";
	default:
		return NULL;
	}
}

static void heard(void *arg, const char *provider, const char *model,
	enum err_reason reason, const char *detail, int64_t ms)
{
	struct asking *a = arg;
	const char *setting = setting_of(a->config, provider, reason);
	struct finding *one;

	/* what its settings lack is said better where they are looked at */
	if (reason == REASON_CONFIG) {
		size_t before = a->f->n;

		doctor_check_key(a->config, provider, a->f);
		if (a->f->n > before &&
			a->f->at[a->f->n - 1].verdict == VERDICT_FAIL)
			return;
		a->f->n = before;
	}
	one = add(a->f);
	one->verdict = verdict_of(reason);
	one->check = arena_strdup(a->f->mem, provider);
	one->detail = setting ? arena_printf(a->f->mem, "%s See %s_%s.", detail,
					provider, setting)
			      : arena_strdup(a->f->mem, detail);
	one->model = arena_strdup(a->f->mem, model);
	one->reason = reason ? err_key(reason) : "";
	one->ms = ms;
}

/* In the order of the settings, not of the answers. */
static int by_name(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	return strcmp(x->check, y->check);
}

static int ask_models(const struct config *c, const char *providers,
	struct findings *f, struct err *e)
{
	struct asking a = { c, f };
	struct cli_models m = { .net = NULL };
	struct knowledge *k = cli_knowledge(c);
	int rc = -1;

	if (!k) {
		err_set(e, REASON_KNOWLEDGE, "%s", c->knowledge_dir);
		goto out;
	}
	if (cli_models_open(&m, c, providers, k, e))
		goto out;
	cli_progress("Asking the models \xe2\x80\xa6");
	llm_doctor(m.llm, heard, &a);
	while (llm_doctor_left(m.llm)) {
		net_run(m.net, llm_next_ms(m.llm, STEP_MS), NULL, 0);
		llm_step(m.llm);
	}
	cli_progress("");
	qsort(f->at, f->n, sizeof(*f->at), by_name);
	if (!f->n)
		doctor_say(f, VERDICT_WARN, "models",
			"None is set up; the built-in engine needs none.");
	rc = 0;
out:
	cli_models_close(&m);
	knowledge_free(k);
	return rc;
}

static int run_models(const struct config *c, const char *providers, int json,
	struct arena *mem)
{
	struct findings f = { .mem = mem };
	struct err e = ERR_INIT;

	if (providers && llm_providers_check(c, providers, &e))
		return cli_wrong(&usage, "%s", e.msg);
	if (ask_models(c, providers, &f, &e))
		doctor_say(&f, VERDICT_FAIL, "models", "%s", e.msg);
	return answer(&f, json);
}

/* ---- the rest ---- */

static int run_checks(const char *file, int json, struct arena *mem)
{
	struct findings f = { .mem = mem };
	struct sbuf problems = SBUF_INIT(65536);
	struct config c;
	const char *line;

	if (config_load(file, &c, mem, &problems) == 0) {
		doctor_say(&f, VERDICT_OK, "config",
			"The settings are good (winepair check-config shows "
			"them).");
		doctor_check(&c, &f);
	}
	for (line = problems.buf; *line;) {
		size_t len = strcspn(line, "\n");

		doctor_say(&f, VERDICT_FAIL, "config", "%.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
	sbuf_release(&problems);
	return answer(&f, json);
}

int cmd_doctor(int argc, char **argv)
{
	const char *file = NULL, *providers = NULL;
	int json = 0, models = 0, rc;
	const struct cli_option options[] = { { "config", &file, NULL },
		{ "provider", &providers, NULL }, { "models", NULL, &models },
		{ "json", NULL, &json }, { NULL, NULL, NULL } };
	struct arena mem = ARENA_INIT;
	struct config c;

	rc = cli_options(&usage, options, argc, argv, NULL, 0);
	if (rc < 0 && providers && !models)
		rc = cli_wrong(&usage, "--provider goes with --models");
	if (rc >= 0)
		return rc;
	if (!models)
		rc = run_checks(file, json, &mem);
	else if (cli_config(file, &c, &mem))
		rc = CLI_FAILED;
	else
		rc = run_models(&c, cli_providers(providers, &mem), json, &mem);
	arena_release(&mem);
	return rc;
}
