/*
 * A worker answers one request at a time and never leaves the machine.
 *
 * How it ends: SIGHUP asks it to leave after the request it is at, SIGTERM to
 * empty the queue of connections first (nobody else will). Both are blocked
 * but between two requests and while it waits for a connection; epoll_pwait()
 * opens them and waits in one step, and the socket does not block, so no
 * signal is ever lost and none interrupts libfcgi while it reads a request.
 *
 * libfcgi aborts on some broken records, and allocates what a record asks
 * for; that, or any crash, costs this process and this request.
 */
#include "server/process.h"

#include <errno.h>
#include <fcgiapp.h>
#include <signal.h>
#include <sodium.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TOKEN_MAX 4096
#define ANSWER_MAX ((size_t)16 * 1024 * 1024)
#define MEMORY_MAX ((size_t)1024 * 1024 * 1024)
#define DISCARD_MAX ((int64_t)64 * 1024 * 1024)
#define LOOK_MS 1000   /* look at the queue even when nobody woke us */
#define DRAIN_MS 2000  /* for emptying the queue after SIGTERM */
#define REOPEN_MS 1000 /* between attempts to open the store */

enum { STAY, LEAVE_NOW, LEAVE_DRAINED };
static volatile sig_atomic_t leaving;

struct worker {
	const struct place *place;
	struct web web;
	struct waker waker;
	FCGX_Request fcgi;
	struct arena mem;   /* of one request */
	struct sbuf answer; /* as it goes out */
	int64_t store_tried;
	int epoll;
	sigset_t waiting; /* signal mask while waiting */
};

static void on_signal(int sig)
{
	if (sig == SIGTERM)
		leaving = LEAVE_DRAINED;
	else if (leaving == STAY)
		leaving = LEAVE_NOW;
}

