#ifndef NUMDESK_CORE_TEMPLATES_H
#define NUMDESK_CORE_TEMPLATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/setting.h"
#include "numdesk/model/sid.h"
struct arena;
struct err;
struct session;

/* Sets of settings under a name, kept in the ledger. One that names things of an account (an application, a trunk) is of
 * that account; one with addresses of webhooks only is for any. */
#define TEMPLATE_NAME_MAX 65            /* bytes, with the NUL */
struct template {
	char name[TEMPLATE_NAME_MAX];
	char account_sid[SID_SIZE];     /* whose things it names; "" for none */
	int64_t created_at;             /* seconds UTC */
	struct changes changes;         /* texts in the arena it was read into */
};
/* 1 to 64 letters, digits, '.', '_' and '-'. */
bool template_name_valid(const char *name, struct err *e);
/* Store under the name, replacing what was there; account and time are filled in. ERR_USAGE when nothing is set in it. */
bool template_save(struct session *s, const char *name, const struct changes *c, struct err *e);
/* ERR_NOT_FOUND; ERR_GUARD when it names things of another account than the profile's in use. */
bool template_load(struct session *s, const char *name, struct template *out, struct arena *a, struct err *e);
bool template_remove(struct session *s, const char *name, struct err *e);       /* ERR_NOT_FOUND */
typedef bool template_fn(void *ctx, const struct template *t);  /* lent; false stops */
bool templates_each(struct session *s, template_fn *fn, void *ctx, struct err *e);      /* by name */
/* What of a template or of another number's settings a number can take: without SMS, nothing about messages. */
void template_fit(struct changes *c, unsigned capabilities);

#endif
