/*
 * A page as a person sees it: one line after the other, each with what its
 * surroundings say about it. Private to recipe/.
 */
#ifndef RECIPE_BLOCKS_H
#define RECIPE_BLOCKS_H

#include "recipe/line.h"
#include "recipe/markup.h"

enum zone { ZONE_NONE, ZONE_INGREDIENTS, ZONE_METHOD };

struct block {
	const char *s; /* clean, never empty */
	size_t len;
	const xmlNode *item; /* the li, tr or repeated element it is, or NULL */
	const xmlNode *list; /* the parent of item */
	const xmlNode *root; /* the outermost element of its zone */
	enum zone zone;	     /* named by a class or id around it */
	int level;	     /* 1-6: in h1-h6; 0 */
	int junk;	     /* in navigation, comments and the like */
	int strong;	     /* all of it is bold */
	/* filled when asked for */
	int classified, headed;
	enum line_class class;
	struct heading head;
};

struct blocks {
	struct block *at;
	size_t n, cap;
};

void blocks_read(struct page *p, struct blocks *out);
enum line_class block_class(
	const struct knowledge *k, struct arena *mem, struct block *b);
const struct heading *block_heading(const struct knowledge *k, struct block *b);

#endif
