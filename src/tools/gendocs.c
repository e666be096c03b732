/*
 * Prints parts of the documentation from the four tables, for the build: gendocs options|commands|keys|columns|faults|
 * exit|example-ini. All but example-ini print man(7) source, which takes the place of a line such as @COMMANDS@ in
 * man/numdesk.1.in. It links model and util alone, so that documentation never needs the program.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/model/column.h"
#include "numdesk/model/command.h"
#include "numdesk/model/config.h"
#include "numdesk/model/fault.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

/* Text for a macro's argument or a line of its own, with what roff would take for its own made safe. */
static void put(const char *s)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", stdout);
	for (; *s; s++) {
		switch (*s) {
		case '\\':
			fputs("\\e", stdout);
			break;
		case '"':
			fputs("\\(dq", stdout);
			break;
		case '\'':
			fputs("\\(aq", stdout);
			break;
		case '-':
			fputs("\\-", stdout);
			break;
		case '^':
			fputs("\\(ha", stdout);
			break;
		default:
			putchar(*s);
		}
	}
}

/* A help text as a sentence of its own. */
static void put_plain(const char *s)
{
	size_t n = strlen(s);

	put(s);
	fputs(n > 0 && s[n - 1] == '.' ? "\n" : ".\n", stdout);
}

/* The same with its first letter raised; not for texts that may begin with a literal word. */
static void put_sentence(const char *s)
{
	char first[2] = {s[0], '\0'};

	if (first[0] >= 'a' && first[0] <= 'z') {
		first[0] = (char)(first[0] - 'a' + 'A');
		put(first);
		s++;
	}
	put_plain(s);
}

/* --- commands --------------------------------------------------------------------------------------------------- */

static void print_argument(const struct command_arg *a)
{
	fputs(".TP\n\\fB", stdout);
	put(a->name);
	fputs("\\fR", stdout);
	if (a->value) {
		fputs(" \\fI", stdout);
		put(a->value);
		fputs("\\fR", stdout);
	}
	putchar('\n');
	put_plain(a->help);
}

static void print_needs(const struct command *c)
{
	if (c->costs_money)
		puts("It spends money: on a terminal it asks, elsewhere it needs \\fB\\-\\-yes\\fR.");
	if (c->needs & NEED_UNLOCKED)
		puts("Needs the passphrase.");
	else if (!(c->needs & NEED_NETWORK) && (c->needs & NEED_PROFILE) && !(c->needs & NEED_WRITE))
		puts("Neither network nor passphrase is needed.");
}

static void print_commands(void)
{
	char usage[1200];

	for (unsigned i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = &commands[i];

		if (!c->cli)
			continue;
		fputs(".TP\n.B \"numdesk ", stdout);
		put(command_usage((enum command_id)i, usage, sizeof usage));
		fputs("\"\n", stdout);
		put_sentence(c->help);
		print_needs(c);
		if (c->args[0].name)
			puts(".RS");
		for (const struct command_arg *a = c->args; a < c->args + COMMAND_MAX_ARGS && a->name; a++)
			print_argument(a);
		if (c->args[0].name)
			puts(".RE");
	}
}

/* --- keys ------------------------------------------------------------------------------------------------------- */

static const struct { unsigned where; const char *title; } places[] = {
	{AT_OWNED, "In the list of numbers"}, {AT_OFFERS, "In the search results"}, {AT_FORM, "In the search form"},
	{AT_DETAILS, "In the details of a number"}, {AT_LIST, "In other lists"}, {AT_JOURNAL, "In the journal"},
	{AT_PROFILES, "In the list of profiles"},
};

static void print_key_row(const struct command *c)
{
	fputs(".TP\n\\fB", stdout);
	for (const char *s = c->keys; *s;) {
		char key[16];
		size_t n = strcspn(s, " ");

		snprintf(key, sizeof key, "%.*s", (int)n, s);
		put(key);
		s += n;
		if (*s++ != ' ')
			break;
		fputs("\\fR, \\fB", stdout);
	}
	fputs("\\fR\n", stdout);
	put_sentence(c->help);
}

