#include "test.h"

#include "ledger_fixture.h"

#define APP 0x54455354

static bool make_one(struct db *d, struct err *e)
{
	return db_exec(d, "CREATE TABLE one(v INTEGER); INSERT INTO one VALUES(41)", e);
}

static bool make_two(struct db *d, struct err *e)
{
	return db_exec(d, "ALTER TABLE one ADD COLUMN w INTEGER; UPDATE one SET w=v+1", e);
}

static bool fail_midway(struct db *d, struct err *e)
{
	return db_exec(d, "CREATE TABLE half(v INTEGER)", e) && db_exec(d, "SELECT nothing FROM nowhere", e);
}

static db_step_fn *const steps[] = {make_one, make_two};
static db_step_fn *const bad_steps[] = {make_one, fail_midway};

static void migrate(const char *path, db_step_fn *const *to, int n, bool expected)
{
	struct err e = {0};
	struct db d;

	if (!db_open(&d, "test", path, DB_WRITE, &e))
		fail_msg("%s", e.msg);
	if (db_migrate(&d, APP, to, n, &e) != expected)
		fail_msg("to version %d: %s", n, e.msg);
	db_close(&d);
}

static void zeroed_storage_closes(void **state)
{
	struct db d = {0};

	(void)state;
	db_close(&d);
	assert_null(d.h);
}

static void new_file_is_private(void **state)
{
	const char *path = test_path(test_dir(), "x.db");
	mode_t old = umask(0);
	struct stat st;

	(void)state;
	migrate(path, steps, 1, true);
	umask(old);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(raw_number(path, "PRAGMA user_version"), 1);
	assert_int_equal(raw_number(path, "PRAGMA application_id"), APP);
}

