/*
 * The bombs: pages of up to 4 MiB in which one thing comes too often, too
 * deep or too long. Most are a head, a part that is repeated and a tail; \1
 * in the part stands for the number of the repetition.
 */
#include "bombs.h"

#define FULL ((size_t)-1) /* as often as there is room */

enum coding { PLAIN, UTF16LE, UTF16BE, UTF32LE, UTF32BE };

struct bomb {
	const char *name, *head, *part;
	size_t times;
	const char *tail;
	enum coding coding;
};

#define LD "<script type=\"application/ld+json\">"
#define RECIPE                                        \
	LD "{\"@type\":\"Recipe\",\"name\":\"Soup\"," \
	   "\"recipeIngredient\":[\"2 onions\",\"1 kg beef\"]"
#define LINES LD "{\"@type\":\"Recipe\",\"name\":\"x\",\"recipeIngredient\":["
#define STEPS                                      \
	LD "{\"@type\":\"Recipe\",\"name\":\"x\"," \
	   "\"recipeIngredient\":[\"2 onions\"],"  \
	   "\"recipeInstructions\":["
#define END "}</script>"
#define ITEM "<div itemscope itemtype=\"https://schema.org/Recipe\">"
#define LIST "<h1>Soup</h1><h2>Ingredients</h2><ul>"
/* ten times, a hundred times */
#define X10(s) s s s s s s s s s s
#define X100(s) X10(X10(s))

