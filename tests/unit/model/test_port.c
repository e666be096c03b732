#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/port.h"
#include "numdesk/model/port_draft.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

#define NOW 1764547200          /* 2025-12-01 */

/* --- states ------------------------------------------------------------------------------------------------------- */

static void spellings_of_states(void **state)
{
	static const struct { const char *twilio; enum port_state want; } rows[] = {
		{NULL, PORT_OTHER}, {"", PORT_OTHER}, {"pending", PORT_IN_REVIEW}, {"In review", PORT_IN_REVIEW},
		{"in_review", PORT_IN_REVIEW}, {"In-Review", PORT_IN_REVIEW}, {"INREVIEW", PORT_IN_REVIEW},
		{"Waiting for Signature", PORT_SIGNATURE}, {"waiting_for_signature", PORT_SIGNATURE},
		{"In progress", PORT_IN_PROGRESS}, {"port_submitted", PORT_IN_PROGRESS}, {"Port Pending", PORT_SCHEDULED},
		{"Action Required", PORT_ACTION}, {"port_rejected", PORT_REJECTED}, {"Completed", PORT_COMPLETED},
		{"Canceled", PORT_CANCELLED}, {"cancelled", PORT_CANCELLED}, {"canceling", PORT_CANCELLING},
		{"Expired", PORT_EXPIRED}, {"Frozen", PORT_OTHER}, {"in review 2", PORT_OTHER},
		{"waitingforsignaturewaitingforsignaturewaitingforsignature", PORT_OTHER},
	};
	enum port_state s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (port_state_parse(rows[i].twilio) != rows[i].want)
			fail_msg("'%s': %s", rows[i].twilio, port_state_name(port_state_parse(rows[i].twilio)));
	for (s = PORT_OTHER; s < PORT_STATE_COUNT; s++) {
		enum port_state back = PORT_STATE_COUNT;

		assert_true(port_state_named(port_state_name(s), &back));
		assert_int_equal(back, s);
		assert_true(*port_state_words(s));
	}
	assert_false(port_state_named("frozen", &s));
	assert_false(port_state_named("", &s));
}

static void what_a_state_asks_for(void **state)
{
	(void)state;
	assert_int_equal(port_state_mood(PORT_ACTION), PORT_MOOD_ACT);
	assert_int_equal(port_state_mood(PORT_SIGNATURE), PORT_MOOD_ACT);
	assert_int_equal(port_state_mood(PORT_OTHER), PORT_MOOD_WAITS);
	assert_true(port_state_is_over(PORT_CANCELLED));
	assert_false(port_state_is_over(PORT_OTHER));
	assert_false(port_state_is_over(PORT_REJECTED));
}

static void numbers_and_dates_of_a_request(void **state)
{
	struct port_number v[] = {{.phone_number = "+14155550110", .port_date = 200}, {.phone_number = "+14155550111"},
				  {.phone_number = "+14155550112", .port_date = 100}};
	struct port p = {.numbers = v, .n = 0};
	char text[64];

	(void)state;
	assert_string_equal(port_numbers_say(&p, text, sizeof text), "");
	assert_int_equal(port_date(&p), 0);
	p.n = 1;
	assert_string_equal(port_numbers_say(&p, text, sizeof text), "+1 415-555-0110");
	p.n = 3;
	assert_string_equal(port_numbers_say(&p, text, sizeof text), "+1 415-555-0110 and 2 more");
	assert_int_equal(port_date(&p), 100);
}

static void reasons_in_words(void **state)
{
	char says[200];

	(void)state;
	assert_non_null(strstr(port_reason_say(22132, "X", says, sizeof says), "somebody else"));
	assert_string_equal(port_reason_say(22199, "FROZEN_BY_LOSING_CARRIER", says, sizeof says), "frozen by losing carrier");
	assert_string_equal(port_reason_say(0, "Not now\033[2J", says, sizeof says), "Not now<U+001B>[2J");
	assert_string_equal(port_reason_say(0, "", says, sizeof says), "Twilio does not say why");
	assert_string_equal(port_rejection_say("INVALID_PIN", says, sizeof says), "the PIN is wrong");
	assert_string_equal(port_rejection_say("SOMETHING_ELSE", says, sizeof says), "something else");
}

/* --- drafts ------------------------------------------------------------------------------------------------------- */

static const char whole[] =
	"[request]\ncustomer_type = business\ncustomer_name = Acme \"Inc\"\nauthorized_representative = R. Example\n"
	"authorized_representative_email = signer@example.com\naccount_number = 0088-1203\n"
	"account_telephone_number = (415) 555-0110\nstreet = 1 Market Street\ncity = San Francisco\nstate = CA\n"
	"zip = 94105\ncountry = USA\ntarget_port_in_date = 2025-12-08\nnotification_emails = a@example.com, b@example.com\n"
	"[numbers]\n+14155550110 = 0042\n(415) 555-0111 =\n";

