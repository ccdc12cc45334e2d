/* winepair serve: the server (src/server). */
#include "cli/cli.h"

#include "server/server.h"

static const struct cli_usage usage = {
	"serve [--config FILE] [--only web|runner]",
	"Runs the server until SIGTERM: nginx passes requests to its socket.\n"
	"SIGHUP reads settings, templates and knowledge anew; when the new "
	"ones\n"
	"have mistakes the old ones stay, and the log says why.\n\n"
	"  --config FILE   instead of " CONFIG_DEFAULT_FILE "\n"
	"  --only web      answer requests, leave queued work to another "
	"machine\n"
	"                  or service\n"
	"  --only runner   do queued work only\n"
};

int cmd_serve(int argc, char **argv)
{
	const char *file = NULL, *only = NULL;
	const struct cli_option options[] = { { "config", &file, NULL },
		{ "only", &only, NULL }, { NULL, NULL, NULL } };
	enum server_part part = SERVER_ALL;
	int rc = cli_options(&usage, options, argc, argv, NULL, 0);

	if (rc >= 0)
		return rc;
	if (only && strcmp(only, "web") == 0)
		part = SERVER_WEB;
	else if (only && strcmp(only, "runner") == 0)
		part = SERVER_RUNNER;
	else if (only)
		return cli_wrong(&usage, "--only: expected web or runner");
	return server_run(file, part);
}
