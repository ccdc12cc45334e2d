/*
 * The character set of a page. Finding it and opening the converter is apart
 * from converting: glibc opens files for iconv_open(), which a filtered child
 * may not. Private to recipe/.
 */
#ifndef RECIPE_CHARSET_H
#define RECIPE_CHARSET_H

#include <iconv.h>

#include "base/base.h"

struct charset {
	iconv_t cd;	  /* (iconv_t)-1: the page is UTF-8 as far as it is */
	const char *name; /* for iconv, "UTF-8" when there is nothing to do */
	size_t skip;	  /* bytes of a byte order mark */
};

/* Look at the bytes (mark, validity, declaration) and open a converter. */
void charset_open(struct charset *c, const char *html, size_t len);
void charset_close(struct charset *c);
/* Append the page as valid UTF-8 without NUL; what cannot be converted
 * becomes U+FFFD. */
void charset_convert(
	struct charset *c, const char *html, size_t len, struct sbuf *out);

#endif
