/*
 * A recipe while it is being read. Whatever its source, every string passes
 * through here once: repaired, cleaned, cut to the limits of recipe.h, kept in
 * the arena. Private to recipe/.
 */
#ifndef RECIPE_DRAFT_H
#define RECIPE_DRAFT_H

#include "recipe/recipe.h"

struct lines {
	const char **at;
	size_t n, cap;
};

struct draft {
	struct arena *mem;
	const char *name, *url, *yield, *author, *image, *language;
	struct lines ingredients, instructions;
	int total_minutes; /* -1 unknown */
};

void draft_init(struct draft *d, struct arena *mem);
/* Cleaned copy of valid or repaired text, at most max bytes; NULL when
 * nothing visible is left. */
const char *draft_clean(
	struct arena *mem, const char *s, size_t len, size_t max);
/* Append one line, cleaned; empty ones and those past the limit are dropped. */
void lines_add(struct lines *l, struct arena *mem, const char *s, size_t len);
/* The same without bullets and check boxes in front. */
void lines_add_item(
	struct lines *l, struct arena *mem, const char *s, size_t len);
/* The same without the number of the step either. */
void lines_add_step(
	struct lines *l, struct arena *mem, const char *s, size_t len);
/* Append every line of s (broken at \n, \r, U+2028) as an item or a step. */
void lines_add_items(
	struct lines *l, struct arena *mem, const char *s, size_t len);
void lines_add_steps(
	struct lines *l, struct arena *mem, const char *s, size_t len);
/* How many bytes of decoration (bullets, boxes, dashes) stand in front. */
size_t line_bullet(const char *s, size_t len);
/* How many bytes of a step number ("1. ", "2)", "Step 3:") stand in front. */
size_t line_step_number(const char *s, size_t len);

/* Everything but the source, which the caller sets. */
void draft_finish(
	const struct draft *d, enum recipe_source source, struct recipe *r);

#endif
