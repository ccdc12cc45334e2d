/*
 * One ingredient line: quantity, unit, food, note. The line is walked from
 * the left: bullet, amount, unit, "of", food; brackets and what follows a
 * comma become the note. Where an amount stands at the end ("Mehl 200 g",
 * 鶏肉 200g) it is taken from there. What the food is, the knowledge says
 * later; here it only helps to see where a comma or an "or" divides.
 */
#include "recipe/draft.h"
#include "recipe/quantity.h"
#include "recipe/recipe.h"

#define UNIT_WORDS 4 /* "cuillères à soupe rases" */

struct span {
	const char *at;
	size_t len;
};

static void skip(struct span *s, size_t n)
{
	s->at += n;
	s->len -= n;
}

static void trim(struct span *s)
{
	while (s->len && *s->at == ' ')
		skip(s, 1);
	while (s->len && strchr(" ,;:", s->at[s->len - 1]))
		s->len--;
}

/* Bytes of a word starting at s: up to white space, a bracket or a comma. */
static size_t word_len(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && !strchr(" ()[],;/", s[i]))
		i++;
	return i;
}

/* The longest unit of up to UNIT_WORDS words at s; its length. */
static size_t unit_at(const struct knowledge *k, const char *s, size_t len,
	const struct unit **unit)
{
	size_t ends[UNIT_WORDS], n = 0, i = 0;

	while (n < UNIT_WORDS) {
		size_t word = word_len(s + i, len - i);

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

static size_t one_of(const char *s, size_t len, const char *const *words)
{
	for (; len && *words; words++)
		if ((*s | 32) == (**words | 32) &&
			text_ascii_prefix(s, len, *words))
			return strlen(*words);
	return 0;
}

/* Words before an amount that change nothing. */
static const char *const about[] = { "about ", "approximately ", "approx. ",
	"approx ", "around ", "ca. ", "ca ", "circa ", "etwa ", "env. ",
	"environ ", "heaped ", "scant ", "generous ", "cerca de ", "ungefär ",
	"ongeveer ", "cirka ", "roughly ", "~ ", "~", "约", "約", NULL };
/* Between unit and food. */
static const char *const of[] = { "of the ", "of ", "de la ", "de l'", "de l’",
	"de ", "d'", "d’", "du ", "des ", "di ", "do ", "da ", "della ",
	"dell'", "dell’", "von ", "van ", "af ", "av ", "の", NULL };

static size_t of_at(const char *s, size_t len)
{
	return one_of(s, len, of);
}

/* Amount, then a unit; "2 x 400 g", "2 (14 oz) cans" are multiplied out.
 * Returns the bytes taken, 0 when there is no amount. */
static size_t amount(const struct knowledge *k, const char *s, size_t len,
	struct ingredient *out);

static size_t skip_spaces(const char *s, size_t len, size_t i)
{
	while (i < len && s[i] == ' ')
		i++;
	return i;
}

/* "x 400 g" or "(14 oz) can" behind a first number. */
static size_t packs(const struct knowledge *k, const char *s, size_t len,
	struct ingredient *out)
{
	struct ingredient each = { 0 };
	const struct unit *container;
	size_t i = 0, n;

	if (text_ascii_prefix(s, len, "x ") || text_ascii_prefix(s, len, "× "))
		i = (size_t)(strchr(s, ' ') - s) + 1;
	else if (*s == '(')
		i = 1;
	else
		return 0;
	n = amount(k, s + i, len - i, &each);
	if (!n || !each.unit || each.unit->kind == UNIT_PIECE)
		return 0;
	i += n;
	if (*s == '(') {
		while (i < len && s[i] != ')')
			i++;
		i = skip_spaces(s, len, i < len ? i + 1 : i);
		i += unit_at(k, s + i, len - i, &container);
	}
	out->lo *= each.lo;
	out->hi *= each.hi;
	out->unit = each.unit;
	return i;
}

static size_t amount(const struct knowledge *k, const char *s, size_t len,
	struct ingredient *out)
{
	size_t i = one_of(s, len, about), n, gap;
	const struct unit *unit = NULL;

	n = quantity_read(s + i, len - i, &out->lo, &out->hi);
	if (!n) {
		/* 大さじ1: the unit leads */
		n = unit_unspaced(k, s + i, len - i, &unit);
		gap = skip_spaces(s, len, i + n);
		if (n)
			n = quantity_read(
				s + gap, len - gap, &out->lo, &out->hi);
		if (!n)
			return 0;
		out->unit = unit;
		return gap + n;
	}
	i += n;
	gap = skip_spaces(s, len, i);
	if (gap < len && (n = packs(k, s + gap, len - gap, out)) > 0)
		return gap + n;
	n = one_of(s + gap, len - gap, about);
	if (gap < len) {
		size_t at = gap + n;

		n = unit_at(k, s + at, len - at, &unit);
		if (!n)
			n = unit_unspaced(k, s + at, len - at, &unit);
		if (n) {
			out->unit = unit;
			i = at + n;
		}
	}
	return i;
}

/* A word alone that is a measure: "pinch of salt", "handful basil". */
static size_t bare_unit(const struct knowledge *k, const char *s, size_t len,
	struct ingredient *out)
{
	const struct unit *unit = NULL;
	size_t n = unit_at(k, s, len, &unit);

	if (!n || n >= len || s[n] != ' ' || n < 3)
		return 0;
	/* "clove" is a spice as well: only "… of" or a known food follows */
	if (!of_at(s + n + 1, len - n - 1)) {
		struct match m;

		if (!knowledge_match(
			    k, MATCH_FOOD, s + n + 1, len - n - 1, &m, 1) ||
			knowledge_match(k, MATCH_FOOD, s, n, &m, 1))
			return 0;
	}
	out->lo = out->hi = 1;
	out->unit = unit;
	return n + 1;
}

/* The word that counts things, behind a number at the end: 2個, 3本. */
static size_t counter(const char *s, size_t len)
{
	size_t i = 0, n, signs = 0;
	int32_t cp;

	while ((n = text_next(s + i, len - i, &cp)) > 0 &&
		text_is_unspaced(cp)) {
		i += n;
		signs++;
	}
	return signs <= 2 && i == len ? i : 0;
}

/* An amount at the end of the line; cuts it off. */
static void amount_last(
	const struct knowledge *k, struct span *s, struct ingredient *out)
{
	size_t i, n, at;
	int32_t cp, before = ' ';

	for (i = 0; i < s->len; i += text_next(s->at + i, s->len - i, &cp)) {
		struct ingredient last = { 0 };
		size_t rest = s->len - i;

		if (i)
			before = (unsigned char)s->at[i - 1];
		/* numbers start behind a space, a colon, a closing bracket or
		 * a sign of a script without spaces */
		if (before < 0x80 && !strchr(" :)(", before))
			continue;
		n = quantity_number(s->at + i, rest, &last.lo);
		if (n)
			n = amount(k, s->at + i, rest, &last);
		else if (i && text_next(s->at + i, rest, &cp) &&
			 text_is_unspaced(cp))
			n = amount(k, s->at + i, rest, &last);
		if (!n)
			continue;
		at = i + n;
		at += counter(s->at + at, s->len - at);
		while (at < s->len && strchr(" .)", s->at[at]))
			at++;
		if (at < s->len)
			continue;
		out->lo = last.lo;
		out->hi = last.hi;
		out->unit = last.unit;
		s->len = i;
		while (s->len && strchr(" (:-", s->at[s->len - 1]))
			s->len--;
		return;
	}
}

static void note_add(struct sbuf *note, const char *s, size_t len)
{
	while (len && strchr(" ,;:-", *s))
		s++, len--;
	while (len && strchr(" ,;:", s[len - 1]))
		len--;
	if (!len)
		return;
	if (note->len)
		sbuf_addstr(note, ", ");
	sbuf_add(note, s, len);
}

/* Move every bracket of s into the note; the rest into out. */
static void brackets_out(
	const struct span *s, struct sbuf *out, struct sbuf *note)
{
	size_t i = 0;

	while (i < s->len) {
		int open = s->at[i] == '(' || s->at[i] == '[';
		int wide = s->len - i >= 3 &&
			   !memcmp(s->at + i, "\xEF\xBC\x88", 3); /* （ */
		size_t start, depth = 1;

		if (!open && !wide) {
			sbuf_addch(out, s->at[i++]);
			continue;
		}
		i += wide ? 3 : 1;
		start = i;
		while (i < s->len && depth) {
			if (s->at[i] == '(' || s->at[i] == '[')
				depth++;
			else if (s->at[i] == ')' || s->at[i] == ']')
				depth--;
			else if (s->len - i >= 3 &&
				 !memcmp(s->at + i, "\xEF\xBC\x89", 3))
				depth = 0;
			if (depth)
				i++;
		}
		note_add(note, s->at + start, i - start);
		if (i < s->len)
			i += (unsigned char)s->at[i] == 0xEF ? 3 : 1;
		if (out->len && out->buf[out->len - 1] != ' ')
			sbuf_addch(out, ' ');
	}
}

static int names_food(const struct knowledge *k, const char *s, size_t len)
{
	struct match m;

	return knowledge_match(k, MATCH_FOOD, s, len, &m, 1) > 0;
}

/* Where the note starts behind a comma, a semicolon or a free dash; the
 * comma of "boneless, skinless chicken" divides nothing. */
static size_t note_start(
	const struct knowledge *k, const struct span *s, size_t *sign)
{
	static const char *const signs[] = { ", ", "; ", " - ", " – ", " — ",
		"、", NULL };
	size_t i, n, tries = 0;

	for (i = 1; i < s->len; i++) {
		n = one_of(s->at + i, s->len - i, signs);
		if (!n)
			continue;
		if (tries++ < 3 && !names_food(k, s->at, i) &&
			names_food(k, s->at + i + n, s->len - i - n))
			continue;
		*sign = n;
		return i;
	}
	return s->len;
}

/* The end of the first of several foods: "butter or margarine", but
 * "chicken or vegetable stock" stays whole up to its own noun. Returns the
 * length of the first choice and the noun that completes it. */
static size_t first_choice(const struct knowledge *k, const struct span *s,
	struct span *noun, size_t *rest)
{
	static const char *const ors[] = { " or ", " oder ", " ou ", " o ",
		" eller ", " lub ", " nebo ", " alebo ", " vagy ", " ή ",
		" veya ", " of ", " и/или ", " или ", NULL };
	struct match m;
	size_t i, n = 0, last;

	noun->len = 0;
	for (i = 1; i < s->len && !n; i++)
		n = s->at[i] == ' ' ? one_of(s->at + i, s->len - i, ors) : 0;
	if (!n)
		return s->len;
	i--;
	*rest = i + n;
	/* the last word of all may belong to both */
	last = s->len;
	while (last > *rest && s->at[last - 1] != ' ')
		last--;
	if (last > *rest) {
		struct sbuf both = SBUF_INIT(8192);
		size_t found;

		sbuf_add(&both, s->at, i);
		sbuf_addch(&both, ' ');
		sbuf_add(&both, s->at + last, s->len - last);
		found = knowledge_match(
			k, MATCH_FOOD, both.buf, both.len, &m, 1);
		sbuf_release(&both);
		if (found && m.start <= i && m.start + m.len > i + 1) {
			noun->at = s->at + last;
			noun->len = s->len - last;
			return i;
		}
	}
	return names_food(k, s->at, i) ? i : s->len;
}

static int says_optional(const char *s, size_t len)
{
	static const char *const words[] = { "optional", "facultati",
		"opcional", "opzional", "facoltativ", "optioneel", "valgfri",
		"valfri", "if desired", "if you like", "nach belieben",
		"wahlweise", "au choix", "opcjonaln", "προαιρετικ", "任意",
		"可选", "可選", "お好みで", "volitel", NULL };
	size_t i;

	for (i = 0; i < len; i++)
		if (one_of(s + i, len - i, words))
			return 1;
	return 0;
}

void ingredient_parse(const struct knowledge *k, const char *line,
	struct arena *mem, struct ingredient *out)
{
	struct sbuf food = SBUF_INIT(2 * RECIPE_LINE_MAX);
	struct sbuf note = SBUF_INIT(2 * RECIPE_LINE_MAX);
	struct span s = { line, text_cut(line, strlen(line), RECIPE_LINE_MAX) },
		    noun;
	size_t n, sign = 0, rest = 0;

	memset(out, 0, sizeof(*out));
	out->optional = says_optional(s.at, s.len);
	skip(&s, line_bullet(s.at, s.len));
	n = amount(k, s.at, s.len, out);
	if (!n)
		n = bare_unit(k, s.at, s.len, out);
	skip(&s, n);
	trim(&s);
	if (n)
		skip(&s, of_at(s.at, s.len));
	else
		amount_last(k, &s, out);

	brackets_out(&s, &food, &note);
	s.at = food.buf;
	s.len = food.len;
	trim(&s);
	n = note_start(k, &s, &sign);
	if (n < s.len) {
		note_add(&note, s.at + n + sign, s.len - n - sign);
		s.len = n;
	}
	trim(&s);
	n = first_choice(k, &s, &noun, &rest);
	if (n < s.len)
		note_add(&note, s.at + rest, s.len - rest);
	out->food = noun.len ? arena_printf(mem, "%.*s %.*s", (int)n, s.at,
				       (int)noun.len, noun.at)
			     : arena_strndup(mem, s.at, n);
	if (!n)
		out->food = arena_strdup(mem, line);
	out->note = note.len ? arena_strdup(mem, note.buf) : NULL;
	sbuf_release(&food);
	sbuf_release(&note);
}
