/*
 * Unicode text. All text inside the program is valid UTF-8 without NUL; what
 * comes from outside passes text_valid() or text_repair() first.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/sbuf.h"

/* Valid UTF-8 without NUL? */
int text_valid(const char *s, size_t len);
/* Append s with every invalid byte as U+FFFD and every NUL dropped. Returns
 * how many bytes were replaced. */
size_t text_repair(const char *s, size_t len, struct sbuf *out);

/* Next code point of valid UTF-8; returns its length in bytes, 0 at the end.
 * Invalid bytes come back as U+FFFD of length 1. */
size_t text_next(const char *s, size_t len, int32_t *cp);
void text_put(struct sbuf *out, int32_t cp);

int text_is_space(int32_t cp); /* any Unicode white space, U+00A0 too */
int text_is_letter(int32_t cp);
int text_is_digit(int32_t cp); /* decimal digits of any script */
/* Han, kana, Thai and the like: scripts written without spaces. */
int text_is_unspaced(int32_t cp);

/*
 * Append the form in which words are compared: NFKC, case folded, accents
 * (U+0300-036F) stripped, ø ł đ æ and their kin spelled in ASCII. Other
 * scripts keep their marks. Everything else stays: punctuation, spaces.
 */
void text_fold(const char *s, size_t len, struct sbuf *out);
/* The same into out, which has room for len bytes, for text of nothing but
 * ASCII and common Latin letters. Returns the length; 0 when there is anything
 * else in it. */
size_t text_fold_latin(const char *s, size_t len, char *out);

/* Is s, folded, that text? */
int text_folds_to(const char *s, const char *folded);

/* What stands before the i-th of n in "a, b and c": "", ", " or " and ". */
const char *text_joint(size_t i, size_t n);

/* Append s with runs of white space as one space, invisible characters
 * (zero width, soft hyphen, BOM, bidi controls) and control bytes dropped,
 * both ends trimmed. Fit to show. */
void text_clean(const char *s, size_t len, struct sbuf *out);

/* Columns a character takes on a terminal: 0, 1 or 2. */
int text_columns(int32_t cp);

/* Length of the longest prefix of at most `max` bytes that does not cut a
 * character. */
size_t text_cut(const char *s, size_t len, size_t max);

/* ASCII only, any locale. */
int text_ascii_caseeq(const char *a, const char *b);
int text_ascii_prefix(const char *s, size_t len, const char *prefix);

#endif
