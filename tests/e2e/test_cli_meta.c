/* What is kept here about numbers: tags, notes, owner, customer reference. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"

#define TAG_ROW "phone_number,tags,changed"
#define TALLY "tag,numbers,owned"
#define NOTE_ROW "phone_number,note,owner,customer_ref,changed"

static void test_tags(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "tag", "--json");
	json_free(rows_with(0, TALLY));
	NUMDESK(0, "tag", MAIN_LINE, "--json");
	doc = rows_with(1, TAG_ROW);
	assert_true(json_is_null_or_absent(json_at(doc, 0), "tags"));
	json_free(doc);
	NUMDESK(0, "tag", MAIN_LINE, LINE_2, "--add", "Support,eu", "--add", "billing", "--json");
	doc = rows_with(2, TAG_ROW);
	assert_string_equal(text_at(doc, 0, "tags"), "billing eu support");
	assert_string_equal(text_at(doc, 1, "tags"), "billing eu support");
	assert_true(json_bool(json_at(doc, 1), "changed", false));
	json_free(doc);
	NUMDESK(0, "tag", MAIN_LINE, "--add", "billing", "--json");
	doc = rows_with(1, TAG_ROW);
	assert_false(json_bool(json_at(doc, 0), "changed", true));
	json_free(doc);
	NUMDESK(0, "tag", "--where", "tag:support", "--remove", "eu", "--add", "vip");
	NUMDESK(0, "tag", LINE_2, "--clear", "--add", "spare");
	NUMDESK(0, "tag", "--plain");
	assert_string_equal(nd.r.out, "billing\t1\t1\nspare\t1\t1\nsupport\t1\t1\nvip\t1\t1\n");
	NUMDESK(0, "list", "--where", "tag:bill", "--json");
	doc = numdesk_json(&nd);
	assert_int_equal(json_count(doc), 1);
	assert_string_equal(text_at(doc, 0, "tags"), "billing support vip");
	json_free(doc);
	NUMDESK(0, "tag", "--where", "tag:spare", "--clear", "--csv");
	assert_string_equal(nd.r.out, "phone_number,tags,changed\r\n" LINE_2 ",,true\r\n");
}

static void test_a_rehearsal_changes_nothing(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "--dry-run", "--read-only", "tag", MAIN_LINE, "--add", "billing", "--json");
	doc = rows_with(1, TAG_ROW);
	assert_string_equal(text_at(doc, 0, "tags"), "billing");
	json_free(doc);
	NUMDESK(0, "--dry-run", "note", MAIN_LINE, "call back", "--json");
	json_free(rows_with(1, NOTE_ROW));
	NUMDESK(0, "tag", "--plain");
	assert_string_equal(nd.r.out, "");
	NUMDESK(5, "--read-only", "tag", MAIN_LINE, "--add", "billing");
	assert_true(numdesk_said(&nd, 1, "--read-only"));
	NUMDESK(5, "--read-only", "note", MAIN_LINE, "x");
	NUMDESK(0, "--read-only", "note", MAIN_LINE);
	NUMDESK(0, "--read-only", "tag", MAIN_LINE);
}

static void test_notes(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "note", MAIN_LINE, "Call the desk, not the switchboard", "--owner", "Support", "--customer", "C-4711",
		"--json");
	doc = rows_with(1, NOTE_ROW);
	assert_string_equal(text_at(doc, 0, "note"), "Call the desk, not the switchboard");
	assert_string_equal(text_at(doc, 0, "customer_ref"), "C-4711");
	json_free(doc);
	for (size_t i = 0; i < 3; i++) {
		static const char *const queries[] = {"note:switchboard", "owner:supp", "customer:4711"};

		NUMDESK(0, "list", "--where", queries[i], "--plain", "--columns", "number");
		assert_string_equal(nd.r.out, MAIN_LINE "\n");
	}
	NUMDESK(0, "note", "--where", "owner:support", "--no-owner", "moved");
	NUMDESK(0, "note", MAIN_LINE, "--json");
	doc = rows_with(1, NOTE_ROW);
	assert_string_equal(text_at(doc, 0, "note"), "moved");
	assert_true(json_is_null_or_absent(json_at(doc, 0), "owner"));
	assert_string_equal(text_at(doc, 0, "customer_ref"), "C-4711");
	assert_false(json_bool(json_at(doc, 0), "changed", true));
	json_free(doc);
	NUMDESK(0, "note", MAIN_LINE, "--clear", "--no-customer");
	NUMDESK(0, "list", "--where", "note:\"\" customer:\"\"", "--plain", "--columns", "number");
	assert_int_equal(lines(nd.r.out), 3);
}

static void test_numbers_that_are_not_ours(void **state)
{
	(void)state;
	NUMDESK(4, "tag", MAIN_LINE, "+14155550199", "--add", "billing");
	assert_true(numdesk_said(&nd, 1, "+14155550199 is not among"));
	NUMDESK(0, "tag", "--plain");
	assert_string_equal(nd.r.out, "");
	NUMDESK(4, "note", "+14155550199", "x");
	NUMDESK(2, "tag", MAIN_LINE, "--add", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u");
	assert_true(numdesk_said(&nd, 1, "at most 20"));
	NUMDESK(0, "tag", MAIN_LINE, "--add", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t");
	/* all or none: the second number would pass, the first does not */
	NUMDESK(2, "tag", LINE_2, MAIN_LINE, "--add", "u");
	assert_true(numdesk_said(&nd, 1, MAIN_LINE ": a number has at most 20"));
	NUMDESK(0, "tag", LINE_2, "--plain");
	assert_string_equal(nd.r.out, LINE_2 "\t\tfalse\n");
}

