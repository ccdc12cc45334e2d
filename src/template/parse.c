/*
 * The parser: one pass over the source from tag to tag. After a mistake it
 * goes on, so that an author sees all of them at once.
 *
 * A tag other than a value that stands alone on its line takes the whole line
 * with it; for a partial the white space in front becomes the indentation of
 * its lines. Both are decided on the source around the tag, looking no further
 * than the white space, so the pass stays linear.
 *
 * Left out: lambdas, and the optional modules of the specification
 * (inheritance, dynamic names). Templates hold no logic.
 */
#include "template/parse.h"

#include <stdarg.h>

#include "template/html.h"
#include "template/template.h"

#define DELIMITER_MAX 8

struct open_section {
	size_t node;
	struct html html; /* the place before it */
};

struct parser {
	struct template *t;
	const char *src, *at, *end;
	const char *counted; /* lines are counted up to here */
	unsigned line;
	/* the delimiters in force; close[0] is room for a sigil before it */
	char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 2];
	size_t open_len, close_len;
	size_t cap;
	struct open_section stack[SECTION_DEPTH];
	size_t depth;
	struct html html;
	int html_strict;
	struct complaints *complaints;
};

struct tag {
	char kind;		  /* one of # ^ / > ! = & {, or v: a value */
	const char *start, *stop; /* with the delimiters */
	const char *body;	  /* trimmed */
	size_t len;
	unsigned line;
};

void complain(struct complaints *c, unsigned line, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text[text_cut(text, strlen(text), sizeof(text) - 1)] = '\0';
	if (c->list)
		sbuf_addf(c->list, "%s:%u: %s\n", c->file, line, text);
	else if (!c->n)
		err_set(c->e, REASON_TEMPLATE, "line %u: %s", line, text);
	c->n++;
}

static void trim(const char **s, size_t *len)
{
	while (*len && ascii_is_space(**s))
		(*s)++, (*len)--;
	while (*len && ascii_is_space((*s)[*len - 1]))
		(*len)--;
}

static unsigned line_at(struct parser *p, const char *where)
{
	for (; p->counted < where; p->counted++)
		p->line += *p->counted == '\n';
	return p->line;
}

static struct node *node_add(struct parser *p, enum node_kind kind)
{
	struct template *t = p->t;
	struct node *n;

	t->nodes =
		arena_grow(&t->mem, t->nodes, t->n, &p->cap, sizeof(*t->nodes));
	n = &t->nodes[t->n++];
	n->kind = kind;
	return n;
}

static void html_mistake(struct parser *p, unsigned line)
{
	if (p->html.problem && p->html_strict)
		complain(p->complaints, line, "%s", p->html.problem);
	p->html.problem = NULL;
}

/* The text [from, to), with an empty node where a tag begins a line: that is
 * where the indentation of a partial goes. */
static void add_text(
	struct parser *p, const char *from, const char *to, int tag_follows)
{
	int starts_line = from == p->src || from[-1] == '\n';
	struct node *n;

	if (from < to) {
		n = node_add(p, NODE_TEXT);
		n->text = from;
		n->len = (size_t)(to - from);
		n->starts_line = starts_line;
		html_text(&p->html, from, n->len);
		html_mistake(p, line_at(p, to));
		starts_line = to[-1] == '\n';
	}
	if (tag_follows && starts_line) {
		n = node_add(p, NODE_TEXT);
		n->text = to;
		n->starts_line = 1;
	}
}

/* Read the tag whose opening delimiter is at start. -1: it never ends. */
static int tag_read(struct parser *p, const char *start, struct tag *tag)
{
	const char *body = start + p->open_len, *stop;
	size_t sigil = 0;

	memset(tag, 0, sizeof(*tag));
	tag->kind = 'v';
	tag->start = start;
	tag->line = line_at(p, start);
	while (body < p->end && ascii_is_space(*body))
		body++;
	if (body < p->end && *body && strchr("#^/>!=&{", *body))
		tag->kind = *body++;
	if (tag->kind == '{' || tag->kind == '=') {
		/* the mirror image of the sigil stands before the close */
		sigil = 1;
		p->close[0] = tag->kind == '{' ? '}' : '=';
	}
	stop = memmem(body, (size_t)(p->end - body), p->close + 1 - sigil,
		p->close_len + sigil);
	if (!stop)
		return -1;
	tag->stop = stop + p->close_len + sigil;
	tag->body = body;
	tag->len = (size_t)(stop - body);
	trim(&tag->body, &tag->len);
	return 0;
}

