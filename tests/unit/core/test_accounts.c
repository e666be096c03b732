#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/accounts.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/profiles.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

/* Subaccounts of "acme" become profiles. */

#define SUB(n) "AC0000000000000000000000000000010" #n
#define TOK(n) "canarytokenofthesubaccountnumber" #n
#define ROW(n, name, status, token) \
	"{\"sid\":\"" SUB(n) "\",\"friendly_name\":\"" name "\",\"status\":\"" status "\",\"type\":\"Full\"," \
	"\"owner_account_sid\":\"" HOME_AC "\",\"auth_token\":\"" token "\"}"
#define LIST(rows) "{\"accounts\":[" rows "],\"next_page_uri\":null}"

struct outcome { bool done; struct err err; struct account_import row[300]; size_t n; };

static void take(void *ctx, const struct account_import *v, size_t n, const struct err *err)
{
	struct outcome *o = ctx;

	o->done = true;
	o->err = *err;
	o->n = n;
	for (size_t i = 0; i < n && i < ARRAY_LEN(o->row); i++)
		o->row[i] = v[i];
}

static void answer(struct home *h, const char *body)
{
	fake_http_forget(h->http);
	fake_http_on(h->http, HTTP_GET, "/Accounts.json", &(struct fake_reply){.status = 200, .body = body});
}

static struct outcome *import(struct home *h, const char *const *which, size_t n)
{
	static struct outcome o;
	struct err e;

	o = (struct outcome){0};
	if (!accounts_import(h->s, which, n, false, take, &o, &e))
		fail_msg("%s", e.msg);
	home_until(h, &o.done);
	home_settle(h);
	return &o;
}

static struct vault_entry stored(struct home *h, const char *name, const char *token)
{
	struct secret *s = vault_secret(h->s->vault, name, NULL);
	struct vault_entry entry;
	struct err e;

	if (!s || !vault_find(h->s->vault, name, &entry, &e))
		fail_msg("no profile '%s'", name);
	assert_string_equal(secret_use(s), token);
	secret_done(s);
	secret_free(s);
	return entry;
}

static void without_any(void **state)
{
	struct home h;
	(void)state;

	home_ready(&h);
	answer(&h, LIST(""));
	assert_int_equal(import(&h, NULL, 0)->n, 0);
	answer(&h, LIST("{\"sid\":\"" HOME_AC "\",\"owner_account_sid\":\"" HOME_AC "\",\"auth_token\":\"" TOK(0) "\"},"
			ROW(1, "Gone", "closed", TOK(1))));
	assert_int_equal(import(&h, NULL, 0)->n, 0);
	assert_int_equal(vault_count(h.s->vault), 1);
	home_close(&h);
}

static void all_become_profiles(void **state)
{
	struct vault_entry entry;
	struct outcome *o;
	struct home h;
	uint64_t before;
	struct err e;
	(void)state;

	home_ready(&h);
	assert_true(profile_set(h.s, "acme", &(struct profile_change){.label = "PROD", .color = "red", .read_only = -1,
								     .is_protected = 1}, &e));
	before = vault_generation(h.s->vault);
	answer(&h, LIST(ROW(1, "North & South", "active", TOK(1)) "," ROW(2, "north south", "suspended", TOK(2)) ","
			ROW(3, "Gone", "closed", TOK(3)) "," ROW(4, "\\u65e5\\u672c", "active", TOK(4)) ","
			ROW(5, "ACME", "active", TOK(5))));
	o = import(&h, NULL, 0);
	assert_string_equal(o->err.msg, "");
	assert_int_equal(o->n, 4);
	assert_int_equal(vault_generation(h.s->vault), before + 1);     /* one write */
	assert_int_equal(vault_count(h.s->vault), 5);
	assert_string_equal(o->row[0].profile, "account");
	assert_string_equal(o->row[1].profile, "acme-0105");            /* "acme" is taken */
	assert_int_equal(o->row[1].what, IMPORT_ADDED);
	assert_string_equal(o->row[2].profile, "north-south");
	assert_string_equal(o->row[3].profile, "north-south-0102");
	entry = stored(&h, "north-south-0102", TOK(2));
	assert_string_equal(entry.profile.account_sid, SUB(2));
	assert_string_equal(entry.profile.account_name, "north south");
	assert_string_equal(entry.profile.owner_account_sid, HOME_AC);
	assert_string_equal(entry.profile.label, "PROD");
	assert_string_equal(entry.profile.color, "red");
	assert_true(entry.profile.is_protected);
	assert_false(entry.profile.read_only);
	assert_int_equal(entry.profile.auth, AUTH_TOKEN);
	stored(&h, "account", TOK(4));
	assert_string_equal(h.s->profile.name, "acme");                 /* still the parent */
	home_close(&h);
}

