#include "test.h"

#include <string.h>

#include "ident.h"
#include "numdesk/util/mem.h"

static void sids_are_stable_and_synthetic(void **state)
{
	char a[SID_SIZE], b[SID_SIZE], token[33];

	(void)state;
	ident_sid(a, "AC", "acme");
	ident_sid(b, "AC", "acme");
	assert_string_equal(a, b);
	assert_true(sid_is(a, "AC"));
	assert_memory_equal(a + 10, "000000000000", 12);
	ident_sid(b, "SK", "acme");
	assert_string_not_equal(a + 2, b + 2);
	ident_sid(b, "AC", "");
	assert_true(sid_is(b, "AC"));
	ident_token(token, "acme");
	assert_int_equal(strlen(token), 32);
	assert_memory_equal(token + 8, "000000000000", 12);
}

static void numbers_come_back(void **state)
{
	static const uint64_t rows[] = {0, 1, 2, 999999, 1000000, 1598399, UINT64_C(1) << 40, (UINT64_C(1) << 47) - 1};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char sid[SID_SIZE];
		uint64_t n = 7;

		ident_number(sid, "PN", rows[i]);
		if (!sid_is(sid, "PN") || !ident_unnumber(sid, "PN", &n) || n != rows[i])
			fail_msg("%llu is %s is %llu", (unsigned long long)rows[i], sid, (unsigned long long)n);
		assert_false(ident_unnumber(sid, "AC", &n));
	}
}

static void other_sids_are_no_numbers(void **state)
{
	char sid[SID_SIZE];
	uint64_t n;

	(void)state;
	assert_false(ident_unnumber("", "PN", &n));
	assert_false(ident_unnumber("PN", "PN", &n));
	assert_false(ident_unnumber("PNzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "PN", &n));
	ident_sid(sid, "PN", "+14155550100");
	assert_false(ident_unnumber(sid, "PN", &n));
	ident_number(sid, "PN", 5);
	sid[4] = sid[4] == '0' ? '1' : '0';
	assert_false(ident_unnumber(sid, "PN", &n));
}

static void request_ids_differ(void **state)
{
	char a[SID_SIZE], b[SID_SIZE];

	(void)state;
	ident_request(a, 1);
	ident_request(b, 2);
	assert_true(sid_is(a, "RQ"));
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sids_are_stable_and_synthetic), cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(other_sids_are_no_numbers), cmocka_unit_test(request_ids_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
