/*
 * Spend by day and model as bars: SVG made here, so that it needs no script
 * and no values in styles. Bars are stacked by model, the dearest at the
 * bottom; of more than SERIES_MAX models the last is "others". When nothing
 * cost anything (a model of one's own, or no price set) calls are counted
 * instead of dollars.
 *
 * The picture is stretched to its place; all text stands beside it as HTML,
 * so that it is never stretched, and in the table below, which holds every
 * number of it.
 */
#include "web/view.h"

#include "web/admin.h"

#define SERIES_MAX 6 /* as many colours as main.css has */
#define SLOT 20	     /* units of one day */
#define BAR 16
#define HEIGHT 100
#define DAY_MS ((int64_t)24 * 3600 * 1000)

struct series {
	const char *provider, *model;
	int64_t total;
};

struct chart {
	struct arena *mem;
	int money; /* dollars; else calls */
	char days[ADMIN_DAYS][11];
	struct series *all; /* the largest first */
	size_t n;
	int64_t values[ADMIN_DAYS][SERIES_MAX];
	int64_t total, top; /* of the scale */
	size_t peak;	    /* the day with the most */
};

static int64_t value(const struct chart *c, const struct spend_day *d)
{
	return c->money ? d->cost : d->calls;
}

static const char *said(const struct chart *c, int64_t v)
{
	return c->money ? view_money(c->mem, v)
			: arena_printf(c->mem, "%s call%s",
				  view_count(c->mem, v), v == 1 ? "" : "s");
}

/* The last days, today at the end. */
static void name_days(struct chart *c, int64_t now)
{
	char at[CLOCK_RFC3339_SIZE];
	size_t i;

	for (i = 0; i < ADMIN_DAYS; i++) {
		clock_rfc3339(now - (int64_t)(ADMIN_DAYS - 1 - i) * DAY_MS, at);
		(void)snprintf(c->days[i], sizeof(c->days[i]), "%.10s", at);
	}
}

static int day_of(const struct chart *c, const char *day)
{
	int i;

	for (i = 0; i < ADMIN_DAYS; i++)
		if (strcmp(c->days[i], day) == 0)
			return i;
	return -1;
}

static int by_total(const void *a, const void *b)
{
	const struct series *x = a, *y = b;

	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return strcmp(x->model, y->model);
}

static size_t series_of(const struct chart *c, const struct spend_day *d)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->all[i].model, d->model) == 0 &&
			strcmp(c->all[i].provider, d->provider) == 0)
			break;
	return i;
}

static void find_series(struct chart *c, const struct store_report *r)
{
	size_t i, k;

	c->all = arena_calloc(c->mem, r->n_days + 1, sizeof(*c->all));
	for (i = 0; i < r->n_days; i++) {
		if (day_of(c, r->days[i].day) < 0)
			continue;
		k = series_of(c, &r->days[i]);
		if (k == c->n)
			c->all[c->n++] = (struct series){ r->days[i].provider,
				r->days[i].model, 0 };
		c->all[k].total += value(c, &r->days[i]);
		c->total += value(c, &r->days[i]);
	}
	if (c->n)
		qsort(c->all, c->n, sizeof(*c->all), by_total);
}

static size_t shown(const struct chart *c)
{
	return c->n < SERIES_MAX ? c->n : SERIES_MAX;
}

/* 2, 4 or 10 times a power of ten: its half is round, too. */
static int64_t round_up(int64_t most)
{
	static const int64_t steps[] = { 2, 4, 10 };
	int64_t unit;
	size_t i;

	for (unit = 1; unit < INT64_MAX / 100; unit *= 10)
		for (i = 0; i < ARRAY_LEN(steps); i++)
			if (steps[i] * unit >= most)
				return steps[i] * unit;
	return most;
}

