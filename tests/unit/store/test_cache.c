#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "cache_fixture.h"
#include "numdesk/util/file.h"

static void close_takes_null(void **state)
{
	(void)state;
	cache_close(NULL);
}

static void new_cache_is_private_and_empty(void **state)
{
	struct cache_summary sum;
	struct cache_report report;
	struct number n;
	struct shelf s;
	struct stat st;

	(void)state;
	shelf_init(&s);
	assert_int_equal(stat(s.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 0);
	assert_int_equal(count_ids(&s, NULL, true), 0);
	assert_true(cache_summary(s.c, ACCOUNT_A, &sum, &s.e));
	assert_int_equal(sum.numbers, 0);
	assert_int_equal(sum.monthly, 0);
	assert_false(cache_last_report(s.c, ACCOUNT_A, &report));
	assert_false(cache_find(s.c, ACCOUNT_A, "+15550000001", &n, NULL, &s.a, &s.e));
	assert_int_equal(s.e.kind, ERR_NOT_FOUND);
	assert_int_equal(db_number(&s.c->db, "PRAGMA synchronous", -1), 1);
	assert_int_equal(db_number(&s.c->db, "PRAGMA mmap_size", 0), 0);
	shelf_release(&s);
	/* closing leaves no log behind */
	assert_int_not_equal(access(test_path(s.dir, "cache.db-wal"), F_OK), 0);
}

static void missing_file_is_made_for_readers_too(void **state)
{
	struct shelf s;

	(void)state;
	shelf_init(&s);
	shelf_release(&s);
	assert_int_equal(unlink(s.path), 0);
	shelf_open(&s, CACHE_READ);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 0);
	assert_false(cache_mark_gone(s.c, ACCOUNT_A, "PN", 1, &s.e));
	assert_non_null(strstr(s.e.msg, "opened for reading"));
	assert_int_not_equal(sqlite3_exec(s.c->db.h, "DELETE FROM numbers", NULL, NULL, NULL), SQLITE_OK);
	shelf_release(&s);
}

/* --- files that are not ours ------------------------------------------------------------------------------------- */

static int count_files(const char *dir, const char *part)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *f; (f = readdir(d));)
		n += strstr(f->d_name, part) != NULL;
	closedir(d);
	return n;
}

static void write_at(const char *path, off_t at, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
	close(fd);
}

static void raw(const char *path, const char *sql)
{
	sqlite3 *h = NULL;

	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_exec(h, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(h);
}

static void bad_files_are_put_aside(void **state)
{
	static const struct { const char *name; off_t at; const char *garbage, *sql; bool renamed; } cases[] = {
		{"garbage in the header", 0, "no database at all, only some words that are long enough", NULL, true},
		{"garbage in a page", 4096, "no page of a table", NULL, true},
		{"garbage in the schema", 110, "no schema, to be sure; no schema, to be sure", NULL, true},
		{"another program's", -1, NULL, "PRAGMA application_id=7", true},
		{"nobody's", -1, NULL, "PRAGMA application_id=0", true},
		{"another version's", -1, NULL, "PRAGMA user_version=1", false},
		{"ours", -1, NULL, NULL, false},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (int mode = 0; mode < 2; mode++) {
			const bool kept = !cases[i].garbage && !cases[i].sql;
			bool renamed = false;
			struct shelf s;

			shelf_init(&s);
			whole_pass(&s, ACCOUNT_A, 0, 20, 1000);
			shelf_release(&s);
			if (cases[i].garbage)
				write_at(s.path, cases[i].at, cases[i].garbage);
			if (cases[i].sql)
				raw(s.path, cases[i].sql);
			if (!cache_open(&s.c, s.path, mode ? CACHE_WRITE : CACHE_READ, &renamed, &s.e))
				fail_msg("%s: %s", cases[i].name, s.e.msg);
			if (renamed != cases[i].renamed || count_files(s.dir, ".damaged-") != cases[i].renamed)
				fail_msg("%s: renamed %d", cases[i].name, renamed);
			assert_int_equal(count_ids(&s, ACCOUNT_A, true), kept ? 20 : 0);
			shelf_release(&s);
		}
}

static void empty_file_becomes_a_cache(void **state)
{
	bool renamed = true;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	shelf_release(&s);
	assert_int_equal(truncate(s.path, 0), 0);
	assert_true(cache_open(&s.c, s.path, CACHE_READ, &renamed, &s.e));
	assert_false(renamed);
	shelf_release(&s);
}

static void wrong_modes_are_refused_not_renamed(void **state)
{
	struct shelf s;

	(void)state;
	shelf_init(&s);
	shelf_release(&s);
	assert_int_equal(chmod(s.path, 0644), 0);
	assert_false(cache_open(&s.c, s.path, CACHE_WRITE, NULL, &s.e));
	assert_int_equal(s.e.kind, ERR_CONFIG);
	assert_non_null(strstr(s.e.msg, "chmod 600"));
	assert_int_equal(count_files(s.dir, ".damaged-"), 0);
}

/* Damage met while reading: the file is put aside when it is closed, and the next opening starts anew. */
static void damage_found_later_is_put_aside_at_close(void **state)
{
	struct cache_view v = {.account_sid = ACCOUNT_A, .sort = COL_STATUS};
	struct id_list l = {0};
	struct shelf s;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 500, 1000);
	shelf_release(&s);
	shelf_open(&s, CACHE_READ);
	for (off_t page = 20; page < 60; page++)
		write_at(s.path, page * 4096, "nothing that a table page begins with");
	sqlite3_db_release_memory(s.c->db.h);   /* the check at opening has read every page */
	assert_false(cache_ids(s.c, &v, take_ids, &l, &s.e));
	assert_int_equal(s.e.kind, ERR_DAMAGED);
	shelf_release(&s);
	assert_int_equal(count_files(s.dir, ".damaged-"), 1);
	shelf_open(&s, CACHE_WRITE);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 0);
	shelf_release(&s);
}

