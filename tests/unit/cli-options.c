/* cli/cli.c and input.c: reading options; what they say is looked at in
 * cli.test.js. */
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "cli/input.h"

static const struct cli_usage usage = { "try [--size N] [--quick] [WORD]",
	"Tries.\n" };

static const struct {
	const char *args[6];
	int rc;
	const char *size, *word;
	int quick;
} lines[] = {
	{ { NULL }, -1, NULL, NULL, 0 },
	{ { "--size", "7" }, -1, "7", NULL, 0 },
	{ { "--size=7" }, -1, "7", NULL, 0 },
	{ { "--size=" }, -1, "", NULL, 0 },
	{ { "--size", "--quick" }, -1, "--quick", NULL, 0 },
	{ { "--quick" }, -1, NULL, NULL, 1 },
	{ { "word", "--quick" }, -1, NULL, "word", 1 },
	{ { "--quick", "word", "--size", "1" }, -1, "1", "word", 1 },
	{ { "--", "--quick" }, -1, NULL, "--quick", 0 },
	{ { "-" }, -1, NULL, "-", 0 },
	{ { "" }, -1, NULL, "", 0 },
	{ { "--help" }, CLI_FINE, NULL, NULL, 0 },
	{ { "--size" }, CLI_USAGE, NULL, NULL, 0 },
	{ { "--size", "1", "--size", "2" }, CLI_USAGE, NULL, NULL, 0 },
	{ { "--quick=1" }, CLI_USAGE, NULL, NULL, 0 },
	{ { "--sizes", "1" }, CLI_USAGE, NULL, NULL, 0 },
	{ { "--siz", "1" }, CLI_USAGE, NULL, NULL, 0 },
	{ { "a", "b" }, CLI_USAGE, NULL, NULL, 0 },
};

static void same(const char *got, const char *expected)
{
	if (expected)
		assert_string_equal(got ? got : "(nothing)", expected);
	else
		assert_null(got);
}

static void options_are_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(lines); i++) {
		const char *size = NULL, *word = NULL;
		int quick = 0, argc = 0, rc;
		const struct cli_option options[] = { { "size", &size, NULL },
			{ "quick", NULL, &quick }, { NULL, NULL, NULL } };
		char *argv[6];

		for (; lines[i].args[argc]; argc++)
			argv[argc] = xstrdup(lines[i].args[argc]);
		rc = cli_options(&usage, options, argc, argv, &word, 1);
		assert_int_equal(rc, lines[i].rc);
		if (rc < 0) {
			same(size, lines[i].size);
			same(word, lines[i].word);
			assert_int_equal(quick, lines[i].quick);
		}
		while (argc > 0)
			free(argv[--argc]);
	}
}

/* Recipes, as "t:" text, "T:" text file, "f:" file, "u:" URL, "@" label. */
static const struct {
	const char *args[9], *recipes; /* NULL: wrong usage */
} inputs[] = {
	{ { NULL }, NULL },
	{ { "--text", "a" }, "t:a" },
	{ { "--text=a", "--text", "b" }, "t:a t:b" },
	{ { "--text-file", "a", "--text", "b", "--text-file=-" },
		"T:a t:b T:-" },
	{ { "u", "--text", "a", "v" }, "u:u t:a u:v" },
	{ { "--url", "u" }, "u:u" },
	{ { "--url", "u", "--url", "v" }, "u:u u:v" },
	{ { "--file", "f", "--url", "u" }, "f:f@u" },
	{ { "--url", "u", "--file", "f" }, "f:f@u" },
	{ { "--file", "f", "--file", "g", "--url", "v" }, "f:f f:g@v" },
	{ { "--url", "u", "--file", "f", "--url", "v" }, "u:u f:f@v" },
	{ { "--file", "f", "--url", "u", "--url", "v" }, "f:f@u u:v" },
	{ { "u", "--file", "f" }, "u:u f:f" },
	{ { "--text", "a", "--url", "u" }, "t:a u:u" },
	{ { "--", "--text" }, "u:--text" },
	{ { "a", "b", "c", "d", "e", "f" }, "u:a u:b u:c u:d u:e u:f" },
	{ { "a", "b", "c", "d", "e", "f", "g" }, NULL },
	{ { "--=a" }, NULL },
};

static void say_inputs(const struct cli_input *in, size_t n, struct sbuf *out)
{
	size_t i;

	for (i = 0; i < n; i++) {
		sbuf_addstr(out, i ? " " : "");
		if (in[i].text)
			sbuf_addf(out, "t:%s", in[i].text);
		else if (in[i].text_file)
			sbuf_addf(out, "T:%s", in[i].text_file);
		else if (in[i].file)
			sbuf_addf(out, "f:%s%s%s", in[i].file,
				in[i].url ? "@" : "",
				in[i].url ? in[i].url : "");
		else
			sbuf_addf(out, "u:%s", in[i].url);
	}
}

static void inputs_are_recipes_in_order(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_LEN(inputs); i++) {
		struct cli_inputs given = { .n = 0 };
		const struct cli_option options[] = { CLI_INPUT_OPTIONS(&given),
			{ NULL, NULL, NULL } };
		struct cli_input in[6];
		struct sbuf said = SBUF_INIT(1000);
		char *argv[9];
		int argc = 0, rc;

		for (; inputs[i].args[argc]; argc++)
			argv[argc] = xstrdup(inputs[i].args[argc]);
		rc = cli_options(&usage, options, argc, argv, NULL, 0);
		if (rc < 0)
			rc = cli_input_check(&usage, &given, in, 6, &n);
		assert_int_equal(rc, inputs[i].recipes ? -1 : CLI_USAGE);
		if (rc < 0) {
			say_inputs(in, n, &said);
			assert_string_equal(said.buf, inputs[i].recipes);
		}
		if (rc < 0 && n > 1)
			assert_int_equal(
				cli_input_check(&usage, &given, in, 1, &n),
				CLI_USAGE);
		sbuf_release(&said);
		while (argc > 0)
			free(argv[--argc]);
	}
}

static void there_are_not_too_many(void **state)
{
	struct cli_inputs given = { .n = 0 };
	const struct cli_option options[] = { CLI_INPUT_OPTIONS(&given),
		{ NULL, NULL, NULL } };
	char word[] = "w", *argv[CLI_MANY + 1];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(argv); i++)
		argv[i] = word;
	assert_int_equal(
		cli_options(&usage, options, CLI_MANY, argv, NULL, 0), -1);
	assert_int_equal(given.n, CLI_MANY);
	given.n = 0;
	assert_int_equal(
		cli_options(&usage, options, CLI_MANY + 1, argv, NULL, 0),
		CLI_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_read),
		cmocka_unit_test(inputs_are_recipes_in_order),
		cmocka_unit_test(there_are_not_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
