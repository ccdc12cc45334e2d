/*
 * Rendering: a walk over the nodes with a stack of contexts, which lives on
 * the C stack (its depth is bounded: sections by the parser, partials here).
 * A name is looked up from the innermost context outwards by its first part;
 * the other parts are members of what was found and of nothing else.
 *
 * False are: null, false, "" and the empty list. Zero is a value. An object or
 * a list has no text and renders as nothing.
 *
 * Templates are trusted, their data less so: steps and output have ceilings,
 * so that lists within lists cannot keep a worker busy.
 */
#include "template/template.h"

#include "template/parse.h"

#define STEPS_MAX 8000000

struct context {
	json_object *value;
	const struct context *up;
};

/* White space that every line of a partial gets, outermost first. */
struct indent {
	const char *text;
	const struct indent *up;
};

struct loose {
	struct template *t;
	struct loose *next;
};

struct render {
	struct sbuf *out;
	size_t limit; /* of out->len */
	size_t steps;
	json_object *sources; /* of partials given with the call */
	struct loose *loose;  /* those parsed so far */
	struct err *e;
	int failed;
};

static void fail(struct render *r, const struct template *t, const char *why)
{
	if (!r->failed)
		err_set(r->e, REASON_TEMPLATE, "template %s: %s", t->name, why);
	r->failed = 1;
}

static void step(struct render *r, const struct template *t)
{
	if (r->out->full || r->out->len > r->limit)
		fail(r, t, "the output is too large");
	if (++r->steps > STEPS_MAX)
		fail(r, t, "too many steps");
}

static int is_true(json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_null:
		return 0;
	case json_type_boolean:
		return json_object_get_boolean(v);
	case json_type_string:
		return json_object_get_string_len(v) > 0;
	case json_type_array:
		return json_object_array_length(v) > 0;
	default:
		return 1;
	}
}

static json_object *look_up(const struct node *n, const struct context *c)
{
	json_object *v = NULL;
	size_t i;

	if (!n->n_parts)
		return c->value;
	for (; c; c = c->up)
		if (json_object_is_type(c->value, json_type_object) &&
			json_object_object_get_ex(c->value, n->parts[0], &v))
			break;
	if (!c)
		return NULL;
	for (i = 1; i < n->n_parts; i++)
		if (!json_object_is_type(v, json_type_object) ||
			!json_object_object_get_ex(v, n->parts[i], &v))
			return NULL;
	return v;
}

static void add_value(struct render *r, const struct node *n, json_object *v)
{
	const char *s;
	size_t len;

	switch (json_object_get_type(v)) {
	case json_type_string:
		s = json_object_get_string(v);
		len = (size_t)json_object_get_string_len(v);
		break;
	case json_type_int:
	case json_type_double:
	case json_type_boolean:
		s = json_object_to_json_string_length(
			v, JSON_C_TO_STRING_PLAIN, &len);
		break;
	default:
		return;
	}
	escape_add(n->how, s, len, r->out);
}

static void add_indent(struct render *r, const struct indent *in)
{
	if (!in)
		return;
	add_indent(r, in->up);
	sbuf_addstr(r->out, in->text);
}

/* Lines with nothing on them stay empty. */
static void add_text(
	struct render *r, const struct node *n, const struct indent *in)
{
	const char *s = n->text, *end = s + n->len;
	int starts_line = n->starts_line;

	if (!in) {
		sbuf_add(r->out, s, n->len);
		return;
	}
	do {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *next = nl ? nl + 1 : end;

		if (starts_line && (s == end || (*s != '\n' && *s != '\r')))
			add_indent(r, in);
		sbuf_add(r->out, s, (size_t)(next - s));
		starts_line = 1;
		s = next;
	} while (s < end);
}

static const struct template *find_loose(struct render *r, const struct node *n)
{
	struct complaints c = { NULL, NULL, r->e, 0 };
	json_object *source;
	struct loose *l;

	for (l = r->loose; l; l = l->next)
		if (strcmp(l->t->name, n->text) == 0)
			return l->t;
	if (!json_object_is_type(r->sources, json_type_object) ||
		!json_object_object_get_ex(r->sources, n->text, &source) ||
		!json_object_is_type(source, json_type_string))
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->t = parse(n->text, json_object_get_string(source),
		(size_t)json_object_get_string_len(source), 0, &c);
	if (!l->t) {
		err_context(r->e, "partial %s", n->text);
		r->failed = 1;
		free(l);
		return NULL;
	}
	l->next = r->loose;
	r->loose = l;
	return l->t;
}

static void walk(struct render *r, const struct template *t, size_t from,
	size_t to, const struct context *c, const struct indent *in, int depth);

static void add_partial(struct render *r, const struct node *n,
	const struct context *c, const struct indent *in, int depth)
{
	const struct template *t = n->partial;
	struct indent more = { n->indent, in };

	if (!t)
		t = find_loose(r, n);
	if (!t)
		return;
	if (depth == TEMPLATE_DEPTH)
		fail(r, t, "partials nest too deeply");
	else if (!n->indent)
		walk(r, t, 0, t->n, c, NULL, depth + 1);
	else
		walk(r, t, 0, t->n, c, *n->indent ? &more : in, depth + 1);
}

static void add_section(struct render *r, const struct template *t, size_t at,
	const struct context *c, const struct indent *in, int depth)
{
	const struct node *n = &t->nodes[at];
	json_object *v = look_up(n, c);
	struct context inner = { v, c };
	size_t i, len;

	if (!is_true(v))
		return;
	if (!json_object_is_type(v, json_type_array)) {
		walk(r, t, at + 1, n->end, &inner, in, depth);
		return;
	}
	len = json_object_array_length(v);
	for (i = 0; i < len && !r->failed; i++) {
		inner.value = json_object_array_get_idx(v, i);
		walk(r, t, at + 1, n->end, &inner, in, depth);
		step(r, t);
	}
}

static void walk(struct render *r, const struct template *t, size_t from,
	size_t to, const struct context *c, const struct indent *in, int depth)
{
	size_t i;

	for (i = from; i < to && !r->failed; i++) {
		const struct node *n = &t->nodes[i];

		switch (n->kind) {
		case NODE_TEXT:
			add_text(r, n, in);
			break;
		case NODE_VALUE:
			add_value(r, n, look_up(n, c));
			break;
		case NODE_SECTION:
			add_section(r, t, i, c, in, depth);
			i = n->end - 1;
			break;
		case NODE_INVERTED:
			if (is_true(look_up(n, c)))
				i = n->end - 1;
			break;
		case NODE_PARTIAL:
			add_partial(r, n, c, in, depth);
			break;
		}
		step(r, t);
	}
}

int template_render(const struct template *t, json_object *data,
	json_object *partials, struct sbuf *out, struct err *e)
{
	struct render r = { .out = out,
		.limit = out->len + TEMPLATE_OUTPUT_MAX,
		.sources = partials,
		.e = e };
	struct context top = { data, NULL };
	size_t before = out->len;

	walk(&r, t, 0, t->n, &top, NULL, 1);
	while (r.loose) {
		struct loose *next = r.loose->next;

		template_free(r.loose->t);
		free(r.loose);
		r.loose = next;
	}
	if (r.failed)
		sbuf_truncate(out, before);
	return r.failed ? -1 : 0;
}
