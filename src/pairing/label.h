/*
 * The words of wine labels: every name, alias, grape and place of the tables,
 * and the words of labels.tsv, as phrases that are found in free text. What
 * the finds say of a bottle is bottle.c's business. Private to this folder.
 */
#ifndef PAIRING_LABEL_H
#define PAIRING_LABEL_H

#include "pairing/pairing.h"

#define LABEL_WORDS_MAX 64 /* of one text; more are not looked at */
#define LABEL_PHRASE_MAX 6 /* words of a name; longer ones are not found */
#define LABEL_GRAPES_MAX 8 /* of a wine */
#define LABEL_PLACES_MAX 8 /* of a wine */
#define LABEL_PARTS_MAX 5  /* of a name */
#define LABEL_STILL (-1)   /* neither sparkling nor fortified nor … */

enum meaning_kind {
	MEANS_NAME,	 /* a wine is called so; value: its row */
	MEANS_GRAPE,	 /* value: number of the grape */
	MEANS_PLACE,	 /* value: row of labels.tsv */
	MEANS_COLOR,	 /* value: enum wine_color */
	MEANS_SWEETNESS, /* value: SAYS_DRY … */
	MEANS_SPELLING,	 /* value: row of labels.tsv */
	MEANS_NO_VINTAGE,
	MEANS_FOUNDED,
	MEANS_RANK,
	MEANS_LIST,
	MEANS_NOTHING
};

struct meaning {
	struct meaning *next;
	enum meaning_kind kind;
	int value;
};

/* Words that stand together on labels, and all they can mean. */
struct phrase_entry {
	struct phrase_entry *next; /* of the same slot */
	const char *text;	   /* folded words, one space between */
	struct meaning *means;
};

struct label_word {
	size_t start, len; /* where it stands in the text */
	const char *folded;
	int after_break; /* a comma, bracket or the like before it */
};

/* A phrase in a text, from word `first` on. */
struct find {
	const struct phrase_entry *phrase;
	size_t first, n;
	int inner; /* a part of the find before it */
};

/* "pessac-léognan red": a name made of what labels say in any order. */
struct name_part {
	enum meaning_kind kind;
	int value;
	const struct phrase_entry *phrase; /* of a MEANS_NAME */
};
struct composite {
	const struct composite *next;
	struct name_part parts[LABEL_PARTS_MAX];
	size_t n;
};

/* What a wine looks like to a label. */
struct label_wine {
	unsigned tints; /* bits 1 << COLOR_RED, _WHITE, _ROSE, _ORANGE */
	int kind;	/* LABEL_STILL, or COLOR_SPARKLING and the rest */
	int grapes[LABEL_GRAPES_MAX];
	size_t n_grapes;
	int called[LABEL_GRAPES_MAX]; /* grapes whose name is one of its own */
	size_t n_called;
	int places[LABEL_PLACES_MAX];
	size_t n_places;
	const struct composite *composites;
};

struct labels {
	const struct knowledge *k;
	struct arena mem;
	struct phrase_entry **slots;
	size_t n_slots; /* a power of two */
	struct label_wine *wines;
	size_t n_wines;
	const struct label *rows; /* labels.tsv */
	/* by number of a grape: the phrase that is its own name, and how many
	 * wines are mainly of it */
	const struct phrase_entry **grape_names;
	int *grape_styles;
	size_t n_grapes;
};

/* Cut text into folded words; returns how many, at most LABEL_WORDS_MAX. */
size_t label_words(const struct labels *l, const char *text, size_t len,
	struct arena *mem, struct label_word *out);
/* The phrases in them, longest first from the left, at most max; grapes and
 * places within a wine's name that belong to that wine are finds too. */
size_t label_find(const struct labels *l, const struct label_word *words,
	size_t n, struct find *out, size_t max);
/* Does the phrase mean that? Its first meaning of the kind, or NULL. */
const struct meaning *label_means(
	const struct phrase_entry *p, enum meaning_kind kind);
/* Is a place the other one, or within it? */
int label_within(const struct labels *l, int place, int other);
/* A place within no other. */
int label_is_country(const struct labels *l, int place);

#endif
