/*
 * The canonical form of a URL, which is at once its safety check: what this
 * file returns is what libcurl is given, so that two parsers never disagree.
 * curl_url takes the URL apart; we judge the parts and put them together
 * again. Hosts become ASCII here (IDN), so that full-width or circled digits
 * are numbers before they are judged; numbers become plain addresses, so that
 * the decimal, octal, hex and short spellings all are judged alike.
 *
 * It touches no network and resolves no name: where a name leads is judged
 * when the connection is made.
 */
#include "net/net.h"

#include <arpa/inet.h>
#include <locale.h>

#include "net/address.h"
#include "net/libcurl.h"

#define HOST_MAX 253

/* Parameters that say where a click came from, never what the page is. */
static const char *const tracking[] = { "fbclid", "gclid", "dclid", "gbraid",
	"wbraid", "msclkid", "yclid", "twclid", "ttclid", "mc_cid", "mc_eid",
	"igshid", "igsh", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "srsltid",
	"ref_src", "ref_url" };

static int is_tracking(const char *param, size_t len)
{
	size_t i, name = 0;

	while (name < len && param[name] != '=')
		name++;
	if (text_ascii_prefix(param, name, "utm_"))
		return 1;
	for (i = 0; i < ARRAY_LEN(tracking); i++)
		if (strlen(tracking[i]) == name &&
			text_ascii_prefix(param, name, tracking[i]))
			return 1;
	return 0;
}

/* Append s with %xx as %XX, so that one page has one spelling. */
static void add_escaped(struct sbuf *out, const char *s, size_t len)
{
	size_t i, upper = 0;

	for (i = 0; i < len; i++) {
		sbuf_addch(out, upper && ascii_hex(s[i]) >= 0
					? ascii_upper(s[i])
					: s[i]);
		upper = s[i] == '%' ? 2 : upper ? upper - 1 : 0;
	}
}

static void add_query(struct sbuf *out, const char *query)
{
	int sep = '?';

	while (query && *query) {
		size_t len = strcspn(query, "&");

		if (len && !is_tracking(query, len)) {
			sbuf_addch(out, sep);
			add_escaped(out, query, len);
			sep = '&';
		}
		query += len + (query[len] == '&');
	}
}

/* A name we may ask for: letters, digits, '-', '_', '.', no empty label. */
static int is_name(const char *host)
{
	const char *p, *last = host;
	size_t len = strlen(host);

	if (!len || len > HOST_MAX || *host == '.' || strstr(host, ".."))
		return 0;
	for (p = host; *p; p++) {
		if (!ascii_is_alnum(*p) && !strchr("-_.", *p))
			return 0;
		if (*p == '.')
			last = p + 1;
	}
	/* a last label that begins as a number is a broken address */
	return *last && !ascii_is_digit(*last);
}

static int is_localhost(const char *host)
{
	size_t len = strlen(host);

	return strcmp(host, "localhost") == 0 ||
	       (len > 10 && strcmp(host + len - 10, ".localhost") == 0);
}

/* "localhost" is as good as the two loopback addresses. */
static int loopback_permitted(const struct config *c, int port)
{
	unsigned char four[ADDRESS_LEN], six[ADDRESS_LEN];

	return address_literal("127.0.0.1", four) == 0 &&
	       address_literal("::1", six) == 0 &&
	       (address_permitted(c, four, port) ||
		       address_permitted(c, six, port));
}

/*
 * Judge the host and append it. host is what curl_url gives: IPv6 stands in
 * brackets; everything else was made ASCII. c NULL: wherever it may be.
 */
