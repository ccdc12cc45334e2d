/*
 * A job's page before there is a pairing: how far it is and what is known of
 * the answer so far, or why there will be none. A model's wines are shown as
 * they come; each stands for itself, since the answer may still lose one.
 *
 * The page tells how long ago it was asked for. So that an unchanged job can
 * be answered with 304 its tag is made of what it shows, and of that time in
 * coarse steps: without scripts the number is late by no more than one.
 */
#include "web/view.h"

#include "llm/llm.h"

#define REFRESH_S "2"
#define POLL_MS 700
#define TIME_STEP_S 10

static const char names_progress[] =
	"poll note source source.href source.host steps steps.state steps.now "
	"steps.label steps.state_label status elapsed here id name lang "
	"summary";
const struct view view_progress = { "progress",
	{ VIEW_LAYOUT, names_progress, view_names_wines, VIEW_BARS("wines."),
		NULL } };

static const char names_failed[] =
	"heading text code again ways note source source.href source.host "
	"source.shown source.address";
const struct view view_failed = { "failed",
	{ VIEW_LAYOUT, VIEW_FORM, names_failed, NULL } };

void view_note(json_object *page, const struct exchange *x)
{
	json_put_str(page, "note",
		request_field(x->r, "link")
			? "There was a link in what you pasted, so the page "
			  "behind it was taken."
			: "");
}

/* ---- under way ---- */

static const struct {
	const char *label, *status;
} stages[STAGE_DONE] = {
	[STAGE_QUEUED] = { "Waiting for its turn", "Waiting for its turn." },
	[STAGE_FETCHING] = { "Fetching the page", "Fetching the page." },
	[STAGE_READING] = { "Reading the recipe",
		"The page is here. Reading the recipe." },
	[STAGE_PAIRING] = { "Pairing the wines",
		"The recipe is read. Pairing the wines." },
	[STAGE_CHOOSING] = { "Choosing the wines",
		"The wines are ranked. Choosing among them." },
};

/* Will this job pass that stage? One without a link has its recipe. */
static int applies(const struct exchange *x, const struct pairing_row *row,
	enum job_stage stage)
{
	if (stage == row->stage)
		return 1;
	if (stage == STAGE_FETCHING || stage == STAGE_READING)
		return row->url != NULL;
	if (stage == STAGE_CHOOSING)
		return llm_wanted(x->web->config, row->providers);
	return 1;
}

static json_object *steps(
	const struct exchange *x, const struct pairing_row *row)
{
	static const char *const states[] = { "past", "now", "next" };
	static const char *const said[] = { "done", "under way", "" };
	json_object *list = json_object_new_array();
	int i, at = (int)row->stage;

	for (i = 0; i < STAGE_DONE; i++) {
		int state = i < at ? 0 : i == at ? 1 : 2;
		json_object *o;

		if (!applies(x, row, (enum job_stage)i))
			continue;
		o = json_object_new_object();
		json_put_str(o, "label", stages[i].label);
		json_put_str(o, "state", states[state]);
		json_put_str(o, "state_label", said[state]);
		view_flag(o, "now", state == 1);
		json_object_array_add(list, o);
	}
	return list;
}

/* "in 40 seconds", "after 14:05 UTC", of a time to come. */
static const char *when(struct arena *mem, int64_t wall_ms)
{
	int64_t s = (wall_ms - clock_wall_ms() + 999) / 1000;
	char date[CLOCK_RFC3339_SIZE];

	if (s <= 120)
		return arena_printf(
			mem, "in %lld seconds", (long long)(s < 1 ? 1 : s));
	if (s <= 5400)
		return arena_printf(
			mem, "in %lld minutes", (long long)((s + 59) / 60));
	clock_rfc3339(wall_ms, date);
	return arena_printf(mem, "after %.5s UTC on %.10s", date + 11, date);
}

/* What is there of the answer. Returns that in a few words, for who cannot see
 * the cards come; NULL when it has no wine. */
