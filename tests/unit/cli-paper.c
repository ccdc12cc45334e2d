/* cli/paper.c: wrapping for a terminal. */
#include "unit.h"

#include "cli/paper.h"

static const struct {
	int width;
	const char *lead, *text, *expected;
} wraps[] = {
	{ 20, "", "one two", "one two\n" },
	{ 7, "", "one two", "one two\n" },
	{ 6, "", "one two", "one\ntwo\n" },
	{ 12, "  - ", "one two three", "  - one two\n    three\n" },
	{ 12, "", "  one \n\t two  ", "one two\n" },
	{ 12, "> ", "", "> \n" },
	{ 4, "", "abcdefghij kl", "abcd\nefgh\nij\nkl\n" },
	{ 6, "", "\xe9\xb8\xa1\xe8\x82\x89\xe6\xb1\xa4\xe9\xb8\xa1",
		"\xe9\xb8\xa1\xe8\x82\x89\xe6\xb1\xa4\n\xe9\xb8\xa1\n" },
	{ 5, "", "cafe\xcc\x81 x", "cafe\xcc\x81\nx\n" },
	{ 20, "", "a\x1b[31mred\x07", "a[31mred\n" },
	{ 20, "",
		"a\xc2\x9b"
		"31m",
		"a31m\n" },
};

static void text_is_wrapped(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(wraps); i++) {
		struct paper p;

		paper_init(&p);
		p.width = wraps[i].width;
		p.color = 0;
		paper_text(&p, wraps[i].lead, INK_RED, wraps[i].text);
		assert_string_equal(p.out.buf, wraps[i].expected);
		paper_release(&p);
	}
}

static void sides_share_a_line_when_there_is_room(void **state)
{
	struct paper p;

	(void)state;
	paper_init(&p);
	p.width = 20;
	p.color = 0;
	paper_sides(&p, "1. ", INK_RED, "Chablis", INK_GREEN, "92");
	assert_string_equal(p.out.buf, "1. Chablis        92\n");
	sbuf_reset(&p.out);
	paper_sides(&p, "1. ", INK_RED, "Chateauneuf-du-Pape", INK_GREEN, "92");
	assert_string_equal(p.out.buf, "1. Chateauneuf-du-Pa\n   pe 92\n");
	paper_release(&p);
}

static void colours_only_where_wanted(void **state)
{
	struct paper p;

	(void)state;
	paper_init(&p); /* standard output is no terminal in a test run */
	p.color = 1;
	paper_text(&p, "", INK_GREEN, "x");
	assert_string_equal(p.out.buf, "\x1b[32mx\x1b[0m\n");
	paper_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_wrapped),
		cmocka_unit_test(sides_share_a_line_when_there_is_room),
		cmocka_unit_test(colours_only_where_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
