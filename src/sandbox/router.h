#ifndef NUMDESK_SANDBOX_ROUTER_H
#define NUMDESK_SANDBOX_ROUTER_H
struct answer;
struct request;
struct sandbox;

/* Do what the request asks, in one transaction, and fill the answer. Call under the lock. */
void router_answer(struct sandbox *s, struct request *q, struct answer *a);

#endif
