/*
 * A recipe from a page without markup, read as a person would: the list below
 * a heading that says ingredients, or inside an element whose class says so,
 * or the lines that look most like ingredients. Several places are tried and
 * the one with the most convincing lines wins. The method likewise, after it.
 */
#include "recipe/blocks.h"
#include "recipe/line.h"
#include "recipe/markup.h"
#include "recipe/quantity.h"

#define REGION_MAX 150 /* lines below one heading */
#define PLACES_MAX 128 /* headings, and elements, that are looked at */

struct region {
	size_t from, to;     /* blocks [from, to) */
	const xmlNode *root; /* only blocks of this zone; NULL: all */
	double worth;
	size_t amounts; /* lines that say how much */
	int announced;	/* by a heading or a class */
	int priced;	/* most lines name a price */
};

#define SIBLINGS_MAX 12
#define FACTS_BEFORE 80 /* lines */

struct reading {
	struct page *page;
	const struct knowledge *k;
	struct blocks b;
	struct draft *d;
	struct line_facts facts;
};

static enum heading_kind kind_of(struct reading *r, size_t i)
{
	return block_heading(r->k, &r->b.at[i])->kind;
}

static enum line_class class_of(struct reading *r, size_t i)
{
	return block_class(r->k, r->page->mem, &r->b.at[i]);
}

/* A heading with nothing of its own behind it. */
static int is_heading(struct reading *r, size_t i, enum heading_kind kind)
{
	const struct block *b = &r->b.at[i];
	const struct heading *h = block_heading(r->k, &r->b.at[i]);

	return h->kind == kind &&
	       (h->rest >= b->len || b->level || b->len <= 60);
}

static int has_letters(const struct block *b)
{
	size_t i = 0, n;
	int32_t cp;

	while ((n = text_next(b->s + i, b->len - i, &cp)) > 0) {
		if (text_is_letter(cp))
			return 1;
		i += n;
	}
	return 0;
}

/* ---- ingredients ---- */

/* "2 αβοκάντο ώριμα": an amount of something we have no word for. */
static int is_counted(const struct block *b)
{
	double v;

	return b->item && b->len <= 100 &&
	       quantity_number(b->s, b->len, &v) > 0 &&
	       !line_is_sentence(b->s, b->len);
}

/* Where the list below heading i ends. */
static size_t list_end(struct reading *r, size_t i)
{
	const struct block *head = &r->b.at[i];
	size_t j, last = i + 1, loose = 0;
	int in_items = 1;

	for (j = i + 1; j < r->b.n && j < i + REGION_MAX; j++) {
		const struct block *b = &r->b.at[j];
		enum heading_kind kind = kind_of(r, j);
		enum line_class class;

		if (kind == HEADING_INSTRUCTIONS || kind == HEADING_NOTES ||
			kind == HEADING_OTHER)
			break;
		if (b->zone == ZONE_METHOD && head->zone != ZONE_METHOD)
			break;
		if (kind != HEADING_NONE)
			continue;
		class = class_of(r, j);
		if (class == LINE_AMOUNT || class == LINE_FOOD) {
			last = j + 1;
			loose = 0;
			in_items = b->item != NULL;
			continue;
		}
		if (b->level && head->level && b->level < head->level)
			break;
		if (class == LINE_STEP && !b->item &&
			line_words(b->s, b->len) > 8)
			break;
		if (b->item && in_items && class != LINE_STEP) {
			last = j + 1;
			continue;
		}
		if (++loose > 4)
			break;
	}
	return last;
}

/* Are most of the ingredient-like lines items of lists? */
static int mostly_items(struct reading *r, const struct region *g)
{
	size_t i, items = 0, all = 0;

	for (i = g->from; i < g->to; i++) {
		if (g->root && r->b.at[i].root != g->root)
			continue;
		if (class_of(r, i) != LINE_AMOUNT &&
			class_of(r, i) != LINE_FOOD)
			continue;
		all++;
		items += r->b.at[i].item != NULL;
	}
	return items * 10 >= all * 7;
}

/* Does line i of region g belong to the list? */
static int belongs(
	struct reading *r, const struct region *g, size_t i, int items_only)
{
	const struct block *b = &r->b.at[i];
	enum line_class class;

