/* What somebody wants or does not: read from JSON, checked, written back. */
#include "pairing/pairing.h"

static const char *const sweetness_names[SWEETNESS_MAX] = {
	[SWEETNESS_DRY] = "dry",
	[SWEETNESS_OFF_DRY] = "off-dry",
	[SWEETNESS_SWEET] = "sweet",
};

static const char *const alcohol_names[] = { "any", "low", "none" };

const char *color_name(enum wine_color c)
{
	return color_words[c];
}

static int by_name(const char *const *names, int n, const char *s, size_t len)
{
	int i;

	for (i = 0; i < n; i++)
		if (strlen(names[i]) == len && memcmp(names[i], s, len) == 0)
			return i;
	return -1;
}

int color_by_name(const char *s, size_t len)
{
	return by_name(color_words, COLOR_MAX, s, len);
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

/* A list of names as bits. */
static int read_bits(
	json_object *v, const char *const *names, int n_names, unsigned *out)
{
	unsigned bits = 0;
	size_t i;

	if (!json_object_is_type(v, json_type_array))
		return -1;
	for (i = 0; i < json_object_array_length(v); i++) {
		json_object *item = json_object_array_get_idx(v, i);
		int c;

		if (!json_object_is_type(item, json_type_string))
			return -1;
		c = by_name(names, n_names, json_object_get_string(item),
			(size_t)json_object_get_string_len(item));
		if (c < 0)
			return -1;
		bits |= 1u << c;
	}
	*out = bits;
	return 0;
}

/* Put a name where it belongs; one that is there already is dropped. */
static void add_without(struct preferences *p, const char *name)
{
	int i = p->n_without;

	while (i && strcmp(p->without[i - 1], name) > 0)
		i--;
	if (i && strcmp(p->without[i - 1], name) == 0)
		return;
	memmove(p->without[i + 1], p->without[i],
		(size_t)(p->n_without - i) * WITHOUT_LEN);
	memcpy(p->without[i], name, strlen(name) + 1);
	p->n_without++;
}

static int read_without(json_object *v, struct preferences *p)
{
	struct sbuf clean = SBUF_INIT(4096), folded = SBUF_INIT(4096);
	size_t i, n;
	int rc = -1;

	if (!json_object_is_type(v, json_type_array))
		return -1;
	n = json_object_array_length(v);
	if (n > WITHOUT_MAX)
		return -1;
	for (i = 0; i < n; i++) {
		json_object *item = json_object_array_get_idx(v, i);
		size_t len = (size_t)json_object_get_string_len(item);

		if (!json_object_is_type(item, json_type_string) ||
			len >= WITHOUT_LEN)
			goto out;
		sbuf_reset(&clean);
		sbuf_reset(&folded);
		text_clean(json_object_get_string(item), len, &clean);
		text_fold(clean.buf, clean.len, &folded);
		if (!folded.len || folded.len >= WITHOUT_LEN)
			goto out;
		add_without(p, folded.buf);
	}
	rc = 0;
out:
	sbuf_release(&clean);
	sbuf_release(&folded);
	return rc;
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
			if (read_bits(v, color_words, COLOR_MAX, &p->colors))
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
		} else if (strcmp(key, "sweetness") == 0) {
			if (read_bits(v, sweetness_names, SWEETNESS_MAX,
				    &p->sweetness))
				return wrong(e, key,
					"a list out of dry, off-dry and "
					"sweet");
		} else if (strcmp(key, "without") == 0) {
			if (read_without(v, p))
				return wrong(e, key,
					"a list of at most 16 names of wines "
					"or grapes");
		} else {
			return err_set(e, REASON_BAD_INPUT,
				"preferences: unknown key '%s'", key);
		}
	}
	return 0;
}

static json_object *bits_to_json(unsigned bits, const char *const *names, int n)
{
	json_object *a = json_object_new_array();
	int i;

	for (i = 0; i < n; i++)
		if (bits >> i & 1)
			json_object_array_add(
				a, json_object_new_string(names[i]));
	return a;
}

json_object *preferences_to_json(const struct preferences *p)
{
	json_object *o = json_object_new_object();
	json_object *without = json_object_new_array();
	int i;

	json_put_int(o, "count", p->count);
	json_object_object_add(
		o, "colors", bits_to_json(p->colors, color_words, COLOR_MAX));
	json_put_int(o, "max_price", p->max_price);
	json_put_str(o, "alcohol", alcohol_names[p->alcohol]);
	json_object_object_add(o, "sweetness",
		bits_to_json(p->sweetness, sweetness_names, SWEETNESS_MAX));
	for (i = 0; i < p->n_without; i++)
		json_object_array_add(
			without, json_object_new_string(p->without[i]));
	json_object_object_add(o, "without", without);
	return o;
}
