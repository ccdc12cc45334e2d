#include "knowledge/words.h"

#include <libstemmer.h>

#include "knowledge/knowledge.h"
#include "knowledge/lexicon.h"

#define WORD_MAX 64 /* bytes of a word; longer ones match nothing */

/* The root below which stand the words libstemmer has seen: the value of their
 * edge is the length of the stem, which follows the word in the pool. */
#define FORMS WORDS_TRIES

struct words {
	struct sb_stemmer *stemmer;
	unsigned nouns;
	struct lexicon *names;
	char plain[256]; /* ASCII letters and digits folded; all else is 0 */
};

struct token {
	uint32_t start, len;
	uint32_t stem, n_stem, hash; /* n_stem 0: no name has it */
	int after_break; /* punctuation before it: no phrase goes across */
};

struct reader { /* goes through a text word by word */
	const struct words *w;
	const char *text;
	size_t len, at;
	/* the last word: where it stands, and folded */
	size_t start, n_text;
	int after_break;
	size_t n;	     /* 0: too long to be in any name */
	char word[WORD_MAX]; /* not terminated */
};

struct words *words_new(unsigned nouns, struct lexicon *names)
{
	struct words *w = xcalloc(1, sizeof(*w));
	int c;

	w->stemmer = sb_stemmer_new("english", "UTF_8");
	if (!w->stemmer)
		fatalx("libstemmer has no English");
	w->nouns = nouns;
	w->names = names;
	for (c = 0; c < 0x80; c++)
		if (ascii_is_alnum((char)c))
			w->plain[c] = ascii_lower((char)c);
	return w;
}

