/*
 * Which rows of knowledge/ does no dish reach? Filler is a defect: every food,
 * technique, cuisine, known dish, unit, trait, rule and affinity must be met
 * in some recipe, and every wine must stand in the first five of one (drinks
 * without alcohol: when they are asked for). The dishes are those of the
 * shared cases and pages, and our own of tests/fixtures/dishes.tsv. And every
 * word of labels and column of lists must stand in tests/fixtures/bottles.tsv
 * or lists/.
 *
 *	reach [KNOWLEDGE-FOLDER]
 *
 * Prints "table id" for each row that is not reached; exits 1 if there is one,
 * 77 (skipped) without WINEPAIR_SHARED.
 */
#include <dirent.h>

#include "knowledge/tables.h"
#include "pairing/choose.h"
#include "pairing/csv.h"
#include "pairing/label.h"

#define SKIPPED 77
#define OURS_MAX ((size_t)4 * 1024 * 1024)

struct reach {
	struct knowledge *k;
	char *met[TABLE_MAX]; /* one byte a row */
	size_t dishes;
	struct arena mem; /* of one dish */
};

static size_t rows(const struct reach *r, enum table_id id)
{
	return r->k->tables[id].n;
}

static void meet(struct reach *r, enum table_id id, const void *row)
{
	const char *first = r->k->tables[id].rows;

	r->met[id][(size_t)((const char *)row - first) / table_specs[id].size] =
		1;
}

static void meet_wines(struct reach *r, const struct candidate *all,
	const struct preferences *p)
{
	const struct candidate *chosen[PAIRING_COUNT_MAX];
	size_t i, n = choose(r->k, all, p, chosen);

	for (i = 0; i < n; i++)
		meet(r, TABLE_WINES, chosen[i]->wine);
}

static void meet_rules(struct reach *r, const struct candidate *all)
{
	size_t i, j;

	for (i = 0; i < rows(r, TABLE_WINES); i++)
		for (j = 0; j < all[i].n_effects; j++)
			meet(r, TABLE_RULES, all[i].effects[j].rule);
}

static void meet_cues(struct reach *r, const struct dish *d)
{
	const struct affinity *a = r->k->tables[TABLE_AFFINITIES].rows;
	const struct trait *t = r->k->tables[TABLE_TRAITS].rows;
	size_t i;
	int who;

	for (i = 0; i < rows(r, TABLE_AFFINITIES); i++)
		if (dish_shows(d, &a[i].when, &who) > 0)
			meet(r, TABLE_AFFINITIES, &a[i]);
	for (i = 0; i < rows(r, TABLE_TRAITS); i++)
		if (d->axis[AXIS_TRAIT + i] > 0)
			meet(r, TABLE_TRAITS, &t[i]);
}

static void meet_dish(struct reach *r, const struct dish *d)
{
	const struct group *groups = r->k->tables[TABLE_GROUPS].rows;
	size_t i;

	for (i = 0; i < d->n_foods; i++) {
		meet(r, TABLE_FOODS, d->foods[i].food);
		meet(r, TABLE_GROUPS, &groups[d->foods[i].food->group_row]);
	}
	for (i = 0; i < d->n_techniques; i++)
		meet(r, TABLE_TECHNIQUES, d->techniques[i].technique);
	if (d->profile->cuisine)
		meet(r, TABLE_CUISINES, d->profile->cuisine);
	if (d->profile->classic)
		meet(r, TABLE_CLASSICS, d->profile->classic);
}

static void meet_units(struct reach *r, const struct recipe *recipe)
{
	struct ingredient in;
	size_t i;

	for (i = 0; i < recipe->n_ingredients; i++) {
		ingredient_parse(r->k, recipe->ingredients[i], &r->mem, &in);
		if (in.unit)
			meet(r, TABLE_UNITS, in.unit);
	}
}

static void pair(struct reach *r, const struct recipe *recipe)
{
	struct preferences any = PREFERENCES_INIT, dry = PREFERENCES_INIT;
	struct dish_profile profile;
	struct err e = ERR_INIT;
	struct candidate *all;
	struct dish *d;

	dry.alcohol = ALCOHOL_NONE;
	d = arena_alloc(&r->mem, sizeof(*d));
	if (dish_read(r->k, recipe, &r->mem, &profile, d, &e))
		return;
	r->dishes++;
	all = score_all(r->k, d, 1, &r->mem);
	meet_dish(r, d);
	meet_units(r, recipe);
	meet_cues(r, d);
	meet_rules(r, all);
	wishes_apply(r->k, &any, all);
	meet_wines(r, all, &any);
	wishes_apply(r->k, &dry, all);
	meet_wines(r, all, &dry);
}

static void pair_text(struct reach *r, const char *text)
{
	struct recipe recipe;
	struct err e = ERR_INIT;

	if (recipe_from_text(r->k, text, strlen(text), &r->mem, &recipe, &e) ==
		0)
		pair(r, &recipe);
	arena_reset(&r->mem);
}

/* ---- words of labels, columns of lists ---- */

