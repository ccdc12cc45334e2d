/*
 * net/net.c against a server of our own on the loopback, that misbehaves in
 * every way we could think of. Built with shorter limits of time (Makefile.am).
 */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

#define RELAY_MS 900

/* ---- the server: one process a connection, one behaviour a path ---- */

struct tally { /* shared with the server's processes */
	int connections, now, most;
};
static struct tally *tally;
static int port, closed_port, other_port;
static pid_t server;
static unsigned char *bomb; /* 64 MiB of zeros, gzipped */
static size_t bomb_len;

static void say(int fd, const char *s)
{
	(void)fd_write_all(fd, s, strlen(s));
}

static void say_headers(int fd, size_t total)
{
	char line[1000];
	size_t sent;

	memset(line, 'a', sizeof(line));
	memcpy(line, "X-Filler: ", 10);
	memcpy(line + sizeof(line) - 2, "\r\n", 2);
	say(fd, "HTTP/1.1 200 OK\r\n");
	for (sent = 0; sent < total; sent += sizeof(line))
		if (fd_write_all(fd, line, sizeof(line)))
			return;
}

static void endless(int fd, const char *head)
{
	char chunk[4096];

	memset(chunk, 'x', sizeof(chunk));
	say(fd, head);
	while (fd_write_all(fd, chunk, sizeof(chunk)) == 0)
		;
}

/* One byte now and then, until the client has had enough. */
static void drip(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
	while (poll(&p, 1, 100) == 0)
		if (write(fd, "x", 1) < 0)
			return;
}

/* Fast enough by the second, but without end. */
static void trickle(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char chunk[4096];

	memset(chunk, 'x', sizeof(chunk));
	say(fd, "HTTP/1.1 200 OK\r\n\r\n");
	while (poll(&p, 1, 100) == 0)
		if (fd_write_all(fd, chunk, sizeof(chunk)))
			return;
}

static void until_closed(int fd)
{
	char c;

	while (read(fd, &c, 1) > 0)
		;
}

static void redirect(int fd, int status, const char *to)
{
	struct sbuf sb = SBUF_INIT(100000);

	sbuf_addf(&sb,
		"HTTP/1.1 %d Over There\r\nLocation: %s\r\n"
		"Set-Cookie: id=1\r\nContent-Length: 4\r\n\r\nbody",
		status, to);
	(void)fd_write_all(fd, sb.buf, sb.len);
	sbuf_release(&sb);
}

static void page(int fd, const char *headers, const void *body, size_t len)
{
	struct sbuf sb = SBUF_INIT(4096);

	sbuf_addf(&sb, "HTTP/1.1 200 OK\r\n%sContent-Length: %zu\r\n\r\n",
		headers, len);
	(void)fd_write_all(fd, sb.buf, sb.len);
	(void)fd_write_all(fd, body, len);
	sbuf_release(&sb);
}

/* A gzip member with one stored block: no compressor needed. */
static const unsigned char gzipped[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1,
	5, 0, 0xfa, 0xff, 'h', 'e', 'l', 'l', 'o', 0x86, 0xa6, 0x10, 0x36, 5, 0,
	0, 0 };

