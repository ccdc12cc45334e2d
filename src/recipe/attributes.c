/*
 * libxml2 looks at every attribute of an element once more for each that
 * comes: 40,000 of them take seconds, 200,000 a minute. So they are counted
 * before it parses. What counts as one here is a word within a tag; that may
 * be more than libxml2 finds, and is never less by much.
 */
#include "recipe/markup.h"

#define COST_MAX ((size_t)100 * 1000 * 1000) /* about 0.4 s */

/* The end of the quoted value that begins at i. */
static size_t past_quote(const char *s, size_t len, size_t i)
{
	const char *end = memchr(s + i + 1, s[i], len - i - 1);

	return end ? (size_t)(end - s) + 1 : len;
}

/* Count the words of the tag at i; returns where it ends. */
static size_t count(const char *s, size_t len, size_t i, size_t *words)
{
	int within = 1; /* a word: at first the name of the element */

	while (i < len && s[i] != '>') {
		if (ascii_is_space(s[i])) {
			within = 0;
		} else if (s[i] == '=') {
			within = 1;
			while (i + 1 < len && ascii_is_space(s[i + 1]))
				i++;
			if (i + 1 < len &&
				(s[i + 1] == '"' || s[i + 1] == '\'')) {
				i = past_quote(s, len, i + 1);
				within = 0;
				continue;
			}
		} else if (!within) {
			within = 1;
			++*words;
		}
		i++;
	}
	return i;
}

/* Where the text of a script or a style sheet ends, which is no markup. */
static size_t past_code(const char *s, size_t len, size_t i)
{
	const char *end;

	while ((end = memmem(s + i, len - i, "</", 2))) {
		i = (size_t)(end - s) + 2;
		if (text_ascii_prefix(s + i, len - i, "script") ||
			text_ascii_prefix(s + i, len - i, "style"))
			return i;
	}
	return len;
}

int attributes_bearable(const char *html, size_t len)
{
	size_t i = 0, cost = 0, words;
	const char *lt;

	while (i < len && (lt = memchr(html + i, '<', len - i))) {
		int code;

		i = (size_t)(lt - html) + 1;
		code = text_ascii_prefix(html + i, len - i, "script") ||
		       text_ascii_prefix(html + i, len - i, "style");
		words = 0;
		if (i < len && ascii_is_alpha(html[i]))
			i = count(html, len, i, &words);
		cost += words * words;
		if (cost > COST_MAX)
			return 0;
		if (code)
			i = past_code(html, len, i);
	}
	return 1;
}
