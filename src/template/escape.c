/*
 * Escaping by context. HTML escaping makes a value harmless in text and in a
 * quoted attribute. In a link that is not enough: "javascript:…" needs no
 * quote to do harm. So a value that begins a link is looked at as a browser
 * would read it: white space and control bytes in front are skipped by
 * browsers and tabs and newlines inside are removed, hence a control byte
 * anywhere makes it "#"; a colon before the first / ? # ends a scheme, and
 * only http, https and mailto may stand there. "//host" passes: it is a link
 * to elsewhere exactly as https://host is, and it cannot carry a scheme. A
 * backslash counts as a slash in browsers and has no business in a link.
 *
 * HTML entities in a value ("javascript&colon;") need no rule: the & is
 * escaped, so no browser ever decodes them.
 *
 * Where the scheme is settled by the template (href="/wines/{{id}}"), a value
 * is percent-encoded, so handlers supply raw text and a value cannot add a
 * parameter or a segment: href="/{{x}}" with "/example.org" must not become
 * "//example.org", which is another host.
 */
#include "template/escape.h"

static const char *const entities[256] = {
	['&'] = "&amp;",
	['<'] = "&lt;",
	['>'] = "&gt;",
	['"'] = "&quot;",
	['\''] = "&#39;",
};

static void html(const char *s, size_t len, struct sbuf *out)
{
	size_t i, from = 0;

	for (i = 0; i < len; i++) {
		const char *entity = entities[(unsigned char)s[i]];

		if (!entity)
			continue;
		sbuf_add(out, s + from, i - from);
		sbuf_addstr(out, entity);
		from = i + 1;
	}
	sbuf_add(out, s + from, len - from);
}

int escape_scheme_ok(const char *s, size_t len)
{
	static const char *const allowed[] = { "http", "https", "mailto" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(allowed); i++)
		if (len == strlen(allowed[i]) &&
			text_ascii_prefix(s, len, allowed[i]))
			return 1;
	return 0;
}

/* May this text stand at the start of a link (or, with `open`, behind text
 * that could be the first half of a scheme)? */
static int link_ok(const char *s, size_t len, int open)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (ascii_is_control(s[i]) || s[i] == '\\')
			return 0;
	while (len && *s == ' ')
		s++, len--;
	for (i = 0; i < len && !strchr("/?#", s[i]); i++)
		if (s[i] == ':')
			return !open && escape_scheme_ok(s, i);
	return 1;
}

void escape_add(enum escape how, const char *s, size_t len, struct sbuf *out)
{
	switch (how) {
	case ESCAPE_NONE:
		sbuf_add(out, s, len);
		break;
	case ESCAPE_HTML:
		html(s, len, out);
		break;
	case ESCAPE_URL_START:
	case ESCAPE_URL_OPEN:
		if (link_ok(s, len, how == ESCAPE_URL_OPEN))
			html(s, len, out);
		else
			sbuf_addch(out, '#');
		break;
	case ESCAPE_URL_PATH:
		percent_encode(s, len, ":@!$()*+,;=", out);
		break;
	case ESCAPE_URL_QUERY:
		percent_encode(s, len, "", out);
		break;
	case ESCAPE_URL_BAD:
	case ESCAPE_MAX:
		sbuf_addch(out, '#');
		break;
	}
}