/* A key that works in every place but the form stands under "Everywhere", any other under each of its places. */
static void print_keys(void)
{
	puts(".SS Everywhere");
	for (unsigned i = 0; i < COMMAND_COUNT; i++)
		if (*commands[i].keys && (commands[i].where & AT_ANY) == AT_ANY)
			print_key_row(&commands[i]);
	for (size_t p = 0; p < ARRAY_LEN(places); p++) {
		printf(".SS %s\n", places[p].title);
		if (places[p].where == AT_FORM)
			puts("Letters type into the field. Tab, Shift\\-Tab and the arrows move, Space switches, Enter "
			     "searches, "
			     "Esc goes to the results.");
		for (unsigned i = 0; i < COMMAND_COUNT; i++)
			if (*commands[i].keys && (commands[i].where & places[p].where) &&
			    (commands[i].where & AT_ANY) != AT_ANY)
				print_key_row(&commands[i]);
	}
}

/* --- columns, options, faults, exit statuses -------------------------------------------------------------------- */

static void print_columns(void)
{
	for (unsigned c = 0; c < COLUMN_COUNT; c++) {
		fputs(".TP\n\\fB", stdout);
		put(columns[c].name);
		fputs("\\fR", stdout);
		if (columns[c].alias) {
			fputs(" or \\fB", stdout);
			put(columns[c].alias);
			fputs("\\fR", stdout);
		}
		putchar('\n');
		put_plain(columns[c].help);
	}
}

static void print_limits(const struct option *o)
{
	switch (o->type) {
	case OPT_BOOL:
		fputs("\\fByes\\fR or \\fBno\\fR", stdout);
		break;
	case OPT_INT:
		printf("%" PRId64 " to %" PRId64, o->min, o->max);
		if (o->unit)
			printf(" %s", o->unit);
		break;
	case OPT_CHOICE:
		fputs("one of \\fB", stdout);
		put(o->choices);
		fputs("\\fR", stdout);
		break;
	case OPT_MONEY:
		fputs("an amount such as 1.15, or empty", stdout);
		break;
	case OPT_COLUMNS:
		fputs("names of columns, separated by commas", stdout);
		break;
	case OPT_TEXT:
		printf("text of at most %" PRId64 " bytes", o->max);
		break;
	}
}

static void print_options(void)
{
	const char *section = "";

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &options[i];

		if (strcmp(section, o->section) != 0)
			printf(".SS [%s]\n", section = o->section);
		fputs(".TP\n\\fB", stdout);
		put(o->key);
		fputs("\\fR = ", stdout);
		print_limits(o);
		putchar('\n');
		put_plain(o->help);
		if (*o->fallback) {
			fputs("Default: \\fB", stdout);
			put(o->fallback);
			fputs("\\fR.\n", stdout);
		} else {
			puts("Empty by default.");
		}
	}
}

static void print_faults(void)
{
	for (int i = 0; i < fault_count; i++) {
		printf(".TP\n\\fB%d\\fR (exit %d)\n", faults[i].code, err_exit_status(faults[i].kind));
		put_sentence(faults[i].says);
		put_sentence(faults[i].next);
	}
}

static void print_exit(void)
{
	static const struct { int status; const char *says;
	} rows[] = {
		{0, "done"},
		{1, "failed, or a plan succeeded only in part; every row is reported"},
		{2, "wrong usage or configuration"},
		{3, "credentials refused, wrong passphrase, or the vault is locked"},
		{4, "not found"},
		{5, "stopped by a guard: read-only, a lock, a limit, a missing confirmation"},
		{6, "outcome unknown: something was sent and no answer came; 'numdesk resume' settles it"},
		{7, "network trouble, or --offline with a command that needs the network"},
		{8, "rate limited by Twilio"},
		{130, "interrupted"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		printf(".TP\n\\fB%d\\fR\n", rows[i].status);
		put_sentence(rows[i].says);
	}
}

static void print_example(void)
{
	char *text = config_example();

	fputs(text, stdout);
	free(text);
}

int main(int argc, char **argv)
{
	static const struct { const char *name; void (*print)(void);
	} parts[] = {
		{"options", print_options},	{"commands", print_commands}, {"keys", print_keys},
		{"columns", print_columns},	{"faults", print_faults},     {"exit", print_exit},
		{"example-ini", print_example},
	};

	for (size_t i = 0; argc == 2 && i < ARRAY_LEN(parts); i++)
		if (strcmp(argv[1], parts[i].name) == 0) {
			parts[i].print();
			return fflush(stdout) == 0 ? 0 : 1;
		}
	fputs("usage: gendocs options|commands|keys|columns|faults|exit|example-ini\n", stderr);
	return 2;
}
