/*
 * Recipes marked up in the page's own elements: microdata, RDFa, and the
 * h-recipe and hrecipe classes. The three differ in the attribute that names
 * a property and in the names; the walk is one.
 */
#include "recipe/markup.h"
#include "recipe/quantity.h"

#define REFS_MAX 16

enum prop {
	PROP_NAME,
	PROP_INGREDIENT,
	PROP_INSTRUCTIONS,
	PROP_TOTAL,
	PROP_PREP,
	PROP_COOK,
	PROP_YIELD,
	PROP_AUTHOR,
	PROP_IMAGE,
	PROP_MAX,
	PROP_NONE = PROP_MAX
};

static const struct {
	const char *word;
	enum prop prop;
	int class; /* a class of h-recipe or hrecipe */
} words[] = {
	{ "name", PROP_NAME, 0 },
	{ "recipeIngredient", PROP_INGREDIENT, 0 },
	{ "ingredients", PROP_INGREDIENT, 0 },
	{ "ingredient", PROP_INGREDIENT, 0 },
	{ "recipeInstructions", PROP_INSTRUCTIONS, 0 },
	{ "instructions", PROP_INSTRUCTIONS, 0 },
	{ "totalTime", PROP_TOTAL, 0 },
	{ "prepTime", PROP_PREP, 0 },
	{ "cookTime", PROP_COOK, 0 },
	{ "recipeYield", PROP_YIELD, 0 },
	{ "yield", PROP_YIELD, 0 },
	{ "author", PROP_AUTHOR, 0 },
	{ "image", PROP_IMAGE, 0 },
	{ "p-name", PROP_NAME, 1 },
	{ "fn", PROP_NAME, 1 },
	{ "p-ingredient", PROP_INGREDIENT, 1 },
	{ "ingredient", PROP_INGREDIENT, 1 },
	{ "e-instructions", PROP_INSTRUCTIONS, 1 },
	{ "instructions", PROP_INSTRUCTIONS, 1 },
	{ "instruction", PROP_INSTRUCTIONS, 1 },
	{ "dt-duration", PROP_TOTAL, 1 },
	{ "duration", PROP_TOTAL, 1 },
	{ "preptime", PROP_PREP, 1 },
	{ "cooktime", PROP_COOK, 1 },
	{ "p-yield", PROP_YIELD, 1 },
	{ "yield", PROP_YIELD, 1 },
	{ "p-author", PROP_AUTHOR, 1 },
	{ "author", PROP_AUTHOR, 1 },
	{ "u-photo", PROP_IMAGE, 1 },
	{ "photo", PROP_IMAGE, 1 },
};

struct walk {
	struct page *page;
	struct draft *d;
	const char *attr; /* itemprop, property, class */
	int class;
	int prep, cook;
	int has_author_name;
};

/* The property's name without "schema:" or an address before it. */
static enum prop prop_of(const struct walk *w, const xmlNode *n)
{
	const char *list = node_attr(n, w->attr);
	size_t i, len;

	if (!list && *w->attr == 'p')
		list = node_attr(n, "rel"); /* RDFa */

	while (list && *list) {
		const char *word = list;

		while (*list && !strchr(" \t\r\n", *list))
			list++;
		len = (size_t)(list - word);
		while (*list && strchr(" \t\r\n", *list))
			list++;
		for (i = len; i > 0 && !w->class; i--) {
			if (word[i - 1] == ':' || word[i - 1] == '/') {
				word += i;
				len -= i;
				break;
			}
		}
		for (i = 0; i < ARRAY_LEN(words); i++)
			if (words[i].class == w->class &&
				strlen(words[i].word) == len &&
				text_ascii_prefix(word, len, words[i].word))
				return words[i].prop;
	}
	return PROP_NONE;
}

/* <span class="value-title" title="PT30M"> inside n */
static const char *value_title(const xmlNode *n)
{
	const xmlNode *c;
	const char *class;

	for (c = n->children; c; c = c->next) {
		class = node_attr(c, "class");
		if (class && strstr(class, "value-title"))
			return node_attr(c, "title");
	}
	return NULL;
}

