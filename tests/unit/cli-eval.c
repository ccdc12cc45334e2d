/* cli/eval-*.c, all but the asking: reading cases, names as styles, the file of
 * results, and the numbers of the table. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "cli/eval.h"
#include "tempdir.h"

/* ---- cases ---- */

static const struct {
	const char *text, *error; /* NULL: it is good */
	size_t n;
} files[] = {
	{ "{\"text\":\"Soup\",\"accept\":[\"a\"]}", NULL, 1 },
	{ "{\"text\":\"Soup\",\"accept\":[\"a\"]}\n", NULL, 1 },
	{ "\n  \n{\"id\":\"x\",\"text\":\"Soup\",\"accept\":[\"a\",\"b\"],"
	  "\"more\":{}}\r\n\n{\"text\":\"Stew\",\"accept\":[\"c\"]}\n",
		NULL, 2 },
	{ "", "f:1: there is no case in it", 0 },
	{ "\n\n", "f:1: there is no case in it", 0 },
	{ "[]\n", "f:1: this is no JSON object", 0 },
	{ "\n{\"text\":\"Soup\"", "f:2: this is no JSON object", 0 },
	{ "{\"text\":\"Soup\",\"accept\":[\"a\"]}\n{}\n",
		"f:2: there is no \"text\"", 0 },
	{ "{\"text\":\"\",\"accept\":[\"a\"]}", "f:1: there is no \"text\"",
		0 },
	{ "{\"text\":7,\"accept\":[\"a\"]}", "f:1: there is no \"text\"", 0 },
	{ "{\"text\":\"Soup\"}",
		"f:1: \"accept\" is not a list of ids of styles", 0 },
	{ "{\"text\":\"Soup\",\"accept\":[]}",
		"f:1: \"accept\" is not a list of ids of styles", 0 },
	{ "{\"text\":\"Soup\",\"accept\":[\"a\",1]}",
		"f:1: \"accept\" is not a list of ids of styles", 0 },
	{ "{\"id\":\"x\",\"text\":\"Soup\",\"accept\":[\"a\"]}\n"
	  "{\"id\":\"x\",\"text\":\"Stew\",\"accept\":[\"a\"]}\n",
		"f:2: the id 'x' was there before", 0 },
};

static void cases_are_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(files); i++) {
		struct arena mem = ARENA_INIT;
		struct err e = ERR_INIT;
		struct eval_cases cases;
		int rc = eval_cases_parse("f", files[i].text,
			strlen(files[i].text), &mem, &cases, &e);

		if (files[i].error) {
			assert_int_equal(rc, -1);
			assert_string_equal(e.msg, files[i].error);
		} else {
			assert_string_equal(e.msg, "");
			assert_int_equal(rc, 0);
			assert_int_equal(cases.n, files[i].n);
		}
		arena_release(&mem);
	}
}

static void a_case_has_a_name_and_a_hash(void **state)
{
	static const char text[] =
		"{\"id\":\"x\",\"text\":\"Soup\",\"accept\":[\"a\",\"b\"]}\n"
		"\n{\"text\":\"Soup\",\"accept\":[\"c\"]}\n"
		"{\"text\":\"Stew\",\"accept\":[\"c\"]}\n";
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct eval_cases c;

	(void)state;
	assert_int_equal(
		eval_cases_parse("f", text, strlen(text), &mem, &c, &e), 0);
	assert_string_equal(c.at[0].id, "x");
	assert_int_equal(c.at[0].n_accept, 2);
	assert_string_equal(c.at[0].accept[1], "b");
	assert_string_equal(c.at[1].id, "line 3");
	assert_int_equal(strlen(c.at[0].hash), EVAL_HASH_LEN);
	assert_string_equal(c.at[0].hash, c.at[1].hash);
	assert_string_not_equal(c.at[0].hash, c.at[2].hash);
	arena_release(&mem);
}

/* ---- names as styles ---- */