/*
 * Does the tag stand alone on its line? Then [*from, *to) is the whole line
 * with its end, else just the tag.
 */
static int tag_alone(const struct parser *p, const struct tag *tag,
	const char **from, const char **to)
{
	const char *a = tag->start, *b = tag->stop;

	*from = a;
	*to = b;
	if (strchr("v&{", tag->kind))
		return 0;
	while (a > p->src && ascii_is_blank(a[-1]))
		a--;
	if (a > p->src && a[-1] != '\n')
		return 0;
	while (b < p->end && ascii_is_blank(*b))
		b++;
	if (b < p->end && *b == '\r' && b + 1 < p->end && b[1] == '\n')
		b++;
	if (b < p->end && *b != '\n')
		return 0;
	*from = a;
	*to = b < p->end ? b + 1 : b;
	return 1;
}

static int is_name_char(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80 ||
	       (c && strchr("_-@:", c));
}

/* A dotted name, or (partial) a name with dots and slashes in it. */
static int name_ok(const char *s, size_t len, int partial)
{
	size_t i;

	if (!len || s[0] == '.' || s[len - 1] == '.')
		return !partial && len == 1;
	for (i = 0; i < len; i++) {
		if (s[i] == '.' ? !partial && s[i - 1] == '.'
				: !is_name_char(s[i]) &&
					  !(partial && s[i] == '/'))
			return 0;
	}
	return 1;
}

static void split_name(struct arena *mem, struct node *n)
{
	char *at = arena_strndup(mem, n->text, n->len), *dot;
	size_t i;

	n->n_parts = 1;
	for (i = 0; i < n->len; i++)
		n->n_parts += n->text[i] == '.';
	n->parts = arena_calloc(mem, n->n_parts, sizeof(*n->parts));
	for (i = 0; at; i++) {
		n->parts[i] = at;
		dot = strchr(at, '.');
		if (dot)
			*dot++ = '\0';
		at = dot;
	}
}

static struct node *named_node(
	struct parser *p, const struct tag *tag, enum node_kind kind)
{
	struct arena *mem = &p->t->mem;
	struct node *n;

	if (!name_ok(tag->body, tag->len, kind == NODE_PARTIAL)) {
		complain(p->complaints, tag->line, "bad name '%.*s' in a tag",
			(int)text_cut(tag->body, tag->len, 40), tag->body);
		return NULL;
	}
	n = node_add(p, kind);
	n->line = tag->line;
	n->text = arena_strndup(mem, tag->body, tag->len);
	n->len = tag->len;
	if (kind != NODE_PARTIAL && strcmp(n->text, ".") != 0)
		split_name(mem, n);
	return n;
}

static void value(struct parser *p, const struct tag *tag)
{
	struct node *n = named_node(p, tag, NODE_VALUE);
	const char *why;

	if (!n)
		return;
	why = html_value(&p->html, &n->how);
	if (why && p->html_strict)
		complain(p->complaints, tag->line,
			"the value '%s' may not stand %s", n->text, why);
	if (tag->kind != 'v')
		n->how = ESCAPE_NONE;
}

static void partial(struct parser *p, const struct tag *tag,
	const char *line_start, int alone)
{
	struct node *n = named_node(p, tag, NODE_PARTIAL);

	if (!n)
		return;
	if (alone)
		n->indent = arena_strndup(&p->t->mem, line_start,
			(size_t)(tag->start - line_start));
	if (p->html_strict && p->html.state != HTML_TEXT)
		complain(p->complaints, tag->line,
			"the partial '%s' may not stand %s", n->text,
			html_place(&p->html));
}

/* -1: too deep to go on. */
static int section_open(struct parser *p, const struct tag *tag)
{
	struct node *n = named_node(
		p, tag, tag->kind == '#' ? NODE_SECTION : NODE_INVERTED);

	if (p->depth == SECTION_DEPTH) {
		complain(p->complaints, tag->line,
			"sections nest deeper than %d", SECTION_DEPTH);
		return -1;
	}
	html_begin(&p->html, &p->stack[p->depth].html);
	if (!n) { /* bad name: its end will have one too */
		n = node_add(p, NODE_SECTION);
		n->line = tag->line;
		n->text = arena_strndup(&p->t->mem, tag->body, tag->len);
		n->len = tag->len;
	}
	p->stack[p->depth++].node = (size_t)(n - p->t->nodes);
	return 0;
}

static int is_named(const struct node *n, const struct tag *tag)
{
	return n->len == tag->len && memcmp(n->text, tag->body, n->len) == 0;
}

