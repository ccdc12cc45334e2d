/*
 * One loader for every table: each column's kind says how its cell is checked
 * and where it goes. Cells are kept where they were read, so strings cost
 * nothing.
 */
#include "knowledge/tables.h"

/* ---- text → row ---- */

int table_row(const struct knowledge *k, enum table_id table, const char *id)
{
	uint16_t row = lexicon_value(
		&k->names, ROOT_IDS + (uint32_t)table, id, strlen(id));

	return row == LEXICON_NONE ? -1 : row;
}

/* Note that the text below root means this row. Returns the row, or the one it
 * meant already. */
static unsigned note(
	const struct place *p, uint32_t root, const char *text, size_t len)
{
	struct edge *edge =
		lexicon_add(&p->k->names, root + (uint32_t)p->table, text, len);

	if (edge->value == LEXICON_NONE)
		edge->value = (uint16_t)(p->first + p->row);
	return edge->value;
}

#define LOOKUP_MAX 64 /* bytes of a unit or heading, as a rule */

/* The common case, without the detours below: Latin letters, single spaces. */
static int lookup_key_latin(
	const char *s, size_t len, int exact, struct sbuf *out)
{
	char buf[LOOKUP_MAX], folded[2];
	size_t i, m, n = 0;

	if (len > sizeof(buf))
		return 0;
	for (i = 0; i < len; i++) {
		char c = s[i];

		if (ascii_is_control(c) ||
			(c == ' ' && (!n || buf[n - 1] == ' ')))
			return 0;
		if ((unsigned char)c < 0x80) {
			if (c != '.')
				buf[n++] = exact ? c : ascii_lower(c);
			continue;
		}
		m = i + 1 < len ? text_fold_latin(s + i, 2, folded) : 0;
		if (!m)
			return 0;
		memcpy(buf + n, exact ? s + i : folded, exact ? 2 : m);
		n += exact ? 2 : m;
		i++;
	}
	while (n && buf[n - 1] == ' ')
		n--;
	sbuf_add(out, buf, n);
	return 1;
}

void lookup_key(const char *s, size_t len, int exact, struct sbuf *out)
{
	struct sbuf clean = SBUF_INIT(256), fold = SBUF_INIT(256);
	const char *at, *dot;

	if (lookup_key_latin(s, len, exact, out))
		return;
	text_clean(s, len, &clean);
	if (!exact)
		text_fold(clean.buf, clean.len, &fold);
	/* "fl. oz." is "fl oz", "c. à s." is "c a s" */
	for (at = exact ? clean.buf : fold.buf; *at; at = dot + (*dot == '.')) {
		dot = strchrnul(at, '.');
		sbuf_add(out, at, (size_t)(dot - at));
	}
	sbuf_rtrim(out);
	sbuf_release(&clean);
	sbuf_release(&fold);
}

/* ---- cells ---- */

static int is_kebab(const char *s)
{
	int letter = 0;

	for (; *s; s++) {
		if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
			letter = 1;
		else if (*s != '-' || !letter || s[1] == '-' || !s[1])
			return 0;
	}
	return letter;
}

int cell_ref(const struct place *p, enum table_id ref, const char *id)
{
	int row = table_row(p->k, ref, id);

	if (row < 0)
		PROBLEM(p, id, "an id of %s", table_specs[ref].file);
	return row;
}

static double number(const struct place *p, const struct column *c, char *cell)
{
	double v = 0;

	if (ascii_is_digit(cell[0]) && !cell[1]) { /* as most are */
		v = cell[0] - '0';
		if (v >= c->lo && v <= c->hi)
			return v;
	}
	if (num_double(cell, strlen(cell), c->lo, c->hi, &v))
		PROBLEM(p, cell, "a number from %g to %g", c->lo, c->hi);
	return v;
}

static int integer(const struct place *p, const struct column *c, char *cell)
{
	int64_t v = 0;

	if (num_int(cell, strlen(cell), (int64_t)c->lo, (int64_t)c->hi, &v))
		PROBLEM(p, cell, "a whole number from %g to %g", c->lo, c->hi);
	return (int)v;
}

int cell_word(const struct place *p, const char *const *words, const char *cell)
{
	struct sbuf list = SBUF_INIT(512);
	int i;

	for (i = 0; words[i]; i++)
		if (*words[i] && strcmp(words[i], cell) == 0)
			return i;
	for (i = 0; words[i]; i++)
		if (*words[i])
			sbuf_addf(
				&list, "%s%s", list.len ? ", " : "", words[i]);
	PROBLEM(p, cell, "one of %s", list.buf);
	sbuf_release(&list);
	return 0;
}

