/*
 * A recipe, and every way to get one: from page markup, from a plain page,
 * from text, from our own JSON. Reading a page happens only in the limited
 * child of the reader (see below), never in a process that holds anything of
 * value; its answer is read as untrusted text again.
 */
#ifndef RECIPE_RECIPE_H
#define RECIPE_RECIPE_H

#include "base/base.h"
#include "knowledge/knowledge.h"

#define RECIPE_TEXT_MAX ((size_t)256 * 1024)
#define RECIPE_HTML_MAX ((size_t)4 * 1024 * 1024) /* fetched pages */
#define RECIPE_JSON_MAX ((size_t)1024 * 1024)	  /* the reader's answer */
#define RECIPE_LINES_MAX 512 /* ingredient lines, and steps; more are cut */
#define RECIPE_LINE_MAX 4000 /* bytes of one line; longer ones are cut */

enum recipe_source {
	RECIPE_JSON_LD,
	RECIPE_MICRODATA,
	RECIPE_RDFA,
	RECIPE_H_RECIPE,
	RECIPE_PAGE,
	RECIPE_TEXT,
	RECIPE_SOURCE_MAX
};

/* Strings are clean UTF-8 (text_clean) in the caller's arena, NULL when
 * unknown; name is never NULL. */
struct recipe {
	const char *name, *url, *yield, *author, *image, *language;
	const char *canonical; /* what the page calls its own address: a claim,
				  no part of the JSON */
	const char **ingredients;
	size_t n_ingredients;
	const char **instructions;
	size_t n_instructions;
	int total_minutes; /* -1 unknown */
	enum recipe_source source;
};

/*
 * From text somebody pasted, UTF-8 but for a stray byte (other encodings go
 * through the reader, see recipe_read_text): title, ingredient lines and
 * steps, with or without headings. Fails with empty, too-large or not-a-recipe
 * (binary data too). A recipe has at least one line under an ingredients
 * heading, or two list-like ingredient lines, or a known dish name.
 */
int recipe_from_text(const struct knowledge *k, const char *text, size_t len,
	struct arena *mem, struct recipe *r, struct err *e);

/* The contract shape of `recipe --json`. The caller owns the object. */
json_object *recipe_to_json(const struct recipe *r);
/* Reads that shape as untrusted text: cleans, cuts to the limits above. */
int recipe_from_json(
	json_object *o, struct arena *mem, struct recipe *r, struct err *e);
/* SHA-256 of the content (name, ingredients, instructions, yield; not the
 * URL), normalised: the identity of a recipe. */
void recipe_hash(const struct recipe *r, unsigned char out[HASH_LEN]);
/* How many people it feeds, from its yield; 4 when it does not say. */
double recipe_portions(const struct recipe *r);

/* "1 1/2 cups (200 g) flour, sifted" */
struct ingredient {
	double lo, hi;		 /* 0, 0: no quantity given */
	const struct unit *unit; /* NULL: none, or pieces */
	const char *food;	 /* the line without quantity and note */
	const char *note;	 /* after the comma or in brackets; NULL */
	const char *alternative; /* what follows "or"; NULL */
	int optional;
};
void ingredient_parse(const struct knowledge *k, const char *line,
	struct arena *mem, struct ingredient *out);

/* The version of libxml2 that runs ("20914"). */
const char *recipe_library(void);

/* ---- pages: only inside a limited child, tests, fuzzers and benches ---- */

int recipe_from_html(const struct knowledge *k, const char *html, size_t len,
	const char *url, struct arena *mem, struct recipe *r, struct err *e);

/* ---- the reader ---- */

/*
 * The reader process: takes pages and texts from `sock` (SOCK_SEQPACKET, shared
 * by all clients), forks one limited child a page (CPU 2 s, 256 MiB,
 * system-call filter), which writes {"recipe":…} or {"error":key} to a pipe.
 * Returns when the socket closes or SIGTERM came.
 */
int reader_serve(int sock, const struct knowledge *k);

enum reader_kind { READER_PAGE, READER_TEXT };
struct reader_input {
	enum reader_kind kind;
	const char *data; /* bytes as they came, in any encoding */
	size_t len;
	const char *url;     /* of a page, NULL when unknown */
	const char *charset; /* label of the HTTP header, NULL when none */
};

/*
 * Hand a page or text to the reader. sock -1: fork a limited child of our own
 * (the CLI). Returns a descriptor to read the answer from until its end, or
 * -1. The caller closes it; closing early abandons the page.
 */
int reader_start(int sock, const struct knowledge *k,
	const struct reader_input *in, struct err *e);
/* Turn the bytes that came (all of them) into a recipe. too-complex: the child
 * died over this page; busy: the reader died, ask again. sock is what
 * reader_start() was given: of a child of our own we know no more than that it
 * left nothing, which is too-complex. A page without a recipe may be a wall:
 * fetch-challenge, -login, -consent, -paywall, -script. */
int reader_answer(int sock, const char *bytes, size_t len, struct arena *mem,
	struct recipe *r, struct err *e);
/* Both, waiting at most 3 s; once more if the reader died meanwhile. busy: that
 * did not help either, or others kept it busy. */
int reader_read(int sock, const struct knowledge *k,
	const struct reader_input *in, struct arena *mem, struct recipe *r,
	struct err *e);
/* recipe_from_text() for bytes in any encoding: here when they are UTF-8,
 * else by the reader. */
int recipe_read_text(int sock, const struct knowledge *k, const char *text,
	size_t len, struct arena *mem, struct recipe *r, struct err *e);
/* Append bytes as valid UTF-8 without NUL: UTF-16 by its mark or its NULs,
 * UTF-8 if they are, else windows-1252. No detector looks at them, so this is
 * for outside of the limited child. */
void recipe_decode(const char *data, size_t len, struct sbuf *out);
/* The beginning as ASCII, for guessing what it is: UTF-16 narrowed, a mark
 * dropped. Fills out, returns how many bytes. */
size_t recipe_peek(const char *data, size_t len, char *out, size_t max);

#endif
