/*
 * Pages are parsed in a process that can do nothing but parse. The reader
 * process takes a page (a memory file), the write end of a pipe and the URL
 * over a socket that all its clients share, and forks one child a page. The
 * child closes everything else, limits itself, opens what its charset needs,
 * gives up all system calls but reading, writing and memory, parses, writes
 * the answer and is gone. When a child dies instead, the reader itself writes
 * the verdict behind what is in the pipe: too-complex. A pipe that ends without
 * answer or verdict means that the reader died: nothing was found out about the
 * page, and asking again is right.
 *
 * One packet is one request: a byte, 'P' for a page or 'T' for text, the
 * charset of the HTTP header, a blank, the URL; two descriptors.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recipe/html.h"
#include "recipe/recipe.h"

#define CHILDREN_MAX 4 /* at once; more pages wait in the socket */
#define CHILD_MS 2500  /* for a page */
#define CLIENT_MS 3000 /* for who waits, the turn of the page included */
#define URL_MAX 2048
#define CHARSET_MAX 40
#define PACKET_MAX (1 + CHARSET_MAX + 1 + URL_MAX)

static const char verdict[] = "\n{\"error\":\"too-complex\"}\n";

static const struct child_limits limits = {
	.cpu_seconds = 2,
	.address_space = (size_t)256 * 1024 * 1024,
};

/* ---- the child ---- */

static void write_answer(int out, const struct recipe *r, const struct err *e)
{
	struct sbuf text = SBUF_INIT(RECIPE_JSON_MAX);
	json_object *o = json_object_new_object();

	if (r) {
		json_object_object_add(o, "recipe", recipe_to_json(r));
		json_put_str(o, "canonical", r->canonical);
	} else {
		json_put_str(o, "error", err_key(e->reason));
	}
	json_write(o, &text);
	if (text.full)
		(void)fd_write_all(out, verdict, sizeof(verdict) - 1);
	else
		(void)fd_write_all(out, text.buf, text.len);
}

/* Text in whatever encoding. Control bytes all over mean that it is none. */
static int read_text(const struct knowledge *k, const struct reader_input *in,
	struct charset *cs, struct arena *mem, struct recipe *r, struct err *e)
{
	struct sbuf text = SBUF_INIT(4 * RECIPE_TEXT_MAX);
	size_t i, odd = 0;
	int rc;

	charset_convert(cs, in->data, in->len, &text);
	for (i = 0; i < text.len; i++)
		odd += ascii_is_control(text.buf[i]) &&
		       !ascii_is_space(text.buf[i]);
	rc = odd * 8 > text.len
		     ? err_set(e, REASON_NOT_A_RECIPE, "no text at all")
		     : recipe_from_text(k, text.buf, text.len, mem, r, e);
	sbuf_release(&text);
	return rc;
}

/* Never returns. The data is memory of this process. */
static void parse_confined(
	const struct knowledge *k, const struct reader_input *in, int out)
{
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct charset cs;
	struct recipe r;
	int rc;

	xmlInitParser();
	charset_open(&cs, in->charset, in->data, in->len);
	child_filter_parser();
	rc = in->kind == READER_TEXT ? read_text(k, in, &cs, &mem, &r, &e)
				     : recipe_from_page(k, in->data, in->len,
					       &cs, in->url, &mem, &r, &e);
	write_answer(out, rc ? NULL : &r, &e);
	_exit(0);
}

static void confine(int page, int out)
{
	const int keep[] = { page, out };

	child_close_except(keep, 2);
	child_reset_signals();
	/* should nobody watch, the clock does */
	(void)alarm(CLIENT_MS / 1000);
	child_limit(&limits);
}

