/*
 * The reverse question: which dishes suit a wine. What is answered must follow
 * from the pairings themselves, for every wine, and be the same whether it was
 * kept in the image of the tables or worked out.
 */
#include "tempdir.h"

#include "knowledge/tables.h"
#include "pairing/explain.h"
#include "pairing/told.h"

#define JSON_MAX ((size_t)1 << 20)

static struct knowledge *tables;
static struct reverse *reverse;

static struct knowledge *load(const char *dir)
{
	struct sbuf problems = SBUF_INIT(100000);
	struct knowledge *k = knowledge_load(dir, &problems);

	if (!k)
		print_error("%s", problems.buf);
	assert_non_null(k);
	sbuf_release(&problems);
	return k;
}

static int setup(void **state)
{
	(void)state;
	tables = load(source_path("knowledge"));
	reverse = reverse_load(tables);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	reverse_free(reverse);
	knowledge_free(tables);
	return 0;
}

static void ask(const char *id, struct arena *mem, struct suited *s)
{
	const struct wine *w = knowledge_wine(tables, id);

	if (!w)
		fail_msg("no wine %s", id);
	arena_reset(mem);
	reverse_ask(reverse, w, mem, s);
}

/* Is one of those, divided by "|", in the text? */
static int has_one(const char *text, const char *wanted)
{
	size_t len;

	for (; *wanted; wanted += len + (wanted[len] == '|')) {
		char one[100];

		len = strcspn(wanted, "|");
		assert_true(len < sizeof(one));
		(void)snprintf(one, sizeof(one), "%.*s", (int)len, wanted);
		if (strstr(text, one))
			return 1;
	}
	return 0;
}

static void list(const struct suited *s, struct sbuf *dishes,
	struct sbuf *kinds, struct sbuf *avoid)
{
	size_t i;

	for (i = 0; i < s->n_dishes; i++)
		sbuf_addf(dishes, "%s;", s->dishes[i].name);
	for (i = 0; i < s->n_kinds; i++)
		sbuf_addf(kinds, "%s;", s->kinds[i].name);
	for (i = 0; i < s->n_avoid; i++)
		sbuf_addf(avoid, "%s: %s;", s->avoid[i].style, s->avoid[i].why);
}

/* What every sommelier would say. */
static void known_wines_get_known_dishes(void **state)
{
	static const struct {
		const char *wine, *dish, *kind, *avoid;
	} cases[] = {
		{ "pauillac", "lamb", "lamb;", "ish" },
		{ "sauternes", "foie gras|Roquefort", "blue cheese",
			"Such a wine" },
		{ "muscadet", "oysters|moules", "shellfish", "beef|Desserts" },
		{ "riesling-kabinett", "Thai|som tam|kung pao", "Thai",
			"desserts" },
		{ "sherry-fino", "salted almonds|jamón", "Spanish|fried",
			"beef|Desserts" },
		{ "champagne-brut", "caviar|oysters", "fried food",
			"desserts" },
		{ "chianti-classico", "bolognese|cacciatore", "with tomato",
			"smoked fish" },
		{ "barolo", "brasato", "braised beef", "fish" },
		{ "tawny-port", "Stilton", "desserts with", "cured meat" },
		{ "provence-rose", "niçoise|bouillabaisse|ratatouille",
			"Provençal", "desserts" },
		{ "sake-junmai", "ramen|cold tofu|zaru soba|karaage",
			"Japanese", "Such a wine" },
		{ "na-salt-lassi", "tandoori|biryani|masala|chicken|korma",
			"Indian", "" },
		{ "na-jasmine-tea", "rice|tofu", "Chinese", "Such a drink" },
	};
	struct arena mem = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct sbuf dishes = SBUF_INIT(4096), kinds = SBUF_INIT(4096),
			    avoid = SBUF_INIT(4096);
		struct suited s;

		ask(cases[i].wine, &mem, &s);
		list(&s, &dishes, &kinds, &avoid);
		if (!has_one(dishes.buf, cases[i].dish) ||
			!has_one(kinds.buf, cases[i].kind) ||
			(*cases[i].avoid &&
				!has_one(avoid.buf, cases[i].avoid)))
			fail_msg("%s: %s\n%s\n%s", cases[i].wine, dishes.buf,
				kinds.buf, avoid.buf);
		sbuf_release(&dishes);
		sbuf_release(&kinds);
		sbuf_release(&avoid);
	}
	arena_release(&mem);
}

