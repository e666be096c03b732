#include "test.h"

#include "fixture.h"

#include "numdesk/model/money.h"
#include "numdesk/model/period.h"
#include "numdesk/util/clock.h"

/* Usage records: do they nest, do their periods add up, do they agree with the rows they are about? */

static struct reply records(const char *account, const char *variant, const char *query)
{
	char *path = mem_printf("/Usage/Records%s.json?PageSize=1000&%s", variant, query);
	struct reply r = account_ask("GET", account, path, cred("AC", account), NULL);

	free(path);
	return r;
}

struct sum { int64_t count, price; size_t rows; };

static struct sum sum_of(const char *account, const char *variant, const char *query, const char *category)
{
	struct reply r = records(account, variant, query);
	struct sum s = {0};

	if (r.status != 200)
		fail_msg("%s %s: %s", variant, query, r.body);
	for (const struct json *row = json_first(json_get(r.json, "usage_records")); row; row = json_next(row)) {
		int64_t micros, count = 0;

		if (strcmp(json_text(row, "category"), category) != 0)
			continue;
		assert_true(money_parse(json_text(row, "price"), &micros));
		(void)json_i64(row, "count", &count);
		s.price += micros;
		s.count += count;
		s.rows++;
	}
	reply_free(&r);
	return s;
}

static char *day_text(char *dst, size_t size, int ago)
{
	return period_date(period_day(clock_system.wall_ms(&clock_system) / 1000) - ago, dst, size);
}

static const char *last_month(void)
{
	static char query[80];
	const int64_t this = period_month(period_day(clock_system.wall_ms(&clock_system) / 1000));
	char a[16], b[16];

	snprintf(query, sizeof query, "StartDate=%s&EndDate=%s&IncludeSubaccounts=false",
		 period_date(period_month_add(this, -1), a, sizeof a), period_date(this - 1, b, sizeof b));
	return query;
}

static void the_total_is_what_the_topmost_categories_cost(void **state)
{
	static const char *const top[] = {
		"calls", "mms", "mms-messages-carrierfees", "phonenumbers", "sms", "sms-messages-carrierfees",
	};
	const struct sum total = sum_of("acme", "", last_month(), "totalprice");
	int64_t price = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(top); i++)
		price += sum_of("acme", "", last_month(), top[i]).price;
	assert_int_equal(total.rows, 1);
	assert_true(total.price > 3000000);     /* three numbers, and traffic */
	assert_int_equal(price, total.price);
}

static void categories_nest(void **state)
{
	static const char *const nests[][4] = {
		{"sms", "sms-inbound", "sms-outbound"}, {"calls", "calls-inbound", "calls-outbound"},
		{"sms-inbound", "sms-inbound-longcode", "sms-inbound-tollfree"},
		{"phonenumbers", "phonenumbers-local", "phonenumbers-mobile", "phonenumbers-tollfree"},
		{"calls-inbound", "calls-inbound-local", "calls-inbound-mobile", "calls-inbound-tollfree"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(nests); i++) {
		const struct sum whole = sum_of("acme", "", last_month(), nests[i][0]);
		struct sum parts = {0};

		for (size_t k = 1; k < ARRAY_LEN(nests[i]) && nests[i][k]; k++) {
			const struct sum part = sum_of("acme", "", last_month(), nests[i][k]);

			parts.count += part.count;
			parts.price += part.price;
		}
		if (whole.count == 0 || parts.count != whole.count || parts.price != whole.price)
			fail_msg("%s: %lld of %lld", nests[i][0], (long long)parts.count, (long long)whole.count);
	}
}

static void periods_add_up(void **state)
{
	static const struct { const char *variant; size_t least, most; } rows[] = {
		{"/Daily", 28, 31}, {"/Monthly", 1, 1}, {"/Yearly", 1, 1},
	};
	const struct sum whole = sum_of("acme", "", last_month(), "totalprice");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *query = mem_printf("%s&Category=totalprice", last_month());
		const struct sum s = sum_of("acme", rows[i].variant, query, "totalprice");

		assert_int_equal(s.price, whole.price);
		assert_in_range(s.rows, rows[i].least, rows[i].most);
		free(query);
	}
	assert_int_equal(sum_of("acme", "/LastMonth", "IncludeSubaccounts=false", "totalprice").price, whole.price);
	assert_int_equal(sum_of("acme", "/Today", "", "totalprice").rows, 1);
	assert_int_equal(sum_of("acme", "/Yesterday", "", "totalprice").rows, 1);
	assert_int_equal(sum_of("acme", "/ThisMonth", "", "totalprice").rows, 1);
	assert_int_equal(sum_of("acme", "/AllTime", "", "phonenumbers-local").rows, 1);
	expect("no such variant", records("acme", "/Hourly", ""), 404, 20404);
	expect("no date", records("acme", "", "StartDate=yesterday"), 400, 20001);
	assert_int_equal(sum_of("acme", "", "Category=no-such-thing", "no-such-thing").rows, 0);
	assert_int_equal(sum_of("acme", "/Daily", "StartDate=-2days&Category=sms", "sms").rows, 3);
}

static void they_agree_with_the_rows(void **state)
{
	char day[16], query[100];
	struct reply r;
	size_t in = 0;
	int64_t counted;

	(void)state;
	day_text(day, sizeof day, 8);
	snprintf(query, sizeof query, "/Messages.json?PageSize=1000&DateSent=%s", day);
	r = account_ask("GET", "acme", query, cred("AC", "acme"), NULL);
	for (const struct json *row = json_first(json_get(r.json, "messages")); row; row = json_next(row))
		in += strcmp(json_text(row, "direction"), "inbound") == 0;
	assert_true(in > 0);
	reply_free(&r);
	snprintf(query, sizeof query, "StartDate=%s&EndDate=%s&IncludeSubaccounts=false", day, day);
	counted = sum_of("acme", "", query, "sms-inbound").count + sum_of("acme", "", query, "mms-inbound").count;
	assert_int_equal(counted, in);
}

static void subaccounts_are_included_unless_told_otherwise(void **state)
{
	const char *query = "Category=phonenumbers&StartDate=-40days&EndDate=-1days";
	char *alone = mem_printf("%s&IncludeSubaccounts=false", query);
	const struct sum all = sum_of("acme", "", query, "phonenumbers"), own = sum_of("acme", "", alone, "phonenumbers"),
			 east = sum_of("acme-east", "", query, "phonenumbers");

	(void)state;
	assert_true(own.count > 0 && east.count > 0);
	assert_true(all.count >= own.count + east.count);
	assert_true(all.price > own.price);
	free(alone);
}

static void a_purchase_is_in_the_bill_of_its_day(void **state)
{
	const struct sum before = sum_of("acme", "/Today", "IncludeSubaccounts=false", "phonenumbers");
	struct sum after;

	(void)state;
	expect("buy", account_ask("POST", "acme", "/IncomingPhoneNumbers.json", cred("AC", "acme"), "AreaCode=415"), 201, 0);
	after = sum_of("acme", "/Today", "IncludeSubaccounts=false", "phonenumbers");
	assert_int_equal(after.count, before.count + 1);
	assert_int_equal(after.price, before.price + 1150000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(the_total_is_what_the_topmost_categories_cost),
		SERVER_TEST(categories_nest),
		SERVER_TEST(periods_add_up),
		SERVER_TEST(they_agree_with_the_rows),
		SERVER_TEST(subaccounts_are_included_unless_told_otherwise),
		SERVER_TEST(a_purchase_is_in_the_bill_of_its_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
