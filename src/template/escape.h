/* Writing a value so that it cannot leave the place it stands in. */
#ifndef TEMPLATE_ESCAPE_H
#define TEMPLATE_ESCAPE_H

#include "base/base.h"

enum escape {
	ESCAPE_NONE,	  /* {{{name}}}, {{&name}} */
	ESCAPE_HTML,	  /* text, or a quoted attribute */
	ESCAPE_URL_START, /* the value begins a URL: it may name a scheme */
	ESCAPE_URL_OPEN,  /* something is before it, but no end of a scheme */
	ESCAPE_URL_PATH,  /* the scheme is settled: a part of the path */
	ESCAPE_URL_QUERY, /* behind the first ? or # */
	ESCAPE_URL_BAD,	  /* behind a scheme that is not allowed */
	ESCAPE_MAX
};

void escape_add(enum escape how, const char *s, size_t len, struct sbuf *out);
/* "http", "https", "mailto", in any case? */
int escape_scheme_ok(const char *s, size_t len);

#endif
