/* Reading a page whose charset is open already: the limited child opens it
 * before its system-call filter. Private to recipe/. */
#ifndef RECIPE_HTML_H
#define RECIPE_HTML_H

#include "recipe/charset.h"
#include "recipe/recipe.h"

int recipe_from_page(const struct knowledge *k, const char *html, size_t len,
	struct charset *cs, const char *url, struct arena *mem,
	struct recipe *r, struct err *e);

#endif