	if (g->root && b->root != g->root)
		return 0;
	if (items_only && !b->item)
		return 0;
	if (b->level || !has_letters(b) || kind_of(r, i) != HEADING_NONE)
		return 0;
	class = class_of(r, i);
	if (class == LINE_GROUP)
		return 0;
	if (class == LINE_AMOUNT)
		return 1;
	if (b->strong && !b->item)
		return 0;
	return class != LINE_STEP || line_words(b->s, b->len) <= 20;
}

static void judge(struct reading *r, struct region *g, int announced)
{
	int items_only = mostly_items(r, g);
	double worth = 0;
	size_t i, n = 0, junk = 0, prices = 0, nutrients = 0;

	for (i = g->from; i < g->to; i++) {
		const struct block *b = &r->b.at[i];

		if (!belongs(r, g, i, items_only))
			continue;
		n++;
		prices += line_has_price(b->s, b->len) != 0;
		nutrients += line_is_nutrient(b->s, b->len) != 0;
		junk += r->b.at[i].junk != 0;
		switch (class_of(r, i)) {
		case LINE_AMOUNT:
			worth += 1;
			g->amounts++;
			break;
		case LINE_FOOD:
			worth += 0.6;
			break;
		case LINE_STEP:
			worth -= 0.8;
			break;
		default:
			g->amounts += (size_t)is_counted(&r->b.at[i]);
			worth += is_counted(&r->b.at[i]) ? 0.7
				 : r->b.at[i].len > 80	 ? -0.5
							 : -0.1;
			break;
		}
	}
	/* what calls itself a list may well stand in a side column */
	if (junk * 2 > n)
		worth -= announced ? 1 : 3;
	g->priced = prices * 2 >= n;
	/* goods of a shop, or what a food contains */
	if (nutrients * 2 >= n || (!announced && g->priced))
		worth = 0;
	g->worth = worth;
}

static void consider(struct reading *r, struct region *best, size_t from,
	size_t to, const xmlNode *root, double bonus)
{
	struct region g = {
		.from = from, .to = to, .root = root, .announced = bonus > 0
	};

	if (from >= to)
		return;
	judge(r, &g, g.announced);
	if (g.worth > 0)
		g.worth += bonus;
	if (g.worth > best->worth + 0.01)
		*best = g;
}

/* Lists of the page that no heading announces: runs of lines with amounts. */
static void consider_runs(struct reading *r, struct region *best)
{
	size_t i = 0, j, last, gap, first;

	while (i < r->b.n) {
		if (r->b.at[i].len > 200 || class_of(r, i) != LINE_AMOUNT) {
			i++;
			continue;
		}
		last = i + 1;
		gap = 0;
		for (j = i + 1; j < r->b.n && gap < 3; j++) {
			enum line_class class = r->b.at[j].len > 200
							? LINE_STEP
							: class_of(r, j);

			if (class == LINE_STEP ||
				kind_of(r, j) == HEADING_INSTRUCTIONS)
				break;
			if (class == LINE_AMOUNT || class == LINE_FOOD) {
				last = j + 1;
				gap = 0;
			} else {
				gap++;
			}
		}
		/* foods without an amount may lead the list */
		first = i > REGION_MAX ? i - REGION_MAX : 0;
		while (i > first && r->b.at[i - 1].item &&
			r->b.at[i - 1].list == r->b.at[i].list)
			i--;
		consider(r, best, i, last, NULL, 0);
		i = last > i ? last : i + 1;
	}
}

static struct region find_ingredients(struct reading *r)
{
	struct region best = { 0 };
	const xmlNode *seen = NULL;
	size_t i, j, headings = 0, elements = 0;

