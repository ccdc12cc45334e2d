/* llm/models.c and identity.c: providers as the settings have them. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "llm/provider.h"
#include "tempdir.h"

struct llm_prompts {
	const char *version;
};

/* So that prompts need not be loaded from files here. */
__attribute__((weak)) const char *llm_prompts_version(
	const struct llm_prompts *p)
{
	return p->version;
}

static struct arena mem = ARENA_INIT;
static char dir[TEMPDIR_SIZE], key_path[TEMPDIR_SIZE + 10];
static struct config config;

static void write_key(const char *text, size_t len)
{
	int fd = open(key_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, len), 0);
	assert_int_equal(close(fd), 0);
}

static int setup(void **state)
{
	struct provider_config plain = { "", "", "", "", "", "", { 0, 0, 0 } };

	(void)state;
	tempdir_make(dir);
	(void)snprintf(key_path, sizeof(key_path), "%s/key", dir);
	write_key("sk-secret-7\n", 12);
	memset(&config, 0, sizeof(config));
	config.provider = "anthropic,built-in";
	config.anthropic = config.bedrock = config.openai = plain;
	config.anthropic.url = "https://api.anthropic.com";
	config.anthropic.model = "claude-x";
	config.anthropic.key_file = key_path;
	config.anthropic.version = "2026-10-21";
	config.anthropic.price = (struct model_price){ 1, 0.1, 0.5 };
	config.bedrock.model = "anthropic.claude-x-v1:0";
	config.bedrock.region = "eu-central-1";
	config.bedrock.key_file = key_path;
	config.openai.url = "http://localhost:11434/v1";
	config.openai.model = "llama";
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&mem);
	return tempdir_remove(dir);
}

static void must_read(const char *provider, struct llm_model *m)
{
	struct err e = ERR_INIT;

	if (llm_model_read(&config, provider, &mem, m, &e))
		fail_msg("%s: %s", provider, e.msg);
}

/* Fails with config, and the message has these words and no secret. */
static void must_fail(const char *provider, const char *words)
{
	static const char nothing[sizeof(struct llm_key)];
	struct err e = ERR_INIT;
	struct llm_model m;

	assert_int_equal(llm_model_read(&config, provider, &mem, &m, &e), -1);
	assert_int_equal(e.reason, REASON_CONFIG);
	if (!strstr(e.msg, words))
		fail_msg("'%s' is not in '%s'", words, e.msg);
	assert_null(strstr(e.msg, "secret"));
	assert_memory_equal(&m.key, nothing, sizeof(nothing));
}

/* ---- reading ---- */

static void test_read(void **state)
{
	struct llm_model m;

	(void)state;
	must_read("anthropic", &m);
	assert_ptr_equal(m.provider, llm_provider("anthropic", 9));
	assert_string_equal(m.url, "https://api.anthropic.com");
	assert_string_equal(m.name, "claude-x");
	assert_string_equal(m.version, "2026-10-21");
	assert_string_equal(m.region, "");
	assert_string_equal(m.key.bearer, "sk-secret-7");
	assert_string_equal(m.key.id, "");
	assert_int_equal(m.mode, LLM_SCHEMA);
	assert_null(m.headers[0]);
	llm_model_wipe(&m);
	assert_string_equal(m.key.bearer, "");
	assert_int_equal(m.key.bearer[5], 0);

	must_read("openai", &m);
	assert_string_equal(m.key.bearer, "");
	assert_string_equal(m.url, "http://localhost:11434/v1");
	config.openai.key_file = key_path;
	must_read("openai", &m);
	assert_string_equal(m.key.bearer, "sk-secret-7");

	must_read("bedrock", &m);
	assert_string_equal(m.url,
		"https://bedrock-runtime.eu-central-1.amazonaws.com/anthropic");
	config.bedrock.url = "http://127.0.0.1:9/anthropic/";
	must_read("bedrock", &m);
	assert_string_equal(m.url, "http://127.0.0.1:9/anthropic");
}

