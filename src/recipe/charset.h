/*
 * The character set of a page or text. Finding what it may be and opening the
 * converters is apart from converting: see charset.c. Private to recipe/.
 */
#ifndef RECIPE_CHARSET_H
#define RECIPE_CHARSET_H

#include <iconv.h>

#include "base/base.h"

#define CONVERTERS_MAX 48

struct converter {
	const char *name; /* iconv's */
	iconv_t cd;
};

struct charset {
	struct converter at[CONVERTERS_MAX];
	size_t n;      /* 0: UTF-8 as far as it is */
	size_t n_said; /* the first ones: what a mark, server or page says */
	size_t skip;   /* bytes of a byte order mark */
};

/* Look at the bytes (mark, validity, declaration) and open converters. said:
 * the label in the HTTP header, or NULL. */
void charset_open(
	struct charset *c, const char *said, const char *data, size_t len);
void charset_close(struct charset *c);
/* Append all of it as valid UTF-8 without NUL; what cannot be converted
 * becomes U+FFFD. */
void charset_convert(
	struct charset *c, const char *data, size_t len, struct sbuf *out);

#endif
