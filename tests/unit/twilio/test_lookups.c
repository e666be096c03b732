#include "fixture.h"

#include "fake_http.h"

#include "numdesk/twilio/lookups.h"

#define ANSWER(rest) "{\"calling_country_code\":\"1\",\"country_code\":\"US\",\"phone_number\":\"" NUMBER "\"," \
	"\"national_format\":\"(415) 555-0137\",\"valid\":true,\"validation_errors\":null," rest "}"
#define LINE "\"line_type_intelligence\":{\"error_code\":null,\"mobile_country_code\":\"310\"," \
	"\"mobile_network_code\":\"999\",\"carrier_name\":\"Example\\u0007 Wireless\",\"type\":\"mobile\"}"
#define NAME_MISSING "\"caller_name\":{\"caller_name\":null,\"caller_type\":null,\"error_code\":60600}"

struct desk {
	struct clock_fake clock;
	struct fake_http *f;
	struct http *h;
	struct secret *secret;
	struct client c;
	int calls;
	struct lookup got;
	struct err err;
};

static void on_lookup(void *ctx, const struct lookup *l, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->got = l ? *l : (struct lookup){0};
	d->err = err ? *err : (struct err){0};
}

static void desk_open(struct desk *d)
{
	memset(d, 0, sizeof *d);
	clock_fake_init(&d->clock, 1700000000000);
	d->f = fake_http_new(&d->clock);
	d->h = fake_http_seam(d->f);
	d->secret = secret_from(TOKEN, strlen(TOKEN));
	d->c = (struct client){.http = d->h, .base_url = "http://127.0.0.1:1/{product}", .account_sid = ACCOUNT,
			       .user = ACCOUNT, .secret = d->secret};
}

static void desk_close(struct desk *d)
{
	d->h->free(d->h);
	secret_free(d->secret);
}

static void look(struct desk *d, unsigned packages)
{
	const int want = d->calls + 1;
	struct err e = {0};

	if (!lookup_fetch(&d->c, NUMBER, packages, on_lookup, d, &e))
		fail_msg("not started: %s", e.msg);
	run_until(d->h, &d->calls, want);
}

static void what_is_no_number_is_not_asked(void **state)
{
	static const char *const rows[] = {"", "hello", "4155550137", "+1415/../x", "+123456789012345678"};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = {0};

		if (lookup_fetch(&d.c, rows[i], 0, on_lookup, &d, &e) || e.kind != ERR_USAGE)
			fail_msg("'%s'", rows[i]);
	}
	assert_int_equal(fake_http_calls(d.f), 0);
	desk_close(&d);
}

static void only_what_is_asked_for_is_paid(void **state)
{
	static const struct { unsigned packages; const char *query; } rows[] = {
		{0, ""}, {LOOKUP_LINE, "line_type_intelligence"}, {LOOKUP_NAME, "caller_name"},
		{LOOKUP_LINE | LOOKUP_NAME, "line_type_intelligence,caller_name"},
	};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char url[160];

		fake_http_on(d.f, HTTP_GET, "", &(struct fake_reply){.status = 200, .body = ANSWER(LINE "," NAME_MISSING)});
		look(&d, rows[i].packages);
		assert_int_equal(d.err.kind, ERR_NONE);
		assert_int_equal(d.got.packages, rows[i].packages);
		snprintf(url, sizeof url, "http://127.0.0.1:1/lookups/v2/PhoneNumbers/" NUMBER "%s%s",
			 *rows[i].query ? "?Fields=" : "", rows[i].query);
		assert_string_equal(fake_http_call(d.f, i)->url, url);
	}
	assert_string_equal(d.got.line_type, "mobile");
	assert_string_equal(d.got.mobile_network_code, "999");
	assert_string_equal(d.got.caller_name, "");
	assert_int_equal(d.got.name_error, 60600);
	assert_string_equal(d.got.national_format, "(415) 555-0137");
	assert_true(d.got.valid);
	desk_close(&d);
}

static void a_number_that_is_none_is_no_failure(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	fake_http_on(d.f, HTTP_GET, "", &(struct fake_reply){.status = 200, .body =
		"{\"phone_number\":\"" NUMBER "\",\"valid\":false,\"validation_errors\":[\"TOO_SHORT\",\"NOT_A_NUMBER\",7],"
		"\"country_code\":null,\"line_type_intelligence\":null}"});
	look(&d, LOOKUP_LINE);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_false(d.got.valid);
	assert_string_equal(d.got.faults, "TOO_SHORT NOT_A_NUMBER");
	assert_string_equal(d.got.line_type, "");
	desk_close(&d);
}

static void failures(void **state)
{
	static const struct { int status; const char *body; enum err_kind kind; } rows[] = {
		{200, "{}", ERR_PROTO}, {200, "[]", ERR_PROTO}, {200, "", ERR_PROTO},
		{200, "{\"phone_number\":\"+14155550138\",\"valid\":true}", ERR_PROTO},
		{200, "{\"phone_number\":\"" NUMBER "\"}", ERR_PROTO},
		{200, "{\"phone_number\":\"" NUMBER "\",\"valid\":\"yes\"}", ERR_PROTO},
		{401, "{\"code\":20003,\"message\":\"Authenticate\",\"status\":401}", ERR_AUTH},
		{404, "{\"code\":20404,\"message\":\"x\",\"status\":404}", ERR_NOT_FOUND},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct desk d;

		desk_open(&d);
		fake_http_on(d.f, HTTP_GET, "", &(struct fake_reply){.status = rows[i].status, .body = rows[i].body});
		look(&d, 0);
		if (d.err.kind != rows[i].kind)
			fail_msg("row %zu: %d, %s", i, d.err.kind, d.err.msg);
		desk_close(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_number_is_not_asked), cmocka_unit_test(only_what_is_asked_for_is_paid),
		cmocka_unit_test(a_number_that_is_none_is_no_failure), cmocka_unit_test(failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
