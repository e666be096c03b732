#ifndef NUMDESK_SANDBOX_CALLER_IDS_H
#define NUMDESK_SANDBOX_CALLER_IDS_H

#include <stdbool.h>
struct answer;
struct buf;
struct principal;
struct request;
struct sandbox;

/*
 * OutgoingCallerIds. Verifying one places a call; the callee keys the code in, and the caller ID appears in the list.
 * Here the call is imagined: it is keyed in --call-seconds after CallDelay (0: never by itself), unless the number ends in
 * 00, where nobody answers. The control door ends a call at once, either way.
 */
void caller_ids_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void caller_ids_verify(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void caller_ids_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void caller_ids_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void caller_ids_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

/* The callee of the last call to `phone` keys the code in, or hangs up. False when no call to it is under way. */
bool caller_ids_end_call(struct sandbox *s, const char *phone, bool keyed);
/* End the calls whose time has come: nothing runs on its own here, each look brings the state up to now. */
void caller_ids_catch_up(struct sandbox *s);
/* [{phone_number, code, status}] of all calls, newest last. */
void caller_ids_calls_json(struct sandbox *s, struct buf *out);

#endif
