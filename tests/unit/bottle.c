/*
 * pairing/bottle.c: labels as they are printed, and the style a sommelier
 * would say. tests/fixtures/bottles.tsv: part, label, styles (any of them is
 * right; none), vintage.
 */
#include "real-labels.h"

#include "knowledge/tsv.h"
#include "pairing/label.h"

#define RIGHT_MIN 95 /* percent */

static void vintage_words(int vintage, char out[16])
{
	if (vintage == BOTTLE_NV)
		(void)snprintf(out, 16, "NV");
	else if (!vintage)
		(void)snprintf(out, 16, "-");
	else
		(void)snprintf(out, 16, "%d", vintage);
}

static int is_one_of(const char *id, char *list)
{
	char *item;
	int found = 0;

	while ((item = tsv_item(&list)))
		found |= strcmp(item, id) == 0;
	return found;
}

static void labels_are_understood(void **state)
{
	struct sbuf problems = SBUF_INIT(10000), file;
	struct tsv t = { .file = "bottles.tsv",
		.columns = { "part", "label", "styles", "vintage" },
		.n_columns = 4,
		.text = &file,
		.problems = &problems };
	size_t i, right[4] = { 0 }, n[4] = { 0 }, years = 0;

	(void)state;
	assert_int_equal(tsv_read(&t, source_path("tests/fixtures")), 0);
	tsv_cut(&t);
	assert_string_equal(problems.buf, "");
	for (i = 0; i < t.n_rows; i++) {
		const char *label = tsv_cell(&t, i, 1);
		char *want = tsv_cell(&t, i, 2), shown[200];
		const char *year = tsv_cell(&t, i, 3);
		int part = *tsv_cell(&t, i, 0) - '1';
		char vintage[16];
		struct bottle b;
		int good;

		bottle_read_name(labels, label, YEAR, &mem, &b);
		vintage_words(b.vintage, vintage);
		if (strcmp(vintage, year) != 0) {
			print_error("%s: vintage %s, not %s\n", label, vintage,
				year);
			years++;
		}
		(void)snprintf(shown, sizeof(shown), "%s", want);
		good = is_one_of(b.wine ? b.wine->id : "none", want);
		if (!good)
			print_error("%s: %s (%g), not %s\n", label,
				b.wine ? b.wine->id : "none", b.confidence,
				shown);
		right[part] += (size_t)good;
		n[part]++;
		arena_reset(&mem);
	}
	for (i = 0; i < ARRAY_LEN(n); i++)
		print_message("labels %zu: %zu of %zu right\n", i + 1, right[i],
			n[i]);
	assert_int_equal(years, 0);
	for (i = 0; i < ARRAY_LEN(n); i++)
		assert_true(right[i] * 100 >= RIGHT_MIN * n[i]);
	sbuf_release(&problems);
	sbuf_release(&file);
	tsv_release(&t);
}

/* ---- what decides ---- */

static const struct bottle *read_name(const char *name)
{
	static struct bottle b;

	bottle_read_name(labels, name, YEAR, &mem, &b);
	return &b;
}

static void is_style(const char *name, const char *id)
{
	const struct bottle *b = read_name(name);

	if (strcmp(b->wine ? b->wine->id : "none", id) != 0)
		fail_msg("%s: %s, not %s", name, b->wine ? b->wine->id : "none",
			id);
}

static double sure(const char *name)
{
	return read_name(name)->confidence;
}

static void surer_by_what_is_said(void **state)
{
	(void)state;
	/* an appellation, a grape and its region, a grape, a region */
	assert_true(sure("Barolo 2018") > sure("Merlot, Napa Valley"));
	assert_true(sure("Merlot, Napa Valley") > sure("Merlot"));
	assert_true(sure("Merlot") > sure("Napa Valley Red"));
	assert_true(sure("Napa Valley Red") > 0);
	/* one of two of a kin is less sure than the only one */
	assert_true(sure("Vouvray") < sure("Vouvray sec"));
	/* in a cellar's table the columns make it surer */
	assert_true(sure("Opus") == 0);
}

