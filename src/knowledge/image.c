/*
 * Checking every cell takes as long as there are cells, and nothing changes
 * between two starts. So what the loader made of the text is kept: all rows,
 * strings and names lie in one block of memory, and `make` writes that block to
 * a file, the image, beside the folder of the tables. The loader then reads the
 * text only to digest it, and takes the block as it stands.
 *
 * The text stays the truth. An image is used only if it was made of the same
 * bytes (the version), by the same sources on the same kind of machine (the
 * maker), and is whole (the sum); else, without a word, the text is read as if
 * there were none. So a changed cell counts at the next start, and an old or
 * damaged image costs time, never an answer.
 *
 * The block holds pointers. Those of the file are distances from its start, and
 * a list says where they are; once it is in memory its address is added.
 *
 * Behind them is room for what the program works out of the tables and wants to
 * find again, the annex: bytes without pointers, which this folder passes on
 * unread. They are of the same tables and sources as the rest.
 *
 * The sum is against accidents. Who can write the image can write the program
 * beside it, so nobody is kept out: what the sum lets through is believed. The
 * image knows nothing of the versions of libstemmer and utf8proc: after a
 * change of theirs that changes stems or folding, build it again.
 */
#include "knowledge/image.h"

#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "image-code.h" /* made by make: IMAGE_CODE, digest of the sources */

#define IMAGE_MAX ((size_t)1 << 30) /* places are told in 32 bits */
#define ALIGN 32

struct part {
	uint32_t at, n; /* its place in the block, and how many it has */
};

struct head {
	uint64_t sum; /* of the block as it stands in the file */
	unsigned char maker[HASH_SHORT_LEN];
	char version[KNOWLEDGE_VERSION_SIZE];
	struct part tables[TABLE_MAX];
	struct part edges, pool, pointers;
	struct part annex; /* the last: bytes of somebody above us */
	uint32_t n_edges;  /* that are taken */
};

/* The sources, and what else decides how the block looks: the order of bytes
 * and the sizes of what is in it. */
static void maker(unsigned char out[HASH_SHORT_LEN])
{
	uint32_t sizes[TABLE_MAX + 4] = { 0x01020304, sizeof(void *),
		sizeof(struct head), sizeof(struct edge) };
	unsigned char digests[2][HASH_SHORT_LEN];
	size_t i;

	for (i = 0; i < TABLE_MAX; i++)
		sizes[4 + i] = (uint32_t)table_specs[i].size;
	hash_short(IMAGE_CODE, strlen(IMAGE_CODE), digests[0]);
	hash_short(sizes, sizeof(sizes), digests[1]);
	hash_short(digests, sizeof(digests), out);
}

/* Of 8-byte words by fours, since four chains of arithmetic take no longer than
 * one. No step forgets anything, so one wrong word is always seen, and more of
 * them all but surely. */
uint64_t image_sum(const struct sbuf *block)
{
	uint64_t sums[4] = { 1, 2, 3, 4 }, words[4], all;
	size_t at, i;

	for (at = 0; at + sizeof(words) <= block->len; at += sizeof(words)) {
		memcpy(words, block->buf + at, sizeof(words));
		for (i = 0; i < 4; i++) {
			sums[i] = (sums[i] ^ words[i]) * 0x9E3779B97F4A7C15u;
			sums[i] ^= sums[i] >> 32;
		}
	}
	hash_short(sums, sizeof(sums), (unsigned char *)&all);
	return all;
}

/* Add distance to every pointer of the block. */
static void shift(const struct sbuf *block, uintptr_t distance)
{
	const struct head *h = (const void *)block->buf;
	const uint32_t *at = (const void *)(block->buf + h->pointers.at);
	uint32_t i;

	for (i = 0; i < h->pointers.n; i++) {
		uintptr_t p;

		memcpy(&p, block->buf + at[i], sizeof(p));
		p += distance;
		memcpy(block->buf + at[i], &p, sizeof(p));
	}
}

