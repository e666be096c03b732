#ifndef NUMDESK_MODEL_ACCOUNT_H
#define NUMDESK_MODEL_ACCOUNT_H

#include <stdbool.h>

#include "numdesk/model/sid.h"

#define PROFILE_NAME_MAX 64   /* bytes with the NUL */

enum auth_kind { AUTH_TOKEN, AUTH_APIKEY };

/* What may be known about a profile without unlocking (mirrored in the ledger). */
struct profile {
	char name[PROFILE_NAME_MAX];        /* [A-Za-z0-9][A-Za-z0-9._-]*, unique without regard to case */
	char account_sid[SID_SIZE];
	char account_name[66];              /* Twilio's friendly name of the account, raw, cut; "" until known */
	char owner_account_sid[SID_SIZE];   /* the parent's SID; equal to account_sid for a parent; "" until known */
	char key_sid[SID_SIZE];             /* SK... for an API key, "" for an auth token */
	char color[12];                     /* tag colour word, "" for none */
	char label[16];                     /* e.g. "PROD", "" for none */
	enum auth_kind auth;
	bool is_default, read_only, is_protected;
	bool is_loopback;                   /* its API host is this machine: a test server */
};
/* ERR_USAGE when the name is empty, too long or has other characters. */
struct err;
bool profile_name_valid(const char *name, struct err *e);
bool profile_label_valid(const char *label, struct err *e);     /* ERR_USAGE; "" is none */
bool profile_color_valid(const char *color, struct err *e);     /* ERR_USAGE names those there are; "" is none */
/* A valid name out of an account's: "Client 2 (flowers)" gives "client-2-flowers"; out of nothing usable "account".
 * The n-th attempt (from 0) has the end of the SID, then a count, added to it. */
char *profile_name_from(const char *account_name, const char *account_sid, unsigned attempt,
			char dst[PROFILE_NAME_MAX]);

#endif
