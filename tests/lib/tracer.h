#ifndef NUMDESK_TESTS_TRACER_H
#define NUMDESK_TESTS_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proc.h"

/*
 * A program that stops before and after each of its system calls, so that it can be killed at an exact one. All its
 * threads are followed; the one that made the call waits, the others run on. Linux, by ptrace(2).
 */
enum trace_act {
	TRACE_GO,
	TRACE_KILL,             /* SIGKILL to the whole program, here: before the call at an entry, after it at an exit */
	TRACE_HALVE             /* a call that writes gets half of its bytes: ask at its entry, kill at its exit */
};
struct trace_stop {
	pid_t pid, tid;
	bool entry;             /* before the call; else after it */
	long call;              /* SYS_... */
	uint64_t arg[6];        /* at an exit, too */
	int64_t result;         /* at an exit; -errno when it failed */
};
typedef enum trace_act trace_fn(void *ctx, const struct trace_stop *s);

/* As proc_run; fn sees each call that has a name. False when the system does not let us trace. */
bool trace_run(const struct proc_spec *spec, trace_fn *fn, void *ctx, struct proc_result *r);
/* Name of a call that reads, writes, locks, waits for or closes something outside the program; NULL for any other. */
const char *trace_name(long call);
bool trace_writes(long call);           /* TRACE_HALVE may be used on it */
/* Text in the program's memory, cut to dst_size. */
bool trace_text(const struct trace_stop *s, uint64_t at, char *dst, size_t dst_size);
/* Does the path in its memory end with this? */
bool trace_path(const struct trace_stop *s, uint64_t at, const char *tail);
/* What a descriptor of the program is open to, as /proc names it. */
bool trace_fd(const struct trace_stop *s, uint64_t fd, char *dst, size_t dst_size);

#endif
