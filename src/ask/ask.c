/*
 * The road of a pairing. What comes in is untrusted text; what goes on is a
 * recipe, canonical preferences and an engine version, which together are the
 * identity of the answer. Deciding between "here, now" and "a job" is all the
 * policy there is: a recipe we hold is paired here, but a link is fetched, and
 * a model asked, by the runner, since this process may be a web worker and
 * never waits for the internet.
 */
#include "ask/ask.h"

#include "ask/dishes.h"
#include "net/net.h"

/* Bytes in which page markup must show itself when it does not start so. */
#define SNIFF_MAX 65536

/* ---- what is it? ---- */

static void trim(const char **data, size_t *len)
{
	if (*len >= 3 && memcmp(*data, "\xEF\xBB\xBF", 3) == 0) {
		*data += 3;
		*len -= 3;
	}
	while (*len && ascii_is_space(**data)) {
		++*data;
		--*len;
	}
	while (*len && ascii_is_space((*data)[*len - 1]))
		--*len;
}

static int has_space(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (ascii_is_space(s[i]))
			return 1;
	return 0;
}

/* "https://…", "ftp://…": a scheme, and nothing that is not an address. */
static int is_url(const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);
	size_t i, scheme = colon ? (size_t)(colon - s) : 0;

	if (scheme == 0 || len < scheme + 3 || memcmp(colon, "://", 3) != 0 ||
		has_space(s, len))
		return 0;
	for (i = 0; i < scheme; i++)
		if (!ascii_is_alpha(s[i]) &&
			(i == 0 || !strchr("0123456789+-.", s[i])))
			return 0;
	return 1;
}

static int has_tag(const char *s, size_t len)
{
	static const char *const tags[] = { "<!doctype", "<html", "<head",
		"<body", "<script", "<article" };
	size_t i, k;

	for (i = 0; i < len; i++) {
		if (s[i] != '<')
			continue;
		for (k = 0; k < ARRAY_LEN(tags); k++)
			if (text_ascii_prefix(s + i, len - i, tags[k]))
				return 1;
	}
	return 0;
}

/* Starts with a tag, or has one near its start that only pages have. */
static int is_html(const char *s, size_t len)
{
	if (len > 3 && s[0] == '<' && memchr(s, '>', len) &&
		(s[1] == '!' || s[1] == '?' || ascii_is_alpha(s[1])))
		return 1;
	return has_tag(s, len);
}

enum ask_kind ask_kind(const char *data, size_t len)
{
	struct arena mem = ARENA_INIT;
	enum ask_kind kind = ASK_TEXT;
	char *peek = arena_alloc(&mem, SNIFF_MAX);
	const char *s = peek;
	size_t n = recipe_peek(data, len, peek, SNIFF_MAX);

	trim(&s, &n);
	if (is_url(s, n))
		kind = ASK_URL;
	else if (is_html(s, n))
		kind = ASK_HTML;
	arena_release(&mem);
	return kind;
}

/* ---- identity ---- */

static const char *preferences_text(
	const struct preferences *p, struct arena *mem)
{
	struct sbuf sb = SBUF_INIT(4096);
	json_object *o = preferences_to_json(p);
	const char *text;

	json_write(o, &sb);
	json_object_put(o);
	text = arena_strndup(mem, sb.buf, sb.len);
	sbuf_release(&sb);
	return text;
}

/* Who is asked when nobody but the engine is. */
static const char by_engine[] = "built-in";

int ask_wants_model(const struct ask_world *w, const char *providers)
{
	return w->prompts && llm_wanted(w->config, providers);
}

static const char *engine_text(
	const struct ask_world *w, const char *providers, struct arena *mem)
{
	char version[40];

	pairing_version(w->knowledge, version);
	if (!ask_wants_model(w, providers))
		return arena_printf(mem, "built-in %s", version);
	return arena_printf(mem, "%s built-in %s",
		llm_identity(w->config, providers, w->prompts, mem), version);
}

void ask_key(const struct ask_world *w, const char *providers,
	const struct preferences *p, struct arena *mem, struct pairing_key *out)
{
	out->preferences = preferences_text(p, mem);
	out->engine = engine_text(w, providers, mem);
}

/* What a pasted recipe says of where it and its picture are is only a claim:
 * it becomes part of the identity. */
