#ifndef NUMDESK_UTIL_SECRET_H
#define NUMDESK_UTIL_SECRET_H

#include <stdbool.h>
#include <stddef.h>
struct err;

/* Bytes that must not leak: kept in guarded, locked, dump-excluded memory; wiped when freed. No printf reaches them. */
struct secret;

struct secret *secret_new(size_t cap);                  /* empty; cap in bytes, at most 4096 */
struct secret *secret_from(const void *p, size_t n);    /* copies; the caller wipes its own copy */
struct secret *secret_dup(const struct secret *s);
void secret_free(struct secret *s);                     /* NULL is fine; wipes */
size_t secret_len(const struct secret *s);
size_t secret_chars(const struct secret *s);            /* UTF-8 characters, for drawing dots */
bool secret_append(struct secret *s, const char *p, size_t n);   /* false when full: nothing is added */
void secret_backspace(struct secret *s);                /* drop the last UTF-8 character */
void secret_clear(struct secret *s);
void secret_trim(struct secret *s);                     /* drop ASCII white space at both ends (pasted tokens) */
bool secret_equal(const struct secret *a, const struct secret *b);  /* constant time for equal lengths */
/* Lend the bytes, NUL-terminated, until secret_done. Nests. */
const char *secret_use(const struct secret *s);
void secret_done(const struct secret *s);

/* True once, the first time locking memory failed: the caller says "memory not locked" and why. */
bool secret_lock_failed(void);

/* Read to the first newline or the end, at most 1 KiB, within 10 s. ERR_USAGE: fd closed, empty, too long, NUL byte;
 * ERR_IO otherwise. `what` names it in messages ("--passphrase-fd 3"). The fd is left open. */
struct secret *secret_read_fd(int fd, const char *what, struct err *e);
/* Ask on /dev/tty with echo off; signals restore the terminal and are raised again. ERR_LOCKED when there is no
 * terminal, ERR_STOPPED on Ctrl-C. Blocks until answered. */
struct secret *secret_ask_tty(const char *prompt, struct err *e);
/* $CREDENTIALS_DIRECTORY/name, read as secret_read_fd reads; NULL without an error when the variable or the file is
 * missing. */
struct secret *secret_from_credentials_dir(const char *name, struct err *e);
void secret_wipe(void *p, size_t n);

#endif
