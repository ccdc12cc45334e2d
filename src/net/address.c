/*
 * The address rule. Everything is refused but what is globally routable: the
 * special ranges of IPv4 are listed; of IPv6 only 2000::/3 is allowed, less
 * what is carved out of it (Teredo, 6to4, documentation), which refuses
 * loopback, link-local, unique-local, NAT64 and multicast without naming them.
 * IPv4 inside IPv6 (::ffff:a.b.c.d) is judged as IPv4.
 *
 * It judges binary addresses, never names: whatever a name resolves to comes
 * here at the moment of connecting, so a second look-up cannot fool it.
 */
#include "net/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include "net/net.h"

struct range {
	unsigned char addr[ADDRESS_LEN];
	unsigned bits;
};

#define V4(a, b, c, d, len)                                               \
	{                                                                 \
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d }, \
			96 + (len)                                        \
	}

static const struct range mapped = V4(0, 0, 0, 0, 0);
static const struct range global6 = { { 0x20 }, 3 };

static const struct range refused[] = {
	V4(0, 0, 0, 0, 8),	/* this network */
	V4(10, 0, 0, 0, 8),	/* private */
	V4(100, 64, 0, 0, 10),	/* carrier-grade NAT */
	V4(127, 0, 0, 0, 8),	/* loopback */
	V4(169, 254, 0, 0, 16), /* link-local, cloud metadata */
	V4(172, 16, 0, 0, 12),	/* private */
	V4(192, 0, 0, 0, 24),	/* protocol assignments */
	V4(192, 0, 2, 0, 24),	/* documentation */
	V4(192, 88, 99, 0, 24), /* 6to4 relays */
	V4(192, 168, 0, 0, 16), /* private */
	V4(198, 18, 0, 0, 15),	/* benchmarks */
	V4(198, 51, 100, 0, 24), V4(203, 0, 113, 0, 24),
	V4(224, 0, 0, 0, 4), /* multicast */
	V4(240, 0, 0, 0, 4), /* reserved, broadcast */
	/* out of 2000::/3 */
	{ { 0x20, 0x01, 0x00 }, 23 },	    /* Teredo, ORCHID … */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 },		    /* 6to4 */
	{ { 0x3f, 0xff }, 20 },		    /* documentation */
};

static int within(
	const unsigned char *addr, const unsigned char *net, unsigned bits)
{
	unsigned bytes = bits / 8, rest = bits % 8;

	if (memcmp(addr, net, bytes))
		return 0;
	return !rest || (addr[bytes] ^ net[bytes]) >> (8 - rest) == 0;
}

int address_public(const unsigned char addr[ADDRESS_LEN])
{
	size_t i;

	if (!within(addr, mapped.addr, mapped.bits) &&
		!within(addr, global6.addr, global6.bits))
		return 0;
	for (i = 0; i < ARRAY_LEN(refused); i++)
		if (within(addr, refused[i].addr, refused[i].bits))
			return 0;
	return 1;
}

static int usual_port(int port)
{
	return port == 80 || port == 443;
}

int address_bytes(
	const struct sockaddr *sa, unsigned char out[ADDRESS_LEN], int *port)
{
	memcpy(out, mapped.addr, ADDRESS_LEN);
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(out + 12, &in.sin_addr, 4);
		*port = ntohs(in.sin_port);
		return 0;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(out, &in6.sin6_addr, ADDRESS_LEN);
		*port = ntohs(in6.sin6_port);
		return 0;
	}
	return -1;
}

int address_literal(const char *host, unsigned char out[ADDRESS_LEN])
{
	struct in_addr in;

	if (strchr(host, ':'))
		return inet_pton(AF_INET6, host, out) == 1 ? 0 : -1;
	if (!inet_aton(host, &in)) /* all spellings getaddrinfo() takes */
		return -1;
	memcpy(out, mapped.addr, ADDRESS_LEN);
	memcpy(out + 12, &in, 4);
	return 0;
}

/* Does the operator's list name this address with this port? */
static int listed(const struct config *c, const unsigned char *addr, int port)
{
	size_t i;

	for (i = 0; i < c->n_fetch_allow; i++) {
		const struct allow_rule *r = &c->fetch_allow[i];

		if (!r->any_addr && within(addr, r->addr, r->bits) &&
			(r->port ? r->port == port : usual_port(port)))
			return 1;
	}
	return 0;
}

int port_permitted(const struct config *c, int port)
{
	size_t i;

	if (usual_port(port))
		return 1;
	for (i = 0; i < c->n_fetch_allow; i++)
		if (c->fetch_allow[i].port == port)
			return 1;
	return 0;
}

/* A public address may be asked on the usual ports and on those of "*:port". */
static int public_port(const struct config *c, int port)
{
	size_t i;

	for (i = 0; i < c->n_fetch_allow; i++)
		if (c->fetch_allow[i].any_addr &&
			c->fetch_allow[i].port == port)
			return 1;
	return usual_port(port);
}

int address_permitted(
	const struct config *c, const unsigned char addr[ADDRESS_LEN], int port)
{
	return listed(c, addr, port) ||
	       (address_public(addr) && public_port(c, port));
}

/* Is it an address of this very machine? When the system does not tell, yes:
 * better no page than the wrong one. */
static int is_own(const unsigned char *addr)
{
	struct ifaddrs *all, *i;
	int own = 0, port;

	if (getifaddrs(&all))
		return 1;
	for (i = all; i && !own; i = i->ifa_next) {
		unsigned char a[ADDRESS_LEN];

		if (i->ifa_addr && address_bytes(i->ifa_addr, a, &port) == 0)
			own = memcmp(a, addr, ADDRESS_LEN) == 0;
	}
	freeifaddrs(all);
	return own;
}

int address_allowed(const struct config *c, const struct sockaddr *sa, int port)
{
	unsigned char addr[ADDRESS_LEN];
	int there;

	if (address_bytes(sa, addr, &there) || (there && there != port))
		return 0;
	if (listed(c, addr, port))
		return 1;
	return address_permitted(c, addr, port) && !is_own(addr);
}
