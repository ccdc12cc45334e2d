/*
 * All that stands on labels as one hash table from phrases to meanings. A
 * phrase may mean several things (Champagne is a place, a name and a kind of
 * wine), and a name many wines.
 *
 * A name that consists of things with a meaning of their own ("chilean
 * cabernet": a place and a grape) is kept as a composite too, which holds when
 * a label says all of them, wherever and in whatever words: "Cabernet
 * Sauvignon, Valle del Maipo, Chile".
 */
#include "pairing/label.h"

#define SLOTS 8192   /* a power of two, more than there are phrases */
#define TEXT_MAX 512 /* bytes of a phrase */

struct builder {
	struct labels *l;
	size_t cap_grapes;
};

/* ---- words ---- */

/* What may stand between the words of one name. */
static int joins(int32_t cp)
{
	return text_is_space(cp) || cp == '-' || cp == '\'' || cp == '.' ||
	       cp == '`' || cp == 0x2019 || cp == 0x2018 || cp == 0x02BC ||
	       cp == 0xB7 || (cp >= 0x2010 && cp <= 0x2013) || cp == '_' ||
	       cp == '%' || cp == '!' || cp == 0xAD;
}

static int wordy(int32_t cp)
{
	return text_is_letter(cp) || text_is_digit(cp);
}

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static const struct phrase_entry *look_up(
	const struct labels *l, const char *text)
{
	const struct phrase_entry *p = l->slots[hash(text) & (l->n_slots - 1)];

	while (p && strcmp(p->text, text) != 0)
		p = p->next;
	return p;
}

const struct meaning *label_means(
	const struct phrase_entry *p, enum meaning_kind kind)
{
	const struct meaning *m = p ? p->means : NULL;

	while (m && m->kind != kind)
		m = m->next;
	return m;
}

/* Folded, and in the one spelling. */
static const char *folded(
	const struct labels *l, const char *s, size_t len, struct arena *mem)
{
	struct sbuf sb = SBUF_INIT(TEXT_MAX);
	const struct meaning *m;
	const char *word;

	text_fold(s, len, &sb);
	m = label_means(look_up(l, sb.buf), MEANS_SPELLING);
	word = m ? l->rows[m->value].says_text
		 : arena_strndup(mem, sb.buf, sb.len);
	sbuf_release(&sb);
	return word;
}

size_t label_words(const struct labels *l, const char *text, size_t len,
	struct arena *mem, struct label_word *out)
{
	size_t at = 0, n = 0, step, start;
	int broken = 0;
	int32_t cp;

	while (n < LABEL_WORDS_MAX &&
		(step = text_next(text + at, len - at, &cp))) {
		start = at;
		at += step;
		if (cp == '&') {
			out[n].folded = "and";
		} else if (wordy(cp)) {
			while ((step = text_next(text + at, len - at, &cp)) &&
				wordy(cp))
				at += step;
			out[n].folded =
				folded(l, text + start, at - start, mem);
		} else {
			broken |= !joins(cp) || cp == '\n';
			continue;
		}
		out[n].start = start;
		out[n].len = at - start;
		out[n++].after_break = broken;
		broken = 0;
	}
	return n;
}

/* Words i to i + n - 1 as a phrase, if it is one that means something. */
static const struct phrase_entry *phrase_of(
	const struct labels *l, const struct label_word *w, size_t n)
{
	const struct phrase_entry *p;
	char text[TEXT_MAX];
	size_t i, len = 0, more;

	for (i = 0; i < n; i++) {
		more = strlen(w[i].folded);
		if ((i && w[i].after_break) || len + more + 2 > sizeof(text))
			return NULL;
		if (i)
			text[len++] = ' ';
		memcpy(text + len, w[i].folded, more);
		len += more;
	}
	text[len] = '\0';
	p = look_up(l, text);
	return p && (p->means->kind != MEANS_SPELLING || p->means->next) ? p
									 : NULL;
}

/* The longest phrase at w, at most `max` words; its length in *n. */
static const struct phrase_entry *longest(const struct labels *l,
	const struct label_word *w, size_t max, size_t *n)
{
	const struct phrase_entry *p;

	for (*n = max < LABEL_PHRASE_MAX ? max : LABEL_PHRASE_MAX; *n; --*n)
		if ((p = phrase_of(l, w, *n)))
			return p;
	return NULL;
}

/* ---- places ---- */

