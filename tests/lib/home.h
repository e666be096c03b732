#ifndef NUMDESK_TESTS_HOME_H
#define NUMDESK_TESTS_HOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fake_http.h"

#include "numdesk/core/session.h"
#include "numdesk/util/clock.h"
#include "numdesk/util/err.h"

/* A session in a directory of its own, over a scripted transport and a clock that moves only when told. */
#define HOME_AC "AC00000000000000000000000000000001"
#define HOME_AC2 "AC00000000000000000000000000000002"
#define HOME_SK "SK00000000000000000000000000000001"
#define HOME_PASS "correct horse"
#define HOME_NOW 1790000000             /* 2026-09-21T13:33:20Z */
#define HOME_LIST "/Accounts/" HOME_AC "/IncomingPhoneNumbers.json"

struct home {
	const char *dir;
	struct clock_fake clock;
	struct fake_http *http;         /* of the open session */
	struct session *s;
};

void home_init(struct home *h);                                 /* a fresh directory, nothing open */
/* Open a session there; o may be NULL, its home, clock and http are filled in. */
bool home_open(struct home *h, const struct session_options *o, struct err *e);
void home_close(struct home *h);
bool home_unlock(struct home *h, const char *pass, struct err *e);
/* Make the vault if there is none, and store a profile without a probe. base_url "" for the default. */
void home_add_profile(struct home *h, const char *name, const char *account_sid, const char *base_url);
/* home_init, home_open, home_add_profile("acme", HOME_AC): ready to ask. */
void home_ready(struct home *h);
/* Turn the loop until *done, or fail the test. */
void home_until(struct home *h, const bool *done);
/* Turn the loop until no request, task or job is left. */
void home_settle(struct home *h);

/* JSON of owned numbers i, i+1, ... (n of them); next NULL: the last page. Caller frees. */
char *home_page(const char *account_sid, int first, int n, const char *next);
char *home_number_sid(int i, char dst[SID_SIZE]);               /* "PN" and i in 32 hexadecimal digits */
char *home_number(int i, char dst[E164_SIZE]);                  /* +14155550000 + i */
/* JSON of numbers for sale; each is "+1415555" and four digits from first on. Caller frees. */
char *home_offers(int first, int n);
/* Answers that every test may need: account facts, balance, US prices, countries. */
void home_script_facts(struct home *h);
/* The owned list in pages of per_page. */
void home_script_list(struct home *h, int n, int per_page);
/* Sync and expect success. */
void home_sync(struct home *h);

#endif
