#include "fixture.h"

#include "fake_http.h"

#include "numdesk/twilio/porting.h"
#include "numdesk/util/json.h"

#define KW "KW0123456789abcdef0123456789abcdef"
#define KW2 "KW1111111111111111111111111111111f"
#define PU "PU0123456789abcdef0123456789abcdef"
#define RD "RD0123456789abcdef0123456789abcdef"

struct desk {
	struct clock_fake clock;
	struct fake_http *f;
	struct http *h;
	struct secret *secret;
	struct client c;
	int calls, rows, stop_at;
	struct err err;
	struct portability answer;
	bool has_answer, complete;
	char seen[512];
	struct write_reply reply;
	char doc_sid[64];
	int asked;
};

static void desk_open(struct desk *d)
{
	memset(d, 0, sizeof *d);
	clock_fake_init(&d->clock, 1700000000000);
	d->f = fake_http_new(&d->clock);
	d->h = fake_http_seam(d->f);
	d->secret = secret_from(TOKEN, strlen(TOKEN));
	d->c = (struct client){.http = d->h, .base_url = "http://127.0.0.1:1/{product}", .account_sid = ACCOUNT,
			       .user = ACCOUNT, .secret = d->secret};
}

static void desk_close(struct desk *d)
{
	d->h->free(d->h);
	secret_free(d->secret);
}

static void on(struct desk *d, enum http_method method, const char *part, int status, const char *body)
{
	fake_http_on(d->f, method, part, &(struct fake_reply){.status = status, .body = body});
}

/* --- portability -------------------------------------------------------------------------------------------------- */

static void on_portability(void *ctx, const struct portability *p, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->has_answer = p != NULL;
	d->answer = p ? *p : (struct portability){0};
	d->err = err ? *err : (struct err){0};
}

static void portability(struct desk *d, int status, const char *body)
{
	struct err e = {0};

	d->calls = 0;
	fake_http_forget(d->f);
	on(d, HTTP_GET, "/numbers/v1/Porting/Portability/PhoneNumber/" NUMBER "?TargetAccountSid=" ACCOUNT, status, body);
	if (!porting_portability(&d->c, NUMBER, on_portability, d, &e))
		fail_msg("%s", e.msg);
	run_until(d->h, &d->calls, 1);
}

#define ANSWER(rest) "{\"phone_number\":\"" NUMBER "\",\"country\":\"US\"," rest "}"

static void answers_about_portability(void **state)
{
	static const struct {
		const char *name;
		int status;
		const char *body;
		bool answer, portable, pin;
		int code;
		enum err_kind kind;
	} rows[] = {
		{"yes", 200, ANSWER("\"portable\":true,\"pin_and_account_number_required\":false,\"number_type\":\"LOCAL\""),
		 true, true, false, 0, ERR_NONE},
		{"mobile", 200, ANSWER("\"portable\":true,\"pin_and_account_number_required\":true"), true, true, true, 0,
		 ERR_NONE},
		{"no, with 200", 200, ANSWER("\"portable\":false,\"not_portable_reason_code\":22133"), true, false, false,
		 22133, ERR_NONE},
		{"no, with 400", 400, ANSWER("\"portable\":false,\"not_portable_reason_code\":\"22130\""), true, false, false,
		 22130, ERR_NONE},
		{"a refusal", 400, "{\"code\":21421,\"message\":\"x\",\"status\":400}", false, false, false, 0, ERR_USAGE},
		{"an error that is no answer", 404, ANSWER("\"portable\":false"), false, false, false, 0, ERR_NOT_FOUND},
		{"unauthorized", 401, "{\"code\":20003,\"status\":401}", false, false, false, 0, ERR_AUTH},
		{"about another", 200, "{\"phone_number\":\"+14155550199\",\"portable\":true}", false, false, false, 0,
		 ERR_PROTO},
		{"says nothing", 200, ANSWER("\"portable\":null"), false, false, false, 0, ERR_PROTO},
		{"no JSON", 200, "<html>", false, false, false, 0, ERR_PROTO}, {"empty", 200, "", false, false, false, 0, ERR_PROTO},
	};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		portability(&d, rows[i].status, rows[i].body);
		if (d.has_answer != rows[i].answer || d.answer.portable != rows[i].portable ||
		    d.answer.pin_required != rows[i].pin || d.answer.reason_code != rows[i].code || d.err.kind != rows[i].kind)
			fail_msg("%s: %d \"%s\"", rows[i].name, d.err.kind, d.err.msg);
	}
	assert_int_equal(porting_portability(&d.c, "4155550137", on_portability, &d, &d.err), 0);
	assert_int_equal(d.err.kind, ERR_USAGE);
	desk_close(&d);
}

