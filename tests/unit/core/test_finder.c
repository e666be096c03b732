#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/catalog.h"
#include "numdesk/core/finder.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/util/mem.h"

#define SEARCH_PATH "/AvailablePhoneNumbers/US/"

static void count_change(void *ctx)
{
	++*(int *)ctx;
}

static struct search search(enum number_type type, int area_code, const char *contains, int limit)
{
	struct search s;

	search_init(&s);
	s.type = type;
	s.area_code = area_code;
	snprintf(s.contains, sizeof s.contains, "%s", contains);
	s.limit = limit;
	return s;
}

static void script(struct home *h, const char *part, int first, int n, int times)
{
	char *body = home_offers(first, n);

	fake_http_on(h->http, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body, .times = times});
	free(body);
}

static void start(struct finder *f, struct search s)
{
	enum search_field field;
	struct err e;

	if (!finder_start(f, &s, &field, &e))
		fail_msg("%s", e.msg);
}

static void run(struct home *h, struct finder *f, struct search s)
{
	start(f, s);
	home_settle(h);
	assert_false(finder_view(f)->busy);
	assert_true(finder_view(f)->finished);
}

static void test_refusals(void **state)
{
	struct search s = search(NUMBER_LOCAL, 415, "", 50);
	enum search_field field = SEARCH_FIELD_COUNT;
	struct finder *f;
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	f = finder_new(h.s, NULL, NULL);
	assert_false(finder_view(f)->busy || finder_view(f)->finished);
	assert_null(finder_at(f, 0));
	assert_int_equal(finder_index(f, "+14155550000"), SIZE_MAX);
	finder_remove(f, "+14155550000");
	finder_stop(f);
	assert_false(finder_widen(f, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	memcpy(s.country, "GB", 3);                             /* area codes are North American */
	assert_false(finder_start(f, &s, &field, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(field, SEARCH_AREA_CODE);
	session_lock(h.s);
	s = search(NUMBER_LOCAL, 415, "", 50);
	assert_false(finder_start(f, &s, &field, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(finder_view(f)->busy);
	finder_free(f);
	finder_free(NULL);
	home_close(&h);
}

static void test_one_answer(void **state)
{
	const struct finder_view *v;
	struct finder *f;
	struct home h;
	int changes = 0;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, SEARCH_PATH "Local", 100, 10, 0);
	f = finder_new(h.s, count_change, &changes);
	v = finder_view(f);
	start(f, search(NUMBER_LOCAL, 415, "555", 50));
	assert_true(v->busy);
	home_settle(&h);
	assert_true(v->finished && !v->busy);
	assert_int_equal(v->err.kind, ERR_NONE);
	assert_int_equal(v->n, 10);
	assert_int_equal(v->requests, 1);       /* ten are fewer than a request gives: there are no more */
	assert_int_equal(v->requests_done, 1);
	assert_int_equal(v->search.area_code, 415);
	assert_int_equal(finder_at(f, 0)->monthly_price, 1150000);
	assert_string_equal(finder_at(f, 9)->currency, "USD");
	assert_int_equal(finder_index(f, "+14155550103"), 3);
	finder_remove(f, "+14155550103");
	assert_int_equal(v->n, 9);
	assert_int_equal(finder_index(f, "+14155550103"), SIZE_MAX);
	assert_string_equal(finder_at(f, 3)->phone_number, "+14155550104");
	assert_true(changes > 0);
	finder_free(f);
	home_close(&h);
}

/* The price list may come after the numbers, or not at all. */
static void test_prices(void **state)
{
	struct finder *f;
	struct home h;
	char currency[4];

	(void)state;
	home_ready(&h);
	script(&h, SEARCH_PATH "Local", 100, 3, 0);
	f = finder_new(h.s, NULL, NULL);
	run(&h, f, search(NUMBER_LOCAL, 0, "", 10));
	assert_int_equal(finder_at(f, 0)->monthly_price, MONEY_UNKNOWN);
	fake_http_on(h.http, HTTP_GET, "/v1/PhoneNumbers/Countries/US", &(struct fake_reply){.status = 200,
											     .delay_ms = 3000, .body =
		"{\"country\":\"United States\",\"iso_country\":\"US\",\"price_unit\":\"USD\",\"phone_number_prices\":["
		"{\"number_type\":\"local\",\"base_price\":\"2\",\"current_price\":\"1.25\"}]}"});
	run(&h, f, search(NUMBER_LOCAL, 0, "", 10));
	assert_int_equal(finder_at(f, 0)->monthly_price, 1250000);
	assert_int_equal(catalog_price(h.s, "US", NUMBER_LOCAL, currency), 1250000);
	finder_free(f);
	home_close(&h);
}

static void test_all_types(void **state)
{
	struct finder *f;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, SEARCH_PATH "Local", 100, 2, 0);
	script(&h, SEARCH_PATH "TollFree", 200, 3, 0);
	f = finder_new(h.s, NULL, NULL);
	run(&h, f, search(NUMBER_TYPE_UNKNOWN, 0, "", 50));     /* the countries are asked for first */
	assert_int_equal(finder_view(f)->requests, 2);
	assert_int_equal(finder_view(f)->n, 5);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "/AvailablePhoneNumbers.json", NULL), 1);
	run(&h, f, search(NUMBER_TYPE_UNKNOWN, 0, "", 50));
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "/AvailablePhoneNumbers.json", NULL), 1);
	finder_free(f);
	home_close(&h);
}

