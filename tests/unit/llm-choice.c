/* llm/choice.c: what becomes of a question to the models. The network and the
 * clock are this test's own (--wrap in Makefile.am). */
#include "real-tables.h"

#include <fcntl.h>
#include <malloc.h>

#include "llm/internal.h"
#include "model-wire.h"
#include "tempdir.h"

#define LAMB                                                                 \
	"Roast leg of lamb\n\nIngredients\n- 2 kg leg of lamb\n- rosemary\n" \
	"- 4 cloves garlic\n- olive oil\n\nMethod\nRoast until pink.\n"
#define ONE PICKS(PICK("barolo") "," PICK("barolo"))
#define NONE_STANDS PICKS(PICK("a-wine-of-no-table"))

/* ---- the clock ---- */

static int64_t clock_ms;

int64_t __wrap_clock_monotonic_ms(void);

int64_t __wrap_clock_monotonic_ms(void)
{
	return clock_ms;
}

/* ---- memory that is given back ---- */

static const char *secret; /* is not to be in it */
static int found;

void __real_free(void *p);
void __wrap_free(void *p);

__attribute__((no_sanitize("address"))) static int holds(
	const char *p, size_t size)
{
	size_t at, i, len = strlen(secret);

	for (at = 0; at + len <= size; at++) {
		for (i = 0; i < len && p[at + i] == secret[i]; i++)
			;
		if (i == len)
			return 1;
	}
	return 0;
}

void __wrap_free(void *p)
{
	if (secret && p)
		found += holds(p, malloc_usable_size(p));
	__real_free(p);
}

/* ---- who asks ---- */

enum moment { NEVER, IN_BEGIN, IN_END, IN_PARTIAL };

struct asker {
	struct arena mem;
	struct recipe recipe;
	struct preferences p;
	struct llm_choice *choice;
	enum err_reason refuse; /* in begin */
	enum moment cancel;
	int begins, ends, partials, dones, was_calling;
	struct llm_call last; /* that ended, or was cancelled */
	const struct pairing *made;
};

static struct config config;
static struct llm_prompts *prompts;
static struct llm *llm;

/* As a job does that is over: nothing of the question is left. */
static void cancel(struct asker *a)
{
	a->was_calling = llm_cancel(a->choice, &a->last);
	a->choice = NULL;
	arena_release(&a->mem);
}

static int begin(void *arg, const struct llm_call *c, struct err *e)
{
	struct asker *a = arg;

	assert_true(c->most_micro > 0);
	a->begins++;
	if (a->cancel == IN_BEGIN) {
		cancel(a);
		return err_set(e, REASON_CONFLICT, "cancelled");
	}
	return a->refuse ? err_set(e, a->refuse, "refused") : 0;
}

static void ended(void *arg, const struct llm_call *c)
{
	struct asker *a = arg;

	a->ends++;
	a->last = *c;
	if (a->cancel == IN_END)
		cancel(a);
}

static int partial(void *arg, const struct pairing *so_far)
{
	struct asker *a = arg;

	assert_true(so_far->n_suggestions > 0);
	a->partials++;
	if (a->cancel == IN_PARTIAL)
		cancel(a);
	return a->refuse ? -1 : 0;
}

static void done(void *arg, const struct pairing *made)
{
	struct asker *a = arg;

	a->dones++;
	a->made = made;
	a->choice = NULL;
}

static void ask(struct asker *a, const char *wishes)
{
	const struct llm_question q = { &a->recipe, &a->p, NULL, &a->mem,
		"the-id" };
	const struct llm_asked asked = { a, begin, ended, partial, done };
	json_object *o;
	struct err e = ERR_INIT;

	o = json_read(wishes, strlen(wishes), &e);
	if (!o || preferences_from_json(o, &a->p, &e) ||
		recipe_from_text(
			k, LAMB, strlen(LAMB), &a->mem, &a->recipe, &e) ||
		llm_choose(llm, &q, &asked, &a->choice, &e))
		fail_msg("%s", e.msg);
	json_object_put(o);
}

static void asks(struct asker *a)
{
	memset(a, 0, sizeof(*a));
	ask(a, "{\"count\":3}");
}

static void passes(int64_t ms)
{
	clock_ms += ms;
	llm_step(llm);
}

