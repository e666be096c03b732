#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/sync.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/worker.h"

struct outcome { int calls; bool done, reported; struct err err; struct cache_report report; };

static void take(void *ctx, const struct cache_report *report, const struct err *err)
{
	struct outcome *o = ctx;

	o->calls++;
	o->done = true;
	o->err = *err;
	o->reported = report != NULL;
	if (report)
		o->report = *report;
}

static struct outcome run(struct home *h)
{
	struct outcome o = {0};
	struct err e;

	if (!sync_start(h->s, take, &o, &e))
		fail_msg("%s", e.msg);
	assert_true(sync_running(h->s));
	home_until(h, &o.done);
	assert_false(sync_running(h->s));
	assert_int_equal(o.calls, 1);
	home_settle(h);
	assert_int_equal(o.calls, 1);
	return o;
}

static struct outcome run_fresh(struct home *h, int n, int per_page)
{
	fake_http_forget(h->http);
	home_script_facts(h);
	home_script_list(h, n, per_page);
	return run(h);
}

static void test_refusals(void **state)
{
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	session_lock(h.s);
	assert_false(sync_start(h.s, take, &o, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_true(home_unlock(&h, HOME_PASS, &e));
	h.s->offline = true;
	assert_false(sync_start(h.s, take, &o, &e));
	assert_int_equal(e.kind, ERR_OFFLINE);
	h.s->offline = false;
	home_script_list(&h, 1, 10);
	assert_true(sync_start(h.s, take, &o, &e));
	assert_false(sync_start(h.s, take, &o, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	home_until(&h, &o.done);
	assert_int_equal(o.calls, 1);
	home_close(&h);
}

static void test_empty_account(void **state)
{
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	o = run_fresh(&h, 0, 1000);
	assert_string_equal(o.err.msg, "");
	assert_true(o.report.complete && o.report.first);
	assert_int_equal(o.report.seen, 0);
	assert_int_not_equal(h.s->account.synced_at, 0);
	assert_int_equal(h.s->summary.numbers, 0);
	home_close(&h);
}

static void test_many_pages(void **state)
{
	struct outcome o;
	char text[100];
	struct home h;

	(void)state;
	home_ready(&h);
	o = run_fresh(&h, 3450, 1000);
	assert_string_equal(o.err.msg, "");
	assert_true(o.report.complete && o.report.first);
	assert_int_equal(o.report.seen, 3450);
	assert_int_equal(o.report.came, 3450);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "IncomingPhoneNumbers", NULL), 4);
	assert_int_equal(h.s->summary.numbers, 3450);
	assert_int_equal(h.s->summary.monthly, INT64_C(3450) * 1150000);        /* prices were asked for */
	assert_int_equal(h.s->account.balance, 42170000);
	assert_string_equal(h.s->profile.account_name, "Client 0");             /* and kept in the vault */
	assert_true(h.s->data_version > 4);
	assert_string_equal(sync_describe(&o.report, text, sizeof text), "3450 came, 0 went, 0 changed, 3450 in all");

	o = run_fresh(&h, 3450, 1000);
	assert_string_equal(o.err.msg, "");
	assert_false(o.report.first);
	assert_int_equal(o.report.came + o.report.went + o.report.changed, 0);
	assert_string_equal(sync_describe(&o.report, text, sizeof text), "0 came, 0 went, 0 changed, 3450 in all");
	home_close(&h);
}

typedef void hook_fn(void *ctx, const struct http_request *r);

static void script_page(struct home *h, int page, int rows, bool last, hook_fn *hook, void *ctx)
{
	char part[64], next[160], *body;

	snprintf(next, sizeof next, "/2010-04-01%s?PageSize=1000&PageToken=PB%02d", HOME_LIST, page + 1);
	snprintf(part, sizeof part, page ? "PageToken=PB%02d" : "PageSize=1000 ", page);
	body = home_page(HOME_AC, page * rows, rows, last ? NULL : next);
	fake_http_on(h->http, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body, .hook = hook,
								   .hook_ctx = ctx});
	free(body);
}

static int64_t stored_rows(struct home *h)
{
	struct cache_summary sum;

	assert_true(cache_summary(h->s->cache, HOME_AC, &sum, NULL));
	return sum.numbers;
}

struct watch { struct home *h; int64_t rows; bool called; };

static void note_rows(void *ctx, const struct http_request *r)
{
	struct watch *w = ctx;

	(void)r;
	w->called = true;
	w->rows = stored_rows(w->h);
}

/* The second request leaves before a row of the first page is stored. */
static void test_next_page_leaves_early(void **state)
{
	struct outcome o;
	struct watch w;
	struct home h;

	(void)state;
	home_ready(&h);
	w = (struct watch){.h = &h, .rows = -1};
	script_page(&h, 0, 1000, false, NULL, NULL);
	script_page(&h, 1, 1000, true, note_rows, &w);
	o = run(&h);
	assert_string_equal(o.err.msg, "");
	assert_true(w.called);
	assert_int_equal(w.rows, 0);
	home_close(&h);
}

/* It leaves before the page that named it is decoded, and is called back when that page turns out broken. */
static void test_next_page_is_called_back(void **state)
{
	const struct fake_call *second;
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "PageSize=1000 ", &(struct fake_reply){.status = 200, .body =
		"{\"incoming_phone_numbers\":[{\"sid\": nonsense}],"
		"\"next_page_uri\":\"/2010-04-01" HOME_LIST "?PageToken=PA1\"}"});
	fake_http_on(h.http, HTTP_GET, "PageToken=PA1", &(struct fake_reply){.hang = true});
	o = run(&h);
	assert_int_equal(o.err.kind, ERR_PROTO);
	assert_false(o.report.complete);
	assert_int_equal(fake_http_calls(h.http), 2);
	second = fake_http_call(h.http, 1);
	assert_true(second->cancelled && second->done);
	home_close(&h);
}

