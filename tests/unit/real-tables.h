/* For tests that share the real tables and an arena. */
#ifndef TESTS_REAL_TABLES_H
#define TESTS_REAL_TABLES_H

#include "knowledge/knowledge.h"
#include "unit.h"

static struct knowledge *k;
static struct arena mem = ARENA_INIT;

static inline int tables_setup(void **state)
{
	struct sbuf problems = SBUF_INIT(100000);

	(void)state;
	k = knowledge_load(source_path("knowledge"), &problems);
	if (!k)
		print_error("%s", problems.buf);
	sbuf_release(&problems);
	return k ? 0 : -1;
}

static inline int tables_teardown(void **state)
{
	(void)state;
	knowledge_free(k);
	arena_release(&mem);
	return 0;
}

#endif
