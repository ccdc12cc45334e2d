/*
 * read: reading a page in process against libxml2 parsing the same bytes.
 * Argument: a folder of unpacked pages (*.html). Both are run on each page in
 * turn, the better of several rounds counts, so that what else the machine
 * does falls on both.
 */
#include <dirent.h>
#include <libxml/HTMLparser.h>
#include <libxml/xmlerror.h>

#include "knowledge/knowledge.h"
#include "recipe/recipe.h"

#define ROUNDS 5
#define BAR 1.5

static int64_t parse_only(const struct sbuf *page)
{
	int64_t start = clock_monotonic_us();
	htmlDocPtr doc = htmlReadMemory(page->buf, (int)page->len, NULL, NULL,
		HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
			HTML_PARSE_NOWARNING);

	xmlFreeDoc(doc);
	return clock_monotonic_us() - start;
}

static int64_t read_whole(
	const struct knowledge *k, const struct sbuf *page, struct arena *mem)
{
	int64_t start = clock_monotonic_us();
	struct recipe r;
	struct err e = ERR_INIT;

	(void)recipe_from_html(
		k, page->buf, page->len, "https://example.org/", mem, &r, &e);
	arena_reset(mem);
	return clock_monotonic_us() - start;
}

static void least(int64_t *best, int64_t us)
{
	if (!*best || us < *best)
		*best = us;
}

static void quiet(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

static void line(const char *metric, double value, const char *unit, double bar)
{
	printf("{\"bench\":\"read\",\"metric\":\"%s\",\"value\":%.3f,"
	       "\"unit\":\"%s\"",
		metric, value, unit);
	if (bar > 0)
		printf(",\"bar\":%.1f,\"ok\":%s", bar,
			value <= bar ? "true" : "false");
	printf("}\n");
}

int main(int argc, char **argv)
{
	struct sbuf problems = SBUF_INIT(100000);
	struct sbuf page = SBUF_INIT(RECIPE_HTML_MAX);
	struct arena mem = ARENA_INIT;
	struct knowledge *k;
	int64_t bare = 0, whole = 0;
	struct dirent *d;
	size_t pages = 0;
	DIR *dir;

	if (argc != 3) {
		fprintf(stderr, "usage: read KNOWLEDGE-FOLDER PAGES-FOLDER\n");
		return 2;
	}
	k = knowledge_load(argv[1], &problems);
	if (!k)
		fatalx("%s", problems.buf);
	dir = opendir(argv[2]);
	if (!dir)
		fatal("%s", argv[2]);
	xmlSetGenericErrorFunc(NULL, quiet);
	while ((d = readdir(dir))) {
		char path[4096];
		struct err e = ERR_INIT;
		int64_t a = 0, b = 0;
		int round;

		if (!strstr(d->d_name, ".html"))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", argv[2], d->d_name);
		sbuf_reset(&page);
		if (file_read(path, &page, &e))
			fatalx("%s", e.msg);
		for (round = 0; round < ROUNDS; round++) {
			least(&a, parse_only(&page));
			least(&b, read_whole(k, &page, &mem));
		}
		bare += a;
		whole += b;
		pages++;
	}
	closedir(dir);
	if (!pages)
		fatalx("%s: no pages", argv[2]);
	line("pages", (double)pages, "pages", 0);
	line("parse", (double)bare / 1000 / (double)pages, "ms", 0);
	line("whole", (double)whole / 1000 / (double)pages, "ms", 0);
	line("ratio", (double)whole / (double)bare, "x", BAR);
	arena_release(&mem);
	sbuf_release(&page);
	knowledge_free(k);
	return 0;
}
