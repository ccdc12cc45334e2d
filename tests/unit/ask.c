/* ask/: from what somebody pasted to a stored pairing, or a job. */
#include "store-fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "ask/ask.h"
#include "recipe-kitchen.h"

#define STEW                                               \
	"Beef stew\n\nIngredients\n800 g beef\n2 onions\n" \
	"300 ml red wine\n\nMethod\nBraise for two hours.\n"
#define PAGE(image)                                                   \
	"<!doctype html><html><head><title>Stew</title>"              \
	"<script type=\"application/ld+json\">{\"@type\":\"Recipe\"," \
	"\"name\":\"Beef stew\"," image                               \
	"\"recipeIngredient\":[\"800 g beef\",\"2 onions\"],"         \
	"\"recipeInstructions\":\"Braise for two hours.\"}"           \
	"</script></head><body></body></html>"

static struct config config;

static struct ask_world world(struct fixture *f)
{
	struct ask_world w = { &config, kitchen, f->store, -1, NULL };

	return w;
}

static struct ask_input input(enum ask_kind kind, const char *data)
{
	struct ask_input in = { .kind = kind,
		.data = data,
		.len = strlen(data),
		.preferences = PREFERENCES_INIT };

	return in;
}

/* Ask; the reason when it fails, REASON_NONE when not. */
static enum err_reason run(
	struct fixture *f, const struct ask_input *in, struct ask_answer *out)
{
	struct ask_world w = world(f);

	f->e.reason = REASON_NONE;
	return ask(&w, in, &f->mem, out, &f->e) ? f->e.reason : REASON_NONE;
}

static struct ask_answer must(struct fixture *f, const struct ask_input *in)
{
	struct ask_answer a;

	if (run(f, in, &a))
		fail_msg("%s: %s", err_key(f->e.reason), f->e.msg);
	return a;
}

static void must_fail(
	struct fixture *f, const struct ask_input *in, enum err_reason reason)
{
	struct ask_answer a;
	enum err_reason got = run(f, in, &a);

	if (got != reason)
		fail_msg("%s instead of %s (%s)", err_key(got), err_key(reason),
			f->e.msg);
}

/* ---- what is it? ---- */

static void guesses_the_kind(void **state)
{
	static const struct {
		const char *data;
		enum ask_kind kind;
	} cases[] = {
		{ "https://example.org/soup", ASK_URL },
		{ "  HTTP://example.org \n", ASK_URL },
		{ "\xEF\xBB\xBFhttps://example.org/", ASK_URL },
		{ "ftp://example.org/x", ASK_URL },
		{ "javascript:alert(1)", ASK_TEXT },
		{ "https://example.org/ is a good one", ASK_TEXT },
		{ "://example.org", ASK_TEXT },
		{ "1://example.org", ASK_TEXT },
		{ "", ASK_TEXT },
		{ STEW, ASK_TEXT },
		{ "<3 pasta\n200 g spaghetti", ASK_TEXT },
		{ "< 10 g salt > 5 g", ASK_TEXT },
		{ PAGE(""), ASK_HTML },
		{ "\n <!-- saved --> <html>", ASK_HTML },
		{ "<?xml version=\"1.0\"?><html/>", ASK_HTML },
		{ "<div>200 g rice</div>", ASK_HTML },
		{ "HTTP/1.1 200 OK\n\n<HTML><body>", ASK_HTML },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++)
		if (ask_kind(cases[i].data, strlen(cases[i].data)) !=
			cases[i].kind)
			fail_msg("%s", cases[i].data);
	/* an editor of a certain system */
	assert_int_equal(ask_kind("\xFF\xFE<\0h\0t\0m\0l\0>\0", 14), ASK_HTML);
	assert_int_equal(ask_kind("\xFE\xFF\0s\0o\0u\0p", 10), ASK_TEXT);
}

