#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"

#include "numdesk/core/metadata.h"
#include "numdesk/core/metadata_import.h"
#include "numdesk/util/mem.h"

#define A "+14155550101"
#define B "+14155550102"
#define IN_A "\"phone_number\":\"" A "\""
#define IN_B "\"phone_number\":\"" B "\""

static struct home h;

static int up(void **state)
{
	(void)state;
	home_ready(&h);
	return 0;
}

static int down(void **state)
{
	(void)state;
	home_close(&h);
	return 0;
}

/* "row outcome says;" of each row, "!" before it when it was stored; "error: ..." when nothing is usable. */
static char *import_with(const char *text, const struct import_options *o)
{
	struct import r;
	struct err e = {0};
	struct buf b;

	buf_init(&b, 100000);
	if (!metadata_import(h.s, text, strlen(text), o, &r, &e)) {
		buf_addf(&b, "error %s: %s", e.kind == ERR_USAGE ? "usage" : e.kind == ERR_GUARD ? "guard" : "other", e.msg);
		return buf_take(&b);
	}
	buf_adds(&b, r.stored ? "!" : "");
	for (size_t i = 0; i < r.n; i++)
		buf_addf(&b, "%zu %s%s%s;", r.rows[i].at, import_outcome_name(r.rows[i].outcome), *r.rows[i].says ? " " : "",
			 r.rows[i].says);
	import_release(&r);
	return buf_take(&b);
}

static void expect_with(int line, const char *text, const struct import_options *o, const char *want)
{
	char *got = import_with(text, o);

	if (strcmp(got ? got : "", want) != 0)
		fail_msg("line %d: %s: %s, not %s", line, text, got ? got : "", want);
	free(got);
}

#define EXPECT(text, want, ...) expect_with(__LINE__, text, &(struct import_options){__VA_ARGS__}, want)

static bool list(void *ctx, const struct number_meta *m)
{
	return buf_addf(ctx, "%s%s%s%s%s t=%s n=%s o=%s c=%s;", m->phone_number + 9, m->is_primary ? "P" : "",
			m->for_messages ? "M" : "", m->for_voice ? "V" : "", m->is_locked ? "L" : "", m->tags ? m->tags : "-", m->note ? m->note : "-",
			m->owner ? m->owner : "-", m->customer_ref ? m->customer_ref : "-");
}

static void expect_kept(int line, const char *account, const char *want)
{
	struct err e = {0};
	struct buf b;

	buf_init(&b, 10000);
	assert_true(ledger_meta_each(h.s->ledger, account, list, &b, &e));
	if (strcmp(buf_str(&b), want) != 0)
		fail_msg("line %d: %s, not %s", line, buf_str(&b), want);
	buf_release(&b);
}
#define KEPT(want) expect_kept(__LINE__, HOME_AC, want)

/* --- documents that are none -------------------------------------------------------------------------------------- */

static void test_documents_that_are_none(void **state)
{
	(void)state;
	EXPECT("", "error usage: there is nothing in it", .replace = false);
	EXPECT("{}", "error usage: an array of objects is expected, as 'numdesk meta export' writes it", .replace = false);
	EXPECT("[1,", "error usage: not valid JSON at byte 3: it ends in the middle", .replace = false);
	EXPECT("[]", "", .replace = false);
	EXPECT("phone_number,phone_number\n", "error usage: line 1: column 'phone_number' stands there twice",
	       .replace = false);
	EXPECT("tags\nx\n", "error usage: line 1: the first line has to name the columns, one of them phone_number",
	       .replace = false);
	EXPECT("phone_number\n", "", .replace = false);
	KEPT("");
}

/* --- rows that are refused ---------------------------------------------------------------------------------------- */

