/*
 * A recipe as JSON and back, its identity and its size at table. What comes
 * back from the reader's child or from a file is untrusted text again: it is
 * cleaned and cut like anything else.
 */
#include "recipe/recipe.h"

#include "recipe/draft.h"
#include "recipe/quantity.h"

static const char *const source_names[RECIPE_SOURCE_MAX] = {
	[RECIPE_JSON_LD] = "json-ld",
	[RECIPE_MICRODATA] = "microdata",
	[RECIPE_RDFA] = "rdfa",
	[RECIPE_H_RECIPE] = "h-recipe",
	[RECIPE_PAGE] = "page",
	[RECIPE_TEXT] = "text",
};

static json_object *strings_to_json(const char **at, size_t n)
{
	json_object *array = json_object_new_array_ext((int)(n ? n : 1));
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(array, json_object_new_string(at[i]));
	return array;
}

json_object *recipe_to_json(const struct recipe *r)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "name", r->name);
	json_put_str(o, "url", r->url);
	json_object_object_add(o, "ingredients",
		strings_to_json(r->ingredients, r->n_ingredients));
	json_object_object_add(o, "instructions",
		strings_to_json(r->instructions, r->n_instructions));
	if (r->total_minutes >= 0)
		json_put_int(o, "total_minutes", r->total_minutes);
	else
		json_object_object_add(o, "total_minutes", NULL);
	json_put_str(o, "yield", r->yield);
	json_put_str(o, "author", r->author);
	json_put_str(o, "image", r->image);
	json_put_str(o, "language", r->language);
	json_put_str(o, "source", source_names[r->source]);
	return o;
}

static void strings_from_json(
	json_object *array, struct arena *mem, struct lines *out)
{
	size_t i, n = array ? json_object_array_length(array) : 0;

	for (i = 0; i < n; i++) {
		json_object *v = json_object_array_get_idx(array, i);

		if (json_object_is_type(v, json_type_string))
			lines_add(out, mem, json_object_get_string(v),
				(size_t)json_object_get_string_len(v));
	}
}

static enum recipe_source source_by_name(const char *name)
{
	size_t i;

	for (i = 0; name && i < RECIPE_SOURCE_MAX; i++)
		if (!strcmp(name, source_names[i]))
			return (enum recipe_source)i;
	return RECIPE_TEXT;
}

/* Addresses that a page may show; anything else is dropped. */
static const char *web_address(const char *s)
{
	size_t len = s ? strlen(s) : 0;

	return text_ascii_prefix(s, len, "http://") ||
			       text_ascii_prefix(s, len, "https://")
		       ? s
		       : NULL;
}

int recipe_from_json(
	json_object *o, struct arena *mem, struct recipe *r, struct err *e)
{
	struct draft d;
	int64_t minutes;

	if (!json_object_is_type(o, json_type_object))
		return err_set(e, REASON_BAD_INPUT, "a recipe is an object");
	draft_init(&d, mem);
	d.name = json_str(o, "name");
	d.url = web_address(json_str(o, "url"));
	d.yield = json_str(o, "yield");
	d.author = json_str(o, "author");
	d.image = web_address(json_str(o, "image"));
	d.language = json_str(o, "language");
	minutes = json_int(o, "total_minutes", -1);
	d.total_minutes = minutes > 0 && minutes <= INT32_MAX ? (int)minutes
							      : -1;
	strings_from_json(json_arr(o, "ingredients"), mem, &d.ingredients);
	strings_from_json(json_arr(o, "instructions"), mem, &d.instructions);
	if (!d.name && !d.ingredients.n)
		return err_set(e, REASON_NOT_A_RECIPE,
			"neither a name nor ingredients");
	draft_finish(&d, source_by_name(json_str(o, "source")), r);
	return 0;
}

/* One tagged, folded line of what the hash is made of. */
static void hash_line(struct sbuf *out, char tag, const char *s)
{
	if (!s)
		return;
	sbuf_addch(out, tag);
	text_fold(s, strlen(s), out);
	sbuf_addch(out, '\n');
}

void recipe_hash(const struct recipe *r, unsigned char out[HASH_LEN])
{
	struct sbuf sb = SBUF_INIT((size_t)64 * 1024 * 1024);
	size_t i;

	hash_line(&sb, 'n', r->name);
	hash_line(&sb, 'y', r->yield);
	for (i = 0; i < r->n_ingredients; i++)
		hash_line(&sb, 'i', r->ingredients[i]);
	for (i = 0; i < r->n_instructions; i++)
		hash_line(&sb, 's', r->instructions[i]);
	hash_sha256(sb.buf, sb.len, out);
	sbuf_release(&sb);
}

/* What people at table are called beside a number: folded beginnings of
 * words. */
static const char *const eater_stems[] = { "serv", "portion", "person",
	"people", "pers", "porc", "porz", "racion", "pessoa", "comensal",
	"couvert", "convive", "gaste", "guest", "adult", "eater", "diner",
	"annos", "porsj", "porsi", "hlo", "henk", "adag", "fore", "szemely",
	"osob", "kisi", "μεριδ", "ατομ", "порц", "персон", "人", "名", "인분",
	"dose", "plate", "bowl", "mensen", "for", "fur", "pour", "para", "per",
	"voor", NULL };
/* An amount of food, which says nothing of people. */
static const char *const measure_stems[] = { "g ", "gr", "gram", "kg", "ml",
	"cl ", "dl ", "l ", "lit", "oz", "ounce", "lb", "pound", "cup", "quart",
	"pint", "gallon", "tasse", "tbsp", "inch", "cm", NULL };

/* Does a word of s (folded, ended by a space) begin with one of these? */
static int has_stem(const char *s, size_t len, const char *const *stems)
{
	size_t at, n;
	int32_t cp, before = ' ';

	for (at = 0; at < len; at += n) {
		const char *const *stem;

		n = text_next(s + at, len - at, &cp);
		for (stem = stems;
			!text_is_letter(before) || text_is_unspaced(before);
			stem++) {
			if (!*stem)
				break;
			if (len - at >= strlen(*stem) &&
				!memcmp(s + at, *stem, strlen(*stem)))
				return 1;
		}
		before = cp;
	}
	return 0;
}

static double clamp(double v, double lo, double hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/* How many the yield's number feeds, from the words around it. */
static double eaters(double n, const char *words, size_t len)
{
	const double usual = 4;
	size_t k;

	for (k = 0; k < len && !(words[k] & 0x80) && !text_is_letter(words[k]);
		k++)
		;
	if (k == len || has_stem(words, len, eater_stems))
		return clamp(n, 1, 500);
	/* a few big pieces feed we know not how many, a dozen muffins as
	 * many people, a tray of cookies one for each three */
	if (n < 3 || has_stem(words, len, measure_stems))
		return usual;
	return n <= 12 ? n : clamp(n / 3, 4, 100);
}

double recipe_portions(const struct recipe *r)
{
	struct sbuf folded = SBUF_INIT(8192);
	double lo = 0, hi = 0, n = 4;
	size_t i = 0;

	if (!r->yield)
		return n;
	text_fold(r->yield, strlen(r->yield), &folded);
	sbuf_addch(&folded, ' ');
	while (i < folded.len &&
		!quantity_number(folded.buf + i, folded.len - i, &lo))
		i++;
	if (i < folded.len) {
		(void)quantity_read(folded.buf + i, folded.len - i, &lo, &hi);
		if (lo > 0)
			n = eaters((lo + hi) / 2, folded.buf, folded.len);
	}
	sbuf_release(&folded);
	return n;
}
