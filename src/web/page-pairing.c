/*
 * POST /pairings and the page it leads to. That page is one address for the
 * whole life of a pairing: the progress of its job, why it failed, or the
 * wines. Without scripts the progress page asks for itself again.
 */
#include "web/error.h"
#include "web/input.h"
#include "web/view.h"

#define REFRESH_S "2"
#define POLL_MS 700

static const char names_progress[] =
	"poll note source source.href source.host steps steps.state steps.now "
	"steps.label steps.state_label status elapsed here";
const struct view view_progress = { "progress",
	{ VIEW_LAYOUT, names_progress, NULL } };

static const char names_failed[] = "heading text code again ways ways.items "
				   "note source source.href source.host "
				   "source.shown source.address";
const struct view view_failed = { "failed",
	{ VIEW_LAYOUT, VIEW_FORM, names_failed, NULL } };

/* Behind the address of a pairing: its link was found among words. */
#define LINK_FOUND "?link=found"

/* How to go on when a link was to stand beside a dish. */
#define LINK_ALONE "Untick the box below, and the link is paired alone."

/* What was done with what was pasted, when that is not plain to see. */
static void add_note(json_object *page, const struct exchange *x)
{
	json_put_str(page, "note",
		request_field(x->r, "link")
			? "There was a link in what you pasted, so the page "
			  "behind it was taken."
			: "");
}

/* preferences: those it was asked with, JSON; NULL: it is not kept. */
static int show_result(struct exchange *x, const char *body, size_t len,
	const char *preferences, struct err *e)
{
	json_object *doc = json_read(body, len, e), *page;

	if (!doc)
		return err_set(e, REASON_INTERNAL, "stored pairing: not JSON");
	page = view_page(x, view_result_title(x->r->mem, doc), NAV_NONE);
	view_result_fill(page, x, doc, preferences);
	add_note(page, x);
	json_object_put(doc);
	return view_send(x, &view_result, page, 200, e);
}

/* ---- a job under way ---- */

static const struct {
	const char *label, *status;
} stages[STAGE_DONE] = {
	[STAGE_QUEUED] = { "Waiting for its turn", "Waiting for its turn." },
	[STAGE_FETCHING] = { "Fetching the page", "Fetching the page." },
	[STAGE_READING] = { "Reading the recipe",
		"The page is here. Reading the recipe." },
	[STAGE_PAIRING] = { "Pairing the wines",
		"The recipe is read. Pairing the wines." },
	[STAGE_CHOOSING] = { "Choosing the wines",
		"The wines are ranked. Choosing among them." },
};

static json_object *steps(enum job_stage at)
{
	static const char *const states[] = { "past", "now", "next" };
	static const char *const said[] = { "done", "under way", "" };
	json_object *list = json_object_new_array();
	int i;

	for (i = 0; i < STAGE_DONE; i++) {
		int state = i < (int)at ? 0 : i == (int)at ? 1 : 2;
		json_object *o = json_object_new_object();

		json_put_str(o, "label", stages[i].label);
		json_put_str(o, "state", states[state]);
		json_put_str(o, "state_label", said[state]);
		view_flag(o, "now", state == 1);
		json_object_array_add(list, o);
	}
	return list;
}

/* "in 40 seconds", "after 14:05 UTC", of a time to come. */
static const char *when(struct arena *mem, int64_t wall_ms)
{
	int64_t s = (wall_ms - clock_wall_ms() + 999) / 1000;
	char date[CLOCK_RFC3339_SIZE];

	if (s <= 120)
		return arena_printf(
			mem, "in %lld seconds", (long long)(s < 1 ? 1 : s));
	if (s <= 5400)
		return arena_printf(
			mem, "in %lld minutes", (long long)((s + 59) / 60));
	clock_rfc3339(wall_ms, date);
	return arena_printf(mem, "after %.5s UTC on %.10s", date + 11, date);
}

static int show_progress(
	struct exchange *x, const struct pairing_row *row, struct err *e)
{
	enum job_stage at = row->stage < STAGE_DONE ? row->stage
						    : STAGE_PAIRING;
	int64_t elapsed = (clock_wall_ms() - row->created) / 1000;
	json_object *page = view_page(x, "Your wines are on the way", NAV_NONE);

