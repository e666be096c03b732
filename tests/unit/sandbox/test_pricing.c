#include "test.h"

#include "fixture.h"

#define COUNTRIES "/pricing/v1/PhoneNumbers/Countries"

static void countries_page_by_absolute_addresses(void **state)
{
	struct reply r = ask("GET", COUNTRIES "?PageSize=10", cred("SK", "acme-standard"), NULL);
	const struct json *meta = json_get(r.json, "meta");
	size_t rows = rows_of(&r, "countries");
	char *target;

	(void)state;
	assert_int_equal(rows, 10);
	assert_string_equal(json_text(meta, "key"), "countries");
	assert_int_equal(strncmp(json_text(meta, "next_page_url"), "https://pricing.twilio.com/v1/", 30), 0);
	assert_string_equal(json_text(meta, "first_page_url"),
			    "https://pricing.twilio.com/v1/PhoneNumbers/Countries?PageSize=10&Page=0");
	assert_true(json_is_null_or_absent(meta, "previous_page_url"));
	target = mem_printf("/pricing%s", json_text(meta, "next_page_url") + strlen("https://pricing.twilio.com"));
	reply_free(&r);
	r = ask("GET", target, cred("SK", "acme-standard"), NULL);
	rows += rows_of(&r, "countries");
	assert_int_equal(rows, 17);
	assert_true(json_is_null_or_absent(json_get(r.json, "meta"), "next_page_url"));
	reply_free(&r);
	free(target);
	expect("too large", ask("GET", COUNTRIES "?PageSize=1001", cred("AC", "acme"), NULL), 400, 20007);
}

static void prices_are_strings_with_a_space_in_toll_free(void **state)
{
	struct reply r = ask("GET", COUNTRIES "/US", cred("AC", "acme-east"), NULL);
	const struct json *row = json_first(json_get(r.json, "phone_number_prices"));

	(void)state;
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(&r, "price_unit"), "USD");
	assert_string_equal(text_of(&r, "url"), "https://pricing.twilio.com/v1/PhoneNumbers/Countries/US");
	assert_string_equal(json_text(row, "number_type"), "local");
	assert_string_equal(json_text(row, "current_price"), "1.15");
	row = json_next(row);
	assert_string_equal(json_text(row, "number_type"), "toll free");
	assert_string_equal(json_text(row, "base_price"), "2.15");
	assert_null(json_next(row));
	reply_free(&r);
}

static void refusals(void **state)
{
	(void)state;
	expect("unknown country", ask("GET", COUNTRIES "/XX", cred("AC", "acme"), NULL), 404, 20404);
	expect("nobody", ask("GET", COUNTRIES, NULL, NULL), 401, 20003);
	expect("test credentials", ask("GET", COUNTRIES, cred("AC", "test"), NULL), 403, 20008);
	expect("post", ask("POST", COUNTRIES, cred("AC", "acme"), ""), 405, 20004);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(countries_page_by_absolute_addresses),
		cmocka_unit_test(prices_are_strings_with_a_space_in_toll_free), cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, start_basic, stop);
}
