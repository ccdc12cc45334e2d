/*
 * OPERATOR calls: requests to a server of the operator's choice, such as a
 * language model's. The caller says what is sent and reads what comes; this
 * file sees to it that the call ends, and says how.
 *
 * Every call has a connection of its own, with HTTP/1.1: libcurl sends a
 * request again by itself when a kept connection turns out to be dead, and a
 * question to a model must not be asked (and paid for) twice; over HTTP/2 it
 * would keep copies of the headers where nobody can wipe them. A handshake is
 * little against the time a model takes. Compression is not asked for, since
 * libcurl does not notice when compressed text ends too early; a server that
 * compresses all the same is understood.
 *
 * libcurl's own limits of time are in seconds where silence is concerned, so
 * the clock is looked at here, once after each turn of the loop. Patience is
 * judged by the time at which all that had come was taken: a loop that was
 * held up finds no silence that was not there.
 *
 * What it leaves out: retries, limits on how many, and any knowledge of what
 * is said (llm/ has those).
 */
#include "config.h"

#include "net/internal.h"

#define CONNECT_MS 10000
#define TYPE_MAX 200
#define ID_MAX 128
#define WORD_MAX 64
#define HOST_MAX 100

enum call_state { CALL_UNDER_WAY, CALL_OVER, CALL_GONE };

struct call {
	struct transfer t; /* first */
	struct call *next;
	unsigned handle;
	enum call_state state;
	net_piece *piece;
	net_answered *done;
	void *arg;
	char host[HOST_MAX]; /* and port, for messages */
	struct curl_slist *headers;
	int64_t timeout_ms, silence_ms;
	int64_t started, last; /* monotonic ms; last: 0 before the request */
	/* the answer */
	size_t header_bytes;
	int complete; /* the headers of the final answer are */
	int bad_encoding;
	char type[TYPE_MAX], id[ID_MAX];
	char wait[WORD_MAX], wait_ms[WORD_MAX], again[WORD_MAX], date[WORD_MAX];
	struct net_head head;
	size_t total;	     /* bytes of body */
	struct sbuf waiting; /* those not handed over yet */
	struct err err;
};

/* ---- what libcurl calls ---- */

static curl_socket_t open_socket(
	void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	(void)arg;
	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Connected: from now on silence is the server's. */
static int before_request(
	void *arg, char *ip, char *own_ip, int port, int own_port)
{
	struct call *c = arg;

	(void)ip, (void)own_ip, (void)port, (void)own_port;
	c->last = clock_monotonic_ms();
	return CURL_PREREQFUNC_OK;
}

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
	struct call *c = arg;
	size_t len = size * n;

	c->last = clock_monotonic_ms();
	c->total += len;
	if (c->total > NET_CALL_MAX)
		return 0;
	sbuf_add(&c->waiting, data, len);
	return len;
}

/* What is shown or logged later holds no control bytes. */
static void keep_shown(char *out, size_t size, const char *v, size_t len)
{
	header_keep(out, size, v, len);
	for (; *out; out++)
		if (ascii_is_control(*out) || (unsigned char)*out > 0x7E)
			*out = '?';
}

static void read_header(struct call *c, const char *line, size_t len)
{
	const struct {
		const char *name;
		char *out;
		size_t size;
		int first; /* the first one counts */
	} kept[] = {
		{ "Content-Type", c->type, sizeof(c->type), 0 },
		{ "request-id", c->id, sizeof(c->id), 1 },
		{ "x-request-id", c->id, sizeof(c->id), 1 },
		{ "x-amzn-RequestId", c->id, sizeof(c->id), 1 },
		{ "Retry-After", c->wait, sizeof(c->wait), 0 },
		{ "retry-after-ms", c->wait_ms, sizeof(c->wait_ms), 0 },
		{ "x-should-retry", c->again, sizeof(c->again), 0 },
		{ "Date", c->date, sizeof(c->date), 0 },
	};
	size_t i, n;
	const char *v;

	for (i = 0; i < ARRAY_LEN(kept); i++) {
		v = header_value(line, len, kept[i].name, &n);
		if (v && !(kept[i].first && *kept[i].out))
			keep_shown(kept[i].out, kept[i].size, v, n);
	}
	v = header_value(line, len, "Content-Encoding", &n);
	if (v && !header_encoding_fits(v, n))
		c->bad_encoding = 1;
}

/* All headers are there: what do they say? */
static void read_head(struct call *c)
{
	struct net_head *h = &c->head;
	int64_t now = clock_wall_ms();
	double ms;

	h->date = (int64_t)curl.getdate(c->date, NULL) * 1000;
	if (h->date < 0)
		h->date = 0;
	/* a date to wait for is one of the server's clock */
	h->retry_after_ms = header_retry_ms(c->wait, h->date ? h->date : now);
	if (num_double(c->wait_ms, strlen(c->wait_ms), 0, INT32_MAX, &ms) == 0)
		h->retry_after_ms = (int64_t)ms;
	if (text_ascii_caseeq(c->again, "true"))
		h->should_retry = 1;
	else if (text_ascii_caseeq(c->again, "false"))
		h->should_retry = 0;
}

