#ifndef NUMDESK_CLI_PRIV_H
#define NUMDESK_CLI_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "numdesk/cli/args.h"
#include "numdesk/model/operation.h"
#include "numdesk/model/phone.h"
#include "numdesk/model/search.h"
#include "numdesk/model/thing.h"
#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"

/* What the files of this layer share: one command is a check of its words and a run. */
struct finder;
struct profile;
struct session;

/* Numbers that a command is about, in the order given; in cli.mem. */
struct cli_numbers {
	char (*v)[E164_SIZE]; size_t n, cap;
	size_t *line;                   /* where in --from each stands, from 1; 0: not from a file */
	const char *from;               /* the file's name for people, NULL: none was given */
	/* of a CSV: the header's names, and for each number its cells; NULL when it was no CSV */
	const char **header; size_t n_header;
	const char ***cells;
};

struct cli {
	const struct args *a;
	struct session *s;
	struct arena mem;               /* freed after the session: what a late answer may still point into */
	struct cli_numbers given;       /* what --from holds, of a command with CLI_NUMBERS */
};

/* The words and options alone, before anything is opened, asked or stored. ERR_USAGE; ERR_GUARD for a confirmation that
 * nobody can give. */
typedef bool cli_check_fn(const struct args *a, struct err *e);
/* The command itself. False with e: e is complained about and gives the exit status; what was printed stays. */
typedef bool cli_run_fn(struct cli *c, struct err *e);

enum cli_trait {
	CLI_BOOKS = 1 << 0,             /* about the vault: a profile's own read-only mark and API host do not matter */
	CLI_UNASKED = 1 << 1,           /* the command opens the vault itself, or goes on without */
	CLI_NUMBERS = 1 << 2,           /* --from FILE holds numbers: read before anything is opened */
	CLI_PLANS = 1 << 3              /* --dry-run shows what it would change: a plan (trade), or what is kept here */
};
struct cli_command { cli_check_fn *check; cli_run_fn *run; unsigned traits; };
const struct cli_command *cli_command(enum command_id c);       /* NULL: not one of the command line */

/* --- run.c -------------------------------------------------------------------------------------------------------- */
/* Turn the loop until *done. When interrupted, stop what runs, let a change in flight finish, and return false with
 * ERR_STOPPED; *done may hold all the same. Whatever the answer is written to must live in c->mem. */
bool cli_wait(struct cli *c, const bool *done, struct err *e);
/* Unlock as the options say, and tell what the session has to say about it. Nothing to do when it is unlocked. */
bool cli_unlock(struct cli *c, struct err *e);
bool cli_have_vault(const struct cli *c, struct err *e);        /* ERR_NOT_FOUND */
bool cli_have_profile(const struct cli *c, struct err *e);      /* ERR_NOT_FOUND */
/* Something that is answered with no more than an error (catalog_fn). */
struct cli_answer { bool done; struct err err; };
void cli_answered(void *ctx, const struct err *err);
struct cli_answer *cli_answer(struct cli *c);

/* --- words -------------------------------------------------------------------------------------------------------- */
/* The command's only word as a number, in any notation. "" when there is none. */
bool cli_number_word(const struct args *a, char out[E164_SIZE], struct err *e);
/* "" when absent */
bool cli_number_option(const struct args *a, const char *option, char out[E164_SIZE], struct err *e);
bool cli_price_option(const struct args *a, const char *option, int64_t *micros, struct err *e);
bool cli_fd_option(const struct args *a, const char *option, int *fd, struct err *e);   /* -1 when absent */
/* Options of search and of buy --count, as far as the command has them. */
bool cli_search_options(const struct args *a, const char *country, struct search *s, struct err *e);
/* What to look for, from a country word or a saved search, and options; saved[0] is set when it came from a saved one. */
struct cli_wanted { struct search search; char saved[SEARCH_NAME_SIZE]; };
/* Words alone: one of country and saved, the other NULL. */
bool cli_wanted_check(const struct args *a, const char *country, const char *saved, struct err *e);
bool cli_wanted(struct cli *c, const char *country, const char *saved, struct cli_wanted *out, struct err *e);
/* Lay the options that were given over a search; the whole is not looked at. */
bool cli_search_change(const struct args *a, struct search *s, struct err *e);

