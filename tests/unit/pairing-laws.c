/*
 * Laws that hold for any dish. A line is added to every savoury recipe of
 * tests/fixtures, and wines of a kind may only lose by it: by all rules of
 * taste together, so that no rule undoes another. Customs (known dishes,
 * cuisines) are left out, since a line can turn one dish into another. And
 * each rule alone obeys the axis it looks at.
 */
#include "unit.h"

#include "pairing/score.h"

#define SLACK 2	   /* points that an aroma in common may add on the way */
#define ODD 12	   /* one dish in so many may be an exception */
#define OFFERED 20 /* below, nobody will ever be offered the wine */

struct span {
	enum wine_axis axis;
	double least, most;
};

/* clang-format off */
#define AT_LEAST(axis, v) { axis, v, 100 }
#define AT_MOST(axis, v) { axis, -1, v }
#define BETWEEN(axis, lo, hi) { axis, lo, hi }

static const struct law {
	const char *says, *line;
	struct span kind[2];
	const char *unless; /* trait the dish must not show before */
} laws[] = {
	{ "chilli never helps tannin with alcohol", "- 8 red chillies\n",
		{ AT_LEAST(WINE_TANNIN, 6), AT_LEAST(WINE_ALCOHOL, 6) }, NULL },
	{ "chilli never helps an oaky wine", "- 8 red chillies\n",
		{ AT_LEAST(WINE_OAK, 5) }, NULL },
	{ "chilli never helps a heady wine", "- 8 red chillies\n",
		{ AT_LEAST(WINE_ALCOHOL, 6), AT_MOST(WINE_SWEETNESS, 2) }, NULL },
	{ "vinegar never helps a tannic wine", "- 60 ml vinegar\n",
		{ AT_LEAST(WINE_TANNIN, 6), AT_MOST(WINE_ACIDITY, 6) },
		"red-meat" },
	{ "sugar never helps a bone-dry wine", "- 300 g sugar\n",
		{ AT_MOST(WINE_SWEETNESS, 0.5) }, NULL },
	{ "lemon never helps a wine without acidity", "- 150 ml lemon juice\n",
		{ AT_MOST(WINE_ACIDITY, 4.5) }, NULL },
	{ "oily fish never helps a tannic wine", "- 600 g mackerel\n",
		{ AT_LEAST(WINE_TANNIN, 6) }, "seafood" },
	{ "radicchio never helps a tannic wine", "- 300 g radicchio\n",
		{ AT_LEAST(WINE_TANNIN, 7) }, "meat" },
};

/* What a line (or a step) does for one kind of wine, set against another: the
 * sense of each rule, whatever the others do. */
