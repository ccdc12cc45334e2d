/*
 * OpenAI's chat API, as many servers speak it. They differ in what they leave
 * out, so little is counted on: [DONE] or a finish_reason ends an answer, and
 * either may be missing; usage may come in a chunk of its own; an error may
 * come as a status or inside the stream. What a model thinks before it answers
 * (reasoning, reasoning_content) is not its answer.
 */
#include "llm/anthropic.h"

#include "llm/reply.h"
#include "llm/request.h"

/* ---- the request ---- */

static json_object *response_format(
	enum llm_mode mode, const struct llm_prompt *p)
{
	json_object *o = json_object_new_object(), *schema;

	if (mode == LLM_OBJECT) {
		json_put_str(o, "type", "json_object");
		return o;
	}
	schema = json_object_new_object();
	json_put_str(
		schema, "name", p->schema_name ? p->schema_name : "answer");
	json_object_object_add(schema, "strict", json_object_new_boolean(1));
	json_object_object_add(schema, "schema", json_object_get(p->schema));
	json_put_str(o, "type", "json_schema");
	json_object_object_add(o, "json_schema", schema);
	return o;
}

/* Its maker has given the limit a new name, which others do not know. */
static const char *limit_name(const struct llm_model *m, struct arena *mem)
{
	struct llm_target to;

	llm_target_read(m->url, mem, &to);
	return text_ascii_caseeq(to.host, "api.openai.com")
		       ? "max_completion_tokens"
		       : "max_tokens";
}

static json_object *make_body(const struct llm_model *m, enum llm_mode mode,
	const struct llm_prompt *p, struct arena *mem)
{
	json_object *o = json_object_new_object(),
		    *messages = json_object_new_array(),
		    *options = json_object_new_object();

	json_put_str(o, "model", m->name);
	json_put_int(o, limit_name(m, mem), p->max_tokens);
	json_object_object_add(o, "stream", json_object_new_boolean(1));
	json_object_object_add(
		options, "include_usage", json_object_new_boolean(1));
	json_object_object_add(o, "stream_options", options);
	if (p->system && *p->system)
		llm_message_add(messages, "system", p->system);
	llm_messages_add(messages, p);
	json_object_object_add(o, "messages", messages);
	if (mode == LLM_OBJECT || (mode == LLM_SCHEMA && p->schema))
		json_object_object_add(
			o, "response_format", response_format(mode, p));
	return o;
}

static int request(const struct llm_model *m, enum llm_mode mode,
	const struct llm_prompt *p, int64_t wall_ms, struct arena *mem,
	struct llm_request *out, struct err *e)
{
	struct llm_headers h;

	(void)wall_ms;
	if (llm_request_body(m, "/chat/completions", make_body(m, mode, p, mem),
		    mem, out, e))
		return -1;
	llm_headers_init(&h, m, mem);
	if (*m->key.bearer)
		llm_headers_add(&h, "authorization",
			arena_printf(mem, "Bearer %s", m->key.bearer));
	out->headers = h.at;
	return 0;
}

/* ---- the answer ---- */

static void usage(struct llm_reply *r, json_object *o)
{
	json_object *prompt = json_obj(o, "prompt_tokens_details");

	r->input_tokens = llm_reply_count(o, "prompt_tokens", r->input_tokens);
	r->output_tokens =
		llm_reply_count(o, "completion_tokens", r->output_tokens);
	r->cached_tokens =
		llm_reply_count(prompt, "cached_tokens", r->cached_tokens);
}

/* A string, or a list of parts of which those of type text count. */
static void content(struct llm_reply *r, json_object *o)
{
	size_t i;

	if (!json_object_is_type(o, json_type_array)) {
		llm_reply_text(r, o);
		return;
	}
	for (i = 0; i < json_object_array_length(o); i++) {
		json_object *part = json_object_array_get_idx(o, i);
		const char *type = json_str(part, "type");

		if (type && strcmp(type, "text") == 0)
			llm_reply_text(r, json_object_object_get(part, "text"));
	}
}

/* message: of one answer, or what is new in it. */
static void said(struct llm_reply *r, json_object *message, const char *why)
{
	const char *refusal = json_str(message, "refusal");

	if (message)
		content(r, json_object_object_get(message, "content"));
	if (refusal && *refusal)
		llm_reply_finish(r, LLM_REFUSED);
	if (!why || !*why)
		return;
	if (strcmp(why, "length") == 0)
		llm_reply_finish(r, LLM_TOO_LONG);
	else if (strcmp(why, "content_filter") == 0)
		llm_reply_finish(r, LLM_REFUSED);
	else
		llm_reply_finish(r, LLM_WHOLE);
}

/* An answer or a piece of one; key: "message" or "delta". */
static void completion(struct llm_reply *r, const char *key, json_object *o)
{
	json_object *choices = json_arr(o, "choices");
	size_t i, n = choices ? json_object_array_length(choices) : 0;

	if (json_obj(o, "error") || json_str(o, "error")) {
		llm_reply_error(r, o);
		return;
	}
	for (i = 0; i < n; i++) {
		json_object *c = json_object_array_get_idx(choices, i);

		if (json_int(c, "index", 0) == 0)
			said(r, json_obj(c, key), json_str(c, "finish_reason"));
	}
	usage(r, json_obj(o, "usage"));
}

static const char *const events[] = { "", "message", "error", NULL };

static void event(struct llm_reply *r, const char *name, json_object *o)
{
	if (strcmp(name, "error") == 0)
		llm_reply_error(r, o);
	else
		completion(r, "delta", o);
}

static void document(struct llm_reply *r, json_object *o)
{
	completion(r, "message", o);
}

const struct llm_provider llm_openai = {
	.name = "openai",
	.needs_key = 0,
	.signs = 0,
	.events = events,
	.request = request,
	.event = event,
	.document = document,
};
