#include "numdesk/cli/args.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

/* The options every command has; the program's own part of --help. */
static const struct command_arg globals[] = {
	{"--home", "DIR", false, false, "keep configuration, vault, ledger, cache and log under DIR"},
	{"--config", "FILE", false, false, "read this configuration file"},
	{"--profile", "NAME", false, false, "use this profile"},
	{"--base-url", "TEMPLATE", false, false, "where the API is, e.g. http://127.0.0.1:8080/{product}"},
	{"--read-only", NULL, false, false, "refuse every change"},
	{"--offline", NULL, false, false, "never use the network"},
	{"--passphrase-fd", "N", false, false, "read the vault's passphrase from this file descriptor"},
	{"--yes", NULL, false, false, "confirm a purchase beforehand"},
	{"--dry-run", NULL, false, false, "print the plan and stop"},
	{"--json", NULL, false, false, "print one JSON document"},
	{"--csv", NULL, false, false, "print CSV with a header"},
	{"--plain", NULL, false, false, "print tab-separated lines without a header"},
	{"--log-level", "L", false, false, "error, warn, info or debug"},
	{"--demo", NULL, false, false, "use the sandbox and a throw-away home"},
	{"--help", NULL, false, false, "explain the program or the command"},
	{"--version", NULL, false, false, "print the version"},
};

/* Before we open files of our own: one of them would get the number, and be read for a secret. */
bool args_fd_open(const char *option, int fd, struct err *e)
{
	const int flags = fcntl(fd, F_GETFL);

	return (flags >= 0 && (flags & O_ACCMODE) != O_WRONLY) ||
	       err_set(e, ERR_USAGE, "'%s %d': descriptor %d is not open%s", option, fd, fd,
		       flags < 0 ? "" : " for reading");
}

static bool take_fd(const char *text, const char *option, int *fd, struct err *e)
{
	int64_t v;

	if (!text_to_i64(text, 0, 1 << 20, &v))
		return err_set(e, ERR_USAGE, "'%s %.40s' is not a file descriptor number", option, text);
	*fd = (int)v;
	return args_fd_open(option, *fd, e);
}

static bool set_format(struct args *a, enum cli_format f, struct err *e)
{
	if (a->format != FORMAT_TABLE && a->format != f)
		return err_set(e, ERR_USAGE, "only one of --json, --csv and --plain can be given");
	a->format = f;
	return true;
}

static bool given_twice(const char *option, struct err *e)
{
	return err_set(e, ERR_USAGE, "option '%s' was given twice", option);
}

static bool set_global(struct args *a, const char *name, const char *value, struct err *e)
{
	static const struct { const char *name; size_t offset; bool text; } simple[] = {
		{"--home", offsetof(struct args, home), true}, {"--config", offsetof(struct args, config), true},
		{"--profile", offsetof(struct args, profile), true},
		{"--base-url", offsetof(struct args, base_url), true},
		{"--log-level", offsetof(struct args, log_level), true},
		{"--read-only", offsetof(struct args, read_only), false},
		{"--offline", offsetof(struct args, offline), false}, {"--yes", offsetof(struct args, yes), false},
		{"--dry-run", offsetof(struct args, dry_run), false}, {"--demo", offsetof(struct args, demo), false},
		{"--help", offsetof(struct args, help), false}, {"--version", offsetof(struct args, version), false},
	};

	for (size_t i = 0; i < ARRAY_LEN(simple); i++)
		if (strcmp(name, simple[i].name) == 0) {
			void *field = (char *)a + simple[i].offset;

			if (simple[i].text && *(const char **)field)
				return given_twice(name, e);
			if (simple[i].text)
				*(const char **)field = value;
			else
				*(bool *)field = true;
			return true;
		}
	if (strcmp(name, "--passphrase-fd") == 0)
		return a->passphrase_fd >= 0 ? given_twice(name, e) : take_fd(value, name, &a->passphrase_fd, e);
	return set_format(a, strcmp(name, "--json") == 0 ? FORMAT_JSON :
			     strcmp(name, "--csv") == 0 ? FORMAT_CSV : FORMAT_PLAIN, e);
}

