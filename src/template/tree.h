/*
 * A parsed template: one flat array of nodes in reading order. A section's
 * node knows the index behind its last inner node, so the tree needs no
 * pointers and rendering walks memory forwards. Inside template/ only.
 */
#ifndef TEMPLATE_TREE_H
#define TEMPLATE_TREE_H

#include "base/base.h"
#include "template/escape.h"

#define TEMPLATE_DEPTH 32 /* of partials within partials */
#define SECTION_DEPTH 32  /* of sections within one template */

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL
};

struct template;

struct node {
	enum node_kind kind;
	enum escape how;    /* value: by the place it stands in */
	int starts_line;    /* text: at the start of a line of the source */
	unsigned line;	    /* in the source, from 1 */
	unsigned end;	    /* section: index of the first node behind it */
	const char *text;   /* the text, or the name as it was written */
	size_t len;	    /* of text */
	const char **parts; /* the name without dots; none for "." */
	size_t n_parts;
	const char *indent; /* partial on a line of its own; else NULL */
	const struct template *partial; /* in a folder: known at load */
};

struct template
{
	struct arena mem;
	const char *name;
	struct node *nodes;
	size_t n;
};

#endif
