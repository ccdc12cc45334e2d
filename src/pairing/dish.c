/*
 * Recipe → dish: what each ingredient line holds and how much of it, what is
 * done to it, what it is called and where it comes from. How it tastes is
 * worked out in profile.c.
 */
#include "pairing/dish.h"

#include <math.h>

#define MATCHES_MAX 64
/* Bytes that are looked at, five times what the longest recipes have: whoever
 * pairs must not be held up. */
#define FOODS_MAX ((size_t)24 * 1024)
#define STEPS_MAX ((size_t)200 * 1024)
#define RATIO_MAX 4.0
#define SHARE_MAX 1.35
#define ODD_RATIO 16 /* so much of a food, and the unit was another's */
#define SPOKEN 2     /* lead of a group that is told by a word more */

/* ---- amounts ---- */

/* Grams that an ingredient line gives of a food; 0 when it does not say. */
static double grams(const struct knowledge *k, const struct ingredient *in,
	const struct food *f)
{
	double amount = (in->lo + in->hi) / 2;

	if (amount <= 0)
		return 0;
	if (!in->unit)
		return amount * f->piece_g;
	switch (in->unit->kind) {
	case UNIT_MASS:
		return amount * in->unit->amount;
	case UNIT_VOLUME:
		return amount * in->unit->amount *
		       knowledge_group_of(k, f)->density;
	case UNIT_PIECE:
		break;
	}
	/* a stick of cinnamon is not a stick of butter */
	if (in->unit->amount <= 0 ||
		(f->piece_g > 0 && in->unit->amount > ODD_RATIO * f->portion_g))
		return amount * f->piece_g;
	return amount * in->unit->amount;
}

/* Amounts matter less than one would think: half the chilli is more than half
 * as hot. What is left of a row's numbers at a multiple of its portion_g. */
static double share_of(double ratio)
{
	double s = ratio < 1 ? pow(ratio, 0.6) : pow(ratio, 0.25);

	return s > SHARE_MAX ? SHARE_MAX : s;
}

static void add_food(
	const struct knowledge *k, struct dish *d, unsigned row, double ratio)
{
	const struct food *all;
	struct dish_food *f;
	size_t i, n;

	all = knowledge_foods(k, &n);
	if (ratio > RATIO_MAX)
		ratio = RATIO_MAX;
	for (i = 0; i < d->n_foods && d->foods[i].row != row; i++)
		;
	if (i == DISH_FOODS_MAX)
		return;
	f = &d->foods[i];
	if (i == d->n_foods) {
		d->n_foods++;
		f->row = row;
		f->food = &all[row];
		f->group = knowledge_group_of(k, f->food);
		f->ratio = 0;
	}
	f->ratio += ratio;
	if (f->ratio > RATIO_MAX)
		f->ratio = RATIO_MAX;
	f->share = share_of(f->ratio);
}

/* ---- ingredient lines ---- */

static const struct group *group_of(const struct knowledge *k, unsigned food)
{
	size_t n;

	return knowledge_group_of(k, &knowledge_foods(k, &n)[food]);
}

int food_leads(const struct knowledge *k, unsigned row)
{
	return group_of(k, row)->lead >= GROUP_LEADS;
}

int food_is_own(const struct knowledge *k, unsigned row)
{
	return group_of(k, row)->own;
}

/* Do exactly the letters "or" part two names? Then they are alternatives. */
static int is_or(const char *text, const struct match *a, const struct match *b)
{
	const char *s = text + a->start + a->len;
	size_t len = b->start - a->start - a->len;

	return len == 4 && memcmp(s, " or ", 4) == 0;
}

/* "Veal escalopes from the topside": a cut of what stands before it. */
static int is_from(
	const char *text, const struct match *a, const struct match *b)
{
	const char *s = text + a->start + a->len;
	size_t len = b->start - a->start - a->len;

	return (len == 6 && memcmp(s, " from ", 6) == 0) ||
	       (len == 10 && memcmp(s, " from the ", 10) == 0);
}

/* "Steaks of hilsa": the cut before the animal. */
static int is_cut_of(const struct knowledge *k, const char *text,
	const struct match *a, const struct match *b)
{
	const char *s = text + a->start + a->len;

	return b->start == a->start + a->len + 4 && memcmp(s, " of ", 4) == 0 &&
	       food_leads(k, a->row) && food_leads(k, b->row);
}

