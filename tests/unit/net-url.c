/* net/url.c and net/address.c: every spelling of a URL, every range. */
#include "unit.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include "net/net.h"

/* 127.0.0.1:18080, 10.9.0.0/16 on 80 and 443, fd00::7 port 81, *:8080 */
static struct allow_rule rules[] = {
	{ { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1 }, 128,
		18080, 0 },
	{ { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 9, 0, 0 }, 112, 0,
		0 },
	{ { 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7 }, 128, 81, 0 },
	{ { 0 }, 0, 8080, 1 },
};
static const struct config strict;
static const struct config lax = { .fetch_allow = rules,
	.n_fetch_allow = ARRAY_LEN(rules) };

struct spelling {
	const char *url;
	const char *expected; /* the canonical form, or NULL */
	enum err_reason reason;
};

#define GOOD(url, canonical)                \
	{                                   \
		url, canonical, REASON_NONE \
	}
#define BAD(url)                          \
	{                                 \
		url, NULL, REASON_BAD_URL \
	}
#define PRIVATE(url)                              \
	{                                         \
		url, NULL, REASON_PRIVATE_ADDRESS \
	}

static const struct spelling spellings[] = {
	/* what is dropped, lowered, kept */
	GOOD("http://example.com", "http://example.com/"),
	GOOD("HTTP://EXAMPLE.Com/A/b", "http://example.com/A/b"),
	GOOD("  https://example.com/ \n", "https://example.com/"),
	GOOD("http://example.com:80/", "http://example.com/"),
	GOOD("https://example.com:443/", "https://example.com/"),
	GOOD("http://example.com:443/", "http://example.com:443/"),
	GOOD("https://example.com:0080/", "https://example.com:80/"),
	GOOD("http://example.com:/x", "http://example.com/x"),
	GOOD("http://example.com./x", "http://example.com/x"),
	GOOD("http://example.com/x#part", "http://example.com/x"),
	GOOD("http://example.com#part", "http://example.com/"),
	GOOD("http://example.com?", "http://example.com/"),
	GOOD("http://example.com?a=1", "http://example.com/?a=1"),
	GOOD("http://me:secret@example.com/", "http://example.com/"),
	GOOD("http://me@example.com/", "http://example.com/"),
	GOOD("http://127.0.0.1@example.com/", "http://example.com/"),
	GOOD("http://127.0.0.1%2f@example.com/", "http://example.com/"),
	GOOD("http://a/../b/./c", "http://a/b/c"),
	GOOD("http://example.com/%c3%a9", "http://example.com/%C3%A9"),
	GOOD("http://example.com/\xc3\xa9?q=\xc3\xa9",
		"http://example.com/%C3%A9?q=%C3%A9"),
	GOOD("http://example.com/a%0d%0ab", "http://example.com/a%0D%0Ab"),
	GOOD("http://b\xc3\xbc"
	     "cher.example/",
		"http://xn--bcher-kva.example/"),
	GOOD("http://a_b.example.com/", "http://a_b.example.com/"),
	GOOD("http://example.com//double", "http://example.com//double"),
	GOOD("https://example.com/r?id=7&utm_source=x&utm_medium=y",
		"https://example.com/r?id=7"),
	GOOD("https://example.com/r?UTM_Source=x&id=7&fbclid=z",
		"https://example.com/r?id=7"),
	GOOD("https://example.com/r?gclid=1&msclkid=2&mc_cid=3&mc_eid=4&"
	     "igshid=5",
		"https://example.com/r"),
	GOOD("https://example.com/r?a=1&&b=2", "https://example.com/r?a=1&b=2"),
	GOOD("https://example.com/r?ref=7&gclids=1",
		"https://example.com/r?ref=7&gclids=1"),
	GOOD("https://example.com/r?b=2&a=1", "https://example.com/r?b=2&a=1"),
	/* public literals, in one spelling */
	GOOD("http://8.8.8.8/", "http://8.8.8.8/"),
	GOOD("http://0x8.0x8.0x8.0x8/", "http://8.8.8.8/"),
	GOOD("http://134744072/", "http://8.8.8.8/"),
	GOOD("http://010.8.8.8/", "http://8.8.8.8/"),
	GOOD("http://8.8.8.8./", "http://8.8.8.8/"),
	GOOD("http://\xe2\x91\xa7.8.8.8/", "http://8.8.8.8/"),
	GOOD("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
	GOOD("http://[2606:4700:0:0:0:0:0:1111]:80/",
		"http://[2606:4700::1111]/"),
	GOOD("http://[::ffff:8.8.8.8]/", "http://[::ffff:8.8.8.8]/"),
	GOOD("http://172.15.0.1/", "http://172.15.0.1/"),
	GOOD("http://172.32.0.1/", "http://172.32.0.1/"),
	GOOD("http://100.63.255.255/", "http://100.63.255.255/"),
	GOOD("http://100.128.0.1/", "http://100.128.0.1/"),
	GOOD("http://223.255.255.255/", "http://223.255.255.255/"),
	/* not a URL of ours */
	BAD(""),
	BAD("   "),
	BAD("example.com/x"),
	BAD("//example.com/x"),
	BAD("/x"),
	BAD("http://"),
	BAD("http:///"),
	BAD("http://?a"),
	BAD("http:example.com"),
	BAD("http:////example.com/"),
	BAD("ftp://example.com/"),
	BAD("file:///etc/passwd"),
	BAD("file://localhost/etc/passwd"),
	BAD("gopher://example.com/_x"),
	BAD("dict://example.com:2628/d:x"),
	BAD("ldap://example.com/"),
	BAD("javascript:alert(1)"),
	BAD("data:text/html,x"),
	BAD("view-source:http://example.com/"),
	BAD("http://example.com:0/"),
	BAD("http://example.com:22/"),
	BAD("http://example.com:25/"),
	BAD("http://example.com:6379/"),
	BAD("http://example.com:8080/"),
	BAD("http://example.com:65536/"),
	BAD("http://example.com:80x/"),
	BAD("http://example.com:-80/"),
	BAD("http://8.8.8.8:8080/"),
	BAD("http://example.com\\@127.0.0.1/"),
	BAD("http://127.0.0.1\\example.com/"),
	BAD("http:\\\\example.com/"),
	BAD("http://exa mple.com/"),
	BAD("http://example.com/a b"),
	BAD("http://example.com/a\tb"),
	BAD("http://example.com/a\r\nHost: x"),
	BAD("http://example.com/\x01"),
	BAD("http://example.com/\x7f"),
	BAD("http://example.com/\xc2\xa0x"),
	BAD("http://example.com/\xe3\x80\x80x"),
	BAD("http://example.com/\xc2\x85"),
	BAD("http://example.com/\xff"),
	BAD("http://ex%0dample.com/"),
	BAD("http://ex%00ample.com/"),
	BAD("http://ex%20ample.com/"),
	BAD("http://127.0.0.1%00.example.com/"),
	BAD("http://.example.com/"),
	BAD("http://example..com/"),
	BAD("http://./"),
	BAD("http://example.com../"),
	BAD("http://[::1/"),
	BAD("http://::1/"),
	BAD("http://[127.0.0.1]/"),
	BAD("http://[]/"),
	BAD("http://[::1]x/"),
	BAD("http://1.2.3.4.5/"),
	BAD("http://4294967296/"),
	BAD("http://0x100000000/"),
	BAD("http://256.1.1.1/"),
	BAD("http://1.2.3.09x/"),
	BAD("http://example.123/"),
	BAD("http://exa*mple.com/"),
	BAD("http://exa<mple>.com/"),
	/* this machine and its neighbours, however they are written */
	PRIVATE("http://127.0.0.1/"),
	PRIVATE("http://127.0.0.1:18080/"),
	PRIVATE("http://127.0.0.1:22/"),
	PRIVATE("http://127.0.0.1./"),
	PRIVATE("http://127.1/"),
	PRIVATE("http://127.0.1/"),
	PRIVATE("http://127.255.255.254/"),
	PRIVATE("http://2130706433/"),
	PRIVATE("http://0x7f.1/"),
	PRIVATE("http://0x7F000001/"),
	PRIVATE("http://0X7f.0x0.0x0.0x1/"),
	PRIVATE("http://017700000001/"),
	PRIVATE("http://0177.0.0.1/"),
	PRIVATE("http://00000177.00.000.01/"),
	PRIVATE("http://0177.0x0.1/"),
	PRIVATE("http://%31%32%37.0.0.1/"),
	PRIVATE("http://127%2e0%2e0%2e1/"),
	PRIVATE("http://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1/"),
	PRIVATE("http://127\xe3\x80\x82"
		"0\xe3\x80\x82"
		"0\xe3\x80\x82"
		"1/"),
	PRIVATE("http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/"),
	PRIVATE("http://127\xef\xbc\x8e"
		"0.0.1/"),
	PRIVATE("http://user:pw@127.0.0.1/"),
	PRIVATE("http://example.com@127.0.0.1/"),
	PRIVATE("http://example.com:80@127.0.0.1/"),
	PRIVATE("https://127.0.0.1:443/"),
	PRIVATE("http://127.0.0.1:80/#@example.com/"),
	PRIVATE("http://127.0.0.1?@example.com/"),
	PRIVATE("http:/127.0.0.1/"),
	PRIVATE("http:///127.0.0.1/"),
	PRIVATE("http://localhost/"),
	PRIVATE("http://LOCALHOST/"),
	PRIVATE("http://localhost./"),
	PRIVATE("http://localhost:8080/"),
	PRIVATE("http://a.localhost/"),
	PRIVATE("http://a.LocalHost./"),
	PRIVATE("http://%6cocalhost/"),
	PRIVATE("http://\xef\xbd\x8cocalhost/"),
	PRIVATE("http://\xe2\x93\x9bocalhost/"),
	PRIVATE("http://0/"),
	PRIVATE("http://0.0.0.0/"),
	PRIVATE("http://00/"),
	PRIVATE("http://0x0/"),
	PRIVATE("http://0.1.2.3/"),
	PRIVATE("http://10.0.0.1/"),
	PRIVATE("http://10.1/"),
	PRIVATE("http://012.0.0.1/"),
	PRIVATE("http://167772161/"),
	PRIVATE("http://10.9.0.1/"),
	PRIVATE("http://100.64.0.1/"),
	PRIVATE("http://100.127.255.255/"),
	PRIVATE("http://169.254.169.254/latest/meta-data/"),
	PRIVATE("http://0xa9fea9fe/"),
	PRIVATE("http://2852039166/"),
	PRIVATE("http://0251.0376.0251.0376/"),
	PRIVATE("http://172.16.0.1/"),
	PRIVATE("http://172.31.255.255/"),
	PRIVATE("http://192.0.0.8/"),
	PRIVATE("http://192.0.2.1/"),
	PRIVATE("http://192.88.99.1/"),
	PRIVATE("http://192.168.1.1/"),
	PRIVATE("http://192.168.257/"),
	PRIVATE("http://198.18.0.1/"),
	PRIVATE("http://198.19.255.255/"),
	PRIVATE("http://198.51.100.1/"),
	PRIVATE("http://203.0.113.1/"),
	PRIVATE("http://224.0.0.1/"),
	PRIVATE("http://239.255.255.250/"),
	PRIVATE("http://240.0.0.1/"),
	PRIVATE("http://255.255.255.255/"),
	PRIVATE("http://4294967295/"),
	PRIVATE("http://[::1]/"),
	PRIVATE("http://[::1]:22/"),
	PRIVATE("http://[0:0:0:0:0:0:0:1]/"),
	PRIVATE("http://[::]/"),
	PRIVATE("http://[::127.0.0.1]/"),
	PRIVATE("http://[::ffff:127.0.0.1]/"),
	PRIVATE("http://[::ffff:7f00:1]/"),
	PRIVATE("http://[::FFFF:10.0.0.1]/"),
	PRIVATE("http://[::ffff:a9fe:a9fe]/"),
	PRIVATE("http://[::ffff:0:127.0.0.1]/"),
	PRIVATE("http://[64:ff9b::7f00:1]/"),
	PRIVATE("http://[64:ff9b::8.8.8.8]/"),
	PRIVATE("http://[64:ff9b:1::1]/"),
	PRIVATE("http://[100::1]/"),
	PRIVATE("http://[2001::1]/"),
	PRIVATE("http://[2001:10::1]/"),
	PRIVATE("http://[2001:1ff:ffff::1]/"),
	PRIVATE("http://[2001:db8::1]/"),
	PRIVATE("http://[2002:7f00:1::]/"),
	PRIVATE("http://[3fff::1]/"),
	PRIVATE("http://[3fff:0fff::1]/"),
	PRIVATE("http://[4000::1]/"),
	PRIVATE("http://[5f00::1]/"),
	PRIVATE("http://[fc00::1]/"),
	PRIVATE("http://[fd00::7]/"),
	PRIVATE("http://[fe80::1]/"),
	PRIVATE("http://[fe80::1%25eth0]/"),
	PRIVATE("http://[fe80::1%eth0]/"),
	PRIVATE("http://[2606:4700::1%25lo]/"),
	PRIVATE("http://[fec0::1]/"),
	PRIVATE("http://[ff02::1]/"),
};

/* The same with the operator's list of `lax`. */
static const struct spelling operators[] = {
	GOOD("http://127.0.0.1:18080/x", "http://127.0.0.1:18080/x"),
	GOOD("http://0x7f.1:18080/x", "http://127.0.0.1:18080/x"),
	GOOD("http://[::ffff:127.0.0.1]:18080/",
		"http://[::ffff:127.0.0.1]:18080/"),
	GOOD("http://localhost:18080/", "http://localhost:18080/"),
	GOOD("http://10.9.8.7/", "http://10.9.8.7/"),
	GOOD("https://10.9.8.7/", "https://10.9.8.7/"),
	GOOD("http://[fd00::7]:81/", "http://[fd00::7]:81/"),
	GOOD("http://example.com:8080/", "http://example.com:8080/"),
	GOOD("http://example.com:18080/", "http://example.com:18080/"),
	GOOD("http://8.8.8.8:8080/", "http://8.8.8.8:8080/"),
	PRIVATE("http://127.0.0.1/"),
	PRIVATE("http://127.0.0.1:8080/"),
	PRIVATE("http://127.0.0.2:18080/"),
	PRIVATE("http://localhost/"),
	PRIVATE("http://localhost:8080/"),
	PRIVATE("http://10.9.8.7:8080/"),
	PRIVATE("http://10.8.8.7/"),
	PRIVATE("http://[fd00::7]/"),
	PRIVATE("http://[fd00::8]:81/"),
	BAD("http://8.8.8.8:18080/"),
	BAD("http://example.com:8081/"),
};

static void run(const struct config *c, const struct spelling *s, size_t n)
{
	struct sbuf out = SBUF_INIT(NET_URL_MAX),
		    again = SBUF_INIT(NET_URL_MAX);
	size_t i;

	for (i = 0; i < n; i++) {
		struct err e = ERR_INIT;
		int rc;

		sbuf_reset(&out);
		sbuf_reset(&again);
		rc = url_canonical(c, s[i].url, strlen(s[i].url), &out, &e);
		if (rc != (s[i].expected ? 0 : -1) || e.reason != s[i].reason ||
			strcmp(out.buf, s[i].expected ? s[i].expected : ""))
			fail_msg("%s: got '%s' %s (%s)", s[i].url, out.buf,
				err_key(e.reason), e.msg);
		if (rc)
			continue;
		/* its own canonical form is itself */
		assert_int_equal(
			url_canonical(c, out.buf, out.len, &again, &e), 0);
		assert_string_equal(out.buf, again.buf);
	}
	sbuf_release(&out);
	sbuf_release(&again);
}

static void every_spelling_is_judged(void **state)
{
	(void)state;
	run(&strict, spellings, ARRAY_LEN(spellings));
}

static void the_operator_may_allow_more(void **state)
{
	(void)state;
	run(&lax, operators, ARRAY_LEN(operators));
}

static void nul_and_length_are_refused(void **state)
{
	char url[NET_URL_MAX + 2] = "http://example.com/";
	struct sbuf out = SBUF_INIT(NET_URL_MAX);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(
		url_canonical(&strict, "http://a.com/\0x", 15, &out, &e), -1);
	assert_int_equal(e.reason, REASON_BAD_URL);
	assert_int_equal(
		url_canonical(&strict, "http://a.com/\0", 14, &out, &e), -1);
	memset(url + strlen(url), 'a', sizeof(url) - strlen(url) - 1);
	assert_int_equal(url_canonical(&strict, url, NET_URL_MAX, &out, &e), 0);
	assert_int_equal(out.len, NET_URL_MAX);
	sbuf_reset(&out);
	assert_int_equal(
		url_canonical(&strict, url, NET_URL_MAX + 1, &out, &e), -1);
	assert_int_equal(e.reason, REASON_BAD_URL);
	/* grows past the limit when it is written out */
	memset(url + 19, '\xc3', 2000);
	for (size_t i = 20; i < 2019; i += 2)
		url[i] = '\xa9';
	assert_int_equal(url_canonical(&strict, url, 2019, &out, &e), -1);
	assert_int_equal(e.reason, REASON_BAD_URL);
	assert_int_equal(out.len, 0);
	sbuf_release(&out);
}

/* First and last address of each refused range, and the neighbours outside. */
static const struct {
	const char *addr;
	int allowed;
} edges[] = {
	{ "0.0.0.0", 0 },
	{ "0.255.255.255", 0 },
	{ "1.0.0.0", 1 },
	{ "9.255.255.255", 1 },
	{ "10.0.0.0", 0 },
	{ "10.255.255.255", 0 },
	{ "11.0.0.0", 1 },
	{ "100.63.255.255", 1 },
	{ "100.64.0.0", 0 },
	{ "100.127.255.255", 0 },
	{ "100.128.0.0", 1 },
	{ "126.255.255.255", 1 },
	{ "127.0.0.0", 0 },
	{ "127.255.255.255", 0 },
	{ "128.0.0.0", 1 },
	{ "169.253.255.255", 1 },
	{ "169.254.0.0", 0 },
	{ "169.254.255.255", 0 },
	{ "169.255.0.0", 1 },
	{ "172.15.255.255", 1 },
	{ "172.16.0.0", 0 },
	{ "172.31.255.255", 0 },
	{ "172.32.0.0", 1 },
	{ "191.255.255.255", 1 },
	{ "192.0.0.0", 0 },
	{ "192.0.0.255", 0 },
	{ "192.0.1.0", 1 },
	{ "192.0.2.0", 0 },
	{ "192.0.2.255", 0 },
	{ "192.0.3.0", 1 },
	{ "192.88.98.255", 1 },
	{ "192.88.99.0", 0 },
	{ "192.88.99.255", 0 },
	{ "192.88.100.0", 1 },
	{ "192.167.255.255", 1 },
	{ "192.168.0.0", 0 },
	{ "192.168.255.255", 0 },
	{ "192.169.0.0", 1 },
	{ "198.17.255.255", 1 },
	{ "198.18.0.0", 0 },
	{ "198.19.255.255", 0 },
	{ "198.20.0.0", 1 },
	{ "198.51.99.255", 1 },
	{ "198.51.100.0", 0 },
	{ "198.51.100.255", 0 },
	{ "198.51.101.0", 1 },
	{ "203.0.112.255", 1 },
	{ "203.0.113.0", 0 },
	{ "203.0.113.255", 0 },
	{ "203.0.114.0", 1 },
	{ "223.255.255.255", 1 },
	{ "224.0.0.0", 0 },
	{ "239.255.255.255", 0 },
	{ "240.0.0.0", 0 },
	{ "255.255.255.255", 0 },
	{ "::", 0 },
	{ "::1", 0 },
	{ "::2", 0 },
	{ "::7f00:1", 0 },
	{ "::ffff:1.0.0.0", 1 },
	{ "::ffff:10.0.0.1", 0 },
	{ "64:ff9b::808:808", 0 },
	{ "100::", 0 },
	{ "1fff:ffff::", 0 },
	{ "2000::", 1 },
	{ "2000:ffff::", 1 },
	{ "2001::", 0 },
	{ "2001:1ff:ffff:ffff::", 0 },
	{ "2001:200::", 1 },
	{ "2001:db7::", 1 },
	{ "2001:db8::", 0 },
	{ "2001:db8:ffff::", 0 },
	{ "2001:db9::", 1 },
	{ "2001:ffff::", 1 },
	{ "2002::", 0 },
	{ "2002:ffff::", 0 },
	{ "2003::", 1 },
	{ "3ffe::", 1 },
	{ "3fff::", 0 },
	{ "3fff:fff::", 0 },
	{ "3fff:1000::", 1 },
	{ "3fff:ffff::", 1 },
	{ "4000::", 0 },
	{ "5f00::1", 0 },
	{ "fc00::", 0 },
	{ "fd00::1", 0 },
	{ "fe80::1", 0 },
	{ "fec0::1", 0 },
	{ "ff00::", 0 },
	{ "ff02::1", 0 },
};

static socklen_t address(const char *text, int port, struct sockaddr_storage *s)
{
	struct sockaddr_in *in = (struct sockaddr_in *)s;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)s;

	memset(s, 0, sizeof(*s));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons((uint16_t)port);
		return sizeof(*in);
	}
	assert_int_equal(inet_pton(AF_INET6, text, &in6->sin6_addr), 1);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons((uint16_t)port);
	return sizeof(*in6);
}

