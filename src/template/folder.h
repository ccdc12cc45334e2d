/* The loaded folder. Inside template/ only. */
#ifndef TEMPLATE_FOLDER_H
#define TEMPLATE_FOLDER_H

#include "template/tree.h"

struct templates {
	struct template **list; /* sorted by name */
	size_t n;
};

const struct template *folder_find(
	const struct templates *ts, const char *name);

#endif
