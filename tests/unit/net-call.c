/*
 * OPERATOR calls (net/calls.c): how each comes to its end, and what callbacks
 * may do. The server is net-call-server.c, the client net-call-client.c.
 */
#include "net-call.h"

#include <poll.h>

/* ---- ends ---- */

/* path, and what comes of it */
static const struct {
	const char *path;
	enum err_reason reason;
	int status;
	const char *body;
} ends[] = {
	{ "/quiet", REASON_NONE, 200, "ok" },
	{ "/status/400", REASON_NONE, 400, "{\"error\": 1}" },
	{ "/status/529", REASON_NONE, 529, "{\"error\": 1}" },
	{ "/redirect", REASON_NONE, 307, "body" },
	{ "/status/401?WWW-Authenticate:+Basic", REASON_NONE, 401,
		"{\"error\": 1}" },
	{ "/early", REASON_NONE, 201, "ok" },
	{ "/trailer", REASON_NONE, 200, "ok" },
	{ "/gzip", REASON_NONE, 200, "hello" },
	{ "/brotli", REASON_CALL_FAILED, 0, "" },
	{ "/junk", REASON_CALL_FAILED, 0, "" },
	{ "/reset", REASON_CALL_RESET, 0, "" },
	{ "/nothing", REASON_CALL_RESET, 0, "" },
	{ "/reset-later", REASON_CALL_CUT, 200, NULL },
	{ "/large", REASON_CALL_TOO_LARGE, 0, "" },
	{ "/endless", REASON_CALL_TOO_LARGE, 200, NULL },
	{ "/endless-headers", REASON_CALL_TOO_LARGE, 0, "" },
	{ "/bomb", REASON_CALL_TOO_LARGE, 200, NULL },
};

static void every_call_has_its_end(void **state)
{
	struct call_result r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(ends); i++) {
		int before = call_connections();

		call_path(ends[i].path, &r);
		if (r.reason != ends[i].reason ||
			r.head.status != ends[i].status ||
			(ends[i].body && strcmp(r.body.buf, ends[i].body) != 0))
			fail_msg("%s: %s (%s), status %d, '%s'", ends[i].path,
				err_key(r.reason), r.msg, r.head.status,
				r.body.buf);
		assert_true(r.body.len <= NET_CALL_MAX);
		/* once: no redirect, no second try */
		assert_int_equal(call_connections(), before + 1);
		sbuf_release(&r.body);
	}
}

static void who_cannot_be_reached(void **state)
{
	static const char label[] =
		"http://a123456789a123456789a123456789a123456789a123456789"
		"a123456789a123456789.invalid/secret";
	struct net_call c = call_to(label);
	char url[100];
	struct call_result r;

	(void)state;
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_CALL_DNS);
	c = call_to(call_at(call_closed_port, "/secret"));
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_CALL_REFUSED);
	/* plain HTTP where TLS should be */
	(void)snprintf(
		url, sizeof(url), "https://127.0.0.1:%d/secret", call_port);
	c = call_to(url);
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_CALL_TLS);
	/* what was never a URL of the operator's */
	c = call_to("file:///etc/passwd");
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_CALL_FAILED);
	assert_int_equal(r.head.status, 0);
	assert_string_equal(r.id, "");
}

/* Whole or not: there is nothing in between. */
static void an_answer_cut_anywhere_is_not_whole(void **state)
{
	static const struct {
		const char *path, *whole;
		size_t spare; /* bytes that say nothing more */
	} rows[] = {
		{ "/cut", call_with_length, 0 },
		{ "/cut-chunks", call_in_chunks, 1 }, /* the last LF */
	};
	char path[100];
	struct call_result r;
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = strlen(rows[i].whole) - rows[i].spare;

		for (n = 0; n <= len; n++) {
			(void)snprintf(
				path, sizeof(path), "%s/%zu", rows[i].path, n);
			call_path(path, &r);
			if (n < len ? r.reason != REASON_CALL_CUT &&
						r.reason != REASON_CALL_RESET
				    : r.reason != REASON_NONE)
				fail_msg("%s: %s", path, err_key(r.reason));
			if (n > 40 && n < len)
				assert_int_equal(r.reason, REASON_CALL_CUT);
			if (r.reason == REASON_NONE)
				assert_string_equal(
					r.body.buf, "{\"ok\": true}");
			sbuf_release(&r.body);
		}
	}
}

