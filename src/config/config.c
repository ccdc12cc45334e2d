/*
 * The settings, as one table. A row says what a key is called, where its value
 * goes, what it may be, and what it is for; reading, checking, the environment
 * and `winepair check-config` all work from it.
 *
 * Secrets have no key of their own here: they are only ever named by file.
 */
#include "config/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 * 1024)
#define ALLOW_MAX 64

enum option_type { OPT_TEXT, OPT_PATH, OPT_URL, OPT_INT, OPT_ALLOW, OPT_LEVEL };

struct option {
	const char *name;
	enum option_type type;
	size_t offset;	      /* in struct config */
	int64_t min, max;     /* OPT_INT */
	const char *fallback; /* a path without a slash first: see data_dir() */
	const char *help;
};

#define AT(field) offsetof(struct config, field)

static const struct option options[] = {
	{ "public_url", OPT_URL, AT(public_url), 0, 0, "https://localhost:8443",
		"the address people use, without a slash at the end" },
	{ "socket", OPT_PATH, AT(socket), 0, 0, "/run/winepair/winepair.sock",
		"the FastCGI socket that nginx passes requests to" },
	{ "workers", OPT_INT, AT(workers), 1, 64, "4",
		"processes that answer requests" },
	{ "runners", OPT_INT, AT(runners), 1, 8, "1",
		"processes that fetch pages and finish pairings" },
	{ "worker_deadline_s", OPT_INT, AT(worker_deadline_s), 5, 600, "30",
		"seconds after which a request that hangs is ended" },
	{ "queue_limit", OPT_INT, AT(queue_limit), 1, 100000, "1000",
		"pairings that may wait; more are refused for the moment" },
	{ "store", OPT_PATH, AT(store), 0, 0, "/var/lib/winepair/winepair.db",
		"the SQLite file" },
	{ "knowledge_dir", OPT_PATH, AT(knowledge_dir), 0, 0, "knowledge",
		"the tables about wine and food" },
	{ "templates_dir", OPT_PATH, AT(templates_dir), 0, 0, "templates",
		"the page templates" },
	{ "static_dir", OPT_PATH, AT(static_dir), 0, 0, "static",
		"style sheets, scripts and icons" },
	{ "sql_dir", OPT_PATH, AT(sql_dir), 0, 0, "sql/sqlite",
		"the numbered steps that make the database" },
	{ "contact", OPT_TEXT, AT(contact), 0, 0, "",
		"an address that sites may write to about our page requests" },
	{ "fetch_language", OPT_TEXT, AT(fetch_language), 0, 0, "en, *;q=0.5",
		"the languages asked of sites that have several; the same for "
		"everybody, since a link has one recipe for everybody" },
	{ "fetch_pause_ms", OPT_INT, AT(fetch_pause_ms), 0, 60000, "500",
		"milliseconds between two pages of one site" },
	{ "ca_file", OPT_TEXT, AT(ca_file), 0, 0, "",
		"the certificates to trust, in a file; empty: the system's" },
	{ "fetch_allow", OPT_ALLOW, AT(fetch_allow), 0, 0, "",
		"what the fetcher may reach besides public addresses on 80 and "
		"443: a list of CIDR[:port] or *:port" },
	{ "log_level", OPT_LEVEL, AT(log_level), 0, 0, "info",
		"debug, info or warn" },
};

/* Where a value stood, for messages. */
struct place {
	const char *file; /* NULL: the environment */
	int line;
	const char *name;
	struct sbuf *problems;
};

__attribute__((format(printf, 2, 3))) static void problem(
	const struct place *at, const char *fmt, ...)
{
	va_list ap;

	if (at->file)
		sbuf_addf(at->problems, "%s:%d: ", at->file, at->line);
	else
		sbuf_addstr(at->problems, "environment: ");
	if (at->name)
		sbuf_addf(at->problems, "%s: ", at->name);
	va_start(ap, fmt);
	sbuf_vaddf(at->problems, fmt, ap);
	va_end(ap);
	sbuf_addch(at->problems, '\n');
}

/*
 * The folder of knowledge, templates and the rest: beside the executable when
 * that stands in a build folder (make puts links there), else where `make
 * install` put them.
 */
static const char *data_dir(struct arena *mem)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	const char *near;
	char *slash;

	if (n <= 0)
		return PKGDATADIR;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return PKGDATADIR;
	*slash = '\0';
	near = arena_printf(mem, "%s/share/winepair", exe);
	return access(near, R_OK | X_OK) == 0 ? near : PKGDATADIR;
}

/* ---- one value of each type ---- */

static int set_int(const struct option *o, const char *v, void *field,
	const struct place *at)
{
	if (num_int(v, strlen(v), o->min, o->max, field) == 0)
		return 0;
	problem(at, "expected a number from %lld to %lld, found '%.40s'",
		(long long)o->min, (long long)o->max, v);
	return -1;
}

