/* The providers there are, and lists of their names. */
#include "llm/anthropic.h"

static const struct llm_provider *const providers[] = { &llm_anthropic,
	&llm_bedrock, &llm_openai };

const struct llm_provider *llm_provider(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(providers); i++)
		if (strlen(providers[i]->name) == len &&
			memcmp(providers[i]->name, name, len) == 0)
			return providers[i];
	return NULL;
}

int llm_list_next(const char **list, const char **name, size_t *len)
{
	static const char between[] = ", \t";

	*name = *list + strspn(*list, between);
	*len = strcspn(*name, between);
	*list = *name + *len;
	return *len > 0;
}