void words_free(struct words *w)
{
	if (!w)
		return;
	sb_stemmer_delete(w->stemmer);
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
 * and many: cherry and cherries, chilli and chillies, quiche and quiches. To
 * fry is not to eat fries.
 */
static size_t singular(char *s, size_t len)
{
	if (len > 3 && s[len - 1] == 's' && s[len - 2] != 's')
		len--;
	if (len > 3 && s[len - 1] == 'y')
		s[len - 1] = 'i';
	else if (s[len - 1] == 'e' &&
		 (ends_in(s, len, "ie", 2) || ends_in(s, len, "che", 3) ||
			 ends_in(s, len, "she", 3) ||
			 ends_in(s, len, "xe", 2) || ends_in(s, len, "oe", 2) ||
			 ends_in(s, len, "sse", 3)))
		len--;
	return len;
}

/* The same for words that are not nouns, by libstemmer; 0 when it fails. */
static size_t endless(const struct words *w, char word[WORD_MAX], size_t len)
{
	const sb_symbol *found =
		sb_stemmer_stem(w->stemmer, (const sb_symbol *)word, (int)len);
	size_t n = found ? (size_t)sb_stemmer_length(w->stemmer) : 0;

	if (!n || n >= WORD_MAX)
		return 0;
	memcpy(word, found, n);
	return n;
}

/* Make a folded word its stem; returns the length. */
static size_t stem(
	const struct words *w, unsigned trie, char word[WORD_MAX], size_t len)
{
	const struct edge *form;

	if (trie < w->nouns)
		return singular(word, len);
	form = lexicon_find(
		w->names, FORMS, word, len, lexicon_hash(word, len));
	if (!form)
		return endless(w, word, len);
	memcpy(word, w->names->pool + form->at + form->len, form->value);
	return form->value;
}

/* The same for a word of a name, which is found without libstemmer then. */
static size_t stem_noted(
	struct words *w, unsigned trie, char word[WORD_MAX], size_t len)
{
	struct edge *form;

	if (trie < w->nouns)
		return singular(word, len);
	form = lexicon_add(w->names, FORMS, word, len);
	if (form->value != LEXICON_NONE)
		return stem(w, trie, word, len);
	len = endless(w, word, len);
	lexicon_append(w->names, word, len);
	form->value = (uint16_t)len;
	return len;
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

/* Length of the word that starts here; an unspaced character is one alone. */
static size_t word_length(const char *s, size_t len)
{
	size_t at = 0, n;
	int32_t cp;

	while (at < len && ascii_is_alnum(s[at]))
		at++;
	while ((n = text_next(s + at, len - at, &cp)) && is_wordy(cp)) {
		if (text_is_unspaced(cp))
			return at ? at : n;
		at += n;
	}
	return at;
}

/* Length of a possessive 's at s, 0 if there is none. */
static __attribute__((noinline)) size_t possessive(const char *s, size_t len)
{
	size_t n, m;
	int32_t cp;

	if (!len || ((unsigned char)*s < 0x80 && !is_apostrophe(*s)))
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
	size_t n;

	if (len >= WORD_MAX)
		return 0;
	n = text_fold_latin(s, len, buf);
	if (n)
		return n;
	text_fold(s, len, &folded);
	n = folded.full ? 0 : folded.len;
	memcpy(buf, folded.buf, n);
	sbuf_release(&folded);
	return n;
}

/* The common case, a word of ASCII and common Latin letters. Returns 0 when it
 * is anything else, or none. */
static int plain_word(struct reader *r)
{
	const unsigned char *s = (const unsigned char *)r->text + r->at;
	size_t i = 0, n = 0, m, max = r->len - r->at;
	const char *plain = r->w->plain;
	char *word = r->word, c;

	if (max >= WORD_MAX)
		max = WORD_MAX - 1;
	for (;;) {
		for (; i < max && (c = plain[s[i]]); i++)
			word[n++] = c;
		if (i == max || s[i] < 0x80)
			break;
		m = i + 1 < max
			    ? text_fold_latin((const char *)s + i, 2, word + n)
			    : 0;
		if (!m)
			return 0;
		n += m;
		i += 2;
	}
	r->n = n;
	r->start = r->at;
	r->n_text = i;
	return i && (i < WORD_MAX - 1 || r->at + i == r->len);
}

/* Every other word, past what stands before it; 0 when there is none. Kept out
 * of the way of the common case, which is most of loading the tables. */
static __attribute__((noinline)) int any_word(struct reader *r)
{
	size_t n;
	int32_t cp;

	while ((n = text_next(r->text + r->at, r->len - r->at, &cp))) {
		if (cp == '&' || is_wordy(cp))
			break;
		if (!is_joint(cp) || cp == '\n')
			r->after_break = 1;
		r->at += n;
	}
	if (!n)
		return 0;
	r->start = r->at;
	if (cp == '&') {
		memcpy(r->word, "and", 3);
		r->n = 3;
		r->n_text = 1;
	} else {
		r->n_text = word_length(r->text + r->at, r->len - r->at);
		r->n = fold_word(r->text + r->at, r->n_text, r->word);
	}
	return 1;
}

/* The next word; 0 at the end. */
static int next_word(struct reader *r)
{
	r->after_break = 0;
	while (r->at < r->len && r->text[r->at] == ' ')
		r->at++;
	if (r->at == r->len || (!plain_word(r) && !any_word(r)))
		return 0;
	r->at += r->n_text;
	if (r->at < r->len && r->text[r->at] != ' ')
		r->at += possessive(r->text + r->at, r->len - r->at);
	return 1;
}

/* ---- phrases ---- */

unsigned words_add(struct words *w, unsigned trie, const char *name, size_t len,
	uint16_t row)
{
	struct reader r = { .w = w, .text = name, .len = len };
	struct edge *edge = NULL;
	uint32_t node = trie;

	while (r.at < r.len && next_word(&r)) {
		if (!r.n || r.after_break)
			return WORDS_NONE;
		r.n = stem_noted(w, trie, r.word, r.n);
		if (!r.n)
			return WORDS_NONE;
		edge = lexicon_add(w->names, node, r.word, r.n);
		node = edge_to(edge);
	}
	if (!edge)
		return WORDS_NONE;
	if (edge->value == LEXICON_NONE)
		edge->value = row;
	return edge->value;
}

/* The longest name that starts at token i: how many tokens, and its row. */
static size_t longest(const struct words *w, unsigned trie, const char *stems,
	const struct token *t, size_t i, size_t n, uint16_t *row)
{
	uint32_t node = trie;
	size_t k, best = 0;

	for (k = i; k < n; k++) {
		const struct edge *edge;

		if (!t[k].n_stem || (k > i && t[k].after_break))
			break;
		edge = lexicon_find(w->names, node, stems + t[k].stem,
			t[k].n_stem, t[k].hash);
		if (!edge)
			break;
		node = edge_to(edge);
		if (edge->value != LEXICON_NONE) {
			*row = edge->value;
			best = k - i + 1;
		}
	}
	return best;
}

/* Cut text into tokens, whose stems are added to stems. */
static size_t tokens(const struct words *w, unsigned trie, const char *text,
	size_t len, struct token *t, struct sbuf *stems)
{
	struct reader r = { .w = w, .text = text, .len = len };
	size_t n;

	for (n = 0; next_word(&r); n++) {
		if (r.n)
			r.n = stem(w, trie, r.word, r.n);
		t[n].start = (uint32_t)r.start;
		t[n].len = (uint32_t)r.n_text;
		t[n].after_break = r.after_break;
		t[n].stem = (uint32_t)stems->len;
		t[n].n_stem = (uint32_t)r.n;
		t[n].hash = lexicon_hash(r.word, r.n);
		sbuf_add(stems, r.word, r.n);
	}
	return n;
}

size_t words_match(const struct words *w, unsigned trie, const char *text,
	size_t len, struct match *out, size_t max)
{
	struct sbuf stems = SBUF_INIT((size_t)1 << 30);
	struct token few[128], *t = few;
	size_t n, i = 0, found = 0;

	if (len > ARRAY_LEN(few)) /* no word is shorter than a byte */
		t = xreallocarray(NULL, len, sizeof(*t));
	n = tokens(w, trie, text, len, t, &stems);
	while (i < n && found < max) {
		uint16_t row = 0;
		size_t k = longest(w, trie, stems.buf, t, i, n, &row);

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
	sbuf_release(&stems);
	return found;
}
