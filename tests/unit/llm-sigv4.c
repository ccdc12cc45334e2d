/*
 * llm/sigv4.c against known answers: AWS's published test suite of signature
 * version 4, and paths with a colon, whose answers were worked out with
 * another implementation (Python's hmac and hashlib).
 */
#include "unit.h"

#include "llm/sigv4.h"

#define STAMP "20150830T123600Z"
#define DATE "X-Amz-Date:" STAMP

struct vector {
	const char *name, *method, *path, *query;
	const char *headers[4];
	const char *body, *signed_headers, *signature;
};

static const struct vector suite[] = {
	{ "get-vanilla", "GET", "/", "", { DATE }, "", "host;x-amz-date",
		"5fa00fa31553b73ebf1942676e86291e"
		"8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-vanilla-query-order-key-case", "GET", "/",
		"Param2=value2&Param1=value1", { DATE }, "", "host;x-amz-date",
		"b97d918cfa904a5beff61c982a1b6f45"
		"8b799221646efd99d3219ec94cdf2500" },
	{ "get-vanilla-query-order-key", "GET", "/",
		"Param1=value2&Param1=Value1", { DATE }, "", "host;x-amz-date",
		"eedbc4e291e521cf13422ffca22be7d2"
		"eb8146eecf653089df300a15b2382bd1" },
	{ "get-vanilla-query-order-value", "GET", "/",
		"Param1=value2&Param1=value1", { DATE }, "", "host;x-amz-date",
		"5772eed61e12b33fae39ee5e7012498b"
		"51d56abc0abb7c60486157bd471c4694" },
	{ "get-vanilla-empty-query-key", "GET", "/", "Param1=value1", { DATE },
		"", "host;x-amz-date",
		"a67d582fa61cc504c4bae71f336f98b9"
		"7f1ea3c7a6bfe1b6e45aec72011b9aeb" },
	{ "get-vanilla-utf8-query", "GET", "/", "\xe1\x88\xb4=bar", { DATE },
		"", "host;x-amz-date",
		"2cdec8eed098649ff3a119c94853b13c"
		"643bcf08f8b0a1d91e12c9027818dd04" },
	{ "the same query, encoded", "GET", "/", "%E1%88%b4=bar", { DATE }, "",
		"host;x-amz-date",
		"2cdec8eed098649ff3a119c94853b13c"
		"643bcf08f8b0a1d91e12c9027818dd04" },
	{ "get-utf8", "GET", "/\xe1\x88\xb4", "", { DATE }, "",
		"host;x-amz-date",
		"8318018e0b0f223aa2bbf98705b62bb7"
		"87dc9c0e678f255a891fd03141be5d85" },
	{ "get-space", "GET", "/example space/", "", { DATE }, "",
		"host;x-amz-date",
		"652487583200325589f1fba4c7e578f7"
		"2c47cb61beeca81406b39ddec1366741" },
	{ "get-relative", "GET", "/example/..", "", { DATE }, "",
		"host;x-amz-date",
		"5fa00fa31553b73ebf1942676e86291e"
		"8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-relative-relative", "GET", "/example1/example2/../..", "",
		{ DATE }, "", "host;x-amz-date",
		"5fa00fa31553b73ebf1942676e86291e"
		"8372ff2a2260956d9b8aae1d763fbf31" },
	{ "get-slashes", "GET", "//example//", "", { DATE }, "",
		"host;x-amz-date",
		"9a624bd73a37c9a373b5312afbebe7a7"
		"14a789de108f0bdfe846570885f57e84" },
	{ "get-slash-pointless-dot", "GET", "/./example", "", { DATE }, "",
		"host;x-amz-date",
		"ef75d96142cf21edca26f06005da7988"
		"e4f8dc83a165a80865db7089db637ec5" },
	{ "get-header-key-duplicate", "GET", "/", "",
		{ "My-Header1:value2", "My-Header1:value2", "My-Header1:value1",
			DATE },
		"", "host;my-header1;x-amz-date",
		"c9d5ea9f3f72853aea855b47ea873832"
		"890dbdd183b4468f858259531a5138ea" },
	{ "get-header-value-trim", "GET", "/", "",
		{ "My-Header1: value1", "My-Header2: \"a   b   c\"", DATE }, "",
		"host;my-header1;my-header2;x-amz-date",
		"acc3ed3afb60bb290fc8d2dd0098b991"
		"1fcaa05412b367055dee359757a9c736" },
	{ "post-header-key-sort", "POST", "/", "",
		{ DATE, "My-Header1:value1" }, "", "host;my-header1;x-amz-date",
		"c5410059b04c1ee005303aed430f6e66"
		"45f61f4dc9e1461ec8f8916fdf18852c" },
	{ "post-header-value-case", "POST", "/", "",
		{ "My-Header1:VALUE1", DATE }, "", "host;my-header1;x-amz-date",
		"cdbc9802e29d2942e5e10b5bccfdd67c"
		"5f22c7c4e8ae67b53629efa58b974b7d" },
	{ "post-vanilla", "POST", "/", "", { DATE }, "", "host;x-amz-date",
		"5da7c1a2acd57cee7505fc6676e4e544"
		"621c30862966e37dddb68e92efbe5d6b" },
	{ "post-vanilla-query", "POST", "/", "Param1=value1", { DATE }, "",
		"host;x-amz-date",
		"28038455d6de14eafc1f9222cf5aa6f1"
		"a96197d7deb8263271d420d138af7f11" },
	{ "post-x-www-form-urlencoded", "POST", "/", "",
		{ "Content-Type:application/x-www-form-urlencoded", DATE },
		"Param1=value1", "content-type;host;x-amz-date",
		"ff11897932ad3f4e8b18135d722051e5"
		"ac45fc38421b1da7b9d196a0fe09473a" },
	{ "post-x-www-form-urlencoded-parameters", "POST", "/", "",
		{ "Content-Type:application/x-www-form-urlencoded; "
		  "charset=utf8",
			DATE },
		"Param1=value1", "content-type;host;x-amz-date",
		"1a72ec8f64bd914b0e42e42607c7fbce"
		"7fb2c7465f63e3092b3b0d39fa77a6fe" },
};

