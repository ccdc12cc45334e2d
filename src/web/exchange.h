/*
 * One request on its way through the web edge, and what a route is. Handlers
 * read x->r, fill x->w and return 0, or -1 with an error that error.c turns
 * into words.
 */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include "web/web.h"

struct exchange {
	const struct web *web;
	struct request *r;
	struct response *w;
	const char *param;  /* what {…} of the route's path stands for */
	const char *detail; /* about what was sent, fit to show; or NULL */
	const char *allow;  /* methods, for a 405 */
	int link_found;	    /* the input is a link that stood among words */
};

typedef int handler(struct exchange *x, struct err *e);

enum need {
	NEED_OWN_ORIGIN = 1, /* not a form on somebody else's page */
	NEED_STORE = 2,
	NEED_KNOWN_FIELDS = 4 /* a field not listed is refused by name */
};

struct route {
	enum http_method method; /* GET answers HEAD too */
	const char *path;	 /* "/wines/{}": {} is one segment, once */
	handler *handle;
	unsigned needs;
	size_t body_max;
	const char *const *fields; /* of its form; NULL at the end */
};

/* Pages. */
handler page_home, page_pairing, page_pairing_new, page_pairing_cancel,
	page_recent, page_wines, page_wine, page_import, page_admin,
	page_admin_login, page_admin_logout;
/* JSON. */
handler api_pairing, api_pairing_new, api_pairing_cancel, api_recent, api_wines,
	api_wine, api_admin;
/* For whoever watches over the service. */
handler health, ready;

#endif
