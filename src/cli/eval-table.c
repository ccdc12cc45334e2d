/*
 * What the results come to, and how that is shown. Every number is of those
 * results that are there, so a table of an evaluation that was interrupted is
 * right, only smaller; that subjects are asked in turn keeps it fair.
 */
#include "cli/eval.h"

#include "cli/cli.h"

/* ---- numbers ---- */

int64_t eval_percentile(const int64_t *sorted, size_t n, int p)
{
	size_t rank = (n * (size_t)p + 99) / 100;

	return n ? sorted[rank ? rank - 1 : 0] : -1;
}

static int same_wine(const struct eval_wine *a, const struct eval_wine *b)
{
	return strcmp(a->id, b->id) == 0 &&
	       (strcmp(a->id, WINE_OTHER) != 0 ||
		       strcmp(a->name, b->name) == 0);
}

double eval_common(const struct eval_result *a, const struct eval_result *b)
{
	size_t most = a->n_wines > b->n_wines ? a->n_wines : b->n_wines;
	size_t i, k, n = 0;

	for (i = 0; i < a->n_wines; i++)
		for (k = 0; k < b->n_wines; k++)
			if (same_wine(&a->wines[i], &b->wines[k])) {
				n++;
				break;
			}
	return most ? (double)n / (double)most : 1;
}

static int is_accepted(const struct eval *ev, const struct eval_case *c,
	const struct eval_wine *w)
{
	size_t i;

	for (i = 0; i < c->n_accept; i++)
		if (ev->styles ? eval_styles_match(
					 ev->styles, w->name, c->accept[i])
			       : strcmp(w->id, c->accept[i]) == 0)
			return 1;
	return 0;
}

/* The place of the first wine that is accepted, from 0; EVAL_HITS when none
 * is. */
static size_t first_hit(const struct eval *ev, const struct eval_case *c,
	const struct eval_result *r)
{
	size_t i;

	for (i = 0; i < r->n_wines; i++)
		if (is_accepted(ev, c, &r->wines[i]))
			return i;
	return EVAL_HITS;
}

/* What is summed up over the results of a subject. */
struct sums {
	int64_t n, hit1, hit5, fallback, suggested, clashes, answers, readable;
	int64_t input, output, cost;
	int64_t *us; /* of each */
	double common;
	size_t pairs;
};

static void add_result(const struct eval *ev, const struct eval_case *c,
	const struct eval_result *r, struct sums *s)
{
	size_t hit = first_hit(ev, c, r);

	s->us[s->n++] = r->us;
	s->hit1 += hit == 0;
	s->hit5 += hit < EVAL_HITS;
	s->fallback += r->fallback != NULL;
	s->suggested += r->suggested;
	s->clashes += r->clashes;
	s->answers += r->answers;
	s->readable += r->readable;
	s->input += r->input_tokens;
	s->output += r->output_tokens;
	s->cost = s->cost < 0 || r->cost_micro < 0 ? -1
						   : s->cost + r->cost_micro;
}

/* How alike are the answers to one case? */
static void add_repeats(
	const struct eval *ev, size_t subject, size_t one, struct sums *s)
{
	double sum = 0;
	size_t n = 0;
	int i, k;

	for (i = 0; i < ev->repeat; i++)
		for (k = i + 1; k < ev->repeat; k++) {
			const struct eval_result *a =
				eval_at(ev, subject, one, i);
			const struct eval_result *b =
				eval_at(ev, subject, one, k);

			if (!a->there || !b->there)
				continue;
			sum += eval_common(a, b);
			n++;
		}
	if (n) {
		s->common += sum / (double)n;
		s->pairs++;
	}
}

