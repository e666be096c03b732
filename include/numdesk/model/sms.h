#ifndef NUMDESK_MODEL_SMS_H
#define NUMDESK_MODEL_SMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/util/mem.h"
struct err;

/* A text as the networks carry it: alphabet, length, segments. No I/O and no policy. */
#define SMS_CHARACTERS_MAX 1600         /* Twilio refuses more with 21617 (Twilio's documents, Messages) */
#define SMS_BODY_MAX (SMS_CHARACTERS_MAX * 4)   /* bytes of UTF-8 */

enum sms_alphabet {
	SMS_GSM7,                       /* every character is in GSM 03.38 or its extension table */
	SMS_UCS2                        /* one that is not makes the whole text UTF-16 */
};
struct sms {
	enum sms_alphabet alphabet;
	size_t characters;              /* code points */
	size_t units;                   /* septets (two for an extension), or 16-bit units (two beyond U+FFFF) */
	size_t segments;                /* 0 for an empty text */
	size_t room;                    /* units that this many segments hold: 160, 306, 70, 134 ... */
	uint32_t odd;                   /* the first character that forces UCS-2; 0 when none does */
	size_t odd_at;                  /* which character it is, from 1 */
	size_t odd_count;               /* how many do */
	bool too_long;                  /* more than SMS_CHARACTERS_MAX */
};
/* Measure n bytes of UTF-8; a broken byte counts as U+FFFD. A pair that belongs together (an escape and its character,
 * two surrogates) is not split between segments, so a segment may end with a unit unused. */
void sms_measure(struct sms *m, const char *text, size_t n);
const char *sms_alphabet_name(enum sms_alphabet a);     /* "GSM-7", "UCS-2" */
/* "GSM-7 134/160, 1 segment"; "UCS-2 80/134, 2 segments". dst needs 64 bytes. */
char *sms_counter(const struct sms *m, char *dst, size_t dst_size);
/* "'“' (U+201C, character 7) makes it UCS-2: 2 segments instead of 1"; "" when nothing forces UCS-2. `plain` is the
 * measure of the simplified text. dst needs 160 bytes. */
char *sms_why_ucs2(const struct sms *m, const struct sms *plain, char *dst, size_t dst_size);
/* Is it one that can be sent: UTF-8, not empty unless there is a medium, not too long? ERR_USAGE. */
bool sms_valid(const char *text, bool has_media, struct err *e);

/* The same text with typographic quotes, dashes, spaces and the like in their plain form, decomposed letters of GSM
 * 03.38 composed, and line ends as LF. Whatever has no plain form stays. */
void sms_simplify(struct buf *out, const char *text, size_t n);
/* What two texts have in common when they are the same message for its reader: simplified, without blanks at the ends.
 * Services may simplify a text on the way ("smart encoding"), so texts are compared in this form only. */
void sms_comparable(struct buf *out, const char *text, size_t n);

#endif
