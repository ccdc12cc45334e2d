/*
 * Which style a bottle is: the wine for which the words on it speak most, if
 * that is enough, and how sure that makes. What is not in the tables, such as a
 * producer, says nothing; and where nothing is known, nothing is said.
 */
#include "pairing/evidence.h"

#define ENOUGH 4.0	  /* with less nothing is said */
#define ENOUGH_PLACE 4.5  /* a region without a name or grape */
#define ENOUGH_LIMITS 3.0 /* a name of limits alone: "sweet rosé" */

/* How sure that makes. */
#define SURE_NAME 0.95
#define SURE_COMPOSITE 0.9
#define SURE_GRAPE_PLACE 0.85
#define SURE_GRAPE_COUNTRY 0.75
#define SURE_GRAPE_ONLY 0.75  /* the only style of that grape */
#define SURE_GRAPE_CALLED 0.6 /* one of several, the usual one */
#define SURE_GRAPE 0.5
#define SURE_COLOR_PLACE 0.6 /* "red burgundy", as a name of the tables */
#define SURE_PLACE 0.35
#define DOUBT_GRAPE 0.7
#define DOUBT_PLACE 0.85
#define DOUBT_RIVAL 0.7
#define DOUBT_KIN 0.85
#define RIVAL_WITHIN 1.0
#define DOUBT_HEADING 0.9  /* it is in the heading what the line lacks */
#define DOUBT_AGAINST 0.85 /* the heading says something else */
#define DOUBT_PRODUCER 0.8 /* only the producer's words tell */

static int is_enough(const struct verdict *v)
{
	if (v->composite && v->total >= ENOUGH_LIMITS)
		return 1;
	return v->total >= (v->named || v->grapes ? ENOUGH : ENOUGH_PLACE);
}

struct best {
	size_t row[BOTTLE_NEAR_MAX + 1];
	struct verdict *v[BOTTLE_NEAR_MAX + 1];
	size_t n;
};

static void rank(struct best *r, size_t row, const struct verdict *v)
{
	struct verdict *last;
	size_t i = r->n;

	while (i && r->v[i - 1]->total < v->total)
		i--;
	if (i == ARRAY_LEN(r->row))
		return;
	if (r->n < ARRAY_LEN(r->row))
		r->n++;
	last = r->v[r->n - 1];
	memmove(&r->v[i + 1], &r->v[i], (r->n - 1 - i) * sizeof(r->v[0]));
	memmove(&r->row[i + 1], &r->row[i], (r->n - 1 - i) * sizeof(r->row[0]));
	r->v[i] = last;
	r->row[i] = row;
	*last = *v;
}

static double sureness(const struct evidence *ev, const struct best *r)
{
	const struct verdict *v = r->v[0];
	double sure;

	if (v->named)
		sure = SURE_NAME;
	else if (v->composite && v->grapes)
		sure = SURE_COMPOSITE;
	else if (v->grapes && v->place >= PLACE_WITHIN)
		sure = SURE_GRAPE_PLACE;
	else if (v->grapes && v->place > 0)
		sure = SURE_GRAPE_COUNTRY;
	else if (v->grapes)
		sure = r->n < 2 || r->v[1]->grapes == 0 ? SURE_GRAPE_ONLY
		       : v->called			? SURE_GRAPE_CALLED
							: SURE_GRAPE;
	else
		sure = v->composite && v->place > 0 ? SURE_COLOR_PLACE
						    : SURE_PLACE;
	if (v->strange_grape)
		sure *= DOUBT_GRAPE;
	if (v->strange_place)
		sure *= DOUBT_PLACE;
	if (r->n > 1 && r->v[1]->total > v->total - RIVAL_WITHIN)
		sure *= strcmp(evidence_wine(ev, r->row[0])->kin,
				evidence_wine(ev, r->row[1])->kin)
				? DOUBT_RIVAL
				: DOUBT_KIN;
	return (double)(int)(sure * 100 + 0.5) / 100;
}

/* Is it a part of something longer that spoke for the wine? */
static int is_quoted(const struct evidence *ev, const struct verdict *v,
	const struct atom *a)
{
	size_t i;

	for (i = 0; i < ev->n; i++)
		if (v->worth[i] > 0 && ev->atoms[i].len > a->len &&
			ev->atoms[i].at <= a->at &&
			ev->atoms[i].at + ev->atoms[i].len >= a->at + a->len)
			return 1;
	return 0;
}

/* The words that spoke for it, in the order in which they stand. */
static void quote(
	const struct evidence *ev, const struct verdict *v, struct bottle *out)
{
	size_t *at = arena_calloc(ev->mem, ev->n, sizeof(*at)), i, j;

	out->words = arena_calloc(ev->mem, ev->n, sizeof(*out->words));
	for (i = 0; i < ev->n; i++) {
		const struct atom *a = &ev->atoms[i];

		if (v->worth[i] <= 0 || is_quoted(ev, v, a))
			continue;
		for (j = out->n_words; j && at[j - 1] > a->at; j--)
			;
		if (j && at[j - 1] == a->at) /* it means two things */
			continue;
		memmove(at + j + 1, at + j, (out->n_words - j) * sizeof(*at));
		memmove(out->words + j + 1, out->words + j,
			(out->n_words++ - j) * sizeof(*out->words));
		at[j] = a->at;
		out->words[j] = arena_strndup(ev->mem, a->text, a->len);
	}
}

