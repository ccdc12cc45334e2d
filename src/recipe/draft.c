#include "recipe/draft.h"

#define FIELD_MAX 1000 /* bytes of a name, a yield and the like */

void draft_init(struct draft *d, struct arena *mem)
{
	memset(d, 0, sizeof(*d));
	d->mem = mem;
	d->total_minutes = -1;
}

const char *draft_clean(
	struct arena *mem, const char *s, size_t len, size_t max)
{
	struct sbuf repaired = SBUF_INIT(4 * RECIPE_HTML_MAX);
	struct sbuf clean = SBUF_INIT(4 * RECIPE_HTML_MAX);
	const char *out = NULL;

	if (!s)
		return NULL;
	if (!text_valid(s, len)) {
		(void)text_repair(s, len, &repaired);
		s = repaired.buf;
		len = repaired.len;
	}
	text_clean(s, len, &clean);
	sbuf_truncate(&clean, text_cut(clean.buf, clean.len, max));
	sbuf_rtrim(&clean);
	if (clean.len)
		out = arena_strndup(mem, clean.buf, clean.len);
	sbuf_release(&repaired);
	sbuf_release(&clean);
	return out;
}

/* Signs that people and pages put before the items of a list. */
static int is_bullet(int32_t cp)
{
	return cp == '*' || cp == '-' || cp == 0x2022 || cp == 0x2023 ||
	       cp == 0x2043 || cp == 0x2219 || cp == 0x00B7 || cp == 0x30FB ||
	       cp == 0x2013 || cp == 0x2014 || cp == 0x203A || cp == 0x00BB ||
	       cp == 0xFE0F || (cp >= 0x25A0 && cp <= 0x27BF) || cp == 0x2B1C ||
	       cp == 0xF0B7 || cp == 0x200D || (cp >= 0x1F000 && cp <= 0x1FAFF);
}

/* "[ ]", "[x]": a box to be ticked */
static size_t box(const char *s, size_t len)
{
	if (len < 3 || *s != '[')
		return 0;
	return strchr(" xX", s[1]) && s[2] == ']' ? 3 : 0;
}

size_t line_bullet(const char *s, size_t len)
{
	size_t i = 0, n, bullets = 0;
	int32_t cp;

	for (;;) {
		n = box(s + i, len - i);
		if (n) {
			bullets++;
			i += n;
			continue;
		}
		n = text_next(s + i, len - i, &cp);
		if (!n || (!text_is_space(cp) && !is_bullet(cp)))
			break;
		bullets += is_bullet(cp) != 0;
		i += n;
	}
	/* a dash always goes: no list of foods has negative amounts */
	return bullets ? i : 0;
}

size_t line_step_number(const char *s, size_t len)
{
	static const char *const words[] = { "step", "schritt", "etape",
		"étape", "paso", "passo", "stap", "steg", "trin", "krok",
		"βήμα", "шаг", "Шаг", "крок", "Крок", "步骤", "步驟", "bước",
		"Bước", "langkah", "vaihe" };
	size_t i = 0, w, digits = 0;

	for (w = 0; w < ARRAY_LEN(words); w++) {
		if (text_ascii_prefix(s, len, words[w])) {
			i = strlen(words[w]);
			break;
		}
	}
	while (i < len && s[i] == ' ')
		i++;
	while (i < len && s[i] >= '0' && s[i] <= '9') {
		i++;
		digits++;
	}
	if (!digits || digits > 2)
		return 0;
	if (w == ARRAY_LEN(words)) {
		/* "1、切る" */
		if (text_ascii_prefix(s + i, len - i, "、"))
			return i + strlen("、");
		/* "1. Mix", "1) Mix"; never "1.5 kg" or "1 egg" */
		if (i + 1 >= len || !strchr(".):", s[i]) || s[i + 1] != ' ')
			return 0;
		i++;
	}
	while (i < len && strchr(".):- ", s[i]))
		i++;
	return i;
}

void lines_add(struct lines *l, struct arena *mem, const char *s, size_t len)
{
	const char *line;

	if (l->n >= RECIPE_LINES_MAX)
		return;
	line = draft_clean(mem, s, len, RECIPE_LINE_MAX);
	if (!line)
		return;
	l->at = arena_grow(mem, (void *)l->at, l->n, &l->cap, sizeof(*l->at));
	l->at[l->n++] = line;
}

