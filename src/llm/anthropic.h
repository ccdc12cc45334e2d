/* The Messages API, which Amazon Bedrock speaks as well. */
#ifndef LLM_ANTHROPIC_H
#define LLM_ANTHROPIC_H

#include "llm/provider.h"

/* The caller's to put. */
json_object *llm_messages_body(const struct llm_model *m, enum llm_mode mode,
	const struct llm_prompt *p);
extern const char *const llm_messages_events[];
void llm_messages_event(struct llm_reply *r, const char *event, json_object *o);
void llm_messages_document(struct llm_reply *r, json_object *o);

extern const struct llm_provider llm_anthropic, llm_bedrock, llm_openai;

#endif
