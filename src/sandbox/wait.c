#include "wait.h"

#include <errno.h>
#include <poll.h>

#include "numdesk/util/clock.h"
#include "state.h"

bool wait_ms(const struct sandbox *s, int64_t ms, int fd)
{
	struct pollfd p[2] = {{.fd = s->stop_fd, .events = POLLIN}, {.fd = fd, .events = POLLRDHUP}};
	const int64_t end = clock_system.mono_ms(&clock_system) + ms;

	for (;;) {
		const int64_t left = ms < 0 ? 60000 : end - clock_system.mono_ms(&clock_system);
		const int n = left <= 0 ? 0 : poll(p, fd >= 0 ? 2 : 1, left < 60000 ? (int)left : 60000);

		if (n > 0)
			return false;
		if (n < 0 && errno != EINTR)
			return false;
		if (left <= 0)
			return true;
	}
}
