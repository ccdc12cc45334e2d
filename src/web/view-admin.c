/*
 * The operator's page out of the store's report: this month's spend against
 * its ceiling, and what models did lately, in words and figures a person
 * reads. Names of models come from the settings and from answers: they are
 * escaped like a stranger's.
 */
#include "web/view.h"

#include "llm/llm.h"
#include "web/admin.h"

static const char names[] =
	"month spent limit meter meter.max meter.value meter.words reserved "
	"asks days tiles tiles.label tiles.value tiles.hint empty setup "
	"rows rows.items rows.items.day rows.items.provider rows.items.model "
	"rows.items.calls rows.items.failures rows.items.input "
	"rows.items.output rows.items.cost speeds speeds.items "
	"speeds.items.provider speeds.items.model speeds.items.n "
	"speeds.items.p50 speeds.items.p95 speeds.items.max failures "
	"failures.items failures.items.provider failures.items.model "
	"failures.items.title failures.items.reason failures.items.n";
const struct view view_admin = { "admin",
	{ VIEW_LAYOUT, names, VIEW_CHART, NULL } };

/* ---- figures ---- */

const char *view_count(struct arena *mem, int64_t n)
{
	const char *digits = arena_printf(mem, "%lld", (long long)n);
	size_t len = strlen(digits), i;
	struct sbuf out = SBUF_INIT(64);
	const char *text;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
			sbuf_addch(&out, ',');
		sbuf_addch(&out, digits[i]);
	}
	text = arena_strndup(mem, out.buf, out.len);
	sbuf_release(&out);
	return text;
}

const char *view_money(struct arena *mem, int64_t micro)
{
	int64_t cents = (micro + 5000) / 10000, parts = (micro + 50) / 100;

	if (micro <= 0)
		return "$0";
	if (micro < 100)
		return "under $0.0001";
	if (parts < 10000 && parts % 100) /* below a dollar, and no cents */
		return arena_printf(mem, "$0.%04lld", (long long)parts);
	return arena_printf(mem, "$%s.%02lld", view_count(mem, cents / 100),
		(long long)(cents % 100));
}

static const char *duration(struct arena *mem, int64_t ms)
{
	if (ms < 1000)
		return arena_printf(mem, "%lld ms", (long long)ms);
	return arena_printf(mem, "%.1f s", (double)ms / 1000);
}

/* "12 %"; "" of nothing. All and nothing are said only of what is so. */
static const char *share(struct arena *mem, int64_t part, int64_t whole)
{
	double percent;

	if (whole <= 0)
		return "";
	percent = 100 * (double)part / (double)whole;
	if (part > 0 && percent < 1)
		return "under 1 %";
	if (part < whole && percent > 99)
		return "over 99 %";
	return arena_printf(mem, "%.0f %%", percent);
}

/* ---- the month ---- */

static void month(json_object *page, const struct exchange *x,
	const struct store_report *r, int64_t now)
{
	struct arena *mem = x->r->mem;
	int64_t limit = x->web->config->spend_limit_month;
	int64_t used = r->spent + r->reserved;
	json_object *o;

	/* "29 November 2026" without its day */
	json_put_str(page, "month", strchr(view_date(mem, now), ' ') + 1);
	json_put_str(page, "spent", view_money(mem, r->spent));
	json_put_str(page, "limit", limit ? view_money(mem, limit) : "");
	json_put_str(page, "reserved",
		r->reserved ? view_money(mem, r->reserved) : "");
	if (!limit) {
		view_flag(page, "meter", 0);
		return;
	}
	o = json_object_new_object();
	json_put_int(o, "max", limit);
	json_put_int(o, "value", used < limit ? used : limit);
	json_put_str(o, "words",
		used >= limit
			? "The limit is reached: until the month (UTC) is over "
			  "only what costs nothing is asked, then the built-in "
			  "engine answers. spend_limit_month raises it."
			: arena_printf(mem, "%s of the limit is used.",
				  used ? share(mem, used, limit) : "Nothing"));
	json_object_object_add(page, "meter", o);
}

