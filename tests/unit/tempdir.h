/* A folder for the files of one test. */
#ifndef TESTS_TEMPDIR_H
#define TESTS_TEMPDIR_H

#include <ftw.h>
#include <unistd.h>

#include "unit.h"

#define TEMPDIR_SIZE 64

/* Make it; its path into dir. */
static inline void tempdir_make(char dir[TEMPDIR_SIZE])
{
	(void)snprintf(dir, TEMPDIR_SIZE, "/tmp/winepair-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

static inline int tempdir_unlink(
	const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

/* Remove it and all that is in it; links are not followed. 0 or -1. */
static inline int tempdir_remove(const char *dir)
{
	return nftw(dir, tempdir_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