/* Several area codes: one request each, all of them asked, and each has its share of the rows that are wanted. */
static void test_several_codes(void **state)
{
	static const char *const order[] = {
		"+14155550100", "+14155550200", "+14155550300", "+14155550101", "+14155550201", "+14155550301", "+14155550102",
	};
	struct search s = search(NUMBER_LOCAL, 415, "", 7);
	struct finder *f;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, "AreaCode=415", 100, 10, 0);
	script(&h, "AreaCode=628", 200, 10, 0);
	script(&h, "AreaCode=510", 300, 2, 0);
	s.more_codes[0] = 628;
	s.more_codes[1] = 510;
	f = finder_new(h.s, NULL, NULL);
	run(&h, f, s);
	assert_int_equal(finder_view(f)->requests, 3);
	assert_int_equal(finder_view(f)->order, ORDER_FOUND);
	assert_int_equal(finder_view(f)->n, ARRAY_LEN(order));
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		assert_string_equal(finder_at(f, i)->phone_number, order[i]);
	assert_string_equal(finder_view(f)->covers, "US local 415/628/510: 3 of 3 requests");
	finder_free(f);
	home_close(&h);
}

/* Words are asked for as digits, at the end and anywhere; the easiest to remember comes first and says why. */
static void test_words(void **state)
{
	struct search s = search(NUMBER_LOCAL, 415, "", 3);
	struct finder *f;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, "Contains=2227$", 2227, 1, 0);
	script(&h, "Contains=2227&", 2225, 4, 0);
	snprintf(s.vanity, sizeof s.vanity, "CABS");
	f = finder_new(h.s, NULL, NULL);
	run(&h, f, s);
	assert_int_equal(finder_view(f)->requests, 2);
	assert_int_equal(finder_view(f)->order, ORDER_SCORE);
	assert_int_equal(finder_view(f)->n, 3);
	assert_string_equal(finder_at(f, 0)->phone_number, "+14155552227");
	assert_string_equal(finder_at(f, 0)->why, "ends CABS, has 555, three digits only");
	assert_true(finder_at(f, 0)->score > finder_at(f, 1)->score);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "Contains=CABS", NULL), 0);
	finder_free(f);
	home_close(&h);
}

