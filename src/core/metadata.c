#include "numdesk/core/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/session.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

static bool may_change(const struct session *s, const char *what, struct err *e)
{
	if (s->read_only)
		return err_set(e, ERR_GUARD, "cannot change %s: read-only (%s)", what,
			       s->read_only_why ? s->read_only_why : "asked for");
	if (!s->profile.account_sid[0])
		return err_set(e, ERR_NOT_FOUND, "cannot change %s: no profile in use", what);
	return true;
}

bool session_set_primary(struct session *s, enum primary_purpose p, const char *phone_number, struct err *e)
{
	if (!may_change(s, "the primary number", e) ||
	    !ledger_set_primary_for(s->ledger, s->profile.account_sid, p, phone_number, e))
		return false;
	session_mirror_meta(s);
	return true;
}

/* What is kept outlives a release: a number that the list once had and has no more serves nobody. */
static bool is_ours(const struct session *s, const char *phone_number)
{
	struct arena mem = {0};
	struct number n;
	struct err why = {0};
	const bool cached = cache_find(s->cache, s->profile.account_sid, phone_number, &n, NULL, &mem, &why);
	const bool ours = cached ? !n.is_gone : why.kind != ERR_NOT_FOUND || s->account.synced_at == 0;

	arena_release(&mem);
	return ours;
}

bool session_primary(const struct session *s, enum primary_purpose p, char phone_number[E164_SIZE])
{
	const char *account = s->profile.account_sid;

	if (*account && ((ledger_primary_for(s->ledger, account, p, phone_number) && is_ours(s, phone_number)) ||
			 (ledger_primary(s->ledger, account, phone_number) && is_ours(s, phone_number))))
		return true;
	phone_number[0] = '\0';
	return false;
}

/* --- several numbers at once -------------------------------------------------------------------------------------- */

static struct number_meta *keys_of(const struct session *s, char (*numbers)[E164_SIZE], size_t n)
{
	struct number_meta *keys = mem_array(n, sizeof *keys);

	for (size_t i = 0; i < n; i++) {
		memcpy(keys[i].account_sid, s->profile.account_sid, sizeof keys[i].account_sid);
		memcpy(keys[i].phone_number, numbers[i], sizeof keys[i].phone_number);
	}
	return keys;
}

static bool edit_numbers(struct session *s, char (*numbers)[E164_SIZE], size_t n, ledger_edit_fn *edit, void *ctx,
			 struct err *e)
{
	struct number_meta *keys = keys_of(s, numbers, n);
	const bool ok = ledger_meta_edit(s->ledger, keys, n, edit, ctx, e);

	free(keys);
	if (ok)
		session_mirror_meta(s);
	return ok;
}

static bool edit_lock(void *ctx, size_t i, struct number_meta *m, struct arena *a, struct err *e)
{
	(void)i, (void)a, (void)e;
	m->is_locked = *(const bool *)ctx;
	return true;
}

bool session_lock_numbers(struct session *s, char (*numbers)[E164_SIZE], size_t n, bool locked, struct err *e)
{
	return may_change(s, "a lock", e) && edit_numbers(s, numbers, n, edit_lock, &locked, e);
}

bool session_set_locked(struct session *s, const char *phone_number, bool locked, struct err *e)
{
	char one[1][E164_SIZE];

	return (text_copy(one[0], sizeof one[0], phone_number) ||
		err_set(e, ERR_USAGE, "'%.40s' is not a number in E.164 form", phone_number)) &&
	       session_lock_numbers(s, one, 1, locked, e);
}

struct changing { const struct meta_change *change; metadata_row_fn *row; void *ctx; };

static bool edit_texts(void *ctx, size_t i, struct number_meta *m, struct arena *a, struct err *e)
{
	const struct changing *x = ctx;
	const struct number_meta before = *m;

	(void)i;
	if (!meta_apply(m, x->change, a, e))
		return err_wrap(e, "%s", m->phone_number);
	if (x->row)
		x->row(x->ctx, &before, m);
	return true;
}

static bool only_say(struct session *s, char (*numbers)[E164_SIZE], size_t n, struct changing *x, struct err *e)
{
	struct number_meta m;
	struct arena mem = {0};
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = ledger_meta(s->ledger, s->profile.account_sid, numbers[i], &m, &mem, e) &&
		     edit_texts(x, i, &m, &mem, e);
	arena_release(&mem);
	return ok;
}

bool metadata_change(struct session *s, char (*numbers)[E164_SIZE], size_t n, const struct meta_change *c, bool dry_run,
		     metadata_row_fn *row, void *ctx, struct err *e)
{
	struct changing x = {c, row, ctx};

	if (dry_run)
		return only_say(s, numbers, n, &x, e);
	return may_change(s, "what is kept about a number", e) && edit_numbers(s, numbers, n, edit_texts, &x, e);
}
