/*
 * What can be told of an installation without asking anybody: its files and
 * its libraries. Each check adds one line or a few; a mistake in one hides no
 * other.
 *
 * Nothing is made or changed here, and the doctor may well be run by root: so a
 * store that belongs to another user is only looked at from outside, or its
 * lock and log would be left to root, and the server be shut out.
 */
#include "cli/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "knowledge/knowledge.h"
#include "llm/llm.h"
#include "net/net.h"
#include "recipe/recipe.h"
#include "store/store.h"
#include "template/template.h"
#include "web/web.h"

#define SECRET_MAX ((size_t)16384)
#define HEAD_LEN 100
#define MISTAKES_MAX 65536

/* ---- what the program reads ---- */

/* Mistakes, one a line, as one finding each. */
static void say_all(
	struct findings *f, const char *check, const struct sbuf *problems)
{
	const char *line = problems->buf;

	while (*line) {
		size_t len = strcspn(line, "\n");

		doctor_say(f, VERDICT_FAIL, check, "%.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

static void check_knowledge(const struct config *c, struct findings *f)
{
	struct sbuf problems = SBUF_INIT(MISTAKES_MAX);
	struct knowledge *k = knowledge_load(c->knowledge_dir, &problems);
	size_t n;

	if (k) {
		(void)knowledge_wines(k, &n);
		doctor_say(f, VERDICT_OK, "knowledge",
			"The tables are good: %zu wines, version %s.", n,
			knowledge_version(k));
	}
	say_all(f, "knowledge", &problems);
	knowledge_free(k);
	sbuf_release(&problems);
}

static void check_templates(const struct config *c, struct findings *f)
{
	struct sbuf problems = SBUF_INIT(MISTAKES_MAX);
	struct templates *t = templates_load(c->templates_dir, &problems);

	if (t && web_check_templates(t, &problems) == 0)
		doctor_say(f, VERDICT_OK, "templates", "The pages are good.");
	say_all(f, "templates", &problems);
	templates_free(t);
	sbuf_release(&problems);
}

static void check_prompts(const struct config *c, struct findings *f)
{
	struct sbuf problems = SBUF_INIT(MISTAKES_MAX);
	struct llm_prompts *p = llm_prompts_load(
		arena_printf(f->mem, "%s/prompts", c->templates_dir),
		&problems);

	if (p)
		doctor_say(f, VERDICT_OK, "prompts",
			"The prompts for models are good: version %s.",
			llm_prompts_version(p));
	say_all(f, "prompts", &problems);
	llm_prompts_free(p);
	sbuf_release(&problems);
}

/* ---- the store ---- */

/* Does it begin as a file of ours: with SQLite's mark, and "WPR1" at byte 68,
 * which may still be in the log of a new one? */
static int looks_ours(const char head[HEAD_LEN])
{
	static const char mark[] = "SQLite format 3";

	return memcmp(head, mark, sizeof(mark)) == 0 &&
	       (memcmp(head + 68, "WPR1", 4) == 0 ||
		       memcmp(head + 68, "\0\0\0", 4) == 0);
}

static void look_at_store(const char *path, struct findings *f)
{
	char head[HEAD_LEN];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, head, sizeof(head)) : -1;

	if (n < 0)
		doctor_say(f, VERDICT_WARN, "store",
			"%s belongs to another user and cannot be read: %s. "
			"Run this as that user.",
			path, strerror(errno));
	else if (n < (ssize_t)sizeof(head) || !looks_ours(head))
		doctor_say(f, VERDICT_FAIL, "store",
			"%s is not a database of Winepair.", path);
	else
		doctor_say(f, VERDICT_OK, "store",
			"%s is Winepair's. It belongs to another user, so it "
			"was not opened.",
			path);
	if (fd >= 0)
		(void)close(fd);
}

static void open_store(const char *path, struct findings *f)
{
	struct err e = ERR_INIT;
	struct store *s = store_open(path, &e);
	int64_t waiting = 0;

	if (s && store_ready(s, &e) == 0 &&
		store_queue_length(s, &waiting, &e) == 0)
		doctor_say(f, VERDICT_OK, "store",
			"%s can be read and written; %lld pairings wait.", path,
			(long long)waiting);
	else
		doctor_say(f, VERDICT_FAIL, "store", "%s", e.msg);
	store_close(s);
}

static void check_store(const struct config *c, struct findings *f)
{
	struct stat st;

	if (stat(c->store, &st)) {
		doctor_say(f, errno == ENOENT ? VERDICT_WARN : VERDICT_FAIL,
			"store", "%s: %s.%s", c->store, strerror(errno),
			errno == ENOENT ? " `winepair serve` makes it." : "");
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		doctor_say(f, VERDICT_FAIL, "store", "%s is not a file.",
			c->store);
		return;
	}
	if (st.st_uid == geteuid())
		open_store(c->store, f);
	else
		look_at_store(c->store, f);
	if (st.st_mode & 07)
		doctor_say(f, VERDICT_WARN, "store",
			"Everybody on this machine can open %s: chmod o= it.",
			c->store);
}

/* ---- libraries ---- */

static void check_libraries(struct findings *f)
{
	struct err e = ERR_INIT;
	int races;
	const char *version = store_library(&races), *xml = recipe_library();
	int64_t n;

	doctor_say(f, VERDICT_OK, "sqlite", "%s; %s.", version,
		races ? "it has the WAL-reset race, so commits and "
			"checkpoints take turns by <store>.lock, and a copy is "
			"only good if made by Winepair"
		      : "it has no WAL-reset race");
	if (net_ready(&e))
		doctor_say(f, VERDICT_WARN, "libcurl",
			"No links and no models: %s", e.msg);
	else
		doctor_say(f, VERDICT_OK, "libcurl", "%s.", net_library());
	if (num_int(xml, strlen(xml), 10000, 1000000, &n) == 0) /* 20914 */
		xml = arena_printf(f->mem, "%lld.%lld.%lld",
			(long long)n / 10000, (long long)n / 100 % 100,
			(long long)n % 100);
	doctor_say(f, VERDICT_OK, "libxml2", "%s.", xml);
	doctor_say(f, VERDICT_OK, "json-c", "%s.", json_c_version());
	doctor_say(f, VERDICT_OK, "libsodium", "%s.", sodium_version_string());
}

/* ---- secrets ---- */

/* A file with a secret, as it should be: its bytes without white space at the
 * end into text. -1: not so, and said. */
static int check_secret(struct findings *f, const char *check, const char *path,
	struct sbuf *text)
{
	struct err e = ERR_INIT;
	struct stat st;

	if (stat(path, &st)) {
		doctor_say(f, errno == EACCES ? VERDICT_WARN : VERDICT_FAIL,
			check, "%s: %s.%s", path, strerror(errno),
			errno == ENOENT ? " Write the secret into it, for the "
					  "user of `winepair serve` alone to "
					  "read (chmod 600)."
					: "");
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		doctor_say(f, VERDICT_FAIL, check,
			"%s is not a file; the secret belongs into one.", path);
		return -1;
	}
	if (st.st_mode & 07) {
		doctor_say(f, VERDICT_FAIL, check,
			"Everybody on this machine can open %s: chmod 600 it, "
			"and get a new secret if others use the machine.",
			path);
		return -1;
	}
	if (access(path, R_OK)) {
		doctor_say(f, VERDICT_WARN, check,
			"%s cannot be read by you: %s. Can the user of "
			"`winepair serve`?",
			path, strerror(errno));
		return -1;
	}
	if (file_read(path, text, &e)) {
		doctor_say(f, VERDICT_FAIL, check, "%s", e.msg);
		return -1;
	}
	sbuf_rtrim(text);
	if (text->len)
		return 0;
	doctor_say(f, VERDICT_FAIL, check,
		"%s is empty; write the secret into it.", path);
	return -1;
}

static void check_token(const struct config *c, struct findings *f)
{
	struct sbuf text = SBUF_INIT(SECRET_MAX);

	if (!*c->admin_token_file)
		doctor_say(f, VERDICT_OK, "admin",
			"admin_token_file is not set, so there is no /admin.");
	else if (check_secret(f, "admin", c->admin_token_file, &text))
		;
	else if (text.len < ADMIN_TOKEN_MIN)
		doctor_say(f, VERDICT_FAIL, "admin",
			"The token in %s has fewer than %d characters; "
			"take a longer one.",
			c->admin_token_file, ADMIN_TOKEN_MIN);
	else
		doctor_say(f, VERDICT_OK, "admin", "The token is good.");
	sodium_memzero(text.buf, text.len);
	sbuf_release(&text);
}

void doctor_check_key(
	const struct config *c, const char *provider, struct findings *f)
{
	const struct provider_config *p =
		config_provider(c, provider, strlen(provider));
	struct sbuf text = SBUF_INIT(SECRET_MAX);
	struct err e = ERR_INIT;

	if (!*p->key_file && strcmp(provider, "openai") != 0)
		doctor_say(f, VERDICT_FAIL, provider,
			"It has no key: %s_key_file is empty; name the file "
			"that holds it.",
			provider);
	else if (*p->key_file && check_secret(f, provider, p->key_file, &text))
		; /* said */
	else if (llm_provider_check(c, provider, &e))
		doctor_say(f, VERDICT_FAIL, provider, "%s.", e.msg);
	else if (!*p->key_file)
		doctor_say(f, VERDICT_OK, provider,
			"It has no key: openai_key_file is empty. Some servers "
			"need none.");
	else
		doctor_say(f, VERDICT_OK, provider,
			"%s is set up, with a key in %s.", p->model,
			p->key_file);
	sodium_memzero(text.buf, text.len);
	sbuf_release(&text);
}

static void check_model(
	const struct config *c, const char *name, struct findings *f)
{
	const struct provider_config *p =
		config_provider(c, name, strlen(name));

	if (!*p->model)
		return;
	doctor_check_key(c, name, f);
	if (!p->price.known)
		doctor_say(f,
			c->spend_limit_month ? VERDICT_FAIL : VERDICT_WARN,
			name,
			"Without %s_price nobody knows what it costs%s; set "
			"it, such as 1/5 (dollars for a million tokens read "
			"and written).",
			name,
			c->spend_limit_month
				? ", and spend_limit_month cannot hold"
				: "");
}

/* The list, and who stands where nobody is asked: the engine always answers. */
static void say_list(const struct config *c, struct findings *f)
{
	doctor_say(f, VERDICT_OK, "provider", "Asked in this order: %s.",
		config_list_words(c->provider, f->mem));
	if (strstr(c->provider, "built-in,"))
		doctor_say(f, VERDICT_WARN, "provider",
			"What stands after built-in is never asked: put "
			"built-in at the end.");
	else if (strcmp(c->provider, "built-in") == 0 &&
		 (*c->anthropic.model || *c->bedrock.model || *c->openai.model))
		doctor_say(f, VERDICT_WARN, "provider",
			"A model is set up, but `provider` names none, so only "
			"the built-in engine answers.");
}

static void check_models(const struct config *c, struct findings *f)
{
	const char *const *name;
	struct err e = ERR_INIT;

	if (llm_providers_check(c, NULL, &e))
		doctor_say(f, VERDICT_FAIL, "provider", "%s", e.msg);
	else
		say_list(c, f);
	for (name = config_models; *name; name++)
		check_model(c, *name, f);
}

void doctor_check(const struct config *c, struct findings *f)
{
	check_knowledge(c, f);
	check_templates(c, f);
	check_prompts(c, f);
	check_store(c, f);
	check_libraries(f);
	check_models(c, f);
	check_token(c, f);
}
