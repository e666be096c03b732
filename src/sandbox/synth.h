#ifndef NUMDESK_SANDBOX_SYNTH_H
#define NUMDESK_SANDBOX_SYNTH_H

#include <stdbool.h>
#include <stdint.h>
struct owned;
struct sandbox;

/*
 * A million owned numbers without a million rows: number i follows from i, and i from its SID or phone number. One
 * that is changed or released gets a bit in synth_gone and, when changed, a row of its own.
 */
#define SYNTH_TEXT 160

struct synth_row { char sid[35], phone[17], name[65], voice_url[SYNTH_TEXT], sms_url[SYNTH_TEXT]; };

int64_t synth_capacity(void);                                   /* the most that can be told apart */
/* Fill n with number i; its texts are in row or static. */
void synth_make(const struct sandbox *s, int64_t i, struct owned *n, struct synth_row *row);
int64_t synth_created(const struct sandbox *s, int64_t i);      /* when number i was bought, seconds */
bool synth_by_sid(const struct sandbox *s, const char *sid, int64_t *i);      /* owned and not gone */
bool synth_by_phone(const struct sandbox *s, const char *phone, int64_t *i);
bool synth_by_name(const struct sandbox *s, const char *name, int64_t *i);     /* by the name the formula gives */
bool synth_is_gone(const struct sandbox *s, int64_t i);
void synth_set_gone(struct sandbox *s, int64_t i);              /* and remember it in the database */
void synth_load(struct sandbox *s);                             /* count, account and bits from the database */
void synth_release(struct sandbox *s);

#endif
