/* base/: buffers, arenas, numbers, text, JSON, ids, errors, limited children.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void sbuf_has_a_ceiling(void **state)
{
	struct sbuf sb = SBUF_INIT(8);

	(void)state;
	assert_string_equal(sb.buf, "");
	sbuf_addf(&sb, "%d-%s", 12, "abc");
	assert_string_equal(sb.buf, "12-abc");
	sbuf_addstr(&sb, "xyz");
	assert_int_equal(sb.full, 1);
	assert_string_equal(sb.buf, "12-abc");
	sbuf_reset(&sb);
	sbuf_addstr(&sb, "12345678");
	assert_int_equal(sb.full, 0);
	assert_int_equal(sb.len, 8);
	sbuf_release(&sb);
	assert_string_equal(sb.buf, "");
}

static void sbuf_trims(void **state)
{
	struct sbuf sb = SBUF_INIT(100);

	(void)state;
	sbuf_addstr(&sb, "a b \t\r\n");
	sbuf_rtrim(&sb);
	assert_string_equal(sb.buf, "a b");
	sbuf_release(&sb);
}

static void arena_hands_out_zeroed_memory(void **state)
{
	struct arena a = ARENA_INIT;
	size_t i, round, cap = 0;
	int *numbers = NULL;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 2000; i++) {
			unsigned char *p = arena_alloc(&a, i);
			size_t k;

			for (k = 0; k < i; k++)
				assert_int_equal(p[k], 0);
			memset(p, 0xAA, i);
		}
		arena_reset(&a);
		assert_int_equal(a.used, 0);
	}
	for (i = 0; i < 100; i++) {
		numbers = arena_grow(&a, numbers, i, &cap, sizeof(*numbers));
		numbers[i] = (int)i;
	}
	for (i = 0; i < 100; i++)
		assert_int_equal(numbers[i], i);
	assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
	assert_null(arena_strdup(&a, NULL));
	arena_release(&a);
}

static void numbers_are_checked(void **state)
{
	static const struct {
		const char *text;
		int rc;
		int64_t value;
	} ints[] = {
		{ "0", 0, 0 },
		{ "42", 0, 42 },
		{ "-3", 0, -3 },
		{ "", -1, 0 },
		{ "-", -1, 0 },
		{ " 1", -1, 0 },
		{ "1 ", -1, 0 },
		{ "1x", -1, 0 },
		{ "101", -1, 0 },
		{ "-11", -1, 0 },
		{ "99999999999999999999", -1, 0 },
	};
	int64_t v;
	double d;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(ints); i++) {
		v = 0;
		assert_int_equal(num_int(ints[i].text, strlen(ints[i].text),
					 -10, 100, &v),
			ints[i].rc);
		assert_int_equal(v, ints[i].value);
	}
	assert_int_equal(
		num_int("-9223372036854775808", 20, INT64_MIN, INT64_MAX, &v),
		0);
	assert_true(v == INT64_MIN);
	assert_int_equal(num_double("7.5", 3, 0, 10, &d), 0);
	assert_true(d == 7.5);
	assert_int_equal(num_double("-.5", 3, -1, 10, &d), 0);
	assert_true(d == -0.5);
	assert_int_equal(num_double("1e3", 3, 0, 10000, &d), -1);
	assert_int_equal(num_double("nan", 3, 0, 10, &d), -1);
	assert_int_equal(num_double(".", 1, 0, 10, &d), -1);
	assert_int_equal(num_double("10.01", 5, 0, 10, &d), -1);
}

static void text_folds(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "Crème FRAÎCHE", "creme fraiche" },
		{ "Smørrebrød", "smorrebrod" },
		{ "żółty Łosoś", "zolty losos" },
		{ "Bœuf", "boeuf" },
		{ "Weißwein", "weisswein" },
		{ "½ cup", "1\xE2\x81\x84"
			   "2 cup" },
		{ "ﬁsh", "fish" },
		{ "が", "が" },		    /* kana keep their marks */
		{ "น้ำปลา", "น้\u0e4dาปลา" }, /* Thai keeps its vowels */
		{ "Đặc", "dac" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct sbuf sb = SBUF_INIT(1000);

		text_fold(cases[i].in, strlen(cases[i].in), &sb);
		assert_string_equal(sb.buf, cases[i].out);
		sbuf_release(&sb);
	}
	assert_true(text_folds_to("Crème", "creme"));
	assert_false(text_folds_to("Crème", "crème"));
	assert_false(text_folds_to("Crème", "crem"));
	assert_true(text_folds_to("", ""));
}

