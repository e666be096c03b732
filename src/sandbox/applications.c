#include "applications.h"

#include "auth.h"
#include "out.h"
#include "record.h"
#include "request.h"

static const struct record_field fields[] = {
	{"ApiVersion", "api_version", RECORD_VERSION, "2010-04-01", NULL},
	{"FriendlyName", "friendly_name", RECORD_NAME, NULL, NULL},
	{"MessageStatusCallback", "message_status_callback", RECORD_URL, NULL, NULL},
	{"SmsFallbackMethod", "sms_fallback_method", RECORD_METHOD, "POST", NULL},
	{"SmsFallbackUrl", "sms_fallback_url", RECORD_URL, NULL, NULL},
	{"SmsMethod", "sms_method", RECORD_METHOD, "POST", NULL},
	{"SmsStatusCallback", "sms_status_callback", RECORD_URL, NULL, NULL},
	{"SmsUrl", "sms_url", RECORD_URL, NULL, NULL},
	{"StatusCallback", "status_callback", RECORD_URL, NULL, NULL},
	{"StatusCallbackMethod", "status_callback_method", RECORD_METHOD, "POST", NULL},
	{"VoiceCallerIdLookup", "voice_caller_id_lookup", RECORD_BOOL, "false", NULL},
	{"VoiceFallbackMethod", "voice_fallback_method", RECORD_METHOD, "POST", NULL},
	{"VoiceFallbackUrl", "voice_fallback_url", RECORD_URL, NULL, NULL},
	{"VoiceMethod", "voice_method", RECORD_METHOD, "POST", NULL},
	{"VoiceUrl", "voice_url", RECORD_URL, NULL, NULL},
	{"PublicApplicationConnectEnabled", "public_application_connect_enabled", RECORD_BOOL, "false", NULL},
};

static void tail(struct buf *b, const struct record *r)
{
	out_member_date(b, "date_created", r->created);
	out_member_date(b, "date_updated", r->updated);
	out_memberf(b, "uri", "/2010-04-01/Accounts/%s/Applications/%s.json", r->account_sid, r->sid);
}

const struct record_kind application_kind = {
	.prefix = "AP", .key = "applications", .fields = fields, .n = (int)ARRAY_LEN(fields), .tail = tail,
};

void applications_list(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_list(s, &application_kind, p->target.sid, q, a);
}

void applications_create(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_create(s, &application_kind, p->target.sid, q, a);
}

void applications_fetch(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_fetch(s, &application_kind, p->target.sid, q->segment[4], q, a);
}

void applications_update(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_update(s, &application_kind, p->target.sid, q->segment[4], q, a);
}

void applications_delete(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a)
{
	record_delete(s, &application_kind, p->target.sid, q->segment[4], q, a);
}
