/* What was sent when it is no text, in words for the one who sent it. */
#include "web/input.h"

static const char *const words[] = {
	[FILETYPE_TEXT] = NULL,
	[FILETYPE_PDF] = "This is a PDF file. Open it, select the recipe, copy "
			 "it and paste it as text.",
	[FILETYPE_IMAGE] = "This is an image, and Winepair reads only text. "
			   "Copy or type the ingredients and paste them.",
	[FILETYPE_ARCHIVE] = "This is a zip file or an office document. Open "
			     "it, select the recipe, copy it and paste it as "
			     "text.",
	[FILETYPE_PACKED] = "This is a compressed file. Unpack it, and choose "
			    "the page in it or paste its text.",
	[FILETYPE_OTHER] = "This is no text. Copy or type the recipe and paste "
			   "it.",
};

const char *input_format(const char *s, size_t len)
{
	while (len && ascii_is_space(*s))
		s++, len--;
	return words[filetype_of(s, len)];
}
