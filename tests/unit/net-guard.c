/*
 * The guard of net/hop.c, tried for real: run by net-guard.sh in a network
 * namespace of its own, whose loopback answers for every address there is.
 * Listeners count what reaches them. Every fetch of an address that is not
 * public must end with nobody called; a public one must get through, so that
 * we know the listeners work.
 *
 * Each URL is tried three ways: as the one that was asked for, as a redirect
 * from a site that may be fetched, and as every kind of link on a page of that
 * site, which takes the whole road of a job.
 *
 * Names come from a hosts file that net-guard.sh mounts (a<N>.test for row N
 * of the addresses, mixed.test with a public and a private address) and from
 * a name server that changes its mind.
 *
 * "net-guard hosts" prints that hosts file, "net-guard FOLDER" runs. Exit
 * status 0: no canary was called; 3: some were, in every part where only the
 * open-socket callback stands in the way (a build with -DNET_GUARD_OFF must
 * end so); 1: broken.
 */
#include "net-guard.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/jobs.h"
#include "net/net.h"

#ifdef NET_GUARD_OFF
#define GUARDED 0
#else
#define GUARDED 1
#endif

static struct allow_rule rule = {
	{ [10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1 }, 128, 18080, 0
};
static const struct config config = { .contact = "",
	.fetch_allow = &rule,
	.n_fetch_allow = 1,
	.queue_limit = 10000 };

static void print_hosts(void)
{
	size_t i;

	for (i = 0; i < guard_n_private; i++)
		printf("%s a%zu.test\n", guard_private[i], i);
	for (i = 0; i < ARRAY_LEN(guard_public); i++)
		printf("%s public%zu.test\n", guard_public[i], i);
	printf("10.0.0.1 mixed.test\n9.9.9.9 mixed.test\nfd00::1 mixed.test\n");
}

/* ---- one fetch ---- */

struct result {
	int calls, status, at_site;
	enum err_reason reason;
};

static struct net *net;
static int wrong, tried;

static void done(void *arg, const struct net_page *page, const struct err *e)
{
	struct result *r = arg;

	r->calls++;
	r->status = page ? page->status : 0;
	r->at_site = page && strncmp(page->url, GUARD_SITE, 22) == 0;
	r->reason = e ? e->reason : REASON_NONE;
}

static struct result fetch(const char *url)
{
	struct result r = { 0, 0, 0, REASON_NONE };

	tried++;
	(void)net_fetch(net, url, done, &r);
	while (!r.calls)
		net_run(net, 1000, NULL, 0);
	return r;
}

static void check(int ok, const char *url, const struct result *r, int before)
{
	if (ok && guard_calls[CANARY] == before)
		return;
	wrong++;
	printf("%s: %s, status %d, %d canaries called\n", url,
		err_key(r->reason), r->status, guard_calls[CANARY] - before);
}

static void expect(const char *url, enum err_reason reason)
{
	int before = guard_calls[CANARY];
	struct result r = fetch(url);

	check(r.reason == reason && (reason || r.status == 200), url, &r,
		before);
}

/* ---- the parts ---- */

static void what_is_public(void)
{
	size_t i;

	for (i = 0; i < guard_n_fine; i++)
		expect(guard_fine[i], REASON_NONE);
	expect("http://public1.test/", REASON_NONE);
	expect("http://mixed.test/", REASON_NONE);
}

static void as_the_url(void)
{
	size_t i;

	for (i = 0; i < guard_n_urls; i++) {
		int before = guard_calls[CANARY];
		struct result r = fetch(guard_urls[i]);

		check(r.reason == REASON_PRIVATE_ADDRESS ||
				r.reason == REASON_BAD_URL,
			guard_urls[i], &r, before);
	}
}

/* What is no URL of its own may be a path of the site. */
static void as_a_redirect(void)
{
	size_t i;

	for (i = 0; i < guard_n_urls; i++) {
		int before = guard_calls[CANARY];
		struct result r;
		char url[100];

		(void)snprintf(url, sizeof(url), GUARD_SITE "/to?%zu", i);
		r = fetch(url);
		check(r.reason == REASON_PRIVATE_ADDRESS ||
				r.reason == REASON_UNREACHABLE || r.at_site,
			guard_urls[i], &r, before);
	}
}

static void redirects(void)
{
	size_t i;

	for (i = 0; i < guard_n_redirects; i++) {
		const struct guard_redirect *c = &guard_redirects[i];
		int before = guard_calls[CANARY], asked = guard_calls[SITE];
		struct result r;
		char url[100];

		(void)snprintf(url, sizeof(url), GUARD_SITE "/case?%zu", i);
		r = fetch(url);
		asked = guard_calls[SITE] - asked;
		if (asked != c->asked)
			printf("the site was asked %d times\n", asked);
		check(r.reason == c->ends && asked == c->asked,
			c->to ? c->to : c->answer, &r, before);
	}
}

/* net-guard.sh runs a TLS server: as public0.test its certificate is trusted,
 * as public1.test it is not. */
static void tls(void)
{
	expect("https://public0.test/fine", REASON_NONE);
	expect("https://mixed.test/fine", REASON_FETCH_WRONG_NAME);
	expect("https://public1.test/fine", REASON_FETCH_UNTRUSTED);
	expect("https://public0.test/down", REASON_FETCH_TLS); /* to http */
}

static void names(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(53) };
	int64_t start;
	int fd;