static void lists_are_joined(void **state)
{
	(void)state;
	assert_string_equal(text_joint(0, 1), "");
	assert_string_equal(text_joint(0, 2), "");
	assert_string_equal(text_joint(1, 2), " and ");
	assert_string_equal(text_joint(1, 3), ", ");
	assert_string_equal(text_joint(2, 3), " and ");
}

/* Latin letters take a short cut; it must end where the long way does, which
 * a kana behind the letter enforces. */
static void the_short_cut_of_folding_is_right(void **state)
{
	int32_t cp;

	(void)state;
	for (cp = 0x80; cp <= 0x250; cp++) {
		struct sbuf in = SBUF_INIT(20), one = SBUF_INIT(20);
		struct sbuf two = SBUF_INIT(20);

		text_put(&in, cp);
		text_fold(in.buf, in.len, &one);
		sbuf_addstr(&in, "が");
		text_fold(in.buf, in.len, &two);
		sbuf_addstr(&one, "が");
		assert_string_equal(one.buf, two.buf);
		sbuf_release(&in);
		sbuf_release(&one);
		sbuf_release(&two);
	}
}

static void text_is_cleaned_and_repaired(void **state)
{
	static const char messy[] = "  a\xC2\xA0 \n b\xE2\x80\x8B"
				    "c\x01 ";
	struct sbuf sb = SBUF_INIT(1000);

	(void)state;
	text_clean(messy, strlen(messy), &sb);
	assert_string_equal(sb.buf, "a bc");
	sbuf_reset(&sb);
	text_clean("\xFFön\xC3 \xC0\xAF"
		   "d",
		9, &sb);
	assert_string_equal(sb.buf, "\xEF\xBF\xBDön\xEF\xBF\xBD "
				    "\xEF\xBF\xBD\xEF\xBF\xBD"
				    "d");
	sbuf_reset(&sb);
	assert_int_equal(text_repair("a\xFF"
				     "b\0c\xC3",
				 6, &sb),
		2);
	assert_string_equal(sb.buf, "a\xEF\xBF\xBD"
				    "bc\xEF\xBF\xBD");
	assert_int_equal(text_valid(sb.buf, sb.len), 1);
	assert_int_equal(text_valid("a\0b", 3), 0);
	assert_int_equal(text_valid("12345678", 8), 1);
	assert_int_equal(text_valid("1234567890123456é", 18), 1);
	assert_int_equal(text_valid("12345678901\0", 12), 0);
	assert_int_equal(text_valid("1234\0"
				    "5678",
				 9),
		0);
	assert_int_equal(text_valid("12345678\xFF", 9), 0);
	assert_int_equal(text_valid("\xED\xA0\x80", 3), 0);
	assert_int_equal(text_cut("a\xC3\xA9", 3, 2), 1);
	sbuf_release(&sb);
}

static void json_has_limits(void **state)
{
	struct err e = ERR_INIT;
	struct sbuf sb = SBUF_INIT(1000);
	char deep[200];
	json_object *o;

	(void)state;
	o = json_read("{\"a\":1,\"b\":\"x/y\",\"c\":[2.5]}", 27, &e);
	assert_non_null(o);
	assert_int_equal(json_int(o, "a", 0), 1);
	assert_string_equal(json_str(o, "b"), "x/y");
	assert_null(json_str(o, "a"));
	json_put_num(o, "d", 4.0);
	json_put_num(o, "e", 4.25);
	json_write(o, &sb);
	assert_string_equal(sb.buf,
		"{\"a\":1,\"b\":\"x/y\",\"c\":[2.5],\"d\":4,\"e\":4.25}");
	json_object_put(o);
	sbuf_release(&sb);

	assert_null(json_read("{} x", 4, &e));
	assert_null(json_read("{\"a\":", 5, &e));
	assert_null(json_read("", 0, &e));
	assert_null(json_read("null", 4, &e));
	assert_null(json_read("{\"a\":\"\xFF\"}", 9, &e));
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	assert_null(json_read(deep, 200, &e));
	assert_int_equal(e.reason, REASON_BAD_REQUEST);
	o = json_read("7", 1, &e);
	assert_non_null(o);
	json_object_put(o);
}

