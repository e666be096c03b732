#ifndef NUMDESK_SANDBOX_ADDRESSES_H
#define NUMDESK_SANDBOX_ADDRESSES_H
struct answer;
struct principal;
struct request;
struct sandbox;

/* Addresses of an account and the numbers that depend on one. */
void addresses_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void addresses_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void addresses_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void addresses_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void addresses_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void addresses_dependents(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
