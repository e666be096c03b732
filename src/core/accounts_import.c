#include "numdesk/core/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/session.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

/*
 * First everything is read, then everything is decided, then the vault is written once. What is decided is in `row`;
 * a row that needs no write has no place in the list given to the vault.
 */
struct import {
	struct session *s;
	struct account_walk *walk;
	uint32_t job;
	bool dry_run;
	char (*which)[256]; size_t n_which;
	struct account_import *row; size_t n, cap;
	struct secret **token;                  /* of each row; NULL: Twilio gave none */
	struct vault_entry parent;
	struct vault_entry *known; size_t n_known;      /* what the vault holds already */
	struct vault_entry *entry; struct vault_new *put; size_t n_put, n_new;
	account_import_fn *done;
	void *ctx;
};

const char *import_word(enum import_what w)
{
	static const char *const words[] = {"added", "refreshed", "unchanged", "kept"};

	return words[w];
}

static void import_free(struct import *m)
{
	for (size_t i = 0; i < m->n; i++)
		secret_free(m->token[i]);
	free(m->which);
	free(m->row);
	free(m->token);
	free(m->known);
	free(m->entry);
	free(m->put);
	free(m);
}

/* --- which subaccounts -------------------------------------------------------------------------------------------- */

static bool is_open(const struct account_facts *f)
{
	return strcmp(f->status, "closed") != 0;
}

static void drop(struct import *m, size_t i)
{
	secret_free(m->token[i]);
	m->n--;
	memmove(&m->row[i], &m->row[i + 1], (m->n - i) * sizeof m->row[0]);
	memmove(&m->token[i], &m->token[i + 1], (m->n - i) * sizeof m->token[0]);
}

/* The account of a profile's name, "" when there is no such profile. */
static const char *sid_of_profile(const struct import *m, const char *name)
{
	for (size_t i = 0; i < m->n_known; i++)
		if (text_ieq(m->known[i].profile.name, name))
			return m->known[i].profile.account_sid;
	return "";
}

static bool is_meant(const struct import *m, const struct account_facts *f, const char *word)
{
	if (sid_is(word, "AC"))
		return text_ieq(f->account_sid, word);
	return strcmp(f->name, word) == 0 || text_ieq(f->account_sid, sid_of_profile(m, word));
}

static bool find(const struct import *m, const char *word, size_t *at, struct err *e)
{
	size_t closed = 0, found = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (!is_meant(m, &m->row[i].facts, word))
			continue;
		if (is_open(&m->row[i].facts))
			*at = i, found++;
		else
			closed++;
	}
	if (found > 1)
		return err_set(e, ERR_USAGE, "%zu subaccounts are called '%.60s': give the SID of the one you mean", found,
			       word);
	if (found == 0 && closed)
		return err_set(e, ERR_NOT_FOUND, "subaccount '%.60s' is closed: there is nothing to import", word);
	return found == 1 || err_set(e, ERR_NOT_FOUND, "there is no subaccount '%.60s': 'numdesk account list' shows them, "
				     "'numdesk account create NAME' makes one", word);
}

static bool narrow(struct import *m, struct err *e)
{
	bool *wanted = mem_array(m->n + 1, sizeof *wanted);
	bool ok = true;
	size_t at = 0;

	for (size_t i = 0; ok && i < m->n_which; i++)
		if ((ok = find(m, m->which[i], &at, e)))
			wanted[at] = true;
	for (size_t i = m->n; ok && i-- > 0;)
		if (!is_open(&m->row[i].facts) || (m->n_which && !wanted[i]))
			drop(m, i);
	free(wanted);
	return ok;
}

/* --- what becomes of each ----------------------------------------------------------------------------------------- */

static bool load_known(struct import *m, struct err *e)
{
	struct vault *v = m->s->vault;
	const size_t n = vault_count(v);

	m->known = mem_array(n + 1, sizeof m->known[0]);
	for (m->n_known = 0; m->n_known < n; m->n_known++)
		if (!vault_entry_at(v, m->n_known, &m->known[m->n_known], e))
			return false;
	return true;
}