static struct index_list refs(
	const struct place *p, const struct column *c, char *cell)
{
	struct index_list list = { NULL, 0 };
	uint16_t *at;
	char *item;
	size_t i, n = tsv_items(cell);

	if ((double)n < c->lo || (double)n > c->hi)
		PROBLEM(p, cell, "a list of %g to %g", c->lo, c->hi);
	at = arena_calloc(&p->k->mem, n, sizeof(*at));
	while ((item = tsv_item(&cell))) {
		int row = cell_ref(p, c->ref, item);

		if (row < 0)
			continue;
		if (c->ref == p->table && (size_t)row == p->first + p->row)
			PROBLEM(p, item, "another row than its own");
		for (i = 0; i < list.n; i++)
			if (at[i] == row)
				PROBLEM(p, item, "no id twice");
		at[list.n++] = (uint16_t)row;
	}
	list.at = at;
	return list;
}

static uint64_t bits(const struct place *p, const struct column *c, char *cell)
{
	uint64_t found = 0;
	char *item;

	while ((item = tsv_item(&cell))) {
		int row = cell_ref(p, c->ref, item);

		if (row < 0)
			continue;
		if (found >> row & 1)
			PROBLEM(p, item, "no id twice");
		found |= (uint64_t)1 << row;
	}
	return found;
}

static const char *const *strings(const struct place *p, char *cell)
{
	const char **list;
	char *item;
	size_t n = 0;

	list = arena_calloc(&p->k->mem, tsv_items(cell) + 1, sizeof(*list));
	while ((item = tsv_item(&cell))) {
		if (!*item)
			PROBLEM(p, item, "no empty item in the list");
		list[n++] = item;
	}
	return list;
}

static void add_name(const struct place *p, const char *name, size_t len)
{
	int trie = table_specs[p->table].match;
	unsigned row;

	row = words_add(
		p->k->words, (unsigned)trie, name, len, (uint16_t)p->row);
	if (row == WORDS_NONE)
		PROBLEM(p, name, "a name made of words");
	else if (row != p->row)
		PROBLEM(p, name, "a name that line %u does not have",
			p->t->lines[row]);
}

/* Is a name both its keys as it stands? Most are. */
static int is_key(const char *s, size_t len)
{
	char before = ' ';
	size_t i;

	for (i = 0; i < len; before = s[i++])
		if ((unsigned char)s[i] >= 0x80 || ascii_is_control(s[i]) ||
			s[i] == '.' || (s[i] >= 'A' && s[i] <= 'Z') ||
			(s[i] == ' ' && before == ' '))
			return 0;
	return before != ' ' && len <= LOOKUP_MAX;
}

/* A name of a unit or a heading by its two keys, of n and m bytes. */
static void add_keys(const struct place *p, const char *name, const char *exact,
	size_t n, const char *folded, size_t m)
{
	unsigned row;

	if (!n || n > LEXICON_WORD_MAX || !m || m > LEXICON_WORD_MAX) {
		PROBLEM(p, name, "a short name made of words");
		return;
	}
	row = note(p, ROOT_EXACT, exact, n);
	if (row != p->row)
		PROBLEM(p, name, "a name that line %u does not have",
			p->t->lines[row]);
	/* T and t are two units; "Tbsp" finds the first row that folds so */
	(void)note(p, ROOT_FOLDED, folded, m);
}

static void add_lookup(const struct place *p, const char *name, size_t len)
{
	struct sbuf exact = SBUF_INIT(256), folded = SBUF_INIT(256);

	if (is_key(name, len)) {
		add_keys(p, name, name, len, name, len);
		return;
	}
	lookup_key(name, len, 1, &exact);
	lookup_key(name, len, 0, &folded);
	add_keys(p, name, exact.buf, exact.len, folded.buf, folded.len);
	sbuf_release(&exact);
	sbuf_release(&folded);
}

static const char *names(const struct place *p, char *cell,
	void (*add)(const struct place *, const char *, size_t))
{
	const char *first = cell;
	char *item;
	size_t len;

	if (!*cell)
		PROBLEM(p, cell, "at least one name");
	while ((item = tsv_item_len(&cell, &len)))
		add(p, item, len);
	return first;
}

static void source(const struct place *p, char *cell)
{
	char *item;

	if (!*cell)
		PROBLEM(p, cell, "the key of a source");
	while ((item = tsv_item(&cell)))
		if (!is_kebab(item))
			PROBLEM(p, item, "the key of a source");
}