static void assert_text(const char *text)
{
	assert_non_null(text);
	assert_true(*text && !strchr(text, '{') && !strstr(text, "  "));
}

/* In order, in words, and nothing twice. */
static void assert_sound(const struct wine *w, const struct suited *s)
{
	size_t i, j;

	assert_in_range(s->n_dishes, 3, SUITED_DISHES);
	assert_in_range(s->n_kinds, 0, SUITED_KINDS);
	assert_in_range(s->n_avoid, 0, SUITED_AVOID);
	for (i = 0; i < s->n_dishes; i++) {
		const struct suited_dish *d = &s->dishes[i];

		assert_text(d->name);
		assert_text(d->reason);
		assert_in_range(d->score, 0, 100);
		if (i && s->dishes[i - 1].score < d->score)
			fail_msg("%s: %s is out of order", w->id, d->name);
		for (j = 0; j < i; j++)
			assert_string_not_equal(s->dishes[j].name, d->name);
	}
	for (i = 0; i < s->n_kinds; i++) {
		assert_text(s->kinds[i].name);
		assert_in_range(s->kinds[i].score, 40, 100);
		assert_true(!i || s->kinds[i - 1].score >= s->kinds[i].score);
	}
	for (i = 0; i < s->n_avoid; i++) {
		assert_text(s->avoid[i].style);
		assert_text(s->avoid[i].why);
		for (j = 0; j < i; j++)
			assert_string_not_equal(
				s->avoid[j].why, s->avoid[i].why);
	}
}

static void every_wine_has_an_answer(void **state)
{
	struct arena mem = ARENA_INIT;
	const struct wine *wines;
	size_t i, n;

	(void)state;
	wines = knowledge_wines(tables, &n);
	for (i = 0; i < n; i++) {
		struct suited s;

		ask(wines[i].id, &mem, &s);
		assert_sound(&wines[i], &s);
	}
	arena_release(&mem);
}

/* Does the dish, asked for by its name, get the wine among the first ten of its
 * colour, or would it but for variety: is one of its kin there, or is it as
 * good as the tenth? */
static int is_paired(
	const struct wine *w, const struct suited_dish *d, struct arena *mem)
{
	struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	struct pairing made;
	struct recipe r;
	size_t i;

	p.count = PAIRING_COUNT_MAX;
	p.colors = 1u << w->color;
	if (recipe_from_text(tables, d->name, strlen(d->name), mem, &r, &e) ||
		pairing_make(tables, &r, &p, mem, &made, &e))
		fail_msg("%s: %s", d->name, e.msg);
	for (i = 0; i < made.n_suggestions; i++) {
		const struct suggestion *s = &made.suggestions[i];

		if (s->wine != w && strcmp(s->wine->kin, w->kin) == 0 &&
			s->score >= d->score)
			return 1;
		if (s->wine != w)
			continue;
		if (s->score != d->score)
			fail_msg("%s with %s: %d, not %d", w->id, d->name,
				s->score, d->score);
		return 1;
	}
	return made.n_suggestions &&
	       d->score >= made.suggestions[made.n_suggestions - 1].score;
}

/* Nothing is invented: who asks for a dish by its name gets the wine. The three
 * that every wine has may be the best of a bad lot. */
static void the_dishes_ask_for_the_wine(void **state)
{
	struct arena mem = ARENA_INIT, scratch = ARENA_INIT;
	size_t i, j, n, asked = 0;
	const struct wine *wines;

	(void)state;
	wines = knowledge_wines(tables, &n);
	for (i = 0; i < n; i++) {
		struct suited s;

		ask(wines[i].id, &mem, &s);
		for (j = 0; j < s.n_dishes && s.n_dishes > 3; j++, asked++) {
			if (!is_paired(&wines[i], &s.dishes[j], &scratch))
				fail_msg("%s is not what %s asks for",
					wines[i].id, s.dishes[j].name);
			arena_reset(&scratch);
		}
	}
	assert_true(asked > 1000);
	arena_release(&scratch);
	arena_release(&mem);
}