static bool has_token(struct import *m, const char *profile, const struct secret *token)
{
	struct secret *stored = vault_secret(m->s->vault, profile, NULL);
	const bool same = stored && secret_equal(stored, token);

	secret_free(stored);
	return same;
}

static void learn(struct profile *p, const struct account_facts *f)
{
	memcpy(p->account_sid, f->account_sid, sizeof p->account_sid);
	memcpy(p->account_name, f->name, sizeof p->account_name);
	memcpy(p->owner_account_sid, f->owner_account_sid, sizeof p->owner_account_sid);
}

static void put(struct import *m, size_t i, const struct vault_entry *entry)
{
	m->entry[m->n_put] = *entry;
	m->put[m->n_put] = (struct vault_new){&m->entry[m->n_put], m->token[i]};
	m->n_put++;
}

/* A profile of that account. Its secret is only sent where the parent's is, and a key is somebody's choice. */
static void refresh(struct import *m, size_t i, const struct vault_entry *known)
{
	struct account_import *row = &m->row[i];
	struct vault_entry entry = *known;

	learn(&entry.profile, &row->facts);
	memcpy(row->profile, known->profile.name, sizeof row->profile);
	if (known->profile.auth != AUTH_TOKEN || !base_same(known->base_url, m->parent.base_url)) {
		row->what = IMPORT_KEPT;
	} else if (strcmp(entry.profile.account_name, known->profile.account_name) == 0 &&
		   strcmp(entry.profile.owner_account_sid, known->profile.owner_account_sid) == 0 &&
		   has_token(m, known->profile.name, m->token[i])) {
		row->what = IMPORT_UNCHANGED;
	} else {
		row->what = IMPORT_REFRESHED;
		put(m, i, &entry);
	}
}

static bool name_is_taken(const struct import *m, const char *name)
{
	if (*sid_of_profile(m, name))
		return true;
	for (size_t i = 0; i < m->n_put; i++)
		if (text_ieq(m->entry[i].profile.name, name))
			return true;
	return false;
}

static void add(struct import *m, size_t i)
{
	struct vault_entry entry = {0};
	struct profile *p = &entry.profile;
	unsigned attempt = 0;

	learn(p, &m->row[i].facts);
	do
		profile_name_from(p->account_name, p->account_sid, attempt++, p->name);
	while (name_is_taken(m, p->name));
	p->auth = AUTH_TOKEN;
	p->read_only = m->parent.profile.read_only;
	p->is_protected = m->parent.profile.is_protected;
	memcpy(p->label, m->parent.profile.label, sizeof p->label);
	memcpy(p->color, m->parent.profile.color, sizeof p->color);
	memcpy(entry.base_url, m->parent.base_url, sizeof entry.base_url);
	memcpy(m->row[i].profile, p->name, sizeof m->row[i].profile);
	m->row[i].what = IMPORT_ADDED;
	m->n_new++;
	put(m, i, &entry);
}

