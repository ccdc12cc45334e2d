/*
 * A table of wines: the first lines are tried with every divider, and where
 * most headers are known that is the table. A column that is not known is not
 * looked at; several of one kind (Region, SubRegion, Locale) are read together.
 */
#include "pairing/csv.h"
#include "pairing/shelf.h"

#define HEADER_WITHIN 10 /* records: titles may stand before it */
#define KNOWN_MIN 2	 /* headers that make a table */
#define HEADER_MAX 64	 /* bytes */
#define YEAR_MAX 2200
#define COUNT_MAX 100000

struct header {
	enum list_column columns[CSV_CELLS_MAX];
	size_t n;
	int known; /* how many we know */
	struct csv after;
};

/* ---- the header ---- */

/* "wine_name" and "Price (EUR)" are wine name and price. */
static enum list_column column_of(
	const struct knowledge *k, struct bottle_field cell)
{
	char name[HEADER_MAX];
	size_t i, n = 0;

	for (i = 0; i < cell.len && cell.text[i] != '(' && n < sizeof(name);
		i++)
		name[n++] = cell.text[i] == '_' ? ' ' : cell.text[i];
	while (n && (name[n - 1] == ' ' || name[n - 1] == '*' ||
			    name[n - 1] == ':'))
		n--;
	if (!n || n == sizeof(name) || !text_valid(name, n))
		return LIST_COLUMN_MAX;
	return knowledge_list_column(k, name, n);
}

/* Does a column of this kind name the wine? */
static int names(enum list_column c)
{
	return c == LIST_NAME || c == LIST_CUVEE || c == LIST_APPELLATION ||
	       c == LIST_STYLE || c == LIST_GRAPE || c == LIST_PRODUCER;
}

static void try_header(
	const struct knowledge *k, const struct csv_record *r, struct header *h)
{
	int named = 0;
	size_t i;

	h->n = r->n;
	h->known = 0;
	for (i = 0; i < r->n; i++) {
		h->columns[i] = column_of(k, r->cells[i]);
		h->known += h->columns[i] != LIST_COLUMN_MAX;
		named |= names(h->columns[i]);
	}
	if (!named)
		h->known = 0;
}

static void find_header(struct shelf *s, const char *text, size_t len,
	char divider, struct header *best)
{
	struct csv_record r;
	struct header h;
	struct csv c;
	int i;

	csv_init(&c, text, len, divider);
	for (i = 0; i < HEADER_WITHIN; i++) {
		if (!csv_next(&c, &s->scratch, &r))
			return;
		try_header(s->l->k, &r, &h);
		if (h.known <= best->known)
			continue;
		*best = h;
		best->after = c;
	}
}

/* ---- rows ---- */

static int is_nothing(struct bottle_field f)
{
	static const char *const words[] = { "unknown", "n/a", "-", "none",
		"null" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (f.len == strlen(words[i]) &&
			text_ascii_prefix(f.text, f.len, words[i]))
			return 1;
	return f.len == 0;
}

/* Put a cell behind what is there already. */
static void add(struct arena *mem, struct bottle_field *to,
	struct bottle_field f, const char *glue)
{
	if (is_nothing(f))
		return;
	if (to->text) {
		f.text = arena_printf(mem, "%.*s%s%.*s", (int)to->len, to->text,
			glue, (int)f.len, f.text);
		f.len = strlen(f.text);
	}
	*to = f;
}

/* The years a cell holds, the first and the last; 0: none. */
static void years_in(struct bottle_field f, int *first, int *last)
{
	size_t i, n;
	int64_t v;

	*first = *last = 0;
	for (i = 0; i < f.len; i += n ? n : 1) {
		n = bottle_field_digits(f, i);
		if (n != 4 ||
			num_int(f.text + i, n, BOTTLE_YEAR_MIN, YEAR_MAX, &v))
			continue;
		if (!*first)
			*first = (int)v;
		*last = (int)v;
	}
}

/* "3", "3 bottles", "3.0" */
static int count_of(struct bottle_field f)
{
	size_t n = bottle_field_digits(f, 0);
	int64_t v;

	if (!n || num_int(f.text, n, 0, COUNT_MAX, &v))
		return 1;
	return (int)v;
}

static void take_cell(struct arena *mem, struct shelf_row *row,
	enum list_column c, struct bottle_field f)
{
	int first, last;

	switch (c) {
	case LIST_QUANTITY:
		row->count = count_of(f);
		break;
	case LIST_FROM:
		years_in(f, &row->from, &last);
		break;
	case LIST_TO:
		years_in(f, &first, &row->to);
		break;
	case LIST_WINDOW:
		years_in(f, &first, &last);
		if (first == last) /* from or to? */
			break;
		if (!row->from)
			row->from = first;
		if (!row->to)
			row->to = last;
		break;
	case LIST_OTHER:
	case LIST_COLUMN_MAX:
		break;
	default:
		add(mem, &row->in.field[c], f, ", ");
		break;
	}
}

static int holds(struct bottle_field f, struct bottle_field part)
{
	return f.len >= part.len &&
	       memmem(f.text, f.len, part.text, part.len) != NULL;
}

/* Producer and name, as far as there are any. */
static void set_name(struct arena *mem, struct shelf_row *row)
{
	static const enum list_column others[] = { LIST_CUVEE, LIST_APPELLATION,
		LIST_STYLE, LIST_GRAPE };
	const struct bottle_field *in = row->in.field;
	struct bottle_field name = in[LIST_NAME];
	size_t i;

	for (i = 0; i < ARRAY_LEN(others); i++)
		if (in[others[i]].text &&
			(!name.text || (others[i] == LIST_CUVEE &&
					       !holds(name, in[others[i]]))))
			add(mem, &name, in[others[i]], " ");
	if (in[LIST_PRODUCER].text && name.text &&
		!holds(name, in[LIST_PRODUCER])) {
		struct bottle_field both = in[LIST_PRODUCER];

		add(mem, &both, name, " ");
		name = both;
	} else if (!name.text) {
		name = in[LIST_PRODUCER];
	}
	row->name = name;
}

static void take_row(struct shelf *s, const struct header *h,
	const struct csv_record *r, struct arena *mem)
{
	struct shelf_row row = { .line = r->line, .count = 1 };
	size_t i;

	row.text = bottle_field_trim((struct bottle_field){ r->text, r->len });
	for (i = 0; i < r->n && i < h->n; i++)
		take_cell(mem, &row, h->columns[i], r->cells[i]);
	set_name(mem, &row);
	if (row.name.text)
		shelf_put(s, &row);
	else
		shelf_put_unknown(s, row.line, row.text);
}

int table_read(struct shelf *s, const char *text, size_t len)
{
	static const char dividers[] = { ',', ';', '\t', '|' };
	struct header best = { .known = 0 };
	struct arena cells = ARENA_INIT;
	struct csv_record r;
	size_t i;
	int n = 0, rc = 1;

	for (i = 0; i < ARRAY_LEN(dividers); i++)
		find_header(s, text, len, dividers[i], &best);
	arena_reset(&s->scratch);
	if (best.known < KNOWN_MIN)
		return 0;
	while (rc > 0 && csv_next(&best.after, &cells, &r)) {
		if (++n > CELLAR_LINES_MAX)
			rc = -1;
		else
			take_row(s, &best, &r, &cells);
		arena_reset(&cells);
	}
	arena_release(&cells);
	return rc;
}
