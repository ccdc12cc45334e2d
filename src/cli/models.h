/* Language models for a command: opened, asked one question, closed. */
#ifndef CLI_MODELS_H
#define CLI_MODELS_H

#include "base/base.h"
#include "config/config.h"
#include "knowledge/knowledge.h"
#include "llm/llm.h"
#include "net/net.h"
#include "pairing/pairing.h"

struct cli_models {
	struct net *net;
	struct llm_prompts *prompts;
	struct llm *llm;
};

/* A list of providers as somebody writes it ("openai, built-in"), without
 * blanks, in the arena; NULL is NULL. */
const char *cli_providers(const char *list, struct arena *mem);

/* The prompts of that folder, NULL: those of the settings. NULL when they have
 * mistakes, which are told on standard error. */
struct llm_prompts *cli_prompts(const struct config *c, const char *dir);

/* For the providers of the list (NULL: every one that is set up). -1 and e
 * when one lacks something. The arguments must outlive it; close it in any
 * case. From here on only warnings are told, not the course of every call. */
int cli_models_open(struct cli_models *m, const struct config *c,
	const char *providers, const struct knowledge *k, struct err *e);
void cli_models_close(struct cli_models *m);

/*
 * Ask, and wait for the answer. On a terminal it is said who is asked and what
 * came so far. -1 as pairing_make() fails; whatever else goes wrong, the
 * engine's own pairing comes, with the reason. made lies in the arena.
 */
int cli_models_choose(struct cli_models *m, const struct llm_question *q,
	const struct pairing **made, struct err *e);

#endif
