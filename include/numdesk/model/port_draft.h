#ifndef NUMDESK_MODEL_PORT_DRAFT_H
#define NUMDESK_MODEL_PORT_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/port.h"
struct buf;
struct err;

/*
 * A port-in request being made: from a file, from a form. PINs and the account number let whoever knows them take the
 * numbers away; they are kept in memory that is wiped, and port_draft_json leaves them out when asked to.
 */
#define PORT_NUMBERS_MAX 1000   /* Twilio's, per request */
#define PORT_PIN_SIZE 24        /* a text: leading zeros count */
#define PORT_HIDDEN "***"       /* what stands for a secret where it is left out */

enum port_field {
#define PORT_FIELD(id, ...) PORT_F_##id,
#include "numdesk/model/port_fields.def"
#undef PORT_FIELD
	PORT_FIELD_COUNT
};
enum port_place { PORT_TOP, PORT_CARRIER, PORT_ADDRESS };
enum port_flag {
	PORT_NEEDED = 1 << 0, PORT_SECRET = 1 << 1, PORT_EMAIL = 1 << 2, PORT_PHONE = 1 << 3, PORT_TIME = 1 << 4,
	PORT_LIST = 1 << 5
};
struct port_field_info { const char *name; enum port_place place; unsigned flags; size_t max; const char *help; };
extern const struct port_field_info port_fields[PORT_FIELD_COUNT];

struct port_line { char phone_number[E164_SIZE], pin[PORT_PIN_SIZE]; };
struct port_draft {
	char *value[PORT_FIELD_COUNT];          /* NULL: not given */
	struct port_line *numbers; size_t n;    /* in the order given */
	char account_sid[SID_SIZE];             /* as a JSON file names it; "" */
};
void port_draft_init(struct port_draft *d);
void port_draft_release(struct port_draft *d);          /* wipes; zeroed storage is fine */
/* One value, "" takes it away. ERR_USAGE: its form. Account numbers are never quoted. */
bool port_draft_set(struct port_draft *d, enum port_field f, const char *value, struct err *e);
/* One number in any notation, PIN NULL or "" for none. ERR_USAGE: no number, twice, too many, a PIN that is none. */
bool port_draft_add(struct port_draft *d, const char *number, const char *pin, struct err *e);
/*
 * A request file: INI with [request] (keys of port_fields.def) and [numbers] (a number a line, "+14155550110 = PIN" or
 * "+14155550110 ="), or JSON as Twilio takes it. ERR_USAGE, with "name:line:col: " where there is a place.
 */
bool port_draft_read(struct port_draft *d, const char *name, const char *text, size_t n, struct err *e);
/* Is it whole? now: seconds UTC. Everything that can be known without asking Twilio: what is missing, one country, the
 * date. ERR_USAGE with the first that is wrong. */
bool port_draft_check(const struct port_draft *d, int64_t now, struct err *e);
/* What Twilio says of one of its numbers against what the draft has: ERR_API not portable, ERR_USAGE when a PIN or the
 * account number is missing. */
bool port_draft_suits(const struct port_draft *d, const struct portability *p, struct err *e);
/*
 * The body of the request, NUL-terminated, for an account; `document` is added to the documents (NULL: none). hidden:
 * PINs and account number as PORT_HIDDEN, for the journal. In memory that is wiped by crypto_wiping_free; NULL when
 * there is none.
 */
char *port_draft_json(const struct port_draft *d, const char *account_sid, const char *document, bool hidden);
/* A commented request file to fill in. Caller frees. */
char *port_draft_template(int64_t now);

#endif
