/*
 * Words and bars: how numbers on our scales are said to people, always as a
 * bar and a word and a number. The words say what the scales of
 * knowledge/README.md mean; what a wine is like stands in the tables.
 */
#include "web/view.h"

struct step {
	double below;
	const char *word;
};

#define STEPS_MAX 7
#define REST 1e9

static const struct step scales[SCALE_MAX][STEPS_MAX] = {
	[SCALE_TASTE] = { { 1, "none" }, { 3, "a trace" }, { 4.75, "light" },
		{ 5.75, "medium" }, { 7.5, "marked" }, { 9.5, "strong" },
		{ REST, "extreme" } },
	[SCALE_WEIGHT] = { { 3.5, "light" }, { 5.5, "medium" }, { 7.5, "rich" },
		{ REST, "heavy" } },
	[SCALE_BODY] = { { 2.5, "very light" }, { 4.5, "light" },
		{ 6.5, "medium" }, { 8.5, "full" }, { REST, "very full" } },
	[SCALE_ACIDITY] = { { 3, "soft" }, { 5, "mild" }, { 7, "fresh" },
		{ 9, "high" }, { REST, "very high" } },
	[SCALE_TANNIN] = { { 0.5, "none" }, { 3, "soft" }, { 5.5, "medium" },
		{ 8, "firm" }, { REST, "very firm" } },
	[SCALE_SWEETNESS] = { { 3, "dry" }, { 5, "off-dry" },
		{ 7, "medium sweet" }, { 9, "sweet" }, { REST, "very sweet" } },
	[SCALE_ALCOHOL] = { { 0.6, "none" }, { 11, "low" }, { 14, "medium" },
		{ 17, "high" }, { REST, "very high" } },
};

#define ALCOHOL_BAR 20.0

static const char *const colors[COLOR_MAX] = {
	[COLOR_RED] = "Red",
	[COLOR_WHITE] = "White",
	[COLOR_ROSE] = "Rosé",
	[COLOR_SPARKLING] = "Sparkling",
	[COLOR_ORANGE] = "Orange",
	[COLOR_SWEET] = "Sweet",
	[COLOR_FORTIFIED] = "Fortified",
	[COLOR_NONE] = "Without alcohol",
};

const char *view_color(const char *color)
{
	int c = color ? color_by_name(color, strlen(color)) : -1;

	return c >= 0 ? colors[c] : "";
}

/* Tannin is from dark skins, and so is the colour. */
const char *view_hue(const char *color, double tannin)
{
	if (strcmp(color, "sparkling") != 0 || tannin < 1)
		return color;
	return tannin < 2 ? "rose" : "red";
}

const char *view_word(enum scale scale, double value)
{
	const struct step *s = scales[scale];

	while (value >= s->below)
		s++;
	return s->word;
}

/* 4 → "4", 4.50 → "4.5" */
static const char *short_number(struct arena *mem, double v)
{
	char *s = arena_printf(mem, "%.2f", v);
	size_t len = strlen(s);

	while (len && s[len - 1] == '0')
		s[--len] = '\0';
	if (len && s[len - 1] == '.')
		s[--len] = '\0';
	return s;
}

void view_bar(json_object *list, struct arena *mem, const char *label,
	enum scale scale, double value)
{
	int alcohol = scale == SCALE_ALCOHOL;
	const char *number = short_number(mem, value);
	json_object *o = json_object_new_object();

	json_put_str(o, "label", label);
	json_put_str(o, "word", view_word(scale, value));
	json_put_str(o, "value", number);
	json_put_str(o, "max", short_number(mem, alcohol ? ALCOHOL_BAR : 10.0));
	json_put_str(o, "shown",
		arena_printf(mem, alcohol ? "%s %%" : "%s/10", number));
	json_object_array_add(list, o);
}

void view_price(json_object *o, const char *key, int64_t price)
{
	static const char *const words[] = { NULL, "everyday", "a little more",
		"special", "a luxury" };
	static const char *const signs[] = { NULL, "€", "€€", "€€€", "€€€€" };
	json_object *p;

	if (price < 1 || price > 4) {
		view_flag(o, key, 0);
		return;
	}
	p = json_object_new_object();
	json_put_str(p, "signs", signs[price]);
	json_put_str(p, "word", words[price]);
	json_object_object_add(o, key, p);
}

const char *view_celsius(struct arena *mem, int64_t lo, int64_t hi)
{
	if (!lo && !hi)
		return NULL;
	return lo == hi ? arena_printf(mem, "%lld °C", (long long)lo)
			: arena_printf(mem, "%lld–%lld °C", (long long)lo,
				  (long long)hi);
}

json_object *view_wine_row(struct arena *mem, const struct wine *w)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "id", w->id);
	json_put_str(o, "name", w->name);
	json_put_str(o, "region", w->region);
	json_put_str(o, "color", view_hue(color_name(w->color), w->tannin));
	json_put_str(o, "color_label", colors[w->color]);
	json_put_str(o, "words",
		arena_printf(mem, "%s, %s", view_word(SCALE_BODY, w->body),
			view_word(SCALE_SWEETNESS, w->sweetness)));
	view_price(o, "price", w->price);
	return o;
}