/* The engine answered, because of that. */
static void fell_back(const struct asker *a, enum err_reason why)
{
	assert_int_equal(a->dones, 1);
	assert_int_equal(a->made->n_suggestions, 3);
	assert_string_equal(a->made->chooser->provider, "built-in");
	assert_string_equal(a->made->chooser->fallback, err_key(why));
}

static void chose(const struct asker *a, const char *provider)
{
	assert_int_equal(a->dones, 1);
	assert_int_equal(a->made->n_suggestions, 3);
	assert_string_equal(a->made->chooser->provider, provider);
	assert_null(a->made->chooser->fallback);
}

/* ---- before and after each test ---- */

static int setup(void **state)
{
	struct sbuf problems = SBUF_INIT(10000);

	if (tables_setup(state))
		return -1;
	prompts = llm_prompts_load(source_path("templates/prompts"), &problems);
	sbuf_release(&problems);
	return prompts ? 0 : -1;
}

static int teardown(void **state)
{
	llm_prompts_free(prompts);
	return tables_teardown(state);
}

static void provide(struct provider_config *p, const char *url)
{
	*p = (struct provider_config){ url, "a-model", "", "", "", "",
		{ 1, 1, 5 } };
}

static void open_llm(const char *providers)
{
	struct err e = ERR_INIT;

	llm_free(llm);
	config.provider = providers;
	llm = llm_new(&config, NULL, prompts, k, NULL, &e);
	assert_non_null(llm);
}

static int before(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	provide(&config.openai, "http://openai.test/v1");
	provide(&config.anthropic, "");
	provide(&config.bedrock, "");
	config.anthropic.model = config.bedrock.model = "";
	config.model_timeout_s = 100;
	config.model_silence_s = 30;
	config.model_concurrency = 8;
	clock_ms = 1000000;
	open_llm("openai,built-in");
	return 0;
}

static int after(void **state)
{
	(void)state;
	llm_free(llm);
	llm = NULL;
	wires_reset();
	arena_reset(&mem);
	return 0;
}

/* ---- one question ---- */

static void a_good_answer_is_given(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	assert_int_equal(llm_next_ms(llm, 1000), 0);
	passes(0);
	assert_int_equal(a.begins, 1);
	clock_ms += 1500;
	wire_answers(0, GOOD);
	chose(&a, "openai");
	assert_string_equal(a.made->chooser->model, "a-model");
	assert_string_equal(a.made->suggestions[1].wine->id, "barolo");
	assert_int_equal(a.made->chooser->input_tokens, 100);
	assert_int_equal(a.made->chooser->cost_micro, 150);
	assert_int_equal(a.ends, 1);
	assert_int_equal(a.last.outcome, REASON_NONE);
	assert_int_equal(a.last.ms, 1500);
	passes(0);
	assert_int_equal(n_wires, 1);
	assert_int_equal(llm->calling, 0);
	assert_null(llm->choices);
	arena_release(&a.mem);
}

static void a_poor_answer_is_mended_once_then_filled_up(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	passes(0);
	wire_answers(0, ONE);
	assert_int_equal(a.dones, 0);
	passes(0);
	assert_non_null(strstr(wires[1].body, "Of 3 wines wanted 1 can stay"));
	wire_answers(1, PICKS(PICK("barolo") "," PICK("bandol")));
	chose(&a, "openai");
	assert_string_equal(a.made->suggestions[1].wine->id, "bandol");
	assert_int_equal(a.made->chooser->input_tokens, 200);
	assert_int_equal(a.ends, 2);
	arena_release(&a.mem);
}

static void what_stood_is_kept_when_mending_fails(void **state)
{
	static const struct {
		int status;
		const char *body;
	} cases[] = { { 200, NONE_STANDS }, { 200, "Sorry." }, { 200, "" },
		{ 401, "{}" } };
	struct asker a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		unsigned first = n_wires;

		asks(&a);
		passes(0);
		wire_answers(first, ONE);
		passes(0);
		if (cases[i].status == 200)
			wire_answers(first + 1, cases[i].body);
		else
			wire_fails(first + 1, cases[i].status, cases[i].body);
		chose(&a, "openai");
		assert_string_equal(a.made->suggestions[0].wine->id, "barolo");
		assert_int_equal(n_wires, first + 2);
		arena_release(&a.mem);
	}
}

