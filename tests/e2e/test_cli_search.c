/* Searching in a script: every filter, several area codes, words and their order. */
#include "cli.h"

/* Rows of a search; each number begins with one of the prefixes, NULL at the end. */
static void expect_rows(const struct json *doc, size_t n, const char *const *prefixes)
{
	assert_int_equal(json_count(doc), n);
	for (size_t i = 0; i < n; i++) {
		const char *number = text_at(doc, i, "phone_number");
		bool known = false;

		for (size_t k = 0; prefixes[k]; k++)
			known = known || strncmp(number, prefixes[k], strlen(prefixes[k])) == 0;
		if (!known)
			fail_msg("%s is from somewhere else", number);
	}
}

static void test_nothing(void **state)
{
	(void)state;
	NUMDESK(0, "search", "US", "--area-code", "917", "--vanity", "cabs", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	assert_non_null(strstr(nd.r.err, "try: also area codes 212, "));
	assert_non_null(strstr(nd.r.err, "try: CABS without its last letter, CAB"));
	NUMDESK(0, "search", "US", "--near", "0,0", "--csv");
	assert_int_equal(lines(nd.r.out), 1);
	NUMDESK(0, "search", "US", "--near", "0,0");
	assert_int_equal(nd.r.out_len, 0);
}

/* Each area code has its share, however few rows are wanted. */
static void test_several_area_codes(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "search", "US", "--area-code", "415,628,510", "--limit", "6", "--json");
	doc = numdesk_json(&nd);
	expect_rows(doc, 6, (const char *const[]){"+1415", "+1628", "+1510", NULL});
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(strncmp(text_at(doc, i, "phone_number"), i % 3 == 0 ? "+1415" : i % 3 == 1 ? "+1628" : "+1510", 5),
				 0);
	json_free(doc);
	assert_int_equal(sandbox_arrivals(sandbox, "GET", "AvailablePhoneNumbers/US/Local"), 3);
	assert_non_null(strstr(nd.r.err, "415/628/510: 3 of 3 requests"));
}

static void test_words(void **state)
{
	struct json *doc;
	int64_t before = 101, score;

	(void)state;
	NUMDESK(0, "search", "US", "--vanity", "taxi,love", "--region", "CA", "--json");
	doc = numdesk_json(&nd);
	assert_true(json_count(doc) >= 3);
	assert_true(has(doc, "phone_number", "+14155558294") && has(doc, "phone_number", "+15105555683"));
	assert_string_equal(text_at(doc, 0, "why"), "ends TAXI, has 555");
	for (size_t i = 0; i < json_count(doc); i++) {
		assert_true(json_i64(json_at(doc, i), "score", &score) && score >= 0 && score <= before);
		before = score;
	}
	json_free(doc);
	NUMDESK(0, "search", "US", "--area-code", "415", "--sort", "score", "--limit", "300", "--plain");
	assert_int_equal(strncmp(nd.r.out, "+14155557777\t", 13), 0);
	NUMDESK(0, "search", "US", "--area-code", "415,628", "--sort", "number", "--limit", "20", "--plain");
	assert_int_equal(strncmp(nd.r.out, "+1415", 5), 0);
	NUMDESK(0, "search", "US", "--area-code", "415", "--limit", "1");
	assert_non_null(strstr(nd.r.out, "SCORE  WHY"));
}

static void test_places_and_demands(void **state)
{
	static const struct { const char *words[12]; const char *const prefixes[4]; } rows[] = {
		{{"search", "US", "--near", "37.79,-122.4", "--distance", "1", "--limit", "9", "--json"}, {"+1415", NULL}},
		{{"search", "US", "--near", "+14155550100", "--distance", "3", "--limit", "9", "--json"}, {"+1415", "+1628", NULL}},
		{{"search", "US", "--region", "+12125550100", "--limit", "9", "--json"},
		 {"+1212", "+1332", "+1", NULL}},
		{{"search", "US", "--lata", "+12065550100", "--rate-center", "+12065550100", "--limit", "9", "--json"},
		 {"+1206", NULL}},
		{{"search", "US", "--postal-code", "+13055550100", "--limit", "9", "--json"}, {"+1305", NULL}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json *doc;

		if (numdesk_v(&nd, rows[i].words) != 0)
			fail_msg("%zu: %s", i, nd.r.err);
		doc = numdesk_json(&nd);
		expect_rows(doc, 9, rows[i].prefixes);
		json_free(doc);
	}
	NUMDESK(0, "search", "US", "--area-code", "415", "--without", "mms", "--sms", "--json");
	struct json *doc = numdesk_json(&nd);
	assert_true(json_count(doc) > 0);
	for (const struct json *row = json_first(doc); row; row = json_next(row)) {
		assert_true(json_bool(json_get(row, "capabilities"), "sms", false));
		assert_false(json_bool(json_get(row, "capabilities"), "mms", true));
	}
	json_free(doc);
	NUMDESK(0, "search", "NL", "--type", "all", "--exclude-address", "both", "--limit", "100", "--json");
	doc = numdesk_json(&nd);
	assert_true(json_count(doc) > 0);
	for (const struct json *row = json_first(doc); row; row = json_next(row))
		assert_string_equal(json_text(row, "address_requirements"), "any");
	json_free(doc);
}

/* All types at once: each that the country sells is there, not the first one alone. */
static void test_all_types(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "search", "GB", "--type", "all", "--limit", "8", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 8);
	assert_true(has(doc, "type", "local") && has(doc, "type", "mobile") && has(doc, "type", "national") &&
		    has(doc, "type", "tollfree"));
	json_free(doc);
}

/* A word can be bought as well, by number. */
static void test_buy_a_word(void **state)
{
	(void)state;
	NUMDESK(0, "--yes", "buy", "--count", "1", "--area-code", "415,628", "--vanity", "taxi", "--json");
	struct json *doc = numdesk_json(&nd);

	assert_string_equal(text_at(doc, 0, "phone_number"), "+14155558294");
	json_free(doc);
	assert_int_equal(sandbox_executions(sandbox, "buy", "+14155558294"), 1);
	NUMDESK(4, "--yes", "buy", "--count", "1", "--area-code", "415", "--vanity", "taxi");
	assert_int_equal(sandbox_executions(sandbox, "buy", NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_nothing), READY(test_several_area_codes), READY(test_words), READY(test_places_and_demands),
		READY(test_all_types), READY(test_buy_a_word),
	};

	return cmocka_run_group_tests(tests, up, down);
}
