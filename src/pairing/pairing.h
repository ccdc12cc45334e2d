/*
 * The built-in engine: recipe in, wines out, every point explained. The same
 * recipe, preferences and version always give the same pairing.
 */
#ifndef PAIRING_PAIRING_H
#define PAIRING_PAIRING_H

#include "base/base.h"
#include "knowledge/knowledge.h"
#include "pairing/bottle.h"
#include "pairing/cellar.h"
#include "pairing/rank.h"
#include "recipe/recipe.h"

#define PAIRING_COUNT_DEFAULT 5
#define PAIRING_COUNT_MAX 10
#define PAIRING_JSON_MAX ((size_t)2 * 1024 * 1024)

enum alcohol { ALCOHOL_ANY, ALCOHOL_LOW, ALCOHOL_NONE };

/* How sweet a wine tastes, by its sweetness from 0 to 10. */
enum sweetness {
	SWEETNESS_DRY,	   /* up to 2 */
	SWEETNESS_OFF_DRY, /* up to 5 */
	SWEETNESS_SWEET,
	SWEETNESS_MAX
};

#define WITHOUT_MAX 16
#define WITHOUT_LEN 48

struct preferences {
	int count;	 /* 1-10 */
	unsigned colors; /* bits 1 << enum wine_color; 0: any */
	int max_price;	 /* 1-4 */
	enum alcohol alcohol;
	unsigned sweetness; /* bits 1 << enum sweetness; 0: any */
	/* Styles and grapes to leave out, folded and sorted. */
	char without[WITHOUT_MAX][WITHOUT_LEN];
	int n_without;
};
#define PREFERENCES_INIT                                        \
	{                                                       \
		.count = PAIRING_COUNT_DEFAULT, .max_price = 4, \
		.alcohol = ALCOHOL_ANY                          \
	}

/* {"count","colors","max_price","alcohol","sweetness","without"}; unknown keys
 * and bad values fail with bad-input, naming the key. o may be NULL:
 * defaults. */
int preferences_from_json(json_object *o, struct preferences *p, struct err *e);
json_object *preferences_to_json(const struct preferences *p);
/* Fails with bad-input, naming it, when a name in without is no wine's and no
 * grape's. */
int preferences_check(
	const struct knowledge *k, const struct preferences *p, struct err *e);
/* "red", "rose" …; -1 when unknown. */
int color_by_name(const char *s, size_t len);
const char *color_name(enum wine_color c);

struct dish_profile {
	double taste[TASTE_MAX]; /* 0-10 */
	const char *protein;	 /* "beef", "none" */
	const struct technique *techniques[8];
	size_t n_techniques;
	const struct cuisine *cuisine; /* NULL unknown */
	const struct classic *classic; /* NULL: not a known dish */
	uint64_t aromas;
	const char **unrecognised; /* ingredient lines nobody knew */
	size_t n_unrecognised;
};

struct reason {
	const char *rule; /* id of a row of rules.tsv */
	double effect;	  /* points */
	const char *text; /* for a cook */
};

struct suggestion {
	const struct wine *wine;
	int score;	  /* 0-100 */
	const char *note; /* pairing_note */
	const struct reason *reasons;
	size_t n_reasons;
	const char *role; /* classic, value, adventurous, or NULL */
};

/* Id of a wine that is in no table: a model's own idea, of which only name,
 * region and colour are known. Its score and the like are null in JSON. */
#define WINE_OTHER "other"
int wine_is_other(const struct wine *w);

/* Who made a pairing, when it was not, or not only, the built-in engine. */
struct chooser {
	const char *provider, *model; /* the one that answered; "built-in" and
					 NULL when none did */
	const char *prompts;	      /* version of the prompts */
	const char *fallback; /* reason key: why the engine answered after all;
				 NULL */
	/* of all calls made for it */
	int64_t input_tokens, output_tokens;
	int64_t cost_micro; /* millionths of a dollar; -1: price not known */
	/* wines that models named, and those of them that a rule forbids */
	int64_t named, clashes;
};

#define AVOIDED_MAX 6

struct avoided {
	const char *style, *why;
	const char *reason; /* the why as words that can follow "it"; NULL */
	unsigned family_row;
};

struct pairing {
	const char *summary;
	struct dish_profile profile;
	struct suggestion *suggestions;
	size_t n_suggestions;
	struct avoided avoid[AVOIDED_MAX];
	size_t n_avoid;
	/* What the preferences cost, in a sentence; NULL: nothing much. */
	const char *limits;
	const struct chooser *chooser; /* NULL: the built-in engine alone */
};

/* Fails with not-a-recipe when nothing of the dish was recognised. All memory
 * is in the arena or the knowledge. */
int pairing_make(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct pairing *out,
	struct err *e);

/* ---- what a model may choose from, and how it is held to the engine ---- */

#define OFFER_MAX 20

struct offer;
/* The engine's own pairing, and the best wines beyond it. Fails as
 * pairing_make() does; all in the arena. k, r and p must outlive it. */
int pairing_offer(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct offer **out,
	struct err *e);
