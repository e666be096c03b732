#include "tlv_priv.h"

#include <assert.h>
#include <string.h>

#include "bytes_priv.h"
#include "fail_priv.h"
#include "record_priv.h"

#include "numdesk/model/sid.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

enum { TAG_SEQ = 1, TAG_HASH = 2, TAG_LEN = 4 };
enum field_kind { FIELD_TEXT, FIELD_SID, FIELD_AUTH, FIELD_FLAG, FIELD_SECRET };

#define FIELD(member) offsetof(struct vault_entry, member), sizeof(((struct vault_entry *)0)->member)

/* One row per tag, in the order in which they are written. */
static const struct field {
	uint16_t tag;
	enum field_kind kind;
	const char *name;
	size_t at, size;        /* in struct vault_entry; size counts the NUL of a text */
	size_t min;             /* fewest bytes */
	const char *sid;        /* FIELD_SID: its prefix */
} fields[] = {
	{1, FIELD_TEXT, "name", FIELD(profile.name), 1, NULL},
	{2, FIELD_AUTH, "kind of credential", FIELD(profile.auth), 1, NULL},
	{3, FIELD_SID, "key SID", FIELD(profile.key_sid), 0, "SK"},
	{4, FIELD_SECRET, "secret", 0, VAULT_SECRET_MAX + 1, 1, NULL},
	{5, FIELD_TEXT, "API address", FIELD(base_url), 1, NULL},
	{6, FIELD_TEXT, "label", FIELD(profile.label), 0, NULL},
	{7, FIELD_TEXT, "colour", FIELD(profile.color), 0, NULL},
	{8, FIELD_TEXT, "account name", FIELD(profile.account_name), 0, NULL},
	{9, FIELD_SID, "owner account SID", FIELD(profile.owner_account_sid), 0, "AC"},
	{10, FIELD_FLAG, "read-only", FIELD(profile.read_only), 1, NULL},
	{11, FIELD_FLAG, "protected", FIELD(profile.is_protected), 1, NULL},
};

_Static_assert(PROFILE_NAME_MAX + 1 + SID_SIZE + VAULT_SECRET_MAX + VAULT_URL_MAX + 16 + 12 + 66 + SID_SIZE + 2 +
	       11 * TAG_LEN < VAULT_PLAIN_MAX, "the longest entry fits a record with its padding");

struct writer {
	uint8_t *p;
	size_t len, cap;
};

static void put(struct writer *w, uint16_t tag, const void *value, size_t n)
{
	assert(n <= w->cap - w->len && w->cap - w->len - n >= TAG_LEN);
	vault_put_le(w->p + w->len, tag, 2);
	vault_put_le(w->p + w->len + 2, n, 2);
	if (n)
		memcpy(w->p + w->len + TAG_LEN, value, n);
	w->len += TAG_LEN + n;
}

static void put_field(struct writer *w, const struct field *f, const struct vault_entry *entry,
		      const struct secret *secret)
{
	const char *at = (const char *)entry + f->at;
	uint8_t byte;

	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_SID:
		put(w, f->tag, at, strlen(at));
		break;
	case FIELD_AUTH:
		byte = entry->profile.auth == AUTH_APIKEY;
		put(w, f->tag, &byte, 1);
		break;
	case FIELD_FLAG:
		byte = *(const bool *)(const void *)at;
		put(w, f->tag, &byte, 1);
		break;
	case FIELD_SECRET:
		put(w, f->tag, secret_use(secret), secret_len(secret));
		secret_done(secret);
		break;
	}
}

size_t vault_tlv_put_entry(uint8_t *p, size_t cap, const struct vault_entry *entry, const struct secret *secret)
{
	struct writer w = {.p = p, .cap = cap};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		put_field(&w, &fields[i], entry, secret);
	return w.len;
}

size_t vault_tlv_put_head(uint8_t *p, size_t cap, int64_t seq, const uint8_t hash[32])
{
	struct writer w = {.p = p, .cap = cap};
	uint8_t number[8];

	vault_put_le(number, (uint64_t)seq, sizeof number);
	put(&w, TAG_SEQ, number, sizeof number);
	put(&w, TAG_HASH, hash, 32);
	return w.len;
}

struct reader {
	const uint8_t *p, *end;
};

