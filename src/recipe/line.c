#include "recipe/line.h"

#include "recipe/amount.h"
#include "recipe/draft.h"
#include "recipe/quantity.h"
#include "recipe/wording.h"

#define LABEL_MAX 60 /* bytes of a heading or label */
#define LIST_WORDS 16

size_t line_words(const char *s, size_t len)
{
	size_t i = 0, n, words = 0, unspaced = 0;
	int32_t cp;
	int inside = 0;

	while ((n = text_next(s + i, len - i, &cp)) > 0) {
		i += n;
		if (text_is_unspaced(cp)) {
			unspaced++;
			inside = 0;
		} else if (text_is_letter(cp) || text_is_digit(cp)) {
			words += !inside;
			inside = 1;
		} else if (cp != '\'' && cp != 0x2019 && cp != '-') {
			inside = 0;
		}
	}
	return words + (unspaced + 1) / 2;
}

int line_is_sentence(const char *s, size_t len)
{
	static const char *const stops[] = { "。", "！", "？", "।", "؟", "…" };
	size_t i;

	while (len && strchr(" )\"'", s[len - 1]))
		len--;
	if (!len)
		return 0;
	if (strchr(".!?;", s[len - 1]))
		return 1;
	for (i = 0; i < ARRAY_LEN(stops); i++) {
		size_t n = strlen(stops[i]);

		if (len > n && !memcmp(s + len - n, stops[i], n))
			return 1;
	}
	return 0;
}

/* Signs that dress a heading: "## Zutaten:", "** Method **", "— Tips —". */
static void undress(const char **s, size_t *len)
{
	size_t n;

	for (;;) {
		while (*len && strchr("#*_=~ \t|", **s))
			(*s)++, (*len)--;
		n = line_bullet(*s, *len);
		if (!n)
			break;
		*s += n;
		*len -= n;
	}
	for (;;) {
		if (*len && strchr("#*_=~: \t|-!", (*s)[*len - 1]))
			(*len)--;
		else if (*len >= 3 && !memcmp(*s + *len - 3, "：", 3))
			*len -= 3;
		else
			break;
	}
}

/* The knowledge spells headings with a plain apostrophe. */
static enum heading_kind look_up(
	const struct knowledge *k, const char *s, size_t len)
{
	char plain[LABEL_MAX + 1];
	size_t i, n = 0;

	undress(&s, &len);
	if (!len || len > LABEL_MAX)
		return HEADING_NONE;
	for (i = 0; i < len; i++) {
		if (len - i >= 3 && !memcmp(s + i, "\xE2\x80\x99", 3)) {
			plain[n++] = '\'';
			i += 2;
		} else {
			plain[n++] = s[i];
		}
	}
	return knowledge_heading(k, plain, n);
}

static size_t find_colon(const char *s, size_t len, size_t *sign)
{
	size_t i;

	for (i = 0; i < len && i <= LABEL_MAX; i++) {
		*sign = 1;
		if (s[i] == ':')
			return i;
		*sign = 3;
		if (len - i >= 3 && !memcmp(s + i, "：", 3))
			return i;
	}
	return len;
}

static size_t skip_spaces(const char *s, size_t len, size_t i)
{
	while (i < len && s[i] == ' ')
		i++;
	return i;
}

/* "Ingredients (serves 4)", "材料（4人分）": up to the bracket. */
static size_t find_bracket(const char *s, size_t len)
{
	size_t i;

	for (i = 1; i < len; i++)
		if (s[i] == '(' || s[i] == '[' ||
			(len - i >= 3 && (!memcmp(s + i, "（", 3) ||
						 !memcmp(s + i, "【", 3))))
			return i;
	return len;
}

/* "How to make apple pie", "Cómo hacer lentejas": the name of the dish may
 * follow. */
