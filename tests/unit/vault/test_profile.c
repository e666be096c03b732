#include "test.h"

#include "fixture.h"

#include "record_priv.h"
#include "vault_priv.h"

#include "numdesk/util/mem.h"

/* The records of an open vault: profiles with their secrets, and the ledger's head. */

static const char *vault_path(void)
{
	return test_path(test_dir(), "vault");
}

/* --- profiles ----------------------------------------------------------------------------------------------------- */

static void assert_same(const struct vault_entry *a, const struct vault_entry *b)
{
	assert_string_equal(a->profile.name, b->profile.name);
	assert_string_equal(a->profile.account_sid, b->profile.account_sid);
	assert_string_equal(a->profile.account_name, b->profile.account_name);
	assert_string_equal(a->profile.owner_account_sid, b->profile.owner_account_sid);
	assert_string_equal(a->profile.key_sid, b->profile.key_sid);
	assert_string_equal(a->profile.color, b->profile.color);
	assert_string_equal(a->profile.label, b->profile.label);
	assert_string_equal(a->base_url, b->base_url);
	assert_int_equal(a->profile.auth, b->profile.auth);
	assert_int_equal(a->profile.read_only, b->profile.read_only);
	assert_int_equal(a->profile.is_protected, b->profile.is_protected);
}

static void fill(char *dst, size_t size, char c)
{
	memset(dst, c, size - 1);
	dst[size - 1] = '\0';
}

static struct vault_entry longest_entry(void)
{
	struct vault_entry e = entry_of(1);

	fill(e.profile.name, sizeof e.profile.name, 'n');
	fill(e.profile.account_name, sizeof e.profile.account_name, 'a');
	fill(e.profile.color, sizeof e.profile.color, 'c');
	fill(e.profile.label, sizeof e.profile.label, 'l');
	fill(e.base_url, sizeof e.base_url, 'u');
	snprintf(e.profile.owner_account_sid, sizeof e.profile.owner_account_sid, "AC%032d", 7);
	e.profile.read_only = e.profile.is_protected = true;
	return e;
}

static struct vault_entry text_entry(void)
{
	struct vault_entry e = entry_of(2);

	snprintf(e.profile.account_name, sizeof e.profile.account_name, "Caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \x1b[2J");
	snprintf(e.profile.label, sizeof e.profile.label, "PROD");
	snprintf(e.profile.color, sizeof e.profile.color, "red");
	e.profile.is_protected = true;
	return e;
}

static void entries_come_back_as_they_went(void **state)
{
	const struct vault_entry cases[] = {entry_of(0), entry_of(1), longest_entry(), text_entry()};
	char kilobyte[1024];
	(void)state;

	memset(kilobyte, 's', sizeof kilobyte);
	kilobyte[500] = '\0';           /* secrets are bytes too */
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = vault_path();
		struct vault *v = make_vault(path, 0);
		struct secret *in = secret_from(kilobyte, i == 2 ? sizeof kilobyte : 1 + i), *out;
		struct vault_entry back;
		struct err e = {0};

		assert_true(vault_put(v, &cases[i], in, &e));
		vault_close(v);
		v = must_open(path, PASS);
		assert_int_equal(vault_count(v), 1);
		assert_true(vault_entry_at(v, 0, &back, &e));
		assert_same(&cases[i], &back);
		assert_true(vault_find(v, cases[i].profile.name, &back, &e));
		assert_same(&cases[i], &back);
		assert_false(back.profile.is_default);
		assert_false(back.profile.is_loopback);
		out = vault_secret(v, cases[i].profile.name, &e);
		assert_non_null(out);
		assert_true(secret_equal(in, out));
		secret_free(in);
		secret_free(out);
		vault_close(v);
	}
}

static void put_refuses(void **state)
{
	struct vault_entry e[10];
	const char *const names[ARRAY_LEN(e)] = {
		"empty name", "name with a slash", "unterminated name", "empty account", "account of another kind",
		"API key without its SID", "token with a key SID", "key SID of another kind", "empty address",
		"owner is no SID"
	};
	struct vault *v = make_vault(vault_path(), 1);
	struct secret *s = secret_text("token");
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(e); i++)
		e[i] = entry_of(2);
	e[0].profile.name[0] = '\0';
	snprintf(e[1].profile.name, sizeof e[1].profile.name, "a/b");
	memset(e[2].profile.name, 'n', sizeof e[2].profile.name);
	e[3].profile.account_sid[0] = '\0';
	e[4].profile.account_sid[0] = 'P';
	e[5].profile.auth = AUTH_APIKEY;
	snprintf(e[6].profile.key_sid, SID_SIZE, "SK%032d", 1);
	e[7].profile.auth = AUTH_APIKEY;
	snprintf(e[7].profile.key_sid, SID_SIZE, "AC%032d", 1);
	e[8].base_url[0] = '\0';
	snprintf(e[9].profile.owner_account_sid, SID_SIZE, "AC12");
	for (size_t i = 0; i < ARRAY_LEN(e); i++) {
		struct err why = {0};

		if (vault_put(v, &e[i], s, &why) || why.kind != ERR_USAGE || strncmp(why.msg, "vault: ", 7) != 0)
			fail_msg("%s: kind %d: %s", names[i], why.kind, why.msg);
	}
	assert_int_equal(vault_count(v), 1);
	secret_free(s);
	vault_close(v);
}