/* Eight dishes are eight different ones. */
static void the_dishes_are_varied(void **state)
{
	struct arena mem = ARENA_INIT, scratch = ARENA_INIT;
	const struct wine *wines;
	struct board b;
	size_t i, j, o, n;

	(void)state;
	board_fill(&b, tables, &scratch);
	wines = knowledge_wines(tables, &n);
	for (i = 0; i < n; i++) {
		struct told t;

		memset(&t, 0, sizeof(t));
		told_find(&b, i, &t);
		for (j = 0; j < t.n_dishes; j++) {
			size_t food = 0, group = 0;
			const struct board_dish *d = &b.dish[t.dishes[j]];

			for (o = 0; o < t.n_dishes; o++) {
				const struct board_dish *other =
					&b.dish[t.dishes[o]];

				food += other->food == d->food;
				group += other->group == d->group;
			}
			if (food > 2 || group > 5)
				fail_msg("%s: %zu of one food, %zu of one "
					 "group",
					wines[i].id, food, group);
		}
	}
	arena_release(&scratch);
	arena_release(&mem);
}

/* A wine's mean for a kind is that of the scores of its dishes, and so is its
 * place for a dish: worked out here once more, from the pairing's own sums. */
static void the_board_says_what_pairing_says(void **state)
{
	struct arena mem = ARENA_INIT, one = ARENA_INIT;
	const struct classic *classics;
	const struct wine *wines;
	size_t i, w, n, n_wines;
	struct board b;

	(void)state;
	classics = knowledge_classics(tables, &n);
	wines = knowledge_wines(tables, &n_wines);
	board_fill(&b, tables, &mem);
	assert_int_equal(b.dishes, n);
	for (i = 0; i < n; i += 37) {
		struct dish *d = arena_alloc(&one, sizeof(*d));
		struct dish_profile profile;
		const struct candidate *all;

		assert_int_equal(board_dish(tables, i, &one, &profile, d), 0);
		assert_string_equal(d->name, classics[i].name);
		all = score_all(tables, d, 1, &one);
		for (w = 0; w < n_wines; w++) {
			size_t at = board_at(&b, i, w), o, p, better = 0;

			assert_int_equal(
				b.score[at], score_shown(all[w].total));
			for (o = 0; o < n_wines; o++) {
				if ((wines[o].color == COLOR_NONE) !=
						(wines[w].color ==
							COLOR_NONE) ||
					all[o].total <= all[w].total)
					continue;
				for (p = 0; p < n_wines; p++)
					if (strcmp(wines[p].kin,
						    wines[o].kin) == 0 &&
						(all[p].total > all[o].total ||
							(all[p].total ==
									all[o].total &&
								p < o)))
						break;
				better += p == n_wines;
			}
			assert_int_equal(b.place[at], better + 1);
		}
		arena_reset(&one);
	}
	for (i = 0; i < b.kinds.n; i++) {
		const struct kind *kind = &b.kinds.list[i];
		double sum = 0;

		for (w = 0; w < kind->n; w++)
			sum += b.score[board_at(&b, kind->dishes[w], 5)];
		assert_float_equal(b.by_kind[board_at(&b, i, 5)],
			sum / (double)kind->n, 1e-9);
	}
	arena_release(&one);
	arena_release(&mem);
}

/* ---- kinds ---- */

static int row_of(enum table_id id, const char *name)
{
	int row = table_row(tables, id, name);

	if (row < 0)
		fail_msg("no %s", name);
	return row;
}

