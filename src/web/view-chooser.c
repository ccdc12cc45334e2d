/*
 * Who chose the wines, in words; and, when a model was asked and the built-in
 * engine had to answer, why, with a way to ask again where another try may
 * end better. What the model cost is the operator's to know, not shown here.
 */
#include "web/view.h"

static const char *made(struct arena *mem, json_object *doc)
{
	json_object *engine = json_obj(doc, "engine");
	const char *day = view_day(mem, view_text(doc, "created"));
	const char *model = view_text(engine, "model");

	if (!engine)
		return NULL;
	if (*model && strcmp(view_text(engine, "provider"), "built-in") != 0)
		return arena_printf(mem,
			"Chosen by %s, checked by Winepair's tables%s%s.",
			model, *day ? " on " : "", day);
	return arena_printf(mem, "Made by the %s engine%s%s%s%s.",
		view_text(engine, "provider"),
		*view_text(engine, "version") ? " " : "",
		view_text(engine, "version"), *day ? " on " : "", day);
}

/* May the same question end better in a while? Not when the operator or the
 * model itself stands in the way. */
static int may_pass(enum err_reason reason)
{
	static const enum err_reason passing[] = { REASON_MODEL_RATE,
		REASON_MODEL_OVERLOADED, REASON_MODEL_SERVER,
		REASON_MODEL_TIMEOUT, REASON_MODEL_UNREACHABLE,
		REASON_MODEL_CUT, REASON_MODEL_NOT_JSON,
		REASON_MODEL_WRONG_SHAPE, REASON_MODEL_NO_PICK,
		REASON_MODEL_PAUSED, REASON_MODEL_BUSY, REASON_MODEL_LOST };
	size_t i;

	for (i = 0; i < ARRAY_LEN(passing); i++)
		if (passing[i] == reason)
			return 1;
	return 0;
}

/* The recipe as text that is read as the same recipe; NULL when that cannot
 * be. */
static const char *written(struct arena *mem, json_object *recipe)
{
	struct sbuf out = SBUF_INIT(RECIPE_TEXT_MAX);
	struct err ignored = ERR_INIT;
	const char *said = NULL;
	struct recipe r;

	if (recipe_from_json(recipe, mem, &r, &ignored) == 0) {
		view_recipe_text(&r, &out);
		said = out.full ? NULL : arena_strndup(mem, out.buf, out.len);
	}
	sbuf_release(&out);
	return said;
}

/* The form that asks the same again; NULL when that cannot be. */
static json_object *again(
	struct exchange *x, json_object *doc, const char *preferences)
{
	json_object *recipe = json_obj(doc, "recipe"), *fields, *o;
	const char *url = view_text(doc, "url"), *said;

	if (!preferences || !recipe || json_arr(doc, "menu"))
		return NULL;
	said = *url ? url : written(x->r->mem, recipe);
	if (!said)
		return NULL;
	fields = view_wishes(x->r->mem, preferences);
	view_field(fields, *url ? "url" : "text", said);
	if (!*url && *view_text(recipe, "url"))
		view_field(fields, "source", view_text(recipe, "url"));
	o = json_object_new_object();
	json_object_object_add(o, "fields", fields);
	return o;
}

void view_chooser_fill(json_object *page, struct exchange *x, json_object *doc,
	const char *preferences)
{
	json_object *why = json_obj(json_obj(doc, "engine"), "fallback");
	enum err_reason reason = err_by_key(view_text(why, "code"));
	json_object *o;

	json_put_str(page, "made", made(x->r->mem, doc));
	if (!*view_text(why, "detail")) {
		view_flag(page, "fallback", 0);
		return;
	}
	o = json_object_new_object();
	json_put_str(o, "detail", view_text(why, "detail"));
	json_object_object_add(o, "again",
		may_pass(reason) ? again(x, doc, preferences) : NULL);
	json_object_object_add(page, "fallback", o);
}
