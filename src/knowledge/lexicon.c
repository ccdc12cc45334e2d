#include "knowledge/lexicon.h"

#define POOL_MAX ((size_t)1 << 30) /* far more than the tables may hold */
#define WORD_USUAL 5		   /* bytes of pool an edge takes */

void lexicon_init(struct lexicon *l, size_t cap)
{
	l->edges = xcalloc(cap, sizeof(*l->edges));
	l->n = 0;
	l->cap = cap;
	l->cap_pool = cap * WORD_USUAL;
	l->pool = xmalloc(l->cap_pool);
	l->n_pool = 0;
}

void lexicon_release(struct lexicon *l)
{
	free(l->edges);
	free(l->pool);
}

static uint32_t hash_from(uint32_t from, uint32_t hash)
{
	hash ^= from * 0x9E3779B1u;
	return hash ^ hash >> 15;
}

static uint8_t tag(uint32_t hash)
{
	return (uint8_t)(hash >> 24);
}

/* The edge, or the free one where it belongs. hash is of word and node. */
static inline struct edge *edge_of(const struct lexicon *l, uint32_t from,
	const char *word, size_t len, uint32_t hash)
{
	size_t i = hash & (l->cap - 1);
	struct edge *e;

	while ((e = &l->edges[i])->len) {
		if (e->tag == tag(hash) && e->from == from && e->len == len &&
			memcmp(l->pool + e->at, word, len) == 0)
			break;
		i = (i + 1) & (l->cap - 1);
	}
	return e;
}

static void grow(struct lexicon *l)
{
	struct edge *old = l->edges, *e;
	size_t i, n = l->cap;
	uint32_t hash;

	l->cap *= 2;
	l->edges = xcalloc(l->cap, sizeof(*l->edges));
	for (i = 0; i < n; i++) {
		if (!old[i].len)
			continue;
		e = &old[i];
		hash = lexicon_hash(l->pool + e->at, e->len);
		*edge_of(l, e->from, l->pool + e->at, e->len,
			hash_from(e->from, hash)) = *e;
	}
	free(old);
}

const struct edge *lexicon_find(const struct lexicon *l, uint32_t from,
	const char *word, size_t len, uint32_t hash)
{
	const struct edge *e =
		edge_of(l, from, word, len, hash_from(from, hash));

	return e->len ? e : NULL;
}

uint16_t lexicon_value(
	const struct lexicon *l, uint32_t from, const char *word, size_t len)
{
	const struct edge *e =
		lexicon_find(l, from, word, len, lexicon_hash(word, len));

	return e ? e->value : LEXICON_NONE;
}

void lexicon_append(struct lexicon *l, const char *s, size_t len)
{
	if (len > l->cap_pool - l->n_pool) {
		if (l->cap_pool > POOL_MAX)
			fatalx("knowledge: too many words");
		l->cap_pool = l->cap_pool * 2 + len;
		l->pool = xrealloc(l->pool, l->cap_pool);
	}
	memcpy(l->pool + l->n_pool, s, len);
	l->n_pool += len;
}

struct edge *lexicon_add(
	struct lexicon *l, uint32_t from, const char *word, size_t len)
{
	uint32_t hash = hash_from(from, lexicon_hash(word, len));
	struct edge *e;

	if ((l->n + 1) * 4 > l->cap * 3)
		grow(l);
	e = edge_of(l, from, word, len, hash);
	if (e->len)
		return e;
	l->n++;
	e->tag = tag(hash);
	e->from = from;
	e->at = (uint32_t)l->n_pool;
	e->len = (uint8_t)len;
	e->value = LEXICON_NONE;
	lexicon_append(l, word, len);
	return e;
}
