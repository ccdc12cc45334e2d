/*
 * Everything a process needs that comes from files. Loaded by the master
 * alone; its children share the pages. A reload makes a second world beside
 * the first, so a mistake in the new one costs nothing.
 */
#include "server/process.h"

#include <errno.h>
#include <unistd.h>

/* nginx sends them, not we; but our pages are nothing without them. */
static int check_static(
	const struct world *w, const char *hash, struct sbuf *problems)
{
	static const char *const needed[] = { "css/main.css", "js/main.js" };
	int rc = 0;
	size_t i;

	for (i = 0; i < ARRAY_LEN(needed); i++) {
		struct sbuf path = SBUF_INIT(8192);

		sbuf_addf(&path, "%s/%s/%s", w->config.static_dir, hash,
			needed[i]);
		if (access(path.buf, R_OK)) {
			sbuf_addf(problems, "%s: %s\n", path.buf,
				strerror(errno));
			rc = -1;
		}
		sbuf_release(&path);
	}
	return rc;
}

static int load_static(struct world *w, struct sbuf *problems)
{
	struct sbuf version = SBUF_INIT(100);
	struct err e = ERR_INIT;
	const char *path =
		arena_printf(&w->mem, "%s/version", w->config.static_dir);
	int rc = -1;

	if (file_read(path, &version, &e)) {
		sbuf_addf(problems, "%s\n", e.msg);
		goto out;
	}
	sbuf_rtrim(&version);
	if (!version.len ||
		version.buf[strspn(version.buf, "0123456789abcdef")]) {
		sbuf_addf(problems, "%s:1: expected the hash of the folder\n",
			path);
		goto out;
	}
	w->static_base = arena_printf(&w->mem, "/static/%s", version.buf);
	rc = check_static(w, version.buf, problems);
out:
	sbuf_release(&version);
	return rc;
}

struct world *world_load(const char *config_path, struct sbuf *problems)
{
	struct world *w = xcalloc(1, sizeof(*w));
	int rc = config_load(config_path, &w->config, &w->mem, problems);

	if (rc)
		goto out;
	/* all of them, so that all mistakes are told at once */
	w->knowledge = knowledge_load(w->config.knowledge_dir, problems);
	w->templates = templates_load(w->config.templates_dir, problems);
	w->prompts = llm_prompts_load(
		arena_printf(&w->mem, "%s/prompts", w->config.templates_dir),
		problems);
	if (!w->knowledge || !w->templates || !w->prompts ||
		web_check_templates(w->templates, problems))
		rc = -1;
	if (load_static(w, problems))
		rc = -1;
	if (!rc)
		w->reverse = reverse_load(w->knowledge);
out:
	if (rc) {
		world_free(w);
		return NULL;
	}
	return w;
}

int world_migrate(const struct world *w, struct sbuf *problems)
{
	struct err e = ERR_INIT;

	if (store_migrate(w->config.store, w->config.sql_dir, &e) == 0)
		return 0;
	sbuf_addf(problems, "%s: %s\n", w->config.store, e.msg);
	return -1;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	llm_prompts_free(w->prompts);
	templates_free(w->templates);
	reverse_free(w->reverse);
	knowledge_free(w->knowledge);
	arena_release(&w->mem);
	free(w);
}
