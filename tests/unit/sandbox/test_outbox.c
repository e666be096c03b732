#include "test.h"

#include "fixture.h"

#define FROM "%2B14155550101"           /* in the pool of a service with a verified campaign */
#define BARE "%2B14155550102"           /* in none */
#define TO "%2B14155559000"

static int start_fast(void **state)
{
	(void)state;
	start_with(&(struct sandbox_config){.seed = "basic", .message_step_ms = 1});
	return 0;
}

static int start_slow(void **state)
{
	(void)state;
	start_with(&(struct sandbox_config){.seed = "basic", .message_step_ms = 3600000});
	return 0;
}

static struct reply send_as(const char *account, const char *form)
{
	return account_ask("POST", account, "/Messages.json", cred("AC", account), form);
}

static void refusals(void **state)
{
	char *longest = mem_alloc(1700), *form;
	static const struct { const char *form; int code; } rows[] = {
		{"", 21604}, {"To=" TO, 21603}, {"To=" TO "&From=" FROM, 21602}, {"To=" TO "&From=" FROM "&Body=", 21602},
		{"To=4155559000&From=" FROM "&Body=a", 21211}, {"To=" FROM "&From=" FROM "&Body=a", 21211},
		{"To=" TO "&From=%2B1&Body=a", 21212}, {"To=" TO "&From=%2B14155550199&Body=a", 21606},
		{"To=" TO "&From=ACME&Body=a", 21606}, {"To=" TO "&From=%2B442079460101&Body=a", 21601},
		{"To=" TO "&MessagingServiceSid=MG1&Body=a", 21701}, {"To=%2B5371234567&From=" FROM "&Body=a", 21408},
		{"To=%2B14155559010&From=" FROM "&Body=a", 21610}, {"To=%2B14155559011&From=" FROM "&Body=a", 21611},
		{"To=%2B14155559012&From=" FROM "&Body=a", 21612}, {"To=%2B14155559014&From=" FROM "&Body=a", 21614},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, send_as("acme", rows[i].form), 400, rows[i].code);
	memset(longest, 'a', 1601);
	form = mem_printf("To=%s&From=%s&Body=%s", TO, FROM, longest);
	expect("too long", send_as("acme", form), 400, 21617);
	form[strlen(form) - 1] = '\0';
	expect("as long as may be", send_as("acme", form), 201, 0);
	form = (free(form), mem_printf("To=%s&MessagingServiceSid=%s&Body=a", TO, sid_of("MG", "acme-spare")));
	expect("an empty service", send_as("acme", form), 400, 21704);
	expect("another's number", send_as("acme-east", "To=" TO "&From=" FROM "&Body=a"), 400, 21606);
	expect("trial", send_as("trial", "To=" TO "&From=" FROM "&Body=a"), 400, 21606);
	free(form);
	free(longest);
	assert_int_equal(ledger_count("executions"), 1);
}

static void queued_first(void **state)
{
	struct reply r = send_as("acme", "To=" TO "&From=" FROM "&Body=Gr%C3%BC%C3%9Fe+%2B+%C3%A7");
	char *path;

	(void)state;
	assert_int_equal(r.status, 201);
	assert_int_equal(json_count(r.json), 20);
	assert_string_equal(text_of(&r, "status"), "queued");
	assert_string_equal(text_of(&r, "from"), "+14155550101");
	assert_string_equal(text_of(&r, "num_segments"), "1");
	assert_true(json_is_null_or_absent(r.json, "date_sent"));
	assert_true(json_is_null_or_absent(r.json, "price"));
	assert_true(strncmp(text_of(&r, "sid"), "SM", 2) == 0);
	path = mem_printf("/Messages/%s.json", text_of(&r, "sid"));
	reply_free(&r);
	r = account_ask("GET", "acme", path, cred("AC", "acme"), NULL);
	assert_string_equal(text_of(&r, "status"), "queued");
	reply_free(&r);
	expect("of another account", account_ask("GET", "acme-east", path, cred("AC", "acme"), NULL), 404, 20404);
	r = account_ask("GET", "acme", "/Messages.json?To=" TO "&From=" FROM, cred("AC", "acme"), NULL);
	assert_int_equal(rows_of(&r, "messages"), 1);
	reply_free(&r);
	r = account_ask("GET", "acme", "/Messages.json?To=" TO "&DateSent%3E=2020-01-01", cred("AC", "acme"), NULL);
	assert_int_equal(rows_of(&r, "messages"), 0);
	reply_free(&r);
	free(path);
}

static void a_service_chooses_the_sender(void **state)
{
	char *form = mem_printf("To=%s&MessagingServiceSid=%s&Body=a", TO, sid_of("MG", "acme-main"));
	struct reply r = send_as("acme", form);

	(void)state;
	assert_int_equal(r.status, 201);
	assert_string_equal(text_of(&r, "status"), "accepted");
	assert_string_equal(text_of(&r, "num_segments"), "0");
	assert_string_equal(text_of(&r, "messaging_service_sid"), sid_of("MG", "acme-main"));
	assert_true(json_is_null_or_absent(r.json, "from"));
	reply_free(&r);
	free(form);
}

/* Ask until it says `status`; the message's JSON. */
static struct reply wait_for(const char *account, const char *sid, const char *status)
{
	char *path = mem_printf("/Messages/%s.json", sid);
	struct reply r = {0};

