/*
 * The web edge: one table of routes; pages, API. web_handle() never fails: an
 * error becomes a page or a problem document, by what was asked for.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "ask/ask.h"
#include "http/http.h"
#include "template/template.h"

#define ADMIN_TOKEN_MIN 16 /* characters; a shorter one opens nothing */

struct web {
	const struct config *config;
	const struct knowledge *knowledge;
	const struct reverse *reverse; /* what goes with each wine */
	const struct templates *templates;
	struct store *store; /* NULL: nothing is kept (tests) */
	int reader;
	const struct llm_prompts *prompts; /* NULL: no model is asked */
	const char *admin_token; /* of the operator; NULL: no page for him */
	const char *static_base; /* "/static/<hash>" */
	void (*wake)(void *arg); /* tell the runner there is a job */
	void *wake_arg;
	/* May this request be held back while somebody waits for a job? 1:
	 * yes, until it is called with 0. NULL: always. */
	int (*hold)(void *arg, int on);
	void *hold_arg;
};

/* Check every page's template against the names its handler supplies. */
int web_check_templates(const struct templates *ts, struct sbuf *problems);
void web_handle(const struct web *web, struct request *r, struct response *w);
/* Largest body this method and path may have; 0 for none. The path may carry
 * a query. */
size_t web_body_limit(const char *method, const char *path);
/* Answer with an error before any route was chosen: a request that could not
 * be read, a body over the limit. r may be what a failed request_init() left,
 * with mem and env set. */
void web_refuse(const struct web *web, struct request *r, struct response *w,
	const struct err *e);

#endif
