/* store/: several processes at once, kill -9, a full disk, a damaged file. */
#include "store-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Run fn in a child that opens its own handle; the exit status is fn's. */
static pid_t in_child(
	struct fixture *f, int (*fn)(struct fixture *, int), int n)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	f->store = store_open(f->path, &f->e); /* the parent's is not ours */
	_exit(f->store ? fn(f, n) : 99);
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

/* The parent's handle does not live across forks in these tests. */
static void close_first(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
}

static int save_many(struct fixture *f, int worker)
{
	struct pairing_row row;
	int i;

	for (i = 0; i < 50; i++) {
		struct pairing_new p = sample(f, i);
		struct store_key key = a_key(
			arena_printf(&f->mem, "key %d", i), p.recipe_name);

		(void)worker;
		if (store_pairing_save(
			    f->store, &p, &key, &f->mem, &row, &f->e))
			return 1;
		if (i % 10 == 0 && store_checkpoint(f->store, &f->e))
			return 2;
	}
	return 0;
}

static void processes_that_save_the_same_get_one_row(void **state)
{
	struct fixture *f = *state;
	pid_t pids[4];
	size_t i;

	close_first(f);
	for (i = 0; i < ARRAY_LEN(pids); i++)
		pids[i] = in_child(f, save_many, (int)i);
	for (i = 0; i < ARRAY_LEN(pids); i++)
		assert_int_equal(status_of(pids[i]), 0);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM pairing"), 50);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe"), 50);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM idempotency_key"), 50);
	/* every key stands for a row that is there */
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM idempotency_key k JOIN"
			      " pairing p ON p.public_id = k.public_id"),
		50);
	assert_sound(f);
}

#define WRITERS 8
#define ENOUGH 300

static volatile int *saves; /* of each writer, shared with all */

static int save_until_one_has_enough(struct fixture *f, int writer)
{
	struct pairing_row row;
	int i, enough = 0;

	while (!enough) {
		struct pairing_new p = sample(f, 1000 * writer + saves[writer]);

		if (store_pairing_save(
			    f->store, &p, NULL, &f->mem, &row, &f->e))
			return 1;
		saves[writer]++;
		for (i = 0; i < WRITERS; i++)
			enough |= saves[i] >= ENOUGH;
	}
	return 0;
}

/* Nobody starves because others want the lock again at once. */
static void contending_writers_take_turns(void **state)
{
	struct fixture *f = *state;
	pid_t pids[WRITERS];
	int i;

	if (!db_version_races(sqlite3_libversion_number()))
		skip();
	saves = mmap(NULL, WRITERS * sizeof(*saves), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(saves != MAP_FAILED);
	close_first(f);
	for (i = 0; i < WRITERS; i++)
		pids[i] = in_child(f, save_until_one_has_enough, i);
	for (i = 0; i < WRITERS; i++)
		assert_int_equal(status_of(pids[i]), 0);
	for (i = 0; i < WRITERS; i++)
		if (saves[i] < ENOUGH / 5)
			fail_msg("%d saves while another had %d", saves[i],
				ENOUGH);
	(void)munmap((void *)saves, WRITERS * sizeof(*saves));
	assert_sound(f);
}

static int claim_all(struct fixture *f, int n)
{
	const char *owner = arena_printf(&f->mem, "runner.%d", n);
	struct job j;

	while (store_job_claim(f->store, owner, &f->mem, &j, &f->e) == 0)
		if (j.attempt != 1)
			return 1;
	return f->e.reason == REASON_NOT_FOUND ? 0 : 2;
}

static void a_job_is_claimed_once(void **state)
{
	struct fixture *f = *state;
	char id[ID_LEN + 1];
	pid_t pids[3];
	size_t i;

	for (i = 0; i < 60; i++)
		assert_int_equal(
			queue_url(f->store,
				arena_printf(&f->mem, "http://x/%zu", i), "{}",
				"e", 100, NULL, id, &f->e),
			0);
	close_first(f);
	for (i = 0; i < ARRAY_LEN(pids); i++)
		pids[i] = in_child(f, claim_all, (int)i);
	for (i = 0; i < ARRAY_LEN(pids); i++)
		assert_int_equal(status_of(pids[i]), 0);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM job WHERE status ="
			      " 'running' AND attempt = 1 AND beat = 1"),
		60);
}

static int migrate_again(struct fixture *f, int n)
{
	(void)n;
	if (fixture_migrate(f) == 0)
		return 0;
	print_message("%s\n", f->e.msg);
	return 1;
}

