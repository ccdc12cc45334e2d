/*
 * How far an evaluation is: a bar on a terminal; elsewhere a line for every
 * tenth, so that a log of it stays short.
 */
#include "cli/eval.h"

#include <unistd.h>

#include "cli/cli.h"

#define SHOW_MS 200
#define BAR_WIDTH 20

void eval_progress_begin(struct eval_progress *p)
{
	memset(p, 0, sizeof(*p));
	p->began_ms = clock_monotonic_ms();
}

/* Questions that will still be asked. */
static size_t still_left(const struct eval *ev)
{
	size_t s, i, n = 0;

	for (s = 0; s < ev->n_subjects; s++)
		for (i = 0; i < ev->cases.n * (size_t)ev->repeat; i++)
			n += !ev->subjects[s].given_up &&
			     !ev->subjects[s].at[i].there;
	return n;
}

/* "about 3 min left", or nothing while nobody knows. */
static void add_eta(int64_t ms, size_t finished, size_t left, struct sbuf *out)
{
	int64_t s = finished ? ms * (int64_t)left / (int64_t)finished / 1000
			     : 0;

	if (s >= 90)
		sbuf_addf(
			out, ", about %lld min left", (long long)(s + 30) / 60);
	else if (s > 0)
		sbuf_addf(out, ", about %lld s left", (long long)s);
}

static void add_bar(size_t finished, size_t all, struct sbuf *out)
{
	size_t i;

	for (i = 0; i < BAR_WIDTH; i++)
		sbuf_addstr(out, i * all < finished * BAR_WIDTH
					 ? "\xe2\x96\x88"
					 : "\xe2\x96\x91");
	sbuf_addch(out, ' ');
}

void eval_progress_show(struct eval_progress *p, const struct eval *ev)
{
	size_t finished = ev->fresh, left = still_left(ev);
	size_t all = finished + left;
	int tenth = all ? (int)(finished * 10 / all) : 10;
	int64_t now = clock_monotonic_ms();
	int tty = isatty(STDERR_FILENO);
	struct sbuf sb = SBUF_INIT(400);

	if (tty ? now - p->shown_ms < SHOW_MS : tenth == p->tenth)
		return;
	p->shown_ms = now;
	p->tenth = tenth;
	if (tty)
		add_bar(finished, all, &sb);
	sbuf_addf(&sb, "%zu of %zu, $%.4f", finished, all,
		(double)ev->spent_micro / 1e6);
	add_eta(now - p->began_ms, finished, left, &sb);
	if (tty)
		cli_progress(sb.buf);
	else
		log_warnx("%s", sb.buf);
	sbuf_release(&sb);
}
