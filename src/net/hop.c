/*
 * One request of a PUBLIC fetch. libcurl does HTTP and TLS and follows no
 * redirect; this file says what it may do, judges where a connection really
 * goes (open_socket(), on the binary address, at the moment of connecting),
 * counts what arrives after decompression, and decides what the answer means:
 * another hop, the end, or an error with its reason.
 */
#include "config.h"

#include "net/fetch.h"

#include <errno.h>

#include "net/address.h"

#define SLOW_BYTES 1024L
#ifndef NET_TOTAL_MS /* tests have less patience */
#define NET_CONNECT_MS 5000L
#define NET_TOTAL_MS 20000
#define NET_SLOW_SECONDS 10L
#endif
#define CLOSED_MAX_S 3600

/* ---- what libcurl calls ---- */

/* The guard. libcurl reports a refusal as "could not connect", so it is noted
 * here. */
static curl_socket_t open_socket(
	void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct fetch *f = arg;
#ifndef NET_GUARD_OFF /* a test proves that it matters */
	unsigned char addr[ADDRESS_LEN];
	int port;

	if (purpose != CURLSOCKTYPE_IPCXN ||
		address_bytes(&to->addr, addr, &port) ||
		!address_allowed(f->net->config, &to->addr, port)) {
		f->refused = 1;
		return CURL_SOCKET_BAD;
	}
#else
	(void)f, (void)purpose;
#endif
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
	struct fetch *f = arg;

	sbuf_add(&f->body, data, size * n);
	return f->body.full ? 0 : size * n;
}

/* Headers by which those who keep robots out say that they did. */
static int is_challenge(const char *line, size_t len)
{
	size_t n;
	const char *v = header_value(line, len, "cf-mitigated", &n);

	if (v)
		return text_ascii_prefix(v, n, "challenge");
	v = header_value(line, len, "x-amzn-waf-action", &n);
	return v && (text_ascii_prefix(v, n, "challenge") ||
			    text_ascii_prefix(v, n, "captcha"));
}

/* One header line, or the status line of one more answer. */
static size_t take_header(char *line, size_t size, size_t n, void *arg)
{
	struct fetch *f = arg;
	struct header *h = &f->header;
	const struct {
		const char *name;
		char *out;
		size_t size;
	} kept[] = {
		{ "Content-Type", h->type, sizeof(h->type) },
		{ "ETag", h->etag, sizeof(h->etag) },
		{ "Last-Modified", h->modified, sizeof(h->modified) },
		{ "Retry-After", h->retry_after, sizeof(h->retry_after) },
	};
	size_t len = size * n, value_len, i;
	const char *v;

	f->header_bytes += len;
	if (f->header_bytes > HEADERS_MAX)
		return 0;
	if (text_ascii_prefix(line, len, "HTTP/"))
		memset(h, 0, sizeof(*h));
	for (i = 0; i < ARRAY_LEN(kept); i++)
		if ((v = header_value(line, len, kept[i].name, &value_len)))
			header_keep(kept[i].out, kept[i].size, v, value_len);
	h->challenge |= is_challenge(line, len);
	v = header_value(line, len, "Content-Encoding", &value_len);
	if (v && !header_encoding_fits(v, value_len)) {
		f->bad_encoding = 1;
		return 0;
	}
	return len;
}

/* ---- the beginning of a hop ---- */

static void hop_done(struct transfer *t, CURLcode rc);

