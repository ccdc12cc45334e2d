/* server/: sockets and locks, owners of leases, confinement. */
#include "tempdir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/process.h"

static char dir[TEMPDIR_SIZE], path[100];

static int setup(void **state)
{
	(void)state;
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return tempdir_remove(dir);
}

static void the_socket_is_for_our_group_only(void **state)
{
	struct err e = ERR_INIT;
	struct sockets s;
	struct stat st;
	mode_t old = umask(0);

	(void)state;
	assert_int_equal(sockets_open(&s, path, SERVER_ALL, &e), 0);
	(void)umask(old);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(stat(s.wake_path.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	sockets_unlink(&s);
	assert_int_equal(access(path, F_OK), -1);
	sockets_close(&s);
	assert_int_equal(access(s.wake_path.sun_path, F_OK), -1);
}

static void a_second_server_is_told(void **state)
{
	struct err e = ERR_INIT;
	struct sockets one, two, three;
	struct stat st;

	(void)state;
	assert_int_equal(sockets_open(&one, path, SERVER_ALL, &e), 0);
	assert_int_equal(sockets_open(&two, path, SERVER_ALL, &e), -1);
	assert_non_null(strstr(e.msg, "already running"));
	assert_int_equal(sockets_open(&two, path, SERVER_RUNNER, &e), -1);
	assert_int_equal(sockets_open(&two, path, SERVER_WEB, &e), -1);
	assert_int_equal(stat(path, &st), 0); /* the first one's is there */
	sockets_unlink(&one);
	sockets_close(&one);
	/* the two parts of a server do not exclude each other */
	assert_int_equal(sockets_open(&one, path, SERVER_WEB, &e), 0);
	assert_int_equal(one.wake, -1);
	assert_int_equal(sockets_open(&two, path, SERVER_RUNNER, &e), 0);
	assert_int_equal(two.listen, -1);
	assert_int_equal(sockets_open(&three, path, SERVER_WEB, &e), -1);
	sockets_unlink(&one);
	sockets_close(&one);
	sockets_close(&two);
}

static void what_a_dead_server_left_is_replaced(void **state)
{
	struct err e = ERR_INIT;
	struct sockets s;
	int fd;

	(void)state;
	assert_int_equal(sockets_open(&s, path, SERVER_ALL, &e), 0);
	close(s.listen);
	close(s.wake);
	close(s.lock);
	close(s.wake_lock);
	assert_int_equal(sockets_open(&s, path, SERVER_ALL, &e), 0);
	sockets_unlink(&s);
	sockets_close(&s);
	/* but nobody's file */
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sockets_open(&s, path, SERVER_ALL, &e), -1);
	assert_non_null(strstr(e.msg, "no socket"));
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(unlink(path), 0);
}

static int can_connect(const char *to)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), rc;

	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", to);
	rc = connect(fd, (struct sockaddr *)&un, sizeof(un));
	close(fd);
	return rc == 0;
}

