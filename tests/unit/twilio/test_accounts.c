#include "fixture.h"

#include "fake_http.h"

#include "client_priv.h"

#include "numdesk/twilio/accounts.h"

#define ADDRESS "AD0123456789abcdef0123456789abcdef"

struct desk {
	struct clock_fake clock;
	struct fake_http *f;
	struct http *h;
	struct secret *secret;
	struct client c;
	int calls;
	struct account_facts facts;
	int64_t micros;
	char currency[8];
	struct price prices[16];
	size_t n;
	struct err err;
};

static void desk_open(struct desk *d, const char *part, const struct fake_reply *reply)
{
	memset(d, 0, sizeof *d);
	clock_fake_init(&d->clock, 1700000000000);
	d->f = fake_http_new(&d->clock);
	d->h = fake_http_seam(d->f);
	d->secret = secret_from(TOKEN, strlen(TOKEN));
	d->c = (struct client){.http = d->h,
			       .base_url = "http://127.0.0.1:1/{product}",
			       .account_sid = ACCOUNT,
			       .user = KEY,
			       .secret = d->secret};
	fake_http_on(d->f, HTTP_GET, part, reply);
}

static void desk_close(struct desk *d)
{
	d->h->free(d->h);
	secret_free(d->secret);
}

static void keep_err(struct desk *d, const struct err *err)
{
	d->calls++;
	d->err = err ? *err : (struct err){0};
}

static void on_account(void *ctx, const struct account_facts *f, const struct err *err)
{
	struct desk *d = ctx;

	keep_err(d, err);
	if (f)
		d->facts = *f;
}