static const struct favour {
	const char *rule; /* whose sense it is */
	const char *line, *step;
	struct span better[2], worse[2];
	const char *only, *unless; /* traits of the dish before */
} favours[] = {
	{ "acid", "- 150 ml lemon juice\n", "",
		{ AT_LEAST(WINE_ACIDITY, 8) }, { AT_MOST(WINE_ACIDITY, 5) },
		NULL, NULL },
	{ "acid-fat", "- 200 g lard\n", "",
		{ AT_LEAST(WINE_ACIDITY, 7.5), BETWEEN(WINE_BODY, 4, 6.5) },
		{ AT_MOST(WINE_ACIDITY, 5.5), BETWEEN(WINE_BODY, 4, 6.5) },
		NULL, NULL },
	{ "acid-salt", "- 30 g salt\n", "",
		{ AT_LEAST(WINE_ACIDITY, 8) }, { AT_MOST(WINE_ACIDITY, 5) },
		NULL, NULL },
	{ "body", "- 1 kg oxtail\n", "",
		{ AT_LEAST(WINE_BODY, 8) }, { AT_MOST(WINE_BODY, 3) },
		NULL, "seafood" },
	{ "intensity", "- 12 anchovies\n- 60 g capers\n", "",
		{ AT_LEAST(WINE_INTENSITY, 7), AT_MOST(WINE_TANNIN, 3) },
		{ AT_MOST(WINE_INTENSITY, 4), AT_MOST(WINE_TANNIN, 3) },
		NULL, NULL },
	{ "glaze", "- 150 g honey\n", "",
		{ BETWEEN(WINE_SWEETNESS, 3, 5) },
		{ AT_MOST(WINE_SWEETNESS, 0.5) }, NULL, NULL },
	{ "sugar", "- 250 g blue cheese\n", "",
		{ AT_LEAST(WINE_SWEETNESS, 6) },
		{ AT_MOST(WINE_SWEETNESS, 0.5) }, NULL, "meat" },
	{ "sugar-plain", "- 150 g honey\n", "",
		{ BETWEEN(WINE_SWEETNESS, 3.5, 5) },
		{ BETWEEN(WINE_SWEETNESS, 1.5, 2.5) }, NULL, NULL },
	{ "sweet-salt", "- 30 g salt\n", "",
		{ AT_LEAST(WINE_SWEETNESS, 4) },
		{ AT_MOST(WINE_SWEETNESS, 0.5) }, NULL, NULL },
	{ "sweet-heat", "- 8 red chillies\n", "",
		{ AT_LEAST(WINE_SWEETNESS, 3), AT_MOST(WINE_SWEETNESS, 6) },
		{ AT_MOST(WINE_SWEETNESS, 0.5) }, NULL, NULL },
	{ "blue-sweet", "- 250 g blue cheese\n", "",
		{ AT_LEAST(WINE_SWEETNESS, 7) },
		{ AT_MOST(WINE_SWEETNESS, 1) }, NULL, "meat" },
	{ "tannin-meat", "- 1 kg beef\n", "",
		{ AT_LEAST(WINE_TANNIN, 7) }, { AT_MOST(WINE_TANNIN, 2) },
		NULL, "seafood" },
	{ "tannin-bare", "- 1 kg beef\n", "",
		{ AT_LEAST(WINE_TANNIN, 7) }, { AT_MOST(WINE_TANNIN, 2) },
		NULL, "seafood" },
	{ "tannin-lean", "- 200 g lard\n", "",
		{ AT_LEAST(WINE_TANNIN, 8), BETWEEN(WINE_BODY, 6, 8) },
		{ AT_MOST(WINE_TANNIN, 6), BETWEEN(WINE_BODY, 6, 8) }, NULL,
		"red-meat" },
	{ "tannin-fish", "- 600 g mackerel\n", "",
		{ AT_MOST(WINE_TANNIN, 1) }, { AT_LEAST(WINE_TANNIN, 6) },
		NULL, NULL },
	{ "tannin-seafood", "- 600 g prawns\n", "",
		{ AT_MOST(WINE_TANNIN, 1) }, { AT_LEAST(WINE_TANNIN, 5) },
		NULL, NULL },
	{ "red-fish", "- 600 g cod\n", "",
		{ AT_MOST(WINE_TANNIN, 1) }, { AT_LEAST(WINE_TANNIN, 5) },
		NULL, "tomato" },
	{ "white-red-meat", "- 1 kg beef\n", "",
		{ AT_LEAST(WINE_TANNIN, 5) }, { AT_MOST(WINE_TANNIN, 0.5) },
		NULL, "seafood" },
	{ "tannin-heat", "- 8 red chillies\n", "",
		{ AT_MOST(WINE_TANNIN, 2) }, { AT_LEAST(WINE_TANNIN, 7) },
		NULL, NULL },
	{ "tannin-bitter", "- 400 g radicchio\n", "",
		{ AT_MOST(WINE_TANNIN, 2) }, { AT_LEAST(WINE_TANNIN, 7) },
		NULL, "meat" },
	{ "tannin-umami", "- 100 ml soy sauce\n", "",
		{ AT_MOST(WINE_TANNIN, 2) }, { AT_LEAST(WINE_TANNIN, 7) },
		NULL, "meat" },
	{ "tannin-egg", "- 8 eggs\n", "",
		{ AT_MOST(WINE_TANNIN, 2) }, { AT_LEAST(WINE_TANNIN, 6) },
		NULL, "meat" },
	{ "tannin-vinegar", "- 80 ml vinegar\n", "",
		{ AT_MOST(WINE_TANNIN, 2) }, { AT_LEAST(WINE_TANNIN, 7) },
		NULL, "red-meat" },
	{ "tannin-sweet", "- 300 g sugar\n", "",
		{ AT_MOST(WINE_TANNIN, 2) }, { AT_LEAST(WINE_TANNIN, 7) },
		NULL, NULL },
	{ "tannin-green", "- 600 g spinach\n", "",
		{ AT_MOST(WINE_TANNIN, 2) }, { AT_LEAST(WINE_TANNIN, 7) },
		NULL, "meat" },
	{ "alcohol-heat", "- 8 red chillies\n", "",
		{ AT_MOST(WINE_ALCOHOL, 4.5) }, { AT_LEAST(WINE_ALCOHOL, 6.5) },
		NULL, NULL },
	{ "alcohol-delicate", "- 12 anchovies\n- 60 g capers\n", "",
		{ AT_LEAST(WINE_ALCOHOL, 6), BETWEEN(WINE_TANNIN, 0, 2) },
		{ AT_MOST(WINE_ALCOHOL, 5), BETWEEN(WINE_TANNIN, 0, 2) }, NULL,
		"meat" },
	{ "bubbles-fried", "", "Deep-fry until crisp.\n",
		{ AT_LEAST(WINE_BUBBLES, 7) }, { AT_MOST(WINE_BUBBLES, 1) },
		NULL, "red-meat" },
	{ "bubbles-fat", "- 200 g lard\n", "",
		{ AT_LEAST(WINE_BUBBLES, 7), BETWEEN(WINE_BODY, 3, 5) },
		{ AT_MOST(WINE_BUBBLES, 1), BETWEEN(WINE_BODY, 3, 5) }, NULL,
		"red-meat" },
	{ "bubbles-salt", "- 30 g salt\n", "",
		{ AT_LEAST(WINE_BUBBLES, 7) }, { AT_MOST(WINE_BUBBLES, 1) },
		NULL, "red-meat" },
	{ "bubbles-egg", "- 8 eggs\n", "",
		{ AT_LEAST(WINE_BUBBLES, 7) }, { AT_MOST(WINE_BUBBLES, 1) },
		NULL, "meat" },
	{ "bubbles-beef", "- 1 kg beef\n", "",
		{ AT_MOST(WINE_BUBBLES, 1) }, { AT_LEAST(WINE_BUBBLES, 7) },
		NULL, "red-meat" },
	{ "oak-char", "", "Grill over charcoal.\n",
		{ AT_LEAST(WINE_OAK, 5) }, { AT_MOST(WINE_OAK, 0.5) }, "meat",
		"seafood" },
	{ "oak-cream", "- 400 ml cream\n", "",
		{ AT_LEAST(WINE_OAK, 4), AT_MOST(WINE_TANNIN, 1) },
		{ AT_MOST(WINE_OAK, 0.5), AT_MOST(WINE_TANNIN, 1) }, NULL,
		NULL },
	{ "oak-seafood", "- 600 g prawns\n", "",
		{ AT_MOST(WINE_OAK, 0.5) }, { AT_LEAST(WINE_OAK, 5) }, NULL,
		"cream" },
	{ "oak-heat", "- 8 red chillies\n", "",
		{ AT_MOST(WINE_OAK, 0.5) }, { AT_LEAST(WINE_OAK, 5) }, NULL,
		NULL },
	{ "oak-green", "- 600 g spinach\n", "",
		{ AT_MOST(WINE_OAK, 0.5) }, { AT_LEAST(WINE_OAK, 5) }, NULL,
		"meat" },
	{ "oak-raw", "", "Serve raw, as a carpaccio.\n",
		{ AT_MOST(WINE_OAK, 0.5) }, { AT_LEAST(WINE_OAK, 5) },
		"seafood", "meat" },
};