static void what_stood_is_kept_when_no_call_may_be_made(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	passes(0);
	wire_answers(0, ONE);
	a.refuse = REASON_SPEND_LIMIT;
	passes(0);
	chose(&a, "openai");
	assert_int_equal(n_wires, 1);
	arena_release(&a.mem);
}

static void no_words_are_not_sent_back(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	passes(0);
	wire_answers(0, ""); /* an API refuses a message without words */
	passes(0);
	assert_string_equal(wires[1].body, wires[0].body);
	wire_answers(1, "");
	passes(0);
	fell_back(&a, REASON_MODEL_NOT_JSON);
	assert_int_equal(n_wires, 2);
	arena_release(&a.mem);
}

static void it_is_asked_again_after_a_pause(void **state)
{
	struct asker a;
	int wait;

	(void)state;
	asks(&a);
	passes(0);
	wire_fails(0, 529, "{}");
	wait = llm_next_ms(llm, 60000);
	assert_in_range(wait, 500, 1000);
	passes(wait - 1);
	assert_int_equal(n_wires, 1);
	passes(1);
	wire_ends(1, 0, "", REASON_CALL_REFUSED);
	wait = llm_next_ms(llm, 60000);
	assert_in_range(wait, 1000, 2000);
	passes(wait);
	wire_answers(2, GOOD);
	chose(&a, "openai");
	assert_int_equal(a.begins, 3);
	assert_int_equal(a.ends, 3);
	arena_release(&a.mem);
}

static void none_left_the_engine_answers(void **state)
{
	struct asker a;
	unsigned i;

	(void)state;
	asks(&a);
	passes(0);
	for (i = 0; i < 3; i++) {
		wire_fails(i, 529, "{}");
		passes(8000);
	}
	fell_back(&a, REASON_MODEL_OVERLOADED);
	assert_int_equal(n_wires, 3);
	arena_release(&a.mem);
}

static void a_schema_that_is_refused_is_not_sent_again(void **state)
{
	static const char refusal[] =
		"{\"error\":{\"message\":\"no response_format\"}}";
	struct asker a, b;

	(void)state;
	asks(&a);
	asks(&b);
	passes(0);
	assert_non_null(strstr(wires[0].body, "json_schema"));
	/* two at once are one refusal */
	wire_fails(0, 400, refusal);
	wire_fails(1, 400, refusal);
	passes(0);
	assert_null(strstr(wires[2].body, "json_schema"));
	assert_non_null(strstr(wires[2].body, "json_object"));
	assert_non_null(strstr(wires[3].body, "json_object"));
	wire_fails(2, 400, refusal);
	passes(0);
	assert_null(strstr(wires[4].body, "response_format"));
	wire_answers(3, GOOD);
	wire_answers(4, GOOD);
	chose(&a, "openai");
	chose(&b, "openai");
	arena_release(&a.mem);
	arena_release(&b.mem);
}

static void the_next_provider_is_asked(void **state)
{
	struct asker a;

	(void)state;
	/* the first of the list lacks its key */
	config.anthropic.model = "claude";
	config.anthropic.url = "https://anthropic.test";
	open_llm("anthropic,openai,built-in");
	asks(&a);
	passes(0);
	assert_non_null(strstr(wires[0].url, "openai.test"));
	wire_answers(0, GOOD);
	chose(&a, "openai");
	arena_release(&a.mem);

	open_llm("openai,anthropic");
	asks(&a);
	passes(0);
	wire_fails(1, 402, "{}");
	passes(0);
	fell_back(&a, REASON_MODEL_KEY);
	arena_release(&a.mem);
}

static void nothing_to_choose_from_asks_nobody(void **state)
{
	struct asker a;

	(void)state;
	memset(&a, 0, sizeof(a));
	ask(&a, "{\"alcohol\":\"none\",\"max_price\":1,"
		"\"colors\":[\"fortified\"]}");
	passes(0);
	assert_int_equal(a.dones, 1);
	assert_int_equal(a.made->n_suggestions, 0);
	assert_int_equal(a.begins, 0);
	arena_release(&a.mem);
}

/* ---- the keeper of the books ---- */

