/* jobs/choose.c: a job whose wines a model chooses, from the queue to its end
 * and in the books, with what can come in between. The network is this test's
 * own (model-wire.h). */
#include "store-fixture.h"

#include "jobs/jobs.h"
#include "model-wire.h"
#include "real-tables.h"

#define TEXT                                                     \
	"Roast leg of lamb\n\nIngredients\n- 2 kg leg of lamb\n" \
	"- 4 cloves garlic\n- olive oil\n\nMethod\nRoast until pink.\n"

static struct config config;
static struct llm_prompts *prompts;

struct kitchen { /* a runner, and who asks */
	struct fixture *f;
	struct ask_world world;
	struct store *store;
	struct llm *llm;
	struct jobs *jobs;
	const char *id;
};

static int64_t now = 1000000; /* however slow the machine is */

static int64_t frozen_clock(void)
{
	return now;
}

static const char *ask_for(struct kitchen *c, const char *text)
{
	struct ask_world w = c->world;
	struct ask_input in = {
		.kind = ASK_TEXT, .data = text, .len = strlen(text)
	};
	struct preferences p = PREFERENCES_INIT;
	struct ask_answer a;

	w.store = c->f->store;
	p.count = 3;
	in.preferences = p;
	if (ask(&w, &in, &c->f->mem, &a, &c->f->e))
		fail_msg("%s", c->f->e.msg);
	return arena_strdup(&c->f->mem, a.id);
}

static void open_runner(struct kitchen *c)
{
	struct fixture *f = c->f;

	c->store = second_handle(f);
	c->world = (struct ask_world){ &config, k, c->store, -1, prompts };
	c->llm = llm_new(&config, NULL, prompts, k, NULL, &f->e);
	assert_non_null(c->llm);
	c->jobs = jobs_new(&c->world, NULL, c->llm, "r");
	jobs_clock(c->jobs, frozen_clock);
}

static void open_kitchen(struct kitchen *c, struct fixture *f)
{
	memset(c, 0, sizeof(*c));
	c->f = f;
	open_runner(c);
	c->id = ask_for(c, TEXT);
	jobs_step(c->jobs); /* claims it */
	assert_int_equal(jobs_wait_ms(c->jobs, 1000), 0);
	jobs_step(c->jobs); /* asks */
}

static void close_kitchen(struct kitchen *c)
{
	jobs_free(c->jobs);
	llm_free(c->llm);
	store_close(c->store);
	wires_reset();
}

static struct pairing_row row_of(struct kitchen *c, const char *id)
{
	struct pairing_row row;

	if (store_pairing_get(c->f->store, id, &c->f->mem, &row, &c->f->e))
		fail_msg("%s", c->f->e.msg);
	return row;
}

static int64_t number(struct kitchen *c, const char *sql)
{
	return ask_number(c->f, sql);
}

/* The job is over, and nothing of it is open in the books. */
static void is_settled(struct kitchen *c, enum job_status status, int charged)
{
	assert_int_equal(row_of(c, c->id).status, status);
	assert_int_equal(jobs_active(c->jobs), 0);
	assert_int_equal(number(c, "SELECT count(*) FROM quota_open"), 0);
	assert_int_equal(
		number(c,
			"SELECT count(*) FROM model_call WHERE ended IS NULL"),
		0);
	assert_int_equal(number(c, "SELECT count(*) FROM quota_entry"
				   " WHERE kind = 'charge'"),
		charged);
	assert_sound(c->f);
}

/* Somebody else's hand: the job is another runner's by now. */
static void take_away(struct kitchen *c)
{
	if (store_job_release(c->f->store, "r", &c->f->e))
		fail_msg("%s", c->f->e.msg);
}