static void read_unwritable(struct shelf *s)
{
	const uid_t nobody = 65534;
	char lock[600];

	snprintf(lock, sizeof lock, "%s.lock", s->path);
	if (geteuid() == 0 && (chown(s->dir, nobody, nobody) < 0 || chown(s->path, nobody, nobody) < 0 ||
			       chown(lock, nobody, nobody) < 0 || setresuid(nobody, nobody, nobody) < 0))
		_exit(1);
	if (chmod(s->dir, 0500) < 0)
		_exit(2);
	if (!cache_open(&s->c, s->path, CACHE_READ, NULL, &s->e))
		_exit(3);
	if (count_ids(s, ACCOUNT_A, false) != 20)
		_exit(4);
	cache_close(s->c);
	snprintf(s->path, sizeof s->path, "%s/missing?#%%.db", s->dir);
	if (!cache_open(&s->c, s->path, CACHE_READ, NULL, &s->e) || count_ids(s, ACCOUNT_A, false) != 0)
		_exit(5);
	_exit(0);
}

static void unwritable_directory_is_read_as_it_is(void **state)
{
	struct shelf s;
	int status;
	pid_t pid;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 20, 1000);
	shelf_release(&s);
	pid = fork();
	if (pid == 0)
		read_unwritable(&s);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(chmod(s.dir, 0700), 0);
}

/* --- sharing ----------------------------------------------------------------------------------------------------- */

static void version_changes_with_every_commit(void **state)
{
	struct cache *reader = NULL;
	struct shelf s;
	int64_t own, others;

	(void)state;
	shelf_init(&s);
	assert_true(cache_open(&reader, s.path, CACHE_READ, NULL, &s.e));
	own = cache_version(s.c);
	others = cache_version(reader);
	assert_int_equal(cache_version(reader), others);
	whole_pass(&s, ACCOUNT_A, 0, 3, 1000);
	assert_int_not_equal(cache_version(s.c), own);
	assert_int_not_equal(cache_version(reader), others);
	others = cache_version(reader);
	assert_int_equal(cache_version(reader), others);
	cache_close(reader);
	shelf_release(&s);
}

static void reader_sees_a_pass_page_by_page(void **state)
{
	struct cache_sync sync;
	struct cache *writer;
	struct number n;
	struct shelf s;

	(void)state;
	shelf_init(&s);
	writer = s.c;
	shelf_open(&s, CACHE_READ);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	assert_true(cache_sync_begin(writer, ACCOUNT_A, 1000, false, 0, &sync, &s.e));
	assert_true(cache_sync_page(writer, &sync, &n, 1, "/next", 1001, &s.e));
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 1);
	cache_close(writer);
	shelf_release(&s);
}

/* The lock is held for a transaction, never for a pass. */
static void lock_is_free_between_pages(void **state)
{
	struct cache_sync sync;
	struct number n;
	struct shelf s;
	char lock[600];

	(void)state;
	shelf_init(&s);
	snprintf(lock, sizeof lock, "%s.lock", s.path);
	n = sample_number(ACCOUNT_A, 1, &s.a);
	assert_true(cache_sync_begin(s.c, ACCOUNT_A, 1000, false, 0, &sync, &s.e));
	assert_false(file_lock_is_held(lock));
	assert_true(cache_sync_page(s.c, &sync, &n, 1, "/next", 1001, &s.e));
	assert_false(file_lock_is_held(lock));
	assert_true(cache_begin(s.c, &s.e));
	assert_true(file_lock_is_held(lock));
	assert_false(cache_finish(s.c, false, &s.e));
	assert_false(file_lock_is_held(lock));
	shelf_release(&s);
}

