/*
 * The whole server, spoken to over its own socket without nginx: what may be
 * killed, broken or reloaded, and what must go on meanwhile. Runs on a
 * temporary folder, with the tables and templates of the build.
 */
#include "tempdir.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/server.h"

/* a sanitizer makes 160 processes slow to leave */
#define PATIENCE_MS (child_confinable() ? 20000 : 120000)
#define WORKERS 3
#define PLACES 160 /* of the master for its children */
#define FROZEN_MAX 400

static char dir[TEMPDIR_SIZE];
static pid_t master;
static int site, site_port; /* a web site of our own, that may be fetched */

static const char chicken[] = "Roast chicken\n\nIngredients\n1 chicken\n"
			      "2 lemons\n50 g butter\n\nMethod\nRoast it.\n";

static const char *in_dir(const char *name)
{
	static char paths[4][128];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

/* Ask again and again, for a while. */
#define until(condition)                                                    \
	do {                                                                \
		int64_t end_ = clock_monotonic_ms() + PATIENCE_MS;          \
		while (!(condition)) {                                      \
			if (clock_monotonic_ms() > end_)                    \
				fail_msg("waited in vain for " #condition); \
			(void)poll(NULL, 0, 5);                             \
		}                                                           \
	} while (0)

/* ---- the server ---- */

static pid_t start_with(int (*before)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		int log = open(
			in_dir("log"), O_WRONLY | O_CREAT | O_APPEND, 0600);

		/* whatever becomes of this test, no server stays behind */
		(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
		(void)dup2(log, STDERR_FILENO);
		if (before && before())
			_exit(99);
		_exit(server_run(NULL, SERVER_ALL));
	}
	return pid;
}

static int connect_to(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int up(void)
{
	int fd = connect_to(in_dir("socket"));

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void start(void)
{
	master = start_with(NULL);
	until(up());
}

static int wait_for(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static size_t times_logged(const char *text)
{
	struct sbuf sb = SBUF_INIT((size_t)1 << 22);
	struct err e = ERR_INIT;
	const char *at = sb.buf;
	size_t n = 0;

	if (file_read(in_dir("log"), &sb, &e) == 0)
		for (at = sb.buf; (at = strstr(at, text)); at++)
			n++;
	sbuf_release(&sb);
	return n;
}

static int logged(const char *text)
{
	return times_logged(text) > 0;
}

/* Process ids of the master's children of that kind. */
static size_t children(const char *kind, pid_t *out, size_t max)
{
	char path[64], name[32];
	size_t n = 0;
	int pid;
	FILE *list, *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
		(int)master, (int)master);
	list = fopen(path, "r");
	assert_non_null(list);
	while (n < max && fscanf(list, "%d", &pid) == 1) {
		(void)snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fgets(name, sizeof(name), f) &&
			strncmp(name, kind, strlen(kind)) == 0)
			out[n++] = pid;
		(void)fclose(f);
	}
	(void)fclose(list);
	return n;
}

static size_t count(const char *kind)
{
	pid_t pids[PLACES + 40];

	return children(kind, pids, ARRAY_LEN(pids));
}

static pid_t only(const char *kind)
{
	pid_t pid = 0;

	until(children(kind, &pid, 1) == 1);
	return pid;
}

/* Is none of these among the children of that kind, and are there n? */
static int exchanged(const char *kind, const pid_t *old, size_t n)
{
	pid_t now[64];
	size_t have = children(kind, now, ARRAY_LEN(now)), i, k;

	for (i = 0; i < have; i++)
		for (k = 0; k < n; k++)
			if (now[i] == old[k])
				return 0;
	return have == n;
}

/* ---- a FastCGI client ---- */

static void record(struct sbuf *out, int type, const void *data, size_t len)
{
	unsigned char head[8] = { 1, (unsigned char)type, 0, 1,
		(unsigned char)(len >> 8), (unsigned char)len, 0, 0 };

	sbuf_add(out, head, sizeof(head));
	sbuf_add(out, data, len);
}

static void param(struct sbuf *out, const char *name, const char *value)
{
	sbuf_addch(out, (int)strlen(name));
	sbuf_addch(out, (int)strlen(value));
	sbuf_addstr(out, name);
	sbuf_addstr(out, value);
}

/* Everything up to the body. */
static void request_head(struct sbuf *out, const char *method, const char *uri,
	const char *type, size_t len)
{
	static const unsigned char begin[8] = { 0, 1 };
	struct sbuf params = SBUF_INIT(60000);
	char number[24];

	(void)snprintf(number, sizeof(number), "%zu", len);
	record(out, 1, begin, sizeof(begin));
	param(&params, "REQUEST_METHOD", method);
	param(&params, "REQUEST_URI", uri);
	param(&params, "QUERY_STRING", "");
	param(&params, "CONTENT_TYPE", type);
	param(&params, "CONTENT_LENGTH", len ? number : "");
	param(&params, "HTTP_ACCEPT", "application/json");
	record(out, 4, params.buf, params.len);
	record(out, 4, "", 0);
	sbuf_release(&params);
}

static void request_body(struct sbuf *out, const char *body, size_t len)
{
	while (len) {
		size_t n = len > 60000 ? 60000 : len;

		record(out, 5, body, n);
		body += n;
		len -= n;
	}
	record(out, 5, "", 0);
}

/* The FCGI_STDOUT of an answer. Returns its status, 0 if there is none. */
static int read_answer(int fd, struct sbuf *text)
{
	struct sbuf raw = SBUF_INIT((size_t)32 << 20);
	size_t at = 0;
	int64_t status = 200;
	const char *line;

	(void)fd_read_all(fd, &raw, clock_monotonic_ms() + PATIENCE_MS);
	sbuf_reset(text);
	while (at + 8 <= raw.len) {
		const unsigned char *h = (unsigned char *)raw.buf + at;
		size_t len = (size_t)h[4] << 8 | h[5];

		if (h[1] == 6 && at + 8 + len <= raw.len)
			sbuf_add(text, h + 8, len);
		at += 8 + len + h[6];
	}
	sbuf_release(&raw);
	line = strstr(text->buf, "Status: ");
	if (line)
		(void)num_int(line + 8, 3, 100, 599, &status);
	return text->len ? (int)status : 0;
}

static int ask_full(const char *method, const char *uri, const char *type,
	const char *body, size_t len, struct sbuf *text)
{
	struct sbuf out = SBUF_INIT((size_t)32 << 20);
	int fd = connect_to(in_dir("socket")), status;

	if (fd < 0)
		return 0; /* also called by processes without a test */
	request_head(&out, method, uri, type, len);
	request_body(&out, body, len);
	(void)fd_write_all(fd, out.buf, out.len);
	status = read_answer(fd, text);
	close(fd);
	sbuf_release(&out);
	return status;
}

static int ask(const char *method, const char *uri, const char *json)
{
	struct sbuf text = SBUF_INIT((size_t)32 << 20);
	int status = ask_full(method, uri, json ? "application/json" : "",
		json ? json : "", json ? strlen(json) : 0, &text);

	sbuf_release(&text);
	return status;
}

/* A pairing asked for; its status code, and its id. */
static int ask_pairing(const char *key, const char *value, char id[ID_LEN + 1])
{
	struct sbuf body = SBUF_INIT(100000), text = SBUF_INIT((size_t)1 << 22);
	json_object *o = json_object_new_object(), *answer = NULL;
	struct err e = ERR_INIT;
	const char *at;
	int status;

	json_put_str(o, key, value);
	json_write(o, &body);
	json_object_put(o);
	status = ask_full("POST", "/api/v1/pairings", "application/json",
		body.buf, body.len, &text);
	at = strstr(text.buf, "\r\n\r\n");
	if (at)
		answer = json_read(at + 4, strlen(at + 4), &e);
	(void)snprintf(id, ID_LEN + 1, "%s",
		json_str(answer, "id") ? json_str(answer, "id") : "");
	json_object_put(answer);
	sbuf_release(&body);
	sbuf_release(&text);
	return status;
}

static int pairing_is(const char *id, const char *state)
{
	struct sbuf text = SBUF_INIT((size_t)1 << 22);
	char uri[80], wanted[40];
	int found;

	(void)snprintf(uri, sizeof(uri), "/api/v1/pairings/%s", id);
	(void)snprintf(wanted, sizeof(wanted), "\"status\":\"%s\"", state);
	found = ask_full("GET", uri, "", "", 0, &text) == 200 &&
		strstr(text.buf, wanted) != NULL;
	sbuf_release(&text);
	return found;
}

/* ---- a web site ---- */

static void open_site(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	site = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(site, (struct sockaddr *)&in, len), 0);
	assert_int_equal(listen(site, 8), 0);
	assert_int_equal(getsockname(site, (struct sockaddr *)&in, &len), 0);
	site_port = ntohs(in.sin_port);
}

/* Somebody comes to fetch a page. */
static int visitor(void)
{
	struct pollfd p = { .fd = site, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return accept(site, NULL, NULL);
}

static void give_page(int fd)
{
	static const char page[] =
		"<!doctype html><title>Soup</title><script type=\""
		"application/ld+json\">{\"@context\":\"https://schema.org\","
		"\"@type\":\"Recipe\",\"name\":\"Tomato soup\","
		"\"recipeIngredient\":[\"1 kg tomatoes\",\"1 onion\","
		"\"50 ml cream\"],\"recipeInstructions\":\"Simmer.\"}"
		"</script>";
	char out[1000];

	(void)snprintf(out, sizeof(out),
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		sizeof(page) - 1, page);
	assert_int_equal(fd_write_all(fd, out, strlen(out)), 0);
	close(fd);
}

/* ---- before and after ---- */

static void set(const char *key, const char *value)
{
	assert_int_equal(setenv(key, value, 1), 0);
}

static void shell(const char *command)
{
	assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
	const char *build = getenv("top_builddir");
	char text[300];

	(void)state;
	tempdir_make(dir);
	(void)snprintf(text, sizeof(text),
		"cp -RL '%s/share/winepair/.' '%s/data'", build ? build : ".",
		dir);
	assert_int_equal(mkdir(in_dir("data"), 0700), 0);
	shell(text);
	open_site();
	set("WINEPAIR_SOCKET", in_dir("socket"));
	set("WINEPAIR_STORE", in_dir("db"));
	set("WINEPAIR_KNOWLEDGE_DIR", in_dir("data/knowledge"));
	set("WINEPAIR_TEMPLATES_DIR", in_dir("data/templates"));
	set("WINEPAIR_STATIC_DIR", in_dir("data/static"));
	set("WINEPAIR_SQL_DIR", in_dir("data/sql/sqlite"));
	(void)snprintf(text, sizeof(text), "%d", WORKERS);
	set("WINEPAIR_WORKERS", text);
	set("WINEPAIR_WORKER_DEADLINE_S", "5");
	(void)snprintf(text, sizeof(text), "127.0.0.1:%d", site_port);
	set("WINEPAIR_FETCH_ALLOW", text);
	start();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	(void)kill(master, SIGTERM);
	(void)waitpid(master, NULL, 0);
	return tempdir_remove(dir);
}

/* Does a line of /proc/PID/status say so? */
static int status_says(pid_t pid, const char *line)
{
	struct sbuf sb = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	char path[64];
	int found;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	found = file_read(path, &sb, &e) == 0 && strstr(sb.buf, line) != NULL;
	sbuf_release(&sb);
	return found;
}

/* Does the process hold that file open? */
static int holds(pid_t pid, const char *file)
{
	char command[300];

	(void)snprintf(command, sizeof(command),
		"ls -l /proc/%d/fd | grep -q -- '%s$'", (int)pid, file);
	return system(command) == 0;
}

/* ---- the tests ---- */

static void every_child_is_confined(void **state)
{
	pid_t all[64];
	size_t n, i;

	(void)state;
	until(count("worker") == WORKERS && count("runner") == 1);
	assert_int_equal(ask("GET", "/healthz", NULL), 200);
	n = children("", all, ARRAY_LEN(all));
	assert_int_equal(n, WORKERS + 2);
	for (i = 0; i < n; i++) {
		if (child_confinable())
			until(status_says(all[i], "\nSeccomp:\t2\n"));
		/* a lock would outlive the master in them */
		assert_false(holds(all[i], "/socket.lock"));
		assert_false(holds(all[i], "/socket.wake.lock"));
	}
	assert_true(holds(master, "/socket.lock"));
	assert_true(holds(master, "/socket.wake.lock"));
}

static void requests_are_answered(void **state)
{
	struct sbuf text = SBUF_INIT((size_t)32 << 20);
	char *large = xcalloc(1, (size_t)9 << 20), id[ID_LEN + 1];

	(void)state;
	assert_int_equal(ask("GET", "/healthz", NULL), 200);
	assert_int_equal(ask("GET", "/readyz", NULL), 200);
	assert_int_equal(ask("GET", "/wines", NULL), 200);
	assert_int_equal(ask("HEAD", "/wines", NULL), 200);
	assert_int_equal(ask("GET", "/nothing", NULL), 404);
	assert_int_equal(ask("GET", "/../etc/passwd", NULL), 400);
	assert_int_equal(ask("DELETE", "/wines", NULL), 405);
	assert_int_equal(ask("POST", "/wines", "{}"), 405);
	assert_int_equal(ask_pairing("text", chicken, id), 201);
	assert_true(pairing_is(id, "done"));
	assert_int_equal(ask_pairing("text", "nothing of the kind", id), 422);
	/* a large body whole, and one that is too large */
	memset(large, 'a', (size_t)9 << 20);
	assert_int_equal(ask_full("POST", "/api/v1/pairings", "text/plain",
				 large, (size_t)7 << 20, &text),
		415);
	assert_int_equal(
		ask_full("POST", "/api/v1/pairings", "application/json", large,
			(size_t)9 << 20, &text),
		413);
	assert_non_null(strstr(text.buf, "\"too-large\""));
	free(large);
	sbuf_release(&text);
}

static void a_dead_worker_is_replaced(void **state)
{
	pid_t workers[64];
	size_t i;

	(void)state;
	until(count("worker") == WORKERS);
	assert_int_equal(
		children("worker", workers, ARRAY_LEN(workers)), WORKERS);
	for (i = 0; i < WORKERS; i++) {
		(void)kill(workers[i], i % 2 ? SIGKILL : SIGSEGV);
		assert_int_equal(ask("GET", "/wines", NULL), 200);
	}
	until(exchanged("worker", workers, WORKERS));
	assert_int_equal(ask("GET", "/wines", NULL), 200);
}

/* What libfcgi cannot stand costs one worker each, and nothing else. */
static void broken_records_kill_one_worker_at_most(void **state)
{
	static const unsigned char lengths[] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0 };
	static const unsigned char begin[8] = { 0, 1 };
	size_t i;

	(void)state;
	until(count("worker") == WORKERS);
	for (i = 0; i < 6; i++) {
		struct sbuf out = SBUF_INIT(100000);
		int fd = connect_to(in_dir("socket"));

		if (i < 3) {
			record(&out, 1, begin, sizeof(begin));
			record(&out, 4, lengths + 4 * i, 8 - i);
			record(&out, 4, "", 0);
		} else {
			char junk[64];

			memset(junk, (int)i * 40, sizeof(junk));
			sbuf_add(&out, junk, i * 8 - 20);
		}
		(void)fd_write_all(fd, out.buf, out.len);
		sbuf_release(&out);
		(void)shutdown(fd, SHUT_WR);
		assert_int_equal(ask("GET", "/healthz", NULL), 200);
		close(fd);
	}
	until(count("worker") == WORKERS);
	assert_int_equal(count("runner"), 1);
	assert_int_equal(kill(master, 0), 0);
}

static void a_worker_that_hangs_is_killed(void **state)
{
	struct sbuf out = SBUF_INIT(100000), text = SBUF_INIT(100000);
	int fd = connect_to(in_dir("socket"));

	(void)state;
	until(count("worker") == WORKERS);
	request_head(&out, "POST", "/api/v1/pairings", "application/json", 50);
	assert_int_equal(fd_write_all(fd, out.buf, out.len), 0);
	/* and nothing more: the worker waits for the body */
	assert_int_equal(ask("GET", "/healthz", NULL), 200);
	assert_int_equal(read_answer(fd, &text), 0);
	until(logged("took too long: killed"));
	until(count("worker") == WORKERS);
	close(fd);
	sbuf_release(&out);
	sbuf_release(&text);
}

static void a_dead_runner_loses_nothing(void **state)
{
	char url[100], id[ID_LEN + 1];
	int first, second;
	pid_t runner = only("runner");

	(void)state;
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/soup", site_port);
	assert_int_equal(ask_pairing("url", url, id), 202);
	first = visitor();
	assert_true(pairing_is(id, "running"));
	(void)kill(runner, SIGKILL);
	/* at once, not after the 30 s of a lease */
	second = visitor();
	give_page(second);
	until(pairing_is(id, "done"));
	assert_true(only("runner") != runner);
	close(first);
}

static void a_dead_reader_is_replaced(void **state)
{
	char url[100], id[ID_LEN + 1];
	pid_t reader = only("reader");

	(void)state;
	(void)kill(reader, SIGKILL);
	until(exchanged("reader", &reader, 1));
	(void)snprintf(
		url, sizeof(url), "http://127.0.0.1:%d/soup2", site_port);
	assert_int_equal(ask_pairing("url", url, id), 202);
	give_page(visitor());
	until(pairing_is(id, "done"));
}

static void a_second_serve_is_refused(void **state)
{
	int status = wait_for(start_with(NULL));

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_true(logged("already running"));
	assert_int_equal(ask("GET", "/healthz", NULL), 200);
}

static void a_reload_takes_only_what_is_sound(void **state)
{
	pid_t workers[64], runner = only("runner"), reader = only("reader");
	char command[300];

	(void)state;
	until(count("worker") == WORKERS);
	(void)children("worker", workers, ARRAY_LEN(workers));
	(void)snprintf(command, sizeof(command),
		"cp '%s' '%s' && echo '{{#never}}' >>'%s'",
		in_dir("data/templates/home.mustache"), in_dir("kept"),
		in_dir("data/templates/home.mustache"));
	shell(command);
	(void)kill(master, SIGHUP);
	until(logged("home.mustache:"));
	until(logged("everything stays as it was"));
	assert_int_equal(ask("GET", "/", NULL), 200);
	assert_false(exchanged("worker", workers, WORKERS));
	assert_int_equal(only("runner"), runner);

	(void)snprintf(command, sizeof(command), "cp '%s' '%s'", in_dir("kept"),
		in_dir("data/templates/home.mustache"));
	shell(command);
	(void)kill(master, SIGHUP);
	until(exchanged("worker", workers, WORKERS));
	until(exchanged("runner", &runner, 1));
	until(exchanged("reader", &reader, 1));
	assert_int_equal(ask("GET", "/", NULL), 200);
}

/* So many clients that the queue is never empty, while everything is
 * exchanged. */
static void a_reload_drops_nothing(void **state)
{
	pid_t clients[4 * WORKERS], workers[64];
	int round, stop[2], status;
	size_t i;

	(void)state;
	assert_int_equal(pipe(stop), 0);
	for (i = 0; i < ARRAY_LEN(clients); i++) {
		clients[i] = fork();
		if (clients[i] == 0) {
			struct pollfd p = { .fd = stop[0], .events = POLLIN };
			int bad = 0;

			(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
			close(stop[1]);
			while (poll(&p, 1, 0) == 0)
				bad |= ask("GET", "/healthz", NULL) != 200;
			_exit(bad);
		}
	}
	for (round = 0; round < 3; round++) {
		until(count("worker") == WORKERS);
		(void)children("worker", workers, ARRAY_LEN(workers));
		(void)kill(master, SIGHUP);
		until(exchanged("worker", workers, WORKERS));
	}
	close(stop[0]);
	close(stop[1]); /* a hang-up is the sign */
	for (i = 0; i < ARRAY_LEN(clients); i++) {
		status = wait_for(clients[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

static void restart_with_runners(const char *n)
{
	set("WINEPAIR_RUNNERS", n);
	(void)kill(master, SIGTERM);
	assert_int_equal(wait_for(master), 0);
	start();
}

/* Does nobody stand in the store's door? (src/store/lock.c) */
static int store_is_free(void)
{
	struct flock l = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1
	};
	int fd = open(in_dir("db.lock"), O_RDWR | O_CLOEXEC), free_now;

	free_now = fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type == F_UNLCK &&
		   flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return free_now;
}

/* Runners and readers stand still, and hold nothing that others need. Those of
 * earlier rounds stand already, and go on standing. */
static int freeze(pid_t *frozen, size_t *n_frozen)
{
	pid_t pids[PLACES + 40];
	size_t n = children("r", pids, ARRAY_LEN(pids)), i, j, new = *n_frozen;

	for (i = 0; i < n; i++) {
		for (j = 0; j < *n_frozen && frozen[j] != pids[i]; j++)
			;
		if (j < *n_frozen || new == FROZEN_MAX)
			continue;
		frozen[new ++] = pids[i];
		(void)kill(pids[i], SIGSTOP);
	}
	if (store_is_free()) {
		*n_frozen = new;
		return 1;
	}
	while (new > *n_frozen)
		(void)kill(frozen[--new], SIGCONT);
	return 0;
}

static int all_go_on(void)
{
	pid_t pids[PLACES + 40];
	size_t n = children("", pids, ARRAY_LEN(pids));

	while (n)
		(void)kill(pids[--n], SIGCONT);
	return 1;
}

/* What leaves slowly fills the table of children; the master then waits. */
static void reloads_beyond_all_places_wait(void **state)
{
	pid_t frozen[FROZEN_MAX];
	size_t most = 0, n_frozen = 0;
	int round;

	(void)state;
	restart_with_runners("8");
	for (round = 0; round < 25; round++) {
		size_t before = times_logged(" reloaded\n");

		if (round < 16)
			until(count("runner") >= 8 * (size_t)(round + 1) &&
				count("reader") >= (size_t)(round + 1));
		until(freeze(frozen, &n_frozen));
		if (count("") > most)
			most = count("");
		(void)kill(master, SIGHUP);
		until(times_logged(" reloaded\n") > before ||
			waitpid(master, NULL, WNOHANG));
		assert_int_equal(kill(master, 0), 0);
	}
	assert_int_equal(ask("GET", "/healthz", NULL), 200);
	assert_in_range(most, PLACES - 9, PLACES);
	until(all_go_on() && count("runner") == 8 && count("reader") == 1 &&
		count("worker") == WORKERS);
	restart_with_runners("1");
}

static void a_deleted_socket_is_made_anew(void **state)
{
	pid_t workers[64], runner = only("runner");
	char url[100], id[ID_LEN + 1];

	(void)state;
	until(count("worker") == WORKERS);
	(void)children("worker", workers, ARRAY_LEN(workers));
	assert_int_equal(unlink(in_dir("socket")), 0);
	assert_int_equal(unlink(in_dir("socket.wake")), 0);
	until(up());
	assert_int_equal(ask("GET", "/healthz", NULL), 200);
	until(exchanged("worker", workers, WORKERS));
	until(exchanged("runner", &runner, 1));
	assert_true(logged("was deleted: made again"));
	assert_int_equal(access(in_dir("socket.wake"), F_OK), 0);
	(void)snprintf(
		url, sizeof(url), "http://127.0.0.1:%d/soup4", site_port);
	assert_int_equal(ask_pairing("url", url, id), 202);
	give_page(visitor());
	until(pairing_is(id, "done"));
}

/* A request that comes in two pieces, with a reload in between. */
static void a_reload_waits_for_slow_clients(void **state)
{
	struct sbuf out = SBUF_INIT(100000), text = SBUF_INIT(1000000);
	int fd = connect_to(in_dir("socket"));
	pid_t runner = only("runner");

	(void)state;
	request_head(&out, "GET", "/healthz", "", 0);
	request_body(&out, "", 0);
	assert_int_equal(fd_write_all(fd, out.buf, 60), 0);
	assert_int_equal(ask("GET", "/healthz", NULL), 200);
	(void)kill(master, SIGHUP);
	until(exchanged("runner", &runner, 1));
	assert_int_equal(fd_write_all(fd, out.buf + 60, out.len - 60), 0);
	assert_int_equal(read_answer(fd, &text), 200);
	close(fd);
	sbuf_release(&out);
	sbuf_release(&text);
}

/* Every worker is at half a request and more stand in the queue when the sign
 * to stop comes: all of them are answered. */
static void sigterm_finishes_first(void **state)
{
	static const char body[] = "{\"text\":\"2 eggs\\n100 g bacon\\n\"}";
	struct sbuf head = SBUF_INIT(100000), rest = SBUF_INIT(100000);
	struct sbuf out = SBUF_INIT(100000), text = SBUF_INIT(1000000);
	int early[WORKERS], late[2 * WORKERS], status;
	size_t i;

	(void)state;
	until(count("worker") == WORKERS);
	request_head(&head, "POST", "/api/v1/pairings", "application/json",
		strlen(body));
	request_body(&rest, body, strlen(body));
	request_head(&out, "GET", "/healthz", "", 0);
	request_body(&out, "", 0);
	for (i = 0; i < ARRAY_LEN(early); i++) {
		early[i] = connect_to(in_dir("socket"));
		assert_int_equal(fd_write_all(early[i], head.buf, head.len), 0);
		/* the others go on while one is left */
		if (i + 1 < ARRAY_LEN(early))
			assert_int_equal(ask("GET", "/healthz", NULL), 200);
	}
	for (i = 0; i < ARRAY_LEN(late); i++) {
		late[i] = connect_to(in_dir("socket"));
		assert_int_equal(fd_write_all(late[i], out.buf, out.len), 0);
	}
	(void)kill(master, SIGTERM);
	until(access(in_dir("socket"), F_OK) == -1);
	for (i = 0; i < ARRAY_LEN(early); i++)
		assert_int_equal(fd_write_all(early[i], rest.buf, rest.len), 0);
	for (i = 0; i < ARRAY_LEN(early); i++) {
		assert_int_equal(read_answer(early[i], &text), 201);
		close(early[i]);
	}
	for (i = 0; i < ARRAY_LEN(late); i++) {
		assert_int_equal(read_answer(late[i], &text), 200);
		close(late[i]);
	}
	status = wait_for(master);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	sbuf_release(&head);
	sbuf_release(&rest);
	sbuf_release(&out);
	sbuf_release(&text);
	start();
}

static int gone(const pid_t *pids, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (kill(pids[i], 0) == 0)
			return 0;
	return 1;
}

static void nobody_outlives_the_master(void **state)
{
	char url[100], id[ID_LEN + 1];
	pid_t all[64];
	size_t n;
	int first;

	(void)state;
	until(count("") == WORKERS + 2);
	(void)snprintf(
		url, sizeof(url), "http://127.0.0.1:%d/soup3", site_port);
	assert_int_equal(ask_pairing("url", url, id), 202);
	first = visitor();
	n = children("", all, ARRAY_LEN(all));
	(void)kill(master, SIGKILL);
	(void)wait_for(master);
	until(gone(all, n));
	/* the next one knows whose work was left, and takes it up at once */
	start();
	give_page(visitor());
	until(pairing_is(id, "done"));
	close(first);
}

static int break_store(void)
{
	FILE *f = fopen(in_dir("junk"), "w");

	if (!f)
		return -1;
	(void)fputs("this is no database, only words ", f);
	(void)fclose(f);
	return setenv("WINEPAIR_STORE", in_dir("junk"), 1) ||
	       setenv("WINEPAIR_SOCKET", in_dir("other"), 1);
}

static void what_is_broken_stops_the_start(void **state)
{
	int status = wait_for(start_with(break_store));

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_true(logged("/junk"));
	assert_int_equal(access(in_dir("other"), F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_answered),
		cmocka_unit_test(every_child_is_confined),
		cmocka_unit_test(a_dead_worker_is_replaced),
		cmocka_unit_test(broken_records_kill_one_worker_at_most),
		cmocka_unit_test(a_worker_that_hangs_is_killed),
		cmocka_unit_test(a_dead_runner_loses_nothing),
		cmocka_unit_test(a_dead_reader_is_replaced),
		cmocka_unit_test(a_second_serve_is_refused),
		cmocka_unit_test(a_reload_takes_only_what_is_sound),
		cmocka_unit_test(a_reload_drops_nothing),
		cmocka_unit_test(a_reload_waits_for_slow_clients),
		cmocka_unit_test(reloads_beyond_all_places_wait),
		cmocka_unit_test(a_deleted_socket_is_made_anew),
		cmocka_unit_test(sigterm_finishes_first),
		cmocka_unit_test(nobody_outlives_the_master),
		cmocka_unit_test(what_is_broken_stops_the_start),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, setup, teardown);
}
