/*
 * OPERATOR calls (net/calls.c): what is sent and heard, whom they trust, what
 * stays in memory, and which base URLs there are. The server is
 * net-call-server.c, the client net-call-client.c.
 */
#include "net-call.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tempdir.h"

/* ---- what is sent ---- */

static size_t count(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)); s++)
		n++;
	return n;
}

static void what_is_sent_is_what_was_given(void **state)
{
	static const char *const headers[] = { "x-api-key: sesame; Open=\"x\"",
		"anthropic-version: 2023-06-01",
		"Content-Type: application/json", "Expect: 100-continue",
		"Content-Length: 7", "transfer-encoding: chunked", NULL };
	struct net_call c = call_to(call_at(call_port, "/v1/a%3Ab/../c?x=1"));
	struct sbuf body = SBUF_INIT(100000);
	struct call_result r;
	const char *end;
	char line[100];

	(void)state;
	while (body.len < 90000)
		sbuf_addstr(&body, "\"a\0b\", ");
	body.buf[5] = '\0';
	c.headers = headers;
	c.body = body.buf;
	c.len = body.len;
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_NONE);
	end = strstr(r.body.buf, "\r\n\r\n");
	assert_non_null(end);
	assert_int_equal(
		strncmp(r.body.buf, "POST /v1/a%3Ab/../c?x=1 HTTP/1.1\r\n", 34),
		0);
	assert_int_equal(
		count(r.body.buf, "\r\nx-api-key: sesame; Open=\"x\"\r\n"), 1);
	assert_int_equal(
		count(r.body.buf, "\r\nanthropic-version: 2023-06-01\r\n"), 1);
	assert_int_equal(
		count(r.body.buf, "\r\nContent-Type: application/json\r\n"), 1);
	assert_int_equal(count(r.body.buf, "Content-Type"), 1);
	assert_int_equal(count(r.body.buf, "Expect"), 0);
	assert_int_equal(count(r.body.buf, "hunked"), 0);
	assert_int_equal(count(r.body.buf, "ookie"), 0);
	(void)snprintf(
		line, sizeof(line), "\r\nContent-Length: %zu\r\n", body.len);
	assert_int_equal(count(r.body.buf, line), 1);
	assert_int_equal(count(r.body.buf, "Content-Length"), 1);
	assert_int_equal(count(r.body.buf, "\r\nUser-Agent: Winepair/"), 1);
	/* the body, with its NUL */
	end += 4;
	assert_int_equal(r.body.len - (size_t)(end - r.body.buf), body.len);
	assert_memory_equal(end, body.buf, body.len);
	sbuf_release(&body);
	sbuf_release(&r.body);
}

/* libcurl would like to do so before it sends a megabyte. */
static void nobody_asks_for_leave_to_send(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/expects"));
	struct call_result r;

	(void)state;
	c.len = (size_t)3 << 20;
	c.body = xcalloc(c.len, 1);
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_NONE);
	assert_int_equal(r.head.status, 200);
	free((void *)(uintptr_t)c.body);
	sbuf_release(&r.body);
}

static void without_a_body_it_is_a_get(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/v1/models"));
	struct call_result r;

	(void)state;
	c.body = NULL;
	call_make(&c, &r);
	assert_int_equal(strncmp(r.body.buf, "GET /v1/models ", 15), 0);
	assert_int_equal(count(r.body.buf, "Content-"), 0);
	sbuf_release(&r.body);
	c.body = "";
	c.len = 0;
	call_make(&c, &r);
	assert_int_equal(strncmp(r.body.buf, "POST /v1/models ", 16), 0);
	assert_int_equal(count(r.body.buf, "\r\nContent-Length: 0\r\n"), 1);
	assert_int_equal(count(r.body.buf, "Content-Type"), 0);
	sbuf_release(&r.body);
}

/* In a child, since it has to die. */
static void a_header_of_two_lines_is_a_bug(void **state)
{
	static const char *const bad[] = { "a: b\r\nc: d", "a: b\n", "a\r: b" };
	size_t i;

	(void)state;
	for (i = 0; i <= ARRAY_LEN(bad); i++) {
		const char *headers[] = { "a: b", NULL, NULL };
		struct net_call c = call_to(call_at(call_port, "/quiet"));
		struct call_result r;
		pid_t pid = fork();
		int status;

		assert_true(pid >= 0);
		if (pid == 0) {
			(void)signal(SIGABRT, SIG_DFL);
			(void)!freopen("/dev/null", "w", stderr);
			headers[1] = i < ARRAY_LEN(bad) ? bad[i] : NULL;
			c.headers = headers;
			(void)net_call(call_net, &c, call_piece, call_over, &r);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WIFSIGNALED(status) ? WTERMSIG(status) : 0,
			i < ARRAY_LEN(bad) ? SIGABRT : 0);
	}
}

