/* What somebody wants or does not: read from JSON, checked, written back. */
#include "pairing/pairing.h"

static const char *const color_names[COLOR_MAX] = {
	[COLOR_RED] = "red",
	[COLOR_WHITE] = "white",
	[COLOR_ROSE] = "rose",
	[COLOR_SPARKLING] = "sparkling",
	[COLOR_ORANGE] = "orange",
	[COLOR_SWEET] = "sweet",
	[COLOR_FORTIFIED] = "fortified",
	[COLOR_NONE] = "none",
};

static const char *const alcohol_names[] = { "any", "low", "none" };

const char *color_name(enum wine_color c)
{
	return color_names[c];
}

int color_by_name(const char *s, size_t len)
{
	int i;

	for (i = 0; i < COLOR_MAX; i++)
		if (strlen(color_names[i]) == len &&
			memcmp(color_names[i], s, len) == 0)
			return i;
	return -1;
}

static int wrong(struct err *e, const char *key, const char *expected)
{
	return err_set(e, REASON_BAD_INPUT, "preferences: '%s' must be %s", key,
		expected);
}

static int read_whole(json_object *v, int min, int max, int *out)
{
	int64_t n;

	if (!json_object_is_type(v, json_type_int))
		return -1;
	n = json_object_get_int64(v);
	if (n < min || n > max)
		return -1;
	*out = (int)n;
	return 0;
}

static int read_colors(json_object *v, unsigned *out)
{
	unsigned colors = 0;
	size_t i;

	if (!json_object_is_type(v, json_type_array))
		return -1;
	for (i = 0; i < json_object_array_length(v); i++) {
		json_object *item = json_object_array_get_idx(v, i);
		int c;

		if (!json_object_is_type(item, json_type_string))
			return -1;
		c = color_by_name(json_object_get_string(item),
			(size_t)json_object_get_string_len(item));
		if (c < 0)
			return -1;
		colors |= 1u << c;
	}
	*out = colors;
	return 0;
}

static int read_alcohol(json_object *v, enum alcohol *out)
{
	size_t i;

	if (!json_object_is_type(v, json_type_string))
		return -1;
	for (i = 0; i < ARRAY_LEN(alcohol_names); i++) {
		if (strcmp(json_object_get_string(v), alcohol_names[i]) != 0)
			continue;
		*out = (enum alcohol)i;
		return 0;
	}
	return -1;
}

int preferences_from_json(json_object *o, struct preferences *p, struct err *e)
{
	const struct preferences defaults = PREFERENCES_INIT;

	*p = defaults;
	if (!o)
		return 0;
	if (!json_object_is_type(o, json_type_object))
		return wrong(e, "preferences", "an object");
	json_object_object_foreach(o, key, v)
	{
		if (strcmp(key, "count") == 0) {
			if (read_whole(v, 1, PAIRING_COUNT_MAX, &p->count))
				return wrong(e, key, "a number from 1 to 10");
		} else if (strcmp(key, "colors") == 0) {
			if (read_colors(v, &p->colors))
				return wrong(e, key,
					"a list out of red, white, rose, "
					"sparkling, orange, sweet, fortified "
					"and none");
		} else if (strcmp(key, "max_price") == 0) {
			if (read_whole(v, 1, 4, &p->max_price))
				return wrong(e, key, "a number from 1 to 4");
		} else if (strcmp(key, "alcohol") == 0) {
			if (read_alcohol(v, &p->alcohol))
				return wrong(e, key, "any, low or none");
		} else {
			return err_set(e, REASON_BAD_INPUT,
				"preferences: unknown key '%s'", key);
		}
	}
	return 0;
}

json_object *preferences_to_json(const struct preferences *p)
{
	json_object *o = json_object_new_object();
	json_object *colors = json_object_new_array();
	int i;

	json_put_int(o, "count", p->count);
	for (i = 0; i < COLOR_MAX; i++)
		if (p->colors >> i & 1)
			json_object_array_add(
				colors, json_object_new_string(color_names[i]));
	json_object_object_add(o, "colors", colors);
	json_put_int(o, "max_price", p->max_price);
	json_put_str(o, "alcohol", alcohol_names[p->alcohol]);
	return o;
}
