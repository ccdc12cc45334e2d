/*
 * JSON that a strict parser refuses. Templates paste texts into it with raw
 * line feeds, unescaped quotes, trailing commas, comments; some are cut off.
 * One pass, with a stack of open brackets; where a quote closes a string is
 * judged by what follows it.
 */
#include "recipe/jsonld.h"

#define DEPTH 64

struct mend {
	const char *s;
	size_t len, i;
	struct sbuf *out;
	char open[DEPTH];
	size_t depth;
	int comma; /* a comma was read and not yet written */
	int value; /* the last thing written ends a value */
	int colon; /* a colon was written last */
	char also; /* the other quote of its strings, if it has one */
};

static size_t after_space(const struct mend *m, size_t i)
{
	while (i < m->len && ascii_is_space(m->s[i]))
		i++;
	return i;
}

/* The same past comments. */
static size_t after_gap(const struct mend *m, size_t i)
{
	const char *end;

	i = after_space(m, i);
	while (i + 1 < m->len && m->s[i] == '/' && m->s[i + 1] == '*') {
		end = memmem(m->s + i, m->len - i, "*/", 2);
		i = end ? after_space(m, (size_t)(end - m->s) + 2) : m->len;
	}
	return i;
}

/* name: */
static int is_bare_key(const struct mend *m, size_t i)
{
	size_t start = i;

	while (i < m->len && (ascii_is_alnum(m->s[i]) || m->s[i] == '_'))
		i++;
	if (i == start)
		return 0;
	i = after_space(m, i);
	return i < m->len && m->s[i] == ':' && m->depth &&
	       m->open[m->depth - 1] == '{';
}

/* Does the quote at i end the string? */
static int closes(const struct mend *m, size_t i, int key)
{
	size_t next = after_gap(m, i + 1);
	char c = next < m->len ? m->s[next] : '\0';

	if (!c || c == '}' || c == ']')
		return 1;
	if (c == ':')
		return key;
	if (c != ',')
		return ascii_is_space(m->s[i + 1]) && c == m->s[i] &&
		       memchr(m->s + i, '\n', next - i) != NULL;
	next = after_space(m, next + 1);
	c = next < m->len ? m->s[next] : '\0';
	return !c || c == m->s[i] || strchr("{[}]-/", c) || ascii_is_digit(c) ||
	       is_bare_key(m, next) || !strncmp(m->s + next, "true", 4) ||
	       !strncmp(m->s + next, "false", 5) ||
	       !strncmp(m->s + next, "null", 4);
}

static void escape(struct mend *m)
{
	char c = m->i + 1 < m->len ? m->s[m->i + 1] : '\0';
	size_t k;

	if (c == 'u') {
		for (k = 2; k < 6; k++)
			if (m->i + k >= m->len || ascii_hex(m->s[m->i + k]) < 0)
				break;
		if (k == 6) {
			sbuf_add(m->out, m->s + m->i, 6);
			m->i += 6;
			return;
		}
	} else if (c && strchr("\"\\/bfnrt", c)) {
		sbuf_add(m->out, m->s + m->i, 2);
		m->i += 2;
		return;
	}
	m->i++; /* the sign alone means nothing */
}

static void string(struct mend *m)
{
	int key = m->depth && m->open[m->depth - 1] == '{' && !m->colon;
	char quote = m->s[m->i];

	sbuf_addch(m->out, '"');
	m->i++;
	while (m->i < m->len) {
		char c = m->s[m->i];

		if (c == '\\') {
			escape(m);
			continue;
		}
		if (c == quote && closes(m, m->i, key)) {
			m->i++;
			break;
		}
		if (c == '"') {
			sbuf_addstr(m->out, "\\\"");
		} else if (c == '\n' || c == '\r') {
			sbuf_addstr(m->out, "\\n");
		} else if ((unsigned char)c < 0x20 || c == 0x7F) {
			sbuf_addch(m->out, ' ');
		} else {
			sbuf_addch(m->out, c);
		}
		m->i++;
	}
	sbuf_addch(m->out, '"');
}

