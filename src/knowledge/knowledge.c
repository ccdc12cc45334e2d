#include "knowledge/knowledge.h"

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

static void set_version(
	struct knowledge *k, unsigned char digests[TABLE_MAX][HASH_SHORT_LEN])
{
	unsigned char digest[HASH_SHORT_LEN];
	size_t i;

	hash_short(digests, (size_t)TABLE_MAX * HASH_SHORT_LEN, digest);
	for (i = 0; i < HASH_SHORT_LEN; i++)
		(void)snprintf(k->version + 2 * i, 3, "%02x", digest[i]);
}

static unsigned missing_phrases(
	const struct knowledge *k, struct sbuf *problems)
{
	unsigned missing = 0;
	size_t i;

	for (i = 0; phrase_ids[i]; i++) {
		if (slots_find(&k->ids, TABLE_PHRASES, phrase_ids[i],
			    strlen(phrase_ids[i])))
			continue;
		missing++;
		sbuf_addf(problems,
			"%s:1: column 'id': expected a row '%s', found ''\n",
			table_specs[TABLE_PHRASES].file, phrase_ids[i]);
	}
	return missing;
}

/* A table may name rows of itself and of those before it. */
static void load_table(
	struct knowledge *k, enum table_id id, const char *dir, struct tsv *t)
{
	const struct table_spec *spec = &table_specs[id];
	const char *columns[32];
	size_t c;

	for (c = 0; c < spec->n_columns; c++)
		columns[c] = spec->columns[c].name;
	t->file = spec->file;
	t->columns = columns;
	t->n_columns = spec->n_columns;
	if (tsv_read(t, dir) == 0)
		check_size(t, id);
	table_ids(k, id, t);
	table_fill(k, id, t);
	k->texts[id] = t->text;
	sbuf_init(&t->text, 0);
}

struct knowledge *knowledge_load(const char *dir, struct sbuf *problems)
{
	unsigned char digests[TABLE_MAX][HASH_SHORT_LEN];
	struct knowledge *k = xcalloc(1, sizeof(*k));
	struct tsv t = { .problems = problems };
	unsigned wrong;
	size_t i;

	k->words = words_new(MATCH_TECHNIQUE + 1);
	for (i = 0; i < TABLE_MAX; i++)
		sbuf_init(&k->texts[i], 0);
	for (i = 0; i < TABLE_MAX; i++) {
		load_table(k, (enum table_id)i, dir, &t);
		memcpy(digests[i], t.digest, HASH_SHORT_LEN);
	}
	wrong = t.n_problems + missing_phrases(k, problems);
	tsv_release(&t);
	if (wrong) {
		knowledge_free(k);
		return NULL;
	}
	set_version(k, digests);
	return k;
}

void knowledge_free(struct knowledge *k)
{
	size_t i;

	if (!k)
		return;
	words_free(k->words);
	for (i = 0; i < TABLE_MAX; i++)
		sbuf_release(&k->texts[i]);
	free(k->ids.at);
	free(k->lookups.at);
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

const struct unit *knowledge_units(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_UNITS, n);
}

const struct family *knowledge_families(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_FAMILIES, n);
}

const struct group *knowledge_groups(const struct knowledge *k, size_t *n)
{
	return table(k, TABLE_GROUPS, n);
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
	const struct slot *s =
		slots_find(&k->ids, TABLE_PHRASES, id, strlen(id));
	const struct phrase *phrases = k->tables[TABLE_PHRASES].rows;

	return s ? phrases[s->row].text : NULL;
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
	const struct slot *s = slots_find(&k->ids, TABLE_WINES, id, strlen(id));
	size_t n;

	return s ? knowledge_wines(k, &n) + s->row : NULL;
}

/* ---- units and headings ---- */

static const void *look_up(const struct knowledge *k, enum table_id id,
	const char *text, size_t len)
{
	struct sbuf key = SBUF_INIT(256);
	const struct slot *s;
	int exact;

	if (!len || len > 100)
		return NULL;
	for (exact = 1, s = NULL; !s && exact >= 0; exact--) {
		sbuf_reset(&key);
		lookup_key(text, len, exact, &key);
		s = slots_find(&k->lookups, id * 2u + !exact, key.buf, key.len);
	}
	if (!s && id == TABLE_UNITS && key.len > 3 &&
		key.buf[key.len - 1] == 's')
		s = slots_find(&k->lookups, id * 2u + 1, key.buf, key.len - 1);
	sbuf_release(&key);
	return s ? (char *)k->tables[id].rows + s->row * table_specs[id].size
		 : NULL;
}

const struct unit *knowledge_unit(
	const struct knowledge *k, const char *word, size_t len)
{
	return look_up(k, TABLE_UNITS, word, len);
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