static void catch_signals(struct worker *w)
{
	struct sigaction act = { .sa_handler = on_signal }; /* no SA_RESTART */
	sigset_t blocked;

	sigemptyset(&act.sa_mask);
	(void)sigaction(SIGTERM, &act, NULL);
	(void)sigaction(SIGHUP, &act, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
	sigemptyset(&w->waiting);
}

/* Open the store, or try again now and then. A broken connection is replaced
 * only once a new one works: reading may still be possible with the old. */
static void open_store(struct worker *w)
{
	int64_t now = clock_monotonic_ms();
	struct err e = ERR_INIT;
	struct store *s;

	if (w->store_tried && now - w->store_tried < REOPEN_MS)
		return;
	w->store_tried = now;
	s = store_open(w->place->world->config.store, &e);
	if (!s) {
		log_warnx("store: %s", e.msg);
		return;
	}
	store_close(w->web.store);
	w->web.store = s;
}

/* Half of the workers may wait for jobs; the rest answer everybody else. */
static int hold(void *arg, int on)
{
	struct worker *w = arg;
	const struct place *p = w->place;
	int n = 0;
	size_t i;

	/* ours first: of two who come at once, none misses the other */
	atomic_store(&p->slot->waiting, on);
	for (i = 0; on && i < CHILDREN_MAX; i++)
		n += atomic_load(&p->slots[i].waiting);
	if (n <= p->world->config.workers / 2)
		return on;
	atomic_store(&p->slot->waiting, 0);
	return 0;
}

/* ---- one request ---- */

/* Read what the client sends on and forget it. */
static void discard(struct worker *w, int64_t len)
{
	char chunk[16384];

	if (len > DISCARD_MAX)
		len = DISCARD_MAX;
	while (len > 0) {
		int n = FCGX_GetStr(chunk, sizeof(chunk), w->fcgi.in);

		if (n <= 0)
			return;
		len -= n;
	}
}

/* The whole body into *body, or what is wrong with it. */
static int read_body(struct worker *w, char **body, size_t *len, struct err *e)
{
	const char *method = FCGX_GetParam("REQUEST_METHOD", w->fcgi.envp);
	const char *uri = FCGX_GetParam("REQUEST_URI", w->fcgi.envp);
	const char *text = FCGX_GetParam("CONTENT_LENGTH", w->fcgi.envp);
	size_t limit = web_body_limit(method ? method : "", uri ? uri : "");
	int64_t want = 0;

	*body = NULL;
	*len = 0;
	if (!text || !*text)
		return 0;
	if (num_int(text, strlen(text), 0, INT32_MAX, &want))
		return err_set(
			e, REASON_BAD_REQUEST, "CONTENT_LENGTH '%.20s'", text);
	if ((size_t)want > limit) {
		discard(w, want);
		/* no route, or one that takes no body: that is for it to say */
		return limit ? err_set(e, REASON_TOO_LARGE,
				       "body of %lld bytes", (long long)want)
			     : 0;
	}
	*body = arena_alloc(&w->mem, (size_t)want + 1);
	if (want && FCGX_GetStr(*body, (int)want, w->fcgi.in) != want)
		return err_set(e, REASON_BAD_REQUEST, "the body broke off");
	*len = (size_t)want;
	return 0;
}

static void handle(struct worker *w)
{
	int64_t start = clock_monotonic_us();
	struct err e = ERR_INIT, broken = ERR_INIT;
	struct response answer;
	struct request r;
	char *body;
	size_t len;
	int rc;

	if (!w->web.store)
		open_store(w);
	response_init(&answer, &w->mem);
	rc = read_body(w, &body, &len, &e);
	if (request_init(&r, &w->mem, (const char *const *)w->fcgi.envp, body,
		    len, rc ? &broken : &e))
		rc = -1;
	if (!rc && !w->web.store && r.method != HTTP_GET &&
		r.method != HTTP_HEAD)
		rc = err_set(&e, REASON_STORE, "the store is not open");
	if (rc)
		web_refuse(&w->web, &r, &answer, &e);
	else
		web_handle(&w->web, &r, &answer);
	response_write(&answer, &r, &w->answer);
	if (FCGX_PutStr(w->answer.buf, (int)w->answer.len, w->fcgi.out) < 0)
		log_debug("the client did not wait for the answer");
	log_debug("%s %.200s: %d in %lld us", r.method_name, r.path,
		answer.status, (long long)(clock_monotonic_us() - start));
	if (answer.status == 503 && w->web.store &&
		store_ready(w->web.store, &broken))
		open_store(w);
	response_release(&answer);
}

/* ---- the loop ---- */

static int64_t request_deadline(const struct worker *w)
{
	return clock_monotonic_ms() +
	       w->place->world->config.worker_deadline_s * 1000;
}

/* Take a connection if there is one. 1: a request was answered; 0: nobody
 * was there; -1: the socket is broken. */
static int serve_one(struct worker *w)
{
	struct slot *slot = w->place->slot;
	int rc;

	/* from here a client that says nothing costs us time */
	atomic_store(&slot->deadline, request_deadline(w));
	errno = 0;
	rc = FCGX_Accept_r(&w->fcgi);
	if (rc == 0) {
		handle(w);
		FCGX_Finish_r(&w->fcgi);
		arena_reset(&w->mem);
		sbuf_reset(&w->answer);
		atomic_fetch_add(&slot->served, 1);
		rc = 1;
	} else {
		rc = rc == -EAGAIN || rc == -EINTR || rc == -ECONNABORTED ? 0
									  : -1;
	}
	/* nor is one that does not even look at the queue of any use */
	atomic_store(&slot->deadline, request_deadline(w));
	return rc;
}

static int wait_for_client(struct worker *w)
{
	struct epoll_event ev;
	int n = epoll_pwait(w->epoll, &ev, 1, LOOK_MS, &w->waiting);

	return n < 0 && errno != EINTR ? -1 : 0;
}

/* Under load nobody ever waits: look for signals between two requests too.
 * (epoll_pwait() leaves them pending when there is a connection.) */
static void take_signals(const struct worker *w)
{
	sigset_t pending, blocked;

	if (sigpending(&pending) || !(sigismember(&pending, SIGTERM) ||
					    sigismember(&pending, SIGHUP)))
		return;
	(void)sigprocmask(SIG_SETMASK, &w->waiting, &blocked);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static int loop(struct worker *w)
{
	int64_t drain_end = 0;
	int rc = 0;

	while (rc >= 0) {
		take_signals(w);
		if (leaving == LEAVE_DRAINED && !drain_end)
			drain_end = clock_monotonic_ms() + DRAIN_MS;
		if (leaving == LEAVE_NOW ||
			(drain_end && clock_monotonic_ms() > drain_end))
			break;
		rc = serve_one(w);
		if (rc == 0 && drain_end)
			break;
		if (rc == 0 && wait_for_client(w))
			rc = -1;
	}
	if (rc < 0)
		log_warn("waiting for clients");
	return rc < 0 ? 1 : 0;
}

/* What opens the operator's page; NULL: nothing does. Keys of models are no
 * business of workers. */
static const char *admin_token(const struct place *p, struct sbuf *token)
{
	const char *path = p->world->config.admin_token_file;
	struct err e = ERR_INIT;

	if (!*path)
		return NULL;
	if (file_read(path, token, &e)) {
		log_warnx("admin_token_file: %s", e.msg);
		return NULL;
	}
	sbuf_rtrim(token);
	if (token->len >= ADMIN_TOKEN_MIN)
		return token->buf;
	log_warnx("admin_token_file: %s: the token has fewer than %d "
		  "characters, so there is no /admin",
		path, ADMIN_TOKEN_MIN);
	return NULL;
}

int worker_run(const struct place *p)
{
	struct worker w = { .place = p, .epoll = -1 };
	struct epoll_event ev = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	struct sbuf token = SBUF_INIT(TOKEN_MAX);
	int rc;

	leaving = STAY;
	sbuf_init(&w.answer, ANSWER_MAX);
	catch_signals(&w);
	confine_secrets();
	confine_memory(MEMORY_MAX);
	waker_open(&w.waker, p->sockets);
	w.web = (struct web){ .config = &p->world->config,
		.knowledge = p->world->knowledge,
		.reverse = p->world->reverse,
		.templates = p->world->templates,
		.reader = p->reader,
		.prompts = p->world->prompts,
		.admin_token = admin_token(p, &token),
		.static_base = p->world->static_base,
		.wake = waker_send,
		.wake_arg = &w.waker,
		.hold = hold,
		.hold_arg = &w };
	open_store(&w);
	w.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w.epoll < 0 ||
		epoll_ctl(w.epoll, EPOLL_CTL_ADD, p->sockets->listen, &ev))
		fatal("epoll");
	if (FCGX_Init() || FCGX_InitRequest(&w.fcgi, p->sockets->listen,
				   FCGI_FAIL_ACCEPT_ON_INTR))
		fatalx("libfcgi does not start");
	confine_calls(0);
	rc = loop(&w);
	FCGX_Free(&w.fcgi, 1);
	store_close(w.web.store);
	sbuf_release(&w.answer);
	sodium_memzero(token.buf, token.len);
	sbuf_release(&token);
	arena_release(&w.mem);
	close(w.epoll);
	return rc;
}