/* Is a word of the row among the folded ones of a text, or, of a spelling, in
 * the text itself? */
static int has_word(const struct labels *l, const struct label *row,
	const char *text, const struct find *finds, size_t n)
{
	struct arena mem = ARENA_INIT;
	struct label_word words[LABEL_WORDS_MAX];
	const char *const *w;
	int found = 0;
	size_t i, j, m;

	for (w = row->words; *w && !found; w++) {
		struct sbuf key = SBUF_INIT(1000), in = SBUF_INIT(100000);

		if (row->kind == LABEL_SPELLING) {
			sbuf_addstr(&in, " ");
			text_fold(text, strlen(text), &in);
			sbuf_addstr(&in, " ");
			for (i = 0; i < in.len; i++)
				if (strchr(".,-':\t", in.buf[i]))
					in.buf[i] = ' ';
			sbuf_addf(&key, " %s ", *w);
			found = strstr(in.buf, key.buf) != NULL;
		}
		sbuf_reset(&key);
		m = label_words(l, *w, strlen(*w), &mem, words);
		for (j = 0; j < m; j++)
			sbuf_addf(&key, "%s%s", j ? " " : "", words[j].folded);
		for (i = 0; i < n && row->kind != LABEL_SPELLING; i++)
			found |= strcmp(finds[i].phrase->text, key.buf) == 0;
		sbuf_release(&key);
		sbuf_release(&in);
	}
	arena_release(&mem);
	return found;
}

static void meet_label(
	struct reach *r, const struct labels *l, const char *text)
{
	const struct label *rows_of = r->k->tables[TABLE_LABELS].rows;
	struct label_word words[LABEL_WORDS_MAX];
	struct find finds[2 * LABEL_WORDS_MAX];
	size_t i, n;

	n = label_words(l, text, strlen(text), &r->mem, words);
	n = label_find(l, words, n, finds, ARRAY_LEN(finds));
	for (i = 0; i < rows(r, TABLE_LABELS); i++)
		if (has_word(l, &rows_of[i], text, finds, n))
			meet(r, TABLE_LABELS, &rows_of[i]);
	arena_reset(&r->mem);
}

static void meet_columns(struct reach *r, const struct csv_record *record)
{
	const struct list_header *h = r->k->tables[TABLE_LIST_COLUMNS].rows;
	size_t i, j;

	for (i = 0; i < record->n; i++)
		for (j = 0; j < rows(r, TABLE_LIST_COLUMNS); j++)
			if (knowledge_list_column(r->k, record->cells[i].text,
				    record->cells[i].len) ==
				(enum list_column)h[j].kind)
				meet(r, TABLE_LIST_COLUMNS, &h[j]);
}

/* The lines of a list: as a header, and as labels and headings. */
static void meet_list(struct reach *r, const struct labels *l, const char *path)
{
	struct sbuf bytes = SBUF_INIT(OURS_MAX), text = SBUF_INIT(OURS_MAX);
	static const char dividers[] = { ',', ';', '\t' };
	struct csv_record record;
	struct err e = ERR_INIT;
	struct csv csv;
	char *line, *end;
	size_t i;

	if (file_read(path, &bytes, &e))
		fatalx("%s", e.msg);
	recipe_decode(bytes.buf, bytes.len, &text);
	for (i = 0; i < ARRAY_LEN(dividers); i++) {
		csv_init(&csv, text.buf, text.len, dividers[i]);
		if (csv_next(&csv, &r->mem, &record))
			meet_columns(r, &record);
	}
	for (line = text.buf; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		meet_label(r, l, line);
	}
	sbuf_release(&bytes);
	sbuf_release(&text);
}

static void read_lists(struct reach *r, const char *dir)
{
	struct labels *l = labels_new(r->k);
	char folder[1100], path[1400];
	struct dirent *entry;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/bottles.tsv", dir);
	meet_list(r, l, path);
	(void)snprintf(folder, sizeof(folder), "%s/lists", dir);
	d = opendir(folder);
	if (!d)
		fatal("%s", folder);
	while ((entry = readdir(d))) {
		if (*entry->d_name == '.')
			continue;
		(void)snprintf(
			path, sizeof(path), "%s/%s", folder, entry->d_name);
		meet_list(r, l, path);
	}
	closedir(d);
	labels_free(l);
}

/* ---- where dishes come from ---- */

static void read_cases(struct reach *r, const char *shared)
{
	struct sbuf bytes = SBUF_INIT(OURS_MAX);
	struct err e = ERR_INIT;
	char path[1024], *line, *end;

	(void)snprintf(path, sizeof(path), "%s/pairing/cases.jsonl", shared);
	if (file_read(path, &bytes, &e))
		fatalx("%s", e.msg);
	for (line = bytes.buf; *line; line = end) {
		json_object *o;

		end = line + strcspn(line, "\n");
		o = json_read(line, (size_t)(end - line), &e);
		if (json_str(o, "text"))
			pair_text(r, json_str(o, "text"));
		json_object_put(o);
		end += *end == '\n';
	}
	sbuf_release(&bytes);
}

