/* template/: escaping by context, mistakes with their lines, the check of
 * names, ceilings. Conformance is template-spec.c. */
#include "unit.h"

#include <unistd.h>

#include "template/template.h"

static char folder[] = "/tmp/winepair-template-XXXXXX";
static struct sbuf problems = SBUF_INIT(65536);

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	sbuf_release(&problems);
	return rmdir(folder);
}

static const char *file_path(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s.mustache", folder, name);
	return path;
}

/* Templates as name, source, name, source …, NULL. */
static struct templates *load(const char *const *files)
{
	struct templates *ts;
	size_t i;

	for (i = 0; files[i]; i += 2) {
		FILE *f = fopen(file_path(files[i]), "w");

		assert_non_null(f);
		fputs(files[i + 1], f);
		assert_int_equal(fclose(f), 0);
	}
	sbuf_reset(&problems);
	ts = templates_load(folder, &problems);
	for (i = 0; files[i]; i += 2)
		assert_int_equal(unlink(file_path(files[i])), 0);
	return ts;
}

static json_object *data_of(const char *text)
{
	struct err e = ERR_INIT;
	json_object *o = json_read(text, strlen(text), &e);

	if (!o)
		fail_msg("%s: %s", text, e.msg);
	return o;
}

/* Render source as the only page of a folder and compare. */
static void expect(const char *source, const char *data, const char *expected)
{
	const char *const files[] = { "page", source, NULL };
	struct templates *ts = load(files);
	struct sbuf out = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	json_object *o = data_of(data);

	if (!ts)
		fail_msg("%s: %s", source, problems.buf);
	assert_int_equal(templates_render(ts, "page", o, &out, &e), 0);
	if (strcmp(out.buf, expected) != 0)
		fail_msg("%s with %s:\n'%s' instead of\n'%s'", source, data,
			out.buf, expected);
	json_object_put(o);
	sbuf_release(&out);
	templates_free(ts);
}

