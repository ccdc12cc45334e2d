/*
 * The one road of a pairing (docs/architecture.md): pages, API and CLI all
 * call ask(). It normalises, looks for a stored answer, makes it here when
 * nothing from outside is needed, and else (a link, or a language model that is
 * to choose) queues a job. Without a store it makes every answer anew, by the
 * built-in engine, and refuses URLs (bad-url). Menus are the engine's own.
 *
 * What an answer is kept for: a text for its content; a link for the content
 * it had when we fetched it, for a day, then it is fetched again; a pasted
 * page for its content and for the links it claims to come from, so that
 * nobody can put a link of his into the answer others get.
 */
#ifndef ASK_ASK_H
#define ASK_ASK_H

#include "base/base.h"
#include "config/config.h"
#include "knowledge/knowledge.h"
#include "llm/llm.h"
#include "pairing/pairing.h"
#include "recipe/recipe.h"
#include "store/store.h"

#define ASK_HTML_MAX ((size_t)3 * 1024 * 1024)
#define ASK_MENU_MAX ASK_HTML_MAX /* all dishes of a menu together */
#define ASK_KEY_MAX 255
#define ASK_URL_FRESH_MS ((int64_t)24 * 3600 * 1000)

enum ask_kind { ASK_URL, ASK_TEXT, ASK_HTML, ASK_STORED };

struct ask_world {
	const struct config *config;
	const struct knowledge *knowledge;
	struct store *store;		   /* NULL: keep nothing */
	int reader;			   /* the reader's socket, or -1 */
	const struct llm_prompts *prompts; /* NULL: no model is asked */
};

/* One dish of a menu: a text, a page, or (ASK_STORED) the id of a pairing we
 * hold, which stands for its dishes. A link is refused: nobody waits for two.
 */
struct ask_part {
	enum ask_kind kind;
	const char *data;
	size_t len;
	const char *url; /* where a page or text came from; may be NULL */
};

struct ask_input {
	enum ask_kind kind;
	const char *data; /* the URL, the text or the page */
	size_t len;
	const char *url; /* where a page or text came from; may be NULL */
	struct preferences preferences;
	const char *providers; /* who is to choose, as llm_providers_check()
				  takes it; NULL: as the settings say */
	const char *idempotency_key; /* NULL: none */
	/* A menu of dishes instead of the above; NULL: none. */
	const struct ask_part *parts;
	size_t n_parts;
};

struct ask_answer {
	int queued;	     /* 1: 202, a job; 0: 201, body is complete */
	char id[ID_LEN + 1]; /* "" without a store */
	const char *body;    /* the JSON document; NULL when queued */
	size_t len;
	size_t dish; /* the part of a menu that ask() failed at, from 1; or 0 */
};

/* Is it fit to be an Idempotency-Key: 1 to ASK_KEY_MAX printable characters of
 * ASCII? */
int ask_key_ok(const char *key);
/* Guess what somebody pasted into one box: a URL alone, page HTML, or text. */
enum ask_kind ask_kind(const char *data, size_t len);
/* The link in a text whose rest is a few words and no recipe, with a scheme,
 * in the arena; NULL when there is none. *alone: nothing else stands there. */
const char *ask_link(const struct knowledge *k, const char *text, size_t len,
	struct arena *mem, int *alone);
/*
 * Fails with empty, too-large, not-a-recipe, too-complex, bad-url,
 * private-address; of a menu link-in-menu, no-such-pairing and menu-size;
 * bad-request (a malformed key), idempotency-key-reused;
 * busy (queue full, store locked) and store (disk full): then nothing of the
 * request is kept. The same key and request again give the first answer; if
 * that is a job, its id, whatever became of it.
 */
int ask(const struct ask_world *w, const struct ask_input *in,
	struct arena *mem, struct ask_answer *out, struct err *e);

/* Is a model to choose? providers as above. */
int ask_wants_model(const struct ask_world *w, const char *providers);
/* What makes an answer the same one, all but the recipe; in the arena. */
void ask_key(const struct ask_world *w, const char *providers,
	const struct preferences *p, struct arena *mem,
	struct pairing_key *out);
/* A pairing that was made, by whomever, as it is stored under that key. */
int ask_keep(const struct ask_world *w, const struct pairing_key *key,
	const struct recipe *r, const struct pairing *made, struct arena *mem,
	struct pairing_new *out, struct err *e);

/* The end of the road, used by ask(), by the job and by the CLI for a page it
 * fetched: recipe → JSON document body and its key, not yet stored, by the
 * built-in engine; url is the recipe's. Strings in the arena. */
int ask_make(const struct ask_world *w, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct pairing_new *out,
	struct err *e);
/* The same for a menu; *bad is the dish at fault, from 1, or 0. */
int ask_make_menu(const struct ask_world *w, const struct recipe *dishes,
	size_t n, const struct preferences *p, struct arena *mem,
	struct pairing_new *out, size_t *bad, struct err *e);

#endif
