#ifndef NUMDESK_CLI_ASK_H
#define NUMDESK_CLI_ASK_H

#include <stdbool.h>
#include <stddef.h>
struct args;
struct err;
struct plan;
struct secret;
struct session;
struct verdict;

/* Questions on the terminal (/dev/tty), and what stands in for them in scripts. */
bool ask_can(void);                             /* stdin and stderr are a terminal */
/* One line typed in answer to prompt; ERR_LOCKED when nobody can be asked, ERR_STOPPED on ^C or end of input. */
bool ask_line(const char *prompt, char *dst, size_t dst_size, struct err *e);
/* The vault's passphrase: --passphrase-fd, else $CREDENTIALS_DIRECTORY/numdesk.pass, else asked for up to three
 * times. */
bool ask_unlock(struct session *s, const struct args *a, struct err *e);
/* The same, and the passphrase that opened it: for what has to be encrypted with it again. Caller frees. */
struct secret *ask_unlock_with(struct session *s, const struct args *a, struct err *e);
/* A secret from descriptor fd (>= 0), else from $CREDENTIALS_DIRECTORY/credential, else asked for; `option` is named in
 * messages. ERR_USAGE when none of them can give it. Caller frees. */
struct secret *ask_secret(int fd, const char *option, const char *credential, const char *prompt, struct err *e);
/* A new passphrase, asked for twice, or from fd (>= 0). Caller frees. */
struct secret *ask_new_passphrase(int fd, const char *what, struct err *e);
/* Show the verdict's warnings on stderr, and the plan when somebody is asked; get the confirmation: --yes for
 * purchases, --confirm values for releases, else typed on the terminal; off a terminal without them ERR_GUARD naming
 * the option. typed and also_typed get what apply_start wants. */
bool ask_confirm(struct session *s, const struct args *a, const struct plan *p, const struct verdict *v, char *typed,
		 size_t typed_size, char *also_typed, size_t also_size, struct err *e);

#endif
