#include "recipe/quantity.h"

#include <math.h>

#define QUANTITY_MAX 1e6

struct vulgar {
	int32_t cp;
	double value;
};

/* U+00BC-00BE and U+2150-215E */
static const struct vulgar vulgars[] = {
	{ 0x00BC, 1. / 4 },
	{ 0x00BD, 1. / 2 },
	{ 0x00BE, 3. / 4 },
	{ 0x2150, 1. / 7 },
	{ 0x2151, 1. / 9 },
	{ 0x2152, 1. / 10 },
	{ 0x2153, 1. / 3 },
	{ 0x2154, 2. / 3 },
	{ 0x2155, 1. / 5 },
	{ 0x2156, 2. / 5 },
	{ 0x2157, 3. / 5 },
	{ 0x2158, 4. / 5 },
	{ 0x2159, 1. / 6 },
	{ 0x215A, 5. / 6 },
	{ 0x215B, 1. / 8 },
	{ 0x215C, 3. / 8 },
	{ 0x215D, 5. / 8 },
	{ 0x215E, 7. / 8 },
};

static size_t spaces(const char *s, size_t len)
{
	size_t i = 0, n;
	int32_t cp;

	while ((n = text_next(s + i, len - i, &cp)) > 0 && text_is_space(cp))
		i += n;
	return i;
}

/* An ASCII or full-width digit at s. */
static size_t digit(const char *s, size_t len, int *d)
{
	int32_t cp;
	size_t n = text_next(s, len, &cp);

	if (!n)
		return 0;
	if (cp >= '0' && cp <= '9')
		*d = cp - '0';
	else if (cp >= 0xFF10 && cp <= 0xFF19)
		*d = cp - 0xFF10;
	else
		return 0;
	return n;
}

static size_t digits(const char *s, size_t len, double *v, size_t *count)
{
	size_t i = 0, n;
	int d;

	*v = 0;
	*count = 0;
	while ((n = digit(s + i, len - i, &d)) > 0 && *count < 9) {
		*v = *v * 10 + d;
		i += n;
		(*count)++;
	}
	return i;
}

static size_t vulgar(const char *s, size_t len, double *v)
{
	size_t n, i;
	int32_t cp;

	n = text_next(s, len, &cp);
	for (i = 0; n && i < ARRAY_LEN(vulgars); i++) {
		if (vulgars[i].cp == cp) {
			*v = vulgars[i].value;
			return n;
		}
	}
	return 0;
}

static size_t slash(const char *s, size_t len)
{
	int32_t cp;
	size_t n = text_next(s, len, &cp);

	return n && (cp == '/' || cp == 0x2044 || cp == 0x2215 || cp == 0xFF0F)
		       ? n
		       : 0;
}

/* "3/4", "3 / 4" with a sensible value */
static size_t fraction(const char *s, size_t len, double *v)
{
	double top, bottom;
	size_t i, n, count;

	if ((n = vulgar(s, len, v)) > 0)
		return n;
	i = digits(s, len, &top, &count);
	if (!i || count > 2)
		return 0;
	i += spaces(s + i, len - i);
	n = slash(s + i, len - i);
	if (!n)
		return 0;
	i += n;
	i += spaces(s + i, len - i);
	n = digits(s + i, len - i, &bottom, &count);
	if (!n || count > 2 || bottom < 2 || top < 1)
		return 0;
	*v = top / bottom;
	return i + n;
}

/* What follows the whole part: ".5", ",25", ",000" (thousands). */
static size_t decimals(const char *s, size_t len, size_t whole, double *v)
{
	double part;
	size_t n, count;

	if (len < 2 || (*s != '.' && *s != ','))
		return 0;
	n = digits(s + 1, len - 1, &part, &count);
	if (!n || count > 6)
		return 0;
	if (count == 3 && whole <= 3 && *v >= 1)
		*v = *v * 1000 + part;
	else
		*v += part / pow(10, (double)count);
	return n + 1;
}

size_t quantity_number(const char *s, size_t len, double *v)
{
	double part;
	size_t i, n, gap, count;

	if ((n = fraction(s, len, v)) > 0)
		return n;
	i = digits(s, len, v, &count);
	if (!i)
		return 0;
	if ((n = decimals(s + i, len - i, count, v)) > 0)
		return i + n;
	/* "1½", "1 1/2", "1-1/2", "1 and 1/2" */
	gap = spaces(s + i, len - i);
	if (!gap && i < len && s[i] == '-')
		gap = 1;
	else if (gap && text_ascii_prefix(s + i + gap, len - i - gap, "and "))
		gap += 4;
	else if (gap && text_ascii_prefix(s + i + gap, len - i - gap, "& "))
		gap += 2;
	n = fraction(s + i + gap, len - i - gap, &part);
	if (n && part < 1 && (gap || vulgar(s + i, len - i, &part))) {
		*v += part;
		return i + gap + n;
	}
	return i;
}

