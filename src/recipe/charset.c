/*
 * Which bytes mean what. A byte order mark decides, and so do the NULs of
 * UTF-16; bytes that are valid UTF-8 are UTF-8 whatever anybody declares.
 * Then the HTTP header counts, then the page's own words (in the meaning
 * browsers give them: latin1 is windows-1252), unless too many bytes make no
 * sense so read; then libuchardet has its guess; and last windows-1252, in
 * which every byte is something.
 *
 * glibc opens files for iconv_open(), which a filtered child may not; and a
 * detector is not to be run on a stranger's bytes before the filter. So all
 * converters that may be asked for are opened first: one as a rule, all of
 * them (2 ms) for a page that is not UTF-8.
 */
#include "recipe/charset.h"

#include <errno.h>
#include <uchardet.h>

#include "recipe/recipe.h"

#define DECLARED_WITHIN 4096 /* bytes of a page that may name its charset */
#define NAME_MAX 40
#define UTF16_WITHIN 4096
#define GUESS_FROM 4 /* bytes that are not ASCII */
#define TAG_MAX 2000

/* Labels that pages use for a charset that iconv calls otherwise, or that
 * browsers read as a larger one. */
static const struct {
	const char *label, *name;
} labels[] = {
	{ "utf8", "UTF-8" },
	{ "utf-8", "UTF-8" },
	{ "unicode-1-1-utf-8", "UTF-8" },
	{ "utf-16", "UTF-8" }, /* real UTF-16 was seen before */
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
	{ "x-mac-cyrillic", "MAC-CYRILLIC" },
	{ "mac-cyrillic", "MAC-CYRILLIC" },
	{ "mac-centraleurope", "MACCENTRALEUROPE" },
	{ "ibm852", "IBM852" },
	{ "ibm855", "IBM855" },
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
	{ "gb_2312-80", "GB18030" },
	{ "gbk", "GB18030" },
	{ "gb18030", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "big5", "BIG5-HKSCS" },
	{ "big5-hkscs", "BIG5-HKSCS" },
	{ "x-x-big5", "BIG5-HKSCS" },
	{ "euc-tw", "EUC-TW" },
	{ "euc-kr", "UHC" },
	{ "ks_c_5601-1987", "UHC" },
	{ "windows-949", "UHC" },
	{ "uhc", "UHC" },
	{ "cp949", "UHC" },
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

/* UTF-8 as far as it matters: characters of several bytes are well formed,
 * but for a few. In any other encoding it is hardly one in ten. */
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
	return bad * 4 <= good;
}

/* UTF-16 without a mark: text has no NULs, so those that are there stand on
 * one side of the pairs. Markup is full of them; in other scripts line feeds,
 * digits and blanks have one, and the rest does not look like UTF-8, or is
 * full of control bytes (Greek to Thai). */
static const char *utf16(const char *s, size_t len)
{
	size_t i, many, odd = 0, nul[2] = { 0, 0 };
	int side, ascii;

	if (len > UTF16_WITHIN)
		len = UTF16_WITHIN;
	for (i = 0; i < len; i++) {
		nul[i & 1] += !s[i];
		odd += s[i] > 0 && s[i] < ' ' && !ascii_is_space(s[i]);
	}
	side = nul[1] > nul[0];
	many = nul[side];
	if (many < 2 || many * 100 <= len || many <= 4 * nul[!side])
		return NULL;
	if (many * 4 <= len && odd * 20 < len && looks_utf8(s, len, &ascii))
		return NULL;
	return side ? "UTF-16LE" : "UTF-16BE";
}

/* What is certain: a mark, the NULs of UTF-16. *skip: the mark's length. */
static const char *marked(const char *s, size_t len, size_t *skip)
{
	*skip = 0;
	if (len >= 3 && !memcmp(s, "\xEF\xBB\xBF", 3)) {
		*skip = 3;
		return "UTF-8";
	}
	if (len >= 2 && !memcmp(s, "\xFF\xFE", 2)) {
		*skip = 2;
		return "UTF-16LE";
	}
	if (len >= 2 && !memcmp(s, "\xFE\xFF", 2)) {
		*skip = 2;
		return "UTF-16BE";
	}
	return utf16(s, len);
}

/* Seven bits may hide Japanese, which says so by an escape. */
static int is_utf8(const char *s, size_t len)
{
	int ascii;

	if (!looks_utf8(s, len, &ascii))
		return 0;
	return !ascii || !memmem(s, len, "\x1B$", 2);
}

/* ---- opening ---- */

static void open_one(struct charset *c, const char *name)
{
	struct converter *v = &c->at[c->n];
	size_t i;

	if (!name || !strcmp(name, "UTF-8") || c->n == CONVERTERS_MAX)
		return;
	for (i = 0; i < c->n; i++)
		if (!strcmp(c->at[i].name, name))
			return;
	v->name = name;
	v->cd = iconv_open("UTF-8", name);
	if (v->cd != (iconv_t)-1)
		c->n++;
}

void charset_open(
	struct charset *c, const char *said, const char *data, size_t len)
{
	const char *name = marked(data, len, &c->skip);
	size_t i;

