/* From source text to the tree. Inside template/ only. */
#ifndef TEMPLATE_PARSE_H
#define TEMPLATE_PARSE_H

#include "template/tree.h"

/* Where mistakes go: each as a line "file:7: …" into list, or (list NULL) the
 * first one as "line 7: …" into e. */
struct complaints {
	const char *file;
	struct sbuf *list;
	struct err *e;
	size_t n;
};
void complain(struct complaints *c, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* NULL when there were mistakes. With html_strict a value in a place where
 * escaping cannot make it harmless is one; likewise a section or a partial
 * that would make that question undecidable. */
struct template *parse(const char *name, const char *source, size_t len,
	int html_strict, struct complaints *c);

#endif
