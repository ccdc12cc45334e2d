/* Descriptors: whole reads and writes, passing them, files. */
#ifndef BASE_FDIO_H
#define BASE_FDIO_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sbuf.h"

/* Write all of it, through EINTR. 0 or -1 with errno. */
int fd_write_all(int fd, const void *data, size_t len);
/* Read to the end of file into out. -1 with errno: EFBIG past out's ceiling,
 * ETIMEDOUT past the deadline (monotonic ms, 0 for none). */
int fd_read_all(int fd, struct sbuf *out, int64_t deadline_ms);
int fd_nonblock(int fd);
int fd_cloexec(int fd);

/* Send one byte-string with n descriptors (at most 4) over a unix socket;
 * receive the same (MSG_CMSG_CLOEXEC). fd_recv returns the bytes read, 0 at
 * the end, -1 with errno; *n is how many descriptors came. */
int fd_send(int sock, const void *data, size_t len, const int *fds, size_t n);
long fd_recv(int sock, void *data, size_t len, int *fds, size_t *n);

/* An anonymous file holding data, positioned at its start; the caller closes
 * it. */
int fd_memfile(const void *data, size_t len, struct err *e);

/* Whole file into out (ceiling: out's). "-" is standard input. */
int file_read(const char *path, struct sbuf *out, struct err *e);

#endif
