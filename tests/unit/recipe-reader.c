/*
 * recipe/reader: pages through the limited child, clients that misbehave, and
 * pages made to hurt: each ends within the time with an answer.
 */
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "recipe-kitchen.h"
#include "recipe/recipe.h"

#define LIMIT_MS 3000

static struct arena mem = ARENA_INIT;
static int sock = -1; /* a client's end */
static pid_t reader;

static pid_t reader_fork(int *client)
{
	int ends[2];
	pid_t pid;

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(ends[1]);
		if (sock >= 0)
			close(sock);
		_exit(reader_serve(ends[0], kitchen) ? 1 : 0);
	}
	close(ends[0]);
	*client = ends[1];
	return pid;
}

static int set_up(void **state)
{
	(void)kitchen_setup(state);
	reader = reader_fork(&sock);
	return 0;
}

static int tear_down(void **state)
{
	int status;

	close(sock);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	arena_release(&mem);
	return kitchen_teardown(state);
}

static const char soup[] =
	"<html lang=en><title>x</title><script type='application/ld+json'>"
	"{\"@type\":\"Recipe\",\"name\":\"Soup\",\"recipeIngredient\":"
	"[\"2 onions\"],\"recipeInstructions\":\"Cook.\",\"image\":\"/s.jpg\","
	"\"totalTime\":\"PT1H\"}</script>";

/* A page without an HTTP header. */
static int read_page(int s, const char *html, size_t len, const char *url,
	struct recipe *r, struct err *e)
{
	struct reader_input in = { READER_PAGE, html, len, url, NULL };

	return reader_read(s, kitchen, &in, &mem, r, e);
}

static int start_soup(int s, struct err *e)
{
	struct reader_input in = { READER_PAGE, soup, strlen(soup), NULL,
		NULL };

	return reader_start(s, kitchen, &in, e);
}

static void assert_soup(int s)
{
	struct recipe r;
	struct err e = ERR_INIT;

	if (read_page(s, soup, strlen(soup), "https://example.org/a/b", &r, &e))
		fail_msg("%s: %s", err_key(e.reason), e.msg);
	assert_string_equal(r.name, "Soup");
	assert_int_equal(r.n_ingredients, 1);
	assert_string_equal(r.image, "https://example.org/s.jpg");
	assert_string_equal(r.url, "https://example.org/a/b");
	assert_string_equal(r.language, "en");
	assert_int_equal(r.total_minutes, 60);
	assert_int_equal(r.source, RECIPE_JSON_LD);
}

static void a_page_is_read(void **state)
{
	(void)state;
	assert_soup(-1);
	assert_soup(sock);
}

static void no_recipe_is_said(void **state)
{
	static const char bare[] = "<script type='application/ld+json'>"
				   "{\"@type\":\"Recipe\"}</script>";
	static const char *const pages[] = { "", "<p>Hello", "\x80\x81\x82",
		bare };
	struct recipe r;
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pages); i++) {
		assert_int_equal(read_page(sock, pages[i], strlen(pages[i]),
					 NULL, &r, &e),
			-1);
		assert_int_equal(e.reason, REASON_NOT_A_RECIPE);
	}
}

