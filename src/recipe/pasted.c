/*
 * A recipe from text that somebody pasted. With an ingredients heading its
 * lines count as they stand; without one the list-like lines are found, what
 * stands before them is the title and what follows is the method. Text that
 * shows neither, nor the name of a dish, is no recipe.
 */
#include "recipe/draft.h"
#include "recipe/line.h"
#include "recipe/quantity.h"
#include "recipe/recipe.h"

#define TITLE_WORDS 16
#define MEAL 2		    /* lead of a food that somebody may eat by itself */
#define TEXT_LINES_MAX 4000 /* of a paste; what follows is not read */

struct line {
	const char *s;
	size_t len;
	struct heading head;
	enum line_class class;
	int gap; /* an empty line follows */
};

struct text {
	const struct knowledge *k;
	struct line *at;
	size_t n, cap;
	struct draft d;
	struct line_facts facts;
	size_t listed; /* lines that look like ingredients by themselves */
};

static void push(struct text *t, const char *s, size_t len)
{
	struct line *l;
	const char *clean;

	if (t->n >= TEXT_LINES_MAX)
		return;
	clean = draft_clean(t->d.mem, s, len, RECIPE_LINE_MAX);
	if (!clean) {
		if (t->n)
			t->at[t->n - 1].gap = 1;
		return;
	}
	t->at = arena_grow(t->d.mem, t->at, t->n, &t->cap, sizeof(*t->at));
	l = &t->at[t->n++];
	l->gap = 0;
	l->s = clean;
	l->len = strlen(clean);
	(void)line_heading(t->k, l->s, l->len, &l->head);
	l->class = l->head.kind == HEADING_NONE
			   ? line_classify(t->k, t->d.mem, l->s, l->len)
			   : LINE_OTHER;
}

static void split_lines(struct text *t, const char *s, size_t len)
{
	size_t i, start = 0;

	for (i = 0; i <= len; i++) {
		if (i < len && s[i] != '\n' && s[i] != '\r')
			continue;
		push(t, s + start, i - start);
		start = i + 1;
	}
}

/* Add the pieces of "2 eggs, 100 g flour; salt" as ingredients. Commas only
 * divide where no bracket is open. */
static void add_pieces(struct text *t, const char *s, size_t len)
{
	size_t i, start = 0, depth = 0;

	for (i = 0; i <= len; i++) {
		if (i < len && s[i] == '(')
			depth++;
		if (i < len && s[i] == ')' && depth)
			depth--;
		if (i < len && (depth || (s[i] != ';' && s[i] != ',') ||
				       (i + 1 < len && s[i + 1] != ' ')))
			continue;
		if (i > start)
			lines_add_item(&t->d.ingredients, t->d.mem, s + start,
				i - start);
		start = i + 1;
	}
}

static int has_pieces(const char *s)
{
	return strstr(s, ", ") || strstr(s, "; ");
}

/* A single line that lists ingredients: every piece is short, and at least
 * two look like ingredients. */
static int is_inline_list(struct text *t, const struct line *l)
{
	struct text probe = { .k = t->k };
	struct arena mem = ARENA_INIT;
	size_t i, listed = 0;
	int yes;

	if (l->len > 1000 || !has_pieces(l->s))
		return 0;
	draft_init(&probe.d, &mem);
	add_pieces(&probe, l->s, l->len);
	yes = probe.d.ingredients.n >= 2;
	for (i = 0; i < probe.d.ingredients.n; i++) {
		const char *piece = probe.d.ingredients.at[i];
		enum line_class class =
			line_classify(t->k, &mem, piece, strlen(piece));

		listed += class == LINE_AMOUNT || class == LINE_FOOD;
		yes &= line_words(piece, strlen(piece)) <= 7 &&
		       class != LINE_STEP;
	}
	arena_release(&mem);
	return yes && listed >= 2 && listed * 2 >= i;
}

static void add_ingredient(struct text *t, const struct line *l)
{
	lines_add_item(&t->d.ingredients, t->d.mem, l->s, l->len);
}

static void add_step(struct text *t, const char *s, size_t len)
{
	lines_add_step(&t->d.instructions, t->d.mem, s, len);
}

static int has_heading(const struct text *t, enum heading_kind kind)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->at[i].head.kind == kind)
			return 1;
	return 0;
}

