#include "test.h"

#include "fixture.h"

static struct reply look_up(const char *rest)
{
	char *path = mem_printf("/lookups/v2/PhoneNumbers/%s", rest);
	struct reply r = ask("GET", path, cred("AC", "acme"), NULL);

	assert_int_equal(r.status, 200);
	assert_int_equal(json_count(r.json), 17);
	free(path);
	return r;
}

static void format(void **state)
{
	static const struct { const char *asked, *phone, *national, *country, *error; } rows[] = {
		{"+14155550123", "+14155550123", "(415) 555-0123", "US", NULL},
		{"%2B14165550123", "+14165550123", "(416) 555-0123", "CA", NULL},
		{"4155550123", "+14155550123", "(415) 555-0123", "US", NULL},
		{"02079460018?CountryCode=GB", "+442079460018", "02079460018", "GB", NULL},
		{"+1415555012", "+1415555012", "", "", "TOO_SHORT"},
		{"+141555501234", "+141555501234", "", "", "TOO_LONG"},
		{"+99912345678", "+99912345678", "", "", "INVALID_COUNTRY_CODE"},
		{"hello", "hello", "", "", "NOT_A_NUMBER"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r = look_up(rows[i].asked);
		const char *error = json_string(json_first(json_get(r.json, "validation_errors")));

		if (strcmp(text_of(&r, "phone_number"), rows[i].phone) != 0 ||
		    strcmp(text_of(&r, "national_format"), rows[i].national) != 0 ||
		    strcmp(text_of(&r, "country_code"), rows[i].country) != 0 ||
		    json_bool(r.json, "valid", false) != !rows[i].error ||
		    strcmp(error ? error : "", rows[i].error ? rows[i].error : "") != 0)
			fail_msg("%s: %s", rows[i].asked, r.body);
		assert_true(json_is_null_or_absent(r.json, "line_type_intelligence"));
		reply_free(&r);
	}
}

static void packages(void **state)
{
	struct reply r = look_up("+14155550123?Fields=line_type_intelligence,caller_name");
	const struct json *line = json_get(r.json, "line_type_intelligence"), *name = json_get(r.json, "caller_name");

	(void)state;
	assert_string_equal(json_text(line, "type"), "nonFixedVoip");
	assert_int_equal(json_count(line), 5);
	assert_non_null(json_text(name, "caller_name"));
	assert_int_equal(json_count(name), 3);
	reply_free(&r);
	r = look_up("+442079460018?Fields=caller_name");
	assert_true(json_is_null_or_absent(r.json, "line_type_intelligence"));
	name = json_get(r.json, "caller_name");
	assert_true(json_is_null_or_absent(name, "caller_name"));
	assert_false(json_is_null_or_absent(name, "error_code"));
	reply_free(&r);
	r = look_up("+1415?Fields=caller_name");        /* what is no number has no packages */
	assert_true(json_is_null_or_absent(r.json, "caller_name"));
	reply_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {SERVER_TEST(format), SERVER_TEST(packages)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
