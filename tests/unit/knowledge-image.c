/*
 * The image of the tables: the same knowledge with it as without, and only
 * when it is whole and of these very tables and sources.
 */
#include "tempdir.h"

#include "knowledge/image.h"
#include "pairing/pairing.h"

#define MAKER_AT 8		/* of the head: behind the sum */
#define HEAD_SIZE (40 + 18 * 8) /* its tables, too, or more */
#define FLIPS 2000

static char root[TEMPDIR_SIZE], dir[100], image[120];

/* A fresh copy of some tables, without an image. */
static void copy(const char *from)
{
	char command[2048];

	(void)snprintf(command, sizeof(command),
		"rm -rf '%s' '%s' && cp -RL '%s' '%s'", dir, image, from, dir);
	assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
	(void)state;
	tempdir_make(root);
	(void)snprintf(dir, sizeof(dir), "%s/tables", root);
	(void)snprintf(image, sizeof(image), "%s.image", dir);
	copy(source_path("tests/fixtures/knowledge"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return tempdir_remove(root);
}

static struct knowledge *load(const char *from)
{
	struct sbuf problems = SBUF_INIT(100000);
	struct knowledge *k = knowledge_load(from, &problems);

	if (!k)
		print_error("%s", problems.buf);
	assert_non_null(k);
	sbuf_release(&problems);
	return k;
}

static void save(const struct knowledge *k, const char *to)
{
	struct err e = ERR_INIT;

	assert_int_equal(knowledge_save(k, NULL, to, &e), 0);
}

static void read_file(const char *path, struct sbuf *out)
{
	struct err e = ERR_INIT;

	sbuf_init(out, (size_t)1 << 26);
	assert_int_equal(file_read(path, out, &e), 0);
}

static void write_file(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* Is the file that stands there taken as an image of k's tables? */
static int is_taken(const struct knowledge *k)
{
	struct knowledge *other = xcalloc(1, sizeof(*other));
	int taken;

	sbuf_init(&other->block, 0);
	memcpy(other->version, k->version, sizeof(other->version));
	taken = image_load(other, dir) == 0;
	sbuf_release(&other->block);
	free(other);
	return taken;
}

/* ---- all that is known, as text ---- */

static void dump_strings(const char *const *list, struct sbuf *out)
{
	for (; list && *list; list++)
		sbuf_addf(out, "%s|", *list);
}

static void dump_bytes(const void *data, size_t len, struct sbuf *out)
{
	const unsigned char *at = data;

	while (len--)
		sbuf_addf(out, "%02x", *at++);
}

static void dump_cell(const struct column *c, const char *row, struct sbuf *out)
{
	const void *at = row + c->offset;
	const struct cue_list *cues = at;
	const struct index_list *list = at;
	const struct pick_list *picks = at;

	sbuf_addf(out, "\t%s=", c->name);
	switch (c->kind) {
	case CELL_ID:
	case CELL_TEXT:
	case CELL_NAMES:
	case CELL_LOOKUP:
		sbuf_addstr(out, *(const char *const *)at);
		break;
	case CELL_REF:
	case CELL_SAYS:
		sbuf_addf(out, "%s %u", *(const char *const *)at,
			*(const unsigned *)(const void *)(row + c->aux));
		break;
	case CELL_NUMBER:
		sbuf_addf(out, "%a", *(const double *)at);
		break;
	case CELL_INT:
	case CELL_WORD:
	case CELL_REF_OPT:
	case CELL_AXIS:
		sbuf_addf(out, "%d", *(const int *)at);
		break;
	case CELL_BITS:
		sbuf_addf(out, "%jx", (uintmax_t) * (const uint64_t *)at);
		break;
	case CELL_STRINGS:
		dump_strings(*(const char *const *const *)at, out);
		break;
	case CELL_REFS:
	case CELL_AXES:
		dump_bytes(list->at, list->n * sizeof(*list->at), out);
		break;
	case CELL_CUES:
		dump_bytes(cues->at, cues->n * sizeof(*cues->at), out);
		break;
	case CELL_PICKS:
		dump_bytes(picks->at, picks->n * sizeof(*picks->at), out);
		break;
	case CELL_SOURCE:
		break;
	}
}

static void dump(const struct knowledge *k, struct sbuf *out)
{
	const struct lexicon *l = &k->names;
	size_t i, row, c;

	sbuf_init(out, (size_t)1 << 26);
	sbuf_addstr(out, k->version);
	for (i = 0; i < TABLE_MAX; i++)
		for (row = 0; row < k->tables[i].n; row++) {
			const struct table_spec *spec = &table_specs[i];
			const char *at = k->tables[i].rows;

			sbuf_addf(out, "\n%s", spec->file);
			for (c = 0; c < spec->n_columns; c++)
				dump_cell(&spec->columns[c],
					at + row * spec->size, out);
		}
	for (i = 0; i < l->cap; i++)
		if (l->edges[i].len)
			sbuf_addf(out, "\n%zu %u %.*s %u", i, l->edges[i].from,
				l->edges[i].len, l->pool + l->edges[i].at,
				l->edges[i].value);
	/* the stems, which follow the words they are of */
	sbuf_addf(out, "\n%zu %.*s", l->n, (int)l->n_pool, l->pool);
	assert_false(out->full);
}

static void assert_same(const struct knowledge *a, const struct knowledge *b)
{
	struct sbuf one, two;

	dump(a, &one);
	dump(b, &two);
	assert_true(one.len > 1000);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.buf, two.buf, one.len);
	sbuf_release(&one);
	sbuf_release(&two);
}

/* ---- tests ---- */

static void with_an_image_all_is_the_same(void **state)
{
	static const char *const folders[] = { "tests/fixtures/knowledge",
		"knowledge" };
	struct knowledge *text, *k;
	char slashes[120];
	size_t i;

	(void)state;
	(void)snprintf(slashes, sizeof(slashes), "%s//", dir);
	for (i = 0; i < ARRAY_LEN(folders); i++) {
		copy(source_path(folders[i]));
		text = load(dir);
		assert_false(text->from_image);
		save(text, image);
		k = load(slashes);
		assert_true(k->from_image);
		assert_same(text, k);
		assert_ptr_not_equal(text->block.buf, k->block.buf);
		knowledge_free(text);
		/* an image of what came from an image */
		save(k, image);
		text = load(dir);
		assert_true(text->from_image);
		assert_same(text, k);
		knowledge_free(text);
		knowledge_free(k);
	}
}

static void save_with(const struct knowledge *k, const char *text)
{
	struct sbuf annex = SBUF_INIT(1000);
	struct err e = ERR_INIT;

	sbuf_addstr(&annex, text);
	assert_int_equal(knowledge_save(k, &annex, image, &e), 0);
	sbuf_release(&annex);
}

static void assert_annex(const struct knowledge *k, const char *text)
{
	size_t len;
	const char *annex = knowledge_annex(k, &len);

	assert_int_equal(len, strlen(text));
	assert_memory_equal(annex, text, len);
	assert_int_equal((uintptr_t)annex % _Alignof(max_align_t), 0);
}

/* What somebody put beside the tables is there again, and nothing of what was
 * there before. */
static void an_annex_is_kept(void **state)
{
	static const char *const texts[] = { "a few bytes", "",
		"more bytes than fill a single line of an image", "x" };
	struct knowledge *text = load(dir), *k, *next;
	struct sbuf once, again;
	size_t i;

	(void)state;
	assert_annex(text, "");
	save_with(text, texts[0]);
	k = load(dir);
	for (i = 0; i < ARRAY_LEN(texts); i++) {
		assert_true(k->from_image);
		assert_annex(k, texts[i]);
		assert_same(text, k);
		save_with(k, texts[(i + 1) % ARRAY_LEN(texts)]);
		next = load(dir);
		knowledge_free(k);
		k = next;
	}
	/* by whatever road, it is the same file */
	read_file(image, &again);
	save_with(text, texts[0]);
	read_file(image, &once);
	assert_int_equal(once.len, again.len);
	assert_memory_equal(once.buf, again.buf, once.len);
	save(k, image);
	knowledge_free(k);
	k = load(dir);
	assert_annex(k, "");
	knowledge_free(k);
	knowledge_free(text);
	sbuf_release(&once);
	sbuf_release(&again);
}

static void the_same_tables_make_the_same_image(void **state)
{
	struct knowledge *k = load(dir), *other = load(dir);
	char second[120];
	struct sbuf a, b;

	(void)state;
	(void)snprintf(second, sizeof(second), "%s/second", root);
	save(k, image);
	save(other, second);
	read_file(image, &a);
	read_file(second, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.buf, b.buf, a.len);
	sbuf_release(&a);
	sbuf_release(&b);
	knowledge_free(k);
	knowledge_free(other);
}

static void a_changed_table_wins(void **state)
{
	struct sbuf problems = SBUF_INIT(100000), wines;
	struct knowledge *k = load(dir);
	char path[120], *cell;

	(void)state;
	save(k, image);
	knowledge_free(k);
	(void)snprintf(path, sizeof(path), "%s/wines.tsv", dir);
	read_file(path, &wines);
	cell = strstr(wines.buf, "Dry bubbles");
	assert_non_null(cell);
	*cell = 'W';
	write_file(path, wines.buf, wines.len);
	k = load(dir);
	assert_false(k->from_image);
	assert_string_equal(
		knowledge_wine(k, "brut")->description, "Wry bubbles.");
	knowledge_free(k);

	*cell = '\xC3'; /* no UTF-8 */
	write_file(path, wines.buf, wines.len);
	assert_null(knowledge_load(dir, &problems));
	assert_non_null(strstr(problems.buf, "wines.tsv:2: column 'descr"));
	sbuf_reset(&problems);
	assert_int_equal(unlink(path), 0);
	assert_null(knowledge_load(dir, &problems));
	assert_non_null(strstr(problems.buf, "wines.tsv:1: column 'id'"));

	*cell = 'D'; /* as it was: the image is right again */
	write_file(path, wines.buf, wines.len);
	k = load(dir);
	assert_true(k->from_image);
	knowledge_free(k);
	sbuf_release(&problems);
	sbuf_release(&wines);
}

static void a_changed_byte_is_seen(void **state)
{
	struct knowledge *k = load(dir);
	uint32_t random = 1;
	struct sbuf bytes;
	size_t i;

	(void)state;
	save(k, image);
	read_file(image, &bytes);
	assert_true(bytes.len > HEAD_SIZE);
	assert_true(is_taken(k));
	for (i = 0; i < HEAD_SIZE + FLIPS; i++) {
		size_t at = i;
		char was;

		random = random * 1664525 + 1013904223;
		if (i >= HEAD_SIZE)
			at = random / 8 % bytes.len;
		was = bytes.buf[at];
		bytes.buf[at] ^= (char)(1 << (random >> 29));
		write_file(image, bytes.buf, bytes.len);
		assert_false(is_taken(k));
		bytes.buf[at] = was;
	}
	write_file(image, bytes.buf, bytes.len);
	assert_true(is_taken(k));
	sbuf_release(&bytes);
	knowledge_free(k);
}

static void what_is_no_image_is_passed_over(void **state)
{
	struct knowledge *k = load(dir), *other;
	struct sbuf bytes;
	size_t len;

	(void)state;
	save(k, image);
	read_file(image, &bytes);
	for (len = 0; len < bytes.len; len += 1 + len / 8) {
		write_file(image, bytes.buf, len);
		assert_false(is_taken(k));
	}
	write_file(image, bytes.buf, bytes.len - 32);
	assert_false(is_taken(k));
	sbuf_add(&bytes, bytes.buf, 32);
	write_file(image, bytes.buf, bytes.len);
	assert_false(is_taken(k));
	memset(bytes.buf, 0, bytes.len);
	write_file(image, bytes.buf, bytes.len);
	other = load(dir);
	assert_false(other->from_image);
	assert_same(k, other);
	knowledge_free(other);
	assert_int_equal(unlink(image), 0);
	assert_int_equal(mkdir(image, 0700), 0);
	other = load(dir);
	assert_false(other->from_image);
	knowledge_free(other);
	assert_int_equal(rmdir(image), 0);
	sbuf_release(&bytes);
	knowledge_free(k);
}

/* Whole and of these tables, but made by other sources or another machine. */
static void an_image_of_another_program_is_passed_over(void **state)
{
	struct knowledge *k = load(dir);
	struct sbuf bytes;
	uint64_t sum = 0;

	(void)state;
	save(k, image);
	read_file(image, &bytes);
	bytes.buf[MAKER_AT] ^= 1;
	memcpy(bytes.buf, &sum, sizeof(sum));
	sum = image_sum(&bytes);
	memcpy(bytes.buf, &sum, sizeof(sum));
	write_file(image, bytes.buf, bytes.len);
	assert_false(is_taken(k));
	bytes.buf[MAKER_AT] ^= 1; /* the sum was right: undo, and it is taken */
	memset(bytes.buf, 0, sizeof(sum));
	sum = image_sum(&bytes);
	memcpy(bytes.buf, &sum, sizeof(sum));
	write_file(image, bytes.buf, bytes.len);
	assert_true(is_taken(k));
	sbuf_release(&bytes);
	knowledge_free(k);
}

static void answer(const struct knowledge *k, const char *text,
	struct arena *mem, struct sbuf *out)
{
	struct preferences p = PREFERENCES_INIT;
	struct err e = ERR_INIT;
	struct pairing made;
	struct recipe r;
	json_object *o;

	sbuf_reset(out);
	if (recipe_from_text(k, text, strlen(text), mem, &r, &e) ||
		pairing_make(k, &r, &p, mem, &made, &e)) {
		sbuf_addstr(out, e.msg);
	} else {
		o = pairing_to_json(k, &r, &made);
		json_write(o, out);
		json_object_put(o);
	}
	arena_reset(mem);
}

/* Whatever file of dishes it is: each of its lines is read as a recipe, its
 * cells and escaped line ends being lines of their own. */
static void assert_same_answers(const struct knowledge *a,
	const struct knowledge *b, const char *path, size_t at_least)
{
	struct sbuf one = SBUF_INIT(PAIRING_JSON_MAX),
		    two = SBUF_INIT(PAIRING_JSON_MAX), file, text;
	struct arena mem = ARENA_INIT;
	size_t paired = 0;
	char *line, *end, *at;

	read_file(path, &file);
	sbuf_init(&text, file.max);
	for (line = file.buf; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		sbuf_reset(&text);
		for (at = line; *at; at++)
			if (at[0] == '\\' && at[1] == 'n') {
				sbuf_addch(&text, '\n');
				at++;
			} else if (*at == '\t') {
				sbuf_addstr(&text, "\n\nIngredients\n");
			} else {
				sbuf_addch(&text, *at == '|' ? '\n' : *at);
			}
		answer(a, text.buf, &mem, &one);
		answer(b, text.buf, &mem, &two);
		assert_string_equal(one.buf, two.buf);
		paired += one.buf[0] == '{';
	}
	assert_true(paired >= at_least);
	sbuf_release(&file);
	sbuf_release(&text);
	sbuf_release(&one);
	sbuf_release(&two);
	arena_release(&mem);
}

/* All dishes of the fixtures, and of the shared cases when they are there. */
static void answers_are_the_same(void **state)
{
	const char *cases = shared_path("pairing/cases.jsonl");
	struct knowledge *text, *k;

	(void)state;
	copy(source_path("knowledge"));
	text = load(dir);
	save(text, image);
	k = load(dir);
	assert_true(k->from_image);
	assert_same_answers(
		text, k, source_path("tests/fixtures/dishes.tsv"), 200);
	if (cases)
		assert_same_answers(text, k, cases, 150);
	knowledge_free(text);
	knowledge_free(k);
}

/* What make put beside the tables, in the folder of the build. */
static void the_build_has_an_image(void **state)
{
	const char *build = getenv("top_builddir");
	struct knowledge *k, *text;
	char path[1024];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/share/winepair/knowledge",
		build ? build : ".");
	k = load(path);
	assert_true(k->from_image);
	text = load(source_path("knowledge"));
	assert_false(text->from_image);
	assert_same(k, text);
	knowledge_free(k);
	knowledge_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(with_an_image_all_is_the_same),
		TEST(answers_are_the_same),
		TEST(an_annex_is_kept),
		TEST(the_same_tables_make_the_same_image),
		TEST(a_changed_table_wins),
		TEST(a_changed_byte_is_seen),
		TEST(what_is_no_image_is_passed_over),
		TEST(an_image_of_another_program_is_passed_over),
		cmocka_unit_test(the_build_has_an_image),
	};

	return cmocka_run_group_tests_name(
		"knowledge-image", tests, NULL, NULL);
}