static void hash_with_claims(
	const struct recipe *r, unsigned char out[HASH_LEN])
{
	struct sbuf sb = SBUF_INIT(HASH_LEN + 4 * RECIPE_LINE_MAX);

	recipe_hash(r, out);
	if (!r->url && !r->image)
		return;
	sbuf_add(&sb, out, HASH_LEN);
	sbuf_addstr(&sb, r->url ? r->url : "");
	sbuf_addch(&sb, '\n');
	sbuf_addstr(&sb, r->image ? r->image : "");
	hash_sha256(sb.buf, sb.len, out);
	sbuf_release(&sb);
}

/* A menu is its dishes in order, behind a mark: the content of a recipe begins
 * with another letter, so that none can pass for a menu. */
static void hash_dishes(
	const struct recipe *r, size_t n, unsigned char out[HASH_LEN])
{
	static const char mark[] = "menu\n";
	struct sbuf sb = SBUF_INIT(sizeof(mark) + MENU_MAX * HASH_LEN);
	size_t i;

	sbuf_addstr(&sb, mark);
	for (i = 0; i < n; i++) {
		hash_with_claims(&r[i], out);
		sbuf_add(&sb, out, HASH_LEN);
	}
	hash_sha256(sb.buf, sb.len, out);
	sbuf_release(&sb);
}

static void request_hash(const struct ask_input *in, const char *preferences,
	unsigned char out[HASH_LEN])
{
	struct sbuf sb = SBUF_INIT(in->len + ASK_MENU_MAX + 65536);
	size_t i;

	if (in->providers)
		sbuf_addf(&sb, "by %s\n", in->providers);
	if (!in->parts) {
		sbuf_addf(&sb, "%d\n%s\n%s\n", (int)in->kind, preferences,
			in->url ? in->url : "");
		sbuf_add(&sb, in->data, in->len);
	} else {
		sbuf_addf(&sb, "menu\n%s\n", preferences);
	}
	for (i = 0; i < in->n_parts; i++) {
		const struct ask_part *part = &in->parts[i];

		sbuf_addf(&sb, "%d\n%s\n%zu\n", (int)part->kind,
			part->url ? part->url : "", part->len);
		sbuf_add(&sb, part->data, part->len);
	}
	hash_sha256(sb.buf, sb.len, out);
	sbuf_release(&sb);
}

/* ---- making ---- */

/* A JSON object as text in the arena. */
static int in_arena(json_object *o, struct arena *mem, const char **text,
	size_t *len, struct err *e)
{
	struct sbuf sb = SBUF_INIT(PAIRING_JSON_MAX);
	int rc = 0;

	json_write(o, &sb);
	if (sb.full)
		rc = err_set(e, REASON_TOO_LARGE,
			"the answer has more than %zu bytes", PAIRING_JSON_MAX);
	*text = arena_strndup(mem, sb.buf, sb.len);
	*len = sb.len;
	sbuf_release(&sb);
	return rc;
}

/* The rest of both: what is stored, from the recipe that is shown and the
 * document, which is put. */
static int fill_new(const struct recipe *r, json_object *body,
	struct arena *mem, struct pairing_new *out, struct err *e)
{
	json_object *recipe = recipe_to_json(r);
	size_t len;
	int rc;

	rc = in_arena(recipe, mem, &out->recipe_json, &len, e) ||
	     in_arena(body, mem, &out->body, &out->body_len, e);
	out->recipe_name = r->name;
	out->url = r->url;
	json_object_put(body);
	json_object_put(recipe);
	return rc ? -1 : 0;
}

int ask_keep(const struct ask_world *w, const struct pairing_key *key,
	const struct recipe *r, const struct pairing *made, struct arena *mem,
	struct pairing_new *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	out->key = *key;
	return fill_new(r, pairing_to_json(w->knowledge, r, made), mem, out, e);
}

int ask_make(const struct ask_world *w, const struct recipe *r,
	const struct preferences *p, struct arena *mem, struct pairing_new *out,
	struct err *e)
{
	struct pairing_key key;
	struct pairing made;

	ask_key(w, by_engine, p, mem, &key);
	recipe_hash(r, key.recipe);
	if (pairing_make(w->knowledge, r, p, mem, &made, e))
		return -1;
	return ask_keep(w, &key, r, &made, mem, out, e);
}

int ask_make_menu(const struct ask_world *w, const struct recipe *dishes,
	size_t n, const struct preferences *p, struct arena *mem,
	struct pairing_new *out, size_t *bad, struct err *e)
{
	struct menu made;

