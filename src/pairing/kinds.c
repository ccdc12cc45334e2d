#include "pairing/kinds.h"

#define SHOWN 5	  /* of an axis: the dish is marked by it */
#define SAVOURY 1 /* of dessert; what lies between is neither */
#define DESSERT 5
#define LEADING 4 /* lead of a group that makes a kind where it leads */
#define STARCH 3  /* of one that lies under the rest, as pasta does */
#define ABOUT_MEAT 5
#define TECHNIQUES 2 /* those that shape the dish most */

/* ---- names ---- */

static const char *axis_name(const struct knowledge *k, int axis)
{
	size_t n;

	return axis < TASTE_MAX ? taste_words[axis]
	       : axis == AXIS_DESSERT
		       ? "dessert"
		       : knowledge_traits(k, &n)[axis - AXIS_TRAIT].id;
}

/* How dishes cooked so, or marked by that, are called; NULL: that makes no
 * kind. */
static const char *const *how_phrase(const struct knowledge *k,
	enum kind_how how, int what, struct arena *mem)
{
	const char *id;
	size_t n;

	id = how == KIND_TECHNIQUE
		     ? arena_printf(mem, "kind-technique-%s",
			       knowledge_techniques(k, &n)[what].id)
		     : arena_printf(mem, "kind-dish-%s", axis_name(k, what));
	return knowledge_phrase_or_null(k, id);
}

/* What makes a dessert with that group of foods one of a kind; or NULL. */
static const char *const *dessert_phrase(
	const struct knowledge *k, int group, struct arena *mem)
{
	size_t n;

	return knowledge_phrase_or_null(
		k, arena_printf(mem, "kind-dessert-%s",
			   knowledge_groups(k, &n)[group].id));
}

static const char *subject_name(const struct knowledge *k, enum kind_how how,
	int subject, struct arena *mem)
{
	char *name;
	size_t n;

	if (how == KIND_DESSERT)
		return *dessert_phrase(k, subject, mem);
	if (how != KIND_CUISINE)
		return knowledge_groups(k, &n)[subject].name;
	name = arena_strdup(mem, knowledge_cuisines(k, &n)[subject].name);
	*name = ascii_upper(*name);
	return name;
}

/* "lamb, beef and pork"; "food" when there is none. */
static const char *subject_list(const struct knowledge *k, enum kind_how how,
	const int16_t *subjects, size_t n, struct arena *mem)
{
	const char *list = n ? "" : *knowledge_phrase(k, "kind-food");
	size_t i;

	for (i = 0; i < n; i++)
		list = arena_printf(mem, "%s%s%s", list, text_joint(i, n),
			subject_name(k, how, subjects[i], mem));
	return list;
}

const char *kind_name(const struct knowledge *k, enum kind_how how, int what,
	const int16_t *subjects, size_t n, struct arena *mem)
{
	static const char blank[] = "{food}";
	const char *list = subject_list(k, how, subjects, n, mem), *at;
	const char *const *text;

	if (how == KIND_GROUP)
		return list;
	text = how == KIND_CUISINE   ? knowledge_phrase(k, "kind-cuisine")
	       : how != KIND_DESSERT ? how_phrase(k, how, what, mem)
				     : knowledge_phrase(k, n ? "kind-dessert"
							     : "kind-desserts");
	at = strstr(*text, blank);
	return at ? arena_printf(mem, "%.*s%s%s", (int)(at - *text), *text,
			    list, at + strlen(blank))
		  : *text;
}

/* ---- which dishes ---- */

int kinds_dessert(const struct dish *d)
{
	return d->axis[AXIS_DESSERT] >= DESSERT;
}

void kinds_init(struct kinds *ks, const struct knowledge *k, struct arena *mem)
{
	size_t i, n;

	memset(ks, 0, sizeof(*ks));
	ks->k = k;
	ks->mem = mem;
	(void)knowledge_techniques(k, &n);
	ks->techniques = arena_calloc(mem, n, sizeof(*ks->techniques));
	for (i = 0; i < n; i++)
		ks->techniques[i] = how_phrase(k, KIND_TECHNIQUE, (int)i, mem);
	(void)knowledge_traits(k, &n);
	ks->n_axes = AXIS_TRAIT + n;
	ks->axes = arena_calloc(mem, ks->n_axes, sizeof(*ks->axes));
	for (i = 0; i < ks->n_axes; i++)
		ks->axes[i] = how_phrase(k, KIND_AXIS, (int)i, mem);
}

