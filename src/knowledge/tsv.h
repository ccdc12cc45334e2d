/*
 * One file of knowledge/: tab-separated cells under a header row, comments
 * from '#'. Cells are NUL-terminated in place. Every mistake is one line in
 * `problems`; reading goes on, so that all of them are told in one go.
 */
#ifndef KNOWLEDGE_TSV_H
#define KNOWLEDGE_TSV_H

#include "base/base.h"

#define TSV_FILE_MAX ((size_t)4 * 1024 * 1024)

struct tsv {
	const char *file;	    /* "wines.tsv" */
	const char *const *columns; /* n_columns names, as the header must be */
	size_t n_columns;
	struct sbuf *problems;
	unsigned n_problems;
	uint32_t *cells; /* n_rows * n_columns: where they are in text */
	unsigned *lines;
	char *broken; /* of each row: only its first cell may be looked at */
	size_t n_rows;
	int valid;			      /* the whole file is UTF-8 */
	unsigned char digest[HASH_SHORT_LEN]; /* of the file's bytes */
	struct sbuf text; /* them, which the cells point into */
	size_t cap_cells, cap_lines;
};

/* Fills t from dir/t->file; the caller set file, columns and problems, and may
 * use t for one table after the other (taking the text before the next). Rows
 * that do not have n_columns cells of valid UTF-8 are told and marked. -1
 * when the file cannot be read at all (told as well). */
int tsv_read(struct tsv *t, const char *dir);
void tsv_release(struct tsv *t);
char *tsv_cell(const struct tsv *t, size_t row, size_t column);

/* "wines.tsv:12: column 'price': expected <fmt …>, found '<found>'" */
void tsv_problem(struct tsv *t, size_t row, size_t column, const char *found,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Cuts the next item of a list cell ("a|b|c") off *rest and trims nothing;
 * NULL at the end. An empty cell has no items. */
char *tsv_item(char **rest);
char *tsv_item_len(char **rest, size_t *len);
/* How many items a list cell has. */
size_t tsv_items(const char *cell);

#endif
