/*
 * What Winepair knows of wine and food: the tables of knowledge/ as read-only
 * structs, checked cell by cell when they are loaded, and look-up of names in
 * free text. Made once by the master; children share the pages.
 *
 * Scales are those of knowledge/README.md: 0-10 unless said otherwise. All
 * strings are owned by the knowledge and live as long as it does.
 */
#ifndef KNOWLEDGE_KNOWLEDGE_H
#define KNOWLEDGE_KNOWLEDGE_H

#include "base/base.h"

enum taste {
	TASTE_WEIGHT,
	TASTE_FAT,
	TASTE_ACID,
	TASTE_SWEET,
	TASTE_SALT,
	TASTE_BITTER,
	TASTE_UMAMI,
	TASTE_HEAT,
	TASTE_SMOKE,
	TASTE_EARTH,
	TASTE_HERB,
	TASTE_INTENSITY,
	TASTE_MAX
};

enum wine_color {
	COLOR_RED,
	COLOR_WHITE,
	COLOR_ROSE,
	COLOR_SPARKLING,
	COLOR_ORANGE,
	COLOR_SWEET,
	COLOR_FORTIFIED,
	COLOR_NONE,
	COLOR_MAX
};

/* How the tables and the answers spell them. */
extern const char *const taste_words[TASTE_MAX];
extern const char *const color_words[COLOR_MAX + 1]; /* NULL at the end */

enum food_role {
	ROLE_PROTEIN,
	ROLE_BASE,
	ROLE_VEGETABLE,
	ROLE_SAUCE,
	ROLE_SEASONING,
	ROLE_SWEET,
	ROLE_NEUTRAL,
	ROLE_MAX
};

/* What of a wine a rule looks at, each on a scale from 0 to 10. */
enum wine_axis {
	WINE_NOTHING,
	WINE_BODY,
	WINE_ACIDITY,
	WINE_TANNIN,
	WINE_SWEETNESS,
	WINE_ALCOHOL,
	WINE_BUBBLES,
	WINE_OAK,
	WINE_INTENSITY,
	WINE_PRICE, /* 1-4 */
	WINE_AXIS_MAX
};

/* What of a dish a rule looks at: a taste, how much of a dessert it is, or a
 * trait (AXIS_TRAIT + row of traits.tsv). */
enum { AXIS_NOTHING = -1, AXIS_DESSERT = TASTE_MAX, AXIS_TRAIT };

/* How a rule works; docs/pairing-model.md tells each in full. */
enum rule_shape {
	SHAPE_BASE,	 /* what every wine starts from */
	SHAPE_MATCH,	 /* wine as much as dish */
	SHAPE_REACH,	 /* wine at least as much as dish */
	SHAPE_LIMIT,	 /* wine at most as much as dish */
	SHAPE_BOTH,	 /* much of both: points, good or bad */
	SHAPE_LOVE,	 /* affinities.tsv */
	SHAPE_BRIDGE,	 /* aromas in common */
	SHAPE_REGION,	 /* wines of the cuisine */
	SHAPE_CLASSIC,	 /* the known dish itself */
	SHAPE_KINDRED,	 /* known dishes like it */
	SHAPE_VERSATILE, /* good company for most dishes */
	SHAPE_RARE,	 /* not without one of the five before */
	SHAPE_MAX
};

enum unit_kind { UNIT_MASS, UNIT_VOLUME, UNIT_PIECE };

/* Headings that divide a recipe, in several languages (headings.tsv). */
enum heading_kind {
	HEADING_NONE,
	HEADING_INGREDIENTS,
	HEADING_INSTRUCTIONS,
	HEADING_NOTES,
	HEADING_YIELD,
	HEADING_TIME,
	HEADING_OTHER
};

/* Signs of pages that stand in the way of a page (walls.tsv). */
enum wall_kind {
	WALL_CHALLENGE,
	WALL_LOGIN,
	WALL_CONSENT,
	WALL_PAYWALL,
	WALL_SCRIPT
};
enum wall_place { WALL_TITLE, WALL_TEXT, WALL_SOURCE };

struct wall {
	int kind;  /* enum wall_kind */
	int place; /* enum wall_place: where a sign stands */
	int words; /* a page with more visible words is not that wall */
	const char *const *signs;
};

