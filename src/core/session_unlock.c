#include "session_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/apply.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/settle.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

/* --- unlocking, and what is checked while the vault is open ----------------------------------------------------- */

#define APPLY_WAIT_MS 65000             /* a write has 60 s to be answered */
#define LOCK_WAIT_MS 2000
#define VAULT_FILE_MAX (1 << 20)
#define FACT_VAULT "vault_seen"         /* "ID GENERATION SUM": hex, decimal, hex */
#define CODE_OLDER 50

struct vault_mark {
	char id[2 * 16 + 1];
	uint64_t generation;
	char sum[2 * CRYPTO_HASH + 1];
};

/* The file's hash tells two vaults of one generation apart: a copy that went its own way. */
static bool mark_now(struct session *s, struct vault_mark *m)
{
	uint8_t hash[CRYPTO_HASH];
	bool changed = true;
	size_t n;
	char *file;

	if (!vault_changed_on_disk(s->vault, &changed, NULL))   /* takes up what another session wrote */
		return false;
	file = file_read(s->paths.vault, VAULT_FILE_MAX, true, &n, NULL);
	if (!file)
		return false;
	crypto_hash(hash, file, n, NULL, 0);
	free(file);
	crypto_hex(m->sum, hash, sizeof hash);
	crypto_hex(m->id, vault_id(s->vault), 16);
	m->generation = vault_generation(s->vault);
	/* written again meanwhile: then the sum is not of this generation */
	return vault_changed_on_disk(s->vault, &changed, NULL) && !changed;
}

static bool mark_seen(struct session *s, struct vault_mark *m)
{
	char text[160];

	return ledger_fact(s->ledger, FACT_VAULT, text, sizeof text) &&
	       sscanf(text, "%32[0-9a-f] %" SCNu64 " %64[0-9a-f]", m->id, &m->generation, m->sum) == 3;
}

static void check_generation(struct session *s)
{
	struct vault_mark now, seen;

	if (!mark_seen(s, &seen) || !mark_now(s, &now) || strcmp(now.id, seen.id) != 0)
		return;
	if (now.generation < seen.generation)
		session_notice(s, "vault: generation %" PRIu64 " is older than the %" PRIu64 " last used here (%d)",
			       now.generation, seen.generation, CODE_OLDER);
	else if (now.generation == seen.generation && strcmp(now.sum, seen.sum) != 0)
		session_notice(s, "vault: not the generation %" PRIu64 " last used here, another of that number (%d)",
			       now.generation, CODE_OLDER);
}

/* An older vault does not lower what is remembered: it is told each time until it has caught up. */
static void remember_generation(struct session *s)
{
	struct vault_mark now, seen;
	char text[160];
	struct err why;

	if (s->ledger_read_only || !mark_now(s, &now))
		return;
	if (mark_seen(s, &seen) && strcmp(seen.id, now.id) == 0 && seen.generation > now.generation)
		return;
	snprintf(text, sizeof text, "%s %" PRIu64 " %s", now.id, now.generation, now.sum);
	if (!ledger_fact_set(s->ledger, FACT_VAULT, text, &why))
		log_write(LOG_WARN, "session", "cannot remember the vault's generation: %s", why.msg);
}

/* Profiles as the vault has them, with what only the ledger knows. Caller frees; NULL with e. */
static struct profile *vault_profiles(struct session *s, size_t *n, struct err *e)
{
	const size_t count = vault_count(s->vault);
	struct profile *p = mem_array(count + 1, sizeof *p), *mirrored;
	size_t n_mirrored;

	mirrored = session_profiles(s, &n_mirrored);
	for (*n = 0; *n < count; ++*n) {
		struct vault_entry entry;

		if (!vault_entry_at(s->vault, *n, &entry, e)) {
			free(mirrored);
			free(p);
			return NULL;
		}
		p[*n] = entry.profile;
		p[*n].is_loopback = base_is_loopback(entry.base_url);
		p[*n].is_default = false;
		for (size_t i = 0; i < n_mirrored; i++)
			if (text_ieq(mirrored[i].name, p[*n].name))
				p[*n].is_default = mirrored[i].is_default;
	}
	free(mirrored);
	return p;
}

bool session_mirror_profiles(struct session *s, struct err *e)
{
	struct profile *p;
	size_t n;
	bool ok;

	remember_generation(s);
	if (s->ledger_read_only)
		return true;
	if (config_bool(&s->config, OPTION_VAULT_HIDE))
		return ledger_profiles_set(s->ledger, NULL, 0, e);
	p = vault_profiles(s, &n, e);
	if (!p)
		return false;
	ok = ledger_profiles_set(s->ledger, p, n, e);
	free(p);
	return ok;
}

