/*
 * The master starts everything and keeps it going; it reads no request and
 * nothing from outside. It owns the sockets, the table of children and the
 * memory in which they tell their deadlines.
 *
 * Every child has a place: a kind and a number. A place whose child ended gets
 * a new one, at once if it had lived for a while, else after a growing pause.
 * A child that is asked to leave gives up its place first, so the next one
 * starts while it finishes what it is at. Reload (SIGHUP) loads a whole new
 * world beside the old one; only if that is sound are the children exchanged,
 * workers one by one. Sockets whose files were deleted are made anew, and the
 * children exchanged likewise. When so many are still leaving that all places
 * are taken, the next exchange waits.
 *
 * Children die with the master (parent-death signal). A runner's leases are
 * freed as soon as it is dead, by a short-lived child, since the master itself
 * opens no database.
 */
#include "config.h"

#include "server/process.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"
#include "recipe/recipe.h"

#define TICK_MS 1000
#define BUSY_TICK_MS 50	  /* while somebody is leaving */
#define YOUNG_MS 1000	  /* who ends before that has a problem */
#define PAUSE_MAX_MS 5000 /* between attempts */
#define LEAVE_MS 30000	  /* for finishing, then killed */
#define RELEASE_MS 15000

enum kind { READER, WORKER, RUNNER, RELEASE, KIND_MAX };
static const char *const kind_names[KIND_MAX] = { "reader", "worker", "runner",
	"release" };

enum state { FREE, DUE, ALIVE, LEAVING };

struct child { /* its index is also its slot on the scoreboard */
	enum state state;
	enum kind kind;
	int number;
	pid_t pid;
	int generation; /* of the world and the sockets it runs on */
	int64_t started, due, leave_by;
	int failures;		/* in a row, while young */
	char owner[ID_LEN + 1]; /* of leases: a runner, or a release */
};

struct master {
	const char *config_path;
	enum server_part part;
	struct world *world;
	int generation; /* raised when all children must be exchanged */
	struct sockets sockets;
	int sockets_lost; /* and could not be made again: was said */
	int reader[2];	  /* [0] the reader's end, [1] everybody else's */
	struct slot *slots;
	struct child children[CHILDREN_MAX];
	int64_t stop_by; /* 0: not stopping */
	pid_t pid;
};

static volatile sig_atomic_t got_term, got_hup;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		got_hup = 1;
	else if (sig != SIGCHLD)
		got_term = 1;
}

/* ---- being born ---- */

/* What every child does first, in this order: tie its life to ours, drop what
 * is not its own, take its name, leave our signals behind. */
