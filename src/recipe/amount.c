/*
 * A number, then a unit, with all that may stand between and behind: sizes
 * ("2 heaped tablespoons"), packs ("2 x 400 g tins" is 800 g), sums ("1 lb
 * 4 oz"), a second measure ("/ 240 ml"). Numbers that belong to the name of a
 * food ("five spice powder", "30% cream") are no amounts.
 */
#include "recipe/amount.h"

#include <math.h>

#include "recipe/quantity.h"
#include "recipe/wording.h"

#define UNIT_WORDS 4 /* "cuillères à soupe rases" */
#define SIZES 2	     /* "1 good large handful" */

static size_t skip_spaces(const char *s, size_t len, size_t i)
{
	while (i < len && s[i] == ' ')
		i++;
	return i;
}

/* ---- units ---- */

/* Bytes of a word starting at s: up to white space, a bracket or a comma, or
 * the dash of a range ("800g-1kg"). */
static size_t word_len(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && !strchr(" ()[],;/|", s[i]); i++) {
		size_t dash = s[i] == '-' ? 1
			      : text_ascii_prefix(s + i, len - i, "–")
				      ? strlen("–")
				      : 0;

		if (dash && i + dash < len && ascii_is_digit(s[i + dash]))
			break;
	}
	return i;
}

/* "(chá)" of "xícaras (chá)" */
static size_t bracket_word(const char *s, size_t len)
{
	const char *end = len && *s == '(' ? memchr(s, ')', len) : NULL;

	return end && end - s < 12 ? (size_t)(end - s) + 1 : 0;
}

size_t amount_unit(const struct knowledge *k, const char *s, size_t len,
	const struct unit **unit)
{
	size_t ends[UNIT_WORDS], n = 0, i = 0;

	while (n < UNIT_WORDS) {
		size_t word = word_len(s + i, len - i);

		if (!word && n)
			word = bracket_word(s + i, len - i);
		if (!word)
			break;
		i += word;
		ends[n++] = i;
		if (i < len && s[i] == ' ')
			i++;
		else
			break;
	}
	while (n > 0) {
		*unit = knowledge_unit(k, s, ends[--n]);
		if (*unit)
			return ends[n];
	}
	return 0;
}

/* A unit that touches what follows, in scripts without spaces: 克, 個, 大さじ
 * before a number. */
static size_t unit_unspaced(const struct knowledge *k, const char *s,
	size_t len, const struct unit **unit)
{
	size_t ends[6], n = 0, i = 0, step;
	int32_t cp;

	while (n < ARRAY_LEN(ends) &&
		(step = text_next(s + i, len - i, &cp)) > 0 &&
		text_is_unspaced(cp)) {
		i += step;
		ends[n++] = i;
	}
	while (n > 0) {
		*unit = knowledge_unit(k, s, ends[--n]);
		if (*unit)
			return ends[n];
	}
	return 0;
}

int amount_is_name(
	const struct knowledge *k, const char *s, size_t n, size_t len)
{
	struct match whole, rest;
	size_t gap = skip_spaces(s, len, n);

	len = text_cut(s, len, 60);
	if (gap >= len || !knowledge_match(k, MATCH_FOOD, s, len, &whole, 1) ||
		whole.start != 0 || whole.len <= n)
		return 0;
	gap += wording(WORDING_OF, s + gap, len - gap);
	return !knowledge_match(k, MATCH_FOOD, s + gap, len - gap, &rest, 1) ||
	       rest.start != 0;
}

/* The unit at s, behind up to two sizes. */
static size_t sized_unit(const struct knowledge *k, const char *s, size_t len,
	const struct unit **unit)
{
	size_t i = 0, n, sizes;

	for (sizes = 0; sizes < SIZES; sizes++) {
		n = wording(WORDING_SIZE, s + i, len - i);
		if (!n)
			break;
		i += n;
		n = amount_unit(k, s + i, len - i, unit);
		if (n && !amount_is_name(k, s + i, n, len - i))
			return i + n;
	}
	n = amount_unit(k, s, len, unit);
	if (n && (*unit)->kind == UNIT_PIECE && amount_is_name(k, s, n, len))
		n = 0;
	if (!n)
		n = unit_unspaced(k, s, len, unit);
	return n;
}