static const char table[] =
	"id\tname\tfamily\taliases\tkin\n"
	"# a comment\n"
	"pinot-us\tPinot\tred\tpinot noir|!pinot noir+oregon\tp\n"
	"burgundy\tBurgundy\tred\tpinot noir|red "
	"burgundy|~burgundy|!gevrey\tp\n"
	"chablis\tChablis\twhite\tchablis|~burgundy\tc\n"
	"rose\tRos\xc3\xa9\trose\tros\xc3\xa9|!provence+rose\tr\r\n"
	"cote\tC\xc3\xb4te\tred\tcote rotie\n";

static const struct {
	const char *wine, *style;
	int is;
} names[] = {
	/* an ambiguous name is all it may be, a clearer one is not */
	{ "Pinot Noir", "pinot-us", 1 },
	{ "Pinot Noir", "burgundy", 1 },
	{ "Pinot Noir, Oregon and California", "pinot-us", 1 },
	{ "Pinot Noir, Oregon and California", "burgundy", 0 },
	/* ! before the rest, though it is shorter */
	{ "Gevrey", "burgundy", 1 },
	/* ~ only when nothing else is found */
	{ "Wine of Burgundy", "chablis", 1 },
	{ "Wine of Burgundy", "burgundy", 1 },
	{ "Chablis, Burgundy, France", "chablis", 1 },
	{ "Chablis, Burgundy, France", "burgundy", 0 },
	{ "Red Burgundy", "chablis", 0 },
	/* accents, capitals, punctuation; whole words */
	{ "C\xc3\x94TE-R\xc3\x94TIE, Rh\xc3\xb4ne", "cote", 1 },
	{ "Cote Roties", "cote", 0 },
	{ "Rosehip", "rose", 0 },
	{ "Provence Ros\xc3\xa9", "rose", 1 },
	{ "Riesling", "rose", 0 },
	{ "", "rose", 0 },
};

static void names_are_styles(void **state)
{
	struct err e = ERR_INIT;
	struct eval_styles *s =
		eval_styles_parse("t", table, sizeof(table) - 1, &e);
	size_t i;

	(void)state;
	assert_non_null(s);
	for (i = 0; i < ARRAY_LEN(names); i++)
		if (eval_styles_match(s, names[i].wine, names[i].style) !=
			names[i].is)
			fail_msg("'%s' %s", names[i].wine, names[i].style);
	eval_styles_free(s);
}

static void bad_tables_are_told(void **state)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
		{ "a\tb\tc\n", "t:1: expected id, name, family and aliases "
			       "between tabs" },
		{ "id\tname\tfamily\taliases\na\tb\tc\t+x\n",
			"t:2: expected id, name, family and aliases between "
			"tabs" },
		{ "a\tb\tc\tok\n\tb\tc\td\n",
			"t:2: expected id, name, family and aliases between "
			"tabs" },
		{ "a\tb\tc\ta+b+c+d+e\n",
			"t:1: expected id, name, family and aliases between "
			"tabs" },
		{ "a\tb\tc\t\xff\n", "t:1: expected id, name, family and "
				     "aliases between tabs" },
		{ "# nothing\n", "t: there is no style in it" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e = ERR_INIT;

		assert_null(eval_styles_parse(
			"t", bad[i].text, strlen(bad[i].text), &e));
		assert_string_equal(e.msg, bad[i].error);
	}
}

/* ---- an evaluation of two cases, two subjects, three repeats ---- */

struct fixture {
	struct arena mem;
	struct eval ev;
	char dir[TEMPDIR_SIZE];
	char file[TEMPDIR_SIZE + 16];
};