/* ---- whom it trusts ---- */

/* A TLS server that anybody could have made. Returns its port, 0 when there is
 * no openssl here. */
static int serve_tls(const char *dir, pid_t *pid)
{
	char line[1000] = "";
	int64_t port = 0;
	int out[2];
	FILE *f;

	(void)snprintf(line, sizeof(line),
		"cd %s && openssl req -x509 -newkey ec -nodes -days 2 "
		"-pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=x "
		"-addext subjectAltName=IP:127.0.0.1 "
		"-keyout key -out cert >log 2>&1",
		dir);
	if (system(line) != 0) /* NOLINT: a path of our own */
		return 0;
	assert_int_equal(pipe(out), 0);
	*pid = fork();
	if (*pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(out[1], STDOUT_FILENO);
		(void)!chdir(dir);
		(void)execlp("openssl", "openssl", "s_server", "-accept",
			"127.0.0.1:0", "-www", "-key", "key", "-cert", "cert",
			(char *)NULL);
		_exit(1);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	assert_non_null(f);
	while (!port && fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "ACCEPT 127.0.0.1:");

		if (at)
			(void)num_int(at + 17, strcspn(at + 17, "\n"), 1, 65535,
				&port);
	}
	(void)fclose(f);
	return (int)port;
}

static void a_certificate_has_to_prove_it(void **state)
{
	static const struct {
		const char *host;
		int trusted;
		enum err_reason reason;
	} rows[] = {
		{ "127.0.0.1", 0, REASON_CALL_TLS },
		{ "localhost", 1, REASON_CALL_TLS }, /* another name */
		{ "127.0.0.1", 1, REASON_NONE },
	};
	char dir[TEMPDIR_SIZE], url[100], cert[TEMPDIR_SIZE + 10];
	pid_t pid = 0;
	size_t i;
	int port;

	(void)state;
	tempdir_make(dir);
	port = serve_tls(dir, &pid);
	for (i = 0; port && i < ARRAY_LEN(rows); i++) {
		struct config own = { .contact = "" };
		struct net_call c = call_to(url);
		struct net *n;
		struct call_result r;

		(void)snprintf(cert, sizeof(cert), "%s/cert", dir);
		own.ca_file = rows[i].trusted ? cert : "";
		n = net_new(&own);
		(void)snprintf(
			url, sizeof(url), "https://%s:%d/", rows[i].host, port);
		c.body = NULL;
		call_result_init(&r);
		(void)net_call(n, &c, call_piece, call_over, &r);
		while (!r.over)
			net_run(n, 1000, NULL, 0);
		if (r.reason != rows[i].reason)
			fail_msg("%s: %s (%s)", url, err_key(r.reason), r.msg);
		sbuf_release(&r.body);
		net_free(n);
	}
	if (pid > 0) {
		kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	(void)tempdir_remove(dir);
	if (!port)
		skip();
}

/* ---- what is heard ---- */

static void headers_are_read(void **state)
{
	static const struct {
		const char *path;
		int64_t wait, date;
		int again;
		const char *id, *type;
	} rows[] = {
		{ "/status/429", -1, 0, -1, "", "" },
		{ "/status/429?Retry-After:+7|request-id:+r1", 7000, 0, -1,
			"r1", "" },
		{ "/status/429?Retry-After:+0.25|X-Request-ID:+r2", 250, 0, -1,
			"r2", "" },
		{ "/status/429?retry-after:+7|Retry-After-Ms:+1500.7", 1500, 0,
			-1, "", "" },
		{ "/status/429?Retry-After:+soon|retry-after-ms:+-1", -1, 0, -1,
			"", "" },
		{ "/status/503?Retry-After:+99999999999999999999", -1, 0, -1,
			"", "" },
		{ "/status/503?Retry-After:+2000000000",
			(int64_t)365 * 24 * 3600 * 1000, 0, -1, "", "" },
		/* by the server's clock */
		{ "/status/503?Retry-After:+Fri,+01+Jan+2100+00:00:10+GMT"
		  "|Date:+Fri,+01+Jan+2100+00:00:00+GMT",
			10000, 4102444800000, -1, "", "" },
		{ "/status/503?Retry-After:+Mon,+01+Jan+2001+00:00:00+GMT", 0,
			0, -1, "", "" },
		{ "/status/200?Date:+yesterday", -1, 0, -1, "", "" },
		{ "/status/500?X-Should-Retry:+true", -1, 0, 1, "", "" },
		{ "/status/500?x-should-retry:+False", -1, 0, 0, "", "" },
		{ "/status/500?x-should-retry:+maybe", -1, 0, -1, "", "" },
		{ "/status/200?x-amzn-RequestId:+a-b|Content-Type:+x/y;+z=1",
			-1, 0, -1, "a-b", "x/y; z=1" },
		{ "/status/200?request-id:+one|x-request-id:+two", -1, 0, -1,
			"one", "" },
		{ "/odd", -1, 0, -1, "a?[31m?", "x?y" },
		/* only the last answer's, only its head's */
		{ "/early", -1, 0, -1, "", "" },
		{ "/trailer", -1, 0, -1, "", "" },
	};
	struct call_result r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		call_path(rows[i].path, &r);
		if (r.head.retry_after_ms != rows[i].wait ||
			r.head.date != rows[i].date ||
			r.head.should_retry != rows[i].again ||
			strcmp(r.id, rows[i].id) ||
			strcmp(r.type, rows[i].type))
			fail_msg("%s: %s, wait %lld, date %lld, again %d, "
				 "id '%s', type '%s'",
				rows[i].path, err_key(r.reason),
				(long long)r.head.retry_after_ms,
				(long long)r.head.date, r.head.should_retry,
				r.id, r.type);
		sbuf_release(&r.body);
	}
}

