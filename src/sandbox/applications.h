#ifndef NUMDESK_SANDBOX_APPLICATIONS_H
#define NUMDESK_SANDBOX_APPLICATIONS_H
struct answer;
struct principal;
struct record_kind;
struct request;
struct sandbox;

/* TwiML applications of an account. */
extern const struct record_kind application_kind;
void applications_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void applications_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void applications_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void applications_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void applications_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
