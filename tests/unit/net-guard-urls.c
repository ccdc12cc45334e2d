/*
 * What the address guard's test asks for: addresses that are refused, URLs
 * that spell them in every way we know of, and redirects.
 */
#include "net-guard.h"

#include <arpa/inet.h>

const char *const guard_private[] = { "0.0.0.0", "0.1.2.3", "10.0.0.1",
	"10.255.255.254", "100.64.0.1", "100.127.255.254", "127.0.0.1",
	"127.0.0.2", "127.255.255.254", "169.254.0.1", "169.254.169.254",
	"169.254.170.2", "172.16.0.1", "172.31.255.254", "192.0.0.1",
	"192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1",
	"192.168.255.254", "198.18.0.1", "198.19.255.254", "198.51.100.1",
	"203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
	"255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1",
	"::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
	"64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1",
	"2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1",
	"3fff::1", "4000::1", "5f00::1", "8000::1", "fc00::1", "fd00::1",
	"fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
	/* our own */
	"8.8.4.4", "2606:4700::53" };
const size_t guard_n_private = ARRAY_LEN(guard_private);

const char *const guard_public[2] = { "9.9.9.9", "2620:fe::fe" };

/* The IPv4 addresses of which every notation is made. */
static const char *const targets[] = { "0.0.0.0", "10.0.0.1", "100.64.0.1",
	"127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.2.1",
	"192.168.0.1", "198.18.0.1", "203.0.113.1", "240.0.0.1", "8.8.4.4" };