/* Rules of desserts have a test of their own; a price has no taste. */
static const char other_laws[] =
	"body-dessert dessert-sweet dessert-sweet-drink chocolate-dry price";
/* clang-format on */

static struct knowledge *k;
static struct arena mem;

static int is_kind(const struct wine *w, const struct span kind[2])
{
	size_t i;

	if (w->color == COLOR_NONE)
		return 0;
	for (i = 0; i < 2; i++) {
		double v = wine_axis(w, kind[i].axis);

		if (kind[i].axis != WINE_NOTHING &&
			(v < kind[i].least || v > kind[i].most))
			return 0;
	}
	return 1;
}

static int is_custom(const struct rule *r)
{
	return r->shape == SHAPE_CLASSIC || r->shape == SHAPE_KINDRED ||
	       r->shape == SHAPE_REGION || r->shape == SHAPE_RARE;
}

/* "acid" in "acid acid-fat" */
static int names(const char *list, const char *id)
{
	size_t len = strlen(id), word;

	for (; *list; list += word + (list[word] == ' ')) {
		word = strcspn(list, " ");
		if (word == len && memcmp(list, id, len) == 0)
			return 1;
	}
	return 0;
}

/* Points of this rule, or (NULL) of all that are no custom. */
static double by_rule(const struct candidate *c, const char *rule)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < c->n_effects; i++)
		if (rule ? strcmp(rule, c->effects[i].rule->id) == 0
			 : !is_custom(c->effects[i].rule))
			sum += c->effects[i].points;
	return sum;
}

