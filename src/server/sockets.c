/*
 * The sockets of the server and the locks that make them ours. A socket file
 * that a dead server left is replaced; a live one is not, since its owner
 * holds the lock. Only the group may connect (0660): nginx.
 *
 * Somebody may delete the files under a running server (a cleaner of /run, an
 * eager hand). The descriptors go on, but nobody finds them any more; so the
 * master looks now and then, and what is gone is made anew. The lock as well:
 * a deleted one would keep no second server away.
 */
#include "server/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BACKLOG 511
#define SYSTEMD_FD 3

static int take_lock(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_errno(e, REASON_SYSTEM, "%s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (errno == EWOULDBLOCK)
		err_set(e, REASON_SYSTEM,
			"another winepair serve is already running here "
			"(%s is locked)",
			path);
	else
		err_errno(e, REASON_SYSTEM, "%s", path);
	close(fd);
	return -1;
}

static int set_path(struct sockaddr_un *un, const char *path,
	const char *suffix, struct err *e)
{
	int n;

	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	n = snprintf(un->sun_path, sizeof(un->sun_path), "%s%s", path, suffix);
	if (n < 0 || (size_t)n >= sizeof(un->sun_path))
		return err_set(e, REASON_CONFIG,
			"socket: '%s%s' is longer than %zu bytes", path, suffix,
			sizeof(un->sun_path) - 1);
	return 0;
}

static int is_at(const char *path, const struct file_id *id)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == id->dev &&
	       st.st_ino == id->ino;
}

/* A bound socket at that path, 0660, whatever the umask was. */
static int bind_at(const struct sockaddr_un *un, int type, struct file_id *id,
	struct err *e)
{
	struct stat st;
	mode_t old;
	int fd, rc;

	if (lstat(un->sun_path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return err_set(e, REASON_SYSTEM, "%s is there and is no socket",
			un->sun_path);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(e, REASON_SYSTEM, "socket");
	(void)unlink(un->sun_path);
	old = umask(0117);
	rc = bind(fd, (const struct sockaddr *)un, sizeof(*un));
	(void)umask(old);
	if (rc == 0 && type == SOCK_STREAM)
		rc = listen(fd, BACKLOG);
	if (rc || lstat(un->sun_path, &st)) {
		err_errno(e, REASON_SYSTEM, "%s", un->sun_path);
		close(fd);
		return -1;
	}
	id->dev = st.st_dev;
	id->ino = st.st_ino;
	return fd;
}

/* The socket that systemd made for us; -1 when there is none. */
static int systemd_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int64_t n;

	if (!pid || !fds || num_int(pid, strlen(pid), 1, INT32_MAX, &n) ||
		n != getpid() || num_int(fds, strlen(fds), 1, 1, &n))
		return -1;
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	return fd_cloexec(SYSTEMD_FD) || fd_nonblock(SYSTEMD_FD) ? -1
								 : SYSTEMD_FD;
}

struct path { /* one beside a socket's */
	char text[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 8];
};

static struct path lock_of(const struct sockaddr_un *un)
{
	struct path path;

	(void)snprintf(path.text, sizeof(path.text), "%s.lock", un->sun_path);
	return path;
}

static int open_web(struct sockets *s, struct err *e)
{
	s->lock = take_lock(lock_of(&s->path).text, e);
	if (s->lock < 0)
		return -1;
	s->listen = systemd_socket();
	if (s->listen >= 0)
		return 0;
	s->listen = bind_at(&s->path, SOCK_STREAM, &s->listen_id, e);
	if (s->listen < 0)
		return -1;
	s->own_listen = 1;
	return 0;
}

static int open_wake(struct sockets *s, struct err *e)
{
	s->wake_lock = take_lock(lock_of(&s->wake_path).text, e);
	if (s->wake_lock < 0)
		return -1;
	s->wake = bind_at(&s->wake_path, SOCK_DGRAM, &s->wake_id, e);
	return s->wake < 0 ? -1 : 0;
}

/* The folder a socket lies in. */
static struct path folder_of(const struct sockaddr_un *un)
{
	const char *slash = strrchr(un->sun_path, '/');
	struct path path = { "." };

	if (slash)
		(void)snprintf(path.text, sizeof(path.text), "%.*s",
			slash > un->sun_path ? (int)(slash - un->sun_path) : 1,
			un->sun_path);
	return path;
}

int sockets_open(struct sockets *s, const char *path, enum server_part part,
	struct err *e)
{
	struct stat st;

