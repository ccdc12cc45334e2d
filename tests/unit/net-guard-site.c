/*
 * Who answers in the address guard's test. One process a port counts what
 * reaches it, by the address it came for, and answers; the one of port 443
 * hands on to a TLS server. A name server answers otherwise at every asking.
 */
#include "net-guard.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TLS_PORT 10443 /* net-guard.sh runs a TLS server there */
#define SITE_PORT 18080

int *guard_calls;

/* Where something worth attacking might listen. */
static const int ports[] = { 80, 443, 21, 22, 25, 70, 389, 2628, 6379, 8080,
	11211, SITE_PORT, 18081 };
static pid_t servers[ARRAY_LEN(ports) + 1];
static size_t n_servers;

static int listen_on(int port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port) };
	int fd = socket(AF_INET6, SOCK_STREAM, 0), off = 0, on = 1;

	if (fd < 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
		bind(fd, (struct sockaddr *)&any, sizeof(any)) ||
		listen(fd, 64))
		fatal("listening on port %d", port);
	return fd;
}

/* By which of our addresses did this caller come? */
static enum guard_kind reached(int fd, int port)
{
	struct sockaddr_in6 in6;
	socklen_t len = sizeof(in6);
	char text[INET6_ADDRSTRLEN];
	const char *addr = text;

	if (getsockname(fd, (struct sockaddr *)&in6, &len) ||
		!inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof(text)))
		return CANARY;
	if (strncmp(addr, "::ffff:", 7) == 0)
		addr += 7;
	if (port == SITE_PORT)
		return strcmp(addr, "127.0.0.1") ? CANARY : SITE;
	return (port == 80 || port == 443) &&
			       (!strcmp(addr, guard_public[0]) ||
				       !strcmp(addr, guard_public[1]))
		       ? PUBLIC
		       : CANARY;
}

/* ---- web pages ---- */

/* A recipe whose page names the URL wherever a page can name one. */
static void page(struct sbuf *out, const char *url)
{
	sbuf_addf(out,
		"<!doctype html><html><head><base href=\"%s\">"
		"<link rel=\"canonical\" href=\"%s\">"
		"<link rel=\"amphtml\" href=\"%s\">"
		"<link rel=\"alternate\" type=\"application/json\" href=\"%s\">"
		"<link rel=\"stylesheet\" href=\"%s\">"
		"<meta http-equiv=\"refresh\" content=\"0; url=%s\">"
		"<meta property=\"og:image\" content=\"%s\">"
		"<meta property=\"og:url\" content=\"%s\">",
		url, url, url, url, url, url, url, url);
	sbuf_addf(out,
		"<script src=\"%s\"></script>"
		"<script type=\"application/ld+json\">{\"@type\":\"Recipe\","
		"\"@context\":\"%s\",\"@id\":\"%s\",\"url\":\"%s\","
		"\"mainEntityOfPage\":{\"@id\":\"%s\"},\"image\":\"%s\","
		"\"name\":\"Soup\",\"author\":{\"@id\":\"%s\"},",
		url, url, url, url, url, url, url);
	sbuf_addf(out,
		"\"recipeIngredient\":[\"800 g beef\",\"2 onions\"],"
		"\"recipeInstructions\":[{\"@id\":\"%s\"},\"Braise.\"]}"
		"</script></head><body><iframe src=\"%s\"></iframe>"
		"<img src=\"%s\" srcset=\"%s 2x\"><a href=\"%s\" rel=\"next\">"
		"on</a><p>Continue at <a href=\"%s\">the recipe</a></body>",
		url, url, url, url, url, url);
}

static void redirect(struct sbuf *out, int status, const char *to)
{
	sbuf_addf(out,
		"HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n",
		status, to);
}

/* What stands behind "?". */
static size_t number(const char *path)
{
	const char *at = strchr(path, '?');

	return at ? strtoul(at + 1, NULL, 10) : 0;
}

static void redirect_case(struct sbuf *out, size_t n)
{
	const struct guard_redirect *r =
		&guard_redirects[n % guard_n_redirects];

	if (r->answer)
		sbuf_addstr(out, r->answer);
	else
		redirect(out, 302, r->to);
}