/* The whole page from the client's file, which may be anything. */
static char *page_read_all(int page, size_t *len)
{
	struct stat st;
	char *html;

	if (fstat(page, &st) || !S_ISREG(st.st_mode) || st.st_size < 0 ||
		(size_t)st.st_size > RECIPE_HTML_MAX)
		return NULL;
	html = xmalloc((size_t)st.st_size + 1);
	*len = 0;
	while (*len < (size_t)st.st_size) {
		ssize_t n = pread(page, html + *len, (size_t)st.st_size - *len,
			(off_t)*len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		*len += (size_t)n;
	}
	return html;
}

static void child_main(const struct knowledge *k,
	const struct reader_input *asked, int page, int out)
{
	struct reader_input in = *asked;
	struct err e = ERR_INIT;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	confine(page, out);
	in.data = page_read_all(page, &in.len);
	if (in.data)
		parse_confined(k, &in, out);
	e.reason = REASON_TOO_LARGE;
	write_answer(out, NULL, &e);
	_exit(0);
}

/* ---- the reader process ---- */

struct worker {
	pid_t pid; /* 0: free */
	int out;   /* for the verdict; -1 */
	int64_t deadline;
	int killed;
};

static volatile sig_atomic_t stopping;

static void on_term(int sig)
{
	(void)sig;
	stopping = 1;
}

static void on_child(int sig)
{
	(void)sig; /* only to wake ppoll() */
}

static void handle(int sig, void (*handler)(int))
{
	struct sigaction sa = { .sa_handler = handler };

	sigemptyset(&sa.sa_mask);
	(void)sigaction(sig, &sa, NULL);
}

/* Say what became of its page, unless it did so itself. */
static void bury(struct worker *w, int status)
{
	int well = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	/* nobody may be reading: never wait */
	if (!well && w->out >= 0 && fd_nonblock(w->out) == 0)
		(void)fd_write_all(w->out, verdict, sizeof(verdict) - 1);
	if (w->out >= 0)
		(void)close(w->out);
	w->pid = 0;
}

static void reap(struct worker *w, size_t *n)
{
	int status;
	pid_t pid;
	size_t i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < CHILDREN_MAX; i++) {
			if (w[i].pid == pid) {
				bury(&w[i], status);
				(*n)--;
			}
		}
	}
}

/* Kill what overran; the milliseconds until the next deadline, -1 for none. */
static int watch(struct worker *w)
{
	int64_t now = clock_monotonic_ms(), next = -1;
	size_t i;

	for (i = 0; i < CHILDREN_MAX; i++) {
		int64_t left = w[i].deadline - now;

		if (!w[i].pid || w[i].killed)
			continue;
		if (left <= 0) {
			(void)kill(w[i].pid, SIGKILL);
			w[i].killed = 1;
		} else if (next < 0 || left < next) {
			next = left;
		}
	}
	return (int)next;
}

static void start(struct worker *w, size_t *n, const struct knowledge *k,
	const struct reader_input *in, int page, int out)
{
	pid_t pid = fork();
	size_t i;

	if (pid < 0) {
		log_warn("reader: fork");
		return;
	}
	if (!pid)
		child_main(k, in, page, out);
	for (i = 0; w[i].pid; i++)
		;
	w[i].pid = pid;
	w[i].out = fcntl(out, F_DUPFD_CLOEXEC, 0);
	w[i].deadline = clock_monotonic_ms() + CHILD_MS;
	w[i].killed = 0;
	(*n)++;
}

/* What a packet, which ends in a NUL, asks for; -1: nothing sensible. */
static int unpack(char *packet, size_t len, struct reader_input *in)
{
	char *blank = strchr(packet, ' ');

	memset(in, 0, sizeof(*in));
	if ((*packet != 'P' && *packet != 'T') || !blank ||
		blank > packet + 1 + CHARSET_MAX || !text_valid(packet, len))
		return -1;
	*blank = '\0';
	in->kind = *packet == 'T' ? READER_TEXT : READER_PAGE;
	in->charset = packet[1] ? packet + 1 : NULL;
	in->url = blank[1] ? blank + 1 : NULL;
	return 0;
}

