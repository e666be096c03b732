#include "test.h"

#include <string.h>

#include "numdesk/model/lookup.h"
#include "numdesk/util/mem.h"

static void words(void **state)
{
	char text[64];

	(void)state;
	assert_string_equal(lookup_line_words(""), "");
	assert_string_equal(lookup_line_words("nonFixedVoip"), "VoIP, not tied to a place");
	assert_string_equal(lookup_line_words("hologram"), "hologram");
	assert_string_equal(lookup_packages_say(0, text, sizeof text), "format");
	assert_string_equal(lookup_packages_say(LOOKUP_NAME, text, sizeof text), "caller name");
	assert_string_equal(lookup_packages_say(LOOKUP_LINE | LOOKUP_NAME, text, sizeof text),
			    "line type and carrier, caller name");
}

static void sentences(void **state)
{
	static const struct { struct lookup l; const char *says; } rows[] = {
		{{.phone_number = "+14155550137"}, "+1 415-555-0137 is no telephone number"},
		{{.phone_number = "+14155550137", .faults = "TOO_SHORT"},
		 "+1 415-555-0137 is no telephone number (TOO_SHORT)"},
		{{.phone_number = "+14155550137", .valid = true, .country = "US"},
		 "+1 415-555-0137 (US): a number by its form"},
		{{.phone_number = "+14155550137", .valid = true, .packages = LOOKUP_LINE},
		 "+1 415-555-0137: kind of line not known"},
		{{.phone_number = "+14155550137", .valid = true, .country = "US", .packages = LOOKUP_LINE | LOOKUP_NAME,
		  .line_type = "mobile", .carrier = "Example Wireless", .caller_name = "SAMPLE CLINIC"},
		 "+1 415-555-0137 (US): mobile, Example Wireless; SAMPLE CLINIC"},
		{{.phone_number = "+14155550137", .valid = true, .packages = LOOKUP_NAME},
		 "+1 415-555-0137: no name known"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[256];

		assert_string_equal(lookup_say(&rows[i].l, text, sizeof text), rows[i].says);
	}
}

/* A look that costs nothing keeps what was paid for; a paid one replaces it, also by "not known". */
static void merging(void **state)
{
	const struct lookup old = {.packages = LOOKUP_LINE | LOOKUP_NAME, .line_type = "mobile", .carrier = "C", .line_at = 5,
				   .caller_name = "N", .name_at = 6};
	struct lookup free_one = {.valid = true, .fetched_at = 9}, paid = {.packages = LOOKUP_LINE, .line_at = 9};

	(void)state;
	lookup_merge(&free_one, &old);
	assert_int_equal(free_one.packages, LOOKUP_LINE | LOOKUP_NAME);
	assert_string_equal(free_one.line_type, "mobile");
	assert_string_equal(free_one.caller_name, "N");
	assert_int_equal(free_one.line_at, 5);
	assert_int_equal(free_one.fetched_at, 9);
	lookup_merge(&paid, &old);
	assert_string_equal(paid.line_type, "");
	assert_int_equal(paid.line_at, 9);
	assert_string_equal(paid.caller_name, "N");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words), cmocka_unit_test(sentences), cmocka_unit_test(merging)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
