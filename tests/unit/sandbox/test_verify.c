#include "test.h"

#include "fixture.h"

static const char *acme(void)
{
	return cred("AC", "acme");
}

/* A service of acme; the path of something below it. Caller frees. */
static char *service_path(const char *more)
{
	struct reply r = ask("POST", "/verify/v2/Services", acme(), "FriendlyName=numdesk&CodeLength=7");
	char *path;

	assert_int_equal(r.status, 201);
	path = mem_printf("/verify/v2/Services/%s%s", text_of(&r, "sid"), more);
	reply_free(&r);
	return path;
}

static char *with(const char *path, const char *more)
{
	return mem_printf("%s%s", path, more);
}

/* The code sent last. Borrowed until the next call. */
static const char *code(void)
{
	static char last[16];
	struct reply r = ask("GET", "/_sandbox/codes", NULL, NULL);

	for (const struct json *row = json_first(r.json); row; row = json_next(row))
		snprintf(last, sizeof last, "%s", json_text(row, "code"));
	reply_free(&r);
	return last;
}

static void services(void **state)
{
	struct reply r;
	char *path;

	(void)state;
	r = ask("GET", "/verify/v2/Services", acme(), NULL);
	assert_int_equal(rows_of(&r, "services"), 0);
	reply_free(&r);
	expect("no name", ask("POST", "/verify/v2/Services", acme(), ""), 400, 60200);
	expect("long name", ask("POST", "/verify/v2/Services", acme(), "FriendlyName=123456789012345678901234567890123"),
	       400, 60200);
	expect("length", ask("POST", "/verify/v2/Services", acme(), "FriendlyName=x&CodeLength=3"), 400, 60200);
	path = service_path("");
	r = ask("GET", path, acme(), NULL);
	assert_int_equal(json_count(r.json), 21);
	assert_string_equal(text_of(&r, "friendly_name"), "numdesk");
	reply_free(&r);
	expect("of another account", ask("GET", path, cred("AC", "acme-east"), NULL), 404, 20404);
	r = ask("GET", "/verify/v2/Services?PageSize=1", acme(), NULL);
	assert_int_equal(rows_of(&r, "services"), 1);
	reply_free(&r);
	free(path);
}

static void refusals(void **state)
{
	static const struct { const char *form; int status, code; } rows[] = {
		{"", 400, 60200}, {"To=hello&Channel=sms", 400, 60200}, {"To=%2B12025550177", 400, 60200},
		{"To=%2B12025550177&Channel=pigeon", 400, 60200}, {"To=%2B442071838750&Channel=sms", 403, 60205},
	};
	char *path = service_path("/Verifications");
	struct reply r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect(rows[i].form, ask("POST", path, acme(), rows[i].form), rows[i].status, rows[i].code);
	free(path);
	expect("no such service", ask("POST", "/verify/v2/Services/VA00000000000000000000000000000000/Verifications",
				      acme(), "To=%2B12025550177&Channel=sms"), 404, 20404);
	r = ask("POST", "/verify/v2/Services", cred("AC", "trial"), "FriendlyName=x");
	path = mem_printf("/verify/v2/Services/%s/Verifications", text_of(&r, "sid"));
	reply_free(&r);
	expect("trial", ask("POST", path, cred("AC", "trial"), "To=%2B12025550177&Channel=sms"), 403, 575001);
	free(path);
}

static void right_and_wrong(void **state)
{
	char *base = service_path(""), *start = with(base, "/Verifications"), *check = with(base, "/VerificationCheck");
	char *fetch = with(base, "/Verifications/%2B12025550177"), *form;
	struct reply r;

	(void)state;
	expect("nothing to fetch", ask("GET", fetch, acme(), NULL), 404, 20404);
	r = ask("POST", start, acme(), "To=%2B12025550177&Channel=sms");
	assert_int_equal(r.status, 201);
	assert_int_equal(json_count(r.json), 15);
	assert_string_equal(text_of(&r, "status"), "pending");
	reply_free(&r);
	assert_int_equal(strlen(code()), 7);
	r = ask("GET", fetch, acme(), NULL);
	assert_string_equal(text_of(&r, "to"), "+12025550177");
	reply_free(&r);
	r = ask("POST", check, acme(), "To=%2B12025550177&Code=0000");
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(&r, "status"), "pending");
	assert_false(json_bool(r.json, "valid", true));
	reply_free(&r);
	expect("no code", ask("POST", check, acme(), "To=%2B12025550177"), 400, 60200);
	form = mem_printf("To=%%2B12025550177&Code=%s", code());
	r = ask("POST", check, acme(), form);
	assert_string_equal(text_of(&r, "status"), "approved");
	assert_true(json_bool(r.json, "valid", false));
	reply_free(&r);
	expect("once more", ask("POST", check, acme(), form), 404, 20404);
	expect("gone", ask("GET", fetch, acme(), NULL), 404, 20404);
	free(form);
	free(fetch);
	free(check);
	free(start);
	free(base);
}

static void too_many(void **state)
{
	char *base = service_path(""), *start = with(base, "/Verifications"), *check = with(base, "/VerificationCheck");
	char sid[SID_SIZE] = "";

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct reply r = ask("POST", start, acme(), "To=%2B12025550177&Channel=call");

		assert_int_equal(json_count(json_get(r.json, "send_code_attempts")), i + 1);
		assert_true(i == 0 || strcmp(sid, text_of(&r, "sid")) == 0);
		snprintf(sid, sizeof sid, "%s", text_of(&r, "sid"));
		reply_free(&r);
	}
	expect("sixth", ask("POST", start, acme(), "To=%2B12025550177&Channel=sms"), 429, 60203);
	expect("short", ask("POST", check, acme(), "To=%2B12025550177&Code=000"), 400, 60200);
	for (int i = 0; i < 5; i++)
		expect("wrong", ask("POST", check, acme(), "To=%2B12025550177&Code=0000"), 200, 0);
	expect("sixth check", ask("POST", check, acme(), "To=%2B12025550177&Code=0000"), 429, 60202);
	free(check);
	free(start);
	free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(services), SERVER_TEST(refusals), SERVER_TEST(right_and_wrong), SERVER_TEST(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
