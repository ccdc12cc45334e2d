/*
 * Fetching a page from the public internet. libcurl does HTTP and TLS; this
 * file decides what it may do, and for how long.
 *
 * A fetch waits in line until its host is free (one connection a site) and
 * there is room (32 in all), then makes up to six hops: libcurl follows no
 * redirect, each new address passes url_canonical() like the first. Where a
 * connection really goes is judged in open_socket(), on the binary address,
 * at the moment of connecting. What arrives is counted after decompression.
 *
 * It leaves out retries and caching (jobs/ does that); an answer of any status
 * and type is a success here (answer.c judges it).
 */
#include "config.h"

#include "net/net.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "net/address.h"
#include "net/libcurl.h"

#define CONNECTIONS_MAX 32
#define REDIRECTS_MAX 5
#define HEADERS_MAX ((size_t)64 * 1024)
#define SLOW_BYTES 1024L
#ifndef NET_TOTAL_MS /* tests have less patience */
#define NET_CONNECT_MS 5000L
#define NET_TOTAL_MS 20000
#define NET_SLOW_SECONDS 10L
#endif
#define TYPE_MAX 200
#define CHARSET_MAX 40
#define ETAG_MAX 256
#define DATE_MAX 64
#define RETRY_MAX_S ((int64_t)365 * 24 * 3600)
#define CLOSED_MAX_S 3600
#define EXTRA_MAX 64

enum fetch_state { FETCH_WAITING, FETCH_RUNNING, FETCH_OVER };

struct header { /* of an answer, as far as we look at it */
	char type[TYPE_MAX], etag[ETAG_MAX], modified[DATE_MAX];
	char retry_after[DATE_MAX];
	int challenge;
};

struct fetch {
	struct fetch *next;
	struct net *net;
	unsigned handle;
	enum fetch_state state;
	net_done *done;
	void *arg;
	CURL *easy;
	char error[CURL_ERROR_SIZE];
	char *url, *host;
	char *been[REDIRECTS_MAX]; /* where the hops before this one went */
	int redirects;
	struct curl_slist *headers; /* of a hop that asks for what is new */
	char *known_url, *known[2]; /* If-None-Match, If-Modified-Since */
	int64_t deadline; /* monotonic ms; 0 until the first hop starts */
	/* what the answer of this hop was */
	int refused;	     /* an address was not public */
	int bad_encoding;    /* something other than gzip */
	size_t header_bytes; /* of all hops */
	struct header header;
	struct sbuf body;
	int status;
	int64_t retry_after_s;
	struct err err;
};

/* A site we asked lately. */
struct host {
	struct host *next;
	char *name;
	int64_t free_at;      /* monotonic ms: the pause is over */
	int64_t closed_until; /* it told us to wait */
};

struct net {
	struct host *hosts;
	const struct config *config;
	CURLM *multi;
	char *agent;
	struct fetch *all;
	unsigned last_handle;
};

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

/* The value of a header line, without the blanks around it; NULL if the line
 * is another header's. */
static const char *value_of(
	const char *line, size_t len, const char *name, size_t *value_len)
{
	size_t at = strlen(name), end = len;

	if (len <= at || line[at] != ':' || !text_ascii_prefix(line, len, name))
		return NULL;
	for (at++; at < end && (line[at] == ' ' || line[at] == '\t'); at++)
		;
	while (end > at && (unsigned char)line[end - 1] <= ' ')
		end--;
	*value_len = end - at;
	return line + at;
}

static void keep(char *out, size_t size, const char *v, size_t len)
{
	(void)snprintf(out, size, "%.*s", (int)(len < size ? len : size), v);
}

/* Only gzip was asked for, and once. */
static int encoding_fits(const char *v, size_t len)
{
	char name[16];

	keep(name, sizeof(name), v, len);
	return !len || text_ascii_caseeq(name, "gzip") ||
	       text_ascii_caseeq(name, "x-gzip") ||
	       text_ascii_caseeq(name, "identity");
}

