/* pairing/cellar.c and its kin: lists of wines as people have them. */
#include "real-labels.h"

#include "pairing/csv.h"

static struct cellar cellar;

/* ---- records ---- */

/* Every record as "line: cell|cell", one a line. */
static void spell(const char *text, char divider, struct sbuf *out)
{
	struct csv_record r;
	struct csv c;
	size_t i;

	csv_init(&c, text, strlen(text), divider);
	while (csv_next(&c, &mem, &r)) {
		sbuf_addf(out, "%d:", r.line);
		for (i = 0; i < r.n; i++)
			sbuf_addf(out, "%s%.*s", i ? "|" : " ",
				(int)r.cells[i].len, r.cells[i].text);
		sbuf_addch(out, '\n');
	}
}

static void records_are_cut(void **state)
{
	static const struct {
		const char *text, *want;
		char divider;
	} cases[] = {
		{ "", "", ',' },
		{ "a,b\nc,d", "1: a|b\n2: c|d\n", ',' },
		{ "a,b\r\nc,d\r\n", "1: a|b\n2: c|d\n", ',' },
		{ "a,b\rc,d\r", "1: a|b\n2: c|d\n", ',' },
		{ "\n\n a , b \n,,\n\nc", "3: a|b\n6: c\n", ',' },
		{ "\"a,b\",\"c \"\"d\"\"\"", "1: a,b|c \"d\"\n", ',' },
		{ "\"a\nb\",c\nd", "1: a\nb|c\n3: d\n", ',' },
		{ "\"a\r\nb\",c\r\nd", "1: a\r\nb|c\n3: d\n", ',' },
		{ "a;\"b;c\";d", "1: a|b;c|d\n", ';' },
		{ "a\tb c\t\td", "1: a|b c||d\n", '\t' },
		/* a quote within a cell is a letter */
		{ "6\" pan,b", "1: 6\" pan|b\n", ',' },
		/* and so are quotes around a part of it */
		{ "\"a\" b,c", "1: \"a\" b|c\n", ',' },
		{ " \"a\" ,c", "1: a|c\n", ',' },
		{ "a,\"b\"", "1: a|b\n", ',' },
		/* one that is never closed, too, and so are those behind it */
		{ "\"a,b\nc,d", "1: \"a|b\n2: c|d\n", ',' },
		{ "x,\"a\nb,\"c", "1: x|\"a\n2: b|\"c\n", ',' },
		{ "\"\",b", "1: |b\n", ',' },
		{ "\"\"\"\",b", "1: \"|b\n", ',' },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct sbuf out = SBUF_INIT(10000);

		spell(cases[i].text, cases[i].divider, &out);
		assert_string_equal(out.buf, cases[i].want);
		sbuf_release(&out);
	}
}

static void endless_quotes_take_no_time(void **state)
{
	struct sbuf text = SBUF_INIT((size_t)4 << 20), out = SBUF_INIT(1);
	size_t i;

	(void)state;
	unit_deadline(60);
	for (i = 0; i < 300000; i++)
		sbuf_addstr(&text, "\"\"\"\n");
	spell(text.buf, ',', &out);
	unit_deadline(0);
	sbuf_release(&text);
	sbuf_release(&out);
}

/* ---- lists ---- */

static int read_list(const char *text, size_t len, struct err *e)
{
	return cellar_read(labels, text, len, YEAR, &mem, &cellar, e);
}

static void take(const char *text)
{
	struct err e = ERR_INIT;

	if (read_list(text, strlen(text), &e))
		fail_msg("%s: %s", text, e.msg);
}

static void take_file(const char *name)
{
	struct sbuf bytes = SBUF_INIT(100000), text = SBUF_INIT(400000);
	struct err e = ERR_INIT;
	char path[200];

	(void)snprintf(path, sizeof(path), "tests/fixtures/lists/%s", name);
	assert_int_equal(file_read(source_path(path), &bytes, &e), 0);
	recipe_decode(bytes.buf, bytes.len, &text);
	take(text.buf);
	sbuf_release(&bytes);
	sbuf_release(&text);
}

