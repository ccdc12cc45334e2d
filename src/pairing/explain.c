#include "pairing/explain.h"

#include <math.h>

#define TEXT_MAX 2000
#define REASONS_MAX 12
#define LIMITS_COST 10 /* points that wishes may cost without a word */
#define TELLING 4      /* points of a reason that is worth being the only one */
#define CAUTION (-4)   /* points from which a note says what speaks against */

void explainer_init(struct explainer *x, const struct knowledge *k,
	const struct dish *d, struct arena *mem)
{
	const char *s;

	memset(x, 0, sizeof(*x));
	x->k = k;
	x->dish = d;
	x->mem = mem;
	for (s = d->name; *s; s++)
		x->start = x->start * 31 + (unsigned char)*s;
}

/* The next variant of a text. */
static const char *turn(struct explainer *x, const char *const *text)
{
	size_t i;
	unsigned n = 0, now;

	while (text[n])
		n++;
	if (!n)
		return "";
	for (i = 0; i < x->n_turns && x->turns[i].text != text; i++)
		;
	if (i == TURNS_MAX)
		return text[0];
	if (i == x->n_turns) {
		x->turns[x->n_turns++].text = text;
		x->turns[i].n = x->start % n;
	}
	now = x->turns[i].n++ % n;
	return text[now];
}

int effect_of_taste(const struct effect *e)
{
	return e->rule->wine != WINE_PRICE && e->rule->shape != SHAPE_RARE;
}

/* Does it speak of this dish? That a wine seldom fails is said in the list of
 * reasons, not in the note. */
static int of_dish(const struct effect *e)
{
	return e->rule->shape != SHAPE_VERSATILE;
}

static const char *phrase(struct explainer *x, const char *id)
{
	return turn(x, knowledge_phrase(x->k, id));
}

/* ---- filling in ---- */

static void fill(const char *text, const struct blank *blanks, size_t n,
	struct sbuf *out)
{
	while (*text) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;
		size_t len = end ? (size_t)(end - text) - 1 : 0, i;

		for (i = 0; end && i < n; i++)
			if (strlen(blanks[i].name) == len &&
				memcmp(text + 1, blanks[i].name, len) == 0)
				break;
		if (!end || i == n) {
			sbuf_addch(out, *text++);
			continue;
		}
		sbuf_addstr(out, blanks[i].value);
		text = end + 1;
	}
}

static const char *food_name(const struct explainer *x, int cause)
{
	if (cause == NOBODY)
		cause = x->dish->main;
	return cause == NOBODY ? "dish" : x->dish->foods[cause].food->name;
}

const char *explain_say(struct explainer *x, const char *id,
	const struct blank *blanks, size_t n)
{
	struct sbuf out = SBUF_INIT(TEXT_MAX);
	const char *said;

	fill(phrase(x, id), blanks, n, &out);
	said = arena_strndup(x->mem, out.buf, out.len);
	sbuf_release(&out);
	return said;
}

const char *explain_name(struct explainer *x, const struct wine *w)
{
	const char *bracket = strstr(w->name, " (");

	return bracket ? arena_strndup(
				 x->mem, w->name, (size_t)(bracket - w->name))
		       : w->name;
}

const char *explain_upper(struct arena *mem, const char *s)
{
	char *copy = arena_strdup(mem, s);

	*copy = ascii_upper(*copy);
	return copy;
}

const char *explain_effect(struct explainer *x, const struct effect *e)
{
	const struct classic *classics;
	const struct cuisine *cuisines;
	const struct aroma *aromas;
	struct sbuf out = SBUF_INIT(TEXT_MAX);
	struct blank blanks[] = {
		{ "food", food_name(x, e->cause) },
		{ "main", food_name(x, NOBODY) },
		{ "aroma", "" },
		{ "dish", "" },
		{ "reason", "" },
		{ "cuisine", "" },
	};
	const char *words;
	size_t n;

	if (e->rule->shape == SHAPE_BRIDGE) {
		aromas = knowledge_aromas(x->k, &n);
		blanks[2].value = aromas[e->subject].name;
	} else if (e->rule->shape == SHAPE_CLASSIC ||
		   e->rule->shape == SHAPE_KINDRED) {
		classics = knowledge_classics(x->k, &n);
		blanks[3].value = classics[e->subject].name;
		blanks[4].value = classics[e->subject].reason;
	} else if (e->rule->shape == SHAPE_REGION) {
		cuisines = knowledge_cuisines(x->k, &n);
		blanks[5].value =
			explain_upper(x->mem, cuisines[e->subject].name);
	}
	fill(turn(x, e->text), blanks, ARRAY_LEN(blanks), &out);
	words = arena_strndup(x->mem, out.buf, out.len);
	sbuf_release(&out);
	return words;
}

