#ifndef NUMDESK_MODEL_SID_H
#define NUMDESK_MODEL_SID_H

#include <stdbool.h>

#define SID_SIZE 35     /* two letters, 32 hex digits, NUL */

/* True when s is prefix ("PN", "AC"; NULL = any two capitals) followed by 32 hex digits of either case, and no more. */
bool sid_is(const char *s, const char *prefix);
/* "AC7a…62ba" (or "AC7a..62ba" when ascii): for headers; dst needs 16 bytes. */
char *sid_short(const char *sid, bool ascii, char *dst);

#endif