static void test_what_is_kept_outlives_a_release(void **state)
{
	struct numdesk other;
	struct json *doc;

	(void)state;
	NUMDESK(0, "tag", LINE_2, "--add", "returns");
	NUMDESK(0, "note", LINE_2, "was the returns line");
	/* by another home: in the second of a release of our own a list is not believed that still has the number */
	numdesk_init(&other, PROGRAM, sandbox);
	numdesk_add(&other, "p", "acme");
	assert_int_equal(numdesk(&other, "sync", NULL), 0);
	assert_int_equal(numdesk(&other, "release", LINE_2, "--confirm", LINE_2, NULL), 0);
	numdesk_release(&other);
	NUMDESK(0, "sync");
	NUMDESK(0, "sync");             /* the second one takes the row out of the cache */
	NUMDESK(0, "list", "--gone", "--plain");
	assert_int_equal(lines(nd.r.out), 2);
	NUMDESK(0, "tag", "--json");
	doc = rows_with(1, TALLY);
	assert_string_equal(text_at(doc, 0, "tag"), "returns");
	json_free(doc);
	NUMDESK(0, "tag", "--plain");
	assert_string_equal(nd.r.out, "returns\t1\t0\n");
	NUMDESK(0, "note", LINE_2, "--plain");
	assert_string_equal(nd.r.out, LINE_2 "\twas the returns line\t\t\tfalse\n");
	/* it can still be changed, and when it is ours again it is there again */
	NUMDESK(0, "tag", LINE_2, "--add", "old");
	sandbox_reset(sandbox);
	NUMDESK(0, "sync");
	NUMDESK(0, "list", "--where", "tag:returns tag:old", "--plain", "--columns", "number");
	assert_string_equal(nd.r.out, LINE_2 "\n");
	/* when nothing is kept any more, it is nobody's */
	NUMDESK(0, "release", LINE_2, "--confirm", LINE_2);
	NUMDESK(0, "tag", LINE_2, "--clear");
	NUMDESK(0, "note", LINE_2, "--clear");
	NUMDESK(0, "sync");
	NUMDESK(0, "sync");
	NUMDESK(4, "tag", LINE_2, "--add", "old");
}

/* --- primary per purpose ------------------------------------------------------------------------------------------ */

#define PRIMARY_ROW "phone_number,primary_for,account_sid,is_primary,owned"

static void test_another_primary_for_one_purpose(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "primary", "--for", "voice");
	assert_string_equal(nd.r.out, "");
	NUMDESK(0, "primary", MAIN_LINE);
	assert_string_equal(nd.r.out, MAIN_LINE "\n");
	NUMDESK(0, "primary", "--for", "voice");
	assert_string_equal(nd.r.out, MAIN_LINE "\n");
	NUMDESK(0, "primary", LINE_2, "--for", "voice");
	assert_string_equal(nd.r.out, LINE_2 "\n");
	NUMDESK(0, "primary", "--for", "messages");
	assert_string_equal(nd.r.out, MAIN_LINE "\n");
	NUMDESK(0, "primary", "--json");
	doc = rows_with(2, PRIMARY_ROW);
	assert_string_equal(text_at(doc, 0, "phone_number"), MAIN_LINE);
	assert_string_equal(text_at(doc, 0, "primary_for"), "messages");
	assert_true(json_bool(json_at(doc, 0), "is_primary", false));
	assert_true(json_bool(json_at(doc, 0), "owned", false));
	assert_string_equal(text_at(doc, 1, "primary_for"), "voice");
	assert_false(json_bool(json_at(doc, 1), "is_primary", true));
	json_free(doc);
	NUMDESK(0, "list", "--where", "for:voice", "--plain", "--columns", "number,primary_for,is_primary");
	assert_string_equal(nd.r.out, LINE_2 "\tvoice\tfalse\n");
	/* each of them is let go only with a word more */
	NUMDESK(5, "release", LINE_2, "--confirm", LINE_2);
	assert_non_null(strstr(nd.r.err, "primary number for voice"));
	NUMDESK(0, "release", LINE_2, "--confirm", LINE_2, "--confirm", "primary");
	/* what is gone serves nobody */
	NUMDESK(0, "primary", "--for", "voice");
	assert_string_equal(nd.r.out, MAIN_LINE "\n");
	NUMDESK(0, "primary", "--clear", "--for", "voice");
	NUMDESK(0, "primary", "--plain");
	assert_string_equal(nd.r.out, MAIN_LINE "\tmessages voice\n");
	NUMDESK(0, "primary", "--clear");
	NUMDESK(0, "primary", "--json");
	assert_string_equal(nd.r.out, "[]\n");
}