/* ---- what is left ---- */

#define KEY_LEN 40
#define MASK 0x55

/* How often the key stands in a piece of our own memory. key is masked, so
 * that it is not one of them. */
static size_t seek(const char *data, size_t len, const char *key)
{
	size_t n = 0, i, j;

	for (i = 0; i + KEY_LEN <= len; i++) {
		for (j = 0; j < KEY_LEN; j++)
			if (data[i + j] != (char)(key[j] ^ MASK))
				break;
		n += j == KEY_LEN;
	}
	return n;
}

/* In all that we may write to. */
static size_t copies_in_memory(const char *key)
{
	static char data[1 << 16];
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char line[500], perms[5];
	unsigned long long from, to;
	size_t n = 0;

	assert_non_null(maps);
	assert_true(mem >= 0);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%llx-%llx %4s", &from, &to, perms) != 3 ||
			perms[1] != 'w' || to - from > 1U << 28)
			continue;
		while (from < to) {
			size_t room = to - from < sizeof(data)
					      ? (size_t)(to - from)
					      : sizeof(data);
			ssize_t got = pread(mem, data, room, (off_t)from);

			if (got <= KEY_LEN)
				break;
			n += seek(data, (size_t)got, key);
			if (from + (size_t)got >= to)
				break;
			from += (size_t)got - KEY_LEN + 1;
		}
		memset(data, 0, sizeof(data));
	}
	(void)fclose(maps);
	close(mem);
	return n;
}

static void start_with_key(
	const char *path, const char *key, int in_body, struct call_result *r)
{
	char line[20 + KEY_LEN] = "x-api-key: ";
	const char *headers[] = { line, NULL };
	struct net_call c = call_to(call_at(call_port, path));
	unsigned handle;
	size_t i;

	for (i = 0; i < KEY_LEN; i++)
		line[11 + i] = (char)(key[i] ^ MASK);
	if (in_body) {
		c.body = line;
		c.len = 11 + KEY_LEN;
	} else {
		c.headers = headers;
	}
	call_result_init(r);
	c.silence_ms = 300;
	handle = net_call(call_net, &c, call_piece, call_over, r);
	if (strcmp(path, "/half-a-body") == 0)
		r->drop[0] = handle;
	/* wiped, and not left out because nobody reads it */
	for (i = 0; i < sizeof(line); i++)
		((volatile char *)line)[i] = 0;
}

static void keys_do_not_stay_in_memory(void **state)
{
	static const char *const paths[] = { "/quiet", "/hang", "/reset",
		"/half-a-body", "/status/401" };
	char key[KEY_LEN];
	struct call_result r;
	size_t i, j;

	(void)state;
	for (i = 0; i < 2 * ARRAY_LEN(paths); i++) {
		for (j = 0; j < KEY_LEN; j++)
			key[j] = (char)(('a' + (i * 7 + j * 3) % 26) ^ MASK);
		start_with_key(paths[i / 2], key, i % 2, &r);
		/* it can be found while it is needed */
		assert_true(copies_in_memory(key) > 0);
		while (!r.over && !r.drop[0])
			net_run(call_net, 60000, NULL, 0);
		while (r.drop[0] && !r.pieces) /* it cancels itself */
			net_run(call_net, 60000, NULL, 0);
		if (copies_in_memory(key))
			fail_msg("%s: %zu copies of the %s", paths[i / 2],
				copies_in_memory(key), i % 2 ? "body" : "key");
		sbuf_release(&r.body);
	}
}

