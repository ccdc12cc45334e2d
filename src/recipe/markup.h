/*
 * A page on its way to a recipe: what its several readers share. markup.c
 * parses it and gathers what stands in head and scripts; jsonld.c, props.c
 * and page.c each make a draft. Private to recipe/, and only ever run in the
 * limited child, tests, fuzzers and benches.
 */
#ifndef RECIPE_MARKUP_H
#define RECIPE_MARKUP_H

#include <libxml/tree.h>

#include "recipe/draft.h"

struct node_list {
	xmlNode **at;
	size_t n, cap;
};

struct page {
	const struct knowledge *k;
	struct arena *mem;
	xmlDoc *doc;
	const char *url;
	/* gathered in one walk; NULL when the page has none */
	const char *base, *canonical, *lang, *title, *og_title, *og_image,
		*meta_author;
	const char *h1[8]; /* the first main headings outside navigation */
	size_t n_h1;
	struct node_list scripts; /* application/ld+json */
	struct node_list items;	  /* microdata, RDFa, h-recipe roots */
};

/* Parse valid UTF-8 and gather. The caller releases what came of it, whatever
 * the answer. Fails with too-complex. */
int page_open(struct page *p, const char *html, size_t len, struct err *e);
void page_release(struct page *p);
/* Few enough attributes for libxml2 to parse the page in time? */
int attributes_bearable(const char *html, size_t len);

/* Attribute value without copying; NULL when absent or empty. */
const char *node_attr(const xmlNode *n, const char *name);
int node_is(const xmlNode *n, const char *tag);
/* Elements whose text nobody reads: script, style, hidden ones. */
int node_is_hidden(const xmlNode *n);
/* An element that starts a line of its own. */
int node_is_block(const xmlNode *n);
/* The visible text of n, inline; blocks and breaks become line feeds. */
void node_text(const xmlNode *n, struct sbuf *out);

/* Plain text of a string that may hold entities and tags, as pages put them
 * into JSON: entities decoded, tags dropped, blocks and breaks as line
 * feeds. */
void unhtml(const char *s, size_t len, struct sbuf *out);
/* The absolute form of an address found on the page; NULL unless http(s). */
const char *page_link(const struct page *p, const char *href);
/* "de" of "de-AT"; NULL when it is no language. */
const char *language_code(struct arena *mem, const char *tag);

/* Does a title of the page hold these words, letter for letter but for case?
 * page_is_titled() asks the main headings as well. */
int page_title_holds(const struct page *p, const char *words);
int page_is_titled(const struct page *p, const char *name);

/* Each returns 1 when it found a recipe (with or without ingredients). */
int jsonld_read(struct page *p, struct draft *d);
int props_read(struct page *p, struct draft *d, enum recipe_source *source);
int page_read(struct page *p, struct draft *d);

/* Of a page without a recipe: which wall it is, or not-a-recipe. html is what
 * page_open() was given. */
enum err_reason page_wall(const struct page *p, const char *html, size_t len);

#endif
