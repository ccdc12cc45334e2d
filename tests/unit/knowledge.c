/* knowledge/: the loader's checks, look-up of units, headings and names. */
#include "tempdir.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "knowledge/knowledge.h"
#include "knowledge/lexicon.h"

static const char *fixture(void)
{
	return source_path("tests/fixtures/knowledge");
}

static struct knowledge *load(void)
{
	struct sbuf problems = SBUF_INIT(100000);
	struct knowledge *k = knowledge_load(fixture(), &problems);

	if (!k)
		print_error("%s", problems.buf);
	assert_non_null(k);
	assert_string_equal(problems.buf, "");
	sbuf_release(&problems);
	return k;
}

static void tables_become_structs(void **state)
{
	struct knowledge *k = load();
	const struct wine *w = knowledge_wine(k, "kabinett");
	const struct classic *c;
	const struct food *f;
	size_t n;

	(void)state;
	assert_non_null(w);
	assert_null(knowledge_wine(k, "nonsense"));
	assert_string_equal(w->name, "Kabinett");
	assert_string_equal(w->family, "aromatic-white");
	assert_string_equal(knowledge_families(k, &n)[w->family_row].name,
		"aromatic whites");
	assert_int_equal(w->color, COLOR_WHITE);
	assert_true(w->acidity == 9 && w->abv == 8.5 && w->sweetness == 4);
	assert_int_equal(w->serve_hi, 10);
	assert_int_equal(w->aromas, 1 | 1 << 6); /* citrus, honey */
	assert_int_equal(w->alternatives.n, 1);
	assert_string_equal(
		knowledge_wines(k, &n)[w->alternatives.at[0]].id, "crisp");
	assert_int_equal(n, 8);
	assert_int_equal(w->decant, 0);
	assert_int_equal(knowledge_wine(k, "cab")->decant, 60);
	assert_string_equal(w->grapes[0], "riesling");
	assert_null(w->grapes[1]);
	c = knowledge_classics(k, &n);
	assert_int_equal(n, 2);
	f = knowledge_foods(k, &n);
	assert_string_equal(f[c[0].foods.at[1]].id, "red-wine");
	assert_string_equal(f[c[0].foods.at[1]].group, "wine");
	assert_true(f[0].taste[TASTE_WEIGHT] == 7);
	assert_int_equal(f[0].role, ROLE_PROTEIN);
	assert_string_equal(
		knowledge_cuisines(k, &n)[c[0].cuisine].id, "french");
	assert_int_equal(strlen(knowledge_version(k)), 16);
	knowledge_free(k);
}

/* They follow the wines, so that all that is done to wines holds for them. */
static void drinks_are_wines_without_alcohol(void **state)
{
	struct knowledge *k = load();
	const struct wine *w = knowledge_wine(k, "must"), *all;
	const struct cuisine *c;
	size_t n;

	(void)state;
	assert_non_null(w);
	all = knowledge_wines(k, &n);
	assert_ptr_equal(w, &all[n - 1]);
	assert_int_equal(w->color, COLOR_NONE);
	assert_string_equal(w->family, "alcohol-free");
	assert_true(w->abv == 0 && w->oak == 0 && w->sweetness == 7);
	assert_null(w->grapes);
	assert_string_equal(all[w->alternatives.at[0]].id, "crisp");
	c = &knowledge_cuisines(k, &n)[1];
	assert_int_equal(c->drinks.n, 1);
	assert_ptr_equal(&all[c->drinks.at[0]], w);
	knowledge_free(k);
}

static void units_are_found(void **state)
{
	static const struct {
		const char *word, *name;
	} cases[] = {
		{ "g", "gram" },
		{ "grams", "gram" },
		{ "Tbsp.", "tablespoon" },
		{ "T", "tablespoon" },
		{ "t", "teaspoon" },
		{ "tsp", "teaspoon" },
		{ "EL", "tablespoon" },
		{ "c. à s.", "tablespoon" },
		{ "Cups", "cup" },
		{ "cloves", "clove" },
		{ "LBS.", "pound" },
		{ "s", NULL },
		{ "", NULL },
		{ "chicken", NULL },
	};
	struct knowledge *k = load();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const struct unit *u =
			knowledge_unit(k, cases[i].word, strlen(cases[i].word));

		if (!cases[i].name) {
			assert_null(u);
			continue;
		}
		assert_non_null(u);
		assert_string_equal(u->name, cases[i].name);
	}
	knowledge_free(k);
}

