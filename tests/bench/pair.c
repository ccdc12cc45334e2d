/*
 * How long the built-in engine takes: loading the tables from their text and
 * as they are shipped, with their image, the first time and when all is warm;
 * reading a recipe text, pairing it and writing the JSON; the same twice as a
 * menu; what goes with a wine; and the whole command on that recipe, beside a
 * start that does next to nothing. Prints one JSON line a metric.
 *
 *	pair KNOWLEDGE-FOLDER PROGRAM
 */
#include <fcntl.h>
#include <malloc.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "knowledge/knowledge.h"
#include "pairing/pairing.h"
#include "recipe/recipe.h"

#define ROUNDS 401
#define LOADS 15
#define COMMANDS 201

static const char text[] =
	"Braised beef short ribs with red wine and thyme\n\nServes 6\n\n"
	"Ingredients\n- 2 kg beef short ribs\n- 2 tbsp olive oil\n- 2 onions\n"
	"- 3 carrots\n- 2 stalks celery\n- 6 cloves garlic\n- 750 ml red wine\n"
	"- 500 ml beef stock\n- 2 tbsp tomato paste\n- 6 sprigs thyme\n"
	"- 2 bay leaves\n- 1 tbsp flour\n- 1 tsp black pepper\n- 2 tsp salt\n"
	"- 1 kg potatoes\n- 100 g butter\n- 200 ml milk\n\nMethod\n"
	"1. Brown the ribs in the oil on all sides and set them aside.\n"
	"2. Sweat the onions, carrots, celery and garlic; add the paste.\n"
	"3. Deglaze with the wine, reduce by half, add stock and herbs.\n"
	"4. Braise in a low oven for three hours until the meat falls apart.\n"
	"5. Serve with potatoes mashed with butter and milk.\n";

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void once(const struct knowledge *k, struct arena *mem)
{
	struct preferences p = PREFERENCES_INIT;
	struct sbuf out = SBUF_INIT(PAIRING_JSON_MAX);
	struct err e = ERR_INIT;
	struct recipe r;
	struct pairing made;
	json_object *o;

	if (recipe_from_text(k, text, sizeof(text) - 1, mem, &r, &e) ||
		pairing_make(k, &r, &p, mem, &made, &e))
		fatalx("no pairing: %s", e.msg);
	o = pairing_to_json(k, &r, &made);
	json_write(o, &out);
	json_object_put(o);
	sbuf_release(&out);
	arena_reset(mem);
}

/* The same twice, as a menu. */
static void once_as_menu(const struct knowledge *k, struct arena *mem)
{
	struct preferences p = PREFERENCES_INIT;
	struct sbuf out = SBUF_INIT(PAIRING_JSON_MAX);
	struct err e = ERR_INIT;
	struct recipe two[2];
	struct menu made;
	json_object *o;
	size_t bad;

	if (recipe_from_text(k, text, sizeof(text) - 1, mem, &two[0], &e) ||
		recipe_from_text(k, text, sizeof(text) - 1, mem, &two[1], &e) ||
		menu_make(k, two, 2, &p, mem, &made, &bad, &e))
		fatalx("no menu: %s", e.msg);
	o = menu_to_json(k, &made);
	json_write(o, &out);
	json_object_put(o);
	sbuf_release(&out);
	arena_reset(mem);
}

/* A bar of 0 is none. */
static void print(
	const char *metric, double value, const char *unit, double bar)
{
	(void)printf("{\"bench\":\"pair\",\"metric\":\"%s\",\"value\":%.3f,"
		     "\"unit\":\"%s\"",
		metric, value, unit);
	if (bar > 0)
		(void)printf(",\"bar\":%g,\"ok\":%s", bar,
			value <= bar ? "true" : "false");
	else
		(void)printf(",\"bar\":null,\"ok\":null");
	(void)printf("}\n");
}

/* Bytes that malloc has given out. */
static size_t in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static double median_ms(int64_t *took, size_t n)
{
	qsort(took, n, sizeof(took[0]), by_value);
	return (double)took[n / 2] / 1e3;
}

/* Load the tables again and again; the last ones are kept. */
static struct knowledge *load(const char *dir, const char *what)
{
	struct sbuf problems = SBUF_INIT(65536);
	struct knowledge *k = NULL;
	int64_t took[LOADS], start;
	size_t i, before = 0;
	char metric[100];

