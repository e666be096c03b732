#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/reactor.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

struct outcome { int calls; bool done; struct err err; struct vault_entry entry; };

static void take(void *ctx, const struct vault_entry *entry, const struct err *err)
{
	struct outcome *o = ctx;

	o->calls++;
	o->done = true;
	o->err = *err;
	o->entry = *entry;
}

static struct secret *text_secret(const char *text)
{
	return secret_from(text, strlen(text));
}

static void make_vault(struct home *h)
{
	struct secret *pass = text_secret(HOME_PASS);
	struct err e;

	home_init(h);
	assert_true(home_open(h, NULL, &e));
	assert_true(profile_create_vault(h->s, pass, &e));
	assert_true(session_unlocked(h->s));
	secret_free(pass);
}

static struct profile_request request(const char *name, const struct secret *secret)
{
	struct profile_request r = {.secret = secret, .probe = true};

	snprintf(r.entry.profile.name, sizeof r.entry.profile.name, "%s", name);
	snprintf(r.entry.profile.account_sid, sizeof r.entry.profile.account_sid, "%s", HOME_AC);
	return r;
}

static void answer_probe(struct home *h, int status, const char *body)
{
	fake_http_on(h->http, HTTP_GET, "PageSize=1 ", &(struct fake_reply){.status = status, .body = body,
									    .times = 1});
}

static const char good_probe[] = "{\"incoming_phone_numbers\":[],\"next_page_uri\":null}";