/* What stands behind the colon of a heading. */
static void take_rest(struct text *t, const struct line *l)
{
	const char *rest = l->s + l->head.rest;
	size_t len = l->len - l->head.rest;
	struct heading portions;

	if (l->head.rest >= l->len)
		return;
	switch (l->head.kind) {
	case HEADING_INGREDIENTS:
		/* "Ingredients (serves 4)", "Zutaten für 4 Personen" */
		if (line_heading(t->k, rest, len, &portions) == HEADING_YIELD ||
			*rest == '(' || l->s[l->head.rest - 1] == ' ') {
			if (!strchr(l->s, ':') || *rest == '(') {
				portions.kind = HEADING_YIELD;
				line_facts_take(&t->facts, &portions, t->d.mem,
					rest, len);
				break;
			}
		}
		if (has_pieces(rest))
			add_pieces(t, rest, len);
		else
			lines_add_item(&t->d.ingredients, t->d.mem, rest, len);
		break;
	case HEADING_INSTRUCTIONS:
		add_step(t, rest, len);
		break;
	case HEADING_YIELD:
	case HEADING_TIME:
		line_facts_take(&t->facts, &l->head, t->d.mem, rest, len);
		break;
	default:
		break;
	}
}

/* A yield or a time whose value stands on the next line. */
static int take_value(struct text *t, size_t i)
{
	const struct line *l = &t->at[i], *next = &t->at[i + 1];

	if (l->head.kind != HEADING_YIELD && l->head.kind != HEADING_TIME)
		return 0;
	if (l->head.rest < l->len || i + 1 >= t->n)
		return 0;
	if (next->head.kind != HEADING_NONE && next->head.rest != 0)
		return 0;
	if (next->len > 60 || next->class == LINE_AMOUNT)
		return 0;
	line_facts_take(&t->facts, &l->head, t->d.mem, next->s, next->len);
	return 1;
}

/* With an ingredients heading. The title is taken elsewhere. */
static void read_headed(struct text *t)
{
	int method = has_heading(t, HEADING_INSTRUCTIONS);
	enum heading_kind state = HEADING_NONE;
	struct line only = { .s = "" };
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct line *l = &t->at[i];

		if (l->head.kind == HEADING_YIELD ||
			l->head.kind == HEADING_TIME) {
			take_rest(t, l);
			i += (size_t)take_value(t, i);
			continue;
		}
		if (l->head.kind != HEADING_NONE) {
			state = l->head.kind;
			take_rest(t, l);
			continue;
		}
		if (state == HEADING_INGREDIENTS && !method &&
			l->class == LINE_STEP)
			state = HEADING_INSTRUCTIONS;
		if (state == HEADING_INGREDIENTS && l->class != LINE_GROUP) {
			add_ingredient(t, l);
			only = *l;
		} else if (state == HEADING_INSTRUCTIONS) {
			add_step(t, l->s, l->len);
		}
	}
	/* a single line may hold them all */
	if (t->d.ingredients.n == 1 && is_inline_list(t, &only)) {
		t->d.ingredients.n = 0;
		add_pieces(t, only.s, only.len);
	}
}

/* A first line that stands apart is the title, even "5 minute rice": an empty
 * line or a heading follows, or the lines after it have bullets. */
static int is_title(const struct text *t)
{
	const struct line *l = &t->at[0];

	if (t->n < 2 || line_bullet(l->s, l->len) ||
		l->head.kind != HEADING_NONE ||
		line_words(l->s, l->len) > 2 * TITLE_WORDS)
		return 0;
	return l->gap || l[1].head.kind != HEADING_NONE ||
	       line_bullet(l[1].s, l[1].len);
}

static int is_listed(enum line_class class)
{
	return class == LINE_AMOUNT || class == LINE_FOOD;
}

/* The first line of the list: an amount, or a food with another such line
 * behind it. A first line that only names a food is the title. */
static size_t list_start(const struct text *t)
{
	size_t i;

	for (i = is_title(t) ? 1 : 0; i < t->n; i++) {
		if (t->at[i].head.kind == HEADING_INSTRUCTIONS)
			return t->n;
		if (t->at[i].class == LINE_AMOUNT)
			return i;
		if (t->at[i].class == LINE_FOOD && i > 0 && i + 1 < t->n &&
			is_listed(t->at[i + 1].class))
			return i;
	}
	return t->n;
}

/* "2 αβοκάντο ώριμα": an amount of something the tables do not know. Beside
 * lines that they do know, two or more of these are ingredients as well. */
