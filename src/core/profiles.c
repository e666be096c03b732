#include "numdesk/core/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_priv.h"

#include "numdesk/core/jobs.h"
#include "numdesk/core/reactor.h"
#include "numdesk/core/session.h"
#include "numdesk/model/sid.h"
#include "numdesk/twilio/accounts.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/err.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

/*
 * Credentials are tried with a client of their own before anything is stored: a probe, then a look at the account's
 * name and owner, which Standard keys may not have. The answer finds the session perhaps locked meanwhile.
 */
struct attempt {
	struct session *s;
	struct vault_entry entry;
	struct secret *secret;                  /* our own copy: requests hold it */
	struct client client;
	struct account_facts facts;
	uint32_t job, request;
	bool store;                             /* else only check */
	profile_done_fn *done;
	void *ctx;
};

static void attempt_free(struct attempt *a)
{
	secret_free(a->secret);
	free(a);
}

static void finish(struct attempt *a, const struct err *err)
{
	jobs_end(a->s->jobs, a->job);
	a->done(a->ctx, &a->entry, err);
	attempt_free(a);
}

static void stop(void *ctx)
{
	struct attempt *a = ctx;

	client_cancel(&a->client, a->request);
}

/* --- storing ---------------------------------------------------------------------------------------------------- */

/* What the rest of the program must learn of a record that was stored. */
static bool announce(struct session *s, const struct vault_entry *entry, struct err *e)
{
	const char *name = entry->profile.name;

	if (!session_mirror_profiles(s, e))
		return err_wrap(e, "profile '%s' is stored, but not its facts", name);
	if (vault_count(s->vault) == 1 && !s->ledger_read_only && !config_bool(&s->config, OPTION_VAULT_HIDE) &&
	    !ledger_profile_use(s->ledger, name, e))
		return err_wrap(e, "profile '%s' is stored, but not as the default", name);
	if (!s->profile.name[0] || vault_count(s->vault) == 1 || text_ieq(s->profile.name, name))
		return session_use(s, name, e);
	return true;
}

static bool store(struct attempt *a, struct err *e)
{
	struct session *s = a->s;
	struct profile *p = &a->entry.profile;

	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot store profile '%s': the vault was locked meanwhile", p->name);
	if (a->facts.account_sid[0]) {
		snprintf(p->account_name, sizeof p->account_name, "%s", a->facts.name);
		text_copy(p->owner_account_sid, sizeof p->owner_account_sid, a->facts.owner_account_sid);
	}
	err_clear(e);
	if (!vault_put(s->vault, &a->entry, a->secret, e))
		return false;
	if (e->code)
		session_notice(s, "%s", e->msg);        /* 51: saved, durability unconfirmed */
	err_clear(e);
	if (a->facts.account_sid[0])
		session_store_account(s, &a->facts);
	log_write(LOG_INFO, "profiles", "profile '%s' stored", p->name);
	return announce(s, &a->entry, e);
}

static void conclude(struct attempt *a)
{
	struct err e = {0};

	if (a->store && store(a, &e))
		err_clear(&e);
	finish(a, &e);
}

static void conclude_later(void *ctx)
{
	conclude(ctx);
}

static void account_known(void *ctx, const struct account_facts *f, const struct err *err)
{
	struct attempt *a = ctx;

	if (failed(err) && err->kind == ERR_STOPPED) {  /* the user gave up, or the session is being locked */
		finish(a, err);
		return;
	}
	/* refused to Standard keys, and no reason to refuse what the probe has shown to work */
	if (!failed(err) && f)
		a->facts = *f;
	conclude(a);
}

static void probed(void *ctx, const struct err *err)
{
	struct attempt *a = ctx;
	struct err e;

	if (failed(err)) {
		e = *err;
		/* nothing is stored yet, so "check the profile" would be no advice */
		if (a->store && err->kind == ERR_AUTH && err->code == 20003)
			snprintf(e.msg, sizeof e.msg, "Twilio refuses these credentials: check that the account SID and the %s "
				 "belong together and to this region, that a parent's API key is not used for a subaccount, and "
				 "that the account is not suspended (HTTP %d, Twilio 20003)",
				 a->entry.profile.auth == AUTH_APIKEY ? "API key" : "auth token", err->http);
		finish(a, &e);
		return;
	}
	if (a->store) {
		a->request = account_fetch(&a->client, account_known, a, NULL);
		if (a->request)
			return;
	}
	conclude(a);
}