static void answer(int fd, const char *request)
{
	char path[400] = "", to[500];
	int64_t n;

	(void)sscanf(request, "GET %399s", path);
	if (text_ascii_prefix(path, strlen(path), "/hops/") &&
		num_int(path + 6, strlen(path + 6), 0, 99, &n) == 0 && n) {
		(void)snprintf(to, sizeof(to), "%lld", (long long)n - 1);
		redirect(fd, 302, to);
	} else if (strncmp(path, "/relay/", 7) == 0) {
		/* most of the time there is, and then more */
		(void)poll(NULL, 0, RELAY_MS);
		redirect(fd, 302, path + 7);
	} else if (strcmp(path, "/think") == 0) {
		(void)poll(NULL, 0, 30);
		page(fd, "", "hm", 2);
	} else if (strcmp(path, "/trickle") == 0) {
		trickle(fd);
	} else if (strncmp(path, "/to?", 4) == 0) {
		redirect(fd, 307, path + 4);
	} else if (strcmp(path, "/loop") == 0) {
		redirect(fd, 301, "/loop");
	} else if (strcmp(path, "/nowhere") == 0) {
		say(fd, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
	} else if (strcmp(path, "/private") == 0) {
		(void)snprintf(
			to, sizeof(to), "http://127.0.0.1:%d/", other_port);
		redirect(fd, 302, to);
	} else if (strcmp(path, "/latin") == 0) {
		redirect(fd, 302, "/echo?caf\xe9 noir");
	} else if (strcmp(path, "/credentials") == 0) {
		(void)snprintf(
			to, sizeof(to), "http://me:pw@127.0.0.1:%d/echo", port);
		redirect(fd, 302, to);
	} else if (strcmp(path, "/missing") == 0) {
		say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\n"
			"gone");
	} else if (strcmp(path, "/gzip") == 0) {
		page(fd, "Content-Encoding: gzip\r\n", gzipped,
			sizeof(gzipped));
	} else if (strcmp(path, "/bomb") == 0) {
		page(fd, "Content-Encoding: gzip\r\n", bomb, bomb_len);
	} else if (strcmp(path, "/brotli") == 0) {
		page(fd, "Content-Encoding: br\r\n", "xx", 2);
	} else if (strcmp(path, "/chain") == 0) {
		page(fd, "Content-Encoding: gzip, gzip\r\n", gzipped,
			sizeof(gzipped));
	} else if (strcmp(path, "/large") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n");
		until_closed(fd);
	} else if (strcmp(path, "/endless") == 0) {
		endless(fd, "HTTP/1.1 200 OK\r\n\r\n");
	} else if (strcmp(path, "/endless-redirect") == 0) {
		endless(fd, "HTTP/1.1 302 Found\r\nLocation: /echo\r\n\r\n");
	} else if (strcmp(path, "/headers") == 0) {
		say_headers(fd, 60000);
		say(fd, "Content-Length: 2\r\n\r\nok");
	} else if (strcmp(path, "/many-headers") == 0) {
		say_headers(fd, 100000);
		say(fd, "Content-Length: 2\r\n\r\nok");
	} else if (strcmp(path, "/endless-headers") == 0) {
		say_headers(fd, 1000000000);
	} else if (strcmp(path, "/drip") == 0) {
		drip(fd);
	} else if (strcmp(path, "/hang") == 0) {
		until_closed(fd);
	} else if (strcmp(path, "/cut") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
	} else if (strcmp(path, "/junk") == 0) {
		say(fd, "\x16\x03 what?\r\n\r\n");
	} else {
		page(fd, "Content-Type: Text/HTML; charset=x\r\n", request,
			strlen(request));
	}
}

static void serve_one(int fd)
{
	char request[4096];
	size_t len = 0;
	int now = __atomic_add_fetch(&tally->now, 1, __ATOMIC_SEQ_CST);

	__atomic_add_fetch(&tally->connections, 1, __ATOMIC_SEQ_CST);
	if (now > tally->most)
		tally->most = now;
	for (;;) {
		ssize_t n = read(fd, request + len, sizeof(request) - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
		request[len] = '\0';
		/* 0x16: somebody begins to speak TLS */
		if (*request != 0x16 && !strstr(request, "\r\n\r\n"))
			continue;
		answer(fd, request);
		break;
	}
	/* counted out before the client can see the end */
	__atomic_sub_fetch(&tally->now, 1, __ATOMIC_SEQ_CST);
	_exit(0);
}

static int listen_on_loopback(int *at_port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	*at_port = ntohs(in.sin_port);
	return fd;
}

static void serve(int listener)
{
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		if (fork() == 0)
			serve_one(fd);
		close(fd);
	}
}

static void make_bomb(void)
{
	FILE *p = popen("head -c 67108864 /dev/zero | gzip -9", "r");

	assert_non_null(p);
	bomb = xmalloc(1 << 20);
	bomb_len = fread(bomb, 1, 1 << 20, p);
	assert_int_equal(pclose(p), 0);
	assert_in_range(bomb_len, 1000, (1 << 20) - 1);
}

static struct allow_rule rules[2];
static struct config config = { .contact = "cook@example.com (x)",
	.fetch_allow = rules,
	.n_fetch_allow = 2 };