static void columns_of_lists_are_found(void **state)
{
	struct knowledge *k = load();

	(void)state;
	assert_int_equal(knowledge_list_column(k, "Wine", 4), LIST_NAME);
	assert_int_equal(knowledge_list_column(k, "NOM", 3), LIST_NAME);
	assert_int_equal(knowledge_list_column(k, "Jahrgang", 8), LIST_VINTAGE);
	assert_int_equal(
		knowledge_list_column(k, "Shoe size", 9), LIST_COLUMN_MAX);
	assert_int_equal(knowledge_list_column(k, "", 0), LIST_COLUMN_MAX);
	knowledge_free(k);
}

static void words_of_labels_are_kept(void **state)
{
	struct knowledge *k = load();
	const struct label *l;
	size_t n;

	(void)state;
	l = knowledge_labels(k, &n);
	assert_int_equal(n, 11);
	assert_int_equal(l[0].kind, LABEL_SPELLING);
	assert_string_equal(l[0].says_text, "saint");
	assert_int_equal(l[2].kind, LABEL_COLOR);
	assert_int_equal(l[2].says, COLOR_WHITE);
	assert_int_equal(l[3].says, SAYS_DRY);
	assert_string_equal(l[3].words[1], "trocken");
	assert_int_equal(l[5].says, -1);
	assert_int_equal(l[6].says, 5); /* bordeaux lies in france */
	knowledge_free(k);
}

static void headings_are_found(void **state)
{
	struct knowledge *k = load();

	(void)state;
	assert_int_equal(
		knowledge_heading(k, "INGREDIENTS", 11), HEADING_INGREDIENTS);
	assert_int_equal(
		knowledge_heading(k, "Ingrédients", 12), HEADING_INGREDIENTS);
	assert_int_equal(
		knowledge_heading(k, " Method ", 8), HEADING_INSTRUCTIONS);
	assert_int_equal(knowledge_heading(k, "Prep Time", 9), HEADING_TIME);
	assert_int_equal(knowledge_heading(k, "Methodical", 10), HEADING_NONE);
	knowledge_free(k);
}

/* The names found in text, as "id@start+len id@start+len". */
static void found(const struct knowledge *k, enum match_table table,
	const char *text, struct sbuf *out)
{
	struct match m[16];
	size_t n = knowledge_match(
		       k, table, text, strlen(text), m, ARRAY_LEN(m)),
	       i, rows;

	sbuf_reset(out);
	for (i = 0; i < n; i++) {
		const char *id =
			table == MATCH_FOOD
				? knowledge_foods(k, &rows)[m[i].row].id
			: table == MATCH_TECHNIQUE
				? knowledge_techniques(k, &rows)[m[i].row].id
			: table == MATCH_CUISINE
				? knowledge_cuisines(k, &rows)[m[i].row].id
				: knowledge_classics(k, &rows)[m[i].row].id;

		sbuf_addf(out, "%s%s@%u+%u", i ? " " : "", id, m[i].start,
			m[i].len);
	}
}

static void names_are_matched(void **state)
{
	static const struct {
		enum match_table table;
		const char *text, *want;
	} cases[] = {
		{ MATCH_FOOD, "Onions and GARLIC", "onion@0+6 garlic@11+6" },
		{ MATCH_FOOD, "coconut milk", "coconut-milk@0+12" },
		{ MATCH_FOOD, "coconut, milk", "milk@9+4" },
		{ MATCH_FOOD, "boneless chicken thighs", "chicken-thigh@9+14" },
		{ MATCH_FOOD, "chicken-thighs", "chicken-thigh@0+14" },
		{ MATCH_FOOD, "bird\xE2\x80\x99s eye chillies", "chilli@0+21" },
		{ MATCH_FOOD, "birds eye chillies", "chilli@0+18" },
		{ MATCH_FOOD, "the butcher's butter", "butter@14+6" },
		{ MATCH_FOOD, "salted butter", "butter@7+6" },
		{ MATCH_FOOD, "peppered", "" },
		{ MATCH_FOOD, "creme fraiche", "cream@0+13" },
		{ MATCH_FOOD, "CRÈME FRAÎCHE", "cream@0+15" },
		{ MATCH_FOOD, "salt&pepper", "salt@0+4 pepper@5+6" },
		{ MATCH_FOOD, "saltpepper", "" },
		{ MATCH_FOOD, "", "" },
		{ MATCH_FOOD, "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&", "" },
		{ MATCH_FOOD, "\xFF\xFE butter", "butter@3+6" },
		{ MATCH_TECHNIQUE, "Grilled, then fried.",
			"grill@0+7 fry@14+5" },
		{ MATCH_TECHNIQUE, "simmer gently", "braise@0+13" },
		{ MATCH_TECHNIQUE, "simmer", "" },
		{ MATCH_CUISINE, "A Provençal stew", "french@2+10" },
		{ MATCH_CLASSIC, "My B\xC5\x93uf Bourguignon",
			"boeuf-bourguignon@3+17" },
		{ MATCH_CLASSIC, "Thai Green Curry (easy)",
			"green-curry@5+11" },
	};
	struct knowledge *k = load();
	struct sbuf out = SBUF_INIT(1000);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		found(k, cases[i].table, cases[i].text, &out);
		if (strcmp(out.buf, cases[i].want) != 0)
			print_error("text: %s\n", cases[i].text);
		assert_string_equal(out.buf, cases[i].want);
	}
	sbuf_release(&out);
	knowledge_free(k);
}

