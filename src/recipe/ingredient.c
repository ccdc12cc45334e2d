/*
 * One ingredient line: quantity, unit, food, note. The line is tidied, then
 * walked from the left: amount, unit, "of", food; brackets, what follows a
 * comma and what says how it is prepared or what it is for become the note.
 * Where an amount stands at the end ("Mehl 200 g", 鶏肉 200g) or within
 * ("juice of 2 lemons") it is taken from there. What the food is, the
 * knowledge says later; here it only helps to see where words divide.
 */
#include "recipe/amount.h"
#include "recipe/line.h"
#include "recipe/quantity.h"
#include "recipe/wording.h"

#define PARSED_MAX 400 /* bytes; what is longer is no ingredient line */

struct span {
	const char *at;
	size_t len;
};

struct reading {
	const struct knowledge *k;
	struct arena *mem;
	struct ingredient *out;
	struct sbuf note;
};

static void skip(struct span *s, size_t n)
{
	s->at += n;
	s->len -= n;
}

static void trim(struct span *s)
{
	while (s->len && strchr(" ,;:", *s->at))
		skip(s, 1);
	while (s->len && strchr(" ,;:", s->at[s->len - 1]))
		s->len--;
}

static int names_food(const struct knowledge *k, const char *s, size_t len)
{
	struct match m;

	return knowledge_match(k, MATCH_FOOD, s, len, &m, 1) > 0;
}

static void note_add(struct reading *r, const char *s, size_t len)
{
	while (len && strchr(" ,;:-.", *s))
		s++, len--;
	while (len && strchr(" ,;:", s[len - 1]))
		len--;
	if (!len)
		return;
	if (r->note.len)
		sbuf_addstr(&r->note, ", ");
	sbuf_add(&r->note, s, len);
}

/* ---- amounts ---- */

static void take(struct reading *r, const struct amount *a)
{
	r->out->lo = a->lo;
	r->out->hi = a->hi;
	r->out->unit = a->unit;
	if (a->note_len)
		note_add(r, a->note, a->note_len);
}

/* A word alone that is a measure: "pinch of salt", "handful basil". */
static size_t bare_unit(struct reading *r, const struct span *s)
{
	const struct unit *unit = NULL;
	size_t n = amount_unit(r->k, s->at, s->len, &unit), of;

	if (!n || n >= s->len || s->at[n] != ' ' || n < 3)
		return 0;
	n++;
	/* "clove" is a spice as well: only "… of" or a known food follows;
	 * few foods of other scripts are in the tables */
	of = wording(WORDING_OF, s->at + n, s->len - n);
	if (!of && (names_food(r->k, s->at, n) ||
			   amount_is_name(r->k, s->at, n, s->len) ||
			   (!(*s->at & 0x80) &&
				   !names_food(r->k, s->at + n, s->len - n))))
		return 0;
	r->out->lo = r->out->hi = 1;
	r->out->unit = unit;
	return n;
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

/* What may stand between a food and its amount: ":", "–", "…", "x". */
static void cut_joint(struct span *s)
{
	static const char *const joints[] = { " ", "(", ":", "-", "–", "—", "…",
		"‥", "・", "：", "（", " x", " ×" };
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(joints); i++) {
		n = strlen(joints[i]);
		if (s->len > n && !memcmp(s->at + s->len - n, joints[i], n)) {
			s->len -= n;
			i = (size_t)-1;
		}
	}
}

