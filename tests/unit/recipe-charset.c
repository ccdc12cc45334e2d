/*
 * recipe/charset: recipes in the encodings that pages and files have, through
 * the reader, whose child has its filter on when it converts.
 */
#include <iconv.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "recipe-kitchen.h"
#include "recipe/recipe.h"

static struct arena mem = ARENA_INIT;
static int sock = -1;
static pid_t reader;

static int set_up(void **state)
{
	int ends[2];

	(void)kitchen_setup(state);
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	reader = fork();
	assert_true(reader >= 0);
	if (!reader) {
		close(ends[1]);
		_exit(reader_serve(ends[0], kitchen) ? 1 : 0);
	}
	close(ends[0]);
	sock = ends[1];
	return 0;
}

static int tear_down(void **state)
{
	int status;

	close(sock);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	arena_release(&mem);
	return kitchen_teardown(state);
}

/* ---- recipes ---- */

static const struct dish {
	const char *name, *ingredients, *heading, *method, *steps;
	const char *charsets[3]; /* that can write it */
} dishes[] = {
	{ "Käsespätzle mit Röstzwiebeln",
		"400 g Mehl|4 Eier|200 g geriebener Bergkäse|3 große Zwiebeln",
		"Zutaten", "Zubereitung",
		"Die Zwiebeln schälen und in Butter goldbraun rösten. Spätzle "
		"und Käse abwechselnd schichten, im heißen Ofen überbacken.",
		{ "WINDOWS-1252", "ISO-8859-15" } },
	{ "Crème brûlée à la vanille",
		"4 œufs|50 cl de crème fraîche|100 g de sucre", "Ingrédients",
		"Préparation",
		"Préchauffez le four. Mélangez les jaunes avec le sucre, "
		"ajoutez la crème et versez dans des ramequins.",
		{ "WINDOWS-1252" } },
	{ "Żurek na zakwasie",
		"500 ml zakwasu|300 g białej kiełbasy|2 ząbki czosnku",
		"Składniki", "Przygotowanie",
		"Zagotuj wodę, dodaj kiełbasę i gotuj dwadzieścia minut. Wlej "
		"zakwas, dopraw śmietaną.",
		{ "WINDOWS-1250", "ISO-8859-2" } },
	{ "Борщ с говядиной", "500 г говядины|2 свёклы|1 морковь|300 г капусты",
		"Ингредиенты", "Приготовление",
		"Сварите бульон из говядины. Натрите свёклу и потушите с "
		"морковью. Добавьте овощи в бульон и варите до готовности.",
		{ "WINDOWS-1251", "KOI8-R" } },
	{ "Μουσακάς της γιαγιάς",
		"2 μελιτζάνες|500 γρ κιμάς|1 κρεμμύδι|3 ντομάτες", "Υλικά",
		"Εκτέλεση",
		"Κόβουμε τις μελιτζάνες σε φέτες και τις τηγανίζουμε. "
		"Σοτάρουμε τον κιμά με το κρεμμύδι.",
		{ "WINDOWS-1253" } },
	{ "Kırmızı mercimek çorbası",
		"1 su bardağı kırmızı mercimek|1 soğan|2 yemek kaşığı tereyağı",
		"Malzemeler", "Yapılışı",
		"Soğanı doğrayın ve yağda kavurun. Mercimeği ekleyip "
		"yumuşayana kadar pişirin.",
		{ "WINDOWS-1254" } },
	{ "肉じゃがの作り方",
		"牛肉 200g|じゃがいも 3個|玉ねぎ 1個|にんじん 1本", "材料",
		"作り方",
		"野菜を切り、牛肉を炒めます。水と調味料を入れて、二十分ほど煮込"
		"みます。",
		{ "CP932", "EUC-JP", "ISO-2022-JP" } },
	{ "돼지고기 김치찌개", "김치 200g|돼지고기 150g|두부 1모|대파 1대",
		"재료", "만드는 법",
		"냄비에 김치와 돼지고기를 볶다가 물을 붓고 끓입니다. 두부와 "
		"대파를 넣고 조금 더 끓여 주세요.",
		{ "EUC-KR" } },
	{ "家常番茄炒蛋", "鸡蛋 3个|番茄 2个|盐 5克|糖 10克", "材料", "做法",
		"鸡蛋打散,番茄切块。热锅放油,先炒鸡蛋盛出,再炒番茄,"
		"加入鸡蛋翻炒均匀即可。",
		{ "GBK", "GB18030" } },
	{ "家常番茄炒蛋", "雞蛋 3個|番茄 2個|鹽 5克|糖 10克", "材料", "作法",
		"雞蛋打散,番茄切塊。熱鍋放油,先炒雞蛋盛出,再炒番茄,"
		"加入雞蛋翻炒均勻即可。",
		{ "BIG5" } },
};

