/*
 * jobs/: whole jobs, from the queue over a server of our own on the loopback
 * and a real reader process to the stored pairing, with what can go wrong.
 */
#include "store-fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "jobs/jobs.h"
#include "recipe-kitchen.h"

#define LD(name)                                                           \
	"<!doctype html><html><head><script type=\"application/ld+json\">" \
	"{\"@type\":\"Recipe\",\"name\":\"" name "\","                     \
	"\"url\":\"https://elsewhere.example/\","                          \
	"\"recipeIngredient\":[\"800 g beef\",\"2 onions\"],"              \
	"\"recipeInstructions\":\"Braise for two hours.\"}"                \
	"</script></head><body></body></html>"
#define TEXT "Rice soup\n\nIngredients\n200 g rice\n1 onion\n2 tomatoes\n"
#define HEAD(status, type)                           \
	"HTTP/1.1 " status "\r\nContent-Type: " type \
	"\r\nConnection: close\r\n\r\n"
#define NONE "<html><body><p>No dish here.</p></body></html>"
#define LOGIN                                                        \
	"<html><title>Members</title><body><form><p>Please log in: " \
	"<input type=\"password\"></form></body></html>"
#define ROBOTS                                                     \
	"<html><head><title>Just a moment...</title></head><body>" \
	"<p>Checking your browser before accessing this site.</p>" \
	"</body></html>"
#define CANONICAL(to) "<link rel=\"canonical\" href=\"" to "\">"
#define BUSY(s)                                       \
	"HTTP/1.1 429 Busy\r\nRetry-After: " s "\r\n" \
	"Content-Length: 0\r\nConnection: close\r\n\r\n"
#define HTML HEAD("200 OK", "text/html; charset=utf-8")

/* ---- the server: one answer a path ---- */

static const struct {
	const char *path, *answer; /* NULL: never answers */
} pages[] = {
	{ "/stew", HTML LD("Stew") },
	{ "/stew/print", HTML LD("Stew") },
	{ "/pie", HTML LD("Pie") },
	{ "/untyped", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" LD("Un") },
	{ "/text", HEAD("200 OK", "text/plain") TEXT },
	{ "/prose", HEAD("200 OK", "text/plain") "A walk by the sea." },
	{ "/none", HTML "<html><body><p>No dish here.</p></body></html>" },
	{ "/empty", HTML },
	{ "/gone", HEAD("404 Not Found", "text/html") NONE },
	{ "/broken", HEAD("500 Oops", "text/html") NONE },
	{ "/forbidden", HEAD("403 No", "text/html") NONE },
	{ "/forbidden-login", HEAD("403 No", "text/html") LOGIN },
	{ "/login", HTML LOGIN },
	{ "/robots", HEAD("503 Wait", "text/html") ROBOTS },
	{ "/shown-all-the-same", HEAD("403 No", "text/html") LD("Shown") },
	{ "/banner", HTML LD("Banner") "<p>We value your privacy. Accept all "
				       "cookies? Please log in.</p>" },
	{ "/moved", "HTTP/1.1 302 There\r\nLocation: /tagged\r\n"
		    "Content-Length: 0\r\nConnection: close\r\n\r\n" },
	{ "/tagged", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
		     "ETag: \"v1\"\r\nConnection: close\r\n\r\n" LD("Tag") },
	{ "/soup/amp", HTML CANONICAL("/soup") LD("Soup") },
	{ "/soup", HTML LD("Another soup") },
	{ "/evil", HTML CANONICAL("/pie") LD("Evil") },
	{ "/evil/deep", HTML CANONICAL("/") LD("Evil") },
	{ "/evil/far", HTML CANONICAL("https://example.com/evil") LD("Evil") },
	{ "/busy", BUSY("30") },
	{ "/busy-for-long", BUSY("7200") },
	{ "/pdf", HEAD("200 OK", "application/pdf") "%PDF-1.4" },
	{ "/hang", NULL },
	{ "/hang-once", HTML LD("Second try") },
};

struct tally { /* shared with the server's processes */
	int asked, hung_once, unchanged;
};
static struct tally *tally;
static int port;
static pid_t server;

static void answer(int fd)
{
	char line[512] = "";
	ssize_t n = read(fd, line, sizeof(line) - 1);
	size_t i;

	tally->asked++;
	for (i = 0; n > 4 && i < ARRAY_LEN(pages); i++) {
		size_t len = strlen(pages[i].path);

		if (strncmp(line + 4, pages[i].path, len) != 0 ||
			!strchr(" ?", line[4 + len]))
			continue;
		if (!pages[i].answer ||
			(strcmp(pages[i].path, "/hang-once") == 0 &&
				!tally->hung_once++))
			(void)pause();
		if (strstr(line, "If-None-Match: \"v1\"\r\n")) {
			static const char same[] = "HTTP/1.1 304 Same\r\n"
						   "Connection: close\r\n\r\n";

			tally->unchanged++;
			(void)fd_write_all(fd, same, strlen(same));
			break;
		}
		(void)fd_write_all(
			fd, pages[i].answer, strlen(pages[i].answer));
	}
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, line, sizeof(line)) > 0)
		;
}

