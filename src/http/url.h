/* Percent-encoding. Inside http/ only; url_encode() is in http.h. */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include "base/base.h"

/* Decode len bytes of s in place, with `plus` also + as a space, and end them
 * with a NUL (s[len] must be writable). A % that no two hex digits follow
 * stays as it is. Returns the new length. */
size_t url_decode(char *s, size_t len, int plus);
/* As url_encode(), leaving / : @ and the like of a path alone. */
void url_encode_path(const char *s, size_t len, struct sbuf *out);

#endif
