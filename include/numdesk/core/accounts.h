#ifndef NUMDESK_CORE_ACCOUNTS_H
#define NUMDESK_CORE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/account.h"
#include "numdesk/model/catalog.h"
#include "numdesk/util/err.h"
struct session;

/* Subaccounts of the profile in use, which has to be their parent's. */

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

#endif