/* One process a connection; all die with the group. */
static void serve(int listener)
{
	(void)setpgid(0, 0);
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		if (fork() == 0) {
			(void)close(listener);
			answer(fd);
			_exit(0);
		}
		(void)close(fd);
	}
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
	if (server == 0)
		serve(fd);
	(void)setpgid(server, server);
	(void)close(fd);
	return server > 0 ? 0 : -1;
}

/* ---- the runner of these tests ---- */

static struct config config;
static struct allow_rule allowed;
static int reader_sock = -1;
static pid_t reader;

static int64_t clock_shift;

static int64_t shifted_clock(void)
{
	return clock_monotonic_ms() + clock_shift;
}

struct runner {
	struct fixture *f;
	struct store *store;
	struct ask_world world;
	struct net *net;
	struct jobs *jobs;
};

static void runner_open(struct runner *r, struct fixture *f, const char *owner)
{
	struct ask_world w = { &config, kitchen, NULL, reader_sock, NULL };

	r->f = f;
	r->store = second_handle(f);
	w.store = r->store;
	r->world = w;
	r->net = net_new(&config);
	r->jobs = jobs_new(&r->world, r->net, NULL, owner);
	jobs_clock(r->jobs, shifted_clock);
	r->store->monotonic = shifted_clock;
}

static void runner_close(struct runner *r)
{
	jobs_free(r->jobs);
	net_free(r->net);
	store_close(r->store);
}

static void turn(struct runner *r)
{
	struct pollfd fds[64];
	size_t n;

	jobs_step(r->jobs);
	n = jobs_pollfds(r->jobs, fds, ARRAY_LEN(fds));
	net_run(r->net, 20, fds, n);
	jobs_step(r->jobs);
}

static struct pairing_row get(struct fixture *f, const char *id)
{
	struct pairing_row row;

	if (store_pairing_get(f->store, id, &f->mem, &row, &f->e))
		fail_msg("%s", f->e.msg);
	return row;
}

static struct pairing_row turn_until_over(struct runner *r, const char *id)
{
	int64_t deadline = clock_monotonic_ms() + 10000;
	struct pairing_row row;

	do {
		turn(r);
		row = get(r->f, id);
	} while ((row.status == JOB_QUEUED || row.status == JOB_RUNNING) &&
		 clock_monotonic_ms() < deadline);
	return row;
}

static void turn_until_asked(struct runner *r, int before)
{
	int64_t deadline = clock_monotonic_ms() + 10000;

	while (tally->asked == before && clock_monotonic_ms() < deadline)
		turn(r);
	assert_true(tally->asked > before);
}

static const char *url(struct fixture *f, const char *path)
{
	return arena_printf(&f->mem, "http://127.0.0.1:%d%s", port, path);
}

