#ifndef NUMDESK_SANDBOX_TIME_FILTER_H
#define NUMDESK_SANDBOX_TIME_FILTER_H

#include <stdbool.h>
#include <stdint.h>
struct answer;
struct request;

/* The filters "Name", "Name<" and "Name>" of a list: from <= time <= to. A date alone names its whole day, with an
 * operator its first moment; both operators include the moment they name. */
struct time_filter { int64_t from, to; };
/* False with an answer (400, 20001) when one is no date. Without a filter everything passes, unset times (0) too. */
bool time_filter_parse(struct time_filter *f, const struct request *q, const char *name, struct answer *a);

#endif
