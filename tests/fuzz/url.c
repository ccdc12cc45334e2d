/*
 * Fuzz target: URLs. Besides "no crash": the canonical form is its own
 * canonical form, libcurl reads scheme, host and port in it exactly as we
 * wrote them, and a host that is an address is a public one. Then libcurl is
 * made to fetch it: the address that the open-socket callback sees, the Host
 * header and the path that go out must be those that were judged. No byte
 * leaves: names lead to one address, and every socket is half of a pair.
 */
#include "base/base.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/address.h"
#include "net/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ANYWHERE "93.184.216.34" /* where every name leads */

/* What our check saw. */
struct judged {
	const char *url;
	char host[NET_URL_MAX + 1]; /* without brackets */
	char authority[NET_URL_MAX + 1];
	unsigned char addr[ADDRESS_LEN];
	int literal, https, port;
};

static void must(int ok, const char *what, const char *url)
{
	if (ok)
		return;
	fprintf(stderr, "broken promise: %s: %s\n", what, url);
	abort();
}

/* ---- what libcurl reads ---- */

static void parse(const struct config *c, const char *url, struct judged *j)
{
	char *host = NULL, *port = NULL, *user = NULL, *zone = NULL,
	     *scheme = NULL;
	struct in_addr in;
	CURLU *u = curl_url();
	int64_t n;
	size_t len;

	must(curl_url_set(u, CURLUPART_URL, url, 0) == 0, "libcurl reads it",
		url);
	must(curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == 0 &&
			curl_url_get(u, CURLUPART_HOST, &host, 0) == 0 &&
			curl_url_get(u, CURLUPART_PORT, &port,
				CURLU_DEFAULT_PORT) == 0,
		"it has a scheme, a host and a port", url);
	must(curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER &&
			curl_url_get(u, CURLUPART_ZONEID, &zone, 0) ==
				CURLUE_NO_ZONEID,
		"no user, no zone", url);
	must(num_int(port, strlen(port), 1, 65535, &n) == 0 &&
			(n == 80 || n == 443),
		"an allowed port", url);
	j->url = url;
	j->port = (int)n;
	j->https = strcmp(scheme, "https") == 0;
	must(j->https || strcmp(scheme, "http") == 0, "http or https", url);
	must(strstr(url, "://") == url + strlen(scheme), "its scheme", url);
	len = strcspn(url + strlen(scheme) + 3, "/?");
	(void)snprintf(j->authority, sizeof(j->authority), "%.*s", (int)len,
		url + strlen(scheme) + 3);
	len = strlen(host);
	must(strncmp(j->authority, host, len) == 0 &&
			(!j->authority[len] || j->authority[len] == ':'),
		"the host stands there as it is", url);
	(void)snprintf(j->host, sizeof(j->host), "%.*s",
		(int)(*host == '[' ? len - 2 : len), host + (*host == '['));
	j->literal = address_literal(j->host, j->addr) == 0;
	if (j->literal)
		must(address_permitted(c, j->addr, j->port), "a public address",
			url);
	else
		must(!inet_aton(j->host, &in), "a name is no address", url);
	curl_free(host);
	curl_free(port);
	curl_free(scheme);
	curl_url_cleanup(u);
}

/* ---- what libcurl does ---- */

static struct {
	const struct judged *judged;
	int far; /* the other end of the socket; -1 while there is none */
	int connects;
} now;

static void check_target(const struct sockaddr *to)
{
	const struct judged *j = now.judged;
	unsigned char addr[ADDRESS_LEN], want[ADDRESS_LEN];
	int port = 0;

	must(address_bytes(to, addr, &port) == 0, "an internet address",
		j->url);
	memcpy(want, j->addr, ADDRESS_LEN);
	if (!j->literal)
		(void)address_literal(ANYWHERE, want);
	must(memcmp(addr, want, ADDRESS_LEN) == 0, "the address we judged",
		j->url);
	must(port == j->port, "the port we judged", j->url);
}

