#ifndef NUMDESK_MODEL_QUERY_H
#define NUMDESK_MODEL_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/model/column.h"
struct err;

/*
 * The query language, parsed; no SQL here. All terms must hold.
 *   415  support       bare: substring of the number (spaces, dashes ignored) or of the name, case folded
 *   name:support       field contains (text) or equals (type, country, status; account: profile name or SID)
 *   sms  -mms          capability present, absent;  -name:x negates any term
 *   cost>1.00 bought<2026-01-01     comparisons < <= > >= = on money and dates; a date is its whole day (UTC), so
 *                      > means after its end; an unknown price and an unset date hold for no comparison
 *   idle>30 calls_in=0 messages_out<10      counts of messages and calls; those not counted yet hold for no comparison
 *   is:primary is:locked is:stale is:gone is:incomplete is:idle is:inbound-only is:trickle is:active
 *   tag:bill tag=billing     part of any of the tags; one tag as a whole
 *   "two words"  name:"two words"   quotes keep spaces; note:"" is for an empty field, name=support for the whole
 */
#define QUERY_MAX_TERMS 32
enum query_op {
	QUERY_ANYWHERE,             /* text in number or name; digits holds the digits of it, "" when it has letters; a
				       leading '+' is kept, as in struct number */
	QUERY_CONTAINS, QUERY_EQUALS,
	QUERY_LT, QUERY_LE, QUERY_GT, QUERY_GE, QUERY_EQ,   /* EQ also on the flags without an is: word, value 0 or 1 */
	QUERY_CAPABILITY, QUERY_IS,
	QUERY_WORD                  /* one of the words of the tags is the text */
};
enum query_is {
	QUERY_IS_PRIMARY, QUERY_IS_LOCKED, QUERY_IS_STALE, QUERY_IS_GONE, QUERY_IS_INCOMPLETE,
	QUERY_IS_IDLE, QUERY_IS_INBOUND, QUERY_IS_TRICKLE, QUERY_IS_ACTIVE      /* by activity; never when not counted */
};
struct query_term {
	enum query_op op;
	bool negated;
	enum column_id column;      /* for the field operators */
	char text[128];             /* folded, as to compare */
	char digits[32];
	int64_t value;              /* micros, or seconds UTC of the day's start */
	unsigned capability;
	enum query_is is;
};
struct query {
	struct query_term term[QUERY_MAX_TERMS];
	int n;
};
/* ERR_USAGE: says which term, at which character (from 1), and what is possible there (with the nearest field name);
 * *at (may be NULL) gets the byte offset of the term. An empty or blank text is the query that holds for every row. */
bool query_parse(struct query *q, const char *text, int *at, struct err *e);
/* Does it hold for a number in memory? The meaning; the cache's SQL is tested against it. */
bool query_match(const struct query *q, const struct number *n, int64_t stale_before);

#endif
