/* llm/anthropic.c, bedrock.c, openai.c, request.c: what goes out. */
#include "unit.h"

#include "llm/provider.h"
#include "llm/sigv4.h"

#define WALL INT64_C(1795421090000) /* 2026-11-23T08:04:50Z */

static struct arena mem = ARENA_INIT;

static int end_of_test(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

/* A prompt with a schema, and a model of that provider. */
static struct llm_prompt prompt(void)
{
	static const char schema[] =
		"{\"type\":\"object\",\"additionalProperties\":false}";
	struct llm_prompt p = { "Be brief.", "Which \"wine\"?", NULL, NULL,
		NULL, "pairing", 900 };
	struct err e = ERR_INIT;

	p.schema = json_read(schema, strlen(schema), &e);
	assert_non_null(p.schema);
	return p;
}

static void model(struct llm_model *m, const char *provider, const char *url)
{
	memset(m, 0, sizeof(*m));
	m->provider = llm_provider(provider, strlen(provider));
	assert_non_null(m->provider);
	m->url = url;
	m->name = "some-model";
	m->version = m->region = "";
}

static void set(char *out, size_t size, const char *value)
{
	(void)snprintf(out, size, "%s", value);
}
#define SET(field, value) set(field, sizeof(field), value)

/* Asks; the body as JSON is the caller's to put. */
static json_object *ask(const struct llm_model *m, enum llm_mode mode,
	const struct llm_prompt *p, struct llm_request *r)
{
	struct err e = ERR_INIT;
	json_object *o;

	assert_int_equal(
		m->provider->request(m, mode, p, WALL, &mem, r, &e), 0);
	assert_int_equal(r->len, strlen(r->body));
	o = json_read(r->body, r->len, &e);
	assert_non_null(o);
	return o;
}

/* The value of the only header of that name; NULL when there is none. */
static const char *header(const struct llm_request *r, const char *name)
{
	size_t len = strlen(name);
	const char *found = NULL;
	const char *const *line;

	for (line = r->headers; *line; line++) {
		if (!text_ascii_prefix(*line, strlen(*line), name) ||
			(*line)[len] != ':')
			continue;
		assert_null(found);
		assert_int_equal((*line)[len + 1], ' ');
		found = *line + len + 2;
	}
	return found;
}

static void check_json(json_object *o, const char *key, const char *want)
{
	struct sbuf text = SBUF_INIT(10000);

	json_write(json_object_object_get(o, key), &text);
	assert_string_equal(text.buf, want);
	sbuf_release(&text);
}

static int has(json_object *o, const char *key)
{
	return json_object_object_get_ex(o, key, NULL);
}

/* ---- anthropic ---- */

static void test_anthropic(void **state)
{
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;
	json_object *o;

	(void)state;
	model(&m, "anthropic", "https://api.anthropic.com");
	m.version = "2026-10-21";
	SET(m.key.bearer, "sk-secret-1");
	o = ask(&m, LLM_SCHEMA, &p, &r);
	assert_string_equal(r.url, "https://api.anthropic.com/v1/messages");
	assert_string_equal(header(&r, "x-api-key"), "sk-secret-1");
	assert_string_equal(header(&r, "anthropic-version"), "2026-10-21");
	assert_string_equal(header(&r, "content-type"), "application/json");
	assert_null(header(&r, "authorization"));
	assert_null(strstr(r.body, "sk-secret"));
	check_json(o, "model", "\"some-model\"");
	check_json(o, "max_tokens", "900");
	check_json(o, "stream", "true");
	check_json(o, "system",
		"[{\"type\":\"text\",\"text\":\"Be brief.\","
		"\"cache_control\":{\"type\":\"ephemeral\"}}]");
	check_json(o, "messages",
		"[{\"role\":\"user\",\"content\":\"Which \\\"wine\\\"?\"}]");
	check_json(o, "output_config",
		"{\"format\":{\"type\":\"json_schema\",\"schema\":"
		"{\"type\":\"object\",\"additionalProperties\":false}}}");
	assert_false(has(o, "temperature") || has(o, "top_p") ||
		     has(o, "top_k") || has(o, "thinking"));
	json_object_put(o);
	/* the schema is still ours */
	assert_int_equal(json_object_put(p.schema), 1);
}

static void test_anthropic_plain(void **state)
{
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;
	json_object *o;
	int mode;

	(void)state;
	model(&m, "anthropic", "http://127.0.0.1:8080/x");
	for (mode = LLM_OBJECT; mode <= LLM_PLAIN; mode++) {
		o = ask(&m, (enum llm_mode)mode, &p, &r);
		assert_string_equal(
			r.url, "http://127.0.0.1:8080/x/v1/messages");
		assert_false(has(o, "output_config"));
		assert_null(header(&r, "anthropic-version"));
		json_object_put(o);
	}
	json_object_put(p.schema);
}

static void test_repair(void **state)
{
	static const char *const names[] = { "anthropic", "bedrock", "openai" };
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;
	json_object *o;
	size_t i;

	(void)state;
	p.system = NULL;
	p.answer = "{]";
	p.complaint = "Not JSON.";
	for (i = 0; i < ARRAY_LEN(names); i++) {
		model(&m, names[i], "https://a.example");
		SET(m.key.bearer, "k");
		o = ask(&m, LLM_PLAIN, &p, &r);
		check_json(o, "messages",
			"[{\"role\":\"user\",\"content\":\"Which "
			"\\\"wine\\\"?\"},"
			"{\"role\":\"assistant\",\"content\":\"{]\"},"
			"{\"role\":\"user\",\"content\":\"Not JSON.\"}]");
		assert_false(has(o, "system"));
		json_object_put(o);
	}
	json_object_put(p.schema);
}

/* What the settings say of a header goes; others are sent with ours. */
static void test_headers(void **state)
{
	static const char *const more[] = { "Anthropic-Version: 2023-06-01",
		"X-Api-Key-Not: 1", "anthropic-beta: a, b", NULL };
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;

	(void)state;
	model(&m, "anthropic", "https://a.example");
	m.version = "2026-10-21";
	m.headers = more;
	SET(m.key.bearer, "k");
	json_object_put(ask(&m, LLM_SCHEMA, &p, &r));
	assert_string_equal(header(&r, "anthropic-version"), "2023-06-01");
	assert_string_equal(header(&r, "x-api-key"), "k");
	assert_string_equal(header(&r, "x-api-key-not"), "1");
	assert_string_equal(header(&r, "anthropic-beta"), "a, b");
	json_object_put(p.schema);
}

static void test_too_large(void **state)
{
	size_t size = (size_t)1100 * 1024;
	char *text = arena_alloc(&mem, size + 1);
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;
	struct err e = ERR_INIT;

	(void)state;
	memset(text, 'a', size);
	p.user = text;
	model(&m, "openai", "https://a.example");
	assert_int_equal(
		m.provider->request(&m, LLM_PLAIN, &p, WALL, &mem, &r, &e), -1);
	assert_int_equal(e.reason, REASON_MODEL_TOO_LARGE);
	json_object_put(p.schema);
}

/* ---- bedrock ---- */

static void test_bedrock_bearer(void **state)
{
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;
	json_object *o;

	(void)state;
	model(&m, "bedrock",
		"https://bedrock-runtime.eu-central-1.amazonaws.com/anthropic");
	m.name = "anthropic.claude-x-v1:0";
	m.version = "2023-06-01";
	SET(m.key.bearer, "bedrock-key");
	o = ask(&m, LLM_SCHEMA, &p, &r);
	assert_string_equal(r.url,
		"https://bedrock-runtime.eu-central-1.amazonaws.com/anthropic/"
		"v1/messages");
	assert_string_equal(header(&r, "authorization"), "Bearer bedrock-key");
	assert_string_equal(header(&r, "anthropic-version"), "2023-06-01");
	assert_null(header(&r, "x-amz-date"));
	assert_null(header(&r, "x-api-key"));
	check_json(o, "model", "\"anthropic.claude-x-v1:0\"");
	json_object_put(o);
	json_object_put(p.schema);
}

/* The signature is of the very request, its host as libcurl says it. */
static void check_signed(const char *url, const char *host, const char *service,
	const char *token)
{
	static const char *const more[] = { "X-Amz-Custom: 7", "x-other: 8",
		NULL };
	const char *headers[] = { "content-type: application/json",
		"x-amz-date: 20261123T080450Z", "X-Amz-Custom: 7", NULL, NULL };
	struct sigv4_who who = { "AKIDEXAMPLE", "secret/secret", "eu-central-1",
		service };
	struct sigv4_request what = { "POST", host, "/anthropic/v1/messages",
		"", headers, NULL, 0 };
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;

	model(&m, "bedrock", url);
	m.region = "eu-central-1";
	m.headers = more;
	SET(m.key.id, who.id);
	SET(m.key.secret, who.secret);
	SET(m.key.token, token);
	if (*token)
		headers[3] =
			arena_printf(&mem, "x-amz-security-token: %s", token);
	json_object_put(ask(&m, LLM_SCHEMA, &p, &r));
	what.body = r.body;
	what.len = r.len;
	assert_string_equal(header(&r, "x-amz-date"), "20261123T080450Z");
	if (*token)
		assert_string_equal(header(&r, "x-amz-security-token"), token);
	else
		assert_null(header(&r, "x-amz-security-token"));
	assert_string_equal(header(&r, "x-other"), "8");
	assert_string_equal(header(&r, "authorization"),
		sigv4_sign(&who, &what, "20261123T080450Z", &mem));
	json_object_put(p.schema);
}

static void test_bedrock_signed(void **state)
{
	(void)state;
	check_signed(
		"https://bedrock-runtime.eu-central-1.amazonaws.com/anthropic",
		"bedrock-runtime.eu-central-1.amazonaws.com", "bedrock", "");
	check_signed(
		"https://bedrock-runtime.eu-central-1.amazonaws.com/anthropic",
		"bedrock-runtime.eu-central-1.amazonaws.com", "bedrock",
		"tok/en==");
	check_signed("https://bedrock-mantle.eu-central-1.api.aws/anthropic",
		"bedrock-mantle.eu-central-1.api.aws", "bedrock-mantle", "t");
	check_signed("http://127.0.0.1:8085/anthropic", "127.0.0.1:8085",
		"bedrock", "t");
	check_signed("http://[::1]:443/anthropic", "[::1]:443", "bedrock", "t");
	check_signed(
		"https://a.example:443/anthropic", "a.example", "bedrock", "t");
	check_signed(
		"http://a.example:80/anthropic", "a.example", "bedrock", "t");
	check_signed("https://a.example:80/anthropic", "a.example:80",
		"bedrock", "t");
}

/* ---- openai ---- */

static void test_openai(void **state)
{
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;
	json_object *o;

	(void)state;
	model(&m, "openai", "http://localhost:11434/v1");
	o = ask(&m, LLM_SCHEMA, &p, &r);
	assert_string_equal(
		r.url, "http://localhost:11434/v1/chat/completions");
	assert_null(header(&r, "authorization"));
	check_json(o, "max_tokens", "900");
	check_json(o, "stream", "true");
	check_json(o, "stream_options", "{\"include_usage\":true}");
	check_json(o, "messages",
		"[{\"role\":\"system\",\"content\":\"Be brief.\"},"
		"{\"role\":\"user\",\"content\":\"Which \\\"wine\\\"?\"}]");
	check_json(o, "response_format",
		"{\"type\":\"json_schema\",\"json_schema\":"
		"{\"name\":\"pairing\",\"strict\":true,\"schema\":"
		"{\"type\":\"object\",\"additionalProperties\":false}}}");
	json_object_put(o);
	o = ask(&m, LLM_OBJECT, &p, &r);
	check_json(o, "response_format", "{\"type\":\"json_object\"}");
	json_object_put(o);
	o = ask(&m, LLM_PLAIN, &p, &r);
	assert_false(has(o, "response_format"));
	json_object_put(o);
	SET(m.key.bearer, "sk-1");
	json_object_put(ask(&m, LLM_PLAIN, &p, &r));
	assert_string_equal(header(&r, "authorization"), "Bearer sk-1");
	json_object_put(p.schema);
}

static void test_openai_limit(void **state)
{
	static const struct {
		const char *url;
		int old;
	} rows[] = {
		{ "https://api.openai.com/v1", 0 },
		{ "https://api.openai.com:443/v1", 0 },
		{ "https://api.openai.com.evil.example/v1", 1 },
		{ "https://openrouter.ai/api/v1", 1 },
		{ "http://localhost/api.openai.com", 1 },
	};
	struct llm_prompt p = prompt();
	struct llm_request r;
	struct llm_model m;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		json_object *o;

		model(&m, "openai", rows[i].url);
		o = ask(&m, LLM_PLAIN, &p, &r);
		assert_int_equal(has(o, "max_tokens"), rows[i].old);
		assert_int_equal(has(o, "max_completion_tokens"), !rows[i].old);
		json_object_put(o);
	}
	json_object_put(p.schema);
}

static void test_names(void **state)
{
	(void)state;
	assert_null(llm_provider("built-in", 8));
	assert_null(llm_provider("openaix", 7));
	assert_null(llm_provider("open", 4));
	assert_null(llm_provider("", 0));
	assert_string_equal(llm_provider("openai,x", 6)->name, "openai");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_anthropic, end_of_test),
		cmocka_unit_test_teardown(test_anthropic_plain, end_of_test),
		cmocka_unit_test_teardown(test_repair, end_of_test),
		cmocka_unit_test_teardown(test_headers, end_of_test),
		cmocka_unit_test_teardown(test_too_large, end_of_test),
		cmocka_unit_test_teardown(test_bedrock_bearer, end_of_test),
		cmocka_unit_test_teardown(test_bedrock_signed, end_of_test),
		cmocka_unit_test_teardown(test_openai, end_of_test),
		cmocka_unit_test_teardown(test_openai_limit, end_of_test),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