static int add_host(const struct config *c, char *host, const char *zone,
	int port, struct sbuf *out, struct err *e)
{
	unsigned char addr[ADDRESS_LEN];
	size_t len = strlen(host), i;
	char text[INET6_ADDRSTRLEN];
	int six = *host == '[';

	for (i = 0; i < len; i++)
		host[i] = ascii_lower(host[i]);
	if (six && len > 2) {
		host[len - 1] = '\0';
		host++;
	} else if (len && host[len - 1] == '.') {
		host[len - 1] = '\0';
	}
	if (zone)
		return err_set(e, REASON_PRIVATE_ADDRESS,
			"URL names an interface (%%%.40s)", zone);
	if (is_localhost(host)) {
		if (c && !loopback_permitted(c, port))
			return err_set(e, REASON_PRIVATE_ADDRESS,
				"URL names this machine: %.60s", host);
	} else if (address_literal(host, addr) == 0) {
		if (c && !address_permitted(c, addr, port))
			return err_set(e,
				address_public(addr) ? REASON_BAD_URL
						     : REASON_PRIVATE_ADDRESS,
				"URL names %.60s port %d", host, port);
		/* one spelling only */
		if (!six && !inet_ntop(AF_INET, addr + 12, text, sizeof(text)))
			return err_errno(e, REASON_BAD_URL, "%.60s", host);
		if (!six)
			host = text;
	} else if (six || !is_name(host)) {
		return err_set(e, REASON_BAD_URL, "URL host '%.60s'", host);
	}
	sbuf_addf(out, six ? "[%s]" : "%s", host);
	return 0;
}

/* White space and control bytes nowhere, a backslash neither: what browsers
 * and libraries make of them differs. */
static int check_bytes(const char *url, size_t len, struct err *e)
{
	size_t at = 0, n;
	int32_t cp;

	if (!len)
		return err_set(e, REASON_BAD_URL, "empty URL");
	if (len > NET_URL_MAX)
		return err_set(e, REASON_BAD_URL, "URL of %zu bytes", len);
	if (!text_valid(url, len))
		return err_set(e, REASON_BAD_URL, "URL is not valid UTF-8");
	while ((n = text_next(url + at, len - at, &cp))) {
		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == '\\' ||
			text_is_space(cp))
			return err_set(e, REASON_BAD_URL,
				"URL with U+%04X in it", (unsigned)cp);
		at += n;
	}
	return 0;
}

struct parts {
	char *scheme, *host, *zone, *port, *path, *query;
};

static void parts_release(struct parts *p)
{
	curl.free(p->scheme);
	curl.free(p->host);
	curl.free(p->zone);
	curl.free(p->port);
	curl.free(p->path);
	curl.free(p->query);
}

/* Take the URL apart. IDN conversion reads text in the locale's encoding, so
 * that has to be UTF-8 while it is done. */
static int split(const char *url, struct parts *p, struct err *e)
{
	static locale_t utf8;
	locale_t old = (locale_t)0;
	CURLU *u = curl.url();
	CURLUcode rc;

	if (!u)
		fatalx("out of memory (URL)");
	if (!utf8)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (utf8)
		old = uselocale(utf8);
	rc = curl.url_set(u, CURLUPART_URL, url, CURLU_URLENCODE);
	if (!rc)
		rc = curl.url_get(u, CURLUPART_SCHEME, &p->scheme, 0);
	if (!rc)
		rc = curl.url_get(u, CURLUPART_HOST, &p->host, CURLU_PUNYCODE);
	if (!rc)
		rc = curl.url_get(
			u, CURLUPART_PORT, &p->port, CURLU_DEFAULT_PORT);
	if (!rc)
		rc = curl.url_get(u, CURLUPART_PATH, &p->path, 0);
	if (utf8)
		(void)uselocale(old);
	(void)curl.url_get(u, CURLUPART_QUERY, &p->query, 0);
	(void)curl.url_get(u, CURLUPART_ZONEID, &p->zone, 0);
	curl.url_cleanup(u);
	if (rc)
		return err_set(
			e, REASON_BAD_URL, "URL: %s", curl.url_strerror(rc));
	return 0;
}

int url_canonical(const struct config *c, const char *url, size_t len,
	struct sbuf *out, struct err *e)
{
	struct parts p = { NULL, NULL, NULL, NULL, NULL, NULL };
	struct sbuf text = SBUF_INIT(NET_URL_MAX);
	struct sbuf made = SBUF_INIT(NET_URL_MAX);
	int64_t port;
	int rc = -1, https;

