/*
 * A page becomes a recipe. Markup meant for machines is believed first; what
 * it leaves out is read from the page as a person would.
 */
#include "recipe/html.h"

#include "recipe/markup.h"

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

/* A title without the name of the site: the part before " | ", " - " that a
 * heading of the page repeats, else the first. */
static const char *page_title(struct page *p)
{
	static const char *const signs[] = { " | ", " - ", " – ", " — ", " • ",
		" · ", " :: ", NULL };
	const char *s = p->og_title ? p->og_title : p->title;
	size_t i, cut;

	if (!s)
		return p->h1;
	if (p->h1 && strstr(s, p->h1))
		return p->h1;
	cut = strlen(s);
	for (i = 0; signs[i]; i++) {
		const char *at = strstr(s, signs[i]);

		if (at && (size_t)(at - s) < cut && at > s)
			cut = (size_t)(at - s);
	}
	return arena_strndup(p->mem, s, cut);
}

/* What the page says of itself, for what no reader found. */
static void fill_from_head(struct page *p, struct draft *d)
{
	fill(&d->name, p->h1 ? p->h1 : page_title(p));
	fill(&d->name, page_title(p));
	fill(&d->author, p->meta_author);
	fill(&d->image, page_link(p, p->og_image));
	fill(&d->language, language_code(p->mem, p->lang));
	fill(&d->url, p->url);
	fill(&d->url, page_link(p, p->canonical));
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
	if (!d->ingredients.n || !d->instructions.n) {
		draft_init(&more, p->mem);
		if (page_read(p, &more)) {
			if (!d->ingredients.n)
				*from = RECIPE_PAGE;
			merge(d, &more);
			found |= d->ingredients.n > 0;
		}
	}
	return found || (marked && d->instructions.n);
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
	if (page_open(&p, text.buf, text.len, e))
		goto out;
	if (!p.doc || !read_all(&p, &d, &source)) {
		err_set(e, REASON_NOT_A_RECIPE, "no recipe on the page");
		goto out;
	}
	fill_from_head(&p, &d);
	draft_finish(&d, source, r);
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
	charset_open(&cs, html, len);
	rc = recipe_from_page(k, html, len, &cs, url, mem, r, e);
	charset_close(&cs);
	return rc;
}
