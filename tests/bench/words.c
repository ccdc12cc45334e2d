/*
 * words: which ingredient lines of the shared recipe pages name a food that
 * the tables know. Lines that are no food (headings, pans, skewers) are counted
 * apart. Prints one JSON line a metric; the commonest misses go to standard
 * error.
 *
 *	words KNOWLEDGE-FOLDER PAGES-FOLDER
 */
#include <dirent.h>

#include "base/base.h"
#include "knowledge/knowledge.h"
#include "recipe/recipe.h"

#define BAR 95.0
#define MISSES_MAX 2000
#define SHOWN 25
#define FILE_MAX ((size_t)4 << 20)

struct tally {
	const struct knowledge *k;
	struct arena mem; /* the misses */
	size_t lines, known, no_food, n_misses;
	struct miss {
		const char *text;
		size_t times;
	} misses[MISSES_MAX];
};

/* What stands among ingredients and is not eaten. */
static const char *const things[] = { "skewer", "toothpick", "paper", "foil",
	"liner", "dish", "pan", "tin", "jar", "string", "twine", "cutter",
	"thermometer", "mould", "mold", "bowl", "airfryer", "backpapier",
	"auflaufform", "springform", "backform", "frischhaltefolie",
	"küchengarn", "spieße", "papier", "ficelle", "moule", "spiedini",
	"stuzzicadenti", "carta da forno", "palillos", "papel", "molde", NULL };

/* Does it hold the word, whole or with a plural s? */
static int holds(const char *line, const char *word)
{
	size_t i, len = strlen(line), n = strlen(word);

	for (i = 0; i + n <= len; i++) {
		if ((i && ascii_is_alnum(line[i - 1])) ||
			!text_ascii_prefix(line + i, len - i, word))
			continue;
		n += line[i + n] == 's';
		if (!ascii_is_alnum(line[i + n]))
			return 1;
		n = strlen(word);
	}
	return 0;
}

/* A heading, a tool, or a word left over from the page: nothing to eat. */
static int is_no_food(const struct knowledge *k, const char *line)
{
	size_t i, len = strlen(line);

	while (len && strchr(": ", line[len - 1]))
		len--;
	if (len < 3 || line[strlen(line) - 1] == ':' ||
		knowledge_heading(k, line, len) != HEADING_NONE)
		return 1;
	for (i = 0; things[i]; i++)
		if (holds(line, things[i]))
			return 1;
	return 0;
}

static void miss(struct tally *t, const char *line)
{
	struct ingredient in;
	size_t i;

	ingredient_parse(t->k, line, &t->mem, &in);
	for (i = 0; i < t->n_misses; i++)
		if (strcmp(t->misses[i].text, in.food) == 0)
			break;
	if (i == MISSES_MAX)
		return;
	t->misses[i].text = in.food;
	t->misses[i].times++;
	if (i == t->n_misses)
		t->n_misses++;
}

static void count(struct tally *t, const char *line)
{
	struct match m;

	if (knowledge_match(t->k, MATCH_FOOD, line, strlen(line), &m, 1)) {
		t->known++;
	} else if (is_no_food(t->k, line)) {
		t->no_food++;
		return;
	} else {
		miss(t, line);
	}
	t->lines++;
}

static void read_page(struct tally *t, const char *path)
{
	struct sbuf bytes = SBUF_INIT(FILE_MAX);
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct recipe r;
	json_object *o = NULL;
	size_t i;

	if (file_read(path, &bytes, &e) == 0)
		o = json_read(bytes.buf, bytes.len, &e);
	if (!o || recipe_from_json(o, &mem, &r, &e))
		fatalx("%s: %s", path, e.msg);
	for (i = 0; i < r.n_ingredients; i++)
		count(t, r.ingredients[i]);
	json_object_put(o);
	arena_release(&mem);
	sbuf_release(&bytes);
}

static int by_times(const void *a, const void *b)
{
	const struct miss *x = a, *y = b;

	if (x->times != y->times)
		return x->times < y->times ? 1 : -1;
	return strcmp(x->text, y->text);
}

static void print(
	const char *metric, double value, const char *unit, double bar)
{
	(void)printf("{\"bench\":\"words\",\"metric\":\"%s\",\"value\":%.1f,"
		     "\"unit\":\"%s\"",
		metric, value, unit);
	if (bar > 0)
		(void)printf(",\"bar\":%g,\"ok\":%s", bar,
			value >= bar ? "true" : "false");
	(void)printf("}\n");
}

int main(int argc, char **argv)
{
	struct sbuf problems = SBUF_INIT(65536);
	struct tally t = { 0 };
	struct knowledge *k;
	struct dirent *d;
	char path[4096];
	size_t i;
	DIR *dir;

	if (argc != 3)
		fatalx("usage: words KNOWLEDGE-FOLDER PAGES-FOLDER");
	k = knowledge_load(argv[1], &problems);
	if (!k)
		fatalx("%s", problems.buf);
	t.k = k;
	dir = opendir(argv[2]);
	if (!dir)
		fatal("%s", argv[2]);
	while ((d = readdir(dir))) {
		const char *dot = strrchr(d->d_name, '.');

		if (!dot || strcmp(dot, ".json") != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", argv[2], d->d_name);
		read_page(&t, path);
	}
	closedir(dir);
	if (!t.lines)
		fatalx("%s: no pages", argv[2]);
	print("ingredient lines", (double)t.lines, "lines", 0);
	print("besides, lines of no food", (double)t.no_food, "lines", 0);
	print("lines with a known food",
		100 * (double)t.known / (double)t.lines, "%", BAR);
	qsort(t.misses, t.n_misses, sizeof(t.misses[0]), by_times);
	for (i = 0; i < t.n_misses && i < SHOWN; i++)
		(void)fprintf(stderr, "%4zu  %s\n", t.misses[i].times,
			t.misses[i].text);
	arena_release(&t.mem);
	sbuf_release(&problems);
	knowledge_free(k);
	return 0;
}