static int is_measure(const struct unit *unit)
{
	return unit && unit->kind != UNIT_PIECE;
}

/* What a weight can be the content of. */
static int is_container(const struct unit *unit)
{
	static const char *const names[] = { "can", "jar", "package", "sachet",
		"bottle", "block", "roll" };
	size_t i;

	for (i = 0; unit && i < ARRAY_LEN(names); i++)
		if (!strcmp(unit->name, names[i]))
			return 1;
	return 0;
}

/* ---- parts of an amount ---- */

/* A number and the measure right behind it: "14-oz", "400g", "1 1/2 lb". */
static size_t simple(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t i = wording(WORDING_ABOUT, s, len), n;
	const struct unit *unit;

	n = quantity_read(s + i, len - i, &out->lo, &out->hi);
	if (!n)
		return 0;
	i = skip_spaces(s, len, i + n);
	if (i < len && s[i] == '-')
		i++;
	n = amount_unit(k, s + i, len - i, &unit);
	if (!n)
		n = unit_unspaced(k, s + i, len - i, &unit);
	if (!n || !is_measure(unit))
		return 0;
	out->unit = unit;
	return i + n;
}

/* "-inch", " cm": a length is nothing to count by. */
static size_t length_unit(const char *s, size_t len)
{
	static const char *const words[] = { "inches", "inch", "in.", "cm",
		"mm", "\"", "″", "”" };
	size_t i = 0, w;

	while (i < len && (s[i] == ' ' || s[i] == '-'))
		i++;
	for (w = 0; w < ARRAY_LEN(words); w++) {
		size_t n = strlen(words[w]);

		if (!text_ascii_prefix(s + i, len - i, words[w]))
			continue;
		if (i + n == len || !ascii_is_alnum(s[i + n]))
			return i + n;
	}
	return 0;
}

/* "1-inch piece", "2 cm": one piece of that length, or as many as `out` has
 * already. */
static size_t piece_of_length(const struct knowledge *k, const char *s,
	size_t len, size_t number, int counted, struct amount *out)
{
	size_t n = length_unit(s + number, len - number), i;
	const struct unit *unit;

	if (!n)
		return 0;
	out->note = s;
	out->note_len = number + n;
	if (!counted)
		out->lo = out->hi = 1;
	i = skip_spaces(s, len, number + n);
	n = amount_unit(k, s + i, len - i, &unit);
	if (n && unit->kind == UNIT_PIECE &&
		!amount_is_name(k, s + i, n, len - i)) {
		out->unit = unit;
		i += n;
	}
	return i;
}

static void times(struct amount *out, const struct amount *each)
{
	out->lo *= each->lo;
	out->hi *= each->hi;
	out->unit = each->unit;
}

/* A container that follows the weight of what is in it. */
static size_t container(const struct knowledge *k, const char *s, size_t len)
{
	size_t i = skip_spaces(s, len, 0), n;
	const struct unit *unit;

	n = i ? amount_unit(k, s + i, len - i, &unit) : 0;
	return n && i + n < len && is_container(unit) &&
			       !amount_is_name(k, s + i, n, len - i)
		       ? i + n
		       : 0;
}

/* "(14 oz) can" behind a number: that many of them. */
static size_t bracket_pack(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	struct amount one = { 0 };
	const struct unit *unit;
	const char *end = len && *s == '(' ? memchr(s, ')', len) : NULL;
	size_t i, n;

	if (!end || !simple(k, s + 1, len - 1, &one))
		return 0;
	times(out, &one);
	i = skip_spaces(s, len, (size_t)(end - s) + 1);
	n = amount_unit(k, s + i, len - i, &unit);
	return n && (unit->kind == UNIT_PIECE || is_container(unit)) &&
			       !amount_is_name(k, s + i, n, len - i)
		       ? i + n
		       : i;
}

