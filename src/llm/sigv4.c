/*
 * AWS Signature Version 4, by hand: the libcurl of Debian 12 signs a path as
 * it is, and so is refused wherever a model's id has a colon.
 *
 * What is signed is a canonical form of the request. The trap in it is the
 * path: the server encodes each segment of what was sent once more, so "a:b",
 * sent as "a%3Ab", is signed as "a%253Ab". Queries are not encoded twice.
 * Chunked bodies and signatures in the URL are left out.
 */
#include "llm/sigv4.h"

#include <sodium.h>

#define CANONICAL_MAX ((size_t)256 * 1024)
#define KEY_LEN crypto_auth_hmacsha256_BYTES

void sigv4_stamp(int64_t wall_ms, char out[SIGV4_STAMP_SIZE])
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	*out = '\0';
	if (!gmtime_r(&t, &tm) ||
		!strftime(out, SIGV4_STAMP_SIZE, "%Y%m%dT%H%M%SZ", &tm))
		log_bug("a time nobody can write: %lld", (long long)wall_ms);
}

/* ---- the canonical form ---- */

/* Segments, each encoded once more; no empty ones, no dots. */
static void add_path(struct sbuf *out, const char *path)
{
	size_t start = out->len, len = 0;

	for (; *path; path += len) {
		if (*path == '/') {
			len = 1;
			continue;
		}
		len = strcspn(path, "/");
		if (len == 1 && *path == '.')
			continue;
		if (len == 2 && memcmp(path, "..", 2) == 0) {
			while (out->len > start &&
				out->buf[out->len - 1] != '/')
				sbuf_truncate(out, out->len - 1);
			if (out->len > start)
				sbuf_truncate(out, out->len - 1);
			continue;
		}
		sbuf_addch(out, '/');
		percent_encode(path, len, "", out);
	}
	if (out->len == start || (len == 1 && path[-1] == '/'))
		sbuf_addch(out, '/');
}

struct pair {
	const char *name, *value;
};

/* By name, then, where it is asked for, by value; else in their order. */
static void sort(struct pair *all, size_t n, int by_value)
{
	size_t i, k;

	for (i = 1; i < n; i++) {
		struct pair p = all[i];

		for (k = i; k; k--) {
			int c = strcmp(all[k - 1].name, p.name);

			if (!c && by_value)
				c = strcmp(all[k - 1].value, p.value);
			if (c <= 0)
				break;
			all[k] = all[k - 1];
		}
		all[k] = p;
	}
}

/* As a parameter is encoded, whichever way it was. */
static const char *parameter(const char *s, size_t len, struct arena *mem)
{
	struct sbuf out = SBUF_INIT(3 * len);
	char *plain = arena_strndup(mem, s, len);
	const char *made;

	percent_encode(plain, percent_decode(plain, len, 0), "", &out);
	made = arena_strndup(mem, out.buf, out.len);
	sbuf_release(&out);
	return made;
}

static void add_query(struct sbuf *out, const char *query, struct arena *mem)
{
	struct pair *all = NULL;
	size_t n = 0, cap = 0, i;

	while (*query) {
		size_t len = strcspn(query, "&"), name = 0;

		while (name < len && query[name] != '=')
			name++;
		if (len) {
			all = arena_grow(mem, all, n, &cap, sizeof(*all));
			all[n].name = parameter(query, name, mem);
			all[n].value = name < len ? parameter(query + name + 1,
							    len - name - 1, mem)
						  : "";
			n++;
		}
		query += len + (query[len] == '&');
	}
	sort(all, n, 1);
	for (i = 0; i < n; i++)
		sbuf_addf(out, "%s%s=%s", i ? "&" : "", all[i].name,
			all[i].value);
}

/* "Name:  a  b " as name and "a b". */
static struct pair header(const char *line, struct arena *mem)
{
	size_t name = strcspn(line, ":"), n = 0;
	const char *from = line + name + (line[name] == ':');
	char *value = arena_strdup(mem, from);
	char *lower = arena_strndup(mem, line, name);
	struct pair p = { lower, value };

	for (; *lower; lower++)
		*lower = ascii_lower(*lower);
	for (; *from; from++)
		if (!ascii_is_blank(*from))
			value[n++] = *from;
		else if (n && value[n - 1] != ' ')
			value[n++] = ' ';
	if (n && value[n - 1] == ' ')
		n--;
	value[n] = '\0';
	return p;
}

