/* Pasted text, and each of its lines as an ingredient. */
#include "recipe-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ingredients(const struct recipe *r, struct arena *mem)
{
	size_t i;

	for (i = 0; i < r->n_ingredients; i++) {
		struct ingredient in;

		ingredient_parse(fuzz_knowledge(), r->ingredients[i], mem, &in);
		if (!in.food || in.lo < 0 || in.hi < in.lo ||
			!text_valid(in.food, strlen(in.food)))
			log_bug("%s: %g-%g", r->ingredients[i], in.lo, in.hi);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct recipe r;

	if (!recipe_from_text(
		    fuzz_knowledge(), (const char *)data, size, &mem, &r, &e)) {
		fuzz_recipe(&r, &mem);
		ingredients(&r, &mem);
	}
	arena_reset(&mem);
	return 0;
}
