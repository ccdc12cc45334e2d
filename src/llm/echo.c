/*
 * A recipe is written by strangers, and a model may do what it says there. So
 * we do not ask whether a sentence is meant well, but what it has that a
 * sommelier's would not have: a link, markup, a shop, a number to ring, words
 * in disguise, six words in a row of the recipe, or a name that stands in the
 * recipe and in none of our tables. A false alarm costs little: the engine's
 * own words are shown instead.
 *
 * That is no wall: an order may ask for anything in other words. What it holds
 * back is what leads somewhere, and the names that the recipe itself spells.
 *
 * Words are compared folded. Where a script has no spaces, every character
 * counts as a word.
 */
#include "llm/echo.h"

#include "llm/excerpt.h"

#define RUN 6	      /* words of the recipe in a row are no accident */
#define NAME_WORD 4   /* letters of a word that can be a name */
#define NAME_HIDDEN 5 /* of one that is looked for within others */
#define SPELLED 6     /* single letters in a row; "a D.O.C.G." has five */
#define WORD_MOST 32  /* letters and digits */
#define DIGITS_MOST 6 /* with no letter between; a telephone has more */
#define TEXT_MAX ((size_t)64 * 1024)

struct word {
	const char *text; /* folded */
	uint32_t hash;
	size_t letters;
	int proper; /* it begins with a capital, and no sentence */
	int small;  /* it begins with a small letter, between spaces */
	int odd;    /* no word of any language */
};

struct words {
	struct word *at;
	size_t n, cap;
};

struct echo {
	const struct knowledge *k;
	struct arena *mem;
	struct words recipe;
	size_t steps; /* the first word of those in recipe */
	const char *
		*wine; /* words of wines and labels, sorted; NULL: not yet */
	size_t n_wine, cap_wine;
};

/* ---- words ---- */

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static int is_quote(int32_t cp)
{
	return cp == '\'' || cp == '"' || cp == '(' || cp == '*' ||
	       (cp >= 0x2018 && cp <= 0x201F);
}

static int is_apostrophe(int32_t cp)
{
	return cp == '\'' || cp == 0x2019;
}

static int ends_sentence(int32_t cp)
{
	return cp == '.' || cp == '!' || cp == '?' || cp == ':' || cp == ';';
}

static int looks_proper(int32_t first)
{
	return first > 0x7F || (first >= 'A' && first <= 'Z');
}

static int is_latin(int32_t cp)
{
	return ascii_is_alpha((char)cp) && cp < 0x80;
}

/* Greek, Cyrillic, Armenian: they have letters that look like ours. */
static int looks_latin(int32_t cp)
{
	return (cp >= 0x0370 && cp <= 0x058F) || (cp >= 0x13A0 && cp <= 0x13FF);
}

/* Of several scripts, with digits for letters, WithCapitals inside, or longer
 * than words are: what encodings and disguises look like. */
static int is_odd(const char *s, size_t len)
{
	size_t at, step, letters = 0, digits = 0;
	int latin = 0, other = 0, late = 0, camel = 0;
	int32_t cp, before = 0;

	for (at = 0; (step = text_next(s + at, len - at, &cp)); at += step) {
		latin |= is_latin(cp);
		other |= looks_latin(cp);
		camel |= before >= 'a' && before <= 'z' && cp >= 'A' &&
			 cp <= 'Z';
		late |= letters && text_is_digit(cp);
		letters += text_is_letter(cp) != 0;
		digits += text_is_digit(cp) != 0;
		before = cp;
	}
	return (latin && other) || camel || (late && letters > 1) ||
	       (digits && letters > 3) || letters + digits > WORD_MOST;
}

/* "Fraud's" is "Fraud". */
static size_t bare_len(const char *s, size_t len)
{
	static const char *const ends[] = { "'s", "\xE2\x80\x99s" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(ends); i++) {
		size_t n = strlen(ends[i]);

		if (len > n && memcmp(s + len - n, ends[i], n) == 0)
			return len - n;
	}
	return len;
}

