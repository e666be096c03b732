#include "test.h"

#include "fixture.h"

/* Updates of one number, +14155550101 of the account "acme" of the seed. */
static char path[80];

static const char *acme(void)
{
	return cred("AC", "acme");
}

static int start(void **state)
{
	start_basic(state);
	snprintf(path, sizeof path, "/IncomingPhoneNumbers/%s.json", sid_of("PN", "+14155550101"));
	return 0;
}

static void fields_stay_unless_given(void **state)
{
	struct reply r;

	(void)state;
	r = account_ask("POST", "acme", path, acme(), "");
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(&r, "friendly_name"), "Main line");
	assert_string_equal(text_of(&r, "voice_url"), "https://voice.example.com/main");
	reply_free(&r);
	r = account_ask("POST", "acme", path, acme(), "VoiceUrl=&SmsMethod=GET&VoiceCallerIdLookup=true");
	assert_string_equal(text_of(&r, "voice_url"), "");
	assert_string_equal(text_of(&r, "sms_method"), "GET");
	assert_true(json_bool(r.json, "voice_caller_id_lookup", false));
	assert_string_equal(text_of(&r, "friendly_name"), "Main line");
	reply_free(&r);
	expect("unknown SID", account_ask("POST", "acme",
					  "/IncomingPhoneNumbers/PN00000000000000000000000000000000.json", acme(),
					  ""), 404, 20404);
	expect("refused", account_ask("POST", "acme", path, acme(), "FriendlyName=x&SmsUrl=nope"), 400, 21402);
	r = account_ask("GET", "acme", path, acme(), NULL);
	assert_string_equal(text_of(&r, "friendly_name"), "Main line");
	reply_free(&r);
}

static struct reply set(const char *member, const char *sid)
{
	char *form = mem_printf("%s=%s", member, sid);
	struct reply r = account_ask("POST", "acme", path, acme(), form);

	free(form);
	return r;
}

static void trunk_and_application_drive_each_other_out(void **state)
{
	struct reply r = set("VoiceApplicationSid", sid_of("AP", "acme-menu"));

	(void)state;
	assert_string_equal(text_of(&r, "voice_application_sid"), sid_of("AP", "acme-menu"));
	reply_free(&r);
	r = set("TrunkSid", sid_of("TK", "acme-pbx"));
	assert_string_equal(text_of(&r, "trunk_sid"), sid_of("TK", "acme-pbx"));
	assert_string_equal(text_of(&r, "voice_application_sid"), "");
	reply_free(&r);
	r = set("VoiceApplicationSid", sid_of("AP", "acme-night"));
	assert_true(json_is_null_or_absent(r.json, "trunk_sid"));
	reply_free(&r);
	r = set("VoiceApplicationSid", "");                                     /* cleared, and nothing comes back */
	assert_string_equal(text_of(&r, "voice_application_sid"), "");
	assert_true(json_is_null_or_absent(r.json, "trunk_sid"));
	reply_free(&r);
	expect("application of nobody", set("VoiceApplicationSid", "AP0123456789abcdef0123456789abcdef"), 400, 21218);
	expect("of another account", set("SmsApplicationSid", sid_of("AP", "east-menu")), 400, 21218);
	expect("trunk of nobody", set("TrunkSid", "TK0123456789abcdef0123456789abcdef"), 400, 20422);
}

static void what_does_not_go_together(void **state)
{
	static const struct { const char *form; int code; } rows[] = {
		{"VoiceUrl=&VoiceFallbackUrl=https://x.example.com", 21405}, {"SmsUrl=&SmsFallbackUrl=https://x.example.com", 21406},
		{"VoiceUrl=ftp://x.example.com", 21402}, {"StatusCallback=nope", 21402}, {"SmsMethod=PUT", 21403},
		{"VoiceReceiveMode=data", 20422}, {"EmergencyStatus=on", 20422}, {"FriendlyName=", 20002},
		{"EmergencyAddressSid=AD0123456789abcdef0123456789abcdef", 21631},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, account_ask("POST", "acme", path, acme(), rows[i].form), 400, rows[i].code);
	snprintf(path, sizeof path, "/IncomingPhoneNumbers/%s.json", sid_of("PN", "+442079460101"));
	expect("no SMS there", account_ask("POST", "acme", path, acme(), "SmsUrl=https://x.example.com"), 400, 21407);
	expect("no lookup there", account_ask("POST", "acme", path, acme(), "VoiceCallerIdLookup=true"), 400, 21409);
	assert_int_equal(ledger_count("executions"), 0);
}

static void emergency_address(void **state)
{
	struct reply r = set("EmergencyAddressSid", sid_of("AD", "acme-us"));

	(void)state;
	assert_string_equal(text_of(&r, "emergency_address_status"), "registered");
	reply_free(&r);
	r = set("EmergencyAddressSid", "");
	assert_string_equal(text_of(&r, "emergency_address_status"), "unregistered");
	assert_true(json_is_null_or_absent(r.json, "emergency_address_sid"));
	reply_free(&r);
}

static struct reply transfer(const char *who, const char *from, const char *to, const char *more)
{
	char *form = mem_printf("AccountSid=%s%s", to, more);
	struct reply r = account_ask("POST", from, path, who, form);

	free(form);
	return r;
}