static void a_long_text_is_matched(void **state)
{
	struct sbuf text = SBUF_INIT(1000000);
	struct knowledge *k = load();
	struct match m[4];
	size_t i;

	(void)state;
	for (i = 0; i < 30000; i++)
		sbuf_addstr(&text, "x & ");
	sbuf_addstr(&text, "chicken");
	assert_int_equal(
		knowledge_match(k, MATCH_FOOD, text.buf, text.len, m, 4), 1);
	assert_int_equal(m[0].start, 120000);
	for (i = 0; i < 10; i++)
		sbuf_addstr(&text, " butter");
	assert_int_equal(
		knowledge_match(k, MATCH_FOOD, text.buf, text.len, m, 4), 4);
	sbuf_release(&text);
	knowledge_free(k);
}

/* More edges than it was made for, and as many words behind one node. */
static void a_lexicon_grows(void **state)
{
	struct lexicon l;
	uint32_t node = 1;
	char word[16];
	uint16_t i;

	(void)state;
	lexicon_init(&l, 16);
	assert_null(lexicon_find(&l, 1, "a", 1, lexicon_hash("a", 1)));
	for (i = 0; i < 3000; i++) {
		int len = snprintf(word, sizeof(word), "word%u", i / 2u);
		struct edge *e =
			lexicon_add(&l, i % 2 ? node : 0, word, (size_t)len);

		assert_int_equal(e->value, LEXICON_NONE);
		e->value = i;
		if (i % 2) /* the path through every odd one */
			node = edge_to(e);
	}
	for (i = 0, node = 1; i < 3000; i++) {
		size_t len =
			(size_t)snprintf(word, sizeof(word), "word%u", i / 2u);
		const struct edge *e = lexicon_find(&l, i % 2 ? node : 0, word,
			len, lexicon_hash(word, len));

		assert_non_null(e);
		assert_int_equal(e->value, i);
		assert_ptr_equal(
			lexicon_add(&l, i % 2 ? node : 0, word, len), e);
		if (i % 2)
			node = edge_to(e);
	}
	assert_null(lexicon_find(&l, 0, "word", 4, lexicon_hash("word", 4)));
	lexicon_release(&l);
}

/* ---- mistakes ---- */

static void copy_tables(const char *to)
{
	DIR *d = opendir(fixture());
	struct dirent *entry;

	assert_non_null(d);
	while ((entry = readdir(d))) {
		struct sbuf bytes = SBUF_INIT(1000000);
		struct err e = ERR_INIT;
		char path[4096];
		FILE *f;

		if (!strstr(entry->d_name, ".tsv"))
			continue;
		(void)snprintf(
			path, sizeof(path), "%s/%s", fixture(), entry->d_name);
		assert_int_equal(file_read(path, &bytes, &e), 0);
		(void)snprintf(path, sizeof(path), "%s/%s", to, entry->d_name);
		f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(bytes.buf, 1, bytes.len, f), bytes.len);
		assert_int_equal(fclose(f), 0);
		sbuf_release(&bytes);
	}
	closedir(d);
}