/* Attributes that carry a value in place of the text. */
static const char *attr_value(const xmlNode *n, enum prop prop)
{
	const char *v = node_attr(n, "content");

	if (!v && (node_is(n, "time") || prop == PROP_TOTAL))
		v = node_attr(n, "datetime");
	if (!v && prop == PROP_TOTAL)
		v = value_title(n);
	if (!v && node_is(n, "abbr"))
		v = node_attr(n, "title");
	if (!v && node_is(n, "data"))
		v = node_attr(n, "value");
	return v;
}

/* The text of n, lines apart. */
static const char *lines_of(const struct walk *w, const xmlNode *n)
{
	struct sbuf text = SBUF_INIT(RECIPE_TEXT_MAX);
	const char *v = attr_value(n, PROP_NONE), *out;

	if (v)
		unhtml(v, strlen(v), &text);
	else
		node_text(n, &text);
	out = arena_strndup(w->page->mem, text.buf, text.len);
	sbuf_release(&text);
	return out;
}

static const char *one_line(
	const struct walk *w, const xmlNode *n, enum prop prop)
{
	const char *v = attr_value(n, prop);

	if (!v)
		v = lines_of(w, n);
	return draft_clean(w->page->mem, v, strlen(v), 1000);
}

static const char *image_of(const struct walk *w, const xmlNode *n)
{
	static const char *const attrs[] = { "content", "src", "data-src",
		"href", "srcset" };
	const char *v = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(attrs) && !v; i++) {
		v = node_attr(n, attrs[i]);
		if (v && !strncmp(v, "data:", 5))
			v = NULL;
	}
	return page_link(w->page, v);
}

static size_t count_lines(const char *s)
{
	size_t n = 0;

	while (*s) {
		size_t len = strcspn(s, "\n");

		n += strspn(s, " ") < len;
		s += len + (s[len] == '\n');
	}
	return n;
}

static void take_ingredient(struct walk *w, const xmlNode *n)
{
	const char *text = lines_of(w, n);
	struct lines *l = &w->d->ingredients;

	/* one element may hold a single line or the whole list */
	if (count_lines(text) >= 4)
		lines_add_items(l, w->page->mem, text, strlen(text));
	else
		lines_add_item(l, w->page->mem, text, strlen(text));
}

static void take_instructions(struct walk *w, const xmlNode *n)
{
	const char *text = lines_of(w, n);

	lines_add_steps(&w->d->instructions, w->page->mem, text, strlen(text));
}

static int minutes_of(const struct walk *w, const xmlNode *n)
{
	const char *v = one_line(w, n, PROP_TOTAL);

	return v ? duration_read(v, strlen(v)) : -1;
}

static void first(const char **field, const char *v)
{
	if (!*field)
		*field = v;
}

/* Returns 1 when the element's inside is used up. */
static int take(struct walk *w, const xmlNode *n, enum prop prop)
{
	switch (prop) {
	case PROP_NAME:
		first(&w->d->name, one_line(w, n, prop));
		return 1;
	case PROP_INGREDIENT:
		take_ingredient(w, n);
		return 1;
	case PROP_INSTRUCTIONS:
		take_instructions(w, n);
		return 1;
	case PROP_TOTAL:
		if (w->d->total_minutes <= 0)
			w->d->total_minutes = minutes_of(w, n);
		return 1;
	case PROP_PREP:
		if (w->prep <= 0)
			w->prep = minutes_of(w, n);
		return 1;
	case PROP_COOK:
		if (w->cook <= 0)
			w->cook = minutes_of(w, n);
		return 1;
	case PROP_YIELD:
		first(&w->d->yield, one_line(w, n, prop));
		return 1;
	case PROP_IMAGE:
		first(&w->d->image, image_of(w, n));
		return node_is(n, "img") || node_is(n, "meta");
	case PROP_AUTHOR:
		if (!node_attr(n, "itemscope") && !node_attr(n, "typeof"))
			first(&w->d->author, one_line(w, n, prop));
		return !node_attr(n, "itemscope") && !node_attr(n, "typeof");
	default:
		return 0;
	}
}

/* The name inside an author item. */
static const char *inner_name(const struct walk *w, const xmlNode *n)
{
	const xmlNode *c;

	for (c = n->children; c; c = c->next) {
		const char *s;

		if (c->type != XML_ELEMENT_NODE)
			continue;
		if (prop_of(w, c) == PROP_NAME)
			return one_line(w, c, PROP_NAME);
		if ((s = inner_name(w, c)))
			return s;
	}
	return NULL;
}

