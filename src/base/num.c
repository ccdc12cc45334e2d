#include "base/num.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

int num_int(const char *s, size_t len, int64_t min, int64_t max, int64_t *out)
{
	uint64_t n = 0, limit;
	int negative = len && *s == '-';
	size_t i;

	limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	if (len == (size_t)negative)
		return -1;
	for (i = (size_t)negative; i < len; i++) {
		unsigned digit = (unsigned)(unsigned char)s[i] - '0';

		if (digit > 9 || n > (limit - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	{
		int64_t v = negative ? (int64_t)(0 - n) : (int64_t)n;

		if (v < min || v > max)
			return -1;
		*out = v;
	}
	return 0;
}

int num_double(const char *s, size_t len, double min, double max, double *out)
{
	double v = 0, unit = 1;
	size_t i = 0, digits = 0;
	int negative = 0, point = 0;

	if (len > 30)
		return -1;
	if (len && (*s == '-' || *s == '+'))
		negative = s[i++] == '-';
	for (; i < len; i++) {
		if (s[i] == '.' && !point) {
			point = 1;
			continue;
		}
		if (!ascii_is_digit(s[i]))
			return -1;
		digits++;
		v = v * 10 + (s[i] - '0');
		if (point)
			unit *= 10;
	}
	if (!digits)
		return -1;
	v = (negative ? -v : v) / unit;
	if (v < min || v > max)
		return -1;
	*out = v;
	return 0;
}