static double by_taste(const struct candidate *c)
{
	return by_rule(c, NULL);
}

static struct dish *cook(const char *text)
{
	struct dish *d = arena_alloc(&mem, sizeof(*d));
	struct dish_profile *p = arena_alloc(&mem, sizeof(*p));
	struct recipe r;
	struct err e = ERR_INIT;

	if (recipe_from_text(k, text, strlen(text), &mem, &r, &e) ||
		dish_read(k, &r, &mem, p, d, &e))
		return NULL;
	return d;
}

static double trait_of(const struct dish *d, const char *id)
{
	const struct trait *all;
	size_t i, n;

	all = knowledge_traits(k, &n);
	for (i = 0; i < n; i++)
		if (strcmp(all[i].id, id) == 0)
			return d->axis[(size_t)AXIS_TRAIT + i];
	fail_msg("no trait %s", id);
	return 0;
}

struct tasted {
	struct dish *dish;
	struct candidate *all;
};

/* -1: no dish, or a dessert. */
static int taste(const char *name, const char *lines, const char *more,
	const char *method, struct tasted *t)
{
	t->dish =
		cook(arena_printf(&mem, "%s\n\nIngredients\n%s%s\nMethod\n%s\n",
			name, lines, more, method));
	if (!t->dish || t->dish->axis[AXIS_DESSERT] > 0)
		return -1;
	t->all = score_all(k, t->dish, 0, &mem);
	return 0;
}

/* Returns how many wines were looked at. */
static unsigned obey(const struct law *l, const char *name,
	const struct tasted *before, const struct tasted *after)
{
	unsigned tried = 0;
	size_t i, n;

	if (l->unless && trait_of(before->dish, l->unless) > 0)
		return 0;
	(void)knowledge_wines(k, &n);
	for (i = 0; i < n; i++) {
		double a = by_taste(&before->all[i]);
		double b = by_taste(&after->all[i]);

		if (!is_kind(before->all[i].wine, l->kind))
			continue;
		tried++;
		if (b > a + SLACK && after->all[i].total >= OFFERED)
			fail_msg("%s: %s, %s: %.1f, then %.1f", l->says, name,
				before->all[i].wine->id, a, b);
	}
	return tried;
}

/* "a|b" as list lines. */
static const char *list_of(char *cell)
{
	struct sbuf out = SBUF_INIT(100000);
	const char *text;

	while (*cell) {
		size_t len = strcspn(cell, "|");

		sbuf_addf(&out, "- %.*s\n", (int)len, cell);
		cell += len + (cell[len] == '|');
	}
	text = arena_strdup(&mem, out.buf);
	sbuf_release(&out);
	return text;
}

struct kitchen { /* the dishes of tests/fixtures/dishes.tsv, one by one */
	struct sbuf file;
	char *next;
};

