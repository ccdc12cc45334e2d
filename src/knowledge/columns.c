/* What each file of knowledge/ must look like. The scales and the meaning of
 * the columns are told to people in knowledge/README.md. */
#include "knowledge/tables.h"

#include <stddef.h>

const char *const taste_words[TASTE_MAX] = {
	[TASTE_WEIGHT] = "weight",
	[TASTE_FAT] = "fat",
	[TASTE_ACID] = "acid",
	[TASTE_SWEET] = "sweet",
	[TASTE_SALT] = "salt",
	[TASTE_BITTER] = "bitter",
	[TASTE_UMAMI] = "umami",
	[TASTE_HEAT] = "heat",
	[TASTE_SMOKE] = "smoke",
	[TASTE_EARTH] = "earth",
	[TASTE_HERB] = "herb",
	[TASTE_INTENSITY] = "intensity",
};
const char *const color_words[COLOR_MAX + 1] = {
	[COLOR_RED] = "red",
	[COLOR_WHITE] = "white",
	[COLOR_ROSE] = "rose",
	[COLOR_SPARKLING] = "sparkling",
	[COLOR_ORANGE] = "orange",
	[COLOR_SWEET] = "sweet",
	[COLOR_FORTIFIED] = "fortified",
	[COLOR_NONE] = "none",
};
static const char *const role_words[] = { "protein", "base", "vegetable",
	"sauce", "seasoning", "sweet", "neutral", NULL };
static const char *const unit_words[] = { "mass", "volume", "piece", NULL };
static const char *const heading_words[] = { "", "ingredients", "instructions",
	"notes", "yield", "time", "other", NULL };

static const char *const wall_words[] = { "challenge", "login", "consent",
	"paywall", "script", NULL };
static const char *const wall_place_words[] = { "title", "text", "source",
	NULL };

static const char *const label_words[LABEL_MAX + 1] = {
	[LABEL_SPELLING] = "spelling",
	[LABEL_COLOR] = "color",
	[LABEL_SWEETNESS] = "sweetness",
	[LABEL_GRAPE] = "grape",
	[LABEL_PLACE] = "place",
	[LABEL_NO_VINTAGE] = "no-vintage",
	[LABEL_FOUNDED] = "founded",
	[LABEL_RANK] = "rank",
	[LABEL_LIST] = "list",
	[LABEL_NOTHING] = "nothing",
};
const char *const sweetness_words[SAYS_MAX + 1] = {
	[SAYS_DRY] = "dry",
	[SAYS_OFF_DRY] = "off-dry",
	[SAYS_SWEET] = "sweet",
};
static const char *const list_column_words[LIST_COLUMN_MAX + 1] = {
	[LIST_NAME] = "name",
	[LIST_CUVEE] = "cuvee",
	[LIST_PRODUCER] = "producer",
	[LIST_VINTAGE] = "vintage",
	[LIST_APPELLATION] = "appellation",
	[LIST_REGION] = "region",
	[LIST_COUNTRY] = "country",
	[LIST_COLOR] = "color",
	[LIST_GRAPE] = "grape",
	[LIST_STYLE] = "style",
	[LIST_QUANTITY] = "quantity",
	[LIST_FROM] = "from",
	[LIST_TO] = "to",
	[LIST_WINDOW] = "window",
	[LIST_OTHER] = "other",
};

static const char *const wine_axis_words[] = { "none", "body", "acidity",
	"tannin", "sweetness", "alcohol", "bubbles", "oak", "intensity",
	"price", NULL };
static const char *const shape_words[] = { "base", "match", "reach", "limit",
	"both", "love", "bridge", "region", "classic", "kindred", "versatile",
	"rare", NULL };

/* The sentences of a note and a summary are built from these. */
const char *const phrase_ids[] = { "summary-plain", "summary-main",
	"summary-tastes", "summary-wants", "dish-light", "dish-medium",
	"dish-rich", "dish-heavy", "dish-sweet", "taste-heat", "taste-sweet",
	"taste-acid", "taste-smoke", "taste-bitter", "taste-salt",
	"taste-umami", "taste-fat", "taste-earth", "taste-herb", "note-none",
	"note-one", "note-two", "note-three", "note-but", "avoid-most",
	"avoid-why", "avoid-why-drink", "limits-none", "limits-few",
	"limits-cost", "kind-food", "kind-cuisine", "kind-dessert",
	"kind-desserts", "menu-name", "menu-both", "menu-every", "menu-first",
	"menu-next", "menu-wants", "menu-wants-next", "menu-best", "menu-apart",
	"menu-avoid-why", "menu-reason", "menu-note-even", "menu-note-lean",
	"menu-note-weak", "menu-note-fails", "menu-note-poor", "menu-line",
	"menu-line-but", "menu-line-little", "menu-line-con", "menu-line-none",
	NULL };

