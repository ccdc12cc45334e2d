/*
 * A server of our own on the loopback, that stands for a language model's: one
 * process a connection, one behaviour a path. Nothing in it waits for a clock,
 * except where being slow is the behaviour.
 */
#include "net-call.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

int call_port, call_crowd_port, call_full_port, call_closed_port, call_go_on;
const char *const call_pieces[4] = { "data: one\n\n", "data: two\n\n",
	"data: three\n\n", "data: [DONE]\n\n" };
const char call_with_length[] = "HTTP/1.1 200 OK\r\nX-A: b\r\n"
				"Content-Length: 12\r\n\r\n{\"ok\": true}";
const char call_in_chunks[] =
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	"7\r\n{\"ok\": \r\n5\r\ntrue}\r\n0\r\n\r\n";

static int *connections; /* shared with the server's processes */
static int allowed;	 /* "/pieces" reads here */
static pid_t server, crowd;
static unsigned char *bomb; /* 64 MiB of zeros, gzipped */
static size_t bomb_len;

int call_connections(void)
{
	return __atomic_load_n(connections, __ATOMIC_SEQ_CST);
}

static void say(int fd, const char *s)
{
	(void)fd_write_all(fd, s, strlen(s));
}

static void until_closed(int fd)
{
	char c;

	while (read(fd, &c, 1) > 0)
		;
}

static void answer(
	int fd, const char *head, const void *body, size_t len, size_t claimed)
{
	struct sbuf sb = SBUF_INIT(100000);

	sbuf_addf(&sb, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n", head,
		claimed);
	(void)fd_write_all(fd, sb.buf, sb.len);
	(void)fd_write_all(fd, body, len);
	sbuf_release(&sb);
}

static void endless(int fd, const char *head)
{
	char chunk[4096];

	memset(chunk, 'x', sizeof(chunk));
	memcpy(chunk + sizeof(chunk) - 2, "\r\n", 2);
	memcpy(chunk, "X: ", 3);
	say(fd, head);
	while (fd_write_all(fd, chunk, sizeof(chunk)) == 0)
		;
}

/* One piece for each byte of leave. */
static void pieces(int fd)
{
	size_t i;
	char c;

	say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
	for (i = 0; i < ARRAY_LEN(call_pieces); i++) {
		if (i && read(allowed, &c, 1) != 1)
			return;
		say(fd, call_pieces[i]);
	}
}

/* A byte every 50 ms, without end. */
static void drip(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	say(fd, "HTTP/1.1 200 OK\r\n\r\n");
	while (poll(&p, 1, 50) == 0)
		if (write(fd, "x", 1) < 0)
			return;
}

