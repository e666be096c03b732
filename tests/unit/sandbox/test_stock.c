#include "test.h"

#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "state.h"
#include "stock.h"

static struct sandbox world;

static int setup(void **state)
{
	struct err e = {0};

	(void)state;
	world = (struct sandbox){.config = {.seed = "empty"}};
	if (!state_open(&world, &e))
		fail_msg("%s", e.msg);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	state_close(&world);
	return 0;
}

static int count(const struct stock_range *r)
{
	struct stock_number n;
	int found = 0;

	for (int k = 0; k <= r->last - r->first; k++)
		found += stock_at(&world, r, k, &n);
	return found;
}

static void small_counts_are_exact(void **state)
{
	static const struct { int area, for_sale; } rows[] = {{917, 0}, {212, 2}, {416, 3}};

	(void)state;
	assert_null(stock_area(0));
	assert_null(stock_area(999));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (count(stock_area(rows[i].area)) != rows[i].for_sale)
			fail_msg("%d: %d", rows[i].area, count(stock_area(rows[i].area)));
}

static void every_range_is_well_formed(void **state)
{
	(void)state;
	for (int i = 0; i < stock_range_count; i++) {
		const struct stock_range *r = &stock_ranges[i];
		struct stock_number n;
		int found = 0;

		if (!stock_country(r->country) || !stock_sells(r->country, r->type))
			fail_msg("%s: no country or no price for %s", r->prefix, r->country);
		for (int k = 0; k <= r->last - r->first; k++) {
			if (!stock_at(&world, r, k, &n))
				continue;
			found++;
			if (!phone_is_e164(n.phone) || stock_range_of(n.phone) != r)
				fail_msg("%s of range %s", n.phone, r->prefix);
			if (!stock_find(&world, n.phone, &n))
				fail_msg("%s is for sale and is not", n.phone);
			k += 97;
		}
		if (r->for_sale > 0 && !found && count(r) == 0)
			fail_msg("%s: nothing for sale", r->prefix);
	}
}

static void american_numbers_are_fictional(void **state)
{
	(void)state;
	for (int i = 0; i < stock_range_count; i++)
		if (strncmp(stock_ranges[i].prefix, "+1", 2) == 0 && strcmp(stock_ranges[i].prefix + 5, "555") != 0)
			fail_msg("%s", stock_ranges[i].prefix);
}

static void every_price_has_stock(void **state)
{
	(void)state;
	for (int i = 0; i < stock_price_count; i++) {
		bool found = false;

		for (int k = 0; k < stock_range_count; k++)
			found |= stock_ranges[k].type == stock_prices[i].type &&
				 strcmp(stock_ranges[k].country, stock_prices[i].country) == 0;
		if (!found)
			fail_msg("%s, type %d", stock_prices[i].country, stock_prices[i].type);
	}
}

static void unknown_numbers_are_not_for_sale(void **state)
{
	static const char *const rows[] = {"", "+", "+1", "+14155550199", "+14155561234", "+1415555", "+141555512345",
					   "+4477009001"};
	struct stock_number n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (stock_find(&world, rows[i], &n))
			fail_msg("'%s'", rows[i]);
	assert_null(stock_country("XX"));
	assert_null(stock_price("US", NUMBER_MOBILE));
	assert_false(stock_sells("US", NUMBER_MOBILE));
}

static void names_are_as_twilio_writes_them(void **state)
{
	char dst[32];

	(void)state;
	assert_string_equal(stock_friendly("+14155555305", dst), "(415) 555-5305");
	assert_string_equal(stock_friendly("+442079460123", dst), "+442079460123");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_counts_are_exact), cmocka_unit_test(every_range_is_well_formed),
		cmocka_unit_test(american_numbers_are_fictional), cmocka_unit_test(every_price_has_stock),
		cmocka_unit_test(unknown_numbers_are_not_for_sale), cmocka_unit_test(names_are_as_twilio_writes_them),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
