#ifndef NUMDESK_TESTS_E2E_CLI_H
#define NUMDESK_TESTS_E2E_CLI_H

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk.h"

#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

/* What the tests of the command line share: one sandbox for a test program, a fresh home and seed for each test. */
#define PROGRAM BUILD_DIR "/numdesk"
#define MAIN_LINE "+14155550101"       /* what the seed's account owns */
#define LINE_2 "+14155550102"
#define LONDON "+442079460101"

static struct sandbox_proc *sandbox;

static inline int up(void **state)
{
	(void)state;
	sandbox = sandbox_up(BUILD_DIR "/numdesk-sandbox", "basic", NULL);
	return 0;
}

static inline int down(void **state)
{
	(void)state;
	sandbox_down(sandbox);
	return 0;
}

static struct numdesk nd;

static inline int fresh(void **state)
{
	(void)state;
	sandbox_reset(sandbox);
	numdesk_init(&nd, PROGRAM, sandbox);
	return 0;
}

static inline int tidy(void **state)
{
	(void)state;
	numdesk_release(&nd);
	return 0;
}

/* A profile, and its numbers in the cache. */
static inline int ready(void **state)
{
	fresh(state);
	numdesk_add(&nd, "p", "acme");
	assert_int_equal(numdesk(&nd, "sync", NULL), 0);
	return 0;
}

#define NUMDESK(wanted, ...) \
	do { \
		if (numdesk(&nd, __VA_ARGS__, NULL) != (wanted)) \
			fail_msg("line %d: exit %d, not %d\n%s%s", __LINE__, nd.r.status, wanted, nd.r.out, nd.r.err); \
	} while (0)

/* --- looking into the output -------------------------------------------------------------------------------------- */

static inline const char *text_at(const struct json *doc, size_t i, const char *name)
{
	const struct json *row = json_at(doc, i);
	const char *s = json_text(row, name);

	return s ? s : "";
}

static inline bool has(const struct json *doc, const char *name, const char *value)
{
	for (const struct json *row = json_first(doc); row; row = json_next(row)) {
		const char *s = json_text(row, name);

		if (s && strcmp(s, value) == 0)
			return true;
	}
	return false;
}

static inline size_t lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

/* "a,b,c" of the first row's members, in order. */
static inline char *member_names(const struct json *doc)
{
	struct buf b;

	buf_init(&b, 4096);
	for (const struct json *m = json_first(json_at(doc, 0)); m; m = json_next(m))
		buf_addf(&b, "%s%s", b.len ? "," : "", json_name(m));
	return buf_take(&b);
}

/* The last run printed an array of n objects with these members. */
static inline struct json *rows_with(size_t n, const char *names)
{
	struct json *doc = numdesk_json(&nd);
	char *got = member_names(doc);

	assert_true(json_is_array(doc));
	assert_int_equal(json_count(doc), n);
	if (n)
		assert_string_equal(got, names);
	free(got);
	return doc;
}

#define OPERATION "operation,kind,phone_number,phone_sid,state,code,message,subject,sid"
#define PLANNED OPERATION ",account_sid,to_account,monthly_price,currency,params"

/* The first n numbers for sale in area code 415. */
static inline void for_sale(char out[][17], size_t n)
{
	char limit[8];
	struct json *doc;

	snprintf(limit, sizeof limit, "%zu", n);
	NUMDESK(0, "search", "US", "--area-code", "415", "--limit", limit, "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), n);
	for (size_t i = 0; i < n; i++)
		snprintf(out[i], 17, "%s", text_at(doc, i, "phone_number"));
	json_free(doc);
}

/* Requests with this method and path (NULL: any) go wrong (src/sandbox/faults.def); arg is JSON, NULL for none. */
enum { ONCE = 1, ALWAYS = 0 };

static inline void fault(const char *method, const char *path, const char *mode, int times, const char *arg)
{
	char rule[800], where[200] = "";
	size_t n = 0;

	if (method)
		n = (size_t)snprintf(where, sizeof where, "\"method\":\"%s\"%s", method, path ? "," : "");
	if (path)
		snprintf(where + n, sizeof where - n, "\"path_contains\":\"%s\"", path);
	snprintf(rule, sizeof rule, "{\"match\":{%s},\"mode\":\"%s\",\"times\":%d%s%s}", where, mode, times,
		 arg ? ",\"arg\":" : "", arg ? arg : "");
	sandbox_fault(sandbox, rule);
}

/* For test_wait: has a request with this method arrived? */
static inline bool has_arrived(void *method)
{
	return sandbox_arrivals(sandbox, method, NULL) > 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, tidy)
#define READY(f) cmocka_unit_test_setup_teardown(f, ready, tidy)

#endif