static const struct bomb
	bombs[] = {
		/* attributes */
		{ "attributes", "<p", " a\1=1", 200000, ">x", PLAIN },
		{ "attributes-after-recipe", RECIPE END "<p", " a\1=1", 200000,
			">x", PLAIN },
		{ "attributes-alike", "<p", " a=1", FULL, ">x", PLAIN },
		{ "attributes-unfinished", "<p", " a\1", FULL, "", PLAIN },
		{ "attributes-many-elements", "",
			"<p " X100("x")
				X10(" a") " b c d e f g h i j k l m n o>",
			FULL, "", PLAIN },
		{ "attribute-huge", "<p title=\"", "x", FULL, "\">x", PLAIN },
		{ "attribute-name-huge", "<p ", "x", FULL, "=1>x", PLAIN },
		{ "attribute-entities", "<p title=\"", "&amp;", FULL, "\">x",
			PLAIN },
		{ "attribute-unclosed", "<p>x", "<a href=\"", FULL, "", PLAIN },
		{ "class-huge", "<p class=\"", "h-recip ", FULL, "\">x",
			PLAIN },
		{ "class-long-everywhere", "",
			"<p class=\"" X100("ingredien") "\">1 g", FULL, "",
			PLAIN },
		{ "content-huge", ITEM "<meta itemprop=ingredients content=\"",
			"1 g salt\n", FULL, "\"></div>", PLAIN },
		/* depth and number of elements */
		{ "deep-b", "", "<b>", FULL, "x", PLAIN },
		{ "deep-div", "", "<div>", FULL, "x", PLAIN },
		{ "deep-table", "", "<table><tr><td>", FULL, "1 cup rice",
			PLAIN },
		{ "deep-list", LIST, "<ul><li>", FULL, "1 cup rice", PLAIN },
		{ "deep-closed", "", "<i><b></i></b>", FULL, "x", PLAIN },
		{ "deep-items", "", ITEM "<p itemprop=name>x", FULL, "x",
			PLAIN },
		{ "deep-items-alike", "",
			"<div itemscope itemtype=Recipe itemprop=ingredients>1 "
			"g",
			60, "", PLAIN },
		{ "deep-ingredients", "", "<div class=ingredient>1 g salt",
			FULL, "", PLAIN },
		{ "deep-ingredients-100", "",
			X100("<div class=ingredient><div "
			     "class=ingredient></div>") X100("<p>1 g salt")
				X100("</div>"),
			FULL, "", PLAIN },
		{ "deep-typeof", "",
			"<div typeof=Recipe><p property=name>x</p>", FULL, "",
			PLAIN },
		{ "deep-h-recipe", "",
			"<div class=h-recipe><p class=p-name>x</p>", FULL, "",
			PLAIN },
		{ "deep-select", "", "<select><option>", FULL, "", PLAIN },
		{ "deep-a", "", "<a><font>", FULL, "x", PLAIN },
		{ "only-ends", "<p>x", "</div></b>", FULL, "", PLAIN },
		{ "only-br", "<p>x", "<br>", FULL, "", PLAIN },
		{ "only-p", "", "<p>a", FULL, "", PLAIN },
		{ "only-li", LIST, "<li>", FULL, "", PLAIN },
		{ "only-h1", "", "<h1>Soup", FULL, "", PLAIN },
		{ "only-meta", "", "<meta name=author content=x>", FULL, "",
			PLAIN },
		{ "only-base", "", "<base href=http://example.org/\1/>", FULL,
			"", PLAIN },
		{ "only-canonical", "", "<link rel=canonical href=/\1>", FULL,
			"", PLAIN },
		{ "only-signs", "", "<", FULL, "", PLAIN },
		{ "only-end-signs", "", "</", FULL, "", PLAIN },
		{ "only-comments", "", "<!-- -->", FULL, "", PLAIN },
		{ "comment-unclosed", "", "<!--", FULL, "", PLAIN },
		{ "comment-dashes", "<!--", "-", FULL, "", PLAIN },
		{ "cdata", "", "<![CDATA[", FULL, "", PLAIN },
		{ "instructions", "", "<?xml ?><?", FULL, "", PLAIN },
		{ "doctypes", "", "<!DOCTYPE a [", FULL, "", PLAIN },
		{ "scripts-open", "", "<script>", FULL, "", PLAIN },
		{ "title-huge", "<title>", "Soup ", FULL, "</title>", PLAIN },
		{ "textarea", "<textarea>", "x\n", FULL, "", PLAIN },
		/* microdata and its kin */
		{ "items-many", "", ITEM "<b itemprop=name>x</b></div>", FULL,
			"", PLAIN },
		{ "items-wrapped-text",
			X10(ITEM) X10(ITEM) X10(ITEM) X10(ITEM) X10(ITEM)
				X10(ITEM) "<p itemprop=recipeInstructions>",
			"stir the pot\n", FULL, "</p>", PLAIN },
		{ "itemref-cycle", "",
			"<div id=a\1 itemscope itemref=\"a\1 a0 a1\" "
			"itemtype=http://schema.org/Recipe><p itemprop=author "
			"itemscope itemref=a0></div>",
			FULL, "", PLAIN },
		{ "itemprop-words", ITEM "<p itemprop=\"", "x/y:name ", FULL,
			"\">x", PLAIN },
		{ "itemprop-no-space", ITEM "<p itemprop=\"", ":", FULL, "\">x",
			PLAIN },
		{ "authors", ITEM, "<div itemprop=author itemscope>", FULL, "",
			PLAIN },
		{ "ingredients-many", ITEM,
			"<li itemprop=ingredients>\1 g salt", FULL, "", PLAIN },
		{ "images-nested", ITEM, "<figure itemprop=image>", FULL, "",
			PLAIN },
		/* JSON-LD */
		{ "json-deep-lists", LD, "[", 100000, "", PLAIN },
		{ "json-deep-objects", LD, "{\"a\":", 100000, "1</script>",
			PLAIN },
		{ "json-deep-after-recipe", RECIPE ",\"a\":", "[", 100000, "",
			PLAIN },
		{ "json-deep-32", LD "[",
			X10("[") X10("[") X10("]") X10("]") ",", FULL,
			"1]</script>", PLAIN },
		{ "json-lines", LINES "1", ",\"a\"", 1000000, "]" END, PLAIN },
		{ "json-lines-food", LINES "1", ",\"2 cups of chopped onions\"",
			FULL, "]" END, PLAIN },
		{ "json-steps", STEPS "1", ",\"a\"", 1000000, "]" END, PLAIN },
		{ "json-steps-objects", STEPS "1",
			",{\"@type\":\"HowToStep\",\"name\":\"a\",\"text\":"
			"\"b\"}",
			FULL, "]" END, PLAIN },
		{ "json-steps-nested", STEPS "1",
			",{\"itemListElement\":[{\"itemListElement\":[{"
			"\"steps\":["
			"\"a\"]}]}]}",
			FULL, "]" END, PLAIN },
		{ "json-keys", RECIPE, ",\"k\1\":1", FULL, END, PLAIN },
		{ "json-one-key", RECIPE, ",\"k\":1", FULL, END, PLAIN },
		{ "json-ids-and-references", RECIPE ",\"author\":[1",
			",{\"@id\":\"a\1\",\"b\":1},{\"@id\":\"zz\"}", FULL,
			"]" END, PLAIN },
		{ "json-references", STEPS "{\"@id\":\"x\",\"text\":\"a\"}",
			",{\"@id\":\"x\"}", FULL, "]" END, PLAIN },
		{ "json-reference-cycle", STEPS "1",
			",{\"@id\":\"a\1\",\"step\":[{\"@id\":\"a0\"},{\"@id\":"
			"\"a1\"},"
			"{\"@id\":\"a2\"},{\"@id\":\"a3\"},{\"@id\":\"a4\"}]}",
			FULL, "]" END, PLAIN },
		{ "json-author-cycle",
			LD "{\"@id\":\"r\",\"@type\":\"Recipe\",\"name\":[",
			"{\"@id\":\"r\"},", FULL,
			"{\"@id\":\"r\"}],\"author\":{\"@id\":"
			"\"r\"},\"image\":{\"@id\":\"r\"}" END,
			PLAIN },
		{ "json-steps-cycle",
			LD "{\"@id\":\"r\",\"@type\":\"Recipe\",\"name\":\"x\","
			   "\"recipeIngredient\":\"1 "
			   "egg\",\"recipeInstructions\":[",
			"{\"@id\":\"r\"},", FULL, "{\"@id\":\"r\"}]" END,
			PLAIN },
		{ "json-ingredients-cycle",
			LD "{\"@id\":\"r\",\"@type\":\"Recipe\",\"name\":\"x\","
			   "\"ingredients\":[",
			"{\"@id\":\"r\"},", FULL, "{\"@id\":\"r\"}]" END,
			PLAIN },
		{ "json-images", RECIPE ",\"image\":[1",
			",[[[{\"@id\":\"\"}]]]", FULL, "]" END, PLAIN },
		{ "json-yields", RECIPE ",\"recipeYield\":[1", ",\"\1 people\"",
			FULL, "]" END, PLAIN },
		{ "json-types", LD "{\"@type\":[1", ",\"http://a/b\"", FULL,
			"],\"name\":\"x\"" END, PLAIN },
		{ "json-string-huge", LINES "\"", "x", FULL, "\"]" END, PLAIN },
		{ "json-string-lines", STEPS "\"", "a\\n", FULL, "\"]" END,
			PLAIN },
		{ "json-string-commas", LINES "\"", "a, ", FULL, "\"]" END,
			PLAIN },
		{ "json-string-brackets", LINES "\"", "(", FULL, "\"]" END,
			PLAIN },
		{ "json-string-tags", LINES "\"", "<b", FULL, "\"]" END,
			PLAIN },
		{ "json-string-tags-end", LINES "\"", "<1 ", FULL, ">\"]" END,
			PLAIN },
		{ "json-string-comments", LINES "\"", "<!-- ", FULL, "\"]" END,
			PLAIN },
		{ "json-string-entities", LINES "\"", "&amp;amp;", FULL,
			"\"]" END, PLAIN },
		{ "json-string-amps", LINES "\"", "&", FULL, "\"]" END, PLAIN },
		{ "json-quotes", LD "{\"name\":\"", "\" ", FULL, END, PLAIN },
		{ "json-quotes-commas", LD "{\"name\":\"", "\", ", FULL, END,
			PLAIN },
		{ "json-quote-far-comma", LD "{\"name\":\"",
			"\"" X100(" ") ",x", FULL, END, PLAIN },
		{ "json-comments", LD "{", "/*", FULL, END, PLAIN },
		{ "json-comments-closed", LD "{", "/**/", FULL, END, PLAIN },
		{ "json-backslashes", LINES "\"", "\\", FULL, "\"]" END,
			PLAIN },
		{ "json-colons", LD "{", ":,", FULL, END, PLAIN },
		{ "json-number", RECIPE ",\"recipeYield\":", "9", FULL, END,
			PLAIN },
		{ "json-exponents", RECIPE ",\"a\":[1", ",1e999999", FULL,
			"]" END, PLAIN },
		{ "json-time", RECIPE ",\"totalTime\":\"PT", "9", FULL,
			"M\"" END, PLAIN },
		{ "json-times", RECIPE ",\"totalTime\":\"", "1 hour ", FULL,
			"\"" END, PLAIN },
		{ "json-escapes", LINES "\"", "\\u0000\\ud800", FULL, "\"]" END,
			PLAIN },
		{ "scripts-many", "", LD "{</script>", FULL, "", PLAIN },
		{ "scripts-recipes", "", RECIPE END, FULL, "", PLAIN },
		/* entities and document types */
		{ "laughs",
			"<?xml version=\"1.0\"?><!DOCTYPE html [<!ENTITY l "
			"\"lol\">",
			"<!ENTITY l\1 \"&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;\">",
			1000,
			"]><html "
			"xmlns=\"http://www.w3.org/1999/xhtml\"><p>&l9;",
			PLAIN },
		{ "laughs-nested",
			"<?xml version=\"1.0\"?><!DOCTYPE l ["
			"<!ENTITY a \"" X10("lol") "\">"
						   "<!ENTITY b \"" X10("&a;") "\"><!ENTITY c \"" X10(
							   "&b;") "\">"
								  "<!ENTITY d "
								  "\"" X10(
									  "&c"
									  ";") "\"><!ENTITY e \"" X10("&d;") "\">"
													     "<!ENTITY f \"" X10("&e;") "\"><!ENTITY g \"" X10(
														     "&f;") "\">"
															    "]><html><p>",
			"&g;", 100, "</p></html>", PLAIN },
		{ "entity-outside",
			"<!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">"
			"<!ENTITY % y SYSTEM \"http://127.0.0.1:9/\"> %y;]><p>",
			"&x;", FULL, "", PLAIN },
		{ "entities-unknown", "<p>", "&lol;", FULL, "", PLAIN },
		{ "entities-numbers", "<p>", "&#99999999999;", FULL, "",
			PLAIN },
		{ "entities-open", "<p>", "&#x", FULL, "", PLAIN },
		{ "subset-huge", "<!DOCTYPE html [", "<!ELEMENT a\1 (b)>", FULL,
			"]>", PLAIN },
		/* bytes */
		{ "bytes-ff", "<p>", "\xFF", FULL, "", PLAIN },
		{ "bytes-cut", "<p>", "\xE3\x81", FULL, "", PLAIN },
		{ "bytes-escape", "<meta charset=iso-2022-jp><p>", "\033$B;",
			FULL, "", PLAIN },
		{ "bytes-gb18030", "<meta charset=gb18030><p>",
			"\x81\x30\x81\x30", FULL, "", PLAIN },
		{ "bytes-sjis", "<meta charset=shift_jis><p>", "\x82", FULL, "",
			PLAIN },
		{ "utf-7", "<meta charset=utf-7>", "+ADw-script+AD4-", FULL, "",
			PLAIN },
		{ "utf-16le", RECIPE END, "<p>x", 500000, "", UTF16LE },
		{ "utf-16be", RECIPE END, "<p>x", 500000, "", UTF16BE },
		{ "utf-32le", RECIPE END, "<p>x", 250000, "", UTF32LE },
		{ "utf-32be", RECIPE END, "<p>x", 250000, "", UTF32BE },
		{ "marks", LINES "\"e", "\xCC\x81\xCC\xA3", FULL, "\"]" END,
			PLAIN },
		{ "marks-lines", LINES "1",
			",\"e" X100("\xCC\x81\xCC\xA3") "\"", FULL, "]" END,
			PLAIN },
		{ "marks-page", "<p>e", "\xCC\x81\xCC\xA3", FULL, "", PLAIN },
		{ "nothing-visible", LINES "\"", "\xE2\x80\x8B", FULL,
			"\"]" END, PLAIN },
		{ "ligatures", LINES "\"", "\xEF\xB7\xBA", FULL, "\"]" END,
			PLAIN },
		/* pages without markup */
		{ "text-huge", "<p>", "x", FULL, "", PLAIN },
		{ "text-words", "<p>", "salt ", FULL, "", PLAIN },
		{ "text-lines", LIST, "<li>1 x", 100000, "", PLAIN },
		{ "text-foods", LIST, "<li>2 cups flour", 100000, "", PLAIN },
		{ "text-foods-and-steps", "<ul>",
			"<li>2 cups flour<li>Stir the pot until it boils, then "
			"wait.",
			FULL, "", PLAIN },
		{ "text-foods-and-words", "<ul>",
			"<li>2 cups flour<li>a b<li>c d", FULL, "", PLAIN },
		{ "text-headings", "", "<h2>Ingredients</h2>", FULL, "",
			PLAIN },
		{ "text-headings-foods", "",
			"<h2>Ingredients</h2><li>1 cup rice", FULL, "", PLAIN },
		{ "text-methods", "", "<h2>Method</h2><p>Stir the pot.", FULL,
			"", PLAIN },
		{ "text-zones", "", "<div class=ingredients><p>1 g salt</div>",
			FULL, "", PLAIN },
		{ "text-rows", "<h2>Ingredients</h2><table>",
			"<tr><td>1 cup<td>rice", FULL, "", PLAIN },
		{ "text-all-food", "<p>", X100("butter salt rice beef ") "<br>",
			FULL, "", PLAIN },
		{ "text-times", "",
			"<p>Total time: 1 h 1 h 1 h<p>Serves 4 4 4 4", FULL, "",
			PLAIN },
		{ "text-numbers", LIST, "<li>" X100("1/2 1.5-2 "), FULL, "",
			PLAIN },
		{ "text-ors", LIST, "<li>1 cup" X100(" or salt"), FULL, "",
			PLAIN },
		/* lines that are read again when the pairing is made */
		{ "lines-packs", LINES "1", ",\"" X100(X10("1 (")) "\"", 240,
			"]" END, PLAIN },
		{ "lines-spaced-packs", LINES "1",
			",\"x " X100(X10("1 x ")) "\"", 240, "]" END, PLAIN },
		{ "lines-numbers", LINES "1", ",\"x " X100(X10("1/1 ")) "\"",
			240, "]" END, PLAIN },
		{ "lines-ors", LINES "1", ",\"1 g" X100(X10(" or")) "\"", 240,
			"]" END, PLAIN },
		{ "lines-commas", LINES "1", ",\"1 g a" X100(X10(", a")) "\"",
			240, "]" END, PLAIN },
		{ "lines-brackets", LINES "1", ",\"1 g a" X100(X10("(a)")) "\"",
			240, "]" END, PLAIN },
		{ "lines-food", LINES "1", ",\"1 g" X100(X10(" egg")) "\"", 240,
			"]" END, PLAIN },
		{ "lines-foods", LINES "1",
			",\"" X100("red wine olive oil soy sauce egg ") "\"",
			240, "]" END, PLAIN },
		{ "lines-unspaced", LINES "1",
			",\"" X100(X10("\xE9\xB6\x8F")) "\"", 240, "]" END,
			PLAIN },
		{ "lines-one-word", LINES "1", ",\"" X100(X10("eggs")) "\"",
			240, "]" END, PLAIN },
		{ "steps-techniques", STEPS "1", ",\"" X100(X10("fry ")) "\"",
			240, "]" END, PLAIN },
		{ "steps-words", STEPS "1",
			",\"" X100("a b c d e f g h i j k ") "\"", 240, "]" END,
			PLAIN },
	};

