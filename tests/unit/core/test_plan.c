#include "test.h"

#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/plan.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static int setup(void **state)
{
	struct desk *d = mem_alloc(sizeof *d);

	desk_open(d, NULL, NULL);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

static void an_empty_plan(void **state)
{
	struct plan p;

	(void)state;
	plan_init(&p, "cli");
	assert_int_equal(p.n, 0);
	assert_string_equal(p.source, "cli");
	assert_int_equal(plan_added_monthly(&p), 0);
	plan_release(&p);
	plan_release(&p);
}

static void a_purchase(void **state)
{
	struct desk *d = *state;
	struct offer o = desk_offer(DESK_A, 1150000);
	struct plan p;

	plan_init(&p, "tui");
	plan_add_buy(&p, d->s, &o, NULL);
	o.address_requirements = "none";
	plan_add_buy(&p, d->s, &o, &(struct buy_params){0});
	o.address_requirements = "local";
	plan_add_buy(&p, d->s, &o, &(struct buy_params){.friendly_name = ""});
	assert_int_equal(p.n, 3);
	assert_int_equal(p.ops[0].kind, OP_BUY);
	assert_int_equal(p.ops[0].state, OP_PLANNED);
	assert_string_equal(p.ops[0].account_sid, TW_ACCOUNT);
	assert_string_equal(p.ops[0].phone_number, DESK_A);
	assert_string_equal(p.ops[0].phone_sid, "");
	assert_string_equal(p.ops[0].country, "US");
	assert_string_equal(p.ops[0].currency, "USD");
	assert_int_equal(p.ops[0].type, NUMBER_LOCAL);
	assert_int_equal(p.ops[0].price_micros, 1150000);
	for (size_t i = 0; i < 3; i++)
		assert_null(p.ops[i].want_json);
	assert_null(p.needs_address[0]);
	assert_null(p.needs_address[1]);
	assert_string_equal(p.needs_address[2], "local");
	assert_memory_not_equal(p.ops[0].want_uid, p.ops[1].want_uid, OP_UID);  /* each is a wish of its own */
	assert_int_equal(p.ops[2].seq, 2);
	plan_release(&p);
}

/* The price an offer lacks may be in the cache by now. */
static void the_price_comes_from_the_catalog(void **state)
{
	struct desk *d = *state;
	const struct offer o = desk_offer(DESK_B, MONEY_UNKNOWN);
	struct apply_summary sum;
	struct err e = {0};
	struct plan p;

	plan_init(&p, "tui");
	plan_add_buy(&p, d->s, &o, NULL);
	assert_int_equal(p.ops[0].price_micros, MONEY_UNKNOWN);
	plan_release(&p);
	assert_true(desk_buy(d, DESK_A, &sum, &e));     /* which reads the price list */
	plan_init(&p, "tui");
	plan_add_buy(&p, d->s, &o, NULL);
	assert_int_equal(p.ops[0].price_micros, 1150000);
	assert_string_equal(p.ops[0].currency, "USD");
	plan_release(&p);
}

static const char *want(const struct plan *p, size_t i, const char *name, struct json **doc)
{
	assert_non_null(p->ops[i].want_json);
	*doc = json_parse(p->ops[i].want_json, strlen(p->ops[i].want_json), 4096, NULL);
	assert_non_null(*doc);
	return json_text(*doc, name);
}

static void parameters_are_kept(void **state)
{
	static const char odd[] = "a \"quoted\" name \xe2\x98\x8e";
	struct desk *d = *state;
	const struct offer o = desk_offer(DESK_A, 1150000);
	struct json *doc;
	struct plan p;

	plan_init(&p, "cli");
	plan_add_buy(&p, d->s, &o, &(struct buy_params){.friendly_name = odd, .address_sid = "AD1",
							.bundle_sid = "BU1"});
	assert_string_equal(want(&p, 0, "FriendlyName", &doc), odd);
	assert_string_equal(json_text(doc, "AddressSid"), "AD1");
	assert_string_equal(json_text(doc, "BundleSid"), "BU1");
	assert_int_equal(json_count(doc), 3);
	json_free(doc);
	plan_release(&p);
}

static void purchases_are_tagged_when_asked_for(void **state)
{
	struct desk *d = *state;
	const struct offer o = desk_offer(DESK_A, 1150000);
	const char *name;
	struct json *doc;
	struct plan p;

	assert_true(config_set(&d->s->config, OPTION_GUARD_TAG, "yes", NULL));
	plan_init(&p, "cli");
	plan_add_buy(&p, d->s, &o, NULL);
	name = want(&p, 0, "FriendlyName", &doc);
	assert_non_null(name);
	assert_int_equal(strlen(name), 11);
	assert_memory_equal(name, "nd-", 3);
	assert_int_equal(strspn(name + 3, "0123456789abcdef"), 8);
	json_free(doc);
	plan_add_buy(&p, d->s, &o, &(struct buy_params){.friendly_name = "Mine"});
	assert_string_equal(want(&p, 1, "FriendlyName", &doc), "Mine");
	json_free(doc);
	plan_release(&p);
}

static void a_release(void **state)
{
	struct desk *d = *state;
	struct number n;
	struct plan p;

	tw_own(d->w, DESK_A);
	n = desk_number(d, DESK_A);
	plan_init(&p, "tui");
	plan_add_release(&p, d->s, &n, "{\"sid\":\"x\"}");
	plan_add_release(&p, d->s, &n, NULL);
	assert_int_equal(p.ops[0].kind, OP_RELEASE);
	assert_string_equal(p.ops[0].phone_sid, n.phone_sid);
	assert_string_equal(p.ops[0].before_json, "{\"sid\":\"x\"}");
	assert_null(p.ops[1].before_json);
	plan_release(&p);
}

static void what_it_adds_a_month(void **state)
{
	struct desk *d = *state;
	struct offer o = desk_offer(DESK_A, 1150000);
	struct number n;
	struct plan p;

	tw_own(d->w, DESK_B);
	n = desk_number(d, DESK_B);
	n.monthly_price = 2000000;
	plan_init(&p, "tui");
	plan_add_buy(&p, d->s, &o, NULL);
	assert_int_equal(plan_added_monthly(&p), 1150000);
	plan_add_release(&p, d->s, &n, NULL);
	assert_int_equal(plan_added_monthly(&p), -850000);
	memcpy(o.currency, "EUR", 4);
	plan_add_buy(&p, d->s, &o, NULL);
	assert_int_equal(plan_added_monthly(&p), MONEY_UNKNOWN);        /* no sum of two moneys */
	plan_release(&p);
	plan_init(&p, "tui");
	n.monthly_price = MONEY_UNKNOWN;
	plan_add_release(&p, d->s, &n, NULL);
	assert_int_equal(plan_added_monthly(&p), MONEY_UNKNOWN);
	plan_release(&p);
}

static void one_line_each(void **state)
{
	static const struct { struct operation op; const char *says; } table[] = {
		{{.kind = OP_BUY, .subject = DESK_A, .phone_number = DESK_A, .price_micros = 1150000, .currency = "USD"},
		 "buy " DESK_A " for $1.15/month"},
		{{.kind = OP_BUY, .subject = DESK_A, .phone_number = DESK_A, .price_micros = MONEY_UNKNOWN}, "buy " DESK_A ", price "
		 "unknown"},
		{{.kind = OP_RELEASE, .subject = DESK_A, .phone_number = DESK_A, .price_micros = 1150000, .currency = "USD"},
		 "release " DESK_A ", saves $1.15/month"},
		{{.kind = OP_RELEASE, .subject = DESK_A, .phone_number = DESK_A, .price_micros = MONEY_UNKNOWN}, "release " DESK_A},
		{{.kind = OP_TRANSFER, .subject = DESK_A, .phone_number = DESK_A, .price_micros = 1150000}, "transfer " DESK_A},
	};
	char line[128], small[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_string_equal(plan_line(&table[i].op, line, sizeof line), table[i].says);
	assert_string_equal(plan_line(&table[0].op, small, sizeof small), "buy +14");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_plan),
		TEST(a_purchase),
		TEST(the_price_comes_from_the_catalog),
		TEST(parameters_are_kept),
		TEST(purchases_are_tagged_when_asked_for),
		TEST(a_release),
		TEST(what_it_adds_a_month),
		cmocka_unit_test(one_line_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