/* Headers by which those who keep robots out say that they did. */
static int is_challenge(const char *line, size_t len)
{
	size_t n;
	const char *v = value_of(line, len, "cf-mitigated", &n);

	if (v)
		return text_ascii_prefix(v, n, "challenge");
	v = value_of(line, len, "x-amzn-waf-action", &n);
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
		if ((v = value_of(line, len, kept[i].name, &value_len)))
			keep(kept[i].out, kept[i].size, v, value_len);
	h->challenge |= is_challenge(line, len);
	v = value_of(line, len, "Content-Encoding", &value_len);
	if (v && !encoding_fits(v, value_len)) {
		f->bad_encoding = 1;
		return 0;
	}
	return len;
}

/* ---- sites ---- */

/* Its record, made when there is none; those that have run out go. */
static struct host *host_of(struct net *n, const char *name)
{
	struct host **at = &n->hosts, *h;
	int64_t now = clock_monotonic_ms();

	while ((h = *at)) {
		if (strcmp(h->name, name) == 0)
			return h;
		if (h->free_at <= now && h->closed_until <= now) {
			*at = h->next;
			free(h->name);
			free(h);
		} else {
			at = &h->next;
		}
	}
	h = xcalloc(1, sizeof(*h));
	h->name = xstrdup(name);
	*at = h;
	return h;
}

/* ---- one fetch ---- */

#define SET(option, value)                                            \
	do {                                                          \
		CURLcode rc_ = curl.easy_setopt(easy, option, value); \
		if (rc_)                                              \
			fatalx("libcurl: " #option ": %s",            \
				curl.easy_strerror(rc_));             \
	} while (0)

static CURL *make_easy(struct net *n, struct fetch *f)
{
	CURL *easy = curl.easy_init();

	if (!easy)
		fatalx("out of memory (libcurl)");
	SET(CURLOPT_PRIVATE, f);
	SET(CURLOPT_ERRORBUFFER, f->error);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L); /* a stuck look-up must not hold us up */
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (n->config->ca_file && *n->config->ca_file)
		SET(CURLOPT_CAINFO, n->config->ca_file);
	SET(CURLOPT_ACCEPT_ENCODING, "gzip");
	SET(CURLOPT_USERAGENT, n->agent);
	SET(CURLOPT_CONNECTTIMEOUT_MS, NET_CONNECT_MS);
	SET(CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
	SET(CURLOPT_LOW_SPEED_TIME, NET_SLOW_SECONDS);
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)NET_PAGE_MAX);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, f);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, f);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, f);
	return easy;
}

static void fetch_free(struct fetch *f)
{
	int i;

	if (f->easy && f->state == FETCH_RUNNING)
		(void)curl.multi_remove_handle(f->net->multi, f->easy);
	curl.easy_cleanup(f->easy);
	curl.slist_free_all(f->headers);
	for (i = 0; i < f->redirects; i++)
		free(f->been[i]);
	free(f->known_url);
	free(f->known[0]);
	free(f->known[1]);
	free(f->url);
	free(f->host);
	sbuf_release(&f->body);
	free(f);
}

static void fetch_over(struct fetch *f)
{
	f->state = FETCH_OVER;
}

/* Aim the next hop at url: from outside, so all of it is checked. */
static int fetch_aim(struct fetch *f, const char *url, size_t len)
{
	struct sbuf canonical = SBUF_INIT(NET_URL_MAX);
	const char *host;
	int rc = -1, circle = 0, i;

	if (url_canonical(f->net->config, url, len, &canonical, &f->err))
		goto out;
	if (f->url && text_ascii_prefix(f->url, strlen(f->url), "https:") &&
		!text_ascii_prefix(canonical.buf, canonical.len, "https:")) {
		err_set(&f->err, REASON_FETCH_TLS, "redirect from https to %s",
			canonical.buf);
		goto out;
	}
	if (f->url)
		f->been[f->redirects++] = f->url;
	for (i = 0; i < f->redirects; i++)
		if (strcmp(f->been[i], canonical.buf) == 0)
			circle = 1;
	f->url = xstrdup(canonical.buf);
	if (circle) {
		err_set(&f->err, REASON_FETCH_LOOP, "back to %s", f->url);
		goto out;
	}
	free(f->host);
	host = strstr(f->url, "://") + 3;
	f->host = xstrndup(host, strcspn(host, "/?"));
	rc = 0;
out:
	sbuf_release(&canonical);
	return rc;
}

