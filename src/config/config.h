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

/* What a million tokens cost. */
struct model_price {
	int known;
	double in_usd, out_usd;
};

/* A provider of language models. Keys are only named by file. */
struct provider_config {
	const char *url;      /* base; "" : not set up, unless a region is */
	const char *model;    /* id; "": not set up */
	const char *key_file; /* "": none */
	const char *version;  /* of the API; "" */
	const char *region;   /* "" */
	const char *headers;  /* "Name: value | Name: value"; "" */
	struct model_price price;
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

	/* ---- language models ---- */
	const char *provider; /* list, tried in order: "anthropic, built-in" */
	struct provider_config anthropic, bedrock, openai;
	int64_t model_timeout_s;   /* for a whole answer */
	int64_t model_silence_s;   /* without a byte */
	int64_t model_max_tokens;  /* of an answer, thoughts included */
	int64_t model_concurrency; /* calls at once, in one runner */
	int64_t model_rate;	   /* calls a minute, in one runner; 0: any */
	int64_t spend_limit_month; /* millionths of a dollar; 0: none */
	const char *admin_token_file; /* "": no operator's page */
};

/*
 * Fill c from the file (NULL: CONFIG_DEFAULT_FILE if it exists) and the
 * environment. 0, or -1 with every mistake as a line in problems:
 * "/etc/winepair/winepair.conf:3: workers: expected a number from 1 to 64".
 * All strings live in the arena.
 */
int config_load(const char *path, struct config *c, struct arena *mem,
	struct sbuf *problems);
/* The providers that are models, in the order of the settings; NULL ends. */
extern const char *const config_models[];
/* The settings of one of these; NULL for any other name. */
const struct provider_config *config_provider(
	const struct config *c, const char *name, size_t len);

/* A list of providers as people write it: "openai, built-in". */
const char *config_list_words(const char *list, struct arena *mem);
/* "# help" and "key = value" for every option: a file that config_load() reads
 * back. */
void config_print(const struct config *c, struct sbuf *out);

#endif
