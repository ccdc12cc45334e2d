/*
 * A page of any bytes in whatever character set becomes valid UTF-8 without
 * NUL, and an ASCII page stays as it is.
 */
#include "base/base.h"
#include "recipe/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_plain(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] <= 0 || s[i] == 0x1B)
			return 0;
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *html = (const char *)data;
	struct sbuf text = SBUF_INIT(16 * size + 16);
	struct charset cs;
	const char *said = NULL;
	char label[16] = "";

	/* the first bytes may be what the server says */
	if (size > sizeof(label) && *html == '!') {
		memcpy(label, html + 1, sizeof(label) - 1);
		said = label;
		html += sizeof(label);
		size -= sizeof(label);
	}
	charset_open(&cs, said, html, size);
	charset_convert(&cs, html, size, &text);
	if (text.full)
		log_bug("%zu bytes grew past 16 times", size);
	if (!text_valid(text.buf, text.len) || memchr(text.buf, '\0', text.len))
		log_bug("%zu bytes do not become text", size);
	if (is_plain(html, size) &&
		(text.len != size || memcmp(text.buf, html, size) != 0))
		log_bug("ASCII is changed");
	charset_close(&cs);
	sbuf_release(&text);
	return 0;
}
