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
	struct sbuf once = SBUF_INIT(8192), twice = SBUF_INIT(8192);

	assert_int_equal(
		load(f, "fetch_allow = 10.0.0.0/8:81 fd00::/8 *:99\n"), 0);
	config_print(&f->c, &once);
	assert_int_equal(load(f, once.buf), 0);
	config_print(&f->c, &twice);
	assert_string_equal(once.buf, twice.buf);
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
		TEST(a_named_file_must_exist),
		TEST(a_file_with_a_nul_is_refused),
		TEST(the_environment_wins),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
