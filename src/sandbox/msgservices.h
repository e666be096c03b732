#ifndef NUMDESK_SANDBOX_MSGSERVICES_H
#define NUMDESK_SANDBOX_MSGSERVICES_H

#include <stdbool.h>

#include "numdesk/model/sid.h"
struct answer;
struct principal;
struct request;
struct sandbox;

#define POOL_MAX 400                    /* numbers in one service (Twilio's documents, 21714) */

/* Messaging services of the credential's own account: messaging.twilio.com knows no account in its paths. */
void msgservices_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgservices_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgservices_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgservices_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgservices_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
/* Is there such a service in the account? */
bool msgservice_exists(struct sandbox *s, const char *account, const char *sid);

/* The numbers of a service. */
void msgpool_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgpool_attach(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgpool_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgpool_detach(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void msgpool_forget(struct sandbox *s, const char *phone_sid);  /* the number left the account */

/* What carriers in the United States want to know: campaigns of a service, verifications of toll-free numbers. */
void campaigns_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void campaigns_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void tollfree_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
void tollfree_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);
/* What stands against a message from this number to a number in the United States: 30034, 30035, 30032, or 0. */
int carrier_objection(struct sandbox *s, const char *phone_sid, const char *phone);

/* What fresh servers hold (seed_messaging.c); `name` gives a service's SID. */
void seed_messaging_basic(struct sandbox *s);
void seed_messaging_demo(struct sandbox *s);
struct seed_msgservice {
	const char *account, *name, *friendly_name, *inbound_url;       /* NULL: receiving is disabled */
	bool inbound_on_number;
	const char *campaign;                   /* its campaign_status, NULL for no campaign */
};
void seed_msgservice(struct sandbox *s, const struct seed_msgservice *from);
void seed_msgpool(struct sandbox *s, const char *service, const char *phone);
void seed_tollfree(struct sandbox *s, const char *account, const char *phone, const char *status, const char *reason);

#endif