/* What a word of a label tells (labels.tsv). */
enum label_kind {
	LABEL_SPELLING,	  /* the word is to be read as another */
	LABEL_COLOR,	  /* says a word of color_words */
	LABEL_SWEETNESS,  /* says a word of sweetness_words */
	LABEL_GRAPE,	  /* says a grape as wines.tsv spells it */
	LABEL_PLACE,	  /* says the place it lies in, if any */
	LABEL_NO_VINTAGE, /* "NV" */
	LABEL_FOUNDED,	  /* the year behind it is no vintage */
	LABEL_RANK,	  /* "reserva", "grand cru": of any style */
	LABEL_LIST,	  /* a word of lists: "by the glass" */
	LABEL_NOTHING,	  /* a name that only looks like a wine */
	LABEL_MAX
};

/* How sweet a label may say that a wine is, and what that means on the scale of
 * a wine's sweetness. */
enum { SAYS_DRY, SAYS_OFF_DRY, SAYS_SWEET, SAYS_MAX };
extern const char *const sweetness_words[SAYS_MAX + 1]; /* NULL at the end */

struct label { /* labels.tsv */
	const char *id;
	int kind; /* enum label_kind */
	int says; /* color, sweetness: which word; place: its row; else -1 */
	const char *says_text;
	const char *const *words; /* NULL at the end */
};

/* What a column of somebody's list of wines holds (list-columns.tsv). */
enum list_column {
	LIST_NAME,
	LIST_CUVEE,
	LIST_PRODUCER,
	LIST_VINTAGE,
	LIST_APPELLATION,
	LIST_REGION,
	LIST_COUNTRY,
	LIST_COLOR,
	LIST_GRAPE,
	LIST_STYLE,
	LIST_QUANTITY,
	LIST_FROM,
	LIST_TO,
	LIST_WINDOW,
	LIST_OTHER,
	LIST_COLUMN_MAX
};

struct index_list { /* rows of another table, by index */
	const uint16_t *at;
	size_t n;
};

/* A wine (wines.tsv) or, with the colour none, a drink without alcohol
 * (drinks.tsv): one array, so that every rule holds for both. */
struct wine {
	const char *id, *name, *region, *kin, *glass, *description;
	const char *family; /* id of a row of families.tsv */
	unsigned family_row;
	enum wine_color color;
	double body, acidity, tannin, sweetness, abv, bubbles, oak, intensity;
	int price, serve_lo, serve_hi;
	int decant;	 /* minutes before it is served; 0: not at all */
	uint64_t aromas; /* bits: rows of aromas.tsv */
	struct index_list alternatives; /* wines */
	const char *const *aliases;	/* NULL at the end */
	const char *const *grapes;	/* NULL at the end; a drink: NULL */
};

struct food { /* ingredients.tsv */
	const char *id, *name;
	const char *group; /* id of a row of groups.tsv */
	unsigned group_row;
	enum food_role role;
	double portion_g, piece_g, taste[TASTE_MAX];
	uint64_t aromas;
	int kind; /* the plainer food it is one of, which has none; or -1 */
};

struct technique {
	const char *id, *name, *text;
	int rank;
	double taste[TASTE_MAX]; /* -5 … +5 */
	uint64_t aromas;
};

struct cuisine {
	const char *id, *name;
	struct index_list cues; /* foods */
	struct index_list wines, drinks;
};

struct classic {
	const char *id, *name, *reason;
	int cuisine; /* index or -1 */
	struct index_list foods, techniques, wines;
};

struct unit {
	const char *id, *name;
	enum unit_kind kind;
	double amount; /* grams, millilitres, or grams a piece (0: none) */
};

struct aroma {
	const char *id, *name;
};

struct family { /* of wines */
	const char *id, *name;
	int limit;    /* how many of it one answer of five may hold */
	double crowd; /* points another one loses for each there already */
};

struct group { /* of foods */
	const char *id, *name;
	double lead; /* 0-10: how surely a dish with such a food is about it */
	double density; /* grams a millilitre, as it lies in a cup */
	int own;	/* a food of its own even behind an animal's name */
	double savoury; /* 0-10: how surely a dish with it is no dessert */
};

/* lead of a group that stands in the middle, if it is there: meat and fish */
#define GROUP_LEADS 7.5

/* A named quality of a dish that its tastes do not tell, such as "fried". */
enum cue_kind {
	CUE_GROUP,
	CUE_FOOD,
	CUE_TECHNIQUE,
	CUE_AROMA,
	CUE_CUISINE,
	CUE_AXIS,
	CUE_ANY
};

struct cue {
	enum cue_kind kind;
	int row;      /* of its table, or the axis */
	int and_next; /* it holds only together with the cue that follows */
};

struct cue_list {
	const struct cue *at;
	size_t n;
};

struct trait {
	const char *id, *name;
	struct cue_list when, but; /* but takes away from it */
};

