/* From the tree and data to text. Inside template/ only. */
#ifndef TEMPLATE_RENDER_H
#define TEMPLATE_RENDER_H

#include "template/tree.h"

/* loose: partials by name as JSON strings, for nodes whose partial is not
 * known; may be NULL. On -1 out holds what it held before. */
int render(const struct template *t, json_object *data, json_object *loose,
	struct sbuf *out, struct err *e);

#endif