/* The page as some other charset has it; the filter is on by then. */
static void charsets(void **state)
{
	static const struct {
		const char *charset, *declared;
	} cases[] = {
		{ "UTF-8", "iso-8859-1" },
		{ "WINDOWS-1252", "windows-1252" },
		{ "WINDOWS-1252", "nonsense" },
		{ "ISO-8859-15", "iso-8859-15" },
		{ "UTF-16LE", "utf-8" },
		{ "UTF-16BE", "utf-16" },
	};
	static const char page[] =
		"<meta charset=%s><script type='application/ld+json'>{\"@type\""
		":\"Recipe\",\"name\":\"Crème brûlée\",\"recipeIngredient\":"
		"[\"4 œufs\"]}</script>";
	static const char japanese[] =
		"<meta http-equiv=content-type content='text/html; "
		"charset=Shift_JIS'><script type='application/ld+json'>"
		"{\"@type\":\"Recipe\",\"name\":\"カレー\",\"recipeIngredient\""
		":[\"表 200g\"]}</script>";
	char utf8[1000], out[4000];
	struct recipe r;
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i <= ARRAY_LEN(cases); i++) {
		int last = i == ARRAY_LEN(cases);
		const char *to = last ? "CP932" : cases[i].charset;
		char *in = utf8, *end = out;
		size_t left, room = sizeof(out);
		iconv_t cd = iconv_open(to, "UTF-8");

		assert_true(cd != (iconv_t)-1);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(utf8, sizeof(utf8), last ? japanese : page,
			last ? "" : cases[i].declared);
#pragma GCC diagnostic pop
		left = strlen(utf8);
		assert_int_equal(iconv(cd, &in, &left, &end, &room), 0);
		iconv_close(cd);
		if (read_page(sock, out, (size_t)(end - out), NULL, &r, &e))
			fail_msg("%s: %s", to, e.msg);
		assert_string_equal(r.name, last ? "カレー" : "Crème brûlée");
		assert_string_equal(
			r.ingredients[0], last ? "表 200g" : "4 œufs");
	}
}

static void bad_clients_do_no_harm(void **state)
{
	struct err e = ERR_INIT;
	int pipes[2], fds[4], i, dir, page;
	char big[4000] = "P";
	struct sbuf out = SBUF_INIT(1000);

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	dir = open("/", O_RDONLY | O_CLOEXEC);
	page = fd_memfile(soup, strlen(soup), &e);
	memset(big + 1, 'x', sizeof(big) - 1);
	for (i = 0; i < 4; i++)
		fds[i] = i == 0 ? page : pipes[1];
	/* nothing at all, no descriptors, too many, a wrong kind, a long URL,
	 * a URL that is no text, no blank, a long charset */
	assert_int_equal(fd_send(sock, "", 0, NULL, 0), 0);
	assert_int_equal(fd_send(sock, "", 0, fds, 2), 0);
	assert_int_equal(fd_send(sock, "P ", 2, NULL, 0), 0);
	assert_int_equal(fd_send(sock, "P ", 2, fds, 1), 0);
	assert_int_equal(fd_send(sock, "P ", 2, fds, 4), 0);
	assert_int_equal(fd_send(sock, "X ", 2, fds, 2), 0);
	assert_int_equal(fd_send(sock, big, sizeof(big), fds, 2), 0);
	assert_int_equal(fd_send(sock, "P \xff", 3, fds, 2), 0);
	assert_int_equal(fd_send(sock, "P", 1, fds, 2), 0);
	big[100] = ' ';
	assert_int_equal(fd_send(sock, big, 200, fds, 2), 0);
	fds[0] = dir;
	assert_int_equal(fd_send(sock, "P ", 2, fds, 2), 0);
	fds[0] = pipes[0];
	assert_int_equal(fd_send(sock, "P ", 2, fds, 2), 0);
	/* an answer nobody can take: the pipe's reading end as the place */
	fds[0] = page;
	fds[1] = pipes[0];
	assert_int_equal(fd_send(sock, "P ", 2, fds, 2), 0);
	assert_soup(sock);
	/* the directory and the pipe were refused in so many words */
	close(pipes[1]);
	assert_int_equal(
		fd_read_all(pipes[0], &out, clock_monotonic_ms() + LIMIT_MS),
		0);
	assert_string_equal(
		out.buf, "{\"error\":\"too-large\"}{\"error\":\"too-large\"}");
	close(pipes[0]);
	close(dir);
	close(page);
	sbuf_release(&out);
}

static void many_pages_at_once(void **state)
{
	struct err e = ERR_INIT;
	int fds[24];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = start_soup(sock, &e);
		assert_true(fds[i] >= 0);
	}
	for (i = 0; i < ARRAY_LEN(fds); i++) {
		struct sbuf answer = SBUF_INIT(RECIPE_JSON_MAX);
		struct recipe r;

		if (i % 3) { /* every third client loses interest */
			assert_int_equal(
				fd_read_all(fds[i], &answer,
					clock_monotonic_ms() + LIMIT_MS),
				0);
			assert_int_equal(reader_answer(sock, answer.buf,
						 answer.len, &mem, &r, &e),
				0);
		}
		close(fds[i]);
		sbuf_release(&answer);
	}
}