/* The profile that was in use while locked, if the vault has it; else the one that was asked for, or is meant. */
static bool load_profile(struct session *s, struct err *e)
{
	const char *name = s->profile.name[0] ? s->profile.name : s->more->asked_profile;
	char base_url[VAULT_URL_MAX];
	struct vault_entry entry;
	struct secret *secret;
	struct profile *p;
	size_t n, at;
	bool ok;

	p = vault_profiles(s, &n, e);
	if (!p)
		return false;
	ok = session_pick(p, n, name, &at, e);
	if (!ok && !s->more->asked_profile[0])
		ok = session_pick(p, n, "", &at, e);    /* it was removed by another session */
	if (!ok || at == SIZE_MAX) {
		if (ok)
			s->profile = (struct profile){0};
		free(p);
		return ok;
	}
	ok = vault_find(s->vault, p[at].name, &entry, e) && session_base_for(s, entry.base_url, base_url, e);
	secret = ok ? vault_secret(s->vault, p[at].name, e) : NULL;
	if (secret)
		session_point(s, &p[at], base_url, secret);
	free(p);
	return secret != NULL;
}

/* Sealing an unchanged head would write the vault at each unlock for nothing. */
static void seal_journal(struct session *s, int64_t sealed_seq, const uint8_t sealed[CRYPTO_HASH])
{
	uint8_t head[CRYPTO_HASH];
	int64_t seq;
	struct err why;

	if (s->more->asked_read_only || s->ledger_read_only)
		return;
	if (!ledger_head(s->ledger, &seq, head, &why)) {
		session_notice(s, "the journal's head cannot be read: %s", why.msg);
		return;
	}
	if (seq == sealed_seq && (seq == 0 || memcmp(head, sealed, sizeof head) == 0))
		return;
	if (!vault_head_put(s->vault, seq, head, &why))
		session_notice(s, "the journal could not be sealed: %s", why.msg);
}

/* Reading is never stopped by a journal that does not verify; changes are, for nobody could tell what was bought. */
static void check_journal(struct session *s)
{
	uint8_t sealed[CRYPTO_HASH] = {0};
	int64_t seq = 0;
	struct err why;

	if (!vault_head_get(s->vault, &seq, sealed))
		seq = 0;
	s->more->journal_bad = !ledger_verify(s->ledger, seq, sealed, &why);
	if (!s->more->journal_bad) {
		seal_journal(s, seq, sealed);
		return;
	}
	session_notice(s, "the journal is not what was sealed in the vault; changes are refused: %s", why.msg);
	session_set_read_only(s);
}

bool session_adopt_vault(struct session *s, struct vault *v, struct err *e)
{
	struct err why;

	s->vault = v;
	s->vault_exists = true;
	check_generation(s);
	if (!load_profile(s, e)) {
		s->vault = NULL;
		vault_close(v);
		return false;
	}
	check_journal(s);
	if (!session_mirror_profiles(s, &why))
		session_notice(s, "profile facts could not be written to the ledger: %s", why.msg);
	if (secret_lock_failed())
		session_notice(s, "memory not locked: secrets may reach the swap space; raise 'ulimit -l'");
	if (s->secret && !settle_start(s->settle, &why))
		session_notice(s, "open operations are not looked at: %s", why.msg);
	log_write(LOG_INFO, "session", "unlocked, profile '%s'", s->profile.name);
	return true;
}

bool session_unlock(struct session *s, const struct secret *pass, struct err *e)
{
	struct vault *v;

	if (s->vault)
		return true;
	return vault_open(&v, s->paths.vault, pass, e) && session_adopt_vault(s, v, e);
}

struct vault_kdf session_kdf(const struct session *s)
{
	struct vault_kdf kdf = vault_kdf_default();

	if (s->config.given[OPTION_VAULT_KDF_MEM])
		kdf.mem_bytes = (uint64_t)config_int(&s->config, OPTION_VAULT_KDF_MEM) << 20;
	return kdf;
}

/* --- locking ---------------------------------------------------------------------------------------------------- */

/* A change in flight gets its answer; what has not been sent of the plan is not sent any more. */
static void finish_writes(struct session *s)
{
	const int64_t until = s->clock->mono_ms(s->clock) + APPLY_WAIT_MS;

	while (apply_running(s) && s->clock->mono_ms(s->clock) < until)
		if (!reactor_turn(s->reactor, NULL, 0, 1000, NULL))
			return;
}

static void cancel_reads(struct session *s)
{
	const int64_t until = s->clock->mono_ms(s->clock) + LOCK_WAIT_MS;

	s->http->drop(s->http);
	while (s->http->running(s->http) > 0 && s->clock->mono_ms(s->clock) < until)
		if (!reactor_turn(s->reactor, NULL, 0, 10, NULL))
			return;
}

void session_lock(struct session *s)
{
	if (s->more->locking)
		return;
	s->more->locking = true;
	jobs_stop_all(s->jobs);
	settle_stop(s->settle);
	finish_writes(s);
	s->client.secret = NULL;                /* from here on no request can begin */
	cancel_reads(s);
	session_retire(s, s->secret);
	s->secret = NULL;
	for (size_t i = 0; i < s->more->n_old; i++)
		secret_clear(s->more->old[i]);  /* whoever still holds it must not find anything */
	session_lent_clear(s, false);
	if (s->vault)
		log_write(LOG_INFO, "session", "locked");
	vault_close(s->vault);
	s->vault = NULL;
	log_forget();
	if (session_hidden(s)) {
		s->profile = (struct profile){0};
		s->account = (struct account_facts){.balance = MONEY_UNKNOWN};
		s->summary = (struct cache_summary){0};
		session_touch(s);
	}
	s->more->locking = false;
}
