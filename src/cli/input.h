/* What `pair` and `recipe` read a recipe from. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "ask/ask.h"
#include "cli/cli.h"

/* As they stand on the command line, one a place. */
struct cli_inputs {
	const char *word[CLI_MANY], *url[CLI_MANY], *file[CLI_MANY];
	const char *text[CLI_MANY], *text_file[CLI_MANY];
	int n;
};

struct cli_input {
	const char *url; /* with a file: where that came from */
	const char *file, *text, *text_file;
};

#define CLI_INPUT_OPTIONS(in)                                         \
	{ "", (in)->word, &(in)->n }, { "url", (in)->url, &(in)->n }, \
		{ "file", (in)->file, &(in)->n },                     \
		{ "text", (in)->text, &(in)->n },                     \
	{                                                             \
		"text-file", (in)->text_file, &(in)->n                \
	}
#define CLI_INPUT_SYNOPSIS                                    \
	"(URL | --url URL | --file PAGE.html [--url URL] |\n" \
	"                      --text TEXT | --text-file FILE|-)"
#define CLI_INPUT_HELP                                                   \
	"  URL, --url URL    a recipe page on the web\n"                 \
	"  --file PAGE.html  a saved page (--url: where it came from)\n" \
	"  --text TEXT       the recipe itself, or the name of a dish\n" \
	"  --text-file FILE  the same from a file; - is standard input\n"

/* The recipes in their order, at least one and at most max, into out: -1 and
 * *n when so, else CLI_USAGE and told. */
int cli_input_check(const struct cli_usage *u, const struct cli_inputs *in,
	struct cli_input *out, size_t max, size_t *n);

/* What was read, not yet looked at. */
struct cli_source {
	enum ask_kind kind; /* ASK_TEXT or ASK_HTML */
	struct sbuf bytes;
	const char *url;	/* where it is from; NULL */
	const char *charset;	/* as the site says; NULL */
	enum err_reason answer; /* what to say if there is no recipe in it */
	int fetched;		/* by us, so its URL is true */
};

/* Read it; only a URL touches the network. Release it in any case. */
int cli_source_load(const struct cli_input *in, const struct config *c,
	struct arena *mem, struct cli_source *s, struct err *e);
void cli_source_release(struct cli_source *s);
/* The recipe in it. */
int cli_source_recipe(const struct cli_source *s, const struct knowledge *k,
	struct arena *mem, struct recipe *r, struct err *e);

#endif
