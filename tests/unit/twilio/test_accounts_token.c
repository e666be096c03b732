#include "fixture.h"

#include "fake_http.h"

#include "numdesk/twilio/accounts.h"

#define SUB(n) "AC0000000000000000000000000000000" #n
#define TOK(n) "canary000000000000000000000000000" #n
#define ROW(n, owner, token) \
	"{\"auth_token\":\"" token "\",\"sid\":\"" SUB(n) "\",\"friendly_name\":\"Sub " #n "\",\"status\":\"active\"," \
	"\"type\":\"Full\",\"owner_account_sid\":\"" owner "\"}"
#define PARENT "{\"sid\":\"" ACCOUNT "\",\"auth_token\":\"" TOK(0) "\",\"owner_account_sid\":\"" ACCOUNT "\"}"
#define LIST(rows, next) "{\"accounts\":[" rows "],\"next_page_uri\":" next "}"

struct seen { char sid[SID_SIZE], name[66], token[64]; bool has_token; };
struct desk {
	struct clock_fake clock;
	struct fake_http *f;
	struct http *h;
	struct secret *secret;
	struct client c;
	struct account_walk *walk;
	struct seen row[16]; size_t n;
	int ends;
	struct err err;
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

static void on_row(void *ctx, const struct account_facts *f, const struct secret *token)
{
	struct desk *d = ctx;
	struct seen *s = &d->row[d->n++];

	snprintf(s->sid, sizeof s->sid, "%s", f->account_sid);
	snprintf(s->name, sizeof s->name, "%s", f->name);
	s->has_token = token != NULL;
	if (!token)
		return;
	snprintf(s->token, sizeof s->token, "%s", secret_use(token));
	secret_done(token);
}

static void on_end(void *ctx, const struct err *err)
{
	struct desk *d = ctx;

	d->ends++;
	d->err = err ? *err : (struct err){0};
}

static void walk(struct desk *d, const char *sid)
{
	struct err e = {0};

	d->n = 0;
	d->walk = accounts_with_tokens(&d->c, sid, on_row, on_end, d, &e);
	if (!d->walk)
		fail_msg("%s", e.msg);
	run_until(d->h, &d->ends, d->ends + 1);
}

static void answer(struct desk *d, const char *part, const char *body)
{
	fake_http_on(d->f, HTTP_GET, part, &(struct fake_reply){.status = 200, .body = body});
}

static void nobody_and_the_parent_alone(void **state)
{
	struct desk d;
	(void)state;

	desk_open(&d);
	answer(&d, "/Accounts.json", LIST("", "null"));
	walk(&d, NULL);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.n, 0);
	answer(&d, "/Accounts.json", LIST(PARENT, "\"\""));
	walk(&d, NULL);
	assert_int_equal(d.err.kind, ERR_NONE);
	assert_int_equal(d.n, 0);
	desk_close(&d);
}

static void each_gets_its_own_token(void **state)
{
	struct desk d;
	(void)state;

	desk_open(&d);
	answer(&d, "PageSize=1000", LIST(ROW(1, ACCOUNT, TOK(1)) "," PARENT "," ROW(2, ACCOUNT, ""),
					 "\"/2010-04-01/Accounts.json?Page=1&PageToken=x\""));
	answer(&d, "PageToken=x", LIST(ROW(3, ACCOUNT, TOK(3)) "," ROW(4, OTHER_ACCOUNT, TOK(4)) ","
				       "{\"sid\":\"" SUB(5) "\",\"owner_account_sid\":\"" ACCOUNT "\",\"auth_token\":null},"
				       "{\"sid\":\"" SUB(6) "\",\"auth_token\":\"" TOK(6) "\",\"auth_token\":\"" TOK(7)
				       "\",\"owner_account_sid\":\"" ACCOUNT "\"},"
				       "{\"auth_token\":\"" TOK(8) "\"}," ROW(9, ACCOUNT, TOK(9)), "null"));
	walk(&d, NULL);
	assert_string_equal(d.err.msg, "");
	assert_int_equal(d.n, 7);
	assert_string_equal(d.row[0].sid, SUB(1));
	assert_string_equal(d.row[0].name, "Sub 1");
	assert_string_equal(d.row[0].token, TOK(1));
	assert_false(d.row[1].has_token);                       /* "": a key asked */
	assert_string_equal(d.row[2].token, TOK(3));
	assert_string_equal(d.row[3].sid, SUB(4));
	assert_false(d.row[3].has_token);                       /* somebody else's */
	assert_false(d.row[4].has_token);
	assert_string_equal(d.row[5].sid, SUB(6));
	assert_false(d.row[5].has_token);                       /* two of them: whose is which? */
	assert_string_equal(d.row[6].sid, SUB(9));
	assert_string_equal(d.row[6].token, TOK(9));
	desk_close(&d);
}