static const char *const odd[] = {
	/* this machine by name */
	"http://localhost/", "http://LOCALHOST/", "http://localhost./",
	"http://localhost:80/", "https://localhost/", "http://a.localhost/",
	"http://a.b.LocalHost./", "http://loc%61lhost/",
	"http://\xEF\xBD\x8C\xEF\xBD\x8F\xEF\xBD\x83\xEF\xBD\x81\xEF\xBD\x8C"
	"\xEF\xBD\x88\xEF\xBD\x8F\xEF\xBD\x93\xEF\xBD\x94/",
	"http://local\xC2\xADhost/", "http://localhost#@9.9.9.9/",
	"http://localhost?@9.9.9.9/", "http://9.9.9.9@localhost/",
	/* digits that are none */
	"http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1/",
	"http://127\xE3\x80\x82"
	"0\xE3\x80\x82"
	"0\xE3\x80\x82"
	"1/",
	"http://127\xEF\xBC\x8E"
	"0.0\xEF\xBD\xA1"
	"1/",
	"http://\xE2\x92\xB6"
	"2.test/",
	"http://\xD9\xA1\xD9\xA0.0.0.1/",
	"http://1\xE2\x81\xA0"
	"0.0.0.1/",
	"http://10.0.0.\xC2\xB9/",
	/* short and overflowing numbers */
	"http://0/", "http://1/", "http://127.1/", "http://127.0.1/",
	"http://10.1/", "http://0x7f.1/", "http://0x7F000001/", "http://0x0/",
	"http://0x/", "http://0177.1/", "http://017700000001/",
	"http://2130706433/", "http://4294967295/", "http://4294967296/",
	"http://18446744071545290753/", "http://127.0.0.1.1/",
	"http://127.0.0.256/", "http://127.0.0.01/", "http://127.0.0.08/",
	"http://127.0x0.00.1/", "http://00000000000000000177.0.0.1/",
	"http://127.0.0.1e0/", "http://+127.0.0.1/", "http://127 .0.0.1/",
	"http://127.0.0.1%20/", "http://127..0.1/", "http://.127.0.0.1/",
	"http://127.0.0.1../",
	/* brackets, zones, IPv6 */
	"http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/",
	"http://[0000:0000:0000:0000:0000:0000:0000:0001]/",
	"http://[::1%25lo]/", "http://[::1%lo]/", "http://[::1%251]/",
	"http://[fe80::1%25lo]/", "http://[fe80::1%lo]/",
	"http://[fe80::1%25eth0]/", "http://[ff02::1%25lo]/",
	"http://[9.9.9.9%25lo]/", "http://[::1]:80/", "http://[::1]:443/",
	"https://[::1]/", "http://[::1]./", "http://[::1/", "http://::1]/",
	"http://::1/", "http://[::1]@9.9.9.9@[::1]/", "http://[[::1]]/",
	"http://[127.0.0.1]/", "http://[0x7f.1]/", "http://[::ffff:0x7f.1]/",
	"http://[::ffff:2130706433]/", "http://[::ffff:127.1]/",
	"http://[v1.fe80::1]/", "http://[::%31]/", "http://%5B::1%5D/",
	"http://[0:0:0:0:0:ffff:7f00:0001]/", "http://[::FFFF:7F00:1]/",
	"http://[::ffff:0:7f00:1]/", "http://[::7f00:1]/",
	"http://[fe80::5efe:127.0.0.1]/", "http://[2001:0:7f00:1::80ff:fffe]/",
	"http://[FD00:EC2::254]/", "http://[2001:DB8::1]/",
	"http://[2002:7F00:0001::]/", "http://[64:FF9B::7F00:1]/",
	"http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b:1:0:0:7f00:1::]/",
	/* who is the host? */
	"http://a:b@127.0.0.1/", "http://:@127.0.0.1/", "http://@127.0.0.1/",
	"http://a:b:c@127.0.0.1/", "http://9.9.9.9:80@127.0.0.1/",
	"http://9.9.9.9@127.0.0.1:80/", "http://a@9.9.9.9@127.0.0.1/",
	"http://a%40b@127.0.0.1/", "http://127.0.0.1#@9.9.9.9/",
	"http://127.0.0.1?@9.9.9.9/", "http://127.0.0.1\\@9.9.9.9/",
	"http://9.9.9.9\\@127.0.0.1/", "http://9.9.9.9%2f@127.0.0.1/",
	"http://9.9.9.9%5c@127.0.0.1/", "http://9.9.9.9%23@127.0.0.1/",
	"http://9.9.9.9%00@127.0.0.1/", "http://9.9.9.9%0d%0aHost:127.0.0.1/",
	"http://127.0.0.1%00.test/", "http://127.0.0.1%09/",
	"http://127.0.0.1%0a/", "http:\\\\127.0.0.1\\", "http:/\\127.0.0.1/",
	"http:/127.0.0.1/", "http:127.0.0.1/", "http:///127.0.0.1/",
	"http:////127.0.0.1/", "http://///127.0.0.1/", "//127.0.0.1/",
	"\\\\127.0.0.1\\", "/\\127.0.0.1/", "127.0.0.1", "127.0.0.1/",
	"127.0.0.1:80/", "localhost/", "HTTP://127.0.0.1/",
	"hTtPs://127.0.0.1/", "http ://127.0.0.1/", " http://127.0.0.1/ ",
	"\thttp://127.0.0.1/\t", "ht\ttp://127.0.0.1/", "http:\t//127.0.0.1/",
	"http://\t127.0.0.1/", "http://127.0.0.1\t/", "http://127.0\t.0.1/",
	"http://127.0.0.1\r\n/", "http://127.0.0.1/\r\nHost: 9.9.9.9",
	"http://\x01"
	"127.0.0.1/",
	"http://127.0.0.1\x7f/", "http://127.0.0.1\xC2\x85/",
	"http://127.0.0.1\xE2\x80\xA8/", "http://127.0.0.1\xC2\xA0/",
	"http://127.0.0.1\xFF/", "http://127.0.0.1/\xFF",
	"url:http://127.0.0.1/",
	/* other ports, there and elsewhere */
	"http://127.0.0.1:22/", "http://127.0.0.1:18081/",
	"http://127.0.0.1:0/", "http://127.0.0.1:-80/", "http://127.0.0.1:080/",
	"http://127.0.0.1:00000000080/", "http://127.0.0.1:65536/",
	"http://127.0.0.1:65616/", "http://127.0.0.1: 80/",
	"http://127.0.0.1:80:80/", "http://127.0.0.1:%38%30/",
	"http://127.0.0.1:http/", "http://127.0.0.1:/",
	"http://127.0.0.2:18080/", "http://10.0.0.1:18080/",
	"http://[::1]:18080/", "http://0:18080/", "http://a2.test:18080/",
	"http://a29.test:18080/", "http://9.9.9.9:18080/", "http://9.9.9.9:21/",
	"http://9.9.9.9:22/", "http://9.9.9.9:25/", "http://9.9.9.9:6379/",
	"http://9.9.9.9:8080/", "http://9.9.9.9:11211/",
	"http://public0.test:22/", "https://public0.test:8080/",
	"http://[2620:fe::fe]:6379/",
	/* other schemes */
	"file:///etc/passwd", "file://127.0.0.1/etc/passwd", "file:/etc/passwd",
	"file:etc/passwd", "FILE:///etc/passwd", "gopher://127.0.0.1:70/_x",
	"gopher://9.9.9.9:6379/_INFO%0d%0a", "dict://127.0.0.1:2628/d:x",
	"dict://127.0.0.1:11211/stat", "ftp://127.0.0.1/", "ftp://a:b@10.0.0.1",
	"ftps://127.0.0.1/", "tftp://127.0.0.1/x", "sftp://127.0.0.1/",
	"scp://127.0.0.1/x", "ldap://127.0.0.1/", "ldaps://127.0.0.1/",
	"smb://127.0.0.1/x", "smbs://127.0.0.1/x", "telnet://127.0.0.1:22/",
	"imap://127.0.0.1/", "pop3://127.0.0.1/", "smtp://127.0.0.1:25/",
	"rtsp://127.0.0.1/", "rtmp://127.0.0.1/", "mqtt://127.0.0.1/",
	"ws://127.0.0.1/", "wss://127.0.0.1/", "unix:/run/x.sock",
	"http+unix://%2frun%2fx.sock/", "jar:http://127.0.0.1!/x",
	"view-source:http://127.0.0.1/", "feed:http://127.0.0.1/",
	"data:text/html,x", "javascript:alert(1)", "about:blank",
	"netdoc:/etc/passwd", "httpx://127.0.0.1/", "ahttp://127.0.0.1/",
	"://127.0.0.1/", "http://", "http:///", "http://?127.0.0.1",
	"http://#127.0.0.1", "http://:80/", "http://%/", "http://*/",
	"ftp.test/", "gopher.test", "ftp.127.0.0.1"
};

