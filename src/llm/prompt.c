/*
 * A dish as a question: its profile in numbers, the wines the engine ranked
 * with their strongest reasons, and the recipe, cut short and between tags.
 * Our own words come from the templates; everything else is data that these
 * escape, so that a recipe cannot close its tag.
 */
#include "llm/excerpt.h"
#include "llm/prompts.h"

#include <math.h>

#define USER_MAX ((size_t)12 * 1024)
#define WORDS_MAX ((size_t)4 * 1024) /* system, and what asks to mend */
#define FACT_MAX 300
#define STYLE_MAX 190
#define REASONS 2
#define LOUD 4	 /* points of a reason worth telling */
#define SECOND 8 /* wines whose second reason is told */
#define TOKENS_BASE 512
#define TOKENS_PICK 192

static void add(json_object *list, const char *text, size_t max)
{
	struct sbuf out = SBUF_INIT(4 * max);

	excerpt_add(&out, text, max);
	json_object_array_add(
		list, json_object_new_string_len(out.buf, (int)out.len));
	sbuf_release(&out);
}

/* "weight 4, fat 2": what is not there is left out. */
static void put_profile(json_object *o, const struct dish_profile *p)
{
	struct sbuf out = SBUF_INIT(FACT_MAX);
	size_t i;

	for (i = 0; i < TASTE_MAX; i++)
		if (p->taste[i] > 0.5)
			sbuf_addf(&out, "%s%s %.0f", out.len ? ", " : "",
				taste_words[i], p->taste[i]);
	json_put_str(o, "profile", out.buf);
	sbuf_release(&out);
}

static void add_bits(struct sbuf *out, const char *what, unsigned bits,
	const char *const *words)
{
	size_t i;
	int n = 0;

	for (i = 0; bits && words[i]; i++)
		if (bits >> i & 1)
			sbuf_addf(out, "%s%s", n++ ? " or " : what, words[i]);
}

static void add_preferences(json_object *facts, const struct preferences *p)
{
	static const char *const alcohol[] = { [ALCOHOL_ANY] = "",
		[ALCOHOL_LOW] = "; low in alcohol",
		[ALCOHOL_NONE] = "; without alcohol" };
	static const char *const sweetness[] = { "dry", "off-dry", "sweet",
		NULL };
	struct sbuf out = SBUF_INIT(4096);
	int i;

	add_bits(&out, "; color ", p->colors, color_words);
	add_bits(&out, "; ", p->sweetness, sweetness);
	if (p->max_price < 4)
		sbuf_addf(&out, "; price class at most %d of 4", p->max_price);
	sbuf_addstr(&out, alcohol[p->alcohol]);
	for (i = 0; i < p->n_without; i++)
		sbuf_addf(&out, "%s%s", i ? ", " : "; nothing of ",
			p->without[i]);
	if (out.len) {
		char *text = xstrndup(out.buf, out.len);

		text[0] = ':';
		sbuf_reset(&out);
		sbuf_addf(&out, "The eater wants%s", text);
		add(facts, out.buf, 2 * FACT_MAX);
		free(text);
	}
	sbuf_release(&out);
}

/* "Known dish: fried chicken, by custom with champagne-brut, cava: …" */
static void add_classic(
	json_object *facts, const struct knowledge *k, const struct classic *c)
{
	struct sbuf out = SBUF_INIT(4096);
	const struct wine *wines;
	size_t i, n;

	wines = knowledge_wines(k, &n);
	sbuf_addf(&out, "Known dish: %s, by custom with ", c->name);
	for (i = 0; i < c->wines.n; i++)
		sbuf_addf(
			&out, "%s%s", i ? ", " : "", wines[c->wines.at[i]].id);
	sbuf_addf(&out, ": %s", c->reason);
	add(facts, out.buf, FACT_MAX);
	sbuf_release(&out);
}

static json_object *facts_of(const struct knowledge *k,
	const struct dish_profile *d, const struct preferences *p)
{
	json_object *facts = json_object_new_array();
	struct sbuf out = SBUF_INIT(4096);
	size_t i;

	if (d->n_techniques) {
		for (i = 0; i < d->n_techniques; i++)
			sbuf_addf(&out, "%s%s", i ? ", " : "Technique: ",
				d->techniques[i]->name);
		add(facts, out.buf, FACT_MAX);
	}
	sbuf_reset(&out);
	if (d->cuisine) {
		sbuf_addf(&out, "Cuisine: %s", d->cuisine->name);
		add(facts, out.buf, FACT_MAX);
	}
	sbuf_release(&out);
	if (d->classic)
		add_classic(facts, k, d->classic);
	add_preferences(facts, p);
	return facts;
}

/* Loudest first, as they are. */
static void add_reasons(
	struct sbuf *out, const struct suggestion *s, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < s->n_reasons && n < max; i++) {
		const struct reason *r = &s->reasons[i];

		if (!*r->text || (n && fabs(r->effect) < LOUD))
			continue;
		sbuf_addf(out, "%s%s%c%s", n++ ? "; " : " | ",
			r->effect < 0 ? "but " : "", ascii_lower(*r->text),
			r->text + 1);
	}
}

