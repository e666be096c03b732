#ifndef NUMDESK_CLI_ARGS_H
#define NUMDESK_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/model/command.h"
struct err;

/* The command line, read by the commands table. Global options may stand before or after the command. */
enum cli_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV, FORMAT_PLAIN };
struct args {
	/* global options */
	const char *home, *config, *profile, *base_url, *log_level;
	bool read_only, offline, yes, dry_run, demo, help, version;
	int passphrase_fd;              /* -1 not given */
	enum cli_format format;
	/* the command; COMMAND_COUNT: none, the screen */
	enum command_id command;
	const char *words[256]; size_t n_words;         /* its positionals */
	struct { const char *name, *value; } options[64]; size_t n_options;
};
/* Borrows argv. ERR_USAGE: unknown option or command (with the nearest), a missing or surplus word, an option without
 * its value or given twice where it may not be; ends with "see 'numdesk help COMMAND'". */
bool args_parse(struct args *a, int argc, char **argv, struct err *e);
const char *args_value(const struct args *a, const char *option);       /* NULL when not given */
bool args_has(const struct args *a, const char *option);
size_t args_values(const struct args *a, const char *option, const char **out, size_t max);
/* ERR_USAGE naming the option and its range. Absent: *v = fallback. */
bool args_int(const struct args *a, const char *option, long long min, long long max, long long fallback, long long *v,
	      struct err *e);
/* ERR_USAGE when the descriptor that an option names is not open. Ask before anything is opened. */
bool args_fd_open(const char *option, int fd, struct err *e);

/* Text of --help, of `help COMMAND`, of --version, on stdout. */
void args_print_help(enum command_id c);        /* COMMAND_COUNT: the whole program */
void args_print_version(void);

#endif
