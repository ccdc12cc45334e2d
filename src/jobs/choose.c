/*
 * From a recipe to its pairing: by the engine here and now, or by a language
 * model, whose calls go into the ledger before they are made and when they are
 * over. A question that was answered meanwhile, for somebody else, is not asked
 * again.
 */
#include "config.h"

#include "jobs/run.h"

/* between two commits of partial answers, of all jobs */
#define PARTIAL_MS 50

/* ---- the books ---- */

/* Note the end of a call; the note is written down as soon as that goes. */
static void note_end(struct run *r, const struct llm_call *c)
{
	struct book *b = &r->books[r->n_books];

	if (!r->call)
		return;
	if (r->n_books == BOOKS_MAX)
		log_bug("more calls than a question may have");
	b->call = r->call;
	b->end = (struct call_end){ .input_tokens = c->input_tokens,
		.output_tokens = c->output_tokens,
		.cached_tokens = c->cached_tokens,
		.cost = c->cost_micro > 0 ? c->cost_micro : 0,
		.ms = c->ms,
		.outcome = c->outcome };
	r->n_books++;
	r->call = 0;
}

/* -1 and e when the store cannot take them now. */
static int write_books(struct run *r, struct err *e)
{
	while (r->n_books) {
		struct book *b = &r->books[r->n_books - 1];

		if (store_call_end(
			    r->jobs->world->store, b->call, &b->end, e)) {
			if (run_is_transient(e))
				return -1;
			log_warnx("a call is not in the books: %s", e->msg);
		}
		r->n_books--;
	}
	return 0;
}

int choose_keep_books(struct run *r)
{
	struct err e = ERR_INIT;

	if (write_books(r, &e) == 0)
		return 0;
	run_put_off(r, r->jobs->monotonic());
	log_warnx("the books have to wait: %s", e.msg);
	return -1;
}

void choose_stop(struct run *r)
{
	struct err e = ERR_INIT;
	struct llm_call so_far;

	if (r->choice && llm_cancel(r->choice, &so_far))
		note_end(r, &so_far);
	r->choice = NULL;
	if (write_books(r, &e))
		log_warnx("a call is not in the books: %s", e.msg);
}

/* ---- what a choice asks of us ---- */

static void found(struct run *r, const struct pairing_row *row)
{
	r->found = arena_strdup(&r->mem, row->id);
	r->state = RUN_FOUND;
}

/* Is the answer there by now? 1 yes, 0 no, -1 and e. */
static int look(struct run *r, struct err *e)
{
	struct pairing_row row;

	if (store_pairing_find(
		    r->jobs->world->store, &r->key, &r->mem, &row, e) == 0) {
		found(r, &row);
		return 1;
	}
	if (e->reason != REASON_NOT_FOUND)
		return -1;
	memset(e, 0, sizeof(*e));
	return 0;
}

/* The same recipe, preferences and engine are the same question. */
static void question_of(
	const struct pairing_key *key, unsigned char out[HASH_LEN])
{
	struct sbuf sb = SBUF_INIT(16384);

	sbuf_add(&sb, key->recipe, HASH_LEN);
	sbuf_addf(&sb, "%s\n%s", key->preferences, key->engine);
	hash_sha256(sb.buf, sb.len, out);
	sbuf_release(&sb);
}

/* Before a call. A run that is over by this has ended its choice. */
static int begin(void *arg, const struct llm_call *c, struct err *e)
{
	struct run *r = arg;
	struct call_new n = { .provider = c->provider,
		.model = c->model,
		.most = c->most_micro > 0 ? c->most_micro : 0,
		.limit = r->jobs->world->config->spend_limit_month };
	unsigned char question[HASH_LEN];
	int rc = -1, known;

	log_request(r->job.id);
	known = write_books(r, e) ? -1 : look(r, e);
	if (known == 0 && n.limit && c->most_micro < 0)
		known = err_set(e, REASON_SPEND_LIMIT,
			"nobody knows what %s costs", c->provider);
	if (known > 0) {
		choose_stop(r);
		(void)err_set(e, REASON_CONFLICT, "it is answered already");
	} else if (known == 0) {
		question_of(&r->key, question);
		rc = store_call_begin(r->jobs->world->store, &r->job, question,
			&n, &r->call, e);
		if (rc && e->reason == REASON_CONFLICT) {
			log_info("left to others: %s", e->msg);
			run_close(r);
		}
	}
	log_request(NULL);
	return rc ? -1 : 0;
}

/* What fails for everybody until somebody mends it is worth a warning. */
static void warn_operator(const struct llm_call *c)
{
	switch (c->outcome) {
	case REASON_MODEL_KEY:
	case REASON_MODEL_BILLING:
	case REASON_MODEL_LIMIT:
	case REASON_MODEL_UNKNOWN:
	case REASON_MODEL_CLOCK:
		log_warnx("%s: %s; `winepair doctor --models` says more",
			c->provider, err_title(c->outcome));
		break;
	default:
		break;
	}
}

static void ended(void *arg, const struct llm_call *c)
{
	struct run *r = arg;
	struct err e = ERR_INIT;

	log_request(r->job.id);
	warn_operator(c);
	note_end(r, c);
	if (write_books(r, &e))
		log_warnx("the books have to wait: %s", e.msg);
	log_request(NULL);
}

