#include "knowledge/tsv.h"

#include <stdarg.h>

#define FOUND_MAX 60 /* bytes of a wrong cell that a problem repeats */

static void say(struct tsv *t, unsigned line, const char *column,
	const char *found, const char *fmt, va_list ap)
	__attribute__((format(printf, 5, 0)));

static void say(struct tsv *t, unsigned line, const char *column,
	const char *found, const char *fmt, va_list ap)
{
	struct sbuf clean = SBUF_INIT(4096);
	size_t len = strlen(found);

	t->n_problems++;
	(void)text_repair(found, len > 1000 ? 1000 : len, &clean);
	sbuf_addf(t->problems, "%s:%u: column '%s': expected ", t->file, line,
		column);
	sbuf_vaddf(t->problems, fmt, ap);
	sbuf_addstr(t->problems, ", found '");
	len = text_cut(clean.buf, clean.len, FOUND_MAX);
	sbuf_add(t->problems, clean.buf, len);
	sbuf_addf(t->problems, "%s'\n", len < clean.len ? "…" : "");
	sbuf_release(&clean);
}

static void __attribute__((format(printf, 5, 6)))
say_line(struct tsv *t, unsigned line, const char *column, const char *found,
	const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(t, line, column, found, fmt, ap);
	va_end(ap);
}

void tsv_problem(struct tsv *t, size_t row, size_t column, const char *found,
	const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(t, t->lines[row], t->columns[column], found, fmt, ap);
	va_end(ap);
}

char *tsv_cell(const struct tsv *t, size_t row, size_t column)
{
	return t->text->buf + t->cells[row * t->n_columns + column];
}

char *tsv_item(char **rest)
{
	size_t len;

	return tsv_item_len(rest, &len);
}

char *tsv_item_len(char **rest, size_t *len)
{
	char *item = *rest, *end;

	if (!item || !*item)
		return NULL;
	end = strchrnul(item, '|');
	*rest = *end ? end + 1 : NULL;
	*end = '\0';
	*len = (size_t)(end - item);
	return item;
}

size_t tsv_items(const char *cell)
{
	size_t n = *cell != '\0';

	while ((cell = strchr(cell, '|'))) {
		cell++;
		n++;
	}
	return n;
}

/* Cut a line at its tabs; returns how many cells it has, at most max. */
static size_t split(struct tsv *t, char *line, uint32_t *cells, size_t max)
{
	size_t n = 0;

	for (;;) {
		char *tab = strchr(line, '\t');

		if (n < max)
			cells[n] = (uint32_t)(line - t->text->buf);
		n++;
		if (!tab)
			return n;
		*tab = '\0';
		line = tab + 1;
	}
}

static void check_header(struct tsv *t, char *line, unsigned number)
{
	uint32_t cells[64];
	size_t i, n;

	n = split(t, line, cells, ARRAY_LEN(cells));
	if (n > ARRAY_LEN(cells))
		n = ARRAY_LEN(cells);
	for (i = 0; i < t->n_columns; i++) {
		const char *name = i < n ? t->text->buf + cells[i] : "";

		if (i >= n || strcmp(name, t->columns[i]) != 0)
			say_line(t, number, t->columns[i], name,
				"this name as column %zu of the header", i + 1);
	}
	for (; i < n; i++)
		say_line(t, number, t->text->buf + cells[i],
			t->text->buf + cells[i], "no more than %zu columns",
			t->n_columns);
}

static void check_text(struct tsv *t, size_t row, unsigned number)
{
	size_t i;

	for (i = 0; i < t->n_columns; i++) {
		const char *cell = tsv_cell(t, row, i);

		if (!text_valid(cell, strlen(cell)))
			say_line(t, number, t->columns[i], cell, "valid UTF-8");
	}
}

static void read_row(struct tsv *t, char *line, unsigned number)
{
	unsigned before = t->n_problems;
	char count[24];
	size_t n;

	if (!*line) {
		say_line(t, number, t->columns[0], "",
			"a row, not an empty line");
		return;
	}
	n = split(t, line, t->cells + t->n_rows * t->n_columns, t->n_columns);
	if (n != t->n_columns) {
		(void)snprintf(count, sizeof(count), "%zu", n);
		say_line(t, number,
			t->columns[n < t->n_columns ? n : t->n_columns - 1],
			count, "%zu cells in the line", t->n_columns);
	} else if (!t->valid) {
		check_text(t, t->n_rows, number);
	}
	t->broken[t->n_rows] = t->n_problems > before;
	t->lines[t->n_rows++] = number;
}

static void read_lines(struct tsv *t, char *text)
{
	unsigned number = 0;
	int header = 0;

	while (*text) {
		char *end = strchr(text, '\n');

		if (end)
			*end = '\0';
		number++;
		if (*text != '#') {
			if (header)
				read_row(t, text, number);
			else
				check_header(t, text, number);
			header = 1;
		}
		text = end ? end + 1 : text + strlen(text);
	}
	if (!header)
		say_line(t, 1, t->columns[0], "", "a header row");
}

/* How many lines there are; a NUL becomes a byte that is told as bad UTF-8. */
static size_t prepare(char *text, size_t len)
{
	char *at = text, *end = text + len;
	size_t lines = 1;

	while ((at = memchr(at, '\0', (size_t)(end - at))))
		*at++ = '\xFF';
	for (at = text; (at = memchr(at, '\n', (size_t)(end - at))); at++)
		lines++;
	return lines;
}

/* Room for what the table may have; kept from one table to the next. */
static void make_room(struct tsv *t, size_t lines)
{
	if (lines * t->n_columns > t->cap_cells) {
		t->cap_cells = lines * t->n_columns;
		t->cells = xreallocarray(
			t->cells, t->cap_cells, sizeof(*t->cells));
	}
	if (lines > t->cap_lines) {
		t->cap_lines = lines;
		t->lines = xreallocarray(t->lines, lines, sizeof(*t->lines));
		t->broken = xrealloc(t->broken, lines);
	}
}

int tsv_read(struct tsv *t, const char *dir)
{
	struct err e = ERR_INIT;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, t->file);
	sbuf_init(t->text, TSV_FILE_MAX);
	if (file_read(path, t->text, &e) == 0)
		return 0;
	say_line(t, 1, t->columns[0], e.msg, "a file that can be read");
	return -1;
}

void tsv_cut(struct tsv *t)
{
	t->n_rows = 0;
	make_room(t, prepare(t->text->buf, t->text->len));
	t->valid = text_valid(t->text->buf, t->text->len);
	read_lines(t, t->text->buf);
}

void tsv_release(struct tsv *t)
{
	free(t->cells);
	free(t->lines);
	free(t->broken);
	memset(t, 0, sizeof(*t));
}
