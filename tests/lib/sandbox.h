#ifndef NUMDESK_TESTS_SANDBOX_H
#define NUMDESK_TESTS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
struct json;

/* The sandbox as a process of its own, and its own door (src/sandbox/control.h): faults, ledger, credentials. */
struct sandbox_proc;

struct sandbox_account {
	char name[64], account_sid[35], auth_token[64], key_sid[35], key_secret[64], kind[24];
};

/* program: path of numdesk-sandbox. more: further arguments, NULL at the end; may be NULL. Ends the test program when
 * it does not come up. */
struct sandbox_proc *sandbox_up(const char *program, const char *seed, const char *const *more);
void sandbox_down(struct sandbox_proc *s);              /* NULL is fine */
int sandbox_at(const struct sandbox_proc *s);           /* its port */
const char *sandbox_base(const struct sandbox_proc *s); /* "http://127.0.0.1:PORT/{product}" */

/* Back to the seed; faults and ledger are emptied. */
void sandbox_reset(struct sandbox_proc *s);
void sandbox_fault(struct sandbox_proc *s, const char *rule);   /* JSON of src/sandbox/faults.h */
void sandbox_no_faults(struct sandbox_proc *s);
/* Requests that arrived; NULL for any method or path. */
size_t sandbox_arrivals(struct sandbox_proc *s, const char *method, const char *path_contains);
/* What was done: "buy", "release", ...; NULL for any action or number. */
size_t sandbox_executions(struct sandbox_proc *s, const char *action, const char *phone_number);
bool sandbox_owns(struct sandbox_proc *s, const char *account_sid, const char *phone_number);
void sandbox_credentials(struct sandbox_proc *s, const char *name, struct sandbox_account *out);
/* Any request to it: the answer's JSON, NULL when it has none. Free with json_free. body may be NULL. */
struct json *sandbox_ask(struct sandbox_proc *s, const char *method, const char *path, const char *body);

#endif
