#ifndef NUMDESK_SANDBOX_KEYS_H
#define NUMDESK_SANDBOX_KEYS_H
struct answer;
struct principal;
struct request;
struct sandbox;

/* API keys of an account. A standard key may not touch them; the secret is shown once. */
void keys_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void keys_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void keys_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void keys_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void keys_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