/* ---- one wine ---- */

static void sort_effects(const struct effect **list, size_t n)
{
	size_t i, j;

	for (i = 1; i < n; i++) {
		const struct effect *e = list[i];

		for (j = i; j && fabs(list[j - 1]->points) < fabs(e->points);
			j--)
			list[j] = list[j - 1];
		list[j] = e;
	}
}

/* The note: at most three reasons for it, and one against if it is grave. */
static const char *note(struct explainer *x, const struct wine *w,
	const char *const *pro, size_t n, const char *con)
{
	static const char *const frames[] = { "note-none", "note-one",
		"note-two", "note-three" };
	struct sbuf out = SBUF_INIT(TEXT_MAX);
	struct blank blanks[] = {
		{ "wine", explain_name(x, w) },
		{ "a", n > 0 ? pro[0] : "" },
		{ "b", n > 1 ? pro[1] : "" },
		{ "c", n > 2 ? pro[2] : "" },
		{ "d", con },
		{ "description", w->description },
	};
	const char *text;

	fill(phrase(x, frames[n]), blanks, ARRAY_LEN(blanks), &out);
	if (con) {
		sbuf_addch(&out, ' ');
		fill(phrase(x, "note-but"), blanks, ARRAY_LEN(blanks), &out);
	}
	text = arena_strndup(x->mem, out.buf, out.len);
	sbuf_release(&out);
	return text;
}

void explain_wine(
	struct explainer *x, const struct candidate *c, struct suggestion *s)
{
	const struct effect *list[EFFECTS_MAX];
	const char *pro[3], *con = NULL;
	size_t i, n = 0, n_pro = 0;
	struct reason *reasons;

	for (i = 0; i < c->n_effects; i++)
		list[i] = &c->effects[i];
	sort_effects(list, c->n_effects);
	reasons = arena_calloc(x->mem, REASONS_MAX, sizeof(*reasons));
	for (i = 0; i < c->n_effects && n < REASONS_MAX; i++) {
		const char *words;

		if (!*list[i]->text)
			continue;
		words = explain_effect(x, list[i]);
		reasons[n].rule = list[i]->rule->id;
		reasons[n].effect = list[i]->points;
		reasons[n++].text = explain_upper(x->mem, words);
		if (list[i]->points > 0 && n_pro < ARRAY_LEN(pro) &&
			of_dish(list[i]))
			pro[n_pro++] = words;
		else if (list[i]->points <= CAUTION && !con &&
			 effect_of_taste(list[i]))
			con = words;
	}
	s->wine = c->wine;
	s->score = score_shown(c->total);
	s->reasons = reasons;
	s->n_reasons = n;
	s->note = note(x, c->wine, pro, n_pro, con);
}

/* ---- one reason ---- */

/* How much a reason tells: what is written of the first wine of a known dish;
 * why it is good; only that people do so; what holds for many wines. */
static size_t telling(const struct effect *e)
{
	switch (e->rule->shape) {
	case SHAPE_CLASSIC:
		return e->text == e->rule->under ? 1 : 3;
	case SHAPE_KINDRED:
	case SHAPE_REGION:
		return 1;
	case SHAPE_MATCH:
	case SHAPE_VERSATILE:
		return 0;
	default:
		return e->points >= TELLING ? 2 : 0;
	}
}

/* The reason for the wine that tells most, and of several the loudest; if it
 * must be, one that speaks of this dish. */