	json_put_str(page, "refresh", REFRESH_S);
	json_put_int(page, "poll", POLL_MS);
	add_note(page, x);
	view_source(page, "source", x->r->mem, row->url);
	json_object_object_add(page, "steps", steps(at));
	json_put_str(page, "status",
		row->retry_at ? arena_printf(x->r->mem,
					"The site asks for a pause; it is "
					"asked again %s.",
					when(x->r->mem, row->retry_at))
			      : stages[at].status);
	json_put_int(page, "elapsed", elapsed < 0 ? 0 : elapsed);
	json_put_str(page, "here",
		arena_printf(x->r->mem, "%s%s", x->r->path,
			request_field(x->r, "link") ? LINK_FOUND : ""));
	return view_send(x, &view_progress, page, 200, e);
}

static int show_failed(
	struct exchange *x, const struct pairing_row *row, struct err *e)
{
	enum err_reason reason = err_by_key(row->error);
	json_object *page = view_page(x, err_title(reason), NAV_NONE);
	json_object *source = view_source(page, "source", x->r->mem, row->url);

	if (source) {
		json_put_str(source, "shown", row->url);
		json_put_str(source, "address", row->url);
	}
	json_put_str(page, "heading", err_title(reason));
	json_put_str(page, "text", err_text(reason));
	json_put_str(page, "code", err_key(reason));
	json_put_str(page, "again",
		row->retry_at > clock_wall_ms() ? when(x->r->mem, row->retry_at)
						: "");
	add_note(page, x);
	json_object_object_add(page, "form", view_form(x, NULL, 0));
	return view_send(x, &view_failed, page, 200, e);
}

int page_pairing(struct exchange *x, struct err *e)
{
	struct pairing_row row;
	int rc;

	if (store_pairing_get(x->web->store, x->param, x->r->mem, &row, e))
		return -1;
	if (row.body)
		rc = show_result(x, row.body, row.body_len, row.preferences, e);
	else if (row.status == JOB_FAILED || row.status == JOB_CANCELLED)
		rc = show_failed(x, &row, e);
	else
		rc = show_progress(x, &row, e);
	if (rc)
		return -1;
	response_header(x->w, "Cache-Control",
		row.body ? "private, no-cache" : "no-store");
	if (row.body)
		response_etag(x->w, x->r);
	return 0;
}

/* ---- the form ---- */

/* The form again, filled, with what was wrong. If what was pasted is too much
 * to send back, without it: it is still where it was copied from. */
static int show_form_again(struct exchange *x, const struct err *was)
{
	struct err e = ERR_INIT;
	int with_text, rc = -1;

	for (with_text = 1; rc && with_text >= 0; with_text--) {
		json_object *page =
			view_page(x, err_title(was->reason), NAV_HOME);
		json_object *form = view_form(x, was, with_text);

		view_form_with(form, x);
		json_object_object_add(page, "form", form);
		rc = view_send(
			x, &view_home, page, err_status(was->reason), &e);
	}
	if (!rc)
		error_headers(x, was);
	return rc;
}

int page_pairing_new(struct exchange *x, struct err *e)
{
	struct ask_world world = { x->web->config, x->web->knowledge,
		x->web->store, x->web->reader, x->web->prompts };
	struct ask_input in;
	struct ask_answer answer;

	if (input_from_page(x, &in, e) ||
		ask(&world, &in, x->r->mem, &answer, e)) {
		if (e->reason == REASON_LINK_IN_MENU)
			x->detail = LINK_ALONE;
		if (e->reason == REASON_MEDIA_TYPE || show_form_again(x, e))
			return -1;
		error_log(e);
		return 0;
	}
	if (answer.queued && x->web->wake)
		x->web->wake(x->web->wake_arg);
	response_header(x->w, "Cache-Control", "no-store");
	if (!answer.id[0]) /* nothing is kept: the answer is all there is */
		return show_result(x, answer.body, answer.len, NULL, e);
	response_redirect(
		x->w, arena_printf(x->r->mem, "/pairings/%s%s", answer.id,
			      x->link_found ? LINK_FOUND : ""));
	return 0;
}
