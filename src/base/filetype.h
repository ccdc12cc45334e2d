/*
 * Files that are no text, told by their first bytes, as they are or as a
 * browser leaves them when somebody pastes one into a box (what is not UTF-8
 * has become U+FFFD).
 */
#ifndef BASE_FILETYPE_H
#define BASE_FILETYPE_H

#include <stddef.h>

enum filetype {
	FILETYPE_TEXT, /* none of the others */
	FILETYPE_PDF,
	FILETYPE_IMAGE,
	FILETYPE_ARCHIVE, /* zip, and office documents, which are zip files */
	FILETYPE_PACKED,  /* one compressed file */
	FILETYPE_OTHER	  /* sound, video, programs */
};

enum filetype filetype_of(const char *s, size_t len);

#endif
