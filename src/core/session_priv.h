#ifndef NUMDESK_CORE_SESSION_PRIV_H
#define NUMDESK_CORE_SESSION_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/core/session.h"
#include "numdesk/util/err.h"

struct adoption;
struct sync;

#define SESSION_OLD_SECRETS 8

/* The API's functions give NULL, or an empty error, for success. */
static inline bool failed(const struct err *e)
{
	return e && e->kind != ERR_NONE;
}

/* What the files of core/session*.c share, and the handles of use-cases of which a session has one. */
struct session_more {
	bool asked_read_only;                   /* --read-only */
	bool journal_bad;                       /* the journal does not match its sealed head: no changes */
	char why[160];                          /* storage of read_only_why */
	char asked_profile[PROFILE_NAME_MAX];   /* --profile, looked for again after unlocking */
	bool locking;                           /* inside session_lock, which turns the loop: nothing may begin */
	struct sync *sync;                      /* the refresh under way */
	struct adoption *adoption;              /* subaccounts that are to become profiles (accounts_adopt.c) */
	struct lent_secret *lent; size_t n_lent;/* of other profiles, for session_client_for */
	struct secret *old[SESSION_OLD_SECRETS]; size_t n_old;  /* requests under way may still hold them */
	int64_t meta_version;                   /* of the ledger when it was mirrored last, for meta_account */
	char meta_account[SID_SIZE];
};

/* session_client.c: wipe what was lent; `done` also frees it, when no request can hold it any more. */
struct lent_secret { char name[PROFILE_NAME_MAX]; uint64_t generation; struct secret *secret; };
void session_lent_clear(struct session *s, bool done);
void accounts_adopt_free(struct session *s);    /* when neither loop nor transport can call back any more */
/* Add a sentence to s->notice. */
void session_notice(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Nothing may be shown: locked with hide_when_locked. */
bool session_hidden(const struct session *s);
/* Work out read_only and its reason anew, and tell the client. */
void session_set_read_only(struct session *s);
/* Take an open vault as the session's: pick the profile, load its secret, mirror facts, check and seal the journal.
 * False: the vault is closed again and the session locked. */
bool session_adopt_vault(struct session *s, struct vault *v, struct err *e);
/* May our own files be changed? A profile's own read-only is about Twilio. ERR_GUARD "cannot WHAT: read-only (...)". */
bool session_may_store(const struct session *s, const char *what, struct err *e);
/* After each change of the vault: profile facts to the ledger, generation and sum to its facts. */
bool session_mirror_profiles(struct session *s, struct err *e);
/* The template requests of a record go to; ERR_GUARD when the one asked for differs. */
bool session_base_for(const struct session *s, const char *stored, char out[VAULT_URL_MAX], struct err *e);
/* Point the session at a profile; secret is taken over (NULL: locked). */
void session_point(struct session *s, const struct profile *p, const char *base_url, struct secret *secret);
/* Keep a secret until no request can hold it. */
void session_retire(struct session *s, struct secret *old);
/* Pick by --profile, else the default, else the only one. *at SIZE_MAX when none; ERR_NOT_FOUND for an unknown name. */
bool session_pick(const struct profile *p, size_t n, const char *asked, size_t *at, struct err *e);
struct profile *session_profiles(struct session *s, size_t *n);         /* the ledger's mirror; caller frees */
/* Turn the loop until nothing runs, at most ms. */
void session_drain(struct session *s, int64_t ms);
/* session_mirror_meta for another account than the one in use. */
void session_mirror_meta_of(struct session *s, const char *account_sid);
/* Store facts of an account in the cache (writer thread); s->account follows when they are of the one in use. */
void session_store_account(struct session *s, const struct account_facts *facts);
struct vault_kdf session_kdf(const struct session *s);

#endif