/* --- export and import -------------------------------------------------------------------------------------------- */

#define KEPT "account_sid,phone_number,is_primary,is_primary_for_messages,is_primary_for_voice,is_locked,tags,note,owner,customer_ref"
#define REPORT "row,phone_number,account_sid,outcome,stored,message"

/* Run with this on standard input. */
static int with_input(const char *text, const char *const *words)
{
	const struct proc_spec spec = {.in = text};

	return numdesk_spec(&nd, &spec, words);
}

static void test_a_round_trip(void **state)
{
	const char *const import[] = {"meta", "import", "-", "--json", NULL},
			  *const replace[] = {"meta", "import", "-", "--replace", "--plain", NULL},
			  *const look[] = {"--dry-run", "meta", "import", "-", "--json", NULL};
	char *json, *csv, *again;
	struct json *doc;

	(void)state;
	NUMDESK(0, "meta", "export");
	json_free(rows_with(0, KEPT));
	NUMDESK(0, "primary", MAIN_LINE);
	NUMDESK(0, "primary", LONDON, "--for", "voice");
	NUMDESK(0, "lock", LONDON);
	NUMDESK(0, "tag", MAIN_LINE, LINE_2, "--add", "billing,eu");
	NUMDESK(0, "note", LINE_2, "say \"=1\", then, wait", "--owner", "Desk", "--customer", "C-4711");
	/* what is not owned any more is kept too */
	NUMDESK(0, "release", LINE_2, "--confirm", LINE_2);
	NUMDESK(0, "sync");
	NUMDESK(0, "sync");
	NUMDESK(0, "meta", "export", "--csv");
	csv = mem_dup(nd.r.out);
	NUMDESK(0, "meta", "export");
	doc = rows_with(3, KEPT);
	assert_string_equal(text_at(doc, 1, "note"), "say \"=1\", then, wait");
	json_free(doc);
	json = mem_dup(nd.r.out);
	/* again here: everything is the same; in another home: everything is taken */
	assert_int_equal(with_input(json, import), 0);
	assert_true(numdesk_said(&nd, 1, "0 taken, 0 changed, 3 the same"));
	numdesk_release(&nd);
	numdesk_init(&nd, PROGRAM, sandbox);
	numdesk_add(&nd, "other", "acme");
	assert_int_equal(with_input(json, look), 0);
	assert_true(numdesk_said(&nd, 1, "a rehearsal"));
	json_free(rows_with(3, REPORT));
	assert_int_equal(with_input(json, import), 0);
	doc = rows_with(3, REPORT);
	assert_string_equal(text_at(doc, 0, "outcome"), "taken");
	assert_true(json_bool(json_at(doc, 0), "stored", false));
	json_free(doc);
	NUMDESK(0, "meta", "export");
	again = mem_dup(nd.r.out);
	assert_string_equal(again, json);
	assert_int_equal(with_input(csv, replace), 0);
	assert_true(numdesk_said(&nd, 1, "3 the same"));
	NUMDESK(0, "primary", "--plain");
	assert_string_equal(nd.r.out, MAIN_LINE "\tmessages\n" LONDON "\tvoice\n");
	free(json);
	free(csv);
	free(again);
}

static void test_a_bad_document_changes_nothing(void **state)
{
	static const char text[] = "phone_number,tags\n" MAIN_LINE ",eu\n" LINE_2 ",=\n";
	const char *const import[] = {"meta", "import", "-", "--json", NULL},
			  *const partial[] = {"meta", "import", "-", "--partial", "--json", NULL},
			  *const forbidden[] = {"--read-only", "meta", "import", "-", NULL};
	struct json *doc;

	(void)state;
	assert_int_equal(with_input("", import), 2);
	assert_int_equal(with_input("{", import), 2);
	assert_int_equal(with_input(text, forbidden), 5);
	assert_int_equal(with_input(text, import), 2);
	assert_true(numdesk_said(&nd, 1, "1 of 2 rows are refused: nothing is stored"));
	doc = rows_with(2, REPORT);
	assert_string_equal(text_at(doc, 0, "outcome"), "taken");
	assert_false(json_bool(json_at(doc, 0), "stored", true));
	assert_string_equal(text_at(doc, 1, "outcome"), "refused");
	json_free(doc);
	NUMDESK(0, "tag", "--plain");
	assert_string_equal(nd.r.out, "");
	assert_int_equal(with_input(text, partial), 1);
	NUMDESK(0, "tag", "--plain");
	assert_string_equal(nd.r.out, "eu\t1\t1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_tags),
		READY(test_a_rehearsal_changes_nothing),
		READY(test_notes),
		READY(test_numbers_that_are_not_ours),
		READY(test_what_is_kept_outlives_a_release),
		READY(test_another_primary_for_one_purpose),
		READY(test_a_round_trip),
		READY(test_a_bad_document_changes_nothing),
	};

	return cmocka_run_group_tests(tests, up, down);
}
