/*
 * Fuzz target: a template, a NUL, its data as JSON; the template is also its
 * own partial "p".
 *
 * Beyond "no crash": for a template that a folder would accept (and that has
 * no unescaped tags) the data cannot change the shape of the page. It is
 * rendered twice, with its strings and with "x" for each of them, and the
 * tracker of HTML positions must see the same places in the same order. Nor
 * can data make a link run script.
 */
#include "base/base.h"

#include "template/html.h"
#include "template/parse.h"
#include "template/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void broken(const char *what, const struct sbuf *out)
{
	fprintf(stderr, "%s in: %s\n", what, out->buf);
	abort();
}

/* The same data with "x" for every string that is not empty. */
static json_object *harmless(json_object *o)
{
	json_object *copy;
	size_t i, n;

	switch (json_object_get_type(o)) {
	case json_type_string:
		return json_object_new_string(
			json_object_get_string_len(o) ? "x" : "");
	case json_type_array:
		copy = json_object_new_array();
		n = json_object_array_length(o);
		for (i = 0; i < n; i++)
			json_object_array_add(copy,
				harmless(json_object_array_get_idx(o, i)));
		return copy;
	case json_type_object:
		copy = json_object_new_object();
		json_object_object_foreach(o, key, v)
			json_object_object_add(copy, key, harmless(v));
		return copy;
	default:
		return json_object_get(o);
	}
}

/* Each place the page goes through, with the names of tags and attributes. */
static void shape(const struct sbuf *page, struct sbuf *out)
{
	struct html h;
	size_t i;

	memset(&h, 0, sizeof(h));
	for (i = 0; i < page->len; i++) {
		enum html_state before = h.state;

		html_text(&h, page->buf + i, 1);
		if (h.state == before)
			continue;
		sbuf_addf(out, "%d", (int)h.state);
		if (before == HTML_TAG_NAME)
			sbuf_addf(out, "<%s", h.tag);
		if (before == HTML_ATTR_NAME)
			sbuf_addf(out, " %s", h.attr);
		sbuf_addch(out, '\n');
	}
}

/* Would a browser run the link that begins at s? */
static int runs_script(const char *s, const char *end)
{
	static const char scheme[] = "javascript:";
	size_t n = 0;

	while (s < end && (unsigned char)*s <= ' ')
		s++;
	for (; s < end && n < strlen(scheme); s++) {
		if (*s == '\t' || *s == '\n' || *s == '\r')
			continue;
		if ((*s | ((*s >= 'A' && *s <= 'Z') ? 32 : 0)) != scheme[n])
			return 0;
		n++;
	}
	return n == strlen(scheme);
}

static int links_that_run(const struct sbuf *page)
{
	struct html h;
	size_t i;
	int n = 0;

	memset(&h, 0, sizeof(h));
	for (i = 0; i < page->len; i++) {
		enum html_state before = h.state;

		html_text(&h, page->buf + i, 1);
		n += h.state == HTML_VALUE && before != HTML_VALUE &&
		     h.kind == ATTR_URL &&
		     runs_script(page->buf + i + 1, page->buf + page->len);
	}
	return n;
}

static int has_raw(const struct template *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->nodes[i].kind == NODE_VALUE &&
			t->nodes[i].how == ESCAPE_NONE)
			return 1;
	return 0;
}

static void check_strict(const char *source, size_t len, json_object *data)
{
	struct sbuf problems = SBUF_INIT(65536);
	struct complaints c = { "f", &problems, NULL, 0 };
	struct template *t = parse("p", source, len, 1, &c);
	struct sbuf a = SBUF_INIT(100000), b = SBUF_INIT(100000);
	struct sbuf sa = SBUF_INIT(1000000), sb = SBUF_INIT(1000000);
	struct err e = ERR_INIT;
	json_object *twin = harmless(data);
	size_t i;

	if (!t || has_raw(t))
		goto out;
	for (i = 0; i < t->n; i++) /* partials: all are this one */
		if (t->nodes[i].kind == NODE_PARTIAL)
			t->nodes[i].partial = t;
	if (template_render(t, data, NULL, &a, &e) ||
		template_render(t, twin, NULL, &b, &e))
		goto out;
	shape(&a, &sa);
	shape(&b, &sb);
	if (strcmp(sa.buf, sb.buf) != 0)
		broken("data changed the shape", &a);
	if (links_that_run(&a) > links_that_run(&b))
		broken("a link that runs script", &a);
out:
	json_object_put(twin);
	template_free(t);
	sbuf_release(&problems);
	sbuf_release(&a);
	sbuf_release(&b);
	sbuf_release(&sa);
	sbuf_release(&sb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *source = (const char *)data;
	const char *nul = memchr(source, '\0', size);
	size_t len = nul ? (size_t)(nul - source) : size;
	struct sbuf out = SBUF_INIT(100000);
	struct err e = ERR_INIT;
	json_object *o = NULL, *partials = json_object_new_object();
	struct template *t;

	if (nul)
		o = json_read(nul + 1, size - len - 1, &e);
	json_object_object_add(
		partials, "p", json_object_new_string_len(source, (int)len));
	t = template_parse("p", source, len, &e);
	if (t) {
		if (template_render(t, o, partials, &out, &e) && out.len)
			broken("output after a failure", &out);
		template_free(t);
	}
	if (o)
		check_strict(source, len, o);
	json_object_put(partials);
	json_object_put(o);
	sbuf_release(&out);
	return 0;
}