/* An amount at the end of the line; cuts it off. */
static int amount_last(struct reading *r, struct span *s)
{
	size_t i, n, at;
	int32_t cp, before = ' ';

	for (i = 0; i < s->len; i += text_next(s->at + i, s->len - i, &cp)) {
		size_t rest = s->len - i;
		struct amount last;
		double v;

		if (i)
			before = (unsigned char)s->at[i - 1];
		/* numbers start behind a space, a colon, a closing bracket or
		 * a sign of a script without spaces */
		if (before < 0x80 && !strchr(" :)(-", before))
			continue;
		if (!text_next(s->at + i, rest, &cp) || !i ||
			(!text_is_unspaced(cp) &&
				!quantity_number(s->at + i, rest, &v)))
			continue;
		n = amount_read(r->k, s->at + i, rest, &last);
		if (!n)
			continue;
		at = i + n;
		at += counter(s->at + at, s->len - at);
		while (at < s->len && strchr(" .)", s->at[at]))
			at++;
		if (at < s->len)
			continue;
		take(r, &last);
		s->len = i;
		cut_joint(s);
		return 1;
	}
	return 0;
}

/* "juice of 2 lemons": the amount is taken out of the middle, and s becomes
 * what is left. */
static int amount_within(struct reading *r, struct span *s)
{
	size_t i, word, n, rest;
	struct amount a;
	int elided;

	for (i = 1; i < s->len; i++) {
		if (s->at[i - 1] != ' ')
			continue;
		word = wording(WORDING_FROM, s->at + i, s->len - i);
		if (!word)
			continue;
		n = amount_read(r->k, s->at + i + word, s->len - i - word, &a);
		rest = i + word + n;
		if (!n || rest >= s->len || s->at[rest - 1] != ' ')
			continue;
		take(r, &a);
		rest += wording(WORDING_OF, s->at + rest, s->len - rest);
		elided = s->at[i + word - 1] != ' ';
		s->at = arena_printf(r->mem, "%.*s%s%.*s",
			(int)(elided ? i : i + word), s->at,
			elided ? "de " : "", (int)(s->len - rest),
			s->at + rest);
		s->len = strlen(s->at);
		return 1;
	}
	return 0;
}

/* ---- optional ---- */

/* "Optional: …", "(optional) …" */
static void optional_first(struct reading *r, struct span *s)
{
	size_t open = s->len && (*s->at == '(' || *s->at == '[');
	size_t n = wording(WORDING_OPTIONAL, s->at + open, s->len - open), end;

	if (!n)
		return;
	end = open + n;
	while (end < s->len && strchr(" :)],", s->at[end]))
		end++;
	if (end >= s->len)
		return;
	note_add(r, s->at + open, n);
	skip(s, end);
}

static int says_optional(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((!i || !ascii_is_alnum(s[i - 1])) && s[i] != ' ' &&
			wording(WORDING_OPTIONAL, s + i, len - i))
			return 1;
	return 0;
}

/* ---- notes and alternatives ---- */

/* An opening bracket at s: its length, and *closes the sign that ends it. */
static size_t bracket(const char *s, size_t len, const char **closes)
{
	static const char *const pairs[][2] = { { "(", ")" }, { "[", "]" },
		{ "（", "）" }, { "【", "】" }, { "〔", "〕" } };
	size_t i;

	for (i = 0; i < ARRAY_LEN(pairs); i++) {
		if (text_ascii_prefix(s, len, pairs[i][0])) {
			*closes = pairs[i][1];
			return strlen(pairs[i][0]);
		}
	}
	return 0;
}

/* Bytes from behind an opening bracket to its end; brackets of the same kind
 * may nest. */
static size_t inside(const char *s, size_t len, const char *closes)
{
	size_t i, depth = 1;

	for (i = 0; i < len; i++) {
		if ((s[i] == '(' && *closes == ')') ||
			(s[i] == '[' && *closes == ']'))
			depth++;
		else if (text_ascii_prefix(s + i, len - i, closes) && !--depth)
			break;
	}
	return i;
}

/* "or cream": another food for the same purpose. */
static int take_alternative(struct reading *r, const char *s, size_t len)
{
	size_t or = wording(WORDING_OR, s, len);

	if (! or || r->out->alternative ||
		wording(WORDING_MORE, s + or, len - or) ||
		!names_food(r->k, s + or, len - or))
		return 0;
	r->out->alternative = arena_strndup(r->mem, s + or, len - or);
	return 1;
}