	for (i = 0; i < r->b.n; i++) {
		const struct block *b = &r->b.at[i];

		if (b->len <= 100 && headings < PLACES_MAX &&
			is_heading(r, i, HEADING_INGREDIENTS)) {
			consider(r, &best, i + 1, list_end(r, i), NULL, 2);
			headings++;
		}
		if (b->zone == ZONE_INGREDIENTS && b->root != seen &&
			elements < PLACES_MAX) {
			seen = b->root;
			for (j = i; j < r->b.n && j < i + 2 * REGION_MAX; j++)
				if (r->b.at[j].zone == ZONE_NONE ||
					(r->b.at[j].root != seen &&
						r->b.at[j].zone ==
							ZONE_INGREDIENTS))
					break;
			if (j - i < 2)
				continue; /* an entry of a menu */
			consider(r, &best, i, j, seen, 2.2);
			elements++;
		}
	}
	if (best.worth < 3)
		consider_runs(r, &best);
	return best;
}

/* The same foods in other measures: a list of as many lines whose last words
 * are those of a list before it. */
static int repeats(
	struct reading *r, const size_t *a, const size_t *b, size_t n)
{
	size_t i, same = 0;

	for (i = 0; i < n; i++) {
		const char *x = strrchr(r->b.at[a[i]].s, ' ');
		const char *y = strrchr(r->b.at[b[i]].s, ' ');

		same += x && y && !strcmp(x, y);
	}
	return n >= 4 && same * 10 >= n * 6;
}

/* Leave out later lists that repeat an earlier one. `at` holds the lines of
 * the region; returns how many are kept. */
static size_t drop_repeats(struct reading *r, size_t *at, size_t n)
{
	size_t start[SIBLINGS_MAX + 1], lists = 0, i, k, kept;

	for (i = 0; i < n && lists < SIBLINGS_MAX; i++)
		if (!i || r->b.at[at[i]].list != r->b.at[at[i - 1]].list)
			start[lists++] = i;
	if (i < n)
		return n; /* not a page that offers three measures */
	start[lists] = n;
	kept = start[lists ? 1 : 0];
	for (i = 1; i < lists; i++) {
		size_t len = start[i + 1] - start[i];
		int again = 0;

		for (k = 0; k < i && !again; k++)
			again = start[k + 1] - start[k] == len &&
				repeats(r, at + start[k], at + start[i], len);
		if (again)
			continue;
		memmove(at + kept, at + start[i], len * sizeof(*at));
		kept += len;
	}
	return kept;
}

static void take_ingredients(struct reading *r, const struct region *g)
{
	int items_only = mostly_items(r, g);
	size_t i, n = 0;
	size_t *at = arena_calloc(r->page->mem, g->to - g->from, sizeof(*at));

	for (i = g->from; i < g->to; i++)
		if (belongs(r, g, i, items_only))
			at[n++] = i;
	n = drop_repeats(r, at, n);
	for (i = 0; i < n; i++)
		lines_add_item(&r->d->ingredients, r->page->mem,
			r->b.at[at[i]].s, r->b.at[at[i]].len);
}

/* ---- method ---- */

static size_t method_end(struct reading *r, size_t i)
{
	const struct block *head = &r->b.at[i];
	size_t j;

	for (j = i + 1; j < r->b.n && j < i + REGION_MAX; j++) {
		const struct block *b = &r->b.at[j];
		enum heading_kind kind = kind_of(r, j);

		if (kind == HEADING_INGREDIENTS || kind == HEADING_NOTES ||
			kind == HEADING_OTHER)
			break;
		if (b->junk && !head->junk)
			break;
		if (b->level && head->level && b->level <= head->level &&
			!line_step_number(b->s, b->len))
			break;
		if (b->zone == ZONE_INGREDIENTS)
			break;
	}
	return j;
}

/* Do list items carry most of the words? Then the rest is decoration. */
static int steps_are_items(struct reading *r, const struct region *g)
{
	size_t i, items = 0, n = 0, all = 0;

	for (i = g->from; i < g->to; i++) {
		const struct block *b = &r->b.at[i];

		if (g->root && b->root != g->root)
			continue;
		all += b->len;
		if (b->item) {
			items += b->len;
			n++;
		}
	}
	return n >= 2 && items * 10 >= all * 6;
}

static int is_step(
	struct reading *r, const struct region *g, size_t i, int items_only)
{
	const struct block *b = &r->b.at[i];
	enum heading_kind kind = kind_of(r, i);