static void make_eval(struct fixture *f)
{
	static const char text[] =
		"{\"id\":\"one\",\"text\":\"Soup\",\"accept\":[\"a\",\"b\"]}\n"
		"{\"id\":\"two\",\"text\":\"Stew\",\"accept\":[\"c\"]}\n";
	struct err e = ERR_INIT;
	size_t i;

	f->ev = (struct eval){ .mem = &f->mem, .repeat = 3, .out = -1 };
	assert_int_equal(eval_cases_parse("f", text, strlen(text), &f->mem,
				 &f->ev.cases, &e),
		0);
	f->ev.n_subjects = 2;
	for (i = 0; i < 2; i++)
		f->ev.subjects[i] = (struct eval_subject){
			.providers = i ? "openai" : "built-in",
			.identity = i ? "openai m 7" : "built-in 7",
			.at = arena_calloc(
				&f->mem, 6, sizeof(struct eval_result))
		};
}

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	make_eval(f);
	tempdir_make(f->dir);
	(void)snprintf(f->file, sizeof(f->file), "%s/out.jsonl", f->dir);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f->ev.out >= 0)
		(void)close(f->ev.out);
	tempdir_remove(f->dir);
	arena_release(&f->mem);
	free(f);
	return 0;
}

static struct eval_result *put(struct fixture *f, size_t subject, size_t one,
	int repeat, const char *ids)
{
	struct eval_result *r = eval_at(&f->ev, subject, one, repeat);

	memset(r, 0, sizeof(*r));
	r->there = 1;
	for (; *ids; ids++) {
		r->wines[r->n_wines].id = arena_strndup(&f->mem, ids, 1);
		r->wines[r->n_wines++].name = "Some wine";
	}
	return r;
}

static void open_results(struct fixture *f)
{
	struct err e = ERR_INIT;

	if (eval_results_open(&f->ev, f->file, &e))
		fail_msg("%s", e.msg);
}

/* As the next run of the program finds it. */
static void open_again(struct fixture *f)
{
	(void)close(f->ev.out);
	make_eval(f);
	open_results(f);
}

static void add(struct fixture *f, size_t subject, size_t one, int repeat)
{
	struct err e = ERR_INIT;

	if (eval_results_add(&f->ev, subject, one, repeat, &e))
		fail_msg("%s", e.msg);
}

static size_t how_many(const struct fixture *f)
{
	size_t s, i, n = 0;

	for (s = 0; s < 2; s++)
		for (i = 0; i < 6; i++)
			n += (size_t)f->ev.subjects[s].at[i].there;
	return n;
}

static void results_come_back(void **state)
{
	struct fixture *f = *state;
	struct eval_result *r;

	open_results(f);
	r = put(f, 1, 1, 2, "ab");
	r->model = "m";
	r->fallback = "model-cut";
	r->suggested = 5;
	r->clashes = 1;
	r->calls = 3;
	r->answers = 2;
	r->readable = 1;
	r->input_tokens = 1200;
	r->output_tokens = 300;
	r->cost_micro = -1;
	r->us = 1234567;
	add(f, 1, 1, 2);
	put(f, 0, 0, 0, "");
	eval_at(&f->ev, 0, 0, 0)->error = "not-a-recipe";
	add(f, 0, 0, 0);
	open_again(f);
	assert_int_equal(how_many(f), 2);
	r = eval_at(&f->ev, 1, 1, 2);
	assert_int_equal(r->there, 1);
	assert_string_equal(r->model, "m");
	assert_string_equal(r->fallback, "model-cut");
	assert_null(r->error);
	assert_int_equal(r->n_wines, 2);
	assert_string_equal(r->wines[1].id, "b");
	assert_string_equal(r->wines[1].name, "Some wine");
	assert_int_equal(r->suggested, 5);
	assert_int_equal(r->clashes, 1);
	assert_int_equal(r->calls, 3);
	assert_int_equal(r->answers, 2);
	assert_int_equal(r->readable, 1);
	assert_int_equal(r->input_tokens, 1200);
	assert_int_equal(r->output_tokens, 300);
	assert_int_equal(r->cost_micro, -1);
	assert_int_equal(r->us, 1234567);
	assert_string_equal(eval_at(&f->ev, 0, 0, 0)->error, "not-a-recipe");
}

