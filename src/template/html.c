/*
 * A tracker of HTML position, after the tokenizer of the HTML standard but
 * only as deep as escaping needs: it tells text from tags, names from values,
 * links from other attributes, and finds the end of elements whose content is
 * not markup. It keeps no tree and does not check the page.
 *
 * What may be rendered once, never or many times (a section) must begin and
 * end in the same kind of place; so one walk over the source is enough and
 * its answer holds for every rendering.
 */
#include "template/html.h"

static const char *const places[HTML_MAX] = {
	[HTML_TEXT] = "in text",
	[HTML_TAG_OPEN] = "in the name of a tag",
	[HTML_TAG_NAME] = "in the name of a tag",
	[HTML_IN_TAG] = "between the attributes of a tag",
	[HTML_ATTR_NAME] = "between the attributes of a tag",
	[HTML_AFTER_NAME] = "between the attributes of a tag",
	[HTML_BEFORE_VALUE] = "in an attribute without quotes",
	[HTML_VALUE] = "in the value of an attribute",
	[HTML_VALUE_BARE] = "in an attribute without quotes",
	[HTML_DECLARATION] = "in a declaration",
	[HTML_COMMENT] = "in an HTML comment",
	[HTML_RAW] = "inside an element that holds no markup",
};

/* As the HTML standard has it: a vertical tab is no space. */
static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void name_add(char *name, size_t size, unsigned char *len, char c)
{
	if (*len + 1u < size) {
		name[(*len)++] = ascii_lower(c);
		name[*len] = '\0';
	}
}

static int in_list(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return 1;
	return 0;
}

static enum html_attr attr_kind(const char *name)
{
	static const char *const urls[] = { "href", "src", "action",
		"formaction", "xlink:href", "poster", "cite", "data", "ping",
		"background", "manifest", NULL };
	static const char *const code[] = { "style", "srcdoc", "srcset",
		"imagesrcset", NULL };

	if (in_list(name, urls))
		return ATTR_URL;
	if (in_list(name, code) || strncmp(name, "on", 2) == 0)
		return ATTR_CODE;
	return ATTR_PLAIN;
}

static void tag_begin(struct html *h, char c)
{
	h->state = HTML_TAG_NAME;
	h->tag_len = 0;
	name_add(h->tag, sizeof(h->tag), &h->tag_len, c);
}

static void tag_end(struct html *h)
{
	static const char *const raw[] = { "script", "style", "title",
		"textarea", NULL };

	h->match = 0;
	h->state = !h->closing && in_list(h->tag, raw) ? HTML_RAW : HTML_TEXT;
}

static void attr_begin(struct html *h, char c)
{
	h->state = HTML_ATTR_NAME;
	h->attr_len = 0;
	h->cut = 0;
	name_add(h->attr, sizeof(h->attr), &h->attr_len, c);
}

static void value_begin(struct html *h, char quote)
{
	h->state = quote ? HTML_VALUE : HTML_VALUE_BARE;
	h->quote = quote;
	h->kind = attr_kind(h->attr);
	h->url = ESCAPE_URL_START;
	h->scheme_len = 0;
	h->has_value = 0;
	if (h->cut)
		h->problem = "an attribute's name and its value stand in "
			     "different sections";
}

/* The literal text of a link decides what a later value may do. */
static void url_char(struct html *h, char c)
{
	if (h->kind != ATTR_URL || h->url == ESCAPE_URL_BAD ||
		h->url == ESCAPE_URL_QUERY)
		return;
	if (c == '?' || c == '#') {
		h->url = ESCAPE_URL_QUERY;
		return;
	}
	if (h->url == ESCAPE_URL_PATH)
		return;
	if (c == ':') {
		if (h->has_value)
			h->problem = "a value before ':' could become the "
				     "scheme of a link";
		h->url = !h->has_value && escape_scheme_ok(
						  h->scheme, h->scheme_len)
				 ? ESCAPE_URL_PATH
				 : ESCAPE_URL_BAD;
	} else if (ascii_is_alnum(c) || (c && strchr("+-.", c))) {
		h->url = ESCAPE_URL_OPEN;
		name_add(h->scheme, sizeof(h->scheme), &h->scheme_len, c);
	} else if (c == '&' || c == '=') {
		h->url = ESCAPE_URL_QUERY;
	} else if ((unsigned char)c > ' ') { /* browsers skip the others */
		h->url = ESCAPE_URL_PATH;
	}
}