static void forget_head(struct call *c)
{
	*c->type = *c->id = *c->wait = *c->wait_ms = *c->again = *c->date = 0;
}

/* A header line; the status line of one more answer (after a 1xx); the blank
 * line after the headers; or a trailer, which is nobody's business. */
static size_t take_header(char *line, size_t size, size_t n, void *arg)
{
	struct call *c = arg;
	size_t len = size * n;
	long status = 0;

	c->last = clock_monotonic_ms();
	c->header_bytes += len;
	if (c->header_bytes > HEADERS_MAX)
		return 0;
	if (c->complete)
		return len;
	if (text_ascii_prefix(line, len, "HTTP/"))
		forget_head(c);
	read_header(c, line, len);
	if (*line != '\r' && *line != '\n')
		return c->bad_encoding ? 0 : len;
	(void)curl.easy_getinfo(c->t.easy, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200) {
		c->complete = 1;
		c->head.status = (int)status;
		read_head(c);
	}
	return len;
}

/* ---- how it ended ---- */

static enum err_reason reason_of(const struct call *c, CURLcode rc)
{
	if (c->header_bytes > HEADERS_MAX || c->total > NET_CALL_MAX)
		return REASON_CALL_TOO_LARGE;
	if (c->bad_encoding)
		return REASON_CALL_FAILED;
	switch (rc) {
	case CURLE_FILESIZE_EXCEEDED:
		return REASON_CALL_TOO_LARGE;
	case CURLE_COULDNT_RESOLVE_HOST:
		return REASON_CALL_DNS;
	case CURLE_COULDNT_CONNECT:
		return REASON_CALL_REFUSED;
	case CURLE_OPERATION_TIMEDOUT:
		return REASON_CALL_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return REASON_CALL_TLS;
	case CURLE_OK: /* so libcurl thinks when headers just end */
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return c->header_bytes ? REASON_CALL_CUT : REASON_CALL_RESET;
	default:
		return REASON_CALL_FAILED;
	}
}

/* libcurl's own words may quote what the server said, once it has said
 * anything. */
static const char *words_of(const struct call *c, CURLcode rc)
{
	if (c->header_bytes > HEADERS_MAX)
		return "headers too large";
	if (c->bad_encoding)
		return "an encoding that was not asked for";
	if (!rc)
		return "the connection ended among the headers";
	return c->header_bytes ? curl.easy_strerror(rc)
			       : transfer_error(&c->t, rc);
}

static void call_over(struct transfer *t, CURLcode rc)
{
	struct call *c = (struct call *)t;

	c->state = CALL_OVER;
	if (rc || !c->complete)
		err_set(&c->err, reason_of(c, rc), "%s: %.100s", c->host,
			words_of(c, rc));
}

/* When its time is up, should nothing come until then. */
static int64_t deadline_of(const struct call *c)
{
	int64_t end = c->started + c->timeout_ms;
	int64_t silent = c->last + c->silence_ms;

	return c->last && silent < end ? silent : end;
}

static void expire(struct net *n, struct call *c, int64_t now)
{
	transfer_stop(n, &c->t);
	c->state = CALL_OVER;
	if (now - c->started >= c->timeout_ms)
		err_set(&c->err, REASON_CALL_TIMEOUT,
			"%s: not done after %lld ms", c->host,
			(long long)c->timeout_ms);
	else
		err_set(&c->err, REASON_CALL_SILENT,
			"%s: nothing came for %lld ms", c->host,
			(long long)c->silence_ms);
}

/* ---- the beginning ---- */

/* What frames a message is ours to say, whatever the settings ask for. */
static int is_ours(const char *line)
{
	static const char *const names[] = { "Expect", "Content-Length",
		"Transfer-Encoding", "Connection", "TE", "Upgrade" };
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (header_value(line, strlen(line), names[i], &n))
			return 1;
	return 0;
}

static void add_header(struct call *c, const char *line)
{
	const char *s;

	for (s = line; *s; s++)
		if (*s == '\r' || *s == '\n')
			log_bug("a header of two lines");
	c->headers = curl.slist_append(c->headers, line);
	if (!c->headers)
		fatalx("out of memory (libcurl)");
}

static void set_headers(struct call *c, const char *const *lines)
{
	int typed = 0;
	size_t n;

	add_header(c, "Expect:"); /* never wait for leave to send */
	for (; lines && *lines; lines++) {
		if (is_ours(*lines))
			continue;
		typed |= !!header_value(
			*lines, strlen(*lines), "Content-Type", &n);
		add_header(c, *lines);
	}
	if (!typed) /* it is no form */
		add_header(c, "Content-Type:");
	TRANSFER_SET(&c->t, CURLOPT_HTTPHEADER, c->headers);
}