static bool begin(struct attempt *a, bool probe, struct err *e)
{
	struct session *s = a->s;

	a->client = (struct client){.http = s->http, .secret = a->secret, .read_only = true};
	snprintf(a->client.base_url, sizeof a->client.base_url, "%s", a->entry.base_url);
	memcpy(a->client.account_sid, a->entry.profile.account_sid, sizeof a->client.account_sid);
	memcpy(a->client.user, a->entry.profile.auth == AUTH_APIKEY ? a->entry.profile.key_sid :
	       a->entry.profile.account_sid, sizeof a->client.user);
	if (!probe) {
		a->job = jobs_begin(s->jobs, "storing credentials", NULL, NULL);
		reactor_after(s->reactor, 0, conclude_later, a);        /* never before this returns */
		return true;
	}
	a->request = account_probe(&a->client, probed, a, e);
	if (!a->request) {
		attempt_free(a);
		return false;
	}
	a->job = jobs_begin(s->jobs, "checking credentials", stop, a);
	return true;
}

bool session_may_store(const struct session *s, const char *what, struct err *e)
{
	if (s->more->asked_read_only || config_bool(&s->config, OPTION_GUARD_READ_ONLY))
		return err_set(e, ERR_GUARD, "cannot %s: read-only (%s)", what, s->read_only_why);
	return true;
}

static bool check_entry(const struct session *s, const struct profile_request *r, struct err *e)
{
	const struct profile *p = &r->entry.profile;
	struct vault_entry known;
	struct err none;

	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot store a profile: the vault is locked");
	if (!session_may_store(s, "store a profile", e))
		return false;
	if (r->probe && s->offline)
		return err_set(e, ERR_OFFLINE, "cannot check credentials: started with --offline; add --no-probe to "
			       "store them unchecked");
	if (!profile_name_valid(p->name, e))
		return false;
	if (!sid_is(p->account_sid, "AC"))
		return err_set(e, ERR_USAGE, "account SID '%s' must be AC and 32 hexadecimal digits", p->account_sid);
	if (p->auth == AUTH_APIKEY && !sid_is(p->key_sid, "SK"))
		return err_set(e, ERR_USAGE, "key SID '%s' must be SK and 32 hexadecimal digits", p->key_sid);
	if (!r->secret || secret_len(r->secret) == 0)
		return err_set(e, ERR_USAGE, "profile '%s' has no auth token or key secret", p->name);
	if (!r->replace && vault_find(s->vault, p->name, &known, &none))
		return err_set(e, ERR_USAGE, "profile '%s' exists already: choose another name, or replace it",
			       p->name);
	return true;
}

bool profile_add_start(struct session *s, const struct profile_request *r, profile_done_fn *done, void *ctx,
		       struct err *e)
{
	const char *base = s->base_url_asked[0] ? s->base_url_asked : BASE_DEFAULT;
	struct attempt *a;

	if (r->entry.base_url[0])
		base = r->entry.base_url;
	if (!check_entry(s, r, e))
		return false;
	a = mem_alloc(sizeof *a);
	*a = (struct attempt){.s = s, .entry = r->entry, .store = true, .done = done, .ctx = ctx};
	if (!base_check(base, a->entry.base_url, sizeof a->entry.base_url, e)) {
		attempt_free(a);
		return false;
	}
	a->entry.profile.is_loopback = base_is_loopback(a->entry.base_url);
	a->secret = secret_dup(r->secret);
	secret_trim(a->secret);                 /* pasted tokens come with white space, and Twilio then refuses them */
	return begin(a, r->probe, e);
}

bool profile_check_start(struct session *s, const char *name, profile_done_fn *done, void *ctx, struct err *e)
{
	char base_url[VAULT_URL_MAX];
	struct attempt *a;

	if (!name)
		name = s->profile.name;
	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot check credentials: the vault is locked");
	if (s->offline)
		return err_set(e, ERR_OFFLINE, "cannot check credentials: started with --offline");
	if (!*name)
		return err_set(e, ERR_NOT_FOUND, "cannot check credentials: no profile in use");
	a = mem_alloc(sizeof *a);
	*a = (struct attempt){.s = s, .done = done, .ctx = ctx};
	if (!vault_find(s->vault, name, &a->entry, e) || !session_base_for(s, a->entry.base_url, base_url, e) ||
	    !(a->secret = vault_secret(s->vault, name, e))) {
		attempt_free(a);
		return false;
	}
	memcpy(a->entry.base_url, base_url, sizeof base_url);
	return begin(a, true, e);
}

