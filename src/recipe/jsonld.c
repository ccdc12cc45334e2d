/*
 * A recipe from JSON-LD. Every script of the page is read, mended when it has
 * to be; anything of type Recipe at any depth is a candidate: the page's own
 * wins, then the fullest. References ({"@id": …}) are looked up among all nodes
 * that carry more than their id.
 */
#include "recipe/jsonld.h"

#include "recipe/markup.h"
#include "recipe/quantity.h"

#define NODES_MAX 4000
#define VALUES_MAX 20000
#define DOCS_MAX 8	/* in one script */
#define CHOICES_MAX 200 /* recipes on one page that are compared */
#define LOOKS_MAX 200000

struct ids {
	json_object **at;
	size_t n, cap;
};

struct graph {
	struct page *page;
	json_object *nodes; /* by @id: the objects that say more than that */
	struct ids recipes; /* objects of type Recipe */
	struct ids mains;   /* what a page says it is about */
	struct ids docs;    /* owned */
	/* references may circle, and lists be of lists */
	size_t budget; /* ingredients and steps still to visit */
	size_t looks;  /* values still to look at for the other fields */
};

static void add(struct graph *g, struct ids *list, json_object *o)
{
	if (list->n >= NODES_MAX)
		return;
	list->at = arena_grow(
		g->page->mem, list->at, list->n, &list->cap, sizeof(*list->at));
	list->at[list->n++] = o;
}

/* A member under its short name or with schema.org before it. */
static json_object *get(json_object *o, const char *key)
{
	static const char *const prefixes[] = { "",
		"schema:", "http://schema.org/", "https://schema.org/" };
	char full[64];
	json_object *v;
	size_t i;

	if (!json_object_is_type(o, json_type_object))
		return NULL;
	for (i = 0; i < ARRAY_LEN(prefixes); i++) {
		(void)snprintf(full, sizeof(full), "%s%s", prefixes[i], key);
		if (json_object_object_get_ex(o, full, &v) && v)
			return v;
	}
	return NULL;
}

static int is_type_name(json_object *v, const char *name)
{
	const char *s, *tail;

	if (!json_object_is_type(v, json_type_string))
		return 0;
	s = json_object_get_string(v);
	tail = strrchr(s, '/');
	if (!tail)
		tail = strrchr(s, ':');
	return text_ascii_caseeq(tail ? tail + 1 : s, name);
}

static int is_type(json_object *o, const char *name)
{
	json_object *v;
	size_t i, n;

	if (!json_object_is_type(o, json_type_object) ||
		!json_object_object_get_ex(o, "@type", &v))
		return 0;
	if (!json_object_is_type(v, json_type_array))
		return is_type_name(v, name);
	n = json_object_array_length(v);
	for (i = 0; i < n; i++)
		if (is_type_name(json_object_array_get_idx(v, i), name))
			return 1;
	return 0;
}

static void visit(struct graph *g, json_object *o)
{
	size_t i, n;

	if (json_object_is_type(o, json_type_array)) {
		n = json_object_array_length(o);
		for (i = 0; i < n; i++)
			visit(g, json_object_array_get_idx(o, i));
	} else if (json_object_is_type(o, json_type_object)) {
		const char *id = json_str(o, "@id");

		if (id && json_object_object_length(o) > 1 &&
			!json_object_object_get_ex(g->nodes, id, NULL))
			json_object_object_add(
				g->nodes, id, json_object_get(o));
		if (is_type(o, "Recipe"))
			add(g, &g->recipes, o);
		json_object_object_foreach(o, key, v)
		{
			if (!strcmp(key, "mainEntity") &&
				json_object_is_type(v, json_type_object))
				add(g, &g->mains, v);
			visit(g, v);
		}
	}
}

/* Follow {"@id": …} to the node that says more; else o itself. */
static json_object *resolve(struct graph *g, json_object *o)
{
	const char *id = json_str(o, "@id");
	json_object *more;

	if (!id || json_object_object_length(o) > 1 ||
		!json_object_object_get_ex(g->nodes, id, &more))
		return o;
	return more;
}

/* ---- values ---- */

/* A character that was written as UTF-8, read as Latin-1 and written again:
 * its first code point is a lead byte, the next are trail bytes, and one of
 * those is a control character, which no text holds otherwise. Returns the
 * bytes it took. */