static void believe_counts(struct text *t)
{
	size_t i, from, known, counts;

	for (i = is_title(t) ? 1 : 0; i < t->n; i++) {
		known = counts = 0;
		for (from = i; i < t->n; i++) {
			const struct line *l = &t->at[i];
			double v;

			if (l->head.kind != HEADING_NONE ||
				l->class == LINE_STEP)
				break;
			known += is_listed(l->class);
			counts += l->class == LINE_OTHER &&
				  quantity_number(l->s, l->len, &v) > 0;
		}
		for (; from < i && known > 1 && counts; from++) {
			struct line *l = &t->at[from];
			double v;

			if (l->class == LINE_OTHER &&
				quantity_number(l->s, l->len, &v) > 0 &&
				line_words(l->s, l->len) <= COUNTED_WORDS)
				l->class = LINE_AMOUNT;
		}
	}
}

/* Without an ingredients heading. Returns where the list began. */
static size_t read_bare(struct text *t)
{
	size_t i, start;
	int steps = 0;

	believe_counts(t);
	start = list_start(t);

	for (i = 0; i < t->n; i++) {
		const struct line *l = &t->at[i];

		if (l->head.kind != HEADING_NONE) {
			steps = l->head.kind == HEADING_INSTRUCTIONS ? 1
				: i > start && l->head.kind == HEADING_NOTES
					? 2
					: steps;
			if (l->head.kind != HEADING_NOTES)
				take_rest(t, l);
			i += (size_t)take_value(t, i);
			continue;
		}
		if (i < start && !steps)
			continue;
		if (l->class == LINE_STEP && !steps)
			steps = 1;
		if (l->class == LINE_GROUP && !steps)
			continue;
		if (l->class == LINE_AMOUNT || !steps) {
			t->listed += is_listed(l->class);
			add_ingredient(t, l);
		} else if (steps == 1) {
			add_step(t, l->s, l->len);
		}
	}
	return start;
}

/* "Recipe: Coq au vin", "# Coq au vin" */
static const char *title_of(struct text *t, const struct line *l)
{
	static const char *const labels[] = { "recipe for ",
		"recipe:", "rezept:", "recette:", "receta:", "ricetta:",
		"title:", "name:", NULL };
	const char *s = l->s;
	size_t len = l->len, i;

	while (len && strchr("#*_= ", *s))
		s++, len--;
	for (i = 0; labels[i]; i++) {
		if (text_ascii_prefix(s, len, labels[i])) {
			s += strlen(labels[i]);
			len -= strlen(labels[i]);
			break;
		}
	}
	while (len && strchr("#*_=: ", s[len - 1]))
		len--;
	return draft_clean(t->d.mem, s, len, 300);
}

static int is_link(const struct line *l)
{
	return text_ascii_prefix(l->s, l->len, "http://") ||
	       text_ascii_prefix(l->s, l->len, "https://");
}

static void find_title(struct text *t, size_t before)
{
	size_t i;

	for (i = 0; i < t->n && i < before && !t->d.name; i++) {
		const struct line *l = &t->at[i];

		if (l->head.kind == HEADING_INGREDIENTS ||
			l->head.kind == HEADING_INSTRUCTIONS)
			break;
		if (l->head.kind != HEADING_NONE || is_link(l))
			continue;
		if (!(i == 0 && is_title(t)) &&
			(l->class == LINE_AMOUNT ||
				line_words(l->s, l->len) > TITLE_WORDS))
			continue;
		t->d.name = title_of(t, l);
	}
	if (!t->d.name && t->d.ingredients.n) {
		struct ingredient first;

		ingredient_parse(
			t->k, t->d.ingredients.at[0], t->d.mem, &first);
		t->d.name =
			arena_printf(t->d.mem, "Recipe with %s", first.food);
	}
}

/* A dish everybody knows, named in a line short enough to be a title. */
static int names_dish(const struct text *t)
{
	struct match m;
	size_t i;

	for (i = 0; i < t->n && i < 3; i++) {
		const struct line *l = &t->at[i];

		if (line_words(l->s, l->len) <= TITLE_WORDS / 2 &&
			knowledge_match(
				t->k, MATCH_CLASSIC, l->s, l->len, &m, 1))
			return 1;
	}
	return 0;
}

/* Does the table name this word (of len bytes at start)? */
static int is_named(const struct match *m, size_t n, size_t start, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (m[i].start < start + len && start < m[i].start + m[i].len)
			return 1;
	return 0;
}

