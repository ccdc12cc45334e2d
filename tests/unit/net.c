/*
 * PUBLIC fetches against a server of our own on the loopback, that misbehaves
 * in every way we could think of. Built with shorter limits of time
 * (Makefile.am).
 */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

#define RELAY_MS 900
#define SITES 7 /* 127.0.0.1 to 127.0.0.7, all alike */

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
	} else if (strcmp(path, "/cut-gzip") == 0) {
		page(fd, "Content-Encoding: gzip\r\n", gzipped,
			sizeof(gzipped) - 10);
	} else if (strcmp(path, "/cut-chunks") == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			"5\r\nhello\r\n");
	} else if (strcmp(path, "/nothing") == 0) {
		(void)shutdown(fd, SHUT_RDWR);
	} else if (strcmp(path, "/reset") == 0) {
		struct linger hard = { 1, 0 };

		(void)setsockopt(
			fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(fd);
	} else if (strcmp(path, "/known") == 0) {
		if (strstr(request, "If-None-Match: \"v1\"\r\n") &&
			strstr(request, "If-Modified-Since: Mon\r\n"))
			say(fd, "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n"
				"\r\n");
		else
			page(fd, "ETag: \"v1\"\r\nLast-Modified: Mon\r\n",
				request, strlen(request));
	} else if (strcmp(path, "/to-known") == 0) {
		/* what is known of another page is not for this one */
		redirect(fd, 302,
			strstr(request, "If-") ? "/missing" : "/known");
	} else if (strncmp(path, "/busy/", 6) == 0) {
		(void)snprintf(to, sizeof(to),
			"HTTP/1.1 %.3s Busy\r\nContent-Length: 0\r\n"
			"Retry-After: %s\r\n\r\n",
			path + 6, path + 10);
		for (n = 0; to[n]; n++) /* a date has blanks */
			to[n] = to[n] == '+' ? ' ' : to[n];
		say(fd, to);
	} else if (strcmp(path, "/robots") == 0) {
		say(fd, "HTTP/1.1 403 No\r\ncf-mitigated: challenge\r\n"
			"Content-Length: 2\r\n\r\nno");
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

/* On 127.0.0.last; port 0: any. */
static int listen_on_loopback(int last, int *at_port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_port = htons((uint16_t)*at_port);
	in.sin_addr.s_addr = htonl(0x7F000000U + (unsigned)last);
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
	.fetch_language = "de, *;q=0.5",
	.fetch_allow = rules,
	.n_fetch_allow = 2 };

static int setup(void **state)
{
	static const unsigned char loopback[16] = {
		[10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1
	};
	int listeners[SITES], fd, i;

	(void)state;
	listeners[0] = listen_on_loopback(1, &port);
	fd = listen_on_loopback(1, &closed_port);
	close(fd);
	(void)listen_on_loopback(1, &other_port); /* open, but not allowed */
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	make_bomb();
	memcpy(rules[0].addr, loopback, 16);
	rules[0].bits = 104; /* 127.0.0.0/8 */
	rules[0].port = port;
	rules[1] = rules[0];
	rules[1].bits = 128;
	rules[1].port = closed_port;
	/* none of these may matter */
	setenv("http_proxy", "http://127.0.0.1:9/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9/", 1);
	for (i = 1; i < SITES; i++)
		listeners[i] = listen_on_loopback(i + 1, &port);
	server = fork();
	if (server == 0) {
		for (i = 1; i < SITES && fork(); i++)
			;
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listeners[i % SITES]);
	}
	for (i = 0; i < SITES; i++)
		close(listeners[i]);
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
	struct sbuf body, url, type, etag, modified, charset;
	int64_t retry_after_s;
	int challenge;
};

static void result_init(struct result *r)
{
	memset(r, 0, sizeof(*r));
	sbuf_init(&r->body, NET_PAGE_MAX);
	sbuf_init(&r->url, NET_URL_MAX);
	sbuf_init(&r->type, 1000);
	sbuf_init(&r->etag, 1000);
	sbuf_init(&r->modified, 1000);
	sbuf_init(&r->charset, 1000);
}

static void result_release(struct result *r)
{
	sbuf_release(&r->body);
	sbuf_release(&r->url);
	sbuf_release(&r->type);
	sbuf_release(&r->etag);
	sbuf_release(&r->modified);
	sbuf_release(&r->charset);
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
	sbuf_addstr(&r->etag, got->etag);
	sbuf_addstr(&r->modified, got->modified);
	sbuf_addstr(&r->charset, got->charset);
	r->retry_after_s = got->retry_after_s;
	r->challenge = got->challenge;
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
	assert_string_equal(r.charset.buf, "x");
	assert_int_equal(r.retry_after_s, -1);
	/* the request, as the server saw it */
	assert_non_null(strstr(r.body.buf, "GET /echo?a=1 HTTP/1.1\r\n"));
	assert_non_null(strstr(r.body.buf, "Accept-Encoding: gzip\r\n"));
	assert_non_null(strstr(r.body.buf, "Accept-Language: de, *;q=0.5\r\n"));
	assert_null(strstr(r.body.buf, "If-"));
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
	{ "/loop", REASON_FETCH_LOOP, 0, NULL },
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
	{ "/bomb", REASON_FETCH_TOO_LARGE, 0, NULL },
	{ "/large", REASON_FETCH_TOO_LARGE, 0, NULL },
	{ "/endless", REASON_FETCH_TOO_LARGE, 0, NULL },
	{ "/endless-redirect", REASON_FETCH_TOO_LARGE, 0, NULL },
	{ "/brotli", REASON_UNREACHABLE, 0, NULL },
	{ "/chain", REASON_UNREACHABLE, 0, NULL },
	{ "/many-headers", REASON_UNREACHABLE, 0, NULL },
	{ "/endless-headers", REASON_UNREACHABLE, 0, NULL },
	{ "/cut", REASON_FETCH_TRUNCATED, 0, NULL },
	{ "/cut-gzip", REASON_NONE, 200, "hel" },
	{ "/cut-chunks", REASON_FETCH_TRUNCATED, 0, NULL },
	{ "/nothing", REASON_FETCH_RESET, 0, NULL },
	{ "/reset", REASON_FETCH_RESET, 0, NULL },
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
	assert_int_equal(r.reason, REASON_FETCH_REFUSED);
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

static void what_is_known_is_not_sent_again(void **state)
{
	struct net_known known = { at("/known"), "\"v1\"", "Mon" };
	char *url = xstrdup(known.url);
	struct net *n = net_new(&config);
	struct result r;
	size_t i;

	(void)state;
	known.url = url;
	fetch(at("/known"), &r);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.etag.buf, "\"v1\"");
	assert_string_equal(r.modified.buf, "Mon");
	result_release(&r);
	/* asked for itself, by a redirect, and with other validators */
	for (i = 0; i < 3; i++) {
		result_init(&r);
		known.etag = i < 2 ? "\"v1\"" : "\"v0\"\r\nX: y";
		(void)net_fetch_known(n, at(i == 1 ? "/to-known" : "/known"),
			&known, done, &r);
		while (!r.calls)
			net_run(n, 1000, NULL, 0);
		assert_int_equal(r.status, i < 2 ? 304 : 200);
		assert_string_equal(r.url.buf, url);
		assert_null(strstr(r.body.buf, "X: y"));
		result_release(&r);
	}
	net_free(n);
	free(url);
}

/* The pause a site asks for, and what comes of asking too early. */
static void a_site_that_asks_for_a_pause_gets_it(void **state)
{
	static const struct {
		const char *path;
		int64_t lo, hi; /* seconds */
	} waits[] = {
		{ "/busy/429/7", 7, 7 },
		{ "/busy/503/120", 120, 120 },
		{ "/busy/429/0", 0, 0 },
		{ "/busy/429/Fri,+01+Jan+2100+00:00:00+GMT", 100000,
			INT32_MAX },
		{ "/busy/429/Mon,+01+Jan+2001+00:00:00+GMT", 0, 0 },
		{ "/busy/429/soon", -1, -1 },
		{ "/busy/429/-5", -1, -1 },
		{ "/busy/429/99999999999999999999", -1, -1 },
		{ "/busy/200/50", 50, 50 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(waits); i++) {
		struct net *n = net_new(&config);
		int64_t asked = waits[i].lo;
		int busy = !strstr(waits[i].path, "200") && asked > 0, before;
		struct result r, again;

		result_init(&r);
		result_init(&again);
		(void)net_fetch(n, at(waits[i].path), done, &r);
		while (!r.calls)
			net_run(n, 1000, NULL, 0);
		if (r.retry_after_s < asked || r.retry_after_s > waits[i].hi)
			fail_msg("%s: %lld s", waits[i].path,
				(long long)r.retry_after_s);
		before = tally->connections;
		(void)net_fetch(n, at("/echo"), done, &again);
		while (!again.calls)
			net_run(n, 1000, NULL, 0);
		assert_int_equal(again.status, busy ? 429 : 200);
		assert_int_equal(tally->connections, before + !busy);
		if (busy)
			assert_in_range(again.retry_after_s, 1, 3600);
		result_release(&r);
		result_release(&again);
		net_free(n);
	}
}

static void there_is_a_pause_between_two_pages(void **state)
{
	struct config slow = config;
	struct net *n;
	struct result r[3];
	int64_t start = clock_monotonic_ms();
	size_t i;

	(void)state;
	slow.fetch_pause_ms = 200;
	n = net_new(&slow);
	for (i = 0; i < ARRAY_LEN(r); i++) {
		result_init(&r[i]);
		/* a hop is no new page */
		(void)net_fetch(n, at("/hops/5"), done, &r[i]);
	}
	while (!r[2].calls)
		net_run(n, 60000, NULL, 0);
	assert_true(clock_monotonic_ms() - start >= 400);
	assert_true(clock_monotonic_ms() - start < 60000);
	for (i = 0; i < ARRAY_LEN(r); i++) {
		assert_int_equal(r[i].status, 200);
		result_release(&r[i]);
	}
	net_free(n);
}

/* Every bad site at once; another one is not kept waiting. */
static void bad_sites_hold_up_only_themselves(void **state)
{
	static const char *const bad[] = { "/drip", "/hang", "/trickle",
		"/endless-headers", "/endless", "/bomb" };
	struct net *n = net_new(&config);
	struct result slow[ARRAY_LEN(bad)], good[5];
	char url[200];
	size_t i, over = 0;
	int hanging = 0;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		result_init(&slow[i]);
		(void)snprintf(url, sizeof(url), "http://127.0.0.%zu:%d%s",
			i + 2, port, bad[i]);
		(void)net_fetch(n, url, done, &slow[i]);
	}
	net_run(n, 0, NULL, 0);
	for (i = 0; i < ARRAY_LEN(good); i++) {
		result_init(&good[i]);
		(void)net_fetch(n, at("/think"), done, &good[i]);
		while (!good[i].calls)
			net_run(n, 1000, NULL, 0);
		assert_int_equal(good[i].status, 200);
		result_release(&good[i]);
	}
	for (i = 0; i < 3; i++)
		hanging += !slow[i].calls;
	assert_int_equal(hanging, 3);
	while (over < ARRAY_LEN(bad)) {
		net_run(n, 1000, NULL, 0);
		for (over = 0, i = 0; i < ARRAY_LEN(bad); i++)
			over += slow[i].calls;
	}
	for (i = 0; i < ARRAY_LEN(bad); i++)
		result_release(&slow[i]);
	net_free(n);
}

static void answers_are_judged(void **state)
{
	static const struct {
		int status;
		const char *type, *body;
		enum net_kind kind;
		enum err_reason reason;
	} pages[] = {
		{ 200, "text/html", "<p>", NET_HTML, REASON_NONE },
		{ 200, "Text/HTML; charset=x", "x", NET_HTML, REASON_NONE },
		{ 203, "application/xhtml+xml", "x", NET_HTML, REASON_NONE },
		{ 200, "", "x", NET_HTML, REASON_NONE },
		{ 200, "text/plain;charset=x", "x", NET_TEXT, REASON_NONE },
		{ 200, "text/plain", "<!DOCTYPE html>", NET_HTML, REASON_NONE },
		{ 200, "application/octet-stream", "<html>", NET_HTML,
			REASON_NONE },
		{ 200, "text/htmlx", "x", NET_NOTHING, REASON_FETCH_TYPE },
		{ 200, "text", "x", NET_NOTHING, REASON_FETCH_TYPE },
		{ 200, "application/zip", "x", NET_NOTHING, REASON_FETCH_TYPE },
		{ 200, "video/mp4", "x", NET_NOTHING, REASON_FETCH_TYPE },
		{ 200, "image/png", "x", NET_NOTHING, REASON_FETCH_IMAGE },
		{ 200, "application/pdf", "x", NET_NOTHING, REASON_FETCH_PDF },
		/* whatever they are called */
		{ 200, "text/html", "%PDF-1.4", NET_NOTHING, REASON_FETCH_PDF },
		{ 200, "text/html", "\x89PNG\r\n", NET_NOTHING,
			REASON_FETCH_IMAGE },
		{ 200, "", "\xFF\xD8\xFF\xE0", NET_NOTHING,
			REASON_FETCH_IMAGE },
		{ 200, "text/html", "PK\3\4", NET_NOTHING, REASON_FETCH_TYPE },
		{ 200, "text/html", "", NET_NOTHING, REASON_FETCH_EMPTY },
		{ 200, "text/html", " \r\n", NET_NOTHING, REASON_FETCH_EMPTY },
		/* read all the same, in case there is a recipe in it */
		{ 302, "text/html", "x", NET_HTML, REASON_FETCH_STATUS },
		{ 400, "text/html", "x", NET_HTML, REASON_FETCH_STATUS },
		{ 401, "text/html", "x", NET_HTML, REASON_FETCH_UNAUTHORIZED },
		{ 402, "text/html", "x", NET_HTML, REASON_FETCH_PAYMENT },
		{ 403, "text/html", "x", NET_HTML, REASON_FETCH_FORBIDDEN },
		{ 404, "text/html", "x", NET_HTML, REASON_FETCH_MISSING },
		{ 404, "text/plain", "x", NET_TEXT, REASON_FETCH_MISSING },
		{ 404, "text/plain", "", NET_NOTHING, REASON_FETCH_MISSING },
		{ 404, "image/png", "x", NET_NOTHING, REASON_FETCH_MISSING },
		{ 410, "text/html", "x", NET_HTML, REASON_FETCH_MISSING },
		{ 429, "text/html", "x", NET_HTML, REASON_FETCH_BUSY },
		{ 451, "text/html", "x", NET_HTML, REASON_FETCH_LEGAL },
		{ 500, "text/html", "x", NET_HTML, REASON_FETCH_SERVER },
		{ 503, "", "x", NET_HTML, REASON_FETCH_SERVER },
		{ 526, "", "x", NET_HTML, REASON_FETCH_SERVER },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(pages); i++) {
		struct net_page p = { .status = pages[i].status,
			.url = "http://a/",
			.content_type = pages[i].type,
			.body = pages[i].body,
			.len = strlen(pages[i].body),
			.retry_after_s = -1 };
		struct err e = ERR_INIT;

		if (net_page_kind(&p, &e) != pages[i].kind ||
			e.reason != pages[i].reason)
			fail_msg("%d %s: %s", p.status, p.content_type,
				err_key(e.reason));
		if (p.status != 503)
			continue;
		p.retry_after_s = 3;
		(void)net_page_kind(&p, &e);
		assert_int_equal(e.reason, REASON_FETCH_BUSY);
		p.challenge = 1;
		(void)net_page_kind(&p, &e);
		assert_int_equal(e.reason, REASON_FETCH_CHALLENGE);
	}
}

static void blame_goes_where_it_belongs(void **state)
{
	static const struct {
		enum err_reason answer, read, blamed;
	} rows[] = {
		{ REASON_NONE, REASON_NOT_A_RECIPE, REASON_NOT_A_RECIPE },
		{ REASON_NONE, REASON_FETCH_SCRIPT, REASON_FETCH_SCRIPT },
		{ REASON_FETCH_FORBIDDEN, REASON_NOT_A_RECIPE,
			REASON_FETCH_FORBIDDEN },
		{ REASON_FETCH_FORBIDDEN, REASON_FETCH_LOGIN,
			REASON_FETCH_LOGIN },
		{ REASON_FETCH_FORBIDDEN, REASON_FETCH_SCRIPT,
			REASON_FETCH_FORBIDDEN },
		{ REASON_FETCH_SERVER, REASON_FETCH_CHALLENGE,
			REASON_FETCH_CHALLENGE },
		{ REASON_FETCH_MISSING, REASON_FETCH_LOGIN,
			REASON_FETCH_MISSING },
		{ REASON_FETCH_SERVER, REASON_TOO_COMPLEX,
			REASON_FETCH_SERVER },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(net_page_blame(rows[i].answer, rows[i].read),
			rows[i].blamed);
}

static void a_page_speaks_only_for_what_contains_it(void **state)
{
	static const struct {
		const char *page, *other;
		int may;
	} rows[] = {
		{ "https://a.example/stew/amp", "https://a.example/stew", 1 },
		{ "https://a.example/stew/amp", "https://a.example/stew/", 1 },
		{ "https://a.example/stew?x=1", "https://a.example/stew", 1 },
		{ "https://a.example/stew", "https://a.example/stew", 1 },
		/* another site, scheme, port; a neighbour; the whole site */
		{ "https://b.example/stew/amp", "https://a.example/stew", 0 },
		{ "https://a.example.b/stew", "https://a.example/stew", 0 },
		{ "http://a.example/stew/amp", "https://a.example/stew", 0 },
		{ "https://a.example:81/s/amp", "https://a.example/s", 0 },
		{ "https://a.example/~bob/x", "https://a.example/~eve/x", 0 },
		{ "https://a.example/stew2", "https://a.example/stew", 0 },
		{ "https://a.example/?p=1", "https://a.example/?p=2", 0 },
		{ "https://a.example/i?p=1", "https://a.example/i?p=2", 0 },
		{ "https://a.example/stew", "https://a.example/", 0 },
		{ "https://a.example/", "https://a.example/stew", 0 },
		{ "https://a.example/stew", "nonsense", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (net_speaks_for(rows[i].page, rows[i].other) != rows[i].may)
			fail_msg("%s for %s", rows[i].page, rows[i].other);
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
		cmocka_unit_test(what_is_known_is_not_sent_again),
		cmocka_unit_test(a_site_that_asks_for_a_pause_gets_it),
		cmocka_unit_test(there_is_a_pause_between_two_pages),
		cmocka_unit_test(bad_sites_hold_up_only_themselves),
		cmocka_unit_test(answers_are_judged),
		cmocka_unit_test(blame_goes_where_it_belongs),
		cmocka_unit_test(a_page_speaks_only_for_what_contains_it),
		cmocka_unit_test(what_is_under_way_can_be_dropped),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
