#include "fixture.h"

#include "fake_http.h"

#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"

#define SUB "AC11111111111111111111111111111111"
#define SERVICE "MG0123456789abcdef0123456789abcdef"

struct desk {
	struct clock_fake clock;
	struct fake_http *f;
	struct http *h;
	struct secret *secret;
	struct client c;
	int rows, ends, stop_at;
	bool complete;
	char seen[512];
	struct err err;
	int writes;
	struct write_reply reply;
	char doc_sid[64], doc_token[64];
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

static bool on_row(void *ctx, const struct json *row)
{
	struct desk *d = ctx;
	const char *sid = json_text(row, "sid"), *token = json_text(row, "auth_token");

	snprintf(d->seen + strlen(d->seen), sizeof d->seen - strlen(d->seen), "%s%s ", sid ? sid : "-",
		 token ? token : "");
	return ++d->rows != d->stop_at;
}

static void on_end(void *ctx, bool complete, const struct err *err)
{
	struct desk *d = ctx;

	d->ends++;
	d->complete = complete;
	d->err = err ? *err : (struct err){0};
}

static void walk(struct desk *d, const struct resource_list *l)
{
	struct err e = {0};

	d->rows = 0;
	d->seen[0] = '\0';
	d->ends = 0;
	if (!resource_each(&d->c, l, on_row, on_end, d, &e))
		fail_msg("not started: %s", e.msg);
	run_until(d->h, &d->ends, 1);
}

static void on(struct desk *d, const char *part, const char *body)
{
	fake_http_on(d->f, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body});
}

static void a_list_of_the_account(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	on(&d, "/2010-04-01/Accounts/" ACCOUNT "/Messages.json?PageSize=1000&To=+1",
	   "{\"messages\":[{\"sid\":\"a\"},{\"sid\":\"b\"}],\"next_page_uri\":\"/2010-04-01/Accounts/" ACCOUNT
	   "/Messages.json?Page=1\"}");
	on(&d, "Messages.json?Page=1", "{\"messages\":[{\"sid\":\"c\"}],\"next_page_uri\":null}");
	walk(&d, &(struct resource_list){.product = "api", .path = "/Messages", .key = "messages", .page_size = 1000,
					 .query = (struct http_param[]){{"To", "+1"}}, .n_query = 1});
	assert_string_equal(d.seen, "a b c ");
	assert_true(d.complete);
	assert_int_equal(d.err.kind, ERR_NONE);
	desk_close(&d);
}

static void a_list_of_a_product(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	on(&d, "/messaging/v1/Services?PageSize=50",
	   "{\"services\":[{\"sid\":\"a\"}],\"meta\":{\"next_page_url\":\"https://messaging.twilio.com/v1/Services?Page=1\"}}");
	on(&d, "/messaging/v1/Services?Page=1", "{\"services\":[],\"meta\":{\"next_page_url\":null}}");
	walk(&d, &(struct resource_list){.product = "messaging", .path = "/v1/Services", .key = "services"});
	assert_string_equal(d.seen, "a ");
	assert_true(d.complete);
	desk_close(&d);
}

/* The tokens of all subaccounts are in that list, and reach nobody. */
static void the_list_of_accounts(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	on(&d, "/api/2010-04-01/Accounts.json?PageSize=50",
	   "{\"accounts\":[{\"sid\":\"" SUB "\",\"auth_token\":\"secret\"}],"
	   "\"next_page_uri\":\"/2010-04-01/Accounts.json?Page=1\"}");
	on(&d, "/api/2010-04-01/Accounts.json?Page=1", "{\"accounts\":[]}");
	walk(&d, &(struct resource_list){.product = "api", .path = "/Accounts", .key = "accounts"});
	assert_string_equal(d.seen, SUB "****** ");
	assert_true(d.complete);
	desk_close(&d);
}