static bool read(struct port_draft *d, const char *text, struct err *e)
{
	err_clear(e);
	port_draft_init(d);
	return port_draft_read(d, "port.ini", text, strlen(text), e);
}

static void a_file_becomes_a_body(void **state)
{
	struct port_draft d;
	struct err e = {0};
	char *body;
	struct json *doc;
	const struct json *carrier, *n;

	(void)state;
	assert_true(read(&d, whole, &e));
	if (!port_draft_check(&d, NOW, &e))
		fail_msg("%s", e.msg);
	body = port_draft_json(&d, "AC1", "RD1", false);
	doc = json_parse(body, strlen(body), 1 << 20, &e);
	assert_non_null(doc);
	assert_string_equal(json_text(doc, "account_sid"), "AC1");
	assert_string_equal(json_string(json_first(json_get(doc, "documents"))), "RD1");
	n = json_first(json_get(doc, "phone_numbers"));
	assert_string_equal(json_text(n, "pin"), "0042");
	assert_string_equal(json_text(json_next(n), "phone_number"), "+14155550111");
	assert_true(json_is_null_or_absent(json_next(n), "pin"));
	carrier = json_get(doc, "losing_carrier_information");
	assert_string_equal(json_text(carrier, "customer_name"), "Acme \"Inc\"");
	assert_string_equal(json_text(carrier, "customer_type"), "Business");
	assert_string_equal(json_text(carrier, "account_number"), "0088-1203");
	assert_string_equal(json_text(carrier, "account_telephone_number"), "+14155550110");
	assert_string_equal(json_text(json_get(carrier, "address"), "zip"), "94105");
	assert_int_equal(json_count(json_get(doc, "notification_emails")), 2);
	assert_string_equal(json_string(json_next(json_first(json_get(doc, "notification_emails")))), "b@example.com");
	json_free(doc);
	crypto_wiping_free(body);
	body = port_draft_json(&d, "AC1", NULL, true);
	assert_null(strstr(body, "0042"));
	assert_null(strstr(body, "0088"));
	assert_non_null(strstr(body, "\"pin\": \"***\""));
	assert_non_null(strstr(body, "\"documents\": []"));
	crypto_wiping_free(body);
	port_draft_release(&d);
}

/* What is sent can be read again: a body is a request file. */
static void json_files(void **state)
{
	struct port_draft d, again;
	struct err e = {0};
	char *body, *copy;

	(void)state;
	assert_true(read(&d, whole, &e));
	body = port_draft_json(&d, "AC0123456789abcdef0123456789abcdef", "RD0123456789abcdef0123456789abcdef", false);
	port_draft_init(&again);
	if (!port_draft_read(&again, "port.json", body, strlen(body), &e))
		fail_msg("%s", e.msg);
	assert_string_equal(again.account_sid, "AC0123456789abcdef0123456789abcdef");
	assert_string_equal(again.value[PORT_F_DOCUMENTS], "RD0123456789abcdef0123456789abcdef");
	assert_string_equal(again.numbers[0].pin, "0042");
	copy = port_draft_json(&again, "AC0123456789abcdef0123456789abcdef", NULL, false);
	assert_string_equal(body, copy);
	crypto_wiping_free(body);
	crypto_wiping_free(copy);
	port_draft_release(&d);
	port_draft_release(&again);
}

