/*
 * The operator's report as JSON, for whoever watches over the spend:
 * Authorization: Bearer TOKEN. Money is in dollars, to the millionth.
 *
 *	{"month":{"spent_usd","reserved_usd","limit_usd"|null},
 *	 "since_days","delivered","fallbacks","hits",
 *	 "days":[{"day","provider","model","calls","failures","input_tokens",
 *		"output_tokens","cost_usd"}],
 *	 "failures":[{"provider","model","reason","count"}],
 *	 "latency":[{"provider","model","count","p50_ms","p95_ms","max_ms"}]}
 */
#include "web/admin.h"

static json_object *row(
	json_object *list, const char *provider, const char *model)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "provider", provider);
	json_put_str(o, "model", model);
	json_object_array_add(list, o);
	return o;
}

static json_object *days(const struct store_report *r)
{
	json_object *list = json_object_new_array(), *o;
	size_t i;

	for (i = 0; i < r->n_days; i++) {
		const struct spend_day *d = &r->days[i];

		o = row(list, d->provider, d->model);
		json_put_str(o, "day", d->day);
		json_put_int(o, "calls", d->calls);
		json_put_int(o, "failures", d->failures);
		json_put_int(o, "input_tokens", d->input_tokens);
		json_put_int(o, "output_tokens", d->output_tokens);
		json_put_usd(o, "cost_usd", d->cost);
	}
	return list;
}

static json_object *failures(const struct store_report *r)
{
	json_object *list = json_object_new_array(), *o;
	size_t i;

	for (i = 0; i < r->n_failures; i++) {
		const struct call_failures *f = &r->failures[i];

		o = row(list, f->provider, f->model);
		json_put_str(o, "reason", f->reason);
		json_put_int(o, "count", f->n);
	}
	return list;
}

static json_object *latency(const struct store_report *r)
{
	json_object *list = json_object_new_array(), *o;
	size_t i;

	for (i = 0; i < r->n_speeds; i++) {
		const struct call_speed *s = &r->speeds[i];

		o = row(list, s->provider, s->model);
		json_put_int(o, "count", s->n);
		json_put_int(o, "p50_ms", s->p50_ms);
		json_put_int(o, "p95_ms", s->p95_ms);
		json_put_int(o, "max_ms", s->max_ms);
	}
	return list;
}

int api_admin(struct exchange *x, struct err *e)
{
	int64_t limit = x->web->config->spend_limit_month;
	json_object *o, *month;
	struct store_report r;

	if (admin_by_bearer(x, e))
		return -1;
	if (!x->web->store)
		return err_set(e, REASON_STORE, "no store");
	if (store_report(x->web->store, ADMIN_DAYS, x->r->mem, &r, e))
		return -1;
	o = json_object_new_object();
	month = json_object_new_object();
	json_put_usd(month, "spent_usd", r.spent);
	json_put_usd(month, "reserved_usd", r.reserved);
	json_put_usd(month, "limit_usd", limit ? limit : -1);
	json_object_object_add(o, "month", month);
	json_put_int(o, "since_days", ADMIN_DAYS);
	json_put_int(o, "delivered", r.delivered);
	json_put_int(o, "fallbacks", r.fallbacks);
	json_put_int(o, "hits", r.hits);
	json_object_object_add(o, "days", days(&r));
	json_object_object_add(o, "failures", failures(&r));
	json_object_object_add(o, "latency", latency(&r));
	response_json(x->w, 200, o);
	response_header(x->w, "Cache-Control", "no-store");
	json_object_put(o);
	return 0;
}
