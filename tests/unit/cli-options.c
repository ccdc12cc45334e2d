/* cli/cli.c: reading options; what it says is looked at in cli.test.js. */
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "cli/cli.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