static void lists_that_end_early(void **state)
{
	static const struct {
		const char *name, *body;
		int stop_at, max_pages;
		bool enough, complete;
		enum err_kind kind;
	} cases[] = {
		{"empty", "{\"services\":[]}", 0, 0, false, true, ERR_NONE},
		{"a row says enough", "{\"services\":[{},{}],\"meta\":{\"next_page_url\":\"https://messaging.twilio.com/x\"}}", 1,
		 0, false, false, ERR_NONE},
		{"too many pages", "{\"services\":[],\"meta\":{\"next_page_url\":\"https://messaging.twilio.com/v1/Services?P=1\"}}",
		 0, 1, false, false, ERR_PROTO},
		{"pages enough", "{\"services\":[],\"meta\":{\"next_page_url\":\"https://messaging.twilio.com/v1/Services?P=1\"}}",
		 0, 1, true, false, ERR_NONE},
		{"leads elsewhere", "{\"services\":[],\"meta\":{\"next_page_url\":\"https://example.com/v1/Services\"}}", 0, 0,
		 false, false, ERR_PROTO},
		{"names itself", "{\"services\":[],\"meta\":{\"next_page_url\":"
		 "\"https://messaging.twilio.com/v1/Services?PageSize=50\"}}", 0, 2, false, false, ERR_PROTO},
		{"no such member", "{\"other\":[]}", 0, 0, false, false, ERR_PROTO},
		{"cut", "{\"services\":[{\"sid\":", 0, 0, false, false, ERR_PROTO},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d);
		d.stop_at = cases[i].stop_at;
		on(&d, "/messaging/", cases[i].body);
		walk(&d, &(struct resource_list){.product = "messaging", .path = "/v1/Services", .key = "services",
						 .max_pages = cases[i].max_pages, .enough = cases[i].enough});
		if (d.complete != cases[i].complete || d.err.kind != cases[i].kind)
			fail_msg("%s: complete %d, %s", cases[i].name, d.complete, d.err.msg);
		desk_close(&d);
	}
}

static void a_walk_that_is_stopped(void **state)
{
	const struct resource_list l = {.product = "messaging", .path = "/v1/Services", .key = "services"};
	struct resource_walk *w;
	struct err e = {0};
	struct desk d;

	(void)state;
	desk_open(&d);
	fake_http_on(d.f, HTTP_GET, "/messaging/", &(struct fake_reply){.hang = true});
	w = resource_each(&d.c, &l, on_row, on_end, &d, &e);
	assert_non_null(w);
	resource_stop(w, false);
	run_until(d.h, &d.ends, 1);
	assert_int_equal(d.err.kind, ERR_STOPPED);
	assert_false(d.complete);
	w = resource_each(&d.c, &l, on_row, on_end, &d, &e);
	resource_stop(w, true);
	run_for(d.h, 1);
	assert_int_equal(d.ends, 1);
	resource_stop(NULL, true);
	desk_close(&d);
}

static void paths_that_lead_elsewhere(void **state)
{
	static const char *const paths[] = {"v1/Services", "/v1/Services?x=1", "/v1/a#b", "/v1/../x", "/v1//x", "/v1/%2e", "/a\nb",
					    "/a b"};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct err e = {0};

		if (resource_get(&d.c, "messaging", paths[i], NULL, 0, NULL, NULL, NULL, &e) || e.kind != ERR_USAGE)
			fail_msg("'%s' was taken", paths[i]);
	}
	assert_int_equal(fake_http_calls(d.f), 0);
	desk_close(&d);
}

/* --- writes ----------------------------------------------------------------------------------------------------- */

static bool let_go(void *ctx)
{
	(void)ctx;
	return true;
}

static void on_write(void *ctx, const struct write_reply *r)
{
	struct desk *d = ctx;
	const char *sid = r->doc ? json_text(r->doc, "sid") : NULL, *token = r->doc ? json_text(r->doc, "auth_token") : NULL;

	d->writes++;
	d->reply = *r;
	snprintf(d->doc_sid, sizeof d->doc_sid, "%s", sid ? sid : "");
	snprintf(d->doc_token, sizeof d->doc_token, "%s", token ? token : "");
}

