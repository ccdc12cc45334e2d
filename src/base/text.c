#include "base/text.h"

#include <string.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/log.h"

#define REPLACEMENT 0xFFFD

/* A character of two bytes, U+0080 to U+07FF? */
static int is_pair(const char *s)
{
	unsigned char lead = (unsigned char)s[0];

	return lead >= 0xC2 && lead <= 0xDF && (s[1] & 0xC0) == 0x80;
}

/* Add as many characters as the ceiling lets in. */
static void add_fitting(struct sbuf *out, const char *s, size_t len)
{
	size_t fits = text_cut(s, len, out->full ? 0 : out->max - out->len);

	sbuf_add(out, s, fits);
	sbuf_add(out, s + fits, len - fits);
}

size_t text_next(const char *s, size_t len, int32_t *cp)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	if (!len)
		return 0;
	if ((unsigned char)*s < 0x80) {
		*cp = (unsigned char)*s;
		return 1;
	}
	if (len > 1 && is_pair(s)) {
		*cp = (s[0] & 0x1F) << 6 | (s[1] & 0x3F);
		return 2;
	}
	n = utf8proc_iterate((const utf8proc_uint8_t *)s,
		(utf8proc_ssize_t)(len > 4 ? 4 : len), &c);
	if (n <= 0) {
		*cp = REPLACEMENT;
		return 1;
	}
	*cp = c;
	return (size_t)n;
}

void text_put(struct sbuf *out, int32_t cp)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n = utf8proc_encode_char(cp, bytes);

	if (n > 0)
		sbuf_add(out, bytes, (size_t)n);
}

/* How many of the first bytes are ASCII without NUL, eight at a time. */
static size_t plain_run(const char *s, size_t len)
{
	const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		uint64_t v;

		memcpy(&v, s + i, 8);
		if ((v | (v - ones)) & high)
			break;
	}
	return i;
}

int text_valid(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n;

		i += plain_run(s + i, len - i);
		if (i == len)
			break;
		if ((unsigned char)s[i] < 0x80) {
			if (!s[i])
				return 0;
			i++;
			continue;
		}
		if (i + 1 < len && is_pair(s + i)) {
			i += 2;
			continue;
		}
		n = utf8proc_iterate((const utf8proc_uint8_t *)s + i,
			(utf8proc_ssize_t)(len - i > 4 ? 4 : len - i), &c);
		if (n <= 0)
			return 0;
		i += (size_t)n;
	}
	return 1;
}

size_t text_repair(const char *s, size_t len, struct sbuf *out)
{
	size_t i = 0, bad = 0;

	while (i < len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n;

		if ((unsigned char)s[i] < 0x80) {
			size_t run = i;

			while (run < len && s[run] &&
				(unsigned char)s[run] < 0x80)
				run++;
			sbuf_add(out, s + i, run - i);
			i = run < len && !s[run] ? run + 1 : run;
			continue;
		}
		n = utf8proc_iterate((const utf8proc_uint8_t *)s + i,
			(utf8proc_ssize_t)(len - i > 4 ? 4 : len - i), &c);
		if (n > 0) {
			sbuf_add(out, s + i, (size_t)n);
			i += (size_t)n;
		} else {
			text_put(out, REPLACEMENT);
			bad++;
			i++;
		}
	}
	return bad;
}

int text_is_space(int32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 ||
	       cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
	       cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F ||
	       cp == 0x3000;
}

int text_is_letter(int32_t cp)
{
	utf8proc_category_t cat;

	if (cp < 0x80)
		return (cp | 32) >= 'a' && (cp | 32) <= 'z';
	if (cp >= 0xC0 && cp <= 0x24F) /* the Latin letters and two signs */
		return cp != 0xD7 && cp != 0xF7;
	cat = utf8proc_category(cp);
	return cat >= UTF8PROC_CATEGORY_LU && cat <= UTF8PROC_CATEGORY_ME;
}

int text_is_digit(int32_t cp)
{
	if (cp < 0x660) /* where the next ones begin */
		return cp >= '0' && cp <= '9';
	return utf8proc_category(cp) == UTF8PROC_CATEGORY_ND;
}