static double share(int64_t part, int64_t whole)
{
	return whole ? (double)part / (double)whole : -1;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void fill_row(const struct sums *s, struct eval_row *out)
{
	size_t n = (size_t)s->n;
	int64_t p50, p95;

	qsort(s->us, n, sizeof(*s->us), by_size);
	p50 = eval_percentile(s->us, n, 50);
	p95 = eval_percentile(s->us, n, 95);
	out->n = s->n;
	out->hit1 = share(s->hit1, s->n);
	out->hit5 = share(s->hit5, s->n);
	out->clashes = share(s->clashes, s->suggested);
	out->readable = share(s->readable, s->answers);
	out->fallback = share(s->fallback, s->n);
	out->same = s->pairs ? s->common / (double)s->pairs : -1;
	out->p50_ms = n ? (double)p50 / 1000 : -1;
	out->p95_ms = n ? (double)p95 / 1000 : -1;
	out->input_tokens = s->input;
	out->output_tokens = s->output;
	out->cost_micro = s->cost;
}

void eval_row(const struct eval *ev, size_t subject, struct eval_row *out)
{
	struct sums s = { .us = xcalloc(ev->cases.n * (size_t)ev->repeat + 1,
				  sizeof(*s.us)) };
	size_t one;
	int i;

	memset(out, 0, sizeof(*out));
	out->subject = &ev->subjects[subject];
	for (one = 0; one < ev->cases.n; one++) {
		for (i = 0; i < ev->repeat; i++) {
			const struct eval_result *r =
				eval_at(ev, subject, one, i);

			if (!r->there)
				continue;
			add_result(ev, &ev->cases.at[one], r, &s);
			if (r->model)
				out->model = r->model;
		}
		add_repeats(ev, subject, one, &s);
	}
	fill_row(&s, out);
	free(s.us);
}

/* ---- for a program ---- */

/* Six digits will do, and are written as people write them. */
static void put_known(json_object *o, const char *key, double v)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.6g", v);
	json_object_object_add(
		o, key, v < 0 ? NULL : json_object_new_double_s(v, text));
}

static json_object *row_to_json(const struct eval *ev, const struct eval_row *r)
{
	json_object *o = json_object_new_object();
	double n = r->n ? (double)r->n : 1;
	double cost = r->cost_micro < 0 ? -1 : (double)r->cost_micro / 1e6;

	json_put_str(o, "provider", r->subject->providers);
	json_put_str(o, "model", r->model);
	json_put_str(o, "prompts", r->subject->version);
	json_put_str(o, "prompts_dir", r->subject->prompts);
	json_put_int(o, "n", r->n);
	json_put_int(o, "of", (int64_t)ev->cases.n * ev->repeat);
	put_known(o, "hit_1", r->hit1);
	put_known(o, "hit_5", r->hit5);
	put_known(o, "clashes", r->clashes);
	put_known(o, "valid_json", r->readable);
	put_known(o, "fallback", r->fallback);
	put_known(o, "consistency", r->same);
	put_known(o, "p50_ms", r->p50_ms);
	put_known(o, "p95_ms", r->p95_ms);
	json_put_int(o, "input_tokens", r->input_tokens);
	json_put_int(o, "output_tokens", r->output_tokens);
	json_put_usd(o, "cost_usd", r->cost_micro);
	put_known(o, "cost_usd_each", cost < 0 ? -1 : cost / n);
	json_put_str(o, "given_up", r->subject->given_up);
	return o;
}

static int write_json(const struct eval *ev)
{
	json_object *o = json_object_new_object();
	json_object *rows = json_object_new_array();
	struct eval_row row;
	size_t i;
	int rc;

	for (i = 0; i < ev->n_subjects; i++) {
		eval_row(ev, i, &row);
		json_object_array_add(rows, row_to_json(ev, &row));
	}
	json_put_int(o, "cases", (int64_t)ev->cases.n);
	json_put_int(o, "repeat", ev->repeat);
	json_object_object_add(o, "rows", rows);
	json_put_int(o, "fresh", (int64_t)ev->fresh);
	json_put_usd(o, "spent_usd", ev->spent_micro);
	json_put_str(o, "stopped", ev->stopped);
	rc = cli_write_json(o);
	json_object_put(o);
	return rc;
}