static size_t twice_encoded(const char *s, size_t len, char *out, size_t *n)
{
	int32_t cp;
	size_t i = text_next(s, len, &cp), want, k;
	int control = 0;

	if (!i || cp < 0xC2 || cp > 0xF4)
		return 0;
	want = cp < 0xE0 ? 2 : cp < 0xF0 ? 3 : 4;
	out[0] = (char)cp;
	for (k = 1; k < want; k++) {
		size_t step = text_next(s + i, len - i, &cp);

		if (!step || cp < 0x80 || cp > 0xBF)
			return 0;
		/* "Â" before a sign: "Â½" was "½" */
		control |= cp < 0xA0 || want == 2 * (out[0] == (char)0xC2);
		out[k] = (char)cp;
		i += step;
	}
	*n = want;
	return control && text_valid(out, want) ? i : 0;
}

static void mend_encoding(struct sbuf *text)
{
	struct sbuf out = SBUF_INIT(2 * RECIPE_HTML_MAX);
	char one[4];
	size_t i = 0, n, took;

	/* U+0080-009F begin with this byte */
	if (!memchr(text->buf, 0xC2, text->len))
		return;
	while (i < text->len) {
		took = twice_encoded(text->buf + i, text->len - i, one, &n);
		if (took)
			sbuf_add(&out, one, n);
		else
			sbuf_addch(&out, text->buf[i++]);
		i += took;
	}
	sbuf_reset(text);
	sbuf_add(text, out.buf, out.len);
	sbuf_release(&out);
}

/* Plain text of a string or number; NULL for anything else. */
static const char *plain(struct graph *g, json_object *v, int lines)
{
	struct sbuf out = SBUF_INIT(2 * RECIPE_HTML_MAX);
	const char *s = NULL;
	size_t i;

	if (!v || json_object_is_type(v, json_type_object) ||
		json_object_is_type(v, json_type_array) ||
		json_object_is_type(v, json_type_boolean))
		return NULL;
	s = json_object_get_string(v);
	unhtml(s, strlen(s), &out);
	mend_encoding(&out);
	for (i = 0; i < out.len; i++)
		if (ascii_is_control(out.buf[i]) && out.buf[i] != '\n' &&
			out.buf[i] != '\r')
			out.buf[i] = ' ';
	s = lines ? arena_strndup(g->page->mem, out.buf, out.len)
		  : draft_clean(
			    g->page->mem, out.buf, out.len, RECIPE_LINE_MAX);
	sbuf_release(&out);
	return s;
}

/* The text of a value that may be an object or a list: the first that has
 * one under `key`. */
static const char *value(
	struct graph *g, json_object *v, const char *key, int depth)
{
	size_t i, n;

	if (!v || !g->looks)
		return NULL;
	g->looks--;
	if (depth > 4)
		return NULL;
	if (json_object_is_type(v, json_type_array)) {
		n = json_object_array_length(v);
		for (i = 0; i < n; i++) {
			const char *s = value(g,
				json_object_array_get_idx(v, i), key,
				depth + 1);

			if (s)
				return s;
		}
		return NULL;
	}
	if (json_object_is_type(v, json_type_object)) {
		const char *s;

		v = resolve(g, v);
		s = value(g, get(v, key), key, depth + 1);
		return s ? s : value(g, get(v, "@value"), key, depth + 1);
	}
	return plain(g, v, 0);
}

static const char *text_of(struct graph *g, json_object *o, const char *member)
{
	return value(g, get(o, member), "name", 0);
}

/* {"0": …, "1": …}: a list whose numbers were kept. */
static int is_numbered(json_object *o)
{
	json_object_object_foreach(o, key, v)
	{
		(void)v;
		if (!*key || key[strspn(key, "0123456789")])
			return 0;
	}
	return json_object_object_length(o) > 0;
}

/* ---- ingredients ---- */

/* {"amount": "2", "unitText": "cups", "name": "flour"} and the like */
static const char *ingredient_object(struct graph *g, json_object *o)
{
	static const char *const keys[] = { "amount", "quantity", "value",
		"unitText", "unit", "unitCode" };
	const char *name = text_of(g, o, "name"), *s;
	struct sbuf out = SBUF_INIT(RECIPE_LINE_MAX);
	size_t i;

	if (!name)
		name = text_of(g, o, "text");
	if (!name)
		name = text_of(g, o, "ingredient");
	if (!name)
		name = text_of(g, o, "@value");
	for (i = 0; i < ARRAY_LEN(keys); i++) {
		s = value(g, get(o, keys[i]), "value", 0);
		if (!s || (name && strstr(name, s)))
			continue;
		sbuf_addf(&out, "%s ", s);
	}
	if (name)
		sbuf_addstr(&out, name);
	s = out.len ? arena_strndup(g->page->mem, out.buf, out.len) : NULL;
	sbuf_release(&out);
	return s;
}

/* Does the piece of a list start an ingredient, or say more of the one before
 * it ("250 g beef, in cubes")? */
