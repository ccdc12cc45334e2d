/*
 * A provider of the settings, made ready: its address, its headers, its price,
 * and its key, which is read from a file here and stays in memory until
 * llm_model_wipe(). Messages name settings and files, never what is in them.
 */
#include "llm/provider.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADERS_MAX 16
#define FRAME_TOKENS 64

/* ---- the key ---- */

static int open_key(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return err_errno(e, REASON_CONFIG, "%s", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(e, REASON_CONFIG, "%s: is no file", path);
	}
	if (st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP))
		log_warnx("%s: others may read or write this key: chmod 600",
			path);
	return fd;
}

/* The whole file, in one allocation, so that it can be wiped. */
static int read_key(const char *path, struct sbuf *text, struct err *e)
{
	int fd = open_key(path, e), rc = 0;

	if (fd < 0)
		return -1;
	(void)sbuf_room(text, text->max);
	if (fd_read_all(fd, text, 0))
		rc = errno == EFBIG ? err_set(e, REASON_CONFIG,
					      "%s: larger than a key", path)
				    : err_errno(e, REASON_CONFIG, "%s", path);
	close(fd);
	return rc;
}

/* The next line that is not blank, trimmed; it ends in a NUL. NULL: none. */
static char *next_line(char **at)
{
	char *line, *end;

	while (ascii_is_space(**at))
		(*at)++;
	if (!**at)
		return NULL;
	line = *at;
	*at += strcspn(line, "\r\n");
	end = *at;
	if (**at)
		(*at)++;
	while (end > line && ascii_is_blank(end[-1]))
		end--;
	*end = '\0';
	return line;
}

static int put_key(char *out, size_t size, const char *line)
{
	size_t len = strlen(line), i;

	for (i = 0; i < len; i++)
		if (line[i] <= ' ' || line[i] > '~')
			return -1;
	if (len >= size)
		return -1;
	memcpy(out, line, len + 1);
	return 0;
}

/* signs: may it be the three lines of an AWS access key? */
static int parse_key(char *text, int signs, struct llm_key *key)
{
	char *line[4];
	size_t n = 0;

	while (n < ARRAY_LEN(line) && (line[n] = next_line(&text)))
		n++;
	if (n == 1)
		return put_key(key->bearer, sizeof(key->bearer), line[0]);
	if (!signs || n < 2 || n > 3)
		return -1;
	if (put_key(key->id, sizeof(key->id), line[0]) ||
		put_key(key->secret, sizeof(key->secret), line[1]))
		return -1;
	return n == 3 ? put_key(key->token, sizeof(key->token), line[2]) : 0;
}

static int load_key(
	const char *path, int signs, struct llm_key *key, struct err *e)
{
	struct sbuf text = SBUF_INIT(LLM_KEY_MAX);
	int rc = read_key(path, &text, e);

	if (!rc && (strlen(text.buf) != text.len ||
			   parse_key(text.buf, signs, key)))
		rc = err_set(e, REASON_CONFIG, "%s: is not %s", path,
			signs ? "one line with a key, or two or three lines "
				"with an access key"
			      : "one line with a key");
	if (text.cap)
		explicit_bzero(text.buf, text.cap);
	sbuf_release(&text);
	return rc;
}

/* ---- headers ---- */

/* Those that belong to the connection, and are libcurl's. */
static int is_ours(const char *name)
{
	static const char *const ours[] = { "host", "connection",
		"content-length", "transfer-encoding", "te", "trailer",
		"upgrade", "expect" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(ours); i++)
		if (text_ascii_caseeq(name, ours[i]))
			return 1;
	return 0;
}

static int valid_name(const char *name)
{
	if (!*name)
		return 0;
	for (; *name; name++)
		if (!ascii_is_alnum(*name) && !strchr("!#$%&'*+-.^_`~", *name))
			return 0;
	return 1;
}

static int has_control(const char *s)
{
	for (; *s; s++)
		if (ascii_is_control(*s) && *s != '\t')
			return 1;
	return 0;
}

static const char *trimmed(const char *s, size_t len, struct arena *mem)
{
	for (; len && ascii_is_blank(*s); s++)
		len--;
	while (len && ascii_is_blank(s[len - 1]))
		len--;
	return arena_strndup(mem, s, len);
}

/* A value that is a secret stands in a file of its own: "@/path". */
static const char *header_value(const char *provider, const char *value,
	struct arena *mem, struct err *e)
{
	struct llm_key key = { .id = "" };
	const char *secret = NULL;

	if (value[0] != '@' || value[1] != '/')
		return value;
	if (load_key(value + 1, 0, &key, e) == 0)
		secret = arena_strdup(mem, key.bearer);
	else
		(void)err_context(e, "%s_headers", provider);
	explicit_bzero(&key, sizeof(key));
	return secret;
}

/* "Name: value | Name: value" */
static int split_headers(const char *provider, const char *text,
	struct arena *mem, const char *const **out, struct err *e)
{
	const char **all = arena_calloc(mem, HEADERS_MAX + 1, sizeof(*all));
	size_t n = 0, len;