static void ids_are_ids(void **state)
{
	char a[ID_LEN + 1], b[ID_LEN + 1];

	(void)state;
	id_new(a);
	id_new(b);
	assert_int_equal(strlen(a), ID_LEN);
	assert_string_not_equal(a, b);
	assert_int_equal(id_valid(a, ID_LEN), 1);
	assert_int_equal(id_valid(a, ID_LEN - 1), 0);
	a[3] = 'A';
	assert_int_equal(id_valid(a, ID_LEN), 0);
}

static void errors_know_their_words(void **state)
{
	struct err e = ERR_INIT;
	int r, s;

	(void)state;
	assert_int_equal(err_set(&e, REASON_STORE, "disk %d", 7), -1);
	err_context(&e, "saving");
	assert_string_equal(e.msg, "saving: disk 7");
	assert_int_equal(err_status(REASON_STORE), 503);
	assert_int_equal(err_by_key("not-a-recipe"), REASON_NOT_A_RECIPE);
	assert_int_equal(err_by_key("nonsense"), REASON_INTERNAL);
	for (r = 1; r < REASON_MAX; r++) {
		assert_non_null(err_text(r));
		for (s = 1; s < r; s++)
			assert_string_not_equal(err_key(r), err_key(s));
	}
}

static void times_are_rfc3339(void **state)
{
	char out[CLOCK_RFC3339_SIZE];

	(void)state;
	clock_rfc3339(1795421090123, out);
	assert_string_equal(out, "2026-11-23T08:04:50.123Z");
	clock_rfc3339(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00.000Z");
}

static void bytes_are_percent_encoded(void **state)
{
	struct sbuf out = SBUF_INIT(100);
	char text[] = "a+b%2f%2F%zz%4", cut[] = "%41%4";

	(void)state;
	percent_encode("a-_.~ /?&=%+é\0z", 16, "", &out);
	assert_string_equal(out.buf, "a-_.~%20%2F%3F%26%3D%25%2B%C3%A9%00z");
	sbuf_reset(&out);
	percent_encode("/a b", 4, "/", &out);
	assert_string_equal(out.buf, "/a%20b");
	sbuf_release(&out);
	assert_int_equal(percent_decode(text, strlen(text), 0), 10);
	assert_string_equal(text, "a+b//%zz%4");
	assert_int_equal(percent_decode(text, strlen(text), 1), 10);
	assert_string_equal(text, "a b//%zz%4");
	/* what follows the length is not looked at */
	assert_int_equal(percent_decode(cut, 2, 0), 2);
}

/* As much as the ceiling and no more, of a file and of a pipe. */
static void reading_stops_at_the_ceiling(void **state)
{
	static const struct {
		size_t len, max;
	} cases[] = { { 0, 10 }, { 0, 0 }, { 1, 0 }, { 10, 10 }, { 11, 10 },
		{ 63, 64 }, { 64, 64 }, { 65, 64 }, { 20000, 60000 },
		{ 60000, 60000 }, { 60001, 60000 } };
	static char bytes[60001];
	size_t i, k;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	for (i = 0; i < 2 * ARRAY_LEN(cases); i++) {
		size_t len = cases[i / 2].len, max = cases[i / 2].max;
		struct sbuf sb = SBUF_INIT(max);
		struct err e = ERR_INIT;
		int fd, pipes[2];

		if (i % 2) {
			fd = fd_memfile(bytes, len, &e);
			assert_true(fd >= 0);
		} else {
			assert_int_equal(pipe(pipes), 0);
			assert_int_equal(fd_write_all(pipes[1], bytes, len), 0);
			close(pipes[1]);
			fd = pipes[0];
		}
		if (len > max) {
			assert_int_equal(fd_read_all(fd, &sb, 0), -1);
			assert_int_equal(errno, EFBIG);
			assert_true(sb.full);
		} else {
			assert_int_equal(fd_read_all(fd, &sb, 0), 0);
			assert_int_equal(sb.len, len);
			for (k = 0; k < len && sb.buf[k] == 'x'; k++)
				continue;
			assert_int_equal(k, len);
			assert_int_equal(sb.buf[len], 0);
		}
		close(fd);
		sbuf_release(&sb);
	}
}

static void descriptors_travel(void **state)
{
	struct err e = ERR_INIT;
	struct sbuf sb = SBUF_INIT(100);
	int pair[2], fd, got[4];
	char byte;
	size_t n;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	fd = fd_memfile("hello", 5, &e);
	assert_true(fd >= 0);
	assert_int_equal(fd_send(pair[0], "x", 1, &fd, 1), 0);
	close(fd);
	assert_int_equal(fd_recv(pair[1], &byte, 1, got, &n), 1);
	assert_int_equal(n, 1);
	assert_int_equal(fd_read_all(got[0], &sb, 0), 0);
	assert_string_equal(sb.buf, "hello");
	assert_int_equal(
		fd_read_all(pair[1], &sb, clock_monotonic_ms() + 5), -1);
	assert_int_equal(errno, ETIMEDOUT);
	close(got[0]);
	close(pair[0]);
	close(pair[1]);
	sbuf_release(&sb);
}

/* Run fn in a limited child; its wait status. */
static int in_child(void (*fn)(void), int filter)
{
	struct child_limits limits = { 1, (size_t)256 << 20 };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		child_close_except(NULL, 0);
		child_reset_signals();
		child_limit(&limits);
		if (filter)
			child_filter_parser();
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void does_nothing(void)
{
	free(malloc(1000000));
}

/* Exits 1 when anything but standard error is open. */
static void holds_nothing(void)
{
	int fd;

	for (fd = 0; fd < 256; fd++)
		if ((fcntl(fd, F_GETFD) >= 0) != (fd == STDERR_FILENO))
			_exit(1);
}

static void opens_a_socket(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void eats_memory(void)
{
	void *p = malloc((size_t)300 << 20);

	_exit(p ? 0 : 7);
}

static void spins(void)
{
	volatile unsigned n = 0;

	for (;;)
		n++;
}

static void maps_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void children_are_limited(void **state)
{
	int status;

	(void)state;
	if (!child_confinable())
		skip();
	assert_int_equal(in_child(does_nothing, 1), 0);
	assert_int_equal(in_child(holds_nothing, 0), 0);
	status = in_child(opens_a_socket, 1);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	status = in_child(maps_code, 1);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	status = in_child(eats_memory, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	status = in_child(spins, 1);
	assert_true(WIFSIGNALED(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sbuf_has_a_ceiling),
		cmocka_unit_test(sbuf_trims),
		cmocka_unit_test(arena_hands_out_zeroed_memory),
		cmocka_unit_test(numbers_are_checked),
		cmocka_unit_test(text_folds),
		cmocka_unit_test(lists_are_joined),
		cmocka_unit_test(the_short_cut_of_folding_is_right),
		cmocka_unit_test(text_is_cleaned_and_repaired),
		cmocka_unit_test(json_has_limits),
		cmocka_unit_test(ids_are_ids),
		cmocka_unit_test(errors_know_their_words),
		cmocka_unit_test(times_are_rfc3339),
		cmocka_unit_test(bytes_are_percent_encoded),
		cmocka_unit_test(reading_stops_at_the_ceiling),
		cmocka_unit_test(descriptors_travel),
		cmocka_unit_test(children_are_limited),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
