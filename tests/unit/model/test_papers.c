#include "test.h"

#include <string.h>

#include "numdesk/model/papers.h"
#include "numdesk/util/mem.h"

static void needs(void **state)
{
	static const struct { const char *word; enum address_need need; } rows[] = {
		{NULL, ADDRESS_UNKNOWN}, {"", ADDRESS_UNKNOWN}, {"lunar", ADDRESS_UNKNOWN}, {"none", ADDRESS_NONE},
		{"any", ADDRESS_ANY}, {"Local", ADDRESS_LOCAL}, {"foreign", ADDRESS_FOREIGN},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (address_need_parse(rows[i].word) != rows[i].need)
			fail_msg("row %zu", i);
	assert_string_equal(address_need_say(ADDRESS_ANY, "DE", text, sizeof text), "an address");
	assert_string_equal(address_need_say(ADDRESS_LOCAL, "DE", text, sizeof text), "an address in its country (DE)");
	assert_string_equal(address_need_say(ADDRESS_FOREIGN, "", text, sizeof text), "an address outside its country");
}

static void fitting(void **state)
{
	static const struct { enum address_need need; const char *number, *address; bool fits; } rows[] = {
		{ADDRESS_NONE, "DE", "", true}, {ADDRESS_ANY, "DE", "US", true}, {ADDRESS_LOCAL, "DE", "DE", true},
		{ADDRESS_LOCAL, "DE", "de", true}, {ADDRESS_LOCAL, "DE", "US", false}, {ADDRESS_LOCAL, "DE", "", false},
		{ADDRESS_FOREIGN, "DE", "US", true}, {ADDRESS_FOREIGN, "DE", "DE", false},
		{ADDRESS_FOREIGN, "DE", "", false}, {ADDRESS_UNKNOWN, "DE", "US", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (address_fits(rows[i].need, rows[i].number, rows[i].address) != rows[i].fits)
			fail_msg("row %zu", i);
}

static void addresses(void **state)
{
	const struct address berlin = {.country = "DE", .friendly_name = "Praxis", .customer_name = "C", .street = "S 1",
				       .city = "Berlin", .region = "BE", .postal_code = "10115"}, bare = {.country = "US"};
	char text[200];

	(void)state;
	assert_string_equal(address_say(&berlin, text, sizeof text), "Praxis: C, S 1, 10115 Berlin, DE");
	assert_string_equal(address_say(&bare, text, sizeof text), "US");
	assert_int_equal(address_score(&bare, "DE", "Berlin", NULL), 0);
	assert_int_equal(address_score(&berlin, "DE", NULL, NULL), 4);
	assert_int_equal(address_score(&berlin, "DE", "berlin", "BE"), 7);
	assert_int_equal(address_score(&berlin, "FR", "Berlin", ""), 2);
}

static void bundles(void **state)
{
	static const struct { const char *status, *country; enum number_type type; int64_t until; bool fits; const char *why; }
	rows[] = {
		{"twilio-approved", "DE", NUMBER_LOCAL, 0, true, "'B' fits"},
		{"twilio-approved", "DE", NUMBER_LOCAL, 101, true, "'B' fits"},
		{"twilio-approved", "DE", NUMBER_LOCAL, 100, false, "'B' has expired"},
		{"twilio-approved", "DE", NUMBER_MOBILE, 0, false, "'B' is for DE mobile numbers"},
		{"twilio-approved", "", NUMBER_TYPE_UNKNOWN, 0, false, "'B' is for an unknown kind of number"},
		{"draft", "DE", NUMBER_LOCAL, 0, false, "'B' is a draft"},
		{"twilio-rejected", "DE", NUMBER_LOCAL, 0, false, "'B' was rejected"},
		{"provisionally-approved", "DE", NUMBER_LOCAL, 0, false, "'B' is approved provisionally only"},
		{"mislaid", "DE", NUMBER_LOCAL, 0, false, "'B' is 'mislaid'"},
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bundle b = {.type = rows[i].type, .name = "B", .status = rows[i].status, .email = "",
				   .valid_until = rows[i].until};

		memcpy(b.country, rows[i].country, strlen(rows[i].country) + 1);
		if (bundle_fits(&b, "DE", NUMBER_LOCAL, 100) != rows[i].fits)
			fail_msg("row %zu", i);
		assert_string_equal(bundle_why_not(&b, "DE", NUMBER_LOCAL, 100, text, sizeof text), rows[i].why);
	}
	assert_string_equal(regulation_type(NUMBER_TOLLFREE, text, sizeof text), "toll-free");
	assert_string_equal(regulation_type(NUMBER_LOCAL, text, sizeof text), "local");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(needs), cmocka_unit_test(fitting), cmocka_unit_test(addresses),
					   cmocka_unit_test(bundles)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