static void wait_for_gate(void *ctx)
{
	pthread_mutex_lock(ctx);
	pthread_mutex_unlock(ctx);
}

struct gate { struct home *h; pthread_mutex_t mutex; };

static void shut_gate(void *ctx, const struct http_request *r)
{
	struct gate *g = ctx;

	(void)r;
	worker_post(g->h->s->writer, wait_for_gate, NULL, &g->mutex);
}

/* While the disk is slow at most two pages are held, and the third is not asked for. */
static void test_slow_disk_holds_two_pages(void **state)
{
	struct gate g = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	g.h = &h;
	script_page(&h, 0, 10, false, shut_gate, &g);
	for (int page = 1; page < 6; page++)
		script_page(&h, page, 10, page == 5, NULL, NULL);
	pthread_mutex_lock(&g.mutex);
	assert_true(sync_start(h.s, take, &o, &e));
	while (fake_http_calls(h.http) == 0)
		assert_true(reactor_turn(h.s->reactor, NULL, 0, 1000, &e));
	for (int i = 0; i < 100; i++)
		assert_true(reactor_turn(h.s->reactor, NULL, 0, 0, &e));
	assert_int_equal(fake_http_calls(h.http), 2);
	assert_int_equal(h.s->http->running(h.s->http), 0);
	pthread_mutex_unlock(&g.mutex);
	home_until(&h, &o.done);
	assert_string_equal(o.err.msg, "");
	assert_int_equal(o.report.seen, 60);
	home_close(&h);
}

static void test_progress(void **state)
{
	struct outcome o = {0};
	struct job_view job;
	struct home h;
	struct err e;
	bool seen = false;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 2500, 1000);
	assert_true(sync_start(h.s, take, &o, &e));
	while (!o.done) {
		assert_true(reactor_turn(h.s->reactor, NULL, 0, 1000, &e));
		if (jobs_list(h.s->jobs, &job, 1) == 1 && strcmp(job.progress, "page 2, 2,000 numbers") == 0)
			seen = job.stoppable;
	}
	assert_true(seen);
	assert_int_equal(o.err.kind, ERR_NONE);
	home_close(&h);
}

static void test_failure_then_resume(void **state)
{
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	home_script_list(&h, 4000, 1000);
	fake_http_on(h.http, HTTP_GET, "PageToken=PA2",
		     &(struct fake_reply){.times = 1, .curl_code = 28, .error = "no answer in time", .delay_ms = 50});
	o = run(&h);
	assert_int_equal(o.err.kind, ERR_NET);
	assert_true(o.reported);
	assert_false(o.report.complete);
	assert_int_equal(o.report.seen, 2000);
	assert_int_equal(h.s->summary.numbers, 2000);           /* what came is shown */
	assert_int_equal(h.s->account.synced_at, 0);            /* but nothing calls it complete */
	clock_fake_advance(&h.clock, 600 * 1000);
	o = run(&h);
	assert_string_equal(o.err.msg, "");
	assert_true(o.report.complete);
	assert_int_equal(o.report.seen, 4000);
	/* pages 1 and 2 were not asked again */
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "PageToken=PA1", NULL), 1);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "PageToken=PA2", NULL), 2);
	assert_int_equal(h.s->summary.numbers, 4000);
	home_close(&h);
}

static void test_old_pass_is_not_resumed(void **state)
{
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 2000, 1000);
	fake_http_on(h.http, HTTP_GET, "PageToken=PA1", &(struct fake_reply){.times = 1, .curl_code = 28});
	o = run(&h);
	assert_int_equal(o.err.kind, ERR_NET);
	clock_fake_advance(&h.clock, 3601 * 1000);
	o = run(&h);
	assert_string_equal(o.err.msg, "");
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "json?PageSize=1000", NULL), 4);
	home_close(&h);
}