static const struct cellar_bottle *in_line(int line)
{
	size_t i, j;

	for (i = 0; i < cellar.n; i++)
		for (j = 0; j < cellar.bottles[i].n_lines; j++)
			if (cellar.bottles[i].lines[j] == line)
				return &cellar.bottles[i];
	return NULL;
}

static void is_bottle(int line, const char *id, int vintage, int count)
{
	const struct cellar_bottle *b = in_line(line);

	if (!b)
		fail_msg("line %d is no bottle", line);
	if (strcmp(b->is.wine->id, id) != 0)
		fail_msg("line %d: %s, not %s", line, b->is.wine->id, id);
	assert_int_equal(b->is.vintage, vintage);
	assert_int_equal(b->count, count);
}

static int is_unknown(int line)
{
	size_t i;

	for (i = 0; i < cellar.n_unknown; i++)
		if (cellar.unknown[i].line == line)
			return 1;
	return 0;
}

static void cellartracker_is_read(void **state)
{
	const struct cellar_bottle *b;

	(void)state;
	take_file("cellartracker.tsv");
	assert_true(cellar.table);
	assert_int_equal(cellar.n, 6);
	is_bottle(2, "gigondas", 2015, 3);
	is_bottle(3, "barolo", 2020, 6);
	is_bottle(4, "white-burgundy", 2005, 1);
	is_bottle(5, "champagne-brut", BOTTLE_NV, 2);
	is_bottle(6, "saint-emilion", 2008, 0);
	is_bottle(7, "sauternes", 2011, 1);
	assert_int_equal(cellar.n_unknown, 1);
	assert_true(is_unknown(8)); /* a red of the USA */
	b = in_line(3);
	assert_string_equal(b->name, "Vietti Barolo Castiglione");
	assert_int_equal(b->from, 2030);
	assert_int_equal(b->to, 2045);
	assert_true(strncmp(b->text, "2\tW", 3) && strstr(b->text, "\tVietti"));
	assert_int_equal(in_line(5)->from, 0);
}

static void vivino_is_read(void **state)
{
	const struct cellar_bottle *b;

	(void)state;
	take_file("vivino.csv");
	assert_int_equal(cellar.n, 4);
	is_bottle(2, "gigondas", 2019, 2);
	is_bottle(4, "barbera", 2022, 1); /* line 3 is in a cell of 2 */
	is_bottle(5, "sauvignon-marlborough", 2023, 1);
	is_bottle(6, "champagne-brut", 2021, 1);
	b = in_line(2);
	assert_string_equal(b->name, "Santa Duc Gigondas");
	assert_int_equal(b->from, 2022);
	assert_int_equal(b->to, 2030);
	/* verbatim, though it has a line end in it */
	assert_non_null(
		strstr(b->text, "\"Dark, long.\nAgain \"\"soon\"\".\""));
}

static void other_tables_are_read(void **state)
{
	(void)state;
	take_file("weinkeller.csv"); /* a mark, semicolons, CRLF, German */
	assert_int_equal(cellar.n, 2);
	is_bottle(2, "riesling-kabinett", 2021, 3);
	is_bottle(3, "spatburgunder", 2019, 2);
	assert_int_equal(in_line(2)->from, 2023);
	assert_int_equal(in_line(2)->to, 2035);
	arena_reset(&mem);
	take("My cellar,,\nas of today,,\n\nWine,Year,Qty\nBarolo,2015,2\n");
	is_bottle(5, "barolo", 2015, 2);
	take("sep=;\nVin;Mill\xC3\xA9sime;Quantit\xC3\xA9\nChinon;2019;4\n");
	is_bottle(3, "chinon", 2019, 4);
	take("wine_name|price (EUR)|bottles\nSoave|12|\n");
	is_bottle(2, "soave", 0, 1);
	take("Producer,Grape,Country\nX,Malbec,Argentina\n");
	is_bottle(2, "malbec", 0, 1);
	assert_string_equal(in_line(2)->name, "X Malbec");
	/* no column names the wine: lines of text */
	take("Price,Country\n12,France\n");
	assert_false(cellar.table);
	/* no header at all */
	take("Barolo,2015,45.00\nChablis,2019,32.00\n");
	assert_false(cellar.table);
	is_bottle(1, "barolo", 2015, 1);
	is_bottle(2, "chablis", 2019, 1);
}

