/*
 * The guard of net/net.c, tried for real: run by net-guard.sh in a network
 * namespace of its own, whose loopback answers for every address there is.
 * Listeners count what reaches them. Every fetch of an address that is not
 * public must end as private-address with nobody called; a public one must
 * get through, so that we know the listeners work.
 *
 * Names come from a hosts file that net-guard.sh mounts: a<N>.test for row N
 * of the table, mixed.test with a public and a private address, stuck.test
 * with none (the name server never answers).
 *
 * "net-guard hosts" prints that hosts file. Exit status 0: no canary was
 * called; 3: some were (a build with -DNET_GUARD_OFF must end so); 1: broken.
 */
#include "base/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static const char *const private_addresses[] = { "0.0.0.0", "0.1.2.3",
	"10.0.0.1", "10.255.255.254", "100.64.0.1", "100.127.255.254",
	"127.0.0.1", "127.0.0.2", "127.255.255.254", "169.254.0.1",
	"169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.254",
	"192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1",
	"192.168.255.254", "198.18.0.1", "198.19.255.254", "198.51.100.1",
	"203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
	"255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1",
	"::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
	"64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1",
	"2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1",
	"3fff::1", "4000::1", "5f00::1", "8000::1", "fc00::1", "fd00::1",
	"fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1" };

/* The namespace's own: net-guard.sh puts them on its loopback. */
static const char *const own_addresses[] = { "8.8.4.4", "2606:4700::53" };
static const char *const public_addresses[] = { "9.9.9.9", "2620:fe::fe" };

/* What was reached, shared with the listeners. */
enum { CANARY, PUBLIC, SITE };
static int *accepts;
static struct allow_rule rule = {
	{ [10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1 }, 128, 18080, 0
};
static const struct config config = {
	.contact = "", .fetch_allow = &rule, .n_fetch_allow = 1
};

static void print_hosts(void)
{
	size_t i, n = 0;

	for (i = 0; i < ARRAY_LEN(private_addresses); i++)
		printf("%s a%zu.test\n", private_addresses[i], n++);
	for (i = 0; i < ARRAY_LEN(own_addresses); i++)
		printf("%s a%zu.test\n", own_addresses[i], n++);
	for (i = 0; i < ARRAY_LEN(public_addresses); i++)
		printf("%s public%zu.test\n", public_addresses[i], i);
	printf("10.0.0.1 mixed.test\n9.9.9.9 mixed.test\nfd00::1 mixed.test\n");
}

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
static int reached(int fd, int port)
{
	struct sockaddr_in6 in6;
	socklen_t len = sizeof(in6);
	char text[INET6_ADDRSTRLEN];
	const char *addr = text;
	size_t i;

	if (getsockname(fd, (struct sockaddr *)&in6, &len) ||
		!inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof(text)))
		return CANARY;
	if (port != 80)
		return SITE;
	if (strncmp(addr, "::ffff:", 7) == 0)
		addr += 7;
	for (i = 0; i < ARRAY_LEN(public_addresses); i++)
		if (strcmp(addr, public_addresses[i]) == 0)
			return PUBLIC;
	return CANARY;
}

/* Answers everything; "/to?URL" redirects there. */
static pid_t serve(int port)
{
	int listener = listen_on(port);
	pid_t pid = fork();

	if (pid) {
		close(listener);
		return pid;
	}
	for (;;) {
		char request[4096], reply[4096];
		int fd = accept(listener, NULL, NULL);
		ssize_t n;
		char *to;

		if (fd < 0)
			continue;
		__atomic_add_fetch(
			&accepts[reached(fd, port)], 1, __ATOMIC_SEQ_CST);
		n = read(fd, request, sizeof(request) - 1);
		request[n > 0 ? n : 0] = '\0';
		to = strstr(request, "/to?");
		if (to)
			to[strcspn(to, " ")] = '\0';
		(void)snprintf(reply, sizeof(reply),
			to ? "HTTP/1.1 302 Found\r\nLocation: %s\r\n"
			     "Content-Length: 0\r\nConnection: close\r\n\r\n"
			   : "HTTP/1.1 200 OK\r\nX-Was: %.10s\r\n"
			     "Content-Length: 2\r\nConnection: close\r\n\r\nok",
			to ? to + 4 : "here");
		(void)fd_write_all(fd, reply, strlen(reply));
		close(fd);
	}
}

