#ifndef NUMDESK_SANDBOX_REGULATIONS_H
#define NUMDESK_SANDBOX_REGULATIONS_H

#include "numdesk/model/number.h"
#include "numdesk/model/sid.h"
struct answer;
struct principal;
struct request;
struct sandbox;

/* RegulatoryCompliance/Regulations: what a country asks of who buys a type of number there. */
struct regulation { const char *country; enum number_type type; const char *end_user; };

/* end_user NULL: the first of that country and type. NULL when nothing is asked. */
const struct regulation *regulation_of(const char *country, enum number_type type, const char *end_user);
const struct regulation *regulation_by_sid(const char *sid);
void regulation_sid(const struct regulation *r, char out[SID_SIZE]);
/* "toll-free", "local": the spelling of this product. dst needs 32 bytes. */
char *regulation_type(enum number_type type, char *dst);

void regulations_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void regulations_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

#endif
