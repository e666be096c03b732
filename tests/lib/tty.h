#ifndef NUMDESK_TESTS_TTY_H
#define NUMDESK_TESTS_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A program on a pseudo terminal, its screen kept by libvterm. Everything it writes is also kept as raw bytes, so that a
 * test can say what must never reach a terminal.
 */
struct pty;
/* argv[0] is the path. env: "NAME=value" strings added to a minimal environment (PATH, LANG, TERM=xterm-256color),
 * NULL-terminated; may be NULL. Dies with the test. */
struct pty *pty_start(const char *const *argv, const char *const *env, int rows, int cols);
void pty_free(struct pty *p);                           /* kills what still runs, reaps it */
void pty_send(struct pty *p, const char *keys);         /* bytes as typed */
void pty_type(struct pty *p, const char *text);         /* the same, then waits until the program has read them */
void pty_resize(struct pty *p, int rows, int cols);
pid_t pty_pid(const struct pty *p);
void pty_hangup(struct pty *p);                         /* close the terminal */
/* The screen as text, a line per row without trailing blanks; borrowed until the next call. */
const char *pty_screen(struct pty *p);
/* Read what there is until the screen shows text (or no longer shows it), at most 15 s. Prints the screen on failure. */
bool pty_expect(struct pty *p, const char *text);
bool pty_expect_gone(struct pty *p, const char *text);
/* Let the screen settle: nothing written for quiet_ms (at most 5 s). */
void pty_settle(struct pty *p, int quiet_ms);
/* Wait for the end, at most 15 s: exit status, 128 + signal, or -1 when it still runs. */
int pty_wait(struct pty *p);
const char *pty_raw(const struct pty *p, size_t *len);

#endif
