/*
 * A list of wines as lines of text, the way a shop or a restaurant prints it.
 * A line is a bottle or a heading; what a heading says of colour and region
 * holds for the lines below it. Bins in front and prices at the end are noise.
 *
 * On most lists nearly every bottle has a year or a price; then a line that has
 * neither is a heading if it says only what is known, and right below a bottle
 * it is what is told of that one ("plum and cassis"). Some lists have the price
 * in a line of its own, below the name and what is told.
 */
#include "pairing/shelf.h"

#define NOTE_WORDS 14 /* a line with more words is prose */
#define NOTE_PLAIN 8  /* the same if it ends with a full stop */
#define COUNT_MAX 1000

struct printed_line {
	struct bottle_field text;  /* without white space at both ends */
	struct bottle_field name;  /* without bin and price */
	struct bottle_field below; /* the line of its price, if it has one */
	int line, count;
	int year, price; /* does it have one? */
	int marked;	 /* "# Reds", "REDS:", "== Reds ==" */
	int plain; /* it cannot be told from a bottle's name by its looks */
	int named; /* it has the name of a wine or a grape */
	int prose;
	int gap;  /* nothing stands right above it */
	int note; /* what is told of a bottle above */
};

struct printed {
	struct shelf *s;
	struct printed_line *lines;
	size_t n, cap;
	size_t block; /* 1 + the line that a price may be for; 0: none */
	int gap;
	int numbers;		   /* most bottles have a year or a price */
	const char *color, *other; /* the headings in force; NULL */
	const char *heading;	   /* both of them */
};

/* ---- what a line has ---- */

static int has_letter(struct bottle_field f)
{
	size_t n;
	int32_t cp;

	for (; (n = text_next(f.text, f.len, &cp)); f.text += n, f.len -= n)
		if (text_is_letter(cp))
			return 1;
	return 0;
}

static int is_year(const struct shelf *s, const char *text, size_t len)
{
	int64_t v;

	return len == 4 &&
	       num_int(text, 4, BOTTLE_YEAR_MIN, s->year + 1, &v) == 0;
}

static int has_year(const struct shelf *s, struct bottle_field f)
{
	size_t i, n;

	for (i = 0; i < f.len; i += n ? n : 1) {
		n = bottle_field_digits(f, i);
		if (is_year(s, f.text + i, n))
			return 1;
	}
	return 0;
}

/* The last word of a text: where it begins. */
static size_t last_word(struct bottle_field f)
{
	size_t at = f.len;

	while (at && !ascii_is_space(f.text[at - 1]))
		at--;
	return at;
}

/* "$", "EUR", "CHF", "kr": what stands beside an amount. */
static int is_currency(const char *s, size_t len)
{
	static const char *const words[] = { "$", "eur", "usd", "gbp", "chf",
		"kr", "sek", "nok", "dkk", "fr", "fr.", "czk", "pln", "aud",
		"cad", "nzd", "zar", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (len == strlen(words[i]) &&
			text_ascii_prefix(s, len, words[i]))
			return 1;
	return 0;
}

/* An amount of money: "45", "45.-", "€45,50", "12/58". A bare year is none. */
static int is_price(const struct shelf *s, const char *text, size_t len)
{
	size_t i, n_digits = 0;
	int sign = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (ascii_is_digit(text[i]))
			n_digits++;
		else if (c == '$' || c >= 0x80)
			sign = 1; /* a currency, a dash, a half */
		else if (!strchr(".,/-'()|", c))
			return 0;
	}
	return n_digits && (sign || !is_year(s, text, len));
}

/* The line without the prices at its end; *price: was there one? */
static struct bottle_field cut_price(
	const struct shelf *s, struct bottle_field f, int *price)
{
	size_t at;

	*price = 0;
	for (;;) {
		const char *word;
		size_t len;

		at = last_word(f);
		word = f.text + at;
		len = f.len - at;
		if (is_price(s, word, len))
			*price = 1;
		else if (!is_currency(word, len) && strspn(word, "./|-") < len)
			return f;
		if (!at)
			return f;
		f.len = at;
		f = bottle_field_trim(f);
	}
}

/* "12.", "#104", "•", "3 x": a bin, a bullet, how many. */
static struct bottle_field cut_front(
	const struct shelf *s, struct bottle_field f, int *count)
{
	size_t n, at = 0;
	int64_t v;

	while (at < f.len &&
		(ascii_is_space(f.text[at]) || strchr("-*+#", f.text[at])))
		at++;
	if (f.len - at > 3 && memcmp(f.text + at, "\xE2\x80\xA2", 3) == 0)
		at += 3;
	n = bottle_field_digits(f, at);
	if (n && n < 6 && !is_year(s, f.text + at, n) &&
		num_int(f.text + at, n, 0, 99999, &v) == 0) {
		size_t after = at + n;

		while (after < f.len && f.text[after] == ' ')
			after++;
		if (after + 1 < f.len && (f.text[after] | 32) == 'x' &&
			f.text[after + 1] == ' ' && v <= COUNT_MAX) {
			*count = (int)v;
			at = after + 1;
		} else if (after > at + n ||
			   (after < f.len && strchr(".):", f.text[after]))) {
			at = after + (f.text[after] == '.' ||
					     f.text[after] == ')' ||
					     f.text[after] == ':');
		}
	}
	f.text += at;
	f.len -= at;
	return bottle_field_trim(f);
}