#define ID(type)                                    \
	{                                           \
		.name = "id", .kind = CELL_ID,      \
		.offset = offsetof(struct type, id) \
	}
#define TEXT(type, column)                              \
	{                                               \
		.name = #column, .kind = CELL_TEXT,     \
		.offset = offsetof(struct type, column) \
	}
#define NUMBER(type, column, min, max)                                        \
	{                                                                     \
		.name = #column, .kind = CELL_NUMBER,                         \
		.offset = offsetof(struct type, column), .lo = min, .hi = max \
	}
#define INT(type, column, min, max)                                           \
	{                                                                     \
		.name = #column, .kind = CELL_INT,                            \
		.offset = offsetof(struct type, column), .lo = min, .hi = max \
	}
#define WORD(type, column, list)                                       \
	{                                                              \
		.name = #column, .kind = CELL_WORD,                    \
		.offset = offsetof(struct type, column), .words = list \
	}
#define REF(type, column, table)                                         \
	{                                                                \
		.name = #column, .kind = CELL_REF,                       \
		.offset = offsetof(struct type, column),                 \
		.aux = offsetof(struct type, column##_row), .ref = table \
	}
#define REFS(type, column, member, table, min, max)                            \
	{                                                                      \
		.name = #column, .kind = CELL_REFS,                            \
		.offset = offsetof(struct type, member), .lo = min, .hi = max, \
		.ref = table                                                   \
	}
#define BITS(type)                                                           \
	{                                                                    \
		.name = "aromas", .kind = CELL_BITS,                         \
		.offset = offsetof(struct type, aromas), .ref = TABLE_AROMAS \
	}
#define STRINGS(type, column)                           \
	{                                               \
		.name = #column, .kind = CELL_STRINGS,  \
		.offset = offsetof(struct type, column) \
	}
#define NAMES(type)                                   \
	{                                             \
		.name = "names", .kind = CELL_NAMES,  \
		.offset = offsetof(struct type, name) \
	}
#define SOURCE                                        \
	{                                             \
		.name = "source", .kind = CELL_SOURCE \
	}
#define TASTE(type, column, which, min, max)                              \
	{                                                                 \
		.name = #column, .kind = CELL_NUMBER,                     \
		.offset = offsetof(struct type, taste[which]), .lo = min, \
		.hi = max                                                 \
	}
#define TASTES(type, min, max)                               \
	TASTE(type, weight, TASTE_WEIGHT, min, max),         \
		TASTE(type, fat, TASTE_FAT, min, max),       \
		TASTE(type, acid, TASTE_ACID, min, max),     \
		TASTE(type, sweet, TASTE_SWEET, min, max),   \
		TASTE(type, salt, TASTE_SALT, min, max),     \
		TASTE(type, bitter, TASTE_BITTER, min, max), \
		TASTE(type, umami, TASTE_UMAMI, min, max),   \
		TASTE(type, heat, TASTE_HEAT, min, max),     \
		TASTE(type, smoke, TASTE_SMOKE, min, max),   \
		TASTE(type, earth, TASTE_EARTH, min, max),   \
		TASTE(type, herb, TASTE_HERB, min, max),     \
		TASTE(type, intensity, TASTE_INTENSITY, min, max)

static const struct column aroma_columns[] = {
	ID(aroma),
	TEXT(aroma, name),
};

static const struct column family_columns[] = {
	ID(family),
	TEXT(family, name),
	INT(family, limit, 1, 5),
	NUMBER(family, crowd, 0, 20),
	SOURCE,
};

static const struct column group_columns[] = {
	ID(group),
	TEXT(group, name),
	NUMBER(group, lead, 0, 10),
	NUMBER(group, density, 0.01, 2),
	INT(group, own, 0, 1),
	NUMBER(group, savoury, 0, 10),
	SOURCE,
};

static const struct column wine_columns[] = {
	ID(wine),
	TEXT(wine, name),
	TEXT(wine, region),
	WORD(wine, color, color_words),
	REF(wine, family, TABLE_FAMILIES),
	TEXT(wine, kin),
	STRINGS(wine, grapes),
	NUMBER(wine, body, 0, 10),
	NUMBER(wine, acidity, 0, 10),
	NUMBER(wine, tannin, 0, 10),
	NUMBER(wine, sweetness, 0, 10),
	NUMBER(wine, abv, 0, 25),
	NUMBER(wine, bubbles, 0, 10),
	NUMBER(wine, oak, 0, 10),
	NUMBER(wine, intensity, 0, 10),
	BITS(wine),
	INT(wine, price, 1, 4),
	INT(wine, serve_lo, 0, 80),
	INT(wine, serve_hi, 0, 80),
	INT(wine, decant, 0, 240),
	TEXT(wine, glass),
	REFS(wine, alternatives, alternatives, TABLE_WINES, 1, 4),
	STRINGS(wine, aliases),
	TEXT(wine, description),
	SOURCE,
};

static const struct column drink_columns[] = {
	ID(wine),
	TEXT(wine, name),
	TEXT(wine, region),
	REF(wine, family, TABLE_FAMILIES),
	TEXT(wine, kin),
	NUMBER(wine, body, 0, 10),
	NUMBER(wine, acidity, 0, 10),
	NUMBER(wine, tannin, 0, 10),
	NUMBER(wine, sweetness, 0, 10),
	NUMBER(wine, bubbles, 0, 10),
	NUMBER(wine, intensity, 0, 10),
	BITS(wine),
	INT(wine, price, 1, 4),
	INT(wine, serve_lo, 0, 80),
	INT(wine, serve_hi, 0, 80),
	TEXT(wine, glass),
	REFS(wine, alternatives, alternatives, TABLE_WINES, 1, 4),
	STRINGS(wine, aliases),
	TEXT(wine, description),
	SOURCE,
};

static const struct column food_columns[] = {
	ID(food),
	NAMES(food),
	REF(food, group, TABLE_GROUPS),
	WORD(food, role, role_words),
	NUMBER(food, portion_g, 0.01, 2000),
	NUMBER(food, piece_g, 0, 10000),
	TASTES(food, 0, 10),
	BITS(food),
	{ .name = "kind",
		.kind = CELL_REF_OPT,
		.offset = offsetof(struct food, kind),
		.ref = TABLE_FOODS },
	SOURCE,
};

static const struct column technique_columns[] = {
	ID(technique),
	NAMES(technique),
	INT(technique, rank, 1, 10),
	TASTES(technique, -5, 5),
	BITS(technique),
	TEXT(technique, text),
	SOURCE,
};

static const struct column cuisine_columns[] = {
	ID(cuisine),
	NAMES(cuisine),
	REFS(cuisine, cues, cues, TABLE_FOODS, 0, 40),
	REFS(cuisine, wines, wines, TABLE_WINES, 0, 6),
	REFS(cuisine, drinks, drinks, TABLE_WINES, 0, 6),
	SOURCE,
};

static const struct column classic_columns[] = {
	ID(classic),
	NAMES(classic),
	{ .name = "cuisine",
		.kind = CELL_REF_OPT,
		.offset = offsetof(struct classic, cuisine),
		.ref = TABLE_CUISINES },
	REFS(classic, ingredients, foods, TABLE_FOODS, 2, 12),
	REFS(classic, techniques, techniques, TABLE_TECHNIQUES, 0, 3),
	REFS(classic, wines, wines, TABLE_WINES, 2, 5),
	TEXT(classic, reason),
	SOURCE,
};

static const struct column unit_columns[] = {
	ID(unit),
	{ .name = "names",
		.kind = CELL_LOOKUP,
		.offset = offsetof(struct unit, name) },
	WORD(unit, kind, unit_words),
	NUMBER(unit, amount, 0, 100000),
};

static const struct column heading_columns[] = {
	WORD(heading, kind, heading_words),
	{ .name = "words",
		.kind = CELL_LOOKUP,
		.offset = offsetof(struct heading, name) },
};

#define CELL(type, column, what, member)                \
	{                                               \
		.name = column, .kind = what,           \
		.offset = offsetof(struct type, member) \
	}

static const struct column trait_columns[] = {
	ID(trait),
	TEXT(trait, name),
	CELL(trait, "when", CELL_CUES, when),
	CELL(trait, "but", CELL_CUES, but),
	SOURCE,
};

static const struct column rule_columns[] = {
	ID(rule),
	WORD(rule, shape, shape_words),
	CELL(rule, "wines", CELL_PICKS, wines),
	WORD(rule, wine, wine_axis_words),
	NUMBER(rule, wine_from, 0, 10),
	CELL(rule, "dish", CELL_AXIS, dish),
	NUMBER(rule, dish_from, 0, 10),
	CELL(rule, "with", CELL_AXES, with),
	CELL(rule, "unless", CELL_AXES, unless),
	NUMBER(rule, slack, -10, 10),
	NUMBER(rule, slope, 0, 20),
	NUMBER(rule, points, -100, 100),
	NUMBER(rule, penalty, 0, 100),
	STRINGS(rule, good),
	STRINGS(rule, over),
	STRINGS(rule, under),
	SOURCE,
};

static const struct column affinity_columns[] = {
	ID(affinity),
	CELL(affinity, "when", CELL_CUES, when),
	CELL(affinity, "wines", CELL_PICKS, wines),
	NUMBER(affinity, points, -60, 60),
	STRINGS(affinity, text),
	SOURCE,
};

static const struct column phrase_columns[] = {
	ID(phrase),
	STRINGS(phrase, text),
};

static const struct column wall_columns[] = {
	WORD(wall, kind, wall_words),
	WORD(wall, place, wall_place_words),
	INT(wall, words, 1, 10000),
	STRINGS(wall, signs),
};

static const struct column label_columns[] = {
	ID(label),
	WORD(label, kind, label_words),
	{ .name = "says",
		.kind = CELL_SAYS,
		.offset = offsetof(struct label, says_text),
		.aux = offsetof(struct label, says) },
	STRINGS(label, words),
};

static const struct column list_columns[] = {
	ID(list_header),
	WORD(list_header, kind, list_column_words),
	CELL(list_header, "words", CELL_LOOKUP, name),
};

#define SPEC(name, type, list, names)                                   \
	{                                                               \
		name, sizeof(struct type), list, ARRAY_LEN(list), names \
	}

const struct table_spec table_specs[TABLE_MAX] = {
	[TABLE_AROMAS] = SPEC("aromas.tsv", aroma, aroma_columns, -1),
	[TABLE_FAMILIES] = SPEC("families.tsv", family, family_columns, -1),
	[TABLE_GROUPS] = SPEC("groups.tsv", group, group_columns, -1),
	[TABLE_WINES] = SPEC("wines.tsv", wine, wine_columns, -1),
	[TABLE_DRINKS] = SPEC("drinks.tsv", wine, drink_columns, -1),
	[TABLE_FOODS] = SPEC("ingredients.tsv", food, food_columns, MATCH_FOOD),
	[TABLE_TECHNIQUES] = SPEC("techniques.tsv", technique,
		technique_columns, MATCH_TECHNIQUE),
	[TABLE_CUISINES] =
		SPEC("cuisines.tsv", cuisine, cuisine_columns, MATCH_CUISINE),
	[TABLE_CLASSICS] =
		SPEC("classics.tsv", classic, classic_columns, MATCH_CLASSIC),
	[TABLE_UNITS] = SPEC("units.tsv", unit, unit_columns, -1),
	[TABLE_TRAITS] = SPEC("traits.tsv", trait, trait_columns, -1),
	[TABLE_RULES] = SPEC("rules.tsv", rule, rule_columns, -1),
	[TABLE_AFFINITIES] =
		SPEC("affinities.tsv", affinity, affinity_columns, -1),
	[TABLE_PHRASES] = SPEC("phrases.tsv", phrase, phrase_columns, -1),
	[TABLE_HEADINGS] = SPEC("headings.tsv", heading, heading_columns, -1),
	[TABLE_WALLS] = SPEC("walls.tsv", wall, wall_columns, -1),
	[TABLE_LABELS] = SPEC("labels.tsv", label, label_columns, -1),
	[TABLE_LIST_COLUMNS] =
		SPEC("list-columns.tsv", list_header, list_columns, -1),
};