/* A resumed address of another host (the cache is no secret file's equal) gets no credentials. */
static void test_resume_follows_no_stranger(void **state)
{
	struct cache_sync cs;
	struct outcome o;
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_settle(&h);                /* the writer's thread is done with the connection */
	assert_true(cache_sync_begin(h.s->write_cache, HOME_AC, HOME_NOW, false, 0, &cs, &e));
	assert_true(cache_sync_page(h.s->write_cache, &cs, NULL, 0,
				    "https://api.example.com/2010-04-01/Accounts/" HOME_AC
				    "/IncomingPhoneNumbers.json?PageToken=x", HOME_NOW, &e));
	o = run_fresh(&h, 5, 1000);
	assert_string_equal(o.err.msg, "");
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "example.com", NULL), 0);
	assert_int_equal(o.report.seen, 5);
	home_close(&h);
}

static const char dead_token[] = "{\"code\":21481,\"message\":\"Invalid PageToken\",\"status\":400}";

static void test_dead_token(void **state)
{
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	home_script_list(&h, 3000, 1000);
	fake_http_on(h.http, HTTP_GET, "PageToken=PA2", &(struct fake_reply){.times = 1, .status = 400,
									     .body = dead_token});
	o = run(&h);
	assert_string_equal(o.err.msg, "");
	assert_true(o.report.complete);
	assert_int_equal(o.report.seen, 3000);
	assert_int_equal(fake_http_count(h.http, HTTP_GET, "PageToken=PA1", NULL), 2);
	/* dead twice is told */
	fake_http_on(h.http, HTTP_GET, "PageToken=PA2", &(struct fake_reply){.times = 2, .status = 400,
									     .body = dead_token});
	o = run(&h);
	assert_int_equal(o.err.code, 21481);
	assert_false(o.report.complete);
	home_close(&h);
}

static void test_stop(void **state)
{
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	home_script_list(&h, 3000, 1000);
	fake_http_on(h.http, HTTP_GET, "PageToken=PA2", &(struct fake_reply){.times = 1, .hang = true});
	assert_true(sync_start(h.s, take, &o, &e));
	for (int i = 0; i < 10000 && fake_http_count(h.http, HTTP_GET, "PageToken=PA2", NULL) == 0; i++)
		assert_true(reactor_turn(h.s->reactor, NULL, 0, 1000, &e));
	assert_true(jobs_stop_newest(h.s->jobs));
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_STOPPED);
	assert_false(o.report.complete);
	assert_int_equal(o.report.went, 0);
	home_settle(&h);
	o = run(&h);
	assert_string_equal(o.err.msg, "");
	assert_int_equal(o.report.seen, 3000);
	home_close(&h);
}

static void test_stop_before_anything(void **state)
{
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 10, 1000);
	assert_true(sync_start(h.s, take, &o, &e));
	assert_true(jobs_stop_newest(h.s->jobs));
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_STOPPED);
	assert_int_equal(fake_http_calls(h.http), 0);
	home_close(&h);
}

static void script_one(struct home *h, char *body)
{
	fake_http_forget(h->http);
	home_script_facts(h);
	fake_http_on(h->http, HTTP_GET, "IncomingPhoneNumbers", &(struct fake_reply){.status = 200, .body = body});
	free(body);
}

/* Rows of another account are never stored, and a list that holds one removes nothing. */
static void test_foreign_rows(void **state)
{
	struct number n;
	struct arena a = {0};
	struct outcome o;
	char number[E164_SIZE];
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	o = run_fresh(&h, 3, 1000);
	assert_int_equal(o.err.kind, ERR_NONE);
	script_one(&h, home_page(HOME_AC2, 100, 2, NULL));
	o = run(&h);
	assert_int_equal(o.err.kind, ERR_PROTO);
	assert_false(o.report.complete);
	assert_int_equal(h.s->summary.numbers, 3);
	assert_false(cache_find(h.s->cache, NULL, home_number(100, number), &n, NULL, &a, &e));
	arena_release(&a);
	home_close(&h);
}

