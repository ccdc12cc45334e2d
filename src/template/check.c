/*
 * Names against a page's declaration. The walk follows partials and keeps the
 * path of every open section, just as rendering keeps contexts: a name is
 * known if some open section (or the page) declares its first part, and then
 * every further part must be declared below that one.
 *
 * A name is declared once for a page, so a list is walked once, not per item;
 * a partial that is already being walked (a tree) is not entered again.
 */
#include "template/template.h"

#include "template/folder.h"

#define PATH_MAX_LEN 256

struct scope {
	const char *path; /* "" for the page */
	const struct scope *up;
};

struct check {
	const char *page;
	const char *const *names;
	struct sbuf *problems;
	const struct template *walking[TEMPLATE_DEPTH];
	size_t depth;
	int found;
};

/* Is path one of the declared names? An entry may hold several words. */
static int is_declared(const struct check *c, const char *path)
{
	size_t len = strlen(path), i;

	for (i = 0; c->names[i]; i++) {
		const char *s = c->names[i];

		while (*s) {
			size_t word = strcspn(s, " ");

			if (word == len && memcmp(s, path, len) == 0)
				return 1;
			s += word + (s[word] == ' ');
		}
	}
	return 0;
}

/* Find the declared path of n's name, seen from s. 0 and path, or -1. */
static int resolve(const struct check *c, const struct node *n,
	const struct scope *s, char path[PATH_MAX_LEN])
{
	size_t i;

	if (!n->n_parts) { /* "." is the item of a section */
		(void)snprintf(path, PATH_MAX_LEN, "%s", s->path);
		return *s->path ? 0 : -1;
	}
	for (; s; s = s->up) {
		(void)snprintf(path, PATH_MAX_LEN, "%s%s%s", s->path,
			*s->path ? "." : "", n->parts[0]);
		if (is_declared(c, path))
			break;
	}
	for (i = 1; s && i < n->n_parts; i++) {
		size_t len = strlen(path);

		(void)snprintf(
			path + len, PATH_MAX_LEN - len, ".%s", n->parts[i]);
		if (!is_declared(c, path))
			return -1;
	}
	return s ? 0 : -1;
}

static void unknown(
	struct check *c, const struct template *t, const struct node *n)
{
	sbuf_addf(c->problems, "%s.mustache:%u: unknown name '%s'", t->name,
		n->line, n->text);
	if (strcmp(t->name, c->page) != 0)
		sbuf_addf(c->problems, " (in page '%s')", c->page);
	sbuf_addch(c->problems, '\n');
	c->found = -1;
}

static void walk(struct check *c, const struct template *t, size_t from,
	size_t to, const struct scope *s);

static void walk_partial(
	struct check *c, const struct template *t, const struct scope *s)
{
	size_t i;

	for (i = 0; i < c->depth; i++)
		if (c->walking[i] == t)
			return;
	if (c->depth == ARRAY_LEN(c->walking))
		return; /* rendering will refuse it */
	c->walking[c->depth++] = t;
	walk(c, t, 0, t->n, s);
	c->depth--;
}

static void walk(struct check *c, const struct template *t, size_t from,
	size_t to, const struct scope *s)
{
	char path[PATH_MAX_LEN];
	struct scope inner = { path, s };
	size_t i;

	for (i = from; i < to; i++) {
		const struct node *n = &t->nodes[i];
		int known;

		if (n->kind == NODE_TEXT)
			continue;
		if (n->kind == NODE_PARTIAL) {
			walk_partial(c, n->partial, s);
			continue;
		}
		known = resolve(c, n, s, path) == 0;
		if (!known)
			unknown(c, t, n);
		if (n->kind == NODE_SECTION) {
			walk(c, t, i + 1, n->end, known ? &inner : s);
			i = n->end - 1;
		}
	}
}

int templates_check(const struct templates *ts, const char *page,
	const char *const *names, struct sbuf *problems)
{
	struct check c = { page, names, problems, { NULL }, 0, 0 };
	const struct template *t = folder_find(ts, page);
	struct scope top = { "", NULL };

	if (!t) {
		sbuf_addf(problems, "%s.mustache:1: this page is missing\n",
			page);
		return -1;
	}
	walk_partial(&c, t, &top);
	return c.found;
}
