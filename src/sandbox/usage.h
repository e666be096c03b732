#ifndef NUMDESK_SANDBOX_USAGE_H
#define NUMDESK_SANDBOX_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct answer;
struct principal;
struct request;
struct sandbox;

/* Usage/Records and its variants (segment 5: Daily, Monthly, ThisMonth ...), summed from the rows of messages, calls and
 * numbers each time, so that they always agree with them. */
void usage_records(struct sandbox *s, const struct principal *p, struct request *q, struct answer *a);

/* What a category counts; the table is in usage_sum.c, in the order of lists. */
struct usage_category { const char *name, *description, *count_unit, *usage_unit; };
extern const struct usage_category usage_categories[];
extern const size_t usage_category_count;

struct usage_total { int64_t count, usage, price; };    /* price in micros, what is charged positive */
/* Sums of one account, or of it and its subaccounts, for n periods: period i begins on day first[i] and ends before
 * first[i + 1]. out has n rows of usage_category_count, zeroed by the caller. */
void usage_sum(struct sandbox *s, const char *account, bool with_subaccounts, const int64_t *first, size_t n,
	       struct usage_total *out);

#endif