static void transfers(void **state)
{
	struct reply r;

	(void)state;
	expect("malformed", transfer(acme(), "acme", "x", ""), 400, 21470);
	expect("unknown", transfer(acme(), "acme", sid_of("AC", "nobody"), ""), 400, 21471);
	expect("unrelated", transfer(acme(), "acme", sid_of("AC", "trial"), ""), 400, 21473);
	expect("suspended", transfer(acme(), "acme", sid_of("AC", "acme-paused"), ""), 400, 21472);
	expect("closed", transfer(acme(), "acme", sid_of("AC", "acme-gone"), ""), 400, 21472);
	expect("by a key", transfer(cred("SK", "acme-main"), "acme", sid_of("AC", "acme-east"), ""), 400, 21474);
	expect("to itself", transfer(acme(), "acme", sid_of("AC", "acme"), ""), 200, 0);
	r = transfer(acme(), "acme", sid_of("AC", "acme-east"), "");
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(&r, "account_sid"), sid_of("AC", "acme-east"));
	assert_string_equal(text_of(&r, "sid"), sid_of("PN", "+14155550101"));
	reply_free(&r);
	expect("not at the old one", account_ask("GET", "acme", path, acme(), NULL), 404, 20404);
	expect("by the subaccount", transfer(cred("AC", "acme-east"), "acme-east", sid_of("AC", "acme-west"), ""), 400,
	       21474);
	expect("between subaccounts", transfer(acme(), "acme-east", sid_of("AC", "acme-west"), ""), 200, 0);
	expect("and home", transfer(acme(), "acme-west", sid_of("AC", "acme"), "&FriendlyName=Home"), 200, 0);
	assert_int_equal(ledger_count("executions"), 4);
}

/* The SIDs of the losing account's objects mean nothing in the gaining one; addresses of webhooks go along. */
static void transfer_leaves_objects_behind(void **state)
{
	char *form = mem_printf("EmergencyAddressSid=%s&EmergencyStatus=Active&AddressSid=%s&"
				"VoiceApplicationSid=%s&SmsApplicationSid=%s", sid_of("AD", "acme-us"),
				sid_of("AD", "acme-us"), sid_of("AP", "acme-menu"), sid_of("AP", "acme-menu"));
	struct reply r = account_ask("POST", "acme", path, acme(), form);

	(void)state;
	free(form);
	assert_string_equal(text_of(&r, "emergency_address_status"), "registered");
	reply_free(&r);
	r = transfer(acme(), "acme", sid_of("AC", "acme-east"), "");
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(&r, "voice_url"), "https://voice.example.com/main");
	assert_string_equal(text_of(&r, "voice_application_sid"), "");
	assert_string_equal(text_of(&r, "sms_application_sid"), "");
	assert_string_equal(text_of(&r, "emergency_status"), "Inactive");
	assert_true(json_is_null_or_absent(r.json, "emergency_address_sid"));
	assert_true(json_is_null_or_absent(r.json, "address_sid"));
	reply_free(&r);
	form = mem_printf("TrunkSid=%s", sid_of("TK", "east-pbx"));
	r = account_ask("POST", "acme-east", path, acme(), form);
	free(form);
	assert_string_equal(text_of(&r, "trunk_sid"), sid_of("TK", "east-pbx"));
	reply_free(&r);
	r = transfer(acme(), "acme-east", sid_of("AC", "acme"), "");
	assert_true(json_is_null_or_absent(r.json, "trunk_sid"));
	reply_free(&r);
}

/* A number that needs an address may only go where there is one. */
static void transfer_needs_the_target_to_comply(void **state)
{
	char *form = mem_printf("AreaCode=415&AddressSid=%s", sid_of("AD", "acme-us"));
	struct reply r;

	(void)state;
	r = account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(), form);
	free(form);
	assert_string_equal(text_of(&r, "address_sid"), sid_of("AD", "acme-us"));
	snprintf(path, sizeof path, "/IncomingPhoneNumbers/%s.json", text_of(&r, "sid"));
	reply_free(&r);
	r = transfer(acme(), "acme", sid_of("AC", "acme-west"), "");
	assert_int_equal(r.status, 200);
	assert_true(json_is_null_or_absent(r.json, "address_sid"));     /* it stays with the account it is of */
	reply_free(&r);
	r = account_ask("GET", "acme", "/AvailablePhoneNumbers/FR/Mobile.json", acme(), NULL);
	form = mem_printf("PhoneNumber=%%2B%s&AddressSid=%s",
			  json_text(json_first(json_get(r.json, "available_phone_numbers")), "phone_number") + 1,
			  sid_of("AD", "acme-us"));
	reply_free(&r);
	r = account_ask("POST", "acme", "/IncomingPhoneNumbers.json", acme(), form);
	free(form);
	assert_int_equal(r.status, 201);
	snprintf(path, sizeof path, "/IncomingPhoneNumbers/%s.json", text_of(&r, "sid"));
	reply_free(&r);
	expect("no address there", transfer(acme(), "acme", sid_of("AC", "acme-west"), ""), 400, 21631);
	form = mem_printf("&AddressSid=%s", sid_of("AD", "acme-us"));
	expect("address of the old account", transfer(acme(), "acme", sid_of("AC", "acme-east"), form), 400, 21631);
	free(form);
	form = mem_printf("&AddressSid=%s", sid_of("AD", "acme-east-de"));
	expect("address of the new account", transfer(acme(), "acme", sid_of("AC", "acme-east"), form), 200, 0);
	free(form);
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(fields_stay_unless_given), T(trunk_and_application_drive_each_other_out), T(transfers),
		T(transfer_leaves_objects_behind), T(transfer_needs_the_target_to_comply),
		T(what_does_not_go_together), T(emergency_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
