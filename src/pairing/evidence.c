/*
 * Words of a label into evidence. A colour or a sweetness counts only in good
 * company, since many names have such a word ("Red Newt", "Dry River"); a
 * grape or a region always does, and a producer never.
 */
#include "pairing/evidence.h"

void evidence_init(struct evidence *ev, const struct labels *l, int year,
	struct arena *mem)
{
	memset(ev, 0, sizeof(*ev));
	ev->l = l;
	ev->mem = mem;
	ev->year = year;
}

/* Add what a word means, once. */
static void add_atom(struct evidence *ev, const struct atom *a,
	enum meaning_kind kind, int value)
{
	size_t i;

	for (i = 0; i < ev->n; i++)
		if (ev->atoms[i].kind == kind && ev->atoms[i].value == value &&
			(kind != MEANS_NAME ||
				ev->atoms[i].phrase == a->phrase))
			return;
	if (ev->n == ATOMS_MAX)
		return;
	ev->atoms[ev->n] = *a;
	ev->atoms[ev->n].kind = kind;
	ev->atoms[ev->n++].value = value;
}

static void add_color(struct evidence *ev, int color)
{
	int tint = color == COLOR_RED || color == COLOR_WHITE ||
		   color == COLOR_ROSE || color == COLOR_ORANGE;

	if (tint && !ev->told_tints)
		ev->tints |= 1u << color;
	if (!tint || color == COLOR_ORANGE)
		ev->kinds |= 1u << color;
}

struct reading {
	const char *text;
	struct label_word words[LABEL_WORDS_MAX];
	size_t n;
	char known[LABEL_WORDS_MAX]; /* words that mean something */
};

/* The year a word is, 0 when it is none: "2014", "2014er", "'14". */
static int year_of(const struct evidence *ev, const struct reading *r, size_t i)
{
	const char *s = r->text + r->words[i].start;
	size_t len = r->words[i].len;
	int64_t v;

	if (len == 6 && memcmp(s + 4, "er", 2) == 0)
		len = 4;
	if (len == 4 && num_int(s, len, BOTTLE_YEAR_MIN, ev->year + 1, &v) == 0)
		return (int)v;
	if (len == 2 && s > r->text && s[-1] == '\'' &&
		(s - 1 == r->text || s[-2] == ' ') &&
		num_int(s, len, 0, 99, &v) == 0)
		return (int)v + (v > (ev->year + 1) % 100 ? 1900 : 2000);
	return 0;
}

/* Money, not a year: "$1995". */
static int is_money(const struct reading *r, size_t i)
{
	static const char *const signs[] = { "$", "\xE2\x82\xAC", "\xC2\xA3",
		"\xC2\xA5" };
	size_t at = r->words[i].start, k, n;

	for (k = 0; k < ARRAY_LEN(signs); k++) {
		n = strlen(signs[k]);
		if (at >= n && memcmp(r->text + at - n, signs[k], n) == 0)
			return 1;
	}
	return 0;
}

/* The latest year, since the others are bins, prices and foundations. */
static void read_years(struct evidence *ev, struct reading *r, size_t founded)
{
	int found = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		int y = year_of(ev, r, i);

		if (!y)
			continue;
		r->known[i] = 1;
		if (!(i && i == founded) && !is_money(r, i) && y > found)
			found = y;
	}
	if (found && ev->vintage <= 0)
		ev->vintage = found;
}

/* Does a find stand beside something else that is known, or at the end? "Red"
 * in "Red Newt Riesling" does not: it is a part of a name. */
static int in_company(const struct reading *r, const struct find *f)
{
	size_t next = f->first + f->n;

	if (next == r->n || r->words[next].after_break || r->known[next])
		return 1;
	return f->first && !r->words[f->first].after_break &&
	       r->known[f->first - 1];
}

/* Which meanings count in a field. */
static int counts(enum list_column field, enum meaning_kind kind)
{
	switch (field) {
	case LIST_COLOR:
		return kind == MEANS_COLOR || kind == MEANS_SWEETNESS;
	case LIST_GRAPE:
		return kind == MEANS_GRAPE || kind == MEANS_COLOR;
	case LIST_COUNTRY:
		return kind == MEANS_PLACE;
	case LIST_REGION:
		return kind == MEANS_PLACE || kind == MEANS_NAME;
	case LIST_PRODUCER:
		return 0;
	default:
		return 1;
	}
}

static void take_find(struct evidence *ev, const struct reading *r,
	enum list_column field, const struct find *f)
{
	const struct label_word *last = &r->words[f->first + f->n - 1];
	size_t at = r->words[f->first].start;
	const struct phrase_entry *p = f->phrase;
	const struct atom a = { .phrase = p,
		.text = r->text + at,
		.len = last->start + last->len - at,
		.at = ev->n_read + at };
	int company = field == LIST_COLOR || field == LIST_HEADING ||
		      in_company(r, f);
	int grape = label_means(p, MEANS_GRAPE) != NULL;
	int limit = label_means(p, MEANS_SWEETNESS) != NULL;
	const struct meaning *m;

