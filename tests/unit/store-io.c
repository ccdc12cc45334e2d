/*
 * store/ on a disk that fails: a layer between SQLite and the system makes the
 * n-th write, sync, truncation or mapping fail, once or from then on, for
 * every n. What was acknowledged must be there afterwards, the file sound, and
 * the store of use again.
 */
#include "store-fixture.h"

/* SQLite has one set of methods for files with locks and one for those
 * without; they differ only in the locks and the shared memory. */
static struct {
	const sqlite3_io_methods *of;
	sqlite3_io_methods failing;
} sets[4];
static sqlite3_io_methods real;
static sqlite3_vfs layer;
static int (*real_open)(
	sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

static int calls;    /* since armed */
static int fail_at;  /* 0: never */
static int for_ever; /* and all calls after it */
static int fail_code;

static int fails(void)
{
	calls++;
	return fail_at && (calls == fail_at || (for_ever && calls > fail_at));
}

static int write_or_fail(
	sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
	return fails() ? fail_code : real.xWrite(file, data, n, at);
}

static int sync_or_fail(sqlite3_file *file, int flags)
{
	return fails() ? SQLITE_IOERR_FSYNC : real.xSync(file, flags);
}

static int truncate_or_fail(sqlite3_file *file, sqlite3_int64 size)
{
	return fails() ? SQLITE_IOERR_TRUNCATE : real.xTruncate(file, size);
}

static int map_or_fail(
	sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return fails() ? SQLITE_IOERR_SHMMAP
		       : real.xShmMap(file, page, size, extend, out);
}

static int open_layered(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
	int flags, int *out)
{
	int rc = real_open(vfs, name, file, flags, out);
	size_t i = 0;

	if (rc != SQLITE_OK || !file->pMethods)
		return rc;
	while (sets[i].of && sets[i].of != file->pMethods)
		i++;
	assert_true(i < ARRAY_LEN(sets) - 1);
	if (!sets[i].of) {
		sets[i].of = file->pMethods;
		sets[i].failing = *file->pMethods;
		real.xWrite = file->pMethods->xWrite;
		real.xSync = file->pMethods->xSync;
		real.xTruncate = file->pMethods->xTruncate;
		sets[i].failing.xWrite = write_or_fail;
		sets[i].failing.xSync = sync_or_fail;
		sets[i].failing.xTruncate = truncate_or_fail;
		if (file->pMethods->xShmMap) {
			real.xShmMap = file->pMethods->xShmMap;
			sets[i].failing.xShmMap = map_or_fail;
		}
	}
	file->pMethods = &sets[i].failing;
	return rc;
}

static int install(void **state)
{
	(void)state;
	layer = *sqlite3_vfs_find(NULL);
	layer.zName = "failing";
	layer.pNext = NULL;
	real_open = layer.xOpen;
	layer.xOpen = open_layered;
	return sqlite3_vfs_register(&layer, 1);
}

static void arm(int at, int ever, int code)
{
	calls = 0;
	fail_at = at;
	for_ever = ever;
	fail_code = code;
}

/* ---- the work ---- */

struct promises {
	char ids[8][ID_LEN + 1];
	int n;
};

static void promise(struct promises *p, const char *id)
{
	(void)snprintf(p->ids[p->n++], ID_LEN + 1, "%s", id);
}

/* A refusal must be one that a person may try again after. */
static void refused(struct fixture *f)
{
	if (err_status(f->e.reason) != 503)
		fail_msg("%s: %s", err_key(f->e.reason), f->e.msg);
}

/* A text, a link from the queue to its pairing, a checkpoint. How many of the
 * steps were refused. */
static int work(struct fixture *f, struct store *s, struct promises *p)
{
	struct pairing_new a = sample(f, 1), b = sample(f, 2);
	struct store_key key = a_key("k", "r");
	struct pairing_row row;
	char id[ID_LEN + 1];
	struct job j;
	int bad = 0;

	if (store_pairing_save(s, &a, &key, &f->mem, &row, &f->e) == 0)
		promise(p, row.id);
	else
		bad++, refused(f);
	if (queue_url(s, "http://x/", "{}", "e", 9, NULL, id, &f->e) == 0)
		promise(p, id);
	else
		bad++, refused(f);
	if (store_job_claim(s, "r", &f->mem, &j, &f->e) == 0) {
		if (store_job_finish(s, &j, &b, &f->e))
			bad++, refused(f);
	} else if (f->e.reason != REASON_NOT_FOUND) {
		bad++, refused(f);
	}
	if (store_checkpoint(s, &f->e))
		bad++, refused(f);
	return bad;
}

static void all_kept(struct fixture *f, const struct promises *p)
{
	struct store *s = second_handle(f);
	struct pairing_row row;
	int i;

	for (i = 0; i < p->n; i++)
		if (store_pairing_get(s, p->ids[i], &f->mem, &row, &f->e))
			fail_msg("call %d: lost %s: %s", fail_at, p->ids[i],
				f->e.msg);
	store_close(s);
	assert_sound(f);
}

static void start_over(struct fixture *f)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	size_t i;

	store_close(f->store);
	f->store = NULL;
	for (i = 0; i < ARRAY_LEN(suffixes); i++)
		(void)unlink(
			arena_printf(&f->mem, "%s%s", f->path, suffixes[i]));
	if (fixture_migrate(f))
		fail_msg("%s", f->e.msg);
	f->store = second_handle(f);
	arena_reset(&f->mem);
}