enum form { PAGE, MARKUP, TEXT, FORM_MAX };
static const char *const form_names[] = { "page", "markup", "text" };

/* The dish as a page, a page with JSON-LD or a text. meta: what the page says
 * of itself; NULL: nothing. */
static void write_dish(const struct dish *d, enum form form, const char *meta,
	struct sbuf *out)
{
	const char *from = d->ingredients;
	const char *sep = form == MARKUP ? "\",\""
			  : form == PAGE ? "<li>"
					 : "\n";

	if (form != TEXT)
		sbuf_addstr(out, "<!doctype html><html><head>");
	if (form != TEXT && meta)
		sbuf_addf(out, "<meta charset=\"%s\">", meta);
	if (form == MARKUP)
		sbuf_addf(out,
			"<script type=\"application/ld+json\">{\"@type\":"
			"\"Recipe\",\"name\":\"%s\",\"recipeIngredient\":[\"",
			d->name);
	else if (form == PAGE)
		sbuf_addf(out,
			"<title>%s</title></head><body><nav class=\"top\">"
			"<a href=\"/\">Home</a></nav><h1>%s</h1><h2>%s</h2>"
			"<ul><li>",
			d->name, d->name, d->heading);
	else
		sbuf_addf(out, "%s\n\n%s\n", d->name, d->heading);
	for (;;) {
		size_t len = strcspn(from, "|");

		sbuf_add(out, from, len);
		from += len;
		if (!*from++)
			break;
		sbuf_addstr(out, sep);
	}
	if (form == MARKUP)
		sbuf_addf(out, "\"],\"recipeInstructions\":\"%s\"}</script>",
			d->steps);
	else if (form == PAGE)
		sbuf_addf(out, "</ul><h2>%s</h2><p>%s</p></body>", d->method,
			d->steps);
	else
		sbuf_addf(out, "\n\n%s\n%s\n", d->method, d->steps);
}

static void encode(const struct sbuf *utf8, const char *to, struct sbuf *out)
{
	char *in = utf8->buf, *made = xmalloc(4 * utf8->len + 16), *end = made;
	size_t left = utf8->len, room = 4 * utf8->len + 16;
	iconv_t cd = iconv_open(to, "UTF-8");

	assert_true(cd != (iconv_t)-1);
	if (iconv(cd, &in, &left, &end, &room) == (size_t)-1 ||
		iconv(cd, NULL, NULL, &end, &room) == (size_t)-1)
		fail_msg("%s cannot write: %.40s", to, in);
	iconv_close(cd);
	sbuf_add(out, made, (size_t)(end - made));
	free(made);
}

static void assert_dish(const struct dish *d, enum form form,
	const struct sbuf *bytes, const char *said, const char *what)
{
	struct reader_input in = { form == TEXT ? READER_TEXT : READER_PAGE,
		bytes->buf, bytes->len, NULL, said };
	struct err e = ERR_INIT;
	struct recipe r;
	size_t n = 1, len;
	const char *s;

	for (s = d->ingredients; *s; s++)
		n += *s == '|';
	if (reader_read(sock, kitchen, &in, &mem, &r, &e))
		fail_msg("%s %s of %s: %s", what, form_names[form], d->name,
			err_key(e.reason));
	len = strcspn(d->ingredients, "|");
	if (strcmp(r.name, d->name) != 0 || r.n_ingredients != n ||
		strlen(r.ingredients[0]) != len ||
		strncmp(r.ingredients[0], d->ingredients, len) != 0)
		fail_msg("%s %s of %s: '%s', %zu lines, '%s'", what,
			form_names[form], d->name, r.name, r.n_ingredients,
			r.n_ingredients ? r.ingredients[0] : "");
	arena_reset(&mem);
}