/* Words that join others: they count neither way. */
static int joins(const char *s, size_t len)
{
	static const char *const words[] = { "with", "and", "in", "on", "of",
		"the", "a", "an", "mit", "und", "im", "auf", "an", "avec", "et",
		"au", "aux", "à", "de", "la", "le", "les", "con", "e", "y",
		"al", "alla", "alle", "di", "en", "&" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == len &&
			text_ascii_prefix(s, len, words[i]))
			return 1;
	return 0;
}

static int is_a_meal(const struct knowledge *k, const struct match *food)
{
	size_t n;
	const struct food *f = &knowledge_foods(k, &n)[food->row];

	return knowledge_group_of(k, f)->lead >= MEAL;
}

/* "Couscous with lamb": one line of nothing but foods and what is done to
 * them; one word in three may be another. */
static int names_foods(const struct text *t)
{
	static const enum match_table others[] = { MATCH_TECHNIQUE,
		MATCH_CUISINE, MATCH_CLASSIC };
	const char *s = t->at[0].s;
	size_t i, n, word, words = 0, known = 0, len = t->at[0].len;
	struct match m[32];

	if (t->n != 1 || line_words(s, len) > TITLE_WORDS / 2 ||
		strpbrk(s, "0123456789?!"))
		return 0;
	n = knowledge_match(t->k, MATCH_FOOD, s, len, m, 8);
	for (i = 0; i < n && !is_a_meal(t->k, &m[i]); i++)
		;
	if (i == n)
		return 0;
	for (i = 0; i < ARRAY_LEN(others); i++)
		n += knowledge_match(t->k, others[i], s, len, m + n, 8);
	for (i = 0; i < len; i += word + 1) {
		word = strcspn(s + i, " ,");
		if (!word || joins(s + i, word))
			continue;
		words++;
		known += (size_t)is_named(m, n, i, word);
	}
	return known * 3 >= words * 2;
}

/* "2 chicken breasts, 1 lemon, cream" on the first or second line; "Dinner:"
 * may stand before it. */
static void read_inline(struct text *t, size_t *before)
{
	size_t i;

	for (i = 0; i < t->n && i < 2; i++) {
		struct line l = t->at[i];
		const char *colon = strstr(l.s, ": ");

		if (colon) {
			l.s = colon + 2;
			l.len = strlen(l.s);
		}
		if (!is_inline_list(t, &l))
			continue;
		t->d.ingredients.n = 0;
		add_pieces(t, l.s, l.len);
		t->listed = t->d.ingredients.n;
		*before = i;
		if (colon)
			t->d.name = draft_clean(t->d.mem, t->at[i].s,
				(size_t)(colon - t->at[i].s), 300);
		return;
	}
}

static int read_text(struct text *t, struct err *e)
{
	size_t before = t->n;

	if (has_heading(t, HEADING_INGREDIENTS))
		read_headed(t);
	if (t->d.ingredients.n) {
		find_title(t, before);
		return 0;
	}
	t->d.instructions.n = 0;
	memset(&t->facts, 0, sizeof(t->facts));
	before = read_bare(t);
	if (t->listed < 2)
		read_inline(t, &before);
	if (t->listed < 2 && !names_dish(t) && !names_foods(t))
		return err_set(e, REASON_NOT_A_RECIPE,
			"%zu lines, %zu of them like ingredients", t->n,
			t->listed);
	find_title(t, before);
	return 0;
}

int recipe_from_text(const struct knowledge *k, const char *text, size_t len,
	struct arena *mem, struct recipe *r, struct err *e)
{
	struct sbuf repaired = SBUF_INIT(4 * RECIPE_TEXT_MAX);
	struct text t = { .k = k };
	size_t bad;
	int rc = -1;

	if (len > RECIPE_TEXT_MAX)
		return err_set(e, REASON_TOO_LARGE,
			"text of %zu bytes; at most %zu", len, RECIPE_TEXT_MAX);
	draft_init(&t.d, mem);
	bad = text_repair(text, len, &repaired);
	/* a few wrong bytes are an old encoding; many are no text at all */
	if (bad > len / 8) {
		err_set(e, REASON_NOT_A_RECIPE, "%zu of %zu bytes are no text",
			bad, len);
		goto out;
	}
	split_lines(&t, repaired.buf, repaired.len);
	if (!t.n) {
		err_set(e, REASON_EMPTY, "nothing to read");
		goto out;
	}
	if (read_text(&t, e))
		goto out;
	t.d.yield = t.facts.yield;
	t.d.total_minutes = line_facts_minutes(&t.facts);
	draft_finish(&t.d, RECIPE_TEXT, r);
	rc = 0;
out:
	sbuf_release(&repaired);
	return rc;
}
