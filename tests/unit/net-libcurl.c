/* net/libcurl.c: loaded when needed, whole or not at all. */
#include "unit.h"

#include "net/libcurl.h"
#include "net/net.h"

static int is_empty(void)
{
	static const struct libcurl nothing;

	return memcmp(&curl, &nothing, sizeof(curl)) == 0;
}

static void what_does_not_fit_is_told(void **state)
{
	static const struct {
		const char *file, *told;
	} rows[] = {
		{ "libwinepair-none.so.1", "libwinepair-none.so.1" },
		{ "libm.so.6", "curl_easy_cleanup" }, /* another library */
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(libcurl_open(rows[i].file, &e), -1);
		assert_int_equal(e.reason, REASON_SYSTEM);
		assert_non_null(strstr(e.msg, "libcurl"));
		assert_non_null(strstr(e.msg, rows[i].told));
		assert_null(strchr(e.msg, '\n'));
		assert_true(is_empty());
	}
}

static void the_first_url_loads_it(void **state)
{
	static const struct config config;
	struct sbuf out = SBUF_INIT(NET_URL_MAX);
	struct err e = ERR_INIT;
	const struct libcurl *all = &curl;
	size_t i;

	(void)state;
	assert_true(is_empty());
	assert_int_equal(
		url_canonical(&config, "http://example.com", 18, &out, &e), 0);
	assert_string_equal(out.buf, "http://example.com/");
	for (i = 0; i < sizeof(curl); i += sizeof(void *)) {
		void *function;

		memcpy(&function, (const char *)all + i, sizeof(function));
		assert_non_null(function);
	}
	assert_int_equal(net_ready(&e), 0);
	assert_int_equal(e.reason, REASON_NONE);
	sbuf_release(&out);
}

/* Each under its own name: what they give shows which they are. */
static void functions_are_the_right_ones(void **state)
{
	struct curl_slist *list;
	struct err e = ERR_INIT;
	char *part = NULL;
	CURLU *u;

	(void)state;
	assert_int_equal(net_ready(&e), 0);
	assert_non_null(curl.version_info(CURLVERSION_NOW));
	assert_string_equal(curl.easy_strerror(CURLE_OK), "No error");
	assert_int_equal(
		curl.getdate("Thu, 01 Jan 1970 00:01:00 GMT", NULL), 60);
	list = curl.slist_append(NULL, "one");
	assert_string_equal(list->data, "one");
	curl.slist_free_all(list);
	u = curl.url();
	assert_int_equal(
		curl.url_set(u, CURLUPART_URL, "http://a.test/b", 0), 0);
	assert_int_equal(curl.url_get(u, CURLUPART_PATH, &part, 0), 0);
	assert_string_equal(part, "/b");
	curl.free(part);
	curl.url_cleanup(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_is_told),
		cmocka_unit_test(the_first_url_loads_it),
		cmocka_unit_test(functions_are_the_right_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
