/*
 * Somebody's list of wines as text: the bottles on it. It is a table with a
 * header (an export of CellarTracker or Vivino, a spreadsheet), or lines as a
 * shop or restaurant prints them. A part of pairing.h.
 */
#ifndef PAIRING_CELLAR_H
#define PAIRING_CELLAR_H

#include "pairing/bottle.h"

#define CELLAR_BYTES_MAX ((size_t)1024 * 1024)
#define CELLAR_LINES_MAX 20000

struct cellar_line {
	int line;	  /* from 1 */
	const char *text; /* verbatim, but for white space at both ends */
};

struct cellar_bottle {
	const char *text; /* the line it first stands in, as above */
	const char *name; /* what of it names the bottle */
	int *lines;	  /* all it stands in */
	size_t n_lines;
	int count;    /* how many there are; 0: none is left */
	int from, to; /* years in which to drink it; 0: not said */
	struct bottle is;
};

struct cellar {
	int table; /* it has columns; else it is lines of text */
	struct cellar_bottle *bottles; /* in the order of the list */
	size_t n;
	struct cellar_line *unknown; /* lines nothing is known of */
	size_t n_unknown, cap_unknown;
};

/*
 * Read a list, UTF-8 but for stray bytes. Same name, style and vintage is the
 * same bottle. Fails with list-empty and list-too-large. All memory is in the
 * arena. year: today's.
 */
int cellar_read(const struct labels *l, const char *text, size_t len, int year,
	struct arena *mem, struct cellar *out, struct err *e);

#endif