static void fill_cell(const struct place *p, const struct column *c, char *row)
{
	char *cell = tsv_cell(p->t, p->row, p->column);
	void *at = row + c->offset;

	switch (c->kind) {
	case CELL_ID:
		*(const char **)at = cell;
		break;
	case CELL_TEXT:
		if (!*cell)
			PROBLEM(p, cell, "some text");
		*(const char **)at = cell;
		break;
	case CELL_NUMBER:
		*(double *)at = number(p, c, cell);
		break;
	case CELL_INT:
		*(int *)at = integer(p, c, cell);
		break;
	case CELL_WORD:
		*(int *)at = cell_word(p, c->words, cell);
		break;
	case CELL_REF: {
		int ref = cell_ref(p, c->ref, cell);

		*(const char **)at = cell;
		*(unsigned *)(void *)(row + c->aux) = ref < 0 ? 0
							      : (unsigned)ref;
		break;
	}
	case CELL_REF_OPT:
		*(int *)at = *cell ? cell_ref(p, c->ref, cell) : -1;
		break;
	case CELL_REFS:
		*(struct index_list *)at = refs(p, c, cell);
		break;
	case CELL_BITS:
		*(uint64_t *)at = bits(p, c, cell);
		break;
	case CELL_STRINGS:
		*(const char *const **)at = strings(p, cell);
		break;
	case CELL_AXIS:
		*(int *)at = cell_axis(p, cell);
		break;
	case CELL_AXES:
		*(struct index_list *)at = cell_axes(p, cell);
		break;
	case CELL_CUES:
		*(struct cue_list *)at = cell_cues(p, cell);
		break;
	case CELL_PICKS:
		*(struct pick_list *)at = cell_picks(p, cell);
		break;
	case CELL_SAYS:
		*(const char **)at = cell;
		*(int *)(void *)(row + c->aux) =
			cell_says(p, (const struct label *)(void *)row, cell);
		break;
	case CELL_NAMES:
		*(const char **)at = names(p, cell, add_name);
		break;
	case CELL_LOOKUP:
		*(const char **)at = names(p, cell, add_lookup);
		break;
	case CELL_SOURCE:
		source(p, cell);
		break;
	}
}

static void check_wine(const struct place *p, const struct wine *w)
{
	struct place here = *p;

	for (here.column = 0;
		strcmp(p->t->columns[here.column], "serve_hi") != 0;
		here.column++)
		;
	if (w->serve_hi < w->serve_lo)
		PROBLEM(&here, tsv_cell(p->t, p->row, here.column),
			"at least serve_lo, %d", w->serve_lo);
}

/* The table that gets the rows of a file. */
static enum table_id table_of(enum table_id file)
{
	return file == TABLE_DRINKS ? TABLE_WINES : file;
}

/* Some row before has this id already. */
static void id_twice(const struct place *p, const char *id, size_t row)
{
	if (row < p->first)
		PROBLEM(p, id, "an id that %s does not have",
			table_specs[p->table].file);
	else
		PROBLEM(p, id, "an id that line %u does not have",
			p->t->lines[row - p->first]);
}

void table_ids(struct knowledge *k, enum table_id id, struct tsv *t)
{
	struct place p = { k, t, table_of(id), 0, 0, 0 };

	if (table_specs[id].columns[0].kind != CELL_ID)
		return;
	p.first = k->tables[p.table].n;
	for (p.row = 0; p.row < t->n_rows; p.row++) {
		const char *cell = tsv_cell(t, p.row, 0);
		size_t len = strlen(cell);
		unsigned row;

		if (!is_kebab(cell) || len > LEXICON_WORD_MAX) {
			PROBLEM(&p, cell, "a lower-case id of a-z, 0-9 and -");
			continue;
		}
		row = note(&p, ROOT_IDS, cell, len);
		if (row != p.first + p.row)
			id_twice(&p, cell, row);
	}
}

void table_fill(struct knowledge *k, enum table_id id, struct tsv *t)
{
	const struct table_spec *spec = &table_specs[id];
	struct place p = { k, t, table_of(id), 0, 0, 0 };
	struct table *table = &k->tables[p.table];
	char *rows;

	p.first = table->n;
	rows = arena_calloc(&k->mem, p.first + t->n_rows, spec->size);
	if (p.first)
		memcpy(rows, table->rows, p.first * spec->size);
	for (p.row = 0; p.row < t->n_rows; p.row++) {
		char *row = rows + (p.first + p.row) * spec->size;

		if (t->broken[p.row])
			continue;
		for (p.column = 0; p.column < spec->n_columns; p.column++)
			fill_cell(&p, &spec->columns[p.column], row);
		if (id == TABLE_DRINKS)
			((struct wine *)(void *)row)->color = COLOR_NONE;
		if (p.table == TABLE_WINES)
			check_wine(&p, (const struct wine *)(void *)row);
	}
	table->rows = rows;
	table->n += t->n_rows;
}
