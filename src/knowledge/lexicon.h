/*
 * Phrases as paths through a trie, word by word. All edges of all tries are in
 * one hash table with open addressing, keyed by the node they start from and
 * their word; the words stand one after the other in a pool, so that a new
 * edge costs no allocation.
 */
#ifndef KNOWLEDGE_LEXICON_H
#define KNOWLEDGE_LEXICON_H

#include "base/base.h"

#define LEXICON_ROOTS 64 /* nodes 0 to 63 are nobody's child */
#define LEXICON_WORD_MAX UINT8_MAX
#define LEXICON_NONE 0xFFFFu /* no value */

struct edge {
	uint32_t from;
	uint32_t at;	/* where the word stands in the pool */
	uint16_t value; /* of the phrase that ends here */
	uint8_t len;	/* of the word; 0: this edge is free */
	uint8_t tag;	/* bits of its hash, to pass others over quickly */
};

struct lexicon {
	struct edge *edges;
	size_t n, cap; /* cap is a power of two */
	char *pool;
	size_t n_pool, cap_pool;
};

/* Spreads the bits of a short text; for tables in memory only. */
static inline uint32_t lexicon_hash(const char *s, size_t len)
{
	const uint64_t k = 0x9E3779B97F4A7C15u;
	uint64_t h = len * k, v = 0;
	uint32_t first, last;

	for (; len > 8; s += 8, len -= 8) {
		memcpy(&v, s, 8);
		h = (h ^ v) * k;
		h ^= h >> 32;
	}
	if (len >= 4) { /* the first and the last four, which may overlap */
		memcpy(&first, s, 4);
		memcpy(&last, s + len - 4, 4);
		v = (uint64_t)first << 32 | last;
	} else {
		for (v = 0; len; len--)
			v = v << 8 | (unsigned char)s[len - 1];
	}
	h = (h ^ v) * k;
	return (uint32_t)(h >> 32) ^ (uint32_t)h;
}

/* The node an edge leads to: as unique as the place of its word. */
static inline uint32_t edge_to(const struct edge *e)
{
	return e->at + LEXICON_ROOTS;
}

/* Three quarters of cap, a power of two, are filled before it must grow. */
void lexicon_init(struct lexicon *l, size_t cap);
void lexicon_release(struct lexicon *l);
/* The edge from a node by a word whose hash is known; NULL: there is none. */
const struct edge *lexicon_find(const struct lexicon *l, uint32_t from,
	const char *word, size_t len, uint32_t hash);
/* The value of that edge; LEXICON_NONE when there is none. */
uint16_t lexicon_value(
	const struct lexicon *l, uint32_t from, const char *word, size_t len);
/* The same edge, made when there is none; valid until the next call. No word is
 * empty or longer than LEXICON_WORD_MAX. */
struct edge *lexicon_add(
	struct lexicon *l, uint32_t from, const char *word, size_t len);
/* Put bytes behind the word of the edge that was made last; not bytes of the
 * pool, which may move. */
void lexicon_append(struct lexicon *l, const char *s, size_t len);

#endif
