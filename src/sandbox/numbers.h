#ifndef NUMDESK_SANDBOX_NUMBERS_H
#define NUMDESK_SANDBOX_NUMBERS_H
struct answer;
struct principal;
struct request;
struct sandbox;

/* IncomingPhoneNumbers. A typed list has its word in segment 4: Local, Mobile, TollFree. */
void numbers_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void numbers_buy(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void numbers_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void numbers_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void numbers_release(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
/* The type named by segment 4 ("Local" is "local"), NULL when it is a SID or nothing. */
const char *numbers_type(const struct request *q);

#endif
