#include "pairing/board.h"

#include "pairing/explain.h"

void board_peers(const struct board *b, size_t wine, size_t *from, size_t *to)
{
	*from = wine < b->drinks ? 0 : b->drinks;
	*to = wine < b->drinks ? b->drinks : b->wines;
}

int board_dish(const struct knowledge *k, size_t row, struct arena *mem,
	struct dish_profile *profile, struct dish *d)
{
	struct err ignored = ERR_INIT;
	struct recipe r;
	size_t n;

	memset(&r, 0, sizeof(r));
	r.name = knowledge_classics(k, &n)[row].name;
	if (dish_read(k, &r, mem, profile, d, &ignored))
		return -1;
	return d->classic == (int)row ? 0 : -1;
}

static uint16_t fault_of(const struct board *b, const struct candidate *c)
{
	const struct rule *rules;
	uint16_t fault = NO_ROW;
	double most = 0;
	size_t i, n;

	rules = knowledge_rules(b->k, &n);
	for (i = 0; i < c->n_effects; i++) {
		const struct effect *e = &c->effects[i];

		if (e->points < most && *e->text && effect_of_taste(e)) {
			most = e->points;
			fault = (uint16_t)(e->rule - rules);
		}
	}
	return fault;
}

/* What a dish is about: of a dessert what is named first. */
static void note_dish(struct board *b, size_t row, const struct dish *d)
{
	struct board_dish *dish = &b->dish[row];
	size_t n;

	dish->known = 1;
	dish->food = knowledge_classics(b->k, &n)[row].foods.at[0];
	if (!kinds_dessert(d) && d->main != NOBODY)
		dish->food = (int)d->foods[d->main].row;
	dish->group = (int)knowledge_foods(b->k, &n)[dish->food].group_row;
	dish->cuisine = d->cuisine;
	dish->technique = d->n_techniques ? (int)d->techniques[0].row : -1;
	kinds_note(&b->kinds, d, (uint16_t)row);
}

static void find_kins(struct board *b, struct arena *mem)
{
	const struct wine *wines;
	size_t i, from, to, n;

	wines = knowledge_wines(b->k, &n);
	b->kin = arena_calloc(mem, n, sizeof(*b->kin));
	for (i = 0; i < n; i++) {
		board_peers(b, i, &from, &to);
		while (strcmp(wines[from].kin, wines[i].kin) != 0)
			from++;
		b->kin[i] = (uint16_t)from;
	}
}

/* No two of a kin are ever offered: only the best of each takes a place. */
static void find_places(struct board *b, size_t row, struct arena *mem)
{
	const float *total = &b->total[board_at(b, row, 0)];
	float *best = arena_calloc(mem, b->wines, sizeof(*best));
	size_t i, w, from, to;

	for (w = 0; w < b->wines; w++) {
		float *of = &best[b->kin[w]];

		if (b->kin[w] == w || total[w] > *of)
			*of = total[w];
	}
	for (w = 0; w < b->wines; w++) {
		uint16_t *place = &b->place[board_at(b, row, w)];

		*place = 1;
		board_peers(b, w, &from, &to);
		for (i = from; i < to; i++)
			*place += b->kin[i] == i && best[i] > total[w];
	}
}

static void score_dish(struct board *b, size_t row, struct arena *mem)
{
	struct dish *d = arena_alloc(mem, sizeof(*d));
	const struct candidate *all;
	struct dish_profile profile;
	size_t w, at = board_at(b, row, 0);

	if (board_dish(b->k, row, mem, &profile, d))
		return;
	note_dish(b, row, d);
	all = score_all(b->k, d, 1, mem);
	for (w = 0; w < b->wines; w++, at++) {
		b->total[at] = (float)all[w].total;
		b->score[at] = (uint8_t)score_shown(all[w].total);
		b->fault[at] = fault_of(b, &all[w]);
	}
	find_places(b, row, mem);
}

static double mean(const struct board *b, const struct kind *kind, size_t wine)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < kind->n; i++)
		sum += b->score[board_at(b, kind->dishes[i], wine)];
	return sum / (double)kind->n;
}

static void find_means(struct board *b, struct arena *mem)
{
	size_t i, w, from, to;

	b->by_wine = arena_calloc(mem, b->wines, sizeof(*b->by_wine));
	b->by_kind =
		arena_calloc(mem, b->kinds.n * b->wines, sizeof(*b->by_kind));
	for (i = 0; i < 2; i++)
		b->by_peers[i] =
			arena_calloc(mem, b->kinds.n, sizeof(*b->by_peers[i]));
	for (w = 0; w < b->wines; w++) {
		for (i = 0; i < b->dishes; i++)
			b->by_wine[w] += b->score[board_at(b, i, w)];
		b->by_wine[w] /= (double)b->dishes;
		board_peers(b, w, &from, &to);
		for (i = 0; i < b->kinds.n; i++) {
			double m = mean(b, &b->kinds.list[i], w);

			b->by_kind[board_at(b, i, w)] = m;
			b->by_peers[w >= b->drinks][i] +=
				m / (double)(to - from);
		}
	}
}

void board_fill(struct board *b, const struct knowledge *k, struct arena *mem)
{
	const struct wine *wines;
	struct arena one = ARENA_INIT;
	size_t i, n;

	memset(b, 0, sizeof(*b));
	b->k = k;
	(void)knowledge_classics(k, &b->dishes);
	wines = knowledge_wines(k, &b->wines);
	while (b->drinks < b->wines && wines[b->drinks].color != COLOR_NONE)
		b->drinks++;
	n = b->dishes * b->wines;
	b->total = arena_calloc(mem, n, sizeof(*b->total));
	b->score = arena_calloc(mem, n, sizeof(*b->score));
	b->place = arena_calloc(mem, n, sizeof(*b->place));
	b->fault = arena_calloc(mem, n, sizeof(*b->fault));
	b->dish = arena_calloc(mem, b->dishes, sizeof(*b->dish));
	kinds_init(&b->kinds, k, mem);
	find_kins(b, mem);
	for (i = 0; i < b->dishes; i++) {
		score_dish(b, i, &one);
		arena_reset(&one);
	}
	arena_release(&one);
	find_means(b, mem);
}
