#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "home.h"

#include "numdesk/core/doctor.h"
#include "numdesk/util/mem.h"

struct paper { struct buf text; enum doctor_grade worst; };

static void write_line(void *ctx, enum doctor_grade g, const char *what, const char *says)
{
	static const char *const words[] = {"ok", "note", "BAD"};
	struct paper *p = ctx;

	buf_addf(&p->text, "%s %s: %s\n", words[g], what, says);
}

static const char *examine(struct paper *p, struct session *s, const struct err *open_error, bool live)
{
	buf_release(&p->text);
	buf_init(&p->text, 1 << 16);
	p->worst = doctor_run(s, open_error, live, write_line, p);
	return buf_str(&p->text);
}

static void expect(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void test_without_a_session(void **state)
{
	struct paper p = {0};
	struct err e;
	const char *text;

	(void)state;
	text = examine(&p, NULL, NULL, true);
	expect(text, "ok libraries: libcurl");
	expect(text, "memory: ");
	err_set(&e, ERR_CONFIG, "'vault': mode 0644 is too open");
	text = examine(&p, NULL, &e, false);
	expect(text, "BAD start: 'vault': mode 0644 is too open");
	assert_int_equal(p.worst, DOCTOR_BAD);
	buf_release(&p.text);
}

static void test_empty_home(void **state)
{
	struct paper p = {0};
	struct home h;
	const char *text;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, NULL));
	text = examine(&p, h.s, NULL, true);
	expect(text, "note vault: none yet");
	expect(text, "note profile: none in use");
	expect(text, "ok journal: whole");
	expect(text, "note network: not asked");
	expect(text, "note live: not asked");
	expect(text, "ok operations: 0 open");
	buf_release(&p.text);
	home_close(&h);
}

static void test_healthy(void **state)
{
	struct paper p = {0};
	struct home h;
	const char *text;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	home_script_list(&h, 12, 1000);
	home_sync(&h);
	home_settle(&h);
	fake_http_on(h.http, HTTP_GET, "PageSize=1 ", &(struct fake_reply){.status = 200,
									   .body = "{\"incoming_phone_numbers\":[]}"});
	text = examine(&p, h.s, NULL, false);
	expect(text, "unlocked: 1 profiles");
	expect(text, "ok cache: 12 numbers, refreshed");
	expect(text, "ok network: https://{product}.twilio.com answers");
	expect(text, "ok credentials: profile 'acme' may read its numbers");
	expect(text, "ok clock: 2026-");
	clock_fake_advance(&h.clock, INT64_C(3600) * 5 * 1000);
	expect(examine(&p, h.s, NULL, false), "note cache: 12 numbers, refreshed 5 h ago");
	buf_release(&p.text);
	home_close(&h);
}

static void test_trouble(void **state)
{
	struct paper p = {0};
	struct home h;
	const char *text;

	(void)state;
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "PageSize=1 ", &(struct fake_reply){.status = 401,
									   .body = "{\"code\":20003,\"status\":401}"});
	text = examine(&p, h.s, NULL, false);
	expect(text, "BAD credentials: ");
	expect(text, "ok network: ");
	assert_int_equal(p.worst, DOCTOR_BAD);
	fake_http_on(h.http, HTTP_GET, "PageSize=1 ", &(struct fake_reply){.curl_code = 6,
									   .error = "cannot resolve 'api.twilio.com'"});
	expect(examine(&p, h.s, NULL, false), "BAD network: cannot resolve 'api.twilio.com'");
	assert_int_equal(chmod(test_path(h.dir, "numdesk.log"), 0644), 0);
	expect(examine(&p, h.s, NULL, false), "BAD log: ");
	h.clock.wall = 0;
	expect(examine(&p, h.s, NULL, false), "BAD clock: ");
	buf_release(&p.text);
	home_close(&h);
}

static void test_live(void **state)
{
	struct paper p = {0};
	struct home h;
	char *few = home_offers(0, 30), *many = home_offers(0, 45), *list = home_page(HOME_AC, 0, 3, NULL);
	const char *text;

	(void)state;
	home_ready(&h);
	home_script_facts(&h);
	fake_http_on(h.http, HTTP_GET, "US/Local.json?PageSize=50", &(struct fake_reply){.status = 200, .body = few});
	fake_http_on(h.http, HTTP_GET, "US/Local.json?PageSize=1000", &(struct fake_reply){.status = 200,
											   .body = many});
	fake_http_on(h.http, HTTP_GET, HOME_LIST, &(struct fake_reply){.status = 200, .body = list});
	text = examine(&p, h.s, NULL, true);
	expect(text, "search: observed: PageSize 50 gives 30 rows, 1000 gives 45");
	expect(text, "owned numbers: observed in 3: type=local, status=in-use");
	expect(text, "balance: observed: HTTP 200, a balance in it");
	expect(text, "subaccount: not observed");
	fake_http_on(h.http, HTTP_GET, "/Balance.json", &(struct fake_reply){.status = 404,
									     .body = "{\"code\":20404}"});
	fake_http_on(h.http, HTTP_GET, "/AvailablePhoneNumbers", &(struct fake_reply){.curl_code = 28,
										      .error = "no answer in time"});
	text = examine(&p, h.s, NULL, true);
	expect(text, "balance: observed: HTTP 404, no balance in it");
	expect(text, "note search: not observed: no answer in time");
	for (size_t i = 0; i < fake_http_calls(h.http); i++)
		assert_int_equal(fake_http_call(h.http, i)->method, HTTP_GET);
	buf_release(&p.text);
	free(few);
	free(many);
	free(list);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_session), cmocka_unit_test(test_empty_home),
		cmocka_unit_test(test_healthy), cmocka_unit_test(test_trouble), cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
