/* What the recipe fuzz targets share: the tables, and what must hold of every
 * recipe whatever it was read from. Run from the top of the source tree. */
#ifndef FUZZ_RECIPE_FUZZ_H
#define FUZZ_RECIPE_FUZZ_H

#include "knowledge/knowledge.h"
#include "recipe/recipe.h"

static inline const struct knowledge *fuzz_knowledge(void)
{
	static const struct knowledge *k;
	struct sbuf problems = SBUF_INIT(100000);

	if (!k)
		k = knowledge_load("tests/fixtures/knowledge", &problems);
	if (!k)
		fatalx("%s", problems.buf);
	return k;
}

static inline void fuzz_string(const char *s, size_t max)
{
	struct sbuf clean = SBUF_INIT(max + 1);
	size_t len = s ? strlen(s) : 0;

	if (!s)
		return;
	if (!len || len > max || !text_valid(s, len))
		log_bug("a string of %zu bytes", len);
	text_clean(s, len, &clean);
	if (strcmp(clean.buf, s) != 0)
		log_bug("a string that is not clean");
	sbuf_release(&clean);
}

static inline void fuzz_recipe(const struct recipe *r, struct arena *mem)
{
	unsigned char before[HASH_LEN], after[HASH_LEN];
	struct err e = ERR_INIT;
	struct recipe back;
	json_object *o;
	size_t i;

	if (!r->name || r->n_ingredients > RECIPE_LINES_MAX ||
		r->n_instructions > RECIPE_LINES_MAX)
		log_bug("past the limits");
	fuzz_string(r->name, RECIPE_LINE_MAX);
	fuzz_string(r->yield, RECIPE_LINE_MAX);
	fuzz_string(r->author, RECIPE_LINE_MAX);
	fuzz_string(r->image, RECIPE_LINE_MAX);
	fuzz_string(r->language, RECIPE_LINE_MAX);
	for (i = 0; i < r->n_ingredients; i++)
		fuzz_string(r->ingredients[i], RECIPE_LINE_MAX);
	for (i = 0; i < r->n_instructions; i++)
		fuzz_string(r->instructions[i], RECIPE_LINE_MAX);
	if (!(recipe_portions(r) >= 1 && recipe_portions(r) <= 500))
		log_bug("portions");
	o = recipe_to_json(r);
	if (recipe_from_json(o, mem, &back, &e))
		log_bug("not read again: %s", e.msg);
	json_object_put(o);
	recipe_hash(r, before);
	recipe_hash(&back, after);
	if (memcmp(before, after, HASH_LEN) != 0)
		log_bug("another recipe after a round trip");
}

#endif