static void others_results_are_left_alone(void **state)
{
	struct fixture *f = *state;

	open_results(f);
	put(f, 0, 0, 0, "a");
	add(f, 0, 0, 0);
	put(f, 0, 1, 1, "a");
	add(f, 0, 1, 1);
	(void)close(f->ev.out);
	make_eval(f);
	/* another text under the id, another engine, fewer repeats */
	f->ev.cases.at[0].hash[0] ^= 1;
	open_results(f);
	assert_int_equal(how_many(f), 1);
	(void)close(f->ev.out);
	make_eval(f);
	f->ev.subjects[0].identity = "built-in 8";
	open_results(f);
	assert_int_equal(how_many(f), 0);
	(void)close(f->ev.out);
	make_eval(f);
	f->ev.repeat = 1;
	open_results(f);
	assert_int_equal(how_many(f), 1);
	f->ev.repeat = 3;
	open_again(f);
	assert_int_equal(how_many(f), 2);
}

/* ---- the file ---- */

static void write_file(const struct fixture *f, const char *text)
{
	int fd = open(f->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	(void)close(fd);
}

static size_t size_of(const struct fixture *f)
{
	struct stat st;

	assert_int_equal(stat(f->file, &st), 0);
	return (size_t)st.st_size;
}

static void a_torn_line_is_cut(void **state)
{
	struct fixture *f = *state;
	struct sbuf text = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	size_t cut, first;

	open_results(f);
	put(f, 0, 0, 0, "a");
	add(f, 0, 0, 0);
	first = size_of(f);
	put(f, 0, 1, 0, "c");
	add(f, 0, 1, 0);
	assert_int_equal(file_read(f->file, &text, &e), 0);
	for (cut = first; cut < text.len; cut++) {
		assert_int_equal(truncate(f->file, (off_t)cut), 0);
		open_again(f);
		assert_int_equal(how_many(f), 1);
		assert_int_equal(size_of(f), first);
		/* and the next one stands in a line of its own */
		put(f, 0, 1, 0, "c");
		add(f, 0, 1, 0);
		assert_int_equal(size_of(f), text.len);
		open_again(f);
		assert_int_equal(how_many(f), 2);
	}
	sbuf_release(&text);
}

static void other_files_are_refused(void **state)
{
	static const char *const others[] = { "notes", "notes\n", "{\"ca",
		"{\"text\":\"Soup\"}\n", "{\"case\":\"one\"}\n",
		"{\"case\":1,\"by\":\"x\"}\n", "\n", "[]\n" };
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_LEN(others); i++) {
		struct err e = ERR_INIT;
		int torn = strcmp(others[i], "{\"ca") == 0;

		write_file(f, others[i]);
		assert_int_equal(
			eval_results_open(&f->ev, f->file, &e), torn ? 0 : -1);
		assert_int_equal(size_of(f), torn ? 0 : strlen(others[i]));
		if (!torn)
			assert_non_null(strstr(e.msg,
				":1: this is no result of winepair eval"));
		(void)close(f->ev.out);
		f->ev.out = -1;
	}
}

static void two_do_not_write_one_file(void **state)
{
	struct fixture *f = *state;
	struct eval second = f->ev;
	struct err e = ERR_INIT;

	open_results(f);
	assert_int_equal(eval_results_open(&second, f->file, &e), -1);
	assert_non_null(strstr(e.msg, "another evaluation"));
	(void)close(second.out);
}

/* ---- numbers ---- */

static void percentiles(void **state)
{
	static const int64_t v[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
		14, 15, 16, 17, 18, 19, 20 };
	static const struct {
		size_t n;
		int p;
		int64_t is;
	} all[] = { { 0, 50, -1 }, { 1, 50, 1 }, { 1, 95, 1 }, { 2, 50, 1 },
		{ 2, 95, 2 }, { 3, 50, 2 }, { 20, 50, 10 }, { 20, 95, 19 },
		{ 19, 95, 19 }, { 20, 100, 20 } };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(all); i++)
		assert_int_equal(
			eval_percentile(v, all[i].n, all[i].p), all[i].is);
}

static int thousandths(double share)
{
	return (int)(share * 1000 + (share < 0 ? -0.5 : 0.5));
}

