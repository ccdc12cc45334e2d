/* Pages made to hurt whoever reads them: see bombs-make.c. */
#ifndef TESTS_BOMBS_H
#define TESTS_BOMBS_H

#include "base/base.h"

#define BOMB_MAX ((size_t)4 * 1024 * 1024) /* the largest page we take */

size_t bombs_count(void);
const char *bomb_name(size_t i);
/* The page, at most BOMB_MAX bytes of it. */
void bomb_make(size_t i, struct sbuf *out);

#endif
