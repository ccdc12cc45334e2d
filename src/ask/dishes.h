/* The recipes of a request. Private to this folder. */
#ifndef ASK_DISHES_H
#define ASK_DISHES_H

#include "ask/ask.h"

struct dishes { /* one, or those of a menu */
	struct recipe at[MENU_MAX];
	size_t part[MENU_MAX]; /* of a menu: which part it came in, from 1 */
	size_t n;
};

/* Read one part of a request and add what it holds: the dish, or, of a stored
 * menu, all of its dishes. Fails as ask() does. */
int dishes_read(const struct ask_world *w, const struct ask_part *part,
	struct arena *mem, struct dishes *d, struct err *e);

#endif
