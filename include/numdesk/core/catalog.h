#ifndef NUMDESK_CORE_CATALOG_H
#define NUMDESK_CORE_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/catalog.h"
struct err;
struct session;

/* Facts that change seldom, from the cache while young, from Twilio otherwise: countries a day, prices 12 hours. */
typedef void catalog_fn(void *ctx, const struct err *err);      /* err ERR_NONE when the facts are in the cache now */
/* done may run before these return when the cache is young enough. `fresh` asks Twilio whatever the age. */
void catalog_need_countries(struct session *s, bool fresh, catalog_fn *done, void *ctx);
void catalog_need_prices(struct session *s, const char *country, bool fresh, catalog_fn *done, void *ctx);
void catalog_need_account(struct session *s, catalog_fn *done, void *ctx);      /* facts and balance, always asked */
/* From the cache only. Types a country sells as a bit set; 0 when unknown. */
unsigned catalog_types(struct session *s, const char *country);
size_t catalog_countries(struct session *s, struct country *out, size_t max);
/* MONEY_UNKNOWN when not cached; currency gets 4 bytes. */
int64_t catalog_price(struct session *s, const char *country, enum number_type type, char currency[4]);

#endif