/* More than one search may ask: what is left out is said. */
static void test_too_much(void **state)
{
	struct search s = search(NUMBER_LOCAL, 201, "", 30);
	static const int codes[] = {202, 203, 205, 206, 208, 210};
	struct finder *f;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, SEARCH_PATH "Local", 100, 0, 0);
	memcpy(s.more_codes, codes, sizeof codes);
	snprintf(s.vanity, sizeof s.vanity, "CABS TAXI");
	f = finder_new(h.s, NULL, NULL);
	run(&h, f, s);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, SEARCH_PATH "Local", NULL), 20);
	assert_non_null(strstr(finder_view(f)->covers, "20 requests of 28"));
	assert_true(finder_view(f)->n_relax > 0);
	finder_free(f);
	home_close(&h);
}

static void test_orders(void **state)
{
	static const struct { enum search_order order; const char *first, *last; } rows[] = {
		{ORDER_SCORE, "+14155550777", "+14155550778"}, {ORDER_NUMBER, "+14155550775", "+14155550778"},
		{ORDER_PRICE, "+14155550777", "+14155550778"}, {ORDER_FOUND, "+14155550775", "+14155550778"},
		{ORDER_AUTO, "+14155550775", "+14155550778"},
	};
	struct search s = search(NUMBER_LOCAL, 415, "", 30);
	int changes = 0;
	struct finder *f;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, SEARCH_PATH "Local", 775, 4, 0);
	f = finder_new(h.s, count_change, &changes);
	finder_sort(f, ORDER_SCORE);                            /* of nothing */
	s.order = ORDER_NUMBER;
	run(&h, f, s);
	assert_int_equal(finder_view(f)->order, ORDER_NUMBER);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const int before = changes;

		finder_sort(f, rows[i].order);
		assert_int_equal(changes, before + 1);
		if (strcmp(finder_at(f, 0)->phone_number, rows[i].first) != 0 ||
		    strcmp(finder_at(f, 3)->phone_number, rows[i].last) != 0)
			fail_msg("order %zu: %s ... %s", i, finder_at(f, 0)->phone_number, finder_at(f, 3)->phone_number);
		assert_int_equal(finder_index(f, finder_at(f, 2)->phone_number), 2);
	}
	finder_free(f);
	home_close(&h);
}

/* A limit above a full answer: the search is split; never more than 20 requests, and it stops when it is enough. */
static void test_splitting(void **state)
{
	struct search s = search(NUMBER_LOCAL, 0, "", 100);
	const struct finder_view *v;
	struct finder *f;
	struct home h;
	size_t asked;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	snprintf(s.region, sizeof s.region, "CA");
	script(&h, SEARCH_PATH "Local", 0, 30, 1);
	for (int i = 0; i < 40; i++)
		script(&h, SEARCH_PATH "Local", 20 + i * 20, 20, 1);    /* ten of them are known already, ten are new */
	f = finder_new(h.s, NULL, NULL);
	v = finder_view(f);
	run(&h, f, s);
	assert_int_equal(v->err.kind, ERR_NONE);
	assert_int_equal(v->n, 100);
	asked = fake_http_count(h.http, HTTP_GET, SEARCH_PATH "Local", NULL);
	assert_true(asked > 1 && asked < 10);
	assert_true(v->requests <= 20);
	assert_true(strlen(v->covers) > 0);
	for (size_t i = 0; i < v->n; i++)
		assert_int_equal(finder_index(f, finder_at(f, i)->phone_number), i);    /* each number once */
	s.limit = 1000;
	run(&h, f, s);
	assert_true(fake_http_count(h.http, HTTP_GET, SEARCH_PATH "Local", NULL) - asked <= 20);
	finder_free(f);
	home_close(&h);
}

static void test_parallel(void **state)
{
	struct search s = search(NUMBER_LOCAL, 0, "", 1000);
	struct finder *f;
	struct home h;
	char *body = home_offers(0, 30);

	(void)state;
	home_ready(&h);
	snprintf(s.region, sizeof s.region, "CA");
	fake_http_on(h.http, HTTP_GET, SEARCH_PATH "Local", &(struct fake_reply){.status = 200, .body = body,
										 .delay_ms = 200});
	f = finder_new(h.s, NULL, NULL);
	run(&h, f, s);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, SEARCH_PATH "Local", NULL), 20);
	assert_true(fake_http_peak(h.http) >= 4 && fake_http_peak(h.http) <= 5);        /* four, and the price list */
	assert_int_equal(finder_view(f)->n, 30);
	finder_free(f);
	free(body);
	home_close(&h);
}

