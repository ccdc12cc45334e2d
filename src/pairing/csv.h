/*
 * Records of a table in text: cells divided by one character, quoted where
 * they must be. Private to this folder.
 */
#ifndef PAIRING_CSV_H
#define PAIRING_CSV_H

#include "pairing/bottle.h"

#define CSV_CELLS_MAX 128 /* of a record; further ones are not looked at */

struct csv {
	const char *text;
	size_t len, at;
	char divider;
	int line;      /* of the record that comes next, from 1 */
	int no_quotes; /* a quote was never closed: they are letters */
};

struct csv_record {
	const char *text; /* as it stands, without its line end */
	size_t len;
	int line; /* where it begins */
	struct bottle_field cells[CSV_CELLS_MAX];
	size_t n;
};

void csv_init(struct csv *c, const char *text, size_t len, char divider);
/* The next record that is not empty; 0 at the end. Lines end as they like; a
 * quoted cell may have line ends, and quotes as two of them. White space
 * around a cell is dropped. Cells lie in the text or in mem. */
int csv_next(struct csv *c, struct arena *mem, struct csv_record *r);

#endif