/*
 * A section that is left out leaves a name to go on with what follows, and one
 * that is repeated lets its end go on with its beginning: <li{{#x}} a{{/x}}b>
 * is <lib>, and nobody would know what stands in <lib='{{v}}'>.
 */
static const char name_goes_on[] =
	"a section stands behind a name that goes on without a space";

static void tag_char(struct html *h, char c)
{
	int apart = is_space(c) || strchr("/>=", c);

	if (h->open_name && !apart)
		h->problem = name_goes_on;
	if (h->at_cut && !apart)
		h->goes_on = 1;
	h->open_name = 0;
	if (c == '>')
		tag_end(h);
	else if (is_space(c) || c == '/')
		h->state = h->state == HTML_TAG_NAME	? HTML_IN_TAG
			   : h->state == HTML_ATTR_NAME ? HTML_AFTER_NAME
							: h->state;
	else if (h->state == HTML_TAG_NAME)
		name_add(h->tag, sizeof(h->tag), &h->tag_len, c);
	else if (h->state == HTML_IN_TAG)
		attr_begin(h, c);
	else if (c == '=')
		h->state = HTML_BEFORE_VALUE;
	else if (h->state == HTML_ATTR_NAME)
		name_add(h->attr, sizeof(h->attr), &h->attr_len, c);
	else
		attr_begin(h, c);
}

static void open_char(struct html *h, char c)
{
	if (ascii_is_alpha(c)) {
		tag_begin(h, c);
	} else if (c == '/' && !h->closing) {
		h->closing = 1;
	} else if (c == '!' || c == '?') {
		h->state = HTML_DECLARATION;
		h->match = 0;
	} else if (c != '<') {
		h->state = HTML_TEXT;
	}
}

/* <!-- turns a declaration into a comment; --> and --!> end one. */
static void declaration_char(struct html *h, char c)
{
	int dash = c == '-';

	if (h->state == HTML_COMMENT) {
		if (c == '>' && h->match >= 2)
			h->state = HTML_TEXT;
		else if (dash && h->match < 2)
			h->match++;
		else if (!dash && c != '!')
			h->match = 0;
		return;
	}
	if (c == '>') {
		h->state = HTML_TEXT;
	} else if (h->match < 2) {
		h->match = dash ? h->match + 1 : 9; /* 9: no comment */
		if (h->match == 2)
			h->state = HTML_COMMENT;
	}
}

/* Look for "</tag" and something that ends the name. */
static void raw_char(struct html *h, char c)
{
	size_t want = 2u + h->tag_len;

	if (h->match == want && (is_space(c) || c == '/' || c == '>')) {
		h->closing = 1;
		h->state = HTML_IN_TAG;
		if (c == '>')
			tag_end(h);
	} else if (h->match < want && h->match > 0 &&
		   ascii_lower(c) ==
			   (h->match == 1 ? '/' : h->tag[h->match - 2])) {
		h->match++;
	} else {
		h->match = c == '<';
	}
}

static void one_char(struct html *h, char c)
{
	switch (h->state) {
	case HTML_TEXT:
		if (c == '<') {
			h->state = HTML_TAG_OPEN;
			h->closing = 0;
		}
		break;
	case HTML_TAG_OPEN:
		open_char(h, c);
		break;
	case HTML_TAG_NAME:
	case HTML_IN_TAG:
	case HTML_ATTR_NAME:
	case HTML_AFTER_NAME:
		tag_char(h, c);
		break;
	case HTML_BEFORE_VALUE:
		if (c == '>')
			tag_end(h);
		else if (c == '"' || c == '\'')
			value_begin(h, c);
		else if (!is_space(c))
			value_begin(h, '\0');
		break;
	case HTML_VALUE:
		if (c == h->quote)
			h->state = HTML_IN_TAG;
		else
			url_char(h, c);
		break;
	case HTML_VALUE_BARE:
		if (c == '>')
			tag_end(h);
		else if (is_space(c))
			h->state = HTML_IN_TAG;
		break;
	case HTML_DECLARATION:
	case HTML_COMMENT:
		declaration_char(h, c);
		break;
	case HTML_RAW:
		raw_char(h, c);
		break;
	case HTML_MAX:
		break;
	}
}

