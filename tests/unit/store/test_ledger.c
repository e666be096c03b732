#include "test.h"

#include <fcntl.h>

#include "ledger_fixture.h"
#include "numdesk/util/file.h"

/* --- opening ----------------------------------------------------------------------------------------------------- */

static void close_takes_null(void **state)
{
	(void)state;
	ledger_close(NULL);
}

static void new_ledger_is_private_and_empty(void **state)
{
	struct ledger_filter all = {0};
	struct desk d;
	uint8_t hash[32];
	struct stat st;
	int64_t seq = 7;

	(void)state;
	desk_init(&d);
	assert_int_equal(stat(d.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(d.sessions, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(ledger_open_count(d.l, NULL), 0);
	assert_true(ledger_each(d.l, &all, NULL, NULL, &d.e));
	assert_true(ledger_head(d.l, &seq, hash, &d.e));
	assert_int_equal(seq, 0);
	assert_true(ledger_verify(d.l, 0, NULL, &d.e));
	assert_false(ledger_failed(d.l, &d.e));
	assert_int_equal(raw_number(d.path, "PRAGMA application_id"), LEDGER_APPLICATION_ID);
	assert_int_equal(db_number(&d.l->db, "PRAGMA synchronous", -1), 3);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode='delete'"), 1);
	desk_release(&d);
}

static void refusals_leave_the_file_alone(void **state)
{
	static const struct { const char *name, *sql, *says; enum err_kind kind; } cases[] = {
		{"newer", "PRAGMA user_version=99", "upgrade numdesk", ERR_CONFIG},
		{"another program's", "PRAGMA application_id=7", "not a numdesk ledger", ERR_CONFIG},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (int asked = 0; asked < 2; asked++) {
			bool read_only = asked;
			struct desk d;

			desk_init(&d);
			desk_release(&d);
			assert_int_equal(raw_sql(d.path, cases[i].sql), SQLITE_OK);
			if (desk_open(&d, &read_only) || d.e.kind != cases[i].kind || !strstr(d.e.msg, cases[i].says))
				fail_msg("%s: %s", cases[i].name, d.e.msg);
			assert_int_equal(
				raw_number(d.path, "SELECT count(*) FROM sqlite_schema WHERE name='operation'"), 1);
		}
}

static void overwrite(const char *path, off_t at, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	close(fd);
}

static void damage_is_refused_with_the_way_out(void **state)
{
	static const char garbage[] = "this is not what a page of a database looks like, not at all";
	static const struct {
		const char *name;
		off_t at;
	} cases[] = {{"header", 0}, {"page 2", 4096}, {"page 5", 4 * 4096}};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool read_only = false;
		struct desk d;

		desk_init(&d);
		planned(&d, OP_BUY, 1);
		desk_release(&d);
		overwrite(d.path, cases[i].at, garbage, sizeof garbage);
		if (desk_open(&d, &read_only) || d.e.kind != ERR_DAMAGED || !strstr(d.e.msg, "mv "))
			fail_msg("%s: kind %d: %s", cases[i].name, d.e.kind, d.e.msg);
		assert_int_equal(access(d.path, F_OK), 0);
	}
}

static void truncated_file_is_refused(void **state)
{
	bool read_only = false;
	struct desk d;

	(void)state;
	desk_init(&d);
	planned(&d, OP_BUY, 1);
	desk_release(&d);
	assert_int_equal(truncate(d.path, 3 * 4096 + 100), 0);
	assert_null(desk_open(&d, &read_only));
	assert_int_equal(d.e.kind, ERR_DAMAGED);
}

static void modes_are_checked(void **state)
{
	bool read_only = false;
	struct desk d;

	(void)state;
	desk_init(&d);
	desk_release(&d);
	assert_int_equal(chmod(d.path, 0640), 0);
	assert_null(desk_open(&d, &read_only));
	assert_int_equal(d.e.kind, ERR_CONFIG);
	assert_non_null(strstr(d.e.msg, "chmod 600"));
}

/* --- read-only --------------------------------------------------------------------------------------------------- */

static void read_only_reads_and_refuses(void **state)
{
	struct operation op = sample_op(OP_BUY, 2);
	struct op_outcome o = {.state = OP_CANCELLED};
	bool read_only = true;
	struct desk d;
	int64_t id, again;
	size_t n;

	(void)state;
	desk_init(&d);
	id = planned(&d, OP_BUY, 1);
	desk_release(&d);
	d.l = desk_open(&d, &read_only);
	assert_non_null(d.l);
	assert_int_equal(state_of(&d, id), OP_PLANNED);
	assert_true(ledger_verify(d.l, 0, NULL, &d.e));
	assert_false(ledger_plan(d.l, &op, 1, "cli", NULL, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	assert_false(ledger_arm(d.l, id, &d.e));
	assert_false(ledger_settle(d.l, id, &o, &d.e));
	assert_false(ledger_again(d.l, id, &again, &d.e));
	assert_false(ledger_recover(d.l, &n, &d.e));
	assert_false(ledger_set_primary(d.l, ACCOUNT_A, "+15550000001", &d.e));
	assert_false(ledger_fact_set(d.l, "k", "v", &d.e));
	assert_int_equal(sqlite3_db_readonly(d.l->db.h, "main"), 1);
	desk_release(&d);
}

static void read_only_without_a_file_is_empty_and_makes_none(void **state)
{
	bool read_only = true;
	struct desk d;

	(void)state;
	desk_init(&d);
	desk_release(&d);
	assert_int_equal(unlink(d.path), 0);
	d.l = desk_open(&d, &read_only);
	assert_non_null(d.l);
	assert_int_equal(ledger_open_count(d.l, NULL), 0);
	assert_int_not_equal(access(d.path, F_OK), 0);
	desk_release(&d);
}

/* Nothing is unwritable for root, so become somebody else first. */
static void open_in_unwritable(void *ctx)
{
	const uid_t nobody = 65534;
	struct desk *d = ctx;
	bool read_only = false;

	if (geteuid() == 0 && (chown(d->dir, nobody, nobody) < 0 || chown(d->path, nobody, nobody) < 0 ||
			       setresuid(nobody, nobody, nobody) < 0))
		_exit(1);
	if (chmod(d->dir, 0500) < 0)
		_exit(2);
	d->l = desk_open(d, &read_only);
	if (!d->l || !read_only || ledger_open_count(d->l, NULL) != 1)
		_exit(3);
	_exit(0);
}

static void unwritable_directory_means_read_only(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	planned(&d, OP_BUY, 1);
	desk_release(&d);
	assert_int_equal(child_status(in_child(open_in_unwritable, &d)), 0);
	assert_int_equal(chmod(d.dir, 0700), 0);
}

static void die_inside_a_commit(void *ctx)
{
	struct desk *d = ctx;
	bool read_only = false;

	d->l = desk_open(d, &read_only);
	/* small cache: the changed pages go to the file, guarded by the journal, before the commit */
	if (!d->l || !db_exec(&d->l->db, "PRAGMA cache_size=1; PRAGMA cache_spill=1", &d->e) ||
	    !db_begin(&d->l->db, &d->e) ||
	    !db_exec(&d->l->db,
		     "WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM c WHERE i<2000)"
		     " INSERT INTO fact SELECT 'key'||i, 'half' FROM c",
		     &d->e))
		_exit(1);
	_exit(0);
}

/* What a crash left half done is undone first, also when nothing may be changed afterwards. */
static void hot_journal_is_rolled_back_for_readers_too(void **state)
{
	bool read_only = true;
	char journal[600], value[8];
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(ledger_fact_set(d.l, "key1", "whole", &d.e));
	desk_release(&d);
	assert_int_equal(child_status(in_child(die_inside_a_commit, &d)), 0);
	snprintf(journal, sizeof journal, "%s-journal", d.path);
	assert_int_equal(access(journal, F_OK), 0);
	d.l = desk_open(&d, &read_only);
	if (!d.l)
		fail_msg("%s", d.e.msg);
	assert_true(ledger_fact(d.l, "key1", value, sizeof value));
	assert_string_equal(value, "whole");
	assert_false(ledger_fact(d.l, "key2", value, sizeof value));
	desk_release(&d);
}

/* --- disk full --------------------------------------------------------------------------------------------------- */

static void fill_the_disk(void *ctx)
{
	struct rlimit small = {.rlim_cur = 0, .rlim_max = RLIM_INFINITY}, large = {RLIM_INFINITY, RLIM_INFINITY};
	struct operation ops[200];
	struct desk *d = ctx;
	bool read_only = false;
	struct err e = {0};
	struct stat st;
	int64_t id;

	d->l = desk_open(d, &read_only);
	if (!d->l)
		_exit(1);
	id = planned(d, OP_RELEASE, 9999);
	stat(d->path, &st);
	signal(SIGXFSZ, SIG_IGN);
	small.rlim_cur = (rlim_t)st.st_size;
	setrlimit(RLIMIT_FSIZE, &small);
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		ops[i] = sample_op(OP_BUY, i);
	if (ledger_plan(d->l, ops, ARRAY_LEN(ops), "cli", NULL, &e))
		_exit(2);
	if (e.kind != ERR_IO || !ledger_failed(d->l, &e) || ops[0].id != 0)
		_exit(3);
	/* room again: still refused, for a commit that failed may not be trusted twice */
	setrlimit(RLIMIT_FSIZE, &large);
	if (ledger_plan(d->l, ops, 1, "cli", NULL, &e) || ledger_arm(d->l, id, &e) || !ledger_failed(d->l, NULL))
		_exit(4);
	if (ledger_open_count(d->l, NULL) != 1)
		_exit(5);
	_exit(0);
}

static void full_disk_stores_nothing_and_sticks(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	desk_release(&d);
	assert_int_equal(child_status(in_child(fill_the_disk, &d)), 0);
	desk_reopen(&d);
	assert_int_equal(ledger_open_count(d.l, NULL), 1);
	assert_true(ledger_verify(d.l, 0, NULL, &d.e));
	desk_release(&d);
}

static void fill_before_arming(void *ctx)
{
	struct rlimit none = {.rlim_cur = 512, .rlim_max = RLIM_INFINITY};
	struct desk *d = ctx;
	bool read_only = false;
	struct err e = {0};
	int64_t id;

	d->l = desk_open(d, &read_only);
	if (!d->l)
		_exit(1);
	id = planned(d, OP_BUY, 1);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	if (ledger_arm(d->l, id, &e) || e.kind != ERR_IO || !ledger_failed(d->l, NULL))
		_exit(2);
	_exit(0);
}

static void full_disk_means_do_not_send(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	desk_release(&d);
	assert_int_equal(child_status(in_child(fill_before_arming, &d)), 0);
	desk_reopen(&d);
	desk_release(&d);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM operation WHERE state='planned' AND sends=0"), 1);
}

/* --- sessions ---------------------------------------------------------------------------------------------------- */

static void owner_names_boot_process_and_session(void **state)
{
	struct desk d;
	char path[700];

	(void)state;
	desk_init(&d);
	assert_int_equal(session_pid(ledger_owner(d.l)), getpid());
	assert_true(session_is_alive(d.l, ledger_owner(d.l)));
	snprintf(path, sizeof path, "%s%s", d.sessions, strrchr(ledger_owner(d.l), '/'));
	assert_true(file_lock_is_held(path));
	desk_release(&d);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void strange_owners_are_dead(void **state)
{
	static const char *const owners[] = {"", "x", "//", "boot/1/2/0123456789abcdef", "boot/1/2/../../etc/passwd",
		"boot/1/2/short", "unknown/1/2/0123456789abcdef"};
	struct desk d;

	(void)state;
	desk_init(&d);
	for (size_t i = 0; i < ARRAY_LEN(owners); i++)
		if (session_is_alive(d.l, owners[i]))
			fail_msg("'%s'", owners[i]);
	desk_release(&d);
}

/* Same process id, same session file, another boot: the machine was restarted. */
static void another_boot_is_dead_though_its_lock_is_held(void **state)
{
	char other[LEDGER_OWNER_SIZE], same[LEDGER_OWNER_SIZE];
	struct desk d, e;
	bool read_only = false;

	(void)state;
	desk_init(&d);
	e = d;
	e.l = desk_open(&e, &read_only);
	assert_non_null(e.l);
	snprintf(same, sizeof same, "%s", ledger_owner(d.l));
	assert_true(session_is_alive(e.l, same));
	snprintf(other, sizeof other, "00000000-0000-0000-0000-000000000000%s", strchr(same, '/'));
	assert_false(session_is_alive(e.l, other));
	desk_release(&e);
	desk_release(&d);
}

static void old_session_files_are_swept(void **state)
{
	struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	const char *old, *young;
	struct desk d;

	(void)state;
	desk_init(&d);
	old = test_path(d.sessions, "0123456789abcdef");
	young = test_path(d.sessions, "fedcba9876543210");
	close(open(old, O_CREAT | O_RDWR | O_CLOEXEC, 0600));
	close(open(young, O_CREAT | O_RDWR | O_CLOEXEC, 0600));
	assert_int_equal(utimensat(AT_FDCWD, old, past, 0), 0);
	desk_reopen(&d);
	assert_int_not_equal(access(old, F_OK), 0);
	assert_int_equal(access(young, F_OK), 0);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(close_takes_null),
		cmocka_unit_test(new_ledger_is_private_and_empty),
		cmocka_unit_test(refusals_leave_the_file_alone),
		cmocka_unit_test(damage_is_refused_with_the_way_out),
		cmocka_unit_test(truncated_file_is_refused),
		cmocka_unit_test(modes_are_checked),
		cmocka_unit_test(read_only_reads_and_refuses),
		cmocka_unit_test(read_only_without_a_file_is_empty_and_makes_none),
		cmocka_unit_test(unwritable_directory_means_read_only),
		cmocka_unit_test(hot_journal_is_rolled_back_for_readers_too),
		cmocka_unit_test(full_disk_stores_nothing_and_sticks),
		cmocka_unit_test(full_disk_means_do_not_send),
		cmocka_unit_test(owner_names_boot_process_and_session),
		cmocka_unit_test(strange_owners_are_dead),
		cmocka_unit_test(another_boot_is_dead_though_its_lock_is_held),
		cmocka_unit_test(old_session_files_are_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