const char *const guard_fine[] = { "http://9.9.9.9/", "http://151587081/",
	"http://0x09090909/", "http://011.0x9.2313/", "http://9.9.9.9./",
	"http://\xEF\xBC\x99.9.9.\xE2\x91\xA8/", "http://[2620:FE:0::FE]:80/",
	"http://[2620:fe:0:0:0:0:0:fe]/", "http://[::ffff:9.9.9.9]/",
	"http://[::ffff:909:909]/", "http://10.0.0.1@9.9.9.9/",
	"http://9.9.9.9/#http://10.0.0.1/",
	"http://9.9.9.9/?u=http://10.0.0.1/", "http://[::1]%2f@9.9.9.9/",
	"http://127.0.0.1;@9.9.9.9/", "HTTP://PUBLIC0.test.:80/x",
	"https://public0.test/fine", "http://\xE2\x93\x9Fublic0.test/" };
const size_t guard_n_fine = ARRAY_LEN(guard_fine);

char **guard_urls;
size_t guard_n_urls;
static size_t cap;

static void add(const char *url)
{
	if (guard_n_urls == cap) {
		cap = cap ? 2 * cap : 256;
		guard_urls = xrealloc(guard_urls, cap * sizeof(*guard_urls));
	}
	guard_urls[guard_n_urls++] = xstrdup(url);
}