/* ---- for a person ---- */

/* "61.2", or a dash. */
static const char *percent(double share_of, char out[16])
{
	(void)snprintf(out, 16, share_of < 0 ? "-" : "%.1f", share_of * 100);
	return out;
}

static const char *millis(double ms, char out[16])
{
	(void)snprintf(out, 16, ms < 0 ? "-" : ms < 10 ? "%.1f" : "%.0f", ms);
	return out;
}

static const char *dollars(int64_t micro, char out[24])
{
	(void)snprintf(out, 24, micro < 0 ? "?" : "%.4f", (double)micro / 1e6);
	return out;
}

/* "openai gpt-x" or "built-in" */
static void add_name(struct sbuf *out, const struct eval_row *r)
{
	sbuf_addstr(out, r->subject->providers);
	if (r->model)
		sbuf_addf(out, " %s", r->model);
	if (r->subject->prompts)
		sbuf_addf(out, " %s", r->subject->prompts);
}

static void add_row(struct sbuf *out, const struct eval_row *r, int wide)
{
	struct sbuf name = SBUF_INIT(400);
	char a[16], b[16], c[16], d[16], f[16], g[16], h[16], i[16];
	char each[24], all[24], tokens[48];
	int64_t n = r->n ? r->n : 1;

	add_name(&name, r);
	(void)snprintf(tokens, sizeof(tokens), r->n ? "%lld/%lld" : "-",
		(long long)(r->input_tokens / n),
		(long long)(r->output_tokens / n));
	sbuf_addf(out,
		"%-*s %5lld %6s %6s %6s %6s %6s %6s %8s %8s %12s %9s %9s\n",
		wide, name.buf, (long long)r->n, percent(r->hit1, a),
		percent(r->hit5, b), percent(r->clashes, c),
		percent(r->readable, d), percent(r->fallback, f),
		percent(r->same, g), millis(r->p50_ms, h), millis(r->p95_ms, i),
		tokens,
		r->n ? dollars(r->cost_micro < 0 ? -1 : r->cost_micro / n, each)
		     : "-",
		r->n ? dollars(r->cost_micro, all) : "-");
	sbuf_release(&name);
}

static const char legend[] =
	"\nhit@1, hit@5: an accepted wine is the first, or among the first "
	"five (%).\n"
	"clash: of the wines, those a rule of the engine forbids (%). json: of "
	"the\n"
	"answers, those that made sense (%). engine: answered in the model's "
	"place (%).\n"
	"same: wines that two answers to one question have in common (%). "
	"Times are of a\n"
	"pairing; tokens, in and out, and $ each are means of a pairing.\n";

static int write_text(const struct eval *ev)
{
	struct sbuf out = SBUF_INIT((size_t)1 << 20), name = SBUF_INIT(400);
	struct eval_row *rows =
		arena_calloc(ev->mem, ev->n_subjects, sizeof(*rows));
	int wide = 12, rc;
	size_t i;

	for (i = 0; i < ev->n_subjects; i++) {
		eval_row(ev, i, &rows[i]);
		sbuf_reset(&name);
		add_name(&name, &rows[i]);
		if ((int)name.len > wide)
			wide = (int)name.len;
	}
	sbuf_addf(&out,
		"%-*s %5s %6s %6s %6s %6s %6s %6s %8s %8s %12s %9s %9s\n", wide,
		"", "n", "hit@1", "hit@5", "clash", "json", "engine", "same",
		"p50 ms", "p95 ms", "tokens", "$ each", "$");
	for (i = 0; i < ev->n_subjects; i++)
		add_row(&out, &rows[i], wide);
	sbuf_addstr(&out, legend);
	rc = cli_write(&out);
	sbuf_release(&name);
	sbuf_release(&out);
	return rc;
}

int eval_table_write(const struct eval *ev, int json)
{
	return json ? write_json(ev) : write_text(ev);
}
