#include "test.h"

#include <string.h>

#include "numdesk/model/message.h"
#include "numdesk/util/mem.h"

static void test_nothing_known(void **state)
{
	const struct message m = {.segments = -1, .media = -1, .price = MONEY_UNKNOWN};
	struct arena a = {0};
	struct message copy;
	char says[256] = "before";

	(void)state;
	message_copy(&copy, &m, &a);
	assert_null(copy.body);
	assert_false(message_is_inbound(&copy));
	assert_string_equal(message_ours(&m), "");
	assert_string_equal(message_theirs(&m), "");
	assert_int_equal(message_stage(NULL), MESSAGE_UNDER_WAY);
	assert_false(message_is_over(NULL));
	assert_true(strstr(message_status_says(NULL), "did not tell") != NULL);
	assert_string_equal(message_reason(&m, says, sizeof says), "");
	arena_release(&a);
}

static void test_statuses(void **state)
{
	static const struct { const char *status; enum message_stage stage; bool over; } cases[] = {
		{"accepted", MESSAGE_UNDER_WAY, false}, {"scheduled", MESSAGE_UNDER_WAY, false},
		{"queued", MESSAGE_UNDER_WAY, false}, {"sending", MESSAGE_UNDER_WAY, false}, {"sent", MESSAGE_SENT, false},
		{"delivered", MESSAGE_ARRIVED, true}, {"read", MESSAGE_ARRIVED, true},
		{"partially_delivered", MESSAGE_ARRIVED, true}, {"undelivered", MESSAGE_FAILED, true},
		{"failed", MESSAGE_FAILED, true}, {"canceled", MESSAGE_FAILED, true},
		{"receiving", MESSAGE_UNDER_WAY, false}, {"received", MESSAGE_ARRIVED, true},
		{"teleported", MESSAGE_UNDER_WAY, false}, {"", MESSAGE_UNDER_WAY, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(message_stage(cases[i].status), cases[i].stage);
		assert_int_equal(message_is_over(cases[i].status), cases[i].over);
	}
	assert_string_equal(message_status_says("teleported"), "teleported");
	assert_string_equal(message_status_says("delivered"), "delivered");
}

static void test_sides(void **state)
{
	const struct message in = {.direction = "inbound", .from = "+14155550101", .to = "+14155550102"};
	const struct message out = {.direction = "outbound-reply", .from = "+14155550102", .to = "12345"};

	(void)state;
	assert_string_equal(message_ours(&in), "+14155550102");
	assert_string_equal(message_theirs(&in), "+14155550101");
	assert_string_equal(message_ours(&out), "+14155550102");
	assert_string_equal(message_theirs(&out), "12345");
}

static void test_reason(void **state)
{
	struct message m = {.error_code = 30034};
	char says[256];

	(void)state;
	assert_non_null(strstr(message_reason(&m, says, sizeof says), "not registered for A2P 10DLC"));
	assert_non_null(strstr(says, "(Twilio 30034)"));
	m = (struct message){.error_code = 39999, .error_message = "Strange\x1b[2J thing"};
	message_reason(&m, says, sizeof says);
	assert_non_null(strstr(says, "Strange"));
	assert_null(strchr(says, 0x1b));
	assert_non_null(strstr(says, "(Twilio 39999)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_known), cmocka_unit_test(test_statuses), cmocka_unit_test(test_sides),
		cmocka_unit_test(test_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
