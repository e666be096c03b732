#ifndef NUMDESK_TWILIO_PAPERS_H
#define NUMDESK_TWILIO_PAPERS_H

#include <stdint.h>

#include "numdesk/model/papers.h"
#include "numdesk/twilio/client.h"
struct json;

/* Addresses (2010 API), Bundles and Regulations (numbers v2): from their JSON objects, as lists and the cache hold them.
 * False: no usable SID. Texts go to a, NULL when absent. */
bool address_decode(const struct json *v, struct address *out, struct arena *a);
/* Country and type stay unknown: they are its regulation's. */
bool bundle_decode(const struct json *v, struct bundle *out, struct arena *a);
bool regulation_decode(const struct json *v, struct regulation *out);

/* What a country asks of who buys a type there. All of them, or an error; times are left 0. */
typedef void regulations_fn(void *ctx, const struct regulation *v, size_t n, const struct err *err);
bool regulations_list(struct client *c, const char *country, enum number_type type, regulations_fn *done, void *ctx,
		      struct err *e);
/* One by its SID, which a bundle names. ERR_NOT_FOUND. */
uint32_t regulation_fetch(struct client *c, const char *sid, regulations_fn *done, void *ctx, struct err *e);

#endif
