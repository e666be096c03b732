#include "test.h"

#include "porting_fixture.h"

static struct reply numbers_get(const char *path)
{
	char *target = mem_printf("/numbers/v1/Porting/%s", path);
	struct reply r = ask("GET", target, cred("AC", "acme"), NULL);

	free(target);
	return r;
}

static void portability_by_number(void **state)
{
	static const struct {
		const char *phone;
		int status, code;
		bool portable, pin;
		const char *type;
	} rows[] = {
		{"+14155550110", 200, 0, true, false, "LOCAL"}, {"+14155550180", 200, 0, true, true, "MOBILE"},
		{"+14155550190", 400, 22130, false, false, "LOCAL"}, {"+14155550191", 400, 22132, false, false, "LOCAL"},
		{"+14155550192", 200, 22133, false, false, "LOCAL"}, {"+14155550193", 400, 22199, false, false, "LOCAL"},
		{"+14155550194", 200, 0, true, false, "UNKNOWN"}, {"+18005550110", 200, 22133, false, false, "TOLL-FREE"},
		{"+442079460155", 400, 22130, false, false, "LOCAL"},
		{"+14155550101", 200, 22131, false, false, "LOCAL"},    /* ours */
		{"+12125550103", 200, 22132, false, false, "LOCAL"},    /* of a subaccount */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = mem_printf("Portability/PhoneNumber/%s", rows[i].phone);
		struct reply r = numbers_get(path);
		int64_t code = 0;

		json_i64(r.json, "not_portable_reason_code", &code);
		if (r.status != rows[i].status || code != rows[i].code || json_count(r.json) != 9 ||
		    json_bool(r.json, "portable", false) != rows[i].portable ||
		    json_bool(r.json, "pin_and_account_number_required", false) != rows[i].pin ||
		    strcmp(text_of(&r, "number_type"), rows[i].type) != 0)
			fail_msg("%s: %d %s", rows[i].phone, r.status, r.body);
		reply_free(&r);
		free(path);
	}
	expect("no number", numbers_get("Portability/PhoneNumber/abc"), 400, 21421);
	expect("a stranger's account", numbers_get("Portability/PhoneNumber/+14155550110?TargetAccountSid=AC1"), 400,
	       20001);
}

static void the_target_decides_who_owns_it(void **state)
{
	char *path = mem_printf("Portability/PhoneNumber/+12125550103?TargetAccountSid=%s", sid_of("AC", "acme-east"));
	struct reply r = numbers_get(path);
	int64_t code = 0;

	(void)state;
	assert_true(json_i64(r.json, "not_portable_reason_code", &code));
	assert_int_equal(code, 22131);
	assert_string_equal(text_of(&r, "account_sid"), sid_of("AC", "acme-east"));
	reply_free(&r);
	free(path);
}

