/*
 * Results as they come, one JSON object a line, appended and never rewritten:
 * an evaluation costs money and takes hours, so whatever ends it, what is paid
 * for is kept, and the next run asks only for the rest. A result belongs to its
 * case (id and text), its subject (providers, models, prompts, engine) and its
 * repeat; all others in the file are somebody else's and left alone.
 */
#include "cli/eval.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define LINE_MAX_BYTES ((size_t)65536)

static const char opening[] = "{\"case\":\"";

/* ---- writing ---- */

static json_object *wines_to_json(const struct eval_result *r)
{
	json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->n_wines; i++) {
		json_object *o = json_object_new_object();

		json_put_str(o, "style_id", r->wines[i].id);
		json_put_str(o, "name", r->wines[i].name);
		json_object_array_add(list, o);
	}
	return list;
}

static json_object *result_to_json(const struct eval_subject *s,
	const struct eval_case *c, int repeat, const struct eval_result *r)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "case", c->id);
	json_put_str(o, "text", c->hash);
	json_put_str(o, "by", s->identity);
	json_put_str(o, "providers", s->providers);
	json_put_int(o, "repeat", repeat + 1);
	json_put_str(o, "model", r->model);
	json_put_str(o, "error", r->error);
	json_put_str(o, "fallback", r->fallback);
	json_object_object_add(o, "wines", wines_to_json(r));
	json_put_int(o, "suggested", r->suggested);
	json_put_int(o, "clashes", r->clashes);
	json_put_int(o, "calls", r->calls);
	json_put_int(o, "answers", r->answers);
	json_put_int(o, "readable", r->readable);
	json_put_int(o, "input_tokens", r->input_tokens);
	json_put_int(o, "output_tokens", r->output_tokens);
	json_put_int(o, "cost_micro", r->cost_micro);
	json_put_int(o, "us", r->us);
	return o;
}

int eval_results_add(const struct eval *ev, size_t subject, size_t one,
	int repeat, struct err *e)
{
	struct sbuf line = SBUF_INIT(LINE_MAX_BYTES);
	json_object *o = result_to_json(&ev->subjects[subject],
		&ev->cases.at[one], repeat, eval_at(ev, subject, one, repeat));
	int rc = 0;

	json_write(o, &line);
	sbuf_addch(&line, '\n');
	json_object_put(o);
	if (line.full)
		rc = err_set(e, REASON_TOO_LARGE, "a result is too large");
	else if (fd_write_all(ev->out, line.buf, line.len))
		rc = err_errno(e, REASON_SYSTEM, "the file of results");
	sbuf_release(&line);
	return rc;
}

/* ---- reading ---- */

static void read_wines(
	const struct eval *ev, json_object *list, struct eval_result *r)
{
	size_t i, n = list ? json_object_array_length(list) : 0;

	for (i = 0; i < n && r->n_wines < EVAL_HITS; i++) {
		json_object *o = json_object_array_get_idx(list, i);
		const char *id = json_str(o, "style_id");
		const char *name = json_str(o, "name");

		if (!id || !name)
			continue;
		r->wines[r->n_wines++] = (struct eval_wine){
			arena_strdup(ev->mem, id), arena_strdup(ev->mem, name)
		};
	}
}

static void read_result(
	const struct eval *ev, json_object *o, struct eval_result *r)
{
	memset(r, 0, sizeof(*r));
	r->there = 1;
	r->model = arena_strdup(ev->mem, json_str(o, "model"));
	r->error = arena_strdup(ev->mem, json_str(o, "error"));
	r->fallback = arena_strdup(ev->mem, json_str(o, "fallback"));
	read_wines(ev, json_arr(o, "wines"), r);
	r->suggested = json_int(o, "suggested", 0);
	r->clashes = json_int(o, "clashes", 0);
	r->calls = json_int(o, "calls", 0);
	r->answers = json_int(o, "answers", 0);
	r->readable = json_int(o, "readable", 0);
	r->input_tokens = json_int(o, "input_tokens", 0);
	r->output_tokens = json_int(o, "output_tokens", 0);
	r->cost_micro = json_int(o, "cost_micro", -1);
	r->us = json_int(o, "us", 0);
}

/* The number of the case a result is of; n when it is none of ours. */
static size_t case_of(const struct eval *ev, json_object *o)
{
	const char *id = json_str(o, "case"), *hash = json_str(o, "text");
	size_t i;

	for (i = 0; i < ev->cases.n; i++)
		if (strcmp(ev->cases.at[i].id, id) == 0)
			break;
	if (i < ev->cases.n && hash && strcmp(ev->cases.at[i].hash, hash) == 0)
		return i;
	return ev->cases.n;
}

static void take(struct eval *ev, json_object *o)
{
	size_t one = case_of(ev, o), s;
	int64_t repeat = json_int(o, "repeat", 0);
	const char *by = json_str(o, "by");

	if (one == ev->cases.n || repeat < 1 || repeat > ev->repeat)
		return;
	for (s = 0; s < ev->n_subjects; s++) {
		struct eval_result *r = eval_at(ev, s, one, (int)repeat - 1);

		if (!r->there && strcmp(ev->subjects[s].identity, by) == 0)
			read_result(ev, o, r);
	}
}

static int no_results(struct err *e, const char *file, int line)
{
	return err_set(e, REASON_USAGE,
		"%.120s:%d: this is no result of winepair eval; give another "
		"--out",
		file, line);
}

static int read_line(struct eval *ev, const char *text, size_t len)
{
	struct err bad = ERR_INIT;
	json_object *o = json_read(text, len, &bad);
	int ok = json_object_is_type(o, json_type_object) &&
		 json_str(o, "case") && json_str(o, "by");

	if (ok)
		take(ev, o);
	json_object_put(o);
	return ok ? 0 : -1;
}

/* Could these bytes be the beginning of a line of ours? */
static int is_torn(const char *text, size_t len)
{
	size_t n = len < sizeof(opening) - 1 ? len : sizeof(opening) - 1;

	return memcmp(text, opening, n) == 0;
}

int eval_results_parse(struct eval *ev, const char *file, const char *text,
	size_t len, size_t *end, struct err *e)
{
	size_t at = 0;
	int line;

	for (line = 1; at < len; line++) {
		const char *nl = memchr(text + at, '\n', len - at);

		if (!nl)
			break;
		if (read_line(ev, text + at, (size_t)(nl - (text + at))))
			return no_results(e, file, line);
		at = (size_t)(nl - text) + 1;
	}
	if (!is_torn(text + at, len - at))
		return no_results(e, file, line);
	*end = at;
	return 0;
}

int eval_results_open(struct eval *ev, const char *file, struct err *e)
{
	struct sbuf text = SBUF_INIT(EVAL_FILE_MAX);
	size_t end = 0;
	int rc = -1;

	ev->out = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (ev->out < 0) {
		err_errno(e, REASON_SYSTEM, "%.120s", file);
		goto out;
	}
	if (flock(ev->out, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK)
			err_set(e, REASON_USAGE,
				"%.120s is being written by another evaluation",
				file);
		else
			err_errno(e, REASON_SYSTEM, "%.120s", file);
		goto out;
	}
	if (fd_read_all(ev->out, &text, 0)) {
		err_errno(e, REASON_SYSTEM, "%.120s", file);
		goto out;
	}
	if (eval_results_parse(ev, file, text.buf, text.len, &end, e))
		goto out;
	if (end < text.len && ftruncate(ev->out, (off_t)end))
		err_errno(e, REASON_SYSTEM, "%.120s", file);
	else
		rc = 0;
out:
	sbuf_release(&text);
	return rc;
}
