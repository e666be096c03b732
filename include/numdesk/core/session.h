#ifndef NUMDESK_CORE_SESSION_H
#define NUMDESK_CORE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/account.h"
#include "numdesk/model/catalog.h"
#include "numdesk/model/command.h"
#include "numdesk/model/config.h"
#include "numdesk/store/cache.h"
#include "numdesk/store/ledger.h"
#include "numdesk/twilio/client.h"
#include "numdesk/vault/vault.h"
struct clock;
struct err;
struct reactor;
struct secret;
struct worker;

/* Where everything is. All absolute; with --home all under one directory. */
struct paths {
	char config[1024], vault[1024], ledger[1024], sessions[1024], cache[1024], log[1024];
	bool one_home;
};
/* From --home and --config (NULL when not given), XDG variables and HOME; relative XDG paths are ignored.
 * ERR_CONFIG when no home can be found. Creates the directories 0700. */
bool paths_find(struct paths *p, const char *home, const char *config, struct err *e);

struct session_options {
	const char *home, *config, *profile, *base_url;         /* NULL: not given */
	bool read_only, offline;
	const char *log_level;
	const struct clock *clock;                              /* NULL: the system's */
	struct http *http;                                      /* NULL: the real transport; else owned by the session */
};

/*
 * Everything one running numdesk has: files, connections, the profile in use, and (while unlocked) its credentials.
 * Owned by the loop's thread; `write_cache` belongs to `writer`, `query_cache` to `reader` (util/worker.h).
 */
struct session {
	struct paths paths;
	struct config config;
	const struct clock *clock;
	struct http *http;
	struct reactor *reactor;
	struct ledger *ledger;
	struct cache *cache;                    /* the loop's own connection: short reads only */
	struct worker *writer; struct cache *write_cache;
	struct worker *reader; struct cache *query_cache;
	struct vault *vault;                    /* NULL while locked */
	struct profile profile;                 /* the one in use; name "" when there is none */
	char base_url[VAULT_URL_MAX];           /* what its requests go to */
	struct secret *secret;                  /* of the profile in use; NULL while locked */
	struct client client;
	struct account_facts account;           /* of the profile in use, as cached */
	struct cache_summary summary;           /* refreshed by session_refresh_summary */
	bool offline, read_only, ledger_read_only;
	const char *read_only_why;
	bool vault_exists;
	char base_url_asked[VAULT_URL_MAX];     /* --base-url or the configuration's; "" when neither was given */
	int64_t data_version;                   /* grows whenever cached rows or metadata changed: panes re-query */
	struct jobs *jobs;                      /* core/jobs.h */
	struct settle *settle;                  /* core/settle.h */
	struct apply *apply;                    /* the plan under way, NULL when none (core/apply.h) */
	char notice[256];                       /* one line for the user, from opening and unlocking: damaged cache renamed,
						   memory not locked; whoever shows it empties it */
	struct session_more *more;              /* what only core needs; NULL in a session that session_open did not make */
};

/* Open everything but the vault. Reads the configuration, opens log, ledger, caches, workers, transport; picks the
 * profile (--profile, else the default, else the only one). ERR_CONFIG, ERR_IO, ERR_DAMAGED; ERR_NOT_FOUND for an
 * unknown --profile. */
bool session_open(struct session **out, const struct session_options *o, struct err *e);
void session_close(struct session *s);          /* finishes workers, wipes secrets */

/* Unlock with a passphrase (borrowed). Blocks for the key derivation. Loads the profile's secret, checks its API host
 * against --base-url (ERR_GUARD), mirrors profile facts to the ledger, checks and seals the journal's head, warns (50)
 * through s->notice when the vault is older than last seen. */
bool session_unlock(struct session *s, const struct secret *pass, struct err *e);
/* Wipes vault, secret, connections. Turns the loop until writes in flight have finished and reads have ended: not from
 * a done function of the transport. */
void session_lock(struct session *s);
bool session_unlocked(const struct session *s);
/* Make another profile the one in use in this session; works locked. ERR_NOT_FOUND. */
bool session_use(struct session *s, const char *name, struct err *e);
/* ERR_NOT_FOUND no profile, ERR_LOCKED, ERR_OFFLINE: whether Twilio can be asked now. */
bool session_ready(const struct session *s, struct err *e);
/*
 * A client for another account than the one in use (or the same), with a credential out of the open vault:
 * CLIENT_OWN its own profile's, which is what product hosts want; CLIENT_PARENT its parent's auth token on its path,
 * which transfers and changes of a subaccount itself need (2010 API only). The secret is the session's, good until it is
 * locked. ERR_LOCKED, ERR_OFFLINE; ERR_NOT_FOUND says which profile is missing.
 */
enum client_right { CLIENT_OWN, CLIENT_PARENT };
bool session_client_for(struct session *s, const char *account_sid, enum client_right right, struct client *out,
			struct err *e);
void session_command_state(const struct session *s, struct command_state *out);   /* numbers and offers are the caller's */
/* Re-read account facts and mirror ledger metadata into the cache when it changed. */
void session_refresh_account(struct session *s);
/* Recount on the reader thread; done (may be NULL) runs on the loop with s->summary set. */
void session_refresh_summary(struct session *s, void (*done)(void *), void *ctx);
/* Say that cached rows changed. */
void session_touch(struct session *s);
/* Mirror primary, locks, tags and notes of the account into the cache (writer thread), then touch. */
void session_mirror_meta(struct session *s);
int64_t session_now(const struct session *s);   /* seconds UTC */

#endif