static void finds_the_link_among_words(void **state)
{
	static const struct {
		const char *text, *link; /* NULL: none */
		int alone;
	} cases[] = {
		{ "https://example.org/soup", "https://example.org/soup", 1 },
		{ " example.org/soup\n", "https://example.org/soup", 1 },
		{ "www.example.org", "https://www.example.org", 1 },
		{ "www.example.org/x?a=b.", "https://www.example.org/x?a=b",
			1 },
		{ "<https://example.org/a>", "https://example.org/a", 1 },
		{ "have a look at https://example.org/soup nice",
			"https://example.org/soup", 0 },
		{ "Look: example.org/soup, it is good!",
			"https://example.org/soup", 0 },
		{ "Beef stew\nHTTP://example.org/stew",
			"HTTP://example.org/stew", 0 },
		{ "Beef stew https://example.org/stew",
			"https://example.org/stew", 0 },
		{ "[a stew](https://example.org/stew)",
			"https://example.org/stew", 0 },
		{ "see (https://example.org/stew_(dish)), please",
			"https://example.org/stew_(dish)", 0 },
		{ "Rezept:https://example.org/stew", "https://example.org/stew",
			1 },
		{ "m\xC3\xBCller.example/suppe",
			"https://m\xC3\xBCller.example/suppe", 1 },
		{ "https://a.example/1 https://b.example/2",
			"https://a.example/1", 0 },
		{ STEW "https://example.org/stew\n", NULL, 0 },
		{ "800 g beef, 2 onions https://example.org/stew", NULL, 0 },
		{ "800 g beef\n2 onions\nwww.example.org/stew", NULL, 0 },
		{ "soup.txt", NULL, 0 },
		{ "example.org", NULL, 0 },
		{ "1.5/2", NULL, 0 },
		{ "3 tbsp./cups", NULL, 0 },
		{ "me@example.org/x", NULL, 0 },
		{ "..a/b", NULL, 0 },
		{ "no link at all", NULL, 0 },
		{ "", NULL, 0 },
	};
	struct fixture *f = *state;
	struct sbuf prose = SBUF_INIT(10000);
	size_t i;
	int alone;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const char *got = ask_link(kitchen, cases[i].text,
			strlen(cases[i].text), &f->mem, &alone);

		if (!got != !cases[i].link ||
			(got && (strcmp(got, cases[i].link) != 0 ||
					alone != cases[i].alone)))
			fail_msg("%s: %s", cases[i].text, got ? got : "none");
	}
	/* a letter that happens to have a link in it */
	for (i = 0; i < 100; i++)
		sbuf_addstr(&prose, "dear aunt ");
	sbuf_addstr(&prose, "https://example.org/");
	assert_null(ask_link(kitchen, prose.buf, prose.len, &f->mem, &alone));
	sbuf_release(&prose);
	/* brackets without end are counted once, not once each */
	sbuf_init(&prose, RECIPE_TEXT_MAX);
	sbuf_addstr(&prose, "https://example.org/");
	while (prose.len < RECIPE_TEXT_MAX)
		sbuf_addch(&prose, ')');
	assert_string_equal(
		ask_link(kitchen, prose.buf, prose.len, &f->mem, &alone),
		"https://example.org/");
	sbuf_release(&prose);
}

/* ---- text ---- */

static void a_text_is_paired_and_kept(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_TEXT, STEW);
	struct ask_answer a = must(f, &in), b;
	struct pairing_row row;
	json_object *o;

	assert_int_equal(a.queued, 0);
	assert_true(id_valid(a.id, strlen(a.id)));
	o = json_read(a.body, a.len, &f->e);
	assert_non_null(o);
	assert_string_equal(json_str(o, "id"), a.id);
	assert_null(json_str(o, "url"));
	assert_string_equal(json_str(o, "status"), "done");
	assert_string_equal(
		json_str(json_obj(o, "recipe"), "name"), "Beef stew");
	assert_int_equal(
		json_object_array_length(json_arr(o, "suggestions")), 5);
	json_object_put(o);
	assert_int_equal(
		store_pairing_get(f->store, a.id, &f->mem, &row, &f->e), 0);
	assert_string_equal(row.body, a.body);
	/* the same question again, even written a little differently */
	b = must(f, &in);
	assert_string_equal(a.id, b.id);
	assert_string_equal(a.body, b.body);
	in = input(ASK_TEXT, "\r\n" STEW "\n\n");
	b = must(f, &in);
	assert_string_equal(a.id, b.id);
	/* another preference is another question */
	in.preferences.count = 3;
	b = must(f, &in);
	assert_string_not_equal(a.id, b.id);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe"), 1);
}

