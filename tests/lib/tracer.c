#include "tracer.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The program is started through a shell that stops itself first, so that it is traced from its first instruction. One
 * loop waits for whatever any of its threads does next; a call's entry is kept per thread, because the exit does not
 * tell what was called.
 */
enum { MAX_THREADS = 64, MAX_ARGS = 400, DEADLINE_S = 60 };

struct tracer {
	pid_t pid;
	trace_fn *fn;
	void *ctx;
	struct trace_stop entered[MAX_THREADS];         /* tid 0: free */
};

static const struct { const char *name; long call; bool writes; } calls[] = {
	{"openat", SYS_openat, false}, {"read", SYS_read, false}, {"pread64", SYS_pread64, false},
	{"write", SYS_write, true}, {"pwrite64", SYS_pwrite64, true}, {"sendto", SYS_sendto, true},
	{"recvfrom", SYS_recvfrom, false}, {"fdatasync", SYS_fdatasync, false}, {"fsync", SYS_fsync, false},
	{"ftruncate", SYS_ftruncate, false}, {"unlinkat", SYS_unlinkat, false}, {"renameat2", SYS_renameat2, false},
	{"socket", SYS_socket, false}, {"connect", SYS_connect, false}, {"ppoll", SYS_ppoll, false},
	{"fcntl", SYS_fcntl, false}, {"close", SYS_close, false}, {"exit_group", SYS_exit_group, false},
#ifdef SYS_unlink
	{"open", SYS_open, false}, {"unlink", SYS_unlink, false}, {"rename", SYS_rename, false},
	{"poll", SYS_poll, false},
#endif
#ifdef SYS_renameat
	{"renameat", SYS_renameat, false},
#endif
};

static size_t row_of(long call)
{
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (calls[i].call == call)
			return i;
	return SIZE_MAX;
}

const char *trace_name(long call)
{
	const size_t i = row_of(call);

	return i == SIZE_MAX ? NULL : calls[i].name;
}

bool trace_writes(long call)
{
	const size_t i = row_of(call);

	return i != SIZE_MAX && calls[i].writes;
}

bool trace_text(const struct trace_stop *s, uint64_t at, char *dst, size_t dst_size)
{
	const uint64_t page = 4096;     /* or a multiple of it: what follows may not be there */
	size_t n = 0;

	while (n + 1 < dst_size) {
		const uint64_t here = at + n, left = page - here % page;
		struct iovec to = {.iov_base = dst + n, .iov_len = left < dst_size - 1 - n ? left : dst_size - 1 - n};
		struct iovec from = {.iov_base = (void *)(uintptr_t)here, .iov_len = to.iov_len};
		const ssize_t got = process_vm_readv(s->tid, &to, 1, &from, 1, 0);

		if (got <= 0)
			break;
		n += strnlen(dst + n, (size_t)got);
		if (n + 1 < dst_size && n < (size_t)(here - at) + (size_t)got)
			break;          /* its NUL was among them */
	}
	dst[n] = '\0';
	return n > 0;
}

static bool ends(const char *s, const char *tail)
{
	return strlen(s) >= strlen(tail) && strcmp(s + strlen(s) - strlen(tail), tail) == 0;
}

bool trace_path(const struct trace_stop *s, uint64_t at, const char *tail)
{
	char path[4096];

	return trace_text(s, at, path, sizeof path) && ends(path, tail);
}

