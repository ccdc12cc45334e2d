/* What providers do to a reply; see reply.c. */
#ifndef LLM_REPLY_H
#define LLM_REPLY_H

#include "llm/provider.h"

/* More of the model's words: a JSON string, else nothing is done. */
void llm_reply_text(struct llm_reply *r, json_object *words);
/* How it ended; the first word counts. */
void llm_reply_finish(struct llm_reply *r, enum llm_finish finish);
/* The API says it failed, in whichever of the usual shapes. Ends the reply. */
void llm_reply_error(struct llm_reply *r, json_object *o);
/* A count of tokens; fallback when it is absent, at most a billion. */
int64_t llm_reply_count(json_object *usage, const char *key, int64_t fallback);

#endif