	if (g->root && b->root != g->root)
		return 0;
	if ((items_only && !b->item) || !has_letters(b))
		return 0;
	if (kind == HEADING_YIELD || kind == HEADING_TIME)
		return 0;
	if (kind == HEADING_INSTRUCTIONS && b->len < 40)
		return 0;
	/* "Step 1" alone, and other crumbs */
	if (line_step_number(b->s, b->len) >= b->len)
		return 0;
	return line_words(b->s, b->len) >= 3 || b->item ||
	       line_bullet(b->s, b->len) || line_is_sentence(b->s, b->len);
}

/* "– Zwiebel würfeln": with a bullet and no number, among steps. */
static int is_dashed(const struct block *b)
{
	size_t n = line_bullet(b->s, b->len);
	double v;

	return n && !quantity_number(b->s + n, b->len - n, &v);
}

static double method_worth(struct reading *r, const struct region *g)
{
	int items_only = steps_are_items(r, g);
	double worth = 0;
	size_t i;

	for (i = g->from; i < g->to; i++) {
		enum line_class class;

		if (!is_step(r, g, i, items_only))
			continue;
		class = class_of(r, i);
		worth += class == LINE_STEP	  ? 1
			 : is_dashed(&r->b.at[i]) ? 0.2
			 : class == LINE_AMOUNT	  ? -0.5
			 : r->b.at[i].len > 60	  ? 0.5
						  : 0;
		if (r->b.at[i].junk)
			worth -= 0.7;
	}
	return worth > 12 ? 12 + (worth - 12) / 10 : worth;
}

static void consider_method(struct reading *r, struct region *best, size_t from,
	size_t to, const xmlNode *root, double bonus)
{
	struct region g = {
		.from = from, .to = to, .root = root, .announced = bonus > 0
	};

	if (from >= to)
		return;
	g.worth = method_worth(r, &g);
	if (g.worth > 0)
		g.worth += bonus;
	if (g.worth > best->worth + 0.01)
		*best = g;
}

static struct region find_method(
	struct reading *r, const struct region *ingredients)
{
	struct region best = { 0 };
	const xmlNode *seen = NULL;
	size_t i, j, places = 0;

	for (i = 0; i < r->b.n && places < PLACES_MAX; i++) {
		const struct block *b = &r->b.at[i];
		/* it follows the ingredients, as a rule */
		double near = i >= ingredients->to && i < ingredients->to + 30
				      ? 3
				      : 0;

		if (b->len <= 100 && is_heading(r, i, HEADING_INSTRUCTIONS)) {
			consider_method(r, &best, i + 1, method_end(r, i), NULL,
				4 + near);
			places++;
		}
		if (b->zone == ZONE_METHOD && b->root != seen) {
			seen = b->root;
			for (j = i; j < r->b.n && j < i + REGION_MAX; j++)
				if (r->b.at[j].zone != ZONE_METHOD)
					break;
			consider_method(r, &best, i, j, seen, 2 + near);
			places++;
		}
	}
	if (best.worth < 2 && ingredients->to) {
		/* nothing says where it ends: with the last sentence */
		for (j = method_end(r, ingredients->to - 1);
			j > ingredients->to && class_of(r, j - 1) != LINE_STEP;
			j--)
			;
		consider_method(r, &best, ingredients->to, j, NULL, 0);
	}
	return best;
}

static void take_method(struct reading *r, const struct region *g)
{
	int items_only = steps_are_items(r, g);
	size_t i;

	for (i = g->from; i < g->to; i++)
		if (is_step(r, g, i, items_only))
			lines_add_step(&r->d->instructions, r->page->mem,
				r->b.at[i].s, r->b.at[i].len);
}

/* ---- the rest ---- */

