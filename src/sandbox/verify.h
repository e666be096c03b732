#ifndef NUMDESK_SANDBOX_VERIFY_H
#define NUMDESK_SANDBOX_VERIFY_H
struct answer;
struct buf;
struct principal;
struct request;
struct sandbox;

/*
 * Verify v2: services, verifications by SMS or call, and the check of a code. No message leaves this machine; the code
 * is read at the control door. A verification is gone (404) once it was approved, after ten minutes, or after five wrong
 * codes, as Twilio's documents say.
 */
void verify_services_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void verify_services_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void verify_services_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void verify_start(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void verify_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void verify_check(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

/* [{to, code, status}] of all verifications, oldest first. */
void verify_codes_json(struct sandbox *s, struct buf *out);

#endif
