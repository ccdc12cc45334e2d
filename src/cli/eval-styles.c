/*
 * The styles of somebody else's table, by the names that stand for them, so
 * that cases can be scored whose ids are not ours. Our wines are few and every
 * name is looked up once a table, so nothing here is fast.
 */
#include "cli/eval.h"

#define CELLS 4
#define PARTS_MAX 4
#define FOLDED_MAX 4000
#define SPANS_MAX 32

struct alias {
	int level;		     /* 0 before 1; 2 only alone */
	size_t len;		     /* of all parts */
	const char *part[PARTS_MAX]; /* " pinot noir ", folded */
	size_t n_parts;
	const char *style;
};

struct eval_styles {
	struct arena mem;
	struct alias *at;
	size_t n, cap;
};

struct span {
	size_t start, end;
};

/* Folded words between single blanks, with one at both ends. */
static const char *fold(struct arena *mem, const char *s, size_t len)
{
	struct sbuf folded = SBUF_INIT(FOLDED_MAX), out = SBUF_INIT(FOLDED_MAX);
	const char *result, *at;
	size_t n;
	int32_t cp;

	text_fold(s, len, &folded);
	sbuf_addch(&out, ' ');
	for (at = folded.buf; (n = text_next(at, strlen(at), &cp)); at += n) {
		if (text_is_letter(cp) || text_is_digit(cp))
			sbuf_add(&out, at, n);
		else if (out.buf[out.len - 1] != ' ')
			sbuf_addch(&out, ' ');
	}
	if (out.buf[out.len - 1] != ' ')
		sbuf_addch(&out, ' ');
	result = arena_strndup(mem, out.buf, out.len);
	sbuf_release(&folded);
	sbuf_release(&out);
	return result;
}

/* ---- the table ---- */

/* Before the one that counts less; stable by what it says. */
static int by_weight(const void *a, const void *b)
{
	const struct alias *x = a, *y = b;
	size_t i;
	int d = 0;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->len != y->len)
		return x->len > y->len ? -1 : 1;
	for (i = 0; !d && i < x->n_parts && i < y->n_parts; i++)
		d = strcmp(x->part[i], y->part[i]);
	if (!d && x->n_parts != y->n_parts)
		d = x->n_parts < y->n_parts ? -1 : 1;
	return d ? d : strcmp(x->style, y->style);
}

static int add_alias(
	struct eval_styles *s, const char *text, size_t len, const char *style)
{
	struct alias *a;

	s->at = arena_grow(&s->mem, s->at, s->n, &s->cap, sizeof(*s->at));
	a = memset(&s->at[s->n], 0, sizeof(*a));
	a->style = style;
	a->level = 1;
	if (len && (*text == '!' || *text == '~')) {
		a->level = *text == '!' ? 0 : 2;
		text++;
		len--;
	}
	for (;;) {
		const char *plus = memchr(text, '+', len);
		size_t n = plus ? (size_t)(plus - text) : len;

		if (a->n_parts == PARTS_MAX)
			return -1;
		a->part[a->n_parts] = fold(&s->mem, text, n);
		a->len += strlen(a->part[a->n_parts]) - 1;
		if (!a->part[a->n_parts++][1])
			return -1; /* a part without a word */
		if (!plus)
			break;
		text += n + 1;
		len -= n + 1;
	}
	s->n++;
	return 0;
}

static int add_aliases(
	struct eval_styles *s, const char *list, size_t len, const char *style)
{
	const char *end = list + len;

	while (list < end) {
		const char *bar = memchr(list, '|', (size_t)(end - list));
		size_t n = (size_t)((bar ? bar : end) - list);

		if (n && add_alias(s, list, n, style))
			return -1;
		list += n + 1;
	}
	return 0;
}

/* Where each of the first cells begins and ends; -1 when they are too few. */
static int split(const char *line, size_t len, struct span cell[CELLS])
{
	size_t i, at = 0;

	for (i = 0; i < CELLS; i++) {
		const char *tab;

		if (at > len)
			return -1;
		tab = memchr(line + at, '\t', len - at);
		cell[i].start = at;
		cell[i].end = tab ? (size_t)(tab - line) : len;
		at = cell[i].end + 1;
	}
	return cell[0].end ? 0 : -1;
}