static void test_broken_pages(void **state)
{
	static const struct { const char *name, *body; enum err_kind kind; int status; } cases[] = {
		{"half a page", "{\"incoming_phone_numbers\":[{\"sid\":\"PN", ERR_PROTO, 200},
		{"no list", "{\"next_page_uri\":null}", ERR_PROTO, 200},
		{"empty", "", ERR_PROTO, 200},
		{"foreign next", "{\"incoming_phone_numbers\":[],\"next_page_uri\":\"https://example.com/x\"}",
		 ERR_PROTO, 200},
		{"refused", "{\"code\":20003}", ERR_AUTH, 401},
		{"throttled", "{\"code\":20429}", ERR_RATE, 429},
		{"server", "", ERR_API, 500},
	};
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	o = run_fresh(&h, 3, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fake_http_forget(h.http);
		fake_http_on(h.http, HTTP_GET, "IncomingPhoneNumbers",
			     &(struct fake_reply){.status = cases[i].status, .body = cases[i].body});
		o = run(&h);
		if (o.err.kind != cases[i].kind || o.report.complete || h.s->summary.numbers != 3)
			fail_msg("%s: kind %d, %s", cases[i].name, (int)o.err.kind, o.err.msg);
	}
	home_close(&h);
}

static void test_list_without_end(void **state)
{
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	script_one(&h, home_page(HOME_AC, 0, 2, "/2010-04-01" HOME_LIST "?PageToken=PA1"));
	o = run(&h);
	assert_int_equal(o.err.kind, ERR_PROTO);
	assert_true(fake_http_calls(h.http) < 10);
	home_close(&h);
}

static bool is_gone(struct home *h, int i, bool *there)
{
	char number[E164_SIZE];
	struct arena a = {0};
	struct number n;

	n.is_gone = false;
	*there = cache_find(h->s->cache, HOME_AC, home_number(i, number), &n, NULL, &a, NULL);
	arena_release(&a);
	return n.is_gone;
}

/* Missing from one complete list: grey. Missing from two: removed. A failed pass between counts for nothing. */
static void test_gone(void **state)
{
	struct outcome o;
	struct home h;
	bool there;

	(void)state;
	home_ready(&h);
	o = run_fresh(&h, 5, 1000);
	o = run_fresh(&h, 4, 1000);
	assert_int_equal(o.report.went, 1);
	assert_true(is_gone(&h, 4, &there) && there);
	assert_int_equal(h.s->summary.numbers, 4);
	fake_http_forget(h.http);
	o = run(&h);                                            /* 404: fails */
	assert_false(o.report.complete);
	assert_true(is_gone(&h, 4, &there) && there);
	assert_false(is_gone(&h, 3, &there));
	o = run_fresh(&h, 4, 1000);
	assert_int_equal(o.report.gone_removed, 1);
	is_gone(&h, 4, &there);
	assert_false(there);
	o = run_fresh(&h, 5, 1000);                             /* and it may come back */
	assert_int_equal(o.report.came, 1);
	home_close(&h);
}

/* Prices, facts and balance are extras: a list without them is a success. */
static void test_facts_may_fail(void **state)
{
	struct outcome o;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 3, 1000);
	fake_http_on(h.http, HTTP_GET, "pricing", &(struct fake_reply){.curl_code = 28});
	o = run(&h);
	assert_string_equal(o.err.msg, "");
	assert_true(o.report.complete);
	assert_int_equal(h.s->summary.unpriced, 3);
	home_close(&h);
}

static void test_profile_changed_meanwhile(void **state)
{
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_add_profile(&h, "beta", HOME_AC2, "");
	home_script_list(&h, 3000, 1000);
	assert_true(sync_start(h.s, take, &o, &e));
	for (int i = 0; i < 5; i++)
		assert_true(reactor_turn(h.s->reactor, NULL, 0, 10, &e));
	assert_true(session_use(h.s, "beta", &e));
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_STOPPED);
	home_settle(&h);
	assert_int_equal(h.s->summary.numbers, 0);
	home_close(&h);
}

/* Panes are told of new rows about five times a second, not once a page. */
static void test_touches_are_limited(void **state)
{
	struct outcome o;
	struct home h;
	int64_t before;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	for (int page = 0; page < 40; page++)
		script_page(&h, page, 2, page == 39, NULL, NULL);
	before = h.s->data_version;
	o = run(&h);
	assert_string_equal(o.err.msg, "");
	assert_int_equal(o.report.seen, 80);
	assert_true(h.s->data_version - before < 20);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_empty_account),
		cmocka_unit_test(test_many_pages), cmocka_unit_test(test_next_page_leaves_early),
		cmocka_unit_test(test_next_page_is_called_back), cmocka_unit_test(test_slow_disk_holds_two_pages),
		cmocka_unit_test(test_progress), cmocka_unit_test(test_failure_then_resume),
		cmocka_unit_test(test_old_pass_is_not_resumed), cmocka_unit_test(test_resume_follows_no_stranger),
		cmocka_unit_test(test_dead_token), cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stop_before_anything), cmocka_unit_test(test_foreign_rows),
		cmocka_unit_test(test_broken_pages), cmocka_unit_test(test_list_without_end),
		cmocka_unit_test(test_gone), cmocka_unit_test(test_facts_may_fail),
		cmocka_unit_test(test_profile_changed_meanwhile), cmocka_unit_test(test_touches_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
