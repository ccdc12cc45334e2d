/*
 * Which bytes mean what. A byte order mark decides; bytes that are valid
 * UTF-8 are UTF-8 whatever the page declares; then the page's own words count
 * (in the meaning browsers give them: latin1 is windows-1252); and last
 * windows-1252, in which every byte is something.
 */
#include "recipe/charset.h"

#include <errno.h>

#define DECLARED_WITHIN 4096 /* bytes of a page that may name its charset */
#define NAME_MAX 40

/* Labels that pages use for a charset that iconv calls otherwise, or that
 * browsers read as a larger one. */
static const struct {
	const char *label, *name;
} labels[] = {
	{ "utf8", "UTF-8" },
	{ "utf-8", "UTF-8" },
	{ "unicode-1-1-utf-8", "UTF-8" },
	{ "utf-16", "UTF-8" }, /* it was read as ASCII to get here */
	{ "utf-16le", "UTF-8" },
	{ "utf-16be", "UTF-8" },
	{ "iso-8859-1", "WINDOWS-1252" },
	{ "iso8859-1", "WINDOWS-1252" },
	{ "latin1", "WINDOWS-1252" },
	{ "l1", "WINDOWS-1252" },
	{ "ascii", "WINDOWS-1252" },
	{ "us-ascii", "WINDOWS-1252" },
	{ "cp1252", "WINDOWS-1252" },
	{ "x-cp1252", "WINDOWS-1252" },
	{ "windows-1252", "WINDOWS-1252" },
	{ "windows-1250", "WINDOWS-1250" },
	{ "windows-1251", "WINDOWS-1251" },
	{ "cp1251", "WINDOWS-1251" },
	{ "windows-1253", "WINDOWS-1253" },
	{ "windows-1254", "WINDOWS-1254" },
	{ "windows-1255", "WINDOWS-1255" },
	{ "windows-1256", "WINDOWS-1256" },
	{ "windows-1257", "WINDOWS-1257" },
	{ "windows-1258", "WINDOWS-1258" },
	{ "windows-874", "CP874" },
	{ "tis-620", "CP874" },
	{ "iso-8859-11", "CP874" },
	{ "iso-8859-2", "ISO-8859-2" },
	{ "iso-8859-3", "ISO-8859-3" },
	{ "iso-8859-4", "ISO-8859-4" },
	{ "iso-8859-5", "ISO-8859-5" },
	{ "iso-8859-6", "ISO-8859-6" },
	{ "iso-8859-7", "ISO-8859-7" },
	{ "iso-8859-8", "ISO-8859-8" },
	{ "iso-8859-9", "WINDOWS-1254" },
	{ "latin5", "WINDOWS-1254" },
	{ "iso-8859-10", "ISO-8859-10" },
	{ "iso-8859-13", "ISO-8859-13" },
	{ "iso-8859-14", "ISO-8859-14" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "latin9", "ISO-8859-15" },
	{ "iso-8859-16", "ISO-8859-16" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8-u", "KOI8-U" },
	{ "macintosh", "MACINTOSH" },
	{ "ibm866", "IBM866" },
	{ "cp866", "IBM866" },
	{ "shift_jis", "CP932" },
	{ "shift-jis", "CP932" },
	{ "sjis", "CP932" },
	{ "x-sjis", "CP932" },
	{ "windows-31j", "CP932" },
	{ "ms_kanji", "CP932" },
	{ "euc-jp", "EUC-JP" },
	{ "x-euc-jp", "EUC-JP" },
	{ "iso-2022-jp", "ISO-2022-JP" },
	{ "gb2312", "GB18030" },
	{ "gbk", "GB18030" },
	{ "gb18030", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "big5", "BIG5-HKSCS" },
	{ "big5-hkscs", "BIG5-HKSCS" },
	{ "euc-kr", "UHC" },
	{ "ks_c_5601-1987", "UHC" },
	{ "windows-949", "UHC" },
};

static const char *by_label(const char *label)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(labels); i++)
		if (text_ascii_caseeq(label, labels[i].label))
			return labels[i].name;
	return NULL;
}