static const struct effect *most_telling(
	const struct candidate *c, int must_be_of_dish)
{
	const struct effect *best[4] = { NULL };
	size_t i;

	for (i = 0; i < c->n_effects; i++) {
		const struct effect *e = &c->effects[i];
		const struct effect **b = &best[telling(e)];

		if (e->points > (*b ? (*b)->points : 0) && *e->text &&
			(!must_be_of_dish || of_dish(e)))
			*b = e;
	}
	for (i = ARRAY_LEN(best); i--;)
		if (best[i])
			return best[i];
	return NULL;
}

const char *explain_reason(struct explainer *x, const struct candidate *c)
{
	const struct effect *e = most_telling(c, 0);

	return e ? explain_upper(x->mem, explain_effect(x, e)) : "";
}

void explain_sides(struct explainer *x, const struct candidate *c,
	const char **pro, const char **con)
{
	const struct effect *good = most_telling(c, 1), *bad = NULL;
	size_t i;

	for (i = 0; i < c->n_effects; i++) {
		const struct effect *e = &c->effects[i];

		if (e->points <= CAUTION && *e->text && effect_of_taste(e) &&
			(!bad || e->points < bad->points))
			bad = e;
	}
	*pro = good ? explain_effect(x, good) : NULL;
	*con = bad ? explain_effect(x, bad) : NULL;
}

const char *explain_against(
	struct explainer *x, const struct candidate *c, const struct rule *rule)
{
	struct blank blanks[1] = { { "reason", "" } };
	const struct effect *worst = NULL;
	size_t i;

	for (i = 0; i < c->n_effects; i++) {
		const struct effect *e = &c->effects[i];

		if (e->rule == rule && *e->text &&
			e->points < (worst ? worst->points : 0))
			worst = e;
	}
	if (!worst)
		return NULL;
	blanks[0].value = explain_effect(x, worst);
	return explain_say(x,
		c->wine->color == COLOR_NONE ? "avoid-why-drink" : "avoid-why",
		blanks, 1);
}

/* ---- the dish ---- */

const char *explain_list(
	struct explainer *x, const char *const *items, size_t n)
{
	struct sbuf out = SBUF_INIT(TEXT_MAX);
	const char *list;
	size_t i;

	for (i = 0; i < n; i++)
		sbuf_addf(&out, "%s%s", text_joint(i, n), items[i]);
	list = arena_strndup(x->mem, out.buf, out.len);
	sbuf_release(&out);
	return list;
}

static const char *weight_id(const struct dish *d)
{
	double w = d->axis[TASTE_WEIGHT];

	if (d->axis[AXIS_DESSERT] >= 5)
		return "dish-sweet";
	return w < 3.5	 ? "dish-light"
	       : w < 5.5 ? "dish-medium"
	       : w < 7.5 ? "dish-rich"
			 : "dish-heavy";
}

const char *explain_weight(struct explainer *x)
{
	return phrase(x, weight_id(x->dish));
}

static void say_dish(struct explainer *x, struct sbuf *out)
{
	const struct dish *d = x->dish;
	struct blank blanks[] = {
		{ "name", d->name },
		{ "main", food_name(x, NOBODY) },
		{ "weight", explain_weight(x) },
	};

	fill(phrase(x, d->main == NOBODY ? "summary-plain" : "summary-main"),
		blanks, ARRAY_LEN(blanks), out);
	if (d->n_techniques)
		sbuf_addf(out, "; %s", d->techniques[0].technique->text);
	sbuf_addstr(out, ". ");
}