static void files_that_are_refused(void **state)
{
	static const struct { const char *name, *text, *says; } rows[] = {
		{"a section", "[numbre]\na = b\n", "port.ini:2:5: section [numbre] is unknown"},
		{"a key", "[request]\nstret = x\n", "port.ini:2:9: 'stret' is no field of a request: did you mean 'street'"},
		{"no number", "[numbers]\nabc =\n", "port.ini:2:6: "},
		{"twice", "[numbers]\n+14155550110 =\n(415) 555-0110 = 1\n", "+14155550110 is named twice"},
		{"a PIN", "[numbers]\n+14155550110 = 12 34\n", "the PIN of +14155550110 holds something else"},
		{"a long PIN", "[numbers]\n+14155550110 = 123456789012345678901234\n", "is longer than 23"},
		{"a date", "[request]\ntarget_port_in_date = soon\n", "is no date"},
		{"a time", "[request]\ntarget_port_in_time_range_start = 10:15\n", "is no time with an offset"},
		{"an hour", "[request]\ntarget_port_in_time_range_start = 25:15:00-08:00\n", "is no time with an offset"},
		{"an address", "[request]\nauthorized_representative_email = x\n", "is no e-mail address"},
		{"addresses", "[request]\nnotification_emails = a@example.com, b\n", "is no e-mail address"},
		{"a type", "[request]\ncustomer_type = Both\n", "neither Business nor Individual"},
		{"a SID", "[request]\naddress_sid = AD1\n", "not the SID of an address"},
		{"a telephone", "[request]\naccount_telephone_number = 12\n", "account_telephone_number: "},
		{"control", "[request]\ncity = a\033b\n", "cannot be sent"},
		{"broken JSON", "{\"a\":", "port.ini: is not JSON"}, {"an array", "[{}]", "port.ini: is not an object"},
		{"JSON member", "{\"stret\": \"x\"}", "did you mean 'street'"},
		{"JSON pin as a number", "{\"phone_numbers\":[{\"phone_number\":\"+14155550110\",\"pin\":42}]}", "put it in quotes"},
		{"JSON without a number", "{\"phone_numbers\":[{\"pin\":\"1\"}]}", "without a phone_number"},
		{"JSON account", "{\"account_sid\":\"x\"}", "not the SID of an account"},
		{"JSON carrier", "{\"losing_carrier_information\":1}", "is not an object"},
		{"JSON text", "{\"city\":1}", "'city' is not a text"},
		{"JSON list", "{\"notification_emails\":[1]}", "something else than texts"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct port_draft d;
		struct err e = {0};

		if (read(&d, rows[i].text, &e) || e.kind != ERR_USAGE || !strstr(e.msg, rows[i].says))
			fail_msg("%s: %d \"%s\"", rows[i].name, e.kind, e.msg);
		port_draft_release(&d);
	}
}

/* An account number is a secret: no sentence quotes it. */
static void secrets_are_not_quoted(void **state)
{
	char text[200];
	struct port_draft d;
	struct err e = {0};

	(void)state;
	snprintf(text, sizeof text, "[request]\naccount_number = %070d\n", 7);
	assert_false(read(&d, text, &e));
	assert_null(strstr(e.msg, "0007"));
	port_draft_release(&d);
	assert_false(read(&d, "[numbers]\n+14155550110 = 98 76\n", &e));
	assert_null(strstr(e.msg, "98"));
	port_draft_release(&d);
}

static void what_is_missing(void **state)
{
	static const struct { const char *without, *says; } rows[] = {
		{"customer_name", "'customer_name' is missing"}, {"authorized_representative_email", "is missing"},
		{"street", "'street' is missing"}, {"country", "'country' is missing"},
	};
	struct port_draft d;
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t f = 0;

		assert_true(read(&d, whole, &e));
		while (strcmp(port_fields[f].name, rows[i].without) != 0)
			f++;
		assert_true(port_draft_set(&d, (enum port_field)f, "", &e));
		if (port_draft_check(&d, NOW, &e) || !strstr(e.msg, rows[i].says))
			fail_msg("%s: %s", rows[i].without, e.msg);
		port_draft_release(&d);
	}
	assert_true(read(&d, whole, &e));
	for (size_t f = PORT_F_STREET; f <= PORT_F_COUNTRY; f++)
		assert_true(port_draft_set(&d, (enum port_field)f, "", &e));
	assert_true(port_draft_set(&d, PORT_F_ADDRESS_SID, "AD0123456789abcdef0123456789abcdef", &e));
	assert_true(port_draft_check(&d, NOW, &e));     /* an address that is kept at Twilio will do */
	port_draft_release(&d);
	port_draft_init(&d);
	assert_false(port_draft_check(&d, NOW, &e));
	assert_non_null(strstr(e.msg, "no number"));
}

static void what_is_wrong_together(void **state)
{
	struct port_draft d;
	struct err e = {0};
	char *text = mem_printf("%s+442079460155 =\n", whole);

	(void)state;
	assert_true(read(&d, text, &e));
	assert_false(port_draft_check(&d, NOW, &e));
	assert_non_null(strstr(e.msg, "one request holds numbers of one country"));
	port_draft_release(&d);
	free(text);
	assert_true(read(&d, whole, &e));
	assert_true(port_draft_check(&d, NOW + 86399, &e));
	assert_false(port_draft_check(&d, NOW + 86400, &e));    /* a day later it is six days ahead */
	assert_non_null(strstr(e.msg, "2025-12-09 or later"));
	assert_true(port_draft_set(&d, PORT_F_DATE, "", &e));
	assert_true(port_draft_check(&d, NOW + 86400, &e));
	assert_true(port_draft_set(&d, PORT_F_TIME_TO, "18:15:00-08:00", &e));
	assert_false(port_draft_check(&d, NOW, &e));            /* a time of no day */
	assert_true(port_draft_set(&d, PORT_F_TIME_TO, "", &e));
	assert_true(port_draft_set(&d, PORT_F_DOCUMENTS, "RD0123456789abcdef0123456789abcdef, RD1", &e));
	assert_false(port_draft_check(&d, NOW, &e));
	port_draft_release(&d);
}