static int setup(void **state)
{
	static const unsigned char loopback[16] = {
		[10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1
	};
	int listener = listen_on_loopback(&port), fd;

	(void)state;
	fd = listen_on_loopback(&closed_port);
	close(fd);
	(void)listen_on_loopback(&other_port); /* open, but not allowed */
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	make_bomb();
	memcpy(rules[0].addr, loopback, 16);
	rules[0].bits = 128;
	rules[0].port = port;
	rules[1] = rules[0];
	rules[1].port = closed_port;
	/* none of these may matter */
	setenv("http_proxy", "http://127.0.0.1:9/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9/", 1);
	server = fork();
	if (server == 0)
		serve(listener);
	close(listener);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kill(server, SIGKILL);
	(void)waitpid(server, NULL, 0);
	free(bomb);
	return 0;
}

/* ---- the client ---- */

struct result {
	int calls, status;
	enum err_reason reason;
	struct sbuf body, url, type;
};

static void result_init(struct result *r)
{
	memset(r, 0, sizeof(*r));
	sbuf_init(&r->body, NET_PAGE_MAX);
	sbuf_init(&r->url, NET_URL_MAX);
	sbuf_init(&r->type, 1000);
}

static void result_release(struct result *r)
{
	sbuf_release(&r->body);
	sbuf_release(&r->url);
	sbuf_release(&r->type);
}

static void done(void *arg, const struct net_page *got, const struct err *e)
{
	struct result *r = arg;

	r->calls++;
	if (e) {
		r->reason = e->reason;
		return;
	}
	r->status = got->status;
	sbuf_addstr(&r->url, got->url);
	sbuf_addstr(&r->type, got->content_type);
	sbuf_add(&r->body, got->body, got->len);
}

static const char *at(const char *path)
{
	static char url[1000];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
	return url;
}

static void fetch(const char *url, struct result *r)
{
	struct net *n = net_new(&config);

	result_init(r);
	(void)net_fetch(n, url, done, r);
	while (!r->calls)
		net_run(n, 1000, NULL, 0);
	net_run(n, 0, NULL, 0);
	assert_int_equal(r->calls, 1);
	net_free(n);
}

static void a_page_comes_whole(void **state)
{
	struct result r;

	(void)state;
	fetch(at("/echo?a=1&utm_source=x#f"), &r);
	assert_int_equal(r.reason, REASON_NONE);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.url.buf, at("/echo?a=1"));
	assert_string_equal(r.type.buf, "Text/HTML; charset=x");
	/* the request, as the server saw it */
	assert_non_null(strstr(r.body.buf, "GET /echo?a=1 HTTP/1.1\r\n"));
	assert_non_null(strstr(r.body.buf, "Accept-Encoding: gzip\r\n"));
	assert_non_null(strstr(r.body.buf, "compatible; Winepair/"));
	assert_non_null(strstr(r.body.buf, "; +cook@example.comx)\r\n"));
	result_release(&r);
}

/* path, and what comes of it */
static const struct {
	const char *path;
	enum err_reason reason;
	int status;
	const char *body; /* part of it */
} cases[] = {
	{ "/missing", REASON_NONE, 404, "gone" },
	{ "/gzip", REASON_NONE, 200, "hello" },
	{ "/headers", REASON_NONE, 200, "ok" },
	{ "/nowhere", REASON_NONE, 302, "" },
	{ "/hops/5", REASON_NONE, 200, "GET /hops/0 " },
	{ "/hops/6", REASON_FETCH_REDIRECTS, 0, NULL },
	{ "/loop", REASON_FETCH_REDIRECTS, 0, NULL },
	{ "/latin", REASON_NONE, 200, "GET /echo?caf%E9+noir " },
	{ "/credentials", REASON_NONE, 200, "GET /echo " },
	{ "/to?//127.0.0.1/", REASON_PRIVATE_ADDRESS, 0, NULL },
	{ "/to?http://localhost/", REASON_PRIVATE_ADDRESS, 0, NULL },
	{ "/to?http://0x7f.1/", REASON_PRIVATE_ADDRESS, 0, NULL },
	{ "/to?http://169.254.169.254/", REASON_PRIVATE_ADDRESS, 0, NULL },
	{ "/to?http://[::ffff:7f00:1]/", REASON_PRIVATE_ADDRESS, 0, NULL },
	{ "/to?file:///etc/passwd", REASON_UNREACHABLE, 0, NULL },
	{ "/to?gopher://127.0.0.1:25/_x", REASON_UNREACHABLE, 0, NULL },
	{ "/to?http://example.com:25/", REASON_UNREACHABLE, 0, NULL },
	{ "/private", REASON_PRIVATE_ADDRESS, 0, NULL },
	{ "/bomb", REASON_TOO_LARGE, 0, NULL },
	{ "/large", REASON_TOO_LARGE, 0, NULL },
	{ "/endless", REASON_TOO_LARGE, 0, NULL },
	{ "/endless-redirect", REASON_TOO_LARGE, 0, NULL },
	{ "/brotli", REASON_UNREACHABLE, 0, NULL },
	{ "/chain", REASON_UNREACHABLE, 0, NULL },
	{ "/many-headers", REASON_UNREACHABLE, 0, NULL },
	{ "/endless-headers", REASON_UNREACHABLE, 0, NULL },
	{ "/cut", REASON_UNREACHABLE, 0, NULL },
	{ "/junk", REASON_UNREACHABLE, 0, NULL },
	{ "/drip", REASON_FETCH_TIMEOUT, 0, NULL },
	{ "/hang", REASON_FETCH_TIMEOUT, 0, NULL },
	{ "/trickle", REASON_FETCH_TIMEOUT, 0, NULL },
	{ "/relay//relay//relay//trickle", REASON_FETCH_TIMEOUT, 0, NULL },
};

