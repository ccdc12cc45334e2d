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

/* The zeros of the scripts that have digits of their own; nine follow each. */
static const int32_t zeros[] = { '0', 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66,
	0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x1040,
	0x17E0, 0xFF10 };

/* A digit of any script at s. */
static size_t digit(const char *s, size_t len, int *d)
{
	int32_t cp;
	size_t n = text_next(s, len, &cp), i;

	for (i = 0; n && i < ARRAY_LEN(zeros); i++) {
		if (cp >= zeros[i] && cp <= zeros[i] + 9) {
			*d = cp - zeros[i];
			return n;
		}
	}
	return 0;
}

/* "¹⁄₂": superscript digits above the stroke, subscript ones below. */
static size_t small_digit(const char *s, size_t len, int *d)
{
	int32_t cp;
	size_t n = text_next(s, len, &cp);

	if (!n)
		return 0;
	if (cp == 0xB9 || cp == 0xB2 || cp == 0xB3)
		*d = cp == 0xB9 ? 1 : cp & 0xF;
	else if (cp >= 0x2074 && cp <= 0x2079)
		*d = cp - 0x2070;
	else if (cp >= 0x2081 && cp <= 0x2089)
		*d = cp - 0x2080;
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

	int a, b;

	if ((n = vulgar(s, len, v)) > 0)
		return n;
	i = small_digit(s, len, &a);
	if (i && (n = slash(s + i, len - i)) > 0) {
		i += n;
		n = small_digit(s + i, len - i, &b);
		*v = n ? (double)a / b : 0;
		return n && b > a ? i + n : 0;
	}
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

/* What may stand between a whole number and its fraction: "1 1/2", "1-1/2",
 * "1 and 1/2", "1 e 1/2", "1と1/2". */
static size_t before_fraction(const char *s, size_t len)
{
	static const char *const words[] = { "and ", "& ", "e ", "et ", "y ",
		"und ", "en ", "och ", "og ", "i ", "si ", "și ", "a " };
	size_t gap = spaces(s, len), i;

	if (text_ascii_prefix(s, len, "と"))
		return strlen("と");
	if (!gap)
		return len && *s == '-';
	for (i = 0; i < ARRAY_LEN(words); i++)
		if (text_ascii_prefix(s + gap, len - gap, words[i]))
			return gap + strlen(words[i]);
	return gap;
}

size_t quantity_number(const char *s, size_t len, double *v)
{
	double part;
	size_t i, n, gap, count;

	if ((n = fraction(s, len, v)) > 0)
		return n;
	i = digits(s, len, v, &count);
	if (!i) {
		*v = 0;
		return len && *s == '.' ? decimals(s, len, 0, v) : 0;
	}
	if ((n = decimals(s + i, len - i, count, v)) > 0)
		return i + n;
	gap = before_fraction(s + i, len - i);
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
	{ "half of a", .5 },
	{ "half of an", .5 },
	{ "one half", .5 },
	{ "a couple of", 2 },
	{ "a couple", 2 },
	{ "a few", 3 },
	{ "a half", .5 },
	{ "a quarter", .25 },
	{ "a quarter of a", .25 },
	{ "one quarter", .25 },
	{ "three quarters", .75 },
	{ "three quarters of a", .75 },
	{ "a third of a", 1. / 3 },
	{ "a third", 1. / 3 },
	{ "one third", 1. / 3 },
	{ "two thirds", 2. / 3 },
	{ "one and a half", 1.5 },
	{ "two and a half", 2.5 },
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
	{ "einer halben", .5 },
	{ "halbe", .5 },
	{ "halber", .5 },
	{ "halbes", .5 },
	{ "ein viertel", .25 },
	{ "eine viertel", .25 },
	{ "zwei", 2 },
	{ "drei", 3 },
	{ "vier", 4 },
	{ "fünf", 5 },
	{ "sechs", 6 },
	{ "anderthalb", 1.5 },
	{ "eineinhalb", 1.5 },
	{ "zweieinhalb", 2.5 },
	{ "ein paar", 3 },
	{ "einige", 3 },
	{ "un", 1 },
	{ "une", 1 },
	{ "une demi", .5 },
	{ "une demi-", .5 },
	{ "un demi", .5 },
	{ "un demi-", .5 },
	{ "demi-", .5 },
	{ "demi", .5 },
	{ "un quart de", .25 },
	{ "deux", 2 },
	{ "trois", 3 },
	{ "quatre", 4 },
	{ "cinq", 5 },
	{ "quelques", 3 },
	{ "uno", 1 },
	{ "una", 1 },
	{ "media", .5 },
	{ "medio", .5 },
	{ "media docena de", 6 },
	{ "dos", 2 },
	{ "tres", 3 },
	{ "cuatro", 4 },
	{ "cinco", 5 },
	{ "unos cuantos", 3 },
	{ "unas cuantas", 3 },
	{ "algunas", 3 },
	{ "due", 2 },
	{ "tre", 3 },
	{ "quattro", 4 },
	{ "mezzo", .5 },
	{ "mezza", .5 },
	{ "un mezzo", .5 },
	{ "uno e mezzo", 1.5 },
	{ "alcune", 3 },
	{ "alcuni", 3 },
	{ "um", 1 },
	{ "uma", 1 },
	{ "meia", .5 },
	{ "meio", .5 },
	{ "meia dúzia de", 6 },
	{ "dois", 2 },
	{ "duas", 2 },
	{ "een", 1 },
	{ "een halve", .5 },
	{ "een half", .5 },
	{ "halve", .5 },
	{ "anderhalve", 1.5 },
	{ "een paar", 3 },
	{ "enkele", 3 },
	{ "twee", 2 },
	{ "drie", 3 },
	{ "en", 1 },
	{ "ett", 1 },
	{ "et", 1 },
	{ "en halv", .5 },
	{ "et halvt", .5 },
	{ "ett halvt", .5 },
	{ "halv", .5 },
	{ "halva", .5 },
	{ "halvanden", 1.5 },
	{ "några", 3 },
	{ "et par", 2 },
	{ "ett par", 2 },
	{ "två", 2 },
	{ "to", 2 },
	{ "fire", 4 },
	{ "fyra", 4 },
	{ "puoli", .5 },
	{ "puolikas", .5 },
	{ "yksi", 1 },
	{ "kaksi", 2 },
	{ "kolme", 3 },
	{ "pół", .5 },
	{ "półtora", 1.5 },
	{ "jeden", 1 },
	{ "jedna", 1 },
	{ "dwa", 2 },
	{ "dwie", 2 },
	{ "trzy", 3 },
	{ "cztery", 4 },
	{ "kilka", 3 },
	{ "půl", .5 },
	{ "půlka", .5 },
	{ "dva", 2 },
	{ "dvě", 2 },
	{ "tři", 3 },
	{ "několik", 3 },
	{ "fél", .5 },
	{ "másfél", 1.5 },
	{ "egy", 1 },
	{ "két", 2 },
	{ "három", 3 },
	{ "néhány", 3 },
	{ "jumătate de", .5 },
	{ "o jumătate de", .5 },
	{ "doi", 2 },
	{ "două", 2 },
	{ "trei", 3 },
	{ "câteva", 3 },
	{ "yarım", .5 },
	{ "bir", 1 },
	{ "bir buçuk", 1.5 },
	{ "iki", 2 },
	{ "üç", 3 },
	{ "dört", 4 },
	{ "çeyrek", .25 },
	{ "birkaç", 3 },
	{ "μισό", .5 },
	{ "μισή", .5 },
	{ "ένα", 1 },
	{ "μία", 1 },
	{ "μια", 1 },
	{ "ένας", 1 },
	{ "δύο", 2 },
	{ "τρία", 3 },
	{ "τρεις", 3 },
	{ "пол", .5 },
	{ "половина", .5 },
	{ "полтора", 1.5 },
	{ "полторы", 1.5 },
	{ "один", 1 },
	{ "одна", 1 },
	{ "одно", 1 },
	{ "два", 2 },
	{ "две", 2 },
	{ "три", 3 },
	{ "четыре", 4 },
	{ "несколько", 3 },
	{ "пів", .5 },
	{ "півтора", 1.5 },
	{ "дві", 2 },
	{ "чотири", 4 },
	{ "кілька", 3 },
	{ "نصف", .5 },
	{ "ربع", .25 },
	{ "ثلث", 1. / 3 },
	{ "ثلاثة أرباع", .75 },
	{ "חצי", .5 },
	{ "רבע", .25 },
	{ "שליש", 1. / 3 },
	{ "आधा", .5 },
	{ "आधी", .5 },
	{ "एक", 1 },
	{ "दो", 2 },
	{ "तीन", 3 },
	{ "nửa", .5 },
	{ "một", 1 },
	{ "setengah", .5 },
	{ "satu", 1 },
	{ "dua", 2 },
	{ "tiga", 3 },
};

/* Behind a number: "two dozen", "une douzaine d'œufs". */
static const char *const dozens[] = { "dozen", "Dutzend", "douzaine de",
	"douzaine d'", "docena de", "docenas de", "dozzina di", "dúzia de",
	"dúzias de", "dozijn", "dussin", "dusin", "tucet", "tuzin" };

/* A whole word, ASCII letters in any case, and something after it; what ends
 * in a hyphen or an apostrophe needs no space. */
static int starts_word(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len > n + 1 && text_ascii_prefix(s, len, word) &&
	       (s[n] == ' ' || strchr("-'", word[n - 1]));
}

/* The numerals of Han script, where a unit or a counter follows at once. */
size_t quantity_han(const char *s, size_t len, double *v)
{
	static const char *const signs[] = { "半", "一", "二", "三", "四", "五",
		"六", "七", "八", "九", "十", "两", "兩" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(signs); i++) {
		if (text_ascii_prefix(s, len, signs[i])) {
			*v = !i ? .5 : i <= 10 ? (double)i : 2;
			return strlen(signs[i]);
		}
	}
	return 0;
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

static size_t dozen(const char *s, size_t len)
{
	size_t i, gap = spaces(s, len), n;

	for (i = 0; gap && i < ARRAY_LEN(dozens); i++) {
		n = strlen(dozens[i]);
		if (starts_word(s + gap, len - gap, dozens[i]))
			return gap + n;
	}
	return 0;
}

size_t quantity_range_sign(const char *s, size_t len)
{
	static const char *const words[] = { "to", "bis", "à", "a", "til",
		"till", "tot", "or", "oder", "ou", "o", "eller", "do", "up to",
		"až", "vagy", "lub", "έως", "ή", "до", "или", "або" };
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

static size_t one_end(const char *s, size_t len, double *v)
{
	size_t i = quantity_number(s, len, v), n;

	if (!i)
		i = number_word(s, len, v);
	n = i ? dozen(s + i, len - i) : 0;
	if (n)
		*v *= 12;
	return i + n;
}

size_t quantity_read(const char *s, size_t len, double *lo, double *hi)
{
	size_t i = one_end(s, len, lo), sign, n;
	double end;

	*hi = *lo;
	if (!i)
		return 0;
	sign = quantity_range_sign(s + i, len - i);
	if (sign) {
		n = one_end(s + i + sign, len - i - sign, &end);
		if (n && end > *lo && end <= QUANTITY_MAX) {
			*hi = end;
			i += sign + n;
		}
	}
	if (*lo > QUANTITY_MAX)
		*lo = *hi = QUANTITY_MAX;
	return i;
}