static void writes_and_their_answers(void **state)
{
	static const struct {
		const char *name;
		int status;
		const char *body;
		enum write_result result;
		bool wrong;
	} cases[] = {
		{"201", 201, "{\"sid\":\"" SERVICE "\",\"auth_token\":\"x\"}", WRITE_DONE, false},
		{"200, documented too", 200, "{\"sid\":\"" SERVICE "\",\"account_sid\":\"" ACCOUNT "\"}", WRITE_DONE, false},
		{"202, not documented", 202, "{\"sid\":\"" SERVICE "\"}", WRITE_UNKNOWN, false},
		{"no object", 201, "[]", WRITE_UNKNOWN, false},
		{"empty", 201, "", WRITE_UNKNOWN, false},
		{"another kind of SID", 201, "{\"sid\":\"" PN "\"}", WRITE_UNKNOWN, false},
		{"another account", 201, "{\"sid\":\"" SERVICE "\",\"account_sid\":\"" OTHER_ACCOUNT "\"}", WRITE_UNKNOWN, true},
		{"refused", 400, "{\"code\":21710}", WRITE_REJECTED, false},
		{"in another service", 409, "{\"code\":21712}", WRITE_REJECTED, false},
		{"conflict without a word", 409, "{}", WRITE_UNKNOWN, false},
		{"throttled", 429, "{}", WRITE_THROTTLED, false},
		{"broken", 503, "", WRITE_UNKNOWN, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct resource_write w = {.method = HTTP_POST, .product = "messaging", .path = "/v1/Services",
						 .expect = 201, .expect_too = 200, .sid_prefix = "MG", .subject = "s"};
		struct err e = {0};
		struct desk d;

		desk_open(&d);
		fake_http_on(d.f, HTTP_POST, "/messaging/v1/Services",
			     &(struct fake_reply){.status = cases[i].status, .body = cases[i].body});
		assert_int_not_equal(resource_write(&d.c, &w, let_go, NULL, on_write, &d, &e), 0);
		run_until(d.h, &d.writes, 1);
		if (d.reply.result != cases[i].result || d.reply.wrong_number != cases[i].wrong)
			fail_msg("%s: result %d: %s", cases[i].name, d.reply.result, d.reply.err.msg);
		if (d.reply.result == WRITE_DONE)
			assert_string_equal(d.doc_sid, SERVICE);
		if (i == 0)
			assert_string_equal(d.doc_token, "*");
		desk_close(&d);
	}
}

static void a_removal(void **state)
{
	static const struct { int status; enum write_result result; } cases[] = {
		{204, WRITE_DONE}, {404, WRITE_ALREADY}, {200, WRITE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct resource_write w = {.method = HTTP_DELETE, .product = "messaging",
						 .path = "/v1/Services/" SERVICE "/PhoneNumbers/" PN, .expect = 204};
		struct err e = {0};
		struct desk d;

		desk_open(&d);
		fake_http_on(d.f, HTTP_DELETE, PN, &(struct fake_reply){.status = cases[i].status});
		assert_int_not_equal(resource_write(&d.c, &w, let_go, NULL, on_write, &d, &e), 0);
		run_until(d.h, &d.writes, 1);
		assert_int_equal(d.reply.result, cases[i].result);
		desk_close(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_the_account), cmocka_unit_test(a_list_of_a_product),
		cmocka_unit_test(the_list_of_accounts), cmocka_unit_test(lists_that_end_early),
		cmocka_unit_test(a_walk_that_is_stopped), cmocka_unit_test(paths_that_lead_elsewhere),
		cmocka_unit_test(writes_and_their_answers), cmocka_unit_test(a_removal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