static void put_refuses_secrets(void **state)
{
	const struct vault_entry entry = entry_of(5);
	struct vault *v = make_vault(vault_path(), 0);
	struct secret *empty = secret_new(8), *large = secret_new(1025);
	struct err e = {0};
	(void)state;

	for (int i = 0; i < 1025; i++)
		secret_append(large, "x", 1);
	assert_false(vault_put(v, &entry, NULL, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_false(vault_put(v, &entry, empty, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_false(vault_put(v, &entry, large, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(vault_count(v), 0);
	secret_free(empty);
	secret_free(large);
	vault_close(v);
}

static void put_replaces_whatever_the_case(void **state)
{
	struct vault *v = make_vault(vault_path(), 3);
	struct vault_entry entry = entry_of(1), back;
	struct secret *s = secret_text("rotated"), *out;
	uint8_t id[16];
	struct err e = {0};
	(void)state;

	memcpy(id, v->image.records[1] + VAULT_REC_ID, sizeof id);
	snprintf(entry.profile.name, sizeof entry.profile.name, "PROFILE-1");
	assert_true(vault_put(v, &entry, s, &e));
	assert_int_equal(vault_count(v), 3);
	assert_true(vault_entry_at(v, 1, &back, &e));   /* and keeps its place */
	assert_string_equal(back.profile.name, "PROFILE-1");
	assert_memory_equal(v->image.records[1] + VAULT_REC_ID, id, sizeof id);
	out = vault_secret(v, "profile-1", &e);
	assert_true(secret_equal(out, s));
	assert_true(has_nth(v, 0) && has_nth(v, 2));
	secret_free(out);
	secret_free(s);
	vault_close(v);
}

/* Rows for profiles from number `from` on, with their secrets. */
struct batch { struct vault_entry entry[256]; struct secret *secret[256]; struct vault_new row[256]; size_t n; };

static struct batch *make_batch(unsigned from, size_t n)
{
	struct batch *b = calloc(1, sizeof *b);

	b->n = n;
	for (size_t i = 0; i < n; i++) {
		char text[64];

		b->entry[i] = entry_of(from + (unsigned)i);
		secret_of(from + (unsigned)i, text);
		b->secret[i] = secret_text(text);
		b->row[i] = (struct vault_new){&b->entry[i], b->secret[i]};
	}
	return b;
}

static void free_batch(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		secret_free(b->secret[i]);
	free(b);
}

static void many_are_put_in_one_write(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 3);
	const uint64_t before = vault_generation(v);
	struct batch *b = make_batch(2, 5);             /* profile 2 is there already */
	struct err e = {0};
	(void)state;

	assert_true(vault_put_all(v, NULL, 0, &e));
	assert_int_equal(vault_generation(v), before);
	assert_true(vault_put_all(v, b->row, 5, &e));
	assert_int_equal(vault_generation(v), before + 1);
	vault_close(v);
	v = must_open(path, PASS);
	assert_int_equal(vault_count(v), 7);
	for (unsigned i = 0; i < 7; i++)
		assert_true(has_nth(v, i));
	vault_close(v);
	free_batch(b);
}

static void many_are_put_whole_or_not_at_all(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 3);
	struct batch *b = make_batch(3, 253);           /* one too many */
	const uint64_t before = vault_generation(v);
	struct err e = {0};
	(void)state;

	assert_false(vault_put_all(v, b->row, 253, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	b->row[1].secret = NULL;
	assert_false(vault_put_all(v, b->row, 3, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	b->row[1].secret = b->secret[1];
	b->entry[2].base_url[0] = '\0';
	assert_false(vault_put_all(v, b->row, 3, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(vault_generation(v), before);
	assert_int_equal(vault_count(v), 3);
	b->entry[2] = entry_of(5);
	assert_true(vault_put_all(v, b->row, 252, &e));
	assert_int_equal(vault_count(v), 255);
	vault_close(v);
	v = must_open(path, PASS);
	assert_true(has_nth(v, 0) && has_nth(v, 254) && !has_nth(v, 255));
	vault_close(v);
	free_batch(b);
}

static void record_generation_tells_changes(void **state)
{
	struct vault *v = make_vault(vault_path(), 2);
	struct vault_entry a, b, a2, b2;
	struct err e = {0};
	(void)state;

	assert_true(vault_entry_at(v, 0, &a, &e) && vault_entry_at(v, 1, &b, &e));
	assert_true(a.generation != b.generation);
	assert_true(vault_update(v, &a, &e));
	assert_true(vault_entry_at(v, 0, &a2, &e) && vault_entry_at(v, 1, &b2, &e));
	assert_true(a2.generation > a.generation);
	assert_int_equal(b2.generation, b.generation);
	assert_int_equal(vault_generation(v), a2.generation);
	vault_close(v);
}

static void update_keeps_the_secret(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 2);
	struct vault_entry entry = entry_of(1);
	struct err e = {0};
	(void)state;

	snprintf(entry.profile.label, sizeof entry.profile.label, "TEST");
	entry.profile.read_only = true;
	assert_true(vault_update(v, &entry, &e));
	vault_close(v);
	v = must_open(path, PASS);
	assert_true(has_nth(v, 1));
	assert_true(vault_find(v, "profile-1", &entry, &e));
	assert_string_equal(entry.profile.label, "TEST");
	assert_true(entry.profile.read_only);
	vault_close(v);
}

static void update_refuses(void **state)
{
	struct vault *v = make_vault(vault_path(), 2);
	const uint64_t before = vault_generation(v);
	struct vault_entry entry = entry_of(7);
	struct err e = {0};
	(void)state;

	assert_false(vault_update(v, &entry, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	entry = entry_of(1);
	entry.profile.account_sid[10] = 'f';
	assert_false(vault_update(v, &entry, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	entry = entry_of(1);
	entry.profile.auth = AUTH_TOKEN;
	entry.profile.key_sid[0] = '\0';
	assert_false(vault_update(v, &entry, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(vault_generation(v), before);
	vault_close(v);
}

static void remove_one(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 3);
	struct vault_entry entry;
	struct err e = {0};
	(void)state;

	assert_true(vault_remove(v, "Profile-1", &e));
	assert_false(vault_remove(v, "profile-1", &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_false(vault_find(v, "profile-1", &entry, &e));
	assert_null(vault_secret(v, "profile-1", &e));
	vault_close(v);
	v = must_open(path, PASS);
	assert_int_equal(vault_count(v), 2);
	assert_true(has_nth(v, 0) && has_nth(v, 2));
	assert_true(vault_remove(v, "profile-0", &e) && vault_remove(v, "profile-2", &e));
	assert_int_equal(vault_count(v), 0);
	assert_false(vault_entry_at(v, 0, &entry, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	vault_close(v);
	vault_close(must_open(path, PASS));
}

static void full_at_256_records(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 255);
	const uint8_t hash[32] = {9};
	uint8_t back[32];
	struct err e = {0};
	int64_t seq;
	(void)state;

	assert_false(put_nth(v, 255, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_true(vault_head_put(v, 77, hash, &e));   /* the 256th */
	assert_false(put_nth(v, 255, &e));
	assert_int_equal(e.kind, ERR_GUARD);
	assert_true(put_nth(v, 254, &e));               /* replacing one is fine */
	vault_close(v);
	v = must_open(path, PASS);
	assert_int_equal(vault_count(v), 255);
	assert_true(has_nth(v, 0) && has_nth(v, 254));
	assert_true(vault_head_get(v, &seq, back));
	assert_int_equal(seq, 77);
	assert_true(vault_remove(v, "profile-3", &e));
	assert_true(put_nth(v, 255, &e));
	vault_close(v);
}

/* --- the ledger's head -------------------------------------------------------------------------------------------- */

static void head_is_sealed(void **state)
{
	const char *path = vault_path();
	struct vault *v = make_vault(path, 1);
	const uint8_t hash[32] = {1, 2, 3, [31] = 0xff}, next[32] = {4};
	uint8_t back[32];
	uint64_t generation;
	struct err e = {0};
	int64_t seq = -1;
	(void)state;

	assert_false(vault_head_get(v, &seq, back));
	assert_true(vault_head_put(v, INT64_MAX, hash, &e));
	assert_int_equal(vault_count(v), 1);            /* it is no profile */
	generation = vault_generation(v);
	assert_true(vault_head_put(v, INT64_MAX, hash, &e));
	assert_int_equal(vault_generation(v), generation);      /* nothing new, nothing written */
	vault_close(v);
	v = must_open(path, PASS);
	assert_true(vault_head_get(v, &seq, back));
	assert_true(seq == INT64_MAX);
	assert_memory_equal(back, hash, 32);
	assert_true(vault_head_put(v, 0, next, &e));
	assert_true(vault_head_get(v, &seq, back));
	assert_int_equal(seq, 0);
	assert_memory_equal(back, next, 32);
	assert_int_equal(vault_generation(v), generation + 1);
	vault_close(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come_back_as_they_went),
		cmocka_unit_test(put_refuses),
		cmocka_unit_test(put_refuses_secrets),
		cmocka_unit_test(many_are_put_in_one_write),
		cmocka_unit_test(many_are_put_whole_or_not_at_all),
		cmocka_unit_test(put_replaces_whatever_the_case),
		cmocka_unit_test(record_generation_tells_changes),
		cmocka_unit_test(update_keeps_the_secret),
		cmocka_unit_test(update_refuses),
		cmocka_unit_test(remove_one),
		cmocka_unit_test(full_at_256_records),
		cmocka_unit_test(head_is_sealed),
	};

	if (!crypto_init(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
