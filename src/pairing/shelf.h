/*
 * A cellar while it is read: what the two kinds of list (table.c, printed.c)
 * put their bottles on. Private to this folder.
 */
#ifndef PAIRING_SHELF_H
#define PAIRING_SHELF_H

#include "pairing/cellar.h"
#include "pairing/label.h"

/* A line with its bottle. */
struct shelf_row {
	int line;
	struct bottle_field text; /* the line */
	struct bottle_field name; /* what of it names the bottle */
	struct bottle_input in;
	int count, from, to;
};

struct shelf_bottle {
	struct cellar_bottle b;
	const char *key; /* equal for the same bottle */
	size_t rank;	 /* in the list */
};

struct shelf {
	const struct labels *l;
	int year;
	struct arena *mem;
	struct arena scratch; /* of one line */
	struct cellar *out;
	struct shelf_bottle *bottles; /* one a line */
	size_t n, cap;
};

void shelf_put(struct shelf *s, const struct shelf_row *row);
/* A line nobody understands. */
void shelf_put_unknown(struct shelf *s, int line, struct bottle_field text);

/* A table: 0 when the text is none, 1 when it was read, -1 when it is too
 * long. */
int table_read(struct shelf *s, const char *text, size_t len);
/* Any other list; 0, or -1 when it is too long. */
int printed_read(struct shelf *s, const char *text, size_t len);

#endif