static int setup(void **state)
{
	struct sbuf problems = SBUF_INIT(10000);

	if (tables_setup(state))
		return -1;
	prompts = llm_prompts_load(source_path("templates/prompts"), &problems);
	sbuf_release(&problems);
	config.provider = "openai,built-in";
	config.openai = config.anthropic = config.bedrock =
		(struct provider_config){ "", "", "", "", "", "", { 0, 0, 0 } };
	config.openai.url = "http://openai.test/v1";
	config.openai.model = "a-model";
	config.openai.price = (struct model_price){ 1, 1, 5 };
	config.model_timeout_s = 100;
	config.model_silence_s = 30;
	config.model_concurrency = 8;
	config.queue_limit = 100;
	return prompts ? 0 : -1;
}

static int teardown(void **state)
{
	llm_prompts_free(prompts);
	return tables_teardown(state);
}

/* ---- */

static void a_choice_is_kept_and_charged(void **state)
{
	struct kitchen c;

	open_kitchen(&c, *state);
	assert_int_equal(row_of(&c, c.id).stage, STAGE_CHOOSING);
	assert_int_equal(number(&c, "SELECT count(*) FROM quota_open"), 1);
	wire_answers(0, GOOD);
	jobs_step(c.jobs);
	is_settled(&c, JOB_DONE, 1);
	assert_int_equal(number(&c, "SELECT cost FROM model_call"), 150);
	assert_non_null(strstr(row_of(&c, c.id).body, "\"openai\""));
	close_kitchen(&c);
}

static void the_engines_answer_does_not_wait(void **state)
{
	struct kitchen c;
	int turns;

	config.spend_limit_month = 1;
	open_kitchen(&c, *state);
	config.spend_limit_month = 0;
	assert_int_equal(n_wires, 0);
	/* no call will wake anybody, and none has to */
	for (turns = 0; jobs_active(c.jobs) && turns < 100000; turns++) {
		assert_in_range(jobs_wait_ms(c.jobs, 1000), 0, 1);
		jobs_step(c.jobs);
	}
	is_settled(&c, JOB_DONE, 0);
	assert_non_null(strstr(row_of(&c, c.id).body, "\"spend-limit\""));
	close_kitchen(&c);
}

static void who_cancels_ends_the_call(void **state)
{
	struct kitchen c;

	open_kitchen(&c, *state);
	assert_true(wires[0].live);
	assert_int_equal(store_job_cancel(c.f->store, c.id, &c.f->e), 0);
	jobs_look(c.jobs);
	jobs_step(c.jobs);
	assert_false(wires[0].live);
	is_settled(&c, JOB_CANCELLED, 0);
	assert_int_equal(number(&c, "SELECT outcome = 'cancelled' AND"
				    " cost = most FROM model_call"),
		1);
	close_kitchen(&c);
}

/* In the middle of what the model says. */
static void a_job_that_is_anothers_is_let_go(void **state)
{
	struct kitchen c;

	open_kitchen(&c, *state);
	take_away(&c);
	wire_says(0, "{\"summary\":\"s\",\"picks\":[" PICK("barolo") ",");
	assert_false(wires[0].live);
	assert_int_equal(jobs_active(c.jobs), 0);
	/* it comes to us again, and is asked once more */
	jobs_step(c.jobs);
	jobs_step(c.jobs);
	wire_answers(1, GOOD);
	jobs_step(c.jobs);
	is_settled(&c, JOB_DONE, 1);
	close_kitchen(&c);
}

/* Between two calls. */
static void a_job_that_is_anothers_asks_no_more(void **state)
{
	struct kitchen c;

	open_kitchen(&c, *state);
	wire_answers(0, PICKS(PICK("barolo"))); /* to be mended */
	take_away(&c);
	jobs_drain(c.jobs); /* it does not come to us again */
	jobs_step(c.jobs);
	assert_int_equal(n_wires, 1);
	assert_int_equal(jobs_active(c.jobs), 0);
	assert_int_equal(row_of(&c, c.id).status, JOB_QUEUED);
	close_kitchen(&c);
}

