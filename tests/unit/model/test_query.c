#include "test.h"

#include <stdio.h>
#include <string.h>

#include "numdesk/model/query.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

#define T_2026 1767225600LL     /* 2026-01-01T00:00:00Z */

static const struct number support = {
	.phone_number = "+14155550137", .phone_sid = "PN00000000000000000000000000000001",
	.account_sid = "AC00000000000000000000000000000001", .account_name = "Client 0", .country = "US", .currency = "USD", .type = NUMBER_LOCAL,
	.capabilities = CAP_VOICE | CAP_SMS, .monthly_price = 1150000, .purchased_at = T_2026 + 3600, .seen_at = 1000,
	.is_primary = true, .friendly_name = "Support \u00c9quipe", .status = "in-use", .tags = "billing emea",
	.beta = true, .usage_known = true, .messages_in = 7, .calls_out = 1, .idle_days = 31, .activity = "trickle",
	.last_used_at = T_2026 + 7200, .renews_at = T_2026 + 86400,
};
static const struct number line2 = {
	.phone_number = "+18005550123",
	.type = NUMBER_TOLLFREE,
	.capabilities = CAP_VOICE,
	.monthly_price = MONEY_UNKNOWN,
	.seen_at = 3000,
	.is_locked = true,
	.is_gone = true,
	.incomplete = true,
	.voice_url = "https://example.com/415",
};