static void add_word(struct arena *mem, struct words *list, const char *s,
	size_t len, size_t letters, int proper)
{
	struct sbuf folded = SBUF_INIT(4 * len + 16), bare = folded;
	struct word *w;
	size_t at, step;
	int32_t cp;

	text_fold(s, bare_len(s, len), &folded);
	for (at = 0; (step = text_next(folded.buf + at, folded.len - at, &cp));
		at += step)
		if (!is_apostrophe(cp))
			sbuf_add(&bare, folded.buf + at, step);
	list->at = arena_grow(
		mem, list->at, list->n, &list->cap, sizeof(*list->at));
	w = &list->at[list->n++];
	w->text = arena_strndup(mem, bare.buf, bare.len);
	w->hash = hash(w->text);
	w->letters = letters;
	w->proper = proper;
	w->odd = is_odd(s, len);
	sbuf_release(&folded);
	sbuf_release(&bare);
}

/* "lamb" in "the lamb, and"; not in "lamb.example", "wine@lamb". */
static int stands_alone(const char *text, size_t from, size_t at)
{
	char next = text[at];

	if (next && strchr(".,;:!?", next))
		next = text[at + 1];
	return (!from || ascii_is_space(text[from - 1])) &&
	       (!next || ascii_is_space(next));
}

static void add_words(struct arena *mem, struct words *list, const char *text)
{
	size_t len = strlen(text), at = 0, step, from, letters;
	int begins = 1, proper; /* a sentence */
	int32_t cp;

	while ((step = text_next(text + at, len - at, &cp))) {
		if (!text_is_letter(cp) && !text_is_digit(cp)) {
			if (ends_sentence(cp))
				begins = 1;
			else if (!text_is_space(cp) && !is_quote(cp))
				begins = 0;
			at += step;
			continue;
		}
		from = at;
		letters = 0;
		proper = !begins && looks_proper(cp);
		begins = 0;
		do {
			letters += text_is_letter(cp) != 0;
			at += step;
			if (text_is_unspaced(cp))
				break;
			step = text_next(text + at, len - at, &cp);
		} while (step && !text_is_unspaced(cp) &&
			 (text_is_letter(cp) || text_is_digit(cp) ||
				 is_apostrophe(cp)));
		add_word(mem, list, text + from, at - from, letters, proper);
		list->at[list->n - 1].small = text[from] >= 'a' &&
					      text[from] <= 'z' &&
					      stands_alone(text, from, at);
	}
}

struct echo *echo_new(
	const struct knowledge *k, const struct recipe *r, struct arena *mem)
{
	struct echo *x = arena_alloc(mem, sizeof(*x));
	struct excerpt shown;
	size_t i;

	x->k = k;
	x->mem = mem;
	excerpt_make(r, mem, &shown);
	add_words(mem, &x->recipe, shown.name);
	for (i = 0; i < shown.n_ingredients; i++)
		add_words(mem, &x->recipe, shown.ingredients[i]);
	x->steps = x->recipe.n;
	add_words(mem, &x->recipe, shown.steps);
	return x;
}

/* ---- the words of wines ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_known(struct echo *x, const char *text)
{
	struct words list = { NULL, 0, 0 };
	size_t i;

	add_words(x->mem, &list, text);
	for (i = 0; i < list.n; i++) {
		x->wine = arena_grow(x->mem, x->wine, x->n_wine, &x->cap_wine,
			sizeof(*x->wine));
		x->wine[x->n_wine++] = list.at[i].text;
	}
}

static void add_all_known(struct echo *x, const char *const *list)
{
	for (; list && *list; list++)
		add_known(x, *list);
}

static void know_wines(struct echo *x)
{
	const struct wine *wines;
	const struct label *labels;
	size_t i, n;

	wines = knowledge_wines(x->k, &n);
	for (i = 0; i < n; i++) {
		add_known(x, wines[i].name);
		add_known(x, wines[i].region);
		add_all_known(x, wines[i].aliases);
		add_all_known(x, wines[i].grapes);
	}
	labels = knowledge_labels(x->k, &n);
	for (i = 0; i < n; i++)
		add_all_known(x, labels[i].words);
	if (x->n_wine)
		qsort(x->wine, x->n_wine, sizeof(*x->wine), by_text);
}

static int is_wine_word(struct echo *x, const struct word *w)
{
	if (!x->wine)
		know_wines(x);
	return x->wine && bsearch(&w->text, x->wine, x->n_wine,
				  sizeof(*x->wine), by_text) != NULL;
}

/* Does it speak of food? */
static int is_food_word(const struct echo *x, const struct word *w)
{
	static const enum match_table tables[] = { MATCH_FOOD, MATCH_TECHNIQUE,
		MATCH_CUISINE, MATCH_CLASSIC };
	struct match m;
	size_t i;

	for (i = 0; i < ARRAY_LEN(tables); i++)
		if (knowledge_match(
			    x->k, tables[i], w->text, strlen(w->text), &m, 1))
			return 1;
	return 0;
}