static void kitchen_open(struct kitchen *kitchen)
{
	struct err e = ERR_INIT;

	sbuf_init(&kitchen->file, (size_t)1 << 22);
	assert_int_equal(file_read(source_path("tests/fixtures/dishes.tsv"),
				 &kitchen->file, &e),
		0);
	kitchen->next = kitchen->file.buf;
}

static int kitchen_next(struct kitchen *kitchen, const char **name,
	const char **list, const char **method)
{
	while (*kitchen->next) {
		char *line = kitchen->next, *end = strchr(line, '\n'), *lines;
		char *steps;

		assert_non_null(end);
		*end = '\0';
		kitchen->next = end + 1;
		lines = strchr(line, '\t');
		steps = lines ? strchr(lines + 1, '\t') : NULL;
		if (*line == '#' || !steps)
			continue;
		*lines++ = *steps++ = '\0';
		*name = line;
		*list = list_of(lines);
		*method = steps;
		return 1;
	}
	sbuf_release(&kitchen->file);
	return 0;
}

static void a_line_never_helps_the_wrong_wine(void **state)
{
	unsigned tried[ARRAY_LEN(laws)] = { 0 };
	const char *name, *list, *method;
	struct tasted before, after;
	struct kitchen kitchen;
	size_t i;

	(void)state;
	kitchen_open(&kitchen);
	while (kitchen_next(&kitchen, &name, &list, &method)) {
		if (taste(name, list, "", method, &before) == 0)
			for (i = 0; i < ARRAY_LEN(laws); i++)
				if (taste(name, list, laws[i].line, method,
					    &after) == 0)
					tried[i] += obey(&laws[i], name,
						&before, &after);
		arena_reset(&mem);
	}
	for (i = 0; i < ARRAY_LEN(laws); i++)
		assert_true(tried[i] > 1000);
}

/* ---- what a line does for one kind, set against another ---- */

/* How much better off the kind is, on average of its wines. */
static double gain(const char *rule, const struct span kind[2],
	const struct tasted *before, const struct tasted *after)
{
	double sum = 0;
	size_t i, n, count = 0;

	(void)knowledge_wines(k, &n);
	for (i = 0; i < n; i++) {
		if (!is_kind(before->all[i].wine, kind))
			continue;
		sum += by_rule(&after->all[i], rule) -
		       by_rule(&before->all[i], rule);
		count++;
	}
	assert_true(count >= 3);
	return sum / (double)count;
}

static double favour(const char *rule, const struct favour *f,
	const struct tasted *before, const struct tasted *after)
{
	return gain(rule, f->better, before, after) -
	       gain(rule, f->worse, before, after);
}

static int applies(const struct favour *f, const struct dish *d)
{
	return (!f->only || trait_of(d, f->only) > 5) &&
	       (!f->unless || trait_of(d, f->unless) <= 0);
}

static void a_line_favours_the_right_wine(void **state)
{
	double sum[ARRAY_LEN(favours)] = { 0 }, own[ARRAY_LEN(favours)] = { 0 };
	unsigned tried[ARRAY_LEN(favours)] = { 0 }, nth = 0;
	unsigned wrong[ARRAY_LEN(favours)] = { 0 };
	const char *name, *list, *method;
	struct tasted before, after;
	struct kitchen kitchen;
	size_t i;

	(void)state;
	kitchen_open(&kitchen);
	while (kitchen_next(&kitchen, &name, &list, &method)) {
		if (nth++ % 5 || taste(name, list, "", method, &before)) {
			arena_reset(&mem);
			continue;
		}
		for (i = 0; i < ARRAY_LEN(favours); i++) {
			const struct favour *f = &favours[i];
			double more;

			if (!applies(f, before.dish) ||
				taste(name, list, f->line,
					arena_printf(&mem, "%s\n%s", method,
						f->step),
					&after))
				continue;
			more = favour(NULL, f, &before, &after);
			own[i] += favour(f->rule, f, &before, &after);
			wrong[i] += more < -SLACK;
			sum[i] += more;
			tried[i]++;
		}
		arena_reset(&mem);
	}
	for (i = 0; i < ARRAY_LEN(favours); i++)
		if (tried[i] < 20 || wrong[i] * ODD > tried[i] ||
			sum[i] / tried[i] < 0.3 || own[i] / tried[i] < 0.1)
			fail_msg("%s: %.2f on average of %u dishes, %.2f by "
				 "its own rules, in %u the other way round",
				favours[i].rule, sum[i] / tried[i], tried[i],
				own[i] / tried[i], wrong[i]);
}

