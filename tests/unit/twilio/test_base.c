#include "fixture.h"

#include "numdesk/twilio/base.h"

static void check(void **state)
{
	static const struct { const char *template, *want, *says; } cases[] = {
		{"", NULL, "{product}"},
		{"{product}", NULL, "not an http"},
		{BASE_DEFAULT, BASE_DEFAULT, NULL},
		{"https://{product}.twilio.com/", BASE_DEFAULT, NULL},
		{"https://{product}.twilio.com///", BASE_DEFAULT, NULL},
		{"https://gateway.example.com/{product}", "https://gateway.example.com/{product}", NULL},
		{"https://{product}.example.com:8443/v", "https://{product}.example.com:8443/v", NULL},
		{"http://127.0.0.1:8080/{product}", "http://127.0.0.1:8080/{product}", NULL},
		{"http://127.9.9.9/{product}/", "http://127.9.9.9/{product}", NULL},
		{"http://[::1]:8080/{product}", "http://[::1]:8080/{product}", NULL},
		{"http://localhost:1/{product}", "http://localhost:1/{product}", NULL},
		{"https://api.twilio.com", NULL, "lacks {product}"},
		{"https://{product}.{product}.twilio.com", NULL, "more than one"},
		{"https://{product}.twilio.com/{x}", NULL, "more than one"},
		{"http://{product}.twilio.com", NULL, "https://"},
		{"http://10.0.0.1/{product}", NULL, "https://"},
		{"http://128.0.0.1/{product}", NULL, "https://"},
		{"http://127.0.0.1.example.com/{product}", NULL, "https://"},
		{"http://localhost.example.com/{product}", NULL, "https://"},
		{"http://{product}.localhost/", NULL, "https://"},
		{"ftp://127.0.0.1/{product}", NULL, "not an http"},
		{"file:///{product}", NULL, "not an http"},
		{"//127.0.0.1/{product}", NULL, "not an http"},
		{"https://user@{product}.twilio.com", NULL, "user or password"},
		{"https://user:pass@{product}.twilio.com", NULL, "user or password"},
		{"https://{product}.twilio.com@example.com", NULL, "user or password"},
		{"https://{product}.twilio.com?x=1", NULL, "query or fragment"},
		{"https://{product}.twilio.com/?", NULL, "query or fragment"},
		{"https://{product}.twilio.com/#x", NULL, "query or fragment"},
		{"https://{product}.twilio.com /", NULL, "not an http"},
		{"https://{product}.twilio.com\n", NULL, "not an http"},
		{"https://{product}.twilio.com\\@example.com", NULL, "not an http"},
		{"https://{product}.twilio.com:99999", NULL, "not an http"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[256] = "untouched";
		struct err e = {0};
		const bool ok = base_check(cases[i].template, out, sizeof out, &e);

		if (cases[i].want ? !ok || strcmp(out, cases[i].want) != 0
				  : ok || e.kind != ERR_CONFIG || !strstr(e.msg, cases[i].says))
			fail_msg("'%s': %d '%s' \"%s\"", cases[i].template, ok, out, e.msg);
	}
	assert_false(base_check(BASE_DEFAULT, (char[10]){0}, 10, NULL));
}

static void loopback(void **state)
{
	(void)state;
	assert_true(base_is_loopback("http://127.0.0.1:8080/{product}"));
	assert_true(base_is_loopback("https://[::1]/{product}"));
	assert_true(base_is_loopback("http://LocalHost/{product}"));
	assert_false(base_is_loopback(BASE_DEFAULT));
	assert_false(base_is_loopback("https://127.0.0.1.example.com/{product}"));
	assert_false(base_is_loopback("http://127.0.0.1"));
	assert_false(base_is_loopback(""));
}

static void same(void **state)
{
	static const struct { const char *a, *b; bool same; } cases[] = {
		{"", "", false},
		{BASE_DEFAULT, BASE_DEFAULT, true},
		{BASE_DEFAULT, BASE_DEFAULT "/", true},
		{BASE_DEFAULT, "https://{product}.twilio.com:443", false},
		{BASE_DEFAULT, "https://{product}.example.com", false},
		{"https://a.example.com:1/{product}", "https://a.example.com:2/{product}", false},
		{"http://127.0.0.1:1/{product}", "http://127.0.0.1:2/{product}", true},
		{"http://127.0.0.1:1/{product}", "http://127.0.0.1/{product}", true},
		{"http://[::1]:1/{product}", "http://[::1]:2/{product}/", true},
		{"http://[::1]/{product}", "http://[::1]:2/{product}", true},
		{"http://127.0.0.1:1/{product}", "http://127.0.0.2:1/{product}", false},
		{"http://127.0.0.1:1/{product}", "https://127.0.0.1:1/{product}", false},
		{"http://127.0.0.1:1/{product}", "http://127.0.0.1:1/a/{product}", false},
		{"http://127.0.0.1:1/{product}", BASE_DEFAULT, false},
		{BASE_DEFAULT, "http://127.0.0.1:1/{product}", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (base_same(cases[i].a, cases[i].b) != cases[i].same)
			fail_msg("'%s' and '%s'", cases[i].a, cases[i].b);
}

static void url(void **state)
{
	char out[128];
	struct err e = {0};

	(void)state;
	assert_true(base_url(BASE_DEFAULT, "pricing", "/v1/x?y=1", out, sizeof out, &e));
	assert_string_equal(out, "https://pricing.twilio.com/v1/x?y=1");
	assert_true(base_url("http://127.0.0.1:8080/{product}", "api", "/2010-04-01", out, sizeof out, &e));
	assert_string_equal(out, "http://127.0.0.1:8080/api/2010-04-01");
	assert_false(base_url(BASE_DEFAULT, "api", "x", out, sizeof out, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_false(base_url(BASE_DEFAULT, "api", "/x", out, 20, &e));
	assert_false(base_url("https://api.twilio.com", "api", "/x", out, sizeof out, &e));
}

#define HERE "/2010-04-01/Accounts/" ACCOUNT "/"

static void next_pages(void **state)
{
	static const struct { const char *template, *next, *must_begin, *want; } cases[] = {
		{BASE_DEFAULT, HERE "X.json?PageToken=PA%2B1&Page=1", HERE,
		 "https://api.twilio.com" HERE "X.json?PageToken=PA%2B1&Page=1"},
		{"http://127.0.0.1:1/{product}", HERE "X.json", HERE, "http://127.0.0.1:1/api" HERE "X.json"},
		{BASE_DEFAULT, "https://messaging.twilio.com/v1/Services?Page=1", NULL,
		 "https://messaging.twilio.com/v1/Services?Page=1"},
		{"http://127.0.0.1:1/{product}", "https://numbers-upload.twilio.com/v1/x", NULL,
		 "http://127.0.0.1:1/numbers-upload/v1/x"},
		{BASE_DEFAULT, HERE "X.json?a=/../", HERE, "https://api.twilio.com" HERE "X.json?a=/../"},
		{BASE_DEFAULT, "", NULL, NULL},
		{BASE_DEFAULT, "x", NULL, NULL},
		{BASE_DEFAULT, "?Page=1", NULL, NULL},
		{BASE_DEFAULT, "//example.com/x", NULL, NULL},
		{BASE_DEFAULT, "/\\example.com/x", NULL, NULL},
		{BASE_DEFAULT, "http://api.twilio.com/x", NULL, NULL},
		{BASE_DEFAULT, "https://example.com/x", NULL, NULL},
		{BASE_DEFAULT, "https://api.twilio.com.example.com/x", NULL, NULL},
		{BASE_DEFAULT, "https://api.twilio.com@example.com/x", NULL, NULL},
		{BASE_DEFAULT, "https://api.twilio.com:443/x", NULL, NULL},
		{BASE_DEFAULT, "https://user@api.twilio.com/x", NULL, NULL},
		{BASE_DEFAULT, "https://evil.twilio.com/x", NULL, NULL},
		{BASE_DEFAULT, "https://api.twilio.com", NULL, NULL},
		{BASE_DEFAULT, "https://api.twilio.com?x", NULL, NULL},
		{BASE_DEFAULT, "HTTPS://api.twilio.com/x", NULL, NULL},
		{BASE_DEFAULT, "javascript:alert(1)", NULL, NULL},
		{BASE_DEFAULT, "/2010-04-01/Accounts/" OTHER_ACCOUNT "/X.json", HERE, NULL},
		{BASE_DEFAULT, "https://api.twilio.com/2010-04-01/Accounts/" OTHER_ACCOUNT "/X.json", HERE, NULL},
		{BASE_DEFAULT, HERE "../" OTHER_ACCOUNT "/X.json", HERE, NULL},
		{BASE_DEFAULT, HERE "%2e%2E/" OTHER_ACCOUNT "/X.json", HERE, NULL},
		{BASE_DEFAULT, HERE ".%2e/x", HERE, NULL},
		{BASE_DEFAULT, HERE "./x", HERE, NULL},
		{BASE_DEFAULT, HERE "..", HERE, NULL},
		{BASE_DEFAULT, HERE "x\r\nHost: y", HERE, NULL},
		{BASE_DEFAULT, HERE "x y", HERE, NULL},
		{BASE_DEFAULT, HERE "x#y", HERE, NULL},
		{BASE_DEFAULT, HERE "{product}", HERE, NULL},
		{BASE_DEFAULT, HERE "caf\xc3\xa9", HERE, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[256] = "";
		struct err e = {0};
		const bool ok =
			base_next(cases[i].template, "api", cases[i].next, cases[i].must_begin, out, sizeof out, &e);

		if (cases[i].want ? !ok || strcmp(out, cases[i].want) != 0 : ok || e.kind != ERR_PROTO)
			fail_msg("'%s': %d '%s' \"%s\"", cases[i].next, ok, out, e.msg);
	}
	assert_false(base_next(BASE_DEFAULT, "api", "/x", NULL, (char[10]){0}, 10, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check),
		cmocka_unit_test(loopback),
		cmocka_unit_test(same),
		cmocka_unit_test(url),
		cmocka_unit_test(next_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