static void without_a_store_nothing_is_kept(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_TEXT, STEW);
	struct store *s = f->store;
	struct ask_answer a;

	f->store = NULL;
	in.idempotency_key = "k";
	a = must(f, &in);
	assert_string_equal(a.id, "");
	assert_null(strstr(a.body, "\"created\""));
	assert_non_null(strstr(a.body, "\"suggestions\""));
	in = input(ASK_URL, "https://example.org/soup");
	must_fail(f, &in, REASON_BAD_URL);
	f->store = s;
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe"), 0);
}

static void bad_input_is_named(void **state)
{
	static const struct {
		enum ask_kind kind;
		const char *data;
		enum err_reason reason;
	} cases[] = {
		{ ASK_TEXT, "", REASON_EMPTY },
		{ ASK_TEXT, " \r\n\t ", REASON_EMPTY },
		{ ASK_URL, "\n", REASON_EMPTY },
		{ ASK_HTML, " ", REASON_EMPTY },
		{ ASK_TEXT, "I walked along the sea and thought of nothing.",
			REASON_NOT_A_RECIPE },
		{ ASK_TEXT, "https://example.org/soup", REASON_NOT_A_RECIPE },
		{ ASK_TEXT, "\xff\xfe\x81\x92\xff\xd8\xff\xe0\x9c\x01",
			REASON_NOT_A_RECIPE },
		{ ASK_HTML, "<html><body><p>Nothing here.</p></body></html>",
			REASON_NOT_A_RECIPE },
		{ ASK_URL, "https://127.0.0.1/", REASON_PRIVATE_ADDRESS },
		{ ASK_URL, "https://2130706433/", REASON_PRIVATE_ADDRESS },
		{ ASK_URL, "http://[::1]/", REASON_PRIVATE_ADDRESS },
		{ ASK_URL, "ftp://example.org/", REASON_BAD_URL },
		{ ASK_URL, "https://example.org:22/", REASON_BAD_URL },
		{ ASK_URL, "no link", REASON_BAD_URL },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct ask_input in = input(cases[i].kind, cases[i].data);

		in.idempotency_key = "k";
		must_fail(f, &in, cases[i].reason);
	}
	assert_int_equal(
		ask_number(f, "SELECT (SELECT count(*) FROM recipe) +"
			      " (SELECT count(*) FROM job) +"
			      " (SELECT count(*) FROM idempotency_key)"),
		0);
}

static void there_are_limits(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = { 0 };
	char *big = xmalloc(ASK_HTML_MAX + 1);

	memset(big, 'x', ASK_HTML_MAX + 1);
	in.data = big;
	in.kind = ASK_TEXT;
	in.len = RECIPE_TEXT_MAX + 1;
	must_fail(f, &in, REASON_TOO_LARGE);
	assert_non_null(strstr(f->e.msg, "262144"));
	in.len = RECIPE_TEXT_MAX;
	must_fail(f, &in, REASON_NOT_A_RECIPE);
	in.kind = ASK_HTML;
	in.len = ASK_HTML_MAX + 1;
	must_fail(f, &in, REASON_TOO_LARGE);
	assert_non_null(strstr(f->e.msg, "3145728"));
	in.len = ASK_HTML_MAX;
	must_fail(f, &in, REASON_NOT_A_RECIPE);
	in.kind = ASK_URL;
	must_fail(f, &in, REASON_BAD_URL);
	free(big);
}

static void an_old_encoding_is_not_binary(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_TEXT,
		"Poulet\n\nIngredients\n1 chicken\n2 dl cr\xe8me fra\xee"
		"che\n1 onion\n");
	struct ask_answer a = must(f, &in);

	assert_true(text_valid(a.body, a.len));
}

