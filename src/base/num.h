/*
 * Numbers from outside. The whole text must be the number (no white space, no
 * sign unless the range allows it) and lie within [min, max]; else -1 and *out
 * is untouched.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stddef.h>
#include <stdint.h>

int num_int(const char *s, size_t len, int64_t min, int64_t max, int64_t *out);
/* Decimal point only, no exponent, hex, inf or nan; at most 30 bytes. */
int num_double(const char *s, size_t len, double min, double max, double *out);

#endif