/* One line a name, "name:value,value"; their names, "a;b", into names. */
static void add_headers(struct sbuf *out, struct sbuf *names,
	const struct sigv4_request *r, struct arena *mem)
{
	struct pair *all = NULL;
	size_t n = 0, cap = 0, i;
	const char *const *line;

	all = arena_grow(mem, all, n, &cap, sizeof(*all));
	all[n].name = "host";
	all[n++].value = r->host;
	for (line = r->headers; *line; line++) {
		all = arena_grow(mem, all, n, &cap, sizeof(*all));
		all[n++] = header(*line, mem);
	}
	sort(all, n, 0);
	for (i = 0; i < n; i++) {
		if (i && strcmp(all[i - 1].name, all[i].name) == 0) {
			sbuf_addf(out, ",%s", all[i].value);
			continue;
		}
		sbuf_addf(out, "%s%s:%s", i ? "\n" : "", all[i].name,
			all[i].value);
		sbuf_addf(names, "%s%s", i ? ";" : "", all[i].name);
	}
	sbuf_addch(out, '\n');
}

static void add_hash(struct sbuf *out, const void *data, size_t len)
{
	unsigned char hash[HASH_LEN];
	size_t i;

	hash_sha256(data, len, hash);
	for (i = 0; i < HASH_LEN; i++)
		sbuf_addf(out, "%02x", hash[i]);
}

/* ---- the signature ---- */

static void hmac(unsigned char out[KEY_LEN], const void *key, size_t key_len,
	const char *text, size_t len)
{
	crypto_auth_hmacsha256_state st;

	(void)crypto_auth_hmacsha256_init(&st, key, key_len);
	(void)crypto_auth_hmacsha256_update(
		&st, (const unsigned char *)text, len);
	(void)crypto_auth_hmacsha256_final(&st, out);
	sodium_memzero(&st, sizeof(st));
}

/* The secret, bound to a day, a region and a service. */
static void make_key(const struct sigv4_who *who, const char *stamp,
	unsigned char key[KEY_LEN])
{
	char first[4 + 256 + 1];
	int len = snprintf(first, sizeof(first), "AWS4%s", who->secret);

	if (len < 0 || (size_t)len >= sizeof(first))
		log_bug("a secret of %d bytes", len);
	hmac(key, first, (size_t)len, stamp, 8);
	hmac(key, key, KEY_LEN, who->region, strlen(who->region));
	hmac(key, key, KEY_LEN, who->service, strlen(who->service));
	hmac(key, key, KEY_LEN, "aws4_request", strlen("aws4_request"));
	sodium_memzero(first, sizeof(first));
}

const char *sigv4_sign(const struct sigv4_who *who,
	const struct sigv4_request *r, const char *stamp, struct arena *mem)
{
	struct sbuf text = SBUF_INIT(CANONICAL_MAX),
		    names = SBUF_INIT(CANONICAL_MAX),
		    task = SBUF_INIT(CANONICAL_MAX);
	unsigned char key[KEY_LEN], mark[KEY_LEN];
	const char *scope = arena_printf(mem, "%.8s/%s/%s/aws4_request", stamp,
		who->region, who->service);
	const char *made;
	size_t i;

	/* a session token will be in it: in one allocation, to be wiped */
	(void)sbuf_room(&text, text.max);
	sbuf_addf(&text, "%s\n", r->method);
	add_path(&text, r->path);
	sbuf_addch(&text, '\n');
	add_query(&text, r->query, mem);
	sbuf_addch(&text, '\n');
	add_headers(&text, &names, r, mem);
	sbuf_addf(&text, "\n%s\n", names.buf);
	add_hash(&text, r->body, r->len);

	sbuf_addf(&task, "AWS4-HMAC-SHA256\n%s\n%s\n", stamp, scope);
	add_hash(&task, text.buf, text.len);
	make_key(who, stamp, key);
	hmac(mark, key, KEY_LEN, task.buf, task.len);
	sodium_memzero(key, sizeof(key));

	sbuf_reset(&text);
	sbuf_addf(&text,
		"AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, "
		"Signature=",
		who->id, scope, names.buf);
	for (i = 0; i < KEY_LEN; i++)
		sbuf_addf(&text, "%02x", mark[i]);
	made = arena_strndup(mem, text.buf, text.len);
	sodium_memzero(text.buf, text.cap);
	sbuf_release(&text);
	sbuf_release(&names);
	sbuf_release(&task);
	return made;
}
