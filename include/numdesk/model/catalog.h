#ifndef NUMDESK_MODEL_CATALOG_H
#define NUMDESK_MODEL_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/number.h"

/* What an account pays for a number, what countries it may search, what is known of the account: plain facts. */
struct price {
	char country[3], currency[4];
	enum number_type type;
	int64_t micros;             /* per month; MONEY_UNKNOWN when Twilio gave null */
	int64_t fetched_at;         /* seconds UTC */
};
struct country {
	char code[3];
	char name[64];              /* cleaned */
	unsigned types;             /* 1 << enum number_type for each type it sells */
	bool beta;
};
struct account_facts {
	char account_sid[SID_SIZE], owner_account_sid[SID_SIZE];
	char name[66];              /* raw */
	char status[12], type[8];   /* "active", "Full"; "" unknown */
	int64_t balance; char balance_currency[4];      /* MONEY_UNKNOWN: not known or a subaccount */
	int64_t fetched_at, balance_at, synced_at;      /* seconds UTC, 0 never; synced_at is the cache's */
	int64_t created_at;                             /* at Twilio; 0 unknown */
};
struct address {                /* a regulatory address of the account */
	char sid[SID_SIZE], country[3];
	const char *friendly_name, *customer_name, *street, *city, *region, *postal_code;   /* borrowed */
	bool validated;
};

#endif
