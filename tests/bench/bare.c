/*
 * The least a FastCGI program can do: n processes that answer every request
 * with the same bytes. What Winepair's own speed is held against.
 *
 *	bare SOCKET PROCESSES FILE CONTENT-TYPE
 */
#include <fcgiapp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

static void serve(int sock, const struct sbuf *answer)
{
	FCGX_Request fcgi;

	if (FCGX_Init() || FCGX_InitRequest(&fcgi, sock, 0))
		fatalx("libfcgi does not start");
	while (FCGX_Accept_r(&fcgi) == 0) {
		FCGX_PutStr(answer->buf, (int)answer->len, fcgi.out);
		FCGX_Finish_r(&fcgi);
	}
}

int main(int argc, char **argv)
{
	struct sbuf body = SBUF_INIT((size_t)16 << 20);
	struct sbuf answer = SBUF_INIT((size_t)17 << 20);
	struct err e = ERR_INIT;
	int64_t n, i;
	int sock;

	if (argc != 5 || num_int(argv[2], strlen(argv[2]), 1, 64, &n) ||
		file_read(argv[3], &body, &e))
		fatalx("usage: bare SOCKET PROCESSES FILE CONTENT-TYPE");
	sbuf_addf(&answer,
		"Status: 200 OK\r\nContent-Type: %s\r\nContent-Length: "
		"%zu\r\n\r\n",
		argv[4], body.len);
	sbuf_add(&answer, body.buf, body.len);
	sock = FCGX_OpenSocket(argv[1], 128);
	if (sock < 0)
		fatalx("no socket at %s", argv[1]);
	for (i = 0; i < n; i++) {
		if (fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(sock, &answer);
			_exit(1);
		}
	}
	while (wait(NULL) > 0)
		continue;
	return 0;
}
