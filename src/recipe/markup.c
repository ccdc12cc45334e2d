#include "recipe/markup.h"

#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/uri.h>
#include <libxml/xmlerror.h>

/* ---- elements ---- */

const char *node_attr(const xmlNode *n, const char *name)
{
	const xmlAttr *a;

	if (n->type != XML_ELEMENT_NODE)
		return NULL;
	for (a = n->properties; a; a = a->next)
		if (!strcmp((const char *)a->name, name))
			return a->children && a->children->content
				       ? (const char *)a->children->content
				       : NULL;
	return NULL;
}

int node_is(const xmlNode *n, const char *tag)
{
	return n->type == XML_ELEMENT_NODE &&
	       !strcmp((const char *)n->name, tag);
}

/* Is word one of the list's? ASCII case does not count. */
static int has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list) {
		size_t len = 0;

		while (ascii_is_space(*list))
			list++;
		while (list[len] && !ascii_is_space(list[len]))
			len++;
		if (len == n && text_ascii_prefix(list, len, word))
			return 1;
		list += len;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

#define IN_TABLE(name, table)                                         \
	(bsearch((name), (table), ARRAY_LEN(table), sizeof(*(table)), \
		 by_name) != NULL)

/* The head is not among them: where a page leaves out <body>, the parser puts
 * what it does not know (main, header) there. */
int node_is_hidden(const xmlNode *n)
{
	static const char *const tags[] = { "button", "canvas", "datalist",
		"iframe", "math", "noscript", "object", "option", "script",
		"select", "style", "svg", "template", "textarea", "title",
		"video" };
	const xmlAttr *a;

	if (n->type != XML_ELEMENT_NODE)
		return n->type != XML_TEXT_NODE &&
		       n->type != XML_CDATA_SECTION_NODE &&
		       n->type != XML_ENTITY_REF_NODE;
	if (IN_TABLE((const char *)n->name, tags))
		return 1;
	for (a = n->properties; a; a = a->next) {
		const char *name = (const char *)a->name;

		if (!strcmp(name, "hidden"))
			return 1;
		if (strcmp(name, "class") != 0 || !a->children ||
			!a->children->content)
			continue;
		name = (const char *)a->children->content;
		if (has_word(name, "sr-only") ||
			has_word(name, "screen-reader-text") ||
			has_word(name, "visually-hidden") ||
			has_word(name, "visuallyhidden"))
			return 1;
	}
	return 0;
}

int node_is_block(const xmlNode *n)
{
	static const char *const tags[] = { "address", "article", "aside",
		"blockquote", "body", "br", "caption", "center", "dd",
		"details", "div", "dl", "dt", "fieldset", "figcaption",
		"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
		"header", "hr", "legend", "li", "main", "menu", "nav", "ol",
		"p", "pre", "section", "summary", "table", "tbody", "tfoot",
		"thead", "tr", "ul" };

	return n->type == XML_ELEMENT_NODE &&
	       IN_TABLE((const char *)n->name, tags);
}

void node_text(const xmlNode *n, struct sbuf *out)
{
	const xmlNode *child;
	int block, cell;

	if (node_is_hidden(n))
		return;
	if (n->type != XML_ELEMENT_NODE) {
		const char *s = (const char *)n->content;

		/* line feeds of the source are only spaces */
		for (; s && *s; s++)
			sbuf_addch(out, ascii_is_space(*s) ? ' ' : *s);
		return;
	}
	block = node_is_block(n);
	cell = node_is(n, "td") || node_is(n, "th");
	if (block && out->len && out->buf[out->len - 1] != '\n')
		sbuf_addch(out, '\n');
	if (cell && out->len && out->buf[out->len - 1] != '\n')
		sbuf_addch(out, ' ');
	for (child = n->children; child; child = child->next)
		node_text(child, out);
	if (block && out->len && out->buf[out->len - 1] != '\n')
		sbuf_addch(out, '\n');
}

/* ---- strings with markup in them ---- */

/* A character reference at s; its length and code point, 0 when none. */
static size_t entity(const char *s, size_t len, int32_t *cp)
{
	char name[16];
	size_t i = 1, n = 0;
	long v = 0;

	if (i < len && s[i] == '#') {
		int hex = ++i < len && (s[i] | 32) == 'x';

		i += (size_t)hex;
		for (n = i; i < len && i - n < 8; i++) {
			int d = ascii_hex(s[i]);

			if (d < 0 || (!hex && d > 9))
				break;
			v = v * (hex ? 16 : 10) + d;
		}
		if (i == n || v <= 0 || v > 0x10FFFF ||
			(v >= 0xD800 && v < 0xE000))
			return 0;
		*cp = (int32_t)v;
		return i < len && s[i] == ';' ? i + 1 : i;
	}
	while (i < len && n < sizeof(name) - 1 &&
		(ascii_is_digit(s[i]) || text_is_letter(s[i])))
		name[n++] = s[i++];
	name[n] = '\0';
	if (!n || i >= len || s[i] != ';')
		return 0;
	if (!strcmp(name, "apos")) {
		*cp = '\'';
	} else {
		const htmlEntityDesc *e =
			htmlEntityLookup((const xmlChar *)name);

		if (!e)
			return 0;
		*cp = (int32_t)e->value;
	}
	return i + 1;
}

static int decode(const char *s, size_t len, struct sbuf *out)
{
	size_t i = 0, n;
	int32_t cp;
	int changed = 0;

	while (i < len) {
		const char *amp = memchr(s + i, '&', len - i);
		size_t run = amp ? (size_t)(amp - s) - i : len - i;

		sbuf_add(out, s + i, run);
		i += run;
		if (!amp)
			break;
		n = entity(s + i, len - i, &cp);
		if (n) {
			text_put(out, cp);
			changed = 1;
		} else {
			sbuf_addch(out, '&');
			n = 1;
		}
		i += n;
	}
	return changed;
}

/* The length of the tag or comment at s, 0 when it is only a sign. *line is
 * set when the element starts a new one. */
static size_t tag(const char *s, size_t len, int *line)
{
	static const char *const blocks[] = { "br", "p", "li", "ul", "ol",
		"div", "h1", "h2", "h3", "h4", "h5", "h6", "tr", NULL };
	const char *end;
	size_t i = 1, n = 0, k;

	*line = 0;
	if (len > 3 && !memcmp(s, "<!--", 4)) {
		end = memmem(s, len, "-->", 3);
		return end ? (size_t)(end - s) + 3 : len;
	}
	if (i < len && s[i] == '/')
		i++;
	if (i >= len || !text_is_letter(s[i]) || (s[i] & 0x80))
		return 0;
	while (i + n < len && (text_is_letter(s[i + n]) ||
				      (s[i + n] >= '0' && s[i + n] <= '9')))
		n++;
	end = memchr(s, '>', len);
	if (!end)
		return 0;
	for (k = 0; blocks[k]; k++)
		if (strlen(blocks[k]) == n &&
			text_ascii_prefix(s + i, n, blocks[k]))
			*line = 1;
	return (size_t)(end - s) + 1;
}

static int strip_tags(const char *s, size_t len, struct sbuf *out)
{
	const char *last = memrchr(s, '>', len);
	size_t i = 0, n;
	int changed = 0, line;

	while (i < len) {
		const char *lt = memchr(s + i, '<', len - i);
		size_t run = lt ? (size_t)(lt - s) - i : len - i;

		sbuf_add(out, s + i, run);
		i += run;
		if (!lt)
			break;
		/* looking for an end that is not there would take for ever */
		n = last && lt < last ? tag(s + i, len - i, &line) : 0;
		if (n) {
			if (line)
				sbuf_addch(out, '\n');
			changed = 1;
		} else {
			sbuf_addch(out, '<');
			n = 1;
		}
		i += n;
	}
	return changed;
}

void unhtml(const char *s, size_t len, struct sbuf *out)
{
	struct sbuf a = SBUF_INIT(2 * RECIPE_HTML_MAX);
	struct sbuf b = SBUF_INIT(2 * RECIPE_HTML_MAX);
	int round, changed = 1;

	/* "&amp;lt;p&amp;gt;": some pages escape what is escaped already */
	sbuf_add(&a, s, len);
	for (round = 0; round < 3 && changed; round++) {
		sbuf_reset(&b);
		changed = strip_tags(a.buf, a.len, &b);
		sbuf_reset(&a);
		changed |= decode(b.buf, b.len, &a);
	}
	sbuf_add(out, a.buf, a.len);
	sbuf_release(&a);
	sbuf_release(&b);
}

/* ---- the page ---- */

static int is_http(const char *s)
{
	size_t len = strlen(s);

	return (text_ascii_prefix(s, len, "http://") && len > 7) ||
	       (text_ascii_prefix(s, len, "https://") && len > 8);
}

const char *page_link(const struct page *p, const char *href)
{
	const char *base = p->base ? p->base : p->url, *out = NULL, *clean;
	xmlChar *uri;

	clean = href ? draft_clean(p->mem, href, strlen(href), 4000) : NULL;
	if (!clean)
		return NULL;
	if (is_http(clean))
		return clean;
	if (!base || text_ascii_prefix(clean, strlen(clean), "data:"))
		return NULL;
	uri = xmlBuildURI((const xmlChar *)clean, (const xmlChar *)base);
	if (uri && is_http((const char *)uri))
		out = arena_strdup(p->mem, (const char *)uri);
	xmlFree(uri);
	return out;
}

const char *language_code(struct arena *mem, const char *tag)
{
	size_t n = 0;
	char code[4];

	while (tag && *tag == ' ')
		tag++;
	while (tag && n < 4 && ascii_is_alpha(tag[n])) {
		if (n < 3)
			code[n] = ascii_lower(tag[n]);
		n++;
	}
	if (n != 2 && n != 3)
		return NULL;
	if (tag[n] && tag[n] != '-' && tag[n] != '_' && tag[n] != ' ')
		return NULL;
	return arena_strndup(mem, code, n);
}

static void list_add(struct page *p, struct node_list *l, xmlNode *n)
{
	l->at = arena_grow(p->mem, l->at, l->n, &l->cap, sizeof(*l->at));
	l->at[l->n++] = n;
}

static void take(const char **field, const char *value)
{
	if (!*field)
		*field = value;
}

static void gather_meta(struct page *p, const xmlNode *n)
{
	const char *name = node_attr(n, "property");
	const char *content = node_attr(n, "content");

	if (!name)
		name = node_attr(n, "name");
	if (!name || !content)
		return;
	if (text_ascii_caseeq(name, "og:title"))
		take(&p->og_title, content);
	else if (text_ascii_caseeq(name, "og:image") ||
		 text_ascii_caseeq(name, "og:image:url"))
		take(&p->og_image, content);
	else if (text_ascii_caseeq(name, "author"))
		take(&p->meta_author, content);
}

static const char *one_line(struct page *p, const xmlNode *n)
{
	struct sbuf text = SBUF_INIT(RECIPE_HTML_MAX);
	const xmlNode *child;
	const char *out;

	for (child = n->children; child; child = child->next)
		node_text(child, &text);
	out = draft_clean(p->mem, text.buf, text.len, 1000);
	sbuf_release(&text);
	return out;
}

static int is_recipe_item(const xmlNode *n)
{
	const xmlAttr *a;

	for (a = n->properties; a; a = a->next) {
		const char *name = (const char *)a->name;
		const char *v = a->children ? (const char *)a->children->content
					    : NULL;
		const char *tail;

		if (!v)
			continue;
		if (!strcmp(name, "class")) {
			if (has_word(v, "h-recipe") || has_word(v, "hrecipe"))
				return 1;
		} else if (!strcmp(name, "itemtype") ||
			   !strcmp(name, "typeof")) {
			tail = strstr(v, "Recipe");
			if (tail && (tail == v || strchr("/:# ", tail[-1])) &&
				(!tail[6] || tail[6] == ' '))
				return 1;
		}
	}
	return 0;
}

static void gather(struct page *p, xmlNode *n)
{
	const char *name = (const char *)n->name, *v;

	switch (*name) {
	case 's':
		v = strcmp(name, "script") ? NULL : node_attr(n, "type");
		if (v && strcasestr(v, "ld+json"))
			list_add(p, &p->scripts, n);
		break;
	case 'm':
		if (!strcmp(name, "meta"))
			gather_meta(p, n);
		break;
	case 't':
		if (!strcmp(name, "title") && !p->title)
			p->title = one_line(p, n);
		break;
	case 'b':
		if (!strcmp(name, "base"))
			take(&p->base, page_link(p, node_attr(n, "href")));
		break;
	case 'l':
		v = strcmp(name, "link") ? NULL : node_attr(n, "rel");
		if (v && has_word(v, "canonical"))
			take(&p->canonical, node_attr(n, "href"));
		break;
	case 'h':
		if (!strcmp(name, "html"))
			take(&p->lang, node_attr(n, "lang"));
		else if (!strcmp(name, "h1") && p->n_h1 < ARRAY_LEN(p->h1) &&
			 (p->h1[p->n_h1] = one_line(p, n)))
			p->n_h1++;
		break;
	default:
		break;
	}
	if (n->properties && is_recipe_item(n))
		list_add(p, &p->items, n);
}

static void gather_all(struct page *p)
{
	xmlNode *n = xmlDocGetRootElement(p->doc), *root = n;

	while (n) {
		if (n->type == XML_ELEMENT_NODE) {
			gather(p, n);
			if (n->children) {
				n = n->children;
				continue;
			}
		}
		while (n != root && !n->next)
			n = n->parent;
		if (n == root)
			break;
		n = n->next;
	}
}

static int holds(const char *title, const char *words)
{
	struct sbuf a = SBUF_INIT(10000), b = SBUF_INIT(10000);
	int yes;

	if (!title)
		return 0;
	text_fold(title, strlen(title), &a);
	text_fold(words, strlen(words), &b);
	yes = strstr(a.buf, b.buf) != NULL;
	sbuf_release(&a);
	sbuf_release(&b);
	return yes;
}

int page_title_holds(const struct page *p, const char *words)
{
	return holds(p->og_title, words) || holds(p->title, words);
}

int page_is_titled(const struct page *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n_h1; i++)
		if (holds(p->h1[i], name))
			return 1;
	return page_title_holds(p, name);
}