static void every_call(struct fixture *f, int ever, int code)
{
	int n, last = 0;

	for (n = 1; n < 500 && !last; n++) {
		struct promises p = { .n = 0 };
		int bad;

		start_over(f);
		arm(n, ever, code);
		bad = work(f, f->store, &p);
		last = calls < n; /* it never came to that call */
		if (last)
			assert_int_equal(bad, 0);
		arm(0, 0, 0);
		all_kept(f, &p);
		/* the same handle is of use again */
		if (store_job_release(f->store, "r", &f->e) ||
			work(f, f->store, &p))
			fail_msg("call %d: %s", n, f->e.msg);
		all_kept(f, &p);
	}
	assert_true(last && n > 20);
}

static void an_error_once(void **state)
{
	every_call(*state, 0, SQLITE_IOERR_WRITE);
}

static void errors_from_then_on(void **state)
{
	every_call(*state, 1, SQLITE_IOERR_WRITE);
}

static void a_full_disk_once(void **state)
{
	every_call(*state, 0, SQLITE_FULL);
}

static void a_full_disk_from_then_on(void **state)
{
	every_call(*state, 1, SQLITE_FULL);
}

/* Migrating on a disk that fails leaves a file that can be migrated. */
static void migrating(void **state)
{
	struct fixture *f = *state;
	int n, last = 0;

	for (n = 1; n < 500 && !last; n++) {
		static const char *const suffixes[] = { "", "-wal", "-shm" };
		size_t i;
		int rc;

		for (i = 0; i < ARRAY_LEN(suffixes); i++)
			(void)unlink(arena_printf(
				&f->mem, "%s%s", f->path, suffixes[i]));
		arm(n, n % 2, SQLITE_FULL);
		rc = fixture_migrate(f);
		last = calls < n;
		arm(0, 0, 0);
		if (rc)
			refused(f);
		else
			assert_int_equal(ask_number(f, "SELECT count(*) FROM"
						       " migration"),
				STORE_SCHEMA);
		if (fixture_migrate(f))
			fail_msg("call %d: %s", n, f->e.msg);
		assert_sound(f);
	}
	assert_true(last && n > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPEN(an_error_once),
		OPEN(errors_from_then_on),
		OPEN(a_full_disk_once),
		OPEN(a_full_disk_from_then_on),
		BARE(migrating),
	};

	return cmocka_run_group_tests(tests, install, NULL);
}
