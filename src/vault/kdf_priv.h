#ifndef NUMDESK_VAULT_KDF_PRIV_H
#define NUMDESK_VAULT_KDF_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/vault/vault.h"
struct err;
struct vault_defect;

/* Between floor and cap; false fills *d with code 44. */
bool vault_kdf_is_fair(struct vault_kdf kdf, struct vault_defect *d);
/* Does the machine have the memory now? ERR_NOMEM 45 when it would take more than half of what is available. */
bool vault_kdf_has_memory(struct vault_kdf kdf, struct err *e);
/* The two halves of it: bytes that the text of /proc/meminfo calls available, UINT64_MAX where it does not tell; and
 * whether a cost fits in them. */
uint64_t vault_kdf_available(const char *meminfo);
bool vault_kdf_fits(struct vault_kdf kdf, uint64_t available);

#endif
