/*
 * `winepair eval`: a set of recipes put to several providers or prompts, and
 * what came of it as a table. Private to its command.
 *
 *	eval-cases.c	the recipes, and what experts accept
 *	eval-styles.c	names of wines as the styles of another table
 *	eval-results.c	what is known so far, in a file that can be gone on with
 *	eval-progress.c	how far it is
 *	eval-run.c	asking, several questions at once
 *	eval-table.c	the numbers
 */
#ifndef CLI_EVAL_H
#define CLI_EVAL_H

#include "cli/models.h"

#define EVAL_HITS 5 /* the first so many wines are looked at */
#define EVAL_SUBJECTS_MAX 64
#define EVAL_REPEAT_MAX 100
#define EVAL_FILE_MAX ((size_t)256 * 1024 * 1024)
#define EVAL_HASH_LEN 16 /* hex */

/* ---- eval-cases.c ---- */

struct eval_case {
	const char *id;	  /* "line 3" when it has none */
	const char *text; /* the recipe */
	char hash[EVAL_HASH_LEN + 1];
	const char **accept; /* ids of styles */
	size_t n_accept;
};
struct eval_cases {
	struct eval_case *at;
	size_t n, cap;
};
/* JSON lines, {"text","accept":[…],"id"?}; other members are ignored. -1:
 * e->msg is "FILE:3: what is wrong" (usage), or why it cannot be read. */
int eval_cases_parse(const char *file, const char *text, size_t len,
	struct arena *mem, struct eval_cases *out, struct err *e);
int eval_cases_read(const char *file, struct arena *mem, struct eval_cases *out,
	struct err *e);

/* ---- eval-styles.c ---- */

struct eval_styles;
/*
 * A table with the columns id, name, family, aliases (separated by |). A wine
 * is of the styles whose aliases its "name, region" has as whole words,
 * accents, capitals and punctuation aside. An alias with ! goes first, then
 * the longer one; words are used once; an alias with ~ counts only when no
 * other does; the parts of "pinot noir+oregon" may stand apart. An alias of
 * several styles means all of them. Free it; NULL and e as above.
 */
struct eval_styles *eval_styles_parse(
	const char *file, const char *text, size_t len, struct err *e);
struct eval_styles *eval_styles_read(const char *file, struct err *e);
void eval_styles_free(struct eval_styles *s);
/* Is that wine of that style? */
int eval_styles_match(
	const struct eval_styles *s, const char *wine, const char *style);

/* ---- eval-results.c ---- */

struct eval_wine {
	const char *id;	  /* of our style, or WINE_OTHER */
	const char *name; /* "Pinot Noir, Oregon" */
};

/* What came of one question. */
struct eval_result {
	int there;
	const char *error;    /* key: there was no pairing at all; NULL */
	const char *fallback; /* key: the engine answered; NULL */
	const char *model;    /* that answered; NULL: the engine */
	struct eval_wine wines[EVAL_HITS];
	size_t n_wines;
	int64_t suggested, clashes; /* wines, and those a rule forbids */
	int64_t answers, readable;  /* of the model's, and those with sense */
	int64_t calls;
	int64_t input_tokens, output_tokens;
	int64_t cost_micro; /* -1: not known */
	int64_t us;	    /* how long it took */
};

/* Who is asked: providers with prompts. */
struct eval_subject {
	const char *providers;	/* a list */
	const char *identity;	/* with models, prompts and engine (ask_key) */
	const char *prompts;	/* their folder; NULL: those of the settings */
	const char *version;	/* of the prompts; NULL: the engine alone */
	struct llm *llm;	/* NULL: the engine alone */
	enum err_reason failed; /* of the last call that failed */
	const char *given_up;	/* why; NULL */
	struct eval_result *at; /* [repeat * cases + case] */
};

struct eval {
	const struct config *config;
	const struct knowledge *knowledge;
	struct eval_cases cases;
	struct eval_subject subjects[EVAL_SUBJECTS_MAX];
	size_t n_subjects;
	int repeat, jobs;
	int64_t most_micro;	    /* what it may cost */
	struct net *net;	    /* NULL: only the engine */
	struct eval_styles *styles; /* NULL: our own ids */
	struct arena *mem;
	int out; /* the file of results */
	/* how it ended */
	int64_t spent_micro, reserved_micro; /* paid; by calls under way */
	size_t fresh, dropped; /* results of this run; questions without one */
	const char *stopped;   /* why before its end, a sentence; NULL */
};

/* The place of a result. */
static inline struct eval_result *eval_at(
	const struct eval *ev, size_t subject, size_t one, int repeat)
{
	return &ev->subjects[subject].at[(size_t)repeat * ev->cases.n + one];
}

/* Take over what the text of such a file tells; results of other cases,
 * subjects and repeats are left alone. *end: the bytes that are whole lines
 * (the last one may be torn). -1 (usage): it is no such file. */
int eval_results_parse(struct eval *ev, const char *file, const char *text,
	size_t len, size_t *end, struct err *e);
/* Open the file, made if need be, take over what is there, and cut a torn
 * line. Fills ev->out; nobody else may have it open in this way. */
int eval_results_open(struct eval *ev, const char *file, struct err *e);
/* Append one; -1 with e when the disk is at fault. */
int eval_results_add(const struct eval *ev, size_t subject, size_t one,
	int repeat, struct err *e);

/* ---- eval-progress.c ---- */

struct eval_progress {
	int64_t began_ms, shown_ms;
	int tenth;
};
void eval_progress_begin(struct eval_progress *p);
/* On standard error, if it is time to. */
void eval_progress_show(struct eval_progress *p, const struct eval *ev);

/* ---- eval-run.c ---- */

/* Ask what is not there yet, until all is there, it costs too much, or
 * somebody interrupts. -1 and e when results cannot be kept. */
int eval_run(struct eval *ev, struct err *e);

/* ---- eval-table.c ---- */

/* -1 in a share or a mean: there is nothing it could be of. */
struct eval_row {
	const struct eval_subject *subject;
	const char *model; /* that answered, the last one; NULL */
	int64_t n;	   /* questions with a result */
	double hit1, hit5, clashes, readable, fallback, same; /* shares */
	double p50_ms, p95_ms;
	int64_t input_tokens, output_tokens;
	int64_t cost_micro; /* -1: not known */
};
void eval_row(const struct eval *ev, size_t subject, struct eval_row *out);
/* The smallest of n sorted values that p percent of them do not exceed. */
int64_t eval_percentile(const int64_t *sorted, size_t n, int p);
/* How much of two answers is the same: wines of both, of those of the longer;
 * 1 when both are empty. */
double eval_common(const struct eval_result *a, const struct eval_result *b);
/* On standard output; CLI_FINE or CLI_FAILED. */
int eval_table_write(const struct eval *ev, int json);

#endif
