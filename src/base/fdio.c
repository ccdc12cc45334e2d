#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define MAX_FDS 4
#define READ_SIZE 16384 /* bytes at a time when it is not known how many */

int fd_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Wait until fd is readable; -1 with ETIMEDOUT past the deadline. */
static int wait_readable(int fd, int64_t deadline_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		int64_t left = deadline_ms - clock_monotonic_ms();
		int n;

		if (left <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
	}
}

/* How much is to be read at first: a file whole, and a byte more to see that
 * it ends there. */
static size_t first_read(int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 0)
		return READ_SIZE;
	return (size_t)st.st_size + 1;
}

/* One read into what room there is, else into room for `want` more; 0 at the
 * end, -1 with errno. */
static ssize_t read_some(int fd, struct sbuf *out, size_t want)
{
	size_t left = out->full ? 0 : out->max - out->len;
	size_t room = out->cap ? out->cap - out->len - 1 : 0;
	char over;
	ssize_t n;

	if (room)
		want = room;
	if (want > left)
		want = left;
	if (!want) { /* is there anything past the ceiling? */
		n = read(fd, &over, 1);
		if (n <= 0)
			return n;
		out->full = 1;
		errno = EFBIG;
		return -1;
	}
	n = read(fd, sbuf_room(out, want), want);
	if (n > 0)
		sbuf_added(out, (size_t)n);
	return n;
}

int fd_read_all(int fd, struct sbuf *out, int64_t deadline_ms)
{
	size_t want = first_read(fd);

	for (;;) {
		ssize_t n;

		if (deadline_ms && wait_readable(fd, deadline_ms))
			return -1;
		n = read_some(fd, out, want);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
		want = READ_SIZE;
	}
}

int fd_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int fd_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags < 0 ? -1 : fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

union control {
	char space[CMSG_SPACE(sizeof(int) * MAX_FDS)];
	struct cmsghdr align;
};

int fd_send(int sock, const void *data, size_t len, const int *fds, size_t n)
{
	union control control;
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data,
		.iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t sent;

	if (n > MAX_FDS) {
		errno = EINVAL;
		return -1;
	}
	if (n) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.space;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * n);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * n);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * n);
	}
	do {
		sent = sendmsg(sock, &msg, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)len ? 0 : -1;
}

long fd_recv(int sock, void *data, size_t len, int *fds, size_t *n)
{
	union control control;
	struct iovec iov = { .iov_base = data, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space) };
	struct cmsghdr *c;
	ssize_t got;

	*n = 0;
	got = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	if (got < 0)
		return -1;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		size_t count, i;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (*n < MAX_FDS)
				fds[(*n)++] = fd;
			else
				close(fd);
		}
	}
	return got;
}

int fd_memfile(const void *data, size_t len, struct err *e)
{
	int fd = memfd_create("page", MFD_CLOEXEC);

	if (fd < 0)
		return err_errno(e, REASON_INTERNAL, "memfd_create");
	if (fd_write_all(fd, data, len) || lseek(fd, 0, SEEK_SET) < 0) {
		err_errno(e, REASON_INTERNAL, "writing a memory file");
		close(fd);
		return -1;
	}
	return fd;
}

int file_read(const char *path, struct sbuf *out, struct err *e)
{
	int fd, rc = 0;

	fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
				    : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, REASON_SYSTEM, "%s", path);
	if (fd_read_all(fd, out, 0)) {
		if (errno == EFBIG)
			rc = err_set(e, REASON_TOO_LARGE,
				"%s: larger than %zu bytes", path, out->max);
		else
			rc = err_errno(e, REASON_SYSTEM, "%s", path);
	}
	close(fd);
	return rc;
}
