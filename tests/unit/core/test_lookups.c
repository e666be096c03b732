#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/lookups.h"
#include "numdesk/util/mem.h"

#define NUMBER "+14155550137"
#define PATH "lookups.twilio.com/v2/PhoneNumbers/" NUMBER

struct outcome { bool done; int calls; struct lookup l; struct err err; };

static void take(void *ctx, const struct lookup *l, const struct err *err)
{
	struct outcome *o = ctx;

	o->calls++;
	o->done = true;
	o->err = *err;
	o->l = l ? *l : (struct lookup){0};
}

static struct outcome look(struct home *h, unsigned packages, bool fresh)
{
	struct outcome o = {0};

	lookups_need(h->s, NUMBER, packages, fresh, take, &o);
	home_until(h, &o.done);
	assert_int_equal(o.calls, 1);
	return o;
}

static void answer(struct home *h, const char *part, const char *rest)
{
	char *body = mem_printf("{\"phone_number\":\"" NUMBER "\",\"valid\":true,\"country_code\":\"US\"%s}", rest);

	fake_http_on(h->http, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body});
	free(body);
}

static void script(struct home *h)
{
	answer(h, PATH, "");
	answer(h, "Fields=line_type_intelligence", ",\"line_type_intelligence\":{\"type\":\"mobile\"}");
	answer(h, "Fields=caller_name", ",\"caller_name\":{\"caller_name\":\"SAMPLE\"}");
}

static void locked_or_not_cached(void **state)
{
	struct lookup l;
	struct home h;

	(void)state;
	home_ready(&h);
	assert_false(lookups_known(h.s, NUMBER, 0, &l));
	assert_false(lookups_cached(h.s, NUMBER, &l));
	session_lock(h.s);
	assert_int_equal(look(&h, 0, false).err.kind, ERR_LOCKED);
	assert_int_equal(fake_http_calls(h.http), 0);
	home_close(&h);
}

/* Each package is paid for once in 30 days, and nothing that comes later forgets it. */
static void what_was_paid_for_is_kept(void **state)
{
	struct outcome o;
	struct lookup l;
	struct home h;

	(void)state;
	home_ready(&h);
	script(&h);
	assert_int_equal(look(&h, 0, false).err.kind, ERR_NONE);
	o = look(&h, LOOKUP_LINE, false);
	assert_string_equal(o.l.line_type, "mobile");
	assert_int_equal(o.l.line_at, HOME_NOW);
	o = look(&h, LOOKUP_LINE | LOOKUP_NAME, false);
	assert_string_equal(o.l.line_type, "mobile");
	assert_string_equal(o.l.caller_name, "SAMPLE");
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "line_type_intelligence", NULL), 1);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "Fields=caller_name", NULL), 1);
	assert_int_equal(fake_http_calls(h.http), 3);
	look(&h, LOOKUP_LINE | LOOKUP_NAME, false);
	look(&h, 0, false);
	assert_int_equal(fake_http_calls(h.http), 3);
	session_lock(h.s);
	assert_true(lookups_known(h.s, NUMBER, LOOKUP_LINE | LOOKUP_NAME, &l));
	assert_string_equal(look(&h, LOOKUP_LINE, false).l.line_type, "mobile");
	home_close(&h);
}

static void old_or_fresh(void **state)
{
	struct lookup l;
	struct home h;

	(void)state;
	home_ready(&h);
	script(&h);
	look(&h, LOOKUP_LINE, false);
	look(&h, LOOKUP_LINE, true);
	assert_int_equal(fake_http_calls(h.http), 2);
	clock_fake_advance(&h.clock, (int64_t)LOOKUPS_DAYS * 24 * 3600 * 1000 - 60000);
	assert_true(lookups_known(h.s, NUMBER, LOOKUP_LINE, &l));
	clock_fake_advance(&h.clock, 120000);
	assert_false(lookups_known(h.s, NUMBER, LOOKUP_LINE, &l));
	assert_true(lookups_cached(h.s, NUMBER, &l));
	home_close(&h);
}

/* One account does not see what another has paid for. */
static void of_this_account_alone(void **state)
{
	struct lookup l;
	struct home h;
	struct err e = {0};

	(void)state;
	home_ready(&h);
	home_add_profile(&h, "other", HOME_AC2, "");
	script(&h);
	look(&h, LOOKUP_LINE, false);
	assert_true(session_use(h.s, "other", &e));
	assert_false(lookups_cached(h.s, NUMBER, &l));
	home_close(&h);
}

static void failures(void **state)
{
	struct home h;

	(void)state;
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, PATH, &(struct fake_reply){.status = 401,
			"{\"code\":20003,\"message\":\"x\",\"status\":401}"});
	assert_int_equal(look(&h, LOOKUP_NAME, false).err.kind, ERR_AUTH);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locked_or_not_cached), cmocka_unit_test(what_was_paid_for_is_kept),
		cmocka_unit_test(old_or_fresh), cmocka_unit_test(of_this_account_alone), cmocka_unit_test(failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
