#include "base/percent.h"

#include <string.h>

#include "base/ascii.h"

void percent_encode(
	const char *s, size_t len, const char *keep, struct sbuf *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = s[i];

		if (ascii_is_alnum(c) ||
			(c && (strchr("-._~", c) || strchr(keep, c))))
			sbuf_addch(out, c);
		else
			sbuf_addf(out, "%%%02X", (unsigned char)c);
	}
}

size_t percent_decode(char *s, size_t len, int plus)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (s[i] == '%' && len - i > 2 && ascii_hex(s[i + 1]) >= 0 &&
			ascii_hex(s[i + 2]) >= 0) {
			s[n++] = (char)(ascii_hex(s[i + 1]) * 16 +
					ascii_hex(s[i + 2]));
			i += 2;
		} else {
			s[n++] = plus && s[i] == '+' ? ' ' : s[i];
		}
	}
	s[n] = '\0';
	return n;
}