const struct pairing *offer_pairing(const struct offer *o);
/* Best first, at most OFFER_MAX, more varied than the pairing; roles NULL. */
const struct suggestion *offer_list(const struct offer *o, size_t *n);

/* How many to choose: as many as are wished for, or all there are. */
size_t offer_wanted(const struct offer *o);

enum offer_verdict {
	OFFER_FINE,
	OFFER_UNWANTED, /* the preferences exclude it */
	OFFER_CLASH	/* a rule of the engine speaks gravely against it */
};
/* May this wine of the tables be proposed for this dish? *why: words that can
 * follow "it", for a clash; else NULL. */
enum offer_verdict offer_judge(
	struct offer *o, const struct wine *w, const char **why);

/* A wine somebody chose. */
struct offer_pick {
	const struct wine *wine;   /* of the tables; NULL: of none of them */
	const char *name, *region; /* when of none */
	enum wine_color color;	   /* when of none */
	const char *note;	   /* pairing_note; NULL: the engine's */
};
/* A pairing of these wines, in this order, filled up with the engine's own to
 * what was asked for if fill, and without warnings of families they are from.
 * summary NULL: the engine's. */
void offer_take(struct offer *o, const struct offer_pick *picks, size_t n,
	int fill, const char *summary, struct pairing *out);

/* ---- the other way round: what goes with a wine ---- */

#define SUITED_DISHES 8
#define SUITED_KINDS 5
#define SUITED_AVOID 3

struct suited_dish {
	const char *name, *cuisine; /* cuisine: NULL unknown */
	int score;		    /* what pairing that name gives */
	const char *reason;	    /* "" when nothing speaks for it */
};

struct suited_kind { /* "grilled lamb", "Thai food" */
	const char *name;
	int score; /* mean of its known dishes */
};

/* Best first. At least three dishes, where the tables have so many. */
struct suited {
	struct suited_dish dishes[SUITED_DISHES];
	struct suited_kind kinds[SUITED_KINDS];
	struct avoided avoid[SUITED_AVOID]; /* kinds of dishes */
	size_t n_dishes, n_kinds, n_avoid;
};

/* What was found for every wine: from the image of the tables, else worked out
 * now, which takes some tenths of a second. It needs k as long as it lives. */
struct reverse;
struct reverse *reverse_load(const struct knowledge *k);
void reverse_free(struct reverse *r);
/* What knowledge_save() is to keep for the next reverse_load(). */
void reverse_pack(const struct reverse *r, struct sbuf *out);
/* All memory is in the arena or the knowledge. */
void reverse_ask(const struct reverse *r, const struct wine *w,
	struct arena *mem, struct suited *out);
/* "dishes", "kinds" and "avoid" into o. */
void suited_put_json(const struct suited *s, json_object *o);

/* [{"rule","effect","text"}]; the caller owns it. */
json_object *reasons_to_json(const struct suggestion *s);
/* The contract shape of `pair --json`. The caller owns the object. */
json_object *pairing_to_json(const struct knowledge *k, const struct recipe *r,
	const struct pairing *p);

/* ---- menus: several dishes on one table ---- */

#define MENU_MIN 2
#define MENU_MAX 6

/* How a wine does beside one dish of a menu. */
struct menu_part {
	int score; /* 0-100, as if the dish were alone */
	const char *text;
};

struct menu {
	size_t n;		      /* dishes */
	const struct recipe *recipes; /* in the order they were given */
	struct recipe whole;	      /* all of them as one: "A, then B" */
	struct pairing together;      /* one bottle for all of them */
	struct menu_part *parts; /* of its suggestion s with dish d: s * n + d
				  */
	struct pairing *apart;	 /* one each: the few best of each dish */
};

/*
 * Pair MENU_MIN to MENU_MAX recipes, which must live as long as out. A wine
 * is judged by the dish it does worst with before all (docs/pairing-model.md);
 * the order of the dishes changes words, never wines. Fails as pairing_make()
 * does, with the number of the dish in *bad (from 1).
 */
int menu_make(const struct knowledge *k, const struct recipe *recipes, size_t n,
	const struct preferences *p, struct arena *mem, struct menu *out,
	size_t *bad, struct err *e);
/* The shape of a pairing for the menu as one; its suggestions have "dishes"
 * besides, and "menu" has an entry for each dish. The caller owns the object.
 */
json_object *menu_to_json(const struct knowledge *k, const struct menu *m);

/* Members that say what a wine is, into o: style_id, style, region, color,
 * description, structure, serve_celsius, decant_minutes, glass, price,
 * alternatives. All of structure is on scales from 0 to 10. */
void wine_put_json(
	const struct knowledge *k, const struct wine *w, json_object *o);
/* Those, and what only a list of wines tells: family, abv (percent by volume),
 * grapes, aliases. The caller owns the object. */
json_object *wine_to_json(const struct knowledge *k, const struct wine *w);
/* Code and tables together, e.g. "1.4f2a9c01". */
void pairing_version(const struct knowledge *k, char out[40]);

#endif