/* Returns 1 if a name decided. */
static int decide(struct evidence *ev, struct bottle *out)
{
	struct verdict kept[BOTTLE_NEAR_MAX + 1], v;
	struct best r = { .n = 0 };
	size_t i;

	for (i = 0; i < ARRAY_LEN(kept); i++)
		r.v[i] = &kept[i];
	evidence_keep_regions(ev);
	for (i = 0; i < ev->l->n_wines; i++) {
		if (evidence_excludes(ev, i))
			continue;
		if (evidence_weigh(ev, i, &v))
			rank(&r, i, &v);
	}
	out->vintage = ev->vintage;
	if (r.n && is_enough(r.v[0])) {
		out->wine = evidence_wine(ev, r.row[0]);
		out->confidence = sureness(ev, &r);
		quote(ev, r.v[0], out);
		return r.v[0]->named;
	}
	for (i = 0; i < r.n && i < BOTTLE_NEAR_MAX; i++)
		if (r.v[i]->named || r.v[i]->grapes || r.v[i]->place > 0)
			out->near[out->n_near++] = evidence_wine(ev, r.row[i]);
	return 0;
}

static void doubt(struct bottle *b, double factor)
{
	b->confidence = (double)(int)(b->confidence * factor * 100 + 0.5) / 100;
}

/* A line of a list below a heading. What names a wine by itself is believed
 * more than the heading: a list may have a heading we could not read. */
static void decide_below(const struct evidence *line,
	const struct bottle_input *in, struct bottle *out)
{
	struct evidence *both = arena_alloc(line->mem, sizeof(*both));
	struct evidence *own = arena_alloc(line->mem, sizeof(*own));
	struct evidence *heading = arena_alloc(line->mem, sizeof(*heading));
	struct bottle alone = { .wine = NULL };
	int lent, named;

	evidence_init(heading, line->l, line->year, line->mem);
	evidence_read(heading, LIST_HEADING, &in->heading, NULL);
	*own = *both = *line;
	lent = evidence_add_heading(both, heading, in->heading_names);
	named = decide(both, out);
	if (lent)
		doubt(out, DOUBT_HEADING);
	if (!named && decide(own, &alone)) {
		*out = alone;
		doubt(out, DOUBT_AGAINST);
	}
}

static void read_fields(const struct labels *l, const struct bottle_input *in,
	const struct bottle_field *producer, int year, struct arena *mem,
	struct bottle *out)
{
	static const enum list_column read[] = { LIST_COLOR, LIST_VINTAGE,
		LIST_NAME, LIST_CUVEE, LIST_APPELLATION, LIST_STYLE,
		LIST_REGION, LIST_COUNTRY, LIST_GRAPE };
	struct evidence *ev = arena_alloc(mem, sizeof(*ev));
	size_t i;

	memset(out, 0, sizeof(*out));
	evidence_init(ev, l, year, mem);
	for (i = 0; i < ARRAY_LEN(read); i++)
		evidence_read(ev, read[i], &in->field[read[i]],
			read[i] == LIST_NAME ? producer : NULL);
	if (in->heading.text)
		decide_below(ev, in, out);
	else
		(void)decide(ev, out);
}

void bottle_read(const struct labels *l, const struct bottle_input *in,
	int year, struct arena *mem, struct bottle *out)
{
	const struct bottle_field *producer = &in->field[LIST_PRODUCER];

	read_fields(l, in, producer, year, mem, out);
	if (out->wine || !producer->text)
		return;
	/* "Champagne Krug" may be all that tells what it is */
	read_fields(l, in, NULL, year, mem, out);
	doubt(out, DOUBT_PRODUCER);
}

void bottle_read_name(const struct labels *l, const char *name, int year,
	struct arena *mem, struct bottle *out)
{
	struct bottle_input in = { .heading = { NULL, 0 } };

	in.field[LIST_NAME].text = name;
	in.field[LIST_NAME].len = strlen(name);
	bottle_read(l, &in, year, mem, out);
}

const char *bottle_sureness(double confidence)
{
	return confidence >= 0.8   ? "sure"
	       : confidence >= 0.6 ? "fairly sure"
	       : confidence >= 0.4 ? "not sure"
				   : "hardly more than a guess";
}

json_object *bottle_to_json(const struct bottle *b)
{
	json_object *o = json_object_new_object();
	json_object *words = json_object_new_array();
	size_t i;

	json_put_num(o, "confidence", b->confidence);
	if (b->vintage > 0)
		json_put_int(o, "vintage", b->vintage);
	else
		json_object_object_add(o, "vintage", NULL);
	for (i = 0; i < b->n_words; i++)
		json_object_array_add(
			words, json_object_new_string(b->words[i]));
	json_object_object_add(o, "words", words);
	return o;
}