static void test_lacks(void **state)
{
	(void)state;
	must_fail("built-in", "there is no provider 'built-in'");
	must_fail("else", "there is no provider 'else'");
	config.anthropic.key_file = "";
	must_fail("anthropic", "anthropic_key_file is not set");
	config.anthropic.model = "";
	must_fail("anthropic", "anthropic_model is not set");
	config.openai.url = "";
	must_fail("openai", "openai_url is not set");
	config.openai.url = "ftp://localhost";
	must_fail("openai", "openai_url: ");
	config.bedrock.region = "eu/../evil";
	must_fail("bedrock", "bedrock_region: expected");
	config.bedrock.region = "";
	must_fail("bedrock", "bedrock_region is not set");
}

/* ---- keys ---- */

static void test_keys(void **state)
{
	static const struct {
		const char *text;
		int anthropic, bedrock; /* is it a key for them? */
		const char *bearer, *id, *secret, *token;
	} rows[] = {
		{ "k1", 1, 1, "k1", "", "", "" },
		{ "\n  k1 \t\r\n\r\n", 1, 1, "k1", "", "", "" },
		{ "AKIA\nse/cret\n", 0, 1, "", "AKIA", "se/cret", "" },
		{ "AKIA\r\nse/cret\r\ntok/en==", 0, 1, "", "AKIA", "se/cret",
			"tok/en==" },
		{ "a\nb\nc\nd\n", 0, 0, "", "", "", "" },
		{ "", 0, 0, "", "", "", "" },
		{ " \n\n", 0, 0, "", "", "", "" },
		{ "two secret words", 0, 0, "", "", "", "" },
		{ "secr\xC3\xA9t", 0, 0, "", "", "", "" },
		{ "secret\x01", 0, 0, "", "", "", "" },
	};
	struct llm_model m;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		write_key(rows[i].text, strlen(rows[i].text));
		if (!rows[i].anthropic)
			must_fail("anthropic", "is not one line with a key");
		else
			must_read("anthropic", &m);
		if (!rows[i].bedrock) {
			must_fail("bedrock", "or two or three lines");
			continue;
		}
		must_read("bedrock", &m);
		assert_string_equal(m.key.bearer, rows[i].bearer);
		assert_string_equal(m.key.id, rows[i].id);
		assert_string_equal(m.key.secret, rows[i].secret);
		assert_string_equal(m.key.token, rows[i].token);
	}
	write_key("a\0secret", 8);
	must_fail("anthropic", "is not one line");
	/* an access key signs for a region */
	write_key("AKIA\nse/cret\n", 13);
	config.bedrock.url = "https://a.example/anthropic";
	must_read("bedrock", &m);
	config.bedrock.region = "";
	must_fail("bedrock", "bedrock_region is not set");
}

static void test_key_size(void **state)
{
	char text[LLM_KEY_MAX + 1];
	struct llm_model m;

	(void)state;
	memset(text, 'k', sizeof(text));
	write_key(text, LLM_KEY_MAX - 1);
	must_read("anthropic", &m);
	assert_int_equal(strlen(m.key.bearer), LLM_KEY_MAX - 1);
	write_key(text, LLM_KEY_MAX);
	must_fail("anthropic", "is not one line");
	write_key(text, LLM_KEY_MAX + 1);
	must_fail("anthropic", "larger than a key");
	/* an id and a secret have their own limits */
	text[300] = '\n';
	write_key(text, 600);
	must_fail("bedrock", "is not one line");
}

static void test_key_files(void **state)
{
	(void)state;
	config.anthropic.key_file = dir;
	must_fail("anthropic", "is no file");
	config.anthropic.key_file = "/nowhere/at/all";
	must_fail("anthropic",
		"anthropic_key_file: /nowhere/at/all: No such file");
}

/* What it says on standard error while the key is read. */
static void said_of_mode(mode_t mode, char *out, size_t size)
{
	char path[TEMPDIR_SIZE + 10];
	struct llm_model m;
	int old = dup(STDERR_FILENO), fd;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s/said", dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0 && old >= 0);
	assert_int_equal(chmod(key_path, mode), 0);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	must_read("anthropic", &m);
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	n = pread(fd, out, size - 1, 0);
	assert_true(n >= 0);
	out[n] = '\0';
	close(old);
	close(fd);
}

static void test_key_mode(void **state)
{
	static const struct {
		mode_t mode;
		int warned;
	} rows[] = { { 0400, 0 }, { 0600, 0 }, { 0640, 0 }, { 0644, 1 },
		{ 0604, 1 }, { 0602, 1 }, { 0660, 1 } };
	char said[500];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		said_of_mode(rows[i].mode, said, sizeof(said));
		assert_int_equal(!!strstr(said, key_path), rows[i].warned);
		assert_null(strstr(said, "secret"));
	}
}