static void what_is_deleted_is_made_anew(void **state)
{
	char folder[100], in[120], file[140];
	struct err e = ERR_INIT;
	struct sockets s, two;
	struct waker w;
	struct stat st;
	int made = 0, fd;
	char byte;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/run", dir);
	(void)snprintf(in, sizeof(in), "%s/s", folder);
	assert_int_equal(mkdir(folder, 0750), 0);
	assert_int_equal(sockets_open(&s, in, SERVER_ALL, &e), 0);
	waker_open(&w, &s);
	assert_int_equal(sockets_mend(&s, &made, &e), 0);
	assert_int_equal(made, 0);
	/* one socket, then the other, then all there is, then the folder */
	assert_int_equal(unlink(in), 0);
	assert_int_equal(sockets_mend(&s, &made, &e), 0);
	assert_int_equal(made, 1);
	assert_true(can_connect(in));
	assert_int_equal(unlink(s.wake_path.sun_path), 0);
	made = 0;
	assert_int_equal(sockets_mend(&s, &made, &e), 0);
	assert_int_equal(made, 1);
	waker_send(&w);
	assert_int_equal(recv(s.wake, &byte, 1, MSG_DONTWAIT), 1);
	(void)snprintf(file, sizeof(file), "rm -r '%s'", folder);
	assert_int_equal(system(file), 0);
	made = 0;
	assert_int_equal(sockets_mend(&s, &made, &e), 0);
	assert_int_equal(made, 1);
	assert_true(can_connect(in));
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	assert_int_equal(sockets_open(&two, in, SERVER_ALL, &e), -1);
	assert_non_null(strstr(e.msg, "already running"));
	made = 0;
	assert_int_equal(sockets_mend(&s, &made, &e), 0);
	assert_int_equal(made, 0);
	/* nobody's file is touched */
	assert_int_equal(unlink(in), 0);
	fd = open(in, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(sockets_mend(&s, &made, &e), -1);
	assert_non_null(strstr(e.msg, "no socket"));
	assert_int_equal(made, 0);
	sockets_unlink(&s);
	assert_int_equal(access(in, F_OK), 0);
	sockets_close(&s);
	close(w.fd);
}

/* The lock is deleted, and another server took its place. */
static void who_lost_his_place_takes_none(void **state)
{
	struct err e = ERR_INIT;
	struct sockets one, two;
	char lock[120];
	int made = 0;

	(void)state;
	(void)snprintf(lock, sizeof(lock), "%s.lock", path);
	assert_int_equal(sockets_open(&one, path, SERVER_WEB, &e), 0);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(sockets_open(&two, path, SERVER_WEB, &e), 0);
	assert_int_equal(sockets_mend(&one, &made, &e), -1);
	assert_non_null(strstr(e.msg, "already running"));
	sockets_unlink(&one);
	sockets_close(&one);
	assert_true(can_connect(path));
	sockets_unlink(&two);
	sockets_close(&two);
}

/* In a process of its own, since descriptor 3 and the environment are meant. */
static int start_under_systemd(const char *fds, int pid_is_ours)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct err e = ERR_INIT;
		char text[20];
		struct sockets s;
		int fd = socket(AF_UNIX, SOCK_STREAM, 0), rc;

		if (fd != 3 && (dup2(fd, 3) != 3 || close(fd)))
			_exit(90);
		(void)snprintf(
			text, sizeof(text), "%d", (int)getpid() + !pid_is_ours);
		(void)setenv("LISTEN_PID", text, 1);
		(void)setenv("LISTEN_FDS", fds, 1);
		if (sockets_open(&s, path, SERVER_WEB, &e))
			_exit(91);
		rc = s.listen == 3;
		/* a child of ours must not take it for its own */
		if (rc && (getenv("LISTEN_FDS") ||
				  !(fcntl(3, F_GETFD) & FD_CLOEXEC) ||
				  !(fcntl(3, F_GETFL) & O_NONBLOCK) ||
				  s.own_listen || access(path, F_OK) == 0))
			_exit(92);
		sockets_unlink(&s);
		sockets_close(&s);
		_exit(rc);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void systemds_socket_is_taken(void **state)
{
	(void)state;
	assert_int_equal(start_under_systemd("1", 1), 1);
	assert_int_equal(start_under_systemd("1", 0), 0); /* another's */
	assert_int_equal(start_under_systemd("0", 1), 0);
	assert_int_equal(start_under_systemd("x", 1), 0);
}

static void bad_paths_are_told(void **state)
{
	char longer[200];
	struct err e = ERR_INIT;
	struct sockets s;

	(void)state;
	assert_int_equal(
		sockets_open(&s, "/no/such/folder/s", SERVER_ALL, &e), -1);
	assert_non_null(strstr(e.msg, "/no/such/folder/s"));
	memset(longer, 'a', sizeof(longer));
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(sockets_open(&s, longer, SERVER_ALL, &e), -1);
	assert_non_null(strstr(e.msg, "longer than"));
}

static void wakes_arrive_and_never_block(void **state)
{
	struct err e = ERR_INIT;
	struct sockets s;
	struct waker w;
	char byte;
	int i;

	(void)state;
	assert_int_equal(sockets_open(&s, path, SERVER_ALL, &e), 0);
	waker_open(&w, &s);
	for (i = 0; i < 10000; i++)
		waker_send(&w);
	assert_int_equal(recv(s.wake, &byte, 1, MSG_DONTWAIT), 1);
	assert_int_equal(byte, '!');
	sockets_unlink(&s);
	sockets_close(&s);
	waker_send(&w); /* nobody there any more */
	close(w.fd);
}

static void owners_outlive_the_master(void **state)
{
	char ids[OWNERS_MAX][ID_LEN + 1], back[OWNERS_MAX][ID_LEN + 1];
	struct err e = ERR_INIT;
	struct sockets s;
	size_t i, n;

	(void)state;
	assert_int_equal(sockets_open(&s, path, SERVER_RUNNER, &e), 0);
	assert_int_equal(owners_read(&s, back), 0);
	for (i = 0; i < OWNERS_MAX; i++)
		id_new(ids[i]);
	for (n = OWNERS_MAX; n != (size_t)-1; n--) {
		owners_write(&s, (const char(*)[ID_LEN + 1]) ids, n);
		sockets_close(&s);
		assert_int_equal(sockets_open(&s, path, SERVER_RUNNER, &e), 0);
		assert_int_equal(owners_read(&s, back), n);
		for (i = 0; i < n; i++)
			assert_string_equal(ids[i], back[i]);
	}
	/* junk and a torn write are no owners */
	assert_int_equal(pwrite(s.wake_lock, "junk\n", 5, 0), 5);
	assert_int_equal(owners_read(&s, back), 0);
	assert_int_equal(ftruncate(s.wake_lock, 0), 0);
	assert_int_equal(pwrite(s.wake_lock, ids[0], ID_LEN, 0), ID_LEN);
	assert_int_equal(owners_read(&s, back), 0);
	sockets_close(&s);
}

/* What is refused in a confined process, as bits. */
enum {
	NO_INET = 1,
	NO_UNIX = 2,
	NO_EXEC = 4,
	NO_TRACE = 8,
	NO_FORK = 16,
	NO_FILES = 32
};

static int probe(unsigned may)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		char *args[] = { NULL };
		int found = 0;
		pid_t child;

		confine_secrets();
		confine_calls(may);
		if (socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM &&
			socket(AF_INET6, SOCK_DGRAM, 0) < 0 &&
			socket(AF_NETLINK, SOCK_RAW, 0) < 0 &&
			socket(AF_PACKET, SOCK_RAW, 0) < 0)
			found |= NO_INET;
		if (socket(AF_UNIX, SOCK_STREAM, 0) < 0)
			found |= NO_UNIX;
		child = fork();
		if (child == 0)
			_exit(0);
		if (child < 0 && errno == EPERM)
			found |= NO_FORK;
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 && errno == EPERM)
			found |= NO_TRACE;
		if (open("/dev/null", O_RDWR) < 0)
			found |= NO_FILES;
		if (execve("/bin/true", args, args) < 0 && errno == EPERM)
			found |= NO_EXEC;
		_exit(found);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void processes_are_confined(void **state)
{
	(void)state;
	if (!child_confinable())
		skip();
	/* a worker; the reader; the runner */
	assert_int_equal(probe(0), NO_INET | NO_EXEC | NO_TRACE | NO_FORK);
	assert_int_equal(probe(CONFINE_MAY_FORK), NO_INET | NO_EXEC | NO_TRACE);
	assert_int_equal(probe(CONFINE_MAY_CONNECT | CONFINE_MAY_FORK),
		NO_EXEC | NO_TRACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_socket_is_for_our_group_only),
		cmocka_unit_test(a_second_server_is_told),
		cmocka_unit_test(what_a_dead_server_left_is_replaced),
		cmocka_unit_test(what_is_deleted_is_made_anew),
		cmocka_unit_test(who_lost_his_place_takes_none),
		cmocka_unit_test(systemds_socket_is_taken),
		cmocka_unit_test(bad_paths_are_told),
		cmocka_unit_test(wakes_arrive_and_never_block),
		cmocka_unit_test(owners_outlive_the_master),
		cmocka_unit_test(processes_are_confined),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
