/* A page of any bytes becomes a clean recipe, or none. */
#include "recipe-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct recipe r;

	if (!recipe_from_html(fuzz_knowledge(), (const char *)data, size,
		    "https://example.org/a/b", &mem, &r, &e))
		fuzz_recipe(&r, &mem);
	arena_reset(&mem);
	return 0;
}