void html_text(struct html *h, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		one_char(h, s[i]);
		h->at_cut = 0;
	}
}

static const char *value_in_quotes(struct html *h, enum escape *how)
{
	if (h->kind == ATTR_CODE)
		return "in an attribute that holds code (on…, style, srcset)";
	if (h->kind == ATTR_PLAIN)
		return NULL;
	*how = h->url;
	h->has_value = 1;
	if (h->url == ESCAPE_URL_BAD)
		return "in a link whose scheme is not http, https or mailto";
	if (h->url == ESCAPE_URL_START)
		h->url = ESCAPE_URL_OPEN;
	return NULL;
}

const char *html_value(struct html *h, enum escape *how)
{
	*how = ESCAPE_HTML;
	switch (h->state) {
	case HTML_TEXT:
		return NULL;
	case HTML_VALUE:
		return value_in_quotes(h, how);
	case HTML_RAW:
		/* title and textarea take character references, code not */
		h->match = 0;
		if (strcmp(h->tag, "script") == 0)
			return "inside <script>";
		return strcmp(h->tag, "style") ? NULL : "inside <style>";
	case HTML_BEFORE_VALUE:
		value_begin(h, '\0');
		return places[HTML_VALUE_BARE];
	default:
		return places[h->state];
	}
}

static void cut(struct html *h)
{
	h->at_cut = 1;
	if (h->state == HTML_TAG_NAME || h->state == HTML_ATTR_NAME)
		h->open_name = 1;
	if ((h->state == HTML_RAW || h->state == HTML_COMMENT ||
		    h->state == HTML_DECLARATION) &&
		h->match)
		h->problem = "a section cuts the mark that ends a comment or "
			     "an element";
	if (h->state == HTML_TAG_NAME)
		h->state = HTML_IN_TAG;
	if (h->state == HTML_ATTR_NAME || h->state == HTML_AFTER_NAME) {
		h->state = HTML_AFTER_NAME;
		h->cut = 1;
	}
}

void html_begin(struct html *h, struct html *before)
{
	cut(h);
	*before = *h;
	h->goes_on = 0;
}

static int careful(enum escape url)
{
	static const int order[ESCAPE_MAX] = {
		[ESCAPE_URL_PATH] = 0,
		[ESCAPE_URL_QUERY] = 1,
		[ESCAPE_URL_OPEN] = 2,
		[ESCAPE_URL_START] = 3,
		[ESCAPE_URL_BAD] = 4,
	};

	return order[url];
}

int html_end(struct html *h, const struct html *before)
{
	enum html_state a, b = before->state;

	cut(h);
	a = h->state;
	if (a == HTML_AFTER_NAME)
		a = HTML_IN_TAG;
	if (b == HTML_AFTER_NAME)
		b = HTML_IN_TAG;
	if (a != b)
		return -1;
	if (h->open_name && h->goes_on)
		h->problem = name_goes_on;
	h->open_name |= before->open_name;
	h->goes_on |= before->goes_on;
	if (a == HTML_RAW)
		return strcmp(h->tag, before->tag) ? -1 : 0;
	if (a != HTML_VALUE)
		return 0;
	if (h->quote != before->quote || h->kind != before->kind)
		return -1;
	if (careful(before->url) > careful(h->url))
		h->url = before->url;
	if (h->scheme_len != before->scheme_len)
		h->has_value = 1; /* what is before a ':' is not certain */
	return 0;
}

const char *html_place(const struct html *h)
{
	return places[h->state];
}
