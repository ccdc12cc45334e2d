/*
 * Whole answers. Sixty recipes of tests/fixtures/golden with the first five
 * wines and the loudest reasons of each as they were when
 * docs/pairing-review.md was written: a change of rules or tables shows here
 * what it does to dishes nobody was thinking of. `make golden` writes the
 * answers anew, to be read and reviewed before they are committed.
 *
 * And ten dishes in English and in German, as a cook of each language would
 * write them down: the same dish, so the same wines.
 */
#include <dirent.h>

#include "real-tables.h"

#include "pairing/pairing.h"

#define ANSWERS "tests/fixtures/golden-answers.txt"
#define RECIPES_MAX 100
#define REASONS 3
#define TOP 3
#define DIFFER 2 /* of ten translated dishes may */

static const char *read_whole(const char *path)
{
	struct sbuf file = SBUF_INIT((size_t)1 << 20);
	struct err e = ERR_INIT;
	const char *text;

	if (file_read(path, &file, &e))
		fail_msg("%s", e.msg);
	text = arena_strndup(&mem, file.buf, file.len);
	sbuf_release(&file);
	return text;
}

static void write_whole(const char *path, const struct sbuf *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text->buf, 1, text->len, f), text->len);
	assert_int_equal(fclose(f), 0);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files of a folder that end so, without the ending, in order. */
static size_t stems(const char *folder, const char *ending, const char **out)
{
	DIR *dir = opendir(source_path(folder));
	const struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name), tail = strlen(ending);

		if (len <= tail || strcmp(entry->d_name + len - tail, ending))
			continue;
		assert_true(n < RECIPES_MAX);
		out[n++] = arena_strndup(&mem, entry->d_name, len - tail);
	}
	(void)closedir(dir);
	qsort(out, n, sizeof(*out), by_name);
	return n;
}

static void read_recipe(const char *what, const char *text, struct recipe *r)
{
	struct err e = ERR_INIT;

	if (recipe_from_text(k, text, strlen(text), &mem, r, &e))
		fail_msg("%s: %s", what, e.msg);
}

static void pair_recipe(const struct recipe *r, struct pairing *out)
{
	struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;

	if (pairing_make(k, r, &p, &mem, out, &e))
		fail_msg("%s: %s", r->name, e.msg);
}

static void pair(const char *what, const char *text, struct pairing *out)
{
	struct recipe r;

	read_recipe(what, text, &r);
	pair_recipe(&r, out);
}

/* ---- sixty answers ---- */

static void write_answer(
	const char *stem, const struct pairing *p, struct sbuf *out)
{
	size_t i, j;

	sbuf_addf(out, "%s%s\n  %s\n", out->len ? "\n" : "", stem, p->summary);
	for (i = 0; i < p->n_suggestions; i++) {
		const struct suggestion *s = &p->suggestions[i];

		sbuf_addf(out, "%3d %s\n", s->score, s->wine->name);
		for (j = 0; j < s->n_reasons && j < REASONS; j++)
			sbuf_addf(out, "      %+5.1f %s\n",
				s->reasons[j].effect, s->reasons[j].text);
	}
	for (i = 0; i < p->n_avoid; i++)
		sbuf_addf(out, "  not %s: %s\n", p->avoid[i].style,
			p->avoid[i].why);
}

static void all_answers(struct sbuf *out)
{
	const char *names[RECIPES_MAX];
	size_t i, n = stems("tests/fixtures/golden", ".txt", names);

	assert_int_equal(n, 60);
	for (i = 0; i < n; i++) {
		struct pairing p;

		pair(names[i],
			read_whole(source_path(arena_printf(&mem,
				"tests/fixtures/golden/%s.txt", names[i]))),
			&p);
		write_answer(names[i], &p, out);
	}
}

/* The first line that differs, to be shown. */
static void assert_same(const char *was, const char *is)
{
	const char *dish = "";

	while (*was || *is) {
		size_t a = strcspn(was, "\n"), b = strcspn(is, "\n");

		if (a && *was != ' ')
			dish = arena_strndup(&mem, was, a);
		if (a != b || memcmp(was, is, a) != 0)
			fail_msg("%s\n was: %.*s\n is:  %.*s\nmake golden "
				 "writes what is, for a review",
				dish, (int)a, was, (int)b, is);
		was += a + (was[a] == '\n');
		is += b + (is[b] == '\n');
	}
}

static void answers_are_as_reviewed(void **state)
{
	struct sbuf now = SBUF_INIT((size_t)1 << 20);

	(void)state;
	all_answers(&now);
	if (getenv("WINEPAIR_GOLDEN"))
		write_whole(source_path(ANSWERS), &now);
	else
		assert_same(read_whole(source_path(ANSWERS)), now.buf);
	sbuf_release(&now);
	arena_reset(&mem);
}

/* ---- a sommelier's mind ---- */

/* Does the wine stand in the list? "id", "family:id" and "color:name". */
static int is_named(const struct wine *w, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, "|");
		const char *item = arena_strndup(&mem, list, len);

		if (strcmp(item, w->id) == 0 ||
			(strncmp(item, "family:", 7) == 0 &&
				strcmp(item + 7, w->family) == 0) ||
			(strncmp(item, "color:", 6) == 0 &&
				strcmp(item + 6, color_name(w->color)) == 0))
			return 1;
		list += len + (list[len] == '|');
	}
	return 0;
}

