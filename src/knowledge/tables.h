/*
 * How the files of knowledge/ become arrays of structs: one description of
 * its columns per table, one loader for all. Private to this folder.
 */
#ifndef KNOWLEDGE_TABLES_H
#define KNOWLEDGE_TABLES_H

#include "knowledge/knowledge.h"
#include "knowledge/tsv.h"
#include "knowledge/words.h"

enum table_id {
	TABLE_AROMAS,
	TABLE_FAMILIES,
	TABLE_GROUPS,
	TABLE_WINES,
	TABLE_DRINKS, /* its rows follow those of the wines */
	TABLE_FOODS,
	TABLE_TECHNIQUES,
	TABLE_CUISINES,
	TABLE_CLASSICS,
	TABLE_UNITS,
	TABLE_HEADINGS,
	TABLE_WALLS,
	TABLE_LABELS,
	TABLE_LIST_COLUMNS,
	TABLE_TRAITS,
	TABLE_RULES,
	TABLE_AFFINITIES,
	TABLE_PHRASES,
	TABLE_MAX
};

enum cell_kind {
	CELL_ID,      /* kebab-case, unique in the table */
	CELL_TEXT,    /* const char *; not empty */
	CELL_NUMBER,  /* double from lo to hi */
	CELL_INT,     /* int from lo to hi */
	CELL_WORD,    /* int: index into words */
	CELL_REF,     /* const char *: id of another table; unsigned in aux */
	CELL_REF_OPT, /* int: row of another table, -1 when empty */
	CELL_REFS,    /* struct index_list of lo to hi rows */
	CELL_BITS,    /* uint64_t of rows */
	CELL_STRINGS, /* const char *const *; NULL at the end */
	CELL_AXIS,    /* int: axis of a dish, AXIS_NOTHING when empty */
	CELL_AXES,    /* struct index_list of axes */
	CELL_CUES,    /* struct cue_list */
	CELL_PICKS,   /* struct pick_list, families and colours spelled out */
	CELL_SAYS,    /* const char *: what a label's word tells; int in aux */
	CELL_NAMES,   /* const char *: the first; all are found in text */
	CELL_LOOKUP,  /* the same, found by knowledge_unit or _heading */
	CELL_SOURCE   /* checked, not kept */
};

struct column {
	const char *name;
	enum cell_kind kind;
	size_t offset, aux;
	double lo, hi;
	enum table_id ref;
	const char *const *words;
};

struct table_spec {
	const char *file;
	size_t size; /* of the struct of a row */
	const struct column *columns;
	size_t n_columns;
	int match; /* enum match_table of its names, -1 none */
};

/* The ids phrases.tsv must have. */
extern const char *const phrase_ids[];

extern const struct table_spec table_specs[TABLE_MAX];

#define KNOWLEDGE_VERSION_SIZE (2 * HASH_SHORT_LEN + 1)

struct table {
	void *rows;
	size_t n;
};

struct list_header {
	const char *id, *name;
	int kind; /* enum list_column */
};

struct heading {
	const char *name;
	int kind; /* enum heading_kind */
};

/* Nodes of the lexicon that are nobody's child, after those of words.c: the
 * ids of each table; its lookups as they stand; the same folded. */
enum {
	ROOT_IDS = WORDS_ROOTS,
	ROOT_EXACT = ROOT_IDS + TABLE_MAX,
	ROOT_FOLDED = ROOT_EXACT + TABLE_MAX,
	ROOT_MAX = ROOT_FOLDED + TABLE_MAX
};
_Static_assert(ROOT_MAX <= LEXICON_ROOTS, "the lexicon lacks roots");

struct knowledge {
	struct table tables[TABLE_MAX];
	struct lexicon names; /* ids, unit words, headings, names → row */
	struct words *words;
	char version[KNOWLEDGE_VERSION_SIZE];
	int from_image;	   /* it was not read from the text */
	struct sbuf block; /* where all that is (image.h) … */
	struct arena mem;  /* … but rows and lists while the text is read */
};

/* The row of that id; -1 when there is none. */
int table_row(const struct knowledge *k, enum table_id table, const char *id);

/* The form in which units and headings are compared. exact keeps the case. */
void lookup_key(const char *s, size_t len, int exact, struct sbuf *out);

/* Note the ids of t's rows, the first pass over every table. */
void table_ids(struct knowledge *k, enum table_id id, struct tsv *t);
/* Where a cell stands, for its problem, and which row it becomes. */
struct place {
	struct knowledge *k;
	struct tsv *t;
	enum table_id table; /* that its row belongs to */
	size_t first;	     /* row of that table: the file's first */
	size_t row, column;  /* of the file */
};

#define PROBLEM(p, found, ...) \
	tsv_problem((p)->t, (p)->row, (p)->column, found, __VA_ARGS__)

/* The row of that id in another table; -1 after telling the problem. */
int cell_ref(const struct place *p, enum table_id ref, const char *id);
/* Which of the words it is; 0 after telling the problem. */
int cell_word(
	const struct place *p, const char *const *words, const char *cell);
/* The cells of traits, rules, affinities and labels (cells.c). */
int cell_axis(const struct place *p, const char *cell);
struct index_list cell_axes(const struct place *p, char *cell);
struct cue_list cell_cues(const struct place *p, char *cell);
struct pick_list cell_picks(const struct place *p, char *cell);

/* What a cell tells in this row of labels.tsv, whose kind is filled in; -1 when
 * it is only text. */
int cell_says(const struct place *p, const struct label *row, const char *cell);

/* Fill k's table from t, which was read; all ids are known by now. */
void table_fill(struct knowledge *k, enum table_id id, struct tsv *t);

#endif
