/*
 * The providers of one process, with their keys, and what is shared by all
 * questions to them: how many calls there may be at once and a minute. The
 * questions themselves are in choice.c.
 */
#include "llm/internal.h"

static int add_line(struct llm *l, const char *name, int must, struct err *e)
{
	struct llm_line *line = &l->lines[l->n_lines];

	if (llm_model_read(l->config, name, &l->mem, &line->model, e) == 0) {
		line->ready = 1;
	} else if (must) {
		return -1;
	} else {
		/* the others, and the engine, are there all the same */
		log_warnx("%s is not asked: %s", name, e->msg);
		line->model.provider = llm_provider(name, strlen(name));
		line->ready = 0;
		memset(e, 0, sizeof(*e));
	}
	l->n_lines++;
	return 0;
}

static int is_named(const char *list, const char *name)
{
	const char *at;
	size_t len;

	while (llm_list_next(&list, &at, &len))
		if (llm_provider(at, len) == llm_provider(name, strlen(name)))
			return 1;
	return 0;
}

/* Those of the list, or all that are set up. */
static int add_lines(struct llm *l, const char *providers, struct err *e)
{
	const char *const *name;

	for (name = config_models; *name; name++) {
		const struct provider_config *p =
			config_provider(l->config, *name, strlen(*name));

		if (providers ? !is_named(providers, *name) : !*p->model)
			continue;
		if (add_line(l, *name, providers != NULL, e))
			return -1;
	}
	return 0;
}

struct llm *llm_new(const struct config *c, const char *providers,
	const struct llm_prompts *p, const struct knowledge *k, struct net *net,
	struct err *e)
{
	struct llm *l = xcalloc(1, sizeof(*l));

	l->config = c;
	l->prompts = p;
	l->knowledge = k;
	l->net = net;
	l->allowance = (double)c->model_rate;
	l->filled_at = clock_monotonic_ms();
	if (add_lines(l, providers, e)) {
		llm_free(l);
		return NULL;
	}
	l->labels = labels_new(k);
	return l;
}

void llm_free(struct llm *l)
{
	size_t i;

	if (!l)
		return;
	llm_choices_sweep(l, 1);
	for (i = 0; i < l->n_lines; i++)
		llm_model_wipe(&l->lines[i].model);
	labels_free(l->labels);
	arena_release(&l->mem);
	free(l);
}

struct llm_line *llm_line_of(struct llm *l, const char *name, size_t len)
{
	const struct llm_provider *p = llm_provider(name, len);
	size_t i;

	for (i = 0; p && i < l->n_lines; i++)
		if (l->lines[i].model.provider == p)
			return &l->lines[i];
	return NULL;
}

/* A bucket that fills at model_rate a minute and holds as much. */
static void fill_allowance(struct llm *l, int64_t now)
{
	double most = (double)l->config->model_rate;

	l->allowance += most * (double)(now - l->filled_at) / MINUTE_MS;
	if (l->allowance > most)
		l->allowance = most;
	l->filled_at = now;
}

void llm_step(struct llm *l)
{
	int64_t now = clock_monotonic_ms();

	fill_allowance(l, now);
	llm_choices_step(l, now);
	llm_choices_sweep(l, 0);
}

int llm_next_ms(const struct llm *l, int max)
{
	return (int)llm_choices_due(l, clock_monotonic_ms(), max);
}
