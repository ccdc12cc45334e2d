/* What the parts of the address guard's test share: see net-guard.c. */
#ifndef TESTS_NET_GUARD_H
#define TESTS_NET_GUARD_H

#include "base/base.h"

#include <netinet/in.h>
#include <sys/types.h>

/* ---- net-guard-urls.c: addresses and their spellings ---- */

/* Nobody may get there: one or more of every refused range, and at the end
 * the two that net-guard.sh puts on the loopback, which are "our own". */
extern const char *const guard_private[];
extern const size_t guard_n_private;
/* These must work: IPv4, IPv6. */
extern const char *const guard_public[2];

/* URLs that lead to private addresses if they lead anywhere, in all odd
 * notations. Made once, before the servers start. */
extern char **guard_urls;
extern size_t guard_n_urls;
void guard_make_urls(void);
/* Odd notations of a public address. */
extern const char *const guard_fine[];
extern const size_t guard_n_fine;

/* Answers of a redirecting site: Location and whatever else, or a whole
 * answer. `ends` says how the fetch must end. */
struct guard_redirect {
	const char *answer; /* header lines; NULL: 302 to `to` */
	const char *to;
	enum err_reason ends; /* REASON_NONE: 200 from `from` */
	int asked;	      /* how often the site is asked */
};
extern const struct guard_redirect guard_redirects[];
extern const size_t guard_n_redirects;

/* ---- net-guard-site.c: who answers ---- */

/* What was reached, shared with the servers. The site is 127.0.0.1:18080,
 * which may be fetched; a page of it is "/page?N" with links to URL N, and a
 * redirect to URL N is "/to?N". */
enum guard_kind { CANARY, PUBLIC, SITE, GUARD_KINDS };
extern int *guard_calls;
#define GUARD_SITE "http://127.0.0.1:18080"

void guard_serve(void);
/* A name server; see answer() there for the names it knows. */
void guard_serve_names(void);
/* Stop them all. */
void guard_stop(void);

#endif
