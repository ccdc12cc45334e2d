/* What the tests of OPERATOR calls (net-call.c, net-call-said.c) share. */
#ifndef TESTS_NET_CALL_H
#define TESTS_NET_CALL_H

#include "unit.h"

#include "net/net.h"

/* ---- net-call-server.c ---- */

/* Where it listens: the first has one behaviour a path (net-call-server.c),
 * the second answers nobody before CALL_CROWD ask at once, the third takes no
 * more connections, the fourth is nobody's. */
extern int call_port, call_crowd_port, call_full_port, call_closed_port;
#define CALL_CROWD 400

/* A byte written here lets "/pieces" go on. */
extern int call_go_on;
extern const char *const call_pieces[4];

/* A whole answer, and "/cut/N" gives its first N bytes: with a length, and
 * "/cut-chunks/N" in chunks. */
extern const char call_with_length[], call_in_chunks[];

/* Connections to the first so far, by processes of the server. */
int call_connections(void);

int call_server_start(void **state);
int call_server_stop(void **state);

/* ---- net-call-client.c ---- */

struct call_result {
	int pieces, over; /* how often it was called */
	enum err_reason reason;
	char msg[256];
	struct net_head head; /* its texts are below */
	char type[300], id[300];
	struct sbuf body;
	/* what else the piece callback does */
	int enough, go_on;
	unsigned drop[3]; /* handles to cancel */
};

extern struct net *call_net;

void call_result_init(struct call_result *r);
/* The two callbacks; their arg is a struct call_result. */
net_piece call_piece;
net_answered call_over;
/* A URL on the loopback, valid until the next one. */
const char *call_at(int port, const char *path);
/* With patience enough for all that is not about patience. */
struct net_call call_to(const char *url);
void call_wait(struct call_result *r);
/* From beginning to end. */
void call_make(const struct net_call *c, struct call_result *r);
void call_path(const char *path, struct call_result *r);

/* The server as well. */
int call_client_start(void **state);
int call_client_stop(void **state);

#endif
