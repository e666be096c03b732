/* Profiles, the vault, and where their secrets must never turn up. */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

#define CANARY_PASS "canary-passphrase-4711"

static int add(const char *name, const char *account, const char *secret, const char *more)
{
	struct proc_spec spec = {.n_fds = 1, .fds = {{4, secret}}};
	const char *words[10] = {"profile", "add", name, "--account-sid", account, "--secret-fd", "4", more};

	return numdesk_spec(&nd, &spec, words);
}

static void test_profile_add_stores_only_what_works(void **state)
{
	struct sandbox_account a;
	struct stat st;

	(void)state;
	sandbox_credentials(sandbox, "acme", &a);
	assert_int_equal(add("p", a.account_sid, "ffffffffffffffffffffffffffffffff", NULL), 3);
	assert_true(numdesk_said(&nd, 1, NULL));
	assert_int_not_equal(stat(test_path(nd.home, "vault"), &st), 0);
	nd.pass = "short";
	assert_int_equal(add("p", a.account_sid, a.auth_token, NULL), 2);
	assert_int_not_equal(stat(test_path(nd.home, "vault"), &st), 0);
	nd.pass = "another passphrase";
	assert_int_equal(add("p", a.account_sid, a.auth_token, "--json"), 0);
	assert_non_null(strstr(nd.r.out, "\"is_default\": true"));
	assert_int_equal(stat(test_path(nd.home, "vault"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(add("p", a.account_sid, a.auth_token, NULL), 2);
	assert_true(numdesk_said(&nd, 1, "exists already"));
	assert_int_equal(add("p", a.account_sid, a.auth_token, "--replace"), 0);
	assert_int_equal(add("q", a.account_sid, "ffffffffffffffffffffffffffffffff", NULL), 3);
	assert_int_equal(add("q", a.account_sid, "ffffffffffffffffffffffffffffffff", "--no-probe"), 0);
	NUMDESK(3, "--profile", "q", "sync");
	NUMDESK(0, "profile", "list", "--plain");
	assert_int_equal(lines(nd.r.out), 2);
	nd.pass = "not this one at all";
	assert_int_equal(add("r", a.account_sid, a.auth_token, NULL), 3);
}

/* Passphrase and token may come through one descriptor, a line each. */
static void test_one_descriptor_for_both(void **state)
{
	struct sandbox_account a;
	char both[200];
	struct proc_spec spec = {.n_fds = 1, .fds = {{5, both}}};
	const char *words[] = {"--passphrase-fd", "5", "profile", "add", "p", "--account-sid", a.account_sid,
			       "--secret-fd", "5", NULL};

	(void)state;
	sandbox_credentials(sandbox, "acme", &a);
	snprintf(both, sizeof both, "%s\n%s\n", ND_PASS, a.auth_token);
	nd.pass = NULL;
	assert_int_equal(numdesk_spec(&nd, &spec, words), 0);
	nd.pass = ND_PASS;
	NUMDESK(0, "sync");
}

static void test_an_api_key_works_too(void **state)
{
	struct sandbox_account a;
	struct proc_spec spec = {.n_fds = 1};
	const char *words[] = {"profile", "add", "k", "--account-sid", a.account_sid, "--key-sid", a.key_sid,
			       "--secret-fd", "4", "--label", "PROD", "--color", "red", "--json", NULL};
	struct json *doc;

	(void)state;
	sandbox_credentials(sandbox, "acme-standard", &a);
	spec.fds[0] = (struct proc_fd){4, a.key_secret};
	assert_int_equal(numdesk_spec(&nd, &spec, words), 0);
	doc = numdesk_json(&nd);
	assert_string_equal(text_at(doc, 0, "auth"), "apikey");
	assert_string_equal(text_at(doc, 0, "key_sid"), a.key_sid);
	assert_string_equal(text_at(doc, 0, "label"), "PROD");
	json_free(doc);
	NUMDESK(0, "sync");
}

static void test_profiles(void **state)
{
	struct json *doc;

	(void)state;
	numdesk_add(&nd, "east", "acme-east");
	NUMDESK(0, "profile", "list", "--json");
	doc = rows_with(2, "name,account_sid,account_name,owner_account_sid,key_sid,auth,label,color,is_default,"
			   "is_read_only,is_protected,is_loopback");
	assert_true(has(doc, "name", "east"));
	json_free(doc);
	NUMDESK(0, "profile", "use", "EAST");
	NUMDESK(0, "profile", "show", "--plain");
	assert_int_equal(strncmp(nd.r.out, "east\t", 5), 0);
	NUMDESK(0, "profile", "show", "p", "--json");
	NUMDESK(4, "profile", "show", "q");
	NUMDESK(4, "profile", "use", "q");
	NUMDESK(4, "profile", "remove", "q", "--yes");
	NUMDESK(0, "profile", "check", "p", "--json");
	json_free(rows_with(1, "name,account_sid,works,message"));
	NUMDESK(0, "profile", "remove", "east", "--yes");
	NUMDESK(0, "profile", "list", "--plain");
	assert_int_equal(lines(nd.r.out), 1);
	NUMDESK(0, "profile", "remove", "p", "--yes", "--json");
	assert_string_equal(nd.r.out, "[]\n");
	NUMDESK(4, "sync");
	/* a profile for another host than the first one's can be added, removed and shown from anywhere */
	nd.sandbox = NULL;
	NUMDESK(0, "profile", "list");
}

static void test_passwd_and_rekey(void **state)
{
	struct proc_spec spec = {.n_fds = 1, .fds = {{4, "quite another one"}}};
	static const char *const passwd[] = {"passwd", "--new-passphrase-fd", "4", NULL};

	(void)state;
	assert_int_equal(numdesk_spec(&nd, &spec, passwd), 0);
	assert_true(numdesk_said(&nd, 1, NULL));
	NUMDESK(3, "sync");
	nd.pass = "quite another one";
	NUMDESK(0, "sync");
	spec.fds[0].text = "short";
	assert_int_equal(numdesk_spec(&nd, &spec, passwd), 2);
	NUMDESK(0, "vault", "rekey");
	NUMDESK(0, "sync");
	NUMDESK(0, "list", "--json");
}

static void test_credentials_directory(void **state)
{
	const char *dir = test_dir();
	char env[600], path[600];
	const char *const more[] = {env, NULL}, *const sync[] = {"sync", NULL};
	FILE *f;

	(void)state;
	snprintf(env, sizeof env, "CREDENTIALS_DIRECTORY=%s", dir);
	snprintf(path, sizeof path, "%s/numdesk.pass", dir);
	f = fopen(path, "w");
	fputs(ND_PASS "\n", f);
	fclose(f);
	nd.pass = NULL;
	assert_int_equal(numdesk_spec(&nd, &(struct proc_spec){.env = more}, sync), 0);
	f = fopen(path, "w");
	fputs("something else\n", f);
	fclose(f);
	assert_int_equal(numdesk_spec(&nd, &(struct proc_spec){.env = more}, sync), 3);
}

#define CANARY_PASS "canary-passphrase-4711"

static bool file_holds(const char *path, const char *word)
{
	FILE *f = fopen(path, "r");
	const size_t n = strlen(word);
	size_t len, at = 0;
	char *text;
	bool found = false;

	if (!f)
		return false;
	text = calloc(1, 8 << 20);
	len = fread(text, 1, (8 << 20) - 1, f);
	fclose(f);
	for (; !found && at + n <= len; at++)
		found = memcmp(text + at, word, n) == 0;
	free(text);
	return found;
}

static void assert_no_secret(const char *const *secrets, size_t n)
{
	static const char *const files[] = {"vault", "vault.bak", "ledger.db", "ledger.db-journal", "cache.db",
					    "cache.db-wal", "numdesk.log", "config.ini"};

	for (size_t i = 0; i < n; i++) {
		if (strstr(nd.r.out, secrets[i]) || strstr(nd.r.err, secrets[i]))
			fail_msg("secret %zu is printed", i);
		for (size_t f = 0; f < ARRAY_LEN(files); f++)
			if (file_holds(test_path(nd.home, files[f]), secrets[i]))
				fail_msg("secret %zu is in %s", i, files[f]);
	}
}

static void assert_not_in_proc(pid_t pid, const char *const *secrets, size_t n)
{
	static const char *const files[] = {"cmdline", "environ", "comm"};
	char path[64];

	for (size_t f = 0; f < ARRAY_LEN(files); f++)
		for (size_t i = 0; i < n; i++) {
			snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, files[f]);
			if (file_holds(path, secrets[i]))
				fail_msg("secret %zu is in %s", i, files[f]);
		}
}

static void test_secrets_stay_secret(void **state)
{
	static const char *const commands[][5] = {
		{"sync", "--log-level", "debug"}, {"list", "--json"}, {"profile", "show", "--json"},
		{"profile", "check"}, {"doctor", "--live"}, {"journal"}, {"search", "US", "--limit", "1"},
		{"vault", "rekey"}, {"show", MAIN_LINE, "--live", "--json"},
	};
	static const char *const sync[] = {"sync", NULL};
	const char *secrets[3];
	struct proc *p;

	(void)state;
	nd.pass = CANARY_PASS;
	numdesk_add(&nd, "p", "acme");
	secrets[0] = CANARY_PASS;
	secrets[1] = nd.account.auth_token;
	secrets[2] = "QUM4YzVjZjU4";       /* how "AC8c5cf58" begins in the header that carries both */
	assert_no_secret(secrets, 2);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		const char *words[6] = {commands[i][0], commands[i][1], commands[i][2], commands[i][3], commands[i][4]};

		if (numdesk_v(&nd, words) != 0)
			fail_msg("%s: exit %d: %s", words[0], nd.r.status, nd.r.err);
		assert_no_secret(secrets, ARRAY_LEN(secrets));
	}
	/* what other processes can see of it while it works */
	sandbox_reset(sandbox);
	fault("GET", NULL, "hang", ALWAYS, NULL);
	p = numdesk_start(&nd, &(struct proc_spec){.in = NULL}, sync);
	assert_true(test_wait(has_arrived, (void *)(uintptr_t)"GET", 10000));
	assert_not_in_proc(proc_pid(p), secrets, ARRAY_LEN(secrets));
	kill(proc_pid(p), SIGTERM);
	proc_release(&nd.r);
	proc_end(p, &nd.r);
	assert_no_secret(secrets, ARRAY_LEN(secrets));
	/* a server that repeats what it was told */
	sandbox_no_faults(sandbox);
	char arg[300];
	snprintf(arg, sizeof arg, "{\"status\":400,\"text\":\"{\\\"code\\\":99999,\\\"message\\\":\\\"bad %s\\\"}\"}",
		 secrets[1]);
	fault("GET", NULL, "body", ALWAYS, arg);
	NUMDESK(1, "sync");
	assert_false(file_holds(test_path(nd.home, "numdesk.log"), secrets[1]));
	sandbox_no_faults(sandbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_profile_add_stores_only_what_works), TEST(test_one_descriptor_for_both),
		TEST(test_an_api_key_works_too), READY(test_profiles), READY(test_passwd_and_rekey),
		READY(test_credentials_directory), TEST(test_secrets_stay_secret),
	};

	return cmocka_run_group_tests(tests, up, down);
}
