#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "home.h"

#include "numdesk/core/metadata.h"
#include "numdesk/core/profiles.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/rows.h"
#include "numdesk/core/sync.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"

#define LOOPBACK "http://127.0.0.1:8080/{product}"

static void open_again(struct home *h, const struct session_options *o)
{
	struct err e;

	home_close(h);
	if (!home_open(h, o, &e))
		fail_msg("%s", e.msg);
}

static void write_file(const char *path, const char *text)
{
	assert_true(file_replace(path, text, strlen(text), NULL, NULL));
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

static void test_no_files(void **state)
{
	struct command_state cs;
	struct home h;
	struct err e;

	(void)state;
	home_init(&h);
	assert_true(home_open(&h, NULL, &e));
	assert_string_equal(h.s->profile.name, "");
	assert_false(session_unlocked(h.s));
	assert_false(h.s->vault_exists);
	assert_false(h.s->read_only);
	assert_string_equal(h.s->notice, "");
	assert_string_equal(h.s->base_url, BASE_DEFAULT);
	assert_false(session_ready(h.s, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_non_null(strstr(e.msg, "profile add"));
	session_command_state(h.s, &cs);
	assert_false(cs.has_profile || cs.unlocked || cs.can_unlock || cs.offline || cs.read_only || cs.ledger_failed);
	assert_false(home_unlock(&h, HOME_PASS, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(session_set_primary(h.s, PRIMARY_PLAIN, "+14155550101", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	session_lock(h.s);
	session_refresh_summary(h.s, NULL, NULL);
	session_refresh_account(h.s);
	home_close(&h);
	session_close(NULL);
}

static void test_config_is_read(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_init(&h);
	write_file(test_path(h.dir, "config.ini"), "[api]\nbase_url = http://127.0.0.1:9/{product}\n"
		   "[guard]\nread_only = yes\n");
	assert_true(home_open(&h, NULL, &e));
	assert_string_equal(h.s->base_url_asked, "http://127.0.0.1:9/{product}");
	assert_true(h.s->read_only);
	assert_non_null(strstr(h.s->read_only_why, "config.ini"));
	home_close(&h);
}

static void test_bad_starts(void **state)
{
	static const struct {
		const char *name, *config, *expect;
		enum err_kind kind;
		struct session_options o;
	} cases[] = {
		{"unknown key", "[api]\ntimout = 3\n", "config.ini:2:1", ERR_CONFIG, {0}},
		{"missing --config", NULL, "no such file", ERR_CONFIG, {.config = "/nonexistent/numdesk.ini"}},
		{"log level", NULL, "loud", ERR_USAGE, {.log_level = "loud"}},
		{"base url", NULL, "http", ERR_CONFIG, {.base_url = "http://example.com/{product}"}},
		{"unknown profile", NULL, "nobody", ERR_NOT_FOUND, {.profile = "nobody"}},
	};
	struct home h;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		home_init(&h);
		if (cases[i].config)
			write_file(test_path(h.dir, "config.ini"), cases[i].config);
		if (home_open(&h, &cases[i].o, &e))
			fail_msg("%s: was accepted", cases[i].name);
		if (e.kind != cases[i].kind || !strstr(e.msg, cases[i].expect))
			fail_msg("%s: %s", cases[i].name, e.msg);
		assert_null(h.s);
	}
}

static void test_open_modes_are_refused(void **state)
{
	static const char *const names[] = {"config.ini", "vault", "ledger.db", "cache.db"};
	struct home h;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		home_ready(&h);
		home_close(&h);
		if (i == 0)
			write_file(test_path(h.dir, names[i]), "");
		assert_int_equal(chmod(test_path(h.dir, names[i]), 0644), 0);
		if (home_open(&h, NULL, &e))
			fail_msg("%s: was accepted", names[i]);
		if (!strstr(e.msg, "chmod 600") || e.kind != ERR_CONFIG)
			fail_msg("%s: %s", names[i], e.msg);
	}
}

static void test_damaged_cache_is_put_aside(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_close(&h);
	unlink(test_path(h.dir, "cache.db-wal"));
	unlink(test_path(h.dir, "cache.db-shm"));
	write_file(test_path(h.dir, "cache.db"), "this is no database, and long enough to be looked at as one");
	assert_true(home_open(&h, NULL, &e));
	assert_non_null(strstr(h.s->notice, "cache"));
	home_close(&h);
}

static void test_read_only(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	open_again(&h, &(struct session_options){.read_only = true});
	assert_true(h.s->read_only && h.s->ledger_read_only);
	assert_string_equal(h.s->read_only_why, "--read-only");
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_true(h.s->client.read_only);
	assert_false(session_set_primary(h.s, PRIMARY_PLAIN, "+14155550101", &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_non_null(strstr(e.msg, "--read-only"));
	home_close(&h);
}

static void test_read_only_without_files(void **state)
{
	struct home h;
	struct err e = {0};

	(void)state;
	home_init(&h);
	if (!home_open(&h, &(struct session_options){.read_only = true}, &e))
		fail_msg("%s", e.msg);
	assert_true(h.s->read_only);
	home_close(&h);
}

/* With the real transport and clock: nothing is asked, and nothing is left behind. */
static void test_real_transport(void **state)
{
	const char *dir = test_dir();
	struct session *s;
	struct err e;

	(void)state;
	assert_true(session_open(&s, &(struct session_options){.home = dir}, &e));
	assert_true(reactor_turn(s->reactor, NULL, 0, 0, &e));
	session_close(s);
}

/* --- unlocking -------------------------------------------------------------------------------------------------- */

static void test_lock_and_unlock(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	assert_true(session_ready(h.s, &e));
	session_lock(h.s);
	assert_false(session_unlocked(h.s));
	assert_null(h.s->secret);
	assert_null(h.s->client.secret);
	assert_string_equal(h.s->profile.name, "acme");         /* reading goes on */
	assert_false(session_ready(h.s, &e));
	assert_int_equal(e.kind, ERR_LOCKED);
	assert_false(home_unlock(&h, "wrong horse", &e));
	assert_int_equal(e.kind, ERR_AUTH);
	assert_int_equal(e.code, 46);
	assert_false(session_unlocked(h.s));
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_true(session_ready(h.s, &e));
	assert_true(home_unlock(&h, HOME_PASS, &e));            /* once more changes nothing */
	open_again(&h, NULL);
	assert_string_equal(h.s->profile.name, "acme");         /* the ledger mirrors it */
	assert_string_equal(h.s->profile.account_sid, HOME_AC);
	assert_true(h.s->vault_exists);
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_string_equal(h.s->notice, "");
	home_close(&h);
}

static void test_offline(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	open_again(&h, &(struct session_options){.offline = true});
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_false(session_ready(h.s, &e));
	assert_int_equal(e.kind, ERR_OFFLINE);
	home_close(&h);
}

static void test_base_url(void **state)
{
	static const struct { const char *name, *stored, *asked; bool ok; } cases[] = {
		{"same", LOOPBACK, LOOPBACK, true},
		{"another port of this machine", LOOPBACK, "http://127.0.0.1:9090/{product}", true},
		{"another path", LOOPBACK, "http://127.0.0.1:8080/x/{product}", false},
		{"real credentials to a test server", "https://{product}.twilio.com", LOOPBACK, false},
		{"test credentials to Twilio", LOOPBACK, "https://{product}.twilio.com", false},
		{"another host", "https://{product}.twilio.com", "https://{product}.example.com", false},
		{"nothing asked", LOOPBACK, NULL, true},
	};
	struct home h;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *used = cases[i].asked ? cases[i].asked : cases[i].stored;
		bool ok;

		home_init(&h);
		assert_true(home_open(&h, NULL, &e));
		home_add_profile(&h, "acme", HOME_AC, cases[i].stored);
		open_again(&h, &(struct session_options){.base_url = cases[i].asked});
		ok = home_unlock(&h, HOME_PASS, &e);
		if (ok != cases[i].ok || (!ok && e.kind != ERR_GUARD) || ok != session_unlocked(h.s) ||
		    (!ok && h.s->secret))
			fail_msg("%s: %s", cases[i].name, ok ? "unlocked" : e.msg);
		if (ok && (strcmp(h.s->base_url, used) != 0 || strcmp(h.s->client.base_url, used) != 0))
			fail_msg("%s: %s", cases[i].name, h.s->base_url);
		if (ok)
			assert_true(h.s->profile.is_loopback == base_is_loopback(used));
		home_close(&h);
	}
}

static void test_other_profile_of_another_host(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_add_profile(&h, "test", HOME_AC2, LOOPBACK);
	assert_true(session_use(h.s, "test", &e));
	assert_string_equal(h.s->base_url, LOOPBACK);
	assert_true(session_use(h.s, "acme", &e));
	assert_string_equal(h.s->base_url, BASE_DEFAULT);       /* not the test server's */
	home_close(&h);
}

static void test_choosing(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_add_profile(&h, "beta", HOME_AC2, "");
	assert_string_equal(h.s->profile.name, "acme");
	assert_false(session_use(h.s, "nobody", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_string_equal(h.s->profile.name, "acme");
	assert_true(session_use(h.s, "BETA", &e));
	assert_string_equal(h.s->profile.name, "beta");
	assert_string_equal(h.s->client.account_sid, HOME_AC2);
	open_again(&h, NULL);
	assert_string_equal(h.s->profile.name, "acme");         /* the default: it was the first */
	assert_true(session_use(h.s, "beta", &e));              /* locked works as well */
	assert_string_equal(h.s->profile.name, "beta");
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_string_equal(h.s->profile.name, "beta");
	assert_non_null(h.s->secret);
	open_again(&h, &(struct session_options){.profile = "beta"});
	assert_string_equal(h.s->profile.name, "beta");
	home_close(&h);
}

static void test_hide_when_locked(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_init(&h);
	write_file(test_path(h.dir, "config.ini"), "[vault]\nhide_when_locked = yes\n");
	assert_true(home_open(&h, NULL, &e));
	home_add_profile(&h, "acme", HOME_AC, "");
	open_again(&h, &(struct session_options){.profile = "acme"});
	assert_string_equal(h.s->profile.name, "");
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_string_equal(h.s->profile.name, "acme");
	session_lock(h.s);
	assert_string_equal(h.s->profile.name, "");
	open_again(&h, &(struct session_options){.profile = "nobody"});
	assert_false(home_unlock(&h, HOME_PASS, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(session_unlocked(h.s));
	home_close(&h);
}

/* --- what unlocking checks -------------------------------------------------------------------------------------- */

static void copy_file(const char *from, const char *to)
{
	size_t n;
	char *text = file_read(from, 1 << 20, false, &n, NULL);

	assert_non_null(text);
	assert_true(file_replace(to, text, n, NULL, NULL));
	free(text);
}

static void test_older_vault(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_close(&h);
	copy_file(test_path(h.dir, "vault"), test_path(h.dir, "vault.old"));
	assert_true(home_open(&h, NULL, &e));
	home_add_profile(&h, "beta", HOME_AC2, "");
	home_close(&h);
	copy_file(test_path(h.dir, "vault.old"), test_path(h.dir, "vault"));
	assert_true(home_open(&h, NULL, &e));
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_non_null(strstr(h.s->notice, "(50)"));
	assert_non_null(strstr(h.s->notice, "older"));
	open_again(&h, NULL);
	assert_true(home_unlock(&h, HOME_PASS, &e));            /* told again: nothing has caught up */
	assert_non_null(strstr(h.s->notice, "(50)"));
	home_close(&h);
}

/* Two copies that went their own ways reach the same generation with other contents. */
static void test_forked_vault(void **state)
{
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_close(&h);
	copy_file(test_path(h.dir, "vault"), test_path(h.dir, "vault.old"));
	copy_file(test_path(h.dir, "ledger.db"), test_path(h.dir, "ledger.old"));
	assert_true(home_open(&h, NULL, &e));
	home_add_profile(&h, "beta", HOME_AC2, "");
	home_close(&h);
	copy_file(test_path(h.dir, "vault"), test_path(h.dir, "vault.beta"));
	copy_file(test_path(h.dir, "vault.old"), test_path(h.dir, "vault"));
	copy_file(test_path(h.dir, "ledger.old"), test_path(h.dir, "ledger.db"));
	assert_true(home_open(&h, NULL, &e));
	home_add_profile(&h, "gamma", HOME_AC2, "");
	home_close(&h);
	copy_file(test_path(h.dir, "vault.beta"), test_path(h.dir, "vault"));
	assert_true(home_open(&h, NULL, &e));
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_non_null(strstr(h.s->notice, "another of that number"));
	home_close(&h);
}

static int64_t plan_one(struct home *h, const char *number)
{
	struct operation op = {.kind = OP_BUY, .price_micros = 1150000, .currency = "USD"};
	struct err e;

	snprintf(op.account_sid, sizeof op.account_sid, "%s", HOME_AC);
	snprintf(op.phone_number, sizeof op.phone_number, "%s", number);
	if (!ledger_plan(h->s->ledger, &op, 1, "cli", NULL, &e))
		fail_msg("%s", e.msg);
	return op.id;
}

static void test_journal_is_sealed_and_checked(void **state)
{
	struct home h;
	struct err e;
	uint8_t hash[32];
	int64_t seq;

	(void)state;
	home_ready(&h);
	home_close(&h);
	copy_file(test_path(h.dir, "ledger.db"), test_path(h.dir, "ledger.old"));
	assert_true(home_open(&h, NULL, &e));
	assert_true(home_unlock(&h, HOME_PASS, &e));
	plan_one(&h, "+14155550101");
	open_again(&h, NULL);
	assert_true(home_unlock(&h, HOME_PASS, &e));
	assert_true(vault_head_get(h.s->vault, &seq, hash));
	assert_true(seq > 0);
	assert_false(h.s->read_only);
	home_close(&h);
	copy_file(test_path(h.dir, "ledger.old"), test_path(h.dir, "ledger.db"));       /* history is lost */
	assert_true(home_open(&h, NULL, &e));
	assert_true(home_unlock(&h, HOME_PASS, &e));                                    /* reading is never stopped */
	assert_true(session_ready(h.s, &e));
	assert_non_null(strstr(h.s->notice, "journal"));
	assert_true(h.s->read_only && h.s->client.read_only);
	assert_non_null(strstr(h.s->read_only_why, "journal"));
	assert_true(vault_head_get(h.s->vault, &seq, hash));
	assert_true(seq > 0);                                                           /* and not sealed over */
	home_close(&h);
}

/* --- data ------------------------------------------------------------------------------------------------------- */

static void set_true(void *ctx)
{
	*(bool *)ctx = true;
}

static void test_primary_is_mirrored(void **state)
{
	char number[E164_SIZE];
	struct number n;
	struct arena a = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 3, 10);
	home_script_facts(&h);
	home_sync(&h);
	assert_true(session_set_primary(h.s, PRIMARY_PLAIN, home_number(1, number), &e));
	home_settle(&h);
	assert_true(cache_find(h.s->cache, HOME_AC, number, &n, NULL, &a, &e));
	assert_true(n.is_primary);
	assert_true(session_set_primary(h.s, PRIMARY_PLAIN, NULL, &e));
	home_settle(&h);
	assert_true(cache_find(h.s->cache, HOME_AC, number, &n, NULL, &a, &e));
	assert_false(n.is_primary);
	arena_release(&a);
	home_close(&h);
}

/* Another session changed the metadata while no mirror was made: the next start makes it. */
static void test_mirror_is_made_up_for(void **state)
{
	char number[E164_SIZE];
	struct number n;
	struct arena a = {0};
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 3, 10);
	home_script_facts(&h);
	home_sync(&h);
	assert_true(ledger_set_locked(h.s->ledger, HOME_AC, home_number(2, number), true, &e));
	open_again(&h, NULL);
	home_settle(&h);
	assert_true(cache_find(h.s->cache, HOME_AC, number, &n, NULL, &a, &e));
	assert_true(n.is_locked);
	open_again(&h, NULL);
	assert_int_equal(h.s->data_version, 1);         /* nothing to mirror this time: only opening touched it */
	home_settle(&h);
	assert_int_equal(h.s->data_version, 1);
	arena_release(&a);
	home_close(&h);
}

static void test_summary(void **state)
{
	bool done = false;
	struct home h;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 12, 10);
	home_script_facts(&h);
	home_sync(&h);
	h.s->summary = (struct cache_summary){0};
	session_refresh_summary(h.s, set_true, &done);
	home_until(&h, &done);
	assert_int_equal(h.s->summary.numbers, 12);
	assert_int_equal(h.s->summary.monthly, 12 * 1150000);
	assert_string_equal(h.s->summary.currency, "USD");
	assert_string_equal(h.s->account.name, "Client 0");
	assert_int_equal(h.s->account.balance, 42170000);
	home_close(&h);
}

/* Locking while reads are under way: they end, and none of them finds a secret. */
static void failed_sync(void *ctx, const struct cache_report *report, const struct err *err)
{
	(void)report;
	*(enum err_kind *)ctx = err->kind;
}

static void test_lock_ends_reads(void **state)
{
	enum err_kind kind = ERR_NONE;
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	fake_http_on(h.http, HTTP_GET, "IncomingPhoneNumbers", &(struct fake_reply){.hang = true});
	assert_true(sync_start(h.s, failed_sync, &kind, &e));
	for (int i = 0; i < 1000 && fake_http_calls(h.http) == 0; i++)
		assert_true(reactor_turn(h.s->reactor, NULL, 0, 5, &e));
	assert_int_equal(fake_http_calls(h.http), 1);
	session_lock(h.s);
	assert_int_equal(h.s->http->running(h.s->http), 0);
	assert_int_equal(fake_http_dropped(h.http), 1);
	home_settle(&h);
	assert_int_equal(kind, ERR_STOPPED);
	home_close(&h);
}

static void test_close_while_busy(void **state)
{
	enum err_kind kind = ERR_NONE;
	struct home h;
	struct err e;

	(void)state;
	home_ready(&h);
	home_script_list(&h, 3000, 1000);
	assert_true(sync_start(h.s, failed_sync, &kind, &e));
	home_close(&h);
	assert_int_equal(kind, ERR_STOPPED);
}

static void test_two_sessions(void **state)
{
	struct home a, b;
	struct err e;

	(void)state;
	home_ready(&a);
	b = a;
	b.s = NULL;
	assert_true(home_open(&b, NULL, &e));
	assert_true(home_unlock(&b, HOME_PASS, &e));
	home_add_profile(&b, "beta", HOME_AC2, "");
	assert_true(session_use(a.s, "beta", &e));              /* the vault is read anew when it changed */
	home_close(&b);
	home_close(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_files), cmocka_unit_test(test_config_is_read),
		cmocka_unit_test(test_bad_starts), cmocka_unit_test(test_open_modes_are_refused),
		cmocka_unit_test(test_damaged_cache_is_put_aside), cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_read_only_without_files), cmocka_unit_test(test_real_transport),
		cmocka_unit_test(test_lock_and_unlock), cmocka_unit_test(test_offline),
		cmocka_unit_test(test_base_url), cmocka_unit_test(test_other_profile_of_another_host),
		cmocka_unit_test(test_choosing), cmocka_unit_test(test_hide_when_locked),
		cmocka_unit_test(test_older_vault), cmocka_unit_test(test_forked_vault),
		cmocka_unit_test(test_journal_is_sealed_and_checked), cmocka_unit_test(test_primary_is_mirrored),
		cmocka_unit_test(test_mirror_is_made_up_for), cmocka_unit_test(test_summary),
		cmocka_unit_test(test_lock_ends_reads), cmocka_unit_test(test_close_while_busy),
		cmocka_unit_test(test_two_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
