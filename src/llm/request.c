/*
 * Requests, as far as providers do not differ. A header that the operator set
 * stands in place of ours of the same name: so a gateway that wants its key
 * elsewhere, or another version, needs no code.
 */
#include "llm/request.h"

int llm_request_body(const struct llm_model *m, const char *path,
	json_object *body, struct arena *mem, struct llm_request *out,
	struct err *e)
{
	struct sbuf text = SBUF_INIT(LLM_BODY_MAX);
	int rc = -1;

	memset(out, 0, sizeof(*out));
	json_write(body, &text);
	if (text.full) {
		err_set(e, REASON_MODEL_TOO_LARGE,
			"a question of more than %zu bytes", LLM_BODY_MAX);
		goto out;
	}
	out->url = arena_printf(mem, "%s%s", m->url, path);
	out->body = arena_strndup(mem, text.buf, text.len);
	out->len = text.len;
	rc = 0;
out:
	sbuf_release(&text);
	json_object_put(body);
	return rc;
}

static void put(struct llm_headers *h, const char *line)
{
	h->at = arena_grow(h->mem, h->at, h->n, &h->cap, sizeof(*h->at));
	h->at[h->n++] = line;
	h->at = arena_grow(h->mem, h->at, h->n, &h->cap, sizeof(*h->at));
	h->at[h->n] = NULL;
}

void llm_headers_init(
	struct llm_headers *h, const struct llm_model *m, struct arena *mem)
{
	const char *const *line;

	memset(h, 0, sizeof(*h));
	h->mem = mem;
	for (line = m->headers; line && *line; line++)
		put(h, *line);
	llm_headers_add(h, "content-type", "application/json");
}

void llm_headers_add(struct llm_headers *h, const char *name, const char *value)
{
	size_t len = strlen(name), i;

	for (i = 0; i < h->n; i++)
		if (text_ascii_prefix(h->at[i], strlen(h->at[i]), name) &&
			h->at[i][len] == ':')
			return;
	put(h, arena_printf(h->mem, "%s: %s", name, value));
}

void llm_target_read(const char *url, struct arena *mem, struct llm_target *out)
{
	const char *scheme_end = strstr(url, "://");
	const char *host = scheme_end ? scheme_end + 3 : url;
	const char *own = text_ascii_prefix(url, strlen(url), "https:") ? ":443"
									: ":80";
	size_t len = strcspn(host, "/"), port = strlen(own);

	out->path = host[len] ? host + len : "/";
	if (len > port && memcmp(host + len - port, own, port) == 0)
		len -= port;
	out->host = arena_strndup(mem, host, len);
}

void llm_message_add(
	json_object *messages, const char *role, const char *content)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "role", role);
	json_put_str(o, "content", content);
	json_object_array_add(messages, o);
}

void llm_messages_add(json_object *messages, const struct llm_prompt *p)
{
	llm_message_add(messages, "user", p->user);
	if (!p->answer || !p->complaint)
		return;
	llm_message_add(messages, "assistant", p->answer);
	llm_message_add(messages, "user", p->complaint);
}