/* One packet. Returns 0 at the end of the socket. */
static int take(int sock, struct worker *w, size_t *n,
	const struct knowledge *k, int hung_up)
{
	char packet[PACKET_MAX + 1];
	struct reader_input in;
	int fds[4];
	size_t n_fds = 0, i;
	long got = fd_recv(sock, packet, sizeof(packet), fds, &n_fds);

	if (got < 0)
		return errno == EINTR || errno == EAGAIN || errno == ENOBUFS ||
		       errno == ENOMEM || errno == EMFILE;
	/* an empty packet reads like the end, but nobody hung up */
	if (got == 0 && hung_up && !n_fds)
		return 0;
	if (n_fds == 2 && got >= 1 && got < (long)sizeof(packet)) {
		packet[got] = '\0';
		if (unpack(packet, (size_t)got, &in) == 0)
			start(w, n, k, &in, fds[0], fds[1]);
	}
	for (i = 0; i < n_fds; i++)
		close(fds[i]);
	return 1;
}

int reader_serve(int sock, const struct knowledge *k)
{
	struct worker workers[CHILDREN_MAX] = { { 0 } };
	struct pollfd p = { .fd = sock };
	sigset_t blocked, waiting;
	size_t n = 0;
	int open = 1;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &blocked, &waiting);
	sigdelset(&waiting, SIGTERM);
	sigdelset(&waiting, SIGCHLD);
	stopping = 0;
	handle(SIGTERM, on_term);
	handle(SIGCHLD, on_child);
	handle(SIGPIPE, SIG_IGN); /* a client that left gets no verdict */

	while ((open && !stopping) || n) {
		int ms = watch(workers);
		struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };
		int ready;

		p.events = POLLIN;
		p.fd = open && !stopping && n < CHILDREN_MAX ? sock : -1;
		p.revents = 0;
		ready = ppoll(&p, 1, ms < 0 ? NULL : &ts, &waiting);
		reap(workers, &n);
		if (ready > 0)
			open = take(sock, workers, &n, k,
				(p.revents & (POLLHUP | POLLERR)) != 0);
	}
	return 0;
}

/* ---- clients ---- */