static void processes_may_migrate_at_once(void **state)
{
	struct fixture *f = *state;
	pid_t pids[4];
	size_t i;

	for (i = 0; i < ARRAY_LEN(pids); i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(migrate_again(f, 0));
	}
	for (i = 0; i < ARRAY_LEN(pids); i++)
		assert_int_equal(status_of(pids[i]), 0);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM migration"), STORE_SCHEMA);
	assert_sound(f);
}

/* Save for ever; tell the parent of every save that was acknowledged. */
static int report_fd;

static int save_and_report(struct fixture *f, int round)
{
	struct pairing_row row;
	int i;

	for (i = 0;; i++) {
		struct pairing_new p = sample(f, 100000 * round + i);

		if (store_pairing_save(
			    f->store, &p, NULL, &f->mem, &row, &f->e) ||
			write(report_fd, row.id, ID_LEN) != ID_LEN)
			return 1;
	}
}

static void kill_9_loses_nothing_acknowledged(void **state)
{
	struct fixture *f = *state;
	int round, total = 0;

	for (round = 0; round < 8; round++) {
		char id[ID_LEN + 1] = "";
		int fds[2], n = 0, status;
		pid_t pid;

		close_first(f);
		assert_int_equal(pipe(fds), 0);
		report_fd = fds[1];
		pid = in_child(f, save_and_report, round);
		(void)close(fds[1]);
		f->store = second_handle(f);
		/* killed after a different number of saves each time, at
		 * whatever point of the next one it is */
		while (read(fds[0], id, ID_LEN) == ID_LEN) {
			struct pairing_row row;

			if (store_pairing_get(
				    f->store, id, &f->mem, &row, &f->e))
				fail_msg("lost %s: %s", id, f->e.msg);
			if (++n == 5 + 3 * round)
				assert_int_equal(kill(pid, SIGKILL), 0);
		}
		(void)close(fds[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		total += n;
		assert_true(
			ask_number(f, "SELECT count(*) FROM pairing") >= total);
		assert_sound(f);
	}
}

/* Killed with the transaction open and the lock held. */
static int die_in_transaction(struct fixture *f, int n)
{
	struct pairing_new p = sample(f, n);
	int64_t rowid;
	char id[ID_LEN + 1];

	id_new(id);
	if (db_begin(f->store->db, &f->e) ||
		pairing_put(f->store, &p, id, &rowid, &f->e))
		return 1;
	(void)raise(SIGKILL);
	return 2;
}

static void a_killed_writer_leaves_no_lock_and_no_half(void **state)
{
	struct fixture *f = *state;
	struct pairing_new p = sample(f, 2);
	struct pairing_row row;

	close_first(f);
	assert_int_equal(status_of(in_child(f, die_in_transaction, 1)), 1000);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe"), 0);
	f->store = second_handle(f);
	store_patience(f->store, 100);
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e),
		0);
	assert_sound(f);
}

/* ---- a full disk ---- */

static int64_t file_size(struct fixture *f, const char *suffix)
{
	struct stat st;

	return stat(arena_printf(&f->mem, "%s%s", f->path, suffix), &st)
		       ? 0
		       : st.st_size;
}

static void limit_files(rlim_t bytes)
{
	struct rlimit lim;

	(void)getrlimit(RLIMIT_FSIZE, &lim);
	lim.rlim_cur = bytes;
	(void)setrlimit(RLIMIT_FSIZE, &lim);
}

/* No file may grow past a ceiling, as on a full disk; then there is room
 * again. The exit status names the check that failed. */
static int fill_the_disk(struct fixture *f, int round)
{
	struct pairing_new p;
	struct pairing_row row;
	struct job j;
	char id[ID_LEN + 1], last[ID_LEN + 1] = "";
	int i;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (queue_url(f->store, "http://x/", "{}", "e", 9, NULL, id, &f->e) ||
		store_job_claim(f->store, "r", &f->mem, &j, &f->e))
		return 1;
	limit_files((rlim_t)(file_size(f, "-wal") + (round ? 20000 : 60000)));
	for (i = 0; i < 100; i++) {
		p = sample(f, 1000 * round + i);
		if (store_pairing_save(
			    f->store, &p, NULL, &f->mem, &row, &f->e))
			break;
		memcpy(last, row.id, sizeof(last));
	}
	if (i == 100 || f->e.reason != REASON_STORE)
		return 2;
	p = sample(f, 1000 * round + 500);
	if (store_job_finish(f->store, &j, &p, &f->e) == 0 ||
		f->e.reason != REASON_STORE)
		return 4;
	/* reading goes on */
	if (*last && store_pairing_get(f->store, last, &f->mem, &row, &f->e))
		return 5;
	if (store_pairing_get(f->store, j.id, &f->mem, &row, &f->e) ||
		row.status != JOB_RUNNING)
		return 6;
	limit_files(1000); /* the limit is one a file: this is the lock's */
	if (store_ready(f->store, &f->e) == 0 || f->e.reason != REASON_STORE)
		return 3;
	limit_files(RLIM_INFINITY);
	if (store_ready(f->store, &f->e))
		return 7;
	if (store_job_finish(f->store, &j, &p, &f->e))
		return 8;
	p = sample(f, 1000 * round + i); /* the one that did not fit */
	if (store_pairing_save(f->store, &p, NULL, &f->mem, &row, &f->e))
		return 9;
	return store_checkpoint(f->store, &f->e) ? 10 : 0;
}

