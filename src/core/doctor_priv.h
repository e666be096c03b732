#ifndef NUMDESK_CORE_DOCTOR_PRIV_H
#define NUMDESK_CORE_DOCTOR_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/core/doctor.h"
struct client;

/* One diagnosis under way. */
struct doctor {
	struct session *s;
	doctor_line_fn *line;
	void *ctx;
	enum doctor_grade worst;
};

void doctor_say(struct doctor *d, enum doctor_grade g, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Turn the loop until *done; an interruption cancels the request and still waits for its end. */
void doctor_await(struct doctor *d, struct client *c, uint32_t request, const bool *done);
/* What Twilio leaves undocumented and reading can answer, each printed as what was observed. */
void doctor_live(struct doctor *d);

#endif