/* A child of our own, adopted by init: nobody here has to wait for it. */
static int start_own(const struct knowledge *k, const struct reader_input *in,
	int out, struct err *e)
{
	pid_t pid = fork();

	if (pid < 0)
		return err_errno(e, REASON_BUSY, "fork");
	if (!pid) {
		pid = fork();
		if (pid)
			_exit(pid < 0);
		confine(out, out);
		parse_confined(k, in, out);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

/* A label is letters, digits and a few signs; anything else is no charset. */
static const char *fit_charset(const char *label)
{
	size_t i;

	for (i = 0; label && label[i]; i++)
		if (i == CHARSET_MAX || (!ascii_is_alnum(label[i]) &&
						!strchr("-_.:", label[i])))
			return "";
	return label ? label : "";
}

static int start_remote(
	int sock, const struct reader_input *in, int out, struct err *e)
{
	struct sbuf packet = SBUF_INIT(PACKET_MAX);
	struct pollfd p = { .fd = sock, .events = POLLOUT };
	int fds[2], rc = 0;

	sbuf_addf(&packet, "%c%s ", in->kind == READER_TEXT ? 'T' : 'P',
		fit_charset(in->charset));
	/* without it links of the page stay relative, and are dropped */
	if (in->url && strlen(in->url) <= URL_MAX)
		sbuf_addstr(&packet, in->url);
	fds[0] = fd_memfile(in->data, in->len, e);
	fds[1] = out;
	if (fds[0] < 0)
		rc = -1;
	else if (poll(&p, 1, 0) != 1 || !(p.revents & POLLOUT))
		rc = err_set(e, REASON_BUSY, "the reader takes no more pages");
	else if (fd_send(sock, packet.buf, packet.len, fds, 2))
		rc = err_errno(e, REASON_BUSY, "handing a page to the reader");
	if (fds[0] >= 0)
		close(fds[0]);
	sbuf_release(&packet);
	return rc;
}

int reader_start(int sock, const struct knowledge *k,
	const struct reader_input *in, struct err *e)
{
	int ends[2], rc;

	if (in->len > RECIPE_HTML_MAX)
		return err_set(
			e, REASON_TOO_LARGE, "a page of %zu bytes", in->len);
	if (pipe2(ends, O_CLOEXEC))
		return err_errno(e, REASON_BUSY, "pipe");
	rc = sock < 0 ? start_own(k, in, ends[1], e)
		      : start_remote(sock, in, ends[1], e);
	close(ends[1]);
	if (rc) {
		close(ends[0]);
		return -1;
	}
	return ends[0];
}

/* May a child say so? */
static int is_said(enum err_reason r)
{
	static const enum err_reason said[] = { REASON_NOT_A_RECIPE,
		REASON_TOO_LARGE, REASON_EMPTY, REASON_FETCH_CHALLENGE,
		REASON_FETCH_LOGIN, REASON_FETCH_CONSENT, REASON_FETCH_PAYWALL,
		REASON_FETCH_SCRIPT };
	size_t i;

	for (i = 0; i < ARRAY_LEN(said); i++)
		if (said[i] == r)
			return 1;
	return 0;
}

static int has_verdict(const char *bytes, size_t len)
{
	size_t n = sizeof(verdict) - 1;

	return len >= n && memcmp(bytes + len - n, verdict, n) == 0;
}

int reader_answer(int sock, const char *bytes, size_t len, struct arena *mem,
	struct recipe *r, struct err *e)
{
	struct err broken = ERR_INIT;
	json_object *o = len ? json_read(bytes, len, &broken) : NULL;
	json_object *recipe = o ? json_obj(o, "recipe") : NULL;
	const char *key = o ? json_str(o, "error") : NULL;
	enum err_reason reason = err_by_key(key);
	int rc = -1;

	if (recipe) {
		rc = recipe_from_json(recipe, mem, r, e);
		key = json_str(o, "canonical");
		r->canonical = key ? arena_strdup(mem, key) : NULL;
	} else if (is_said(reason)) {
		err_set(e, reason, "the reader found none");
	} else if (o || sock < 0 || has_verdict(bytes, len)) {
		err_set(e, REASON_TOO_COMPLEX,
			"the reader's child left no answer");
	} else {
		err_set(e, REASON_BUSY, "the reader died over a page");
	}
	json_object_put(o);
	return rc;
}

static int read_once(int sock, const struct knowledge *k,
	const struct reader_input *in, int64_t deadline, struct arena *mem,
	struct recipe *r, struct err *e)
{
	struct sbuf answer = SBUF_INIT(RECIPE_JSON_MAX);
	int fd = reader_start(sock, k, in, e), rc = -1;

	if (fd < 0)
		goto out;
	if (fd_read_all(fd, &answer, deadline) == 0)
		rc = reader_answer(sock, answer.buf, answer.len, mem, r, e);
	else if (sock >= 0 && errno == ETIMEDOUT)
		err_set(e, REASON_BUSY, "the reader had no time for a page");
	else
		err_errno(e, REASON_TOO_COMPLEX, "waiting for the reader");
	close(fd);
out:
	sbuf_release(&answer);
	return rc;
}

int reader_read(int sock, const struct knowledge *k,
	const struct reader_input *in, struct arena *mem, struct recipe *r,
	struct err *e)
{
	int64_t deadline = clock_monotonic_ms() + CLIENT_MS;
	int rc = read_once(sock, k, in, deadline, mem, r, e);

	/* the page waits in the socket until there is another reader */
	if (rc && e->reason == REASON_BUSY && clock_monotonic_ms() < deadline)
		rc = read_once(sock, k, in, deadline, mem, r, e);
	return rc;
}

int recipe_read_text(int sock, const struct knowledge *k, const char *text,
	size_t len, struct arena *mem, struct recipe *r, struct err *e)
{
	struct reader_input in = { READER_TEXT, text, len, NULL, NULL };

	if (text_valid(text, len))
		return recipe_from_text(k, text, len, mem, r, e);
	if (len > RECIPE_TEXT_MAX)
		return err_set(e, REASON_TOO_LARGE,
			"text of %zu bytes; at most %zu", len, RECIPE_TEXT_MAX);
	return reader_read(sock, k, &in, mem, r, e);
}