/* An animal and, right behind it, another leading food: a swordfish steak is
 * no beef, but duck foie gras is no duck. */
static int is_animal_and_cut(const struct knowledge *k, const char *text,
	const struct match *a, const struct match *b)
{
	return b->start == a->start + a->len + 1 && text[b->start - 1] == ' ' &&
	       food_leads(k, a->row) && food_leads(k, b->row);
}

/* "Camembert cheese", "penne pasta": the second word only says what kind of
 * thing the first one is. Herbs, spices and citrus are small enough to follow
 * one another with no comma. */
static int says_again(const struct knowledge *k, const char *text,
	const struct match *a, const struct match *b)
{
	return b->start == a->start + a->len + 1 && text[b->start - 1] == ' ' &&
	       group_of(k, a->row) == group_of(k, b->row) &&
	       group_of(k, a->row)->lead >= SPOKEN;
}

/* The line may go on after what was taken for the food: cream (of tartar). */
static void longer_name(const struct knowledge *k, const char *line,
	const struct ingredient *in, struct match *last)
{
	const char *at = strstr(line, in->food);
	struct match m;

	if (!at)
		return;
	at += last->start;
	if (knowledge_match(k, MATCH_FOOD, at, strlen(at), &m, 1) &&
		m.start == 0 && m.len > last->len)
		last->row = m.row;
}

/* What was taken for the unit may belong to the name: a rack of lamb. */
static void name_with_unit(const struct knowledge *k, const char *line,
	struct ingredient *in, struct match *first)
{
	const char *at = strstr(line, in->food);
	size_t i, n, start;
	struct match m[8];

	if (!at || !in->unit || in->unit->kind != UNIT_PIECE)
		return;
	start = (size_t)(at - line) + first->start;
	n = knowledge_match(k, MATCH_FOOD, line, strlen(line), m, ARRAY_LEN(m));
	for (i = 0; i < n; i++) {
		if (m[i].start >= start ||
			m[i].start + m[i].len < start + first->len ||
			m[i].row == first->row)
			continue;
		first->row = m[i].row;
		if (in->unit->amount <= 0)
			in->lo = in->hi = 0; /* pieces of something else */
	}
}

/* Nothing was found in the words; in their parts? */
static size_t as_compound(
	const struct knowledge *k, const char *text, struct match *out)
{
	int row = compound_food(k, text);

	if (row < 0)
		return 0;
	memset(out, 0, sizeof(*out));
	out->row = (uint16_t)row;
	out->len = (uint32_t)strlen(text);
	return 1;
}

static size_t read_line(const struct knowledge *k, const char *line,
	double portions, struct arena *mem, struct dish *d)
{
	const struct food *foods;
	struct match m[8];
	struct ingredient in;
	size_t i, n, rows, taken = 0;

	foods = knowledge_foods(k, &rows);
	ingredient_parse(k, line, mem, &in);
	n = knowledge_match(
		k, MATCH_FOOD, in.food, strlen(in.food), m, ARRAY_LEN(m));
	if (!n && (in.alternative || in.note)) {
		in.food = in.alternative ? in.alternative : in.note;
		n = knowledge_match(k, MATCH_FOOD, in.food, strlen(in.food), m,
			ARRAY_LEN(m));
	}
	if (n && in.note)
		longer_name(k, line, &in, &m[n - 1]);
	if (n)
		name_with_unit(k, line, &in, &m[0]);
	if (!n)
		n = as_compound(k, in.food, m);
	for (i = 0; i < n; i++) {
		const struct food *f = &foods[m[i].row];
		double ratio = 1, g;

		/* "chicken or vegetable stock" is stock */
		if (i + 1 < n &&
			(is_or(in.food, &m[i], &m[i + 1]) ||
				is_cut_of(k, in.food, &m[i], &m[i + 1])))
			continue;
		if (i + 1 < n && food_is_own(k, m[i + 1].row) &&
			is_animal_and_cut(k, in.food, &m[i], &m[i + 1]))
			continue;
		if (i && !food_is_own(k, m[i].row) &&
			is_animal_and_cut(k, in.food, &m[i - 1], &m[i]))
			continue;
		if (i && (says_again(k, in.food, &m[i - 1], &m[i]) ||
				 is_from(in.food, &m[i - 1], &m[i])))
			continue;
		g = taken ? 0 : grams(k, &in, f);
		if (g > 0)
			ratio = g / portions / f->portion_g;
		add_food(k, d, m[i].row, in.optional ? ratio / 2 : ratio);
		taken++;
	}
	return n;
}