	for (m = p->means; m; m = m->next) {
		if (!counts(field, m->kind))
			continue;
		switch (m->kind) {
		case MEANS_COLOR:
			if (!company)
				break;
			add_color(ev, m->value);
			add_atom(ev, &a, m->kind, m->value);
			break;
		case MEANS_SWEETNESS:
			if (!company || f->inner)
				break;
			ev->sweet |= 1u << m->value;
			add_atom(ev, &a, m->kind, m->value);
			break;
		case MEANS_NAME:
			/* a wine called by its grape, or only "demi-sec" */
			if (!grape && !limit && !f->inner)
				add_atom(ev, &a, m->kind, 0);
			break;
		case MEANS_GRAPE:
		case MEANS_PLACE:
			add_atom(ev, &a, m->kind, m->value);
			break;
		case MEANS_NO_VINTAGE:
			if (!ev->vintage)
				ev->vintage = BOTTLE_NV;
			break;
		case MEANS_SPELLING:
		case MEANS_FOUNDED:
		case MEANS_RANK:
		case MEANS_LIST:
		case MEANS_NOTHING:
			break;
		}
	}
}

/* A producer's words within a name tell nothing of the wine. */
static void leave_out(const struct evidence *ev, struct reading *r,
	const struct bottle_field *producer)
{
	struct label_word words[LABEL_WORDS_MAX];
	size_t i, j, n;

	if (!producer->text || !producer->len)
		return;
	n = label_words(ev->l, producer->text, producer->len, ev->mem, words);
	for (i = 0; n && i + n <= r->n; i++) {
		for (j = 0; j < n; j++)
			if (strcmp(r->words[i + j].folded, words[j].folded))
				break;
		if (j < n)
			continue;
		for (j = 0; j < n; j++)
			r->words[i + j].folded = "";
		return;
	}
}

void evidence_read(struct evidence *ev, enum list_column field,
	const struct bottle_field *in, const struct bottle_field *producer)
{
	struct find finds[LABEL_WORDS_MAX];
	struct reading reading, *r = &reading;
	size_t i, n, founded = 0;

	if (!in->text || !in->len)
		return;
	memset(r, 0, sizeof(*r));
	r->text = in->text;
	r->n = label_words(ev->l, in->text,
		text_cut(in->text, in->len, BOTTLE_TEXT_MAX), ev->mem,
		r->words);
	if (producer)
		leave_out(ev, r, producer);
	n = label_find(ev->l, r->words, r->n, finds, ARRAY_LEN(finds));
	for (i = 0; i < n; i++) {
		memset(r->known + finds[i].first, 1, finds[i].n);
		if (label_means(finds[i].phrase, MEANS_FOUNDED))
			founded = finds[i].first + finds[i].n;
	}
	if (field == LIST_NAME || field == LIST_CUVEE || field == LIST_VINTAGE)
		read_years(ev, r, founded);
	if (field == LIST_VINTAGE && r->n == 1 &&
		strcmp(r->words[0].folded, "1001") == 0)
		ev->vintage = BOTTLE_NV; /* CellarTracker's way to say so */
	for (i = 0; i < n; i++)
		take_find(ev, r, field, &finds[i]);
	if (field == LIST_COLOR)
		ev->told_tints = ev->tints != 0;
	ev->n_read += in->len;
}

/* ---- headings ---- */

static int has_kind(const struct evidence *ev, enum meaning_kind kind)
{
	size_t i;

	for (i = 0; i < ev->n; i++)
		if (ev->atoms[i].kind == kind)
			return 1;
	return 0;
}

int evidence_add_heading(
	struct evidence *ev, const struct evidence *heading, int whole)
{
	int named = has_kind(ev, MEANS_NAME) || has_kind(ev, MEANS_GRAPE);
	int placed = has_kind(ev, MEANS_PLACE), lent = 0;
	unsigned limits = 0;
	struct atom below;
	size_t i;

	if (!ev->tints && !ev->kinds) {
		ev->tints = heading->tints;
		ev->kinds = heading->kinds;
		limits |= 1u << MEANS_COLOR;
	}
	if (!ev->sweet) {
		ev->sweet = heading->sweet;
		limits |= 1u << MEANS_SWEETNESS;
	}
	for (i = 0; i < heading->n; i++) {
		const struct atom *a = &heading->atoms[i];
		int names = a->kind == MEANS_NAME || a->kind == MEANS_GRAPE;

		if (a->kind == MEANS_PLACE ? placed
			: names		   ? named || !whole
					   : !(limits >> a->kind & 1))
			continue;
		below = *a;
		below.at += ev->n_read;
		add_atom(ev, &below, a->kind, a->value);
		lent |= names;
	}
	return lent;
}

void evidence_keep_place(
	struct evidence *ev, int place, const struct atom *name)
{
	size_t before = ev->n;

	add_atom(ev, name, MEANS_PLACE, place);
	if (ev->n > before)
		ev->atoms[before].kept = 1;
}
