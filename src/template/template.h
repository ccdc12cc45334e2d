/*
 * Mustache (the core modules of the specification): parsed once, rendered
 * often. {{name}} escapes for HTML; {{{name}}} and {{&name}} exist for the
 * specification, and a lint keeps them out of templates/. A value that stands
 * in an href, src or action attribute also passes a scheme check: anything but
 * http, https, mailto or a relative reference becomes "#".
 */
#ifndef TEMPLATE_TEMPLATE_H
#define TEMPLATE_TEMPLATE_H

#include "base/base.h"

#define TEMPLATE_OUTPUT_MAX ((size_t)4 * 1024 * 1024)

/* One template (tests, prompts). source is copied. NULL with e set: "line 3:
 * section 'x' is not closed". */
struct template;
struct template *template_parse(
	const char *name, const char *source, size_t len, struct err *e);
void template_free(struct template *t);

/* A folder of *.mustache, parsed at start; partials are looked up among them.
 */
struct templates;
struct templates *templates_load(const char *dir, struct sbuf *problems);
void templates_free(struct templates *ts);

/*
 * Check a page against the names its handler supplies: names is a list such
 * as "title wines wines.style wines.reasons wines.reasons.text", dots for
 * members of a section's items, ending in NULL. A name outside a section is
 * also found from inside it. Adds "page.mustache:7: unknown name 'titel'" to
 * problems; -1 if it added any.
 */
int templates_check(const struct templates *ts, const char *page,
	const char *const *names, struct sbuf *problems);

/* Render with JSON as data. Unknown names render as nothing. -1 only when the
 * page does not exist or the output is too large. */
int templates_render(const struct templates *ts, const char *page,
	json_object *data, struct sbuf *out, struct err *e);
/* One template with partials given as {"name": "source"} (NULL: none). */
int template_render(const struct template *t, json_object *data,
	json_object *partials, struct sbuf *out, struct err *e);

#endif
