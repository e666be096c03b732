#include "test.h"

#include "ledger_fixture.h"

#define ONE "+15550000001"
#define TWO "+15550000002"

/* --- numbers ----------------------------------------------------------------------------------------------------- */

static void one_primary_per_account(void **state)
{
	char got[E164_SIZE] = "x";
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_false(ledger_primary(d.l, ACCOUNT_A, got));
	assert_string_equal(got, "");
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, NULL, &d.e));
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, ONE, &d.e));
	assert_true(ledger_set_primary(d.l, ACCOUNT_B, TWO, &d.e));
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, TWO, &d.e));
	assert_true(ledger_primary(d.l, ACCOUNT_A, got));
	assert_string_equal(got, TWO);
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, NULL, &d.e));
	assert_false(ledger_primary(d.l, ACCOUNT_A, got));
	assert_true(ledger_primary(d.l, ACCOUNT_B, got));
	desk_release(&d);
	/* rows that say nothing are gone */
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM number_meta"), 1);
}

static unsigned of(struct desk *d, const char *number)
{
	return ledger_primary_of(d->l, ACCOUNT_A, number);
}

static void expect_for(struct desk *d, enum primary_purpose p, const char *want)
{
	char got[E164_SIZE];

	assert_int_equal(ledger_primary_for(d->l, ACCOUNT_A, p, got), want != NULL);
	assert_string_equal(got, want ? want : "");
}

static void another_primary_for_one_purpose(void **state)
{
	struct arena mem = {0};
	struct number_meta m;
	struct desk d;

	(void)state;
	desk_init(&d);
	expect_for(&d, PRIMARY_MESSAGES, NULL);
	assert_int_equal(of(&d, ONE), 0);
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, ONE, &d.e));
	expect_for(&d, PRIMARY_MESSAGES, ONE);
	expect_for(&d, PRIMARY_VOICE, ONE);
	assert_true(ledger_meta(d.l, ACCOUNT_A, ONE, &m, &mem, &d.e));
	assert_string_equal(m.primary_for, "messages voice");
	assert_true(ledger_set_primary_for(d.l, ACCOUNT_A, PRIMARY_MESSAGES, TWO, &d.e));
	desk_reopen(&d);
	expect_for(&d, PRIMARY_PLAIN, ONE);
	expect_for(&d, PRIMARY_MESSAGES, TWO);
	expect_for(&d, PRIMARY_VOICE, ONE);
	assert_int_equal(of(&d, ONE), 1u << PRIMARY_PLAIN);
	assert_int_equal(of(&d, TWO), 1u << PRIMARY_MESSAGES);
	assert_true(ledger_meta(d.l, ACCOUNT_A, ONE, &m, &mem, &d.e));
	assert_string_equal(m.primary_for, "voice");
	assert_true(ledger_meta(d.l, ACCOUNT_A, TWO, &m, &mem, &d.e));
	assert_string_equal(m.primary_for, "messages");
	assert_true(m.for_messages && !m.for_voice && !m.is_primary);
	/* of another account there is none */
	assert_int_equal(ledger_primary_of(d.l, ACCOUNT_B, TWO), 0);
	assert_true(ledger_set_primary_for(d.l, ACCOUNT_A, PRIMARY_VOICE, TWO, &d.e));
	assert_true(ledger_meta(d.l, ACCOUNT_A, ONE, &m, &mem, &d.e));
	assert_true(m.is_primary && !m.primary_for);
	assert_true(ledger_set_primary_for(d.l, ACCOUNT_A, PRIMARY_MESSAGES, NULL, &d.e));
	expect_for(&d, PRIMARY_MESSAGES, ONE);
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, NULL, &d.e));
	expect_for(&d, PRIMARY_MESSAGES, NULL);
	expect_for(&d, PRIMARY_VOICE, TWO);
	assert_true(ledger_set_primary_for(d.l, ACCOUNT_A, PRIMARY_VOICE, NULL, &d.e));
	arena_release(&mem);
	desk_release(&d);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM number_meta"), 0);
}

/* A file of version 2: the columns are not there, the primary number is. */
static void purposes_are_added_to_an_older_file(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, ONE, &d.e));
	ledger_close(d.l);
	assert_int_equal(raw_sql(d.path, "DROP TABLE saved_search; DROP TABLE basket; DROP INDEX one_for_messages;"
				 " DROP INDEX one_for_voice;"
				 " ALTER TABLE number_meta DROP COLUMN for_messages;"
				 " ALTER TABLE number_meta DROP COLUMN for_voice; PRAGMA user_version=2"),
			 SQLITE_OK);
	d.l = NULL;
	desk_reopen(&d);
	expect_for(&d, PRIMARY_MESSAGES, ONE);
	assert_true(ledger_set_primary_for(d.l, ACCOUNT_A, PRIMARY_VOICE, TWO, &d.e));
	expect_for(&d, PRIMARY_VOICE, TWO);
	desk_release(&d);
}