static void say_tastes(struct explainer *x, struct sbuf *out)
{
	static const struct {
		enum taste taste;
		const char *id;
		double from;
	} known[] = {
		{ TASTE_HEAT, "taste-heat", 3.5 },
		{ TASTE_SWEET, "taste-sweet", 4 },
		{ TASTE_ACID, "taste-acid", 4 },
		{ TASTE_SMOKE, "taste-smoke", 3 },
		{ TASTE_BITTER, "taste-bitter", 3.5 },
		{ TASTE_SALT, "taste-salt", 5.5 },
		{ TASTE_UMAMI, "taste-umami", 5 },
		{ TASTE_FAT, "taste-fat", 5.5 },
		{ TASTE_EARTH, "taste-earth", 4 },
		{ TASTE_HERB, "taste-herb", 4.5 },
	};
	const char *items[3];
	int causes[3];
	size_t i, j, n = 0;

	for (i = 0; i < ARRAY_LEN(known) && n < ARRAY_LEN(items); i++) {
		int cause = x->dish->cause[known[i].taste];
		struct sbuf one = SBUF_INIT(TEXT_MAX);
		struct blank blanks[] = { { "food", food_name(x, cause) } };

		for (j = 0; j < n && causes[j] != cause; j++)
			;
		if (x->dish->axis[known[i].taste] < known[i].from ||
			cause == NOBODY || j < n || /* each food once */
			strcmp(food_name(x, cause),
				taste_words[known[i].taste]) == 0)
			continue; /* and not "salt from the salt" */
		causes[n] = cause;
		fill(phrase(x, known[i].id), blanks, 1, &one);
		items[n++] = arena_strndup(x->mem, one.buf, one.len);
		sbuf_release(&one);
	}
	if (n) {
		struct blank blanks[] = { { "list",
			explain_list(x, items, n) } };

		fill(phrase(x, "summary-tastes"), blanks, 1, out);
		sbuf_addch(out, ' ');
	}
}

size_t explain_wants(struct explainer *x, const struct candidate *all,
	size_t n_all, const char **out, size_t max)
{
	unsigned spoken_of = 0; /* 1 << enum wine_axis */
	const struct rule *rules;
	double *most;
	size_t i, j, n, found = 0;

	rules = knowledge_rules(x->k, &n);
	most = arena_calloc(x->mem, n, sizeof(*most));
	for (i = 0; i < n_all; i++)
		for (j = 0; j < all[i].n_effects; j++) {
			const struct effect *e = &all[i].effects[j];
			double *m = &most[e->rule - rules];

			if (fabs(e->points) > *m)
				*m = fabs(e->points);
		}
	while (found < max) {
		const char *const *text;
		size_t best = n;

		for (i = 0; i < n; i++)
			if (most[i] >= 6 && (best == n || most[i] > most[best]))
				best = i;
		if (best == n)
			break;
		most[best] = 0;
		text = knowledge_phrase_or_null(
			x->k, arena_printf(x->mem, "want-%s", rules[best].id));
		if (!text || !*text || spoken_of >> rules[best].wine & 1)
			continue;
		spoken_of |= 1u << rules[best].wine;
		out[found++] = turn(x, text);
	}
	return found;
}

const char *explain_dish(
	struct explainer *x, const struct candidate *all, size_t n)
{
	struct sbuf out = SBUF_INIT(TEXT_MAX);
	struct blank blanks[] = { { "list", "" } };
	const char *items[3], *text;
	size_t found;

	say_dish(x, &out);
	say_tastes(x, &out);
	found = explain_wants(x, all, n, items, ARRAY_LEN(items));
	if (found) {
		blanks[0].value = explain_list(x, items, found);
		fill(phrase(x, "summary-wants"), blanks, 1, &out);
	}
	sbuf_rtrim(&out);
	text = explain_upper(x->mem, out.buf);
	sbuf_release(&out);
	return text;
}

/* ---- what to leave in the rack ---- */

struct bad {	      /* a family */
	double total; /* of its wines */
	unsigned n;
	const struct effect *worst; /* of the rule that costs it most */
	unsigned hit;		    /* wines that it costs something */
};

/* What costs the wines of a family most in all, where it costs most. */
static const struct effect *gravest(const struct knowledge *k,
	const struct candidate *all, size_t n, unsigned family,
	struct arena *mem, unsigned *hit)
{
	const struct effect *worst = NULL;
	const struct rule *rules;
	size_t i, j, n_rules, rule = 0;
	double *cost;

	rules = knowledge_rules(k, &n_rules);
	cost = arena_calloc(mem, n_rules, sizeof(*cost));
	for (i = 0; i < n; i++)
		for (j = 0; all[i].wine->family_row == family &&
			    j < all[i].n_effects;
			j++) {
			const struct effect *e = &all[i].effects[j];

			if (e->points < 0 && *e->text && effect_of_taste(e))
				cost[e->rule - rules] += e->points;
		}
	for (i = 1; i < n_rules; i++)
		if (cost[i] < cost[rule])
			rule = i;
	for (i = 0; i < n; i++)
		for (j = 0; all[i].wine->family_row == family &&
			    j < all[i].n_effects;
			j++) {
			const struct effect *e = &all[i].effects[j];

			if (e->rule != &rules[rule] || e->points >= 0)
				continue;
			++*hit;
			if (!worst || e->points < worst->points)
				worst = e;
		}
	return worst;
}

