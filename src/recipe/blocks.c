#include "recipe/blocks.h"

#define BLOCKS_MAX 20000
#define ITEM_MAX 1500 /* bytes of a list item that stays one line */
#define ROW_MAX 200   /* the same of a table row or a repeated element */
#define PAIR_MAX 100  /* the same of a term with its description */
#define PAIRS_MAX 200

struct around {
	const xmlNode *item, *list, *root;
	enum zone zone;
	int level, junk, strong;
};

struct flat {
	struct page *page;
	struct blocks *out;
	struct sbuf text; /* of the line being read */
	size_t strong;	  /* bytes of it that are bold */
	struct around first;
};

/* ---- what names say ---- */

/* Parts of class names and ids, as sites of many languages spell them. */
static const char *const ingredient_stems[] = { "ingredi", "zutat", "skladnik",
	"malzeme", "hozzavalo", "surovin", "zairyo", "material-l", NULL };
static const char *const method_stems[] = { "instruction", "direction",
	"method", "preparation", "zubereitung", "procedure", "procedimento",
	"preparazione", "elaboracion", "preparo", "recipe-step", "recipe_step",
	"recipestep", "steps", "tillagning", "fremgang", "framgang",
	"bereiding", "etape", "anleitung", "how-to", NULL };
static const char *const junk_stems[] = { "comment", "sidebar", "related",
	"footer", "navbar", "navigation", "main-menu", "share", "social",
	"newsletter", "breadcrumb", "cookie", "recommend", "carousel", "advert",
	"promo", "popup", "modal", "reviews", "mega", "respond", "subscribe",
	"teaser", NULL };

static int contains(const char *s, const char *const *stems)
{
	for (; *stems; stems++)
		if (strcasestr(s, *stems))
			return 1;
	return 0;
}

static int is_frame(const xmlNode *n)
{
	return node_is(n, "html") || node_is(n, "body") || node_is(n, "main") ||
	       node_is(n, "article") || node_is(n, "form");
}

static void look_around(const xmlNode *n, struct around *a)
{
	static const char *const attrs[] = { "class", "id" };
	enum zone zone = ZONE_NONE;
	size_t i;

	if (node_is(n, "nav") || node_is(n, "footer"))
		a->junk = 1;
	if (is_frame(n))
		return;
	for (i = 0; i < ARRAY_LEN(attrs); i++) {
		const char *v = node_attr(n, attrs[i]);

		if (!v || strlen(v) > 1000)
			continue;
		if (contains(v, ingredient_stems))
			zone = ZONE_INGREDIENTS;
		else if (contains(v, method_stems))
			zone = ZONE_METHOD;
		else if (contains(v, junk_stems))
			a->junk = 1;
	}
	if (zone != ZONE_NONE && zone != a->zone) {
		a->zone = zone;
		a->root = n;
	}
}

/* ---- lines ---- */

static void flush(struct flat *f)
{
	struct blocks *out = f->out;
	const char *clean = NULL;
	struct block *b;

	if (f->text.len && out->n < BLOCKS_MAX)
		clean = draft_clean(f->page->mem, f->text.buf, f->text.len,
			RECIPE_LINE_MAX);
	if (clean) {
		out->at = arena_grow(f->page->mem, out->at, out->n, &out->cap,
			sizeof(*out->at));
		b = &out->at[out->n++];
		memset(b, 0, sizeof(*b));
		b->s = clean;
		b->len = strlen(clean);
		b->item = f->first.item;
		b->list = f->first.list;
		b->root = f->first.root;
		b->zone = f->first.zone;
		b->level = f->first.level;
		b->junk = f->first.junk;
		b->strong = f->strong * 10 >= f->text.len * 9;
	}
	sbuf_reset(&f->text);
	f->text.full = 0;
	f->strong = 0;
}

static void add_text(struct flat *f, const char *s, const struct around *a)
{
	size_t len = strlen(s), i;

	for (i = 0; i < len && strchr(" \t\r\n\f", s[i]); i++)
		;
	if (i == len) {
		if (f->text.len)
			sbuf_addch(&f->text, ' ');
		return;
	}
	if (!f->text.len)
		f->first = *a;
	if (a->strong)
		f->strong += len;
	sbuf_add(&f->text, s, len);
}

/* Does the element hold others that must stay lines of their own? */
static int has_parts(const xmlNode *n, int depth)
{
	static const char *const parts[] = { "li", "tr", "h1", "h2", "h3", "h4",
		"h5", "h6", "table", NULL };
	const xmlNode *c;
	size_t i;

	if (depth > 40)
		return 1;
	for (c = n->children; c; c = c->next) {
		if (c->type != XML_ELEMENT_NODE)
			continue;
		for (i = 0; parts[i]; i++)
			if (node_is(c, parts[i]))
				return 1;
		if (has_parts(c, depth + 1))
			return 1;
	}
	return 0;
}

static int same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* One of several alike: <div class="ingredient-row"> … */
static int is_repeated(const xmlNode *n)
{
	const char *class = node_attr(n, "class");
	const xmlNode *c;

	for (c = n->prev; c; c = c->prev)
		if (c->type == XML_ELEMENT_NODE)
			break;
	if (c && same(class, node_attr(c, "class")))
		return 1;
	for (c = n->next; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE)
			break;
	return c && same(class, node_attr(c, "class"));
}

/* A row of headings, or one whose only cell holds several lines: no line of a
 * list. */
