#ifndef NUMDESK_UTIL_ERR_H
#define NUMDESK_UTIL_ERR_H

#include <stdbool.h>

/*
 * One failure: a kind that drives behaviour, and one finished sentence for a person.
 *
 * The sentence says what failed, then why, then (where it fits) the way out. Lower case, the subject in single
 * quotes, no full stop, no newline, no secret. It is cleaned by the writer (err_set escapes control characters), so
 * it may be drawn or printed as it is. Nothing to free.
 */
enum err_kind {
	ERR_NONE,
	ERR_USAGE,       /* wrong arguments or field values                           -> exit 2 */
	ERR_CONFIG,      /* configuration, file modes, environment                    -> exit 2 */
	ERR_AUTH,        /* credentials refused by Twilio, wrong passphrase           -> exit 3 */
	ERR_LOCKED,      /* the vault is locked and nobody can be asked               -> exit 3 */
	ERR_NOT_FOUND,   /* number, profile, operation, account                       -> exit 4 */
	ERR_GUARD,       /* stopped by read-only, a lock, a cap, a missing confirmation -> exit 5 */
	ERR_UNSURE,      /* a write was sent and its outcome is unknown               -> exit 6 */
	ERR_NET,         /* could not connect, resolve, time-out, TLS                 -> exit 7 */
	ERR_OFFLINE,     /* --offline and the command needs the network               -> exit 7 */
	ERR_RATE,        /* 429 after all retries                                     -> exit 8 */
	ERR_API,         /* Twilio refused the request                                -> exit 1 */
	ERR_GONE,        /* the number is no longer for sale (21422)                  -> exit 1 */
	ERR_PROTO,       /* an answer that is not what the API promises               -> exit 1 */
	ERR_IO,          /* disk, database                                            -> exit 1 */
	ERR_DAMAGED,     /* a file of ours is damaged or altered                      -> exit 1 */
	ERR_NOMEM,       /* not enough memory for the key derivation                  -> exit 1 */
	ERR_STOPPED,     /* the user interrupted                                      -> exit 130 */
	ERR_KIND_COUNT
};

#define ERR_MSG_MAX 512

struct err {
	enum err_kind kind;
	int http;            /* HTTP status, 0 when none */
	int code;            /* Twilio error code, 0 when none; for vault errors the message id 40..51 */
	int retry_after_s;   /* seconds Twilio asked us to wait, 0 when it did not */
	char msg[ERR_MSG_MAX];
};

/* Fill e (may be NULL) with kind and a formatted sentence, cut at ERR_MSG_MAX on a character. Always returns false,
 * so that a function can end with `return err_set(e, ...)`. */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Put "fmt: " before the sentence of e, keeping its kind and codes. Returns false. */
bool err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Empty e for reuse. */
void err_clear(struct err *e);

/* The exit status the man page promises for a kind; ERR_NONE is 0. */
int err_exit_status(enum err_kind kind);

/* Lower-case word for a kind ("auth", "network"), for JSON output and the log. */
const char *err_kind_name(enum err_kind kind);

#endif
