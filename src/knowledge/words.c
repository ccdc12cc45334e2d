#include "knowledge/words.h"

#include <libstemmer.h>

#include "knowledge/knowledge.h"

#define WORD_MAX 64 /* bytes of a word; longer ones match nothing */
#define UNKNOWN UINT32_MAX

struct form { /* a word as it is written, folded */
	char *text;
	uint32_t stem[2]; /* by kind: names of things, everything else */
};

struct edge {
	uint32_t from, word, to; /* to 0: free (node 0 is nobody's child) */
};

struct words {
	struct sb_stemmer *stemmer;
	struct arena mem;
	unsigned nouns;
	struct form *forms; /* open addressing, a power of two */
	size_t n_forms, cap_forms;
	struct form *stems; /* the same; stem[0] is the id */
	size_t n_stems, cap_stems;
	struct edge *edges;
	size_t n_edges, cap_edges;
	uint16_t *rows; /* of each node */
	size_t n_nodes, cap_nodes;
};

struct token {
	uint32_t start, len, word;
	int after_break; /* punctuation before it: no phrase goes across */
};

static uint32_t hash_bytes(const char *s, size_t len)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct form *form_slot(
	struct form *table, size_t cap, const char *s, size_t len)
{
	size_t i = hash_bytes(s, len) & (cap - 1);

	while (table[i].text &&
		(strncmp(table[i].text, s, len) != 0 || table[i].text[len]))
		i = (i + 1) & (cap - 1);
	return &table[i];
}

static void forms_grow(struct form **table, size_t *cap, size_t n)
{
	struct form *bigger;
	size_t i, more = *cap * 2;

	if (n * 4 < *cap * 3)
		return;
	bigger = xcalloc(more, sizeof(*bigger));
	for (i = 0; i < *cap; i++)
		if ((*table)[i].text)
			*form_slot(bigger, more, (*table)[i].text,
				strlen((*table)[i].text)) = (*table)[i];
	free(*table);
	*table = bigger;
	*cap = more;
}

static struct edge *edge_slot(
	struct edge *table, size_t cap, uint32_t from, uint32_t word)
{
	uint32_t h = (from * 2654435761u) ^ (word * 2246822519u);
	size_t i = (h ^ h >> 16) & (cap - 1);

	while (table[i].to && (table[i].from != from || table[i].word != word))
		i = (i + 1) & (cap - 1);
	return &table[i];
}

static void edges_grow(struct words *w)
{
	struct edge *bigger;
	size_t i, more = w->cap_edges * 2;

	if (w->n_edges * 4 < w->cap_edges * 3)
		return;
	bigger = xcalloc(more, sizeof(*bigger));
	for (i = 0; i < w->cap_edges; i++)
		if (w->edges[i].to)
			*edge_slot(bigger, more, w->edges[i].from,
				w->edges[i].word) = w->edges[i];
	free(w->edges);
	w->edges = bigger;
	w->cap_edges = more;
}

static uint32_t node_new(struct words *w)
{
	if (w->n_nodes == w->cap_nodes) {
		w->cap_nodes = w->cap_nodes ? w->cap_nodes * 2 : 1024;
		w->rows =
			xreallocarray(w->rows, w->cap_nodes, sizeof(*w->rows));
	}
	w->rows[w->n_nodes] = WORDS_NONE;
	return (uint32_t)w->n_nodes++;
}

struct words *words_new(unsigned nouns)
{
	struct words *w = xcalloc(1, sizeof(*w));
	size_t i;

	w->stemmer = sb_stemmer_new("english", "UTF_8");
	if (!w->stemmer)
		fatalx("libstemmer has no English");
	w->nouns = nouns;
	w->cap_forms = 16384;
	w->forms = xcalloc(w->cap_forms, sizeof(*w->forms));
	w->cap_stems = 16384;
	w->stems = xcalloc(w->cap_stems, sizeof(*w->stems));
	w->cap_edges = 32768;
	w->edges = xcalloc(w->cap_edges, sizeof(*w->edges));
	for (i = 0; i < WORDS_TRIES; i++)
		(void)node_new(w);
	return w;
}

void words_free(struct words *w)
{
	if (!w)
		return;
	sb_stemmer_delete(w->stemmer);
	free(w->forms);
	free(w->stems);
	free(w->edges);
	free(w->rows);
	arena_release(&w->mem);
	free(w);
}

/* ---- stems ---- */

static int ends_in(const char *s, size_t len, const char *end, size_t n)
{
	return len > n && memcmp(s + len - n, end, n) == 0;
}

