#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINE_MS = 30000, MAX_ENV = 40, MAX_ARGS = 400, HIGH_FD = 100 };

struct bytes { char *s; size_t len, cap; };
struct proc {
	pid_t pid;
	int in, out, err;               /* our ends; -1 when closed */
	struct bytes said, complained;
	int64_t until;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void die(const char *what)
{
	perror(what);
	abort();
}

/* --- the child ---------------------------------------------------------------------------------------------------- */

/* A later string of the same name takes the place of an earlier one. */
static void add_env(char *env[MAX_ENV], size_t *n, char *entry)
{
	for (size_t i = 0; i < *n; i++)
		if (strncmp(env[i], entry, strcspn(entry, "=") + 1) == 0) {
			env[i] = entry;
			return;
		}
	if (*n + 1 < MAX_ENV)
		env[(*n)++] = entry;
	env[*n] = NULL;
}

static void inherit(char *env[MAX_ENV], size_t *n, const char *name)
{
	const char *value = getenv(name);
	char *entry = NULL;

	if (value && asprintf(&entry, "%s=%s", name, value) > 0)
		add_env(env, n, entry);
}

static char **make_env(const char *const *more)
{
	static const char *const inherited[] = {"PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TMPDIR"};
	char **env = calloc(MAX_ENV, sizeof *env);
	size_t n = 0;

	add_env(env, &n, strdup("LANG=C.UTF-8"));
	add_env(env, &n, strdup("HOME=/nonexistent"));
	for (size_t i = 0; i < sizeof inherited / sizeof inherited[0]; i++)
		inherit(env, &n, inherited[i]);
	for (; more && *more; more++)
		add_env(env, &n, strdup(*more));
	return env;
}

/* The sources are moved out of the way first: a target may be another one's source. */
static void place(int fds[][2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((fds[i][0] = fcntl(fds[i][0], F_DUPFD, HIGH_FD)) < 0)
			_exit(126);
	for (size_t i = 0; i < n; i++)
		if (dup2(fds[i][0], fds[i][1]) < 0)
			_exit(126);
	for (int fd = 3; fd < HIGH_FD + 64; fd++) {
		bool wanted = false;

		for (size_t i = 0; i < n; i++)
			wanted = wanted || fds[i][1] == fd;
		if (!wanted)
			close(fd);
	}
}

static void child(const struct proc_spec *spec, int fds[][2], size_t n)
{
	char *args[MAX_ARGS], **env = make_env(spec->env);
	size_t k = 0;

	for (; spec->argv[k] && k + 1 < MAX_ARGS; k++)
		args[k] = strdup(spec->argv[k]);
	args[k] = NULL;
	setsid();
	signal(SIGPIPE, SIG_DFL);
	place(fds, n);
	execve(args[0], args, env);
	_exit(127);
}

/* --- starting ----------------------------------------------------------------------------------------------------- */

static void make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		die("pipe");
}

/* A read end that holds text and then ends. */
static int source(const char *text)
{
	int ends[2];

	make_pipe(ends);
	if (write(ends[1], text, strlen(text)) != (ssize_t)strlen(text))
		die("write");
	close(ends[1]);
	return ends[0];
}

static int open_in(const struct proc_spec *spec, int *ours)
{
	int ends[2];

	*ours = -1;
	if (spec->hold_in) {
		make_pipe(ends);
		*ours = ends[1];
		return ends[0];
	}
	return spec->in ? source(spec->in) : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int open_out(const struct proc_spec *spec, int *ours)
{
	int ends[2], fd;

	*ours = -1;
	if (spec->out_file) {
		fd = open(spec->out_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0)
			die(spec->out_file);
		return fd;
	}
	make_pipe(ends);
	if (spec->no_out)
		close(ends[0]);
	else
		*ours = ends[0];
	return ends[1];
}

struct proc *proc_start(const struct proc_spec *spec)
{
	struct proc *p = calloc(1, sizeof *p);
	int fds[3 + 4][2], err[2];
	size_t n = 3;

	make_pipe(err);
	fds[0][0] = open_in(spec, &p->in), fds[0][1] = 0;
	fds[1][0] = open_out(spec, &p->out), fds[1][1] = 1;
	fds[2][0] = err[1], fds[2][1] = 2;
	p->err = err[0];
	for (size_t i = 0; i < spec->n_fds; i++, n++)
		fds[n][0] = source(spec->fds[i].text), fds[n][1] = spec->fds[i].fd;
	p->until = now_ms() + (spec->deadline_ms ? spec->deadline_ms : DEADLINE_MS);
	fflush(NULL);
	p->pid = fork();
	if (p->pid < 0)
		die("fork");
	if (p->pid == 0)
		child(spec, fds, n);
	for (size_t i = 0; i < n; i++)
		close(fds[i][0]);
	return p;
}

pid_t proc_pid(const struct proc *p)
{
	return p->pid;
}

void proc_close_in(struct proc *p)
{
	if (p->in >= 0)
		close(p->in);
	p->in = -1;
}

/* --- listening ---------------------------------------------------------------------------------------------------- */

static void take(int *fd, struct bytes *b)
{
	char piece[8192];
	const ssize_t n = read(*fd, piece, sizeof piece);

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return;
	}
	if (b->len + (size_t)n + 1 > b->cap) {
		b->cap = (b->len + (size_t)n + 1) * 2;
		b->s = realloc(b->s, b->cap);
	}
	memcpy(b->s + b->len, piece, (size_t)n);
	b->len += (size_t)n;
	b->s[b->len] = '\0';
}

/* Read what comes; false when nothing can come any more or the deadline is over. */
static bool listen_once(struct proc *p)
{
	struct pollfd f[2] = {{.fd = p->out, .events = POLLIN}, {.fd = p->err, .events = POLLIN}};
	const int64_t left = p->until - now_ms();

	if ((p->out < 0 && p->err < 0) || left <= 0)
		return false;
	if (poll(f, 2, (int)left) < 0)
		return errno == EINTR;
	if (p->out >= 0 && f[0].revents)
		take(&p->out, &p->said);
	if (p->err >= 0 && f[1].revents)
		take(&p->err, &p->complained);
	return true;
}

const char *proc_out(const struct proc *p)
{
	return p->said.s ? p->said.s : "";
}

bool proc_expect(struct proc *p, const char *text)
{
	while (!strstr(proc_out(p), text))
		if (!listen_once(p))
			return false;
	return true;
}

static int wait_for(struct proc *p)
{
	int status;

	while (now_ms() < p->until) {
		if (waitpid(p->pid, &status, WNOHANG) == p->pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		poll(NULL, 0, 2);
	}
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	return -1;
}

static char *own(struct bytes *b)
{
	return b->s ? b->s : calloc(1, 1);
}

void proc_end(struct proc *p, struct proc_result *r)
{
	struct proc_result result;

	proc_close_in(p);
	while (listen_once(p))
		;
	result = (struct proc_result){.status = wait_for(p), .out = own(&p->said), .err = own(&p->complained),
				      .out_len = p->said.len, .err_len = p->complained.len};
	if (p->out >= 0)
		close(p->out);
	if (p->err >= 0)
		close(p->err);
	free(p);
	if (r)
		*r = result;
	else
		proc_release(&result);
}

void proc_run(const struct proc_spec *spec, struct proc_result *r)
{
	proc_end(proc_start(spec), r);
}

void proc_release(struct proc_result *r)
{
	free(r->out);
	free(r->err);
	*r = (struct proc_result){0};
}