static void colors_and_sweetness_are_limits(void **state)
{
	static const char *const cases[][2] = {
		{ "Côtes du Rhône blanc", "rhone-white" },
		{ "Chinon blanc", "vouvray-sec" }, /* a white of the Loire */
		{ "Bandol Rosé", "bandol-rose" },
		{ "Riesling Kabinett", "riesling-kabinett" },
		{ "Riesling Kabinett trocken", "riesling-dry" },
		{ "Riesling trocken", "riesling-dry" },
		{ "Riesling feinherb", "riesling-kabinett" },
		{ "Vouvray demi-sec", "vouvray-demi-sec" },
		{ "Jurançon Sec", "jurancon-sec" },
		{ "Jurançon", "jurancon" },
		{ "Barolo bianco", "gavi" }, /* whatever it may be, no red */
		{ "Lambrusco rosato", "none" },
		{ "Alkoholfreier Riesling", "na-riesling" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		is_style(cases[i][0], cases[i][1]);
}

/* Colours in names of people and places are none. */
static void colors_keep_company(void **state)
{
	(void)state;
	is_style("Red Newt Riesling, Finger Lakes", "riesling-dry");
	is_style("White Hall Lane Cabernet Sauvignon", "cabernet-napa");
	is_style("Dry River Sauternes", "sauternes");
	is_style("Château Cheval Blanc 2010, Saint-Émilion", "saint-emilion");
	is_style("Riesling, Red Newt", "riesling-dry");
	is_style("Riesling red", "none");
	/* a word of rank is company */
	is_style("Viña Tondonia Blanco Reserva Rioja", "white-rioja-reserva");
}

static void single_sorts_must_be_named(void **state)
{
	(void)state;
	/* nobody calls a sparkling, a rosé or a sweet wine so */
	is_style("Garnacha, Navarra", "garnacha");
	is_style("Riesling, Mosel", "riesling-kabinett");
	is_style("Pinot Noir, Sussex", "pinot-noir-oregon");
	is_style("Pinot Noir, Sussex, sparkling", "english-sparkling");
}

static void grapes_decide_over_names(void **state)
{
	(void)state;
	/* a producer may be called after a place or a wine */
	is_style("Concha y Toro Carmenère", "carmenere");
	is_style("Port Phillip Estate Pinot Noir", "pinot-noir-oregon");
	is_style("Bodega Toro Chardonnay", "chardonnay-unoaked");
	is_style("Bourgogne Chardonnay", "white-burgundy");
	is_style("Bourgogne Aligoté", "aligote");
}

static void nothing_known_is_no_guess(void **state)
{
	static const char *const cases[] = { "", " ", "Opus One", "2018",
		"Rouge", "France", "Vin rouge, France", "!!!", "Domaine Leroy",
		"12345678901234567890", "\xF0\x9F\x8D\xB7" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		is_style(cases[i], "none");
	/* but what is near may be said */
	assert_true(read_name("Beerenauslese trocken")->n_near > 0);
	assert_int_equal(read_name("Opus One")->n_near, 0);
	/* no tea or juice has a year */
	is_style("Assam", "na-assam");
	is_style("Assam 2015", "none");
}

static void words_are_quoted(void **state)
{
	const struct bottle *b = read_name("2019 GIGONDAS, Domaine X");

	(void)state;
	assert_int_equal(b->n_words, 1);
	assert_string_equal(b->words[0], "GIGONDAS");
	b = read_name("Weingut Y Riesling Spätlese trocken Mosel 2021");
	assert_int_equal(b->n_words, 3);
	assert_string_equal(b->words[0], "Riesling Spätlese");
	assert_string_equal(b->words[1], "trocken");
	assert_string_equal(b->words[2], "Mosel");
}

static void vintages_are_read(void **state)
{
	static const struct {
		const char *name;
		int vintage;
	} cases[] = {
		{ "Barolo 2018", 2018 },
		{ "2018er Riesling", 2018 },
		{ "Barolo '18", 2018 },
		{ "Barolo '99", 1999 },
		{ "Barolo L'99", 0 },
		{ "Barolo 2027", 2027 },
		{ "Barolo 2028", 0 },
		{ "Barolo 1899", 0 },
		{ "Barolo 12018", 0 },
		{ "Barolo $1999", 0 },
		{ "1999 Barolo 2016", 2016 }, /* a bin */
		{ "Barolo, since 1985", 0 },
		{ "Solera 1927 PX", 0 },
		{ "Champagne NV", BOTTLE_NV },
		{ "Champagne N.V.", BOTTLE_NV },
		{ "Barolo", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		if (read_name(cases[i].name)->vintage != cases[i].vintage)
			fail_msg("%s: %d", cases[i].name,
				read_name(cases[i].name)->vintage);
}

/* ---- more than a name ---- */

static void put(
	struct bottle_input *in, enum list_column column, const char *text)
{
	in->field[column].text = text;
	in->field[column].len = strlen(text);
}

static const char *read_all(const struct bottle_input *in, struct bottle *b)
{
	bottle_read(labels, in, YEAR, &mem, b);
	return b->wine ? b->wine->id : "none";
}

static void columns_are_evidence(void **state)
{
	struct bottle_input in = { .heading_names = 0 };
	struct bottle b;

	(void)state;
	put(&in, LIST_NAME, "Domaine de la Romanée-Conti Les Suchots");
	put(&in, LIST_PRODUCER, "Domaine de la Romanée-Conti");
	assert_string_equal(read_all(&in, &b), "red-burgundy");
	assert_true(b.confidence < 0.95); /* by the producer's words alone */
	put(&in, LIST_REGION, "Bourgogne, Vosne-Romanée");
	put(&in, LIST_COLOR, "Red");
	put(&in, LIST_VINTAGE, "1001");
	assert_string_equal(read_all(&in, &b), "red-burgundy");
	assert_true(b.confidence >= 0.95);
	assert_int_equal(b.vintage, BOTTLE_NV);
	/* the column knows the colour better than the name */
	memset(&in, 0, sizeof(in));
	put(&in, LIST_NAME, "Pavillon Blanc, Pauillac");
	put(&in, LIST_COLOR, "Red");
	assert_string_equal(read_all(&in, &b), "pauillac");
	put(&in, LIST_COLOR, "White");
	assert_string_equal(read_all(&in, &b), "bordeaux-white");
	/* a grape and a country, each in its column */
	memset(&in, 0, sizeof(in));
	put(&in, LIST_NAME, "Alpha");
	put(&in, LIST_GRAPE, "Cabernet Sauvignon");
	put(&in, LIST_COUNTRY, "Chile");
	assert_string_equal(read_all(&in, &b), "cabernet-napa");
	/* a country's column names no wine */
	memset(&in, 0, sizeof(in));
	put(&in, LIST_COUNTRY, "Chablis");
	assert_string_equal(read_all(&in, &b), "none");
}

static void types_of_cellartracker_are_limits(void **state)
{
	static const char *const cases[][2] = {
		{ "Red", "saint-emilion" },
		{ "White", "bordeaux-white" },
		{ "White - Sweet/Dessert", "sauternes" },
		{ "Rosé", "provence-rose" },
	};
	struct bottle_input in = { .heading_names = 0 };
	struct bottle b;
	size_t i;

	(void)state;
	put(&in, LIST_NAME, "Château X");
	put(&in, LIST_REGION, "France, Bordeaux");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		put(&in, LIST_COLOR, cases[i][0]);
		assert_string_equal(read_all(&in, &b), cases[i][1]);
	}
}

static void headings_say_what_lines_do_not(void **state)
{
	static const struct {
		const char *line, *heading, *id;
	} cases[] = {
		{ "Sancerre, Vacheron 2019", "Red wines", "spatburgunder" },
		{ "Sancerre, Vacheron 2019", "", "sancerre" },
		{ "Les Clos, Dauvissat 2019", "Chablis", "chablis" },
		{ "Les Clos, Dauvissat 2019", "White, Burgundy",
			"white-burgundy" },
		{ "Ridge, Monte Bello 2019", "Cabernet Sauvignon",
			"cabernet-napa" },
		/* the line knows better */
		{ "Barolo 2016", "White wines", "barolo" },
		{ "Merlot 2016", "Cabernet Sauvignon", "merlot" },
		{ "Bandol Rosé 2021", "Red wines", "bandol-rose" },
		{ "Gigondas 2018", "Bordeaux", "gigondas" },
	};
	struct bottle_input in = { .heading_names = 1 };
	struct bottle b;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		put(&in, LIST_NAME, cases[i].line);
		in.heading.text = cases[i].heading;
		in.heading.len = strlen(cases[i].heading);
		if (strcmp(read_all(&in, &b), cases[i].id) != 0)
			fail_msg("%s below %s: %s", cases[i].line,
				cases[i].heading, b.wine ? b.wine->id : "none");
	}
	/* a line that may be anything is no bottle for its heading's name */
	in.heading_names = 0;
	put(&in, LIST_NAME, "served with oysters");
	put(&in, LIST_OTHER, "");
	in.heading.text = "Chablis";
	in.heading.len = 7;
	assert_string_equal(read_all(&in, &b), "none");
}

/* Every wine can be placed, and each is found by its own name. */
static void every_wine_is_found(void **state)
{
	const struct wine *wines;
	size_t i, n, strange = 0;

	(void)state;
	wines = knowledge_wines(k, &n);
	for (i = 0; i < n; i++) {
		const struct label_wine *lw = &labels->wines[i];

		if (wines[i].color == COLOR_NONE)
			continue;
		if (!lw->n_places)
			fail_msg("%s: no place in '%s'", wines[i].id,
				wines[i].region);
		/* several wines are called Riesling */
		if (read_name(wines[i].name)->wine == &wines[i] ||
			sure(wines[i].name) < 0.6)
			continue;
		print_error("%s is read as %s\n", wines[i].name,
			read_name(wines[i].name)->wine
				? read_name(wines[i].name)->wine->id
				: "none");
		strange++;
	}
	assert_int_equal(strange, 0);
}

static void any_text_is_survived(void **state)
{
	struct sbuf sb = SBUF_INIT(1000000);
	size_t i;

	(void)state;
	for (i = 0; i < 5000; i++)
		sbuf_addf(&sb, "Barolo %zu blanc sec, rosé Champagne ", i);
	(void)read_name(sb.buf);
	sbuf_reset(&sb);
	for (i = 0; i < 5000; i++)
		sbuf_addstr(&sb, "\xC3\xA9");
	(void)read_name(sb.buf);
	assert_null(read_name("\xFF\xFE\x80")->wine);
	sbuf_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_are_understood),
		cmocka_unit_test_teardown(surer_by_what_is_said, clean),
		cmocka_unit_test_teardown(
			colors_and_sweetness_are_limits, clean),
		cmocka_unit_test_teardown(colors_keep_company, clean),
		cmocka_unit_test_teardown(single_sorts_must_be_named, clean),
		cmocka_unit_test_teardown(grapes_decide_over_names, clean),
		cmocka_unit_test_teardown(nothing_known_is_no_guess, clean),
		cmocka_unit_test_teardown(words_are_quoted, clean),
		cmocka_unit_test_teardown(vintages_are_read, clean),
		cmocka_unit_test_teardown(columns_are_evidence, clean),
		cmocka_unit_test_teardown(
			types_of_cellartracker_are_limits, clean),
		cmocka_unit_test_teardown(
			headings_say_what_lines_do_not, clean),
		cmocka_unit_test_teardown(every_wine_is_found, clean),
		cmocka_unit_test_teardown(any_text_is_survived, clean),
	};

	return cmocka_run_group_tests(tests, labels_setup, labels_teardown);
}
