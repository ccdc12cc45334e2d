/*
 * What a model says that must not be shown: links, markup, words of trade, and
 * what it repeats of the recipe, where somebody may have put orders to it.
 * Private to this folder.
 */
#ifndef LLM_ECHO_H
#define LLM_ECHO_H

#include "llm/answer.h"

struct echo;
/* In the arena; k must outlive it. */
struct echo *echo_new(
	const struct knowledge *k, const struct recipe *r, struct arena *mem);
/* Is this no text to show? */
int echo_unfit(struct echo *x, const char *text);
/* Does the name of a wine have a word that the recipe has, and that belongs to
 * no wine we know? */
int echo_names_recipe(struct echo *x, const char *name);

#endif