/* "x 400 g", "14-ounce cans", "400g tin" behind a number. `s` starts right
 * behind it. */
static size_t packs(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	struct amount one = { 0 };
	size_t i = skip_spaces(s, len, 0), n, digits;
	double v;
	int sign = 0;

	if (i < len && (s[i] == 'x' || s[i] == 'X')) {
		sign = 1;
		i = skip_spaces(s, len, i + 1);
	} else if (text_ascii_prefix(s + i, len - i, "×")) {
		sign = 1;
		i = skip_spaces(s, len, i + strlen("×"));
	} else if (i && i < len && s[i] == '(') {
		n = bracket_pack(k, s + i, len - i, out);
		return n ? i + n : 0;
	}
	digits = quantity_number(s + i, len - i, &v);
	if (!digits || (!i && !sign))
		return 0;
	n = length_unit(s + i + digits, len - i - digits);
	if (n) {
		n = piece_of_length(k, s + i, len - i, digits, 1, out);
		return n ? i + n : 0;
	}
	n = simple(k, s + i, len - i, &one);
	if (!n)
		return 0;
	/* "2 400g tins", "4 6-oz fillets"; but "1 500 g" is a thousand */
	if (!sign && s[i + digits] == ' ' &&
		!container(k, s + i + n, len - i - n)) {
		if (digits != 3 || out->lo != floor(out->lo))
			return 0;
		out->lo = out->hi = out->lo * 1000 + v;
		out->unit = one.unit;
		return i + n;
	}
	times(out, &one);
	i += n;
	return i + container(k, s + i, len - i);
}

/* "800 g-1 kg", "1 lb to 1 1/2 lb" */
static size_t second_end(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t sign = quantity_range_sign(s, len), n;
	struct amount end = { 0 };
	double v;

	n = sign ? simple(k, s + sign, len - sign, &end) : 0;
	if (!n || end.unit->kind != out->unit->kind)
		return 0;
	v = end.hi * end.unit->amount / out->unit->amount;
	if (v < out->lo * 1.15 || v > out->lo * 20)
		return 0;
	out->hi = v;
	return sign + n;
}

/* "1 lb 4 oz", "1 cup plus 2 tablespoons", "1 kg 500" */
static size_t sum(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t i = skip_spaces(s, len, 0), joint, n;
	struct amount more = { 0 };
	double v;

	joint = wording(WORDING_PLUS, s + i, len - i);
	i = skip_spaces(s, len, i + joint);
	n = simple(k, s + i, len - i, &more);
	if (!n && !joint && out->unit->amount == 1000 &&
		quantity_number(s + i, len - i, &v) == 3 && i + 3 < len &&
		s[i + 3] == ' ' && v >= 100) {
		out->lo += v / 1000;
		out->hi += v / 1000;
		return i + 3;
	}
	if (!n || i + n >= len || more.unit->kind != out->unit->kind ||
		(!joint && more.unit->amount >= out->unit->amount))
		return 0;
	v = more.lo * more.unit->amount / out->unit->amount;
	out->lo += v;
	out->hi += v;
	return i + n;
}

/* "/ 240 ml", "| 8 oz", "or 240 ml": the same once more */
static size_t other_measure(const struct knowledge *k, const char *s,
	size_t len, struct amount *out)
{
	size_t i = skip_spaces(s, len, 0), n, sign;
	struct amount other = { 0 };

	sign = i < len && strchr("/|=", s[i])
		       ? 1
		       : wording(WORDING_OR, s + i, len - i);
	if (!sign)
		return 0;
	i = skip_spaces(s, len, i + sign);
	n = simple(k, s + i, len - i, &other);
	if (!n)
		return 0;
	out->note = s + i;
	out->note_len = n;
	return i + n;
}

