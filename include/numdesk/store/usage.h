#ifndef NUMDESK_STORE_USAGE_H
#define NUMDESK_STORE_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/phone.h"
#include "numdesk/model/usage.h"
struct cache;
struct err;

/*
 * Messages and calls per number and day, in the cache's file. A walk reads an account's list of messages or of calls
 * over a run of days once, page by page; what it has counted so far stands aside until its end, so that a walk that was
 * stopped shows nothing and is resumed where it was. A day that was over when it was counted is never counted again.
 * Days are period_day numbers. Writing calls are one transaction each.
 */
enum usage_kind { USAGE_MESSAGES, USAGE_CALLS, USAGE_KINDS };
struct usage_window {
	int64_t first_day, today;       /* days wanted, both included */
	int64_t now;                    /* seconds */
	int64_t fresh_s;                /* a day that was still running is counted again when its count is older */
	int64_t resume_age_s;           /* a walk that was stopped longer ago starts over */
};
struct usage_walk {
	int64_t id, first_day, last_day;
	enum usage_kind kind;
	int64_t begun_at;
	int64_t pages, rows;            /* read so far */
	char next_page[1024];           /* where to go on, "" at the start */
};
/* What a page holds of one number on one day. */
struct usage_tally { char phone_number[E164_SIZE]; int64_t day, in, out, last_at; };

/* The walk to do next: one that was stopped, else the newest run of days not counted. *any false: nothing is missing. */
bool cache_usage_begin(struct cache *c, const char *account_sid, enum usage_kind kind, const struct usage_window *w,
		       struct usage_walk *out, bool *any, struct err *e);
/* Keep a page's counts and its link to the next. ERR_STOPPED when another session has gone on with this walk. */
bool cache_usage_page(struct cache *c, struct usage_walk *w, const struct usage_tally *v, size_t n, int64_t listed,
		      const char *next_page, int64_t now, struct err *e);
bool cache_usage_end(struct cache *c, const char *account_sid, const struct usage_walk *w, struct err *e);
/* Give up the walk: the next begins it anew. */
bool cache_usage_drop(struct cache *c, const struct usage_walk *w, struct err *e);
/* Make the sums that columns show; they appear once both kinds are counted for USAGE_DAYS days. Forgets old days. */
bool cache_usage_sums(struct cache *c, const char *account_sid, int64_t now, struct err *e);

/* --- reading */
struct usage_state {
	int64_t from, to;               /* days counted without a gap, 0: the account's usage is not known */
	int64_t at;                     /* seconds, of the last count */
};
bool cache_usage_state(struct cache *c, const char *account_sid, struct usage_state *out);      /* false: not known */
/* n days of one number from first_day on; days without a row are zero. */
bool cache_usage_days(struct cache *c, const char *account_sid, const char *phone_number, int64_t first_day, size_t n,
		      struct usage_counts *out, struct err *e);
/* The account's whole traffic, day by day. */
bool cache_usage_account(struct cache *c, const char *account_sid, int64_t first_day, size_t n,
			 struct usage_counts *out, struct err *e);

#endif