static void kinds_have_names(void **state)
{
	int16_t groups[3] = { (int16_t)row_of(TABLE_GROUPS, "lamb"),
		(int16_t)row_of(TABLE_GROUPS, "beef"),
		(int16_t)row_of(TABLE_GROUPS, "pork") };
	int16_t cuisines[2] = { (int16_t)row_of(TABLE_CUISINES, "thai"),
		(int16_t)row_of(TABLE_CUISINES, "vietnamese") };
	int16_t sweets[2] = { (int16_t)row_of(TABLE_GROUPS, "nut"),
		(int16_t)row_of(TABLE_GROUPS, "dried-fruit") };
	int grill = row_of(TABLE_TECHNIQUES, "grill");
	struct arena mem = ARENA_INIT;

	(void)state;
	assert_string_equal(
		kind_name(tables, KIND_GROUP, -1, groups, 1, &mem), "lamb");
	assert_string_equal(
		kind_name(tables, KIND_TECHNIQUE, grill, groups, 3, &mem),
		"grilled lamb, beef and pork");
	assert_string_equal(
		kind_name(tables, KIND_TECHNIQUE, grill, NULL, 0, &mem),
		"grilled food");
	assert_string_equal(
		kind_name(tables, KIND_AXIS, TASTE_HEAT, groups, 2, &mem),
		"hot, spicy lamb and beef");
	assert_string_equal(
		kind_name(tables, KIND_CUISINE, -1, cuisines, 2, &mem),
		"Thai and Vietnamese food");
	assert_string_equal(
		kind_name(tables, KIND_DESSERT, -1, sweets, 2, &mem),
		"desserts with nuts and dried fruit");
	assert_string_equal(
		kind_name(tables, KIND_DESSERT, -1, NULL, 0, &mem), "desserts");
	arena_release(&mem);
}

static int holds(const struct kinds *ks, enum kind_how how, int what,
	int subject, const char *dish)
{
	int row = row_of(TABLE_CLASSICS, dish);
	size_t i, j;

	for (i = 0; i < ks->n; i++) {
		const struct kind *kind = &ks->list[i];

		for (j = 0; j < kind->n; j++)
			if (kind->how == how && kind->what == what &&
				kind->subject == subject &&
				kind->dishes[j] == row)
				return 1;
	}
	return 0;
}

static void dishes_are_of_their_kinds(void **state)
{
	int lamb = row_of(TABLE_GROUPS, "lamb");
	int pasta = row_of(TABLE_GROUPS, "pasta");
	int grill = row_of(TABLE_TECHNIQUES, "grill");
	int roast = row_of(TABLE_TECHNIQUES, "roast");
	struct arena mem = ARENA_INIT;
	const struct kinds *ks;
	struct board b;
	size_t i, j;

	(void)state;
	board_fill(&b, tables, &mem);
	ks = &b.kinds;
	assert_true(holds(ks, KIND_GROUP, -1, lamb, "roast-lamb"));
	assert_true(holds(ks, KIND_TECHNIQUE, roast, lamb, "roast-lamb"));
	assert_true(holds(ks, KIND_TECHNIQUE, roast, -1, "roast-lamb"));
	assert_false(holds(ks, KIND_TECHNIQUE, grill, lamb, "roast-lamb"));
	assert_true(holds(ks, KIND_TECHNIQUE, grill, lamb, "lamb-chops"));
	assert_true(holds(ks, KIND_GROUP, -1, pasta, "cacio-e-pepe"));
	assert_true(holds(ks, KIND_AXIS, TASTE_HEAT, -1, "som-tam"));
	assert_true(holds(ks, KIND_CUISINE, -1, row_of(TABLE_CUISINES, "thai"),
		"thai-green-curry"));
	assert_true(holds(ks, KIND_DESSERT, -1, -1, "tarte-tatin"));
	assert_true(holds(ks, KIND_DESSERT, -1, row_of(TABLE_GROUPS, "fruit"),
		"tarte-tatin"));
	/* a dessert is of no savoury kind */
	assert_false(holds(ks, KIND_CUISINE, -1,
		row_of(TABLE_CUISINES, "loire"), "tarte-tatin"));
	for (i = 0; i < ks->n; i++)
		for (j = 1; j < ks->list[i].n; j++)
			assert_true(ks->list[i].dishes[j - 1] <
				    ks->list[i].dishes[j]);
	arena_release(&mem);
}

