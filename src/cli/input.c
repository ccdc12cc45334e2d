/*
 * The road from what stands on the command line to a recipe: the same fetch
 * and the same limited reader as in the server, only that nothing is kept.
 */
#include "cli/input.h"

#include <unistd.h>

#include "net/net.h"

int cli_input_check(const struct cli_usage *u, struct cli_input *in)
{
	int sources;

	if (in->word && in->url)
		return cli_wrong(u, "give one URL, not two");
	if (in->word)
		in->url = in->word;
	sources = !!in->file + !!in->text + !!in->text_file;
	if (sources > 1)
		return cli_wrong(
			u, "give one of --file, --text and --text-file");
	if (in->word ? sources : in->url && (in->text || in->text_file))
		return cli_wrong(u, "give a URL or a text, not both");
	if (!sources && !in->url)
		return cli_wrong(u, "a URL, a file or a text is needed");
	return -1;
}

struct fetched {
	int over;
	struct sbuf *page, *url;
	struct err *e;
	int rc;
};

static void done(void *arg, const struct net_page *page, const struct err *e)
{
	struct fetched *f = arg;

	f->over = 1;
	f->rc = -1;
	if (e) {
		*f->e = *e;
		return;
	}
	if (net_page_check(page, f->e))
		return;
	sbuf_add(f->page, page->body, page->len);
	sbuf_addstr(f->url, page->url);
	f->rc = 0;
}

/* Say on a terminal that we are waiting, and take it back afterwards. */
static void progress(const char *text)
{
	if (isatty(STDERR_FILENO)) {
		(void)fd_write_all(STDERR_FILENO, "\r\x1b[K", 4);
		(void)fd_write_all(STDERR_FILENO, text, strlen(text));
	}
}

static int fetch(const char *url, const struct config *c, struct sbuf *page,
	struct sbuf *ended, struct err *e)
{
	struct fetched f = { 0, page, ended, e, -1 };
	struct net *net = net_new(c);

	progress("Fetching the page \xe2\x80\xa6");
	(void)net_fetch(net, url, done, &f);
	while (!f.over)
		net_run(net, 1000, NULL, 0);
	progress("");
	net_free(net);
	return f.rc;
}

static int read_url(const struct cli_input *in, const struct config *c,
	const struct knowledge *k, struct arena *mem, struct recipe *r,
	struct err *e)
{
	struct sbuf url = SBUF_INIT(NET_URL_MAX),
		    ended = SBUF_INIT(NET_URL_MAX);
	struct sbuf page = SBUF_INIT(NET_PAGE_MAX);
	int rc = -1;

	if (url_canonical(c, in->url, strlen(in->url), &url, e) == 0 &&
		fetch(url.buf, c, &page, &ended, e) == 0)
		rc = reader_read(
			-1, k, page.buf, page.len, ended.buf, mem, r, e);
	sbuf_release(&url);
	sbuf_release(&ended);
	sbuf_release(&page);
	return rc;
}

/* A saved page. Where it came from is only a label here: it is kept as it
 * was given if it looks like a URL at all. */
static int read_file(const struct cli_input *in, const struct knowledge *k,
	struct arena *mem, struct recipe *r, struct err *e)
{
	struct sbuf page = SBUF_INIT(RECIPE_HTML_MAX);
	const char *url = in->url;
	int rc = -1;

	if (url &&
		(!text_valid(url, strlen(url)) || strlen(url) > NET_URL_MAX ||
			!(text_ascii_prefix(url, strlen(url), "http://") ||
				text_ascii_prefix(
					url, strlen(url), "https://"))))
		return err_set(e, REASON_BAD_URL, "%.100s", url);
	if (file_read(in->file, &page, e) == 0) {
		if (page.len)
			rc = reader_read(
				-1, k, page.buf, page.len, url, mem, r, e);
		else
			err_set(e, REASON_EMPTY, "%s is empty", in->file);
	}
	sbuf_release(&page);
	return rc;
}

static int read_text_file(const struct cli_input *in, const struct knowledge *k,
	struct arena *mem, struct recipe *r, struct err *e)
{
	struct sbuf text = SBUF_INIT(RECIPE_TEXT_MAX);
	int rc = -1;

	if (file_read(in->text_file, &text, e) == 0)
		rc = recipe_from_text(k, text.buf, text.len, mem, r, e);
	sbuf_release(&text);
	return rc;
}

int cli_input_read(const struct cli_input *in, const struct config *c,
	const struct knowledge *k, struct arena *mem, struct recipe *r,
	struct err *e)
{
	if (in->text)
		return recipe_from_text(
			k, in->text, strlen(in->text), mem, r, e);
	if (in->text_file)
		return read_text_file(in, k, mem, r, e);
	if (in->file)
		return read_file(in, k, mem, r, e);
	return read_url(in, c, k, mem, r, e);
}