__attribute__((format(printf, 1, 2))) static void addf(const char *fmt, ...)
{
	char url[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(url, sizeof(url), fmt, ap);
	va_end(ap);
	add(url);
}

/* The host spelled byte by byte: as %xx, or with full-width digits. */
static void add_bytewise(const char *addr)
{
	struct sbuf percent = SBUF_INIT(300), wide = SBUF_INIT(300);

	for (; *addr; addr++) {
		sbuf_addf(&percent, "%%%02x", (unsigned)*addr);
		if (*addr == '.')
			sbuf_addstr(&wide, "\xE3\x80\x82");
		else
			sbuf_addf(&wide, "\xEF\xBC%c", *addr - '0' + 0x90);
	}
	addf("http://%s/", percent.buf);
	addf("http://%s/", wide.buf);
	sbuf_release(&percent);
	sbuf_release(&wide);
}

static void add_notations(const char *addr)
{
	struct in_addr in;
	unsigned v, a, b, c, d;

	(void)inet_pton(AF_INET, addr, &in);
	v = ntohl(in.s_addr);
	a = v >> 24, b = v >> 16 & 255, c = v >> 8 & 255, d = v & 255;
	addf("https://%s/", addr);
	addf("http://%s:80/", addr);
	addf("http://%s:443/", addr);
	addf("http://%s./", addr);
	addf("http://user:pass@%s/", addr);
	addf("http://%u/", v);
	addf("http://0x%x/", v);
	addf("http://0X%08X/", v);
	addf("http://0%o/", v);
	addf("http://0x%x.0x%x.0x%x.0x%x/", a, b, c, d);
	addf("http://0%o.0%o.0%o.0%o/", a, b, c, d);
	addf("http://0000%o.0x00%x.%u.000%o/", a, b, c, d);
	addf("http://%u.%u/", a, v & 0xFFFFFF);
	addf("http://%u.%u.%u/", a, b, v & 0xFFFF);
	addf("http://0x%x.0%o/", a, v & 0xFFFFFF);
	addf("http://[::ffff:%s]/", addr);
	addf("http://[::ffff:%x:%x]/", v >> 16, v & 0xFFFF);
	addf("http://[0:0:0:0:0:FFFF:%04X:%04X]:80/", v >> 16, v & 0xFFFF);
	addf("http://[::%s]/", addr);
	addf("http://[::ffff:0:%s]/", addr);
	addf("http://[64:ff9b::%x:%x]/", v >> 16, v & 0xFFFF);
	addf("http://[64:ff9b:1::%s]/", addr);
	addf("http://[2002:%x:%x::1]/", v >> 16, v & 0xFFFF);
	addf("http://[fe80::%s%%25lo]/", addr);
	add_bytewise(addr);
}

void guard_make_urls(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(odd); i++)
		add(odd[i]);
	for (i = 0; i < ARRAY_LEN(targets); i++)
		add_notations(targets[i]);
	for (i = 0; i < guard_n_private; i++) {
		const char *addr = guard_private[i];

		addf(strchr(addr, ':') ? "http://[%s]/" : "http://%s/", addr);
		addf("http://a%zu.test/", i);
		addf("http://u:p@A%zu.TEST.:80/x", i);
	}
}

/* ---- redirects ---- */

#define LOCATION(status, to) \
	"HTTP/1.1 " status "\r\nLocation: " to "\r\nContent-Length: 0\r\n"
#define OK200 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
#define PRIVATE REASON_PRIVATE_ADDRESS
#define NOWHERE REASON_UNREACHABLE