static const struct command_arg *find(const struct command_arg *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n && v[i].name; i++)
		if (strcmp(v[i].name, name) == 0)
			return &v[i];
	return NULL;
}

/* "see 'numdesk help buy'", in dst. */
static const char *see_help(const struct args *a, char dst[64])
{
	snprintf(dst, 64, "see 'numdesk help%s%s'", a->command < COMMAND_COUNT ? " " : "",
		 a->command < COMMAND_COUNT ? commands[a->command].path : "");
	return dst;
}

static bool is_secret_option(const char *name)
{
	static const char *const names[] = {
		"--auth-token", "--token", "--secret", "--api-secret", "--key-secret", "--password", "--passphrase",
		"--new-passphrase",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_of_some_command(const char *name)
{
	for (unsigned c = 0; c < COMMAND_COUNT; c++)
		if (commands[c].cli && find(commands[c].args, COMMAND_MAX_ARGS, name))
			return true;
	return false;
}

static bool unknown_option(const struct args *a, const char *name, struct err *e)
{
	const char *known[ARRAY_LEN(globals) + COMMAND_MAX_ARGS], *near;
	char see[64];
	size_t n = 0;

	see_help(a, see);
	if (is_secret_option(name))
		return err_set(e, ERR_USAGE, "there is no option '%s': secrets are never taken from the command line, "
			       "where other processes can read them; %s", name, see);
	if (a->command == COMMAND_COUNT && is_of_some_command(name))
		return err_set(e, ERR_USAGE, "option '%s' belongs to a command: write it after the command; %s", name,
			       see);
	for (size_t i = 0; i < ARRAY_LEN(globals); i++)
		known[n++] = globals[i].name;
	for (size_t i = 0; a->command < COMMAND_COUNT && i < COMMAND_MAX_ARGS && commands[a->command].args[i].name; i++)
		if (commands[a->command].args[i].name[0] == '-')
			known[n++] = commands[a->command].args[i].name;
	near = text_nearest(name, known, n);
	return err_set(e, ERR_USAGE, "unknown option '%s'%s%s%s; %s", name, near ? ", did you mean '" : "",
		       near ? near : "", near ? "'" : "", see);
}

/* A switch may be said again: aliases and wrappers add what the user adds too. */
static bool add_option(struct args *a, const struct command_arg *arg, const char *value, struct err *e)
{
	if (!arg->repeats && args_has(a, arg->name))
		return arg->value ? given_twice(arg->name, e) : true;
	if (a->n_options == ARRAY_LEN(a->options))
		return err_set(e, ERR_USAGE, "more than %zu options were given", ARRAY_LEN(a->options));
	a->options[a->n_options].name = arg->name;
	a->options[a->n_options++].value = value ? value : "";
	return true;
}

/* "--name=value", else the next word unless it is an option. Only a query may be empty: it then holds for all. */
static bool take_value(const struct args *a, const struct command_arg *arg, int argc, char **argv, int *i,
		       const char **value, struct err *e)
{
	char see[64];

	if (!*value && *i + 1 < argc && strncmp(argv[*i + 1], "--", 2) != 0)
		*value = argv[++*i];
	if (*value && (**value || strcmp(arg->value, "QUERY") == 0))
		return true;
	return err_set(e, ERR_USAGE, "option '%s' needs a value: %s %s; %s", arg->name, arg->name, arg->value,
		       see_help(a, see));
}

/* argv[*i] begins with "--": take it and its value. */
static bool take_option(struct args *a, int argc, char **argv, int *i, struct err *e)
{
	char name[64];
	const char *eq = strchr(argv[*i], '='), *value = eq ? eq + 1 : NULL;
	const struct command_arg *arg;
	bool global;

	snprintf(name, sizeof name, "%.*s", eq ? (int)(eq - argv[*i]) : 63, argv[*i]);
	/* after the command its own options come first: 'profile set NAME --read-only yes' is not the session's */
	arg = a->command < COMMAND_COUNT ? find(commands[a->command].args, COMMAND_MAX_ARGS, name) : NULL;
	global = arg == NULL;
	if (global)
		arg = find(globals, ARRAY_LEN(globals), name);
	if (!arg)
		return unknown_option(a, name, e);
	if (!arg->value && value)
		return err_set(e, ERR_USAGE, "option '%s' takes no value", name);
	if (arg->value && !take_value(a, arg, argc, argv, i, &value, e))
		return false;
	return global ? set_global(a, arg->name, value, e) : add_option(a, arg, value, e);
}

/* The nearest command that can be run from here: "profle lsit" as a whole, then its first word alone. */
static const char *nearest_command(const char *const *words, size_t n)
{
	const char *paths[COMMAND_COUNT], *near;
	char both[128];
	size_t n_paths = 0;

	for (unsigned c = 0; c < COMMAND_COUNT; c++)
		if (commands[c].cli)
			paths[n_paths++] = commands[c].path;
	snprintf(both, sizeof both, "%.60s%s%.60s", words[0], n > 1 ? " " : "", n > 1 ? words[1] : "");
	near = text_nearest(both, paths, n_paths);
	if (!near)
		near = text_nearest(words[0], paths, n_paths);
	if (!near)
		near = command_suggest(words[0]);
	for (size_t i = 0; near && i < n_paths; i++)
		if (strcmp(near, paths[i]) == 0)
			return near;
	return NULL;
}

static bool take_command(struct args *a, int argc, char **argv, int *i, struct err *e)
{
	const char *words[4], *near;
	size_t n = 0, used = 0;
	bool help = strcmp(argv[*i], "help") == 0;

	if (help) {
		a->help = true;
		if (*i + 1 >= argc || argv[*i + 1][0] == '-')
			return true;
		++*i;
	}
	while (n < ARRAY_LEN(words) && *i + (int)n < argc && argv[*i + (int)n][0] != '-') {
		words[n] = argv[*i + (int)n];
		n++;
	}
	a->command = command_find(words, n, &used);
	if (a->command == COMMAND_COUNT || !commands[a->command].cli) {
		a->command = COMMAND_COUNT;
		near = nearest_command(words, n);
		return err_set(e, ERR_USAGE, "unknown command '%.60s'%s%s%s; see 'numdesk help'", words[0],
			       near ? ", did you mean '" : "", near ? near : "", near ? "'" : "");
	}
	*i += (int)used - 1;
	return true;
}

/* Secrets sometimes come as a word too many, and then must not be printed. */
static bool surplus(const struct args *a, size_t allowed, struct err *e)
{
	const struct command *c = &commands[a->command];
	char see[64];

	see_help(a, see);
	if (!(c->needs & NEED_WRITE))
		return err_set(e, ERR_USAGE, "'%.60s' is one word too many for '%s'; %s", a->words[allowed], c->path,
			       see);
	return err_set(e, ERR_USAGE, "there are more words than '%s' takes; %s", c->path, see);
}

static bool check_words(const struct args *a, struct err *e)
{
	const struct command *c = &commands[a->command];
	size_t required = 0, allowed = 0;
	char see[64];

	see_help(a, see);
	for (size_t i = 0; i < COMMAND_MAX_ARGS && c->args[i].name; i++) {
		const struct command_arg *arg = &c->args[i];

		if (arg->name[0] == '-') {
			if (arg->required && !args_has(a, arg->name))
				return err_set(e, ERR_USAGE, "'%s' needs %s %s; %s", c->path, arg->name, arg->value,
					       see);
			continue;
		}
		if (arg->required && a->n_words <= required)
			return err_set(e, ERR_USAGE, "'%s' needs %s; %s", c->path, arg->name, see);
		required += arg->required;
		allowed = arg->repeats ? SIZE_MAX : allowed + (allowed != SIZE_MAX);
	}
	return a->n_words <= allowed || surplus(a, allowed, e);
}

bool args_parse(struct args *a, int argc, char **argv, struct err *e)
{
	bool words_only = false;

	*a = (struct args){.passphrase_fd = -1, .command = COMMAND_COUNT};
	for (int i = 1; i < argc; i++) {
		const char *w = argv[i];

		if (!words_only && strcmp(w, "--") == 0) {
			words_only = true;
			continue;
		}
		if (!words_only && strcmp(w, "-h") == 0) {
			a->help = true;
			continue;
		}
		if (!words_only && w[0] == '-' && w[1] == '-') {
			if (!take_option(a, argc, argv, &i, e))
				return false;
			continue;
		}
		if (!words_only && w[0] == '-' && w[1])
			return err_set(e, ERR_USAGE,
				       "unknown option '%.20s': options begin with two dashes; see 'numdesk help'", w);
		if (a->command == COMMAND_COUNT && !a->n_words) {
			if (!take_command(a, argc, argv, &i, e))
				return false;
			continue;
		}
		if (a->n_words == ARRAY_LEN(a->words))
			return err_set(e, ERR_USAGE, "more than %zu words were given: run the command several times",
				       ARRAY_LEN(a->words));
		a->words[a->n_words++] = w;
	}
	if (a->help || a->version || a->command == COMMAND_COUNT)
		return true;
	return check_words(a, e);
}

const char *args_value(const struct args *a, const char *option)
{
	for (size_t i = 0; i < a->n_options; i++)
		if (strcmp(a->options[i].name, option) == 0)
			return a->options[i].value;
	return NULL;
}

bool args_has(const struct args *a, const char *option)
{
	return args_value(a, option) != NULL;
}

size_t args_values(const struct args *a, const char *option, const char **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_options && n < max; i++)
		if (strcmp(a->options[i].name, option) == 0)
			out[n++] = a->options[i].value;
	return n;
}

bool args_int(const struct args *a, const char *option, long long min, long long max, long long fallback, long long *v,
	      struct err *e)
{
	const char *text = args_value(a, option);
	int64_t n = fallback;

	if (text && !text_to_i64(text, min, max, &n))
		return err_set(e, ERR_USAGE, "'%s %s': a whole number from %lld to %lld is needed", option, text, min,
			       max);
	*v = n;
	return true;
}

/* --- help --------------------------------------------------------------------------------------------------------- */
static void print_arg(const struct command_arg *arg)
{
	char left[60];

	snprintf(left, sizeof left, "%s%s%s%s", arg->name, arg->value ? " " : "", arg->value ? arg->value : "",
		 arg->repeats ? " ..." : "");
	if (strlen(left) > 26)
		printf("  %s\n  %-26s %s\n", left, "", arg->help);
	else
		printf("  %-26s %s\n", left, arg->help);
}

static void print_command(enum command_id c)
{
	char usage[1200];

	printf("usage: numdesk [options] %s\n\n%s.\n", command_usage(c, usage, sizeof usage), commands[c].help);
	if (commands[c].args[0].name)
		printf("\n");
	for (size_t i = 0; i < COMMAND_MAX_ARGS && commands[c].args[i].name; i++)
		print_arg(&commands[c].args[i]);
	printf("\nOptions of every command: see 'numdesk --help'. More: man numdesk\n");
}

void args_print_help(enum command_id only)
{
	if (only < COMMAND_COUNT) {
		print_command(only);
		return;
	}
	printf("usage: numdesk [options] [COMMAND ...]\n\n"
	       "Runs the phone numbers of Twilio accounts. Without a command it opens the screen.\n\ncommands:\n");
	for (int c = 0; c < COMMAND_COUNT; c++)
		if (commands[c].cli)
			printf("  %-18s %s\n", commands[c].path, commands[c].help);
	printf("\noptions:\n");
	for (size_t i = 0; i < ARRAY_LEN(globals); i++)
		print_arg(&globals[i]);
	printf("\nexit status: 0 done, 1 failed, 2 usage, 3 credentials, 4 not found, 5 stopped by a guard,\n"
	       "6 outcome unknown, 7 network, 8 rate limited, 130 interrupted\n"
	       "'numdesk help COMMAND' explains one command. More: man numdesk\n");
}

void args_print_version(void)
{
	printf("numdesk %s\n", NUMDESK_VERSION);
}
