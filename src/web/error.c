/*
 * Errors in words. Below /api, and for a client that likes JSON better than
 * HTML, a problem document (RFC 9457); else a page. The words come from
 * base/reasons.def and, where a handler said what was wrong with what was
 * sent, from x->detail. err.msg is for the log alone.
 *
 * If even the error page cannot be rendered, plain text is left.
 */
#include "web/error.h"

#include "web/view.h"

static const char names[] = "status heading text detail request";
const struct view view_error = { "error", { VIEW_LAYOUT, names, NULL } };

#define RETRY_S "5"

static int wants_json(const struct request *r)
{
	static const char *const offers[] = { "text/html",
		"application/problem+json", "application/json" };
	const char *path = r->path ? r->path : "/";
	const char *uri = request_var(r, "REQUEST_URI");

	if (uri && strncmp(uri, "/api/", 5) == 0) /* the path may be bad */
		return 1;
	if (strcmp(path, "/healthz") == 0 || strcmp(path, "/readyz") == 0)
		return 1;
	return request_accepts(r, offers, ARRAY_LEN(offers)) > 0;
}

static int error_page(struct exchange *x, const struct err *e)
{
	json_object *page = view_page(x, err_title(e->reason), NAV_NONE);
	struct err ignored = ERR_INIT;

	json_put_int(page, "status", err_status(e->reason));
	json_put_str(page, "heading", err_title(e->reason));
	json_put_str(page, "text", err_text(e->reason));
	json_put_str(page, "detail", x->detail);
	json_put_str(page, "request", x->r->id);
	return view_send(x, &view_error, page, err_status(e->reason), &ignored);
}

void error_headers(struct exchange *x, const struct err *e)
{
	response_header(x->w, "Cache-Control", "no-store");
	if (e->reason == REASON_METHOD && x->allow)
		response_header(x->w, "Allow", x->allow);
	if (err_status(e->reason) == 401)
		response_header(
			x->w, "WWW-Authenticate", "Bearer realm=\"winepair\"");
	if (err_status(e->reason) == 503)
		response_header(x->w, "Retry-After", RETRY_S);
}

void error_log(const struct err *e)
{
	int status = err_status(e->reason);

	if (status == 500 || status == 503) /* ours; 502, 504: a site's */
		log_warnx("%s: %s", err_key(e->reason), e->msg);
	else
		log_debug("%s: %s", err_key(e->reason), e->msg);
}

void error_answer(struct exchange *x, const struct err *e)
{
	error_log(e);
	response_reset(x->w);
	if (wants_json(x->r)) {
		response_problem(x->w, e, x->detail, x->r->path);
	} else if (error_page(x, e)) {
		response_reset(x->w);
		x->w->status = err_status(e->reason);
		response_type(x->w, "text/plain");
		sbuf_addf(&x->w->body, "%s\n%s\n", err_title(e->reason),
			err_text(e->reason));
	}
	error_headers(x, e);
}