static void a_full_disk_is_said_and_survived(void **state)
{
	struct fixture *f = *state;

	close_first(f);
	assert_int_equal(status_of(in_child(f, fill_the_disk, 0)), 0);
	assert_int_equal(status_of(in_child(f, fill_the_disk, 1)), 0);
	assert_sound(f);
	/* no pairing without its recipe, no job done without its pairing */
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM recipe WHERE id NOT IN"
			      " (SELECT recipe FROM pairing)"),
		0);
}

/* ---- damaged files ---- */

static void flip(const char *path, off_t at)
{
	unsigned char c = 0;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	(void)!pread(fd, &c, 1, at);
	c ^= 0x55;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	(void)close(fd);
}

/* Every answer is a row as it was saved, or an error. Never a crash. */
static int read_all(struct fixture *f, int n)
{
	struct pairing_row row;
	struct recent_row *rows;
	const char *next;
	size_t k;
	int i;

	for (i = 0; i < n; i++) {
		struct pairing_new p = sample(f, i);

		if (store_pairing_find(
			    f->store, &p.key, &f->mem, &row, &f->e) &&
			f->e.reason != REASON_STORE &&
			f->e.reason != REASON_NOT_FOUND)
			return 1;
	}
	(void)store_recent(
		f->store, NULL, 50, &f->mem, &rows, &k, &next, &f->e);
	return 0;
}

static void a_damaged_file_is_never_a_crash(void **state)
{
	struct fixture *f = *state;
	struct sbuf whole = SBUF_INIT(4 * 1024 * 1024);
	struct pairing_row row;
	int i, opened = 0;

	for (i = 0; i < 40; i++) {
		struct pairing_new p = sample(f, i);

		assert_int_equal(store_pairing_save(f->store, &p, NULL, &f->mem,
					 &row, &f->e),
			0);
	}
	assert_int_equal(store_checkpoint(f->store, &f->e), 0);
	close_first(f);
	(void)unlink(arena_printf(&f->mem, "%s-wal", f->path));
	(void)unlink(arena_printf(&f->mem, "%s-shm", f->path));
	assert_int_equal(file_read(f->path, &whole, &f->e), 0);
	for (i = 0; i < 60; i++) {
		int fd = open(f->path, O_WRONLY | O_TRUNC | O_CLOEXEC), status;

		assert_int_equal(fd_write_all(fd, whole.buf, whole.len), 0);
		(void)close(fd);
		/* densely over the header and the schema, then everywhere */
		flip(f->path,
			i < 20 ? i * 5
			       : (off_t)((size_t)(i - 20) * 12347 % whole.len));
		status = status_of(in_child(f, read_all, 40));
		if (status != 0 && status != 99)
			fail_msg("flip %d: status %d", i, status);
		opened += status == 0;
		arena_reset(&f->mem);
	}
	assert_true(opened > 10);
	sbuf_release(&whole);
}

static int use_parents_handle(struct fixture *f)
{
	struct pairing_row row;

	(void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
	(void)store_pairing_get(
		f->store, "aaaaaaaaaaaaaaaaaaaaaaaaaa", &f->mem, &row, &f->e);
	return 0;
}

static void a_handle_does_not_cross_a_fork(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)signal(SIGABRT, SIG_DFL);
		_exit(use_parents_handle(f));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(processes_that_save_the_same_get_one_row),
		OPEN(contending_writers_take_turns),
		OPEN(a_job_is_claimed_once),
		BARE(processes_may_migrate_at_once),
		OPEN(kill_9_loses_nothing_acknowledged),
		OPEN(a_killed_writer_leaves_no_lock_and_no_half),
		OPEN(a_full_disk_is_said_and_survived),
		OPEN(a_damaged_file_is_never_a_crash),
		OPEN(a_handle_does_not_cross_a_fork),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