/* Comments and the marks of CDATA; 1 when one was skipped. */
static int skip_comment(struct mend *m)
{
	static const char *const marks[] = { "<![CDATA[", "]]>", "<!--", "-->",
		NULL };
	const char *s = m->s + m->i, *end;
	size_t left = m->len - m->i, k;

	for (k = 0; marks[k]; k++) {
		if (text_ascii_prefix(s, left, marks[k])) {
			m->i += strlen(marks[k]);
			return 1;
		}
	}
	if (left < 2 || *s != '/' || (s[1] != '/' && s[1] != '*'))
		return 0;
	/* "//<![CDATA[" on the line of the value itself */
	if (s[1] == '/' && (text_ascii_prefix(s + 2, left - 2, "<![CDATA[") ||
				   text_ascii_prefix(s + 2, left - 2, "]]>"))) {
		m->i += 2;
		return 1;
	}
	end = s[1] == '/' ? memchr(s, '\n', left)
			  : memmem(s + 2, left - 2, "*/", 2);
	m->i = end ? m->i + (size_t)(end - s) + (s[1] == '/' ? 1 : 2) : m->len;
	return 1;
}

static void before_value(struct mend *m)
{
	if (m->comma || m->value)
		sbuf_addch(m->out, ',');
	m->comma = m->value = 0;
}

static void open_bracket(struct mend *m, char c)
{
	before_value(m);
	m->colon = 0;
	if (m->depth == DEPTH) {
		m->i = m->len; /* too deep to be a recipe: give up here */
		return;
	}
	m->open[m->depth++] = c;
	sbuf_addch(m->out, c);
	m->i++;
}

static void close_one(struct mend *m)
{
	if (m->colon)
		sbuf_addstr(m->out, "null");
	sbuf_addch(m->out, m->open[--m->depth] == '{' ? '}' : ']');
	m->comma = m->colon = 0;
	m->value = 1;
}

static void close_bracket(struct mend *m, char c)
{
	char want = c == '}' ? '{' : '[';
	size_t k = m->depth;

	while (k && m->open[k - 1] != want)
		k--;
	/* a bracket that nothing opened is dropped */
	while (k && m->depth >= k)
		close_one(m);
	m->i++;
}

/* Numbers, true, false, null, and names of members; anything else is
 * nothing. */
static void bare_word(struct mend *m)
{
	size_t start = m->i, n;
	int key = !m->colon && is_bare_key(m, start);

	while (m->i < m->len && !ascii_is_space(m->s[m->i]) &&
		!strchr(",:{}[]\"", m->s[m->i]))
		m->i++;
	n = m->i - start;
	if (!n) {
		m->i++;
		return;
	}
	before_value(m);
	if (key) {
		sbuf_addch(m->out, '"');
		sbuf_add(m->out, m->s + start, n);
		sbuf_addch(m->out, '"');
	} else if (ascii_is_digit(m->s[start]) || m->s[start] == '-' ||
		   (n == 4 && !strncmp(m->s + start, "true", 4)) ||
		   (n == 5 && !strncmp(m->s + start, "false", 5)))
		sbuf_add(m->out, m->s + start, n);
	else
		sbuf_addstr(m->out, "null");
	m->value = 1;
	m->colon = 0;
}

size_t json_mend(const char *s, size_t len, struct sbuf *out)
{
	struct mend m = { .s = s, .len = len, .out = out, .also = '"' };
	size_t first = strcspn(s, "\"'");

	/* an apostrophe is a quote only where the first quote is one */
	if (first < len)
		m.also = s[first];
	/* what stands before the first bracket is never JSON-LD */
	while (m.i < len && s[m.i] != '{' && s[m.i] != '[')
		if (!skip_comment(&m))
			m.i++;
	while (m.i < len) {
		char c = s[m.i];

		if (ascii_is_space(c) || c == ';' || skip_comment(&m)) {
			m.i += ascii_is_space(c) || c == ';';
		} else if (c == '"' || c == m.also) {
			before_value(&m);
			string(&m);
			m.value = 1;
			m.colon = 0;
		} else if (c == '{' || c == '[') {
			if (!m.depth && m.value)
				break; /* a second document */
			open_bracket(&m, c);
		} else if (c == '}' || c == ']') {
			close_bracket(&m, c);
		} else if (c == ',') {
			m.comma = m.value;
			m.value = 0;
			m.i++;
		} else if (c == ':') {
			if (m.value && !m.colon)
				sbuf_addch(out, ':');
			m.colon = 1;
			m.value = 0;
			m.i++;
		} else {
			bare_word(&m);
		}
	}
	while (m.depth)
		close_one(&m);
	return m.i;
}
