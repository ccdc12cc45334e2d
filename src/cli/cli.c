/*
 * What the subcommands share: options, errors, output. Errors are one sentence
 * on standard error. With --json they are an object on standard output, where a
 * program looks for its answer.
 */
#include "cli/cli.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_USUAL 80

/* ---- options ---- */

static int show_help(const struct cli_usage *u)
{
	struct sbuf out = SBUF_INIT(16384);
	int rc;

	sbuf_addf(&out, "usage: winepair %s\n\n%s", u->synopsis, u->text);
	rc = cli_write(&out);
	sbuf_release(&out);
	return rc;
}

int cli_wrong(const struct cli_usage *u, const char *fmt, ...)
{
	struct sbuf sb = SBUF_INIT(1024);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	log_warnx("%.*s: %s (see winepair %.*s --help)",
		(int)strcspn(u->synopsis, " "), u->synopsis, sb.buf,
		(int)strcspn(u->synopsis, " "), u->synopsis);
	sbuf_release(&sb);
	return CLI_USAGE;
}

/* Put a value where it belongs; -1 when it is one too many, and told. */
static int keep(const struct cli_usage *u, const struct cli_option *o,
	const char *value)
{
	if (!o->flag && *o->value) {
		(void)cli_wrong(u, "--%s is given twice", o->name);
		return -1;
	}
	if (o->flag && *o->flag == CLI_MANY) {
		(void)cli_wrong(u, "'%.60s' is too much", value);
		return -1;
	}
	o->value[o->flag ? (*o->flag)++ : 0] = value;
	return 0;
}

/* The row that takes what is no option; NULL: none does. */
static const struct cli_option *for_words(const struct cli_option *o)
{
	while (o->name && *o->name)
		o++;
	return o->name ? o : NULL;
}

/* One option at argv[0]; the number of arguments it took, 0 when wrong. */
static int take_option(const struct cli_usage *u,
	const struct cli_option *options, int argc, char **argv)
{
	const char *name = argv[0] + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const struct cli_option *o;

	for (o = options; o->name; o++)
		if (len && strlen(o->name) == len &&
			memcmp(o->name, name, len) == 0)
			break;
	if (!o->name) {
		(void)cli_wrong(u, "there is no option --%.*s",
			(int)(len > 40 ? 40 : len), name);
		return 0;
	}
	if (!o->value) {
		if (equals)
			(void)cli_wrong(u, "--%s takes no value", o->name);
		*o->flag = 1;
		return equals ? 0 : 1;
	}
	if (!equals && argc < 2) {
		(void)cli_wrong(u, "--%s needs a value", o->name);
		return 0;
	}
	if (keep(u, o, equals ? equals + 1 : argv[1]))
		return 0;
	return equals ? 1 : 2;
}

int cli_options(const struct cli_usage *u, const struct cli_option *options,
	int argc, char **argv, const char **words, size_t max_words)
{
	const struct cli_option *rest = for_words(options);
	int only_words = 0, took;
	size_t n = 0;

	for (; argc > 0; argc -= took, argv += took) {
		took = 1;
		if (!only_words && strcmp(argv[0], "--help") == 0)
			return show_help(u);
		if (!only_words && strcmp(argv[0], "--") == 0) {
			only_words = 1;
		} else if (!only_words && strncmp(argv[0], "--", 2) == 0) {
			took = take_option(u, options, argc, argv);
			if (!took)
				return CLI_USAGE;
		} else if (rest) {
			if (keep(u, rest, argv[0]))
				return CLI_USAGE;
		} else if (n < max_words) {
			words[n++] = argv[0];
		} else {
			return cli_wrong(u, "'%.60s' is too much", argv[0]);
		}
	}
	return -1;
}

/* ---- errors ---- */

int cli_failed(const struct err *e, int json)
{
	return cli_failed_at(e, 0, json);
}

int cli_failed_at(const struct err *e, size_t dish, int json)
{
	const char *text = err_text(e->reason);
	int operators = e->reason >= REASON_CONFIG || !*text;
	struct sbuf said = SBUF_INIT(2048);

	if (dish)
		sbuf_addf(&said, "Dish %zu: ", dish);

	/* what only an operator or a developer meets is said in full */
	if (operators)
		sbuf_addf(&said, "%s: %s", err_title(e->reason), e->msg);
	else
		sbuf_addf(&said, "%s. %s", err_title(e->reason), text);
	if (json) {
		json_object *o = json_object_new_object();
		json_object *in = json_object_new_object();

		json_put_str(in, "code", err_key(e->reason));
		json_put_str(in, "message", said.buf);
		json_object_object_add(o, "error", in);
		(void)cli_write_json(o);
		json_object_put(o);
	} else {
		log_warnx("%s", said.buf);
	}
	sbuf_release(&said);
	return CLI_FAILED;
}

void cli_tell(const char *what, const struct sbuf *problems)
{
	log_warnx("%s", what);
	(void)fd_write_all(STDERR_FILENO, problems->buf, problems->len);
}

int cli_config(const char *path, struct config *c, struct arena *mem)
{
	struct sbuf problems = SBUF_INIT(65536);
	int rc = config_load(path, c, mem, &problems);

	if (rc)
		cli_tell("the configuration has mistakes:", &problems);
	sbuf_release(&problems);
	return rc;
}

struct knowledge *cli_knowledge(const struct config *c)
{
	struct sbuf problems = SBUF_INIT(65536);
	struct knowledge *k = knowledge_load(c->knowledge_dir, &problems);

	if (!k)
		cli_tell("the knowledge tables have mistakes:", &problems);
	sbuf_release(&problems);
	return k;
}

int cli_this_year(void)
{
	char now[CLOCK_RFC3339_SIZE];
	int64_t year = 0;

	clock_rfc3339(clock_wall_ms(), now);
	(void)num_int(now, 4, 1970, 9999, &year);
	return (int)year;
}

/* ---- output ---- */

static int terminal_width(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		return w.ws_col;
	return WIDTH_USUAL;
}

void cli_progress(const char *text)
{
	struct sbuf sb = SBUF_INIT(4096);
	int room = terminal_width() - 1;
	size_t len = strlen(text), n;
	int32_t cp;

	if (!isatty(STDERR_FILENO))
		return;
	sbuf_addstr(&sb, "\r\x1b[K");
	for (; (n = text_next(text, len, &cp)); text += n, len -= n) {
		room -= text_columns(cp);
		if (room < 0)
			break;
		if (cp >= 0x20 && !(cp >= 0x7F && cp < 0xA0))
			text_put(&sb, cp);
	}
	(void)fd_write_all(STDERR_FILENO, sb.buf, sb.len);
	sbuf_release(&sb);
}

int cli_write(const struct sbuf *out)
{
	if (fd_write_all(STDOUT_FILENO, out->buf, out->len) == 0)
		return CLI_FINE;
	log_warn("standard output");
	return CLI_FAILED;
}

int cli_write_json(json_object *o)
{
	struct sbuf out = SBUF_INIT((size_t)8 << 20);
	int rc;

	if (isatty(STDOUT_FILENO))
		json_write_pretty(o, &out);
	else
		json_write(o, &out);
	sbuf_addch(&out, '\n');
	rc = cli_write(&out);
	sbuf_release(&out);
	return rc;
}
