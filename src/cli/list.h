/* A list of wines that `pair` is to choose from. */
#ifndef CLI_LIST_H
#define CLI_LIST_H

#include "cli/cli.h"
#include "cli/paper.h"
#include "pairing/pairing.h"

#define CLI_LIST_HELP                                                          \
	"  --list FILE       rank the bottles of this list: lines of a\n"      \
	"                    menu, or a table (CellarTracker, Vivino, any\n"   \
	"                    CSV with a column for the wine); - is standard\n" \
	"                    input; --cellar FILE is the same\n"

/* Read and understand the list of a file, "-" being standard input. */
int cli_list_read(const char *path, const struct knowledge *k,
	struct arena *mem, struct cellar *out, struct err *e);
/* Give a pairing, as a document, the member "list": the bottles ranked. */
int cli_list_rank(const struct knowledge *k, const struct cellar *c,
	const struct preferences *p, struct arena *mem, json_object *doc,
	struct err *e);
/* That member for a person. */
void cli_list_show(struct paper *p, json_object *list);

#endif
