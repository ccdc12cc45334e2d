/*
 * The runner does what needs the internet, or takes long: the job queue. One
 * loop moves everything on and waits for whatever comes first: a page, a
 * reader's answer, a byte on the wake socket, a signal, or the second after
 * which the queue is looked at anyway.
 *
 * SIGTERM: no new jobs, finish those under way, leave. What takes too long is
 * left behind; its lease says so, and another runner takes it up.
 */
#include "server/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jobs/jobs.h"

#define LOOK_MS 1000
#define ROUND_MS 30000 /* a round that takes longer is a hang */
#define DRAIN_MS 25000
#define CHECKPOINT_MS 5000
#define CHECKPOINT_FAILURES 12 /* in a row: a new process, a new connection */
#define POLL_MAX 40
#define NICE 5

struct runner {
	const struct place *place;
	struct store *store;
	struct net *net;
	struct llm *llm; /* holds the keys; NULL: no model is set up */
	struct jobs *jobs;
	int signals;
	int64_t drain_end; /* 0: not leaving */
	int64_t checkpointed;
	int failures;
};

static int signal_socket(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_SETMASK, &set, NULL))
		fatal("sigprocmask");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fatal("signalfd");
	return fd;
}

static void checkpoint(struct runner *r)
{
	int64_t now = clock_monotonic_ms();
	struct err e = ERR_INIT;

	if (now - r->checkpointed < CHECKPOINT_MS)
		return;
	r->checkpointed = now;
	if (store_stale(r->store, &e)) {
		log_warnx("store: %s", e.msg);
		r->failures = CHECKPOINT_FAILURES;
		return;
	}
	if (store_checkpoint(r->store, &e) == 0) {
		r->failures = 0;
		return;
	}
	log_warnx("checkpoint: %s", e.msg);
	r->failures++;
}

static void begin_leaving(struct runner *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) > 0)
		;
	if (r->drain_end)
		return;
	jobs_drain(r->jobs);
	r->drain_end = clock_monotonic_ms() + DRAIN_MS;
	log_debug("leaving, %zu jobs under way", jobs_active(r->jobs));
}

static void take_wakes(int fd)
{
	char bytes[64];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

/* One round; 0 when it is time to end. */
static int round_once(struct runner *r)
{
	struct pollfd p[POLL_MAX] = {
		{ .fd = r->signals, .events = POLLIN },
		{ .fd = r->place->sockets->wake, .events = POLLIN },
	};
	size_t n = 2;

	atomic_store(
		&r->place->slot->deadline, clock_monotonic_ms() + ROUND_MS);
	atomic_fetch_add(&r->place->slot->served, 1);
	jobs_step(r->jobs);
	if (r->drain_end &&
		(!jobs_active(r->jobs) || clock_monotonic_ms() > r->drain_end))
		return 0;
	n += jobs_pollfds(r->jobs, p + n, POLL_MAX - n);
	net_run(r->net, jobs_wait_ms(r->jobs, LOOK_MS), p, n);
	if (p[0].revents)
		begin_leaving(r);
	if (p[1].revents) {
		take_wakes(p[1].fd);
		jobs_look(r->jobs);
	}
	checkpoint(r);
	return r->failures < CHECKPOINT_FAILURES;
}

/* Where no model is set up, nothing of it is loaded. A key that is bad is told
 * in the log; the pairing goes on without. */
static struct llm *models_open(const struct world *w, struct net *net)
{
	const struct config *c = &w->config;
	struct err e = ERR_INIT;

	if (!*c->anthropic.model && !*c->bedrock.model && !*c->openai.model)
		return NULL;
	return llm_new(c, NULL, w->prompts, w->knowledge, net, &e);
}

int runner_run(const struct place *p, const char *owner)
{
	struct runner r = { .place = p };
	struct ask_world world = { .config = &p->world->config,
		.knowledge = p->world->knowledge,
		.reader = p->reader,
		.prompts = p->world->prompts };
	struct err e = ERR_INIT;
	size_t left;

	r.signals = signal_socket();
	confine_secrets();
	(void)setpriority(PRIO_PROCESS, 0, NICE); /* pages come first */
	r.store = store_open(p->world->config.store, &e);
	if (!r.store) {
		log_warnx("store: %s", e.msg);
		return 1;
	}
	world.store = r.store;
	confine_calls(CONFINE_MAY_CONNECT | CONFINE_MAY_FORK);
	r.net = net_new(&p->world->config);
	r.llm = models_open(p->world, r.net);
	r.jobs = jobs_new(&world, r.net, r.llm, owner);
	while (round_once(&r))
		;
	left = jobs_active(r.jobs);
	if (left)
		log_warnx("left %zu jobs to the next runner", left);
	jobs_free(r.jobs);
	llm_free(r.llm);
	net_free(r.net);
	(void)store_checkpoint(r.store, &e);
	store_close(r.store);
	close(r.signals);
	/* not 0: somebody must free our leases, or start us anew */
	return left || r.failures >= CHECKPOINT_FAILURES;
}