static int asks_how(const char *s, size_t len)
{
	static const char *const words[] = { "how to ", "cómo ", "come ",
		"como ", "comment ", "hoe ", "hur ", "hvordan ", "så här ",
		"sådan ", "jak ", "как ", "Как ", "як ", "Як ", "πώς ", "Πώς ",
		"cara ", "cách ", "Cách ", NULL };
	size_t i;

	for (i = 0; words[i]; i++)
		if (text_ascii_prefix(s, len, words[i]))
			return line_words(s, len) <= 9 && s[len - 1] != '.';
	return 0;
}

/* A heading whose first words are known and whose tail says for whom or for
 * what: "Zutaten für 4 Personen", "Serves 4", "Prep time 10 min". */
static enum heading_kind leading(
	const struct knowledge *k, const char *s, size_t len, struct heading *h)
{
	static const char *const joints[] = { "for ", "für ", "pour ", "para ",
		"per ", "voor ", "för ", "til ", "till ", "dla ", "pro ", "na ",
		"για ", "fur ", "to make ", "x ", NULL };
	size_t i, words = 0;

	if (len > 2 * LABEL_MAX)
		return HEADING_NONE;
	for (i = 0; i <= len && words < 4; i++) {
		enum heading_kind kind;
		size_t rest, j;
		double v;

		if (i == 0 || (i < len && s[i] != ' ') || i > LABEL_MAX)
			continue;
		words++;
		kind = look_up(k, s, i);
		rest = skip_spaces(s, len, i);
		if (kind == HEADING_NONE || rest >= len)
			continue;
		h->rest = rest;
		if (kind == HEADING_YIELD) {
			double hi;
			size_t n = quantity_read(s + rest, len - rest, &v, &hi);

			if (n && (quantity_number(s + rest, len - rest, &v) ||
					 rest + n < len))
				return kind;
		}
		if (kind == HEADING_TIME &&
			duration_find(s + rest, len - rest) > 0 &&
			!line_is_sentence(s, len))
			return kind;
		if (kind != HEADING_INGREDIENTS && kind != HEADING_INSTRUCTIONS)
			continue;
		for (j = 0; joints[j]; j++)
			if (text_ascii_prefix(s + rest, len - rest, joints[j]))
				return kind;
		if (kind == HEADING_INSTRUCTIONS && asks_how(s, len)) {
			h->rest = len;
			return kind;
		}
	}
	return HEADING_NONE;
}

/* "4 servings", "12 Stück": a number and a word of the yield. */
static int is_portions(const struct knowledge *k, const char *s, size_t len)
{
	double lo, hi;
	size_t n = quantity_number(s, len, &lo), i;

	if (!n || len > LABEL_MAX)
		return 0;
	n = quantity_read(s, len, &lo, &hi);
	i = skip_spaces(s, len, n);
	return i < len && look_up(k, s + i, len - i) == HEADING_YIELD;
}

static int is_total(const char *s, size_t len)
{
	static const char *const stems[] = { "total", "gesamt", "totaal",
		"samlet", "i alt", "laczn", "calkowit", "συνολικ", "общ",
		"合計", "总", "總", "celkov", "osszes", "toplam", "ready in",
		"fertig in", "pret en", "listo en", "pronto in", "klaar in",
		"takes", "duration", "dauer", "duree", "所要", NULL };
	struct sbuf folded = SBUF_INIT(4 * LABEL_MAX);
	size_t i;
	int yes = 0;

	text_fold(s, text_cut(s, len, LABEL_MAX), &folded);
	for (i = 0; stems[i] && !yes; i++)
		yes = strstr(folded.buf, stems[i]) != NULL;
	sbuf_release(&folded);
	return yes;
}