static const char *queue(struct fixture *f, const char *path)
{
	struct ask_world w = { &config, kitchen, f->store, -1, NULL };
	struct ask_input in = { 0 };
	struct preferences defaults = PREFERENCES_INIT;
	struct ask_answer a;

	in.kind = ASK_URL;
	in.data = url(f, path);
	in.len = strlen(in.data);
	in.preferences = defaults;
	if (ask(&w, &in, &f->mem, &a, &f->e))
		fail_msg("%s", f->e.msg);
	assert_int_equal(a.queued, 1);
	return arena_strdup(&f->mem, a.id);
}

/* ---- what goes well ---- */

static void links_become_pairings(void **state)
{
	static const struct {
		const char *path, *name, *source;
	} cases[] = {
		{ "/stew", "Stew", "json-ld" },
		{ "/text", "Rice soup", "text" },
		{ "/untyped", "Un", "json-ld" },
		/* whatever the status, and whatever stands beside it */
		{ "/shown-all-the-same", "Shown", "json-ld" },
		{ "/banner", "Banner", "json-ld" },
	};
	struct fixture *f = *state;
	struct runner r;
	size_t i;

	runner_open(&r, f, "r");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *id = queue(f, cases[i].path);
		struct pairing_row row = turn_until_over(&r, id);
		json_object *o, *recipe;

		assert_string_equal(job_status_name(row.status), "done");
		assert_string_equal(row.id, id);
		o = json_read(row.body, row.body_len, &f->e);
		recipe = json_obj(o, "recipe");
		assert_string_equal(json_str(o, "url"), url(f, cases[i].path));
		assert_string_equal(json_str(recipe, "name"), cases[i].name);
		assert_string_equal(
			json_str(recipe, "source"), cases[i].source);
		/* where we fetched it, not what the page says */
		assert_string_equal(
			json_str(recipe, "url"), url(f, cases[i].path));
		json_object_put(o);
		assert_int_equal(jobs_active(r.jobs), 0);
	}
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe_url"), 5);
	runner_close(&r);
	assert_sound(f);
}

static void many_at_once(void **state)
{
	struct fixture *f = *state;
	const char *ids[12];
	struct runner r;
	size_t i;

	runner_open(&r, f, "r");
	for (i = 0; i < ARRAY_LEN(ids); i++)
		ids[i] = queue(f, arena_printf(&f->mem, "%s?n=%zu",
					  i % 2 ? "/stew" : "/gone", i));
	for (i = 0; i < ARRAY_LEN(ids); i++)
		assert_int_equal(turn_until_over(&r, ids[i]).status,
			i % 2 ? JOB_DONE : JOB_FAILED);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 1);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe_url"), 6);
	assert_int_equal(jobs_active(r.jobs), 0);
	runner_close(&r);
}

static void the_same_recipe_elsewhere_is_one_pairing(void **state)
{
	struct fixture *f = *state;
	const char *a = queue(f, "/stew"), *b = queue(f, "/stew/print");
	struct runner r;

	runner_open(&r, f, "r");
	assert_int_equal(turn_until_over(&r, a).status, JOB_DONE);
	assert_int_equal(turn_until_over(&r, b).status, JOB_DONE);
	assert_string_equal(get(f, a).id, get(f, b).id);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 1);
	runner_close(&r);
}

/* ---- what fails says why ---- */

static void failures_have_their_reason(void **state)
{
	static const struct {
		const char *path, *error;
	} cases[] = {
		{ "/gone", "fetch-missing" },
		{ "/broken", "fetch-server" },
		{ "/pdf", "fetch-pdf" },
		{ "/forbidden", "fetch-forbidden" },
		{ "/forbidden-login", "fetch-login" },
		{ "/login", "fetch-login" },
		{ "/robots", "fetch-challenge" },
		{ "/none", "not-a-recipe" },
		{ "/prose", "not-a-recipe" },
		{ "/empty", "fetch-empty" },
		{ "/unknown", "fetch-reset" },
	};
	struct fixture *f = *state;
	struct runner r;
	size_t i;

	runner_open(&r, f, "r");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct pairing_row row =
			turn_until_over(&r, queue(f, cases[i].path));

		if (row.status != JOB_FAILED ||
			strcmp(row.error, cases[i].error) != 0)
			fail_msg("%s: %s %s", cases[i].path,
				job_status_name(row.status),
				row.error ? row.error : "");
	}
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe"), 0);
	runner_close(&r);
}

