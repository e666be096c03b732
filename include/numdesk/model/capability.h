#ifndef NUMDESK_MODEL_CAPABILITY_H
#define NUMDESK_MODEL_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>

enum capability {
	CAP_VOICE = 1 << 0,
	CAP_SMS = 1 << 1,
	CAP_MMS = 1 << 2,
	CAP_FAX = 1 << 3,
	CAP_RCS = 1 << 4,
};
#define CAP_COUNT 5

extern const char *const capability_names[CAP_COUNT];   /* "voice" "sms" "mms" "fax" "rcs", bit order */
/* Bit for a name in any case, 0 when it is none of them. */
unsigned capability_bit(const char *name);
/* "VSM·": one column each for voice, sms, mms, fax; '.' instead of the dot when ascii. dst needs 16 bytes. */
char *capability_flags(unsigned caps, bool ascii, char *dst);
/* "voice, sms, mms"; "none" when 0. dst needs 40 bytes. */
char *capability_words(unsigned caps, char *dst, size_t dst_size);

#endif
