/*
 * A model's picks, held to the tables and to the engine. Whatever it wrote, a
 * wine gets through only if it is one of ours that the engine has nothing
 * grave against, or a single one of its own of which we can check at least
 * place and colour; and its words only if they are fit to be shown (echo.c).
 * What does not stand is left out and said in a complaint, which the model may
 * be given to mend its answer.
 */
#include "llm/echo.h"

#define SURE 0.8     /* that a name means a style */
#define YEAR 2100    /* vintages are nothing to us */
#define NAME_LEAST 3 /* letters */
#define NAME_WORDS 6
#define COMPLAINT_MAX 1500

struct merging {
	const struct llm_ground *g;
	struct arena *mem;
	struct echo *echo;
	size_t wanted, others, clashes;
	struct offer_pick picks[PAIRING_COUNT_MAX];
	size_t n;
	struct sbuf faults;
};

static void fault(struct merging *m, size_t i, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void fault(struct merging *m, size_t i, const char *fmt, ...)
{
	va_list ap;

	sbuf_addf(&m->faults, " Pick %zu ", i + 1);
	va_start(ap, fmt);
	sbuf_vaddf(&m->faults, fmt, ap);
	va_end(ap);
	sbuf_addch(&m->faults, '.');
}

/* ---- which wine ---- */

static int goes_by(const struct wine *w, const char *folded)
{
	const char *const *s;

	if (text_folds_to(w->id, folded) || text_folds_to(w->name, folded))
		return 1;
	for (s = w->aliases; s && *s; s++)
		if (text_folds_to(*s, folded))
			return 1;
	return 0;
}

static const char *folded(struct arena *mem, const char *s, size_t len)
{
	struct sbuf out = SBUF_INIT(4 * len + 16);
	const char *kept;

	text_fold(s, len, &out);
	kept = arena_strndup(mem, out.buf, out.len);
	sbuf_release(&out);
	return kept;
}

/* The wine of that id, name or alias; NULL. */
static const struct wine *wine_called(const struct merging *m, const char *s)
{
	const char *name = folded(m->mem, s, strlen(s));
	const struct wine *wines;
	size_t i, n;

	wines = knowledge_wines(m->g->knowledge, &n);
	for (i = 0; *name && i < n; i++)
		if (text_folds_to(wines[i].id, name))
			return &wines[i];
	for (i = 0; *name && i < n; i++)
		if (goes_by(&wines[i], name))
			return &wines[i];
	return NULL;
}

static void say(struct bottle_input *in, enum list_column field, const char *s)
{
	in->field[field].text = s;
	in->field[field].len = strlen(s);
}

/* The style that what is said of a wine means beyond doubt; NULL. */
static const struct wine *wine_meant(const struct merging *m, const char *name,
	const char *region, const char *color)
{
	struct bottle_input in;
	struct bottle b;

	memset(&in, 0, sizeof(in));
	memset(&b, 0, sizeof(b));
	say(&in, LIST_NAME, name);
	say(&in, LIST_REGION, region);
	say(&in, LIST_COLOR, color);
	bottle_read(m->g->labels, &in, YEAR, m->mem, &b);
	return b.wine && b.confidence >= SURE ? b.wine : NULL;
}

static const struct wine *find_wine(
	const struct merging *m, const struct llm_pick *p)
{
	int other = text_ascii_caseeq(p->style_id, WINE_OTHER);
	const struct wine *w = other ? NULL : wine_called(m, p->style_id);

	if (!w && !other && *p->style_id)
		w = wine_meant(m, p->style_id, "", "");
	if (!w)
		w = wine_called(m, p->name);
	if (!w && *p->name)
		w = wine_meant(m, p->name, p->region, p->color);
	return w;
}

/* ---- a wine of the tables ---- */

/* Which of those that stand it is, or is kin to; -1. */
static int double_of(const struct merging *m, const struct wine *w)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->picks[i].wine &&
			strcmp(m->picks[i].wine->kin, w->kin) == 0)
			return (int)i;
	return -1;
}

static const char *fit(struct merging *m, const char *words)
{
	return words && *words && !echo_unfit(m->echo, words) ? words : NULL;
}

static void take_known(struct merging *m, size_t i, const struct llm_pick *p,
	const struct wine *w)
{
	int same = double_of(m, w);
	const char *why;

	if (same >= 0) {
		fault(m, i, "(%s) is %s %s again", w->name,
			m->picks[same].wine == w ? "just" : "a kind of",
			m->picks[same].wine->name);
		return;
	}
	switch (offer_judge(m->g->offer, w, &why)) {
	case OFFER_CLASH:
		m->clashes++;
		fault(m, i, "(%s) is wrong for this dish: it %s", w->name, why);
		return;
	case OFFER_UNWANTED:
		fault(m, i, "(%s) is not what the eater wants", w->name);
		return;
	case OFFER_FINE:
		break;
	}
	m->picks[m->n++] =
		(struct offer_pick){ .wine = w, .note = fit(m, p->why) };
}

/* ---- a wine of its own ---- */

