/*
 * Anthropic's Messages API: one POST, answered by a stream of named events.
 * Temperature and its kin are never sent: new versions refuse them. There is
 * no mode between a schema and none, so an object is asked for by the words of
 * the prompt. The system block is marked for the cache; where it is too short
 * for that, the mark does nothing.
 *
 * What was read from the cache or written to it counts as input at its plain
 * price. The one costs a tenth of it, the other a quarter more.
 */
#include "llm/anthropic.h"

#include "llm/reply.h"
#include "llm/request.h"

/* ---- the request ---- */

static json_object *system_block(const char *text)
{
	json_object *list = json_object_new_array(),
		    *block = json_object_new_object(),
		    *cache = json_object_new_object();

	json_put_str(block, "type", "text");
	json_put_str(block, "text", text);
	json_put_str(cache, "type", "ephemeral");
	json_object_object_add(block, "cache_control", cache);
	json_object_array_add(list, block);
	return list;
}

static json_object *output_config(json_object *schema)
{
	json_object *config = json_object_new_object(),
		    *format = json_object_new_object();

	json_put_str(format, "type", "json_schema");
	json_object_object_add(format, "schema", json_object_get(schema));
	json_object_object_add(config, "format", format);
	return config;
}

json_object *llm_messages_body(const struct llm_model *m, enum llm_mode mode,
	const struct llm_prompt *p)
{
	json_object *o = json_object_new_object(),
		    *messages = json_object_new_array();

	json_put_str(o, "model", m->name);
	json_put_int(o, "max_tokens", p->max_tokens);
	json_object_object_add(o, "stream", json_object_new_boolean(1));
	if (p->system && *p->system)
		json_object_object_add(o, "system", system_block(p->system));
	llm_messages_add(messages, p);
	json_object_object_add(o, "messages", messages);
	if (mode == LLM_SCHEMA && p->schema)
		json_object_object_add(
			o, "output_config", output_config(p->schema));
	return o;
}

static int request(const struct llm_model *m, enum llm_mode mode,
	const struct llm_prompt *p, int64_t wall_ms, struct arena *mem,
	struct llm_request *out, struct err *e)
{
	struct llm_headers h;

	(void)wall_ms;
	if (llm_request_body(m, "/v1/messages", llm_messages_body(m, mode, p),
		    mem, out, e))
		return -1;
	llm_headers_init(&h, m, mem);
	llm_headers_add(&h, "x-api-key", m->key.bearer);
	if (*m->version)
		llm_headers_add(&h, "anthropic-version", m->version);
	out->headers = h.at;
	return 0;
}

/* ---- the answer ---- */

/* Counts are said at the start and again, grown, at the end. */
static void usage(struct llm_reply *r, json_object *o)
{
	int64_t read = llm_reply_count(o, "cache_read_input_tokens", 0);
	int64_t in = llm_reply_count(o, "input_tokens", 0) + read +
		     llm_reply_count(o, "cache_creation_input_tokens", 0);

	if (in > r->input_tokens)
		r->input_tokens = in;
	if (read > r->cached_tokens)
		r->cached_tokens = read;
	r->output_tokens =
		llm_reply_count(o, "output_tokens", r->output_tokens);
}

/* A reason nobody knows yet is an end like any other: the words are checked
 * all the same. */
static void stopped(struct llm_reply *r, const char *why)
{
	if (!why || strcmp(why, "pause_turn") == 0)
		return;
	if (strcmp(why, "refusal") == 0)
		llm_reply_finish(r, LLM_REFUSED);
	else if (strcmp(why, "max_tokens") == 0 ||
		 strcmp(why, "model_context_window_exceeded") == 0)
		llm_reply_finish(r, LLM_TOO_LONG);
	else
		llm_reply_finish(r, LLM_WHOLE);
}

static void block_text(struct llm_reply *r, json_object *block)
{
	const char *type = json_str(block, "type");

	if (type &&
		(strcmp(type, "text") == 0 || strcmp(type, "text_delta") == 0))
		llm_reply_text(r, json_object_object_get(block, "text"));
}

const char *const llm_messages_events[] = { "", "message", "message_start",
	"content_block_start", "content_block_delta", "message_delta",
	"message_stop", "error", NULL };

void llm_messages_event(struct llm_reply *r, const char *event, json_object *o)
{
	const char *type = json_str(o, "type");

	if (!type)
		type = event;
	if (strcmp(type, "message_start") == 0) {
		usage(r, json_obj(json_obj(o, "message"), "usage"));
	} else if (strcmp(type, "content_block_start") == 0) {
		block_text(r, json_obj(o, "content_block"));
	} else if (strcmp(type, "content_block_delta") == 0) {
		block_text(r, json_obj(o, "delta"));
	} else if (strcmp(type, "message_delta") == 0) {
		usage(r, json_obj(o, "usage"));
		stopped(r, json_str(json_obj(o, "delta"), "stop_reason"));
	} else if (strcmp(type, "message_stop") == 0) {
		llm_reply_finish(r, LLM_WHOLE);
		r->done = 1;
	} else if (strcmp(type, "error") == 0) {
		llm_reply_error(r, o);
	}
}

void llm_messages_document(struct llm_reply *r, json_object *o)
{
	json_object *content = json_arr(o, "content");
	const char *type = json_str(o, "type");
	size_t i;

	if (type && strcmp(type, "error") == 0) {
		llm_reply_error(r, o);
		return;
	}
	for (i = 0; content && i < json_object_array_length(content); i++)
		block_text(r, json_object_array_get_idx(content, i));
	usage(r, json_obj(o, "usage"));
	stopped(r, json_str(o, "stop_reason"));
}

const struct llm_provider llm_anthropic = {
	.name = "anthropic",
	.needs_key = 1,
	.signs = 0,
	.events = llm_messages_events,
	.request = request,
	.event = llm_messages_event,
	.document = llm_messages_document,
};