/* Replace the first `from` of a file by `to`; to NULL removes the file. */
static void spoil(
	const char *dir, const char *file, const char *from, const char *to)
{
	struct sbuf bytes = SBUF_INIT(1000000);
	struct err e = ERR_INIT;
	char path[4096], *at;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, file);
	if (!to) {
		assert_int_equal(unlink(path), 0);
		return;
	}
	assert_int_equal(file_read(path, &bytes, &e), 0);
	at = strstr(bytes.buf, from);
	assert_non_null(at);
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fwrite(bytes.buf, 1, (size_t)(at - bytes.buf), f);
	(void)fputs(to, f);
	(void)fputs(at + strlen(from), f);
	assert_int_equal(fclose(f), 0);
	sbuf_release(&bytes);
}

static void mistakes_are_told(void **state)
{
	static const struct {
		const char *file, *from, *to, *want;
	} cases[] = {
		{ "wines.tsv", "\t4.5\t9\t0\t", "\t4.5\t11\t0\t",
			"wines.tsv:2: column 'acidity': expected a number "
			"from 0 to 10, found '11'\n" },
		{ "wines.tsv", "\t4.5\t9\t0\t", "\t4.5\tx\t0\t",
			"wines.tsv:2: column 'acidity': expected a number "
			"from 0 to 10, found 'x'\n" },
		{ "wines.tsv", "\tcitrus\t4\t", "\tcitrus|soap\t4\t",
			"wines.tsv:2: column 'aromas': expected an id of "
			"aromas.tsv, found 'soap'\n" },
		{ "wines.tsv", "\tcitrus\t4\t", "\tcitrus|citrus\t4\t",
			"wines.tsv:2: column 'aromas': expected no id twice, "
			"found 'citrus'\n" },
		{ "wines.tsv", "\ttulip\tcrisp\t", "\ttulip\tbrut\t",
			"wines.tsv:2: column 'alternatives': expected another "
			"row than its own, found 'brut'\n" },
		{ "wines.tsv", "\ttulip\tcrisp\t", "\ttulip\t\t",
			"wines.tsv:2: column 'alternatives': expected a list "
			"of 1 to 4, found ''\n" },
		{ "wines.tsv", "\t8\t10\t0\ttulip", "\t11\t10\t0\ttulip",
			"wines.tsv:2: column 'serve_hi': expected at least "
			"serve_lo, 11, found '10'\n" },
		{ "wines.tsv", "\tsparkling\tsparkling\tsparkling\t",
			"\tblue\tsparkling\tsparkling\t",
			"wines.tsv:2: column 'color': expected one of red, "
			"white, rose, sparkling, orange, sweet, fortified, "
			"none, found 'blue'\n" },
		{ "wines.tsv", "\tDry bubbles.\ttest", "\tDry bubbles.\t",
			"wines.tsv:2: column 'source': expected the key of a "
			"source, found ''\n" },
		{ "wines.tsv", "\tDry bubbles.\ttest", "\tDry bubbles.",
			"wines.tsv:2: column 'source': expected 25 cells in "
			"the line, found '24'\n" },
		{ "wines.tsv", "\tDry bubbles.\ttest", "\tDry bubbles.\ttest\t",
			"wines.tsv:2: column 'source': expected 25 cells in "
			"the line, found '26'\n" },
		{ "wines.tsv", "Dry bubbles", "Dry \xC3 bubbles",
			"wines.tsv:2: column 'description': expected valid "
			"UTF-8, found 'Dry \xEF\xBF\xBD bubbles.'\n" },
		{ "wines.tsv", "Dry bubbles.", "",
			"wines.tsv:2: column 'description': expected some "
			"text, found ''\n" },
		{ "wines.tsv", "\tgrapes\tbody\t", "\tgrapes\tbodi\t",
			"wines.tsv:1: column 'body': expected this name as "
			"column 8 of the header, found 'bodi'\n" },
		{ "wines.tsv", "\nsweet\t", "\nbrut\t",
			"wines.tsv:8: column 'id': expected an id that line 2 "
			"does not have, found 'brut'\n"
			"affinities.tsv:6: column 'wines': expected an id of "
			"wines.tsv not named yet, or family:, color: or kin: "
			"of one, found 'sweet'\n" },
		{ "wines.tsv", "\nsweet\t", "\nSweet\t",
			"wines.tsv:8: column 'id': expected a lower-case id of "
			"a-z, 0-9 and -, found 'Sweet'\n"
			"affinities.tsv:6: column 'wines': expected an id of "
			"wines.tsv not named yet, or family:, color: or kin: "
			"of one, found 'sweet'\n" },
		{ "wines.tsv", "\t8\t10\t0\ttulip", "\t8\t10\t241\ttulip",
			"wines.tsv:2: column 'decant': expected a whole number "
			"from 0 to 240, found '241'\n" },
		{ "drinks.tsv", "\nmust\t", "\nsweet\t",
			"drinks.tsv:2: column 'id': expected an id that "
			"wines.tsv does not have, found 'sweet'\n"
			"cuisines.tsv:3: column 'drinks': expected an id of "
			"wines.tsv, found 'must'\n" },
		{ "drinks.tsv", "\t6\t9\tsmall", "\t6\t5\tsmall",
			"drinks.tsv:2: column 'serve_hi': expected at least "
			"serve_lo, 6, found '5'\n" },
		{ "drinks.tsv", "\tcrisp\t", "\tmust\t",
			"drinks.tsv:2: column 'alternatives': expected another "
			"row than its own, found 'must'\n" },
		{ "ingredients.tsv", "cod|haddock", "cod|chickens",
			"ingredients.tsv:5: column 'names': expected a name "
			"that line 3 does not have, found 'chickens'\n" },
		{ "ingredients.tsv", "cod|haddock", "cod|--",
			"ingredients.tsv:5: column 'names': expected a name "
			"made of words, found '--'\n" },
		{ "ingredients.tsv", "\ncod\t", "\n\ncod\t",
			"ingredients.tsv:5: column 'id': expected a row, not "
			"an empty line, found ''\n" },
		{ "ingredients.tsv", "\twhite-fish\t", "\tbird\t",
			"ingredients.tsv:5: column 'group': expected an id of "
			"groups.tsv, found 'bird'\n" },
		{ "techniques.tsv", "\t9\t0\t", "\t9.5\t0\t",
			"techniques.tsv:2: column 'rank': expected a whole "
			"number from 1 to 10, found '9.5'\n" },
		{ "techniques.tsv", "\t9\t0\t", "\t9\t-6\t",
			"techniques.tsv:2: column 'weight': expected a number "
			"from -5 to 5, found '-6'\n" },
		{ "classics.tsv", "\tfrench\tbeef", "\tmartian\tbeef",
			"classics.tsv:2: column 'cuisine': expected an id of "
			"cuisines.tsv, found 'martian'\n" },
		{ "classics.tsv", "\tgamay|cab\t", "\tgamay\t",
			"classics.tsv:2: column 'wines': expected a list of 2 "
			"to 5, found 'gamay'\n" },
		{ "units.tsv", "teaspoon|tsp", "teaspoon|EL|tsp",
			"units.tsv:10: column 'names': expected a name that "
			"line 9 does not have, found 'EL'\n" },
		{ "headings.tsv", "notes\t", "remarks\t",
			"headings.tsv:4: column 'kind': expected one of "
			"ingredients, instructions, notes, yield, time, other, "
			"found 'remarks'\n" },
		{ "labels.tsv", "color\tred\t", "color\tred-ish\t",
			"labels.tsv:3: column 'says': expected one of red, "
			"white, rose, sparkling, orange, sweet, fortified, "
			"none, found 'red-ish'\n" },
		{ "labels.tsv", "\tdry\tdry", "\tmoist\tdry",
			"labels.tsv:5: column 'says': expected one of dry, "
			"off-dry, sweet, found 'moist'\n" },
		{ "labels.tsv", "\tcabernet sauvignon\t", "\tmerlot\t",
			"labels.tsv:6: column 'says': expected a grape of "
			"wines.tsv, found 'merlot'\n" },
		{ "labels.tsv", "place\tfrance\t", "place\tspain\t",
			"labels.tsv:8: column 'says': expected the id of a "
			"place above, found 'spain'\n" },
		{ "labels.tsv", "place\tfrance\t", "place\tbordeaux\t",
			"labels.tsv:8: column 'says': expected the id of a "
			"place above, found 'bordeaux'\n" },
		{ "labels.tsv", "place\tfrance\t", "place\tred\t",
			"labels.tsv:8: column 'says': expected the id of a "
			"place above, found 'red'\n" },
		{ "labels.tsv", "spelling\tsaint\t", "spelling\t\t",
			"labels.tsv:2: column 'says': expected one word, "
			"found ''\n" },
		{ "labels.tsv", "no-vintage\t\t", "no-vintage\tnone\t",
			"labels.tsv:9: column 'says': expected nothing, "
			"found 'none'\n" },
		{ "list-columns.tsv", "producer\twinery", "producer\twine",
			"list-columns.tsv:3: column 'words': expected a name "
			"that line 2 does not have, found 'wine'\n" },
	};
	struct sbuf problems = SBUF_INIT(100000);
	char dir[TEMPDIR_SIZE];
	size_t i;

	(void)state;
	tempdir_make(dir);
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		copy_tables(dir);
		spoil(dir, cases[i].file, cases[i].from, cases[i].to);
		sbuf_reset(&problems);
		assert_null(knowledge_load(dir, &problems));
		assert_string_equal(problems.buf, cases[i].want);
	}
	assert_int_equal(tempdir_remove(dir), 0);
	sbuf_release(&problems);
}

