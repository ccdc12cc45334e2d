/*
 * The answer of the reader's child, and JSON that needs mending: what is
 * valid must come out of the mending as it went in (but for raw control bytes
 * in strings, which json-c lets pass and the mending does not).
 */
#include "recipe-fuzz.h"
#include "recipe/jsonld.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int has_controls(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
			return 1;
	return 0;
}

static void mend(const char *text, size_t len)
{
	struct sbuf out = SBUF_INIT(4 * RECIPE_HTML_MAX);
	struct err e = ERR_INIT;
	json_object *before = json_read(text, len, &e), *after;

	json_mend(text, len, &out);
	after = json_read(out.buf, out.len, &e);
	if (json_object_is_type(before, json_type_object) &&
		!has_controls(text, len) && !json_object_equal(before, after))
		log_bug("mending changed it");
	json_object_put(before);
	json_object_put(after);
	sbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct recipe r;
	char *text = xstrndup((const char *)data, size);

	if (!reader_answer(0, (const char *)data, size, &mem, &r, &e))
		fuzz_recipe(&r, &mem);
	mend(text, strlen(text));
	free(text);
	arena_reset(&mem);
	return 0;
}