static void locks(void **state)
{
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_false(ledger_is_locked(d.l, ACCOUNT_A, ONE));
	assert_true(ledger_set_locked(d.l, ACCOUNT_A, ONE, false, &d.e));
	assert_true(ledger_set_locked(d.l, ACCOUNT_A, ONE, true, &d.e));
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, ONE, &d.e));
	assert_true(ledger_is_locked(d.l, ACCOUNT_A, ONE));
	assert_false(ledger_is_locked(d.l, ACCOUNT_B, ONE));
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, NULL, &d.e));
	desk_reopen(&d);
	assert_true(ledger_is_locked(d.l, ACCOUNT_A, ONE));
	assert_true(ledger_set_locked(d.l, ACCOUNT_A, ONE, false, &d.e));
	assert_false(ledger_is_locked(d.l, ACCOUNT_A, ONE));
	desk_release(&d);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM number_meta"), 0);
}

static bool list_meta(void *ctx, const struct number_meta *m)
{
	return buf_addf(ctx, "%c%s%s%s %s;", m->account_sid[33], m->phone_number + 8, m->is_primary ? "P" : "",
			m->is_locked ? "L" : "", m->tags ? m->tags : "-");
}

static void meta_is_listed(void **state)
{
	struct desk d;
	struct buf b;

	(void)state;
	desk_init(&d);
	buf_init(&b, 4096);
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, TWO, &d.e));
	assert_true(ledger_set_locked(d.l, ACCOUNT_A, ONE, true, &d.e));
	assert_true(ledger_set_locked(d.l, ACCOUNT_B, ONE, true, &d.e));
	assert_int_equal(raw_sql(d.path, "UPDATE number_meta SET tags='billing' WHERE is_primary"), SQLITE_OK);
	assert_true(ledger_meta_each(d.l, ACCOUNT_A, list_meta, &b, &d.e));
	assert_string_equal(buf_str(&b), "a0001L -;a0002P billing;");
	buf_clear(&b);
	assert_true(ledger_meta_each(d.l, NULL, list_meta, &b, &d.e));
	assert_string_equal(buf_str(&b), "a0001L -;a0002P billing;b0001L -;");
	/* a tag keeps the row of a number that is primary no more */
	assert_true(ledger_set_primary(d.l, ACCOUNT_A, NULL, &d.e));
	buf_clear(&b);
	assert_true(ledger_meta_each(d.l, ACCOUNT_A, list_meta, &b, &d.e));
	assert_string_equal(buf_str(&b), "a0001L -;a0002 billing;");
	buf_release(&b);
	desk_release(&d);
}

/* --- whole rows --------------------------------------------------------------------------------------------------- */

struct edits { struct number_meta want[2]; size_t fail_at; };

static bool edit(void *ctx, size_t i, struct number_meta *m, struct arena *a, struct err *e)
{
	const struct edits *x = ctx;

	(void)a;
	if (i == x->fail_at)
		return err_set(e, ERR_USAGE, "not this one");
	m->is_primary = x->want[i].is_primary;
	m->for_messages = x->want[i].for_messages;
	m->for_voice = x->want[i].for_voice;
	m->is_locked = x->want[i].is_locked;
	m->tags = x->want[i].tags;
	m->note = x->want[i].note;
	m->owner = x->want[i].owner;
	m->customer_ref = x->want[i].customer_ref;
	return true;
}

static const struct number_meta keys[] = {
	{.account_sid = ACCOUNT_A, .phone_number = ONE}, {.account_sid = ACCOUNT_A, .phone_number = TWO},
};

static void rows_are_edited_together(void **state)
{
	struct edits x = {.want = {{.tags = "a b", .note = "n", .owner = "o", .customer_ref = "c", .is_primary = true},
				   {.is_locked = true}},
			  .fail_at = SIZE_MAX};
	struct arena mem = {0};
	struct number_meta m;
	struct desk d;
	int64_t v;

	(void)state;
	desk_init(&d);
	assert_true(ledger_meta(d.l, ACCOUNT_A, ONE, &m, &mem, &d.e));
	assert_string_equal(m.phone_number, ONE);
	assert_true(!m.tags && !m.is_primary);
	assert_true(ledger_meta_edit(d.l, keys, 0, edit, &x, &d.e));
	if (!ledger_meta_edit(d.l, keys, 2, edit, &x, &d.e))
		fail_msg("%s", d.e.msg);
	desk_reopen(&d);
	assert_true(ledger_meta(d.l, ACCOUNT_A, ONE, &m, &mem, &d.e));
	assert_string_equal(m.account_sid, ACCOUNT_A);
	assert_string_equal(m.tags, "a b");
	assert_string_equal(m.note, "n");
	assert_string_equal(m.owner, "o");
	assert_string_equal(m.customer_ref, "c");
	assert_true(m.is_primary && !m.is_locked);
	assert_true(ledger_is_locked(d.l, ACCOUNT_A, TWO));
	/* nothing new: nothing is written, nothing has to be mirrored */
	v = ledger_meta_version(d.l);
	assert_true(ledger_meta_edit(d.l, keys, 2, edit, &x, &d.e));
	assert_int_equal(ledger_meta_version(d.l), v);
	/* the primary moves; a row that says nothing goes */
	x.want[0] = (struct number_meta){.tags = NULL};
	x.want[1].is_primary = true;
	assert_true(ledger_meta_edit(d.l, keys, 2, edit, &x, &d.e));
	arena_release(&mem);
	desk_release(&d);
	assert_int_equal(raw_number(d.path, "SELECT count(*) FROM number_meta"), 1);
	assert_int_equal(raw_number(d.path, "SELECT is_primary FROM number_meta"), 1);
}