/* The wines so far, for whoever looks: members of the document to be. */
static int came(void *arg, const struct pairing *so_far)
{
	static const char *const members[] = { "summary", "suggestions" };
	struct run *r = arg;
	struct jobs *j = r->jobs;
	struct sbuf sb = SBUF_INIT(PAIRING_JSON_MAX);
	struct err e = ERR_INIT;
	json_object *doc, *part, *recipe;
	size_t i;
	int rc = 0;

	if (j->monotonic() < j->partial_at)
		return -1;
	j->partial_at = j->monotonic() + PARTIAL_MS;
	doc = pairing_to_json(j->world->knowledge, &r->recipe, so_far);
	part = json_object_new_object();
	recipe = json_object_new_object();
	json_put_str(recipe, "name", r->recipe.name);
	json_put_str(recipe, "language", r->recipe.language);
	json_object_object_add(part, "recipe", recipe);
	for (i = 0; i < ARRAY_LEN(members); i++)
		json_object_object_add(part, members[i],
			json_object_get(
				json_object_object_get(doc, members[i])));
	json_write(part, &sb);
	log_request(r->job.id);
	if (!sb.full)
		rc = store_job_partial(j->world->store, &r->job, sb.buf, &e);
	if (rc && e.reason == REASON_CONFLICT) {
		log_info("left to others: %s", e.msg);
		run_close(r);
	}
	log_request(NULL);
	json_object_put(part);
	json_object_put(doc);
	sbuf_release(&sb);
	return rc;
}

/* ---- the answer ---- */

static void keep(struct run *r, const struct pairing *made)
{
	struct pairing_key key = r->key;
	struct err e = ERR_INIT;
	int fallback = made->chooser && made->chooser->fallback;

	/* The engine's answer in a model's place is for this job alone: who
	 * asks again may be luckier. */
	if (fallback)
		key.engine = arena_printf(&r->mem, "%s instead of a model, %s",
			key.engine, r->job.id);
	if (ask_keep(r->jobs->world, &key, &r->recipe, made, &r->mem, &r->made,
		    &e)) {
		run_fail(r, &e);
		return;
	}
	r->made.by_model = made->chooser && !fallback;
	r->made.from = r->job.url ? &r->from : NULL;
	r->state = RUN_SAVING;
}

static void chosen(void *arg, const struct pairing *made)
{
	struct run *r = arg;

	r->choice = NULL;
	keep(r, made);
}

static void ask_model(struct run *r)
{
	const struct llm_question q = { .recipe = &r->recipe,
		.preferences = &r->preferences,
		.providers = r->job.providers,
		.mem = &r->mem,
		.id = r->job.id };
	const struct llm_asked a = { .arg = r,
		.begin = begin,
		.end = ended,
		.partial = came,
		.done = chosen };
	struct err e = ERR_INIT;

	if (run_show_stage(r, STAGE_CHOOSING))
		return;
	r->state = RUN_CHOOSING;
	if (llm_choose(r->jobs->llm, &q, &a, &r->choice, &e))
		run_fail(r, &e);
}

/* A job whose runners died twice may be why they did: the last attempt asks
 * nobody, so that there is an answer. */
static int is_last_attempt(const struct run *r)
{
	return r->job.attempt - r->job.waits >= JOB_ATTEMPTS_MAX;
}

/* By the engine; lost: in the place of a model. */
static void pair_here(struct run *r, int lost)
{
	const struct ask_world *w = r->jobs->world;
	struct chooser *c = arena_calloc(&r->mem, 1, sizeof(*c));
	struct pairing made;
	struct err e = ERR_INIT;

	if (pairing_make(w->knowledge, &r->recipe, &r->preferences, &r->mem,
		    &made, &e)) {
		run_fail(r, &e);
		return;
	}
	if (lost) {
		c->provider = "built-in";
		c->prompts = llm_prompts_version(w->prompts);
		c->fallback = err_key(REASON_MODEL_LOST);
		made.chooser = c;
	}
	keep(r, &made);
}

void choose_wines(struct run *r)
{
	const struct ask_world *w = r->jobs->world;
	int by_model = r->jobs->llm && ask_wants_model(w, r->job.providers);

	ask_key(w, by_model ? r->job.providers : "built-in", &r->preferences,
		&r->mem, &r->key);
	if (r->job.url)
		recipe_hash(&r->recipe, r->key.recipe);
	else
		memcpy(r->key.recipe, r->job.hash, HASH_LEN);
	/* a job that came with its recipe was claimed at this stage */
	if (r->job.url && run_show_stage(r, STAGE_PAIRING))
		return;
	if (by_model && !is_last_attempt(r))
		ask_model(r);
	else
		pair_here(r, by_model);
}

void choose_from_row(struct run *r)
{
	struct err e = ERR_INIT;
	json_object *o = json_read(r->job.recipe, strlen(r->job.recipe), &e);

	if (o && recipe_from_json(o, &r->mem, &r->recipe, &e) == 0)
		choose_wines(r);
	else
		run_fail_because(r, REASON_INTERNAL, "a job's recipe is bad");
	json_object_put(o);
}
