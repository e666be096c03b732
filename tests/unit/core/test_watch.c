#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/finder.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/watch.h"
#include "numdesk/util/mem.h"

#define LOCAL "/AvailablePhoneNumbers/US/Local"
#define MIN 60

struct seen {
	char numbers[64][E164_SIZE]; size_t n;
	int batches, ends;
	struct err err;
	struct watch *w;        /* freed at the end */
};

static void news(void *ctx, const struct offer *v, size_t n)
{
	struct seen *x = ctx;

	x->batches++;
	for (size_t i = 0; i < n && x->n < ARRAY_LEN(x->numbers); i++)
		snprintf(x->numbers[x->n++], E164_SIZE, "%s", v[i].phone_number);
}

static void over(void *ctx, const struct err *err)
{
	struct seen *x = ctx;

	x->ends++;
	x->err = *err;
	watch_free(x->w);
	x->w = NULL;
}

static void script(struct home *h, int first, int n, int times)
{
	char *body = home_offers(first, n);

	fake_http_on(h->http, HTTP_GET, LOCAL, &(struct fake_reply){.status = 200, .body = body, .times = times});
	free(body);
}

static struct watch_options every(int64_t minutes)
{
	struct watch_options o = {.every_s = minutes * MIN};

	search_init(&o.search);
	return o;
}

static void start(struct home *h, struct seen *x, struct watch_options o)
{
	enum search_field f;
	struct err e;

	*x = (struct seen){.n = 0};
	if (!watch_start(&x->w, h->s, &o, news, over, x, &f, &e))
		fail_msg("%s", e.msg);
}

static bool more_looks(const struct seen *x, int looks)
{
	return x->w && watch_view(x->w)->looks < looks;
}

/* Turn until the watch has looked this often, or is over. */
static void turn(struct home *h, struct seen *x, int looks)
{
	struct err e;

	for (int i = 0; i < 10000 && (more_looks(x, looks) || (x->w && watch_view(x->w)->next_at == 0)); i++)
		assert_true(reactor_turn(h->s->reactor, NULL, 0, 1000, &e));
}

static size_t asked(struct home *h)
{
	return fake_http_count(h->http, HTTP_GET, LOCAL, NULL);
}

static void refusals(void **state)
{
	struct watch_options o = every(10);
	enum search_field f;
	struct watch *w;
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	watch_free(NULL);
	o.every_s = MIN - 1;
	assert_false(watch_start(&w, h.s, &o, news, over, NULL, &f, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(f, SEARCH_FIELD_COUNT);
	o.every_s = WATCH_MOST_S + 1;
	assert_false(watch_start(&w, h.s, &o, news, over, NULL, &f, &e));
	o = every(10);
	o.for_s = -1;
	assert_false(watch_start(&w, h.s, &o, news, over, NULL, &f, &e));
	o = every(10);
	memcpy(o.search.country, "GB", 3);
	o.search.area_code = 415;
	assert_false(watch_start(&w, h.s, &o, news, over, NULL, &f, &e));
	assert_int_equal(f, SEARCH_AREA_CODE);
	session_lock(h.s);
	o = every(10);
	assert_false(watch_start(&w, h.s, &o, news, over, NULL, &f, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_int_equal(jobs_list(h.s->jobs, &(struct job_view){0}, 1), 0);
	home_close(&h);
}

/* Nothing, nothing, then two: told once, and that is enough. */
static void until_something_turns_up(void **state)
{
	struct watch_options o = every(10);
	struct seen x;
	struct home h;
	int64_t begun;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, 0, 0, 2);
	script(&h, 100, 2, 0);
	o.count = 1;
	begun = h.clock.wall;
	start(&h, &x, o);
	turn(&h, &x, 1);
	assert_int_equal(x.n, 0);
	assert_in_range(watch_view(x.w)->next_at - h.clock.wall / 1000, 539, 660);
	turn(&h, &x, 3);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err.kind, ERR_NONE);
	assert_int_equal(x.n, 2);
	assert_string_equal(x.numbers[0], "+14155550100");
	assert_int_equal(asked(&h), 3);
	assert_in_range((h.clock.wall - begun) / 1000, 2 * 540, 2 * 660 + 5);
	assert_int_equal(fake_http_count(h.http, HTTP_POST, "", NULL), 0);
	assert_int_equal(jobs_list(h.s->jobs, &(struct job_view){0}, 1), 0);
	home_close(&h);
}

/* Each number is told once, whatever else comes; without a count it goes on until its time is over. */
static void only_news(void **state)
{
	struct watch_options o = every(1);
	struct job_view job;
	struct seen x;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, 100, 3, 1);
	script(&h, 101, 3, 1);
	script(&h, 100, 4, 1);
	script(&h, 90, 0, 0);
	o.for_s = 5 * MIN;
	start(&h, &x, o);
	turn(&h, &x, 3);
	assert_int_equal(x.batches, 2);
	assert_int_equal(x.n, 4);
	assert_int_equal(watch_view(x.w)->found, 4);
	assert_int_equal(jobs_list(h.s->jobs, &job, 1), 1);
	assert_string_equal(job.title, "watching");
	assert_string_equal(job.progress, "3 looks, 4 found");
	turn(&h, &x, 100);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err.kind, ERR_NONE);         /* something had turned up */
	assert_in_range(asked(&h), 5, 6);               /* never more than once a minute */
	home_close(&h);
}