static int set_url(const char *v, struct arena *mem, const char **field,
	const struct place *at)
{
	size_t len = strlen(v);

	if (!text_ascii_prefix(v, len, "http://") &&
		!text_ascii_prefix(v, len, "https://")) {
		problem(at, "expected http://… or https://…, found '%.60s'", v);
		return -1;
	}
	while (len && v[len - 1] == '/')
		len--;
	*field = arena_strndup(mem, v, len);
	return 0;
}

static int set_level(const char *v, struct arena *mem, const char **field,
	const struct place *at)
{
	if (strcmp(v, "debug") && strcmp(v, "info") && strcmp(v, "warn")) {
		problem(at, "expected debug, info or warn, found '%.40s'", v);
		return -1;
	}
	*field = arena_strdup(mem, v);
	return 0;
}

/* An address of either family as 16 bytes; how many bits the prefix shifts. */
static int read_addr(const char *text, unsigned char out[16], unsigned *shift)
{
	static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };

	memcpy(out, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, text, out + 12) == 1) {
		*shift = 96;
		return 0;
	}
	*shift = 0;
	return inet_pton(AF_INET6, text, out) == 1 ? 0 : -1;
}

/* "10.0.0.0/8", "127.0.0.1:18080", "[fd00::1]:80", "fd00::/8", "*:8080" */
static int read_rule(const char *item, struct allow_rule *r)
{
	char text[80];
	char *port = NULL, *slash;
	int64_t n, most;
	unsigned shift;
	size_t len = strlen(item);

	memset(r, 0, sizeof(*r));
	if (!len || len >= sizeof(text))
		return -1;
	memcpy(text, item, len + 1);
	if (*text == '[') {
		char *end = strchr(text, ']');

		if (!end || (end[1] && end[1] != ':'))
			return -1;
		port = end[1] ? end + 2 : NULL;
		*end = '\0';
		memmove(text, text + 1, strlen(text + 1) + 1);
	} else {
		port = strrchr(text, ':');
		if (port && strchr(text, ':') != port)
			port = NULL; /* a bare IPv6 address */
		if (port)
			*port++ = '\0';
	}
	if (port) {
		/* the memmove above may have moved text, never port */
		if (num_int(port, strlen(port), 1, 65535, &n))
			return -1;
		r->port = (int)n;
	}
	if (strcmp(text, "*") == 0) {
		r->any_addr = 1;
		return r->port ? 0 : -1;
	}
	slash = strchr(text, '/');
	if (slash)
		*slash++ = '\0';
	if (read_addr(text, r->addr, &shift))
		return -1;
	most = 128 - (int64_t)shift;
	n = most;
	if (slash && num_int(slash, strlen(slash), 0, most, &n))
		return -1;
	r->bits = shift + (unsigned)n;
	return 0;
}

static int set_allow(const char *v, struct arena *mem, struct config *c,
	const struct place *at)
{
	size_t cap = 0, n = 0;
	struct allow_rule *rules = NULL;

	while (*v) {
		size_t len = strcspn(v, ", \t");
		char *item;

		if (!len) {
			v++;
			continue;
		}
		item = arena_strndup(mem, v, len);
		v += len;
		rules = arena_grow(mem, rules, n, &cap, sizeof(*rules));
		if (n == ALLOW_MAX || read_rule(item, &rules[n])) {
			problem(at,
				"expected CIDR[:port] or *:port (at most %d), "
				"found '%.60s'",
				ALLOW_MAX, item);
			return -1;
		}
		n++;
	}
	c->fetch_allow = rules;
	c->n_fetch_allow = n;
	return 0;
}

static int set(const struct option *o, const char *v, struct config *c,
	struct arena *mem, const struct place *at)
{
	void *field = (char *)c + o->offset;

	if (!text_valid(v, strlen(v))) {
		problem(at, "not valid UTF-8");
		return -1;
	}
	switch (o->type) {
	case OPT_INT:
		return set_int(o, v, field, at);
	case OPT_URL:
		return set_url(v, mem, field, at);
	case OPT_LEVEL:
		return set_level(v, mem, field, at);
	case OPT_ALLOW:
		return set_allow(v, mem, c, at);
	case OPT_PATH:
		if (*v != '/') {
			problem(at, "expected a path from /, found '%.60s'", v);
			return -1;
		}
		break;
	case OPT_TEXT:
		break;
	}
	*(const char **)field = arena_strdup(mem, v);
	return 0;
}

/* ---- the three sources ---- */

static void set_defaults(
	struct config *c, struct arena *mem, struct sbuf *problems)
{
	const char *data = data_dir(mem);
	size_t i;