enum { NULS, NOISE, NOISE_TEXT, BYTES_MAX };
static const char *const special[] = { "nuls", "noise", "noise-tags" };

size_t bombs_count(void)
{
	return ARRAY_LEN(bombs) + BYTES_MAX;
}

const char *bomb_name(size_t i)
{
	return i < ARRAY_LEN(bombs) ? bombs[i].name
				    : special[i - ARRAY_LEN(bombs)];
}

static void put(struct sbuf *out, int ch, enum coding coding)
{
	size_t width = coding == PLAIN ? 1 : coding <= UTF16BE ? 2 : 4, i;
	int big = coding == UTF16BE || coding == UTF32BE;

	for (i = 0; i < width; i++)
		sbuf_addch(out, i == (big ? width - 1 : 0) ? ch : 0);
}

static void put_all(
	struct sbuf *out, const char *s, enum coding coding, size_t number)
{
	char digits[24];
	const char *d;

	for (; *s; s++) {
		if (*s != '\1') {
			put(out, *s, coding);
			continue;
		}
		(void)snprintf(digits, sizeof(digits), "%zu", number);
		for (d = digits; *d; d++)
			put(out, *d, coding);
	}
}

/* Bytes that are the same at every run. */
static unsigned noise(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 24);
}

static void make_special(size_t kind, struct sbuf *out)
{
	static const char tags[] = "<>/=\"' &;-!abdiuplr[]{}:,1\n";

	while (out->len < BOMB_MAX) {
		unsigned n = noise();

		sbuf_addch(out, kind == NULS	? 0
				: kind == NOISE ? (int)(n & 255)
						: tags[n % (sizeof(tags) - 1)]);
	}
}

void bomb_make(size_t i, struct sbuf *out)
{
	const struct bomb *b = &bombs[i];
	size_t n, part, tail;

	if (i >= ARRAY_LEN(bombs)) {
		make_special(i - ARRAY_LEN(bombs), out);
		return;
	}
	put_all(out, b->head, b->coding, 0);
	part = strlen(b->part) + 8;
	tail = strlen(b->tail);
	for (n = 0; n < b->times && out->len + part + tail < BOMB_MAX; n++)
		put_all(out, b->part, b->coding, n);
	put_all(out, b->tail, b->coding, 0);
}