/* The text outside brackets goes to `out`, what is in them to the note. */
static void brackets_out(
	struct reading *r, const struct span *s, struct sbuf *out)
{
	size_t i = 0, n, len;
	const char *closes;

	while (i < s->len) {
		n = bracket(s->at + i, s->len - i, &closes);
		if (!n) {
			sbuf_addch(out, s->at[i++]);
			continue;
		}
		i += n;
		len = inside(s->at + i, s->len - i, closes);
		if (!take_alternative(r, s->at + i, len))
			note_add(r, s->at + i, len);
		i += len;
		if (i < s->len)
			i += strlen(closes);
		while (i < s->len && s->at[i] == ' ')
			i++;
		if (out->len && out->buf[out->len - 1] != ' ')
			sbuf_addch(out, ' ');
	}
	sbuf_rtrim(out);
}

/* What follows the comma, its brackets last. */
static void take_note(struct reading *r, const struct span *s)
{
	struct sbuf plain = SBUF_INIT(RECIPE_LINE_MAX);
	struct span rest = *s;
	struct reading inner = *r;
	size_t start = 0;

	trim(&rest);
	if (take_alternative(r, rest.at, rest.len))
		return;
	sbuf_init(&inner.note, RECIPE_LINE_MAX);
	brackets_out(&inner, &rest, &plain);
	while (start < plain.len && plain.buf[start] == ' ')
		start++;
	note_add(r, plain.buf + start, plain.len - start);
	note_add(r, inner.note.buf, inner.note.len);
	sbuf_release(&inner.note);
	sbuf_release(&plain);
}

/* Where the note starts behind a comma, a semicolon or a free dash; the
 * comma of "boneless, skinless chicken" divides nothing. */
static size_t note_start(
	const struct knowledge *k, const struct span *s, size_t *sign)
{
	static const char *const signs[] = { ", ", " , ", "; ", " - ", " – ",
		" — ", "、" };
	size_t i, n, tries = 0, depth = 0;

	for (i = 1; i < s->len; i++) {
		depth += s->at[i - 1] == '(';
		depth -= s->at[i - 1] == ')' && depth;
		for (n = 0; n < ARRAY_LEN(signs); n++)
			if (text_ascii_prefix(s->at + i, s->len - i, signs[n]))
				break;
		if (depth || n == ARRAY_LEN(signs))
			continue;
		n = strlen(signs[n]);
		if (tries++ < 3 && !names_food(k, s->at, i) &&
			names_food(k, s->at + i + n, s->len - i - n))
			continue;
		*sign = n;
		return i;
	}
	return s->len;
}

/* The first place behind a space, outside brackets, where such a wording
 * stands; the length when there is none. */
static size_t find_wording(enum wording kind, const struct span *s)
{
	size_t i, depth = 0;

	for (i = 1; i < s->len; i++) {
		depth += s->at[i - 1] == '(';
		depth -= s->at[i - 1] == ')' && depth;
		if (!depth && s->at[i - 1] == ' ' && s->at[i] != ' ' &&
			wording(kind, s->at + i, s->len - i))
			return i;
	}
	return s->len;
}

/* Where "or more", "or to taste" begins. */
static size_t more_start(const struct span *s)
{
	size_t i = find_wording(WORDING_OR, s), n;

	n = wording(WORDING_OR, s->at + i, s->len - i);
	return wording(WORDING_MORE, s->at + i + n, s->len - i - n) ? i
								    : s->len;
}

/* "salt to taste", "q.b. sale", 塩 少々: the words in place of an amount are
 * cut off; they make the end of the note. */
static void to_taste_out(struct span *s, struct span *taste)
{
	size_t n = wording(WORDING_TO_TASTE, s->at, s->len), i, end;

	if (n && n < s->len && s->at[n] == ' ') {
		taste->at = s->at;
		taste->len = n;
		skip(s, n + 1);
		return;
	}
	i = find_wording(WORDING_TO_TASTE, s);
	if (i == s->len || more_start(s) < s->len)
		return;
	n = wording(WORDING_TO_TASTE, s->at + i, s->len - i);
	for (end = i + n; end < s->len && strchr(" .", s->at[end]); end++)
		;
	if (end < s->len)
		return;
	taste->at = s->at + i;
	taste->len = n;
	s->len = i;
	cut_joint(s);
}

