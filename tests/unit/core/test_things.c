#include "test.h"

#include <stdio.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/reactor.h"
#include "numdesk/core/things.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

#define APP(n) "AP0000000000000000000000000000000" #n
#define PATH "/Accounts/" HOME_AC "/Applications.json"
#define APP_JSON(n, name) "{\"sid\":\"" APP(n) "\",\"friendly_name\":\"" name "\",\"voice_url\":\"https://example.com/" #n "\"}"

struct outcome { int calls; bool done; struct err err; };

static void take(void *ctx, const struct err *err)
{
	struct outcome *o = ctx;

	o->calls++;
	o->done = true;
	o->err = *err;
}

static struct err need(struct home *h, bool fresh)
{
	struct outcome o = {0};

	things_need(h->s, THING_APPLICATION, NULL, fresh, NULL, take, &o);
	home_until(h, &o.done);
	return o.err;
}

static void answer(struct home *h, const char *body)
{
	fake_http_on(h->http, HTTP_GET, PATH, &(struct fake_reply){.status = 200, .body = body});
}

static bool name_it(void *ctx, const struct thing *t)
{
	char *names = ctx;

	snprintf(names + strlen(names), 200 - strlen(names), "%s=%s ", t->name, t->sid + 32);
	return true;
}

static char *names(struct home *h, char dst[200])
{
	dst[0] = '\0';
	things_each(h->s, NULL, THING_APPLICATION, NULL, name_it, dst);
	return dst;
}

static size_t asked(struct home *h)
{
	return fake_http_count(h->http, HTTP_GET, PATH, NULL);
}

static void test_nothing_and_locked(void **state)
{
	struct home h;
	char text[200];
	struct err e = {0};

	(void)state;
	home_ready(&h);
	assert_string_equal(names(&h, text), "");
	assert_int_equal(things_at(h.s, THING_APPLICATION, NULL), 0);
	answer(&h, "{\"applications\":[]}");
	assert_int_equal(need(&h, false).kind, ERR_NONE);
	assert_int_equal(things_at(h.s, THING_APPLICATION, NULL), HOME_NOW);    /* empty, and known to be */
	session_lock(h.s);
	assert_int_equal(need(&h, true).kind, ERR_LOCKED);
	assert_int_equal(need(&h, false).kind, ERR_NONE);
	assert_int_equal(asked(&h), 1);
	assert_false(thing_find(h.s, THING_APPLICATION, "x", &(struct thing){.sid = ""}, &(struct arena){0}, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	home_close(&h);
}

static void test_list_age_and_failure(void **state)
{
	struct home h;
	char text[200];

	(void)state;
	home_ready(&h);
	answer(&h, "{\"applications\":[" APP_JSON(1, "voice") "," APP_JSON(2, "Alpha") ",{\"sid\":\"PN1\"},{}]}");
	assert_int_equal(need(&h, false).kind, ERR_NONE);
	assert_string_equal(names(&h, text), "Alpha=02 voice=01 ");
	assert_int_equal(need(&h, false).kind, ERR_NONE);
	assert_int_equal(asked(&h), 1);
	clock_fake_advance(&h.clock, INT64_C(3601) * 1000);
	fake_http_forget(h.http);
	fake_http_on(h.http, HTTP_GET, PATH, &(struct fake_reply){.status = 403, .body = "{\"code\":20003}"});
	assert_int_not_equal(need(&h, false).kind, ERR_NONE);
	assert_string_equal(names(&h, text), "Alpha=02 voice=01 ");             /* what was known stays */
	fake_http_forget(h.http);
	answer(&h, "{\"applications\":[" APP_JSON(2, "Beta") "]}");
	assert_int_equal(need(&h, false).kind, ERR_NONE);
	assert_string_equal(names(&h, text), "Beta=02 ");                       /* replaced whole */
	home_close(&h);
}

static void test_found_by_name_or_sid(void **state)
{
	static const struct { const char *word; enum err_kind kind; const char *sid; } cases[] = {
		{"voice", ERR_NONE, APP(1)}, {"VOICE", ERR_NONE, APP(1)}, {APP(2), ERR_NONE, APP(2)},
		{"twin", ERR_USAGE, NULL}, {"nobody", ERR_NOT_FOUND, NULL}, {APP(9), ERR_NOT_FOUND, NULL}, {"", ERR_NOT_FOUND, NULL},
	};
	struct home h;
	char name[40];

	(void)state;
	home_ready(&h);
	answer(&h, "{\"applications\":[" APP_JSON(1, "voice") "," APP_JSON(2, "twin") "," APP_JSON(3, "Twin") "]}");
	assert_int_equal(need(&h, false).kind, ERR_NONE);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena mem = {0};
		struct thing t;
		struct err e = {0};
		const bool found = thing_find(h.s, THING_APPLICATION, cases[i].word, &t, &mem, &e);

		if (e.kind != cases[i].kind || found != (cases[i].sid != NULL) || (found && strcmp(t.sid, cases[i].sid) != 0))
			fail_msg("'%s': %s", cases[i].word, e.msg);
		arena_release(&mem);
	}
	assert_string_equal(thing_name(h.s, THING_APPLICATION, APP(1), name, sizeof name), "voice");
	assert_string_equal(thing_name(h.s, THING_APPLICATION, APP(9), name, sizeof name), APP(9));
	home_close(&h);
}

static void test_one_put_and_dropped(void **state)
{
	static const char made[] = APP_JSON(4, "made");
	struct json *doc;
	struct home h;
	char text[200];

	(void)state;
	home_ready(&h);
	doc = json_parse(made, strlen(made), sizeof made, NULL);
	things_put(h.s, HOME_AC, THING_APPLICATION, NULL, doc);
	things_put(h.s, HOME_AC2, THING_APPLICATION, NULL, doc);
	home_settle(&h);
	json_free(doc);
	assert_string_equal(names(&h, text), "made=04 ");
	things_drop(h.s, HOME_AC, THING_APPLICATION, NULL, APP(4));
	home_settle(&h);
	assert_string_equal(names(&h, text), "");
	text[0] = '\0';
	things_each(h.s, HOME_AC2, THING_APPLICATION, NULL, name_it, text);     /* the other account's is its own */
	assert_string_equal(text, "made=04 ");
	home_close(&h);
}

static void test_lists_that_belong_to_something(void **state)
{
	static const char service[] = "MG00000000000000000000000000000001";
	struct outcome o = {0};
	struct home h;
	char text[200] = "";

	(void)state;
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "/v1/Services/MG00000000000000000000000000000001/PhoneNumbers",
		     &(struct fake_reply){.status = 200, .body = "{\"phone_numbers\":[{\"sid\":"
					  "\"PN00000000000000000000000000000007\",\"phone_number\":\"+14155550107\"}],\"meta\":{}}"});
	things_need(h.s, THING_SENDER, service, false, NULL, take, &o);
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_NONE);
	things_each(h.s, NULL, THING_SENDER, service, name_it, text);
	assert_string_equal(text, "+14155550107=07 ");
	assert_int_equal(things_at(h.s, THING_SENDER, service), HOME_NOW);
	assert_int_equal(things_at(h.s, THING_SENDER, NULL), 0);
	home_close(&h);
}

