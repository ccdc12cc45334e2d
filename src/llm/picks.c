/*
 * The words of a model, read while they come. A scanner finds the one object
 * that has "picks" among prose and fences, and where each of its values ends;
 * a value that is complete is read by json-c. Since only whole values count,
 * and the object that is taken is never given up for another one, more text
 * can add picks but never take one back.
 */
#include "llm/answer.h"

#define DEPTH_MAX 16
#define WHY_LEN 400
#define SUMMARY_LEN 700
#define NAME_LEN 80
#define MORE "\xE2\x80\xA6"

enum step { DONE, CUT, BROKEN };

struct reader {
	const char *s;
	size_t len, at;
	struct arena *mem;
	struct llm_picks *out;
	const char *summary; /* of the object at hand */
	int taken;	     /* it has "picks": it is the one */
	size_t n_seen;	     /* picks, those past our limit too */
	char wrong[160];     /* what does not fit; "" nothing yet */
};

static void wrong(struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void wrong(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	if (*r->wrong)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(r->wrong, sizeof(r->wrong), fmt, ap);
	va_end(ap);
}

/* ---- where values end ---- */

/* The next byte that is no white space, 0 at the end. */
static char peek(struct reader *r)
{
	while (r->at < r->len && ascii_is_space(r->s[r->at]))
		r->at++;
	return r->at < r->len ? r->s[r->at] : '\0';
}

static enum step failed(const struct reader *r)
{
	return r->at >= r->len ? CUT : BROKEN;
}

static enum step skip_string(struct reader *r)
{
	for (r->at++; r->at < r->len; r->at++) {
		if (r->s[r->at] == '"') {
			r->at++;
			return DONE;
		}
		if (r->s[r->at] == '\\')
			r->at++;
	}
	r->at = r->len;
	return CUT;
}

/* A number, true, false or null; which is json-c's to say. */
static int is_wordy(char c)
{
	return ascii_is_alnum(c) || c == '+' || c == '-' || c == '.';
}

static enum step skip_word(struct reader *r)
{
	size_t from = r->at;

	while (r->at < r->len && is_wordy(r->s[r->at]))
		r->at++;
	return r->at >= r->len ? CUT : r->at > from ? DONE : BROKEN;
}

static enum step skip_value(struct reader *r, int depth);

static enum step skip_members(struct reader *r, char close, int depth)
{
	enum step step;

	r->at++;
	if (peek(r) == close) {
		r->at++;
		return DONE;
	}
	for (;;) {
		if (close == '}') {
			if (peek(r) != '"')
				return failed(r);
			step = skip_string(r);
			if (step != DONE)
				return step;
			if (peek(r) != ':')
				return failed(r);
			r->at++;
		}
		step = skip_value(r, depth);
		if (step != DONE)
			return step;
		if (peek(r) == close) {
			r->at++;
			return DONE;
		}
		if (peek(r) != ',')
			return failed(r);
		r->at++;
	}
}

static enum step skip_value(struct reader *r, int depth)
{
	char c = peek(r);

	if (!depth)
		return BROKEN;
	if (c == '{')
		return skip_members(r, '}', depth - 1);
	if (c == '[')
		return skip_members(r, ']', depth - 1);
	return c == '"' ? skip_string(r) : skip_word(r);
}

/* ---- words ---- */

/* Cleaned, and cut at a word when it is too long. */
static const char *words(
	struct arena *mem, const char *s, size_t len, size_t max)
{
	struct sbuf out = SBUF_INIT(len + 1);
	const char *kept;
	size_t cut;

	text_clean(s, len, &out);
	if (out.len <= max) {
		kept = arena_strndup(mem, out.buf, out.len);
	} else {
		cut = text_cut(out.buf, out.len, max - strlen(MORE));
		sbuf_truncate(&out, cut);
		while (cut > max / 2 && out.buf[cut - 1] != ' ')
			cut--;
		if (cut > max / 2)
			sbuf_truncate(&out, cut);
		sbuf_rtrim(&out);
		kept = arena_printf(mem, "%s" MORE, out.buf);
	}
	sbuf_release(&out);
	return kept;
}

static const char *field(
	struct reader *r, json_object *o, const char *key, size_t max)
{
	json_object *v = NULL;

	if (!json_object_object_get_ex(o, key, &v) || !v)
		return "";
	if (!json_object_is_type(v, json_type_string)) {
		wrong(r, "pick %zu: \"%s\" must be a string", r->n_seen, key);
		return "";
	}
	return words(r->mem, json_object_get_string(v),
		(size_t)json_object_get_string_len(v), max);
}

static json_object *value_at(const struct reader *r, size_t from)
{
	struct err e = ERR_INIT;

	return json_read(r->s + from, r->at - from, &e);
}

static void read_pick(struct reader *r, json_object *o)
{
	struct llm_pick p;

	r->n_seen++;
	if (!json_object_is_type(o, json_type_object)) {
		wrong(r, "pick %zu must be an object", r->n_seen);
		return;
	}
	p.style_id = field(r, o, "style", NAME_LEN);
	p.name = field(r, o, "name", NAME_LEN);
	p.region = field(r, o, "region", NAME_LEN);
	p.color = field(r, o, "color", NAME_LEN);
	p.why = field(r, o, "why", WHY_LEN);
	if (!*p.style_id && !*p.name)
		wrong(r, "pick %zu has no \"style\"", r->n_seen);
	if (!*r->wrong && r->out->n < LLM_PICKS_MAX)
		r->out->at[r->out->n++] = p;
}

/* ---- the object ---- */

static enum step read_list(struct reader *r)
{
	enum step step;
	size_t from;

	r->at++;
	if (peek(r) == ']') {
		r->at++;
		return DONE;
	}
	for (;;) {
		json_object *o;

		(void)peek(r);
		from = r->at;
		step = skip_value(r, DEPTH_MAX - 2);
		if (step != DONE)
			return step;
		o = value_at(r, from);
		if (!o)
			return BROKEN;
		read_pick(r, o);
		json_object_put(o);
		if (peek(r) == ']') {
			r->at++;
			return DONE;
		}
		if (peek(r) != ',')
			return failed(r);
		r->at++;
	}
}

static enum step read_summary(struct reader *r)
{
	size_t from = r->at;
	enum step step = skip_value(r, DEPTH_MAX - 1);
	json_object *o;

	if (step != DONE)
		return step;
	if (r->len - from >= 4 && memcmp(r->s + from, "null", 4) == 0)
		return DONE;
	o = value_at(r, from);
	if (!o)
		return BROKEN;
	if (json_object_is_type(o, json_type_string))
		r->summary = words(r->mem, json_object_get_string(o),
			(size_t)json_object_get_string_len(o), SUMMARY_LEN);
	else
		wrong(r, "\"summary\" must be a string");
	json_object_put(o);
	return DONE;
}

static int is_key(const struct reader *r, size_t from, const char *key)
{
	size_t len = strlen(key);

	return r->at - from == len + 2 &&
	       memcmp(r->s + from + 1, key, len) == 0;
}

/* One member, from its key on. */
static enum step read_member(struct reader *r)
{
	enum step step;
	size_t from;
	int picks, summary;

	if (peek(r) != '"')
		return failed(r);
	from = r->at;
	step = skip_string(r);
	if (step != DONE)
		return step;
	picks = is_key(r, from, "picks") && !r->taken;
	summary = is_key(r, from, "summary") && !r->summary;
	if (peek(r) != ':')
		return failed(r);
	r->at++;
	r->taken |= picks;
	if (picks && peek(r) == '[')
		step = read_list(r);
	else if (summary && peek(r))
		step = read_summary(r);
	else
		step = skip_value(r, DEPTH_MAX - 1);
	if (step == DONE && picks && r->s[r->at - 1] != ']')
		wrong(r, "\"picks\" must be an array");
	return step;
}

/* The object that begins here; DONE behind it. */
static enum step read_object(struct reader *r)
{
	enum step step;

	r->summary = NULL;
	*r->wrong = '\0';
	r->at++;
	if (peek(r) == '}') {
		r->at++;
		return DONE;
	}
	for (;;) {
		step = read_member(r);
		if (step != DONE)
			return step;
		if (peek(r) == '}') {
			r->at++;
			return DONE;
		}
		if (peek(r) != ',')
			return failed(r);
		r->at++;
	}
}

/* ---- all of it ---- */

static int judge(struct reader *r, size_t from, enum step step, int others,
	struct err *e)
{
	json_object *o;

	if (!r->taken && others)
		return err_set(e, REASON_MODEL_WRONG_SHAPE,
			"The JSON object has no \"picks\".");
	if (!r->taken)
		return err_set(e, REASON_MODEL_NOT_JSON,
			"There is no JSON object with \"picks\" in it.");
	if (step == CUT)
		return err_set(e, REASON_MODEL_NOT_JSON,
			"The JSON breaks off before its end.");
	o = step == DONE ? value_at(r, from) : NULL;
	if (!o)
		return err_set(e, REASON_MODEL_NOT_JSON,
			"The JSON is not valid near its byte %zu.",
			r->at - from);
	json_object_put(o);
	if (*r->wrong)
		return err_set(e, REASON_MODEL_WRONG_SHAPE,
			"The JSON has the wrong shape: %s.", r->wrong);
	return 0;
}

int llm_picks_read(const char *text, size_t len, int whole, struct arena *mem,
	struct llm_picks *out, struct err *e)
{
	struct reader r = { .s = text, .len = len, .mem = mem, .out = out };
	enum step step = BROKEN;
	const char *brace;
	size_t from = 0;
	int others = 0;

	memset(out, 0, sizeof(*out));
	while (!r.taken && from < len &&
		(brace = memchr(text + from, '{', len - from))) {
		from = r.at = (size_t)(brace - text);
		step = read_object(&r);
		if (r.taken || (step == CUT && !whole))
			break;
		others += step == DONE;
		from++;
	}
	if (r.taken)
		out->summary = r.summary;
	return whole ? judge(&r, from, step, others, e) : 0;
}