static void become(const struct master *m, const struct child *c)
{
	const struct sockets *s = &m->sockets;
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	int keep[] = { STDIN_FILENO, STDOUT_FILENO, -1, -1, -1 };
	char name[16];

	if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL) ||
		getppid() != m->pid)
		_exit(1);
	/* the locks among them: a lock lives as long as any copy of it */
	keep[2] = c->kind == READER ? m->reader[0] : m->reader[1];
	keep[3] = c->kind == WORKER ? s->listen : -1;
	keep[4] = c->kind == RUNNER ? s->wake : -1;
	child_close_except(keep, ARRAY_LEN(keep));
	(void)snprintf(
		name, sizeof(name), "%s.%d", kind_names[c->kind], c->number);
	(void)prctl(PR_SET_NAME, name);
	log_process(name);
	child_reset_signals();
	(void)sigaction(SIGINT, &ignore, NULL); /* Ctrl-C is for the master */
	(void)sigaction(SIGHUP, &ignore, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	/* a database that may not grow any more is an error to be told */
	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

static int run_reader(const struct master *m)
{
	confine_secrets();
	confine_calls(CONFINE_MAY_FORK);
	return reader_serve(m->reader[0], m->world->knowledge);
}

static int run_release(const struct master *m, const struct child *c)
{
	struct err e = ERR_INIT;
	struct store *s = store_open(m->world->config.store, &e);
	struct waker w;
	int rc = 1;

	if (s && store_job_release(s, c->owner, &e) == 0)
		rc = 0;
	else
		log_warnx("leases of a dead runner: %s", e.msg);
	store_close(s);
	waker_open(&w, &m->sockets);
	waker_send(&w);
	return rc;
}

static void run_child(struct master *m, struct child *c)
{
	struct place place = { m->world, &m->sockets, m->reader[1],
		&m->slots[c - m->children], m->slots };
	int rc = 1;

	become(m, c);
	switch (c->kind) {
	case READER:
		rc = run_reader(m);
		break;
	case WORKER:
		rc = worker_run(&place);
		break;
	case RUNNER:
		rc = runner_run(&place, c->owner);
		break;
	case RELEASE:
		rc = run_release(m, c);
		break;
	case KIND_MAX:
		break;
	}
	exit(rc);
}

/* The runners whose leases may be open, for the next master. */
static void note_owners(const struct master *m)
{
	char ids[OWNERS_MAX][ID_LEN + 1];
	size_t i, n = 0;

	for (i = 0; i < CHILDREN_MAX && n < OWNERS_MAX; i++) {
		const struct child *c = &m->children[i];

		if (*c->owner)
			memcpy(ids[n++], c->owner, sizeof(ids[0]));
	}
	owners_write(&m->sockets, (const char(*)[ID_LEN + 1]) ids, n);
}

static void give_birth(struct master *m, struct child *c)
{
	struct slot *slot = &m->slots[c - m->children];
	int64_t now = clock_monotonic_ms();

	c->started = now;
	c->generation = m->generation;
	c->state = c->kind == RELEASE ? LEAVING : ALIVE;
	c->leave_by = now + RELEASE_MS;
	if (c->kind == RUNNER) {
		id_new(c->owner);
		note_owners(m);
	}
	/* a worker that hangs before its first look at the queue is late too */
	atomic_store(&slot->deadline,
		c->kind == WORKER
			? now + m->world->config.worker_deadline_s * 1000
			: 0);
	atomic_store(&slot->served, 0);
	atomic_store(&slot->waiting, 0);
	c->pid = fork();
	if (c->pid == 0)
		run_child(m, c);
	if (c->pid > 0)
		return;
	log_warn("fork");
	c->state = DUE;
	c->due = now + PAUSE_MAX_MS;
}

static struct child *free_place(struct master *m)
{
	size_t i;

	for (i = 0; i < CHILDREN_MAX; i++)
		if (m->children[i].state == FREE)
			return &m->children[i];
	return NULL;
}

/* A place for one more child, to be born at the next round; NULL while all
 * are taken: somebody must leave first. */
static struct child *make_place(struct master *m, enum kind kind, int number)
{
	struct child *c = free_place(m);

	if (!c)
		return NULL;
	memset(c, 0, sizeof(*c));
	c->state = DUE;
	c->kind = kind;
	c->number = number;
	return c;
}

/* How many of a kind there should be. */
static int wanted(const struct master *m, enum kind kind)
{
	const struct config *config = &m->world->config;

	switch (kind) {
	case READER:
		return 1;
	case WORKER:
		return m->part == SERVER_RUNNER ? 0 : (int)config->workers;
	case RUNNER:
		return m->part == SERVER_WEB ? 0 : (int)config->runners;
	case RELEASE:
	case KIND_MAX:
		break;
	}
	return 0;
}

static int has_place(const struct master *m, enum kind kind, int number)
{
	const struct child *c;

	for (c = m->children; c < m->children + CHILDREN_MAX; c++)
		if (c->kind == kind && c->number == number &&
			(c->state == DUE || c->state == ALIVE))
			return 1;
	return 0;
}

/* Everybody who should be there gets a place. */
static void fill_places(struct master *m)
{
	enum kind kind;
	int number;

	for (kind = READER; kind < RELEASE; kind++)
		for (number = 1; number <= wanted(m, kind); number++)
			if (!has_place(m, kind, number) &&
				!make_place(m, kind, number))
				return;
}

static void bear_due(struct master *m)
{
	int64_t now = clock_monotonic_ms();
	size_t i;

	for (i = 0; i < CHILDREN_MAX; i++)
		if (m->children[i].state == DUE && m->children[i].due <= now)
			give_birth(m, &m->children[i]);
}

/* ---- leaving and dying ---- */

/* Ask it to go; its place stays empty. SIGHUP: after what it is at; SIGTERM:
 * after the queue as well (for all but workers there is no difference). */
static void send_away(const struct master *m, const struct child *c)
{
	int sig = c->kind == WORKER && !m->stop_by ? SIGHUP : SIGTERM;

	if (c->kind != RELEASE)
		(void)kill(c->pid, sig);
}

static void let_go(struct master *m, struct child *c)
{
	if (c->state == DUE) {
		c->state = FREE;
	} else if (c->state == ALIVE) {
		c->state = LEAVING;
		c->leave_by = clock_monotonic_ms() + LEAVE_MS;
		send_away(m, c);
	}
}

static int64_t pause_after(struct child *c, int64_t lived, int status)
{
	int64_t pause = 100;
	int i;

	/* somebody from outside killed it: that is no sign of a problem */
	if (lived >= YOUNG_MS ||
		(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) {
		c->failures = 0;
		return 0;
	}
	for (i = 0; i < c->failures && pause < PAUSE_MAX_MS; i++)
		pause *= 2;
	c->failures++;
	return pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
}

static void say_death(const struct child *c, int status)
{
	const char *name = kind_names[c->kind];

	if (WIFSIGNALED(status))
		log_warnx("%s.%d (%d) died of signal %d", name, c->number,
			(int)c->pid, WTERMSIG(status));
	else if (WEXITSTATUS(status) || c->state != LEAVING)
		log_warnx("%s.%d (%d) ended with status %d", name, c->number,
			(int)c->pid, WEXITSTATUS(status));
	else
		log_debug("%s.%d (%d) left", name, c->number, (int)c->pid);
}

/* A runner that ended well has left nothing behind. The place of one that did
 * not goes to the child that frees its leases, since there may be no other. */
static void settle(struct master *m, struct child *c, int status)
{
	struct child dead = *c, *next;

	if (status && c->kind == RUNNER) {
		memset(c, 0, sizeof(*c));
		c->state = DUE;
		c->kind = RELEASE;
		c->number = 1;
		memcpy(c->owner, dead.owner, sizeof(c->owner));
		if (dead.state == DUE &&
			(next = make_place(m, RUNNER, dead.number))) {
			next->due = dead.due;
			next->failures = dead.failures;
		}
	} else {
		*c->owner = '\0';
	}
	note_owners(m);
}

static void bury(struct master *m, struct child *c, int status)
{
	int64_t now = clock_monotonic_ms();

	say_death(c, status);
	c->pid = 0;
	atomic_store(&m->slots[c - m->children].waiting, 0);
	if (c->state == LEAVING) {
		c->state = FREE;
	} else {
		c->state = DUE;
		c->due = now + pause_after(c, now - c->started, status);
	}
	/* when we stop, the next master frees what was held */
	if (*c->owner && !(status && m->stop_by))
		settle(m, c, status);
}

static void reap(struct master *m)
{
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < CHILDREN_MAX; i++)
			if (m->children[i].pid == pid)
				bury(m, &m->children[i], status);
}

/* Kill what overran its deadline; remind those who should leave. */
static void watch(struct master *m)
{
	int64_t now = clock_monotonic_ms();
	size_t i;

	for (i = 0; i < CHILDREN_MAX; i++) {
		struct child *c = &m->children[i];
		int64_t deadline = atomic_load(&m->slots[i].deadline);

		if (c->state != ALIVE && c->state != LEAVING)
			continue;
		if ((deadline && now > deadline) ||
			(c->state == LEAVING && now > c->leave_by)) {
			log_warnx("%s.%d (%d) took too long: killed",
				kind_names[c->kind], c->number, (int)c->pid);
			(void)kill(c->pid, SIGKILL);
		} else if (c->state == LEAVING) {
			send_away(m, c);
		}
	}
}

static int count(const struct master *m, enum kind kind, enum state state)
{
	int i, n = 0;

	for (i = 0; i < CHILDREN_MAX; i++)
		n += m->children[i].kind == kind &&
		     m->children[i].state == state;
	return n;
}

/* ---- reload ---- */

/* A line of the log for each mistake. */
static void log_problems(struct sbuf *problems)
{
	char *line = problems->buf, *end;

	for (; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		log_warnx("%s", line);
	}
}

static void set_log_level(const struct config *c)
{
	log_threshold(strcmp(c->log_level, "debug") == 0  ? LOG_LEVEL_DEBUG
		      : strcmp(c->log_level, "warn") == 0 ? LOG_LEVEL_WARN
							  : LOG_LEVEL_INFO);
}

static void reload(struct master *m)
{
	struct sbuf problems = SBUF_INIT((size_t)1 << 20);
	struct world *next, *old = m->world;

	next = world_load(m->config_path, &problems);
	if (next && world_migrate(next, &problems)) {
		world_free(next);
		next = NULL;
	}
	if (!next) {
		log_problems(&problems);
		log_warnx("reload: mistakes found, everything stays as it was");
		sbuf_release(&problems);
		return;
	}
	if (strcmp(next->config.socket, old->config.socket))
		log_warnx("reload: another socket takes a new start");
	m->world = next;
	m->generation++;
	set_log_level(&next->config);
	/* children have their own copy; nobody here reads it any more */
	world_free(old);
	sbuf_release(&problems);
	log_info("reloaded");
}

/* The socket file, or its folder, may be deleted under us; without it nobody
 * finds the way. */
static void tend_sockets(struct master *m)
{
	struct err e = ERR_INIT;
	int made = 0, rc = sockets_mend(&m->sockets, &made, &e);

	if (rc && !m->sockets_lost)
		log_warnx("the socket is lost: %s", e.msg);
	m->sockets_lost = rc != 0;
	if (!made)
		return;
	log_warnx("the socket %s was deleted: made again",
		m->sockets.path.sun_path);
	if (m->part != SERVER_WEB)
		note_owners(m);
	m->generation++;
}

/* Exchange who runs on what is old: workers one at a time, the others at
 * once, and each only when there is a place for its successor. */
static void roll(struct master *m)
{
	int busy = count(m, WORKER, LEAVING) || count(m, WORKER, DUE);
	struct child *c;

	for (c = m->children; c < m->children + CHILDREN_MAX; c++) {
		int surplus = c->kind != RELEASE &&
			      c->number > wanted(m, c->kind);

		if (c->state == DUE && surplus)
			c->state = FREE;
		if (c->state != ALIVE || c->generation == m->generation ||
			(c->kind == WORKER && busy) ||
			(!surplus && !free_place(m)))
			continue;
		let_go(m, c);
		fill_places(m);
		busy |= c->kind == WORKER;
	}
	fill_places(m);
}

/* ---- the loop ---- */

/* Workers and runners first: they need the reader to finish. */
static void stop(struct master *m)
{
	size_t i;

	if (!m->stop_by) {
		log_info("stopping");
		m->stop_by = clock_monotonic_ms() + LEAVE_MS;
		sockets_unlink(&m->sockets);
		for (i = 0; i < CHILDREN_MAX; i++)
			if (m->children[i].kind != READER)
				let_go(m, &m->children[i]);
	}
	if (count(m, WORKER, LEAVING) || count(m, RUNNER, LEAVING))
		return;
	for (i = 0; i < CHILDREN_MAX; i++)
		let_go(m, &m->children[i]);
}

static int anybody(const struct master *m)
{
	int i;

	for (i = 0; i < CHILDREN_MAX; i++)
		if (m->children[i].state != FREE)
			return 1;
	return 0;
}

/* How long nothing needs to be done, unless a signal comes. */
static int64_t quiet_ms(const struct master *m)
{
	int64_t now = clock_monotonic_ms(), ms = TICK_MS;
	int i;

	for (i = 0; i < CHILDREN_MAX; i++) {
		const struct child *c = &m->children[i];

		if (c->state == LEAVING && ms > BUSY_TICK_MS)
			ms = BUSY_TICK_MS;
		if (c->state == DUE && c->due - now < ms)
			ms = c->due > now ? c->due - now : 0;
	}
	return ms;
}

static void loop(struct master *m, const sigset_t *waiting)
{
	do {
		int64_t ms;
		struct timespec ts;

		bear_due(m);
		ms = quiet_ms(m);
		ts.tv_sec = ms / 1000;
		ts.tv_nsec = ms % 1000 * 1000000;
		(void)ppoll(NULL, 0, &ts, waiting);
		reap(m);
		watch(m);
		if (got_term)
			stop(m);
		else if (got_hup)
			reload(m);
		got_hup = 0;
		if (!got_term) {
			tend_sockets(m);
			roll(m);
		}
	} while (anybody(m));
}

/* Block them, but for the moments in which the loop waits. */
static void catch_signals(sigset_t *waiting)
{
	static const int caught[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP };
	struct sigaction act = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	sigemptyset(&act.sa_mask);
	for (i = 0; i < ARRAY_LEN(caught); i++) {
		sigaddset(&blocked, caught[i]);
		(void)sigaction(caught[i], &act, NULL);
	}
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
	(void)sigprocmask(SIG_BLOCK, &blocked, waiting);
	for (i = 0; i < ARRAY_LEN(caught); i++)
		sigdelset(waiting, caught[i]);
}

/* Free what the runners of an earlier master held. */
static void free_old_leases(struct master *m)
{
	char ids[OWNERS_MAX][ID_LEN + 1];
	struct child *c;
	size_t n, i;

	if (m->part == SERVER_WEB)
		return;
	n = owners_read(&m->sockets, ids);
	for (i = 0; i < n; i++) {
		c = make_place(m, RELEASE, 1);
		if (c)
			memcpy(c->owner, ids[i], sizeof(c->owner));
	}
}

static int open_everything(struct master *m, struct err *e)
{
	if (sockets_open(&m->sockets, m->world->config.socket, m->part, e))
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, m->reader))
		return err_errno(e, REASON_SYSTEM, "socketpair");
	/* two readers share their end during a reload */
	(void)fd_nonblock(m->reader[0]);
	m->slots = mmap(NULL, CHILDREN_MAX * sizeof(*m->slots),
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (m->slots == MAP_FAILED)
		return err_errno(e, REASON_SYSTEM, "shared memory");
	return 0;
}