static void a_site_that_never_answers_is_given_up(void **state)
{
	struct fixture *f = *state;
	const char *id = queue(f, "/hang");
	int before = tally->asked;
	struct runner r;
	struct pairing_row row;

	clock_shift = 0;
	runner_open(&r, f, "r");
	turn_until_asked(&r, before);
	clock_shift += 119000;
	turn(&r);
	assert_int_equal(get(f, id).status, JOB_RUNNING);
	clock_shift += 2000;
	turn(&r);
	row = get(f, id);
	assert_int_equal(row.status, JOB_FAILED);
	assert_string_equal(row.error, "fetch-timeout");
	assert_int_equal(jobs_active(r.jobs), 0);
	runner_close(&r);
}

/* ---- what is remembered of a page ---- */

static void run_sql(struct fixture *f, const char *sql)
{
	sqlite3 *sq;

	assert_int_equal(sqlite3_open(f->path, &sq), SQLITE_OK);
	assert_int_equal(sqlite3_exec(sq, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(sq), SQLITE_OK);
}

static int is_known(struct fixture *f, const char *path)
{
	struct ask_world w = { &config, kitchen, f->store, -1, NULL };
	struct preferences defaults = PREFERENCES_INIT;
	struct ask_input in = { .kind = ASK_URL, .data = url(f, path) };
	struct ask_answer a;

	in.len = strlen(in.data);
	in.preferences = defaults;
	assert_int_equal(ask(&w, &in, &f->mem, &a, &f->e), 0);
	if (a.queued)
		assert_int_equal(store_job_cancel(f->store, a.id, &f->e), 0);
	return !a.queued;
}

static const char *name_of(struct fixture *f, const char *id)
{
	struct pairing_row row = get(f, id);
	json_object *o = json_read(row.body, row.body_len, &f->e);
	const char *name =
		arena_strdup(&f->mem, json_str(json_obj(o, "recipe"), "name"));

	json_object_put(o);
	return name;
}

static void an_unchanged_page_is_not_sent_again(void **state)
{
	struct fixture *f = *state;
	const char *first, *again;
	struct runner r;

	tally->unchanged = 0;
	runner_open(&r, f, "r");
	first = queue(f, "/moved");
	assert_int_equal(turn_until_over(&r, first).status, JOB_DONE);
	assert_int_equal(tally->unchanged, 0);
	/* where it led is known as well */
	assert_true(is_known(f, "/moved"));
	assert_true(is_known(f, "/tagged"));
	run_sql(f, "UPDATE recipe_url SET fetched = 0");
	assert_false(is_known(f, "/moved"));
	again = queue(f, "/moved");
	assert_int_equal(turn_until_over(&r, again).status, JOB_DONE);
	assert_int_equal(tally->unchanged, 1);
	assert_string_equal(get(f, first).id, get(f, again).id);
	assert_true(is_known(f, "/moved"));
	/* read by an older version: read it anew */
	run_sql(f, "UPDATE recipe_url SET fetched = 0, reader = 'old'");
	again = queue(f, "/tagged");
	assert_int_equal(turn_until_over(&r, again).status, JOB_DONE);
	assert_int_equal(tally->unchanged, 1);
	runner_close(&r);
	assert_sound(f);
}

static void a_page_gives_its_recipe_only_its_own_names(void **state)
{
	struct fixture *f = *state;
	const char *id;
	struct runner r;

	runner_open(&r, f, "r");
	id = queue(f, "/soup/amp");
	assert_int_equal(turn_until_over(&r, id).status, JOB_DONE);
	assert_true(is_known(f, "/soup"));
	id = queue(f, "/evil");
	assert_int_equal(turn_until_over(&r, id).status, JOB_DONE);
	id = queue(f, "/evil/deep");
	assert_int_equal(turn_until_over(&r, id).status, JOB_DONE);
	id = queue(f, "/evil/far");
	assert_int_equal(turn_until_over(&r, id).status, JOB_DONE);
	assert_false(is_known(f, "/pie"));
	assert_false(is_known(f, "/"));
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe_url"), 5);
	id = queue(f, "/pie");
	assert_int_equal(turn_until_over(&r, id).status, JOB_DONE);
	assert_string_equal(name_of(f, id), "Pie");
	runner_close(&r);
}

/* ---- sites that ask for a pause ---- */

static void a_short_pause_is_waited_for(void **state)
{
	struct fixture *f = *state;
	const char *id = queue(f, "/busy");
	int round, before;
	struct runner r;
	struct pairing_row row;

	for (round = 0; round < 2; round++) {
		runner_open(&r, f, "r");
		before = tally->asked;
		turn_until_asked(&r, before);
		do {
			turn(&r);
			row = get(f, id);
		} while (!row.retry_at);
		assert_int_equal(row.status, JOB_QUEUED);
		assert_in_range(row.retry_at - clock_wall_ms(), 1, 30000);
		assert_int_equal(jobs_active(r.jobs), 0);
		/* and nobody asks before */
		turn(&r);
		assert_int_equal(tally->asked, before + 1);
		/* another page of the site rests at once, unasked */
		if (round == 0) {
			const char *other = queue(f, "/stew");

			do {
				turn(&r);
				row = get(f, other);
			} while (!row.retry_at);
			assert_int_equal(tally->asked, before + 1);
			assert_int_equal(
				store_job_cancel(f->store, other, &f->e), 0);
		}
		runner_close(&r);
		run_sql(f,
			"UPDATE job SET retry_at = 1 WHERE status = 'queued'");
	}
	/* twice is enough */
	runner_open(&r, f, "r");
	row = turn_until_over(&r, id);
	assert_int_equal(row.status, JOB_FAILED);
	assert_string_equal(row.error, "fetch-busy");
	assert_in_range(row.retry_at - clock_wall_ms(), 1, 30000);
	runner_close(&r);
}

static void a_long_pause_is_told(void **state)
{
	struct fixture *f = *state;
	struct runner r;
	struct pairing_row row;

	runner_open(&r, f, "r");
	row = turn_until_over(&r, queue(f, "/busy-for-long"));
	assert_int_equal(row.status, JOB_FAILED);
	assert_string_equal(row.error, "fetch-busy");
	assert_in_range(
		row.retry_at - clock_wall_ms(), 7000 * 1000, 7200 * 1000);
	/* where the clock was set back, nobody rests for ever */
	run_sql(f, "UPDATE job SET status = 'queued', error = NULL,"
		   " retry_at = 9000000000000");
	assert_int_equal(ask_number(f, "SELECT count(*) FROM job"), 1);
	jobs_look(r.jobs);
	turn(&r);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM job WHERE attempt = 2"), 1);
	runner_close(&r);
}

/* ---- leases ---- */

static void it_beats_and_hears_of_a_cancel(void **state)
{
	struct fixture *f = *state;
	const char *id = queue(f, "/hang");
	int before = tally->asked;
	struct runner r;
	int64_t beat;

	runner_open(&r, f, "r");
	turn_until_asked(&r, before);
	beat = ask_number(f, "SELECT beat FROM job");
	turn(&r);
	assert_int_equal(ask_number(f, "SELECT beat FROM job"), beat);
	clock_shift += 5000;
	turn(&r);
	assert_int_equal(ask_number(f, "SELECT beat FROM job"), beat + 1);
	assert_int_equal(store_job_cancel(f->store, id, &f->e), 0);
	turn(&r);
	assert_int_equal(jobs_active(r.jobs), 1);
	clock_shift += 5000;
	turn(&r);
	assert_int_equal(jobs_active(r.jobs), 0);
	assert_int_equal(get(f, id).status, JOB_CANCELLED);
	runner_close(&r);
}

static void a_runner_that_slept_leaves_the_job(void **state)
{
	struct fixture *f = *state;
	const char *id = queue(f, "/hang-once");
	int before = tally->asked;
	struct runner asleep, awake;
	struct pairing_row row;

	tally->hung_once = 0;
	runner_open(&asleep, f, "asleep");
	turn_until_asked(&asleep, before);
	runner_open(&awake, f, "awake");
	turn(&awake);
	assert_int_equal(jobs_active(awake.jobs), 0);
	clock_shift += 30001; /* no beat in all that time */
	row = turn_until_over(&awake, id);
	assert_int_equal(row.status, JOB_DONE);
	assert_int_equal(ask_number(f, "SELECT attempt FROM job"), 2);
	turn(&asleep);
	assert_int_equal(jobs_active(asleep.jobs), 0);
	assert_int_equal(get(f, id).status, JOB_DONE);
	runner_close(&asleep);
	runner_close(&awake);
	assert_sound(f);
}

/* Take a job up in a child, say so, and wait to be killed. */
static void doomed_runner(struct fixture *f, int tell)
{
	int before = tally->asked;
	struct runner r;

	runner_open(&r, f, "doomed");
	turn_until_asked(&r, before);
	(void)!write(tell, "!", 1);
	for (;;)
		turn(&r);
}

static void a_killed_runner_loses_no_job(void **state)
{
	struct fixture *f = *state;
	const char *id = queue(f, "/hang-once");
	struct runner r;
	int fds[2], status;
	char ch;
	pid_t pid;

	tally->hung_once = 0;
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		doomed_runner(f, fds[1]);
	f->store = second_handle(f);
	assert_int_equal(read(fds[0], &ch, 1), 1);
	assert_int_equal(get(f, id).status, JOB_RUNNING);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)close(fds[0]);
	(void)close(fds[1]);
	/* as the master does */
	assert_int_equal(store_job_release(f->store, "doomed", &f->e), 0);
	runner_open(&r, f, "next");
	assert_int_equal(turn_until_over(&r, id).status, JOB_DONE);
	assert_int_equal(ask_number(f, "SELECT attempt FROM job"), 2);
	runner_close(&r);
	assert_sound(f);
}