static void read_ingredients(const struct knowledge *k, const struct recipe *r,
	struct arena *mem, struct dish *d)
{
	struct dish_profile *p = d->profile;
	double portions = recipe_portions(r);
	size_t i, bytes = 0;

	if (portions < 1)
		portions = 1;
	p->unrecognised =
		arena_calloc(mem, r->n_ingredients, sizeof(*p->unrecognised));
	for (i = 0; i < r->n_ingredients && bytes < FOODS_MAX; i++) {
		bytes += strlen(r->ingredients[i]);
		if (!read_line(k, r->ingredients[i], portions, mem, d))
			p->unrecognised[p->n_unrecognised++] =
				r->ingredients[i];
	}
}

/* ---- techniques, known dishes, cuisine ---- */

static void add_technique(
	const struct knowledge *k, struct dish *d, unsigned row, int in_name)
{
	const struct technique *all;
	size_t i, at, n;

	all = knowledge_techniques(k, &n);
	for (i = 0; i < d->n_techniques; i++) {
		if (d->techniques[i].row == row) {
			d->techniques[i].in_name |= in_name;
			return;
		}
	}
	for (at = 0; at < d->n_techniques &&
		     d->techniques[at].technique->rank >= all[row].rank;
		at++)
		;
	if (at == DISH_TECHNIQUES_MAX)
		return;
	n = d->n_techniques < DISH_TECHNIQUES_MAX ? d->n_techniques++
						  : DISH_TECHNIQUES_MAX - 1;
	memmove(&d->techniques[at + 1], &d->techniques[at],
		(n - at) * sizeof(d->techniques[0]));
	d->techniques[at].row = row;
	d->techniques[at].technique = &all[row];
	d->techniques[at].in_name = in_name;
}

/* Is this word part of a food's name? Smoked paprika smokes nothing. */
static int in_food(const struct match *t, const struct match *foods, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (t->start < foods[i].start + foods[i].len &&
			foods[i].start < t->start + t->len &&
			foods[i].len >= t->len)
			return 1;
	return 0;
}

/* Does the text, up to its end, say how or how long, instead of what? "Brown
 * in butter" does not brown the butter. */
static int is_manner(const char *text, size_t len)
{
	static const char *const words[] = { " in ", " with ", " over ", " on ",
		" until ", " for ", " to ", " at ", " under ", " by ", " mit ",
		" im ", " auf ", " bis ", " bei ", " unter ", " dans ",
		" avec ", " pendant ", " con ", " hasta ", " per ", " nel " };
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr(".,:;!", text[i]))
			return 1;
	for (i = 0; i < ARRAY_LEN(words); i++)
		if (memmem(text, len, words[i], strlen(words[i])))
			return 1;
	return 0;
}

/* "… with raw onions", "fry the shallots": is it done to something that does
 * not lead, though the dish has something that does? */
static int done_to_a_side(const struct knowledge *k, const char *text,
	const struct match *t, const struct match *foods, size_t n, int led)
{
	size_t i, end = t->start + t->len;
	int tells;

	for (i = 0; i < n && foods[i].start < end; i++)
		;
	if (i == n || is_manner(text + end, foods[i].start - end + 1) ||
		food_leads(k, foods[i].row))
		return 0;
	/* "fry onions" tells what to do, "with fried onions" does not */
	tells = t->start < 2 || strchr(".:;!", text[t->start - 2]) ||
		foods[i].start > end + 1;
	return led || !tells;
}

static int is_led(const struct dish *d)
{
	size_t i;

	for (i = 0; i < d->n_foods; i++)
		if (d->foods[i].group->lead >= GROUP_LEADS)
			return 1;
	return 0;
}

