#ifndef NUMDESK_VAULT_TLV_PRIV_H
#define NUMDESK_VAULT_TLV_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/vault/vault.h"
struct err;
struct secret;

enum { VAULT_SECRET_MAX = 1024 };       /* bytes of a stored secret */

/*
 * The facts of a record as tag, length, value. One spelling only: every tag of the kind once, in ascending order,
 * every length within its bounds. A reader takes nothing else.
 */
size_t vault_tlv_put_entry(uint8_t *p, size_t cap, const struct vault_entry *entry, const struct secret *secret);
size_t vault_tlv_put_head(uint8_t *p, size_t cap, int64_t seq, const uint8_t hash[32]);
/* account_sid and generation stand in the record's clear part: empty here. entry and secret may be NULL. */
bool vault_tlv_get_entry(const uint8_t *p, size_t n, struct vault_entry *entry, struct secret **secret);
bool vault_tlv_get_head(const uint8_t *p, size_t n, int64_t *seq, uint8_t hash[32]);
/* Could the entry be stored? ERR_USAGE names the field. */
bool vault_entry_is_valid(const struct vault_entry *entry, struct err *e);

#endif
