/*
 * The folder of templates: every *.mustache in it is a page or a partial by
 * its file name, all parsed and linked at start. Nothing is parsed while a
 * page is rendered.
 */
#include "template/template.h"

#include <dirent.h>
#include <errno.h>

#include "template/folder.h"
#include "template/parse.h"

#define SOURCE_MAX ((size_t)1024 * 1024)
#define SUFFIX ".mustache"

struct template *template_parse(
	const char *name, const char *source, size_t len, struct err *e)
{
	struct complaints c = { NULL, NULL, e, 0 };

	return parse(name, source, len, 0, &c);
}

void template_free(struct template *t)
{
	struct arena mem;

	if (!t)
		return;
	mem = t->mem;
	arena_release(&mem);
	free(t);
}

static int by_name(const void *a, const void *b)
{
	const struct template *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int name_against(const void *key, const void *elem)
{
	const struct template *const *t = elem;

	return strcmp(key, (*t)->name);
}

const struct template *folder_find(const struct templates *ts, const char *name)
{
	struct template *const *found =
		bsearch(name, ts->list, ts->n, sizeof(*ts->list), name_against);

	return found ? *found : NULL;
}

/* dir/file; what cannot be read is one more problem. */
static void load_one(struct templates *ts, const char *dir, const char *file,
	size_t name_len, struct sbuf *problems)
{
	struct complaints c = { file, problems, NULL, 0 };
	struct sbuf path = SBUF_INIT(4096), source = SBUF_INIT(SOURCE_MAX);
	struct err e = ERR_INIT;
	struct template *t = NULL;
	char *name = xstrndup(file, name_len);

	sbuf_addf(&path, "%s/%s", dir, file);
	if (file_read(path.buf, &source, &e))
		complain(&c, 1, "%s", e.msg);
	else
		t = parse(name, source.buf, source.len, 1, &c);
	if (t) {
		ts->list =
			xreallocarray(ts->list, ts->n + 1, sizeof(*ts->list));
		ts->list[ts->n++] = t;
	}
	free(name);
	sbuf_release(&source);
	sbuf_release(&path);
}

static void link_partials(struct templates *ts, struct sbuf *problems)
{
	size_t i, k;

	for (i = 0; i < ts->n; i++) {
		struct template *t = ts->list[i];

		for (k = 0; k < t->n; k++) {
			struct node *n = &t->nodes[k];

			if (n->kind != NODE_PARTIAL)
				continue;
			n->partial = folder_find(ts, n->text);
			if (!n->partial)
				sbuf_addf(problems,
					"%s" SUFFIX ":%u: unknown partial "
					"'%s'\n",
					t->name, n->line, n->text);
		}
	}
}

struct templates *templates_load(const char *dir, struct sbuf *problems)
{
	struct templates *ts = xcalloc(1, sizeof(*ts));
	struct dirent **files = NULL;
	size_t before = problems->len;
	int i, n;

	n = scandir(dir, &files, NULL, alphasort);
	if (n < 0)
		sbuf_addf(problems, "%s:1: %s\n", dir, strerror(errno));
	for (i = 0; i < n; i++) {
		const char *file = files[i]->d_name;
		size_t len = strlen(file), suffix = strlen(SUFFIX);

		if (file[0] != '.' && len > suffix &&
			strcmp(file + len - suffix, SUFFIX) == 0)
			load_one(ts, dir, file, len - suffix, problems);
		free(files[i]);
	}
	free(files);
	if (n >= 0 && !ts->n && problems->len == before)
		sbuf_addf(problems, "%s:1: no templates (*" SUFFIX ")\n", dir);
	if (ts->n)
		qsort(ts->list, ts->n, sizeof(*ts->list), by_name);
	link_partials(ts, problems);
	if (problems->len == before && !problems->full)
		return ts;
	templates_free(ts);
	return NULL;
}

void templates_free(struct templates *ts)
{
	size_t i;

	if (!ts)
		return;
	for (i = 0; i < ts->n; i++)
		template_free(ts->list[i]);
	free(ts->list);
	free(ts);
}

int templates_render(const struct templates *ts, const char *page,
	json_object *data, struct sbuf *out, struct err *e)
{
	const struct template *t = folder_find(ts, page);

	if (!t)
		return err_set(
			e, REASON_TEMPLATE, "there is no template '%s'", page);
	return template_render(t, data, NULL, out, e);
}
