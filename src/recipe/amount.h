/*
 * How much a line asks for: "1 1/2 cups", "2 (14 oz) cans", "800 g-1 kg",
 * "1 lb 4 oz", 大さじ2. Private to recipe/.
 */
#ifndef RECIPE_AMOUNT_H
#define RECIPE_AMOUNT_H

#include "recipe/recipe.h"

struct amount {
	double lo, hi;
	const struct unit *unit; /* NULL: none, or pieces */
	/* the same in another measure ("/ 240 ml"), or a length ("1-inch");
	 * part of the text that was read */
	const char *note;
	size_t note_len;
};

/* The amount at s. Returns the bytes it took with the space behind it, 0 when
 * s does not start with one. */
size_t amount_read(const struct knowledge *k, const char *s, size_t len,
	struct amount *out);
/* The longest unit of several words at s; its length, 0 for none. */
size_t amount_unit(const struct knowledge *k, const char *s, size_t len,
	const struct unit **unit);
/* Does s begin with the name of a food that reaches beyond its first n bytes,
 * where what stands behind them names none ("half and half", but not "half
 * lemon")? */
int amount_is_name(
	const struct knowledge *k, const char *s, size_t n, size_t len);

#endif