struct pick {
	uint16_t wine;
	uint16_t rank; /* 0 best, from the order of the cell */
};

struct pick_list {
	const struct pick *at;
	size_t n;
};

struct rule {
	const char *id;
	enum rule_shape shape;
	struct pick_list wines; /* empty: all */
	enum wine_axis wine;
	double wine_from;
	int dish; /* axis */
	double dish_from;
	struct index_list with, unless; /* axes */
	double slack, slope, points, penalty;
	/* NULL at the end; when it helps, when the wine has too much of it,
	 * too little of it */
	const char *const *good, *const *over, *const *under;
};

struct affinity { /* a food and the wines that love or spoil it */
	const char *id;
	struct cue_list when;
	struct pick_list wines;
	double points;
	const char *const *text; /* may be empty: the rule's */
};

struct phrase {
	const char *id;
	const char *const *text;
};

struct knowledge;

/*
 * Load and check every table of the folder. NULL when anything is wrong, with
 * a line for each mistake in problems:
 * "wines.tsv:12: column 'acidity': expected a number from 0 to 10, found 'x'".
 */
struct knowledge *knowledge_load(const char *dir, struct sbuf *problems);
void knowledge_free(struct knowledge *k);
/* Write the image of the tables, which spares the next loader the work when it
 * stands beside their folder as `dir`.image and nothing has changed (image.c).
 * annex: bytes to be found again by knowledge_annex(), or NULL. 0 or -1. */
int knowledge_save(const struct knowledge *k, const struct sbuf *annex,
	const char *path, struct err *e);
/* The annex of the image, aligned for any type; len 0 when there is none, or
 * no image of these tables by this program. */
const void *knowledge_annex(const struct knowledge *k, size_t *len);
/* Hex digest of the tables' bytes: two equal ones pair alike. */
const char *knowledge_version(const struct knowledge *k);

const struct wine *knowledge_wines(const struct knowledge *k, size_t *n);
const struct food *knowledge_foods(const struct knowledge *k, size_t *n);
const struct technique *knowledge_techniques(
	const struct knowledge *k, size_t *n);
const struct cuisine *knowledge_cuisines(const struct knowledge *k, size_t *n);
const struct classic *knowledge_classics(const struct knowledge *k, size_t *n);
const struct aroma *knowledge_aromas(const struct knowledge *k, size_t *n);
const struct family *knowledge_families(const struct knowledge *k, size_t *n);
const struct group *knowledge_groups(const struct knowledge *k, size_t *n);
const struct group *knowledge_group_of(
	const struct knowledge *k, const struct food *f);
const struct trait *knowledge_traits(const struct knowledge *k, size_t *n);
const struct rule *knowledge_rules(const struct knowledge *k, size_t *n);
const struct affinity *knowledge_affinities(
	const struct knowledge *k, size_t *n);
/* The variants of a phrase; ends the process when phrases.tsv lacks it, which
 * the loader has made sure of. */
const char *const *knowledge_phrase(const struct knowledge *k, const char *id);
/* The same for phrases that may be absent. */
const char *const *knowledge_phrase_or_null(
	const struct knowledge *k, const char *id);
const struct wine *knowledge_wine(const struct knowledge *k, const char *id);

/* A unit word as it stands in a recipe line ("tbsp.", "EL", "Cups"). */
const struct unit *knowledge_unit(
	const struct knowledge *k, const char *word, size_t len);
/* In the order in which they are to be tried. */
const struct wall *knowledge_walls(const struct knowledge *k, size_t *n);
/* A place stands below the place it lies in. */
const struct label *knowledge_labels(const struct knowledge *k, size_t *n);
/* What a column with this header holds ("Winery", "Jahrgang"); LIST_COLUMN_MAX
 * when it is not known. */
enum list_column knowledge_list_column(
	const struct knowledge *k, const char *header, size_t len);
/* Is this line (without its colon) a heading such as "Zutaten"? */
enum heading_kind knowledge_heading(
	const struct knowledge *k, const char *line, size_t len);

/* What a piece of text names: rows of one table, in the order they stand. */
enum match_table { MATCH_FOOD, MATCH_TECHNIQUE, MATCH_CUISINE, MATCH_CLASSIC };
struct match {
	uint16_t row;	     /* index into the table */
	uint32_t start, len; /* bytes of the text */
};
/* Longest match on folded, stemmed words; matches never overlap. Fills at most
 * max; returns how many. */
size_t knowledge_match(const struct knowledge *k, enum match_table table,
	const char *text, size_t len, struct match *out, size_t max);

#endif