const struct guard_redirect guard_redirects[] = {
	/* where it may go */
	{ NULL, "/ok", REASON_NONE, 2 },
	{ NULL, "ok", REASON_NONE, 2 },
	{ NULL, "/ok?//10.0.0.1/", REASON_NONE, 2 },
	{ NULL, "./a/../ok", REASON_NONE, 2 },
	{ NULL, "//127.0.0.1:18080/ok", REASON_NONE, 2 },
	{ NULL, "http://9.9.9.9/", REASON_NONE, 1 },
	{ NULL, "//9.9.9.9/", REASON_NONE, 1 },
	{ NULL, "http://public1.test/", REASON_NONE, 1 },
	{ NULL, "http://a:b@public0.test/", REASON_NONE, 1 },
	{ NULL, "https://public0.test/fine", REASON_NONE, 1 },
	{ NULL, "/ok#@10.0.0.1/", REASON_NONE, 2 },
	/* another scheme */
	{ NULL, "file:///etc/passwd", NOWHERE, 1 },
	{ NULL, "gopher://10.0.0.1:70/_x", NOWHERE, 1 },
	{ NULL, "dict://10.0.0.1:2628/d:x", NOWHERE, 1 },
	{ NULL, "ftp://10.0.0.1/", NOWHERE, 1 },
	{ NULL, "ldap://10.0.0.1/", NOWHERE, 1 },
	{ NULL, "data:text/html,x", NOWHERE, 1 },
	{ NULL, "javascript:x()", NOWHERE, 1 },
	/* another port */
	{ NULL, "http://9.9.9.9:22/", NOWHERE, 1 },
	{ NULL, "http://9.9.9.9:25/", NOWHERE, 1 },
	{ NULL, "//9.9.9.9:6379/", NOWHERE, 1 },
	{ NULL, "http://127.0.0.1:18081/", PRIVATE, 1 },
	{ NULL, "//10.0.0.1:18080/", PRIVATE, 1 },
	/* another host */
	{ NULL, "//10.0.0.1/", PRIVATE, 1 },
	{ NULL, "///10.0.0.1/", PRIVATE, 1 },
	{ NULL, "http://9.9.9.9@10.0.0.1/", PRIVATE, 1 },
	{ NULL, "http://169.254.169.254/latest/meta-data/", PRIVATE, 1 },
	{ NULL, "http://a2.test/", PRIVATE, 1 },
	{ NULL, "//a29.test/", PRIVATE, 1 },
	{ NULL, "http://localhost/", PRIVATE, 1 },
	{ NULL, "http://127.0.0.1/", PRIVATE, 1 },
	{ NULL, "http://[::ffff:10.0.0.1]/", PRIVATE, 1 },
	/* every status that redirects, and some that do not */
	{ LOCATION("301 Moved", "http://10.0.0.1/"), NULL, PRIVATE, 1 },
	{ LOCATION("303 See Other", "http://10.0.0.1/"), NULL, PRIVATE, 1 },
	{ LOCATION("307 Temporary", "http://10.0.0.1/"), NULL, PRIVATE, 1 },
	{ LOCATION("308 Permanent", "http://10.0.0.1/"), NULL, PRIVATE, 1 },
	{ LOCATION("308 Permanent", "http://a2.test/"), NULL, PRIVATE, 1 },
	{ LOCATION("300 Choices", "http://10.0.0.1/"), NULL, REASON_NONE, 1 },
	{ LOCATION("305 Use Proxy", "http://10.0.0.1/"), NULL, REASON_NONE, 1 },
	{ LOCATION("306 Switch", "http://10.0.0.1/"), NULL, REASON_NONE, 1 },
	{ LOCATION("201 Created", "http://10.0.0.1/"), NULL, REASON_NONE, 1 },
	{ LOCATION("401 Who", "http://10.0.0.1/"), NULL, REASON_NONE, 1 },
	{ LOCATION("407 Proxy", "http://10.0.0.1/"), NULL, REASON_NONE, 1 },
	/* other headers that name places */
	{ OK200 "Location: http://10.0.0.1/\r\n", NULL, REASON_NONE, 1 },
	{ OK200 "Refresh: 0; url=http://10.0.0.1/\r\n", NULL, REASON_NONE, 1 },
	{ OK200 "Content-Location: http://10.0.0.1/\r\n", NULL, REASON_NONE,
		1 },
	{ OK200 "Link: <http://10.0.0.1/>; rel=canonical\r\n", NULL,
		REASON_NONE, 1 },
	{ OK200 "Link: <http://10.0.0.1/x.css>; rel=preload\r\n", NULL,
		REASON_NONE, 1 },
	{ OK200 "Alt-Svc: h2=\"10.0.0.1:443\", http/1.1=\"10.0.0.1:80\"\r\n",
		NULL, REASON_NONE, 1 },
	/* broken ones */
	{ LOCATION("302 Found", ""), NULL, REASON_NONE, 1 },
	{ "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n", NULL, REASON_NONE, 1 },
	{ LOCATION("302 Found", "http://10.0.0.1/\r\nLocation: /ok"), NULL,
		PRIVATE, 1 },
	{ LOCATION("302 Found", "/ok\r\nLocation: http://10.0.0.1/"), NULL,
		REASON_NONE, 2 },
	{ LOCATION("302 Found", "\t http://10.0.0.1/ \t"), NULL, PRIVATE, 1 },
	{ NULL, "http://10.0.0.1\\@9.9.9.9/", NOWHERE, 1 },
	{ NULL, "http://[::1", NOWHERE, 1 },
	{ NULL, "http://", NOWHERE, 1 },
	/* round and round: five redirects are followed, no sixth */
	{ NULL, "/hop?4", REASON_NONE, 6 },
	{ NULL, "/hop?5", REASON_FETCH_REDIRECTS, 6 },
	{ NULL, "/loop", REASON_FETCH_LOOP, 2 },
	{ NULL, "/ping", REASON_FETCH_LOOP, 3 },
	{ NULL, "/hop-to-10?3", PRIVATE, 5 },
};
const size_t guard_n_redirects = ARRAY_LEN(guard_redirects);