/* One encoding, told in one way or not at all. */
static void check(const struct dish *d, enum form form, const char *charset,
	const char *said, const char *meta, const char *mark)
{
	struct sbuf utf8 = SBUF_INIT(10000), bytes = SBUF_INIT(40000);
	char what[120];

	(void)snprintf(what, sizeof(what), "%s (header %s, meta %s)", charset,
		said ? said : "none", meta ? meta : "none");
	write_dish(d, form, meta, &utf8);
	sbuf_addstr(&bytes, mark);
	encode(&utf8, charset, &bytes);
	assert_dish(d, form, &bytes, said, what);
	sbuf_release(&utf8);
	sbuf_release(&bytes);
}

/* By header, by meta, by nothing; and by a header or meta that is wrong. */
static void every_encoding_is_read(void **state)
{
	size_t i, k;
	int form;

	(void)state;
	for (i = 0; i < ARRAY_LEN(dishes); i++) {
		const struct dish *d = &dishes[i];

		for (k = 0; k < ARRAY_LEN(d->charsets) && d->charsets[k]; k++) {
			const char *c = d->charsets[k];

			for (form = 0; form < FORM_MAX; form++) {
				check(d, form, c, NULL, NULL, "");
				check(d, form, c, c, NULL, "");
				check(d, form, c, NULL, c, "");
				check(d, form, c, "utf-8", "utf-8", "");
				check(d, form, c, "no such thing", NULL, "");
				/* the header is asked first */
				check(d, form, c, c, "big5", "");
			}
		}
	}
}

static void unicode_needs_no_label(void **state)
{
	static const struct {
		const char *charset, *mark;
	} cases[] = {
		{ "UTF-8", "" },
		{ "UTF-8", "\xEF\xBB\xBF" },
		{ "UTF-16LE", "\xFF\xFE" },
		{ "UTF-16BE", "\xFE\xFF" },
		{ "UTF-16LE", "" },
		{ "UTF-16BE", "" },
	};
	size_t i, k;
	int form;

	(void)state;
	for (i = 0; i < ARRAY_LEN(dishes); i++) {
		for (k = 0; k < ARRAY_LEN(cases); k++) {
			for (form = 0; form < FORM_MAX; form++) {
				const char *c = cases[k].charset;

				check(&dishes[i], form, c, NULL, NULL,
					cases[k].mark);
				/* lies do not matter */
				check(&dishes[i], form, c, "iso-8859-1",
					"shift_jis", cases[k].mark);
			}
		}
	}
}

/* Windows-1252 is what is left, and accents may be few. */
static void a_few_accents_are_latin(void **state)
{
	static const struct dish stew = { "Jalape\xC3\xB1o stew",
		"\xC2\xBD cup beans|2 onions|1 l water", "Ingredients",
		"Method", "Simmer at 90\xC2\xB0 for an hour.", { NULL } };
	int form;

	(void)state;
	for (form = 0; form < FORM_MAX; form++)
		check(&stew, form, "WINDOWS-1252", NULL, NULL, "");
}