static void term_ends_the_reader(void **state)
{
	int client, status;
	pid_t pid = reader_fork(&client);
	struct err e = ERR_INIT;
	int fd;

	(void)state;
	assert_soup(client);
	fd = start_soup(client, &e);
	assert_true(fd >= 0);
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(fd);
	/* without a reader there is no answer, but no hang either */
	assert_int_equal(start_soup(client, &e), -1);
	assert_int_equal(e.reason, REASON_BUSY);
	close(client);
}

static void broken_answers_are_told_apart(void **state)
{
	static const struct {
		const char *bytes;
		enum err_reason reason, own; /* of a reader, of our own child */
	} cases[] = {
		{ "", REASON_BUSY, REASON_TOO_COMPLEX },
		{ "{", REASON_BUSY, REASON_TOO_COMPLEX },
		{ "{\"recipe\":{\"name\":\"a\"", REASON_BUSY,
			REASON_TOO_COMPLEX },
		{ "{\"recipe\":{\"name\":\"a\"\n"
		  "{\"error\":\"too-complex\"}\n",
			REASON_TOO_COMPLEX, REASON_TOO_COMPLEX },
		{ "\n{\"error\":\"too-complex\"}\n", REASON_TOO_COMPLEX,
			REASON_TOO_COMPLEX },
		{ "[]", REASON_TOO_COMPLEX, REASON_TOO_COMPLEX },
		{ "{}", REASON_TOO_COMPLEX, REASON_TOO_COMPLEX },
		{ "{\"error\":\"not-a-recipe\"}", REASON_NOT_A_RECIPE,
			REASON_NOT_A_RECIPE },
		{ "{\"error\":\"forbidden\"}", REASON_TOO_COMPLEX,
			REASON_TOO_COMPLEX },
		{ "{\"error\":17}", REASON_TOO_COMPLEX, REASON_TOO_COMPLEX },
		{ "{\"recipe\":{}}", REASON_NOT_A_RECIPE, REASON_NOT_A_RECIPE },
		{ "{\"recipe\":{\"name\":\"\xff\"}}", REASON_BUSY,
			REASON_TOO_COMPLEX },
	};
	struct recipe r;
	size_t i;
	static const char hostile[] =
		"{\"recipe\":{\"name\":\"a\",\"image\":\"javascript:alert(1)\","
		"\"url\":\"file:///etc/passwd\"}}";

	(void)state;
	for (i = 0; i < 2 * ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;
		const char *bytes = cases[i / 2].bytes;

		assert_int_equal(reader_answer(i % 2 ? -1 : sock, bytes,
					 strlen(bytes), &mem, &r, &e),
			-1);
		if (e.reason !=
			(i % 2 ? cases[i / 2].own : cases[i / 2].reason))
			fail_msg("%s: %s", bytes, err_key(e.reason));
	}
	assert_int_equal(reader_answer(sock, hostile, strlen(hostile), &mem, &r,
				 &(struct err)ERR_INIT),
		0);
	assert_null(r.image);
	assert_null(r.url);
}

/* A reader that dies over that many pages, and then another. */
static pid_t dying_readers(int *client, int deaths)
{
	int ends[2], fds[4];
	char packet[3000];
	size_t n;
	pid_t pid;

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		while (deaths--) {
			(void)fd_recv(ends[0], packet, sizeof(packet), fds, &n);
			while (n)
				close(fds[--n]);
		}
		_exit(reader_serve(ends[0], kitchen) ? 1 : 0);
	}
	close(ends[0]);
	*client = ends[1];
	return pid;
}

