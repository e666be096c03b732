#ifndef NUMDESK_SANDBOX_LOOKUPS_H
#define NUMDESK_SANDBOX_LOOKUPS_H
struct answer;
struct principal;
struct request;
struct sandbox;

/* Lookup v2: is it a number, and with Fields what kind of line, whose network and whose name. Lines are made up from the
 * number, so that they are the same each time. */
void lookups_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
/* "landline", "mobile", "nonFixedVoip", "tollFree". Static. */
const char *lookups_line_type(struct sandbox *s, const char *phone);

#endif
