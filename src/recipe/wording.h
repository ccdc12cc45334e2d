/*
 * The little words that shape an ingredient line, in the languages recipes
 * come in. Private to recipe/.
 */
#ifndef RECIPE_WORDING_H
#define RECIPE_WORDING_H

#include "base/base.h"

enum wording {
	WORDING_ABOUT,	  /* before an amount; changes nothing */
	WORDING_SOME,	  /* "a little", "etwas": in place of an amount */
	WORDING_SIZE,	  /* "heaped", "large": before a unit */
	WORDING_EACH,	  /* "1 tsp each salt and pepper" */
	WORDING_OF,	  /* between unit and food */
	WORDING_FROM,	  /* "leaves from", "juice of": before an amount */
	WORDING_HALF,	  /* "and a half", behind a unit */
	WORDING_PLUS,	  /* between two amounts that add up */
	WORDING_OR,	  /* between two foods */
	WORDING_MORE,	  /* "or more", "or to taste": no second food */
	WORDING_TO_TASTE, /* in place of an amount, at either end */
	WORDING_FOR,	  /* "for frying", "to serve": what it is for */
	WORDING_PREPARED, /* "chopped", behind the food */
	WORDING_OPTIONAL,
	WORDING_MAX
};

/* Bytes of the longest such wording at s, 0 for none. It ends where a word
 * ends, and takes the space behind it along where its table says so. */
size_t wording(enum wording kind, const char *s, size_t len);

#endif