/* ---- pages ---- */

static void a_page_is_read_and_paired(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_HTML, PAGE(""));
	struct ask_answer plain = must(f, &in), a, b;
	json_object *o;

	o = json_read(plain.body, plain.len, &f->e);
	assert_string_equal(
		json_str(json_obj(o, "recipe"), "source"), "json-ld");
	json_object_put(o);
	/* an address that a page only claims has answers of its own */
	in.url = "https://Example.org/stew?utm_source=x#top";
	a = must(f, &in);
	assert_string_not_equal(a.id, plain.id);
	o = json_read(a.body, a.len, &f->e);
	assert_string_equal(json_str(o, "url"), "https://example.org/stew");
	json_object_put(o);
	in.url = "https://example.org/stew";
	b = must(f, &in);
	assert_string_equal(a.id, b.id);
	in = input(ASK_HTML, PAGE("\"image\":\"https://evil.example/x.png\","));
	b = must(f, &in);
	assert_string_not_equal(b.id, plain.id);
	/* and is never taken for what a fetch would bring */
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe_url"), 0);
	in.url = "http://10.0.0.1/";
	must_fail(f, &in, REASON_PRIVATE_ADDRESS);
}

/* The same for text that was sent along with the address it came from. */
static void a_text_may_name_its_source(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_TEXT, STEW);
	struct ask_answer plain = must(f, &in), a;
	json_object *o;

	in.url = "https://Example.org/stew?utm_source=x#top";
	a = must(f, &in);
	assert_string_not_equal(a.id, plain.id);
	o = json_read(a.body, a.len, &f->e);
	assert_string_equal(json_str(o, "url"), "https://example.org/stew");
	json_object_put(o);
	assert_int_equal(ask_number(f, "SELECT count(*) FROM recipe_url"), 0);
	in.url = "http://10.0.0.1/";
	must_fail(f, &in, REASON_PRIVATE_ADDRESS);
}

/* ---- links ---- */

static void finish_job(struct fixture *f, const char *url)
{
	struct pairing_new p;
	struct ask_world w = world(f);
	struct preferences prefs = PREFERENCES_INIT;
	struct recipe r;
	struct job j;

	if (store_job_claim(f->store, "r", &f->mem, &j, &f->e) ||
		recipe_from_text(
			kitchen, STEW, strlen(STEW), &f->mem, &r, &f->e))
		fail_msg("%s", f->e.msg);
	r.url = url;
	if (ask_make(&w, &r, &prefs, &f->mem, &p, &f->e) ||
		store_job_finish(f->store, &j, &p, &f->e))
		fail_msg("%s", f->e.msg);
}

static void a_link_is_queued_then_answered(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_URL, " https://Example.org/soup#x \n");
	struct ask_answer a = must(f, &in), b;
	struct pairing_row row;

	assert_int_equal(a.queued, 1);
	assert_null(a.body);
	assert_int_equal(
		store_pairing_get(f->store, a.id, &f->mem, &row, &f->e), 0);
	assert_int_equal(row.status, JOB_QUEUED);
	assert_string_equal(row.url, "https://example.org/soup");
	in = input(ASK_URL, "https://example.org/soup?utm_source=mail");
	b = must(f, &in);
	assert_int_equal(b.queued, 1);
	assert_string_equal(a.id, b.id);
	finish_job(f, "https://example.org/soup");
	b = must(f, &in);
	assert_int_equal(b.queued, 0);
	assert_string_equal(a.id, b.id);
	assert_non_null(strstr(b.body, "\"suggestions\""));
	/* the text of that very recipe has the same answer */
	in = input(ASK_TEXT, STEW);
	b = must(f, &in);
	assert_string_equal(a.id, b.id);
	/* other preferences are another question */
	in = input(ASK_URL, "https://example.org/soup");
	in.preferences.count = 2;
	b = must(f, &in);
	assert_int_equal(b.queued, 1);
}