static void one_refusal_undoes_all(void **state)
{
	struct edits x = {.want = {{.is_locked = true}}, .fail_at = 1};
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_false(ledger_meta_edit(d.l, keys, 2, edit, &x, &d.e));
	assert_string_equal(d.e.msg, "not this one");
	assert_false(ledger_is_locked(d.l, ACCOUNT_A, ONE));
	/* the transaction is over: the next one works */
	assert_true(ledger_set_locked(d.l, ACCOUNT_A, ONE, true, &d.e));
	desk_release(&d);
}

/* The one that becomes primary comes before the one that was. */
static void a_primary_is_taken_over(void **state)
{
	struct edits x = {.want = {{.is_primary = true, .for_messages = true, .for_voice = true}}, .fail_at = SIZE_MAX};
	char got[E164_SIZE];
	struct desk d;

	(void)state;
	desk_init(&d);
	for (unsigned p = 0; p < PRIMARY_PURPOSE_COUNT; p++)
		assert_true(ledger_set_primary_for(d.l, ACCOUNT_A, (enum primary_purpose)p, TWO, &d.e));
	assert_true(ledger_meta_edit(d.l, keys, 1, edit, &x, &d.e));
	assert_true(ledger_primary(d.l, ACCOUNT_A, got));
	assert_string_equal(got, ONE);
	assert_int_equal(of(&d, ONE), (1u << PRIMARY_PURPOSE_COUNT) - 1);
	assert_int_equal(of(&d, TWO), 0);
	desk_release(&d);
}

static void version_grows_with_changes_of_any_session(void **state)
{
	bool read_only = false;
	struct desk d, other;
	int64_t v;

	(void)state;
	desk_init(&d);
	v = ledger_meta_version(d.l);
	assert_true(ledger_fact_set(d.l, "sort", "name", &d.e));
	planned(&d, OP_BUY, 1);
	assert_int_equal(ledger_meta_version(d.l), v);
	assert_true(ledger_set_locked(d.l, ACCOUNT_A, ONE, true, &d.e));
	assert_true(ledger_meta_version(d.l) > v);
	v = ledger_meta_version(d.l);
	other = d;
	other.l = desk_open(&other, &read_only);
	assert_true(ledger_set_locked(other.l, ACCOUNT_A, ONE, false, &other.e));
	assert_true(ledger_meta_version(d.l) > v);
	desk_release(&other);
	desk_release(&d);
}

/* --- profiles ---------------------------------------------------------------------------------------------------- */

static struct profile sample_profile(const char *name)
{
	struct profile p = {.auth = AUTH_APIKEY, .read_only = true};

	snprintf(p.name, sizeof p.name, "%s", name);
	snprintf(p.account_sid, sizeof p.account_sid, "%s", ACCOUNT_A);
	snprintf(p.account_name, sizeof p.account_name, "Example \xc3\xa9");
	snprintf(p.owner_account_sid, sizeof p.owner_account_sid, "%s", ACCOUNT_B);
	snprintf(p.key_sid, sizeof p.key_sid, "SK00000000000000000000000000000001");
	snprintf(p.color, sizeof p.color, "red");
	snprintf(p.label, sizeof p.label, "PROD");
	return p;
}

