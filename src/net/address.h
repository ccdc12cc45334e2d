/*
 * Which addresses the fetcher may reach: the rule that the URL parser (for
 * literal addresses) and the connection (for every address) share. An address
 * is 16 bytes, IPv4 as ::ffff:a.b.c.d.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <sys/socket.h>

#include "config/config.h"

#define ADDRESS_LEN 16

/* The 16 bytes of an IPv4 or IPv6 socket address; -1 for other families. */
int address_bytes(
	const struct sockaddr *sa, unsigned char out[ADDRESS_LEN], int *port);
/* An address literal in any spelling the resolver takes (decimal, octal, hex,
 * short; IPv6 without brackets); -1 when it is none. */
int address_literal(const char *host, unsigned char out[ADDRESS_LEN]);

/* Globally routable, by its range? */
int address_public(const unsigned char addr[ADDRESS_LEN]);
/* By ranges and the operator's list alone, without asking the system. */
int address_permitted(const struct config *c,
	const unsigned char addr[ADDRESS_LEN], int port);
/* Could any address with that port be permitted? */
int port_permitted(const struct config *c, int port);

#endif