static void change(struct fixture *f, const char *sql)
{
	sqlite3 *sq;

	assert_int_equal(sqlite3_open(f->path, &sq), SQLITE_OK);
	assert_int_equal(sqlite3_exec(sq, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(sq);
}

static void a_link_is_fetched_again_after_a_day(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_URL, "https://example.org/soup");
	struct ask_answer first = must(f, &in), a;
	struct pairing_row row;

	finish_job(f, "https://example.org/soup");
	change(f, "UPDATE recipe_url SET fetched = fetched - 86000000");
	a = must(f, &in);
	assert_int_equal(a.queued, 0);
	change(f, "UPDATE recipe_url SET fetched = fetched - 500000");
	a = must(f, &in);
	assert_int_equal(a.queued, 1);
	assert_string_not_equal(a.id, first.id);
	/* it turns out to be what it was: the new id leads to the old answer */
	finish_job(f, "https://example.org/soup");
	assert_int_equal(
		store_pairing_get(f->store, a.id, &f->mem, &row, &f->e), 0);
	assert_string_equal(row.id, first.id);
	a = must(f, &in);
	assert_int_equal(a.queued, 0);
	/* a clock that was set back makes the age unknown */
	change(f, "UPDATE recipe_url SET fetched = fetched + 86400000");
	a = must(f, &in);
	assert_int_equal(a.queued, 1);
}

static void a_full_queue_is_busy(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_URL, "https://example.org/1");

	config.queue_limit = 1;
	(void)must(f, &in);
	in = input(ASK_URL, "https://example.org/2");
	must_fail(f, &in, REASON_BUSY);
	config.queue_limit = 100;
	(void)must(f, &in);
}

/* ---- menus ---- */

#define FISH "Cod\n\nIngredients\n600 g cod\n1 lemon\n\nMethod\nBake.\n"

static struct ask_part part(enum ask_kind kind, const char *data)
{
	return (struct ask_part){ kind, data, strlen(data), NULL };
}

static struct ask_input menu_of(const struct ask_part *parts, size_t n)
{
	return (struct ask_input){
		.preferences = PREFERENCES_INIT, .parts = parts, .n_parts = n
	};
}

static struct ask_answer must_two(struct fixture *f, enum ask_kind a_kind,
	const char *a, enum ask_kind b_kind, const char *b)
{
	const struct ask_part two[] = { part(a_kind, a), part(b_kind, b) };
	struct ask_input in = menu_of(two, 2);

	return must(f, &in);
}

static struct ask_answer must_one(struct fixture *f, const char *text)
{
	struct ask_input in = input(ASK_TEXT, text);

	return must(f, &in);
}

static void a_menu_is_paired_and_kept(void **state)
{
	struct fixture *f = *state;
	struct ask_answer a = must_two(f, ASK_TEXT, STEW, ASK_TEXT, FISH), b;
	struct recent_row *rows;
	const char *next;
	json_object *o;
	size_t n;

	assert_int_equal(a.queued, 0);
	assert_int_equal(a.dish, 0);
	o = json_read(a.body, a.len, &f->e);
	assert_string_equal(json_str(o, "id"), a.id);
	assert_string_equal(
		json_str(json_obj(o, "recipe"), "name"), "Beef stew, then Cod");
	assert_int_equal(json_object_array_length(json_arr(o, "menu")), 2);
	json_object_put(o);
	b = must_two(f, ASK_TEXT, STEW "\n", ASK_TEXT, "\n" FISH);
	assert_string_equal(a.id, b.id);
	assert_string_equal(a.body, b.body);
	/* in another order it has another name */
	b = must_two(f, ASK_TEXT, FISH, ASK_TEXT, STEW);
	assert_string_not_equal(a.id, b.id);
	assert_int_equal(store_recent(f->store, NULL, 10, &f->mem, &rows, &n,
				 &next, &f->e),
		0);
	assert_int_equal(n, 2);
	assert_string_equal(rows[1].name, "Beef stew, then Cod");
}