/* The value of the tag that must come next. */
static bool get(struct reader *r, uint16_t tag, size_t min, size_t max, const uint8_t **value, size_t *n)
{
	if (r->end - r->p < TAG_LEN || vault_get16(r->p) != tag)
		return false;
	*n = vault_get16(r->p + 2);
	if (*n < min || *n > max || *n > (size_t)(r->end - r->p) - TAG_LEN)
		return false;
	*value = r->p + TAG_LEN;
	r->p += TAG_LEN + *n;
	return true;
}

static bool get_field(const struct field *f, const uint8_t *value, size_t n, struct vault_entry *entry)
{
	char *at = (char *)entry + f->at;

	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_SID:
		memcpy(at, value, n);
		at[n] = '\0';
		return strlen(at) == n && (f->kind == FIELD_TEXT || n == 0 || sid_is(at, f->sid));
	case FIELD_AUTH:
		entry->profile.auth = *value ? AUTH_APIKEY : AUTH_TOKEN;
		return *value <= 1;
	case FIELD_FLAG:
		*(bool *)(void *)at = *value;
		return *value <= 1;
	case FIELD_SECRET:
		return true;
	}
	return false;
}

static size_t longest(const struct field *f)
{
	return f->kind == FIELD_AUTH || f->kind == FIELD_FLAG ? 1 : f->size - 1;
}

bool vault_tlv_get_entry(const uint8_t *p, size_t n, struct vault_entry *entry, struct secret **secret)
{
	struct reader r = {.p = p, .end = p + n};
	const uint8_t *value, *hidden = NULL;
	struct vault_entry read = {0};
	size_t len, hidden_len = 0;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (!get(&r, fields[i].tag, fields[i].min, longest(&fields[i]), &value, &len) ||
		    !get_field(&fields[i], value, len, &read))
			return false;
		if (fields[i].kind == FIELD_SECRET)
			hidden = value, hidden_len = len;
	}
	if (r.p != r.end)
		return false;
	if (entry)
		*entry = read;
	if (secret)
		*secret = secret_from(hidden, hidden_len);
	return true;
}

bool vault_tlv_get_head(const uint8_t *p, size_t n, int64_t *seq, uint8_t hash[32])
{
	struct reader r = {.p = p, .end = p + n};
	const uint8_t *number, *value;
	size_t len;

	if (!get(&r, TAG_SEQ, 8, 8, &number, &len) || !get(&r, TAG_HASH, 32, 32, &value, &len) || r.p != r.end ||
	    vault_get64(number) > INT64_MAX)
		return false;
	*seq = (int64_t)vault_get64(number);
	memcpy(hash, value, 32);
	return true;
}

static bool field_is_valid(const struct field *f, const struct vault_entry *entry, struct err *e)
{
	const char *at = (const char *)entry + f->at;
	size_t n;

	if (f->kind != FIELD_TEXT && f->kind != FIELD_SID)
		return true;
	n = strnlen(at, f->size);
	if (n == f->size)
		return vault_fail(e, ERR_USAGE, 0, "cannot store a profile: its %s is longer than %zu bytes", f->name,
				  f->size - 1);
	if (n < f->min)
		return vault_fail(e, ERR_USAGE, 0, "cannot store a profile: its %s is empty", f->name);
	if (f->kind == FIELD_SID && n > 0 && !sid_is(at, f->sid))
		return vault_fail(e, ERR_USAGE, 0, "cannot store a profile: its %s '%s' is not %s and 32 hex digits",
				  f->name, at, f->sid);
	return true;
}

bool vault_entry_is_valid(const struct vault_entry *entry, struct err *e)
{
	const struct profile *p = &entry->profile;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (!field_is_valid(&fields[i], entry, e))
			return false;
	if (!profile_name_valid(p->name, e))
		return err_wrap(e, "vault");
	if (strnlen(p->account_sid, SID_SIZE) == SID_SIZE || !sid_is(p->account_sid, "AC"))
		return vault_fail(e, ERR_USAGE, 0, "cannot store profile '%s': its account SID is not AC and 32 hex "
				  "digits", p->name);
	if ((p->auth == AUTH_APIKEY) != (p->key_sid[0] != '\0'))
		return vault_fail(e, ERR_USAGE, 0, "cannot store profile '%s': an API key has a key SID, an auth "
				  "token has none", p->name);
	return true;
}
