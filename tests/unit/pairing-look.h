/* What tests look for in a pairing. */
#ifndef TESTS_PAIRING_LOOK_H
#define TESTS_PAIRING_LOOK_H

#include "pairing/pairing.h"
#include "unit.h"

static inline const struct suggestion *find(
	const struct pairing *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->n_suggestions; i++)
		if (strcmp(p->suggestions[i].wine->id, id) == 0)
			return &p->suggestions[i];
	return NULL;
}

static inline void nothing_is_left_blank(const char *text)
{
	assert_non_null(text);
	assert_true(*text != '\0');
	if (strchr(text, '{') || strstr(text, "  ") || strstr(text, " .") ||
		strstr(text, ".."))
		fail_msg("%s", text);
}

#endif
