#include "test.h"

#include "fixture.h"
#include "msgservices.h"

static const char *acme(void)
{
	return cred("AC", "acme");
}

static struct reply service_ask(const char *method, const char *name, const char *rest, const char *who, const char *form)
{
	char *target = mem_printf("/messaging/v1/Services/%s%s", sid_of("MG", name), rest);
	struct reply r = ask(method, target, who, form);

	free(target);
	return r;
}

static void lists_are_the_accounts_own(void **state)
{
	static const struct { const char *who; size_t services, verifications; } rows[] = {
		{"acme", 2, 0}, {"acme-east", 1, 1}, {"acme-west", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r = ask("GET", "/messaging/v1/Services", cred("AC", rows[i].who), NULL);

		assert_int_equal(rows_of(&r, "services"), rows[i].services);
		assert_string_equal(json_text(json_get(r.json, "meta"), "key"), "services");
		reply_free(&r);
		r = ask("GET", "/messaging/v1/Tollfree/Verifications", cred("AC", rows[i].who), NULL);
		assert_int_equal(rows_of(&r, "verifications"), rows[i].verifications);
		reply_free(&r);
	}
	expect("no credentials", ask("GET", "/messaging/v1/Services", NULL, NULL), 401, 20003);
	expect("test credentials", ask("GET", "/messaging/v1/Services", cred("AC", "test"), NULL), 403, 20008);
	expect("another's", service_ask("GET", "east-desk", "", acme(), NULL), 404, 20404);
	expect("another's pool", service_ask("GET", "east-desk", "/PhoneNumbers", acme(), NULL), 404, 20404);
	expect("another's campaigns", service_ask("GET", "east-desk", "/Compliance/Usa2p", acme(), NULL), 404, 20404);
}

static void life_of_a_service(void **state)
{
	struct reply r = ask("POST", "/messaging/v1/Services", acme(),
			     "FriendlyName=Desk+7&InboundRequestUrl=https://sms.example.com/&StickySender=false&"
			     "FallbackMethod=get&ValidityPeriod=600");
	char *path;

	(void)state;
	assert_int_equal(r.status, 201);
	assert_int_equal(json_count(r.json), 23);
	assert_string_equal(text_of(&r, "friendly_name"), "Desk 7");
	assert_string_equal(text_of(&r, "inbound_request_url"), "https://sms.example.com/");
	assert_string_equal(text_of(&r, "fallback_method"), "GET");
	assert_false(json_bool(r.json, "sticky_sender", true));
	assert_true(json_is_null_or_absent(r.json, "fallback_url"));
	path = mem_printf("/messaging/v1/Services/%s", text_of(&r, "sid"));
	reply_free(&r);
	r = ask("POST", path, acme(), "InboundRequestUrl=&UseInboundWebhookOnNumber=true");
	assert_int_equal(r.status, 200);
	assert_true(json_is_null_or_absent(r.json, "inbound_request_url"));
	assert_true(json_bool(r.json, "use_inbound_webhook_on_number", false));
	assert_string_equal(text_of(&r, "friendly_name"), "Desk 7");
	reply_free(&r);
	expect("delete", ask("DELETE", path, acme(), NULL), 204, 0);
	expect("again", ask("DELETE", path, acme(), NULL), 404, 20404);
	free(path);
	assert_int_equal(ledger_count("executions"), 3);
}

static void refusals(void **state)
{
	static const struct { const char *form; int code; } rows[] = {
		{"", 20001}, {"FriendlyName=", 20002}, {"FriendlyName=a&InboundRequestUrl=nonsense", 21402},
		{"FriendlyName=a&InboundMethod=PUT", 21403}, {"FriendlyName=a&StickySender=perhaps", 20001},
		{"FriendlyName=a&ValidityPeriod=0", 20001}, {"FriendlyName=a&ScanMessageContent=on", 20001},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, ask("POST", "/messaging/v1/Services", acme(), rows[i].form), 400, rows[i].code);
	assert_int_equal(ledger_count("executions"), 0);
}

static char *pn_form(const char *phone)
{
	return mem_printf("PhoneNumberSid=%s", sid_of("PN", phone));
}

static void attach(const char *what, const char *service, const char *phone, int status, int code)
{
	char *form = pn_form(phone);

	expect(what, service_ask("POST", service, "/PhoneNumbers", acme(), form), status, code);
	free(form);
}

static void numbers_in_and_out(void **state)
{
	char *entry = mem_printf("/PhoneNumbers/%s", sid_of("PN", "+14155550102"));
	struct reply r;

	(void)state;
	expect("not there", service_ask("GET", "acme-main", entry, acme(), NULL), 404, 20404);
	attach("attach", "acme-main", "+14155550102", 201, 0);
	attach("again", "acme-main", "+14155550102", 409, 21710);
	attach("elsewhere", "acme-spare", "+14155550102", 409, 21712);
	attach("no SMS", "acme-spare", "+442079460101", 400, 21715);
	attach("of another account", "acme-spare", "+18335550104", 404, 20404);
	expect("none named", service_ask("POST", "acme-spare", "/PhoneNumbers", acme(), ""), 400, 20001);
	r = service_ask("GET", "acme-main", entry, acme(), NULL);
	assert_int_equal(json_count(r.json), 9);
	assert_string_equal(text_of(&r, "phone_number"), "+14155550102");
	assert_string_equal(text_of(&r, "country_code"), "US");
	assert_true(json_is_array(json_get(r.json, "capabilities")));
	assert_string_equal(json_string(json_first(json_get(r.json, "capabilities"))), "Voice");
	reply_free(&r);
	r = service_ask("GET", "acme-main", "/PhoneNumbers", acme(), NULL);
	assert_int_equal(rows_of(&r, "phone_numbers"), 2);
	reply_free(&r);
	expect("detach", service_ask("DELETE", "acme-main", entry, acme(), NULL), 204, 0);
	expect("twice", service_ask("DELETE", "acme-main", entry, acme(), NULL), 404, 20404);
	attach("now elsewhere", "acme-spare", "+14155550102", 201, 0);
	free(entry);
}

static void a_released_number_leaves_its_pool(void **state)
{
	char *path = mem_printf("/IncomingPhoneNumbers/%s.json", sid_of("PN", "+14155550101"));
	struct reply r;

	(void)state;
	expect("release", account_ask("DELETE", "acme", path, acme(), NULL), 204, 0);
	r = service_ask("GET", "acme-main", "/PhoneNumbers", acme(), NULL);
	assert_int_equal(rows_of(&r, "phone_numbers"), 0);
	reply_free(&r);
	free(path);
}

static void a_transferred_number_leaves_its_pool(void **state)
{
	char *path = mem_printf("/IncomingPhoneNumbers/%s.json", sid_of("PN", "+14155550101"));
	char *form = mem_printf("AccountSid=%s", sid_of("AC", "acme-west"));
	struct reply r;

	(void)state;
	expect("refused", account_ask("POST", "acme", path, acme(), "AccountSid=AC1"), 400, 21470);
	r = service_ask("GET", "acme-main", "/PhoneNumbers", acme(), NULL);
	assert_int_equal(rows_of(&r, "phone_numbers"), 1);
	reply_free(&r);
	expect("transfer", account_ask("POST", "acme", path, acme(), form), 200, 0);
	r = service_ask("GET", "acme-main", "/PhoneNumbers", acme(), NULL);
	assert_int_equal(rows_of(&r, "phone_numbers"), 0);
	reply_free(&r);
	free(form);
	free(path);
}

static int start_many(void **state)
{
	(void)state;
	start_with(&(struct sandbox_config){.seed = "basic", .numbers = 2000});
	return 0;
}

/* 401 formula numbers that take SMS, until the pool is full; then its list in pages. */
static void a_pool_has_an_end(void **state)
{
	struct reply all = account_ask("GET", "acme", "/IncomingPhoneNumbers.json?PageSize=1000", acme(), NULL);
	int status = 201, attached = 0, code = 0;
	struct reply r;

	(void)state;
	for (const struct json *n = json_first(json_get(all.json, "incoming_phone_numbers")); n && status == 201;
	     n = json_next(n)) {
		char *form = mem_printf("PhoneNumberSid=%s", json_text(n, "sid"));

		if (json_bool(json_get(n, "capabilities"), "sms", false)) {
			r = service_ask("POST", "acme-spare", "/PhoneNumbers", acme(), form);
			status = r.status == 409 ? 201 : r.status;      /* the one in the other pool */
			attached += r.status == 201;
			code = code_of(&r);
			reply_free(&r);
		}
		free(form);
	}
	reply_free(&all);
	assert_int_equal(attached, POOL_MAX);
	assert_int_equal(status, 400);
	assert_int_equal(code, 21714);
	r = service_ask("GET", "acme-spare", "/PhoneNumbers?PageSize=300&Page=1", acme(), NULL);
	assert_int_equal(rows_of(&r, "phone_numbers"), 100);
	reply_free(&r);
}

static void campaigns(void **state)
{
	struct reply r = service_ask("GET", "acme-main", "/Compliance/Usa2p", acme(), NULL);
	const struct json *row;
	char *path;

	(void)state;
	assert_int_equal(rows_of(&r, "compliance"), 1);
	row = json_first(json_get(r.json, "compliance"));
	assert_string_equal(json_text(row, "campaign_status"), "VERIFIED");
	assert_int_equal(json_count(json_get(row, "errors")), 0);
	path = mem_printf("/Compliance/Usa2p/%s", json_text(row, "sid"));
	reply_free(&r);
	expect("one", service_ask("GET", "acme-main", path, acme(), NULL), 200, 0);
	expect("of another service", service_ask("GET", "acme-spare", path, acme(), NULL), 404, 20404);
	free(path);
	r = service_ask("GET", "acme-main", "", acme(), NULL);
	assert_true(json_bool(r.json, "us_app_to_person_registered", false));
	reply_free(&r);
	r = service_ask("GET", "acme-spare", "/Compliance/Usa2p", acme(), NULL);
	assert_int_equal(rows_of(&r, "compliance"), 0);
	reply_free(&r);
	r = service_ask("GET", "east-desk", "/Compliance/Usa2p", cred("AC", "acme-east"), NULL);
	assert_int_equal(json_count(json_get(json_first(json_get(r.json, "compliance")), "errors")), 1);
	reply_free(&r);
}

static void tollfree_verifications(void **state)
{
	static const struct { const char *query; size_t rows; } rows[] = {
		{"", 0}, {"?IncludeSubAccounts=true", 1}, {"?IncludeSubAccounts=true&Status=TWILIO_APPROVED", 0},
		{"?IncludeSubAccounts=true&Status=PENDING_REVIEW", 1},
		{"?IncludeSubAccounts=true&TollfreePhoneNumberSid=PN00000000000000000000000000000000", 0},
	};
	char *path = mem_printf("/messaging/v1/Tollfree/Verifications/%s", sid_of("HH", "+18335550104"));
	struct reply r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *target = mem_printf("/messaging/v1/Tollfree/Verifications%s", rows[i].query);

		r = ask("GET", target, acme(), NULL);
		if (rows_of(&r, "verifications") != rows[i].rows)
			fail_msg("'%s': %zu", rows[i].query, rows_of(&r, "verifications"));
		reply_free(&r);
		free(target);
	}
	expect("of a subaccount", ask("GET", path, acme(), NULL), 404, 20404);
	r = ask("GET", path, cred("AC", "acme-east"), NULL);
	assert_string_equal(text_of(&r, "status"), "PENDING_REVIEW");
	assert_true(json_is_null_or_absent(r.json, "rejection_reason"));
	reply_free(&r);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(lists_are_the_accounts_own), SERVER_TEST(life_of_a_service), SERVER_TEST(refusals),
		SERVER_TEST(numbers_in_and_out), SERVER_TEST(a_released_number_leaves_its_pool),
		SERVER_TEST(a_transferred_number_leaves_its_pool), SERVER_TEST(campaigns),
		SERVER_TEST(tollfree_verifications),
		cmocka_unit_test_setup_teardown(a_pool_has_an_end, start_many, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