static void cells_that_say_nothing(void **state)
{
	(void)state;
	take("Wine,Region,Vintage,Quantity,Drink from,Drink by\n"
	     "Barolo,Unknown,n/a,many,soon,9999\n"
	     ",,,,,\n"
	     ",France,2015,,,\n"
	     "Barolo,Piedmont\n");
	is_bottle(2, "barolo", 0, 2); /* with line 5 */
	assert_int_equal(in_line(2)->from, 0);
	assert_int_equal(in_line(2)->to, 0);
	assert_int_equal(cellar.n_unknown, 1);
	assert_true(is_unknown(4));
}

static void encodings_are_read(void **state)
{
	static const char utf16[] =
		"\xFF\xFEW\0i\0n\0e\0,\0Y\0e\0a\0r\0\r\0\n\0"
		"C\0\xF4\0t\0e\0s\0 \0d\0u\0 \0R\0h\0\xF4\0"
		"n\0e\0,\0002\0000\0001\0009\0\r\0\n";
	static const char cp1252[] = "Wine,Year\nC\xF4tes du Rh\xF4ne,2019\n";
	struct sbuf text = SBUF_INIT(10000);

	(void)state;
	recipe_decode(utf16, sizeof(utf16), &text);
	take(text.buf);
	is_bottle(2, "cotes-du-rhone", 2019, 1);
	assert_string_equal(in_line(2)->name, "C\xC3\xB4tes du Rh\xC3\xB4ne");
	sbuf_reset(&text);
	recipe_decode(cp1252, sizeof(cp1252) - 1, &text);
	take(text.buf);
	is_bottle(2, "cotes-du-rhone", 2019, 1);
	sbuf_release(&text);
}

static void the_same_bottle_is_one(void **state)
{
	const struct cellar_bottle *b;

	(void)state;
	take("Wine,Vintage,Quantity,Drink from,Drink by\n"
	     "Château Figeac St-Émilion,2010,2,,\n"
	     "Barolo,2015,1,,\n"
	     "CHATEAU FIGEAC, Saint Emilion,2010\n"
	     "Chateau Figeac Saint-Emilion,2010,3,2020,2040\n"
	     "Chateau Figeac Saint-Emilion,2011,1,,\n");
	/* a comma without quotes moves the cells: that row is another wine */
	assert_int_equal(cellar.n, 4);
	b = in_line(2);
	assert_int_equal(b->n_lines, 2);
	assert_int_equal(b->lines[0], 2);
	assert_int_equal(b->lines[1], 5);
	assert_int_equal(b->count, 5);
	assert_int_equal(b->from, 2020); /* whoever says so */
	assert_ptr_equal(in_line(5), b);
	is_bottle(6, "saint-emilion", 2011, 1);
	/* in the order of the list */
	assert_int_equal(cellar.bottles[0].lines[0], 2);
	assert_int_equal(cellar.bottles[1].lines[0], 3);
}

/* ---- menus ---- */

static void menus_are_read(void **state)
{
	(void)state;
	take_file("menu.txt");
	assert_false(cellar.table);
	is_bottle(5, "picpoul", 2022, 1);
	is_bottle(6, "riesling-dry", 2021, 1);
	is_bottle(8, "gigondas", 2019, 2); /* and in line 21 */
	assert_ptr_equal(in_line(8), in_line(21));
	is_bottle(12, "champagne-brut", BOTTLE_NV, 1);
	is_bottle(13, "prosecco", 0, 1);
	is_bottle(17, "red-burgundy", 2017, 1);
	is_bottle(18, "red-burgundy", 2015, 1); /* by its heading alone */
	assert_true(in_line(17)->is.confidence > in_line(18)->is.confidence);
	is_bottle(23, "sauternes", 2009, 1);
	assert_string_equal(in_line(12)->text,
		"101  Billecart-Salmon Brut Réserve NV          95");
	assert_string_equal(
		in_line(12)->name, "Billecart-Salmon Brut Réserve NV");
	assert_true(is_unknown(1));   /* the name of the house */
	assert_true(is_unknown(9));   /* what a wine tastes of */
	assert_false(is_unknown(15)); /* a heading */
}

