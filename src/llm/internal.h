/* What the loop of calls, the choices and the doctor share. Private to this
 * folder. */
#ifndef LLM_INTERNAL_H
#define LLM_INTERNAL_H

#include "llm/answer.h"

#define MODELS_MAX 4
#define MINUTE_MS 60000

/* A provider that is set up, and how it has been doing. */
struct llm_line {
	struct llm_model model;
	int ready; /* 0: its key or address is bad; it was said in the log */
	struct llm_breaker breaker;
};

struct llm {
	const struct config *config;
	const struct llm_prompts *prompts;
	const struct knowledge *knowledge;
	struct labels *labels;
	struct net *net;
	struct arena mem;
	struct llm_line lines[MODELS_MAX];
	size_t n_lines;
	size_t calling;	   /* calls under way */
	size_t begun;	   /* in this step */
	double allowance;  /* calls that model_rate allows just now */
	int64_t filled_at; /* monotonic ms: when that was worked out */
	struct llm_choice *choices;
	size_t checks; /* of the doctor, under way */
};

/* ---- call.c: one call to one model ---- */

struct llm_attempt {
	struct llm *llm;
	struct llm_line *line;
	enum llm_mode mode;
	unsigned handle; /* of net; 0: not under way */
	struct llm_reply reply;
	int64_t began; /* monotonic ms */
	struct llm_call call;
	void (*piece)(void *arg); /* the reply has grown; may be NULL */
	/* It is over: net_err NULL or why no whole answer came. */
	void (*over)(void *arg, const struct net_head *head,
		const struct err *net_err);
	void *arg;
};
/* Fill the call: who, and what it may cost at worst. */
void llm_attempt_price(struct llm_attempt *a, struct llm_line *line,
	const struct llm_prompt *p);
/* Needs llm, mode, piece, over and arg, and llm_attempt_price(). */
int llm_attempt_start(
	struct llm_attempt *a, const struct llm_prompt *p, struct err *e);
/* Note in a->call what it used up so far, and how it ended. */
void llm_attempt_settle(struct llm_attempt *a, enum err_reason outcome);
/* Ends it, if it is under way, and frees its reply. */
void llm_attempt_release(struct llm_attempt *a);
/* The line of that name; NULL when there is none. */
struct llm_line *llm_line_of(struct llm *l, const char *name, size_t len);

/* ---- choice.c ---- */
void llm_choices_step(struct llm *l, int64_t now);
/* Those that are over, or all of them. */
void llm_choices_sweep(struct llm *l, int all);
int64_t llm_choices_due(const struct llm *l, int64_t now, int64_t most);

#endif
