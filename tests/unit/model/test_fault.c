#include "test.h"

#include <string.h>

#include "numdesk/model/fault.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"

static void test_find(void **state)
{
	static const int none[] = {0, -1, 1, 10000, 21423, 999999, 2147483647};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		if (fault_find(none[i]))
			fail_msg("%d has a row", none[i]);
	assert_int_equal(fault_find(21422)->kind, ERR_GONE);
	assert_ptr_equal(fault_find(faults[0].code), &faults[0]);
	assert_ptr_equal(fault_find(faults[fault_count - 1].code), &faults[fault_count - 1]);
}

static void test_known_codes(void **state)
{
	struct err e;

	(void)state;
	assert_false(fault_err(NULL, 400, 21422, NULL, NULL));
	assert_false(fault_err(&e, 400, 21422, "+14155550137", "+14155550137 is not available"));
	assert_string_equal(e.msg, "'+14155550137': the number is not for sale any more: "
				   "search again and take another one (Twilio 21422)");
	assert_int_equal(e.kind, ERR_GONE);
	assert_int_equal(e.http, 400);
	assert_int_equal(e.code, 21422);
	fault_err(&e, 401, 20003, NULL, "Authenticate");
	assert_int_equal(e.kind, ERR_AUTH);
	assert_int_equal(strncmp(e.msg, "Twilio refuses the credentials", 30), 0);
	fault_err(&e, 429, 20429, NULL, NULL);
	assert_int_equal(e.kind, ERR_RATE);
}

static void test_unknown_codes(void **state)
{
	static const struct {
		int http, code;
		const char *message;
		enum err_kind kind;
		const char *says, *end;
	} cases[] = {
		{400, 99999, "Strange", ERR_API, "Twilio refuses the request, saying \"Strange\"", "(Twilio 99999)"},
		{400, 0, NULL, ERR_API, "Twilio refuses the request: ", "(HTTP 400)"},
		{401, 0, "", ERR_AUTH, "credentials", "(HTTP 401)"},
		{403, 0, NULL, ERR_AUTH, "no permission", "(HTTP 403)"},
		{404, 0, NULL, ERR_NOT_FOUND, "no such thing", "(HTTP 404)"},
		{409, 0, NULL, ERR_API, "present state", "(HTTP 409)"},
		{429, 0, NULL, ERR_RATE, "too many", "(HTTP 429)"},
		{500, 0, NULL, ERR_API, "fault of its own", "(HTTP 500)"},
		{503, 0, NULL, ERR_API, "look first", "(HTTP 503)"},
		{302, 0, NULL, ERR_PROTO, "points elsewhere", "(HTTP 302)"},
		{200, 0, NULL, ERR_PROTO, "not what the API", "(HTTP 200)"},
		{0, 0, NULL, ERR_PROTO, "not what the API promises: ", "try again"},
		{-5, 0, NULL, ERR_PROTO, "not what", "(HTTP -5)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e;
		size_t n = strlen(cases[i].end);

		assert_false(fault_err(&e, cases[i].http, cases[i].code, NULL, cases[i].message));
		if (e.kind != cases[i].kind || !strstr(e.msg, cases[i].says) ||
		    strcmp(e.msg + strlen(e.msg) - n, cases[i].end) != 0)
			fail_msg("case %zu: %s", i, e.msg);
		assert_int_equal(e.http, cases[i].http);
		assert_int_equal(e.code, cases[i].code);
	}
}

/* What the server says is quoted clean and cut, and cannot end our sentence early. */
static void test_foreign_text(void **state)
{
	char longest[5000];
	struct err e;

	(void)state;
	fault_err(&e, 400, 0, "\x1b]0;x\a", "one\r\ntwo\x1b[31m\u202e");
	assert_null(strpbrk(e.msg, "\r\n\x1b\a"));
	assert_non_null(strstr(e.msg, "one"));
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	fault_err(&e, 400, 0, longest, longest);
	assert_non_null(strstr(e.msg, "check what was asked for (HTTP 400)"));
	/* every row fits with the longest subject */
	for (int i = 0; i < fault_count; i++) {
		fault_err(&e, 400, faults[i].code, longest, longest);
		if (e.msg[strlen(e.msg) - 1] != ')')
			fail_msg("cut: %s", e.msg);
	}
}

/* A server that repeats the token gets it neither printed nor kept. */
static void test_echoed_secret(void **state)
{
	struct err e = {0}, ignored;

	(void)state;
	assert_true(crypto_init(&ignored));
	log_redact("canary-token-12345", 18);
	fault_err(&e, 400, 99999, NULL, "you sent canary-token-12345, didn't you");
	assert_null(strstr(e.msg, "canary"));
	assert_non_null(strstr(e.msg, "[redacted]"));
	log_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echoed_secret),
		cmocka_unit_test(test_find), cmocka_unit_test(test_known_codes), cmocka_unit_test(test_unknown_codes),
		cmocka_unit_test(test_foreign_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