static void known_ones_are_refreshed_not_doubled(void **state)
{
	struct outcome *o;
	struct home h;
	uint64_t before;
	struct err e;
	(void)state;

	static struct outcome dry;

	home_ready(&h);
	answer(&h, LIST(ROW(1, "North", "active", TOK(1)) "," ROW(2, "South", "active", TOK(2))));
	assert_true(accounts_import(h.s, NULL, 0, true, take, &dry, &e));
	home_until(&h, &dry.done);
	assert_int_equal(dry.n, 2);
	assert_string_equal(dry.row[1].profile, "south");
	assert_int_equal(vault_count(h.s->vault), 1);
	import(&h, NULL, 0);
	assert_true(profile_set(h.s, "north", &(struct profile_change){.label = "MINE", .read_only = 1,
								      .is_protected = -1}, &e));
	before = vault_generation(h.s->vault);
	o = import(&h, NULL, 0);
	assert_int_equal(o->n, 2);
	assert_int_equal(o->row[0].what, IMPORT_UNCHANGED);
	assert_int_equal(vault_generation(h.s->vault), before);
	answer(&h, LIST(ROW(1, "Far North", "active", TOK(1)) "," ROW(2, "South", "active", TOK(9))));
	o = import(&h, NULL, 0);
	assert_int_equal(o->n, 2);
	assert_int_equal(o->row[0].what, IMPORT_REFRESHED);
	assert_int_equal(o->row[1].what, IMPORT_REFRESHED);
	assert_int_equal(vault_count(h.s->vault), 3);
	assert_string_equal(stored(&h, "north", TOK(1)).profile.account_name, "Far North");
	assert_string_equal(stored(&h, "north", TOK(1)).profile.label, "MINE");
	assert_true(stored(&h, "north", TOK(1)).profile.read_only);
	stored(&h, "south", TOK(9));
	home_close(&h);
}

/* A key is somebody's choice; and a token never goes to an address that the parent's does not go to. */
static void some_profiles_are_left_alone(void **state)
{
	struct vault_entry key = {.profile = {.name = "keyed", .account_sid = SUB(1), .auth = AUTH_APIKEY,
					      .key_sid = HOME_SK}, .base_url = "https://{product}.twilio.com"};
	struct secret *s = secret_from("keysecret", 9);
	struct outcome *o;
	struct home h;
	struct err e;
	(void)state;

	home_ready(&h);
	home_add_profile(&h, "elsewhere", SUB(2), "https://{product}.example.com");
	assert_true(vault_put(h.s->vault, &key, s, &e));
	answer(&h, LIST(ROW(1, "North", "active", TOK(1)) "," ROW(2, "South", "active", TOK(2))));
	o = import(&h, NULL, 0);
	assert_int_equal(o->n, 2);
	assert_int_equal(o->row[0].what, IMPORT_KEPT);
	assert_int_equal(o->row[1].what, IMPORT_KEPT);
	stored(&h, "keyed", "keysecret");
	stored(&h, "elsewhere", "0123456789abcdef");
	assert_int_equal(vault_count(h.s->vault), 3);
	secret_free(s);
	home_close(&h);
}

static void some_by_name(void **state)
{
	static const struct { const char *word; enum err_kind kind; const char *says; size_t n; } rows[] = {
		{"North", ERR_NONE, "", 1}, {SUB(2), ERR_NOT_FOUND, "404", 0}, {"north", ERR_NOT_FOUND, "no subaccount", 0},
		{"Twin", ERR_USAGE, "2 subaccounts", 0}, {"Gone", ERR_NOT_FOUND, "is closed", 0},
		{"East", ERR_NOT_FOUND, "'numdesk account create NAME' makes one", 0}, {"easterly", ERR_NONE, "", 1},
	};
	struct home h;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct outcome *o;

		home_ready(&h);
		home_add_profile(&h, "easterly", SUB(5), "");
		answer(&h, LIST(ROW(1, "North", "active", TOK(1)) "," ROW(2, "Twin", "active", TOK(2)) ","
				ROW(3, "Twin", "active", TOK(3)) "," ROW(4, "Gone", "closed", TOK(4)) ","
				ROW(5, "Eastern", "active", TOK(5))));
		o = import(&h, &rows[i].word, 1);
		if (o->err.kind != rows[i].kind || !strstr(o->err.msg, rows[i].says) || o->n != rows[i].n)
			fail_msg("%s: %zu, %s", rows[i].word, o->n, o->err.msg);
		home_close(&h);
	}
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "/Accounts/" SUB(2) ".json",
		     &(struct fake_reply){.status = 200, .body = ROW(2, "Twin", "active", TOK(2))});
	assert_int_equal(import(&h, &(const char *){SUB(2)}, 1)->n, 1);
	stored(&h, "twin", TOK(2));
	home_close(&h);
}