static void read_techniques(const struct knowledge *k, const char *text,
	int in_name, struct dish *d)
{
	struct match m[MATCHES_MAX], foods[MATCHES_MAX];
	size_t i, n, n_foods, len = strlen(text);
	int led = is_led(d);

	n = knowledge_match(k, MATCH_TECHNIQUE, text, len, m, ARRAY_LEN(m));
	if (!n)
		return;
	n_foods = knowledge_match(
		k, MATCH_FOOD, text, len, foods, ARRAY_LEN(foods));
	for (i = 0; i < n; i++)
		if (!in_food(&m[i], foods, n_foods) &&
			(in_name || !done_to_a_side(k, text, &m[i], foods,
					    n_foods, led)))
			add_technique(k, d, m[i].row, in_name);
}

/* Lamb chops with hummus are no hummus: a single word behind "with". (Where
 * the name is all there is, it may still tell more than nothing.) */
static int beside(const char *name, const struct match *m)
{
	static const char *const words[] = { " with ", " mit ", " avec ",
		" con " };
	size_t i;

	if (memchr(name + m->start, ' ', m->len))
		return 0;
	for (i = 0; i < ARRAY_LEN(words); i++) {
		const char *at = strstr(name, words[i]);

		if (at && at < name + m->start)
			return 1;
	}
	return 0;
}

/* The longest known dish in the name; len 0: none. */
static struct match find_classic(
	const struct knowledge *k, const struct recipe *r)
{
	struct match m[8], best = { 0 };
	size_t i, n;

	n = knowledge_match(
		k, MATCH_CLASSIC, r->name, strlen(r->name), m, ARRAY_LEN(m));
	for (i = 0; i < n; i++)
		if (m[i].len > best.len &&
			(!r->n_ingredients || !beside(r->name, &m[i])))
			best = m[i];
	return best;
}

/* The foods a name adds to the known dish in it. 1 when one of them carries a
 * dish, and the known name itself has nothing that does: a beef burger with
 * cheddar is still of beef. */
static int add_named_foods(const struct knowledge *k, const char *name,
	const struct match *known, struct dish *d)
{
	struct match m[8];
	const struct food *all;
	size_t i, n, rows;
	int carried = 0, named = 0;

	all = knowledge_foods(k, &rows);
	n = knowledge_match(k, MATCH_FOOD, name, strlen(name), m, ARRAY_LEN(m));
	for (i = 0; i < n; i++) {
		if (m[i].start < known->start + known->len &&
			known->start < m[i].start + m[i].len) {
			named |= food_leads(k, m[i].row);
			continue;
		}
		add_food(k, d, m[i].row, 1);
		carried |= all[m[i].row].role == ROLE_PROTEIN;
	}
	return carried && !named;
}

/* A name alone stands for the dish everybody knows, or for the foods in it;
 * what else it names takes the place of what usually carries a known dish:
 * paella with rabbit has no prawns. */
static void fill_from_name(const struct knowledge *k, const char *name,
	const struct match *known, struct dish *d)
{
	const struct classic *c;
	const struct food *all;
	size_t i, n;
	int carried;

	all = knowledge_foods(k, &n);
	if (d->classic < 0) {
		if (!d->n_foods)
			(void)add_named_foods(k, name, known, d);
		return;
	}
	c = &knowledge_classics(k, &n)[d->classic];
	if (!d->n_foods) {
		carried = add_named_foods(k, name, known, d);
		for (i = 0; i < c->foods.n; i++)
			if (!carried ||
				all[c->foods.at[i]].role != ROLE_PROTEIN)
				add_food(k, d, c->foods.at[i], 1);
	}
	if (!d->n_techniques)
		for (i = 0; i < c->techniques.n; i++)
			add_technique(k, d, c->techniques.at[i], 1);
}

static int has_group(const struct dish *d, const struct food *f)
{
	size_t i;

	for (i = 0; i < d->n_foods; i++)
		if (d->foods[i].food->group_row == f->group_row)
			return 1;
	return 0;
}

/* Is it the known dish, or only something like it? Who puts something else in
 * its middle, as in a lasagne of vegetables, cooks another dish, unless its
 * name says so: chicken biryani, though biryani is of lamb. */
