#include "test.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "fixture.h"

#include "disk_priv.h"
#include "keys_priv.h"
#include "vault_priv.h"

#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"

/* A save that fails or dies anywhere leaves a whole vault: the generation before it or the one after. */

struct place {
	const char *dir, *vault, *bak, *next, *next_bak;
};

static struct place make_place(void)
{
	const char *dir = test_dir();

	return (struct place){.dir = dir, .vault = test_path(dir, "vault"), .bak = test_path(dir, "vault.bak"),
			      .next = test_path(dir, "vault.new"), .next_bak = test_path(dir, "vault.bak.new")};
}

static int status_of(pid_t pid)
{
	int status = 0;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Profiles 0..n-1 must be there, and no other; the generation is 1 + saves. */
static void holds(const char *path, const char *pass, unsigned n, const char *name)
{
	struct vault *v = must_open(path, pass);

	if (vault_count(v) != n)
		fail_msg("%s: %zu profiles instead of %u", name, vault_count(v), n);
	for (unsigned i = 0; i < n; i++)
		if (!has_nth(v, i))
			fail_msg("%s: profile %u is gone", name, i);
	vault_close(v);
}

/* --- failures ----------------------------------------------------------------------------------------------------- */

struct fault {
	const char *name;
	long nr;                /* system call; -1: not on this architecture */
	int arg;                /* argument to look at, -1: any call */
	unsigned mask;          /* bits of it that must be set */
	int error;
	int outcome;            /* 0 refused, 1 saved, 51 saved with a doubt */
};

#ifdef SYS_rename
#define NR_RENAME SYS_rename
#define NR_LINK SYS_link
#define NR_UNLINK SYS_unlink
#else
#define NR_RENAME SYS_renameat
#define NR_LINK SYS_linkat
#define NR_UNLINK SYS_unlinkat
#endif

/* From now on this process's calls fail as told. */
static bool inject(const struct fault *f)
{
	const unsigned arg_at = offsetof(struct seccomp_data, args) + (f->arg > 0 ? (unsigned)f->arg : 0) * 8;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)f->nr, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arg_at),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, f->mask),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, f->mask, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)f->error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = {.len = ARRAY_LEN(code), .filter = code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}

enum { NO_INJECTION = 99 };

/* In a child: open, break, put profile n. Exit: 0, 1, 51 as in struct fault. */
static int put_with_fault(const struct place *p, unsigned n, const struct fault *f)
{
	struct vault *v = must_open(p->vault, PASS);
	struct err e = {0};

	if (!inject(f))
		return NO_INJECTION;
	if (!put_nth(v, n, &e))
		return 0;
	return e.code == 51 ? 51 : 1;
}

static void failing_calls(void **state)
{
	static const struct fault faults[] = {
		{"lock file cannot be made", SYS_openat, 2, O_CREAT, EROFS, 0},
		{"temporary cannot be made", SYS_openat, 2, O_EXCL, ENOSPC, 0},
		{"mode cannot be set", SYS_fchmod, -1, 0, EPERM, 0},
		{"disk full", SYS_write, -1, 0, ENOSPC, 0},
		{"write error", SYS_write, -1, 0, EIO, 0},
		{"sync fails", SYS_fsync, -1, 0, EIO, 0},
		{"close fails", SYS_close, -1, 0, EIO, 0},
		{"read back fails", SYS_read, -1, 0, EIO, 0},
		{"link fails", NR_LINK, -1, 0, EIO, 0},
		{"no hard links here", NR_LINK, -1, 0, EPERM, 1},
		{"rename fails", NR_RENAME, -1, 0, EIO, 0},
		{"unlink fails", NR_UNLINK, -1, 0, EACCES, 1},
		{"directory cannot be synced", SYS_openat, 2, O_DIRECTORY, EIO, 51},
		{"locks do not work", SYS_fcntl, 1, F_OFD_SETLK, ENOLCK, 0},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		const struct place p = make_place();
		const struct fault *f = &faults[i];
		int status;
		pid_t pid;

		vault_close(make_vault(p.vault, 3));
		pid = fork();
		if (pid == 0)
			_exit(put_with_fault(&p, 3, f));
		status = status_of(pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != f->outcome)
			fail_msg("%s: status %#x", f->name, status);
		holds(p.vault, PASS, f->outcome ? 4 : 3, f->name);
		holds(p.bak, PASS, f->outcome ? 3 : 2, f->name);
		struct vault *v = must_open(p.vault, PASS);
		struct err e = {0};

		if (!put_nth(v, f->outcome ? 4 : 3, &e))
			fail_msg("%s: the next save fails: %s", f->name, e.msg);
		vault_close(v);
		if (there(p.next) || there(p.next_bak))
			fail_msg("%s: leaves temporaries", f->name);
	}
}

