#include "session_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/core/apply.h"
#include "numdesk/core/jobs.h"
#include "numdesk/core/settle.h"
#include "numdesk/twilio/base.h"
#include "numdesk/util/err.h"
#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

/* --- which profile is in use ------------------------------------------------------------------------------------ */

struct profile *session_profiles(struct session *s, size_t *n)
{
	struct profile *p = mem_array(VAULT_MAX_RECORDS, sizeof *p);

	*n = ledger_profiles(s->ledger, p, VAULT_MAX_RECORDS);
	return p;
}

static size_t by_name(const struct profile *p, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (text_ieq(p[i].name, name))
			return i;
	return SIZE_MAX;
}

bool session_pick(const struct profile *p, size_t n, const char *asked, size_t *at, struct err *e)
{
	*at = SIZE_MAX;
	if (*asked) {
		*at = by_name(p, n, asked);
		return *at != SIZE_MAX ||
		       err_set(e, ERR_NOT_FOUND, "no profile '%s': 'numdesk profile list' shows them", asked);
	}
	for (size_t i = 0; i < n && *at == SIZE_MAX; i++)
		if (p[i].is_default)
			*at = i;
	if (*at == SIZE_MAX && n == 1)
		*at = 0;
	return true;
}

bool session_base_for(const struct session *s, const char *stored, char out[VAULT_URL_MAX], struct err *e)
{
	if (s->base_url_asked[0] && !base_same(stored, s->base_url_asked))
		return err_set(e, ERR_GUARD, "the profile's credentials belong to '%s' and may not be sent to '%s': "
			       "leave out --base-url and [api] base_url, or add a profile for it",
			       stored, s->base_url_asked);
	return text_copy(out, VAULT_URL_MAX, s->base_url_asked[0] ? s->base_url_asked : stored) ||
	       err_set(e, ERR_CONFIG, "the API address '%.60s...' is too long", stored);
}

/* A request under way may still be using it; it is kept until none can be. */
void session_retire(struct session *s, struct secret *old)
{
	struct session_more *m = s->more;

	if (s->http->running(s->http) == 0 || m->n_old == SESSION_OLD_SECRETS) {
		if (s->http->running(s->http) > 0)
			s->http->drop(s->http);
		for (size_t i = 0; i < m->n_old; i++)
			secret_free(m->old[i]);
		m->n_old = 0;
	}
	if (old && s->http->running(s->http) > 0)
		m->old[m->n_old++] = old;
	else
		secret_free(old);
}

void session_point(struct session *s, const struct profile *p, const char *base_url, struct secret *secret)
{
	struct secret *old = s->secret;

	if (strcmp(s->profile.account_sid, p->account_sid) != 0)
		s->summary = (struct cache_summary){0};         /* not the other account's, until it is counted */
	s->profile = *p;
	s->profile.is_loopback = base_is_loopback(base_url);
	if (base_url != s->base_url)
		snprintf(s->base_url, sizeof s->base_url, "%s", base_url);
	s->secret = secret;
	s->client = (struct client){.http = s->http, .secret = secret};
	snprintf(s->client.base_url, sizeof s->client.base_url, "%s", base_url);
	text_copy(s->client.account_sid, sizeof s->client.account_sid, p->account_sid);
	text_copy(s->client.user, sizeof s->client.user, p->auth == AUTH_APIKEY ? p->key_sid : p->account_sid);
	session_set_read_only(s);
	session_retire(s, old);
	if (secret) {
		log_redact(secret_use(secret), secret_len(secret));
		secret_done(secret);
	}
	session_refresh_account(s);
	session_refresh_summary(s, NULL, NULL);
	session_touch(s);
}

static bool use_locked(struct session *s, const char *name, struct err *e)
{
	size_t n, at;
	struct profile *p = session_profiles(s, &n);
	const bool ok = session_pick(p, n, name, &at, e);

	if (ok) {
		if (!s->base_url_asked[0])
			snprintf(s->base_url, sizeof s->base_url, "%s", BASE_DEFAULT);
		session_point(s, &p[at], s->base_url, NULL);
	}
	free(p);
	return ok;
}

/* The vault does not say; the ledger does. */
static bool is_default(struct session *s, const char *name)
{
	size_t n, at;
	struct profile *p = session_profiles(s, &n);
	bool is;

	at = by_name(p, n, name);
	is = at != SIZE_MAX && p[at].is_default;
	free(p);
	return is;
}

static bool use_unlocked(struct session *s, const char *name, struct err *e)
{
	char base_url[VAULT_URL_MAX], was[PROFILE_NAME_MAX];
	struct vault_entry entry;
	struct secret *secret;
	struct err why;
	bool changed;

	/* takes up what another session wrote */
	if (!vault_changed_on_disk(s->vault, &changed, e) || !vault_find(s->vault, name, &entry, e) ||
	    !session_base_for(s, entry.base_url, base_url, e))
		return false;
	secret = vault_secret(s->vault, entry.profile.name, e);
	if (!secret)
		return false;
	memcpy(was, s->profile.name, sizeof was);
	entry.profile.is_default = is_default(s, entry.profile.name);
	settle_stop(s->settle);
	session_point(s, &entry.profile, base_url, secret);
	log_write(LOG_INFO, "session", "profile '%s' in place of '%s'", s->profile.name, was);
	if (!settle_start(s->settle, &why))
		session_notice(s, "open operations are not looked at: %s", why.msg);
	return true;
}

bool session_use(struct session *s, const char *name, struct err *e)
{
	if (!*name)
		return err_set(e, ERR_NOT_FOUND, "no profile without a name");
	if (s->more->locking)
		return err_set(e, ERR_LOCKED, "cannot change the profile: the session is being locked");
	if (apply_running(s))
		return err_set(e, ERR_GUARD, "cannot change the profile: changes are being sent; wait, or stop them");
	jobs_stop_all(s->jobs);
	return s->vault ? use_unlocked(s, name, e) : use_locked(s, name, e);
}
