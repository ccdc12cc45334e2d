/*
 * German, Dutch and Nordic cooks write words as one: Schweinehackfleisch,
 * Rinderrouladen, Venusmuscheln. When no food is found in a line, its words
 * are looked at from behind: the longest ending that is a food, in the
 * singular, is what it is; an animal before it says of what.
 */
#include "pairing/dish.h"

#define WORD_MIN 6 /* bytes; shorter words are no compounds */
#define TAIL_MIN 5 /* of the ending that names the food */
#define HEAD_MIN 4 /* of what stands before it */

/* What a plural, or the joint of a compound, may have added. */
static const char *const added[] = { "", "n", "en", "e", "er", "s", "es" };

/* The food that these bytes name, all of them, less an ending; -1: none. */
static int whole_food(const struct knowledge *k, const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(added); i++) {
		size_t end = strlen(added[i]);
		struct match m;

		if (len <= end + 2 || memcmp(s + len - end, added[i], end) != 0)
			continue;
		n = knowledge_match(k, MATCH_FOOD, s, len - end, &m, 1);
		if (n && m.start == 0 && m.len == len - end)
			return m.row;
	}
	return -1;
}

/* Of "Schweinehack" the swine: minced meat could be anybody's. */
static int of_animal(
	const struct knowledge *k, const char *word, size_t head, int food)
{
	int animal = head < HEAD_MIN ? -1 : whole_food(k, word, head);

	if (animal < 0 || !food_leads(k, (unsigned)animal) ||
		!food_leads(k, (unsigned)food) ||
		food_is_own(k, (unsigned)food))
		return food;
	return animal;
}

static int in_word(const struct knowledge *k, const char *word, size_t len)
{
	int row = whole_food(k, word, len);
	size_t i;

	for (i = 1; row < 0 && i + TAIL_MIN <= len; i++) {
		if ((word[i] & 0xC0) == 0x80) /* within a letter */
			continue;
		row = whole_food(k, word + i, len - i);
		if (row >= 0)
			row = of_animal(k, word, i, row);
	}
	return row;
}

int compound_food(const struct knowledge *k, const char *text)
{
	int row = -1;

	while (*text && row < 0) {
		size_t len = strcspn(text, " ,.;:()/");

		if (len >= WORD_MIN)
			row = in_word(k, text, len);
		text += len;
		text += strspn(text, " ,.;:()/");
	}
	return row;
}