static void nothing_is_stored_when_not_all_fit(void **state)
{
	struct outcome *o;
	struct home h;
	struct buf b;
	(void)state;

	home_ready(&h);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 255; i++)
		buf_addf(&b, "%s{\"sid\":\"AC%032d\",\"friendly_name\":\"Sub %d\",\"status\":\"active\",\"owner_account_sid\":\""
			 HOME_AC "\",\"auth_token\":\"canary%026d\"}", i ? "," : "{\"accounts\":[", 1000 + i, i, i);
	buf_adds(&b, "]}");
	answer(&h, buf_str(&b));
	o = import(&h, NULL, 0);
	assert_int_equal(o->err.kind, ERR_GUARD);
	assert_non_null(strstr(o->err.msg, "255 subaccounts"));
	assert_non_null(strstr(o->err.msg, "room for 254"));
	assert_int_equal(vault_count(h.s->vault), 1);
	buf_release(&b);
	home_close(&h);
}

static void refusals(void **state)
{
	struct outcome o = {0};
	struct home h;
	struct err e;
	(void)state;

	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	assert_false(accounts_import(h.s, NULL, 0, false, take, &o, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	home_close(&h);
	home_ready(&h);
	snprintf(h.s->profile.owner_account_sid, SID_SIZE, HOME_AC2);
	assert_false(accounts_import(h.s, NULL, 0, false, take, &o, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_non_null(strstr(e.msg, "a subaccount's"));
	h.s->profile.owner_account_sid[0] = '\0';
	h.s->profile.auth = AUTH_APIKEY;
	assert_false(accounts_import(h.s, NULL, 0, false, take, &o, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_non_null(strstr(e.msg, "API key"));
	h.s->profile.auth = AUTH_TOKEN;
	session_lock(h.s);
	assert_false(accounts_import(h.s, NULL, 0, false, take, &o, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(o.done);
	home_close(&h);
}

static void failures_store_nothing(void **state)
{
	static const struct { const char *name; struct fake_reply reply; enum err_kind kind; } rows[] = {
		{"refused", {.status = 401, .body = "{\"code\":20003,\"message\":\"Authenticate\"}"}, ERR_AUTH},
		{"no token", {.status = 200, .body = LIST(ROW(1, "North", "active", ""))}, ERR_PROTO},
		{"half a list", {.status = 200, .body = "{\"accounts\":[" ROW(1, "North", "active", TOK(1))}, ERR_PROTO},
	};
	struct outcome o;
	struct home h;
	struct err e;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		home_ready(&h);
		fake_http_on(h.http, HTTP_GET, "/Accounts.json", &rows[i].reply);
		o = *import(&h, NULL, 0);
		if (o.err.kind != rows[i].kind || vault_count(h.s->vault) != 1)
			fail_msg("%s: %s", rows[i].name, o.err.msg);
		home_close(&h);
	}
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "/Accounts.json", &(struct fake_reply){.hang = true});
	o = (struct outcome){0};
	assert_true(accounts_import(h.s, NULL, 0, false, take, &o, &e));
	jobs_stop_all(h.s->jobs);
	home_until(&h, &o.done);
	assert_int_equal(o.err.kind, ERR_STOPPED);
	o = (struct outcome){0};
	assert_true(accounts_import(h.s, NULL, 0, false, take, &o, &e));
	session_lock(h.s);
	assert_true(o.done);
	home_close(&h);
}

/* Neither the log nor ledger and cache ever hold a token. */
static void tokens_go_nowhere_else(void **state)
{
	static const char *const files[] = {"numdesk.log", "ledger.db", "cache.db", "cache.db-wal", "vault"};
	struct home h;
	(void)state;

	home_ready(&h);
	answer(&h, LIST(ROW(1, "North", "active", TOK(1)) "," ROW(2, "South", "active", TOK(2))));
	assert_int_equal(import(&h, NULL, 0)->n, 2);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		size_t n = 0;
		char *text = file_read(test_path(h.dir, files[i]), 16 << 20, false, &n, NULL);

		if (!text && i != 3)
			fail_msg("no %s", files[i]);
		if (text && memmem(text, n, "canarytoken", 11))
			fail_msg("%s holds a token", files[i]);
		free(text);
	}
	home_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_any), cmocka_unit_test(all_become_profiles),
		cmocka_unit_test(known_ones_are_refreshed_not_doubled), cmocka_unit_test(some_profiles_are_left_alone),
		cmocka_unit_test(some_by_name), cmocka_unit_test(nothing_is_stored_when_not_all_fit),
		cmocka_unit_test(refusals), cmocka_unit_test(failures_store_nothing),
		cmocka_unit_test(tokens_go_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
