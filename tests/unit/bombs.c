/*
 * Bombs on their way through a runner: fetched from a server of our own, read
 * by the real reader's limited child, paired, stored. Each ends in time with
 * a recipe or a message, and the loop never stands still for long.
 *
 * BOMB=all takes all of them, BOMB=NAME one; without it every other is enough,
 * since the tests of the whole program take all.
 *
 * "bombs FOLDER" writes them as files instead, for the tests of the whole
 * program.
 */
#include "store-fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "bombs.h"
#include "jobs/jobs.h"
#include "recipe-kitchen.h"

#define END_MS 3000   /* of computing; by the clock twice that: */
#define CLOCK_MS 6000 /* the machine may be busy */
#define TURN_MS 50

/* ---- the server ---- */

static int port;
static pid_t server, reader;
static int reader_sock = -1;

static void answer(int fd)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
				   "Content-Type: text/html\r\n\r\n";
	struct sbuf page = SBUF_INIT(2 * BOMB_MAX);
	char line[512] = "";
	ssize_t n = read(fd, line, sizeof(line) - 1);

	sbuf_addstr(&page, head);
	if (n > 5)
		bomb_make(strtoul(line + 5, NULL, 10) % bombs_count(), &page);
	(void)fd_write_all(fd, page.buf, page.len);
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, line, sizeof(line)) > 0)
		;
	sbuf_release(&page);
}

static int start_server(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof(sin)) ||
		listen(fd, 64) ||
		getsockname(fd, (struct sockaddr *)&sin, &len))
		return -1;
	port = ntohs(sin.sin_port);
	server = fork();
	while (!server) {
		int client = accept(fd, NULL, NULL);

		if (client < 0)
			_exit(1);
		answer(client);
		(void)close(client);
	}
	(void)close(fd);
	return server > 0 ? 0 : -1;
}

static int start_reader(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -1;
	reader = fork();
	if (!reader) {
		(void)close(ends[0]);
		_exit(reader_serve(ends[1], kitchen) ? 1 : 0);
	}
	(void)close(ends[1]);
	reader_sock = ends[0];
	return reader > 0 ? 0 : -1;
}

/* ---- the loop ---- */

static double cpu_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* What the reader's children have computed so far, in ms. */
static int64_t children_ms(void)
{
	struct sbuf text = SBUF_INIT(4096);
	struct err e = ERR_INIT;
	long user = 0, system = 0;
	char path[64];
	char *at;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)reader);
	assert_int_equal(file_read(path, &text, &e), 0);
	at = strrchr(text.buf, ')');
	assert_non_null(at);
	assert_int_equal(sscanf(at + 1,
				 " %*c %*d %*d %*d %*d %*d %*u %*u %*u"
				 " %*u %*u %*u %*u %ld %ld",
				 &user, &system),
		2);
	sbuf_release(&text);
	return (user + system) * 1000 / sysconf(_SC_CLK_TCK);
}

struct loop {
	struct ask_world world;
	struct net *net;
	struct jobs *jobs;
	double longest; /* turn, in ms of computing */
	int64_t step;	/* the longest step, in ms by the clock */
};

/* What a turn computes; what it waits for is not ours. */
static void turn(struct loop *l)
{
	double start = cpu_ms(), took;
	int64_t now = clock_monotonic_ms();
	struct pollfd fds[64];

	jobs_step(l->jobs);
	now = clock_monotonic_ms() - now;
	if (now > l->step)
		l->step = now;
	net_run(l->net, 20, fds, jobs_pollfds(l->jobs, fds, ARRAY_LEN(fds)));
	took = cpu_ms() - start;
	if (took > l->longest)
		l->longest = took;
}

static struct pairing_row get(struct fixture *f, const char *id)
{
	struct pairing_row row;

	if (store_pairing_get(f->store, id, &f->mem, &row, &f->e))
		fail_msg("%s", f->e.msg);
	return row;
}

/* Ask for bomb i and wait for what comes of it; the milliseconds it took. */
static int64_t settle(
	struct fixture *f, struct loop *l, size_t i, struct pairing_row *row)
{
	struct preferences any = PREFERENCES_INIT;
	struct ask_input in = { .kind = ASK_URL, .preferences = any };
	int64_t start = clock_monotonic_ms();
	static int asked;
	struct ask_answer a;

