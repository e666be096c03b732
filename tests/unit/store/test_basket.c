#include "test.h"

#include "ledger_fixture.h"

#include "numdesk/store/basket.h"

#define ONE "+14155558294"
#define TWO "+442079460123"

static struct offer offer(const char *number, int64_t price)
{
	struct offer o = {.country = "US", .currency = "USD", .type = NUMBER_LOCAL, .capabilities = CAP_VOICE | CAP_SMS,
			  .monthly_price = price, .locality = "San Francisco", .region = "CA",
			  .address_requirements = "none", .score = 68, .why = "ends TAXI"};

	snprintf(o.phone_number, sizeof o.phone_number, "%s", number);
	return o;
}

static bool list(void *ctx, const struct basket_item *i)
{
	char price[32], place[64];

	return buf_addf(ctx, "%s %s %s %u %s%s %s %d %s (%s)%s;", i->offer.phone_number, i->offer.country,
			number_type_name(i->offer.type), i->offer.capabilities,
			money_decimal(i->offer.monthly_price, price, sizeof price), i->offer.currency,
			offer_place(&i->offer, place, sizeof place), i->offer.score, i->offer.why ? i->offer.why : "-",
			i->from ? i->from : "-", i->gone_at ? " gone" : "");
}

static void expect_list(struct desk *d, const char *account, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_true(basket_each(d->l, account, list, &b, &d->e));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void empty(void **state)
{
	struct desk d;
	bool there = true;
	size_t n = 9;

	(void)state;
	desk_init(&d);
	expect_list(&d, ACCOUNT_A, "");
	assert_int_equal(basket_count(d.l, ACCOUNT_A), 0);
	assert_false(basket_has(d.l, ACCOUNT_A, ONE));
	assert_true(basket_remove(d.l, ACCOUNT_A, ONE, &there, &d.e));
	assert_false(there);
	assert_true(basket_clear(d.l, ACCOUNT_A, &n, &d.e));
	assert_int_equal(n, 0);
	assert_true(basket_gone(d.l, ACCOUNT_A, ONE, &d.e));
	desk_release(&d);
}

static void collected_and_removed(void **state)
{
	struct offer o = offer(ONE, 1150000);
	struct desk d;
	bool there;
	size_t n;

	(void)state;
	desk_init(&d);
	assert_true(basket_put(d.l, ACCOUNT_A, &o, "US local spelling TAXI", &d.e));
	d.clock.wall += 5000;
	o = (struct offer){.country = "GB", .type = NUMBER_MOBILE, .monthly_price = MONEY_UNKNOWN};
	snprintf(o.phone_number, sizeof o.phone_number, "%s", TWO);
	assert_true(basket_put(d.l, ACCOUNT_A, &o, NULL, &d.e));
	assert_true(basket_put(d.l, ACCOUNT_B, &o, NULL, &d.e));
	desk_reopen(&d);
	expect_list(&d, ACCOUNT_A, ONE " US local 3 1.15USD San Francisco, CA 68 ends TAXI (US local spelling TAXI);"
		    TWO " GB mobile 0   0 - (-);");
	assert_int_equal(basket_count(d.l, ACCOUNT_A), 2);
	assert_true(basket_has(d.l, ACCOUNT_A, TWO) && basket_has(d.l, ACCOUNT_B, TWO) && !basket_has(d.l, ACCOUNT_B, ONE));
	assert_true(basket_remove(d.l, ACCOUNT_A, ONE, &there, &d.e));
	assert_true(there);
	assert_true(basket_clear(d.l, ACCOUNT_A, &n, &d.e));
	assert_int_equal(n, 1);
	assert_int_equal(basket_count(d.l, ACCOUNT_B), 1);
	desk_release(&d);
}

struct times { int64_t added, seen, gone; };

static bool note_times(void *ctx, const struct basket_item *i)
{
	*(struct times *)ctx = (struct times){i->added_at, i->seen_at, i->gone_at};
	return false;
}

/* Seen again: the price is the new one; when it was added, where it came from and why it was liked stay. */
static void brought_up_to_date(void **state)
{
	struct offer o = offer(ONE, 1150000);
	struct times first, later;
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(basket_put(d.l, ACCOUNT_A, &o, "a search", &d.e));
	basket_each(d.l, ACCOUNT_A, note_times, &first, NULL);
	assert_int_equal(first.added, first.seen);
	d.clock.wall += 60000;
	assert_true(basket_gone(d.l, ACCOUNT_A, ONE, &d.e));
	basket_each(d.l, ACCOUNT_A, note_times, &later, NULL);
	assert_int_equal(later.gone, first.added + 60);
	assert_int_equal(later.seen, first.seen);
	d.clock.wall += 60000;
	o.monthly_price = 2000000;
	o.score = 6;
	o.why = "has 555";
	assert_true(basket_put(d.l, ACCOUNT_A, &o, "another", &d.e));
	basket_each(d.l, ACCOUNT_A, note_times, &later, NULL);
	assert_int_equal(later.added, first.added);
	assert_int_equal(later.seen, first.added + 120);
	assert_int_equal(later.gone, 0);
	expect_list(&d, ACCOUNT_A, ONE " US local 3 2.00USD San Francisco, CA 68 ends TAXI (a search);");
	desk_release(&d);
}

static void what_is_no_number(void **state)
{
	static const char *const bad[] = {"", "14155558294", "+1415555829x", "+0000000000"};
	struct desk d;

	(void)state;
	desk_init(&d);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct offer o = offer(bad[i], 0);

		assert_false(basket_put(d.l, ACCOUNT_A, &o, NULL, &d.e));
	}
	assert_int_equal(basket_count(d.l, ACCOUNT_A), 0);
	desk_release(&d);
}

static void read_only(void **state)
{
	struct offer o = offer(ONE, 1150000);
	struct desk d;
	bool ro = true;

	(void)state;
	desk_init(&d);
	assert_true(basket_put(d.l, ACCOUNT_A, &o, NULL, &d.e));
	ledger_close(d.l);
	d.l = NULL;
	assert_true(ledger_open(&d.l, d.path, d.sessions, &d.clock.base, &ro, &d.e));
	assert_int_equal(basket_count(d.l, ACCOUNT_A), 1);
	assert_false(basket_put(d.l, ACCOUNT_A, &o, NULL, &d.e));
	assert_int_equal(d.e.kind, ERR_GUARD);
	assert_false(basket_clear(d.l, ACCOUNT_A, NULL, &d.e));
	assert_false(basket_remove(d.l, ACCOUNT_A, ONE, NULL, &d.e));
	assert_false(basket_gone(d.l, ACCOUNT_A, ONE, &d.e));
	assert_int_equal(basket_count(d.l, ACCOUNT_A), 1);
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty), cmocka_unit_test(collected_and_removed), cmocka_unit_test(brought_up_to_date),
		cmocka_unit_test(what_is_no_number), cmocka_unit_test(read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
