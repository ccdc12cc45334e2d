/*
 * Preferences against wines: each is a hard limit, and a name to leave out
 * that is nobody's is a mistake, not a wish that is silently granted.
 */
#include "pairing/choose.h"

#define LOW_ABV 11 /* percent; what people mean by light in alcohol */
#define DRY 2	   /* sweetness; more is no longer called dry */
#define OFF_DRY 5

static enum sweetness sweetness_of(const struct wine *w)
{
	return w->sweetness <= DRY	 ? SWEETNESS_DRY
	       : w->sweetness <= OFF_DRY ? SWEETNESS_OFF_DRY
					 : SWEETNESS_SWEET;
}

int wishes_drinks(const struct preferences *p)
{
	return p->alcohol != ALCOHOL_ANY || p->colors >> COLOR_NONE & 1;
}

static int alcohol_fits(const struct wine *w, const struct preferences *p)
{
	switch (p->alcohol) {
	case ALCOHOL_NONE:
		return w->color == COLOR_NONE;
	case ALCOHOL_LOW:
		return w->abv <= LOW_ABV;
	case ALCOHOL_ANY:
		break;
	}
	/* a drink without alcohol only where one was asked for */
	return w->color != COLOR_NONE || p->colors >> COLOR_NONE & 1;
}

static int any_is_called(const char *const *names, const char *folded)
{
	for (; names && *names; names++)
		if (text_folds_to(*names, folded))
			return 1;
	return 0;
}

static int goes_by(const struct wine *w, const char *folded)
{
	return text_folds_to(w->id, folded) || text_folds_to(w->name, folded) ||
	       any_is_called(w->aliases, folded) ||
	       any_is_called(w->grapes, folded);
}

void wishes_apply(const struct knowledge *k, const struct preferences *p,
	struct candidate *all)
{
	size_t i, n;
	int j;

	(void)knowledge_wines(k, &n);
	for (i = 0; i < n; i++) {
		const struct wine *w = all[i].wine;

		all[i].allowed = w->price <= p->max_price &&
				 (!p->colors || p->colors >> w->color & 1) &&
				 (!p->sweetness ||
					 p->sweetness >> sweetness_of(w) & 1) &&
				 alcohol_fits(w, p);
		for (j = 0; all[i].allowed && j < p->n_without; j++)
			all[i].allowed = !goes_by(w, p->without[j]);
	}
}

int preferences_check(
	const struct knowledge *k, const struct preferences *p, struct err *e)
{
	const struct wine *wines;
	size_t i, n;
	int j;

	wines = knowledge_wines(k, &n);
	for (j = 0; j < p->n_without; j++) {
		for (i = 0; i < n && !goes_by(&wines[i], p->without[j]); i++)
			;
		if (i == n)
			return err_set(e, REASON_BAD_INPUT,
				"preferences: 'without': no wine or grape is "
				"called '%s'",
				p->without[j]);
	}
	return 0;
}