static void a_dead_reader_is_not_the_pages_fault(void **state)
{
	struct err e = ERR_INIT;
	struct recipe r;
	int client;
	pid_t pid = dying_readers(&client, 1);

	(void)state;
	assert_soup(client);
	close(client);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	pid = dying_readers(&client, 2);
	assert_int_equal(
		read_page(client, soup, strlen(soup), NULL, &r, &e), -1);
	assert_int_equal(e.reason, REASON_BUSY);
	assert_int_equal(err_status(e.reason), 503);
	assert_soup(client);
	close(client);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* ---- bombs ---- */

#define LD "<script type='application/ld+json'>"

static void repeat(struct sbuf *out, size_t n, const char *s)
{
	while (n--)
		sbuf_addstr(out, s);
}

static void many_attributes(struct sbuf *out)
{
	size_t i;

	sbuf_addstr(out, "<div ");
	for (i = 0; i < 200000; i++)
		sbuf_addf(out, "a%zu=1 ", i);
	sbuf_addstr(out, ">");
}

static void nested_elements(struct sbuf *out)
{
	repeat(out, 800000, "<div>");
	sbuf_addstr(out, "2 onions");
}

static void nested_spans_unclosed(struct sbuf *out)
{
	repeat(out, 500000, "<b><i>a");
}

static void deep_json(struct sbuf *out)
{
	sbuf_addstr(out, LD);
	repeat(out, 100000, "[{\"a\":");
}

static void json_references(struct sbuf *out)
{
	size_t i;

	sbuf_addstr(out, LD "{\"@graph\":[{\"@type\":\"Recipe\",\"@id\":\"#r\","
			    "\"recipeInstructions\":[");
	for (i = 0; i < 60; i++)
		sbuf_addstr(out, "{\"@id\":\"#r\"},");
	sbuf_addstr(out, "{}],\"recipeIngredient\":[");
	for (i = 0; i < 60; i++)
		sbuf_addstr(out, "{\"@id\":\"#l\"},");
	sbuf_addstr(out, "{}]},{\"@id\":\"#l\",\"itemListElement\":[");
	for (i = 0; i < 60; i++)
		sbuf_addstr(out, "{\"@id\":\"#l\"},");
	sbuf_addstr(out, "{}]}]}</script>");
}

static void broken_json(struct sbuf *out)
{
	sbuf_addstr(out, LD "{\"@type\":\"Recipe\",\"name\":\"");
	repeat(out, 500000, "\" ,\"\n");
}

static void laughs(struct sbuf *out)
{
	char c;

	sbuf_addstr(out, "<?xml version='1.0'?><!DOCTYPE html [\n"
			 "<!ENTITY a 'ha ha ha ha ha ha ha ha ha ha'>\n");
	for (c = 'b'; c < 'n'; c++)
		sbuf_addf(out,
			"<!ENTITY %c '&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;'>\n", c,
			c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
	sbuf_addstr(out, "]><html><h1>&m;</h1><p>Ingredients<ul><li>&m;");
}

static void outer_entity(struct sbuf *out)
{
	sbuf_addstr(out,
		"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY x SYSTEM "
		"'file:///etc/passwd'>]><html><h1>a &x; b</h1>"
		"<h2>Ingredients</h2><ul><li>2 onions &x;<li>1 l water</ul>"
		"<h2>Method</h2><p>Cook it.");
}

static void nuls(struct sbuf *out)
{
	size_t i;

	for (i = 0; i < 1000000; i++)
		sbuf_addch(out, 0);
}

static void noise(struct sbuf *out)
{
	uint32_t x = 2463534242u;
	size_t i;

	for (i = 0; i < 2000000; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		sbuf_addch(out, (int)(x & 0xff));
	}
}

static void utf16(struct sbuf *out)
{
	size_t i;

	sbuf_add(out, "\xff\xfe", 2);
	for (i = 0; i < 300000; i++)
		sbuf_add(out, "<\0l\0i\0>\0\x00\xd8", 10);
}

static void angles(struct sbuf *out)
{
	repeat(out, 2000000, "<a");
}

static void escaped_angles(struct sbuf *out)
{
	sbuf_addstr(out, LD "{\"@type\":\"Recipe\",\"name\":\"");
	repeat(out, 300000, "<b&amp;lt;");
	sbuf_addstr(out, "\",\"recipeIngredient\":[\"x\"]}</script>");
}

static void many_scripts(struct sbuf *out)
{
	repeat(out, 70000, LD "{\"@id\":\"a\",\"b\":1}</script>");
}

static void many_lines(struct sbuf *out)
{
	sbuf_addstr(out, "<h1>x</h1><h2>Ingredients</h2><ul>");
	repeat(out, 150000, "<li>2 cups butter or");
}

static void long_line(struct sbuf *out)
{
	sbuf_addstr(out, "<h1>x</h1><h2>Ingredients</h2><ul><li>");
	repeat(out, 500000, "1 (a, b ");
}

static void many_headings(struct sbuf *out)
{
	repeat(out, 50000, "<h2>Ingredients</h2><ul><li>2 eggs<li>salt</ul>");
}

static void many_items(struct sbuf *out)
{
	repeat(out, 40000,
		"<div itemscope itemtype='http://schema.org/Recipe'>"
		"<i itemprop=name>");
}

static void open_comment(struct sbuf *out)
{
	repeat(out, 400000, "<!-- -- ");
}

static void big_attribute(struct sbuf *out)
{
	sbuf_addstr(out, "<div class='h-recipe ");
	repeat(out, 1500000, "a ");
	sbuf_addstr(out, "'><p class=\"");
	repeat(out, 800000, "b ");
}

static void tables(struct sbuf *out)
{
	repeat(out, 250000, "<table><tr><td>");
}

static void bombs_end_in_time(void **state)
{
	static const struct {
		const char *name;
		void (*make)(struct sbuf *out);
	} bombs[] = {
		{ "many attributes", many_attributes },
		{ "nested elements", nested_elements },
		{ "nested spans", nested_spans_unclosed },
		{ "deep JSON", deep_json },
		{ "JSON references", json_references },
		{ "broken JSON", broken_json },
		{ "laughs", laughs },
		{ "outer entity", outer_entity },
		{ "NULs", nuls },
		{ "noise", noise },
		{ "UTF-16", utf16 },
		{ "angles", angles },
		{ "escaped angles", escaped_angles },
		{ "many scripts", many_scripts },
		{ "many lines", many_lines },
		{ "long line", long_line },
		{ "many headings", many_headings },
		{ "many items", many_items },
		{ "open comment", open_comment },
		{ "big attribute", big_attribute },
		{ "tables", tables },
	};
	struct sbuf page = SBUF_INIT(RECIPE_HTML_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bombs); i++) {
		struct recipe r = { 0 };
		struct err e = ERR_INIT;
		int64_t start;
		int rc;

		sbuf_reset(&page);
		page.full = 0;
		bombs[i].make(&page);
		start = clock_monotonic_ms();
		rc = read_page(sock, page.buf, page.len, "https://example.org/",
			&r, &e);
		start = clock_monotonic_ms() - start;
		if (getenv("VERBOSE"))
			print_message("%s: %zu bytes, %d ms, %s\n",
				bombs[i].name, page.len, (int)start,
				rc ? err_key(e.reason) : r.name);
		if (start > LIMIT_MS + 100)
			fail_msg("%s: %d ms", bombs[i].name, (int)start);
		if (rc && e.reason != REASON_TOO_COMPLEX &&
			e.reason != REASON_NOT_A_RECIPE)
			fail_msg("%s: %s", bombs[i].name, err_key(e.reason));
		if (!rc) {
			assert_true(r.n_ingredients <= RECIPE_LINES_MAX);
			assert_null(strstr(r.name, "root:"));
		}
		arena_reset(&mem);
	}
	sbuf_release(&page);
	assert_soup(sock); /* and the reader is well */
}

static void too_large_is_refused(void **state)
{
	char *page = xcalloc(1, RECIPE_HTML_MAX + 1);
	struct recipe r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(
		read_page(sock, page, RECIPE_HTML_MAX + 1, NULL, &r, &e), -1);
	assert_int_equal(e.reason, REASON_TOO_LARGE);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_read),
		cmocka_unit_test(no_recipe_is_said),
		cmocka_unit_test(charsets),
		cmocka_unit_test(bad_clients_do_no_harm),
		cmocka_unit_test(many_pages_at_once),
		cmocka_unit_test(term_ends_the_reader),
		cmocka_unit_test(broken_answers_are_told_apart),
		cmocka_unit_test(a_dead_reader_is_not_the_pages_fault),
		cmocka_unit_test(too_large_is_refused),
		cmocka_unit_test(bombs_end_in_time),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
