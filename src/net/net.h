/*
 * The only way off this machine. One libcurl multi loop, used by the runner
 * alone. Two kinds of call: PUBLIC (any URL from a person or a page: the full
 * address rule, its own redirect loop) and OPERATOR (a base URL from the
 * config, such as a model server's: it may be private; no redirect, no proxy,
 * nothing kept of the request once it is over).
 *
 * Limits of a PUBLIC fetch: http and https, ports 80 and 443 plus the
 * operator's list, every address judged in the open-socket callback, at most
 * 5 redirects each judged anew, 4 MiB decoded, 5 s to connect, 20 s in all,
 * under 1 KiB/s for 10 s is the end, gzip only, headers 64 KiB, no cookies, no
 * netrc, no proxy, https never to http. A site is asked one thing at a time,
 * with a pause between, and not at all while it told us to wait.
 *
 * Limits of an OPERATOR call: http and https, 10 s to connect, 1 MiB decoded,
 * headers 64 KiB, and the times the caller sets; a connection of its own, with
 * HTTP/1.1. How many there are is the caller's business: they do not count as
 * fetches, nor wait for them.
 *
 * Callbacks come from net_run() and may start and cancel anything; they may
 * not call net_run() or net_free().
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
/* Its version, once it is ready. */
const char *net_library(void);

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

/* ---- OPERATOR calls ---- */

#define NET_CALL_MAX ((size_t)1024 * 1024) /* bytes of an answer */

/*
 * A base URL from the settings, as it will be used: http or https, a host,
 * any port and path; no credentials, query or fragment, no slash at the end.
 * Appends it; -1 (config) when it is none. No network is touched.
 */
int url_operator(const char *url, size_t len, struct sbuf *out, struct err *e);

/*
 * All of it is copied; the copies are wiped when the call is over, since they
 * hold keys. Headers are sent as they are; a line end in one is a bug. Those
 * that frame a message (Content-Length, Transfer-Encoding, Expect, Connection,
 * TE, Upgrade) are left out. Without one, there is no Content-Type.
 */
struct net_call {
	const char *url; /* one of url_operator(), and more path */
	const char *const
		*headers; /* "Name: value"; NULL at the end, or NULL */
	const char *body; /* POST; NULL: GET */
	size_t len;
	int64_t timeout_ms; /* for all of it */
	/* so long without a byte is the end, once the request goes out */
	int64_t silence_ms;
};
/* What is known of an answer; valid during the callback. */
struct net_head {
	int status; /* 0: the headers did not come whole */
	/* printable ASCII; "" when absent */
	const char *content_type, *request_id;
	int64_t retry_after_ms; /* retry-after-ms or Retry-After; -1 */
	int should_retry;	/* x-should-retry: 1, 0, or -1: not said */
	int64_t date;		/* Date, wall-clock ms; 0: not said */
};
/* Called with every piece of the body (decoded), as it comes; not 0: that is
 * enough, the call ends as if the answer had. */
typedef int net_piece(
	void *arg, const struct net_head *head, const char *data, size_t len);
/* Called once: e NULL when an answer of any status came whole (as far as can
 * be seen: one without a length or chunks ends with its connection), else one
 * of call-dns, call-refused, call-reset, call-timeout, call-silent, call-tls,
 * call-cut (in the middle), call-too-large, call-failed. The messages hold no
 * URL path, header or body. */
typedef void net_answered(
	void *arg, const struct net_head *head, const struct err *e);
/* Hundreds may be under way at once; they wait for nobody. A handle for
 * net_cancel(). */
unsigned net_call(struct net *n, const struct net_call *c, net_piece *piece,
	net_answered *done, void *arg);

/* Of either kind: its callback is not called any more. */
void net_cancel(struct net *n, unsigned handle);
/* Move everything on; wait at most wait_ms for sockets or for one of the extra
 * descriptors (revents is filled). */
struct pollfd;
void net_run(struct net *n, int wait_ms, struct pollfd *extra, size_t n_extra);

#endif