bool trace_fd(const struct trace_stop *s, uint64_t fd, char *dst, size_t dst_size)
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)s->pid, (int)fd);
	n = readlink(path, dst, dst_size - 1);
	dst[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The third argument of each call that writes is how many bytes. */
static bool halve(const struct trace_stop *s)
{
	struct user_regs_struct r;
	struct iovec io = {.iov_base = &r, .iov_len = sizeof r};

	if (ptrace(PTRACE_GETREGSET, s->tid, (void *)NT_PRSTATUS, &io) != 0)
		return false;
#if defined __x86_64__
	r.rdx /= 2;
#elif defined __aarch64__
	r.regs[2] /= 2;
#else
	return false;
#endif
	return ptrace(PTRACE_SETREGSET, s->tid, (void *)NT_PRSTATUS, &io) == 0;
}

static struct trace_stop *thread(struct tracer *t, pid_t tid)
{
	struct trace_stop *free_one = NULL;

	for (size_t i = 0; i < MAX_THREADS; i++) {
		if (t->entered[i].tid == tid)
			return &t->entered[i];
		if (!t->entered[i].tid && !free_one)
			free_one = &t->entered[i];
	}
	if (!free_one) {
		fprintf(stderr, "tracer: more than %d threads\n", MAX_THREADS);
		abort();
	}
	*free_one = (struct trace_stop){.pid = t->pid, .tid = tid};
	return free_one;
}

static void at_call(struct tracer *t, pid_t tid)
{
	struct __ptrace_syscall_info info;
	struct trace_stop *s = thread(t, tid);
	enum trace_act act;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof info, &info) <= 0)
		return;
	s->entry = info.op == PTRACE_SYSCALL_INFO_ENTRY;
	if (s->entry) {
		s->call = (long)info.entry.nr;
		memcpy(s->arg, info.entry.args, sizeof s->arg);
	} else {
		s->result = info.exit.rval;
	}
	if (!trace_name(s->call))
		return;
	act = t->fn(t->ctx, s);
	if (act == TRACE_KILL)
		kill(t->pid, SIGKILL);
	else if (act == TRACE_HALVE && !(s->entry && trace_writes(s->call) && halve(s)))
		fprintf(stderr, "tracer: '%s' could not be halved\n", trace_name(s->call));
}

/* Wait for the next thing that happens to it; false once it has ended, which is left for proc_end to take. */
static bool step(struct tracer *t)
{
	siginfo_t info = {0};
	int status, signal_to_pass = 0;

	if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOWAIT | __WALL) != 0) {
		if (errno == EINTR)
			kill(t->pid, SIGKILL);          /* the alarm: it has hung */
		return errno == EINTR;
	}
	if (info.si_pid == t->pid && info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED)
		return false;
	if (waitpid(info.si_pid, &status, __WALL) != info.si_pid || !WIFSTOPPED(status)) {
		for (size_t i = 0; i < MAX_THREADS; i++)
			if (t->entered[i].tid == info.si_pid)
				t->entered[i].tid = 0;
		return true;
	}
	if (WSTOPSIG(status) == (SIGTRAP | 0x80))
		at_call(t, info.si_pid);
	else if (status >> 16 == 0)
		signal_to_pass = WSTOPSIG(status);
	/* a thread that is being killed is gone already: its end comes next */
	(void)ptrace(PTRACE_SYSCALL, info.si_pid, NULL, (void *)(intptr_t)signal_to_pass);
	return true;
}

static void hung(int sig)
{
	(void)sig;
}

static void follow(struct tracer *t)
{
	const struct sigaction on_alarm = {.sa_handler = hung};         /* without SA_RESTART: it ends the wait */
	struct sigaction before;

	sigaction(SIGALRM, &on_alarm, &before);
	alarm(DEADLINE_S);
	while (step(t))
		;
	alarm(0);
	sigaction(SIGALRM, &before, NULL);
}

/* Stopped by itself, now ours: from here on every call stops it. */
static bool take(pid_t pid)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	int status;

	if (waitpid(pid, &status, WUNTRACED | __WALL) != pid || !WIFSTOPPED(status))
		return false;
	return ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) == 0 && kill(pid, SIGCONT) == 0;
}

bool trace_run(const struct proc_spec *spec, trace_fn *fn, void *ctx, struct proc_result *r)
{
	const char *argv[MAX_ARGS] = {"/bin/sh", "-c", "kill -STOP $$; exec \"$0\" \"$@\""};
	struct proc_spec wrapped = *spec;
	struct tracer t = {.fn = fn, .ctx = ctx};
	struct proc *p;
	bool ok;

	for (size_t i = 0; spec->argv[i] && i + 4 < MAX_ARGS; i++)
		argv[i + 3] = spec->argv[i];
	wrapped.argv = argv;
	wrapped.deadline_ms = (DEADLINE_S + 10) * 1000;
	p = proc_start(&wrapped);
	t.pid = proc_pid(p);
	ok = take(t.pid);
	if (ok)
		follow(&t);
	else
		kill(t.pid, SIGKILL);
	proc_end(p, r);
	return ok;
}
