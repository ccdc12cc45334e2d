/* The program: one table of subcommands (cli/). */
#include "config.h"

#include <unistd.h>

#include "cli/cli.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv); /* without the name */
	const char *help;
};

static const struct command commands[] = {
	{ "pair", cmd_pair, "say which wines go with a recipe" },
	{ "recipe", cmd_recipe, "show a recipe as it was understood" },
	{ "wines", cmd_wines,
		"list the wine styles, or show one or a bottle of it" },
	{ "serve", cmd_serve, "run the server behind nginx" },
	{ "check-config", cmd_check_config, "check the settings, show them" },
	{ "doctor", cmd_doctor, "say what is not well set up" },
	{ "migrate", cmd_migrate, "make or update the database" },
	{ "eval", cmd_eval, "compare language models on a set of recipes" },
};

static void add_help(struct sbuf *out)
{
	size_t i;

	sbuf_addstr(out, "usage: winepair COMMAND [ARGUMENTS]\n"
			 "       winepair COMMAND --help\n"
			 "       winepair --version\n\n");
	for (i = 0; i < ARRAY_LEN(commands); i++)
		sbuf_addf(
			out, "  %-14s%s\n", commands[i].name, commands[i].help);
	sbuf_addstr(out, "\nTry: winepair pair --text 'coq au vin'\n");
}

int main(int argc, char **argv)
{
	struct sbuf out = SBUF_INIT(8192);
	const char *name = argc > 1 ? argv[1] : "";
	int rc = CLI_USAGE;
	size_t i;

	for (i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(argc - 2, argv + 2);
	if (strcmp(name, "--version") == 0) {
		sbuf_addstr(&out, "winepair " PACKAGE_VERSION "\n");
		rc = cli_write(&out);
	} else if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
		add_help(&out);
		rc = cli_write(&out);
	} else {
		if (*name)
			log_warnx("there is no command '%.40s'", name);
		add_help(&out);
		(void)fd_write_all(STDERR_FILENO, out.buf, out.len);
	}
	sbuf_release(&out);
	return rc;
}