static void reply(struct sbuf *out, const char *path)
{
	static const int statuses[] = { 301, 302, 303, 307, 308 };
	struct sbuf body = SBUF_INIT(64 * 1024);
	size_t n = number(path);

	if (strncmp(path, "/to?", 4) == 0) {
		redirect(out, statuses[n % ARRAY_LEN(statuses)],
			guard_urls[n % guard_n_urls]);
	} else if (strncmp(path, "/case?", 6) == 0) {
		redirect_case(out, n);
	} else if (strncmp(path, "/hop", 4) == 0 && n > 0) {
		sbuf_addf(out, "HTTP/1.1 307 On\r\nLocation: %.*s?%zu\r\n",
			(int)strcspn(path, "?"), path, n - 1);
	} else if (strncmp(path, "/hop-to-10", 10) == 0) {
		redirect(out, 308, "http://10.0.0.1/");
	} else if (strcmp(path, "/loop") == 0) {
		redirect(out, 301, "/loop");
	} else if (strcmp(path, "/ping") == 0) {
		redirect(out, 302, "/pong");
	} else if (strcmp(path, "/pong") == 0) {
		redirect(out, 302, "/ping");
	} else {
		if (strncmp(path, "/page?", 6) == 0)
			page(&body, guard_urls[n % guard_n_urls]);
		else
			sbuf_addstr(&body, "ok");
		sbuf_addf(out,
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
			"Set-Cookie: who=you\r\nContent-Length: %zu\r\n",
			body.len);
	}
	sbuf_addf(out, "Connection: close\r\n\r\n%s", body.buf);
	sbuf_release(&body);
}

static void converse(int fd)
{
	struct sbuf out = SBUF_INIT(64 * 1024);
	char request[8192];
	ssize_t n = read(fd, request, sizeof(request) - 1);

	if (n > 5) {
		request[n] = '\0';
		/* nothing of ours may travel */
		if (strcasestr(request, "\r\nCookie:") ||
			strcasestr(request, "\r\nAuthorization:"))
			__atomic_add_fetch(
				&guard_calls[CANARY], 1, __ATOMIC_SEQ_CST);
		request[4 + strcspn(request + 4, " \r\n")] = '\0';
		reply(&out, request + 4);
		(void)fd_write_all(fd, out.buf, out.len);
	}
	sbuf_release(&out);
}

/* ---- TLS: bytes to and fro ---- */

static int pass(int from, int to)
{
	char buf[16384];
	ssize_t n = read(from, buf, sizeof(buf));

	return n > 0 && fd_write_all(to, buf, (size_t)n) == 0;
}

static void relay(int fd)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(TLS_PORT) };
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { -1, POLLIN, 0 } };

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p[1].fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(p[1].fd, (struct sockaddr *)&in, sizeof(in)))
		return;
	while (poll(p, 2, 5000) > 0)
		if (p[0].revents ? !pass(fd, p[1].fd) : !pass(p[1].fd, fd))
			return;
}

/* ---- the processes ---- */

static void stand(int listener, int port)
{
	const struct timeval patience = { 2, 0 };

	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		__atomic_add_fetch(
			&guard_calls[reached(fd, port)], 1, __ATOMIC_SEQ_CST);
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			sizeof(patience));
		if (port != 443) {
			converse(fd);
		} else if (fork() == 0) {
			relay(fd);
			_exit(0);
		}
		close(fd);
	}
}

void guard_serve(void)
{
	size_t i;

	guard_calls = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < ARRAY_LEN(ports); i++) {
		int listener = listen_on(ports[i]);
		pid_t pid = fork();

		if (!pid)
			stand(listener, ports[i]);
		close(listener);
		servers[n_servers++] = pid;
	}
}

void guard_stop(void)
{
	while (n_servers) {
		(void)kill(servers[--n_servers], SIGKILL);
		(void)waitpid(servers[n_servers], NULL, 0);
	}
}

/* ---- the name server ---- */

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_AAAA = 28, NAMES = 4096 };

struct answer {
	unsigned char *at;
	size_t len;
	unsigned char owner; /* where the name stands that records are of */
	int count;
};