/* A recipe that reads as the menu as one does is another question. */
static void no_recipe_passes_for_a_menu(void **state)
{
	struct fixture *f = *state;
	struct ask_answer menu, one;
	json_object *o, *recipe;
	struct err e = ERR_INIT;
	struct recipe r;
	struct pairing_new p;
	struct ask_world w = world(f);
	struct preferences wishes = PREFERENCES_INIT;
	struct pairing_row row;

	menu = must_two(f, ASK_TEXT, STEW, ASK_TEXT, FISH);
	o = json_read(menu.body, menu.len, &e);
	recipe = json_obj(o, "recipe");
	assert_int_equal(recipe_from_json(recipe, &f->mem, &r, &e), 0);
	json_object_put(o);
	if (ask_make(&w, &r, &wishes, &f->mem, &p, &e) ||
		store_pairing_save(f->store, &p, NULL, &f->mem, &row, &e))
		fail_msg("%s", e.msg);
	assert_string_not_equal(row.id, menu.id);
	one = must_one(f, STEW);
	assert_string_not_equal(one.id, menu.id);
	/* and a dish that says where it is from makes another menu */
	{
		struct ask_part two[] = { part(ASK_TEXT, STEW),
			part(ASK_TEXT, FISH) };
		struct ask_input in = menu_of(two, 2);
		struct ask_answer a;

		two[1].url = "https://example.org/cod";
		a = must(f, &in);
		assert_string_not_equal(a.id, menu.id);
		assert_non_null(strstr(a.body, "https://example.org/cod"));
	}
}

static void a_dish_may_be_one_we_hold(void **state)
{
	struct fixture *f = *state;
	struct ask_answer stew = must_one(f, STEW), two, three, again;
	json_object *o;

	two = must_two(f, ASK_STORED, stew.id, ASK_TEXT, FISH);
	again = must_two(f, ASK_TEXT, STEW, ASK_TEXT, FISH);
	assert_string_equal(two.id, again.id);
	/* a menu stands for its dishes */
	three = must_two(f, ASK_STORED, two.id, ASK_TEXT, "Boeuf bourguignon");
	o = json_read(three.body, three.len, &f->e);
	assert_string_equal(json_str(json_obj(o, "recipe"), "name"),
		"Beef stew, then Cod, then Boeuf bourguignon");
	assert_int_equal(json_object_array_length(json_arr(o, "menu")), 3);
	json_object_put(o);
	/* a page as well */
	again = must_two(f, ASK_HTML, PAGE(""), ASK_TEXT, FISH);
	assert_non_null(strstr(again.body, "json-ld"));
}

static void must_fail_at(struct fixture *f, const struct ask_part *parts,
	size_t n, enum err_reason reason, size_t dish)
{
	struct ask_input in = menu_of(parts, n);
	struct ask_answer a;

	in.idempotency_key = "menu";
	if (run(f, &in, &a) != reason || a.dish != dish)
		fail_msg("%s at %zu instead of %s at %zu", err_key(f->e.reason),
			a.dish, err_key(reason), dish);
}

static void a_bad_dish_is_named(void **state)
{
	struct fixture *f = *state;
	struct ask_input link = input(ASK_URL, "https://example.org/soup");
	struct ask_answer queued = must(f, &link);
	const struct ask_part good = part(ASK_TEXT, FISH);
	const struct {
		struct ask_part bad;
		enum err_reason reason;
	} cases[] = {
		{ part(ASK_TEXT, ""), REASON_EMPTY },
		{ part(ASK_TEXT, " \n"), REASON_EMPTY },
		{ part(ASK_TEXT, "We walked along the sea."),
			REASON_NOT_A_RECIPE },
		{ part(ASK_TEXT, "Nonsense\n\nIngredients\n1 kryptonite\n"
				 "2 adamantium\n"),
			REASON_NOT_A_RECIPE },
		{ part(ASK_HTML, "<html><p>Trains.</p></html>"),
			REASON_NOT_A_RECIPE },
		{ part(ASK_URL, "https://example.org/x"), REASON_LINK_IN_MENU },
		{ part(ASK_STORED, "aaaaaaaaaaaaaaaaaaaaaaaaaa"),
			REASON_NO_PAIRING },
		{ part(ASK_STORED, "../../etc/passwd"), REASON_NO_PAIRING },
		{ part(ASK_STORED, queued.id), REASON_NO_PAIRING },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		const struct ask_part first[] = { cases[i].bad, good };
		const struct ask_part third[] = { good, good, cases[i].bad };

		must_fail_at(f, first, 2, cases[i].reason, 1);
		must_fail_at(f, third, 3, cases[i].reason, 3);
	}
	assert_int_equal(
		ask_number(f, "SELECT (SELECT count(*) FROM recipe) +"
			      " (SELECT count(*) FROM idempotency_key)"),
		0);
}

