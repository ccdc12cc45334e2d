/*
 * Settings: one table of options (config.c) with type, range, default and
 * help. Read in this order, later wins: defaults, the file, WINEPAIR_KEY in
 * the environment. Every mistake is told with file and line, all at once.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/base.h"

#define CONFIG_DEFAULT_FILE "/etc/winepair/winepair.conf"

/* What the fetcher may reach beyond public addresses on 80 and 443. */
struct allow_rule {
	unsigned char addr[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;		/* prefix length within those 128 bits */
	int port;		/* 0: 80 and 443 */
	int any_addr;		/* "*:port": that port on public addresses */
};

struct config {
	const char *public_url; /* no slash at the end */
	const char *socket;	/* path of the FastCGI socket */
	const char *store;	/* path of the SQLite file */
	const char *knowledge_dir, *templates_dir, *static_dir, *sql_dir;
	const char *contact; /* for the fetcher's user agent; may be "" */
	const char *fetch_language; /* Accept-Language; may be "" */
	const char *ca_file;	/* certificates to trust; "": the system's */
	int64_t fetch_pause_ms; /* between two pages of one site */
	int64_t workers, runners;
	int64_t worker_deadline_s; /* a request that takes longer is killed */
	int64_t queue_limit;	   /* waiting jobs; more is 503 */
	struct allow_rule *fetch_allow;
	size_t n_fetch_allow;
	const char *log_level; /* debug, info, warn */
};

/*
 * Fill c from the file (NULL: CONFIG_DEFAULT_FILE if it exists) and the
 * environment. 0, or -1 with every mistake as a line in problems:
 * "/etc/winepair/winepair.conf:3: workers: expected a number from 1 to 64".
 * All strings live in the arena.
 */
int config_load(const char *path, struct config *c, struct arena *mem,
	struct sbuf *problems);
/* "# help" and "key = value" for every option: a file that config_load() reads
 * back. */
void config_print(const struct config *c, struct sbuf *out);

#endif