static void reset(int fd)
{
	struct linger hard = { 1, 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
}

static void cut(int fd, const char *whole, const char *digits)
{
	int64_t n;

	if (num_int(digits, strlen(digits), 0, (int64_t)strlen(whole), &n) == 0)
		(void)fd_write_all(fd, whole, (size_t)n);
}

static void no_content(int fd)
{
	(void)fd;
}

/* path, and all that is said; then what is done, or the connection ends */
static const struct {
	const char *path, *said;
	void (*then)(int fd);
} acts[] = {
	{ "/pieces", "", pieces },
	{ "/drip", "", drip },
	{ "/reset", "", reset },
	{ "/hang", "", until_closed },
	{ "/nothing", "", no_content },
	{ "/half-a-head", "HTTP/1.1 200 OK\r\nX-A: b\r\n", until_closed },
	{ "/half-a-body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
		until_closed },
	{ "/reset-later", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
		reset },
	{ "/junk", "\x16\x03 secret words?\r\n\r\n", NULL },
	{ "/redirect",
		"HTTP/1.1 307 There\r\nLocation: /echo\r\nSet-Cookie: a=b\r\n"
		"Content-Length: 4\r\n\r\nbody",
		NULL },
	{ "/early",
		"HTTP/1.1 103 Early Hints\r\nrequest-id: early\r\n"
		"Retry-After: 1\r\n\r\n"
		"HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nok",
		NULL },
	{ "/odd",
		"HTTP/1.1 200 OK\r\nrequest-id: a\x1b[31m\xff\r\n"
		"Content-Type: x\ty\r\nContent-Length: 2\r\n\r\nok",
		NULL },
	{ "/trailer",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
		"Trailer: Retry-After\r\n\r\n2\r\nok\r\n0\r\n"
		"Retry-After: 9\r\nrequest-id: late\r\n\r\n",
		NULL },
	{ "/large", "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n",
		until_closed },
	{ "/brotli",
		"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n"
		"Content-Length: 2\r\n\r\nxx",
		NULL },
};

/* A gzip member with one stored block: no compressor needed. */
static const unsigned char gzipped[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1,
	5, 0, 0xfa, 0xff, 'h', 'e', 'l', 'l', 'o', 0x86, 0xa6, 0x10, 0x36, 5, 0,
	0, 0 };

/* "/status/429?Retry-After:+7|request-id:+x": with those headers. */
static void status(int fd, char *what)
{
	struct sbuf sb = SBUF_INIT(5000);
	char *s;

	sbuf_addf(&sb, "%.3s So", what);
	for (s = what + 3; *s; s++) {
		if (*s == '?' || *s == '|')
			sbuf_addstr(&sb, "\r\n");
		else
			sbuf_addch(&sb, *s == '+' ? ' ' : *s);
	}
	answer(fd, sb.buf, "{\"error\": 1}", 12, 12);
	sbuf_release(&sb);
}

static void act(int fd, const char *request, size_t len)
{
	char path[1000] = "";
	size_t i;

	(void)sscanf(request, "%*s %999s", path);
	for (i = 0; i < ARRAY_LEN(acts); i++) {
		if (strcmp(path, acts[i].path) != 0)
			continue;
		say(fd, acts[i].said);
		if (acts[i].then)
			acts[i].then(fd);
		return;
	}
	if (strncmp(path, "/cut/", 5) == 0)
		cut(fd, call_with_length, path + 5);
	else if (strncmp(path, "/cut-chunks/", 12) == 0)
		cut(fd, call_in_chunks, path + 12);
	else if (strncmp(path, "/status/", 8) == 0)
		status(fd, path + 8);
	else if (strcmp(path, "/gzip") == 0)
		answer(fd, "200 OK\r\nContent-Encoding: gzip", gzipped,
			sizeof(gzipped), sizeof(gzipped));
	else if (strcmp(path, "/bomb") == 0)
		answer(fd, "200 OK\r\nContent-Encoding: gzip", bomb, bomb_len,
			bomb_len);
	else if (strcmp(path, "/endless") == 0)
		endless(fd, "HTTP/1.1 200 OK\r\n\r\n");
	else if (strcmp(path, "/endless-headers") == 0)
		endless(fd, "HTTP/1.1 200 OK\r\n");
	else if (strcmp(path, "/expects") == 0)
		answer(fd, strstr(request, "Expect") ? "417 So" : "200 OK",
			"ok", 2, 2);
	else if (strncmp(path, "/quiet", 6) == 0)
		answer(fd, "200 OK", "ok", 2, 2);
	else
		answer(fd, "200 OK\r\nContent-Type: text/x", request, len, len);
}

/* Bytes of the whole request that begins so; 0: not known yet. */
static size_t length_of(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n"), *s;
	int64_t n = 0;

	if (*request == 0x16) /* somebody begins to speak TLS */
		return 1;
	if (!end)
		return 0;
	s = strstr(request, "Content-Length: ");
	if (s && s < end)
		(void)num_int(s + 16, strcspn(s + 16, "\r"), 0, 1 << 24, &n);
	return (size_t)(end + 4 - request) + (size_t)n;
}

static void serve_one(int fd)
{
	struct sbuf got = SBUF_INIT(1 << 24);

	__atomic_add_fetch(connections, 1, __ATOMIC_SEQ_CST);
	while (!length_of(got.buf) || got.len < length_of(got.buf)) {
		char *room = sbuf_room(&got, 65536);
		ssize_t n = room ? read(fd, room, 65536) : 0;

		if (n <= 0)
			_exit(0);
		sbuf_added(&got, (size_t)n);
	}
	act(fd, got.buf, got.len);
	_exit(0);
}

static void serve(int listener)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		if (fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve_one(fd);
		}
		close(fd);
	}
}

/* All of them are there before the first is answered. */
static void serve_crowd(int listener)
{
	static int fds[CALL_CROWD];
	char request[4096];
	size_t i;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		for (i = 0; i < CALL_CROWD; i++)
			fds[i] = accept(listener, NULL, NULL);
		for (i = 0; i < CALL_CROWD; i++) {
			ssize_t n = read(fds[i], request, sizeof(request));

			if (n > 0)
				answer(fds[i], "200 OK", request, (size_t)n,
					(size_t)n);
			close(fds[i]);
		}
	}
}

static int listen_on_loopback(int *port, int backlog)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(listen(fd, backlog), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	*port = ntohs(in.sin_port);
	return fd;
}

/* Its queue is full: what comes after waits for ever. */
static void fill(int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int i;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_port = htons((uint16_t)port);
	for (i = 0; i < 4; i++)
		(void)connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0),
			(struct sockaddr *)&in, sizeof(in));
}

static void make_bomb(void)
{
	FILE *p = popen("head -c 67108864 /dev/zero | gzip -9", "r");

	assert_non_null(p);
	bomb = xmalloc(1 << 20);
	bomb_len = fread(bomb, 1, 1 << 20, p);
	assert_int_equal(pclose(p), 0);
	assert_in_range(bomb_len, 1000, (1 << 20) - 1);
}

int call_server_start(void **state)
{
	int listener, crowd_listener, leave[2];

	(void)state;
	unit_deadline(120);
	listener = listen_on_loopback(&call_port, 512);
	crowd_listener = listen_on_loopback(&call_crowd_port, 512);
	(void)listen_on_loopback(&call_full_port, 0);
	fill(call_full_port);
	close(listen_on_loopback(&call_closed_port, 1));
	connections = mmap(NULL, sizeof(*connections), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	make_bomb();
	assert_int_equal(pipe(leave), 0);
	allowed = leave[0];
	call_go_on = leave[1];
	server = fork();
	if (server == 0) {
		close(call_go_on); /* or nobody sees the end of it */
		serve(listener);
	}
	crowd = fork();
	if (crowd == 0) {
		close(call_go_on);
		serve_crowd(crowd_listener);
	}
	close(allowed);
	close(listener);
	close(crowd_listener);
	return 0;
}

int call_server_stop(void **state)
{
	(void)state;
	kill(server, SIGKILL);
	kill(crowd, SIGKILL);
	(void)waitpid(server, NULL, 0);
	(void)waitpid(crowd, NULL, 0);
	free(bomb);
	return 0;
}