static int same(const struct word *a, const struct word *b)
{
	return a->hash == b->hash && strcmp(a->text, b->text) == 0;
}

static int in_recipe(const struct echo *x, const struct word *w)
{
	size_t i;

	for (i = 0; i < x->recipe.n; i++)
		if (same(&x->recipe.at[i], w))
			return 1;
	return 0;
}

int echo_names_recipe(struct echo *x, const char *name)
{
	struct words list = { NULL, 0, 0 };
	size_t i;

	add_words(x->mem, &list, name);
	for (i = 0; i < list.n; i++)
		if (list.at[i].letters >= NAME_WORD &&
			in_recipe(x, &list.at[i]) &&
			!is_wine_word(x, &list.at[i]))
			return 1;
	return 0;
}

/* ---- what is unfit ---- */

static int is_dot(int32_t cp)
{
	return cp == '.' || cp == 0x3002; /* as browsers see it */
}

/* A letter or digit of a script that has spaces. */
static int in_domain(int32_t cp)
{
	return (text_is_letter(cp) || text_is_digit(cp)) &&
	       !text_is_unspaced(cp);
}

/* "example.com", "example .com", "10.1.2.3", "tel:0800", "&period;" */
static int has_address(const char *s)
{
	/* the four characters before this one */
	int32_t cp, a = ' ', b = ' ', c = ' ', d = ' ';
	size_t at, step, len = strlen(s), dotted = 0;

	for (at = 0; (step = text_next(s + at, len - at, &cp)); at += step) {
		if (is_dot(c) && in_domain(b) && in_domain(d) &&
			in_domain(cp) && text_is_letter(d) &&
			text_is_letter(cp))
			return 1;
		if (is_dot(c) && text_is_space(b) && in_domain(a) && !is_dot(d))
			return 1;
		if (is_dot(d) && text_is_digit(c) && text_is_digit(cp))
			dotted++;
		else if (!text_is_digit(cp) && !is_dot(cp))
			dotted = 0;
		if (dotted > 1 ||
			(d == ':' && text_is_letter(c) && in_domain(cp)) ||
			(d == '&' && text_is_letter(cp)))
			return 1;
		a = b;
		b = c;
		c = d;
		d = cp;
	}
	return 0;
}

/* Signs that stand in no sentence, and letters in rings and boxes. */
static int has_sign(const char *s)
{
	size_t at, step, len = strlen(s), digits = 0;
	int32_t cp;

	for (at = 0; (step = text_next(s + at, len - at, &cp)); at += step) {
		if (text_is_digit(cp))
			digits++;
		else if (text_is_letter(cp) || cp == ',' || cp == ';' ||
			 cp == '%' || cp == 0xB0)
			digits = 0;
		if (digits > DIGITS_MOST ||
			(cp < 0x80 && strchr("[]=#\\|~^_", (char)cp)) ||
			(cp >= 0x2460 && cp <= 0x24FF) ||
			(cp >= 0xE000 && cp <= 0xF8FF) ||
			(cp >= 0x1F100 && cp <= 0x1F2FF) || cp >= 0xE0000)
			return 1;
	}
	return 0;
}

static int has_any(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (strstr(s, *list))
			return 1;
	return 0;
}