/* A phrase that names no kind is a slip of the pen. */
static void every_phrase_makes_a_kind(void **state)
{
	const struct phrase *phrases = tables->tables[TABLE_PHRASES].rows;
	struct arena mem = ARENA_INIT;
	struct board b;
	size_t i, j, named = 0;

	(void)state;
	board_fill(&b, tables, &mem);
	for (i = 0; i < tables->tables[TABLE_PHRASES].n; i++) {
		int found = 0;

		if (!text_ascii_prefix(
			    phrases[i].id, strlen(phrases[i].id), "kind-"))
			continue;
		for (j = 0; j < b.kinds.n && !found; j++) {
			const struct kind *kind = &b.kinds.list[j];
			int16_t subject = (int16_t)kind->subject;
			char piece[100];
			const char *name = kind_name(tables, kind->how,
				kind->what, &subject, subject >= 0, &mem);

			(void)snprintf(piece, sizeof(piece), "%.*s",
				(int)strcspn(*phrases[i].text, "{"),
				*phrases[i].text);
			found = strstr(name,
					*piece ? piece
					       : strchr(*phrases[i].text, '}') +
							 1) != NULL;
		}
		if (!found)
			fail_msg(
				"phrases.tsv: %s names no kind", phrases[i].id);
		named++;
	}
	assert_true(named > 20);
	arena_release(&mem);
}

/* ---- kept and worked out ---- */

/* All that is answered, for every wine. */
static void answers(const struct knowledge *k, struct sbuf *out)
{
	struct reverse *r = reverse_load(k);
	struct arena mem = ARENA_INIT;
	const struct wine *wines;
	size_t i, n;

	wines = knowledge_wines(k, &n);
	for (i = 0; i < n; i++) {
		json_object *o = json_object_new_object();
		struct suited s;

		reverse_ask(r, &wines[i], &mem, &s);
		suited_put_json(&s, o);
		json_put_str(o, "id", wines[i].id);
		json_write(o, out);
		sbuf_addch(out, '\n');
		json_object_put(o);
		arena_reset(&mem);
	}
	assert_false(out->full);
	reverse_free(r);
	arena_release(&mem);
}

struct copy { /* of some tables, with a place for their image */
	char root[TEMPDIR_SIZE], dir[100], image[120];
};

static void copy_tables(struct copy *c, const char *from)
{
	char command[2048];

	tempdir_make(c->root);
	(void)snprintf(c->dir, sizeof(c->dir), "%s/tables", c->root);
	(void)snprintf(c->image, sizeof(c->image), "%s.image", c->dir);
	(void)snprintf(command, sizeof(command), "cp -RL '%s' '%s'",
		source_path(from), c->dir);
	assert_int_equal(system(command), 0);
}

/* What make does: the image, with these answers in it. */
static void keep(const struct knowledge *k, const struct copy *c)
{
	struct reverse *r = reverse_load(k);
	struct sbuf annex = SBUF_INIT(JSON_MAX);
	struct err e = ERR_INIT;

	reverse_pack(r, &annex);
	assert_true(annex.len > 0);
	assert_false(annex.full);
	assert_int_equal(knowledge_save(k, &annex, c->image, &e), 0);
	sbuf_release(&annex);
	reverse_free(r);
}

static void what_is_kept_is_what_is_found(void **state)
{
	static const char *const folders[] = { "knowledge",
		"tests/fixtures/knowledge" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(folders); i++) {
		struct sbuf found = SBUF_INIT(JSON_MAX * 8),
			    again = SBUF_INIT(JSON_MAX * 8),
			    kept = SBUF_INIT(JSON_MAX * 8);
		struct knowledge *k;
		struct copy c;
		size_t len;

		copy_tables(&c, folders[i]);
		k = load(c.dir);
		(void)knowledge_annex(k, &len);
		assert_int_equal(len, 0);
		answers(k, &found);
		answers(k, &again);
		assert_string_equal(found.buf, again.buf);
		keep(k, &c);
		knowledge_free(k);
		k = load(c.dir);
		(void)knowledge_annex(k, &len);
		assert_true(len > 0);
		answers(k, &kept);
		assert_string_equal(found.buf, kept.buf);
		knowledge_free(k);
		assert_int_equal(tempdir_remove(c.root), 0);
		sbuf_release(&found);
		sbuf_release(&again);
		sbuf_release(&kept);
	}
}

