#include "http/url.h"

#include "http/http.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

size_t url_decode(char *s, size_t len, int plus)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (s[i] == '%' && len - i > 2 && hex(s[i + 1]) >= 0 &&
			hex(s[i + 2]) >= 0) {
			s[n++] = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
			i += 2;
		} else {
			s[n++] = plus && s[i] == '+' ? ' ' : s[i];
		}
	}
	s[n] = '\0';
	return n;
}

static void encode(
	const char *s, size_t len, const char *keep, struct sbuf *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || (c && strchr("-._~", c)) ||
			(c && strchr(keep, c)))
			sbuf_addch(out, c);
		else
			sbuf_addf(out, "%%%02X", c);
	}
}

void url_encode(const char *s, size_t len, struct sbuf *out)
{
	encode(s, len, "", out);
}

void url_encode_path(const char *s, size_t len, struct sbuf *out)
{
	encode(s, len, "/:@!$&'()*+,;=", out);
}