/* k's tables and names are from now on those of its block. */
static void adopt(struct knowledge *k)
{
	const struct head *h;
	char *base;
	size_t i;

	k->block.cap = k->block.len + 1; /* it grows no more */
	k->block.buf = base = xrealloc(k->block.buf, k->block.cap);
	h = (const void *)base;
	shift(&k->block, (uintptr_t)base);
	for (i = 0; i < TABLE_MAX; i++) {
		k->tables[i].rows = base + h->tables[i].at;
		k->tables[i].n = h->tables[i].n;
	}
	k->names.edges = (void *)(base + h->edges.at);
	k->names.cap = h->edges.n;
	k->names.n = h->n_edges;
	k->names.pool = base + h->pool.at;
	k->names.n_pool = k->names.cap_pool = h->pool.n;
}

/* ---- packing ---- */

struct packer {
	struct sbuf out, pointers; /* the block; where in it pointers are */
};

/* Put bytes at the end; returns their place. */
static size_t put(struct packer *p, const void *data, size_t len)
{
	size_t at = p->out.len;

	sbuf_add(&p->out, data, len);
	if (p->out.full)
		fatalx("knowledge: the tables are too large");
	return at;
}

/* The same for anything but text. */
static size_t put_array(
	struct packer *p, const void *data, size_t n, size_t size)
{
	static const char zeros[ALIGN];

	(void)put(p, zeros, (ALIGN - p->out.len % ALIGN) % ALIGN);
	return put(p, data, n * size);
}

static struct part put_part(
	struct packer *p, const void *data, size_t n, size_t size)
{
	size_t at = put_array(p, data, n, size);

	return (struct part){ (uint32_t)at, (uint32_t)n };
}

/* What the pointer at a place of the block leads to, outside of it. */
static const void *pointed(const struct packer *p, size_t at)
{
	const void *there;

	memcpy(&there, p->out.buf + at, sizeof(there));
	return there;
}

/* It leads to another place of the block from now on. */
static void point(struct packer *p, size_t at, size_t to)
{
	uint32_t place = (uint32_t)at;
	uintptr_t value = to;

	memcpy(p->out.buf + at, &value, sizeof(value));
	sbuf_add(&p->pointers, &place, sizeof(place));
}

static void pack_string(struct packer *p, size_t at)
{
	const char *s = pointed(p, at);

	if (s)
		point(p, at, put(p, s, strlen(s) + 1));
}

static void pack_strings(struct packer *p, size_t at)
{
	const char *const *list = pointed(p, at);
	size_t n, i, to;

	if (!list)
		return;
	for (n = 0; list[n]; n++)
		;
	to = put_array(p, list, n + 1, sizeof(*list));
	for (i = 0; i < n; i++)
		pack_string(p, to + i * sizeof(*list));
	point(p, at, to);
}

/* A list of n items; struct cue_list and struct pick_list are alike. */
static void pack_list(struct packer *p, size_t at, size_t size)
{
	struct index_list list;

	memcpy(&list, p->out.buf + at, sizeof(list));
	if (list.at)
		point(p, at + offsetof(struct index_list, at),
			put_array(p, list.at, list.n, size));
}

static void pack_cell(struct packer *p, enum cell_kind kind, size_t at)
{
	switch (kind) {
	case CELL_ID:
	case CELL_TEXT:
	case CELL_REF:
	case CELL_NAMES:
	case CELL_LOOKUP:
	case CELL_SAYS:
		pack_string(p, at);
		break;
	case CELL_STRINGS:
		pack_strings(p, at);
		break;
	case CELL_REFS:
	case CELL_AXES:
		pack_list(p, at, sizeof(uint16_t));
		break;
	case CELL_CUES:
		pack_list(p, at, sizeof(struct cue));
		break;
	case CELL_PICKS:
		pack_list(p, at, sizeof(struct pick));
		break;
	case CELL_NUMBER:
	case CELL_INT:
	case CELL_WORD:
	case CELL_REF_OPT:
	case CELL_BITS:
	case CELL_AXIS:
	case CELL_SOURCE:
		break; /* no pointer in it */
	}
}

static struct part pack_table(
	struct packer *p, const struct table *t, const struct table_spec *spec)
{
	struct part part = put_part(p, t->rows, t->n, spec->size);
	size_t row, c;

