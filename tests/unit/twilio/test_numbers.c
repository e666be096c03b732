#include "fixture.h"

#include "fake_http.h"

#include "numdesk/model/number.h"
#include "numdesk/twilio/numbers.h"
#include "numdesk/util/json.h"

#define BASE "http://127.0.0.1:1/{product}"
#define LIST "/2010-04-01/Accounts/" ACCOUNT "/IncomingPhoneNumbers.json"
#define PAGE(rows, next) \
	"{\"incoming_phone_numbers\":[" rows "],\"uri\":\"" LIST "\",\"next_page_uri\":" next ",\"page\":0}"

/* A client over a scripted transport, and what its calls came to. */
struct desk {
	struct clock_fake clock;
	struct fake_http *f;
	struct http *h;
	struct secret *secret;
	struct client c;
	int calls, told;
	size_t n, incomplete, skipped;
	char next[512], early[512], first[E164_SIZE], name[64], json[1024];
	bool told_first;                /* on_next ran before done */
	struct err err;
};

static void desk_open(struct desk *d)
{
	memset(d, 0, sizeof *d);
	clock_fake_init(&d->clock, 1700000000000);
	d->f = fake_http_new(&d->clock);
	d->h = fake_http_seam(d->f);
	d->secret = secret_from(TOKEN, strlen(TOKEN));
	d->c = (struct client){
		.http = d->h, .base_url = BASE, .account_sid = ACCOUNT, .user = ACCOUNT, .secret = d->secret};
}

static void desk_close(struct desk *d)
{
	d->h->free(d->h);
	secret_free(d->secret);
}

static void answer(struct desk *d, const char *part, const char *body)
{
	fake_http_on(d->f, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body});
}

static void on_next(void *ctx, const char *next)
{
	struct desk *d = ctx;

	d->told++;
	d->told_first = d->calls == 0;
	snprintf(d->early, sizeof d->early, "%s", next);
}

static void on_page(void *ctx, const struct number_page *p, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	if (err)
		d->err = *err;
	assert_int_equal(!p, err != NULL);
	if (!p)
		return;
	d->n = p->n;
	d->incomplete = p->incomplete;
	d->skipped = p->skipped;
	snprintf(d->next, sizeof d->next, "%s", p->next);
	if (p->n)
		snprintf(d->first, sizeof d->first, "%s", p->rows[0].phone_number);
}

static void get_page(struct desk *d, const char *url)
{
	struct err e = {0};

	if (!numbers_page(&d->c, url, 1000, NULL, on_next, on_page, d, &e))
		fail_msg("not started: %s", e.msg);
	run_until(d->h, &d->calls, d->calls + 1);
}

static void an_empty_account(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	answer(&d, "", PAGE("", "null"));
	get_page(&d, NULL);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.n, 0);
	assert_string_equal(d.next, "");
	assert_int_equal(d.told, 0);
	assert_string_equal(fake_http_call(d.f, 0)->url, "http://127.0.0.1:1/api" LIST "?PageSize=1000");
	desk_close(&d);
}

/* A good one, one without a usable SID, one of another account; then one that lacks its date. */
#define THREE_ROWS                                                                                                     \
	NUMBER_JSON "," NUMBER_JSON_OF(ACCOUNT, "PN1", "+14155550111") ","                                             \
		NUMBER_JSON_OF(OTHER_ACCOUNT, PN, "+14155550112")
#define NO_DATE "{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT "\",\"phone_number\":\"+14155550113\"}"

static void rows_and_the_way_on(void **state)
{
	static const char next[] = "http://127.0.0.1:1/api" LIST "?PageToken=PA%2B2&Page=1";
	struct desk d;

	(void)state;
	desk_open(&d);
	answer(&d, "PageSize", PAGE(THREE_ROWS "," NO_DATE, "\"" LIST "?PageToken=PA%2B2\\u0026Page=1\""));
	answer(&d, "PageToken", PAGE("", "\"\""));
	get_page(&d, NULL);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.n, 2);
	assert_int_equal(d.skipped, 2);
	assert_int_equal(d.incomplete, 1);
	assert_string_equal(d.first, NUMBER);
	assert_string_equal(d.next, next);
	assert_string_equal(d.early, next);
	assert_true(d.told_first);
	get_page(&d, d.next);
	assert_string_equal(d.next, "");
	assert_string_equal(fake_http_call(d.f, 1)->url, next);
	desk_close(&d);
}

