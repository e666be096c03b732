/* lookup, as scripts see it: what is free, what is paid for, and that it is paid for once. */
#include "cli.h"

#define ASKED "phone_number,valid,validation_errors,national_format,country,calling_code,line_type,carrier," \
	"mobile_country_code,mobile_network_code,line_error_code,caller_name,caller_type,name_error_code,looked_up_at"

static size_t looked_up(void)
{
	return sandbox_arrivals(sandbox, "GET", "/lookups/");
}

static void bad_words(void **state)
{
	(void)state;
	NUMDESK(2, "lookup");
	NUMDESK(2, "lookup", "hello");
	NUMDESK(2, "lookup", MAIN_LINE, "--carier");
	assert_int_equal(looked_up(), 0);
}

static void form_costs_nothing(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "lookup", "+14155550199", "+1415555019", "--json");
	doc = rows_with(2, ASKED);
	assert_true(json_bool(json_at(doc, 0), "valid", false));
	assert_string_equal(text_at(doc, 0, "national_format"), "(415) 555-0199");
	assert_true(json_is_null_or_absent(json_at(doc, 0), "line_type"));
	assert_false(json_bool(json_at(doc, 1), "valid", true));
	assert_string_equal(text_at(doc, 1, "validation_errors"), "TOO_SHORT");
	json_free(doc);
	NUMDESK(0, "lookup", "+14155550199", "--csv");
	assert_int_equal(lines(nd.r.out), 2);
	assert_int_equal(looked_up(), 2);
	NUMDESK(0, "lookup", "+14155550199", "--fresh");
	assert_int_equal(looked_up(), 3);
}

static void a_price_needs_a_yes(void **state)
{
	(void)state;
	NUMDESK(5, "lookup", MAIN_LINE, "--carrier");
	assert_true(numdesk_said(&nd, 1, "--yes"));
	NUMDESK(0, "lookup", MAIN_LINE, "--carrier", "--dry-run", "--json");
	json_free(rows_with(0, ""));
	assert_true(numdesk_said(&nd, 1, "be billed for each"));
	assert_int_equal(looked_up(), 0);
}

static void each_package_is_paid_for_once(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "--yes", "lookup", MAIN_LINE, "--carrier", "--json");
	doc = rows_with(1, ASKED);
	assert_string_equal(text_at(doc, 0, "line_type"), "nonFixedVoip");
	assert_true(json_is_null_or_absent(json_at(doc, 0), "caller_name"));
	json_free(doc);
	NUMDESK(0, "lookup", MAIN_LINE, "--carrier");
	assert_int_equal(looked_up(), 1);
	NUMDESK(5, "lookup", MAIN_LINE, "--carrier", "--caller-name");
	NUMDESK(0, "--yes", "lookup", MAIN_LINE, "--carrier", "--caller-name", "--json");
	doc = rows_with(1, ASKED);
	assert_string_equal(text_at(doc, 0, "line_type"), "nonFixedVoip");
	assert_true(*text_at(doc, 0, "caller_name") != '\0');
	json_free(doc);
	assert_int_equal(looked_up(), 2);
	assert_int_equal(sandbox_arrivals(sandbox, "GET", "Fields=caller_name"), 1);
}

static void a_failure_prints_what_was_paid_for(void **state)
{
	struct json *doc;

	(void)state;
	fault("GET", "+14155550102", "status", ALWAYS, "{\"status\":403,\"code\":20006}");
	NUMDESK(3, "--yes", "lookup", MAIN_LINE, LINE_2, LONDON, "--carrier", "--json");
	doc = rows_with(1, ASKED);
	json_free(doc);
	NUMDESK(7, "--offline", "lookup", MAIN_LINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(bad_words), READY(form_costs_nothing), READY(a_price_needs_a_yes),
		READY(each_package_is_paid_for_once), READY(a_failure_prints_what_was_paid_for),
	};

	return cmocka_run_group_tests(tests, up, down);
}