static int is_linked_or_marked(const char *text)
{
	static const char *const signs[] = { "http", "www.", "://", "@", "<",
		">", "{", "}", "`", "](", "**", "&#", "&amp", "&lt", "&gt",
		"&quot", "(at)", "$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5",
		NULL };
	struct sbuf folded = SBUF_INIT(TEXT_MAX);
	int bad;

	text_fold(text, strlen(text), &folded);
	bad = folded.full || has_any(folded.buf, signs) ||
	      has_any(text, signs) || has_address(folded.buf) || has_sign(text);
	sbuf_release(&folded);
	return bad;
}

/* Words of trade, and of a program that speaks of itself. */
static int is_trade(const struct words *list)
{
	static const char *const phrases[] = { " buy ", " buying ",
		" purchase ", " shop ", " shops ", " webshop ", " website ",
		" discount ", " discounts ", " coupon ", " coupons ",
		" voucher ", " vouchers ", " promo ", " code ", " codes ",
		" order at ", " order from ", " order now ", " order online ",
		" order it ", " order today ", " on sale ", " for sale ",
		" click ", " dot ", " slash ", " javascript ", " url ",
		" email ", " e mail ", " telephone ", " phone ", " store ",
		" stores ", " online ", " cheaper ", " kaufen ", " bestellen ",
		" gutschein ", " rabatt ", " acheter ", " commandez ",
		" comprar ", " tienda ", " acquistare ", " negozio ", " kopen ",
		" korting ", " as an ai ", " language model ", NULL };
	struct sbuf all = SBUF_INIT(TEXT_MAX);
	size_t i;
	int bad;

	sbuf_addch(&all, ' ');
	for (i = 0; i < list->n; i++)
		sbuf_addf(&all, "%s ", list->at[i].text);
	bad = all.full || has_any(all.buf, phrases);
	sbuf_release(&all);
	return bad;
}

static int repeats(const struct echo *x, const struct words *list)
{
	size_t i, j, n;

	for (i = 0; i + RUN <= list->n; i++)
		for (j = 0; j + RUN <= x->recipe.n; j++) {
			for (n = 0; n < RUN && same(&list->at[i + n],
						       &x->recipe.at[j + n]);
				n++)
				;
			if (n == RUN)
				return 1;
		}
	return 0;
}

/* A name that the recipe has and no table of ours. */
static int names_stranger(struct echo *x, const struct words *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct word *w = &list->at[i];

		if (w->proper && w->letters >= NAME_WORD && in_recipe(x, w) &&
			!is_food_word(x, w) && !is_wine_word(x, w))
			return 1;
	}
	return 0;
}

/* A name in the steps, never written small: not a word of cooking. */
static int is_name(struct echo *x, const struct word *w)
{
	size_t i;

	if (!w->proper || w->letters < NAME_HIDDEN)
		return 0;
	for (i = 0; i < x->recipe.n; i++)
		if (x->recipe.at[i].small && same(&x->recipe.at[i], w))
			return 0;
	return !is_food_word(x, w) && !is_wine_word(x, w);
}

/* Such a name however it stands here: small, s p e l l e d, cut in two. */
static int hides_name(struct echo *x, const struct words *list)
{
	struct sbuf all = SBUF_INIT(TEXT_MAX);
	size_t i;
	int bad;

	for (i = 0; i < list->n; i++)
		sbuf_addstr(&all, list->at[i].text);
	bad = all.full;
	for (i = x->steps; i < x->recipe.n && !bad; i++)
		bad = strstr(all.buf, x->recipe.at[i].text) &&
		      is_name(x, &x->recipe.at[i]);
	sbuf_release(&all);
	return bad;
}

static int is_disguised(const struct words *list)
{
	size_t i, single = 0;

	for (i = 0; i < list->n; i++) {
		const struct word *w = &list->at[i];
		int32_t cp = 0;

		(void)text_next(w->text, strlen(w->text), &cp);
		single = w->letters == 1 && !text_is_unspaced(cp) ? single + 1
								  : 0;
		if (w->odd || single == SPELLED)
			return 1;
	}
	return 0;
}

int echo_unfit(struct echo *x, const char *text)
{
	struct words list = { NULL, 0, 0 };

	add_words(x->mem, &list, text);
	return is_linked_or_marked(text) || is_trade(&list) ||
	       is_disguised(&list) || repeats(x, &list) ||
	       names_stranger(x, &list) || hides_name(x, &list);
}