int label_within(const struct labels *l, int place, int other)
{
	while (place >= 0 && place != other)
		place = l->rows[place].says;
	return place >= 0;
}

int label_is_country(const struct labels *l, int place)
{
	return l->rows[place].says < 0;
}

/* ---- finding ---- */

static int has(const int *list, size_t n, int value)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i] == value)
			return 1;
	return 0;
}

/* The grapes among a wine's own names: "Merlot" is called so. */
static void find_called(struct labels *l, size_t row)
{
	struct label_wine *lw = &l->wines[row];
	const struct meaning *m;
	size_t i;

	for (i = 0; i < l->n_grapes; i++) {
		const struct phrase_entry *p = l->grape_names[i];

		for (m = p ? p->means : NULL; m; m = m->next)
			if (m->kind == MEANS_NAME && m->value == (int)row &&
				lw->n_called < LABEL_GRAPES_MAX)
				lw->called[lw->n_called++] = (int)i;
	}
}

/* Does what a part of a name means belong to a wine of that name? */
static int belongs(const struct labels *l, const struct phrase_entry *name,
	const struct phrase_entry *part)
{
	const struct meaning *grape = label_means(part, MEANS_GRAPE);
	const struct meaning *place = label_means(part, MEANS_PLACE);
	const struct meaning *color = label_means(part, MEANS_COLOR);
	const struct meaning *m;

	for (m = name->means; m; m = m->next) {
		const struct label_wine *w;

		if (m->kind != MEANS_NAME)
			continue;
		w = &l->wines[m->value];
		if ((grape && has(w->grapes, w->n_grapes, grape->value)) ||
			(place && has(w->places, w->n_places, place->value)) ||
			(color && w->tints == 1u << color->value))
			return 1;
	}
	return 0;
}

size_t label_find(const struct labels *l, const struct label_word *words,
	size_t n, struct find *out, size_t max)
{
	size_t i, j, len, m, found = 0;

	for (i = 0; i < n && found < max; i += len ? len : 1) {
		const struct phrase_entry *p = longest(
						  l, words + i, n - i, &len),
					  *in;

		if (!p)
			continue;
		out[found++] = (struct find){ p, i, len, 0 };
		for (j = 0; len > 1 && j < len && found < max; j += m ? m : 1) {
			in = longest(
				l, words + i + j, j ? len - j : len - 1, &m);
			if (in && belongs(l, p, in))
				out[found++] = (struct find){ in, i + j, m, 1 };
		}
	}
	return found;
}

/* ---- building ---- */

/* The phrase of a text, made when it is new; NULL when there is no word in it.
 */
static struct phrase_entry *entry(
	struct builder *b, const char *text, size_t len)
{
	struct labels *l = b->l;
	struct label_word words[LABEL_WORDS_MAX];
	size_t i, n = label_words(l, text, len, &l->mem, words);
	struct sbuf key = SBUF_INIT(TEXT_MAX);
	struct phrase_entry *p, **slot;

	for (i = 0; i < n; i++)
		sbuf_addf(&key, "%s%s", i ? " " : "", words[i].folded);
	slot = &l->slots[hash(key.buf) & (l->n_slots - 1)];
	for (p = *slot; p && strcmp(p->text, key.buf) != 0; p = p->next)
		;
	if (!p && key.len && !key.full) {
		p = arena_alloc(&l->mem, sizeof(*p));
		p->text = arena_strndup(&l->mem, key.buf, key.len);
		p->next = *slot;
		*slot = p;
	}
	sbuf_release(&key);
	return p;
}

static void add(struct builder *b, const char *text, size_t len,
	enum meaning_kind kind, int value)
{
	struct phrase_entry *p = entry(b, text, len);
	struct meaning **last;

	if (!p)
		return;
	for (last = &p->means; *last; last = &(*last)->next)
		if ((*last)->kind == kind && (*last)->value == value)
			return;
	*last = arena_alloc(&b->l->mem, sizeof(**last));
	(*last)->kind = kind;
	(*last)->value = value;
}

static int grape_number(struct builder *b, const char *name)
{
	struct labels *l = b->l;
	const struct phrase_entry *p = entry(b, name, strlen(name));
	size_t i;

	for (i = 0; i < l->n_grapes; i++)
		if (l->grape_names[i] == p)
			return (int)i;
	l->grape_names = arena_grow(&l->mem, l->grape_names, l->n_grapes,
		&b->cap_grapes, sizeof(*l->grape_names));
	l->grape_names[l->n_grapes] = p;
	return (int)l->n_grapes++;
}

