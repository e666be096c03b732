#include "fixture.h"

#include "numdesk/model/number.h"
#include "numdesk/twilio/numbers.h"

/* What one write came to, copied out of the reply. */
struct written {
	int calls, asked;
	bool refuse;
	enum write_result result;
	int http_status, twilio_code, curl_code, retry_after_s;
	bool wrong_number, has_number;
	char phone_sid[SID_SIZE], name[64], request_id[40];
	struct err err;
};

static void written(void *ctx, const struct write_reply *r)
{
	struct written *w = ctx;

	w->calls++;
	w->result = r->result;
	w->http_status = r->http_status;
	w->twilio_code = r->twilio_code;
	w->curl_code = r->curl_code;
	w->retry_after_s = r->retry_after_s;
	w->wrong_number = r->wrong_number;
	w->has_number = r->number;
	if (r->number) {
		snprintf(w->phone_sid, sizeof w->phone_sid, "%s", r->number->phone_sid);
		snprintf(w->name, sizeof w->name, "%s", r->number->friendly_name);
	}
	snprintf(w->request_id, sizeof w->request_id, "%s", r->request_id);
	w->err = r->err;
}

static bool arm(void *ctx)
{
	struct written *w = ctx;

	w->asked++;
	return !w->refuse;
}

enum action { BUY, RELEASE, UPDATE, TRANSFER };

static void act(struct rig *r, enum action a, struct written *w)
{
	static const struct http_param name = {"FriendlyName", "Support"}, to = {"AccountSid", OTHER_ACCOUNT};
	struct err e = {0};
	uint32_t id = 0;

	switch (a) {
	case BUY:
		id = numbers_buy(&r->c, NUMBER, &name, 1, arm, written, w, &e);
		break;
	case RELEASE:
		id = numbers_release(&r->c, PN, arm, written, w, &e);
		break;
	case UPDATE:
		id = numbers_update(&r->c, PN, NUMBER, &name, 1, arm, written, w, &e);
		break;
	case TRANSFER:
		id = numbers_update(&r->c, PN, NUMBER, &to, 1, arm, written, w, &e);
		break;
	}
	if (!id)
		fail_msg("not started: %s", e.msg);
	run_until(r->h, &w->calls, w->calls + 1);
}

#define OTHER_PN "PN99999999999999999999999999999999"
#define CAPITAL_PN "PN0123456789ABCDEF0123456789ABCDEF"
#define NO_SID "{\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER "\"}"
#define SID_TWICE "{\"sid\":\"" PN "\",\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"" NUMBER \
	"\"}"
#define OWNED " /api/2010-04-01/Accounts/" ACCOUNT "/IncomingPhoneNumbers"
#define FAULT(code) "{\"code\":" #code ",\"message\":\"m\",\"status\":400}"