int text_is_unspaced(int32_t cp)
{
	return (cp >= 0x0E00 && cp <= 0x0EFF) ||
	       (cp >= 0x1000 && cp <= 0x109F) ||
	       (cp >= 0x1780 && cp <= 0x17FF) ||
	       (cp >= 0x3040 && cp <= 0x30FF) ||
	       (cp >= 0x3400 && cp <= 0x9FFF) ||
	       (cp >= 0xF900 && cp <= 0xFAFF) ||
	       (cp >= 0x20000 && cp <= 0x3FFFF);
}

/* Letters that have no decomposition but a customary ASCII spelling. */
static const struct {
	int32_t cp;
	const char *ascii;
} spelled[] = {
	{ 0x00E6, "ae" },
	{ 0x00F0, "d" },
	{ 0x00F8, "o" },
	{ 0x00FE, "th" },
	{ 0x0111, "d" },
	{ 0x0127, "h" },
	{ 0x0131, "i" },
	{ 0x0138, "k" },
	{ 0x0142, "l" },
	{ 0x014B, "n" },
	{ 0x0153, "oe" },
	{ 0x0167, "t" },
};

static void put_folded(struct sbuf *out, int32_t cp)
{
	size_t i;

	if (cp >= 0xE6 && cp <= 0x167) {
		for (i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++) {
			if (spelled[i].cp == cp) {
				sbuf_addstr(out, spelled[i].ascii);
				return;
			}
		}
	}
	text_put(out, cp);
}

/* U+00C0 to U+017F folded; "" where the long way must be taken. */
#define LATIN_FIRST 0xC0
#define LATIN_LAST 0x17F
static const char latin[LATIN_LAST - LATIN_FIRST + 1][3] = {
	"a",
	"a",
	"a",
	"a",
	"a",
	"a",
	"ae",
	"c",
	"e",
	"e",
	"e",
	"e",
	"i",
	"i",
	"i",
	"i",
	"d",
	"n",
	"o",
	"o",
	"o",
	"o",
	"o",
	"",
	"o",
	"u",
	"u",
	"u",
	"u",
	"y",
	"th",
	"ss",
	"a",
	"a",
	"a",
	"a",
	"a",
	"a",
	"ae",
	"c",
	"e",
	"e",
	"e",
	"e",
	"i",
	"i",
	"i",
	"i",
	"d",
	"n",
	"o",
	"o",
	"o",
	"o",
	"o",
	"",
	"o",
	"u",
	"u",
	"u",
	"u",
	"y",
	"th",
	"y",
	"a",
	"a",
	"a",
	"a",
	"a",
	"a",
	"c",
	"c",
	"c",
	"c",
	"c",
	"c",
	"c",
	"c",
	"d",
	"d",
	"d",
	"d",
	"e",
	"e",
	"e",
	"e",
	"e",
	"e",
	"e",
	"e",
	"e",
	"e",
	"g",
	"g",
	"g",
	"g",
	"g",
	"g",
	"g",
	"g",
	"h",
	"h",
	"h",
	"h",
	"i",
	"i",
	"i",
	"i",
	"i",
	"i",
	"i",
	"i",
	"i",
	"i",
	"ij",
	"ij",
	"j",
	"j",
	"k",
	"k",
	"k",
	"l",
	"l",
	"l",
	"l",
	"l",
	"l",
	"",
	"",
	"l",
	"l",
	"n",
	"n",
	"n",
	"n",
	"n",
	"n",
	"",
	"n",
	"n",
	"o",
	"o",
	"o",
	"o",
	"o",
	"o",
	"oe",
	"oe",
	"r",
	"r",
	"r",
	"r",
	"r",
	"r",
	"s",
	"s",
	"s",
	"s",
	"s",
	"s",
	"s",
	"s",
	"t",
	"t",
	"t",
	"t",
	"t",
	"t",
	"u",
	"u",
	"u",
	"u",
	"u",
	"u",
	"u",
	"u",
	"u",
	"u",
	"u",
	"u",
	"w",
	"w",
	"y",
	"y",
	"y",
	"z",
	"z",
	"z",
	"z",
	"z",
	"z",
	"s",
};