static void menus_have_limits(void **state)
{
	struct fixture *f = *state;
	struct ask_part parts[MENU_MAX + 1];
	char *big = xmalloc(ASK_MENU_MAX);
	struct ask_input in = menu_of(parts, MENU_MAX);
	struct ask_answer a, six;
	size_t i;

	for (i = 0; i < ARRAY_LEN(parts); i++)
		parts[i] = part(ASK_TEXT, i % 2 ? STEW : FISH);
	must_fail_at(f, parts, 1, REASON_MENU_SIZE, 0);
	must_fail_at(f, parts, MENU_MAX + 1, REASON_MENU_SIZE, 0);
	six = must(f, &in);
	/* a menu and one more */
	parts[0] = part(ASK_STORED, six.id);
	must_fail_at(f, parts, 2, REASON_MENU_SIZE, 2);
	/* each has its own limit, and all together that of a page */
	memset(big, 'x', ASK_MENU_MAX);
	parts[0] =
		(struct ask_part){ ASK_TEXT, big, RECIPE_TEXT_MAX + 1, NULL };
	must_fail_at(f, parts, 2, REASON_TOO_LARGE, 1);
	parts[0] = (struct ask_part){ ASK_HTML, big, ASK_MENU_MAX, NULL };
	must_fail_at(f, parts, 2, REASON_TOO_LARGE, 0);
	free(big);
	/* without a store there is nothing to hold */
	parts[0] = part(ASK_STORED, six.id);
	{
		struct store *s = f->store;

		f->store = NULL;
		must_fail_at(f, parts, 2, REASON_NO_PAIRING, 1);
		a = must_two(f, ASK_TEXT, STEW, ASK_TEXT, FISH);
		assert_string_equal(a.id, "");
		assert_non_null(strstr(a.body, "\"menu\""));
		f->store = s;
	}
}

static void a_menu_keeps_its_key(void **state)
{
	struct fixture *f = *state;
	struct ask_part two[] = { part(ASK_TEXT, STEW), part(ASK_TEXT, FISH) };
	struct ask_input in = menu_of(two, 2), one = input(ASK_TEXT, STEW);
	struct ask_answer a, b;

	in.idempotency_key = one.idempotency_key = "k";
	a = must(f, &in);
	b = must(f, &in);
	assert_string_equal(a.id, b.id);
	must_fail(f, &one, REASON_KEY_REUSED);
	two[0] = part(ASK_TEXT, "Boeuf bourguignon");
	must_fail(f, &in, REASON_KEY_REUSED);
	/* as long as the other */
	two[0] = part(ASK_TEXT, STEW);
	two[1] = part(ASK_TEXT, "Cod\n\nIngredients\n600 g cod\n2 lemon\n\n"
				"Method\nBake.\n");
	assert_int_equal(two[1].len, strlen(FISH));
	must_fail(f, &in, REASON_KEY_REUSED);
}

/* ---- idempotency ---- */

