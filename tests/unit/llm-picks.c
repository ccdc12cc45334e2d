/* llm/picks.c: a model's words, read while they come. */
#include "unit.h"

#include "llm/answer.h"

static struct arena mem = ARENA_INIT;

static int clean(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

#define ONE                                                               \
	"{\"style\":\"riesling-kabinett\",\"name\":\"\",\"region\":\"\"," \
	"\"color\":\"\",\"why\":\"Cools the chilli.\"}"
#define TWO                                                                \
	"{\"style\":\"other\",\"name\":\"Trousseau\",\"region\":\"Jura\"," \
	"\"color\":\"red\",\"why\":\"Wild \\\"and\\\" l\\u00e9ger.\"}"
#define PLAIN "{\"summary\":\"Heat.\",\"picks\":[" ONE "," TWO "]}"

static int read_all(const char *text, struct llm_picks *p, struct err *e)
{
	return llm_picks_read(text, strlen(text), 1, &mem, p, e);
}

static int read_part(const char *text, size_t len, struct llm_picks *p)
{
	struct err e = ERR_INIT;

	/* where it ends, so does what may be looked at */
	return llm_picks_read(
		arena_strndup(&mem, text, len), len, 0, &mem, p, &e);
}

static void is_plain(const struct llm_picks *p)
{
	assert_string_equal(p->summary, "Heat.");
	assert_int_equal(p->n, 2);
	assert_string_equal(p->at[0].style_id, "riesling-kabinett");
	assert_string_equal(p->at[0].name, "");
	assert_string_equal(p->at[0].why, "Cools the chilli.");
	assert_string_equal(p->at[1].style_id, "other");
	assert_string_equal(p->at[1].name, "Trousseau");
	assert_string_equal(p->at[1].region, "Jura");
	assert_string_equal(p->at[1].color, "red");
	assert_string_equal(p->at[1].why, "Wild \"and\" l\xC3\xA9ger.");
}

/* Whatever stands around the object. */
static const char *const wrappings[] = {
	PLAIN,
	"\xEF\xBB\xBF" PLAIN "\n",
	"```json\n" PLAIN "\n```",
	"```\n" PLAIN "\n```\nEnjoy {your} meal!",
	"Sure! Here are {my} picks: " PLAIN " Cheers.",
	"{\"thought\":\"none\"}\n" PLAIN,
	"{\"result\":{\"pairing\":" PLAIN "},\"ok\":true}",
	"[" PLAIN "]",
	"A \"{\" opens it.\n" PLAIN,
	PLAIN "{\"picks\":[]}",
	"{ \"picks\" : [ " ONE " ,\n" TWO " ] , \"more\":[1,-2e3,null,{}],"
	"\"summary\" :\t\"Heat.\" }",
	"{\"summary\":\"Heat.\",\"picks\":[" ONE "," TWO "],\"picks\":["
	"{\"style\":\"no\"}],\"summary\":\"no\"}",
};

static void it_is_found_in_any_wrapping(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(wrappings); i++) {
		struct llm_picks p;
		struct err e = ERR_INIT;

		if (read_all(wrappings[i], &p, &e))
			fail_msg("%s: %s", wrappings[i], e.msg);
		is_plain(&p);
	}
}

/* ---- any part of a text ---- */

static int same(const struct llm_pick *a, const struct llm_pick *b)
{
	return strcmp(a->style_id, b->style_id) == 0 &&
	       strcmp(a->name, b->name) == 0 &&
	       strcmp(a->region, b->region) == 0 &&
	       strcmp(a->color, b->color) == 0 && strcmp(a->why, b->why) == 0;
}

/* What each part gives stays in what all of it gives. */
static void check_parts(const char *text, const struct llm_picks *all)
{
	size_t len, i, most = 0;
	struct llm_picks p;

	for (len = 0; len <= strlen(text); len++) {
		assert_int_equal(read_part(text, len, &p), 0);
		if (p.n < most || p.n > all->n)
			fail_msg("%zu picks in %.*s", p.n, (int)len, text);
		most = p.n;
		for (i = 0; i < p.n; i++)
			if (!same(&p.at[i], &all->at[i]))
				fail_msg("pick %zu in %.*s", i, (int)len, text);
		if (p.summary &&
			(!all->summary || strcmp(p.summary, all->summary)))
			fail_msg("summary of %.*s", (int)len, text);
	}
	assert_int_equal(most, all->n);
}

