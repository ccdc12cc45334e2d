/*
 * One file of knowledge/: tab-separated cells under a header row, comments
 * from '#'. Cells are NUL-terminated in place. Every mistake is one line in
 * `problems`; reading goes on, so that all of them are told in one go.
 */
#ifndef KNOWLEDGE_TSV_H
#define KNOWLEDGE_TSV_H

#include "base/base.h"

#define TSV_FILE_MAX ((size_t)4 * 1024 * 1024)
#define TSV_COLUMNS_MAX 32

struct tsv {
	const char *file;		      /* "wines.tsv" */
	const char *columns[TSV_COLUMNS_MAX]; /* as the header must name them */
	size_t n_columns;
	struct sbuf *text; /* of the file; the cells point into it */
	struct sbuf *problems;
	unsigned n_problems;
	uint32_t *cells; /* n_rows * n_columns: where they are in text */
	unsigned *lines;
	char *broken; /* of each row: only its first cell may be looked at */
	size_t n_rows;
	int valid; /* the whole file is UTF-8 */
	size_t cap_cells, cap_lines;
};

/* A tsv is used for one table after the other; for each the caller sets what
 * stands above `problems`. First read dir/t->file into t->text: -1 when it
 * cannot be read (told). */
int tsv_read(struct tsv *t, const char *dir);
/* Then cut the text into cells. Rows that do not have n_columns cells of valid
 * UTF-8 are told and marked. */
void tsv_cut(struct tsv *t);
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
