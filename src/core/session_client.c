/* Clients for other accounts than the one in use. */
#include "session_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/util/log.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/secret.h"
#include "numdesk/util/text.h"

void session_lent_clear(struct session *s, bool done)
{
	struct session_more *m = s->more;

	for (size_t i = 0; i < m->n_lent; i++) {
		m->lent[i].generation = UINT64_MAX;     /* no record has it: never lent again */
		secret_clear(m->lent[i].secret);
		if (done)
			secret_free(m->lent[i].secret);
	}
	if (!done)
		return;
	free(m->lent);
	m->lent = NULL;
	m->n_lent = 0;
}

/* Kept until the session ends: a client that was given out borrows it. */
static const struct secret *lend(struct session *s, const struct vault_entry *entry, struct err *e)
{
	struct session_more *m = s->more;
	struct secret *secret;

	for (size_t i = 0; i < m->n_lent; i++)
		if (text_ieq(m->lent[i].name, entry->profile.name) && m->lent[i].generation == entry->generation)
			return m->lent[i].secret;
	secret = vault_secret(s->vault, entry->profile.name, e);
	if (!secret)
		return NULL;
	log_redact(secret_use(secret), secret_len(secret));
	secret_done(secret);
	m->lent = mem_grow(m->lent, m->n_lent + 1, sizeof *m->lent);
	m->lent[m->n_lent] = (struct lent_secret){.generation = entry->generation, .secret = secret};
	text_copy(m->lent[m->n_lent].name, sizeof m->lent[0].name, entry->profile.name);
	return m->lent[m->n_lent++].secret;
}

/* A profile of this account; with an auth token when that is asked for. */
static bool find_entry(struct session *s, const char *account_sid, bool token, struct vault_entry *out)
{
	bool found = false;

	for (size_t i = 0; i < vault_count(s->vault); i++) {
		struct vault_entry entry;

		if (!vault_entry_at(s->vault, i, &entry, NULL) || !text_ieq(entry.profile.account_sid, account_sid) ||
		    (token && entry.profile.auth != AUTH_TOKEN))
			continue;
		if (!found || entry.profile.auth == AUTH_TOKEN)         /* a token can do what a key can */
			*out = entry;
		found = true;
	}
	return found;
}

/* Whose subaccount it is, as far as vault and cache know; "" when neither does. */
static void parent_of(struct session *s, const char *account_sid, char out[SID_SIZE])
{
	struct account_facts facts;
	struct vault_entry entry;

	out[0] = '\0';
	if (cache_account(s->cache, account_sid, &facts) && *facts.owner_account_sid)
		text_copy(out, SID_SIZE, facts.owner_account_sid);
	else if (find_entry(s, account_sid, false, &entry))
		text_copy(out, SID_SIZE, entry.profile.owner_account_sid);
	if (!*out)      /* it came out of the list of the one in use, or nothing is known */
		text_copy(out, SID_SIZE, *s->profile.owner_account_sid ? s->profile.owner_account_sid :
			  s->profile.account_sid);
}

static bool missing(const char *account_sid, enum client_right right, struct err *e)
{
	if (right == CLIENT_PARENT)
		return err_set(e, ERR_NOT_FOUND, "this needs the auth token of the parent account %s, and no profile has "
			       "it: 'numdesk profile add NAME --account-sid %s'", account_sid, account_sid);
	return err_set(e, ERR_NOT_FOUND, "no profile has credentials of account %s: import it with 'numdesk account import', "
		       "or add it with 'numdesk profile add'", account_sid);
}

bool session_client_for(struct session *s, const char *account_sid, enum client_right right, struct client *out,
			struct err *e)
{
	const bool parent = right == CLIENT_PARENT;
	char whose[SID_SIZE], base_url[VAULT_URL_MAX];
	struct vault_entry entry;
	const struct secret *secret;

	if (!session_ready(s, e))
		return false;
	if (!parent && text_ieq(account_sid, s->profile.account_sid)) {
		*out = s->client;
		return true;
	}
	text_copy(whose, sizeof whose, account_sid);
	if (parent)
		parent_of(s, account_sid, whose);
	if (!find_entry(s, whose, parent, &entry))
		return missing(whose, right, e);
	if (!session_base_for(s, entry.base_url, base_url, e))
		return false;
	secret = lend(s, &entry, e);
	if (!secret)
		return false;
	*out = (struct client){.http = s->http, .secret = secret, .read_only = s->client.read_only};
	snprintf(out->base_url, sizeof out->base_url, "%s", base_url);
	text_copy(out->account_sid, sizeof out->account_sid, account_sid);
	text_copy(out->user, sizeof out->user,
		  entry.profile.auth == AUTH_APIKEY ? entry.profile.key_sid : entry.profile.account_sid);
	return true;
}