size_t text_fold_latin(const char *s, size_t len, char *out)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i], d;
		const char *folded;

		if (c < 0x80) {
			out[n++] = ascii_lower((char)c);
			continue;
		}
		d = i + 1 < len ? (unsigned char)s[i + 1] : 0;
		if (c < 0xC3 || c > 0xC5 || (d & 0xC0) != 0x80)
			return 0;
		folded = latin[((c & 0x1F) << 6 | (d & 0x3F)) - LATIN_FIRST];
		if (!*folded)
			return 0;
		out[n++] = folded[0];
		if (folded[1])
			out[n++] = folded[1];
		i++;
	}
	return n;
}

static void fold_unicode(const char *s, size_t len, struct sbuf *out)
{
	const utf8proc_option_t split = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
					UTF8PROC_CASEFOLD | UTF8PROC_STABLE;
	utf8proc_int32_t *cps, stack[256];
	utf8proc_ssize_t n, i, kept = 0;
	const utf8proc_uint8_t *u = (const utf8proc_uint8_t *)s;

	cps = stack;
	n = utf8proc_decompose(u, (utf8proc_ssize_t)len, cps, 256, split);
	if (n > 256) {
		/* one more: the library may write a terminator */
		cps = xreallocarray(NULL, (size_t)n + 1, sizeof(*cps));
		n = utf8proc_decompose(u, (utf8proc_ssize_t)len, cps, n, split);
	}
	if (n < 0) { /* not UTF-8: callers repair first */
		sbuf_add(out, s, len);
		goto out;
	}
	for (i = 0; i < n; i++)
		if (cps[i] < 0x300 || cps[i] > 0x36F)
			cps[kept++] = cps[i];
	kept = utf8proc_normalize_utf32(
		cps, kept, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	for (i = 0; i < kept; i++)
		put_folded(out, cps[i]);
out:
	if (cps != stack)
		free(cps);
}

void text_fold(const char *s, size_t len, struct sbuf *out)
{
	size_t at = out->len, i, cut, n;
	char piece[256];

	for (i = 0; i < len; i += cut) {
		cut = text_cut(s + i, len - i, sizeof(piece));
		n = text_fold_latin(s + i, cut, piece);
		if (!n) {
			sbuf_truncate(out, at);
			fold_unicode(s, len, out);
			return;
		}
		add_fitting(out, piece, n);
	}
}

static int invisible(int32_t cp)
{
	return cp < 0x20 || cp == 0x7F || (cp >= 0x80 && cp < 0xA0) ||
	       cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) ||
	       (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF ||
	       (cp >= 0xFFF9 && cp <= 0xFFFB) || cp == 0x061C;
}

int text_folds_to(const char *s, const char *folded)
{
	size_t len = strlen(s);
	struct sbuf sb = SBUF_INIT(4 * len + 64);
	int same;

	text_fold(s, len, &sb);
	same = strcmp(sb.buf, folded) == 0;
	sbuf_release(&sb);
	return same;
}

const char *text_joint(size_t i, size_t n)
{
	if (i == 0)
		return "";
	return i + 1 == n ? " and " : ", ";
}

void text_clean(const char *s, size_t len, struct sbuf *out)
{
	size_t i, n, run = 0, start = out->len;
	int32_t cp;
	int gap = 0;

	/* what is kept as it stands is added in runs, from run on */
	for (i = 0; (n = text_next(s + i, len - i, &cp)) > 0; i += n) {
		int space = text_is_space(cp);

		if (!space && !invisible(cp) && !gap &&
			!(cp == REPLACEMENT && n == 1))
			continue;
		add_fitting(out, s + run, i - run);
		run = i + n;
		if (space) {
			gap = out->len > start;
			continue;
		}
		if (invisible(cp))
			continue;
		if (gap)
			sbuf_addch(out, ' ');
		gap = 0;
		text_put(out, cp);
	}
	add_fitting(out, s + run, i - run);
}

int text_columns(int32_t cp)
{
	return utf8proc_charwidth(cp);
}

size_t text_cut(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)s[max] & 0xC0) == 0x80)
		max--;
	return max;
}

int text_ascii_caseeq(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (ascii_lower(*a) != ascii_lower(*b))
			return 0;
	return *a == *b;
}

int text_ascii_prefix(const char *s, size_t len, const char *prefix)
{
	size_t i;

	for (i = 0; prefix[i]; i++)
		if (i >= len || ascii_lower(s[i]) != ascii_lower(prefix[i]))
			return 0;
	return 1;
}
