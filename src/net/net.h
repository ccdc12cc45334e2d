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
 * netrc, no proxy, https never to http. A site is asked one thing at a time,
 * with a pause between, and not at all while it told us to wait.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <sys/socket.h>

#include "base/base.h"
#include "config/config.h"

#define NET_URL_MAX 2048
#define NET_PAGE_MAX ((size_t)4 * 1024 * 1024)

/*
 * Load libcurl, if that is still to be done. -1 when it cannot be (reason
 * system). url_canonical() and net_new() do it for themselves; a process that
 * forks or gives up rights does it before.
 */
int net_ready(struct err *e);

/*
 * One parser for every URL (curl_url). Appends the canonical form: scheme and
 * host lower case (IDN as ASCII), default port, fragment, credentials and
 * tracking parameters (utm_*, fbclid, gclid …) dropped. Fails with bad-url
 * (scheme, port, syntax, length) or private-address (a literal address, in any
 * spelling, or localhost); no network is touched. Or net_ready() failed.
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
	const char *etag, *modified; /* its validators; "" when absent */
	int64_t retry_after_s;	     /* how long the site asks us to wait; -1 */
	int challenge;		     /* a header says: a check for robots */
};
/* Called once, from net_run(): page on success, else e. Both are valid only
 * during the call. */
typedef void net_done(
	void *arg, const struct net_page *page, const struct err *e);

/* ---- answer.c: what an answer is good for ---- */

enum net_kind { NET_NOTHING, NET_HTML, NET_TEXT };
/*
 * Is there anything to read in it? NET_NOTHING: no, and e says why. Else e
 * holds what to say should there be no recipe in it: reason none for an
 * ordinary page, the status's for an error page, which is read all the same.
 */
enum net_kind net_page_kind(const struct net_page *page, struct err *e);
/* No recipe in it: which to blame, the answer (as above) or what the reader
 * said of the page? */
enum err_reason net_page_blame(enum err_reason answer, enum err_reason read);
/*
 * May a page speak for that other address (its canonical link), both
 * canonical? Only for one that contains its own: the same scheme, host and
 * port, no query, and a path that its own path goes on from (not the root). A
 * page can give up its own name, never take another's: or a stranger's page
 * on a shared host could put its recipe behind somebody else's link.
 */
int net_speaks_for(const char *page, const char *other);

struct net *net_new(const struct config *c);
void net_free(struct net *n);
/* Start a PUBLIC fetch of a canonical URL. Returns a handle for net_cancel. */
unsigned net_fetch(struct net *n, const char *url, net_done *done, void *arg);
/* What we have of a page already: sent to that very address only, where it may
 * be answered with status 304. etag, modified: "" or NULL when unknown. */
struct net_known {
	const char *url, *etag, *modified;
};
unsigned net_fetch_known(struct net *n, const char *url,
	const struct net_known *known, net_done *done, void *arg);
void net_cancel(struct net *n, unsigned handle);
/* Move everything on; wait at most wait_ms for sockets or for one of the extra
 * descriptors (revents is filled). */
struct pollfd;
void net_run(struct net *n, int wait_ms, struct pollfd *extra, size_t n_extra);

#endif
