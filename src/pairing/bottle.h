/*
 * A bottle's name, as it stands on a label, a menu or in a cellar's table, and
 * the style of wines.tsv it is. A part of pairing.h.
 */
#ifndef PAIRING_BOTTLE_H
#define PAIRING_BOTTLE_H

#include "base/base.h"
#include "knowledge/knowledge.h"

#define BOTTLE_NV (-1) /* a vintage: said to have none */
#define BOTTLE_YEAR_MIN 1900
#define BOTTLE_NEAR_MAX 3
#define BOTTLE_TEXT_MAX 4000 /* bytes of a field that are looked at */

/* The words of labels, made once for a knowledge and kept as long as it. */
struct labels;
struct labels *labels_new(const struct knowledge *k);
void labels_free(struct labels *l);

struct bottle_field {
	const char *text; /* UTF-8; NULL: there is none */
	size_t len;
};

/* How many digits stand in a row at a place? */
static inline size_t bottle_field_digits(struct bottle_field f, size_t at)
{
	size_t n = 0;

	while (at + n < f.len && ascii_is_digit(f.text[at + n]))
		n++;
	return n;
}

/* Without the white space at both ends. */
static inline struct bottle_field bottle_field_trim(struct bottle_field f)
{
	while (f.len && ascii_is_space(*f.text)) {
		f.text++;
		f.len--;
	}
	while (f.len && ascii_is_space(f.text[f.len - 1]))
		f.len--;
	return f;
}

/* What is said of a bottle. A name alone will do; fields that say no more
 * than how many there are, are not looked at. */
struct bottle_input {
	struct bottle_field field[LIST_COLUMN_MAX];
	struct bottle_field heading; /* of the part of a list it stands in */
	int heading_names; /* it may name the wine, not only limit it */
};

struct bottle {
	const struct wine *wine; /* NULL: nothing in it is known */
	double confidence;	 /* 0-1, two decimals */
	int vintage;		 /* 0: not said; BOTTLE_NV */
	const char **words;	 /* those that decided, as they stand */
	size_t n_words;
	/* what it might be, when that is too little to say so */
	const struct wine *near[BOTTLE_NEAR_MAX];
	size_t n_near;
};

/* year: today's, for which years are vintages. All memory is in the arena, the
 * knowledge or the input. */
void bottle_read(const struct labels *l, const struct bottle_input *in,
	int year, struct arena *mem, struct bottle *out);
/* The same for a name alone. */
void bottle_read_name(const struct labels *l, const char *name, int year,
	struct arena *mem, struct bottle *out);
/* "sure", "fairly sure" … */
const char *bottle_sureness(double confidence);
/* {"confidence","vintage","words"}, a vintage that is not known or none being
 * null. The caller owns the object. */
json_object *bottle_to_json(const struct bottle *b);

#endif