static int allowed(const struct config *c, const char *text, int port)
{
	struct sockaddr_storage s;

	(void)address(text, port, &s);
	return address_allowed(c, (struct sockaddr *)&s, port);
}

static void every_range_has_its_edges(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(edges); i++) {
		int got = allowed(&strict, edges[i].addr, 443);

		if (got != edges[i].allowed)
			fail_msg("%s: %d", edges[i].addr, got);
		assert_int_equal(allowed(&strict, edges[i].addr, 22), 0);
	}
}

static void the_operators_list_is_exact(void **state)
{
	struct sockaddr_storage s;

	(void)state;
	assert_int_equal(allowed(&lax, "127.0.0.1", 18080), 1);
	assert_int_equal(allowed(&lax, "::ffff:127.0.0.1", 18080), 1);
	assert_int_equal(allowed(&lax, "127.0.0.1", 80), 0);
	assert_int_equal(allowed(&lax, "127.0.0.2", 18080), 0);
	assert_int_equal(allowed(&lax, "10.9.255.255", 80), 1);
	assert_int_equal(allowed(&lax, "10.9.0.0", 443), 1);
	assert_int_equal(allowed(&lax, "10.9.0.0", 8080), 0);
	assert_int_equal(allowed(&lax, "10.10.0.0", 80), 0);
	assert_int_equal(allowed(&lax, "fd00::7", 81), 1);
	assert_int_equal(allowed(&lax, "fd00::6", 81), 0);
	assert_int_equal(allowed(&lax, "8.8.8.8", 8080), 1);
	assert_int_equal(allowed(&lax, "8.8.8.8", 18080), 0);
	/* no other family, no two ports at once */
	memset(&s, 0, sizeof(s));
	s.ss_family = AF_UNIX;
	assert_int_equal(address_allowed(&lax, (struct sockaddr *)&s, 80), 0);
	(void)address("8.8.8.8", 22, &s);
	assert_int_equal(address_allowed(&lax, (struct sockaddr *)&s, 80), 0);
}

/* Whatever addresses this machine has: none of them may be fetched from. */
static void own_addresses_are_refused(void **state)
{
	struct ifaddrs *all, *i;
	size_t seen = 0;

	(void)state;
	assert_int_equal(getifaddrs(&all), 0);
	for (i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || (i->ifa_addr->sa_family != AF_INET &&
					    i->ifa_addr->sa_family != AF_INET6))
			continue;
		seen++;
		assert_int_equal(address_allowed(&strict, i->ifa_addr, 80), 0);
	}
	freeifaddrs(all);
	if (!seen)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_is_judged),
		cmocka_unit_test(the_operator_may_allow_more),
		cmocka_unit_test(nul_and_length_are_refused),
		cmocka_unit_test(every_range_has_its_edges),
		cmocka_unit_test(the_operators_list_is_exact),
		cmocka_unit_test(own_addresses_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