static void french_menus_are_read(void **state)
{
	(void)state;
	take_file("carte.txt");
	assert_int_equal(cellar.n, 15);
	is_bottle(4, "champagne-brut", 0, 1);
	is_bottle(5, "cremant", 0, 1);
	is_bottle(10, "chablis", 2020, 1);
	is_bottle(14, "vouvray-sec", 2021, 1);	 /* a white Chinon */
	is_bottle(20, "saint-emilion", 2018, 1); /* by its heading */
	is_bottle(29, "bandol-rose", 2022, 1);
	is_bottle(32, "cotes-du-rhone", 2021, 1);
	is_bottle(33, "picpoul", 2022, 1);
	assert_int_equal(cellar.n_unknown, 1);
	assert_true(is_unknown(26));
}

/* The price stands in a line of its own, below what is told of the wine. */
static void stacked_menus_are_read(void **state)
{
	(void)state;
	take_file("stacked.txt");
	assert_int_equal(cellar.n, 8);
	is_bottle(9, "pinot-grigio", 0, 1);
	is_bottle(13, "sauvignon-marlborough", 0, 1);
	is_bottle(19, "malbec", 0, 1);
	is_bottle(23, "rioja-reserva", 0, 1);
	is_bottle(29, "lbv-port", 2017, 1);
	assert_int_equal(cellar.n_unknown, 4);
	assert_true(is_unknown(20)); /* "cassis" is no Cassis here */
	arena_reset(&mem);
	take("Barolo, Conterno\n2015   120\n\nChablis, Raveneau\n2019   90\n");
	is_bottle(1, "barolo", 2015, 1);
	is_bottle(4, "chablis", 2019, 1);
	assert_int_equal(cellar.n_unknown, 0);
	/* what is told right below a bottle with a price */
	take("Malbec 2019 30\nPlum and cassis\nMerlot 2019 30\nCherry\n");
	assert_int_equal(cellar.n, 2);
	assert_true(is_unknown(2) && is_unknown(4));
	/* but not every line that lacks a number is told of the one above */
	take("Malbec 2019\nMerlot\nChablis\n");
	assert_int_equal(cellar.n, 3);
}

static void headings_hold_until_the_next(void **state)
{
	(void)state;
	take("# White\nSancerre 2020 50\n"
	     "# Red\nSancerre 2020 50\n"
	     "## Bordeaux\nChateau X 2015 90\n"
	     "# By the glass\nSancerre 2021 12\n");
	is_bottle(2, "sancerre", 2020, 1);
	is_bottle(4, "spatburgunder", 2020, 1);
	is_bottle(6, "saint-emilion", 2015, 1);
	is_bottle(8, "sancerre", 2021, 1); /* red is over */
}

static void mere_names_are_bottles(void **state)
{
	(void)state;
	take_file("names.txt");
	assert_int_equal(cellar.n, 4);
	is_bottle(1, "chablis", 0, 1);
	is_bottle(2, "barolo", 0, 1);
	is_bottle(3, "merlot", 0, 1);
	is_bottle(5, "chateauneuf-du-pape", 0, 1);
	assert_int_equal(cellar.n_unknown, 0);
}

