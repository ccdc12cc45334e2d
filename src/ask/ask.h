/*
 * The one road of a pairing (docs/architecture.md): pages, API and CLI all
 * call ask(). It normalises, looks for a stored answer, makes it here when
 * nothing from outside is needed, and else queues a job. Without a store it
 * makes every answer anew and refuses URLs.
 */
#ifndef ASK_ASK_H
#define ASK_ASK_H

#include "base/base.h"
#include "config/config.h"
#include "knowledge/knowledge.h"
#include "pairing/pairing.h"
#include "recipe/recipe.h"
#include "store/store.h"

#define ASK_HTML_MAX ((size_t)3 * 1024 * 1024)

enum ask_kind { ASK_URL, ASK_TEXT, ASK_HTML };

struct ask_world {
	const struct config *config;
	const struct knowledge *knowledge;
	struct store *store; /* NULL: keep nothing */
	int reader;	     /* the reader's socket, or -1 */
};

struct ask_input {
	enum ask_kind kind;
	const char *data; /* the URL, the text or the page */
	size_t len;
	const char *url; /* where a page came from; may be NULL */
	struct preferences preferences;
	const char *idempotency_key; /* NULL: none */
};

struct ask_answer {
	int queued;	     /* 1: 202, a job; 0: 201, body is complete */
	char id[ID_LEN + 1]; /* "" without a store */
	const char *body;    /* the JSON document; NULL when queued */
	size_t len;
};

/* Guess what somebody pasted into one box: a URL alone, page HTML, or text. */
enum ask_kind ask_kind(const char *data, size_t len);
int ask(const struct ask_world *w, const struct ask_input *in,
	struct arena *mem, struct ask_answer *out, struct err *e);

/* The end of the road, used by ask() and by the job: recipe → JSON document
 * body and its key, not yet stored. Strings in the arena. */
int ask_make(const struct ask_world *w, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct pairing_new *out,
	struct err *e);

#endif
