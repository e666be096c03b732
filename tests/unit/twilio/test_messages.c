#include "fixture.h"

#include "fake_http.h"

#include "numdesk/twilio/messages.h"
#include "numdesk/util/json.h"

#define SM "SM0123456789abcdef0123456789abcdef"
#define MG "MG0123456789abcdef0123456789abcdef"

static struct json *parse(const char *s)
{
	struct err e = {0};
	struct json *doc = json_parse(s, strlen(s), 1 << 20, &e);

	if (!doc)
		fail_msg("%s", e.msg);
	return doc;
}

static void what_is_no_message(void **state)
{
	static const char *const rows[] = {
		"{}", "[]", "{\"sid\":null}", "{\"sid\":\"SM1\"}", "{\"sid\":\"CA0123456789abcdef0123456789abcdef\"}",
		"{\"sid\":7}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json *doc = parse(rows[i]);
		struct message m;

		if (message_decode(doc, &m))
			fail_msg("%s", rows[i]);
		json_free(doc);
	}
}

static void nothing_but_a_sid(void **state)
{
	struct json *doc = parse("{\"sid\":\"" SM "\"}");
	struct message m;

	(void)state;
	assert_true(message_decode(doc, &m));
	assert_null(m.from);
	assert_null(m.body);
	assert_null(m.status);
	assert_int_equal(m.segments, -1);
	assert_int_equal(m.media, -1);
	assert_true(m.price == MONEY_UNKNOWN);
	assert_int_equal(m.error_code, 0);
	assert_int_equal(m.sent_at, 0);
	json_free(doc);
}

static void a_whole_one(void **state)
{
	struct json *doc = parse("{\"sid\":\"" SM "\",\"account_sid\":\"" ACCOUNT "\",\"from\":\"+14155550101\","
				 "\"to\":\"+14155550102\",\"body\":\"a\\u001b[2Jb\",\"status\":\"undelivered\","
				 "\"direction\":\"outbound-api\",\"num_segments\":\"2\",\"num_media\":\"0\","
				 "\"price\":\"-0.00830\",\"price_unit\":\"usd\",\"error_code\":30007,\"error_message\":\"x\","
				 "\"messaging_service_sid\":\"" MG "\",\"date_created\":\"Thu, 30 Jul 2015 20:12:31 +0000\","
				 "\"date_sent\":null,\"date_updated\":\"Thu, 30 Jul 2015 20:12:33 +0000\"}");
	struct message m;

	(void)state;
	assert_true(message_decode(doc, &m));
	assert_string_equal(m.sid, SM);
	assert_string_equal(m.account_sid, ACCOUNT);
	assert_string_equal(m.service_sid, MG);
	assert_string_equal(m.body, "a\x1b[2Jb");
	assert_int_equal(m.segments, 2);
	assert_int_equal(m.media, 0);
	assert_int_equal(m.price, -8300);
	assert_string_equal(m.currency, "USD");
	assert_int_equal(m.error_code, 30007);
	assert_int_equal(m.created_at, 1438287151);
	assert_int_equal(m.sent_at, 0);
	json_free(doc);
}

/* A code as text, a price as a number, an empty text: as good. */
static void other_spellings(void **state)
{
	struct json *doc = parse("{\"sid\":\"" SM "\",\"error_code\":\"30003\",\"price\":-0.0083,\"body\":\"\",\"from\":\"\","
				 "\"messaging_service_sid\":\"nonsense\",\"price_unit\":\"dollars\",\"num_segments\":3}");
	struct message m;

	(void)state;
	assert_true(message_decode(doc, &m));
	assert_int_equal(m.error_code, 30003);
	assert_int_equal(m.price, -8300);
	assert_null(m.body);
	assert_null(m.from);
	assert_string_equal(m.service_sid, "");
	assert_string_equal(m.currency, "");
	assert_int_equal(m.segments, 3);
	json_free(doc);
}

struct sent { int calls; struct write_reply reply; char sid[64]; int asked; };

static bool before(void *ctx)
{
	((struct sent *)ctx)->asked++;
	return true;
}

static void done(void *ctx, const struct write_reply *r)
{
	struct sent *s = ctx;

	s->calls++;
	s->reply = *r;
	snprintf(s->sid, sizeof s->sid, "%s", r->doc ? json_text(r->doc, "sid") : "");
}

static void sends_once(void **state)
{
	static const struct { const char *what; struct message_letter l; const char *form; } rows[] = {
		{"from a number", {.to = "+14155559000", .from = "+14155550101", .body = "a + b & c"},
		 "To=+14155559000&From=+14155550101&Body=a + b & c"},
		{"from a service", {.to = "+14155559000", .service_sid = MG, .body = "a"},
		 "To=+14155559000&MessagingServiceSid=" MG "&Body=a"},
		{"pictures", {.to = "+14155559000", .from = "+14155550101", .body = "",
			      .media = {"https://a.example.com/1", "https://a.example.com/2"}, .n_media = 2},
		 "To=+14155559000&From=+14155550101&MediaUrl=https://a.example.com/1&MediaUrl=https://a.example.com/2"},
	};
	struct clock_fake clock;
	struct secret *secret = secret_from(TOKEN, strlen(TOKEN));
	struct fake_http *f;
	struct http *h;

	(void)state;
	clock_fake_init(&clock, 1700000000000);
	f = fake_http_new(&clock);
	h = fake_http_seam(f);
	fake_http_on(f, HTTP_POST, "/Messages.json", &(struct fake_reply){.status = 201, .body =
		     "{\"sid\":\"" SM "\",\"account_sid\":\"" ACCOUNT "\",\"status\":\"queued\"}"});
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client c = {.http = h, .base_url = "http://127.0.0.1:1/{product}", .account_sid = ACCOUNT,
				   .user = ACCOUNT, .secret = secret};
		struct sent s = {0};
		struct err e = {0};

		if (!message_send(&c, &rows[i].l, before, &s, done, &s, &e))
			fail_msg("%s: %s", rows[i].what, e.msg);
		run_until(h, &s.calls, 1);
		assert_int_equal(s.asked, 1);
		assert_int_equal(s.reply.result, WRITE_DONE);
		assert_string_equal(s.sid, SM);
		assert_string_equal(fake_http_call(f, fake_http_calls(f) - 1)->form, rows[i].form);
	}
	assert_int_equal(fake_http_calls(f), ARRAY_LEN(rows));
	h->free(h);
	secret_free(secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_message), cmocka_unit_test(nothing_but_a_sid), cmocka_unit_test(a_whole_one),
		cmocka_unit_test(other_spellings), cmocka_unit_test(sends_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
