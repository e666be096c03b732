#ifndef NUMDESK_MODEL_PHONE_H
#define NUMDESK_MODEL_PHONE_H

#include <stdbool.h>
#include <stddef.h>
struct err;

#define E164_SIZE 17    /* '+', up to 15 digits (ITU-T E.164), NUL */

/* `+`, a digit 1..9, 6 to 14 more digits. */
bool phone_is_e164(const char *s);
/*
 * A number as a person types it, to E.164: spaces, dashes, dots and brackets are dropped; "00" becomes '+'; ten
 * digits, or eleven that begin with 1, are taken as NANP; anything else needs the '+'. ERR_USAGE with the way out.
 */
bool phone_parse(const char *s, char out[E164_SIZE], struct err *e);
/* For reading: "+1 415-555-0137", "+44 20 7946 0018", by the dial plan's calling code. dst needs 32 bytes. */
char *phone_format(const char *e164, char *dst, size_t dst_size);
/* The last four digits, borrowed from e164. */
const char *phone_last4(const char *e164);
/*
 * Twilio's Contains grammar: 2..16 characters; digits and letters; `*` and `%` only in a region at
 * the start or the end; `+` first, `$` last; metas never adjacent; at least two non-metas when a wildcard is used.
 * ERR_USAGE says which rule and at which character.
 */
bool phone_contains_valid(const char *pattern, struct err *e);
/* Letters to keypad digits (ABC=2 ... WXYZ=9); others unchanged. Same length. */
void phone_vanity_digits(const char *s, char *dst, size_t dst_size);
/* Does an E.164 number match a Contains pattern? Used by the sandbox and by widening. */
bool phone_contains_match(const char *pattern, const char *e164);

#endif