static void no_part_gives_what_the_whole_does_not(void **state)
{
	static const char *const odd[] = {
		"{\"a\":{\"picks\":[" ONE "]},\"picks\":[" TWO "]}",
		"{\"picks\":[" ONE "," TWO ",{\"style\":\"a\"}]} {\"picks\":["
		"{\"style\":\"b\"}]}",
	};
	struct llm_picks p;
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(wrappings); i++) {
		assert_int_equal(read_all(wrappings[i], &p, &e), 0);
		check_parts(wrappings[i], &p);
		arena_reset(&mem);
	}
	for (i = 0; i < ARRAY_LEN(odd); i++) {
		assert_int_equal(read_all(odd[i], &p, &e), 0);
		check_parts(odd[i], &p);
	}
	assert_int_equal(read_all(odd[0], &p, &e), 0);
	assert_int_equal(p.n, 1);
	assert_string_equal(p.at[0].style_id, "other");
}

static void a_pick_is_there_once_it_is_complete(void **state)
{
	static const char text[] = "{\"summary\":\"Heat.\",\"picks\":[" ONE;
	const size_t len = sizeof(text) - 1;
	struct llm_picks p;

	(void)state;
	assert_int_equal(read_part(text, len, &p), 0);
	assert_int_equal(p.n, 1);
	assert_string_equal(p.summary, "Heat.");
	assert_int_equal(read_part(text, len - 1, &p), 0);
	assert_int_equal(p.n, 0);
	assert_string_equal(p.summary, "Heat.");
}

/* ---- what is not as it should be ---- */

static void mistakes_are_told_so_that_a_model_can_mend_them(void **state)
{
	static const struct {
		const char *text;
		enum err_reason reason;
		const char *says;
	} cases[] = {
		{ "", REASON_MODEL_NOT_JSON, "no JSON object" },
		{ "I like Riesling.", REASON_MODEL_NOT_JSON, "no JSON object" },
		{ "{not json}", REASON_MODEL_NOT_JSON, "no JSON object" },
		{ "{\"wines\":[]}", REASON_MODEL_WRONG_SHAPE,
			"has no \"picks\"" },
		{ "{\"picks\":[" ONE, REASON_MODEL_NOT_JSON, "breaks off" },
		{ "{\"picks\":[" ONE "]", REASON_MODEL_NOT_JSON, "breaks off" },
		{ "{\"picks\":[" ONE " " TWO "]}", REASON_MODEL_NOT_JSON,
			"not valid near its byte 99" },
		{ "{\"picks\":[" ONE ",]}", REASON_MODEL_NOT_JSON,
			"not valid" },
		{ "{\"picks\":[{\"style\":tru}]}", REASON_MODEL_NOT_JSON,
			"not valid" },
		{ "{\"picks\":[" ONE "],\"x\":bad}", REASON_MODEL_NOT_JSON,
			"not valid" },
		{ "{\"picks\":[{\"style\":\"\xFF\"}]}", REASON_MODEL_NOT_JSON,
			"not valid" },
		{ "{\"picks\":5}", REASON_MODEL_WRONG_SHAPE,
			"\"picks\" must be an array" },
		{ "{\"picks\":{\"a\":[]}}", REASON_MODEL_WRONG_SHAPE,
			"\"picks\" must be an array" },
		{ "{\"picks\":[" ONE ",\"barolo\"]}", REASON_MODEL_WRONG_SHAPE,
			"pick 2 must be an object" },
		{ "{\"picks\":[{\"style\":7}]}", REASON_MODEL_WRONG_SHAPE,
			"pick 1: \"style\" must be a string" },
		{ "{\"picks\":[{\"style\":\"a\",\"why\":[\"b\"]}]}",
			REASON_MODEL_WRONG_SHAPE,
			"pick 1: \"why\" must be a string" },
		{ "{\"picks\":[{\"why\":\"b\"}]}", REASON_MODEL_WRONG_SHAPE,
			"pick 1 has no \"style\"" },
		{ "{\"summary\":[],\"picks\":[" ONE "]}",
			REASON_MODEL_WRONG_SHAPE,
			"\"summary\" must be a string" },
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct llm_picks p;
		struct err e = ERR_INIT;

		if (read_all(cases[i].text, &p, &e) != -1 ||
			e.reason != cases[i].reason ||
			!strstr(e.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].text, e.msg);
		/* and as long as more may come, it is no mistake */
		for (len = 0; len <= strlen(cases[i].text); len++)
			assert_int_equal(read_part(cases[i].text, len, &p), 0);
	}
}

/* The picks before a mistake are shown, none behind it. */
static void a_mistake_ends_the_picks(void **state)
{
	static const char text[] = "{\"picks\":[" ONE ",{\"style\":1}," TWO
				   "]}";
	struct llm_picks p;

	(void)state;
	assert_int_equal(read_part(text, strlen(text), &p), 0);
	assert_int_equal(p.n, 1);
}

