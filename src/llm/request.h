/*
 * What the providers' requests have in common: the body as bytes, and headers
 * among which those of the settings win over ours.
 */
#ifndef LLM_REQUEST_H
#define LLM_REQUEST_H

#include "llm/provider.h"

#define LLM_BODY_MAX ((size_t)1024 * 1024)

/* url (the model's base and path), body and len of out; no header yet. The
 * body is given away. -1 (model-too-large) past LLM_BODY_MAX. */
int llm_request_body(const struct llm_model *m, const char *path,
	json_object *body, struct arena *mem, struct llm_request *out,
	struct err *e);

struct llm_headers {
	struct arena *mem;
	const char **at; /* "Name: value"; NULL at the end */
	size_t n, cap;
};
/* Those of the settings, and the body's type. */
void llm_headers_init(
	struct llm_headers *h, const struct llm_model *m, struct arena *mem);
/* Unless there is one of that name. */
void llm_headers_add(
	struct llm_headers *h, const char *name, const char *value);

/* Where a URL leads, as libcurl tells it to the server. */
struct llm_target {
	const char *host; /* with the port, unless it is the scheme's own */
	const char *path; /* from / */
};
void llm_target_read(
	const char *url, struct arena *mem, struct llm_target *out);

/* Append {"role": role, "content": content}. */
void llm_message_add(
	json_object *messages, const char *role, const char *content);
/* The question; with what had to be mended, if something had. */
void llm_messages_add(json_object *messages, const struct llm_prompt *p);

#endif