static int is_known(const struct knowledge *k, const char *name,
	const struct match *known, const struct dish *d)
{
	const struct classic *c;
	const struct food *all, *f;
	struct match m[4];
	size_t i, n;
	int carried = 0;

	c = &knowledge_classics(k, &n)[d->classic];
	all = knowledge_foods(k, &n);
	for (i = 0; i < c->foods.n; i++) {
		f = &all[c->foods.at[i]];
		if (!food_leads(k, c->foods.at[i]))
			continue;
		carried = 1;
		if (has_group(d, f))
			return 1;
	}
	n = knowledge_match(k, MATCH_FOOD, name + known->start, known->len, m,
		ARRAY_LEN(m));
	for (i = 0; i < n; i++)
		if (food_leads(k, m[i].row) && has_group(d, &all[m[i].row]))
			return 1;
	return !carried;
}

/* How many cuisines an ingredient is typical of. */
static size_t claims(
	const struct cuisine *all, size_t n, const struct dish_food *f)
{
	size_t i, j, count = 0;

	for (i = 0; i < n; i++)
		for (j = 0; j < all[i].cues.n; j++)
			count += (size_t)dish_food_is(f, all[i].cues.at[j]);
	return count;
}

/* No word says it, so ask the ingredients: three typical ones at least, and the
 * more cuisines claim one the less it tells. */
static void guess_cuisine(const struct knowledge *k, struct dish *d)
{
	double weight[DISH_FOODS_MAX], best = 0;
	const struct cuisine *all;
	size_t i, j, f, n;

	all = knowledge_cuisines(k, &n);
	for (f = 0; f < d->n_foods; f++) {
		size_t c = claims(all, n, &d->foods[f]);

		weight[f] = c ? 1.0 / (double)c : 0;
	}
	for (i = 0; i < n; i++) {
		double sum = 0;
		int hits = 0;

		for (j = 0; j < all[i].cues.n; j++)
			for (f = 0; f < d->n_foods; f++)
				if (dish_food_is(
					    &d->foods[f], all[i].cues.at[j])) {
					sum += weight[f];
					hits++;
					break;
				}
		if (hits >= 3 && sum > best) {
			best = sum;
			d->cuisine = (int)i;
		}
	}
	d->cuisine_sure = best / 3 > 0.8 ? 0.8 : best / 3;
	if (best < 0.9) {
		d->cuisine = -1;
		d->cuisine_sure = 0;
	}
}

static void find_cuisine(
	const struct knowledge *k, const struct recipe *r, struct dish *d)
{
	struct match m[4];
	size_t n;

	d->cuisine = -1;
	d->cuisine_sure = 1;
	if (knowledge_match(k, MATCH_CUISINE, r->name, strlen(r->name), m,
		    ARRAY_LEN(m))) {
		d->cuisine = m[0].row;
		return;
	}
	if (d->classic >= 0)
		d->cuisine = knowledge_classics(k, &n)[d->classic].cuisine;
	if (d->cuisine < 0)
		guess_cuisine(k, d);
}

int dish_read(const struct knowledge *k, const struct recipe *r,
	struct arena *mem, struct dish_profile *profile, struct dish *d,
	struct err *e)
{
	struct match known;
	size_t i, bytes = 0;

	memset(d, 0, sizeof(*d));
	memset(profile, 0, sizeof(*profile));
	d->profile = profile;
	d->name = r->name;
	for (i = 0; i < DISH_AXES_MAX; i++)
		d->cause[i] = NOBODY;
	read_ingredients(k, r, mem, d);
	read_techniques(k, r->name, 1, d);
	for (i = 0; i < r->n_instructions && bytes < STEPS_MAX; i++) {
		bytes += strlen(r->instructions[i]);
		read_techniques(k, r->instructions[i], 0, d);
	}
	known = find_classic(k, r);
	d->classic = known.len ? known.row : -1;
	fill_from_name(k, r->name, &known, d);
	if (!d->n_foods)
		return err_set(e, REASON_NOT_A_RECIPE, "no food recognised");
	find_cuisine(k, r, d);
	if (d->classic >= 0 && !is_known(k, r->name, &known, d))
		d->classic = -1;
	dish_taste(k, d);
	return 0;
}