static void filter_and_page_size(void **state)
{
	static const struct {
		int size;
		const char *filter, *want;
	} cases[] = {
		{0, NULL, "?PageSize=1"},
		{5000, NULL, "?PageSize=1000"},
		{50, NUMBER, "?PageSize=50&PhoneNumber=" NUMBER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d);
		answer(&d, "", PAGE("", "null"));
		assert_true(numbers_page(&d.c, NULL, cases[i].size, cases[i].filter, NULL, on_page, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (!strstr(fake_http_call(d.f, 0)->url, cases[i].want))
			fail_msg("%s, expected %s", fake_http_call(d.f, 0)->url, cases[i].want);
		desk_close(&d);
	}
}

/* Nothing of a page is delivered that is not whole or leads astray. */
static void unusable_pages(void **state)
{
	static const struct {
		const char *name, *body;
	} cases[] = {
		{"empty", ""},
		{"HTML", "<html>log in</html>"},
		{"no list", "{\"next_page_uri\":null}"},
		{"list is none", "{\"incoming_phone_numbers\":{},\"next_page_uri\":null}"},
		{"cut off", "{\"incoming_phone_numbers\":[" NUMBER_JSON},
		{"cut off behind the list", "{\"incoming_phone_numbers\":[" NUMBER_JSON "]"},
		{"text behind it", PAGE(NUMBER_JSON, "null") "x"},
		{"two documents", PAGE(NUMBER_JSON, "null") PAGE(NUMBER_JSON, "null")},
		{"row is no object", PAGE(NUMBER_JSON ",7", "null")},
		{"link is a number", PAGE(NUMBER_JSON, "7")},
		{"link to a foreign host", PAGE(NUMBER_JSON, "\"https://example.com" LIST "\"")},
		{"link to plain http", PAGE(NUMBER_JSON, "\"http://api.twilio.com" LIST "\"")},
		{"link without a host", PAGE(NUMBER_JSON, "\"//example.com" LIST "\"")},
		{"link to another account",
		 PAGE(NUMBER_JSON, "\"/2010-04-01/Accounts/" OTHER_ACCOUNT "/IncomingPhoneNumbers.json\"")},
		{"link that climbs",
		 PAGE(NUMBER_JSON, "\"/2010-04-01/Accounts/" ACCOUNT "/../" OTHER_ACCOUNT "/x.json\"")},
		{"two links",
		 "{\"next_page_uri\":null,\"incoming_phone_numbers\":[],\"next_page_uri\":\"" LIST "?Page=1\"}"},
		{"a link of a row and another of the page",
		 "{\"next_page_uri\":\"" LIST "?Page=1\",\"incoming_phone_numbers\":[{\"next_page_uri\":\"" LIST
		 "?Page=2\"}]}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d);
		answer(&d, "", cases[i].body);
		get_page(&d, NULL);
		if (d.err.kind != ERR_PROTO)
			fail_msg("%s: %s \"%s\"", cases[i].name, err_kind_name(d.err.kind), d.err.msg);
		desk_close(&d);
	}
}

static void a_page_that_names_itself(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	answer(&d, "", PAGE(NUMBER_JSON, "\"" LIST "?Page=1\""));
	get_page(&d, NULL);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.told, 1);
	get_page(&d, d.next);
	assert_int_equal(d.err.kind, ERR_PROTO);
	assert_int_equal(d.told, 1);            /* and nobody was sent there again */
	desk_close(&d);
}

/* The link is believed from the tail only where it is bare: inside a text the quotes are escaped. */
static void a_text_that_looks_like_a_link(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	answer(&d, "",
	       "{\"next_page_uri\":null,\"incoming_phone_numbers\":[{\"sid\":\"" PN "\",\"account_sid\":\"" ACCOUNT
	       "\",\"phone_number\":\"" NUMBER "\",\"friendly_name\":\"\\\"next_page_uri\\\":\\\"" LIST
	       "?Page=6\\\"\"},"
	       "{\"friendly_name\":\"next_page_uri\",\"x\":\"next_page_uri\"}]}");
	get_page(&d, NULL);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.told, 0);
	assert_string_equal(d.next, "");
	desk_close(&d);
}

static void a_link_before_the_list_of_a_long_page(void **state)
{
	struct buf b;
	struct desk d;

	(void)state;
	desk_open(&d);
	buf_init(&b, 1 << 20);
	buf_adds(&b, "{\"next_page_uri\":\"" LIST "?Page=1\",\"incoming_phone_numbers\":[");
	for (int i = 0; i < 100; i++)
		buf_addf(&b, "%s" NUMBER_JSON_OF(ACCOUNT, PN, "+141555501%02d"), i ? "," : "", i);
	buf_adds(&b, "]}");
	answer(&d, "", buf_str(&b));
	get_page(&d, NULL);
	assert_int_equal(d.n, 100);
	assert_int_equal(d.told, 0);            /* not in the tail: only the parsed page knows */
	assert_string_equal(d.next, "http://127.0.0.1:1/api" LIST "?Page=1");
	buf_release(&b);
	desk_close(&d);
}

static void errors_of_a_list(void **state)
{
	static const struct {
		const char *name;
		struct fake_reply reply;
		enum err_kind kind;
		int code;
	} cases[] = {
		{"no connection", {.curl_code = 7, .error = "cannot connect to 'api.twilio.com'"}, ERR_NET, 0},
		{"too large", {.curl_code = 23}, ERR_PROTO, 0},
		{"refused", {.status = 401, .body = "{\"code\":20003}"}, ERR_AUTH, 20003},
		{"wrong account", {.status = 404, .body = "{\"code\":20404}"}, ERR_NOT_FOUND, 20404},
		{"too many", {.status = 429, .retry_after_s = 300}, ERR_RATE, 0},
		{"dead token",
		 {.status = 400, .body = "{\"code\":21481,\"message\":\"Invalid page token\"}"},
		 ERR_PROTO,
		 21481},
		{"fault", {.status = 503}, ERR_API, 0},
		{"redirect", {.status = 302}, ERR_PROTO, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d);
		fake_http_on(d.f, HTTP_GET, "", &cases[i].reply);
		get_page(&d, NULL);
		if (d.err.kind != cases[i].kind || d.err.code != cases[i].code || !d.err.msg[0] || d.told)
			fail_msg("%s: %s %d \"%s\"", cases[i].name, err_kind_name(d.err.kind), d.err.code, d.err.msg);
		assert_int_equal(d.err.retry_after_s, cases[i].reply.retry_after_s);
		desk_close(&d);
	}
}

static void addresses_that_are_not_ours(void **state)
{
	static const char *const urls[] = {
		"", "http://127.0.0.1:1/api", "http://127.0.0.1:2/api" LIST, "https://example.com" LIST,
		"http://127.0.0.1:1/api/2010-04-01/Accounts/" OTHER_ACCOUNT "/IncomingPhoneNumbers.json",
	};
	struct err e = {0};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		if (numbers_page(&d.c, urls[i], 50, NULL, NULL, on_page, &d, &e) || e.kind != ERR_PROTO)
			fail_msg("'%s' was accepted", urls[i]);
	snprintf(d.c.account_sid, sizeof d.c.account_sid, "AC/../x");
	assert_int_equal(numbers_page(&d.c, NULL, 50, NULL, NULL, on_page, &d, &e), 0);
	assert_int_equal(fake_http_calls(d.f), 0);
	desk_close(&d);
}

static void on_number(void *ctx, const struct number *n, const char *json, const struct err *err)
{
	struct desk *d = ctx;

	d->calls++;
	d->err = err ? *err : (struct err){0};
	snprintf(d->name, sizeof d->name, "%s", n && n->friendly_name ? n->friendly_name : "");
	snprintf(d->json, sizeof d->json, "%s", json ? json : "");
}

static void one_number(void **state)
{
	static const struct {
		const char *name;
		struct fake_reply reply;
		enum err_kind kind;
	} cases[] = {
		{"found", {.status = 200, .body = NUMBER_JSON}, ERR_NONE},
		{"gone", {.status = 404, .body = "{\"code\":20404}"}, ERR_NOT_FOUND},
		{"another",
		 {.status = 200, .body = NUMBER_JSON_OF(ACCOUNT, "PN99999999999999999999999999999999", NUMBER)},
		 ERR_PROTO},
		{"of another account", {.status = 200, .body = NUMBER_JSON_OF(OTHER_ACCOUNT, PN, NUMBER)}, ERR_PROTO},
		{"no object", {.status = 200, .body = "[]"}, ERR_PROTO},
		{"no JSON", {.status = 200, .body = "<html>"}, ERR_PROTO},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;

		desk_open(&d);
		fake_http_on(d.f, HTTP_GET, "/IncomingPhoneNumbers/" PN ".json", &cases[i].reply);
		assert_true(numbers_fetch(&d.c, PN, on_number, &d, NULL));
		run_until(d.h, &d.calls, 1);
		if (d.err.kind != cases[i].kind)
			fail_msg("%s: %s \"%s\"", cases[i].name, err_kind_name(d.err.kind), d.err.msg);
		if (cases[i].kind == ERR_NONE) {
			assert_string_equal(d.name, "Support");
			assert_non_null(strstr(d.json, "\"friendly_name\": \"Support\""));
		}
		assert_int_equal(numbers_fetch(&d.c, "PN/..", on_number, &d, NULL), 0);
		desk_close(&d);
	}
}

static void stopped(void **state)
{
	struct desk d;
	uint32_t id;

	(void)state;
	desk_open(&d);
	fake_http_on(d.f, HTTP_GET, "", &(struct fake_reply){.hang = true});
	id = numbers_page(&d.c, NULL, 50, NULL, on_next, on_page, &d, NULL);
	client_cancel(&d.c, id);
	run_until(d.h, &d.calls, 1);
	assert_int_equal(d.err.kind, ERR_STOPPED);
	desk_close(&d);
}

/* Three pages over a real connection, each asked for as soon as the one before is there. */
struct tour {
	struct rig r;
	int pages;
	size_t rows;
	struct err err;
};

static void tour_page(void *ctx, const struct number_page *p, const struct err *err);

static void tour_next(void *ctx, const char *next)
{
	struct tour *t = ctx;

	assert_true(numbers_page(&t->r.c, next, 0, NULL, tour_next, tour_page, t, &t->err));
}

static void tour_page(void *ctx, const struct number_page *p, const struct err *err)
{
	struct tour *t = ctx;

	if (err)
		fail_msg("%s", err->msg);
	t->pages++;
	t->rows += p->n;
}

static void the_next_page_is_asked_for_early(void **state)
{
	static const struct httpd_reply pages[] = {
		{.status = 200, .body = PAGE(NUMBER_JSON, "\"" LIST "?Page=1\"")},
		{.status = 200, .body = PAGE(NUMBER_JSON, "\"" LIST "?Page=2\""), .chunked = true},
		{.status = 200, .body = PAGE(NUMBER_JSON, "null")},
	};
	struct tour t = {0};

	(void)state;
	rig_open(&t.r, pages, 3);
	assert_true(numbers_page(&t.r.c, NULL, 1000, NULL, tour_next, tour_page, &t, &t.err));
	run_until(t.r.h, &t.pages, 3);
	assert_int_equal(t.rows, 3);
	assert_int_equal(httpd_requests(t.r.d), 3);
	assert_int_equal(httpd_connections(t.r.d), 1);
	assert_non_null(strstr(httpd_request(t.r.d, 2), "GET /api" LIST "?Page=2 HTTP"));
	rig_close(&t.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_account),
		cmocka_unit_test(rows_and_the_way_on),
		cmocka_unit_test(filter_and_page_size),
		cmocka_unit_test(unusable_pages),
		cmocka_unit_test(a_page_that_names_itself),
		cmocka_unit_test(a_text_that_looks_like_a_link),
		cmocka_unit_test(a_link_before_the_list_of_a_long_page),
		cmocka_unit_test(errors_of_a_list),
		cmocka_unit_test(addresses_that_are_not_ours),
		cmocka_unit_test(one_number),
		cmocka_unit_test(stopped),
		cmocka_unit_test(the_next_page_is_asked_for_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