/* --- clients for other accounts --------------------------------------------------------------------------------- */

static void test_clients_for_other_accounts(void **state)
{
	static const char unknown[] = "AC00000000000000000000000000000009";
	struct client c = {0}, again;
	struct home h;
	struct err e = {0};

	(void)state;
	home_ready(&h);
	home_add_profile(&h, "sub", HOME_AC2, "");
	assert_true(session_use(h.s, "acme", &e));
	assert_true(session_client_for(h.s, HOME_AC, CLIENT_OWN, &c, &e));
	assert_ptr_equal(c.secret, h.s->client.secret);
	assert_true(session_client_for(h.s, HOME_AC2, CLIENT_OWN, &c, &e));
	assert_string_equal(c.account_sid, HOME_AC2);
	assert_string_equal(c.user, HOME_AC2);
	assert_true(session_client_for(h.s, HOME_AC2, CLIENT_OWN, &again, &e));
	assert_ptr_equal(c.secret, again.secret);                               /* read out of the vault once */
	assert_true(session_client_for(h.s, unknown, CLIENT_PARENT, &c, &e));   /* of the one in use, as far as is known */
	assert_string_equal(c.account_sid, unknown);
	assert_string_equal(c.user, HOME_AC);
	assert_false(session_client_for(h.s, unknown, CLIENT_OWN, &c, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	session_lock(h.s);
	assert_false(session_client_for(h.s, HOME_AC2, CLIENT_OWN, &c, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	/* what was given out before finds nothing any more */
	assert_int_equal(client_get(&again, "api", "/x", NULL, 0, NULL, NULL, &e), 0);
	assert_int_equal(e.kind, ERR_LOCKED);
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_and_locked), cmocka_unit_test(test_list_age_and_failure),
		cmocka_unit_test(test_found_by_name_or_sid), cmocka_unit_test(test_one_put_and_dropped),
		cmocka_unit_test(test_lists_that_belong_to_something), cmocka_unit_test(test_clients_for_other_accounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