	for (; *text; text += len + (text[len] == '|')) {
		const char *item, *name, *value;

		len = strcspn(text, "|");
		item = trimmed(text, len, mem);
		if (!*item)
			continue;
		name = trimmed(item, strcspn(item, ":"), mem);
		if (!strchr(item, ':') || !valid_name(name) ||
			has_control(item))
			return err_set(e, REASON_CONFIG,
				"%s_headers: expected Name: value | Name: "
				"value",
				provider);
		if (is_ours(name))
			return err_set(e, REASON_CONFIG,
				"%s_headers: %s is not to be set", provider,
				name);
		if (n == HEADERS_MAX)
			return err_set(e, REASON_CONFIG,
				"%s_headers: more than %d", provider,
				HEADERS_MAX);
		value = strchr(item, ':') + 1;
		value = header_value(
			provider, trimmed(value, strlen(value), mem), mem, e);
		if (!value)
			return -1;
		all[n++] = arena_printf(mem, "%s: %s", name, value);
	}
	*out = all;
	return 0;
}

/* ---- the rest ---- */

const char *llm_model_lacks(
	const struct config *c, const struct llm_provider *p, struct arena *mem)
{
	const struct provider_config *pc =
		config_provider(c, p->name, strlen(p->name));
	const char *what = NULL;

	if (!*pc->model)
		what = "model";
	else if (!*pc->url && !p->signs)
		what = "url";
	else if (!*pc->url && !*pc->region)
		what = "region";
	else if (p->needs_key && !*pc->key_file)
		what = "key_file";
	return what ? arena_printf(mem, "%s_%s", p->name, what) : NULL;
}

static int valid_region(const char *s)
{
	for (; *s; s++)
		if (!ascii_is_alnum(*s) && *s != '-')
			return 0;
	return 1;
}

static int read_url(const struct provider_config *pc, const char *name,
	struct arena *mem, const char **out, struct err *e)
{
	struct sbuf url = SBUF_INIT(NET_URL_MAX);
	const char *given = pc->url;
	int rc;

	if (!*given)
		given = arena_printf(mem,
			"https://bedrock-runtime.%s.amazonaws.com/anthropic",
			pc->region);
	rc = url_operator(given, strlen(given), &url, e);
	if (rc)
		(void)err_context(e, "%s_url", name);
	else
		*out = arena_strndup(mem, url.buf, url.len);
	sbuf_release(&url);
	return rc;
}

/* All but the key. */
static int read_settings(const struct provider_config *pc, struct arena *mem,
	struct llm_model *m, struct err *e)
{
	const char *name = m->provider->name;

	m->name = arena_strdup(mem, pc->model);
	m->version = arena_strdup(mem, pc->version ? pc->version : "");
	m->region = arena_strdup(mem, pc->region ? pc->region : "");
	m->in_usd = pc->price.known ? pc->price.in_usd : -1;
	m->out_usd = pc->price.known ? pc->price.out_usd : -1;
	m->mode = LLM_SCHEMA;
	if (!valid_region(m->region))
		return err_set(e, REASON_CONFIG,
			"%s_region: expected letters, digits and -", name);
	if (has_control(m->version))
		return err_set(
			e, REASON_CONFIG, "%s_version: control bytes", name);
	if (read_url(pc, name, mem, &m->url, e))
		return -1;
	return split_headers(
		name, pc->headers ? pc->headers : "", mem, &m->headers, e);
}

int llm_model_read(const struct config *c, const char *provider,
	struct arena *mem, struct llm_model *m, struct err *e)
{
	const struct provider_config *pc =
		config_provider(c, provider, strlen(provider));
	const char *lacks;

	memset(m, 0, sizeof(*m));
	m->provider = llm_provider(provider, strlen(provider));
	if (!pc || !m->provider)
		return err_set(e, REASON_CONFIG, "there is no provider '%.40s'",
			provider);
	lacks = llm_model_lacks(c, m->provider, mem);
	if (lacks)
		return err_set(e, REASON_CONFIG, "%s is not set", lacks);
	if (read_settings(pc, mem, m, e))
		return -1;
	if (!*pc->key_file)
		return 0;
	if (load_key(pc->key_file, m->provider->signs, &m->key, e)) {
		llm_model_wipe(m);
		return err_context(e, "%s_key_file", provider);
	}
	if (*m->key.id && !*m->region) {
		llm_model_wipe(m);
		return err_set(e, REASON_CONFIG,
			"%s_region is not set, and an access key needs it",
			provider);
	}
	return 0;
}

int llm_provider_check(
	const struct config *c, const char *provider, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct llm_model m;
	int rc = llm_model_read(c, provider, &mem, &m, e);

	llm_model_wipe(&m);
	arena_release(&mem);
	return rc;
}

void llm_model_wipe(struct llm_model *m)
{
	explicit_bzero(&m->key, sizeof(m->key));
}

int64_t llm_cost(const struct llm_model *m, int64_t input, int64_t output)
{
	double micro;

	if (m->in_usd < 0 || m->out_usd < 0)
		return -1;
	micro = (double)input * m->in_usd + (double)output * m->out_usd;
	/* so that 3 * 0.1 is no more than 0.3 */
	micro = ceil(micro - 1e-6);
	if (micro > 9e18)
		return INT64_MAX;
	return micro > 0 ? (int64_t)micro : 0;
}

int64_t llm_tokens_most(const char *text)
{
	return text ? (int64_t)strlen(text) + FRAME_TOKENS : 0;
}
