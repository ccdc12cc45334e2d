/* winepair recipe: a recipe as it was understood, nothing paired. */
#include "cli/cli.h"

#include "cli/input.h"
#include "cli/paper.h"

static const struct cli_usage usage = { "recipe " CLI_INPUT_SYNOPSIS
					" [--json]",
	"Shows a recipe as Winepair understands it. Needs no server; only a "
	"URL\n"
	"touches the network.\n\n" CLI_INPUT_HELP
	"  --json            for programs\n" };

static void add_facts(struct paper *p, const struct recipe *r)
{
	struct sbuf sb = SBUF_INIT(8192);

	if (r->yield)
		sbuf_addstr(&sb, r->yield);
	if (r->total_minutes >= 60)
		sbuf_addf(&sb, "%s%d h", sb.len ? ", " : "",
			r->total_minutes / 60);
	if (r->total_minutes > 0 && r->total_minutes % 60)
		sbuf_addf(&sb, "%s%d min",
			r->total_minutes >= 60 ? " "
			: sb.len	       ? ", "
					       : "",
			r->total_minutes % 60);
	if (r->author)
		sbuf_addf(&sb, "%sby %s", sb.len ? ", " : "", r->author);
	if (sb.len)
		paper_text(p, "", INK_PLAIN, sb.buf);
	if (r->url)
		paper_text(p, "", INK_DIM, r->url);
	sbuf_release(&sb);
}

static int show(const struct recipe *r)
{
	struct paper p;
	size_t i;
	int rc;

	paper_init(&p);
	paper_text(&p, "", INK_BOLD, r->name);
	add_facts(&p, r);
	if (r->n_ingredients) {
		paper_gap(&p);
		paper_text(&p, "", INK_BOLD, "Ingredients");
	}
	for (i = 0; i < r->n_ingredients; i++)
		paper_text(&p, "  - ", INK_PLAIN, r->ingredients[i]);
	if (r->n_instructions) {
		paper_gap(&p);
		paper_text(&p, "", INK_BOLD, "Method");
	}
	for (i = 0; i < r->n_instructions; i++) {
		char lead[32];

		(void)snprintf(lead, sizeof(lead), "%3zu. ", i + 1);
		paper_text(&p, lead, INK_PLAIN, r->instructions[i]);
	}
	rc = cli_write(&p.out);
	paper_release(&p);
	return rc;
}

int cmd_recipe(int argc, char **argv)
{
	struct cli_inputs given = { .n = 0 };
	struct cli_input in = { .url = NULL };
	size_t n;
	int json = 0, rc;
	const struct cli_option options[] = { CLI_INPUT_OPTIONS(&given),
		{ "json", NULL, &json }, { NULL, NULL, NULL } };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct knowledge *k = NULL;
	struct cli_source source;
	struct config c;
	struct recipe r;

	rc = cli_options(&usage, options, argc, argv, NULL, 0);
	if (rc < 0)
		rc = cli_input_check(&usage, &given, &in, 1, &n);
	if (rc >= 0)
		return rc;
	rc = CLI_FAILED;
	if (cli_config(NULL, &c, &mem) || !(k = cli_knowledge(&c)))
		goto out;
	if (cli_source_load(&in, &c, &mem, &source, &e) ||
		cli_source_recipe(&source, k, &mem, &r, &e)) {
		rc = cli_failed(&e, json);
	} else if (json) {
		json_object *o = recipe_to_json(&r);

		rc = cli_write_json(o);
		json_object_put(o);
	} else {
		rc = show(&r);
	}
	cli_source_release(&source);
out:
	knowledge_free(k);
	arena_release(&mem);
	return rc;
}
