/* The loaded prompts, for prompt.c, which fills them in. Private to this
 * folder. */
#ifndef LLM_PROMPTS_H
#define LLM_PROMPTS_H

#include "llm/answer.h"
#include "template/template.h"

#define PROMPT_SYSTEM "choose-system"
#define PROMPT_USER "choose-user"
#define PROMPT_REPAIR "repair"
#define PROMPT_USER_NAMES "count profile facts styles name ingredients steps"

#define PROMPTS_VERSION_LEN 12

struct llm_prompts {
	struct templates *templates;
	char version[PROMPTS_VERSION_LEN + 1];
};

#endif
