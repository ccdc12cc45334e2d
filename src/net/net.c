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
 * It leaves out retries (the person who asked tries again) and caching; an
 * answer of any status and type is a success here (see net_page_check()).
 */
#include "config.h"

#include "net/net.h"

#include <curl/curl.h>
#include <poll.h>
#include <signal.h>

#include "net/address.h"

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
#define EXTRA_MAX 64

enum fetch_state { FETCH_WAITING, FETCH_RUNNING, FETCH_OVER };

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
	int redirects;
	int64_t deadline; /* monotonic ms; 0 until the first hop starts */
	/* what the answer of this hop was */
	int refused;	     /* an address was not public */
	int bad_encoding;    /* something other than gzip */
	size_t header_bytes; /* of all hops */
	char type[TYPE_MAX];
	struct sbuf body;
	int status;
	struct err err;
};

struct net {
	const struct config *config;
	CURLM *multi;
	struct curl_slist *headers;
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

/* One header line, or the status line of one more answer. */
static size_t take_header(char *line, size_t size, size_t n, void *arg)
{
	struct fetch *f = arg;
	size_t len = size * n, value_len;
	const char *v;

	f->header_bytes += len;
	if (f->header_bytes > HEADERS_MAX)
		return 0;
	if (text_ascii_prefix(line, len, "HTTP/"))
		f->type[0] = '\0';
	v = value_of(line, len, "Content-Type", &value_len);
	if (v)
		(void)snprintf(f->type, sizeof(f->type), "%.*s",
			(int)(value_len > TYPE_MAX ? TYPE_MAX : value_len), v);
	v = value_of(line, len, "Content-Encoding", &value_len);
	if (v && value_len) {
		char name[16];

		(void)snprintf(name, sizeof(name), "%.*s",
			(int)(value_len > 15 ? 15 : value_len), v);
		f->bad_encoding = f->bad_encoding ||
				  !(text_ascii_caseeq(name, "gzip") ||
					  text_ascii_caseeq(name, "x-gzip") ||
					  text_ascii_caseeq(name, "identity"));
		if (f->bad_encoding)
			return 0;
	}
	return len;
}

/* ---- one fetch ---- */

#define SET(option, value)                                            \
	do {                                                          \
		CURLcode rc_ = curl_easy_setopt(easy, option, value); \
		if (rc_)                                              \
			fatalx("libcurl: " #option ": %s",            \
				curl_easy_strerror(rc_));             \
	} while (0)

static CURL *make_easy(struct net *n, struct fetch *f)
{
	CURL *easy = curl_easy_init();

	if (!easy)
		fatalx("out of memory (libcurl)");
	SET(CURLOPT_PRIVATE, f);
	SET(CURLOPT_ERRORBUFFER, f->error);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L); /* a stuck look-up must not hold us up */
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_ACCEPT_ENCODING, "gzip");
	SET(CURLOPT_USERAGENT, n->agent);
	SET(CURLOPT_HTTPHEADER, n->headers);
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
	if (f->easy && f->state == FETCH_RUNNING)
		(void)curl_multi_remove_handle(f->net->multi, f->easy);
	curl_easy_cleanup(f->easy);
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
	int rc = -1;

	if (url_canonical(f->net->config, url, len, &canonical, &f->err))
		goto out;
	if (f->url && text_ascii_prefix(f->url, strlen(f->url), "https:") &&
		!text_ascii_prefix(canonical.buf, canonical.len, "https:")) {
		err_set(&f->err, REASON_FETCH_TLS, "redirect from https to %s",
			canonical.buf);
		goto out;
	}
	free(f->url);
	free(f->host);
	f->url = xstrdup(canonical.buf);
	host = strstr(f->url, "://") + 3;
	f->host = xstrndup(host, strcspn(host, "/?"));
	rc = 0;
out:
	sbuf_release(&canonical);
	return rc;
}

static void fetch_start(struct fetch *f)
{
	int64_t now = clock_monotonic_ms();
	CURL *easy;

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
	f->type[0] = f->error[0] = '\0';
	sbuf_reset(&f->body);
	SET(CURLOPT_URL, f->url);
	SET(CURLOPT_TIMEOUT_MS, (long)(f->deadline - now));
	if (curl_multi_add_handle(f->net->multi, easy))
		fatalx("libcurl: cannot add a transfer");
	f->state = FETCH_RUNNING;
}

/* ---- the end of a hop ---- */

static enum err_reason reason_of(const struct fetch *f, CURLcode rc)
{
	switch (rc) {
	case CURLE_OPERATION_TIMEDOUT:
		return REASON_FETCH_TIMEOUT;
	case CURLE_FILESIZE_EXCEEDED:
		return REASON_TOO_LARGE;
	case CURLE_WRITE_ERROR:
		return f->body.full ? REASON_TOO_LARGE : REASON_UNREACHABLE;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return REASON_FETCH_TLS;
	default:
		return f->refused ? REASON_PRIVATE_ADDRESS : REASON_UNREACHABLE;
	}
}