static void a_busy_store_is_asked_again(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	a.refuse = REASON_BUSY;
	passes(0);
	assert_int_equal(llm_next_ms(llm, 60000), 500);
	passes(500);
	assert_int_equal(a.begins, 2);
	assert_int_equal(n_wires, 0);
	a.refuse = REASON_NONE;
	passes(500);
	wire_answers(0, GOOD);
	chose(&a, "openai");
	assert_int_equal(a.ends, 1);
	arena_release(&a.mem);
}

static void a_spent_limit_is_the_end(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	a.refuse = REASON_SPEND_LIMIT;
	passes(0);
	fell_back(&a, REASON_SPEND_LIMIT);
	assert_int_equal(n_wires, 0);
	assert_int_equal(a.ends, 0);
	arena_release(&a.mem);
}

static void it_may_be_cancelled_from_any_callback(void **state)
{
	enum moment when;
	struct asker a;

	(void)state;
	for (when = IN_BEGIN; when <= IN_PARTIAL; when++) {
		unsigned first = n_wires;

		asks(&a);
		a.cancel = when;
		passes(2000);
		if (when == IN_END)
			wire_answers(first, GOOD);
		if (when == IN_PARTIAL)
			wire_says(first, "{\"summary\":\"s\",\"picks\":[" PICK(
						 "barolo") ",");
		assert_null(a.choice);
		assert_int_equal(a.was_calling, when == IN_PARTIAL);
		passes(0);
		assert_null(llm->choices);
		assert_int_equal(llm->calling, 0);
		assert_int_equal(a.dones, 0);
	}
	/* what it had used up by then is not known: the worst */
	assert_int_equal(a.last.outcome, REASON_CANCELLED);
	assert_int_equal(a.last.cost_micro, a.last.most_micro);
}

static void it_may_be_cancelled_in_line_or_in_a_pause(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	cancel(&a);
	assert_int_equal(a.was_calling, 0);
	asks(&a);
	passes(0);
	wire_fails(0, 529, "{}");
	cancel(&a);
	assert_int_equal(a.was_calling, 0);
	passes(60000);
	assert_int_equal(n_wires, 1);
	assert_null(llm->choices);
}

static void thoughts_have_room(void **state)
{
	struct asker a;

	(void)state;
	config.model_max_tokens = 9000;
	asks(&a);
	passes(0);
	config.model_max_tokens = 0;
	assert_non_null(strstr(wire(0)->body, "\"max_tokens\":9000"));
	wire_answers(0, GOOD);
	assert_true(a.last.most_micro >= 9000 * 5);
	arena_release(&a.mem);
}

static void an_endless_answer_is_not_sent_back(void **state)
{
	struct sbuf long_one = SBUF_INIT(65536);
	struct asker a;

	(void)state;
	while (long_one.len < 20000)
		sbuf_addstr(&long_one, "I could go on about wine. ");
	asks(&a);
	passes(0);
	wire_answers(0, long_one.buf);
	passes(0);
	assert_null(strstr(wire(1)->body, "I could go on"));
	wire_answers(1, GOOD);
	assert_int_equal(a.dones, 1);
	arena_release(&a.mem);
	sbuf_release(&long_one);
}

/* A server may say anything of what it used; no bill is a hundred times the
 * worst. */
static void a_mad_bill_is_not_believed(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	passes(0);
	(void)wire_brings(0, 200, "application/json",
		"{\"choices\":[{\"message\":{\"content\":", GOOD,
		"},\"finish_reason\":\"stop\"}],\"usage\":{"
		"\"prompt_tokens\":100,\"completion_tokens\":999999999}}");
	wire_ends(0, 200, "application/json", REASON_NONE);
	assert_int_equal(a.dones, 1);
	assert_true(a.last.cost_micro > a.last.most_micro);
	assert_int_equal(a.last.cost_micro, 10 * a.last.most_micro);
	arena_release(&a.mem);
}

static void a_refusal_costs_nothing(void **state)
{
	static const struct {
		int status;
		const char *body;
	} cases[] = {
		{ 401, "" },
		{ 401, "{\"error\":{\"message\":\"no\"}}" },
		{ 502, "<html>Bad gateway</html>" },
		{ 429, "slow down" },
	};
	struct asker a;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		unsigned first = n_wires;

		asks(&a);
		passes(0);
		wire_fails(first, cases[i].status, cases[i].body);
		assert_int_equal(a.ends, 1);
		assert_int_equal(a.last.cost_micro, 0);
		if (a.choice)
			cancel(&a);
		arena_release(&a.mem);
	}
}

