/*
 * The subcommands: one file each, one row each in commands[] (main.c). A
 * command gets the arguments after its name and returns the exit status of
 * the program: CLI_FINE, CLI_FAILED or CLI_USAGE.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/base.h"
#include "config/config.h"
#include "knowledge/knowledge.h"

enum { CLI_FINE, CLI_FAILED, CLI_USAGE };

int cmd_check_config(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_migrate(int argc, char **argv);
int cmd_pair(int argc, char **argv);
int cmd_recipe(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_wines(int argc, char **argv);

/*
 * Options of a command: "--name VALUE" or "--name=VALUE" when value is set,
 * a bare "--name" when flag is. When both are, it may be given up to CLI_MANY
 * times: value is an array of as many, and flag counts what stands in it; rows
 * that share a counter share the places, so that it is known which came first.
 * A row with the name "" takes what is no option in that way. Ends with a row
 * without a name.
 */
#define CLI_MANY 16
struct cli_option {
	const char *name; /* without the dashes */
	const char **value;
	int *flag;
};

struct cli_usage {
	const char *synopsis; /* "pair (URL | …) [--json]" */
	const char *text;     /* what it does and what the options mean */
};

/*
 * Read the arguments: options anywhere, at most max_words others into words.
 * Returns -1 to go on; else the status to end with: --help was answered, or
 * the mistake was told.
 */
int cli_options(const struct cli_usage *u, const struct cli_option *options,
	int argc, char **argv, const char **words, size_t max_words);

/* "winepair pair: --count: expected …" and where help is; CLI_USAGE. */
int cli_wrong(const struct cli_usage *u, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Tell what went wrong, as a sentence or as {"error":{"code","message"}};
 * CLI_FAILED. */
int cli_failed(const struct err *e, int json);
/* The same about that dish of a menu, from 1; 0: about none. */
int cli_failed_at(const struct err *e, size_t dish, int json);

/* The configuration, and what is known of wine and food: with mistakes told,
 * -1. */
int cli_config(const char *path, struct config *c, struct arena *mem);
struct knowledge *cli_knowledge(const struct config *c);

/* A list of mistakes, a line each, on standard error. */
void cli_tell(const char *what, const struct sbuf *problems);

int cli_this_year(void); /* 2026 */

/* If standard error is a terminal, show there what is waited for, in its last
 * line, instead of what stood there before; "" takes it back. */
void cli_progress(const char *text);

/* Write all of it to standard output; CLI_FINE, or CLI_FAILED and told. */
int cli_write(const struct sbuf *out);
int cli_write_json(json_object *o); /* indented for a terminal */

#endif
