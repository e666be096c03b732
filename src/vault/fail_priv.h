#ifndef NUMDESK_VAULT_FAIL_PRIV_H
#define NUMDESK_VAULT_FAIL_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "numdesk/util/err.h"

/* Message ids (FORMAT.md, "Messages"). */
enum {
	VAULT_NOT_A_VAULT = 40,
	VAULT_TOO_NEW,
	VAULT_INCOMPLETE,
	VAULT_BROKEN,
	VAULT_COST_REFUSED,
	VAULT_NO_MEMORY,
	VAULT_WRONG_PASSPHRASE,
	VAULT_ALTERED,
	VAULT_STRANGE_RECORD,
	VAULT_NOT_PRIVATE,
	VAULT_OLDER,
	VAULT_UNCONFIRMED
};

/* Why bytes are no vault that we open, found without any key. The path is not known there. */
struct vault_defect {
	int code;               /* 40..44; 0 when there is none */
	char what[96];          /* 43: which check failed; 44: the cost and its limit */
	uint64_t have, want;    /* 41: major and minor; 42: bytes there are and should be */
};

/* "vault: " and the sentence, with the message id. Returns false. */
bool vault_fail(struct err *e, enum err_kind kind, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The sentence for a defect of path; names path.bak when a whole vault stands there (which is read). Returns false. */
bool vault_fail_defect(struct err *e, const char *path, const struct vault_defect *d);
bool vault_fail_altered(struct err *e, const char *path);
/* "256 MiB", "8 KiB"; dst needs 32 bytes. */
char *vault_size_text(uint64_t bytes, char *dst);

#endif