/* A file that was named, or "-" for standard input, whole and with a NUL behind it; caller frees. Pipes are fine. ERR_USAGE
 * when it cannot be read or has more than max bytes, ERR_STOPPED when interrupted. */
char *cli_input(const char *path, size_t max, size_t *len, struct err *e);

/* --- numbers ------------------------------------------------------------------------------------------------------ */
/*
 * The inputs of every command about numbers: words, --from FILE|- (one number a line, or CSV whose header has
 * phone_number; # begins a comment), --where QUERY (the profile's numbers in the cache, gone ones left out), one of
 * them at a time. To have them: NUMBER_INPUTS in the command's row of commands.def, CLI_NUMBERS in its row of run.c,
 * cli_numbers_check in its check, cli_numbers and cli_owned_all at the beginning of its run. Every mistake is told with
 * its line before anything is done.
 *
 * n_words: how many of the command's words are numbers, from the first; SIZE_MAX: all.
 */
/* Words and options alone. needed: none at all is ERR_USAGE. */
bool cli_numbers_check(const struct args *a, size_t n_words, bool needed, struct err *e);
/* The numbers, each once. ERR_NOT_FOUND when --where selects nothing; on standard error it says how many. */
bool cli_numbers(struct cli *c, size_t n_words, struct cli_numbers *out, struct err *e);
/* Each as cached, in the same order, in c->mem; ERR_NOT_FOUND when any is not ours. */
struct number;
bool cli_owned_all(struct cli *c, const struct cli_numbers *l, struct number **out, struct err *e);
/* For what is kept here: numbers that are gone will do, when anything is known or kept of them. */
bool cli_known_all(struct cli *c, const struct cli_numbers *l, struct err *e);
/* run.c's part: what --from holds, to c->given. */
bool cli_numbers_read(struct cli *c, struct err *e);

bool cli_meta_only_prints(const struct args *a);        /* tag and note: is nothing to be changed? */

/* --- shared doing and printing ------------------------------------------------------------------------------------ */
/* Search, with prices. True: *f has the results, the caller frees it; e may still hold why they are not all. */
bool cli_find(struct cli *c, const struct search *s, struct finder **f, struct err *e);
/* Search and print, with remarks; *found may be NULL. */
bool cli_search_print(struct cli *c, const struct search *s, size_t *found, struct err *e);
/* One number among those for sale, with its price; in c->mem. ERR_GONE, ERR_GUARD when it is ours already. */
bool cli_for_sale(struct cli *c, const char *number, struct offer *out, struct err *e);
/* --name, --address-sid and the like, as buy has them. */
struct guard_options;
struct buy_params;
bool cli_buy_options(const struct args *a, struct guard_options *g, struct buy_params *p, struct err *e);
/* Names of an address and a bundle become their SIDs. ERR_NOT_FOUND, ERR_USAGE. */
bool cli_buy_papers(struct cli *c, struct buy_params *p, struct err *e);
/* Rows of numbers for sale: JSON objects as out_offer_json writes them, or cells. End with out_end. */
struct out;
struct offer;
struct out *cli_offers_out(const struct cli *c);
void cli_offers_row(const struct cli *c, struct out *o, const struct offer *offer);
/* The owned number as cached; ERR_NOT_FOUND with the way out. */
bool cli_owned(struct cli *c, const char *phone_number, struct number *out, struct err *e);
/* Replace a cached number by what Twilio says of it now; texts in c->mem. ERR_NOT_FOUND when it is gone there. */
bool cli_fetch(struct cli *c, struct number *n, struct err *e);
/* Rows {operation, kind, phone_number, phone_sid, state, code, message, subject, sid}. */
bool cli_print_operations(const struct args *a, const struct operation *v, size_t n, struct err *e);
/* What stands in the column of the number: the subject where it is none, for people; nothing in JSON and CSV. */
const char *cli_number_cell(const struct operation *op, enum cli_format f);
/* A copy whose message is the sentence for a person; only the message's text is kept, in mem. */
struct operation cli_operation(struct cli *c, const struct operation *op);
/* Profiles as the open vault has them, else as mirrored; in c->mem. NULL with e. */
struct profile *cli_profiles(struct cli *c, size_t *n, struct err *e);
bool cli_print_profiles(const struct args *a, const struct profile *v, size_t n, struct err *e);
/* For commands without data: the one document that --json promises. */
bool cli_print_nothing(const struct args *a, struct err *e);
bool cli_ascii(const struct session *s);        /* is the terminal's locale, or the configuration, for ASCII only? */

