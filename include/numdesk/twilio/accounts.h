#ifndef NUMDESK_TWILIO_ACCOUNTS_H
#define NUMDESK_TWILIO_ACCOUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/catalog.h"
#include "numdesk/twilio/client.h"

/* Accounts, Balance (2010 API) and the price list. */

/* Facts of the client's own account. Standard keys may not: ERR_AUTH with code 20003 is normal for them. Never keeps
 * the auth_token that the answer carries. */
typedef void account_fn(void *ctx, const struct account_facts *f, const struct err *err);
uint32_t account_fetch(struct client *c, account_fn *done, void *ctx, struct err *e);

/* What is known of an account from its object. False: it has no SID. */
struct json;
bool account_decode(const struct json *doc, struct account_facts *f);

/*
 * Accounts with their auth tokens, for storing them in the vault and for nothing else: the token is handed out in
 * guarded memory, lent for the call, and NULL where Twilio gives none (an API key asks, or the account is not below the
 * client's). account_sid NULL: all subaccounts, page by page, without the client's own account; else that one.
 * Errors as ever; the walk lives until end has run.
 */
struct secret;
typedef void account_token_fn(void *ctx, const struct account_facts *f, const struct secret *token);
typedef void account_end_fn(void *ctx, const struct err *err);
struct account_walk;
struct account_walk *accounts_with_tokens(struct client *c, const char *account_sid, account_token_fn *row,
					  account_end_fn *end, void *ctx, struct err *e);
void account_walk_stop(struct account_walk *w); /* end runs later with ERR_STOPPED */

/* Balance in micros; a subaccount has none: micros MONEY_UNKNOWN and no error. */
typedef void balance_fn(void *ctx, int64_t micros, const char *currency, const struct err *err);
uint32_t account_balance(struct client *c, balance_fn *done, void *ctx, struct err *e);

/* Monthly prices of one country for the authenticating account. What cannot be read for certain is MONEY_UNKNOWN;
 * fetched_at is left 0 here and in account_facts: the caller has the clock. ERR_NOT_FOUND: nothing is sold there. */
typedef void prices_fn(void *ctx, const struct price *v, size_t n, const struct err *err);
uint32_t pricing_country(struct client *c, const char *country, prices_fn *done, void *ctx, struct err *e);

/*
 * Do the credentials work? One GET of IncomingPhoneNumbers with PageSize 1 (an account fetch fails with Standard keys).
 * err is ERR_NONE when they do. Told apart: test credentials (403/20008), refused
 * (401/20003: wrong pair, wrong account, suspended, other region), wrong account for the key.
 */
typedef void probe_fn(void *ctx, const struct err *err);
uint32_t account_probe(struct client *c, probe_fn *done, void *ctx, struct err *e);

#endif