/* --- removing, choosing ----------------------------------------------------------------------------------------- */

bool profile_remove(struct session *s, const char *name, struct err *e)
{
	const struct profile none = {0};

	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot remove profile '%s': the vault is locked", name);
	if (!session_may_store(s, "remove a profile", e) || !vault_remove(s->vault, name, e))
		return false;
	if (text_ieq(s->profile.name, name)) {
		jobs_stop_all(s->jobs);
		session_point(s, &none, s->base_url, NULL);
	}
	log_write(LOG_INFO, "profiles", "profile '%s' removed", name);
	return session_mirror_profiles(s, e);
}

bool profile_make_default(struct session *s, const char *name, struct err *e)
{
	if (!session_may_store(s, "choose a default profile", e))
		return false;
	if (config_bool(&s->config, OPTION_VAULT_HIDE))
		return err_set(e, ERR_CONFIG, "cannot make '%s' the default: [vault] hide_when_locked keeps no "
			       "profile names outside the vault; give --profile", name);
	if (!ledger_profile_use(s->ledger, name, e))
		return false;
	s->profile.is_default = text_ieq(s->profile.name, name);
	return true;
}

bool profile_set(struct session *s, const char *name, const struct profile_change *c, struct err *e)
{
	struct vault_entry entry;
	struct profile *p = &entry.profile;
	const bool in_use = text_ieq(s->profile.name, name);

	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot change profile '%s': the vault is locked", name);
	if (!session_may_store(s, "change a profile", e) || (c->label && !profile_label_valid(c->label, e)) ||
	    (c->color && !profile_color_valid(c->color, e)) || !vault_find(s->vault, name, &entry, e))
		return false;
	if (c->label)
		text_copy(p->label, sizeof p->label, c->label);
	if (c->color)
		text_copy(p->color, sizeof p->color, c->color);
	p->read_only = c->read_only < 0 ? p->read_only : c->read_only > 0;
	p->is_protected = c->is_protected < 0 ? p->is_protected : c->is_protected > 0;
	err_clear(e);
	if (!vault_update(s->vault, &entry, e))
		return false;
	if (e->code)
		session_notice(s, "%s", e->msg);        /* 51: saved, durability unconfirmed */
	log_write(LOG_INFO, "profiles", "profile '%s' changed", p->name);
	if (!session_mirror_profiles(s, e))
		return err_wrap(e, "profile '%s' is changed, but not its mirror in the ledger", name);
	if (!in_use)
		return true;
	memcpy(s->profile.label, p->label, sizeof p->label);
	memcpy(s->profile.color, p->color, sizeof p->color);
	s->profile.is_protected = p->is_protected;
	s->profile.read_only = p->read_only;
	session_set_read_only(s);
	return true;
}

/* --- the vault itself ------------------------------------------------------------------------------------------- */

bool profile_create_vault(struct session *s, const struct secret *pass, struct err *e)
{
	struct vault *v;

	return session_may_store(s, "make a vault", e) && vault_create(&v, s->paths.vault, pass, session_kdf(s), e) &&
	       session_adopt_vault(s, v, e);
}

bool profile_passwd(struct session *s, const struct secret *new_pass, struct err *e)
{
	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot change the passphrase: the vault is locked");
	return session_may_store(s, "change the passphrase", e) && vault_passwd(s->vault, new_pass, session_kdf(s), e) &&
	       session_mirror_profiles(s, e);
}

bool profile_rekey(struct session *s, const struct secret *pass, struct err *e)
{
	if (!s->vault)
		return err_set(e, ERR_LOCKED, "cannot encrypt the vault anew: it is locked");
	return session_may_store(s, "encrypt the vault anew", e) && vault_rekey(s->vault, pass, session_kdf(s), e) &&
	       session_mirror_profiles(s, e);
}
