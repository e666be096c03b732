#ifndef NUMDESK_SANDBOX_OUTBOX_H
#define NUMDESK_SANDBOX_OUTBOX_H
struct answer;
struct principal;
struct request;
struct sandbox;

/*
 * POST Messages. A message is queued (accepted, with a service), then sending, sent and at its end, one step after the
 * other (--message-step). What the end is follows from the sender (an unregistered number in the United States: 30034,
 * 30035, 30032) and from the recipient: a number that ends in 90NN is special.
 *
 *   9003 .. 9008   undelivered with 30003 .. 30008        9020   sent, and never confirmed
 *   9002           failed with 30002                      9010   refused: 21610, opted out
 *   9011           refused: 21611, queue full             9012   refused: 21612, not reachable
 *   9014           refused: 21614, not a mobile number
 *
 * Countries without permission (21408): Cuba, +53. A number that somebody owns here gets the message.
 */
void outbox_send(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
/* Move what is under way to where it is by now. Before any reading of messages. */
void outbox_advance(struct sandbox *s);
/* With test credentials: magic numbers, nothing is kept. */
void outbox_magic(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