	for (int i = 0; i < 2000; i++) {
		r = account_ask("GET", account, path, cred("AC", account), NULL);
		if (strcmp(text_of(&r, "status"), status) == 0)
			break;
		if (i == 1999)
			fail_msg("%s: still %s, not %s", sid, text_of(&r, "status"), status);
		reply_free(&r);
	}
	free(path);
	return r;
}

static void ends(void **state)
{
	static const struct { const char *what, *account, *form, *status; int64_t code; } rows[] = {
		{"delivered", "acme", "To=" TO "&From=" FROM "&Body=a", "delivered", 0},
		{"unregistered", "acme", "To=" TO "&From=" BARE "&Body=a", "undelivered", 30034},
		{"unregistered, abroad", "acme", "To=%2B447700900999&From=" BARE "&Body=a", "delivered", 0},
		{"toll-free", "acme-east", "To=" TO "&From=%2B18335550104&Body=a", "undelivered", 30032},
		{"filtered", "acme", "To=%2B14155559007&From=" FROM "&Body=a", "undelivered", 30007},
		{"suspended", "acme", "To=%2B14155559002&From=" FROM "&Body=a", "failed", 30002},
		{"never confirmed", "acme", "To=%2B14155559020&From=" FROM "&Body=a", "sent", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r = send_as(rows[i].account, rows[i].form), end;
		int64_t code = 0;

		assert_int_equal(r.status, 201);
		end = wait_for(rows[i].account, text_of(&r, "sid"), rows[i].status);
		json_i64(end.json, "error_code", &code);
		if (code != rows[i].code)
			fail_msg("%s: %lld", rows[i].what, (long long)code);
		assert_int_equal(json_is_null_or_absent(end.json, "error_message"), code == 0);
		assert_string_equal(text_of(&end, "price"), "-0.00830");
		reply_free(&end);
		reply_free(&r);
	}
}

static void a_number_just_attached_is_not_registered_yet(void **state)
{
	char *path = mem_printf("/messaging/v1/Services/%s/PhoneNumbers", sid_of("MG", "acme-main"));
	char *form = mem_printf("PhoneNumberSid=%s", sid_of("PN", "+14155550102"));
	struct reply r, end;
	int64_t code = 0;

	(void)state;
	expect("attach", ask("POST", path, cred("AC", "acme"), form), 201, 0);
	r = send_as("acme", "To=" TO "&From=" BARE "&Body=a");
	end = wait_for("acme", text_of(&r, "sid"), "undelivered");
	assert_true(json_i64(end.json, "error_code", &code));
	assert_int_equal(code, 30035);
	reply_free(&end);
	reply_free(&r);
	free(form);
	free(path);
}

static void arrives_where_the_number_is_ours(void **state)
{
	struct reply r = send_as("acme-east", "To=" FROM "&From=%2B18335550104&Body=a");

	(void)state;
	reply_free(&r);
	/* toll-free, unverified, to the United States: it must not arrive */
	r = account_ask("GET", "acme", "/Messages.json?To=" FROM "&From=%2B18335550104", cred("AC", "acme"), NULL);
	assert_int_equal(rows_of(&r, "messages"), 0);
	reply_free(&r);
	r = send_as("acme", "To=" BARE "&From=" FROM "&Body=across+the+desk");
	reply_free(&r);
	for (size_t n = 0, tries = 0; n != 2; tries++) {
		r = account_ask("GET", "acme", "/Messages.json?To=" BARE "&From=" FROM, cred("AC", "acme"), NULL);
		n = rows_of(&r, "messages");
		if (n == 2)
			assert_string_equal(json_text(json_first(json_get(r.json, "messages")), "direction"), "inbound");
		reply_free(&r);
		assert_true(tries < 2000);
	}
}

static void magic_numbers(void **state)
{
	static const struct { const char *from, *to, *body; int code; } rows[] = {
		{"%2B15005550006", "%2B14155550100", "a", 0}, {"%2B15005550001", "%2B14155550100", "a", 21212},
		{"%2B15005550007", "%2B14155550100", "a", 21606}, {"%2B15005550008", "%2B14155550100", "a", 21611},
		{"%2B14155550101", "%2B14155550100", "a", 21606}, {"%2B15005550006", "%2B15005550001", "a", 21211},
		{"%2B15005550006", "%2B15005550002", "a", 21612}, {"%2B15005550006", "%2B15005550003", "a", 21408},
		{"%2B15005550006", "%2B15005550004", "a", 21610}, {"%2B15005550006", "%2B15005550009", "a", 21614},
		{"%2B15005550006", "%2B14155550100", "", 21602},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *form = mem_printf("From=%s&To=%s&Body=%s", rows[i].from, rows[i].to, rows[i].body);

		expect(form, send_as("test", form), rows[i].code ? 400 : 201, rows[i].code);
		free(form);
	}
	assert_int_equal(ledger_count("executions"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(refusals, start_slow, stop),
		cmocka_unit_test_setup_teardown(queued_first, start_slow, stop),
		cmocka_unit_test_setup_teardown(a_service_chooses_the_sender, start_slow, stop),
		cmocka_unit_test_setup_teardown(ends, start_fast, stop),
		cmocka_unit_test_setup_teardown(a_number_just_attached_is_not_registered_yet, start_fast, stop),
		cmocka_unit_test_setup_teardown(arrives_where_the_number_is_ours, start_fast, stop),
		SERVER_TEST(magic_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
