#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/collect.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/store/basket.h"
#include "numdesk/util/mem.h"

#define A "+14155550100"
#define B "+14155550101"
#define C "+14155550102"

static struct offer offer(const char *number, int64_t price)
{
	struct offer o = {.country = "US", .currency = "USD", .type = NUMBER_LOCAL, .monthly_price = price};

	snprintf(o.phone_number, sizeof o.phone_number, "%s", number);
	return o;
}

static void put(struct home *h, const char *number, int64_t price)
{
	struct offer o = offer(number, price);
	struct err e;

	if (!collect_add(h->s, &o, "a search", &e))
		fail_msg("%s", e.msg);
}

/* The number is for sale, or not, when asked for by its digits. */
static void script(struct home *h, const char *digits, int first, int n)
{
	char *body = home_offers(first, n), part[60];

	snprintf(part, sizeof part, "Contains=%s", digits);
	fake_http_on(h->http, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body});
	free(body);
}

struct result { struct buf says; bool done; struct err err; };

static void each(void *ctx, const struct collect_look *l)
{
	struct result *r = ctx;
	char was[32], now[32];

	buf_addf(&r->says, "%s %s was %s now %s%s;", l->phone_number + 8, l->gone ? "gone" : l->now ? "there" : "unknown",
		 money_decimal(l->price_before, was, sizeof was),
		 money_decimal(l->now ? l->now->monthly_price : MONEY_UNKNOWN, now, sizeof now),
		 l->err.kind != ERR_NONE && !l->gone ? " error" : "");
}

static void done(void *ctx, const struct err *err)
{
	struct result *r = ctx;

	r->done = true;
	r->err = *err;
}

static void check(struct home *h, const char (*numbers)[E164_SIZE], size_t n, struct result *r)
{
	struct err e;

	*r = (struct result){.done = false};
	buf_init(&r->says, 4096);
	if (!collect_check(h->s, numbers, n, each, done, r, &e))
		fail_msg("%s", e.msg);
	home_until(h, &r->done);
	assert_int_equal(jobs_list(h->s->jobs, &(struct job_view){0}, 1), 0);
}

static bool list(void *ctx, const struct basket_item *i)
{
	char price[32];

	return buf_addf(ctx, "%s %s%s;", i->offer.phone_number + 8,
			money_decimal(i->offer.monthly_price, price, sizeof price), i->gone_at ? " gone" : "");
}

static void expect_basket(struct home *h, const char *want)
{
	struct buf b;

	buf_init(&b, 1000);
	assert_true(basket_each(h->s->ledger, HOME_AC, list, &b, NULL));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void refusals(void **state)
{
	struct offer o = offer(A, 1);
	struct home h;
	struct err e;
	size_t n;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	assert_false(collect_add(h.s, &o, NULL, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	home_close(&h);
	home_ready(&h);
	h.s->read_only = true;
	h.s->read_only_why = "--read-only";
	assert_false(collect_add(h.s, &o, NULL, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_non_null(strstr(e.msg, "--read-only"));
	assert_false(collect_remove(h.s, A, NULL, &e));
	assert_false(collect_clear(h.s, &n, &e));
	h.s->read_only = false;
	session_lock(h.s);
	assert_true(collect_add(h.s, &o, NULL, &e));    /* collecting needs no passphrase */
	assert_false(collect_check(h.s, (const char[][E164_SIZE]){A}, 1, each, done, NULL, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	home_close(&h);
}

static void nothing_to_check(void **state)
{
	struct result r;
	struct home h;

	(void)state;
	home_ready(&h);
	check(&h, NULL, 0, &r);
	assert_int_equal(r.err.kind, ERR_NONE);
	assert_string_equal(buf_str(&r.says), "");
	buf_release(&r.says);
	home_close(&h);
}

static void same_dearer_gone(void **state)
{
	static const char numbers[][E164_SIZE] = {A, B, C};
	struct result r;
	struct home h;
	struct err e;
	bool there;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, A + 1, 100, 1);
	script(&h, B + 1, 101, 1);
	script(&h, C + 1, 0, 0);
	put(&h, A, 1150000);
	put(&h, B, 1000000);
	put(&h, C, 1150000);
	check(&h, numbers, 3, &r);
	assert_int_equal(r.err.kind, ERR_NONE);
	assert_string_equal(buf_str(&r.says), "0100 there was 1.15 now 1.15;0101 there was 1.00 now 1.15;0102 gone was 1.15 now ;");
	expect_basket(&h, "0100 1.15;0101 1.15;0102 1.15 gone;");
	buf_release(&r.says);
	/* what is not in there is only told */
	assert_true(collect_remove(h.s, A, &there, &e) && there);
	check(&h, numbers, 1, &r);
	assert_string_equal(buf_str(&r.says), "0100 there was  now 1.15;");
	expect_basket(&h, "0101 1.15;0102 1.15 gone;");
	buf_release(&r.says);
	/* for sale again */
	script(&h, C + 1, 102, 1);
	check(&h, &numbers[2], 1, &r);
	expect_basket(&h, "0101 1.15;0102 1.15;");
	buf_release(&r.says);
	home_close(&h);
}

/* One number's trouble is its own; what every number would meet ends the check. */
static void failures(void **state)
{
	static const char numbers[][E164_SIZE] = {A, B};
	struct result r;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, B + 1, 101, 1);
	fake_http_on(h.http, HTTP_GET, "Contains=" "14155550100", &(struct fake_reply){.status = 400, .body =
		"{\"code\":20422,\"message\":\"bad\",\"status\":400}"});
	put(&h, A, 1);
	check(&h, numbers, 2, &r);
	assert_int_equal(r.err.kind, ERR_NONE);
	assert_string_equal(buf_str(&r.says), "0100 unknown was 0.000001 now  error;0101 there was  now 1.15;");
	expect_basket(&h, "0100 0.000001;");
	buf_release(&r.says);
	fake_http_forget(h.http);
	fake_http_on(h.http, HTTP_GET, "Available", &(struct fake_reply){.status = 401, .body =
		"{\"code\":20003,\"message\":\"Authenticate\",\"status\":401}"});
	check(&h, numbers, 2, &r);
	assert_int_equal(r.err.kind, ERR_AUTH);
	assert_string_equal(buf_str(&r.says), "");
	buf_release(&r.says);
	home_close(&h);
}

static void stopped(void **state)
{
	static const char numbers[][E164_SIZE] = {A, B};
	struct result r = {.done = false};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, A + 1, 100, 1);
	buf_init(&r.says, 100);
	assert_true(collect_check(h.s, numbers, 2, each, done, &r, &e));
	assert_true(jobs_stop_newest(h.s->jobs));
	home_until(&h, &r.done);
	assert_int_equal(r.err.kind, ERR_STOPPED);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "Contains", NULL), 1);
	buf_release(&r.says);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals), cmocka_unit_test(nothing_to_check), cmocka_unit_test(same_dearer_gone),
		cmocka_unit_test(failures), cmocka_unit_test(stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
