/*
 * The tables as one block of memory, and that block as a file. Private to this
 * folder; image.c tells why and how.
 */
#ifndef KNOWLEDGE_IMAGE_H
#define KNOWLEDGE_IMAGE_H

#include "knowledge/tables.h"

/* Move all that was read from text into one block, and free the rest. */
void image_pack(struct knowledge *k);
/* Take the block from the file beside the folder of the tables. 0, or -1 when
 * there is none, or none that this program made of k->version. */
int image_load(struct knowledge *k, const char *dir);

/* The sum of a block in which it stands as 0. */
uint64_t image_sum(const struct sbuf *block);

#endif
