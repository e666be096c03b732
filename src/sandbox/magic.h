#ifndef NUMDESK_SANDBOX_MAGIC_H
#define NUMDESK_SANDBOX_MAGIC_H
struct answer;
struct principal;
struct request;

/* A purchase with test credentials: three magic numbers and two magic area codes, nothing is charged or kept
 *. */
void magic_buy(const struct principal *p, struct request *q, struct answer *a);

#endif