static int starts_ingredient(struct graph *g, const char *s)
{
	size_t len = strcspn(s, ",");
	struct match m;
	double lo, hi;

	return quantity_read(s, len, &lo, &hi) || (*s >= 'A' && *s <= 'Z') ||
	       (knowledge_match(g->page->k, MATCH_FOOD, s, len, &m, 1) &&
		       m.start == 0);
}

/* One string that holds the whole list: a line each, else by commas. */
static void ingredient_string(
	struct graph *g, struct lines *l, const char *s, int alone)
{
	size_t len = strlen(s), i, start = 0, depth = 0;

	if (strchr(s, '\n') || !alone || len < 40 || !strstr(s, ", ")) {
		lines_add_items(l, g->page->mem, s, len);
		return;
	}
	for (i = 0; i <= len; i++) {
		depth += i < len && s[i] == '(';
		depth -= i < len && s[i] == ')' && depth;
		if (i < len && (s[i] != ',' || s[i + 1] != ' ' || depth ||
				       !starts_ingredient(g, s + i + 2)))
			continue;
		lines_add_item(l, g->page->mem, s + start, i - start);
		start = i + 1;
	}
}

static void ingredients(
	struct graph *g, struct lines *l, json_object *v, int alone, int depth)
{
	const char *s;
	size_t i, n;

	if (!v || !g->budget)
		return;
	g->budget--;
	if (depth > 6)
		return;
	if (json_object_is_type(v, json_type_array)) {
		n = json_object_array_length(v);
		for (i = 0; i < n; i++)
			ingredients(g, l, json_object_array_get_idx(v, i),
				alone && n == 1, depth + 1);
	} else if (json_object_is_type(v, json_type_object)) {
		json_object *items;

		v = resolve(g, v);
		if (is_numbered(v)) {
			json_object_object_foreach(v, key, one)
			{
				(void)key;
				ingredients(g, l, one, 0, depth + 1);
			}
			return;
		}
		items = get(v, "itemListElement");
		if (!items)
			items = get(v, "@list");
		if (!items)
			items = get(v, "ingredients");
		if (items) {
			ingredients(g, l, items, 0, depth + 1);
			return;
		}
		s = ingredient_object(g, v);
		if (s)
			lines_add_item(l, g->page->mem, s, strlen(s));
	} else if ((s = plain(g, v, 1))) {
		ingredient_string(g, l, s, alone);
	}
}

/* ---- instructions ---- */

static int begins_with(const char *text, const char *name)
{
	size_t n = strlen(name);

	while (n && strchr(".… ", name[n - 1]))
		n--;
	return !strncmp(text, name, n);
}

static void steps(struct graph *g, struct lines *l, json_object *v, int depth);

static void step_object(
	struct graph *g, struct lines *l, json_object *o, int depth)
{
	static const char *const lists[] = { "itemListElement", "steps", "step",
		"@list", "recipeInstructions" };
	const char *name = text_of(g, o, "name");
	const char *text = plain(g, get(o, "text"), 1);
	json_object *items = NULL;
	size_t i;

	if (is_numbered(o)) {
		json_object_object_foreach(o, key, one)
		{
			(void)key;
			steps(g, l, one, depth + 1);
		}
		return;
	}
	for (i = 0; i < ARRAY_LEN(lists) && !items; i++)
		items = get(o, lists[i]);
	if (!text)
		text = plain(g, get(o, "@value"), 1);
	if (!text && !items)
		text = plain(g, get(o, "description"), 1);
	if (name && !(text && begins_with(text, name)))
		lines_add_step(l, g->page->mem, name, strlen(name));
	if (text)
		lines_add_steps(l, g->page->mem, text, strlen(text));
	if (items)
		steps(g, l, items, depth + 1);
}

static void steps(struct graph *g, struct lines *l, json_object *v, int depth)
{
	const char *s;
	size_t i, n;

	if (!v || !g->budget)
		return;
	g->budget--;
	if (depth > 8)
		return;
	if (json_object_is_type(v, json_type_array)) {
		n = json_object_array_length(v);
		for (i = 0; i < n; i++)
			steps(g, l, json_object_array_get_idx(v, i), depth + 1);
	} else if (json_object_is_type(v, json_type_object)) {
		step_object(g, l, resolve(g, v), depth);
	} else if ((s = plain(g, v, 1))) {
		lines_add_steps(l, g->page->mem, s, strlen(s));
	}
}

/* ---- the rest ---- */