/* What somebody would gladly pour, and never would, written down without a
 * look at our answers. */
static void a_sommelier_agrees(void **state)
{
	char *line = arena_strdup(&mem,
		read_whole(source_path("tests/fixtures/golden-wines.tsv")));
	size_t dishes = 0, first = 0, among = 0, never = 0;

	(void)state;
	while (*line) {
		char *cells[4] = { line }, *end = strchr(line, '\n');
		struct pairing p;
		size_t i;

		assert_non_null(end);
		*end = '\0';
		for (i = 1; i < 4; i++) {
			cells[i] = strchr(cells[i - 1], '\t');
			assert_non_null(cells[i]);
			*cells[i]++ = '\0';
		}
		line = end + 1;
		pair(cells[0],
			read_whole(source_path(arena_printf(&mem,
				"tests/fixtures/golden/%s.txt", cells[0]))),
			&p);
		dishes++;
		first += (size_t)is_named(p.suggestions[0].wine, cells[1]);
		for (i = 0; i < TOP; i++)
			if (is_named(p.suggestions[i].wine, cells[1]))
				break;
		among += i < TOP;
		for (i = 0; i < p.n_suggestions; i++)
			never += (size_t)is_named(
				p.suggestions[i].wine, cells[2]);
	}
	print_message("of %zu dishes: first %zu, among three %zu; never %zu\n",
		dishes, first, among, never);
	assert_int_equal(dishes, 60);
	assert_true(first * 10 >= dishes * 7);
	assert_true(among * 100 >= dishes * 85);
	assert_true(never * 50 <= dishes * 5); /* one bottle in fifty */
	arena_reset(&mem);
}

/* ---- the same dish, told another way ---- */

static int among_first(const struct wine *w, const struct pairing *p)
{
	size_t i;

	for (i = 0; i < p->n_suggestions && i < TOP; i++)
		if (p->suggestions[i].wine == w)
			return 1;
	return 0;
}

/* The same first three wines, whatever their order? */
static int agree(const struct pairing *a, const struct pairing *b)
{
	size_t i;

	for (i = 0; i < TOP; i++)
		if (!among_first(a->suggestions[i].wine, b))
			return 0;
	return 1;
}

static const char *translated(const char *stem, const char *language)
{
	return read_whole(source_path(arena_printf(
		&mem, "tests/fixtures/translated/%s.%s.txt", stem, language)));
}

static void turn_round(const char **list, size_t n)
{
	size_t i;

	for (i = 0; i < n / 2; i++) {
		const char *s = list[i];

		list[i] = list[n - 1 - i];
		list[n - 1 - i] = s;
	}
}

static void lines_may_stand_in_any_order(void **state)
{
	const char *names[RECIPES_MAX];
	size_t i, j, n;

	(void)state;
	n = stems("tests/fixtures/translated", ".en.txt", names);
	assert_int_equal(n, 10);
	for (i = 0; i < n; i++) {
		struct recipe *r = arena_alloc(&mem, sizeof(*r));
		struct pairing a, again, turned;

		read_recipe(names[i], translated(names[i], "en"), r);
		pair_recipe(r, &a);
		pair_recipe(r, &again);
		turn_round(r->ingredients, r->n_ingredients);
		pair_recipe(r, &turned);
		for (j = 0; j < a.n_suggestions; j++) {
			assert_ptr_equal(a.suggestions[j].wine,
				again.suggestions[j].wine);
			assert_int_equal(a.suggestions[j].score,
				again.suggestions[j].score);
		}
		if (!agree(&a, &turned))
			fail_msg("%s: other wines for other order", names[i]);
	}
	arena_reset(&mem);
}

static void german_and_english_agree(void **state)
{
	const char *names[RECIPES_MAX];
	size_t i, j, n, differ = 0;

	(void)state;
	n = stems("tests/fixtures/translated", ".en.txt", names);
	for (i = 0; i < n; i++) {
		struct pairing en, de;

		pair(names[i], translated(names[i], "en"), &en);
		pair(names[i], translated(names[i], "de"), &de);
		if (en.profile.n_unrecognised + de.profile.n_unrecognised)
			fail_msg("%s: not recognised: %s", names[i],
				en.profile.n_unrecognised
					? en.profile.unrecognised[0]
					: de.profile.unrecognised[0]);
		if (agree(&en, &de))
			continue;
		differ++;
		print_message("%s\n", names[i]);
		for (j = 0; j < TOP; j++)
			print_message("  %-30s %s\n",
				en.suggestions[j].wine->name,
				de.suggestions[j].wine->name);
	}
	assert_true(differ <= DIFFER);
	arena_reset(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_as_reviewed),
		cmocka_unit_test(a_sommelier_agrees),
		cmocka_unit_test(lines_may_stand_in_any_order),
		cmocka_unit_test(german_and_english_agree),
	};

	return cmocka_run_group_tests_name(
		"pairing-golden", tests, tables_setup, tables_teardown);
}
