/* Lines of a list into bottles, the same bottle of several lines into one. */
#include "pairing/shelf.h"

static const char *copy(struct shelf *s, struct bottle_field f)
{
	return arena_strndup(s->mem, f.text, f.len);
}

void shelf_put_unknown(struct shelf *s, int line, struct bottle_field text)
{
	struct cellar *c = s->out;

	c->unknown = arena_grow(s->mem, c->unknown, c->n_unknown,
		&c->cap_unknown, sizeof(*c->unknown));
	c->unknown[c->n_unknown].line = line;
	c->unknown[c->n_unknown++].text = copy(s, text);
}

/* What two bottles must have in common to be the same. */
static const char *key_of(
	struct shelf *s, const struct shelf_row *row, const struct bottle *is)
{
	struct label_word words[LABEL_WORDS_MAX];
	struct sbuf key = SBUF_INIT(65536);
	const char *kept;
	size_t i, n;

	n = label_words(
		s->l, row->name.text, row->name.len, &s->scratch, words);
	for (i = 0; i < n; i++)
		sbuf_addf(&key, "%s ", words[i].folded);
	sbuf_addf(&key, "%d %s", is->vintage, is->wine->id);
	kept = arena_strndup(s->mem, key.buf, key.len);
	sbuf_release(&key);
	return kept;
}

void shelf_put(struct shelf *s, const struct shelf_row *row)
{
	struct shelf_bottle *new;
	struct bottle is;

	arena_reset(&s->scratch);
	bottle_read(s->l, &row->in, s->year, &s->scratch, &is);
	if (!is.wine) {
		shelf_put_unknown(s, row->line, row->text);
		return;
	}
	is.words = NULL; /* they are in the scratch */
	is.n_words = 0;
	s->bottles = arena_grow(
		s->mem, s->bottles, s->n, &s->cap, sizeof(*s->bottles));
	new = &s->bottles[s->n];
	new->key = key_of(s, row, &is);
	new->rank = s->n++;
	new->b = (struct cellar_bottle){ .text = copy(s, row->text),
		.name = copy(s, row->name),
		.lines = arena_alloc(s->mem, sizeof(int)),
		.n_lines = 1,
		.count = row->count,
		.from = row->from,
		.to = row->to,
		.is = is };
	new->b.lines[0] = row->line;
}

/* ---- the same bottle in several lines ---- */

static int by_key(const void *a, const void *b)
{
	const struct shelf_bottle *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

static int by_rank(const void *a, const void *b)
{
	const struct shelf_bottle *x = a, *y = b;

	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* The first of n equal ones becomes all of them. */
static void join(struct shelf *s, struct shelf_bottle *same, size_t n)
{
	struct cellar_bottle *first = &same[0].b;
	int *lines = arena_calloc(s->mem, n, sizeof(*lines));
	size_t i;

	for (i = 0; i < n; i++) {
		const struct cellar_bottle *b = &same[i].b;

		lines[i] = b->lines[0];
		if (!i)
			continue;
		first->count += b->count;
		if (!first->from && !first->to) {
			first->from = b->from;
			first->to = b->to;
		}
	}
	first->lines = lines;
	first->n_lines = n;
}

static void group(struct shelf *s)
{
	size_t i, n, kept = 0;

	if (!s->n)
		return;
	qsort(s->bottles, s->n, sizeof(*s->bottles), by_key);
	for (i = 0; i < s->n; i += n) {
		for (n = 1; i + n < s->n && strcmp(s->bottles[i].key,
						    s->bottles[i + n].key) == 0;
			n++)
			;
		if (n > 1)
			join(s, &s->bottles[i], n);
		s->bottles[kept++] = s->bottles[i];
	}
	qsort(s->bottles, kept, sizeof(*s->bottles), by_rank);
	s->out->bottles = arena_calloc(s->mem, kept, sizeof(*s->out->bottles));
	for (i = 0; i < kept; i++)
		s->out->bottles[i] = s->bottles[i].b;
	s->out->n = kept;
}

int cellar_read(const struct labels *l, const char *text, size_t len, int year,
	struct arena *mem, struct cellar *out, struct err *e)
{
	struct shelf s = { .l = l, .year = year, .mem = mem, .out = out };
	int rc;

	memset(out, 0, sizeof(*out));
	if (len > CELLAR_BYTES_MAX)
		return err_set(e, REASON_LIST_TOO_LARGE,
			"list of %zu bytes; at most %zu", len,
			CELLAR_BYTES_MAX);
	rc = table_read(&s, text, len);
	if (rc == 0)
		rc = printed_read(&s, text, len);
	else
		out->table = 1;
	arena_release(&s.scratch);
	if (rc < 0)
		return err_set(e, REASON_LIST_TOO_LARGE,
			"list of more than %d lines", CELLAR_LINES_MAX);
	group(&s);
	if (!out->n && !out->n_unknown)
		return err_set(e, REASON_LIST_EMPTY, "no bottle");
	return 0;
}