static int minutes(struct graph *g, json_object *o, const char *member)
{
	json_object *v = get(o, member);
	const char *s;

	if (json_object_is_type(v, json_type_object)) {
		s = value(g, get(v, "maxValue"), "value", 0);
		if (!s)
			s = value(g, v, "value", 0);
		if (!s)
			s = value(g, v, "name", 0);
	} else {
		s = value(g, v, "maxValue", 0);
	}
	return s ? duration_read(s, strlen(s)) : -1;
}

static int total_minutes(struct graph *g, json_object *o)
{
	int total = minutes(g, o, "totalTime");
	int prep, cook;

	if (total > 0)
		return total;
	prep = minutes(g, o, "prepTime");
	cook = minutes(g, o, "cookTime");
	if (cook <= 0)
		cook = minutes(g, o, "performTime");
	total = (prep > 0 ? prep : 0) + (cook > 0 ? cook : 0);
	return total > 0 ? total : -1;
}

/* Of ["4", "4 servings"] the one that says more; a number alone gets its
 * noun. */
static const char *yield(struct graph *g, json_object *o)
{
	json_object *v = get(o, "recipeYield");
	const char *best = NULL, *s;
	size_t i, n;
	double number;

	if (!v)
		v = get(o, "yield");
	n = json_object_is_type(v, json_type_array)
		    ? json_object_array_length(v)
		    : 1;
	for (i = 0; i < n; i++) {
		json_object *one = json_object_is_type(v, json_type_array)
					   ? json_object_array_get_idx(v, i)
					   : v;
		const char *unit = value(g, get(one, "unitText"), "name", 0);

		s = value(g, one, "value", 0);
		if (!s)
			s = value(g, one, "name", 0);
		if (s && unit)
			s = arena_printf(g->page->mem, "%s %s", s, unit);
		if (!s || !strpbrk(s, "0123456789")) {
			best = best ? best : s;
			continue;
		}
		if (!best || !strpbrk(best, "0123456789") ||
			strlen(s) > strlen(best))
			best = s;
	}
	if (best &&
		quantity_number(best, strlen(best), &number) == strlen(best))
		best = arena_printf(g->page->mem, "%s %s", best,
			number == 1 ? "serving" : "servings");
	return best;
}

static const char *image(struct graph *g, json_object *v, int depth)
{
	static const char *const keys[] = { "url", "contentUrl", "@id",
		"thumbnailUrl", "image", "@value" };
	const char *s;
	size_t i, n;

	if (!v || !g->looks)
		return NULL;
	g->looks--;
	if (depth > 4)
		return NULL;
	if (json_object_is_type(v, json_type_array)) {
		n = json_object_array_length(v);
		for (i = 0; i < n; i++)
			if ((s = image(g, json_object_array_get_idx(v, i),
				     depth + 1)))
				return s;
		return NULL;
	}
	if (json_object_is_type(v, json_type_object)) {
		v = resolve(g, v);
		for (i = 0; i < ARRAY_LEN(keys); i++)
			if ((s = image(g, get(v, keys[i]), depth + 1)))
				return s;
		return NULL;
	}
	return page_link(g->page, plain(g, v, 0));
}

static const char *author(struct graph *g, json_object *o)
{
	const char *s = text_of(g, o, "author");

	if (!s)
		s = text_of(g, o, "creator");
	/* an address or an id is nobody's name */
	if (s && (strstr(s, "://") || *s == '#'))
		return NULL;
	return s;
}

/* ---- which of several ---- */

static size_t lines_in(json_object *v)
{
	if (json_object_is_type(v, json_type_array))
		return json_object_array_length(v);
	return v != NULL;
}

/* Addresses without scheme, www, query, fragment and slash at the end. */
static size_t bare_address(const char **s)
{
	const char *at = strstr(*s, "://");
	size_t n;

	if (at)
		*s = at + 3;
	if (text_ascii_prefix(*s, strlen(*s), "www."))
		*s += 4;
	n = strcspn(*s, "?#");
	while (n && (*s)[n - 1] == '/')
		n--;
	return n;
}

static int same_address(const char *a, const char *b)
{
	size_t n, m;

	if (!a || !b || !*a || *a == '#')
		return 0;
	n = bare_address(&a);
	m = bare_address(&b);
	return n && n == m && !strncmp(a, b, n);
}

/* Does it say that this page is about it? */
static int is_of_page(struct graph *g, json_object *o)
{
	static const char *const keys[] = { "mainEntityOfPage", "url", "@id" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++) {
		json_object *v = get(o, keys[i]);
		const char *s = json_object_is_type(v, json_type_object)
					? json_str(v, "@id")
					: value(g, v, "@id", 0);

		if (same_address(s, g->page->canonical) ||
			same_address(s, g->page->url))
			return 1;
	}
	return 0;
}

