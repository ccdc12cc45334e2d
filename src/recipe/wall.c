/*
 * What stands in the way: a page without a recipe may be a check for robots, a
 * log-in, a question about cookies, a paywall or an empty frame. Told by the
 * signs of knowledge/walls.tsv; a recipe on the page has won before.
 */
#include "recipe/markup.h"

#define TEXT_MAX ((size_t)256 * 1024) /* that is looked at */

struct sight {
	struct sbuf title, text, source; /* folded, but for the source */
	int words;
};

static void fold_text(xmlNode *root, struct sight *v)
{
	struct sbuf text = SBUF_INIT(TEXT_MAX), clean = SBUF_INIT(2 * TEXT_MAX);
	size_t i;

	if (root)
		node_text(root, &text);
	text_clean(
		text.buf, text_cut(text.buf, text.len, TEXT_MAX - 4), &clean);
	for (i = 0; i < clean.len; i++)
		v->words += clean.buf[i] == ' ';
	v->words += clean.len > 0;
	text_fold(clean.buf, clean.len, &v->text);
	sbuf_release(&text);
	sbuf_release(&clean);
}

static int stands(const struct wall *w, const char *sign, struct sight *v)
{
	struct sbuf folded = SBUF_INIT(1000);
	int yes;

	if (w->place == WALL_SOURCE)
		return strcasestr(v->source.buf, sign) != NULL;
	text_fold(sign, strlen(sign), &folded);
	yes = strstr(w->place == WALL_TITLE ? v->title.buf : v->text.buf,
		      folded.buf) != NULL;
	sbuf_release(&folded);
	return yes;
}

enum err_reason page_wall(const struct page *p, const char *html, size_t len)
{
	static const enum err_reason reasons[] = {
		[WALL_CHALLENGE] = REASON_FETCH_CHALLENGE,
		[WALL_LOGIN] = REASON_FETCH_LOGIN,
		[WALL_CONSENT] = REASON_FETCH_CONSENT,
		[WALL_PAYWALL] = REASON_FETCH_PAYWALL,
		[WALL_SCRIPT] = REASON_FETCH_SCRIPT,
	};
	struct sight v = { SBUF_INIT(10000), SBUF_INIT(4 * TEXT_MAX),
		SBUF_INIT(TEXT_MAX), 0 };
	enum err_reason reason = REASON_NOT_A_RECIPE;
	size_t i, k, n;
	const struct wall *w = knowledge_walls(p->k, &n);

	if (p->title)
		text_fold(p->title, strlen(p->title), &v.title);
	fold_text(xmlDocGetRootElement(p->doc), &v);
	sbuf_add(&v.source, html, text_cut(html, len, TEXT_MAX));
	for (i = 0; i < n && reason == REASON_NOT_A_RECIPE; i++)
		for (k = 0; v.words <= w[i].words && w[i].signs[k]; k++)
			if (stands(&w[i], w[i].signs[k], &v)) {
				reason = reasons[w[i].kind];
				break;
			}
	sbuf_release(&v.title);
	sbuf_release(&v.text);
	sbuf_release(&v.source);
	return reason;
}