static void test_match(void **state)
{
	static const struct { const char *q; bool support, line2; } cases[] = {
		{"", true, true}, {"   \t ", true, true},
		{"415", true, false}, {"415-555", true, false}, {"(415)", true, false}, {"+1415", true, false},
		{"+415", false, false},
		{"555 0123", false, true}, {"\"555 0123\"", false, true}, {"support", true, false},
		{"SUPPORT", true, false},
		{"\u00e9quipe", true, false}, {"\"support \u00e9\"", true, false}, {"\"Support x\"", false, false},
		{"sms", true, false}, {"-sms", false, true}, {"voice", true, true}, {"-mms", true, true},
		{"SMS", true, false},
		{"\"sms\"", false, false}, {"caps:sms", true, false}, {"-caps:voice", false, false},
		{"name:supp", true, false}, {"name=supp", false, false}, {"name=\"support \u00e9quipe\"", true, false},
		{"-name:supp", false, true}, {"name:\"\"", false, true}, {"-name:\"\"", true, false},
		{"tag:billing", true, false},
		{"tag=billing", true, false}, {"tag=EMEA", true, false}, {"tag=bill", false, false},
		{"tag=\"billing emea\"", false, false}, {"tag=\"\"", false, true},
		{"tag:bill", true, false}, {"tags:emea", true, false}, {"type:tollfree", false, true},
		{"type:toll-free", false, true},
		{"type:local", true, false}, {"-type:local", false, true}, {"country:us", true, false},
		{"country:GB", false, false},
		{"country:\"united states\"", true, false}, {"country:\"\"", false, true},
		{"status:in-use", true, false},
		{"status:in", false, false}, {"account:AC00000000000000000000000000000001", true, false},
		{"account:AC0000", false, false}, {"account_sid:AC00000000000000000000000000000001", true, false},
		{"account:client", true, false}, {"account=\"client 0\"", true, false}, {"-account:client", false, true}, {"number:415555", true, false}, {"number:555-0123", false, true},
		{"number:+1", true, true}, {"number=+14155550137", true, false}, {"number=415", false, false},
		{"sid:000001", true, false}, {"voice_url:example.com", false, true},
		{"idle>30", true, false}, {"idle>31", false, false}, {"idle<99", true, false}, {"idle=31", true, false},
		{"-idle>30", false, true}, {"idle<=31", true, false}, {"idle>=32", false, false}, {"calls_out:1", true, false},
		{"calls_in=0", true, false}, {"messages_in>=7", true, false}, {"messages_out>0", false, false},
		{"is:trickle", true, false}, {"is:idle", false, false}, {"-is:active", true, true},
		{"is:inbound-only", false, false}, {"activity:trickle", true, false}, {"activity:trick", false, false},
		{"used=2026-01-01", true, false}, {"used<2030-01-01", true, false}, {"renews=2026-01-02", true, false},
		{"cost>1.00", true, false}, {"cost>1.15", false, false}, {"cost>=1.15", true, false},
		{"cost<2", true, false},
		{"cost<=1.15", true, false}, {"cost=1.15", true, false}, {"cost:1.15", true, false},
		{"cost<$1.16", true, false},
		{"-cost>1.00", false, true}, {"monthly_price>1", true, false},
		{"bought<2026-01-01", false, false}, {"bought<=2026-01-01", true, false},
		{"bought>2026-01-01", false, false},
		{"bought>=2026-01-01", true, false}, {"bought=2026-01-01", true, false},
		{"bought:2025-12-31", false, false},
		{"bought>2025-12-31", true, false}, {"bought<2026-01-02", true, false},
		{"is:primary", true, false}, {"-is:primary", false, true}, {"is:locked", false, true},
		{"is:stale", true, false},
		{"-is:stale", false, true}, {"is:gone", false, true}, {"is:incomplete", false, true},
		{"IS:Gone", false, true},
		{"primary:yes", true, false}, {"primary:no", false, true}, {"-primary:no", true, false},
		{"locked:true", false, true},
		{"beta:yes", true, false}, {"beta:no", false, true}, {"-beta:yes", false, true},
		{"415 sms name:support cost<2", true, false}, {"415 -sms", false, false}, {"10:30", false, false},
		{"note:\"\"", true, true}, {"--415", false, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct query q;
		struct err e = {0};

		if (!query_parse(&q, cases[i].q, NULL, &e))
			fail_msg("'%s' is refused: %s", cases[i].q, e.msg);
		if (query_match(&q, &support, 2000) != cases[i].support)
			fail_msg("'%s' on the first number", cases[i].q);
		if (query_match(&q, &line2, 2000) != cases[i].line2)
			fail_msg("'%s' on the second number", cases[i].q);
	}
}

static void test_errors_point(void **state)
{
	static const struct { const char *q; int at; const char *character, *says; } cases[] = {
		{"-", 0, "character 1:", "nothing follows '-'"}, {"\"\"", 0, "character 1:", "quotes are empty"},
		{"415 \"open", 4, "character 5:", "not closed"},
		{"\u00e9\u00e9 nope:x", 5, "character 4:", "no field 'nope'"},
		{"nam:x", 0, "character 1:", "did you mean 'name'"},
		{"name:", 0, "character 1:", "nothing follows 'name:'"},
		{"sms cost>", 4, "character 5:", "nothing follows 'cost>'"},
		{"cost>abc", 0, "character 1:", "write cost>1.15"},
		{"cost>1e3", 0, "character 1:", "not an amount"},
		{"bought<yesterday", 0, "character 1:", "write bought<2026-01-31"},
		{"bought<2026-02-30", 0, "character 1:", "not a date"},
		{"bought<2026-01-01T00:00:00Z", 0, "character 1:", "not a date"},
		{"name>x", 0, "character 1:", "write name:x"}, {"type:cell", 0, "character 1:", "tollfree"},
		{"country:XX", 0, "character 1:", "two letters"},
		{"country:Germny", 0, "character 1:", "did you mean 'Germany'"},
		{"caps:pigeon", 0, "character 1:", "voice, sms"}, {"is:lost", 0, "character 1:", "is: takes"},
		{"is:", 0, "character 1:", "is: takes"}, {"is:gon", 0, "character 1:", "did you mean is:gone"},
		{"is>gone", 0, "character 1:", "write is:gone"},
		{"locked:maybe", 0, "character 1:", "write locked:yes"},
		{"idle>soon", 0, "character 1:", "write idle>30"}, {"idle>-1", 0, "character 1:", "not a whole number"},
		{"calls_in>1.5", 0, "character 1:", "not a whole number"},
		{"sms used:0", 4, "character 5:", "not a date"}, {"calls>3", 0, "character 1:", "did you mean 'calls_in'"},
		{"messages=0", 0, "character 1:", "did you mean 'messages_in'"},
		{"is:inbound", 0, "character 1:", "inbound-only"},
		{"number:abc", 0, "character 1:", "no digits"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct query q = {.n = 7};
		struct err e = {0};
		int at = -1;

		if (query_parse(&q, cases[i].q, &at, &e))
			fail_msg("'%s' was taken", cases[i].q);
		if (at != cases[i].at || !strstr(e.msg, cases[i].character) || !strstr(e.msg, cases[i].says) ||
		    e.kind != ERR_USAGE)
			fail_msg("'%s' at %d: %s", cases[i].q, at, e.msg);
		assert_int_equal(q.n, 7);       /* untouched */
	}
}

static void test_limits(void **state)
{
	char text[4 * QUERY_MAX_TERMS + 8] = "", longest[160];
	struct query q;
	struct err e;

	(void)state;
	for (size_t i = 0; i < QUERY_MAX_TERMS; i++)
		memcpy(text + 4 * i, "415 ", 5);
	assert_true(query_parse(&q, text, NULL, &e));
	assert_int_equal(q.n, QUERY_MAX_TERMS);
	memcpy(text + strlen(text), "415", 4);
	assert_false(query_parse(&q, text, NULL, &e));
	assert_non_null(strstr(e.msg, "at most 32 terms"));
	memset(longest, 'a', sizeof longest);
	longest[127] = '\0';
	assert_true(query_parse(&q, longest, NULL, &e));
	assert_int_equal(strlen(q.term[0].text), 127);
	longest[127] = 'a';
	longest[128] = '\0';
	assert_false(query_parse(&q, longest, NULL, &e));
	memset(longest, 'a', sizeof longest);
	memcpy(longest + 60, ":x", 3);
	assert_false(query_parse(&q, longest, NULL, &e));
	assert_non_null(strstr(e.msg, "name is too long"));
	memset(longest, '4', sizeof longest);
	longest[100] = '\0';
	assert_true(query_parse(&q, longest, NULL, &e));        /* more digits than a number has: text only */
	assert_string_equal(q.term[0].digits, "");
	assert_true(query_parse(&q, NULL, NULL, &e));
	assert_int_equal(q.n, 0);
}

/* The parts that the cache turns into SQL. */
static void test_parsed_terms(void **state)
{
	struct query q;

	(void)state;
	assert_true(query_parse(&q, "-(415) bought<2026-01-01 cost>=0.5 country:uk locked:no", NULL, NULL));
	assert_int_equal(q.n, 5);
	assert_int_equal(q.term[0].op, QUERY_ANYWHERE);
	assert_true(q.term[0].negated);
	assert_string_equal(q.term[0].digits, "415");
	assert_string_equal(q.term[0].text, "(415)");
	assert_int_equal(q.term[1].op, QUERY_LT);
	assert_int_equal(q.term[1].column, COL_PURCHASED_AT);
	assert_true(q.term[1].value == T_2026);
	assert_int_equal(q.term[2].op, QUERY_GE);
	assert_true(q.term[2].value == 500000);
	assert_int_equal(q.term[3].op, QUERY_EQUALS);
	assert_string_equal(q.term[3].text, "gb");
	assert_int_equal(q.term[4].op, QUERY_IS);
	assert_int_equal(q.term[4].is, QUERY_IS_LOCKED);
	assert_true(q.term[4].negated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match), cmocka_unit_test(test_errors_point), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_parsed_terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