/* "1x 2x 3x": the buttons that multiply a list */
static int is_multiplier(const char *s)
{
	size_t i, times = 0;

	for (i = 0; s[i]; i++) {
		if (s[i] == 'x' || s[i] == 'X')
			times++;
		else if (s[i] != ' ' && s[i] != '.' && !ascii_is_digit(s[i]) &&
			 (unsigned char)s[i] != 0xC2 &&
			 (unsigned char)s[i] != 0xBD) /* ½ */
			return 0;
	}
	return times > 1;
}

/* What sites put between the lines of a recipe. */
static int is_debris(const char *s)
{
	static const char *const words[] = { "advertisement", "advertisements",
		"advertising", "ad", "sponsored", "print", "print recipe",
		"print this recipe", "save recipe", "save", "pin recipe", "pin",
		"rate recipe", "jump to recipe", "us customary", "metric",
		"us customary metric", "cook mode", "anzeige", "werbung",
		"drucken", "rezept drucken", "publicité", "imprimer",
		"imprimer la recette", "publicidad", "imprimir",
		"imprimir receta", "imprimir receita", "publicidade",
		"pubblicità", "stampa", "stampa ricetta", "advertentie",
		"printen", "annons", "skriv ut", "annonce", "udskriv",
		"reklama", "drukuj", "реклама", "распечатать", "広告", "印刷",
		"广告" };
	size_t i;

	if (is_multiplier(s))
		return 1;
	for (i = 0; i < ARRAY_LEN(words); i++)
		if (text_ascii_caseeq(s, words[i]))
			return 1;
	return 0;
}

static void add_bare(struct lines *l, struct arena *mem, const char *s,
	size_t len, int numbered)
{
	const char *line = draft_clean(mem, s, len, RECIPE_LINE_MAX);
	size_t skip;

	if (!line)
		return;
	len = strlen(line);
	skip = line_bullet(line, len);
	if (numbered)
		skip += line_step_number(line + skip, len - skip);
	if (!is_debris(line + skip))
		lines_add(l, mem, line + skip, len - skip);
}

void lines_add_item(
	struct lines *l, struct arena *mem, const char *s, size_t len)
{
	add_bare(l, mem, s, len, 0);
}

void lines_add_step(
	struct lines *l, struct arena *mem, const char *s, size_t len)
{
	add_bare(l, mem, s, len, 1);
}

static void add_each(struct lines *l, struct arena *mem, const char *s,
	size_t len, int numbered)
{
	size_t i = 0, start = 0;

	for (;;) {
		size_t gap = 0;

		if (i < len && (s[i] == '\n' || s[i] == '\r'))
			gap = 1;
		else if (i + 2 < len && !memcmp(s + i, "\xE2\x80\xA8", 3))
			gap = 3;
		if (gap || i >= len) {
			add_bare(l, mem, s + start, i - start, numbered);
			start = i + gap;
		}
		if (i >= len)
			break;
		i += gap ? gap : 1;
	}
}

void lines_add_items(
	struct lines *l, struct arena *mem, const char *s, size_t len)
{
	add_each(l, mem, s, len, 0);
}

void lines_add_steps(
	struct lines *l, struct arena *mem, const char *s, size_t len)
{
	add_each(l, mem, s, len, 1);
}

static const char *field(struct arena *mem, const char *s)
{
	return s ? draft_clean(mem, s, strlen(s), FIELD_MAX) : NULL;
}

void draft_finish(
	const struct draft *d, enum recipe_source source, struct recipe *r)
{
	memset(r, 0, sizeof(*r));
	r->name = field(d->mem, d->name);
	if (!r->name)
		r->name = "Recipe";
	r->url = field(d->mem, d->url);
	r->yield = field(d->mem, d->yield);
	r->author = field(d->mem, d->author);
	r->image = d->image ? draft_clean(d->mem, d->image, strlen(d->image),
				      RECIPE_LINE_MAX)
			    : NULL;
	r->language = field(d->mem, d->language);
	r->ingredients = d->ingredients.at;
	r->n_ingredients = d->ingredients.n;
	r->instructions = d->instructions.at;
	r->n_instructions = d->instructions.n;
	r->total_minutes = d->total_minutes > 0 ? d->total_minutes : -1;
	r->source = source;
}
