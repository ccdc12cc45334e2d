/*
 * What the files of net/ share: one multi loop (net.c) moves on two kinds of
 * transfer, the hops of PUBLIC fetches (fetch.c, hop.c) and OPERATOR calls
 * (calls.c). None of them is called back from within libcurl: what libcurl
 * brings is kept, and handed over once it has returned. So callbacks may start
 * and cancel whatever they like. Private to this folder.
 */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include "net/libcurl.h"
#include "net/net.h"

/* One exchange with a server: the first member of what it belongs to. */
struct transfer {
	CURL *easy;
	int running; /* in the multi handle */
	char error[CURL_ERROR_SIZE];
	/* It has ended, and left the multi handle. */
	void (*over)(struct transfer *t, CURLcode rc);
};

struct net {
	const struct config *config;
	CURLM *multi;
	unsigned last_handle;
	char *agent; /* of PUBLIC fetches */
	struct host *hosts;
	struct fetch *fetches;
	struct call *calls;
	int calling_back; /* from calls: cancelled ones stay in the list */
	int64_t looked;	  /* monotonic ms: all that came before is taken */
};

#define TRANSFER_SET(t, option, value)                                     \
	do {                                                               \
		CURLcode rc_ = curl.easy_setopt((t)->easy, option, value); \
		if (rc_)                                                   \
			fatalx("libcurl: " #option ": %s",                 \
				curl.easy_strerror(rc_));                  \
	} while (0)

/* ---- net.c ---- */

/* An easy handle that follows nothing, keeps nothing and asks nobody else:
 * http and https, TLS verified, no proxy. */
void transfer_open(struct net *n, struct transfer *t);
void transfer_start(struct net *n, struct transfer *t);
void transfer_stop(struct net *n, struct transfer *t);
void transfer_close(struct net *n, struct transfer *t);
/* What went wrong, in libcurl's words. */
const char *transfer_error(const struct transfer *t, CURLcode rc);

/* ---- header.c ---- */

#define HEADERS_MAX ((size_t)64 * 1024) /* bytes of an answer's headers */

/* The value of a header line, without the blanks around it; NULL if the line
 * is another header's. */
const char *header_value(
	const char *line, size_t len, const char *name, size_t *value_len);
/* Copy as much of a value as there is room for. */
void header_keep(char *out, size_t size, const char *v, size_t len);
/* Is it one we can undo: gzip, once, or none? */
int header_encoding_fits(const char *v, size_t len);
/* Retry-After, "120" or a date, as ms from now (wall-clock ms) on; -1 when it
 * is neither. A year at most. */
int64_t header_retry_ms(const char *v, int64_t now);

/* ---- fetch.c ---- */

/* Start those in line whose host is free, as far as there is room. Returns
 * the milliseconds until a pause is over, at most wait_ms. */
int fetches_start(struct net *n, int wait_ms);
/* Hand over what is finished; how many callbacks were called. */
int fetches_deliver(struct net *n);
int fetch_cancel(struct net *n, unsigned handle); /* 0: there was none */
void fetches_free(struct net *n);

/* ---- calls.c ---- */

/* Hand over what has come, and end those whose time is up; how many callbacks
 * were called. */
int calls_deliver(struct net *n);
/* The milliseconds until the time of one is up, at most wait_ms. */
int calls_wait(const struct net *n, int wait_ms);
void call_cancel(struct net *n, unsigned handle);
void calls_free(struct net *n);

#endif