static void values_are_escaped_by_place(void **state)
{
	static const struct {
		const char *source, *value, *expected;
	} cases[] = {
		{ "<p>{{v}}</p>", "<b>&\\\"'",
			"<p>&lt;b&gt;&amp;&quot;&#39;</p>" },
		{ "<p class=\"{{v}}\">", "a\\\" b", "<p class=\"a&quot; b\">" },
		{ "<p class='{{v}}'>", "a' b", "<p class='a&#39; b'>" },
		{ "<title>{{v}}</title>", "</title>",
			"<title>&lt;/title&gt;</title>" },
		{ "<textarea>{{v}}</textarea>",
			"<a href=", "<textarea>&lt;a href=</textarea>" },
		{ "<!-- x --><p title=\"{{v}}\">", "-->",
			"<!-- x --><p title=\"--&gt;\">" },
		{ "<title><a href=</title><a href=\"{{v}}\">", "x:y",
			"<title><a href=</title><a href=\"#\">" },
		{ "1 < 2 {{v}}", "a", "1 < 2 a" },
		{ "<!doctype html><A HREF=\"{{v}}\">", "x:y",
			"<!doctype html><A HREF=\"#\">" },
		{ "<a title=\">\" href=\"{{v}}\">", "x:y",
			"<a title=\">\" href=\"#\">" },
		{ "<script src=\"{{v}}\"></script><p>{{v}}", "/a.js",
			"<script src=\"/a.js\"></script><p>/a.js" },
		{ "<script>a < b; '</scriptx>'</script><p>{{v}}", "x",
			"<script>a < b; '</scriptx>'</script><p>x" },
		{ "<p hidden>{{v}}</p >{{v}}", "x", "<p hidden>x</p >x" },
		{ "<br/><p id = \"{{v}}\">", "x", "<br/><p id = \"x\">" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		char data[256];

		(void)snprintf(
			data, sizeof(data), "{\"v\":\"%s\"}", cases[i].value);
		expect(cases[i].source, data, cases[i].expected);
	}
}

/* In href="{{v}}": what passes, and what becomes "#". */
static void links_pass_a_scheme_check(void **state)
{
	static const char *const good[] = { "", "/wines", "wines", "../x", "?q",
		"#top", "https://example.org/a:b", "HTTP://example.org",
		"mailto:a@example.org", "//example.org/x", "a/b:c", "?a:b",
		"  https://example.org", "wine and food", "x&colon;y" };
	static const char *const bad[] = { "javascript:alert(1)",
		"JaVaScRiPt:x", " javascript:x", "\\tjavascript:x",
		"java\\tscript:x", "java\\nscript:x", "\\u0001javascript:x",
		"\\u007fjavascript:x", "javascript :x", "data:text/html,x",
		"vbscript:x", "file:///etc", "ftp://x", "blob:x",
		"\\u00a0javascript:x", "\\u2028javascript:x", ":x", "x:y",
		"httpsx:y", "https :x", "\\\\\\\\example.org",
		"/\\\\example.org", "view-source:https://x",
		"javascript\\u003aalert(1)", "tel:1", "/\\t/example.org",
		"a\\nb" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(good) + ARRAY_LEN(bad); i++) {
		int ok = i < ARRAY_LEN(good);
		const char *v = ok ? good[i] : bad[i - ARRAY_LEN(good)];
		char data[256], expected[256];

		(void)snprintf(data, sizeof(data), "{\"v\":\"%s\"}", v);
		if (strchr(v, '&'))
			v = "x&amp;colon;y";
		(void)snprintf(expected, sizeof(expected), "<a href=\"%s\">",
			ok ? v : "#");
		expect("<a href=\"{{v}}\">", data, expected);
	}
}

static void links_are_escaped_by_their_part(void **state)
{
	static const struct {
		const char *source, *data, *expected;
	} cases[] = {
		/* path and query: percent-encoded */
		{ "<a href=\"/w/{{v}}\">", "{\"v\":\"a b/c?d#e&f%'\"}",
			"<a href=\"/w/a%20b%2Fc%3Fd%23e%26f%25%27\">" },
		{ "<a href=\"/w?q={{v}}&amp;x={{v}}\">",
			"{\"v\":\"Fish & Chips/é=\"}",
			"<a href=\"/w?q=Fish%20%26%20Chips%2F%C3%A9%3D&amp;x="
			"Fish%20%26%20Chips%2F%C3%A9%3D\">" },
		{ "<a href=\"/{{v}}\">", "{\"v\":\"/example.org\"}",
			"<a href=\"/%2Fexample.org\">" },
		{ "<a href=\"#{{v}}\">", "{\"v\":\"a b\"}",
			"<a href=\"#a%20b\">" },
		{ "<a href=\"https://example.org/{{v}}\">",
			"{\"v\":\"javascript:x\"}",
			"<a href=\"https://example.org/javascript:x\">" },
		{ "<a href=\"mailto:{{v}}\">", "{\"v\":\"a@b.c\"}",
			"<a href=\"mailto:a@b.c\">" },
		/* a value, then text */
		{ "<link href=\"{{s}}/css/{{v}}.css\">",
			"{\"s\":\"/static/1\",\"v\":\"a b\"}",
			"<link href=\"/static/1/css/a%20b.css\">" },
		{ "<a href=\"{{s}}/x\">", "{\"s\":\"javascript:1\"}",
			"<a href=\"#/x\">" },
		/* two values cannot make a scheme together */
		{ "<a href=\"{{a}}{{b}}\">",
			"{\"a\":\"java\",\"b\":\"script:x\"}",
			"<a href=\"java#\">" },
		{ "<a href=\"{{a}}{{b}}\">",
			"{\"a\":\"x\",\"b\":\"https://example.org\"}",
			"<a href=\"x#\">" },
		{ "<a href=\"x{{b}}\">", "{\"b\":\"https://example.org\"}",
			"<a href=\"x#\">" },
		{ "<a href=\"java{{b}}\">", "{\"b\":\"script:x\"}",
			"<a href=\"java#\">" },
		{ "<a href=\"{{#l}}{{.}}{{/l}}\">",
			"{\"l\":[\"java\",\"script:x\"]}",
			"<a href=\"java#\">" },
		/* browsers skip what is not printed before a link */
		{ "<a href=\" \005{{v}}\">", "{\"v\":\"javascript:x\"}",
			"<a href=\" \005#\">" },
		/* a section may be left out: the value may come first */
		{ "<a href=\"{{#s}}/a/{{/s}}{{v}}\">",
			"{\"v\":\"javascript:x\"}", "<a href=\"#\">" },
		{ "<a href=\"{{#v}}{{v}}{{/v}}{{^v}}#{{/v}}\">",
			"{\"v\":\"javascript:x\"}", "<a href=\"#\">" },
		{ "<a href=\"{{#v}}{{v}}{{/v}}{{^v}}#none{{/v}}\">", "{}",
			"<a href=\"#none\">" },
		{ "<a href=\"/a{{#q}}?q={{q}}{{/q}}{{v}}\">",
			"{\"q\":\"1&2\",\"v\":\"&x\"}",
			"<a href=\"/a?q=1%262%26x\">" },
		/* the other attributes with links */
		{ "<form action='{{v}}'><button formaction=\"{{v}}\">"
		  "<img src=\"{{v}}\"><use xlink:href=\"{{v}}\">",
			"{\"v\":\"javascript:x\"}",
			"<form action='#'><button formaction=\"#\">"
			"<img src=\"#\"><use xlink:href=\"#\">" },
		{ "<p data-href=\"{{v}}\">", "{\"v\":\"x:y\"}",
			"<p data-href=\"x:y\">" },
		/* sections between attributes */
		{ "<option{{#s}} selected{{/s}} value=\"{{v}}\">",
			"{\"s\":true,\"v\":\"x:y\"}",
			"<option selected value=\"x:y\">" },
		{ "<a {{#s}}class=\"x\"{{/s}} href=\"{{v}}\">",
			"{\"v\":\"x:y\"}", "<a  href=\"#\">" },
		{ "<p class=\"a{{#s}} b{{/s}}\">", "{\"s\":1}",
			"<p class=\"a b\">" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		expect(cases[i].source, cases[i].data, cases[i].expected);
}

static void truth_is_as_documented(void **state)
{
	static const struct {
		const char *value, *expected;
	} cases[] = {
		{ "null", "no" },
		{ "false", "no" },
		{ "\"\"", "no" },
		{ "[]", "no" },
		{ "0", "yes" },
		{ "0.0", "yes" },
		{ "\" \"", "yes" },
		{ "{}", "yes" },
		{ "[[]]", "yes" },
		{ "true", "yes" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		char data[64];

		(void)snprintf(
			data, sizeof(data), "{\"v\":%s}", cases[i].value);
		expect("{{#v}}yes{{/v}}{{^v}}no{{/v}}", data,
			cases[i].expected);
	}
	expect("{{o}}{{l}}{{n}}|{{t}}{{f}}{{i}}{{d}}",
		"{\"o\":{\"a\":1},\"l\":[1],\"n\":null,\"t\":true,\"f\":false,"
		"\"i\":-7,\"d\":4.25}",
		"|truefalse-74.25");
}

/* Each source is the only template; the problems are the whole text. */
#define OPEN_NAME                                                       \
	"page.mustache:1: a section stands behind a name that goes on " \
	"without "                                                      \
	"a space\n"
#define CUT_MARK                                                              \
	"page.mustache:1: a section cuts the mark that ends a comment or an " \
	"element\n"

static void mistakes_are_told_with_their_line(void **state)
{
	static const struct {
		const char *source, *problems;
	} cases[] = {
		{ "a\n{{#x}}\n",
			"page.mustache:2: section 'x' is not closed\n" },
		{ "{{#a}}\n{{#b}}\n{{/a}}",
			"page.mustache:2: section 'b' is not closed\n" },
		{ "\n\n{{/x}}", "page.mustache:3: '/x' closes a section that "
				"is not open\n" },
		{ "{{a}}\n{{b", "page.mustache:2: a tag is not closed: '}}' is "
				"missing\n" },
		{ "{{{b}}", "page.mustache:1: a tag is not closed: '}}' is "
			    "missing\n" },
		{ "{{}}", "page.mustache:1: bad name '' in a tag\n" },
		{ "{{a b}}", "page.mustache:1: bad name 'a b' in a tag\n" },
		{ "{{a..b}}", "page.mustache:1: bad name 'a..b' in a tag\n" },
		{ "{{.a}}", "page.mustache:1: bad name '.a' in a tag\n" },
		{ "{{>.}}", "page.mustache:1: bad name '.' in a tag\n" },
		{ "{{<a}}", "page.mustache:1: bad name '<a' in a tag\n" },
		{ "{{#a b}}{{/a b}}",
			"page.mustache:1: bad name 'a b' in a tag\n" },
		{ "{{=<%=}}", "page.mustache:1: bad delimiters '<%': two words "
			      "are needed, of at most 8 bytes, without '='\n" },
		{ "{{=a b c=}}",
			"page.mustache:1: bad delimiters 'a b c': two words "
			"are needed, of at most 8 bytes, without '='\n" },
		{ "\n{{>gone}}", "page.mustache:2: unknown partial 'gone'\n" },
		{ "\xff", "page.mustache:1: the text is not valid UTF-8\n" },
		{ "\n<a href={{v}}>",
			"page.mustache:2: the value 'v' may not "
			"stand in an attribute without quotes\n" },
		{ "<a class=x{{v}}>",
			"page.mustache:1: the value 'v' may not "
			"stand in an attribute without quotes\n" },
		{ "<p {{v}}>", "page.mustache:1: the value 'v' may not stand "
			       "between the attributes of a tag\n" },
		{ "<{{v}}>", "page.mustache:1: the value 'v' may not stand in "
			     "the name of a tag\n" },
		{ "<h{{v}}>", "page.mustache:1: the value 'v' may not stand in "
			      "the name of a tag\n" },
		{ "<script>{{v}}</script>",
			"page.mustache:1: the value 'v' may not stand inside "
			"<script>\n" },
		{ "<style>\n.a{}{{v}}</style>",
			"page.mustache:2: the value 'v' may not stand inside "
			"<style>\n" },
		{ "<p onClick=\"{{v}}\">",
			"page.mustache:1: the value 'v' may not stand in an "
			"attribute that holds code (on…, style, srcset)\n" },
		{ "<p style='{{v}}'>",
			"page.mustache:1: the value 'v' may not stand in an "
			"attribute that holds code (on…, style, srcset)\n" },
		{ "<a href=\"javascript:{{v}}\">",
			"page.mustache:1: the value 'v' may not stand in a "
			"link whose scheme is not http, https or mailto\n" },
		{ "<a href=\"{{a}}:x\">",
			"page.mustache:1: a value before ':' could become the "
			"scheme of a link\n" },
		{ "<!doctype {{v}}>", "page.mustache:1: the value 'v' may not "
				      "stand in a declaration\n" },
		{ "<p{{#s}} class=\"{{/s}}\">",
			"page.mustache:1: section 's' begins between the "
			"attributes of a tag and ends in the value of an "
			"attribute\n" },
		{ "{{#s}}<p {{/s}}>", "page.mustache:1: section 's' begins in "
				      "text and ends between the attributes of "
				      "a tag\n" },
		{ "<p {{#s}}title{{/s}}=\"x\">",
			"page.mustache:1: an attribute's name and its value "
			"stand in different sections\n" },
		/* left out, the section leaves a name that goes on */
		{ "<option{{#s}} a{{/s}}value='{{v}}'>", OPEN_NAME },
		{ "<scri{{#s}} a{{/s}}pt>", OPEN_NAME },
		{ "<p on{{#s}} a{{/s}}click='{{v}}'>", OPEN_NAME },
		{ "<a{{#s}} hr{{/s}}{{#s}}ef='{{v}}'{{/s}}>", OPEN_NAME },
		/* repeated, its end and its beginning make one name */
		{ "<p {{#s}}click='{{v}}' on{{/s}}>", OPEN_NAME },
		{ "<title></ti{{#s}}a{{/s}}tle>", CUT_MARK },
		{ "<!-- -{{#s}}a{{/s}}->", CUT_MARK },
		{ "<!-- {{v}} -->", "page.mustache:1: the value 'v' may not "
				    "stand in an HTML comment\n" },
		{ "<a href=\"{{#s}}h{{/s}}ttp:{{v}}\">",
			"page.mustache:1: a value before ':' could become the "
			"scheme of a link\n"
			"page.mustache:1: the value 'v' may not stand in a "
			"link whose scheme is not http, https or mailto\n" },
		{ "<p title=\"{{#s}}\" class='{{/s}}'>",
			"page.mustache:1: section 's' begins in the value of "
			"an attribute and ends in the value of an "
			"attribute\n" },
		{ "<p title=\"{{#s}}\" href=\"{{/s}}\">",
			"page.mustache:1: section 's' begins in the value of "
			"an attribute and ends in the value of an "
			"attribute\n" },
		{ "<title>{{#s}}</title><textarea>{{/s}}</textarea>",
			"page.mustache:1: section 's' begins inside an element "
			"that holds no markup and ends inside an element that "
			"holds no markup\n" },
		{ "<p title=\"", "page.mustache:1: the template ends in the "
				 "value of an attribute\n" },
		{ "<p title=\"{{>page}}\">",
			"page.mustache:1: the partial 'page' may not stand in "
			"the value of an attribute\n" },
		/* all of them, not only the first */
		{ "{{/a}}\n<p {{b}}>\n{{#c}}\n",
			"page.mustache:1: '/a' closes a section that is not "
			"open\n"
			"page.mustache:2: the value 'b' may not stand between "
			"the attributes of a tag\n"
			"page.mustache:3: section 'c' is not closed\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *const files[] = { "page", cases[i].source, NULL };
		struct templates *ts = load(files);

		if (ts)
			fail_msg("no mistake found in %s", cases[i].source);
		assert_string_equal(problems.buf, cases[i].problems);
	}
}

static void sections_among_attributes_are_fine(void **state)
{
	static const char *const good[] = {
		"<details class='x'{{#s}} open{{/s}}>",
		"<input value='{{v}}'{{#s}} checked{{/s}}>",
		"<input{{#s}} a{{/s}}{{^s}} b{{/s}}/>",
		"<a {{#s}}href='/{{v}}'{{/s}} class='x'>",
		"<p{{#s}} a{{#s}} b='{{v}}'{{/s}} c{{/s}} d='{{v}}'>",
		"<!-- {{#s}}a{{/s}} --><title>a{{#s}}{{v}}{{/s}}</title>",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(good); i++) {
		const char *const files[] = { "page", good[i], NULL };
		struct templates *ts = load(files);

		if (!ts)
			fail_msg("%s: %s", good[i], problems.buf);
		templates_free(ts);
	}
}

static void a_single_template_tells_its_first_mistake(void **state)
{
	static const char source[] = "a\n\n{{#x}}\n{{/y}}";
	struct err e = ERR_INIT;

	(void)state;
	assert_null(template_parse("t", source, strlen(source), &e));
	assert_string_equal(
		e.msg, "line 4: '/y' closes a section that is not open");
	assert_int_equal(e.reason, REASON_TEMPLATE);
}

static void sections_have_a_greatest_depth(void **state)
{
	struct sbuf source = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	struct template *t;
	int i;

	(void)state;
	for (i = 0; i < 32; i++)
		sbuf_addstr(&source, "{{#a}}");
	for (i = 0; i < 32; i++)
		sbuf_addstr(&source, "{{/a}}");
	t = template_parse("t", source.buf, source.len, &e);
	assert_non_null(t);
	template_free(t);
	sbuf_reset(&source);
	for (i = 0; i < 33; i++)
		sbuf_addstr(&source, "{{#a}}\n");
	assert_null(template_parse("t", source.buf, source.len, &e));
	assert_string_equal(e.msg, "line 33: sections nest deeper than 32");
	sbuf_release(&source);
}

static void a_folder_that_is_not_there_is_a_problem(void **state)
{
	(void)state;
	sbuf_reset(&problems);
	assert_null(templates_load("/nonexistent", &problems));
	assert_string_equal(
		problems.buf, "/nonexistent:1: No such file or directory\n");
	sbuf_reset(&problems);
	assert_null(templates_load(folder, &problems));
	assert_non_null(strstr(problems.buf, "no templates"));
}

static void names_are_checked_against_the_page(void **state)
{
	static const char *const files[] = { "page",
		"{{title}}\n{{titel}}\n{{#wines}}{{style}}{{title}}{{color}}\n"
		"{{#reasons}}{{text}}{{style}}{{txt}}{{.}}{{/reasons}}\n"
		"{{>card}}{{/wines}}\n{{>card}}\n{{wines.style}}\n"
		"{{wines.nix}}{{style}}\n{{^wines}}{{none}}{{/wines}}\n"
		"{{#has}}{{.}}{{title}}{{/has}}{{.}}\n",
		"card", "{{title}}\n{{style}}{{>card}}", NULL };
	static const char *const names[] = { "title has wines wines.style",
		"wines.reasons", "wines.reasons.text", NULL };
	struct templates *ts = load(files);

	(void)state;
	assert_non_null(ts);
	assert_int_equal(templates_check(ts, "page", names, &problems), -1);
	assert_string_equal(problems.buf,
		"page.mustache:2: unknown name 'titel'\n"
		"page.mustache:3: unknown name 'color'\n"
		"page.mustache:4: unknown name 'txt'\n"
		"card.mustache:2: unknown name 'style' (in page 'page')\n"
		"page.mustache:8: unknown name 'wines.nix'\n"
		"page.mustache:8: unknown name 'style'\n"
		"page.mustache:9: unknown name 'none'\n"
		"page.mustache:10: unknown name '.'\n");
	sbuf_reset(&problems);
	assert_int_equal(templates_check(ts, "nix", names, &problems), -1);
	assert_string_equal(
		problems.buf, "nix.mustache:1: this page is missing\n");
	templates_free(ts);
}

static void good_names_pass(void **state)
{
	static const char *const files[] = { "page",
		"{{#a}}{{b.c}}{{#b}}{{c}}{{d}}{{/b}}{{/a}}{{d}}", NULL };
	static const char *const names[] = { "a", "a.b", "a.b.c", "d", NULL };
	struct templates *ts = load(files);

	(void)state;
	assert_non_null(ts);
	assert_int_equal(templates_check(ts, "page", names, &problems), 0);
	assert_int_equal(problems.len, 0);
	templates_free(ts);
}

static void pages_use_partials(void **state)
{
	static const char *const files[] = { "page",
		"{{>head}}\n<ul>\n  {{#l}}\n  {{>item}}\n  {{/l}}\n</ul>\n",
		"head", "<h1>{{t}}</h1>\n", "item",
		"<li>\n  {{>name}}\n\n  {{#x}}y{{/x}}\n{{! gone }}\n</li>\n",
		"name", "<b>{{n}}</b>\n", NULL };
	struct templates *ts = load(files);
	struct sbuf out = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	json_object *o =
		data_of("{\"t\":\"T\",\"l\":[{\"n\":1,\"x\":1},{\"n\":2}]}");

	(void)state;
	assert_non_null(ts);
	sbuf_addstr(&out, "before\n");
	assert_int_equal(templates_render(ts, "page", o, &out, &e), 0);
	assert_string_equal(out.buf,
		"before\n<h1>T</h1>\n<ul>\n"
		"  <li>\n    <b>1</b>\n\n    y\n  </li>\n"
		"  <li>\n    <b>2</b>\n\n    \n  </li>\n</ul>\n");
	assert_int_equal(templates_render(ts, "nix", o, &out, &e), -1);
	assert_string_equal(e.msg, "there is no template 'nix'");
	json_object_put(o);
	sbuf_release(&out);
	templates_free(ts);
}

static void rendering_has_ceilings(void **state)
{
	static const char *const files[] = { "deep", "x{{>deep}}", "wide",
		"{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}.{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}",
		"long", "{{#l}}{{#l}}{{#l}}{{s}}{{/l}}{{/l}}{{/l}}", NULL };
	struct templates *ts = load(files);
	struct sbuf out = SBUF_INIT(TEMPLATE_OUTPUT_MAX * 4);
	struct sbuf list = SBUF_INIT(65536);
	struct err e = ERR_INIT;
	json_object *o;
	int i;

	(void)state;
	assert_non_null(ts);
	sbuf_addstr(&list, "{\"s\":\"0123456789\",\"l\":[0");
	for (i = 0; i < 99; i++)
		sbuf_addstr(&list, ",0");
	sbuf_addstr(&list, "]}");
	o = data_of(list.buf);
	sbuf_addstr(&out, "kept");
	assert_int_equal(templates_render(ts, "deep", o, &out, &e), -1);
	assert_string_equal(e.msg, "template deep: partials nest too deeply");
	assert_int_equal(templates_render(ts, "long", o, &out, &e), -1);
	assert_string_equal(e.msg, "template long: the output is too large");
	assert_int_equal(templates_render(ts, "wide", o, &out, &e), -1);
	assert_string_equal(out.buf, "kept");
	out.max = 100;
	assert_int_equal(templates_render(ts, "long", o, &out, &e), -1);
	assert_string_equal(out.buf, "kept");
	json_object_put(o);
	sbuf_release(&list);
	sbuf_release(&out);
	templates_free(ts);
}

static void empty_lists_in_lists_cost_steps(void **state)
{
	static const char source[] = "{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}"
				     "{{/l}}{{/l}}";
	struct sbuf list = SBUF_INIT(65536), out = SBUF_INIT(100);
	struct err e = ERR_INIT;
	struct template *t;
	json_object *o;
	int i;

	(void)state;
	sbuf_addstr(&list, "{\"l\":[0");
	for (i = 0; i < 199; i++)
		sbuf_addstr(&list, ",0");
	sbuf_addstr(&list, "]}");
	o = data_of(list.buf);
	t = template_parse("t", source, strlen(source), &e);
	assert_non_null(t);
	assert_int_equal(template_render(t, o, NULL, &out, &e), -1);
	assert_string_equal(e.msg, "template t: too many steps");
	template_free(t);
	json_object_put(o);
	sbuf_release(&list);
	sbuf_release(&out);
}

static void a_partial_given_with_the_call_may_be_wrong(void **state)
{
	struct sbuf out = SBUF_INIT(100);
	struct err e = ERR_INIT;
	struct template *t = template_parse("t", "a{{>p}}", 7, &e);
	json_object *o = data_of("{\"p\":\"\\n{{#x}}\"}");

	(void)state;
	assert_int_equal(template_render(t, NULL, o, &out, &e), -1);
	assert_string_equal(
		e.msg, "partial p: line 2: section 'x' is not closed");
	assert_string_equal(out.buf, "");
	assert_int_equal(template_render(t, NULL, NULL, &out, &e), 0);
	assert_string_equal(out.buf, "a");
	template_free(t);
	json_object_put(o);
	sbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_escaped_by_place),
		cmocka_unit_test(links_pass_a_scheme_check),
		cmocka_unit_test(links_are_escaped_by_their_part),
		cmocka_unit_test(truth_is_as_documented),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(sections_among_attributes_are_fine),
		cmocka_unit_test(a_single_template_tells_its_first_mistake),
		cmocka_unit_test(sections_have_a_greatest_depth),
		cmocka_unit_test(a_folder_that_is_not_there_is_a_problem),
		cmocka_unit_test(names_are_checked_against_the_page),
		cmocka_unit_test(good_names_pass),
		cmocka_unit_test(pages_use_partials),
		cmocka_unit_test(rendering_has_ceilings),
		cmocka_unit_test(empty_lists_in_lists_cost_steps),
		cmocka_unit_test(a_partial_given_with_the_call_may_be_wrong),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
