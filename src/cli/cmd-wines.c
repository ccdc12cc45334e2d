/* winepair wines: the styles Winepair knows, as a list or one in full. */
#include "cli/cli.h"

#include "cli/paper.h"
#include "pairing/pairing.h"

static const struct cli_usage usage = { "wines [STYLE|BOTTLE] [--json]",
	"Lists the wine styles Winepair knows, or shows one: by its id, its "
	"name\n"
	"or what stands on a bottle, such as \"2019 Gigondas, Domaine X\"; "
	"and\n"
	"the dishes it goes with.\n\n"
	"  --json   for programs\n" };

static int show_all(const struct knowledge *k, int json)
{
	size_t n, i;
	const struct wine *all = knowledge_wines(k, &n);
	struct sbuf out = SBUF_INIT((size_t)1 << 20);
	int rc;

	if (json) {
		json_object *o = json_object_new_object();
		json_object *list = json_object_new_array();

		for (i = 0; i < n; i++)
			json_object_array_add(list, wine_to_json(k, &all[i]));
		json_object_object_add(o, "wines", list);
		rc = cli_write_json(o);
		json_object_put(o);
		return rc;
	}
	for (i = 0; i < n; i++)
		sbuf_addf(&out, "%-28s %-10s %s\n", all[i].id,
			color_name(all[i].color), all[i].name);
	rc = cli_write(&out);
	sbuf_release(&out);
	return rc;
}

static void add_names(
	struct paper *p, const char *lead, const char *const *list)
{
	struct sbuf sb = SBUF_INIT(4096);

	for (; list && *list; list++)
		sbuf_addf(&sb, "%s%s", sb.len ? ", " : "", *list);
	if (sb.len)
		paper_text(p, lead, INK_PLAIN, sb.buf);
	sbuf_release(&sb);
}

/* What a bottle was taken for this style by, and how sure that is. */
static void add_matched(struct paper *p, const struct bottle *b)
{
	struct sbuf sb = SBUF_INIT(4096);
	size_t i;

	if (b->confidence >= 1)
		return;
	sbuf_addstr(&sb, "Taken for this style by ");
	for (i = 0; i < b->n_words; i++)
		sbuf_addf(&sb, "%s\"%s\"", text_joint(i, b->n_words),
			b->words[i]);
	sbuf_addf(&sb, ": %s (%d %%)", bottle_sureness(b->confidence),
		(int)(b->confidence * 100 + 0.5));
	if (b->vintage > 0)
		sbuf_addf(&sb, "; vintage %d", b->vintage);
	else if (b->vintage == BOTTLE_NV)
		sbuf_addstr(&sb, "; without a vintage");
	paper_text(p, "", INK_PLAIN, sb.buf);
	sbuf_release(&sb);
}

/* ---- what goes with it ---- */

static void add_dishes(struct paper *p, const struct suited *s)
{
	struct sbuf name = SBUF_INIT(4096);
	size_t i;

	if (s->n_dishes)
		paper_gap(p);
	for (i = 0; i < s->n_dishes; i++) {
		const struct suited_dish *d = &s->dishes[i];
		char score[20];

		sbuf_reset(&name);
		sbuf_addstr(&name, d->name);
		if (d->cuisine)
			sbuf_addf(&name, " (%c%s)", ascii_upper(*d->cuisine),
				d->cuisine + 1);
		(void)snprintf(score, sizeof(score), "%3d/100", d->score);
		paper_sides(p, "  ", INK_BOLD, name.buf, INK_GREEN, score);
		if (*d->reason)
			paper_text(p, "    ", INK_PLAIN, d->reason);
	}
	sbuf_release(&name);
}

static void add_suited(struct paper *p, const struct suited *s)
{
	struct sbuf kinds = SBUF_INIT(4096), line = SBUF_INIT(4096);
	size_t i;

	for (i = 0; i < s->n_kinds; i++)
		sbuf_addf(&kinds, "%s%s", i ? "; " : "", s->kinds[i].name);
	if (kinds.len) {
		paper_gap(p);
		paper_text(p, "Goes with  ", INK_PLAIN, kinds.buf);
	}
	add_dishes(p, s);
	if (s->n_avoid) {
		paper_gap(p);
		paper_text(p, "", INK_BOLD, "Better not");
	}
	for (i = 0; i < s->n_avoid; i++) {
		sbuf_reset(&line);
		sbuf_addf(&line, "%s: %s", s->avoid[i].style, s->avoid[i].why);
		*line.buf = ascii_upper(*line.buf);
		paper_text(p, "  - ", INK_PLAIN, line.buf);
	}
	sbuf_release(&kinds);
	sbuf_release(&line);
}

static void ask_reverse(const struct knowledge *k, const struct wine *w,
	struct arena *mem, struct suited *out)
{
	struct reverse *r = reverse_load(k);

