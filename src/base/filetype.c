#include "base/filetype.h"

#include <string.h>

#include "base/base.h"

#define PASTED "\xEF\xBF\xBD"

static const struct {
	size_t at, len;
	const char *bytes;
	enum filetype type;
} signs[] = {
	{ 0, 5, "%PDF-", FILETYPE_PDF },
	{ 0, 4, "\x89PNG", FILETYPE_IMAGE },
	{ 0, 6, PASTED "PNG", FILETYPE_IMAGE },
	{ 0, 3, "\xFF\xD8\xFF", FILETYPE_IMAGE },
	{ 6, 4, "JFIF", FILETYPE_IMAGE },
	{ 12, 4, "JFIF", FILETYPE_IMAGE }, /* pasted */
	{ 0, 4, "GIF8", FILETYPE_IMAGE },
	{ 8, 4, "WEBP", FILETYPE_IMAGE },
	{ 4, 8, "ftypheic", FILETYPE_IMAGE },
	{ 4, 8, "ftypmif1", FILETYPE_IMAGE },
	{ 4, 8, "ftypavif", FILETYPE_IMAGE },
	{ 0, 4, "II*\0", FILETYPE_IMAGE },
	{ 4, 4, "ftyp", FILETYPE_OTHER },
	{ 0, 4, "PK\3\4", FILETYPE_ARCHIVE },
	{ 0, 4, "\xD0\xCF\x11\xE0", FILETYPE_ARCHIVE },
	{ 0, 3, "\x1F\x8B\x08", FILETYPE_PACKED },
	{ 0, 6, "7z\xBC\xAF\x27\x1C", FILETYPE_PACKED },
	{ 0, 6, "\xFD\x37zXZ\0", FILETYPE_PACKED },
	{ 0, 3, "ID3", FILETYPE_OTHER },
	{ 0, 4, "\x7F\x45LF", FILETYPE_OTHER },
};

enum filetype filetype_of(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(signs); i++)
		if (len >= signs[i].at + signs[i].len &&
			memcmp(s + signs[i].at, signs[i].bytes, signs[i].len) ==
				0)
			return signs[i].type;
	return FILETYPE_TEXT;
}