static void life_of_a_request(void **state)
{
	char bill[SID_SIZE], sid[SID_SIZE], number[SID_SIZE], *path;
	const struct json *n;
	struct reply r;

	(void)state;
	upload_bill(bill);
	r = create_port(bill, "{\"phone_number\":\"+14155550110\",\"pin\":\"0042\"},"
			"{\"phone_number\":\"+14155550111\"}", NULL, ",\"notification_emails\":[\"a@example.com\"],\"target_port_in_date\":\"2199-12-01\"");
	assert_int_equal(r.status, 202);
	assert_int_equal(json_count(r.json), 18);
	assert_string_equal(text_of(&r, "port_in_request_status"), "pending");
	assert_string_equal(text_of(&r, "target_port_in_date"), "2199-12-01");
	assert_int_equal(json_count(json_get(r.json, "losing_carrier_information")), 12);
	n = json_first(json_get(r.json, "phone_numbers"));
	assert_int_equal(rows_of(&r, "phone_numbers"), 2);
	assert_int_equal(json_count(n), 12);
	assert_string_equal(json_text(n, "port_in_phone_number_status"), "In Review");
	text_copy(sid, sizeof sid, text_of(&r, "port_in_request_sid"));
	text_copy(number, sizeof number, json_text(n, "port_in_phone_number_sid"));
	reply_free(&r);

	path = mem_printf("PortIn/%s/PhoneNumber/%s", sid, number);
	r = numbers_get(path);
	assert_int_equal(json_count(r.json), 18);
	assert_string_equal(text_of(&r, "port_in_phone_number_status"), "pending");
	assert_non_null(strstr(r.body, "\"port_out_pin\":42"));         /* the zeros are lost, as documented */
	reply_free(&r);
	free(path);
	r = numbers_get("Portability/PhoneNumber/+14155550110");
	assert_non_null(strstr(r.body, "22137"));
	reply_free(&r);

	path = mem_printf("/numbers/v1/Porting/PortIn/%s/PhoneNumber/%s", sid, number);
	expect("one less", ask("DELETE", path, cred("AC", "acme"), NULL), 204, 0);
	expect("twice", ask("DELETE", path, cred("AC", "acme"), NULL), 400, 20001);
	free(path);
	path = mem_printf("/numbers/v1/Porting/PortIn/%s", sid);
	expect("cancel", ask("DELETE", path, cred("AC", "acme"), NULL), 204, 0);
	expect("again", ask("DELETE", path, cred("AC", "acme"), NULL), 400, 20001);
	r = ask("GET", path, cred("AC", "acme"), NULL);
	assert_string_equal(text_of(&r, "port_in_request_status"), "canceled");
	reply_free(&r);
	expect("of another account", ask("GET", path, cred("AC", "trial"), NULL), 404, 20404);
	free(path);
	assert_int_equal(ledger_count("executions"), 4);
}

static void what_a_request_must_hold(void **state)
{
	static const char one[] = "{\"phone_number\":\"+14155550110\"}";
	static const struct {
		const char *name, *numbers, *carrier, *more;
		int code;
	} rows[] = {
		{"no numbers", "", NULL, NULL, 20001}, {"no number", "{\"phone_number\":\"415\"}", NULL, NULL, 20001},
		{"two countries", "{\"phone_number\":\"+14155550110\"},{\"phone_number\":\"+442079460155\"}", NULL, NULL,
		 22172},
		{"no representative", one, "\"customer_name\":\"A\"," ADDRESS, NULL, 20001},
		{"no e-mail", one, "\"customer_name\":\"A\",\"authorized_representative\":\"B\"," ADDRESS, NULL, 20001},
		{"no address", one, CARRIER, NULL, 20001}, {"type", one, CARRIER ",\"customer_type\":\"x\"", NULL, 20001},
		{"half an address", one, CARRIER ",\"address\":{\"street\":\"x\"}", NULL, 20001},
		{"a stranger's address", one, CARRIER ",\"address_sid\":\"AD1\"", NULL, 20001},
		{"too soon", one, NULL, ",\"target_port_in_date\":\"2020-01-01\"", 20001},
		{"no date", one, NULL, ",\"target_port_in_date\":\"soon\"", 20001},
		{"mobile without a PIN", "{\"phone_number\":\"+14155550181\"}", CARRIER "," ADDRESS
		 ",\"account_number\":\"1\"", NULL, 20001},
		{"mobile without an account number", "{\"phone_number\":\"+14155550181\",\"pin\":\"0042\"}", NULL, NULL,
		 20001},
	};
	char bill[SID_SIZE];

	(void)state;
	upload_bill(bill);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].name, create_port(bill, rows[i].numbers, rows[i].carrier, rows[i].more), 400, rows[i].code);
	expect("no bill", create_port("RD00000000000000000000000000000000", one, NULL, NULL), 400, 20001);
	expect("no JSON", post_json("/numbers/v1/Porting/PortIn", "{\"account_sid\":"), 400, 20001);
	expect("a form", ask("POST", "/numbers/v1/Porting/PortIn", cred("AC", "acme"), "account_sid=AC1"), 400, 20001);
	expect("a mobile with both", create_port(bill, "{\"phone_number\":\"+14155550181\",\"pin\":\"0042\"}",
						 CARRIER "," ADDRESS ",\"account_number\":\"1\"", NULL), 202, 0);
	expect("a stored address", create_port(bill, "{\"phone_number\":\"+14155550112\"}",
					       CARRIER ",\"address_sid\":\"AD0\"", NULL), 400, 20001);
	assert_int_equal(ledger_count("executions"), 2);
}

