#include "knowledge/knowledge.h"

#include "knowledge/image.h"
#include "knowledge/tables.h"

#define ROWS_MAX 65000 /* rows are told apart by 16 bits */
#define AROMAS_MAX 64  /* and aromas by the bits of one number */

static void check_size(struct tsv *t, enum table_id id)
{
	size_t max = id == TABLE_AROMAS ? AROMAS_MAX : ROWS_MAX;

	if (t->n_rows > max) {
		tsv_problem(t, max, 0, tsv_cell(t, max, 0),
			"no more than %zu rows", max);
		t->n_rows = max;
	}
	if (!t->n_rows) {
		t->n_problems++;
		sbuf_addf(t->problems,
			"%s:1: column '%s': expected a row, found ''\n",
			t->file, t->columns[0]);
	}
}

static unsigned missing_phrases(
	const struct knowledge *k, struct sbuf *problems)
{
	unsigned missing = 0;
	size_t i;

	for (i = 0; phrase_ids[i]; i++) {
		if (table_row(k, TABLE_PHRASES, phrase_ids[i]) >= 0)
			continue;
		missing++;
		sbuf_addf(problems,
			"%s:1: column 'id': expected a row '%s', found ''\n",
			table_specs[TABLE_PHRASES].file, phrase_ids[i]);
	}
	return missing;
}

/* Make t ready for a table whose text is, or will be, there. */
static void set_table(struct tsv *t, enum table_id id, struct sbuf *text)
{
	const struct table_spec *spec = &table_specs[id];
	size_t c;

	for (c = 0; c < spec->n_columns; c++)
		t->columns[c] = spec->columns[c].name;
	t->n_columns = spec->n_columns;
	t->file = spec->file;
	t->text = text;
}

static void set_version(struct knowledge *k, const struct sbuf *texts)
{
	unsigned char digests[TABLE_MAX][HASH_SHORT_LEN],
		digest[HASH_SHORT_LEN];
	size_t i;

	for (i = 0; i < TABLE_MAX; i++)
		hash_short(texts[i].buf, texts[i].len, digests[i]);
	hash_short(digests, sizeof(digests), digest);
	for (i = 0; i < HASH_SHORT_LEN; i++)
		(void)snprintf(k->version + 2 * i, 3, "%02x", digest[i]);
}

/* Room for the names, so that it need not grow as a rule: they take an edge for
 * each 20 bytes of text or so. */
static size_t lexicon_size(const struct sbuf *texts)
{
	size_t i, bytes = 0, cap = 1024;

	for (i = 0; i < TABLE_MAX; i++)
		bytes += texts[i].len;
	while (cap * 3 / 4 < bytes / 20)
		cap *= 2;
	return cap;
}

/* Cut, check and keep every text that could be read. A table may name rows of
 * itself and of those before it. */
static void read_tables(struct knowledge *k, struct tsv *t, struct sbuf *texts)
{
	size_t i;

	lexicon_init(&k->names, lexicon_size(texts));
	for (i = 0; i < TABLE_MAX; i++) {
		enum table_id id = (enum table_id)i;

		if (!texts[i].max) /* it could not be read */
			continue;
		set_table(t, id, &texts[i]);
		tsv_cut(t);
		check_size(t, id);
		table_ids(k, id, t);
		table_fill(k, id, t);
	}
	t->n_problems += missing_phrases(k, t->problems);
}

struct knowledge *knowledge_load(const char *dir, struct sbuf *problems)
{
	struct knowledge *k = xcalloc(1, sizeof(*k));
	struct tsv t = { .problems = problems };
	struct sbuf texts[TABLE_MAX];
	unsigned wrong;
	size_t i;

	sbuf_init(&k->block, 0);
	k->words = words_new(MATCH_TECHNIQUE + 1, &k->names);
	for (i = 0; i < TABLE_MAX; i++) {
		set_table(&t, (enum table_id)i, &texts[i]);
		if (tsv_read(&t, dir)) {
			sbuf_release(&texts[i]);
			texts[i].max = 0;
		}
	}
	set_version(k, texts);
	if (t.n_problems || image_load(k, dir)) {
		read_tables(k, &t, texts);
		if (!t.n_problems)
			image_pack(k);
	}
	for (i = 0; i < TABLE_MAX; i++)
		sbuf_release(&texts[i]);
	wrong = t.n_problems;
	tsv_release(&t);
	if (wrong) {
		knowledge_free(k);
		return NULL;
	}
	return k;
}