static void the_account_itself(void **state)
{
	static const struct {
		const char *name;
		struct fake_reply reply;
		enum err_kind kind;
		int code;
	} cases[] = {
		{"found",
		 {.status = 200,
		  .body = "{\"sid\":\"" ACCOUNT
			  "\",\"friendly_name\":\"Acme\",\"status\":\"active\",\"type\":\"Full\","
			  "\"owner_account_sid\":\"" OTHER_ACCOUNT "\",\"auth_token\" : \"canary\\\"\\\\token\"}"},
		 ERR_NONE,
		 0},
		{"standard key",
		 {.status = 401, .body = "{\"code\":20003,\"message\":\"Authenticate\"}"},
		 ERR_AUTH,
		 20003},
		{"another account", {.status = 200, .body = "{\"sid\":\"" OTHER_ACCOUNT "\"}"}, ERR_PROTO, 0},
		{"no SID", {.status = 200, .body = "{}"}, ERR_PROTO, 0},
		{"no JSON", {.status = 200, .body = "x"}, ERR_PROTO, 0},
		{"token that never ends",
		 {.status = 200, .body = "{\"sid\":\"" ACCOUNT "\",\"auth_token\":\"abc"},
		 ERR_PROTO,
		 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d, "/Accounts/" ACCOUNT ".json", &cases[i].reply);
		assert_true(account_fetch(&d.c, on_account, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.err.kind != cases[i].kind || d.err.code != cases[i].code)
			fail_msg("%s: %s %d \"%s\"", cases[i].name, err_kind_name(d.err.kind), d.err.code, d.err.msg);
		if (cases[i].kind == ERR_NONE) {
			assert_string_equal(d.facts.account_sid, ACCOUNT);
			assert_string_equal(d.facts.owner_account_sid, OTHER_ACCOUNT);
			assert_string_equal(d.facts.name, "Acme");
			assert_string_equal(d.facts.status, "active");
			assert_string_equal(d.facts.type, "Full");
			assert_true(d.facts.balance == MONEY_UNKNOWN);
		}
		desk_close(&d);
	}
}

static void tokens_are_blanked(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{"", ""},
		{"{}", "{}"},
		{"{\"auth_token\":\"secret\"}", "{\"auth_token\":\"******\"}"},
		{"{\"auth_token\" :\n \"secret\",\"a\":\"b\"}", "{\"auth_token\" :\n \"******\",\"a\":\"b\"}"},
		{"{\"auth_token\":\"a\\\"b\\\\\",\"a\":1}", "{\"auth_token\":\"******\",\"a\":1}"},
		{"{\"auth_token\":null,\"a\":\"b\"}", "{\"auth_token\":null,\"a\":\"b\"}"},
		{"[{\"auth_token\":\"a\"},{\"auth_token\":\"b\"}]", "[{\"auth_token\":\"*\"},{\"auth_token\":\"*\"}]"},
		{"{\"auth_token\":\"abc", "{\"auth_token\":\"***"},
		{"{\"auth_token\":\"abc\\", "{\"auth_token\":\"****"},
		{"\"auth_token\"", "\"auth_token\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[128];

		snprintf(text, sizeof text, "%s", cases[i].text);
		account_blank_token(text);
		assert_string_equal(text, cases[i].want);
	}
}

static void on_balance(void *ctx, int64_t micros, const char *currency, const struct err *err)
{
	struct desk *d = ctx;

	keep_err(d, err);
	d->micros = micros;
	snprintf(d->currency, sizeof d->currency, "%s", currency);
}

static void the_balance(void **state)
{
	static const struct {
		const char *name;
		struct fake_reply reply;
		int64_t micros;
		enum err_kind kind;
	} cases[] = {
		{"string",
		 {.status = 200, .body = "{\"balance\":\"42.17\",\"currency\":\"USD\"}"},
		 42170000,
		 ERR_NONE},
		{"number", {.status = 200, .body = "{\"balance\":-0.5,\"currency\":\"USD\"}"}, -500000, ERR_NONE},
		{"subaccount", {.status = 404, .body = "{\"code\":20404}"}, MONEY_UNKNOWN, ERR_NONE},
		{"none in it", {.status = 200, .body = "{\"balance\":null}"}, MONEY_UNKNOWN, ERR_NONE},
		{"unreadable", {.status = 200, .body = "{\"balance\":\"1e400\"}"}, MONEY_UNKNOWN, ERR_NONE},
		{"refused", {.status = 401, .body = "{\"code\":20003}"}, MONEY_UNKNOWN, ERR_AUTH},
		{"no connection", {.curl_code = 7}, MONEY_UNKNOWN, ERR_NET},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d, "/Balance.json", &cases[i].reply);
		assert_true(account_balance(&d.c, on_balance, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.micros != cases[i].micros || d.err.kind != cases[i].kind)
			fail_msg("%s: %lld, %s", cases[i].name, (long long)d.micros, err_kind_name(d.err.kind));
		desk_close(&d);
	}
}

static void on_prices(void *ctx, const struct price *v, size_t n, const struct err *err)
{
	struct desk *d = ctx;

	keep_err(d, err);
	d->n = n;
	for (size_t i = 0; i < n && i < ARRAY_LEN(d->prices); i++)
		d->prices[i] = v[i];
}

/* What is not certain is unknown: a purchase is then refused, not made at a wrong price. */
static void prices(void **state)
{
	static const struct {
		const char *price;
		int64_t want;
	} cases[] = {
		{"\"1.15\"", 1150000},
		{"1.15", 1150000},
		{"2", 2000000},
		{"\"0.00\"", 0},
		{"null", MONEY_UNKNOWN},
		{"\"\"", MONEY_UNKNOWN},
		{"\"1e400\"", MONEY_UNKNOWN},
		{"1e15", MONEY_UNKNOWN},
		{"\"012\"", MONEY_UNKNOWN},
		{"\"-1.15\"", MONEY_UNKNOWN},
		{"-1.15", MONEY_UNKNOWN},
		{"\"1,15\"", MONEY_UNKNOWN},
		{"\"$1.15\"", MONEY_UNKNOWN},
		{"\" 1.15\"", MONEY_UNKNOWN},
		{"\"1.1500001\"", MONEY_UNKNOWN},
		{"9223372036854775808", MONEY_UNKNOWN},
		{"true", MONEY_UNKNOWN},
		{"[]", MONEY_UNKNOWN},
		{"\"1.15\",\"current_price\":\"0.01\"", MONEY_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char body[512];
		const struct fake_reply reply = {.status = 200, .body = body};
		struct desk d;

		snprintf(body, sizeof body,
			 "{\"iso_country\":\"US\",\"price_unit\":\"usd\",\"phone_number_prices\":["
			 "{\"number_type\":\"toll free\",\"base_price\":\"9.99\",\"current_price\":%s},"
			 "{\"number_type\":\"satellite\",\"current_price\":\"1\"}]}",
			 cases[i].price);
		desk_open(&d, "/pricing/v1/PhoneNumbers/Countries/US", &reply);
		assert_true(pricing_country(&d.c, "US", on_prices, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.err.kind != ERR_NONE || d.n != 1 || d.prices[0].micros != cases[i].want ||
		    d.prices[0].type != NUMBER_TOLLFREE || strcmp(d.prices[0].currency, "USD") != 0 ||
		    strcmp(d.prices[0].country, "US") != 0)
			fail_msg("%s: %zu rows, %lld, \"%s\"", cases[i].price, d.n, (long long)d.prices[0].micros,
				 d.err.msg);
		desk_close(&d);
	}
}

static void errors_of_prices(void **state)
{
	static const struct {
		const char *name;
		struct fake_reply reply;
		enum err_kind kind;
	} cases[] = {
		{"leading zero",
		 {.status = 200,
		  .body = "{\"iso_country\":\"US\",\"price_unit\":\"USD\",\"phone_number_prices\":[{\"number_type\":"
			  "\"local\",\"current_price\":012}]}"},
		 ERR_PROTO},
		{"out of range",
		 {.status = 200,
		  .body = "{\"iso_country\":\"US\",\"price_unit\":\"USD\",\"phone_number_prices\":[{\"number_type\":"
			  "\"local\",\"current_price\":1e400}]}"},
		 ERR_PROTO},
		{"another country",
		 {.status = 200,
		  .body = "{\"iso_country\":\"GB\",\"price_unit\":\"GBP\",\"phone_number_prices\":[]}"},
		 ERR_PROTO},
		{"no list", {.status = 200, .body = "{\"iso_country\":\"US\"}"}, ERR_PROTO},
		{"not sold there", {.status = 404, .body = "{\"code\":20404}"}, ERR_NOT_FOUND},
	};
	struct err e = {0};
	struct desk d;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		desk_open(&d, "", &cases[i].reply);
		assert_true(pricing_country(&d.c, "US", on_prices, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.err.kind != cases[i].kind || d.n)
			fail_msg("%s: %s \"%s\"", cases[i].name, err_kind_name(d.err.kind), d.err.msg);
		desk_close(&d);
	}
	desk_open(&d, "", &cases[0].reply);
	assert_int_equal(pricing_country(&d.c, "../x", on_prices, &d, &e), 0);
	assert_int_equal(e.kind, ERR_USAGE);
	desk_close(&d);
}

static void a_price_without_a_currency_is_unknown(void **state)
{
	static const struct fake_reply reply = {
		.status = 200,
		.body = "{\"iso_country\":\"US\",\"price_unit\":null,\"phone_number_prices\":[{\"number_type\":"
			"\"local\",\"current_price\":\"1.15\"}]}",
	};
	struct desk d;

	(void)state;
	desk_open(&d, "", &reply);
	assert_true(pricing_country(&d.c, "US", on_prices, &d, NULL));
	run_until(d.h, &d.calls, 1);
	assert_true(d.prices[0].micros == MONEY_UNKNOWN);
	desk_close(&d);
}

static void on_probe(void *ctx, const struct err *err)
{
	keep_err(ctx, err);
}

static void credentials_are_tried_with_a_list(void **state)
{
	static const struct { const char *name; struct fake_reply reply; enum err_kind kind; int code; } cases[] = {
		{"work", {.status = 200, .body = "{\"incoming_phone_numbers\":[]}"}, ERR_NONE, 0},
		{"refused", {.status = 401, .body = "{\"code\":20003}"}, ERR_AUTH, 20003},
		{"test credentials", {.status = 403, .body = "{\"code\":20008}"}, ERR_AUTH, 20008},
		{"wrong account", {.status = 404, .body = "{\"code\":20404}"}, ERR_NOT_FOUND, 20404},
		{"captive portal", {.status = 200, .body = "<html>hello</html>"}, ERR_PROTO, 0},
		{"something else", {.status = 200, .body = "{\"ok\":true}"}, ERR_PROTO, 0},
		{"no connection", {.curl_code = 6}, ERR_NET, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d, "/IncomingPhoneNumbers.json?PageSize=1", &cases[i].reply);
		assert_true(account_probe(&d.c, on_probe, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.err.kind != cases[i].kind || d.err.code != cases[i].code)
			fail_msg("%s: %s %d \"%s\"", cases[i].name, err_kind_name(d.err.kind), d.err.code, d.err.msg);
		desk_close(&d);
	}
}

static void nothing_leaves_a_locked_client(void **state)
{
	static const struct fake_reply ok = {.status = 200, .body = "{}"};
	struct err e[4] = {{0}};
	struct desk d;

	(void)state;
	desk_open(&d, "", &ok);
	d.c.secret = NULL;
	assert_int_equal(account_fetch(&d.c, on_account, &d, &e[0]), 0);
	assert_int_equal(account_balance(&d.c, on_balance, &d, &e[1]), 0);
	assert_int_equal(pricing_country(&d.c, "US", on_prices, &d, &e[2]), 0);
	assert_int_equal(account_probe(&d.c, on_probe, &d, &e[3]), 0);
	for (size_t i = 0; i < ARRAY_LEN(e); i++)
		assert_int_equal(e[i].kind, ERR_LOCKED);
	assert_int_equal(fake_http_calls(d.f), 0);
	assert_int_equal(d.calls, 0);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_account_itself),
		cmocka_unit_test(tokens_are_blanked),
		cmocka_unit_test(the_balance),
		cmocka_unit_test(prices),
		cmocka_unit_test(errors_of_prices),
		cmocka_unit_test(a_price_without_a_currency_is_unknown),
		cmocka_unit_test(credentials_are_tried_with_a_list),
		cmocka_unit_test(nothing_leaves_a_locked_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