static void a_reason_is_cleaned(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	portability(&d, 400, ANSWER("\"portable\":false,\"not_portable_reason\":\"a\\u001bb\",\"number_type\":\"TOLL-FREE\""));
	assert_string_equal(d.answer.reason, "a<U+001B>b");
	assert_int_equal(d.answer.type, NUMBER_TOLLFREE);
	assert_string_equal(d.answer.country, "US");
	desk_close(&d);
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

static bool on_row(void *ctx, const struct port *p)
{
	struct desk *d = ctx;

	snprintf(d->seen + strlen(d->seen), sizeof d->seen - strlen(d->seen), "%.4s:%s:%lld/%lld ", p->sid,
		 port_state_name(p->state), (long long)p->ported, (long long)p->requested);
	return ++d->rows != d->stop_at;
}

static void on_end(void *ctx, bool complete, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->complete = complete;
	d->err = err ? *err : (struct err){0};
}

static struct port_walk *walk(struct desk *d, const char *after)
{
	struct err e = {0};
	struct port_walk *w;

	d->rows = d->calls = 0;
	d->seen[0] = '\0';
	w = porting_list(&d->c, after, on_row, on_end, d, &e);
	if (!w)
		fail_msg("%s", e.msg);
	return w;
}

#define ROW(sid, rest) "{\"port_in_request_sid\":\"" sid "\"," rest "}"
#define LIST(rows, next) "{\"port_in_requests\":[" rows "],\"meta\":{\"next_token\":" next ",\"previous_token\":null}}"

static void the_list_goes_from_token_to_token(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	on(&d, HTTP_GET, "PortInRequests?Size=100&CreatedAfter=2026-11-01", 200,
	   LIST(ROW(KW, "\"port_in_request_status\":\"In progress\",\"phone_numbers_requested\":3,\"phone_numbers_ported\":1")
		"," ROW("KW1", "\"port_in_request_status\":\"x\""), "\"" KW2 "\""));
	on(&d, HTTP_GET, "CreatedAfter=2026-11-01&Token=" KW2, 200, LIST(ROW(KW2, "\"port_in_request_status\":null"), "null"));
	walk(&d, "2026-11-01");
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_true(d.complete);
	assert_string_equal(d.seen, "KW01:in-progress:1/3 KW11:other:-1/-1 ");     /* what has no SID is left out */
	d.stop_at = 1;
	walk(&d, "2026-11-01");
	run_until(d.h, &d.calls, 1);
	assert_false(d.complete);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.rows, 1);
	desk_close(&d);
}

static void lists_that_are_none(void **state)
{
	static const struct { const char *name; int status; const char *body; enum err_kind kind; } rows[] = {
		{"no array", 200, "{\"meta\":{}}", ERR_PROTO}, {"no JSON", 200, "x", ERR_PROTO},
		{"refused", 401, "{\"code\":20003,\"status\":401}", ERR_AUTH},
		{"endless", 200, LIST("", "\"again\""), ERR_PROTO},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct desk d;

		desk_open(&d);
		on(&d, HTTP_GET, "PortInRequests", rows[i].status, rows[i].body);
		walk(&d, "");
		run_until(d.h, &d.calls, 1);
		if (d.complete || d.err.kind != rows[i].kind)
			fail_msg("%s: %d \"%s\"", rows[i].name, d.err.kind, d.err.msg);
		desk_close(&d);
	}
}

static void a_list_that_is_stopped_says_nothing(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	on(&d, HTTP_GET, "PortInRequests", 200, LIST("", "null"));
	porting_stop(walk(&d, ""));
	for (int i = 0; i < 5; i++)
		d.h->step(d.h);
	assert_int_equal(d.calls, 0);
	porting_stop(NULL);
	d.c.secret = NULL;
	assert_null(porting_list(&d.c, "", on_row, on_end, &d, &d.err));
	assert_int_equal(d.err.kind, ERR_LOCKED);
	desk_close(&d);
}

/* --- one request -------------------------------------------------------------------------------------------------- */

