#include "test.h"

#include "fixture.h"

#include "numdesk/model/period.h"
#include "numdesk/util/clock.h"

/* Messages and calls of the seed: what lists show of them. */

#define SIZE_MOST "PageSize=1000"

static struct reply list(const char *account, const char *what, const char *query)
{
	char *path = mem_printf("/%s.json?%s", what, query);
	struct reply r = account_ask("GET", account, path, cred("AC", account), NULL);

	free(path);
	return r;
}

static char *today_text(char *dst, size_t size, int ago)
{
	return period_date(period_day(clock_system.wall_ms(&clock_system) / 1000) - ago, dst, size);
}

static void seeded_numbers_have_traffic_of_their_kind(void **state)
{
	static const struct { const char *account, *what, *key, *filter, *phone; bool any; } rows[] = {
		{"acme", "Messages", "messages", "From", "%2B14155550101", true},
		{"acme", "Messages", "messages", "To", "%2B14155550101", true},
		{"acme", "Calls", "calls", "To", "%2B14155550101", true},
		{"acme", "Messages", "messages", "From", "%2B442079460101", false},
		{"acme", "Messages", "messages", "To", "%2B14155550199", false},
		{"acme-east", "Messages", "messages", "From", "%2B12125550103", false},        /* takes no messages */
		{"acme-east", "Calls", "calls", "From", "%2B12125550103", true},
		{"acme-west", "Calls", "calls", "From", "", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char query[100];
		struct reply r;

		snprintf(query, sizeof query, SIZE_MOST "&%s=%s", rows[i].filter, rows[i].phone);
		r = list(rows[i].account, rows[i].what, query);
		assert_int_equal(r.status, 200);
		if ((rows_of(&r, rows[i].key) > 0) != rows[i].any)
			fail_msg("%s %s %s: %zu", rows[i].account, rows[i].what, query, rows_of(&r, rows[i].key));
		reply_free(&r);
	}
}

/* Newest first, over pages, each once, all the account's own. */
static void pages_follow_each_other(void **state)
{
	static const char *const keys[][3] = {
		{"Messages", "messages", "date_sent"}, {"Calls", "calls", "start_time"},
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		struct reply whole = list("acme", keys[k][0], SIZE_MOST), page = list("acme", keys[k][0], "PageSize=37");
		const struct json *row = json_first(json_get(whole.json, keys[k][1]));
		int64_t last = INT64_MAX, t;
		char target[400];

		for (size_t pages = 0; row; pages++) {
			const struct json *one = json_first(json_get(page.json, keys[k][1]));

			for (; one && row; one = json_next(one), row = json_next(row)) {
				assert_string_equal(json_text(one, "sid"), json_text(row, "sid"));
				assert_true(sid_is(json_text(one, "sid"), k ? "CA" : "SM") ||
					    sid_is(json_text(one, "sid"), "MM"));
				assert_string_equal(json_text(one, "account_sid"), sid_of("AC", "acme"));
				assert_true(clock_parse(json_text(one, keys[k][2]), &t) && t <= last);
				last = t;
			}
			if (!row)
				break;
			assert_null(one);
			snprintf(target, sizeof target, "%s", text_of(&page, "next_page_uri"));
			reply_free(&page);
			page = ask("GET", target, cred("AC", "acme"), NULL);
			assert_int_equal(page.status, 200);
		}
		reply_free(&whole);
		reply_free(&page);
	}
}

/* Both operators include what they name; a date without one is its whole day. */
static void filters_by_time(void **state)
{
	char day[16], next[16], query[200], before[200];
	struct reply on, between, by_time;

	(void)state;
	today_text(day, sizeof day, 8);
	today_text(next, sizeof next, 7);
	snprintf(query, sizeof query, SIZE_MOST "&DateSent=%s", day);
	on = list("acme", "Messages", query);
	snprintf(query, sizeof query, SIZE_MOST "&DateSent%%3E=%s&DateSent%%3C=%s", day, next);
	between = list("acme", "Messages", query);
	snprintf(query, sizeof query, SIZE_MOST "&DateSent%%3E=%sT00:00:00Z&DateSent%%3C=%sT23:59:59Z", day, day);
	by_time = list("acme", "Messages", query);
	assert_true(rows_of(&on, "messages") > 0);
	assert_int_equal(rows_of(&between, "messages"), rows_of(&on, "messages"));
	assert_int_equal(rows_of(&by_time, "messages"), rows_of(&on, "messages"));
	assert_non_null(strstr(text_of(&by_time, "uri"), "DateSent%3E="));
	reply_free(&on);
	reply_free(&between);
	reply_free(&by_time);
	snprintf(before, sizeof before, SIZE_MOST "&StartTime%%3C=2001-01-01");
	on = list("acme", "Calls", before);
	assert_int_equal(rows_of(&on, "calls"), 0);
	reply_free(&on);
	expect("no date", list("acme", "Messages", "DateSent%3E=soon"), 400, 20001);
	expect("no date", list("acme", "Calls", "EndTime=soon"), 400, 20001);
	expect("size", list("acme", "Calls", "PageSize=1001"), 400, 20007);
}

static void one_by_its_sid(void **state)
{
	static const char *const keys[][2] = {{"Messages", "messages"}, {"Calls", "calls"}};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		struct reply rows = list("acme", keys[k][0], "PageSize=1"), one;
		const char *sid = json_text(json_first(json_get(rows.json, keys[k][1])), "sid");
		char *path = mem_printf("/%s/%s.json", keys[k][0], sid), *text, *same;

		one = account_ask("GET", "acme", path, cred("AC", "acme"), NULL);
		text = json_print(one.json);
		same = json_print(json_first(json_get(rows.json, keys[k][1])));
		assert_string_equal(text, same);
		expect("of another account", account_ask("GET", "acme-east", path, cred("AC", "acme-east"), NULL), 404,
		       20404);
		free(text);
		free(same);
		free(path);
		reply_free(&rows);
		reply_free(&one);
		path = mem_printf("/%s/CA%032d.json", keys[k][0], 7);
		expect("nobody", account_ask("GET", "acme", path, cred("AC", "acme"), NULL), 404, 20404);
		free(path);
	}
}

/* The same seed tells the same story, whoever asks first and however often. */
static void a_seed_has_one_story(void **state)
{
	struct reply first, second;
	char day[16], query[100];

	snprintf(query, sizeof query, SIZE_MOST "&StartTime%%3C=%s", today_text(day, sizeof day, 5));
	first = list("acme-east", "Calls", query);
	stop(state);
	start_basic(state);
	expect("something else first", list("acme", "Messages", ""), 200, 0);
	second = list("acme-east", "Calls", query);
	assert_true(rows_of(&first, "calls") > 5);
	assert_string_equal(first.body, second.body);
	reply_free(&first);
	reply_free(&second);
}

static void made_up_numbers_have_some(void **state)
{
	struct reply r;

	(void)state;
	start_with(&(struct sandbox_config){.seed = "empty", .numbers = 300});
	r = list("acme", "Messages", SIZE_MOST);
	assert_int_equal(rows_of(&r, "messages"), 1000);
	assert_true(*text_of(&r, "next_page_uri"));
	reply_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(seeded_numbers_have_traffic_of_their_kind),
		SERVER_TEST(pages_follow_each_other),
		SERVER_TEST(filters_by_time),
		SERVER_TEST(one_by_its_sid),
		SERVER_TEST(a_seed_has_one_story),
		cmocka_unit_test_teardown(made_up_numbers_have_some, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