/* "Fortified wines", or "Most fortified wines": a fino is not sweet. */
static const char *avoid_whom(
	struct explainer *x, const struct family *f, const struct bad *b)
{
	struct blank blanks[1] = { { "family", f->name } };

	return explain_upper(x->mem,
		b->hit == b->n ? f->name
			       : explain_say(x, "avoid-most", blanks, 1));
}

size_t explain_avoid(struct explainer *x, const struct candidate *all, size_t n,
	struct avoided *out, size_t max)
{
	const struct family *families;
	struct bad *bad;
	size_t i, n_families, found = 0;

	families = knowledge_families(x->k, &n_families);
	bad = arena_calloc(x->mem, n_families, sizeof(*bad));
	for (i = 0; i < n; i++) {
		if (all[i].wine->color == COLOR_NONE)
			continue;
		bad[all[i].wine->family_row].n++;
		bad[all[i].wine->family_row].total += all[i].total;
	}
	for (i = 0; i < n_families; i++)
		bad[i].worst =
			gravest(x->k, all, n, (unsigned)i, x->mem, &bad[i].hit);
	while (found < max) {
		struct blank blanks[1] = { { "reason", "" } };
		struct bad *b = NULL;
		double mean = 0;

		for (i = 0; i < n_families; i++) {
			if (!bad[i].n || !bad[i].worst ||
				bad[i].worst->points > CAUTION ||
				bad[i].hit * 2 < bad[i].n)
				continue;
			if (!b || bad[i].total / bad[i].n < mean) {
				b = &bad[i];
				mean = b->total / b->n;
			}
		}
		if (!b)
			break;
		blanks[0].value = explain_effect(x, b->worst);
		out[found].why = explain_say(x, "avoid-why", blanks, 1);
		out[found].style = avoid_whom(x, &families[b - bad], b);
		out[found].reason = blanks[0].value;
		out[found++].family_row = (unsigned)(b - bad);
		for (i = 0; i < n_families; i++) /* one reason, one entry */
			if (&bad[i] != b && bad[i].worst &&
				bad[i].worst->rule == b->worst->rule)
				bad[i].n = 0;
		b->n = 0;
	}
	return found;
}

/* ---- what the wishes cost ---- */

static const struct candidate *best_of(
	const struct candidate *all, size_t n, int allowed)
{
	const struct candidate *best = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (all[i].allowed == allowed &&
			(allowed || all[i].wine->color != COLOR_NONE) &&
			(!best || all[i].total > best->total))
			best = &all[i];
	return best;
}

const char *explain_limits(struct explainer *x, const struct candidate *all,
	size_t n, int count, size_t n_chosen)
{
	const struct candidate *in = best_of(all, n, 1);
	const struct candidate *out = best_of(all, n, 0);
	struct sbuf sb = SBUF_INIT(TEXT_MAX);
	struct blank blanks[] = { { "wine", "" }, { "most", "" },
		{ "best", "" }, { "n", "" } };
	const char *text;

	if (!in)
		return phrase(x, "limits-none");
	blanks[2].value = arena_printf(x->mem, "%d", score_shown(in->total));
	if (out) {
		blanks[0].value = explain_name(x, out->wine);
		blanks[1].value =
			arena_printf(x->mem, "%d", score_shown(out->total));
	}
	if (out && out->total - in->total >= LIMITS_COST) {
		fill(phrase(x, "limits-cost"), blanks, 4, &sb);
	} else if (n_chosen < (size_t)count) {
		blanks[3].value = arena_printf(x->mem, "%zu", n_chosen);
		fill(phrase(x, "limits-few"), blanks, 4, &sb);
	}
	text = sb.len ? arena_strdup(x->mem, sb.buf) : NULL;
	sbuf_release(&sb);
	return text;
}