static void test_refusals(void **state)
{
	struct secret *token = text_secret("token"), *none = text_secret(""), *pass = text_secret(HOME_PASS);
	struct profile_request r;
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	r = request("acme", token);
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(profile_check_start(h.s, NULL, take, &o, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(profile_remove(h.s, "acme", &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(profile_passwd(h.s, pass, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(profile_rekey(h.s, pass, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(profile_make_default(h.s, "acme", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(profile_create_vault(h.s, none, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	home_close(&h);

	make_vault(&h);
	assert_false(profile_create_vault(h.s, pass, &e));      /* there is one */
	assert_int_equal(e.kind, ERR_CONFIG);
	r = request("a b", token);
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	r = request("acme", none);
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	r = request("acme", token);
	snprintf(r.entry.profile.account_sid, SID_SIZE, "AC123");
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	r = request("acme", token);
	r.entry.profile.auth = AUTH_APIKEY;
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	r = request("acme", token);
	snprintf(r.entry.base_url, sizeof r.entry.base_url, "http://example.com/{product}");
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(o.calls, 0);
	assert_int_equal(fake_http_calls(h.http), 0);
	assert_int_equal(vault_count(h.s->vault), 0);
	home_close(&h);
	secret_free(token);
	secret_free(none);
	secret_free(pass);
}

static void test_add(void **state)
{
	struct secret *token = text_secret("  pasted-token\n"), *kept;
	struct profile_request r;
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	make_vault(&h);
	home_script_facts(&h);
	answer_probe(&h, 200, good_probe);
	r = request("acme", token);
	assert_true(profile_add_start(h.s, &r, take, &o, &e));
	assert_false(o.done);                                   /* never before it returns */
	home_until(&h, &o.done);
	assert_string_equal(o.err.msg, "");
	assert_string_equal(o.entry.profile.account_name, "Client 0");
	assert_string_equal(o.entry.profile.owner_account_sid, HOME_AC);
	assert_string_equal(fake_http_call(h.http, 0)->secret, "pasted-token");
	assert_string_equal(fake_http_call(h.http, 0)->user, HOME_AC);
	kept = vault_secret(h.s->vault, "acme", &e);
	assert_non_null(kept);
	assert_string_equal(secret_use(kept), "pasted-token");
	secret_done(kept);
	secret_free(kept);
	assert_string_equal(h.s->profile.name, "acme");         /* the first is the one in use */
	assert_true(h.s->profile.is_default);
	home_settle(&h);
	assert_string_equal(h.s->account.name, "Client 0");

	o = (struct outcome){0};
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_USAGE);                    /* exists */
	r.replace = true;
	answer_probe(&h, 200, good_probe);
	assert_true(profile_add_start(h.s, &r, take, &o, &e));
	home_until(&h, &o.done);
	assert_string_equal(o.err.msg, "");
	assert_int_equal(vault_count(h.s->vault), 1);
	home_close(&h);
	secret_free(token);
}

/* A Standard key may not look at its account, and still works. */
static void test_add_key(void **state)
{
	struct secret *token = text_secret("key-secret");
	struct profile_request r = request("acme", token);
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	make_vault(&h);
	answer_probe(&h, 200, good_probe);
	fake_http_on(h.http, HTTP_GET, "/Accounts/" HOME_AC ".json",
		     &(struct fake_reply){.status = 401, .body = "{\"code\":20003,\"message\":\"Authenticate\"}"});
	r.entry.profile.auth = AUTH_APIKEY;
	snprintf(r.entry.profile.key_sid, SID_SIZE, "%s", HOME_SK);
	assert_true(profile_add_start(h.s, &r, take, &o, &e));
	home_until(&h, &o.done);
	assert_string_equal(o.err.msg, "");
	assert_string_equal(o.entry.profile.account_name, "");
	assert_string_equal(fake_http_call(h.http, 0)->user, HOME_SK);
	assert_string_equal(h.s->client.user, HOME_SK);
	home_close(&h);
	secret_free(token);
}

static void test_failed_probe_stores_nothing(void **state)
{
	static const struct { const char *name; struct fake_reply reply; enum err_kind kind; int code; } cases[] = {
		{"refused", {.status = 401, .body = "{\"code\":20003,\"message\":\"Authenticate\",\"status\":401}"},
		 ERR_AUTH, 20003},
		{"test credentials", {.status = 403, .body = "{\"code\":20008,\"message\":\"x\",\"status\":403}"},
		 ERR_AUTH, 20008},
		{"no network", {.curl_code = 7, .error = "cannot connect"}, ERR_NET, 0},
		{"not JSON", {.status = 200, .body = "<html>"}, ERR_PROTO, 0},
		{"not a list", {.status = 200, .body = "{}"}, ERR_PROTO, 0},
	};
	struct secret *token = text_secret("token");
	struct home h;
	struct err e;

	(void)state;
	make_vault(&h);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct profile_request r = request("acme", token);
		struct outcome o = {0};
		struct profile mirrored;

		fake_http_forget(h.http);
		fake_http_on(h.http, HTTP_GET, "IncomingPhoneNumbers", &cases[i].reply);
		assert_true(profile_add_start(h.s, &r, take, &o, &e));
		home_until(&h, &o.done);
		if (o.err.kind != cases[i].kind || (cases[i].code && o.err.code != cases[i].code))
			fail_msg("%s: kind %d code %d %s", cases[i].name, (int)o.err.kind, o.err.code, o.err.msg);
		if (vault_count(h.s->vault) != 0 || ledger_profiles(h.s->ledger, &mirrored, 1) != 0)
			fail_msg("%s: stored", cases[i].name);
		assert_int_equal(o.calls, 1);
	}
	home_close(&h);
	secret_free(token);
}

static void test_stop_and_lock_meanwhile(void **state)
{
	struct secret *token = text_secret("token");
	struct profile_request r = request("acme", token);
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	make_vault(&h);
	fake_http_on(h.http, HTTP_GET, "IncomingPhoneNumbers", &(struct fake_reply){.hang = true});
	assert_true(profile_add_start(h.s, &r, take, &o, &e));
	assert_true(jobs_stop_newest(h.s->jobs));
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_STOPPED);
	o = (struct outcome){0};
	assert_true(profile_add_start(h.s, &r, take, &o, &e));
	session_lock(h.s);
	assert_true(o.done);
	assert_int_not_equal(o.err.kind, ERR_NONE);
	home_close(&h);
	secret_free(token);
}

static void test_without_probe(void **state)
{
	struct secret *token = text_secret("token");
	struct profile_request r = request("acme", token);
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	make_vault(&h);
	h.s->offline = true;
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_OFFLINE);
	r.probe = false;
	assert_true(profile_add_start(h.s, &r, take, &o, &e));
	assert_false(o.done);
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_NONE);
	assert_int_equal(vault_count(h.s->vault), 1);
	assert_int_equal(fake_http_calls(h.http), 0);
	o = (struct outcome){0};
	r = request("beta", token);
	r.probe = false;
	assert_true(profile_add_start(h.s, &r, take, &o, &e));
	home_close(&h);                                         /* closing does not lose it half-way */
	assert_true(o.done);
	secret_free(token);
}

static void test_check(void **state)
{
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	answer_probe(&h, 200, good_probe);
	assert_true(profile_check_start(h.s, NULL, take, &o, &e));
	home_until(&h, &o.done);
	assert_string_equal(o.err.msg, "");
	assert_string_equal(o.entry.profile.name, "acme");
	assert_int_equal(fake_http_calls(h.http), 1);
	o = (struct outcome){0};
	answer_probe(&h, 401, "{\"code\":20003}");
	assert_true(profile_check_start(h.s, "acme", take, &o, &e));
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_AUTH);
	assert_false(profile_check_start(h.s, "nobody", take, &o, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	home_close(&h);
}

static void test_remove_and_default(void **state)
{
	struct profile mirrored[4];
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_add_profile(&h, "beta", HOME_AC2, "");
	assert_true(profile_make_default(h.s, "beta", &e));
	assert_false(h.s->profile.is_default);
	assert_false(profile_make_default(h.s, "nobody", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(profile_remove(h.s, "nobody", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_true(profile_remove(h.s, "acme", &e));
	assert_string_equal(h.s->profile.name, "");             /* it was in use */
	assert_null(h.s->secret);
	assert_int_equal(ledger_profiles(h.s->ledger, mirrored, ARRAY_LEN(mirrored)), 1);
	assert_string_equal(mirrored[0].name, "beta");
	assert_true(mirrored[0].is_default);
	home_close(&h);
}

static void test_passwd_and_rekey(void **state)
{
	struct secret *other = text_secret("another horse");
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	assert_true(profile_passwd(h.s, other, &e));
	session_lock(h.s);
	assert_false(home_unlock(&h, HOME_PASS, &e));
	assert_int_equal(e.kind, ERR_AUTH);
	assert_true(home_unlock(&h, "another horse", &e));
	assert_true(profile_rekey(h.s, other, &e));
	session_lock(h.s);
	assert_true(home_unlock(&h, "another horse", &e));
	assert_non_null(h.s->secret);
	assert_string_equal(h.s->notice, "");                   /* every change was remembered: nothing looks older */
	home_close(&h);
	secret_free(other);
}

static void test_read_only(void **state)
{
	struct secret *token = text_secret("token"), *pass = text_secret(HOME_PASS);
	struct profile_request r = request("acme", token);
	struct outcome o = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_close(&h);
	assert_true(home_open(&h, &(struct session_options){.read_only = true}, &e));
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_false(profile_add_start(h.s, &r, take, &o, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_false(profile_remove(h.s, "acme", &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_false(profile_make_default(h.s, "acme", &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_false(profile_passwd(h.s, pass, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	home_close(&h);
	secret_free(token);
	secret_free(pass);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals), cmocka_unit_test(test_add), cmocka_unit_test(test_add_key),
		cmocka_unit_test(test_failed_probe_stores_nothing), cmocka_unit_test(test_stop_and_lock_meanwhile),
		cmocka_unit_test(test_without_probe), cmocka_unit_test(test_check),
		cmocka_unit_test(test_remove_and_default), cmocka_unit_test(test_passwd_and_rekey),
		cmocka_unit_test(test_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
