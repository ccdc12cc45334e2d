/*
 * Limited children: a process that parses what strangers wrote and can do
 * nothing else. The caller forks; the child then calls these in this order:
 * child_close_except(), child_reset_signals(), child_limit(), whatever must
 * open files (iconv_open), child_filter_parser().
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stddef.h>

struct child_limits {
	unsigned cpu_seconds;
	size_t address_space; /* bytes; left out under sanitizers, valgrind */
};

/* Close every descriptor but the n in keep and standard error; -1 in keep
 * stands for none. Standard input and output go too unless they are kept. */
void child_close_except(const int *keep, size_t n);
/* Default handlers, nothing blocked. */
void child_reset_signals(void);
/* Set limits (no core, no new files either); fatal when refused. */
void child_limit(const struct child_limits *l);
/* From here on only memory, reads and writes of open descriptors, and exit;
 * anything else kills the process. Fatal when the filter cannot be loaded.
 * Left out under sanitizers and valgrind. */
void child_filter_parser(void);
/* Can this build, in this environment, be filtered and limited? */
int child_confinable(void);

#endif
