/*
 * /admin: what models cost and how they do, for whoever holds the operator's
 * token; and the door to it. Nothing here changes anything but the visitor's
 * own cookie.
 */
#include "web/admin.h"
#include "web/error.h"
#include "web/view.h"

static const char names_login[] = "wrong";
const struct view view_login = { "login", { VIEW_LAYOUT, names_login, NULL } };

static int show_login(struct exchange *x, int wrong, struct err *e)
{
	struct err was = ERR_INIT;
	json_object *page = view_page(x, err_title(REASON_NOT_ADMIN), NAV_NONE);

	view_flag(page, "wrong", wrong);
	if (view_send(x, &view_login, page, err_status(REASON_NOT_ADMIN), e))
		return -1;
	(void)err_set(&was, REASON_NOT_ADMIN, "login");
	error_headers(x, &was);
	return 0;
}

int page_admin(struct exchange *x, struct err *e)
{
	struct store_report report;
	json_object *page;

	if (admin_by_cookie(x, e))
		return e->reason == REASON_NOT_ADMIN ? show_login(x, 0, e) : -1;
	if (!x->web->store)
		return err_set(e, REASON_STORE, "no store");
	if (store_report(x->web->store, ADMIN_DAYS, x->r->mem, &report, e))
		return -1;
	page = view_page(x, "What the models cost", NAV_NONE);
	view_admin_fill(page, x, &report, clock_wall_ms());
	if (view_send(x, &view_admin, page, 200, e))
		return -1;
	response_header(x->w, "Cache-Control", "no-store");
	return 0;
}

int page_admin_login(struct exchange *x, struct err *e)
{
	const struct http_field *f = request_field(x->r, "token");

	if (!x->web->admin_token)
		return err_set(e, REASON_ADMIN_OFF, "no admin token");
	if (!f || !admin_token_fits(x, f->value, f->len))
		return show_login(x, 1, e);
	admin_let_in(x);
	response_header(x->w, "Cache-Control", "no-store");
	response_redirect(x->w, "/admin");
	return 0;
}

int page_admin_logout(struct exchange *x, struct err *e)
{
	if (!x->web->admin_token)
		return err_set(e, REASON_ADMIN_OFF, "no admin token");
	admin_let_out(x);
	response_header(x->w, "Cache-Control", "no-store");
	response_redirect(x->w, "/admin");
	return 0;
}