static void each_rule_has_its_law(void **state)
{
	const struct rule *rules;
	size_t i, j, n;

	(void)state;
	rules = knowledge_rules(k, &n);
	for (i = 0; i < n; i++) {
		if (rules[i].shape == SHAPE_BASE ||
			rules[i].shape > SHAPE_BOTH ||
			names(other_laws, rules[i].id))
			continue;
		for (j = 0; j < ARRAY_LEN(favours); j++)
			if (strcmp(favours[j].rule, rules[i].id) == 0)
				break;
		if (j == ARRAY_LEN(favours))
			fail_msg("no law for the rule %s", rules[i].id);
	}
}

/* ---- desserts ---- */

/* Points of one rule for one wine with a dish. */
static double points_of(const char *rule, const char *text, const char *wine)
{
	const struct wine *wines;
	struct candidate *c;
	double points = 0;
	size_t i, n;

	wines = knowledge_wines(k, &n);
	c = &score_all(k, cook(text), 1, &mem)[knowledge_wine(k, wine) - wines];
	for (i = 0; i < c->n_effects; i++)
		if (strcmp(c->effects[i].rule->id, rule) == 0)
			points += c->effects[i].points;
	return points;
}

static void desserts_want_their_like(void **state)
{
	static const char sorbet[] = "Lemon sorbet\n\nIngredients\n"
				     "- 300 ml lemon juice\n- 300 g sugar\n";
	static const char pudding[] = "Pudding\n\nIngredients\n"
				      "- 300 g dates\n- 200 g muscovado sugar"
				      "\n- 200 g butter\n- 200 ml cream\n";
	static const char cake[] = "Cake\n\nIngredients\n"
				   "- 300 g dark chocolate\n- 300 g butter\n"
				   "- 300 ml cream\n- 200 g walnuts\n";
	static const char mousse[] = "Chocolate mousse\n\nIngredients\n"
				     "- 200 g dark chocolate\n- 80 g sugar\n"
				     "- 4 eggs\n- 100 ml cream\n";

	(void)state;
	assert_true(points_of("dessert-sweet", pudding, "rutherglen-muscat") >
		    points_of("dessert-sweet", pudding, "moscato-dasti"));
	assert_true(
		points_of("dessert-sweet", pudding, "champagne-brut") < -30);
	assert_true(points_of("body-dessert", sorbet, "moscato-dasti") >
		    points_of("body-dessert", sorbet, "rutherglen-muscat"));
	assert_true(points_of("body-dessert", cake, "moscato-dasti") <
		    points_of("body-dessert", cake, "rutherglen-muscat"));
	assert_true(points_of("chocolate-dry", mousse, "riesling-auslese") <
		    points_of("chocolate-dry", mousse, "lbv-port"));
	/* without alcohol a bitter one is fine beside sweet, if not as good */
	assert_true(
		points_of("dessert-sweet-drink", pudding, "na-sencha") <
		points_of("dessert-sweet-drink", pudding, "na-masala-chai"));
	assert_true(
		points_of("dessert-sweet-drink", pudding, "na-sencha") > -15);
	arena_reset(&mem);
}

/* ---- each rule by itself ---- */

static double effect_of(const struct dish *d, const struct rule *r, size_t wine)
{
	struct candidate *all = score_all(k, d, 0, &mem);
	double points = 0;
	size_t i;

	for (i = 0; i < all[wine].n_effects; i++)
		if (all[wine].effects[i].rule == r)
			points += all[wine].effects[i].points;
	return points;
}

