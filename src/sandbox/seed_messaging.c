#include <stddef.h>

#include "msgservices.h"
#include "numdesk/util/mem.h"

struct pool { const char *service, *phone; };
struct verification { const char *account, *phone, *status, *reason; };

static const struct seed_msgservice basic_services[] = {
	{"acme", "acme-main", "Acme main", "https://sms.example.com/service", false, "VERIFIED"},
	{"acme", "acme-spare", "Acme spare", NULL, false, NULL},
	{"acme-east", "east-desk", "East desk", NULL, true, "FAILED"},
};
static const struct pool basic_pool[] = {{"acme-main", "+14155550101"}};
static const struct verification basic_verifications[] = {
	{"acme-east", "+18335550104", "PENDING_REVIEW", NULL},
};

#define INBOUND(x) "https://sms.example.com/service/" x
static const struct seed_msgservice demo_services[] = {
	{"acme", "acme-alerts", "Alerts", INBOUND("alerts"), false, NULL},
	{"client-0", "client-0-care", "Customer care", INBOUND("care"), false, "VERIFIED"},
	{"client-0", "client-0-offers", "Offers", NULL, true, "IN_PROGRESS"},
	{"client-0", "client-0-night", "Night notices", NULL, false, NULL},
	{"client-1", "client-1-reminders", "Clinic reminders", INBOUND("reminders"), false, "VERIFIED"},
	{"client-1", "client-1-surveys", "Surveys", NULL, false, "FAILED"},
};
static const struct pool demo_pool[] = {
	{"acme-alerts", "+18335550100"},
	{"client-0-care", "+14155550137"}, {"client-0-care", "+14155550174"}, {"client-0-care", "+15105550142"},
	{"client-0-offers", "+12125550168"}, {"client-0-offers", "+13125550150"},
	{"client-0-night", "+447700900145"},
	{"client-1-reminders", "+15035550104"}, {"client-1-reminders", "+13035550106"},
	{"client-1-reminders", "+12065550101"}, {"client-1-reminders", "+15035550103"},
	{"client-1-reminders", "+18335550125"}, {"client-1-reminders", "+447700900133"},
	{"client-1-surveys", "+16175550120"}, {"client-1-surveys", "+13135550122"},
};
static const struct verification demo_verifications[] = {
	{"acme", "+18335550100", "TWILIO_APPROVED", NULL},
	{"client-1", "+18335550125", "TWILIO_APPROVED", NULL},
	{"client-1", "+18445550126", "IN_REVIEW", NULL},
	{"client-1", "+18555550127", "TWILIO_REJECTED", "The opt-in picture does not show the sender's name."},
};

static void add(struct sandbox *s, const struct pool *pool, size_t n_pool, const struct verification *v, size_t n_v)
{
	for (size_t i = 0; i < n_pool; i++)
		seed_msgpool(s, pool[i].service, pool[i].phone);
	for (size_t i = 0; i < n_v; i++)
		seed_tollfree(s, v[i].account, v[i].phone, v[i].status, v[i].reason);
}

void seed_messaging_basic(struct sandbox *s)
{
	for (size_t i = 0; i < ARRAY_LEN(basic_services); i++)
		seed_msgservice(s, &basic_services[i]);
	add(s, basic_pool, ARRAY_LEN(basic_pool), basic_verifications, ARRAY_LEN(basic_verifications));
}

void seed_messaging_demo(struct sandbox *s)
{
	for (size_t i = 0; i < ARRAY_LEN(demo_services); i++)
		seed_msgservice(s, &demo_services[i]);
	add(s, demo_pool, ARRAY_LEN(demo_pool), demo_verifications, ARRAY_LEN(demo_verifications));
}
