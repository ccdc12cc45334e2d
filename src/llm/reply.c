/*
 * The answer of a model's API, in whatever pieces the network hands it out:
 * server-sent events, or one JSON document (an error status; a server that
 * does not stream). Cuts it into events, and has the provider say what each
 * means. Everything has a ceiling: a line, an event and a document of
 * LINE_MAX bytes, the model's words of LLM_TEXT_MAX.
 *
 * Events the provider does not read are passed over whatever they hold; one
 * that it reads has to be JSON, else the answer is broken and ends there. The
 * same bytes give the same result however they are cut: only a whole line is
 * ever looked at.
 *
 * What an API says of its own failure is kept for the log, short and clean,
 * and without anything that could be a key: some repeat the one they refuse.
 */
#include "llm/reply.h"

#define LINE_BYTES ((size_t)256 * 1024)
#define KEY_LIKE 16 /* so long with a digit, twice so long without */
#define COUNT_MOST INT64_C(1000000000)

void llm_reply_init(struct llm_reply *r, const struct llm_provider *p)
{
	memset(r, 0, sizeof(*r));
	r->provider = p;
	sbuf_init(&r->line, LINE_BYTES);
	sbuf_init(&r->data, LINE_BYTES);
	sbuf_init(&r->text, LLM_TEXT_MAX);
}

void llm_reply_release(struct llm_reply *r)
{
	sbuf_release(&r->line);
	sbuf_release(&r->data);
	sbuf_release(&r->text);
}

/* ---- what providers do to it ---- */

void llm_reply_text(struct llm_reply *r, json_object *words)
{
	if (!json_object_is_type(words, json_type_string))
		return;
	(void)text_repair(json_object_get_string(words),
		(size_t)json_object_get_string_len(words), &r->text);
	if (r->text.full) {
		r->too_large = 1;
		r->done = 1;
	}
}

void llm_reply_finish(struct llm_reply *r, enum llm_finish finish)
{
	if (r->finish == LLM_UNFINISHED)
		r->finish = finish;
}

int64_t llm_reply_count(json_object *usage, const char *key, int64_t fallback)
{
	int64_t n = json_int(usage, key, fallback);

	return n < 0 ? 0 : n > COUNT_MOST ? COUNT_MOST : n;
}

static int in_key(char c)
{
	return ascii_is_alnum(c) || (c && strchr("_+/=-", c));
}

/* s on one line, with what looks like a key left out, into out. */
static void keep(const char *s, char *out, size_t size)
{
	struct sbuf clean = SBUF_INIT(LINE_BYTES), safe = SBUF_INIT(LINE_BYTES);
	const char *p;
	size_t len, digits;

	text_clean(s, strlen(s), &clean);
	for (p = clean.buf; *p; p += len) {
		for (len = 0, digits = 0; in_key(p[len]); len++)
			digits += (size_t)ascii_is_digit(p[len]);
		if (len >= (digits ? KEY_LIKE : 2 * KEY_LIKE)) {
			sbuf_addstr(&safe, "\xE2\x80\xA6");
			continue;
		}
		if (!len)
			len = 1;
		sbuf_add(&safe, p, len);
	}
	len = text_cut(safe.buf, safe.len, size - 1);
	memcpy(out, safe.buf, len);
	out[len] = '\0';
	sbuf_release(&clean);
	sbuf_release(&safe);
}

static const char *first_str(
	json_object *o, const char *a, const char *b, const char *c)
{
	const char *s = json_str(o, a);

	if (!s || !*s)
		s = json_str(o, b);
	if (!s || !*s)
		s = json_str(o, c);
	return s && *s ? s : NULL;
}

/*
 * {"error": {"type", "code", "message", "details": {"error_code"}}} of the two
 * large APIs, {"error": "…"}, and bare {"message"}, {"Message"} or {"detail"}
 * of AWS and of small servers.
 */
void llm_reply_error(struct llm_reply *r, json_object *o)
{
	json_object *error = json_obj(o, "error");
	json_object *from = error ? error : o;
	const char *code = json_str(json_obj(from, "details"), "error_code");
	const char *words = first_str(from, "message", "Message", "detail");
	int64_t number = json_int(from, "code", 0);

	if (!code || !*code)
		code = first_str(from, "code", "type", "__type");
	if (!error && json_str(o, "error"))
		words = json_str(o, "error");
	if (code)
		keep(code, r->error, sizeof(r->error));
	else if (number > 0 && number < 1000)
		(void)snprintf(r->error, sizeof(r->error), "%d", (int)number);
	else
		keep("error", r->error, sizeof(r->error));
	if (words)
		keep(words, r->message, sizeof(r->message));
	r->done = 1;
}

/* ---- events ---- */

