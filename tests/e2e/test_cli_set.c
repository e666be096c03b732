/* Settings from a script: set, undo, templates, files with columns; what the sandbox then shows. */
#include "cli.h"

#include <fcntl.h>
#include <unistd.h>

/* The number as Twilio shows it. Caller frees. */
static struct json *live(const char *number)
{
	NUMDESK(0, "show", number, "--live", "--json");
	return numdesk_json(&nd);
}

static void shows(const char *number, const char *member, const char *value)
{
	struct json *doc = live(number);
	const struct json *row = json_is_array(doc) ? json_at(doc, 0) : doc;
	const char *got = json_text(row, member);

	if (strcmp(got ? got : "", value) != 0)
		fail_msg("%s of %s is '%s', not '%s'", member, number, got ? got : "", value);
	json_free(doc);
}

static bool is_set(const char *number, const char *member)
{
	struct json *doc = live(number);
	const char *got = json_text(json_is_array(doc) ? json_at(doc, 0) : doc, member);
	const bool set = got && *got;

	json_free(doc);
	return set;
}

static const char *file_of(const char *text)
{
	static char path[300];
	int fd;

	snprintf(path, sizeof path, "%s/settings.csv", nd.home);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

static void what_cannot_be_meant(void **state)
{
	static const struct { int status; const char *words[6]; const char *says; } t[] = {
		{2, {"set"}, "needs a NUMBER"}, {2, {"set", MAIN_LINE}, "nothing is to be changed"},
		{2, {"set", MAIN_LINE, "voice_ulr=x"}, "did you mean 'voice_url'"},
		{2, {"set", MAIN_LINE, "country=DE"}, "cannot be set"},
		{2, {"set", MAIN_LINE, "name=a", "name=b"}, "given twice"},
		{2, {"set", "name=a", MAIN_LINE}, "numbers come first"},
		{2, {"--yes", "set", MAIN_LINE, "voice_url=ftp://x"}, "https://"},
		{2, {"--yes", "set", MAIN_LINE, "name="}, "1 to 64"},
		{2, {"--yes", "set", MAIN_LINE, "trunk=Office PBX", "voice_application=Main menu"}, "cannot both"},
		{4, {"--yes", "set", MAIN_LINE, "trunk=Nowhere"}, "no trunk named"},
		{4, {"--yes", "set", "+14155550999", "name=a"}, "+14155550999"},
		{4, {"--yes", "set", MAIN_LINE, "--template", "none"}, "no template"},
		{5, {"set", MAIN_LINE, "name=a"}, "--yes"}, {2, {"undo"}, "takes operations"},
		{4, {"--yes", "undo", "--last"}, "no change of settings"}, {4, {"--yes", "undo", "99"}, "99"},
		{2, {"template", "save", "bad name", "name=x"}, "letters"}, {2, {"template", "save", "x"}, "nothing to keep"},
		{2, {"template", "save", "x", "voice_url"}, "needs a value"}, {4, {"template", "show", "x"}, "no template"},
		{4, {"template", "remove", "x"}, "no template"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		if (numdesk_v(&nd, t[i].words) != t[i].status || !strstr(nd.r.err, t[i].says))
			fail_msg("row %zu: exit %d\n%s", i, nd.r.status, nd.r.err);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

static void set_by_name_and_undo(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "--yes", "set", MAIN_LINE, "trunk=office pbx", "name=Desk 1", "--json");
	doc = rows_with(1, OPERATION);
	assert_string_equal(text_at(doc, 0, "kind"), "configure");
	assert_string_equal(text_at(doc, 0, "state"), "done");
	json_free(doc);
	assert_non_null(strstr(nd.r.err, "not used while the Trunk is set"));
	assert_true(is_set(MAIN_LINE, "trunk_sid"));
	shows(MAIN_LINE, "friendly_name", "Desk 1");
	NUMDESK(0, "--yes", "set", MAIN_LINE, "trunk=Office PBX", "--json");    /* so already: nothing is sent */
	json_free(rows_with(0, OPERATION));
	NUMDESK(0, "--yes", "set", MAIN_LINE, "voice_application=Main menu");
	assert_false(is_set(MAIN_LINE, "trunk_sid"));
	NUMDESK(0, "--yes", "undo", "--last");
	assert_true(is_set(MAIN_LINE, "trunk_sid"));
	assert_false(is_set(MAIN_LINE, "voice_application_sid"));
	assert_int_equal(sandbox_executions(sandbox, "update", MAIN_LINE), 3);
}

static void a_rehearsal_changes_nothing(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "--dry-run", "set", MAIN_LINE, LONDON, "trunk=Office PBX");
	assert_non_null(strstr(nd.r.out, "- trunk: nothing\n"));
	assert_non_null(strstr(nd.r.out, "+ trunk: Office PBX\n"));
	NUMDESK(0, "--dry-run", "set", MAIN_LINE, "voice_url=https://x.example.com", "--json");
	doc = rows_with(1, PLANNED);
	assert_string_equal(text_at(doc, 0, "message"), "voice_url: https://voice.example.com/main -> https://x.example.com");
	json_free(doc);
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

/* A plan that was printed can be carried out later. */
static void a_plan_from_a_file(void **state)
{
	char path[300];

	(void)state;
	NUMDESK(0, "--dry-run", "set", MAIN_LINE, LINE_2, "voice_url=https://x.example.com", "--json");
	snprintf(path, sizeof path, "%s", file_of(nd.r.out));
	NUMDESK(0, "--yes", "apply", path);
	shows(LINE_2, "voice_url", "https://x.example.com");
}

static void each_its_own_values(void **state)
{
	(void)state;
	NUMDESK(0, "--yes", "set", "--from",
		file_of("phone_number,voice_url,name\n" MAIN_LINE ",https://one.example.com,\n" LINE_2 ",-,\"Line, two\"\n"));
	shows(MAIN_LINE, "voice_url", "https://one.example.com");
	shows(MAIN_LINE, "friendly_name", "Main line");                         /* an empty cell leaves it */
	shows(LINE_2, "voice_url", "");
	shows(LINE_2, "friendly_name", "Line, two");
	NUMDESK(2, "--yes", "set", "--from", file_of("phone_number,voice_ulr\n" MAIN_LINE ",x\n"));
	assert_non_null(strstr(nd.r.err, "column 2"));
	NUMDESK(2, "--yes", "set", "--from", file_of("phone_number,voice_url\n" LINE_2 ",https://a.example\n" MAIN_LINE ",ftp://x\n"));
	assert_non_null(strstr(nd.r.err, "line 3"));
	NUMDESK(2, "--yes", "set", "--from", file_of("phone_number\n" MAIN_LINE "\n"));
	assert_int_equal(sandbox_executions(sandbox, "update", NULL), 2);
}

/* Undo takes back what it changed, not what came later; it stops where that was changed again. */
static void undo_when_things_moved_on(void **state)
{
	(void)state;
	NUMDESK(0, "--yes", "set", MAIN_LINE, "voice_url=https://one.example.com");            /* operation 1 */
	NUMDESK(0, "--yes", "set", MAIN_LINE, "name=Later");                                    /* 2 */
	NUMDESK(0, "--yes", "undo", "1");                                                       /* 3 */
	shows(MAIN_LINE, "voice_url", "https://voice.example.com/main");
	shows(MAIN_LINE, "friendly_name", "Later");
	NUMDESK(0, "--yes", "set", MAIN_LINE, "voice_url=https://three.example.com");          /* 4 */
	NUMDESK(5, "--yes", "undo", "1");
	assert_non_null(strstr(nd.r.err, "three.example.com"));
	assert_non_null(strstr(nd.r.err, "--force"));
	NUMDESK(0, "--yes", "undo", "1", "--whole");
	shows(MAIN_LINE, "friendly_name", "Main line");
	shows(MAIN_LINE, "voice_url", "https://voice.example.com/main");
	NUMDESK(0, "--yes", "undo", MAIN_LINE);                                                 /* and back again */
	shows(MAIN_LINE, "friendly_name", "Later");
}

/* A cut-over of many is one plan, and so is the way back. */
static void a_whole_plan_is_undone(void **state)
{
	(void)state;
	NUMDESK(0, "--yes", "set", MAIN_LINE, LINE_2, LONDON, "voice_url=https://new.example.com");
	NUMDESK(0, "--yes", "undo", "--last");
	shows(MAIN_LINE, "voice_url", "https://voice.example.com/main");
	shows(LONDON, "voice_url", "https://voice.example.com/london");
	assert_int_equal(sandbox_executions(sandbox, "update", NULL), 6);
	NUMDESK(2, "--yes", "undo", "--last", "1");
}

static void templates(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "--yes", "set", MAIN_LINE, "trunk=Office PBX");
	NUMDESK(0, "template", "save", "main", "--of", MAIN_LINE);
	NUMDESK(0, "template", "save", "hook", "sms_url=https://s.example.com", "sms_method=get");
	NUMDESK(0, "template", "list", "--json");
	doc = rows_with(2, "name,account_sid,created_at,settings");
	assert_string_equal(text_at(doc, 0, "name"), "hook");
	assert_true(json_is_null_or_absent(json_at(doc, 0), "account_sid"));
	assert_string_equal(json_text(json_get(json_at(doc, 0), "settings"), "sms_method"), "GET");
	assert_string_equal(text_at(doc, 1, "account_sid"), nd.account.account_sid);
	json_free(doc);
	NUMDESK(0, "template", "show", "HOOK", "--json");
	json_free(rows_with(2, "field,value,name"));
	NUMDESK(0, "--yes", "set", LONDON, LINE_2, "--template", "main");       /* London takes no SMS: that part is left out */
	assert_true(is_set(LONDON, "trunk_sid"));
	shows(LINE_2, "sms_url", "https://sms.example.com/main");
	shows(LONDON, "sms_url", "");
	NUMDESK(0, "--yes", "set", LINE_2, "--template", "hook", "sms_method=POST");    /* words over the template */
	shows(LINE_2, "sms_method", "POST");
	NUMDESK(0, "template", "remove", "main");
	NUMDESK(4, "--yes", "set", LINE_2, "--template", "main");
}

static void copied_from_another(void **state)
{
	(void)state;
	NUMDESK(0, "--yes", "set", LINE_2, "--copy-from", MAIN_LINE);
	shows(LINE_2, "voice_url", "https://voice.example.com/main");
	shows(LINE_2, "friendly_name", "(415) 555-0102");                       /* its name stays its own */
}

/* What is refused is refused before anything is sent; a locked number is not touched. */
static void guards(void **state)
{
	(void)state;
	NUMDESK(5, "--yes", "set", MAIN_LINE, LONDON, "sms_url=https://s.example.com");
	assert_non_null(strstr(nd.r.err, "takes no SMS"));
	NUMDESK(0, "lock", MAIN_LINE);
	NUMDESK(5, "--yes", "set", MAIN_LINE, "name=x");
	NUMDESK(5, "--yes", "--read-only", "set", LINE_2, "name=x");
	NUMDESK(5, "--read-only", "template", "save", "t", "name=x");
	assert_int_equal(sandbox_arrivals(sandbox, "POST", NULL), 0);
}

static void a_lost_answer_is_looked_up(void **state)
{
	(void)state;
	fault("POST", "IncomingPhoneNumbers", "reset-after-exec", ONCE, NULL);
	/* looking in the background may settle it before the command ends, or not */
	if (numdesk(&nd, "--yes", "set", MAIN_LINE, "name=Lost", NULL) != 0)
		assert_int_equal(nd.r.status, 6);
	NUMDESK(0, "resume");
	assert_int_equal(sandbox_executions(sandbox, "update", MAIN_LINE), 1);
	shows(MAIN_LINE, "friendly_name", "Lost");
	NUMDESK(0, "--yes", "undo", MAIN_LINE);
	shows(MAIN_LINE, "friendly_name", "Main line");
}

static void every_field_is_listed(void **state)
{
	struct json *doc;

	(void)state;
	NUMDESK(0, "set", "--fields", "--json");
	doc = numdesk_json(&nd);
	assert_true(has(doc, "field", "trunk"));
	assert_true(has(doc, "parameter", "VoiceCallerIdLookup"));
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(what_cannot_be_meant), READY(set_by_name_and_undo), READY(a_rehearsal_changes_nothing),
		READY(a_plan_from_a_file), READY(each_its_own_values), READY(undo_when_things_moved_on),
		READY(a_whole_plan_is_undone), READY(templates), READY(copied_from_another), READY(guards),
		READY(a_lost_answer_is_looked_up), READY(every_field_is_listed),
	};

	return cmocka_run_group_tests(tests, up, down);
}
