/* For tests that read bottles with the real tables. */
#ifndef TESTS_REAL_LABELS_H
#define TESTS_REAL_LABELS_H

#include "pairing/pairing.h"
#include "real-tables.h"

#define YEAR 2026 /* today's */

static struct labels *labels;

static inline int labels_setup(void **state)
{
	if (tables_setup(state))
		return -1;
	labels = labels_new(k);
	return 0;
}

static inline int labels_teardown(void **state)
{
	labels_free(labels);
	return tables_teardown(state);
}

/* After each test. */
static inline int clean(void **state)
{
	(void)state;
	arena_reset(&mem);
	return 0;
}

#endif