enum heading_kind line_heading(
	const struct knowledge *k, const char *s, size_t len, struct heading *h)
{
	const char *start = s;
	size_t whole = len, colon, sign, bracket, cut;

	h->kind = HEADING_NONE;
	h->rest = whole;
	h->is_total = 0;
	undress(&s, &len);
	if (!len)
		return HEADING_NONE;
	if (len <= LABEL_MAX)
		h->kind = look_up(k, s, len);
	if (h->kind == HEADING_NONE) {
		colon = find_colon(s, len, &sign);
		bracket = find_bracket(s, len < 2 * LABEL_MAX ? len : 0);
		cut = bracket < colon && bracket < len ? bracket : colon;
		if (cut < len && cut <= LABEL_MAX)
			h->kind = look_up(k, s, cut);
		if (h->kind != HEADING_NONE) {
			h->rest = skip_spaces(
				s, len, cut == bracket ? cut : cut + sign);
			h->is_total = is_total(s, cut);
		} else if ((h->kind = leading(k, s, len, h)) != HEADING_NONE) {
			h->is_total = is_total(s, h->rest);
		} else if (is_portions(k, s, len)) {
			h->kind = HEADING_YIELD;
			h->rest = 0;
		}
		if (h->kind != HEADING_NONE)
			h->rest += (size_t)(s - start);
	} else {
		h->is_total = is_total(s, len);
	}
	return h->kind;
}

/* Share of the line's words that foods cover, in per cent. */
static unsigned food_share(const struct knowledge *k, const char *s, size_t len)
{
	struct match m[16];
	size_t n = knowledge_match(k, MATCH_FOOD, s, len, m, ARRAY_LEN(m)), i,
	       covered = 0;
	size_t words = line_words(s, len);

	for (i = 0; i < n; i++)
		covered += line_words(s + m[i].start, m[i].len);
	return words ? (unsigned)(covered * 100 / words) : 0;
}

static int is_unspaced(const char *s, size_t len)
{
	size_t i = 0, n;
	int32_t cp;

	while ((n = text_next(s + i, len - i, &cp)) > 0) {
		if (text_is_unspaced(cp))
			return 1;
		i += n;
	}
	return 0;
}

/* "For the sauce", "Für den Teig": what a part of the list is for. */
static int is_for_part(const char *s, size_t len)
{
	static const char *const starts[] = { "for the ", "für den ",
		"für die ", "für das ", "pour la ", "pour le ", "pour les ",
		"pour l'", "pour l’", "para la ", "para el ", "para los ",
		"para las ", "para o ", "para a ", "para os ", "para as ",
		"per il ", "per la ", "per lo ", "per i ", "per le ",
		"per gli ", "per l'", "per l’", "voor de ", "voor het ", "для ",
		"Для ", "για τη ", "Για τη ", "για την ", "Για την ", "για το ",
		"Για το ", "για τα ", "Για τα ", "για τον ", "Για τον ", NULL };
	size_t i;

	if (len > LABEL_MAX || line_words(s, len) > 5 || memchr(s, ',', len) ||
		line_is_sentence(s, len))
		return 0;
	for (i = 0; starts[i]; i++)
		if (text_ascii_prefix(s, len, starts[i]))
			return 1;
	return 0;
}

/* "【ソース】", "[소스]": all of it in brackets */
static int is_boxed(const char *s, size_t len)
{
	if (len > LABEL_MAX || len < 3)
		return 0;
	if (*s == '[' && s[len - 1] == ']' && s[1] != ' ')
		return memchr(s, ']', len) == s + len - 1;
	return len > 6 && !memcmp(s, "【", 3) && !memcmp(s + len - 3, "】", 3);
}

static int is_group(const char *s, size_t len)
{
	return s[len - 1] == ':' ||
	       (len > 3 && !memcmp(s + len - 3, "：", 3)) ||
	       is_for_part(s, len) || is_boxed(s, len);
}

/* "3 шт.", "2 ст. л.", "q.b.": the full stop ends an abbreviation. */
static int ends_short(const struct knowledge *k, const char *s, size_t len)
{
	const struct unit *unit;
	size_t i, words = 0;

	if (len < 2 || s[len - 1] != '.')
		return 0;
	for (i = len - 1; i > 0 && words < 3; i--) {
		if (s[i - 1] != ' ')
			continue;
		words++;
		if (wording(WORDING_TO_TASTE, s + i, len - i) >= len - i - 1 ||
			amount_unit(k, s + i, len - i, &unit) == len - i)
			return 1;
	}
	return 0;
}

