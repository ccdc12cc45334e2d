/* Characters of ASCII, whatever the locale; all others are none of these. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

static inline int ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline int ascii_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline int ascii_is_alnum(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* Space and tab, what a line holds between its words. */
static inline int ascii_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Line ends, form feed and vertical tab as well. */
static inline int ascii_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes that do not show: 0-1F and 7F. */
static inline int ascii_is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7F;
}

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline char ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* The value of a hex digit in either case; -1 when it is none. */
static inline int ascii_hex(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
