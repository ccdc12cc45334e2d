/*
 * Amounts and times as cooks write them: "1 1/2", "1½", "2-3", "1,5", "ein
 * halbes", "1 Std. 20 Min.", "PT1H20M". Private to recipe/.
 */
#ifndef RECIPE_QUANTITY_H
#define RECIPE_QUANTITY_H

#include "base/base.h"

/* One number, fractions included ("1 1/2", "½", "1,5", "1.000" is 1000).
 * Returns the bytes it took, 0 when s does not start with a number. */
size_t quantity_number(const char *s, size_t len, double *v);
/* A number, a number word ("two", "eine", "half a") or a range of either;
 * lo == hi when it is no range. */
size_t quantity_read(const char *s, size_t len, double *lo, double *hi);
/* "-", "–", "to", "bis" … between the ends of a range, with its spaces. */
size_t quantity_range_sign(const char *s, size_t len);
/* A numeral of Han script (半, 两), only to be believed before a counter. */
size_t quantity_han(const char *s, size_t len, double *v);

/* Minutes of "PT1H30M" and its broken kin, or of words ("1 hour 30 min",
 * "45 Minuten", "1時間30分", "20-30 min": the upper end); -1 when there is no
 * time in it. A bare number is minutes. */
int duration_read(const char *s, size_t len);
/* The same, but only a number with a unit of time counts, found anywhere in
 * the text. */
int duration_find(const char *s, size_t len);

#endif
