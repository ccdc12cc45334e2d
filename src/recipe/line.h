/*
 * What a single line of a recipe is: a heading, a label with its value, an
 * ingredient, a step. Used for pasted text and for pages without markup.
 * Private to recipe/. Lines are clean (draft_clean).
 */
#ifndef RECIPE_LINE_H
#define RECIPE_LINE_H

#include "recipe/recipe.h"

struct heading {
	enum heading_kind kind;
	size_t rest;  /* where the value after the label begins; len: none */
	int is_total; /* a time: the whole of it, not one part */
};

/* "Ingredients", "## Zutaten:", "Ingredients (serves 4)", "Serves 4",
 * "Prep time: 10 min", "Ingredients: 2 eggs, …". Returns the kind. */
enum heading_kind line_heading(const struct knowledge *k, const char *s,
	size_t len, struct heading *h);

/* Words that a line may have that begins with a number, to be an ingredient:
 * "1 beef heart, about 1 kg, cleaned of fat and membrane". */
#define COUNTED_WORDS 14

enum line_class {
	LINE_OTHER,
	LINE_AMOUNT, /* a list-like ingredient line */
	LINE_FOOD,   /* hardly more than the name of a food */
	LINE_STEP,   /* a sentence, or numbered */
	LINE_GROUP   /* "For the sauce:" */
};
/* Needs s[len] to be NUL; leaves scraps in mem. */
enum line_class line_classify(const struct knowledge *k, struct arena *mem,
	const char *s, size_t len);

/* Append an ingredient line without bullets, boxes, list numbers, links, prices
 * and marks of footnotes; most lines are tidy as they are. */
void line_tidy(const char *s, size_t len, struct sbuf *out);
int line_is_tidy(const char *s, size_t len);

size_t line_words(const char *s, size_t len);
/* Ends as a sentence does? */
int line_is_sentence(const char *s, size_t len);

/* Goods have prices; "Protein 31 g" is what a food contains. */
int line_has_price(const char *s, size_t len);
int line_is_nutrient(const char *s, size_t len);

/* Take a yield or a time from a labelled line into *yield, *total and *parts
 * (minutes; -1 and 0 while unknown). */
struct line_facts {
	const char *yield;
	int total, parts;
};
void line_facts_take(struct line_facts *f, const struct heading *h,
	struct arena *mem, const char *s, size_t len);
int line_facts_minutes(const struct line_facts *f);

#endif