static void fetch_failed(struct fetch *f, CURLcode rc)
{
	const char *why = *f->error ? f->error : curl_easy_strerror(rc);

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

static void hop_done(struct fetch *f, CURLcode rc)
{
	char *next = NULL;
	long status = 0;

	(void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &next);
	next = next ? xstrdup(next) : NULL; /* libcurl's own goes away */
	(void)curl_multi_remove_handle(f->net->multi, f->easy);
	f->state = FETCH_WAITING;
	f->status = (int)status;
	if (rc) {
		fetch_failed(f, rc);
	} else if (!is_redirect(f->status) || !next) {
		fetch_over(f);
	} else if (f->redirects == REDIRECTS_MAX) {
		err_set(&f->err, REASON_FETCH_REDIRECTS,
			"%.100s: more than %d redirects", f->host,
			REDIRECTS_MAX);
		fetch_over(f);
	} else if (fetch_aim(f, next, strlen(next))) {
		/* the person's link was fine, the site's was not */
		if (f->err.reason == REASON_BAD_URL)
			f->err.reason = REASON_UNREACHABLE;
		err_context(&f->err, "redirect");
		fetch_over(f);
	} else {
		f->redirects++;
	}
	free(next);
}

/* ---- all of them ---- */

/* Start those in line whose host is free, as far as there is room. */
static void start_waiting(struct net *n)
{
	struct fetch *f, *g;
	int running = 0;

	for (f = n->all; f; f = f->next)
		running += f->state == FETCH_RUNNING;
	for (f = n->all; f && running < CONNECTIONS_MAX; f = f->next) {
		if (f->state != FETCH_WAITING)
			continue;
		for (g = n->all; g; g = g->next)
			if (g->state == FETCH_RUNNING &&
				strcmp(g->host, f->host) == 0)
				break;
		if (g && !(f->deadline && f->deadline < clock_monotonic_ms()))
			continue;
		fetch_start(f);
		running += f->state == FETCH_RUNNING;
	}
}

static void collect(struct net *n)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(n->multi, &left))) {
		struct fetch *f = NULL;
		CURLcode rc = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &f);
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
		struct net_page page = { f->status, f->url, f->type, charset,
			f->body.buf, f->body.len };

		if (f->state != FETCH_OVER) {
			at = &f->next;
			continue;
		}
		read_charset(f->type, charset);
		*at = f->next;
		f->done(f->arg, f->err.reason ? NULL : &page,
			f->err.reason ? &f->err : NULL);
		fetch_free(f);
		count++;
		at = &n->all; /* the list may be another by now */
	}
	return count;
}

static int is_fine(const struct net_page *page)
{
	return page->status >= 200 && page->status <= 299;
}

static int has_type(const struct net_page *page, const char *type)
{
	size_t len = strcspn(page->content_type, "; \t");

	return strlen(type) == len &&
	       text_ascii_prefix(page->content_type, len, type);
}

int net_page_check(const struct net_page *page, struct err *e)
{
	/* "": the server does not say, we shall see */
	static const char *const readable[] = { "text/html",
		"application/xhtml+xml", "application/xml", "text/xml", "" };
	size_t i;

	if (!is_fine(page))
		return err_set(e, REASON_FETCH_STATUS, "%.150s: status %d",
			page->url, page->status);
	for (i = 0; i < ARRAY_LEN(readable); i++)
		if (has_type(page, readable[i]))
			return 0;
	return err_set(e, REASON_FETCH_TYPE, "%.150s: type %.60s", page->url,
		page->content_type);
}

int net_page_is_text(const struct net_page *page)
{
	return is_fine(page) && has_type(page, "text/plain");
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

	/* libcurl leaves SIGPIPE to us (CURLOPT_NOSIGNAL) */
	(void)signal(SIGPIPE, SIG_IGN);
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		fatalx("libcurl does not start");
	v = curl_version_info(CURLVERSION_NOW);
	if (!(v->features & CURL_VERSION_ASYNCHDNS))
		fatalx("libcurl looks names up without a thread");
	n->config = c;
	n->multi = curl_multi_init();
	n->headers = curl_slist_append(NULL,
		"Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.1");
	if (!n->multi || !n->headers)
		fatalx("out of memory (libcurl)");
	(void)curl_multi_setopt(
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
	curl_slist_free_all(n->headers);
	(void)curl_multi_cleanup(n->multi);
	curl_global_cleanup();
	free(n->agent);
	free(n);
}

unsigned net_fetch(struct net *n, const char *url, net_done *done, void *arg)
{
	struct fetch *f = xcalloc(1, sizeof(*f)), **end = &n->all;

	f->net = n;
	f->handle = ++n->last_handle;
	f->done = done;
	f->arg = arg;
	sbuf_init(&f->body, NET_PAGE_MAX);
	if (fetch_aim(f, url, strlen(url)))
		fetch_over(f);
	while (*end)
		end = &(*end)->next;
	*end = f;
	return f->handle;
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
	start_waiting(n);
	(void)curl_multi_perform(n->multi, &running);
	collect(n);
	if (deliver(n))
		wait_ms = 0; /* the caller has something new to look at */
	start_waiting(n);
	for (i = 0; i < n_extra; i++) {
		fds[i].fd = extra[i].fd;
		fds[i].events = extra[i].events; /* the same bits */
		fds[i].revents = 0;
	}
	(void)curl_multi_poll(
		n->multi, fds, (unsigned)n_extra, wait_ms, &running);
	/* libcurl does not tell of a hang-up: ask again */
	if (n_extra && poll(extra, (nfds_t)n_extra, 0) < 0)
		for (i = 0; i < n_extra; i++)
			extra[i].revents = 0;
	(void)curl_multi_perform(n->multi, &running);
	collect(n);
	(void)deliver(n);
}