/* Bytes that are wrong in any encoding cost only themselves. */
static void broken_bytes_do_not_lose_the_page(void **state)
{
	static const char *const charsets[] = { "UTF-8", "CP932", "UTF-16LE" };
	size_t i, k;
	int form;

	(void)state;
	for (i = 0; i < ARRAY_LEN(charsets); i++) {
		for (form = 0; form < FORM_MAX; form++) {
			const struct dish *d = &dishes[6];
			struct sbuf utf8 = SBUF_INIT(10000);
			struct sbuf bytes = SBUF_INIT(40000);
			struct reader_input in = { form == TEXT ? READER_TEXT
								: READER_PAGE,
				NULL, 0, NULL, charsets[i] };
			struct recipe r;
			struct err e = ERR_INIT;

			write_dish(d, form, NULL, &utf8);
			encode(&utf8, charsets[i], &bytes);
			/* in the middle of the last third, and a cut end */
			for (k = 0; k < 3; k++)
				bytes.buf[bytes.len - 40 + 2 * k] = (char)0xFF;
			in.data = bytes.buf;
			in.len = bytes.len - (form == MARKUP ? 0 : 1);
			if (reader_read(sock, kitchen, &in, &mem, &r, &e))
				fail_msg("%s %s: %s", charsets[i],
					form_names[form], err_key(e.reason));
			assert_string_equal(r.name, d->name);
			assert_int_equal(r.n_ingredients, 4);
			sbuf_release(&utf8);
			sbuf_release(&bytes);
		}
	}
}

/* Text goes to the reader only when it is not UTF-8. */
static void pasted_text_takes_the_same_road(void **state)
{
	struct sbuf utf8 = SBUF_INIT(10000), bytes = SBUF_INIT(40000);
	const struct dish *d = &dishes[3];
	struct err e = ERR_INIT;
	char binary[4000];
	struct recipe r;
	size_t i;

	(void)state;
	write_dish(d, TEXT, NULL, &utf8);
	encode(&utf8, "WINDOWS-1251", &bytes);
	assert_int_equal(recipe_read_text(sock, kitchen, bytes.buf, bytes.len,
				 &mem, &r, &e),
		0);
	assert_string_equal(r.name, d->name);
	/* with no reader there, plain text is still read */
	assert_int_equal(recipe_read_text(99999, kitchen, utf8.buf, utf8.len,
				 &mem, &r, &e),
		0);
	for (i = 0; i < sizeof(binary); i++)
		binary[i] = (char)(i * i % 251);
	assert_int_equal(recipe_read_text(sock, kitchen, binary, sizeof(binary),
				 &mem, &r, &e),
		-1);
	assert_int_equal(e.reason, REASON_NOT_A_RECIPE);
	sbuf_release(&utf8);
	sbuf_release(&bytes);
}

static void what_is_it(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		const char *said;
	} cases[] = {
		{ "abc", 3, "abc" },
		{ "\xEF\xBB\xBF<p>", 6, "<p>" },
		{ "\xFF\xFE<\0p\0>\0", 8, "<p>" },
		{ "\xFE\xFF\0<\0p\0>", 8, "<p>" },
		{ "<\0p\0>\0<\0", 8, "<p><" },
		{ "", 0, "" },
	};
	char out[100];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = recipe_peek(
			cases[i].data, cases[i].len, out, sizeof(out) - 1);

		out[n] = '\0';
		assert_string_equal(out, cases[i].said);
	}
	assert_int_equal(recipe_peek("abcdef", 6, out, 3), 3);
}

static void bytes_are_decoded_without_a_guess(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
	} cases[] = {
		{ "", 0, "" },
		{ "Ch\xC3\xA2teau", 8, "Ch\xC3\xA2teau" },
		{ "\xEF\xBB\xBF"
		  "a",
			4, "a" },
		{ "Ch\xE2teau \x80", 9, "Ch\xC3\xA2teau \xE2\x82\xAC" },
		{ "\xFF\xFE"
		  "a\0\xE9\0",
			6, "a\xC3\xA9" },
		{ "\xFE\xFF\0a\0\xE9", 6, "a\xC3\xA9" },
		{ "a\0b", 3, "ab" },
	};
	struct sbuf out = SBUF_INIT(1000);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		sbuf_reset(&out);
		recipe_decode(cases[i].bytes, cases[i].len, &out);
		assert_string_equal(out.buf, cases[i].text);
	}
	sbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encoding_is_read),
		cmocka_unit_test(unicode_needs_no_label),
		cmocka_unit_test(a_few_accents_are_latin),
		cmocka_unit_test(broken_bytes_do_not_lose_the_page),
		cmocka_unit_test(pasted_text_takes_the_same_road),
		cmocka_unit_test(what_is_it),
		cmocka_unit_test(bytes_are_decoded_without_a_guess),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
