/* What `pair` and `recipe` read a recipe from. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli/cli.h"
#include "recipe/recipe.h"

struct cli_input {
	const char *word; /* a URL without --url */
	const char *url, *file, *text, *text_file;
};

#define CLI_INPUT_OPTIONS(in)                                       \
	{ "url", &(in)->url, NULL }, { "file", &(in)->file, NULL }, \
		{ "text", &(in)->text, NULL },                      \
	{                                                           \
		"text-file", &(in)->text_file, NULL                 \
	}
#define CLI_INPUT_SYNOPSIS                                    \
	"(URL | --url URL | --file PAGE.html [--url URL] |\n" \
	"                      --text TEXT | --text-file FILE|-)"
#define CLI_INPUT_HELP                                                   \
	"  URL, --url URL    a recipe page on the web\n"                 \
	"  --file PAGE.html  a saved page (--url: where it came from)\n" \
	"  --text TEXT       the recipe itself, or the name of a dish\n" \
	"  --text-file FILE  the same from a file; - is standard input\n"

/* Exactly one source? -1 when so, else CLI_USAGE and told. */
int cli_input_check(const struct cli_usage *u, struct cli_input *in);
/* Read the recipe; only a URL touches the network. */
int cli_input_read(const struct cli_input *in, const struct config *c,
	const struct knowledge *k, struct arena *mem, struct recipe *r,
	struct err *e);

#endif
