/*
 * A question to a language model from the command line. The server's runner
 * asks many at once; here one is asked and waited for, in the same way and
 * with the same care. Nothing is stored, so nothing of it stands in the ledger
 * and no monthly ceiling holds: who types the command sees what it does.
 */
#include "cli/models.h"

#include "cli/cli.h"

#define PROGRESS_MAX 1000
#define STEP_MS 1000

const char *cli_providers(const char *list, struct arena *mem)
{
	char *out = list ? arena_strdup(mem, list) : NULL, *to = out;

	for (; list && *list; list++)
		if (!ascii_is_space(*list))
			*to++ = *list;
	if (out)
		*to = '\0';
	return out;
}

struct llm_prompts *cli_prompts(const struct config *c, const char *dir)
{
	struct sbuf problems = SBUF_INIT(65536), path = SBUF_INIT(8192);
	struct llm_prompts *p;

	if (dir)
		sbuf_addstr(&path, dir);
	else
		sbuf_addf(&path, "%s/prompts", c->templates_dir);
	p = llm_prompts_load(path.buf, &problems);
	if (!p)
		cli_tell("the prompts have mistakes:", &problems);
	sbuf_release(&path);
	sbuf_release(&problems);
	return p;
}

int cli_models_open(struct cli_models *m, const struct config *c,
	const char *providers, const struct knowledge *k, struct err *e)
{
	memset(m, 0, sizeof(*m));
	log_threshold(LOG_LEVEL_WARN);
	if (net_ready(e))
		return -1;
	m->prompts = cli_prompts(c, NULL);
	if (!m->prompts)
		return err_set(e, REASON_TEMPLATE, "the prompts");
	m->net = net_new(c);
	m->llm = llm_new(c, providers, m->prompts, k, m->net, e);
	return m->llm ? 0 : -1;
}

void cli_models_close(struct cli_models *m)
{
	llm_free(m->llm);
	net_free(m->net);
	llm_prompts_free(m->prompts);
	memset(m, 0, sizeof(*m));
}

/* ---- one question ---- */

struct asking {
	const struct pairing *made;
	char model[120];
};

/* Before a call: who is asked. */
static int begin(void *arg, const struct llm_call *call, struct err *e)
{
	struct asking *a = arg;
	struct sbuf sb = SBUF_INIT(PROGRESS_MAX);

	(void)e;
	(void)snprintf(a->model, sizeof(a->model), "%s", call->model);
	sbuf_addf(&sb, "Asking %s \xe2\x80\xa6", a->model);
	cli_progress(sb.buf);
	sbuf_release(&sb);
	return 0;
}

static int came(void *arg, const struct pairing *so_far)
{
	const struct asking *a = arg;
	struct sbuf sb = SBUF_INIT(PROGRESS_MAX);
	size_t i;

	sbuf_addf(&sb, "Asking %s \xe2\x80\xa6", a->model);
	for (i = 0; i < so_far->n_suggestions; i++)
		sbuf_addf(&sb, "%s %s", i ? "," : "",
			so_far->suggestions[i].wine->name);
	cli_progress(sb.buf);
	sbuf_release(&sb);
	return 0;
}

static void done(void *arg, const struct pairing *made)
{
	((struct asking *)arg)->made = made;
}

int cli_models_choose(struct cli_models *m, const struct llm_question *q,
	const struct pairing **made, struct err *e)
{
	struct asking a = { .made = NULL };
	const struct llm_asked asked = {
		.arg = &a, .begin = begin, .partial = came, .done = done
	};
	struct llm_choice *choice;

	if (llm_choose(m->llm, q, &asked, &choice, e))
		return -1;
	llm_step(m->llm);
	while (!a.made) {
		net_run(m->net, llm_next_ms(m->llm, STEP_MS), NULL, 0);
		llm_step(m->llm);
	}
	cli_progress("");
	*made = a.made;
	return 0;
}
