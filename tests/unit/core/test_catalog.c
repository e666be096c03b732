#include "test.h"

#include <string.h>

#include "home.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/reactor.h"

struct outcome { int calls; bool done; struct err err; };

static void take(void *ctx, const struct err *err)
{
	struct outcome *o = ctx;

	o->calls++;
	o->done = true;
	o->err = *err;
}

static struct outcome countries(struct home *h, bool fresh)
{
	struct outcome o = {0};

	catalog_need_countries(h->s, fresh, take, &o);
	home_until(h, &o.done);
	return o;
}

static struct outcome prices(struct home *h, const char *country, bool fresh)
{
	struct outcome o = {0};

	catalog_need_prices(h->s, country, fresh, take, &o);
	home_until(h, &o.done);
	return o;
}

static void test_locked_and_empty(void **state)
{
	struct country v[4];
	char currency[4];
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	assert_int_equal(catalog_countries(h.s, v, 4), 0);
	assert_int_equal(catalog_types(h.s, "US"), 0);
	assert_int_equal(catalog_price(h.s, "US", NUMBER_LOCAL, currency), MONEY_UNKNOWN);
	assert_string_equal(currency, "");
	assert_int_equal(countries(&h, false).err.kind, ERR_NOT_FOUND);
	home_close(&h);
	home_ready(&h);
	session_lock(h.s);
	assert_int_equal(countries(&h, false).err.kind, ERR_LOCKED);
	assert_int_equal(prices(&h, "US", false).err.kind, ERR_LOCKED);
	catalog_need_account(h.s, take, &o);
	assert_int_equal(o.err.kind, ERR_LOCKED);
	assert_int_equal(fake_http_calls(h.http), 0);
	home_close(&h);
}

static size_t asked(struct home *h, const char *part)
{
	return fake_http_count(h->http, HTTP_GET, part, NULL);
}

static void test_countries(void **state)
{
	struct country v[4];
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	assert_int_equal(countries(&h, false).err.kind, ERR_NONE);
	assert_int_equal(catalog_countries(h.s, v, 4), 2);
	assert_int_equal(catalog_types(h.s, "US"), 1u << NUMBER_LOCAL | 1u << NUMBER_TOLLFREE);
	assert_int_equal(catalog_types(h.s, "gb"), 1u << NUMBER_LOCAL | 1u << NUMBER_MOBILE | 1u << NUMBER_NATIONAL);
	assert_int_equal(catalog_types(h.s, "XX"), 0);
	clock_fake_advance(&h.clock, INT64_C(23) * 3600 * 1000);
	assert_int_equal(countries(&h, false).err.kind, ERR_NONE);
	assert_int_equal(asked(&h, "AvailablePhoneNumbers.json"), 1);   /* young enough */
	assert_int_equal(countries(&h, true).err.kind, ERR_NONE);
	assert_int_equal(asked(&h, "AvailablePhoneNumbers.json"), 2);   /* fresh asks whatever the age */
	clock_fake_advance(&h.clock, INT64_C(25) * 3600 * 1000);
	assert_int_equal(countries(&h, false).err.kind, ERR_NONE);
	assert_int_equal(asked(&h, "AvailablePhoneNumbers.json"), 3);
	session_lock(h.s);
	assert_int_equal(countries(&h, false).err.kind, ERR_NONE);      /* young facts need no network */
	home_close(&h);
}

static void test_prices(void **state)
{
	char currency[4];
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	assert_int_equal(prices(&h, "US", false).err.kind, ERR_NONE);
	assert_int_equal(catalog_price(h.s, "US", NUMBER_LOCAL, currency), 1150000);
	assert_string_equal(currency, "USD");
	assert_int_equal(catalog_price(h.s, "US", NUMBER_TOLLFREE, currency), 2150000);
	assert_int_equal(catalog_price(h.s, "US", NUMBER_MOBILE, currency), MONEY_UNKNOWN);
	clock_fake_advance(&h.clock, INT64_C(11) * 3600 * 1000);
	prices(&h, "US", false);
	assert_int_equal(asked(&h, "Countries/US"), 1);
	clock_fake_advance(&h.clock, INT64_C(2) * 3600 * 1000);
	prices(&h, "US", false);
	assert_int_equal(asked(&h, "Countries/US"), 2);
	/* a country without a list is no failure; one that is no country is */
	assert_int_equal(prices(&h, "AQ", false).err.kind, ERR_NONE);
	assert_int_equal(catalog_price(h.s, "AQ", NUMBER_LOCAL, currency), MONEY_UNKNOWN);
	assert_int_equal(prices(&h, "USA", false).err.kind, ERR_USAGE);
	/* a failure leaves the old prices */
	fake_http_on(h.http, HTTP_GET, "Countries/US", &(struct fake_reply){.status = 500, .times = 1});
	assert_int_not_equal(prices(&h, "US", true).err.kind, ERR_NONE);
	assert_int_equal(catalog_price(h.s, "US", NUMBER_LOCAL, currency), 1150000);
	home_close(&h);
}

static void test_account(void **state)
{
	struct outcome o = {0};
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	catalog_need_account(h.s, take, &o);
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_NONE);
	assert_string_equal(h.s->account.name, "Client 0");
	assert_int_equal(h.s->account.balance, 42170000);
	assert_string_equal(h.s->account.balance_currency, "USD");
	assert_int_equal(h.s->account.balance_at, session_now(h.s));
	assert_string_equal(h.s->profile.account_name, "Client 0");
	home_settle(&h);
	home_close(&h);
	/* the next start knows it, still locked */
	assert_true(home_open(&h, NULL, NULL));
	assert_string_equal(h.s->profile.account_name, "Client 0");
	assert_string_equal(h.s->account.status, "active");
	home_close(&h);
}

/* Standard keys may not read the account; a subaccount has no balance. Neither is a failure. */
static void test_account_of_a_key(void **state)
{
	struct outcome o = {0};
	struct home h;

	(void)state;
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "/Accounts/" HOME_AC ".json",
		     &(struct fake_reply){.status = 401, .body = "{\"code\":20003,\"status\":401}"});
	fake_http_on(h.http, HTTP_GET, "/Balance.json", &(struct fake_reply){.status = 404,
									     .body = "{\"code\":20404}"});
	catalog_need_account(h.s, take, &o);
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_NONE);
	assert_int_equal(h.s->account.balance, MONEY_UNKNOWN);
	assert_string_equal(h.s->account.name, "");
	fake_http_on(h.http, HTTP_GET, "/Accounts/" HOME_AC ".json", &(struct fake_reply){.curl_code = 7,
											  .error = "cannot connect"});
	o = (struct outcome){0};
	catalog_need_account(h.s, take, &o);
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_NET);
	assert_int_equal(o.calls, 1);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_locked_and_empty), cmocka_unit_test(test_countries),
		cmocka_unit_test(test_prices), cmocka_unit_test(test_account),
		cmocka_unit_test(test_account_of_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