/* ---- url_operator() ---- */

static void base_urls_are_judged(void **state)
{
	static const struct {
		const char *url, *expected; /* NULL: it is none */
	} rows[] = {
		{ "https://api.anthropic.com", "https://api.anthropic.com" },
		{ "https://api.anthropic.com/", "https://api.anthropic.com" },
		{ "HTTPS://API.Example.com:443/V1//",
			"https://api.example.com/V1" },
		{ "http://localhost:11434/v1", "http://localhost:11434/v1" },
		{ "http://ollama:11434", "http://ollama:11434" },
		{ "http://127.0.0.1:8080/", "http://127.0.0.1:8080" },
		{ "http://192.168.1.7", "http://192.168.1.7" },
		{ "http://0x7f.1:99", "http://127.0.0.1:99" },
		{ "http://[::1]:8080/a", "http://[::1]:8080/a" },
		{ "http://[FD00::1]", "http://[fd00::1]" },
		{ "http://a.example./x", "http://a.example/x" },
		{ "http://b\xc3\xbc"
		  "cher.example",
			"http://xn--bcher-kva.example" },
		{ "https://a.example:1/x%3ay", "https://a.example:1/x%3Ay" },
		{ "https://a.example/a/../b", "https://a.example/b" },
		{ "https://a.example/user@org/v1",
			"https://a.example/user@org/v1" },
		{ "", NULL },
		{ "api.example.com", NULL },
		{ "api.example.com:80/x", NULL },
		{ "//api.example.com", NULL },
		{ "ftp://a.example", NULL },
		{ "file:///etc/passwd", NULL },
		{ "https:/a.example", NULL },
		{ "https:///a.example", NULL },
		{ "https://", NULL },
		{ "https://:80", NULL },
		{ "https://me:sesame@a.example", NULL },
		{ "https://sesame@a.example", NULL },
		{ "https://@a.example", NULL },
		{ "https://a.example?x=sesame", NULL },
		{ "https://a.example/?", NULL },
		{ "https://a.example/#", NULL },
		{ "https://a.example:0", NULL },
		{ "https://a.example:65536", NULL },
		{ "https://a.example:x", NULL },
		{ "https://a..example", NULL },
		{ "https://a_b.example/x y", NULL },
		{ "https://a.example/\r\nx", NULL },
		{ "https://a.example\\x", NULL },
		{ "http://[fe80::1%25eth0]/", NULL },
		{ "http://[::1", NULL },
		{ "http://1.2.3.4.5", NULL },
		{ " https://a.example", NULL },
		{ "https://a.example/\xff", NULL },
	};
	char *longest = xmalloc(NET_URL_MAX + 2);
	struct sbuf out = SBUF_INIT(10000);
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		int rc;

		sbuf_reset(&out);
		e = (struct err)ERR_INIT;
		rc = url_operator(rows[i].url, strlen(rows[i].url), &out, &e);
		if (rows[i].expected
				? rc || strcmp(out.buf, rows[i].expected) != 0
				: !rc || out.len || e.reason != REASON_CONFIG ||
					  !*e.msg)
			fail_msg("'%s': %d, '%s', %s (%s)", rows[i].url, rc,
				out.buf, err_key(e.reason), e.msg);
		assert_null(strstr(e.msg, "sesame"));
	}
	memset(longest, 'a', NET_URL_MAX + 1);
	memcpy(longest, "http://a.example/", 17);
	assert_int_equal(url_operator(longest, NET_URL_MAX, &out, &e), 0);
	assert_int_equal(url_operator(longest, NET_URL_MAX + 1, &out, &e), -1);
	free(longest);
	sbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_is_what_was_given),
		cmocka_unit_test(nobody_asks_for_leave_to_send),
		cmocka_unit_test(without_a_body_it_is_a_get),
		cmocka_unit_test(a_header_of_two_lines_is_a_bug),
		cmocka_unit_test(a_certificate_has_to_prove_it),
		cmocka_unit_test(headers_are_read),
		cmocka_unit_test(keys_do_not_stay_in_memory),
		cmocka_unit_test(base_urls_are_judged),
	};

	return cmocka_run_group_tests(
		tests, call_client_start, call_client_stop);
}