static void messages_tell_nothing_private(void **state)
{
	static const char *const paths[] = { "/junk", "/reset", "/large",
		"/brotli", "/cut/45", "/hang" };
	static const char *const headers[] = { "x-api-key: sesame", NULL };
	char path[100], host[100];
	struct call_result r;
	size_t i;

	(void)state;
	(void)snprintf(host, sizeof(host), "127.0.0.1:%d: ", call_port);
	for (i = 0; i < ARRAY_LEN(paths); i++) {
		struct net_call c;

		(void)snprintf(path, sizeof(path), "%s", paths[i]);
		c = call_to(call_at(call_port, path));
		c.headers = headers;
		c.body = "private question";
		c.len = strlen(c.body);
		c.silence_ms = 100;
		call_make(&c, &r);
		assert_true(r.reason != REASON_NONE);
		assert_int_equal(strncmp(r.msg, host, strlen(host)), 0);
		assert_null(strstr(r.msg, "sesame"));
		assert_null(strstr(r.msg, "private"));
		assert_null(strstr(r.msg, "secret"));
		assert_null(strstr(r.msg, path));
		sbuf_release(&r.body);
	}
}

/* ---- patience ---- */

static void silence_is_the_end(void **state)
{
	static const struct {
		const char *path, *body;
	} rows[] = {
		{ "/hang", "" },
		{ "/half-a-head", "" },
		{ "/half-a-body", "half" },
	};
	struct call_result r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_call c = call_to(call_at(call_port, rows[i].path));
		int64_t start = clock_monotonic_ms();

		c.silence_ms = 400;
		call_make(&c, &r); /* which is willing to wait a minute */
		assert_int_equal(r.reason, REASON_CALL_SILENT);
		assert_string_equal(r.body.buf, rows[i].body);
		/* libcurl's own clocks would not wake it before ten seconds */
		assert_in_range(clock_monotonic_ms() - start, 400, 8000);
		sbuf_release(&r.body);
	}
}

static void there_is_an_end_to_talking(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/drip"));
	struct call_result r;

	(void)state;
	c.silence_ms = 900; /* it is never silent for so long */
	c.timeout_ms = 1800;
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_CALL_TIMEOUT);
	assert_true(r.pieces > 2);
	sbuf_release(&r.body);
	/* nor is there time for ever to connect, and that is no silence */
	c = call_to(call_at(call_full_port, "/"));
	c.silence_ms = 50;
	c.timeout_ms = 300;
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_CALL_TIMEOUT);
	c.timeout_ms = 0;
	call_make(&c, &r);
	assert_int_equal(r.reason, REASON_CALL_TIMEOUT);
}

/* ---- pieces ---- */

/* The server says each only when the one before was handed over. */
static void pieces_come_as_they_are_sent(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/pieces"));
	struct call_result r;
	size_t i;
	char all[200] = "";

	(void)state;
	for (i = 0; i < ARRAY_LEN(call_pieces); i++)
		(void)snprintf(all + strlen(all), sizeof(all) - strlen(all),
			"%s", call_pieces[i]);
	call_result_init(&r);
	r.go_on = 1;
	(void)net_call(call_net, &c, call_piece, call_over, &r);
	call_wait(&r);
	assert_int_equal(r.reason, REASON_NONE);
	assert_int_equal(r.pieces, ARRAY_LEN(call_pieces));
	assert_string_equal(r.body.buf, all);
	assert_string_equal(r.type, "text/event-stream");
	sbuf_release(&r.body);
}

/* Enough is a good end, even of an answer that has none. */
static void a_piece_may_be_enough(void **state)
{
	static const char *const paths[] = { "/half-a-body", "/drip", "/quiet",
		"/cut/50", "/endless" };
	struct call_result r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(paths); i++) {
		struct net_call c = call_to(call_at(call_port, paths[i]));

		call_result_init(&r);
		r.enough = 1;
		(void)net_call(call_net, &c, call_piece, call_over, &r);
		call_wait(&r);
		net_run(call_net, 0, NULL, 0);
		assert_int_equal(r.reason, REASON_NONE);
		assert_int_equal(r.head.status, 200);
		assert_int_equal(r.pieces, 1);
		assert_int_equal(r.over, 1);
		sbuf_release(&r.body);
	}
}