static void every_misbehaviour_has_its_end(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct result r;
		int64_t start = clock_monotonic_ms();

		fetch(at(cases[i].path), &r);
		if (r.reason != cases[i].reason ||
			r.status != cases[i].status ||
			(cases[i].body && !strstr(r.body.buf, cases[i].body)))
			fail_msg("%s: %s, status %d, '%s'", cases[i].path,
				err_key(r.reason), r.status, r.body.buf);
		if (cases[i].body && *cases[i].body) {
			/* nothing of one hop is told to the next */
			assert_null(strstr(r.body.buf, "Cookie:"));
			assert_null(strstr(r.body.buf, "Authorization:"));
			assert_null(strstr(r.body.buf, "Referer:"));
		}
		/* what is slow ends before what only takes long */
		assert_in_range(clock_monotonic_ms() - start, 0,
			strcmp(cases[i].path, "/drip") ? NET_TOTAL_MS + 1000
						       : NET_TOTAL_MS - 500);
		result_release(&r);
	}
}

static void refusals_need_no_server(void **state)
{
	char url[100];
	struct result r;

	(void)state;
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/", closed_port);
	fetch(url, &r);
	assert_int_equal(r.reason, REASON_UNREACHABLE);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/", other_port);
	fetch(url, &r);
	assert_int_equal(r.reason, REASON_PRIVATE_ADDRESS);
	fetch("http://127.0.0.1/", &r);
	assert_int_equal(r.reason, REASON_PRIVATE_ADDRESS);
	fetch("ftp://example.com/", &r);
	assert_int_equal(r.reason, REASON_BAD_URL);
	/* plain HTTP where TLS should be */
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%d/", port);
	fetch(url, &r);
	assert_int_equal(r.reason, REASON_FETCH_TLS);
}

static void a_site_is_asked_one_thing_at_a_time(void **state)
{
	struct net *n = net_new(&config);
	struct result r[8];
	size_t i;
	int left = 1;

	(void)state;
	tally->most = tally->now = 0;
	for (i = 0; i < ARRAY_LEN(r); i++) {
		result_init(&r[i]);
		(void)net_fetch(n, at("/think"), done, &r[i]);
	}
	while (left) {
		net_run(n, 1000, NULL, 0);
		for (left = 0, i = 0; i < ARRAY_LEN(r); i++)
			left += r[i].calls == 0;
	}
	for (i = 0; i < ARRAY_LEN(r); i++) {
		assert_int_equal(r[i].status, 200);
		result_release(&r[i]);
	}
	assert_int_equal(tally->most, 1);
	net_free(n);
}

static void a_cancelled_fetch_says_nothing(void **state)
{
	struct net *n = net_new(&config);
	struct result gone[3], r;
	unsigned handle[3];
	size_t i;

	(void)state;
	result_init(&r);
	for (i = 0; i < 3; i++) {
		result_init(&gone[i]);
		handle[i] = net_fetch(n, at("/hang"), done, &gone[i]);
	}
	(void)net_fetch(n, at("/gzip"), done, &r);
	net_run(n, 0, NULL, 0); /* the first is under way, the others wait */
	for (i = 0; i < 3; i++)
		net_cancel(n, handle[i]);
	net_cancel(n, handle[0]); /* once more does no harm */
	net_cancel(n, 12345);
	while (!r.calls)
		net_run(n, 1000, NULL, 0);
	assert_int_equal(r.status, 200);
	for (i = 0; i < 3; i++) {
		assert_int_equal(gone[i].calls, 0);
		result_release(&gone[i]);
	}
	result_release(&r);
	net_free(n);
}

