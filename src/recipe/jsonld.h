/*
 * JSON as pages write it: repaired before it is refused. Private to recipe/.
 */
#ifndef RECIPE_JSONLD_H
#define RECIPE_JSONLD_H

#include "base/base.h"

/* Rewrite s into strict JSON as far as it can be guessed: raw control bytes
 * in strings, comments, CDATA marks, stray and missing commas, wrong escapes,
 * inner quotes, single ones, bare names, missing ends. s[len] is NUL. Returns
 * where the document ended: another may follow. */
size_t json_mend(const char *s, size_t len, struct sbuf *out);

#endif