struct result {
	int calls, status;
	enum err_reason reason;
};

static void done(void *arg, const struct net_page *page, const struct err *e)
{
	struct result *r = arg;

	r->calls++;
	r->status = page ? page->status : 0;
	r->reason = e ? e->reason : REASON_NONE;
}

static struct net *net;
static int wrong, tried;

static void expect(const char *url, enum err_reason reason)
{
	struct result r = { 0, 0, REASON_NONE };
	int before = accepts[CANARY];

	tried++;
	(void)net_fetch(net, url, done, &r);
	while (!r.calls)
		net_run(net, 1000, NULL, 0);
	if (r.reason == reason && (reason || r.status == 200) &&
		accepts[CANARY] == before)
		return;
	wrong++;
	printf("%s: %s, status %d, %d canaries called\n", url,
		err_key(r.reason), r.status, accepts[CANARY] - before);
}

/* The URL itself, and a redirect to it from a site that may be fetched. */
static void expect_both(const char *url)
{
	char through[600];

	expect(url, REASON_PRIVATE_ADDRESS);
	(void)snprintf(
		through, sizeof(through), "http://127.0.0.1:18080/to?%s", url);
	expect(through, REASON_PRIVATE_ADDRESS);
}

static void try_address(const char *addr, size_t row)
{
	char url[100];

	(void)snprintf(url, sizeof(url),
		strchr(addr, ':') ? "http://[%s]/" : "http://%s/", addr);
	expect_both(url);
	(void)snprintf(url, sizeof(url), "http://a%zu.test/", row);
	expect_both(url);
	(void)snprintf(url, sizeof(url), "http://A%zu.TEST.:80/x", row);
	expect_both(url);
}

static void try_names(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(53) };
	int64_t start = clock_monotonic_ms();
	int fd;

	/* no name server at all, then one that never answers */
	expect("http://nobody.test/", REASON_UNREACHABLE);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof(in)))
		fatal("binding the name server's port");
	start = clock_monotonic_ms();
	expect("http://stuck.test/", REASON_FETCH_TIMEOUT);
	if (clock_monotonic_ms() - start > 3000) {
		printf("a look-up that hangs held everything up\n");
		wrong++;
	}
	close(fd);
}

/* net-guard.sh runs a TLS server: as public0.test its certificate is trusted,
 * as public1.test it is not. */
static void try_tls(void)
{
	expect("https://public0.test/fine", REASON_NONE);
	expect("https://mixed.test/fine", REASON_FETCH_TLS);   /* its name */
	expect("https://public1.test/fine", REASON_FETCH_TLS); /* untrusted */
	expect("https://public0.test/down", REASON_FETCH_TLS); /* to http */
}

int main(int argc, char **argv)
{
	size_t i, row = 0;
	pid_t canary, site;
	char url[100];

	if (argc > 1 && strcmp(argv[1], "hosts") == 0) {
		print_hosts();
		return 0;
	}
	accepts = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	canary = serve(80);
	site = serve(18080);
	net = net_new(&config);
	for (i = 0; i < ARRAY_LEN(public_addresses); i++) {
		(void)snprintf(url, sizeof(url), "http://public%zu.test/", i);
		expect(url, REASON_NONE);
	}
	expect("http://mixed.test/", REASON_NONE);
	try_tls();
	for (i = 0; i < ARRAY_LEN(private_addresses); i++)
		try_address(private_addresses[i], row++);
	for (i = 0; i < ARRAY_LEN(own_addresses); i++)
		try_address(own_addresses[i], row++);
	try_names();
	net_free(net);
	kill(canary, SIGKILL);
	kill(site, SIGKILL);
	(void)waitpid(canary, NULL, 0);
	(void)waitpid(site, NULL, 0);
	printf("%d fetches, %d wrong; canaries called %d times, public %d, "
	       "the allowed site %d\n",
		tried, wrong, accepts[CANARY], accepts[PUBLIC], accepts[SITE]);
	return accepts[CANARY] ? 3 : wrong ? 1 : 0;
}
