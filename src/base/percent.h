/* Percent-encoding, as URLs have it. */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include <stddef.h>

#include "base/sbuf.h"

/* Append s; every byte becomes %XX but for letters, digits, - . _ ~ and those
 * in keep. */
void percent_encode(
	const char *s, size_t len, const char *keep, struct sbuf *out);
/* Decode len bytes of s in place, with `plus` also + as a space, and end them
 * with a NUL (s[len] must be writable). A % that no two hex digits follow
 * stays as it is. Returns the new length. */
size_t percent_decode(char *s, size_t len, int plus);

#endif