static void an_answer_that_came_meanwhile_is_taken(void **state)
{
	struct fixture *f = *state;
	struct preferences wishes = PREFERENCES_INIT;
	struct pairing_new p = sample(f, 1);
	struct pairing_row there;
	struct recipe r;
	struct kitchen c;

	open_kitchen(&c, f);
	wire_answers(0, PICKS(PICK("barolo"))); /* to be mended */
	/* somebody else had the same question answered */
	wishes.count = 3;
	if (recipe_from_text(k, TEXT, strlen(TEXT), &f->mem, &r, &f->e))
		fail_msg("%s", f->e.msg);
	ask_key(&c.world, NULL, &wishes, &f->mem, &p.key);
	recipe_hash(&r, p.key.recipe);
	assert_int_equal(
		store_pairing_save(f->store, &p, NULL, &f->mem, &there, &f->e),
		0);
	jobs_step(c.jobs);
	jobs_step(c.jobs);
	assert_int_equal(n_wires, 1);
	is_settled(&c, JOB_DONE, 0);
	assert_non_null(strstr(row_of(&c, c.id).body, "Dish 1"));
	close_kitchen(&c);
}

/* A job whose runners died twice may be why they did. */
static void the_last_attempt_asks_nobody(void **state)
{
	struct kitchen c;

	open_kitchen(&c, *state);
	close_kitchen(&c);
	assert_int_equal(
		number(&c, "UPDATE job SET attempt = 2 RETURNING attempt"), 2);
	open_runner(&c);
	jobs_step(c.jobs);
	jobs_step(c.jobs);
	assert_int_equal(n_wires, 0);
	is_settled(&c, JOB_DONE, 0);
	assert_non_null(strstr(row_of(&c, c.id).body, "\"model-lost\""));
	close_kitchen(&c);
}

static void what_came_is_shown(void **state)
{
	struct kitchen c;
	json_object *o;

	open_kitchen(&c, *state);
	wire_says(0,
		"{\"summary\":\"Pink lamb.\",\"picks\":[" PICK("barolo") ",");
	o = json_read(row_of(&c, c.id).partial,
		strlen(row_of(&c, c.id).partial), &c.f->e);
	assert_string_equal(json_str(o, "summary"), "Pink lamb.");
	assert_int_equal(
		json_object_array_length(json_arr(o, "suggestions")), 1);
	assert_string_equal(
		json_str(json_obj(o, "recipe"), "name"), "Roast leg of lamb");
	json_object_put(o);
	close_kitchen(&c);
	/* the runner left: the job is free, the call is in the books */
	c.f = *state;
	assert_int_equal(row_of(&c, c.id).status, JOB_QUEUED);
	assert_null(row_of(&c, c.id).partial);
	assert_int_equal(
		number(&c, "SELECT outcome = 'cancelled' FROM model_call"), 1);
}

/* A runner that hears many models goes round often: not every round looks. */
static void the_queue_is_not_looked_at_all_the_time(void **state)
{
	struct kitchen c;

	open_kitchen(&c, *state);
	(void)ask_for(&c, TEXT "Serve it with rice.\n");
	jobs_step(c.jobs);
	assert_int_equal(jobs_active(c.jobs), 1);
	jobs_look(c.jobs); /* woken */
	jobs_step(c.jobs);
	assert_int_equal(jobs_active(c.jobs), 2);
	(void)ask_for(&c, TEXT "Serve it with bread.\n");
	jobs_step(c.jobs);
	assert_int_equal(jobs_active(c.jobs), 2);
	now += 1000;
	jobs_step(c.jobs);
	assert_int_equal(jobs_active(c.jobs), 3);
	close_kitchen(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(a_choice_is_kept_and_charged),
		OPEN(the_engines_answer_does_not_wait),
		OPEN(who_cancels_ends_the_call),
		OPEN(a_job_that_is_anothers_is_let_go),
		OPEN(a_job_that_is_anothers_asks_no_more),
		OPEN(an_answer_that_came_meanwhile_is_taken),
		OPEN(the_last_attempt_asks_nobody),
		OPEN(what_came_is_shown),
		OPEN(the_queue_is_not_looked_at_all_the_time),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
