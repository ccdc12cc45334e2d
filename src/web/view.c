/*
 * Rendering, the layout's part of every page, and small words that several
 * pages use. All view models live in json-c objects; strings they are built
 * from live in the request's arena.
 */
#include "web/view.h"

static const struct view *const views[] = { &view_home, &view_result,
	&view_progress, &view_failed, &view_recent, &view_wines, &view_wine,
	&view_import, &view_preview, &view_error, &view_admin, &view_login };

int web_check_templates(const struct templates *ts, struct sbuf *problems)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_LEN(views); i++)
		if (templates_check(
			    ts, views[i]->page, views[i]->names, problems))
			rc = -1;
	return rc;
}

const char *view_text(json_object *o, const char *key)
{
	const char *s = o ? json_str(o, key) : NULL;

	return s ? s : "";
}

json_object *view_page(struct exchange *x, const char *title, enum nav nav)
{
	json_object *page = json_object_new_object();

	json_put_str(
		page, "title", arena_printf(x->r->mem, "%s · Winepair", title));
	json_put_str(page, "description", "");
	json_put_str(page, "refresh", "");
	json_put_str(page, "static", x->web->static_base);
	view_flag(page, "nav_home", nav == NAV_HOME);
	view_flag(page, "nav_recent", nav == NAV_RECENT);
	view_flag(page, "nav_wines", nav == NAV_WINES);
	return page;
}

int view_send(struct exchange *x, const struct view *v, json_object *data,
	int status, struct err *e)
{
	int rc = templates_render(
		x->web->templates, v->page, data, &x->w->body, e);

	json_object_put(data);
	if (!rc && x->w->body.full)
		rc = err_set(e, REASON_INTERNAL, "page %s: too large", v->page);
	if (rc) {
		sbuf_reset(&x->w->body);
		return -1;
	}
	x->w->status = status;
	response_type(x->w, "text/html");
	return 0;
}

void view_list(json_object *o, const char *key, json_object *list)
{
	json_object *section;

	if (!list || json_object_array_length(list) == 0) {
		json_object_put(list);
		view_flag(o, key, 0);
		return;
	}
	section = json_object_new_object();
	json_object_object_add(section, "items", list);
	json_object_object_add(o, key, section);
}

void view_flag(json_object *o, const char *key, int on)
{
	json_object_object_add(o, key, json_object_new_boolean(on));
}

const char *view_host(struct arena *mem, const char *url)
{
	const char *s;
	size_t len, i;

	if (!url)
		return NULL;
	if (text_ascii_prefix(url, strlen(url), "https://"))
		s = url + 8;
	else if (text_ascii_prefix(url, strlen(url), "http://"))
		s = url + 7;
	else
		return NULL;
	len = strcspn(s, "/?#\\");
	for (i = len; i; i--) /* no password, no name meant to mislead */
		if (s[i - 1] == '@')
			break;
	s += i;
	len -= i;
	if (text_ascii_prefix(s, len, "www.")) {
		s += 4;
		len -= 4;
	}
	return len ? arena_strndup(mem, s, len) : NULL;
}

json_object *view_source(
	json_object *o, const char *key, struct arena *mem, const char *url)
{
	const char *host = view_host(mem, url);
	json_object *source;

	if (!host) {
		view_flag(o, key, 0);
		return NULL;
	}
	source = json_object_new_object();
	json_put_str(source, "href", url);
	json_put_str(source, "host", host);
	json_object_object_add(o, key, source);
	return source;
}

static const char *date(struct arena *mem, int year, int month, int day)
{
	static const char *const months[] = { "January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December" };

	return arena_printf(mem, "%d %s %d", day, months[month - 1], year);
}

const char *view_date(struct arena *mem, int64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return "";
	return date(mem, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

const char *view_day(struct arena *mem, const char *rfc3339)
{
	int64_t year, month, day;

	if (strlen(rfc3339) < 10 || num_int(rfc3339, 4, 1, 9999, &year) ||
		num_int(rfc3339 + 5, 2, 1, 12, &month) ||
		num_int(rfc3339 + 8, 2, 1, 31, &day))
		return "";
	return date(mem, (int)year, (int)month, (int)day);
}

const char *view_ago(struct arena *mem, int64_t then, int64_t now)
{
	int minutes = (int)((now - then) / 60000);

	if (now - then >= (int64_t)24 * 3600 * 1000)
		return view_date(mem, then);
	if (minutes < 1)
		return "just now";
	if (minutes < 60)
		return arena_printf(mem, "%d minute%s ago", minutes,
			minutes == 1 ? "" : "s");
	return arena_printf(mem, "%d hour%s ago", minutes / 60,
		minutes / 60 == 1 ? "" : "s");
}

const char *view_capital(struct arena *mem, const char *s)
{
	char *copy = arena_strdup(mem, s ? s : "");

	*copy = ascii_upper(*copy);
	return copy;
}
