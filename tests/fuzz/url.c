/*
 * Fuzz target: URLs. Besides "no crash": the canonical form is its own
 * canonical form, libcurl reads scheme, host and port in it exactly as we
 * wrote them, and a host that is an address is a public one.
 */
#include "base/base.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include "net/address.h"
#include "net/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok, const char *what, const char *url)
{
	if (ok)
		return;
	fprintf(stderr, "broken promise: %s: %s\n", what, url);
	abort();
}

/* What libcurl would connect to. */
static void check_host(const struct config *c, const char *url)
{
	unsigned char addr[ADDRESS_LEN];
	char *host = NULL, *port = NULL, *user = NULL, *zone = NULL, *bare;
	struct in_addr in;
	CURLU *u = curl_url();
	int64_t n;

	must(curl_url_set(u, CURLUPART_URL, url, 0) == 0, "libcurl reads it",
		url);
	must(curl_url_get(u, CURLUPART_HOST, &host, 0) == 0 &&
			curl_url_get(u, CURLUPART_PORT, &port,
				CURLU_DEFAULT_PORT) == 0,
		"it has a host and a port", url);
	must(curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER &&
			curl_url_get(u, CURLUPART_ZONEID, &zone, 0) ==
				CURLUE_NO_ZONEID,
		"no user, no zone", url);
	must(num_int(port, strlen(port), 1, 65535, &n) == 0 &&
			(n == 80 || n == 443),
		"an allowed port", url);
	bare = host;
	if (*bare == '[') {
		bare[strlen(bare) - 1] = '\0';
		bare++;
	}
	if (address_literal(bare, addr) == 0)
		must(address_permitted(c, addr, (int)n), "a public address",
			url);
	else
		must(!inet_aton(bare, &in), "a name is no address", url);
	must(strstr(url, bare) != NULL, "the host stands there as it is", url);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct config config;
	struct sbuf out = SBUF_INIT(NET_URL_MAX),
		    again = SBUF_INIT(NET_URL_MAX);
	struct err e = ERR_INIT;
	size_t i;

	if (url_canonical(&config, (const char *)data, size, &out, &e))
		goto end;
	for (i = 0; i < out.len; i++)
		must(out.buf[i] > ' ' && out.buf[i] < 0x7F &&
				out.buf[i] != '\\',
			"printable ASCII", out.buf);
	must(!strchr(out.buf, '#'), "no fragment", out.buf);
	must(url_canonical(&config, out.buf, out.len, &again, &e) == 0 &&
			strcmp(out.buf, again.buf) == 0,
		"its own canonical form", out.buf);
	check_host(&config, out.buf);
end:
	sbuf_release(&out);
	sbuf_release(&again);
	return 0;
}