static int read_style(struct eval_styles *s, const char *line, size_t len)
{
	struct span cell[CELLS];
	const char *id;

	if (!len || *line == '#' || (len > 3 && memcmp(line, "id\t", 3) == 0))
		return 0;
	if (!text_valid(line, len) || split(line, len, cell))
		return -1;
	id = arena_strndup(&s->mem, line, cell[0].end);
	return add_aliases(
		s, line + cell[3].start, cell[3].end - cell[3].start, id);
}

struct eval_styles *eval_styles_parse(
	const char *file, const char *text, size_t len, struct err *e)
{
	struct eval_styles *s = xcalloc(1, sizeof(*s));
	const char *end = text + len;
	int line;

	for (line = 1; text < end; line++) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		const char *stop = nl ? nl : end;
		size_t n = (size_t)(stop - text);

		if (n && text[n - 1] == '\r')
			n--;
		if (read_style(s, text, n)) {
			err_set(e, REASON_USAGE,
				"%.80s:%d: expected id, name, family and "
				"aliases between tabs",
				file, line);
			eval_styles_free(s);
			return NULL;
		}
		text = stop + 1;
	}
	if (!s->n) {
		err_set(e, REASON_USAGE, "%.80s: there is no style in it",
			file);
		eval_styles_free(s);
		return NULL;
	}
	qsort(s->at, s->n, sizeof(*s->at), by_weight);
	return s;
}

struct eval_styles *eval_styles_read(const char *file, struct err *e)
{
	struct sbuf text = SBUF_INIT((size_t)16 << 20);
	struct eval_styles *s = NULL;

	if (file_read(file, &text, e) == 0)
		s = eval_styles_parse(file, text.buf, text.len, e);
	sbuf_release(&text);
	return s;
}

void eval_styles_free(struct eval_styles *s)
{
	if (!s)
		return;
	arena_release(&s->mem);
	free(s);
}

/* ---- looking up ---- */

/* The words of an alias in a folded name: 1 and where they stand. The blanks
 * round them are not theirs. */
static int find(
	const struct alias *a, const char *name, struct span at[PARTS_MAX])
{
	size_t i;

	for (i = 0; i < a->n_parts; i++) {
		const char *p = strstr(name, a->part[i]);

		if (!p)
			return 0;
		at[i].start = (size_t)(p - name) + 1;
		at[i].end = at[i].start + strlen(a->part[i]) - 2;
	}
	return 1;
}

static int overlap(
	const struct span *a, size_t n, const struct span *b, size_t m)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < m; k++)
			if (a[i].start < b[k].end && b[k].start < a[i].end)
				return 1;
	return 0;
}

static int same_alias(const struct alias *a, const struct alias *b)
{
	size_t i;

	if (a->level != b->level || a->n_parts != b->n_parts)
		return 0;
	for (i = 0; i < a->n_parts; i++)
		if (strcmp(a->part[i], b->part[i]) != 0)
			return 0;
	return 1;
}

int eval_styles_match(
	const struct eval_styles *s, const char *wine, const char *style)
{
	struct arena mem = ARENA_INIT;
	const char *name = fold(&mem, wine, strlen(wine));
	struct span taken[SPANS_MAX], at[PARTS_MAX];
	size_t i, k, n = 0;
	int found = 0;

	for (i = 0; i < s->n && !found; i = k) {
		const struct alias *a = &s->at[i];

		for (k = i + 1; k < s->n && same_alias(a, &s->at[k]);)
			k++;
		if ((a->level == 2 && n) || n + a->n_parts > SPANS_MAX)
			break;
		if (!find(a, name, at) || overlap(at, a->n_parts, taken, n))
			continue;
		memcpy(taken + n, at, a->n_parts * sizeof(*at));
		n += a->n_parts;
		for (; a < &s->at[k]; a++)
			found = found || strcmp(a->style, style) == 0;
	}
	arena_release(&mem);
	return found;
}