void knowledge_free(struct knowledge *k)
{
	if (!k)
		return;
	words_free(k->words);
	if (!k->block.len) /* it was not packed */
		lexicon_release(&k->names);
	sbuf_release(&k->block);
	arena_release(&k->mem);
	free(k);
}

const char *knowledge_version(const struct knowledge *k)
{
	return k->version;
}

static const void *table(const struct knowledge *k, enum table_id id, size_t *n)
{
	*n = k->tables[id].n;
	return k->tables[id].rows;
}

const struct wine *knowledge_wines(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_WINES, n);
}

const struct food *knowledge_foods(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_FOODS, n);
}

const struct technique *knowledge_techniques(
	const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_TECHNIQUES, n);
}

const struct cuisine *knowledge_cuisines(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_CUISINES, n);
}

const struct classic *knowledge_classics(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_CLASSICS, n);
}

const struct aroma *knowledge_aromas(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_AROMAS, n);
}

const struct family *knowledge_families(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_FAMILIES, n);
}

const struct group *knowledge_groups(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_GROUPS, n);
}

const struct group *knowledge_group_of(
	const struct knowledge *k, const struct food *f)
{
	size_t n;

	return &knowledge_groups(k, &n)[f->group_row];
}

const struct trait *knowledge_traits(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_TRAITS, n);
}

const struct rule *knowledge_rules(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_RULES, n);
}

const struct affinity *knowledge_affinities(
	const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_AFFINITIES, n);
}

const char *const *knowledge_phrase_or_null(
	const struct knowledge *k, const char *id)
{
	const struct phrase *phrases = k->tables[TABLE_PHRASES].rows;
	int row = table_row(k, TABLE_PHRASES, id);

	return row >= 0 ? phrases[row].text : NULL;
}

const char *const *knowledge_phrase(const struct knowledge *k, const char *id)
{
	const char *const *text = knowledge_phrase_or_null(k, id);

	if (!text)
		log_bug("phrase '%s' is not in phrase_ids", id);
	return text;
}

const struct wine *knowledge_wine(const struct knowledge *k, const char *id)
{
	const struct wine *wines = k->tables[TABLE_WINES].rows;
	int row = table_row(k, TABLE_WINES, id);

	return row >= 0 ? &wines[row] : NULL;
}

/* ---- units and headings ---- */

static const void *look_up(const struct knowledge *k, enum table_id id,
	const char *text, size_t len)
{
	struct sbuf key = SBUF_INIT(256);
	uint16_t row;

	if (!len || len > 100)
		return NULL;
	lookup_key(text, len, 1, &key);
	row = lexicon_value(&k->names, ROOT_EXACT + id, key.buf, key.len);
	if (row == LEXICON_NONE) {
		sbuf_reset(&key);
		lookup_key(text, len, 0, &key);
		row = lexicon_value(
			&k->names, ROOT_FOLDED + id, key.buf, key.len);
	}
	if (row == LEXICON_NONE && id == TABLE_UNITS && key.len > 3 &&
		key.buf[key.len - 1] == 's')
		row = lexicon_value(
			&k->names, ROOT_FOLDED + id, key.buf, key.len - 1);
	sbuf_release(&key);
	return row == LEXICON_NONE ? NULL
				   : (const char *)k->tables[id].rows +
					     row * table_specs[id].size;
}

const struct unit *knowledge_unit(
	const struct knowledge *k, const char *word, size_t len)
{
	return look_up(k, TABLE_UNITS, word, len);
}

const struct wall *knowledge_walls(const struct knowledge *k, size_t *n)
{
	*n = k->tables[TABLE_WALLS].n;
	return k->tables[TABLE_WALLS].rows;
}

const struct label *knowledge_labels(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_LABELS, n);
}

enum list_column knowledge_list_column(
	const struct knowledge *k, const char *header, size_t len)
{
	const struct list_header *h =
		look_up(k, TABLE_LIST_COLUMNS, header, len);

	return h ? (enum list_column)h->kind : LIST_COLUMN_MAX;
}

enum heading_kind knowledge_heading(
	const struct knowledge *k, const char *line, size_t len)
{
	const struct heading *h = look_up(k, TABLE_HEADINGS, line, len);

	return h ? (enum heading_kind)h->kind : HEADING_NONE;
}

/* ---- names in text ---- */

size_t knowledge_match(const struct knowledge *k, enum match_table which,
	const char *text, size_t len, struct match *out, size_t max)
{
	return words_match(k->words, which, text, len, out, max);
}