static int is_frame_row(const xmlNode *n, const struct sbuf *text)
{
	const xmlNode *c;
	size_t cells = 0, heads = 0;

	for (c = n->children; c; c = c->next) {
		heads += node_is(c, "th") != 0;
		cells += node_is(c, "th") || node_is(c, "td");
	}
	return heads == cells ||
	       (cells == 1 && memchr(text->buf, '\n', text->len));
}

/* An element whose whole text is one line, whatever is inside. */
static int is_item(const xmlNode *n, const struct around *a)
{
	struct sbuf text = SBUF_INIT(ITEM_MAX + 1);
	size_t most;
	size_t i;

	if (node_is(n, "li"))
		most = ITEM_MAX;
	else if (node_is(n, "tr") ||
		 (a->zone == ZONE_INGREDIENTS && node_is_block(n) &&
			 is_repeated(n)))
		most = ROW_MAX;
	else
		return 0;
	if (has_parts(n, 0))
		return 0;
	node_text(n, &text);
	i = text.len;
	if (node_is(n, "tr") && is_frame_row(n, &text))
		i = 0;
	sbuf_release(&text);
	return i > 0 && i <= most;
}

static void walk(struct flat *f, const xmlNode *n, struct around a);

static void walk_inside(
	struct flat *f, const xmlNode *n, const struct around *a)
{
	const xmlNode *c;

	for (c = n->children; c; c = c->next)
		walk(f, c, *a);
}

static void read_item(struct flat *f, const xmlNode *n, struct around *a)
{
	struct sbuf text = SBUF_INIT(2 * ITEM_MAX);

	flush(f);
	a->item = n;
	a->list = n->parent;
	node_text(n, &text);
	add_text(f, text.buf, a);
	flush(f);
	sbuf_release(&text);
}

static const xmlNode *next_element(const xmlNode *n)
{
	while (n && n->type != XML_ELEMENT_NODE)
		n = n->next;
	return n;
}

/* Does the dl list pairs: one dd for each of two dt or more? Then each pair is
 * a line: <dt>Flour<dd>200 g. */
static int lists_pairs(const xmlNode *dl)
{
	const xmlNode *dt, *dd;
	size_t pairs = 0;

	for (dt = next_element(dl->children); dt; dt = next_element(dd->next)) {
		dd = next_element(dt->next);
		if (!node_is(dt, "dt") || !dd || !node_is(dd, "dd") ||
			++pairs > PAIRS_MAX)
			return 0;
	}
	return pairs > 1;
}

/* The pairs of such a list; those too long for a line are read as they
 * stand. Returns 0 when it is no list of pairs. */
static int read_pairs(struct flat *f, const xmlNode *dl, struct around a)
{
	const xmlNode *dt, *dd;

	if (!lists_pairs(dl))
		return 0;
	flush(f);
	for (dt = next_element(dl->children); dt; dt = next_element(dd->next)) {
		struct sbuf text = SBUF_INIT(ROW_MAX + 1);
		size_t term;

		dd = next_element(dt->next);
		node_text(dt, &text);
		term = text.len;
		sbuf_addch(&text, ' ');
		node_text(dd, &text);
		a.item = dt;
		a.list = dl;
		if (text.len <= PAIR_MAX && term < text.len) {
			size_t i;

			for (i = 0; i < text.len; i++)
				if (text.buf[i] == '\n')
					text.buf[i] = ' ';
			add_text(f, text.buf, &a);
			flush(f);
		} else {
			walk(f, dt, a);
			walk(f, dd, a);
		}
		sbuf_release(&text);
	}
	return 1;
}

static void walk(struct flat *f, const xmlNode *n, struct around a)
{
	const char *name = (const char *)n->name;
	int block;

	if (node_is_hidden(n) || f->out->n >= BLOCKS_MAX)
		return;
	if (n->type != XML_ELEMENT_NODE) {
		if (n->content)
			add_text(f, (const char *)n->content, &a);
		return;
	}
	look_around(n, &a);
	if (is_item(n, &a)) {
		read_item(f, n, &a);
		return;
	}
	if (node_is(n, "dl") && read_pairs(f, n, a))
		return;
	block = node_is_block(n);
	if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6' && !name[2])
		a.level = name[1] - '0';
	if (!strcmp(name, "b") || !strcmp(name, "strong") ||
		!strcmp(name, "th"))
		a.strong = 1;
	if (!strcmp(name, "li")) {
		a.item = n;
		a.list = n->parent;
	}
	if (block)
		flush(f);
	else if (f->text.len && (name[0] == 't'))
		sbuf_addch(&f->text, ' ');
	walk_inside(f, n, &a);
	if (block)
		flush(f);
}

void blocks_read(struct page *p, struct blocks *out)
{
	struct flat f = { .page = p, .out = out };
	struct around none = { 0 };
	const xmlNode *root = xmlDocGetRootElement(p->doc);

	memset(out, 0, sizeof(*out));
	sbuf_init(&f.text, RECIPE_LINE_MAX * 4);
	if (root)
		walk(&f, root, none);
	flush(&f);
	sbuf_release(&f.text);
}

enum line_class block_class(
	const struct knowledge *k, struct arena *mem, struct block *b)
{
	if (!b->classified)
		b->class = line_classify(k, mem, b->s, b->len);
	b->classified = 1;
	return b->class;
}

const struct heading *block_heading(const struct knowledge *k, struct block *b)
{
	if (!b->headed) {
		b->head.kind = HEADING_NONE;
		b->head.rest = b->len;
		if (b->len <= 100)
			(void)line_heading(k, b->s, b->len, &b->head);
	}
	b->headed = 1;
	return &b->head;
}
