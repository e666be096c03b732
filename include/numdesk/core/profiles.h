#ifndef NUMDESK_CORE_PROFILES_H
#define NUMDESK_CORE_PROFILES_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/vault/vault.h"
struct err;
struct secret;
struct session;

/* Storing, checking and removing credentials. */
struct profile_request {
	struct vault_entry entry;               /* base_url "" means the session's */
	const struct secret *secret;            /* borrowed until done */
	bool probe, replace;
};
/* err is ERR_NONE when stored. With the probe: nothing is stored when it fails; the message says why. On success the
 * account's name and owner are looked up where the key may, and the profile becomes the one in use when it is the first. */
typedef void profile_done_fn(void *ctx, const struct vault_entry *stored, const struct err *err);
/* ERR_LOCKED without an open vault (create or unlock it first), ERR_USAGE for a bad name, SID or an existing name. */
bool profile_add_start(struct session *s, const struct profile_request *r, profile_done_fn *done, void *ctx, struct err *e);
bool profile_check_start(struct session *s, const char *name, profile_done_fn *done, void *ctx, struct err *e);
/* Change what stands beside the credentials. ERR_USAGE for a bad label or colour, ERR_NOT_FOUND. */
struct profile_change {
	const char *label, *color;              /* NULL: as it is; "" is none */
	int read_only, is_protected;            /* below 0: as it is */
};
bool profile_set(struct session *s, const char *name, const struct profile_change *c, struct err *e);
bool profile_remove(struct session *s, const char *name, struct err *e);
bool profile_make_default(struct session *s, const char *name, struct err *e);
/* First run: make the vault and unlock the session with it. */
bool profile_create_vault(struct session *s, const struct secret *pass, struct err *e);
bool profile_passwd(struct session *s, const struct secret *new_pass, struct err *e);
bool profile_rekey(struct session *s, const struct secret *pass, struct err *e);

#endif
