#include "test.h"

#include "fixture.h"

static struct reply search(const char *path)
{
	char *full = mem_printf("/AvailablePhoneNumbers%s", path);
	struct reply r = account_ask("GET", "acme", full, cred("AC", "acme"), NULL);

	free(full);
	return r;
}

static void countries_tell_their_types(void **state)
{
	static const struct { const char *path, *key; bool sold; } rows[] = {
		{"/US.json", "local", true}, {"/US.json", "toll_free", true}, {"/US.json", "mobile", false},
		{"/GB.json", "mobile", true}, {"/GB.json", "national", true}, {"/NL.json", "machine_to_machine", true},
		{"/ES.json", "shared_cost", true}, {"/FR.json", "voip", true},
	};
	struct reply r = search(".json");

	(void)state;
	assert_true(rows_of(&r, "countries") >= 12);
	assert_null(json_get(r.json, "page"));
	reply_free(&r);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		r = search(rows[i].path);
		const struct json *types = json_get(r.json, "subresource_uris");

		if (r.status != 200 || (json_get(types, rows[i].key) != NULL) != rows[i].sold)
			fail_msg("%s %s: %s", rows[i].path, rows[i].key, r.body);
		reply_free(&r);
	}
	expect("unknown country", search("/XX.json"), 404, 20404);
	expect("lower case", search("/us.json"), 404, 20404);
}

static void what_is_not_sold_is_not_found(void **state)
{
	static const char *const rows[] = {
		"/US/Mobile.json", "/XX/Local.json", "/US/local.json", "/US/Toll-Free.json", "/US/Unknown.json",
		"/FR/TollFree.json",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i], search(rows[i]), 404, 20404);
}

