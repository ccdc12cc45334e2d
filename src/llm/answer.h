/*
 * From the engine's offer to a prompt, and from a model's words back to a
 * pairing that the engine stands for. Private to this folder.
 */
#ifndef LLM_ANSWER_H
#define LLM_ANSWER_H

#include "llm/provider.h"

/* ---- prompt.c ---- */
/* The words and the schema; the recipe is cut to a few KiB. In the arena; the
 * schema is the caller's to put. -1 when a template fails (internal). */
int llm_prompt_make(const struct llm_prompts *p, const struct knowledge *k,
	const struct recipe *r, const struct preferences *wishes,
	const struct offer *o, struct arena *mem, struct llm_prompt *out,
	struct err *e);

/* The words that ask to mend an answer, for llm_prompt.complaint. In the
 * arena; NULL and e as above. */
const char *llm_prompt_repair(const struct llm_prompts *p,
	const char *complaint, struct arena *mem, struct err *e);

/* ---- picks.c ---- */
struct llm_pick {
	const char *style_id, *name, *region, *color; /* "" when absent */
	const char *why;
};
#define LLM_PICKS_MAX 12
struct llm_picks {
	const char *summary; /* NULL: not there (yet) */
	struct llm_pick at[LLM_PICKS_MAX];
	size_t n;
};
/* The picks that are complete in the words so far, cleaned and cut to their
 * limits. Around the object may stand prose and a fence. whole: no more will
 * come, so it must be valid: else -1 (model-not-json, model-wrong-shape), and
 * e says what is wrong in words a model understands. */
int llm_picks_read(const char *text, size_t len, int whole, struct arena *mem,
	struct llm_picks *out, struct err *e);

/* ---- merge.c ---- */
struct llm_ground { /* what an answer is held to */
	const struct knowledge *knowledge;
	const struct labels *labels;
	const struct recipe *recipe;
	const struct preferences *preferences;
	struct offer *offer;
};
struct llm_merged {
	struct pairing pairing;
	size_t kept;	       /* picks that stand */
	size_t clashes;	       /* picks that a rule forbids: dropped */
	const char *complaint; /* what to ask the model to mend; NULL: as many
				  stand as were wanted, or there are */
};
/* Drop what breaks a rule, is said twice, is no wine, or repeats the recipe's
 * own words (somebody may have put orders to the model there); words that
 * cannot be shown are replaced by the engine's. fill: with the engine's own
 * wines up to what was asked for. */
void llm_merge(const struct llm_ground *g, const struct llm_picks *picks,
	int fill, struct arena *mem, struct llm_merged *out);

#endif
