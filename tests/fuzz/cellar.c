/*
 * A list of wines of any bytes. Each bottle and each line that is not
 * understood stands in the list as it is quoted, in its line; a bottle has a
 * style, and its confidence is one.
 */
#include "pairing/pairing.h"

#define YEAR 2026
#define OLDEST 1900

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct labels *fuzz_labels(void)
{
	static const struct labels *l;
	struct sbuf problems = SBUF_INIT(100000);
	struct knowledge *k;

	if (l)
		return l;
	k = knowledge_load("knowledge", &problems);
	if (!k)
		fatalx("%s", problems.buf);
	l = labels_new(k);
	return l;
}

/* Where the line with that number begins; NULL when there is none. */
static const char *line_at(const struct sbuf *text, int line)
{
	const char *at = text->buf, *end = at + text->len;

	while (at < end && line > 1) {
		if (*at == '\n' || (*at == '\r' && at[1] != '\n'))
			line--;
		at++;
	}
	return line == 1 ? at : NULL;
}

/* A quote is text of the list, and begins in its line. */
static void check_quote(const struct sbuf *text, int line, const char *quote)
{
	const char *at = line_at(text, line);
	size_t len = strlen(quote);

	if (!at)
		log_bug("there is no line %d", line);
	while (ascii_is_space(*at) && *at != '\n' && *at != '\r')
		at++;
	if (!len || !text_valid(quote, len) || strncmp(at, quote, len) != 0)
		log_bug("line %d is not '%s'", line, quote);
}

static void check_bottle(const struct sbuf *text, const struct cellar_bottle *b)
{
	const struct bottle *is = &b->is;
	size_t i;

	check_quote(text, b->lines[0], b->text);
	if (!*b->name || !text_valid(b->name, strlen(b->name)))
		log_bug("no name: %s", b->text);
	if (!is->wine || !(is->confidence > 0 && is->confidence <= 1))
		log_bug("%s: %g", b->text, is->confidence);
	if (is->vintage > 0 && (is->vintage < OLDEST || is->vintage > YEAR + 1))
		log_bug("%s: %d", b->text, is->vintage);
	if (b->count < 0 || b->from < 0 || b->to < 0)
		log_bug("%s: below nothing", b->text);
	for (i = 1; i < b->n_lines; i++)
		if (b->lines[i] <= b->lines[i - 1])
			log_bug("%s: lines out of order", b->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena mem = ARENA_INIT;
	struct sbuf text = SBUF_INIT(4 * size + 16);
	struct err e = ERR_INIT;
	struct cellar c;
	size_t i;

	recipe_decode((const char *)data, size, &text);
	if (!text_valid(text.buf, text.len))
		log_bug("%zu bytes do not become text", size);
	if (cellar_read(fuzz_labels(), text.buf, text.len, YEAR, &mem, &c,
		    &e) == 0) {
		for (i = 0; i < c.n; i++)
			check_bottle(&text, &c.bottles[i]);
		for (i = 0; i < c.n_unknown; i++)
			check_quote(
				&text, c.unknown[i].line, c.unknown[i].text);
	} else if (e.reason != REASON_LIST_EMPTY &&
		   e.reason != REASON_LIST_TOO_LARGE) {
		log_bug("fails for %s", err_key(e.reason));
	}
	arena_reset(&mem);
	sbuf_release(&text);
	return 0;
}
