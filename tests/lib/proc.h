#ifndef NUMDESK_TESTS_PROC_H
#define NUMDESK_TESTS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A program without a terminal: what it is given and what it says, by pipes. It gets a minimal environment (PATH,
 * LANG, HOME=/nonexistent and the sanitizers' options), a session of its own, so that it has no terminal, and no
 * descriptor but those named here.
 */
struct proc_fd { int fd; const char *text; };   /* found at fd, then the end; at most 64 KiB */
struct proc_spec {
	const char *const *argv;        /* argv[0] is the path; NULL at the end */
	const char *const *env;         /* "NAME=value" strings added or replacing, NULL at the end; may be NULL */
	const char *in;                 /* standard input; NULL: /dev/null */
	struct proc_fd fds[4]; size_t n_fds;
	bool hold_in;                   /* standard input stays open until proc_close_in */
	bool no_out;                    /* standard output is a pipe nobody reads: its other end is closed */
	const char *out_file;           /* standard output goes to this file instead */
	int deadline_ms;                /* of proc_end, 0 = 30 s */
};
struct proc_result {
	int status;                     /* exit status, 128 + signal, -1 when it had to be killed at the deadline */
	char *out, *err;                /* NUL after the last byte */
	size_t out_len, err_len;
};
struct proc;
/* Keeps nothing of spec. Ends the test program when it cannot be started. */
struct proc *proc_start(const struct proc_spec *spec);
pid_t proc_pid(const struct proc *p);
/* Read until its output holds text, at most the deadline; false when it ended or was silent. The output so far
 * stays. */
bool proc_expect(struct proc *p, const char *text);
const char *proc_out(const struct proc *p);     /* so far; borrowed until the next call */
void proc_close_in(struct proc *p);
/* Wait for its end, killing it at the deadline; frees p. r may be NULL. */
void proc_end(struct proc *p, struct proc_result *r);
/* proc_start and proc_end. */
void proc_run(const struct proc_spec *spec, struct proc_result *r);
void proc_release(struct proc_result *r);       /* zeroed storage is fine */

#endif
