/*
 * recipe --url URL --file PAGE.html --json: the reader in process, without
 * the command line of the program. For the scorer, while reading is worked
 * on: RECIPE_KNOWLEDGE names the folder of the tables.
 */
#include "knowledge/knowledge.h"
#include "recipe/recipe.h"

int main(int argc, char **argv)
{
	struct sbuf problems = SBUF_INIT(100000);
	struct sbuf page = SBUF_INIT(RECIPE_HTML_MAX);
	struct sbuf out = SBUF_INIT(RECIPE_JSON_MAX);
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct knowledge *k;
	struct recipe r;
	json_object *o;
	const char *dir = getenv("RECIPE_KNOWLEDGE");

	if (argc < 6 || !dir)
		return 2;
	k = knowledge_load(dir, &problems);
	if (!k)
		fatalx("%s", problems.buf);
	if (file_read(argv[5], &page, &e) ||
		(getenv("RECIPE_CHILD")
				? reader_read(-1, k, page.buf, page.len,
					  argv[3], &mem, &r, &e)
				: recipe_from_html(k, page.buf, page.len,
					  argv[3], &mem, &r, &e))) {
		fprintf(stderr, "%s: %s\n", err_key(e.reason), e.msg);
		return 1;
	}
	o = recipe_to_json(&r);
	json_write_pretty(o, &out);
	puts(out.buf);
	json_object_put(o);
	knowledge_free(k);
	return 0;
}
