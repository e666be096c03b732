#ifndef NUMDESK_MODEL_MONEY_H
#define NUMDESK_MODEL_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Money is whole micros (1e-6) of a currency; never a float. */
#define MONEY_UNKNOWN INT64_MIN

/* "1.15", "-0.00750", "2192.84855": at most 6 decimals are kept (more must be zero), no exponent, no leading zeros
 * such as "012", at most 12 digits before the point. False leaves *micros. */
bool money_parse(const char *s, int64_t *micros);
/* "1.15", "1.5" -> "1.50", "-0.0075": at least two decimals; the form of JSON and CSV. "" when unknown. 32 bytes. */
char *money_decimal(int64_t micros, char *dst, size_t dst_size);
/* "$1.15", "1.15 EUR", "?" when unknown; currency NULL or "" gives the bare decimal. dst needs 40 bytes. */
char *money_show(int64_t micros, const char *currency, char *dst, size_t dst_size);
/* a + b with MONEY_UNKNOWN absorbing; saturates. */
int64_t money_add(int64_t a, int64_t b);

#endif