/* The headers of this hop: what is known is told only to where it is from. */
static void set_headers(struct fetch *f)
{
	static const char *const names[2] = { "If-None-Match",
		"If-Modified-Since" };
	const struct config *c = f->net->config;
	CURL *easy = f->easy;
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
	SET(CURLOPT_HTTPHEADER, f->headers);
}

static void fetch_start(struct fetch *f)
{
	int64_t now = clock_monotonic_ms();
	struct host *h = host_of(f->net, f->host);
	CURL *easy;

	if (h->closed_until > now) { /* as if it had told us again */
		f->status = 429;
		f->retry_after_s = (h->closed_until - now + 999) / 1000;
		fetch_over(f);
		return;
	}
	if (!f->deadline)
		f->deadline = now + NET_TOTAL_MS;
	if (f->deadline <= now) {
		err_set(&f->err, REASON_FETCH_TIMEOUT,
			"no time left after %d redirects", f->redirects);
		fetch_over(f);
		return;
	}
	if (!f->easy)
		f->easy = make_easy(f->net, f);
	easy = f->easy;
	f->refused = f->bad_encoding = 0;
	f->error[0] = '\0';
	memset(&f->header, 0, sizeof(f->header));
	sbuf_reset(&f->body);
	set_headers(f);
	SET(CURLOPT_URL, f->url);
	SET(CURLOPT_TIMEOUT_MS, (long)(f->deadline - now));
	if (curl.multi_add_handle(f->net->multi, easy))
		fatalx("libcurl: cannot add a transfer");
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

	(void)curl.easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &error);
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
		return tls_reason(f->easy);
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
	const char *why = *f->error ? f->error : curl.easy_strerror(rc);

	if (f->header_bytes > HEADERS_MAX)
		why = "headers too large";
	else if (f->bad_encoding)
		why = "an encoding that was not asked for";
	else if (f->refused)
		why = "an address that is not public";
	err_set(&f->err, reason_of(f, rc), "%.100s: %.100s", f->host, why);
	fetch_over(f);
}

static int is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

/* "120" or a date; -1 when the site does not say. */
static int64_t read_retry_after(const char *v)
{
	int64_t now = clock_wall_ms() / 1000, s;

	if (!*v)
		return -1;
	if (num_int(v, strlen(v), 0, INT32_MAX, &s))
		s = (int64_t)curl.getdate(v, NULL) - now;
	/* before 1970, or no date at all */
	if (s < -now)
		return -1;
	return s < 0 ? 0 : s > RETRY_MAX_S ? RETRY_MAX_S : s;
}

/* The site answered: now a pause, longer if it asks for one. */
static void hop_over(struct fetch *f)
{
	struct host *h = host_of(f->net, f->host);
	int64_t now = clock_monotonic_ms(), s;

	h->free_at = now + f->net->config->fetch_pause_ms;
	f->retry_after_s = read_retry_after(f->header.retry_after);
	s = f->retry_after_s < CLOSED_MAX_S ? f->retry_after_s : CLOSED_MAX_S;
	if ((f->status == 429 || f->status == 503) && s > 0)
		h->closed_until = now + s * 1000;
}

static void hop_done(struct fetch *f, CURLcode rc)
{
	char *next = NULL;
	long status = 0;

	(void)curl.easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl.easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &next);
	next = next ? xstrdup(next) : NULL; /* libcurl's own goes away */
	(void)curl.multi_remove_handle(f->net->multi, f->easy);
	f->state = FETCH_WAITING;
	f->status = (int)status;
	hop_over(f);
	if (rc) {
		fetch_failed(f, rc);
	} else if (!is_redirect(f->status) || !next) {
		fetch_over(f);
	} else if (f->redirects == REDIRECTS_MAX) {
		err_set(&f->err, REASON_FETCH_REDIRECTS,
			"%.100s: more than %d redirects", f->host,
			REDIRECTS_MAX);
		fetch_over(f);
	} else if (fetch_aim(f, next, strlen(next)) &&
		   f->err.reason != REASON_FETCH_LOOP) {
		/* the person's link was fine, the site's was not */
		if (f->err.reason == REASON_BAD_URL)
			f->err.reason = REASON_UNREACHABLE;
		err_context(&f->err, "redirect");
	}
	if (f->err.reason)
		fetch_over(f);
	free(next);
}

