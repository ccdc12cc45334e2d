/*
 * The loop that everything which leaves this machine goes through, and what
 * all of it has in common. net_run() lets libcurl move on the transfers there
 * are, hands over what came of them, and waits: for sockets, for the caller's
 * descriptors, until a pause or the patience with somebody is over.
 *
 * What a fetch or a call is, hop.c, fetch.c and calls.c know.
 */
#include "config.h"

#include "net/internal.h"

#include <poll.h>
#include <signal.h>

#define KEPT_CONNECTIONS 32L
#define EXTRA_MAX 64

/* ---- transfers ---- */

void transfer_open(struct net *n, struct transfer *t)
{
	t->easy = curl.easy_init();
	if (!t->easy)
		fatalx("out of memory (libcurl)");
	TRANSFER_SET(t, CURLOPT_PRIVATE, t);
	TRANSFER_SET(t, CURLOPT_ERRORBUFFER, t->error);
	TRANSFER_SET(t, CURLOPT_NOSIGNAL, 1L);
	/* a stuck look-up must not hold us up */
	TRANSFER_SET(t, CURLOPT_QUICK_EXIT, 1L);
	TRANSFER_SET(t, CURLOPT_PROTOCOLS_STR, "http,https");
	TRANSFER_SET(t, CURLOPT_FOLLOWLOCATION, 0L);
	TRANSFER_SET(t, CURLOPT_PROXY, "");
	TRANSFER_SET(t, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	TRANSFER_SET(t, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	TRANSFER_SET(t, CURLOPT_SSL_VERIFYPEER, 1L);
	TRANSFER_SET(t, CURLOPT_SSL_VERIFYHOST, 2L);
	TRANSFER_SET(t, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (n->config->ca_file && *n->config->ca_file)
		TRANSFER_SET(t, CURLOPT_CAINFO, n->config->ca_file);
}

void transfer_start(struct net *n, struct transfer *t)
{
	t->error[0] = '\0';
	if (curl.multi_add_handle(n->multi, t->easy))
		fatalx("libcurl: cannot add a transfer");
	t->running = 1;
}

void transfer_stop(struct net *n, struct transfer *t)
{
	if (t->running)
		(void)curl.multi_remove_handle(n->multi, t->easy);
	t->running = 0;
}

void transfer_close(struct net *n, struct transfer *t)
{
	transfer_stop(n, t);
	curl.easy_cleanup(t->easy);
	t->easy = NULL;
}

const char *transfer_error(const struct transfer *t, CURLcode rc)
{
	return *t->error ? t->error : curl.easy_strerror(rc);
}

/* ---- all of them ---- */

static void make_agent(struct net *n)
{
	struct sbuf sb = SBUF_INIT(400);
	const char *p = n->config->contact;

	sbuf_addstr(&sb, "Mozilla/5.0 (compatible; Winepair/" PACKAGE_VERSION);
	if (p && *p)
		sbuf_addstr(&sb, "; +");
	for (; p && *p; p++)
		if (*p > ' ' && *p < 0x7F && !strchr("()", *p))
			sbuf_addch(&sb, *p);
	sbuf_addch(&sb, ')');
	n->agent = xstrdup(sb.buf);
	sbuf_release(&sb);
}

struct net *net_new(const struct config *c)
{
	struct net *n = xcalloc(1, sizeof(*n));
	const curl_version_info_data *v;
	struct err e = ERR_INIT;

	if (net_ready(&e))
		fatalx("%s", e.msg);
	/* libcurl leaves SIGPIPE to us (CURLOPT_NOSIGNAL) */
	(void)signal(SIGPIPE, SIG_IGN);
	if (libcurl_init())
		fatalx("libcurl does not start");
	v = curl.version_info(CURLVERSION_NOW);
	if (!(v->features & CURL_VERSION_ASYNCHDNS))
		fatalx("libcurl looks names up without a thread");
	n->config = c;
	n->multi = curl.multi_init();
	if (!n->multi)
		fatalx("out of memory (libcurl)");
	(void)curl.multi_setopt(
		n->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
	make_agent(n);
	return n;
}

void net_free(struct net *n)
{
	if (!n)
		return;
	fetches_free(n);
	calls_free(n);
	(void)curl.multi_cleanup(n->multi);
	curl.global_cleanup();
	free(n->agent);
	free(n);
}

void net_cancel(struct net *n, unsigned handle)
{
	if (!fetch_cancel(n, handle))
		call_cancel(n, handle);
}

/* ---- the loop ---- */

/* Let libcurl work, and take note of what has ended. */
static void perform(struct net *n)
{
	CURLMsg *m;
	int left;

	n->looked = clock_monotonic_ms();
	(void)curl.multi_perform(n->multi, &left);
	while ((m = curl.multi_info_read(n->multi, &left))) {
		struct transfer *t = NULL;
		CURLcode rc = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		transfer_stop(n, t);
		t->over(t, rc);
	}
}

static int deliver(struct net *n)
{
	int count = fetches_deliver(n);

	return count + calls_deliver(n);
}

void net_run(struct net *n, int wait_ms, struct pollfd *extra, size_t n_extra)
{
	struct curl_waitfd fds[EXTRA_MAX];
	size_t i;

	if (n_extra > EXTRA_MAX)
		log_bug("%zu descriptors to wait for", n_extra);
	if (n->calling_back)
		log_bug("net_run() from a callback");
	(void)fetches_start(n, 0);
	perform(n);
	if (deliver(n))
		wait_ms = 0; /* the caller has something new to look at */
	wait_ms = calls_wait(n, fetches_start(n, wait_ms));
	for (i = 0; i < n_extra; i++) {
		fds[i].fd = extra[i].fd;
		fds[i].events = extra[i].events; /* the same bits */
		fds[i].revents = 0;
	}
	(void)curl.multi_poll(n->multi, fds, (unsigned)n_extra, wait_ms, NULL);
	/* libcurl does not tell of a hang-up: ask again */
	if (n_extra && poll(extra, (nfds_t)n_extra, 0) < 0)
		for (i = 0; i < n_extra; i++)
			extra[i].revents = 0;
	perform(n);
	(void)deliver(n);
}
