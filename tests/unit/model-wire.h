/*
 * A network of the test's own in place of net_call() and net_cancel(), by
 * --wrap (Makefile.am): calls are kept, and the test answers them, in the
 * manner of the openai provider.
 */
#ifndef TESTS_MODEL_WIRE_H
#define TESTS_MODEL_WIRE_H

#include "net/net.h"
#include "unit.h"

#define PICKS(list) "{\"summary\":\"Pink lamb.\",\"picks\":[" list "]}"
#define PICK(id) "{\"style\":\"" id "\",\"why\":\"It meets the roast.\"}"
#define GOOD PICKS(PICK("rioja-reserva") "," PICK("barolo") "," PICK("bandol"))

struct wire {
	net_piece *piece;
	net_answered *done;
	void *arg;
	int live;
	char *body, *url;
};

static struct wire wires[64];
static unsigned n_wires;

unsigned __wrap_net_call(struct net *n, const struct net_call *what,
	net_piece *piece, net_answered *done, void *arg);
void __wrap_net_cancel(struct net *n, unsigned handle);

unsigned __wrap_net_call(struct net *n, const struct net_call *what,
	net_piece *piece, net_answered *done, void *arg)
{
	(void)n;
	assert_true(n_wires < ARRAY_LEN(wires));
	wires[n_wires++] = (struct wire){ piece, done, arg, 1,
		xstrdup(what->body), xstrdup(what->url) };
	return n_wires;
}

void __wrap_net_cancel(struct net *n, unsigned handle)
{
	(void)n;
	assert_in_range(handle, 1, n_wires);
	assert_true(wires[handle - 1].live);
	wires[handle - 1].live = 0;
}

static inline void wires_reset(void)
{
	while (n_wires) {
		n_wires--;
		free(wires[n_wires].body);
		free(wires[n_wires].url);
	}
}

static inline struct wire *wire(unsigned i)
{
	if (i >= n_wires || !wires[i].live)
		fail_msg("call %u is not under way", i);
	return &wires[i];
}

static inline void wire_ends(
	unsigned i, int status, const char *type, enum err_reason reason)
{
	const struct net_head head = { status, type, "", -1, -1, 0 };
	struct err e = ERR_INIT;
	struct wire *w = wire(i);

	if (reason)
		(void)err_set(&e, reason, "as the test wants");
	w->live = 0;
	w->done(w->arg, &head, reason ? &e : NULL);
}

/* A piece of a body: before, words as a JSON string, after. */
static inline int wire_brings(unsigned i, int status, const char *type,
	const char *before, const char *words, const char *after)
{
	const struct net_head head = { status, type, "", -1, -1, 0 };
	struct sbuf body = SBUF_INIT(65536);
	json_object *o = words ? json_object_new_string(words) : NULL;
	struct wire *w = wire(i);
	int rc;

	sbuf_addf(&body, "%s%s%s", before,
		o ? json_object_to_json_string(o) : "", after);
	rc = w->piece(w->arg, &head, body.buf, body.len);
	json_object_put(o);
	sbuf_release(&body);
	return rc;
}

/* A piece of a stream; more words of the answer. */
static inline void wire_says(unsigned i, const char *words)
{
	(void)wire_brings(i, 200, "text/event-stream",
		"data: {\"choices\":[{\"delta\":{\"content\":", words,
		"}}]}\n\n");
}

/* A whole answer with these words: 100 tokens in, 10 out. */
static inline void wire_answers(unsigned i, const char *words)
{
	assert_int_equal(
		wire_brings(i, 200, "application/json",
			"{\"choices\":[{\"message\":{\"content\":", words,
			"},\"finish_reason\":\"stop\"}],\"usage\":{"
			"\"prompt_tokens\":100,\"completion_tokens\":10}}"),
		0);
	wire_ends(i, 200, "application/json", REASON_NONE);
}

static inline void wire_fails(unsigned i, int status, const char *body)
{
	if (*body)
		(void)wire_brings(
			i, status, "application/json", body, NULL, "");
	wire_ends(i, status, "application/json", REASON_NONE);
}

#endif