/* Yield and times stand near the list, before it as a rule. */
static void read_facts(struct reading *r, const struct region *ingredients,
	const struct region *method)
{
	size_t end = method->to > ingredients->to ? method->to
						  : ingredients->to;
	size_t i = ingredients->from > FACTS_BEFORE
			   ? ingredients->from - FACTS_BEFORE
			   : 0;

	for (; i < r->b.n && i < end + 10; i++) {
		const struct block *b = &r->b.at[i];
		struct heading h;

		if (b->len > 100)
			continue;
		h = *block_heading(r->k, &r->b.at[i]);
		/* "Ingredients for 4 people" */
		if (h.kind == HEADING_INGREDIENTS && h.rest < b->len &&
			strpbrk(b->s + h.rest, "0123456789"))
			h.kind = HEADING_YIELD;
		if (h.kind != HEADING_YIELD && h.kind != HEADING_TIME)
			continue;
		if (h.rest < b->len)
			line_facts_take(&r->facts, &h, r->page->mem,
				b->s + h.rest, b->len - h.rest);
		else if (i + 1 < r->b.n && b[1].len <= 40 &&
			 kind_of(r, i + 1) == HEADING_NONE)
			line_facts_take(
				&r->facts, &h, r->page->mem, b[1].s, b[1].len);
	}
}

/* A page that is nearly all "navigation" names its frame oddly: believe
 * nothing of it. */
static void doubt_junk(struct blocks *b)
{
	size_t i, junk = 0;

	for (i = 0; i < b->n; i++)
		junk += b->at[i].junk != 0;
	for (i = 0; i < b->n && junk * 10 > b->n * 9; i++)
		b->at[i].junk = 0;
}

/* An index of dishes by ingredient names foods as well; a recipe says how
 * much of them, and what to do. */
static int is_convincing(
	const struct region *ingredients, const struct region *method)
{
	if (ingredients->worth < 1.5)
		return 0;
	if (method->worth > 0.5)
		return ingredients->amounts >= 2 || ingredients->worth >= 3;
	return ingredients->announced && !ingredients->priced &&
	       ingredients->amounts >= 3;
}

/* The tables know English well, other languages less so: what they miss in a
 * page of plain ASCII that does not call itself another language is not
 * there. */
static int is_english(struct reading *r, const struct region *g)
{
	const char *lang = language_code(r->page->mem, r->page->lang);
	size_t i, k;

	if (lang && strcmp(lang, "en") != 0)
		return 0;
	for (i = g->from; i < g->to; i++)
		for (k = 0; k < r->b.at[i].len; k++)
			if (r->b.at[i].s[k] & 0x80)
				return 0;
	return 1;
}

/* "2 sheets of paper, 1 glue stick": a list that names no food, or nothing
 * but water, is for making something else. */
static int names_food(struct reading *r, const struct region *g)
{
	const struct food *foods;
	struct match m[8];
	size_t i, k, n;

	foods = knowledge_foods(r->k, &n);
	for (i = g->from; i < g->to; i++) {
		const struct block *b = &r->b.at[i];

		if (g->root && b->root != g->root)
			continue;
		n = knowledge_match(
			r->k, MATCH_FOOD, b->s, b->len, m, ARRAY_LEN(m));
		for (k = 0; k < n; k++)
			if (foods[m[k].row].role != ROLE_NEUTRAL)
				return 1;
	}
	return 0;
}

static int names_technique(struct reading *r, const struct region *g)
{
	struct match m;
	size_t i;

	for (i = g->from; i < g->to; i++)
		if (knowledge_match(r->k, MATCH_TECHNIQUE, r->b.at[i].s,
			    r->b.at[i].len, &m, 1))
			return 1;
	return 0;
}

static int is_of_food(struct reading *r, const struct region *ingredients,
	const struct region *method)
{
	if (!is_english(r, ingredients))
		return 1;
	return names_food(r, ingredients) &&
	       (ingredients->announced || method->announced ||
		       names_technique(r, method) || names_food(r, method));
}

int page_read(struct page *p, struct draft *d)
{
	struct reading r = { .page = p, .k = p->k, .d = d };
	struct region ingredients, method;

	blocks_read(p, &r.b);
	doubt_junk(&r.b);
	ingredients = find_ingredients(&r);
	method = find_method(&r, &ingredients);
	if (!is_convincing(&ingredients, &method) ||
		!is_of_food(&r, &ingredients, &method))
		return 0;
	take_ingredients(&r, &ingredients);
	if (method.worth > 0.5)
		take_method(&r, &method);
	read_facts(&r, &ingredients, &method);
	d->yield = r.facts.yield;
	d->total_minutes = line_facts_minutes(&r.facts);
	return 1;
}