static void add_up(struct chart *c, const struct store_report *r)
{
	int64_t most = 0, sum;
	size_t i, k;
	int day;

	for (i = 0; i < r->n_days; i++) {
		day = day_of(c, r->days[i].day);
		if (day < 0)
			continue;
		k = series_of(c, &r->days[i]);
		if (k >= SERIES_MAX)
			k = SERIES_MAX - 1;
		c->values[day][k] += value(c, &r->days[i]);
	}
	for (i = 0; i < ADMIN_DAYS; i++) {
		for (sum = 0, k = 0; k < SERIES_MAX; k++)
			sum += c->values[i][k];
		if (sum > most) {
			most = sum;
			c->peak = i;
		}
	}
	c->top = round_up(most);
}

/* ---- for the template ---- */

static const char *series_name(const struct chart *c, size_t k)
{
	return k == SERIES_MAX - 1 && c->n > SERIES_MAX ? "others"
							: c->all[k].model;
}

static double height(const struct chart *c, int64_t v)
{
	return (double)v * HEIGHT / (double)c->top;
}

static void add_day(json_object *list, const struct chart *c, size_t i)
{
	int64_t below = 0;
	size_t k;

	for (k = 0; k < shown(c); k++) {
		int64_t v = c->values[i][k];
		json_object *o;

		if (v <= 0)
			continue;
		o = json_object_new_object();
		json_put_int(o, "n", (int64_t)k);
		json_put_int(o, "x", (int64_t)(i * SLOT + (SLOT - BAR) / 2));
		json_put_str(o, "y",
			arena_printf(
				c->mem, "%.3f", HEIGHT - height(c, below + v)));
		json_put_int(o, "width", BAR);
		json_put_str(o, "height",
			arena_printf(c->mem, "%.3f", height(c, v)));
		json_put_str(o, "title",
			arena_printf(c->mem, "%s, %s: %s", c->days[i],
				series_name(c, k), said(c, v)));
		json_object_array_add(list, o);
		below += v;
	}
}

static json_object *legend(const struct chart *c)
{
	json_object *list = json_object_new_array();
	size_t k, i;

	for (k = 0; k < shown(c); k++) {
		json_object *o = json_object_new_object();
		int64_t total = 0;

		for (i = 0; i < ADMIN_DAYS; i++)
			total += c->values[i][k];
		json_put_int(o, "n", (int64_t)k);
		json_put_str(o, "model", series_name(c, k));
		json_put_str(o, "total", said(c, total));
		json_object_array_add(list, o);
	}
	return list;
}

static const char *day(const struct chart *c, size_t i)
{
	return view_day(c->mem, c->days[i]);
}

static void fill(json_object *o, const struct chart *c)
{
	json_object *bars = json_object_new_array();
	size_t i, last = ADMIN_DAYS - 1;

	json_put_str(o, "title",
		c->money ? "Spend by day and model" : "Calls by day and model");
	json_put_str(o, "text",
		arena_printf(c->mem,
			"From %s to %s (UTC): %s in all, the most on %s.",
			day(c, 0), day(c, last), said(c, c->total),
			day(c, c->peak)));
	json_put_int(o, "width", (int64_t)ADMIN_DAYS * SLOT);
	json_put_int(o, "height", HEIGHT);
	json_put_str(o, "top", said(c, c->top));
	json_put_str(o, "half", said(c, c->top / 2));
	json_put_str(o, "first", day(c, 0));
	json_put_str(o, "last", day(c, last));
	for (i = 0; i < ADMIN_DAYS; i++)
		add_day(bars, c, i);
	json_object_object_add(o, "bars", bars);
	json_object_object_add(o, "series", legend(c));
}

void view_chart_fill(json_object *page, struct arena *mem,
	const struct store_report *r, int64_t now)
{
	struct chart *c = arena_calloc(mem, 1, sizeof(*c));
	json_object *o;
	size_t i;

	c->mem = mem;
	name_days(c, now);
	for (i = 0; i < r->n_days; i++)
		c->money |= r->days[i].cost > 0;
	find_series(c, r);
	if (!c->total) {
		view_flag(page, "chart", 0);
		return;
	}
	add_up(c, r);
	o = json_object_new_object();
	fill(o, c);
	json_object_object_add(page, "chart", o);
}
