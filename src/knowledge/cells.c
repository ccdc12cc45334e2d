/* The cells only rules, traits, affinities and labels have: axes of a dish,
 * cues that a dish shows or does not, sets of wines, and what a word tells. */
#include "knowledge/tables.h"

int cell_axis(const struct place *p, const char *cell)
{
	int i, row;

	if (!*cell)
		return AXIS_NOTHING;
	for (i = 0; i < TASTE_MAX; i++)
		if (strcmp(taste_words[i], cell) == 0)
			return i;
	if (strcmp(cell, "dessert") == 0)
		return AXIS_DESSERT;
	row = table_row(p->k, TABLE_TRAITS, cell);
	if (row >= 0)
		return AXIS_TRAIT + row;
	PROBLEM(p, cell, "a taste, 'dessert' or an id of traits.tsv");
	return AXIS_NOTHING;
}

struct index_list cell_axes(const struct place *p, char *cell)
{
	struct index_list list = { NULL, 0 };
	uint16_t *at;
	char *item;

	at = arena_calloc(&p->k->mem, tsv_items(cell), sizeof(*at));
	while ((item = tsv_item(&cell))) {
		int axis = cell_axis(p, item);

		if (axis != AXIS_NOTHING)
			at[list.n++] = (uint16_t)axis;
	}
	list.at = at;
	return list;
}

/* "group:beef" */
static struct cue cue(const struct place *p, const char *text)
{
	static const struct {
		const char *prefix;
		enum cue_kind kind;
		enum table_id table;
	} kinds[] = {
		{ "group:", CUE_GROUP, TABLE_GROUPS },
		{ "food:", CUE_FOOD, TABLE_FOODS },
		{ "technique:", CUE_TECHNIQUE, TABLE_TECHNIQUES },
		{ "aroma:", CUE_AROMA, TABLE_AROMAS },
		{ "cuisine:", CUE_CUISINE, TABLE_CUISINES },
	};
	struct cue c = { CUE_ANY, 0, 0 };
	size_t i;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t len = strlen(kinds[i].prefix);

		if (strncmp(text, kinds[i].prefix, len) != 0)
			continue;
		c.kind = kinds[i].kind;
		c.row = cell_ref(p, kinds[i].table, text + len);
		return c;
	}
	if (strncmp(text, "dish:", 5) == 0 && text[5]) {
		c.kind = CUE_AXIS;
		c.row = cell_axis(p, text + 5);
	} else {
		PROBLEM(p, text,
			"group:, food:, technique:, aroma:, cuisine: or dish: "
			"before a name");
	}
	return c;
}

struct cue_list cell_cues(const struct place *p, char *cell)
{
	struct cue_list list = { NULL, 0 };
	size_t max = 1, i;
	struct cue *at;
	char *item;

	for (i = 0; cell[i]; i++)
		max += cell[i] == '|' || cell[i] == '+';
	if (!*cell)
		return list;
	at = arena_calloc(&p->k->mem, max, sizeof(*at));
	while ((item = tsv_item(&cell))) {
		while (item) {
			char *plus = strchr(item, '+');

			if (plus)
				*plus++ = '\0';
			at[list.n] = cue(p, item);
			at[list.n++].and_next = plus != NULL;
			item = plus;
		}
	}
	list.at = at;
	return list;
}

/* Does a wine belong to what the item names: a family, a colour, a kin? */
static int belongs(const struct wine *w, const char *text)
{
	if (strncmp(text, "family:", 7) == 0)
		return strcmp(w->family, text + 7) == 0;
	if (strncmp(text, "color:", 6) == 0)
		return strcmp(color_words[w->color], text + 6) == 0;
	if (strncmp(text, "kin:", 4) == 0)
		return strcmp(w->kin, text + 4) == 0;
	return 0;
}

struct pick_list cell_picks(const struct place *p, char *cell)
{
	const struct wine *wines = p->k->tables[TABLE_WINES].rows;
	size_t n = p->k->tables[TABLE_WINES].n, i, end, before;
	struct pick_list list = { NULL, 0 };
	struct pick *found, *kept;
	uint16_t rank = 0;
	char *item, *seen;
	int row;

	if (!*cell)
		return list;
	found = xcalloc(n + 1, sizeof(*found));
	seen = xcalloc(n + 1, 1);
	for (; (item = tsv_item(&cell)); rank++) {
		row = table_row(p->k, TABLE_WINES, item);
		before = list.n;
		end = row >= 0 ? (size_t)row + 1 : n;
		for (i = row >= 0 ? (size_t)row : 0; i < end; i++) {
			if (seen[i] ||
				(row < 0 && (!wines[i].id ||
						    !belongs(&wines[i], item))))
				continue;
			seen[i] = 1;
			found[list.n].wine = (uint16_t)i;
			found[list.n++].rank = rank;
		}
		if (list.n == before)
			PROBLEM(p, item,
				"an id of wines.tsv not named yet, or family:, "
				"color: or kin: of one");
	}
	kept = arena_calloc(&p->k->mem, list.n, sizeof(*kept));
	memcpy(kept, found, list.n * sizeof(*kept));
	list.at = kept;
	free(seen);
	free(found);
	return list;
}

/* A place lies in one that stands above it. */
static int place_of(
	const struct place *p, const struct label *row, const char *cell)
{
	const struct label *first = row - p->row;
	int in;

	if (!*cell)
		return -1;
	in = table_row(p->k, TABLE_LABELS, cell);
	if (in >= 0 && (size_t)in < p->row && first[in].kind == LABEL_PLACE)
		return in;
	PROBLEM(p, cell, "the id of a place above");
	return -1;
}

static int is_grape(const struct knowledge *k, const char *name)
{
	const struct wine *wines = k->tables[TABLE_WINES].rows;
	const char *const *g;
	size_t i;

	for (i = 0; i < k->tables[TABLE_WINES].n; i++)
		for (g = wines[i].grapes; g && *g; g++)
			if (strcmp(*g, name) == 0)
				return 1;
	return 0;
}

int cell_says(const struct place *p, const struct label *row, const char *cell)
{
	switch ((enum label_kind)row->kind) {
	case LABEL_COLOR:
		return cell_word(p, color_words, cell);
	case LABEL_SWEETNESS:
		return cell_word(p, sweetness_words, cell);
	case LABEL_PLACE:
		return place_of(p, row, cell);
	case LABEL_GRAPE:
		if (!is_grape(p->k, cell))
			PROBLEM(p, cell, "a grape of wines.tsv");
		break;
	case LABEL_SPELLING:
		if (!*cell || strchr(cell, ' '))
			PROBLEM(p, cell, "one word");
		break;
	case LABEL_NO_VINTAGE:
	case LABEL_FOUNDED:
	case LABEL_RANK:
	case LABEL_LIST:
	case LABEL_NOTHING:
	case LABEL_MAX:
		if (*cell)
			PROBLEM(p, cell, "nothing");
		break;
	}
	return -1;
}
