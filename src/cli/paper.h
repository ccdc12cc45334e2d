/*
 * Text for a person on a terminal: wrapped to its width, coloured only where
 * colour is wanted. Built in memory, written at the end.
 */
#ifndef CLI_PAPER_H
#define CLI_PAPER_H

#include "base/base.h"

enum ink {
	INK_PLAIN,
	INK_BOLD,
	INK_DIM,
	INK_RED,
	INK_GREEN,
	INK_YELLOW,
	INK_MAGENTA,
	INK_MAX
};

struct paper {
	struct sbuf out;
	int width; /* columns */
	int color; /* use colours? */
};

/* For standard output: its width (80 when it is no terminal), and colours
 * only on a terminal, without NO_COLOR. */
void paper_init(struct paper *p);
void paper_release(struct paper *p);

/* A paragraph: its first line behind `lead`, the following ones indented as
 * far as the lead is wide. Control characters are dropped. */
void paper_text(
	struct paper *p, const char *lead, enum ink ink, const char *text);
/* text at the left, right at the right end of the same line, if both fit. */
void paper_sides(struct paper *p, const char *lead, enum ink ink,
	const char *text, enum ink right_ink, const char *right);
void paper_gap(struct paper *p); /* an empty line */

#endif