static void test_widen(void **state)
{
	const struct finder_view *v;
	struct finder *f;
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, "AreaCode=415", 0, 5, 1);                    /* the second time it finds nothing */
	script(&h, "AreaCode=628", 5, 5, 0);
	f = finder_new(h.s, NULL, NULL);
	v = finder_view(f);
	run(&h, f, search(NUMBER_LOCAL, 415, "", 5));
	assert_int_equal(v->n, 5);
	assert_true(finder_widen(f, &e));
	assert_true(v->busy);
	assert_int_equal(v->n, 5);                              /* what is there stays */
	assert_false(finder_widen(f, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	home_settle(&h);
	assert_int_equal(v->n, 10);
	assert_true(v->requests > 1 && v->requests <= 20);
	assert_non_null(strstr(v->covers, "628"));
	assert_non_null(strstr(v->covers, " requests"));
	finder_free(f);
	home_close(&h);
}

static void test_nothing_found(void **state)
{
	const struct finder_view *v;
	struct finder *f;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, SEARCH_PATH "Local", 0, 0, 0);
	f = finder_new(h.s, NULL, NULL);
	v = finder_view(f);
	run(&h, f, search(NUMBER_LOCAL, 415, "5550", 50));
	assert_int_equal(v->n, 0);
	assert_int_equal(v->err.kind, ERR_NONE);
	assert_true(v->n_relax > 0);
	assert_true(strlen(v->relax[0].says) > 0);
	script(&h, SEARCH_PATH "Local", 0, 1, 0);
	run(&h, f, v->relax[0].search);
	assert_int_equal(v->n, 1);
	assert_int_equal(v->n_relax, 0);
	finder_free(f);
	home_close(&h);
}

static void test_failures(void **state)
{
	const struct finder_view *v;
	struct finder *f;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, "AreaCode=415", 0, 5, 0);
	f = finder_new(h.s, NULL, NULL);
	v = finder_view(f);
	run(&h, f, search(NUMBER_LOCAL, 415, "", 50));
	fake_http_on(h.http, HTTP_GET, "AreaCode=212", &(struct fake_reply){.curl_code = 28,
									    .error = "no answer in time"});
	run(&h, f, search(NUMBER_LOCAL, 212, "", 50));
	assert_int_equal(v->err.kind, ERR_NET);
	assert_int_equal(v->n, 5);                              /* the results of the search before stay, */
	assert_int_equal(v->search.area_code, 415);             /* and are still called what they are */
	assert_int_equal(v->n_relax, 0);
	/* a type that is not sold is an answer: nothing found */
	run(&h, f, search(NUMBER_MOBILE, 0, "", 50));
	assert_int_equal(v->err.kind, ERR_NOT_FOUND);
	assert_int_equal(v->n, 0);
	/* among several types it is not even that */
	script(&h, SEARCH_PATH "TollFree", 200, 3, 0);
	run(&h, f, search(NUMBER_TYPE_UNKNOWN, 0, "", 50));
	assert_int_equal(v->err.kind, ERR_NONE);
	assert_int_equal(v->n, 3);
	finder_free(f);
	home_close(&h);
}

