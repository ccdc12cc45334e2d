/*
 * Reading the settings: defaults, the file, the environment; each value by the
 * type its row of the table (options.c) gives it. All mistakes are told.
 */
#include "config/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 * 1024)
#define ALLOW_MAX 64

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

/* Where models are asked. A URL with a password in it is not shown. */
static int set_service(const char *v, struct arena *mem, const char **field,
	const struct place *at)
{
	const char *host = strstr(v, "://");

	host = host ? host + 3 : v;
	if (!strpbrk(v, "?#") && !memchr(host, '@', strcspn(host, "/")))
		return set_url(v, mem, field, at);
	problem(at, "expected http://… or https://… without a name, password, "
		    "query or fragment");
	return -1;
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

/* "0.25": dollars into millionths. -1 when it is none. */
static int read_money(const char *v, size_t len, int64_t *micro)
{
	double d;

	if (num_double(v, len, 0, 1e9, &d))
		return -1;
	*micro = (int64_t)(d * 1e6 + 0.5);
	return d > 0 && !*micro ? -1 : 0; /* 0 is no limit */
}

static int set_price(
	const char *v, struct model_price *p, const struct place *at)
{
	const char *slash = strchr(v, '/');

	memset(p, 0, sizeof(*p));
	if (!*v)
		return 0;
	if (slash &&
		num_double(v, (size_t)(slash - v), 0, 1e6, &p->in_usd) == 0 &&
		num_double(slash + 1, strlen(slash + 1), 0, 1e6, &p->out_usd) ==
			0) {
		p->known = 1;
		return 0;
	}
	problem(at,
		"expected dollars for a million tokens read and "
		"written, such as 1/5, found '%.40s'",
		v);
	return -1;
}

static const char *const provider_names[] = { "built-in", "anthropic",
	"bedrock", "openai" };

/* A list of known names, each once, kept without blanks. */
static int set_providers(const char *v, struct arena *mem, const char **field,
	const struct place *at)
{
	struct sbuf list = SBUF_INIT(200);
	unsigned seen = 0;
	size_t i;

	for (v += strspn(v, ", \t"); *v; v += strspn(v, ", \t")) {
		size_t len = strcspn(v, ", \t");

		for (i = 0; i < ARRAY_LEN(provider_names); i++)
			if (strlen(provider_names[i]) == len &&
				memcmp(provider_names[i], v, len) == 0)
				break;
		if (i == ARRAY_LEN(provider_names) || seen & 1U << i) {
			problem(at,
				"expected a list of built-in, anthropic, "
				"bedrock, openai, each once; found '%.*s'",
				(int)(len < 40 ? len : 40), v);
			sbuf_release(&list);
			return -1;
		}
		seen |= 1U << i;
		sbuf_addf(
			&list, "%s%s", list.len ? "," : "", provider_names[i]);
		v += len;
	}
	*field = arena_strdup(mem, list.len ? list.buf : "built-in");
	sbuf_release(&list);
	return 0;
}

static int has_control(const char *v)
{
	while (*v && ((unsigned char)*v >= ' ' || *v == '\t') && *v != 0x7F)
		v++;
	return *v != '\0';
}

static int set(const struct option *o, const char *v, struct config *c,
	struct arena *mem, const struct place *at)
{
	void *field = (char *)c + o->offset;

	if (!text_valid(v, strlen(v))) {
		problem(at, "not valid UTF-8");
		return -1;
	}
	if (has_control(v)) {
		problem(at, "holds a control character");
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
	case OPT_PRICE:
		return set_price(v, field, at);
	case OPT_PROVIDERS:
		return set_providers(v, mem, field, at);
	case OPT_MONEY:
		if (read_money(v, strlen(v), field) == 0)
			return 0;
		problem(at, "expected dollars such as 5 or 2.50, found '%.40s'",
			v);
		return -1;
	case OPT_SERVICE:
		if (*v)
			return set_service(v, mem, field, at);
		break;
	case OPT_FILE: /* what is found may be the secret itself */
		if (*v && *v != '/') {
			problem(at, "expected a path from /, of a file that "
				    "holds the secret");
			return -1;
		}
		break;
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

	for (i = 0; i < config_n_options; i++) {
		const struct option *o = &config_options[i];
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

	for (i = 0; i < config_n_options; i++)
		if (strcmp(config_options[i].name, name) == 0)
			return &config_options[i];
	return NULL;
}

/* A key where the file of the key belongs, and the like. */
static void no_such(const struct place *at, const char *key)
{
	size_t len = strlen(key), i;

	for (i = 0; len && i < config_n_options; i++)
		if (strncmp(config_options[i].name, key, len) == 0) {
			problem(at,
				"there is no such setting; is it meant to be "
				"%s?",
				config_options[i].name);
			return;
		}
	problem(at, "there is no such setting");
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
		no_such(at, key);
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

	for (i = 0; i < config_n_options; i++) {
		char name[64] = "WINEPAIR_";
		struct place at = { NULL, 0, name, problems };
		size_t len = strlen(name);
		const char *v;

		for (k = 0; config_options[i].name[k] && len < sizeof(name) - 1;
			k++)
			name[len++] = ascii_upper(config_options[i].name[k]);
		v = getenv(name);
		if (v)
			(void)set(&config_options[i], v, c, mem, &at);
	}
}

const char *const config_models[] = { "anthropic", "bedrock", "openai", NULL };

const struct provider_config *config_provider(
	const struct config *c, const char *name, size_t len)
{
	const struct provider_config *all[] = { &c->anthropic, &c->bedrock,
		&c->openai };
	size_t i;

	for (i = 0; i < ARRAY_LEN(all); i++)
		if (strlen(config_models[i]) == len &&
			memcmp(config_models[i], name, len) == 0)
			return all[i];
	return NULL;
}

const char *config_list_words(const char *list, struct arena *mem)
{
	struct sbuf words = SBUF_INIT(400);
	const char *out;

	for (; *list; list++)
		sbuf_addf(&words, *list == ',' ? "%c " : "%c", *list);
	out = arena_strdup(mem, words.buf);
	sbuf_release(&words);
	return out;
}

/* What the providers in use lack, and what together makes no sense. */
static void check_providers(const struct config *c, struct sbuf *problems)
{
	const char *at = c->provider;

	while (at && *at) {
		size_t len = strcspn(at, ",");
		const struct provider_config *p = config_provider(c, at, len);

		if (p && !*p->model)
			sbuf_addf(problems,
				"settings: provider names %.*s, but %.*s_model "
				"is not set\n",
				(int)len, at, (int)len, at);
		if (p && p != &c->openai && !*p->key_file)
			sbuf_addf(problems,
				"settings: provider names %.*s, but "
				"%.*s_key_file is not set\n",
				(int)len, at, (int)len, at);
		if (p == &c->bedrock && !*p->region && !*p->url)
			sbuf_addf(problems,
				"settings: provider names bedrock, but "
				"bedrock_region is not set\n");
		if (p && c->spend_limit_month && !p->price.known)
			sbuf_addf(problems,
				"settings: spend_limit_month needs "
				"%.*s_price\n",
				(int)len, at);
		at += len + (at[len] == ',');
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
	check_providers(c, problems);
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

static void print_price(const struct model_price *p, struct sbuf *out)
{
	if (p->known)
		sbuf_addf(out, "%.15g/%.15g", p->in_usd, p->out_usd);
}

void config_print(const struct config *c, struct sbuf *out)
{
	size_t i, k;

	for (i = 0; i < config_n_options; i++) {
		const struct option *o = &config_options[i];
		const void *field = (const char *)c + o->offset;

		sbuf_addf(out, "# %s\n%s = ", o->help, o->name);
		if (o->type == OPT_INT)
			sbuf_addf(out, "%lld",
				(long long)*(const int64_t *)field);
		else if (o->type == OPT_MONEY)
			sbuf_addf(out, "%.15g",
				(double)*(const int64_t *)field / 1e6);
		else if (o->type == OPT_PRICE)
			print_price(field, out);
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
