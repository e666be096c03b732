#ifndef NUMDESK_SANDBOX_AVAILABLE_H
#define NUMDESK_SANDBOX_AVAILABLE_H
struct answer;
struct principal;
struct request;
struct sandbox;

/* AvailablePhoneNumbers: countries, one country, and the search of one type. */
void available_countries(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void available_country(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void available_search(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