static const struct { const char *text, *says; } bad[] = {
	{"[1]", "1 refused this is no object;"}, {"[{}]", "1 refused it has no phone_number;"},
	{"[{\"phone_number\":4155550101}]", "1 refused 'phone_number' is no text;"},
	{"[{" IN_A ",\"colour\":\"red\"}]", "1 refused there is no member 'colour' in metadata;"},
	{"[{" IN_A "," IN_A "}]", "1 refused 'phone_number' stands there twice;"},
	{"[{" IN_A ",\"is_locked\":\"yes\"}]", "1 refused 'is_locked' is no true or false;"},
	{"[{" IN_A ",\"tags\":[\"a\"]}]", "1 refused 'tags' is no text;"},
	{"[{" IN_A ",\"tags\":\"a =\"}]", "1 refused '=' is no tag: it begins with a letter or a digit;"},
	{"[{" IN_A ",\"note\":\"two\\nlines\"}]",
	 "1 refused the note cannot be 'two lines': one line of printable characters is possible;"},
	{"[{" IN_A ",\"account_sid\":\"x\"}]", "1 refused 'x' is no account SID;"},
	{"[{" IN_A ",\"account_sid\":\"" HOME_AC2 "\"}]",
	 "1 refused it belongs to account " HOME_AC2 ", not to the profile in use: give --all to take it too;"},
	{"phone_number,is_locked\n" A ",maybe\n", "2 refused is_locked: 'maybe' is neither yes nor no;"},
	{"phone_number,tags\n" A "\n", "2 refused it has 1 cells and the header has 2;"},
	{"phone_number\nfour\n", "2 refused 'four' is not a phone number: write it as +14155550137;"},
};

static void test_rows_that_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect_with((int)i, bad[i].text, &(struct import_options){.replace = false}, bad[i].says);
	EXPECT("[{" IN_A "},{" IN_A "}]", "1 same;2 refused " A " stands there again, after row 1;", .replace = false);
	EXPECT("[{" IN_B ",\"is_primary\":true},{" IN_A ",\"is_primary\":true}]",
	       "1 refused is_primary: " A " has it in row 2 already, and one number of an account can;2 taken primary;",
	       .replace = false);
	KEPT("");
}

static void test_one_bad_row_stops_all_but_not_partly(void **state)
{
	static const char text[] = "phone_number,tags,note\n" A ",eu,n\n" B ",-,n\n";

	(void)state;
	EXPECT(text, "2 taken tags, note;3 refused '-' is no tag: it begins with a letter or a digit;", .replace = false);
	KEPT("");
	EXPECT(text, "2 taken tags, note;3 refused '-' is no tag: it begins with a letter or a digit;", .partial = true,
	       .dry_run = true);
	KEPT("");
	EXPECT(text, "!2 taken tags, note;3 refused '-' is no tag: it begins with a letter or a digit;", .partial = true);
	KEPT("101 t=eu n=n o=- c=-;");
}

/* --- merging and replacing ---------------------------------------------------------------------------------------- */

static void test_rows_add_to_what_is_kept(void **state)
{
	(void)state;
	EXPECT("[{" IN_A ",\"is_primary\":true,\"is_locked\":true,\"tags\":\"b a\",\"note\":\"n\",\"owner\":\"o\","
	       "\"customer_ref\":\"c\"},{" IN_B "}]",
	       "!1 taken primary, lock, tags, note, owner, customer;2 same;", .replace = false);
	KEPT("101PL t=a b n=n o=o c=c;");
	EXPECT("[{" IN_A ",\"is_primary\":false,\"is_locked\":false,\"tags\":\"c\",\"note\":null,\"owner\":\"\"}]",
	       "!1 changed tags;", .replace = false);
	KEPT("101PL t=a b c n=n o=o c=c;");
	EXPECT("[{" IN_A ",\"tags\":\"c\"}]", "!1 same;", .replace = false);
	/* CSV, numbers as people write them */
	EXPECT("phone_number,is_locked,tags,note\n(415) 555-0102,yes,,spare\n4155550101,,,\n",
	       "!2 taken lock, note;3 same;", .replace = false);
	KEPT("101PL t=a b c n=n o=o c=c;102L t=- n=spare o=- c=-;");
}