static void a_stored_address_is_copied(void **state)
{
	char bill[SID_SIZE], *carrier = mem_printf(CARRIER ",\"address_sid\":\"%s\"", sid_of("AD", "acme-us"));
	struct reply r;

	(void)state;
	upload_bill(bill);
	r = create_port(bill, "{\"phone_number\":\"+14155550112\"}", carrier, NULL);
	assert_int_equal(r.status, 202);
	assert_string_equal(json_text(json_get(json_get(r.json, "losing_carrier_information"), "address"), "city"),
			    "San Francisco");
	reply_free(&r);
	free(carrier);
}

static void the_list_pages_and_filters(void **state)
{
	static const struct { const char *query; size_t rows; } rows[] = {
		{"", 5}, {"?Size=2", 2}, {"?PortInRequestStatus=In+review", 5}, {"?PortInRequestStatus=Completed", 0},
		{"?CreatedAfter=2199-01-01", 0}, {"?CreatedBefore=2199-01-01", 5}, {"?PortInRequestSid=KW1", 0},
	};
	char bill[SID_SIZE], sid[SID_SIZE] = "", token[SID_SIZE] = "";
	size_t seen = 0;

	(void)state;
	upload_bill(bill);
	for (int i = 0; i < 5; i++) {
		char *number = mem_printf("{\"phone_number\":\"+1415555011%d\"}", i);
		struct reply r = create_port(bill, number, NULL, NULL);

		text_copy(sid, sizeof sid, text_of(&r, "port_in_request_sid"));
		reply_free(&r);
		free(number);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = mem_printf("PortIn/PortInRequests%s", rows[i].query);
		struct reply r = numbers_get(path);

		if (rows_of(&r, "port_in_requests") != rows[i].rows)
			fail_msg("%s: %s", rows[i].query, r.body);
		reply_free(&r);
		free(path);
	}
	for (int page = 0; page < 3; page++) {
		char *path = mem_printf("PortIn/PortInRequests?Size=2%s%s", *token ? "&Token=" : "", token);
		struct reply r = numbers_get(path);
		const struct json *first = json_first(json_get(r.json, "port_in_requests"));
		const struct json *meta = json_get(r.json, "meta");

		assert_int_equal(json_count(first), 6);
		if (page == 0)
			assert_string_equal(json_text(first, "port_in_request_sid"), sid);      /* newest first */
		assert_int_equal(json_is_null_or_absent(meta, "previous_token"), page == 0);
		seen += rows_of(&r, "port_in_requests");
		text_copy(token, sizeof token, json_text(meta, "next_token") ? json_text(meta, "next_token") : "");
		reply_free(&r);
		free(path);
	}
	assert_string_equal(token, "");
	assert_int_equal(seen, 5);
	expect("size", numbers_get("PortIn/PortInRequests?Size=0"), 400, 20001);
	expect("size", numbers_get("PortIn/PortInRequests?Size=101"), 400, 20001);
	expect("token", numbers_get("PortIn/PortInRequests?Token=KW1"), 400, 20001);
	expect("date", numbers_get("PortIn/PortInRequests?CreatedAfter=x"), 400, 20001);
}

static void move(const char *fmt, const char *sid)
{
	char *json = mem_printf("{\"sid\":\"%s\",%s}", sid, fmt);

	expect(json, ask_body("POST", "/_sandbox/port", "x:y", "application/json", json, strlen(json)), 200, 0);
	free(json);
}