static void draining_takes_no_more_and_frees_the_rest(void **state)
{
	struct fixture *f = *state;
	const char *id = queue(f, "/hang"), *later;
	int before = tally->asked;
	struct runner r;

	runner_open(&r, f, "r");
	turn_until_asked(&r, before);
	jobs_drain(r.jobs);
	later = queue(f, "/stew");
	turn(&r);
	assert_int_equal(jobs_active(r.jobs), 1);
	assert_int_equal(get(f, later).status, JOB_QUEUED);
	runner_close(&r);
	assert_int_equal(get(f, id).status, JOB_QUEUED); /* free at once */
}

/* ---- a store that cannot write just now ---- */

static void a_locked_store_only_delays(void **state)
{
	struct fixture *f = *state;
	const char *lock = arena_printf(&f->mem, "%s.lock", f->path);
	const char *id = queue(f, "/pie");
	int fd = open(lock, O_RDWR | O_CLOEXEC), i;
	struct runner r;

	if (!db_version_races(sqlite3_libversion_number()))
		skip();
	runner_open(&r, f, "r");
	store_patience(r.store, 1);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	turn(&r); /* cannot even take it up */
	assert_int_equal(jobs_active(r.jobs), 0);
	assert_int_equal(flock(fd, LOCK_UN), 0);
	clock_shift += 1000;
	jobs_step(r.jobs);
	assert_int_equal(jobs_active(r.jobs), 1);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	for (i = 0; i < 50; i++) { /* through fetch and read, to the save */
		clock_shift += 100;
		turn(&r);
	}
	assert_int_equal(jobs_active(r.jobs), 1);
	assert_int_equal(get(f, id).status, JOB_RUNNING);
	assert_int_equal(flock(fd, LOCK_UN), 0);
	clock_shift += 10000;
	assert_int_equal(turn_until_over(&r, id).status, JOB_DONE);
	assert_int_equal(ask_number(f, "SELECT attempt FROM job"), 1);
	runner_close(&r);
	(void)close(fd);
}