/*
 * Names of things lose only what makes an English plural; libstemmer would
 * take salted butter for salt and butter, and gain nothing for the many names
 * in other languages. What is left need not be a word, only the same for one
 * and many: cherry and cherries, chilli and chillies, quiche and quiches.
 */
static size_t singular(const char *s, size_t len, char out[WORD_MAX])
{
	memcpy(out, s, len);
	if (len > 3 && s[len - 1] == 's' && s[len - 2] != 's')
		len--;
	if (ends_in(s, len, "ie", 2))
		return len - 1;
	if (len > 2 && s[len - 1] == 'y') {
		out[len - 1] = 'i';
		return len;
	}
	if (ends_in(s, len, "che", 3) || ends_in(s, len, "she", 3) ||
		ends_in(s, len, "xe", 2) || ends_in(s, len, "oe", 2) ||
		ends_in(s, len, "sse", 3))
		len--;
	return len;
}

static size_t stem(const struct words *w, const char *s, size_t len, int noun,
	char out[WORD_MAX])
{
	const sb_symbol *found;
	size_t n;

	if (noun)
		return singular(s, len, out);
	found = sb_stemmer_stem(w->stemmer, (const sb_symbol *)s, (int)len);
	n = found ? (size_t)sb_stemmer_length(w->stemmer) : 0;
	if (!found || n >= WORD_MAX)
		return 0;
	memcpy(out, found, n);
	return n;
}

static uint32_t stem_find(const struct words *w, const char *s, size_t len)
{
	const struct form *f = form_slot(w->stems, w->cap_stems, s, len);

	return f->text ? f->stem[0] : UNKNOWN;
}

static uint32_t stem_intern(struct words *w, const char *s, size_t len)
{
	struct form *f;

	forms_grow(&w->stems, &w->cap_stems, w->n_stems);
	f = form_slot(w->stems, w->cap_stems, s, len);
	if (!f->text) {
		f->text = arena_strndup(&w->mem, s, len);
		f->stem[0] = (uint32_t)w->n_stems++;
	}
	return f->stem[0];
}

/* The id of a folded word in a trie; UNKNOWN when no name has it. */
static uint32_t word_find(
	const struct words *w, unsigned trie, const char *s, size_t len)
{
	const struct form *f = form_slot(w->forms, w->cap_forms, s, len);
	int noun = trie < w->nouns;
	char buf[WORD_MAX];

	if (f->text && f->stem[!noun] != UNKNOWN)
		return f->stem[!noun];
	len = stem(w, s, len, noun, buf);
	return len ? stem_find(w, buf, len) : UNKNOWN;
}

static uint32_t word_intern(
	struct words *w, unsigned trie, const char *s, size_t len)
{
	int kind = trie >= w->nouns;
	struct form *f;
	char buf[WORD_MAX];

	forms_grow(&w->forms, &w->cap_forms, w->n_forms);
	f = form_slot(w->forms, w->cap_forms, s, len);
	if (!f->text) {
		f->text = arena_strndup(&w->mem, s, len);
		f->stem[0] = f->stem[1] = UNKNOWN;
		w->n_forms++;
	}
	if (f->stem[kind] == UNKNOWN)
		f->stem[kind] =
			stem_intern(w, buf, stem(w, s, len, kind == 0, buf));
	return f->stem[kind];
}

/* ---- cutting text into words ---- */

static int is_apostrophe(int32_t cp)
{
	return cp == '\'' || cp == 0x2019 || cp == 0x02BC || cp == '`';
}

/* What may stand between the words of one name. */
static int is_joint(int32_t cp)
{
	return text_is_space(cp) || cp == '-' || is_apostrophe(cp) ||
	       (cp >= 0x2010 && cp <= 0x2013) || cp == 0x2018 || cp == '"' ||
	       cp == '_' || cp == '%' || cp == 0xAD || cp == 0x201C ||
	       cp == 0x201D;
}

static int is_wordy(int32_t cp)
{
	return text_is_letter(cp) || text_is_digit(cp);
}