static void not_closed(struct parser *p, const struct node *n)
{
	complain(p->complaints, n->line, "section '%s' is not closed", n->text);
}

static void section_close(struct parser *p, const struct tag *tag)
{
	struct open_section *top;
	struct node *n;
	size_t depth = p->depth;

	while (depth && !is_named(&p->t->nodes[p->stack[depth - 1].node], tag))
		depth--;
	if (!depth) {
		complain(p->complaints, tag->line,
			"'/%.*s' closes a section that is not open",
			(int)text_cut(tag->body, tag->len, 40), tag->body);
		return;
	}
	while (p->depth > depth)
		not_closed(p, &p->t->nodes[p->stack[--p->depth].node]);
	top = &p->stack[--p->depth];
	n = &p->t->nodes[top->node];
	n->end = (unsigned)p->t->n;
	if (html_end(&p->html, &top->html) && p->html_strict)
		complain(p->complaints, tag->line,
			"section '%s' begins %s and ends %s", n->text,
			html_place(&top->html), html_place(&p->html));
}

/* {{=<% %>=}} */
static void delimiters(struct parser *p, const struct tag *tag)
{
	const char *s = tag->body, *end = s + tag->len, *a = s, *b;

	while (a < end && !ascii_is_space(*a))
		a++;
	for (b = a; b < end && ascii_is_space(*b);)
		b++;
	if (a == s || b == end || a - s > DELIMITER_MAX ||
		end - b > DELIMITER_MAX || memchr(s, '=', tag->len) ||
		memchr(b, ' ', (size_t)(end - b)) ||
		memchr(b, '\t', (size_t)(end - b)) ||
		memchr(b, '\n', (size_t)(end - b))) {
		complain(p->complaints, tag->line,
			"bad delimiters '%.*s': two words are needed, of at "
			"most %d bytes, without '='",
			(int)text_cut(s, tag->len, 40), s, DELIMITER_MAX);
		return;
	}
	p->open_len = (size_t)(a - s);
	memcpy(p->open, s, p->open_len);
	p->close_len = (size_t)(end - b);
	memcpy(p->close + 1, b, p->close_len);
}

static int tag_add(struct parser *p, const struct tag *tag,
	const char *line_start, int alone)
{
	switch (tag->kind) {
	case '#':
	case '^':
		return section_open(p, tag);
	case '/':
		section_close(p, tag);
		break;
	case '>':
		partial(p, tag, line_start, alone);
		break;
	case '=':
		delimiters(p, tag);
		break;
	case '!':
		break;
	default:
		value(p, tag);
	}
	return 0;
}

static void parse_all(struct parser *p)
{
	const char *from, *to;
	struct tag tag;
	int alone;

	while (p->at < p->end) {
		const char *start = memmem(
			p->at, (size_t)(p->end - p->at), p->open, p->open_len);

		if (!start) {
			add_text(p, p->at, p->end, 0);
			break;
		}
		if (tag_read(p, start, &tag)) {
			complain(p->complaints, tag.line,
				"a tag is not closed: '%.*s' is missing",
				(int)p->close_len, p->close + 1);
			break;
		}
		alone = tag_alone(p, &tag, &from, &to);
		add_text(p, p->at, from, !alone);
		if (tag_add(p, &tag, from, alone))
			break;
		p->at = to;
	}
}

struct template *parse(const char *name, const char *source, size_t len,
	int html_strict, struct complaints *c)
{
	struct template *t = xcalloc(1, sizeof(*t));
	struct parser *p = xcalloc(1, sizeof(*p));
	size_t before = c->n;

	t->name = arena_strdup(&t->mem, name);
	p->t = t;
	p->src = p->at = p->counted = arena_strndup(&t->mem, source, len);
	p->end = p->src + len;
	p->line = 1;
	p->html_strict = html_strict;
	p->complaints = c;
	p->open_len = p->close_len = 2;
	memcpy(p->open, "{{", 2);
	memcpy(p->close + 1, "}}", 2);
	if (!text_valid(source, len))
		complain(c, 1, "the text is not valid UTF-8");
	else
		parse_all(p);
	while (p->depth)
		not_closed(p, &t->nodes[p->stack[--p->depth].node]);
	if (html_strict && c->n == before && p->html.state != HTML_TEXT)
		complain(c, line_at(p, p->end), "the template ends %s",
			html_place(&p->html));
	free(p);
	if (c->n == before)
		return t;
	template_free(t);
	return NULL;
}
