/* pairing/rank.c: the bottles of a list for a dish. */
#include "real-labels.h"

#define DISH "coq au vin"

static struct cellar cellar;
static struct ranking ranking;

static void cook(struct recipe *r)
{
	struct err e = ERR_INIT;

	assert_int_equal(
		recipe_from_text(k, DISH, strlen(DISH), &mem, r, &e), 0);
}

static void rank_with(const char *list, const struct preferences *p)
{
	struct err e = ERR_INIT;
	struct recipe r;

	cook(&r);
	assert_int_equal(cellar_read(labels, list, strlen(list), YEAR, &mem,
				 &cellar, &e),
		0);
	assert_int_equal(
		ranking_make(k, &r, p, &cellar, YEAR, &mem, &ranking, &e), 0);
}

static void rank(const char *list)
{
	const struct preferences p = PREFERENCES_INIT;

	rank_with(list, &p);
}

/* The lines of the bottles, in their order: "3 1 2". */
static void order_is(const char *want)
{
	struct sbuf got = SBUF_INIT(1000);
	size_t i;

	for (i = 0; i < ranking.n; i++)
		sbuf_addf(&got, "%s%d", i ? " " : "",
			ranking.bottles[i].bottle->lines[0]);
	assert_string_equal(got.buf, want);
	sbuf_release(&got);
}

static void windows_have_a_state(void **state)
{
	static const struct {
		int from, to, year;
		enum window want;
	} cases[] = {
		{ 0, 0, 2026, WINDOW_UNKNOWN },
		{ 2020, 2030, 2026, WINDOW_READY },
		{ 2026, 2026, 2026, WINDOW_READY },
		{ 2027, 2030, 2026, WINDOW_YOUNG },
		{ 2020, 2025, 2026, WINDOW_PAST },
		{ 2027, 0, 2026, WINDOW_YOUNG },
		{ 2020, 0, 2026, WINDOW_READY },
		{ 0, 2025, 2026, WINDOW_PAST },
		{ 0, 2026, 2026, WINDOW_READY },
		/* a strange one */
		{ 2030, 2020, 2026, WINDOW_YOUNG },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			window_of(cases[i].from, cases[i].to, cases[i].year),
			cases[i].want);
}

/* The score of a bottle is that of its style, to the point. */
static void scores_are_those_of_styles(void **state)
{
	const struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	struct pairing made;
	struct recipe r;
	size_t i;

	(void)state;
	cook(&r);
	assert_int_equal(pairing_make(k, &r, &p, &mem, &made, &e), 0);
	for (i = 0; i < made.n_suggestions; i++) {
		const struct suggestion *s = &made.suggestions[i];
		char list[300];

		(void)snprintf(list, sizeof(list), "%.*s\n",
			(int)strcspn(s->wine->name, "("), s->wine->name);
		rank(list);
		assert_int_equal(ranking.n, 1);
		assert_ptr_equal(ranking.bottles[0].match->wine, s->wine);
		assert_int_equal(ranking.bottles[0].match->score, s->score);
		assert_string_equal(ranking.bottles[0].match->note, s->note);
		assert_int_equal(
			ranking.bottles[0].match->n_reasons, s->n_reasons);
	}
}

static void best_first(void **state)
{
	(void)state;
	rank("Sauternes 2009\nVolnay 2017\nChianti Classico 2019\n");
	order_is("2 3 1");
	assert_true(ranking.bottles[0].match->score >
		    ranking.bottles[1].match->score);
	assert_int_equal(ranking.n_more, 0);
}

static void ripe_before_unripe(void **state)
{
	(void)state;
	rank("Wine,Vintage,Drink from,Drink by\n"
	     "Volnay A,2022,2030,2040\n"
	     "Volnay B,1990,2000,2010\n"
	     "Sauternes,2009,2015,2040\n"
	     "Volnay C,2015,2020,2030\n"
	     "Volnay D,2016,,\n");
	order_is("5 6 4 2 3");
	assert_int_equal(ranking.bottles[0].window, WINDOW_READY);
	assert_int_equal(ranking.bottles[1].window, WINDOW_UNKNOWN);
	assert_int_equal(ranking.bottles[3].window, WINDOW_YOUNG);
	assert_int_equal(ranking.bottles[4].window, WINDOW_PAST);
}

/* Without a word on when to drink it nothing is known, however old it is. */
static void no_life_is_invented(void **state)
{
	(void)state;
	rank("Beaujolais Nouveau 1975\nBarolo 2026\n");
	assert_int_equal(ranking.bottles[0].window, WINDOW_UNKNOWN);
	assert_int_equal(ranking.bottles[1].window, WINDOW_UNKNOWN);
}

