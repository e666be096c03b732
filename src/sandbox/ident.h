#ifndef NUMDESK_SANDBOX_IDENT_H
#define NUMDESK_SANDBOX_IDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numdesk/model/sid.h"

/*
 * Names for things. Every SID and token of the sandbox has twelve zeros in its middle, so that a person and a secret
 * scanner can tell it from a real one: AC + 8 digits + 000000000000 + 12 digits.
 */
uint64_t ident_hash(const char *s, uint64_t seed);              /* FNV-1a, mixed */
uint64_t ident_mix(uint64_t x);                                 /* a bijection (splitmix64's finaliser) */
/* "AC" and "demo/client-0" give always the same SID. */
void ident_sid(char out[SID_SIZE], const char *prefix, const char *name);
/* 32 hex digits for an auth token or key secret. */
void ident_token(char out[33], const char *name);
/* A SID that holds a number below 2^47; ident_unnumber gives it back, false when sid was not made so. */
void ident_number(char out[SID_SIZE], const char *prefix, uint64_t n);
bool ident_unnumber(const char *sid, const char *prefix, uint64_t *n);
/* "RQ" and 32 digits: request ids carry no account and need no zeros. */
void ident_request(char out[SID_SIZE], uint64_t seq);

#endif