static void time_passes_in_vain(void **state)
{
	struct watch_options o = every(10);
	struct seen x;
	struct home h;
	int64_t begun;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, 0, 0, 0);
	o.for_s = 30;                   /* shorter than a pause */
	begun = h.clock.wall;
	start(&h, &x, o);
	turn(&h, &x, 2);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err.kind, ERR_NOT_FOUND);
	assert_string_equal(x.err.msg, "nothing turned up in 1 look");
	assert_int_equal((h.clock.wall - begun) / 1000, 30);
	home_close(&h);
}

/* What was for sale already is no news when that is asked. */
static void fresh_only(void **state)
{
	struct watch_options o = every(1);
	struct seen x;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, 100, 5, 2);
	script(&h, 102, 5, 0);
	o.fresh = true;
	o.count = 1;
	start(&h, &x, o);
	turn(&h, &x, 100);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.n, 2);
	assert_string_equal(x.numbers[0], "+14155550105");
	assert_int_equal(asked(&h), 3);
	home_close(&h);
}

/* Throttled and failed looks make the pauses longer; one that works makes them what they were. */
static void backs_off(void **state)
{
	struct watch_options o = every(10);
	struct seen x;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	fake_http_on(h.http, HTTP_GET, LOCAL, &(struct fake_reply){.status = 503, .body = "", .times = 1000});
	start(&h, &x, o);
	turn(&h, &x, 1);
	assert_int_equal(watch_view(x.w)->answered, 0);
	assert_int_not_equal(watch_view(x.w)->err.kind, ERR_NONE);
	assert_in_range(watch_view(x.w)->next_at - h.clock.wall / 1000, 2 * 539, 2 * 660);
	turn(&h, &x, 2);
	assert_in_range(watch_view(x.w)->next_at - h.clock.wall / 1000, 4 * 539, 4 * 660);
	turn(&h, &x, 4);
	assert_in_range(watch_view(x.w)->next_at - h.clock.wall / 1000, 3239, 3960);    /* an hour at most */
	fake_http_forget(h.http);
	script(&h, 0, 0, 0);
	turn(&h, &x, 5);
	assert_int_equal(watch_view(x.w)->answered, 1);
	assert_in_range(watch_view(x.w)->next_at - h.clock.wall / 1000, 539, 660);
	watch_free(x.w);
	assert_int_equal(x.ends, 0);
	home_close(&h);
}

static void never_answered(void **state)
{
	struct watch_options o = every(1);
	struct seen x;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	fake_http_on(h.http, HTTP_GET, LOCAL, &(struct fake_reply){.curl_code = 7, .error = "connection refused"});
	o.for_s = 10 * MIN;
	start(&h, &x, o);
	turn(&h, &x, 100);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err.kind, ERR_NET);
	home_close(&h);
}

/* What waiting does not mend ends it. */
static void final_failures(void **state)
{
	static const struct { int status; const char *body; enum err_kind kind; } rows[] = {
		{401, "{\"code\":20003,\"message\":\"Authenticate\",\"status\":401}", ERR_AUTH},
		{404, "{\"code\":20404,\"message\":\"not found\",\"status\":404}", ERR_NOT_FOUND},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct seen x;
		struct home h;

		home_ready(&h);
		home_script_facts(&h);
		fake_http_on(h.http, HTTP_GET, LOCAL, &(struct fake_reply){.status = rows[i].status, .body = rows[i].body});
		start(&h, &x, every(1));
		turn(&h, &x, 100);
		assert_int_equal(x.ends, 1);
		assert_int_equal(x.err.kind, rows[i].kind);
		assert_int_equal(asked(&h), 1);
		home_close(&h);
	}
}

/* ^X, a lock, another profile, while it waits and while it looks. */
static void stopped(void **state)
{
	struct err e;
	struct seen x;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	script(&h, 0, 0, 0);
	start(&h, &x, every(1));
	jobs_stop_all(h.s->jobs);                       /* before the first look */
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err.kind, ERR_STOPPED);
	start(&h, &x, every(1));
	turn(&h, &x, 1);
	assert_true(jobs_stop_newest(h.s->jobs));
	assert_int_equal(x.ends, 1);
	fake_http_forget(h.http);
	home_script_facts(&h);
	fake_http_on(h.http, HTTP_GET, LOCAL, &(struct fake_reply){.hang = true});
	start(&h, &x, every(1));
	for (int i = 0; i < 20; i++)
		reactor_turn(h.s->reactor, NULL, 0, 0, &e);
	assert_int_equal(watch_view(x.w)->looks, 1);
	assert_true(jobs_stop_newest(h.s->jobs));       /* the search itself: so the watch is over, too */
	turn(&h, &x, 100);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err.kind, ERR_STOPPED);
	start(&h, &x, every(1));
	for (int i = 0; i < 20; i++)
		reactor_turn(h.s->reactor, NULL, 0, 0, &e);
	watch_free(x.w);                                /* without a word */
	assert_int_equal(x.ends, 0);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals), cmocka_unit_test(until_something_turns_up), cmocka_unit_test(only_news),
		cmocka_unit_test(time_passes_in_vain), cmocka_unit_test(fresh_only), cmocka_unit_test(backs_off),
		cmocka_unit_test(never_answered), cmocka_unit_test(final_failures), cmocka_unit_test(stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
