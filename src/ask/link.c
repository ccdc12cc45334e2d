/*
 * The link among a few words: what a telephone shares ("Beef stew
 * https://…"), and what people write around an address. It is looked for word
 * by word; without a scheme a word is an address only if it begins with www.
 * or has a path, so that neither "1.5" nor "soup.txt" is one. Whether the rest
 * is a recipe is the recipe reader's judgement, but a title beside a link is
 * none, even if it names foods.
 */
#include "ask/ask.h"

#define REST_WORDS 60 /* more is a text of its own */
#define REST_LINES 3
#define LINK_MAX 2048

struct link {
	const char *word; /* with what stands around it */
	size_t word_len;
	const char *s; /* the address */
	size_t len;
	int bare; /* without a scheme */
};

static size_t count(const char *s, size_t len, char c)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += s[i] == c;
	return n;
}

/* Quotes, brackets and the end of a sentence are not the address's; a bracket
 * that it opened itself is. */
static size_t without_tail(const char *s, size_t len)
{
	size_t open = count(s, len, '('), closed = count(s, len, ')');

	while (len && strchr(".,;:!?'\"*_)]}", s[len - 1])) {
		if (s[len - 1] == ')' && closed-- <= open)
			break;
		len--;
	}
	return len;
}

/* "www.example.com", "example.com/soup": a host of proper labels. */
static int is_bare(const char *s, size_t len)
{
	size_t i, host = 0, label = 0, dots = 0;
	int letters = 1;

	while (host < len && !strchr("/?#:", s[host]))
		host++;
	for (i = 0; i < host; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '.') {
			if (i == label)
				return 0;
			label = i + 1;
			dots++;
			letters = 1;
		} else if (c < 0x80 && !ascii_is_alpha(s[i])) {
			if (!ascii_is_digit(s[i]) && c != '-')
				return 0;
			letters = 0;
		}
	}
	if (!dots || host - label < 2 || !letters)
		return 0;
	return text_ascii_prefix(s, len, "www.") ||
	       (host < len && s[host] == '/');
}

/* Up to what no address has in it. */
static size_t address_len(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && !strchr("<>\"`", s[i]); i++)
		;
	return without_tail(s, i);
}

static int find_in_word(const char *s, size_t len, struct link *l)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!text_ascii_prefix(s + i, len - i, "http://") &&
			!text_ascii_prefix(s + i, len - i, "https://"))
			continue;
		l->s = s + i;
		l->len = address_len(l->s, len - i);
		l->bare = 0;
		return 1;
	}
	while (len && strchr("([{<'\"*_", *s))
		s++, len--;
	l->s = s;
	l->len = address_len(s, len);
	l->bare = 1;
	return is_bare(l->s, l->len);
}

/* Words of s; the first that holds a link goes to *l. */
static size_t count_words(const char *s, size_t len, struct link *l)
{
	size_t i = 0, words = 0;

	l->s = NULL;
	while (i < len) {
		size_t start;

		while (i < len && ascii_is_space(s[i]))
			i++;
		for (start = i; i < len && !ascii_is_space(s[i]); i++)
			;
		words += i > start;
		if (l->s || i == start)
			continue;
		if (find_in_word(s + start, i - start, l)) {
			l->word = s + start;
			l->word_len = i - start;
		} else {
			l->s = NULL;
		}
	}
	return words;
}

/* Ingredients with amounts, or line by line: more than a title has. */
static int is_recipe(
	const struct knowledge *k, const char *s, size_t len, struct arena *mem)
{
	size_t i, amounts = 0;
	struct err e = ERR_INIT;
	struct recipe r;

	if (recipe_from_text(k, s, len, mem, &r, &e) || r.n_ingredients < 2)
		return 0;
	for (i = 0; i < r.n_ingredients; i++) {
		struct ingredient in;

		ingredient_parse(k, r.ingredients[i], mem, &in);
		amounts += in.lo > 0;
	}
	return amounts >= 2 || count(s, len, '\n') + 1 >= REST_LINES;
}

const char *ask_link(const struct knowledge *k, const char *text, size_t len,
	struct arena *mem, int *alone)
{
	struct sbuf rest = SBUF_INIT(RECIPE_TEXT_MAX);
	struct link l;
	size_t words, before;
	int yes;

	if (len > RECIPE_TEXT_MAX)
		return NULL;
	words = count_words(text, len, &l);
	if (!l.s || l.len > LINK_MAX || words > REST_WORDS)
		return NULL;
	*alone = words == 1;
	before = (size_t)(l.word - text);
	sbuf_add(&rest, text, before);
	sbuf_add(&rest, l.word + l.word_len, len - before - l.word_len);
	yes = words == 1 || !is_recipe(k, rest.buf, rest.len, mem);
	sbuf_release(&rest);
	if (!yes)
		return NULL;
	return arena_printf(
		mem, "%s%.*s", l.bare ? "https://" : "", (int)l.len, l.s);
}
