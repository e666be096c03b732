#ifndef NUMDESK_TESTS_NUMDESK_H
#define NUMDESK_TESTS_NUMDESK_H

#include <stdbool.h>
#include <stddef.h>

#include "proc.h"
#include "sandbox.h"
struct json;

/* The real program in a home of its own, against a sandbox, as a script runs it. */
#define ND_PASS "correct horse battery"

struct numdesk {
	const char *program;
	struct sandbox_proc *sandbox;   /* NULL: no --base-url */
	const char *home;
	struct sandbox_account account; /* of the profile made by numdesk_add */
	const char *pass;               /* given at descriptor 3; NULL: no --passphrase-fd */
	struct proc_result r;           /* of the last run */
};
/* A fresh home; nothing is run. */
void numdesk_init(struct numdesk *n, const char *program, struct sandbox_proc *s);
void numdesk_release(struct numdesk *n);
/* Run with these words, NULL at the end. Returns the exit status; n->r has the rest. */
int numdesk(struct numdesk *n, ...) __attribute__((sentinel));
int numdesk_v(struct numdesk *n, const char *const *words);
/* The same, with everything of the spec but argv from the caller; --passphrase-fd 3 is added when n->pass is set. */
int numdesk_spec(struct numdesk *n, const struct proc_spec *spec, const char *const *words);
struct proc *numdesk_start(struct numdesk *n, const struct proc_spec *spec, const char *const *words);
/* `profile add NAME` with the sandbox's account of this name, then expect success. */
void numdesk_add(struct numdesk *n, const char *profile, const char *account);
/* The last run's output as JSON; fails the test when it is none. Free with json_free. */
struct json *numdesk_json(const struct numdesk *n);
/* Standard error is this many lines, each "numdesk: ..."; prints it on failure. */
bool numdesk_said(const struct numdesk *n, size_t lines, const char *contains);

#endif