static void set_options(struct call *c, const struct net_call *what)
{
	struct transfer *t = &c->t;
	int64_t connect = what->timeout_ms < CONNECT_MS ? what->timeout_ms
							: CONNECT_MS;

	TRANSFER_SET(t, CURLOPT_URL, what->url);
	TRANSFER_SET(t, CURLOPT_PATH_AS_IS, 1L); /* it may be signed */
	TRANSFER_SET(t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	TRANSFER_SET(t, CURLOPT_FRESH_CONNECT, 1L);
	TRANSFER_SET(t, CURLOPT_FORBID_REUSE, 1L);
	TRANSFER_SET(t, CURLOPT_ACCEPT_ENCODING, "identity");
	TRANSFER_SET(t, CURLOPT_USERAGENT, "Winepair/" PACKAGE_VERSION);
	/* 0 would be libcurl's five minutes */
	TRANSFER_SET(t, CURLOPT_CONNECTTIMEOUT_MS,
		(long)(connect > 0 ? connect : 1));
	TRANSFER_SET(t, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)NET_CALL_MAX);
	TRANSFER_SET(t, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	TRANSFER_SET(t, CURLOPT_PREREQFUNCTION, before_request);
	TRANSFER_SET(t, CURLOPT_PREREQDATA, c);
	TRANSFER_SET(t, CURLOPT_WRITEFUNCTION, take_body);
	TRANSFER_SET(t, CURLOPT_WRITEDATA, c);
	TRANSFER_SET(t, CURLOPT_HEADERFUNCTION, take_header);
	TRANSFER_SET(t, CURLOPT_HEADERDATA, c);
	if (!what->body)
		return;
	TRANSFER_SET(t, CURLOPT_POST, 1L);
	TRANSFER_SET(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)what->len);
	TRANSFER_SET(t, CURLOPT_COPYPOSTFIELDS, what->body);
}

unsigned net_call(struct net *n, const struct net_call *what, net_piece *piece,
	net_answered *done, void *arg)
{
	struct call *c = xcalloc(1, sizeof(*c));
	const char *host = strstr(what->url, "://");

	c->handle = ++n->last_handle;
	c->piece = piece;
	c->done = done;
	c->arg = arg;
	c->timeout_ms = what->timeout_ms;
	c->silence_ms = what->silence_ms;
	c->started = clock_monotonic_ms();
	c->head = (struct net_head){ 0, c->type, c->id, -1, -1, 0 };
	host = host ? host + 3 : "";
	header_keep(c->host, sizeof(c->host), host, strcspn(host, "/?#"));
	sbuf_init(&c->waiting, NET_CALL_MAX);
	transfer_open(n, &c->t);
	c->t.over = call_over;
	set_options(c, what);
	set_headers(c, what->headers);
	transfer_start(n, &c->t);
	c->next = n->calls;
	n->calls = c;
	return c->handle;
}

/* ---- all of them ---- */

/* All that was copied is libcurl's, and wiped as it goes (libcurl.c). */
static void call_free(struct net *n, struct call *c)
{
	transfer_close(n, &c->t);
	curl.slist_free_all(c->headers);
	sbuf_release(&c->waiting);
	free(c);
}

static void sweep(struct net *n)
{
	struct call **at = &n->calls, *c;

	while ((c = *at)) {
		if (c->state != CALL_GONE) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		call_free(n, c);
	}
}

/* Hand over what has come of it. The callback may say that it is enough, or
 * cancel it. */
static int deliver_piece(struct net *n, struct call *c)
{
	struct sbuf got = c->waiting;
	int enough;

	if (!got.len || c->state == CALL_GONE)
		return 0;
	sbuf_init(&c->waiting, NET_CALL_MAX);
	enough = c->piece(c->arg, &c->head, got.buf, got.len);
	sbuf_release(&got);
	if (enough && c->state != CALL_GONE) {
		transfer_stop(n, &c->t);
		c->state = CALL_OVER;
		c->err.reason = REASON_NONE;
	}
	return 1;
}

int calls_deliver(struct net *n)
{
	int64_t now = n->looked;
	struct call *c;
	int count = 0;

	n->calling_back = 1;
	for (c = n->calls; c; c = c->next) { /* new ones come before it */
		if (c->state == CALL_UNDER_WAY && deadline_of(c) <= now)
			expire(n, c, now);
		count += deliver_piece(n, c);
		if (c->state != CALL_OVER)
			continue;
		c->state = CALL_GONE;
		c->done(c->arg, &c->head, c->err.reason ? &c->err : NULL);
		count++;
	}
	n->calling_back = 0;
	sweep(n);
	return count;
}

int calls_wait(const struct net *n, int wait_ms)
{
	int64_t now = clock_monotonic_ms(), next = now + wait_ms;
	const struct call *c;

	for (c = n->calls; c; c = c->next)
		if (deadline_of(c) < next)
			next = deadline_of(c);
	return next < now ? 0 : (int)(next - now);
}

void call_cancel(struct net *n, unsigned handle)
{
	struct call *c = n->calls;

	while (c && c->handle != handle)
		c = c->next;
	if (!c)
		return;
	transfer_stop(n, &c->t);
	c->state = CALL_GONE;
	if (!n->calling_back)
		sweep(n);
}

void calls_free(struct net *n)
{
	while (n->calls) {
		struct call *c = n->calls;

		n->calls = c->next;
		call_free(n, c);
	}
}