static void read_page(struct reach *r, const char *path)
{
	struct sbuf bytes = SBUF_INIT(OURS_MAX);
	struct err e = ERR_INIT;
	struct recipe recipe;
	json_object *o = NULL;

	if (file_read(path, &bytes, &e) == 0)
		o = json_read(bytes.buf, bytes.len, &e);
	if (o && recipe_from_json(o, &r->mem, &recipe, &e) == 0)
		pair(r, &recipe);
	json_object_put(o);
	sbuf_release(&bytes);
	arena_reset(&r->mem);
}

static void read_pages(struct reach *r, const char *shared)
{
	char folder[512], path[1024];
	struct dirent *entry;
	DIR *d;

	(void)snprintf(folder, sizeof(folder), "%s/corpus/recipes", shared);
	d = opendir(folder);
	if (!d)
		fatal("%s", folder);
	while ((entry = readdir(d))) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || strcmp(dot, ".json") != 0)
			continue;
		(void)snprintf(
			path, sizeof(path), "%s/%s", folder, entry->d_name);
		read_page(r, path);
	}
	closedir(d);
}

/* Ours: name, ingredient lines, method. */
static void read_ours(struct reach *r, const char *dir)
{
	struct sbuf problems = SBUF_INIT(10000), file;
	struct tsv t = { .file = "dishes.tsv",
		.columns = { "name", "ingredients", "method" },
		.n_columns = 3,
		.text = &file,
		.problems = &problems };
	size_t i;

	if (tsv_read(&t, dir) == 0)
		tsv_cut(&t);
	if (t.n_problems)
		fatalx("%s", problems.buf);
	for (i = 0; i < t.n_rows; i++) {
		struct sbuf text = SBUF_INIT(100000);
		char *rest = tsv_cell(&t, i, 1), *item;

		sbuf_addf(&text, "%s\n\nIngredients\n", tsv_cell(&t, i, 0));
		while ((item = tsv_item(&rest)))
			sbuf_addf(&text, "- %s\n", item);
		sbuf_addf(&text, "\nMethod\n%s\n", tsv_cell(&t, i, 2));
		pair_text(r, text.buf);
		sbuf_release(&text);
	}
	sbuf_release(&problems);
	sbuf_release(&file);
	tsv_release(&t);
}

/* ---- the answer ---- */

static const char *row_name(const struct reach *r, enum table_id id, size_t i)
{
	const char *row =
		(const char *)r->k->tables[id].rows + i * table_specs[id].size;
	const char *name;

	memcpy(&name, row, sizeof(name)); /* all begin with their id */
	return name;
}

static int report(const struct reach *r)
{
	static const enum table_id asked[] = { TABLE_WINES, TABLE_FOODS,
		TABLE_TECHNIQUES, TABLE_CUISINES, TABLE_CLASSICS, TABLE_UNITS,
		TABLE_GROUPS, TABLE_TRAITS, TABLE_RULES, TABLE_AFFINITIES,
		TABLE_LABELS, TABLE_LIST_COLUMNS };
	size_t i, j, missing = 0;

	for (i = 0; i < ARRAY_LEN(asked); i++) {
		for (j = 0; j < rows(r, asked[i]); j++) {
			const struct rule *rule =
				r->k->tables[TABLE_RULES].rows;

			if (r->met[asked[i]][j] ||
				(asked[i] == TABLE_RULES &&
					rule[j].shape == SHAPE_BASE))
				continue;
			(void)printf("%s\t%s\n", table_specs[asked[i]].file,
				row_name(r, asked[i], j));
			missing++;
		}
	}
	(void)printf("%zu dishes, %zu rows not reached\n", r->dishes, missing);
	return missing > 0;
}

int main(int argc, char **argv)
{
	const char *shared = getenv("WINEPAIR_SHARED");
	const char *top = getenv("top_srcdir");
	struct sbuf problems = SBUF_INIT(100000);
	struct reach r = { 0 };
	char tables[1024], fixtures[1024];
	size_t i;
	int rc;

	if (!shared) {
		(void)printf("skipped: reach (WINEPAIR_SHARED is not set)\n");
		return SKIPPED;
	}
	(void)snprintf(tables, sizeof(tables), "%s/knowledge", top ? top : ".");
	(void)snprintf(fixtures, sizeof(fixtures), "%s/tests/fixtures",
		top ? top : ".");
	r.k = knowledge_load(argc > 1 ? argv[1] : tables, &problems);
	if (!r.k)
		fatalx("%s", problems.buf);
	for (i = 0; i < TABLE_MAX; i++)
		r.met[i] = xcalloc(rows(&r, i) + 1, 1);
	read_cases(&r, shared);
	read_pages(&r, shared);
	read_ours(&r, fixtures);
	read_lists(&r, fixtures);
	rc = report(&r);
	for (i = 0; i < TABLE_MAX; i++)
		free(r.met[i]);
	arena_release(&r.mem);
	knowledge_free(r.k);
	sbuf_release(&problems);
	return rc;
}