	memset(s, 0, sizeof(*s));
	s->lock = s->wake_lock = s->listen = s->wake = -1;
	if (set_path(&s->path, path, "", e) ||
		set_path(&s->wake_path, path, ".wake", e))
		return -1;
	if ((part != SERVER_RUNNER && open_web(s, e)) ||
		(part != SERVER_WEB && open_wake(s, e))) {
		sockets_unlink(s);
		sockets_close(s);
		return -1;
	}
	s->folder_mode = stat(folder_of(&s->path).text, &st) ? 0755
							     : st.st_mode;
	return 0;
}

/* ---- what was deleted ---- */

/* The same lock at its path again, unless it is there. */
static int mend_lock(
	int *fd, const struct sockaddr_un *un, int *made, struct err *e)
{
	struct path path = lock_of(un);
	struct file_id id;
	struct stat st;
	int lock;

	if (fstat(*fd, &st))
		return err_errno(e, REASON_SYSTEM, "%s", path.text);
	id.dev = st.st_dev;
	id.ino = st.st_ino;
	if (is_at(path.text, &id))
		return 0;
	lock = take_lock(path.text, e);
	if (lock < 0)
		return -1;
	close(*fd);
	*fd = lock;
	*made = 1;
	return 0;
}

/* The same of a socket. */
static int mend_socket(int *fd, const struct sockaddr_un *un, int type,
	struct file_id *id, int *made, struct err *e)
{
	int another;

	if (is_at(un->sun_path, id))
		return 0;
	another = bind_at(un, type, id, e);
	if (another < 0)
		return -1;
	close(*fd);
	*fd = another;
	*made = 1;
	return 0;
}

int sockets_mend(struct sockets *s, int *made, struct err *e)
{
	struct path folder = folder_of(&s->path);
	int rc = 0;

	if (access(folder.text, F_OK) && errno == ENOENT &&
		(mkdir(folder.text, s->folder_mode & 0777) ||
			chmod(folder.text, s->folder_mode & 0777)))
		return err_errno(e, REASON_SYSTEM, "%s", folder.text);
	if (s->listen >= 0 && s->own_listen &&
		(mend_lock(&s->lock, &s->path, made, e) ||
			mend_socket(&s->listen, &s->path, SOCK_STREAM,
				&s->listen_id, made, e)))
		rc = -1;
	if (s->wake >= 0 && (mend_lock(&s->wake_lock, &s->wake_path, made, e) ||
				    mend_socket(&s->wake, &s->wake_path,
					    SOCK_DGRAM, &s->wake_id, made, e)))
		rc = -1;
	return rc;
}

/* ---- the end ---- */

void sockets_unlink(struct sockets *s)
{
	if (s->own_listen && is_at(s->path.sun_path, &s->listen_id))
		(void)unlink(s->path.sun_path);
	s->own_listen = 0;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void sockets_close(struct sockets *s)
{
	if (s->wake >= 0 && is_at(s->wake_path.sun_path, &s->wake_id))
		(void)unlink(s->wake_path.sun_path);
	shut(&s->listen);
	shut(&s->wake);
	shut(&s->lock);
	shut(&s->wake_lock);
}

/* ---- waking the runners ---- */

void waker_open(struct waker *w, const struct sockets *s)
{
	w->to = s->wake_path;
	w->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

void waker_send(void *waker)
{
	struct waker *w = waker;

	/* nobody there, or many such bytes waiting: both are fine */
	if (w->fd >= 0)
		(void)sendto(w->fd, "!", 1, MSG_NOSIGNAL | MSG_DONTWAIT,
			(const struct sockaddr *)&w->to, sizeof(w->to));
}

/* ---- who held jobs ---- */

size_t owners_read(const struct sockets *s, char (*ids)[ID_LEN + 1])
{
	char text[OWNERS_MAX * (ID_LEN + 1) + 1];
	ssize_t len = pread(s->wake_lock, text, sizeof(text) - 1, 0);
	size_t n = 0, at;

	for (at = 0; n < OWNERS_MAX && len > 0 && at + ID_LEN < (size_t)len;
		at += ID_LEN + 1) {
		if (!id_valid(text + at, ID_LEN) || text[at + ID_LEN] != '\n')
			break;
		memcpy(ids[n], text + at, ID_LEN);
		ids[n++][ID_LEN] = '\0';
	}
	return n;
}

void owners_write(
	const struct sockets *s, const char (*ids)[ID_LEN + 1], size_t n)
{
	struct sbuf sb = SBUF_INIT(OWNERS_MAX * (ID_LEN + 1));
	size_t i;

	for (i = 0; i < n; i++)
		sbuf_addf(&sb, "%s\n", ids[i]);
	if (ftruncate(s->wake_lock, 0) ||
		pwrite(s->wake_lock, sb.buf, sb.len, 0) < 0)
		log_warn("%s.lock", s->wake_path.sun_path);
	sbuf_release(&sb);
}
