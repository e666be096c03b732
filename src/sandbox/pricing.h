#ifndef NUMDESK_SANDBOX_PRICING_H
#define NUMDESK_SANDBOX_PRICING_H
struct answer;
struct principal;
struct request;
struct sandbox;

/* pricing.twilio.com/v1/PhoneNumbers: which countries have a price, and the monthly prices of one. */
void pricing_countries(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void pricing_country(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