/* What more of the dish's axis may do to the points: 1 raise, -1 lower. */
static int direction(const struct rule *r, double wine, double dish)
{
	switch (r->shape) {
	case SHAPE_MATCH:
		return wine > dish ? 1 : -1;
	case SHAPE_REACH:
		return wine + r->slack >= dish + 1 ? 1 : -1;
	case SHAPE_LIMIT:
		return 1;
	case SHAPE_BOTH:
		return r->points > 0 ? 1 : -1;
	default:
		return 0;
	}
}

static void each_rule_follows_its_axis(void **state)
{
	const struct wine *wines;
	const struct rule *rules;
	size_t i, n_rules, n_wines, w;
	unsigned tried = 0;

	(void)state;
	wines = knowledge_wines(k, &n_wines);
	rules = knowledge_rules(k, &n_rules);
	for (i = 0; i < n_rules; i++) {
		const struct rule *r = &rules[i];

		if (r->dish == AXIS_NOTHING || r->shape > SHAPE_BOTH)
			continue;
		for (w = 0; w < n_wines; w += 17) {
			struct dish *d = cook("Beef with mushrooms\n\n"
					      "Ingredients\n- 600 g beef\n"
					      "- 300 g mushrooms\n");
			double last = 0, v;

			for (v = 0; v <= 9; v++) {
				double now,
					wine = wine_axis(&wines[w], r->wine);

				d->axis[r->dish] = v;
				now = effect_of(d, r, w);
				if (v > 0 && (now - last) * direction(r, wine,
								    v - 1) <
						     -0.11)
					fail_msg("%s, %s at %g: %.1f, %.1f",
						r->id, wines[w].id, v, last,
						now);
				last = now;
				tried++;
			}
			arena_reset(&mem);
		}
	}
	assert_true(tried > 1000);
}

/* ---- the sense of each rule, and whom customs mean ---- */

/* Rules that speak for wines, and rules that speak against some: what the
 * numbers of the table must come to, whatever they are. The base does neither:
 * it is where all begin. */
static const char praises[] =
	"body body-dessert intensity acid acid-fat acid-salt "
	"dessert-sweet dessert-sweet-drink glaze sweet-salt sweet-heat "
	"blue-sweet tannin-meat bubbles-fried bubbles-fat bubbles-salt "
	"bubbles-egg oak-char oak-cream love region classic kindred bridge "
	"versatile";
static const char blames[] =
	"body body-dessert intensity acid dessert-sweet dessert-sweet-drink "
	"glaze sugar sugar-plain tannin-bare tannin-lean tannin-fish "
	"tannin-seafood tannin-heat tannin-bitter tannin-umami tannin-egg "
	"tannin-vinegar tannin-sweet tannin-green alcohol-heat "
	"alcohol-delicate bubbles-beef oak-seafood oak-heat oak-green oak-raw "
	"red-fish white-red-meat chocolate-dry love price rare rare-drink";

static int is_listed(const struct index_list *list, size_t row)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->at[i] == row)
			return 1;
	return 0;
}

/* A custom speaks only for the wines that the tables name, an aroma only for
 * those that have it, and none of them against any. */
static void is_meant(const struct dish *d, const struct effect *e,
	const struct candidate *c, size_t row)
{
	const struct cuisine *cuisines;
	const struct classic *classics;
	size_t n;

	cuisines = knowledge_cuisines(k, &n);
	classics = knowledge_classics(k, &n);
	switch (e->rule->shape) {
	case SHAPE_CLASSIC:
	case SHAPE_KINDRED:
		assert_true(is_listed(&classics[e->subject].wines, row));
		break;
	case SHAPE_REGION:
		assert_int_equal(e->subject, d->cuisine);
		assert_true(is_listed(&cuisines[d->cuisine].wines, row) ||
			    is_listed(&cuisines[d->cuisine].drinks, row));
		break;
	case SHAPE_BRIDGE:
		assert_true(c->wine->aromas >> e->subject & 1);
		assert_true(d->aroma[e->subject] > 0);
		break;
	default:
		return;
	}
	assert_true(e->points > 0);
}

struct sense {
	double most, least;
};

