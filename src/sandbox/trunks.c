#include "trunks.h"

#include "auth.h"
#include "out.h"
#include "record.h"
#include "request.h"

#define HOST "https://trunking.twilio.com"

static const struct record_field fields[] = {
	{"DomainName", "domain_name", RECORD_TEXT, NULL, NULL},
	{"DisasterRecoveryMethod", "disaster_recovery_method", RECORD_METHOD, "POST", NULL},
	{"DisasterRecoveryUrl", "disaster_recovery_url", RECORD_URL, NULL, NULL},
	{"FriendlyName", "friendly_name", RECORD_NAME, NULL, NULL},
	{"Secure", "secure", RECORD_BOOL, "false", NULL},
	{"CnamLookupEnabled", "cnam_lookup_enabled", RECORD_BOOL, "false", NULL},
	{"", "symmetric_rtp_enabled", RECORD_BOOL, "false", NULL},
	{"TransferMode", "transfer_mode", RECORD_CHOICE, "disable-all", "disable-all|enable-all|sip-only"},
	{"TransferCallerId", "transfer_caller_id", RECORD_CHOICE, "from-transferee", "from-transferee|from-transferor"},
	{"", "auth_type", RECORD_TEXT, "", NULL},
};

static const struct { const char *name, *path; } links[] = {
	{"origination_urls", "OriginationUrls"}, {"credential_lists", "CredentialLists"},
	{"ip_access_control_lists", "IpAccessControlLists"}, {"phone_numbers", "PhoneNumbers"},
};

static void tail(struct buf *b, const struct record *r)
{
	out_name(b, "recording");
	out_open(b, '{');
	out_member(b, "mode", "do-not-record");
	out_member(b, "trim", "do-not-trim");
	out_close(b, '}');
	out_name(b, "auth_type_set");
	out_open(b, '[');
	out_close(b, ']');
	out_member_iso(b, "date_created", r->created);
	out_member_iso(b, "date_updated", r->updated);
	out_memberf(b, "url", HOST "/v1/Trunks/%s", r->sid);
	out_name(b, "links");
	out_open(b, '{');
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		out_memberf(b, links[i].name, HOST "/v1/Trunks/%s/%s", r->sid, links[i].path);
	out_close(b, '}');
}

const struct record_kind trunk_kind = {
	.prefix = "TK", .key = "trunks", .host = HOST, .fields = fields, .n = (int)ARRAY_LEN(fields), .tail = tail,
};

void trunks_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_list(s, &trunk_kind, p->self.sid, q, a);
}

void trunks_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_create(s, &trunk_kind, p->self.sid, q, a);
}

void trunks_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_fetch(s, &trunk_kind, p->self.sid, q->segment[2], q, a);
}

void trunks_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_update(s, &trunk_kind, p->self.sid, q->segment[2], q, a);
}

void trunks_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_delete(s, &trunk_kind, p->self.sid, q->segment[2], q, a);
}