static int is_read(const struct llm_reply *r)
{
	const char *const *name;

	for (name = r->provider->events; *name; name++)
		if (strcmp(*name, r->event) == 0)
			return 1;
	return 0;
}

/* An empty line: what was gathered is an event. last: the stream is at its
 * end, where a piece of one is no surprise. */
static void dispatch(struct llm_reply *r, int last)
{
	struct err e = ERR_INIT;
	json_object *o;

	if (r->data.len < 2 || !is_read(r))
		goto out; /* nothing in it, or not for us */
	sbuf_truncate(&r->data, r->data.len - 1); /* the last line's end */
	if (strcmp(r->data.buf, "[DONE]") == 0) {
		if (r->text.len)
			llm_reply_finish(r, LLM_WHOLE);
		r->done = 1;
		goto out;
	}
	o = json_read(r->data.buf, r->data.len, &e);
	if (json_object_is_type(o, json_type_object)) {
		r->provider->event(r, r->event, o);
	} else if (!last) {
		r->broken = 1;
		r->done = 1;
	}
	json_object_put(o);
out:
	sbuf_reset(&r->data);
	r->event[0] = '\0';
}

/* "name: value" or "name", without its end; ": …" is a comment. */
static void field(struct llm_reply *r, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon ? (size_t)(colon - line) : len;
	const char *value = colon ? colon + 1 : line + len;

	if (colon && *value == ' ')
		value++;
	len -= (size_t)(value - line);
	if (name == 4 && memcmp(line, "data", 4) == 0) {
		sbuf_add(&r->data, value, len);
		sbuf_addch(&r->data, '\n');
	} else if (name == 5 && memcmp(line, "event", 5) == 0) {
		/* a longer one is none that anybody reads */
		len = len < sizeof(r->event) ? len : sizeof(r->event) - 1;
		memcpy(r->event, value, len);
		r->event[len] = '\0';
	}
	if (r->data.full) {
		r->too_large = 1;
		r->done = 1;
	}
}

static void end_line(struct llm_reply *r)
{
	const char *line = r->line.buf;
	size_t len = r->line.len;

	if (!r->past_bom && len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
		line += 3;
		len -= 3;
	}
	r->past_bom = 1;
	if (len)
		field(r, line, len);
	else
		dispatch(r, 0);
	sbuf_reset(&r->line);
}

/* Lines end in CR, LF or both, and a piece may end between the two. */
static void feed_lines(struct llm_reply *r, const char *data, size_t len)
{
	size_t i = 0, run;

	while (i < len && !r->done) {
		if (r->after_cr && data[i] == '\n') {
			r->after_cr = 0;
			i++;
			continue;
		}
		r->after_cr = 0;
		for (run = i; i < len && data[i] != '\n' && data[i] != '\r';)
			i++;
		sbuf_add(&r->line, data + run, i - run);
		if (r->line.full) {
			r->too_large = 1;
			r->done = 1;
		} else if (i < len) {
			r->after_cr = data[i++] == '\r';
			end_line(r);
		}
	}
}

/* ---- the whole ---- */

static int is_good(const struct net_head *head)
{
	return head && head->status >= 200 && head->status < 300;
}

/* A stream, unless it is an error or says that it is something else. */
static int is_stream(const struct net_head *head)
{
	const char *type = head && head->content_type ? head->content_type : "";
	size_t len = strlen(type);

	return is_good(head) &&
	       (!len || text_ascii_prefix(type, len, "text/event-stream") ||
		       text_ascii_prefix(type, len, "text/plain"));
}

int llm_reply_feed(struct llm_reply *r, const struct net_head *head,
	const char *data, size_t len)
{
	if (r->done)
		return -1;
	if (!r->begun) {
		r->begun = 1;
		r->good = is_good(head);
		r->stream = is_stream(head);
	}
	if (r->stream) {
		feed_lines(r, data, len);
	} else {
		sbuf_add(&r->line, data, len);
		if (r->line.full) {
			r->too_large = 1;
			r->done = 1;
		}
	}
	return r->done ? -1 : 0;
}

static void read_document(struct llm_reply *r, const struct net_head *head)
{
	struct err e = ERR_INIT;
	const char *text = r->line.buf;
	size_t len = r->line.len;
	json_object *o;

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	o = json_read(text, len, &e);
	if (!json_object_is_type(o, json_type_object))
		r->broken = is_good(head) && len;
	else if (is_good(head))
		r->provider->document(r, o);
	else
		llm_reply_error(r, o);
	json_object_put(o);
}

void llm_reply_end(struct llm_reply *r, const struct net_head *head)
{
	if (r->done || !r->begun)
		return;
	if (r->stream) {
		/* the last event may lack its empty line */
		if (r->line.len)
			end_line(r);
		if (!r->done)
			dispatch(r, 1);
	} else {
		read_document(r, head);
	}
	r->done = 1;
}