/* Names of wines are added by add_wine(); what stands in labels.tsv: */
static void add_label(struct builder *b, int row)
{
	static const enum meaning_kind kinds[LABEL_MAX] = {
		[LABEL_SPELLING] = MEANS_SPELLING,
		[LABEL_COLOR] = MEANS_COLOR,
		[LABEL_SWEETNESS] = MEANS_SWEETNESS,
		[LABEL_GRAPE] = MEANS_GRAPE,
		[LABEL_PLACE] = MEANS_PLACE,
		[LABEL_NO_VINTAGE] = MEANS_NO_VINTAGE,
		[LABEL_FOUNDED] = MEANS_FOUNDED,
		[LABEL_RANK] = MEANS_RANK,
		[LABEL_LIST] = MEANS_LIST,
		[LABEL_NOTHING] = MEANS_NOTHING,
	};
	const struct label *r = &b->l->rows[row];
	const char *const *word;
	int value = row;

	if (r->kind == LABEL_COLOR || r->kind == LABEL_SWEETNESS)
		value = r->says;
	else if (r->kind == LABEL_GRAPE)
		value = grape_number(b, r->says_text);
	for (word = r->words; *word; word++)
		add(b, *word, strlen(*word), kinds[r->kind], value);
}

/* "Chinon (Cabernet Franc)" is called Chinon. */
static size_t name_length(const char *name)
{
	size_t len = strcspn(name, "(");

	while (len && name[len - 1] == ' ')
		len--;
	return len;
}

static void add_wine(struct builder *b, int row, const struct wine *w)
{
	struct label_wine *lw = &b->l->wines[row];
	const char *const *s;
	int grape;

	add(b, w->name, name_length(w->name), MEANS_NAME, row);
	for (s = w->aliases; s && *s; s++)
		add(b, *s, strlen(*s), MEANS_NAME, row);
	for (s = w->grapes; s && *s; s++) {
		grape = grape_number(b, *s);
		add(b, *s, strlen(*s), MEANS_GRAPE, grape);
		if (lw->n_grapes < LABEL_GRAPES_MAX)
			lw->grapes[lw->n_grapes++] = grape;
	}
}

static void read_places(
	struct builder *b, struct label_wine *lw, const char *region)
{
	struct label_word words[LABEL_WORDS_MAX];
	struct find finds[LABEL_WORDS_MAX];
	size_t i, n;

	n = label_words(b->l, region, strlen(region), &b->l->mem, words);
	n = label_find(b->l, words, n, finds, LABEL_WORDS_MAX);
	for (i = 0; i < n; i++) {
		const struct meaning *m =
			label_means(finds[i].phrase, MEANS_PLACE);

		if (m && lw->n_places < LABEL_PLACES_MAX)
			lw->places[lw->n_places++] = m->value;
	}
}

/* The colours that a text names. */
static unsigned tints_in(
	const struct labels *l, const char *text, size_t len, struct arena *mem)
{
	struct label_word words[LABEL_WORDS_MAX];
	size_t i, n = label_words(l, text, len, mem, words);
	unsigned tints = 0;

	for (i = 0; i < n; i++) {
		const struct meaning *m =
			label_means(look_up(l, words[i].folded), MEANS_COLOR);

		if (m && (m->value == COLOR_RED || m->value == COLOR_WHITE ||
				 m->value == COLOR_ROSE))
			tints |= 1u << m->value;
	}
	return tints;
}

static void set_color(
	struct builder *b, struct label_wine *lw, const struct wine *w)
{
	const unsigned any = 1u << COLOR_RED | 1u << COLOR_WHITE |
			     1u << COLOR_ROSE | 1u << COLOR_ORANGE;
	unsigned named;

	if (w->color == COLOR_RED || w->color == COLOR_WHITE ||
		w->color == COLOR_ROSE) {
		lw->kind = LABEL_STILL;
		lw->tints = 1u << w->color;
		return;
	}
	lw->kind = (int)w->color;
	if (w->color == COLOR_ORANGE) {
		lw->tints = 1u << COLOR_ORANGE | 1u << COLOR_WHITE;
		return;
	}
	named = tints_in(b->l, w->name, name_length(w->name), &b->l->mem) |
		tints_in(b->l, w->kin, strlen(w->kin), &b->l->mem);
	lw->tints = named			  ? named
		    : w->color == COLOR_SPARKLING ? 1u << COLOR_WHITE
						  : any;
}