/* ---- start and end ---- */

/* A reader that dies over `deaths` pages, and then one that does not. */
static void run_reader(int sock, int deaths)
{
	char packet[3000];
	int fds[4];
	size_t n;

	while (deaths--) {
		(void)fd_recv(sock, packet, sizeof(packet), fds, &n);
		while (n)
			(void)close(fds[--n]);
	}
	_exit(reader_serve(sock, kitchen) ? 1 : 0);
}

static void a_dead_reader_is_asked_again(void **state)
{
	static const struct {
		int deaths;
		enum job_status status;
	} cases[] = { { 1, JOB_DONE }, { 4, JOB_FAILED } };
	struct fixture *f = *state;
	int kept = reader_sock, pair[2];
	struct runner r;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct pairing_row row;
		pid_t pid;

		assert_int_equal(
			socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				pair),
			0);
		pid = fork();
		if (pid == 0) {
			(void)close(pair[0]);
			run_reader(pair[1], cases[i].deaths);
		}
		(void)close(pair[1]);
		reader_sock = pair[0];
		runner_open(&r, f, "r");
		row = turn_until_over(&r, queue(f, i ? "/pie" : "/stew"));
		assert_string_equal(job_status_name(row.status),
			job_status_name(cases[i].status));
		if (row.status == JOB_FAILED)
			assert_string_equal(row.error, "busy");
		runner_close(&r);
		(void)close(pair[0]);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	reader_sock = kept;
}

