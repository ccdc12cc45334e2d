/*
 * The recipes of an evaluation, one JSON object a line. The first mistake ends
 * it: a case that cannot be read would be a miss for everybody.
 */
#include "cli/eval.h"

/* "file:line: what" */
__attribute__((format(printf, 4, 5))) static int wrong(
	struct err *e, const char *file, int line, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, REASON_USAGE, "%.80s:%d: %s", file, line, what);
}

static int read_accept(json_object *o, struct arena *mem, struct eval_case *c)
{
	json_object *list = json_arr(o, "accept");
	size_t i;

	c->n_accept = list ? json_object_array_length(list) : 0;
	c->accept = arena_calloc(mem, c->n_accept, sizeof(*c->accept));
	for (i = 0; i < c->n_accept; i++) {
		json_object *id = json_object_array_get_idx(list, i);

		if (!json_object_is_type(id, json_type_string))
			return -1;
		c->accept[i] = arena_strdup(mem, json_object_get_string(id));
	}
	return c->n_accept ? 0 : -1;
}

static void hash_text(struct eval_case *c)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char hash[HASH_LEN];
	size_t i;

	hash_sha256(c->text, strlen(c->text), hash);
	for (i = 0; i < EVAL_HASH_LEN; i++)
		c->hash[i] = digits[hash[i / 2] >> (i % 2 ? 0 : 4) & 15];
}

static int is_known(const struct eval_cases *all, const char *id)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (strcmp(all->at[i].id, id) == 0)
			return 1;
	return 0;
}

static int read_case(const char *file, int line, json_object *o,
	struct arena *mem, struct eval_cases *out, struct err *e)
{
	const char *id = json_str(o, "id"), *text = json_str(o, "text");
	struct eval_case *c;

	if (!text || !*text)
		return wrong(e, file, line, "there is no \"text\"");
	if (strlen(text) > RECIPE_TEXT_MAX)
		return wrong(e, file, line, "the text is too long");
	out->at = arena_grow(mem, out->at, out->n, &out->cap, sizeof(*out->at));
	c = memset(&out->at[out->n], 0, sizeof(*c));
	c->text = arena_strdup(mem, text);
	c->id = id && *id ? arena_strdup(mem, id)
			  : arena_printf(mem, "line %d", line);
	hash_text(c);
	if (read_accept(o, mem, c))
		return wrong(e, file, line,
			"\"accept\" is not a list of ids of styles");
	if (is_known(out, c->id))
		return wrong(e, file, line, "the id '%.60s' was there before",
			c->id);
	out->n++;
	return 0;
}

int eval_cases_parse(const char *file, const char *text, size_t len,
	struct arena *mem, struct eval_cases *out, struct err *e)
{
	const char *end = text + len;
	int line = 1, rc = 0;

	memset(out, 0, sizeof(*out));
	for (; !rc && text < end; line++) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		const char *stop = nl ? nl : end;
		struct err bad = ERR_INIT;
		json_object *o;

		while (text < stop && ascii_is_space(*text))
			text++;
		if (text == stop) {
			text = stop + 1;
			continue;
		}
		o = json_read(text, (size_t)(stop - text), &bad);
		rc = json_object_is_type(o, json_type_object)
			     ? read_case(file, line, o, mem, out, e)
			     : wrong(e, file, line, "this is no JSON object");
		json_object_put(o);
		text = stop + 1;
	}
	if (!rc && !out->n)
		rc = wrong(e, file, 1, "there is no case in it");
	return rc;
}

int eval_cases_read(const char *file, struct arena *mem, struct eval_cases *out,
	struct err *e)
{
	struct sbuf text = SBUF_INIT(EVAL_FILE_MAX);
	int rc = file_read(file, &text, e);

	if (!rc)
		rc = eval_cases_parse(file, text.buf, text.len, mem, out, e);
	sbuf_release(&text);
	return rc;
}
