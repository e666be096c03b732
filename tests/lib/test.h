#ifndef NUMDESK_TESTS_TEST_H
#define NUMDESK_TESTS_TEST_H

/* cmocka wants these first, in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

/* A fresh private directory for one test, removed with everything in it at exit. Borrowed for the program's life. */
const char *test_dir(void);
/* "dir/name", borrowed until the next 16 calls. */
const char *test_path(const char *dir, const char *name);
/* Wait until cond(ctx) holds, at most deadline_ms; false when it never did. Polls every 2 ms. */
bool test_wait(bool (*cond)(void *), void *ctx, int deadline_ms);

#endif