/* ---- all of them ---- */

/* May f go now? One at a time at a site, and a first hop after the pause. A
 * fetch whose time is up goes too: it ends at once. */
static int is_free(const struct fetch *f, int64_t now, int64_t *next)
{
	const struct fetch *g;
	int64_t free_at;

	if (f->deadline && f->deadline < now)
		return 1;
	for (g = f->net->all; g; g = g->next)
		if (g->state == FETCH_RUNNING && strcmp(g->host, f->host) == 0)
			return 0;
	free_at = f->deadline ? now : host_of(f->net, f->host)->free_at;
	if (free_at > now && free_at < *next)
		*next = free_at;
	return free_at <= now;
}

/* Start those in line whose host is free, as far as there is room. Returns
 * the milliseconds until a pause is over, at most wait_ms. */
static int start_waiting(struct net *n, int wait_ms)
{
	int64_t now = clock_monotonic_ms(), next = now + wait_ms;
	struct fetch *f;
	int running = 0;

	for (f = n->all; f; f = f->next)
		running += f->state == FETCH_RUNNING;
	for (f = n->all; f && running < CONNECTIONS_MAX; f = f->next) {
		if (f->state != FETCH_WAITING || !is_free(f, now, &next))
			continue;
		fetch_start(f);
		running += f->state == FETCH_RUNNING;
		if (f->state == FETCH_OVER)
			next = now; /* to be handed over */
	}
	return (int)(next - now);
}

static void collect(struct net *n)
{
	CURLMsg *m;
	int left;

	while ((m = curl.multi_info_read(n->multi, &left))) {
		struct fetch *f = NULL;
		CURLcode rc = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &f);
		hop_done(f, rc);
	}
}

/* The charset parameter of a content type; "" when it has none. */
static void read_charset(const char *type, char out[CHARSET_MAX + 1])
{
	size_t n = 0;

	*out = '\0';
	while ((type = strchr(type, ';'))) {
		type++;
		type += strspn(type, " \t");
		if (!text_ascii_prefix(type, strlen(type), "charset="))
			continue;
		type += 8;
		type += strspn(type, "\"' ");
		n = strcspn(type, "\"'; \t,");
		if (n <= CHARSET_MAX)
			(void)snprintf(
				out, CHARSET_MAX + 1, "%.*s", (int)n, type);
		return;
	}
}

/* Hand over what is finished. The callback may start and cancel fetches. */
static int deliver(struct net *n)
{
	struct fetch **at = &n->all;
	int count = 0;

	while (*at) {
		struct fetch *f = *at;
		char charset[CHARSET_MAX + 1];
		struct net_page page = { f->status, f->url, f->header.type,
			charset, f->body.buf, f->body.len, f->header.etag,
			f->header.modified, f->retry_after_s,
			f->header.challenge };

		if (f->state != FETCH_OVER) {
			at = &f->next;
			continue;
		}
		read_charset(f->header.type, charset);
		*at = f->next;
		f->done(f->arg, f->err.reason ? NULL : &page,
			f->err.reason ? &f->err : NULL);
		fetch_free(f);
		count++;
		at = &n->all; /* the list may be another by now */
	}
	return count;
}

static void make_agent(struct net *n)
{
	struct sbuf sb = SBUF_INIT(400);
	const char *p = n->config->contact;

	sbuf_addstr(&sb, "Mozilla/5.0 (compatible; Winepair/" PACKAGE_VERSION);
	if (p && *p)
		sbuf_addstr(&sb, "; +");
	for (; p && *p; p++)
		if (*p > ' ' && *p < 0x7F && !strchr("()", *p))
			sbuf_addch(&sb, *p);
	sbuf_addch(&sb, ')');
	n->agent = xstrdup(sb.buf);
	sbuf_release(&sb);
}

