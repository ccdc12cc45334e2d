/*
 * A language model chooses among the wines the built-in engine ranked, and
 * says why, in words of its own. It is never trusted: what it says is data,
 * held to the engine (pairing.h, offer_judge), and whatever goes wrong, the
 * caller gets a pairing: the engine's own, with the reason.
 *
 * The providers of the settings are tried in order; "built-in" among them ends
 * the list. A call that fails is repeated by the rules of its API, then the
 * next provider is asked. All of it happens inside net_run() and llm_step():
 * nothing here waits.
 */
#ifndef LLM_LLM_H
#define LLM_LLM_H

#include "base/base.h"
#include "config/config.h"
#include "knowledge/knowledge.h"
#include "net/net.h"
#include "pairing/pairing.h"
#include "recipe/recipe.h"

/* ---- prompts: templates/prompts, no secret in them ---- */

struct llm_prompts;
/* NULL, with every mistake as a line in problems. */
struct llm_prompts *llm_prompts_load(const char *dir, struct sbuf *problems);
void llm_prompts_free(struct llm_prompts *p);
/* Hex; changes with their bytes, and with what the code makes of them. */
const char *llm_prompts_version(const struct llm_prompts *p);

/* ---- what is asked of whom, without a key ---- */

/* Is this list ("anthropic,built-in"; blanks allowed) one of known names, each
 * set up in the settings? NULL: the settings' own list. Else -1 (bad-input),
 * naming it. */
int llm_providers_check(
	const struct config *c, const char *providers, struct err *e);
/* All that is set up for one of them, its key too, which is read and wiped:
 * would it be asked? Else -1 (config), saying which setting or file is bad. */
int llm_provider_check(
	const struct config *c, const char *provider, struct err *e);
/* Does the list (NULL: the settings') begin with a model? */
int llm_wanted(const struct config *c, const char *providers);
/* Names the list with its models and the prompts: with the built-in engine's
 * version it makes what one answer shares with another. In the arena. */
const char *llm_identity(const struct config *c, const char *providers,
	const struct llm_prompts *p, struct arena *mem);

/* ---- asking ---- */

struct llm;
/* Reads the keys. Fails with config, saying which file and why, when a
 * provider of the list (NULL: every one that is set up) lacks something. All
 * arguments must outlive it. */
struct llm *llm_new(const struct config *c, const char *providers,
	const struct llm_prompts *p, const struct knowledge *k, struct net *net,
	struct err *e);
void llm_free(struct llm *l);
/* Begin what is due (retries, the line of those that wait for room). Call at
 * least once a second. */
void llm_step(struct llm *l);
/* Milliseconds until something is due; at most max. */
int llm_next_ms(const struct llm *l, int max);

/* One call to a model, for whoever keeps the books. */
struct llm_call {
	const char *provider, *model;
	int64_t most_micro; /* what it may cost at worst; -1: price unknown */
	/* once it is over: */
	int64_t input_tokens, output_tokens, cached_tokens;
	int64_t cost_micro; /* -1: price unknown */
	int64_t ms;
	enum err_reason outcome; /* none: an answer that could be used */
};

struct llm_asked {
	void *arg;
	/* May it be called? Before every call. -1: not, and e says why: store
	 * and busy: try again in a moment; any other reason: no model at all
	 * (spend-limit …). NULL: always. */
	int (*begin)(void *arg, const struct llm_call *call, struct err *e);
	/* After every call that began; not after llm_cancel(). May be NULL. */
	void (*end)(void *arg, const struct llm_call *call);
	/* The wines so far, as they come; at most one a second. -1: not now;
	 * they are told again. May be NULL. */
	int (*partial)(void *arg, const struct pairing *so_far);
	/* Once. The pairing is always there, and its chooser says who made it.
	 * It lies in the arena of the question. */
	void (*done)(void *arg, const struct pairing *made);
};

struct llm_question { /* all of it must live until done, or cancel */
	const struct recipe *recipe;
	const struct preferences *preferences;
	const char *providers; /* NULL: the settings' list */
	struct arena *mem;
	const char *id; /* for the log; NULL: none */
};

struct llm_choice;
/* -1 as pairing_make() fails; then nothing is called. done may be called
 * before this returns. *choice is valid until done or llm_cancel(). */
int llm_choose(struct llm *l, const struct llm_question *q,
	const struct llm_asked *a, struct llm_choice **choice, struct err *e);
/* Ends its call at once. What it has used up so far, if a call was under way:
 * 1 and call, else 0. */
int llm_cancel(struct llm_choice *choice, struct llm_call *call);

/* ---- is a provider well set up? ---- */

/* One cheap call to each provider of the list; verdict for each, as the answers
 * come. The reason is none when all is well; detail is a sentence for the
 * operator and holds nothing secret. */
typedef void llm_verdict(void *arg, const char *provider, const char *model,
	enum err_reason reason, const char *detail, int64_t ms);
void llm_doctor(struct llm *l, llm_verdict *verdict, void *arg);
/* Providers still to be heard of. */
size_t llm_doctor_left(const struct llm *l);

#endif