	for (i = 0; i < LOADS; i++) {
		knowledge_free(k);
		before = in_use();
		start = clock_monotonic_us();
		k = knowledge_load(dir, &problems);
		took[i] = clock_monotonic_us() - start;
		if (!k)
			fatalx("%s", problems.buf);
	}
	(void)snprintf(metric, sizeof(metric), "%s, first time", what);
	print(metric, (double)took[0] / 1e3, "ms", 0);
	(void)snprintf(metric, sizeof(metric), "%s, median", what);
	print(metric, median_ms(took, LOADS), "ms", 4);
	print("size of the tables", (double)(in_use() - before) / 1048576,
		"MiB", 4);
	sbuf_release(&problems);
	return k;
}

/* The same from a place where no image stands beside the tables. */
static void load_text(const char *dir)
{
	char tmp[] = "/tmp/winepair-bench-XXXXXX", link[64];
	char *real = realpath(dir, NULL);

	if (!real || !mkdtemp(tmp))
		fatal("%s", dir);
	(void)snprintf(link, sizeof(link), "%s/knowledge", tmp);
	if (symlink(real, link))
		fatal("%s", link);
	knowledge_free(load(link, "loading the tables"));
	(void)unlink(link);
	(void)rmdir(tmp);
	free(real);
}

/* The reverse question, as the image answers it, for every wine. */
static void dishes_of_wines(const struct knowledge *k, struct arena *mem)
{
	struct reverse *r = reverse_load(k);
	const struct wine *wines;
	struct suited s;
	int64_t *took, start;
	size_t i, n;

	wines = knowledge_wines(k, &n);
	took = xcalloc(n, sizeof(*took));
	for (i = 0; i < n; i++) {
		start = clock_monotonic_us();
		reverse_ask(r, &wines[i], mem, &s);
		took[i] = clock_monotonic_us() - start;
		arena_reset(mem);
	}
	print("what goes with a wine, median", median_ms(took, n), "ms", 5);
	free(took);
	reverse_free(r);
}

/* The program from its start to its end, nothing of it measured inside. */
static int64_t command(
	const char *const argv[], const posix_spawn_file_actions_t *actions)
{
	int64_t start = clock_monotonic_us();
	int status;
	pid_t pid;

	if (posix_spawn(&pid, argv[0], actions, NULL, (char *const *)argv,
		    environ) ||
		waitpid(pid, &status, 0) != pid || status)
		fatalx("%s failed", argv[0]);
	return clock_monotonic_us() - start;
}

static void whole_command(const char *program, const char *dir)
{
	const char *const pair[] = { program, "pair", "--text-file", "-",
		"--json", NULL };
	const char *const version[] = { program, "--version", NULL };
	int64_t pairs[COMMANDS], versions[COMMANDS];
	posix_spawn_file_actions_t actions;
	struct err e = ERR_INIT;
	int in;
	size_t i;

	in = fd_memfile(text, sizeof(text) - 1, &e);
	if (in < 0 || setenv("WINEPAIR_KNOWLEDGE_DIR", dir, 1))
		fatalx("no recipe for the command: %s", e.msg);
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	(void)posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	for (i = 0; i < COMMANDS; i++) {
		(void)lseek(in, 0, SEEK_SET);
		pairs[i] = command(pair, &actions);
		versions[i] = command(version, &actions);
	}
	print("the whole pair command, median", median_ms(pairs, COMMANDS),
		"ms", 15);
	print("winepair --version, median", median_ms(versions, COMMANDS), "ms",
		0);
	(void)posix_spawn_file_actions_destroy(&actions);
	close(in);
}

int main(int argc, char **argv)
{
	struct arena mem = ARENA_INIT;
	int64_t took[ROUNDS], start;
	struct knowledge *k;
	size_t i;

	if (argc != 3)
		fatalx("usage: pair KNOWLEDGE-FOLDER PROGRAM");
	load_text(argv[1]);
	k = load(argv[1], "loading the tables with their image");
	for (i = 0; i < ROUNDS; i++) {
		start = clock_monotonic_us();
		once(k, &mem);
		took[i] = clock_monotonic_us() - start;
	}
	print("recipe text to JSON, median", median_ms(took, ROUNDS), "ms", 1);
	for (i = 0; i < ROUNDS; i++) {
		start = clock_monotonic_us();
		once_as_menu(k, &mem);
		took[i] = clock_monotonic_us() - start;
	}
	print("menu of two recipe texts to JSON, median",
		median_ms(took, ROUNDS), "ms", 0);
	dishes_of_wines(k, &mem);
	whole_command(argv[2], argv[1]);
	arena_release(&mem);
	knowledge_free(k);
	return 0;
}
