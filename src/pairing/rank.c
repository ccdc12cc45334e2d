#include "pairing/rank.h"

#include "pairing/course.h"

static const char *const window_words[] = {
	[WINDOW_READY] = "ready",
	[WINDOW_YOUNG] = "young",
	[WINDOW_PAST] = "past",
	[WINDOW_UNKNOWN] = "unknown",
};

enum window window_of(int from, int to, int year)
{
	if (!from && !to)
		return WINDOW_UNKNOWN;
	if (from && year < from)
		return WINDOW_YOUNG;
	return to && year > to ? WINDOW_PAST : WINDOW_READY;
}

/* ---- the order ---- */

struct entry { /* of a bottle that may be offered */
	const struct cellar_bottle *bottle;
	const struct candidate *style;
	enum window window;
	int score;
	size_t rank; /* in the list */
};

static int is_late(const struct entry *x)
{
	return x->window == WINDOW_YOUNG || x->window == WINDOW_PAST;
}

static int order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	double sure = y->bottle->is.confidence - x->bottle->is.confidence;

	if (is_late(x) != is_late(y))
		return is_late(x) - is_late(y);
	if (x->score != y->score)
		return y->score - x->score;
	if (sure < 0 || sure > 0)
		return sure > 0 ? 1 : -1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Part the bottles that may be offered, which are returned, from the others. */
static size_t part(const struct knowledge *k, const struct candidate *all,
	const struct cellar *c, int year, struct entry *in, struct ranking *out)
{
	const struct wine *wines;
	size_t i, n, kept = 0;

	wines = knowledge_wines(k, &n);
	for (i = 0; i < c->n; i++) {
		const struct cellar_bottle *b = &c->bottles[i];
		const struct candidate *style = &all[b->is.wine - wines];

		if (b->count && style->allowed) {
			in[kept++] = (struct entry){ b, style,
				window_of(b->from, b->to, year),
				score_shown(style->total), i };
			continue;
		}
		out->left_out[out->n_left_out].bottle = b;
		out->left_out[out->n_left_out++].why = b->count ? "preferences"
								: "none-left";
	}
	return kept;
}

/* What the styles' proposals say of a wine; NULL when it is none of them. */
static const struct suggestion *proposed(
	const struct pairing *p, const struct wine *w)
{
	size_t i;

	for (i = 0; i < p->n_suggestions; i++)
		if (p->suggestions[i].wine == w)
			return &p->suggestions[i];
	return NULL;
}

/* The match of the i-th: as the styles are explained, else as one before of the
 * same style is, else in words of its own. */
static const struct suggestion *match_of(struct explainer *x,
	const struct pairing *p, const struct entry *in, size_t i,
	const struct ranking *out)
{
	const struct suggestion *s = proposed(p, in[i].style->wine);
	struct suggestion *new;
	size_t j;

	for (j = 0; !s && j < i; j++)
		if (in[j].style == in[i].style)
			s = out->bottles[j].match;
	if (s)
		return s;
	new = arena_alloc(x->mem, sizeof(*new));
	explain_wine(x, in[i].style, new);
	return new;
}

int ranking_make(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, const struct cellar *c, int year,
	struct arena *mem, struct ranking *out, struct err *e)
{
	const struct candidate *chosen[PAIRING_COUNT_MAX];
	struct pairing made = { .summary = NULL };
	struct course course;
	struct entry *in;
	size_t i, n;

	memset(out, 0, sizeof(*out));
	if (course_read(k, r, p, mem, &made.profile, &course, e))
		return -1;
	n = choose(k, course.all, p, chosen);
	course_answer(&course, chosen, n, p->count, &made);
	out->cellar = c;
	out->left_out = arena_calloc(mem, c->n, sizeof(*out->left_out));
	in = arena_calloc(mem, c->n, sizeof(*in));
	n = part(k, course.all, c, year, in, out);
	if (n)
		qsort(in, n, sizeof(*in), order);
	out->n = n < (size_t)p->count ? n : (size_t)p->count;
	out->n_more = n - out->n;
	out->bottles = arena_calloc(mem, out->n, sizeof(*out->bottles));
	for (i = 0; i < out->n; i++) {
		out->bottles[i].bottle = in[i].bottle;
		out->bottles[i].window = in[i].window;
		out->bottles[i].match = match_of(&course.x, &made, in, i, out);
	}
	return 0;
}

/* ---- JSON ---- */

static void put_year(json_object *o, const char *key, int year)
{
	if (year > 0)
		json_put_int(o, key, year);
	else
		json_object_object_add(o, key, NULL);
}

static json_object *lines_to_json(const struct cellar_bottle *b)
{
	json_object *a = json_object_new_array();
	size_t i;

	for (i = 0; i < b->n_lines; i++)
		json_object_array_add(a, json_object_new_int(b->lines[i]));
	return a;
}

/* Which bottle it is, and what it was taken for. */
static json_object *bottle_base(const struct cellar_bottle *b)
{
	json_object *o = json_object_new_object();

	json_put_int(o, "line", b->lines[0]);
	json_object_object_add(o, "lines", lines_to_json(b));
	json_put_str(o, "text", b->text);
	json_put_str(o, "name", b->name);
	json_put_str(o, "style_id", b->is.wine->id);
	json_put_str(o, "style", b->is.wine->name);
	json_put_num(o, "confidence", b->is.confidence);
	put_year(o, "vintage", b->is.vintage);
	json_put_int(o, "count", b->count);
	return o;
}

static json_object *ranked_to_json(const struct ranked *r)
{
	json_object *o = bottle_base(r->bottle);
	json_object *window = json_object_new_object();

	json_put_int(o, "score", r->match->score);
	put_year(window, "from", r->bottle->from);
	put_year(window, "to", r->bottle->to);
	json_put_str(window, "state", window_words[r->window]);
	json_object_object_add(o, "window", window);
	json_put_str(o, "pairing_note", r->match->note);
	json_object_object_add(o, "reasons", reasons_to_json(r->match));
	return o;
}

json_object *ranking_to_json(const struct ranking *r)
{
	json_object *o = json_object_new_object();
	json_object *bottles = json_object_new_array();
	json_object *unknown = json_object_new_array();
	json_object *left_out = json_object_new_array();
	size_t i;

	for (i = 0; i < r->n; i++)
		json_object_array_add(bottles, ranked_to_json(&r->bottles[i]));
	for (i = 0; i < r->cellar->n_unknown; i++) {
		json_object *line = json_object_new_object();

		json_put_int(line, "line", r->cellar->unknown[i].line);
		json_put_str(line, "text", r->cellar->unknown[i].text);
		json_object_array_add(unknown, line);
	}
	for (i = 0; i < r->n_left_out; i++) {
		json_object *b = bottle_base(r->left_out[i].bottle);

		json_put_str(b, "why", r->left_out[i].why);
		json_object_array_add(left_out, b);
	}
	json_put_str(o, "kind", r->cellar->table ? "table" : "lines");
	json_object_object_add(o, "bottles", bottles);
	json_put_int(o, "more", (int64_t)r->n_more);
	json_object_object_add(o, "unknown", unknown);
	json_object_object_add(o, "left_out", left_out);
	return o;
}