/* ---- the last days ---- */

static void tile(json_object *list, struct arena *mem, const char *label,
	int64_t n, const char *hint)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "label", label);
	json_put_str(o, "value", view_count(mem, n));
	json_put_str(o, "hint", hint);
	json_object_array_add(list, o);
}

static void tiles(
	json_object *page, struct arena *mem, const struct store_report *r)
{
	json_object *list = json_object_new_array();
	int64_t calls = 0, failed = 0, asked = r->delivered + r->fallbacks;
	const char *of;
	size_t i;

	for (i = 0; i < r->n_days; i++) {
		calls += r->days[i].calls;
		failed += r->days[i].failures;
	}
	tile(list, mem, "Calls to models", calls, "");
	of = share(mem, failed, calls);
	tile(list, mem, "of them failed", failed, failed ? of : "");
	tile(list, mem, "Pairings by a model", r->delivered, "");
	of = share(mem, r->fallbacks, asked);
	tile(list, mem, "without a model after all", r->fallbacks,
		r->fallbacks ? of : "");
	of = share(mem, r->hits, asked + r->hits);
	tile(list, mem, "given again for nothing", r->hits, r->hits ? of : "");
	json_object_object_add(page, "tiles", list);
}

static json_object *row(const char *provider, const char *model)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "provider", provider);
	json_put_str(o, "model", model);
	return o;
}

static void rows(
	json_object *page, struct arena *mem, const struct store_report *r)
{
	json_object *list = json_object_new_array();
	size_t i;

	for (i = r->n_days; i; i--) { /* today first */
		const struct spend_day *d = &r->days[i - 1];
		json_object *o = row(d->provider, d->model);

		json_put_str(o, "day", d->day);
		json_put_str(o, "calls", view_count(mem, d->calls));
		json_put_str(o, "failures", view_count(mem, d->failures));
		json_put_str(o, "input", view_count(mem, d->input_tokens));
		json_put_str(o, "output", view_count(mem, d->output_tokens));
		json_put_str(o, "cost", view_money(mem, d->cost));
		json_object_array_add(list, o);
	}
	view_list(page, "rows", list);
}

static void speeds(
	json_object *page, struct arena *mem, const struct store_report *r)
{
	json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->n_speeds; i++) {
		const struct call_speed *s = &r->speeds[i];
		json_object *o = row(s->provider, s->model);

		json_put_str(o, "n", view_count(mem, s->n));
		json_put_str(o, "p50", duration(mem, s->p50_ms));
		json_put_str(o, "p95", duration(mem, s->p95_ms));
		json_put_str(o, "max", duration(mem, s->max_ms));
		json_object_array_add(list, o);
	}
	view_list(page, "speeds", list);
}

static void failures(
	json_object *page, struct arena *mem, const struct store_report *r)
{
	json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->n_failures; i++) {
		const struct call_failures *f = &r->failures[i];
		json_object *o = row(f->provider, f->model);
		int lost = strcmp(f->reason, "lost") == 0;

		json_put_str(o, "title",
			lost ? "The runner ended before the answer came"
			     : err_title(err_by_key(f->reason)));
		json_put_str(o, "reason", f->reason);
		json_put_str(o, "n", view_count(mem, f->n));
		json_object_array_add(list, o);
	}
	view_list(page, "failures", list);
}

void view_admin_fill(json_object *page, struct exchange *x,
	const struct store_report *r, int64_t now)
{
	const struct config *c = x->web->config;
	struct arena *mem = x->r->mem;
	int empty = !r->n_days && !r->delivered && !r->fallbacks && !r->hits;

	month(page, x, r, now);
	json_put_str(page, "asks",
		config_list_words(c->provider ? c->provider : "", mem));
	json_put_int(page, "days", ADMIN_DAYS);
	view_flag(page, "empty", empty);
	view_flag(page, "setup", !llm_wanted(c, NULL));
	tiles(page, mem, r);
	view_chart_fill(page, mem, r, now);
	rows(page, mem, r);
	speeds(page, mem, r);
	failures(page, mem, r);
}