static void prepare(struct fetch *f)
{
	struct transfer *t = &f->t;

	transfer_open(f->net, t);
	t->over = hop_done;
	TRANSFER_SET(t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	TRANSFER_SET(t, CURLOPT_ACCEPT_ENCODING, "gzip");
	TRANSFER_SET(t, CURLOPT_USERAGENT, f->net->agent);
	TRANSFER_SET(t, CURLOPT_CONNECTTIMEOUT_MS, NET_CONNECT_MS);
	TRANSFER_SET(t, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
	TRANSFER_SET(t, CURLOPT_LOW_SPEED_TIME, NET_SLOW_SECONDS);
	TRANSFER_SET(t, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)NET_PAGE_MAX);
	TRANSFER_SET(t, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	TRANSFER_SET(t, CURLOPT_OPENSOCKETDATA, f);
	TRANSFER_SET(t, CURLOPT_WRITEFUNCTION, take_body);
	TRANSFER_SET(t, CURLOPT_WRITEDATA, f);
	TRANSFER_SET(t, CURLOPT_HEADERFUNCTION, take_header);
	TRANSFER_SET(t, CURLOPT_HEADERDATA, f);
}

/* The headers of this hop: what is known is told only to where it is from. */
static void set_headers(struct fetch *f)
{
	static const char *const names[2] = { "If-None-Match",
		"If-Modified-Since" };
	const struct config *c = f->net->config;
	char line[300];
	int i;

	curl.slist_free_all(f->headers);
	f->headers = curl.slist_append(NULL,
		"Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.1");
	if (c->fetch_language && *c->fetch_language) {
		(void)snprintf(line, sizeof(line), "Accept-Language: %s",
			c->fetch_language);
		f->headers = curl.slist_append(f->headers, line);
	}
	for (i = 0; i < 2 && f->known_url; i++) {
		if (!f->known[i] || strcmp(f->known_url, f->url) != 0)
			continue;
		(void)snprintf(
			line, sizeof(line), "%s: %s", names[i], f->known[i]);
		f->headers = curl.slist_append(f->headers, line);
	}
	TRANSFER_SET(&f->t, CURLOPT_HTTPHEADER, f->headers);
}

void hop_start(struct fetch *f)
{
	int64_t now = clock_monotonic_ms();
	struct host *h = host_of(f->net, f->host);

	if (h->closed_until > now) { /* as if it had told us again */
		f->status = 429;
		f->retry_after_s = (h->closed_until - now + 999) / 1000;
		f->state = FETCH_OVER;
		return;
	}
	if (!f->deadline)
		f->deadline = now + NET_TOTAL_MS;
	if (f->deadline <= now) {
		err_set(&f->err, REASON_FETCH_TIMEOUT,
			"no time left after %d redirects", f->redirects);
		f->state = FETCH_OVER;
		return;
	}
	if (!f->t.easy)
		prepare(f);
	f->refused = f->bad_encoding = 0;
	memset(&f->header, 0, sizeof(f->header));
	sbuf_reset(&f->body);
	set_headers(f);
	TRANSFER_SET(&f->t, CURLOPT_URL, f->url);
	TRANSFER_SET(&f->t, CURLOPT_TIMEOUT_MS, (long)(f->deadline - now));
	transfer_start(f->net, &f->t);
	f->state = FETCH_RUNNING;
}

/* ---- the end of a hop ---- */

/* Why was the certificate refused? By OpenSSL's codes; when it was content, it
 * was libcurl that did not like the name. */
static enum err_reason tls_reason(CURL *easy)
{
	long code = 0;

	(void)curl.easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &code);
	switch (code) {
	case 0:
	case 1: /* libcurl's "not asked yet" */
		return REASON_FETCH_WRONG_NAME;
	case 9:	 /* not yet valid */
	case 10: /* expired */
		return REASON_FETCH_EXPIRED;
	case 18: /* self-signed */
	case 19: /* self-signed in the chain */
	case 20: /* issuer not known */
	case 21: /* issuer not sent */
		return REASON_FETCH_UNTRUSTED;
	default:
		return REASON_FETCH_TLS;
	}
}

static enum err_reason broken_reason(const struct fetch *f)
{
	long error = 0;

	(void)curl.easy_getinfo(f->t.easy, CURLINFO_OS_ERRNO, &error);
	if (error == ECONNREFUSED)
		return REASON_FETCH_REFUSED;
	return error == ECONNRESET || error == EPIPE ? REASON_FETCH_RESET
						     : REASON_UNREACHABLE;
}

static enum err_reason reason_of(const struct fetch *f, CURLcode rc)
{
	/* none was to be reached: whatever else there was does not show */
	if (f->refused && rc == CURLE_COULDNT_CONNECT)
		return REASON_PRIVATE_ADDRESS;
	if (f->header_bytes > HEADERS_MAX || f->bad_encoding)
		return REASON_UNREACHABLE;
	switch (rc) {
	case CURLE_OPERATION_TIMEDOUT:
		return REASON_FETCH_TIMEOUT;
	case CURLE_FILESIZE_EXCEEDED:
		return REASON_FETCH_TOO_LARGE;
	case CURLE_WRITE_ERROR:
		return f->body.full ? REASON_FETCH_TOO_LARGE
				    : REASON_UNREACHABLE;
	case CURLE_PEER_FAILED_VERIFICATION:
		return tls_reason(f->t.easy);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return REASON_FETCH_TLS;
	case CURLE_COULDNT_RESOLVE_HOST:
		return REASON_FETCH_DNS;
	case CURLE_PARTIAL_FILE:
	case CURLE_BAD_CONTENT_ENCODING:
		return REASON_FETCH_TRUNCATED;
	case CURLE_GOT_NOTHING:
		return REASON_FETCH_RESET;
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2_STREAM:
	case CURLE_HTTP2:
		if (f->body.len)
			return REASON_FETCH_TRUNCATED;
		return rc == CURLE_RECV_ERROR ? broken_reason(f)
					      : REASON_FETCH_RESET;
	default:
		return broken_reason(f);
	}
}

static void fetch_failed(struct fetch *f, CURLcode rc)
{
	const char *why = transfer_error(&f->t, rc);

	if (f->header_bytes > HEADERS_MAX)
		why = "headers too large";
	else if (f->bad_encoding)
		why = "an encoding that was not asked for";
	else if (f->refused)
		why = "an address that is not public";
	err_set(&f->err, reason_of(f, rc), "%.100s: %.100s", f->host, why);
	f->state = FETCH_OVER;
}

static int is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

/* The site answered: now a pause, longer if it asks for one. */
static void hop_over(struct fetch *f)
{
	struct host *h = host_of(f->net, f->host);
	int64_t now = clock_monotonic_ms(), s;
	int64_t ms = header_retry_ms(f->header.retry_after, clock_wall_ms());

	h->free_at = now + f->net->config->fetch_pause_ms;
	f->retry_after_s = ms < 0 ? -1 : (ms + 999) / 1000;
	s = f->retry_after_s < CLOSED_MAX_S ? f->retry_after_s : CLOSED_MAX_S;
	if ((f->status == 429 || f->status == 503) && s > 0)
		h->closed_until = now + s * 1000;
}

static void hop_done(struct transfer *t, CURLcode rc)
{
	struct fetch *f = (struct fetch *)t;
	char *next = NULL;
	long status = 0;

	(void)curl.easy_getinfo(f->t.easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl.easy_getinfo(f->t.easy, CURLINFO_REDIRECT_URL, &next);
	next = next ? xstrdup(next) : NULL; /* libcurl's own goes away */
	f->state = FETCH_WAITING;
	f->status = (int)status;
	hop_over(f);
	if (rc) {
		fetch_failed(f, rc);
	} else if (!is_redirect(f->status) || !next) {
		f->state = FETCH_OVER;
	} else if (f->redirects == REDIRECTS_MAX) {
		err_set(&f->err, REASON_FETCH_REDIRECTS,
			"%.100s: more than %d redirects", f->host,
			REDIRECTS_MAX);
		f->state = FETCH_OVER;
	} else if (fetch_aim(f, next, strlen(next)) &&
		   f->err.reason != REASON_FETCH_LOOP) {
		/* the person's link was fine, the site's was not */
		if (f->err.reason == REASON_BAD_URL)
			f->err.reason = REASON_UNREACHABLE;
		err_context(&f->err, "redirect");
	}
	if (f->err.reason)
		f->state = FETCH_OVER;
	free(next);
}