/* "salt to taste", 塩 少々 */
static int ends_to_taste(const char *s, size_t len)
{
	size_t i;

	for (i = 1; i < len; i++)
		if (s[i - 1] == ' ' && s[i] != ' ' &&
			wording(WORDING_TO_TASTE, s + i, len - i) == len - i)
			return 1;
	return 0;
}

enum line_class line_classify(
	const struct knowledge *k, struct arena *mem, const char *s, size_t len)
{
	const struct unit *unit;
	struct ingredient in;
	size_t bullet, number, words;
	unsigned share;
	int sentence, digit, counted;
	double v;

	bullet = line_bullet(s, len);
	s += bullet;
	len -= bullet;
	number = line_step_number(s, len);
	s += number;
	len -= number;
	words = line_words(s, len);
	sentence = line_is_sentence(s, len) && !ends_short(k, s, len);
	if (!words)
		return LINE_OTHER;
	if (words > LIST_WORDS)
		return number || sentence || words > 25 ? LINE_STEP
							: LINE_OTHER;
	digit = quantity_number(s, len, &v) > 0;
	if (!digit && is_group(s, len))
		return LINE_GROUP;
	/* "4. Scoop over rice." is no scoop of rice */
	if (number && !digit && sentence && words > 3)
		return LINE_STEP;
	ingredient_parse(k, s, mem, &in);
	unit = in.unit;
	counted = in.lo > 0;
	share = food_share(k, s, len);
	if (counted && unit && (unit->kind != UNIT_PIECE || share) &&
		(!sentence || (share && words <= 8)))
		return LINE_AMOUNT;
	if (digit && share && words <= (sentence ? 5 : COUNTED_WORDS))
		return LINE_AMOUNT;
	/* few foods of these scripts are in the tables, but a list is seen */
	if (counted && !sentence && is_unspaced(s, len))
		return LINE_AMOUNT;
	if (words <= 6 && (ends_to_taste(s, len) ||
				  (!sentence && wording(WORDING_SOME, s, len))))
		return LINE_FOOD;
	if (sentence && words > 3)
		return LINE_STEP;
	if (bullet && share >= 30 && words <= 10)
		return LINE_AMOUNT;
	if (share >= 50 && words <= 6)
		return LINE_FOOD;
	return number ? LINE_STEP : LINE_OTHER;
}

/* "(4 people)", "（4人分）", "for 4 :" without what is around it */
static const char *bare_yield(struct arena *mem, const char *s, size_t len)
{
	static const char *const around[] = { " ", ":", "(", ")", "[", "]",
		"：", "（", "）" };
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(around); i++) {
		n = strlen(around[i]);
		if (len >= n && !memcmp(s, around[i], n)) {
			s += n;
			len -= n;
			i = (size_t)-1;
		}
	}
	for (i = 0; i < ARRAY_LEN(around); i++) {
		n = strlen(around[i]);
		if (len >= n && !memcmp(s + len - n, around[i], n)) {
			/* a bracket that was opened within stays */
			if (around[i][0] == ')' && memchr(s, '(', len))
				break;
			len -= n;
			i = (size_t)-1;
		}
	}
	return draft_clean(mem, s, len, 200);
}

void line_facts_take(struct line_facts *f, const struct heading *h,
	struct arena *mem, const char *s, size_t len)
{
	int minutes;

	if (h->kind == HEADING_YIELD && !f->yield)
		f->yield = bare_yield(mem, s, len);
	if (h->kind != HEADING_TIME)
		return;
	minutes = duration_find(s, len);
	if (minutes <= 0)
		return;
	if (h->is_total)
		f->total = minutes;
	else
		f->parts += minutes;
}

int line_facts_minutes(const struct line_facts *f)
{
	return f->total > 0 ? f->total : f->parts > 0 ? f->parts : -1;
}
