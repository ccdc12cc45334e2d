/*
 * Mustache (the core modules of the specification, without lambdas): parsed
 * once, rendered often. {{name}} escapes for HTML; {{{name}}} and {{&name}}
 * exist for the specification, and a lint keeps them out of templates/.
 *
 * In a quoted href, src, action (and the like) a value is escaped by where in
 * the link it stands:
 *   href="{{url}}"		a scheme check: anything but http, https,
 *				mailto or a relative reference becomes "#"
 *   href="/wines/{{style}}"	percent-encoded as a segment of the path
 *   href="/recent?q={{q}}"	percent-encoded whole
 * so handlers supply raw text, never text that is encoded already.
 *
 * False are: absent, null, false, "" and the empty list; 0 is true. Objects
 * and lists render as nothing. {{.}} is the item at hand.
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

/*
 * A folder of *.mustache, parsed at start; partials are looked up among them.
 * NULL with every mistake as a line "page.mustache:7: …" in problems. Beyond
 * syntax, these are mistakes: a value where escaping cannot make it harmless
 * (inside <script> or <style>, in an on… or style attribute, without quotes,
 * in the name of a tag, behind another scheme in a link); a section that
 * begins in one place of the HTML and ends in another; a partial anywhere but
 * between elements.
 */
struct templates;
struct templates *templates_load(const char *dir, struct sbuf *problems);
void templates_free(struct templates *ts);

/*
 * Check a page against the names its handler supplies: names is a list such
 * as "title wines wines.style wines.reasons wines.reasons.text" (in one string
 * or several), dots for members of a section's items, ending in NULL. A name
 * outside a section is also found from inside it. Partials are followed. Adds
 * "page.mustache:7: unknown name 'titel'" to problems; -1 if it added any.
 */
int templates_check(const struct templates *ts, const char *page,
	const char *const *names, struct sbuf *problems);

/* Render with JSON as data, appended to out. Unknown names render as nothing.
 * -1, with out as it was, when the page does not exist, the output is too
 * large (TEMPLATE_OUTPUT_MAX or out's ceiling) or partials nest deeper than
 * 32. */
int templates_render(const struct templates *ts, const char *page,
	json_object *data, struct sbuf *out, struct err *e);
/* One template with partials given as {"name": "source"} (NULL: none). */
int template_render(const struct template *t, json_object *data,
	json_object *partials, struct sbuf *out, struct err *e);

#endif
