#ifndef NUMDESK_CORE_ACCOUNTS_H
#define NUMDESK_CORE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/core/catalog.h"
#include "numdesk/core/plan.h"
#include "numdesk/model/account.h"
#include "numdesk/model/catalog.h"
#include "numdesk/util/err.h"
struct session;

/* A parent account and its subaccounts: listing, importing, creating, suspending, closing. */

/* --- listing: from the cache, without network or passphrase -------------------------------------------------------- */
struct account_row {
	struct account_facts facts;
	bool is_parent;
	char profile[PROFILE_NAME_MAX]; /* in the vault; "" when there is none */
	int64_t numbers;                /* cached ones; -1: never fetched */
	int64_t monthly;                /* what they cost; MONEY_UNKNOWN */
	char currency[4];
};
#define ACCOUNTS_MAX 4096
/* The parent of the profile in use first, then its subaccounts by name, closed ones last. Never NULL; caller frees. */
struct account_row *accounts_list(struct session *s, size_t *n);
/* The parent's SID as far as is known: the profile's own until then. */
const char *accounts_parent_sid(const struct session *s);
/* Ask Twilio for all of them. With the parent's profile in the vault it is asked as the parent, whichever is in use. */
void accounts_refresh(struct session *s, catalog_fn *done, void *ctx);
/* One of the cached ones by SID, by the name of its profile, or by a name that only one open account has. ERR_NOT_FOUND
 * says how to create one; ERR_USAGE when several have the name. */
bool account_find(struct session *s, const char *word, struct account_row *out, struct err *e);

/* --- importing ------------------------------------------------------------------------------------------------------ */
enum import_what {
	IMPORT_ADDED,                   /* a new profile */
	IMPORT_REFRESHED,               /* its profile has the token or the name of now */
	IMPORT_UNCHANGED,
	IMPORT_KEPT                     /* has a profile that is left alone: an API key, or of another API address */
};
const char *import_word(enum import_what w);    /* "added"; printed by scripts */

struct account_import {
	struct account_facts facts;
	char profile[PROFILE_NAME_MAX];
	enum import_what what;
};
/* Rows are lent, by profile name. err ERR_NONE when they are in the vault now (there may be none). */
typedef void account_import_fn(void *ctx, const struct account_import *v, size_t n, const struct err *err);

/*
 * Ask Twilio for all subaccounts with their auth tokens, and make each that is not closed a profile of the vault. Only
 * the parent's auth token is told the tokens. A profile of the same account is found by its SID and refreshed, never
 * doubled; a new one is named after the account, made unique, and inherits from the parent's profile its API address,
 * label, colour and the marks read-only and protected. All is written at once, or nothing.
 * which: names or SIDs of accounts, or names of profiles; n_which 0: all. Copied. dry_run: only says what would be done.
 * ERR_GUARD: an API key or a subaccount's profile is in use, the session is read-only, or the vault has no room for all
 * (says how many). ERR_NOT_FOUND: a name that no open subaccount has; ERR_USAGE: one that several have.
 */
bool accounts_import(struct session *s, const char *const *which, size_t n_which, bool dry_run, account_import_fn *done,
		     void *ctx, struct err *e);
/* Is the profile in use one that may do this: a parent's, with its auth token? ERR_GUARD says what is missing. `what`
 * ends "cannot ...". */
bool accounts_parent_ready(const struct session *s, const char *what, struct err *e);

/*
 * A subaccount that was just made becomes a profile: its SID is noted, and once no plan is being carried out all that are
 * noted are imported together. What came of it is said through s->notice. Runs by itself; a program that is about to end
 * waits for it.
 */
void accounts_adopt(struct session *s, const char *account_sid);
bool accounts_adopting(const struct session *s);
void accounts_adopt_wait(struct session *s, void (*done)(void *ctx), void *ctx);        /* once, perhaps at once */

/* --- changing ------------------------------------------------------------------------------------------------------- */
#define ACCOUNT_NAME_CHARS 64
bool account_name_valid(const char *name, struct err *e);       /* 1 to 64 characters, none of them control: ERR_USAGE */
/* Make one of this name, once: an open one that has it already is all that is wanted. */
void plan_add_account_create(struct plan *p, struct session *s, const char *name);
/* What hangs on an account: stored with the plan, so that the question and the journal tell it. */
struct account_weight {
	int64_t numbers;                /* -1: could not be learned */
	bool live;                      /* counted at Twilio now, not in the cache */
	size_t locked;                  /* of them, locked here */
	char primary[E164_SIZE];        /* its primary number, when it is among them; "" */
};
/* weight may be NULL but for closing. kind: suspend, activate or close. */
void plan_add_account_status(struct plan *p, struct session *s, enum op_kind kind, const struct account_row *row,
			     const struct account_weight *weight);
typedef void account_weight_fn(void *ctx, const struct account_weight *w);
/* Count at Twilio with the account's own profile, or the parent's token; where that is refused, in the cache. */
void account_weigh(struct session *s, const struct account_facts *f, account_weight_fn *done, void *ctx);

#endif
