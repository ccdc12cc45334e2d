/*
 * What an answer is good for: whether there is anything to read in it, and
 * what to say when no recipe is found. A page is read whatever its status: a
 * recipe under a 403 is still a recipe. Only the protocol is looked at here;
 * what the page itself says of walls is the reader's business.
 */
#include "net/net.h"

/* ---- bytes and types ---- */

static enum err_reason sniff(const char *body, size_t len)
{
	switch (filetype_of(body, len)) {
	case FILETYPE_TEXT:
		return REASON_NONE;
	case FILETYPE_PDF:
		return REASON_FETCH_PDF;
	case FILETYPE_IMAGE:
		return REASON_FETCH_IMAGE;
	default:
		return REASON_FETCH_TYPE;
	}
}

static int is_markup(const char *body, size_t len)
{
	return text_ascii_prefix(body, len, "<!doctype html") ||
	       text_ascii_prefix(body, len, "<html") ||
	       text_ascii_prefix(body, len, "\xEF\xBB\xBF<!doctype html");
}

static int has_type(const struct net_page *page, const char *type)
{
	size_t len = strcspn(page->content_type, "; \t");

	return strlen(type) == len &&
	       text_ascii_prefix(page->content_type, len, type);
}

/* By the type that was sent; what begins as a page is one. */
static enum net_kind kind_of(
	const struct net_page *page, enum err_reason *reason)
{
	/* "": the server does not say, we shall see */
	static const char *const readable[] = { "text/html",
		"application/xhtml+xml", "application/xml", "text/xml", "" };
	const char *type = page->content_type;
	size_t i;

	*reason = sniff(page->body, page->len);
	if (*reason)
		return NET_NOTHING;
	for (i = 0; i < ARRAY_LEN(readable); i++)
		if (has_type(page, readable[i]))
			return NET_HTML;
	if (is_markup(page->body, page->len))
		return NET_HTML;
	if (has_type(page, "text/plain"))
		return NET_TEXT;
	*reason = has_type(page, "application/pdf") ? REASON_FETCH_PDF
		  : text_ascii_prefix(type, strlen(type), "image/")
			  ? REASON_FETCH_IMAGE
			  : REASON_FETCH_TYPE;
	return NET_NOTHING;
}

/* ---- status ---- */

static enum err_reason status_reason(const struct net_page *page)
{
	static const struct {
		int status;
		enum err_reason reason;
	} rows[] = {
		{ 401, REASON_FETCH_UNAUTHORIZED },
		{ 402, REASON_FETCH_PAYMENT },
		{ 403, REASON_FETCH_FORBIDDEN },
		{ 404, REASON_FETCH_MISSING },
		{ 410, REASON_FETCH_MISSING },
		{ 429, REASON_FETCH_BUSY },
		{ 451, REASON_FETCH_LEGAL },
	};
	size_t i;

	if (page->challenge)
		return REASON_FETCH_CHALLENGE;
	if (page->status >= 200 && page->status <= 299)
		return REASON_NONE;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		if (page->status == rows[i].status)
			return rows[i].reason;
	if (page->status == 503 && page->retry_after_s >= 0)
		return REASON_FETCH_BUSY;
	return page->status >= 500 ? REASON_FETCH_SERVER : REASON_FETCH_STATUS;
}

static int is_blank(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!ascii_is_space(s[i]))
			return 0;
	return 1;
}

enum net_kind net_page_kind(const struct net_page *page, struct err *e)
{
	enum err_reason status = status_reason(page), type;
	enum net_kind kind = kind_of(page, &type);

	if (is_blank(page->body, page->len)) {
		kind = NET_NOTHING;
		type = REASON_FETCH_EMPTY;
	}
	if (kind != NET_NOTHING)
		type = REASON_NONE;
	e->reason = REASON_NONE;
	if (status || type)
		err_set(e, status ? status : type,
			"%.100s: status %d, type %.60s, %zu bytes", page->url,
			page->status, page->content_type, page->len);
	return kind;
}

enum err_reason net_page_blame(enum err_reason answer, enum err_reason read)
{
	if (!answer || read == REASON_FETCH_CHALLENGE)
		return read;
	/* the page says better than a bare 403 what is asked for */
	if (answer == REASON_FETCH_FORBIDDEN &&
		(read == REASON_FETCH_LOGIN || read == REASON_FETCH_CONSENT ||
			read == REASON_FETCH_PAYWALL))
		return read;
	return answer;
}

/* ---- whose address is it? ---- */

int net_speaks_for(const char *page, const char *other)
{
	size_t len = strlen(other);
	const char *path = strstr(other, "://");

	path = path ? strchr(path + 3, '/') : NULL;
	if (!path || !path[1] || strchr(other, '?'))
		return 0;
	if (other[len - 1] == '/')
		len--;
	return strncmp(page, other, len) == 0 &&
	       (!page[len] || page[len] == '/' || page[len] == '?');
}
