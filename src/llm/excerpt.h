/*
 * What a model is shown of a recipe: the first lines and steps, in a few KiB.
 * What it was not shown it cannot repeat. Private to this folder.
 */
#ifndef LLM_EXCERPT_H
#define LLM_EXCERPT_H

#include "llm/answer.h"

#define EXCERPT_LINES 40

struct excerpt {
	const char *name;
	const char *ingredients[EXCERPT_LINES];
	size_t n_ingredients;
	const char *steps; /* "" when there are none */
};

/* All in the arena, with typographic quotes, so that nothing but <, > and &
 * needs escaping; together at most EXCERPT_MAX bytes once it is. */
#define EXCERPT_MAX 5600
void excerpt_make(
	const struct recipe *r, struct arena *mem, struct excerpt *out);

/* Append text so, at most max bytes of it when escaped for HTML; what is too
 * long ends at a word, with "…". */
void excerpt_add(struct sbuf *out, const char *text, size_t max);

#endif
