#ifndef NUMDESK_SANDBOX_OWNED_H
#define NUMDESK_SANDBOX_OWNED_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/util/mem.h"
struct sandbox;

enum owned_text {
#define OWNED(column, form, check) OWNED_##column,
#include "owned_fields.def"
#undef OWNED
	OWNED_TEXT_COUNT
};

/* One owned number. `ord` orders lists, newest first; a synthetic number has its index there. */
struct owned {
	const char *text[OWNED_TEXT_COUNT];     /* NULL is JSON null */
	int64_t ord, created, updated;          /* seconds */
	int64_t visible_ms;                     /* lists show it from then on */
	unsigned capabilities;
	bool beta, lookup;
};
#define OWNED_ORD_FIRST (INT64_C(1) << 40)      /* numbers bought or seeded: above all synthetic ones */

void owned_defaults(struct owned *n);           /* what Twilio fills in when a purchase says nothing */
/* By SID or E.164 within an account (NULL: any), synthetic ones included. Texts go to the arena. */
bool owned_by_sid(struct sandbox *s, const char *account, const char *sid, struct owned *n, struct arena *a);
bool owned_by_phone(struct sandbox *s, const char *account, const char *phone, struct owned *n, struct arena *a);
/* Store a new row (ord below 0: the next) or replace the one with its SID; a synthetic number becomes a row. */
void owned_save(struct sandbox *s, struct owned *n);
void owned_remove(struct sandbox *s, const struct owned *n);    /* and its phone number is not for sale again */
void owned_remove_all(struct sandbox *s, const char *account);  /* of an account that was closed */
int64_t owned_count(struct sandbox *s, const char *account);

/* Filters of a list; NULL and false are "any". */
struct owned_filter {
	const char *account;
	const char *phone;              /* whole or part, '*' one digit */
	const char *name;               /* exact */
	const char *type;               /* "local" ... for the typed lists */
	const char *origin;
	bool no_beta;
	int64_t now_ms;                 /* to hide what is not visible yet */
};
/* Rows below `below` in falling order; false when there are no more. Texts of the row live until the next call. */
struct owned_cursor;
struct owned_cursor *owned_list(struct sandbox *s, const struct owned_filter *f, int64_t below);
bool owned_list_next(struct owned_cursor *c, struct owned *n);
void owned_list_skip(struct owned_cursor *c, int64_t rows);
void owned_list_end(struct owned_cursor *c);

void owned_json(struct buf *b, const struct owned *n, bool with_type);
void owned_json_dependent(struct buf *b, const struct owned *n);   /* a row of Addresses/../DependentPhoneNumbers */

#endif