static struct config *open_config(void)
{
	static struct allow_rule rule = {
		{ [10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1 }, 128, 0, 0
	};
	static struct config own = {
		.contact = "", .fetch_allow = &rule, .n_fetch_allow = 1
	};

	rule.port = call_port;
	return &own;
}

/* ---- callbacks that start and cancel ---- */

static void a_cancelled_call_says_nothing(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/quiet"));
	struct call_result gone[3], r;
	unsigned handle[3];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		call_result_init(&gone[i]);
		handle[i] =
			net_call(call_net, &c, call_piece, call_over, &gone[i]);
		if (i)
			net_run(call_net, 0, NULL, 0);
	}
	for (i = 0; i < 3; i++) {
		gone[i].over = 0;
		net_cancel(call_net, handle[i]);
		net_cancel(call_net, handle[i]);
		sbuf_release(&gone[i].body);
		gone[i].pieces = -1; /* nobody counts on */
	}
	net_cancel(call_net, 12345678);
	call_path("/quiet", &r);
	for (i = 0; i < 3; i++) {
		assert_int_equal(gone[i].over, 0);
		assert_int_equal(gone[i].pieces, -1);
	}
	sbuf_release(&r.body);
}

/* Of itself, of one that is older and of one that is younger. */
static void a_callback_may_cancel(void **state)
{
	struct net_call hang = call_to(call_at(call_port, "/hang"));
	struct call_result r, older, younger, last;

	(void)state;
	call_result_init(&r);
	call_result_init(&older);
	call_result_init(&younger);
	r.drop[0] = net_call(call_net, &hang, call_piece, call_over, &older);
	hang.url = call_at(call_port, "/half-a-body");
	r.drop[1] = net_call(call_net, &hang, call_piece, call_over, &r);
	hang.url = call_at(call_port, "/hang");
	r.drop[2] = net_call(call_net, &hang, call_piece, call_over, &younger);
	r.enough = 1; /* and it says so to nobody */
	while (!r.pieces)
		net_run(call_net, 1000, NULL, 0);
	call_path("/quiet", &last);
	assert_int_equal(r.pieces, 1);
	assert_int_equal(r.over + older.over + younger.over, 0);
	sbuf_release(&r.body);
	sbuf_release(&last.body);
}

struct chain {
	unsigned own;
	struct call_result first, second;
};

static void then_another(
	void *arg, const struct net_head *head, const struct err *e)
{
	struct chain *c = arg;
	struct net_call next = call_to(call_at(call_port, "/status/404"));

	call_over(&c->first, head, e);
	net_cancel(call_net, c->own); /* it is over: nothing happens */
	net_cancel(call_net,
		net_call(call_net, &next, call_piece, call_over, &c->first));
	(void)net_call(call_net, &next, call_piece, call_over, &c->second);
}

static int ignore(
	void *arg, const struct net_head *head, const char *data, size_t len)
{
	(void)arg, (void)head, (void)data, (void)len;
	return 0;
}

static void a_callback_may_call(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/quiet"));
	struct chain chain;

	(void)state;
	call_result_init(&chain.first);
	call_result_init(&chain.second);
	chain.own = net_call(call_net, &c, ignore, then_another, &chain);
	call_wait(&chain.second);
	assert_int_equal(chain.first.over, 1);
	assert_int_equal(chain.first.head.status, 200);
	assert_int_equal(chain.second.head.status, 404);
	sbuf_release(&chain.second.body);
}

static void calls_under_way_can_be_dropped(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/half-a-body"));
	struct net *other = net_new(open_config());
	struct call_result r;
	int i;

	(void)state;
	call_result_init(&r);
	for (i = 0; i < 3; i++)
		(void)net_call(other, &c, ignore, call_over, &r);
	net_run(other, 10, NULL, 0);
	net_free(other);
	assert_int_equal(r.over, 0);
}

/* ---- many ---- */

