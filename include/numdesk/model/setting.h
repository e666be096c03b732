#ifndef NUMDESK_MODEL_SETTING_H
#define NUMDESK_MODEL_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/column.h"
struct arena;
struct err;
struct json;
struct json_writer;

/*
 * What can be set of a number: the columns that have a form parameter. A setting is named by its column, by the column's
 * alias, without "_sid" at the end ("trunk"), or as Twilio does ("TrunkSid"); its value is always a text, "" when
 * nothing is set, "true" and "false" for a switch.
 */
#define SETTING_MAX 32
#define SETTING_VALUE_MAX 2048          /* bytes, with the NUL */

bool setting_is(enum column_id c);
/* Does it say what answers, rather than whose number it is: what templates and copies take unless told otherwise. */
bool setting_is_routing(enum column_id c);
/* Does it mean nothing to a number without SMS? */
bool setting_is_sms(enum column_id c);
/* COLUMN_COUNT with ERR_USAGE and the nearest name when there is no such setting. */
enum column_id setting_find(const char *name, struct err *e);
/* "Voice fallback URL" for a form; dst needs 40 bytes. */
char *setting_label(enum column_id c, char *dst, size_t dst_size);
/* The short name for text files and scripts: the column's, without "_sid". dst needs 40 bytes. */
char *setting_word(enum column_id c, char *dst, size_t dst_size);
/* The value that n has, as it would be set: an unset choice is its first word. Borrowed from n or static. */
const char *setting_value(enum column_id c, const struct number *n);
/* A value as it is sent: choices spelled as Twilio does, switches as true or false, a SID checked for its kind. False
 * with ERR_USAGE that names the setting. dst needs SETTING_VALUE_MAX bytes. */
bool setting_parse(enum column_id c, const char *text, char *dst, struct err *e);
/* Are two values the same to Twilio? "https://x.example" and "https://X.example/" are. */
bool setting_same(enum column_id c, const char *a, const char *b);

/* A set of changes; values borrowed from whoever holds it. At most one for each setting, in the table's order. */
struct changes {
	struct change { enum column_id column; const char *value; } v[SETTING_MAX];
	size_t n;
};
void changes_set(struct changes *c, enum column_id column, const char *value);     /* replaces */
const char *changes_get(const struct changes *c, enum column_id column);           /* NULL when it is not among them */
void changes_drop(struct changes *c, enum column_id column);
/* Leave out what is so already. */
void changes_drop_same(struct changes *c, const struct number *now);
/* The routing of n, set or not. */
void changes_routing(struct changes *c, const struct number *n);
/* What would have to be set so that `now` becomes as `want`; a name that was not known stays. */
void changes_between(struct changes *c, const struct number *now, const struct number *want);
/* Two answers to one question are refused: a trunk and an application both set. */
bool changes_valid(const struct changes *c, struct err *e);
/* n as it will be: a trunk drives out the application for calls, and an application the trunk. */
void changes_apply(const struct changes *c, struct number *n);
/* The settings that differ between two states, in the table's order; how many. */
size_t setting_diff(const struct number *before, const struct number *after, enum column_id out[SETTING_MAX]);

/* {"VoiceUrl": "..."}: as the journal keeps them. Unknown members and values that are no text are ERR_PROTO. */
void changes_write(const struct changes *c, struct json_writer *w);
bool changes_read(struct changes *c, const struct json *object, struct arena *a, struct err *e);

#endif
