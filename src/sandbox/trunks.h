#ifndef NUMDESK_SANDBOX_TRUNKS_H
#define NUMDESK_SANDBOX_TRUNKS_H
struct answer;
struct principal;
struct record_kind;
struct request;
struct sandbox;

/* Elastic SIP trunks of the account that asks. */
extern const struct record_kind trunk_kind;
void trunks_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void trunks_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void trunks_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void trunks_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void trunks_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