	/* no name server at all, then one that never answers */
	expect("http://nobody.test/", REASON_FETCH_DNS);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof(in)))
		fatal("binding the name server's port");
	start = clock_monotonic_ms();
	expect("http://stuck.test/", REASON_FETCH_TIMEOUT);
	if (clock_monotonic_ms() - start > 3000) {
		printf("a look-up that hangs held everything up\n");
		wrong++;
	}
	close(fd);
}

/* Names that lead elsewhere at every asking (see net-guard-site.c): each is
 * asked for twice, directly and through a redirect, and never remembered. */
static void rebinding(void)
{
	static const char *const words[] = { "turn", "both", "six", "four",
		"alias", "later" };
	size_t n, round, word;

	guard_serve_names();
	for (n = 0; n < 600; n++) {
		for (round = 0; round < 2; round++) {
			char url[100];
			int in;

			word = n % ARRAY_LEN(words);
			in = word == 4 || (word == 0 && ((n + round) & 1)) ||
			     (word == 5 && round);
			(void)snprintf(url, sizeof(url), "http://%s%zu.test/",
				words[word], n);
			net_free(net);
			net = net_new(&config);
			expect(url, in ? REASON_PRIVATE_ADDRESS : REASON_NONE);
		}
	}
}

/* ---- links on a page ---- */

static pid_t reader;

static int start_reader(const struct knowledge *k)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		fatal("socketpair");
	reader = fork();
	if (!reader) {
		close(ends[0]);
		_exit(reader_serve(ends[1], k));
	}
	close(ends[1]);
	return ends[0];
}

static size_t queue_pages(const struct ask_world *w, struct arena *mem)
{
	struct preferences any = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	/* with sanitizers a child takes its time */
	size_t i, n = 0, step = child_confinable() ? 1 : 4;

	for (i = 0; i < guard_n_urls; i += step) {
		struct ask_input in = { .kind = ASK_URL, .preferences = any };
		struct ask_answer a;

		in.data = arena_printf(mem, GUARD_SITE "/page?%zu", i);
		in.len = strlen(in.data);
		if (ask(w, &in, mem, &a, &e) || !a.queued)
			fatalx("a job is not taken: %s", e.msg);
		n++;
	}
	return n;
}

/* Run the queue empty. */
static void work(const struct ask_world *w)
{
	struct jobs *jobs = jobs_new(w, net, NULL, "guard");
	struct pollfd fds[64];

	do {
		jobs_step(jobs);
		net_run(net, 20, fds, jobs_pollfds(jobs, fds, ARRAY_LEN(fds)));
		jobs_step(jobs);
	} while (jobs_active(jobs));
	jobs_free(jobs);
}

