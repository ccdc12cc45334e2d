/*
 * Fetching a page from the public internet: who may go when, where to, and
 * what is handed over. What happens on the wire is hop.c's.
 *
 * A fetch waits in line until its host is free (one connection a site) and
 * there is room (32 in all), then makes up to six hops: each new address
 * passes url_canonical() like the first.
 *
 * It leaves out retries and caching (jobs/ does that); an answer of any status
 * and type is a success here (answer.c judges it).
 */
#include "config.h"

#include "net/fetch.h"

#define CONNECTIONS_MAX 32
#define CHARSET_MAX 40

/* ---- sites ---- */

struct host *host_of(struct net *n, const char *name)
{
	struct host **at = &n->hosts, *h;
	int64_t now = clock_monotonic_ms();

	while ((h = *at)) {
		if (strcmp(h->name, name) == 0)
			return h;
		if (h->free_at <= now && h->closed_until <= now) {
			*at = h->next;
			free(h->name);
			free(h);
		} else {
			at = &h->next;
		}
	}
	h = xcalloc(1, sizeof(*h));
	h->name = xstrdup(name);
	*at = h;
	return h;
}

/* ---- one fetch ---- */

static void fetch_free(struct fetch *f)
{
	int i;

	transfer_close(f->net, &f->t);
	curl.slist_free_all(f->headers);
	for (i = 0; i < f->redirects; i++)
		free(f->been[i]);
	free(f->known_url);
	free(f->known[0]);
	free(f->known[1]);
	free(f->url);
	free(f->host);
	sbuf_release(&f->body);
	free(f);
}

int fetch_aim(struct fetch *f, const char *url, size_t len)
{
	struct sbuf canonical = SBUF_INIT(NET_URL_MAX);
	const char *host;
	int rc = -1, circle = 0, i;

	if (url_canonical(f->net->config, url, len, &canonical, &f->err))
		goto out;
	if (f->url && text_ascii_prefix(f->url, strlen(f->url), "https:") &&
		!text_ascii_prefix(canonical.buf, canonical.len, "https:")) {
		err_set(&f->err, REASON_FETCH_TLS, "redirect from https to %s",
			canonical.buf);
		goto out;
	}
	if (f->url)
		f->been[f->redirects++] = f->url;
	for (i = 0; i < f->redirects; i++)
		if (strcmp(f->been[i], canonical.buf) == 0)
			circle = 1;
	f->url = xstrdup(canonical.buf);
	if (circle) {
		err_set(&f->err, REASON_FETCH_LOOP, "back to %s", f->url);
		goto out;
	}
	free(f->host);
	host = strstr(f->url, "://") + 3;
	f->host = xstrndup(host, strcspn(host, "/?"));
	rc = 0;
out:
	sbuf_release(&canonical);
	return rc;
}

/* ---- all of them ---- */

/* May f go now? One at a time at a site, and a first hop after the pause. A
 * fetch whose time is up goes too: it ends at once. */
static int is_free(const struct fetch *f, int64_t now, int64_t *next)
{
	const struct fetch *g;
	int64_t free_at;

	if (f->deadline && f->deadline < now)
		return 1;
	for (g = f->net->fetches; g; g = g->next)
		if (g->state == FETCH_RUNNING && strcmp(g->host, f->host) == 0)
			return 0;
	free_at = f->deadline ? now : host_of(f->net, f->host)->free_at;
	if (free_at > now && free_at < *next)
		*next = free_at;
	return free_at <= now;
}

int fetches_start(struct net *n, int wait_ms)
{
	int64_t now = clock_monotonic_ms(), next = now + wait_ms;
	struct fetch *f;
	int running = 0;

	for (f = n->fetches; f; f = f->next)
		running += f->state == FETCH_RUNNING;
	for (f = n->fetches; f && running < CONNECTIONS_MAX; f = f->next) {
		if (f->state != FETCH_WAITING || !is_free(f, now, &next))
			continue;
		hop_start(f);
		running += f->state == FETCH_RUNNING;
		if (f->state == FETCH_OVER)
			next = now; /* to be handed over */
	}
	return (int)(next - now);
}

/* The charset parameter of a content type; "" when it has none. */
static void read_charset(const char *type, char out[CHARSET_MAX + 1])
{
	size_t n = 0;

	*out = '\0';
	while ((type = strchr(type, ';'))) {
		type++;
		type += strspn(type, " \t");
		if (!text_ascii_prefix(type, strlen(type), "charset="))
			continue;
		type += 8;
		type += strspn(type, "\"' ");
		n = strcspn(type, "\"'; \t,");
		if (n <= CHARSET_MAX)
			(void)snprintf(
				out, CHARSET_MAX + 1, "%.*s", (int)n, type);
		return;
	}
}

int fetches_deliver(struct net *n)
{
	struct fetch **at = &n->fetches;
	int count = 0;

	while (*at) {
		struct fetch *f = *at;
		char charset[CHARSET_MAX + 1];
		struct net_page page = { f->status, f->url, f->header.type,
			charset, f->body.buf, f->body.len, f->header.etag,
			f->header.modified, f->retry_after_s,
			f->header.challenge };

		if (f->state != FETCH_OVER) {
			at = &f->next;
			continue;
		}
		read_charset(f->header.type, charset);
		*at = f->next;
		f->done(f->arg, f->err.reason ? NULL : &page,
			f->err.reason ? &f->err : NULL);
		fetch_free(f);
		count++;
		at = &n->fetches; /* the list may be another by now */
	}
	return count;
}

/* A header's value that came from a site: none of it may be another header. */
static char *fit_value(const char *v)
{
	const char *s;

	for (s = v; s && *s; s++)
		if (ascii_is_control(*s))
			return NULL;
	return v && *v ? xstrdup(v) : NULL;
}

unsigned net_fetch_known(struct net *n, const char *url,
	const struct net_known *known, net_done *done, void *arg)
{
	struct fetch *f = xcalloc(1, sizeof(*f)), **end = &n->fetches;

	f->net = n;
	f->handle = ++n->last_handle;
	f->done = done;
	f->arg = arg;
	f->retry_after_s = -1;
	if (known && known->url) {
		f->known_url = xstrdup(known->url);
		f->known[0] = fit_value(known->etag);
		f->known[1] = fit_value(known->modified);
	}
	sbuf_init(&f->body, NET_PAGE_MAX);
	if (fetch_aim(f, url, strlen(url)))
		f->state = FETCH_OVER;
	while (*end)
		end = &(*end)->next;
	*end = f;
	return f->handle;
}

unsigned net_fetch(struct net *n, const char *url, net_done *done, void *arg)
{
	return net_fetch_known(n, url, NULL, done, arg);
}

int fetch_cancel(struct net *n, unsigned handle)
{
	struct fetch **at = &n->fetches, *f;

	while (*at && (*at)->handle != handle)
		at = &(*at)->next;
	f = *at;
	if (!f)
		return 0;
	*at = f->next;
	fetch_free(f);
	return 1;
}

void fetches_free(struct net *n)
{
	while (n->fetches) {
		struct fetch *f = n->fetches;

		n->fetches = f->next;
		fetch_free(f);
	}
	while (n->hosts) {
		struct host *h = n->hosts;

		n->hosts = h->next;
		free(h->name);
		free(h);
	}
}
