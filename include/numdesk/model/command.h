#ifndef NUMDESK_MODEL_COMMAND_H
#define NUMDESK_MODEL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* The commands table: rows in commands.def. Keys, hints, help, palette, command line, completions, man page read it. */
enum command_id {
#define CMD(id, ...) CMD_##id,
#include "numdesk/model/commands.def"
#undef CMD
	COMMAND_COUNT
};
enum command_where {            /* where a key means it; 0 = no key */
	AT_OWNED = 1 << 0,          /* owned pane */
	AT_FORM = 1 << 1,           /* search form: only non-letter keys */
	AT_OFFERS = 1 << 2,         /* search results */
	AT_DETAILS = 1 << 3,        /* details overlay */
	AT_LIST = 1 << 4,           /* any list in an overlay: journal, profiles, help, columns, messages */
	AT_JOURNAL = 1 << 5,        /* that list, besides AT_LIST */
	AT_PROFILES = 1 << 6,       /* likewise; so are the boards below, in the order of their names */
	AT_ACCOUNTS = 1 << 7,
	AT_ADDRESSES = 1 << 8,
	AT_BASKET = 1 << 9,
	AT_COST = 1 << 10,
	AT_MESSAGES = 1 << 11,
	AT_PLAN = 1 << 12,
	AT_PORTS = 1 << 13,
	AT_SAVED = 1 << 14,
	AT_SERVICES = 1 << 15,
	AT_TEMPLATES = 1 << 16,
	AT_USAGE = 1 << 17,
	AT_VERIFY = 1 << 18,
	AT_PANES = AT_OWNED | AT_OFFERS,
	AT_ANY = AT_OWNED | AT_OFFERS | AT_DETAILS | AT_LIST,
	AT_EVERYWHERE = AT_ANY | AT_FORM
};
enum command_need {
	NEED_PROFILE = 1 << 0,
	NEED_UNLOCKED = 1 << 1,     /* asks for the passphrase when it can */
	NEED_NETWORK = 1 << 2,      /* refused with --offline */
	NEED_NUMBER = 1 << 3,       /* a number under the cursor, or marks */
	NEED_OFFER = 1 << 4,
	NEED_WRITE = 1 << 5,        /* refused when read-only */
	NEED_TERMINAL = 1 << 6
};
#define COMMAND_MAX_ARGS 32
struct command_arg {
	const char *name;           /* "NUMBER" for a positional, "--area-code" for an option */
	const char *value;          /* name of an option's value, NULL for a switch; for a positional unused */
	bool required, repeats;
	const char *help;
};
struct command {
	const char *path;           /* "profile add"; unique; NULL only for pure keys such as cursor movement */
	const char *title;          /* words in hint bar and palette, e.g. "buy" */
	const char *keys;           /* space separated key names, "" for none: "x", "g Home", "^D PgDn" */
	unsigned where, needs;
	bool costs_money, destroys, cli, palette;
	int hint;                   /* rank in the footer, 1 first, 0 never */
	const char *help;           /* one line, lower case, no full stop */
	struct command_arg args[COMMAND_MAX_ARGS];
};
extern const struct command commands[COMMAND_COUNT];
/* The command whose path is the longest prefix of argv words; *used gets the words it took. COMMAND_COUNT when none. */
enum command_id command_find(const char *const *words, size_t n, size_t *used);
const char *command_suggest(const char *word);
/* "search COUNTRY [--type T] ..." into dst. */
char *command_usage(enum command_id c, char *dst, size_t dst_size);

/* The state that decides whether a command can run now; one function owns every refusal sentence. */
struct command_state {
	bool has_profile, unlocked, can_unlock, offline, read_only, on_terminal;
	size_t numbers, offers;     /* rows the command would act on */
	bool ledger_failed;         /* the journal could not be written: no more changes in this session */
	const char *read_only_why;  /* "--read-only", "profile 'acme' is read-only", "[guard] read_only in config.ini" */
};
/* NULL when it can run, else the sentence that says why not and what to do. Borrowed, static or from dst. */
const char *command_blocked(enum command_id c, const struct command_state *s, char *dst, size_t dst_size);

#endif
