/* template/: every test of the official Mustache specification (core modules),
 * read from the shared cases; skipped where those are not there. */
#include "unit.h"

#include "template/template.h"

static void run(json_object *test)
{
	const char *name = json_str(test, "name");
	const char *source = json_str(test, "template");
	const char *expected = json_str(test, "expected");
	struct sbuf out = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	json_object *data = NULL;
	struct template *t;

	assert_non_null(name);
	assert_non_null(source);
	assert_non_null(expected);
	assert_true(json_object_object_get_ex(test, "data", &data));
	t = template_parse(name, source, strlen(source), &e);
	if (!t)
		fail_msg("%s: %s", name, e.msg);
	if (template_render(t, data, json_obj(test, "partials"), &out, &e))
		fail_msg("%s: %s", name, e.msg);
	if (strcmp(out.buf, expected) != 0)
		fail_msg("%s: '%s' instead of '%s'", name, out.buf, expected);
	sbuf_release(&out);
	template_free(t);
}

static void module(void **state)
{
	const char *file = *state;
	struct sbuf text = SBUF_INIT((size_t)4 * 1024 * 1024);
	struct err e = ERR_INIT;
	json_object *doc, *tests;
	size_t i, n;

	if (file_read(file, &text, &e))
		fail_msg("%s", e.msg);
	doc = json_read(text.buf, text.len, &e);
	if (!doc)
		fail_msg("%s", e.msg);
	tests = json_arr(doc, "tests");
	assert_non_null(tests);
	n = json_object_array_length(tests);
	assert_true(n >= 12);
	for (i = 0; i < n; i++)
		run(json_object_array_get_idx(tests, i));
	json_object_put(doc);
	sbuf_release(&text);
}

int main(void)
{
	static const char *const modules[] = { "comments", "delimiters",
		"interpolation", "inverted", "partials", "sections" };
	static char files[ARRAY_LEN(modules)][1024];
	struct CMUnitTest tests[ARRAY_LEN(modules)];
	size_t i;

	if (!shared_path("")) {
		puts("skipped: mustache-spec (WINEPAIR_SHARED is not set)");
		return 77; /* for automake: skipped */
	}
	for (i = 0; i < ARRAY_LEN(modules); i++) {
		char rest[64];

		(void)snprintf(rest, sizeof(rest), "mustache-spec/%s.json",
			modules[i]);
		(void)snprintf(
			files[i], sizeof(files[i]), "%s", shared_path(rest));
		tests[i] = (struct CMUnitTest){ modules[i], module, NULL, NULL,
			files[i] };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