static void silent(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

static void silent_error(void *ctx, xmlErrorPtr error)
{
	(void)ctx;
	(void)error;
}

int page_open(struct page *p, const char *html, size_t len, struct err *e)
{
	htmlParserCtxt *ctxt;
	int no_memory = 1;

	xmlSetGenericErrorFunc(NULL, silent);
	xmlSetStructuredErrorFunc(NULL, silent_error);
	if (len > INT32_MAX)
		return err_set(e, REASON_TOO_LARGE, "a page of %zu bytes", len);
	if (!attributes_bearable(html, len))
		return err_set(e, REASON_TOO_COMPLEX, "too many attributes");
	ctxt = htmlNewParserCtxt();
	if (ctxt) {
		p->doc = htmlCtxtReadMemory(ctxt, html, (int)len, NULL, "UTF-8",
			HTML_PARSE_RECOVER | HTML_PARSE_NONET |
				HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
				HTML_PARSE_COMPACT);
		/* a document cut off for want of memory looks whole */
		no_memory = ctxt->errNo == XML_ERR_NO_MEMORY;
		htmlFreeParserCtxt(ctxt);
	}
	if (no_memory)
		return err_set(e, REASON_TOO_COMPLEX, "no memory for the page");
	if (p->doc)
		gather_all(p);
	return 0;
}

void page_release(struct page *p)
{
	xmlFreeDoc(p->doc);
	p->doc = NULL;
}

const char *recipe_library(void)
{
	return xmlParserVersion;
}
