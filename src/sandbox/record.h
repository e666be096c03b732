#ifndef NUMDESK_SANDBOX_RECORD_H
#define NUMDESK_SANDBOX_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/sid.h"
struct answer;
struct buf;
struct principal;
struct request;
struct sandbox;

/* Resources that are no more than texts under a SID, such as applications and trunks: what each field may hold is a
 * table, and making, listing, changing and deleting are the same for all of them. */
enum record_check { RECORD_TEXT, RECORD_NAME, RECORD_URL, RECORD_METHOD, RECORD_BOOL, RECORD_VERSION, RECORD_CHOICE };
struct record_field {
	const char *form;               /* parameter; "" when no request sets it */
	const char *name;               /* member of the answer */
	enum record_check check;
	const char *initial;            /* what it holds until set; NULL: null */
	const char *choices;            /* of RECORD_CHOICE: "a|b" */
};
#define RECORD_FIELDS_MAX 20
struct record {
	char sid[SID_SIZE], account_sid[SID_SIZE];
	int64_t created, updated;
	const char *text[RECORD_FIELDS_MAX];    /* by field; NULL is null */
};
struct record_kind {
	const char *prefix;             /* of its SIDs, and what tells kinds apart */
	const char *key;                /* of the array in a list */
	const char *host;               /* of a newer product, whose lists end in "meta"; NULL: the 2010 API's */
	const struct record_field *fields; int n;
	/* Writes the members that are not in the table. */
	void (*tail)(struct buf *b, const struct record *r);
};

void record_list(struct sandbox *s, const struct record_kind *k, const char *account, struct request *q, struct answer *a);
void record_create(struct sandbox *s, const struct record_kind *k, const char *account, struct request *q, struct answer *a);
void record_fetch(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid, struct request *q,
		  struct answer *a);
void record_update(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid, struct request *q,
		   struct answer *a);
void record_delete(struct sandbox *s, const struct record_kind *k, const char *account, const char *sid, struct request *q,
		   struct answer *a);
bool record_exists(struct sandbox *s, const char *account, const char *sid);
/* A seeded one, named after `name` (ident.h); `sets` is pairs of member and value, NULL ends them. */
void record_seed(struct sandbox *s, const struct record_kind *k, const char *account, const char *name,
		 const char *const sets[]);

#endif