/* Number words of the languages that recipes come in most; the longest that
 * fits wins. */
static const struct {
	const char *word;
	double value;
} number_words[] = {
	{ "half a dozen", 6 },
	{ "a dozen", 12 },
	{ "half a", .5 },
	{ "half an", .5 },
	{ "a couple of", 2 },
	{ "a couple", 2 },
	{ "a half", .5 },
	{ "a quarter", .25 },
	{ "one and a half", 1.5 },
	{ "a", 1 },
	{ "an", 1 },
	{ "half", .5 },
	{ "quarter", .25 },
	{ "dozen", 12 },
	{ "one", 1 },
	{ "two", 2 },
	{ "three", 3 },
	{ "four", 4 },
	{ "five", 5 },
	{ "six", 6 },
	{ "seven", 7 },
	{ "eight", 8 },
	{ "nine", 9 },
	{ "ten", 10 },
	{ "eleven", 11 },
	{ "twelve", 12 },
	{ "ein", 1 },
	{ "eine", 1 },
	{ "einen", 1 },
	{ "einer", 1 },
	{ "ein halber", .5 },
	{ "ein halbes", .5 },
	{ "eine halbe", .5 },
	{ "halbe", .5 },
	{ "halber", .5 },
	{ "halbes", .5 },
	{ "zwei", 2 },
	{ "drei", 3 },
	{ "vier", 4 },
	{ "fünf", 5 },
	{ "sechs", 6 },
	{ "anderthalb", 1.5 },
	{ "un", 1 },
	{ "une", 1 },
	{ "une demi", .5 },
	{ "un demi", .5 },
	{ "demi", .5 },
	{ "deux", 2 },
	{ "trois", 3 },
	{ "quatre", 4 },
	{ "cinq", 5 },
	{ "uno", 1 },
	{ "una", 1 },
	{ "media", .5 },
	{ "medio", .5 },
	{ "dos", 2 },
	{ "tres", 3 },
	{ "cuatro", 4 },
	{ "cinco", 5 },
	{ "due", 2 },
	{ "tre", 3 },
	{ "quattro", 4 },
	{ "mezzo", .5 },
	{ "mezza", .5 },
	{ "um", 1 },
	{ "uma", 1 },
	{ "meia", .5 },
	{ "dois", 2 },
	{ "duas", 2 },
	{ "een", 1 },
	{ "halve", .5 },
	{ "twee", 2 },
	{ "drie", 3 },
	{ "en", 1 },
	{ "ett", 1 },
	{ "et", 1 },
	{ "två", 2 },
	{ "to", 2 },
	{ "fire", 4 },
	{ "fyra", 4 },
};

/* A whole word, ASCII letters in any case, and something after it. */
static int starts_word(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len > n + 1 && s[n] == ' ' && text_ascii_prefix(s, len, word);
}

static size_t number_word(const char *s, size_t len, double *v)
{
	size_t i, best = 0;

	for (i = 0; i < ARRAY_LEN(number_words); i++) {
		size_t n = strlen(number_words[i].word);

		if (n > best && starts_word(s, len, number_words[i].word)) {
			best = n;
			*v = number_words[i].value;
		}
	}
	return best;
}

/* "-", "–", "to", "bis" … between the ends of a range */
static size_t range_sign(const char *s, size_t len)
{
	static const char *const words[] = { "to", "bis", "à", "a", "til",
		"till", "tot", "or", "oder", "ou", "o", "eller", "do",
		"up to" };
	size_t i = spaces(s, len), n, w;
	int32_t cp;

	n = text_next(s + i, len - i, &cp);
	if (n && (cp == '-' || cp == '~' || (cp >= 0x2010 && cp <= 0x2015) ||
			 cp == 0x2212 || cp == 0x301C || cp == 0xFF5E)) {
		i += n;
		return i + spaces(s + i, len - i);
	}
	for (w = 0; i && w < ARRAY_LEN(words); w++)
		if (starts_word(s + i, len - i, words[w]))
			return i + strlen(words[w]) + 1;
	return 0;
}

size_t quantity_read(const char *s, size_t len, double *lo, double *hi)
{
	size_t i, sign, n;

	i = quantity_number(s, len, lo);
	if (!i)
		i = number_word(s, len, lo);
	*hi = *lo;
	if (!i)
		return 0;
	sign = range_sign(s + i, len - i);
	if (sign) {
		double end;

		n = quantity_number(s + i + sign, len - i - sign, &end);
		if (!n)
			n = number_word(s + i + sign, len - i - sign, &end);
		if (n && end > *lo && end <= QUANTITY_MAX) {
			*hi = end;
			i += sign + n;
		}
	}
	if (*lo > QUANTITY_MAX)
		*lo = *hi = QUANTITY_MAX;
	return i;
}
