/*
 * What was sent when it is no text: told by its first bytes, as they are or as
 * a browser leaves them when somebody pastes a file into a box (what is not
 * UTF-8 has become U+FFFD).
 */
#include "web/input.h"

#define PASTED "\xEF\xBF\xBD"

static const char pdf[] = "This is a PDF file. Open it, select the recipe, "
			  "copy it and paste it as text.";
static const char image[] = "This is an image, and Winepair reads only text. "
			    "Copy or type the ingredients and paste them.";
static const char archive[] =
	"This is a zip file or an office document. Open it, select the recipe, "
	"copy it and paste it as text.";
static const char packed[] =
	"This is a compressed file. Unpack it, and choose the page in it or "
	"paste its text.";

static const struct {
	size_t at, len;
	const char *bytes, *said;
} formats[] = {
	{ 0, 5, "%PDF-", pdf },
	{ 0, 4, "\x89PNG", image },
	{ 0, 6, PASTED "PNG", image },
	{ 0, 3, "\xFF\xD8\xFF", image },
	{ 6, 4, "JFIF", image },
	{ 12, 4, "JFIF", image }, /* pasted */
	{ 0, 4, "GIF8", image },
	{ 8, 4, "WEBP", image },
	{ 4, 8, "ftypheic", image },
	{ 4, 8, "ftypmif1", image },
	{ 4, 8, "ftypavif", image },
	{ 0, 4, "II*\0", image },
	{ 0, 4, "PK\3\4", archive },
	{ 0, 4, "\xD0\xCF\x11\xE0", archive },
	{ 0, 3, "\x1F\x8B\x08", packed },
	{ 0, 6, "7z\xBC\xAF\x27\x1C", packed },
	{ 0, 6,
		"\xFD"
		"7zXZ\0",
		packed },
};

const char *input_format(const char *s, size_t len)
{
	size_t i;

	while (len && ascii_is_space(*s))
		s++, len--;
	for (i = 0; i < ARRAY_LEN(formats); i++)
		if (len >= formats[i].at + formats[i].len &&
			memcmp(s + formats[i].at, formats[i].bytes,
				formats[i].len) == 0)
			return formats[i].said;
	return NULL;
}