	c->n = c->n_said = 0;
	if (name) {
		open_one(c, name);
		c->n_said = c->n;
		return;
	}
	if (is_utf8(data, len))
		return;
	open_one(c, said ? by_label(said) : NULL);
	open_one(c, declared(data, len));
	c->n_said = c->n;
	for (i = 0; i < ARRAY_LEN(labels); i++)
		open_one(c, labels[i].name);
}

void charset_close(struct charset *c)
{
	while (c->n)
		(void)iconv_close(c->at[--c->n].cd);
}

/* ---- converting ---- */

/* Append data as UTF-8; what makes no sense becomes U+FFFD. Returns how many
 * places that were. */
static size_t convert(
	iconv_t cd, const char *data, size_t left, struct sbuf *out)
{
	char *in = (char *)(uintptr_t)data;
	size_t bad = 0;
	char chunk[8192];

	(void)iconv(cd, NULL, NULL, NULL, NULL);
	while (left) {
		char *to = chunk;
		size_t room = sizeof(chunk);
		size_t rc = iconv(cd, &in, &left, &to, &room);
		int why = errno;

		bad += text_repair(chunk, (size_t)(to - chunk), out);
		if (rc != (size_t)-1 || why == EINVAL)
			break;
		if (why == EILSEQ && left) {
			text_put(out, 0xFFFD);
			bad++;
			in++;
			left--;
		} else if (why != E2BIG) {
			break;
		}
	}
	return bad;
}

static size_t high_bytes(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += (s[i] & 0x80) != 0;
	return n;
}

/* The length of a tag, or of the key of a JSON member, at s; 0: neither. */
static size_t markup_at(const char *s, size_t len)
{
	const char *end;
	size_t i = 1;

	if (*s == '<' && len > 1 && (ascii_is_alpha(s[1]) || s[1] == '/')) {
		end = memchr(s, '>', len < TAG_MAX ? len : TAG_MAX);
		return end ? (size_t)(end - s) + 1 : 0;
	}
	if (*s != '"')
		return 0;
	while (i < len && (ascii_is_alpha(s[i]) || s[i] == '@'))
		i++;
	return i + 1 < len && s[i] == '"' && s[i + 1] == ':' ? i + 2 : 0;
}

/* What people wrote: the English of the markup would speak for English. */
static void without_markup(const char *s, size_t len, struct sbuf *out)
{
	size_t i = 0, n;

	while (i < len) {
		n = markup_at(s + i, len - i);
		if (n || (s[i] && strchr("{}[]\"", s[i])))
			sbuf_addch(out, ' ');
		else
			sbuf_addch(out, s[i]);
		i += n ? n : 1;
	}
}

/* libuchardet's guess by our name for it; a handful of accents is no ground
 * for one. */
static const char *guess(const char *data, size_t len, size_t high)
{
	struct sbuf text = SBUF_INIT(len);
	const char *name = NULL;
	uchardet_t u;

	if (high && high < GUESS_FROM)
		return "WINDOWS-1252";
	without_markup(data, len, &text);
	u = uchardet_new();
	if (uchardet_handle_data(u, text.buf, text.len) == 0) {
		uchardet_data_end(u);
		name = by_label(uchardet_get_charset(u));
	}
	uchardet_delete(u);
	sbuf_release(&text);
	return name && strcmp(name, "UTF-8") != 0 ? name : "WINDOWS-1252";
}

static const struct converter *by_name(
	const struct charset *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (!strcmp(c->at[i].name, name))
			return &c->at[i];
	return NULL;
}

void charset_convert(
	struct charset *c, const char *data, size_t len, struct sbuf *out)
{
	const struct converter *v;
	size_t i, high, from = out->len;

	if (c->skip > len)
		return;
	data += c->skip;
	len -= c->skip;
	high = c->n ? high_bytes(data, len) : 0;
	for (i = 0; i < c->n_said; i++) {
		size_t bad = convert(c->at[i].cd, data, len, out);

		/* a mark decides, whatever follows it */
		if (c->n == c->n_said || bad * 20 <= high)
			return;
		sbuf_truncate(out, from);
	}
	v = c->n ? by_name(c, guess(data, len, high)) : NULL;
	if (!v && c->n)
		v = by_name(c, "WINDOWS-1252");
	if (v)
		(void)convert(v->cd, data, len, out);
	else
		(void)text_repair(data, len, out);
}

void recipe_decode(const char *data, size_t len, struct sbuf *out)
{
	struct charset c = { .n = 0 };
	const char *name = marked(data, len, &c.skip);

	if (!name && !is_utf8(data, len))
		name = "WINDOWS-1252";
	open_one(&c, name);
	c.n_said = c.n;
	charset_convert(&c, data, len, out);
	charset_close(&c);
}

size_t recipe_peek(const char *data, size_t len, char *out, size_t max)
{
	size_t skip, i, n = 0, step = 1, first;
	const char *name = marked(data, len, &skip);

	first = skip;
	if (name && strcmp(name, "UTF-8") != 0) {
		step = 2;
		first += !strcmp(name, "UTF-16BE");
	}
	for (i = first; i < len && n < max; i += step)
		out[n++] = data[i];
	return n;
}