/* The answer to an older search is dropped. */
static void test_generations(void **state)
{
	const struct finder_view *v;
	struct finder *f;
	struct home h;
	char *slow = home_offers(0, 10), *quick = home_offers(500, 2);

	(void)state;
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "AreaCode=415", &(struct fake_reply){.status = 200, .body = slow,
									    .delay_ms = 9000});
	fake_http_on(h.http, HTTP_GET, "AreaCode=628", &(struct fake_reply){.status = 200, .body = quick});
	f = finder_new(h.s, NULL, NULL);
	v = finder_view(f);
	start(f, search(NUMBER_LOCAL, 415, "", 50));
	start(f, search(NUMBER_LOCAL, 628, "", 50));
	home_settle(&h);
	assert_int_equal(v->n, 2);
	assert_int_equal(v->err.kind, ERR_NONE);
	assert_int_equal(v->requests_done, 1);
	assert_int_equal(v->search.area_code, 628);
	clock_fake_advance(&h.clock, 20000);
	home_settle(&h);
	assert_int_equal(v->n, 2);
	/* stopping keeps what came */
	start(f, search(NUMBER_LOCAL, 415, "", 50));
	assert_true(jobs_stop_newest(h.s->jobs));
	assert_false(v->busy);
	assert_int_equal(v->err.kind, ERR_STOPPED);
	assert_int_equal(v->n, 2);
	/* and a finder may go while its requests are under way */
	start(f, search(NUMBER_LOCAL, 415, "", 50));
	finder_free(f);
	home_settle(&h);
	free(slow);
	free(quick);
	home_close(&h);
}

/* --- one number ------------------------------------------------------------------------------------------------- */

struct exact { bool done, found; struct err err; int64_t price; enum number_type type; };

static void take_exact(void *ctx, const struct offer *o, const struct err *err)
{
	struct exact *x = ctx;

	x->done = true;
	x->err = *err;
	x->found = o != NULL;
	if (o) {
		x->price = o->monthly_price;
		x->type = o->type;
	}
}

static struct exact look(struct home *h, const char *number)
{
	struct exact x = {0};
	struct err e;

	if (!finder_exact(h->s, number, take_exact, &x, &e))
		fail_msg("%s", e.msg);
	home_until(h, &x.done);
	return x;
}

static void test_exact(void **state)
{
	struct exact x = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	assert_false(finder_exact(h.s, "4155550123", take_exact, &x, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	script(&h, SEARCH_PATH "Local", 120, 5, 0);
	x = look(&h, "+14155550123");
	assert_true(x.found);
	assert_int_equal(x.price, 1150000);
	assert_int_equal(x.type, NUMBER_LOCAL);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "Contains=14155550123", NULL), 1);
	x = look(&h, "+14155550199");                           /* others came, but not this one */
	assert_false(x.found);
	assert_int_equal(x.err.kind, ERR_GONE);
	fake_http_forget(h.http);
	x = look(&h, "+14155550123");
	assert_int_equal(x.err.kind, ERR_GONE);                 /* the type is not sold */
	fake_http_on(h.http, HTTP_GET, SEARCH_PATH, &(struct fake_reply){.curl_code = 28,
									 .error = "no answer in time"});
	x = look(&h, "+14155550123");
	assert_int_equal(x.err.kind, ERR_NET);
	session_lock(h.s);
	assert_false(finder_exact(h.s, "+14155550123", take_exact, &x, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	home_close(&h);
}

/* Outside North America the plan's type may not be Twilio's: the others are tried. */
static void test_exact_other_type(void **state)
{
	struct exact x;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	fake_http_on(h.http, HTTP_GET, "/AvailablePhoneNumbers/GB/National", &(struct fake_reply){.status = 200, .body =
		"{\"available_phone_numbers\":[{\"phone_number\":\"+442079460018\",\"iso_country\":\"GB\","
		"\"capabilities\":{}}]}"});
	x = look(&h, "+442079460018");
	assert_string_equal(x.err.msg, "");
	assert_true(x.found);
	assert_int_equal(x.type, NUMBER_NATIONAL);
	assert_int_equal(x.price, MONEY_UNKNOWN);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_one_answer), cmocka_unit_test(test_prices),
		cmocka_unit_test(test_all_types), cmocka_unit_test(test_splitting), cmocka_unit_test(test_several_codes), cmocka_unit_test(test_words),
		cmocka_unit_test(test_too_much), cmocka_unit_test(test_orders), cmocka_unit_test(test_parallel),
		cmocka_unit_test(test_widen), cmocka_unit_test(test_nothing_found), cmocka_unit_test(test_failures),
		cmocka_unit_test(test_generations), cmocka_unit_test(test_exact),
		cmocka_unit_test(test_exact_other_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
