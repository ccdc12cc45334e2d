/* One ingredient line of any bytes; also as a time and as a yield. */
#include "recipe-fuzz.h"
#include "recipe/draft.h"
#include "recipe/quantity.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *line, struct arena *mem)
{
	struct recipe r = { .name = "a", .yield = line };
	struct ingredient in;

	ingredient_parse(fuzz_knowledge(), line, mem, &in);
	if (!in.food || !*in.food || !text_valid(in.food, strlen(in.food)))
		log_bug("no food: %s", line);
	if (in.note && (!*in.note || !text_valid(in.note, strlen(in.note))))
		log_bug("a bad note: %s", line);
	if (!(in.lo >= 0) || !(in.hi >= in.lo) || !isfinite(in.hi))
		log_bug("%s: %g-%g", line, in.lo, in.hi);
	if (duration_read(line, strlen(line)) < -1 ||
		duration_find(line, strlen(line)) < -1)
		log_bug("a time: %s", line);
	if (!(recipe_portions(&r) >= 1 && recipe_portions(&r) <= 500))
		log_bug("portions: %s", line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena mem = ARENA_INIT;
	const char *line =
		draft_clean(&mem, (const char *)data, size, RECIPE_LINE_MAX);

	if (line)
		check(line, &mem);
	arena_reset(&mem);
	return 0;
}