static void a_repeated_request_acts_once(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_TEXT, STEW);
	struct ask_answer a, b;
	struct job j;

	in.idempotency_key = "text";
	a = must(f, &in);
	b = must(f, &in);
	assert_string_equal(a.id, b.id);
	assert_string_equal(a.body, b.body);
	in.preferences.count = 3;
	must_fail(f, &in, REASON_KEY_REUSED);
	in = input(ASK_URL, "https://example.org/soup");
	in.idempotency_key = "text";
	must_fail(f, &in, REASON_KEY_REUSED);
	in.idempotency_key = "link";
	a = must(f, &in);
	assert_int_equal(store_job_claim(f->store, "r", &f->mem, &j, &f->e), 0);
	assert_int_equal(
		store_job_fail(f->store, &j, REASON_UNREACHABLE, 0, &f->e), 0);
	b = must(f, &in); /* the answer was this job, failed or not */
	assert_int_equal(b.queued, 1);
	assert_string_equal(a.id, b.id);
	in.idempotency_key = "link 2";
	b = must(f, &in);
	assert_string_not_equal(a.id, b.id);
	/* a known answer under a new key */
	in = input(ASK_TEXT, STEW);
	in.idempotency_key = "text 2";
	(void)must(f, &in);
	assert_int_equal(
		ask_number(f, "SELECT count(*) FROM idempotency_key"), 4);
}

static void odd_keys_are_refused(void **state)
{
	struct fixture *f = *state;
	struct ask_input in = input(ASK_TEXT, STEW);
	char key[ASK_KEY_MAX + 2];
	static const char *const bad[] = { "", "a\nb", "gr\xc3\xbc\xc3\x9f",
		"\x7f" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		in.idempotency_key = bad[i];
		must_fail(f, &in, REASON_BAD_REQUEST);
	}
	memset(key, 'k', sizeof(key));
	key[ASK_KEY_MAX + 1] = '\0';
	in.idempotency_key = key;
	must_fail(f, &in, REASON_BAD_REQUEST);
	key[ASK_KEY_MAX] = '\0';
	(void)must(f, &in);
}

/* ---- a full disk ---- */

static int ask_on_a_full_disk(struct fixture *f)
{
	struct ask_input in = input(ASK_TEXT, STEW);
	struct ask_answer a;
	struct rlimit lim;

	f->store = store_open(f->path, &f->e);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)getrlimit(RLIMIT_FSIZE, &lim);
	lim.rlim_cur = 1000;
	(void)setrlimit(RLIMIT_FSIZE, &lim);
	in.idempotency_key = "k";
	if (run(f, &in, &a) != REASON_STORE || err_status(f->e.reason) != 503)
		return 1;
	in = input(ASK_URL, "https://example.org/soup");
	if (run(f, &in, &a) != REASON_STORE)
		return 2;
	lim.rlim_cur = RLIM_INFINITY;
	(void)setrlimit(RLIMIT_FSIZE, &lim);
	if (ask_number(f, "SELECT (SELECT count(*) FROM recipe) +"
			  " (SELECT count(*) FROM idempotency_key)") != 0)
		return 3;
	in = input(ASK_TEXT, STEW);
	in.idempotency_key = "k";
	return run(f, &in, &a) == REASON_NONE ? 0 : 4;
}

static void a_full_disk_is_503_and_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	store_close(f->store);
	f->store = NULL;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(ask_on_a_full_disk(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_sound(f);
}

static int set_up(void **state)
{
	config.queue_limit = 100;
	return kitchen_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guesses_the_kind),
		OPEN(finds_the_link_among_words),
		OPEN(a_text_is_paired_and_kept),
		OPEN(without_a_store_nothing_is_kept),
		OPEN(bad_input_is_named),
		OPEN(there_are_limits),
		OPEN(an_old_encoding_is_not_binary),
		OPEN(a_page_is_read_and_paired),
		OPEN(a_text_may_name_its_source),
		OPEN(a_link_is_queued_then_answered),
		OPEN(a_link_is_fetched_again_after_a_day),
		OPEN(a_full_queue_is_busy),
		OPEN(a_menu_is_paired_and_kept),
		OPEN(no_recipe_passes_for_a_menu),
		OPEN(a_dish_may_be_one_we_hold),
		OPEN(a_bad_dish_is_named),
		OPEN(menus_have_limits),
		OPEN(a_menu_keeps_its_key),
		OPEN(a_repeated_request_acts_once),
		OPEN(odd_keys_are_refused),
		OPEN(a_full_disk_is_503_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, kitchen_teardown);
}