static void what_two_answers_share(void **state)
{
	static const struct {
		const char *a, *b;
		int is;
	} all[] = { { "abcde", "abcde", 1000 }, { "abcde", "edcba", 1000 },
		{ "abcde", "abcxy", 600 }, { "abcde", "ab", 400 },
		{ "ab", "abcde", 400 }, { "", "", 1000 }, { "a", "", 0 },
		{ "ab", "cd", 0 } };
	struct fixture *f = *state;
	struct eval_result *a, *b;
	size_t i;

	for (i = 0; i < ARRAY_LEN(all); i++) {
		a = put(f, 0, 0, 0, all[i].a);
		b = put(f, 0, 0, 1, all[i].b);
		assert_int_equal(thousandths(eval_common(a, b)), all[i].is);
	}
	/* two wines of no table are the same by their names */
	a = put(f, 0, 0, 0, "a");
	b = put(f, 0, 0, 1, "a");
	a->wines[0].id = b->wines[0].id = WINE_OTHER;
	assert_int_equal(thousandths(eval_common(a, b)), 1000);
	b->wines[0].name = "Another wine";
	assert_int_equal(thousandths(eval_common(a, b)), 0);
}

static void a_row_of_the_table(void **state)
{
	struct fixture *f = *state;
	struct eval_result *r;
	struct eval_row row;

	/* case one accepts a and b, case two c */
	r = put(f, 1, 0, 0, "axyz");
	r->us = 4000;
	r->suggested = 4;
	r->clashes = 1;
	r->answers = r->readable = 1;
	r->input_tokens = 100;
	r->output_tokens = 10;
	r->cost_micro = 500;
	r->model = "m";
	r = put(f, 1, 0, 1, "xyzab");
	r->us = 2000;
	r->suggested = 5;
	r->answers = 2;
	r->readable = 1;
	r->input_tokens = 200;
	r->output_tokens = 20;
	r->cost_micro = 700;
	r = put(f, 1, 1, 0, "ab");
	r->us = 9000;
	r->suggested = 1;
	r->fallback = "model-cut";
	r = put(f, 1, 1, 2, "");
	r->us = 1000;
	r->error = "not-a-recipe";
	eval_row(&f->ev, 1, &row);
	assert_string_equal(row.model, "m");
	assert_int_equal(row.n, 4);
	assert_int_equal(thousandths(row.hit1), 250);
	assert_int_equal(thousandths(row.hit5), 500);
	assert_int_equal(thousandths(row.clashes), 100);
	assert_int_equal(thousandths(row.readable), 667);
	assert_int_equal(thousandths(row.fallback), 250);
	/* 4 of 5 in case one, none in case two */
	assert_int_equal(thousandths(row.same), 400);
	assert_int_equal(thousandths(row.p50_ms), 2000);
	assert_int_equal(thousandths(row.p95_ms), 9000);
	assert_int_equal(row.input_tokens, 300);
	assert_int_equal(row.output_tokens, 30);
	assert_int_equal(row.cost_micro, 1200);
	/* one price that is not known, and the sum is not */
	eval_at(&f->ev, 1, 1, 0)->cost_micro = -1;
	eval_row(&f->ev, 1, &row);
	assert_int_equal(row.cost_micro, -1);
}

static void a_row_of_nothing(void **state)
{
	struct fixture *f = *state;
	struct eval_row row;

	eval_row(&f->ev, 0, &row);
	assert_int_equal(row.n, 0);
	assert_int_equal(thousandths(row.hit5), -1000);
	assert_int_equal(thousandths(row.same), -1000);
	assert_int_equal(thousandths(row.p50_ms), -1000);
	assert_int_equal(row.cost_micro, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_are_read),
		cmocka_unit_test(a_case_has_a_name_and_a_hash),
		cmocka_unit_test(names_are_styles),
		cmocka_unit_test(bad_tables_are_told),
		cmocka_unit_test_setup_teardown(
			results_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			others_results_are_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_torn_line_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			other_files_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			two_do_not_write_one_file, set_up, tear_down),
		cmocka_unit_test(percentiles),
		cmocka_unit_test_setup_teardown(
			what_two_answers_share, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_row_of_the_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_row_of_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
