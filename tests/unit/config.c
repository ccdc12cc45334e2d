/* config/: defaults, the file, the environment, and every mistake told. */
#include "unit.h"

#include <unistd.h>

#include "config/config.h"

struct fixture {
	struct arena mem;
	struct sbuf problems;
	struct config c;
	char path[64];
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	sbuf_init(&f->problems, 4096);
	(void)snprintf(f->path, sizeof(f->path), "/tmp/winepair-config-XXXXXX");
	close(mkstemp(f->path));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	(void)unlink(f->path);
	arena_release(&f->mem);
	sbuf_release(&f->problems);
	free(f);
	return 0;
}

static int load(struct fixture *f, const char *text)
{
	FILE *out = fopen(f->path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	return config_load(f->path, &f->c, &f->mem, &f->problems);
}

static void no_file_is_safe(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f, ""), 0);
	assert_int_equal(f->c.workers, 4);
	assert_int_equal(f->c.n_fetch_allow, 0);
	assert_string_equal(f->c.log_level, "info");
}

static void the_file_is_read(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f, "# a comment\n\n  workers = 7 \n"
				 "public_url=https://wine.example/\n"
				 "fetch_allow = 127.0.0.1:18080, 10.0.0.0/8 "
				 "fd00::/8, [fd00::1]:81, *:8080"),
		0);
	assert_int_equal(f->c.workers, 7);
	assert_string_equal(f->c.public_url, "https://wine.example");
	assert_int_equal(f->c.n_fetch_allow, 5);
	assert_int_equal(f->c.fetch_allow[0].bits, 128);
	assert_int_equal(f->c.fetch_allow[0].port, 18080);
	assert_int_equal(f->c.fetch_allow[0].addr[12], 127);
	assert_int_equal(f->c.fetch_allow[1].bits, 104);
	assert_int_equal(f->c.fetch_allow[2].bits, 8);
	assert_int_equal(f->c.fetch_allow[3].port, 81);
	assert_int_equal(f->c.fetch_allow[3].addr[0], 0xfd);
	assert_int_equal(f->c.fetch_allow[4].any_addr, 1);
}

static void what_is_printed_can_be_read(void **state)
{
	struct fixture *f = *state;
	struct sbuf once = SBUF_INIT(65536), twice = SBUF_INIT(65536);

	assert_int_equal(load(f, "fetch_allow = 10.0.0.0/8:81 fd00::/8 *:99\n"
				 "spend_limit_month = 1234567.891234\n"
				 "openai_price = 0.1234567/1234.5678\n"),
		0);
	config_print(&f->c, &once);
	assert_int_equal(load(f, once.buf), 0);
	config_print(&f->c, &twice);
	assert_string_equal(once.buf, twice.buf);
	assert_int_equal(f->c.spend_limit_month, 1234567891234);
	assert_true(f->c.openai.price.in_usd == 0.1234567);
	assert_true(f->c.openai.price.out_usd == 1234.5678);
	sbuf_release(&once);
	sbuf_release(&twice);
}

static void every_mistake_is_told(void **state)
{
	struct fixture *f = *state;
	char expected[1024];

	assert_int_equal(load(f, "workers = many\nnonsense\nwrokers = 3\n"
				 "socket = run/x\npublic_url = ftp://x\n"
				 "fetch_allow = 10.0.0.0/33\nlog_level = all"),
		-1);
	(void)snprintf(expected, sizeof(expected),
		"%s:1: workers: expected a number from 1 to 64, found 'many'\n"
		"%s:2: expected key = value\n"
		"%s:3: wrokers: there is no such setting\n"
		"%s:4: socket: expected a path from /, found 'run/x'\n"
		"%s:5: public_url: expected http://… or https://…, found "
		"'ftp://x'\n"
		"%s:6: fetch_allow: expected CIDR[:port] or *:port (at most "
		"64), found '10.0.0.0/33'\n"
		"%s:7: log_level: expected debug, info or warn, found 'all'\n",
		f->path, f->path, f->path, f->path, f->path, f->path, f->path);
	assert_string_equal(f->problems.buf, expected);
}

static void models_are_set_up(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f, ""), 0);
	assert_string_equal(f->c.provider, "built-in");
	assert_int_equal(f->c.spend_limit_month, 0);
	assert_int_equal(f->c.openai.price.known, 0);
	assert_int_equal(
		load(f, "provider =  openai\t, built-in\nopenai_model = m\n"
			"openai_price = 0/0\nspend_limit_month = 0.000001\n"),
		0);
	assert_string_equal(f->c.provider, "openai,built-in");
	assert_int_equal(f->c.openai.price.known, 1);
	assert_int_equal(f->c.spend_limit_month, 1);
	assert_ptr_equal(config_provider(&f->c, "bedrock", 7), &f->c.bedrock);
	assert_null(config_provider(&f->c, "built-in", 8));
}