/* Is it set off as a heading? *f becomes what it says. */
static int is_marked(struct bottle_field *f)
{
	size_t front = 0, behind = 0;
	int bullet;

	while (front < f->len && strchr("#=*_~", f->text[front]))
		front++;
	bullet = front == 1 &&
		 (*f->text != '#' || f->len < 2 || f->text[1] != ' ');
	f->text += front;
	f->len -= front;
	while (f->len && strchr("#=*_~:", f->text[f->len - 1])) {
		f->len--;
		behind++;
	}
	*f = bottle_field_trim(*f);
	return behind || (front && !bullet);
}

static int starts_small(struct bottle_field f)
{
	return f.len && f.text[0] >= 'a' && f.text[0] <= 'z';
}

static int is_prose(struct shelf *s, struct bottle_field f)
{
	struct label_word words[LABEL_WORDS_MAX];
	size_t n = label_words(s->l, f.text, f.len, &s->scratch, words);

	return n > NOTE_WORDS ||
	       (f.len && f.text[f.len - 1] == '.' && n > NOTE_PLAIN);
}

/* ---- headings ---- */

struct heading {
	int known;   /* it says nothing but what is known */
	int colored; /* a colour or sweetness */
	int placed;  /* a region */
	int named;   /* a wine or a grape */
	int any;
	int ranked; /* "grand cru" */
};

static void read_heading(
	struct shelf *s, struct bottle_field f, struct heading *h)
{
	struct label_word words[LABEL_WORDS_MAX];
	struct find finds[LABEL_WORDS_MAX];
	size_t i, n, m, covered = 0;

	memset(h, 0, sizeof(*h));
	n = label_words(s->l, f.text, f.len, &s->scratch, words);
	m = label_find(s->l, words, n, finds, ARRAY_LEN(finds));
	for (i = 0; i < m; i++) {
		const struct phrase_entry *p = finds[i].phrase;

		if (finds[i].inner)
			continue;
		covered += finds[i].n;
		h->colored |= label_means(p, MEANS_COLOR) ||
			      label_means(p, MEANS_SWEETNESS);
		h->ranked |= label_means(p, MEANS_RANK) != NULL;
		h->placed |= label_means(p, MEANS_PLACE) != NULL;
		h->named |= label_means(p, MEANS_NAME) ||
			    label_means(p, MEANS_GRAPE);
	}
	h->any = h->colored || h->placed || h->named;
	h->known = n && covered == n;
}

static int is_upper(struct bottle_field f)
{
	size_t i, letters = 0;

	for (i = 0; i < f.len; i++) {
		if (f.text[i] >= 'a' && f.text[i] <= 'z')
			return 0;
		letters += ascii_is_alpha(f.text[i]);
	}
	return letters > 1;
}

static int is_heading(const struct printed *m, const struct printed_line *l,
	struct bottle_field text, const struct heading *h)
{
	if (l->year || l->price || l->count != 1)
		return 0;
	if (l->marked)
		return 1;
	if (!h->known)
		return is_upper(text) && m->numbers;
	/* on a list of mere names "Barolo" is a bottle */
	return !h->named || m->numbers;
}

/* From here on it holds. What it does not say of colour the one before does,
 * but a heading that says nothing ends both. */
static void enter(
	struct printed *m, struct bottle_field text, const struct heading *h)
{
	const char *kept;

	if (h->ranked && !h->any)
		return;
	kept = arena_strndup(m->s->mem, text.text, text.len);
	if (h->colored || !h->any) {
		m->color = h->colored ? kept : NULL;
		m->other = NULL;
	}
	if (!h->colored && h->any)
		m->other = kept;
	m->heading = m->color && m->other ? arena_printf(m->s->mem, "%s, %s",
						    m->color, m->other)
		     : m->color		  ? m->color
					  : m->other;
}

/* ---- lines ---- */

static void take_bottle(struct printed *m, const struct printed_line *l)
{
	struct shelf_row row = { .line = l->line, .count = l->count };

	row.text = l->text;
	row.name = l->name;
	row.in.field[LIST_NAME] = l->name;
	row.in.field[LIST_VINTAGE] = l->below;
	row.in.heading_names = l->year || l->price || !m->numbers;
	if (m->heading) {
		row.in.heading.text = m->heading;
		row.in.heading.len = strlen(m->heading);
	}
	shelf_put(m->s, &row);
}

static void take_line(struct printed *m, const struct printed_line *l)
{
	struct bottle_field text = l->text;
	struct heading h;

	arena_reset(&m->s->scratch);
	(void)is_marked(&text);
	read_heading(m->s, text, &h);
	if (is_heading(m, l, text, &h)) {
		enter(m, text, &h);
		if (!l->marked && !h.known)
			shelf_put_unknown(m->s, l->line, l->text);
		return;
	}
	if (l->note ||
		(!l->year && !l->price &&
			(l->prose || (m->numbers && starts_small(l->text))))) {
		shelf_put_unknown(m->s, l->line, l->text);
		return;
	}
	take_bottle(m, l);
}

