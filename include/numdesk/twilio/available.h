#ifndef NUMDESK_TWILIO_AVAILABLE_H
#define NUMDESK_TWILIO_AVAILABLE_H

#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/catalog.h"
#include "numdesk/model/search.h"
#include "numdesk/twilio/client.h"

/* AvailablePhoneNumbers: one request gives what Twilio chooses to (about 30) and does not page. */
#define AVAILABLE_PER_REQUEST 30

typedef void offers_fn(void *ctx, const struct offer *v, size_t n, const struct err *err);
/* One request: s is one of search_expand's, and s->type must be a type (not UNKNOWN). ERR_NOT_FOUND when the country does not sell the type (404/20404). */
uint32_t available_search(struct client *c, const struct search *s, offers_fn *done, void *ctx, struct err *e);

typedef void countries_fn(void *ctx, const struct country *v, size_t n, const struct err *err);
uint32_t available_countries(struct client *c, countries_fn *done, void *ctx, struct err *e);

#endif
