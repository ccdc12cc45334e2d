/*
 * What master, workers and runner share: what they run on, what the master
 * can see of them, and how a process is confined.
 */
#ifndef SERVER_PROCESS_H
#define SERVER_PROCESS_H

#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "server/server.h"
#include "web/web.h"

/* ---- world.c: config, templates and knowledge, loaded together ---- */

struct world {
	struct arena mem;
	struct config config;
	struct knowledge *knowledge;
	struct reverse *reverse;
	struct templates *templates;
	struct llm_prompts *prompts;
	const char *static_base; /* "/static/<hash>" */
};

/* All of it or nothing: NULL, and every mistake is a line in problems. */
struct world *world_load(const char *config_path, struct sbuf *problems);
/* Bring its database to its shape. */
int world_migrate(const struct world *w, struct sbuf *problems);
void world_free(struct world *w);

/* ---- what the master sees: memory shared with every child ---- */

#define CHILDREN_MAX 160

struct slot {
	_Atomic int64_t deadline; /* monotonic ms; past it: killed. 0: none */
	_Atomic int64_t served;	  /* requests, or rounds of the runner */
	_Atomic int waiting;	  /* holds a request back (Prefer: wait) */
};

/* ---- sockets.c ---- */

struct file_id {
	dev_t dev;
	ino_t ino;
};

struct sockets {
	int lock, wake_lock; /* held as long as the master lives; or -1 */
	int listen;	     /* FastCGI, not blocking; -1: no web part */
	int wake;	     /* datagrams for the runner; -1: no runner part */
	int own_listen;	     /* we made it (not systemd): we remove it */
	struct sockaddr_un path, wake_path;
	struct file_id listen_id, wake_id; /* the files we made */
	mode_t folder_mode;
};

int sockets_open(struct sockets *s, const char *path, enum server_part part,
	struct err *e);
/* Make anew what was deleted of our files (folder, locks, sockets); *made is
 * set if something was: children must be exchanged, owners written again.
 * -1: something is still missing. */
int sockets_mend(struct sockets *s, int *made, struct err *e);
/* No new connection from here on. */
void sockets_unlink(struct sockets *s);
void sockets_close(struct sockets *s);

/* Tell the runners that there is work; never waits. */
struct waker {
	int fd;
	struct sockaddr_un to;
};
void waker_open(struct waker *w, const struct sockets *s);
void waker_send(void *waker);

/* The ids under which runners hold jobs, kept in the lock file of the runner
 * part, so that the next master can free what they left. */
#define OWNERS_MAX 64
size_t owners_read(const struct sockets *s, char (*ids)[ID_LEN + 1]);
void owners_write(
	const struct sockets *s, const char (*ids)[ID_LEN + 1], size_t n);

/* ---- confine.c ---- */

/* Not dumpable, no core file. */
void confine_secrets(void);
/* No address space beyond this. */
void confine_memory(size_t bytes);

enum { CONFINE_MAY_CONNECT = 1, CONFINE_MAY_FORK = 2 };
/* From here on no exec, no tracing, no mounts, no new kernel toys; without
 * MAY_CONNECT no socket but unix ones, without MAY_FORK no new process or
 * thread. What is forbidden fails with EPERM. Left out under sanitizers and
 * valgrind. */
void confine_calls(unsigned may);

/* ---- the children: each runs to its end and returns the exit status ---- */

struct place {
	const struct world *world;
	struct sockets *sockets;
	int reader; /* our end of the socket to the reader */
	struct slot *slot;
	struct slot *slots; /* everybody's, CHILDREN_MAX */
};

int worker_run(const struct place *p);
int runner_run(const struct place *p, const char *owner);

#endif