	memset(out, 0, sizeof(*out));
	ask_key(w, by_engine, p, mem, &out->key);
	hash_dishes(dishes, n, out->key.recipe);
	if (menu_make(w->knowledge, dishes, n, p, mem, &made, bad, e))
		return -1;
	return fill_new(
		&made.whole, menu_to_json(w->knowledge, &made), mem, out, e);
}

/* ---- answers ---- */

static int answer_row(const struct pairing_row *row, struct ask_answer *out)
{
	memcpy(out->id, row->id, sizeof(out->id));
	out->queued = row->body == NULL;
	out->body = row->body;
	out->len = row->body_len;
	return 0;
}

/* The key is known: the same answer again. */
static int replay(const struct ask_world *w, const char *id, struct arena *mem,
	struct ask_answer *out, struct err *e)
{
	struct pairing_row row;

	if (store_pairing_get(w->store, id, mem, &row, e))
		return -1;
	return answer_row(&row, out);
}

/* A stored answer, and a key that did not stand for it yet. */
static int answer_stored(const struct ask_world *w, const struct store_key *key,
	const struct pairing_row *row, int by_model, struct ask_answer *out,
	struct err *e)
{
	struct err counting = ERR_INIT;

	if (key && store_key_put(w->store, key, row->id, e))
		return -1;
	if (by_model && store_hit(w->store, &counting))
		log_warnx("a hit was not counted: %s", counting.msg);
	return answer_row(row, out);
}

static int make_here(const struct ask_world *w, const struct ask_input *in,
	const struct dishes *d, struct arena *mem, struct pairing_new *p,
	struct ask_answer *out, struct err *e)
{
	size_t bad;

	if (d->n == 1)
		return ask_make(w, &d->at[0], &in->preferences, mem, p, e);
	if (ask_make_menu(w, d->at, d->n, &in->preferences, mem, p, &bad, e)) {
		out->dish = bad ? d->part[bad - 1] : 0;
		return -1;
	}
	return 0;
}

/* A recipe we hold is for a model to choose for: the runner asks it. */
static int queue_recipe(const struct ask_world *w, const struct ask_input *in,
	const struct recipe *r, const struct pairing_key *identity,
	const struct store_key *key, struct arena *mem, struct ask_answer *out,
	struct err *e)
{
	struct job_new job = { .preferences = identity->preferences,
		.engine = identity->engine,
		.providers = in->providers,
		.hash = identity->recipe,
		.queue_limit = w->config->queue_limit,
		.key = key };
	json_object *o = recipe_to_json(r);
	size_t len;
	int rc = in_arena(o, mem, &job.recipe, &len, e);

	json_object_put(o);
	if (rc || store_job_new(w->store, &job, out->id, e))
		return -1;
	out->queued = 1;
	return 0;
}

/* Pair them here and now, unless it was done before or a model is wanted. */
static int pair_here(const struct ask_world *w, const struct ask_input *in,
	const struct dishes *d, const struct store_key *key, struct arena *mem,
	struct ask_answer *out, struct err *e)
{
	struct pairing_key identity;
	struct pairing_new p;
	struct pairing_row row;
	/* nobody waits for a model where nothing can be kept */
	int by_model = d->n == 1 && w->store &&
		       ask_wants_model(w, in->providers);

	ask_key(w, by_model ? in->providers : by_engine, &in->preferences, mem,
		&identity);
	if (d->n == 1)
		hash_with_claims(&d->at[0], identity.recipe);
	else
		hash_dishes(d->at, d->n, identity.recipe);
	if (w->store) {
		if (store_pairing_find(w->store, &identity, mem, &row, e) == 0)
			return answer_stored(w, key, &row, by_model, out, e);
		if (e->reason != REASON_NOT_FOUND)
			return -1;
	}
	if (by_model)
		return queue_recipe(
			w, in, &d->at[0], &identity, key, mem, out, e);
	if (make_here(w, in, d, mem, &p, out, e))
		return -1;
	if (!w->store) {
		out->body = p.body;
		out->len = p.body_len;
		return 0;
	}
	p.key = identity;
	if (store_pairing_save(w->store, &p, key, mem, &row, e))
		return -1;
	return answer_row(&row, out);
}

/* ---- the roads ---- */

static int ask_one(const struct ask_world *w, const struct ask_input *in,
	const struct store_key *key, struct arena *mem, struct ask_answer *out,
	struct err *e)
{
	struct ask_part part = { in->kind, in->data, in->len, in->url };
	struct dishes d = { .n = 0 };