static const char *so_far(
	json_object *page, struct exchange *x, const char *partial)
{
	const char *said = NULL;
	struct err ignored = ERR_INIT;
	json_object *doc =
		partial ? json_read(partial, strlen(partial), &ignored) : NULL;
	json_object *recipe = json_obj(doc, "recipe");
	json_object *list = json_arr(doc, "suggestions");
	json_object *cards = json_object_new_array();
	const char *lang = json_str(recipe, "language");
	size_t i, n = list ? json_object_array_length(list) : 0;

	json_put_str(page, "name", json_str(recipe, "name"));
	json_put_str(page, "lang", view_language(lang ? lang : ""));
	json_put_str(page, "summary", json_str(doc, "summary"));
	for (i = 0; i < n; i++)
		json_object_array_add(
			cards, view_card(x, json_object_array_get_idx(list, i),
				       i + 1));
	json_object_object_add(page, "wines", cards);
	if (n)
		said = arena_printf(x->r->mem,
			"%zu wine%s so far, the last: %s.", n,
			n == 1 ? "" : "s",
			view_text(json_object_array_get_idx(list, n - 1),
				"style"));
	json_object_put(doc);
	return said;
}

static void tag(
	struct exchange *x, const struct pairing_row *row, int64_t elapsed)
{
	struct sbuf of = SBUF_INIT(HTTP_RESPONSE_MAX);

	sbuf_addf(&of, "%s %d %d %lld %lld ", x->web->static_base,
		(int)row->status, (int)row->stage, (long long)row->retry_at,
		(long long)(elapsed / TIME_STEP_S));
	sbuf_addstr(&of, row->partial ? row->partial : "");
	response_etag_of(x->w, x->r, of.buf, of.len);
	sbuf_release(&of);
}

int view_send_progress(
	struct exchange *x, const struct pairing_row *job, struct err *e)
{
	struct arena *mem = x->r->mem;
	struct pairing_row row = *job;
	int64_t elapsed = (clock_wall_ms() - row.created) / 1000;
	json_object *page = view_page(x, "Your wines are on the way", NAV_NONE);
	const char *said;

	if (row.stage >= STAGE_DONE) /* about to be there */
		row.stage = STAGE_PAIRING;
	elapsed = elapsed < 0 ? 0 : elapsed;
	json_put_str(page, "refresh", REFRESH_S);
	json_put_int(page, "poll", POLL_MS);
	view_note(page, x);
	view_source(page, "source", mem, row.url);
	json_object_object_add(page, "steps", steps(x, &row));
	said = so_far(page, x, row.partial);
	if (row.retry_at)
		said = arena_printf(mem,
			"The site asks for a pause; it is asked again %s.",
			when(mem, row.retry_at));
	json_put_str(page, "status", said ? said : stages[row.stage].status);
	json_put_int(page, "elapsed", elapsed);
	json_put_str(page, "id", row.id);
	json_put_str(page, "here",
		arena_printf(mem, "%s%s", x->r->path,
			request_field(x->r, "link") ? LINK_FOUND : ""));
	if (view_send(x, &view_progress, page, 200, e))
		return -1;
	response_header(x->w, "Cache-Control", "private, no-cache");
	tag(x, &row, elapsed);
	return 0;
}

/* ---- over, and nothing came of it ---- */

int view_send_failed(
	struct exchange *x, const struct pairing_row *row, struct err *e)
{
	enum err_reason reason = err_by_key(row->error);
	json_object *page = view_page(x, err_title(reason), NAV_NONE);
	json_object *source = view_source(page, "source", x->r->mem, row->url);

	if (source) {
		json_put_str(source, "shown", row->url);
		json_put_str(source, "address", row->url);
	}
	json_put_str(page, "heading", err_title(reason));
	json_put_str(page, "text", err_text(reason));
	json_put_str(page, "code", err_key(reason));
	json_put_str(page, "again",
		row->retry_at > clock_wall_ms() ? when(x->r->mem, row->retry_at)
						: "");
	/* a link that did not do; who cancelled needs no other way */
	view_flag(page, "ways", row->url && reason != REASON_CANCELLED);
	view_note(page, x);
	json_object_object_add(page, "form", view_form(x, NULL, 0));
	if (view_send(x, &view_failed, page, 200, e))
		return -1;
	response_header(x->w, "Cache-Control", "no-store");
	return 0;
}