/* ---- headers ---- */

static void test_headers(void **state)
{
	static const struct {
		const char *text;
		const char *want; /* joined with "/"; NULL: refused */
	} rows[] = {
		{ "", "" },
		{ " | ", "" },
		{ "A: b", "A: b" },
		{ " A :b:c |X-Y_z:  d  e  ", "A: b:c/X-Y_z: d  e" },
		{ "A:", "A: " },
		{ "A", NULL },
		{ ": b", NULL },
		{ "A b: c", NULL },
		{ "A(: c", NULL },
		{ "\xC3\xA9: c", NULL },
		{ "A: b\r\nX: y", NULL },
		{ "A: b\x7F", NULL },
		{ "Host: a.example", NULL },
		{ "content-LENGTH: 7", NULL },
		{ "A:1|A:1|A:1|A:1|A:1|A:1|A:1|A:1|A:1|A:1|A:1|A:1|A:1|A:1|"
		  "A:1|A:1|A:1",
			NULL },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct sbuf all = SBUF_INIT(1000);
		struct llm_model m;

		config.anthropic.headers = rows[i].text;
		if (!rows[i].want) {
			must_fail("anthropic", "anthropic_headers: ");
			continue;
		}
		must_read("anthropic", &m);
		for (k = 0; m.headers[k]; k++)
			sbuf_addf(&all, "%s%s", k ? "/" : "", m.headers[k]);
		assert_string_equal(all.buf, rows[i].want);
		sbuf_release(&all);
	}
}

static void test_a_secret_header_stands_in_a_file(void **state)
{
	char text[200];
	struct llm_model m;

	(void)state;
	write_key("gateway-secret\n", 15);
	(void)snprintf(text, sizeof(text), "A: b | X-Gate: @%s", key_path);
	config.anthropic.headers = text;
	must_read("anthropic", &m);
	assert_string_equal(m.headers[0], "A: b");
	assert_string_equal(m.headers[1], "X-Gate: gateway-secret");
	config.anthropic.headers = "X-Gate: @/nowhere/at/all";
	must_fail("anthropic", "anthropic_headers: /nowhere/at/all: No such");
	/* what does not name a file is a value */
	config.anthropic.headers = "X-Gate: @home";
	must_read("anthropic", &m);
	assert_string_equal(m.headers[0], "X-Gate: @home");
}

/* ---- money ---- */

static void test_cost(void **state)
{
	static const struct {
		double in, out;
		int64_t input, output, micro;
	} rows[] = {
		{ 1, 5, 0, 0, 0 },
		{ 1, 5, 1000000, 0, 1000000 },
		{ 1, 5, 0, 1000000, 5000000 },
		{ 1, 5, 2000, 300, 3500 },
		{ 0.1, 0.5, 1, 0, 1 },
		{ 0.1, 0.5, 11, 0, 2 },
		{ 0.1, 0.5, 3000, 0, 300 }, /* and no fraction more */
		{ 0.1, 0.2, 3, 0, 1 },
		{ 0.07, 0, 100, 0, 7 },
		{ 0, 0, 1000000, 1000000, 0 },
		{ -1, -1, 1000, 1000, -1 },
		{ 1e6, 1e6, INT64_MAX, INT64_MAX, INT64_MAX },
	};
	struct llm_model m;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		m.in_usd = rows[i].in;
		m.out_usd = rows[i].out;
		assert_int_equal(llm_cost(&m, rows[i].input, rows[i].output),
			rows[i].micro);
	}
	must_read("anthropic", &m);
	assert_int_equal(llm_cost(&m, 1000, 1000), 600);
	must_read("openai", &m);
	assert_int_equal(llm_cost(&m, 1, 1), -1);
}

static void test_tokens(void **state)
{
	(void)state;
	assert_int_equal(llm_tokens_most(NULL), 0);
	assert_true(llm_tokens_most("") > 0);
	/* an emoji may be a token a byte */
	assert_true(
		llm_tokens_most("\xF0\x9F\x8D\xB7") >= 4 + llm_tokens_most(""));
}

/* ---- lists ---- */

