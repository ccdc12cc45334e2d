/*
 * A page becomes a recipe. Markup meant for machines is believed first; what
 * it leaves out is read from the page as a person would.
 */
#include "recipe/html.h"

#include "recipe/markup.h"
#include "recipe/quantity.h"

static void fill(const char **field, const char *v)
{
	if (!*field && v && *v)
		*field = v;
}

/* Take from `more` what `d` lacks. */
static void merge(struct draft *d, const struct draft *more)
{
	fill(&d->name, more->name);
	fill(&d->yield, more->yield);
	fill(&d->author, more->author);
	fill(&d->image, more->image);
	fill(&d->language, more->language);
	if (!d->ingredients.n)
		d->ingredients = more->ingredients;
	if (!d->instructions.n)
		d->instructions = more->instructions;
	if (d->total_minutes <= 0)
		d->total_minutes = more->total_minutes;
}

/* A title without the name of the site: the part before " | ", " - "; and
 * without a namespace ("Cookbook:Pumpkin Pie"). */
static const char *bare_title(struct page *p, const char *s)
{
	static const char *const signs[] = { " | ", " - ", " – ", " — ", " • ",
		" · ", " :: ", NULL };
	size_t i, cut = strlen(s), word = 0;

	while (text_is_letter((unsigned char)s[word]))
		word++;
	if (word && s[word] == ':' && s[word + 1] && s[word + 1] != ' ') {
		s += word + 1;
		cut = strlen(s);
	}
	for (i = 0; signs[i]; i++) {
		const char *at = strstr(s, signs[i]);

		if (at && at > s && (size_t)(at - s) < cut)
			cut = (size_t)(at - s);
	}
	return arena_strndup(p->mem, s, cut);
}

/* What the page calls itself: the main heading that its title repeats (the
 * longest: the name of the site may be another), else the title; a page
 * without a title has only headings. */
static const char *page_name(struct page *p)
{
	const char *title = p->og_title ? p->og_title : p->title;
	const char *best = NULL;
	size_t i;

	for (i = 0; i < p->n_h1; i++) {
		if (page_title_holds(p, p->h1[i]))
			if (!best || strlen(p->h1[i]) > strlen(best))
				best = p->h1[i];
	}
	if (best)
		return bare_title(p, best);
	if (title)
		return bare_title(p, title);
	return p->n_h1 ? p->h1[0] : NULL;
}

/* What the page says of itself, for what no reader found. */
static void fill_from_head(struct page *p, struct draft *d)
{
	fill(&d->name, page_name(p));
	fill(&d->author, p->meta_author);
	fill(&d->image, page_link(p, p->og_image));
	fill(&d->language, language_code(p->mem, p->lang));
	fill(&d->url, p->url);
	fill(&d->url, page_link(p, p->canonical));
}

static size_t with_amounts(const struct lines *l)
{
	size_t i, n = 0;
	double lo, hi;

	for (i = 0; i < l->n; i++)
		n += quantity_read(l->at[i], strlen(l->at[i]), &lo, &hi) > 0;
	return n;
}

/* The last word of a line, which is where a food stands most often. */
static const char *last_word(const char *line)
{
	const char *at = strrchr(line, ' ');

	return at ? at + 1 : line;
}

/* Markup that names the foods and leaves out how much of each: the list that
 * people see is the better one when it has the amounts and the same foods. */
static int tells_more(const struct lines *seen, const struct lines *marked)
{
	size_t i, k, same = 0;

	if (with_amounts(marked) * 2 > marked->n ||
		with_amounts(seen) * 10 < seen->n * 6 ||
		seen->n * 2 < marked->n || seen->n > marked->n * 2)
		return 0;
	for (i = 0; i < marked->n; i++) {
		for (k = 0; k < seen->n; k++) {
			if (strcasestr(seen->at[k], last_word(marked->at[i]))) {
				same++;
				break;
			}
		}
	}
	return same * 10 >= marked->n * 6;
}

/* Every reader in its turn; 1 when a recipe was found. */
static int read_all(struct page *p, struct draft *d, enum recipe_source *from)
{
	struct draft more;
	enum recipe_source source;
	int marked, found = 0;

	*from = RECIPE_JSON_LD;
	marked = jsonld_read(p, d);
	found = d->ingredients.n > 0;
	if ((!d->ingredients.n || !d->instructions.n) && p->items.n) {
		draft_init(&more, p->mem);
		if (props_read(p, &more, &source)) {
			if (!d->ingredients.n)
				*from = source;
			merge(d, &more);
			marked = 1;
			found = d->ingredients.n > 0;
		}
	}
	if (!d->ingredients.n || !d->instructions.n ||
		with_amounts(&d->ingredients) * 2 < d->ingredients.n) {
		draft_init(&more, p->mem);
		if (page_read(p, &more)) {
			if (!d->ingredients.n)
				*from = RECIPE_PAGE;
			else if (tells_more(&more.ingredients, &d->ingredients))
				d->ingredients = more.ingredients;
			merge(d, &more);
			found |= d->ingredients.n > 0;
		}
	}
	return found || (marked && d->instructions.n);
}

/* Does any of these eight bytes look like a control character? */
static int may_control(const char *s)
{
	const uint64_t ones = 0x0101010101010101u, high = ones * 0x80;
	uint64_t v;

	memcpy(&v, s, 8);
	return ((v - ones * 0x20) & ~v & high) != 0;
}

/* The parser would drop such a byte and join the words on both sides. */
static void blank_controls(struct sbuf *text)
{
	size_t i = 0;

	while (i < text->len) {
		char c = text->buf[i];

		if (i + 8 <= text->len && !may_control(text->buf + i)) {
			i += 8;
			continue;
		}
		if ((unsigned char)c < ' ' && c != '\n' && c != '\t' &&
			c != '\r' && c != '\f')
			text->buf[i] = ' ';
		i++;
	}
}

int recipe_from_page(const struct knowledge *k, const char *html, size_t len,
	struct charset *cs, const char *url, struct arena *mem,
	struct recipe *r, struct err *e)
{
	struct sbuf text = SBUF_INIT(4 * RECIPE_HTML_MAX);
	struct page p = { .k = k, .mem = mem, .url = url };
	struct draft d;
	enum recipe_source source;
	int rc = -1;

	draft_init(&d, mem);
	charset_convert(cs, html, len, &text);
	blank_controls(&text);
	if (page_open(&p, text.buf, text.len, e))
		goto out;
	if (!p.doc || !read_all(&p, &d, &source)) {
		err_set(e,
			p.doc ? page_wall(&p, text.buf, text.len)
			      : REASON_NOT_A_RECIPE,
			"no recipe on the page");
		goto out;
	}
	fill_from_head(&p, &d);
	draft_finish(&d, source, r);
	r->canonical = page_link(&p, p.canonical);
	rc = 0;
out:
	page_release(&p);
	sbuf_release(&text);
	return rc;
}

int recipe_from_html(const struct knowledge *k, const char *html, size_t len,
	const char *url, struct arena *mem, struct recipe *r, struct err *e)
{
	struct charset cs;
	int rc;

	if (len > RECIPE_HTML_MAX)
		return err_set(e, REASON_TOO_LARGE, "a page of %zu bytes", len);
	charset_open(&cs, NULL, html, len);
	rc = recipe_from_page(k, html, len, &cs, url, mem, r, e);
	charset_close(&cs);
	return rc;
}