static void doubt_is_worded(void **state)
{
	static const struct fault f = {"", SYS_openat, 2, O_DIRECTORY, EIO, 51};
	const struct place p = make_place();
	char want[1024];
	pid_t pid;
	(void)state;

	snprintf(want, sizeof want, "vault: saved, but the disk did not confirm (EIO); copy %s now", p.vault);
	vault_close(make_vault(p.vault, 1));
	pid = fork();
	if (pid == 0) {
		struct vault *v = must_open(p.vault, PASS);
		struct err e = {0};

		_exit(inject(&f) && put_nth(v, 1, &e) && e.code == 51 && strcmp(e.msg, want) == 0 ? 0 : 1);
	}
	assert_int_equal(status_of(pid), 0);
}

/* The temporary is read back before it takes the vault's place: here it cannot be what these keys authenticate. */
static void what_does_not_verify_stays_out(void **state)
{
	const struct place p = make_place();
	struct vault *v = make_vault(p.vault, 2);
	struct secret *other = vault_keys_new();
	int doubt = 0;
	struct err e = {0};
	(void)state;

	assert_false(vault_disk_write(p.vault, v->image.bytes, v->image.len, other, &doubt, &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(vault_disk_write(p.vault, v->image.bytes, v->image.len - 1, v->keys, &doubt, &e));
	assert_int_equal(e.code, 42);
	assert_false(there(p.next) || there(p.next_bak));
	secret_free(other);
	vault_close(v);
	holds(p.vault, PASS, 2, "as it was");
	holds(p.bak, PASS, 1, "backup as it was");
}

/* The limit cuts a write short, then refuses it; the signal it sends is ignored as the program does. */
static void file_size_limit(void **state)
{
	const struct place p = make_place();
	pid_t pid;
	(void)state;

	vault_close(make_vault(p.vault, 3));
	pid = fork();
	if (pid == 0) {
		struct vault *v = must_open(p.vault, PASS);
		const struct rlimit limit = {.rlim_cur = 700, .rlim_max = 700};
		struct err e = {0};

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		if (put_nth(v, 3, &e) || e.kind != ERR_IO || there(p.next))
			_exit(1);
		_exit(has_nth(v, 2) && vault_count(v) == 3 ? 0 : 2);    /* the handle still shows what is on disk */
	}
	assert_int_equal(status_of(pid), 0);
	holds(p.vault, PASS, 3, "after the limit");
	holds(p.bak, PASS, 2, "backup after the limit");
}

static int in_a_read_only_directory(const struct place *p)
{
	struct vault *v;
	bool changed;
	struct err e = {0};

	if (geteuid() == 0 && (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0))
		return 90;
	v = make_vault(p->vault, 2);
	if (chmod(p->dir, 0500) < 0)
		return 91;
	if (put_nth(v, 2, &e) || vault_remove(v, "profile-0", &e))
		return 92;
	if (e.kind != ERR_IO || !has_nth(v, 1))
		return 93;
	vault_close(v);
	v = try_open(p->vault, PASS, &e);
	if (!v || vault_count(v) != 2 || !has_nth(v, 0) || !vault_changed_on_disk(v, &changed, &e) || changed)
		return 94;
	vault_close(v);
	return chmod(p->dir, 0700) < 0 ? 95 : 0;
}

static void read_only_directory(void **state)
{
	const struct place p = make_place();
	pid_t pid;
	(void)state;

	if (geteuid() == 0)
		assert_int_equal(chown(p.dir, 65534, 65534), 0);
	pid = fork();
	if (pid == 0)
		_exit(in_a_read_only_directory(&p));
	assert_int_equal(status_of(pid), 0);
}

/* --- death -------------------------------------------------------------------------------------------------------- */

/* Run a save in a child and kill it at its k-th entry to or exit from a system call. False when it ended before. */
static bool kill_at(const struct place *p, unsigned n, unsigned k)
{
	const pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct vault *v = must_open(p->vault, PASS);
		struct err e = {0};

		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(NO_INJECTION);
		raise(SIGSTOP);
		_exit(put_nth(v, n, &e) ? 0 : 1);
	}
	status = status_of(pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_INJECTION)
		skip();
	assert_true(WIFSTOPPED(status));
	for (unsigned i = 0; i < k && WIFSTOPPED(status); i++) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		status = status_of(pid);
	}
	if (WIFSTOPPED(status)) {
		kill(pid, SIGKILL);
		status = status_of(pid);
		assert_true(WIFSIGNALED(status));
		return true;
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

static void killed_anywhere(void **state)
{
	const struct place p = make_place();
	unsigned killed = 0, old = 0;
	size_t len, bak_len;
	char *bytes, *bak_bytes;
	(void)state;

	vault_close(make_vault(p.vault, 3));
	bytes = slurp(p.vault, &len);
	bak_bytes = slurp(p.bak, &bak_len);
	for (unsigned k = 1; kill_at(&p, 3, k); k++) {
		struct vault *v = must_open(p.vault, PASS);
		const bool saved = vault_generation(v) == 5;
		struct err e = {0};

		killed++;
		old += !saved;
		if ((!saved && vault_generation(v) != 4) || vault_count(v) != (saved ? 4 : 3) ||
		    !has_nth(v, saved ? 3 : 2))
			fail_msg("killed at %u: generation %d, %zu profiles", k, (int)vault_generation(v),
				 vault_count(v));
		if (!put_nth(v, 4, &e))
			fail_msg("killed at %u: cannot go on: %s", k, e.msg);
		vault_close(v);
		v = must_open(p.bak, PASS);
		assert_int_equal(vault_generation(v), saved ? 5 : 4);   /* the next save's backup is right again */
		vault_close(v);
		if (there(p.next) || there(p.next_bak))
			fail_msg("killed at %u: leaves temporaries", k);
		unlink(p.vault);
		unlink(p.bak);
		spit(p.vault, bytes, len);
		spit(p.bak, bak_bytes, bak_len);
	}
	assert_true(killed > 20);
	assert_true(old > 10 && old < killed);          /* it hit both sides of the rename */
	free(bytes);
	free(bak_bytes);
}

/* What a killed save leaves must not keep a reader out, nor lose the backup. */
static void leftovers(void **state)
{
	const struct place p = make_place();
	bool exists = false;
	struct err e = {0};
	(void)state;

	vault_close(make_vault(p.vault, 3));
	assert_int_equal(link(p.vault, p.next_bak), 0);         /* killed between link and rename */
	spit(p.next, "half", 4);
	assert_true(vault_exists(p.vault, &exists, &e));
	assert_true(exists);
	assert_false(there(p.next_bak));
	assert_int_equal(link(p.vault, p.next_bak), 0);
	holds(p.vault, PASS, 3, "linked twice");
	holds(p.bak, PASS, 2, "backup");
	assert_false(there(p.next_bak) || there(p.next));

	assert_int_equal(rename(p.bak, p.next_bak), 0);         /* killed between the two renames */
	file_lock_drop(vault_disk_lock(p.vault, &e));
	holds(p.bak, PASS, 2, "backup put in its place");
	struct vault *v = must_open(p.vault, PASS);

	assert_true(put_nth(v, 3, &e));
	holds(p.bak, PASS, 3, "backup of the next save");
	vault_close(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failing_calls),
		cmocka_unit_test(doubt_is_worded),
		cmocka_unit_test(what_does_not_verify_stays_out),
		cmocka_unit_test(file_size_limit),
		cmocka_unit_test(read_only_directory),
		cmocka_unit_test(killed_anywhere),
		cmocka_unit_test(leftovers),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
