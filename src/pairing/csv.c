#include "pairing/csv.h"

void csv_init(struct csv *c, const char *text, size_t len, char divider)
{
	memset(c, 0, sizeof(*c));
	c->text = text;
	c->len = len;
	c->divider = divider;
	c->line = 1;
}

static int is_end(const struct csv *c, size_t at)
{
	return at == c->len || c->text[at] == '\n' || c->text[at] == '\r';
}

/* Past the end of the line at `at`. */
static size_t after_end(const struct csv *c, size_t at)
{
	if (at < c->len && c->text[at] == '\r')
		at++;
	else if (at < c->len)
		return at + 1;
	return at < c->len && c->text[at] == '\n' ? at + 1 : at;
}

/* Where the quote at `at` is closed; c->len when nowhere. */
static size_t closing(const struct csv *c, size_t at, int *doubled)
{
	*doubled = 0;
	for (at++; at < c->len; at++) {
		if (c->text[at] != '"')
			continue;
		if (at + 1 == c->len || c->text[at + 1] != '"')
			return at;
		*doubled = 1;
		at++;
	}
	return at;
}

/* The text between two quotes, two quotes in it being one. */
static struct bottle_field unquoted(const struct csv *c, size_t from, size_t to,
	int doubled, struct arena *mem)
{
	struct bottle_field f = { c->text + from, to - from };
	size_t i, n = 0;
	char *copy;

	if (!doubled)
		return f;
	copy = arena_alloc(mem, f.len + 1);
	for (i = 0; i < f.len; i++) {
		copy[n++] = f.text[i];
		i += f.text[i] == '"';
	}
	f.text = copy;
	f.len = n;
	return f;
}

/* The quoted cell at *at into f; 0 when it is none, since the quote is never
 * closed, or something follows it: then quotes are letters. */
static int quoted_cell(
	struct csv *c, size_t *at, struct arena *mem, struct bottle_field *f)
{
	size_t open = *at, close, next;
	int doubled;

	while (open < c->len && c->text[open] == ' ')
		open++;
	if (c->no_quotes || open == c->len || c->text[open] != '"')
		return 0;
	close = closing(c, open, &doubled);
	if (close == c->len) {
		c->no_quotes = 1;
		return 0;
	}
	for (next = close + 1; next < c->len && c->text[next] == ' '; next++)
		;
	if (!is_end(c, next) && c->text[next] != c->divider)
		return 0;
	*f = bottle_field_trim(unquoted(c, open + 1, close, doubled, mem));
	*at = next;
	return 1;
}

/* The cell at *at, which is then at its divider or at the end of the line. */
static struct bottle_field cell(struct csv *c, size_t *at, struct arena *mem)
{
	size_t start = *at;
	struct bottle_field f;

	if (quoted_cell(c, at, mem, &f))
		return f;
	while (!is_end(c, *at) && c->text[*at] != c->divider)
		++*at;
	f.text = c->text + start;
	f.len = *at - start;
	return bottle_field_trim(f);
}

static int line_ends(const struct csv *c, size_t from, size_t to)
{
	int n = 0;

	for (; from < to; from++)
		n += c->text[from] == '\n' ||
		     (c->text[from] == '\r' &&
			     (from + 1 == c->len || c->text[from + 1] != '\n'));
	return n;
}

static int read_record(struct csv *c, struct arena *mem, struct csv_record *r)
{
	size_t at = c->at, next;
	int filled = 0;

	r->n = 0;
	r->text = c->text + at;
	r->line = c->line;
	for (;;) {
		struct bottle_field f = cell(c, &at, mem);

		filled |= f.len > 0;
		if (r->n < CSV_CELLS_MAX)
			r->cells[r->n++] = f;
		if (is_end(c, at))
			break;
		at++; /* the divider */
	}
	r->len = at - c->at;
	next = after_end(c, at);
	c->line += line_ends(c, c->at, next);
	c->at = next;
	return filled;
}

int csv_next(struct csv *c, struct arena *mem, struct csv_record *r)
{
	while (c->at < c->len)
		if (read_record(c, mem, r))
			return 1;
	return 0;
}