static void too_long_names_are_told(void **state)
{
	struct sbuf problems = SBUF_INIT(100000);
	char dir[TEMPDIR_SIZE], id[270], unit[270];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(id) - 1; i++)
		id[i] = unit[i] = 'a';
	memcpy(id, "\nx", 2);
	memcpy(unit, "|", 1);
	id[i - 1] = unit[i - 1] = '\t';
	id[i] = unit[i] = '\0';
	tempdir_make(dir);
	copy_tables(dir);
	spoil(dir, "wines.tsv", "\nsweet\t", id);
	assert_null(knowledge_load(dir, &problems));
	assert_non_null(strstr(problems.buf,
		"wines.tsv:8: column 'id': expected a lower-case id of"));
	copy_tables(dir);
	spoil(dir, "units.tsv", "\tmass\t", unit);
	spoil(dir, "units.tsv", "aa\t", "aa\tmass\t");
	sbuf_reset(&problems);
	assert_null(knowledge_load(dir, &problems));
	assert_non_null(strstr(problems.buf,
		"units.tsv:2: column 'names': expected a short name"));
	assert_int_equal(tempdir_remove(dir), 0);
	sbuf_release(&problems);
}

static void all_mistakes_are_told_at_once(void **state)
{
	struct sbuf problems = SBUF_INIT(100000);
	char dir[TEMPDIR_SIZE];

	(void)state;
	tempdir_make(dir);
	copy_tables(dir);
	spoil(dir, "wines.tsv", "\t4.5\t9\t0\t", "\t4.5\t11\t-1\t");
	spoil(dir, "units.tsv", "\tmass\t1\n", "\tmass\t\n");
	spoil(dir, "headings.tsv", "", NULL);
	assert_null(knowledge_load(dir, &problems));
	assert_non_null(strstr(problems.buf, "wines.tsv:2: column 'acidity'"));
	assert_non_null(strstr(problems.buf, "wines.tsv:2: column 'tannin'"));
	assert_non_null(strstr(problems.buf, "units.tsv:2: column 'amount'"));
	assert_non_null(strstr(problems.buf, "headings.tsv:1: column 'kind'"));
	assert_int_equal(tempdir_remove(dir), 0);
	sbuf_release(&problems);
}

