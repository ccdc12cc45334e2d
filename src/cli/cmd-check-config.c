/* winepair check-config: every mistake with file and line, or all settings. */
#include "cli/cli.h"

static const struct cli_usage usage = { "check-config [--config FILE]",
	"Reads the settings as the server would: the file, then WINEPAIR_KEY "
	"in\n"
	"the environment. Tells every mistake with file and line (exit 1), or\n"
	"prints all settings, in the form of a configuration file.\n\n"
	"  --config FILE   instead of " CONFIG_DEFAULT_FILE "\n" };

int cmd_check_config(int argc, char **argv)
{
	const char *file = NULL;
	const struct cli_option options[] = { { "config", &file, NULL },
		{ NULL, NULL, NULL } };
	struct arena mem = ARENA_INIT;
	struct sbuf out = SBUF_INIT(65536);
	struct config c;
	int rc = cli_options(&usage, options, argc, argv, NULL, 0);

	if (rc >= 0)
		return rc;
	rc = CLI_FAILED;
	if (cli_config(file, &c, &mem) == 0) {
		config_print(&c, &out);
		rc = cli_write(&out);
	}
	sbuf_release(&out);
	arena_release(&mem);
	return rc;
}