static void note_senses(const struct dish *d, struct sense *senses)
{
	const struct rule *rules;
	const struct candidate *all = score_all(k, d, 1, &mem);
	size_t i, j, n;

	rules = knowledge_rules(k, &n);
	(void)knowledge_wines(k, &n);
	for (i = 0; i < n; i++)
		for (j = 0; j < all[i].n_effects; j++) {
			const struct effect *e = &all[i].effects[j];
			struct sense *s = &senses[e->rule - rules];

			if (e->points > s->most)
				s->most = e->points;
			if (e->points < s->least)
				s->least = e->points;
			is_meant(d, e, &all[i], i);
		}
}

static void each_rule_praises_and_blames(void **state)
{
	const char *name, *list, *method;
	struct kitchen kitchen;
	const struct rule *rules;
	struct sense *senses;
	size_t i, n;

	(void)state;
	rules = knowledge_rules(k, &n);
	senses = xcalloc(n, sizeof(*senses));
	kitchen_open(&kitchen);
	while (kitchen_next(&kitchen, &name, &list, &method)) {
		const struct dish *d = cook(arena_printf(&mem,
			"%s\n\nIngredients\n%s\nMethod\n%s\n", name, list,
			method));

		if (d)
			note_senses(d, senses);
		arena_reset(&mem);
	}
	for (i = 0; i < n; i++) {
		if (names(praises, rules[i].id) != (senses[i].most > 0) ||
			names(blames, rules[i].id) != (senses[i].least < 0))
			fail_msg("%s: from %.1f to %.1f", rules[i].id,
				senses[i].least, senses[i].most);
	}
	free(senses);
}

/* The name of a known dish brings its wines, the first of them most. */
static void known_dishes_bring_their_wines(void **state)
{
	const struct classic *classics;
	const struct candidate *all;
	size_t i, j, n, tried = 0;

	(void)state;
	classics = knowledge_classics(k, &n);
	for (i = 0; i < n; i++) {
		const struct dish *d = cook(classics[i].name);
		const struct index_list *list = &classics[i].wines;
		double last = 1000, now;

		if (!d || d->classic != (int)i)
			continue;
		all = score_all(k, d, 1, &mem);
		for (j = 0; j < list->n; j++) {
			now = by_rule(&all[list->at[j]], "classic");
			assert_true(now > 0 && now <= last);
			last = now;
		}
		tried++;
		arena_reset(&mem);
	}
	assert_true(tried > 500);
}

/* What goes with much gets on with the rest: never the less named the more. */
static void the_more_named_is_the_more_versatile(void **state)
{
	const struct candidate *all;
	size_t i, n, helped = 0;

	(void)state;
	(void)knowledge_wines(k, &n);
	all = score_all(k,
		cook("Stew\n\nIngredients\n- 600 g chicken\n"
		     "- 300 g carrots\n"),
		0, &mem);
	for (i = 0; i + 1 < n; i++) {
		double a = by_rule(&all[i], "versatile");
		double b = by_rule(&all[i + 1], "versatile");

		if (!all[i].n_effects || !all[i + 1].n_effects)
			continue;
		assert_true((a - b) * (all[i].fame - all[i + 1].fame) >= 0);
		helped += a > 0;
	}
	assert_in_range(helped, n / 20, n / 2);
	arena_reset(&mem);
}

static int set_up(void **state)
{
	struct sbuf problems = SBUF_INIT(100000);

	(void)state;
	k = knowledge_load(source_path("knowledge"), &problems);
	sbuf_release(&problems);
	return k ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	knowledge_free(k);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_never_helps_the_wrong_wine),
		cmocka_unit_test(a_line_favours_the_right_wine),
		cmocka_unit_test(each_rule_has_its_law),
		cmocka_unit_test(desserts_want_their_like),
		cmocka_unit_test(each_rule_follows_its_axis),
		cmocka_unit_test(each_rule_praises_and_blames),
		cmocka_unit_test(known_dishes_bring_their_wines),
		cmocka_unit_test(the_more_named_is_the_more_versatile),
	};

	return cmocka_run_group_tests_name(
		"pairing-laws", tests, set_up, tear_down);
}
