#ifndef NUMDESK_MODEL_COLUMN_H
#define NUMDESK_MODEL_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/number.h"

/* The columns table: rows in columns.def. Everything that lists, sorts, filters, prints or stores numbers reads it. */
enum column_id {
#define COLUMN(id, ...) COL_##id,
#include "numdesk/model/columns.def"
#undef COLUMN
	COLUMN_COUNT
};
enum column_type {
	COLTYPE_CHARS,              /* char array in struct number */
	COLTYPE_TEXT,               /* const char * */
	COLTYPE_TIME,               /* int64_t seconds */
	COLTYPE_MONEY,              /* int64_t micros */
	COLTYPE_COUNT,              /* int64_t, known when number.usage_known */
	COLTYPE_BOOL,
	COLTYPE_CAPS,               /* unsigned */
	COLTYPE_NUMBER_TYPE         /* enum number_type */
};
enum column_source {
	SOURCE_TWILIO,              /* a member of the API's object, named by .json */
	SOURCE_DERIVED,             /* from the dial plan or our own book-keeping, stored in the cache */
	SOURCE_PRICE,               /* joined from the price list */
	SOURCE_ACCOUNT,             /* joined from what is known of its account */
	SOURCE_USAGE,               /* joined from the counts of messages and calls */
	SOURCE_COMPUTED,            /* from other columns and the time */
	SOURCE_LOCAL                /* from the ledger's metadata, mirrored in the cache */
};
/* What may be set, for columns with a .form. */
enum setting_kind {
	SETTING_NONE,
	SETTING_NAME,               /* 1 to 64 characters */
	SETTING_URL,                /* http or https, or nothing */
	SETTING_CHOICE,             /* one of .takes, of which the first is what it is when nothing was set */
	SETTING_SWITCH,             /* true or false */
	SETTING_SID                 /* a SID that begins with .takes, or nothing */
};
struct column {
	const char *name;           /* stable: JSON, CSV, --columns, SQL */
	const char *title;          /* over the list, upper case */
	const char *alias;          /* short name in queries and --sort, NULL when none */
	const char *json;           /* Twilio's member name for SOURCE_TWILIO */
	const char *form;           /* Twilio's form parameter when it can be set (model/setting.h), else NULL */
	enum setting_kind setting;
	const char *takes;          /* "POST\0GET\0", or "AP" */
	enum column_type type;
	enum column_source source;
	size_t offset;              /* of the field in struct number */
	int width;                  /* cells it wants; 0 = as wide as what is left allows (only NAME) */
	int priority;               /* lower is dropped later when the pane is narrow; 0 = not shown by default */
	const char *help;
};
extern const struct column columns[COLUMN_COUNT];
/* By name or alias, any case; COLUMN_COUNT when unknown. */
enum column_id column_find(const char *name);
/* The nearest name for a misspelling, or NULL. */
const char *column_suggest(const char *name);
/* The field of n as text for a person (price "1.15", date "2026-01-31", caps "VSM·"), or for a machine (decimal,
 * ISO 8601, "voice sms mms", "true"). "" when unset. Foreign text comes out cleaned for a person, raw for a machine. */
char *column_show(enum column_id c, const struct number *n, bool ascii, char *dst, size_t dst_size);
char *column_machine(enum column_id c, const struct number *n, char *dst, size_t dst_size);
/* Typed access by the table's offset. */
const void *column_field(enum column_id c, const struct number *n);
/* "number,name,caps": a comma list to ids; ERR_USAGE with the nearest name. Returns how many, 0 on error. */
struct err;
size_t column_list_parse(const char *list, enum column_id *out, size_t max, struct err *e);

#endif