static curl_socket_t open_socket(
	void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
				     "Connection: close\r\n\r\n";
	int ends[2];

	(void)arg;
	must(purpose == CURLSOCKTYPE_IPCXN, "an ordinary connection",
		now.judged->url);
	must(now.far < 0, "one connection", now.judged->url);
	check_target(&to->addr);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		must(0, "a pair of sockets", strerror(errno));
	now.far = ends[1];
	must(fd_write_all(ends[1], answer, sizeof(answer) - 1) == 0,
		"an answer", now.judged->url);
	(void)shutdown(ends[1], SHUT_WR);
	return ends[0];
}

/* In place of the system's: this is where libcurl really goes. */
int connect(int fd, const struct sockaddr *to, socklen_t len)
{
	(void)fd, (void)len;
	check_target(to);
	now.connects++;
	return 0;
}

static CURL *make_easy(struct curl_slist *lead)
{
	CURL *easy = curl_easy_init();

	(void)curl_easy_setopt(easy, CURLOPT_RESOLVE, lead);
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 2000L);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	return easy;
}

/* What went out: a TLS greeting that names the host, or the request itself:
 * "GET /path HTTP/1.1", "Host: name". */
static void check_sent(const struct judged *j, int fd)
{
	char sent[4 * NET_URL_MAX], line[NET_URL_MAX + 100];
	const char *path = strstr(j->url, "://") + 3 + strlen(j->authority);
	ssize_t n = read(fd, sent, sizeof(sent) - 1);

	must(n > 0, "something goes out", j->url);
	sent[n] = '\0';
	if (j->https) {
		must(sent[0] == 0x16, "TLS for https", j->url);
		must(j->literal || memmem(sent, (size_t)n, j->host,
					   strlen(j->host)),
			"the name in the greeting", j->url);
		return;
	}
	(void)snprintf(line, sizeof(line), "GET %s%s HTTP/1.1\r\nHost: %s\r\n",
		*path == '/' ? "" : "/", path, j->authority);
	must(strncmp(sent, line, strlen(line)) == 0, "the path and the host",
		j->url);
}

static void request(const struct judged *j)
{
	struct curl_slist *lead = NULL;
	char entry[NET_URL_MAX + 50];
	CURL *easy;
	CURLcode rc;

	(void)snprintf(
		entry, sizeof(entry), "+%s:%d:" ANYWHERE, j->host, j->port);
	if (!j->literal)
		lead = curl_slist_append(lead, entry);
	easy = make_easy(lead);
	now.judged = j;
	now.far = -1;
	now.connects = 0;
	(void)curl_easy_setopt(easy, CURLOPT_URL, j->url);
	rc = curl_easy_perform(easy);
	must(now.connects == 1 && (j->https || !rc), curl_easy_strerror(rc),
		j->url);
	check_sent(j, now.far);
	(void)close(now.far);
	curl_easy_cleanup(easy);
	curl_slist_free_all(lead);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct config config;
	struct sbuf out = SBUF_INIT(NET_URL_MAX),
		    again = SBUF_INIT(NET_URL_MAX);
	struct err e = ERR_INIT;
	struct judged j;
	size_t i;

	if (url_canonical(&config, (const char *)data, size, &out, &e))
		goto end;
	for (i = 0; i < out.len; i++)
		must(out.buf[i] > ' ' && out.buf[i] < 0x7F &&
				out.buf[i] != '\\',
			"printable ASCII", out.buf);
	must(!strchr(out.buf, '#'), "no fragment", out.buf);
	must(url_canonical(&config, out.buf, out.len, &again, &e) == 0 &&
			strcmp(out.buf, again.buf) == 0,
		"its own canonical form", out.buf);
	parse(&config, out.buf, &j);
	request(&j);
end:
	sbuf_release(&out);
	sbuf_release(&again);
	return 0;
}