static int start_reader(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	reader = fork();
	if (reader == 0) {
		(void)close(pair[0]);
		_exit(reader_serve(pair[1], kitchen) ? 1 : 0);
	}
	(void)close(pair[1]);
	reader_sock = pair[0];
	return reader > 0 ? 0 : -1;
}

static int start_all(void **state)
{
	(void)signal(SIGPIPE, SIG_IGN);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	(void)kitchen_setup(state);
	if (tally == MAP_FAILED || start_server() || start_reader())
		return -1;
	allowed.addr[10] = allowed.addr[11] = 0xff;
	allowed.addr[12] = 127;
	allowed.addr[15] = 1;
	allowed.bits = 128;
	allowed.port = port;
	config.fetch_allow = &allowed;
	config.n_fetch_allow = 1;
	config.queue_limit = 100;
	config.contact = "";
	return 0;
}

static int stop_all(void **state)
{
	(void)close(reader_sock);
	(void)waitpid(reader, NULL, 0);
	(void)kill(-server, SIGKILL);
	(void)waitpid(server, NULL, 0);
	return kitchen_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(links_become_pairings),
		OPEN(many_at_once),
		OPEN(the_same_recipe_elsewhere_is_one_pairing),
		OPEN(failures_have_their_reason),
		OPEN(a_site_that_never_answers_is_given_up),
		OPEN(an_unchanged_page_is_not_sent_again),
		OPEN(a_page_gives_its_recipe_only_its_own_names),
		OPEN(a_short_pause_is_waited_for),
		OPEN(a_long_pause_is_told),
		OPEN(it_beats_and_hears_of_a_cancel),
		OPEN(a_runner_that_slept_leaves_the_job),
		OPEN(a_killed_runner_loses_no_job),
		OPEN(draining_takes_no_more_and_frees_the_rest),
		OPEN(a_locked_store_only_delays),
		OPEN(a_dead_reader_is_asked_again),
	};

	return cmocka_run_group_tests(tests, start_all, stop_all);
}