static int is_main(struct graph *g, json_object *o)
{
	const char *id = json_str(o, "@id"), *other;
	size_t i;

	for (i = 0; i < g->mains.n; i++) {
		other = json_str(g->mains.at[i], "@id");
		if (g->mains.at[i] == o || (id && other && !strcmp(id, other)))
			return 1;
	}
	return 0;
}

/* The recipe of the page itself comes before one that it only mentions, but
 * one without ingredients before none. */
static size_t worth(struct graph *g, json_object *o)
{
	json_object *v = get(o, "recipeIngredient");
	size_t foods = lines_in(v ? v : get(o, "ingredients")), n;
	const char *name;

	v = get(o, "recipeInstructions");
	n = lines_in(v);
	n = (foods > 90 ? 90 : foods) + (n > 9 ? 9 : n) +
	    (get(o, "name") != NULL) + (get(o, "recipeYield") != NULL) +
	    4u * (v != NULL);
	if (g->recipes.n == 1)
		return n;
	name = text_of(g, o, "name");
	return n + 4000u * (foods > 0) + 2000u * (unsigned)is_main(g, o) +
	       1000u * (unsigned)is_of_page(g, o) +
	       500u * (name && page_is_titled(g->page, name));
}

static void read_one(struct graph *g, json_object *o, struct draft *d)
{
	json_object *v = get(o, "recipeIngredient");

	if (!v)
		v = get(o, "ingredients");
	if (!v)
		v = get(o, "ingredient");
	ingredients(g, &d->ingredients, v, 1, 0);
	v = get(o, "recipeInstructions");
	if (!v)
		v = get(o, "instructions");
	if (!v)
		v = get(o, "step");
	steps(g, &d->instructions, v, 0);
	d->name = text_of(g, o, "name");
	if (!d->name)
		d->name = text_of(g, o, "headline");
	d->total_minutes = total_minutes(g, o);
	d->yield = yield(g, o);
	d->author = author(g, o);
	d->image = image(g, get(o, "image"), 0);
	d->language = language_code(
		g->page->mem, value(g, get(o, "inLanguage"), "name", 0));
}

static void take_doc(struct graph *g, json_object *o)
{
	if (!o)
		return;
	add(g, &g->docs, o);
	visit(g, o);
}

/* One script: as it stands, else mended, one document after the other. */
static void read_script(struct graph *g, const char *s, size_t len)
{
	struct sbuf text = SBUF_INIT(2 * RECIPE_HTML_MAX);
	struct sbuf plain_text = SBUF_INIT(2 * RECIPE_HTML_MAX);
	struct err e = ERR_INIT;
	json_object *o = json_read(s, len, &e);
	size_t docs;

	if (o) {
		take_doc(g, o);
		return;
	}
	if (!memchr(s, '"', len) && memmem(s, len, "&quot;", 6)) {
		unhtml(s, len, &plain_text);
		s = plain_text.buf;
		len = plain_text.len;
	}
	for (docs = 0; len && docs < DOCS_MAX; docs++) {
		size_t n;

		sbuf_reset(&text);
		n = json_mend(s, len, &text);
		if (text.len)
			take_doc(g, json_read(text.buf, text.len, &e));
		s += n;
		len -= n;
	}
	sbuf_release(&text);
	sbuf_release(&plain_text);
}

static void read_scripts(struct graph *g)
{
	struct sbuf text = SBUF_INIT(2 * RECIPE_HTML_MAX);
	size_t i;

	for (i = 0; i < g->page->scripts.n; i++) {
		const xmlNode *n = g->page->scripts.at[i]->children;

		sbuf_reset(&text);
		for (; n; n = n->next)
			if (n->content)
				sbuf_addstr(&text, (const char *)n->content);
		read_script(g, text.buf, text.len);
	}
	sbuf_release(&text);
}

int jsonld_read(struct page *p, struct draft *d)
{
	struct graph g = {
		.page = p, .budget = VALUES_MAX, .looks = LOOKS_MAX
	};
	json_object *best = NULL;
	size_t i, most = 0;

	g.nodes = json_object_new_object();
	read_scripts(&g);
	for (i = 0; i < g.recipes.n && i < CHOICES_MAX; i++) {
		size_t n = worth(&g, g.recipes.at[i]);

		if (!best || n > most) {
			best = g.recipes.at[i];
			most = n;
		}
	}
	if (best)
		read_one(&g, best, d);
	json_object_put(g.nodes);
	for (i = 0; i < g.docs.n; i++)
		json_object_put(g.docs.at[i]);
	return best != NULL;
}
