#ifndef NUMDESK_TESTS_TWILIO_MODEL_H
#define NUMDESK_TESTS_TWILIO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/twilio/http.h"
#include "numdesk/util/clock.h"

/*
 * A transport that is a small Twilio: it owns, sells and releases numbers of one account, and fails as it is told.
 * What happened (arrivals, executions) is kept apart from what was answered. The world holds no pointers, so it may
 * live in shared memory and outlast a process that dies in the middle of a purchase.
 */
#define TW_ACCOUNT "AC00000000000000000000000000000001"
#define TW_OTHER_ACCOUNT "AC00000000000000000000000000000002"
#define TW_DIED 42              /* exit status of a process that died where tw_world.die_at said */
enum { TW_NUMBERS = 64, TW_QUEUE = 32, TW_LATE = 16 };

enum tw_write {                 /* how one write goes */
	TW_OK,
	TW_NO_CONNECT,          /* before_send is never asked */
	TW_RESET_BEFORE,        /* sent, not executed, connection lost */
	TW_RESET_AFTER,         /* executed, connection lost */
	TW_500_BEFORE, TW_500_AFTER,
	TW_HALF_BODY,           /* executed, half an answer */
	TW_BAD_JSON,            /* executed, 2xx with rubbish */
	TW_TIMEOUT_LATE,        /* no answer; executed late_ms after it was sent */
	TW_TIMEOUT,             /* no answer, never executed */
	TW_WRONG_NUMBER,        /* executed for the number asked, answered about another */
	TW_409_BEFORE, TW_302_BEFORE,
	TW_429, TW_429_AFTER_90S,
	TW_GONE,                /* 400/21422 though nobody has it */
	TW_REFUSED,             /* 400/21649: a bundle is needed */
	TW_NO_CODE,             /* 400 without a code */
	TW_AUTH,                /* 401/20003 */
	TW_NOT_FOUND,           /* 404/20404 although it is there */
	TW_WRITE_COUNT
};
enum tw_read {                  /* how one read goes */
	TW_READ_OK, TW_READ_503, TW_READ_LOST, TW_READ_RUBBISH, TW_READ_401, TW_READ_SKIPPED_ROW,
	TW_READ_404,            /* by SID only: not found, although it is there */
	TW_READ_ENDLESS,
	TW_READ_COUNT
};
enum tw_die { TW_DIE_NEVER, TW_DIE_CONNECTING, TW_DIE_ARMED, TW_DIE_EXECUTED, TW_DIE_ANSWERED, TW_DIE_COUNT };

/* Settings of a number as form fields; those that were never sent are as they were bought. */
enum { TW_FIELDS = 6 };
struct tw_form { struct { char name[24], value[120]; } v[TW_FIELDS]; size_t n; };
const char *tw_form_get(const struct tw_form *f, const char *name);     /* NULL when it is not there */
void tw_form_set(struct tw_form *f, const char *name, const char *value);

struct tw_number {
	char phone[17], sid[35], name[65];
	struct tw_form set;
	bool owned;
	int64_t seen_from, seen_until;  /* wall ms: list and fetch lag behind by world.lag_ms */
	int bought, released, configured;       /* executions */
	int64_t bought_at;
};
struct tw_late { char phone[17], sid[35], name[65]; struct tw_form set; int64_t at; bool pending; };
struct tw_world {
	struct tw_number number[TW_NUMBERS]; size_t n;
	struct tw_late late[TW_LATE];
	enum tw_write write[TW_QUEUE]; size_t writes, write_next;       /* told one after the other, then TW_OK */
	enum tw_read read[TW_QUEUE]; size_t reads, read_next;
	enum tw_read always_read;       /* when the script of reads is at its end */
	int64_t lag_ms, late_ms;
	int64_t price;                  /* micros of a local US number; negative: null */
	char currency[4];
	int page_rows;                  /* rows a page of the list holds at most, 0: no limit */
	enum tw_die die_at;
	int64_t wall;                   /* the clock, for the next process */
	unsigned arrivals, sids;        /* writes that left; SIDs given out */
	unsigned gets;
};
void tw_world_init(struct tw_world *w, int64_t wall_ms);
void tw_tell(struct tw_world *w, enum tw_write how);            /* add to the script of writes */
void tw_tell_read(struct tw_world *w, enum tw_read how);
/* Own a number from the beginning; returns it. */
struct tw_number *tw_own(struct tw_world *w, const char *phone);
struct tw_number *tw_find(struct tw_world *w, const char *phone);       /* NULL: never heard of */
bool tw_is_owned(struct tw_world *w, const char *phone);
int tw_bought(struct tw_world *w, const char *phone);           /* how often a purchase of it was executed */
void tw_run_late(struct tw_world *w, int64_t wall_ms);          /* execute what is due */
size_t tw_pending(const struct tw_world *w);                    /* late executions still to come */

/* Borrows world and clock. wait() moves the clock to what comes next unless busy says that a thread is at work. */
struct http *tw_http_new(struct tw_world *w, struct clock_fake *clock);
void tw_http_busy(struct http *h, bool (*busy)(void *ctx), void *ctx);

#endif
