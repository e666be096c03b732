#ifndef NUMDESK_CORE_DOCTOR_H
#define NUMDESK_CORE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/util/err.h"
struct session;

/* Diagnosis: each check is one line with a verdict and, when it is not well, what to do. */
enum doctor_grade { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_BAD };
typedef void doctor_line_fn(void *ctx, enum doctor_grade g, const char *what, const char *says);
/* Without a session (it could not be opened, why in `open_error`) checks files and environment only. live: the read-only
 * checks that only a real account can answer. Blocks while it asks. Returns the worst grade. */
enum doctor_grade doctor_run(struct session *s, const struct err *open_error, bool live, doctor_line_fn *line, void *ctx);

#endif
