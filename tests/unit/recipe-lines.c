/*
 * recipe/: what a cook means by an ingredient line, a row of
 * tests/fixtures/ingredient-lines.tsv each, read with the real tables.
 */
#include <math.h>

#include "unit.h"

#include "real-tables.h"
#include "recipe/line.h"
#include "recipe/recipe.h"

#define COLUMNS 7

struct row {
	char *line, *amount, *unit, *food, *note, *alternative, *flags;
};

static int each_test(void **state)
{
	(void)state;
	arena_reset(&mem);
	return 0;
}

/* Cells that are left out at the end are empty. */
static void cut_row(char *s, struct row *r)
{
	char *cells[COLUMNS] = { 0 }, *tab;
	size_t n = 0;

	s[strcspn(s, "\n")] = '\0';
	for (; s && n < COLUMNS; s = tab) {
		tab = strchr(s, '\t');
		if (tab)
			*tab++ = '\0';
		cells[n++] = s;
	}
	while (n < COLUMNS)
		cells[n++] = arena_strdup(&mem, "");
	r->line = cells[0];
	r->amount = cells[1];
	r->unit = cells[2];
	r->food = cells[3];
	r->note = cells[4];
	r->alternative = cells[5];
	r->flags = cells[6];
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static int same(const char *wanted, const char *found)
{
	return !strcmp(wanted, or_empty(found));
}

static int same_amount(const char *wanted, const struct ingredient *in)
{
	double lo = strtod(wanted, NULL), hi = lo;
	const char *dash = strchr(wanted, '-');

	if (dash)
		hi = strtod(dash + 1, NULL);
	return fabs(in->lo - lo) < 1e-3 && fabs(in->hi - hi) < 1e-3;
}

static int is_right(const struct row *r)
{
	struct ingredient in;
	int heading = strchr(r->flags, 'h') != NULL;
	enum line_class class =
		line_classify(k, &mem, r->line, strlen(r->line));

	if ((class == LINE_GROUP) != heading) {
		print_error("%s: %s\n", r->line,
			heading ? "no heading" : "a heading");
		return 0;
	}
	ingredient_parse(k, r->line, &mem, &in);
	if (heading ||
		(same_amount(r->amount, &in) &&
			same(r->unit, in.unit ? in.unit->name : "") &&
			same(r->food, in.food) && same(r->note, in.note) &&
			same(r->alternative, in.alternative) &&
			(strchr(r->flags, 'o') != NULL) == in.optional))
		return 1;
	print_error("%s: %g-%g [%s] '%s' (%s) or '%s'%s\n", r->line, in.lo,
		in.hi, in.unit ? in.unit->name : "", in.food, or_empty(in.note),
		or_empty(in.alternative), in.optional ? " optional" : "");
	return 0;
}

static void every_line(void **state)
{
	FILE *f =
		fopen(source_path("tests/fixtures/ingredient-lines.tsv"), "r");
	char text[1000];
	struct row r;
	size_t n = 0, wrong = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(text, sizeof(text), f)) {
		if (*text == '#')
			continue;
		cut_row(text, &r);
		n++;
		wrong += !is_right(&r);
	}
	fclose(f);
	assert_true(n >= 400);
	if (wrong)
		fail_msg("%zu of %zu lines", wrong, n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_line, each_test),
	};

	return cmocka_run_group_tests(tests, tables_setup, tables_teardown);
}