/* What is no token by its looks never becomes one, and no row can point at another's. */
static void a_token_is_what_looks_like_one(void **state)
{
	static const char *const values[] = {"short", "has space in it and is long enough", "0*******", "1",
					     "with\\\"quote\\\"000000000000000000", "0\\u002a000000000000000"};
	struct desk d;
	(void)state;

	desk_open(&d);
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		char *body = mem_printf("{\"accounts\":[" ROW(1, ACCOUNT, TOK(1)) ",{\"sid\":\"" SUB(2) "\","
					"\"owner_account_sid\":\"" ACCOUNT "\",\"auth_token\":\"%s\"}]}", values[i]);

		fake_http_forget(d.f);
		answer(&d, "/Accounts.json", body);
		free(body);
		walk(&d, NULL);
		assert_int_equal(d.n, 2);
		assert_string_equal(d.row[0].token, TOK(1));
		if (d.row[1].has_token)
			fail_msg("'%s' became '%s'", values[i], d.row[1].token);
	}
	desk_close(&d);
}

static void one_account(void **state)
{
	struct desk d;
	struct err e = {0};
	(void)state;

	desk_open(&d);
	answer(&d, "/Accounts/" SUB(1) ".json", ROW(1, ACCOUNT, TOK(1)));
	walk(&d, SUB(1));
	assert_int_equal(d.n, 1);
	assert_string_equal(d.row[0].token, TOK(1));
	walk(&d, SUB(2));
	assert_int_equal(d.err.kind, ERR_NOT_FOUND);
	assert_int_equal(d.n, 0);
	assert_null(accounts_with_tokens(&d.c, "AC1/../x", on_row, on_end, &d, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	desk_close(&d);
}

static void lists_that_do_not_end_well(void **state)
{
	static const struct { const char *name; struct fake_reply reply; enum err_kind kind; } rows[] = {
		{"refused", {.status = 401, .body = "{\"code\":20003,\"message\":\"Authenticate\"}"}, ERR_AUTH},
		{"no list", {.status = 200, .body = "{}"}, ERR_PROTO},
		{"no JSON", {.status = 200, .body = "<html>"}, ERR_PROTO},
		{"ends within a token", {.status = 200, .body = "{\"accounts\":[{\"auth_token\":\"" TOK(1)}, ERR_PROTO},
		{"names itself", {.status = 200, .body = LIST("", "\"/2010-04-01/Accounts.json\"")}, ERR_PROTO},
		{"leads elsewhere", {.status = 200, .body = LIST("", "\"https://evil.example.com/x\"")}, ERR_PROTO},
		{"leads to another list", {.status = 200, .body = LIST("", "\"/2010-04-01/Calls.json?Page=1\"")}, ERR_PROTO},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct desk d;

		desk_open(&d);
		fake_http_on(d.f, HTTP_GET, "/Accounts.json", &rows[i].reply);
		walk(&d, NULL);
		if (d.err.kind != rows[i].kind || strstr(d.err.msg, "canary"))
			fail_msg("%s: %s \"%s\"", rows[i].name, err_kind_name(d.err.kind), d.err.msg);
		desk_close(&d);
	}
}

static void can_be_stopped(void **state)
{
	struct desk d;
	struct err e = {0};
	(void)state;

	desk_open(&d);
	fake_http_on(d.f, HTTP_GET, "/Accounts.json", &(struct fake_reply){.hang = true});
	d.walk = accounts_with_tokens(&d.c, NULL, on_row, on_end, &d, &e);
	assert_non_null(d.walk);
	account_walk_stop(d.walk);
	run_until(d.h, &d.ends, 1);
	assert_int_equal(d.err.kind, ERR_STOPPED);
	d.c.secret = NULL;
	assert_null(accounts_with_tokens(&d.c, NULL, on_row, on_end, &d, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_and_the_parent_alone), cmocka_unit_test(each_gets_its_own_token),
		cmocka_unit_test(a_token_is_what_looks_like_one), cmocka_unit_test(one_account),
		cmocka_unit_test(lists_that_do_not_end_well), cmocka_unit_test(can_be_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
