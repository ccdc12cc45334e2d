/*
 * The only way off this machine. One libcurl multi loop, used by the runner
 * alone. Two kinds of call: PUBLIC (any URL from a person or a page: the full
 * address rule, its own redirect loop) and OPERATOR (a URL from the config;
 * comes with the model providers).
 *
 * Limits of a PUBLIC fetch: http and https, ports 80 and 443 plus the
 * operator's list, every address judged in the open-socket callback, at most
 * 5 redirects each judged anew, 4 MiB decoded, 5 s to connect, 20 s in all,
 * under 1 KiB/s for 10 s is the end, gzip only, headers 64 KiB, no cookies, no
 * netrc, no proxy, https never to http.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <sys/socket.h>

#include "base/base.h"
#include "config/config.h"

#define NET_URL_MAX 2048
#define NET_PAGE_MAX ((size_t)4 * 1024 * 1024)

/*
 * One parser for every URL (curl_url). Appends the canonical form: scheme and
 * host lower case (IDN as ASCII), default port, fragment, credentials and
 * tracking parameters (utm_*, fbclid, gclid …) dropped. Fails with bad-url
 * (scheme, port, syntax, length) or private-address (a literal address, in any
 * spelling, or localhost); no network is touched.
 */
int url_canonical(const struct config *c, const char *url, size_t len,
	struct sbuf *out, struct err *e);

/* May the fetcher connect there? Public and globally routable, or allowed by
 * the operator; the machine's own addresses are refused. */
int address_allowed(
	const struct config *c, const struct sockaddr *sa, int port);

struct net;
struct net_page {
	int status;
	const char *url;	  /* where it ended */
	const char *content_type; /* as sent; "" when absent */
	const char *charset;	  /* label in content_type; "" when absent */
	const char *body;
	size_t len;
};
/* Called once, from net_run(): page on success, else e. Both are valid only
 * during the call. */
typedef void net_done(
	void *arg, const struct net_page *page, const struct err *e);

/* Is this answer a page to read? Else fetch-status or fetch-type. */
int net_page_check(const struct net_page *page, struct err *e);
/* Is it plain text instead (and not an error)? */
int net_page_is_text(const struct net_page *page);

struct net *net_new(const struct config *c);
void net_free(struct net *n);
/* Start a PUBLIC fetch of a canonical URL. Returns a handle for net_cancel. */
unsigned net_fetch(struct net *n, const char *url, net_done *done, void *arg);
void net_cancel(struct net *n, unsigned handle);
/* Move everything on; wait at most wait_ms for sockets or for one of the extra
 * descriptors (revents is filled). */
struct pollfd;
void net_run(struct net *n, int wait_ms, struct pollfd *extra, size_t n_extra);

#endif