static void open_refuses_what_is_not_a_private_file(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "x.db"), *link = test_path(dir, "link.db");
	struct err e = {0};
	struct db d;

	(void)state;
	migrate(path, steps, 1, true);
	assert_int_equal(symlink(path, link), 0);
	assert_false(db_open(&d, "test", link, DB_WRITE, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(mkfifo(test_path(dir, "pipe.db"), 0600), 0);
	assert_false(db_open(&d, "test", test_path(dir, "pipe.db"), DB_WRITE, &e));
	assert_int_equal(chmod(path, 0644), 0);
	assert_false(db_open(&d, "test", path, DB_WRITE, &e));
	assert_non_null(strstr(e.msg, "chmod 600"));
	assert_int_equal(chmod(path, 0600), 0);
	/* a side file that somebody else could have planted */
	assert_int_equal(symlink("/etc/passwd", test_path(dir, "x.db-journal")), 0);
	assert_false(db_open(&d, "test", path, DB_WRITE, &e));
	assert_non_null(strstr(e.msg, "x.db-journal"));
}

/* NOFOLLOW is about the file: a home directory behind a link must work. */
static void directory_may_be_a_link(void **state)
{
	const char *dir = test_dir(), *link = test_path(test_dir(), "home");

	(void)state;
	assert_int_equal(symlink(dir, link), 0);
	migrate(test_path(link, "x.db"), steps, 1, true);
	assert_int_equal(access(test_path(dir, "x.db"), F_OK), 0);
}

static void migrates_forward_after_a_backup(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "x.db"), *backup = test_path(dir, "x.db.v1-backup");
	struct stat st;

	(void)state;
	migrate(path, steps, 1, true);
	assert_int_not_equal(access(backup, F_OK), 0);
	migrate(path, steps, 2, true);
	assert_int_equal(raw_number(path, "SELECT w FROM one"), 42);
	assert_int_equal(raw_number(path, "PRAGMA user_version"), 2);
	assert_int_equal(raw_number(backup, "SELECT v FROM one"), 41);
	assert_int_equal(raw_number(backup, "PRAGMA user_version"), 1);
	assert_int_equal(stat(backup, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	migrate(path, steps, 2, true);
	assert_int_equal(raw_number(path, "SELECT w FROM one"), 42);
}

static void from_nothing_takes_every_step_and_no_backup(void **state)
{
	const char *dir = test_dir(), *path = test_path(dir, "x.db");

	(void)state;
	migrate(path, steps, 2, true);
	assert_int_equal(raw_number(path, "SELECT w FROM one"), 42);
	assert_int_not_equal(access(test_path(dir, "x.db.v0-backup"), F_OK), 0);
}

static void failed_step_leaves_the_old_version(void **state)
{
	const char *path = test_path(test_dir(), "x.db");

	(void)state;
	migrate(path, steps, 1, true);
	migrate(path, bad_steps, 2, false);
	assert_int_equal(raw_number(path, "PRAGMA user_version"), 1);
	assert_int_equal(raw_number(path, "SELECT count(*) FROM sqlite_schema"), 1);
	assert_int_equal(raw_number(path, "SELECT v FROM one"), 41);
}

static void newer_and_foreign_are_left_alone(void **state)
{
	static const struct { const char *name, *sql, *says; } cases[] = {
		{"newer", "PRAGMA user_version=3", "upgrade numdesk"},
		{"another program's", "PRAGMA application_id=7", "not a numdesk"},
		{"no application's", "PRAGMA application_id=0", "not a numdesk"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = test_path(test_dir(), "x.db");
		struct err e = {0};
		struct db d;

		migrate(path, steps, 2, true);
		assert_int_equal(raw_sql(path, cases[i].sql), SQLITE_OK);
		assert_true(db_open(&d, "test", path, DB_WRITE, &e));
		if (db_migrate(&d, APP, steps, 2, &e) || e.kind != ERR_CONFIG || !strstr(e.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].name, e.msg);
		db_close(&d);
		assert_int_equal(raw_number(path, "SELECT w FROM one"), 42);
	}
}

static void settings_are_in_force(void **state)
{
	const char *path = test_path(test_dir(), "x.db");
	struct err e = {0};
	struct db d;
	int on = 0;

	(void)state;
	assert_true(db_open(&d, "test", path, DB_WRITE, &e));
	assert_int_equal(db_number(&d, "PRAGMA foreign_keys", -1), 1);
	assert_int_equal(db_number(&d, "PRAGMA trusted_schema", -1), 0);
	assert_int_equal(db_number(&d, "PRAGMA cell_size_check", -1), 1);
	/* 0, or no row at all when SQLite was built without memory maps */
	assert_int_equal(db_number(&d, "PRAGMA mmap_size", 0), 0);
	sqlite3_db_config(d.h, SQLITE_DBCONFIG_DEFENSIVE, -1, &on);
	assert_int_equal(on, 1);
	db_close(&d);
}

static void busy_is_told_after_a_wait(void **state)
{
	const char *path = test_path(test_dir(), "x.db");
	struct db a, b;
	struct err e = {0};

	(void)state;
	migrate(path, steps, 1, true);
	assert_true(db_open(&a, "test", path, DB_WRITE, &e) && db_open(&b, "test", path, DB_WRITE, &e));
	sqlite3_busy_timeout(b.h, 10);
	assert_true(db_begin(&a, &e));
	assert_false(db_begin(&b, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_non_null(strstr(e.msg, "another session"));
	assert_false(b.failed);
	assert_true(db_commit(&a, &e));
	assert_true(db_begin(&b, &e));
	db_rollback(&b);
	db_close(&a);
	db_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_storage_closes),
		cmocka_unit_test(new_file_is_private),
		cmocka_unit_test(open_refuses_what_is_not_a_private_file),
		cmocka_unit_test(directory_may_be_a_link),
		cmocka_unit_test(migrates_forward_after_a_backup),
		cmocka_unit_test(from_nothing_takes_every_step_and_no_backup),
		cmocka_unit_test(failed_step_leaves_the_old_version),
		cmocka_unit_test(newer_and_foreign_are_left_alone),
		cmocka_unit_test(settings_are_in_force),
		cmocka_unit_test(busy_is_told_after_a_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
