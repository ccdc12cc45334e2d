/*
 * What a request says about itself in headers: what it accepts, where it comes
 * from, how long it would wait.
 */
#include "http/http.h"

/* ---- Accept ---- */

struct range {
	const char *type; /* "text/html", "text/" + star, or star/star */
	size_t len;
	int q; /* in thousandths */
};

static struct range trimmed(const char *s, size_t len)
{
	struct range r = { s, len, 1000 };

	while (r.len && ascii_is_blank(*r.type))
		r.type++, r.len--;
	while (r.len && ascii_is_blank(r.type[r.len - 1]))
		r.len--;
	return r;
}

/* The next range of the list at *s; 0 at its end. */
static int next_range(const char **s, struct range *out)
{
	const char *p = *s;
	size_t len;

	p += strspn(p, " \t,");
	if (!*p)
		return 0;
	len = strcspn(p, ",;");
	*out = trimmed(p, len);
	for (p += len; *p == ';'; p += len) {
		struct range param;
		double q;

		p++;
		len = strcspn(p, ",;");
		param = trimmed(p, len);
		if (!text_ascii_prefix(param.type, param.len, "q="))
			continue;
		out->q = num_double(param.type + 2, param.len - 2, 0, 1, &q)
				 ? 0
				 : (int)(q * 1000 + 0.5);
	}
	*s = p;
	return 1;
}

/* 3: this very type, 2: its family, 1: anything, 0: no match. */
static int match(const struct range *r, const char *offer)
{
	size_t family = strcspn(offer, "/") + 1;

	if (r->len == strlen(offer) &&
		text_ascii_prefix(r->type, r->len, offer))
		return 3;
	if (r->len == 3 && memcmp(r->type, "*/*", 3) == 0)
		return 1;
	return r->len == family + 1 && r->type[family] == '*' &&
			       strncasecmp(r->type, offer, family) == 0
		       ? 2
		       : 0;
}

/*
 * Of equal quality the one that was named more exactly wins ("application/json,
 * star/star" is a program), then the earlier offer.
 */
int request_accepts(
	const struct request *r, const char *const *offers, size_t n)
{
	const char *accept = request_header(r, "Accept");
	int best = -1, best_q = 0, best_exact = 0;
	size_t i;

	if (!accept || !accept[strspn(accept, " \t,")])
		return n ? 0 : -1;
	for (i = 0; i < n; i++) {
		const char *s = accept;
		struct range range;
		int q = 0, exact = 0;

		while (next_range(&s, &range)) {
			int how = match(&range, offers[i]);

			if (how > exact) {
				exact = how;
				q = range.q;
			}
		}
		if (q > best_q || (q && q == best_q && exact > best_exact)) {
			best = (int)i;
			best_q = q;
			best_exact = exact;
		}
	}
	return best;
}

/* ---- where it comes from ---- */

/* Is origin the scheme://host[:port] at the start of url? */
static int same(const char *origin, const char *url)
{
	size_t len = strlen(origin);
	const char *host = strstr(url, "://");
	size_t want;

	if (!host)
		return 0;
	want = (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
	return len == want && strncasecmp(origin, url, len) == 0;
}

/*
 * Every browser in use since 2023 sends Sec-Fetch-Site with every request to a
 * trustworthy origin and no page can set it; so if it is there, it decides:
 * "same-origin" is our form, "none" is the person (address bar, bookmark), all
 * else is another site, a sister domain included.
 *
 * Without it (an older browser, or plain http in development) Origin decides,
 * which browsers send with every POST: it must be our public address or the
 * address this very request was sent to. "null" (a sandboxed frame, a data:
 * page, a redirect from elsewhere) is nobody's own and so is not ours.
 *
 * With neither header it is a program such as curl, which no foreign page can
 * drive; a cookie would say otherwise, so then it is refused.
 */
int request_same_origin(const struct request *r, const char *public_url)
{
	const char *site = request_header(r, "Sec-Fetch-Site");
	const char *origin = request_header(r, "Origin");
	const char *scheme = request_var(r, "REQUEST_SCHEME");
	const char *host = request_header(r, "Host");

	if (site)
		return strcmp(site, "same-origin") == 0 ||
		       strcmp(site, "none") == 0;
	if (!origin)
		return request_header(r, "Cookie") == NULL;
	if (public_url && same(origin, public_url))
		return 1;
	return scheme && host && *host &&
	       same(origin, arena_printf(r->mem, "%s://%s", scheme, host));
}

/* ---- Prefer (RFC 7240) ---- */

int request_prefer_wait(const struct request *r)
{
	const char *s = request_header(r, "Prefer");
	int64_t seconds;

	while (s && *s) {
		struct range part;
		size_t len;

		s += strspn(s, ",; \t");
		len = strcspn(s, ",;");
		part = trimmed(s, len);
		if (text_ascii_prefix(part.type, part.len, "wait="))
			return num_int(part.type + 5, part.len - 5, 0, 3600,
				       &seconds)
				       ? 0
				       : (int)seconds;
		s += len;
	}
	return 0;
}
