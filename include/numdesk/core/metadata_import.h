#ifndef NUMDESK_CORE_METADATA_IMPORT_H
#define NUMDESK_CORE_METADATA_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/meta.h"
#include "numdesk/util/mem.h"
struct err;
struct session;

/*
 * Metadata from a document: JSON as `meta export` writes it (an array of objects), or CSV with the same names in its header.
 * Strict: an unknown name, a wrong type, a text that is too long, a number that stands there twice refuses its row, and
 * one refused row keeps every row from being stored, unless `partial`. Numbers need not be owned.
 */
enum import_outcome { IMPORT_TAKEN, IMPORT_CHANGED, IMPORT_SAME, IMPORT_REFUSED, IMPORT_OUTCOME_COUNT };
const char *import_outcome_name(enum import_outcome o); /* "taken", "changed", "same", "refused" */

struct import_row {
	size_t at;                      /* which object of the array, which line of the CSV; from 1 */
	char account_sid[SID_SIZE], phone_number[E164_SIZE];    /* "" when it could not be read */
	enum import_outcome outcome;
	const char *says;               /* why it is refused; what it adds or changes, "" for nothing */
};
struct import_options {
	bool replace;                   /* each number becomes exactly what its row says; else the row adds to what is kept */
	bool all_accounts;              /* rows of accounts other than the profile's too */
	bool partial;                   /* store what is good although other rows are refused */
	bool dry_run;                   /* store nothing */
};
struct import {
	struct import_row *rows; size_t n;
	size_t count[IMPORT_OUTCOME_COUNT];
	bool stored;
	struct arena mem;               /* of the rows */
};
enum { IMPORT_MAX_BYTES = 16 << 20 };

/* True: *out has a row for each of the document's, whether stored or not; the caller releases it. False: nothing of it is
 * usable. ERR_USAGE for a document that is none, ERR_GUARD when read-only, what the ledger says. */
bool metadata_import(struct session *s, const char *text, size_t len, const struct import_options *o, struct import *out,
		     struct err *e);
void import_release(struct import *i);

/* The names of the members and columns, in the order of an export. */
#define METADATA_NAMES "account_sid", "phone_number", "is_primary", "is_primary_for_messages", "is_primary_for_voice", \
	"is_locked", "tags", "note", "owner", "customer_ref"

#endif