/* Can we tell of a wine in no table that it is what was wished for? */
static int wishes_allow(const struct preferences *p)
{
	return p->max_price >= 4 && p->alcohol == ALCOHOL_ANY &&
	       !p->sweetness && !p->n_without;
}

static int is_place(const struct merging *m, const char *name)
{
	const struct label *rows;
	const char *const *word;
	size_t i, n;

	rows = knowledge_labels(m->g->knowledge, &n);
	for (i = 0; i < n; i++)
		for (word = rows[i].words; rows[i].kind == LABEL_PLACE && *word;
			word++)
			if (text_folds_to(*word, name))
				return 1;
	return 0;
}

/* "Jura, France": places that labels name, and nothing else. */
static int is_region(const struct merging *m, const char *region)
{
	const char *s = region;

	do {
		struct bottle_field part = { s, strcspn(s, ",") };

		s += part.len;
		part = bottle_field_trim(part);
		if (!part.len ||
			!is_place(m, folded(m->mem, part.text, part.len)))
			return 0;
	} while (*s++ == ',');
	return 1;
}

/* The colour, if it is one that wine has; -1. */
static int wine_color(const struct merging *m, const char *word)
{
	const char *name = folded(m->mem, word, strlen(word));
	int color = color_by_name(name, strlen(name));

	return color == COLOR_NONE ? -1 : color;
}

/* Does the engine find any wine of that colour good with the dish? */
static int color_is_offered(const struct merging *m, int color)
{
	const struct suggestion *list;
	size_t i, n;

	list = offer_list(m->g->offer, &n);
	for (i = 0; i < n; i++)
		if ((int)list[i].wine->color == color)
			return 1;
	return 0;
}

/* A grape or an appellation has a few words of letters. */
static int is_name(struct merging *m, const char *name)
{
	size_t at, step, len = strlen(name), letters = 0, gaps = 0;
	int32_t cp;

	for (at = 0; (step = text_next(name + at, len - at, &cp)); at += step) {
		if (text_is_letter(cp))
			letters++;
		else if (cp == ' ')
			gaps++;
		else if (cp != 0x2019 && (cp > 0x7F || !strchr("-'./", cp)))
			return 0;
	}
	return letters >= NAME_LEAST && gaps < NAME_WORDS &&
	       !echo_unfit(m->echo, name) && !echo_names_recipe(m->echo, name);
}

static void take_other(struct merging *m, size_t i, const struct llm_pick *p)
{
	const struct preferences *wishes = m->g->preferences;
	int color = wine_color(m, p->color);
	const char *note = fit(m, p->why);

	if (!text_ascii_caseeq(p->style_id, WINE_OTHER))
		fault(m, i, "has a style that is not on the list");
	else if (m->others)
		fault(m, i, "is a second wine that is not on the list");
	else if (!wishes_allow(wishes))
		fault(m, i,
			"must be of the list, because of what the eater "
			"wants");
	else if (color < 0 || !is_name(m, p->name) || !is_region(m, p->region))
		fault(m, i,
			"needs a name, a region known for wine and a color "
			"to be \"other\"");
	else if ((wishes->colors && !(wishes->colors >> color & 1)) ||
		 !color_is_offered(m, color))
		fault(m, i, "has a color that does not go here");
	else if (!note)
		fault(m, i, "does not say why in words that can be shown");
	else {
		m->others++;
		m->picks[m->n++] = (struct offer_pick){ .name = p->name,
			.region = p->region,
			.color = (enum wine_color)color,
			.note = note };
	}
}

/* ---- all of them ---- */

static const char *complaint(const struct merging *m)
{
	struct sbuf out = SBUF_INIT(COMPLAINT_MAX);
	const char *text;

	sbuf_addf(&out, "Of %zu wines wanted %zu can stay.", m->wanted, m->n);
	sbuf_add(&out, m->faults.buf, m->faults.len);
	sbuf_addf(&out,
		" Give %zu picks: keep those not named here, and for the rest "
		"take styles of the list that are not alike.",
		m->wanted);
	text = arena_strndup(m->mem, out.buf, out.len);
	sbuf_release(&out);
	return text;
}

void llm_merge(const struct llm_ground *g, const struct llm_picks *picks,
	int fill, struct arena *mem, struct llm_merged *out)
{
	struct merging m = { .g = g,
		.mem = mem,
		.echo = echo_new(g->knowledge, g->recipe, mem),
		.wanted = offer_wanted(g->offer),
		.faults = SBUF_INIT(COMPLAINT_MAX / 2) };
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < picks->n && m.n < m.wanted; i++) {
		const struct wine *w = find_wine(&m, &picks->at[i]);

		if (w)
			take_known(&m, i, &picks->at[i], w);
		else
			take_other(&m, i, &picks->at[i]);
	}
	offer_take(g->offer, m.picks, m.n, fill, fit(&m, picks->summary),
		&out->pairing);
	out->kept = m.n;
	out->clashes = m.clashes;
	if (m.n < m.wanted)
		out->complaint = complaint(&m);
	sbuf_release(&m.faults);
}