/* -1: at least one. */
static void filters(void **state)
{
	static const struct { const char *query; int rows; } rows[] = {
		{"/US/Local.json", 30}, {"/US/Local.json?PageSize=5", 5}, {"/US/Local.json?PageSize=1000", 30},
		{"/US/Local.json?AreaCode=415", 30}, {"/US/Local.json?AreaCode=212", 2},
		{"/US/Local.json?AreaCode=917", 0},
		{"/US/Local.json?AreaCode=999", 0}, {"/US/Local.json?AreaCode=416", 0},
		{"/CA/Local.json?AreaCode=416", 3},
		{"/US/TollFree.json?AreaCode=800", 1}, {"/US/Local.json?Contains=%2B1415555", 30},
		{"/US/Local.json?Contains=%2B1212", 2},
		{"/US/Local.json?InRegion=CA&AreaCode=212", 0}, {"/US/Local.json?InRegion=ny&AreaCode=212", 2},
		{"/US/Local.json?InRegion=%2B12125550000", 30}, {"/US/Local.json?InLocality=Anchorage", 30},
		{"/US/Local.json?InLocality=anchorage&PageSize=2", 2}, {"/US/Local.json?InPostalCode=94105", 30},
		{"/US/Local.json?InPostalCode=99999", 0}, {"/US/Local.json?InLata=834&PageSize=3", 3},
		{"/US/Local.json?InLata=722&InRateCenter=SNFC+CNTRL", 30},
		{"/US/Local.json?InLata=722&InRateCenter=HILO", 0},
		{"/US/Local.json?NearLatLong=40.74,-74.0&Distance=1&AreaCode=212", 2},
		{"/US/Local.json?NearLatLong=40.74,-74.0&AreaCode=415", 0},
		{"/US/Local.json?NearNumber=%2B12125551234&Distance=10&AreaCode=212", 2},
		{"/US/Local.json?NearNumber=%2B12125551234&AreaCode=415", 0},
		{"/US/Local.json?NearNumber=%2B12125551234&Distance=500&AreaCode=617", 30},
		{"/US/Local.json?FaxEnabled=true", 0}, {"/US/Local.json?SmsEnabled=true&MmsEnabled=false", -1},
		{"/AU/Local.json", 30}, {"/AU/Local.json?ExcludeLocalAddressRequired=true", 0},
		{"/AU/Local.json?ExcludeForeignAddressRequired=true", 30},
		{"/AU/Local.json?ExcludeAllAddressRequired=true", 0},
		{"/NL/Mobile.json?ExcludeForeignAddressRequired=true", 0},
		{"/NL/Mobile.json?ExcludeLocalAddressRequired=true", 30},
		{"/BR/Local.json?Beta=false", 0}, {"/BR/Local.json?Beta=true", 30},
		{"/GB/Local.json?InLocality=London", 30},
		{"/GB/Local.json?AreaCode=415", 30}, {"/SE/Local.json?InLocality=Stockholm", 6},
		{"/US/Local.json?Nonsense=1&PageSize=2", 2},
		{"/US/Local.json?Contains=8294%24&AreaCode=415", 1}, {"/US/Local.json?Contains=TAXI%24&AreaCode=415", 1},
		{"/US/Local.json?Contains=5558294&AreaCode=212", 0}, {"/US/TollFree.json?Contains=sale%24&AreaCode=833", 1},
		{"/US/Local.json?NearLatLong=37.79,-122.4&Distance=1&AreaCode=415", 30},
		{"/US/Local.json?NearLatLong=37.79,-122.4&Distance=1&AreaCode=510", 0},
		{"/US/Local.json?NearLatLong=37.79,-122.4&AreaCode=510", 30},      /* 25 miles unless told */
		{"/GB/Local.json?NearLatLong=51.5,-0.1", 30},                      /* means nothing there */
		{"/US/Local.json?InLata=%2B19075550000&InRateCenter=%2B19075550000&PageSize=3", 3},
		{"/US/Local.json?InPostalCode=%2B14155550000&AreaCode=628", 0},
		{"/US/Local.json?SmsEnabled=false&AreaCode=415", -1}, {"/US/Local.json?VoiceEnabled=false", 0},
		{"/NL/Mobile.json?ExcludeLocalAddressRequired=true&ExcludeForeignAddressRequired=true", 0},
		{"/AU/Local.json?ExcludeLocalAddressRequired=true&ExcludeForeignAddressRequired=true", 0},
		{"/AU/Mobile.json?ExcludeLocalAddressRequired=true&ExcludeForeignAddressRequired=true", 30},
		{"/JP/National.json", -1}, {"/ES/SharedCost.json", -1}, {"/FR/Voip.json", -1}, {"/NL/MachineToMachine.json", -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r = search(rows[i].query);
		const int n = (int)rows_of(&r, "available_phone_numbers");

		if (r.status != 200 || (rows[i].rows >= 0 && n != rows[i].rows) || (rows[i].rows == -1 && n == 0))
			fail_msg("%s: status %d, %d rows", rows[i].query, r.status, n);
		reply_free(&r);
	}
}

static void every_row_passes_its_filter(void **state)
{
	struct reply r = search("/US/Local.json?SmsEnabled=true&VoiceEnabled=true&Beta=false&InRegion=CA");
	const struct json *row;

	(void)state;
	assert_int_equal(rows_of(&r, "available_phone_numbers"), 30);
	row = json_first(json_get(r.json, "available_phone_numbers"));
	for (; row; row = json_next(row)) {
		const struct json *caps = json_get(row, "capabilities");

		assert_true(json_bool(caps, "voice", false) && json_bool(caps, "SMS", false));
		assert_null(json_get(caps, "sms"));
		assert_false(json_bool(row, "beta", true));
		assert_string_equal(json_text(row, "region"), "CA");
		assert_string_equal(json_text(row, "iso_country"), "US");
		assert_non_null(json_text(row, "latitude"));    /* a string, whatever the schema says */
		assert_int_equal(json_count(row), 13);
	}
	assert_int_equal(json_count(r.json), 2);                /* the rows and uri: no paging */
	reply_free(&r);
}

static void refusals(void **state)
{
	static const char *const rows[] = {
		"/US/Local.json?AreaCode=abc", "/US/Local.json?Contains=1", "/US/Local.json?Contains=1*2*3",
		"/US/Local.json?Distance=0", "/US/Local.json?Distance=501", "/US/Local.json?NearLatLong=1",
		"/US/Local.json?NearLatLong=100,0", "/US/Local.json?NearNumber=415", "/US/Local.json?InRateCenter=HILO",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i], search(rows[i]), 400, 20422);
}

static void search_is_the_same_until_something_is_bought(void **state)
{
	struct reply a = search("/US/Local.json?AreaCode=628"), b = search("/US/Local.json?AreaCode=628");
	char *form;

	(void)state;
	assert_string_equal(a.body, b.body);
	reply_free(&b);
	form = mem_printf("PhoneNumber=%%2B%s",
			  json_text(json_first(json_get(a.json, "available_phone_numbers")), "phone_number") + 1);
	reply_free(&a);
	expect("buy", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", cred("AC", "acme"), form), 201, 0);
	a = search("/US/Local.json?AreaCode=628");
	assert_null(strstr(a.body, form + 15));
	free(form);
	reply_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(countries_tell_their_types), cmocka_unit_test(what_is_not_sold_is_not_found),
		cmocka_unit_test(filters), cmocka_unit_test(every_row_passes_its_filter), cmocka_unit_test(refusals),
		cmocka_unit_test(search_is_the_same_until_something_is_bought),
	};

	return cmocka_run_group_tests(tests, start_basic, stop);
}