static void profiles_are_replaced_but_for_the_default(void **state)
{
	struct profile p[] = {sample_profile("beta"), sample_profile("Acme")}, got[4];
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_int_equal(ledger_profiles(d.l, got, 4), 0);
	assert_false(ledger_profile_use(d.l, "acme", &d.e));
	assert_int_equal(d.e.kind, ERR_NOT_FOUND);
	p[0].is_default = true;                 /* not believed */
	if (!ledger_profiles_set(d.l, p, 2, &d.e))
		fail_msg("%s", d.e.msg);
	assert_int_equal(ledger_profiles(d.l, got, 4), 2);
	assert_string_equal(got[0].name, "Acme");
	assert_false(got[0].is_default || got[1].is_default);
	assert_string_equal(got[0].account_name, p[1].account_name);
	assert_string_equal(got[0].owner_account_sid, ACCOUNT_B);
	assert_string_equal(got[0].key_sid, p[1].key_sid);
	assert_string_equal(got[0].color, "red");
	assert_string_equal(got[0].label, "PROD");
	assert_int_equal(got[0].auth, AUTH_APIKEY);
	assert_true(got[0].read_only && !got[0].is_protected && !got[0].is_loopback);
	assert_true(ledger_profile_use(d.l, "ACME", &d.e));
	assert_true(ledger_profile_use(d.l, "beta", &d.e) && ledger_profile_use(d.l, "acme", &d.e));
	p[1].is_protected = true;
	assert_true(ledger_profiles_set(d.l, p, 2, &d.e));
	assert_int_equal(ledger_profiles(d.l, got, 1), 1);
	assert_true(got[0].is_default && got[0].is_protected);
	assert_false(ledger_profile_use(d.l, "nobody", &d.e));
	assert_int_equal(ledger_profiles(d.l, got, 4), 2);
	assert_true(got[0].is_default);         /* a wrong name leaves the old default */
	assert_true(ledger_profiles_set(d.l, p, 1, &d.e));
	assert_int_equal(ledger_profiles(d.l, got, 4), 1);
	assert_false(got[0].is_default);
	desk_release(&d);
}

static void same_profile_twice_is_refused_whole(void **state)
{
	struct profile p[] = {sample_profile("one"), sample_profile("ONE")}, got[2];
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(ledger_profiles_set(d.l, p, 1, &d.e));
	assert_false(ledger_profiles_set(d.l, p, 2, &d.e));
	assert_int_equal(ledger_profiles(d.l, got, 2), 1);
	desk_release(&d);
}

static void facts(void **state)
{
	char got[8] = "x";
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_false(ledger_fact(d.l, "sort", got, sizeof got));
	assert_true(ledger_fact_set(d.l, "sort", "name", &d.e) && ledger_fact_set(d.l, "sort", "-cost", &d.e));
	desk_reopen(&d);
	assert_true(ledger_fact(d.l, "sort", got, sizeof got));
	assert_string_equal(got, "-cost");
	assert_true(ledger_fact_set(d.l, "sort", "longer than seven", &d.e));
	assert_false(ledger_fact(d.l, "sort", got, sizeof got));        /* never half a fact */
	assert_true(ledger_fact_set(d.l, "sort", "", &d.e));
	assert_true(ledger_fact(d.l, "sort", got, sizeof got));
	assert_string_equal(got, "");
	desk_release(&d);
}

static bool join(void *ctx, const char *key, const char *value)
{
	return buf_addf(ctx, "%s=%s;", key, value) && strcmp(value, "stop") != 0;
}

static void facts_by_prefix(void **state)
{
	static const struct { const char *prefix, *found; } t[] = {
		{"none", ""}, {"a.", "a.1=x;a.2=stop;"}, {"a.1", "a.1=x;"}, {"%", ""}, {"b", "b=y;"},
	};
	char got[8];
	struct desk d;

	(void)state;
	desk_init(&d);
	assert_true(ledger_fact_set(d.l, "a.2", "stop", &d.e) && ledger_fact_set(d.l, "a.1", "x", &d.e));
	assert_true(ledger_fact_set(d.l, "a.3", "z", &d.e) && ledger_fact_set(d.l, "b", "y", &d.e));
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct buf b;

		buf_init(&b, 1000);
		assert_true(ledger_facts_each(d.l, t[i].prefix, join, &b, &d.e));
		assert_string_equal(buf_str(&b), t[i].found);
		buf_release(&b);
	}
	assert_true(ledger_fact_set(d.l, "b", NULL, &d.e) && ledger_fact_set(d.l, "b", NULL, &d.e));
	assert_false(ledger_fact(d.l, "b", got, sizeof got));
	desk_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_primary_per_account),
		cmocka_unit_test(another_primary_for_one_purpose),
		cmocka_unit_test(purposes_are_added_to_an_older_file),
		cmocka_unit_test(locks),
		cmocka_unit_test(meta_is_listed),
		cmocka_unit_test(rows_are_edited_together),
		cmocka_unit_test(one_refusal_undoes_all),
		cmocka_unit_test(a_primary_is_taken_over),
		cmocka_unit_test(version_grows_with_changes_of_any_session),
		cmocka_unit_test(profiles_are_replaced_but_for_the_default),
		cmocka_unit_test(same_profile_twice_is_refused_whole),
		cmocka_unit_test(facts),
		cmocka_unit_test(facts_by_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