static void hundreds_at_once(void **state)
{
	static struct call_result r[CALL_CROWD];
	struct net_call c = call_to(call_at(call_crowd_port, "/"));
	char own[40];
	const char *headers[] = { own, NULL };
	size_t i, left = CALL_CROWD;

	(void)state;
	c.headers = headers;
	for (i = 0; i < CALL_CROWD; i++) {
		call_result_init(&r[i]);
		(void)snprintf(own, sizeof(own), "x-number: %zu.", i);
		(void)net_call(call_net, &c, call_piece, call_over, &r[i]);
	}
	while (left) {
		net_run(call_net, 60000, NULL, 0);
		for (left = 0, i = 0; i < CALL_CROWD; i++)
			left += !r[i].over;
	}
	for (i = 0; i < CALL_CROWD; i++) {
		assert_int_equal(r[i].over, 1);
		assert_int_equal(r[i].reason, REASON_NONE);
		(void)snprintf(own, sizeof(own), "x-number: %zu.", i);
		assert_non_null(strstr(r[i].body.buf, own));
		sbuf_release(&r[i].body);
	}
}

static void fetched(void *arg, const struct net_page *page, const struct err *e)
{
	int *status = arg;

	*status = page ? page->status : (int)e->reason;
}

/* Calls take none of the places of fetches, and cancel as they do. */
static void fetches_go_their_own_way(void **state)
{
	struct net_call c = call_to(call_at(call_port, "/hang"));
	struct net *n = net_new(open_config());
	struct call_result r;
	int status = 0, dropped = 0, i;
	unsigned handle;

	(void)state;
	call_result_init(&r);
	for (i = 0; i < 40; i++)
		(void)net_call(n, &c, ignore, call_over, &r);
	net_run(n, 10, NULL, 0);
	(void)net_fetch(n, call_at(call_port, "/quiet"), fetched, &status);
	handle = net_fetch(n, call_at(call_port, "/hang"), fetched, &dropped);
	while (!status)
		net_run(n, 1000, NULL, 0);
	net_cancel(n, handle);
	net_run(n, 0, NULL, 0);
	assert_int_equal(status, 200);
	assert_int_equal(dropped + r.over, 0);
	net_free(n);
}

#define HELD_UP_MS 1500

/* While the loop stands still, the server says the next piece. */
static void hold_up(void *arg, const struct net_page *page, const struct err *e)
{
	fetched(arg, page, e);
	assert_int_equal(write(call_go_on, "x", 1), 1);
	(void)poll(NULL, 0, HELD_UP_MS);
}

static int two_are_enough(
	void *arg, const struct net_head *head, const char *data, size_t len)
{
	(void)call_piece(arg, head, data, len);
	return ((struct call_result *)arg)->pieces == 2;
}

static void our_own_delay_is_no_silence(void **state)
{
	struct net *n = net_new(open_config());
	struct net_call c = call_to(call_at(call_port, "/pieces"));
	struct call_result r;
	int status = 0;

	(void)state;
	c.silence_ms = HELD_UP_MS - 500;
	call_result_init(&r);
	(void)net_call(n, &c, two_are_enough, call_over, &r);
	while (!r.pieces)
		net_run(n, 1000, NULL, 0);
	(void)net_fetch(n, call_at(call_port, "/quiet"), hold_up, &status);
	while (!r.over)
		net_run(n, 1000, NULL, 0);
	assert_int_equal(status, 200);
	assert_int_equal(r.reason, REASON_NONE);
	sbuf_release(&r.body);
	net_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_has_its_end),
		cmocka_unit_test(who_cannot_be_reached),
		cmocka_unit_test(an_answer_cut_anywhere_is_not_whole),
		cmocka_unit_test(messages_tell_nothing_private),
		cmocka_unit_test(silence_is_the_end),
		cmocka_unit_test(there_is_an_end_to_talking),
		cmocka_unit_test(pieces_come_as_they_are_sent),
		cmocka_unit_test(a_piece_may_be_enough),
		cmocka_unit_test(a_cancelled_call_says_nothing),
		cmocka_unit_test(a_callback_may_cancel),
		cmocka_unit_test(a_callback_may_call),
		cmocka_unit_test(calls_under_way_can_be_dropped),
		cmocka_unit_test(hundreds_at_once),
		cmocka_unit_test(fetches_go_their_own_way),
		cmocka_unit_test(our_own_delay_is_no_silence),
	};

	return cmocka_run_group_tests(
		tests, call_client_start, call_client_stop);
}