static void sure_before_unsure(void **state)
{
	(void)state;
	/* one style, taken for it with more and less reason */
	rank("Red\nBurgundy:\nLes Suchots 2015 90\nVolnay 2015 90\n");
	order_is("4 3");
	assert_int_equal(ranking.bottles[0].match->score,
		ranking.bottles[1].match->score);
	/* equal in all: the order of the list */
	rank("Volnay X 2015\nVolnay Y 2015\n");
	order_is("1 2");
}

static void wishes_are_limits(void **state)
{
	struct preferences p = PREFERENCES_INIT;

	(void)state;
	p.colors = 1u << COLOR_WHITE;
	rank_with(
		"Volnay 2017\nChablis 2019\nMeursault 2018\nKombucha 5\n", &p);
	assert_int_equal(ranking.n, 2);
	assert_int_equal(ranking.n_left_out, 2);
	assert_int_equal(ranking.left_out[0].bottle->lines[0], 1);
	assert_string_equal(ranking.left_out[0].why, "preferences");
	p.colors = 0;
	p.count = 1;
	rank_with("Volnay 2017\nChablis 2019\nMeursault 2018\n", &p);
	order_is("1");
	assert_int_equal(ranking.n_more, 2);
	/* without alcohol when that is asked for */
	p.alcohol = ALCOHOL_NONE;
	rank_with("Volnay 2017\nGreen Tea Kombucha\n", &p);
	order_is("2");
}

static void what_is_gone_is_left_out(void **state)
{
	(void)state;
	rank("Wine,Qty\nVolnay,0\nChablis,2\n");
	order_is("3");
	assert_int_equal(ranking.n_left_out, 1);
	assert_string_equal(ranking.left_out[0].why, "none-left");
}

static void nothing_else_is_offered(void **state)
{
	(void)state;
	rank("Opus One 2015\nScreaming Eagle 2012\n");
	assert_int_equal(ranking.n, 0);
	assert_int_equal(cellar.n_unknown, 2);
}

static void json_has_the_shape(void **state)
{
	struct sbuf sb = SBUF_INIT(100000);
	json_object *o, *b;

	(void)state;
	rank("Wine,Vintage,Qty,Drink from,Drink by\n"
	     "Volnay,2017,3,2020,2030\n\"Opus, One\",2015,1,,\n"
	     "Chablis,,0,,\n");
	o = ranking_to_json(&ranking);
	assert_string_equal(json_str(o, "kind"), "table");
	b = json_object_array_get_idx(json_arr(o, "bottles"), 0);
	assert_int_equal(json_int(b, "line", 0), 2);
	assert_int_equal(json_object_array_length(json_arr(b, "lines")), 1);
	assert_string_equal(json_str(b, "text"), "Volnay,2017,3,2020,2030");
	assert_string_equal(json_str(b, "name"), "Volnay");
	assert_string_equal(json_str(b, "style_id"), "red-burgundy");
	assert_non_null(json_str(b, "style"));
	assert_true(json_num(b, "confidence", 0) == 0.95);
	assert_int_equal(json_int(b, "vintage", 0), 2017);
	assert_int_equal(json_int(b, "count", 0), 3);
	assert_true(json_int(b, "score", 0) > 50);
	assert_non_null(json_str(b, "pairing_note"));
	assert_true(json_object_array_length(json_arr(b, "reasons")) > 0);
	json_write(json_obj(b, "window"), &sb);
	assert_string_equal(
		sb.buf, "{\"from\":2020,\"to\":2030,\"state\":\"ready\"}");
	sbuf_reset(&sb);
	json_write(json_arr(o, "unknown"), &sb);
	assert_string_equal(sb.buf,
		"[{\"line\":3,\"text\":\"\\\"Opus, One\\\",2015,1,,\"}]");
	b = json_object_array_get_idx(json_arr(o, "left_out"), 0);
	assert_string_equal(json_str(b, "why"), "none-left");
	assert_null(json_object_object_get(b, "vintage"));
	json_object_put(o);
	sbuf_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_have_a_state),
		cmocka_unit_test_teardown(scores_are_those_of_styles, clean),
		cmocka_unit_test_teardown(best_first, clean),
		cmocka_unit_test_teardown(ripe_before_unripe, clean),
		cmocka_unit_test_teardown(no_life_is_invented, clean),
		cmocka_unit_test_teardown(sure_before_unsure, clean),
		cmocka_unit_test_teardown(wishes_are_limits, clean),
		cmocka_unit_test_teardown(what_is_gone_is_left_out, clean),
		cmocka_unit_test_teardown(nothing_else_is_offered, clean),
		cmocka_unit_test_teardown(json_has_the_shape, clean),
	};

	return cmocka_run_group_tests(tests, labels_setup, labels_teardown);
}
