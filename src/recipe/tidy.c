/*
 * What pages and people put around an ingredient that is no part of it:
 * bullets and boxes to tick, numbers of the list, links, prices, the marks of
 * footnotes and of bold text.
 */
#include "recipe/draft.h"
#include "recipe/line.h"
#include "recipe/quantity.h"

/* Currency signs stand before or behind a price. */
static size_t currency(const char *s, size_t len)
{
	int32_t cp;
	size_t n = text_next(s, len, &cp);

	return n && (cp == '$' || cp == 0xA3 || cp == 0xA5 ||
			    (cp >= 0x20A0 && cp <= 0x20C0))
		       ? n
		       : 0;
}

static size_t blanks(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] == ' ')
		i++;
	return i;
}

/* "$0.24", "0,35 €" */
static size_t price(const char *s, size_t len)
{
	size_t n = currency(s, len), number, gap;
	double v;

	if (n) {
		n += blanks(s + n, len - n);
		number = quantity_number(s + n, len - n, &v);
		return number ? n + number : 0;
	}
	number = ascii_is_digit(*s) ? quantity_number(s, len, &v) : 0;
	if (!number)
		return 0;
	gap = number + blanks(s + number, len - number);
	n = currency(s + gap, len - gap);
	return n ? gap + n : 0;
}

/* "https://…", "](https://…)" and a "[" alone: what is left of a link */
static size_t link_text(const char *s, size_t len, int *in_link)
{
	size_t i = 0;

	if (*s == '[' && memmem(s, len, "](http", 6)) {
		*in_link = 1;
		return 1;
	}
	if (*in_link && len > 2 && s[0] == ']' && s[1] == '(') {
		const char *end = memchr(s, ')', len);

		*in_link = 0;
		return end ? (size_t)(end - s) + 1 : len;
	}
	if (!text_ascii_prefix(s, len, "http://") &&
		!text_ascii_prefix(s, len, "https://"))
		return 0;
	while (i < len && !strchr(" ()[]", s[i]))
		i++;
	return i;
}

/* Signs that point to a footnote, behind a word; and those of emphasis. */
static size_t mark(const char *s, size_t len, int after_word)
{
	int32_t cp;
	size_t n = text_next(s, len, &cp);

	if (cp == '*' || cp == 0x2020 || cp == 0x2021)
		return n;
	if (cp == '_' && len > 1 && s[1] == '_')
		return 2;
	return after_word && (cp == 0xB9 || cp == 0xB2 || cp == 0xB3 ||
				     (cp >= 0x2074 && cp <= 0x2079))
		       ? n
		       : 0;
}

void line_tidy(const char *s, size_t len, struct sbuf *out)
{
	size_t i = line_bullet(s, len), n;
	int in_link = 0, after_word = 0, after_digit = 0;
	int32_t cp;

	n = line_step_number(s + i, len - i);
	if (n && i + n < len && (ascii_is_digit(s[i]) || s[i] == '('))
		i += n;
	while (i < len) {
		n = link_text(s + i, len - i, &in_link);
		if (!n)
			n = mark(s + i, len - i, after_word);
		if (!n && !after_digit)
			n = price(s + i, len - i);
		if (n) {
			i += n;
			continue;
		}
		n = text_next(s + i, len - i, &cp);
		after_word = text_is_letter(cp) || cp == ')';
		after_digit = text_is_digit(cp) || cp == '.' || cp == ',';
		sbuf_add(out, s + i, n);
		i += n;
	}
}

int line_is_tidy(const char *s, size_t len)
{
	size_t i;

	if (line_bullet(s, len) || line_step_number(s, len))
		return 0;
	for (i = 0; i < len; i++)
		if (strchr("*[$_", s[i]) ||
			((unsigned char)s[i] >= 0xC2 && s[i + 1] &&
				(mark(s + i, len - i, 1) ||
					currency(s + i, len - i))) ||
			(s[i] == 'h' && !strncmp(s + i, "http", 4)))
			return 0;
	return 1;
}
