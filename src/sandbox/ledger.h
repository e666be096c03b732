#ifndef NUMDESK_SANDBOX_LEDGER_H
#define NUMDESK_SANDBOX_LEDGER_H

#include <stdbool.h>

#include "numdesk/util/mem.h"
struct err;
struct request;
struct sandbox;

/*
 * What arrived and what was done, kept apart from what was answered, so that a test can ask the ledger instead of the
 * program under test. Both are in the database, and with a ledger file also one JSON object a line, written before
 * the answer leaves. Call under the lock.
 */
bool ledger_open(struct sandbox *s, const char *path, struct err *e);   /* NULL path: no file */
void ledger_close(struct sandbox *s);
/* Gives q its seq. `complete` is false when the client left before its request was whole. */
void ledger_arrival(struct sandbox *s, struct request *q, bool complete);
/* kind: "buy", "release", "update", "transfer", "create", "delete", "status", "attach", "detach", "document", "port",
 * "port-cancel", "port-number-cancel", "send". Texts may be NULL. */
void ledger_execution(struct sandbox *s, const struct request *q, const char *kind, const char *account,
		      const char *phone, const char *sid);
void ledger_json(struct sandbox *s, const char *kind, struct buf *out); /* NULL: both; one JSON array, by seq */

#endif