static void on_port(void *ctx, const struct port *p, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->err = err ? *err : (struct err){0};
	if (!p)
		return;
	snprintf(d->seen, sizeof d->seen, "%s %s %lld %zu %s %s %lld %s %s", port_state_name(p->state), p->state_text,
		 (long long)p->created_at, p->n, p->customer_name, p->target_date, (long long)p->ticket, p->signature_url,
		 p->cancel_reason);
	for (size_t i = 0; i < p->n; i++) {
		const struct port_number *n = &p->numbers[i];

		snprintf(d->seen + strlen(d->seen), sizeof d->seen - strlen(d->seen), " | %s %.3s %s %d %d %lld %s %s",
			 n->phone_number, n->sid, port_state_name(n->state), n->portable, n->reason_code,
			 (long long)n->port_date, n->rejection, n->rejection_code);
	}
}

static void fetch(struct desk *d, int status, const char *body)
{
	struct err e = {0};

	d->calls = 0;
	d->seen[0] = '\0';
	fake_http_forget(d->f);
	on(d, HTTP_GET, "/numbers/v1/Porting/PortIn/" KW, status, body);
	if (!porting_fetch(&d->c, KW, on_port, d, &e))
		fail_msg("%s", e.msg);
	run_until(d->h, &d->calls, 1);
}

static void a_request_with_its_numbers(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	fetch(&d, 200, ROW(KW, "\"account_sid\":\"" ACCOUNT "\",\"port_in_request_status\":\"waiting_for_signature\","
	      "\"date_created\":\"2023-09-10T06:52:21Z\",\"target_port_in_date\":\"2023-09-20\",\"support_ticket_id\":123456,"
	      "\"signature_request_url\":\"https://s.example.com/\",\"order_cancellation_reason\":null,"
	      "\"losing_carrier_information\":{\"customer_name\":\"Acme\",\"account_number\":\"secret\"},\"phone_numbers\":["
	      "{\"phone_number\":\"" NUMBER "\",\"port_in_phone_number_sid\":\"" PU "\",\"port_in_phone_number_status\":"
	      "\"In Review\",\"portable\":true,\"port_date\":\"2023-09-17T00:00:00Z\",\"rejection_reason\":null},"
	      "{\"phone_number\":\"+14155550199\",\"port_in_phone_number_status\":\"port_rejected\",\"portable\":null,"
	      "\"not_portability_reason_code\":22130,\"rejection_reason\":\"INVALID_PIN\",\"rejection_reason_code\":1004},"
	      "{\"phone_number\":\"junk\"}]"));
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_string_equal(d.seen,
			    "waiting-for-signature waiting_for_signature 1694328741 2 Acme 2023-09-20 123456 "
			    "https://s.example.com/  | " NUMBER " PU0 in-review 1 0 1694908800   | +14155550199  rejected -1 22130 "
			    "0 INVALID_PIN 1004");
	fetch(&d, 404, "{\"code\":20404,\"status\":404}");
	assert_int_equal(d.err.kind, ERR_NOT_FOUND);
	fetch(&d, 200, ROW(KW2, "\"phone_numbers\":[]"));
	assert_int_equal(d.err.kind, ERR_PROTO);        /* about another */
	fetch(&d, 200, ROW(KW, "\"account_sid\":null"));
	assert_int_equal(d.err.kind, ERR_PROTO);        /* without numbers it is a row of the list */
	assert_int_equal(porting_fetch(&d.c, "KW1", on_port, &d, &d.err), 0);
	assert_int_equal(d.err.kind, ERR_USAGE);
	desk_close(&d);
}

/* --- writes ------------------------------------------------------------------------------------------------------- */

static bool may_send(void *ctx)
{
	((struct desk *)ctx)->asked++;
	return true;
}

static void on_write(void *ctx, const struct write_reply *r)
{
	struct desk *d = ctx;
	const char *sid = r->doc ? json_text(r->doc, "sid") : NULL;

	d->calls++;
	d->reply = *r;
	if (r->doc && !sid)
		sid = json_text(r->doc, "port_in_request_sid");
	snprintf(d->doc_sid, sizeof d->doc_sid, "%s", sid ? sid : "");
}

static const struct http_file bill = {
	.field = "File", .file_name = "bill.pdf", .mime_type = "application/pdf", .bytes = "%PDF-1", .len = 6};