static void noise_is_no_name(void **state)
{
	static const struct {
		const char *line, *name;
		int count;
	} cases[] = {
		{ "Barolo 2015", "Barolo 2015", 1 },
		{ "2015 Barolo", "2015 Barolo", 1 },
		{ "104 Barolo 2015 95", "Barolo 2015", 1 },
		{ "104. Barolo 2015 \xE2\x82\xAC"
		  "95,00",
			"Barolo 2015", 1 },
		{ "#104 Barolo 2015 12 / 58", "Barolo 2015", 1 },
		{ "- Barolo 2015 45.-", "Barolo 2015", 1 },
		{ "\xE2\x80\xA2 Barolo 2015 CHF 45", "Barolo 2015", 1 },
		{ "3 x Barolo 2015", "Barolo 2015", 3 },
		{ "3x Barolo 2015", "Barolo 2015", 3 },
		{ "Barolo 2015 $1,200", "Barolo 2015", 1 },
		{ "Barolo 2015 14.5%", "Barolo 2015 14.5%", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		take(cases[i].line);
		is_bottle(1, "barolo", 2015, cases[i].count);
		assert_string_equal(in_line(1)->text, cases[i].line);
		assert_string_equal(in_line(1)->name, cases[i].name);
		arena_reset(&mem);
	}
}

static void long_menus_are_read(void **state)
{
	struct sbuf text = SBUF_INIT(1000000);
	int i;

	(void)state;
	for (i = 0; i < 600; i++) {
		if (i % 100 == 0)
			sbuf_addf(&text, "%s\n",
				i % 200 ? "WHITE WINES" : "RED WINES");
		sbuf_addf(&text, "%d  House %d, %s %d   %d.00\n", i, i,
			i / 100 % 2 ? "Chablis" : "Barolo", 1990 + i % 30,
			20 + i);
	}
	take(text.buf);
	assert_int_equal(cellar.n, 600);
	assert_int_equal(cellar.n_unknown, 0);
	is_bottle(2, "barolo", 1990, 1);
	is_bottle(606, "chablis", 2019, 1);
	sbuf_release(&text);
}

/* ---- limits ---- */

static void fails(const char *text, size_t len, enum err_reason reason)
{
	struct err e = ERR_INIT;

	assert_int_equal(read_list(text, len, &e), -1);
	assert_int_equal(e.reason, reason);
}

static void too_much_is_refused(void **state)
{
	struct sbuf text = SBUF_INIT((size_t)4 << 20);
	int i;

	(void)state;
	fails("", 0, REASON_LIST_EMPTY);
	fails(" \n\t\n 12 \n", 9, REASON_LIST_EMPTY);
	fails("Wine,Vintage\n", 13, REASON_LIST_EMPTY);
	sbuf_addstr(&text, "Wine,Vintage\n");
	for (i = 0; i < CELLAR_LINES_MAX; i++)
		sbuf_addstr(&text, "Barolo,2015\n");
	take(text.buf);
	assert_int_equal(cellar.n, 1);
	assert_int_equal(cellar.bottles[0].count, CELLAR_LINES_MAX);
	sbuf_addstr(&text, "Barolo,2015\n");
	fails(text.buf, text.len, REASON_LIST_TOO_LARGE);
	sbuf_reset(&text);
	for (i = 0; i <= CELLAR_LINES_MAX; i++)
		sbuf_addstr(&text, "Barolo 2015\n");
	fails(text.buf, text.len, REASON_LIST_TOO_LARGE);
	sbuf_reset(&text);
	while (text.len <= CELLAR_BYTES_MAX)
		sbuf_addstr(&text, "Barolo 2015 Barolo 2015 Barolo 2015 ");
	fails(text.buf, text.len, REASON_LIST_TOO_LARGE);
	sbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(records_are_cut, clean),
		cmocka_unit_test_teardown(endless_quotes_take_no_time, clean),
		cmocka_unit_test_teardown(cellartracker_is_read, clean),
		cmocka_unit_test_teardown(vivino_is_read, clean),
		cmocka_unit_test_teardown(other_tables_are_read, clean),
		cmocka_unit_test_teardown(cells_that_say_nothing, clean),
		cmocka_unit_test_teardown(encodings_are_read, clean),
		cmocka_unit_test_teardown(the_same_bottle_is_one, clean),
		cmocka_unit_test_teardown(menus_are_read, clean),
		cmocka_unit_test_teardown(french_menus_are_read, clean),
		cmocka_unit_test_teardown(stacked_menus_are_read, clean),
		cmocka_unit_test_teardown(headings_hold_until_the_next, clean),
		cmocka_unit_test_teardown(mere_names_are_bottles, clean),
		cmocka_unit_test_teardown(noise_is_no_name, clean),
		cmocka_unit_test_teardown(long_menus_are_read, clean),
		cmocka_unit_test_teardown(too_much_is_refused, clean),
	};

	return cmocka_run_group_tests(tests, labels_setup, labels_teardown);
}