/* "1 can (14 oz)": what is in each. */
static size_t content(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t i = skip_spaces(s, len, 0), n;
	struct amount one = { 0 };

	if (i >= len || s[i] != '(')
		return 0;
	i++;
	n = simple(k, s + i, len - i, &one);
	if (!n)
		return 0;
	i = skip_spaces(s, len, i + n);
	if (text_ascii_prefix(s + i, len - i, "each"))
		i += 4;
	if (i >= len || s[i] != ')')
		return 0;
	times(out, &one);
	return i + 1;
}

/* Three decimals divide a thousand of something small, but no kilogram. */
static void mend_thousands(struct amount *out, const char *s, size_t n)
{
	if (out->unit->amount != 1000 || out->unit->kind == UNIT_PIECE ||
		out->lo < 1000 || !memchr(s, '.', n) == !memchr(s, ',', n))
		return;
	out->lo /= 1000;
	out->hi /= 1000;
}

/* All that may stand behind the unit. */
static size_t behind_unit(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t n, i = 0, gap = skip_spaces(s, len, 0);

	n = gap ? wording(WORDING_HALF, s + gap, len - gap) : 0;
	if (n) {
		out->lo += .5;
		out->hi += .5;
		return gap + n;
	}
	if (is_container(out->unit))
		return content(k, s, len, out);
	if (!is_measure(out->unit))
		return 0;
	n = out->hi > out->lo ? 0 : second_end(k, s, len, out);
	if (!n)
		n = sum(k, s, len, out);
	i += n;
	i += other_measure(k, s + i, len - i, out);
	return i + container(k, s + i, len - i);
}

/* A numeral of Han script counts when a unit follows. */
static size_t han_amount(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t n = quantity_han(s, len, &out->lo), unit;

	if (!n || amount_is_name(k, s, n, len))
		return 0;
	unit = unit_unspaced(k, s + n, len - n, &out->unit);
	out->hi = out->lo;
	return unit ? n + unit : 0;
}

/* 大さじ1: the unit leads. */
static size_t unit_first(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t n = unit_unspaced(k, s, len, &out->unit);
	size_t gap = skip_spaces(s, len, n);

	n = n ? quantity_read(s + gap, len - gap, &out->lo, &out->hi) : 0;
	return n ? gap + n : 0;
}

size_t amount_read(const struct knowledge *k, const char *s, size_t len,
	struct amount *out)
{
	size_t i = wording(WORDING_ABOUT, s, len), number, n, gap;
	const struct unit *unit = NULL;

	memset(out, 0, sizeof(*out));
	number = quantity_read(s + i, len - i, &out->lo, &out->hi);
	if (!number) {
		n = han_amount(k, s, len, out);
		return n ? n : unit_first(k, s, len, out);
	}
	if (!(out->lo > 0) || amount_is_name(k, s + i, number, len - i))
		return 0;
	if ((n = piece_of_length(k, s + i, len - i, number, 0, out)) > 0)
		return skip_spaces(s, len, i + n);
	i += number;
	if ((n = packs(k, s + i, len - i, out)) > 0) {
		i += n;
		i += other_measure(k, s + i, len - i, out);
		return skip_spaces(s, len, i);
	}
	gap = skip_spaces(s, len, i);
	if (gap < len && s[gap] == '%')
		return 0;
	if (gap < len && gap == i && s[gap] == '-')
		gap++;
	gap += wording(WORDING_ABOUT, s + gap, len - gap);
	n = sized_unit(k, s + gap, len - gap, &unit);
	if (!n)
		return skip_spaces(s, len, i);
	out->unit = unit;
	mend_thousands(out, s + i - number, number);
	/* "200 cc" are no spoons */
	if (out->lo > 15 && text_ascii_prefix(s + gap, n, "cc"))
		(void)amount_unit(k, "ml", 2, &out->unit);
	i = gap + n;
	i += behind_unit(k, s + i, len - i, out);
	return skip_spaces(s, len, i);
}