static bool decide(struct import *m, struct err *e)
{
	m->entry = mem_array(m->n + m->n_known + 1, sizeof m->entry[0]);
	m->put = mem_array(m->n + m->n_known + 1, sizeof m->put[0]);
	for (size_t i = 0; i < m->n; i++) {
		bool known = false;

		if (!m->token[i])
			return err_set(e, ERR_PROTO, "cannot import '%.60s': Twilio did not tell its auth token",
				       m->row[i].facts.name);
		for (size_t k = 0; k < m->n_known; k++)
			if (text_ieq(m->known[k].profile.account_sid, m->row[i].facts.account_sid)) {
				refresh(m, i, &m->known[k]);
				known = true;
			}
		if (!known)
			add(m, i);
	}
	if (m->n_known + m->n_new <= VAULT_MAX_RECORDS - 1)
		return true;
	return err_set(e, ERR_GUARD, "%zu subaccounts would become profiles, and the vault has room for %zu of its %d: name "
		       "the ones to import, or remove profiles", m->n_new, VAULT_MAX_RECORDS - 1 - m->n_known,
		       VAULT_MAX_RECORDS - 1);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static int by_profile(const void *a, const void *b)
{
	return strcmp(((const struct account_import *)a)->profile, ((const struct account_import *)b)->profile);
}

static bool store(struct import *m, struct err *e)
{
	struct session *s = m->s;

	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot store the subaccounts: the vault was locked meanwhile");
	if (!load_known(m, e) || !narrow(m, e) || !decide(m, e))
		return false;
	err_clear(e);
	if (m->dry_run)
		return true;
	if (!vault_put_all(s->vault, m->put, m->n_put, e))
		return false;
	if (e->code)
		session_notice(s, "%s", e->msg);        /* 51: saved, durability unconfirmed */
	err_clear(e);
	for (size_t i = 0; i < m->n; i++)
		session_store_account(s, &m->row[i].facts);
	log_write(LOG_INFO, "accounts", "%zu profiles added, %zu refreshed", m->n_new, m->n_put - m->n_new);
	return m->n_put == 0 || session_mirror_profiles(s, e);
}

static void take(void *ctx, const struct account_facts *f, const struct secret *token)
{
	struct import *m = ctx;

	if (m->n == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 32;
		m->row = mem_grow(m->row, m->cap, sizeof m->row[0]);
		m->token = mem_grow(m->token, m->cap, sizeof m->token[0]);
	}
	m->row[m->n] = (struct account_import){.facts = *f};
	m->row[m->n].facts.fetched_at = session_now(m->s);
	m->token[m->n++] = is_open(f) ? secret_dup(token) : NULL;
	jobs_progress(m->s->jobs, m->job, "%zu", m->n);
}

static void end(void *ctx, const struct err *err)
{
	struct import *m = ctx;
	struct err e = {0};

	if (err)
		e = *err;
	else if (store(m, &e))
		err_clear(&e);
	jobs_end(m->s->jobs, m->job);
	if (e.kind == ERR_NONE && m->n)
		qsort(m->row, m->n, sizeof m->row[0], by_profile);
	m->done(m->ctx, m->row, e.kind == ERR_NONE ? m->n : 0, &e);
	import_free(m);
}

static void stop(void *ctx)
{
	account_walk_stop(((struct import *)ctx)->walk);
}

bool accounts_parent_ready(const struct session *s, const char *what, struct err *e)
{
	const struct profile *p = &s->profile;

	if (!session_ready(s, e))
		return false;
	if (p->owner_account_sid[0] && !text_ieq(p->owner_account_sid, p->account_sid))
		return err_set(e, ERR_GUARD, "cannot %s: profile '%s' is a subaccount's; choose its parent's profile", what,
			       p->name);
	return p->auth == AUTH_TOKEN ||
	       err_set(e, ERR_GUARD, "cannot %s: profile '%s' has an API key, and Twilio allows it to the parent's auth token "
		       "only; add a profile with the token", what, p->name);
}

bool accounts_import(struct session *s, const char *const *which, size_t n_which, bool dry_run, account_import_fn *done,
		     void *ctx, struct err *e)
{
	const char *one = n_which == 1 && sid_is(which[0], "AC") ? which[0] : NULL;
	struct import *m;

	if (!accounts_parent_ready(s, "import subaccounts", e) ||
	    (!dry_run && !session_may_store(s, "import subaccounts", e)))
		return false;
	m = mem_alloc(sizeof *m);
	*m = (struct import){.s = s, .dry_run = dry_run, .done = done, .ctx = ctx, .n_which = n_which,
			     .which = mem_array(n_which + 1, sizeof m->which[0])};
	for (size_t i = 0; i < n_which; i++)
		snprintf(m->which[i], sizeof m->which[i], "%s", which[i]);
	if (vault_find(s->vault, s->profile.name, &m->parent, e))
		m->walk = accounts_with_tokens(&s->client, one, take, end, m, e);
	if (!m->walk) {
		import_free(m);
		return false;
	}
	m->job = jobs_begin(s->jobs, "importing subaccounts", stop, m);
	return true;
}