/* Every way a write can end, each over a real connection; every one of them arrives exactly once. */
static void how_a_write_ends(void **state)
{
	static const struct {
		const char *name;
		enum action action;
		struct httpd_reply reply;
		enum write_result result;
		enum err_kind kind;             /* of a refusal: what is done has none, what is unknown is unsure */
		bool wrong;
	} cases[] = {
		{"bought", BUY, {.status = 201, .body = NUMBER_JSON}, .result = WRITE_DONE},
		{"bought, in chunks",
		 BUY,
		 {.status = 201, .body = NUMBER_JSON, .chunked = true},
		 .result = WRITE_DONE},
		{"released", RELEASE, {.status = 204}, .result = WRITE_DONE},
		{"changed", UPDATE, {.status = 200, .body = NUMBER_JSON}, .result = WRITE_DONE},
		{"transferred",
		 TRANSFER,
		 {.status = 200, .body = NUMBER_JSON_OF(OTHER_ACCOUNT, PN, NUMBER)},
		 .result = WRITE_DONE},
		{"200 to a purchase", BUY, {.status = 200, .body = NUMBER_JSON}, .result = WRITE_UNKNOWN},
		{"202 to a purchase", BUY, {.status = 202, .body = NUMBER_JSON}, .result = WRITE_UNKNOWN},
		{"201 to a change", UPDATE, {.status = 201, .body = NUMBER_JSON}, .result = WRITE_UNKNOWN},
		{"200 to a release", RELEASE, {.status = 200, .body = "{}"}, .result = WRITE_UNKNOWN},
		{"other number",
		 BUY,
		 {.status = 201, .body = NUMBER_JSON_OF(ACCOUNT, PN, "+14155550174")},
		 .result = WRITE_UNKNOWN,
		 .wrong = true},
		{"other account",
		 BUY,
		 {.status = 201, .body = NUMBER_JSON_OF(OTHER_ACCOUNT, PN, NUMBER)},
		 .result = WRITE_UNKNOWN,
		 .wrong = true},
		{"other SID",
		 UPDATE,
		 {.status = 200, .body = NUMBER_JSON_OF(ACCOUNT, OTHER_PN, NUMBER)},
		 .result = WRITE_UNKNOWN,
		 .wrong = true},
		{"transfer that changed nothing",
		 TRANSFER,
		 {.status = 200, .body = NUMBER_JSON},
		 .result = WRITE_UNKNOWN,
		 .wrong = true},
		{"SID in capitals",
		 UPDATE,
		 {.status = 200, .body = NUMBER_JSON_OF(ACCOUNT, CAPITAL_PN, NUMBER)},
		 .result = WRITE_DONE},
		{"no body", BUY, {.status = 201}, .result = WRITE_UNKNOWN},
		{"HTML", BUY, {.status = 201, .body = "<html>login</html>"}, .result = WRITE_UNKNOWN},
		{"half the JSON", BUY, {.status = 201, .body = "{\"sid\":\"" PN "\""}, .result = WRITE_UNKNOWN},
		{"text behind the JSON", BUY, {.status = 201, .body = NUMBER_JSON " {}"}, .result = WRITE_UNKNOWN},
		{"no SID", BUY, {.status = 201, .body = NO_SID}, .result = WRITE_UNKNOWN},
		{"SID twice", BUY, {.status = 201, .body = SID_TWICE}, .result = WRITE_UNKNOWN},
		{"400 with a code",
		 BUY,
		 {.status = 400, .body = FAULT(21421)},
		 .result = WRITE_REJECTED,
		 .kind = ERR_USAGE},
		{"400 with an unknown code",
		 BUY,
		 {.status = 400, .body = FAULT(29999)},
		 .result = WRITE_REJECTED,
		 .kind = ERR_API},
		{"400 without one", BUY, {.status = 400, .body = "<html>"}, .result = WRITE_UNKNOWN},
		{"400/21422", BUY, {.status = 400, .body = FAULT(21422)}, .result = WRITE_GONE, .kind = ERR_GONE},
		{"401", BUY, {.status = 401, .body = FAULT(20003)}, .result = WRITE_REJECTED, .kind = ERR_AUTH},
		{"401 without a body", BUY, {.status = 401}, .result = WRITE_REJECTED, .kind = ERR_AUTH},
		{"403", BUY, {.status = 403, .body = FAULT(20006)}, .result = WRITE_REJECTED, .kind = ERR_AUTH},
		{"404 to a purchase",
		 BUY,
		 {.status = 404, .body = FAULT(20404)},
		 .result = WRITE_REJECTED,
		 .kind = ERR_NOT_FOUND},
		{"404 to a change",
		 UPDATE,
		 {.status = 404, .body = FAULT(20404)},
		 .result = WRITE_REJECTED,
		 .kind = ERR_NOT_FOUND},
		{"404 to a release",
		 RELEASE,
		 {.status = 404, .body = FAULT(20404)},
		 .result = WRITE_ALREADY,
		 .kind = ERR_NOT_FOUND},
		{"405", BUY, {.status = 405, .body = FAULT(20004)}, .result = WRITE_REJECTED, .kind = ERR_PROTO},
		{"422", BUY, {.status = 422, .body = FAULT(20422)}, .result = WRITE_REJECTED, .kind = ERR_USAGE},
		{"429",
		 BUY,
		 {.status = 429, .body = FAULT(20429), .headers = "Retry-After: 5\r\n"},
		 .result = WRITE_THROTTLED,
		 .kind = ERR_RATE},
		{"429 without a body", RELEASE, {.status = 429}, .result = WRITE_THROTTLED, .kind = ERR_RATE},
		{"408", BUY, {.status = 408}, .result = WRITE_UNKNOWN},
		{"409", BUY, {.status = 409, .body = FAULT(20409)}, .result = WRITE_UNKNOWN},
		{"302",
		 BUY,
		 {.status = 302, .headers = "Location: http://127.0.0.1:1/\r\n"},
		 .result = WRITE_UNKNOWN},
		{"307", BUY, {.status = 307, .headers = "Location: /x\r\n"}, .result = WRITE_UNKNOWN},
		{"410", BUY, {.status = 410}, .result = WRITE_UNKNOWN},
		{"500", BUY, {.status = 500, .body = FAULT(20500)}, .result = WRITE_UNKNOWN},
		{"502", BUY, {.status = 502, .body = "<html>bad gateway</html>"}, .result = WRITE_UNKNOWN},
		{"503", BUY, {.status = 503}, .result = WRITE_UNKNOWN},
		{"504", RELEASE, {.status = 504}, .result = WRITE_UNKNOWN},
		{"no answer", BUY, {.raw = "", .end = HTTPD_CLOSE}, .result = WRITE_UNKNOWN},
		{"reset", BUY, {.raw = "", .end = HTTPD_RESET}, .result = WRITE_UNKNOWN},
		{"reset in the body",
		 BUY,
		 {.status = 201, .body = NUMBER_JSON, .cut = 90, .end = HTTPD_RESET},
		 .result = WRITE_UNKNOWN},
		{"body too short",
		 BUY,
		 {.status = 201, .body = NUMBER_JSON, .cut = 200, .end = HTTPD_CLOSE},
		 .result = WRITE_UNKNOWN},
		{"cut between chunks",
		 BUY,
		 {.status = 201, .body = NUMBER_JSON, .chunked = true, .cut = 200, .end = HTTPD_CLOSE},
		 .result = WRITE_UNKNOWN},
		{"garbage", BUY, {.raw = "SSH-2.0-x\r\n\r\n", .end = HTTPD_CLOSE}, .result = WRITE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const enum err_kind kind = cases[i].result == WRITE_UNKNOWN ? ERR_UNSURE : cases[i].kind;
		struct written w = {0};
		struct rig r;

		rig_open(&r, &cases[i].reply, 1);
		act(&r, cases[i].action, &w);
		if (w.result != cases[i].result || w.err.kind != kind || w.wrong_number != cases[i].wrong)
			fail_msg("%s: result %d, kind %s, wrong %d: \"%s\"", cases[i].name, w.result,
				 err_kind_name(w.err.kind), w.wrong_number, w.err.msg);
		if (w.asked != 1 || httpd_requests(r.d) != 1)
			fail_msg("%s: asked %d times, %zu arrived", cases[i].name, w.asked, httpd_requests(r.d));
		if (w.has_number != (w.result == WRITE_DONE && cases[i].action != RELEASE))
			fail_msg("%s: number %d", cases[i].name, w.has_number);
		if ((w.err.kind == ERR_NONE) != !w.err.msg[0])
			fail_msg("%s: says \"%s\"", cases[i].name, w.err.msg);
		rig_close(&r);
	}
}

static void what_is_sent(void **state)
{
	static const struct httpd_reply replies[] = {
		{.status = 201, .body = NUMBER_JSON, .headers = "Twilio-Request-Id: RQ1\r\n"},
		{.status = 204},
		{.status = 200, .body = NUMBER_JSON},
	};
	struct written w = {0};
	struct rig r;

	(void)state;
	rig_open(&r, replies, 3);
	act(&r, BUY, &w);
	assert_string_equal(w.phone_sid, PN);
	assert_string_equal(w.name, "Support");
	assert_string_equal(w.request_id, "RQ1");
	assert_int_equal(w.http_status, 201);
	assert_non_null(strstr(httpd_request(r.d, 0), "POST" OWNED ".json HTTP/1.1\r\n"));
	assert_non_null(strstr(httpd_request(r.d, 0), "\r\n\r\nPhoneNumber=%2B14155550137&FriendlyName=Support"));
	act(&r, RELEASE, &w);
	assert_non_null(strstr(httpd_request(r.d, 1), "DELETE" OWNED "/" PN ".json HTTP/1.1\r\n"));
	act(&r, TRANSFER, &w);
	assert_non_null(strstr(httpd_request(r.d, 2), "POST" OWNED "/" PN ".json HTTP/1.1\r\n"));
	assert_non_null(strstr(httpd_request(r.d, 2), "\r\n\r\nAccountSid=" OTHER_ACCOUNT));
	rig_close(&r);
}

static void not_sent(void **state)
{
	static const struct httpd_reply ok = {.status = 201, .body = NUMBER_JSON};
	struct written w = {.refuse = true};
	struct err e = {0};
	struct rig r;
	uint32_t id;

	(void)state;
	rig_open(&r, &ok, 1);
	act(&r, BUY, &w);
	assert_int_equal(w.result, WRITE_NOT_SENT);
	assert_int_equal(w.err.kind, ERR_STOPPED);
	assert_int_equal(w.asked, 1);
	id = numbers_buy(&r.c, NUMBER, NULL, 0, arm, written, &w, &e);
	client_cancel(&r.c, id);
	run_until(r.h, &w.calls, 2);
	assert_int_equal(w.result, WRITE_NOT_SENT);
	assert_int_equal(w.asked, 1);
	assert_int_equal(httpd_bytes(r.d), 0);
	snprintf(r.c.base_url, sizeof r.c.base_url, "http://127.0.0.1:1/{product}");    /* nobody listens on port 1 */
	w.refuse = false;
	act(&r, BUY, &w);
	assert_int_equal(w.result, WRITE_NOT_SENT);
	assert_int_equal(w.err.kind, ERR_NET);
	assert_string_equal(w.err.msg, "not sent: cannot connect to '127.0.0.1': Connection refused");
	assert_int_equal(w.asked, 1);
	rig_close(&r);
}

static void cancelled_after_it_was_sent(void **state)
{
	static const struct httpd_reply never = {.status = 201, .body = NUMBER_JSON, .delay_ms = 60000};
	struct written w = {0};
	struct err e = {0};
	struct rig r;
	uint32_t id;

	(void)state;
	rig_open(&r, &never, 1);
	id = numbers_buy(&r.c, NUMBER, NULL, 0, arm, written, &w, &e);
	run_until(r.h, &w.asked, 1);
	client_cancel(&r.c, id);
	run_until(r.h, &w.calls, 1);
	assert_int_equal(w.result, WRITE_UNKNOWN);
	assert_int_equal(w.err.kind, ERR_UNSURE);
	assert_string_equal(w.err.msg, "sent for '" NUMBER "', but the outcome is not known: stopped");
	rig_close(&r);
}

static void refused_before_anything_starts(void **state)
{
	static const struct httpd_reply ok = {.status = 201, .body = NUMBER_JSON};
	static const struct http_param area = {"AreaCode", "415"}, nameless = {"", "x"}, bad = {"AccountSid", "AC1"};
	struct written w = {0};
	struct err e = {0};
	struct client locked;
	struct rig r;

	(void)state;
	rig_open(&r, &ok, 1);
	assert_int_equal(numbers_buy(&r.c, "", NULL, 0, arm, written, &w, &e), 0);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(numbers_buy(&r.c, "+1415555013/..", NULL, 0, arm, written, &w, &e), 0);
	assert_int_equal(numbers_buy(&r.c, NUMBER, &area, 1, arm, written, &w, &e), 0);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(numbers_buy(&r.c, NUMBER, &nameless, 1, arm, written, &w, &e), 0);
	assert_int_equal(numbers_release(&r.c, "PN1", arm, written, &w, &e), 0);
	assert_int_equal(numbers_release(&r.c, ACCOUNT, arm, written, &w, &e), 0);
	assert_int_equal(numbers_update(&r.c, PN, NUMBER, &bad, 1, arm, written, &w, &e), 0);
	assert_int_equal(e.kind, ERR_USAGE);
	locked = r.c;
	locked.secret = NULL;
	assert_int_equal(numbers_release(&locked, PN, arm, written, &w, &e), 0);
	assert_int_equal(e.kind, ERR_LOCKED);
	r.c.read_only = true;
	assert_int_equal(numbers_buy(&r.c, NUMBER, NULL, 0, arm, written, &w, &e), 0);
	assert_int_equal(e.kind, ERR_GUARD);
	assert_int_equal(numbers_release(&r.c, PN, arm, written, &w, &e), 0);
	assert_int_equal(e.kind, ERR_GUARD);
	assert_int_equal(numbers_update(&r.c, PN, NUMBER, NULL, 0, arm, written, &w, &e), 0);
	assert_int_equal(e.kind, ERR_GUARD);
	run_for(r.h, 10);
	assert_int_equal(w.calls, 0);
	assert_int_equal(w.asked, 0);
	assert_int_equal(httpd_connections(r.d), 0);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_a_write_ends),
		cmocka_unit_test(what_is_sent),
		cmocka_unit_test(not_sent),
		cmocka_unit_test(cancelled_after_it_was_sent),
		cmocka_unit_test(refused_before_anything_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