	for (; len && ascii_is_space(*url); url++)
		len--;
	while (len && ascii_is_space(url[len - 1]))
		len--;
	if (check_bytes(url, len, e) || net_ready(e))
		return -1;
	sbuf_add(&text, url, len);
	if (split(text.buf, &p, e))
		goto out;
	https = strcmp(p.scheme, "https") == 0;
	if (!https && strcmp(p.scheme, "http")) {
		err_set(e, REASON_BAD_URL, "URL scheme '%.20s'", p.scheme);
		goto out;
	}
	sbuf_addf(&made, "%s://", p.scheme);
	if (num_int(p.port, strlen(p.port), 0, 65535, &port) ||
		add_host(c, p.host, p.zone, (int)port, &made, e))
		goto out;
	if (!port_permitted(c, (int)port)) {
		err_set(e, REASON_BAD_URL, "URL port '%.10s'", p.port);
		goto out;
	}
	if (port != (https ? 443 : 80))
		sbuf_addf(&made, ":%d", (int)port);
	add_escaped(&made, p.path, strlen(p.path));
	add_query(&made, p.query);
	if (made.full) {
		err_set(e, REASON_BAD_URL, "URL too long when written out");
		goto out;
	}
	sbuf_add(out, made.buf, made.len);
	rc = 0;
out:
	parts_release(&p);
	sbuf_release(&text);
	sbuf_release(&made);
	return rc;
}

/* What may stand in a URL, but not in one of the settings: checked before
 * anything is taken apart, and told without what may be a password. */
static int check_base(const char *url, size_t len, struct err *e)
{
	const char *end = url + len, *slash, *host = memchr(url, ':', len);

	if (!host || end - host < 4 || memcmp(host, "://", 3) != 0 ||
		host[3] == '/')
		return err_set(
			e, REASON_CONFIG, "not of the form http://host/path");
	host += 3;
	slash = memchr(host, '/', (size_t)(end - host));
	if (memchr(host, '@', (size_t)((slash ? slash : end) - host)))
		return err_set(e, REASON_CONFIG,
			"a URL with a name or password in it");
	if (memchr(url, '?', len) || memchr(url, '#', len))
		return err_set(
			e, REASON_CONFIG, "a URL with a query or fragment");
	return 0;
}

int url_operator(const char *url, size_t len, struct sbuf *out, struct err *e)
{
	struct parts p = { NULL, NULL, NULL, NULL, NULL, NULL };
	struct sbuf text = SBUF_INIT(NET_URL_MAX);
	struct sbuf made = SBUF_INIT(NET_URL_MAX);
	int64_t port;
	int rc = -1, https;

	if (check_bytes(url, len, e) || check_base(url, len, e) || net_ready(e))
		goto out;
	sbuf_add(&text, url, len);
	if (split(text.buf, &p, e))
		goto out;
	https = strcmp(p.scheme, "https") == 0;
	if (!https && strcmp(p.scheme, "http")) {
		err_set(e, REASON_CONFIG, "URL scheme '%.20s'", p.scheme);
		goto out;
	}
	sbuf_addf(&made, "%s://", p.scheme);
	if (num_int(p.port, strlen(p.port), 1, 65535, &port)) {
		err_set(e, REASON_CONFIG, "URL port '%.10s'", p.port);
		goto out;
	}
	if (add_host(NULL, p.host, p.zone, (int)port, &made, e))
		goto out;
	if (port != (https ? 443 : 80))
		sbuf_addf(&made, ":%d", (int)port);
	add_escaped(&made, p.path, strlen(p.path));
	while (made.len && made.buf[made.len - 1] == '/')
		sbuf_truncate(&made, made.len - 1);
	if (made.full) {
		err_set(e, REASON_CONFIG, "URL too long when written out");
		goto out;
	}
	sbuf_add(out, made.buf, made.len);
	rc = 0;
out:
	if (rc && e->reason != REASON_SYSTEM)
		e->reason = REASON_CONFIG;
	parts_release(&p);
	sbuf_release(&text);
	sbuf_release(&made);
	return rc;
}
