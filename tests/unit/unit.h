/*
 * What every unit test includes: cmocka, and the paths of the source tree and
 * of the shared cases (both from the environment that make check sets).
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"

/* "<top_srcdir>/rest", valid until the next four calls. */
static inline const char *source_path(const char *rest)
{
	static char paths[4][1024];
	static unsigned turn;
	const char *top = getenv("top_srcdir");
	char *path = paths[turn++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", top ? top : ".", rest);
	return path;
}

/* The same below the shared cases; NULL when they are not there. */
static inline const char *shared_path(const char *rest)
{
	static char path[1024];
	const char *top = getenv("WINEPAIR_SHARED");

	if (!top)
		return NULL;
	(void)snprintf(path, sizeof(path), "%s/%s", top, rest);
	return path;
}

/* What would take minutes if it took quadratic time ends the test here, and
 * nothing else does: how fast a machine is decides no test. 0 lifts it. */
static inline void unit_deadline(unsigned seconds)
{
	(void)alarm(seconds);
}

#endif
