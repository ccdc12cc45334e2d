/*
 * Pairings as JSON. A stored pairing is sent byte for byte as it is stored.
 * A job under way is {"id","url","status","stage","created"}, with "retry_at"
 * when a site asked for a pause, and with "summary" and "suggestions" (of the
 * shape of the document to be, growing) once a model has said some of it. One
 * that failed also says why, in the words of a problem document. DELETE stops
 * a job for all who wait for it; a pairing that is there cannot be deleted.
 */
#include "web/input.h"

#define RETRY_AFTER_S "1"
#define WAIT_MAX_S 10
#define WAIT_STEP_MS 100

/* What is known of the answer so far. */
static void add_partial(json_object *o, const char *partial)
{
	static const char *const keys[] = { "summary", "suggestions" };
	struct err ignored = ERR_INIT;
	json_object *doc = json_read(partial, strlen(partial), &ignored), *v;
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++)
		if (json_object_object_get_ex(doc, keys[i], &v))
			json_object_object_add(o, keys[i], json_object_get(v));
	json_object_put(doc);
}

static json_object *state(const struct pairing_row *row)
{
	json_object *o = json_object_new_object(), *error;
	char created[CLOCK_RFC3339_SIZE];
	enum err_reason reason;

	clock_rfc3339(row->created, created);
	json_put_str(o, "id", row->id);
	json_put_str(o, "url", row->url);
	json_put_str(o, "status", job_status_name(row->status));
	json_put_str(o, "stage", job_stage_name(row->stage));
	json_put_str(o, "created", created);
	if (row->retry_at) {
		clock_rfc3339(row->retry_at, created);
		json_put_str(o, "retry_at", created);
	}
	if (row->status != JOB_FAILED && row->status != JOB_CANCELLED) {
		if (row->partial)
			add_partial(o, row->partial);
		return o;
	}
	reason = err_by_key(row->error);
	error = json_object_new_object();
	json_put_str(error, "code", err_key(reason));
	json_put_str(error, "title", err_title(reason));
	json_put_str(error, "detail", err_text(reason));
	if (err_ways(reason))
		json_object_object_add(error, "ways", response_ways(reason));
	json_object_object_add(o, "error", error);
	return o;
}

static void send_state(
	struct exchange *x, int status, const struct pairing_row *row)
{
	json_object *o = state(row);

	response_json(x->w, status, o);
	json_object_put(o);
	if (row->status == JOB_QUEUED || row->status == JOB_RUNNING)
		response_header(x->w, "Retry-After", RETRY_AFTER_S);
}

static void send_body(
	struct exchange *x, int status, const char *body, size_t len)
{
	x->w->status = status;
	response_type(x->w, "application/json");
	sbuf_add(&x->w->body, body, len);
}

int api_pairing(struct exchange *x, struct err *e)
{
	struct pairing_row row;

	if (store_pairing_get(x->web->store, x->param, x->r->mem, &row, e))
		return -1;
	if (!row.body)
		send_state(x, 200, &row);
	else
		send_body(x, 200, row.body, row.body_len);
	response_header(x->w, "Cache-Control", "private, no-cache");
	response_etag(x->w, x->r);
	return 0;
}

int api_pairing_cancel(struct exchange *x, struct err *e)
{
	if (store_job_cancel(x->web->store, x->param, e)) {
		if (e->reason == REASON_CONFLICT)
			x->detail = "This pairing is over; nothing of it is "
				    "under way.";
		return -1;
	}
	if (x->web->wake) /* a call that is under way costs money */
		x->web->wake(x->web->wake_arg);
	x->w->status = 204;
	response_header(x->w, "Cache-Control", "no-store");
	return 0;
}

/* ---- asking ---- */

static int is_over(const struct pairing_row *row)
{
	return row->body || row->status == JOB_FAILED ||
	       row->status == JOB_CANCELLED;
}

/* How long this request may hold its worker. */
static int64_t wait_ms(const struct exchange *x)
{
	int64_t asked = request_prefer_wait(x->r);
	int64_t deadline = x->web->config->worker_deadline_s;

	if (asked > WAIT_MAX_S)
		asked = WAIT_MAX_S;
	if (asked > deadline / 2)
		asked = deadline / 2;
	return asked * 1000;
}

static void pause_ms(int64_t ms)
{
	struct timespec t = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Look at the row until the job is over or the time is. */
static int wait_for(struct exchange *x, const char *id, int64_t ms,
	struct pairing_row *row, struct err *e)
{
	int64_t end = clock_monotonic_ms() + ms;

	for (;;) {
		if (store_pairing_get(x->web->store, id, x->r->mem, row, e))
			return -1;
		if (is_over(row) || clock_monotonic_ms() >= end)
			return 0;
		pause_ms(WAIT_STEP_MS);
	}
}

/* Wait as long as was asked, unless so many do that others would suffer;
 * *ms is then 0. */
static int wait_politely(struct exchange *x, const char *id, int64_t *ms,
	struct pairing_row *row, struct err *e)
{
	const struct web *web = x->web;
	int rc;

	if (*ms && web->hold && !web->hold(web->hold_arg, 1))
		*ms = 0;
	rc = wait_for(x, id, *ms, row, e);
	if (*ms && web->hold)
		(void)web->hold(web->hold_arg, 0);
	return rc;
}

static int send_queued(
	struct exchange *x, const struct ask_answer *answer, struct err *e)
{
	int64_t ms = wait_ms(x);
	struct pairing_row row;

	if (x->web->wake)
		x->web->wake(x->web->wake_arg);
	if (wait_politely(x, answer->id, &ms, &row, e))
		return -1;
	if (row.status == JOB_FAILED || row.status == JOB_CANCELLED)
		return err_set(e, err_by_key(row.error),
			"job %s failed while somebody waited", answer->id);
	if (row.body)
		send_body(x, 201, row.body, row.body_len);
	else
		send_state(x, 202, &row);
	response_header(x->w, "Cache-Control", "no-store");
	response_headerf(x->w, "Location", "/api/v1/pairings/%s", answer->id);
	if (ms)
		response_headerf(x->w, "Preference-Applied", "wait=%d",
			(int)(ms / 1000));
	return 0;
}

int api_pairing_new(struct exchange *x, struct err *e)
{
	struct ask_world world = { x->web->config, x->web->knowledge,
		x->web->store, x->web->reader, x->web->prompts };
	struct ask_input in;
	struct ask_answer answer;

	if (input_from_api(x, &in, e))
		return -1;
	if (ask(&world, &in, x->r->mem, &answer, e)) {
		input_blame(x, answer.dish, e);
		return -1;
	}
	if (answer.queued)
		return send_queued(x, &answer, e);
	send_body(x, 201, answer.body, answer.len);
	response_header(x->w, "Cache-Control", "no-store");
	if (answer.id[0])
		response_headerf(
			x->w, "Location", "/api/v1/pairings/%s", answer.id);
	return 0;
}
