/*
 * A recipe may have a thousand lines of any length; a prompt has room for a
 * few KiB. Lengths are those of the text as it will stand in the prompt, where
 * a < takes four bytes, so that nobody can make it longer than it may be.
 */
#include "llm/excerpt.h"

#define NAME_MAX_LEN 200
#define LINE_MAX_LEN 120
#define LINES_MAX_LEN 3600 /* all ingredients */
#define STEPS_MAX_LEN 1500 /* all steps */
#define MORE "\xE2\x80\xA6"

/* How a character stands in the prompt, and its length there. */
static const char *spelled(int32_t cp, size_t step, size_t *cost)
{
	switch (cp) {
	case '\'':
	case '`':
		*cost = 3;
		return "\xE2\x80\x99";
	case '"':
		*cost = 3;
		return "\xE2\x80\x9D";
	case '<':
	case '>':
		*cost = strlen("&lt;");
		return NULL;
	case '&':
		*cost = strlen("&amp;");
		return NULL;
	default:
		*cost = step;
		return NULL;
	}
}

void excerpt_add(struct sbuf *out, const char *text, size_t max)
{
	size_t len = strlen(text), at, step, cost, used = 0;
	size_t start = out->len, word = 0, fits = start, more = strlen(MORE);
	int32_t cp;

	for (at = 0; (step = text_next(text + at, len - at, &cp)); at += step) {
		const char *as = spelled(cp, step, &cost);

		if (used + cost > max)
			break;
		if (text_is_space(cp) && used + more <= max)
			word = out->len;
		used += cost;
		if (as)
			sbuf_addstr(out, as);
		else
			sbuf_add(out, text + at, step);
		if (used + more <= max)
			fits = out->len;
	}
	if (!step)
		return;
	/* a word that is longer than half of it all is cut itself */
	if (word > start + (fits - start) / 2 && word < fits)
		fits = word;
	sbuf_truncate(out, fits);
	sbuf_rtrim(out);
	sbuf_addstr(out, MORE);
}

static size_t cost_of(const char *s)
{
	size_t len = strlen(s), at, step, cost, sum = 0;
	int32_t cp;

	for (at = 0; (step = text_next(s + at, len - at, &cp)); at += step) {
		(void)spelled(cp, step, &cost);
		sum += cost;
	}
	return sum;
}

static const char *cut(const char *text, size_t max, struct arena *mem)
{
	struct sbuf out = SBUF_INIT(4 * max);
	const char *kept;

	excerpt_add(&out, text, max);
	kept = arena_strndup(mem, out.buf, out.len);
	sbuf_release(&out);
	return kept;
}

static const char *steps_of(const struct recipe *r, struct arena *mem)
{
	struct sbuf all = SBUF_INIT(4 * (size_t)STEPS_MAX_LEN);
	const char *kept;
	size_t i;

	for (i = 0; i < r->n_instructions && all.len <= STEPS_MAX_LEN; i++) {
		const char *s = r->instructions[i];

		if (i)
			sbuf_addch(&all, ' ');
		sbuf_add(&all, s, text_cut(s, strlen(s), 2 * STEPS_MAX_LEN));
	}
	kept = cut(all.buf, STEPS_MAX_LEN, mem);
	sbuf_release(&all);
	return kept;
}

void excerpt_make(
	const struct recipe *r, struct arena *mem, struct excerpt *out)
{
	size_t i, used = 0;

	memset(out, 0, sizeof(*out));
	out->name = cut(r->name, NAME_MAX_LEN, mem);
	for (i = 0; i < r->n_ingredients && i < EXCERPT_LINES; i++) {
		const char *line = cut(r->ingredients[i], LINE_MAX_LEN, mem);

		used += cost_of(line);
		if (used > LINES_MAX_LEN)
			break;
		out->ingredients[out->n_ingredients++] = line;
	}
	out->steps = steps_of(r, mem);
}
