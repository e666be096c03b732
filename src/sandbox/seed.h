#ifndef NUMDESK_SANDBOX_SEED_H
#define NUMDESK_SANDBOX_SEED_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/number.h"
#include "numdesk/util/mem.h"
#include "traffic.h"
struct owned;
struct sandbox;

/*
 * What a fresh server holds. Every SID and token follows from a name by ident.h, so that they are the same in every
 * run; `numdesk-sandbox --seed S --print-credentials` lists them.
 *
 * basic (for tests), account names and what they are for:
 *   acme            parent, Full, $1000; keys "acme-main" (main) and "acme-standard" (standard); addresses in US, GB
 *                   and DE; bundles: DE local approved, DE mobile rejected, GB mobile draft; a caller ID; 3 numbers;
 *                   applications "acme-menu" and "acme-night", a trunk "acme-pbx"
 *   acme-east       subaccount of acme, 2 numbers; key "acme-east-standard"; application "east-menu", trunk "east-pbx"
 *   acme-west       subaccount of acme, no numbers
 *   acme-paused     subaccount of acme, suspended, 1 number
 *   acme-gone       subaccount of acme, closed
 *   trial           parent, Trial: may not buy
 *   trial-sub       subaccount of trial: may not buy either
 *   poor            parent, Full, $0.50: cannot pay for a number
 *   halted          parent, suspended: its credentials are refused
 *   test            test credentials
 * demo: "acme" ("Acme Communications", $42.17), "client-0" (12 numbers) and "client-1" (40), a key each; "client-2" (4)
 *   and "client-5" (none), whose credentials are not printed; "client-3" (3), suspended; "client-4", closed.
 * empty: one account "acme" without numbers.
 *
 * Numbers of basic and demo have messages and calls of the last months, in basic:
 *   +14155550101 active, +14155550102 idle, +442079460101 inbound only, +12125550103 (voice only) a few,
 *   +18335550104 active, +13125550105 none
 *
 * The first account of each seed gets the synthetic numbers of --numbers.
 */
bool seed_valid(const char *name);                              /* NULL is "basic" */
void seed_write(struct sandbox *s, const char *name, int64_t numbers);
/* [{name, account_sid, auth_token, key_sid, key_secret, kind}]: one row per account and one per further key. */
void seed_credentials(struct sandbox *s, struct buf *out);

/* Building blocks for seed_demo.c and seed_basic.c; `name` gives SID and token. */
struct seed_account { const char *name, *owner, *friendly_name, *status, *type; int64_t balance_micros; bool is_test; };
void seed_account(struct sandbox *s, const struct seed_account *a);
void seed_unlist(struct sandbox *s, const char *name);  /* leave its credentials out of what is printed */
void seed_key(struct sandbox *s, const char *account, const char *name, const char *kind);
struct seed_address {
	const char *account, *name, *friendly_name, *customer, *street, *city, *region, *postal, *country;
};
void seed_address(struct sandbox *s, const struct seed_address *a);
struct seed_bundle {
	const char *account, *name, *friendly_name, *country;
	enum number_type type;
	const char *end_user, *status;
	int valid_days;                         /* 0: for ever; below 0: it has expired */
};
void seed_bundle(struct sandbox *s, const struct seed_bundle *b);      /* of what regulations.def asks for */
void seed_caller_id(struct sandbox *s, const char *account, const char *phone, const char *name, int age_days);
struct seed_number {
	const char *phone, *friendly_name;      /* NULL name: as Twilio formats it */
	int age_days;
	const char *voice_url, *sms_url;        /* NULL: unset */
	unsigned capabilities;                  /* 0: as the numbers for sale there have them */
};
void seed_number(struct sandbox *s, const char *account, const struct seed_number *n);
/* What messages and calls they had (traffic.h); what is not named here is decided by its digits. */
struct seed_traffic { const char *phone; enum traffic_kind kind; };
void seed_traffic(struct sandbox *s, const struct seed_traffic *t, size_t n);
/* One more field of a seeded number, by its column: a text, or the SID of what was seeded under a name. */
void seed_set(struct sandbox *s, const char *phone, const char *column, const char *value);
void seed_set_sid(struct sandbox *s, const char *phone, const char *column, const char *prefix, const char *name);
void seed_demo(struct sandbox *s);
void seed_basic(struct sandbox *s);

#endif