static void test_rows_replace(void **state)
{
	(void)state;
	EXPECT("[{" IN_A ",\"is_primary\":true,\"tags\":\"b a\",\"owner\":\"o\"},{" IN_B ",\"is_locked\":true}]",
	       "!1 taken primary, tags, owner;2 taken lock;", .replace = false);
	EXPECT("[{" IN_A ",\"tags\":\"c\"}]", "!1 changed primary, tags, owner;", .replace = true);
	KEPT("101 t=c n=- o=- c=-;102L t=- n=- o=- c=-;");
	EXPECT("[{" IN_B ",\"is_primary\":true}]", "!1 changed primary, lock;", .replace = true);
	EXPECT("[{" IN_A ",\"is_primary\":true},{" IN_B ",\"is_primary\":false}]",
	       "!1 changed primary, tags;2 same;", .replace = true);
	KEPT("101P t=- n=- o=- c=-;");
}

static void test_purposes(void **state)
{
	(void)state;
	EXPECT("[{" IN_A ",\"is_primary\":true,\"is_primary_for_voice\":true},{" IN_B ",\"is_primary_for_messages\":true}]",
	       "!1 taken primary, primary for voice;2 taken primary for messages;", .replace = false);
	KEPT("101PV t=- n=- o=- c=-;102M t=- n=- o=- c=-;");
	EXPECT("[{" IN_A ",\"is_primary_for_voice\":true},{" IN_B ",\"is_primary_for_voice\":true}]",
	       "1 changed primary;2 refused is_primary_for_voice: " A " has it in row 1 already, and one number of an account can;",
	       .replace = true);
	EXPECT("phone_number,is_primary_for_messages,is_primary_for_voice\n" A ",yes,no\n",
	       "!2 changed primary for messages;", .replace = false);
	KEPT("101PMV t=- n=- o=- c=-;");
	EXPECT("phone_number\n" A "\n", "!2 changed primary, primary for messages, primary for voice;", .replace = true);
	KEPT("");
}

static void test_too_many_tags_together(void **state)
{
	(void)state;
	EXPECT("[{" IN_A ",\"tags\":\"a b c d e f g h i j k l m n o p q r s t\"}]", "!1 taken tags;", .replace = false);
	EXPECT("[{" IN_A ",\"tags\":\"u\"}]",
	       "1 refused row 1, " A ": a number has at most 20 tags: take one away first;", .replace = false);
	EXPECT("[{" IN_A ",\"tags\":\"u\"}]", "!1 changed tags;", .replace = true);
}

static void test_other_accounts_and_refusals(void **state)
{
	struct session_options o = {.read_only = true};
	struct err e = {0};

	(void)state;
	EXPECT("[{" IN_A ",\"account_sid\":\"" HOME_AC2 "\",\"is_primary\":true},{" IN_B ",\"is_primary\":true}]",
	       "!1 taken primary;2 taken primary;", .all_accounts = true);
	KEPT("102P t=- n=- o=- c=-;");
	expect_kept(__LINE__, HOME_AC2, "101P t=- n=- o=- c=-;");
	home_close(&h);
	assert_true(home_open(&h, &o, &e));
	EXPECT("[{" IN_A ",\"tags\":\"c\"}]",
	       "error guard: cannot change what is kept about numbers: read-only (--read-only)", .replace = false);
	EXPECT("[{" IN_A ",\"tags\":\"c\"}]", "1 taken tags;", .dry_run = true);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(test_documents_that_are_none),
		EACH(test_rows_that_are_refused),
		EACH(test_one_bad_row_stops_all_but_not_partly),
		EACH(test_rows_add_to_what_is_kept),
		EACH(test_rows_replace),
		EACH(test_purposes),
		EACH(test_too_many_tags_together),
		EACH(test_other_accounts_and_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