static void uploads(void **state)
{
	static const struct { const char *name; int status; const char *body; enum write_result want; } rows[] = {
		{"good", 201, "{\"sid\":\"" RD "\",\"mime_type\":\"application/pdf\"}", WRITE_DONE},
		{"not read", 201, "{\"sid\":\"" RD "\",\"mime_type\":\"\"}", WRITE_REJECTED},
		{"not said", 201, "{\"sid\":\"" RD "\"}", WRITE_REJECTED},
		{"no document", 201, "{\"sid\":\"XX\",\"mime_type\":\"x\"}", WRITE_UNKNOWN},
		{"refused", 400, "{\"code\":20001,\"status\":400}", WRITE_REJECTED},
		{"trouble", 500, "{\"code\":20500,\"status\":500}", WRITE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct desk d;
		const struct fake_call *call;

		desk_open(&d);
		on(&d, HTTP_POST, "/numbers-upload/v1/Documents", rows[i].status, rows[i].body);
		assert_int_not_equal(porting_upload(&d.c, &bill, "Bill", may_send, &d, on_write, &d, NULL), 0);
		run_until(d.h, &d.calls, 1);
		if (d.reply.result != rows[i].want || d.asked != 1)
			fail_msg("%s: %d \"%s\"", rows[i].name, d.reply.result, d.reply.err.msg);
		call = fake_http_call(d.f, 0);
		assert_string_equal(call->form, "document_type=utility_bill&friendly_name=Bill");
		assert_string_equal(call->file_name, "bill.pdf");
		assert_string_equal(call->file_type, "application/pdf");
		assert_string_equal(call->file, "%PDF-1");
		if (rows[i].want == WRITE_DONE)
			assert_string_equal(d.doc_sid, RD);
		desk_close(&d);
	}
}

static void requests_are_made_in_json(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	on(&d, HTTP_POST, "/numbers/v1/Porting/PortIn", 202,
	   ROW(KW, "\"account_sid\":\"" ACCOUNT "\",\"port_in_request_status\":\"pending\""));
	assert_int_not_equal(porting_create(&d.c, "{\"a\":1}", "x", may_send, &d, on_write, &d, NULL), 0);
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.reply.result, WRITE_DONE);
	assert_string_equal(d.doc_sid, KW);
	assert_string_equal(fake_http_call(d.f, 0)->json, "{\"a\":1}");
	assert_string_equal(fake_http_call(d.f, 0)->form, "");
	fake_http_forget(d.f);
	on(&d, HTTP_POST, "PortIn", 202, ROW(KW, "\"account_sid\":\"" OTHER_ACCOUNT "\""));
	assert_int_not_equal(porting_create(&d.c, "{}", "x", may_send, &d, on_write, &d, NULL), 0);
	run_until(d.h, &d.calls, 2);
	assert_true(d.reply.wrong_number);
	assert_int_equal(d.reply.result, WRITE_UNKNOWN);
	d.c.read_only = true;
	assert_int_equal(porting_create(&d.c, "{}", "x", may_send, &d, on_write, &d, &d.err), 0);
	assert_int_equal(d.err.kind, ERR_GUARD);
	desk_close(&d);
}

static void cancelling(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	on(&d, HTTP_DELETE, "/numbers/v1/Porting/PortIn/" KW, 204, "");
	on(&d, HTTP_DELETE, "/PortIn/" KW "/PhoneNumber/" PU, 404, "{\"code\":20404,\"status\":404}");
	assert_int_not_equal(porting_cancel(&d.c, KW, NULL, may_send, &d, on_write, &d, NULL), 0);
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.reply.result, WRITE_DONE);
	assert_int_not_equal(porting_cancel(&d.c, KW, PU, may_send, &d, on_write, &d, NULL), 0);
	run_until(d.h, &d.calls, 2);
	assert_int_equal(d.reply.result, WRITE_ALREADY);
	assert_int_equal(porting_cancel(&d.c, "KW1", NULL, may_send, &d, on_write, &d, &d.err), 0);
	assert_int_equal(porting_cancel(&d.c, KW, "PN1", may_send, &d, on_write, &d, &d.err), 0);
	assert_int_equal(d.err.kind, ERR_USAGE);
	assert_non_null(strstr(d.err.msg, "'PN1'"));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_about_portability), cmocka_unit_test(a_reason_is_cleaned),
		cmocka_unit_test(the_list_goes_from_token_to_token), cmocka_unit_test(lists_that_are_none),
		cmocka_unit_test(a_list_that_is_stopped_says_nothing), cmocka_unit_test(a_request_with_its_numbers),
		cmocka_unit_test(uploads), cmocka_unit_test(requests_are_made_in_json), cmocka_unit_test(cancelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