static void note(struct kinds *ks, enum kind_how how, int what, int subject,
	uint16_t row)
{
	struct kind *kind;
	size_t i;

	for (i = 0; i < ks->n; i++)
		if (ks->list[i].how == how && ks->list[i].what == what &&
			ks->list[i].subject == subject)
			break;
	if (i == ks->n) {
		ks->list = arena_grow(
			ks->mem, ks->list, ks->n, &ks->cap, sizeof(*ks->list));
		memset(&ks->list[ks->n], 0, sizeof(*ks->list));
		kind = &ks->list[ks->n++];
		kind->how = how;
		kind->what = what;
		kind->subject = subject;
	}
	kind = &ks->list[i];
	if (kind->n && kind->dishes[kind->n - 1] == row)
		return;
	kind->dishes = arena_grow(ks->mem, kind->dishes, kind->n, &kind->cap,
		sizeof(*kind->dishes));
	kind->dishes[kind->n++] = row;
}

/* The first group of that name: several are called vegetables. */
static int group_called(const struct knowledge *k, unsigned group)
{
	const struct group *all;
	size_t n;
	int i;

	all = knowledge_groups(k, &n);
	for (i = 0; strcmp(all[i].name, all[group].name) != 0; i++)
		;
	return i;
}

/* What a savoury dish is about, and the starch it is built on, if that stands
 * among its first two ingredients. Returns how many; at most 3. */
static size_t subjects_of(
	const struct knowledge *k, const struct dish *d, int *out)
{
	const struct food *foods, *f;
	const struct classic *c;
	size_t i, n, found = 0;

	if (d->main != NOBODY) {
		f = d->foods[d->main].food;
		if (knowledge_group_of(k, f)->lead >= LEADING ||
			f->role == ROLE_VEGETABLE)
			out[found++] = group_called(k, f->group_row);
	}
	foods = knowledge_foods(k, &n);
	c = &knowledge_classics(k, &n)[d->classic];
	for (i = 0; i < c->foods.n && i < 2; i++) {
		f = &foods[c->foods.at[i]];
		if (f->role == ROLE_BASE &&
			knowledge_group_of(k, f)->lead >= STARCH)
			out[found++] = group_called(k, f->group_row);
	}
	return found;
}

/* By the first thing in it that makes a kind of dessert. */
static void note_dessert(struct kinds *ks, const struct dish *d, uint16_t row)
{
	const struct food *foods;
	const struct classic *c;
	size_t i, n;

	foods = knowledge_foods(ks->k, &n);
	c = &knowledge_classics(ks->k, &n)[d->classic];
	note(ks, KIND_DESSERT, -1, -1, row);
	for (i = 0; i < c->foods.n; i++) {
		int group = (int)foods[c->foods.at[i]].group_row;

		if (!dessert_phrase(ks->k, group, ks->mem))
			continue;
		note(ks, KIND_DESSERT, -1, group, row);
		break;
	}
}

static void note_each(struct kinds *ks, enum kind_how how, int what,
	const int *subjects, size_t n, uint16_t row)
{
	size_t i;

	note(ks, how, what, -1, row);
	for (i = 0; i < n; i++)
		note(ks, how, what, subjects[i], row);
}

static void note_axis(struct kinds *ks, const struct dish *d, int axis,
	const int *subjects, size_t n, uint16_t row)
{
	if (!ks->axes[axis] || d->axis[axis] < SHOWN)
		return;
	if (strstr(*ks->axes[axis], "{food}"))
		note_each(ks, KIND_AXIS, axis, subjects, n, row);
	else if (d->main == NOBODY ||
		 d->foods[d->main].group->lead < ABOUT_MEAT)
		note(ks, KIND_AXIS, axis, -1, row);
}

void kinds_note(struct kinds *ks, const struct dish *d, uint16_t row)
{
	int subjects[3];
	size_t i, n;

	if (kinds_dessert(d)) {
		note_dessert(ks, d, row);
		return;
	}
	if (d->axis[AXIS_DESSERT] > SAVOURY)
		return;
	n = subjects_of(ks->k, d, subjects);
	for (i = 0; i < n; i++)
		note(ks, KIND_GROUP, -1, subjects[i], row);
	for (i = 0; i < d->n_techniques && i < TECHNIQUES; i++)
		if (ks->techniques[d->techniques[i].row])
			note_each(ks, KIND_TECHNIQUE, (int)d->techniques[i].row,
				subjects, n, row);
	for (i = 0; i < ks->n_axes; i++)
		note_axis(ks, d, (int)i, subjects, n, row);
	if (d->cuisine >= 0)
		note(ks, KIND_CUISINE, -1, d->cuisine, row);
}