static void the_first_country_is_japan(void **state)
{
	struct port_draft d;
	struct err e = {0};

	(void)state;
	assert_true(read(&d, whole, &e));
	crypto_wiping_free(d.numbers);
	d.numbers = NULL;
	d.n = 0;
	assert_true(port_draft_add(&d, "+81312345678", NULL, &e));
	assert_false(port_draft_check(&d, NOW, &e));            /* ten days there */
	assert_true(port_draft_set(&d, PORT_F_DATE, "2025-12-11", &e));
	assert_true(port_draft_check(&d, NOW, &e));
	port_draft_release(&d);
}

static void what_twilio_says_of_the_numbers(void **state)
{
	struct portability p = {.phone_number = "+14155550111", .portable = true};
	struct port_draft d;
	struct err e = {0};

	(void)state;
	assert_true(read(&d, whole, &e));
	assert_true(port_draft_suits(&d, &p, &e));
	p.pin_required = true;
	assert_false(port_draft_suits(&d, &p, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.msg, "its PIN"));
	strcpy(p.phone_number, "+14155550110");
	assert_true(port_draft_suits(&d, &p, &e));
	assert_true(port_draft_set(&d, PORT_F_ACCOUNT_NUMBER, "", &e));
	assert_false(port_draft_suits(&d, &p, &e));
	assert_non_null(strstr(e.msg, "account number"));
	p = (struct portability){.phone_number = "+14155550110", .reason_code = 22131};
	assert_false(port_draft_suits(&d, &p, &e));
	assert_int_equal(e.kind, ERR_API);
	port_draft_release(&d);
}

static void a_thousand_numbers(void **state)
{
	struct port_draft d;
	struct err e = {0};
	char number[20], *body;

	(void)state;
	port_draft_init(&d);
	for (int i = 0; i < PORT_NUMBERS_MAX; i++) {
		snprintf(number, sizeof number, "+1415555%04d", i);
		assert_true(port_draft_add(&d, number, "12345678901234567890123", &e));
	}
	assert_false(port_draft_add(&d, "+12125550100", NULL, &e));
	body = port_draft_json(&d, "AC1", NULL, false);
	assert_non_null(body);
	assert_int_equal(body[strlen(body) - 1], '}');
	crypto_wiping_free(body);
	port_draft_release(&d);
}

static void the_longest_values_fit(void **state)
{
	struct port_draft d;
	struct err e = {0};
	char *body;

	(void)state;
	port_draft_init(&d);
	for (size_t f = 0; f < PORT_FIELD_COUNT; f++) {         /* all quotes: two bytes each in JSON */
		d.value[f] = crypto_wiping_calloc(1, port_fields[f].max + 1);
		memset(d.value[f], f == PORT_F_EMAILS || f == PORT_F_DOCUMENTS ? 'a' : '"', port_fields[f].max);
		for (size_t i = 1; (f == PORT_F_EMAILS || f == PORT_F_DOCUMENTS) && i < port_fields[f].max; i += 2)
			d.value[f][i] = ',';
	}
	body = port_draft_json(&d, "AC1", NULL, false);
	assert_non_null(body);
	crypto_wiping_free(body);
	assert_false(port_draft_set(&d, PORT_F_CITY, d.value[PORT_F_STREET], &e));
	port_draft_release(&d);
}

static void the_template_is_a_file(void **state)
{
	char *text = port_draft_template(NOW);
	struct port_draft d;
	struct err e = {0};

	(void)state;
	if (!read(&d, text, &e))
		fail_msg("%s", e.msg);
	assert_string_equal(d.value[PORT_F_COUNTRY], "USA");
	assert_int_equal(d.n, 0);
	assert_non_null(strstr(text, "2025-12-08"));
	for (size_t f = 0; f < PORT_FIELD_COUNT; f++)
		assert_non_null(strstr(text, port_fields[f].name));
	port_draft_release(&d);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_states), cmocka_unit_test(what_a_state_asks_for),
		cmocka_unit_test(numbers_and_dates_of_a_request), cmocka_unit_test(reasons_in_words),
		cmocka_unit_test(a_file_becomes_a_body), cmocka_unit_test(json_files),
		cmocka_unit_test(files_that_are_refused), cmocka_unit_test(secrets_are_not_quoted),
		cmocka_unit_test(what_is_missing), cmocka_unit_test(what_is_wrong_together),
		cmocka_unit_test(the_first_country_is_japan), cmocka_unit_test(what_twilio_says_of_the_numbers),
		cmocka_unit_test(a_thousand_numbers), cmocka_unit_test(the_longest_values_fit),
		cmocka_unit_test(the_template_is_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
