/*
 * What a request asks for: one recipe or the dishes of a menu, and
 * preferences, out of a form or a JSON document. A mistake in it is a reason
 * plus words in x->detail that name what was wrong.
 */
#ifndef WEB_INPUT_H
#define WEB_INPUT_H

#include "web/exchange.h"

extern const char *const input_page_fields[]; /* of the form on our pages */
extern const char *const input_api_fields[];

/* By the content type: JSON (API only), or a form. Strings live as long as
 * the request. */
int input_from_page(struct exchange *x, struct ask_input *in, struct err *e);
int input_from_api(struct exchange *x, struct ask_input *in, struct err *e);
/* Where a recipe is said to come from, canonical; NULL when that is no public
 * address, which is no mistake: many keep recipes at home. */
const char *input_source(struct exchange *x, const struct http_field *f);
/* Say in x->detail that it is about this dish of a menu (0: about none). */
void input_blame(struct exchange *x, size_t dish, const struct err *e);
/* What these bytes are and what to do about it, when they are a PDF, an image
 * or an archive; NULL for all else. */
const char *input_format(const char *s, size_t len);

#endif