/* ---- time ---- */

static void patience_has_an_end(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	a.refuse = REASON_STORE;
	passes(0);
	passes(200000);
	assert_int_equal(a.dones, 0);
	passes(500);
	fell_back(&a, REASON_MODEL_BUSY);
	arena_release(&a.mem);
}

static void wines_are_shown_once_a_second(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	passes(0);
	wire_says(0, "{\"summary\":\"s\",\"picks\":[");
	clock_ms += 1000;
	wire_says(0, PICK("barolo") ",");
	assert_int_equal(a.partials, 1);
	wire_says(0, PICK("bandol") ",");
	assert_int_equal(a.partials, 1);
	clock_ms += 999;
	wire_says(0, " ");
	assert_int_equal(a.partials, 1);
	clock_ms += 1;
	a.refuse = REASON_BUSY;
	wire_says(0, " ");
	assert_int_equal(a.partials, 2);
	a.refuse = REASON_NONE; /* it did not go through: once more */
	clock_ms += 1000;
	wire_says(0, " ");
	assert_int_equal(a.partials, 3);
	clock_ms += 1000; /* nothing new */
	wire_says(0, " ");
	assert_int_equal(a.partials, 3);
	cancel(&a);
}

static void a_provider_that_is_down_is_left_alone(void **state)
{
	struct asker a[3];
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		asks(&a[i]);
		passes(0);
	}
	/* six failures of two: the last is of one that was under way */
	for (i = 0; i < 6; i++) {
		if (i < n_wires && wires[i].live)
			wire_ends(i, 0, "", REASON_CALL_REFUSED);
		passes(4000);
	}
	assert_int_equal(a[0].dones + a[1].dones, 2);
	asks(&a[2]);
	passes(0);
	fell_back(&a[2], REASON_MODEL_PAUSED);
	arena_release(&a[2].mem);
	/* later one may try; a store that is busy does not count as a try */
	asks(&a[2]);
	a[2].refuse = REASON_BUSY;
	passes(60000);
	a[2].refuse = REASON_NONE;
	passes(500);
	wire_answers(n_wires - 1, GOOD);
	chose(&a[2], "openai");
	for (i = 0; i < 3; i++)
		arena_release(&a[i].mem);
}

/* ---- many ---- */

static void those_without_room_wait_in_line(void **state)
{
	struct asker a[4];
	unsigned i;

	(void)state;
	config.model_concurrency = 2;
	for (i = 0; i < 4; i++)
		asks(&a[i]);
	passes(0);
	assert_int_equal(n_wires, 2);
	/* nothing is due before one of the calls is over: no reason to look */
	assert_int_equal(llm_next_ms(llm, 1000), 1000);
	wire_answers(1, GOOD);
	assert_int_equal(llm_next_ms(llm, 1000), 0);
	passes(0);
	assert_int_equal(n_wires, 3);
	assert_int_equal(a[2].begins, 1); /* who came first */
	assert_int_equal(a[3].begins, 0);
	/* nobody waits for ever */
	passes(199000);
	assert_in_range(llm_next_ms(llm, 60000), 1000, 1001);
	passes(1001);
	fell_back(&a[3], REASON_MODEL_BUSY);
	wire_answers(0, GOOD);
	wire_answers(2, GOOD);
	for (i = 0; i < 4; i++) {
		assert_int_equal(a[i].dones, 1);
		arena_release(&a[i].mem);
	}
}

/* The keeper of the books writes to a disk before each: the loop goes round in
 * between. */
static void many_begin_in_several_steps(void **state)
{
	struct asker *a = xcalloc(40, sizeof(*a));
	unsigned i;

	(void)state;
	config.model_concurrency = 64;
	for (i = 0; i < 40; i++)
		asks(&a[i]);
	for (i = 16; i < 40; i += 16) {
		passes(0);
		assert_int_equal(n_wires, i);
		assert_int_equal(llm_next_ms(llm, 1000), 0);
	}
	passes(0);
	assert_int_equal(n_wires, 40);
	assert_int_equal(llm_next_ms(llm, 1000), 1000);
	for (i = 0; i < 40; i++) {
		wire_answers(i, GOOD);
		chose(&a[i], "openai");
		arena_release(&a[i].mem);
	}
	free(a);
}