static void tests_move_requests(void **state)
{
	char bill[SID_SIZE], sid[SID_SIZE], *path;
	const struct json *n;
	struct reply r;

	(void)state;
	upload_bill(bill);
	r = create_port(bill, "{\"phone_number\":\"+14155550110\"},{\"phone_number\":\"+14155550111\"}", NULL, NULL);
	text_copy(sid, sizeof sid, text_of(&r, "port_in_request_sid"));
	reply_free(&r);
	path = mem_printf("PortIn/%s", sid);
	move("\"status\":\"waiting_for_signature\",\"suggested_action\":\"sign\"", sid);
	r = numbers_get(path);
	assert_string_equal(text_of(&r, "port_in_request_status"), "waiting_for_signature");
	assert_non_null(strstr(text_of(&r, "signature_request_url"), "https://"));
	reply_free(&r);
	r = numbers_get("PortIn/PortInRequests");
	n = json_first(json_get(r.json, "port_in_requests"));
	assert_string_equal(json_text(n, "port_in_request_status"), "Waiting for Signature");
	assert_string_equal(json_text(n, "suggested_action"), "sign");
	reply_free(&r);
	move("\"status\":\"action_required\",\"phone_number\":\"+14155550111\",\"number_status\":\"port_rejected\","
	     "\"rejection_reason\":\"INVALID_PIN\",\"rejection_reason_code\":\"1\"", sid);
	move("\"status\":\"in_progress\",\"phone_number\":\"+14155550110\",\"number_status\":\"completed\","
	     "\"port_date\":\"2030-01-01T00:00:00Z\"", sid);
	r = numbers_get(path);
	n = json_first(json_get(r.json, "phone_numbers"));
	assert_string_equal(json_text(n, "port_date"), "2030-01-01T00:00:00Z");
	assert_string_equal(json_text(n, "port_in_phone_number_status"), "Completed");
	assert_string_equal(json_text(json_next(n), "rejection_reason"), "INVALID_PIN");
	reply_free(&r);
	r = account_ask("GET", "acme", "/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550110", cred("AC", "acme"), NULL);
	assert_int_equal(rows_of(&r, "incoming_phone_numbers"), 1);     /* it has arrived */
	reply_free(&r);
	expect("no such", ask_body("POST", "/_sandbox/port", "x:y", "application/json", "{}", 2), 400, 20001);
	free(path);
}

static void a_number_that_cannot_come_asks_for_action(void **state)
{
	char bill[SID_SIZE];
	struct reply r;

	(void)state;
	upload_bill(bill);
	r = create_port(bill, "{\"phone_number\":\"+14155550190\"},{\"phone_number\":\"+14155550110\"}", NULL, NULL);
	assert_int_equal(r.status, 202);
	assert_string_equal(text_of(&r, "port_in_request_status"), "action_required");
	assert_string_equal(json_text(json_first(json_get(r.json, "phone_numbers")), "not_portability_reason"),
			    "UNSUPPORTED");
	reply_free(&r);
}

/* The service protects nobody from asking twice; the books must show it. */
static void the_same_twice_is_two_requests(void **state)
{
	char bill[SID_SIZE];

	(void)state;
	upload_bill(bill);
	for (int i = 0; i < 2; i++)
		expect("create", create_port(bill, "{\"phone_number\":\"+14155550110\"}", NULL, NULL), 202, 0);
	assert_int_equal(ledger_count("executions"), 3);
}

static void a_request_may_be_listed_late(void **state)
{
	char bill[SID_SIZE];
	struct reply r;

	(void)state;
	upload_bill(bill);
	order_fault("{\"match\":{\"method\":\"POST\",\"path_contains\":\"PortIn\"},\"mode\":\"list-lag-ms\","
		    "\"arg\":3600000}");
	expect("create", create_port(bill, "{\"phone_number\":\"+14155550110\"}", NULL, NULL), 202, 0);
	r = numbers_get("PortIn/PortInRequests");
	assert_int_equal(rows_of(&r, "port_in_requests"), 0);
	reply_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(portability_by_number), SERVER_TEST(the_target_decides_who_owns_it),
		SERVER_TEST(life_of_a_request), SERVER_TEST(what_a_request_must_hold),
		SERVER_TEST(a_stored_address_is_copied), SERVER_TEST(the_list_pages_and_filters),
		SERVER_TEST(tests_move_requests), SERVER_TEST(a_number_that_cannot_come_asks_for_action),
		SERVER_TEST(the_same_twice_is_two_requests), SERVER_TEST(a_request_may_be_listed_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