	for (row = 0; row < t->n; row++)
		for (c = 0; c < spec->n_columns; c++)
			pack_cell(p, spec->columns[c].kind,
				part.at + row * spec->size +
					spec->columns[c].offset);
	return part;
}

void image_pack(struct knowledge *k)
{
	struct packer p = { SBUF_INIT(IMAGE_MAX), SBUF_INIT(IMAGE_MAX) };
	struct head head;
	size_t i;

	memset(&head, 0, sizeof(head));
	maker(head.maker);
	memcpy(head.version, k->version, sizeof(head.version));
	(void)put(&p, &head, sizeof(head)); /* to be filled in below */
	for (i = 0; i < TABLE_MAX; i++)
		head.tables[i] = pack_table(&p, &k->tables[i], &table_specs[i]);
	head.edges =
		put_part(&p, k->names.edges, k->names.cap, sizeof(struct edge));
	head.n_edges = (uint32_t)k->names.n;
	head.pool = put_part(&p, k->names.pool, k->names.n_pool, 1);
	head.pointers = put_part(&p, p.pointers.buf,
		p.pointers.len / sizeof(uint32_t), sizeof(uint32_t));
	(void)put_array(
		&p, NULL, 0, 1); /* a whole number of steps of image_sum() */
	memcpy(p.out.buf, &head, sizeof(head));
	sbuf_release(&p.pointers);
	lexicon_release(&k->names);
	arena_release(&k->mem);
	k->block = p.out;
	adopt(k);
}

/* ---- the file ---- */

const void *knowledge_annex(const struct knowledge *k, size_t *len)
{
	const struct head *h = (const void *)k->block.buf;

	*len = h->annex.n;
	return k->block.buf + h->annex.at;
}

/* The block as it stands in the file, with this annex in place of its own. */
static void put_file(
	const struct knowledge *k, const struct sbuf *annex, struct packer *p)
{
	const struct head *h = (const void *)k->block.buf;
	struct part part = { 0, 0 };

	(void)put(p, k->block.buf, h->annex.n ? h->annex.at : k->block.len);
	shift(&p->out, -(uintptr_t)k->block.buf);
	if (annex && annex->len)
		part = put_part(p, annex->buf, annex->len, 1);
	(void)put_array(p, NULL, 0, 1);
	((struct head *)(void *)p->out.buf)->annex = part;
	((struct head *)(void *)p->out.buf)->sum = image_sum(&p->out);
}

int knowledge_save(const struct knowledge *k, const struct sbuf *annex,
	const char *path, struct err *e)
{
	struct packer p = { SBUF_INIT(IMAGE_MAX), SBUF_INIT(0) };
	const struct sbuf *copy = &p.out;
	int fd, rc = 0;

	put_file(k, annex, &p);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || fd_write_all(fd, copy->buf, copy->len))
		rc = err_errno(e, REASON_SYSTEM, "%s", path);
	if (fd >= 0 && close(fd) && !rc)
		rc = err_errno(e, REASON_SYSTEM, "%s", path);
	sbuf_release(&p.out);
	return rc;
}

/* Did this program make it of these tables, and is it whole? */
static int fits(struct sbuf *block, const char *version)
{
	struct head *h = (void *)block->buf;
	unsigned char digest[HASH_SHORT_LEN];
	uint64_t told;

	if (block->len < sizeof(*h) || block->len % ALIGN ||
		memcmp(h->version, version, sizeof(h->version)) != 0)
		return 0;
	maker(digest);
	if (memcmp(h->maker, digest, sizeof(digest)) != 0)
		return 0;
	told = h->sum;
	h->sum = 0;
	return told == image_sum(block);
}

int image_load(struct knowledge *k, const char *dir)
{
	size_t len = strlen(dir);
	struct err e = ERR_INIT;
	char path[4096];

	while (len > 1 && dir[len - 1] == '/')
		len--;
	(void)snprintf(path, sizeof(path), "%.*s.image", (int)len, dir);
	sbuf_init(&k->block, IMAGE_MAX);
	if (file_read(path, &k->block, &e) == 0 &&
		fits(&k->block, k->version)) {
		adopt(k);
		k->from_image = 1;
		return 0;
	}
	sbuf_release(&k->block);
	return -1;
}