/* charset=… in a meta element or encoding=… in an XML declaration. */
static const char *declared(const char *html, size_t len)
{
	size_t i, n;

	if (len > DECLARED_WITHIN)
		len = DECLARED_WITHIN;
	for (i = 0; i + 8 < len; i++) {
		char label[NAME_MAX];
		const char *name;

		if (text_ascii_prefix(html + i, len - i, "charset"))
			n = i + 7;
		else if (text_ascii_prefix(html + i, len - i, "encoding"))
			n = i + 8;
		else
			continue;
		while (n < len && (html[n] == ' ' || html[n] == '='))
			n++;
		while (n < len && (html[n] == '"' || html[n] == '\''))
			n++;
		for (i = 0; n < len && i < NAME_MAX - 1; i++, n++) {
			char c = html[n];

			if (!c || strchr(" \"';/><\t\r\n", c))
				break;
			label[i] = c;
		}
		label[i] = '\0';
		name = by_label(label);
		if (name)
			return name;
		i = n;
	}
	return NULL;
}

/* UTF-16 without a mark: markup is ASCII, so every other byte is NUL. */
static const char *utf16(const char *html, size_t len)
{
	size_t i, nul[2] = { 0, 0 };

	if (len > 512)
		len = 512;
	for (i = 0; i < len; i++)
		nul[i & 1] += !html[i];
	if (len < 8)
		return NULL;
	if (nul[1] * 4 > len && nul[0] * 20 < len)
		return "UTF-16LE";
	if (nul[0] * 4 > len && nul[1] * 20 < len)
		return "UTF-16BE";
	return NULL;
}

/* UTF-8 as far as it matters: characters of several bytes are well formed,
 * but for a stray byte among many. */
static int looks_utf8(const char *s, size_t len, int *ascii)
{
	size_t i = 0, n, good = 0, bad = 0;
	int32_t cp;

	while (i < len) {
		if ((unsigned char)s[i] < 0x80) {
			i++;
			continue;
		}
		n = text_next(s + i, len - i, &cp);
		if (n > 1)
			good++;
		else
			bad++;
		i += n;
	}
	*ascii = !good && !bad;
	return bad * 20 <= good;
}

static const char *pick(const char *html, size_t len, size_t *skip)
{
	const char *name;
	int ascii;

	*skip = 0;
	if (len >= 3 && !memcmp(html, "\xEF\xBB\xBF", 3)) {
		*skip = 3;
		return "UTF-8";
	}
	if (len >= 2 && !memcmp(html, "\xFF\xFE", 2)) {
		*skip = 2;
		return "UTF-16LE";
	}
	if (len >= 2 && !memcmp(html, "\xFE\xFF", 2)) {
		*skip = 2;
		return "UTF-16BE";
	}
	if ((name = utf16(html, len)))
		return name;
	name = declared(html, len);
	if (looks_utf8(html, len, &ascii)) {
		/* this one hides in seven bits */
		if (ascii && name && !strcmp(name, "ISO-2022-JP"))
			return name;
		return "UTF-8";
	}
	return name && strcmp(name, "UTF-8") != 0 ? name : "WINDOWS-1252";
}

void charset_open(struct charset *c, const char *html, size_t len)
{
	c->name = pick(html, len, &c->skip);
	c->cd = (iconv_t)-1;
	if (!strcmp(c->name, "UTF-8"))
		return;
	c->cd = iconv_open("UTF-8", c->name);
	if (c->cd == (iconv_t)-1)
		c->name = "UTF-8";
}

void charset_close(struct charset *c)
{
	if (c->cd != (iconv_t)-1)
		(void)iconv_close(c->cd);
	c->cd = (iconv_t)-1;
}

static void convert(struct charset *c, char *in, size_t left, struct sbuf *out)
{
	char chunk[8192];

	while (left) {
		char *to = chunk;
		size_t room = sizeof(chunk);
		size_t rc = iconv(c->cd, &in, &left, &to, &room);
		int why = errno;

		(void)text_repair(chunk, (size_t)(to - chunk), out);
		if (rc != (size_t)-1 || why == EINVAL)
			break;
		if (why == EILSEQ && left) {
			text_put(out, 0xFFFD);
			in++;
			left--;
		} else if (why != E2BIG) {
			break;
		}
	}
}

void charset_convert(
	struct charset *c, const char *html, size_t len, struct sbuf *out)
{
	if (c->skip > len)
		return;
	html += c->skip;
	len -= c->skip;
	if (c->cd == (iconv_t)-1)
		(void)text_repair(html, len, out);
	else
		convert(c, (char *)(uintptr_t)html, len, out);
}
