/* What fetch.c and hop.c share: one PUBLIC fetch. Private to them. */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include "net/internal.h"

#define REDIRECTS_MAX 5
#define TYPE_MAX 200
#define ETAG_MAX 256
#define DATE_MAX 64

enum fetch_state { FETCH_WAITING, FETCH_RUNNING, FETCH_OVER };

struct header { /* of an answer, as far as we look at it */
	char type[TYPE_MAX], etag[ETAG_MAX], modified[DATE_MAX];
	char retry_after[DATE_MAX];
	int challenge;
};

struct fetch {
	struct transfer t; /* first */
	struct fetch *next;
	struct net *net;
	unsigned handle;
	enum fetch_state state;
	net_done *done;
	void *arg;
	char *url, *host;
	char *been[REDIRECTS_MAX]; /* where the hops before this one went */
	int redirects;
	struct curl_slist *headers; /* of a hop that asks for what is new */
	char *known_url, *known[2]; /* If-None-Match, If-Modified-Since */
	int64_t deadline; /* monotonic ms; 0 until the first hop starts */
	/* what the answer of this hop was */
	int refused;	     /* an address was not public */
	int bad_encoding;    /* something other than gzip */
	size_t header_bytes; /* of all hops */
	struct header header;
	struct sbuf body;
	int status;
	int64_t retry_after_s;
	struct err err;
};

/* A site we asked lately. */
struct host {
	struct host *next;
	char *name;
	int64_t free_at;      /* monotonic ms: the pause is over */
	int64_t closed_until; /* it told us to wait */
};

/* ---- fetch.c ---- */

/* A site's record, made when there is none; those that have run out go. */
struct host *host_of(struct net *n, const char *name);
/* Aim the next hop at url: from outside, so all of it is checked. */
int fetch_aim(struct fetch *f, const char *url, size_t len);

/* ---- hop.c ---- */

/* Ask f->url; or the fetch is over at once. */
void hop_start(struct fetch *f);

#endif