/* One record, good for no time at all. */
static void record(struct answer *a, int type, const void *data, size_t len)
{
	const unsigned char head[] = { 0xC0, a->owner, 0, (unsigned char)type,
		0, 1, 0, 0, 0, 0, 0, (unsigned char)len };

	memcpy(a->at + a->len, head, sizeof(head));
	memcpy(a->at + a->len + sizeof(head), data, len);
	a->len += sizeof(head) + len;
	a->count++;
}

static void address(struct answer *a, int type, const char *text)
{
	unsigned char addr[16];
	int six = strchr(text, ':') != NULL;

	if (six == (type == TYPE_AAAA) &&
		inet_pton(six ? AF_INET6 : AF_INET, text, addr) == 1)
		record(a, type, addr, six ? 16 : 4);
}

/* The n-th private address of that type. */
static const char *inside(int type, size_t n)
{
	size_t i = n % guard_n_private;

	while ((strchr(guard_private[i], ':') != NULL) != (type == TYPE_AAAA))
		i = (i + 7) % guard_n_private;
	return guard_private[i];
}

/*
 * The names are a word and a number: "turn7.test" alternates between outside
 * and inside, "both7" has an address of each, "six7" leads outside by IPv4
 * and inside by IPv6, "four7" the other way round, "alias7" is another name
 * for something inside, and so is "later7", from the second time on.
 */
static void answer(struct answer *a, const char *name, int type)
{
	static unsigned char asked[2][NAMES];
	/* "inner.test" */
	static const unsigned char alias[] = "\5inner\4test";
	size_t n = strtoul(name + strcspn(name, "0123456789"), NULL, 10);
	const char *out = guard_public[type == TYPE_AAAA];
	unsigned turn = asked[type == TYPE_AAAA][n % NAMES]++;

	if (strncmp(name, "turn", 4) == 0) {
		address(a, type, (turn + n) & 1 ? inside(type, n) : out);
	} else if (strncmp(name, "both", 4) == 0) {
		address(a, type, n & 1 ? inside(type, n) : out);
		address(a, type, n & 1 ? out : inside(type, n));
	} else if (strncmp(name, "six", 3) == 0) {
		address(a, type, type == TYPE_A ? out : inside(type, n));
	} else if (strncmp(name, "four", 4) == 0) {
		address(a, type, type == TYPE_A ? inside(type, n) : out);
	} else if (strncmp(name, "alias", 5) == 0) {
		record(a, TYPE_CNAME, alias, sizeof(alias));
		a->owner = (unsigned char)(a->len - sizeof(alias));
		address(a, type, inside(type, n));
	} else if (strncmp(name, "later", 5) == 0) {
		address(a, type, turn ? inside(type, n) : out);
	}
}

/* The name asked for, with dots; the bytes of the question, 0 if broken. */
static size_t question(
	const unsigned char *q, size_t len, struct sbuf *name, int *type)
{
	size_t at = 12;

	while (at < len && q[at]) {
		if (at + 1 + q[at] >= len)
			return 0;
		sbuf_add(name, (const char *)q + at + 1, q[at]);
		sbuf_addch(name, '.');
		at += 1U + q[at];
	}
	if (at + 5 > len)
		return 0;
	*type = q[at + 2];
	return at + 5;
}

static void serve_names(int fd)
{
	for (;;) {
		unsigned char buf[1024];
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		struct sbuf name = SBUF_INIT(512);
		struct answer a = { buf, 0, 12, 0 };
		ssize_t n = recvfrom(fd, buf, sizeof(buf) / 2, 0,
			(struct sockaddr *)&from, &from_len);
		int type = 0;

		if (n > 12)
			a.len = question(buf, (size_t)n, &name, &type);
		if (a.len) {
			if (type == TYPE_A || type == TYPE_AAAA)
				answer(&a, name.buf, type);
			buf[2] = 0x85; /* an authoritative answer */
			buf[3] = 0x80;
			memset(buf + 6, 0, 6);
			buf[7] = (unsigned char)a.count;
			(void)sendto(fd, buf, a.len, 0,
				(struct sockaddr *)&from, from_len);
		}
		sbuf_release(&name);
	}
}

void guard_serve_names(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(53) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	pid_t pid;

	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof(in)))
		fatal("binding the name server's port");
	pid = fork();
	if (!pid)
		serve_names(fd);
	close(fd);
	servers[n_servers++] = pid;
}