static void there_are_so_many_a_minute(void **state)
{
	struct asker a[4];
	unsigned i;
	int wait;

	(void)state;
	config.model_rate = 2;
	open_llm("openai");
	for (i = 0; i < 4; i++)
		asks(&a[i]);
	passes(0);
	assert_int_equal(n_wires, 2);
	wait = llm_next_ms(llm, 60000);
	assert_in_range(wait, 29000, 30001);
	passes(wait - 10);
	assert_int_equal(n_wires, 2);
	passes(11);
	assert_int_equal(n_wires, 3);
	passes(30001);
	assert_int_equal(n_wires, 4);
	for (i = 0; i < 4; i++) {
		wire_answers(i, GOOD);
		chose(&a[i], "openai");
		arena_release(&a[i].mem);
	}
}

static void a_key_is_in_nothing_that_is_given_back(void **state)
{
	static const struct {
		const char *provider, *file;
	} cases[] = {
		{ "openai", "sk-NOBODY-MAY-SEE-IT\n" },
		{ "anthropic", "sk-NOBODY-MAY-SEE-IT\n" },
		{ "bedrock", "sk-NOBODY-MAY-SEE-IT\n" },
		{ "bedrock", "AKIDEXAMPLE\nsk-NOBODY-MAY-SEE-IT\n" },
		{ "bedrock", "AKIDEXAMPLE\nmore\nsk-NOBODY-MAY-SEE-IT\n" },
	};
	char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 10];
	struct asker a;
	size_t i;

	(void)state;
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/key", dir);
	provide(&config.anthropic, "https://anthropic.test");
	provide(&config.bedrock, "https://bedrock.test");
	config.bedrock.region = "eu-central-1";
	config.openai.key_file = config.anthropic.key_file =
		config.bedrock.key_file = path;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		assert_int_equal(
			fd_write_all(fd, cases[i].file, strlen(cases[i].file)),
			0);
		assert_int_equal(close(fd), 0);
		found = 0;
		secret = "NOBODY-MAY-SEE-IT";
		open_llm(cases[i].provider);
		asks(&a);
		passes(0);
		assert_int_equal(n_wires, i + 1);
		cancel(&a);
		llm_free(llm);
		llm = NULL;
		secret = NULL;
		if (found)
			fail_msg("%s, case %zu: %d times", cases[i].provider, i,
				found);
	}
	(void)tempdir_remove(dir);
}

static void the_end_of_all_ends_calls(void **state)
{
	struct asker a;

	(void)state;
	asks(&a);
	passes(0);
	assert_true(wires[0].live);
	llm_free(llm);
	llm = NULL;
	assert_false(wires[0].live);
	assert_int_equal(a.dones, 0);
	arena_release(&a.mem);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, before, after)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_good_answer_is_given),
		CASE(a_poor_answer_is_mended_once_then_filled_up),
		CASE(what_stood_is_kept_when_mending_fails),
		CASE(what_stood_is_kept_when_no_call_may_be_made),
		CASE(no_words_are_not_sent_back),
		CASE(it_is_asked_again_after_a_pause),
		CASE(none_left_the_engine_answers),
		CASE(a_schema_that_is_refused_is_not_sent_again),
		CASE(the_next_provider_is_asked),
		CASE(nothing_to_choose_from_asks_nobody),
		CASE(a_busy_store_is_asked_again),
		CASE(a_spent_limit_is_the_end),
		CASE(it_may_be_cancelled_from_any_callback),
		CASE(it_may_be_cancelled_in_line_or_in_a_pause),
		CASE(thoughts_have_room),
		CASE(an_endless_answer_is_not_sent_back),
		CASE(a_mad_bill_is_not_believed),
		CASE(a_refusal_costs_nothing),
		CASE(patience_has_an_end),
		CASE(wines_are_shown_once_a_second),
		CASE(a_provider_that_is_down_is_left_alone),
		CASE(those_without_room_wait_in_line),
		CASE(many_begin_in_several_steps),
		CASE(there_are_so_many_a_minute),
		CASE(a_key_is_in_nothing_that_is_given_back),
		CASE(the_end_of_all_ends_calls),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