	for (i = 0; i < ARRAY_LEN(options); i++) {
		const struct option *o = &options[i];
		struct place at = { "defaults", (int)i + 1, o->name, problems };
		const char *v = o->fallback;

		if (o->type == OPT_PATH && *v != '/')
			v = arena_printf(mem, "%s/%s", data, v);
		(void)set(o, v, c, mem, &at);
	}
}

static const struct option *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

/* One line of the file, without its newline: "key = value", "# …" or "". */
static void read_line(
	char *line, struct config *c, struct arena *mem, struct place *at)
{
	const struct option *o;
	char *key = line, *value, *end;

	while (ascii_is_space(*key))
		key++;
	if (!*key || *key == '#')
		return;
	at->name = NULL;
	value = strchr(key, '=');
	if (!value) {
		problem(at, "expected key = value");
		return;
	}
	for (end = value; end > key && ascii_is_space(end[-1]);)
		end--;
	*end = '\0';
	for (value++; ascii_is_space(*value);)
		value++;
	for (end = value + strlen(value);
		end > value && ascii_is_space(end[-1]);)
		end--;
	*end = '\0';
	at->name = key;
	o = find(key);
	if (o)
		(void)set(o, value, c, mem, at);
	else
		problem(at, "there is no such setting");
}

static void read_file(const char *path, int must_exist, struct config *c,
	struct arena *mem, struct sbuf *problems)
{
	struct place at = { path, 1, NULL, problems };
	struct sbuf text = SBUF_INIT(FILE_MAX);
	struct err e = ERR_INIT;
	char *line;

	if (!must_exist && access(path, F_OK) && errno == ENOENT)
		return;
	if (file_read(path, &text, &e)) {
		sbuf_addf(problems, "%s\n", e.msg);
		goto out;
	}
	if (strlen(text.buf) != text.len) {
		sbuf_addf(problems, "%s: is no text: it holds a NUL byte\n",
			path);
		goto out;
	}
	for (line = text.buf; line; at.line++) {
		char *end = strchr(line, '\n');

		if (end)
			*end++ = '\0';
		read_line(line, c, mem, &at);
		line = end;
	}
out:
	sbuf_release(&text);
}

static void read_environment(
	struct config *c, struct arena *mem, struct sbuf *problems)
{
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(options); i++) {
		char name[64] = "WINEPAIR_";
		struct place at = { NULL, 0, name, problems };
		size_t len = strlen(name);
		const char *v;

		for (k = 0; options[i].name[k] && len < sizeof(name) - 1; k++)
			name[len++] = ascii_upper(options[i].name[k]);
		v = getenv(name);
		if (v)
			(void)set(&options[i], v, c, mem, &at);
	}
}

int config_load(const char *path, struct config *c, struct arena *mem,
	struct sbuf *problems)
{
	size_t before = problems->len;

	memset(c, 0, sizeof(*c));
	set_defaults(c, mem, problems);
	read_file(path ? path : CONFIG_DEFAULT_FILE, path != NULL, c, mem,
		problems);
	read_environment(c, mem, problems);
	return problems->len == before ? 0 : -1;
}

/* ---- showing it ---- */

static void print_rule(const struct allow_rule *r, struct sbuf *out)
{
	char text[INET6_ADDRSTRLEN];
	int v4 = r->bits >= 96 && r->addr[10] == 0xFF && r->addr[11] == 0xFF &&
		 !r->any_addr;

	if (r->any_addr) {
		sbuf_addf(out, "*:%d", r->port);
		return;
	}
	(void)inet_ntop(v4 ? AF_INET : AF_INET6, r->addr + (v4 ? 12 : 0), text,
		sizeof(text));
	sbuf_addf(out, v4 || !r->port ? "%s/%u" : "[%s/%u]", text,
		r->bits - (v4 ? 96 : 0));
	if (r->port)
		sbuf_addf(out, ":%d", r->port);
}

void config_print(const struct config *c, struct sbuf *out)
{
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(options); i++) {
		const struct option *o = &options[i];
		const void *field = (const char *)c + o->offset;

		sbuf_addf(out, "# %s\n%s = ", o->help, o->name);
		if (o->type == OPT_INT)
			sbuf_addf(out, "%lld",
				(long long)*(const int64_t *)field);
		else if (o->type != OPT_ALLOW)
			sbuf_addstr(out, *(const char *const *)field);
		for (k = 0; o->type == OPT_ALLOW && k < c->n_fetch_allow; k++) {
			if (k)
				sbuf_addstr(out, ", ");
			print_rule(&c->fetch_allow[k], out);
		}
		sbuf_addstr(out, "\n\n");
	}
	sbuf_truncate(out, out->len - 1);
}