static json_object *styles_of(const struct offer *o)
{
	json_object *styles = json_object_new_array();
	const struct suggestion *list;
	size_t i, n;

	list = offer_list(o, &n);
	for (i = 0; i < n; i++) {
		const struct wine *w = list[i].wine;
		struct sbuf out = SBUF_INIT(8192);

		sbuf_addf(&out, "%s | %s | %s | %s | %.0f %.0f %.0f %.0f | %d",
			w->id, w->name, w->region, color_name(w->color),
			w->body, w->acidity, w->tannin, w->sweetness,
			list[i].score);
		add_reasons(&out, &list[i], i < SECOND ? REASONS : 1);
		add(styles, out.buf, STYLE_MAX);
		sbuf_release(&out);
	}
	return styles;
}

static json_object *user_data(const struct knowledge *k, const struct recipe *r,
	const struct preferences *wishes, const struct offer *o,
	struct arena *mem)
{
	const struct dish_profile *profile = &offer_pairing(o)->profile;
	json_object *data = json_object_new_object();
	json_object *lines = json_object_new_array();
	struct excerpt x;
	size_t i;

	excerpt_make(r, mem, &x);
	json_put_int(data, "count", (int64_t)offer_wanted(o));
	put_profile(data, profile);
	json_object_object_add(data, "facts", facts_of(k, profile, wishes));
	json_object_object_add(data, "styles", styles_of(o));
	json_put_str(data, "name", x.name);
	for (i = 0; i < x.n_ingredients; i++)
		json_object_array_add(
			lines, json_object_new_string(x.ingredients[i]));
	json_object_object_add(data, "ingredients", lines);
	json_put_str(data, "steps", x.steps);
	return data;
}

/* In the arena; puts data. */
static const char *fill_in(const struct llm_prompts *p, const char *page,
	json_object *data, size_t max, struct arena *mem, struct err *e)
{
	struct sbuf out = SBUF_INIT(max);
	const char *words = NULL;

	if (templates_render(p->templates, page, data, &out, e) == 0) {
		sbuf_rtrim(&out);
		words = arena_strndup(mem, out.buf, out.len);
	} else {
		e->reason = REASON_INTERNAL;
	}
	sbuf_release(&out);
	json_object_put(data);
	return words;
}

/* ---- the schema: what every API's strict mode takes ---- */

static json_object *text_of(json_object *one_of)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "type", "string");
	if (one_of)
		json_object_object_add(o, "enum", one_of);
	return o;
}

static json_object *object_of(json_object *properties)
{
	json_object *o = json_object_new_object();
	json_object *required = json_object_new_array();

	json_object_object_foreach(properties, key, value)
	{
		(void)value;
		json_object_array_add(required, json_object_new_string(key));
	}
	json_put_str(o, "type", "object");
	json_object_object_add(o, "properties", properties);
	json_object_object_add(o, "required", required);
	json_object_object_add(
		o, "additionalProperties", json_object_new_boolean(0));
	return o;
}

static json_object *schema_of(const struct offer *o)
{
	json_object *ids = json_object_new_array();
	json_object *colors = json_object_new_array();
	json_object *pick = json_object_new_object();
	json_object *picks = json_object_new_object();
	json_object *top = json_object_new_object();
	const struct suggestion *list;
	size_t i, n;

	list = offer_list(o, &n);
	for (i = 0; i < n; i++)
		json_object_array_add(
			ids, json_object_new_string(list[i].wine->id));
	json_object_array_add(ids, json_object_new_string(WINE_OTHER));
	json_object_array_add(colors, json_object_new_string(""));
	for (i = 0; i < COLOR_NONE; i++)
		json_object_array_add(
			colors, json_object_new_string(color_words[i]));
	json_object_object_add(pick, "style", text_of(ids));
	json_object_object_add(pick, "name", text_of(NULL));
	json_object_object_add(pick, "region", text_of(NULL));
	json_object_object_add(pick, "color", text_of(colors));
	json_object_object_add(pick, "why", text_of(NULL));
	json_put_str(picks, "type", "array");
	json_object_object_add(picks, "items", object_of(pick));
	json_object_object_add(top, "summary", text_of(NULL));
	json_object_object_add(top, "picks", picks);
	return object_of(top);
}

int llm_prompt_make(const struct llm_prompts *p, const struct knowledge *k,
	const struct recipe *r, const struct preferences *wishes,
	const struct offer *o, struct arena *mem, struct llm_prompt *out,
	struct err *e)
{
	json_object *count = json_object_new_object();
	int wanted = (int)offer_wanted(o);

	memset(out, 0, sizeof(*out));
	json_put_int(count, "count", wanted);
	out->system = fill_in(p, PROMPT_SYSTEM, count, WORDS_MAX, mem, e);
	if (!out->system)
		return -1;
	out->user = fill_in(p, PROMPT_USER, user_data(k, r, wishes, o, mem),
		USER_MAX, mem, e);
	if (!out->user)
		return -1;
	out->schema = schema_of(o);
	out->schema_name = "pairing";
	out->max_tokens = TOKENS_BASE + TOKENS_PICK * wanted;
	return 0;
}

const char *llm_prompt_repair(const struct llm_prompts *p,
	const char *complaint, struct arena *mem, struct err *e)
{
	json_object *data = json_object_new_object();
	struct sbuf text = SBUF_INIT(2 * WORDS_MAX);

	excerpt_add(&text, complaint, WORDS_MAX / 2);
	json_put_str(data, "complaint", text.buf);
	sbuf_release(&text);
	return fill_in(p, PROMPT_REPAIR, data, WORDS_MAX, mem, e);
}