/* "onion finely chopped": behind the last known food, with nothing but its
 * preparation to follow. */
static size_t prepared_start(const struct knowledge *k, const struct span *s)
{
	struct match m[8];
	size_t n = knowledge_match(
		       k, MATCH_FOOD, s->at, s->len, m, ARRAY_LEN(m)),
	       end, word;

	if (!n || n == ARRAY_LEN(m))
		return s->len;
	end = m[n - 1].start + m[n - 1].len;
	if (end + 1 >= s->len || s->at[end] != ' ')
		return s->len;
	word = wording(WORDING_PREPARED, s->at + end + 1, s->len - end - 1);
	return word ? end + 1 : s->len;
}

/* Dutch "boter of margarine" is one or the other, English "steaks of cod" is
 * not: what stands before the word is meat or fish. */
static int is_cut_of(const struct knowledge *k, const char *s, size_t or)
{
	struct match m;
	size_t n;

	return text_ascii_prefix(s + or, 3, "of ") &&
	       knowledge_match(k, MATCH_FOOD, s, or, &m, 1) &&
	       knowledge_group_of(k, &knowledge_foods(k, &n)[m.row])->lead >=
		       GROUP_LEADS;
}

/* The end of the first of several foods: "butter or margarine", but "chicken
 * or vegetable stock" stays whole up to its own noun. Returns the length of
 * the first choice, the noun that completes it, and where the rest begins. */
static size_t first_choice(const struct knowledge *k, const struct span *s,
	struct span *noun, size_t *rest)
{
	struct match m, foods[8];
	size_t i, n, last, n_foods;

	noun->len = 0;
	i = find_wording(WORDING_OR, s);
	if (i < s->len && is_cut_of(k, s->at, i))
		return s->len;
	if (i < s->len) {
		n = wording(WORDING_OR, s->at + i, s->len - i);
		i--;
		*rest = i + 1 + n;
	} else {
		const char *slash = memchr(s->at, '/', s->len);

		i = slash ? (size_t)(slash - s->at) : s->len;
		if (i == s->len || !i || i + 1 == s->len ||
			ascii_is_digit(s->at[i - 1]) ||
			ascii_is_digit(s->at[i + 1]))
			return s->len;
		*rest = i + 1;
		while (s->at[*rest] == ' ')
			++*rest;
		while (i && s->at[i - 1] == ' ')
			i--;
	}
	n_foods = knowledge_match(
		k, MATCH_FOOD, s->at, s->len, foods, ARRAY_LEN(foods));
	*rest += wording(WORDING_OF, s->at + *rest, s->len - *rest);
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
	/* "zest of lemon" is one thing, whatever "of" means in Dutch */
	for (n = 0; n < n_foods; n++)
		if (foods[n].start < i && foods[n].start + foods[n].len > i + 1)
			return s->len;
	return names_food(k, s->at, i) ? i : s->len;
}

/* A full stop that ends no abbreviation. */
static void cut_stop(struct span *s)
{
	size_t i;

	if (s->len < 4 || s->at[s->len - 1] != '.')
		return;
	for (i = s->len - 1; i > 0 && s->at[i - 1] != ' '; i--)
		if (s->at[i - 1] == '.')
			return;
	if (s->len - i > 3)
		s->len--;
}

/* ---- the line ---- */