/* The command line takes the same pages. */
static void run_program(const char *program, size_t n)
{
	char url[100];
	int status;
	pid_t pid;

	(void)snprintf(url, sizeof(url), GUARD_SITE "/page?%zu", n);
	pid = fork();
	if (!pid) {
		(void)setenv("WINEPAIR_FETCH_ALLOW", "127.0.0.1:18080", 1);
		if (!freopen("/dev/null", "w", stdout))
			_exit(1);
		(void)execl(program, program, "recipe", url, (char *)NULL);
		_exit(1);
	}
	if (waitpid(pid, &status, 0) != pid || status) {
		printf("winepair recipe %s failed\n", url);
		wrong++;
	}
}

/* Nothing a page names is ever followed: each page is one request. */
static void as_a_link(const char *folder)
{
	struct sbuf problems = SBUF_INIT(10000), path = SBUF_INIT(1000),
		    sql = SBUF_INIT(1000), program = SBUF_INIT(1000);
	int before = guard_calls[CANARY], asked = guard_calls[SITE];
	struct ask_world w = { &config, NULL, NULL, -1, NULL };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct knowledge *k;
	size_t i, runs;
	int64_t start = clock_monotonic_ms();

	sbuf_addf(&path, "%s/knowledge", getenv("top_srcdir"));
	w.knowledge = k = knowledge_load(path.buf, &problems);
	if (!k)
		fatalx("%s", problems.buf);
	sbuf_reset(&path);
	sbuf_addf(&path, "%s/w.db", folder);
	sbuf_addf(&sql, "%s/sql/sqlite", getenv("top_srcdir"));
	if (store_migrate(path.buf, sql.buf, &e) ||
		!(w.store = store_open(path.buf, &e)))
		fatalx("%s", e.msg);
	w.reader = start_reader(k);
	runs = queue_pages(&w, &mem);
	work(&w);
	sbuf_addf(&program, "%s/winepair", getenv("top_builddir"));
	for (i = 0; i < guard_n_urls; i += guard_n_urls / 8) {
		run_program(program.buf, i);
		runs++;
	}
	asked = guard_calls[SITE] - asked;
	tried += asked;
	printf("as a link: %d pages (%d ms)\n", asked,
		(int)(clock_monotonic_ms() - start));
	if (asked != (int)runs || guard_calls[CANARY] != before) {
		printf("%zu pages with links: the site was asked %d times, "
		       "%d canaries called\n",
			runs, asked, guard_calls[CANARY] - before);
		wrong++;
	}
	close(w.reader);
	(void)waitpid(reader, NULL, 0);
	store_close(w.store);
	knowledge_free(k);
	arena_release(&mem);
	sbuf_release(&problems);
	sbuf_release(&path);
	sbuf_release(&sql);
	sbuf_release(&program);
}

/* ---- all of it ---- */

static int unguarded = 1; /* no part so far was safe without the guard */

/* A part in which the callback stands alone between us and the canaries. */
static void part(const char *name, void (*run)(void))
{
	int before = guard_calls[CANARY], count = tried;
	int64_t start = clock_monotonic_ms();

	run();
	before = guard_calls[CANARY] - before;
	unguarded = unguarded && before > 0;
	printf("%s: %d fetches, canaries called %d times (%d ms)\n", name,
		tried - count, before, (int)(clock_monotonic_ms() - start));
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "hosts") == 0) {
		print_hosts();
		return 0;
	}
	if (argc != 2)
		return 1;
	/* children must not say again what we said */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	log_threshold(LOG_LEVEL_ERROR);
	guard_make_urls();
	guard_serve();
	net = net_new(&config);
	part("as the URL", as_the_url);
	part("as a redirect", as_a_redirect);
	part("redirects", redirects);
	if (GUARDED) {
		what_is_public();
		tls();
		names();
	}
	part("names that move", rebinding);
	if (GUARDED)
		as_a_link(argv[1]);
	net_free(net);
	guard_stop();
	printf("%zu URLs, %d fetches, %d wrong; canaries called %d times, "
	       "public %d, the site %d\n",
		guard_n_urls, tried, wrong, guard_calls[CANARY],
		guard_calls[PUBLIC], guard_calls[SITE]);
	return unguarded ? 3 : wrong || guard_calls[CANARY] ? 1 : 0;
}
