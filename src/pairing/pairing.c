#include "pairing/pairing.h"

#include "pairing/choose.h"
#include "pairing/explain.h"

#define ENGINE_VERSION "2" /* raise when the code pairs differently */
#define AVOID_MAX 3

int pairing_make(const struct knowledge *k, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct pairing *out,
	struct err *e)
{
	const struct candidate *chosen[PAIRING_COUNT_MAX];
	const char *roles[PAIRING_COUNT_MAX];
	struct candidate *all;
	struct explainer x;
	struct dish *d;
	size_t i, n;

	memset(out, 0, sizeof(*out));
	d = arena_alloc(mem, sizeof(*d));
	if (dish_read(k, r, mem, &out->profile, d, e))
		return -1;
	all = score_all(k, d, wishes_drinks(p), mem);
	wishes_apply(k, p, all);
	(void)knowledge_wines(k, &n);
	out->n_suggestions = choose(k, all, p, chosen);
	out->suggestions = arena_calloc(
		mem, out->n_suggestions, sizeof(*out->suggestions));
	choose_roles(chosen, out->n_suggestions, roles);
	explainer_init(&x, k, d, mem);
	out->summary = explain_dish(&x, all, n);
	for (i = 0; i < out->n_suggestions; i++) {
		explain_wine(&x, chosen[i], &out->suggestions[i]);
		out->suggestions[i].role = roles[i];
	}
	out->n_avoid = explain_avoid(&x, all, n, out->avoid, AVOID_MAX);
	out->limits = explain_limits(&x, all, n, p->count, out->n_suggestions);
	return 0;
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

static json_object *reasons_to_json(const struct suggestion *s)
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
	json_put_int(o, "score", s->score);
	json_object_object_add(o, "reasons", reasons_to_json(s));
	json_put_str(o, "role", s->role);
	return o;
}

static json_object *engine_to_json(const struct knowledge *k)
{
	json_object *o = json_object_new_object();
	char version[40];

	pairing_version(k, version);
	json_put_str(o, "provider", "built-in");
	json_put_str(o, "model", NULL);
	json_put_str(o, "version", version);
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
	json_object_object_add(o, "engine", engine_to_json(k));
	json_object_object_add(o, "usage", NULL);
	json_object_object_add(o, "unrecognised",
		strings((const char *const *)p->profile.unrecognised,
			p->profile.n_unrecognised));
	return o;
}