static void the_version_is_that_of_the_bytes(void **state)
{
	struct sbuf problems = SBUF_INIT(100000);
	char dir[TEMPDIR_SIZE];
	struct knowledge *k = load(), *other;

	(void)state;
	tempdir_make(dir);
	copy_tables(dir);
	other = knowledge_load(dir, &problems);
	assert_non_null(other);
	assert_string_equal(knowledge_version(k), knowledge_version(other));
	knowledge_free(other);
	spoil(dir, "wines.tsv", "Dry bubbles", "Dry bubble");
	other = knowledge_load(dir, &problems);
	assert_non_null(other);
	assert_string_not_equal(knowledge_version(k), knowledge_version(other));
	knowledge_free(other);
	knowledge_free(k);
	assert_int_equal(tempdir_remove(dir), 0);
	sbuf_release(&problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_become_structs),
		cmocka_unit_test(drinks_are_wines_without_alcohol),
		cmocka_unit_test(units_are_found),
		cmocka_unit_test(headings_are_found),
		cmocka_unit_test(columns_of_lists_are_found),
		cmocka_unit_test(words_of_labels_are_kept),
		cmocka_unit_test(names_are_matched),
		cmocka_unit_test(a_long_text_is_matched),
		cmocka_unit_test(a_lexicon_grows),
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(too_long_names_are_told),
		cmocka_unit_test(all_mistakes_are_told_at_once),
		cmocka_unit_test(the_version_is_that_of_the_bytes),
	};

	return cmocka_run_group_tests_name("knowledge", tests, NULL, NULL);
}
