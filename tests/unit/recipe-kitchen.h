/*
 * The tables the recipe tests read with: the small ones of the fixtures, and
 * the real headings.
 */
#ifndef TESTS_RECIPE_KITCHEN_H
#define TESTS_RECIPE_KITCHEN_H

#include <dirent.h>
#include <unistd.h>

#include "knowledge/knowledge.h"
#include "unit.h"

static inline struct knowledge *kitchen_load(void)
{
	char dir[] = "/tmp/winepair-kitchen-XXXXXX", from[1024], to[1024];
	struct sbuf problems = SBUF_INIT(100000);
	struct knowledge *k;
	struct dirent *d;
	DIR *fixtures;

	assert_non_null(mkdtemp(dir));
	fixtures = opendir(source_path("tests/fixtures/knowledge"));
	assert_non_null(fixtures);
	while ((d = readdir(fixtures))) {
		if (!strstr(d->d_name, ".tsv"))
			continue;
		(void)snprintf(from, sizeof(from), "%s/%s",
			strcmp(d->d_name, "headings.tsv")
				? source_path("tests/fixtures/knowledge")
				: source_path("knowledge"),
			d->d_name);
		(void)snprintf(to, sizeof(to), "%s/%s", dir, d->d_name);
		assert_int_equal(symlink(from, to), 0);
	}
	k = knowledge_load(dir, &problems);
	if (!k)
		print_error("%s", problems.buf);
	assert_non_null(k);
	sbuf_release(&problems);
	rewinddir(fixtures);
	while ((d = readdir(fixtures))) {
		(void)snprintf(to, sizeof(to), "%s/%s", dir, d->d_name);
		if (strstr(d->d_name, ".tsv"))
			assert_int_equal(unlink(to), 0);
	}
	closedir(fixtures);
	assert_int_equal(rmdir(dir), 0);
	return k;
}

#endif