static int is_ascii_wordy(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Length of the word that starts here; an unspaced character is one alone. */
static size_t word_length(const char *s, size_t len)
{
	size_t at = 0, n;
	int32_t cp;

	while (at < len && is_ascii_wordy(s[at]))
		at++;
	while ((n = text_next(s + at, len - at, &cp)) && is_wordy(cp)) {
		if (text_is_unspaced(cp))
			return at ? at : n;
		at += n;
	}
	return at;
}

/* Length of a possessive 's at s, 0 if there is none. */
static size_t possessive(const char *s, size_t len)
{
	size_t n, m;
	int32_t cp;

	if (!len || *s == ' ' || is_ascii_wordy(*s))
		return 0;
	n = text_next(s, len, &cp);
	if (!n || !is_apostrophe(cp) || n >= len || (s[n] | 32) != 's')
		return 0;
	m = text_next(s + n + 1, len - n - 1, &cp);
	return m && is_wordy(cp) ? 0 : n + 1;
}

/* The folded word in buf; 0 when it is too long to be in any name. */
static size_t fold_word(const char *s, size_t len, char buf[WORD_MAX])
{
	struct sbuf folded = SBUF_INIT(WORD_MAX - 1);
	size_t i;

	if (len >= WORD_MAX)
		return 0;
	for (i = 0; i < len; i++) {
		if ((unsigned char)s[i] >= 0x80)
			break;
		buf[i] = s[i] >= 'A' && s[i] <= 'Z' ? s[i] | 32 : s[i];
	}
	if (i == len)
		return len;
	text_fold(s, len, &folded);
	len = folded.full ? 0 : folded.len;
	memcpy(buf, folded.buf, len);
	sbuf_release(&folded);
	return len;
}

/* The next word of text from *at on; 0 at the end. */
static int next_word(const char *text, size_t len, size_t *at, struct token *t,
	char *buf, size_t *n_buf)
{
	size_t n;
	int32_t cp;

	t->after_break = 0;
	while (*at < len && text[*at] == ' ')
		++*at;
	while ((n = text_next(text + *at, len - *at, &cp))) {
		if (cp == '&' || is_wordy(cp))
			break;
		if (!is_joint(cp) || cp == '\n')
			t->after_break = 1;
		*at += n;
	}
	if (!n)
		return 0;
	t->start = (uint32_t)*at;
	if (cp == '&') {
		memcpy(buf, "and", 3);
		*n_buf = 3;
	} else {
		n = word_length(text + *at, len - *at);
		*n_buf = fold_word(text + *at, n, buf);
	}
	t->len = (uint32_t)n;
	*at += n;
	*at += possessive(text + *at, len - *at);
	return 1;
}

/* ---- phrases ---- */

unsigned words_add(
	struct words *w, unsigned trie, const char *name, uint16_t row)
{
	size_t len = strlen(name), at = 0, n;
	uint32_t node = trie;
	char buf[WORD_MAX];
	struct token t;

	while (next_word(name, len, &at, &t, buf, &n)) {
		uint32_t word;
		struct edge *edge;

		if (!n || t.after_break)
			return WORDS_NONE;
		word = word_intern(w, trie, buf, n);
		edges_grow(w);
		edge = edge_slot(w->edges, w->cap_edges, node, word);
		if (!edge->to) {
			edge->from = node;
			edge->word = word;
			edge->to = node_new(w);
			w->n_edges++;
		}
		node = edge->to;
	}
	if (node == trie)
		return WORDS_NONE;
	if (w->rows[node] == WORDS_NONE)
		w->rows[node] = row;
	return w->rows[node];
}

/* The longest name that starts at token i: how many tokens, and its row. */
static size_t longest(const struct words *w, unsigned trie,
	const struct token *t, size_t i, size_t n, uint16_t *row)
{
	uint32_t node = trie;
	size_t k, best = 0;

	for (k = i; k < n; k++) {
		const struct edge *edge;

		if (t[k].word == UNKNOWN || (k > i && t[k].after_break))
			break;
		edge = edge_slot(w->edges, w->cap_edges, node, t[k].word);
		if (!edge->to)
			break;
		node = edge->to;
		if (w->rows[node] != WORDS_NONE) {
			*row = w->rows[node];
			best = k - i + 1;
		}
	}
	return best;
}

size_t words_match(const struct words *w, unsigned trie, const char *text,
	size_t len, struct match *out, size_t max)
{
	struct token few[128], *t = few;
	size_t n = 0, i = 0, at = 0, n_buf, found = 0;
	char buf[WORD_MAX];

	/* no word is shorter than a byte; next_word() looks for one more */
	if (len + 1 > ARRAY_LEN(few))
		t = xreallocarray(NULL, len + 1, sizeof(*t));
	while (next_word(text, len, &at, &t[n], buf, &n_buf)) {
		t[n].word = n_buf ? word_find(w, trie, buf, n_buf) : UNKNOWN;
		n++;
	}
	while (i < n && found < max) {
		uint16_t row = 0;
		size_t k = longest(w, trie, t, i, n, &row);

		if (k) {
			const struct token *last = &t[i + k - 1];

			out[found].row = row;
			out[found].start = t[i].start;
			out[found].len = last->start + last->len - t[i].start;
			found++;
		}
		i += k ? k : 1;
	}
	if (t != few)
		free(t);
	return found;
}