/* A line of nothing but prices, years and measures: "175ml 6.50 Bottle 25". */
static int is_bare(struct shelf *s, struct bottle_field f)
{
	struct label_word words[LABEL_WORDS_MAX];
	struct find finds[LABEL_WORDS_MAX];
	size_t i, j, n, m, numbers = 0;

	n = label_words(s->l, f.text, f.len, &s->scratch, words);
	m = label_find(s->l, words, n, finds, ARRAY_LEN(finds));
	for (i = 0; i < n; i++) {
		if (ascii_is_digit(*words[i].folded)) {
			numbers++;
			continue;
		}
		for (j = 0; j < m; j++)
			if (i >= finds[j].first &&
				i < finds[j].first + finds[j].n &&
				(label_means(finds[j].phrase, MEANS_LIST) ||
					label_means(finds[j].phrase,
						MEANS_NO_VINTAGE)))
				break;
		if (j == m &&
			!is_currency(words[i].folded, strlen(words[i].folded)))
			return 0;
	}
	return numbers > 0;
}

/* A line of prices is for the first line of the block above it. */
static void end_block(struct printed *m, struct bottle_field price)
{
	struct printed_line *l = &m->lines[m->block - 1];
	size_t i;

	l->price = 1;
	l->below = price;
	for (i = m->block; i < m->n; i++)
		m->lines[i].note = 1;
	m->block = 0;
}

static void look_at(struct printed *m, struct printed_line *l)
{
	struct bottle_field bare = l->text;
	struct heading h;

	l->count = 1;
	l->year = has_year(m->s, l->text);
	l->name =
		cut_front(m->s, cut_price(m->s, l->text, &l->price), &l->count);
	l->marked = is_marked(&bare);
	l->prose = is_prose(m->s, l->text);
	read_heading(m->s, bare, &h);
	l->named = h.named;
	l->plain = !l->marked && !is_upper(bare) && (h.named || !h.known);
}

static void note_line(struct printed *m, struct bottle_field text, int line)
{
	struct printed_line *l;

	text = bottle_field_trim(text);
	arena_reset(&m->s->scratch);
	if (text.len && m->block && is_bare(m->s, text)) {
		end_block(m, text);
		m->gap = 1;
		return;
	}
	if (!has_letter(text)) {
		m->gap |= !text.len;
		m->block = text.len ? m->block : 0;
		return;
	}
	m->lines = arena_grow(
		m->s->mem, m->lines, m->n, &m->cap, sizeof(*m->lines));
	l = &m->lines[m->n++];
	memset(l, 0, sizeof(*l));
	l->text = text;
	l->line = line;
	look_at(m, l);
	l->gap = m->gap || !l->plain;
	m->gap = !l->plain;
	if (!l->plain || l->year || l->price)
		m->block = 0;
	else if (!m->block)
		m->block = m->n;
}

/* Lines end as they like. */
static int cut_lines(struct printed *m, const char *text, size_t len)
{
	size_t at = 0, start;
	int line;

	for (line = 1; at < len; line++) {
		start = at;
		while (at < len && text[at] != '\n' && text[at] != '\r')
			at++;
		note_line(m, (struct bottle_field){ text + start, at - start },
			line);
		if (m->n > CELLAR_LINES_MAX)
			return -1;
		if (at + 1 < len && text[at] == '\r' && text[at + 1] == '\n')
			at++;
		at++;
	}
	return 0;
}

/* Does a line without year and price stand right below one with either? */
static int is_below(const struct printed *m, size_t i)
{
	const struct printed_line *l = &m->lines[i];
	const struct printed_line *above = &m->lines[i ? i - 1 : 0];

	return i && l->plain && !l->note && !l->year && !l->price && !l->gap &&
	       (above->year || above->price || above->note);
}

/* Have most bottles a year or a price? Lines that are told of those do not
 * count, which is what they are if most bottles have one, and few of them name
 * a wine. */
static int has_numbers(const struct printed *m)
{
	size_t i, numbered = 0, plain = 0, below = 0, named = 0;

	for (i = 0; i < m->n; i++) {
		const struct printed_line *l = &m->lines[i];
		int number = l->year || l->price;

		numbered += (size_t)number;
		plain += !number && l->plain && !l->note;
		below += (size_t)is_below(m, i);
		named += is_below(m, i) && l->named;
	}
	if (below * 2 >= numbered && named * 2 <= below)
		plain -= below;
	return numbered > plain;
}

static void find_notes(struct printed *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (is_below(m, i))
			m->lines[i].note = 1;
}

int printed_read(struct shelf *s, const char *text, size_t len)
{
	struct printed m = { .s = s };
	size_t i;

	if (cut_lines(&m, text, len))
		return -1;
	m.numbers = has_numbers(&m);
	if (m.numbers)
		find_notes(&m);
	for (i = 0; i < m.n; i++)
		take_line(&m, &m.lines[i]);
	return 0;
}