static void write_many(struct shelf *s, uint64_t from)
{
	if (!cache_open(&s->c, s->path, CACHE_WRITE, NULL, &s->e))
		_exit(1);
	for (uint64_t i = 0; i < 40; i++) {
		struct number n = sample_number(ACCOUNT_A, from + i, &s->a);

		if (!cache_put(s->c, &n, 1000, &s->e))
			_exit(2);
	}
	cache_close(s->c);
	_exit(0);
}

static void three_writers_lose_nothing(void **state)
{
	pid_t pid[3];
	struct shelf s;
	int status;

	(void)state;
	shelf_init(&s);
	shelf_release(&s);
	for (unsigned i = 0; i < 3; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			write_many(&s, 1000 * (uint64_t)i);
	}
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	shelf_open(&s, CACHE_READ);
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 120);
	assert_int_equal(
		db_number(&s.c->db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check<>'ok'", -1), 0);
	shelf_release(&s);
}

static bool interrupt_it(void *ctx, const uint32_t *ids, size_t n)
{
	(void)ids, (void)n;
	cache_interrupt(ctx);
	return true;
}

static bool stop_it(void *ctx, const uint32_t *ids, size_t n)
{
	(void)ids;
	*(size_t *)ctx += n;
	return false;
}

static void long_statement_can_be_stopped(void **state)
{
	struct cache_view v = {.account_sid = ACCOUNT_A, .sort = COL_PHONE_NUMBER};
	struct shelf s;
	size_t n = 0;

	(void)state;
	shelf_init(&s);
	whole_pass(&s, ACCOUNT_A, 0, 2000, 1000);
	assert_false(cache_ids(s.c, &v, interrupt_it, s.c, &s.e));
	assert_int_equal(s.e.kind, ERR_STOPPED);
	assert_true(cache_ids(s.c, &v, stop_it, &n, &s.e));
	assert_int_equal(n, 256);
	assert_int_equal(count_ids(&s, ACCOUNT_A, false), 2000);
	shelf_release(&s);
}

static void fill_the_disk(struct shelf *s)
{
	struct rlimit small = {.rlim_cur = 64 * 1024, .rlim_max = RLIM_INFINITY};
	struct cache_sync sync;
	struct number rows[500];

	signal(SIGXFSZ, SIG_IGN);
	if (!cache_open(&s->c, s->path, CACHE_WRITE, NULL, &s->e) ||
	    !cache_sync_begin(s->c, ACCOUNT_A, 1000, false, 0, &sync, &s->e))
		_exit(1);
	setrlimit(RLIMIT_FSIZE, &small);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		rows[i] = sample_number(ACCOUNT_A, i, &s->a);
	if (cache_sync_page(s->c, &sync, rows, ARRAY_LEN(rows), "/next", 1001, &s->e) || s->e.kind != ERR_IO)
		_exit(2);
	if (sync.pages != 0 || sync.rows != 0)
		_exit(3);
	/* room again: a copy of what Twilio tells may simply be tried once more */
	small.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &small);
	_exit(cache_sync_page(s->c, &sync, rows, 10, "", 1002, &s->e) && sync.rows == 10 ? 0 : 4);
}

static void full_disk_stores_no_half_page(void **state)
{
	struct shelf s;
	int status;
	pid_t pid;

	(void)state;
	shelf_init(&s);
	shelf_release(&s);
	pid = fork();
	if (pid == 0)
		fill_the_disk(&s);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	shelf_open(&s, CACHE_WRITE);
	assert_int_equal(count_ids(&s, ACCOUNT_A, true), 10);
	shelf_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(close_takes_null),
		cmocka_unit_test(new_cache_is_private_and_empty),
		cmocka_unit_test(missing_file_is_made_for_readers_too),
		cmocka_unit_test(bad_files_are_put_aside),
		cmocka_unit_test(empty_file_becomes_a_cache),
		cmocka_unit_test(wrong_modes_are_refused_not_renamed),
		cmocka_unit_test(damage_found_later_is_put_aside_at_close),
		cmocka_unit_test(unwritable_directory_is_read_as_it_is),
		cmocka_unit_test(version_changes_with_every_commit),
		cmocka_unit_test(reader_sees_a_pass_page_by_page),
		cmocka_unit_test(lock_is_free_between_pages),
		cmocka_unit_test(three_writers_lose_nothing),
		cmocka_unit_test(long_statement_can_be_stopped),
		cmocka_unit_test(full_disk_stores_no_half_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