/* A changed cell counts at once, though the image is still there. */
static void a_stale_image_answers_nothing(void **state)
{
	struct sbuf out = SBUF_INIT(JSON_MAX * 8), text = SBUF_INIT(JSON_MAX);
	struct err e = ERR_INIT;
	struct knowledge *k;
	struct copy c;
	char path[128], *cell;
	FILE *f;
	size_t len;

	(void)state;
	copy_tables(&c, "knowledge");
	k = load(c.dir);
	keep(k, &c);
	knowledge_free(k);
	(void)snprintf(path, sizeof(path), "%s/classics.tsv", c.dir);
	assert_int_equal(file_read(path, &text, &e), 0);
	cell = strstr(text.buf, "\toysters|");
	assert_non_null(cell);
	memcpy(cell, "\txysters|", strlen("\txysters|"));
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text.buf, 1, text.len, f), text.len);
	assert_int_equal(fclose(f), 0);

	k = load(c.dir);
	(void)knowledge_annex(k, &len);
	assert_int_equal(len, 0);
	answers(k, &out);
	assert_null(strstr(out.buf, "\"oysters\""));
	assert_non_null(strstr(out.buf, "\"xysters\""));
	knowledge_free(k);
	assert_int_equal(tempdir_remove(c.root), 0);
	sbuf_release(&out);
	sbuf_release(&text);
}

/* An annex that cannot be the answers is none. */
static void a_strange_annex_is_passed_over(void **state)
{
	struct sbuf found = SBUF_INIT(JSON_MAX), strange = SBUF_INIT(JSON_MAX),
		    annex = SBUF_INIT(JSON_MAX);
	struct err e = ERR_INIT;
	struct knowledge *k;
	struct copy c;
	size_t len;

	(void)state;
	copy_tables(&c, "tests/fixtures/knowledge");
	k = load(c.dir);
	answers(k, &found);
	sbuf_addstr(&annex, "of another shape");
	assert_int_equal(knowledge_save(k, &annex, c.image, &e), 0);
	knowledge_free(k);
	k = load(c.dir);
	assert_memory_equal(
		knowledge_annex(k, &len), "of another shape", annex.len);
	assert_int_equal(len, annex.len);
	answers(k, &strange);
	assert_string_equal(found.buf, strange.buf);
	knowledge_free(k);
	assert_int_equal(tempdir_remove(c.root), 0);
	sbuf_release(&found);
	sbuf_release(&strange);
	sbuf_release(&annex);
}

/* What make put beside the tables of the build answers for them. */
static void the_build_has_the_answers(void **state)
{
	const char *build = getenv("top_builddir");
	struct knowledge *k;
	char path[1024];
	size_t len;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/share/winepair/knowledge",
		build ? build : ".");
	k = load(path);
	(void)knowledge_annex(k, &len);
	assert_true(len > 0 && len < (size_t)100 * 1024);
	knowledge_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_wines_get_known_dishes),
		cmocka_unit_test(every_wine_has_an_answer),
		cmocka_unit_test(the_dishes_ask_for_the_wine),
		cmocka_unit_test(the_dishes_are_varied),
		cmocka_unit_test(the_board_says_what_pairing_says),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(dishes_are_of_their_kinds),
		cmocka_unit_test(every_phrase_makes_a_kind),
		cmocka_unit_test(what_is_kept_is_what_is_found),
		cmocka_unit_test(a_stale_image_answers_nothing),
		cmocka_unit_test(a_strange_annex_is_passed_over),
		cmocka_unit_test(the_build_has_the_answers),
	};

	return cmocka_run_group_tests_name(
		"pairing-reverse", tests, setup, teardown);
}
