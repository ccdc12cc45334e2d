#include "pairing/pairing.h"

#include "pairing/course.h"

#define ENGINE_VERSION "2" /* raise when the code pairs differently */
#define AVOID_MAX 3

int course_read(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem,
	struct dish_profile *profile, struct course *c, struct err *e)
{
	c->dish = arena_alloc(mem, sizeof(*c->dish));
	if (dish_read(k, r, mem, profile, c->dish, e))
		return -1;
	c->all = score_all(k, c->dish, wishes_drinks(p), mem);
	wishes_apply(k, p, c->all);
	explainer_init(&c->x, k, c->dish, mem);
	return 0;
}

void course_answer(struct course *c, const struct candidate **chosen, size_t n,
	int wanted, struct pairing *out)
{
	const struct knowledge *k = c->x.k;
	const char *roles[PAIRING_COUNT_MAX];
	size_t i, n_all;

	(void)knowledge_wines(k, &n_all);
	out->n_suggestions = n;
	out->suggestions = arena_calloc(c->x.mem, n, sizeof(*out->suggestions));
	choose_roles(chosen, n, roles);
	out->summary = explain_dish(&c->x, c->all, n_all);
	for (i = 0; i < n; i++) {
		explain_wine(&c->x, chosen[i], &out->suggestions[i]);
		out->suggestions[i].role = roles[i];
	}
	out->n_avoid =
		explain_avoid(&c->x, c->all, n_all, out->avoid, AVOID_MAX);
	out->limits = explain_limits(&c->x, c->all, n_all, wanted, n);
}

int course_pair(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct course *c,
	struct pairing *out, struct err *e)
{
	const struct candidate *chosen[PAIRING_COUNT_MAX];
	size_t n;

	memset(out, 0, sizeof(*out));
	if (course_read(k, r, p, mem, &out->profile, c, e))
		return -1;
	n = choose(k, c->all, p, chosen);
	course_answer(c, chosen, n, p->count, out);
	return 0;
}

int pairing_make(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct pairing *out,
	struct err *e)
{
	struct course c;

	return course_pair(k, r, p, mem, &c, out, e);
}

void pairing_version(const struct knowledge *k, char out[40])
{
	(void)snprintf(
		out, 40, "%s.%.16s", ENGINE_VERSION, knowledge_version(k));
}

/* ---- JSON ---- */

static json_object *strings(const char *const *list, size_t n)
{
	json_object *a = json_object_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(a, json_object_new_string(list[i]));
	return a;
}

static json_object *profile_to_json(const struct dish_profile *p)
{
	json_object *o = json_object_new_object();
	json_object *techniques = json_object_new_array();
	size_t i;

	for (i = 0; i < TASTE_MAX; i++)
		json_put_num(o, taste_words[i], p->taste[i]);
	json_put_str(o, "protein", p->protein);
	for (i = 0; i < p->n_techniques; i++)
		json_object_array_add(techniques,
			json_object_new_string(p->techniques[i]->name));
	json_object_object_add(o, "technique", techniques);
	json_put_str(o, "cuisine", p->cuisine ? p->cuisine->name : NULL);
	return o;
}

json_object *reasons_to_json(const struct suggestion *s)
{
	json_object *a = json_object_new_array();
	size_t i;

	for (i = 0; i < s->n_reasons; i++) {
		json_object *o = json_object_new_object();

		json_put_str(o, "rule", s->reasons[i].rule);
		json_put_num(o, "effect", s->reasons[i].effect);
		json_put_str(o, "text", s->reasons[i].text);
		json_object_array_add(a, o);
	}
	return a;
}

static json_object *suggestion_to_json(
	const struct knowledge *k, const struct suggestion *s)
{
	json_object *o = json_object_new_object();

	wine_put_json(k, s->wine, o);
	json_put_str(o, "pairing_note", s->note);
	if (wine_is_other(s->wine))
		json_object_object_add(o, "score", NULL);
	else
		json_put_int(o, "score", s->score);
	json_object_object_add(o, "reasons", reasons_to_json(s));
	json_put_str(o, "role", s->role);
	return o;
}

static json_object *fallback_to_json(const char *key)
{
	json_object *o = json_object_new_object();
	enum err_reason reason = err_by_key(key);

	json_put_str(o, "code", key);
	json_put_str(o, "title", err_title(reason));
	json_put_str(o, "detail", err_text(reason));
	return o;
}

static json_object *engine_to_json(
	const struct knowledge *k, const struct chooser *by)
{
	json_object *o = json_object_new_object();
	char version[40];

	pairing_version(k, version);
	json_put_str(o, "provider", by ? by->provider : "built-in");
	json_put_str(o, "model", by ? by->model : NULL);
	json_put_str(o, "version", version);
	if (!by)
		return o;
	json_put_str(o, "prompts", by->prompts);
	json_object_object_add(o, "fallback",
		by->fallback ? fallback_to_json(by->fallback) : NULL);
	return o;
}

/* NULL when no model was asked. One that answered may not tell what it used. */
static json_object *usage_to_json(const struct chooser *by)
{
	json_object *o;

	if (!by || (by->fallback && !by->input_tokens && !by->output_tokens &&
			   by->cost_micro <= 0))
		return NULL;
	o = json_object_new_object();
	json_put_int(o, "input_tokens", by->input_tokens);
	json_put_int(o, "output_tokens", by->output_tokens);
	json_put_usd(o, "cost_usd", by->cost_micro);
	return o;
}

json_object *pairing_to_json(const struct knowledge *k, const struct recipe *r,
	const struct pairing *p)
{
	json_object *o = json_object_new_object();
	json_object *suggestions = json_object_new_array();
	json_object *avoid = json_object_new_array();
	size_t i;

	json_object_object_add(o, "recipe", recipe_to_json(r));
	json_put_str(o, "summary", p->summary);
	json_object_object_add(o, "profile", profile_to_json(&p->profile));
	for (i = 0; i < p->n_suggestions; i++)
		json_object_array_add(
			suggestions, suggestion_to_json(k, &p->suggestions[i]));
	json_object_object_add(o, "suggestions", suggestions);
	for (i = 0; i < p->n_avoid; i++) {
		json_object *a = json_object_new_object();

		json_put_str(a, "style", p->avoid[i].style);
		json_put_str(a, "why", p->avoid[i].why);
		json_object_array_add(avoid, a);
	}
	json_object_object_add(o, "avoid", avoid);
	json_put_str(o, "limits", p->limits);
	json_object_object_add(o, "engine", engine_to_json(k, p->chooser));
	json_object_object_add(o, "usage", usage_to_json(p->chooser));
	json_object_object_add(o, "unrecognised",
		strings((const char *const *)p->profile.unrecognised,
			p->profile.n_unrecognised));
	return o;
}