static int has_part(
	const struct composite *c, enum meaning_kind kind, int value)
{
	size_t i;

	for (i = 0; kind != MEANS_NAME && i < c->n; i++)
		if (c->parts[i].kind == kind && c->parts[i].value == value)
			return 1;
	return 0;
}

/* What a phrase is as parts of a name: one thing, but that "brut" is both a
 * kind and a sweetness. Returns 0 when there is no room, no meaning or none
 * that is not there already. */
static int add_parts(struct composite *c, const struct phrase_entry *p)
{
	static const enum meaning_kind kinds[] = { MEANS_GRAPE, MEANS_PLACE,
		MEANS_COLOR, MEANS_SWEETNESS, MEANS_NAME };
	size_t i, before = c->n;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct meaning *m = label_means(p, kinds[i]);

		if (!m || (c->n > before && kinds[i] != MEANS_SWEETNESS))
			continue;
		if (c->n == LABEL_PARTS_MAX || has_part(c, kinds[i], m->value))
			return 0;
		c->parts[c->n++] = (struct name_part){ m->kind, m->value, p };
	}
	return c->n > before;
}

static void add_composite(
	struct builder *b, struct label_wine *lw, const char *name, size_t len)
{
	struct label_word words[LABEL_WORDS_MAX];
	struct composite c = { .next = lw->composites }, *kept;
	size_t i, m, n = label_words(b->l, name, len, &b->l->mem, words);
	const struct phrase_entry *p;

	for (i = 0; i < n; i += m) {
		p = longest(b->l, words + i, n - i, &m);
		if (m == n && !label_means(p, MEANS_SWEETNESS))
			p = longest(b->l, words + i, n - 1, &m);
		if (!p)
			return;
		if ((label_means(p, MEANS_LIST) && m == 1) ||
			label_means(p, MEANS_RANK))
			continue;
		if (!add_parts(&c, p))
			return;
	}
	if (c.n < 2)
		return;
	kept = arena_alloc(&b->l->mem, sizeof(*kept));
	*kept = c;
	lw->composites = kept;
}

static void add_composites(
	struct builder *b, struct label_wine *lw, const struct wine *w)
{
	const char *const *s;

	add_composite(b, lw, w->name, name_length(w->name));
	for (s = w->aliases; s && *s; s++)
		add_composite(b, lw, *s, strlen(*s));
}

/* How many wines are first of all of a grape, without those nobody means when
 * he says no more than the grape. */
static void count_grapes(struct labels *l)
{
	size_t i;

	l->grape_styles = arena_calloc(
		&l->mem, l->n_grapes + 1, sizeof(*l->grape_styles));
	for (i = 0; i < l->n_wines; i++)
		if (l->wines[i].n_grapes && l->wines[i].kind == LABEL_STILL)
			l->grape_styles[l->wines[i].grapes[0]]++;
}

struct labels *labels_new(const struct knowledge *k)
{
	struct labels *l = xcalloc(1, sizeof(*l));
	struct builder b = { .l = l };
	const struct wine *wines;
	size_t i, n;

	l->k = k;
	l->n_slots = SLOTS;
	l->slots = arena_calloc(&l->mem, SLOTS, sizeof(*l->slots));
	l->rows = knowledge_labels(k, &n);
	/* first the spellings, in which all the others are kept */
	for (i = 0; i < n; i++)
		if (l->rows[i].kind == LABEL_SPELLING)
			add_label(&b, (int)i);
	for (i = 0; i < n; i++)
		if (l->rows[i].kind != LABEL_SPELLING)
			add_label(&b, (int)i);
	wines = knowledge_wines(k, &l->n_wines);
	l->wines = arena_calloc(&l->mem, l->n_wines, sizeof(*l->wines));
	for (i = 0; i < l->n_wines; i++)
		set_color(&b, &l->wines[i], &wines[i]);
	for (i = 0; i < l->n_wines; i++)
		read_places(&b, &l->wines[i], wines[i].region);
	for (i = 0; i < l->n_wines; i++)
		add_wine(&b, (int)i, &wines[i]);
	for (i = 0; i < l->n_wines; i++)
		add_composites(&b, &l->wines[i], &wines[i]);
	for (i = 0; i < l->n_wines; i++)
		find_called(l, i);
	count_grapes(l);
	return l;
}

void labels_free(struct labels *l)
{
	if (!l)
		return;
	arena_release(&l->mem);
	free(l);
}