struct net *net_new(const struct config *c)
{
	struct net *n = xcalloc(1, sizeof(*n));
	const curl_version_info_data *v;
	struct err e = ERR_INIT;

	if (net_ready(&e))
		fatalx("%s", e.msg);
	/* libcurl leaves SIGPIPE to us (CURLOPT_NOSIGNAL) */
	(void)signal(SIGPIPE, SIG_IGN);
	if (curl.global_init(CURL_GLOBAL_DEFAULT))
		fatalx("libcurl does not start");
	v = curl.version_info(CURLVERSION_NOW);
	if (!(v->features & CURL_VERSION_ASYNCHDNS))
		fatalx("libcurl looks names up without a thread");
	n->config = c;
	n->multi = curl.multi_init();
	if (!n->multi)
		fatalx("out of memory (libcurl)");
	(void)curl.multi_setopt(
		n->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
	make_agent(n);
	return n;
}

void net_free(struct net *n)
{
	if (!n)
		return;
	while (n->all) {
		struct fetch *f = n->all;

		n->all = f->next;
		fetch_free(f);
	}
	while (n->hosts) {
		struct host *h = n->hosts;

		n->hosts = h->next;
		free(h->name);
		free(h);
	}
	(void)curl.multi_cleanup(n->multi);
	curl.global_cleanup();
	free(n->agent);
	free(n);
}

/* A header's value that came from a site: none of it may be another header. */
static char *fit_value(const char *v)
{
	const char *s;

	for (s = v; s && *s; s++)
		if (ascii_is_control(*s))
			return NULL;
	return v && *v ? xstrdup(v) : NULL;
}

unsigned net_fetch_known(struct net *n, const char *url,
	const struct net_known *known, net_done *done, void *arg)
{
	struct fetch *f = xcalloc(1, sizeof(*f)), **end = &n->all;

	f->net = n;
	f->handle = ++n->last_handle;
	f->done = done;
	f->arg = arg;
	f->retry_after_s = -1;
	if (known && known->url) {
		f->known_url = xstrdup(known->url);
		f->known[0] = fit_value(known->etag);
		f->known[1] = fit_value(known->modified);
	}
	sbuf_init(&f->body, NET_PAGE_MAX);
	if (fetch_aim(f, url, strlen(url)))
		fetch_over(f);
	while (*end)
		end = &(*end)->next;
	*end = f;
	return f->handle;
}

unsigned net_fetch(struct net *n, const char *url, net_done *done, void *arg)
{
	return net_fetch_known(n, url, NULL, done, arg);
}

void net_cancel(struct net *n, unsigned handle)
{
	struct fetch **at = &n->all;

	while (*at && (*at)->handle != handle)
		at = &(*at)->next;
	if (*at) {
		struct fetch *f = *at;

		*at = f->next;
		fetch_free(f);
	}
}

void net_run(struct net *n, int wait_ms, struct pollfd *extra, size_t n_extra)
{
	struct curl_waitfd fds[EXTRA_MAX];
	int running;
	size_t i;

	if (n_extra > EXTRA_MAX)
		log_bug("%zu descriptors to wait for", n_extra);
	(void)start_waiting(n, 0);
	(void)curl.multi_perform(n->multi, &running);
	collect(n);
	if (deliver(n))
		wait_ms = 0; /* the caller has something new to look at */
	wait_ms = start_waiting(n, wait_ms);
	for (i = 0; i < n_extra; i++) {
		fds[i].fd = extra[i].fd;
		fds[i].events = extra[i].events; /* the same bits */
		fds[i].revents = 0;
	}
	(void)curl.multi_poll(
		n->multi, fds, (unsigned)n_extra, wait_ms, &running);
	/* libcurl does not tell of a hang-up: ask again */
	if (n_extra && poll(extra, (nfds_t)n_extra, 0) < 0)
		for (i = 0; i < n_extra; i++)
			extra[i].revents = 0;
	(void)curl.multi_perform(n->multi, &running);
	collect(n);
	(void)deliver(n);
}