static const char *sign(const struct vector *v, const struct sigv4_who *who,
	const char *host, const char *stamp, struct arena *mem)
{
	const char *headers[ARRAY_LEN(v->headers) + 1] = { NULL };
	struct sigv4_request r = { v->method, host, v->path, v->query, headers,
		v->body, strlen(v->body) };

	memcpy(headers, v->headers, sizeof(v->headers));
	return sigv4_sign(who, &r, stamp, mem);
}

static void test_suite(void **state)
{
	static const struct sigv4_who who = { "AKIDEXAMPLE",
		"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1",
		"service" };
	struct arena mem = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(suite); i++) {
		const struct vector *v = &suite[i];
		const char *want = arena_printf(&mem,
			"AWS4-HMAC-SHA256 "
			"Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
			"aws4_request, SignedHeaders=%s, Signature=%s",
			v->signed_headers, v->signature);
		const char *got =
			sign(v, &who, "example.amazonaws.com", STAMP, &mem);

		if (strcmp(got, want) != 0)
			fail_msg("%s: %s", v->name, got);
	}
	arena_release(&mem);
}

/* The path as it is sent is encoded once more: %3A becomes %253A. */
static void test_colon(void **state)
{
	static const struct sigv4_who who = { "AKIDEXAMPLE",
		"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-central-1",
		"bedrock" };
	static const struct vector both[] = {
		{ "encoded", "POST",
			"/model/anthropic.claude-x-20261007-v1%3A0/converse",
			"",
			{ "content-type: application/json",
				"x-amz-date: 20261123T080450Z",
				"x-amz-security-token: "
				"token//with+odd=characters" },
			"{\"messages\":[]}", NULL,
			"cd9168c255b6a6a09c8bb737db36eed6"
			"93a03ea7fb9dff78fc6f9b3f3d4ceab8" },
		{ "bare", "POST",
			"/model/anthropic.claude-x-20261007-v1:0/converse", "",
			{ "content-type: application/json",
				"x-amz-date: 20261123T080450Z",
				"x-amz-security-token: "
				"token//with+odd=characters" },
			"{\"messages\":[]}", NULL,
			"2dde273cc5cde81548369696ed8cafed"
			"9f19ba82a951c270e3bbbd2f55e27b5c" },
	};
	struct arena mem = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(both); i++) {
		const char *got = sign(&both[i], &who,
			"bedrock-runtime.eu-central-1.amazonaws.com",
			"20261123T080450Z", &mem);

		assert_non_null(strstr(got,
			"SignedHeaders=content-type;host;x-amz-date;"
			"x-amz-security-token, "));
		assert_non_null(strstr(
			got, "/20261123/eu-central-1/bedrock/aws4_request,"));
		if (!strstr(got, both[i].signature))
			fail_msg("%s: %s", both[i].name, got);
	}
	arena_release(&mem);
}

static void test_stamp(void **state)
{
	char stamp[SIGV4_STAMP_SIZE];

	(void)state;
	sigv4_stamp(INT64_C(1440938160999), stamp);
	assert_string_equal(stamp, STAMP);
	sigv4_stamp(0, stamp);
	assert_string_equal(stamp, "19700101T000000Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suite),
		cmocka_unit_test(test_colon),
		cmocka_unit_test(test_stamp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