static int is_item(const struct walk *w, const xmlNode *n)
{
	const xmlAttr *a;

	for (a = w->class ? NULL : n->properties; a; a = a->next)
		if (!strcmp((const char *)a->name, "itemscope") ||
			!strcmp((const char *)a->name, "typeof"))
			return 1;
	return 0;
}

static void visit(struct walk *w, const xmlNode *n);

static void visit_one(struct walk *w, const xmlNode *c)
{
	enum prop prop = c->properties ? prop_of(w, c) : PROP_NONE;

	if (is_item(w, c)) {
		/* an item of its own: its properties are not ours */
		if (prop == PROP_AUTHOR)
			first(&w->d->author, inner_name(w, c));
		else if (prop == PROP_IMAGE)
			first(&w->d->image, image_of(w, c));
		else if (prop == PROP_INSTRUCTIONS)
			take_instructions(w, c);
		else if (prop == PROP_INGREDIENT)
			take_ingredient(w, c);
		else if (prop == PROP_NONE && !node_attr(c, w->attr))
			visit(w, c);
		return;
	}
	if (prop == PROP_NONE || !take(w, c, prop))
		visit(w, c);
}

static void visit(struct walk *w, const xmlNode *n)
{
	const xmlNode *c;

	for (c = n->children; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE)
			visit_one(w, c);
}

static const xmlNode *by_id(const xmlNode *n, const char *id, size_t len)
{
	const xmlNode *root = n;

	while (n) {
		const char *v = node_attr(n, "id");

		if (v && strlen(v) == len && !strncmp(v, id, len))
			return n;
		if (n->type == XML_ELEMENT_NODE && n->children) {
			n = n->children;
			continue;
		}
		while (n != root && !n->next)
			n = n->parent;
		n = n == root ? NULL : n->next;
	}
	return NULL;
}

/* itemref: properties that stand elsewhere on the page */
static void visit_refs(struct walk *w, const xmlNode *item)
{
	const char *refs = node_attr(item, "itemref");
	size_t n, count;

	for (count = 0; refs && *refs && count < REFS_MAX; count++) {
		const xmlNode *other;

		refs += strspn(refs, " \t\r\n");
		n = strcspn(refs, " \t\r\n");
		other = n ? by_id(xmlDocGetRootElement(w->page->doc), refs, n)
			  : NULL;
		if (other && other != item)
			visit_one(w, other);
		refs += n;
	}
}

static enum recipe_source source_of(const xmlNode *n, const char **attr)
{
	const char *type = node_attr(n, "itemtype");

	if (type && strstr(type, "Recipe")) {
		*attr = "itemprop";
		return RECIPE_MICRODATA;
	}
	type = node_attr(n, "typeof");
	if (type && strstr(type, "Recipe")) {
		*attr = "property";
		return RECIPE_RDFA;
	}
	*attr = "class";
	return RECIPE_H_RECIPE;
}

static void read_item(struct page *p, const xmlNode *n, struct draft *d,
	enum recipe_source *source)
{
	struct walk w = { .page = p, .d = d, .prep = -1, .cook = -1 };

	draft_init(d, p->mem);
	*source = source_of(n, &w.attr);
	w.class = *source == RECIPE_H_RECIPE;
	visit(&w, n);
	visit_refs(&w, n);
	if (d->total_minutes <= 0) {
		d->total_minutes =
			(w.prep > 0 ? w.prep : 0) + (w.cook > 0 ? w.cook : 0);
		if (!d->total_minutes)
			d->total_minutes = -1;
	}
}

int props_read(struct page *p, struct draft *d, enum recipe_source *source)
{
	size_t i, best = 0;
	int found = 0;

	for (i = 0; i < p->items.n && i < 64; i++) {
		struct draft one;
		enum recipe_source from;
		size_t worth;

		read_item(p, p->items.at[i], &one, &from);
		worth = one.ingredients.n * 2 + one.instructions.n +
			(one.name != NULL) +
			1000u * (p->items.n > 1 && one.ingredients.n &&
					one.name &&
					page_is_titled(p, one.name));
		if (found && worth <= best)
			continue;
		found = 1;
		best = worth;
		*d = one;
		*source = from;
	}
	return found;
}