static void what_small_models_leave_out_is_empty(void **state)
{
	struct llm_picks p;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(read_all("{\"picks\":[{\"style\":\"a\"},"
				  "{\"name\":\"B\",\"why\":null}],"
				  "\"summary\":null}",
				 &p, &e),
		0);
	assert_int_equal(p.n, 2);
	assert_null(p.summary);
	assert_string_equal(p.at[0].why, "");
	assert_string_equal(p.at[1].style_id, "");
	assert_string_equal(p.at[1].name, "B");
	assert_int_equal(read_all("{\"picks\":[]}", &p, &e), 0);
	assert_int_equal(p.n, 0);
}

/* ---- limits ---- */

static void words_are_cleaned_and_cut(void **state)
{
	struct sbuf text = SBUF_INIT(10000);
	struct llm_picks p;
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	sbuf_addstr(&text, "{\"summary\":\"");
	for (i = 0; i < 300; i++)
		sbuf_addstr(&text, "d\xC3\xA9j\xC3\xA0 ");
	sbuf_addstr(&text,
		"\",\"picks\":[{\"style\":\"  barolo\\n\",\"name\":\"a\\u0000b"
		"\\u202ec\",\"why\":\"");
	for (i = 0; i < 100; i++)
		sbuf_addstr(&text, "word\\t ");
	sbuf_addstr(&text, "\",\"region\":\"");
	for (i = 0; i < 200; i++)
		sbuf_addstr(&text, "x");
	sbuf_addstr(&text, "\"}]}");
	if (read_all(text.buf, &p, &e))
		fail_msg("%s", e.msg);
	assert_string_equal(p.at[0].style_id, "barolo");
	assert_string_equal(p.at[0].name, "abc");
	assert_true(strlen(p.at[0].why) <= 400);
	assert_true(strlen(p.at[0].why) > 380);
	assert_string_equal(
		p.at[0].why + strlen(p.at[0].why) - 8, " word\xE2\x80\xA6");
	assert_true(strlen(p.at[0].region) <= 80);
	assert_true(strlen(p.summary) <= 700 && strlen(p.summary) > 680);
	assert_true(text_valid(p.summary, strlen(p.summary)));
	assert_string_equal(p.summary + strlen(p.summary) - 9,
		"d\xC3\xA9j\xC3\xA0\xE2\x80\xA6");
	sbuf_release(&text);
}

static void there_is_an_end_to_picks(void **state)
{
	struct sbuf text = SBUF_INIT(10000);
	struct llm_picks p;
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	sbuf_addstr(&text, "{\"picks\":[{\"style\":\"a\"}");
	for (i = 0; i < 60; i++)
		sbuf_addstr(&text, ",{\"style\":\"b\"}");
	sbuf_addstr(&text, "]}");
	assert_int_equal(read_all(text.buf, &p, &e), 0);
	assert_int_equal(p.n, LLM_PICKS_MAX);
	sbuf_release(&text);
}

/* Braces without end neither recurse without end nor take quadratic time. */
static void depth_and_length_are_no_trap(void **state)
{
	static const char *const bits[] = { "{", "{\"", "{\"a\":", "[",
		"{\"a\":[", "{\"a\":1,", "{\"picks\":[", "\\\"", "{\"a\":{}," };
	size_t i;

	const char *deep = "{\"a\":[[[[[[[[[[]]]]]]]]]],\"picks\":[" ONE "]}";
	const char *deeper = "{\"a\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]],"
			     "\"picks\":[" ONE "]}";
	struct llm_picks p;
	struct err e = ERR_INIT;

	(void)state;
	unit_deadline(60);
	assert_int_equal(read_all(deep, &p, &e), 0);
	assert_int_equal(read_all(deeper, &p, &e), -1);
	for (i = 0; i < ARRAY_LEN(bits); i++) {
		struct sbuf text = SBUF_INIT(LLM_TEXT_MAX);

		while (text.len + strlen(bits[i]) <= LLM_TEXT_MAX)
			sbuf_addstr(&text, bits[i]);
		assert_int_equal(read_all(text.buf, &p, &e), -1);
		assert_int_equal(read_part(text.buf, text.len, &p), 0);
		assert_int_equal(p.n, 0);
		sbuf_release(&text);
	}
	unit_deadline(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_is_found_in_any_wrapping, clean),
		cmocka_unit_test_teardown(
			no_part_gives_what_the_whole_does_not, clean),
		cmocka_unit_test_teardown(
			a_pick_is_there_once_it_is_complete, clean),
		cmocka_unit_test_teardown(
			mistakes_are_told_so_that_a_model_can_mend_them, clean),
		cmocka_unit_test_teardown(a_mistake_ends_the_picks, clean),
		cmocka_unit_test_teardown(
			what_small_models_leave_out_is_empty, clean),
		cmocka_unit_test_teardown(words_are_cleaned_and_cut, clean),
		cmocka_unit_test_teardown(there_is_an_end_to_picks, clean),
		cmocka_unit_test_teardown(depth_and_length_are_no_trap, clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