	in.data = arena_printf(
		&f->mem, "http://127.0.0.1:%d/%zu?%d", port, i, asked++);
	in.len = strlen(in.data);
	if (ask(&l->world, &in, &f->mem, &a, &f->e) || !a.queued)
		fail_msg("%s", f->e.msg);
	do {
		turn(l);
		*row = get(f, a.id);
	} while (row->status == JOB_QUEUED || row->status == JOB_RUNNING);
	return clock_monotonic_ms() - start;
}

static int is_clear(const struct pairing_row *row)
{
	return row->status == JOB_DONE ||
	       (row->error && (!strcmp(row->error, "too-complex") ||
				      !strcmp(row->error, "not-a-recipe") ||
				      !strcmp(row->error, "too-large")));
}

static void every_bomb_ends(void **state)
{
	struct fixture *f = *state;
	struct allow_rule rule = { .bits = 128, .port = port };
	struct config config = { .contact = "",
		.fetch_allow = &rule,
		.n_fetch_allow = 1,
		.queue_limit = 100 };
	struct loop l = { { &config, kitchen, f->store, reader_sock, NULL },
		NULL, NULL, 0, 0 };
	const char *only = getenv("BOMB");
	/* every other one, or all, which takes a while */
	size_t i, tried = 0, bad = 0, step = only ? 1 : 2;
	double longest = 0;

	if (!child_confinable())
		skip();
	rule.addr[10] = rule.addr[11] = 0xFF;
	rule.addr[12] = 127;
	rule.addr[15] = 1;
	l.net = net_new(&config);
	l.jobs = jobs_new(&l.world, l.net, NULL, "bombs");
	for (i = 0; i < bombs_count(); i += step) {
		int64_t computed = children_ms(), took;
		struct pairing_row row;

		if (only && strcmp(only, "all") != 0 &&
			strcmp(only, bomb_name(i)) != 0)
			continue;
		tried++;
		l.longest = 0;
		took = settle(f, &l, i, &row);
		computed = children_ms() - computed;
		print_message("%-26s %5lld ms, reader %5lld ms, turn %5.1f "
			      "ms: %s\n",
			bomb_name(i), (long long)took, (long long)computed,
			l.longest,
			row.status == JOB_DONE ? "a recipe" : row.error);
		bad += computed > END_MS || took > CLOCK_MS ||
		       l.longest > TURN_MS || !is_clear(&row);
		if (l.longest > longest)
			longest = l.longest;
	}
	print_message("%zu bombs; the longest turn of the loop computed %.1f "
		      "ms, the longest step took %lld ms by the clock\n",
		tried, longest, (long long)l.step);
	jobs_free(l.jobs);
	net_free(l.net);
	assert_int_equal(bad, 0);
}

/* Every child had to live within its limit. */
static void memory_is_limited(void **state)
{
	struct rusage use;

	(void)state;
	if (!child_confinable())
		skip();
	(void)close(reader_sock);
	assert_int_equal(waitpid(reader, NULL, 0), reader);
	reader = 0;
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &use), 0);
	print_message("the largest child had %ld MiB\n", use.ru_maxrss / 1024);
	assert_in_range(use.ru_maxrss, 1, 256 * 1024);
}

static int start_all(void **state)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)kitchen_setup(state);
	return start_server() || start_reader();
}

static int stop_all(void **state)
{
	if (reader > 0)
		(void)kill(reader, SIGKILL);
	if (server > 0 && kill(server, SIGKILL) == 0)
		(void)waitpid(server, NULL, 0);
	return kitchen_teardown(state);
}

static int write_all(const char *folder)
{
	struct sbuf page = SBUF_INIT(2 * BOMB_MAX), path = SBUF_INIT(4096);
	size_t i;

	for (i = 0; i < bombs_count(); i++) {
		FILE *f;

		sbuf_reset(&page);
		sbuf_reset(&path);
		bomb_make(i, &page);
		sbuf_addf(&path, "%s/%s", folder, bomb_name(i));
		f = fopen(path.buf, "w");
		if (!f || fwrite(page.buf, 1, page.len, f) != page.len ||
			fclose(f))
			return 1;
	}
	sbuf_release(&page);
	sbuf_release(&path);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		OPEN(every_bomb_ends),
		cmocka_unit_test(memory_is_limited),
	};

	if (argc == 2)
		return write_all(argv[1]);
	return cmocka_run_group_tests(tests, start_all, stop_all);
}
