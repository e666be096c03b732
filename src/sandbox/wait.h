#ifndef NUMDESK_SANDBOX_WAIT_H
#define NUMDESK_SANDBOX_WAIT_H

#include <stdbool.h>
#include <stdint.h>
struct sandbox;

/* Sleep ms (below 0: for ever) without holding the lock. Ends early when the server stops or, with fd >= 0, when that
 * client has gone; false then. */
bool wait_ms(const struct sandbox *s, int64_t ms, int fd);

#endif
