/*
 * Words and the phrases made of them: names are found in free text by whole
 * words, folded (base/text.h) and stemmed (plurals of nouns by a rule of thumb,
 * else libstemmer for English). Characters of
 * scripts without spaces count as a word each, so such names match anywhere.
 *
 * A phrase is a path through a trie whose edges are words (lexicon.h). A match
 * takes the longest path.
 */
#ifndef KNOWLEDGE_WORDS_H
#define KNOWLEDGE_WORDS_H

#include "knowledge/lexicon.h"

#define WORDS_TRIES 4
#define WORDS_ROOTS                                              \
	(WORDS_TRIES + 1) /* the nodes of a lexicon it starts at \
			   */
#define WORDS_NONE LEXICON_NONE

struct words;

struct match;

/* Tries below `nouns` hold names of things: there only plurals are undone, so
 * "salted" is not "salt"; in the others every ending is stemmed away. All are
 * kept in names, which is the caller's. */
struct words *words_new(unsigned nouns, struct lexicon *names);
void words_free(struct words *w);

/* Add a name. Returns row, or the row that has this name already, or
 * WORDS_NONE when there is no word in it. */
unsigned words_add(struct words *w, unsigned trie, const char *name, size_t len,
	uint16_t row);
/* Longest match, left to right, no overlap, never across punctuation. */
size_t words_match(const struct words *w, unsigned trie, const char *text,
	size_t len, struct match *out, size_t max);

#endif