static void mistakes_about_models_are_told(void **state)
{
	static const struct {
		const char *text, *problem;
	} cases[] = {
		{ "openai_model = a\033[2Jb", "holds a control character" },
		{ "provider = gemini", "each once; found 'gemini'" },
		{ "provider = openai, openai", "each once; found 'openai'" },
		{ "openai_price = 1", "such as 1/5, found '1'" },
		{ "openai_price = 1/-5", "such as 1/5" },
		{ "spend_limit_month = $5", "dollars such as 5 or 2.50" },
		{ "spend_limit_month = -1", "dollars such as 5 or 2.50" },
		/* next to nothing is not the same as no limit */
		{ "spend_limit_month = 0.0000001",
			"dollars such as 5 or 2.50" },
		{ "openai_url = localhost", "openai_url: " },
		{ "openai_key_file = key", "expected a path from /" },
		{ "openai_url = http://h/v1?key=k", "without a name" },
		{ "openai_url = h/v1#k", "without a name" },
		{ "openai_key = k", "is it meant to be openai_key_file?" },
		{ "model_timeout = 0", "a number from 1 to 900" },
		{ "provider = openai", "openai_model is not set" },
		{ "provider = built-in, anthropic\nanthropic_model = m",
			"anthropic_key_file is not set" },
		{ "provider = bedrock\nbedrock_model = m\n"
		  "bedrock_key_file = /k",
			"bedrock_region is not set" },
		{ "provider = openai\nopenai_model = m\n"
		  "spend_limit_month = 5",
			"spend_limit_month needs openai_price" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		sbuf_reset(&f->problems);
		assert_int_equal(load(f, cases[i].text), -1);
		if (!strstr(f->problems.buf, cases[i].problem))
			fail_msg("%s: %s", cases[i].text, f->problems.buf);
	}
}

/* People put a key where its file belongs, and messages go into logs. */
static void secrets_are_not_told(void **state)
{
	static const char *const cases[] = {
		"anthropic_key_file = sk-secret",
		"anthropic_key = sk-secret",
		"admin_token_file = sk-secret",
		"openai_url = https://me:sk-secret@h/v1",
		"openai_url = me:sk-secret@h/v1",
		"openai_url = https://h/v1?key=sk-secret",
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		sbuf_reset(&f->problems);
		assert_int_equal(load(f, cases[i]), -1);
		if (strstr(f->problems.buf, "sk-"))
			fail_msg("%s: %s", cases[i], f->problems.buf);
	}
}

static void a_named_file_must_exist(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(config_load("/nonexistent/x.conf", &f->c, &f->mem,
				 &f->problems),
		-1);
	assert_string_equal(f->problems.buf,
		"/nonexistent/x.conf: No such file or directory\n");
}

static void a_file_with_a_nul_is_refused(void **state)
{
	static const char text[] = "workers = 2\n\0workers = 3\n";
	struct fixture *f = *state;
	char expected[128];
	FILE *out = fopen(f->path, "w");

	assert_non_null(out);
	assert_int_equal(
		fwrite(text, 1, sizeof(text) - 1, out), sizeof(text) - 1);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(
		config_load(f->path, &f->c, &f->mem, &f->problems), -1);
	(void)snprintf(expected, sizeof(expected),
		"%s: is no text: it holds a NUL byte\n", f->path);
	assert_string_equal(f->problems.buf, expected);
}

static void the_environment_wins(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(setenv("WINEPAIR_WORKERS", "9", 1), 0);
	assert_int_equal(load(f, "workers = 2\n"), 0);
	assert_int_equal(f->c.workers, 9);
	assert_int_equal(setenv("WINEPAIR_WORKERS", "0", 1), 0);
	assert_int_equal(load(f, ""), -1);
	assert_string_equal(f->problems.buf,
		"environment: WINEPAIR_WORKERS: expected a number from 1 to "
		"64, found '0'\n");
	assert_int_equal(unsetenv("WINEPAIR_WORKERS"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_file_is_safe),
		TEST(the_file_is_read),
		TEST(what_is_printed_can_be_read),
		TEST(every_mistake_is_told),
		TEST(models_are_set_up),
		TEST(mistakes_about_models_are_told),
		TEST(secrets_are_not_told),
		TEST(a_named_file_must_exist),
		TEST(a_file_with_a_nul_is_refused),
		TEST(the_environment_wins),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
