/* winepair migrate: bring the database to the shape this version needs. */
#include "cli/cli.h"

#include "store/store.h"

static const struct cli_usage usage = { "migrate [--config FILE]",
	"Applies the steps of sql/ that the database has not seen yet, and "
	"makes\n"
	"it if there is none. `winepair serve` does the same at its start.\n\n"
	"  --config FILE   instead of " CONFIG_DEFAULT_FILE "\n" };

int cmd_migrate(int argc, char **argv)
{
	const char *file = NULL;
	const struct cli_option options[] = { { "config", &file, NULL },
		{ NULL, NULL, NULL } };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct config c;
	int rc = cli_options(&usage, options, argc, argv, NULL, 0);

	if (rc >= 0)
		return rc;
	rc = CLI_FAILED;
	if (cli_config(file, &c, &mem) == 0) {
		if (store_migrate(c.store, c.sql_dir, &e) == 0)
			rc = CLI_FINE;
		else
			log_warnx("%s: %s", c.store, e.msg);
	}
	arena_release(&mem);
	return rc;
}
