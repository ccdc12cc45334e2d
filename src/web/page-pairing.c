/*
 * POST /pairings and the page it leads to. That page is one address for the
 * whole life of a pairing: the progress of its job, which can be cancelled,
 * why it failed, or the wines. Without scripts the progress page asks for
 * itself again.
 */
#include "web/error.h"
#include "web/input.h"
#include "web/view.h"

/* How to go on when a link was to stand beside a dish. */
#define LINK_ALONE "Untick the box below, and the link is paired alone."

/* preferences: those it was asked with, JSON; NULL: it is not kept. */
static int show_result(struct exchange *x, const char *body, size_t len,
	const char *preferences, struct err *e)
{
	json_object *doc = json_read(body, len, e), *page;

	if (!doc)
		return err_set(e, REASON_INTERNAL, "stored pairing: not JSON");
	page = view_page(x, view_result_title(x->r->mem, doc), NAV_NONE);
	view_result_fill(page, x, doc, preferences);
	view_note(page, x);
	json_object_put(doc);
	return view_send(x, &view_result, page, 200, e);
}

int page_pairing(struct exchange *x, struct err *e)
{
	struct pairing_row row;

	if (store_pairing_get(x->web->store, x->param, x->r->mem, &row, e))
		return -1;
	if (!row.body)
		return row.status == JOB_FAILED || row.status == JOB_CANCELLED
			       ? view_send_failed(x, &row, e)
			       : view_send_progress(x, &row, e);
	if (show_result(x, row.body, row.body_len, row.preferences, e))
		return -1;
	response_header(x->w, "Cache-Control", "private, no-cache");
	response_etag(x->w, x->r);
	return 0;
}

/* Stops it for all who wait for it. One that is over stays as it is; its page
 * says which. */
int page_pairing_cancel(struct exchange *x, struct err *e)
{
	if (store_job_cancel(x->web->store, x->param, e) &&
		e->reason != REASON_CONFLICT)
		return -1;
	if (x->web->wake)
		x->web->wake(x->web->wake_arg);
	response_header(x->w, "Cache-Control", "no-store");
	response_redirect(
		x->w, arena_printf(x->r->mem, "/pairings/%s", x->param));
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