static void test_check(void **state)
{
	static const struct {
		const char *list, *words; /* NULL: it is good */
		int wanted;
	} rows[] = {
		{ NULL, NULL, 1 },
		{ "built-in", NULL, 0 },
		{ "anthropic", NULL, 1 },
		{ " openai ,\tbedrock, built-in ", NULL, 1 },
		{ "built-in,anthropic", NULL, 0 },
		{ "", "no provider is named", 0 },
		{ " , ", "no provider is named", 0 },
		{ "anthropic,gemini", "'gemini'", 1 },
		{ "Anthropic", "'Anthropic'", 0 },
		{ "openai,openai", "openai is named twice", 1 },
		{ "built-in,built-in", "built-in is named twice", 0 },
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		int rc = llm_providers_check(&config, rows[i].list, &e);

		assert_int_equal(rc, rows[i].words ? -1 : 0);
		if (rc) {
			assert_int_equal(e.reason, REASON_BAD_INPUT);
			assert_non_null(strstr(e.msg, rows[i].words));
		}
		assert_int_equal(
			llm_wanted(&config, rows[i].list), rows[i].wanted);
	}
	config.bedrock.region = "";
	assert_int_equal(llm_providers_check(&config, "bedrock", &e), -1);
	assert_non_null(strstr(e.msg, "bedrock_region is not set"));
	config.provider = "built-in";
	assert_int_equal(llm_providers_check(&config, NULL, &e), 0);
	assert_int_equal(llm_wanted(&config, NULL), 0);
}

static const char *identity(const char *list, const struct llm_prompts *p)
{
	const char *id = llm_identity(&config, list, p, &mem);

	assert_true(strlen(id) <= 200);
	assert_true(text_valid(id, strlen(id)));
	assert_null(strstr(id, "secret"));
	assert_null(strstr(id, key_path));
	return id;
}

/* Is the identity another than that? It stays so. */
static void changed(
	const char **from, const char *list, const struct llm_prompts *p)
{
	const char *now = identity(list, p);

	assert_string_not_equal(now, *from);
	assert_string_equal(now, identity(list, p));
	*from = now;
}

static void test_identity(void **state)
{
	struct llm_prompts one = { "3f2a91bc00112233" },
			   two = { "3f2a91bc00112244" };
	const char *id = identity(NULL, &one);

	(void)state;
	assert_ptr_equal(
		strstr(id, "anthropic:claude-x,built-in prompts 3f2a91bc"), id);
	assert_string_equal(id, identity("anthropic, built-in", &one));
	/* what comes after the built-in engine is never asked */
	assert_string_equal(id, identity("anthropic,built-in,openai", &one));
	config.anthropic.price.known = 0;
	config.anthropic.headers = "X-Key: secret";
	assert_string_equal(id, identity(NULL, &one));
	changed(&id, NULL, &two); /* also where it is not shown */
	changed(&id, NULL, NULL);
	config.anthropic.model = "claude-y";
	changed(&id, NULL, &one);
	config.anthropic.url = "https://other.example";
	changed(&id, NULL, &one);
	config.anthropic.version = "2027-01-01";
	changed(&id, NULL, &one);
	changed(&id, "anthropic,openai", &one);
	changed(&id, "openai,anthropic", &one);
	changed(&id, "bedrock", &one);
	config.bedrock.region = "us-east-1";
	changed(&id, "bedrock", &one);
	/* without a model prompts do not matter */
	assert_string_equal(identity("built-in", &one), "built-in");
	assert_string_equal(identity("built-in,openai", &two), "built-in");
}

/* A name of any length and any bytes. */
static void test_identity_long(void **state)
{
	char name[1000];
	const char *id = NULL;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	config.anthropic.model = name;
	id = identity("anthropic,openai,bedrock", NULL);
	name[998] = 'y';
	changed(&id, "anthropic,openai,bedrock", NULL);
	name[1] = '\n';
	changed(&id, "anthropic,openai,bedrock", NULL);
	assert_null(strchr(id, '\n'));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_read),
		TEST(test_lacks),
		TEST(test_keys),
		TEST(test_key_size),
		TEST(test_key_files),
		TEST(test_key_mode),
		TEST(test_headers),
		TEST(test_a_secret_header_stands_in_a_file),
		TEST(test_cost),
		TEST(test_tokens),
		TEST(test_check),
		TEST(test_identity),
		TEST(test_identity_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