/* Take the amount, wherever it stands; s becomes the rest. */
static void read_amount(struct reading *r, struct span *s)
{
	struct amount a;
	size_t some = wording(WORDING_SOME, s->at, s->len), n;

	n = some ? 0 : amount_read(r->k, s->at, s->len, &a);
	if (some) {
		n = some;
	} else if (n) {
		const struct unit *unit = a.unit;

		/* "5 cloves": nothing else is left to be the food */
		if (n >= s->len && unit && unit->kind == UNIT_PIECE) {
			double v;

			n = quantity_read(s->at, s->len, &v, &v);
			a.unit = n && names_food(r->k, s->at + n, s->len - n)
					 ? NULL
					 : unit;
			n = a.unit ? s->len : n;
		}
		take(r, &a);
	} else if (!amount_last(r, s) && !amount_within(r, s)) {
		n = bare_unit(r, s);
	}
	skip(s, n);
	trim(s);
	if (!n)
		return;
	skip(s, wording(WORDING_EACH, s->at, s->len));
	skip(s, wording(WORDING_OF, s->at, s->len));
}

/* "Potatoes, 1 kg, peeled": the amount stands where the note begins. */
static void amount_in_note(struct reading *r, struct span *note)
{
	struct amount a;
	size_t n;

	double v;

	trim(note);
	if (r->out->lo > 0 || !quantity_number(note->at, note->len, &v))
		return;
	n = amount_read(r->k, note->at, note->len, &a);
	if (!n)
		return;
	take(r, &a);
	skip(note, n);
}

/* The food, without all that is said about it. */
static void read_food(struct reading *r, struct span *s)
{
	struct sbuf food = SBUF_INIT(2 * RECIPE_LINE_MAX);
	struct span tail, noun;
	size_t n = find_wording(WORDING_FOR, s), i, rest = 0;

	i = find_wording(WORDING_OPTIONAL, s);
	n = i < n ? i : n;
	i = more_start(s);
	n = i < n ? i : n;
	tail.at = s->at + n;
	tail.len = s->len - n;
	s->len = n;
	brackets_out(r, s, &food);
	s->at = food.buf;
	s->len = food.len;
	trim(s);
	n = prepared_start(r->k, s);
	note_add(r, s->at + n, s->len - n);
	s->len = n;
	trim(s);
	cut_stop(s);
	n = first_choice(r->k, s, &noun, &rest);
	if (n < s->len)
		r->out->alternative =
			arena_strndup(r->mem, s->at + rest, s->len - rest);
	r->out->food = noun.len ? arena_printf(r->mem, "%.*s %.*s", (int)n,
					  s->at, (int)noun.len, noun.at)
				: arena_strndup(r->mem, s->at, n);
	note_add(r, tail.at, tail.len);
	sbuf_release(&food);
}

void ingredient_parse(const struct knowledge *k, const char *line,
	struct arena *mem, struct ingredient *out)
{
	struct reading r = { .k = k, .mem = mem, .out = out };
	struct sbuf tidied = SBUF_INIT(2 * RECIPE_LINE_MAX);
	struct span s = { line, text_cut(line, strlen(line), PARSED_MAX) },
		    note, taste = { NULL, 0 };
	size_t sign = 0, n;

	sbuf_init(&r.note, 4 * RECIPE_LINE_MAX);
	memset(out, 0, sizeof(*out));
	if (!line_is_tidy(s.at, s.len)) {
		line_tidy(s.at, s.len, &tidied);
		s.at = tidied.buf;
		s.len = tidied.len;
	}
	trim(&s);
	out->optional = says_optional(s.at, s.len);
	optional_first(&r, &s);
	to_taste_out(&s, &taste);
	read_amount(&r, &s);
	n = note_start(k, &s, &sign);
	note.at = s.at + n + (n < s.len ? sign : 0);
	note.len = s.len - (size_t)(note.at - s.at);
	s.len = n;
	if (note.len)
		amount_in_note(&r, &note);
	read_food(&r, &s);
	if (note.len)
		take_note(&r, &note);
	note_add(&r, taste.at, taste.len);
	if (!*out->food)
		out->food = arena_strdup(mem, line);
	out->note = r.note.len ? arena_strdup(mem, r.note.buf) : NULL;
	sbuf_release(&r.note);
	sbuf_release(&tidied);
}
