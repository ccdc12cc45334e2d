/*
 * The words of our prompts are templates like those of the pages, so that an
 * operator can read and change them; what they are and what the code makes of
 * them is told by a version, which goes with every answer and into the key
 * under which one is kept.
 */
#include "llm/prompts.h"

#include <dirent.h>
#include <errno.h>

#define PROMPT_CODE "1" /* raise when the code asks differently */
#define SUFFIX ".mustache"
#define FILE_MAX ((size_t)64 * 1024)

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_prompt(const struct dirent *d)
{
	size_t len = strlen(d->d_name), suffix = strlen(SUFFIX);

	return d->d_name[0] != '.' && len > suffix &&
	       strcmp(d->d_name + len - suffix, SUFFIX) == 0;
}

/* A file's name, its length and its bytes, so that no two folders look alike.
 */
static void add_file(struct sbuf *all, const char *dir, const char *name,
	struct sbuf *problems)
{
	struct sbuf path = SBUF_INIT(4096), file = SBUF_INIT(FILE_MAX);
	struct err e = ERR_INIT;

	sbuf_addf(&path, "%s/%s", dir, name);
	if (file_read(path.buf, &file, &e))
		sbuf_addf(problems, "%s:1: %s\n", name, e.msg);
	sbuf_addf(all, "%s %zu\n", name, file.len);
	sbuf_add(all, file.buf, file.len);
	sbuf_release(&file);
	sbuf_release(&path);
}

static void find_version(
	struct llm_prompts *p, const char *dir, struct sbuf *problems)
{
	struct sbuf all = SBUF_INIT(64 * FILE_MAX);
	unsigned char hash[HASH_LEN];
	struct dirent **files = NULL;
	int i, n = scandir(dir, &files, is_prompt, by_name);

	if (n < 0)
		sbuf_addf(problems, "%s:1: %s\n", dir, strerror(errno));
	sbuf_addstr(&all, PROMPT_CODE "\n");
	for (i = 0; i < n; i++) {
		add_file(&all, dir, files[i]->d_name, problems);
		free(files[i]);
	}
	free(files);
	hash_sha256(all.buf, all.len, hash);
	for (i = 0; i < PROMPTS_VERSION_LEN / 2; i++)
		(void)snprintf(p->version + 2 * i, 3, "%02x", hash[i]);
	sbuf_release(&all);
}

struct llm_prompts *llm_prompts_load(const char *dir, struct sbuf *problems)
{
	static const char *const system[] = { "count", NULL };
	static const char *const user[] = { PROMPT_USER_NAMES, NULL };
	static const char *const repair[] = { "complaint", NULL };
	struct llm_prompts *p = xcalloc(1, sizeof(*p));
	size_t before = problems->len;

	p->templates = templates_load(dir, problems);
	if (p->templates) {
		(void)templates_check(
			p->templates, PROMPT_SYSTEM, system, problems);
		(void)templates_check(
			p->templates, PROMPT_USER, user, problems);
		(void)templates_check(
			p->templates, PROMPT_REPAIR, repair, problems);
		find_version(p, dir, problems);
	}
	if (p->templates && problems->len == before && !problems->full)
		return p;
	llm_prompts_free(p);
	return NULL;
}

void llm_prompts_free(struct llm_prompts *p)
{
	if (!p)
		return;
	templates_free(p->templates);
	free(p);
}

const char *llm_prompts_version(const struct llm_prompts *p)
{
	return p->version;
}
