/* Calls of net-call.c and net-call-said.c, and what became of them. */
#include "net-call.h"

static struct config config = { .contact = "" };
struct net *call_net;

void call_result_init(struct call_result *r)
{
	memset(r, 0, sizeof(*r));
	sbuf_init(&r->body, NET_CALL_MAX + 1);
}

int call_piece(
	void *arg, const struct net_head *head, const char *data, size_t len)
{
	struct call_result *r = arg;
	size_t i;

	assert_int_equal(r->over, 0);
	assert_true(len > 0);
	assert_in_range(head->status, 200, 599);
	r->pieces++;
	sbuf_add(&r->body, data, len);
	if (r->go_on && r->pieces < (int)ARRAY_LEN(call_pieces))
		assert_int_equal(write(call_go_on, "x", 1), 1);
	for (i = 0; i < ARRAY_LEN(r->drop); i++)
		net_cancel(call_net, r->drop[i]);
	return r->enough;
}

void call_over(void *arg, const struct net_head *head, const struct err *e)
{
	struct call_result *r = arg;

	r->over++;
	r->reason = e ? e->reason : REASON_NONE;
	r->head = *head;
	(void)snprintf(r->msg, sizeof(r->msg), "%s", e ? e->msg : "");
	(void)snprintf(r->type, sizeof(r->type), "%s", head->content_type);
	(void)snprintf(r->id, sizeof(r->id), "%s", head->request_id);
}

const char *call_at(int port, const char *path)
{
	static char url[2000];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
	return url;
}

struct net_call call_to(const char *url)
{
	return (struct net_call){ url, NULL, "{}", 2, 60000, 60000 };
}

void call_wait(struct call_result *r)
{
	while (!r->over)
		net_run(call_net, 60000, NULL, 0);
	assert_int_equal(r->over, 1);
}

void call_make(const struct net_call *c, struct call_result *r)
{
	call_result_init(r);
	(void)net_call(call_net, c, call_piece, call_over, r);
	call_wait(r);
}

void call_path(const char *path, struct call_result *r)
{
	struct net_call c = call_to(call_at(call_port, path));

	call_make(&c, r);
}

int call_client_start(void **state)
{
	/* none of these may matter */
	setenv("http_proxy", "http://127.0.0.1:9/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9/", 1);
	if (call_server_start(state))
		return -1;
	call_net = net_new(&config);
	return 0;
}

int call_client_stop(void **state)
{
	net_free(call_net);
	return call_server_stop(state);
}
