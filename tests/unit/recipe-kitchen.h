/*
 * The tables the recipe tests read with: the small ones of the fixtures, and
 * the real headings and walls.
 */
#ifndef TESTS_RECIPE_KITCHEN_H
#define TESTS_RECIPE_KITCHEN_H

#include <dirent.h>

#include "knowledge/knowledge.h"
#include "tempdir.h"

static inline struct knowledge *kitchen_load(void)
{
	char dir[TEMPDIR_SIZE], from[1024], to[1024];
	struct sbuf problems = SBUF_INIT(100000);
	struct knowledge *k;
	struct dirent *d;
	DIR *fixtures;

	tempdir_make(dir);
	fixtures = opendir(source_path("tests/fixtures/knowledge"));
	assert_non_null(fixtures);
	while ((d = readdir(fixtures))) {
		if (!strstr(d->d_name, ".tsv"))
			continue;
		(void)snprintf(from, sizeof(from), "%s/%s",
			strcmp(d->d_name, "headings.tsv") &&
					strcmp(d->d_name, "walls.tsv")
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
	closedir(fixtures);
	assert_int_equal(tempdir_remove(dir), 0);
	return k;
}

/* For tests that share them. */
static struct knowledge *kitchen;

static inline int kitchen_setup(void **state)
{
	(void)state;
	kitchen = kitchen_load();
	return 0;
}

static inline int kitchen_teardown(void **state)
{
	(void)state;
	knowledge_free(kitchen);
	return 0;
}

#endif