	reverse_ask(r, w, mem, out);
	reverse_free(r);
}

static int show_one(const struct knowledge *k, const struct bottle *b, int json,
	struct arena *mem)
{
	const struct wine *w = b->wine;
	struct suited suited;
	struct paper p;
	char line[200];
	int rc;

	ask_reverse(k, w, mem, &suited);
	if (json) {
		json_object *o = wine_to_json(k, w);

		json_object_object_add(o, "matched", bottle_to_json(b));
		suited_put_json(&suited, o);
		rc = cli_write_json(o);
		json_object_put(o);
		return rc;
	}
	paper_init(&p);
	paper_text(&p, "", INK_BOLD, w->name);
	(void)snprintf(
		line, sizeof(line), "%s, %s", w->region, color_name(w->color));
	paper_text(&p, "", INK_DIM, line);
	add_matched(&p, b);
	paper_gap(&p);
	paper_text(&p, "", INK_PLAIN, w->description);
	paper_gap(&p);
	(void)snprintf(line, sizeof(line),
		"body %g, acidity %g, tannin %g, sweetness %g (of 10), "
		"%g %% alcohol",
		w->body, w->acidity, w->tannin, w->sweetness, w->abv);
	paper_text(&p, "Structure  ", INK_PLAIN, line);
	(void)snprintf(line, sizeof(line),
		"%d-%d \xc2\xb0"
		"C, %s glass",
		w->serve_lo, w->serve_hi, w->glass);
	paper_text(&p, "Serve      ", INK_PLAIN, line);
	if (w->decant) {
		(void)snprintf(
			line, sizeof(line), "%d minutes before", w->decant);
		paper_text(&p, "Decant     ", INK_PLAIN, line);
	}
	(void)snprintf(line, sizeof(line), "%d of 4", w->price);
	paper_text(&p, "Price      ", INK_PLAIN, line);
	add_names(&p, "Grapes     ", w->grapes);
	add_names(&p, "Also       ", w->aliases);
	add_suited(&p, &suited);
	rc = cli_write(&p.out);
	paper_release(&p);
	return rc;
}

/* By id, name or alias, whatever its capitals and accents. */
static const struct wine *find(const struct knowledge *k, const char *asked)
{
	const struct wine *all, *found = knowledge_wine(k, asked);
	struct sbuf want = SBUF_INIT(4096);
	const char *const *alias;
	size_t n, i;

	all = knowledge_wines(k, &n);
	text_fold(asked, strlen(asked), &want);
	for (i = 0; i < n && !found; i++)
		if (text_folds_to(all[i].name, want.buf))
			found = &all[i];
	for (i = 0; i < n && !found; i++)
		for (alias = all[i].aliases; alias && *alias; alias++)
			if (text_folds_to(*alias, want.buf))
				found = &all[i];
	sbuf_release(&want);
	return found;
}

/* What was asked for is a style, or a bottle of one. */
static void take_for(const struct knowledge *k, const char *asked,
	struct arena *mem, struct bottle *b)
{
	struct labels *labels;

	memset(b, 0, sizeof(*b));
	b->wine = find(k, asked);
	b->confidence = 1;
	if (b->wine)
		return;
	labels = labels_new(k);
	bottle_read_name(labels, asked, cli_this_year(), mem, b);
	labels_free(labels);
}

static int unknown(const char *asked, const struct bottle *b, int json)
{
	struct err e = ERR_INIT;
	struct sbuf near = SBUF_INIT(1024);
	size_t i;

	if (json) {
		err_set(&e, REASON_NOT_FOUND, "%s", asked);
		return cli_failed(&e, 1);
	}
	for (i = 0; i < b->n_near; i++)
		sbuf_addf(&near, "%s%s",
			i ? ", " : "; near it: ", b->near[i]->id);
	log_warnx("there is no wine style '%.60s' (winepair wines lists "
		  "them)%s",
		asked, near.buf);
	sbuf_release(&near);
	return CLI_FAILED;
}

int cmd_wines(int argc, char **argv)
{
	const char *asked = NULL;
	int json = 0, rc;
	const struct cli_option options[] = { { "json", NULL, &json },
		{ NULL, NULL, NULL } };
	struct arena mem = ARENA_INIT;
	struct knowledge *k = NULL;
	struct bottle b;
	struct config c;

	rc = cli_options(&usage, options, argc, argv, &asked, 1);
	if (rc >= 0)
		return rc;
	rc = CLI_FAILED;
	if (cli_config(NULL, &c, &mem) || !(k = cli_knowledge(&c)))
		goto out;
	if (!asked) {
		rc = show_all(k, json);
		goto out;
	}
	take_for(k, asked, &mem, &b);
	rc = b.wine ? show_one(k, &b, json, &mem) : unknown(asked, &b, json);
out:
	knowledge_free(k);
	arena_release(&mem);
	return rc;
}
