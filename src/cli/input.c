/*
 * The road from what stands on the command line to a recipe: the same fetch
 * and the same limited reader as in the server, only that nothing is kept.
 */
#include "cli/input.h"

#include "net/net.h"

/* Does the --url at this place say where a file came from? -1: the one before
 * it; 1: the one behind it, which has none behind itself; 0: no. */
static int is_label(const struct cli_inputs *in, int i)
{
	if (i > 0 && in->file[i - 1])
		return -1;
	return i + 1 < in->n && in->file[i + 1] &&
	       !(i + 2 < in->n && in->url[i + 2]);
}

int cli_input_check(const struct cli_usage *u, const struct cli_inputs *in,
	struct cli_input *out, size_t max, size_t *n)
{
	const char *label = NULL;
	int i;

	*n = 0;
	for (i = 0; i < in->n; i++) {
		int at = in->url[i] ? is_label(in, i) : 0;

		if (at < 0) {
			out[*n - 1].url = in->url[i];
			continue;
		}
		if (at > 0) {
			label = in->url[i];
			continue;
		}
		if (*n == max)
			return max == 1 ? cli_wrong(
						  u, "give one recipe, not two")
					: cli_wrong(u,
						  "give at most %zu recipes",
						  max);
		out[*n].url = in->word[i]  ? in->word[i]
			      : in->url[i] ? in->url[i]
					   : label;
		out[*n].file = in->file[i];
		out[*n].text = in->text[i];
		out[*n].text_file = in->text_file[i];
		label = NULL;
		++*n;
	}
	if (!*n)
		return cli_wrong(u, "a URL, a file or a text is needed");
	return -1;
}

/* ---- from the web ---- */

struct fetched {
	struct cli_source *source;
	struct arena *mem;
	struct err *e;
	int over, rc;
};

static void done(void *arg, const struct net_page *page, const struct err *e)
{
	struct fetched *f = arg;
	enum net_kind kind;

	f->over = 1;
	f->rc = -1;
	if (e) {
		*f->e = *e;
		return;
	}
	kind = net_page_kind(page, f->e);
	if (kind == NET_NOTHING)
		return;
	if (kind == NET_TEXT)
		f->source->kind = ASK_TEXT;
	f->source->answer = f->e->reason;
	f->e->reason = REASON_NONE;
	sbuf_add(&f->source->bytes, page->body, page->len);
	f->source->charset = arena_strdup(f->mem, page->charset);
	f->rc = 0;
}

static int fetch(const char *asked, const struct config *c, struct arena *mem,
	struct cli_source *s, struct err *e)
{
	struct fetched f = { s, mem, e, 0, -1 };
	struct sbuf url = SBUF_INIT(NET_URL_MAX);
	struct net *net;

	if (url_canonical(c, asked, strlen(asked), &url, e))
		goto out;
	s->url = arena_strndup(mem, url.buf, url.len);
	s->fetched = 1;
	net = net_new(c);
	cli_progress("Fetching the page \xe2\x80\xa6");
	(void)net_fetch(net, s->url, done, &f);
	while (!f.over)
		net_run(net, 1000, NULL, 0);
	cli_progress("");
	net_free(net);
out:
	sbuf_release(&url);
	return f.rc;
}

/* ---- from anywhere ---- */

/* A saved page's address is only a label: kept as it was given, if it looks
 * like a URL at all. */
static int check_label(const char *url, struct err *e)
{
	size_t len = strlen(url);

	if (text_valid(url, len) && len <= NET_URL_MAX &&
		(text_ascii_prefix(url, len, "http://") ||
			text_ascii_prefix(url, len, "https://")))
		return 0;
	return err_set(e, REASON_BAD_URL, "%.100s", url);
}

int cli_source_load(const struct cli_input *in, const struct config *c,
	struct arena *mem, struct cli_source *s, struct err *e)
{
	const char *file = in->file ? in->file : in->text_file;

	memset(s, 0, sizeof(*s));
	s->kind = in->text || in->text_file ? ASK_TEXT : ASK_HTML;
	sbuf_init(&s->bytes,
		s->kind == ASK_TEXT ? RECIPE_TEXT_MAX : NET_PAGE_MAX);
	if (!file && !in->text)
		return fetch(in->url, c, mem, s, e);
	if (in->url && check_label(in->url, e))
		return -1;
	s->url = in->url;
	if (file)
		return file_read(file, &s->bytes, e);
	sbuf_addstr(&s->bytes, in->text);
	if (s->bytes.full)
		return err_set(e, REASON_TOO_LARGE, "text too large");
	return 0;
}

void cli_source_release(struct cli_source *s)
{
	sbuf_release(&s->bytes);
}

int cli_source_recipe(const struct cli_source *s, const struct knowledge *k,
	struct arena *mem, struct recipe *r, struct err *e)
{
	struct reader_input in = { READER_PAGE, s->bytes.buf, s->bytes.len,
		s->url, s->charset };

	if (!s->bytes.len)
		return err_set(e, REASON_EMPTY, "nothing there");
	if (s->kind == ASK_TEXT && (!s->charset || !*s->charset)) {
		if (recipe_read_text(-1, k, in.data, in.len, mem, r, e))
			return -1;
	} else {
		if (s->kind == ASK_TEXT)
			in.kind = READER_TEXT;
		if (reader_read(-1, k, &in, mem, r, e)) {
			e->reason = net_page_blame(s->answer, e->reason);
			return -1;
		}
	}
	if (s->url)
		r->url = s->url; /* whatever the page says of itself */
	return 0;
}