/* Why there is no start: a line for each reason. */
static int cannot_start(struct world *w, struct sbuf *problems)
{
	log_warnx("cannot start:");
	log_problems(problems);
	sbuf_release(problems);
	world_free(w);
	return 1;
}

int server_run(const char *config_path, enum server_part part)
{
	static struct master m; /* reachable: children leave by exit() */
	struct sbuf problems = SBUF_INIT((size_t)1 << 20);
	struct err e = ERR_INIT;
	sigset_t waiting;

	memset(&m, 0, sizeof(m));
	m.config_path = config_path;
	m.part = part;
	m.pid = getpid();
	m.world = world_load(config_path, &problems);
	if (!m.world)
		return cannot_start(NULL, &problems);
	if (net_ready(&e) || open_everything(&m, &e)) {
		sbuf_addf(&problems, "%s\n", e.msg);
		return cannot_start(m.world, &problems);
	}
	log_process("master");
	/* not before we hold the lock: another serve may be at work */
	if (world_migrate(m.world, &problems)) {
		sockets_unlink(&m.sockets);
		sockets_close(&m.sockets);
		return cannot_start(m.world, &problems);
	}
	set_log_level(&m.world->config);
	got_term = got_hup = 0;
	catch_signals(&waiting);
	free_old_leases(&m);
	fill_places(&m);
	log_info("winepair " PACKAGE_VERSION " serves at %s",
		m.world->config.socket);
	loop(&m, &waiting);
	if (part != SERVER_WEB)
		note_owners(&m);
	sockets_close(&m.sockets);
	close(m.reader[0]);
	close(m.reader[1]);
	(void)munmap(m.slots, CHILDREN_MAX * sizeof(*m.slots));
	world_free(m.world);
	log_info("stopped");
	return 0;
}