	if (dishes_read(w, &part, mem, &d, e))
		return -1;
	return pair_here(w, in, &d, key, mem, out, e);
}

static int ask_menu(const struct ask_world *w, const struct ask_input *in,
	const struct store_key *key, struct arena *mem, struct ask_answer *out,
	struct err *e)
{
	struct dishes d = { .n = 0 };
	size_t i;

	for (i = 0; i < in->n_parts; i++) {
		size_t first = d.n;

		out->dish = i + 1;
		if (dishes_read(w, &in->parts[i], mem, &d, e))
			return -1;
		while (first < d.n)
			d.part[first++] = i + 1;
	}
	out->dish = 0;
	return pair_here(w, in, &d, key, mem, out, e);
}

static int ask_url(const struct ask_world *w, const struct ask_input *in,
	const struct store_key *key, struct arena *mem, struct ask_answer *out,
	struct err *e)
{
	const char *data = in->data;
	struct pairing_key identity;
	struct sbuf url = SBUF_INIT(2 * NET_URL_MAX);
	struct pairing_row row;
	size_t len = in->len;
	int rc = -1;

	ask_key(w, in->providers, &in->preferences, mem, &identity);
	trim(&data, &len);
	if (url_canonical(w->config, data, len, &url, e))
		goto out;
	if (!w->store) {
		err_set(e, REASON_BAD_URL, "no store, so no jobs");
		goto out;
	}
	rc = store_pairing_find_url(w->store, url.buf, identity.preferences,
		identity.engine, ASK_URL_FRESH_MS, mem, &row, e);
	if (rc == 0) {
		rc = answer_stored(w, key, &row,
			ask_wants_model(w, in->providers), out, e);
	} else if (e->reason == REASON_NOT_FOUND) {
		const struct job_new job = { .url = url.buf,
			.preferences = identity.preferences,
			.engine = identity.engine,
			.providers = in->providers,
			.queue_limit = w->config->queue_limit,
			.key = key };

		rc = store_job_new(w->store, &job, out->id, e);
		out->queued = 1;
	}
out:
	sbuf_release(&url);
	return rc;
}

int ask_key_ok(const char *key)
{
	size_t len = strlen(key), i;

	for (i = 0; i < len; i++)
		if (key[i] < ' ' || key[i] > '~')
			return 0;
	return len > 0 && len <= ASK_KEY_MAX;
}

static int not_empty(const char *data, size_t len, struct err *e)
{
	trim(&data, &len);
	return len ? 0 : err_set(e, REASON_EMPTY, "nothing but white space");
}

/* What can be told without reading. */
static int check(
	const struct ask_input *in, struct ask_answer *out, struct err *e)
{
	size_t i, sum = 0;

	if (!in->parts)
		return not_empty(in->data, in->len, e);
	if (in->n_parts < MENU_MIN || in->n_parts > MENU_MAX)
		return err_set(
			e, REASON_MENU_SIZE, "a menu of %zu", in->n_parts);
	for (i = 0; i < in->n_parts; i++) {
		out->dish = i + 1;
		if (not_empty(in->parts[i].data, in->parts[i].len, e))
			return -1;
		sum += in->parts[i].len;
	}
	out->dish = 0;
	if (sum > ASK_MENU_MAX)
		return err_set(e, REASON_TOO_LARGE,
			"menu of %zu bytes; at most %zu", sum, ASK_MENU_MAX);
	return 0;
}

int ask(const struct ask_world *w, const struct ask_input *in,
	struct arena *mem, struct ask_answer *out, struct err *e)
{
	struct store_key key, *with = NULL;
	char id[ID_LEN + 1];

	memset(out, 0, sizeof(*out));
	if (check(in, out, e))
		return -1;
	if (in->idempotency_key && w->store) {
		if (!ask_key_ok(in->idempotency_key))
			return err_set(e, REASON_BAD_REQUEST,
				"malformed Idempotency-Key");
		key.key = in->idempotency_key;
		request_hash(in, preferences_text(&in->preferences, mem),
			key.request);
		with = &key;
		if (store_key_find(w->store, with, id, e) == 0)
			return replay(w, id, mem, out, e);
		if (e->reason != REASON_NOT_FOUND)
			return -1;
	}
	if (in->parts)
		return ask_menu(w, in, with, mem, out, e);
	return in->kind == ASK_URL ? ask_url(w, in, with, mem, out, e)
				   : ask_one(w, in, with, mem, out, e);
}
