/*
 * recipe/: whole pages and texts against what is written above each, in
 * tests/fixtures/recipe-*.txt. A case is
 *
 *	=== title
 *	kind: page or text (page when left out)
 *	name: … / yield: … / minutes: … / author: … / image: … / source: …
 *	+ an ingredient line, each in its order
 *	# a step, each in its order
 *	---
 *	the page or text, up to the next case; @1B@ stands for that byte
 *
 * Facts that are left out are not looked at; a case without a name is no
 * recipe.
 */
#include "unit.h"

#include "real-tables.h"
#include "recipe/recipe.h"

#define CASE_MAX ((size_t)64 * 1024)
#define WANT_MAX 64

struct wanted {
	char title[200];
	const char *kind, *name, *yield, *minutes, *author, *image, *source;
	const char *ingredients[WANT_MAX], *steps[WANT_MAX];
	size_t n_ingredients, n_steps;
	struct sbuf content;
};

/* ---- cases ---- */

static void take_fact(struct wanted *w, const char *line)
{
	const struct {
		const char *key;
		const char **field;
	} facts[] = {
		{ "kind: ", &w->kind },
		{ "name: ", &w->name },
		{ "yield: ", &w->yield },
		{ "minutes: ", &w->minutes },
		{ "author: ", &w->author },
		{ "image: ", &w->image },
		{ "source: ", &w->source },
	};
	size_t i;

	if (!strncmp(line, "+ ", 2)) {
		assert_true(w->n_ingredients < WANT_MAX);
		w->ingredients[w->n_ingredients++] =
			arena_strdup(&mem, line + 2);
		return;
	}
	if (!strncmp(line, "# ", 2)) {
		assert_true(w->n_steps < WANT_MAX);
		w->steps[w->n_steps++] = arena_strdup(&mem, line + 2);
		return;
	}
	for (i = 0; i < ARRAY_LEN(facts); i++) {
		size_t n = strlen(facts[i].key);

		if (!strncmp(line, facts[i].key, n)) {
			*facts[i].field = arena_strdup(&mem, line + n);
			return;
		}
	}
	fail_msg("%s: what is '%s'?", w->title, line);
}

static void take_content(struct wanted *w, const char *line)
{
	while (*line) {
		if (line[0] == '@' && ascii_hex(line[1]) >= 0 &&
			ascii_hex(line[2]) >= 0 && line[3] == '@') {
			sbuf_addch(&w->content, (char)(ascii_hex(line[1]) * 16 +
							ascii_hex(line[2])));
			line += 4;
		} else {
			sbuf_addch(&w->content, *line++);
		}
	}
	sbuf_addch(&w->content, '\n');
}

/* ---- comparing ---- */

static void show(const char *what, const char **at, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		print_error("    %s %s\n", what, at[i]);
}

static int same_lines(
	const char **a, size_t n, const char *const *b, size_t n_b)
{
	size_t i;

	if (n != n_b)
		return 0;
	for (i = 0; i < n; i++)
		if (strcmp(a[i], b[i]) != 0)
			return 0;
	return 1;
}

static int same(const char *wanted, const char *found)
{
	return !wanted || !strcmp(wanted, found ? found : "-");
}

static const char *source_of(const struct recipe *r)
{
	json_object *o = recipe_to_json(r);
	const char *s = arena_strdup(&mem, json_str(o, "source"));

	json_object_put(o);
	return s;
}

static int read_case(const struct wanted *w, struct recipe *r, struct err *e)
{
	const char *s = w->content.buf;
	size_t len = w->content.len;

	if (w->kind && !strcmp(w->kind, "text"))
		return recipe_from_text(k, s, len, &mem, r, e);
	return recipe_from_html(
		k, s, len, "https://example.org/leek-soup", &mem, r, e);
}

static int is_right(const struct wanted *w)
{
	struct recipe r;
	struct err e = ERR_INIT;
	char minutes[20];

	if (read_case(w, &r, &e)) {
		/* no recipe, or a wall, which is a reason with ways round */
		if (!w->name &&
			(e.reason == REASON_NOT_A_RECIPE || err_ways(e.reason)))
			return 1;
		print_error("=== %s: %s\n", w->title, err_key(e.reason));
		return 0;
	}
	(void)snprintf(minutes, sizeof(minutes), "%d", r.total_minutes);
	if (w->name && same(w->name, r.name) && same(w->yield, r.yield) &&
		same(w->minutes, minutes) && same(w->author, r.author) &&
		same(w->image, r.image) && same(w->source, source_of(&r)) &&
		same_lines(r.ingredients, r.n_ingredients, w->ingredients,
			w->n_ingredients) &&
		same_lines(
			r.instructions, r.n_instructions, w->steps, w->n_steps))
		return 1;
	print_error("=== %s\n    name %s, yield %s, minutes %s, author %s, "
		    "image %s, source %s\n",
		w->title, r.name, r.yield ? r.yield : "-", minutes,
		r.author ? r.author : "-", r.image ? r.image : "-",
		source_of(&r));
	show("+", r.ingredients, r.n_ingredients);
	show("#", r.instructions, r.n_instructions);
	return 0;
}

/* ---- files ---- */

static void read_file(const char *name, size_t least)
{
	struct wanted w = { .content = SBUF_INIT(CASE_MAX) };
	size_t n = 0, wrong = 0;
	char line[8192];
	int in_content = 0, more;
	FILE *f = fopen(source_path(name), "r");

	assert_non_null(f);
	do {
		more = fgets(line, sizeof(line), f) != NULL;
		if (more)
			line[strcspn(line, "\n")] = '\0';
		if (!more || !strncmp(line, "=== ", 4)) {
			wrong += n && !is_right(&w);
			sbuf_release(&w.content);
			arena_reset(&mem);
			memset(&w, 0, sizeof(w));
			sbuf_init(&w.content, CASE_MAX);
			(void)snprintf(w.title, sizeof(w.title), "%.190s",
				line + (more ? 4 : 0));
			in_content = 0;
			n += (size_t)more;
		} else if (in_content) {
			take_content(&w, line);
		} else if (!strcmp(line, "---")) {
			in_content = 1;
		} else {
			take_fact(&w, line);
		}
	} while (more);
	sbuf_release(&w.content);
	fclose(f);
	assert_true(n >= least);
	if (wrong)
		fail_msg("%s: %zu of %zu", name, wrong, n);
}

static void markup(void **state)
{
	(void)state;
	read_file("tests/fixtures/recipe-markup.txt", 50);
}

static void unmarked(void **state)
{
	(void)state;
	read_file("tests/fixtures/recipe-unmarked.txt", 60);
}

static void no_recipe(void **state)
{
	(void)state;
	read_file("tests/fixtures/recipe-none.txt", 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup),
		cmocka_unit_test(unmarked),
		cmocka_unit_test(no_recipe),
	};

	return cmocka_run_group_tests(tests, tables_setup, tables_teardown);
}