/* --- things.c ----------------------------------------------------------------------------------------------------- */
/* Have the list in the cache, young or anew. */
bool cli_things(struct cli *c, enum thing_kind kind, const char *parent, bool fresh, struct err *e);
/* One of the account's by SID or name; a name that is not known is looked for once more in a list read anew. ERR_NOT_FOUND;
 * ERR_USAGE when several have it. Texts in c->mem. */
bool cli_thing(struct cli *c, enum thing_kind kind, const char *sid_or_name, struct thing *out, struct err *e);
/* Look up what the plan's purchases need, give it to them, and say it. False: interrupted. */
struct plan;
bool cli_papers(struct cli *c, struct plan *p, struct err *e);

/* --- commands ----------------------------------------------------------------------------------------------------- */
cli_check_fn check_saved_save, check_saved_name, check_watch, check_basket_numbers, check_basket_buy;
cli_run_fn run_saved_list, run_saved_save, run_saved_show, run_saved_run, run_saved_remove, run_watch, run_basket_list,
	   run_basket_add, run_basket_remove, run_basket_clear, run_basket_check, run_basket_buy;
cli_check_fn check_profile_add, check_profile_name, check_passwd, check_list, check_show, check_primary, check_lock, check_tag, check_note, check_search,
	     check_buy, check_release, check_journal, check_resume, check_apply;
cli_run_fn run_profile_add, run_profile_list, run_profile_show, run_profile_use, run_profile_check, run_profile_remove,
	   run_passwd, run_rekey, run_list, run_show, run_primary, run_lock, run_unlock, run_tag, run_note, run_meta_export,
	   run_meta_import, run_sync, run_search, run_buy, run_release,
	   run_journal, run_resume, run_apply, run_audit_verify, run_doctor;

/* cmd_message.c */
cli_check_fn check_message_list;
cli_run_fn run_message_list, run_service_list;
/* cmd_set.c, cmd_undo.c, cmd_template.c */
cli_check_fn check_set, check_undo, check_template_save, check_template_name;
cli_run_fn run_set, run_undo, run_template_save, run_template_list, run_template_show, run_template_remove;

/* Have the list in the cache for printing: fetched when it never was or --refresh asks for it, where that is possible. */
bool cli_list_ready(struct cli *c, enum thing_kind kind, struct err *e);
bool cli_may_unlock(const struct cli *c);       /* without asking where nobody is */

/* cmd_address.c, cmd_bundle.c */
cli_check_fn check_address_list, check_address_add, check_bundle_list, check_bundle_clone;
cli_run_fn run_address_list, run_address_show, run_address_add, run_address_remove, run_bundle_list, run_bundle_show,
	   run_bundle_clone;

/* cmd_lookup.c */
cli_check_fn check_lookup;
cli_run_fn run_lookup;

/* cmd_profile_set.c, cmd_account.c, cmd_account_change.c */
cli_check_fn check_transfer, check_profile_set, check_account_import, check_account_create, check_account_status;
cli_run_fn run_transfer, run_profile_set, run_account_list, run_account_import, run_account_create, run_account_status;
bool cli_accounts_refresh(struct cli *c, struct err *e);
/* An account by SID, name or profile; asks Twilio when the cache does not know it. */
struct account_row;
bool cli_account(struct cli *c, const char *word, struct account_row *out, struct err *e);

#endif