struct chain {
	struct net *net;
	struct result first, second;
};

static void then_another(
	void *arg, const struct net_page *got, const struct err *e)
{
	struct chain *c = arg;

	done(&c->first, got, e);
	(void)net_fetch(c->net, at("/missing"), done, &c->second);
}

static void a_callback_may_fetch(void **state)
{
	struct chain c = { .net = net_new(&config) };

	(void)state;
	result_init(&c.first);
	result_init(&c.second);
	(void)net_fetch(c.net, at("/gzip"), then_another, &c);
	while (!c.second.calls)
		net_run(c.net, 1000, NULL, 0);
	assert_int_equal(c.first.status, 200);
	assert_int_equal(c.second.status, 404);
	result_release(&c.first);
	result_release(&c.second);
	net_free(c.net);
}

static void other_descriptors_are_watched(void **state)
{
	struct net *n = net_new(&config);
	struct pollfd p[2] = { { .events = POLLIN }, { .events = POLLIN } };
	int a[2], b[2];
	int64_t start = clock_monotonic_ms();

	(void)state;
	assert_int_equal(pipe(a), 0);
	assert_int_equal(pipe(b), 0);
	p[0].fd = a[0];
	p[1].fd = b[0];
	assert_int_equal(write(b[1], "x", 1), 1);
	net_run(n, 60000, p, 2);
	assert_int_equal(p[0].revents, 0);
	assert_int_equal(p[1].revents, POLLIN);
	close(a[1]); /* a hang-up without a byte */
	net_run(n, 60000, p, 1);
	assert_int_equal(p[0].revents & POLLHUP, POLLHUP);
	assert_in_range(clock_monotonic_ms() - start, 0, 5000);
	close(a[0]);
	close(b[0]);
	close(b[1]);
	net_free(n);
}

static void what_is_under_way_can_be_dropped(void **state)
{
	struct net *n = net_new(&config);
	struct result r;

	(void)state;
	result_init(&r);
	(void)net_fetch(n, at("/hang"), done, &r);
	(void)net_fetch(n, at("/hang"), done, &r);
	net_run(n, 10, NULL, 0);
	net_free(n);
	assert_int_equal(r.calls, 0);
	result_release(&r);
	net_free(NULL);
}

static void only_pages_are_read(void **state)
{
	static const struct {
		int status;
		const char *type;
		enum err_reason reason;
	} pages[] = {
		{ 200, "text/html", REASON_NONE },
		{ 200, "Text/HTML; charset=x", REASON_NONE },
		{ 203, "application/xhtml+xml", REASON_NONE },
		{ 200, "", REASON_NONE },
		{ 200, "text/htmlx", REASON_FETCH_TYPE },
		{ 200, "image/png", REASON_FETCH_TYPE },
		{ 200, "text", REASON_FETCH_TYPE },
		{ 302, "text/html", REASON_FETCH_STATUS },
		{ 404, "text/html", REASON_FETCH_STATUS },
		{ 503, "", REASON_FETCH_STATUS },
		{ 200, "Text/Plain;charset=x", REASON_FETCH_TYPE },
		{ 404, "text/plain", REASON_FETCH_STATUS },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pages); i++) {
		struct net_page p = { pages[i].status, "http://a/",
			pages[i].type, "", "", 0 };
		struct err e = ERR_INIT;
		int rc = net_page_check(&p, &e);

		assert_int_equal(rc, pages[i].reason ? -1 : 0);
		assert_int_equal(e.reason, pages[i].reason);
		assert_int_equal(
			net_page_is_text(&p), strstr(pages[i].type, "lain") &&
						      !(pages[i].status / 300));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_comes_whole),
		cmocka_unit_test(every_misbehaviour_has_its_end),
		cmocka_unit_test(refusals_need_no_server),
		cmocka_unit_test(a_site_is_asked_one_thing_at_a_time),
		cmocka_unit_test(a_cancelled_fetch_says_nothing),
		cmocka_unit_test(a_callback_may_fetch),
		cmocka_unit_test(other_descriptors_are_watched),
		cmocka_unit_test(only_pages_are_read),
		cmocka_unit_test(what_is_under_way_can_be_dropped),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
